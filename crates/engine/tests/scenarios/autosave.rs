//! What sessions save by themselves, what they leave, and what they tell of it (AUT, PRV, Q8).

use calbridge_engine::{
    Outcome,
    ports::{Pointer, SeenItem, Trouble},
};
use calbridge_rules::{
    autosave::Skip,
    event::{EventField, FieldValue},
    item::{Kind, Response, Sensitivity, Span},
    settings::{Direction, PrivateAs, Unlinked},
};
use chrono::TimeDelta;

use crate::desk::{
    Desk, Fault, INES, address, appointment, between, categorized, dana, invited, item_id, meeting, now,
    organized_by, pointed, record, skipped,
};

const HALE: &str = "p.hale@acme.example";

/// A desk where everything is saved by itself that may be.
fn autosaving(items: impl IntoIterator<Item = SeenItem>) -> Desk {
    let desk = Desk::with(items);
    desk.state().settings.autosave.meetings = true;
    desk.state().settings.autosave.appointments = true;
    desk
}

/// A session leaves the only item, by this reason; nobody in Salesforce was asked about its people, and one trace says how.
#[track_caller]
fn check_left(desk: &Desk, item: &str, expected: Skip) {
    desk.session().unwrap();
    assert_eq!(skipped(desk, item), Some(expected));
    let state = desk.state();
    assert!(state.events.is_empty() && state.asked_people.is_empty(), "PRV-3");
    let last = state.traces[&item_id(item)].last().unwrap();
    assert_eq!((last.rule, last.passed), (expected.rule(), false), "Q8");
}

#[track_caller]
fn check_saved(desk: &Desk) {
    desk.rest();
    assert_eq!(desk.state().events.len(), 1, "{:?}", desk.state().outcomes);
}

#[test]
fn aut_1_nothing_is_saved_by_itself_unless_a_switch_says_so() {
    check_left(&Desk::with([meeting("a")]), "a", Skip::MeetingsOff);
    check_left(&Desk::with([appointment("a")]), "a", Skip::AppointmentsOff);
}

#[test]
fn aut_1_what_the_user_makes_or_accepts_is_saved_with_links_and_marks() {
    for item in [meeting("a"), invited(meeting("a"))] {
        let desk = autosaving([item]);
        check_saved(&desk);
        let state = desk.state();
        assert_eq!(
            state.events[0].event.fields[&EventField::Who],
            FieldValue::Record(record("003", 1)),
            "AUT-6"
        );
        assert_eq!(
            state.events[0].event.fields[&EventField::What],
            FieldValue::Record(record("001", 1)),
            "PIC-6"
        );
        assert!(!state.pairs[&item_id("a")].is_by_hand);
        assert!(state.item("a").item.categories.contains(&"Salesforce".to_owned()));
        let event = state.events[0].event.id.clone();
        drop(state);
        assert_eq!(pointed(&desk, "a"), Some(Pointer::Saved(event)));
    }
}

#[test]
fn aut_2_the_window_counts_days_of_the_mailboxs_zone_and_holds_both_its_ends() {
    // Midnight of Berlin is eleven at night in UTC.
    let days = |days: i64, hours: i64| {
        let mut item = meeting("a");
        let start = now() - TimeDelta::hours(9) + TimeDelta::days(days) + TimeDelta::hours(hours);
        item.item.span = Span::Timed { start, end: start + TimeDelta::hours(1) };
        autosaving([item])
    };
    check_saved(&days(-14, 0));
    check_saved(&days(60, 23));
    check_left(&days(-14, -1), "a", Skip::OutsideWindow);
    check_left(&days(61, 0), "a", Skip::OutsideWindow);
}

#[test]
fn aut_2_while_nobody_knows_the_zone_only_what_begins_in_the_window_of_every_zone_is_saved_by_itself() {
    let days = |days: i64, hours: i64| {
        let mut item = meeting("a");
        let start = now() + TimeDelta::days(days) + TimeDelta::hours(hours);
        item.item.span = Span::Timed { start, end: start + TimeDelta::hours(1) };
        let desk = autosaving([item]);
        desk.state().lacks_zone = true;
        desk
    };
    check_saved(&days(59, 23));
    check_saved(&days(-14, 1));
    check_left(&days(61, 1), "a", Skip::OutsideWindow);
    // Day 60 of UTC, and of some zones east of it day 61 already.
    let desk = days(60, 14);
    check_left(&desk, "a", Skip::OutsideWindow);
    desk.state().lacks_zone = false;
    desk.state().passed = TimeDelta::hours(1);
    check_saved(&desk);
}

