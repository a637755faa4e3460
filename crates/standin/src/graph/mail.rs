//! Mails that a write makes Exchange send, as people would find them: which write surprises whom can be read off.
//!
//! A change of what others see mails everybody who is invited; a change of the guest list alone mails only those whom it
//! concerns. `GET /graph/mail` of the control API shows what was sent (`?since=NUMBER` what came after), `DELETE`
//! forgets it. Nothing is delivered from here: what colleagues' calendars become is in `post.rs`.

use std::collections::VecDeque;

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Exchange;
use super::ids::Target;
use super::item::{Answer, Attendee, Content};

/// The most mails that are remembered.
const MAIL_LIMIT: usize = 10_000;

/// What a mail is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Subject {
    /// Somebody is invited.
    Invitation,
    /// The meeting changed.
    Update,
    /// The meeting, or one's part in it, is over.
    Cancellation,
    /// An attendee answers.
    Response(Answer),
    /// An attendee hands the invitation on.
    Forward,
}

impl Subject {
    /// The word of the control API.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Update => "update",
            Self::Cancellation => "cancellation",
            Self::Response(_) => "response",
            Self::Forward => "forward",
        }
    }
}

/// A mail that Exchange sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// Rises from mail to mail.
    pub number: u64,
    /// When it left.
    pub at: DateTime<Utc>,
    /// What it is about.
    pub about: Subject,
    /// Address of the sender.
    pub from: String,
    /// Addresses of the receivers, each once.
    pub to: Vec<String>,
    /// Subject of the meeting.
    pub subject: String,
    /// The meeting's global id without the date of an occurrence.
    pub global_id: String,
    /// The date of a series it is about, or the whole.
    pub occurrence: Option<NaiveDate>,
}

/// The mails sent so far.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Sent {
    mails: VecDeque<Mail>,
    last: u64,
}

/// Who is told of a change of a meeting, by address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Audience {
    pub(super) invited: Vec<String>,
    pub(super) updated: Vec<String>,
    pub(super) cancelled: Vec<String>,
}

impl Audience {
    /// A new meeting invites everybody.
    pub(super) fn of_new(meeting: &Content) -> Self {
        Self { invited: addresses(&meeting.attendees), ..Self::default() }
    }

    /// A change that is no change of the guest list tells everybody.
    pub(super) fn of_all(meeting: &Content) -> Self {
        Self { updated: addresses(&meeting.attendees), ..Self::default() }
    }

    /// The end of a meeting tells everybody.
    pub(super) fn of_end(meeting: &Content) -> Self {
        Self { cancelled: addresses(&meeting.attendees), ..Self::default() }
    }

    /// Who is new and who is gone hear of that; the others hear only when more than the guest list changed.
    pub(super) fn of_change(before: &Content, after: &Content, guests_alone: bool) -> Self {
        let held = |list: &[Attendee], one: &Attendee| list.iter().find(|held| same(held, one)).cloned();
        let mut audience = Self::default();
        for guest in &after.attendees {
            match held(&before.attendees, guest) {
                None => audience.invited.push(guest.person.address.clone()),
                Some(was) if !guests_alone || was.role != guest.role => {
                    audience.updated.push(guest.person.address.clone());
                }
                Some(_) => {}
            }
        }
        let gone = before.attendees.iter().filter(|guest| held(&after.attendees, guest).is_none());
        audience.cancelled = gone.map(|guest| guest.person.address.clone()).collect();
        audience
    }

    /// Everybody who is told something.
    pub(super) fn everybody(&self) -> Vec<String> {
        [&self.invited[..], &self.updated, &self.cancelled].concat()
    }
}

fn same(one: &Attendee, other: &Attendee) -> bool {
    one.person.address.eq_ignore_ascii_case(&other.person.address)
}

fn addresses(guests: &[Attendee]) -> Vec<String> {
    guests.iter().map(|guest| guest.person.address.clone()).collect()
}

impl Exchange {
    /// The mails sent so far, oldest first.
    pub fn mails(&self) -> impl Iterator<Item = &Mail> {
        self.sent.mails.iter()
    }

    /// Notes the mails that tell of a meeting, of its organizer's copy at `target`.
    pub(super) fn mail_meeting(&mut self, target: Target, audience: Audience, now: DateTime<Utc>) {
        for (about, to) in [
            (Subject::Invitation, audience.invited),
            (Subject::Update, audience.updated),
            (Subject::Cancellation, audience.cancelled),
        ] {
            self.mail(target, about, to, now);
        }
    }

    /// Notes one mail about what is at `target`; without a receiver it is none.
    pub(super) fn mail(&mut self, target: Target, about: Subject, to: Vec<String>, now: DateTime<Utc>) {
        let Some(mailbox) = self.at_number(target.mailbox).map(|at| &self.mailboxes[at]) else { return };
        let Some(seen) = mailbox.see(target) else { return };
        let from = mailbox.owner.address.clone();
        let mut receivers: Vec<String> = Vec::new();
        for address in to {
            let known = |held: &String| held.eq_ignore_ascii_case(&address);
            if !address.is_empty() && !known(&from) && !receivers.iter().any(known) {
                receivers.push(address);
            }
        }
        if receivers.is_empty() {
            return;
        }
        self.sent.last += 1;
        let mail = Mail {
            number: self.sent.last,
            at: now,
            about,
            from,
            to: receivers,
            subject: seen.content.subject.clone(),
            global_id: seen.item.global_id.clone(),
            occurrence: target.occurrence.or(seen.item.orphan),
        };
        self.sent.mails.push_back(mail);
        if self.sent.mails.len() > MAIL_LIMIT {
            self.sent.mails.pop_front();
        }
    }

    /// The mails after a number, as the control API shows them.
    pub(super) fn show_mails(&self, since: u64) -> Value {
        let rows: Vec<Value> = self.mails().filter(|mail| mail.number > since).map(write).collect();
        json!({ "mails": rows, "last": self.sent.last })
    }

    /// Forgets the mails; their numbers go on.
    pub(super) fn forget_mails(&mut self) -> Value {
        self.sent.mails.clear();
        json!({ "last": self.sent.last })
    }
}

fn write(mail: &Mail) -> Value {
    let response = match mail.about {
        Subject::Response(answer) => Some(answer.word()),
        Subject::Invitation | Subject::Update | Subject::Cancellation | Subject::Forward => None,
    };
    json!({
        "number": mail.number,
        "at": mail.at.to_rfc3339_opts(SecondsFormat::AutoSi, true),
        "about": mail.about.word(),
        "response": response,
        "from": mail.from,
        "to": mail.to,
        "subject": mail.subject,
        "globalId": mail.global_id,
        "occurrence": mail.occurrence.map(|date| date.to_string()),
    })
}
