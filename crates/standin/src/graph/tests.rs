use chrono::TimeDelta;
use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::ids::Target;
use super::*;

mod actions;
mod company;
mod delta;
mod expansion;
mod identity;
mod mail;
mod members;
mod moves;
mod options;
mod parts;
mod post;
mod properties;
mod series;
mod sharing;
mod subscriptions;
mod traffic;

const MAILBOXES: &str = include_str!("../../worlds/demo.mailboxes.json");
const IMMUTABLE: (&str, &str) = ("prefer", "IdType=\"ImmutableId\"");

struct Client {
    exchange: Exchange,
    now: DateTime<Utc>,
    token: String,
}

impl Client {
    fn new() -> Self {
        let now: DateTime<Utc> = "2026-11-20T08:00:00Z".parse().expect("an instant");
        let definition = serde_json::from_str(MAILBOXES).expect("the world file is JSON");
        let exchange = Exchange::load(&definition, now).expect("the world loads");
        let mut client = Self { exchange, now, token: String::new() };
        let (status, answer) = client.sign_in("graph-secret");
        assert_eq!(status, StatusCode::OK);
        client.token = answer["access_token"].as_str().expect("a token").to_owned();
        client
    }

    fn sign_in(&mut self, secret: &str) -> (StatusCode, Value) {
        let form = format!(
            "grant_type=client_credentials&client_id=calbridge-service&client_secret={secret}\
             &scope=https%3A%2F%2Fgraph.microsoft.com%2F.default"
        );
        self.send(Method::POST, "/brightwater/oauth2/v2.0/token", &[], form.into_bytes())
    }

