//! Pairs: edits on either side, deletions, and taking back.

use std::collections::BTreeSet;

use calbridge_engine::{
    SessionError,
    ports::{Born, Pointer, Trouble},
    ruling::Ruling,
};
use calbridge_rules::{
    event::{EventField, EventFields, FieldValue},
    id::RecordId,
    item::Sensitivity,
    settings::Notifications,
};
use chrono::TimeDelta;

use crate::desk::{
    Desk, Fault, INES, appointment, categorized, dana, invited, item_id, meeting, now, organized_by, pointed,
    record,
};

fn text(text: &str) -> FieldValue {
    FieldValue::Text(text.to_owned())
}

fn subject(fields: &EventFields) -> &FieldValue {
    &fields[&EventField::Subject]
}

fn rename(fields: &mut EventFields, name: &str) {
    fields.insert(EventField::Subject, text(name));
}

/// The code of the only issue of a session.
#[track_caller]
fn issue(desk: &Desk) -> String {
    desk.told().expect("an issue").code
}

#[test]
fn fld_an_edit_in_outlook_goes_up_and_nothing_comes_back() {
    let desk = Desk::with([meeting("a")]);
    let event = desk.saved("a");
    desk.edit("a", |seen| seen.item.subject = "Moved".to_owned());
    desk.rest();
    assert_eq!(subject(&desk.event(&event)), &text("Moved"));
    assert_eq!(desk.calls("update"), 0, "the last session wrote nothing");
    desk.session().unwrap();
    assert_eq!(desk.state().calls, ["changes", "record"], "an idle mailbox costs no Salesforce call");
}

#[test]
fn dwn_1_an_edit_in_salesforce_goes_down_to_an_appointment() {
    let desk = Desk::with([appointment("a")]);
    let event = desk.saved("a");
    desk.edit_event(&event, |fields| rename(fields, "From Salesforce"));
    desk.rest();
    assert_eq!(desk.state().item("a").item.subject, "From Salesforce");
    assert_eq!(subject(&desk.event(&event)), &text("From Salesforce"));
    assert!(desk.state().news.is_empty());
}

#[test]
fn dwn_5_a_session_that_dies_over_the_write_leaves_the_clash_to_the_next_one() {
    let strikes =
        [("record", Fault::Instead(Trouble::Unclear)), ("update", Fault::Afterwards(Trouble::Unclear))];
    for (call, fault) in strikes {
        let desk = Desk::with([appointment("a")]);
        let event = desk.saved("a");
        desk.edit("a", |seen| seen.item.subject = "From Outlook".to_owned());
        desk.edit_event(&event, |fields| rename(fields, "From Salesforce"));
        desk.strike(call, fault);
        drop(desk.session());
        assert_eq!(subject(&desk.event(&event)), &text("From Outlook"), "it is written: {call}");
        assert!(desk.state().clashes.is_empty(), "and nobody knows: {call}");
        desk.rest();
        let [(item, clash)] = desk.state().clashes.clone().try_into().unwrap();
        assert_eq!((item, clash.field), (item_id("a"), EventField::Subject), "{call}");
        assert_eq!(
            (clash.outlook, clash.salesforce),
            (text("From Outlook"), text("From Salesforce")),
            "{call}"
        );
    }
}

#[test]
fn ppl_8_what_would_mail_attendees_is_held_until_it_is_approved() {
    let desk = Desk::with([meeting("a")]);
    let event = desk.saved("a");
    desk.edit_event(&event, |fields| rename(fields, "From Salesforce"));
    assert_eq!(issue(&desk), "PPL-8");
    assert_eq!(desk.state().item("a").item.subject, "Meeting a", "nobody was mailed");
    assert_eq!(desk.calls("change"), 0);

    desk.rule("a", Ruling::Approved);
    desk.rest();
    assert_eq!(desk.state().item("a").item.subject, "From Salesforce");
    assert!(desk.state().held.is_empty());
}

#[test]
fn cat_1_what_is_held_is_not_told_as_saved_when_its_marks_come_late() {
    let desk = Desk::with([meeting("a")]);
    let event = desk.saved("a");
    desk.edit_event(&event, |fields| rename(fields, "From Salesforce"));
    desk.strike("mark", Fault::Instead(Trouble::Later { retry_after_ms: None }));
    assert_eq!(issue(&desk), "PPL-8");
    desk.rest();
    let categories = desk.state().item("a").item.categories.clone();
    assert!(categories.contains(&"Sync Error".to_owned()), "{categories:?}");
}