#[test]
fn dwn_4_a_pair_at_the_edge_of_the_window_stays_in_sync_while_nobody_knows_the_zone() {
    let mut item = meeting("a");
    let start = now() + TimeDelta::days(60) + TimeDelta::hours(14);
    item.item.span = Span::Timed { start, end: start + TimeDelta::hours(1) };
    let desk = autosaving([item]);
    check_saved(&desk);
    desk.state().lacks_zone = true;
    desk.edit("a", |seen| seen.item.location = "Bremen".to_owned());
    desk.rest();
    let place = FieldValue::Text("Bremen".to_owned());
    assert_eq!(desk.state().events[0].event.fields[&EventField::Location], place);
}

#[test]
fn aut_2_what_lies_too_far_ahead_is_saved_once_its_day_comes_near() {
    let mut item = meeting("a");
    let start = now() + TimeDelta::days(63);
    item.item.span = Span::Timed { start, end: start + TimeDelta::hours(1) };
    let desk = autosaving([item]);
    check_left(&desk, "a", Skip::OutsideWindow);
    desk.state().passed = TimeDelta::days(3);
    check_saved(&desk);
}

#[test]
fn aut_3_what_is_private_internal_or_blocklisted_is_left_and_its_people_are_asked_for_nowhere() {
    let mut private = meeting("a");
    private.item.sensitivity = Some(Sensitivity::Personal);
    check_left(&autosaving([private]), "a", Skip::Private);

    let internal = between(meeting("a"), &[INES]);
    check_left(&autosaving([internal]), "a", Skip::Internal);

    let desk = autosaving([meeting("a")]);
    desk.state().settings.shared.blocklist = vec!["acme.example".to_owned()];
    check_left(&desk, "a", Skip::Blocklisted);
}

#[test]
fn aut_3_one_external_attendee_off_the_blocklist_is_enough() {
    let desk = autosaving([between(meeting("a"), &["x@blocked.example", crate::desk::DANA])]);
    desk.state().settings.shared.blocklist = vec!["blocked.example".to_owned()];
    check_saved(&desk);
    assert!(!desk.state().asked_people.contains(&address("x@blocked.example")), "PRV-3");
}

#[test]
fn aut_3_settings_let_private_and_internal_items_through() {
    let mut private = meeting("a");
    private.item.sensitivity = Some(Sensitivity::Private);
    let desk = autosaving([private]);
    desk.state().settings.autosave.also.private = true;
    check_saved(&desk);
    let desk = autosaving([between(meeting("a"), &[INES])]);
    desk.state().settings.autosave.also.internal = true;
    desk.state().settings.autosave.also.unlinked = Unlinked::All;
    check_saved(&desk);
}

#[test]
fn aut_3_what_belongs_to_no_record_is_left_until_a_person_is_known_or_the_setting_says_otherwise() {
    let desk = autosaving([between(meeting("a"), &[HALE])]);
    desk.session().unwrap();
    assert_eq!(skipped(&desk, "a"), Some(Skip::Unlinked));
    desk.state().contacts.push((address(HALE), record("003", 2)));
    desk.state().passed = TimeDelta::days(1);
    check_saved(&desk);

    let desk = autosaving([between(meeting("a"), &[HALE])]);
    desk.state().settings.autosave.also.unlinked = Unlinked::All;
    check_saved(&desk);
}

#[test]
fn aut_3_an_appointment_is_saved_where_its_text_names_a_record() {
    let desk = autosaving([appointment("a")]);
    desk.session().unwrap();
    assert_eq!(skipped(&desk, "a"), Some(Skip::Unlinked));
    desk.edit("a", |seen| seen.item.body = Some("Prepare case 00001026".to_owned()));
    check_saved(&desk);
}

#[test]
fn aut_3_skips_decide_first_saves_only() {
    let desk = autosaving([meeting("a")]);
    check_saved(&desk);
    desk.state().settings.shared.blocklist = vec!["acme.example".to_owned()];
    desk.edit("a", |seen| seen.item.subject = "Still saved".to_owned());
    desk.rest();
    let subject = &desk.state().events[0].event.fields[&EventField::Subject];
    assert_eq!(subject, &FieldValue::Text("Still saved".to_owned()));
}

