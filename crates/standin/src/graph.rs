//! Microsoft Graph and the mailboxes behind it: the calendar part, in memory.
//!
//! The same mailboxes are what the host page shows; nothing here knows of Salesforce.

mod actions;
mod attachments;
mod batch;
mod calendars;
mod changes;
mod delta;
mod event;
mod extensions;
mod filter;
mod id_translation;
pub mod ids;
mod inherit;
pub mod item;
mod load;
pub mod mail;
pub mod mailbox;
mod master_list;
mod moves;
mod odata;
mod pattern;
mod post;
mod reply;
mod routes;
pub mod schema;
pub mod series;
mod sharing;
mod spread;
mod state;
pub mod subscriptions;
pub mod switches;
mod token;
pub mod traffic;
mod write;
pub mod zones;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use http::{Request, Response};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::Setup;
use crate::control::Late;
pub(crate) use attachments::id as attachment_id;
pub(crate) use event::plain_text;
use item::Stamp;
use mailbox::Mailbox;
#[doc(hidden)]
pub use odata::parse_for_fuzz;
use switches::Switches;

/// The property set of Office add-ins' custom properties.
const PUBLIC_STRINGS: &str = "00020329-0000-0000-c000-000000000046";

/// The mailboxes of the company. What is not skipped is what a dump holds.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Exchange {
    /// All mailboxes, by number.
    pub mailboxes: Vec<Mailbox>,
    /// The tenant's name.
    pub tenant: String,
    /// The client that may ask for tokens.
    pub client: String,
    /// Id of the add-in whose custom properties items carry.
    pub addin: String,
    /// What goes wrong, and how fast things travel.
    pub switches: Switches,
    /// What broke Microsoft's types.
    #[serde(skip)]
    pub violations: schema::Violations,
    /// When tokens end, and whose they are.
    #[serde(skip)]
    tokens: BTreeMap<String, (DateTime<Utc>, sharing::Caller)>,
    /// Where mailboxes are, by address, short name and directory id in lower case.
    #[serde(skip)]
    names: BTreeMap<String, usize>,
    /// Where the copies of each meeting are.
    copies: BTreeMap<String, Vec<(usize, u64)>>,
    subscriptions: BTreeMap<String, subscriptions::Subscription>,
    outbox: subscriptions::Outbox,
    /// The last write that subscribers were told of, and how many notices there were.
    announced: u64,
    notices: u64,
    /// Requests at each mailbox in the present span.
    #[serde(skip)]
    traffic: BTreeMap<usize, traffic::Count>,
    /// Bytes sent to each mailbox in the present span.
    #[serde(skip)]
    uploaded: BTreeMap<usize, traffic::Count>,
    /// Requests of the application in the present span.
    #[serde(skip)]
    traffic_of_all: traffic::Count,
    /// Requests under way at each mailbox.
    #[serde(skip)]
    busy: BTreeMap<usize, u32>,
    uploads: BTreeMap<u64, attachments::Upload>,
    sent: mail::Sent,
    post: VecDeque<(DateTime<Utc>, post::Letter)>,
    writes: u64,
    numbers: u64,
}

impl Exchange {
    /// The mailbox of a short name, an address or a number.
    #[must_use]
    pub fn mailbox(&self, who: &str) -> Option<&Mailbox> {
        self.at_name(who).map(|at| &self.mailboxes[at])
    }

    /// The same, to be changed.
    pub fn mailbox_mut(&mut self, who: &str) -> Option<&mut Mailbox> {
        self.at_name(who).map(|at| &mut self.mailboxes[at])
    }

    /// Forgets every access token.
    pub fn expire_tokens(&mut self) {
        self.tokens.clear();
    }

    /// The extended property that holds the add-in's custom properties.
    #[must_use]
    pub fn addin_property(&self) -> String {
        property_id(&self.addin)
    }

    /// All mailboxes with their stored items, for a look from outside.
    #[must_use]
    pub fn dump(&self) -> serde_json::Value {
        self.mailboxes
            .iter()
            .map(|mailbox| (mailbox.owner.address.clone(), event::dump(mailbox)))
            .collect::<serde_json::Map<_, _>>()
            .into()
    }

