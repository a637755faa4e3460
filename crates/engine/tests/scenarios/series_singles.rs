//! Series that single Events stand for, as Classic cannot say how they repeat. 18 March 2026 is a Wednesday.

use calbridge_rules::{
    event::{EventField, FieldValue},
    id::RecordId,
    series::{Nth, Pattern, Range, Weekdays},
};
use chrono::{DateTime, Utc, Weekday};

use crate::desk::{Desk, item_id, series};

/// On the last Tuesday or Thursday of each month, whichever is later.
fn pattern() -> Pattern {
    Pattern::MonthlyNth { interval: 1, nth: Nth::Last, days: Weekdays::of(&[Weekday::Tue, Weekday::Thu]) }
}

fn saved() -> Desk {
    let desk = Desk::with([]);
    series(&desk, "s", pattern(), Range::Count(3));
    desk.saved("s");
    desk
}

/// The single Events that stand for dates, as they are kept.
fn singles(desk: &Desk) -> Vec<(DateTime<Utc>, RecordId)> {
    let state = desk.state();
    let dates = state.kept[&item_id("s")].dates.iter();
    dates.filter_map(|(at, date)| Some((*at, date.event()?.event.clone()))).collect()
}

/// It stood for the whole series by being the latest, and took it along.
#[test]
fn dwn_2_the_latest_single_event_of_a_series_is_deleted_like_any_other() {
    let desk = saved();
    let before = singles(&desk);
    assert!(before.len() > 1 && desk.rows().is_empty(), "{before:?}");
    let (_, latest) = before.last().unwrap();
    desk.delete_event(latest);
    desk.rest();
    let left = &before[..before.len() - 1];
    assert_eq!(singles(&desk), left);
    assert_eq!(desk.state().pairs[&item_id("s")].event, left.last().unwrap().1);
    assert_eq!(desk.state().items[&item_id("s")].item.categories[0], "Salesforce");

    desk.edit("s", |seen| seen.item.location = "Kiel".to_owned());
    desk.rest();
    assert_eq!(singles(&desk), left, "it is not made again");
    for (_, event) in left {
        let place = desk.event(event).get(&EventField::Location).cloned();
        assert_eq!(place, Some(FieldValue::Text("Kiel".to_owned())));
    }
}

#[test]
fn dwn_2_a_series_goes_once_all_of_its_single_events_are_deleted() {
    let desk = saved();
    for (_, event) in singles(&desk) {
        desk.delete_event(&event);
    }
    desk.rest();
    assert!(desk.state().pairs.is_empty());
    assert_eq!(desk.state().items[&item_id("s")].item.categories, [""; 0]);
}
