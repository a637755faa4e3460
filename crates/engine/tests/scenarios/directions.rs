//! Which way anything goes, and what an absence means: down-sync, one way only, deletions and cancellations (DWN, ONE, DES).

use calbridge_engine::{
    SessionError,
    ports::{Born, SeenItem},
    ruling::Held,
};
use calbridge_rules::{
    event::{EventField, EventFields, FieldValue},
    id::{ApiName, RecordId},
    item::Span,
    settings::{DeleteInOutlook, Direction, Mark, Notifications},
};
use chrono::TimeDelta;

use crate::desk::{Desk, Fault, appointment, dana, invited, item_id, meeting, now, record};

fn text(text: &str) -> FieldValue {
    FieldValue::Text(text.to_owned())
}

fn rename(desk: &Desk, event: &RecordId, name: &str) {
    desk.edit_event(event, |fields| {
        fields.insert(EventField::Subject, text(name));
    });
}

fn going(direction: Direction, item: SeenItem) -> (Desk, RecordId) {
    let desk = Desk::with([item]);
    let event = desk.saved("a");
    desk.state().settings.down.direction = direction;
    (desk, event)
}

fn subjects(desk: &Desk, event: &RecordId) -> (String, FieldValue) {
    let in_outlook = desk.state().item("a").item.subject.clone();
    (in_outlook, desk.event(event)[&EventField::Subject].clone())
}

#[track_caller]
fn check_subjects(desk: &Desk, event: &RecordId, expected: &str) {
    assert_eq!(subjects(desk, event), (expected.to_owned(), text(expected)));
}

#[test]
fn one_1_up_puts_salesforce_edits_back_and_makes_deleted_events_again() {
    let (desk, event) = going(Direction::Up, appointment("a"));
    rename(&desk, &event, "Mine now");
    desk.rest();
    check_subjects(&desk, &event, "Meeting a");
    assert_eq!(desk.state().clashes.len(), 1, "what was put back is kept");

    desk.delete_event(&event);
    desk.rest();
    let state = desk.state();
    assert_eq!(state.events.len(), 1);
    let again = &state.events[0].event;
    assert_ne!(again.id, event);
    assert_eq!(again.fields[&EventField::Subject], text("Meeting a"));
    assert_eq!(again.fields[&EventField::Who], FieldValue::Record(record("003", 1)), "with its links");
    assert_eq!(state.pairs[&item_id("a")].event, again.id);
}

#[test]
fn one_1_up_still_lets_creations_come_down() {
    let desk = Desk::with([]);
    desk.state().settings.down.direction = Direction::Up;
    desk.make_event(call(), born());
    desk.rest();
    assert_eq!(desk.state().items.len(), 1);
}

#[test]
fn one_1_down_puts_outlook_edits_back_and_makes_deleted_items_again() {
    let (desk, event) = going(Direction::Down, appointment("a"));
    desk.edit("a", |seen| seen.item.subject = "Mine now".to_owned());
    desk.rest();
    check_subjects(&desk, &event, "Meeting a");
    rename(&desk, &event, "From Salesforce");
    desk.rest();
    check_subjects(&desk, &event, "From Salesforce");

    desk.delete("a");
    desk.rest();
    let state = desk.state();
    let items: Vec<&SeenItem> = state.items.values().collect();
    assert_eq!((items.len(), items[0].item.subject.as_str()), (1, "From Salesforce"));
    assert_eq!(state.pairs.values().map(|pair| &pair.event).collect::<Vec<_>>(), [&event]);
    assert_eq!(state.events.len(), 1);
}

