//! People, What and invitees of an Event as rows of `EventRelation` (facts 1.4).

use serde_json::{Value, json};

use crate::salesforce::testing::{Client, meeting};

const ROWS: &str =
    "SELECT Id, RelationId, IsParent, IsWhat, IsInvitee, Status, RespondedDate, AccountId FROM EventRelation";

fn shared() -> Client {
    Client::with(&json!({ "sharedActivities": true }))
}

fn bare() -> Client {
    Client::with(&json!({ "sharedActivities": false }))
}

fn rows(client: &mut Client, event: &str) -> Vec<Value> {
    let answer = client.query(&format!("{ROWS} WHERE EventId = '{event}' ORDER BY RelationId"));
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body["records"].as_array().unwrap().clone()
}

fn relate(client: &mut Client, fields: &Value) -> crate::salesforce::testing::Answer {
    client.call("POST", "/sobjects/EventRelation", fields)
}

fn related(client: &mut Client, fields: &Value) -> String {
    let answer = relate(client, fields);
    assert_eq!(answer.status, 201, "{fields}: {}", answer.body);
    answer.body["id"].as_str().unwrap().to_owned()
}

fn person(client: &mut Client, address: &str) -> String {
    client.id("Contact", &format!("Email = '{address}'"))
}

fn user(client: &mut Client, name: &str) -> String {
    client.id("User", &format!("Alias = '{name}'"))
}

fn event(client: &mut Client, more: &Value) -> String {
    client.created(&meeting(more))["Id"].as_str().unwrap().to_owned()
}

#[test]
fn each_person_and_the_what_of_an_event_has_one_row_s1_4() {
    let mut client = shared();
    let (dana, account) = (client.contact(), client.account());
    let ada = person(&mut client, "ada.morgan@acme.example");
    let id = event(&mut client, &json!({ "EventWhoIds": [dana, ada], "WhatId": account }));
    let rows = rows(&mut client, &id);
    let seen: Vec<(&str, bool, bool)> = rows
        .iter()
        .map(|row| (row["RelationId"].as_str().unwrap(), row["IsParent"] == true, row["IsWhat"] == true))
        .collect();
    assert_eq!(seen.len(), 3, "{rows:?}");
    assert!(seen.contains(&(&dana, true, false)) && seen.contains(&(&ada, true, false)));
    assert!(seen.contains(&(&account, true, true)));
    assert!(
        rows.iter().all(|row| row["IsInvitee"] == false && row["Id"].as_str().unwrap().starts_with("0RE"))
    );
    assert!(rows.iter().all(|row| row["AccountId"] == account.as_str()));
    let shown = client.event(&id);
    assert_eq!(
        (&shown["WhoId"], &shown["WhoCount"], &shown["WhatCount"]),
        (&json!(dana), &json!(2), &json!(1))
    );
}

#[test]
fn rows_of_events_that_were_there_before_are_as_old_as_these_s1_4() {
    let mut client = shared();
    let old = client.event("00UAA0000000001");
    let rows = client.query("SELECT RelationId, IsWhat, SystemModstamp FROM EventRelation WHERE EventId = '00UAA0000000001' ORDER BY IsWhat");
    let seen: Vec<(&Value, &Value)> = rows.body["records"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (&row["RelationId"], &row["SystemModstamp"]))
        .collect();
    let stamp = &old["SystemModstamp"];
    assert_eq!(seen, [(&old["WhoId"], stamp), (&old["WhatId"], stamp)]);
}

