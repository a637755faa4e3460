//! Rounds of changes that Graph cannot make.

use calbridge_sync::enrol::enrol;
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::desk::{Desk, INES};

impl Desk {
    async fn after_minutes(&self, count: i64) {
        self.advance(TimeDelta::minutes(count));
        self.run().await;
    }

    fn own_events(&self) -> Vec<Value> {
        let subject = self.stored(INES, "ines-own")["subject"].as_str().unwrap().to_owned();
        self.events(&subject).into_iter().filter(|event| event["IsDeleted"] != true).collect()
    }
}

#[tokio::test]
async fn cat_3_where_graph_fails_over_a_round_the_window_is_read_week_by_week() {
    let desk = Desk::open().await;
    enrol(&desk.app).await.unwrap();
    desk.after_minutes(1).await;
    let unavailable =
        json!({ "status": 503, "body": { "error": { "code": "serviceUnavailable", "message": "No" } } });
    desk.fault(json!({ "site": "graph", "path": "delta", "mailbox": INES, "kind": unavailable }));
    desk.categorize(INES, "ines-own", &["Salesforce"]).await;
    desk.after_minutes(11).await;
    assert_eq!(desk.own_events().len(), 1, "the category is found in the part of the window that it lies in");

    desk.control("DELETE", "/faults", &Value::Null);
    desk.after_minutes(11).await;
    desk.after_minutes(11).await;
    assert_eq!(desk.own_events().len(), 1);
}

/// The issues of the calendar as a whole, as the user's list has them.
async fn of_calendar(desk: &Desk) -> Vec<Value> {
    let token = desk.sign_in(INES).await;
    let (_, listed) = desk.call(&token, "GET", "/v1/issues", Value::Null).await;
    let issues = listed["issues"].as_array().unwrap().iter().filter(|issue| issue["item"] == "calendar");
    issues.cloned().collect()
}

#[tokio::test]
async fn iss_1_a_calendar_that_tells_its_changes_without_an_end_is_an_issue_until_it_does() {
    let desk = Desk::open().await;
    enrol(&desk.app).await.unwrap();
    desk.after_minutes(1).await;
    assert_eq!(of_calendar(&desk).await, [Value::Null; 0]);
    desk.control("PATCH", "/graph/switches", &json!({ "endless_rounds": true }));
    desk.categorize(INES, "ines-own", &["Salesforce"]).await;
    desk.after_minutes(11).await;
    assert_eq!(desk.own_events().len(), 1, "sync goes on all the same");
    let issues = of_calendar(&desk).await;
    assert_eq!(issues.len(), 1, "one for the calendar");
    assert_eq!((&issues[0]["code"], &issues[0]["subject"]), (&json!("ISE-508"), &json!("The calendar")));
    desk.after_minutes(11).await;
    assert_eq!(of_calendar(&desk).await.len(), 1, "and no second one");

    desk.control("PATCH", "/graph/switches", &json!({ "endless_rounds": false }));
    desk.after_minutes(11).await;
    assert_eq!(of_calendar(&desk).await, [Value::Null; 0]);
}
