//! Series that were made in Salesforce: Classic ones come down as series (SER-6), Lightning ones do not (SER-3). 18 March 2026
//! is a Wednesday, and clocks change on the 29th.

use calbridge_engine::{
    pair::Origin,
    ports::{KeyedEvent, Trouble},
};
use calbridge_rules::{
    event::{EventField, EventFields, FieldValue},
    id::RecordId,
    item::{Kind, Span},
    mapping::ItemValues,
    series::{Classic, Exception, Pattern, Range, Rhythm},
    settings::{DeleteInOutlook, Notifications},
};
use chrono::TimeDelta;

use crate::desk::{Desk, Fault, at, item_id, record, series};

const MADE: &str = "made-0";

fn text(text: &str) -> FieldValue {
    FieldValue::Text(text.to_owned())
}

/// Mara's hour in Hamburg.
fn fields() -> EventFields {
    let start = at("2026-03-18T13:00:00Z");
    [
        (EventField::Owner, FieldValue::Record(record("005", 1))),
        (EventField::Subject, text("Review")),
        (EventField::Location, text("Hamburg")),
        (EventField::IsAllDay, FieldValue::Flag(false)),
        (EventField::Start, FieldValue::Instant(start)),
        (EventField::End, FieldValue::Instant(start + TimeDelta::hours(1))),
    ]
    .into_iter()
    .collect()
}

/// Every day at two in Berlin.
fn daily(start: &str, last: &str) -> Classic {
    Classic {
        rhythm: Rhythm::Daily { interval: 1 },
        start: at(start),
        last: last.parse().unwrap(),
        zone: "Europe/Berlin".to_owned(),
    }
}

fn five_days() -> Classic {
    daily("2026-03-18T13:00:00Z", "2026-03-22")
}

/// A desk that syncs series and sends what comes down.
fn desk() -> Desk {
    let desk = Desk::with([]);
    desk.state().settings.shared.recurring_sync = true;
    desk.state().settings.notifications = Notifications::Send;
    desk.state().has_summer = true;
    desk
}

/// A desk with a series that came down, and its master.
fn brought() -> (Desk, RecordId) {
    let desk = desk();
    let master = desk.make_series(five_days(), &fields());
    desk.rest();
    (desk, master)
}

fn made(desk: &Desk) -> calbridge_rules::series::Series {
    desk.state().series[&item_id(MADE)].clone()
}

/// How many items, Classic series and occurrences there are.
fn counts(desk: &Desk) -> (usize, usize, usize) {
    let (items, classics) = {
        let state = desk.state();
        (state.items.len(), state.classics.len())
    };
    (items, classics, desk.rows().len())
}

fn location(desk: &Desk, row: &RecordId) -> FieldValue {
    desk.event(row).get(&EventField::Location).cloned().unwrap()
}

fn key(desk: &Desk, event: &RecordId) -> String {
    let found = desk.state().events.iter().find(|one| one.event.id == *event).cloned();
    found.map(|KeyedEvent { key, .. }| key).unwrap()
}

#[test]
fn ser_6_a_classic_series_comes_down_as_a_series_with_the_category() {
    let (desk, master) = brought();
    let state = desk.state();
    let item = state.item(MADE);
    assert_eq!(item.item.kind, Kind::Series);
    assert_eq!((item.item.subject.as_str(), item.item.location.as_str()), ("Review", "Hamburg"));
    assert!(item.item.categories.contains(&"Salesforce".to_owned()), "{:?}", item.item.categories);
    let series = &state.series[&item_id(MADE)];
    assert_eq!(series.pattern, Pattern::Daily { interval: 1 });
    assert_eq!(
        (series.range, series.zone.as_str()),
        (Range::Until("2026-03-22".parse().unwrap()), "Europe/Berlin")
    );
    let pair = &state.pairs[&item_id(MADE)];
    assert_eq!((&pair.event, pair.origin), (&master, Origin::Salesforce));
    let kept = &state.kept[&item_id(MADE)];
    assert_eq!((kept.segments.len(), kept.dates.len()), (1, 5));
    assert_eq!(state.items.len(), 1, "its dates are no items of their own");
}