#[test]
fn ppl_8_a_user_who_does_not_want_to_be_asked_is_not() {
    let desk = Desk::with([meeting("a")]);
    desk.state().settings.notifications = Notifications::Send;
    let event = desk.saved("a");
    desk.edit_event(&event, |fields| rename(fields, "From Salesforce"));
    desk.rest();
    assert_eq!(desk.state().item("a").item.subject, "From Salesforce");
}

#[test]
fn ppl_8_what_is_the_users_own_goes_down_without_asking() {
    let desk = Desk::with([meeting("a")]);
    desk.edit("a", |seen| seen.item.show_as = Some(calbridge_rules::item::ShowAs::Busy));
    let event = desk.saved("a");
    desk.edit_event(&event, |fields| {
        fields.insert(EventField::ShowAs, text("Free"));
    });
    desk.rest();
    assert_eq!(desk.state().item("a").item.show_as, Some(calbridge_rules::item::ShowAs::Free));
}

#[test]
fn dwn_5_each_field_goes_its_way_and_of_a_clash_both_values_are_kept() {
    let desk = Desk::with([appointment("a")]);
    let event = desk.saved("a");
    desk.edit("a", |seen| {
        seen.item.subject = "From Outlook".to_owned();
    });
    desk.edit_event(&event, |fields| {
        rename(fields, "From Salesforce");
        fields.insert(EventField::Location, text("Kiel"));
    });
    desk.rest();
    assert_eq!(subject(&desk.event(&event)), &text("From Outlook"));
    assert_eq!(desk.state().item("a").item.location, "Kiel");
    let [(item, clash)] = desk.state().clashes.clone().try_into().unwrap();
    assert_eq!((item, clash.field), (item_id("a"), EventField::Subject));
    assert_eq!((clash.outlook, clash.salesforce), (text("From Outlook"), text("From Salesforce")));
}

#[test]
fn dwn_5_what_a_press_overwrites_in_salesforce_is_a_clash_too() {
    let desk = Desk::with([appointment("a")]);
    let event = desk.saved("a");
    desk.press("a", dana());
    desk.edit_event(&event, |fields| rename(fields, "From Salesforce"));
    desk.rest();
    assert_eq!(subject(&desk.event(&event)), &text("Meeting a"), "the press wins");
    let [(item, clash)] = desk.state().clashes.clone().try_into().unwrap();
    assert_eq!((item, clash.field), (item_id("a"), EventField::Subject));
    assert_eq!(clash.salesforce, text("From Salesforce"));
}

#[test]
fn dwn_7_edits_of_somebody_elses_meeting_are_put_back_and_told() {
    let desk = Desk::with([invited(meeting("a"))]);
    let event = desk.saved("a");
    desk.edit_event(&event, |fields| rename(fields, "Mine now"));
    desk.rest();
    assert_eq!(desk.state().item("a").item.subject, "Meeting a");
    assert_eq!(subject(&desk.event(&event)), &text("Meeting a"));
    assert_eq!(desk.state().clashes.len(), 1);
}

#[test]
fn dwn_2_an_event_that_was_deleted_leaves_the_meeting_alone_and_takes_its_marks() {
    let desk = Desk::with([meeting("a")]);
    let event = desk.saved("a");
    desk.delete_event(&event);
    desk.rest();
    assert!(desk.state().item("a").item.categories.is_empty());
    assert_eq!(pointed(&desk, "a"), None);
    assert!(desk.state().pairs.is_empty() && desk.state().events.is_empty());
    assert!(desk.state().let_go.contains_key(&item_id("a")));
}

#[test]
fn dwn_2_marks_that_could_not_be_taken_away_are_taken_away_by_the_next_session() {
    let desk = Desk::with([meeting("a")]);
    let event = desk.saved("a");
    desk.delete_event(&event);
    desk.strike("mark", Fault::Instead(Trouble::Later { retry_after_ms: None }));
    desk.session().unwrap();
    assert!(!desk.state().item("a").item.categories.is_empty());
    desk.rest();
    assert!(desk.state().item("a").item.categories.is_empty());
}

