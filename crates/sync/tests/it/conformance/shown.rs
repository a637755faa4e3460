//! What is kept of records that calendars show (OBJ-1, GRP-2).

use calbridge_engine::{
    ports::{DueRecord, LookedAt, Pass, Standing, Stands, Wanted, Window},
    ruling::Ruling,
};
use calbridge_rules::{
    id::RecordId,
    item::Span,
    mapping::ItemValues,
    objects::{RecordItem, Shown},
};
use calbridge_sync::{
    clock::instant,
    store::{IssueFilter, KnownSource, Lease, RecordNews, SourceIs, Store, StoreError},
};

use super::{LEASE, NOW, address, issue, item, leased, signed_in};
use crate::databases::{Place, on_every_database};

on_every_database!(
    obj_1_what_is_wanted_of_a_record_is_due_until_it_is_looked_at,
    obj_1_what_changes_while_it_is_looked_at_stays_due,
    obj_1_older_news_of_a_record_change_nothing,
    obj_1_a_record_that_goes_to_somebody_else_is_wanted_there_alone,
    obj_1_an_item_that_was_touched_makes_its_record_due,
    obj_1_what_is_the_matter_with_a_record_is_told_until_it_is_well,
    obj_1_a_source_that_goes_takes_its_records_along,
    dwn_6_a_decision_about_deletions_reaches_the_items_of_records,
    a_watch_that_is_lost_tells_nothing,
);

fn task(n: u32) -> RecordId {
    RecordId::parse(&format!("00T{n:012}")).unwrap()
}

fn says(n: u32, subject: &str) -> RecordItem {
    let span = Span::Timed { start: instant(NOW), end: instant(NOW + 60_000) };
    let values = ItemValues { subject: Some(subject.to_owned()), span: Some(span), ..ItemValues::default() };
    RecordItem { record: task(n), shown: Shown::Record, values, category: "Task".to_owned() }
}

fn wanted(n: u32, subject: &str) -> Wanted {
    Wanted::Item(Box::new(says(n, subject)))
}

/// What a record says, for a mailbox.
fn news(n: u32, subject: &str, mailbox: u32, stamp_ms: i64) -> RecordNews {
    RecordNews {
        record: task(n),
        source: "Task".to_owned(),
        stamp_ms: Some(stamp_ms),
        wanted: vec![(address(mailbox), wanted(n, subject))],
        is_near: true,
    }
}

async fn tell(store: &Store, news: &[RecordNews]) -> usize {
    let watch = store.claim_record_watch("watcher", NOW, LEASE).await.unwrap().unwrap();
    let told = store.tell_wanted(&watch, news, NOW).await.unwrap();
    store.end_watch(&watch, NOW).await.unwrap();
    told
}

async fn due(store: &Store, mailbox: u32) -> Vec<DueRecord> {
    store.due_records(&address(mailbox), NOW, 10).await.unwrap()
}

fn looked(due: &DueRecord, stands: Stands) -> LookedAt {
    LookedAt { record: due.record.clone(), revision: due.revision, stands, again_at: None, issue: None }
}

/// The record's item was made.
fn made(due: &DueRecord, id: &str) -> LookedAt {
    let Wanted::Item(says) = &due.wanted else { panic!("{due:?}") };
    let standing = Standing { item: item(id), says: (**says).clone() };
    looked(due, Stands::Kept { standing: Some(standing), made: due.made + 1 })
}

/// A mailbox with the items of some Tasks.
async fn with_items(store: &Store, count: u32) -> Lease {
    let lease = leased(store, 1).await;
    for n in 1..=count {
        tell(store, &[news(n, "Call", 1, NOW)]).await;
    }
    let due = due(store, 1).await;
    let made: Vec<LookedAt> =
        due.iter().zip(1..).map(|(due, n): (_, u32)| made(due, &format!("item-{n}"))).collect();
    store.keep_shown(&lease, &made, NOW).await.unwrap();
    lease
}

