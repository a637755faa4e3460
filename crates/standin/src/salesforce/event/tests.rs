//! The rules an Event is held to (facts 1.1 to 1.4).

use serde_json::{Value, json};

use crate::salesforce::testing::{Client, meeting};

#[track_caller]
fn refused(client: &mut Client, fields: &Value, code: &str, names: &[&str]) {
    let answer = client.create(fields);
    assert_eq!(answer.status, 400, "{fields}: {}", answer.body);
    let (found, found_names) = answer.error();
    assert_eq!(
        (found.as_str(), found_names.as_slice()),
        (code, &names.iter().map(|&n| n.to_owned()).collect::<Vec<_>>()[..]),
        "{}",
        answer.body
    );
}

#[test]
fn facts_1_2_a_timed_event_derives_duration_dates_and_the_old_start() {
    let event = Client::demo().created(&json!({
        "StartDateTime": "2020-06-24T19:00:00+02:00", "EndDateTime": "2020-06-24T18:00:00.500Z",
    }));
    assert_eq!(event["StartDateTime"], "2020-06-24T17:00:00.000+0000");
    assert_eq!(event["ActivityDateTime"], "2020-06-24T17:00:00.000+0000");
    assert_eq!(event["EndDateTime"], "2020-06-24T18:00:00.000+0000");
    assert_eq!(event["ActivityDate"], "2020-06-24");
    assert_eq!(event["EndDate"], "2020-06-24");
    assert_eq!(event["DurationInMinutes"], 60);
    assert_eq!(event["ShowAs"], "Busy");
}

#[test]
fn facts_1_2_an_all_day_event_ends_on_its_last_day() {
    let mut client = Client::demo();
    for (start, end, minutes) in [("2023-04-28", "2023-04-30", 4_320), ("2023-07-01", "2023-07-08", 11_520)] {
        let event = client.created(&json!({
            "IsAllDayEvent": true,
            "StartDateTime": format!("{start}T00:00:00Z"),
            "EndDateTime": format!("{end}T00:00:00Z"),
        }));
        assert_eq!(event["DurationInMinutes"], minutes);
        assert_eq!(event["ActivityDateTime"], Value::Null);
        assert_eq!(event["ActivityDate"], start);
        assert_eq!(event["EndDate"], end);
        assert_eq!(event["EndDateTime"], format!("{end}T00:00:00.000+0000"));
    }
}

#[test]
fn facts_1_2_an_all_day_event_without_an_end_lasts_a_day() {
    let event = Client::demo().created(&json!({ "IsAllDayEvent": true, "ActivityDate": "2026-03-05" }));
    assert_eq!(event["DurationInMinutes"], 1_440);
    assert_eq!(event["StartDateTime"], "2026-03-05T00:00:00.000+0000");
    assert_eq!(event["EndDateTime"], "2026-03-05T00:00:00.000+0000");
}

#[test]
fn facts_1_2_a_duration_stands_for_an_end_and_may_be_zero() {
    let mut client = Client::demo();
    let event = client.created(&json!({ "StartDateTime": "2026-03-03T09:00:00Z", "DurationInMinutes": 90 }));
    assert_eq!(event["EndDateTime"], "2026-03-03T10:30:00.000+0000");
    let event = client.created(&json!({ "StartDateTime": "2026-03-03T09:00:00Z", "DurationInMinutes": 0 }));
    assert_eq!(event["EndDateTime"], event["StartDateTime"]);
}

#[test]
fn facts_1_2_missing_times_are_named_by_their_old_names() {
    let client = &mut Client::demo();
    let missing = "REQUIRED_FIELD_MISSING";
    refused(client, &json!({ "Subject": "x" }), missing, &["DurationInMinutes", "ActivityDateTime"]);
    refused(client, &json!({ "DurationInMinutes": 30 }), missing, &["ActivityDateTime"]);
    refused(client, &json!({ "StartDateTime": "2026-03-03T09:00:00Z" }), missing, &["DurationInMinutes"]);
}

