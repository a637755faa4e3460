use super::*;

const FIELDS: [EventField; 3] = [EventField::Subject, EventField::Location, EventField::ShowAs];

fn fields(values: [&str; 3]) -> EventFields {
    FIELDS.into_iter().zip(values).map(|(field, value)| (field, FieldValue::Text(value.to_owned()))).collect()
}

fn agreed(values: [&str; 3]) -> Agreed {
    Agreed { item: fields(values), event: fields(values) }
}

fn text(fields: &EventFields, field: &EventField) -> Option<String> {
    let FieldValue::Text(text) = fields.get(field)? else { panic!("no text in {field:?}") };
    Some(text.clone())
}

/// Merges subject, location and free/busy against `s l f`; expects what goes up and down, and which fields clash.
#[track_caller]
fn check(
    outlook: [&str; 3],
    salesforce: [&str; 3],
    up: &[EventField],
    down: &[EventField],
    clashes: &[EventField],
) {
    let merge = merge(&agreed(["s", "l", "f"]), &fields(outlook), &fields(salesforce), Authority::Own);
    assert_eq!(merge.up.keys().cloned().collect::<Vec<_>>(), up, "up");
    assert_eq!(merge.down.keys().cloned().collect::<Vec<_>>(), down, "down");
    assert_eq!(merge.clashes.iter().map(|clash| clash.field.clone()).collect::<Vec<_>>(), clashes, "clashes");
}

#[test]
fn dwn_5_each_field_goes_the_way_it_was_changed() {
    let (subject, location) = (EventField::Subject, EventField::Location);
    check(["s", "l", "f"], ["s", "l", "f"], &[], &[], &[]);
    check(["S", "l", "f"], ["s", "L", "f"], std::slice::from_ref(&subject), &[location], &[]);
    check(["S", "l", "f"], ["S", "l", "f"], &[], &[], &[]);
    check(
        ["S", "l", "f"],
        ["T", "l", "f"],
        std::slice::from_ref(&subject),
        &[],
        std::slice::from_ref(&subject),
    );
}

#[test]
fn dwn_5_a_clash_keeps_all_three_values_and_outlook_wins() {
    let merge =
        merge(&agreed(["s", "l", "f"]), &fields(["S", "l", "f"]), &fields(["T", "l", "f"]), Authority::Own);
    let [clash] = merge.clashes.as_slice() else { panic!("{merge:?}") };
    let said = |value: &FieldValue| matches!(value, FieldValue::Text(_));
    assert!(said(&clash.base) && said(&clash.outlook) && said(&clash.salesforce));
    assert_eq!(text(&merge.up, &EventField::Subject).as_deref(), Some("S"));
    assert_eq!(text(&merge.agreed.event, &EventField::Subject).as_deref(), Some("S"));
}

#[test]
fn dwn_7_edits_of_what_the_organizer_owns_are_put_back() {
    let merge = merge(
        &agreed(["s", "l", "f"]),
        &fields(["s", "l", "f"]),
        &fields(["T", "l", "F"]),
        Authority::Foreign,
    );
    assert_eq!(text(&merge.up, &EventField::Subject).as_deref(), Some("s"), "put back");
    assert_eq!(merge.put_back.len(), 1);
    assert_eq!(
        text(&merge.down, &EventField::ShowAs).as_deref(),
        Some("F"),
        "one's own free/busy state goes down"
    );
    assert!(!merge.down.contains_key(&EventField::Subject));
}

#[test]
fn dwn_7_a_description_somebody_wrote_in_salesforce_stays_there_alone() {
    let with = |fields: EventFields, text: &str| {
        let mut fields = fields;
        fields.insert(EventField::Description, FieldValue::Text(text.to_owned()));
        fields
    };
    let before =
        Agreed { item: with(fields(["s", "l", "f"]), "body"), event: with(fields(["s", "l", "f"]), "body") };
    let item = with(fields(["s", "l", "f"]), "body");
    let event = with(fields(["s", "l", "f"]), "notes of the call");
    let first = merge(&before, &item, &event, Authority::Foreign);
    assert!(first.up.is_empty() && first.down.is_empty() && first.put_back.is_empty());
    let again = merge(&first.agreed, &item, &event, Authority::Foreign);
    assert_eq!(again.agreed, first.agreed, "and is no change the next time");
}

#[test]
fn what_a_user_typed_in_the_dialog_is_no_change_of_either_side() {
    let typed = Agreed { item: fields(["s", "l", "f"]), event: fields(["Typed", "l", "f"]) };
    let merge = merge(&typed, &fields(["s", "l", "f"]), &fields(["Typed", "l", "f"]), Authority::Own);
    assert!(merge.up.is_empty() && merge.down.is_empty() && merge.clashes.is_empty());
}

#[test]
fn fld_3_a_further_field_is_never_brought_down() {
    let custom = EventField::Custom(calbridge_rules::id::ApiName::parse("Where__c").unwrap());
    let one = |text: &str| -> EventFields {
        [(custom.clone(), FieldValue::Text(text.to_owned()))].into_iter().collect()
    };
    let before = Agreed { item: one("a"), event: one("a") };
    let edited = merge(&before, &one("a"), &one("b"), Authority::Own);
    assert!(edited.up.is_empty() && edited.down.is_empty());
    let changed = merge(&before, &one("c"), &one("b"), Authority::Own);
    assert_eq!(text(&changed.up, &custom).as_deref(), Some("c"));
    assert!(changed.clashes.is_empty());
}

#[test]
fn times_travel_together() {
    let day = |day: u32| chrono::NaiveDate::from_ymd_opt(2026, 3, day).unwrap();
    let times = |first: u32, last: u32| -> EventFields {
        [
            (EventField::Start, FieldValue::Date(day(first))),
            (EventField::End, FieldValue::Date(day(last))),
            (EventField::IsAllDay, FieldValue::Flag(true)),
        ]
        .into_iter()
        .collect()
    };
    let before = Agreed { item: times(3, 4), event: times(3, 4) };
    let moved = merge(&before, &times(3, 5), &times(3, 4), Authority::Own);
    assert_eq!(moved.up.len(), 3);
    let down = merge(&before, &times(3, 4), &times(2, 4), Authority::Own);
    assert_eq!(down.down.len(), 3);
    let both = merge(&before, &times(3, 5), &times(2, 4), Authority::Own);
    assert_eq!(both.up.len(), 3);
    assert_eq!(both.clashes.len(), 2, "start and end, and not whether it is all-day");
}