#[test]
fn rows_follow_the_list_of_people_of_the_event_s1_4() {
    let mut client = shared();
    let dana = client.contact();
    let ada = person(&mut client, "ada.morgan@acme.example");
    let id = event(&mut client, &json!({ "EventWhoIds": [dana, ada] }));
    assert_eq!(client.update(&id, &json!({ "WhoId": ada, "EventWhoIds": [ada] })).status, 204);
    assert_eq!(
        rows(&mut client, &id).iter().map(|row| row["RelationId"].clone()).collect::<Vec<_>>(),
        [json!(ada)]
    );
    assert_eq!(client.update(&id, &json!({ "EventWhoIds": null })).status, 204);
    assert_eq!(client.event(&id)["EventWhoIds"], json!([ada]));
    assert_eq!(client.update(&id, &json!({ "WhoId": null, "EventWhoIds": [] })).status, 204);
    assert!(rows(&mut client, &id).is_empty());
    assert_eq!(client.event(&id)["WhoId"], Value::Null);
}

#[test]
fn a_row_of_a_person_changes_the_event_and_its_deletion_promotes_another_s1_4() {
    let mut client = shared();
    let dana = client.contact();
    let ada = person(&mut client, "ada.morgan@acme.example");
    let id = event(&mut client, &json!({ "WhoId": dana }));
    related(&mut client, &json!({ "EventId": id, "RelationId": ada, "IsParent": true }));
    assert_eq!(client.event(&id)["EventWhoIds"], json!([dana, ada]));
    let first = rows(&mut client, &id).into_iter().find(|row| row["RelationId"] == dana.as_str()).unwrap();
    let address = format!("/sobjects/EventRelation/{}", first["Id"].as_str().unwrap());
    assert_eq!(client.call("DELETE", &address, &Value::Null).status, 204);
    let shown = client.event(&id);
    assert_eq!((&shown["WhoId"], &shown["EventWhoIds"]), (&json!(ada), &json!([ada])));
    assert_eq!(client.call("DELETE", &address, &Value::Null).error().0, "ENTITY_IS_DELETED");
}

#[test]
fn an_event_has_one_what_at_most_s1_5() {
    let mut client = shared();
    let account = client.account();
    let other = client.id("Account", "Name = 'Borealis'");
    let id = event(&mut client, &json!({}));
    let what = |id: &str, record: &str| json!({ "EventId": id, "RelationId": record, "IsParent": true, "IsWhat": true });
    related(&mut client, &what(&id, &account));
    let shown = client.event(&id);
    assert_eq!(
        (&shown["WhatId"], &shown["AccountId"], &shown["WhatCount"]),
        (&json!(account), &json!(account), &json!(1))
    );
    assert_eq!(relate(&mut client, &what(&id, &other)).error().0, "FIELD_INTEGRITY_EXCEPTION");
}

#[test]
fn a_row_without_flags_invites_and_says_so_on_the_event_s1_4() {
    let mut client = shared();
    let dana = client.contact();
    let id = event(&mut client, &json!({}));
    let row = related(&mut client, &json!({ "EventId": id, "RelationId": dana }));
    let shown = rows(&mut client, &id)[0].clone();
    assert_eq!(
        (&shown["IsInvitee"], &shown["IsParent"], &shown["Status"]),
        (&json!(true), &json!(false), &json!("New"))
    );
    let group = client.event(&id);
    assert_eq!(
        (&group["IsGroupEvent"], &group["GroupEventType"], &group["WhoId"]),
        (&json!(true), &json!("1"), &Value::Null)
    );
    let children = client.query("SELECT COUNT() FROM Event WHERE IsChild = true").body["totalSize"].clone();
    assert_eq!(children, 0, "only users get an Event of their own");
    client.call("DELETE", &format!("/sobjects/EventRelation/{row}"), &Value::Null);
    let alone = client.event(&id);
    assert_eq!((&alone["IsGroupEvent"], &alone["GroupEventType"]), (&json!(false), &json!("0")));
}

