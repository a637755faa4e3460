//! Settings of the org and of users.

use calbridge_engine::ports::{Cursor, Pass, Window};
use calbridge_rules::settings::{Hold, OrgLayer, Setting};
use calbridge_sync::{
    clock::instant,
    store::{Change, OrgValue, Store},
};

use super::{NOW, address, leased, signed_in, user};
use crate::databases::{Place, on_every_database};

on_every_database!(
    set_what_an_admin_set_stands_over_what_held_before_until_it_is_unset,
    set_what_a_user_set_is_theirs_alone,
    set_a_change_makes_the_cursor_of_whom_it_concerns_outdated,
);

fn org(setting: Setting, value: &str, hold: Hold) -> Change<OrgValue> {
    Change::Set(setting, OrgValue { value: value.to_owned(), hold })
}

async fn org_entries(store: &Store) -> Vec<(&'static str, String, Hold)> {
    let mut first = OrgLayer::default();
    first.set("SessionMinutes", "30", Hold::Allowing).unwrap();
    let layer = store.org_settings(first).await.unwrap();
    layer.entries().map(|(name, value, hold)| (name, value.to_owned(), hold)).collect()
}

async fn set_what_an_admin_set_stands_over_what_held_before_until_it_is_unset(place: Place) {
    let store = place.store().await;
    let first = ("SessionMinutes", "30".to_owned(), Hold::Allowing);
    assert_eq!(org_entries(&store).await, std::slice::from_ref(&first));
    let (minutes, direction) = (Setting::SessionMinutes, Setting::Direction);
    let both = [org(minutes, "5", Hold::Allowing), org(direction, "up", Hold::Allowing)];
    store.change_org_settings(&both, NOW).await.unwrap();
    store.change_org_settings(&[org(direction, "down", Hold::Forced)], NOW).await.unwrap();
    assert_eq!(
        org_entries(&store).await,
        [("SessionMinutes", "5".to_owned(), Hold::Allowing), ("Direction", "down".to_owned(), Hold::Forced)]
    );
    store.change_org_settings(&[Change::Unset(minutes), Change::Unset(direction)], NOW).await.unwrap();
    assert_eq!(org_entries(&store).await, [first]);
}

async fn set_what_a_user_set_is_theirs_alone(place: Place) {
    let store = place.store().await;
    signed_in(&store, 1).await;
    let mailbox = store.mailbox_of(&user(1)).await.unwrap().unwrap();
    let set = [
        Change::Set(Setting::Direction, "up".to_owned()),
        Change::Set(Setting::SafeDescription, "off".to_owned()),
    ];
    store.change_user_settings(&mailbox, &set, NOW).await.unwrap();
    store.change_user_settings(&mailbox, &[Change::Unset(Setting::SafeDescription)], NOW).await.unwrap();
    let layer = store.user_settings(&user(1)).await.unwrap();
    assert_eq!(layer.entries().collect::<Vec<_>>(), [("Direction", "up")]);
    assert_eq!(store.user_settings(&user(2)).await.unwrap().entries().count(), 0);
    assert!(store.work_state(&address(1), NOW).await.unwrap().unwrap().is_wanted, "a session follows");
}

async fn set_a_change_makes_the_cursor_of_whom_it_concerns_outdated(place: Place) {
    let store = place.store().await;
    let read = async |n: u32| store.cursor(&address(n)).await.unwrap().is_some();
    let leases = [leased(&store, 1).await, leased(&store, 2).await];
    let mailbox = store.mailbox_of(&user(1)).await.unwrap().unwrap();
    let window = Window { from: instant(NOW), to: instant(NOW + 1) };
    let pass = Pass { cursor: Some(Cursor { text: "c".to_owned(), window }), ..Pass::default() };
    for lease in &leases {
        store.record(lease, &pass, NOW).await.unwrap();
    }
    assert_eq!((read(1).await, read(2).await), (true, true));
    store.change_user_settings(&mailbox, &[Change::Unset(Setting::Direction)], NOW + 1).await.unwrap();
    assert_eq!((read(1).await, read(2).await), (false, true));
    // A session that began before the change read under the settings of then.
    store.record(&leases[0], &pass, NOW).await.unwrap();
    assert_eq!((read(1).await, read(2).await), (false, true));
    store.record(&leases[0], &pass, NOW + 2).await.unwrap();
    assert_eq!((read(1).await, read(2).await), (true, true));
    store.change_org_settings(&[org(Setting::Direction, "up", Hold::Allowing)], NOW + 3).await.unwrap();
    assert_eq!((read(1).await, read(2).await), (false, false));
}
