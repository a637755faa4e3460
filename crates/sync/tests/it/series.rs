//! Series between Graph and Salesforce (SER), as both vendors' doubles have them.

use calbridge_rules::id::Address;
use calbridge_standin::world::definition;
use calbridge_sync::{app::App, store::Store, watch};
use calbridge_wire::{
    CallError, Endpoint, Reply, Request,
    message::{Method, header},
};
use chrono::TimeDelta;
use http::StatusCode;
use serde_json::{Value, json};

use crate::desk::{Desk, MARA};

const WEEKLY: &str = "weekly-standup";
const ACME: &str = "Acme weekly";

/// A request of somebody's own Outlook.
#[derive(Clone)]
struct ByHand {
    method: Method,
    path: String,
    body: Value,
}

impl Endpoint for ByHand {
    type Answer = Value;

    fn request(&self, base: &str) -> Request {
        let headers = vec![
            (header::CONTENT_TYPE, "application/json".to_owned()),
            (header::PREFER, "IdType=\"ImmutableId\", outlook.timezone=\"UTC\"".to_owned()),
        ];
        let body = if self.body.is_null() { Vec::new() } else { self.body.to_string().into_bytes() };
        Request { method: self.method, url: format!("{base}/users/{MARA}/{}", self.path), headers, body }
    }

    fn read(&self, reply: &Reply) -> Result<Value, CallError> {
        assert!(reply.status < 300, "{}: {}", self.path, String::from_utf8_lossy(&reply.body));
        Ok(serde_json::from_slice(&reply.body).unwrap_or(Value::Null))
    }
}

impl Desk {
    /// A service that syncs series.
    async fn with_series() -> Self {
        let mut desk = Self::of(&definition("demo").unwrap()).await;
        let mut config = desk.app.config.clone();
        config.settings.recurring_sync = true;
        let store = Store::open(&config.database_url).await.unwrap();
        let transport = std::sync::Arc::clone(&desk.app.transport);
        desk.app = std::sync::Arc::new(App::new(config, store, desk.clock.clone(), transport).unwrap());
        let mara = desk.sign_in(MARA).await;
        let (status, _) = desk.call(&mara, "GET", "/v1/me", Value::Null).await;
        assert_eq!(status, StatusCode::OK);
        desk.run().await;
        desk
    }

    async fn by_hand(&self, method: Method, path: &str, body: Value) -> Value {
        let mailbox = Address::parse(MARA).unwrap();
        self.app.mailroom.call(&mailbox, 1, &ByHand { method, path: path.to_owned(), body }).await.unwrap()
    }

    /// Changes a series in Outlook.
    async fn change(&self, key: &str, body: Value) {
        let id = self.stored(MARA, key)["id"].as_str().unwrap().to_owned();
        self.by_hand(Method::Patch, &format!("events/{id}"), body).await;
    }

    /// The dates of a series in Outlook.
    async fn dates(&self, key: &str) -> Vec<Value> {
        let id = self.stored(MARA, key)["id"].as_str().unwrap().to_owned();
        let path = format!(
            "events/{id}/instances?startDateTime=2026-01-01T00:00:00Z&endDateTime=2028-01-01T00:00:00Z&$top=500"
        );
        self.by_hand(Method::Get, &path, Value::Null).await["value"].as_array().unwrap().clone()
    }

    /// Makes a series in Outlook that begins on 19 March 2026 at ten in Berlin, and marks it to be saved.
    async fn new_series(&self, subject: &str, pattern: Value, range: Value) -> String {
        let at = |hour: u32| json!({ "dateTime": format!("2026-03-19T{hour:02}:00:00"), "timeZone": "Europe/Berlin" });
        let mut range = range;
        range["startDate"] = "2026-03-19".into();
        self.advance(TimeDelta::minutes(11));
        let body = json!({
            "subject": subject,
            "start": at(10),
            "end": at(11),
            "categories": ["Salesforce"],
            "recurrence": { "pattern": pattern, "range": range },
        });
        self.by_hand(Method::Post, "events", body).await["id"].as_str().unwrap().to_owned()
    }