#[test]
fn dwn_2_marks_that_could_not_be_taken_away_ask_for_nothing() {
    let desk = Desk::with([meeting("a")]);
    let event = desk.saved("a");
    desk.delete_event(&event);
    desk.strike("mark", Fault::Instead(Trouble::Later { retry_after_ms: None }));
    desk.session().unwrap();
    desk.edit("a", |seen| seen.item.location = "Kiel".to_owned());
    desk.rest();
    assert!(desk.state().events.is_empty());
    assert!(desk.state().item("a").item.categories.is_empty());
}

#[test]
fn dwn_2_the_category_put_on_again_by_hand_saves_again() {
    let desk = Desk::with([meeting("a")]);
    let event = desk.saved("a");
    desk.delete_event(&event);
    desk.rest();
    desk.edit("a", |seen| *seen = categorized(seen.clone()));
    desk.rest();
    assert_eq!(desk.state().events.len(), 1);
}

#[test]
fn dwn_3_an_item_that_was_deleted_in_outlook_takes_its_event_along() {
    let desk = Desk::with([meeting("a")]);
    let event = desk.saved("a");
    desk.delete("a");
    desk.rest();
    assert!(desk.state().events.is_empty() && desk.state().pairs.is_empty());
    let (journalled, before, after) = desk.state().journal.last().unwrap().clone();
    assert_eq!((journalled, after), (event, EventFields::new()), "UNS-2");
    assert_eq!(subject(&before), &text("Meeting a"));
}

#[test]
fn dwn_3_a_cancelled_meeting_takes_its_event_along() {
    let desk = Desk::with([organized_by(meeting("a"), "dana@acme.example")]);
    desk.saved("a");
    desk.edit("a", |seen| seen.is_cancelled = true);
    desk.rest();
    assert!(desk.state().events.is_empty());
    assert!(desk.state().item("a").item.categories.is_empty());
}

#[test]
fn dwn_6_what_only_left_the_window_is_not_deleted() {
    let desk = Desk::with([meeting("a")]);
    let event = desk.saved("a");
    let later = now() + TimeDelta::days(200);
    desk.edit("a", |seen| {
        seen.item.span =
            calbridge_rules::item::Span::Timed { start: later, end: later + TimeDelta::hours(1) };
    });
    desk.rest();
    assert_eq!(desk.event(&event)[&EventField::Start], FieldValue::Instant(later), "and stays in sync");
}

#[test]
fn dwn_6_more_deletions_than_usual_stop_the_mailbox_before_the_first() {
    let names: Vec<String> = (0..11).map(|number| format!("item-{number}")).collect();
    let desk = Desk::with(names.iter().map(|name| meeting(name)));
    for name in &names {
        desk.press(name, dana());
    }
    desk.rest();
    for name in &names {
        desk.delete(name);
    }
    let items = names.iter().map(|name| item_id(name)).collect::<BTreeSet<_>>().into_iter().collect();
    assert_eq!(desk.session(), Err(SessionError::Braked { items, pairs: 11 }));
    assert_eq!(desk.state().events.len(), 11);
    assert_eq!(desk.state().pairs.len(), 11);
}

#[test]
fn dwn_6_what_somebody_took_back_is_exempt_from_the_brake() {
    let names: Vec<String> = (0..11).map(|number| format!("item-{number}")).collect();
    let desk = Desk::with(names.iter().map(|name| meeting(name)));
    for name in &names {
        desk.press(name, dana());
    }
    desk.rest();
    for name in &names {
        desk.press_unsync(name);
    }
    desk.rest();
    assert!(desk.state().events.is_empty());
}

#[test]
fn a_lost_cursor_finds_what_was_deleted_meanwhile_and_doubles_nothing() {
    let desk = Desk::with([meeting("a"), meeting("b")]);
    desk.saved("a");
    let kept = desk.saved("b");
    desk.delete("a");
    desk.state().changed.remove(&item_id("a"));
    desk.state().lost_cursor = true;
    desk.rest();
    let state = desk.state();
    assert_eq!(state.events.iter().map(|seen| &seen.event.id).collect::<Vec<_>>(), [&kept]);
    assert_eq!(state.pairs.len(), 1);
}

