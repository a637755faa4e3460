//! Classic series: what a master must say and which occurrences it makes (facts 1.6).

use serde_json::{Value, json};

use crate::salesforce::testing::Client;

/// A master that starts at nine on Tuesday, 3 March 2026 in Berlin and lasts half an hour, with more fields.
pub(super) fn master(more: &Value) -> Value {
    let mut fields = json!({
        "Subject": "Stand-up",
        "IsRecurrence": true,
        "DurationInMinutes": 30,
        "RecurrenceStartDateTime": "2026-03-03T08:00:00Z",
        "RecurrenceTimeZoneSidKey": "Europe/Berlin",
    });
    for (name, value) in more.as_object().unwrap() {
        fields[name] = value.clone();
    }
    fields
}

/// Four Tuesdays, the last after clocks were set forward.
pub(super) fn weekly() -> Value {
    master(&json!({
        "RecurrenceType": "RecursWeekly", "RecurrenceInterval": 1, "RecurrenceDayOfWeekMask": 4,
        "RecurrenceEndDateOnly": "2026-03-31",
    }))
}

/// The id of a series that must be accepted.
#[track_caller]
pub(super) fn series(client: &mut Client, fields: &Value) -> String {
    let answer = client.create(fields);
    assert_eq!(answer.status, 201, "{fields}: {}", answer.body);
    answer.body["id"].as_str().unwrap().to_owned()
}

/// One field of every occurrence of a master, by start.
pub(super) fn each(client: &mut Client, master: &str, field: &str) -> Vec<String> {
    let statement = format!(
        "SELECT Id, Subject, StartDateTime, EndDateTime, SystemModstamp FROM Event \
         WHERE IsRecurrence = false AND RecurrenceActivityId = '{master}' ORDER BY StartDateTime"
    );
    client.found(&statement, field)
}

/// The starts of a master's occurrences, to the minute.
pub(super) fn starts(client: &mut Client, master: &str) -> Vec<String> {
    each(client, master, "StartDateTime").iter().map(|start| start[..16].to_owned()).collect()
}

#[track_caller]
pub(super) fn refused(client: &mut Client, fields: &Value, code: &str, names: &[&str]) {
    let before = client.query("SELECT COUNT() FROM Event").body["totalSize"].clone();
    let answer = client.create(fields);
    assert_eq!(answer.status, 400, "{fields}: {}", answer.body);
    let names = names.iter().map(|&name| name.to_owned()).collect();
    assert_eq!(answer.error(), (code.to_owned(), names), "{}", answer.body);
    assert_eq!(client.query("SELECT COUNT() FROM Event").body["totalSize"], before, "nothing is left behind");
}

#[track_caller]
fn falls_on(pattern: &Value, until: &str, days: &[&str]) {
    let mut client = Client::demo();
    let mut fields = master(pattern);
    fields["RecurrenceEndDateOnly"] = json!(until);
    let id = series(&mut client, &fields);
    let found: Vec<String> = starts(&mut client, &id).iter().map(|start| start[..10].to_owned()).collect();
    assert_eq!(found, days, "{pattern}");
}

#[test]
fn a_create_answers_the_master_and_makes_plain_rows_that_name_it_s1_6() {
    let mut client = Client::demo();
    let id = series(&mut client, &weekly());
    let master = client.event(&id);
    assert_eq!((&master["IsRecurrence"], &master["RecurrenceActivityId"]), (&json!(true), &json!(id)));
    assert_eq!(master["StartDateTime"], "2026-03-03T08:00:00.000+0000");
    assert_eq!(master["EndDateTime"], "2026-03-03T08:30:00.000+0000");
    let ids = each(&mut client, &id, "Id");
    assert!(!ids.contains(&id));
    for occurrence in ids {
        let row = client.event(&occurrence);
        assert_eq!((&row["IsRecurrence"], &row["RecurrenceActivityId"]), (&json!(false), &json!(id)));
        assert_eq!((&row["Subject"], &row["DurationInMinutes"]), (&json!("Stand-up"), &json!(30)));
        assert_eq!((&row["RecurrenceType"], &row["GroupEventType"]), (&Value::Null, &json!("0")));
    }
}

