use chrono::TimeDelta;
use proptest::prelude::*;

use super::*;
use crate::{
    item::{Attendee, Person, Role},
    sample::{
        Desk, MARA, acme, address, api, appointment, at, attendee, choosing, dana, date, days, lasting,
        meeting, person, settings, typed,
    },
};

fn first(item: &Item) -> EventFields {
    first_save(item, &Choice::default(), &settings()).fields
}

#[track_caller]
fn check(item: &Item, field: &EventField, expected: &FieldValue) {
    assert_eq!(first(item).get(field), Some(expected), "{field:?}");
}

fn text(text: &str) -> FieldValue {
    FieldValue::Text(text.to_owned())
}

fn description(item: &Item) -> String {
    match first(item).remove(&EventField::Description) {
        Some(FieldValue::Text(text)) => text,
        other => panic!("{other:?}"),
    }
}

#[test]
fn fld_a_meeting_becomes_an_event() {
    let choice = Choice { what: Some(acme().record), ..choosing(&dana()) };
    let mapped = first_save(&meeting(), &choice, &settings());
    let expected = EventFields::from([
        (EventField::Subject, text("Renewal 2027: pricing review")),
        (EventField::Location, text("Microsoft Teams")),
        (EventField::Start, FieldValue::Instant(at("2026-11-24T13:00:00Z"))),
        (EventField::End, FieldValue::Instant(at("2026-11-24T14:00:00Z"))),
        (EventField::IsAllDay, FieldValue::Flag(false)),
        (EventField::ShowAs, text("Busy")),
        (EventField::IsReminderSet, FieldValue::Flag(true)),
        (EventField::ReminderAt, FieldValue::Instant(at("2026-11-24T12:45:00Z"))),
        (EventField::IsPrivate, FieldValue::Flag(false)),
        (EventField::Who, FieldValue::Record(dana().record)),
        (EventField::What, FieldValue::Record(acme().record)),
        (
            EventField::Description,
            text(
                "From: Mara Lindqvist <mara@brightwater.example>\n\
                 To/CC: dana@acme.example; luis@moreno.example; p.hale@acme.example; \
                 ines@brightwater.example\n\nBring the figures.",
            ),
        ),
    ]);
    assert_eq!(mapped, Mapped { fields: expected, told: Vec::new() });
}

#[test]
fn fld_subject_and_location_are_cut_at_255_and_told() {
    let item = Item { subject: "s".repeat(300), location: "l".repeat(256), ..meeting() };
    let mapped = first_save(&item, &Choice::default(), &settings());
    assert_eq!(mapped.fields[&EventField::Subject], text(&"s".repeat(255)));
    assert_eq!(mapped.fields[&EventField::Location], text(&"l".repeat(255)));
    assert_eq!(
        mapped.told,
        ["The subject is cut to 255 characters.", "The location is cut to 255 characters."]
    );
}

#[test]
fn fld_a_subject_of_255_characters_is_whole_and_an_emoji_never_halved() {
    let item = Item { subject: "s".repeat(255), ..meeting() };
    assert!(first_save(&item, &Choice::default(), &settings()).told.is_empty());
    let item = Item { subject: format!("{}😀", "s".repeat(254)), ..meeting() };
    check(&item, &EventField::Subject, &text(&"s".repeat(254)));
}

#[test]
fn fld_right_to_left_text_and_quotes_pass_unchanged() {
    let subject = "פגישה \"O'Brien\" 🎉";
    check(&Item { subject: subject.to_owned(), ..meeting() }, &EventField::Subject, &text(subject));
}

#[test]
fn fld_show_as_loses_what_salesforce_does_not_know() {
    for (outlook, salesforce) in [
        (ShowAs::Free, "Free"),
        (ShowAs::Tentative, "Busy"),
        (ShowAs::Busy, "Busy"),
        (ShowAs::WorkingElsewhere, "Busy"),
        (ShowAs::OutOfOffice, "OutOfOffice"),
    ] {
        check(&Item { show_as: Some(outlook), ..meeting() }, &EventField::ShowAs, &text(salesforce));
    }
}

#[test]
fn fld_busy_keeps_the_finer_outlook_value_on_the_way_back() {
    for show_as in
        [ShowAs::Free, ShowAs::Tentative, ShowAs::Busy, ShowAs::WorkingElsewhere, ShowAs::OutOfOffice]
    {
        let item = Item { show_as: Some(show_as), ..meeting() };
        assert_eq!(back(&first(&item), &item).show_as, Some(show_as));
    }
    let freed = Item { show_as: Some(ShowAs::Free), ..meeting() };
    assert_eq!(back(&first(&meeting()), &freed).show_as, Some(ShowAs::Busy));
}

