//! Who else an Event is related to, in a whole org: invitees, further people and records, and whose Event it is.

use calbridge_rules::{
    id::RecordId,
    people::PersonObject,
    saving::{Choice, ChosenPerson},
    settings::{Hold, Setting},
};
use calbridge_standin::{Site, world::definition};
use calbridge_sync::{
    store::{Change, OrgValue},
    watch,
};
use chrono::TimeDelta;
use http::{Request, StatusCode};
use serde_json::{Value, json};

use crate::desk::{Desk, INES, MARA};

const PRICING: &str = "Renewal 2027: pricing review";
const QUESTIONS: &str = "Acme: technical questions";
const REVIEW: &str = "Acme internal review (guest)";

impl Desk {
    /// Who is related to an Event: the record, whether in Name, and what an invitee answered.
    fn relations(&self, event: &Value) -> Vec<(String, bool, Option<String>)> {
        let rows = self.live("EventRelation");
        let of_event = rows.iter().filter(|row| row["EventId"] == event["Id"] && row["IsWhat"] != true);
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let mut related: Vec<(String, bool, Option<String>)> = of_event
            .map(|row| {
                let invited = (row["IsInvitee"] == true).then(|| text(&row["Status"]));
                (text(&row["RelationId"]), row["IsParent"] == true, invited)
            })
            .collect();
        related.sort();
        related
    }

    fn user(&self, address: &str) -> String {
        self.record("User", "Email", address).as_str().to_owned()
    }

    fn contact(&self, address: &str) -> String {
        self.record("Contact", "Email", address).as_str().to_owned()
    }

    /// What somebody answered, who is invited.
    #[track_caller]
    fn answer_of(&self, event: &Value, who: &str) -> String {
        let related = self.relations(event);
        let found = related.into_iter().find(|(record, _, _)| record == who);
        found.and_then(|(_, _, answer)| answer).expect("somebody who is invited")
    }

    fn live(&self, object: &str) -> Vec<Value> {
        self.records(object).into_iter().filter(|row| row["IsDeleted"] != true).collect()
    }

    async fn set(&self, setting: Setting, value: &str) {
        let value = OrgValue { value: value.to_owned(), hold: Hold::Allowing };
        let change = [Change::Set(setting, value)];
        self.app.store.change_org_settings(&change, self.app.now_ms()).await.unwrap();
    }

    /// Somebody answers an invitation in their Outlook.
    fn answer(&self, mailbox: &str, key: &str, answer: &str) {
        let body = json!({ "mailbox": mailbox, "item": key, "answer": answer });
        let request =
            Request::post("https://localhost:3001/api/answer").body(body.to_string().into_bytes()).unwrap();
        let done = self.world.lock().unwrap().answer(self.clock.now(), Site::Host, request);
        assert_eq!(done.status(), StatusCode::OK, "{}", String::from_utf8_lossy(done.body()));
    }

    /// Time passes, the org is watched, and everybody's session runs.
    async fn a_while_later(&self) {
        for _ in 0..2 {
            self.advance(TimeDelta::minutes(10));
            watch::look(&self.app, "watch").await.unwrap();
            self.run().await;
        }
    }
}

fn item_of<'c>(company: &'c mut Value, key: &str) -> &'c mut Value {
    let items = company["mailboxes"]["items"].as_array_mut().unwrap();
    items.iter_mut().find(|item| item["key"] == key).unwrap()
}

/// The demo, with Ines invited to the meeting that Dana calls.
fn with_two_savers() -> Value {
    let mut company = definition("demo").unwrap();
    item_of(&mut company, "organizer-dana")["required"]
        .as_array_mut()
        .unwrap()
        .push(json!("Ines Roth <ines@brightwater.example>"));
    company
}

