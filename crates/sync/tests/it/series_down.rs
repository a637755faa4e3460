//! Series that were made in Salesforce, as both vendors' doubles have them (SER-3, SER-6).

use calbridge_rules::id::Address;
use calbridge_sync::store::IssueFilter;
use calbridge_wire::message::Method;
use chrono::TimeDelta;
use http::StatusCode;
use serde_json::{Value, json};

use crate::desk::{Desk, INES, MARA};

impl Desk {
    /// Writes an Event as Mara does in Salesforce.
    fn as_mara(&self, fields: Value) {
        let mut fields = fields;
        fields["OwnerId"] = self.record("User", "Username", MARA).as_str().into();
        self.control(
            "POST",
            "/salesforce/records",
            &json!({ "type": "Event", "by": MARA, "fields": fields }),
        );
    }

    /// Mara makes a daily series in Classic: ten days from 19 March 2026 on, ten o'clock in Berlin.
    fn classic(&self, subject: &str) {
        self.as_mara(json!({
            "Subject": subject, "Location": "Hamburg", "IsRecurrence": true, "RecurrenceType": "RecursDaily",
            "RecurrenceInterval": 1, "RecurrenceStartDateTime": "2026-03-19T09:00:00Z",
            "RecurrenceEndDateOnly": "2026-03-28", "RecurrenceTimeZoneSidKey": "Europe/Berlin", "DurationInMinutes": 30,
        }));
    }

    /// Time passes, the org is watched, and sessions run.
    async fn settle(&self) {
        self.look().await;
        self.run().await;
    }

    /// What Mara's calendar has of a subject: starts and places.
    async fn in_outlook(&self, subject: &str) -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        self.view()
            .await
            .iter()
            .filter(|item| item["subject"] == subject)
            .map(|item| {
                (text(&item["start"]["dateTime"])[..16].to_owned(), text(&item["location"]["displayName"]))
            })
            .collect()
    }

    async fn view(&self) -> Vec<Value> {
        let window = "startDateTime=2026-03-01T00:00:00Z&endDateTime=2026-12-01T00:00:00Z";
        let path = format!("calendarView?{window}&$top=500&$orderby=start/dateTime");
        self.by_hand(Method::Get, &path, Value::Null).await["value"].as_array().unwrap().clone()
    }

    /// The live row of a series that begins at an instant.
    fn row(&self, subject: &str, start: &str) -> Value {
        let is_row = |event: &Value| {
            event["IsDeleted"] == false
                && event["IsRecurrence"] == false
                && event["StartDateTime"].as_str().is_some_and(|text| text.starts_with(start))
        };
        self.events(subject).into_iter().find(is_row).unwrap()
    }

    fn delete_in_salesforce(&self, id: &Value) {
        self.control("DELETE", &format!("/salesforce/records/{}", id.as_str().unwrap()), &Value::Null);
    }

    /// The codes of Mara's issues, with their Events.
    async fn told(&self) -> Vec<(String, Option<String>)> {
        let mailbox = Address::parse(MARA).unwrap();
        let filter = IssueFilter { mailbox: Some(&mailbox), ..IssueFilter::default() };
        let kept = self.app.store.issues(&filter, 100).await.unwrap();
        kept.into_iter().map(|kept| (kept.issue.code, kept.event.map(|event| event.to_string()))).collect()
    }
}

#[tokio::test]
async fn ser_6_a_series_made_in_classic_comes_down_as_a_series_with_what_became_of_its_dates() {
    let desk = Desk::with_series().await;
    desk.look().await;
    desk.classic("Made in Classic");
    let kiel = desk.row("Made in Classic", "2026-03-21")["Id"].clone();
    desk.control(
        "POST",
        "/salesforce/records",
        &json!({ "type": "Event", "id": kiel, "fields": { "Location": "Kiel" } }),
    );
    desk.delete_in_salesforce(&desk.row("Made in Classic", "2026-03-23")["Id"]);
    desk.settle().await;
    let dates = desk.in_outlook("Made in Classic").await;
    let days: Vec<&str> = dates.iter().map(|(start, _)| &start[8..10]).collect();
    assert_eq!(days, ["19", "20", "21", "22", "24", "25", "26", "27", "28"]);
    assert!(dates.iter().all(|(start, _)| start.ends_with("T09:00")), "{dates:?}");
    assert_eq!(dates[2].1, "Kiel");
    let masters = desk.masters("Made in Classic");
    assert_eq!(masters.len(), 1);
    assert!(masters[0]["Calbridge_Sync_Key__c"].is_string());
    assert_eq!(
        desk.row("Made in Classic", "2026-03-21")["Location"],
        "Kiel",
        "the key wrote over it, and it is back"
    );
    let item = desk.view().await.into_iter().find(|item| item["subject"] == "Made in Classic").unwrap();
    let id = item["seriesMasterId"].as_str().unwrap();
    let master = desk.by_hand(Method::Get, &format!("events/{id}"), Value::Null).await;
    assert!(master["categories"].as_array().unwrap().contains(&json!("Salesforce")), "{master}");
    assert_eq!(master["attendees"], json!([]));
}

