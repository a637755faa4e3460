//! Series between Graph and Salesforce (SER), as both vendors' doubles have them.

use calbridge_rules::{
    event::{EventField, FieldValue},
    id::Address,
    saving::{Choice, Scope},
};
use calbridge_standin::{
    graph::ids::{self, Form},
    world::definition,
};
use calbridge_sync::{app::App, store::Store, watch};
use calbridge_wire::message::Method;
use chrono::TimeDelta;
use http::StatusCode;
use serde_json::{Value, json};

use crate::{
    by_hand::ByHand,
    desk::{Desk, MARA},
};

const WEEKLY: &str = "weekly-standup";
const ACME: &str = "Acme weekly";

impl Desk {
    /// A service that syncs series.
    pub(crate) async fn with_series() -> Self {
        let desk = Self::of(&definition("demo").unwrap()).await.syncing_series().await;
        let mara = desk.sign_in(MARA).await;
        let (status, _) = desk.call(&mara, "GET", "/v1/me", Value::Null).await;
        assert_eq!(status, StatusCode::OK);
        desk.run().await;
        desk
    }

    /// The same, which syncs series.
    pub(crate) async fn syncing_series(mut self) -> Self {
        let mut config = self.app.config.clone();
        config.settings.recurring_sync = true;
        let store = Store::open(&config.database_url).await.unwrap();
        let transport = std::sync::Arc::clone(&self.app.transport);
        self.app = std::sync::Arc::new(App::new(config, store, self.clock.clone(), transport).unwrap());
        self
    }

    /// A request of Mara's own Outlook.
    pub(crate) async fn by_hand(&self, method: Method, path: &str, body: Value) -> Value {
        let mailbox = Address::parse(MARA).unwrap();
        self.app.mailroom.call(&mailbox, 1, &ByHand { method, path: path.to_owned(), body }).await.unwrap()
    }

    /// Changes a series in Outlook.
    async fn change(&self, key: &str, body: Value) {
        let id = self.stored(MARA, key)["id"].as_str().unwrap().to_owned();
        self.by_hand(Method::Patch, &format!("events/{id}"), body).await;
    }

