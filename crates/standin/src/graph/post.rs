//! What travels between mailboxes: invitations, changes and answers, each after the delay of the world.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::Exchange;
use super::ids::Target;
use super::item::{Answer, Attendee, Content, Exception, Item, Person, Role, Stamp, Terms};
use super::mail::{Audience, Subject};

/// Something on its way.
#[derive(Clone, Debug)]
pub(super) enum Letter {
    /// The organizer's meeting, to everybody of the company it concerns.
    Meeting(Box<Meeting>),
    /// An invitation that an attendee hands on.
    Forward {
        meeting: Box<Meeting>,
        /// Whom to.
        to: Vec<Person>,
        organizer: String,
    },
    /// Somebody's answer, to the organizer.
    Response {
        /// The meeting's global id.
        global_id: String,
        /// One date of a series.
        occurrence: Option<NaiveDate>,
        organizer: String,
        from: String,
        answer: Answer,
    },
}

/// A meeting as its organizer sent it.
#[derive(Clone, Debug)]
pub(super) struct Meeting {
    from: u32,
    global_id: String,
    occurrence: Option<NaiveDate>,
    item: Item,
    content: Content,
    /// Whether the pattern changed, so that the receivers' exceptions are void.
    reshaped: bool,
    reach: Reach,
}

/// Whose copies learn of a change.
#[derive(Clone, Debug)]
pub(super) enum Reach {
    /// Everybody's.
    Everyone,
    /// Those of these addresses.
    Only(Vec<String>),
}

impl Reach {
    fn has(&self, address: &str) -> bool {
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
        let Some(source) = self.at_number(target.mailbox).map(|at| &self.mailboxes[at]) else { return };
        let Some(seen) = source.see(target) else { return };
        let mut item = seen.item.clone();
        let mut content = seen.content;
        for content in std::iter::once(&mut content).chain(std::iter::once(&mut item.content)) {
            bare(content);
        }
        for exception in item.exceptions.values_mut() {
            if let Exception::Changed(content, _) = exception {
                bare(content);
            }
        }
        let meeting = Meeting {
            from: target.mailbox,
            global_id: item.global_id.clone(),
            occurrence: target.occurrence.or(item.orphan),
            item,
            content,
            reshaped,
            reach,
        };
        self.send(Letter::Meeting(Box::new(meeting)), now);
    }

    /// Puts a letter on its way; without a delay it arrives at once.
    pub(super) fn send(&mut self, letter: Letter, now: DateTime<Utc>) {
        let due = now + TimeDelta::seconds(i64::from(self.switches.delivery_seconds));
        self.post.push_back((due, letter));
        self.deliver(now);
    }

    /// Hands out what has travelled long enough.
    pub fn deliver(&mut self, now: DateTime<Utc>) {
        while let Some(at) = self.post.iter().position(|(due, _)| *due <= now) {
            match self.post.remove(at) {
                Some((_, Letter::Meeting(meeting))) => self.receive(&meeting, now),
                Some((_, Letter::Forward { meeting, to, organizer })) => {
                    self.hand_on(&meeting, &to, &organizer, now);
                }
                Some((_, Letter::Response { global_id, occurrence, organizer, from, answer })) => {
                    self.hear(&global_id, occurrence, &organizer, (&from, answer), now);
                }
                None => return,
            }
        }
    }

    fn receive(&mut self, meeting: &Meeting, now: DateTime<Utc>) {
        let invited: Vec<usize> = meeting
            .content
            .attendees
            .iter()
            .filter_map(|attendee| self.at_address(&attendee.person.address))
            .filter(|at| self.mailboxes[*at].number != meeting.from && self.mailboxes[*at].group.is_none())
            .collect();
        let mut copies = self.copies_of(&meeting.global_id, meeting.from);
        copies.retain(|(at, _)| meeting.reach.has(&self.mailboxes[*at].owner.address));
        for (at, number) in &copies {
            self.refresh(meeting, *at, *number, invited.contains(at), now);
        }
        if meeting.content.cancelled {
            return;
        }
        for at in invited {
            let wanted = meeting.reach.has(&self.mailboxes[at].owner.address);
            if wanted && !copies.iter().any(|(held, _)| *held == at) {
                self.invite(meeting, at, now);
            }
        }
    }

