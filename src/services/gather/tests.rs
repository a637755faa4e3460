use calbridge_rules::settings::FieldSource;

use super::*;
use crate::save::tests::{picture, saved};

fn open(sensitivity: Option<Sensitivity>) -> OpenItem {
    let mut open = picture().open;
    open.item.sensitivity = sensitivity;
    open
}

fn standing(is_private: Option<bool>) -> Event {
    let standing = ItemStanding {
        status: Status::NotSaved,
        synced_organizer: None,
        is_draft: None,
        is_all_day: None,
        is_private,
        chosen: None,
        decided: Vec::new(),
    };
    Event { known: EventKnown::Absent, view: None, standing: Some(standing), is_gone: false }
}

fn is_private(open: OpenItem, event: &Event) -> bool {
    informed(open, event).item.sensitivity.is_some_and(Sensitivity::is_private)
}

#[test]
fn prv_2_an_item_is_private_if_outlook_or_the_service_says_so() {
    let cases = [
        (None, None, false),
        (None, Some(false), false),
        (None, Some(true), true),
        (Some(Sensitivity::Normal), Some(true), true),
        (Some(Sensitivity::Confidential), Some(false), true),
        (Some(Sensitivity::Personal), None, true),
    ];
    for (outlook, service, expected) in cases {
        assert_eq!(is_private(open(outlook), &standing(service)), expected, "{outlook:?} {service:?}");
    }
}

#[test]
fn prv_2_an_item_whose_privacy_nobody_tells_is_as_private_as_its_event() {
    let event = |private| {
        let mut event = standing(None);
        event.view = saved(picture()).view;
        if let Some(view) = &mut event.view {
            view.shown.insert(EventField::IsPrivate, FieldValue::Flag(private));
        }
        event
    };
    assert!(is_private(open(None), &event(true)));
    assert!(!is_private(open(None), &event(false)));
    assert!(!is_private(open(Some(Sensitivity::Normal)), &event(true)));
}

#[test]
fn fld_3_only_fields_that_the_user_may_change_and_outlook_fills_are_written_from_here() {
    let name = |text: &str| ApiName::parse(text).unwrap();
    let mut settings = Settings::default();
    for (field, value) in [
        ("Labels__c", OutlookValue::Categories),
        ("Hidden__c", OutlookValue::Organizer),
        ("Rooms__c", OutlookValue::Resources),
        ("Privacy__c", OutlookValue::Sensitivity),
    ] {
        settings.field_map.insert(name(field), FieldSource { value, limit: 255 });
    }
    let writable = ["Labels__c", "Rooms__c", "Privacy__c"].map(name);
    let kept = |tells_privacy| {
        let settings = usable(settings.clone(), &writable, tells_privacy);
        settings.field_map.keys().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(kept(true), ["Labels__c", "Privacy__c"]);
    assert_eq!(kept(false), ["Labels__c"]);
}
