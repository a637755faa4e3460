//! Lightning series: made from a pattern's text, changed as a whole, ended from an occurrence on (facts 1.7).

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::recurrence::{refused, series};
use crate::salesforce::testing::{Client, meeting};

const PATTERN: &str = "RRULE:FREQ=WEEKLY;BYDAY=WE;COUNT=4";

/// Wednesdays at nine in Berlin from 4 March 2026 on; the start given is the Tuesday before.
fn weekly(pattern: &str) -> Value {
    meeting(&json!({ "StartDateTime": "2026-03-10T08:00:00Z", "EndDateTime": "2026-03-10T09:00:00Z",
                     "Subject": "Weekly", "Recurrence2PatternText": pattern }))
}

fn find(client: &mut Client, condition: &str, field: &str) -> Vec<String> {
    let statement = format!(
        "SELECT Id, Subject, StartDateTime, EndDateTime, Recurrence2PatternText, GroupEventType FROM Event \
         WHERE IsRecurrence2 = true AND {condition} ORDER BY StartDateTime, GroupEventType"
    );
    client.found(&statement, field)
}

fn each(client: &mut Client, field: &str) -> Vec<String> {
    find(client, "GroupEventType = '0'", field)
}

fn starts(client: &mut Client) -> Vec<String> {
    each(client, "StartDateTime").iter().map(|start| start[..16].to_owned()).collect()
}

fn end_from(client: &mut Client, id: &str) -> (u16, Value) {
    let answer = client.call("DELETE", &format!("/sobjects/Event/{id}/fromThisEventOnwards"), &Value::Null);
    (answer.status, answer.body)
}

/// Continues at noon of Thursday, 19 March: two of the four Wednesdays are past.
fn later(client: &mut Client) {
    client.wait(TimeDelta::days(17));
    client.sign_in_as("integration@brightwater.example");
}

#[test]
fn every_occurrence_carries_the_pattern_as_the_org_keeps_it_s1_7() {
    let client = &mut Client::demo();
    let id = series(client, &weekly(PATTERN));
    assert_eq!(
        starts(client),
        ["2026-03-11T08:00", "2026-03-18T08:00", "2026-03-25T08:00", "2026-04-01T07:00"]
    );
    let ids = each(client, "Id");
    assert_eq!(ids[0], id, "the answer names the first occurrence");
    for id in ids {
        let row = client.event(&id);
        assert_eq!(row["Recurrence2PatternText"], "RRULE:FREQ=WEEKLY;BYDAY=WE;WKST=SU;INTERVAL=1;COUNT=4");
        assert_eq!((&row["Recurrence2PatternVersion"], &row["GroupEventType"]), (&json!("1"), &json!("0")));
        assert_eq!(row["Recurrence2PatternStartDate"], "2026-03-11T08:00:00.000+0000");
        assert_eq!(row["Recurrence2PatternTimeZone"], "Europe/Berlin");
        assert_eq!((&row["IsRecurrence"], &row["RecurrenceActivityId"]), (&json!(false), &Value::Null));
        assert_eq!(
            (&row["IsRecurrence2Exception"], &row["IsRecurrence2Exclusion"]),
            (&json!(false), &json!(false))
        );
    }
    assert_eq!(find(client, "GroupEventType = '3'", "Subject"), ["Weekly"]);
}

#[test]
fn only_versions_since_52_make_a_series_and_no_update_changes_its_pattern_s1_7() {
    let client = &mut Client::demo();
    client.version = 51;
    refused(client, &weekly(PATTERN), "INVALID_FIELD_FOR_INSERT_UPDATE", &["Recurrence2PatternText"]);
    client.version = 52;
    let id = series(client, &weekly(PATTERN));
    let answer = client.update(&id, &json!({ "Recurrence2PatternText": PATTERN }));
    assert_eq!(
        answer.error(),
        ("INVALID_FIELD_FOR_INSERT_UPDATE".to_owned(), vec!["Recurrence2PatternText".to_owned()])
    );
}

