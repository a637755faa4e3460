//! Invitees of a Classic series: its occurrences have rows of their own (facts 1.4, 1.6).

use serde_json::{Value, json};

use super::recurrence::{each, series, weekly};
use crate::salesforce::testing::Client;

/// Whom an Event invites.
fn invited(client: &mut Client, event: &str) -> Vec<String> {
    let rows = format!("SELECT RelationId FROM EventRelation WHERE EventId = '{event}' AND IsInvitee = true");
    client.found(&rows, "RelationId")
}

#[track_caller]
fn invite(client: &mut Client, event: &str, who: &str) -> String {
    let fields = json!({ "EventId": event, "RelationId": who });
    let answer = client.call("POST", "/sobjects/EventRelation", &fields);
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.body["id"].as_str().unwrap().to_owned()
}

#[test]
fn whom_a_master_invites_its_occurrences_invite_later_ones_too_s1_6() {
    let mut client = Client::with(&json!({ "sharedActivities": true }));
    let (dana, mara) = (client.contact(), client.id("User", "Alias = 'mara'"));
    let id = series(&mut client, &weekly());
    let row = invite(&mut client, &id, &dana);
    invite(&mut client, &id, &mara);
    let occurrences = each(&mut client, &id, "Id");
    for occurrence in occurrences.iter().chain([&id]) {
        let mut people = invited(&mut client, occurrence);
        people.sort_unstable();
        let mut both = vec![dana.clone(), mara.clone()];
        both.sort_unstable();
        assert_eq!(people, both, "{occurrence}");
        assert_eq!(client.event(occurrence)["IsGroupEvent"], true);
    }
    let own = format!("SELECT Id FROM Event WHERE IsChild = true AND OwnerId = '{mara}'");
    assert_eq!(client.found(&own, "Id").len(), occurrences.len(), "one of the user's own for each date");

    let longer = json!({ "RecurrenceEndDateOnly": "2026-04-07" });
    assert_eq!(client.update(&id, &longer).status, 204);
    let now = each(&mut client, &id, "Id");
    assert_eq!(now.len(), occurrences.len() + 1);
    assert_eq!(invited(&mut client, now.last().unwrap()).len(), 2);

    client.call("DELETE", &format!("/sobjects/EventRelation/{row}"), &Value::Null);
    for occurrence in &now {
        assert_eq!(invited(&mut client, occurrence), std::slice::from_ref(&mara), "{occurrence}");
    }
}

#[test]
fn whom_one_occurrence_invites_the_series_does_not_and_a_named_person_stays_named_s1_6() {
    let mut client = Client::with(&json!({ "sharedActivities": true }));
    let (dana, mara) = (client.contact(), client.id("User", "Alias = 'mara'"));
    let mut fields = weekly();
    fields["WhoId"] = json!(dana);
    let id = series(&mut client, &fields);
    let first = each(&mut client, &id, "Id")[0].clone();
    invite(&mut client, &first, &mara);
    assert!(invited(&mut client, &id).is_empty());
    let rows = format!("SELECT Id FROM EventRelation WHERE EventId = '{id}' AND RelationId = '{dana}'");
    let row = client.found(&rows, "Id")[0].clone();
    for (invitee, of_first) in [(true, 2), (false, 1)] {
        let change = json!({ "IsInvitee": invitee });
        assert_eq!(client.call("PATCH", &format!("/sobjects/EventRelation/{row}"), &change).status, 204);
        assert_eq!(invited(&mut client, &first).len(), of_first);
        assert_eq!(client.event(&first)["WhoId"], dana.as_str());
    }
}
