//! Classic series: what becomes of occurrences when a master or one of them changes (facts 1.6).

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::recurrence::{each, master, series, starts, weekly};
use crate::salesforce::testing::{Client, meeting};

/// Continues at noon of Monday, 16 March 2026: two of the four Tuesdays are past.
fn two_weeks_later(client: &mut Client) {
    client.wait(TimeDelta::days(14));
    client.sign_in_as("integration@brightwater.example");
}

#[track_caller]
fn changed(client: &mut Client, id: &str, fields: &Value) {
    let answer = client.update(id, fields);
    assert_eq!(answer.status, 204, "{fields}: {}", answer.body);
}

fn delete(client: &mut Client, id: &str) {
    assert_eq!(client.call("DELETE", &format!("/sobjects/Event/{id}"), &Value::Null).status, 204);
}

#[test]
fn an_occurrence_is_changed_and_deleted_like_any_event_s1_6() {
    let client = &mut Client::demo();
    let id = series(client, &weekly());
    let ids = each(client, &id, "Id");
    changed(
        client,
        &ids[1],
        &json!({ "Subject": "Moved", "StartDateTime": "2026-03-11T08:00:00Z", "EndDateTime": "2026-03-11T09:00:00Z" }),
    );
    delete(client, &ids[2]);
    assert_eq!(each(client, &id, "Subject"), ["Stand-up", "Moved", "Stand-up", "Stand-up"]);
    assert_eq!(starts(client, &id)[1..3], ["2026-03-11T08:00", "2026-03-24T08:00"]);
    assert_eq!(client.event(&id)["Subject"], "Stand-up");
}

#[test]
fn a_change_of_the_master_overwrites_what_was_edited_in_occurrences_s1_6() {
    let client = &mut Client::demo();
    let id = series(client, &weekly());
    let ids = each(client, &id, "Id");
    changed(
        client,
        &ids[1],
        &json!({ "Subject": "Moved", "Location": "Here", "StartDateTime": "2026-03-11T08:00:00Z", "EndDateTime": "2026-03-11T09:00:00Z" }),
    );
    delete(client, &ids[2]);
    two_weeks_later(client);
    changed(client, &id, &json!({ "Subject": "Daily", "DurationInMinutes": 15 }));
    assert_eq!(each(client, &id, "Subject"), ["Daily"; 4]);
    assert_eq!(
        starts(client, &id),
        ["2026-03-03T08:00", "2026-03-10T08:00", "2026-03-24T08:00", "2026-03-31T07:00"]
    );
    assert_eq!(each(client, &id, "Id"), [&ids[0], &ids[1], &ids[3], &ids[4]].map(Clone::clone));
    let row = client.event(&ids[1]);
    assert_eq!((&row["Location"], &row["DurationInMinutes"]), (&Value::Null, &json!(15)));
}

#[test]
fn an_occurrence_keeps_its_invitees_when_the_master_changes_s1_6() {
    let client = &mut Client::demo();
    let id = series(client, &weekly());
    let first = each(client, &id, "Id")[0].clone();
    let user = client.id("User", "Alias = 'mara'");
    let relation = json!({ "EventId": first, "RelationId": user, "IsInvitee": true });
    assert_eq!(client.call("POST", "/sobjects/EventRelation", &relation).status, 201);
    changed(client, &id, &json!({ "Subject": "Daily" }));
    let row = client.event(&first);
    assert_eq!((&row["IsGroupEvent"], &row["GroupEventType"]), (&json!(true), &json!("1")));
    assert_eq!(client.found("SELECT Subject FROM Event WHERE IsChild = true", "Subject"), ["Daily"]);
    assert_eq!(each(client, &id, "Subject"), ["Daily"; 5]);
    delete(client, &id);
    assert_eq!(client.found("SELECT Id FROM Event WHERE IsChild = true", "Id"), Vec::<String>::new());
}