#[test]
fn facts_1_2_end_and_duration_that_disagree_are_refused() {
    let fields = meeting(&json!({ "DurationInMinutes": 45 }));
    refused(&mut Client::demo(), &fields, "INVALID_FIELD_FOR_INSERT_UPDATE", &["DurationInMinutes"]);
}

#[test]
fn facts_1_2_the_old_names_must_agree_with_the_start() {
    let client = &mut Client::demo();
    let fields = meeting(&json!({ "ActivityDateTime": "2026-03-03T09:30:00Z" }));
    refused(client, &fields, "FIELD_INTEGRITY_EXCEPTION", &["ActivityDateTime"]);
    let fields = meeting(&json!({ "ActivityDate": "2026-03-04" }));
    refused(client, &fields, "FIELD_INTEGRITY_EXCEPTION", &["ActivityDate"]);
    client.created(&meeting(&json!({ "ActivityDate": "2026-03-03", "ActivityDateTime": null })));
}

#[test]
fn facts_1_2_without_multiday_events_a_day_is_the_longest() {
    let mut client = Client::with(&json!({ "multidayEvents": false }));
    client.created(&json!({ "StartDateTime": "2026-03-03T09:00:00Z", "DurationInMinutes": 1_440 }));
    client.created(&json!({ "IsAllDayEvent": true, "StartDateTime": "2026-03-03T00:00:00Z" }));

    let answer =
        client.create(&json!({ "StartDateTime": "2026-03-03T09:00:00Z", "DurationInMinutes": 1_441 }));
    let recorded = "Duration must be between 0 and 1440 minutes: Duration";
    assert_eq!(answer.body[0]["message"], recorded);
    assert_eq!(
        answer.error(),
        ("FIELD_INTEGRITY_EXCEPTION".to_owned(), vec!["DurationInMinutes".to_owned()])
    );

    let two_days = json!({ "IsAllDayEvent": true, "StartDateTime": "2026-03-03T00:00:00Z", "EndDateTime": "2026-03-04T00:00:00Z" });
    refused(&mut client, &two_days, "FIELD_INTEGRITY_EXCEPTION", &["EndDateTime"]);
    client.version = 38;
    refused(&mut client, &two_days, "FIELD_INTEGRITY_EXCEPTION", &["DurationInMinutes"]);
}

#[test]
fn facts_1_2_with_multiday_events_fourteen_days_are_the_longest() {
    let mut client = Client::demo();
    let all_day = |days: u32| json!({ "IsAllDayEvent": true, "StartDateTime": "2026-03-01T00:00:00Z", "EndDateTime": format!("2026-03-{days:02}T00:00:00Z") });
    client.created(&all_day(14));
    refused(&mut client, &all_day(15), "FIELD_INTEGRITY_EXCEPTION", &["EndDateTime"]);
    client.created(&json!({ "StartDateTime": "2026-03-03T09:00:00Z", "DurationInMinutes": 20_160 }));
    let longer = json!({ "StartDateTime": "2026-03-03T09:00:00Z", "DurationInMinutes": 20_161 });
    refused(&mut client, &longer, "FIELD_INTEGRITY_EXCEPTION", &["DurationInMinutes"]);
}

#[test]
fn facts_1_2_an_end_before_the_start_is_refused() {
    let fields = json!({ "StartDateTime": "2026-03-03T09:00:00Z", "EndDateTime": "2026-03-03T08:59:00Z" });
    refused(&mut Client::demo(), &fields, "FIELD_INTEGRITY_EXCEPTION", &["EndDateTime"]);
}

#[test]
fn facts_1_2_moving_the_start_alone_keeps_the_duration() {
    let mut client = Client::demo();
    let id = client.created(&meeting(&json!({})))["Id"].as_str().unwrap().to_owned();
    assert_eq!(client.update(&id, &json!({ "StartDateTime": "2026-03-03T14:00:00Z" })).status, 204);
    assert_eq!(client.event(&id)["EndDateTime"], "2026-03-03T15:00:00.000+0000");
}