#[test]
fn occurrences_keep_their_local_time_when_clocks_change_s1_6() {
    let mut client = Client::demo();
    let id = series(&mut client, &weekly());
    let expected =
        ["2026-03-03T08:00", "2026-03-10T08:00", "2026-03-17T08:00", "2026-03-24T08:00", "2026-03-31T07:00"];
    assert_eq!(starts(&mut client, &id), expected);
}

#[test]
fn the_zone_of_a_series_is_the_users_own_unless_given_and_restricted_s1_6() {
    let mut client = Client::demo();
    let mut fields = weekly();
    fields.as_object_mut().unwrap().remove("RecurrenceTimeZoneSidKey");
    let id = series(&mut client, &fields);
    assert_eq!(client.event(&id)["RecurrenceTimeZoneSidKey"], "Europe/Berlin");
    fields["RecurrenceTimeZoneSidKey"] = json!("America/New_York");
    let id = series(&mut client, &fields);
    assert_eq!(starts(&mut client, &id)[1], "2026-03-10T07:00");
    fields["RecurrenceTimeZoneSidKey"] = json!("Asia/Tehran");
    let code = "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST";
    refused(&mut client, &fields, code, &["RecurrenceTimeZoneSidKey"]);
}

#[test]
fn the_end_is_the_local_day_on_which_the_last_occurrence_starts_s1_6() {
    let mut client = Client::demo();
    let fields = master(&json!({
        "RecurrenceType": "RecursDaily", "RecurrenceInterval": 1, "RecurrenceTimeZoneSidKey": "Asia/Tokyo",
        "RecurrenceStartDateTime": "2026-03-03T20:00:00Z", "RecurrenceEndDateOnly": "2026-03-05",
    }));
    let id = series(&mut client, &fields);
    assert_eq!(starts(&mut client, &id), ["2026-03-03T20:00", "2026-03-04T20:00"]);
}

#[test]
fn every_type_falls_on_its_days_s1_6() {
    let every = |days: i64| json!({ "RecurrenceType": "RecursDaily", "RecurrenceInterval": days });
    falls_on(&every(3), "2026-03-09", &["2026-03-03", "2026-03-06", "2026-03-09"]);
    let weekdays = json!({ "RecurrenceType": "RecursEveryWeekday", "RecurrenceDayOfWeekMask": 62 });
    falls_on(
        &weekdays,
        "2026-03-09",
        &["2026-03-03", "2026-03-04", "2026-03-05", "2026-03-06", "2026-03-09"],
    );
    let second_weeks =
        json!({ "RecurrenceType": "RecursWeekly", "RecurrenceInterval": 2, "RecurrenceDayOfWeekMask": 40 });
    falls_on(&second_weeks, "2026-03-20", &["2026-03-04", "2026-03-06", "2026-03-18", "2026-03-20"]);
    let third_of_month =
        json!({ "RecurrenceType": "RecursMonthly", "RecurrenceInterval": 2, "RecurrenceDayOfMonth": 3 });
    falls_on(&third_of_month, "2026-07-31", &["2026-03-03", "2026-05-03", "2026-07-03"]);
    let last_friday = json!({ "RecurrenceType": "RecursMonthlyNth", "RecurrenceInterval": 1,
                              "RecurrenceInstance": "Last", "RecurrenceDayOfWeekMask": 32 });
    falls_on(&last_friday, "2026-05-31", &["2026-03-27", "2026-04-24", "2026-05-29"]);
    let second_weekday = json!({ "RecurrenceType": "RecursMonthlyNth", "RecurrenceInterval": 1,
                                 "RecurrenceInstance": "Second", "RecurrenceDayOfWeekMask": 62 });
    falls_on(&second_weekday, "2026-05-31", &["2026-03-03", "2026-04-02", "2026-05-04"]);
    let first_of_march = json!({ "RecurrenceType": "RecursYearly", "RecurrenceDayOfMonth": 1,
                                 "RecurrenceMonthOfYear": "March" });
    falls_on(&first_of_march, "2029-02-28", &["2027-03-01", "2028-03-01"]);
    let october = json!({ "RecurrenceType": "RecursYearlyNth", "RecurrenceInstance": "First",
                          "RecurrenceDayOfWeekMask": 64, "RecurrenceMonthOfYear": "October" });
    falls_on(&october, "2028-12-31", &["2026-10-03", "2027-10-02", "2028-10-07"]);
}

