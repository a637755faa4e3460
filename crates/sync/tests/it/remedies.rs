//! What a person does about what waits for them, through the API: issues, held changes, clashes, undo, Unsync.

use calbridge_rules::{
    id::{Address, ItemId},
    mapping::ItemValues,
};
use calbridge_sync::watch;
use calbridge_wire::graph::write::ChangeItem;
use chrono::TimeDelta;
use http::StatusCode;
use serde_json::{Value, json};

use crate::desk::{Desk, INES, MARA, THEO};

const LUNCH: &str = "Lunch with Dana";
const ELSEWHERE: &str = "Lunch in town";

impl Desk {
    /// Somebody edits an Event in Salesforce, and sync hears of it.
    pub(crate) async fn edit_event(&self, event: &Value, fields: Value) {
        self.advance(TimeDelta::seconds(61));
        self.control(
            "POST",
            "/salesforce/records",
            &json!({ "type": "Event", "id": event, "fields": fields }),
        );
        self.advance(TimeDelta::seconds(61));
        watch::look(&self.app, "watcher").await.unwrap();
    }

    /// Somebody edits an item in Outlook.
    async fn edit_item(&self, key: &str, subject: &str) {
        let mailbox = Address::parse(MARA).unwrap();
        let id = ItemId::parse(self.stored(MARA, key)["id"].as_str().unwrap()).unwrap();
        let reading = self.app.mailroom.reading(&mailbox, id);
        let read = self.app.mailroom.call(&mailbox, 1, &reading).await.unwrap();
        let values = ItemValues { subject: Some(subject.to_owned()), ..ItemValues::default() };
        let change = ChangeItem { mailbox: mailbox.clone(), id: read.id, etag: read.etag, values };
        self.app.mailroom.call(&mailbox, 1, &change).await.unwrap();
    }

    async fn waits(&self, token: &str) -> Value {
        let (status, waits) = self.call(token, "GET", "/v1/issues", Value::Null).await;
        assert_eq!(status, StatusCode::OK, "{waits}");
        waits
    }

    pub(crate) async fn journal(&self, token: &str) -> Vec<Value> {
        let (status, journal) = self.call(token, "GET", "/v1/journal", Value::Null).await;
        assert_eq!(status, StatusCode::OK, "{journal}");
        journal["entries"].as_array().unwrap().clone()
    }

    pub(crate) async fn unsync(&self, token: &str, key: &str) -> Value {
        let request = json!({ "idempotency_key": self.key(), "item": self.item(MARA, key) });
        let (status, answer) = self.call(token, "POST", "/v1/unsyncs", request).await;
        assert_eq!(status, StatusCode::ACCEPTED, "{answer}");
        answer
    }

    /// Events with the subject that nobody deleted.
    pub(crate) fn standing(&self, subject: &str) -> Vec<Value> {
        self.events(subject).into_iter().filter(|event| event["IsDeleted"] == false).collect()
    }

    /// Mara, with her lunch saved.
    async fn with_lunch(&self) -> String {
        let mara = self.sign_in(MARA).await;
        self.save(&mara, MARA, "lunch", &self.with_dana()).await;
        self.run().await;
        assert_eq!(self.standing(LUNCH).len(), 1);
        mara
    }
}

#[tokio::test]
async fn uns_1_a_saved_item_is_taken_back_with_its_event_and_marks() {
    let desk = Desk::open().await;
    let mara = desk.with_lunch().await;
    assert_eq!(desk.unsync(&mara, "lunch").await["withdrawn"], false);
    assert_eq!(desk.status(&mara, MARA, "lunch").await["status"], "saved", "until the session");
    desk.run().await;
    assert_eq!(desk.standing(LUNCH), [] as [Value; 0]);
    assert_eq!(desk.categories(MARA, "lunch"), [] as [String; 0]);
    assert_eq!(desk.status(&mara, MARA, "lunch").await["status"], "not_saved");
}

