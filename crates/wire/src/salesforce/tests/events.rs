//! Events: read, created, changed, kept by key.

use calbridge_rules::{
    event::{EventField, EventFields, FieldValue},
    id::{ApiName, RecordId},
};

use crate::{
    call::{CallError, Endpoint},
    salesforce::{
        event::{
            ByEventId, ByKey, ChangedEvents, CreateEvents, DeleteEvents, ReadEvent, ReadEventByKey,
            SeriesPart, UpdateEvent, UpdateEvents, UpsertEvent, UpsertEvents, Upserted,
        },
        query::Query,
    },
    testing::{fixture, reply, shown},
};

const BASE: &str = "https://org.example";

fn version() -> String {
    "v67.0".to_owned()
}

fn id() -> RecordId {
    RecordId::parse("00U5e00000AbCdE").unwrap()
}

fn key_field() -> ApiName {
    ApiName::parse("Calbridge_Sync_Key__c").unwrap()
}

fn subject() -> EventFields {
    let key = FieldValue::Text("9f86d081".to_owned());
    EventFields::from([
        (EventField::Subject, FieldValue::Text("Renewal".to_owned())),
        (EventField::SyncKey, key.clone()),
        (EventField::Custom(key_field()), key),
    ])
}

fn upsert() -> UpsertEvent {
    UpsertEvent { version: version(), key_field: key_field(), key: "9f86/d081".to_owned(), fields: subject() }
}

#[test]
fn an_event_is_read_by_id_with_the_orgs_own_fields() {
    let endpoint =
        ReadEvent { version: version(), id: id(), extra: vec![ApiName::parse("Meeting_Type__c").unwrap()] };
    assert_eq!(
        shown(&endpoint.request(BASE)),
        "GET https://org.example/services/data/v67.0/sobjects/Event/00U5e00000AbCdEEAV?fields=Id,SystemModstamp,\
         LastModifiedDate,Subject,Description,Location,StartDateTime,EndDateTime,IsAllDayEvent,ShowAs,IsReminderSet,\
         ReminderDateTime,IsPrivate,WhoId,WhatId,OwnerId,Meeting_Type__c"
    );
    let event = endpoint.read(&reply(200, fixture!("salesforce/event.json"))).unwrap();
    assert_eq!(event.id, id());
    assert_eq!(event.last_modified_by, None);
}

#[test]
fn sav_13_a_deleted_event_is_gone() {
    let body = "[{\"message\":\"entity is deleted\",\"errorCode\":\"ENTITY_IS_DELETED\",\"fields\":[]}]";
    let read = ReadEvent { version: version(), id: id(), extra: Vec::new() };
    assert_eq!(read.read(&reply(404, body)), Err(CallError::Gone));
    let update = UpdateEvent { version: version(), id: id(), fields: subject(), unless_modified_since: None };
    assert_eq!(update.read(&reply(404, body)), Err(CallError::Gone));
}

#[test]
fn dup_3_an_event_is_read_by_its_key() {
    let endpoint = ReadEventByKey {
        version: version(),
        key_field: key_field(),
        key: "a/b c".to_owned(),
        extra: Vec::new(),
    };
    let request = shown(&endpoint.request(BASE));
    let path = "GET https://org.example/services/data/v67.0/sobjects/Event/Calbridge_Sync_Key__c/a%2Fb%20c?fields=Id,";
    assert!(request.starts_with(path), "{request}");
    let two = "[\"/services/data/v67.0/sobjects/Event/1\",\"/services/data/v67.0/sobjects/Event/2\"]";
    assert!(matches!(endpoint.read(&reply(300, two)), Err(CallError::Ambiguous { .. })));
}

