//! What a date that differs takes over from its series when that changes.

use super::item::{Attendee, Content, Role};

/// Lets a date that differs from its series follow it in what was the same; answers whether anything changed.
///
/// Categories, properties, extensions and files stay with the date.
pub(super) fn follow(own: &mut Content, before: &Content, after: &Content) -> bool {
    fn one<T: Clone + PartialEq>(own: &mut T, before: &T, after: &T) -> bool {
        let follows = *own == *before && before != after;
        if follows {
            own.clone_from(after);
        }
        follows
    }
    let followed = [
        one(&mut own.subject, &before.subject, &after.subject),
        one(&mut own.body, &before.body, &after.body),
        one(&mut own.location, &before.location, &after.location),
        one(&mut own.show_as, &before.show_as, &after.show_as),
        one(&mut own.sensitivity, &before.sensitivity, &after.sensitivity),
        one(&mut own.importance, &before.importance, &after.importance),
        one(&mut own.reminder, &before.reminder, &after.reminder),
        follow_guests(&mut own.attendees, &before.attendees, &after.attendees),
        one(&mut own.answer, &before.answer, &after.answer),
        one(&mut own.cancelled, &before.cancelled, &after.cancelled),
        one(&mut own.terms, &before.terms, &after.terms),
    ];
    followed.contains(&true)
}

/// The same for the guest list: who was invited to the series and to the date stays so, with an answer to either.
fn follow_guests(own: &mut Vec<Attendee>, before: &[Attendee], after: &[Attendee]) -> bool {
    fn who(guests: &[Attendee]) -> Vec<(String, Role)> {
        guests.iter().map(|guest| (guest.person.address.to_lowercase(), guest.role)).collect()
    }
    if before == after || who(own) != who(before) {
        return false;
    }
    let answers = |list: &[Attendee], guest: &Attendee| {
        list.iter().find(|held| held.person.address == guest.person.address).map(|held| held.answer)
    };
    let followed: Vec<Attendee> = after
        .iter()
        .map(|guest| {
            let kept = answers(own, guest).filter(|answer| answers(before, guest) != Some(*answer));
            Attendee { answer: kept.unwrap_or(guest.answer), ..guest.clone() }
        })
        .collect();
    *own = followed;
    true
}
