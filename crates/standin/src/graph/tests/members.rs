//! What an event has and takes, to section 1.1 of the Graph facts.

use super::*;

const EVENTS: &str = "/v1.0/users/mara@brightwater.example/events";

fn at(hour: u32) -> Value {
    json!({ "dateTime": format!("2026-11-23T{hour:02}:00:00"), "timeZone": "UTC" })
}

impl Client {
    /// Makes an event of an hour with further members.
    fn made_with(&mut self, members: &Value) -> (StatusCode, Value) {
        let mut body = json!({ "subject": "Made", "start": at(9), "end": at(10) });
        for (name, value) in members.as_object().expect("members") {
            body[name] = value.clone();
        }
        self.write(Method::POST, EVENTS, &[], &body)
    }

    #[track_caller]
    fn edited(&mut self, event: &Value, body: &Value) -> Value {
        let (status, answer) = self.write(Method::PATCH, &event_path("mara", event), &[], body);
        assert_eq!(status, StatusCode::OK, "{answer}");
        answer
    }
}

#[test]
fn each_type_of_event_has_its_members_1_1() {
    let mut client = Client::new();
    let master = client.weekly();
    let rows = client.instances(&master);
    client.edited(&rows[1], &json!({ "subject": "Differs" }));
    let single = client.named("mara", "Prepare offer");
    let declared: Vec<&str> = "allowNewTimeProposals attendees body bodyPreview categories changeKey createdDateTime end \
         hasAttachments hideAttendees iCalUId id importance isAllDay isCancelled isDraft isOnlineMeeting isOrganizer \
         isReminderOn lastModifiedDateTime location locations onlineMeeting onlineMeetingProvider onlineMeetingUrl organizer \
         originalEndTimeZone originalStartTimeZone recurrence reminderMinutesBeforeStart responseRequested responseStatus \
         sensitivity seriesMasterId showAs start subject transactionId type webLink"
        .split_whitespace()
        .collect();
    for (event, kind, in_series) in [
        (single, "singleInstance", false),
        (master.clone(), "seriesMaster", false),
        (rows[0].clone(), "occurrence", true),
        (rows[1].clone(), "exception", true),
    ] {
        let read = client.get(&event_path("mara", &event));
        let members = read.as_object().expect("an event");
        assert!(declared.iter().all(|name| members.contains_key(*name)), "{kind}");
        let others: Vec<&str> = members
            .keys()
            .map(String::as_str)
            .filter(|name| !declared.contains(name) && *name != "@odata.etag" && *name != "originalStart")
            .collect();
        assert_eq!(others, Vec::<&str>::new(), "{kind}");
        assert_eq!(read["type"], kind);
        assert_eq!(read.get("originalStart").is_some(), in_series, "{kind}");
        assert_eq!(read["seriesMasterId"].is_string(), in_series, "{kind}");
        assert_eq!(read["recurrence"].is_object(), kind == "seriesMaster", "{kind}");
    }
}

#[test]
fn members_the_type_does_not_declare_come_only_when_switched_on_1_1() {
    let mut client = Client::new();
    let date = client.named("mara", "Acme weekly");
    assert!(date.get("uid").is_none() && date.get("occurrenceId").is_none());
    client.exchange.switches.undeclared_members = true;
    let date = client.named("mara", "Acme weekly");
    let master = date["seriesMasterId"].as_str().expect("an id");
    assert_eq!(date["occurrenceId"], format!("OID.{master}.2026-11-21"));
    let series = client.get(&event_path("mara", &json!({ "id": master })));
    assert_eq!((&date["uid"], &series["uid"]), (&series["iCalUId"], &series["iCalUId"]));
    assert!(series.get("occurrenceId").is_none());
}

#[test]
fn every_word_of_an_enumeration_is_taken_and_no_other_1_1() {
    let mut client = Client::new();
    let event = client.made_with(&json!({})).1;
    let words = [
        ("sensitivity", "normal personal private confidential"),
        ("showAs", "unknown free tentative busy oof workingElsewhere"),
        ("importance", "low normal high"),
    ];
    for (name, words) in words {
        for word in words.split(' ') {
            assert_eq!(client.edited(&event, &json!({ name: word }))[name], word);
        }
        for wrong in [json!("extreme"), json!(3), Value::Null] {
            let answer =
                client.write(Method::PATCH, &event_path("mara", &event), &[], &json!({ name: wrong }));
            assert_eq!(answer.0, StatusCode::BAD_REQUEST, "{name}");
        }
    }
    for role in ["required", "optional", "resource"] {
        let guests = json!([{ "type": role, "emailAddress": { "address": "a@b.example" } }]);
        assert_eq!(client.edited(&event, &json!({ "attendees": guests }))["attendees"][0]["type"], role);
    }
    for provider in ["skypeForBusiness", "skypeForConsumer", "teamsForBusiness"] {
        let body = json!({ "isOnlineMeeting": true, "onlineMeetingProvider": provider });
        assert_eq!(client.made_with(&body).1["onlineMeetingProvider"], provider);
    }
}

