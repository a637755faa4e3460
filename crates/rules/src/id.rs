//! Identifiers, parsed once where text comes in.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A Salesforce record id in its 18-character, case-safe form.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RecordId(String);

/// Text that is no Salesforce record id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no Salesforce id: it takes 15 letters and digits, or 18 with their checksum")]
pub struct BadRecordId(pub String);

/// The letters of an id's checksum, one for each pattern of five capitals.
const CHECKSUM_LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

impl RecordId {
    /// Reads a 15- or 18-character id.
    ///
    /// # Errors
    /// The text has another length or other characters, or its checksum does not fit.
    pub fn parse(text: &str) -> Result<Self, BadRecordId> {
        let bad = || BadRecordId(text.to_owned());
        if !matches!(text.len(), 15 | 18) || !text.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Err(bad());
        }
        let (short, given) = text.split_at(15);
        let full = format!("{short}{}", checksum(short));
        let fits = given.is_empty() || full[15..].eq_ignore_ascii_case(given);
        if fits { Ok(Self(full)) } else { Err(bad()) }
    }

    /// The 18-character form.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first three characters, which tell the object.
    pub fn prefix(&self) -> &str {
        &self.0[..3]
    }
}

/// The three letters that make 15 case-sensitive characters safe to compare in any case.
fn checksum(short: &str) -> String {
    short
        .as_bytes()
        .chunks(5)
        .map(|five| {
            let capitals = five.iter().enumerate().filter(|(_, letter)| letter.is_ascii_uppercase());
            let pattern: usize = capitals.map(|(place, _)| 1 << place).sum();
            char::from(CHECKSUM_LETTERS[pattern])
        })
        .collect()
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for RecordId {
    type Error = BadRecordId;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<RecordId> for String {
    fn from(id: RecordId) -> Self {
        id.0
    }
}

/// An Outlook item id, kept byte for byte: two items may differ by nothing but case, or `-` against `_`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ItemId(String);

/// Text that cannot be an item id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an item id has 1 to {ITEM_ID_LIMIT} visible ASCII characters")]
pub struct BadItemId;

/// The longest item id that is taken, in bytes. Exchange's own are about 150 to 300.
pub const ITEM_ID_LIMIT: usize = 1024;

impl ItemId {
    /// Takes an id as it is.
    ///
    /// # Errors
    /// The text is empty, longer than [`ITEM_ID_LIMIT`], or holds blanks or non-ASCII characters.
    pub fn parse(text: &str) -> Result<Self, BadItemId> {
        let fits = (1..=ITEM_ID_LIMIT).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        if fits { Ok(Self(text.to_owned())) } else { Err(BadItemId) }
    }

    /// The id, byte for byte as it came.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for ItemId {
    type Error = BadItemId;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<ItemId> for String {
    fn from(id: ItemId) -> Self {
        id.0
    }
}

/// The API name of a Salesforce object or field, such as `Meeting_Type__c`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ApiName(String);

/// Text that is no API name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no API name: letters, digits and underscores, a letter first, at most 80")]
pub struct BadApiName(pub String);

impl ApiName {
    /// Reads an API name.
    ///
    /// # Errors
    /// The text holds anything but ASCII letters, digits and underscores, or does not start with a letter.
    pub fn parse(text: &str) -> Result<Self, BadApiName> {
        let starts = text.bytes().next().is_some_and(|b| b.is_ascii_alphabetic());
        let fits = text.len() <= 80 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if starts && fits { Ok(Self(text.to_owned())) } else { Err(BadApiName(text.to_owned())) }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ApiName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for ApiName {
    type Error = BadApiName;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<ApiName> for String {
    fn from(name: ApiName) -> Self {
        name.0
    }
}

/// An e-mail address in lower case: addresses are compared without regard to case.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Address(String);

/// Text that is no e-mail address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no e-mail address")]
pub struct BadAddress;

impl Address {
    /// Reads an SMTP address, in any case, blanks around it dropped.
    ///
    /// # Errors
    /// There is not one `@` with text on both sides (Exchange's X.500 names and phone numbers end here).
    pub fn parse(text: &str) -> Result<Self, BadAddress> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@').ok_or(BadAddress)?;
        let plain =
            |part: &str| !part.is_empty() && !part.chars().any(|c| c.is_whitespace() || c.is_control());
        let fits = plain(local) && plain(domain) && !local.contains('@') && text.len() <= 254;
        if fits { Ok(Self(text.to_ascii_lowercase())) } else { Err(BadAddress) }
    }

    /// The address, in lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands behind the `@`.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Address {
    type Error = BadAddress;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Address> for String {
    fn from(address: Address) -> Self {
        address.0
    }
}

#[cfg(test)]
mod tests;
