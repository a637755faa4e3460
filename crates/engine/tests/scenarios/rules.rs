//! The rules, met one by one.

use calbridge_engine::{
    Entry, Outcome,
    observe::key_of,
    ports::{Pointer, SeenItem},
};
use calbridge_rules::{
    event::{EventField, FieldValue},
    id::ApiName,
    item::{Kind, Span},
    saving::Choice,
    settings::{FieldSource, OutlookValue},
};
use chrono::TimeDelta;

use crate::desk::{
    Desk, INES, address, categorized, dana, item_id, meeting, now, organized_by, pointed, record,
};

#[track_caller]
fn code(outcome: &Outcome) -> &str {
    match outcome {
        Outcome::Refused(issue) | Outcome::Waiting(issue) | Outcome::Lost(issue) => &issue.code,
        Outcome::Saved(_)
        | Outcome::Skipped(_)
        | Outcome::Withdrawn
        | Outcome::Removed { .. }
        | Outcome::Released { .. }
        | Outcome::Unasked
        | Outcome::Deferred => panic!("no issue: {outcome:?}"),
    }
}

#[track_caller]
fn saved(outcome: Outcome) -> Box<calbridge_engine::report::Saved> {
    match outcome {
        Outcome::Saved(saved) => saved,
        Outcome::Refused(_)
        | Outcome::Waiting(_)
        | Outcome::Lost(_)
        | Outcome::Skipped(_)
        | Outcome::Withdrawn
        | Outcome::Removed { .. }
        | Outcome::Released { .. }
        | Outcome::Unasked
        | Outcome::Deferred => panic!("not saved: {outcome:?}"),
    }
}

#[test]
fn sav_1_a_request_becomes_an_event_owned_by_the_user() {
    let desk = Desk::with([meeting("a")]);
    desk.press("a", dana());
    let saved = saved(desk.outcome());
    let state = desk.state();
    assert_eq!(state.events.len(), 1);
    assert_eq!(state.events[0].key, key_of(&meeting("a")).as_str());
    let fields = &state.events[0].event.fields;
    assert_eq!(fields[&EventField::Owner], FieldValue::Record(record("005", 1)));
    assert_eq!(fields[&EventField::Who], FieldValue::Record(record("003", 1)));
    assert_eq!(saved.event, state.events[0].event.id);
    assert_eq!(state.pairs[&item_id("a")].event, saved.event);
    assert!(state.requests.is_empty(), "the request is settled");
}

#[test]
fn cat_1_a_saved_item_carries_its_marks_and_its_pointer() {
    let desk = Desk::with([meeting("a")]);
    desk.press("a", dana());
    let event = saved(desk.outcome()).event;
    assert_eq!(
        desk.state().items[&item_id("a")].item.categories,
        ["Salesforce", "Status: Tracked successfully."]
    );
    assert_eq!(pointed(&desk, "a"), Some(Pointer::Saved(event)));
    assert!(desk.state().unmarked.is_empty());
}

#[test]
fn a_second_session_finds_nothing_to_do_and_asks_salesforce_nothing() {
    let desk = Desk::with([meeting("a")]);
    desk.press("a", dana());
    desk.session().unwrap();
    let report = desk.session().unwrap();
    assert_eq!((report.entries.len(), report.unmarked, report.again), (0, 0, None));
    assert_eq!(desk.state().calls, ["changes", "record"]);
}

#[test]
fn sav_12_a_request_for_a_saved_item_updates_its_event() {
    let desk = Desk::with([meeting("a")]);
    let event = desk.has_event(&meeting("a"), record("005", 1));
    desk.press("a", Choice { what: Some(record("001", 7)), ..dana() });
    let saved = saved(desk.outcome());
    assert_eq!(saved.event, event);
    let state = desk.state();
    let (_, before, _) = &state.journal[0];
    assert_eq!(before[&EventField::Subject], FieldValue::Text("As it stands".to_owned()), "UNS-2");
    assert_eq!(state.events.len(), 1);
    assert_eq!(state.events[0].event.fields[&EventField::What], FieldValue::Record(record("001", 7)));
    assert!(!state.events[0].event.fields.contains_key(&EventField::Description), "DES-1");
}

#[test]
fn sav_12_two_presses_for_one_item_are_one_event_with_the_later_choice() {
    let desk = Desk::with([meeting("a")]);
    desk.press("a", dana());
    desk.press("a", Choice { what: Some(record("001", 7)), ..dana() });
    saved(desk.outcome());
    let state = desk.state();
    assert_eq!(state.events.len(), 1);
    assert_eq!(state.events[0].event.fields[&EventField::What], FieldValue::Record(record("001", 7)));
    assert!(state.requests.is_empty());
}