    /// Saves the weekly series and lets everything come to rest.
    async fn with_weekly(&self) -> String {
        let mara = self.sign_in(MARA).await;
        let (status, answer) = self.save(&mara, MARA, WEEKLY, &self.with_dana()).await;
        assert_eq!(status, StatusCode::ACCEPTED, "{answer}");
        self.run().await;
        mara
    }

    /// The occurrences of Classic series with a field: their starts and that field.
    fn occurrences(&self, fits: impl Fn(&Value) -> bool, field: &str) -> Vec<(String, String)> {
        let live = |event: &&Value| {
            event["IsDeleted"] == false
                && event["IsRecurrence"] == false
                && event["RecurrenceActivityId"].is_string()
        };
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let mut found: Vec<(String, String)> = self
            .records("Event")
            .iter()
            .filter(live)
            .filter(|event| fits(event))
            .map(|event| (text(&event["StartDateTime"])[..16].to_owned(), text(&event[field])))
            .collect();
        found.sort();
        found
    }

    fn subjects(&self, begins: &str) -> Vec<(String, String)> {
        self.occurrences(
            |event| event["Subject"].as_str().is_some_and(|text| text.starts_with(begins)),
            "Subject",
        )
    }

    fn masters(&self, subject: &str) -> Vec<Value> {
        let is_master = |event: &Value| event["IsRecurrence"] == true && event["IsDeleted"] == false;
        self.events(subject).into_iter().filter(is_master).collect()
    }

    /// Time passes, and the org is watched.
    async fn look(&self) {
        self.advance(TimeDelta::seconds(61));
        watch::look(&self.app, "watcher").await.unwrap();
    }

    async fn edit_in_salesforce(&self, id: &Value, fields: Value) {
        self.look().await;
        self.control("POST", "/salesforce/records", &json!({ "type": "Event", "id": id, "fields": fields }));
        self.look().await;
        self.run().await;
    }
}

#[tokio::test]
async fn ser_2_a_weekly_series_goes_up_with_its_exception_and_without_its_cancelled_date() {
    let desk = Desk::with_series().await;
    let mara = desk.with_weekly().await;
    let masters = desk.masters(ACME);
    assert_eq!(masters.len(), 1, "{masters:?}");
    assert_eq!(masters[0]["RecurrenceType"], "RecursWeekly");
    assert_eq!(masters[0]["WhoId"], desk.with_dana().who.unwrap().record.as_str());
    let made = desk.subjects(ACME);
    let outlook: Vec<(String, String)> = desk
        .dates(WEEKLY)
        .await
        .iter()
        .map(|date| {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            (text(&date["start"]["dateTime"])[..16].to_owned(), text(&date["subject"]))
        })
        .collect();
    assert_eq!(outlook.len(), 11);
    assert_eq!(made, outlook, "clocks change on the way, and one date has a subject of its own");
    let status = desk.status(&mara, MARA, WEEKLY).await;
    assert_eq!(status, json!({ "status": "saved", "event": masters[0]["Id"] }));
}

#[tokio::test]
async fn ser_1_without_recurring_sync_nothing_of_a_series_is_saved() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    desk.save(&mara, MARA, WEEKLY, &desk.with_dana()).await;
    desk.run().await;
    assert_eq!(desk.status(&mara, MARA, WEEKLY).await["status"], "issue");
    assert!(desk.masters(ACME).is_empty());
}

#[tokio::test]
async fn ser_2_daily_and_monthly_series_are_made_as_outlook_has_them() {
    let desk = Desk::with_series().await;
    let numbered = json!({ "type": "numbered", "numberOfOccurrences": 20 });
    desk.new_series("Daily", json!({ "type": "daily", "interval": 1 }), numbered.clone()).await;
    let last_thursday =
        json!({ "type": "relativeMonthly", "interval": 1, "daysOfWeek": ["thursday"], "index": "last" });
    let body_range = json!({ "type": "endDate", "endDate": "2026-09-30" });
    desk.new_series("Monthly", last_thursday, body_range).await;
    desk.look().await;
    desk.run().await;
    let daily: Vec<String> = desk.subjects("Daily").into_iter().map(|(start, _)| start).collect();
    assert_eq!(daily.len(), 20);
    assert_eq!((daily[0].as_str(), daily[19].as_str()), ("2026-03-19T09:00", "2026-04-07T08:00"));
    let monthly: Vec<String> = desk.subjects("Monthly").into_iter().map(|(start, _)| start).collect();
    assert_eq!(monthly.len(), 7, "{monthly:?}");
    assert_eq!(monthly[1], "2026-04-30T08:00");
}