    fn send(
        &mut self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> (StatusCode, Value) {
        // Where set-up made the schema of Microsoft's types, everything said here is held against it.
        let graph_schema = schema::Schema::of_set_up().expect("a schema, or none elsewhere than in CI");
        let setup = Arc::new(Setup { graph_schema, ..Setup::default() });
        let mut request = Request::builder().method(method).uri(path).extension(setup);
        request = request.header("authorization", format!("Bearer {}", self.token));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = answer(&mut self.exchange, self.now, request.body(body).expect("a request"));
        let body = serde_json::from_slice(answer.body()).unwrap_or(Value::Null);
        (answer.status(), body)
    }

    #[track_caller]
    fn get(&mut self, path: &str) -> Value {
        let (status, body) = self.send(Method::GET, path, &[IMMUTABLE], Vec::new());
        assert_eq!(status, StatusCode::OK, "{path}: {body}");
        body
    }

    fn write(
        &mut self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> (StatusCode, Value) {
        let headers = [&[IMMUTABLE], headers].concat();
        self.send(method, path, &headers, body.to_string().into_bytes())
    }

    /// Events of a mailbox from now on for some days, by subject.
    #[track_caller]
    fn view(&mut self, who: &str, days: i64) -> Vec<Value> {
        let end = (self.now + TimeDelta::days(days)).format("%Y-%m-%dT%H:%M:%SZ");
        let start = self.now.format("%Y-%m-%dT%H:%M:%SZ");
        let path = format!(
            "/v1.0/users/{who}@brightwater.example/calendarView?startDateTime={start}&endDateTime={end}&$top=200"
        );
        self.get(&path)["value"].as_array().expect("rows").clone()
    }

    #[track_caller]
    fn named(&mut self, who: &str, subject: &str) -> Value {
        let found = self.view(who, 60).into_iter().find(|event| event["subject"] == subject);
        found.unwrap_or_else(|| panic!("no event {subject}"))
    }
}

fn event_path(who: &str, event: &Value) -> String {
    format!("/v1.0/users/{who}@brightwater.example/events/{}", event["id"].as_str().expect("an id"))
}

#[test]
fn a_token_needs_the_secret_and_holds_for_an_hour_1_7() {
    let mut client = Client::new();
    assert_eq!(client.sign_in("guess").0, StatusCode::UNAUTHORIZED);
    client.get("/v1.0/users/mara@brightwater.example");
    client.now += TimeDelta::minutes(60);
    let (status, body) = client.send(Method::GET, "/v1.0/users/mara@brightwater.example", &[], Vec::new());
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert_eq!(body["error"]["code"], "InvalidAuthenticationToken");
    assert!(body["error"]["innerError"]["request-id"].is_string());
}

#[test]
fn a_view_is_paged_and_the_pages_hold_every_event_once_1_2() {
    let mut client = Client::new();
    let all = client.view("mara", 20);
    let mut path = "/v1.0/users/mara@brightwater.example/calendarView?startDateTime=2026-11-20T08:00:00Z\
                    &endDateTime=2026-12-10T08:00:00Z&$top=7"
        .to_owned();
    let mut paged = Vec::new();
    for _page in 0..20 {
        let body = client.get(&path);
        paged.extend(body["value"].as_array().expect("rows").clone());
        match body["@odata.nextLink"].as_str() {
            Some(link) => path = link.strip_prefix("http://localhost:3003").expect("our origin").to_owned(),
            None => break,
        }
    }
    assert_eq!(paged, all);
    assert!(paged.len() > 14);
}

#[test]
fn a_window_needs_both_bounds_1_2() {
    let mut client = Client::new();
    let path = "/v1.0/users/mara@brightwater.example/calendarView?startDateTime=2026-11-20T08:00:00Z";
    assert_eq!(client.send(Method::GET, path, &[], Vec::new()).0, StatusCode::BAD_REQUEST);
}

#[test]
fn a_series_shows_its_dates_without_the_cancelled_one_and_with_the_changed_one_1_1() {
    let mut client = Client::new();
    let first = client.named("mara", "Acme weekly");
    assert_eq!(first["type"], "occurrence");
    assert_eq!(first["originalStart"], "2026-11-21T09:00:00Z");
    let changed = client.named("mara", "Acme weekly: figures for the quarter");
    assert_eq!(changed["type"], "exception");
    assert_eq!(changed["seriesMasterId"], first["seriesMasterId"]);
    let dates: Vec<String> = client
        .view("mara", 40)
        .iter()
        .filter(|event| event["seriesMasterId"] == first["seriesMasterId"])
        .map(|event| event["start"]["dateTime"].as_str().expect("a time")[..10].to_owned())
        .collect();
    assert_eq!(dates, ["2026-11-21", "2026-11-28", "2026-12-05", "2026-12-19", "2026-12-26"]);
}

#[test]
fn the_copies_of_a_meeting_share_its_global_id_and_nothing_else_that_names_it_2() {
    let mut client = Client::new();
    let mara = client.named("mara", "Renewal 2027: pricing review");
    let ines = client.named("ines", "Renewal 2027: pricing review");
    assert_eq!(mara["iCalUId"], ines["iCalUId"]);
    assert_ne!(mara["id"], ines["id"]);
    assert_eq!((&mara["isOrganizer"], &ines["isOrganizer"]), (&json!(true), &json!(false)));
    assert_eq!(ines["responseStatus"]["response"], "accepted");
}

#[test]
fn the_global_id_of_an_occurrence_carries_its_date_2() {
    let mut client = Client::new();
    let occurrence = client.named("mara", "Acme weekly")["iCalUId"].as_str().expect("an id").to_owned();
    assert_eq!(&occurrence[..32], "040000008200E00074C5B7101A82E008");
    assert_eq!(&occurrence[32..40], "07EA0B15");
    let master = client.exchange.mailboxes[0].items.values().find(|item| item.key == "weekly-standup");
    let clean = master.expect("the series").global_id.clone();
    assert_eq!(format!("{}00000000{}", &occurrence[..32], &occurrence[40..]), clean);
}

#[test]
fn a_meeting_of_another_calendar_system_carries_that_systems_id_2() {
    let mut client = Client::new();
    let hex =
        client.named("mara", "Acme internal review (guest)")["iCalUId"].as_str().expect("hex").to_owned();
    let bytes: Vec<u8> =
        (0..hex.len() / 2).map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).expect("hex")).collect();
    let text = String::from_utf8_lossy(&bytes[40..]).into_owned();
    assert!(text.starts_with("vCal-Uid"), "{text}");
    assert!(text.contains("7kukuqrfedlm2f9t0vsq5q8f2u@calendar.example"), "{text}");
}

