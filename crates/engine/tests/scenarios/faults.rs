//! What goes wrong, and what remains: at most one Event, nothing lost.

use calbridge_engine::{
    Outcome, SessionError,
    ports::{Pointer, RoundEnd, SeenItem, Trouble},
    report::Again,
};
use calbridge_rules::{
    event::{EventField, FieldValue},
    item::Span,
    saving::Choice,
    settings::Multiday,
    status::Issue,
};
use chrono::TimeDelta;

use crate::desk::{
    Desk, Fault, INES, address, appointment, categorized, dana, item_id, meeting, organized_by, pointed,
    record,
};

fn issue() -> Issue {
    Issue {
        code: "FIELD_CUSTOM_VALIDATION_EXCEPTION".to_owned(),
        reason: "Fridays are for family".to_owned(),
        remedy: "Choose another day.".to_owned(),
        refusal: None,
    }
}

/// Presses Save, lets a fault strike, runs sessions until nothing is left, and expects one Event, kept and marked.
#[track_caller]
fn check(call: &'static str, fault: &Fault) {
    let desk = Desk::with([meeting("a")]);
    desk.press("a", dana());
    desk.strike(call, fault.clone());
    for _ in 0..4 {
        // A session that fails leaves everything to the next one.
        drop(desk.session());
    }
    let state = desk.state();
    assert_eq!(state.events.len(), 1, "{call} {fault:?}");
    assert_eq!(state.pairs[&item_id("a")].event, state.events[0].event.id, "{call} {fault:?}");
    assert!(state.requests.is_empty() && state.unmarked.is_empty(), "{call} {fault:?}");
    let event = state.events[0].event.id.clone();
    drop(state);
    assert_eq!(pointed(&desk, "a"), Some(Pointer::Saved(event)), "{call} {fault:?}");
}

#[test]
fn dup_3_whatever_fails_once_ends_in_one_event() {
    let calls = ["read", "changes", "events by key", "upsert", "record", "mark"];
    for call in calls {
        for trouble in [
            Trouble::Unclear,
            Trouble::Later { retry_after_ms: Some(5) },
            Trouble::Stale,
            Trouble::Stopped("no".to_owned()),
            Trouble::Fenced,
        ] {
            check(call, &Fault::Instead(trouble.clone()));
            check(call, &Fault::Afterwards(trouble));
        }
    }
}

#[test]
fn dup_3_an_unclear_create_is_settled_by_reading_its_key_before_anything_is_repeated() {
    let desk = Desk::with([meeting("a")]);
    desk.press("a", dana());
    desk.strike("upsert", Fault::Afterwards(Trouble::Unclear));
    assert!(matches!(desk.outcome(), Outcome::Saved(_)));
    assert_eq!(desk.calls("upsert"), 1, "it was there: nothing is repeated");
    assert_eq!(desk.state().events.len(), 1);
}

#[test]
fn dup_3_an_unclear_create_that_is_not_there_is_tried_once_more_and_then_left() {
    let desk = Desk::with([meeting("a")]);
    desk.press("a", dana());
    for _ in 0..2 {
        desk.strike("upsert", Fault::Instead(Trouble::Unclear));
    }
    assert_eq!(desk.outcome(), Outcome::Deferred);
    assert_eq!(desk.calls("upsert"), 2);
    assert!(matches!(desk.outcome(), Outcome::Saved(_)));
}

#[test]
fn dup_4_two_mailboxes_never_create_one_meeting_at_the_same_time() {
    let desk = Desk::with([meeting("a")]);
    desk.press("a", dana());
    desk.state().taken.insert(calbridge_engine::observe::key_of(&meeting("a")));
    assert_eq!(desk.outcome(), Outcome::Deferred);
    assert_eq!(desk.calls("upsert"), 0);
}

