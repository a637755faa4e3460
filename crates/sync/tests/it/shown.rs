//! Records that calendars show, as both vendors' doubles have them: Tasks and records of a custom object (OBJ-1), Events of
//! public calendars (GRP-2).

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use calbridge_rules::{
    id::Address,
    settings::{Hold, Setting},
};
use calbridge_standin::{
    graph::ids::{self, Form},
    world::definition,
};
use calbridge_sync::{
    app::App,
    records,
    store::{Change, Gate, IssueFilter, OrgValue, Shut, Side, Store},
    watch,
};
use calbridge_wire::message::Method;
use chrono::TimeDelta;
use http::StatusCode;
use serde_json::{Value, json};

use crate::desk::{Desk, INES, MARA};

const TASKS: &str = "Task=ActivityDate";
const VISITS: &str = "Visit__c=From__c/Until__c";

/// The demo, with visits and a public calendar.
fn company() -> Value {
    let mut company = definition("demo").unwrap();
    let field = |name: &str, kind: &str| json!({ "name": name, "label": name, "type": kind, "nillable": true, "createable": true, "updateable": true });
    let mut name = field("Name", "string");
    name["length"] = 80.into();
    name["nameField"] = true.into();
    company["salesforce"]["objects"]["Visit__c"] = json!({
        "label": "Visit", "labelPlural": "Visits", "keyPrefix": "a07",
        "fields": [name, field("From__c", "datetime"), field("Until__c", "datetime")]
    });
    let calendar =
        json!({ "type": "Calendar", "ref": "fairs", "Name": "Fairs", "Type": "Public", "IsActive": true });
    company["salesforce"]["records"].as_array_mut().unwrap().push(calendar);
    company
}

impl Desk {
    /// Mara's and Ines's mailboxes are in sync.
    async fn with_both() -> Self {
        let desk = Self::of(&company()).await;
        for user in [MARA, INES] {
            let token = desk.sign_in(user).await;
            desk.call(&token, "GET", "/v1/me", Value::Null).await;
        }
        desk.run().await;
        desk
    }

    pub(crate) async fn set_org(&self, setting: Setting, value: &str) {
        let value = OrgValue { value: value.to_owned(), hold: Hold::Allowing };
        self.app.store.change_org_settings(&[Change::Set(setting, value)], self.app.now_ms()).await.unwrap();
    }

    fn user_id(&self, address: &str) -> String {
        self.record("User", "Email", address).to_string()
    }

    /// Somebody makes a record in Salesforce; answers its id.
    #[expect(clippy::needless_pass_by_value, reason = "callers write them in place")]
    fn make(&self, object: &str, fields: Value) -> Value {
        let before: Vec<Value> = self.ids(object);
        self.control("POST", "/salesforce/records", &json!({ "type": object, "by": MARA, "fields": fields }));
        self.ids(object).into_iter().find(|id| !before.contains(id)).unwrap()
    }

    fn ids(&self, object: &str) -> Vec<Value> {
        let dump = self.world.lock().unwrap().salesforce.dump();
        let rows = dump["records"][object].as_array().cloned().unwrap_or_default();
        rows.iter().map(|row| row["Id"].clone()).collect()
    }

    /// Mara's Task, due on a day of March 2026.
    fn task(&self, subject: &str, day: u32) -> Value {
        let owner = self.user_id(MARA);
        self.make(
            "Task",
            json!({ "Subject": subject, "ActivityDate": format!("2026-03-{day:02}"), "OwnerId": owner }),
        )
    }

    #[expect(clippy::needless_pass_by_value, reason = "callers write them in place")]
    fn rewrite(&self, object: &str, id: &Value, fields: Value) {
        self.control(
            "POST",
            "/salesforce/records",
            &json!({ "type": object, "id": id, "by": MARA, "fields": fields }),
        );
    }

    fn remove(&self, id: &Value, how: &str) {
        self.control("DELETE", &format!("/salesforce/records/{}{how}", id.as_str().unwrap()), &Value::Null);
    }

    /// A minute passes, the org is watched, and sessions run.
    async fn a_minute_later(&self) {
        self.watched_after(TimeDelta::seconds(61)).await;
    }