#[tokio::test]
async fn ppl_4_this_user_organizes_one_event_with_colleagues_and_known_people_as_invitees() {
    let desk = Desk::open().await;
    let (mara, ines) = (desk.sign_in(MARA).await, desk.sign_in(INES).await);
    for token in [&mara, &ines] {
        desk.call(token, "GET", "/v1/me", Value::Null).await;
    }
    desk.save(&mara, MARA, "pricing-review", &desk.with_dana()).await;
    desk.run().await;
    let events = desk.events(PRICING);
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["OwnerId"], desk.user(MARA));
    let invited = |who: String, is_named| (who, is_named, Some("Accepted".to_owned()));
    let lead = desk.record("Lead", "Email", "luis@moreno.example").as_str().to_owned();
    let mut expected = vec![
        invited(desk.contact("dana@acme.example"), true),
        invited(desk.user(INES), false),
        invited(lead, false),
    ];
    expected.sort();
    assert_eq!(desk.relations(&events[0]), expected);
    let copies = desk.records("Event").into_iter().filter(|event| event["IsChild"] == true).count();
    assert_eq!(copies, 1, "Salesforce gives Ines an Event of her own");

    desk.a_while_later().await;
    let items = |mailbox: &str| {
        let dump = desk.world.lock().unwrap().graph.dump();
        dump[mailbox].as_array().unwrap().iter().filter(|item| item["subject"] == PRICING).count()
    };
    assert_eq!((items(MARA), items(INES)), (1, 1), "DWN-1: it becomes no second item");
    assert_eq!(desk.events(PRICING).len(), 1);
    let calls = desk.salesforce_calls();
    desk.advance(TimeDelta::minutes(10));
    desk.run().await;
    assert_eq!(desk.salesforce_calls(), calls, "nothing is left to do");
}

#[tokio::test]
async fn ppl_2_an_attendee_waits_for_the_organizer_and_then_points_to_their_event() {
    let desk = Desk::open().await;
    let (mara, ines) = (desk.sign_in(MARA).await, desk.sign_in(INES).await);
    desk.call(&ines, "GET", "/v1/me", Value::Null).await;
    desk.save(&mara, MARA, "organizer-ines", &desk.with_dana()).await;
    desk.run().await;
    let status = desk.status(&mara, MARA, "organizer-ines").await;
    assert_eq!((&status["status"], &status["code"]), (&json!("issue"), &json!("ISE-013")));
    assert_eq!(desk.events(QUESTIONS).len(), 0);

    desk.save(&ines, INES, "organizer-ines", &desk.with_dana()).await;
    desk.run().await;
    desk.a_while_later().await;
    let events = desk.events(QUESTIONS);
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["OwnerId"], desk.user(INES));
    let status = desk.status(&mara, MARA, "organizer-ines").await;
    assert_eq!(status, json!({ "status": "saved", "event": events[0]["Id"] }));
    assert!(
        desk.relations(&events[0])
            .iter()
            .any(|(who, _, invited)| { *who == desk.user(MARA) && invited.is_some() })
    );
}

#[tokio::test]
async fn ppl_5_of_an_outsiders_meeting_there_is_one_event_without_invitees_however_many_save_it() {
    let desk = Desk::of(&with_two_savers()).await;
    let (mara, ines) = (desk.sign_in(MARA).await, desk.sign_in(INES).await);
    desk.save(&mara, MARA, "organizer-dana", &desk.with_dana()).await;
    desk.save(&ines, INES, "organizer-dana", &desk.with_dana()).await;
    desk.run().await;
    desk.a_while_later().await;
    let events = desk.events(REVIEW);
    assert_eq!(events.len(), 1, "DUP-4");
    for (token, mailbox) in [(&mara, MARA), (&ines, INES)] {
        let status = desk.status(token, mailbox, "organizer-dana").await;
        assert_eq!(status, json!({ "status": "saved", "event": events[0]["Id"] }), "{mailbox}");
    }
    let related = desk.relations(&events[0]);
    assert!(related.iter().all(|(_, _, invited)| invited.is_none()), "{related:?}");
    assert!(related.contains(&(desk.contact("dana@acme.example"), true, None)), "the organizer is linked");
    assert!(related.contains(&(desk.contact("ada.morgan@acme.example"), true, None)), "PIC-3");
}