#[tokio::test]
async fn ser_2_a_daily_series_without_end_stays_within_the_caps_of_salesforce() {
    let desk = Desk::with_series().await;
    let endless = json!({ "type": "noEnd" });
    desk.new_series("Daily", json!({ "type": "daily", "interval": 1 }), endless).await;
    desk.look().await;
    desk.run().await;
    assert_eq!(desk.subjects("Daily").len(), 100);
    // Thirty days later, the end has moved on.
    for _ in 0..30 {
        desk.advance(TimeDelta::days(1));
    }
    desk.run().await;
    let made = desk.subjects("Daily");
    assert!(made.len() > 120, "{}", made.len());
    let mut starts: Vec<&String> = made.iter().map(|(start, _)| start).collect();
    starts.dedup();
    assert_eq!(starts.len(), made.len(), "none twice");
}

#[tokio::test]
async fn ser_2_a_date_that_is_cancelled_later_goes_from_salesforce() {
    let desk = Desk::with_series().await;
    desk.with_weekly().await;
    let date = desk.dates(WEEKLY).await[4].clone();
    desk.by_hand(Method::Delete, &format!("events/{}", date["id"].as_str().unwrap()), Value::Null).await;
    desk.advance(TimeDelta::minutes(11));
    desk.run().await;
    let left = desk.subjects(ACME);
    assert_eq!(left.len(), 10);
    let start = &date["start"]["dateTime"].as_str().unwrap()[..16];
    assert!(left.iter().all(|(left, _)| left != start), "{left:?}");
}

#[tokio::test]
async fn ser_4_a_new_subject_holds_for_what_is_to_come_and_exceptions_keep_their_own() {
    let desk = Desk::with_series().await;
    desk.with_weekly().await;
    desk.advance(TimeDelta::days(9));
    desk.change(WEEKLY, json!({ "subject": "Acme biweekly" })).await;
    desk.run().await;
    let subjects: Vec<String> = desk.subjects("Acme").into_iter().map(|(_, subject)| subject).collect();
    assert_eq!(subjects.len(), 11);
    assert_eq!(
        subjects.iter().filter(|subject| *subject == "Acme weekly: figures for the quarter").count(),
        1
    );
    assert!(subjects.iter().filter(|subject| *subject == "Acme biweekly").count() >= 8, "{subjects:?}");
    assert_eq!(subjects[0], ACME, "what has passed stays");
}

#[tokio::test]
async fn ser_4_this_and_all_later_dates_removed_in_outlook_end_the_series() {
    let desk = Desk::with_series().await;
    let numbered = json!({ "type": "numbered", "numberOfOccurrences": 20 });
    let id = desk.new_series("Daily", json!({ "type": "daily", "interval": 1 }), numbered).await;
    desk.look().await;
    desk.run().await;
    let recurrence = json!({
        "pattern": { "type": "daily", "interval": 1 },
        "range": { "type": "endDate", "startDate": "2026-03-19", "endDate": "2026-03-25", "recurrenceTimeZone": "Europe/Berlin" },
    });
    desk.by_hand(Method::Patch, &format!("events/{id}"), json!({ "recurrence": recurrence })).await;
    desk.advance(TimeDelta::minutes(11));
    desk.run().await;
    let daily = desk.subjects("Daily");
    assert_eq!(daily.last().unwrap().0, "2026-03-25T09:00");
    assert_eq!(daily.len(), 7);
    assert_eq!(desk.masters("Daily")[0]["RecurrenceEndDateOnly"], "2026-03-25");
}