#[tokio::test]
async fn uns_1_a_request_not_yet_carried_out_is_withdrawn_at_once() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    desk.save(&mara, MARA, "lunch", &desk.with_dana()).await;
    assert_eq!(desk.unsync(&mara, "lunch").await["withdrawn"], true);
    assert_eq!(desk.status(&mara, MARA, "lunch").await["status"], "not_saved");
    desk.run().await;
    assert_eq!(desk.standing(LUNCH), [] as [Value; 0]);
    desk.save(&mara, MARA, "lunch", &desk.with_dana()).await;
    desk.run().await;
    assert_eq!(desk.standing(LUNCH).len(), 1, "saved anew by hand");
}

#[tokio::test]
async fn uns_1_a_request_that_a_device_kept_is_withdrawn_whether_it_came_or_not_and_nothing_else() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    let press = |key: &str| json!({ "idempotency_key": key, "item": desk.item(MARA, "lunch"), "choice": desk.with_dana() });
    let withdraw = async |key: &str| {
        let request =
            json!({ "idempotency_key": key, "item": desk.item(MARA, "lunch"), "request_only": true });
        let (status, answer) = desk.call(&mara, "POST", "/v1/unsyncs", request).await;
        assert_eq!(status, StatusCode::ACCEPTED, "{answer}");
        answer["withdrawn"].clone()
    };
    // Withdrawn before it was delivered: a pane that sends it all the same is refused.
    let late = desk.key();
    assert_eq!(withdraw(&late).await, true);
    let (status, _) = desk.call(&mara, "POST", "/v1/saves", press(&late)).await;
    assert_eq!(status, StatusCode::CONFLICT);
    // Its answer was lost.
    let unheard = desk.key();
    assert_eq!(desk.call(&mara, "POST", "/v1/saves", press(&unheard)).await.0, StatusCode::ACCEPTED);
    assert_eq!(withdraw(&unheard).await, true);
    assert_eq!(desk.status(&mara, MARA, "lunch").await["status"], "not_saved");
    desk.run().await;
    assert_eq!(desk.standing(LUNCH), [] as [Value; 0]);
    // Pressed again on another device meanwhile: that press stays.
    let other = desk.key();
    desk.advance(TimeDelta::seconds(1));
    assert_eq!(desk.call(&mara, "POST", "/v1/saves", press(&other)).await.0, StatusCode::ACCEPTED);
    assert_eq!(withdraw(&unheard).await, true);
    desk.run().await;
    assert_eq!(desk.standing(LUNCH).len(), 1);
    // What is saved stays.
    assert_eq!(withdraw(&other).await, false);
    desk.run().await;
    assert_eq!(desk.standing(LUNCH).len(), 1);
}

#[tokio::test]
async fn uns_1_only_the_owner_takes_an_item_back() {
    let desk = Desk::open().await;
    desk.with_lunch().await;
    let ines = desk.sign_in(INES).await;
    let request = json!({ "idempotency_key": desk.key(), "item": desk.item(MARA, "lunch") });
    let (status, problem) = desk.call(&ines, "POST", "/v1/unsyncs", request).await;
    assert_eq!((status, &problem["code"]), (StatusCode::FORBIDDEN, &json!("DLG-1")));
}

#[tokio::test]
async fn uns_2_a_deleted_event_is_brought_back_with_its_values_and_its_item() {
    let desk = Desk::open().await;
    let mara = desk.with_lunch().await;
    let before = desk.standing(LUNCH)[0].clone();
    desk.unsync(&mara, "lunch").await;
    desk.run().await;
    let entry = desk.journal(&mara).await[0].clone();
    assert_eq!((&entry["deleted"], &entry["undone"]), (&json!(true), &json!(false)));
    let undo = json!({ "deed": "undo", "event": entry["event"], "number": entry["number"] });
    let (status, answer) = desk.call(&mara, "POST", "/v1/deeds", undo.clone()).await;
    assert_eq!(status, StatusCode::NO_CONTENT, "{answer}");
    desk.run().await;
    let after = desk.standing(LUNCH);
    assert_eq!(after.len(), 1);
    for field in ["StartDateTime", "WhoId", "OwnerId", "Description", "Calbridge_Sync_Key__c"] {
        assert_eq!(after[0][field], before[field], "{field}");
    }
    assert_eq!(desk.status(&mara, MARA, "lunch").await["status"], "saved");
    assert!(desk.categories(MARA, "lunch").contains(&"Salesforce".to_owned()));
    assert_eq!(desk.journal(&mara).await[0]["undone"], true);
    let (status, problem) = desk.call(&mara, "POST", "/v1/deeds", undo).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("UNS-2")), "once");
}