#[tokio::test]
async fn ser_6_a_series_that_came_down_goes_both_ways_and_comes_to_rest() {
    let desk = Desk::with_series().await;
    desk.look().await;
    desk.classic("Made in Classic");
    desk.settle().await;
    let row = desk.row("Made in Classic", "2026-03-24")["Id"].clone();
    desk.edit_in_salesforce(&row, json!({ "Location": "Kiel" })).await;
    let places: Vec<String> =
        desk.in_outlook("Made in Classic").await.into_iter().map(|(_, place)| place).collect();
    assert_eq!(places.iter().filter(|place| *place == "Kiel").count(), 1, "{places:?}");
    let item = desk.view().await.into_iter().find(|item| item["subject"] == "Made in Classic").unwrap();
    let id = item["seriesMasterId"].as_str().unwrap();
    desk.by_hand(Method::Patch, &format!("events/{id}"), json!({ "subject": "Changed in Outlook" })).await;
    desk.advance(TimeDelta::minutes(11));
    desk.run().await;
    assert_eq!(desk.masters("Changed in Outlook").len(), 1);
    let rows = desk.occurrences(|event| event["Subject"] == "Changed in Outlook", "Location");
    assert_eq!(rows.len(), 10);
    assert_eq!(rows.iter().filter(|(_, place)| place == "Kiel").count(), 1);
    for _ in 0..3 {
        desk.settle().await;
    }
    desk.advance(TimeDelta::minutes(11));
    desk.run().await;
    let before = desk.salesforce_calls();
    desk.advance(TimeDelta::minutes(11));
    desk.run().await;
    assert_eq!(desk.salesforce_calls(), before);
    assert_eq!(desk.in_outlook("Changed in Outlook").await.len(), 10, "and no second series");
}

#[tokio::test]
async fn ser_6_a_series_that_cannot_come_down_is_told_with_its_event() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    let (status, _) = desk.call(&mara, "GET", "/v1/me", Value::Null).await;
    assert_eq!(status, StatusCode::OK);
    desk.run().await;
    desk.look().await;
    desk.classic("Made in Classic");
    desk.settle().await;
    assert!(desk.in_outlook("Made in Classic").await.is_empty());
    let master = desk.masters("Made in Classic")[0]["Id"].as_str().unwrap().to_owned();
    assert_eq!(desk.told().await, [("SER-1".to_owned(), Some(master.clone()))]);
    // Tried again by hand it is told again, and needs nothing of the calendar.
    let mailbox = Address::parse(MARA).unwrap();
    let about = calbridge_rules::id::ItemId::parse(&master).unwrap();
    assert!(desk.app.store.retry_issue(&mailbox, &about, desk.app.now_ms()).await.unwrap());
    desk.run().await;
    assert_eq!(desk.told().await.len(), 1);
}

/// A weekly series made in Lightning, twelve Thursdays from 19 March 2026 on.
fn lightning(desk: &Desk) {
    desk.as_mara(json!({
        "Subject": "Made in Lightning", "StartDateTime": "2026-03-19T14:00:00Z", "DurationInMinutes": 30,
        "Recurrence2PatternText": "RRULE:FREQ=WEEKLY;BYDAY=TH;COUNT=12",
    }));
}

#[tokio::test]
async fn ser_3_a_series_made_in_lightning_is_told_once() {
    let desk = Desk::with_series().await;
    desk.look().await;
    lightning(&desk);
    desk.settle().await;
    let told = desk.told().await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].0, "SER-3");
    assert!(told[0].1.is_some(), "it can be opened in Salesforce");
    assert!(desk.in_outlook("Made in Lightning").await.is_empty());
}

#[tokio::test]
async fn ser_3_with_lightning_occurrences_the_dates_of_the_window_come_down_and_follow() {
    let desk = Desk::with_series().await;
    let ines = desk.sign_in(INES).await;
    let settings = json!({ "settings": { "LightningOccurrences": { "value": "on" } } });
    let (status, answer) = desk.call(&ines, "PUT", "/v1/org/settings", settings).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    desk.look().await;
    lightning(&desk);
    desk.settle().await;
    // The 60th day ahead is 17 May; the twelve Thursdays go on to 4 June.
    let dates = desk.in_outlook("Made in Lightning").await;
    assert_eq!(dates.len(), 9, "{dates:?}");
    assert!(desk.told().await.is_empty());
    assert!(desk.events("Made in Lightning").iter().all(|event| event["Calbridge_Sync_Key__c"].is_null()));
    // A change of one date in Outlook is put back, for it would change the whole series.
    let item = desk.view().await.into_iter().find(|item| item["subject"] == "Made in Lightning").unwrap();
    let id = item["id"].as_str().unwrap();
    desk.by_hand(Method::Patch, &format!("events/{id}"), json!({ "location": { "displayName": "Kiel" } }))
        .await;
    desk.advance(TimeDelta::minutes(11));
    desk.run().await;
    assert!(desk.in_outlook("Made in Lightning").await.iter().all(|(_, place)| place.is_empty()));
    assert!(desk.events("Made in Lightning").iter().all(|event| event["Location"].is_null()));
    // A change in Salesforce is one of the whole series, and comes to every date.
    let row = desk.row("Made in Lightning", "2026-04-02")["Id"].clone();
    desk.edit_in_salesforce(&row, json!({ "Location": "Bremen" })).await;
    let places = desk.in_outlook("Made in Lightning").await;
    assert!(places.iter().all(|(_, place)| place == "Bremen"), "{places:?}");
    // With time, more dates enter the window.
    for _ in 0..11 {
        desk.advance(TimeDelta::days(1));
        desk.run().await;
    }
    assert_eq!(desk.in_outlook("Made in Lightning").await.len(), 11, "28 May is the 60th day ahead by then");
}
