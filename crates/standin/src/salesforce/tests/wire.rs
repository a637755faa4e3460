//! Forms of requests and answers on the wire (facts 2.1, 2.2, 2.3, 2.7, 6, 8).

use std::io::{Read, Write};

use chrono::TimeDelta;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use http::Request;
use serde_json::{Value, json};

use crate::salesforce::testing::{Answer, Client, meeting};

fn packed(text: &str) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(text.as_bytes()).unwrap();
    packer.finish().unwrap()
}

fn post(client: &mut Client, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
    let mut request = Request::builder()
        .method("POST")
        .uri(format!("/services/data/v67.0{path}"))
        .header("authorization", format!("Bearer {}", client.token));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    client.send(request.body(body).unwrap())
}

#[test]
fn bodies_and_answers_may_be_compressed_s8() {
    let mut client = Client::demo();
    let body = packed(r#"{ "Name": "Umbra" }"#);
    let headers = [("content-encoding", "gzip"), ("content-type", "application/json; charset=utf-8")];
    assert_eq!(post(&mut client, "/sobjects/Account", &headers, body).status, 201);
    let answer =
        client.call_with("GET", "/sobjects", &[("accept-encoding", "deflate, gzip;q=0.8")], &Value::Null);
    assert_eq!((answer.header("content-encoding"), answer.header("vary")), ("gzip", "Accept-Encoding"));
    let mut text = String::new();
    GzDecoder::new(answer.response.body().as_slice()).read_to_string(&mut text).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), client.get("/sobjects").body);
    let plain = client.call_with("GET", "/sobjects", &[("accept-encoding", "gzip;q=0")], &Value::Null);
    assert_eq!(plain.header("content-encoding"), "");
}

#[test]
fn a_body_that_cannot_be_unpacked_or_grows_too_big_is_refused_s8() {
    let mut client = Client::demo();
    let gzip = [("content-encoding", "gzip")];
    let answer = post(&mut client, "/sobjects/Account", &gzip, b"not gzip".to_vec());
    assert_eq!((answer.status, answer.error().0.as_str()), (400, "JSON_PARSER_ERROR"));
    let bomb = packed(&" ".repeat(60 * 1024 * 1024));
    assert!(bomb.len() < 100_000);
    assert_eq!(post(&mut client, "/sobjects/Account", &gzip, bomb).status, 413);
    let odd = [("content-encoding", "br")];
    assert_eq!(post(&mut client, "/sobjects/Account", &odd, b"x".to_vec()).status, 415);
}

#[test]
fn a_content_type_that_no_resource_reads_is_415_s2_2() {
    let mut client = Client::demo();
    for kind in ["text/plain", "application/x-www-form-urlencoded", "application/xml"] {
        let body = br#"{ "Name": "Umbra" }"#.to_vec();
        let answer = post(&mut client, "/sobjects/Account", &[("content-type", kind)], body);
        assert_eq!((answer.status, answer.error().0.as_str()), (415, "UNSUPPORTED_MEDIA_TYPE"), "{kind}");
    }
}

#[test]
fn json_that_cannot_be_read_names_line_and_column_s2_2() {
    let mut client = Client::demo();
    let answer = post(&mut client, "/sobjects/Account", &[], b"{ \"Name\": \n nonsense }".to_vec());
    assert_eq!((answer.status, answer.error().0.as_str()), (400, "JSON_PARSER_ERROR"));
    let message = answer.body[0]["message"].as_str().unwrap();
    assert!(message.ends_with("at [line:2, column:3]"), "{message}");
    let answer = post(&mut client, "/sobjects/Account", &[], b"[]".to_vec());
    assert_eq!(answer.error().0, "JSON_PARSER_ERROR");
}

#[test]
fn a_head_that_is_too_long_is_431_s2_2() {
    let mut client = Client::demo();
    let long = "x".repeat(16_380);
    let answer = client.call_with("GET", "/limits", &[("x-long", &long)], &Value::Null);
    assert_eq!(answer.status, 431);
}

