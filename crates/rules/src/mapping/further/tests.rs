use super::*;
use crate::{
    category::SALESFORCE,
    event::{EventFields, FieldValue},
    item::Attendee,
    mapping::{changed, first_save, follow},
    sample::{DANA, MARA, api, attendee, meeting, person, settings, typed},
    saving::Choice,
};

const FIELD: &str = "Outlook__c";

fn mapping(value: OutlookValue, limit: u32) -> Settings {
    let mut settings = settings();
    settings.field_map.insert(api(FIELD), FieldSource { value, limit });
    settings
}

fn field() -> EventField {
    EventField::Custom(api(FIELD))
}

fn written(value: OutlookValue, item: &Item) -> Option<FieldValue> {
    first_save(item, &Choice::default(), &mapping(value, 255)).fields.remove(&field())
}

fn words(text: &str) -> FieldValue {
    FieldValue::Text(text.to_owned())
}

fn categorized(names: &[&str]) -> Item {
    Item { categories: names.iter().map(|&name| name.to_owned()).collect(), ..meeting() }
}

#[test]
fn fld_3_categories_fill_a_field_without_our_own() {
    let item = categorized(&["Key account", SALESFORCE, "Status: Tracked successfully.", "Travel"]);
    assert_eq!(written(OutlookValue::Categories, &item), Some(words("Key account;Travel")));
    assert_eq!(written(OutlookValue::Categories, &categorized(&[SALESFORCE])), Some(FieldValue::Empty));
}

#[test]
fn fld_3_people_fill_fields_by_name_or_else_by_address() {
    let luis = Attendee {
        person: Person { name: " Luis\nMoreno ".to_owned(), address: None },
        ..attendee(DANA, Role::Required)
    };
    let item = Item {
        organizer: Some(person(MARA)),
        attendees: vec![
            luis,
            attendee(DANA, Role::Required),
            attendee("ada.morgan@acme.example", Role::Optional),
            attendee("room.4@brightwater.example", Role::Resource),
        ],
        ..meeting()
    };
    assert_eq!(written(OutlookValue::RequiredAttendees, &item), Some(words("Luis Moreno;dana@acme.example")));
    assert_eq!(written(OutlookValue::OptionalAttendees, &item), Some(words("ada.morgan@acme.example")));
    assert_eq!(written(OutlookValue::Resources, &item), Some(words("room.4@brightwater.example")));
    assert_eq!(written(OutlookValue::Organizer, &item), Some(words(MARA)));
    assert_eq!(written(OutlookValue::OrganizerAddress, &item), Some(words(MARA)));
}

#[test]
fn fld_3_finer_states_of_outlook_are_kept_as_outlook_calls_them() {
    let item = Item {
        show_as: Some(ShowAs::WorkingElsewhere),
        sensitivity: Some(Sensitivity::Confidential),
        zone: Some("W. Europe Standard Time".to_owned()),
        ..meeting()
    };
    assert_eq!(written(OutlookValue::ShowAs, &item), Some(words("Working elsewhere")));
    assert_eq!(written(OutlookValue::Sensitivity, &item), Some(words("Confidential")));
    assert_eq!(written(OutlookValue::Zone, &item), Some(words("W. Europe Standard Time")));
}

#[test]
fn fld_3_what_the_reader_cannot_tell_is_left_alone() {
    let item = Item { show_as: None, sensitivity: None, zone: None, organizer: None, ..meeting() };
    for value in [
        OutlookValue::ShowAs,
        OutlookValue::Sensitivity,
        OutlookValue::Zone,
        OutlookValue::Organizer,
        OutlookValue::OrganizerAddress,
    ] {
        assert_eq!(written(value, &item), None, "{value:?}");
    }
}

#[test]
fn fld_3_a_value_is_cut_to_the_field_and_told() {
    let item = categorized(&["Key account", "Travel"]);
    let mapped = first_save(&item, &Choice::default(), &mapping(OutlookValue::Categories, 5));
    assert_eq!(mapped.fields.get(&field()), Some(&words("Key a")));
    assert!(mapped.told.contains(&"Outlook__c is cut to 5 characters.".to_owned()), "{:?}", mapped.told);
}

#[test]
fn fld_3_what_the_user_typed_goes_before_outlook_and_the_default_after() {
    let mut settings = mapping(OutlookValue::Categories, 255);
    settings.field_defaults.insert(api(FIELD), "None".to_owned());
    let choice = Choice { fields: typed(FIELD, "By hand"), ..Choice::default() };
    let item = categorized(&["Travel"]);
    assert_eq!(first_save(&item, &choice, &settings).fields.get(&field()), Some(&words("By hand")));
    let unmarked = categorized(&[]);
    for mapped in [first_save, follow] {
        let fields = |item| mapped(item, &Choice::default(), &settings).fields;
        assert_eq!(fields(&item).get(&field()), Some(&words("Travel")));
        assert_eq!(fields(&unmarked).get(&field()), Some(&words("None")));
    }
}

#[test]
fn fld_3_a_changed_value_follows_like_any_other_field() {
    let settings = mapping(OutlookValue::Categories, 255);
    let wanted = |names: &[&str]| follow(&categorized(names), &Choice::default(), &settings).fields;
    let stands = wanted(&["Travel"]);
    assert!(changed(&wanted(&["Travel"]), &stands).is_empty());
    let moved = EventFields::from([(field(), FieldValue::Text("Visit".to_owned()))]);
    assert_eq!(changed(&wanted(&["Visit"]), &stands), moved);
    let emptied = EventFields::from([(field(), FieldValue::Empty)]);
    assert_eq!(changed(&wanted(&[]), &stands), emptied);
}

#[test]
fn fld_3_two_changes_of_one_field_conflict_as_of_any_other() {
    let with = |text: &str| EventFields::from([(field(), FieldValue::Text(text.to_owned()))]);
    let settings = mapping(OutlookValue::Categories, 255);
    let mut mine = follow(&categorized(&["Visit"]), &Choice::default(), &settings).fields;
    mine.retain(|name, _| *name == field());
    let conflicts = crate::conflict::conflicts(&with("Travel"), &with("Fair"), &mine);
    assert_eq!(conflicts.len(), 1, "SAV-13");
}