#[test]
fn an_invited_user_gets_an_event_that_follows_and_goes_with_the_invitation_s1_4() {
    let mut client = shared();
    let (mara, dana) = (user(&mut client, "mara"), client.contact());
    let id = event(&mut client, &json!({ "WhoId": dana, "Calbridge_Sync_Key__c": "k1" }));
    let row = related(&mut client, &json!({ "EventId": id, "RelationId": mara }));
    let child = client.id("Event", "IsChild = true");
    let copy = client.event(&child);
    assert_eq!(
        (&copy["OwnerId"], &copy["Subject"], &copy["WhoId"]),
        (&json!(mara), &json!("Review"), &json!(dana))
    );
    assert_eq!(copy["Calbridge_Sync_Key__c"], Value::Null);
    let moved = json!({ "Subject": "Moved", "StartDateTime": "2026-03-04T09:00:00Z", "EndDateTime": "2026-03-04T11:00:00Z" });
    assert_eq!(client.update(&id, &moved).status, 204);
    let copy = client.event(&child);
    assert_eq!((&copy["Subject"], &copy["DurationInMinutes"]), (&json!("Moved"), &json!(120)));
    let refused = client.update(&child, &json!({ "Subject": "mine" }));
    assert_eq!((refused.status, refused.error().0.as_str()), (403, "INSUFFICIENT_ACCESS_OR_READONLY"));
    let reminder = json!({ "IsReminderSet": true, "ReminderDateTime": "2026-03-04T08:45:00Z" });
    assert_eq!(client.update(&child, &reminder).status, 204);
    assert_eq!(client.update(&id, &json!({ "Location": "Hall" })).status, 204);
    assert_eq!(client.event(&child)["IsReminderSet"], true);
    client.call("DELETE", &format!("/sobjects/EventRelation/{row}"), &Value::Null);
    assert_eq!(client.get(&format!("/sobjects/Event/{child}")).error().0, "ENTITY_IS_DELETED");
}

#[test]
fn an_invited_users_event_goes_with_the_event_and_its_deletion_ends_the_invitation_s1_4() {
    let mut client = bare();
    let (mara, ines) = (user(&mut client, "mara"), user(&mut client, "ines"));
    let id = event(&mut client, &json!({}));
    for who in [&mara, &ines] {
        related(&mut client, &json!({ "EventId": id, "RelationId": who }));
    }
    let of = |client: &mut Client, who: &str| {
        client.found(&format!("SELECT Id FROM Event WHERE IsChild = true AND OwnerId = '{who}'"), "Id")
    };
    let own = of(&mut client, &mara)[0].clone();
    assert_eq!(client.call("DELETE", &format!("/sobjects/Event/{own}"), &Value::Null).status, 204);
    let left =
        client.found(&format!("SELECT RelationId FROM EventRelation WHERE EventId = '{id}'"), "RelationId");
    assert_eq!(left, std::slice::from_ref(&ines));
    client.call("DELETE", &format!("/sobjects/Event/{id}"), &Value::Null);
    assert!(of(&mut client, &ines).is_empty());
    assert_eq!(client.query("SELECT COUNT() FROM EventRelation").body["totalSize"].as_u64(), Some(0));
}

#[test]
fn relations_of_an_invited_users_event_are_refused_s1_4() {
    let mut client = shared();
    let (mara, dana) = (user(&mut client, "mara"), client.contact());
    let id = event(&mut client, &json!({}));
    related(&mut client, &json!({ "EventId": id, "RelationId": mara }));
    let child = client.id("Event", "IsChild = true");
    let refused = relate(&mut client, &json!({ "EventId": child, "RelationId": dana }));
    assert_eq!(refused.error(), ("FIELD_INTEGRITY_EXCEPTION".to_owned(), vec!["EventId".to_owned()]));
}