#[test]
fn a_crash_between_the_create_and_its_record_leaves_one_event() {
    let desk = Desk::with([meeting("a")]);
    desk.press("a", dana());
    desk.strike("record", Fault::Instead(Trouble::Later { retry_after_ms: None }));
    assert_eq!(desk.session(), Err(SessionError::Later { retry_after_ms: None }));
    assert_eq!(desk.state().events.len(), 1);
    assert!(desk.state().pairs.is_empty());
    assert_eq!(desk.calls("mark"), 0, "what is not recorded is not told");

    assert!(matches!(desk.outcome(), Outcome::Saved(_)));
    assert_eq!((desk.calls("upsert"), desk.calls("update")), (0, 0));
    assert_eq!(desk.state().events.len(), 1);
}

#[test]
fn dwn_5_an_edit_of_an_event_whose_create_was_never_recorded_is_listed_when_the_press_overrules_it() {
    let desk = Desk::with([meeting("a")]);
    desk.press("a", dana());
    desk.strike("record", Fault::Instead(Trouble::Later { retry_after_ms: None }));
    drop(desk.session());
    let event = desk.state().events[0].event.id.clone();
    let said = FieldValue::Text("From Salesforce".to_owned());
    desk.edit_event(&event, |fields| {
        fields.insert(EventField::Subject, said.clone());
    });
    desk.rest();
    let [(item, clash)] = desk.state().clashes.clone().try_into().unwrap();
    assert_eq!((item, clash.field, clash.salesforce), (item_id("a"), EventField::Subject, said));
}

/// An item whose Event was created by a session that died before it kept the pair.
fn created_and_not_kept() -> Desk {
    created_of(meeting("a"))
}

fn created_of(item: SeenItem) -> Desk {
    let desk = Desk::with([categorized(item)]);
    desk.strike("record", Fault::Instead(Trouble::Later { retry_after_ms: None }));
    drop(desk.session());
    let state = desk.state();
    assert_eq!((state.pairs.len(), state.events.len()), (0, 1));
    drop(state);
    desk
}

#[test]
fn dwn_5_an_item_that_changed_before_its_create_was_kept_brings_its_event_along() {
    let desk = created_and_not_kept();
    let who = desk.state().events[0].event.fields.get(&EventField::Who).cloned();
    desk.edit("a", |seen| "Renamed".clone_into(&mut seen.item.subject));
    desk.rest();
    let fields = desk.state().events[0].event.fields.clone();
    assert_eq!(fields[&EventField::Subject], FieldValue::Text("Renamed".to_owned()));
    assert_eq!(fields.get(&EventField::Who).cloned(), who, "nobody chose other links");
    let state = desk.state();
    assert!(state.clashes.is_empty() && state.intended.is_empty());
}

#[test]
fn dwn_5_an_event_that_changed_before_its_create_was_kept_brings_its_item_along() {
    let desk = created_of(appointment("a"));
    let event = desk.state().events[0].event.id.clone();
    desk.edit_event(&event, |fields| {
        fields.insert(EventField::Subject, FieldValue::Text("From Salesforce".to_owned()));
    });
    desk.rest();
    assert_eq!(desk.state().item("a").item.subject, "From Salesforce");
    assert!(desk.state().clashes.is_empty());
}

#[test]
fn dwn_3_an_item_that_went_before_its_create_was_kept_takes_its_event_along() {
    let desk = created_and_not_kept();
    desk.delete("a");
    desk.rest();
    let state = desk.state();
    assert!(state.events.is_empty() && state.intended.is_empty() && state.pairs.is_empty());
}

#[test]
fn uns_1_what_was_taken_back_before_its_create_was_kept_has_no_event() {
    let desk = created_and_not_kept();
    desk.press_unsync("a");
    desk.rest();
    assert!(desk.state().events.is_empty());
}

