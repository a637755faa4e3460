//! What a saved series must not lose: links that were found or chosen, edits on either side, and what goes with the dates that
//! take place no more. 18 March 2026 is a Wednesday.

use calbridge_engine::ports::{SeenItem, Trouble};
use calbridge_rules::{
    event::{EventField, EventFields, FieldValue},
    item::Kind,
    saving::Choice,
    series::{Pattern, Range},
};
use chrono::TimeDelta;

use crate::desk::{Desk, Fault, at, dana, item_id, meeting, record, series};

const DAILY: Pattern = Pattern::Daily { interval: 1 };
const EVERY_OTHER: Pattern = Pattern::Daily { interval: 2 };

fn text(text: &str) -> FieldValue {
    FieldValue::Text(text.to_owned())
}

fn saved(pattern: Pattern, range: Range) -> Desk {
    let desk = Desk::with([]);
    series(&desk, "s", pattern, range);
    desk.saved("s");
    desk
}

/// Another record in Related To than was chosen before.
fn with_account() -> Choice {
    Choice { what: Some(record("001", 9)), ..dana() }
}

#[track_caller]
fn check_accounts(desk: &Desk, rows: usize) {
    let all = desk.rows();
    assert_eq!(all.len(), rows, "{all:?}");
    for (start, row) in all {
        let what = desk.event(&row).get(&EventField::What).cloned();
        assert_eq!(what, Some(FieldValue::Record(record("001", 9))), "at {start}");
    }
}

/// Found by the simulation: the category, which chooses nothing, was taken for the choice of nothing.
#[test]
fn pic_6_a_series_that_is_saved_by_category_keeps_the_links_that_were_found() {
    let desk = Desk::with([]);
    series(&desk, "s", DAILY, Range::Count(3));
    desk.edit("s", |seen| seen.item.categories = vec!["Salesforce".to_owned()]);
    desk.rest();
    assert_eq!((desk.rows().len(), desk.calls("update series")), (3, 0));
    for (_, row) in desk.rows() {
        assert_eq!(
            desk.event(&row).get(&EventField::Who),
            Some(&FieldValue::Record(dana().who.unwrap().record))
        );
    }
}

/// Found by the simulation: what was made in the same session said what the old part said.
#[test]
fn sav_12_another_choice_holds_for_the_part_that_a_new_pattern_begins() {
    let desk = saved(DAILY, Range::Count(6));
    desk.edit_series("s", |series| series.pattern = EVERY_OTHER);
    desk.press("s", with_account());
    desk.rest();
    check_accounts(&desk, 6);
}

/// Found by the simulation: nothing but the parts of a series was written on.
#[test]
fn sav_12_another_choice_holds_for_the_single_events_of_a_series_too() {
    let desk = saved(DAILY, Range::Count(1));
    let (_, only) =
        desk.state().kept[&item_id("s")].dates.iter().next().map(|(at, date)| (*at, date.clone())).unwrap();
    let event = only.event().unwrap().event.clone();
    desk.press("s", with_account());
    desk.rest();
    assert_eq!(desk.event(&event).get(&EventField::What), Some(&FieldValue::Record(record("001", 9))));
    assert!(desk.state().requests.is_empty());
}

#[test]
fn sav_12_another_choice_holds_for_a_series_that_is_over() {
    let desk = saved(DAILY, Range::Count(3));
    desk.state().passed = TimeDelta::days(9);
    desk.press("s", with_account());
    desk.rest();
    check_accounts(&desk, 3);
}

/// Found by the simulation: the press wrote over it, and nobody could have known.
#[test]
fn dwn_5_what_a_press_overwrites_on_a_series_is_a_clash() {
    let desk = saved(DAILY, Range::Count(3));
    let master = desk.state().pairs[&item_id("s")].event.clone();
    desk.edit_event(&master, |fields| fields.insert(EventField::Location, text("Bremen")));
    desk.press("s", with_account());
    desk.rest();
    let [(_, clash)] = desk.state().clashes.clone().try_into().unwrap();
    assert_eq!((clash.field, clash.salesforce), (EventField::Location, text("Bremen")));
}