#[test]
fn a_pattern_that_cannot_be_is_refused_s1_7() {
    let client = &mut Client::demo();
    let code = "FIELD_INTEGRITY_EXCEPTION";
    for pattern in ["RRULE:FREQ=WEEKLY", "RRULE:FREQ=DAILY;UNTIL=20260309", "every day"] {
        refused(client, &weekly(pattern), code, &["Recurrence2PatternText"]);
    }
    let mut both = weekly(PATTERN);
    both["IsRecurrence"] = json!(true);
    refused(client, &both, code, &["IsRecurrence", "Recurrence2PatternText"]);
    let untimed = json!({ "Recurrence2PatternText": PATTERN });
    refused(client, &untimed, "REQUIRED_FIELD_MISSING", &["DurationInMinutes", "ActivityDateTime"]);
}

#[test]
fn changing_a_future_occurrence_changes_the_whole_series_s1_7() {
    let client = &mut Client::demo();
    series(client, &weekly(PATTERN));
    later(client);
    let ids = each(client, "Id");
    assert_eq!(client.update(&ids[3], &json!({ "Subject": "Renamed" })).status, 204);
    assert_eq!(each(client, "Subject"), ["Renamed"; 4]);
    assert_eq!(find(client, "GroupEventType = '3'", "Subject"), ["Renamed"]);
    assert_eq!(find(client, "IsRecurrence2Exception = true", "Id"), Vec::<String>::new());
}

#[test]
fn changing_the_time_of_a_future_occurrence_leaves_the_past_as_history_s1_7() {
    let client = &mut Client::demo();
    series(client, &weekly(PATTERN));
    later(client);
    let ids = each(client, "Id");
    let times = json!({ "StartDateTime": "2026-03-26T09:30:00Z", "EndDateTime": "2026-03-26T10:00:00Z" });
    assert_eq!(client.update(&ids[2], &times).status, 204);
    assert_eq!(
        starts(client),
        ["2026-03-11T08:00", "2026-03-18T08:00", "2026-03-26T09:30", "2026-04-02T08:30"]
    );
    assert_eq!(each(client, "EndDateTime")[3], "2026-04-02T09:00:00.000+0000");
    assert_eq!(find(client, "IsRecurrence2Exclusion = true", "Id"), ids[..2]);
}

#[test]
fn changing_a_past_occurrence_makes_it_an_exception_s1_7() {
    let client = &mut Client::demo();
    series(client, &weekly(PATTERN));
    later(client);
    let ids = each(client, "Id");
    assert_eq!(client.update(&ids[0], &json!({ "Subject": "Kick-off" })).status, 204);
    assert_eq!(each(client, "Subject"), ["Kick-off", "Weekly", "Weekly", "Weekly"]);
    assert_eq!(find(client, "IsRecurrence2Exception = true", "Id"), ids[..1]);
    assert_eq!(client.update(&ids[3], &json!({ "Subject": "Renamed" })).status, 204);
    assert_eq!(each(client, "Subject"), ["Kick-off", "Renamed", "Renamed", "Renamed"], "exceptions stay");
}

#[test]
fn before_version_58_a_change_is_of_one_occurrence_s1_7() {
    let client = &mut Client::demo();
    let id = series(client, &weekly(PATTERN));
    client.version = 57;
    assert_eq!(client.update(&id, &json!({ "Subject": "Kick-off" })).status, 204);
    assert_eq!(each(client, "Subject"), ["Kick-off", "Weekly", "Weekly", "Weekly"]);
    assert_eq!(find(client, "IsRecurrence2Exception = true", "Id"), [id]);
}

#[test]
fn a_reminder_of_the_series_stands_to_each_start_alike_s1_7() {
    let client = &mut Client::demo();
    let id = series(client, &weekly(PATTERN));
    let reminder = json!({ "IsReminderSet": true, "ReminderDateTime": "2026-03-11T07:45:00Z" });
    assert_eq!(client.update(&id, &reminder).status, 204);
    let last = each(client, "Id")[3].clone();
    assert_eq!(client.event(&last)["ReminderDateTime"], "2026-04-01T06:45:00.000+0000");
}