#[test]
fn facts_1_2_becoming_all_day_keeps_the_dates() {
    let mut client = Client::demo();
    let id = client.created(&meeting(&json!({})))["Id"].as_str().unwrap().to_owned();
    assert_eq!(client.update(&id, &json!({ "IsAllDayEvent": true })).status, 204);
    let event = client.event(&id);
    assert_eq!(event["StartDateTime"], "2026-03-03T00:00:00.000+0000");
    assert_eq!(event["DurationInMinutes"], 1_440);
}

#[test]
fn facts_1_3_a_lead_goes_with_no_other_record() {
    let mut client = Client::demo();
    let (lead, account) = (client.lead(), client.account());
    client.created(&meeting(&json!({ "WhoId": lead })));
    let both = meeting(&json!({ "WhoId": lead, "WhatId": account }));
    refused(&mut client, &both, "FIELD_INTEGRITY_EXCEPTION", &["WhatId"]);
    let id = client.created(&meeting(&json!({ "WhatId": account })))["Id"].as_str().unwrap().to_owned();
    assert_eq!(client.update(&id, &json!({ "WhoId": lead })).status, 400);
    assert_eq!(client.update(&id, &json!({ "WhoId": lead, "WhatId": null })).status, 204);
}

#[test]
fn facts_1_3_a_private_event_goes_with_no_record() {
    let mut client = Client::demo();
    let (contact, account) = (client.contact(), client.account());
    client.created(&meeting(&json!({ "IsPrivate": true })));
    let linked = meeting(&json!({ "IsPrivate": true, "WhoId": contact }));
    refused(&mut client, &linked, "FIELD_INTEGRITY_EXCEPTION", &["WhoId"]);
    let id = client.created(&meeting(&json!({ "WhatId": account })))["Id"].as_str().unwrap().to_owned();
    assert_eq!(client.update(&id, &json!({ "IsPrivate": true })).error().1, ["WhatId"]);
}

#[test]
fn facts_1_3_the_account_follows_from_what_and_who() {
    let mut client = Client::demo();
    let (contact, account) = (client.contact(), client.account());
    let opportunity = client.id("Opportunity", "Name = 'Acme – Renewal 2027'");
    let borealis = client.id("Account", "Name = 'Borealis'");
    let mut account_of = |fields: Value| client.created(&meeting(&fields))["AccountId"].clone();
    assert_eq!(account_of(json!({})), Value::Null);
    assert_eq!(account_of(json!({ "WhoId": contact })), json!(account));
    assert_eq!(account_of(json!({ "WhatId": opportunity })), json!(account));
    assert_eq!(account_of(json!({ "WhoId": contact, "WhatId": borealis })), json!(borealis));
}

#[test]
fn facts_1_4_several_contacts_keep_step_with_the_primary_one() {
    let mut client = Client::demo();
    let dana = client.contact();
    let ada = client.id("Contact", "Email = 'ada.morgan@acme.example'");
    let event = client.created(&meeting(&json!({ "EventWhoIds": [ada, dana] })));
    assert_eq!((event["WhoId"].as_str(), &event["WhoCount"]), (Some(ada.as_str()), &json!(2)));
    let event = client.created(&meeting(&json!({ "WhoId": dana, "EventWhoIds": [ada] })));
    assert_eq!(event["EventWhoIds"], json!([dana, ada]));
    let id = event["Id"].as_str().unwrap().to_owned();
    assert_eq!(client.update(&id, &json!({ "EventWhoIds": null })).status, 204);
    assert_eq!(client.event(&id)["EventWhoIds"], json!([dana]));
}

#[test]
fn facts_1_4_leads_never_join_contacts() {
    let mut client = Client::demo();
    let (lead, dana) = (client.lead(), client.contact());
    let mixed = meeting(&json!({ "EventWhoIds": [dana, lead] }));
    refused(&mut client, &mixed, "FIELD_INTEGRITY_EXCEPTION", &["EventWhoIds"]);
}

