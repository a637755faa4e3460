use super::*;
use crate::{
    item::{Reminder, Role, Sensitivity, ShowAs},
    sample::{DANA, HALE, INES, LUIS, MARA, address, appointment, attendee, lasting, meeting},
};

fn addresses(texts: &[&str]) -> Vec<Address> {
    texts.iter().map(|text| address(text)).collect()
}

fn mail(whom: &[&str]) -> Class {
    Class::Notifying { whom: addresses(whom) }
}

#[track_caller]
fn check(write: &ItemWrite, item: &Item, seat: ItemSeat, expected: &Class) {
    assert_eq!(class(write, item, seat), *expected, "{write:?}");
}

fn renamed() -> ItemWrite {
    ItemWrite::Patch(ItemValues { subject: Some("New".to_owned()), ..ItemValues::default() })
}

#[test]
fn ppl_8_marks_are_silent_on_every_copy() {
    for seat in [ItemSeat::Own, ItemSeat::Attendee] {
        check(&ItemWrite::Mark, &meeting(), seat, &Class::Silent);
    }
}

#[test]
fn ppl_8_what_others_see_of_the_organizers_item_is_mailed_to_everybody() {
    let everybody = mail(&[DANA, LUIS, HALE, INES]);
    for values in [
        ItemValues { subject: Some("New".to_owned()), ..ItemValues::default() },
        ItemValues { body: Some("New".to_owned()), ..ItemValues::default() },
        ItemValues { location: Some("New".to_owned()), ..ItemValues::default() },
        ItemValues { span: Some(lasting(chrono::TimeDelta::hours(2))), ..ItemValues::default() },
        ItemValues { sensitivity: Some(Sensitivity::Private), ..ItemValues::default() },
    ] {
        check(&ItemWrite::Patch(values), &meeting(), ItemSeat::Own, &everybody);
    }
}

#[test]
fn ppl_8_what_is_everybodys_own_is_silent() {
    let values =
        ItemValues { show_as: Some(ShowAs::Free), reminder: Some(Reminder::Off), ..ItemValues::default() };
    check(&ItemWrite::Patch(values), &meeting(), ItemSeat::Own, &Class::Silent);
    check(&renamed(), &meeting(), ItemSeat::Attendee, &Class::Silent);
    check(&renamed(), &appointment(), ItemSeat::Own, &Class::Silent);
}

#[test]
fn ppl_8_rooms_count_among_those_who_get_mail() {
    let room = "room4@brightwater.example";
    let item = Item { attendees: vec![attendee(room, Role::Resource)], ..meeting() };
    check(&renamed(), &item, ItemSeat::Own, &mail(&[room]));
}

#[test]
fn ppl_8_invitations_go_to_those_who_are_asked_or_not_any_more() {
    let invite = ItemWrite::Invite { added: addresses(&[HALE, DANA]), removed: addresses(&[LUIS, HALE]) };
    check(&invite, &meeting(), ItemSeat::Own, &mail(&[HALE, DANA, LUIS]));
    check(&ItemWrite::Create { invited: Vec::new() }, &appointment(), ItemSeat::Own, &Class::Silent);
    let create = ItemWrite::Create { invited: addresses(&[DANA]) };
    check(&create, &appointment(), ItemSeat::Own, &mail(&[DANA]));
}

#[test]
fn ppl_8_deleting_cancels_or_answers() {
    check(&ItemWrite::Delete, &meeting(), ItemSeat::Own, &mail(&[DANA, LUIS, HALE, INES]));
    check(&ItemWrite::Delete, &meeting(), ItemSeat::Attendee, &mail(&[MARA]));
    check(&ItemWrite::Delete, &appointment(), ItemSeat::Own, &Class::Silent);
}

#[test]
fn ppl_8_silent_writes_are_carried_out_whoever_wants_them() {
    for wanted in [Wanted::ByPerson, Wanted::ByProduct] {
        assert_eq!(release(&Class::Silent, wanted, &Effective::default()), Release::Send);
    }
}

#[test]
fn ppl_8_mail_needs_a_person_and_down_sync_and_no_hold() {
    let mut settings = Effective::default();
    let asked = |settings: &Effective, wanted| release(&mail(&[DANA]), wanted, settings);
    let held = Release::Hold { whom: addresses(&[DANA]) };
    assert_eq!(asked(&settings, Wanted::ByPerson), held, "held by default");
    settings.notifications = Notifications::Send;
    assert_eq!(asked(&settings, Wanted::ByPerson), Release::Send);
    assert_eq!(asked(&settings, Wanted::ByProduct), held, "a revert that would mail is held");
    settings.down.is_on = false;
    assert_eq!(asked(&settings, Wanted::ByPerson), held);
}
