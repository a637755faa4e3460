//! Series in both directions (SER): 18 March 2026 is a Wednesday, and clocks change on the 29th.

use calbridge_engine::{Outcome, series::KeptDate};
use calbridge_rules::{
    event::{EventField, FieldValue},
    mapping::ItemValues,
    series::{Exception, Pattern, Range, Weekdays},
};
use chrono::{NaiveDate, TimeDelta, Weekday};

use crate::desk::{Desk, Fault, appointment, at, dana, item_id, placed, series};

const DAILY: Pattern = Pattern::Daily { interval: 1 };

fn weekly() -> Pattern {
    let days = Weekdays::of(&[Weekday::Wed]);
    Pattern::Weekly { interval: 1, days, first_day: Weekday::Mon }
}

fn text(text: &str) -> FieldValue {
    FieldValue::Text(text.to_owned())
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A desk with a saved series.
fn saved(pattern: Pattern, range: Range) -> Desk {
    let desk = Desk::with([]);
    series(&desk, "s", pattern, range);
    desk.saved("s");
    desk
}

/// How many Classic series there are.
fn parts(desk: &Desk) -> usize {
    desk.state().classics.len()
}

fn location(desk: &Desk, start: &str) -> FieldValue {
    desk.event(&desk.row_at(start)).get(&EventField::Location).cloned().unwrap()
}

#[test]
fn ser_2_a_daily_series_goes_up_as_a_classic_series_with_its_links() {
    let desk = saved(DAILY, Range::Count(14));
    let rows = desk.rows();
    assert_eq!(rows.len(), 14);
    // Two o'clock in Berlin is another hour after clocks changed.
    assert_eq!(rows[0].0, at("2026-03-18T13:00:00Z"));
    assert_eq!(rows[13].0, at("2026-03-31T12:00:00Z"));
    let fields = desk.event(&rows[3].1);
    assert_eq!(fields.get(&EventField::Subject), Some(&text("Meeting s")));
    assert_eq!(fields.get(&EventField::Who), Some(&FieldValue::Record(dana().who.unwrap().record)));
    assert_eq!(desk.state().classics.len(), 1);
}

#[test]
fn ser_2_a_weekly_series_without_end_is_made_up_to_the_cap_and_the_rest_is_remembered() {
    let desk = saved(weekly(), Range::NoEnd);
    assert_eq!(desk.rows().len(), 53);
    let kept = desk.state().kept[&item_id("s")].clone();
    assert_eq!(kept.rest, Some(day("2027-03-24")));
}

#[test]
fn ser_2_a_capped_series_goes_on_as_time_passes() {
    let desk = saved(weekly(), Range::NoEnd);
    desk.state().passed = TimeDelta::days(7 * 14);
    desk.edit("s", |_| {});
    desk.rest();
    // 14 of 53 have passed: the end moves on, so that 53 are ahead again.
    assert_eq!(desk.rows().len(), 53 + 14);
    assert_eq!(desk.state().classics.len(), 1);
    let starts: Vec<_> = desk.rows().into_iter().map(|(start, _)| start).collect();
    assert!(starts.windows(2).all(|pair| pair[1] - pair[0] >= TimeDelta::days(6)), "none twice");
}

#[test]
fn ser_2_exceptions_and_cancelled_dates_are_applied_to_the_occurrences() {
    let desk = Desk::with([]);
    series(&desk, "s", DAILY, Range::Count(10));
    desk.edit_series("s", |series| {
        series.exceptions.insert(at("2026-03-20T13:00:00Z"), placed("Kiel"));
        series.cancelled.push(at("2026-03-21T13:00:00Z"));
    });
    desk.saved("s");
    assert_eq!(desk.rows().len(), 9);
    assert_eq!(location(&desk, "2026-03-20T13:00:00Z"), text("Kiel"));
    assert_eq!(location(&desk, "2026-03-19T13:00:00Z"), text("Hamburg"));
}

#[test]
fn ser_2_a_date_that_changes_later_changes_its_own_event_and_no_other() {
    let desk = saved(DAILY, Range::Count(10));
    let moved = desk.row_at("2026-03-20T13:00:00Z");
    desk.edit_series("s", |series| {
        let span = calbridge_rules::item::Span::Timed {
            start: at("2026-03-20T15:00:00Z"),
            end: at("2026-03-20T16:30:00Z"),
        };
        let values = ItemValues { span: Some(span), ..ItemValues::default() };
        series.exceptions.insert(at("2026-03-20T13:00:00Z"), Exception { values, attendees: None });
        series.cancelled.push(at("2026-03-22T13:00:00Z"));
    });
    desk.rest();
    assert_eq!(desk.rows().len(), 9);
    assert_eq!(desk.row_at("2026-03-20T15:00:00Z"), moved);
    // What is as the series again is written again.
    desk.edit_series("s", |series| drop(series.exceptions.remove(&at("2026-03-20T13:00:00Z"))));
    desk.rest();
    assert_eq!(desk.row_at("2026-03-20T13:00:00Z"), moved);
}

#[test]
fn ser_1_without_recurring_sync_a_series_is_an_issue_that_says_what_to_enable() {
    let desk = Desk::with([]);
    series(&desk, "s", DAILY, Range::Count(3));
    desk.state().settings.shared.recurring_sync = false;
    desk.press("s", dana());
    let Outcome::Refused(issue) = desk.outcome() else { panic!("it was saved") };
    assert_eq!(issue.code, "SER-1");
    assert!(issue.remedy.contains("RecurringSync"));
    assert!(desk.rows().is_empty());
}

#[test]
fn ser_1_an_org_that_cannot_tell_occurrences_apart_is_an_issue() {
    let desk = Desk::with([]);
    series(&desk, "s", DAILY, Range::Count(3));
    desk.state().lacks_keys = true;
    desk.press("s", dana());
    let Outcome::Refused(issue) = desk.outcome() else { panic!("it was saved") };
    assert_eq!(issue.code, "SER-1");
    assert!(issue.remedy.contains("sync-key field"), "{}", issue.remedy);
}

#[test]
fn ser_4_what_the_master_says_changes_what_is_to_come_and_leaves_the_past() {
    let desk = saved(DAILY, Range::Count(10));
    desk.edit_series("s", |series| {
        series.exceptions.insert(at("2026-03-24T13:00:00Z"), placed("Kiel"));
    });
    desk.rest();
    desk.state().passed = TimeDelta::days(3);
    desk.edit("s", |seen| "Board".clone_into(&mut seen.item.subject));
    desk.rest();
    let subject = |start: &str| desk.event(&desk.row_at(start)).get(&EventField::Subject).cloned().unwrap();
    assert_eq!(subject("2026-03-19T13:00:00Z"), text("Meeting s"));
    assert_eq!(subject("2026-03-23T13:00:00Z"), text("Board"));
    assert_eq!(subject("2026-03-24T13:00:00Z"), text("Board"));
    assert_eq!(location(&desk, "2026-03-24T13:00:00Z"), text("Kiel"), "an exception is written again");
    assert_eq!(desk.rows().len(), 10);
}

#[test]
fn ser_4_another_pattern_ends_the_old_series_yesterday_and_begins_a_new_one() {
    let desk = saved(DAILY, Range::Count(10));
    let before = desk.rows();
    desk.state().passed = TimeDelta::days(3);
    desk.edit_series("s", |series| {
        series.pattern = Pattern::Daily { interval: 2 };
        series.range = Range::Until(day("2026-03-30"));
    });
    desk.rest();
    let rows = desk.rows();
    assert_eq!(rows[..3], before[..3], "what has passed stays");
    let later: Vec<String> = rows[3..].iter().map(|(start, _)| start.date_naive().to_string()).collect();
    assert_eq!(later, ["2026-03-22", "2026-03-24", "2026-03-26", "2026-03-28", "2026-03-30"]);
    assert_eq!(desk.state().classics.len(), 2);
    let pair = desk.state().pairs[&item_id("s")].event.clone();
    let classics = desk.state().classics.clone();
    assert!(classics[&pair].iter().all(|(_, start)| *start > at("2026-03-21T20:00:00Z")));
}

#[test]
fn ser_4_this_and_all_later_dates_are_ended_in_place() {
    let desk = saved(DAILY, Range::Count(10));
    let before = desk.rows();
    desk.edit_series("s", |series| series.range = Range::Until(day("2026-03-22")));
    desk.rest();
    assert_eq!(desk.rows(), before[..5]);
    desk.edit_series("s", |series| series.range = Range::Until(day("2026-03-24")));
    desk.state().passed = TimeDelta::days(1);
    desk.rest();
    assert_eq!(desk.rows().len(), 7);
}

#[test]
fn ser_4_a_master_that_changed_in_salesforce_changes_every_occurrence_in_outlook() {
    let desk = saved(DAILY, Range::Count(5));
    desk.state().settings.notifications = calbridge_rules::settings::Notifications::Send;
    desk.edit_series("s", |series| {
        series.exceptions.insert(at("2026-03-20T13:00:00Z"), placed("Kiel"));
    });
    desk.rest();
    let master = desk.state().pairs[&item_id("s")].event.clone();
    let changed = [(EventField::Location, text("Bremen"))].into_iter().collect();
    desk.change_in_classic(&master, &changed);
    desk.rest();
    assert_eq!(desk.state().items[&item_id("s")].item.location, "Bremen");
    let series = desk.state().series[&item_id("s")].clone();
    assert_eq!(series.exceptions[&at("2026-03-20T13:00:00Z")].values.location.as_deref(), Some("Bremen"));
    assert_eq!(series.exceptions.len(), 1, "dates that follow their series are not touched");
}

#[test]
fn ser_4_an_occurrence_that_changed_in_salesforce_changes_that_date_in_outlook() {
    let desk = saved(DAILY, Range::Count(5));
    desk.state().settings.notifications = calbridge_rules::settings::Notifications::Send;
    let row = desk.row_at("2026-03-20T13:00:00Z");
    desk.edit_event(&row, |fields| fields.insert(EventField::Location, text("Bremen")));
    desk.rest();
    let series = desk.state().series[&item_id("s")].clone();
    assert_eq!(series.exceptions[&at("2026-03-20T13:00:00Z")].values.location.as_deref(), Some("Bremen"));
    assert_eq!(desk.state().items[&item_id("s")].item.location, "Hamburg");
    assert_eq!(desk.rows().len(), 5);
}

#[test]
fn dwn_2_an_occurrence_that_was_deleted_in_salesforce_is_not_made_again() {
    let desk = saved(DAILY, Range::Count(5));
    let row = desk.row_at("2026-03-20T13:00:00Z");
    desk.delete_event(&row);
    desk.rest();
    desk.edit("s", |seen| "Board".clone_into(&mut seen.item.subject));
    desk.rest();
    assert_eq!(desk.rows().len(), 4);
    let kept = desk.state().kept[&item_id("s")].clone();
    assert_eq!(kept.dates[&at("2026-03-20T13:00:00Z")], KeptDate::Nothing);
}

#[test]
fn ser_5_a_saved_item_that_repeats_now_is_an_issue_and_its_event_stays() {
    let desk = Desk::with([appointment("a")]);
    let event = desk.saved("a");
    let stood = desk.event(&event);
    series(&desk, "a", DAILY, Range::Count(3));
    let Outcome::Refused(issue) = desk.outcome() else { panic!("it was changed") };
    assert_eq!(issue.code, "SER-5");
    assert_eq!(desk.event(&event), stood);
    assert!(desk.rows().is_empty());
}

#[test]
fn ser_5_a_saved_series_that_does_not_repeat_any_more_is_an_issue() {
    let desk = saved(DAILY, Range::Count(3));
    desk.edit("s", |seen| seen.item.kind = calbridge_rules::item::Kind::Single);
    let Outcome::Refused(issue) = desk.outcome() else { panic!("it was changed") };
    assert_eq!(issue.code, "SER-5");
    assert_eq!(desk.rows().len(), 3);
}

#[test]
fn ser_7_a_date_that_was_saved_alone_keeps_its_event_when_its_series_is_saved() {
    let desk = Desk::with([]);
    series(&desk, "s", DAILY, Range::Count(5));
    let alone = desk.put_date("s", "2026-03-20T13:00:00Z");
    desk.state().settings.shared.recurring_sync = false;
    let event = desk.saved(&alone);
    desk.state().settings.shared.recurring_sync = true;
    desk.saved("s");
    let starts: Vec<_> = desk.rows().into_iter().map(|(start, _)| start).collect();
    assert_eq!(starts.len(), 4);
    assert!(!starts.contains(&at("2026-03-20T13:00:00Z")));
    assert_eq!(desk.state().pairs[&item_id(&alone)].event, event);
    let journal = desk.state().journal.clone();
    assert!(journal.iter().any(|(_, before, after)| !before.is_empty() && after.is_empty()), "{journal:?}");
}

#[test]
fn ser_7_a_date_saved_alone_after_its_series_takes_over_its_own_occurrence() {
    let desk = saved(DAILY, Range::Count(5));
    let row = desk.row_at("2026-03-20T13:00:00Z");
    let alone = desk.put_date("s", "2026-03-20T13:00:00Z");
    desk.press(&alone, dana());
    desk.rest();
    assert_eq!(desk.state().pairs[&item_id(&alone)].event, row);
    assert_eq!(desk.rows().len(), 5);
}

/// Dana in Name, for the entire series.
fn whole() -> calbridge_rules::saving::Choice {
    calbridge_rules::saving::Choice { scope: calbridge_rules::saving::Scope::Series, ..dana() }
}

#[test]
fn sav_10_the_entire_series_chosen_on_a_date_saves_the_series() {
    let desk = Desk::with([]);
    series(&desk, "s", DAILY, Range::Count(5));
    let date = desk.put_date("s", "2026-03-20T13:00:00Z");
    desk.press(&date, whole());
    desk.rest();
    assert_eq!((parts(&desk), desk.rows().len()), (1, 5));
    assert!(desk.state().pairs.contains_key(&item_id("s")));
    assert!(!desk.state().pairs.contains_key(&item_id(&date)), "the date has no pair of its own");
    assert!(desk.state().requests.is_empty());
    let who = FieldValue::Record(dana().who.unwrap().record);
    assert_eq!(desk.event(&desk.row_at("2026-03-20T13:00:00Z")).get(&EventField::Who), Some(&who));
    // Chosen again on another date, it is the same series.
    let other = desk.put_date("s", "2026-03-21T13:00:00Z");
    desk.press(&other, whole());
    desk.rest();
    assert_eq!((parts(&desk), desk.rows().len()), (1, 5));
}

#[test]
fn sav_10_this_occurrence_is_a_single_event() {
    let desk = Desk::with([]);
    series(&desk, "s", DAILY, Range::Count(5));
    let date = desk.put_date("s", "2026-03-20T13:00:00Z");
    desk.saved(&date);
    assert_eq!((parts(&desk), desk.state().events.len()), (0, 1));
}

#[test]
fn sav_10_the_entire_series_is_refused_on_a_date_as_on_the_series_itself() {
    let desk = Desk::with([]);
    series(&desk, "s", DAILY, Range::Count(5));
    desk.state().settings.shared.recurring_sync = false;
    let date = desk.put_date("s", "2026-03-20T13:00:00Z");
    desk.press(&date, whole());
    let Outcome::Refused(issue) = desk.outcome() else { panic!("it was saved") };
    assert_eq!(issue.code, "SER-1");
    assert!(desk.state().outcomes.contains_key(&item_id("s")), "the issue is the series'");
    desk.state().settings.shared.recurring_sync = true;
    desk.rest();
    assert_eq!(desk.rows().len(), 5, "it is asked for until it can be saved");
}

#[test]
fn uns_1_taken_back_on_a_date_the_series_that_it_was_saved_with_goes() {
    let desk = saved(DAILY, Range::Count(5));
    let date = desk.put_date("s", "2026-03-20T13:00:00Z");
    desk.press_unsync(&date);
    desk.rest();
    assert!(desk.state().events.is_empty());
    // A date that was saved alone goes alone.
    let desk = saved(DAILY, Range::Count(5));
    let date = desk.put_date("s", "2026-03-20T13:00:00Z");
    desk.saved(&date);
    desk.press_unsync(&date);
    desk.rest();
    assert_eq!(desk.rows().len(), 4);
}

#[test]
fn cat_3_the_category_on_any_date_asks_for_the_whole_series() {
    let desk = Desk::with([]);
    series(&desk, "s", DAILY, Range::Count(5));
    let date = desk.put_date("s", "2026-03-20T13:00:00Z");
    desk.edit(&date, |seen| seen.item.categories = vec!["Salesforce".to_owned()]);
    desk.rest();
    assert_eq!(desk.rows().len(), 5);
    assert!(desk.state().pairs.contains_key(&item_id("s")));
}

#[test]
fn xcp_2_a_series_of_whole_days_is_refused() {
    let desk = Desk::with([]);
    series(&desk, "s", DAILY, Range::Count(5));
    let days =
        calbridge_rules::item::Span::AllDay { first: day("2026-03-18"), end_exclusive: day("2026-03-19") };
    desk.edit("s", |seen| seen.item.span = days);
    desk.press("s", dana());
    let Outcome::Refused(issue) = desk.outcome() else { panic!("it was saved") };
    assert_eq!(issue.code, "XCP-2");
}

#[test]
fn xcp_2_a_series_of_more_than_a_day_each_is_refused() {
    let desk = Desk::with([]);
    series(&desk, "s", DAILY, Range::Count(5));
    let start = at("2026-03-18T13:00:00Z");
    let span = calbridge_rules::item::Span::Timed { start, end: start + TimeDelta::hours(25) };
    desk.edit("s", |seen| seen.item.span = span);
    desk.press("s", dana());
    let Outcome::Refused(issue) = desk.outcome() else { panic!("it was saved") };
    assert_eq!(issue.code, "XCP-2");
    assert!(desk.rows().is_empty());
}

#[test]
fn xcp_4_what_lies_in_a_groups_calendar_for_over_a_day_is_refused_whoever_consents() {
    let mut long = appointment("a");
    let start = at("2026-03-18T13:00:00Z");
    long.item.in_group_calendar = true;
    long.item.span = calbridge_rules::item::Span::Timed { start, end: start + TimeDelta::hours(25) };
    let desk = Desk::with([long]);
    desk.press("a", dana());
    let Outcome::Refused(issue) = desk.outcome() else { panic!("it was saved") };
    assert_eq!(issue.code, "XCP-4");
    assert!(desk.state().events.is_empty());
}

/// A desk that saves series by itself, with one that begins on 18 March and is not asked for.
fn by_itself(pattern: Pattern, range: Range) -> Desk {
    let desk = Desk::with([]);
    desk.state().settings.autosave.meetings = true;
    desk.state().settings.autosave.since_enabled = false;
    series(&desk, "s", pattern, range);
    desk
}

#[test]
fn aut_2_a_series_is_saved_by_itself_once_any_of_its_dates_lies_in_the_window() {
    let yearly = Pattern::YearlyDay { interval: 1, month: 5, day: 18 };
    let desk = by_itself(yearly, Range::NoEnd);
    // Its first date is 61 days ahead.
    desk.rest();
    assert_eq!(crate::desk::skipped(&desk, "s"), Some(calbridge_rules::autosave::Skip::OutsideWindow));
    assert!(desk.rows().is_empty());
    desk.state().passed = TimeDelta::days(1);
    desk.rest();
    assert!(!desk.rows().is_empty(), "it enters the window without anybody touching it");
}

#[test]
fn aut_2_a_series_that_ended_before_the_window_is_not_saved_by_itself() {
    let desk = by_itself(DAILY, Range::Count(2));
    desk.state().passed = TimeDelta::days(16);
    desk.rest();
    assert!(desk.rows().is_empty());
    let desk = by_itself(DAILY, Range::Count(2));
    desk.state().passed = TimeDelta::days(15);
    desk.rest();
    assert_eq!(
        desk.state().events.len(),
        1,
        "its last date is 14 days ago, and what is over before is not made"
    );
}

#[test]
fn xcp_3_a_series_whose_zone_would_move_a_date_is_refused() {
    let desk = Desk::with([]);
    series(&desk, "s", DAILY, Range::NoEnd);
    desk.edit_series("s", |series| "Mars/Olympus".clone_into(&mut series.zone));
    desk.press("s", dana());
    let Outcome::Refused(issue) = desk.outcome() else { panic!("it was saved") };
    assert_eq!(issue.code, "XCP-3");
    assert!(desk.rows().is_empty());
}

#[test]
fn uns_1_a_series_that_is_taken_back_leaves_nothing_in_salesforce() {
    let desk = saved(DAILY, Range::Count(5));
    desk.edit_series("s", |series| {
        series.exceptions.insert(at("2026-03-20T13:00:00Z"), placed("Kiel"));
    });
    desk.rest();
    desk.press_unsync("s");
    desk.rest();
    assert!(desk.state().events.is_empty());
    assert!(!desk.state().kept.contains_key(&item_id("s")));
    let kiel = desk.state().journal.iter().any(|(_, before, after)| {
        after.is_empty() && before.get(&EventField::Location) == Some(&text("Kiel"))
    });
    assert!(kiel, "what a date said of its own is kept before it is deleted");
}

#[test]
fn dwn_3_a_series_that_is_deleted_in_outlook_is_deleted_in_salesforce() {
    let desk = saved(DAILY, Range::Count(5));
    desk.delete("s");
    desk.rest();
    assert!(desk.state().events.is_empty());
}

#[test]
fn dup_3_a_lost_answer_to_the_first_save_makes_no_second_series() {
    let desk = Desk::with([]);
    series(&desk, "s", DAILY, Range::Count(5));
    desk.strike("create series", Fault::Afterwards(calbridge_engine::ports::Trouble::Unclear));
    desk.saved("s");
    assert_eq!((parts(&desk), desk.rows().len()), (1, 5));
}

#[test]
fn dup_3_a_session_that_ended_before_it_was_recorded_is_taken_up_again() {
    let desk = Desk::with([]);
    series(&desk, "s", DAILY, Range::Count(5));
    desk.edit_series("s", |series| {
        series.exceptions.insert(at("2026-03-20T13:00:00Z"), placed("Kiel"));
        series.cancelled.push(at("2026-03-21T13:00:00Z"));
    });
    desk.press("s", dana());
    desk.strike("record", Fault::Instead(calbridge_engine::ports::Trouble::Later { retry_after_ms: None }));
    assert!(desk.session().is_err());
    desk.rest();
    assert_eq!((parts(&desk), desk.rows().len()), (1, 4));
    assert_eq!(location(&desk, "2026-03-20T13:00:00Z"), text("Kiel"));
    assert!(desk.state().requests.is_empty());
}

#[test]
fn sav_12_another_choice_for_a_saved_series_holds_for_all_of_it() {
    let desk = saved(DAILY, Range::Count(3));
    desk.press("s", calbridge_rules::saving::Choice { what: Some(crate::desk::record("001", 9)), ..dana() });
    desk.rest();
    for (_, row) in desk.rows() {
        let what = FieldValue::Record(crate::desk::record("001", 9));
        assert_eq!(desk.event(&row).get(&EventField::What), Some(&what));
    }
}
