//! What the org demands is asked for (SAV-9).

use super::*;
use crate::{
    salesforce::describe::{DescribeEvent, Described},
    testing::{fixture, reply},
};

fn layout() -> Layout {
    let endpoint = EventLayout { version: "v67.0".to_owned() };
    endpoint.read(&reply(200, fixture!("salesforce/layouts.json"))).unwrap()
}

fn describe() -> EventDescribe {
    let endpoint = DescribeEvent { version: "v67.0".to_owned(), if_modified_since: None };
    match endpoint.read(&reply(200, fixture!("salesforce/describe_event.json"))).unwrap() {
        Described::Fresh(describe) => describe,
        Described::Unchanged => panic!("a full answer is fresh"),
    }
}

#[test]
fn sav_9_the_default_record_types_layout_counts() {
    let names: Vec<String> = layout().required.iter().map(ToString::to_string).collect();
    assert_eq!(names, ["Subject", "Meeting_Type__c"]);
}

#[test]
fn sav_9_layout_and_object_are_asked_together_and_what_the_item_fills_is_not() {
    let fields = required_fields(&describe(), &layout());
    let labels: Vec<&str> = fields.iter().map(|field| field.label.as_str()).collect();
    assert_eq!(labels, ["Meeting Type", "Cost Center"]);
    assert_eq!(fields[0].kind, FieldKind::Picklist);
    assert_eq!(fields[0].picklist.len(), 2);
    assert_eq!((fields[1].kind.clone(), fields[1].length), (FieldKind::Text, 10));
    assert_eq!(fields[1].required().label, "Cost Center");
}

#[test]
fn sav_9_a_layout_may_name_fields_that_the_user_cannot_see() {
    let hidden = Layout { required: vec![ApiName::parse("Hidden__c").unwrap()] };
    let fields = required_fields(&describe(), &hidden);
    assert!(fields.iter().all(|field| field.name.as_str() != "Hidden__c"));
}