#[test]
fn ppl_5_somebody_elses_event_is_pointed_to_and_never_changed() {
    let desk = Desk::with([meeting("a")]);
    let event = desk.has_event(&meeting("a"), record("005", 2));
    desk.press("a", dana());
    assert_eq!(saved(desk.outcome()).event, event);
    assert_eq!(desk.calls("update"), 0);
    assert_eq!(pointed(&desk, "a"), Some(Pointer::Saved(event)));
}

#[test]
fn ppl_2_waits_for_a_synced_organizer_and_is_settled_by_their_event() {
    let item = organized_by(meeting("a"), INES);
    let desk = Desk::with([item.clone()]);
    desk.state().synced.push(address(INES));
    desk.press("a", dana());
    let outcome = desk.outcome();
    assert_eq!(code(&outcome), "ISE-013");
    assert_eq!(desk.state().items[&item_id("a")].item.categories, ["Salesforce"]);
    assert_eq!(desk.calls("upsert"), 0);

    let event = desk.has_event(&item, record("005", 2));
    assert_eq!(saved(desk.outcome()).event, event);
}

#[test]
fn ppl_2_an_organizer_without_sync_is_not_waited_for() {
    let desk = Desk::with([organized_by(meeting("a"), INES)]);
    desk.press("a", dana());
    saved(desk.outcome());
}

#[test]
fn sav_7_a_draft_meeting_waits_until_it_is_sent() {
    let mut draft = meeting("a");
    draft.item.is_draft = Some(true);
    let desk = Desk::with([draft]);
    desk.press("a", dana());
    assert_eq!(code(&desk.outcome()), "SAV-7");
    desk.edit("a", |seen| seen.item.is_draft = Some(false));
    saved(desk.outcome());
}

#[test]
fn xcp_1_a_refused_item_is_red_and_asked_again_until_it_can_be_saved() {
    let mut long = meeting("a");
    long.item.span = Span::Timed { start: now(), end: now() + TimeDelta::days(15) };
    let desk = Desk::with([long]);
    desk.press("a", dana());
    assert_eq!(code(&desk.outcome()), "XCP-1");
    assert_eq!(pointed(&desk, "a"), Some(Pointer::Failed("XCP-1".to_owned())));
    assert!(desk.state().items[&item_id("a")].item.categories.contains(&"Sync Error".to_owned()));

    assert_eq!(code(&desk.outcome()), "XCP-1");
    assert_eq!(desk.calls("mark"), 0, "marks that stand are not written again");

    desk.edit("a", |seen| seen.item.span = meeting("a").item.span);
    saved(desk.outcome());
}

#[test]
fn cat_3_the_category_saves_with_automatic_links() {
    let desk = Desk::with([categorized(meeting("a"))]);
    saved(desk.outcome());
    let state = desk.state();
    assert_eq!(state.events[0].event.fields[&EventField::Who], FieldValue::Record(record("003", 1)), "PIC-6");
    assert_eq!(
        state.events[0].event.fields[&EventField::What],
        FieldValue::Record(record("001", 1)),
        "PIC-6"
    );
}

/// Found by the simulation: what the one had taken back the other had saved again, for ever.
#[test]
fn cat_2_of_members_that_ask_for_different_things_the_one_that_takes_back_has_it() {
    let member = |name: &str, category: &str| {
        let mut item = meeting(name);
        item.item.categories = vec![category.to_owned()];
        item.item.kind = Kind::Occurrence { series: item_id("series") };
        item.original_start = Some(now());
        item
    };
    let mut series = meeting("series");
    series.item.kind = Kind::Series;
    for (other, is_asked_for) in [("Salesforce", true), ("Salesforce Unsync", false)] {
        let desk = Desk::with([member("a", "Salesforce"), member("b", other), series.clone()]);
        let entries = desk.session().unwrap().entries;
        let asked = |entry: &Entry| entry.item == item_id("series") && entry.source.is_some();
        let of_series = entries.iter().any(asked);
        assert_eq!(of_series, is_asked_for, "{other}: {entries:?}");
    }
}

#[test]
fn cat_3_members_of_a_series_ask_for_the_series_once() {
    let member = |name: &str| {
        let mut item = categorized(meeting(name));
        item.item.kind = Kind::Occurrence { series: item_id("series") };
        item.original_start = Some(now());
        item
    };
    let mut series = meeting("series");
    series.item.kind = Kind::Series;
    let desk = Desk::with([member("a"), member("b"), series]);
    let outcome = desk.outcome();
    assert_eq!(code(&outcome), "SER-1");
    assert_eq!(code(&desk.outcome()), "SER-1");
}

