//! Series in orgs with features of their own: Event triggers, advanced calendaring (facts 1.1, 1.6, 8).

use serde_json::{Value, json};

use super::recurrence::{each, series, weekly};
use crate::salesforce::testing::{Client, meeting};

fn triggers() -> Client {
    Client::with(&json!({ "eventTriggers": true }))
}

fn calendaring(writable: bool) -> Client {
    Client::with(&json!({ "advancedCalendaring": true, "clientGuidWritable": writable }))
}

/// The status codes of the rows of one collections call; empty for what succeeded.
fn codes(client: &mut Client, verb: &str, path: &str, records: &[Value]) -> Vec<String> {
    let records: Vec<Value> = records
        .iter()
        .map(|record| {
            let mut record = record.clone();
            record["attributes"] = json!({ "type": "Event" });
            record
        })
        .collect();
    let answer = client.call(verb, path, &json!({ "records": records }));
    assert_eq!(answer.status, 200, "{}", answer.body);
    let rows = answer.body.as_array().unwrap().iter();
    rows.map(|row| row["errors"][0]["statusCode"].as_str().unwrap_or_default().to_owned()).collect()
}

const REFUSED: &str = "UNSUPPORTED_APEX_TRIGGER_OPERATION";

#[test]
fn two_masters_in_one_call_are_refused_where_events_have_a_trigger_s1_6() {
    let records = [weekly(), meeting(&json!({})), weekly()];
    let path = "/composite/sobjects";
    assert_eq!(codes(&mut Client::demo(), "POST", path, &records), ["", "", ""]);
    assert_eq!(codes(&mut triggers(), "POST", path, &records), [REFUSED, "", REFUSED]);
    assert_eq!(codes(&mut triggers(), "POST", path, &records[..2]), ["", ""]);
    let answer = triggers().call("POST", path, &json!({ "records": [
        { "attributes": { "type": "Event" }, "isrecurrence": true }, { "attributes": { "type": "Event" }, "IsRecurrence": true } ] }));
    assert_eq!(
        answer.body[1]["errors"],
        json!([{ "statusCode": REFUSED, "fields": [],
                 "message": "Apex Event trigger cannot handle batch operations on recurring events." }])
    );
}

#[test]
fn two_masters_upserted_or_updated_in_one_call_are_refused_too_s1_6() {
    let client = &mut triggers();
    let ids = [series(client, &weekly()), series(client, &weekly())];
    let updates = ids.map(|id| json!({ "Id": id, "Subject": "Renamed" }));
    assert_eq!(codes(client, "PATCH", "/composite/sobjects", &updates), [REFUSED, REFUSED]);
    assert_eq!(codes(client, "PATCH", "/composite/sobjects", &updates[..1]), [""]);
    let key = "Calbridge_Sync_Key__c";
    let upserts = ["a", "b"].map(|value| {
        let mut fields = weekly();
        fields[key] = json!(value);
        fields
    });
    let path = format!("/composite/sobjects/Event/{key}");
    assert_eq!(codes(client, "PATCH", &path, &upserts), [REFUSED, REFUSED]);
    for (id, value) in updates.iter().map(|update| update["Id"].as_str().unwrap()).zip(["a", "b"]) {
        assert_eq!(client.update(id, &json!({ key: value })).status, 204);
    }
    let renamed = ["a", "b", "c"].map(|value| {
        let mut fields = meeting(&json!({ "Subject": "Renamed" }));
        fields[key] = json!(value);
        fields
    });
    assert_eq!(codes(client, "PATCH", &path, &renamed), [REFUSED, REFUSED, ""]);
    let alone = codes(client, "PATCH", &path, &renamed[1..]);
    assert_eq!(
        alone,
        ["DUPLICATE_EXTERNAL_ID", ""],
        "a single master meets no trigger, but its occurrences have its key"
    );
}

#[test]
fn an_occurrence_keeps_its_original_start_where_calendaring_is_advanced_s1_1() {
    let client = &mut calendaring(false);
    let id = series(client, &weekly());
    let first = each(client, &id, "Id")[0].clone();
    assert_eq!(client.event(&first)["IsException"], false);
    let moved = json!({ "StartDateTime": "2026-03-04T08:00:00Z", "EndDateTime": "2026-03-04T08:30:00Z" });
    assert_eq!(client.update(&first, &moved).status, 204);
    let row = client.event(&first);
    assert_eq!(row["OriginalInstanceDateTime"], "2026-03-03T08:00:00.000+0000");
    assert_eq!(
        (&row["IsException"], &row["StartDateTime"]),
        (&json!(true), &json!("2026-03-04T08:00:00.000+0000"))
    );
    assert_eq!(client.event(&id)["OriginalInstanceDateTime"], Value::Null);
    assert_eq!(client.update(&id, &json!({ "Subject": "Again" })).status, 204);
    assert_eq!(client.event(&first)["IsException"], false);
}

#[test]
fn the_fields_of_advanced_calendaring_are_read_only_unless_switched_s1_1() {
    let mut client = calendaring(false);
    let mut fields = weekly();
    fields["ClientGuid"] = json!("4f2a");
    let answer = client.create(&fields);
    assert_eq!(answer.error(), ("INVALID_FIELD_FOR_INSERT_UPDATE".to_owned(), vec!["ClientGuid".to_owned()]));
    let client = &mut calendaring(true);
    let id = series(client, &fields);
    let first = each(client, &id, "Id")[0].clone();
    assert_eq!(client.event(&first)["ClientGuid"], "4f2a");
    assert_eq!(client.update(&first, &json!({ "ClientGuid": "5b" })).status, 204);
    assert_eq!(client.event(&first)["ClientGuid"], "5b");
    let described = client.get("/sobjects/Event/describe").body["fields"].clone();
    let described = described.as_array().unwrap();
    let flag =
        |name: &str| described.iter().find(|field| field["name"] == name).unwrap()["updateable"].clone();
    assert_eq!((flag("ClientGuid"), flag("IsClientManaged")), (json!(true), json!(false)));
    assert_eq!((flag("OriginalInstanceDateTime"), flag("IsException")), (json!(false), json!(false)));
}

#[test]
fn without_advanced_calendaring_its_fields_are_no_columns_s1_1() {
    let client = &mut Client::demo();
    let id = series(client, &weekly());
    let first = each(client, &id, "Id")[0].clone();
    let whole = client.event(&first);
    for field in ["OriginalInstanceDateTime", "IsException", "ClientGuid", "IsClientManaged"] {
        assert!(!whole.as_object().unwrap().contains_key(field), "{field}");
        let answer = client.get(&format!("/sobjects/Event/{first}?fields={field}"));
        assert_eq!(answer.error().0, "INVALID_FIELD");
    }
}
