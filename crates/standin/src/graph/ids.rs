//! Item ids: several written forms of one thing, opaque and case-sensitive to whoever holds them.
//!
//! A plain id has an EWS form (standard base64) and a REST form (`/` written `-`, `+` written `_`, the other way round
//! than URL-safe base64); an immutable id is another text altogether. Every form names one item of one mailbox, and an occurrence has an id of its own.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

const PLAIN: &str = "AAMkAD";
const IMMUTABLE: &str = "AAkALg";

/// One item, or one occurrence of a series, of one mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Target {
    /// Number of the mailbox.
    pub mailbox: u32,
    /// Number of the item.
    pub item: u64,
    /// Date on which the occurrence would take place by the series' pattern, in the series' zone.
    pub occurrence: Option<NaiveDate>,
}

impl Target {
    /// The series an occurrence belongs to, or the item itself.
    #[must_use]
    pub fn master(self) -> Self {
        Self { occurrence: None, ..self }
    }
}

/// The written forms that clients meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Form {
    /// Office.js and EWS.
    Ews,
    /// Graph without a preference.
    Rest,
    /// Graph with `Prefer: IdType="ImmutableId"`.
    Immutable,
    /// MAPI's entry id, in text.
    Entry,
    /// MAPI's entry id that outlives moves, in text.
    ImmutableEntry,
}

impl Form {
    /// Reads the name that `translateExchangeIds` uses.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "ewsId" => Some(Self::Ews),
            "restId" => Some(Self::Rest),
            "restImmutableEntryId" => Some(Self::Immutable),
            "entryId" => Some(Self::Entry),
            "immutableEntryId" => Some(Self::ImmutableEntry),
            _ => None,
        }
    }

    /// Whether an id of this form outlives a move.
    #[must_use]
    pub fn outlives_moves(self) -> bool {
        match self {
            Self::Immutable | Self::ImmutableEntry => true,
            Self::Ews | Self::Rest | Self::Entry => false,
        }
    }
}

/// Writes an id.
#[must_use]
pub fn write(target: Target, form: Form) -> String {
    match form {
        Form::Ews => format!("{PLAIN}{}", STANDARD.encode(bytes(target, 0))),
        Form::Rest => format!("{PLAIN}{}", for_paths(&STANDARD.encode(bytes(target, 0)))),
        Form::Immutable => format!("{IMMUTABLE}{}", for_paths(&STANDARD.encode(bytes(target, 1)))),
        Form::Entry => URL_SAFE.encode(bytes(target, 2)),
        Form::ImmutableEntry => URL_SAFE.encode(bytes(target, 3)),
    }
}

/// Reads an id of the given form, byte for byte.
#[must_use]
pub fn read(text: &str, form: Form) -> Option<Target> {
    let encoded = match form {
        Form::Ews => text.strip_prefix(PLAIN)?.to_owned(),
        Form::Rest => text.strip_prefix(PLAIN)?.replace('-', "/").replace('_', "+"),
        Form::Immutable => text.strip_prefix(IMMUTABLE)?.replace('-', "/").replace('_', "+"),
        Form::Entry | Form::ImmutableEntry => text.to_owned(),
    };
    let raw = match form {
        Form::Ews | Form::Rest | Form::Immutable => STANDARD.decode(encoded).ok()?,
        Form::Entry | Form::ImmutableEntry => URL_SAFE.decode(encoded).ok()?,
    };
    let days = i32::from_be_bytes(raw.get(13..17)?.try_into().ok()?);
    let target = Target {
        mailbox: u32::from_be_bytes(raw.get(1..5)?.try_into().ok()?),
        item: u64::from_be_bytes(raw.get(5..13)?.try_into().ok()?),
        occurrence: if days == 0 { None } else { Some(NaiveDate::from_num_days_from_ce_opt(days)?) },
    };
    (write(target, form) == text).then_some(target)
}

/// Reads an id as Graph accepts it in a path: the REST form or the immutable one, whatever the preference says.
#[must_use]
pub fn read_any(text: &str) -> Option<Target> {
    read(text, Form::Rest).or_else(|| read(text, Form::Immutable))
}

fn for_paths(encoded: &str) -> String {
    encoded.replace('/', "-").replace('+', "_")
}

/// Seventeen bytes that tell, and filling that makes ids as long and as sensitive to case as real ones.
fn bytes(target: Target, class: u8) -> Vec<u8> {
    let mut head = vec![class];
    head.extend(target.mailbox.to_be_bytes());
    head.extend(target.item.to_be_bytes());
    head.extend(target.occurrence.map_or(0, |date| date.num_days_from_ce()).to_be_bytes());
    let first = Sha256::digest(&head);
    let second = Sha256::digest(first);
    head.extend(first);
    head.extend(&second[..31]);
    head
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(item: u64) -> Target {
        Target { mailbox: 3, item, occurrence: NaiveDate::from_ymd_opt(2026, 11, 20) }
    }

    #[test]
    fn every_form_of_an_id_names_the_same_item_and_no_other_form_reads_it() {
        for item in 1..50 {
            let immutable = write(target(item), Form::Immutable);
            assert_eq!(read(&immutable, Form::Immutable), Some(target(item)));
            assert_eq!(read(&immutable, Form::Rest), None);
            let ews = write(target(item), Form::Ews);
            assert_eq!(read(&ews, Form::Ews), Some(target(item)));
            assert_eq!(read_any(&ews.replace('/', "-").replace('+', "_")), Some(target(item)));
        }
    }

    #[test]
    fn an_id_in_another_case_names_nothing() {
        assert_eq!(read_any(&write(target(1), Form::Rest).to_lowercase()), None);
    }
}
