//! Fields travel both ways without changing their meaning (FLD, TZN-2).

use super::*;
use crate::testing::{fixture, sorted};

fn read(text: &str, extra: &[&str]) -> Event {
    let extra: Vec<ApiName> = extra.iter().map(|name| ApiName::parse(name).unwrap()).collect();
    event(&parse(text.as_bytes()).unwrap(), &extra).unwrap()
}

fn custom(name: &str) -> EventField {
    EventField::Custom(ApiName::parse(name).unwrap())
}

fn date(text: &str) -> FieldValue {
    FieldValue::Date(text.parse().unwrap())
}

fn instant(text: &str) -> FieldValue {
    FieldValue::Instant(text.parse().unwrap())
}

#[test]
fn a_timed_event_is_read_as_instants() {
    let event = read(fixture!("salesforce/event.json"), &[]);
    assert_eq!(event.fields[&EventField::Start], instant("2026-11-24T13:00:00Z"));
    assert_eq!(event.fields[&EventField::End], instant("2026-11-24T14:00:00Z"));
    assert_eq!(event.fields[&EventField::ReminderAt], instant("2026-11-24T12:45:00Z"));
    assert_eq!(event.fields[&EventField::Description], FieldValue::Empty);
    assert_eq!(event.fields[&EventField::IsReminderSet], FieldValue::Flag(true));
    assert_eq!(event.fields[&EventField::ShowAs], FieldValue::Text("Busy".to_owned()));
    let dana = RecordId::parse("0035e00000Dana1").unwrap();
    assert_eq!(event.fields[&EventField::Who], FieldValue::Record(dana));
    assert_eq!(event.system_modstamp.to_rfc3339(), "2026-11-20T18:12:03+00:00");
}

#[test]
fn tzn_2_an_all_day_event_is_read_as_dates_last_day_included() {
    let event = read(fixture!("salesforce/event_all_day.json"), &[]);
    assert_eq!(event.fields[&EventField::Start], date("2023-04-28"));
    assert_eq!(event.fields[&EventField::End], date("2023-04-30"));
    assert_eq!(event.fields[&EventField::Who], FieldValue::Empty);
}

#[test]
fn tzn_2_dates_are_written_as_midnight_utc_and_instants_as_they_are() {
    let fields = EventFields::from([
        (EventField::Start, date("2023-04-28")),
        (EventField::End, date("2023-04-30")),
        (EventField::ReminderAt, instant("2026-11-24T13:45:00+01:00")),
        (custom("Follow_Up__c"), date("2026-12-01")),
    ]);
    insta::assert_snapshot!(
        sorted(&serde_json::from_str(&Value::Object(written(&fields)).to_string()).unwrap()),
        @r#"{"EndDateTime":"2023-04-30T00:00:00.000Z","Follow_Up__c":"2026-12-01","ReminderDateTime":"2026-11-24T12:45:00.000Z","StartDateTime":"2023-04-28T00:00:00.000Z"}"#
    );
}

#[test]
fn fld_every_field_has_its_name() {
    let id = RecordId::parse("0035e00000Dana1").unwrap();
    let fields = EventFields::from([
        (EventField::Subject, FieldValue::Text("\"Renewal\" 🎉 שלום".to_owned())),
        (EventField::Description, FieldValue::Empty),
        (EventField::Location, FieldValue::Text(String::new())),
        (EventField::IsAllDay, FieldValue::Flag(false)),
        (EventField::ShowAs, FieldValue::Text("Free".to_owned())),
        (EventField::IsReminderSet, FieldValue::Flag(false)),
        (EventField::IsPrivate, FieldValue::Flag(true)),
        (EventField::Who, FieldValue::Record(id.clone())),
        (EventField::What, FieldValue::Empty),
        (EventField::Owner, FieldValue::Record(id)),
        (EventField::SyncKey, FieldValue::Text("never in a body".to_owned())),
        (custom("Count__c"), FieldValue::Number("3.50".to_owned())),
    ]);
    insta::assert_snapshot!(
        sorted(&serde_json::from_str(&Value::Object(written(&fields)).to_string()).unwrap()),
        @r#"{"Count__c":3.5,"Description":null,"IsAllDayEvent":false,"IsPrivate":true,"IsReminderSet":false,"Location":"","OwnerId":"0035e00000Dana1AAB","ShowAs":"Free","Subject":"\"Renewal\" 🎉 שלום","WhatId":null,"WhoId":"0035e00000Dana1AAB"}"#
    );
}

#[test]
fn fields_of_the_org_are_read_by_their_form() {
    let names = [
        "Meeting_Type__c",
        "Attendee_Count__c",
        "Follow_Up__c",
        "Decided_At__c",
        "Internal__c",
        "Project__c",
        "Missing__c",
    ];
    let event = read(fixture!("salesforce/event.json"), &names);
    let text = |text: &str| FieldValue::Text(text.to_owned());
    assert_eq!(event.fields[&custom("Meeting_Type__c")], text("Negotiation"));
    assert_eq!(event.fields[&custom("Attendee_Count__c")], FieldValue::Number("3.0".to_owned()));
    assert_eq!(event.fields[&custom("Follow_Up__c")], date("2026-12-01"));
    assert_eq!(event.fields[&custom("Decided_At__c")], instant("2026-11-20T18:00:00Z"));
    assert_eq!(event.fields[&custom("Internal__c")], FieldValue::Flag(false));
    let project = RecordId::parse("a005e00000Proj1").unwrap();
    assert_eq!(event.fields[&custom("Project__c")], FieldValue::Record(project));
    assert!(!event.fields.contains_key(&custom("Missing__c")));
}

#[test]
fn an_event_that_cannot_be_read_is_refused_whole() {
    let broken = fixture!("salesforce/event.json").replace("2026-11-24T13:00:00.000+0000", "soon");
    let error = event(&parse(broken.as_bytes()).unwrap(), &[]).unwrap_err();
    assert!(matches!(error, CallError::Malformed { .. }));
}

#[test]
fn sav_9_nobody_is_asked_for_what_the_item_fills() {
    for name in ["Subject", "StartDateTime", "DurationInMinutes", "OwnerId"] {
        assert!(is_mapped(&ApiName::parse(name).unwrap()), "{name}");
    }
    assert!(!is_mapped(&ApiName::parse("Meeting_Type__c").unwrap()));
}