#[test]
fn sav_2_only_what_is_named_is_written() {
    let endpoint = UpdateEvent {
        version: version(),
        id: id(),
        fields: subject(),
        unless_modified_since: Some("2026-11-20T18:12:03.250Z".parse().unwrap()),
    };
    insta::assert_snapshot!(shown(&endpoint.request(BASE)), @r#"
    PATCH https://org.example/services/data/v67.0/sobjects/Event/00U5e00000AbCdEEAV
    content-type: application/json
    if-unmodified-since: Fri, 20 Nov 2026 18:12:04 GMT

    {"Calbridge_Sync_Key__c":"9f86d081","Subject":"Renewal"}
    "#);
    assert_eq!(endpoint.read(&reply(204, "")), Ok(()));
    assert_eq!(endpoint.read(&reply(412, "")), Err(CallError::Stale));
}

#[test]
fn dup_3_an_upsert_names_its_key_in_the_address_alone() {
    insta::assert_snapshot!(shown(&upsert().request(BASE)), @r#"
    PATCH https://org.example/services/data/v67.0/sobjects/Event/Calbridge_Sync_Key__c/9f86%2Fd081
    content-type: application/json

    {"Subject":"Renewal"}
    "#);
}

#[test]
fn dup_3_an_upsert_tells_whether_the_event_is_new() {
    let created = upsert().read(&reply(201, fixture!("salesforce/created.json")));
    assert_eq!(created, Ok(Upserted { id: Some(id()), created: true }));
    let changed = upsert().read(&reply(200, fixture!("salesforce/upserted.json")));
    assert_eq!(changed, Ok(Upserted { id: Some(id()), created: false }));
    assert_eq!(upsert().read(&reply(204, "")), Ok(Upserted { id: None, created: false }));
}

#[test]
fn dup_3_a_key_taken_meanwhile_is_read_again() {
    let body = "[{\"message\":\"duplicate value found\",\"errorCode\":\"DUPLICATE_VALUE\",\"fields\":[]}]";
    assert!(matches!(upsert().read(&reply(400, body)), Err(CallError::Contended(_))));
}

#[test]
fn dup_2_events_are_created_with_their_keys_where_a_field_holds_them_and_without_where_none_does() {
    let rows = || vec![("one".to_owned(), EventFields::new()), ("two".to_owned(), EventFields::new())];
    let keyed =
        CreateEvents { version: version(), key_field: ApiName::parse("ClientGuid").ok(), rows: rows() };
    insta::assert_snapshot!(shown(&keyed.request(BASE)), @r#"
    POST https://org.example/services/data/v67.0/composite/sobjects
    content-type: application/json

    {"allOrNone":false,"records":[{"ClientGuid":"one","attributes":{"type":"Event"}},{"ClientGuid":"two","attributes":{"type":"Event"}}]}
    "#);
    let plain = CreateEvents { key_field: None, ..keyed };
    let text = shown(&plain.request(BASE));
    assert!(text.ends_with("{\"attributes\":{\"type\":\"Event\"}}]}") && !text.contains("\"one\""), "{text}");
    let results = plain.read(&reply(200, fixture!("salesforce/collection.json"))).unwrap();
    assert_eq!(results[0], Ok(id()));
    assert!(matches!(results[1], Err(CallError::Rejected(_))), "each row stands for itself: {results:?}");
}

#[test]
fn many_events_are_kept_by_key_in_one_call() {
    let rows = vec![("one".to_owned(), subject()), ("two".to_owned(), EventFields::new())];
    let endpoint = UpsertEvents { version: version(), key_field: key_field(), rows };
    insta::assert_snapshot!(shown(&endpoint.request(BASE)), @r#"
    PATCH https://org.example/services/data/v67.0/composite/sobjects/Event/Calbridge_Sync_Key__c
    content-type: application/json

    {"allOrNone":false,"records":[{"Calbridge_Sync_Key__c":"one","Subject":"Renewal","attributes":{"type":"Event"}},{"Calbridge_Sync_Key__c":"two","attributes":{"type":"Event"}}]}
    "#);
    let results = endpoint.read(&reply(200, fixture!("salesforce/collection.json"))).unwrap();
    assert_eq!(results[0], Ok(Upserted { id: Some(id()), created: true }));
    let Err(CallError::Rejected(rejection)) = &results[1] else { panic!("the second row was refused") };
    assert_eq!(rejection.fields, ["Meeting_Type__c"]);
}

#[test]
fn many_events_are_changed_by_id_in_one_call() {
    let endpoint = UpdateEvents { version: version(), rows: vec![(id(), EventFields::new())] };
    insta::assert_snapshot!(shown(&endpoint.request(BASE)), @r#"
    PATCH https://org.example/services/data/v67.0/composite/sobjects
    content-type: application/json

    {"allOrNone":false,"records":[{"attributes":{"type":"Event"},"id":"00U5e00000AbCdEEAV"}]}
    "#);
    let gone = "[{\"success\":false,\"errors\":[{\"statusCode\":\"ENTITY_IS_DELETED\",\"message\":\"x\",\"fields\":[]}]}]";
    assert_eq!(endpoint.read(&reply(200, gone)).unwrap(), [Err(CallError::Gone)]);
}

#[test]
fn a_result_that_is_missing_is_no_success() {
    let endpoint = UpdateEvents { version: version(), rows: vec![(id(), EventFields::new())] };
    assert!(matches!(endpoint.read(&reply(200, "[]")), Err(CallError::Malformed { .. })));
}

#[test]
fn dup_3_many_keys_are_read_in_one_query() {
    let asked = ByKey { key_field: key_field(), keys: vec!["9f86d081".to_owned()], extra: Vec::new() };
    let statement = asked.statements().concat();
    assert!(
        statement.ends_with(
            "OwnerId, Calbridge_Sync_Key__c, CreatedById, CreatedDate, IsRecurrence, RecurrenceActivityId, \
             IsRecurrence2, GroupEventType, Recurrence2PatternStartDate, Recurrence2PatternText FROM Event \
             WHERE Calbridge_Sync_Key__c IN ('9f86d081') AND IsChild = false \
             ORDER BY CreatedDate, Id"
        ),
        "{statement}"
    );
    let events = asked.read(&rows_of(fixture!("salesforce/event.json"))).unwrap();
    assert_eq!((events[0].key.as_str(), &events[0].event.id), ("9f86d081", &id()));
    assert_eq!(events[0].series, SeriesPart::None);
}

/// The rows of a query that found one Event.
fn rows_of(event: &str) -> Vec<crate::salesforce::query::Row> {
    let page = format!("{{\"totalSize\":1,\"done\":true,\"records\":[{event}]}}");
    Query { version: version(), soql: String::new() }.read(&reply(200, &page)).unwrap().rows
}

#[test]
fn many_events_are_read_by_id_in_one_query_and_told_apart() {
    let asked = ByEventId { key_field: Some(key_field()), ids: vec![id(); 101], extra: Vec::new() };
    assert_eq!(asked.statements().len(), 2, "an address takes so many ids");
    let series = |more: &str| {
        let event = fixture!("salesforce/event.json").trim_end().trim_end_matches('}').to_owned();
        asked.read(&rows_of(&format!("{event},{more}}}"))).unwrap()[0].series.clone()
    };
    assert_eq!(series("\"IsRecurrence\":true"), SeriesPart::ClassicSeries);
    assert_eq!(series("\"RecurrenceActivityId\":\"00U5e00000AbCdEEAV\""), SeriesPart::ClassicDate);
    let lightning = |kind: &str| {
        format!(
            "\"IsRecurrence2\":true,\"GroupEventType\":\"{kind}\",\"Recurrence2PatternText\":\"RRULE:FREQ=DAILY\",\
             \"Recurrence2PatternStartDate\":\"2026-11-24T08:00:00.000+0000\""
        )
    };
    let pattern = "2026-11-24T08:00:00.000+0000 RRULE:FREQ=DAILY".to_owned();
    assert_eq!(series(&lightning("0")), SeriesPart::LightningDate { pattern });
    assert_eq!(series(&lightning("3")), SeriesPart::LightningSeries);
}

#[test]
fn dwn_1_changes_of_the_whole_org_are_one_query_deletions_included() {
    let since = "2026-11-20T18:12:03.250Z".parse().unwrap();
    let asked = ChangedEvents { key_field: Some(key_field()), since, extra: Vec::new() };
    let statement = asked.statement();
    assert!(
        statement.ends_with(
            "Recurrence2PatternText, IsDeleted FROM Event WHERE SystemModstamp >= 2026-11-20T18:12:03Z AND IsChild = false \
             ORDER BY SystemModstamp, Id"
        ),
        "{statement}"
    );
    let event = fixture!("salesforce/event.json").trim_end().trim_end_matches('}').to_owned();
    let rows = rows_of(&format!("{event},\"IsDeleted\":true}}"));
    let [changed] = asked.read(&rows).unwrap().try_into().unwrap();
    assert!(changed.is_deleted);
    assert_eq!((changed.found.key.as_str(), &changed.found.event.id), ("9f86d081", &id()));
}

#[test]
fn dup_2_without_a_field_for_keys_none_is_asked_for() {
    let since = "2026-11-20T18:12:03Z".parse().unwrap();
    let changed = ChangedEvents { key_field: None, since, extra: Vec::new() };
    let by_id = ByEventId { key_field: None, ids: vec![id()], extra: Vec::new() };
    for statement in [changed.statement(), by_id.statements().concat()] {
        assert!(statement.contains("OwnerId, CreatedById"), "{statement}");
    }
    let events = by_id.read(&rows_of(fixture!("salesforce/event.json"))).unwrap();
    assert_eq!(events[0].key, "");
}

#[test]
fn many_events_are_deleted_in_one_call_each_by_itself() {
    let endpoint = DeleteEvents { version: version(), ids: vec![id(), id()] };
    assert_eq!(
        shown(&endpoint.request(BASE)),
        "DELETE https://org.example/services/data/v67.0/composite/sobjects?ids=00U5e00000AbCdEEAV%2C00U5e00000AbCdEEAV\
         &allOrNone=false"
    );
    let body = "[{\"id\":\"00U5e00000AbCdEEAV\",\"success\":true,\"errors\":[]},{\"success\":false,\"errors\":\
                [{\"statusCode\":\"ENTITY_IS_DELETED\",\"message\":\"entity is deleted\",\"fields\":[]}]}]";
    assert_eq!(endpoint.read(&reply(200, body)).unwrap(), [Ok(()), Err(CallError::Gone)]);
}
