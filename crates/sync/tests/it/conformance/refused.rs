//! What the org refused: it rests, longer each time, until somebody asks for it anew.

use calbridge_engine::{
    Entry, Outcome,
    ports::{Action, Attempt, Pass, RefusedAttempt, Write, rests_for},
};
use calbridge_sync::store::{Lease, Store};

use super::{NOW, address, entry, event, issue, item, key, leased, pass, press, saved, subject, take_back};
use crate::databases::{Place, on_every_database};

on_every_database!(
    iss_1_what_the_org_refuses_again_and_again_rests_longer_each_time,
    iss_1_a_write_that_differs_in_anything_does_not_rest,
    iss_1_of_one_item_several_writes_rest_each_by_itself,
    uns_1_a_wish_to_take_back_stays_while_the_org_does_not_let_its_event_go,
    iss_1_what_rests_is_looked_at_again_when_its_pause_is_over,
    iss_1_retry_a_new_press_and_success_end_every_rest,
);

fn attempt(change: &str) -> Attempt {
    let write = Write::Change { event: event(1), stands: subject("as it stands"), change: subject(change) };
    Attempt { item: item("item"), write }
}

/// The same, of an occurrence of the item.
fn of_date() -> Attempt {
    let write = Write::Change { event: event(2), stands: subject("as it stands"), change: subject("Dinner") };
    Attempt { item: item("item"), write }
}

/// The org refuses a write of the item at a time.
async fn refused(store: &Store, lease: &Lease, attempt: &Attempt, now_ms: i64) {
    let issue = issue("ENTITY_IS_DELETED");
    let entries = vec![entry("item", &[("given", 1)], Outcome::Refused(issue.clone()))];
    let refused = vec![RefusedAttempt { attempt: attempt.clone(), issue }];
    store.record(lease, &Pass { entries, refused, ..Pass::default() }, now_ms).await.unwrap();
}

async fn rests(store: &Store, attempt: &Attempt, now_ms: i64) -> bool {
    let said = store.resting(&address(1), std::slice::from_ref(attempt), now_ms).await.unwrap();
    match said.as_slice() {
        [said] => said.as_ref().inspect(|said| assert_eq!(**said, issue("ENTITY_IS_DELETED"))).is_some(),
        other => panic!("{other:?}"),
    }
}

async fn iss_1_what_the_org_refuses_again_and_again_rests_longer_each_time(place: Place) {
    let store = place.store().await;
    let lease = leased(&store, 1).await;
    let attempt = attempt("Dinner");
    assert!(!rests(&store, &attempt, NOW).await);
    let mut now_ms = NOW;
    for times in 1..=6 {
        refused(&store, &lease, &attempt, now_ms).await;
        let pause_ms = rests_for(times).num_milliseconds();
        assert_eq!(rests(&store, &attempt, now_ms).await, times > 1);
        assert!(times == 1 || rests(&store, &attempt, now_ms + pause_ms - 1).await);
        assert!(!rests(&store, &attempt, now_ms + pause_ms).await);
        now_ms += pause_ms;
    }
}

async fn iss_1_a_write_that_differs_in_anything_does_not_rest(place: Place) {
    let store = place.store().await;
    let lease = leased(&store, 1).await;
    let known = attempt("Dinner");
    let of_item = |write| Attempt { item: item("item"), write };
    refused(&store, &lease, &known, NOW).await;
    refused(&store, &lease, &known, NOW).await;
    assert!(rests(&store, &known, NOW).await);
    let others = [
        attempt("Supper"),
        Attempt { item: item("other"), ..known.clone() },
        of_date(),
        of_item(Write::Create { key: key(1), fields: subject("Dinner") }),
        of_item(Write::Delete { event: event(1), stands: subject("as it stands") }),
        of_item(Write::Change {
            event: event(1),
            stands: subject("as somebody edited it"),
            change: subject("Dinner"),
        }),
        of_item(Write::Relate { event: event(1), stands: Vec::new(), ties: Vec::new() }),
    ];
    for other in &others {
        assert!(!rests(&store, other, NOW).await, "{other:?}");
    }
    assert!(store.resting(&address(2), &[known], NOW).await.unwrap() == [None], "another's mailbox");
    refused(&store, &lease, &others[0], NOW).await;
    assert!(!rests(&store, &others[0], NOW).await, "counted anew");
}

