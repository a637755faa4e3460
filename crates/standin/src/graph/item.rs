//! Calendar items as Exchange keeps them: one copy per mailbox, a series as one item with its exceptions.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::series::Recurrence;
use super::zones;

/// A person as an item names them; an address may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Shown name.
    pub name: String,
    /// SMTP address, or nothing.
    pub address: String,
}

impl Person {
    /// Reads `Name <address>`, a bare address or a bare name.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        if let Some((name, address)) = text.strip_suffix('>').and_then(|text| text.rsplit_once('<')) {
            return Self { name: name.trim().to_owned(), address: address.trim().to_owned() };
        }
        if text.contains('@') {
            return Self { name: text.to_owned(), address: text.to_owned() };
        }
        Self { name: text.to_owned(), address: String::new() }
    }

    /// Whether this is the person behind an address.
    #[must_use]
    pub fn is(&self, address: &str) -> bool {
        !self.address.is_empty() && self.address.eq_ignore_ascii_case(address)
    }
}

/// What somebody answered to an invitation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// There is nothing to answer, or nothing is known.
    #[default]
    None,
    /// They organize the meeting.
    Organizer,
    /// Perhaps.
    Tentative,
    /// Yes.
    Accepted,
    /// No.
    Declined,
    /// Not yet.
    NotResponded,
}

impl Answer {
    /// Graph's word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Organizer => "organizer",
            Self::Tentative => "tentativelyAccepted",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::NotResponded => "notResponded",
        }
    }

    /// Reads Graph's word.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        [Self::None, Self::Organizer, Self::Tentative, Self::Accepted, Self::Declined, Self::NotResponded]
            .into_iter()
            .find(|answer| answer.word() == word)
    }
}

/// How somebody is invited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Role {
    /// Expected.
    Required,
    /// Welcome.
    Optional,
    /// A room or a thing.
    Resource,
}

impl Role {
    /// Graph's word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Optional => "optional",
            Self::Resource => "resource",
        }
    }

    /// Reads Graph's word.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        [Self::Required, Self::Optional, Self::Resource].into_iter().find(|role| role.word() == word)
    }
}

/// Somebody invited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attendee {
    /// Who.
    pub person: Person,
    /// How.
    pub role: Role,
    /// What they answered.
    pub answer: Answer,
}

/// When an item takes place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum When {
    /// Between two instants.
    Timed {
        /// First moment.
        start: DateTime<Utc>,
        /// First moment after it.
        end: DateTime<Utc>,
    },
    /// On whole days, in whatever zone one looks.
    AllDay {
        /// First day.
        first: NaiveDate,
        /// First day after it.
        until: NaiveDate,
    },
}

impl When {
    /// Start and end as instants, whole days reckoned in a zone.
    #[must_use]
    pub fn instants(self, zone: Tz) -> (DateTime<Utc>, DateTime<Utc>) {
        match self {
            Self::Timed { start, end } => (start, end),
            Self::AllDay { first, until } => (
                zones::instant(first.and_time(NaiveTime::MIN), zone),
                zones::instant(until.and_time(NaiveTime::MIN), zone),
            ),
        }
    }
}

/// A file of an item.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Attachment {
    /// Number, of which its id is made.
    pub number: u64,
    /// File name.
    pub name: String,
    /// MIME type.
    pub content_type: String,
    /// Whether it is a picture of the body.
    pub inline: bool,
    /// Its content.
    #[serde(with = "super::state::base64")]
    pub bytes: Arc<[u8]>,
    /// When it was added.
    pub at: DateTime<Utc>,
}

/// Everything about an item that an exception of a series may have otherwise.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Content {
    /// Subject.
    pub subject: String,
    /// Body as HTML.
    pub body: String,
    /// Location as one line.
    pub location: String,
    /// Time.
    pub when: When,
    /// Name of the zone the times were entered in.
    pub zone: String,
    /// `free`, `tentative`, `busy`, `oof`, `workingElsewhere` or `unknown`.
    pub show_as: String,
    /// `normal`, `personal`, `private` or `confidential`.
    pub sensitivity: String,
    /// `low`, `normal` or `high`.
    pub importance: String,
    /// Minutes before the start, when a reminder is on.
    pub reminder: Option<i64>,
    /// Category names.
    pub categories: Vec<String>,
    /// Extended properties by id.
    pub properties: BTreeMap<String, String>,
    /// Files.
    pub attachments: Vec<Attachment>,
    /// Open extensions by name.
    pub extensions: BTreeMap<String, serde_json::Map<String, serde_json::Value>>,
    /// Who invites.
    pub organizer: Person,
    /// Who is invited.
    pub attendees: Vec<Attendee>,
    /// What the owner of the mailbox answered.
    pub answer: Answer,
    /// Whether the invitations were never sent.
    pub draft: bool,
    /// Whether the organizer cancelled.
    pub cancelled: bool,
    /// What few items say.
    pub terms: Terms,
}

/// A meeting that is held online.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Online {
    /// Who holds it, in Graph's word.
    pub provider: String,
    /// Where one joins.
    pub url: String,
}

/// What few items say: how a meeting is held and what its organizer allows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// Names of the places, when there are several.
    pub places: Vec<String>,
    /// How it is held online.
    pub online: Option<Online>,
    /// Each attendee sees nobody else.
    pub hides_attendees: bool,
    /// Nobody may propose another time.
    pub forbids_proposals: bool,
    /// No answer is wanted.
    pub wants_no_answer: bool,
    /// What the organizer wants an attendee's calendar to show once the meeting is accepted.
    pub intended: Option<String>,
    /// Until when the reminder sleeps.
    pub snoozed: Option<DateTime<Utc>>,
}

/// What became of one date of a series.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Exception {
    /// It differs from the series.
    Changed(Box<Content>, Stamp),
    /// It does not take place.
    Cancelled,
}

/// The mark each write leaves; never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// Number of the write, counted over all mailboxes.
    pub change: u64,
    /// When.
    pub at: DateTime<Utc>,
}

/// One item of one mailbox.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Item {
    /// Name in the world file, or empty.
    pub key: String,
    /// The meeting's global id without the date of an occurrence, the same in every mailbox.
    pub global_id: String,
    /// What it says.
    pub content: Content,
    /// Pattern, when this is a series.
    pub recurrence: Option<Recurrence>,
    /// Dates that differ.
    pub exceptions: BTreeMap<NaiveDate, Exception>,
    /// When it was made.
    pub created: DateTime<Utc>,
    /// Last write.
    pub stamp: Stamp,
    /// What the creator called the creation.
    pub transaction_id: Option<String>,
    /// Which calendar of the mailbox holds it, 0 the default one.
    pub calendar: usize,
    /// The number in its ordinary ids, once it was moved: those change with the folder.
    pub alias: Option<u64>,
    /// What it was before its last change.
    pub previous: Option<Box<Item>>,
    /// The date this item is of, when its owner was invited to a single date of a series.
    pub orphan: Option<NaiveDate>,
}