#[test]
fn ser_6_a_series_that_came_down_is_found_by_its_key_and_costs_nothing_more() {
    let (desk, master) = brought();
    assert_eq!(key(&desk, &master).len(), 64);
    for (_, row) in desk.rows() {
        desk.edit_event(&row, |_| {});
    }
    desk.edit_event(&master, |_| {});
    desk.rest();
    desk.session().unwrap();
    assert_eq!(desk.state().items.len(), 1, "our own key coming back is no new series");
    for call in ["create", "change", "update", "update series", "create series", "upsert", "delete event"] {
        assert_eq!(desk.calls(call), 0, "{call}");
    }
}

#[test]
fn ser_6_what_became_of_single_dates_comes_down_with_the_series() {
    let desk = desk();
    let master = desk.make_series(five_days(), &fields());
    let (kiel, moved, gone) = (
        desk.row_at("2026-03-19T13:00:00Z"),
        desk.row_at("2026-03-20T13:00:00Z"),
        desk.row_at("2026-03-21T13:00:00Z"),
    );
    desk.edit_event(&kiel, |fields| fields.insert(EventField::Location, text("Kiel")));
    desk.edit_event(&moved, |fields| {
        fields.insert(EventField::Start, FieldValue::Instant(at("2026-03-20T15:00:00Z")));
        fields.insert(EventField::End, FieldValue::Instant(at("2026-03-20T16:00:00Z")));
    });
    desk.delete_event(&gone);
    desk.rest();
    let series = made(&desk);
    assert_eq!(series.exceptions[&at("2026-03-19T13:00:00Z")].values.location.as_deref(), Some("Kiel"));
    let span = Span::Timed { start: at("2026-03-20T15:00:00Z"), end: at("2026-03-20T16:00:00Z") };
    assert_eq!(series.exceptions[&at("2026-03-20T13:00:00Z")].values.span, Some(span));
    assert_eq!(series.cancelled, [at("2026-03-21T13:00:00Z")]);
    // Salesforce writes a changed master over its occurrences: they say again what they said.
    assert!(!key(&desk, &master).is_empty());
    assert_eq!(location(&desk, &kiel), text("Kiel"));
    assert_eq!(desk.row_at("2026-03-20T15:00:00Z"), moved);
    assert_eq!(desk.rows().len(), 4);
}

#[test]
fn ser_6_changes_afterwards_travel_in_both_directions() {
    let (desk, master) = brought();
    let changed = [(EventField::Location, text("Bremen"))].into_iter().collect();
    desk.change_in_classic(&master, &changed);
    desk.rest();
    assert_eq!(desk.state().item(MADE).item.location, "Bremen");
    let row = desk.row_at("2026-03-20T13:00:00Z");
    desk.edit_event(&row, |fields| fields.insert(EventField::Location, text("Kiel")));
    desk.rest();
    let exception = made(&desk).exceptions[&at("2026-03-20T13:00:00Z")].clone();
    assert_eq!(exception.values.location.as_deref(), Some("Kiel"));
    desk.edit(MADE, |seen| "Board".clone_into(&mut seen.item.subject));
    desk.edit_series(MADE, |series| {
        let values = ItemValues { location: Some("Lübeck".to_owned()), ..ItemValues::default() };
        series.exceptions.insert(at("2026-03-21T13:00:00Z"), Exception { values, attendees: None });
        series.cancelled.push(at("2026-03-22T13:00:00Z"));
    });
    desk.rest();
    assert_eq!(desk.rows().len(), 4);
    for (_, row) in desk.rows() {
        assert_eq!(desk.event(&row).get(&EventField::Subject), Some(&text("Board")));
    }
    assert_eq!(location(&desk, &desk.row_at("2026-03-20T13:00:00Z")), text("Kiel"));
    assert_eq!(location(&desk, &desk.row_at("2026-03-21T13:00:00Z")), text("Lübeck"));
}

