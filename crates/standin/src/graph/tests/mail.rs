//! Which write mails whom, to section 1.3 of the Graph facts.

use super::*;

const MARA: &str = "/v1.0/users/mara@brightwater.example";

fn guests(who: &[&str]) -> Value {
    who.iter()
        .map(|who| json!({ "type": "required", "emailAddress": { "address": who, "name": who } }))
        .collect()
}

impl Client {
    #[track_caller]
    fn invite(&mut self, who: &[&str]) -> Value {
        let at = |hour: u32| json!({ "dateTime": format!("2026-11-23T{hour:02}:00:00"), "timeZone": "UTC" });
        let body = json!({ "subject": "Kick-off", "start": at(9), "end": at(10), "attendees": guests(who) });
        let (status, made) = self.write(Method::POST, &format!("{MARA}/events"), &[], &body);
        assert_eq!(status, StatusCode::CREATED, "{made}");
        made
    }

    /// What was sent since the last look: what about, whom to, which date of a series.
    fn posted(&mut self) -> Vec<(String, Vec<String>, Option<String>)> {
        let mails = self.control("GET", "/graph/mail", &Value::Null)["mails"].clone();
        self.control("DELETE", "/graph/mail", &Value::Null);
        let text = |value: &Value| value.as_str().map(str::to_owned);
        mails
            .as_array()
            .expect("mails")
            .iter()
            .map(|mail| {
                let to = mail["to"].as_array().expect("receivers").iter().filter_map(text).collect();
                (text(&mail["about"]).expect("a word"), to, text(&mail["occurrence"]))
            })
            .collect()
    }

    #[track_caller]
    fn change(&mut self, event: &Value, body: &Value) {
        let (status, answer) = self.write(Method::PATCH, &event_path("mara", event), &[], body);
        assert_eq!(status, StatusCode::OK, "{answer}");
    }
}

fn mail(about: &str, to: &[&str]) -> (String, Vec<String>, Option<String>) {
    (about.to_owned(), to.iter().map(|who| (*who).to_owned()).collect(), None)
}

const INES: &str = "ines@brightwater.example";
const THEO: &str = "theo@brightwater.example";
const DANA: &str = "dana@acme.example";

#[test]
fn a_new_meeting_invites_everybody_and_an_appointment_nobody_1_3() {
    let mut client = Client::new();
    client.invite(&[]);
    assert_eq!(client.posted(), []);
    client.invite(&[INES, DANA, INES]);
    assert_eq!(client.posted(), [mail("invitation", &[INES, DANA])]);
}

#[test]
fn a_change_of_the_guest_list_alone_mails_only_the_changed_guests_1_3() {
    let mut client = Client::new();
    let made = client.invite(&[INES, DANA]);
    client.posted();
    client.change(&made, &json!({ "attendees": guests(&[INES, THEO]) }));
    assert_eq!(client.posted(), [mail("invitation", &[THEO]), mail("cancellation", &[DANA])]);
    let copy = client.named("ines", "Kick-off");
    assert_eq!(copy["attendees"][1]["emailAddress"]["address"], DANA, "who is not mailed learns nothing");
    client.change(&made, &json!({ "attendees": guests(&[INES, THEO]) }));
    assert_eq!(client.posted(), []);
    client.change(&made, &json!({ "attendees": guests(&[INES]), "subject": "Start" }));
    assert_eq!(client.posted(), [mail("update", &[INES]), mail("cancellation", &[THEO])]);
}

#[test]
fn taking_off_a_member_of_an_invited_list_mails_everybody_1_3() {
    let mut client = Client::new();
    let at = client.exchange.at_name("theo").expect("a mailbox");
    client.exchange.mailboxes[at].group = Some(vec![DANA.to_owned()]);
    let made = client.invite(&[INES, THEO, DANA]);
    client.posted();
    client.change(&made, &json!({ "attendees": guests(&[INES, THEO]) }));
    assert_eq!(client.posted(), [mail("update", &[INES, THEO]), mail("cancellation", &[DANA])]);
}

#[test]
fn categories_properties_and_reminders_mail_nobody_unless_switched_1_3() {
    let mut client = Client::new();
    let made = client.invite(&[INES]);
    client.posted();
    let property = json!([{ "id": "String {00020329-0000-0000-C000-000000000046} Name x", "value": "1" }]);
    let personal = json!({
        "categories": ["Salesforce"], "isReminderOn": true, "reminderMinutesBeforeStart": 5,
        "singleValueExtendedProperties": property,
    });
    client.change(&made, &personal);
    assert_eq!(client.posted(), []);
    client.exchange.switches.personal_changes_mail = true;
    client.change(&made, &json!({ "categories": [] }));
    assert_eq!(client.posted(), [mail("update", &[INES])]);
}

