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
