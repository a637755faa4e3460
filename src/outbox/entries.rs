//! The outbox as a list, and what happens to it. Pure.

use calbridge_rules::{id::RecordId, saving::Refusal};
use calbridge_wire::{
    CallError,
    service::{ItemRef, SaveRequest},
    tree::{Tree, member, member_or, object},
    value::Value,
};
use chrono::{DateTime, TimeDelta, Utc};

/// Requests that a device keeps at most.
pub(super) const ENTRY_LIMIT: usize = 50;
/// Days for which a request is tried.
pub(super) const WAIT_DAYS: i64 = 30;
/// Days for which a refusal is shown.
pub(super) const SHOW_DAYS: i64 = 60;

/// A request that is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The user whose request it is: sent in nobody else's name.
    pub user: RecordId,
    /// The request.
    pub request: SaveRequest,
    /// Since when.
    pub kept_at: DateTime<Utc>,
    /// Whether Outlook confirmed the `Salesforce` category.
    pub categorized: bool,
    /// Why it will not be sent again.
    pub refused: Option<Refused>,
    /// Whether it was taken back: then that is what is sent (UNS-1).
    pub withdrawn: bool,
}

/// A refusal that came when nobody waited for it; shown as an issue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The code.
    pub code: String,
    /// What is the matter.
    pub reason: String,
    /// What to do.
    pub remedy: String,
    /// The rule that refused, where one did.
    pub refusal: Option<Refusal>,
}

/// Why a request could not be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotKept {
    /// The browser keeps nothing for this page.
    NoStorage,
    /// The device keeps as many as it may.
    Full,
}

impl Tree for Entry {
    fn write(&self) -> Value {
        object([
            ("user", self.user.write()),
            ("request", self.request.write()),
            ("kept_at", self.kept_at.write()),
            ("categorized", self.categorized.write()),
            ("refused", self.refused.write()),
            ("withdrawn", self.withdrawn.write()),
        ])
    }

    fn read(tree: &Value) -> Option<Self> {
        Some(Self {
            user: member(tree, "user")?,
            request: member(tree, "request")?,
            kept_at: member(tree, "kept_at")?,
            categorized: member(tree, "categorized")?,
            refused: member(tree, "refused")?,
            // Entries of an older pane do not tell.
            withdrawn: member_or(tree, "withdrawn", false)?,
        })
    }
}

impl Tree for Refused {
    fn write(&self) -> Value {
        object([
            ("code", self.code.write()),
            ("reason", self.reason.write()),
            ("remedy", self.remedy.write()),
            ("refusal", self.refusal.write()),
        ])
    }

    fn read(tree: &Value) -> Option<Self> {
        Some(Self {
            code: member(tree, "code")?,
            reason: member(tree, "reason")?,
            remedy: member(tree, "remedy")?,
            refusal: member(tree, "refusal")?,
        })
    }
}

impl Entry {
    pub(super) fn is_for(&self, user: &RecordId, item: &ItemRef) -> bool {
        let kept = &self.request.item;
        self.user == *user && kept.mailbox == item.mailbox && kept.item_id == item.item_id
    }

    /// Whether this is the same word to the service: the same save, or the same withdrawal of it.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.request.idempotency_key == other.request.idempotency_key && self.withdrawn == other.withdrawn
    }

    pub(super) fn waits_for(&self, user: &RecordId) -> bool {
        self.user == *user && self.refused.is_none()
    }
}

/// Adds a request; an older one for the same item gives way to it.
pub(super) fn add(all: &mut Vec<Entry>, entry: Entry) -> Result<(), NotKept> {
    all.retain(|kept| !kept.is_for(&entry.user, &entry.request.item));
    if all.len() >= ENTRY_LIMIT {
        // Refusals are shown, not needed; requests that wait are never given up for another.
        let shown = all.iter().position(|kept| kept.refused.is_some()).ok_or(NotKept::Full)?;
        all.remove(shown);
    }
    all.push(entry);
    Ok(())
}

/// Gives up requests that waited too long, and says so; takes out refusals that were shown long enough.
pub(super) fn expire(all: &mut Vec<Entry>, now: DateTime<Utc>) {
    let is_older = |entry: &Entry, days| now - entry.kept_at > TimeDelta::days(days);
    all.retain(|entry| match entry.refused {
        Some(_) => !is_older(entry, SHOW_DAYS),
        None => !entry.withdrawn || !is_older(entry, WAIT_DAYS),
    });
    for entry in all.iter_mut().filter(|entry| is_older(entry, WAIT_DAYS)) {
        entry.refused.get_or_insert_with(|| Refused {
            code: "SAV-4".to_owned(),
            reason: format!("Sync could not be reached for {WAIT_DAYS} days, so it was not sent."),
            remedy: "Save it again.".to_owned(),
            refusal: None,
        });
    }
}

/// What an answer means for a request: taken, refused for good, or nothing yet.
pub(super) fn outcome(answer: Result<(), CallError>) -> Option<Result<(), Refused>> {
    match answer {
        Ok(()) => Some(Ok(())),
        Err(CallError::Rejected(why) | CallError::Forbidden(why)) => Some(Err(Refused {
            code: why.code,
            reason: why.message,
            remedy: why.remedy,
            refusal: why.sync_off.map(|why| Refusal::SyncOff { why }),
        })),
        Err(CallError::Gone | CallError::Stale | CallError::Ambiguous { .. }) => Some(Err(Refused {
            code: "SAV-4".to_owned(),
            reason: "The item was not there any more when it was sent.".to_owned(),
            remedy: "Open the item again and save it.".to_owned(),
            refusal: None,
        })),
        Err(
            CallError::Offline { .. }
            | CallError::SignedOut
            | CallError::ConsentLost { .. }
            | CallError::Throttled { .. }
            | CallError::Unavailable { .. }
            | CallError::Contended(_)
            | CallError::Malformed { .. },
        ) => None,
    }
}

/// Takes out a request that was taken; marks one that was refused. A newer request for its item is another one, and so is
/// the word that it was withdrawn meanwhile, which is over with any answer.
pub(super) fn settle(all: &mut Vec<Entry>, sent: &Entry, outcome: Result<(), Refused>) {
    match outcome {
        Err(refused) if !sent.withdrawn => {
            for entry in all.iter_mut().filter(|entry| entry.is_same(sent)) {
                entry.refused = Some(refused.clone());
            }
        }
        Ok(()) | Err(_) => all.retain(|entry| !entry.is_same(sent)),
    }
}

#[cfg(test)]
mod tests;
