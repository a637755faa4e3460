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