    async fn watched_after(&self, by: TimeDelta) {
        self.advance(by);
        watch::look(&self.app, "watcher").await.unwrap();
        records::look(&self.app, "watcher").await.unwrap();
        self.run().await;
    }

    /// The items of a mailbox with a category: subject, start and id.
    fn shown(&self, mailbox: &str, category: &str) -> Vec<(String, String, String)> {
        let items = self.world.lock().unwrap().graph.dump()[mailbox].clone();
        let has = |item: &&Value| item["categories"].as_array().unwrap().iter().any(|name| name == category);
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let row =
            |item: &Value| (text(&item["subject"]), text(&item["start"])[..16].to_owned(), text(&item["id"]));
        items.as_array().unwrap().iter().filter(has).map(row).collect()
    }

    fn titles(&self, mailbox: &str, category: &str) -> Vec<String> {
        self.shown(mailbox, category).into_iter().map(|(subject, _, _)| subject).collect()
    }

    async fn patch(&self, id: &str, body: Value) {
        self.by_hand(Method::Patch, &format!("events/{id}"), body).await;
    }

    async fn codes(&self) -> Vec<String> {
        let kept = self.app.store.issues(&IssueFilter::default(), 100).await.unwrap();
        kept.into_iter().map(|kept| kept.issue.code).collect()
    }
}

#[tokio::test]
async fn obj_1_a_task_comes_down_as_a_whole_day_follows_and_goes() {
    let desk = Desk::with_both().await;
    let early = desk.task("Made before anybody asked", 20);
    desk.advance(TimeDelta::hours(1));
    desk.set_org(Setting::DownObjects, TASKS).await;
    let task = desk.task("Call Acme", 25);
    let far = desk.task("Long past", 1);
    desk.a_minute_later().await;
    let mut subjects = desk.titles(MARA, "Task");
    subjects.sort();
    assert_eq!(subjects, ["Call Acme", "Made before anybody asked"]);
    desk.remove(&early, "");
    desk.rewrite("Task", &task, json!({ "Subject": "Call Acme again", "ActivityDate": "2026-03-26" }));
    desk.rewrite("Task", &far, json!({ "ActivityDate": "2026-03-21" }));
    desk.a_minute_later().await;
    let mut shown = desk.shown(MARA, "Task");
    shown.sort();
    assert_eq!(shown.len(), 2);
    assert_eq!(
        (shown[0].0.as_str(), &shown[0].1[..10]),
        ("Call Acme again", "2026-03-25"),
        "midnight in Berlin"
    );
    assert_eq!(shown[1].0, "Long past", "its date came into the window");
    assert_eq!(desk.titles(INES, "Task"), [""; 0]);
    assert_eq!(desk.events("Call Acme again").len(), 0, "nothing goes up");
}

#[tokio::test]
async fn obj_1_what_is_done_to_a_task_in_outlook_is_put_back() {
    let desk = Desk::with_both().await;
    desk.set_org(Setting::DownObjects, TASKS).await;
    desk.set_org(Setting::AutosaveAppointments, "on").await;
    desk.set_org(Setting::AutosaveUnlinked, "all").await;
    let task = desk.task("Call Acme", 25);
    desk.a_minute_later().await;
    let (_, start, id) = desk.shown(MARA, "Task").remove(0);
    let at = |day: &str| json!({ "dateTime": format!("2026-03-{day}T00:00:00"), "timeZone": "UTC" });
    desk.patch(&id, json!({ "subject": "Mine", "start": at("29"), "end": at("30"), "isAllDay": true })).await;
    desk.patch(&id, json!({ "categories": ["Salesforce", "Calls"] })).await;
    desk.watched_after(TimeDelta::minutes(11)).await;
    // Its categories follow with the next session, which reads it as it stands then.
    desk.a_minute_later().await;
    let shown = desk.shown(MARA, "Task");
    assert_eq!(shown, [("Call Acme".to_owned(), start.clone(), id.clone())]);
    assert_eq!(desk.events("Mine").len() + desk.events("Call Acme").len(), 0);
    desk.by_hand(Method::Delete, &format!("events/{id}"), Value::Null).await;
    desk.watched_after(TimeDelta::minutes(11)).await;
    let again = desk.shown(MARA, "Task");
    assert_eq!((again.len(), again[0].0.as_str(), &again[0].1), (1, "Call Acme", &start));
    assert_ne!(again[0].2, id, "made again");
    desk.remove(&task, "");
    desk.a_minute_later().await;
    assert_eq!(desk.titles(MARA, "Task"), [""; 0]);
}