#[test]
fn ser_6_another_pattern_in_outlook_ends_the_series_of_salesforce_and_begins_another() {
    let (desk, _) = brought();
    desk.state().passed = TimeDelta::days(2);
    desk.edit_series(MADE, |series| {
        series.pattern = Pattern::Daily { interval: 2 };
        series.range = Range::Until("2026-03-24".parse().unwrap());
    });
    desk.rest();
    let days: Vec<String> = desk.rows().iter().map(|(start, _)| start.date_naive().to_string()).collect();
    assert_eq!(days, ["2026-03-18", "2026-03-19", "2026-03-20", "2026-03-22", "2026-03-24"]);
    assert_eq!(desk.state().pairs[&item_id(MADE)].origin, Origin::Salesforce);
}

#[test]
fn dwn_2_an_occurrence_deleted_in_salesforce_goes_from_outlook_where_deletions_do() {
    for (deletes, cancelled) in [(DeleteInOutlook::Never, 0), (DeleteInOutlook::SalesforceBorn, 1)] {
        let (desk, _) = brought();
        desk.state().settings.down.delete_in_outlook = deletes;
        desk.delete_event(&desk.row_at("2026-03-20T13:00:00Z"));
        desk.rest();
        assert_eq!(made(&desk).cancelled.len(), cancelled, "{deletes:?}");
        assert_eq!(desk.rows().len(), 4);
    }
}

#[test]
fn dwn_2_a_classic_series_deleted_in_salesforce_takes_its_item_along_where_deletions_do() {
    for (deletes, is_left) in [(DeleteInOutlook::Never, true), (DeleteInOutlook::SalesforceBorn, false)] {
        let (desk, master) = brought();
        desk.state().settings.down.delete_in_outlook = deletes;
        let rows = desk.rows();
        desk.edit_event(&master, |_| {});
        desk.state()
            .events
            .retain(|event| event.event.id != master && rows.iter().all(|(_, row)| *row != event.event.id));
        desk.rest();
        assert_eq!(desk.state().items.contains_key(&item_id(MADE)), is_left, "{deletes:?}");
        assert!(!desk.state().pairs.contains_key(&item_id(MADE)));
    }
}

#[test]
fn uns_1_a_series_made_in_salesforce_is_not_deleted_by_taking_it_back() {
    let (desk, _) = brought();
    desk.press_unsync(MADE);
    desk.session().unwrap();
    assert_eq!(desk.rows().len(), 5);
}

#[test]
fn ser_6_a_lost_answer_makes_no_second_series() {
    let desk = desk();
    desk.make_series(five_days(), &fields());
    desk.strike("create", Fault::Afterwards(Trouble::Later { retry_after_ms: None }));
    desk.rest();
    assert_eq!(counts(&desk), (1, 1, 5));
}

#[test]
fn ser_6_a_session_that_ended_before_it_was_recorded_is_taken_up_again() {
    for struck in ["record", "foresee", "update series"] {
        let desk = desk();
        let master = desk.make_series(five_days(), &fields());
        let kiel = desk.row_at("2026-03-19T13:00:00Z");
        desk.edit_event(&kiel, |fields| fields.insert(EventField::Location, text("Kiel")));
        desk.delete_event(&desk.row_at("2026-03-21T13:00:00Z"));
        desk.strike(struck, Fault::Instead(Trouble::Later { retry_after_ms: None }));
        drop(desk.session());
        desk.rest();
        assert_eq!(counts(&desk), (1, 1, 4), "{struck}");
        assert_eq!(location(&desk, &kiel), text("Kiel"), "{struck}");
        let series = made(&desk);
        assert_eq!(
            series.exceptions[&at("2026-03-19T13:00:00Z")].values.location.as_deref(),
            Some("Kiel"),
            "{struck}"
        );
        assert_eq!(series.cancelled.len(), 1, "{struck}");
        assert_eq!(desk.state().pairs[&item_id(MADE)].event, master, "{struck}");
    }
}

