use calbridge_rules::{
    id::{Address, ItemId},
    saving::{Choice, SyncOff},
};
use calbridge_wire::{Rejection, service::IdFormat};

use super::*;

fn user(letter: char) -> RecordId {
    RecordId::parse(&format!("005D0000000000{letter}")).unwrap()
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

fn item(id: &str) -> ItemRef {
    ItemRef {
        mailbox: Address::parse("mara@brightwater.example").unwrap(),
        item_id: ItemId::parse(id).unwrap(),
        id_format: IdFormat::Ews,
        series_id: None,
    }
}

fn entry(key: &str, item_id: &str) -> Entry {
    Entry {
        user: user('A'),
        request: SaveRequest {
            idempotency_key: key.to_owned(),
            item: item(item_id),
            choice: Choice::default(),
        },
        kept_at: now(),
        categorized: false,
        refused: None,
        withdrawn: false,
    }
}

fn keys(all: &[Entry]) -> Vec<&str> {
    all.iter().map(|entry| entry.request.idempotency_key.as_str()).collect()
}

fn refused() -> Refused {
    Refused { code: String::new(), reason: String::new(), remedy: String::new(), refusal: None }
}

#[test]
fn sav_12_a_newer_request_for_an_item_takes_the_place_of_the_older() {
    let mut all = vec![entry("one", "A"), entry("two", "B")];
    assert_eq!(add(&mut all, entry("three", "A")), Ok(()));
    assert_eq!(keys(&all), ["two", "three"]);
}

#[test]
fn requests_of_two_users_for_one_item_stand_side_by_side() {
    let mut all = vec![entry("one", "A")];
    let other = Entry { user: user('B'), ..entry("two", "A") };
    assert_eq!(add(&mut all, other), Ok(()));
    assert_eq!(keys(&all), ["one", "two"]);
    assert!(all[1].waits_for(&user('B')) && !all[1].waits_for(&user('A')));
}

#[test]
fn sav_4_a_full_outbox_gives_up_refusals_but_no_request_that_waits() {
    let mut all: Vec<Entry> =
        (0..ENTRY_LIMIT).map(|number| entry(&number.to_string(), &format!("I{number}"))).collect();
    assert_eq!(add(&mut all, entry("new", "N")), Err(NotKept::Full));
    assert_eq!(all.len(), ENTRY_LIMIT);
    all[7].refused = Some(refused());
    assert_eq!(add(&mut all, entry("new", "N")), Ok(()));
    assert_eq!(all.len(), ENTRY_LIMIT);
    assert!(!keys(&all).contains(&"7"));
}

#[test]
fn sav_4_a_request_that_waited_30_days_is_told_and_not_dropped() {
    let mut all = vec![entry("old", "A"), entry("young", "B")];
    all[0].kept_at = now() - TimeDelta::days(WAIT_DAYS) - TimeDelta::seconds(1);
    all[1].kept_at = now() - TimeDelta::days(WAIT_DAYS);
    expire(&mut all, now());
    assert_eq!(all[0].refused.as_ref().map(|refused| refused.code.as_str()), Some("SAV-4"));
    assert_eq!(all[1].refused, None);
}

#[test]
fn a_refusal_is_shown_for_60_days() {
    let mut all = vec![entry("old", "A")];
    all[0].refused = Some(refused());
    all[0].kept_at = now() - TimeDelta::days(SHOW_DAYS);
    expire(&mut all, now());
    assert_eq!(all.len(), 1);
    expire(&mut all, now() + TimeDelta::seconds(1));
    assert!(all.is_empty());
}

#[test]
fn sav_4_whatever_may_pass_leaves_the_request_waiting() {
    let passing = [
        CallError::Offline { side: String::new() },
        CallError::SignedOut,
        CallError::ConsentLost { reason: String::new() },
        CallError::Throttled { retry_after_ms: None },
        CallError::Unavailable { status: 502, retry_after_ms: None },
        CallError::Contended(Rejection::default()),
        CallError::Malformed { what: String::new() },
    ];
    for error in passing {
        assert_eq!(outcome(Err(error.clone())), None, "{error:?}");
    }
}

#[test]
fn sav_3_sync_that_was_turned_off_meanwhile_is_told_as_such() {
    let rejection = Rejection { sync_off: Some(SyncOff::Paused), ..Rejection::default() };
    let outcome = outcome(Err(CallError::Rejected(rejection)));
    let refusal = outcome.and_then(Result::err).and_then(|refused| refused.refusal);
    assert_eq!(refusal, Some(Refusal::SyncOff { why: SyncOff::Paused }));
}

#[test]
fn only_the_request_that_was_answered_is_settled() {
    let mut all = vec![entry("one", "A"), entry("two", "B")];
    settle(&mut all, &entry("one", "A"), Ok(()));
    assert_eq!(keys(&all), ["two"]);
    settle(&mut all, &entry("two", "B"), Err(refused()));
    assert_eq!(all[0].refused, Some(refused()));
}

#[test]
fn uns_1_an_answer_to_the_save_leaves_the_word_that_it_is_withdrawn() {
    let withdrawn = Entry { withdrawn: true, ..entry("one", "A") };
    let mut all = vec![withdrawn.clone()];
    for answer in [Ok(()), Err(refused())] {
        settle(&mut all, &entry("one", "A"), answer);
        assert_eq!(all, std::slice::from_ref(&withdrawn));
    }
    settle(&mut all, &withdrawn, Err(refused()));
    assert!(all.is_empty(), "nobody waits for what was withdrawn");
}

#[test]
fn uns_1_what_was_withdrawn_is_given_up_after_30_days_and_never_told() {
    let withdrawn = Entry { withdrawn: true, ..entry("one", "A") };
    let mut all = vec![withdrawn.clone()];
    expire(&mut all, now() + TimeDelta::days(WAIT_DAYS));
    assert_eq!(all, [withdrawn]);
    expire(&mut all, now() + TimeDelta::days(WAIT_DAYS) + TimeDelta::seconds(1));
    assert!(all.is_empty());
}

#[test]
fn uns_1_entries_of_an_older_pane_are_not_withdrawn() {
    let text = entry("one", "A").write().to_string().replace(",\"withdrawn\":false", "");
    assert!(!text.contains("withdrawn"));
    assert_eq!(Entry::read(&calbridge_wire::value::parse(text.as_bytes()).unwrap()), Some(entry("one", "A")));
}

#[test]
fn what_is_kept_is_read_again_as_it_was() {
    let shown = Refused { refusal: Some(Refusal::SyncOff { why: SyncOff::Paused }), ..refused() };
    for (withdrawn, refused) in [(false, None), (true, None), (false, Some(shown)), (false, Some(refused()))]
    {
        let entry = Entry { refused, withdrawn, ..entry("one", "A") };
        let text = entry.write().to_string();
        assert_eq!(Entry::read(&calbridge_wire::value::parse(text.as_bytes()).unwrap()), Some(entry));
    }
}