/// Found by the simulation (seed 634 of its series): two edits of one field, and one of them was listed alone.
#[test]
fn dwn_5_each_date_that_loses_to_its_series_is_a_clash_of_its_own() {
    let desk = saved(DAILY, Range::Count(3));
    let dates = ["2026-03-18T13:00:00Z", "2026-03-19T13:00:00Z"].map(|start| desk.row_at(start));
    for (date, name) in dates.iter().zip(["From one", "From another"]) {
        desk.edit_event(date, |fields| fields.insert(EventField::Subject, text(name)));
    }
    desk.edit("s", |seen| "Board".clone_into(&mut seen.item.subject));
    desk.rest();
    let state = desk.state();
    let lost: Vec<FieldValue> = state.clashes.iter().map(|(_, clash)| clash.salesforce.clone()).collect();
    assert_eq!(lost, [text("From one"), text("From another")]);
    assert_eq!(state.clash_events, dates);
}

/// Found by the simulation: the old part, which stays as it was, was taken for what somebody wrote in Salesforce.
#[test]
fn ser_4_a_part_that_is_over_takes_nothing_back_that_was_changed_since() {
    let desk = saved(DAILY, Range::Count(10));
    desk.state().passed = TimeDelta::days(3);
    desk.edit_series("s", |series| series.pattern = EVERY_OTHER);
    desk.rest();
    desk.edit("s", |seen| "Board".clone_into(&mut seen.item.subject));
    desk.rest();
    desk.edit_series("s", |series| series.cancelled.push(at("2026-03-26T13:00:00Z")));
    desk.rest();
    assert_eq!(desk.state().items[&item_id("s")].item.subject, "Board");
    let subject = |start: &str| desk.event(&desk.row_at(start)).get(&EventField::Subject).cloned();
    assert_eq!(subject("2026-03-19T13:00:00Z"), Some(text("Meeting s")), "what has passed stays");
    assert_eq!(subject("2026-03-24T13:00:00Z"), Some(text("Board")));
}

/// Found by the simulation (seed 86 of its series): the session that took the old series away died, and the next one took that
/// for a person's deletion.
#[test]
fn ser_4_what_a_session_took_away_and_did_not_replace_is_replaced_by_the_next_one() {
    for fault in ["create series", "record"] {
        let desk = saved(DAILY, Range::Count(6));
        desk.edit_series("s", |series| series.pattern = EVERY_OTHER);
        desk.strike(fault, Fault::Instead(Trouble::Later { retry_after_ms: None }));
        drop(desk.session());
        desk.rest();
        let days: Vec<String> = desk.rows().iter().map(|(start, _)| start.date_naive().to_string()).collect();
        let expected = ["2026-03-18", "2026-03-20", "2026-03-22", "2026-03-24", "2026-03-26", "2026-03-28"];
        assert_eq!(days, expected, "after {fault}");
        for (_, row) in desk.rows() {
            let who = desk.event(&row).get(&EventField::Who).cloned();
            assert_eq!(who, Some(FieldValue::Record(dana().who.unwrap().record)), "after {fault}");
        }
        assert!(desk.state().pairs.contains_key(&item_id("s")), "after {fault}");
    }
}

/// Found by the simulation: Salesforce takes them away by itself, and nothing kept what they said.
#[test]
fn uns_2_the_events_of_dates_after_a_new_end_are_in_the_journal() {
    let desk = saved(DAILY, Range::Count(6));
    let before = desk.rows();
    desk.edit_series("s", |series| series.range = Range::Count(4));
    desk.rest();
    assert_eq!(desk.rows(), before[..4]);
    let kept = |row| {
        desk.state().journal.iter().any(|(event, _, after)| *event == row && *after == EventFields::new())
    };
    assert!(before[4..].iter().all(|(_, row)| kept(row.clone())));
}

#[test]
fn uns_2_what_a_date_said_of_its_own_is_in_the_journal_when_its_series_is_made_anew() {
    let desk = saved(DAILY, Range::Count(6));
    let row = desk.row_at("2026-03-20T13:00:00Z");
    desk.edit_event(&row, |fields| fields.insert(EventField::Location, text("Bremen")));
    desk.edit_series("s", |series| series.pattern = EVERY_OTHER);
    desk.rest();
    let state = desk.state();
    let kept = state.journal.iter().find(|(event, _, after)| *event == row && after.is_empty());
    assert_eq!(kept.unwrap().1.get(&EventField::Location), Some(&text("Bremen")));
}

