//! An org that holds no keys (DUP-2): the service keeps which Event is which meeting's, through whatever comes in between.

use std::sync::Arc;

use calbridge_rules::saving::Choice;
use calbridge_sync::{
    app::App,
    store::{Lack, LackOf, Store},
    transport::{Sending, Transport},
};
use calbridge_wire::message::Method;
use http::StatusCode;
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::{
    desk::{Desk, INES, MARA},
    keys::without_a_field,
};

const LUNCH: &str = "Lunch with Dana";
const GUEST: &str = "Acme internal review (guest)";

/// Carries creates of Events out, and never answers.
struct Dying {
    inner: Arc<dyn Transport>,
    died: Arc<Notify>,
}

impl Transport for Dying {
    fn send(&self, request: calbridge_wire::Request) -> Sending<'_> {
        let creates = request.method == Method::Post && request.url.ends_with("/composite/sobjects");
        let sending = self.inner.send(request);
        if !creates {
            return sending;
        }
        Box::pin(async move {
            drop(sending.await);
            self.died.notify_one();
            std::future::pending().await
        })
    }
}

/// What Mara does in an org that holds no keys.
async fn open() -> (Desk, String) {
    let desk = Desk::of(&without_a_field()).await;
    let mara = desk.sign_in(MARA).await;
    (desk, mara)
}

impl Desk {
    async fn save_lunch(&self, mara: &str) {
        let (status, answer) = self.save(mara, MARA, "lunch", &self.with_dana()).await;
        assert_eq!(status, StatusCode::ACCEPTED, "{answer}");
    }

    /// The Event that the lunch is saved as, which must be the only one.
    #[track_caller]
    fn only(&self, subject: &str) -> Value {
        let events = self.standing(subject);
        assert_eq!(events.len(), 1, "{events:#?}");
        events[0].clone()
    }

    /// An Event that says what an item says, made by another product before.
    fn make_alike(&self, subject: &str, hour: u32, fields: &Value) -> Value {
        let mut all = json!({
            "Subject": subject,
            "StartDateTime": format!("2026-03-18T{hour:02}:00:00Z"),
            "EndDateTime": format!("2026-03-18T{:02}:00:00Z", hour + 1),
            "OwnerId": self.record("User", "Email", MARA).as_str(),
        });
        all.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        self.control("POST", "/salesforce/records", &json!({ "type": "Event", "fields": all }));
        self.standing(subject).last().unwrap()["Id"].clone()
    }

    /// The service's worker dies once an Event is created and before that is known.
    async fn die_over_a_create(mut self) -> Self {
        let died = Arc::new(Notify::new());
        let dying = Dying { inner: Arc::clone(&self.app.transport), died: Arc::clone(&died) };
        let config = self.app.config.clone();
        let store = Store::open(&config.database_url).await.unwrap();
        self.app = Arc::new(App::new(config, store, self.clock.clone(), Arc::new(dying)).unwrap());
        tokio::select! {
            _ = self.run_once() => panic!("it lives"),
            () = died.notified() => {}
        }
        self.restarted().await
    }
}

#[tokio::test]
async fn dup_2_a_meeting_is_saved_once_in_an_org_without_keys() {
    let (desk, mara) = open().await;
    desk.save_lunch(&mara).await;
    desk.run().await;
    let event = desk.only(LUNCH);
    assert_eq!(desk.status(&mara, MARA, "lunch").await, json!({ "status": "saved", "event": event["Id"] }));
    let desk = desk.restarted().await;
    desk.minutes_later(10).await;
    desk.save_lunch(&mara).await;
    desk.run().await;
    assert_eq!(desk.only(LUNCH)["Id"], event["Id"]);
    desk.minutes_later(10).await;
    let calls = desk.salesforce_calls();
    desk.minutes_later(10).await;
    assert_eq!(desk.salesforce_calls(), calls + 1, "the org is watched, and nothing else is asked");
}

