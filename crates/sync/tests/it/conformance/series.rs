//! What is kept of series: all of it comes back, parts are found by their Events, and nothing outlives the pair.

use calbridge_engine::{
    Outcome,
    pair::Agreed,
    ports::{Foresight, Window},
    series::{Due, KeptDate, KeptEvent, KeptSegment, KeptSeries},
};
use calbridge_rules::{
    event::EventFields,
    id::RecordId,
    item::{Item, Kind, Span},
    map::SmallMap,
    series::{Classic, DayTime, Exception, Pattern, Range, Rhythm, Series},
};
use calbridge_sync::{
    clock::instant,
    store::{ByHand, Store},
};
use chrono::{NaiveDate, NaiveTime};

use super::{LEASE, NOW, address, entry, event, item, leased, pass, saved, signed_in, subject, user};
use crate::databases::{Place, on_every_database};

on_every_database!(
    ser_2_what_is_kept_of_a_series_comes_back_and_is_replaced_as_a_whole,
    ser_4_the_events_of_a_series_lead_to_it_in_each_mailbox,
    uns_1_a_series_that_is_taken_back_leaves_nothing_behind,
    dwn_6_a_series_lies_in_every_window_that_it_has_days_in,
    ser_4_what_sessions_of_a_mailbox_deleted_is_told_until_somebody_brings_it_back,
);

const DAY: i64 = 24 * 3_600_000;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A series with a part, a date of its own, a single Event and a date without any.
fn kept(first: u32) -> KeptSeries {
    let start = instant(DAY);
    let master = Item {
        id: None,
        kind: Kind::Series,
        subject: "Review".to_owned(),
        body: None,
        location: String::new(),
        span: Span::Timed { start, end: start },
        zone: None,
        show_as: None,
        reminder: None,
        sensitivity: None,
        organizer: None,
        attendees: Vec::new(),
        categories: Vec::new(),
        is_draft: None,
        in_group_calendar: false,
    };
    let agreed = Series {
        master,
        pattern: Pattern::Daily { interval: 1 },
        first: day("1970-01-02"),
        range: Range::Until(day("1970-03-01")),
        time: DayTime::Timed { start: NaiveTime::MIN, seconds: 3_600 },
        zone: "Europe/Berlin".to_owned(),
        exceptions: SmallMap::from([(start, Exception::default())]),
        cancelled: vec![instant(2 * DAY)],
    };
    let rhythm = Rhythm::Daily { interval: 1 };
    let classic = Classic { rhythm, start, last: day("1970-03-01"), zone: "Europe/Berlin".to_owned() };
    let own = Some(Agreed { item: subject("Own"), event: subject("Own") });
    let row = KeptDate::Row(KeptEvent { event: event(first + 1), own });
    let single = KeptDate::Single(KeptEvent { event: event(first + 2), own: None });
    KeptSeries {
        agreed,
        segments: vec![KeptSegment { event: event(first), classic }],
        dates: SmallMap::from([
            (start, row),
            (instant(3 * DAY), single),
            (instant(2 * DAY), KeptDate::Nothing),
        ]),
        due: Due::default(),
        rest: Some(day("1970-03-02")),
        rolls_by_segments: true,
    }
}

async fn keep(store: &Store, lease: &calbridge_sync::store::Lease, name: &str, kept: KeptSeries) {
    let mut pass = pass([entry(name, &[], saved(1))]);
    pass.series = vec![(item(name), kept)];
    store.record(lease, &pass, NOW).await.unwrap();
}

async fn ser_2_what_is_kept_of_a_series_comes_back_and_is_replaced_as_a_whole(place: Place) {
    let store = place.store().await;
    let lease = leased(&store, 1).await;
    keep(&store, &lease, "a", kept(10)).await;
    let masters = [item("a"), item("b")];
    assert_eq!(store.series(&address(1), &masters).await.unwrap(), [(item("a"), kept(10))]);
    assert!(store.series(&address(2), &masters).await.unwrap().is_empty());
    keep(&store, &lease, "a", kept(20)).await;
    assert_eq!(store.series(&address(1), &masters).await.unwrap(), [(item("a"), kept(20))]);
    assert!(store.series_of_events(&address(1), &[event(11)]).await.unwrap().is_empty(), "no longer a part");
}