#[test]
fn cat_3_the_category_never_overrides_what_was_chosen() {
    let desk = Desk::with([categorized(meeting("a"))]);
    desk.press("a", Choice { what: Some(record("001", 7)), ..dana() });
    saved(desk.outcome());
    assert_eq!(desk.state().events[0].event.fields[&EventField::What], FieldValue::Record(record("001", 7)));
}

#[test]
fn cat_6_a_request_by_category_ends_with_the_category_and_one_from_the_pane_stays() {
    let mut nobody = categorized(meeting("a"));
    nobody.item.attendees[0].person.address = Some(address("p.hale@acme.example"));
    let desk = Desk::with([nobody]);
    assert_eq!(code(&desk.outcome()), "SAV-8");
    desk.edit("a", |seen| seen.item.categories.clear());
    assert_eq!(desk.outcome(), Outcome::Withdrawn);
    assert!(desk.state().requests.is_empty());

    let desk = Desk::with([meeting("b")]);
    desk.press("b", dana());
    saved(desk.outcome());
}

#[test]
fn dup_1_several_events_with_one_key_are_a_matter_for_a_person() {
    let desk = Desk::with([meeting("a")]);
    desk.has_event(&meeting("a"), record("005", 1));
    desk.has_event(&meeting("a"), record("005", 1));
    desk.press("a", dana());
    assert_eq!(code(&desk.outcome()), "DUP-1");
    assert_eq!((desk.calls("upsert"), desk.calls("update")), (0, 0));
}

#[test]
fn dup_1_two_items_of_one_meeting_in_a_mailbox_are_one_event() {
    let twin = SeenItem { i_cal_uid: "uid-of-a".to_owned(), ..meeting("b") };
    let desk = Desk::with([meeting("a"), twin]);
    desk.press("a", dana());
    desk.press("b", dana());
    assert!(desk.session().unwrap().again.is_some());
    desk.session().unwrap();
    let state = desk.state();
    assert_eq!(state.events.len(), 1);
    assert_eq!(state.pairs.len(), 2);
}

#[test]
fn dup_3_the_pointer_finds_an_event_again_after_the_ledger_is_lost() {
    let mut item = categorized(meeting("a"));
    let desk = Desk::with([item.clone()]);
    let event = desk.has_event(&meeting("a"), record("005", 1));
    desk.state().events[0].key.clear();
    item.pointer = Some(Pointer::Saved(event.clone()));
    desk.put(item);
    assert_eq!(saved(desk.outcome()).event, event);
    assert_eq!(desk.state().events.len(), 1);
}

#[test]
fn dup_1_a_copied_item_does_not_inherit_the_event_of_its_original() {
    let desk = Desk::with([]);
    let event = desk.has_event(&meeting("original"), record("005", 1));
    let copy = SeenItem { pointer: Some(Pointer::Saved(event.clone())), ..categorized(meeting("copy")) };
    desk.put(copy);
    assert_ne!(saved(desk.outcome()).event, event);
    assert_eq!(desk.state().events.len(), 2);
}

#[test]
fn dwn_2_the_category_of_a_deleted_event_asks_for_nothing_and_save_in_the_pane_does() {
    let gone = record("00U", 99);
    let item = SeenItem { pointer: Some(Pointer::Saved(gone)), ..categorized(meeting("a")) };
    let desk = Desk::with([item]);
    assert_eq!(desk.outcome(), Outcome::Withdrawn);
    assert!(desk.state().items[&item_id("a")].item.categories.is_empty());
    assert!(desk.state().events.is_empty());

    desk.press("a", dana());
    saved(desk.outcome());
}

#[test]
fn an_item_that_is_gone_is_told_and_asked_for_no_more() {
    let desk = Desk::with([]);
    desk.press("a", dana());
    assert_eq!(code(&desk.outcome()), "ISE-404");
    assert!(desk.state().requests.is_empty());
}

#[test]
fn fld_3_a_session_writes_what_the_org_maps_from_outlook() {
    let mut item = meeting("a");
    item.item.categories.push("Travel".to_owned());
    let desk = Desk::with([item]);
    let name = ApiName::parse("Outlook__c").unwrap();
    let source = FieldSource { value: OutlookValue::Categories, limit: 255 };
    desk.state().settings.shared.field_map.insert(name.clone(), source);
    desk.press("a", dana());
    saved(desk.outcome());
    let state = desk.state();
    assert_eq!(
        state.events[0].event.fields[&EventField::Custom(name)],
        FieldValue::Text("Travel".to_owned())
    );
}
