//! Shared calendars, private events and groups, to sections 1.6 and 1.7 of the Graph facts.

use super::*;
use crate::graph::sharing::Caller;

impl Client {
    /// A client with the own token of somebody in the demo company.
    fn of(&mut self, who: &str) {
        let at = self.exchange.at_name(who).expect("a mailbox");
        self.token = self.exchange.grant(Caller::Person(at), 0, self.now);
    }

    fn app(&mut self) {
        self.token = self.sign_in("graph-secret").1["access_token"].as_str().expect("a token").to_owned();
    }

    fn status(&mut self, method: Method, path: &str, body: &Value) -> u16 {
        self.write(method, path, &[], body).0.as_u16()
    }
}

const INES: &str = "/v1.0/users/ines@brightwater.example";

#[test]
fn a_share_is_made_read_raised_and_taken_back_1_6() {
    let mut client = Client::new();
    let path = format!("{INES}/calendar/calendarPermissions");
    assert_eq!(client.get(&path)["value"][0]["role"], "freeBusyRead");
    let body = json!({ "emailAddress": { "address": "Mara@brightwater.example" }, "role": "read" });
    let (status, made) = client.write(Method::POST, &path, &[], &body);
    assert_eq!(status, StatusCode::CREATED);
    let one = format!("{path}/{}", made["id"].as_str().expect("an id"));
    assert_eq!(client.write(Method::PATCH, &one, &[], &json!({ "role": "write" })).1["role"], "write");
    assert_eq!(client.status(Method::PATCH, &one, &json!({ "role": "king" })), 400);
    assert_eq!(client.status(Method::DELETE, &one, &Value::Null), 204);
    assert_eq!(client.get(&path)["value"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_person_sees_a_colleagues_calendar_by_its_role_1_6() {
    let mut client = Client::new();
    let event = client.named("ines", "Pipeline sync");
    let path = event_path("ines", &event);
    let rename = json!({ "categories": ["Travel"] });
    for (role, read, write) in [
        ("none", 403, 403),
        ("freeBusyRead", 403, 403),
        ("read", 200, 403),
        ("write", 200, 200),
        ("delegateWithoutPrivateEventAccess", 200, 200),
    ] {
        client.exchange.mailboxes[1].shares.insert("mara@brightwater.example".to_owned(), role.to_owned());
        client.of("mara");
        assert_eq!(client.status(Method::GET, &path, &Value::Null), read, "{role}");
        assert_eq!(client.status(Method::PATCH, &path, &rename), write, "{role}");
    }
    assert_eq!(client.get("/v1.0/me")["mail"], "mara@brightwater.example");
}

#[test]
fn a_private_event_shows_its_time_only_unless_the_role_includes_it_1_6() {
    let mut client = Client::new();
    let event = client.named("mara", "Doctor");
    let path = event_path("mara", &event);
    let share = |client: &mut Client, role: &str| {
        client.exchange.mailboxes[0].shares.insert("ines@brightwater.example".to_owned(), role.to_owned());
        client.of("ines");
    };
    share(&mut client, "write");
    let masked = client.get(&path);
    assert_eq!((&masked["subject"], &masked["start"]), (&json!("Private appointment"), &event["start"]));
    assert_eq!(client.status(Method::PATCH, &path, &json!({ "subject": "x" })), 403);
    assert!(!client.view("mara", 20).iter().any(|event| event["subject"] == "Doctor"));
    share(&mut client, "delegateWithPrivateEventAccess");
    assert_eq!(client.get(&path)["subject"], "Doctor");
    assert_eq!(client.status(Method::PATCH, &path, &json!({ "subject": "Doctor" })), 200);
}

#[test]
fn a_groups_calendar_opens_to_members_and_never_to_an_application_1_6() {
    let mut client = Client::new();
    let now = client.now;
    let mut definition: Value = serde_json::from_str(MAILBOXES).expect("JSON");
    definition["people"].as_array_mut().expect("people").push(json!({
        "user": "board", "name": "Board", "address": "board@brightwater.example", "zone": "UTC",
        "members": ["mara@brightwater.example"],
    }));
    client.exchange = Exchange::load(&definition, now).expect("the world loads");
    client.app();
    let path = "/v1.0/groups/board@brightwater.example/events";
    assert_eq!(client.status(Method::GET, path, &Value::Null), 403);
    assert_eq!(client.status(Method::GET, "/v1.0/users/board@brightwater.example/events", &Value::Null), 404);
    client.of("ines");
    assert_eq!(client.status(Method::GET, path, &Value::Null), 403);
    client.of("mara");
    let at = |hour: u32| json!({ "dateTime": format!("2026-11-23T{hour:02}:00:00"), "timeZone": "UTC" });
    let body = json!({ "subject": "Board day", "start": at(9), "end": at(10) });
    let (status, made) = client.write(Method::POST, path, &[], &body);
    assert_eq!(status, StatusCode::CREATED, "{made}");
    assert_eq!(client.get(path)["value"][0]["subject"], "Board day");
    let files = format!("{path}/{}/attachments", made["id"].as_str().expect("an id"));
    assert_eq!(client.status(Method::GET, &files, &Value::Null), 400);
    let one = format!("{path}/{}", made["id"].as_str().expect("an id"));
    for action in ["accept", "decline", "snoozeReminder", "dismissReminder"] {
        assert_eq!(client.status(Method::POST, &format!("{one}/{action}"), &json!({})), 400, "{action}");
    }
    let property = json!([{ "id": "String {00020329-0000-0000-C000-000000000046} Name x", "value": "1" }]);
    assert_eq!(
        client.status(Method::PATCH, &one, &json!({ "singleValueExtendedProperties": property })),
        200
    );
    let delta = "/v1.0/groups/board@brightwater.example/calendarView/delta?startDateTime=2026-11-01T00:00:00Z&endDateTime=2026-12-01T00:00:00Z";
    assert_eq!(client.status(Method::GET, delta, &Value::Null), 404);
}

#[test]
fn an_application_has_no_self_1_6() {
    assert_eq!(
        Client::new().send(Method::GET, "/v1.0/me/events", &[], Vec::new()).0,
        StatusCode::BAD_REQUEST
    );
}
