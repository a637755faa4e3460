//! Calendars beside the default one, as both sides' doubles have them (AUT-8).

use calbridge_engine::ports::Calendar;
use calbridge_rules::{
    id::{Address, ItemId},
    settings::Calendars,
};
use calbridge_standin::world::definition;
use calbridge_sync::outlook::Outlook;
use calbridge_wire::message::Method;
use chrono::TimeDelta;
use http::StatusCode;
use serde_json::{Value, json};

use crate::{
    by_hand::ByHand,
    desk::{Desk, MARA},
};

const SUBJECT: &str = "Hydra kick-off";

impl Desk {
    /// A service with Mara, who keeps two calendars more.
    async fn with_calendars(settings: Value) -> (Self, String) {
        let mut company = definition("demo").unwrap();
        let people = company["mailboxes"]["people"].as_array_mut().unwrap();
        let mara = people.iter_mut().find(|person| person["user"] == "mara").unwrap();
        mara["calendars"] = json!(["Projects", "To save"]);
        let desk = Self::of(&company).await;
        let token = desk.sign_in(MARA).await;
        assert_eq!(desk.call(&token, "GET", "/v1/me", Value::Null).await.0, StatusCode::OK);
        let (status, problem) =
            desk.call(&token, "PUT", "/v1/settings", json!({ "settings": settings })).await;
        assert_eq!(status, StatusCode::OK, "{problem}");
        desk.run().await;
        (desk, token)
    }

    async fn calendar(&self, token: &str, name: &str) -> String {
        let (status, answer) = self.call(token, "GET", "/v1/calendars", Value::Null).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        let calendars = answer["calendars"].as_array().unwrap();
        let found = calendars.iter().find(|calendar| calendar["name"] == name).unwrap();
        found["id"].as_str().unwrap().to_owned()
    }

    /// Makes a meeting with Dana in one of Mara's calendars; answers its id.
    async fn make_in(&self, calendar: &str, categories: &[&str]) -> String {
        let at = |hour: u32| json!({ "dateTime": format!("2026-03-20T{hour:02}:00:00"), "timeZone": "Europe/Berlin" });
        let dana = json!({ "emailAddress": { "address": "dana@acme.example", "name": "Dana Okafor" }, "type": "required" });
        let body = json!({ "subject": SUBJECT, "start": at(10), "end": at(11), "attendees": [dana], "categories": categories });
        let path = format!("calendars/{calendar}/events");
        let mailbox = Address::parse(MARA).unwrap();
        let made = self.app.mailroom.call(&mailbox, 1, &ByHand { method: Method::Post, path, body }).await;
        made.unwrap()["id"].as_str().unwrap().to_owned()
    }

    fn move_to(&self, item: &str, calendar: &str) {
        let body = json!({ "mailbox": MARA, "item": item, "do": "move", "calendar": calendar });
        self.control("POST", "/graph/items", &body);
    }

    async fn later(&self) {
        for _ in 0..2 {
            self.advance(TimeDelta::minutes(11));
            self.run().await;
        }
    }

    fn kick_offs(&self) -> Vec<Value> {
        self.events(SUBJECT).into_iter().filter(|event| event["IsDeleted"] != true).collect()
    }
}

#[tokio::test]
async fn aut_8_only_the_default_calendar_is_in_sync_unless_others_are_ticked() {
    let (desk, token) = Desk::with_calendars(json!({})).await;
    let projects = desk.calendar(&token, "Projects").await;
    desk.make_in(&projects, &["Salesforce"]).await;
    desk.later().await;
    assert!(desk.kick_offs().is_empty());
    for named in ["projects", projects.as_str()] {
        let put = json!({ "settings": { "Calendars": named } });
        assert_eq!(desk.call(&token, "PUT", "/v1/settings", put).await.0, StatusCode::OK);
        desk.later().await;
        assert_eq!(desk.kick_offs().len(), 1, "{named}");
    }
}

#[tokio::test]
async fn aut_8_an_item_moved_between_calendars_in_sync_keeps_its_event_and_one_moved_out_loses_nothing() {
    let (desk, token) = Desk::with_calendars(json!({ "Calendars": "Projects" })).await;
    let projects = desk.calendar(&token, "Projects").await;
    let item = desk.make_in(&projects, &["Salesforce"]).await;
    desk.later().await;
    let event = desk.kick_offs().remove(0)["Id"].clone();
    for calendar in ["", "Projects", "To save"] {
        desk.move_to(&item, calendar);
        desk.later().await;
        let live = desk.kick_offs();
        assert_eq!((live.len(), &live[0]["Id"]), (1, &event), "{calendar:?}");
    }
}