#[test]
fn the_31st_of_a_shorter_month_is_its_last_day_s1_6() {
    let pattern =
        json!({ "RecurrenceType": "RecursMonthly", "RecurrenceInterval": 1, "RecurrenceDayOfMonth": 31 });
    falls_on(&pattern, "2026-06-30", &["2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30"]);
}

#[test]
fn each_type_needs_all_its_fields_s1_6() {
    let client = &mut Client::demo();
    let required = "REQUIRED_FIELD_MISSING";
    let all = ["RecurrenceStartDateTime", "RecurrenceEndDateOnly", "RecurrenceType"];
    refused(client, &json!({ "IsRecurrence": true }), required, &all);
    for (kind, missing) in [
        ("RecursDaily", &["RecurrenceInterval"][..]),
        ("RecursEveryWeekday", &["RecurrenceDayOfWeekMask"]),
        ("RecursWeekly", &["RecurrenceInterval", "RecurrenceDayOfWeekMask"]),
        ("RecursMonthly", &["RecurrenceInterval", "RecurrenceDayOfMonth"]),
        ("RecursMonthlyNth", &["RecurrenceInterval", "RecurrenceInstance", "RecurrenceDayOfWeekMask"]),
        ("RecursYearly", &["RecurrenceDayOfMonth", "RecurrenceMonthOfYear"]),
        ("RecursYearlyNth", &["RecurrenceDayOfWeekMask", "RecurrenceInstance", "RecurrenceMonthOfYear"]),
    ] {
        let fields = master(&json!({ "RecurrenceType": kind, "RecurrenceEndDateOnly": "2026-04-01" }));
        refused(client, &fields, required, missing);
    }
    let mut fields = weekly();
    fields.as_object_mut().unwrap().remove("DurationInMinutes");
    refused(client, &fields, required, &["DurationInMinutes"]);
}

#[test]
fn what_a_type_does_not_use_must_be_null_s1_6() {
    let client = &mut Client::demo();
    let mut fields = weekly();
    fields["RecurrenceDayOfMonth"] = Value::Null;
    series(client, &fields);
    fields["RecurrenceInstance"] = json!("Last");
    refused(client, &fields, "FIELD_INTEGRITY_EXCEPTION", &["RecurrenceInstance"]);
    let yearly = master(&json!({
        "RecurrenceType": "RecursYearly", "RecurrenceInterval": 2, "RecurrenceDayOfMonth": 3,
        "RecurrenceMonthOfYear": "March", "RecurrenceEndDateOnly": "2030-04-01",
    }));
    refused(client, &yearly, "FIELD_INTEGRITY_EXCEPTION", &["RecurrenceInterval"]);
    let single =
        json!({ "StartDateTime": "2026-03-03T09:00:00Z", "DurationInMinutes": 30, "RecurrenceInterval": 1 });
    refused(client, &single, "FIELD_INTEGRITY_EXCEPTION", &["RecurrenceInterval"]);
}

