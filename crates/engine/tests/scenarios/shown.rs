//! Records that the calendar shows: those of objects (OBJ-1) and Events of public calendars (GRP-2).

use calbridge_engine::{
    Outcome, SessionError,
    ports::{Pointer, SeenItem, Trouble, Wanted},
    ruling::Ruling,
};
use calbridge_rules::{
    autosave::Skip,
    cause::Cause,
    id::{ItemId, RecordId},
    item::{Attendee, Kind, Reminder, Role, ShowAs, Span},
    mapping::ItemValues,
    objects::{RecordItem, Shown, public_item},
    settings::Unlinked,
};
use chrono::{Days, TimeDelta};

use crate::desk::{DANA, Desk, Fault, MARA, appointment, dana, item_id, now, person, record, skipped};

fn task(number: u32) -> RecordId {
    record("00T", number)
}

/// So many days from today.
fn on_day(days: i64) -> Span {
    let first = (now() + TimeDelta::days(days)).date_naive();
    Span::AllDay { first, end_exclusive: first + Days::new(1) }
}

fn says(record: &RecordId, subject: &str, span: Span) -> RecordItem {
    let values = ItemValues { subject: Some(subject.to_owned()), span: Some(span), ..ItemValues::default() };
    RecordItem { record: record.clone(), shown: Shown::Record, values, category: "Task".to_owned() }
}

fn wants(desk: &Desk, number: u32, subject: &str, days: i64) {
    let says = says(&task(number), subject, on_day(days));
    desk.want(&task(number), Wanted::Item(Box::new(says)));
}

/// The item of a record.
#[track_caller]
fn item_of(desk: &Desk, number: u32) -> ItemId {
    desk.state().records[&task(number)].standing.as_ref().unwrap().item.clone()
}

/// The item of a record, as it stands in the calendar.
#[track_caller]
fn seen(desk: &Desk, number: u32) -> SeenItem {
    let item = item_of(desk, number);
    desk.state().items[&item].clone()
}

fn names(desk: &Desk) -> Vec<String> {
    desk.state().items.values().map(|item| item.item.subject.clone()).collect()
}

fn issue_of(desk: &Desk, number: u32) -> Option<String> {
    desk.state().records[&task(number)].issue.as_ref().map(|issue| issue.code.clone())
}

/// Mara's desk, with a Task due tomorrow in her calendar.
fn with_task() -> Desk {
    let desk = Desk::with([]);
    wants(&desk, 1, "Call Acme", 1);
    desk.shown_at_rest();
    desk
}

#[test]
fn obj_1_a_record_comes_down_as_an_item_with_the_category_of_its_object() {
    let desk = with_task();
    let item = seen(&desk, 1);
    assert_eq!((item.item.subject.as_str(), item.item.span), ("Call Acme", on_day(1)));
    assert_eq!(item.item.categories, ["Task"]);
    assert_eq!((item.item.show_as, item.item.reminder), (Some(ShowAs::Free), Some(Reminder::Off)));
    assert_eq!(item.pointer, Some(Pointer::Failed("OBJ-1".to_owned())));
    assert_eq!(desk.state().events.len(), 0, "nothing goes up");
    assert_eq!(desk.both().unwrap().looked, 0);
    assert_eq!(desk.state().calls, ["changes", "record"], "our own write coming back is no news");
}

#[test]
fn obj_1_an_item_follows_its_record_and_goes_with_it() {
    let desk = with_task();
    wants(&desk, 1, "Call Acme again", 2);
    desk.shown_at_rest();
    let item = seen(&desk, 1).item;
    assert_eq!((item.subject.as_str(), item.span), ("Call Acme again", on_day(2)));
    desk.want(&task(1), Wanted::Nothing);
    desk.shown_at_rest();
    assert_eq!(names(&desk), [""; 0]);
    assert!(desk.state().records.is_empty(), "nothing is left to look after");
}

#[test]
fn obj_1_an_edit_in_outlook_is_put_back_and_what_the_record_does_not_say_is_the_users() {
    let desk = with_task();
    let item = item_of(&desk, 1);
    desk.edit(item.as_str(), |seen| {
        seen.item.subject = "Later".to_owned();
        seen.item.span = on_day(5);
        seen.item.location = "Phone".to_owned();
        seen.item.body = Some("My notes".to_owned());
        seen.item.categories = vec!["Calls".to_owned(), "Salesforce".to_owned()];
    });
    desk.shown_at_rest();
    let seen = desk.state().items[&item].item.clone();
    assert_eq!((seen.subject.as_str(), seen.span), ("Call Acme", on_day(1)));
    assert_eq!((seen.location.as_str(), seen.body.as_deref()), ("Phone", Some("My notes")));
    assert_eq!(seen.categories, ["Task", "Calls"], "the wish to save it is none");
    assert_eq!(desk.state().events.len(), 0);
    assert_eq!(desk.state().requests.len(), 0);
}