#[test]
fn fld_what_the_reader_cannot_tell_is_left_alone() {
    let item = Item { show_as: None, reminder: None, sensitivity: None, body: None, ..meeting() };
    let fields = first(&item);
    for field in [
        EventField::ShowAs,
        EventField::IsReminderSet,
        EventField::ReminderAt,
        EventField::IsPrivate,
        EventField::Description,
    ] {
        assert!(!fields.contains_key(&field), "{field:?}");
    }
}

#[test]
fn fld_a_reminder_that_is_off_has_no_time() {
    let fields = first(&Item { reminder: Some(Reminder::Off), ..meeting() });
    assert_eq!(fields.get(&EventField::IsReminderSet), Some(&FieldValue::Flag(false)));
    assert!(!fields.contains_key(&EventField::ReminderAt));
}

#[test]
fn fld_an_all_day_reminder_is_left_alone() {
    let fields = first(&Item { span: days(1), ..meeting() });
    assert!(!fields.contains_key(&EventField::IsReminderSet));
}

#[test]
fn fld_2_what_the_user_typed_goes_before_the_item_and_the_org_default() {
    let mut settings = settings();
    settings.field_defaults.insert(api("Region__c"), "North".to_owned());
    settings.field_defaults.insert(api("Type__c"), "Visit".to_owned());
    let mut fields = typed("Region__c", "South");
    fields.insert(EventField::Subject, text("Renewal call"));
    let mapped = first_save(&meeting(), &Choice { fields, ..Choice::default() }, &settings).fields;
    assert_eq!(mapped[&EventField::Subject], text("Renewal call"));
    assert_eq!(mapped[&EventField::Custom(api("Region__c"))], text("South"));
    assert_eq!(mapped[&EventField::Custom(api("Type__c"))], text("Visit"));
}

#[test]
fn fld_2_what_the_user_typed_is_cut_too() {
    let fields = EventFields::from([
        (EventField::Subject, text(&"s".repeat(256))),
        (EventField::Location, FieldValue::Empty),
        (EventField::Description, text("Only this.")),
    ]);
    let mapped = first_save(&meeting(), &Choice { fields, ..Choice::default() }, &settings());
    assert_eq!(mapped.fields[&EventField::Subject], text(&"s".repeat(255)));
    assert_eq!(mapped.fields[&EventField::Location], FieldValue::Empty);
    assert_eq!(mapped.fields[&EventField::Description], text("Only this."));
    assert_eq!(mapped.told, ["The subject is cut to 255 characters."]);
}

#[test]
fn fld_1_defaults_are_for_the_first_save_only() {
    let mut settings = settings();
    settings.field_defaults.insert(api("Type__c"), "Visit".to_owned());
    let later = follow(&meeting(), &Choice::default(), &settings).fields;
    assert!(!later.contains_key(&EventField::Custom(api("Type__c"))));
}

#[test]
fn tzn_2_whole_days_are_dates_and_salesforce_counts_the_last_one_in() {
    let item = Item { span: days(3), ..meeting() };
    check(&item, &EventField::Start, &FieldValue::Date(date("2026-11-24")));
    check(&item, &EventField::End, &FieldValue::Date(date("2026-11-26")));
    check(&item, &EventField::IsAllDay, &FieldValue::Flag(true));
    assert_eq!(back(&first(&item), &item).span, Some(item.span));
}

#[test]
fn tzn_2_midnights_that_salesforce_writes_are_read_as_dates() {
    let fields = EventFields::from([
        (EventField::Start, FieldValue::Instant(at("2023-04-28T00:00:00Z"))),
        (EventField::End, FieldValue::Instant(at("2023-04-30T00:00:00Z"))),
        (EventField::IsAllDay, FieldValue::Flag(true)),
    ]);
    let expected = Span::AllDay { first: date("2023-04-28"), end_exclusive: date("2023-05-01") };
    assert_eq!(back(&fields, &meeting()).span, Some(expected));
}

#[test]
fn fld_parts_of_a_second_never_look_like_a_change() {
    let span = Span::Timed { start: at("2026-11-24T13:00:00.750Z"), end: at("2026-11-24T14:00:00.5Z") };
    check(&Item { span, ..meeting() }, &EventField::Start, &FieldValue::Instant(at("2026-11-24T13:00:00Z")));
}