#[test]
fn the_etag_is_weak_and_moves_with_the_change_key_1_1() {
    let mut client = Client::new();
    let event = client.made_with(&json!({})).1;
    let moved = client.edited(&event, &json!({ "subject": "Again" }));
    for event in [&event, &moved] {
        let key = event["changeKey"].as_str().expect("a key");
        assert_eq!(event["@odata.etag"], format!("W/\"{key}\""));
    }
    assert_ne!(event["changeKey"], moved["changeKey"]);
}

#[test]
fn a_change_is_sparse_and_answers_with_the_whole_event_1_3() {
    let mut client = Client::new();
    let event = client.named("mara", "Renewal 2027: pricing review");
    let changed = client.edited(&event, &json!({ "importance": "high" }));
    let differ: Vec<&String> = changed
        .as_object()
        .expect("an event")
        .iter()
        .filter(|(name, value)| event[name.as_str()] != **value)
        .map(|(name, _)| name)
        .collect();
    assert_eq!(differ, ["@odata.etag", "lastModifiedDateTime", "changeKey", "importance"]);
}

#[test]
fn a_single_place_and_a_list_of_places_replace_each_other_1_1() {
    let mut client = Client::new();
    let places = json!({ "locations": [{ "displayName": "Room 1" }, { "displayName": "Room 2" }] });
    let event = client.made_with(&places).1;
    assert_eq!(event["location"]["displayName"], "Room 1; Room 2");
    assert_eq!(event["locations"][1]["displayName"], "Room 2");
    let one = client.edited(&event, &json!({ "location": { "displayName": "Room 3" } }));
    assert_eq!(one["locations"].as_array().map(Vec::len), Some(1));
    assert_eq!(one["locations"][0]["displayName"], "Room 3");
    let none = client.edited(&event, &json!({ "locations": [] }));
    assert_eq!((&none["location"]["displayName"], &none["locations"]), (&json!(""), &json!([])));
}

#[test]
fn an_online_meeting_stays_one_until_its_block_is_taken_out_of_the_body_1_1_and_1_3() {
    let mut client = Client::new();
    let event = client.made_with(&json!({ "isOnlineMeeting": true })).1;
    assert_eq!(
        (&event["isOnlineMeeting"], &event["onlineMeetingProvider"]),
        (&json!(true), &json!("teamsForBusiness"))
    );
    let url = event["onlineMeeting"]["joinUrl"].as_str().expect("an address").to_owned();
    let other = json!({ "isOnlineMeeting": false, "onlineMeetingProvider": "skypeForBusiness" });
    let same = client.edited(&event, &other);
    assert_eq!(
        (&same["isOnlineMeeting"], &same["onlineMeetingProvider"]),
        (&json!(true), &json!("teamsForBusiness"))
    );
    let kept = json!({ "body": { "contentType": "html", "content": format!("Agenda {}", event["body"]["content"].as_str().expect("a body")) } });
    assert_eq!(client.edited(&event, &kept)["onlineMeeting"]["joinUrl"], url);
    let gone = client.edited(&event, &json!({ "body": { "contentType": "text", "content": "Agenda" } }));
    assert_eq!((&gone["isOnlineMeeting"], &gone["onlineMeeting"]), (&json!(false), &Value::Null));
}

#[test]
fn what_the_organizer_allows_is_kept_and_told_to_guests_1_1() {
    let mut client = Client::new();
    let guests: Vec<Value> = ["ines@brightwater.example", "dana@acme.example"]
        .iter()
        .map(|who| json!({ "emailAddress": { "address": who } }))
        .collect();
    let body = json!({ "hideAttendees": true, "allowNewTimeProposals": false, "responseRequested": false, "attendees": guests });
    let event = client.made_with(&body).1;
    let copy = client.named("ines", "Made");
    for event in [&event, &copy] {
        assert_eq!(
            (&event["hideAttendees"], &event["allowNewTimeProposals"], &event["responseRequested"]),
            (&json!(true), &json!(false), &json!(false))
        );
    }
    assert_eq!(
        (event["attendees"].as_array().map(Vec::len), copy["attendees"].as_array().map(Vec::len)),
        (Some(2), Some(1))
    );
    let proposal = json!({ "proposedNewTime": { "start": at(11), "end": at(12) } });
    let path = format!("{}/decline", event_path("ines", &copy));
    assert_eq!(client.write(Method::POST, &path, &[], &proposal).0, StatusCode::BAD_REQUEST);
}