#[tokio::test]
async fn ppl_5_a_later_saver_takes_the_event_over_through_the_service() {
    let desk = Desk::of(&with_two_savers()).await;
    let (mara, ines) = (desk.sign_in(MARA).await, desk.sign_in(INES).await);
    desk.save(&mara, MARA, "organizer-dana", &desk.with_dana()).await;
    desk.run().await;
    desk.save(&ines, INES, "organizer-dana", &desk.with_dana()).await;
    desk.run().await;
    assert_eq!(desk.events(REVIEW)[0]["OwnerId"], desk.user(MARA));
    let press = json!({ "idempotency_key": desk.key(), "item": desk.item(INES, "organizer-dana") });
    let (status, answer) = desk.call(&ines, "POST", "/v1/take-overs", press.clone()).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{answer}");
    let (_, again) = desk.call(&ines, "POST", "/v1/take-overs", press).await;
    assert_eq!(again, answer, "SAV-12");
    desk.run().await;
    desk.a_while_later().await;
    let events = desk.events(REVIEW);
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["OwnerId"], desk.user(INES));
    for (token, mailbox) in [(&mara, MARA), (&ines, INES)] {
        assert_eq!(desk.status(token, mailbox, "organizer-dana").await["status"], "saved", "{mailbox}");
    }
}

#[tokio::test]
async fn ppl_5_with_an_event_for_each_saver_everybody_owns_theirs() {
    let desk = Desk::of(&with_two_savers()).await;
    let (mara, ines) = (desk.sign_in(MARA).await, desk.sign_in(INES).await);
    desk.set(Setting::ExternalOrganizer, "per-saver").await;
    desk.save(&mara, MARA, "organizer-dana", &desk.with_dana()).await;
    desk.run().await;
    assert_eq!(desk.status(&ines, INES, "organizer-dana").await["status"], "not_saved");
    desk.save(&ines, INES, "organizer-dana", &desk.with_dana()).await;
    desk.run().await;
    desk.a_while_later().await;
    let mut owners: Vec<Value> = desk.events(REVIEW).iter().map(|event| event["OwnerId"].clone()).collect();
    owners.sort_by_key(Value::to_string);
    assert_eq!(owners, [json!(desk.user(MARA)), json!(desk.user(INES))]);
}

#[tokio::test]
async fn ppl_6_answers_reach_the_invitees_each_session_with_continuous_attendees() {
    let mut company = definition("demo").unwrap();
    item_of(&mut company, "pricing-review")["answers"] = json!({ INES: "notResponded" });
    let desk = Desk::of(&company).await;
    let mara = desk.sign_in(MARA).await;
    desk.set(Setting::ContinuousAttendees, "on").await;
    desk.save(&mara, MARA, "pricing-review", &desk.with_dana()).await;
    desk.run().await;
    assert_eq!(desk.answer_of(&desk.events(PRICING)[0], &desk.user(INES)), "New");
    desk.answer(INES, "pricing-review", "accepted");
    desk.a_while_later().await;
    let event = desk.events(PRICING).remove(0);
    assert_eq!(desk.answer_of(&event, &desk.user(INES)), "Accepted");
}

#[tokio::test]
async fn dwn_3_an_attendee_who_declines_is_declined_in_salesforce() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    desk.save(&mara, MARA, "pricing-review", &desk.with_dana()).await;
    desk.run().await;
    desk.answer(INES, "pricing-review", "declined");
    desk.a_while_later().await;
    let event = desk.events(PRICING).remove(0);
    assert_eq!(desk.answer_of(&event, &desk.user(INES)), "Declined");
}