#[test]
fn prv_2_a_private_item_is_saved_private_and_unlinked_and_told() {
    let item = Item { sensitivity: Some(Sensitivity::Confidential), ..meeting() };
    let choice = Choice { what: Some(acme().record), ..choosing(&dana()) };
    let mapped = first_save(&item, &choice, &settings());
    assert_eq!(mapped.fields[&EventField::IsPrivate], FieldValue::Flag(true));
    assert_eq!(mapped.fields[&EventField::Who], FieldValue::Empty);
    assert_eq!(mapped.fields[&EventField::What], FieldValue::Empty);
    assert_eq!(mapped.told, ["A private event is saved without links."]);
    assert!(first_save(&item, &Choice::default(), &settings()).told.is_empty());
}

#[test]
fn prv_2_the_user_may_choose_links_and_not_private() {
    let item = Item { sensitivity: Some(Sensitivity::Private), ..meeting() };
    let mut choice = choosing(&dana());
    choice.fields.insert(EventField::IsPrivate, FieldValue::Flag(false));
    let fields = first_save(&item, &choice, &settings()).fields;
    assert_eq!(fields[&EventField::IsPrivate], FieldValue::Flag(false));
    assert_eq!(fields[&EventField::Who], FieldValue::Record(dana().record));
}

#[test]
fn prv_2_private_keeps_the_finer_outlook_value_on_the_way_back() {
    let item = Item { sensitivity: Some(Sensitivity::Confidential), ..meeting() };
    assert_eq!(back(&first(&item), &item).sensitivity, Some(Sensitivity::Confidential));
}

#[test]
fn des_1_the_body_goes_up_once() {
    assert!(first(&meeting()).contains_key(&EventField::Description));
    let later = follow(&meeting(), &Choice::default(), &settings()).fields;
    assert!(!later.contains_key(&EventField::Description));
}

#[test]
fn des_3_without_safe_description_the_body_follows() {
    let settings = Settings { safe_description: false, ..settings() };
    let later = follow(&meeting(), &Choice::default(), &settings).fields;
    assert!(later.contains_key(&EventField::Description));
}

#[test]
fn des_3_a_body_is_cut_at_32_000_and_told() {
    let item = Item { body: Some("b".repeat(40_000)), ..appointment() };
    let mapped = first_save(&item, &Choice::default(), &settings());
    assert_eq!(mapped.fields[&EventField::Description], text(&"b".repeat(DESCRIPTION_LIMIT)));
    assert_eq!(mapped.told, ["The description is cut to 32,000 characters."]);
}

#[test]
fn des_4_appointments_have_no_head_lines() {
    assert_eq!(description(&appointment()), "Bring the figures.");
}

#[test]
fn des_4_head_lines_are_stripped_before_anything_goes_down() {
    let text = description(&meeting());
    assert!(text.starts_with("From: Mara Lindqvist <mara@brightwater.example>\nTo/CC: "));
    assert_eq!(strip_head(&text), "Bring the figures.");
    assert_eq!(strip_head(&text.replace('\n', "\r\n")), "Bring the figures.");
    assert_eq!(back(&first(&meeting()), &meeting()).body.as_deref(), Some("Bring the figures."));
}

#[test]
fn des_4_a_body_that_merely_begins_with_from_is_no_head() {
    for body in ["From: Berlin to Rome\nBy train", "Fromage", "", "To whom it may concern"] {
        assert_eq!(strip_head(body), body);
    }
}

#[test]
fn des_4_a_name_with_a_line_break_stays_in_its_line() {
    let mallory = Person { name: "A\nTo/CC: B".to_owned(), address: Some(address("a@acme.example")) };
    let invited = Attendee { person: mallory, role: Role::Required, response: None };
    let text = description(&Item { attendees: vec![invited], ..meeting() });
    assert_eq!(strip_head(&text), "Bring the figures.");
}

#[test]
fn des_4_rooms_and_a_repeated_organizer_are_not_named() {
    let attendees = vec![
        attendee(MARA, Role::Required),
        attendee("room@brightwater.example", Role::Resource),
        attendee("dana@acme.example", Role::Required),
    ];
    let head = head_lines(&Item { attendees, ..meeting() });
    assert_eq!(head.lines().nth(1), Some("To/CC: dana@acme.example"));
}

#[test]
fn des_4_five_hundred_attendees_leave_room_for_the_body() {
    let attendees =
        (0..500).map(|n| attendee(&format!("{}{n}@acme.example", "x".repeat(60)), Role::Required)).collect();
    let item = Item { attendees, ..meeting() };
    let text = description(&item);
    assert!(text.encode_utf16().count() <= DESCRIPTION_LIMIT);
    assert!(text.lines().nth(1).unwrap().ends_with(" more"));
    assert_eq!(strip_head(&text), "Bring the figures.");
}