#[test]
fn facts_1_1_without_shared_activities_the_list_of_people_is_no_field() {
    let mut client = Client::with(&json!({ "sharedActivities": false }));
    let dana = client.contact();
    let answer = client.create(&meeting(&json!({ "EventWhoIds": [dana] })));
    assert_eq!(answer.body[0]["message"], "No such column 'EventWhoIds' on sobject of type Event");
    assert_eq!(answer.error().0, "INVALID_FIELD");
}

#[test]
fn facts_1_1_create_only_and_read_only_fields_are_refused() {
    let client = &mut Client::demo();
    let code = "INVALID_FIELD_FOR_INSERT_UPDATE";
    refused(client, &meeting(&json!({ "EndDate": "2026-03-03" })), code, &["EndDate"]);
    refused(client, &meeting(&json!({ "IsRecurrence2": true })), code, &["IsRecurrence2"]);
    let id = client.created(&meeting(&json!({ "EventSubtype": "Event" })))["Id"].as_str().unwrap().to_owned();
    assert_eq!(client.update(&id, &json!({ "EventSubtype": "Event" })).error().0, code);
    assert_eq!(client.update(&id, &json!({ "IsRecurrence": true })).error().0, code);
}

#[test]
fn facts_1_1_lengths_and_restricted_picklists_hold() {
    let client = &mut Client::demo();
    let subject = "x".repeat(256);
    let answer = client.create(&meeting(&json!({ "Subject": subject })));
    assert_eq!(
        answer.body[0]["message"],
        format!("Subject: data value too large: {subject} (max length=255)")
    );
    refused(
        client,
        &meeting(&json!({ "Description": "y".repeat(32_001) })),
        "STRING_TOO_LONG",
        &["Description"],
    );
    client.created(&meeting(&json!({ "Subject": "🚀".repeat(127), "Description": "y".repeat(32_000) })));
    let code = "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST";
    refused(client, &meeting(&json!({ "ShowAs": "Tentative" })), code, &["ShowAs"]);
}

#[test]
fn facts_2_2_references_must_point_at_a_record_of_the_right_kind() {
    let client = &mut Client::demo();
    let account = client.account();
    refused(client, &meeting(&json!({ "WhoId": account })), "FIELD_INTEGRITY_EXCEPTION", &["WhoId"]);
    refused(client, &meeting(&json!({ "WhoId": "nobody" })), "MALFORMED_ID", &["WhoId"]);
    let nobody = super::super::ids::numbered("003", 99_999);
    refused(client, &meeting(&json!({ "WhoId": nobody })), "INVALID_CROSS_REFERENCE_KEY", &["WhoId"]);
    let former = client.id("User", "IsActive = false");
    refused(client, &meeting(&json!({ "OwnerId": former })), "INACTIVE_OWNER_OR_USER", &["OwnerId"]);
    let project = client.id("Project__c", "Name = 'Hydra line upgrade'");
    client.created(&meeting(&json!({ "WhatId": project })));
}

#[test]
fn facts_2_2_a_value_of_the_wrong_type_cannot_be_read() {
    let client = &mut Client::demo();
    for field in
        [json!({ "IsPrivate": "true" }), json!({ "Subject": 7 }), json!({ "StartDateTime": "tomorrow" })]
    {
        let answer = client.create(&meeting(&field));
        assert_eq!(answer.error().0, "JSON_PARSER_ERROR", "{field}");
    }
}

#[test]
fn a_required_custom_field_is_asked_for_by_layout_describe_and_write() {
    let mut client = Client::with(&json!({ "requiredMeetingType": true }));
    refused(&mut client, &meeting(&json!({})), "REQUIRED_FIELD_MISSING", &["Meeting_Type__c"]);
    client.created(&meeting(&json!({ "Meeting_Type__c": "Online" })));
    let layouts = client.get("/sobjects/Event/describe/layouts").body;
    let rows = layouts["layouts"][0]["editLayoutSections"][0]["layoutRows"].as_array().unwrap().clone();
    let item =
        rows.iter().map(|row| &row["layoutItems"][0]).find(|item| item["label"] == "Meeting Type").unwrap();
    assert_eq!(item["required"], true);
    assert_eq!(item["layoutComponents"][0]["value"], "Meeting_Type__c");
}