#[test]
fn an_answer_is_stamped_and_only_known_ones_are_taken_s1_4() {
    let mut client = bare();
    let dana = client.contact();
    let id = event(&mut client, &json!({}));
    let row = related(&mut client, &json!({ "EventId": id, "RelationId": dana }));
    let address = format!("/sobjects/EventRelation/{row}");
    for status in ["Uninvited", "Maybe"] {
        let refused = client.call("PATCH", &address, &json!({ "Status": status }));
        assert_eq!(refused.error().0, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "{status}");
    }
    let long = client.call("PATCH", &address, &json!({ "Response": "x".repeat(256) }));
    assert_eq!(long.error().0, "STRING_TOO_LONG");
    assert_eq!(client.get(&address).body["RespondedDate"], Value::Null);
    assert_eq!(
        client.call("PATCH", &address, &json!({ "Status": "Accepted", "Response": "ok" })).status,
        204
    );
    let answered = client.get(&address).body;
    assert_eq!(
        (&answered["Status"], &answered["RespondedDate"]),
        (&json!("Accepted"), &json!("2026-03-02T12:00:00.000+0000"))
    );
    let moved = client.call("PATCH", &address, &json!({ "RelationId": dana }));
    assert_eq!(moved.error(), ("INVALID_FIELD_FOR_INSERT_UPDATE".to_owned(), vec!["RelationId".to_owned()]));
}

#[test]
fn views_of_relations_are_read_only_s1_4() {
    let mut client = shared();
    let dana = client.contact();
    let ada = person(&mut client, "ada.morgan@acme.example");
    let id = event(&mut client, &json!({ "WhoId": dana }));
    let row = related(&mut client, &json!({ "EventId": id, "RelationId": ada, "Status": "Declined" }));
    let mut of = |object: &str| {
        client.found(&format!("SELECT RelationId, Type FROM {object} WHERE EventId = '{id}'"), "RelationId")
    };
    assert_eq!(of("EventWhoRelation"), std::slice::from_ref(&dana));
    assert_eq!(of("DeclinedEventRelation"), std::slice::from_ref(&ada));
    assert!(of("AcceptedEventRelation").is_empty() && of("UndecidedEventRelation").is_empty());
    let one = client.get(&format!("/sobjects/DeclinedEventRelation/{row}")).body;
    assert_eq!((&one["RelationId"], &one["Type"]), (&json!(ada), &json!("Contact")));
    assert_eq!(client.get(&format!("/sobjects/EventWhoRelation/{row}")).status, 404);
    let refused =
        client.call("POST", "/sobjects/EventWhoRelation", &json!({ "EventId": id, "RelationId": ada }));
    assert_eq!(refused.error().0, "INVALID_TYPE_FOR_OPERATION");
}

#[test]
fn without_shared_activities_relations_are_invitees_only_s1_4() {
    let mut client = bare();
    let dana = client.contact();
    let id = event(&mut client, &json!({ "WhoId": dana }));
    assert_eq!(client.query("SELECT COUNT() FROM EventRelation").body["totalSize"], 0);
    let refused = relate(&mut client, &json!({ "EventId": id, "RelationId": dana, "IsParent": true }));
    assert_eq!(refused.body[0]["message"], "No such column 'IsParent' on sobject of type EventRelation");
    assert_eq!(client.query("SELECT Id FROM EventWhoRelation").error().0, "INVALID_TYPE");
    let names: Vec<Value> = client.get("/sobjects/Event/describe").body["childRelationships"]
        .as_array()
        .unwrap()
        .iter()
        .map(|child| child["relationshipName"].clone())
        .collect();
    assert!(
        names.contains(&json!("EventRelations")) && !names.contains(&json!("EventWhoRelations")),
        "{names:?}"
    );
}

#[test]
fn describe_names_the_relations_of_an_event_s1_4() {
    let describe = shared().get("/sobjects/Event/describe").body;
    let child = |object: &str| {
        let children = describe["childRelationships"].as_array().unwrap();
        children
            .iter()
            .find(|child| child["childSObject"] == object && child["field"] == "EventId")
            .cloned()
            .unwrap()
    };
    assert_eq!(child("EventRelation")["relationshipName"], "EventRelations");
    assert_eq!(child("EventRelation")["cascadeDelete"], true);
    assert_eq!(child("EventWhoRelation")["junctionIdListNames"], json!(["EventWhoIds"]));
    assert_eq!(child("EventWhoRelation")["junctionReferenceTo"], json!(["Contact", "Lead"]));
    assert_eq!(child("AcceptedEventRelation")["relationshipName"], "AcceptedEventRelations");
}