#[test]
fn answers_are_printed_in_lines_on_request_s6() {
    let mut client = Client::demo();
    let answer = client.call_with("GET", "/limits/", &[("x-prettyprint", "1")], &Value::Null);
    let text = String::from_utf8(answer.response.body().clone()).unwrap();
    assert!(text.starts_with("{\n  \"ActiveScratchOrgs\""), "{text}");
}

#[test]
fn names_have_any_case_and_slashes_may_trail_or_hide_in_keys_s8() {
    let mut client = Client::demo();
    let made = client.created(&meeting(&json!({ "Calbridge_Sync_Key__c": "a/b c" })));
    let id = made["Id"].as_str().unwrap();
    let short = &id[..15];
    for path in [
        format!("/SOBJECTS/event/{id}").replace("SOBJECTS", "sobjects"),
        format!("/sobjects/EVENT/{short}/"),
        "/sobjects/event/CALBRIDGE_SYNC_KEY__C/a%2Fb%20c/".to_owned(),
        "/sobjects/Event/Calbridge_Sync_Key__c/a%2fb+c".replace('+', "%20"),
    ] {
        assert_eq!(client.get(&path).body["Id"], json!(id), "{path}");
    }
    let answer = client.get(&format!("/sobjects/event/{id}?fields=subject,SHOWAS"));
    assert_eq!(answer.body["Subject"], "Review");
    assert!(answer.body.get("ShowAs").is_some());
    assert_eq!(client.update(id, &json!({ "subject": "Renamed" })).status, 204);
    assert_eq!(client.event(id)["Subject"], "Renamed");
}

#[test]
fn tags_guard_account_rows_alone_s2_3() {
    let mut client = Client::demo();
    let (account, contact) = (client.account(), client.contact());
    let path = format!("/sobjects/Account/{account}");
    let tag = client.get(&path).header("etag").to_owned();
    assert!(
        tag.starts_with('"') && client.get(&format!("/sobjects/Contact/{contact}")).header("etag").is_empty()
    );
    let mut send = |method: &str, header: (&str, &str), body: &Value| {
        client.call_with(method, &path, &[header], body).status
    };
    assert_eq!(send("GET", ("if-none-match", &tag), &Value::Null), 304);
    assert_eq!(send("GET", ("if-none-match", "\"other\""), &Value::Null), 200);
    let site = json!({ "Site": "North" });
    assert_eq!(send("PATCH", ("if-match", "\"other\""), &site), 412);
    assert_eq!(send("PATCH", ("if-match", &tag), &site), 204);
    assert_eq!(send("PATCH", ("if-match", &tag), &site), 412);
    assert_eq!(send("DELETE", ("if-match", "\"other\""), &Value::Null), 204);
}

#[test]
fn dates_guard_rows_and_describes_s2_3() {
    let mut client = Client::demo();
    let path = format!("/sobjects/Contact/{}", client.contact());
    let seen = client.get(&path).header("last-modified").to_owned();
    client.wait(TimeDelta::hours(1));
    let mut send = |method: &str, path: &str, header: (&str, &str), body: &Value| {
        client.call_with(method, path, &[header], body).status
    };
    let title = json!({ "Title": "Head" });
    assert_eq!(send("GET", &path, ("if-modified-since", &seen), &Value::Null), 304);
    assert_eq!(send("GET", &path, ("if-modified-since", "yesterday"), &Value::Null), 400);
    assert_eq!(send("PATCH", &path, ("if-unmodified-since", "yesterday"), &title), 400);
    assert_eq!(send("PATCH", &path, ("if-unmodified-since", &seen), &title), 204);
    assert_eq!(send("PATCH", &path, ("if-unmodified-since", &seen), &title), 412);
    assert_eq!(send("GET", &path, ("if-unmodified-since", &seen), &Value::Null), 412);
    assert_eq!(send("GET", &path, ("if-modified-since", &seen), &Value::Null), 200);
    let describe = client.get("/sobjects").header("last-modified").to_owned();
    let again = client.call_with("GET", "/sobjects", &[("if-modified-since", &describe)], &Value::Null);
    assert_eq!((again.status, again.response.body().len()), (304, 0));
}

