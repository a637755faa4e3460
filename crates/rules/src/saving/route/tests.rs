use chrono::TimeDelta;

use super::*;
use crate::{
    id::ItemId,
    item::{Attendee, Item, Person, Role, Sensitivity, Span},
    sample::{
        DANA, Desk, HALE, INES, acme, appointment, attendee, choosing, dana, days, lasting, luis, meeting,
        person, record, required, settings, typed,
    },
    saving::{Choice, Scope, SyncOff},
    settings::{FieldSource, Multiday, OutlookValue, Settings},
};

#[track_caller]
fn check(desk: &Desk, expected: &Route) {
    let verdict = desk.ask(verdict);
    assert_eq!(verdict.route, *expected, "{:?}", verdict.trace);
}

#[track_caller]
fn refused(desk: &Desk, expected: Refusal) {
    let verdict = desk.ask(verdict);
    let last = verdict.trace.last().unwrap();
    assert_eq!((last.rule, last.passed), (expected.rule(), false), "the deciding rule stands last");
    assert!(verdict.trace.iter().rev().skip(1).all(|check| check.passed), "{:?}", verdict.trace);
    assert_eq!(verdict.route, Route::Refuse(expected));
}

fn update() -> Route {
    Route::UpdateNow { event: record("00U", 1) }
}

fn series(item: Item) -> Item {
    Item { kind: Kind::Series, ..item }
}

fn occurrence(item: Item) -> Item {
    Item { kind: Kind::Occurrence { series: ItemId::parse("AAMkSeries").unwrap() }, ..item }
}

fn with_series(item: Item) -> Desk {
    Desk { settings: Settings { recurring_sync: true, ..settings() }, ..Desk::with(item) }
}

fn off(why: SyncOff) -> SyncKnown {
    SyncKnown::Off { why }
}

#[test]
fn sav_1_a_new_item_is_queued_with_the_service() {
    check(&Desk::default(), &Route::Queue);
}

#[test]
fn sav_1_an_event_nobody_could_look_for_is_queued_while_the_service_answers() {
    check(&Desk { event: EventKnown::Unknown, ..Desk::default() }, &Route::Queue);
}

#[test]
fn sav_2_an_item_whose_event_exists_is_updated_whatever_sync_does() {
    let states = [
        SyncKnown::Active { next_session: None },
        SyncKnown::Unreachable,
        SyncKnown::Never,
        off(SyncOff::Paused),
    ];
    for sync in states {
        check(&Desk { sync, ..Desk::saved(meeting()) }, &update());
    }
}

#[test]
fn sav_2_an_update_is_stopped_by_what_salesforce_would_refuse() {
    refused(&Desk::saved(Item { span: days(15), ..meeting() }), Refusal::TooLong { days: 15 });
}

#[test]
fn sav_2_an_update_needs_no_known_people() {
    check(&Desk { matches: Vec::new(), ..Desk::saved(meeting()) }, &update());
}

#[test]
fn sav_3_a_new_event_is_refused_while_sync_is_off_for_any_reason() {
    for why in [SyncOff::NeverEnabled, SyncOff::Paused, SyncOff::AuthorizationExpired] {
        refused(&Desk { sync: off(why), ..Desk::default() }, Refusal::SyncOff { why });
    }
}

#[test]
fn sav_4_a_save_is_kept_on_the_device_while_the_service_is_out_of_reach() {
    for event in [EventKnown::Absent, EventKnown::Unknown] {
        check(&Desk { event, sync: SyncKnown::Unreachable, ..Desk::default() }, &Route::Keep);
    }
}

#[test]
fn sav_4_a_service_that_never_answered_is_not_waited_for() {
    for event in [EventKnown::Absent, EventKnown::Unknown] {
        refused(&Desk { event, sync: SyncKnown::Never, ..Desk::default() }, Refusal::ServiceUnreachable);
    }
}

#[test]
fn sav_6_a_lead_takes_no_related_record() {
    let choice = Choice { what: Some(acme().record), ..choosing(&luis()) };
    refused(&Desk { choice: choice.clone(), ..Desk::default() }, Refusal::LeadWithRelated);
    refused(&Desk { choice, ..Desk::saved(meeting()) }, Refusal::LeadWithRelated);
}