#[test]
fn des_2_only_what_differs_is_written() {
    let stands = first(&meeting());
    let moved = Item { subject: "Renewal call".to_owned(), ..meeting() };
    let wanted = follow(&moved, &Choice::default(), &settings()).fields;
    assert_eq!(changed(&wanted, &stands), EventFields::from([(EventField::Subject, text("Renewal call"))]));
}

#[test]
fn fld_times_are_always_sent_together() {
    let stands = first(&meeting());
    let longer = Item { span: lasting(TimeDelta::hours(2)), ..meeting() };
    let fields = changed(&first(&longer), &stands);
    let sent: Vec<&EventField> = fields.keys().collect();
    assert_eq!(sent, [&EventField::Start, &EventField::End, &EventField::IsAllDay]);
}

#[test]
fn an_emptied_field_is_written_as_empty() {
    let stands = first(&meeting());
    let wanted = first(&Item { location: String::new(), ..meeting() });
    assert_eq!(changed(&wanted, &stands), EventFields::from([(EventField::Location, FieldValue::Empty)]));
}

#[test]
fn line_endings_and_absent_values_are_no_change() {
    let mut stands = first(&meeting());
    let crlf = description(&meeting()).replace('\n', "\r\n") + "  \r\n";
    stands.insert(EventField::Description, FieldValue::Text(crlf));
    stands.remove(&EventField::Who);
    assert!(changed(&first(&meeting()), &stands).is_empty());
}

#[test]
fn des_4_other_head_lines_are_no_change_and_stay_when_the_body_changes() {
    let stands = first(&meeting());
    let mut item = meeting();
    item.attendees.push(attendee("new@acme.example", Role::Optional));
    assert!(changed(&first(&item), &stands).is_empty());

    item.body = Some("Bring nothing.".to_owned());
    let FieldValue::Text(written) = &changed(&first(&item), &stands)[&EventField::Description] else {
        panic!("the body is text")
    };
    assert_eq!(strip_head(written), "Bring nothing.");
    assert!(!written.contains("new@acme.example"));
}

fn any_item() -> impl Strategy<Value = Item> {
    let span = prop_oneof![
        (0_i64..20_000, 0_i64..2_000).prop_map(|(start, minutes)| {
            let start = at("2026-01-01T00:00:00Z") + TimeDelta::minutes(start);
            Span::Timed { start, end: start + TimeDelta::minutes(minutes) }
        }),
        (1_u64..20).prop_map(days),
    ];
    (".{0,300}", proptest::option::of("(?s).{0,200}"), ".{0,40}", span, 0_u32..10_000, any::<bool>())
        .prop_map(|(subject, body, location, span, minutes, invites)| Item {
            subject,
            body,
            location,
            span,
            reminder: Some(Reminder::MinutesBefore(minutes)),
            attendees: if invites { meeting().attendees } else { Vec::new() },
            organizer: Some(person(MARA)),
            ..meeting()
        })
}

#[test]
fn des_4_a_body_goes_under_a_head_that_stood_without_one() {
    let stands = first(&Item { body: Some(String::new()), ..meeting() });
    let wanted = first(&Item { body: Some("!\na".to_owned()), ..meeting() });
    let text = changed(&wanted, &stands).remove(&EventField::Description);
    assert_eq!(text, wanted.get(&EventField::Description).cloned());
}

proptest! {
    #[test]
    fn what_was_written_needs_no_writing_again(before in any_item(), after in any_item()) {
        let mut stands = first(&before);
        let wanted = first(&after);
        stands.extend(changed(&wanted, &stands));
        prop_assert_eq!(changed(&wanted, &stands), EventFields::new());
    }

    #[test]
    fn times_and_reminders_come_back_as_they_went(item in any_item()) {
        let values = back(&first(&item), &item);
        prop_assert_eq!(values.span, Some(item.span));
        if !item.span.is_all_day() {
            prop_assert_eq!(values.reminder, item.reminder);
        }
    }

    #[test]
    fn fld_no_text_is_longer_than_salesforce_takes(item in any_item()) {
        for (field, value) in first(&item) {
            if let FieldValue::Text(text) = value {
                let limit = if field == EventField::Description { DESCRIPTION_LIMIT } else { SUBJECT_LIMIT };
                prop_assert!(text.encode_utf16().count() <= limit);
            }
        }
    }
}

#[test]
fn the_sample_is_saved_without_anything_told() {
    let desk = Desk::default();
    assert!(first_save(&desk.item, &desk.choice, &desk.settings).told.is_empty());
}