#[test]
fn uns_1_taking_back_deletes_the_event_and_is_remembered() {
    let desk = Desk::with([meeting("a")]);
    desk.saved("a");
    desk.press_unsync("a");
    desk.rest();
    assert!(desk.state().events.is_empty() && desk.state().pairs.is_empty());
    assert!(desk.state().item("a").item.categories.is_empty());
    assert!(desk.state().let_go.contains_key(&item_id("a")));
}

#[test]
fn uns_1_the_category_takes_back_too() {
    let desk = Desk::with([meeting("a")]);
    desk.saved("a");
    desk.edit("a", |seen| seen.item.categories.push("Salesforce Unsync".to_owned()));
    desk.rest();
    assert!(desk.state().events.is_empty());
    assert!(desk.state().item("a").item.categories.is_empty());
}

#[test]
fn uns_1_a_request_not_yet_carried_out_is_withdrawn() {
    let desk = Desk::with([organized_by(meeting("a"), INES)]);
    desk.state().synced.push(crate::desk::address(INES));
    desk.press("a", dana());
    desk.session().unwrap();
    desk.press_unsync("a");
    desk.rest();
    assert!(desk.state().requests.is_empty() && desk.state().events.is_empty());
}

#[test]
fn uns_1_of_a_shared_event_only_this_saver_leaves_and_ownership_passes_on() {
    let desk = Desk::with([invited(meeting("a"))]);
    let event = desk.saved("a");
    desk.is_saved_by(&event, record("005", 2));
    desk.press_unsync("a");
    desk.rest();
    assert_eq!(desk.event(&event)[&EventField::Owner], FieldValue::Record(record("005", 2)));
    assert!(desk.state().pairs.is_empty());
    assert!(desk.state().item("a").item.categories.is_empty());
}

#[test]
fn uns_1_leaving_with_the_category_still_on_does_not_come_back() {
    let desk = Desk::with([invited(meeting("a"))]);
    let event = desk.saved("a");
    desk.is_saved_by(&event, record("005", 2));
    desk.press_unsync("a");
    desk.strike("mark", Fault::Instead(Trouble::Later { retry_after_ms: None }));
    desk.session().unwrap();
    desk.edit("a", |seen| seen.item.location = "Kiel".to_owned());
    desk.rest();
    assert!(desk.state().pairs.is_empty());
}

#[test]
fn cat_6_the_category_of_a_saved_item_is_restored() {
    let desk = Desk::with([meeting("a")]);
    desk.saved("a");
    desk.edit("a", |seen| seen.item.categories.clear());
    desk.rest();
    assert!(desk.state().item("a").item.categories.contains(&"Salesforce".to_owned()));
}

#[test]
fn prv_4_a_linked_pair_that_turns_private_stops_and_asks() {
    let desk = Desk::with([meeting("a")]);
    let event = desk.saved("a");
    desk.edit("a", |seen| {
        seen.item.sensitivity = Some(Sensitivity::Private);
        seen.item.subject = "Secret".to_owned();
    });
    assert_eq!(issue(&desk), "PRV-4");
    assert_eq!(subject(&desk.event(&event)), &text("Meeting a"), "nothing of it goes up");
    assert!(desk.state().item("a").item.categories.contains(&"Sync Error".to_owned()));
    assert_eq!(pointed(&desk, "a"), Some(Pointer::Saved(event)), "the pane still finds its Event");
}

fn born(by: RecordId) -> Born {
    Born { by, at: now() - TimeDelta::hours(1) }
}