#[test]
fn dup_1_what_was_to_be_created_is_no_base_of_somebody_elses_event() {
    let desk = created_and_not_kept();
    let other = FieldValue::Record(record("005", 77));
    let event = desk.state().events[0].event.id.clone();
    desk.edit_event(&event, |fields| {
        fields.insert(EventField::Owner, other.clone());
    });
    desk.edit("a", |seen| "Renamed".clone_into(&mut seen.item.subject));
    desk.rest();
    let fields = desk.state().events[0].event.fields.clone();
    assert_ne!(fields[&EventField::Subject], FieldValue::Text("Renamed".to_owned()), "it is theirs");
    assert_eq!(desk.state().pairs[&item_id("a")].event, event);
}

#[test]
fn a_worker_that_lost_the_mailbox_writes_nothing_more() {
    let desk = Desk::with([meeting("a")]);
    desk.press("a", dana());
    desk.strike("record", Fault::Instead(Trouble::Fenced));
    assert_eq!(desk.session(), Err(SessionError::Fenced));
    assert_eq!(desk.calls("mark"), 0);
}

#[test]
fn a_mark_that_failed_is_made_up_for_without_asking_salesforce() {
    let desk = Desk::with([meeting("a")]);
    desk.press("a", dana());
    desk.strike("mark", Fault::Instead(Trouble::Later { retry_after_ms: None }));
    assert_eq!(desk.session().unwrap().unmarked, 1);
    assert_eq!(pointed(&desk, "a"), None);
    desk.session().unwrap();
    assert_eq!(desk.state().calls, ["changes", "read", "record", "mark"]);
    assert!(matches!(pointed(&desk, "a"), Some(Pointer::Saved(_))));
}

#[test]
fn an_item_that_changes_under_the_mark_is_read_again_and_marked() {
    let desk = Desk::with([meeting("a")]);
    desk.press("a", dana());
    desk.strike("mark", Fault::Instead(Trouble::Stale));
    assert_eq!(desk.session().unwrap().unmarked, 0);
    assert_eq!(desk.calls("mark"), 2);
    assert!(matches!(pointed(&desk, "a"), Some(Pointer::Saved(_))));
}

#[test]
fn what_the_org_refuses_is_an_issue_in_its_own_words() {
    let desk = Desk::with([meeting("a")]);
    desk.press("a", dana());
    desk.strike("upsert", Fault::Instead(Trouble::Refused(issue())));
    assert_eq!(desk.outcome(), Outcome::Refused(issue()));
    assert_eq!(pointed(&desk, "a"), Some(Pointer::Failed("FIELD_CUSTOM_VALIDATION_EXCEPTION".to_owned())));
    assert_eq!(desk.state().requests.len(), 1, "asked again at each session");
}

#[test]
fn an_update_that_the_org_refuses_leaves_the_pair_and_an_issue() {
    let desk = Desk::with([meeting("a")]);
    desk.has_event(&meeting("a"), crate::desk::record("005", 1));
    desk.press("a", dana());
    desk.strike("update", Fault::Instead(Trouble::Refused(issue())));
    let Outcome::Saved(saved) = desk.outcome() else { panic!("the pair stands") };
    assert_eq!(saved.issue, Some(issue()));
    assert!(desk.state().items[&item_id("a")].item.categories.contains(&"Sync Error".to_owned()));
}

#[test]
fn a_limit_says_when_to_come_back_and_the_others_go_on() {
    let desk = Desk::with([meeting("a"), meeting("b")]);
    desk.press("a", dana());
    desk.press("b", dana());
    desk.strike("upsert", Fault::Instead(Trouble::Later { retry_after_ms: Some(7_000) }));
    let report = desk.session().unwrap();
    assert_eq!(report.again, Some(Again { after_ms: Some(7_000) }));
    assert_eq!(report.entries.len(), 2, "every item has its outcome");
}

#[test]
fn a_stopped_org_stops_the_mailbox_after_what_was_done_is_recorded() {
    let desk = Desk::with([meeting("a"), meeting("b")]);
    desk.press("a", dana());
    desk.strike("upsert", Fault::Instead(Trouble::Stopped("no more".to_owned())));
    assert_eq!(desk.session(), Err(SessionError::Stopped("no more".to_owned())));
    assert_eq!(desk.calls("record"), 1);
    assert_eq!(desk.state().requests.len(), 1);
}