#[test]
fn whole_days_begin_and_end_at_midnight_of_one_zone_1_1() {
    let mut client = Client::new();
    let day = |date: &str, zone: &str| json!({ "dateTime": format!("{date}T00:00:00"), "timeZone": zone });
    let whole = |start: Value, end: Value| json!({ "isAllDay": true, "start": start, "end": end });
    let good = whole(day("2026-11-23", "Europe/Berlin"), day("2026-11-24", "W. Europe Standard Time"));
    assert_eq!(client.made_with(&good).0, StatusCode::CREATED);
    for bad in [
        whole(at(9), day("2026-11-24", "UTC")),
        whole(day("2026-11-23", "UTC"), day("2026-11-23", "UTC")),
        whole(day("2026-11-23", "UTC"), day("2026-11-24", "Europe/Berlin")),
    ] {
        let (status, body) = client.made_with(&bad);
        assert_eq!(status, StatusCode::BAD_REQUEST, "{bad}");
        assert_eq!(body["error"]["code"], "ErrorPropertyValidationFailure");
    }
}

#[test]
fn five_hundred_people_are_invited_and_not_one_more_1_1() {
    let mut client = Client::new();
    let crowd = |count: usize| -> Value {
        let guests: Vec<Value> = (0..count)
            .map(|n| json!({ "emailAddress": { "address": format!("g{n}@crowd.example") } }))
            .collect();
        json!({ "attendees": guests })
    };
    assert_eq!(client.made_with(&crowd(500)).0, StatusCode::CREATED);
    assert_eq!(client.made_with(&crowd(501)).0, StatusCode::BAD_REQUEST);
}

#[test]
fn a_transaction_id_is_set_once_and_echoed_1_1() {
    let mut client = Client::new();
    let event = client.made_with(&json!({ "transactionId": "one" })).1;
    assert_eq!(event["transactionId"], "one");
    assert_eq!(client.edited(&event, &json!({ "transactionId": "two" }))["transactionId"], "one");
    let (status, again) = client.made_with(&json!({ "transactionId": "one", "subject": "Other" }));
    assert_eq!(
        (status, &again["id"], &again["subject"]),
        (StatusCode::CREATED, &event["id"], &json!("Made"))
    );
    assert_eq!(client.made_with(&json!({})).1["transactionId"], Value::Null);
}

#[test]
fn windows_and_iana_zones_are_taken_and_a_custom_one_is_only_read_1_2() {
    let mut client = Client::new();
    for (zone, hour) in [
        ("W. Europe Standard Time", 8),
        ("Europe/Berlin", 8),
        ("Tokyo Standard Time", 0),
        ("Asia/Tokyo", 0),
        ("UTC", 9),
    ] {
        let when = |hour: u32| json!({ "dateTime": format!("2026-11-23T{hour:02}:00:00"), "timeZone": zone });
        let (_, event) = client.made_with(&json!({ "start": when(9), "end": when(10) }));
        assert_eq!(event["start"]["dateTime"], format!("2026-11-23T{hour:02}:00:00.0000000"), "{zone}");
        assert_eq!(event["originalStartTimeZone"], zone);
    }
    let custom = json!({ "dateTime": "2026-11-23T09:00:00", "timeZone": "tzone://Microsoft/Custom" });
    assert_eq!(client.made_with(&json!({ "start": custom, "end": custom })).0, StatusCode::BAD_REQUEST);
    let mut definition: Value = serde_json::from_str(MAILBOXES).expect("JSON");
    definition["items"].as_array_mut().expect("items").push(json!({
        "key": "custom", "mailbox": "mara@brightwater.example", "subject": "Old desktop", "day": 2, "from": "09:00", "to": "10:00",
        "zone": "tzone://Microsoft/Custom", "repeat": { "rhythm": "weekly", "count": 3 },
    }));
    client.exchange = Exchange::load(&definition, client.now).expect("the world loads");
    client.token = client.sign_in("graph-secret").1["access_token"].as_str().expect("a token").to_owned();
    let date = client.named("mara", "Old desktop");
    assert_eq!(date["originalStartTimeZone"], "tzone://Microsoft/Custom");
    let series = client.get(&event_path("mara", &json!({ "id": date["seriesMasterId"] })));
    assert_eq!(series["recurrence"]["range"]["recurrenceTimeZone"], "tzone://Microsoft/Custom");
}