#[test]
fn sav_6_a_lead_alone_and_a_contact_with_a_record_pass() {
    check(&Desk { choice: choosing(&luis()), ..Desk::default() }, &Route::Queue);
    let choice = Choice { what: Some(acme().record), ..choosing(&dana()) };
    check(&Desk { choice, ..Desk::default() }, &Route::Queue);
}

#[test]
fn sav_7_an_item_that_outlook_never_saved_is_refused_before_anything_else() {
    let item = Item { id: None, span: days(20), ..meeting() };
    refused(&Desk { sync: SyncKnown::Never, ..Desk::with(item) }, Refusal::NotSavedInOutlook);
}

#[test]
fn sav_7_by_hand_private_internal_and_blocklisted_items_are_saved() {
    let private = Item { sensitivity: Some(Sensitivity::Private), ..meeting() };
    check(&Desk::with(private), &Route::Queue);

    let internal = Item { attendees: vec![attendee(INES, Role::Required)], ..meeting() };
    check(&Desk::with(internal), &Route::Queue);

    let item = Item { attendees: vec![attendee(HALE, Role::Required)], ..meeting() };
    let settings = Settings { blocklist: vec!["acme.example".to_owned()], ..settings() };
    check(&Desk { settings, ..Desk::with(item) }, &Route::Queue);

    check(&Desk::with(appointment()), &Route::Queue);
}

#[test]
fn sav_8_nobody_known_and_nothing_picked_is_refused() {
    refused(&Desk { matches: Vec::new(), ..Desk::default() }, Refusal::NobodyKnown);
}

#[test]
fn sav_8_one_known_person_is_enough() {
    check(&Desk { matches: vec![luis()], ..Desk::default() }, &Route::Queue);
}

#[test]
fn sav_8_a_picked_record_is_enough() {
    for choice in [choosing(&dana()), Choice { what: Some(acme().record), ..Choice::default() }] {
        check(&Desk { choice, matches: Vec::new(), ..Desk::default() }, &Route::Queue);
    }
}

#[test]
fn sav_8_an_unknown_outsider_who_organizes_counts() {
    let item =
        Item { organizer: Some(person(HALE)), attendees: vec![attendee(INES, Role::Required)], ..meeting() };
    refused(&Desk::with(item), Refusal::NobodyKnown);
}

#[test]
fn sav_8_somebody_without_an_address_is_not_taken_for_an_outsider() {
    let nameless = Person { name: "Room keeper".to_owned(), address: None };
    let attendees = vec![Attendee { person: nameless, role: Role::Required, response: None }];
    check(&Desk::with(Item { attendees, ..meeting() }), &Route::Queue);
}

#[test]
fn sav_8_a_private_event_goes_without_links_so_nobody_need_be_known() {
    let private = Item { sensitivity: Some(Sensitivity::Private), ..meeting() };
    check(&Desk { matches: Vec::new(), ..Desk::with(private) }, &Route::Queue);
}

#[test]
fn sav_9_required_fields_that_are_empty_are_named() {
    let required = vec![required("Meeting_Type__c", "Meeting type"), required("Region__c", "Region")];
    let missing = |labels: &[&str]| Refusal::RequiredMissing {
        labels: labels.iter().map(|&label| label.to_owned()).collect(),
    };
    let desk = |fields| Desk {
        choice: Choice { fields, ..Choice::default() },
        required: required.clone(),
        ..Desk::default()
    };
    refused(&desk([].into()), missing(&["Meeting type", "Region"]));
    refused(&desk(typed("Region__c", "North")), missing(&["Meeting type"]));
    refused(&desk(typed("Region__c", "  ")), missing(&["Meeting type", "Region"]));
}

#[test]
fn sav_9_an_org_default_fills_a_required_field() {
    let mut settings = settings();
    settings.field_defaults.insert(crate::sample::api("Region__c"), "North".to_owned());
    let required = vec![required("Region__c", "Region")];
    check(&Desk { required, settings, ..Desk::default() }, &Route::Queue);
}

