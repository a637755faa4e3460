//! The recycle bin and merges, as the control side works them (facts 1.4, 2.1; rule-book case F17).

use serde_json::{Value, json};

use super::recurrence::{each, series, weekly};
use crate::salesforce::testing::{Client, meeting};

#[test]
fn an_undeleted_event_has_its_relations_and_its_invitees_again() {
    let mut client = Client::with(&json!({ "sharedActivities": true }));
    let (dana, mara) = (client.contact(), client.id("User", "Alias = 'mara'"));
    let id = client.created(&meeting(&json!({ "WhoId": dana })))["Id"].as_str().unwrap().to_owned();
    client.call("POST", "/sobjects/EventRelation", &json!({ "EventId": id, "RelationId": mara }));
    let rows = format!("SELECT Id FROM EventRelation WHERE EventId = '{id}' ORDER BY Id");
    let before = client.found(&rows, "Id");
    let child = client.id("Event", "IsChild = true");
    client.call("DELETE", &format!("/sobjects/Event/{id}"), &Value::Null);
    assert!(client.found(&rows, "Id").is_empty());
    let now = client.now;
    client.org.undelete(now, &json!({ "id": id })).unwrap();
    assert_eq!(client.found(&rows, "Id"), before);
    assert_eq!((&client.event(&id)["WhoId"], &client.event(&child)["IsChild"]), (&json!(dana), &json!(true)));
    assert!(client.org.undelete(now, &json!({ "id": id })).is_err(), "it is not deleted any more");
}

#[test]
fn a_merged_contact_is_deleted_and_its_events_are_the_others() {
    let mut client = Client::with(&json!({ "sharedActivities": true }));
    let (dana, ada) = (client.contact(), client.id("Contact", "Email = 'ada.morgan@acme.example'"));
    let id = client.created(&meeting(&json!({ "WhoId": dana })))["Id"].as_str().unwrap().to_owned();
    let now = client.now;
    client.org.merge(now, &json!({ "master": ada, "loser": dana })).unwrap();
    let shown = client.event(&id);
    assert_eq!((&shown["WhoId"], &shown["EventWhoIds"]), (&json!(ada), &json!([ada])));
    assert_eq!(client.get(&format!("/sobjects/Contact/{dana}")).error().0, "ENTITY_IS_DELETED");
    let q = format!("/queryAll?q=SELECT+MasterRecordId+FROM+Contact+WHERE+Id='{dana}'");
    assert_eq!(client.get(&q).body["records"][0]["MasterRecordId"], ada.as_str());
    let account = client.account();
    assert!(client.org.merge(now, &json!({ "master": account, "loser": ada })).is_err());
    assert!(client.org.merge(now, &json!({ "master": id, "loser": id })).is_err());
}

#[test]
fn a_purged_master_leaves_no_occurrence_behind_live_or_deleted() {
    let mut client = Client::demo();
    let id = series(&mut client, &weekly());
    let other = series(&mut client, &weekly());
    let occurrences = each(&mut client, &id, "Id");
    client.call("DELETE", &format!("/sobjects/Event/{}", occurrences[0]), &Value::Null);
    let left = each(&mut client, &other, "Id");
    let now = client.now;
    client.org.remove(now, &id, true).unwrap();
    let rows = format!("/queryAll?q=SELECT+Id+FROM+Event+WHERE+RecurrenceActivityId='{id}'");
    assert_eq!(client.get(&rows).body["totalSize"], 0);
    for occurrence in occurrences {
        let path = format!("/sobjects/Event/{occurrence}");
        assert_eq!(client.get(&path).error().0, "NOT_FOUND");
    }
    assert_eq!(each(&mut client, &other, "Id"), left, "another series stays");
}

#[test]
fn a_purged_event_leaves_no_relation_behind() {
    let mut client = Client::with(&json!({ "sharedActivities": true }));
    let dana = client.contact();
    let before = client.query("SELECT COUNT() FROM EventRelation").body["totalSize"].clone();
    let id = client.created(&meeting(&json!({ "WhoId": dana })))["Id"].as_str().unwrap().to_owned();
    let now = client.now;
    client.org.remove(now, &id, true).unwrap();
    assert_eq!(client.query("SELECT COUNT() FROM EventRelation").body["totalSize"], before);
    assert_eq!(client.get(&format!("/sobjects/Event/{id}")).error().0, "NOT_FOUND");
}
