//! What became of a session: one entry for each item that was observed.

use calbridge_rules::{
    autosave::{Past, Skip},
    holding::Holding,
    id::{ItemId, RecordId},
    identity::SyncKey,
    merge::MergeConflict,
    saving::{Check, Choice},
    status::Issue,
};
use chrono::{DateTime, Utc};

use crate::{
    observe::Ticket,
    pair::{Agreed, Origin},
    ports::{Action, Source},
    ruling::Held,
};

/// An item and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The item, by its immutable id; by the id it was given where it cannot be found.
    pub item: ItemId,
    /// The requests that asked for it.
    pub tickets: Vec<Ticket>,
    /// How the item was asked for, where somebody did.
    pub source: Option<Source>,
    /// What was asked for.
    pub action: Action,
    /// What was chosen.
    pub choice: Choice,
    /// What became of it.
    pub outcome: Outcome,
    /// The rules that were asked, in order; the last one decided.
    pub trace: Vec<Check>,
}

impl Entry {
    /// Whether its request is asked again at each session: it was not carried out, and may be one day without anybody changing
    /// the item. What autosave may not save waits for a change of the item, which brings it up again.
    pub fn is_asked_again(&self) -> bool {
        match &self.outcome {
            Outcome::Saved(saved) => saved.is_asked_again,
            Outcome::Refused(_) => self.source != Some(Source::Autosave),
            Outcome::Waiting(_) | Outcome::Deferred => true,
            Outcome::Lost(_)
            | Outcome::Skipped(_)
            | Outcome::Withdrawn
            | Outcome::Removed { .. }
            | Outcome::Released { .. }
            | Outcome::Unasked => false,
        }
    }

    /// The rule that decided about an item that is not saved.
    pub fn rule(&self) -> Option<&str> {
        match &self.outcome {
            Outcome::Refused(issue) | Outcome::Waiting(issue) | Outcome::Lost(issue) => Some(&issue.code),
            Outcome::Skipped(skipped) => Some(skipped.skip.rule()),
            Outcome::Withdrawn | Outcome::Removed { .. } | Outcome::Released { .. } => {
                self.trace.last().map(|check| check.rule)
            }
            Outcome::Saved(_) | Outcome::Unasked | Outcome::Deferred => None,
        }
    }
}

/// An item that autosave leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Why.
    pub skip: Skip,
    /// When it is looked at again though nobody changes it.
    pub again_at: Option<DateTime<Utc>>,
}

/// What became of an item.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Its Event exists, and the pair with it.
    Saved(Box<Saved>),
    /// It cannot be saved, or its pair cannot be brought up to date; asked again at each session, though the org is not until
    /// what it refused has rested.
    Refused(Issue),
    /// It waits for somebody; asked again at each session.
    Waiting(Issue),
    /// It will never be saved: the item is gone, or shows a record.
    Lost(Issue),
    /// Autosave leaves it, and nobody asked for it.
    Skipped(Skipped),
    /// The request was taken back.
    Withdrawn,
    /// Its Event was deleted, and the pair forgotten.
    Removed {
        /// The Event.
        event: RecordId,
    },
    /// The pair is forgotten and its Event left alone, because it is others' too, or gone.
    Released {
        /// The Event.
        event: RecordId,
        /// What is remembered of the item.
        past: Past,
    },
    /// Nobody asks for it.
    Unasked,
    /// Not now; the next session tries again.
    Deferred,
}

/// A field of which one side's value did not win.
#[derive(Clone, Debug, PartialEq)]
pub struct Clash {
    /// The Event: of a series, each of its dates has its own.
    pub event: RecordId,
    /// The field, and what both sides said.
    pub conflict: MergeConflict,
}

impl Clash {
    /// All that one Event and its item disagreed about.
    pub(crate) fn all_of(event: &RecordId, conflicts: Vec<MergeConflict>) -> Vec<Self> {
        conflicts.into_iter().map(|conflict| Self { event: event.clone(), conflict }).collect()
    }
}

/// An item whose Event exists.
#[derive(Clone, Debug, PartialEq)]
pub struct Saved {
    /// The Event.
    pub event: RecordId,
    /// The key it is kept under.
    pub key: SyncKey,
    /// Where the meeting was made.
    pub origin: Origin,
    /// Whether anybody asked to save it; else autosave did.
    pub is_by_hand: bool,
    /// Whose Event it is.
    pub holding: Holding,
    /// What both sides agree on now.
    pub agreed: Agreed,
    /// Fields of which one side's value did not win: both changed (DWN-5), or an edit was put back (DWN-7, ONE-1).
    pub clashes: Vec<Clash>,
    /// What is held until somebody decides about it (PPL-8), where something is.
    pub held: Option<Held>,
    /// What the org or the calendar refused, while the pair stands.
    pub issue: Option<Issue>,
    /// Whether something is left that the next session does.
    pub is_unfinished: bool,
    /// Whether the request is asked again though the item is saved: the org refused what somebody chose in the pane, or the
    /// item still carries the wish for its removal that they overruled. Nothing but their request knows of either.
    pub is_asked_again: bool,
}

/// What a session did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// One entry for each observed item.
    pub entries: Vec<Entry>,
    /// Items that still lack their marks.
    pub unmarked: usize,
    /// Whether something is left that another session shall try soon.
    pub again: Option<Again>,
}

/// When the next session shall try what is left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Again {
    /// How long to wait at least, where the other side says so.
    pub after_ms: Option<u64>,
}

/// Why a session did not reach its end. What it did before is recorded, or harmless to do again.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SessionError {
    /// Try again later.
    #[error("not now")]
    Later {
        /// How long to wait, where the other side says so.
        retry_after_ms: Option<u64>,
    },
    /// Nothing goes until a person acts.
    #[error("stopped: {0}")]
    Stopped(String),
    /// More Events would be deleted than a session may delete by itself (DWN-6). None was.
    #[error("{} of {pairs} events would be deleted", .items.len())]
    Braked {
        /// The items of those that nobody approved.
        items: Vec<ItemId>,
        /// How many pairs the mailbox has.
        pairs: usize,
    },
    /// Another worker has the mailbox.
    #[error("taken over by another worker")]
    Fenced,
    /// The session lost sight of an item it had observed: a defect, so nothing of it is recorded.
    #[error("{0} items without exactly one outcome")]
    Unmentioned(usize),
}
