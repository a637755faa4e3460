//! What the journal keeps beside an Event's fields: relations, and what items said (UNS-2).

use calbridge_engine::ports::{ItemOver, Relation, Tie};
use calbridge_rules::{
    event::{EventField, EventFields, FieldValue},
    id::RecordId,
    invitees::InviteeStatus,
    settings::{DeleteInOutlook, Notifications},
};

use crate::desk::{Desk, appointment, dana, item_id, meeting, record};

fn text(text: &str) -> FieldValue {
    FieldValue::Text(text.to_owned())
}

fn rename(desk: &Desk, event: &RecordId, name: &str) {
    desk.edit_event(event, |fields| {
        fields.insert(EventField::Subject, text(name));
    });
    desk.rest();
}

#[test]
fn uns_2_what_an_item_said_is_kept_before_it_is_written_over() {
    let desk = Desk::with([appointment("a")]);
    let event = desk.saved("a");
    assert_eq!(desk.state().journal_of_items, [], "a first save writes nothing over");
    rename(&desk, &event, "From Salesforce");
    let subject = |name: &str| EventFields::from([(EventField::Subject, text(name))]);
    let (before, after) = (subject("Meeting a"), subject("From Salesforce"));
    assert_eq!(desk.state().journal_of_items, [ItemOver { item: item_id("a"), event, before, after }]);
}

#[test]
fn uns_2_what_is_held_is_not_written_and_so_not_kept() {
    let desk = Desk::with([meeting("a")]);
    let event = desk.saved("a");
    rename(&desk, &event, "From Salesforce");
    assert_eq!(desk.state().journal_of_items, []);
}

#[test]
fn uns_2_a_deleted_item_is_kept_whole() {
    let desk = Desk::with([meeting("a")]);
    let event = desk.saved("a");
    desk.state().settings.down.delete_in_outlook = DeleteInOutlook::All;
    desk.state().settings.notifications = Notifications::Send;
    desk.delete_event(&event);
    desk.rest();
    let state = desk.state();
    let [ItemOver { item, before, after, .. }] = state.journal_of_items.as_slice() else { panic!("one") };
    assert_eq!((item, after), (&item_id("a"), &EventFields::new()));
    assert_eq!(
        (&before[&EventField::Subject], &before[&EventField::Location]),
        (&text("Meeting a"), &text("Hamburg"))
    );
    let FieldValue::Text(body) = &before[&EventField::Description] else { panic!("no body") };
    assert!(body.ends_with("Agenda"), "{body}");
}

/// Somebody is invited to an Event.
fn invite(desk: &Desk, event: &RecordId, who: &RecordId, status: InviteeStatus) {
    let tie = Tie { is_named: false, invited: Some(status) };
    let row = Relation { event: event.clone(), id: record("0RE", 77), record: who.clone(), tie };
    desk.state().relations.push(row);
}

#[test]
fn uns_2_with_a_deleted_event_its_relations_are_kept() {
    let desk = Desk::with([appointment("a")]);
    let event = desk.saved("a");
    let theo = record("005", 3);
    invite(&desk, &event, &theo, InviteeStatus::Accepted);
    desk.press_unsync("a");
    desk.rest();
    let state = desk.state();
    let [over] = state.journal_of_ties.as_slice() else { panic!("{:?}", state.journal_of_ties) };
    assert_eq!(over.event, event);
    assert_eq!(over.before.people[&theo].invited, Some(InviteeStatus::Accepted));
    assert!(over.after.is_empty(), "all of them go");
}

#[test]
fn uns_2_what_salesforce_sets_up_with_a_new_event_is_written_over_nobody() {
    let desk = Desk::with([meeting("a")]);
    desk.state().relates_who = true;
    desk.press("a", dana());
    desk.rest();
    let state = desk.state();
    let [row] = state.relations.as_slice() else { panic!("{:?}", state.relations) };
    assert_eq!(
        row.tie,
        Tie { is_named: true, invited: Some(InviteeStatus::New) },
        "she is invited by her own row"
    );
    assert!(state.journal_of_ties.is_empty(), "{:?}", state.journal_of_ties);
}

#[test]
fn uns_2_an_answer_that_is_written_over_is_kept() {
    let desk = Desk::with([meeting("a")]);
    desk.state().settings.people.continuous_attendees = true;
    let event = desk.saved("a");
    assert!(desk.state().journal_of_ties.is_empty(), "who is only added is written over nobody");
    let dana = record("003", 1);
    desk.edit("a", |seen| seen.item.attendees[0].response = Some(calbridge_rules::item::Response::Accepted));
    desk.rest();
    let state = desk.state();
    let [over] = state.journal_of_ties.as_slice() else { panic!("{:?}", state.journal_of_ties) };
    let answers = (over.before.people[&dana].invited, over.after.people[&dana].invited);
    assert_eq!((&over.event, answers), (&event, (Some(InviteeStatus::New), Some(InviteeStatus::Accepted))));
}
