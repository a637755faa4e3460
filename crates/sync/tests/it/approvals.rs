//! What waits for a person and what becomes of it, through the API: invitations of Events that come down (DWN-1), deletions that
//! would send cancellations (PPL-8), deletions that stopped a mailbox (DWN-6).

use calbridge_engine::ruling::Ruling;
use calbridge_rules::id::{Address, ItemId, RecordId};
use calbridge_sync::watch;
use calbridge_wire::graph::write::DeleteItem;
use chrono::TimeDelta;
use http::StatusCode;
use serde_json::{Value, json};

use crate::desk::{Desk, INES, MARA};

const CALL: &str = "Call with Dana";
const DANA: &str = "dana@acme.example";
const LUNCH: &str = "Lunch with Dana";

impl Desk {
    /// An admin sets settings of the org.
    async fn ordered(&self, settings: Value) {
        let ines = self.sign_in(INES).await;
        let (status, answer) =
            self.call(&ines, "PUT", "/v1/org/settings", json!({ "settings": settings })).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
    }

    /// Sync hears of what happened in Salesforce.
    async fn hear(&self) {
        self.advance(TimeDelta::seconds(61));
        watch::look(&self.app, "watcher").await.unwrap();
        self.run().await;
    }

    /// Mara, in an org whose Events invite their people.
    async fn inviting(&self) -> String {
        self.ordered(json!({ "InviteFromSalesforce": { "value": "on" } })).await;
        let mara = self.sign_in(MARA).await;
        self.call(&mara, "GET", "/v1/me", Value::Null).await;
        self.run().await;
        mara
    }

    /// Mara makes an Event in Salesforce with Dana in Name, and invites Ines.
    async fn make_call(&self) -> RecordId {
        self.advance(TimeDelta::minutes(1));
        let now = self.clock.now();
        let fields = json!({
            "Subject": CALL,
            "OwnerId": self.record("User", "Email", MARA).as_str(),
            "WhoId": self.record("Contact", "Email", DANA).as_str(),
            "StartDateTime": now + TimeDelta::hours(30),
            "EndDateTime": now + TimeDelta::hours(31),
        });
        self.control(
            "POST",
            "/salesforce/records",
            &json!({ "type": "Event", "by": MARA, "fields": fields }),
        );
        let event = self.record("Event", "Subject", CALL);
        let invited = json!({
            "EventId": event.as_str(),
            "RelationId": self.record("User", "Email", INES).as_str(),
            "IsInvitee": true,
            "Status": "New",
        });
        let body = json!({ "type": "EventRelation", "by": MARA, "fields": invited });
        self.control("POST", "/salesforce/records", &body);
        self.hear().await;
        event
    }

    /// Mara's items of the call.
    fn calls(&self) -> Vec<Value> {
        let items = self.world.lock().unwrap().graph.dump()[MARA].clone();
        items.as_array().unwrap().iter().filter(|item| item["subject"] == CALL).cloned().collect()
    }

    /// Who got mail that Mara sent, each mail by itself.
    fn mailed(&self) -> Vec<Vec<String>> {
        let world = self.world.lock().unwrap();
        world.graph.mails().filter(|mail| mail.from == MARA).map(|mail| mail.to.clone()).collect()
    }

    async fn waiting(&self, token: &str) -> Value {
        self.call(token, "GET", "/v1/issues", Value::Null).await.1
    }

    async fn does(&self, token: &str, deed: Value) -> StatusCode {
        self.call(token, "POST", "/v1/deeds", deed).await.0
    }

    /// Mara's lunch, saved.
    async fn lunch(&self) -> String {
        let mara = self.sign_in(MARA).await;
        self.save(&mara, MARA, "lunch", &self.with_dana()).await;
        self.run().await;
        mara
    }

    fn left(&self, subject: &str) -> usize {
        self.events(subject).iter().filter(|event| event["IsDeleted"] == false).count()
    }
}

#[tokio::test]
async fn dwn_1_ppl_8_an_invitation_is_listed_and_mailed_once_when_it_is_approved() {
    let desk = Desk::open().await;
    let mara = desk.inviting().await;
    let event = desk.make_call().await;
    assert_eq!(desk.calls(), [] as [Value; 0]);
    assert_eq!(desk.mailed(), [[""; 0]; 0]);
    let waits = desk.waiting(&mara).await;
    let one = &waits["invitations"][0];
    assert_eq!((&one["event"], &one["guests"]), (&json!(event), &json!([DANA, INES])), "{waits}");
    assert_eq!(one["says"][0], format!("Subject: “{CALL}”"));

    let invite = json!({ "deed": "invite", "event": event });
    assert_eq!(desk.does(&mara, invite.clone()).await, StatusCode::NO_CONTENT);
    desk.run().await;
    assert_eq!(desk.calls().len(), 1);
    assert_eq!(desk.mailed(), [[DANA, INES]]);
    assert_eq!(desk.waiting(&mara).await["invitations"], json!([]));
    assert_eq!(desk.does(&mara, invite).await, StatusCode::NOT_FOUND);
    desk.advance(TimeDelta::minutes(11));
    desk.hear().await;
    assert_eq!((desk.calls().len(), desk.mailed().len()), (1, 1), "once");
}

