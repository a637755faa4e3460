//! Files of items, as both sides' doubles have them (ATT-1).

use base64::{Engine, engine::general_purpose::STANDARD};
use calbridge_rules::{
    id::Address,
    saving::Choice,
    settings::{Hold, Setting},
};
use calbridge_sync::store::{Change, OrgValue};
use calbridge_wire::{
    CallError, Endpoint, Reply, Request,
    message::{Method, header},
};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::desk::{Desk, MARA};

const LUNCH: &str = "Lunch with Dana";

/// A file put on an item in somebody's own Outlook.
#[derive(Clone)]
struct Put {
    item: String,
    body: Value,
}

impl Endpoint for Put {
    type Answer = ();

    fn request(&self, base: &str) -> Request {
        let headers = vec![
            (header::CONTENT_TYPE, "application/json".to_owned()),
            (header::PREFER, "IdType=\"ImmutableId\"".to_owned()),
        ];
        let url = format!("{base}/users/{MARA}/events/{}/attachments", self.item);
        Request { method: Method::Post, url, headers, body: self.body.to_string().into_bytes() }
    }

    fn read(&self, reply: &Reply) -> Result<(), CallError> {
        assert!(reply.status < 300, "{}", String::from_utf8_lossy(&reply.body));
        Ok(())
    }
}

impl Desk {
    /// A service that saves files, with Mara's lunch that has some.
    async fn with_files(save_as: &str) -> (Self, String) {
        let desk = Self::open().await;
        let token = desk.sign_in(MARA).await;
        desk.call(&token, "GET", "/v1/me", Value::Null).await;
        for (setting, value) in [(Setting::Attachments, "on"), (Setting::AttachAs, save_as)] {
            let value = OrgValue { value: value.to_owned(), hold: Hold::Allowing };
            let change = [Change::Set(setting, value)];
            desk.app.store.change_org_settings(&change, desk.app.now_ms()).await.unwrap();
        }
        for (name, inline) in
            [("offer.pdf", false), ("plan.pdf", false), ("logo.png", true), ("setup.exe", false)]
        {
            let body = json!({ "@odata.type": "#microsoft.graph.fileAttachment", "name": name, "isInline": inline,
                "contentType": "application/pdf", "contentBytes": STANDARD.encode(format!("what is in {name}")) });
            let item = desk.stored(MARA, "lunch")["id"].as_str().unwrap().to_owned();
            let mailbox = Address::parse(MARA).unwrap();
            desk.app.mailroom.call(&mailbox, 1, &Put { item, body }).await.unwrap();
        }
        (desk, token)
    }

    async fn a_while(&self) {
        for _ in 0..4 {
            self.advance(TimeDelta::minutes(10));
            self.run().await;
        }
    }
}

#[tokio::test]
async fn att_1_files_are_saved_with_the_event_as_attachments_and_what_is_left_out_is_told() {
    let (desk, token) = Desk::with_files("attachment").await;
    desk.save(&token, MARA, "lunch", &desk.with_dana()).await;
    desk.run().await;
    let event = desk.events(LUNCH).remove(0)["Id"].clone();
    let files = desk.records("Attachment");
    let mut names: Vec<&str> = files.iter().map(|file| file["Name"].as_str().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(names, ["offer.pdf", "plan.pdf"]);
    assert!(files.iter().all(|file| file["ParentId"] == event));
    let body = STANDARD.decode(files[0]["Body"].as_str().unwrap()).unwrap();
    assert_eq!(
        String::from_utf8(body).unwrap(),
        format!("what is in {}", files[0]["Name"].as_str().unwrap())
    );
    let status = desk.status(&token, MARA, "lunch").await;
    assert_eq!((&status["status"], &status["code"]), (&json!("issue"), &json!("ATT-1")), "{status}");
    let reason = status["reason"].as_str().unwrap();
    assert!(reason.contains("setup.exe") && !reason.contains("logo.png"), "{reason}");
}

#[tokio::test]
async fn att_1_files_are_saved_as_files_of_the_org_and_only_those_that_were_chosen() {
    let (desk, token) = Desk::with_files("file").await;
    let choice = Choice { files: Some(vec!["plan.pdf".to_owned()]), ..desk.with_dana() };
    desk.save(&token, MARA, "lunch", &choice).await;
    desk.a_while().await;
    let event = desk.events(LUNCH).remove(0)["Id"].clone();
    let versions = desk.records("ContentVersion");
    assert_eq!((versions.len(), &versions[0]["Title"]), (1, &json!("plan.pdf")));
    let linked = desk.records("ContentDocumentLink");
    let here = linked.iter().filter(|link| link["LinkedEntityId"] == event);
    assert!(
        here.clone().any(|link| link["ContentDocumentId"] == versions[0]["ContentDocumentId"]),
        "{linked:?}"
    );
    assert_eq!(desk.status(&token, MARA, "lunch").await["status"], "saved");
}

#[tokio::test]
async fn att_1_an_answer_that_was_lost_puts_no_file_there_twice() {
    for (save_as, object) in [("attachment", "Attachment"), ("file", "ContentVersion")] {
        let (desk, token) = Desk::with_files(save_as).await;
        let path = format!("/sobjects/{object}");
        desk.fault(json!({ "site": "salesforce", "method": "POST", "path": path, "count": 1, "kind": { "drop": "after" } }));
        desk.save(&token, MARA, "lunch", &desk.with_dana()).await;
        desk.a_while().await;
        assert_eq!(desk.records(object).len(), 2, "{save_as}");
        assert_eq!(desk.events(LUNCH).len(), 1);
    }
}