#[test]
fn extended_properties_have_ids_of_three_forms_and_names_with_case_1_3() {
    let mut client = Client::new();
    let event = client.made_with(&json!({})).1;
    let set = "{00020329-0000-0000-C000-000000000046}";
    let property = |id: &str| json!({ "singleValueExtendedProperties": [{ "id": id, "value": "5" }] });
    for id in [
        &format!("String {set} Name Calbridge"),
        &format!("Integer {set} Id 0x8233"),
        "String 0x4001",
        "SystemTime 0x0040",
    ] {
        client.edited(&event, &property(id));
        let filter = format!("singleValueExtendedProperties/any(ep: ep/id eq '{id}' and ep/value eq '5')");
        let found: String = url::form_urlencoded::byte_serialize(filter.as_bytes()).collect();
        assert_eq!(
            client.get(&format!("{EVENTS}?$filter={found}"))["value"].as_array().map(Vec::len),
            Some(1),
            "{id}"
        );
        let other: String =
            url::form_urlencoded::byte_serialize(filter.replace("Calbridge", "calbridge").as_bytes())
                .collect();
        let rows = client.get(&format!("{EVENTS}?$filter={other}"))["value"].as_array().map(Vec::len);
        assert_eq!(rows, Some(usize::from(!id.contains("Calbridge"))), "{id}");
    }
    for id in [
        "Name x",
        "Text {00020329-0000-0000-C000-000000000046} Name x",
        "String {short} Name x",
        "Integer 8233",
        &format!("String {set} Id x"),
    ] {
        let answer = client.write(Method::PATCH, &event_path("mara", &event), &[], &property(id));
        assert_eq!(
            (answer.0, &answer.1["error"]["code"]),
            (StatusCode::BAD_REQUEST, &json!("ErrorInvalidProperty")),
            "{id}"
        );
    }
}

#[test]
fn a_category_has_one_of_twenty_five_colours_a_fixed_name_and_no_hold_on_items_1_3() {
    let mut client = Client::new();
    let list = "/v1.0/users/mara@brightwater.example/outlook/masterCategories";
    for number in 0..25 {
        let body = json!({ "displayName": format!("Colour {number}"), "color": format!("preset{number}") });
        assert_eq!(client.write(Method::POST, list, &[], &body).0, StatusCode::CREATED, "{number}");
    }
    let beyond = json!({ "displayName": "Beyond", "color": "preset25" });
    assert_eq!(client.write(Method::POST, list, &[], &beyond).0, StatusCode::BAD_REQUEST);
    let rows = client.get(list)["value"].as_array().expect("rows").clone();
    let made = rows.iter().find(|row| row["displayName"] == "Colour 7").expect("the category");
    let one = format!("{list}/{}", made["id"].as_str().expect("an id"));
    let renamed = client.write(Method::PATCH, &one, &[], &json!({ "displayName": "Colour seven" }));
    assert_eq!(renamed.0, StatusCode::BAD_REQUEST);
    assert_eq!(client.write(Method::PATCH, &one, &[], &json!({ "color": "preset0" })).1["color"], "preset0");
    let event = client.named("mara", "Prepare offer");
    client.edited(&event, &json!({ "categories": ["Colour 7"] }));
    assert_eq!(client.write(Method::DELETE, &one, &[], &Value::Null).0, StatusCode::NO_CONTENT);
    assert_eq!(client.named("mara", "Prepare offer")["categories"], json!(["Colour 7"]));
}

#[test]
fn moments_come_from_the_servers_clock_1_7() {
    let mut client = Client::new();
    let event = client.made_with(&json!({})).1;
    client.now += TimeDelta::minutes(20);
    let later = client.edited(&event, &json!({ "subject": "Later" }));
    assert_eq!(later["createdDateTime"], "2026-11-20T08:00:00Z");
    assert_eq!(later["lastModifiedDateTime"], "2026-11-20T08:20:00Z");
    let asked = Request::get(event_path("mara", &event)).body(Vec::new()).expect("a request");
    let answer = answer(&mut client.exchange, client.now, asked);
    assert_eq!(answer.headers()["date"], "Fri, 20 Nov 2026 08:20:00 GMT");
}