#[tokio::test]
async fn dwn_1_an_event_comes_down_alone_where_nobody_is_to_be_invited() {
    let desk = Desk::open().await;
    let mara = desk.inviting().await;
    let event = desk.make_call().await;
    assert_eq!(
        desk.does(&mara, json!({ "deed": "bring_alone", "event": event })).await,
        StatusCode::NO_CONTENT
    );
    desk.run().await;
    assert_eq!(desk.calls().len(), 1);
    assert_eq!(desk.calls()[0]["attendees"], json!([]));
    assert_eq!(desk.mailed(), [[""; 0]; 0]);
    assert_eq!(desk.waiting(&mara).await["invitations"], json!([]));
}

#[tokio::test]
async fn dwn_1_an_invitation_whose_event_was_deleted_waits_no_more() {
    let desk = Desk::open().await;
    let mara = desk.inviting().await;
    let event = desk.make_call().await;
    assert_eq!(desk.waiting(&mara).await["invitations"].as_array().map(Vec::len), Some(1));
    desk.advance(TimeDelta::minutes(1));
    desk.control("DELETE", &format!("/salesforce/records/{event}"), &Value::Null);
    desk.hear().await;
    assert_eq!(desk.waiting(&mara).await["invitations"], json!([]));
    assert_eq!(desk.calls(), [] as [Value; 0]);
}

/// The lunch, whose Event was deleted in Salesforce where that deletes items; what is held of it.
async fn deleted_lunch(desk: &Desk) -> (String, Value) {
    desk.ordered(json!({ "DeleteInOutlook": { "value": "all" } })).await;
    let mara = desk.lunch().await;
    let event = desk.events(LUNCH)[0]["Id"].as_str().unwrap().to_owned();
    desk.advance(TimeDelta::minutes(1));
    desk.control("DELETE", &format!("/salesforce/records/{event}"), &Value::Null);
    desk.hear().await;
    let held = desk.waiting(&mara).await["held"][0].clone();
    assert_eq!((&held["deletion"], &held["change"]), (&json!(true), &json!([])));
    assert_eq!(desk.mailed(), [[""; 0]; 0]);
    (mara, held)
}

#[tokio::test]
async fn ppl_8_a_held_deletion_is_approved_and_sends_one_cancellation() {
    let desk = Desk::open().await;
    let (mara, held) = deleted_lunch(&desk).await;
    let approve = json!({ "deed": "approve", "item": held["item"] });
    assert_eq!(desk.does(&mara, approve).await, StatusCode::NO_CONTENT);
    desk.run().await;
    assert_eq!(desk.mailed().len(), 1);
    let waits = desk.waiting(&mara).await;
    assert_eq!((&waits["held"], &waits["issues"]), (&json!([]), &json!([])));
}

#[tokio::test]
async fn ppl_8_a_held_deletion_is_discarded_and_the_meeting_stays() {
    let desk = Desk::open().await;
    let (mara, held) = deleted_lunch(&desk).await;
    let discard = json!({ "deed": "discard", "item": held["item"] });
    assert_eq!(desk.does(&mara, discard).await, StatusCode::NO_CONTENT);
    desk.run().await;
    assert_eq!(desk.stored(MARA, "lunch")["subject"], LUNCH);
    assert_eq!(desk.categories(MARA, "lunch"), [""; 0]);
    assert_eq!(desk.mailed(), [[""; 0]; 0]);
    let waits = desk.waiting(&mara).await;
    assert_eq!((&waits["held"], &waits["issues"]), (&json!([]), &json!([])));
}

/// Undoes the latest entry of the journal.
async fn undo(desk: &Desk, mara: &str, checks: impl Fn(&Value)) {
    let (_, journal) = desk.call(mara, "GET", "/v1/journal", Value::Null).await;
    let entry = &journal["entries"][0];
    checks(entry);
    let undo = json!({ "deed": "undo", "event": entry["event"], "number": entry["number"] });
    assert_eq!(desk.does(mara, undo.clone()).await, StatusCode::NO_CONTENT);
    desk.run().await;
    assert_eq!(desk.does(mara, undo).await, StatusCode::CONFLICT, "once");
}