#[tokio::test]
async fn uns_2_an_overwrite_is_undone_and_never_blindly() {
    let desk = Desk::open().await;
    let mara = desk.with_lunch().await;
    desk.edit_item("lunch", ELSEWHERE).await;
    desk.advance(TimeDelta::minutes(11));
    desk.run().await;
    let event = desk.standing(ELSEWHERE)[0]["Id"].clone();
    let entry = desk.journal(&mara).await[0].clone();
    assert_eq!(entry["before"], json!([format!("Subject: “{LUNCH}”")]));
    assert_eq!(entry["after"], json!([format!("Subject: “{ELSEWHERE}”")]));

    let theirs = "Lunch, moved by Theo";
    desk.edit_event(&event, json!({ "Subject": theirs })).await;
    let mut undo = json!({ "deed": "undo", "event": entry["event"], "number": entry["number"] });
    let (status, problem) = desk.call(&mara, "POST", "/v1/deeds", undo.clone()).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("SAV-13")));
    assert!(problem["message"].as_str().unwrap().contains(theirs), "{problem}");
    assert_eq!(desk.standing(theirs).len(), 1, "nothing was written");

    undo["over"] = json!({ "subject": { "is": "text", "value": theirs } });
    assert_eq!(desk.call(&mara, "POST", "/v1/deeds", undo).await.0, StatusCode::NO_CONTENT);
    assert_eq!(desk.standing(LUNCH).len(), 1);
    let by_hand = desk.journal(&mara).await;
    let by_hand = by_hand.iter().find(|entry| entry["by_hand"] == true).unwrap();
    assert_eq!(by_hand["before"], json!([format!("Subject: “{theirs}”")]), "journalled as well");
}

#[tokio::test]
async fn uns_2_an_admin_undoes_for_anybody_and_nobody_else_does() {
    let desk = Desk::open().await;
    let mara = desk.with_lunch().await;
    desk.unsync(&mara, "lunch").await;
    desk.run().await;
    let (ines, theo) = (desk.sign_in(INES).await, desk.sign_in(THEO).await);
    let (_, journal) = desk.call(&ines, "GET", "/v1/org/journal", Value::Null).await;
    let entry = &journal["entries"][0];
    let undo = json!({ "deed": "undo", "mailbox": MARA, "event": entry["event"], "number": entry["number"] });
    let (status, problem) = desk.call(&theo, "POST", "/v1/deeds", undo.clone()).await;
    assert_eq!((status, &problem["code"]), (StatusCode::FORBIDDEN, &json!("not-admin")));
    assert_eq!(desk.call(&theo, "GET", "/v1/org/journal", Value::Null).await.0, StatusCode::FORBIDDEN);
    assert_eq!(desk.call(&ines, "POST", "/v1/deeds", undo).await.0, StatusCode::NO_CONTENT);
    desk.run().await;
    assert_eq!(desk.standing(LUNCH).len(), 1);
}

#[tokio::test]
async fn uns_2_after_thirty_days_nothing_is_undone() {
    let desk = Desk::open().await;
    let mara = desk.with_lunch().await;
    desk.unsync(&mara, "lunch").await;
    desk.run().await;
    let entry = desk.journal(&mara).await[0].clone();
    desk.advance(TimeDelta::days(31));
    let mara = desk.sign_in(MARA).await;
    let undo = json!({ "deed": "undo", "event": entry["event"], "number": entry["number"] });
    let (status, problem) = desk.call(&mara, "POST", "/v1/deeds", undo).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("UNS-2")));
}