#[test]
fn obj_1_a_deletion_in_outlook_is_made_up_for() {
    let desk = with_task();
    let first = item_of(&desk, 1);
    desk.delete(first.as_str());
    desk.shown_at_rest();
    let second = item_of(&desk, 1);
    assert_ne!(first, second);
    assert_eq!(names(&desk), ["Call Acme"]);
}

#[test]
fn obj_1_an_item_that_is_missing_from_a_whole_round_is_looked_for() {
    let desk = with_task();
    let first = item_of(&desk, 1);
    desk.delete(first.as_str());
    desk.state().cursor = None;
    desk.state().changed.clear();
    desk.shown_at_rest();
    assert_eq!(names(&desk), ["Call Acme"]);
    assert_ne!(item_of(&desk, 1), first);
}

#[test]
fn obj_1_a_session_that_dies_between_making_and_keeping_leaves_one_item() {
    let desk = Desk::with([]);
    desk.state().settings.autosave.appointments = true;
    desk.state().settings.autosave.also.unlinked = Unlinked::All;
    wants(&desk, 1, "Call Acme", 1);
    desk.dies_over_records();
    assert_eq!(names(&desk), ["Call Acme"]);
    let report = desk.pairs_alone();
    assert_eq!(report.entries, [], "nobody saves an item of a record: {report:?}");
    desk.shown_at_rest();
    assert_eq!((names(&desk), desk.state().events.len()), (vec!["Call Acme".to_owned()], 0));
}

#[test]
fn obj_1_a_lost_answer_makes_no_second_item_and_what_changed_meanwhile_comes_down() {
    let desk = Desk::with([]);
    wants(&desk, 1, "Call Acme", 1);
    desk.strike("create", Fault::Afterwards(Trouble::Unclear));
    assert!(desk.both().unwrap().again.is_some());
    wants(&desk, 1, "Call Acme at noon", 1);
    desk.shown_at_rest();
    assert_eq!(names(&desk), ["Call Acme at noon"]);
}

#[test]
fn obj_1_autosave_and_save_leave_items_of_records_alone() {
    let desk = with_task();
    let item = item_of(&desk, 1);
    desk.state().settings.autosave.appointments = true;
    desk.state().settings.autosave.also.unlinked = Unlinked::All;
    desk.put(appointment("own"));
    desk.press(item.as_str(), dana());
    let report = desk.session().unwrap();
    let refused = report.entries.iter().find(|entry| entry.item == item).unwrap();
    let Outcome::Lost(issue) = &refused.outcome else { panic!("{refused:?}") };
    assert_eq!(issue.code, "OBJ-1");
    assert!(issue.remedy.contains("Change it in Salesforce"), "{issue:?}");
    assert!(desk.state().requests.is_empty(), "it is not asked again");
    assert_eq!(desk.state().items[&item].item.categories, ["Task"]);
    assert_eq!(desk.state().pairs.keys().collect::<Vec<_>>(), [&item_id("own")]);
    desk.press_unsync(item.as_str());
    desk.rest();
    assert_eq!(names(&desk).len(), 2, "Unsync is refused as well");
}

#[test]
fn obj_1_only_records_in_the_window_come_down_and_others_when_they_come_into_it() {
    let desk = Desk::with([]);
    wants(&desk, 1, "Long ago", -15);
    wants(&desk, 2, "In time", 61);
    desk.shown_at_rest();
    assert_eq!(names(&desk), [""; 0]);
    desk.state().passed = TimeDelta::days(1);
    desk.shown_at_rest();
    assert_eq!(names(&desk), ["In time"]);
}

#[test]
fn obj_1_a_record_without_a_date_is_told_until_it_has_one() {
    let desk = with_task();
    let dateless = Cause::RecordWithoutDate { object: "Task".to_owned() }.issue();
    desk.want(&task(1), Wanted::Trouble(dateless));
    desk.shown_at_rest();
    assert_eq!((names(&desk).len(), issue_of(&desk, 1).as_deref()), (0, Some("OBJ-1")));
    wants(&desk, 1, "Call Acme", 3);
    desk.shown_at_rest();
    assert_eq!((names(&desk), issue_of(&desk, 1)), (vec!["Call Acme".to_owned()], None));
}

