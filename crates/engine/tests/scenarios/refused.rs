//! What the org refuses for good: told, kept, and written again less and less often, or at once where anything changed.

use calbridge_engine::{Outcome, ports::Trouble};
use calbridge_rules::{
    event::{EventField, FieldValue},
    id::RecordId,
    saving::Choice,
    status::Issue,
};
use chrono::TimeDelta;

use crate::desk::{Desk, Fault, dana, meeting, record};

fn deleted() -> Issue {
    Issue {
        code: "ENTITY_IS_DELETED".to_owned(),
        reason: "A record picked in Name was deleted.".to_owned(),
        remedy: "Pick another record.".to_owned(),
        refusal: None,
    }
}

/// Dana in Name, and an Account in Related To.
fn with_account(number: u32) -> Choice {
    Choice { what: Some(record("001", number)), ..dana() }
}

/// A saved item for which something was chosen that the org refuses at each of two sessions.
fn rested() -> (Desk, RecordId) {
    let desk = Desk::with([meeting("a")]);
    let event = desk.saved("a");
    desk.press("a", with_account(7));
    check_refused(&desk, "update", 1);
    check_refused(&desk, "update", 1);
    (desk, event)
}

/// A session tells of the refusal and keeps the request, and wrote so often.
#[track_caller]
fn check_refused(desk: &Desk, call: &'static str, times: usize) {
    if times > 0 {
        desk.strike(call, Fault::Instead(Trouble::Refused(deleted())));
    }
    assert_eq!(desk.told(), Some(deleted()));
    assert_eq!(desk.calls(call), times);
    assert_eq!(desk.state().requests.len(), 1, "what was chosen is kept");
}

/// The next session writes, and the org takes it.
#[track_caller]
fn check_taken(desk: &Desk, event: &RecordId, number: u32) {
    desk.session().unwrap();
    assert_eq!(desk.calls("update"), 1);
    let account = FieldValue::Record(record("001", number));
    assert_eq!(desk.event(event).get(&EventField::What), Some(&account));
    desk.rest();
    let state = desk.state();
    assert!(state.requests.is_empty());
    assert!(!state.item("a").item.categories.contains(&"Sync Error".to_owned()));
}

#[test]
fn iss_1_a_choice_that_the_org_refuses_for_good_is_written_again_after_longer_and_longer_pauses() {
    let (desk, event) = rested();
    for hours in [2, 8, 24] {
        desk.state().passed += TimeDelta::hours(hours) - TimeDelta::minutes(1);
        check_refused(&desk, "update", 0);
        desk.state().passed += TimeDelta::minutes(1);
        check_refused(&desk, "update", 1);
    }
    desk.state().passed += TimeDelta::hours(24);
    check_taken(&desk, &event, 7);
}

#[test]
fn iss_1_what_rests_is_written_at_once_when_the_item_the_event_or_the_choice_changes() {
    let (desk, event) = rested();
    desk.edit("a", |seen| seen.item.location = "Bremen".to_owned());
    check_taken(&desk, &event, 7);

    let (desk, event) = rested();
    desk.edit_event(&event, |fields| {
        fields.insert(EventField::Location, FieldValue::Text("Kiel".to_owned()));
    });
    check_taken(&desk, &event, 7);

    let (desk, event) = rested();
    desk.state().requests.clear();
    desk.press("a", with_account(8));
    check_taken(&desk, &event, 8);
}

#[test]
fn iss_1_a_create_that_the_org_refuses_rests_whatever_brings_its_item_up() {
    let desk = Desk::with([meeting("a")]);
    desk.press("a", dana());
    check_refused(&desk, "upsert", 1);
    check_refused(&desk, "upsert", 1);
    desk.edit("a", |seen| seen.etag = "as somebody else's mark does".to_owned());
    check_refused(&desk, "upsert", 0);
    assert!(desk.state().events.is_empty());
    desk.edit("a", |seen| seen.item.subject = "Another".to_owned());
    desk.rest();
    assert_eq!(desk.state().events.len(), 1);
}