async fn iss_1_of_one_item_several_writes_rest_each_by_itself(place: Place) {
    let store = place.store().await;
    let lease = leased(&store, 1).await;
    let (whole, date) = (attempt("Dinner"), of_date());
    for _ in 0..3 {
        refused(&store, &lease, &whole, NOW).await;
    }
    let later_ms = NOW + 1;
    for _ in 0..2 {
        refused(&store, &lease, &date, later_ms).await;
    }
    assert!(rests(&store, &whole, later_ms).await && rests(&store, &date, later_ms).await);
    // The item is looked at when the first of them may be written again.
    let first_ms = later_ms + rests_for(2).num_milliseconds();
    assert!(store.unfinished(&lease.mailbox, first_ms - 1, 10).await.unwrap().is_empty());
    assert_eq!(store.unfinished(&lease.mailbox, first_ms, 10).await.unwrap(), [item("item")]);
    assert!(rests(&store, &whole, first_ms).await && !rests(&store, &date, first_ms).await);
}

async fn iss_1_what_rests_is_looked_at_again_when_its_pause_is_over(place: Place) {
    let store = place.store().await;
    let lease = leased(&store, 1).await;
    let attempt = attempt("Dinner");
    refused(&store, &lease, &attempt, NOW).await;
    refused(&store, &lease, &attempt, NOW).await;
    let until_ms = NOW + rests_for(2).num_milliseconds();
    let looked_at = |now_ms| store.unfinished(&lease.mailbox, now_ms, 10);
    assert!(looked_at(until_ms - 1).await.unwrap().is_empty());
    // A session that comes upon it meanwhile writes nothing, and is not the last to look.
    let again = entry("item", &[("given", 1)], Outcome::Refused(issue("ENTITY_IS_DELETED")));
    store.record(&lease, &pass([again]), NOW + 1).await.unwrap();
    assert!(looked_at(until_ms - 1).await.unwrap().is_empty());
    assert_eq!(looked_at(until_ms).await.unwrap(), [item("item")]);
}

async fn iss_1_retry_a_new_press_and_success_end_every_rest(place: Place) {
    let store = place.store().await;
    let lease = leased(&store, 1).await;
    press(&store, 1, "given", "press-1", NOW).await.unwrap();
    let attempt = attempt("Dinner");
    for end in 0..3 {
        refused(&store, &lease, &attempt, NOW).await;
        refused(&store, &lease, &attempt, NOW).await;
        assert!(rests(&store, &attempt, NOW).await);
        match end {
            0 => assert!(store.retry_issue(&address(1), &item("item"), NOW).await.unwrap()),
            1 => drop(press(&store, 1, "given", "press-2", NOW).await.unwrap()),
            _ => store.record(&lease, &pass([entry("item", &[], saved(1))]), NOW).await.unwrap(),
        }
        assert!(!rests(&store, &attempt, NOW).await, "{end}");
        refused(&store, &lease, &attempt, NOW).await;
        assert!(!rests(&store, &attempt, NOW).await, "{end}: counted anew");
        store.record(&lease, &pass([entry("item", &[], saved(1))]), NOW).await.unwrap();
    }
}

async fn uns_1_a_wish_to_take_back_stays_while_the_org_does_not_let_its_event_go(place: Place) {
    let store = place.store().await;
    let lease = leased(&store, 1).await;
    press(&store, 1, "given", "press-1", NOW).await.unwrap();
    store.record(&lease, &pass([entry("item", &[("given", 1)], saved(1))]), NOW).await.unwrap();
    take_back(&store, 1, "given", "press-2", NOW).await.unwrap();
    let waiting = async || store.waiting_saves(&address(1), 10).await.unwrap();
    let revision = waiting().await[0].revision;
    let issue = issue("ENTITY_IS_LOCKED");
    let asked = entry("item", &[("given", revision)], Outcome::Refused(issue.clone()));
    let asked = Entry { action: Action::Unsync, ..asked };
    let write = Write::Delete { event: event(1), stands: subject("Lunch") };
    let refused = vec![RefusedAttempt { attempt: Attempt { item: item("item"), write }, issue }];
    let is_asked = async || waiting().await.len() == 1;
    let refusal = Pass { entries: vec![asked.clone()], refused, ..Pass::default() };
    store.record(&lease, &refusal, NOW).await.unwrap();
    assert!(is_asked().await);
    // While it rests, and nothing is written, it stays too.
    store.record(&lease, &pass([asked.clone()]), NOW).await.unwrap();
    assert!(is_asked().await);
    // What the rules refuse of a pair is told once.
    store.retry_issue(&address(1), &item("item"), NOW).await.unwrap();
    store.record(&lease, &pass([asked]), NOW).await.unwrap();
    assert!(!is_asked().await);
}