#[test]
fn aut_4_what_is_older_than_sync_is_left_unless_the_setting_says_otherwise() {
    let mut old = meeting("a");
    old.created = Some(now() - TimeDelta::days(31));
    check_left(&autosaving([old.clone()]), "a", Skip::OlderThanSync);
    let desk = autosaving([old]);
    desk.state().settings.autosave.since_enabled = false;
    check_saved(&desk);
}

#[test]
fn aut_5_unanswered_and_declined_invitations_are_left_until_they_are_accepted() {
    let answered = |response| SeenItem { response: Some(response), ..invited(meeting("a")) };
    check_left(&autosaving([answered(Response::Declined)]), "a", Skip::Declined);
    let desk = autosaving([answered(Response::None)]);
    check_left(&desk, "a", Skip::Unanswered);
    desk.edit("a", |seen| seen.response = Some(Response::Tentative));
    check_saved(&desk);
    let desk = autosaving([answered(Response::None)]);
    desk.state().settings.autosave.also.unanswered = true;
    check_saved(&desk);
}

#[test]
fn aut_5_saved_by_hand_an_unanswered_invitation_waits_and_is_settled_on_acceptance() {
    let desk = Desk::with([SeenItem { response: Some(Response::None), ..invited(meeting("a")) }]);
    desk.press("a", dana());
    let Outcome::Waiting(issue) = desk.outcome() else { panic!("it does not wait") };
    assert_eq!((issue.code.as_str(), issue.reason.contains("answer")), ("ISE-013", true));
    assert!(desk.state().item("a").item.categories.contains(&"Salesforce".to_owned()));
    desk.edit("a", |seen| seen.response = Some(Response::Accepted));
    check_saved(&desk);
    assert!(desk.state().requests.is_empty() && desk.state().pairs[&item_id("a")].is_by_hand);
}

#[test]
fn uns_1_and_dwn_2_what_was_let_go_is_not_saved_again_by_itself() {
    let desk = autosaving([meeting("a")]);
    check_saved(&desk);
    desk.press_unsync("a");
    desk.rest();
    desk.edit("a", |seen| seen.item.location = "Kiel".to_owned());
    check_left_again(&desk, Skip::TakenBack);

    let desk = autosaving([meeting("a")]);
    check_saved(&desk);
    let event = desk.state().events[0].event.id.clone();
    desk.delete_event(&event);
    desk.rest();
    desk.edit("a", |seen| seen.item.location = "Kiel".to_owned());
    check_left_again(&desk, Skip::EventDeleted);
}

#[track_caller]
fn check_left_again(desk: &Desk, expected: Skip) {
    desk.rest();
    assert_eq!(skipped(desk, "a"), Some(expected));
    assert!(desk.state().events.is_empty());
}

#[test]
fn dwn_3_a_cancelled_meeting_is_not_saved_by_itself() {
    check_left(&autosaving([SeenItem { is_cancelled: true, ..invited(meeting("a")) }]), "a", Skip::Cancelled);
}

#[test]
fn dwn_4_an_autosaved_pair_that_leaves_the_window_stops_and_nothing_is_deleted() {
    let desk = autosaving([meeting("a")]);
    check_saved(&desk);
    let later = now() + TimeDelta::days(62);
    let moved = Span::Timed { start: later, end: later + TimeDelta::hours(1) };
    desk.edit("a", |seen| seen.item.span = moved);
    desk.rest();
    let event = desk.state().events[0].event.clone();
    assert_ne!(event.fields[&EventField::Start], FieldValue::Instant(later), "the Event stays as it was");
    assert_eq!(desk.state().pairs.len(), 1);
    desk.edit_event(&event.id, |fields| {
        fields.insert(EventField::Subject, FieldValue::Text("From Salesforce".to_owned()));
    });
    desk.rest();
    assert_eq!(desk.state().item("a").item.subject, "Meeting a", "and so does the item");
}

