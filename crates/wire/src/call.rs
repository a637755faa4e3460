//! What every exchange is: a request that can be made, and an answer that can be read.

use calbridge_rules::saving::SyncOff;

use crate::message::{Reply, Request};

/// One HTTP exchange.
pub trait Endpoint {
    /// What a good answer says.
    type Answer;

    /// The request, without authorization. `base` is scheme, host and port (and for Graph the version), no slash at
    /// the end.
    fn request(&self, base: &str) -> Request;

    /// Reads the answer.
    ///
    /// # Errors
    /// Every refusal and every answer that cannot be understood.
    fn read(&self, response: &Reply) -> Result<Self::Answer, CallError>;
}

/// Why an exchange did not give what it is for. Variants differ where a caller acts differently.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// No answer came: no connection, a time-out, or the connection broke. Whether a write was applied is unknown.
    #[error("no answer from {side}")]
    Offline {
        /// Who did not answer, in words.
        side: String,
    },
    /// The access token is expired, revoked or missing: renew it once, then sign in.
    #[error("signed out")]
    SignedOut,
    /// Authorization itself is gone: only a new consent helps.
    #[error("the authorization has ended: {reason}")]
    ConsentLost {
        /// What the authority said.
        reason: String,
    },
    /// A limit is reached; come back later.
    #[error("the limit of calls is reached")]
    Throttled {
        /// How long to wait, where the answer says so.
        retry_after_ms: Option<u64>,
    },
    /// The other side is out of order or overloaded; try again later.
    #[error("out of order for now ({status})")]
    Unavailable {
        /// The HTTP status.
        status: u16,
        /// How long to wait, where the answer says so.
        retry_after_ms: Option<u64>,
    },
    /// The record or item does not exist, or no longer.
    #[error("not there any more")]
    Gone,
    /// It changed since it was read (412).
    #[error("the other side changed first")]
    Stale,
    /// The caller may not do this.
    #[error("not allowed: {0}")]
    Forbidden(Rejection),
    /// Several records share one external id (300).
    #[error("several records have this key")]
    Ambiguous {
        /// Their addresses.
        records: Vec<String>,
    },
    /// Another write holds or took what this one needs (locks, duplicate values): read again, then retry.
    #[error("in the way of another write: {0}")]
    Contended(Rejection),
    /// The request was understood and refused: required fields, validation rules, wrong ids.
    #[error("refused: {0}")]
    Rejected(Rejection),
    /// The answer makes no sense.
    #[error("an answer that cannot be read: {what}")]
    Malformed {
        /// What was wrong with it.
        what: String,
    },
}

/// A refusal in the other side's words.
#[derive(Clone, Debug, Default, PartialEq, Eq, thiserror::Error)]
#[error("{message} ({code})")]
pub struct Rejection {
    /// The other side's code.
    pub code: String,
    /// Its message, for the user.
    pub message: String,
    /// The fields it names, by API name.
    pub fields: Vec<String>,
    /// What to do, where the other side says so; only our own service does.
    pub remedy: String,
    /// Why sync is off, where our service refuses for that (SAV-3).
    pub sync_off: Option<SyncOff>,
}