#[test]
fn fld_3_outlook_fills_a_required_field_where_it_has_something() {
    let mut settings = settings();
    let source = FieldSource { value: OutlookValue::Categories, limit: 255 };
    settings.field_map.insert(crate::sample::api("Region__c"), source);
    let required = vec![required("Region__c", "Region")];
    let desk = |names: &[&str]| {
        let categories = names.iter().map(|&name| name.to_owned()).collect();
        let item = Item { categories, ..meeting() };
        Desk { required: required.clone(), settings: settings.clone(), ..Desk::with(item) }
    };
    check(&desk(&["North"]), &Route::Queue);
    refused(&desk(&[]), Refusal::RequiredMissing { labels: vec!["Region".to_owned()] });
}

#[test]
fn sav_9_an_update_may_not_empty_a_required_field() {
    let required = vec![required("Region__c", "Region")];
    check(&Desk { required: required.clone(), ..Desk::saved(meeting()) }, &update());
    let choice = Choice { fields: typed("Region__c", ""), ..Choice::default() };
    refused(
        &Desk { choice, required, ..Desk::saved(meeting()) },
        Refusal::RequiredMissing { labels: vec!["Region".to_owned()] },
    );
}

#[test]
fn ser_1_an_entire_series_needs_recurring_sync() {
    refused(&Desk::with(series(meeting())), Refusal::SeriesOff);
    check(&with_series(series(meeting())), &Route::Queue);
}

#[test]
fn ser_1_the_series_asked_for_from_an_occurrence_is_a_series() {
    let choice = Choice { scope: Scope::Series, ..Choice::default() };
    refused(&Desk { choice, ..Desk::with(occurrence(meeting())) }, Refusal::SeriesOff);
}

#[test]
fn ser_7_one_occurrence_alone_needs_nothing() {
    check(&Desk::with(occurrence(meeting())), &Route::Queue);
    let all_day = Item { span: days(1), zone: Some("tzone://Microsoft/Custom".to_owned()), ..meeting() };
    check(&Desk::with(occurrence(all_day)), &Route::Queue);
}

#[test]
fn xcp_1_fourteen_days_pass_and_a_second_more_does_not() {
    let timed = |length| Desk::with(Item { span: lasting(length), ..meeting() });
    check(&timed(TimeDelta::days(14)), &Route::Queue);
    refused(&timed(TimeDelta::days(14) + TimeDelta::seconds(1)), Refusal::TooLong { days: 15 });
    refused(&timed(TimeDelta::days(15)), Refusal::TooLong { days: 15 });
}

#[test]
fn xcp_1_all_day_items_are_counted_in_days() {
    check(&Desk::with(Item { span: days(14), ..meeting() }), &Route::Queue);
    refused(&Desk::with(Item { span: days(15), ..meeting() }), Refusal::TooLong { days: 15 });
}

#[test]
fn xcp_2_recurring_all_day_items_are_refused() {
    let item = series(Item { span: days(1), ..meeting() });
    refused(&with_series(item.clone()), Refusal::RecurringAllDay);
    refused(&Desk::with(item), Refusal::RecurringAllDay);
}

#[test]
fn xcp_2_series_with_occurrences_over_24_hours_are_refused() {
    let lasting = |hours| series(Item { span: lasting(TimeDelta::hours(hours)), ..meeting() });
    check(&with_series(lasting(24)), &Route::Queue);
    refused(&with_series(lasting(25)), Refusal::RecurringLong);
}

#[test]
fn xcp_3_a_series_in_a_zone_that_salesforce_lacks_is_refused() {
    for zone in ["tzone://Microsoft/Custom", "Cuba Standard Time", "Somewhere Standard Time"] {
        let item = Item { zone: Some(zone.to_owned()), ..meeting() };
        refused(&with_series(series(item.clone())), Refusal::SeriesZone { zone: zone.to_owned() });
        check(&with_series(item), &Route::Queue);
    }
}

#[test]
fn xcp_4_group_items_last_24_hours_at_most() {
    let group = |hours| Item { in_group_calendar: true, span: lasting(TimeDelta::hours(hours)), ..meeting() };
    check(&Desk::with(group(24)), &Route::Queue);
    refused(&Desk::with(group(30)), Refusal::GroupTooLong);
}

