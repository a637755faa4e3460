//! Who may call: sessions, limits, browsers (facts 3), and the pages people see.

use chrono::TimeDelta;
use http::Request;
use serde_json::{Value, json};

use crate::salesforce::testing::{Client, meeting};

fn browser(method: &str, path: &str, origin: &str) -> Request<Vec<u8>> {
    let request = Request::builder().method(method).uri(path).header("origin", origin);
    request.header("access-control-request-headers", "authorization,content-type").body(Vec::new()).unwrap()
}

fn page(client: &mut Client, path: &str) -> (u16, String) {
    let answer = client.send(Request::builder().uri(path).body(Vec::new()).unwrap());
    (answer.status, String::from_utf8(answer.response.body().clone()).unwrap())
}

#[test]
fn facts_2_2_a_bad_token_is_an_expired_session() {
    let mut client = Client::demo();
    client.token = "nonsense".to_owned();
    let answer = client.get("/limits");
    assert_eq!(answer.status, 401);
    assert_eq!(
        answer.body,
        json!([{ "message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID" }])
    );
}

#[test]
fn facts_3_2_a_session_slides_and_ends_after_two_idle_hours() {
    let mut client = Client::demo();
    for _ in 0..3 {
        client.wait(TimeDelta::minutes(119));
        assert_eq!(client.get("/limits").status, 200);
    }
    client.wait(TimeDelta::minutes(121));
    assert_eq!(client.get("/limits").status, 401);
}

#[test]
fn facts_3_3_requests_are_counted_told_and_limited() {
    let mut definition = crate::world::definition("demo").unwrap();
    definition["salesforce"]["apiLimit"] = json!(2);
    let mut client = Client::of(&definition);
    assert_eq!(client.get("/limits").header("sforce-limit-info"), "api-usage=1/2");
    assert_eq!(client.get("/limits").body["DailyApiRequests"], json!({ "Max": 2, "Remaining": 0 }));
    let over = client.get("/limits");
    assert_eq!((over.status, over.error().0.as_str()), (403, "REQUEST_LIMIT_EXCEEDED"));
    assert_eq!(over.header("retry-after"), "");
    client.wait(TimeDelta::hours(24));
    client.sign_in_as("mara@brightwater.example");
    assert_eq!(client.get("/limits").status, 200);
}

#[test]
fn facts_3_1_a_listed_origin_is_let_in_without_signing_in_for_the_preflight() {
    let answer =
        Client::demo().send(browser("OPTIONS", "/services/data/v67.0/query", "https://localhost:3000"));
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("access-control-allow-origin"), "https://localhost:3000");
    assert_eq!(answer.header("access-control-allow-headers"), "authorization,content-type");
    assert!(answer.header("access-control-allow-methods").contains("PATCH"));
    let refused = Client::demo().send(browser("GET", "/services/data/v67.0/query", "https://localhost:3000"));
    assert_eq!(
        (refused.status, refused.header("access-control-allow-origin")),
        (401, "https://localhost:3000")
    );
}

#[test]
fn facts_3_1_a_foreign_origin_is_turned_away() {
    for (method, path) in [
        ("OPTIONS", "/services/data/v67.0/query"),
        ("GET", "/services/data"),
        ("POST", "/services/oauth2/token"),
    ] {
        let answer = Client::demo().send(browser(method, path, "https://elsewhere.example"));
        assert_eq!(answer.status, 403, "{method} {path}");
        assert_eq!(answer.header("access-control-allow-origin"), "");
    }
}

#[test]
fn versions_are_told_to_anyone_oldest_first() {
    let mut client = Client::demo();
    let answer = client.send(Request::builder().uri("/services/data").body(Vec::new()).unwrap());
    let versions = answer.body.as_array().unwrap();
    assert_eq!(versions[0]["version"], "31.0");
    assert_eq!(
        versions.last().unwrap(),
        &json!({ "label": "Summer '26", "url": "/services/data/v67.0", "version": "67.0" })
    );
    client.version = 68;
    assert_eq!(client.get("/limits").status, 404);
}

#[test]
fn a_record_page_shows_fields_and_links_and_escapes_them() {
    let mut client = Client::demo();
    let contact = client.contact();
    let event = client.created(&meeting(&json!({ "Subject": "<b>\"Review\"</b>", "WhoId": contact })));
    let id = event["Id"].as_str().unwrap();
    for path in [format!("/{id}"), format!("/lightning/r/Event/{id}/view"), format!("/{}", &id[..15])] {
        let (status, html) = page(&mut client, &path);
        assert_eq!(status, 200, "{path}");
        assert!(html.contains("<h1>&lt;b&gt;&quot;Review&quot;&lt;/b&gt;</h1>"), "{html}");
        assert!(html.contains(&format!("<a href=\"/{contact}\">Dana Okafor</a>")), "{html}");
    }
    let (_, html) = page(&mut client, &format!("/{id}"));
    assert!(
        html.contains("<dd data-field=\"StartDateTime\">2026-03-03 10:00 (Europe/Berlin)</dd>"),
        "{html}"
    );
    client.call("DELETE", &format!("/sobjects/Event/{id}"), &Value::Null);
    assert_eq!(page(&mut client, &format!("/{id}")).0, 404);
    assert!(page(&mut client, "/").1.contains("Borealis: quarterly check-in"));
}
