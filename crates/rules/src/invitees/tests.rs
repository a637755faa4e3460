use super::*;
use crate::{
    item::Attendee,
    people::participants,
    sample::{DANA, INES, MARA, address, attendee, dana, luis, meeting, record, settings},
};

fn ines() -> RecordId {
    record("005", 2)
}

fn colleagues() -> Vec<Colleague> {
    vec![
        Colleague { address: address(MARA), user: record("005", 1) },
        Colleague { address: address(INES), user: ines() },
    ]
}

fn of(item: &Item) -> (Invitees, usize) {
    let participants = participants(item, &address(MARA), &settings(), &[dana(), luis()]);
    invitees(item, &participants, &colleagues())
}

fn answering(who: &str, response: Option<Response>) -> Attendee {
    Attendee { response, ..attendee(who, Role::Required) }
}

#[test]
fn ppl_4_colleagues_who_are_users_and_known_people_are_invited_and_nobody_else() {
    let (invitees, left_out) = of(&meeting());
    let records: Vec<&RecordId> = invitees.keys().collect();
    assert_eq!(records, [&dana().record, &ines(), &luis().record]);
    assert_eq!(left_out, 0, "the organizer and the unresolved are no invitees");
}

#[test]
fn ppl_6_answers_become_statuses() {
    for (response, status) in [
        (Some(Response::Accepted), InviteeStatus::Accepted),
        (Some(Response::Declined), InviteeStatus::Declined),
        (Some(Response::Tentative), InviteeStatus::New),
        (Some(Response::None), InviteeStatus::New),
        (None, InviteeStatus::New),
    ] {
        let item = Item { attendees: vec![answering(DANA, response)], ..meeting() };
        assert_eq!(of(&item).0, Invitees::from([(dana().record, status)]), "{response:?}");
    }
}

#[test]
fn ppl_6_somebody_who_was_asked_twice_answered_once() {
    let twice = vec![answering(DANA, Some(Response::None)), answering(DANA, Some(Response::Accepted))];
    let item = Item { attendees: twice, ..meeting() };
    assert_eq!(of(&item).0, Invitees::from([(dana().record, InviteeStatus::Accepted)]));
}

#[test]
fn ppl_4_a_recurring_event_takes_a_hundred_invitees() {
    let many = |count: u32| {
        let addresses = (0..count).map(|number| format!("p{number}@brightwater.example"));
        let colleagues: Vec<Colleague> = addresses
            .enumerate()
            .map(|(place, text)| Colleague {
                address: address(&text),
                user: record("005", u32::try_from(place).unwrap() + 10),
            })
            .collect();
        let attendees =
            colleagues.iter().map(|known| attendee(known.address.as_str(), Role::Required)).collect();
        (Item { attendees, ..meeting() }, colleagues)
    };
    let (item, colleagues) = many(103);
    let counted = |kind| {
        let item = Item { kind, ..item.clone() };
        let participants = participants(&item, &address(MARA), &settings(), &[]);
        let (invitees, left_out) = invitees(&item, &participants, &colleagues);
        (invitees.len(), left_out)
    };
    assert_eq!(counted(Kind::Series), (SERIES_INVITEE_LIMIT, 3));
    assert_eq!(counted(Kind::Single), (103, 0));
}

#[test]
fn ppl_6_invitees_follow_the_meeting_with_continuous_attendees_only() {
    let wanted = Invitees::from([(dana().record, InviteeStatus::Accepted), (ines(), InviteeStatus::New)]);
    let added_by_hand = record("003", 9);
    let standing = Invitees::from([
        (dana().record, InviteeStatus::New),
        (luis().record, InviteeStatus::New),
        (added_by_hand.clone(), InviteeStatus::New),
    ]);
    let ours = Invitees::from([(dana().record, InviteeStatus::New), (luis().record, InviteeStatus::New)]);
    assert_eq!(invitee_change(&wanted, &standing, &ours, false), InviteeChange::default());
    let change = invitee_change(&wanted, &standing, &ours, true);
    assert_eq!(change.add, Invitees::from([(ines(), InviteeStatus::New)]));
    assert_eq!(change.update, Invitees::from([(dana().record, InviteeStatus::Accepted)]));
    assert_eq!(change.remove, [luis().record], "who was added in Salesforce stays");
    assert!(!change.remove.contains(&added_by_hand));
}

#[test]
fn dwn_3_who_declines_later_is_told_without_continuous_attendees_too() {
    let of = |status| Invitees::from([(dana().record, status)]);
    let (new, declined) = (of(InviteeStatus::New), of(InviteeStatus::Declined));
    assert_eq!(invitee_change(&declined, &new, &new, false).update, declined);
    let told = invitee_change(&declined, &new, &declined, false);
    assert_eq!(told, InviteeChange::default(), "what somebody sets in Salesforce afterwards stays");
    let uninvited = invitee_change(&declined, &Invitees::new(), &new, false);
    assert_eq!(uninvited, InviteeChange::default(), "nobody is invited for declining");
    let accepted = invitee_change(&of(InviteeStatus::Accepted), &new, &new, false);
    assert_eq!(accepted, InviteeChange::default());
}

#[test]
fn ppl_6_invitees_that_stand_need_no_change() {
    let (wanted, _) = of(&meeting());
    assert_eq!(invitee_change(&wanted, &wanted, &wanted, true), InviteeChange::default());
}
