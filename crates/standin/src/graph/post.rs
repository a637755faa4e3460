//! What travels between mailboxes: invitations, changes and answers, each after the delay of the world.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::Exchange;
use super::ids::Target;
use super::item::{Answer, Attendee, Content, Exception, Item, Person, Role, Stamp, Terms};
use super::mail::Subject;
use super::spread::Reach;

/// Something on its way.
#[derive(Clone, Debug, Serialize, Deserialize)]
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
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Meeting {
    pub(super) from: u32,
    pub(super) global_id: String,
    pub(super) occurrence: Option<NaiveDate>,
    pub(super) item: Item,
    pub(super) content: Content,
    /// Whether the pattern changed, so that the receivers' exceptions are void.
    pub(super) reshaped: bool,
    pub(super) reach: Reach,
}

impl Exchange {
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