#[test]
fn uns_2_what_rests_is_not_journalled_and_loses_nothing() {
    let (desk, _) = rested();
    let entries = desk.state().journal.len();
    check_refused(&desk, "update", 0);
    let state = desk.state();
    assert_eq!(state.journal.len(), entries);
    assert!(state.clashes.is_empty());
}

#[test]
fn iss_1_an_edit_that_the_org_refuses_is_written_again_though_nobody_asks() {
    let desk = Desk::with([meeting("a")]);
    let event = desk.saved("a");
    desk.edit("a", |seen| seen.item.location = "Bremen".to_owned());
    desk.strike("update", Fault::Instead(Trouble::Refused(deleted())));
    desk.session().unwrap();
    desk.rest();
    let bremen = FieldValue::Text("Bremen".to_owned());
    assert_eq!(desk.event(&event).get(&EventField::Location), Some(&bremen));
    assert!(!desk.state().item("a").item.categories.contains(&"Sync Error".to_owned()));
}

/// The org refuses the next write of an Event, and takes the one after.
fn refuse_once(desk: &Desk) {
    desk.strike("update", Fault::Instead(Trouble::Refused(deleted())));
}

#[test]
fn sav_12_a_choice_that_the_org_refuses_holds_no_other_change_of_its_event_back() {
    let desk = Desk::with([meeting("a")]);
    let event = desk.saved("a");
    desk.press("a", with_account(7));
    desk.edit("a", |seen| seen.item.location = "Bremen".to_owned());
    refuse_once(&desk);
    let Outcome::Saved(saved) = desk.outcome() else { panic!("it is a pair") };
    assert_eq!((saved.issue, desk.calls("update")), (Some(deleted()), 2));
    let (bremen, account) = (FieldValue::Text("Bremen".to_owned()), FieldValue::Record(record("001", 7)));
    assert_eq!(desk.event(&event).get(&EventField::Location), Some(&bremen));
    assert_ne!(desk.event(&event).get(&EventField::What), Some(&account));
    assert!(
        saved.agreed.event.get(&EventField::What) != Some(&account),
        "nothing is agreed on that is not there"
    );
    assert_eq!(desk.state().requests.len(), 1, "what was chosen is kept");
    assert!(desk.state().item("a").item.categories.contains(&"Sync Error".to_owned()));

    // From now on it rests by itself, and what is edited goes up meanwhile.
    check_refused(&desk, "update", 1);
    check_refused(&desk, "update", 0);
    desk.edit("a", |seen| seen.item.location = "Kiel".to_owned());
    refuse_once(&desk);
    desk.session().unwrap();
    let kiel = FieldValue::Text("Kiel".to_owned());
    assert_eq!(desk.event(&event).get(&EventField::Location), Some(&kiel));
    assert_eq!(desk.state().requests.len(), 1);
    desk.state().passed += TimeDelta::hours(2);
    check_taken(&desk, &event, 7);
}

#[test]
fn sav_12_what_is_refused_without_the_choice_too_is_refused_as_a_whole() {
    let desk = Desk::with([meeting("a")]);
    let event = desk.saved("a");
    let stood = desk.event(&event);
    desk.press("a", with_account(7));
    desk.edit("a", |seen| seen.item.location = "Bremen".to_owned());
    refuse_once(&desk);
    check_refused(&desk, "update", 2);
    assert_eq!(desk.event(&event), stood);
    refuse_once(&desk);
    check_refused(&desk, "update", 2);
    check_refused(&desk, "update", 0);
}

#[test]
fn dwn_5_a_clash_is_listed_though_a_choice_beside_it_is_refused() {
    let desk = Desk::with([meeting("a")]);
    let event = desk.saved("a");
    desk.press("a", with_account(7));
    desk.edit("a", |seen| seen.item.location = "Bremen".to_owned());
    desk.edit_event(&event, |fields| {
        fields.insert(EventField::Location, FieldValue::Text("Kiel".to_owned()));
    });
    refuse_once(&desk);
    desk.session().unwrap();
    let state = desk.state();
    let listed: Vec<&EventField> = state.clashes.iter().map(|(_, clash)| &clash.field).collect();
    assert_eq!(listed, [&EventField::Location]);
}