#[test]
fn a_master_written_with_the_values_it_has_leaves_its_occurrences_alone_s1_6() {
    let client = &mut Client::demo();
    let id = series(client, &weekly());
    let first = each(client, &id, "Id")[0].clone();
    changed(client, &first, &json!({ "Subject": "Mine" }));
    let before = each(client, &id, "SystemModstamp");
    let mut same = weekly();
    same.as_object_mut().unwrap().remove("IsRecurrence");
    changed(client, &id, &same);
    assert_eq!(each(client, &id, "SystemModstamp"), before);
    assert_eq!(each(client, &id, "Subject")[0], "Mine");
}

#[test]
fn a_change_of_pattern_keeps_the_past_and_makes_the_future_anew_s1_6() {
    let client = &mut Client::demo();
    let id = series(client, &weekly());
    let before = each(client, &id, "Id");
    two_weeks_later(client);
    changed(client, &id, &json!({ "RecurrenceDayOfWeekMask": 8 }));
    let expected = ["2026-03-03T08:00", "2026-03-10T08:00", "2026-03-18T08:00", "2026-03-25T08:00"];
    assert_eq!(starts(client, &id), expected);
    let after = each(client, &id, "Id");
    assert_eq!(after[..2], before[..2]);
    assert!(after[2..].iter().all(|id| !before.contains(id)), "ids are new");
    let gone = client.get(&format!("/sobjects/Event/{}", before[3]));
    assert_eq!((gone.status, gone.error().0.as_str()), (404, "ENTITY_IS_DELETED"));
}

#[test]
fn every_field_of_the_pattern_and_the_start_make_the_series_anew_s1_6() {
    for change in [
        json!({ "RecurrenceStartDateTime": "2026-03-03T09:00:00Z" }),
        json!({ "RecurrenceTimeZoneSidKey": "America/New_York" }),
        json!({ "RecurrenceInterval": 2 }),
        json!({ "RecurrenceType": "RecursDaily", "RecurrenceInterval": 7, "RecurrenceDayOfWeekMask": null }),
    ] {
        let client = &mut Client::demo();
        let id = series(client, &weekly());
        let before = each(client, &id, "Id");
        changed(client, &id, &change);
        let after = each(client, &id, "Id");
        assert!(!after.is_empty() && after.iter().all(|id| !before.contains(id)), "{change}");
    }
}

#[test]
fn a_moved_start_moves_the_master_and_keeps_its_length_s1_6() {
    let client = &mut Client::demo();
    let id = series(client, &weekly());
    changed(client, &id, &json!({ "RecurrenceStartDateTime": "2026-03-10T10:00:00Z" }));
    let row = client.event(&id);
    assert_eq!(
        (&row["StartDateTime"], &row["EndDateTime"]),
        (&json!("2026-03-10T10:00:00.000+0000"), &json!("2026-03-10T10:30:00.000+0000"))
    );
    assert_eq!(starts(client, &id)[0], "2026-03-10T10:00");
}

#[test]
fn an_earlier_end_deletes_what_comes_later_and_a_later_one_appends_s1_6() {
    let client = &mut Client::demo();
    let id = series(client, &weekly());
    let before = each(client, &id, "Id");
    changed(client, &before[0], &json!({ "Subject": "Mine" }));
    changed(client, &id, &json!({ "RecurrenceEndDateOnly": "2026-03-17" }));
    assert_eq!(each(client, &id, "Id"), before[..3]);
    delete(client, &before[1]);
    changed(client, &id, &json!({ "RecurrenceEndDateOnly": "2026-04-07" }));
    let expected =
        ["2026-03-03T08:00", "2026-03-17T08:00", "2026-03-24T08:00", "2026-03-31T07:00", "2026-04-07T07:00"];
    assert_eq!(starts(client, &id), expected);
    assert_eq!(each(client, &id, "Subject")[0], "Mine");
    let after = each(client, &id, "Id");
    assert!(after[2..].iter().all(|id| !before.contains(id)), "ids are never used again");
}

