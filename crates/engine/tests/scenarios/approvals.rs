//! What waits for a person, and what becomes of it once they decided: invitations of Events that come down (DWN-1), changes and
//! deletions that would mail people (PPL-8), deletions that stopped the mailbox (DWN-6).

use calbridge_engine::{
    SessionError,
    ports::{Relation, Tie, Trouble},
    ruling::{Held, Ruling},
};
use calbridge_rules::{
    event::{EventField, FieldValue},
    id::{ItemId, RecordId},
    invitees::InviteeStatus,
    settings::{DeleteInOutlook, Notifications},
};

use crate::{
    desk::{DANA, Desk, Fault, INES, MARA, address, categorized, dana, item_id, meeting, person, record},
    directions::{born, call},
};

fn text(text: &str) -> FieldValue {
    FieldValue::Text(text.to_owned())
}

/// An Event that Mara made for a call with Dana, to which Ines is invited, where Events invite their people.
fn call_with_people() -> (Desk, RecordId) {
    let desk = Desk::with([]);
    desk.state().settings.down.invites = true;
    let (who, colleague) = (record("003", 1), record("005", 2));
    desk.state().addresses.insert(who.clone(), person(DANA));
    desk.state().addresses.insert(colleague.clone(), person(INES));
    desk.state().addresses.insert(record("005", 1), person(MARA));
    let mut fields = call();
    fields.insert(EventField::Who, FieldValue::Record(who));
    let event = desk.make_event(fields, born());
    for (number, record) in [(1, colleague), (2, record("005", 1))] {
        let tie = Tie { is_named: false, invited: Some(InviteeStatus::New) };
        let id = crate::desk::record("0RE", 100 + number);
        desk.state().relations.push(Relation { event: event.clone(), id, record, tie });
    }
    (desk, event)
}

/// The addresses of the only item's people.
fn guests(desk: &Desk) -> Vec<String> {
    let state = desk.state();
    assert_eq!(state.items.len(), 1);
    let item = state.items.values().next().unwrap();
    let address =
        |attendee: &calbridge_rules::item::Attendee| attendee.person.address.clone().unwrap().to_string();
    item.item.attendees.iter().map(address).collect()
}

#[test]
fn dwn_1_an_event_comes_down_without_its_people_by_default() {
    let (desk, _) = call_with_people();
    desk.state().settings.down.invites = false;
    desk.rest();
    assert_eq!(guests(&desk), [""; 0]);
    assert!(desk.state().mails.is_empty());
    assert_eq!(desk.calls("addresses") + desk.calls("relations"), 0, "nobody is asked for");
}

#[test]
fn dwn_1_ppl_8_with_invite_from_salesforce_the_people_of_an_event_are_invited_where_nothing_is_held() {
    let (desk, _) = call_with_people();
    desk.state().settings.notifications = Notifications::Send;
    desk.rest();
    assert_eq!(guests(&desk), [DANA, INES], "its Name first, and nobody invites themselves");
    assert_eq!(desk.state().mails, [address(DANA), address(INES)]);
    assert!(desk.state().invitations.is_empty());
}

#[test]
fn dwn_1_ppl_8_an_invitation_waits_and_is_sent_once_when_it_is_approved() {
    let (desk, event) = call_with_people();
    desk.rest();
    assert!(desk.state().items.is_empty() && desk.state().mails.is_empty());
    let waiting = desk.state().invitations.clone();
    assert_eq!((waiting.len(), &waiting[0].event), (1, &event));
    assert_eq!(waiting[0].fields[&EventField::Subject], text("Call Dana"));
    assert_eq!(waiting[0].guests, [address(DANA), address(INES)]);

    desk.rule_on_invitation(Ruling::Approved);
    // The answer is lost: asked again under the same transaction, nobody gets a second mail.
    desk.strike("create", Fault::Afterwards(Trouble::Unclear));
    desk.session().unwrap();
    desk.rest();
    assert_eq!(guests(&desk), [DANA, INES]);
    assert_eq!(desk.state().mails.len(), 2, "once");
    assert_eq!(desk.state().pairs.values().map(|pair| &pair.event).collect::<Vec<_>>(), [&event]);
    desk.edit_event(&event, |_| {});
    desk.rest();
    let state = desk.state();
    assert_eq!((state.mails.len(), state.invitations.len()), (2, 0));
}