#[test]
fn ser_6_masters_that_sync_made_are_no_arrivals() {
    let desk = desk();
    series(&desk, "s", Pattern::Daily { interval: 1 }, Range::Count(3));
    let event = desk.saved("s");
    for (_, row) in desk.rows() {
        desk.edit_event(&row, |_| {});
    }
    desk.edit_event(&event, |_| {});
    desk.rest();
    assert_eq!(desk.state().items.len(), 1);
}

#[test]
fn aut_2_a_classic_series_comes_down_once_one_of_its_dates_lies_in_the_window() {
    let desk = desk();
    desk.make_series(daily("2026-06-01T12:00:00Z", "2026-06-05"), &fields());
    desk.rest();
    assert!(desk.state().items.is_empty());
    desk.state().passed = TimeDelta::days(14);
    desk.rest();
    assert!(desk.state().items.is_empty(), "61 days ahead");
    desk.state().passed = TimeDelta::days(15);
    desk.rest();
    assert_eq!(desk.state().items.len(), 1);
    assert!(desk.state().coming.is_empty());
}

#[test]
fn aut_2_a_classic_series_that_ended_long_ago_stays_where_it_is() {
    let desk = desk();
    desk.make_series(daily("2026-02-20T13:00:00Z", "2026-03-03"), &fields());
    desk.rest();
    assert!(desk.state().items.is_empty());
    desk.make_series(daily("2026-02-20T13:00:00Z", "2026-03-04"), &fields());
    desk.rest();
    assert_eq!(desk.state().items.len(), 1, "its last date is 14 days ago");
}

#[test]
fn aut_4_a_classic_series_that_is_older_than_sync_stays_where_it_is() {
    let desk = desk();
    desk.make_series(five_days(), &fields());
    for event in &mut desk.state().events {
        event.born = event
            .born
            .clone()
            .map(|born| calbridge_engine::ports::Born { at: at("2026-01-01T00:00:00Z"), ..born });
    }
    desk.rest();
    assert!(desk.state().items.is_empty());
}

/// The codes of what is told of Events without items.
fn told(desk: &Desk) -> Vec<String> {
    desk.state().told.values().map(|(_, issue)| issue.code.clone()).collect()
}

#[test]
fn ser_1_a_classic_series_is_told_where_series_are_not_synced() {
    let desk = desk();
    desk.state().settings.shared.recurring_sync = false;
    desk.make_series(five_days(), &fields());
    desk.rest();
    assert!(desk.state().items.is_empty());
    assert_eq!(told(&desk), ["SER-1"]);
    // Looked at again once series are synced, it is well.
    desk.state().settings.shared.recurring_sync = true;
    desk.state().passed = TimeDelta::days(1);
    desk.rest();
    assert_eq!(counts(&desk), (1, 1, 5));
    assert!(told(&desk).is_empty());
}

#[test]
fn xcp_2_a_classic_series_of_whole_days_is_told() {
    let desk = desk();
    let mut days = fields();
    days.insert(EventField::IsAllDay, FieldValue::Flag(true));
    days.insert(EventField::End, FieldValue::Instant(at("2026-03-18T13:00:00Z")));
    desk.make_series(five_days(), &days);
    desk.rest();
    assert!(desk.state().items.is_empty());
    assert_eq!(told(&desk), ["XCP-2"]);
}

#[test]
fn xcp_3_a_classic_series_in_a_zone_of_nobody_is_told() {
    let desk = desk();
    let master = desk.make_series(five_days(), &fields());
    "Mars/Olympus".clone_into(&mut desk.state().recurrences.get_mut(&master).unwrap().zone);
    desk.rest();
    assert!(desk.state().items.is_empty());
    assert_eq!(told(&desk), ["XCP-3"]);
}

const WEEKLY: &str = "2026-03-18T13:00:00.000+0000 RRULE:FREQ=WEEKLY;BYDAY=WE";
const WEDNESDAYS: [&str; 4] =
    ["2026-03-18T13:00:00Z", "2026-03-25T13:00:00Z", "2026-04-01T12:00:00Z", "2026-06-03T12:00:00Z"];