#[tokio::test]
async fn aut_8_what_is_put_into_the_calendar_to_save_from_is_saved() {
    let (desk, token) = Desk::with_calendars(json!({ "SaveCalendar": "To save" })).await;
    let projects = desk.calendar(&token, "Projects").await;
    let item = desk.make_in(&projects, &[]).await;
    desk.later().await;
    assert!(desk.kick_offs().is_empty());
    desk.move_to(&item, "To save");
    desk.later().await;
    assert_eq!(desk.kick_offs().len(), 1, "CAT-3");
}

#[tokio::test]
async fn aut_8_each_calendar_goes_on_where_it_was_read_to_and_a_lost_round_begins_anew() {
    let (desk, token) = Desk::with_calendars(json!({ "Calendars": "Projects, To save" })).await;
    let projects = desk.calendar(&token, "Projects").await;
    desk.make_in(&projects, &["Salesforce"]).await;
    desk.later().await;
    let calls = desk.salesforce_calls();
    desk.later().await;
    assert_eq!(desk.salesforce_calls(), calls, "nothing changed");
    desk.control("POST", "/graph/switches", &json!({ "token_generation": 7 }));
    desk.later().await;
    assert_eq!(desk.kick_offs().len(), 1);
}

#[tokio::test]
async fn grp_1_an_item_of_a_groups_calendar_is_an_issue_until_a_member_consents() {
    let mut company = definition("demo").unwrap();
    let sales = json!({ "user": "sales", "name": "Sales", "address": "sales@brightwater.example",
        "zone": "W. Europe Standard Time", "members": [MARA] });
    company["mailboxes"]["people"].as_array_mut().unwrap().push(sales);
    let desk = Desk::of(&company).await;
    let token = desk.sign_in(MARA).await;
    for (mailbox, code) in [("sales@brightwater.example", "GRP-1"), ("theo@brightwater.example", "DLG-1")] {
        let item = json!({ "mailbox": mailbox, "item_id": "AAMkAG-group-item", "id_format": "rest", "series_id": null });
        let request = json!({ "idempotency_key": desk.key(), "item": item, "choice": desk.with_dana() });
        let (status, problem) = desk.call(&token, "POST", "/v1/saves", request).await;
        assert_eq!((status, &problem["code"]), (StatusCode::FORBIDDEN, &json!(code)), "{problem}");
    }
    desk.later().await;
    let (_, waits) = desk.call(&token, "GET", "/v1/issues", Value::Null).await;
    let issues = waits["issues"].as_array().unwrap();
    assert_eq!((issues.len(), &issues[0]["code"]), (1, &json!("GRP-1")), "{waits}");
    assert!(issues[0]["remedy"].as_str().unwrap().contains("consents"));
}

#[tokio::test]
async fn aut_8_a_meeting_is_found_by_its_global_id_in_every_calendar_in_sync() {
    let (desk, token) = Desk::with_calendars(json!({})).await;
    let projects = desk.calendar(&token, "Projects").await;
    let item = ItemId::parse(&desk.make_in(&projects, &[]).await).unwrap();
    let mailbox = Address::parse(MARA).unwrap();
    let reading = desk.app.mailroom.reading(&mailbox, item.clone());
    let meeting = desk.app.mailroom.call(&mailbox, 1, &reading).await.unwrap().i_cal_uid;
    let ticked = Calendars { also: vec!["Projects".to_owned()], save: None };
    let saving = Calendars { also: Vec::new(), save: Some("Projects".to_owned()) };
    for (calendars, ids) in
        [(Calendars::default(), vec![]), (ticked, vec![item.clone()]), (saving, vec![item.clone()])]
    {
        let outlook = Outlook { mailroom: &desk.app.mailroom, mailbox: &mailbox, calendars: &calendars };
        let found = outlook.of_meeting(&meeting).await.unwrap();
        assert_eq!(found.into_iter().map(|seen| seen.id).collect::<Vec<_>>(), ids, "{calendars:?}");
    }
}