#[test]
fn one_1_down_makes_a_deleted_item_again_once_though_answers_are_lost() {
    for fault in [
        Fault::Afterwards(calbridge_engine::ports::Trouble::Unclear),
        Fault::Instead(calbridge_engine::ports::Trouble::Later { retry_after_ms: None }),
    ] {
        let (desk, _) = going(Direction::Down, appointment("a"));
        desk.delete("a");
        desk.strike("create", fault);
        desk.session().unwrap();
        desk.rest();
        let state = desk.state();
        assert_eq!((state.items.len(), state.pairs.len(), state.events.len()), (1, 1, 1));
    }
}

#[test]
fn ppl_8_a_revert_that_would_mail_is_held_whatever_the_setting_says() {
    let (desk, event) = going(Direction::Down, meeting("a"));
    desk.state().settings.notifications = Notifications::Send;
    desk.edit("a", |seen| seen.item.subject = "Mine now".to_owned());
    desk.rest();
    assert_eq!(subjects(&desk, &event), ("Mine now".to_owned(), text("Meeting a")));
    let Held::Change(held) = desk.state().held[&item_id("a")].clone() else { panic!("a deletion") };
    assert_eq!(held[&EventField::Subject], text("Meeting a"));
}

#[test]
fn dwn_1_with_down_sync_off_nothing_comes_down_and_outlook_goes_on_up() {
    let desk = Desk::with([appointment("a")]);
    let event = desk.saved("a");
    desk.state().settings.down.is_on = false;
    rename(&desk, &event, "From Salesforce");
    desk.make_event(call(), born());
    desk.rest();
    assert_eq!(subjects(&desk, &event), ("Meeting a".to_owned(), text("From Salesforce")));
    assert_eq!(desk.state().items.len(), 1);
    desk.edit("a", |seen| seen.item.location = "Kiel".to_owned());
    desk.rest();
    assert_eq!(desk.event(&event)[&EventField::Location], text("Kiel"));
    assert_eq!(desk.event(&event)[&EventField::Subject], text("From Salesforce"), "DES-2");
}

/// Deletes the Event of an item; answers whether the item is still there.
fn item_stays(desk: &Desk, event: &RecordId) -> bool {
    desk.delete_event(event);
    desk.rest();
    assert!(desk.state().pairs.is_empty());
    !desk.state().items.is_empty()
}

#[test]
fn dwn_2_delete_in_outlook_covers_all_or_what_was_made_in_salesforce() {
    for (setting, stays) in [
        (DeleteInOutlook::Never, true),
        (DeleteInOutlook::SalesforceBorn, true),
        (DeleteInOutlook::All, false),
    ] {
        let desk = Desk::with([appointment("a")]);
        let event = desk.saved("a");
        desk.state().settings.down.delete_in_outlook = setting;
        assert_eq!(item_stays(&desk, &event), stays, "{setting:?}");
    }
    for (setting, stays) in [(DeleteInOutlook::Never, true), (DeleteInOutlook::SalesforceBorn, false)] {
        let desk = Desk::with([]);
        let event = desk.make_event(call(), born());
        desk.rest();
        desk.state().settings.down.delete_in_outlook = setting;
        assert_eq!(item_stays(&desk, &event), stays, "{setting:?}");
    }
}

#[test]
fn dwn_2_an_attendees_item_is_never_deleted_and_a_meeting_where_nobody_wants_to_be_asked() {
    let desk = Desk::with([invited(meeting("a"))]);
    let event = desk.saved("a");
    desk.state().settings.down.delete_in_outlook = DeleteInOutlook::All;
    assert!(item_stays(&desk, &event));

    let desk = Desk::with([meeting("a")]);
    let event = desk.saved("a");
    desk.state().settings.down.delete_in_outlook = DeleteInOutlook::All;
    desk.state().settings.notifications = Notifications::Send;
    assert!(!item_stays(&desk, &event), "PPL-8: nobody wants to be asked");
}