#[test]
fn dwn_4_saved_by_hand_meanwhile_it_stays_in_sync_outside_the_window() {
    let desk = autosaving([meeting("a")]);
    check_saved(&desk);
    desk.press("a", dana());
    desk.rest();
    let later = now() + TimeDelta::days(62);
    desk.edit("a", |seen| {
        seen.item.span = Span::Timed { start: later, end: later + TimeDelta::hours(1) };
    });
    desk.rest();
    assert_eq!(desk.state().events[0].event.fields[&EventField::Start], FieldValue::Instant(later));
}

#[test]
fn xcp_1_what_is_due_and_nothing_can_save_gets_its_issue_and_comes_up_with_the_next_change_only() {
    let mut long = meeting("a");
    long.item.span = Span::Timed { start: now(), end: now() + TimeDelta::days(15) };
    let desk = autosaving([long]);
    let Outcome::Refused(issue) = desk.outcome() else { panic!("it is not refused") };
    assert_eq!(issue.code, "XCP-1");
    assert!(desk.state().item("a").item.categories.contains(&"Sync Error".to_owned()));
    assert!(desk.state().asked_people.is_empty(), "PRV-3");
    assert!(desk.state().requests.is_empty(), "an idle mailbox asks Salesforce nothing");
    desk.edit("a", |seen| seen.item.span = meeting("a").item.span);
    check_saved(&desk);
}

#[test]
fn ppl_2_what_autosave_would_save_waits_for_a_synced_organizer() {
    let mut item = organized_by(meeting("a"), INES);
    item.response = Some(Response::Accepted);
    let desk = autosaving([item.clone()]);
    desk.state().synced.push(address(INES));
    let Outcome::Waiting(issue) = desk.outcome() else { panic!("it does not wait") };
    assert_eq!(issue.code, "ISE-013");
    desk.has_event(&item, record("005", 2));
    desk.rest();
    let state = desk.state();
    assert_eq!((state.events.len(), state.pairs.len()), (1, 1));
}

#[test]
fn one_1_where_sync_goes_down_nothing_is_saved_and_save_is_refused_with_the_reason() {
    let desk = autosaving([meeting("a")]);
    desk.state().settings.down.direction = Direction::Down;
    check_left(&desk, "a", Skip::DownOnly);
    desk.press("a", dana());
    let Outcome::Refused(issue) = desk.outcome() else { panic!("it is not refused") };
    assert_eq!(issue.code, "ONE-1");
    assert!(desk.state().events.is_empty());
}

#[test]
fn prv_2_without_a_dialog_a_private_item_is_saved_as_the_setting_says() {
    let private = || {
        let mut item = categorized(meeting("a"));
        item.item.sensitivity = Some(Sensitivity::Private);
        Desk::with([item])
    };
    let desk = private();
    check_saved(&desk);
    {
        let state = desk.state();
        let fields = &state.events[0].event.fields;
        assert_eq!(fields[&EventField::IsPrivate], FieldValue::Flag(true));
        assert!(fields[&EventField::Who].is_empty() && fields[&EventField::What].is_empty());
    }
    let desk = private();
    desk.state().settings.private_as = PrivateAs::Linked;
    check_saved(&desk);
    let state = desk.state();
    let fields = &state.events[0].event.fields;
    assert_eq!(fields[&EventField::IsPrivate], FieldValue::Flag(false));
    assert_eq!(fields[&EventField::Who], FieldValue::Record(record("003", 1)));
}

#[test]
fn sav_7_by_hand_everything_is_saved_that_autosave_skips() {
    let mut private = meeting("private");
    private.item.sensitivity = Some(Sensitivity::Private);
    let internal = between(meeting("internal"), &[INES]);
    let mut old = meeting("old");
    old.created = Some(now() - TimeDelta::days(400));
    let mut far = meeting("far");
    let later = now() + TimeDelta::days(200);
    far.item.span = Span::Timed { start: later, end: later + TimeDelta::hours(1) };
    let items = [private, internal, old, far];
    let names: Vec<String> = items.iter().map(|item| item.id.as_str().to_owned()).collect();
    let desk = Desk::with(items.map(categorized));
    desk.state().looks_everywhere = true;
    desk.rest();
    assert_eq!(desk.state().events.len(), names.len(), "{:?}", desk.state().outcomes);
}