#[tokio::test]
async fn dwn_5_a_clash_is_listed_and_flipped_to_salesforces_value() {
    let desk = Desk::open().await;
    let mara = desk.with_lunch().await;
    let event = desk.standing(LUNCH)[0]["Id"].clone();
    let theirs = "Lunch, moved by Theo";
    desk.edit_event(&event, json!({ "Subject": theirs })).await;
    desk.edit_item("lunch", ELSEWHERE).await;
    desk.run().await;
    assert_eq!(desk.standing(ELSEWHERE).len(), 1, "Outlook wins");
    let clash = desk.waits(&mara).await["conflicts"][0].clone();
    assert_eq!(clash["outlook"], format!("“{ELSEWHERE}”"));
    assert_eq!(clash["salesforce"], format!("“{theirs}”"));
    assert_eq!(clash["can_flip"], true);
    let flip =
        json!({ "deed": "flip", "item": clash["item"], "field": "subject", "seen_ms": clash["seen_ms"] });
    assert_eq!(desk.call(&mara, "POST", "/v1/deeds", flip.clone()).await.0, StatusCode::NO_CONTENT);
    assert_eq!(desk.standing(theirs).len(), 1);
    assert_eq!(desk.waits(&mara).await["conflicts"], json!([]), "decided");
    let (status, _) = desk.call(&mara, "POST", "/v1/deeds", flip).await;
    assert_eq!(status, StatusCode::CONFLICT, "once");
    desk.run().await;
    assert_eq!(desk.standing(theirs).len(), 1, "it stands");
}