#[test]
fn a_write_for_an_older_state_is_refused_and_changes_nothing_1_3() {
    let mut client = Client::new();
    let before = client.named("mara", "Prepare offer");
    let path = event_path("mara", &before);
    let etag = before["@odata.etag"].as_str().expect("an etag").to_owned();
    let named = |subject: &str| json!({ "subject": subject });
    let (status, after) = client.write(Method::PATCH, &path, &[("if-match", &etag)], &named("Write offer"));
    assert_eq!(status, StatusCode::OK);
    assert_ne!(after["@odata.etag"], before["@odata.etag"]);
    assert_eq!(after["id"], before["id"]);
    let (status, refusal) = client.write(Method::PATCH, &path, &[("if-match", &etag)], &named("Again"));
    assert_eq!(status, StatusCode::PRECONDITION_FAILED);
    assert_eq!(refusal["error"]["code"], "ErrorIrresolvableConflict");
    assert_eq!(client.get(&path)["subject"], "Write offer");
}

#[test]
fn the_add_ins_property_is_seen_only_when_expanded_and_can_be_found_by_its_value_1_3() {
    let mut client = Client::new();
    let id = "String {00020329-0000-0000-C000-000000000046} Name cecp-7c1e2f64-9b1d-4e57-8d2c-3a5f0e6b9d41";
    let quoted = url::form_urlencoded::byte_serialize(format!("id eq '{id}'").as_bytes()).collect::<String>();
    let path = "/v1.0/users/mara@brightwater.example/events?$top=100".to_owned();
    assert!(
        client.get(&path)["value"]
            .as_array()
            .expect("rows")
            .iter()
            .all(|e| e.get("singleValueExtendedProperties").is_none())
    );
    let expanded = client.get(&format!("{path}&$expand=singleValueExtendedProperties($filter={quoted})"));
    let rows = expanded["value"].as_array().expect("rows");
    let marked: Vec<&Value> =
        rows.iter().filter(|e| e.get("singleValueExtendedProperties").is_some()).collect();
    assert_eq!(marked.len(), 1);
    let value: Value = serde_json::from_str(
        marked[0]["singleValueExtendedProperties"][0]["value"].as_str().expect("a text"),
    )
    .expect("JSON");
    assert_eq!(value["calbridge.event"], "00UAA00000000012AA");

    let event_path = event_path("mara", rows.first().expect("a row"));
    let body = json!({ "singleValueExtendedProperties": [{ "id": id, "value": "AbC" }] });
    assert_eq!(client.write(Method::PATCH, &event_path, &[], &body).0, StatusCode::OK);
    let filter = format!("singleValueExtendedProperties/Any(ep: ep/id eq '{id}' and ep/value eq 'abc')");
    let filter: String = url::form_urlencoded::byte_serialize(filter.as_bytes()).collect();
    let found = client.get(&format!("{path}&$filter={filter}"));
    assert_eq!(found["value"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_category_on_one_date_makes_an_exception_and_leaves_the_others_alone_1_3() {
    let mut client = Client::new();
    let first = client.named("mara", "Acme weekly");
    let path = event_path("mara", &first);
    let (status, after) = client.write(Method::PATCH, &path, &[], &json!({ "categories": ["Salesforce"] }));
    assert_eq!((status, &after["type"]), (StatusCode::OK, &json!("exception")));
    let filter = "/v1.0/users/mara@brightwater.example/calendarView?startDateTime=2026-11-20T08:00:00Z\
                  &endDateTime=2027-01-20T08:00:00Z&$filter=categories/any(c:c%20eq%20'Salesforce')&$select=subject";
    let found = client.get(filter);
    assert_eq!(found["value"].as_array().map(Vec::len), Some(1));
    assert_eq!(found["value"][0]["subject"], "Acme weekly");
    assert!(found["value"][0].get("body").is_none());
}

#[test]
fn what_the_organizer_changes_reaches_a_colleagues_copy_and_a_category_does_not_1_7() {
    let mut client = Client::new();
    let path = {
        let event = client.named("mara", "Renewal 2027: pricing review");
        event_path("mara", &event)
    };
    let body = json!({ "subject": "Renewal 2027: final", "categories": ["Salesforce"] });
    assert_eq!(client.write(Method::PATCH, &path, &[], &body).0, StatusCode::OK);
    let copy = client.named("ines", "Renewal 2027: final");
    assert_eq!(copy["categories"], json!([]));
    assert_eq!(client.write(Method::DELETE, &path, &[], &Value::Null).0, StatusCode::NO_CONTENT);
    assert_eq!(client.named("ines", "Renewal 2027: final")["isCancelled"], true);
    assert_eq!(client.send(Method::GET, &path, &[], Vec::new()).1["error"]["code"], "ErrorItemNotFound");
}

#[test]
fn whole_days_keep_their_dates_in_every_zone_and_times_move_1_1() {
    let mut client = Client::new();
    let id = |event: &Value| event_path("mara", event);
    let (all_day, timed) = (client.named("mara", "Acme on site"), client.named("mara", "Prepare offer"));
    let zone = [("prefer", "IdType=\"ImmutableId\", outlook.timezone=\"Pacific Standard Time\"")];
    let (_, all_day) = client.send(Method::GET, &id(&all_day), &zone, Vec::new());
    assert_eq!(
        all_day["start"],
        json!({ "dateTime": "2026-11-22T00:00:00.0000000", "timeZone": "Pacific Standard Time" })
    );
    assert_eq!(all_day["end"]["dateTime"], "2026-11-25T00:00:00.0000000");
    let (_, timed) = client.send(Method::GET, &id(&timed), &zone, Vec::new());
    assert_eq!(timed["start"]["dateTime"], "2026-11-20T07:00:00.0000000");
}

#[test]
fn an_ews_id_is_translated_and_refused_where_graph_wants_its_own_1_2() {
    let mut client = Client::new();
    let target = Target { mailbox: 1, item: 1, occurrence: None };
    let ews = ids::write(target, ids::Form::Ews);
    let body =
        json!({ "inputIds": [ews, "junk"], "sourceIdType": "ewsId", "targetIdType": "restImmutableEntryId" });
    let path = "/v1.0/users/mara@brightwater.example/translateExchangeIds";
    let (status, answer) = client.write(Method::POST, path, &[], &body);
    assert_eq!(status, StatusCode::OK);
    assert_eq!(answer["value"][0]["targetId"], ids::write(target, ids::Form::Immutable));
    assert_eq!(answer["value"][1]["errorDetails"]["code"], "ErrorInvalidIdMalformed");
    let raw: String = url::form_urlencoded::byte_serialize(ews.as_bytes()).collect();
    let (status, refusal) = client.send(
        Method::GET,
        &format!("/v1.0/users/mara@brightwater.example/events/{raw}"),
        &[],
        Vec::new(),
    );
    assert_eq!(
        (status, &refusal["error"]["code"]),
        (StatusCode::BAD_REQUEST, &json!("ErrorInvalidIdMalformed"))
    );
}

#[test]
fn a_batch_answers_each_part_by_itself_and_takes_twenty_1_4() {
    let mut client = Client::new();
    let part = |id: &str, url: &str| json!({ "id": id, "method": "GET", "url": url });
    let mut late = part("3", "/users/mara@brightwater.example");
    late["dependsOn"] = json!(["2"]);
    let parts =
        [part("1", "/users/mara@brightwater.example"), part("2", "/users/nobody@brightwater.example"), late];
    let (status, answer) = client.write(Method::POST, "/v1.0/$batch", &[], &json!({ "requests": parts }));
    assert_eq!(status, StatusCode::OK);
    let statuses: Vec<i64> =
        answer["responses"].as_array().expect("parts").iter().filter_map(|p| p["status"].as_i64()).collect();
    assert_eq!(statuses, [200, 404, 424]);
    let many: Vec<Value> = (0..21).map(|n| part(&n.to_string(), "/users/mara@brightwater.example")).collect();
    let (status, _) = client.write(Method::POST, "/v1.0/$batch", &[], &json!({ "requests": many }));
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

#[test]
fn a_repeated_creation_makes_one_event_1_1() {
    let mut client = Client::new();
    let time =
        |hour: u32| json!({ "dateTime": format!("2026-11-23T{hour:02}:00:00"), "timeZone": "Europe/Berlin" });
    let body = json!({
        "subject": "From Salesforce",
        "start": time(9),
        "end": time(10),
        "transactionId": "7f0e",
        "body": { "contentType": "text", "content": "a < b" },
        "attendees": [{ "type": "required", "emailAddress": { "name": "Ines", "address": "ines@brightwater.example" } }],
    });
    let path = "/v1.0/users/mara@brightwater.example/events";
    let (status, first) = client.write(Method::POST, path, &[], &body);
    let (_, second) = client.write(Method::POST, path, &[], &body);
    assert_eq!(status, StatusCode::CREATED);
    assert_eq!(first["id"], second["id"]);
    assert_eq!(first["start"]["dateTime"], "2026-11-23T08:00:00.0000000");
    assert_eq!(first["bodyPreview"], "a < b");
    assert_eq!(client.named("ines", "From Salesforce")["responseStatus"]["response"], "notResponded");
}

#[test]
fn the_master_list_takes_a_name_once() {
    let mut client = Client::new();
    let path = "/v1.0/users/ines@brightwater.example/outlook/masterCategories";
    let blue = json!({ "displayName": "Salesforce", "color": "preset7" });
    assert_eq!(client.write(Method::POST, path, &[], &blue).0, StatusCode::CREATED);
    assert_eq!(client.write(Method::POST, path, &[], &blue).0, StatusCode::CONFLICT);
    let names: Vec<Value> = client.get(path)["value"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| row["displayName"].clone())
        .collect();
    assert_eq!(names, ["Travel", "Salesforce"]);
}

#[test]
fn a_person_without_an_address_and_a_crowd_are_written_as_they_are() {
    let mut client = Client::new();
    let guest = client.named("mara", "Walk-through with a guest");
    assert_eq!(guest["attendees"][0]["emailAddress"], json!({ "name": "Guest without address" }));
    let crowd = client.named("mara", "All customers: product news");
    assert_eq!(crowd["attendees"].as_array().map(Vec::len), Some(302));
}

#[test]
fn a_mailbox_outside_the_apps_scope_is_denied_and_an_unknown_one_is_not_found_1_6() {
    let mut client = Client::new();
    client.exchange.mailboxes[2].open_to_graph = false;
    let mut refusal = |who: &str| {
        let path = format!("/v1.0/users/{who}@brightwater.example/events");
        let (status, body) = client.send(Method::GET, &path, &[], Vec::new());
        (status, body["error"]["code"].clone())
    };
    assert_eq!(refusal("theo"), (StatusCode::FORBIDDEN, json!("ErrorAccessDenied")));
    assert_eq!(refusal("nobody"), (StatusCode::NOT_FOUND, json!("ErrorInvalidUser")));
}

#[test]
fn a_body_comes_as_text_when_asked_for_1_2() {
    let mut client = Client::new();
    let event = client.named("mara", "Renewal 2027: pricing review");
    assert_eq!(event["body"]["contentType"], "html");
    let text = [("prefer", "outlook.body-content-type=\"text\"")];
    let (_, event) = client.send(Method::GET, &event_path("mara", &event), &text, Vec::new());
    let lines = "Agenda\n1. Volumes for 2027\n2. Price steps & discounts\n3. Next steps\n\
                 Join the meeting: https://meet.example/pricing-review";
    assert_eq!(event["body"], json!({ "contentType": "text", "content": lines }));
}

#[test]
fn the_seeded_event_can_rely_on_its_meetings_global_id() {
    let mut client = Client::new();
    let path = "/v1.0/users/mara@brightwater.example/events?$filter=categories/any(c:c%20eq%20'Salesforce')";
    let known = "040000008200E00074C5B7101A82E0080000000000803ED5DEB19D01000000000000000010000000\
                 CA94DF6E900E907510186FA4F8EE0DB3";
    assert_eq!(client.get(path)["value"][0]["iCalUId"], known);
}