async fn obj_1_what_is_wanted_of_a_record_is_due_until_it_is_looked_at(place: Place) {
    let store = place.store().await;
    let lease = leased(&store, 1).await;
    assert_eq!(tell(&store, &[news(1, "Call", 1, NOW)]).await, 1);
    assert_eq!(tell(&store, &[news(1, "Call", 1, NOW)]).await, 0, "the looks overlap");
    let is_wanted = store.work_state(&address(1), NOW).await.unwrap().unwrap().is_wanted;
    assert!(is_wanted, "its mailbox is due");
    let first = due(&store, 1).await;
    assert_eq!((first.len(), &first[0].wanted, &first[0].standing), (1, &wanted(1, "Call"), &None));
    store.keep_shown(&lease, &[made(&first[0], "item-1")], NOW).await.unwrap();
    assert_eq!(due(&store, 1).await, []);
    assert_eq!(
        store.shown(&address(1), &[item("item-1"), item("other")]).await.unwrap(),
        [(item("item-1"), says(1, "Call"))]
    );
    assert_eq!(store.count_shown(&address(1)).await.unwrap(), 1);
    let window = |from, to| Window { from: instant(from), to: instant(to) };
    assert_eq!(store.shown_within(&address(1), window(NOW, NOW + 1)).await.unwrap(), [item("item-1")]);
    assert_eq!(store.shown_within(&address(1), window(NOW - 2, NOW)).await.unwrap(), []);
    tell(&store, &[news(1, "Call again", 1, NOW)]).await;
    let second = due(&store, 1).await;
    assert_eq!(second[0].standing.as_ref().unwrap().item, item("item-1"));
    assert!(second[0].made > first[0].made, "another item has another name");
    store.keep_shown(&lease, &[looked(&second[0], Stands::Forgotten)], NOW).await.unwrap();
    assert_eq!(store.shown_by(&address(1), &item("item-1")).await.unwrap(), None);
    assert!(store.seen_records(&[task(1)]).await.unwrap().is_empty());
}

async fn obj_1_what_changes_while_it_is_looked_at_stays_due(place: Place) {
    let store = place.store().await;
    let lease = leased(&store, 1).await;
    tell(&store, &[news(1, "Call", 1, NOW)]).await;
    let seen = due(&store, 1).await;
    tell(&store, &[news(1, "Call at noon", 1, NOW)]).await;
    store.keep_shown(&lease, &[made(&seen[0], "item-1")], NOW).await.unwrap();
    let again = due(&store, 1).await;
    assert_eq!((again.len(), &again[0].wanted), (1, &wanted(1, "Call at noon")));
    store.keep_shown(&lease, &[looked(&seen[0], Stands::Forgotten)], NOW).await.unwrap();
    let kept = due(&store, 1).await;
    assert_eq!((kept.len(), &kept[0].standing), (1, &None), "what was forgotten is wanted again by now");
}

async fn obj_1_older_news_of_a_record_change_nothing(place: Place) {
    let store = place.store().await;
    signed_in(&store, 1).await;
    tell(&store, &[news(1, "Second", 1, NOW)]).await;
    assert_eq!(tell(&store, &[news(1, "First", 1, NOW - 1_000)]).await, 0);
    assert_eq!(due(&store, 1).await[0].wanted, wanted(1, "Second"));
    assert_eq!(tell(&store, &[news(1, "Third", 1, NOW)]).await, 1, "stamps count whole seconds");
    let far = RecordNews { is_near: false, ..news(2, "Far", 1, NOW) };
    assert_eq!(tell(&store, &[far]).await, 0, "what lies far off is not begun with");
}

async fn obj_1_a_record_that_goes_to_somebody_else_is_wanted_there_alone(place: Place) {
    let store = place.store().await;
    signed_in(&store, 1).await;
    signed_in(&store, 2).await;
    tell(&store, &[news(1, "Call", 1, NOW)]).await;
    assert_eq!(tell(&store, &[news(1, "Call", 2, NOW + 1_000)]).await, 2);
    assert_eq!(due(&store, 1).await[0].wanted, Wanted::Nothing);
    assert_eq!(due(&store, 2).await[0].wanted, wanted(1, "Call"));
    let gone = RecordNews { stamp_ms: None, wanted: Vec::new(), is_near: false, ..news(1, "", 2, 0) };
    assert_eq!(tell(&store, &[gone]).await, 1, "it is proven to be gone");
    assert_eq!(due(&store, 2).await[0].wanted, Wanted::Nothing);
}

async fn obj_1_an_item_that_was_touched_makes_its_record_due(place: Place) {
    let store = place.store().await;
    let lease = with_items(&store, 2).await;
    let pass = Pass { touched: vec![item("item-2"), item("other")], ..Pass::default() };
    store.record(&lease, &pass, NOW).await.unwrap();
    let due = due(&store, 1).await;
    assert_eq!(due.iter().map(|due| &due.record).collect::<Vec<_>>(), [&task(2)]);
}