fn call_with_dana() -> EventFields {
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

#[test]
fn dwn_1_an_event_made_in_salesforce_becomes_an_item_once() {
    let desk = Desk::with([]);
    let event = desk.make_event(call_with_dana(), born(record("005", 1)));
    desk.rest();
    let state = desk.state();
    assert_eq!(state.items.len(), 1);
    let item = state.items.values().next().unwrap();
    assert_eq!(item.item.subject, "Call Dana");
    assert!(item.item.attendees.is_empty());
    assert_eq!(item.pointer, Some(Pointer::Saved(event.clone())));
    assert_eq!(state.pairs[&item.id].event, event);
    assert_eq!(state.events[0].key, calbridge_engine::observe::key_of(item).as_str());
}

#[test]
fn dwn_1_a_lost_answer_makes_no_second_item() {
    for fault in [Fault::Afterwards(Trouble::Unclear), Fault::Instead(Trouble::Unclear)] {
        let desk = Desk::with([]);
        desk.make_event(call_with_dana(), born(record("005", 1)));
        desk.strike("create", fault);
        desk.session().unwrap();
        desk.rest();
        let state = desk.state();
        assert_eq!((state.items.len(), state.pairs.len()), (1, 1));
        assert!(state.news.is_empty());
    }
}

#[test]
fn aut_4_an_event_older_than_sync_stays_in_salesforce() {
    let desk = Desk::with([]);
    let old = Born { by: record("005", 1), at: now() - TimeDelta::days(40) };
    desk.make_event(call_with_dana(), old);
    desk.rest();
    assert!(desk.state().items.is_empty() && desk.state().news.is_empty());
}

#[test]
fn uns_1_an_event_made_in_salesforce_is_not_taken_back() {
    let desk = Desk::with([]);
    desk.make_event(call_with_dana(), born(record("005", 1)));
    desk.rest();
    let id = desk.state().items.keys().next().unwrap().clone();
    desk.press_unsync(id.as_str());
    assert_eq!(issue(&desk), "UNS-1");
    assert_eq!(desk.state().events.len(), 1);
}

#[test]
fn dup_3_whatever_fails_once_both_sides_agree_in_the_end() {
    let calls = ["changes", "read", "events by id", "update", "change", "foresee", "record", "mark"];
    for call in calls {
        for trouble in [Trouble::Unclear, Trouble::Later { retry_after_ms: Some(5) }, Trouble::Stale] {
            for fault in [Fault::Instead(trouble.clone()), Fault::Afterwards(trouble.clone())] {
                let desk = Desk::with([appointment("a")]);
                let event = desk.saved("a");
                desk.edit("a", |seen| seen.item.location = "Kiel".to_owned());
                desk.edit_event(&event, |fields| rename(fields, "From Salesforce"));
                desk.strike(call, fault.clone());
                for _ in 0..3 {
                    // A session that fails leaves everything to the next one.
                    drop(desk.session());
                }
                desk.rest();
                let at = format!("{call} {fault:?}");
                assert_eq!(desk.event(&event)[&EventField::Location], text("Kiel"), "{at}");
                assert_eq!(subject(&desk.event(&event)), &text("From Salesforce"), "{at}");
                assert_eq!(desk.state().item("a").item.subject, "From Salesforce", "{at}");
                assert_eq!(desk.state().item("a").item.location, "Kiel", "{at}");
                assert_eq!(desk.state().events.len(), 1, "{at}");
            }
        }
    }
}

#[test]
fn cat_2_a_session_that_dies_before_the_marks_leaves_them_to_the_next_one() {
    let desk = Desk::with([meeting("a")]);
    desk.edit("a", |seen| seen.item.categories = vec!["Salesforce Unsync".to_owned()]);
    desk.strike("record", Fault::Afterwards(Trouble::Later { retry_after_ms: None }));
    drop(desk.session());
    assert!(
        !desk.state().item("a").item.categories.is_empty(),
        "what is not heard to be recorded is not told"
    );
    desk.state().unfinished.insert(item_id("gone"));
    desk.rest();
    assert_eq!(desk.state().item("a").item.categories, [""; 0]);
    assert!(desk.state().unfinished.is_empty(), "what is gone is not looked for for ever");
}

#[test]
fn cat_2_a_press_of_save_overrules_the_wish_for_removal_that_stands_on_the_item() {
    for fault in [None, Some(Trouble::Later { retry_after_ms: None })] {
        let desk = Desk::with([meeting("a")]);
        let event = desk.saved("a");
        desk.edit("a", |seen| seen.item.categories.push("Salesforce Unsync".to_owned()));
        desk.press("a", dana());
        if let Some(trouble) = fault {
            desk.strike("mark", Fault::Instead(trouble));
        }
        desk.rest();
        desk.session().unwrap();
        assert_eq!(desk.state().pairs[&item_id("a")].event, event);
        let categories = desk.state().item("a").item.categories.clone();
        assert!(!categories.contains(&"Salesforce Unsync".to_owned()), "{categories:?}");
        assert!(desk.state().requests.is_empty());
    }
}
