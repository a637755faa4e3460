//! What one does with an event as a whole, to sections 1.3 and 1.7 of the Graph facts.

use super::*;

const INES: &str = "ines@brightwater.example";

impl Client {
    #[track_caller]
    fn act(&mut self, who: &str, event: &Value, action: &str, body: &Value) -> StatusCode {
        let path = format!("{}/{action}", event_path(who, event));
        self.write(Method::POST, &path, &[], body).0
    }
}

#[test]
fn a_forwarded_meeting_reaches_who_it_is_handed_to_and_the_organizers_list_1_3() {
    let mut client = Client::new();
    let made = client.meet("mara", "Kick-off", &[INES]);
    let copy = client.named("ines", "Kick-off");
    let to = json!({ "toRecipients": [{ "emailAddress": { "address": "theo@brightwater.example", "name": "Theo" } }] });
    assert_eq!(client.act("ines", &copy, "forward", &to), StatusCode::ACCEPTED);
    assert_eq!(client.named("theo", "Kick-off")["iCalUId"], made["iCalUId"]);
    let held = client.get(&event_path("mara", &made));
    assert_eq!(held["attendees"][1]["emailAddress"]["address"], "theo@brightwater.example");
    let nobody = json!({ "toRecipients": [{ "emailAddress": { "address": "nobody" } }] });
    assert_eq!(client.act("ines", &copy, "forward", &nobody), StatusCode::BAD_REQUEST);
    let mails: Vec<&str> = client.exchange.mails().map(|mail| mail.about.word()).collect();
    assert_eq!(mails, ["invitation", "forward"]);
}

#[test]
fn a_forwarded_date_of_a_series_becomes_an_orphan_without_its_series_2() {
    let mut client = Client::new();
    let date = client.named("mara", "Acme weekly");
    let to = json!({ "toRecipients": [{ "emailAddress": { "address": "theo@brightwater.example" } }] });
    assert_eq!(client.act("mara", &date, "forward", &to), StatusCode::ACCEPTED);
    let orphan = client.named("theo", "Acme weekly");
    assert_eq!(orphan["iCalUId"], date["iCalUId"]);
    assert_eq!((&orphan["type"], &orphan["seriesMasterId"]), (&json!("singleInstance"), &Value::Null));
    assert_eq!(client.view("theo", 60).iter().filter(|row| row["subject"] == "Acme weekly").count(), 1);
}

#[test]
fn a_reminder_is_put_off_and_ended_1_3() {
    let mut client = Client::new();
    let event = client.named("mara", "Prepare offer");
    let later = json!({ "newReminderTime": { "dateTime": "2026-11-20T14:45:00", "timeZone": "UTC" } });
    assert_eq!(client.act("mara", &event, "snoozeReminder", &later), StatusCode::OK);
    assert_eq!(client.act("mara", &event, "snoozeReminder", &json!({})), StatusCode::BAD_REQUEST);
    let put_off = client.named("mara", "Prepare offer");
    assert_ne!(put_off["changeKey"], event["changeKey"]);
    assert_eq!(put_off["isReminderOn"], true);
    assert_eq!(client.act("mara", &event, "dismissReminder", &Value::Null), StatusCode::OK);
    assert_eq!(client.named("mara", "Prepare offer")["isReminderOn"], false);
}

#[test]
fn what_is_deleted_for_good_cannot_be_restored_1_3() {
    let mut client = Client::new();
    let event = client.named("mara", "Prepare offer");
    assert_eq!(client.act("mara", &event, "permanentDelete", &Value::Null), StatusCode::NO_CONTENT);
    assert_eq!(
        client.send(Method::GET, &event_path("mara", &event), &[], Vec::new()).0,
        StatusCode::NOT_FOUND
    );
    let restore = json!({ "mailbox": "mara", "item": event["id"], "do": "restore" });
    assert!(client.control("POST", "/graph/items", &restore)["error"].is_string());
}

#[test]
fn only_attendees_answer_and_only_the_organizer_cancels_1_3() {
    let mut client = Client::new();
    let made = client.meet("mara", "Kick-off", &[INES]);
    let copy = client.named("ines", "Kick-off");
    for action in ["accept", "tentativelyAccept", "decline"] {
        assert_eq!(client.act("mara", &made, action, &json!({})), StatusCode::BAD_REQUEST, "{action}");
        assert_eq!(client.act("ines", &copy, action, &json!({})), StatusCode::ACCEPTED, "{action}");
    }
    assert_eq!(client.act("ines", &copy, "cancel", &json!({})), StatusCode::BAD_REQUEST);
    assert_eq!(client.act("ines", &copy, "celebrate", &json!({})), StatusCode::NOT_FOUND);
}