/// Found by the simulation: each hour every saved series was looked at in Salesforce.
#[test]
fn a_series_in_which_nothing_changed_is_not_asked_for_in_salesforce() {
    let desk = saved(DAILY, Range::Count(6));
    desk.rest();
    desk.edit("s", |_| {});
    desk.session().unwrap();
    assert_eq!(desk.calls("classic series") + desk.calls("events by id"), 0);
    desk.edit_series("s", |series| series.cancelled.push(at("2026-03-20T13:00:00Z")));
    desk.rest();
    assert_eq!(desk.rows().len(), 5);
}

/// Found by the simulation: the pair stood, the choice did not, and nobody asked for it any more.
#[test]
fn sav_12_a_choice_for_a_series_that_could_not_be_written_now_is_asked_for_again() {
    let desk = saved(DAILY, Range::Count(3));
    desk.press("s", with_account());
    desk.strike("update series", Fault::Instead(Trouble::Later { retry_after_ms: None }));
    drop(desk.session());
    assert_eq!(desk.state().requests.len(), 1, "nothing but the request knows of it");
    desk.rest();
    check_accounts(&desk, 3);
    assert!(desk.state().requests.is_empty());
}

/// Found by the simulation: nobody knew any more of the occurrence that Salesforce had made.
#[test]
fn ser_2_the_occurrence_of_a_cancelled_date_goes_though_its_first_deletion_failed() {
    let desk = Desk::with([]);
    series(&desk, "s", DAILY, Range::Count(4));
    desk.edit_series("s", |series| series.cancelled.push(at("2026-03-20T13:00:00Z")));
    desk.press("s", dana());
    desk.strike("delete event", Fault::Instead(Trouble::Later { retry_after_ms: None }));
    drop(desk.session());
    assert_eq!(desk.rows().len(), 4, "it stands still");
    desk.rest();
    let starts: Vec<_> = desk.rows().into_iter().map(|(start, _)| start).collect();
    assert!(starts.len() == 3 && !starts.contains(&at("2026-03-20T13:00:00Z")), "{starts:?}");
    assert!(desk.state().kept[&item_id("s")].due.surplus.is_empty());
}

/// A date that differs, with what the series carried when it was changed.
fn date(name: &str, categories: &[&str]) -> SeenItem {
    let mut date = meeting(name);
    date.item.kind = Kind::Occurrence { series: item_id("s") };
    date.item.categories = categories.iter().map(|name| (*name).to_owned()).collect();
    date.original_start = Some(at("2026-03-20T13:00:00Z"));
    date
}

fn carried(desk: &Desk, name: &str) -> Vec<String> {
    desk.state().items[&item_id(name)].item.categories.clone()
}

const TRACKED: [&str; 2] = ["Salesforce", "Status: Tracked successfully."];
const TO_GO: [&str; 4] = ["Salesforce", "Status: Tracked successfully.", "Salesforce Unsync", "Blue"];

/// Found by the simulation: the date took the series back once the calendar was read anew.
#[test]
fn cat_2_a_press_takes_a_wish_for_removal_off_the_dates_of_a_series_too() {
    let desk = saved(DAILY, Range::Count(5));
    desk.put(date("d", &TO_GO));
    desk.edit("s", |seen| seen.item.categories.push("Salesforce Unsync".to_owned()));
    desk.press("s", dana());
    desk.rest();
    assert_eq!(carried(&desk, "d"), ["Salesforce", "Status: Tracked successfully.", "Blue"]);
    desk.state().lost_cursor = true;
    desk.rest();
    assert_eq!(desk.rows().len(), 5);
}

