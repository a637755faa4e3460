//! The status of an item, as the pane tells it (CAT-5).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    id::RecordId,
    saving::{Check, Refusal, Wait},
};

/// Where an item stands with the service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "status")]
pub enum Status {
    /// No request, no Event.
    NotSaved,
    /// A request waits for a session.
    WillBeSaved {
        /// When that session is expected.
        at: DateTime<Utc>,
    },
    /// Its Event exists.
    Saved {
        /// The Event.
        event: RecordId,
    },
    /// A session could not save it.
    Issue(Issue),
}

/// One item's trouble (ISS-1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issue {
    /// The public code: a rule id or `ISE-…`.
    pub code: String,
    /// What is the matter.
    pub reason: String,
    /// What to do.
    pub remedy: String,
    /// The refusal behind it, where the rules refused.
    pub refusal: Option<Refusal>,
}

impl Issue {
    /// The issue of an item that the rules refused.
    pub fn refused(refusal: &Refusal) -> Self {
        Self {
            code: refusal.rule().to_owned(),
            reason: refusal.reason(),
            remedy: refusal.remedy().to_owned(),
            refusal: Some(refusal.clone()),
        }
    }

    /// The issue of an item that waits; settled by itself once it need not wait any more.
    pub fn waiting(wait: &Wait) -> Self {
        Self {
            code: wait.code().to_owned(),
            reason: wait.reason().to_owned(),
            remedy: wait.remedy(),
            refusal: None,
        }
    }
}

/// A rule that a session asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleAsked {
    /// Its id.
    pub rule: String,
    /// What it looked at, in words for the user.
    pub says: String,
    /// Whether it let the item pass.
    pub passed: bool,
}

impl From<&Check> for RuleAsked {
    fn from(check: &Check) -> Self {
        Self { rule: check.rule.to_owned(), says: check.says.clone(), passed: check.passed }
    }
}

#[cfg(test)]
mod tests;
