//! What the org refuses of a series — the whole, a part, a date — and of an Event's relations: each rests by itself.

use calbridge_engine::{Outcome, ports::Trouble};
use calbridge_rules::{
    event::{EventField, EventFields, FieldValue},
    item::{Attendee, Role},
    mapping::ItemValues,
    relations::Abilities,
    saving::Choice,
    series::{Exception, Pattern, Range},
    status::Issue,
};
use chrono::TimeDelta;

use crate::desk::{DANA, Desk, Fault, INES, address, at, dana, item_id, meeting, person, record, series};

const DAILY: Pattern = Pattern::Daily { interval: 1 };
const FIRST: &str = "2026-03-18T13:00:00Z";
const THIRD: &str = "2026-03-20T13:00:00Z";

fn refusal() -> Issue {
    Issue {
        code: "FIELD_CUSTOM_VALIDATION_EXCEPTION".to_owned(),
        reason: "Fridays are for family.".to_owned(),
        remedy: "Choose another day.".to_owned(),
        refusal: None,
    }
}

fn text(text: &str) -> FieldValue {
    FieldValue::Text(text.to_owned())
}

fn placed(location: &str) -> Exception {
    let values = ItemValues { location: Some(location.to_owned()), ..ItemValues::default() };
    Exception { values, attendees: None }
}

/// A desk with a saved series of five days.
fn saved() -> Desk {
    let desk = Desk::with([]);
    series(&desk, "s", DAILY, Range::Count(5));
    desk.saved("s");
    desk
}

fn refuse(desk: &Desk, call: &'static str) {
    desk.strike(call, Fault::Instead(Trouble::Refused(refusal())));
}

/// A session tells of the refusal, and made so many calls.
#[track_caller]
fn check_told(desk: &Desk, call: &'static str, times: usize) {
    if times > 0 {
        refuse(desk, call);
    }
    check_says(desk, Some(&refusal()));
    assert_eq!(desk.calls(call), times, "{:?}", desk.state().calls);
}

/// The only outcome of a session says so.
#[track_caller]
fn check_says(desk: &Desk, expected: Option<&Issue>) {
    assert_eq!(desk.told().as_ref(), expected);
}

/// Something that changes nothing brings the series up.
fn touch(desk: &Desk) {
    desk.edit("s", |_| {});
}

fn pass_hours(desk: &Desk, hours: i64) {
    desk.state().passed += TimeDelta::hours(hours);
}

fn says(desk: &Desk, start: &str, field: &EventField) -> Option<FieldValue> {
    desk.event(&desk.row_at(start)).get(field).cloned()
}

#[test]
fn iss_1_a_series_that_the_org_refuses_to_make_rests_whatever_brings_it_up() {
    let desk = Desk::with([]);
    series(&desk, "s", DAILY, Range::Count(5));
    desk.press("s", dana());
    check_told(&desk, "create series", 1);
    check_told(&desk, "create series", 1);
    check_told(&desk, "create series", 0);
    pass_hours(&desk, 2);
    check_told(&desk, "create series", 1);
    pass_hours(&desk, 7);
    check_told(&desk, "create series", 0);
    desk.edit("s", |seen| "Another".clone_into(&mut seen.item.subject));
    desk.rest();
    assert_eq!(desk.rows().len(), 5, "another subject is another write");
    assert!(desk.state().requests.is_empty());
}

#[test]
fn iss_1_a_change_of_a_whole_series_that_the_org_refuses_rests_and_is_tried_again() {
    let desk = saved();
    desk.edit("s", |seen| "Board".clone_into(&mut seen.item.subject));
    check_told(&desk, "update series", 1);
    check_told(&desk, "update series", 1);
    let journal = desk.state().journal.len();
    touch(&desk);
    check_told(&desk, "update series", 0);
    assert_eq!(desk.state().journal.len(), journal, "what rests is not journalled");
    pass_hours(&desk, 2);
    desk.rest();
    assert_eq!(says(&desk, THIRD, &EventField::Subject), Some(text("Board")), "though nobody asks");
    assert!(!desk.state().item("s").item.categories.contains(&"Sync Error".to_owned()));
}

#[test]
fn iss_1_the_dates_of_a_series_are_not_written_again_while_the_whole_rests() {
    let desk = saved();
    desk.edit_series("s", |series| series.exceptions.insert(at(THIRD), placed("Kiel")));
    desk.rest();
    desk.edit("s", |seen| "Board".clone_into(&mut seen.item.subject));
    check_told(&desk, "update series", 1);
    check_told(&desk, "update series", 1);
    touch(&desk);
    check_told(&desk, "update series", 0);
    assert_eq!(desk.calls("update"), 0, "nothing was written over them");
    // A date that is edited meanwhile goes up by itself.
    desk.edit_series("s", |series| series.exceptions.insert(at(THIRD), placed("Bremen")));
    check_told(&desk, "update series", 0);
    assert_eq!(says(&desk, THIRD, &EventField::Location), Some(text("Bremen")));
    pass_hours(&desk, 2);
    desk.rest();
    assert_eq!(says(&desk, THIRD, &EventField::Location), Some(text("Bremen")));
    assert_eq!(says(&desk, FIRST, &EventField::Subject), Some(text("Board")));
}