#[test]
fn a_series_is_deleted_from_an_occurrence_on_s1_7() {
    let client = &mut Client::demo();
    series(client, &weekly(PATTERN));
    let ids = each(client, "Id");
    let told = "We're deleting the selected events from the series. Wait for all events to be removed.";
    assert_eq!(end_from(client, &ids[2]), (200, json!({ "success": told })));
    assert_eq!(each(client, "Id"), ids[..2]);
    assert_eq!(find(client, "GroupEventType = '3'", "Id").len(), 1);
    assert_eq!(end_from(client, &ids[2]).0, 404);
    assert_eq!(end_from(client, &ids[0]).0, 200);
    assert_eq!(
        find(client, "Id != null", "Id"),
        Vec::<String>::new(),
        "the pattern record goes with the last"
    );
}

#[test]
fn only_an_occurrence_that_follows_the_pattern_can_be_deleted_from_s1_7() {
    let client = &mut Client::demo();
    series(client, &weekly(PATTERN));
    let single = client.created(&meeting(&json!({})))["Id"].as_str().unwrap().to_owned();
    let pattern = find(client, "GroupEventType = '3'", "Id")[0].clone();
    later(client);
    let ids = each(client, "Id");
    let times = json!({ "StartDateTime": "2026-03-25T09:00:00Z", "EndDateTime": "2026-03-25T10:00:00Z" });
    assert_eq!(client.update(&ids[2], &times).status, 204);
    for id in [&single, &pattern, &ids[0]] {
        let (status, body) = end_from(client, id);
        assert_eq!((status, &body[0]["errorCode"]), (400, &json!("FIELD_INTEGRITY_EXCEPTION")), "{id}");
    }
    assert_eq!(each(client, "Id"), ids);
    let wrong = client.get(&format!("/sobjects/Event/{single}/fromThisEventOnwards"));
    assert_eq!((wrong.status, wrong.error().0.as_str()), (405, "METHOD_NOT_ALLOWED"));
}

#[test]
fn occurrences_go_one_by_one_and_the_pattern_record_with_the_last_s1_7() {
    let client = &mut Client::demo();
    series(client, &weekly(PATTERN));
    for (count, id) in each(client, "Id").iter().enumerate() {
        assert_eq!(find(client, "Id != null", "Id").len(), 5 - count);
        assert_eq!(client.call("DELETE", &format!("/sobjects/Event/{id}"), &Value::Null).status, 204);
    }
    assert_eq!(find(client, "Id != null", "Id"), Vec::<String>::new());
    series(client, &weekly(PATTERN));
    let pattern = find(client, "GroupEventType = '3'", "Id")[0].clone();
    assert_eq!(client.call("DELETE", &format!("/sobjects/Event/{pattern}"), &Value::Null).status, 204);
    assert_eq!(find(client, "Id != null", "Id"), Vec::<String>::new());
}

#[test]
fn two_series_alike_are_still_two_s1_7() {
    let client = &mut Client::demo();
    let one = series(client, &weekly(PATTERN));
    series(client, &weekly(PATTERN));
    assert_eq!(client.update(&one, &json!({ "Subject": "Renamed" })).status, 204);
    assert_eq!(find(client, "Subject = 'Renamed'", "Id").len(), 5);
    assert_eq!(find(client, "Subject = 'Weekly'", "Id").len(), 5);
}

#[test]
fn an_all_day_series_has_dates_that_no_zone_shifts_s1_7() {
    let client = &mut Client::demo();
    let fields = json!({ "IsAllDayEvent": true, "ActivityDate": "2026-03-27",
                         "Recurrence2PatternText": "RRULE:FREQ=DAILY;INTERVAL=2;COUNT=3" });
    series(client, &fields);
    assert_eq!(starts(client), ["2026-03-27T00:00", "2026-03-29T00:00", "2026-03-31T00:00"]);
}

#[test]
fn a_world_holds_both_kinds_of_series_s8() {
    let client = &mut Client::of(&crate::world::definition("demo-series").unwrap());
    let found = |client: &mut Client, condition: &str| {
        client.found(&format!("SELECT Id FROM Event WHERE {condition}"), "Id").len()
    };
    assert_eq!(found(client, "Subject = 'Pipeline review' AND GroupEventType = '0'"), 8);
    assert_eq!(found(client, "Subject = 'Borealis: weekly call' AND IsRecurrence = false"), 8);
    assert_eq!(found(client, "GroupEventType = '3' OR IsRecurrence = true"), 2);
}