#[test]
fn xcp_5_over_24_hours_needs_multiday_events() {
    let multiday = |multiday_events, span: Span| Desk {
        settings: Settings { multiday_events, ..settings() },
        ..Desk::with(Item { span, ..meeting() })
    };
    let thirty_hours = lasting(TimeDelta::hours(30));
    refused(&multiday(Multiday::Off, thirty_hours), Refusal::NoMultiday);
    refused(&multiday(Multiday::Off, days(3)), Refusal::NoMultiday);
    check(&multiday(Multiday::Off, days(1)), &Route::Queue);
    check(&multiday(Multiday::Off, lasting(TimeDelta::hours(24))), &Route::Queue);
    check(&multiday(Multiday::On, thirty_hours), &Route::Queue);
}

#[test]
fn pic_4_unknown_multiday_allows() {
    assert_eq!(settings().multiday_events, Multiday::Unknown);
    check(&Desk::with(Item { span: days(3), ..meeting() }), &Route::Queue);
}

#[test]
fn the_limits_of_salesforce_are_told_before_sync_being_off() {
    let desk = Desk { sync: off(SyncOff::Paused), ..Desk::with(Item { span: days(15), ..meeting() }) };
    refused(&desk, Refusal::TooLong { days: 15 });
}

#[test]
fn the_trace_says_what_was_looked_at() {
    let verdict = Desk::default().ask(verdict);
    let said: Vec<(&str, &str)> =
        verdict.trace.iter().map(|check| (check.rule, check.says.as_str())).collect();
    assert_eq!(
        said,
        [
            ("SAV-7", "Saved in Outlook"),
            ("XCP-1", "No longer than 14 days"),
            ("SAV-3", "Sync is on for you"),
            ("SAV-8", "At least one person is known in Salesforce"),
            ("SAV-1", "Sync creates the event in Salesforce"),
        ]
    );
}

#[test]
fn ppl_2_a_colleague_who_organizes_may_change_the_verdict() {
    let item = Item { organizer: Some(person(INES)), is_draft: None, ..meeting() };
    let verdict = Desk::with(item).ask(verdict);
    assert_eq!(verdict.route, Route::Queue);
    assert_eq!(
        verdict.may_change,
        ["whether the organizer's calendar is synced too", "whether the invitations were sent"]
    );
}

#[test]
fn inputs_that_the_pane_lacks_are_named() {
    let item = Item { is_draft: None, span: days(2), ..meeting() };
    let verdict = Desk::with(item).ask(verdict);
    assert_eq!(
        verdict.may_change,
        ["whether the invitations were sent", "whether Outlook holds it as an all-day event"]
    );
}

#[test]
fn a_refused_all_day_series_and_a_series_without_a_zone_may_turn_out_otherwise() {
    let all_day = series(Item { is_draft: None, span: days(1), ..appointment() });
    assert_eq!(
        with_series(all_day).ask(verdict).may_change,
        ["whether Outlook holds it as an all-day event"]
    );
    let zoneless = series(Item { is_draft: None, zone: None, ..appointment() });
    assert_eq!(with_series(zoneless).ask(verdict).may_change, ["the time zone of the series"]);
}

#[test]
fn an_update_waits_for_nobody() {
    let item = Item { is_draft: None, ..meeting() };
    assert!(Desk::saved(item).ask(verdict).may_change.is_empty());
}

#[test]
fn nothing_may_change_a_verdict_whose_inputs_are_all_there() {
    assert!(Desk::default().ask(verdict).may_change.is_empty());
    let colleague = Item { organizer: Some(person(INES)), ..meeting() };
    assert!(Desk::with(colleague).ask(verdict).may_change.is_empty());
    let refused = Desk::with(Item { span: days(15), is_draft: None, ..meeting() }).ask(verdict);
    assert!(refused.may_change.is_empty());
}

#[test]
fn an_outside_organizer_is_known_by_their_own_record() {
    let item = Item {
        organizer: Some(person(DANA)),
        attendees: vec![attendee(crate::sample::MARA, Role::Required)],
        ..meeting()
    };
    check(&Desk::with(item), &Route::Queue);
}

#[test]
fn one_1_where_sync_goes_down_only_nothing_is_saved_by_hand() {
    let down = || Settings { is_down_only: true, ..settings() };
    refused(&Desk { settings: down(), ..Desk::default() }, Refusal::DownOnly);
    let event = EventKnown::Exists { id: record("00U", 1) };
    refused(&Desk { settings: down(), event, ..Desk::default() }, Refusal::DownOnly);
}
