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
fn an_invitation_and_its_answer_travel_1_7() {
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
fn an_answer_that_is_not_sent_stays_with_who_gave_it_1_7() {
    let mut client = Client::new();
    client.meet("mara", "Kick-off", &["ines@brightwater.example"]);
    let path = format!("{}/decline", event_path("ines", &client.named("ines", "Kick-off")));
    client.write(Method::POST, &path, &[], &json!({ "sendResponse": false }));
    assert_eq!(client.named("ines", "Kick-off")["responseStatus"]["response"], "declined");
    assert_eq!(client.named("mara", "Kick-off")["attendees"][0]["status"]["response"], "none");
}

#[test]
fn who_is_added_later_gets_the_meeting_and_who_is_taken_off_sees_it_cancelled_1_7() {
    let mut client = Client::new();
    let made = client.meet("mara", "Kick-off", &["ines@brightwater.example"]);
    let people = json!({ "attendees": [{ "emailAddress": { "address": "theo@brightwater.example" } }] });
    assert_eq!(client.write(Method::PATCH, &event_path("mara", &made), &[], &people).0, StatusCode::OK);
    assert_eq!(client.named("theo", "Kick-off")["iCalUId"], made["iCalUId"]);
    assert_eq!(client.named("ines", "Kick-off")["isCancelled"], true);
}

#[test]
fn who_is_invited_to_one_date_of_a_series_gets_an_orphan_that_carries_the_date_2() {
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
fn cancelling_one_date_cancels_it_in_the_copies_and_leaves_the_others_1_7() {
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

const INES: &str = "ines@brightwater.example";

#[test]
fn an_update_leaves_a_copy_what_is_its_owners_1_7() {
    let mut client = Client::new();
    let made = client.meet("mara", "Kick-off", &[INES]);
    let copy = event_path("ines", &client.named("ines", "Kick-off"));
    client.write(Method::POST, &format!("{copy}/accept"), &[], &json!({}));
    let own = json!({ "categories": ["Travel"], "showAs": "oof", "reminderMinutesBeforeStart": 30, "sensitivity": "private" });
    client.write(Method::PATCH, &copy, &[], &own);
    let news = json!({ "subject": "Start", "location": { "displayName": "Room 1" } });
    client.write(Method::PATCH, &event_path("mara", &made), &[], &news);
    let after = client.get(&copy);
    assert_eq!((&after["subject"], &after["location"]["displayName"]), (&json!("Start"), &json!("Room 1")));
    for (name, value) in own.as_object().expect("members") {
        assert_eq!(after[name], *value, "{name}");
    }
    assert_eq!(after["responseStatus"]["response"], "accepted");
}

#[test]
fn an_invitation_is_tentative_until_it_is_answered_1_7() {
    let mut client = Client::new();
    client.meet("mara", "Kick-off", &[INES]);
    let copy = event_path("ines", &client.named("ines", "Kick-off"));
    let shown = |client: &mut Client| {
        let event = client.get(&copy);
        [&event["showAs"], &event["responseStatus"]["response"], &event["attendees"][0]["status"]["response"]]
            .map(|value| value.as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(shown(&mut client), ["tentative", "notResponded", "notResponded"]);
    for (action, want) in [
        ("accept", ["busy", "accepted", "accepted"]),
        ("tentativelyAccept", ["tentative", "tentativelyAccepted", "tentativelyAccepted"]),
        ("decline", ["free", "declined", "declined"]),
    ] {
        client.write(Method::POST, &format!("{copy}/{action}"), &[], &json!({}));
        assert_eq!(shown(&mut client), want);
    }
}

#[test]
fn a_moved_meeting_asks_for_all_answers_again_unless_they_survive_1_7() {
    let mut client = Client::new();
    let made = client.meet("mara", "Kick-off", &[INES]);
    let copy = event_path("ines", &client.named("ines", "Kick-off"));
    client.write(Method::POST, &format!("{copy}/accept"), &[], &json!({}));
    let answers = |client: &mut Client| {
        let held = client.get(&event_path("mara", &made))["attendees"][0]["status"]["response"].clone();
        [held, client.get(&copy)["responseStatus"]["response"].clone()]
    };
    let rename = json!({ "subject": "Start" });
    client.write(Method::PATCH, &event_path("mara", &made), &[], &rename);
    assert_eq!(answers(&mut client), ["accepted", "accepted"]);
    let moved =
        |hour: u32| json!({ "end": { "dateTime": format!("2026-11-23T{hour}:00:00"), "timeZone": "UTC" } });
    client.exchange.switches.answers_survive_moves = true;
    client.write(Method::PATCH, &event_path("mara", &made), &[], &moved(11));
    assert_eq!(answers(&mut client), ["accepted", "accepted"]);
    client.exchange.switches.answers_survive_moves = false;
    client.write(Method::PATCH, &event_path("mara", &made), &[], &moved(12));
    assert_eq!(answers(&mut client), ["none", "notResponded"]);
}

#[test]
fn a_declined_meeting_leaves_the_calendar_when_switched_so_1_7() {
    let mut client = Client::new();
    client.exchange.switches.declined_leave = true;
    let made = client.meet("mara", "Kick-off", &[INES]);
    let copy = event_path("ines", &client.named("ines", "Kick-off"));
    client.write(Method::POST, &format!("{copy}/decline"), &[], &json!({}));
    assert!(!client.has("ines", "Kick-off"));
    assert_eq!(client.get(&event_path("mara", &made))["attendees"][0]["status"]["response"], "declined");
}

#[test]
fn a_cancelled_series_is_cancelled_in_copies_with_its_changed_dates_1_7() {
    let mut client = Client::new();
    let master = client.weekly();
    let people = json!({ "attendees": [{ "emailAddress": { "address": INES } }] });
    client.write(Method::PATCH, &event_path("mara", &master), &[], &people);
    let dates: Vec<Value> =
        client.view("ines", 60).into_iter().filter(|row| row["subject"] == "Series").collect();
    client.write(Method::PATCH, &event_path("ines", &dates[1]), &[], &json!({ "categories": ["Travel"] }));
    client.write(Method::DELETE, &event_path("mara", &master), &[], &Value::Null);
    let copies: Vec<Value> =
        client.view("ines", 60).into_iter().filter(|row| row["subject"] == "Series").collect();
    assert_eq!(copies.len(), dates.len());
    assert!(copies.iter().all(|copy| copy["isCancelled"] == true));
    assert_eq!(copies[1]["categories"], json!(["Travel"]));
}