#[test]
fn dwn_1_a_discarded_invitation_brings_the_event_down_without_its_people() {
    let (desk, _) = call_with_people();
    desk.rest();
    desk.rule_on_invitation(Ruling::Discarded);
    desk.rest();
    assert_eq!(guests(&desk), [""; 0]);
    assert!(desk.state().mails.is_empty() && desk.state().invitations.is_empty());
}

#[test]
fn ppl_8_what_was_approved_for_some_people_is_not_approved_for_others() {
    let (desk, event) = call_with_people();
    desk.rest();
    desk.state().addresses.insert(record("003", 2), person("new@acme.example"));
    desk.edit_event(&event, |fields| {
        fields.insert(EventField::Who, FieldValue::Record(record("003", 2)));
    });
    desk.rule_on_invitation(Ruling::Approved);
    desk.rest();
    assert!(desk.state().items.is_empty() && desk.state().mails.is_empty());
    assert_eq!(desk.state().invitations[0].guests[0], address("new@acme.example"));
}

#[test]
fn dwn_1_who_declined_or_is_blocklisted_or_has_no_address_is_not_invited() {
    let (desk, _) = call_with_people();
    desk.state().settings.notifications = Notifications::Send;
    desk.state().settings.shared.blocklist = vec![DANA.to_owned()];
    desk.state().relations[0].tie.invited = Some(InviteeStatus::Declined);
    let tie = Tie { is_named: true, invited: None };
    let event = desk.state().relations[0].event.clone();
    let nameless = Relation { event, id: record("0RE", 9), record: record("003", 9), tie };
    desk.state().relations.push(nameless);
    desk.rest();
    assert_eq!(guests(&desk), [""; 0]);
    assert!(desk.state().mails.is_empty());
}

/// A meeting whose Event was deleted in Salesforce, where that deletes the item.
fn deleted_meeting() -> Desk {
    let desk = Desk::with([meeting("a")]);
    let event = desk.saved("a");
    desk.state().settings.down.delete_in_outlook = DeleteInOutlook::All;
    desk.delete_event(&event);
    desk.rest();
    desk
}

#[test]
fn ppl_8_a_deletion_that_would_send_cancellations_waits_for_approval() {
    let desk = deleted_meeting();
    assert_eq!(desk.state().held[&item_id("a")], Held::Deletion);
    assert!(desk.state().item("a").item.categories.contains(&"Sync Error".to_owned()));
    assert_eq!(desk.calls("delete item"), 0);
    desk.rule("a", Ruling::Approved);
    desk.rest();
    let state = desk.state();
    assert!(state.items.is_empty() && state.pairs.is_empty() && state.held.is_empty());
}

#[test]
fn ppl_8_a_discarded_deletion_keeps_the_item_and_is_not_asked_about_again() {
    let desk = deleted_meeting();
    desk.rule("a", Ruling::Discarded);
    desk.rest();
    assert!(desk.state().pairs.is_empty() && desk.state().held.is_empty());
    assert_eq!(desk.state().item("a").item.categories, [""; 0], "DWN-2: it is not saved any more");
    desk.edit("a", |seen| seen.item.subject = "Still here".to_owned());
    desk.rest();
    assert!(desk.state().held.is_empty() && desk.state().events.is_empty());
}