#[test]
fn obj_1_an_item_with_guests_is_left_alone_so_that_nobody_gets_mail() {
    let desk = with_task();
    let item = item_of(&desk, 1);
    desk.edit(item.as_str(), |seen| {
        seen.item.subject = "Call with Dana".to_owned();
        seen.item.attendees = vec![Attendee { person: person(DANA), role: Role::Required, response: None }];
    });
    desk.shown_at_rest();
    assert_eq!(
        (names(&desk), issue_of(&desk, 1).as_deref()),
        (vec!["Call with Dana".to_owned()], Some("OBJ-1"))
    );
    desk.want(&task(1), Wanted::Nothing);
    desk.shown_at_rest();
    assert_eq!(names(&desk).len(), 1, "deleting it would cancel a meeting");
    assert!(desk.state().mails.is_empty());
    desk.edit(item.as_str(), |seen| seen.item.attendees.clear());
    desk.shown_at_rest();
    assert_eq!(names(&desk), [""; 0]);
}

#[test]
fn obj_1_a_record_never_becomes_a_series() {
    let desk = with_task();
    let first = item_of(&desk, 1);
    desk.edit(first.as_str(), |seen| seen.item.kind = Kind::Series);
    desk.shown_at_rest();
    let item = seen(&desk, 1);
    assert_eq!(item.item.kind, Kind::Single);
    assert_ne!(item.id, first);
    assert_eq!(names(&desk), ["Call Acme"]);
}

/// Twelve Tasks, and then none.
fn with_many_gone() -> (Desk, Vec<ItemId>) {
    let desk = Desk::with([]);
    for number in 1..=12 {
        wants(&desk, number, "Call", 1);
    }
    desk.shown_at_rest();
    for number in 1..=12 {
        desk.want(&task(number), Wanted::Nothing);
    }
    let Err(SessionError::Braked { items, pairs }) = desk.both() else { panic!("no brake") };
    assert_eq!((items.len(), pairs), (12, 12));
    assert_eq!(names(&desk).len(), 12, "before the first of them");
    (desk, items)
}

#[test]
fn dwn_6_many_deletions_of_items_of_records_wait_for_a_person_who_lets_them_go() {
    let (desk, items) = with_many_gone();
    desk.rule_on_shown(&items, Ruling::Approved);
    desk.shown_at_rest();
    assert_eq!(names(&desk), [""; 0]);
}

#[test]
fn dwn_6_items_of_records_that_a_person_keeps_are_the_users_own() {
    let (desk, items) = with_many_gone();
    desk.rule_on_shown(&items, Ruling::Discarded);
    desk.shown_at_rest();
    assert_eq!(names(&desk).len(), 12);
    assert!(desk.state().records.is_empty());
}

#[test]
fn obj_1_where_nothing_comes_down_items_stay_as_they_are() {
    let desk = with_task();
    desk.state().settings.down.is_on = false;
    desk.edit(item_of(&desk, 1).as_str(), |seen| seen.item.subject = "Mine".to_owned());
    wants(&desk, 2, "Another", 1);
    desk.shown_at_rest();
    assert_eq!(names(&desk), ["Mine"]);
    desk.state().settings.down.is_on = true;
    desk.shown_at_rest();
    assert_eq!(names(&desk), ["Call Acme", "Another"]);
}

#[test]
fn grp_2_an_event_of_a_public_calendar_comes_down_with_the_category_of_the_setting() {
    let desk = Desk::with([]);
    let fair = record("00U", 900);
    let values = |place: &str, body: &str| ItemValues {
        subject: Some("Hannover fair".to_owned()),
        location: Some(place.to_owned()),
        body: Some(body.to_owned()),
        span: Some(on_day(10)),
        show_as: Some(ShowAs::Busy),
        ..ItemValues::default()
    };
    let wants = |values: ItemValues, category: &str| {
        let says = public_item(&fair, values, category).unwrap();
        desk.want(&fair, Wanted::Item(Box::new(says)));
        desk.shown_at_rest();
        desk.state().items.values().next().unwrap().clone()
    };
    let item = wants(values("Hall 3", "Hall plan"), "Fairs");
    assert_eq!((item.item.location.as_str(), item.item.body.as_deref()), ("Hall 3", Some("Hall plan")));
    assert_eq!(
        (item.item.categories.clone(), item.item.show_as),
        (vec!["Fairs".to_owned()], Some(ShowAs::Busy))
    );
    assert_eq!(item.pointer, Some(Pointer::Failed("GRP-2".to_owned())));
    desk.edit(item.id.as_str(), |seen| seen.item.location = "Home".to_owned());
    let item = wants(values("Hall 3", "Another plan"), "Trade fairs");
    assert_eq!((item.item.location.as_str(), item.item.body.as_deref()), ("Hall 3", Some("Another plan")));
    assert_eq!(item.item.categories, ["Trade fairs"]);
    assert_eq!((names(&desk).len(), desk.state().pairs.len()), (1, 0));
    assert_eq!(skipped(&desk, item.id.as_str()), None::<Skip>, "{MARA} is told nothing");
}