async fn obj_1_what_is_the_matter_with_a_record_is_told_until_it_is_well(place: Place) {
    let store = place.store().await;
    let lease = leased(&store, 1).await;
    let trouble =
        RecordNews { wanted: vec![(address(1), Wanted::Trouble(issue("OBJ-1")))], ..news(1, "", 1, NOW) };
    tell(&store, &[trouble]).await;
    let seen = due(&store, 1).await;
    let dateless = LookedAt {
        issue: Some(issue("OBJ-1")),
        ..looked(&seen[0], Stands::Kept { standing: None, made: 0 })
    };
    store.keep_shown(&lease, &[dateless], NOW).await.unwrap();
    let told = store.issues(&IssueFilter::default(), 10).await.unwrap();
    assert_eq!((told.len(), told[0].event.as_ref()), (1, Some(&task(1))));
    tell(&store, &[news(1, "Call", 1, NOW)]).await;
    let mended = due(&store, 1).await;
    store.keep_shown(&lease, &[made(&mended[0], "item-1")], NOW).await.unwrap();
    assert_eq!(store.issues(&IssueFilter::default(), 10).await.unwrap(), []);
}

async fn obj_1_a_source_that_goes_takes_its_records_along(place: Place) {
    let store = place.store().await;
    with_items(&store, 2).await;
    let watch = store.claim_record_watch("watcher", NOW, LEASE).await.unwrap().unwrap();
    let known = KnownSource {
        source: "Task".to_owned(),
        is: SourceIs::Calendar("Fairs".to_owned()),
        told: "so".to_owned(),
        seen_to_ms: NOW,
        whole_at_ms: NOW,
    };
    store.keep_source(&watch, &known).await.unwrap();
    assert_eq!(store.shown_sources().await.unwrap(), [known]);
    assert_eq!(store.wanted_records("Task", NOW).await.unwrap().len(), 2);
    assert_eq!(store.wanted_records("Task", NOW + 60_001).await.unwrap().len(), 0, "what is over is let be");
    store.keep_to(&watch, "Task", &[address(1)].into_iter().collect(), NOW).await.unwrap();
    assert_eq!(due(&store, 1).await, []);
    store.drop_source(&watch, "Task", NOW).await.unwrap();
    assert!(due(&store, 1).await.iter().all(|due| due.wanted == Wanted::Nothing && due.standing.is_some()));
    assert_eq!((due(&store, 1).await.len(), store.shown_sources().await.unwrap().len()), (2, 0));
}

async fn dwn_6_a_decision_about_deletions_reaches_the_items_of_records(place: Place) {
    let store = place.store().await;
    let lease = with_items(&store, 1).await;
    let gone = RecordNews { wanted: Vec::new(), ..news(1, "", 1, NOW) };
    tell(&store, &[gone]).await;
    store.brake(&lease, "DWN-6: 1 of 1", &[item("item-1")], NOW).await.unwrap();
    assert_eq!(due(&store, 1).await[0].ruling, None);
    assert!(store.rule_on_brake(&address(1), Ruling::Approved, NOW).await.unwrap());
    let ruled = due(&store, 1).await;
    assert_eq!(ruled[0].ruling, Some(Ruling::Approved));
    let lease = store.claim("one", 1, NOW, LEASE).await.unwrap().remove(0);
    store.keep_shown(&lease, &[looked(&ruled[0], Stands::Forgotten)], NOW).await.unwrap();
    assert_eq!(due(&store, 1).await, []);
    tell(&store, &[news(1, "Call", 1, NOW + 1_000)]).await;
    let anew = due(&store, 1).await;
    store.keep_shown(&lease, &[made(&anew[0], "item-1")], NOW).await.unwrap();
    tell(&store, &[RecordNews { wanted: Vec::new(), ..news(1, "", 1, NOW + 2_000) }]).await;
    assert_eq!(due(&store, 1).await[0].ruling, None, "what was decided is settled");
}

async fn a_watch_that_is_lost_tells_nothing(place: Place) {
    let store = place.store().await;
    signed_in(&store, 1).await;
    let lost = store.claim_record_watch("first", NOW, 1).await.unwrap().unwrap();
    assert!(store.claim_record_watch("second", NOW, 1).await.unwrap().is_none(), "one at a time");
    store.claim_record_watch("second", NOW + 2, 1).await.unwrap().unwrap();
    let told = store.tell_wanted(&lost, &[news(1, "Call", 1, NOW)], NOW + 2).await;
    assert!(matches!(told, Err(StoreError::Fenced)), "{told:?}");
    assert_eq!(due(&store, 1).await, []);
}