#[tokio::test]
async fn dup_2_admins_read_that_keys_are_kept_here_and_what_to_do_before_and_after_the_first_save() {
    let (desk, mara) = open().await;
    assert_eq!(desk.lacking().await, [], "nobody asked the org yet");
    desk.minutes_later(1).await;
    let [(code, reason)] = desk.lacking().await.try_into().unwrap();
    assert_eq!(code, "ISE-412");
    assert!(reason.contains("Calbridge_Sync_Key__c"), "{reason}");
    let calls = desk.salesforce_calls();
    desk.minutes_later(1).await;
    assert_eq!(desk.salesforce_calls(), calls + 1, "nothing more is asked for it than what changed");
    desk.save_lunch(&mara).await;
    desk.run().await;
    assert_eq!(desk.lacking().await, [("ISE-413".to_owned(), reason)]);
    let desk = desk.restarted().await;
    desk.minutes_later(1).await;
    assert_eq!(desk.lacking().await[0].0, "ISE-413");
}

#[tokio::test]
async fn dup_2_admins_read_no_more_of_a_field_that_was_deployed_before_the_first_save() {
    let desk = Desk::open().await;
    let name = desk.app.config.salesforce.sync_key_field.to_string();
    let lack =
        Lack { of: LackOf::KeyField, name, why: "The org has none".to_owned(), since_ms: desk.app.now_ms() };
    desk.app.store.keep_key_lack(Some(&lack)).await.unwrap();
    assert_eq!(desk.lacking().await.len(), 1);
    desk.minutes_later(1).await;
    assert_eq!(desk.lacking().await, []);
}

#[tokio::test]
async fn dup_2_edits_on_either_side_are_kept_together_without_keys() {
    let (desk, mara) = open().await;
    desk.save_lunch(&mara).await;
    desk.run().await;
    let event = desk.only(LUNCH)["Id"].clone();
    desk.edit_event(&event, json!({ "Location": "Kiel" })).await;
    desk.run().await;
    desk.edit_event(&event, json!({ "Subject": "Lunch in Kiel" })).await;
    desk.run().await;
    assert_eq!(desk.only("Lunch in Kiel")["Id"], event);
    assert_eq!(desk.standing(LUNCH).len(), 0);
}

#[tokio::test]
async fn dup_4_colleagues_of_one_meeting_find_its_event_by_its_link() {
    let mut company = without_a_field();
    let items = company["mailboxes"]["items"].as_array_mut().unwrap();
    let guest = items.iter_mut().find(|item| item["key"] == "organizer-dana").unwrap();
    guest["required"].as_array_mut().unwrap().push(json!("Ines Roth <ines@brightwater.example>"));
    let desk = Desk::of(&company).await;
    let (mara, ines) = (desk.sign_in(MARA).await, desk.sign_in(INES).await);
    desk.save(&mara, MARA, "organizer-dana", &desk.with_dana()).await;
    desk.save(&ines, INES, "organizer-dana", &desk.with_dana()).await;
    desk.run().await;
    desk.minutes_later(11).await;
    let event = desk.only(GUEST)["Id"].clone();
    for (token, mailbox) in [(&mara, MARA), (&ines, INES)] {
        let status = desk.status(token, mailbox, "organizer-dana").await;
        assert_eq!(status["event"], event, "{mailbox}: {status}");
    }
}

#[tokio::test]
async fn dup_3_a_worker_that_dies_between_create_and_link_leaves_one_event() {
    let (desk, mara) = open().await;
    desk.save_lunch(&mara).await;
    let desk = desk.die_over_a_create().await;
    let event = desk.only(LUNCH)["Id"].clone();
    desk.minutes_later(5).await;
    assert_eq!(desk.only(LUNCH)["Id"], event);
    assert_eq!(desk.status(&mara, MARA, "lunch").await["event"], event);
}

#[tokio::test]
async fn dup_3_an_appointment_that_was_created_and_not_linked_is_found_by_what_it_was_to_say() {
    let (desk, mara) = open().await;
    let (status, answer) = desk.save(&mara, MARA, "private-doctor", &Choice::default()).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{answer}");
    let desk = desk.die_over_a_create().await;
    let event = desk.only("Doctor")["Id"].clone();
    desk.minutes_later(5).await;
    assert_eq!(desk.only("Doctor")["Id"], event);
    assert_eq!(desk.status(&mara, MARA, "private-doctor").await["event"], event);
}