#[tokio::test]
async fn obj_1_save_on_an_item_of_a_record_is_refused_before_and_after_the_click() {
    let desk = Desk::with_both().await;
    let mara = desk.sign_in(MARA).await;
    desk.set_org(Setting::DownObjects, TASKS).await;
    desk.task("Call Acme", 25);
    desk.a_minute_later().await;
    let (_, _, id) = desk.shown(MARA, "Task").remove(0);
    let id = ids::write(ids::read_any(&id).unwrap(), Form::Ews);
    let item = json!({ "mailbox": MARA, "item_id": id, "id_format": "ews", "series_id": null });
    let (_, standing) = desk.call(&mara, "POST", "/v1/items/lookup", item.clone()).await;
    assert_eq!(
        (&standing["status"]["status"], &standing["status"]["code"]),
        (&json!("issue"), &json!("OBJ-1"))
    );
    let save = json!({ "idempotency_key": desk.key(), "item": item, "choice": desk.with_dana() });
    let (status, _) = desk.call(&mara, "POST", "/v1/saves", save).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    desk.run().await;
    assert_eq!(desk.events("Call Acme").len(), 0);
    assert_eq!(desk.codes().await, ["OBJ-1"]);
    assert_eq!(desk.titles(MARA, "Task"), ["Call Acme"]);
    assert_eq!(desk.titles(MARA, "Sync Error"), [""; 0], "its categories stay as they are");
}

#[tokio::test]
async fn obj_1_a_record_of_a_custom_object_is_timed_told_while_it_ends_too_early_and_follows_its_owner() {
    let desk = Desk::with_both().await;
    desk.set_org(Setting::DownObjects, VISITS).await;
    desk.a_minute_later().await;
    let times = |until: &str| json!({ "From__c": "2026-03-20T08:00:00Z", "Until__c": format!("2026-03-20T{until}:00Z") });
    let mut fields = times("07:00");
    fields["Name"] = "Pump check".into();
    fields["OwnerId"] = desk.user_id(MARA).into();
    let visit = desk.make("Visit__c", fields);
    desk.a_minute_later().await;
    assert_eq!((desk.titles(MARA, "Visit").len(), desk.codes().await), (0, vec!["OBJ-1".to_owned()]));
    desk.rewrite("Visit__c", &visit, times("09:00"));
    desk.a_minute_later().await;
    let shown = desk.shown(MARA, "Visit");
    assert_eq!(
        (shown.len(), shown[0].0.as_str(), shown[0].1.as_str()),
        (1, "Pump check", "2026-03-20T08:00")
    );
    assert_eq!(desk.codes().await, [""; 0], "mended");
    desk.rewrite("Visit__c", &visit, json!({ "OwnerId": desk.user_id(INES) }));
    desk.a_minute_later().await;
    assert_eq!((desk.titles(MARA, "Visit").len(), desk.titles(INES, "Visit").len()), (0, 1));
    desk.set_org(Setting::DownObjects, TASKS).await;
    desk.a_minute_later().await;
    assert_eq!(desk.titles(INES, "Visit"), [""; 0], "the object is no longer mapped");
    assert_eq!(desk.ids("Visit__c").len(), 1, "nothing goes up");
}

