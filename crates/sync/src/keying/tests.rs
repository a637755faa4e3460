use calbridge_rules::map::SmallMap;
use calbridge_wire::salesforce::describe::{Field, FieldKind};

use super::*;

const OWN: &str = "Calbridge_Sync_Key__c";
const CLIENT: &str = "ClientGuid";

fn name(text: &str) -> ApiName {
    ApiName::parse(text).unwrap()
}

/// An org with some fields on Event, each an External ID or not.
fn org(fields: &[(&str, bool)]) -> EventDescribe {
    let field = |external_id: bool| Field {
        label: String::new(),
        kind: FieldKind::Text,
        length: 255,
        nillable: true,
        createable: true,
        updateable: true,
        defaulted: false,
        filterable: true,
        external_id,
        id_lookup: external_id,
        picklist: Vec::new(),
        references: Vec::new(),
    };
    let fields: SmallMap<ApiName, Field> =
        fields.iter().map(|(known, external_id)| (name(known), field(*external_id))).collect();
    EventDescribe {
        object: name("Event"),
        label: "Event".to_owned(),
        fields,
        naming: None,
        last_modified: None,
    }
}

fn in_field(field: &str, upserts: bool) -> Keying {
    Keying::Field { name: name(field), upserts }
}

fn had(field: &str) -> KeyFieldHad {
    KeyFieldHad { name: Some(name(field)), upserts: true }
}

#[track_caller]
fn check(fields: &[(&str, bool)], had: Option<&KeyFieldHad>, has_links: bool, expected: &Keying) {
    assert_eq!(Keying::decide(&org(fields), &name(OWN), had, has_links), *expected);
}

#[test]
fn dup_1_an_orgs_own_field_goes_before_that_of_clients() {
    check(&[(OWN, true), (CLIENT, false)], None, false, &in_field(OWN, true));
    check(&[(OWN, false)], None, false, &in_field(OWN, false));
    check(&[(CLIENT, false)], None, false, &in_field(CLIENT, false));
}

#[test]
fn dup_2_an_org_that_never_had_a_field_goes_by_links() {
    check(&[], None, false, &Keying::Links);
    check(&[], None, true, &Keying::Links);
}

#[test]
fn dup_2_keys_that_are_kept_here_stay_here_when_a_field_appears() {
    check(&[(OWN, true)], None, true, &Keying::Links);
}

#[test]
fn dup_1_a_field_that_was_there_is_missed_and_nothing_takes_its_place() {
    let missing = Keying::Missing(name(OWN));
    check(&[], Some(&had(OWN)), false, &missing);
    check(&[(CLIENT, true)], Some(&had(OWN)), false, &missing);
    let of_older_build = KeyFieldHad { name: None, upserts: true };
    check(&[], Some(&of_older_build), false, &missing);
    check(&[], Some(&had(CLIENT)), false, &Keying::Missing(name(CLIENT)));
}

#[test]
fn dup_1_an_org_stays_with_the_field_that_it_began_with() {
    check(&[(OWN, true), (CLIENT, true)], Some(&had(CLIENT)), false, &in_field(CLIENT, true));
    // The operator named another one.
    check(&[(OWN, true)], Some(&had("Former_Key__c")), false, &in_field(OWN, true));
}

#[test]
fn dup_2_admins_are_told_where_the_keys_are_unless_they_are_in_the_field_for_them() {
    let told = |keying: Keying| keying.lack(&name(OWN), 7).map(|lack| (lack.of, lack.name));
    assert_eq!(told(in_field(OWN, false)), None);
    assert_eq!(told(in_field(CLIENT, true)), Some((LackOf::OwnKeyField, CLIENT.to_owned())));
    assert_eq!(told(Keying::Links), Some((LackOf::KeyField, OWN.to_owned())));
    assert_eq!(told(Keying::Missing(name(CLIENT))), Some((LackOf::KeyFieldGone, CLIENT.to_owned())));
}
