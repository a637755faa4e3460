//! What an organizer, or who hands an invitation on, lets others know: which mails go out and whose copies change.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::Exchange;
use super::ids::Target;
use super::item::{Answer, Attendee, Content, Exception, Person, Role};
use super::mail::{Audience, Subject};
use super::mailbox::Seen;
use super::post::{Letter, Meeting};
use super::series::Recurrence;

/// Whose copies learn of a change.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Reach {
    /// Everybody's.
    Everyone,
    /// Those of these addresses.
    Only(Vec<String>),
}

impl Reach {
    pub(super) fn has(&self, address: &str) -> bool {
        match self {
            Self::Everyone => true,
            Self::Only(addresses) => addresses.iter().any(|held| held.eq_ignore_ascii_case(address)),
        }
    }
}

/// What the organizer made of a meeting, as far as others are concerned.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edit<'a> {
    /// What the meeting was before.
    pub(super) before: &'a Content,
    /// Nothing but the guest list changed.
    pub(super) guests_alone: bool,
    /// The series has other dates now.
    pub(super) reshaped: bool,
}

impl Exchange {
    /// Tells everybody invited what the organizer made of a meeting.
    pub(crate) fn spread(&mut self, target: Target, now: DateTime<Utc>) {
        let Some(content) = self.announceable(target) else { return };
        self.mail_meeting(target, Audience::of_all(&content), now);
        self.send_meeting(target, Reach::Everyone, false, now);
    }

    /// Gives an item another pattern, or none; single dates lose what they had of their own.
    pub(crate) fn reshape(&mut self, target: Target, pattern: Option<Recurrence>, now: DateTime<Utc>) {
        let Some(at) = self.at_number(target.mailbox) else { return };
        if let Some(item) = self.mailboxes[at].items.get_mut(&target.item) {
            item.recurrence = pattern;
            item.exceptions.clear();
        }
        let Some(content) = self.announceable(target) else { return };
        self.mail_meeting(target, Audience::of_all(&content), now);
        self.send_meeting(target, Reach::Everyone, true, now);
    }

    /// Invites everybody to a new meeting.
    pub(super) fn spread_new(&mut self, target: Target, now: DateTime<Utc>) {
        let Some(content) = self.announceable(target) else { return };
        self.mail_meeting(target, Audience::of_new(&content), now);
        self.send_meeting(target, Reach::Everyone, false, now);
    }

    /// Tells everybody that a meeting, or a date of one, does not take place.
    pub(super) fn spread_end(&mut self, target: Target, now: DateTime<Utc>) {
        let Some(content) = self.announceable(target) else { return };
        self.mail_meeting(target, Audience::of_end(&content), now);
        self.send_meeting(target, Reach::Everyone, false, now);
    }

    /// Tells of an edit whom it concerns; that of a series also for each date that differs from it.
    pub(super) fn spread_edit(&mut self, target: Target, edit: Edit<'_>, now: DateTime<Utc>) {
        let Some(after) = self.announceable(target) else { return };
        let guests_alone = edit.guests_alone && !self.takes_from_a_list(edit.before, &after);
        let audience = Audience::of_change(edit.before, &after, guests_alone);
        let reach = if guests_alone { Reach::Only(audience.everybody()) } else { Reach::Everyone };
        self.mail_meeting(target, audience, now);
        self.send_meeting(target, reach, edit.reshaped, now);
        for date in self.dates_of_their_own(target) {
            self.spread(Target { occurrence: Some(date), ..target }, now);
        }
    }

    /// What a meeting says, when this is its organizer's and others know of it.
    fn announceable(&self, target: Target) -> Option<Content> {
        let source = self.at_number(target.mailbox).map(|at| &self.mailboxes[at])?;
        let seen = source.see(target)?;
        if !source.organizes(&seen.content) || seen.content.draft || source.group.is_some() {
            return None;
        }
        let known = self.copies.get(&seen.item.global_id).is_some_and(|copies| copies.len() > 1);
        (known || !seen.content.attendees.is_empty()).then_some(seen.content)
    }

    /// Whether somebody was taken off who is a member of an invited list: then everybody is told.
    fn takes_from_a_list(&self, before: &Content, after: &Content) -> bool {
        let lists: Vec<&String> = before
            .attendees
            .iter()
            .filter_map(|guest| self.at_address(&guest.person.address))
            .filter_map(|at| self.mailboxes[at].group.as_ref())
            .flatten()
            .collect();
        let stays = |address: &str| after.attendees.iter().any(|guest| guest.person.is(address));
        let gone = before.attendees.iter().filter(|guest| !stays(&guest.person.address));
        gone.into_iter().any(|guest| lists.iter().any(|member| guest.person.is(member)))
    }

    /// The dates of a series that have something of their own.
    fn dates_of_their_own(&self, target: Target) -> Vec<NaiveDate> {
        let mailbox = self.at_number(target.mailbox).map(|at| &self.mailboxes[at]);
        let item = mailbox.and_then(|mailbox| mailbox.items.get(&target.item));
        let exceptions = item.filter(|_| target.occurrence.is_none()).map(|item| &item.exceptions);
        let changed = exceptions.into_iter().flatten();
        changed
            .filter(|(_, exception)| matches!(exception, Exception::Changed(..)))
            .map(|(date, _)| *date)
            .collect()
    }

    fn send_meeting(&mut self, target: Target, reach: Reach, reshaped: bool, now: DateTime<Utc>) {
        let source = self.at_number(target.mailbox).map(|at| &self.mailboxes[at]);
        let Some(seen) = source.and_then(|source| source.see(target)) else { return };
        let meeting = Meeting { reshaped, reach, ..sealed(&seen) };
        self.send(Letter::Meeting(Box::new(meeting)), now);
    }

    /// Hands an invitation on to further people; the organizer learns whom the meeting has now.
    pub(super) fn forward(&mut self, at: usize, target: Target, to: Vec<Person>, now: DateTime<Utc>) {
        let Some(seen) = self.mailboxes[at].see(target) else { return };
        let organizer = seen.content.organizer.address.clone();
        let mut meeting = sealed(&seen);
        let joined = to.iter().map(|person| Attendee {
            person: person.clone(),
            role: Role::Required,
            answer: Answer::None,
        });
        meeting.content.attendees.extend(joined);
        if let Some(intended) = meeting.content.terms.intended.take() {
            meeting.content.show_as = intended;
        }
        self.mail(target, Subject::Forward, to.iter().map(|person| person.address.clone()).collect(), now);
        self.send(Letter::Forward { meeting: Box::new(meeting), to, organizer }, now);
    }
}

/// A meeting or one date of it, ready to travel to everybody.
fn sealed(seen: &Seen<'_>) -> Meeting {
    let (mut item, mut content) = (seen.item.clone(), seen.content.clone());
    bare(&mut content);
    bare(&mut item.content);
    for exception in item.exceptions.values_mut() {
        if let Exception::Changed(content, _) = exception {
            bare(content);
        }
    }
    Meeting {
        from: seen.target.mailbox,
        global_id: item.global_id.clone(),
        occurrence: seen.target.occurrence.or(item.orphan),
        item,
        content,
        reshaped: false,
        reach: Reach::Everyone,
    }
}

/// Takes out what belongs to one person's copy alone, and what only the organizer tracks.
fn bare(content: &mut Content) {
    content.categories.clear();
    content.properties.clear();
    content.extensions.clear();
    content.terms.snoozed = None;
    for guest in &mut content.attendees {
        guest.answer = Answer::None;
    }
}