#[tokio::test]
async fn dup_2_an_appointment_never_takes_an_event_for_what_it_says() {
    let (desk, mara) = open().await;
    desk.make_alike("Doctor", 7, &json!({}));
    let first = desk.only("Doctor");
    let next_day = json!({ "StartDateTime": "2026-03-19T07:00:00Z", "EndDateTime": "2026-03-19T08:00:00Z" });
    desk.edit_event(&first["Id"], next_day).await;
    desk.save(&mara, MARA, "private-doctor", &Choice::default()).await;
    desk.run().await;
    let both = desk.standing("Doctor");
    assert_eq!(both.len(), 2);
    assert_eq!(both[0]["StartDateTime"], both[1]["StartDateTime"], "nothing else tells them apart");
}

#[tokio::test]
async fn dup_3_an_answer_that_was_lost_is_settled_by_what_the_event_was_to_say() {
    let (desk, mara) = open().await;
    desk.fault(json!({ "site": "salesforce", "method": "POST", "path": "/composite/sobjects", "count": 1,
        "kind": { "drop": "after" } }));
    desk.save_lunch(&mara).await;
    desk.run().await;
    let event = desk.only(LUNCH);
    assert_eq!(desk.status(&mara, MARA, "lunch").await, json!({ "status": "saved", "event": event["Id"] }));
}

#[tokio::test]
async fn dup_3_nothing_is_created_anew_while_the_first_may_still_appear() {
    let (desk, mara) = open().await;
    desk.fault(json!({ "site": "salesforce", "method": "POST", "path": "/composite/sobjects", "count": 1,
        "kind": { "drop": "before" } }));
    desk.save_lunch(&mara).await;
    desk.run_once().await;
    desk.minutes_later(0).await;
    assert_eq!(desk.standing(LUNCH).len(), 0);
    assert_eq!(desk.status(&mara, MARA, "lunch").await["status"], "will_be_saved");
    desk.minutes_later(5).await;
    assert_eq!(desk.standing(LUNCH).len(), 1);
}

#[tokio::test]
async fn dup_2_the_last_resort_for_a_meeting_is_what_its_event_says() {
    let (desk, mara) = open().await;
    // In Berlin it is an hour later.
    let event = desk.make_alike(LUNCH, 11, &json!({}));
    desk.save_lunch(&mara).await;
    desk.run().await;
    assert_eq!(desk.only(LUNCH)["Id"], event);
    assert_eq!(desk.status(&mara, MARA, "lunch").await["event"], event);
    desk.minutes_later(10).await;
    assert_eq!(desk.only(LUNCH)["Id"], event);
}

#[tokio::test]
async fn dup_2_several_events_that_say_the_same_are_told() {
    let (desk, mara) = open().await;
    desk.make_alike(LUNCH, 11, &json!({}));
    desk.make_alike(LUNCH, 11, &json!({ "Location": "Kiel" }));
    desk.save_lunch(&mara).await;
    desk.run().await;
    assert_eq!(desk.standing(LUNCH).len(), 2);
    let status = desk.status(&mara, MARA, "lunch").await;
    assert_eq!(status["status"], "issue", "{status}");
    assert!(status.to_string().contains("DUP-1"), "{status}");
}

#[tokio::test]
async fn dup_2_what_says_something_else_or_is_somebody_elses_is_left_alone() {
    let (desk, mara) = open().await;
    let ines = desk.record("User", "Email", INES);
    desk.make_alike(LUNCH, 12, &json!({}));
    desk.make_alike(LUNCH, 11, &json!({ "OwnerId": ines.as_str() }));
    desk.make_alike(
        LUNCH,
        11,
        &json!({ "Description": "From: Theo <theo@brightwater.example>\nTo/CC: Mara\n\nMenu" }),
    );
    desk.save_lunch(&mara).await;
    desk.run().await;
    assert_eq!(desk.standing(LUNCH).len(), 4);
}