#[test]
fn cat_2_a_press_stays_until_the_dates_of_its_series_wish_for_nothing_else() {
    let desk = saved(DAILY, Range::Count(5));
    desk.put(date("d", &TO_GO));
    desk.press("s", dana());
    desk.strike("exceptions", Fault::Instead(Trouble::Later { retry_after_ms: None }));
    let report = desk.session().unwrap();
    assert!(report.again.is_some());
    assert_eq!(desk.state().requests.len(), 1);
    desk.strike("mark", Fault::Instead(Trouble::Stale));
    desk.session().unwrap();
    assert_eq!(desk.state().requests.len(), 1);
    desk.rest();
    assert!(desk.state().requests.is_empty());
    assert_eq!((carried(&desk, "d").contains(&TO_GO[2].to_owned()), desk.rows().len()), (false, 5));
}

/// What the date had from its series was taken for a wish to save it again.
#[test]
fn uns_1_a_series_that_is_taken_back_leaves_nothing_of_ours_on_its_dates() {
    let desk = saved(DAILY, Range::Count(5));
    desk.put(date("d", &TRACKED));
    desk.rest();
    desk.press_unsync("s");
    desk.strike("exceptions", Fault::Instead(Trouble::Unclear));
    desk.session().unwrap();
    desk.rest();
    assert_eq!((carried(&desk, "d"), desk.rows().len()), (Vec::new(), 0));
    desk.state().lost_cursor = true;
    desk.rest();
    assert!(desk.state().pairs.is_empty(), "{:?}", desk.state().pairs);
    assert!(desk.state().requests.is_empty());
}

#[test]
fn cat_3_what_a_date_has_from_its_series_asks_for_nothing() {
    let desk = Desk::with([]);
    series(&desk, "s", DAILY, Range::Count(5));
    desk.put(date("d", &TRACKED));
    desk.rest();
    assert!(desk.rows().is_empty());
    desk.edit("d", |seen| seen.item.categories = vec![TRACKED[0].to_owned()]);
    desk.rest();
    assert_eq!(desk.rows().len(), 5);
}

/// SER-7: its marks are its own.
#[test]
fn ser_7_a_date_that_was_saved_alone_keeps_its_marks_when_its_series_is_taken_back() {
    let desk = saved(DAILY, Range::Count(5));
    desk.put(date("d", &[]));
    desk.saved("d");
    desk.press_unsync("s");
    desk.rest();
    assert_eq!(carried(&desk, "d"), TRACKED);
    assert_eq!(desk.state().pairs.keys().collect::<Vec<_>>(), [&item_id("d")]);
}

/// Found by the simulation: the session that went on from there agreed on what the whole says, and took what past dates say
/// still for an edit in Salesforce.
#[test]
fn ser_4_what_past_dates_say_stays_theirs_though_a_session_did_not_live_to_keep_it() {
    let desk = saved(DAILY, Range::Count(5));
    desk.state().passed = TimeDelta::days(2);
    desk.edit("s", |seen| seen.item.location = "Kiel".to_owned());
    desk.strike("record", Fault::Instead(Trouble::Fenced));
    desk.session().unwrap_err();
    desk.rest();
    for _ in 0..2 {
        desk.edit("s", |_| {});
        desk.edit_event(&desk.row_at("2026-03-21T13:00:00Z"), |_| {});
        desk.rest();
        assert!(desk.state().held.is_empty(), "{:?}", desk.state().held);
        assert!(desk.state().series[&item_id("s")].exceptions.is_empty());
    }
    for (start, row) in desk.rows() {
        let expected = if start < at("2026-03-20T08:00:00Z") { "Hamburg" } else { "Kiel" };
        assert_eq!(desk.event(&row).get(&EventField::Location), Some(&text(expected)), "at {start}");
    }
}

/// Found by the simulation: the rest waited until somebody looked at the series again.
#[test]
fn ser_2_a_series_goes_on_though_a_date_of_it_is_made_by_itself_at_the_same_time() {
    let desk = Desk::with([]);
    series(&desk, "s", DAILY, Range::Count(5));
    desk.edit_series("s", |series| series.cancelled.push(at("2026-03-20T13:00:00Z")));
    desk.saved("s");
    assert_eq!(desk.rows().len(), 4);
    desk.edit_series("s", |series| {
        series.cancelled.clear();
        series.range = Range::Count(8);
    });
    for _ in 0..3 {
        desk.session().unwrap();
    }
    assert_eq!(desk.rows().len(), 7, "of the series");
    assert!(desk.state().unfinished.is_empty());
}
