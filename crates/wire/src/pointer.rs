//! What a session leaves on an item: the Event, the status, the code. One JSON object among an add-in's custom
//! properties, which Office.js reads in the pane and Graph reads and writes as a named property.

use calbridge_rules::id::RecordId;
use chrono::{DateTime, Utc};

use crate::{
    moment,
    value::{Map, Value, parse},
};

/// The longest text that Outlook keeps for an add-in's custom properties, in characters.
pub const TEXT_LIMIT: usize = 2500;

/// The key of the Event's id.
const EVENT: &str = "calbridge.event";
/// The key of the status.
const STATUS: &str = "calbridge.status";
/// The key of the code.
const CODE: &str = "calbridge.code";
/// The key of the time.
const AT: &str = "calbridge.at";

/// What a session left on an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pointer {
    /// The item's Event, where there is one.
    pub event: Option<RecordId>,
    /// How the session ended for the item.
    pub status: PointerStatus,
    /// The id of the rule that refused; empty when saved.
    pub code: String,
    /// When this was written.
    pub at: DateTime<Utc>,
}

/// How a session ended for an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PointerStatus {
    /// Saved.
    Saved,
    /// Refused or failed.
    Failed,
}

/// The properties would be longer than [`TEXT_LIMIT`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the item's custom properties would be longer than {TEXT_LIMIT} characters")]
pub struct PointerTooLong;

impl Pointer {
    /// Reads the pointer out of the properties' JSON text; nothing where there is none, or it makes no sense.
    pub fn parse(properties: &str) -> Option<Self> {
        let properties = parse(properties.as_bytes())?;
        Self::from_keys(|key| properties.get(key).and_then(Value::as_str).map(str::to_owned))
    }

    /// Reads the pointer key by key, as Office.js gives custom properties.
    pub fn from_keys(get: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let status = match get(STATUS)?.as_str() {
            "saved" => PointerStatus::Saved,
            "failed" => PointerStatus::Failed,
            _ => return None,
        };
        let event = get(EVENT).and_then(|text| RecordId::parse(&text).ok());
        if status == PointerStatus::Saved && event.is_none() {
            return None;
        }
        let at = moment::instant(&get(AT)?)?;
        Some(Self { event, status, code: get(CODE).unwrap_or_default(), at })
    }

    /// The properties' JSON text with this pointer in it, every foreign key kept. Text that is no JSON object is
    /// replaced: no client can read it.
    ///
    /// # Errors
    /// The text would be longer than Outlook keeps.
    pub fn merged(&self, properties: Option<&str>) -> Result<String, PointerTooLong> {
        let mut all = match properties.and_then(|text| parse(text.as_bytes())) {
            Some(Value::Object(all)) => all,
            Some(_) | None => Map::new(),
        };
        let status = match self.status {
            PointerStatus::Saved => "saved",
            PointerStatus::Failed => "failed",
        };
        let event = self.event.as_ref().map_or("", RecordId::as_str);
        let at = moment::in_seconds(self.at);
        for (key, value) in [(EVENT, event), (STATUS, status), (CODE, &self.code), (AT, &at)] {
            all.insert(key, Value::from(value));
        }
        let text = Value::Object(all).to_string();
        if text.chars().count() <= TEXT_LIMIT { Ok(text) } else { Err(PointerTooLong) }
    }
}

/// The properties' JSON text without a pointer in it, every foreign key kept. Text that is no JSON object stays as it is.
pub fn cleared(properties: &str) -> String {
    match parse(properties.as_bytes()) {
        Some(Value::Object(all)) => {
            let ours = [EVENT, STATUS, CODE, AT];
            let foreign = all.iter().filter(|(key, _)| !ours.contains(&key.as_str()));
            Value::Object(foreign.map(|(key, value)| (key.clone(), value.clone())).collect()).to_string()
        }
        Some(_) | None => properties.to_owned(),
    }
}

#[cfg(test)]
mod tests;
