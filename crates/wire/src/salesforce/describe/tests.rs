//! What the org offers is read from describe (PIC-4).

use super::*;
use crate::testing::{fixture, reply, shown, with};

fn endpoint(since: Option<&str>) -> DescribeEvent {
    DescribeEvent { version: "v67.0".to_owned(), if_modified_since: since.map(str::to_owned) }
}

fn event() -> EventDescribe {
    let answer = with(
        reply(200, fixture!("salesforce/describe_event.json")),
        "last-modified",
        "Fri, 20 Nov 2026 08:00:00 GMT",
    );
    match endpoint(None).read(&answer).unwrap() {
        Described::Fresh(describe) => describe,
        Described::Unchanged => panic!("a full answer is fresh"),
    }
}

#[test]
fn what_is_known_is_only_checked() {
    insta::assert_snapshot!(
        shown(&endpoint(Some("Fri, 20 Nov 2026 08:00:00 GMT")).request("https://org.example")),
        @r"
    GET https://org.example/services/data/v67.0/sobjects/Event/describe
    if-modified-since: Fri, 20 Nov 2026 08:00:00 GMT
    "
    );
    assert_eq!(endpoint(None).read(&reply(304, "")), Ok(Described::Unchanged));
    assert_eq!(event().last_modified.as_deref(), Some("Fri, 20 Nov 2026 08:00:00 GMT"));
}

#[test]
fn pic_4_features_are_read_from_fields() {
    let describe = event();
    assert!(describe.shared_activities());
    assert!(describe.has("Calbridge_Sync_Key__c") && !describe.has("ClientGuid"));
    assert!(describe.field("Calbridge_Sync_Key__c").unwrap().external_id);
    let objects: Vec<&str> = describe.business_objects().iter().map(ApiName::as_str).collect();
    assert_eq!(objects, ["Account", "Opportunity", "Case", "Project__c"]);
    let emails = describe.email_fields();
    assert_eq!(emails.iter().map(ApiName::as_str).collect::<Vec<_>>(), ["Contact_Mail__c"]);
}

#[test]
fn dup_1_a_clients_own_ids_are_held_only_where_they_can_be_written_and_asked_for() {
    let org = |createable: bool, filterable: bool, id_lookup: bool| {
        let mut describe = event();
        let own = describe.field("Calbridge_Sync_Key__c").unwrap().clone();
        let field = Field { createable, updateable: true, filterable, external_id: false, id_lookup, ..own };
        describe.fields.insert(ApiName::parse("ClientGuid").unwrap(), field);
        describe.client_id().map(|(_, upserts)| upserts)
    };
    assert_eq!(event().client_id(), None);
    assert_eq!(org(true, true, false), Some(false));
    assert_eq!(org(true, true, true), Some(true));
    assert_eq!((org(false, true, true), org(true, false, true)), (None, None));
}

#[test]
fn tzn_3_the_orgs_zones_are_those_in_use() {
    assert_eq!(event().time_zones().collect::<Vec<_>>(), ["Europe/Berlin", "America/Los_Angeles"]);
}

#[test]
fn a_picklist_offers_its_active_values() {
    let describe = event();
    let field = describe.field("Meeting_Type__c").unwrap();
    assert_eq!(field.kind, FieldKind::Picklist);
    let values: Vec<(&str, bool)> =
        field.picklist.iter().map(|value| (value.label.as_str(), value.is_default)).collect();
    assert_eq!(values, [("Negotiation", true), ("Visit", false)]);
}

#[test]
fn a_describe_can_be_kept_on_the_device() {
    let describe = event();
    let text = serde_json::to_string(&describe).unwrap();
    assert_eq!(serde_json::from_str::<EventDescribe>(&text).unwrap(), describe);
}

#[test]
fn garbage_is_no_describe() {
    for body in ["", "<html>", "{}", "{\"name\":\"Event\",\"fields\":[]}"] {
        let error = endpoint(None).read(&reply(200, body)).unwrap_err();
        assert!(matches!(error, CallError::Malformed { .. }), "{body}: {error}");
    }
}
