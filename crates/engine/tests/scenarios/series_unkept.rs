//! Series that a session wrote in part, or wrote and did not live to keep. 18 March 2026 is a Wednesday.

use calbridge_engine::ports::Trouble;
use calbridge_rules::{
    event::{EventField, FieldValue},
    mapping::ItemValues,
    series::{Exception, Pattern, Range},
};
use chrono::TimeDelta;

use crate::desk::{Desk, Fault, at, dana, item_id, placed, series};

const DAILY: Pattern = Pattern::Daily { interval: 1 };

fn text(text: &str) -> FieldValue {
    FieldValue::Text(text.to_owned())
}

fn saved() -> Desk {
    let desk = Desk::with([]);
    series(&desk, "s", DAILY, Range::Count(4));
    desk.saved("s");
    desk
}

fn named(subject: &str) -> Exception {
    let values = ItemValues { subject: Some(subject.to_owned()), ..ItemValues::default() };
    Exception { values, attendees: None }
}

/// Found by the simulation (seed 255 of its series): what single dates said was written over, the session did not live to list
/// it, and the next one found both sides agreed.
#[test]
fn dwn_5_dates_of_a_series_are_clashes_though_a_session_did_not_live_to_list_them() {
    let desk = saved();
    let dates = ["2026-03-18T13:00:00Z", "2026-03-19T13:00:00Z"].map(|start| desk.row_at(start));
    for (date, name) in dates.iter().zip(["From one", "From another"]) {
        desk.edit_event(date, |fields| fields.insert(EventField::Subject, text(name)));
    }
    desk.edit_series("s", |series| series.exceptions.insert(at("2026-03-19T13:00:00Z"), named("Its own")));
    desk.edit("s", |seen| "Board".clone_into(&mut seen.item.subject));
    desk.strike("record", Fault::Instead(Trouble::Fenced));
    desk.session().unwrap_err();
    let subject = |row| desk.event(row).get(&EventField::Subject).cloned().unwrap();
    assert_eq!([subject(&dates[0]), subject(&dates[1])], [text("Board"), text("Its own")]);
    assert_eq!(desk.state().clash_events, []);
    desk.rest();
    let state = desk.state();
    assert_eq!(state.clash_events, dates);
    let lost: Vec<FieldValue> = state.clashes.iter().map(|(_, clash)| clash.salesforce.clone()).collect();
    assert_eq!(lost, [text("From one"), text("From another")]);
    assert_eq!(state.foreseen, []);
}

/// A date that the org refuses lost nothing, though the rest of its series is written.
#[test]
fn dwn_5_a_date_that_could_not_be_written_is_no_clash_until_it_is() {
    let desk = saved();
    let date = desk.row_at("2026-03-19T13:00:00Z");
    desk.edit_event(&date, |fields| fields.insert(EventField::Subject, text("From one")));
    desk.edit_series("s", |series| series.exceptions.insert(at("2026-03-19T13:00:00Z"), named("Its own")));
    desk.strike("update", Fault::Instead(Trouble::Later { retry_after_ms: None }));
    drop(desk.session());
    assert_eq!(desk.event(&date).get(&EventField::Subject), Some(&text("From one")));
    assert_eq!(desk.state().clash_events, []);
    desk.rest();
    assert_eq!(desk.event(&date).get(&EventField::Subject), Some(&text("Its own")));
    assert_eq!(desk.state().clash_events, [date]);
}

/// Found by the simulation (seed 387 of its series): once the date was over, what the session had written of it was taken for
/// somebody's edit in Salesforce, and waited to be sent to everybody.
#[test]
fn ser_4_a_past_date_that_a_session_made_and_did_not_live_to_keep_is_no_edit_in_salesforce() {
    let desk = Desk::with([]);
    series(&desk, "s", DAILY, Range::Count(5));
    desk.edit_series("s", |series| series.exceptions.insert(at("2026-03-18T13:00:00Z"), placed("Kiel")));
    desk.press("s", dana());
    desk.strike("record", Fault::Instead(Trouble::Fenced));
    desk.session().unwrap_err();
    desk.state().passed = TimeDelta::days(2);
    desk.rest();
    assert!(desk.state().held.is_empty(), "{:?}", desk.state().held);
    assert_eq!(desk.state().items[&item_id("s")].item.location, "Hamburg");
    let place = |start: &str| desk.event(&desk.row_at(start)).get(&EventField::Location).cloned();
    assert_eq!(place("2026-03-18T13:00:00Z"), Some(text("Kiel")));
    assert_eq!(place("2026-03-19T13:00:00Z"), Some(text("Hamburg")));
}

#[test]
fn ser_2_a_date_that_was_over_when_its_series_was_saved_says_what_it_said() {
    let desk = Desk::with([]);
    series(&desk, "s", DAILY, Range::Count(5));
    desk.edit_series("s", |series| series.exceptions.insert(at("2026-03-18T13:00:00Z"), placed("Kiel")));
    desk.state().passed = TimeDelta::days(2);
    desk.saved("s");
    let place = |start: &str| desk.event(&desk.row_at(start)).get(&EventField::Location).cloned();
    assert_eq!(place("2026-03-18T13:00:00Z"), Some(text("Kiel")));
    assert_eq!(place("2026-03-19T13:00:00Z"), Some(text("Hamburg")));
}
