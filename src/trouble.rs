//! What went wrong, said so that a person can act on it.

use calbridge_wire::{CallError, Rejection};

use crate::outlook::Failure;

/// A failure on the way to the outside world, as the UI needs it: words, and which remedy to offer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{headline}")]
pub struct Trouble {
    /// What is true, in one short sentence.
    pub headline: String,
    /// What to do.
    pub advice: String,
    /// A code in small grey; may be empty.
    pub code: String,
    /// The remedy to offer as a button.
    pub remedy: Remedy,
}

/// What helps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// The same again.
    Retry,
    /// Signing in to Salesforce.
    SignIn,
    /// Turning sync on.
    TurnOnSync,
    /// Nothing that the pane could offer.
    None,
}

/// Whom a call went to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Party {
    /// The org.
    Salesforce,
    /// Our service.
    Sync,
}

impl Party {
    fn name(self) -> &'static str {
        match self {
            Self::Salesforce => "Salesforce",
            Self::Sync => "Sync",
        }
    }
}

impl Trouble {
    /// Trouble in own words, without a code.
    pub(crate) fn new(headline: impl Into<String>, advice: impl Into<String>, remedy: Remedy) -> Self {
        Self { headline: headline.into(), advice: advice.into(), code: String::new(), remedy }
    }

    /// What a failed call means to a person.
    pub fn of(error: &CallError, party: Party) -> Self {
        let name = party.name();
        match error {
            CallError::Offline { .. } => Self::offline(party),
            CallError::SignedOut | CallError::ConsentLost { .. } => Self::signed_out(),
            CallError::Throttled { retry_after_ms } => {
                let advice = format!("Nothing was changed. Try again {}.", wait(*retry_after_ms));
                Self::new(format!("{name} takes no more calls for now"), advice, Remedy::Retry)
            }
            CallError::Unavailable { status, retry_after_ms } => Self {
                headline: format!("{name} is out of order for now"),
                advice: format!("Try again {}.", wait(*retry_after_ms)),
                code: status.to_string(),
                remedy: Remedy::Retry,
            },
            CallError::Gone => {
                let advice = "It was deleted, or you may no longer see it. Pick another record.";
                Self::new(format!("{name} does not have this record any more"), advice, Remedy::Retry)
            }
            CallError::Stale => {
                Self::new("The event changed meanwhile", "Save again to see what changed.", Remedy::Retry)
            }
            CallError::Forbidden(why) => {
                Self::refused(format!("{name} does not allow this"), why, Remedy::None)
            }
            CallError::Ambiguous { .. } => {
                let advice = "Ask your administrator to remove the duplicate, then save again.";
                Self::new("Salesforce holds this event more than once", advice, Remedy::Retry)
            }
            CallError::Contended(why) => Self::refused(
                format!("{name} is busy with another change of this record"),
                why,
                Remedy::Retry,
            ),
            CallError::Rejected(why) => Self::refused(format!("{name} refused this"), why, Remedy::Retry),
            CallError::Malformed { .. } => {
                let advice = "Try again. If it stays, tell your administrator.";
                Self::new(format!("{name} gave an answer that makes no sense"), advice, Remedy::Retry)
            }
        }
    }

    fn offline(party: Party) -> Self {
        match party {
            Party::Salesforce => Self::new(
                "Salesforce cannot be reached",
                "Check your connection, then try again. What you entered is kept.",
                Remedy::Retry,
            ),
            Party::Sync => Self::new(
                "Sync cannot be reached",
                "Events already in Salesforce can still be changed here. Try again in a few minutes.",
                Remedy::Retry,
            ),
        }
    }

    pub(crate) fn signed_out() -> Self {
        Self::new(
            "You are signed out of Salesforce",
            "Sign in to go on. What you entered is kept.",
            Remedy::SignIn,
        )
    }

    /// The other side's own words, the fields it means, and its code.
    fn refused(headline: String, why: &Rejection, remedy: Remedy) -> Self {
        let message = why.message.trim();
        let unnamed: Vec<_> =
            why.fields.iter().filter(|field| !message.contains(field.as_str())).map(String::as_str).collect();
        let advice = match (message.is_empty(), unnamed.is_empty()) {
            (true, true) => "Change what you entered, or ask your administrator.".to_owned(),
            (false, true) => message.to_owned(),
            (_, false) => format!("{message} ({})", unnamed.join(", ")).trim_start().to_owned(),
        };
        Self { headline, advice, code: why.code.clone(), remedy }
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::ApiMissing { name } => Self {
                headline: "This Outlook cannot show the item to Calbridge".to_owned(),
                advice: "Update Outlook, or open the item in Outlook on the web.".to_owned(),
                code: name,
                remedy: Remedy::None,
            },
            Failure::TimedOut { name } => Self {
                headline: "Outlook does not answer".to_owned(),
                advice: "Try again. If it stays, close the pane and open it again.".to_owned(),
                code: name,
                remedy: Remedy::Retry,
            },
            Failure::Failed { code: ITEM_CHANGED, .. } => {
                Self::new("Outlook opened another item meanwhile", "Try again for this one.", Remedy::Retry)
            }
            Failure::Failed { code, message, .. } => Self {
                headline: "Outlook refused to show the item".to_owned(),
                advice: if message.is_empty() { "Try again.".to_owned() } else { message },
                code: code.to_string(),
                remedy: Remedy::Retry,
            },
        }
    }
}

/// Outlook's code for an item that changed during the call.
const ITEM_CHANGED: i32 = 9030;

fn wait(ms: Option<u64>) -> String {
    match ms.map(|ms| ms.div_ceil(60_000)) {
        None => "in a few minutes".to_owned(),
        Some(0 | 1) => "in a minute".to_owned(),
        Some(minutes) if minutes <= 90 => format!("in {minutes} minutes"),
        Some(_) => "later today".to_owned(),
    }
}

#[cfg(test)]
mod tests;