#[test]
fn iss_1_one_date_that_the_org_refuses_rests_and_keeps_no_other_back() {
    let desk = saved();
    desk.edit_series("s", |series| series.exceptions.insert(at(THIRD), placed("Kiel")));
    check_told(&desk, "update", 1);
    check_told(&desk, "update", 1);
    touch(&desk);
    check_told(&desk, "update", 0);
    desk.edit_series("s", |series| series.exceptions.insert(at(FIRST), placed("Bremen")));
    check_says(&desk, Some(&refusal()));
    assert_eq!(says(&desk, FIRST, &EventField::Location), Some(text("Bremen")));
    // An edit of the date's own Event ends its rest.
    let row = desk.row_at(THIRD);
    desk.edit_event(&row, |fields| fields.insert(EventField::ShowAs, text("Free")));
    check_says(&desk, None);
    assert_eq!(says(&desk, THIRD, &EventField::Location), Some(text("Kiel")));
}

#[test]
fn iss_1_a_part_that_the_org_does_not_let_end_or_go_rests() {
    let desk = saved();
    desk.edit_series("s", |series| series.range = Range::Count(3));
    check_told(&desk, "update series", 1);
    check_told(&desk, "update series", 1);
    touch(&desk);
    check_told(&desk, "update series", 0);
    pass_hours(&desk, 2);
    desk.rest();
    assert_eq!(desk.rows().len(), 3);

    desk.edit_series("s", |series| series.cancelled.push(at(FIRST)));
    check_told(&desk, "delete event", 1);
    check_told(&desk, "delete event", 1);
    touch(&desk);
    check_told(&desk, "delete event", 0);
    pass_hours(&desk, 2);
    desk.rest();
    assert_eq!(desk.rows().len(), 2);
}

#[test]
fn iss_1_a_series_that_the_org_does_not_let_go_rests_and_is_journalled_once() {
    let desk = saved();
    desk.edit_series("s", |series| series.exceptions.insert(at(THIRD), placed("Kiel")));
    desk.rest();
    desk.press_unsync("s");
    check_told(&desk, "delete event", 1);
    check_told(&desk, "delete event", 1);
    let journal = desk.state().journal.len();
    touch(&desk);
    check_told(&desk, "delete event", 0);
    assert_eq!(desk.state().journal.len(), journal);
    pass_hours(&desk, 2);
    desk.rest();
    assert!(desk.state().events.is_empty());
}

#[test]
fn iss_1_an_event_that_the_org_does_not_let_go_rests_and_goes_in_the_end() {
    let desk = Desk::with([crate::desk::meeting("a")]);
    desk.saved("a");
    desk.delete("a");
    check_told(&desk, "delete event", 1);
    check_told(&desk, "delete event", 1);
    let journal = desk.state().journal.len();
    desk.session().unwrap();
    assert_eq!((desk.calls("delete event"), desk.state().journal.len()), (0, journal));
    pass_hours(&desk, 2);
    desk.rest();
    assert!(desk.state().events.is_empty() && desk.state().pairs.is_empty());
}

#[test]
fn iss_1_a_choice_for_a_whole_series_that_the_org_refuses_stays_asked_for() {
    let desk = saved();
    let choice = Choice { what: Some(record("001", 9)), ..dana() };
    desk.press("s", choice);
    check_told(&desk, "update series", 1);
    check_told(&desk, "update series", 1);
    check_told(&desk, "update series", 0);
    assert_eq!(desk.state().requests.len(), 1);
    pass_hours(&desk, 2);
    desk.rest();
    assert_eq!(says(&desk, FIRST, &EventField::What), Some(FieldValue::Record(record("001", 9))));
    assert!(desk.state().requests.is_empty());
    assert!(desk.state().kept.contains_key(&item_id("s")));
}

#[test]
fn iss_1_an_edit_of_the_master_in_salesforce_ends_the_rest_of_its_series() {
    let desk = saved();
    desk.edit("s", |seen| "Board".clone_into(&mut seen.item.subject));
    check_told(&desk, "update series", 1);
    check_told(&desk, "update series", 1);
    let master = desk.state().pairs[&item_id("s")].event.clone();
    let free: EventFields = [(EventField::ShowAs, text("Free"))].into_iter().collect();
    desk.change_in_classic(&master, &free);
    check_says(&desk, None);
    assert_eq!(says(&desk, FIRST, &EventField::Subject), Some(text("Board")));
}