    /// Brings a colleague's copy up to what the organizer sent; what is the colleague's own stays.
    fn refresh(&mut self, meeting: &Meeting, at: usize, number: u64, invited: bool, now: DateTime<Utc>) {
        let stamp = self.stamp(now);
        let resets = !self.switches.answers_survive_moves;
        let mailbox = &mut self.mailboxes[at];
        let owner = mailbox.owner.address.clone();
        let Some(item) = mailbox.items.get_mut(&number) else { return };
        let occurrence = match item.orphan {
            Some(date) if meeting.occurrence == Some(date) => None,
            Some(_) => return,
            None => meeting.occurrence,
        };
        let mut moved = meeting.reshaped;
        if meeting.reshaped {
            item.recurrence.clone_from(&meeting.item.recurrence);
            item.exceptions.clear();
        }
        let target = Target { mailbox: mailbox.number, item: number, occurrence };
        mailbox.change(target, stamp, |copy| {
            let sent = &meeting.content;
            moved |= copy.when != sent.when;
            let returns = copy.cancelled && invited && !sent.cancelled;
            copy.subject.clone_from(&sent.subject);
            copy.body.clone_from(&sent.body);
            copy.location.clone_from(&sent.location);
            copy.terms = Terms { snoozed: copy.terms.snoozed, ..sent.terms.clone() };
            copy.attachments.clone_from(&sent.attachments);
            copy.when = sent.when;
            copy.cancelled = sent.cancelled || !invited;
            if invited && ((moved && resets) || returns) {
                unanswered(copy, sent);
            } else {
                copy.terms.intended = Some(sent.show_as.clone());
            }
            copy.attendees = guests(sent, &owner, copy.answer);
        });
    }

    /// Puts an invitation into a colleague's calendar.
    fn invite(&mut self, meeting: &Meeting, at: usize, now: DateTime<Utc>) {
        let owner = self.mailboxes[at].owner.address.clone();
        let whole = meeting.occurrence.is_none();
        let stamp = self.stamp(now);
        let arrived = |sent: &Content| {
            let mut content = sent.clone();
            unanswered(&mut content, sent);
            content.attendees = guests(sent, &owner, content.answer);
            content
        };
        let content = arrived(&meeting.content);
        let mut exceptions = if whole { meeting.item.exceptions.clone() } else { BTreeMap::default() };
        for exception in exceptions.values_mut() {
            if let Exception::Changed(content, at) = exception {
                **content = arrived(content);
                *at = stamp;
            }
        }
        let item = Item {
            key: meeting.item.key.clone(),
            global_id: meeting.global_id.clone(),
            content,
            recurrence: if whole { meeting.item.recurrence.clone() } else { None },
            exceptions,
            created: now,
            stamp,
            transaction_id: None,
            calendar: 0,
            alias: None,
            previous: None,
            orphan: meeting.occurrence,
        };
        self.file(at, item);
    }

    /// Hands an invitation on to further people; the organizer learns whom the meeting has now.
    pub(super) fn forward(&mut self, at: usize, target: Target, to: Vec<Person>, now: DateTime<Utc>) {
        let Some(seen) = self.mailboxes[at].see(target) else { return };
        let organizer = seen.content.organizer.address.clone();
        let (mut item, mut content) = (seen.item.clone(), seen.content);
        bare(&mut item.content);
        bare(&mut content);
        let joined = to.iter().map(|person| Attendee {
            person: person.clone(),
            role: Role::Required,
            answer: Answer::None,
        });
        content.attendees.extend(joined);
        if let Some(intended) = content.terms.intended.take() {
            content.show_as = intended;
        }
        let meeting = Meeting {
            from: target.mailbox,
            global_id: item.global_id.clone(),
            occurrence: target.occurrence.or(item.orphan),
            item,
            content,
            reshaped: false,
            reach: Reach::Everyone,
        };
        self.mail(target, Subject::Forward, to.iter().map(|person| person.address.clone()).collect(), now);
        self.send(Letter::Forward { meeting: Box::new(meeting), to, organizer }, now);
    }

    fn hand_on(&mut self, meeting: &Meeting, to: &[Person], organizer: &str, now: DateTime<Utc>) {
        let copies = self.copies_of(&meeting.global_id, 0);
        for person in to {
            let Some(at) = self.at_address(&person.address) else { continue };
            if self.mailboxes[at].group.is_none() && !copies.iter().any(|(held, _)| *held == at) {
                self.invite(meeting, at, now);
            }
        }
        let Some((target, stamp)) = self.organizers(&meeting.global_id, meeting.occurrence, organizer, now)
        else {
            return;
        };
        let Some(at) = self.at_number(target.mailbox) else { return };
        self.mailboxes[at].change(target, stamp, |content| {
            for person in to {
                if !content.attendees.iter().any(|guest| guest.person.is(&person.address)) {
                    let joined =
                        Attendee { person: person.clone(), role: Role::Required, answer: Answer::None };
                    content.attendees.push(joined);
                }
            }
        });
    }