#[tokio::test]
async fn pic_3_further_records_go_to_the_link_object_where_the_org_has_it() {
    let mut company = definition("demo").unwrap();
    company["salesforce"]["objects"]["Calbridge_Link__c"] = link_object();
    let desk = Desk::of(&company).await;
    let mara = desk.sign_in(MARA).await;
    desk.set(Setting::MultiLink, "on").await;
    let (hydra, polar) = (
        desk.record("Project__c", "Name", "Hydra line upgrade"),
        desk.record("Project__c", "Name", "Polar grid study"),
    );
    let choice = Choice { also_what: vec![hydra.clone(), polar.clone()], ..desk.with_dana() };
    desk.save(&mara, MARA, "lunch", &choice).await;
    desk.run().await;
    let event = desk.events("Lunch with Dana").remove(0);
    let linked = || {
        let mut linked: Vec<Value> =
            desk.live("Calbridge_Link__c").iter().map(|row| row["Record__c"].clone()).collect();
        linked.sort_by_key(Value::to_string);
        linked
    };
    assert_eq!(linked(), [json!(hydra.as_str()), json!(polar.as_str())]);
    assert!(desk.live("Calbridge_Link__c").iter().all(|row| row["Event__c"] == event["Id"]));

    desk.save(&mara, MARA, "lunch", &Choice { also_what: vec![polar.clone()], ..choice }).await;
    desk.run().await;
    assert_eq!(desk.status(&mara, MARA, "lunch").await["status"], "saved");
    assert_eq!(linked(), [json!(polar.as_str())], "SAV-11");
}

#[tokio::test]
async fn pic_4_an_org_with_one_person_and_one_record_an_event_gets_one_of_each() {
    let mut company = definition("demo").unwrap();
    company["salesforce"]["features"]["sharedActivities"] = json!(false);
    let desk = Desk::of(&company).await;
    let mara = desk.sign_in(MARA).await;
    desk.set(Setting::MultiLink, "on").await;
    let ada = ChosenPerson {
        record: desk.record("Contact", "Email", "ada.morgan@acme.example"),
        object: PersonObject::Contact,
    };
    let hydra = desk.record("Project__c", "Name", "Hydra line upgrade");
    let choice = Choice { also_who: Some(vec![ada]), also_what: vec![hydra], ..desk.with_dana() };
    desk.save(&mara, MARA, "pricing-review", &choice).await;
    desk.run().await;
    let event = desk.events(PRICING).remove(0);
    assert_eq!(event["WhoId"], desk.contact("dana@acme.example"));
    assert_eq!(desk.status(&mara, MARA, "pricing-review").await["status"], "saved");
    assert_eq!(desk.relations(&event).len(), 3, "invitees alone");
}

#[tokio::test]
async fn somebody_whom_salesforce_refuses_keeps_no_other_from_being_related() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    let deleted =
        ChosenPerson { record: RecordId::parse("003AA0000009999").unwrap(), object: PersonObject::Contact };
    let choice = Choice { also_who: Some(vec![deleted]), ..desk.with_dana() };
    desk.save(&mara, MARA, "pricing-review", &choice).await;
    desk.run().await;
    let event = desk.events(PRICING).remove(0);
    assert_eq!(desk.answer_of(&event, &desk.user(INES)), "Accepted");
    assert_eq!(desk.relations(&event).len(), 3, "Dana, Luis and Ines");
    let status = desk.status(&mara, MARA, "pricing-review").await;
    assert_eq!(status["status"], "issue", "{status}");
    assert!(status["reason"].as_str().unwrap().contains("could not be related"), "{status}");
}

