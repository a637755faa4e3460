//! Which ids a meeting has and what outlives what, to section 2 of the Graph facts.

use super::*;

const MARA: &str = "/v1.0/users/mara@brightwater.example";

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2).map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).expect("hex")).collect()
}

#[test]
fn a_global_id_is_built_as_exchange_builds_it_2() {
    let mut client = Client::new();
    let event = client.named("mara", "Prepare offer");
    let hex = event["iCalUId"].as_str().expect("an id");
    assert_eq!(hex.len(), 112);
    assert!(hex.bytes().all(|sign| sign.is_ascii_digit() || sign.is_ascii_uppercase()));
    let blob = bytes(hex);
    assert_eq!(blob[..16], *b"\x04\x00\x00\x00\x82\x00\xE0\x00\x74\xC5\xB7\x10\x1A\x82\xE0\x08");
    assert_eq!((&blob[16..20], &blob[28..36]), (&[0; 4][..], &[0; 8][..]));
    assert_eq!(u32::from_le_bytes(blob[36..40].try_into().expect("four bytes")), 16);
}

#[test]
fn dates_and_orphans_share_the_clean_id_of_their_series_2() {
    let mut client = Client::new();
    let master = client.weekly();
    let rows = client.instances(&master);
    let people = json!({ "attendees": [{ "emailAddress": { "address": "theo@brightwater.example" } }] });
    client.write(Method::PATCH, &event_path("mara", &rows[1]), &[], &people);
    let orphan = client.named("theo", "Series");
    let clean = |event: &Value| {
        let hex = event["iCalUId"].as_str().expect("an id");
        format!("{}00000000{}", &hex[..32], &hex[40..])
    };
    assert_eq!(master["iCalUId"], clean(&master));
    assert!(rows.iter().chain([&orphan]).all(|event| clean(event) == clean(&master)));
    let ids: std::collections::BTreeSet<String> = rows.iter().map(|row| row["iCalUId"].to_string()).collect();
    assert_eq!(ids.len(), rows.len());
    assert_eq!(&orphan["iCalUId"].as_str().expect("an id")[32..40], "07EA0C01");
}

#[test]
fn a_date_keeps_its_original_start_and_its_id_when_it_moves_2() {
    let mut client = Client::new();
    let master = client.weekly();
    let date = client.instances(&master)[1].clone();
    let at = |hour: u32| json!({ "dateTime": format!("2026-12-02T{hour}:00:00"), "timeZone": "UTC" });
    let (_, moved) = client.write(
        Method::PATCH,
        &event_path("mara", &date),
        &[],
        &json!({ "start": at(15), "end": at(16) }),
    );
    assert_eq!(moved["type"], "exception");
    for name in ["id", "iCalUId", "originalStart", "seriesMasterId"] {
        assert_eq!(moved[name], date[name], "{name}");
    }
    assert_eq!(moved["originalStart"], "2026-12-01T09:00:00Z");
}

#[test]
fn ids_differ_between_mailboxes_and_in_case_only_they_are_others_1_1() {
    let mut client = Client::new();
    let master = client.weekly();
    let people = json!({ "attendees": [{ "emailAddress": { "address": "ines@brightwater.example" } }] });
    client.write(Method::PATCH, &event_path("mara", &master), &[], &people);
    let (own, copy) = (client.named("mara", "Series"), client.named("ines", "Series"));
    assert_eq!(own["iCalUId"], copy["iCalUId"]);
    for name in ["id", "seriesMasterId"] {
        assert_ne!(own[name], copy[name], "{name}");
    }
    let foreign = format!("{MARA}/events/{}", copy["id"].as_str().expect("an id"));
    assert_eq!(client.send(Method::GET, &foreign, &[], Vec::new()).0, StatusCode::NOT_FOUND);
    let other_case = own["id"].as_str().expect("an id").to_lowercase();
    let (status, _) = client.send(Method::GET, &format!("{MARA}/events/{other_case}"), &[], Vec::new());
    assert!(status.is_client_error());
}

#[test]
fn ids_of_five_formats_are_translated_a_thousand_at_a_time_1_2() {
    let mut client = Client::new();
    let formats = ["entryId", "ewsId", "immutableEntryId", "restId", "restImmutableEntryId"];
    let translate = |client: &mut Client, ids: &[Value], from: &str, to: &str| {
        let body = json!({ "inputIds": ids, "sourceIdType": from, "targetIdType": to });
        client.write(Method::POST, &format!("{MARA}/translateExchangeIds"), &[], &body)
    };
    let id = client.named("mara", "Prepare offer")["id"].clone();
    let mut seen = vec![id.clone()];
    for to in &formats[..4] {
        let there = translate(&mut client, std::slice::from_ref(&id), "restImmutableEntryId", to).1["value"]
            [0]["targetId"]
            .clone();
        let back = translate(&mut client, std::slice::from_ref(&there), to, "restImmutableEntryId").1;
        assert_eq!(back["value"][0]["targetId"], id, "{to}");
        assert!(!seen.contains(&there), "{to}");
        seen.push(there);
    }
    let many = vec![id; 1_001];
    assert_eq!(translate(&mut client, &many[..1_000], "restImmutableEntryId", "restId").0, StatusCode::OK);
    assert_eq!(translate(&mut client, &many, "restImmutableEntryId", "restId").0, StatusCode::BAD_REQUEST);
    assert_eq!(translate(&mut client, &many[..1], "mapiId", "restId").0, StatusCode::BAD_REQUEST);
}

#[test]
fn a_calendar_has_one_id_whatever_form_is_preferred_1_2() {
    let mut client = Client::new();
    let path = format!("{MARA}/calendars");
    let (_, plain) = client.send(Method::GET, &path, &[], Vec::new());
    assert_eq!(client.get(&path)["value"][0]["id"], plain["value"][0]["id"]);
}

#[test]
fn the_custom_properties_of_an_add_in_are_one_text_of_one_copy_2() {
    let mut client = Client::new();
    let property = client.exchange.addin_property();
    assert!(property.starts_with("String {00020329-0000-0000-c000-000000000046} Name cecp-"), "{property}");
    let event = client.named("mara", "Renewal 2027: pricing review");
    let body = json!({ "singleValueExtendedProperties": [{ "id": property, "value": "{\"a\":1}" }] });
    client.write(Method::PATCH, &event_path("mara", &event), &[], &body);
    let expand: String =
        url::form_urlencoded::byte_serialize(format!("id eq '{property}'").as_bytes()).collect();
    let read = |client: &mut Client, who: &str, event: &Value| {
        client.get(&format!(
            "{}?$expand=singleValueExtendedProperties($filter={expand})",
            event_path(who, event)
        ))
    };
    assert_eq!(read(&mut client, "mara", &event)["singleValueExtendedProperties"][0]["value"], "{\"a\":1}");
    let copy = client.named("ines", "Renewal 2027: pricing review");
    assert!(read(&mut client, "ines", &copy).get("singleValueExtendedProperties").is_none());
}