    /// Where the organizer keeps a meeting or a date of one, and the mark of a write there.
    fn organizers(
        &mut self,
        global_id: &str,
        occurrence: Option<NaiveDate>,
        organizer: &str,
        now: DateTime<Utc>,
    ) -> Option<(Target, Stamp)> {
        let at = self.at_address(organizer)?;
        let (_, item) = self.copies_of(global_id, 0).into_iter().find(|(held, _)| *held == at)?;
        let target = Target { mailbox: self.mailboxes[at].number, item, occurrence };
        Some((target, self.stamp(now)))
    }

    /// Answers an invitation; the organizer's copy learns of it when the answer is sent.
    pub(crate) fn respond(&mut self, at: usize, target: Target, answer: Answer, now: DateTime<Utc>) {
        self.send_answer(at, target, answer, now);
        self.respond_quietly(at, target, answer, now);
    }

    /// Tells the organizer what somebody answers.
    pub(super) fn send_answer(&mut self, at: usize, target: Target, answer: Answer, now: DateTime<Utc>) {
        let Some(item) = self.mailboxes[at].items.get(&target.item) else { return };
        let organizer = item.content.organizer.address.clone();
        let letter = Letter::Response {
            global_id: item.global_id.clone(),
            occurrence: target.occurrence.or(item.orphan),
            organizer: organizer.clone(),
            from: self.mailboxes[at].owner.address.clone(),
            answer,
        };
        self.mail(target, Subject::Response(answer), vec![organizer], now);
        self.send(letter, now);
    }

    /// Answers an invitation without telling the organizer.
    pub(super) fn respond_quietly(&mut self, at: usize, target: Target, answer: Answer, now: DateTime<Utc>) {
        let stamp = self.stamp(now);
        let owner = self.mailboxes[at].owner.address.clone();
        self.mailboxes[at].change(target, stamp, |content| {
            content.answer = answer;
            for own in content.attendees.iter_mut().filter(|guest| guest.person.is(&owner)) {
                own.answer = answer;
            }
            shown_as(content, answer);
        });
        if answer == Answer::Declined && self.switches.declined_leave {
            let stamp = self.stamp(now);
            self.mailboxes[at].remove(target, stamp);
        }
    }

    fn hear(
        &mut self,
        global_id: &str,
        occurrence: Option<NaiveDate>,
        organizer: &str,
        (from, answer): (&str, Answer),
        now: DateTime<Utc>,
    ) {
        let Some((target, stamp)) = self.organizers(global_id, occurrence, organizer, now) else { return };
        let Some(at) = self.at_number(target.mailbox) else { return };
        self.mailboxes[at].change(target, stamp, |content| {
            for attendee in content.attendees.iter_mut().filter(|attendee| attendee.person.is(from)) {
                attendee.answer = answer;
            }
        });
    }

    /// Where the copies of a meeting are, those of one mailbox left out.
    fn copies_of(&self, global_id: &str, except: u32) -> Vec<(usize, u64)> {
        let held = self.copies.get(global_id).map_or(&[][..], Vec::as_slice);
        held.iter()
            .filter(|(at, number)| {
                let mailbox = &self.mailboxes[*at];
                mailbox.number != except && mailbox.items.contains_key(number)
            })
            .copied()
            .collect()
    }

    /// Puts an item into a mailbox and remembers where the meeting's copies are.
    pub(super) fn file(&mut self, at: usize, item: Item) -> Target {
        let number = self.next_number();
        self.copies.entry(item.global_id.clone()).or_default().push((at, number));
        self.mailboxes[at].put(number, item)
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

/// An invitation shows as tentative until it is answered, unless it takes no time.
fn unanswered(copy: &mut Content, sent: &Content) {
    copy.answer = Answer::NotResponded;
    copy.terms.intended = Some(sent.show_as.clone());
    let shown = if sent.show_as == "free" { "free" } else { "tentative" };
    shown.clone_into(&mut copy.show_as);
}

/// What the calendar shows after an answer.
fn shown_as(copy: &mut Content, answer: Answer) {
    let Some(intended) = copy.terms.intended.clone() else { return };
    copy.show_as = match answer {
        Answer::Accepted | Answer::Organizer => intended,
        Answer::Declined => "free".to_owned(),
        Answer::Tentative | Answer::NotResponded | Answer::None => "tentative".to_owned(),
    };
}

/// The guest list as one of the guests sees it: with their own answer only, and nobody else when the organizer hides them.
fn guests(sent: &Content, owner: &str, answer: Answer) -> Vec<Attendee> {
    let shown = sent.attendees.iter().filter(|guest| !sent.terms.hides_attendees || guest.person.is(owner));
    shown
        .map(|guest| {
            let answer = if guest.person.is(owner) { answer } else { guest.answer };
            Attendee { answer, ..guest.clone() }
        })
        .collect()
}