#[tokio::test]
async fn an_answer_that_was_lost_relates_nobody_twice() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    desk.fault(
        json!({ "site": "salesforce", "path": "/composite/graph", "count": 1, "kind": { "drop": "after" } }),
    );
    desk.save(&mara, MARA, "pricing-review", &desk.with_dana()).await;
    for _ in 0..4 {
        desk.run().await;
        desk.advance(TimeDelta::seconds(30));
    }
    let event = desk.events(PRICING).remove(0);
    assert_eq!(desk.relations(&event).len(), 3);
    assert_eq!(desk.status(&mara, MARA, "pricing-review").await["status"], "saved");
}

fn link_object() -> Value {
    let text = |name: &str, label: &str, length: u32, is_key: bool| {
        json!({ "name": name, "label": label, "type": "string", "length": length, "nillable": true,
            "createable": true, "updateable": true, "externalId": is_key, "unique": is_key })
    };
    let fields = json!([
        text("Key__c", "Key", 40, true),
        text("Event__c", "Event", 18, false),
        text("Record__c", "Record", 18, false),
        { "name": "IsDeleted", "label": "Deleted", "type": "boolean", "defaultedOnCreate": true },
    ]);
    json!({ "label": "Calbridge Link", "labelPlural": "Calbridge Links", "keyPrefix": "a0L", "fields": fields })
}

#[tokio::test]
async fn uns_2_a_deleted_event_comes_back_with_everybody_who_was_invited() {
    let desk = Desk::open().await;
    let (mara, ines) = (desk.sign_in(MARA).await, desk.sign_in(INES).await);
    desk.call(&ines, "GET", "/v1/me", Value::Null).await;
    desk.save(&mara, MARA, "pricing-review", &desk.with_dana()).await;
    desk.run().await;
    // Somebody whom sync knows nothing of.
    let theo = json!({
        "EventId": desk.events(PRICING)[0]["Id"],
        "RelationId": desk.user("theo@brightwater.example"),
        "IsInvitee": true,
        "Status": "Accepted",
    });
    desk.control(
        "POST",
        "/salesforce/records",
        &json!({ "type": "EventRelation", "by": MARA, "fields": theo }),
    );
    let before = desk.relations(&desk.events(PRICING)[0]);
    assert_eq!(before.len(), 4);
    let request = json!({ "idempotency_key": desk.key(), "item": desk.item(MARA, "pricing-review") });
    desk.call(&mara, "POST", "/v1/unsyncs", request).await;
    desk.run().await;
    let (_, journal) = desk.call(&mara, "GET", "/v1/journal", Value::Null).await;
    let entry = &journal["entries"][0];
    assert_eq!(
        (&entry["deleted"], entry["relations"].as_array().unwrap().len()),
        (&json!(true), 4),
        "{journal}"
    );
    let undo = json!({ "deed": "undo", "event": entry["event"], "number": entry["number"] });
    let (status, answer) = desk.call(&mara, "POST", "/v1/deeds", undo).await;
    assert_eq!(status, StatusCode::NO_CONTENT, "{answer}");
    let standing: Vec<Value> =
        desk.events(PRICING).into_iter().filter(|event| event["IsDeleted"] != true).collect();
    assert_eq!(standing.len(), 1);
    assert_eq!(desk.relations(&standing[0]), before, "at once, before any session");
    desk.a_while_later().await;
    assert_eq!(desk.relations(&standing[0]), before);
}

#[tokio::test]
async fn pic_3_further_records_are_offered_only_where_the_org_has_the_link_object() {
    for (has_object, is_offered) in [(true, true), (false, false)] {
        let mut company = definition("demo").unwrap();
        if has_object {
            company["salesforce"]["objects"]["Calbridge_Link__c"] = link_object();
        }
        let desk = Desk::of(&company).await;
        let mara = desk.sign_in(MARA).await;
        let told =
            async || desk.call(&mara, "GET", "/v1/me", Value::Null).await.1["settings"]["multi_link"].clone();
        assert_eq!(told().await, json!(false), "the setting is off");
        desk.set(Setting::MultiLink, "on").await;
        assert_eq!(told().await, json!(is_offered));
    }
}
