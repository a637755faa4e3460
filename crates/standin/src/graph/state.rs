//! The mailboxes as a dump holds them: everything but tokens, counts of the moment and what can be found again.

use serde::Deserialize;
use serde_json::Value;

use super::Exchange;

impl Exchange {
    /// All that a restart keeps.
    ///
    /// # Errors
    /// Something in it has no form in JSON.
    pub(crate) fn state(&self) -> Result<Value, String> {
        serde_json::to_value(self).map_err(|error| error.to_string())
    }

    /// How many writes there were.
    pub(crate) fn writes(&self) -> u64 {
        self.writes
    }

    /// The mailboxes of a dump.
    ///
    /// # Errors
    /// Names the part that cannot be read.
    pub(crate) fn of_state(state: &Value) -> Result<Self, String> {
        let mut exchange = Self::deserialize(state).map_err(|error| format!("graph: {error}"))?;
        for mailbox in std::mem::take(&mut exchange.mailboxes) {
            exchange.register(mailbox);
        }
        Ok(exchange)
    }
}

/// Files in JSON.
pub(super) mod base64 {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(in crate::graph) fn serialize<S: Serializer>(
        bytes: &impl AsRef<[u8]>,
        writer: S,
    ) -> Result<S::Ok, S::Error> {
        writer.serialize_str(&STANDARD.encode(bytes))
    }

    pub(in crate::graph) fn deserialize<'a, D: Deserializer<'a>, B: From<Vec<u8>>>(
        reader: D,
    ) -> Result<B, D::Error> {
        let text = String::deserialize(reader)?;
        STANDARD.decode(text).map(B::from).map_err(D::Error::custom)
    }
}