#[tokio::test]
async fn ser_4_another_time_of_day_ends_the_old_series_and_begins_another() {
    let desk = Desk::with_series().await;
    let numbered = json!({ "type": "numbered", "numberOfOccurrences": 20 });
    let id = desk.new_series("Daily", json!({ "type": "daily", "interval": 1 }), numbered).await;
    desk.look().await;
    desk.run().await;
    desk.advance(TimeDelta::days(4));
    let at =
        |hour: u32| json!({ "dateTime": format!("2026-03-19T{hour:02}:00:00"), "timeZone": "Europe/Berlin" });
    desk.by_hand(Method::Patch, &format!("events/{id}"), json!({ "start": at(15), "end": at(16) })).await;
    desk.run().await;
    let starts: Vec<String> = desk.subjects("Daily").into_iter().map(|(start, _)| start).collect();
    assert_eq!(starts.len(), 20, "{starts:?}");
    assert_eq!(starts[2], "2026-03-21T09:00");
    assert_eq!(starts[3], "2026-03-22T14:00");
    assert_eq!(desk.masters("Daily").len(), 2);
}

#[tokio::test]
async fn ser_4_an_occurrence_changed_in_salesforce_changes_that_date_in_outlook() {
    let desk = Desk::with_series().await;
    let numbered = json!({ "type": "numbered", "numberOfOccurrences": 5 });
    desk.new_series("Daily", json!({ "type": "daily", "interval": 1 }), numbered).await;
    desk.look().await;
    desk.run().await;
    let row = desk
        .events("Daily")
        .into_iter()
        .find(|event| event["StartDateTime"].as_str().unwrap().starts_with("2026-03-21"));
    desk.edit_in_salesforce(&row.unwrap()["Id"], json!({ "Location": "Kiel" })).await;
    let view = desk.by_hand(
        Method::Get,
        "calendarView?startDateTime=2026-03-19T00:00:00Z&endDateTime=2026-03-24T00:00:00Z&$top=100",
        Value::Null,
    );
    let view = view.await;
    let places: Vec<&str> = view["value"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|item| item["subject"] == "Daily")
        .map(|item| item["location"]["displayName"].as_str().unwrap())
        .collect();
    assert_eq!(places, ["", "", "Kiel", "", ""]);
}

#[tokio::test]
async fn uns_1_a_series_with_the_unsync_category_leaves_salesforce() {
    let desk = Desk::with_series().await;
    desk.with_weekly().await;
    desk.categorize(MARA, WEEKLY, &["Salesforce", "Salesforce Unsync"]).await;
    desk.advance(TimeDelta::minutes(11));
    desk.run().await;
    assert!(desk.subjects(ACME).is_empty() && desk.masters(ACME).is_empty());
    assert!(desk.categories(MARA, WEEKLY).is_empty());
}

#[tokio::test]
async fn a_saved_series_comes_to_rest_and_then_costs_no_salesforce_call() {
    let desk = Desk::with_series().await;
    desk.with_weekly().await;
    for _ in 0..3 {
        desk.look().await;
        desk.run().await;
    }
    desk.advance(TimeDelta::minutes(11));
    desk.run().await;
    let before = desk.salesforce_calls();
    desk.advance(TimeDelta::minutes(11));
    desk.run().await;
    assert_eq!(desk.salesforce_calls(), before);
}

#[tokio::test]
async fn xcp_3_a_series_in_a_zone_of_nobody_is_an_issue() {
    let desk = Desk::with_series().await;
    let mara = desk.sign_in(MARA).await;
    for key in ["custom-zone-series", "recurring-allday", "recurring-30h"] {
        desk.save(&mara, MARA, key, &desk.with_dana()).await;
        desk.run().await;
        assert_eq!(desk.status(&mara, MARA, key).await["status"], "issue", "{key}");
    }
    let is_series = |event: &Value| event["IsRecurrence"] == true && event["CreatedById"] != event["OwnerId"];
    assert!(!desk.records("Event").iter().any(is_series));
}