#[test]
fn values_that_name_no_day_are_refused_s1_6() {
    let client = &mut Client::demo();
    let nth = |mask: i64| {
        json!({ "RecurrenceType": "RecursMonthlyNth", "RecurrenceInterval": 1, "RecurrenceInstance": "First",
                "RecurrenceDayOfWeekMask": mask })
    };
    let yearly = |day: i64| json!({ "RecurrenceType": "RecursYearly", "RecurrenceDayOfMonth": day, "RecurrenceMonthOfYear": "February" });
    let daily = |every: i64| json!({ "RecurrenceType": "RecursDaily", "RecurrenceInterval": every });
    let weekly = |mask: i64| json!({ "RecurrenceType": "RecursWeekly", "RecurrenceInterval": 1, "RecurrenceDayOfWeekMask": mask });
    let weekdays =
        |mask: i64| json!({ "RecurrenceType": "RecursEveryWeekday", "RecurrenceDayOfWeekMask": mask });
    for (pattern, field) in [
        (nth(6), "RecurrenceDayOfWeekMask"),
        (yearly(30), "RecurrenceDayOfMonth"),
        (yearly(0), "RecurrenceDayOfMonth"),
        (daily(0), "RecurrenceInterval"),
        (daily(-1), "RecurrenceInterval"),
        (weekly(0), "RecurrenceDayOfWeekMask"),
        (weekly(128), "RecurrenceDayOfWeekMask"),
        (weekdays(127), "RecurrenceDayOfWeekMask"),
    ] {
        let mut fields = master(&pattern);
        fields["RecurrenceEndDateOnly"] = json!("2027-03-31");
        refused(client, &fields, "FIELD_INTEGRITY_EXCEPTION", &[field]);
    }
    for mask in [1, 64, 62, 65, 127] {
        let mut fields = master(&nth(mask));
        fields["RecurrenceEndDateOnly"] = json!("2026-06-30");
        series(client, &fields);
    }
}

#[test]
fn a_series_has_at_least_one_occurrence_and_at_most_its_types_number_s1_6() {
    let client = &mut Client::demo();
    for (pattern, fits, too_long) in [
        (json!({ "RecurrenceType": "RecursDaily", "RecurrenceInterval": 1 }), "2026-06-10", "2026-06-11"),
        (
            json!({ "RecurrenceType": "RecursWeekly", "RecurrenceInterval": 1, "RecurrenceDayOfWeekMask": 4 }),
            "2027-03-02",
            "2027-03-09",
        ),
        (
            json!({ "RecurrenceType": "RecursMonthly", "RecurrenceInterval": 1, "RecurrenceDayOfMonth": 3 }),
            "2031-01-03",
            "2031-02-03",
        ),
        (
            json!({ "RecurrenceType": "RecursYearly", "RecurrenceDayOfMonth": 3, "RecurrenceMonthOfYear": "March" }),
            "2034-03-03",
            "2035-03-03",
        ),
    ] {
        let mut fields = master(&pattern);
        fields["RecurrenceEndDateOnly"] = json!(too_long);
        refused(client, &fields, "FIELD_INTEGRITY_EXCEPTION", &["RecurrenceEndDateOnly"]);
        fields["RecurrenceEndDateOnly"] = json!(fits);
        series(client, &fields);
    }
    let mut fields = weekly();
    fields["RecurrenceEndDateOnly"] = json!("2026-03-02");
    refused(client, &fields, "FIELD_INTEGRITY_EXCEPTION", &["RecurrenceEndDateOnly"]);
}

#[test]
fn an_occurrence_lasts_a_day_at_most_even_where_events_may_last_longer_s1_6() {
    let client = &mut Client::with(&json!({ "multidayEvents": true }));
    let mut fields = weekly();
    fields["DurationInMinutes"] = json!(1_440);
    let id = series(client, &fields);
    fields["DurationInMinutes"] = json!(1_441);
    refused(client, &fields, "FIELD_INTEGRITY_EXCEPTION", &["DurationInMinutes"]);
    let first = each(client, &id, "Id")[0].clone();
    assert_eq!(client.update(&first, &json!({ "DurationInMinutes": 2_880 })).status, 204);
    assert_eq!(client.event(&first)["EndDateTime"], "2026-03-05T08:00:00.000+0000");
}