#[test]
fn sav_12_a_choice_that_the_org_refuses_holds_no_other_change_of_a_series_back() {
    let desk = saved();
    desk.press("s", Choice { what: Some(record("001", 9)), ..dana() });
    desk.edit("s", |seen| "Board".clone_into(&mut seen.item.subject));
    refuse(&desk, "update series");
    check_says(&desk, Some(&refusal()));
    assert_eq!(says(&desk, FIRST, &EventField::Subject), Some(text("Board")));
    assert_eq!(desk.state().requests.len(), 1, "what was chosen is kept");
    check_told(&desk, "update series", 1);
    check_told(&desk, "update series", 0);
    pass_hours(&desk, 2);
    desk.rest();
    assert_eq!(says(&desk, FIRST, &EventField::What), Some(FieldValue::Record(record("001", 9))));
    assert_eq!(says(&desk, FIRST, &EventField::Subject), Some(text("Board")));
    assert!(desk.state().requests.is_empty());
}

/// Mara meets Dana and Ines, who is a user of the org; Hydra and Polar may be linked further.
fn with_ines() -> Desk {
    let mut seen = meeting("a");
    let guest = |who| Attendee { person: person(who), role: Role::Required, response: None };
    seen.item.attendees = vec![guest(DANA), guest(INES)];
    let desk = Desk::with([seen]);
    desk.state().users = vec![(address(INES), record("005", 2))];
    desk.state().abilities = Abilities { several_people: true, several_records: true };
    desk.state().settings.shared.multi_link = true;
    desk
}

fn further() -> Choice {
    Choice { also_what: vec![record("a00", 1), record("a00", 2)], ..dana() }
}

/// How many relations and further records there are.
fn related(desk: &Desk) -> (usize, usize) {
    let state = desk.state();
    (state.relations.len(), state.links.len())
}

/// The org refuses the first of the relations that are written next.
fn refuse_first(desk: &Desk) {
    desk.strike("relate", Fault::Afterwards(Trouble::Refused(refusal())));
}

#[test]
fn iss_1_relations_that_the_org_refuses_are_told_until_they_stand_and_rest() {
    let desk = with_ines();
    desk.press("a", further());
    refuse_first(&desk);
    check_says(&desk, Some(&refusal()));
    assert_eq!(related(&desk), (1, 2), "one that is refused keeps no other from being written");
    assert!(desk.state().requests.is_empty());
    // Only what is missing is written again: at once, and once more, since others stand beside it now.
    check_told(&desk, "relate", 1);
    check_told(&desk, "relate", 1);
    desk.edit("a", |seen| "Renamed".clone_into(&mut seen.item.subject));
    check_told(&desk, "relate", 0);
    assert_eq!((related(&desk), desk.calls("update")), ((1, 2), 1), "an edit goes up, and the issue stays");
    pass_hours(&desk, 2);
    desk.rest();
    assert_eq!(related(&desk), (2, 2));
    check_settled(&desk);
}

/// Nothing is the matter with the item any more.
#[track_caller]
fn check_settled(desk: &Desk) {
    let outcome = desk.state().outcomes[&item_id("a")].clone();
    let Outcome::Saved(saved) = outcome else { panic!("{outcome:?}") };
    assert_eq!(saved.issue, None);
    assert!(desk.state().refused.is_empty());
    assert!(desk.state().related[&item_id("a")].missing.is_none());
}

#[test]
fn iss_1_further_records_that_the_org_refuses_are_linked_once_it_takes_them() {
    let desk = with_ines();
    desk.saved("a");
    desk.press("a", further());
    refuse_first(&desk);
    check_says(&desk, Some(&refusal()));
    assert_eq!(related(&desk), (2, 1));
    desk.rest();
    let mut links: Vec<_> = desk.state().links.iter().map(|(_, linked)| linked.clone()).collect();
    links.sort();
    assert_eq!(links, [record("a00", 1), record("a00", 2)]);
    check_settled(&desk);
}

#[test]
fn iss_1_relations_that_are_refused_whole_rest_until_somebody_chooses_anew() {
    let desk = with_ines();
    desk.press("a", further());
    check_told(&desk, "relate", 1);
    check_told(&desk, "relate", 1);
    desk.edit("a", |seen| "Renamed".clone_into(&mut seen.item.subject));
    check_told(&desk, "relate", 0);
    assert_eq!(related(&desk), (0, 0));
    desk.press("a", Choice { also_what: vec![record("a00", 2)], ..dana() });
    desk.rest();
    let links: Vec<_> = desk.state().links.iter().map(|(_, linked)| linked.clone()).collect();
    assert_eq!((related(&desk).0, links), (2, vec![record("a00", 2)]));
    check_settled(&desk);
}

#[test]
fn iss_4_the_issue_of_relations_stays_while_salesforce_cannot_be_asked_about_them() {
    for call in ["users", "relations", "relate"] {
        let desk = with_ines();
        desk.press("a", dana());
        refuse_first(&desk);
        check_says(&desk, Some(&refusal()));
        desk.edit("a", |seen| "Renamed".clone_into(&mut seen.item.subject));
        desk.strike(call, Fault::Instead(Trouble::Later { retry_after_ms: None }));
        check_says(&desk, Some(&refusal()));
        desk.rest();
        check_settled(&desk);
    }
}