async fn ser_4_the_events_of_a_series_lead_to_it_in_each_mailbox(place: Place) {
    let store = place.store().await;
    let (one, two) = (leased(&store, 1).await, leased(&store, 2).await);
    keep(&store, &one, "a", kept(10)).await;
    keep(&store, &two, "b", kept(10)).await;
    let parts = [event(10), event(11), event(12), event(13)];
    let found = store.series_of_events(&address(1), &parts).await.unwrap();
    assert_eq!(found, [(event(10), item("a")), (event(11), item("a")), (event(12), item("a"))]);
    let holders = store.holders_of_events(&[event(11)]).await.unwrap();
    assert_eq!(holders, [(event(11), address(1), item("a")), (event(11), address(2), item("b"))]);
}

async fn uns_1_a_series_that_is_taken_back_leaves_nothing_behind(place: Place) {
    let store = place.store().await;
    let lease = leased(&store, 1).await;
    keep(&store, &lease, "a", kept(10)).await;
    keep(&store, &lease, "b", kept(20)).await;
    let removed = Outcome::Removed { event: event(1) };
    store.record(&lease, &pass([entry("a", &[], removed)]), NOW).await.unwrap();
    let left = store.series(&address(1), &[item("a"), item("b")]).await.unwrap();
    assert_eq!(left, [(item("b"), kept(20))]);
    assert!(store.series_of_events(&address(1), &[event(10), event(11)]).await.unwrap().is_empty());
    assert_eq!(store.series_of_events(&address(1), &[event(21)]).await.unwrap().len(), 1);
}

async fn dwn_6_a_series_lies_in_every_window_that_it_has_days_in(place: Place) {
    let store = place.store().await;
    let lease = leased(&store, 1).await;
    keep(&store, &lease, "a", kept(10)).await;
    let window = |from, to| Window { from: instant(from * DAY), to: instant(to * DAY) };
    assert_eq!(store.pairs_within(&address(1), window(30, 40)).await.unwrap().len(), 1);
    assert!(store.pairs_within(&address(1), window(100, 110)).await.unwrap().is_empty());
}

async fn ser_4_what_sessions_of_a_mailbox_deleted_is_told_until_somebody_brings_it_back(place: Place) {
    const MANY: u32 = 140;
    let store = place.store().await;
    let one = leased(&store, 1).await;
    signed_in(&store, 2).await;
    let two = store.claim("two", 1, NOW, LEASE).await.unwrap().remove(0);
    let said = |n: u32| subject(&format!("part {n}"));
    let deleted = |n: u32| (event(n), said(n), EventFields::new());
    let mut overwrites: Vec<_> = (1..=MANY).map(deleted).collect();
    overwrites.push((event(201), said(201), subject("another")));
    store.foresee(&one, &Foresight { overwrites, ..Foresight::default() }, NOW).await.unwrap();
    let theirs = Foresight { overwrites: vec![deleted(202)], ..Foresight::default() };
    store.foresee(&two, &theirs, NOW).await.unwrap();
    let by_hand = ByHand {
        mailbox: &one.mailbox,
        event: &event(203),
        item: None,
        by: &user(1),
        before: &said(203),
        after: &EventFields::new(),
    };
    store.journal_by_hand(&by_hand, NOW).await.unwrap();
    let back = store.journal_entry(&one.mailbox, &event(7), one.fence).await.unwrap().unwrap();
    store.undone(&back, NOW + 1).await.unwrap();

    let all: Vec<RecordId> = (1..=MANY).chain(201..=204).map(event).collect();
    let mut told = store.taken_away(&one.mailbox, &all).await.unwrap();
    told.sort_by(|one, other| one.0.cmp(&other.0));
    let expected: Vec<_> = (1..=MANY).filter(|n| *n != 7).map(|n| (event(n), said(n))).collect();
    assert_eq!(told, expected, "overwritten, another mailbox's, by hand, brought back: none of these");
    assert_eq!(store.taken_away(&one.mailbox, &[event(3)]).await.unwrap(), [(event(3), said(3))]);
    assert_eq!(store.taken_away(&two.mailbox, &all).await.unwrap(), [(event(202), said(202))]);
    assert_eq!(store.taken_away(&one.mailbox, &[]).await.unwrap(), []);
}