    /// The mark of a new write.
    pub(crate) fn stamp(&mut self, at: DateTime<Utc>) -> Stamp {
        self.writes += 1;
        Stamp { change: self.writes, at }
    }

    fn next_number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    /// Where the mailbox of a number is.
    pub(crate) fn at_number(&self, number: u32) -> Option<usize> {
        let guess = usize::try_from(number).ok()?.checked_sub(1)?;
        let fits = |at: &usize| self.mailboxes.get(*at).is_some_and(|mailbox| mailbox.number == number);
        Some(guess).filter(fits).or_else(|| self.mailboxes.iter().position(|held| held.number == number))
    }

    /// Where the mailbox of an address is.
    fn at_address(&self, address: &str) -> Option<usize> {
        self.names.get(&address.to_lowercase()).copied()
    }

    /// Where the mailbox of a short name, an address or a directory id is.
    fn at_name(&self, who: &str) -> Option<usize> {
        let known = self.at_address(who).filter(|at| self.mailboxes.get(*at).is_some());
        known.or_else(|| self.mailboxes.iter().position(|mailbox| known_as(mailbox, who)))
    }

    /// Remembers a mailbox by its names.
    fn register(&mut self, mailbox: Mailbox) {
        let at = self.mailboxes.len();
        for name in [&mailbox.owner.address, &mailbox.user, &routes::directory_id(&mailbox)] {
            self.names.entry(name.to_lowercase()).or_insert(at);
        }
        self.mailboxes.push(mailbox);
    }
}

fn known_as(mailbox: &Mailbox, who: &str) -> bool {
    mailbox.user == who
        || mailbox.owner.address.eq_ignore_ascii_case(who)
        || routes::directory_id(mailbox) == who
}

/// The extended property of an add-in's custom properties.
#[must_use]
pub fn property_id(addin: &str) -> String {
    format!("String {{{PUBLIC_STRINGS}}} Name cecp-{}", addin.to_ascii_lowercase())
}

/// A meeting's global id in hex, the date of an occurrence left zero.
///
/// A meeting from another calendar system carries that system's id inside.
#[must_use]
pub fn global_id(key: &str, foreign: Option<&str>, created: DateTime<Utc>) -> String {
    let data = match foreign {
        Some(uid) => [b"vCal-Uid\x01\x00\x00\x00", uid.as_bytes(), b"\x00"].concat(),
        None => Sha256::digest(key)[..16].to_vec(),
    };
    let ticks = (created.timestamp() + 11_644_473_600).saturating_mul(10_000_000);
    let mut bytes = b"\x04\x00\x00\x00\x82\x00\xE0\x00\x74\xC5\xB7\x10\x1A\x82\xE0\x08".to_vec();
    bytes.extend([0; 4]);
    bytes.extend(ticks.to_le_bytes());
    bytes.extend([0; 8]);
    bytes.extend(u32::try_from(data.len()).unwrap_or(0).to_le_bytes());
    bytes.extend(data);
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut hex, byte| {
        hex.extend([byte >> 4, byte & 15].map(|digit| char::from(b"0123456789ABCDEF"[usize::from(digit)])));
        hex
    })
}

/// An event of a mailbox's owner with nothing in it yet.
#[must_use]
pub(crate) fn blank(mailbox: &Mailbox, now: DateTime<Utc>) -> item::Content {
    write::blank(&mailbox.owner, &mailbox.zone, now)
}

/// Answers one request.
pub fn answer(exchange: &mut Exchange, now: DateTime<Utc>, request: Request<Vec<u8>>) -> Response<Vec<u8>> {
    let setup = request.extensions().get::<Arc<Setup>>().cloned().unwrap_or_default();
    let asked = odata::Asked::read(request, &setup, now);
    exchange.deliver(now);
    let mut response = routes::answer(exchange, &asked).into_response(&asked);
    exchange.announce(now);
    if exchange.switches.latency_ms > 0 {
        response.extensions_mut().insert(Late(Duration::from_millis(exchange.switches.latency_ms)));
    }
    response
}

#[cfg(test)]
mod tests;