    /// The dates of a series in Outlook.
    pub(crate) async fn dates(&self, key: &str) -> Vec<Value> {
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

    /// The reference to a date of a series as desktop Outlook gives it.
    fn item_of_date(&self, key: &str, date: &Value) -> Value {
        let ews = |id: &str| ids::write(ids::read_any(id).unwrap(), Form::Ews);
        let series = self.stored(MARA, key)["id"].as_str().unwrap().to_owned();
        json!({
            "mailbox": MARA,
            "item_id": ews(date["id"].as_str().unwrap()),
            "id_format": "ews",
            "series_id": ews(&series),
        })
    }

    /// Where an item stands, by its reference.
    async fn stands(&self, token: &str, item: &Value) -> Value {
        let (status, standing) = self.call(token, "POST", "/v1/items/lookup", item.clone()).await;
        assert_eq!(status, StatusCode::OK, "{standing}");
        standing["status"].clone()
    }

    /// A press of Save on a date, for the entire series.
    async fn save_whole(&self, token: &str, date: &Value) {
        let choice = Choice { scope: Scope::Series, ..self.with_dana() };
        let request = json!({ "idempotency_key": self.key(), "item": date, "choice": choice });
        let (status, answer) = self.call(token, "POST", "/v1/saves", request).await;
        assert_eq!(status, StatusCode::ACCEPTED, "{answer}");
    }

    /// The occurrences of Classic series with a field: their starts and that field.
    pub(crate) fn occurrences(&self, fits: impl Fn(&Value) -> bool, field: &str) -> Vec<(String, String)> {
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

    pub(crate) fn masters(&self, subject: &str) -> Vec<Value> {
        let is_master = |event: &Value| event["IsRecurrence"] == true && event["IsDeleted"] == false;
        self.events(subject).into_iter().filter(is_master).collect()
    }

    /// Time passes, and the org is watched.
    pub(crate) async fn look(&self) {
        self.advance(TimeDelta::seconds(61));
        watch::look(&self.app, "watcher").await.unwrap();
    }

    pub(crate) async fn edit_in_salesforce(&self, id: &Value, fields: Value) {
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
async fn sav_10_the_entire_series_chosen_on_one_of_its_dates_is_saved_and_told_on_each() {
    let desk = Desk::with_series().await;
    let mara = desk.sign_in(MARA).await;
    let dates = desk.dates(WEEKLY).await;
    let pressed = desk.item_of_date(WEEKLY, &dates[3]);
    assert_eq!(desk.stands(&mara, &pressed).await, json!({ "status": "not_saved" }));
    desk.save_whole(&mara, &pressed).await;
    assert_eq!(desk.stands(&mara, &pressed).await["status"], "will_be_saved");
    desk.run().await;
    let masters = desk.masters(ACME);
    assert_eq!(masters.len(), 1, "{masters:?}");
    assert_eq!(masters[0]["WhoId"], desk.with_dana().who.unwrap().record.as_str());
    let rows = desk.occurrences(|event| event["RecurrenceActivityId"] == masters[0]["Id"], "Id");
    assert_eq!(rows.len(), dates.len());
    for (date, (start, row)) in dates.iter().zip(&rows) {
        assert!(date["start"]["dateTime"].as_str().unwrap().starts_with(start));
        let standing = desk.stands(&mara, &desk.item_of_date(WEEKLY, date)).await;
        assert_eq!(standing, json!({ "status": "saved", "event": row }));
    }
    let status = desk.status(&mara, MARA, WEEKLY).await;
    assert_eq!(status, json!({ "status": "saved", "event": masters[0]["Id"] }));
    // The same press on another date is the same series.
    desk.save_whole(&mara, &desk.item_of_date(WEEKLY, &dates[5])).await;
    desk.run().await;
    assert_eq!(desk.masters(ACME).len(), 1);
}

#[tokio::test]
async fn sav_10_what_stands_in_the_way_of_the_series_is_told_on_the_date_that_asked_for_it() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    let date = desk.item_of_date(WEEKLY, &desk.dates(WEEKLY).await[3]);
    assert_eq!(desk.stands(&mara, &date).await, json!({ "status": "not_saved" }));
    desk.save_whole(&mara, &date).await;
    desk.run().await;
    let standing = desk.stands(&mara, &date).await;
    assert_eq!((&standing["status"], &standing["code"]), (&json!("issue"), &json!("SER-1")), "{standing}");
    assert_eq!(desk.status(&mara, MARA, WEEKLY).await["status"], "issue");
    assert!(desk.masters(ACME).is_empty());
}

#[tokio::test]
async fn sav_10_this_occurrence_is_a_single_event_and_the_series_stays_unsaved() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    let date = desk.item_of_date(WEEKLY, &desk.dates(WEEKLY).await[4]);
    let request = json!({ "idempotency_key": desk.key(), "item": date, "choice": desk.with_dana() });
    desk.call(&mara, "POST", "/v1/saves", request).await;
    desk.run().await;
    let saved = desk.events(ACME);
    assert_eq!(saved.len(), 1, "{saved:?}");
    assert_eq!(desk.stands(&mara, &date).await, json!({ "status": "saved", "event": saved[0]["Id"] }));
    assert_eq!(desk.status(&mara, MARA, WEEKLY).await["status"], "not_saved");
}

#[tokio::test]
async fn cat_3_the_category_on_one_date_asks_for_the_entire_series() {
    let desk = Desk::with_series().await;
    let mara = desk.sign_in(MARA).await;
    let date = desk.dates(WEEKLY).await[4].clone();
    let path = format!("events/{}", date["id"].as_str().unwrap());
    desk.by_hand(Method::Patch, &path, json!({ "categories": ["Salesforce"] })).await;
    desk.advance(TimeDelta::minutes(11));
    desk.run().await;
    assert_eq!(desk.masters(ACME).len(), 1);
    assert_eq!(desk.subjects(ACME).len(), 11);
    assert_eq!(desk.stands(&mara, &desk.item_of_date(WEEKLY, &date)).await["status"], "saved");
}

#[tokio::test]
async fn ser_7_a_date_that_was_saved_alone_keeps_its_event_when_its_series_is_saved() {
    let desk = Desk::with_series().await;
    let mara = desk.sign_in(MARA).await;
    let dates = desk.dates(WEEKLY).await;
    let date = desk.item_of_date(WEEKLY, &dates[4]);
    let request = json!({ "idempotency_key": desk.key(), "item": date, "choice": desk.with_dana() });
    desk.call(&mara, "POST", "/v1/saves", request).await;
    desk.run().await;
    let alone = desk.events(ACME)[0]["Id"].clone();
    desk.save_whole(&mara, &desk.item_of_date(WEEKLY, &dates[5])).await;
    desk.run().await;
    let start = &dates[4]["start"]["dateTime"].as_str().unwrap()[..16];
    let rows = desk.subjects(ACME);
    assert_eq!(rows.len(), 10);
    assert!(rows.iter().all(|(row, _)| row != start), "the series' own row for that date is gone");
    assert_eq!(desk.stands(&mara, &date).await, json!({ "status": "saved", "event": alone }));
    let mailbox = Address::parse(MARA).unwrap();
    let journal = desk.app.store.journal(Some(&mailbox), 50).await.unwrap();
    let at = EventField::Start;
    let removed: Vec<_> = journal.iter().filter(|entry| entry.is_deletion()).collect();
    assert_eq!(removed.len(), 2, "that row, and the one of the date that was cancelled before");
    let begins = FieldValue::Instant(format!("{start}:00Z").parse().unwrap());
    assert!(removed.iter().any(|entry| entry.before.get(&at) == Some(&begins)), "{removed:?}");
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

/// A series of twenty days that is at another time of day from its fourth on; answers its item too.
async fn later_from_the_fourth_day() -> (Desk, String) {
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
    (desk, id)
}

#[tokio::test]
async fn ser_4_another_time_of_day_ends_the_old_series_and_begins_another() {
    let (desk, _) = later_from_the_fourth_day().await;
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

#[tokio::test]
async fn uns_2_a_series_that_was_taken_back_is_brought_back_with_what_became_of_its_dates() {
    let desk = Desk::with_series().await;
    let mara = desk.with_weekly().await;
    let gone = desk.occurrences(|event| event["Subject"] == ACME, "Id")[6].clone();
    desk.control("DELETE", &format!("/salesforce/records/{}", gone.1), &Value::Null);
    desk.look().await;
    desk.run().await;
    let (before, master) = (desk.subjects(ACME), desk.masters(ACME)[0].clone());
    assert_eq!(before.len(), 10);
    desk.categorize(MARA, WEEKLY, &["Salesforce", "Salesforce Unsync"]).await;
    desk.advance(TimeDelta::minutes(11));
    desk.run().await;
    assert!(desk.subjects(ACME).is_empty() && desk.masters(ACME).is_empty());
    let undo = {
        let mailbox = Address::parse(MARA).unwrap();
        let journal = desk.app.store.journal(Some(&mailbox), 100).await.unwrap();
        let entry = journal.iter().find(|entry| entry.event.as_str() == master["Id"]).unwrap();
        json!({ "deed": "undo", "event": entry.event.as_str(), "number": entry.number })
    };
    let (status, answer) = desk.call(&mara, "POST", "/v1/deeds", undo).await;
    assert_eq!(status, StatusCode::NO_CONTENT, "{answer}");
    assert_eq!(
        desk.subjects(ACME),
        before,
        "as a series again, with the date that differs and without the one that is gone"
    );
    let again = desk.masters(ACME)[0].clone();
    for field in
        ["WhoId", "OwnerId", "Calbridge_Sync_Key__c", "RecurrenceStartDateTime", "RecurrenceEndDateOnly"]
    {
        assert_eq!(again[field], master[field], "{field}");
    }
    desk.run().await;
    assert_eq!(desk.status(&mara, MARA, WEEKLY).await, json!({ "status": "saved", "event": again["Id"] }));
    assert_eq!(desk.subjects(ACME), before);
    assert_eq!(desk.masters(ACME).len(), 1);
}

/// Brought back one after the other, its parts stand as they stood, and follow their item again.
#[tokio::test]
async fn uns_2_a_series_of_two_parts_is_brought_back_part_by_part() {
    let (desk, id) = later_from_the_fourth_day().await;
    let (before, masters) = (desk.subjects("Daily"), desk.masters("Daily"));
    assert_eq!((before.len(), masters.len()), (20, 2));
    let unsync = json!({ "categories": ["Salesforce", "Salesforce Unsync"] });
    desk.by_hand(Method::Patch, &format!("events/{id}"), unsync).await;
    desk.advance(TimeDelta::minutes(11));
    desk.run().await;
    assert!(desk.subjects("Daily").is_empty() && desk.masters("Daily").is_empty());
    let mara = desk.sign_in(MARA).await;
    for master in &masters {
        let mailbox = Address::parse(MARA).unwrap();
        let journal = desk.app.store.journal(Some(&mailbox), 100).await.unwrap();
        let entry =
            journal.iter().find(|entry| entry.is_deletion() && entry.event.as_str() == master["Id"]).unwrap();
        let undo = json!({ "deed": "undo", "event": entry.event.as_str(), "number": entry.number });
        let (status, answer) = desk.call(&mara, "POST", "/v1/deeds", undo).await;
        assert_eq!(status, StatusCode::NO_CONTENT, "{answer}");
    }
    assert_eq!(desk.subjects("Daily"), before);
    desk.run().await;
    desk.look().await;
    desk.run().await;
    assert_eq!(desk.subjects("Daily"), before);
    assert_eq!(desk.masters("Daily").len(), 2);

    desk.by_hand(Method::Patch, &format!("events/{id}"), json!({ "subject": "Daily anew" })).await;
    desk.advance(TimeDelta::minutes(11));
    desk.run().await;
    let after: Vec<(String, String)> = desk.subjects("Daily");
    let past = before.iter().filter(|(start, _)| start.as_str() < "2026-03-22").cloned();
    let anew = before.iter().filter(|(start, _)| start.as_str() >= "2026-03-22");
    let anew = anew.map(|(start, _)| (start.clone(), "Daily anew".to_owned()));
    assert_eq!(after, past.chain(anew).collect::<Vec<_>>());
}