#[test]
fn ser_3_a_lightning_series_is_told_once_and_does_not_come_down() {
    let desk = desk();
    let rows = desk.make_lightning(WEEKLY, &WEDNESDAYS, &fields());
    desk.make_lightning(
        "2026-03-19T09:00:00.000+0000 RRULE:FREQ=DAILY",
        &["2026-03-19T09:00:00Z"],
        &fields(),
    );
    desk.rest();
    assert_eq!(told(&desk), ["SER-3", "SER-3"], "one for each series");
    assert!(desk.state().items.is_empty());
    desk.edit_event(&rows[1], |fields| fields.insert(EventField::Location, text("Kiel")));
    desk.rest();
    assert_eq!(told(&desk).len(), 2);
}

/// A desk with the dates of a Lightning series as items.
fn lightning() -> (Desk, Vec<RecordId>) {
    let desk = desk();
    desk.state().settings.down.lightning_occurrences = true;
    let rows = desk.make_lightning(WEEKLY, &WEDNESDAYS, &fields());
    desk.rest();
    (desk, rows)
}

#[test]
fn ser_3_dates_of_a_lightning_series_come_down_one_by_one_as_they_enter_the_window() {
    let (desk, rows) = lightning();
    assert!(told(&desk).is_empty());
    assert_eq!(desk.state().items.len(), 3);
    assert!(desk.state().items.values().all(|item| item.item.kind == Kind::Single));
    assert!(
        rows.iter().all(|row| key(&desk, row).is_empty()),
        "a key on one date would stand on all of them"
    );
    desk.state().passed = TimeDelta::days(20);
    desk.rest();
    assert_eq!(desk.state().items.len(), 4);
}

#[test]
fn ser_3_what_becomes_of_a_date_in_salesforce_follows() {
    let (desk, rows) = lightning();
    desk.edit_event(&rows[1], |fields| fields.insert(EventField::Location, text("Kiel")));
    desk.state().settings.down.delete_in_outlook = DeleteInOutlook::SalesforceBorn;
    desk.delete_event(&rows[2]);
    desk.rest();
    let places: Vec<String> = desk.state().items.values().map(|item| item.item.location.clone()).collect();
    assert_eq!(places, ["Hamburg", "Kiel"]);
}

#[test]
fn ser_3_a_date_changed_in_outlook_is_put_back_for_it_would_change_the_whole_series() {
    let (desk, rows) = lightning();
    desk.edit(MADE, |seen| "Kiel".clone_into(&mut seen.item.location));
    desk.rest();
    assert_eq!(desk.state().item(MADE).item.location, "Hamburg");
    assert!(rows.iter().all(|row| location(&desk, row) == text("Hamburg")));
    desk.delete(MADE);
    desk.rest();
    assert_eq!(desk.state().items.len(), 3, "made again");
    assert_eq!(rows.iter().filter(|row| !desk.event(row).is_empty()).count(), 4);
}

#[test]
fn ser_3_turning_lightning_occurrences_on_settles_the_issue() {
    let desk = desk();
    desk.make_lightning(WEEKLY, &WEDNESDAYS, &fields());
    desk.rest();
    assert_eq!(told(&desk), ["SER-3"]);
    desk.state().settings.down.lightning_occurrences = true;
    desk.state().passed = TimeDelta::days(1);
    desk.rest();
    assert!(told(&desk).is_empty());
    assert_eq!(desk.state().items.len(), 3);
}

#[test]
fn ser_3_the_issue_of_a_lightning_series_ends_with_its_last_date() {
    let desk = desk();
    let rows = desk.make_lightning(WEEKLY, &WEDNESDAYS, &fields());
    desk.rest();
    assert_eq!(told(&desk), ["SER-3"]);
    let named = desk.state().told.values().next().unwrap().0.clone();
    desk.delete_event(&named);
    desk.rest();
    desk.session().unwrap();
    assert_eq!(told(&desk), ["SER-3"], "other dates stand");
    for row in rows.iter().filter(|row| **row != named) {
        desk.delete_event(row);
    }
    for _ in 0..2 {
        desk.rest();
        assert!(told(&desk).is_empty());
    }
}