#[tokio::test]
async fn uns_2_an_item_that_was_deleted_is_made_again_without_mail() {
    let desk = Desk::open().await;
    let (mara, held) = deleted_lunch(&desk).await;
    desk.does(&mara, json!({ "deed": "approve", "item": held["item"] })).await;
    desk.run().await;
    assert_eq!(desk.mailed().len(), 1, "the cancellation");
    undo(&desk, &mara, |entry| assert_eq!(entry["outlook"]["deleted"], true, "{entry}")).await;
    let items = desk.world.lock().unwrap().graph.dump()[MARA].clone();
    let lunches: Vec<&Value> =
        items.as_array().unwrap().iter().filter(|item| item["subject"] == LUNCH).collect();
    assert_eq!(lunches.len(), 1, "{lunches:?}");
    assert_eq!(lunches[0]["attendees"], json!([]));
    assert_eq!(desk.mailed().len(), 1, "nobody is mailed");
}

#[tokio::test]
async fn uns_2_an_item_that_was_overwritten_says_again_what_it_said() {
    let desk = Desk::open().await;
    desk.ordered(json!({ "HoldNotifications": { "value": "off" } })).await;
    let mara = desk.lunch().await;
    let event = desk.events(LUNCH)[0]["Id"].clone();
    desk.advance(TimeDelta::minutes(1));
    let fields = json!({ "Subject": "Lunch in town" });
    desk.control("POST", "/salesforce/records", &json!({ "type": "Event", "id": event, "fields": fields }));
    desk.hear().await;
    assert_eq!(desk.stored(MARA, "lunch")["subject"], "Lunch in town");
    undo(&desk, &mara, |entry| {
        assert_eq!(entry["outlook"]["before"], json!([format!("Subject: “{LUNCH}”")]), "{entry}");
    })
    .await;
    assert_eq!(desk.stored(MARA, "lunch")["subject"], LUNCH);
    assert_eq!(desk.left(LUNCH), 1, "both sides");
}

/// The lunch was deleted in Outlook, and the mailbox stopped before its Event was.
async fn braked(desk: &Desk) -> String {
    let mara = desk.lunch().await;
    let mailbox = Address::parse(MARA).unwrap();
    let id = ItemId::parse(desk.stored(MARA, "lunch")["id"].as_str().unwrap()).unwrap();
    let delete = DeleteItem { mailbox: mailbox.clone(), id: id.clone() };
    desk.advance(TimeDelta::minutes(11));
    let lease = desk.app.store.claim("one", 10, desk.app.now_ms(), 60_000).await.unwrap();
    let lease = lease.into_iter().find(|lease| lease.mailbox == mailbox).unwrap();
    desk.app.mailroom.call(&mailbox, 1, &delete).await.unwrap();
    let reason = "DWN-6: 1 of 1 events would be deleted";
    desk.app.store.brake(&lease, reason, &[id], desk.app.now_ms()).await.unwrap();
    desk.run().await;
    assert_eq!(desk.left(LUNCH), 1, "it stands still");
    let waits = desk.waiting(&mara).await;
    assert_eq!(waits["stoppages"][0]["code"], "DWN-6", "{waits}");
    assert_eq!(waits["held"][0]["deletion"], true, "{waits}");
    mara
}

#[tokio::test]
async fn dwn_6_the_deletions_of_a_mailbox_that_stood_still_are_approved_at_once() {
    let desk = Desk::open().await;
    let mara = braked(&desk).await;
    assert_eq!(desk.does(&mara, json!({ "deed": "resume" })).await, StatusCode::NO_CONTENT);
    desk.run().await;
    assert_eq!(desk.left(LUNCH), 0);
    let waits = desk.waiting(&mara).await;
    assert_eq!((&waits["held"], &waits["stoppages"]), (&json!([]), &json!([])));
    let (_, journal) = desk.call(&mara, "GET", "/v1/journal", Value::Null).await;
    assert_eq!(journal["entries"][0]["deleted"], true, "UNS-2");
}

#[tokio::test]
async fn dwn_6_a_mailbox_that_stood_still_goes_on_without_its_deletions() {
    let desk = Desk::open().await;
    let mara = braked(&desk).await;
    let without = json!({ "deed": "resume_without" });
    assert_eq!(desk.does(&mara, without.clone()).await, StatusCode::NO_CONTENT);
    desk.run().await;
    assert_eq!(desk.left(LUNCH), 1);
    let waits = desk.waiting(&mara).await;
    assert_eq!((&waits["held"], &waits["stoppages"]), (&json!([]), &json!([])));
    assert_eq!(desk.does(&mara, without).await, StatusCode::NOT_FOUND, "it does not stand still");
    let mailbox = Address::parse(MARA).unwrap();
    let ruled = desk.app.store.rule_on_brake(&mailbox, Ruling::Approved, desk.app.now_ms()).await.unwrap();
    assert!(!ruled);
    desk.advance(TimeDelta::minutes(11));
    desk.run().await;
    assert_eq!(desk.left(LUNCH), 1, "not asked about again");
}
