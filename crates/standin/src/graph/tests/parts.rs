//! Files and extensions of events, calendars of a mailbox: sections 1.3 and 1.7 of the Graph facts.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::*;

fn file(name: &str, bytes: &[u8]) -> Value {
    json!({
        "@odata.type": "#microsoft.graph.fileAttachment",
        "name": name,
        "contentType": "text/plain",
        "contentBytes": STANDARD.encode(bytes),
    })
}

#[test]
fn a_small_file_goes_up_in_one_request_and_comes_back_1_3() {
    let mut client = Client::new();
    let event = client.named("mara", "Prepare offer");
    let path = format!("{}/attachments", event_path("mara", &event));
    let (status, made) = client.write(Method::POST, &path, &[], &file("offer.txt", b"42"));
    assert_eq!((status, &made["size"]), (StatusCode::CREATED, &json!(2)));
    assert_eq!(client.get(&event_path("mara", &event))["hasAttachments"], true);
    let list = client.get(&format!("{path}?$select=id,name,size"));
    assert_eq!(list["value"][0]["name"], "offer.txt");
    assert!(list["value"][0].get("contentBytes").is_none());
    let one = format!("{path}/{}", made["id"].as_str().expect("an id"));
    assert_eq!(client.get(&one)["contentBytes"], STANDARD.encode(b"42"));
    let (status, raw) = client.send(Method::GET, &format!("{one}/$value"), &[], Vec::new());
    assert_eq!((status, raw), (StatusCode::OK, json!(42)));
    assert_eq!(client.write(Method::DELETE, &one, &[], &Value::Null).0, StatusCode::NO_CONTENT);
    assert_eq!(client.get(&path)["value"], json!([]));
}

#[test]
fn three_megabytes_need_a_session_that_takes_ranges_in_order_1_3() {
    let mut client = Client::new();
    let event = client.named("mara", "Prepare offer");
    let path = format!("{}/attachments", event_path("mara", &event));
    let bytes = vec![b'x'; 3 * 1024 * 1024];
    let (status, _) = client.write(Method::POST, &path, &[], &file("big.txt", &bytes));
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    let item =
        json!({ "AttachmentItem": { "attachmentType": "file", "name": "big.txt", "size": bytes.len() } });
    let open = format!("{path}/createUploadSession");
    let (status, session) = client.write(Method::POST, &open, &[], &item);
    assert_eq!((status, &session["nextExpectedRanges"]), (StatusCode::CREATED, &json!(["0-"])));
    let url = session["uploadUrl"].as_str().expect("a url").replace("http://localhost:3003", "");
    client.token.clear();
    let mut put = |from: usize, to: usize| {
        let range = format!("bytes {from}-{}/{}", to - 1, bytes.len());
        client.send(Method::PUT, &url, &[("content-range", &range)], bytes[from..to].to_vec())
    };
    let (status, next) = put(0, 1_000_000);
    assert_eq!((status, &next["nextExpectedRanges"]), (StatusCode::OK, &json!(["1000000-"])));
    assert_eq!(put(2_000_000, 3_000_000).0, StatusCode::BAD_REQUEST);
    assert_eq!(put(1_000_000, bytes.len()).0, StatusCode::CREATED);
    let mut client = Client { token: Client::new().token, ..client };
    client.token = client.sign_in("graph-secret").1["access_token"].as_str().expect("a token").to_owned();
    assert_eq!(client.get(&path)["value"][0]["size"], bytes.len());
}

#[test]
fn an_extension_keeps_members_under_a_name_1_7() {
    let mut client = Client::new();
    let event = client.named("mara", "Prepare offer");
    let path = format!("{}/extensions", event_path("mara", &event));
    let body = json!({
        "@odata.type": "microsoft.graph.openTypeExtension",
        "extensionName": "example.brightwater",
        "stage": "offer",
    });
    assert_eq!(client.write(Method::POST, &path, &[], &body).0, StatusCode::CREATED);
    assert_eq!(client.write(Method::POST, &path, &[], &body).0, StatusCode::CONFLICT);
    let one = format!("{path}/example.brightwater");
    client.write(Method::PATCH, &one, &[], &json!({ "stage": null, "round": 2 }));
    let held = client.get(&one);
    assert_eq!((held.get("stage"), &held["round"]), (None, &json!(2)));
    let expanded = client.get(&format!("{}?$expand=extensions", event_path("mara", &event)));
    assert_eq!(expanded["extensions"][0]["extensionName"], "example.brightwater");
    assert_eq!(client.write(Method::DELETE, &one, &[], &Value::Null).0, StatusCode::NO_CONTENT);
    assert_eq!(client.get(&path)["value"], json!([]));
}

#[test]
fn a_second_calendar_has_events_a_view_and_changes_of_its_own_1_7() {
    let mut client = Client::new();
    client.exchange.mailboxes[0].calendars.push("Projects".to_owned());
    let calendars = client.get("/v1.0/users/mara@brightwater.example/calendars")["value"].clone();
    assert_eq!(
        (&calendars[0]["isDefaultCalendar"], &calendars[1]["name"]),
        (&json!(true), &json!("Projects"))
    );
    let path = format!(
        "/v1.0/users/mara@brightwater.example/calendars/{}",
        calendars[1]["id"].as_str().expect("an id")
    );
    let at = |hour: u32| json!({ "dateTime": format!("2026-11-23T{hour:02}:00:00"), "timeZone": "UTC" });
    let body = json!({ "subject": "In projects", "start": at(9), "end": at(10) });
    assert_eq!(client.write(Method::POST, &format!("{path}/events"), &[], &body).0, StatusCode::CREATED);
    let window = "startDateTime=2026-11-20T00:00:00Z&endDateTime=2026-11-30T00:00:00Z";
    for view in ["events", &format!("calendarView?{window}"), &format!("calendarView/delta?{window}")] {
        let rows = client.get(&format!("{path}/{view}"))["value"].clone();
        assert_eq!(rows.as_array().map(Vec::len), Some(1), "{view}");
        assert_eq!(rows[0]["subject"], "In projects");
    }
    assert!(!client.view("mara", 20).iter().any(|event| event["subject"] == "In projects"));
    let unknown = "/v1.0/users/mara@brightwater.example/calendars/none/events";
    assert_eq!(client.send(Method::GET, unknown, &[], Vec::new()).0, StatusCode::NOT_FOUND);
}
