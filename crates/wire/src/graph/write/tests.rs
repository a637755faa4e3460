//! What comes down is written sparsely.

use super::*;
use crate::testing::{fixture, reply, shown};

const BASE: &str = "https://graph.example/v1.0";

fn mara() -> Address {
    Address::parse("mara@brightwater.example").unwrap()
}

fn change(values: ItemValues) -> String {
    let id = ItemId::parse("AAk/Item=").unwrap();
    shown(&ChangeItem { mailbox: mara(), id, etag: "W/\"7\"".to_owned(), values }.request(BASE))
}

#[test]
fn only_what_is_given_is_written_and_never_over_a_newer_version() {
    let text = change(ItemValues { location: Some("Kiel".to_owned()), ..ItemValues::default() });
    assert!(text.starts_with(
        "PATCH https://graph.example/v1.0/users/mara%40brightwater.example/events/AAk%2FItem%3D"
    ));
    assert!(text.contains("if-match: W/\"7\""), "{text}");
    assert!(text.ends_with("{\"location\":{\"displayName\":\"Kiel\"}}"), "{text}");
}

#[test]
fn tzn_2_whole_days_are_midnights_and_times_travel_together() {
    let day = |day| NaiveDate::from_ymd_opt(2026, 11, day).unwrap();
    let span = Span::AllDay { first: day(20), end_exclusive: day(22) };
    let text = change(ItemValues { span: Some(span), ..ItemValues::default() });
    let body = "{\"end\":{\"dateTime\":\"2026-11-22T00:00:00\",\"timeZone\":\"UTC\"},\"isAllDay\":true,\
                \"start\":{\"dateTime\":\"2026-11-20T00:00:00\",\"timeZone\":\"UTC\"}}";
    assert!(text.ends_with(body), "{text}");
}

#[test]
fn a_reminder_that_is_off_names_no_minutes() {
    let off = change(ItemValues { reminder: Some(Reminder::Off), ..ItemValues::default() });
    assert!(off.ends_with("{\"isReminderOn\":false}"), "{off}");
    let on = ItemValues { reminder: Some(Reminder::MinutesBefore(10)), ..ItemValues::default() };
    assert!(change(on).ends_with("{\"isReminderOn\":true,\"reminderMinutesBeforeStart\":10}"));
}

#[test]
fn a_created_item_carries_its_transaction_categories_and_pointer() {
    let create = CreateItem {
        mailbox: mara(),
        transaction: "calbridge-00U5e00000AbCdEEAV".to_owned(),
        values: ItemValues { subject: Some("Call".to_owned()), ..ItemValues::default() },
        guests: vec![Person {
            name: "Dana Roth".to_owned(),
            address: Address::parse("dana@acme.example").ok(),
        }],
        repeats: None,
        categories: vec!["Salesforce".to_owned()],
        addin_id: "7c1e2f64-9b1d-4e57-8d2c-3a5f0e6b9d41".to_owned(),
        property_text: "{}".to_owned(),
    };
    let text = shown(&create.request(BASE));
    assert!(
        text.starts_with("POST https://graph.example/v1.0/users/mara%40brightwater.example/events\n"),
        "{text}"
    );
    assert!(text.contains("\"transactionId\":\"calbridge-00U5e00000AbCdEEAV\""), "{text}");
    let dana = r#""attendees":[{"emailAddress":{"address":"dana@acme.example","name":"Dana Roth"},"type":"required"}]"#;
    assert!(text.contains(dana), "{text}");
    assert!(text.contains("\"categories\":[\"Salesforce\"]"), "{text}");
    let made = create.read(&reply(201, fixture!("graph/event.json"))).unwrap();
    assert_eq!(made.property_text.as_deref(), Some("{}"));
}

#[test]
fn deleting_what_is_gone_says_so() {
    let delete = DeleteItem { mailbox: mara(), id: ItemId::parse("AAk=").unwrap() };
    assert_eq!(delete.read(&reply(204, "")), Ok(()));
    let body = r#"{"error":{"code":"ErrorItemNotFound","message":"not found"}}"#;
    assert_eq!(delete.read(&reply(404, body)), Err(CallError::Gone));
}

#[test]
fn ser_6_a_created_series_keeps_to_the_clocks_of_its_zone() {
    use calbridge_rules::series::{Pattern, Range};
    let day = NaiveDate::from_ymd_opt(2026, 3, 27).unwrap();
    let at = |hour| day.and_hms_opt(hour, 0, 0).unwrap();
    let span = Span::Timed { start: at(8).and_utc(), end: at(9).and_utc() };
    let create = CreateItem {
        mailbox: mara(),
        transaction: "calbridge-00U5e00000AbCdEEAV".to_owned(),
        values: ItemValues { span: Some(span), ..ItemValues::default() },
        guests: Vec::new(),
        repeats: Some(Repeats {
            recurrence: Recurrence {
                pattern: Pattern::Daily { interval: 1 },
                first: day,
                range: Range::NoEnd,
                zone: "Europe/Berlin".to_owned(),
            },
            start: at(9),
            end: at(10),
        }),
        categories: Vec::new(),
        addin_id: "7c1e2f64-9b1d-4e57-8d2c-3a5f0e6b9d41".to_owned(),
        property_text: "{}".to_owned(),
    };
    let text = shown(&create.request(BASE));
    assert!(
        text.contains("\"start\":{\"dateTime\":\"2026-03-27T09:00:00\",\"timeZone\":\"Europe/Berlin\"}"),
        "{text}"
    );
    let (_, body) = text.split_once("\n\n").unwrap();
    assert!(body.contains("\"type\":\"daily\"") && !body.contains("UTC"), "{text}");
}
