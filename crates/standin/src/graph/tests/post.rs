//! What travels between mailboxes, to section 1.7 of the Graph facts: copies with one global id, after a delay.

use super::*;

impl Client {
    #[track_caller]
    pub(super) fn meet(&mut self, who: &str, subject: &str, attendees: &[&str]) -> Value {
        let at = |hour: u32| json!({ "dateTime": format!("2026-11-23T{hour:02}:00:00"), "timeZone": "UTC" });
        let people: Vec<Value> =
            attendees.iter().map(|who| json!({ "emailAddress": { "address": who, "name": who } })).collect();
        let body = json!({ "subject": subject, "start": at(9), "end": at(10), "attendees": people });
        let path = format!("/v1.0/users/{who}@brightwater.example/events");
        let (status, made) = self.write(Method::POST, &path, &[], &body);
        assert_eq!(status, StatusCode::CREATED, "{made}");
        made
    }

    fn has(&mut self, who: &str, subject: &str) -> bool {
        self.view(who, 60).iter().any(|event| event["subject"] == subject)
    }
}

#[test]
fn an_invitation_and_its_answer_travel() {
    let mut client = Client::new();
    client.exchange.switches.delivery_seconds = 60;
    let made = client.meet("mara", "Kick-off", &["ines@brightwater.example"]);
    assert!(!client.has("ines", "Kick-off"));
    client.now += TimeDelta::seconds(60);
    let copy = client.named("ines", "Kick-off");
    assert_eq!(copy["iCalUId"], made["iCalUId"]);
    let path = format!("{}/accept", event_path("ines", &copy));
    assert_eq!(client.write(Method::POST, &path, &[], &json!({})).0, StatusCode::ACCEPTED);
    assert_eq!(client.named("ines", "Kick-off")["responseStatus"]["response"], "accepted");
    let heard =
        |client: &mut Client| client.named("mara", "Kick-off")["attendees"][0]["status"]["response"].clone();
    assert_eq!(heard(&mut client), "none");
    client.now += TimeDelta::seconds(60);
    assert_eq!(heard(&mut client), "accepted");
}

#[test]
fn an_answer_that_is_not_sent_stays_with_who_gave_it() {
    let mut client = Client::new();
    client.meet("mara", "Kick-off", &["ines@brightwater.example"]);
    let path = format!("{}/decline", event_path("ines", &client.named("ines", "Kick-off")));
    client.write(Method::POST, &path, &[], &json!({ "sendResponse": false }));
    assert_eq!(client.named("ines", "Kick-off")["responseStatus"]["response"], "declined");
    assert_eq!(client.named("mara", "Kick-off")["attendees"][0]["status"]["response"], "none");
}

#[test]
fn who_is_added_later_gets_the_meeting_and_who_is_taken_off_sees_it_cancelled() {
    let mut client = Client::new();
    let made = client.meet("mara", "Kick-off", &["ines@brightwater.example"]);
    let people = json!({ "attendees": [{ "emailAddress": { "address": "theo@brightwater.example" } }] });
    assert_eq!(client.write(Method::PATCH, &event_path("mara", &made), &[], &people).0, StatusCode::OK);
    assert_eq!(client.named("theo", "Kick-off")["iCalUId"], made["iCalUId"]);
    assert_eq!(client.named("ines", "Kick-off")["isCancelled"], true);
}

#[test]
fn who_is_invited_to_one_date_of_a_series_gets_an_orphan_that_carries_the_date() {
    let mut client = Client::new();
    let date = client.named("mara", "Acme weekly");
    let people = json!({ "attendees": [{ "emailAddress": { "address": "theo@brightwater.example" } }] });
    client.write(Method::PATCH, &event_path("mara", &date), &[], &people);
    let orphan = client.named("theo", "Acme weekly");
    assert_eq!(orphan["iCalUId"], date["iCalUId"]);
    assert_eq!((&orphan["type"], &orphan["seriesMasterId"]), (&json!("singleInstance"), &Value::Null));
    assert_eq!(client.view("theo", 60).iter().filter(|event| event["subject"] == "Acme weekly").count(), 1);
}

#[test]
fn cancelling_one_date_cancels_it_in_the_copies_and_leaves_the_others() {
    let mut client = Client::new();
    let date = client.named("mara", "Acme weekly");
    let master = date["seriesMasterId"].clone();
    let people = json!({ "attendees": [{ "emailAddress": { "address": "theo@brightwater.example" } }] });
    client.write(Method::PATCH, &event_path("mara", &json!({ "id": master })), &[], &people);
    let path = format!("{}/cancel", event_path("mara", &client.named("mara", "Acme weekly")));
    assert_eq!(client.write(Method::POST, &path, &[], &json!({})).0, StatusCode::ACCEPTED);
    let copies: Vec<Value> = client
        .view("theo", 60)
        .into_iter()
        .filter(|event| event["subject"] == "Acme weekly")
        .map(|event| event["isCancelled"].clone())
        .collect();
    assert_eq!(copies[0], true);
    assert!(copies.len() > 3 && copies[1..].iter().all(|cancelled| cancelled == false));
}