#[tokio::test]
async fn obj_1_a_worker_that_dies_between_making_and_keeping_leaves_one_item() {
    let mut desk = Desk::with_both().await;
    desk.set_org(Setting::DownObjects, TASKS).await;
    desk.set_org(Setting::AutosaveAppointments, "on").await;
    desk.set_org(Setting::AutosaveUnlinked, "all").await;
    desk.task("Call Acme", 25);
    let shut = Arc::new(AtomicBool::new(true));
    let is_shut = Arc::clone(&shut);
    let gate = Gate::new(move |passing| {
        let dies =
            passing.what == "keep_shown" && passing.side == Side::Before && is_shut.load(Ordering::SeqCst);
        Box::pin(async move { if dies { Err(Shut::Busy) } else { Ok(()) } })
    });
    let config = desk.app.config.clone();
    let store = Store::open(&config.database_url).await.unwrap().behind(gate);
    let transport = Arc::clone(&desk.app.transport);
    desk.app = Arc::new(App::new(config, store, desk.clock.clone(), transport).unwrap());
    desk.advance(TimeDelta::seconds(61));
    records::look(&desk.app, "watcher").await.unwrap();
    assert_eq!(desk.run_once().await, 1);
    assert_eq!(desk.titles(MARA, "Task"), ["Call Acme"], "made, and not kept");
    desk.advance(TimeDelta::minutes(1));
    desk.run_once().await;
    shut.store(false, Ordering::SeqCst);
    desk.watched_after(TimeDelta::minutes(20)).await;
    assert_eq!(desk.titles(MARA, "Task"), ["Call Acme"], "one of it");
    assert_eq!(desk.events("Call Acme").len(), 0, "autosave left it alone meanwhile");
}

#[tokio::test]
async fn obj_1_nothing_is_asked_where_nothing_is_mapped_and_one_question_an_object_where_something_is() {
    let desk = Desk::with_both().await;
    desk.watched_after(TimeDelta::minutes(11)).await;
    let before = desk.salesforce_calls();
    desk.advance(TimeDelta::minutes(2));
    records::look(&desk.app, "watcher").await.unwrap();
    assert_eq!(desk.salesforce_calls(), before);
    desk.set_org(Setting::DownObjects, &format!("{TASKS}, {VISITS}")).await;
    desk.task("Call Acme", 25);
    desk.a_minute_later().await;
    desk.watched_after(TimeDelta::minutes(11)).await;
    let before = desk.salesforce_calls();
    desk.advance(TimeDelta::minutes(2));
    records::look(&desk.app, "watcher").await.unwrap();
    assert_eq!(desk.salesforce_calls(), before + 2);
    desk.advance(TimeDelta::minutes(11));
    desk.run().await;
    assert_eq!(desk.salesforce_calls(), before + 2, "sessions ask the org nothing");
}

#[tokio::test]
async fn dwn_6_a_task_that_is_gone_for_good_is_missed_within_a_day_and_many_at_once_wait_for_a_person() {
    let desk = Desk::with_both().await;
    desk.set_org(Setting::DownObjects, TASKS).await;
    let tasks: Vec<Value> = (1..=12).map(|number| desk.task(&format!("Call {number}"), 25)).collect();
    desk.a_minute_later().await;
    assert_eq!(desk.titles(MARA, "Task").len(), 12);
    desk.remove(&tasks[0], "?purge=true");
    desk.a_minute_later().await;
    assert_eq!(desk.titles(MARA, "Task").len(), 12, "no list tells of it");
    desk.watched_after(TimeDelta::hours(25)).await;
    assert_eq!(desk.titles(MARA, "Task").len(), 11);
    desk.set_org(Setting::DownObjects, "").await;
    desk.a_minute_later().await;
    assert_eq!(desk.titles(MARA, "Task").len(), 11);
    let mara = Address::parse(MARA).unwrap();
    let stopped = desk.app.store.stoppages(Some(&mara), 10).await.unwrap();
    assert_eq!(stopped.len(), 1);
    let approved = calbridge_engine::ruling::Ruling::Approved;
    assert!(desk.app.store.rule_on_brake(&mara, approved, desk.app.now_ms()).await.unwrap());
    desk.run().await;
    assert_eq!(desk.titles(MARA, "Task"), [""; 0]);
}