#[test]
fn dwn_6_items_that_would_be_deleted_count_for_the_brake() {
    let names: Vec<String> = (0..11).map(|number| format!("item-{number}")).collect();
    let desk = Desk::with(names.iter().map(|name| appointment(name)));
    for name in &names {
        desk.press(name, dana());
    }
    desk.rest();
    desk.state().settings.down.delete_in_outlook = DeleteInOutlook::All;
    let events: Vec<RecordId> = desk.state().events.iter().map(|seen| seen.event.id.clone()).collect();
    for event in &events {
        desk.delete_event(event);
    }
    let items = desk.state().items.keys().cloned().collect();
    assert_eq!(desk.session(), Err(SessionError::Braked { items, pairs: 11 }));
    assert_eq!(desk.state().items.len(), 11);
}

#[test]
fn dwn_3_cancelled_instead_marks_the_event_of_a_meeting_that_is_over() {
    let field = ApiName::parse("Status__c").unwrap();
    let mark = || Some(Mark { field: field.clone(), value: "Cancelled".to_owned() });
    let desk = Desk::with([meeting("a")]);
    let event = desk.saved("a");
    desk.state().settings.down.cancelled_instead = mark();
    desk.delete("a");
    desk.rest();
    assert_eq!(desk.event(&event)[&EventField::Custom(field.clone())], text("Cancelled"));
    assert!(desk.state().pairs.is_empty());

    let desk = Desk::with([invited(meeting("a"))]);
    let event = desk.saved("a");
    desk.state().settings.down.cancelled_instead = mark();
    desk.edit("a", |seen| seen.is_cancelled = true);
    desk.rest();
    assert_eq!(desk.event(&event)[&EventField::Custom(field)], text("Cancelled"));
    assert!(desk.state().item("a").item.categories.is_empty() && desk.state().pairs.is_empty());
}

#[test]
fn dwn_3_an_organizer_who_deletes_ends_the_meeting_whoever_else_saved_it() {
    let desk = Desk::with([meeting("a")]);
    let event = desk.saved("a");
    desk.is_saved_by(&event, record("005", 2));
    desk.delete("a");
    desk.rest();
    assert!(desk.state().events.is_empty() && desk.state().pairs.is_empty());
}

#[test]
fn uns_1_an_attendee_who_deletes_leaves_the_event_to_the_other_savers() {
    let desk = Desk::with([invited(meeting("a"))]);
    let event = desk.saved("a");
    desk.is_saved_by(&event, record("005", 2));
    desk.delete("a");
    desk.rest();
    assert_eq!(desk.event(&event)[&EventField::Owner], FieldValue::Record(record("005", 2)));
    assert!(desk.state().pairs.is_empty());
}

#[test]
fn des_1_bodies_travel_once_and_a_change_of_subject_does_not_drag_them_along() {
    let desk = Desk::with([appointment("a")]);
    let event = desk.saved("a");
    desk.edit("a", |seen| {
        seen.item.body = Some("Another agenda".to_owned());
        seen.item.subject = "New".to_owned();
    });
    desk.edit_event(&event, |fields| {
        fields.insert(EventField::Description, text("Notes of the call"));
    });
    desk.rest();
    assert_eq!(desk.event(&event)[&EventField::Description], text("Notes of the call"), "DES-2");
    assert_eq!(desk.event(&event)[&EventField::Subject], text("New"));
    assert_eq!(desk.state().item("a").item.body.as_deref(), Some("Another agenda"));
}

#[test]
fn des_3_without_safe_description_bodies_travel_both_ways_and_keep_the_online_meeting() {
    let desk = Desk::with([appointment("a")]);
    desk.state().settings.shared.safe_description = false;
    let block =
        "________________________________\nJoin: https://teams.example/1\n________________________________";
    desk.edit("a", |seen| seen.item.body = Some(format!("Agenda\n\n{block}")));
    let event = desk.saved("a");
    desk.edit_event(&event, |fields| {
        fields.insert(EventField::Description, text("Bring the figures"));
    });
    desk.rest();
    let body = desk.state().item("a").item.body.clone().unwrap();
    assert!(body.starts_with("Bring the figures") && body.contains("https://teams.example/1"), "{body}");
    assert_eq!(desk.event(&event)[&EventField::Description], text("Bring the figures"));
    desk.edit("a", |seen| seen.item.body = Some("Short".to_owned()));
    desk.rest();
    assert_eq!(desk.event(&event)[&EventField::Description], text("Short"));
}