#[test]
fn an_all_day_series_has_dates_of_one_day_that_no_zone_shifts_s1_6() {
    let client = &mut Client::demo();
    let fields = master(&json!({
        "RecurrenceType": "RecursWeekly", "RecurrenceInterval": 1, "RecurrenceDayOfWeekMask": 4,
        "RecurrenceEndDateOnly": "2026-03-10", "IsAllDayEvent": true, "DurationInMinutes": 1_440,
        "RecurrenceStartDateTime": "2026-03-03T00:00:00Z", "RecurrenceTimeZoneSidKey": "America/New_York",
    }));
    let id = series(client, &fields);
    assert_eq!(starts(client, &id), ["2026-03-03T00:00", "2026-03-10T00:00"]);
    let last = each(client, &id, "Id")[1].clone();
    let row = client.event(&last);
    assert_eq!((&row["ActivityDate"], &row["ActivityDateTime"]), (&json!("2026-03-10"), &Value::Null));
    assert_eq!(row["EndDateTime"], "2026-03-10T00:00:00.000+0000");
}

#[test]
fn a_start_of_the_events_own_gives_the_length_only_s1_6() {
    let client = &mut Client::demo();
    let mut fields = weekly();
    fields.as_object_mut().unwrap().remove("DurationInMinutes");
    fields["StartDateTime"] = json!("2026-03-01T10:00:00Z");
    fields["EndDateTime"] = json!("2026-03-01T10:45:00Z");
    let id = series(client, &fields);
    let master = client.event(&id);
    assert_eq!(master["StartDateTime"], "2026-03-03T08:00:00.000+0000");
    assert_eq!(
        (&master["EndDateTime"], &master["DurationInMinutes"]),
        (&json!("2026-03-03T08:45:00.000+0000"), &json!(45))
    );
}

#[test]
fn reminders_links_and_custom_fields_come_with_each_occurrence_s1_6() {
    let client = &mut Client::demo();
    let (contact, account) = (client.contact(), client.account());
    let mut fields = weekly();
    fields["ReminderDateTime"] = json!("2026-03-03T07:45:00Z");
    fields["IsReminderSet"] = json!(true);
    fields["WhoId"] = json!(contact);
    fields["WhatId"] = json!(account);
    fields["Calbridge_Sync_Key__c"] = json!("one");
    let id = series(client, &fields);
    let last = each(client, &id, "Id")[4].clone();
    let row = client.event(&last);
    assert_eq!(row["ReminderDateTime"], "2026-03-31T06:45:00.000+0000");
    assert_eq!((&row["WhoId"], &row["AccountId"]), (&json!(contact), &json!(account)));
    assert_eq!(row["Calbridge_Sync_Key__c"], "one");
    let client = &mut Client::with(&json!({ "occurrencesWithoutExternalIds": true }));
    let mut fields = weekly();
    fields["Calbridge_Sync_Key__c"] = json!("one");
    let id = series(client, &fields);
    let first = each(client, &id, "Id")[0].clone();
    assert_eq!(client.event(&first)["Calbridge_Sync_Key__c"], Value::Null);
    assert_eq!(client.event(&id)["Calbridge_Sync_Key__c"], "one");
}

#[test]
fn a_series_is_found_by_its_master_and_listed_among_the_updated_s2_7() {
    let client = &mut Client::demo();
    let id = series(client, &weekly());
    assert_eq!(each(client, &id[..15], "Id").len(), 5);
    assert_eq!(client.found("SELECT Id FROM Event WHERE IsRecurrence = true", "Id"), [id.as_str()]);
    let listed =
        client.get("/sobjects/Event/updated?start=2026-03-02T11:00:00Z&end=2026-03-02T13:00:00Z").body;
    assert_eq!(listed["ids"].as_array().unwrap().len(), 6);
    let statement = format!(
        "SELECT Id, (SELECT Id FROM RecurringEvents WHERE IsRecurrence = false) FROM Event WHERE Id = '{id}'"
    );
    let nested = client.query(&statement).body["records"][0]["RecurringEvents"].clone();
    assert_eq!(nested["totalSize"], 5, "{nested}");
    let children = client.get("/sobjects/Event/describe").body["childRelationships"].clone();
    let own =
        children.as_array().unwrap().iter().find(|child| child["field"] == "RecurrenceActivityId").unwrap();
    assert_eq!(
        (&own["childSObject"], &own["relationshipName"]),
        (&json!("Event"), &json!("RecurringEvents"))
    );
}