#[tokio::test]
async fn ppl_8_a_held_change_is_listed_approved_and_written() {
    let desk = Desk::open().await;
    let mara = desk.with_lunch().await;
    let event = desk.standing(LUNCH)[0]["Id"].clone();
    desk.edit_event(&event, json!({ "Subject": ELSEWHERE })).await;
    desk.run().await;
    assert_eq!(desk.stored(MARA, "lunch")["subject"], LUNCH, "it would mail Dana");
    let waits = desk.waits(&mara).await;
    assert_eq!(waits["issues"][0]["code"], "PPL-8", "{waits}");
    assert_eq!(waits["issues"][0]["direction"], "down");
    let held = &waits["held"][0];
    assert_eq!(held["change"], json!([format!("Subject: “{ELSEWHERE}”")]));
    let approve = json!({ "deed": "approve", "item": held["item"] });
    assert_eq!(desk.call(&mara, "POST", "/v1/deeds", approve.clone()).await.0, StatusCode::NO_CONTENT);
    desk.run().await;
    assert_eq!(desk.stored(MARA, "lunch")["subject"], ELSEWHERE);
    let waits = desk.waits(&mara).await;
    assert_eq!((&waits["held"], &waits["issues"]), (&json!([]), &json!([])));
    assert_eq!(desk.call(&mara, "POST", "/v1/deeds", approve).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn iss_1_an_issue_says_everything_and_is_ignored_and_tried_again() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    desk.save(&mara, MARA, "allday-15", &desk.with_dana()).await;
    desk.run().await;
    let issue = desk.waits(&mara).await["issues"][0].clone();
    assert_eq!((&issue["code"], &issue["direction"]), (&json!("XCP-1"), &json!("up")));
    assert!(issue["remedy"].as_str().unwrap().contains("Split"), "{issue}");
    assert_eq!(issue["first_seen"], issue["last_seen"]);
    let deed = |deed: &str| json!({ "deed": deed, "item": issue["item"], "code": "XCP-1" });
    assert_eq!(desk.call(&mara, "POST", "/v1/deeds", deed("ignore")).await.0, StatusCode::NO_CONTENT);
    desk.advance(TimeDelta::minutes(11));
    desk.run().await;
    let ignored = desk.waits(&mara).await["issues"][0].clone();
    assert_eq!((&ignored["ignored"], &ignored["first_seen"]), (&json!(true), &issue["first_seen"]));
    assert_ne!(ignored["last_seen"], issue["last_seen"], "it lasts");
    assert_eq!(desk.call(&mara, "POST", "/v1/deeds", deed("attend")).await.0, StatusCode::NO_CONTENT);
    assert_eq!(desk.waits(&mara).await["issues"][0]["ignored"], false);
    assert_eq!(desk.call(&mara, "POST", "/v1/deeds", deed("retry")).await.0, StatusCode::NO_CONTENT);
    assert_eq!(desk.run_once().await, 1, "at once");
    let nothing = json!({ "deed": "retry", "item": "nothing" });
    assert_eq!(desk.call(&mara, "POST", "/v1/deeds", nothing).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn iss_2_a_stoppage_is_told_apart_and_ended() {
    let desk = Desk::open().await;
    let mara = desk.with_lunch().await;
    assert_eq!(desk.waits(&mara).await["stoppages"], json!([]));
    let body = json!({ "error": "invalid_client", "error_description": "expired" });
    desk.fault(
        json!({ "site": "graph", "path": "/token", "count": 1, "kind": { "status": 401, "body": body } }),
    );
    desk.world.lock().unwrap().graph.expire_tokens();
    desk.advance(TimeDelta::minutes(11));
    desk.run().await;
    let waits = desk.waits(&mara).await;
    assert_eq!(waits["stoppages"][0]["code"], "ISE-401", "{waits}");
    assert!(waits["stoppages"][0]["reason"].as_str().unwrap().contains("Microsoft"), "{waits}");
    assert_eq!(waits["issues"], json!([]));
    let resume = json!({ "deed": "resume" });
    assert_eq!(desk.call(&mara, "POST", "/v1/deeds", resume).await.0, StatusCode::NO_CONTENT);
    assert_eq!(desk.waits(&mara).await["stoppages"], json!([]));
}

#[tokio::test]
async fn iss_2_a_mailbox_whose_sessions_keep_failing_is_a_stoppage_too() {
    let desk = Desk::open().await;
    desk.with_lunch().await;
    desk.fault(json!({ "site": "graph", "kind": { "status": 503 } }));
    for _ in 0..6 {
        desk.advance(TimeDelta::minutes(20));
        desk.run().await;
    }
    let mara = desk.sign_in(MARA).await;
    assert_eq!(desk.waits(&mara).await["stoppages"][0]["code"], "ISE-503");
}

#[tokio::test]
async fn iss_3_an_admin_sees_everybodys_issues_and_filters_them() {
    let desk = Desk::open().await;
    let (mara, ines) = (desk.sign_in(MARA).await, desk.sign_in(INES).await);
    desk.save(&mara, MARA, "allday-15", &desk.with_dana()).await;
    desk.save(&mara, MARA, "draft-meeting", &desk.with_dana()).await;
    desk.run().await;
    let count = async |filter: &str| {
        let path = format!("/v1/org/issues{filter}");
        let (status, waits) = desk.call(&ines, "GET", &path, Value::Null).await;
        assert_eq!(status, StatusCode::OK, "{waits}");
        waits["issues"].as_array().unwrap().len()
    };
    assert_eq!(count("").await, 2);
    assert_eq!(count("?code=XCP-1").await, 1);
    assert_eq!(count(&format!("?mailbox={MARA}")).await, 2);
    assert_eq!(count(&format!("?mailbox={INES}")).await, 0);
    assert_eq!(desk.call(&mara, "GET", "/v1/org/issues", Value::Null).await.0, StatusCode::FORBIDDEN);
    assert_eq!(desk.waits(&ines).await["issues"], json!([]), "her own");
}
