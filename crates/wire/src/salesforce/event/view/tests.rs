//! An Event is shown with the names of its links.

use super::*;
use crate::testing::{fixture, reply, shown};

fn endpoint() -> ReadEventView {
    let id = RecordId::parse("00U5e00000AbCdE").unwrap();
    ReadEventView { version: "v67.0".to_owned(), id, extra: Vec::new() }
}

#[test]
fn one_query_brings_the_event_and_its_names() {
    let request = shown(&endpoint().request("https://org.example"));
    let query = percent_encoding::percent_decode_str(&request).decode_utf8_lossy().into_owned();
    insta::assert_snapshot!(query, @"GET https://org.example/services/data/v67.0/query?q=SELECT Id, SystemModstamp, LastModifiedDate, Subject, Description, Location, StartDateTime, EndDateTime, IsAllDayEvent, ShowAs, IsReminderSet, ReminderDateTime, IsPrivate, WhoId, WhatId, OwnerId, Who.Name, Who.Type, What.Name, What.Type, Owner.Name, Owner.Type, CreatedById, LastModifiedById, LastModifiedBy.Name FROM Event WHERE Id = '00U5e00000AbCdEEAV'");
}

#[test]
fn links_come_with_object_and_name() {
    let view = endpoint().read(&reply(200, fixture!("salesforce/event_view.json"))).unwrap();
    let told = |named: &Option<NamedRecord>| {
        named.as_ref().map(|named| format!("{} {} {}", named.object, named.record, named.name))
    };
    assert_eq!(told(&view.who).as_deref(), Some("Contact 0035e00000Dana1AAB Dana Okafor"));
    assert_eq!(told(&view.what).as_deref(), Some("Opportunity 0065e00000RenewAAB Acme – Renewal 2027"));
    assert_eq!(told(&view.owner).as_deref(), Some("User 0055e00000Mara1AAB Mara Lindqvist"));
    assert_eq!(told(&view.last_modified_by).as_deref(), Some(" 0055e00000Ines1AAB Ines Roth"));
    assert_eq!(view.created_by, view.owner.map(|owner| owner.record));
}

#[test]
fn sav_13_an_event_that_no_query_finds_is_gone() {
    let answer = endpoint().read(&reply(200, fixture!("salesforce/query_empty.json")));
    assert_eq!(answer, Err(CallError::Gone));
}