#[test]
fn des_4_head_lines_follow_the_meeting_with_continuous_attendees() {
    let desk = Desk::with([meeting("a")]);
    let event = desk.saved("a");
    let head = |desk: &Desk| {
        let FieldValue::Text(text) = desk.event(&event)[&EventField::Description].clone() else {
            panic!("no text")
        };
        text
    };
    desk.edit("a", |seen| *seen = crate::desk::between(seen.clone(), &["new@acme.example"]));
    desk.rest();
    assert!(head(&desk).contains("dana@acme.example"), "not unless the setting says so");
    desk.state().settings.people.continuous_attendees = true;
    desk.edit("a", |seen| seen.item.location = "Kiel".to_owned());
    desk.rest();
    assert!(head(&desk).contains("new@acme.example") && head(&desk).ends_with("Agenda"), "{}", head(&desk));
}

#[test]
fn xcp_1_a_pair_that_grows_too_long_stops_with_its_issue_and_goes_on_once_it_fits() {
    let desk = Desk::with([appointment("a")]);
    let event = desk.saved("a");
    let start = now();
    let lasting = |days| Span::Timed { start, end: start + TimeDelta::days(days) };
    desk.edit("a", |seen| seen.item.span = lasting(15));
    desk.rest();
    assert!(desk.state().item("a").item.categories.contains(&"Sync Error".to_owned()));
    assert_ne!(desk.event(&event)[&EventField::Start], FieldValue::Instant(start));
    desk.edit("a", |seen| seen.item.span = lasting(1));
    desk.rest();
    assert_eq!(desk.event(&event)[&EventField::Start], FieldValue::Instant(start));
    assert!(!desk.state().item("a").item.categories.contains(&"Sync Error".to_owned()));
}

#[test]
fn xcp_1_an_event_longer_than_14_days_stays_in_salesforce() {
    let desk = Desk::with([]);
    let mut long = call();
    long.insert(EventField::End, FieldValue::Instant(now() + TimeDelta::days(15)));
    desk.make_event(long, born());
    desk.rest();
    assert!(desk.state().items.is_empty());
}

#[test]
fn tzn_2_whole_days_travel_as_dates_in_both_directions() {
    let day = |day: u32| chrono::NaiveDate::from_ymd_opt(2026, 3, day).unwrap();
    let mut item = appointment("a");
    item.item.span = Span::AllDay { first: day(20), end_exclusive: day(22) };
    let desk = Desk::with([item]);
    let event = desk.saved("a");
    assert_eq!(desk.event(&event)[&EventField::End], FieldValue::Date(day(21)), "its last day");
    desk.edit_event(&event, |fields| {
        fields.insert(EventField::End, FieldValue::Date(day(23)));
    });
    desk.rest();
    assert_eq!(
        desk.state().item("a").item.span,
        Span::AllDay { first: day(20), end_exclusive: day(24) },
        "Outlook's end is the day after"
    );
}

pub(crate) fn born() -> Born {
    Born { by: record("005", 1), at: now() - TimeDelta::hours(1) }
}

pub(crate) fn call() -> EventFields {
    [
        (EventField::Owner, FieldValue::Record(record("005", 1))),
        (EventField::Subject, text("Call Dana")),
        (EventField::Start, FieldValue::Instant(now() + TimeDelta::hours(2))),
        (EventField::End, FieldValue::Instant(now() + TimeDelta::hours(3))),
        (EventField::IsAllDay, FieldValue::Flag(false)),
    ]
    .into_iter()
    .collect()
}