#[test]
fn a_series_is_extended_piece_by_piece_as_time_passes_s1_6() {
    let client = &mut Client::demo();
    let daily = master(
        &json!({ "RecurrenceType": "RecursDaily", "RecurrenceInterval": 1, "RecurrenceEndDateOnly": "2026-06-10" }),
    );
    let id = series(client, &daily);
    let answer = client.update(&id, &json!({ "RecurrenceEndDateOnly": "2026-06-11" }));
    assert_eq!(
        answer.error(),
        ("FIELD_INTEGRITY_EXCEPTION".to_owned(), vec!["RecurrenceEndDateOnly".to_owned()])
    );
    client.wait(TimeDelta::days(26));
    client.sign_in_as("integration@brightwater.example");
    changed(client, &id, &json!({ "RecurrenceEndDateOnly": "2026-07-05" }));
    assert_eq!(each(client, &id, "Id").len(), 125);
}

#[test]
fn a_refused_change_changes_nothing_s1_6() {
    let client = &mut Client::demo();
    let id = series(client, &weekly());
    let before = each(client, &id, "SystemModstamp");
    for (change, code, field) in [
        (json!({ "RecurrenceInterval": null }), "REQUIRED_FIELD_MISSING", "RecurrenceInterval"),
        (json!({ "RecurrenceDayOfMonth": 3 }), "FIELD_INTEGRITY_EXCEPTION", "RecurrenceDayOfMonth"),
        (
            json!({ "RecurrenceEndDateOnly": "2026-03-01" }),
            "FIELD_INTEGRITY_EXCEPTION",
            "RecurrenceEndDateOnly",
        ),
        (json!({ "DurationInMinutes": 1_500 }), "FIELD_INTEGRITY_EXCEPTION", "DurationInMinutes"),
        (json!({ "IsRecurrence": false }), "INVALID_FIELD_FOR_INSERT_UPDATE", "IsRecurrence"),
    ] {
        let answer = client.update(&id, &change);
        assert_eq!(answer.error(), (code.to_owned(), vec![field.to_owned()]), "{change}: {}", answer.body);
    }
    assert_eq!(each(client, &id, "SystemModstamp"), before);
}

#[test]
fn an_event_never_becomes_a_series_nor_an_occurrence_a_master_s1_6() {
    let client = &mut Client::demo();
    let single = client.created(&meeting(&json!({})))["Id"].as_str().unwrap().to_owned();
    let id = series(client, &weekly());
    let first = each(client, &id, "Id")[0].clone();
    for row in [single, first] {
        let code = client.update(&row, &json!({ "IsRecurrence": true })).error().0;
        assert_eq!(code, "INVALID_FIELD_FOR_INSERT_UPDATE");
        let answer = client.update(&row, &json!({ "RecurrenceEndDateOnly": "2026-04-01" }));
        assert_eq!(
            answer.error(),
            ("FIELD_INTEGRITY_EXCEPTION".to_owned(), vec!["RecurrenceEndDateOnly".to_owned()])
        );
        changed(client, &row, &json!({ "RecurrenceEndDateOnly": null, "Subject": "Same" }));
    }
}

#[test]
fn deleting_the_master_deletes_past_and_future_and_lists_them_s1_6() {
    let client = &mut Client::demo();
    let id = series(client, &weekly());
    let ids = each(client, &id, "Id");
    two_weeks_later(client);
    delete(client, &id);
    assert_eq!(each(client, &id, "Id"), Vec::<String>::new());
    for id in &ids {
        assert_eq!(client.get(&format!("/sobjects/Event/{id}")).error().0, "ENTITY_IS_DELETED");
    }
    let listed =
        client.get("/sobjects/Event/deleted?start=2026-03-16T11:00:00Z&end=2026-03-16T13:00:00Z").body;
    assert_eq!(listed["deletedRecords"].as_array().unwrap().len(), 6);
}

#[test]
fn a_series_that_is_rolled_back_leaves_no_occurrence_s2_5() {
    let client = &mut Client::demo();
    let mut record = weekly();
    record["attributes"] = json!({ "type": "Event" });
    let broken = json!({ "attributes": { "type": "Event" }, "Subject": "No times" });
    let body = json!({ "allOrNone": true, "records": [record, broken] });
    let answer = client.call("POST", "/composite/sobjects", &body).body;
    assert_eq!(answer[0]["errors"][0]["statusCode"], "ALL_OR_NONE_OPERATION_ROLLED_BACK");
    assert_eq!(client.found("SELECT Id FROM Event WHERE Subject = 'Stand-up'", "Id"), Vec::<String>::new());
}