#[tokio::test]
async fn grp_2_events_of_a_public_calendar_come_down_to_the_mailboxes_that_are_named() {
    let desk = Desk::with_both().await;
    let fairs = desk.record("Calendar", "Name", "Fairs").to_string();
    let event = |subject: &str, day: u32| {
        json!({ "Subject": subject, "StartDateTime": format!("2026-03-{day}T08:00:00Z"),
                "EndDateTime": format!("2026-03-{day}T16:00:00Z"), "Location": "Hall 3", "OwnerId": fairs })
    };
    let early = desk.make("Event", event("Hannover", 24));
    desk.advance(TimeDelta::hours(1));
    desk.set_org(Setting::PublicCalendars, &format!("fairs=Trade fairs -> {MARA} {INES}")).await;
    desk.a_minute_later().await;
    for mailbox in [MARA, INES] {
        assert_eq!(desk.titles(mailbox, "Trade fairs"), ["Hannover"]);
    }
    let late = desk.make("Event", event("Leipzig", 26));
    desk.rewrite("Event", &early, json!({ "Subject": "Hannover fair" }));
    desk.a_minute_later().await;
    let mut subjects = desk.titles(INES, "Trade fairs");
    subjects.sort();
    assert_eq!(subjects, ["Hannover fair", "Leipzig"]);
    let (_, _, id) =
        desk.shown(MARA, "Trade fairs").into_iter().find(|(subject, _, _)| subject == "Leipzig").unwrap();
    desk.patch(&id, json!({ "subject": "Leipzig, with me" })).await;
    desk.remove(&early, "");
    desk.watched_after(TimeDelta::minutes(11)).await;
    assert_eq!(
        (desk.titles(MARA, "Trade fairs"), desk.titles(INES, "Trade fairs")),
        (vec!["Leipzig".to_owned()], vec!["Leipzig".to_owned()])
    );
    desk.set_org(Setting::PublicCalendars, &format!("Fairs=Trade fairs -> {INES}")).await;
    desk.a_minute_later().await;
    assert_eq!((desk.titles(MARA, "Trade fairs").len(), desk.titles(INES, "Trade fairs").len()), (0, 1));
    desk.rewrite("Event", &late, json!({ "OwnerId": desk.user_id(MARA) }));
    desk.a_minute_later().await;
    assert_eq!(desk.titles(INES, "Trade fairs"), [""; 0], "it lies in the calendar no more");
    assert_eq!(desk.events("Leipzig, with me").len(), 0, "nothing goes up");
}

#[tokio::test]
async fn grp_2_a_worker_that_dies_over_an_event_of_a_public_calendar_leaves_one_item() {
    let desk = Desk::with_both().await;
    let fairs = desk.record("Calendar", "Name", "Fairs").to_string();
    desk.set_org(Setting::PublicCalendars, "Fairs").await;
    desk.a_minute_later().await;
    desk.make(
        "Event",
        json!({ "Subject": "Hannover", "StartDateTime": "2026-03-24T08:00:00Z", "EndDateTime": "2026-03-24T16:00:00Z", "OwnerId": fairs }),
    );
    desk.fault(json!({ "site": "graph", "method": "POST", "path": "/events", "side": "after", "count": 2, "kind": { "status": 503 } }));
    desk.a_minute_later().await;
    desk.watched_after(TimeDelta::minutes(20)).await;
    for mailbox in [MARA, INES] {
        assert_eq!(desk.titles(mailbox, "Fairs"), ["Hannover"]);
    }
}