#[test]
fn sav_8_a_category_whose_people_nobody_knows_is_an_issue_until_one_is_known() {
    let desk = Desk::with([categorized(between(meeting("a"), &[HALE]))]);
    let Outcome::Refused(issue) = desk.outcome() else { panic!("it is not refused") };
    assert_eq!(issue.code, "SAV-8");
    desk.state().contacts.push((address(HALE), record("003", 2)));
    check_saved(&desk);
    assert_eq!(desk.state().events[0].event.fields[&EventField::Who], FieldValue::Record(record("003", 2)));
    assert!(desk.state().requests.is_empty());
}

#[test]
fn cat_3_the_category_outside_the_window_is_found_by_asking_for_it() {
    let mut far = categorized(meeting("a"));
    let later = now() + TimeDelta::days(300);
    far.item.span = Span::Timed { start: later, end: later + TimeDelta::hours(1) };
    let desk = Desk::with([far]);
    desk.rest();
    assert!(desk.state().events.is_empty(), "no round of changes shows it");
    desk.state().looks_everywhere = true;
    check_saved(&desk);
}

#[test]
fn cat_2_the_category_takes_many_back_at_once() {
    let desk = Desk::with(["a", "b", "c"].map(|name| categorized(meeting(name))));
    desk.rest();
    assert_eq!(desk.state().events.len(), 3);
    for name in ["a", "c"] {
        desk.edit(name, |seen| seen.item.categories.push("Salesforce Unsync".to_owned()));
    }
    desk.rest();
    assert_eq!(desk.state().pairs.keys().cloned().collect::<Vec<_>>(), [item_id("b")]);
    assert!(desk.state().item("a").item.categories.is_empty());
}

#[test]
fn grp_1_an_item_of_a_groups_calendar_needs_a_members_consent() {
    let mut grouped = meeting("a");
    grouped.item.in_group_calendar = true;
    let desk = Desk::with([grouped]);
    desk.press("a", dana());
    let Outcome::Refused(issue) = desk.outcome() else { panic!("it is not refused") };
    assert_eq!(issue.code, "GRP-1");
    assert!(desk.state().events.is_empty());
}

#[test]
fn ser_1_series_are_left_where_they_are_not_synced() {
    let mut series = meeting("a");
    series.item.kind = Kind::Series;
    check_left(&autosaving([series]), "a", Skip::SeriesOff);
}

#[test]
fn aut_8_an_item_put_into_the_calendar_that_asks_is_saved_like_one_with_the_category() {
    let desk = Desk::with([meeting("a"), meeting("b")]);
    desk.state().placed.insert(item_id("a"));
    desk.rest();
    let state = desk.state();
    assert_eq!(state.events.len(), 1);
    assert!(state.pairs[&item_id("a")].is_by_hand, "CAT-3");
    assert!(state.item("a").item.categories.contains(&"Salesforce".to_owned()));
}

#[test]
fn aut_8_what_waits_or_is_refused_where_it_was_put_is_asked_for_until_it_goes() {
    let mut seen = between(meeting("a"), &["nobody@borealis.example"]);
    seen.item.categories.clear();
    let desk = Desk::with([seen]);
    desk.state().placed.insert(item_id("a"));
    desk.session().unwrap();
    assert!(matches!(desk.state().outcomes[&item_id("a")], Outcome::Refused(_)), "SAV-8");
    desk.session().unwrap();
    assert!(
        matches!(desk.state().outcomes[&item_id("a")], Outcome::Refused(_)),
        "no category, and still asked for"
    );
    desk.state().contacts.push((address("nobody@borealis.example"), record("003", 8)));
    desk.rest();
    assert_eq!(desk.state().events.len(), 1);
}

#[test]
fn aut_8_what_was_taken_back_stays_so_wherever_it_lies() {
    let desk = Desk::with([meeting("a")]);
    desk.state().placed.insert(item_id("a"));
    desk.rest();
    desk.press_unsync("a");
    desk.rest();
    desk.edit("a", |seen| "Renamed".clone_into(&mut seen.item.subject));
    desk.rest();
    assert!(desk.state().pairs.is_empty(), "UNS-1");
}

#[test]
fn aut_8_what_could_not_be_read_where_it_was_put_is_not_forgotten() {
    let desk = Desk::with([meeting("a")]);
    desk.state().placed.insert(item_id("a"));
    desk.strike("read", Fault::Instead(Trouble::Later { retry_after_ms: None }));
    desk.session().unwrap();
    assert!(desk.state().events.is_empty());
    desk.rest();
    assert_eq!(desk.state().events.len(), 1);
}