#[tokio::test]
async fn dwn_2_an_event_that_was_deleted_in_salesforce_keeps_no_key_from_the_next_save() {
    let (desk, mara) = open().await;
    desk.save_lunch(&mara).await;
    desk.run().await;
    let first = desk.only(LUNCH)["Id"].clone();
    desk.advance(chrono::TimeDelta::minutes(2));
    desk.control("DELETE", &format!("/salesforce/records/{}", first.as_str().unwrap()), &Value::Null);
    desk.minutes_later(2).await;
    assert_eq!(desk.status(&mara, MARA, "lunch").await["status"], "not_saved");
    desk.save_lunch(&mara).await;
    desk.run().await;
    assert_ne!(desk.only(LUNCH)["Id"], first);
}

#[tokio::test]
async fn uns_2_a_deleted_event_is_brought_back_under_its_link() {
    let (desk, mara) = open().await;
    desk.save_lunch(&mara).await;
    desk.run().await;
    desk.unsync(&mara, "lunch").await;
    desk.run().await;
    assert_eq!(desk.standing(LUNCH).len(), 0);
    let entry = desk.journal(&mara).await[0].clone();
    let undo = json!({ "deed": "undo", "event": entry["event"], "number": entry["number"] });
    let (status, answer) = desk.call(&mara, "POST", "/v1/deeds", undo).await;
    assert_eq!(status, StatusCode::NO_CONTENT, "{answer}");
    desk.run().await;
    let event = desk.only(LUNCH);
    assert_eq!(desk.status(&mara, MARA, "lunch").await["event"], event["Id"]);
}

#[tokio::test]
async fn dwn_1_an_event_made_in_salesforce_becomes_one_item_and_stays_it() {
    let (desk, mara) = open().await;
    desk.call(&mara, "GET", "/v1/me", Value::Null).await;
    desk.run().await;
    let user = desk.record("User", "Email", MARA);
    desk.advance(chrono::TimeDelta::minutes(2));
    let fields = json!({
        "Subject": "Call in the car", "OwnerId": user.as_str(),
        "StartDateTime": "2026-03-19T09:00:00Z", "EndDateTime": "2026-03-19T09:30:00Z",
    });
    let record = json!({ "type": "Event", "by": MARA, "fields": fields });
    desk.control("POST", "/salesforce/records", &record);
    for _ in 0..3 {
        desk.minutes_later(2).await;
    }
    let items = desk.world.lock().unwrap().graph.dump()[MARA].clone();
    let made = items.as_array().unwrap().iter().filter(|item| item["subject"] == "Call in the car").count();
    assert_eq!((made, desk.standing("Call in the car").len()), (1, 1));
}

#[tokio::test]
async fn ser_1_an_org_without_keys_saves_no_series_and_says_why() {
    let desk = Desk::of(&without_a_field()).await.syncing_series().await;
    let mara = desk.sign_in(MARA).await;
    desk.save(&mara, MARA, "weekly-standup", &desk.with_dana()).await;
    desk.run().await;
    assert_eq!(desk.standing("Acme weekly").len(), 0);
    let status = desk.status(&mara, MARA, "weekly-standup").await;
    assert!(status.to_string().contains("SER-1"), "{status}");
}

#[tokio::test]
async fn dup_2_a_database_that_was_lost_is_made_up_for_by_the_pointers_on_items() {
    let (desk, mara) = open().await;
    desk.save_lunch(&mara).await;
    desk.run().await;
    let event = desk.only(LUNCH)["Id"].clone();
    let desk = desk.forgetting().await;
    desk.save_lunch(&mara).await;
    desk.run().await;
    assert_eq!(desk.only(LUNCH)["Id"], event);
    assert_eq!(desk.status(&mara, MARA, "lunch").await["event"], event);
}

impl Desk {
    /// The same company under a service that starts with an empty database.
    async fn forgetting(mut self) -> Self {
        let mut config = self.app.config.clone();
        config.database_url = config.database_url.replace("calbridge.sqlite", "anew.sqlite");
        let store = Store::open(&config.database_url).await.unwrap();
        let transport = Arc::clone(&self.app.transport);
        self.app = Arc::new(App::new(config, store, self.clock.clone(), transport).unwrap());
        self
    }
}
