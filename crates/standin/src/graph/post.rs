//! What travels between mailboxes: invitations, changes and answers, each after the delay of the world.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::Exchange;
use super::ids::Target;
use super::item::{Answer, Content, Exception, Item};

/// Something on its way.
#[derive(Clone, Debug)]
pub(super) enum Letter {
    /// The organizer's meeting, to everybody of the company it concerns.
    Meeting(Box<Meeting>),
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
}

impl Exchange {
    /// Sends what the organizer made of a meeting to the company's other people.
    pub(crate) fn spread(&mut self, target: Target, now: DateTime<Utc>) {
        self.send_meeting(target, now, false);
    }

    /// Sends a series with a new pattern.
    pub(super) fn spread_reshaped(&mut self, target: Target, now: DateTime<Utc>) {
        self.send_meeting(target, now, true);
    }

    fn send_meeting(&mut self, target: Target, now: DateTime<Utc>, reshaped: bool) {
        let Some(source) = self.at_number(target.mailbox).map(|at| &self.mailboxes[at]) else { return };
        let Some(seen) = source.see(target) else { return };
        if !source.organizes(&seen.content) || seen.content.draft || source.group.is_some() {
            return;
        }
        let known = self.copies.get(&seen.item.global_id).is_some_and(|copies| copies.len() > 1);
        if seen.content.attendees.is_empty() && !known {
            return;
        }
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
            .filter(|at| self.mailboxes[*at].number != meeting.from)
            .collect();
        let copies = self.copies_of(&meeting.global_id, meeting.from);
        for (at, number) in &copies {
            self.refresh(meeting, *at, *number, invited.contains(at), now);
        }
        if meeting.content.cancelled {
            return;
        }
        for at in invited {
            if !copies.iter().any(|(held, _)| *held == at) {
                self.invite(meeting, at, now);
            }
        }
    }

    /// Brings a colleague's copy up to what the organizer sent.
    fn refresh(&mut self, meeting: &Meeting, at: usize, number: u64, invited: bool, now: DateTime<Utc>) {
        let stamp = self.stamp(now);
        let mailbox = &mut self.mailboxes[at];
        let Some(item) = mailbox.items.get_mut(&number) else { return };
        let occurrence = match item.orphan {
            Some(date) if meeting.occurrence == Some(date) => None,
            Some(_) => return,
            None => meeting.occurrence,
        };
        if meeting.reshaped {
            item.recurrence.clone_from(&meeting.item.recurrence);
            item.exceptions.clear();
        }
        mailbox.change(Target { mailbox: mailbox.number, item: number, occurrence }, stamp, |copy| {
            let sent = &meeting.content;
            copy.subject.clone_from(&sent.subject);
            copy.body.clone_from(&sent.body);
            copy.location.clone_from(&sent.location);
            copy.attendees.clone_from(&sent.attendees);
            copy.attachments.clone_from(&sent.attachments);
            copy.when = sent.when;
            copy.cancelled = sent.cancelled || !invited;
        });
    }

    /// Puts an invitation into a colleague's calendar.
    fn invite(&mut self, meeting: &Meeting, at: usize, now: DateTime<Utc>) {
        let mut content = meeting.content.clone();
        content.answer = Answer::NotResponded;
        let whole = meeting.occurrence.is_none();
        let stamp = self.stamp(now);
        let mut exceptions = if whole { meeting.item.exceptions.clone() } else { BTreeMap::default() };
        for exception in exceptions.values_mut() {
            if let Exception::Changed(content, at) = exception {
                content.answer = Answer::NotResponded;
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
            orphan: meeting.occurrence,
        };
        self.file(at, item);
    }

    /// Answers an invitation; the organizer's copy learns of it when the answer is sent.
    pub(crate) fn respond(&mut self, at: usize, target: Target, answer: Answer, now: DateTime<Utc>) {
        self.respond_quietly(at, target, answer, now);
        let Some(item) = self.mailboxes[at].items.get(&target.item) else { return };
        let letter = Letter::Response {
            global_id: item.global_id.clone(),
            occurrence: target.occurrence.or(item.orphan),
            organizer: item.content.organizer.address.clone(),
            from: self.mailboxes[at].owner.address.clone(),
            answer,
        };
        self.send(letter, now);
    }

    /// Answers an invitation without telling the organizer.
    pub(super) fn respond_quietly(&mut self, at: usize, target: Target, answer: Answer, now: DateTime<Utc>) {
        let stamp = self.stamp(now);
        self.mailboxes[at].change(target, stamp, |content| content.answer = answer);
    }

    fn hear(
        &mut self,
        global_id: &str,
        occurrence: Option<NaiveDate>,
        organizer: &str,
        (from, answer): (&str, Answer),
        now: DateTime<Utc>,
    ) {
        let Some(at) = self.at_address(organizer) else { return };
        let number = self.mailboxes[at].number;
        let Some((_, item)) = self.copies_of(global_id, 0).into_iter().find(|(held, _)| *held == at) else {
            return;
        };
        let stamp = self.stamp(now);
        self.mailboxes[at].change(Target { mailbox: number, item, occurrence }, stamp, |content| {
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

/// Takes out what belongs to one person's copy alone.
fn bare(content: &mut Content) {
    content.categories.clear();
    content.properties.clear();
    content.extensions.clear();
}