#[test]
fn sav_12_another_choice_that_the_org_was_too_busy_for_is_asked_again() {
    let desk = Desk::with([meeting("a")]);
    let event = desk.saved("a");
    let account = FieldValue::Record(record("001", 7));
    desk.press("a", Choice { what: Some(record("001", 7)), ..dana() });
    desk.strike("update", Fault::Instead(Trouble::Later { retry_after_ms: None }));
    desk.rest();
    assert_eq!(desk.event(&event).get(&EventField::What), Some(&account));
    assert!(desk.state().requests.is_empty());
}

#[test]
fn sav_12_another_choice_that_the_org_refused_once_is_asked_again_until_it_is_taken() {
    let desk = Desk::with([meeting("a")]);
    let event = desk.saved("a");
    let account = FieldValue::Record(record("001", 7));
    desk.press("a", Choice { what: Some(record("001", 7)), ..dana() });
    desk.strike("update", Fault::Instead(Trouble::Refused(issue())));
    let Outcome::Saved(saved) = desk.outcome() else { panic!("the pair stands") };
    assert_eq!(saved.issue, Some(issue()), "whoever chose it is told");
    assert_eq!(desk.state().requests.len(), 1);
    desk.rest();
    assert_eq!(desk.event(&event).get(&EventField::What), Some(&account));
    assert!(desk.state().requests.is_empty());
    assert!(!desk.state().item("a").item.categories.contains(&"Sync Error".to_owned()));
}

#[test]
fn dup_1_an_item_that_came_back_under_another_id_while_its_request_waited_is_found_by_its_meeting() {
    let desk = Desk::with([organized_by(meeting("a"), INES)]);
    desk.state().synced = vec![address(INES)];
    desk.press("a", dana());
    assert!(matches!(desk.outcome(), Outcome::Waiting(_)), "PPL-2");
    desk.delete("a");
    desk.put(SeenItem { id: item_id("b"), ..organized_by(meeting("a"), INES) });
    desk.state().synced.clear();
    desk.session().unwrap();
    assert!(desk.state().requests.is_empty());
    assert!(desk.state().pairs.contains_key(&item_id("b")), "{:?}", desk.state().outcomes);
}

#[test]
fn sav_12_a_choice_for_a_saved_item_that_the_rules_refuse_today_is_asked_again() {
    let desk = Desk::with([meeting("a")]);
    let event = desk.saved("a");
    desk.edit("a", |seen| seen.item.span = long(&seen.item.span));
    desk.state().settings.shared.multiday_events = Multiday::Off;
    desk.press("a", Choice { what: Some(record("001", 7)), ..dana() });
    assert!(matches!(desk.outcome(), Outcome::Refused(_)), "XCP-5");
    assert_eq!(desk.state().requests.len(), 1);
    desk.state().settings.shared.multiday_events = Multiday::On;
    desk.rest();
    assert_eq!(desk.event(&event).get(&EventField::What), Some(&FieldValue::Record(record("001", 7))));
    assert!(desk.state().requests.is_empty());
}

/// Over two days.
fn long(span: &Span) -> Span {
    match span {
        Span::Timed { start, .. } => Span::Timed { start: *start, end: *start + TimeDelta::hours(30) },
        Span::AllDay { .. } => *span,
    }
}

#[test]
fn iss_1_that_a_calendar_tells_its_changes_over_and_over_is_kept_until_it_comes_to_an_end() {
    let desk = Desk::with([meeting("a")]);
    for is_endless in [true, false] {
        desk.state().is_endless = is_endless;
        desk.session().unwrap();
        let expected = if is_endless { RoundEnd::Never } else { RoundEnd::Reached };
        assert_eq!(desk.state().round, expected);
    }
}