#[test]
fn resources_of_the_vendors_own_pages_answer_s6() {
    let mut client = Client::demo();
    assert_eq!(client.get("/tabs").body[0]["sobjectName"], "Account");
    assert_eq!(client.get("/theme").body["themeItems"][0]["name"], "Account");
    assert_eq!(client.get("/sobjects/Lead/describe/approvalLayouts").body, json!({ "approvalLayouts": [] }));
    assert_eq!(client.get("/sobjects/Lead/describe/namedLayouts/UserAlt").body["layouts"], json!([]));
    assert_eq!(client.get("/sobjects/Lead/quickActions").body, json!([]));
    assert_eq!(client.get("/quickActions").body, json!([]));
    assert_eq!(client.get("/sobjects/lead/listviews").body["sobjectType"], "Lead");
}

#[test]
fn limits_count_down_with_each_request_s2_7() {
    let mut client = Client::demo();
    let first = client.get("/limits").body;
    let second = client.get("/limits").body;
    let left = |limits: &Value| limits["DailyApiRequests"]["Remaining"].as_u64().unwrap();
    assert_eq!(left(&first), left(&second) + 1);
    assert!(first.as_object().unwrap().len() > 50);
    let each = first.as_object().unwrap().values();
    assert!(each.clone().all(|limit| limit["Max"].as_u64() >= limit["Remaining"].as_u64()), "{first}");
}

#[test]
fn windows_of_replication_reach_thirty_and_fifteen_days_back_s2_7() {
    let mut client = Client::demo();
    let mut code = |what: &str, start: &str, end: &str| {
        let answer = client.get(&format!("/sobjects/Event/{what}?start={start}&end={end}"));
        (answer.status, answer.error().0)
    };
    let bad = (400, "INVALID_REPLICATION_DATE".to_owned());
    let now = "2026-03-02T12:00:00Z";
    assert_eq!(code("updated", "2026-01-31T12:00:00Z", now).0, 200);
    assert_eq!(code("updated", "2026-01-31T11:59:59Z", now), bad);
    assert_eq!(code("deleted", "2026-02-15T12:00:00Z", now).0, 200);
    assert_eq!(code("deleted", "2026-02-15T11:59:00Z", now), bad);
    assert_eq!(code("updated", now, now), bad);
    assert_eq!(code("updated", "2026-03-02T11:59:10Z", "2026-03-02T11:59:50Z"), bad);
    assert_eq!(code("updated", "2026-03-02T13:00:00Z", "2026-03-02T14:00:00Z"), bad);
    let malformed = (400, "ILLEGAL_QUERY_PARAMETER_VALUE".to_owned());
    assert_eq!(code("updated", "2026-03-01T00:00:00", now), malformed);
    assert_eq!(code("deleted", "2026-03-01T00:00:00", now), malformed);
}

#[test]
fn the_latest_date_covered_is_where_the_next_window_begins_s2_7() {
    let mut client = Client::demo();
    let first = client.created(&meeting(&json!({})))["Id"].clone();
    client.wait(TimeDelta::seconds(90));
    let ask = |client: &mut Client, start: &str| {
        client.get(&format!("/sobjects/Event/updated/?start={start}&end=2026-03-02T13:00:00Z")).body
    };
    let one = ask(&mut client, "2026-03-02T11:00:00%2B00:00");
    assert_eq!(
        (&one["ids"], &one["latestDateCovered"]),
        (&json!([first]), &json!("2026-03-02T12:01:00.000+0000"))
    );
    let second = client.created(&meeting(&json!({})))["Id"].clone();
    client.wait(TimeDelta::minutes(5));
    let two = ask(&mut client, "2026-03-02T12:01:00Z");
    assert_eq!(two["ids"], json!([second]));
}