#[test]
fn a_change_by_an_attendee_stays_in_their_own_copy_and_mails_nobody_1_3() {
    let mut client = Client::new();
    client.invite(&[INES]);
    client.posted();
    let copy = client.named("ines", "Kick-off");
    client.write(Method::PATCH, &event_path("ines", &copy), &[], &json!({ "subject": "Mine" }));
    assert_eq!(client.posted(), []);
    assert_eq!(client.named("mara", "Kick-off")["subject"], "Kick-off");
}

#[test]
fn a_series_with_changed_dates_mails_for_itself_and_for_each_of_them_1_3() {
    let mut client = Client::new();
    let master = client.weekly();
    client.change(&master, &json!({ "attendees": guests(&[INES]) }));
    let rows = client.instances(&master);
    client.change(&rows[1], &json!({ "location": { "displayName": "Room 2" } }));
    client.change(&rows[2], &json!({ "location": { "displayName": "Room 3" } }));
    client.posted();
    client.change(&master, &json!({ "subject": "Renamed" }));
    let dated = |date: &str| ("update".to_owned(), vec![INES.to_owned()], Some(date.to_owned()));
    assert_eq!(client.posted(), [mail("update", &[INES]), dated("2026-12-01"), dated("2026-12-08")]);
    let subjects: Vec<Value> = client.instances(&master).iter().map(|row| row["subject"].clone()).collect();
    assert!(subjects.iter().all(|subject| subject == "Renamed"), "{subjects:?}");
    assert_eq!(client.instances(&master)[1]["location"]["displayName"], "Room 2");
    assert!(client.view("ines", 60).iter().filter(|row| row["subject"] == "Renamed").count() == 6);
}

#[test]
fn the_end_of_a_meeting_or_of_one_date_mails_cancellations_1_3() {
    let mut client = Client::new();
    let (one, two) = (client.invite(&[INES]), client.invite(&[INES]));
    let master = client.weekly();
    client.change(&master, &json!({ "attendees": guests(&[INES]) }));
    let date = client.instances(&master)[1].clone();
    client.posted();
    client.write(Method::DELETE, &event_path("mara", &one), &[], &Value::Null);
    let path = format!("{}/cancel", event_path("mara", &two));
    client.write(Method::POST, &path, &[], &json!({ "comment": "Not needed" }));
    client.write(Method::DELETE, &event_path("mara", &date), &[], &Value::Null);
    let dated = ("cancellation".to_owned(), vec![INES.to_owned()], Some("2026-12-01".to_owned()));
    let cancellation = mail("cancellation", &[INES]);
    assert_eq!(client.posted(), [cancellation.clone(), cancellation, dated]);
}

#[test]
fn an_answer_mails_the_organizer_unless_it_is_not_to_be_sent_1_3() {
    let mut client = Client::new();
    client.invite(&[INES]);
    client.posted();
    let copy = event_path("ines", &client.named("ines", "Kick-off"));
    client.write(Method::POST, &format!("{copy}/accept"), &[], &json!({ "sendResponse": false }));
    assert_eq!(client.posted(), []);
    client.write(Method::POST, &format!("{copy}/tentativelyAccept"), &[], &json!({ "sendResponse": true }));
    let mails = client.control("GET", "/graph/mail", &Value::Null);
    assert_eq!(mails["mails"][0]["response"], "tentativelyAccepted");
    assert_eq!(
        (&mails["mails"][0]["from"], &mails["mails"][0]["to"][0]),
        (&json!(INES), &json!("mara@brightwater.example"))
    );
    let last = mails["last"].as_u64().expect("a number");
    let later = client.control("GET", &format!("/graph/mail?since={last}"), &Value::Null);
    assert_eq!(later["mails"], json!([]));
}

#[test]
fn an_attendee_who_deletes_says_nothing_unless_deletions_decline_1_7() {
    let mut client = Client::new();
    for (declines, want) in [(false, "none"), (true, "declined")] {
        client.exchange.switches.deletions_decline = declines;
        let made = client.invite(&[INES]);
        client.posted();
        let copy = client.named("ines", "Kick-off");
        client.write(Method::DELETE, &event_path("ines", &copy), &[], &Value::Null);
        assert_eq!(client.posted().len(), usize::from(declines));
        let held = client.get(&event_path("mara", &made));
        assert_eq!(held["attendees"][0]["status"]["response"], want);
        assert_eq!(held["isCancelled"], false);
    }
}