#[test]
fn ppl_8_a_discarded_change_settles_and_another_one_is_asked_about() {
    let desk = Desk::with([meeting("a")]);
    let event = desk.saved("a");
    let rename = |name: &str| {
        desk.edit_event(&event, |fields| {
            fields.insert(EventField::Subject, text(name));
        });
    };
    rename("From Salesforce");
    desk.rest();
    desk.rule("a", Ruling::Discarded);
    desk.rest();
    assert_eq!(desk.state().item("a").item.subject, "Meeting a");
    assert_eq!(desk.event(&event)[&EventField::Subject], text("From Salesforce"), "each side keeps its own");
    assert!(desk.state().held.is_empty());
    assert!(desk.state().item("a").item.categories.contains(&"Status: Tracked successfully.".to_owned()));

    desk.edit("a", |seen| seen.item.location = "Kiel".to_owned());
    desk.rest();
    assert!(desk.state().held.is_empty(), "the same change is not asked about again");
    assert_eq!(desk.event(&event)[&EventField::Subject], text("From Salesforce"));
    rename("Once more");
    desk.rest();
    assert!(matches!(desk.state().held[&item_id("a")], Held::Change(_)));
    desk.edit("a", |seen| seen.item.subject = "From Outlook".to_owned());
    desk.rest();
    assert_eq!(desk.event(&event)[&EventField::Subject], text("From Outlook"), "DWN-5");
}

#[test]
fn ppl_8_an_approved_change_is_written_though_the_first_try_fails() {
    let desk = Desk::with([meeting("a")]);
    let event = desk.saved("a");
    desk.edit_event(&event, |fields| {
        fields.insert(EventField::Subject, text("From Salesforce"));
    });
    desk.rest();
    desk.rule("a", Ruling::Approved);
    desk.strike("change", Fault::Instead(Trouble::Later { retry_after_ms: None }));
    desk.session().unwrap();
    desk.rest();
    assert_eq!(desk.state().item("a").item.subject, "From Salesforce");
}

/// Eleven saved meetings that were all deleted in Outlook, which stopped the mailbox; the items that would lose their Events.
fn braked() -> (Desk, Vec<ItemId>) {
    let names: Vec<String> = (0..11).map(|number| format!("item-{number}")).collect();
    let desk = Desk::with(names.iter().map(|name| meeting(name)));
    for name in &names {
        desk.press(name, dana());
    }
    desk.rest();
    for name in &names {
        desk.delete(name);
    }
    let Err(SessionError::Braked { items, pairs: 11 }) = desk.session() else { panic!("no brake") };
    assert_eq!(items.len(), 11);
    (desk, items)
}

#[test]
fn dwn_6_exactly_the_deletions_that_a_person_approved_are_carried_out() {
    let (desk, items) = braked();
    desk.rule_on_deletions(&items, Ruling::Approved);
    desk.rest();
    assert!(desk.state().events.is_empty() && desk.state().pairs.is_empty());
    assert_eq!(desk.state().journal.iter().filter(|(_, _, after)| after.is_empty()).count(), 11, "UNS-2");

    let (desk, _) = braked();
    assert!(matches!(desk.session(), Err(SessionError::Braked { .. })), "nobody approved any");
    assert_eq!(desk.state().events.len(), 11);
}

#[test]
fn dwn_6_deletions_that_a_person_discarded_leave_the_events_and_are_over() {
    let (desk, items) = braked();
    desk.rule_on_deletions(&items, Ruling::Discarded);
    desk.rest();
    assert_eq!(desk.state().events.len(), 11);
    assert!(desk.state().pairs.is_empty());
    desk.state().lost_cursor = true;
    desk.rest();
    assert_eq!(desk.state().events.len(), 11, "not asked about again");
}

#[test]
fn dwn_6_a_person_decides_about_items_too_that_went_before_their_creates_were_kept() {
    for (ruling, left) in [(Ruling::Approved, 0), (Ruling::Discarded, 11)] {
        let names: Vec<String> = (0..11).map(|number| format!("item-{number}")).collect();
        let desk = Desk::with(names.iter().map(|name| categorized(meeting(name))));
        desk.strike("record", Fault::Instead(Trouble::Later { retry_after_ms: None }));
        drop(desk.session());
        for name in &names {
            desk.delete(name);
        }
        let Err(SessionError::Braked { items, pairs: 0 }) = desk.session() else { panic!("no brake") };
        desk.rule_on_deletions(&items, ruling);
        desk.rest();
        let state = desk.state();
        assert_eq!((state.events.len(), state.intended.len(), state.pairs.len()), (left, 0, 0), "{ruling:?}");
    }
}
