//! What is kept of series: all of it comes back, parts are found by their Events, and nothing outlives the pair.

use calbridge_engine::{
    Outcome,
    pair::Agreed,
    ports::{ForeseenClash, Foresight, Pass, Window},
    report::{Clash, Saved},
    series::{Due, KeptDate, KeptEvent, KeptSegment, KeptSeries},
};
use calbridge_rules::{
    event::{EventField, EventFields, FieldValue},
    id::RecordId,
    item::{Item, Kind, Span},
    map::SmallMap,
    merge::MergeConflict,
    series::{Classic, DayTime, Exception, Pattern, Range, Rhythm, Series},
};
use calbridge_sync::{
    clock::instant,
    store::{ByHand, Lease, Store},
};
use chrono::{NaiveDate, NaiveTime};

use super::{
    LEASE, NOW, address, entry, event, item, leased, new_event, pass, saved, signed_in, subject, user,
};
use crate::databases::{Place, on_every_database};

on_every_database!(
    ser_2_what_is_kept_of_a_series_comes_back_and_is_replaced_as_a_whole,
    ser_4_the_events_of_a_series_lead_to_it_in_each_mailbox,
    uns_1_a_series_that_is_taken_back_leaves_nothing_behind,
    dwn_6_a_series_lies_in_every_window_that_it_has_days_in,
    ser_4_what_sessions_of_a_mailbox_deleted_is_told_until_somebody_brings_it_back,
    dwn_5_what_was_foreseen_of_dates_is_listed_where_its_winner_stands_on_the_date,
    dwn_5_what_a_session_foresees_of_dates_and_lists_is_one_clash_each,
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

async fn keep(store: &Store, lease: &Lease, name: &str, kept: KeptSeries) {
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

fn text(text: &str) -> FieldValue {
    FieldValue::Text(text.to_owned())
}

/// What Salesforce said of an Event gives way to something else.
fn giving_way(number: u32, field: EventField, wins: &str) -> ForeseenClash {
    let clash = MergeConflict {
        field,
        agreed: text("before"),
        outlook: text(wins),
        salesforce: text(&format!("of {number}")),
    };
    ForeseenClash { item: item("a"), event: event(number), clash, wins: text(wins) }
}

async fn foresee(store: &Store, lease: &Lease, clashes: &[ForeseenClash], now_ms: i64) {
    let foresight = Foresight { clashes: clashes.to_vec(), ..Foresight::default() };
    store.foresee(lease, &foresight, now_ms).await.unwrap();
}

/// A session that ends with a series whose whole says this, and another thing on the date of Event 11.
fn ending(whole: &str, date: &str, clashes: &[ForeseenClash]) -> Pass {
    let says = |subject: &str| Agreed {
        item: EventFields::new(),
        event: [(EventField::Subject, text(subject))].into_iter().collect(),
    };
    let mut kept = kept(10);
    let own = Some(says(date));
    kept.dates.insert(instant(DAY), KeptDate::Row(KeptEvent { event: event(11), own }));
    let clashes =
        clashes.iter().map(|one| Clash { event: one.event.clone(), conflict: one.clash.clone() }).collect();
    let saved = Saved { agreed: says(whole), clashes, ..new_event(10) };
    let mut pass = pass([entry("a", &[], Outcome::Saved(Box::new(saved)))]);
    pass.series = vec![(item("a"), kept)];
    pass
}

/// Events of which the subject is listed, and when it was seen, as they are.
async fn listed(store: &Store) -> Vec<(RecordId, i64)> {
    let all = store.clashes(Some(&address(1)), 100).await.unwrap();
    assert!(all.iter().all(|one| one.clash.field == EventField::Subject), "{all:?}");
    let mut all: Vec<_> = all.into_iter().map(|one| (one.event, one.seen_ms)).collect();
    all.sort();
    all
}

async fn dwn_5_what_was_foreseen_of_dates_is_listed_where_its_winner_stands_on_the_date(place: Place) {
    let store = place.store().await;
    let lease = leased(&store, 1).await;
    let of = |number, wins| giving_way(number, EventField::Subject, wins);
    let clashes = [
        of(10, "Board"),
        of(11, "Its own"),
        of(12, "Board"),
        giving_way(11, EventField::Location, "Kiel"),
        // Neither was written.
        of(13, "Its own"),
        of(14, "Board anew"),
    ];
    foresee(&store, &lease, &clashes, NOW).await;
    foresee(&store, &lease, &clashes, NOW).await;
    assert_eq!(listed(&store).await, [], "nobody knows whether they were written");
    store.record(&lease, &ending("Board", "Its own", &[]), NOW + 50).await.unwrap();
    let all = listed(&store).await;
    assert_eq!(all.iter().map(|(event, _)| event.clone()).collect::<Vec<_>>(), [10, 11, 12].map(event));
    for (event, seen_ms) in &all {
        let together = store.clashes_of(&address(1), &item("a"), *seen_ms).await.unwrap();
        assert!(together.iter().all(|one| one.event == *event), "{together:?}");
    }

    // A session that leaves the series alone decides by what is kept of it.
    foresee(&store, &lease, &[of(11, "Another"), of(11, "Its own")], NOW + 100).await;
    let left = Pass { series: Vec::new(), ..ending("Board", "", &[]) };
    store.record(&lease, &left, NOW + 150).await.unwrap();
    let of_date = listed(&store).await.into_iter().filter(|(one, _)| *one == event(11)).count();
    assert_eq!(of_date, 2, "once then, once now");
}

async fn dwn_5_what_a_session_foresees_of_dates_and_lists_is_one_clash_each(place: Place) {
    let store = place.store().await;
    let lease = leased(&store, 1).await;
    let of = |number, wins| giving_way(number, EventField::Subject, wins);
    // What is listed comes in another order than it was foreseen in, and with more.
    let all = [of(12, "Board"), of(13, "Its own"), of(11, "Its own"), of(10, "Board")];
    foresee(&store, &lease, &[of(11, "Its own"), of(12, "Board")], NOW).await;
    store.record(&lease, &ending("Board", "Its own", &all), NOW).await.unwrap();
    let first = listed(&store).await;
    assert_eq!(first.iter().map(|(event, _)| event.clone()).collect::<Vec<_>>(), [10, 11, 12, 13].map(event));
    let mut instants: Vec<i64> = first.iter().map(|(_, at)| *at).collect();
    instants.sort_unstable();
    instants.dedup();
    assert_eq!(instants.len(), first.len(), "each has an instant of its own");

    // The same values again, in the same instant and later, are told again only where they were given up again.
    store.record(&lease, &ending("Board", "Its own", &all), NOW).await.unwrap();
    assert_eq!(listed(&store).await, first);
    foresee(&store, &lease, &all, NOW + 100).await;
    store.record(&lease, &ending("Board", "Its own", &all), NOW + 100).await.unwrap();
    assert_eq!(listed(&store).await.len(), 2 * first.len());
}