#[tokio::test]
async fn obj_1_grp_2_what_the_org_lacks_is_told_to_admins_with_a_code_until_it_is_there() {
    let desk = Desk::with_both().await;
    let (mara, ines) = (desk.sign_in(MARA).await, desk.sign_in(INES).await);
    let lacking = async |token: &str, path: &str| {
        let (status, waits) = desk.call(token, "GET", path, Value::Null).await;
        assert_eq!(status, StatusCode::OK, "{waits}");
        waits["lacking"].as_array().unwrap().clone()
    };
    let told = |lacking: &[Value]| -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        lacking.iter().map(|one| (text(&one["code"]), text(&one["name"]))).collect()
    };
    let named = |code: &str, name: &str| (code.to_owned(), name.to_owned());
    desk.set_org(Setting::DownObjects, "Task=ActivityDate, Visit__c=From__c/Untli__c, Trip__c=Day__c").await;
    desk.set_org(Setting::PublicCalendars, "Fairs, Holidays").await;
    let task = desk.task("Call Acme", 25);
    desk.a_minute_later().await;
    let first = lacking(&ines, "/v1/org/issues").await;
    let expected = [named("ISE-410", "Trip__c"), named("ISE-410", "Visit__c"), named("ISE-411", "holidays")];
    assert_eq!(told(&first), expected);
    assert_eq!(desk.titles(MARA, "Task"), ["Call Acme"], "the rest goes on: {task}");
    let says = |one: &Value| one["reason"].as_str().unwrap().to_owned();
    assert!(
        says(&first[0]).starts_with("DownObjects names Trip__c: the org has no such object"),
        "{first:?}"
    );
    assert!(says(&first[1]).contains("no such field"), "{first:?}");
    assert!(first.iter().all(|one| one["remedy"].as_str().unwrap().starts_with("Correct the setting")));
    desk.a_minute_later().await;
    assert_eq!(lacking(&ines, "/v1/org/issues").await, first, "since when is kept");
    assert_eq!(lacking(&mara, "/v1/issues").await, [] as [Value; 0], "it is for admins");

    desk.set_org(Setting::DownObjects, &format!("{TASKS}, {VISITS}")).await;
    desk.a_minute_later().await;
    assert_eq!(told(&lacking(&ines, "/v1/org/issues").await), [named("ISE-411", "holidays")]);
    desk.set_org(Setting::PublicCalendars, "Fairs").await;
    desk.a_minute_later().await;
    assert_eq!(lacking(&ines, "/v1/org/issues").await, [] as [Value; 0]);
}

#[tokio::test]
async fn set_the_preview_counts_what_would_be_shown_and_what_would_go() {
    let desk = Desk::with_both().await;
    let (mara, ines) = (desk.sign_in(MARA).await, desk.sign_in(INES).await);
    let calendar = desk.record("Calendar", "Name", "Fairs").to_string();
    for day in [24, 25, 1] {
        desk.task(&format!("Task of day {day}"), day);
    }
    let start = "2026-03-26T09:00:00.000Z";
    let fair =
        json!({ "Subject": "Fair", "StartDateTime": start, "DurationInMinutes": 60, "OwnerId": calendar });
    desk.make("Event", fair);
    let foreseen = async |token: &str, path: &str, settings: Value| {
        let wanted = json!({ "settings": settings });
        let (status, effect) = desk.call(token, "POST", path, wanted).await;
        assert_eq!(status, StatusCode::OK, "{effect}");
        (effect["shows"].as_u64().unwrap(), effect["hides"].as_u64().unwrap())
    };
    let org = "/v1/org/settings/preview";
    let (tasks, fairs) = (json!({ "value": TASKS }), json!({ "value": "Fairs" }));
    assert_eq!(foreseen(&ines, org, json!({})).await, (0, 0));
    assert_eq!(foreseen(&ines, org, json!({ "DownObjects": tasks })).await, (2, 0), "within the window");
    let both = json!({ "DownObjects": tasks, "PublicCalendars": fairs });
    assert_eq!(foreseen(&ines, org, both.clone()).await, (4, 0), "a fair for each of two people");
    let named = json!({ "PublicCalendars": { "value": format!("Fairs -> {MARA}") } });
    assert_eq!(foreseen(&ines, org, named).await, (1, 0));
    let lacking = json!({ "DownObjects": { "value": "Trip__c=Day__c" } });
    assert_eq!(foreseen(&ines, org, lacking).await, (0, 0));
    assert_eq!(foreseen(&mara, "/v1/settings/preview", json!({ "PublicCalendars": "Fairs" })).await, (1, 0));
    assert_eq!(desk.titles(MARA, "Task"), [] as [String; 0], "nothing is written");

    desk.set_org(Setting::DownObjects, TASKS).await;
    desk.set_org(Setting::PublicCalendars, "Fairs").await;
    desk.a_minute_later().await;
    assert_eq!(desk.titles(MARA, "Task").len(), 2);
    assert_eq!(foreseen(&ines, org, both).await, (0, 0), "they are there");
    assert_eq!(foreseen(&ines, org, json!({ "DownObjects": tasks })).await, (0, 2), "the fairs would go");
    assert_eq!(foreseen(&mara, "/v1/settings/preview", json!({ "DownSync": "off" })).await, (0, 0));
}