#[test]
fn one_person_has_one_row_and_a_lead_stands_alone_s1_4() {
    let mut client = shared();
    let (dana, lead) = (client.contact(), client.lead());
    let id = event(&mut client, &json!({ "WhoId": dana }));
    let twice = relate(&mut client, &json!({ "EventId": id, "RelationId": dana, "IsInvitee": true }));
    assert_eq!(twice.error().0, "DUPLICATE_VALUE");
    let mixed = relate(&mut client, &json!({ "EventId": id, "RelationId": lead, "IsParent": true }));
    assert_eq!(mixed.error().0, "FIELD_INTEGRITY_EXCEPTION");
    assert_eq!(rows(&mut client, &id).len(), 1, "a refused row leaves nothing behind");
    related(&mut client, &json!({ "EventId": id, "RelationId": lead }));
}

#[test]
fn a_person_can_be_invited_as_well_and_stays_so_when_no_longer_related_s1_4() {
    let mut client = shared();
    let dana = client.contact();
    let id = event(&mut client, &json!({ "WhoId": dana }));
    let row = rows(&mut client, &id)[0]["Id"].as_str().unwrap().to_owned();
    let address = format!("/sobjects/EventRelation/{row}");
    assert_eq!(client.call("PATCH", &address, &json!({ "IsInvitee": true })).status, 204);
    assert_eq!(client.event(&id)["IsGroupEvent"], true);
    assert_eq!(client.update(&id, &json!({ "WhoId": null, "EventWhoIds": [] })).status, 204);
    let left = rows(&mut client, &id);
    assert_eq!((&left[0]["IsParent"], &left[0]["IsInvitee"]), (&json!(false), &json!(true)));
    let nothing = client.call("PATCH", &address, &json!({ "IsInvitee": false }));
    assert_eq!(nothing.error().0, "FIELD_INTEGRITY_EXCEPTION");
    assert_eq!(client.call("PATCH", &address, &json!({ "IsParent": true, "IsInvitee": false })).status, 204);
    assert_eq!(client.event(&id)["WhoId"], dana.as_str());
}

#[test]
fn an_event_takes_a_thousand_invitees_and_not_one_more_s1_4() {
    let mut client = bare();
    let id = event(&mut client, &json!({}));
    let mut invite = |from: usize, to: usize| {
        let people: Vec<Value> = (from..to)
            .map(|at| json!({ "attributes": { "type": "Contact" }, "LastName": format!("Guest {at}") }))
            .collect();
        let made = client.call("POST", "/composite/sobjects", &json!({ "records": people })).body;
        let rows: Vec<Value> = made.as_array().unwrap().iter().map(|made| json!({ "attributes": { "type": "EventRelation" }, "EventId": id, "RelationId": made["id"] })).collect();
        client.call("POST", "/composite/sobjects", &json!({ "records": rows })).body
    };
    for part in 0..5 {
        let done = invite(part * 200, part * 200 + 200);
        assert!(done.as_array().unwrap().iter().all(|row| row["success"] == true));
    }
    assert_eq!(invite(1_000, 1_001)[0]["errors"][0]["statusCode"], "FIELD_INTEGRITY_EXCEPTION");
}

#[test]
fn a_child_query_shows_the_rows_of_an_event_s1_10() {
    let mut client = shared();
    let dana = client.contact();
    let id = event(&mut client, &json!({ "WhoId": dana }));
    let statement = "SELECT Id, (SELECT RelationId, Status FROM EventRelations), (SELECT Id FROM EventWhoRelations) FROM Event";
    let answer = client.query(&format!("{statement} WHERE Id = '{id}'"));
    let row = &answer.body["records"][0];
    assert_eq!(row["EventRelations"]["records"][0]["RelationId"], dana.as_str(), "{}", answer.body);
    assert_eq!(row["EventRelations"]["records"][0]["attributes"]["type"], "EventRelation");
    assert_eq!(row["EventWhoRelations"]["records"][0]["attributes"]["type"], "EventWhoRelation");
}
