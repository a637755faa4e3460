//! Microsoft Graph and the mailboxes behind it: the calendar part, in memory.
//!
//! The same mailboxes are what the host page shows; nothing here knows of Salesforce.

mod batch;
mod changes;
mod event;
mod id_translation;
pub mod ids;
pub mod item;
mod load;
pub mod mailbox;
mod master_list;
mod odata;
mod reply;
mod routes;
pub mod series;
mod token;
mod write;
pub mod zones;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use http::{Request, Response};
use sha2::{Digest, Sha256};

use crate::Setup;
pub(crate) use event::plain_text;
use ids::Target;
use item::Stamp;
use mailbox::Mailbox;

/// The property set of Office add-ins' custom properties.
const PUBLIC_STRINGS: &str = "00020329-0000-0000-c000-000000000046";

/// The mailboxes of the company.
#[derive(Debug, Default)]
pub struct Exchange {
    /// All mailboxes, by number.
    pub mailboxes: Vec<Mailbox>,
    /// The tenant's name.
    pub tenant: String,
    /// The client that may ask for tokens.
    pub client: String,
    /// Id of the add-in whose custom properties items carry.
    pub addin: String,
    tokens: BTreeMap<String, DateTime<Utc>>,
    writes: u64,
    numbers: u64,
}

impl Exchange {
    /// The mailbox of a short name, an address or a number.
    #[must_use]
    pub fn mailbox(&self, who: &str) -> Option<&Mailbox> {
        self.mailboxes.iter().find(|mailbox| known_as(mailbox, who))
    }

    /// The same, to be changed.
    pub fn mailbox_mut(&mut self, who: &str) -> Option<&mut Mailbox> {
        self.mailboxes.iter_mut().find(|mailbox| known_as(mailbox, who))
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

    /// Carries what the organizer changed into the copies of the company's other people.
    pub(crate) fn spread(&mut self, target: Target, now: DateTime<Utc>) {
        let Some(source) = self.mailboxes.iter().find(|mailbox| mailbox.number == target.mailbox) else {
            return;
        };
        let Some(seen) = source.see(target) else { return };
        if !source.organizes(&seen.content) || seen.content.attendees.is_empty() || seen.content.draft {
            return;
        }
        let (global, content) = (seen.item.global_id.clone(), seen.content);
        let numbers: Vec<u32> = self.mailboxes.iter().map(|mailbox| mailbox.number).collect();
        for number in numbers.into_iter().filter(|number| *number != target.mailbox) {
            let stamp = self.stamp(now);
            let Some(mailbox) = self.mailboxes.iter_mut().find(|mailbox| mailbox.number == number) else {
                continue;
            };
            let copy =
                mailbox.items.iter().find(|(_, item)| item.global_id == global).map(|(number, _)| *number);
            let Some(item) = copy else { continue };
            mailbox.change(Target { mailbox: number, item, ..target }, stamp, |copy| {
                copy.subject.clone_from(&content.subject);
                copy.body.clone_from(&content.body);
                copy.location.clone_from(&content.location);
                copy.attendees.clone_from(&content.attendees);
                copy.when = content.when;
                copy.cancelled = content.cancelled;
            });
        }
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
    bytes.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02X}"))
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
    routes::answer(exchange, &asked).into_response(&asked)
}

#[cfg(test)]
mod tests;
