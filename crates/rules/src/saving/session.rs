//! What a session decides for an item that somebody asked to save: the pane's rules, and those that only the service
//! can ask.

use serde::{Deserialize, Serialize};

use super::{
    Check, EventKnown, Refusal, Situation, checks,
    route::{FIRST_CHOICE, LATER_CHOICE, LIMITS},
};
use crate::{id::RecordId, people::organizer_name};

/// Whose save of a meeting comes first (PPL-2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComesFirst {
    /// This mailbox's: its user organizes, or nobody does whom the service syncs.
    This,
    /// The organizer's: another synced user.
    Organizer,
}

/// What a session does with an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Creates the Event.
    Create,
    /// Updates the Event, because it exists by now (SAV-12).
    Update {
        /// The Event.
        event: RecordId,
    },
    /// Does nothing yet and asks again next time.
    Wait(Wait),
    /// Writes nothing and leaves an issue.
    Refuse(Refusal),
}

/// Why an item is not saved yet. Each session asks again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "wait")]
pub enum Wait {
    /// PPL-2: the organizer is synced too and has not saved the meeting.
    Organizer {
        /// The organizer's name, or address.
        name: String,
    },
    /// SAV-7: the invitations were not sent yet.
    Draft,
    /// AUT-5: the user did not accept the invitation.
    Unanswered,
}

/// What a session decided, and how that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionVerdict {
    /// What it does.
    pub decision: Decision,
    /// The rules that were asked, in order; the last one decided.
    pub trace: Vec<Check>,
}

/// Decides what a session does with an item that has a save request or the `Salesforce` category. The situation's `sync`
/// is not looked at: a session runs. The pane may ask it too, once the service told whose save comes first.
pub fn session_verdict(situation: &Situation<'_>, comes_first: ComesFirst) -> SessionVerdict {
    let mut trace = Vec::new();
    let decision = decide(situation, comes_first, &mut trace);
    SessionVerdict { decision, trace }
}

fn decide(situation: &Situation<'_>, comes_first: ComesFirst, trace: &mut Vec<Check>) -> Decision {
    if let EventKnown::Exists { id } = situation.event {
        if let Some(refusal) = checks::ask(situation, &[&LIMITS, &LATER_CHOICE], trace) {
            return Decision::Refuse(refusal);
        }
        trace.push(checks::passed("SAV-12", "Already in Salesforce, so the event is changed"));
        return Decision::Update { event: id.clone() };
    }
    if let Some(refusal) = checks::ask(situation, &[&LIMITS], trace) {
        return Decision::Refuse(refusal);
    }
    if let Some(wait) = draft(situation, trace).or_else(|| organizer(situation, comes_first, trace)) {
        return Decision::Wait(wait);
    }
    if let Some(refusal) = checks::ask(situation, &[&FIRST_CHOICE], trace) {
        return Decision::Refuse(refusal);
    }
    trace.push(checks::passed("SAV-1", "Sync creates the event in Salesforce"));
    Decision::Create
}

/// SAV-7: a draft meeting waits until it is sent.
fn draft(situation: &Situation<'_>, trace: &mut Vec<Check>) -> Option<Wait> {
    let is_draft = situation.item.is_meeting() && situation.item.is_draft == Some(true);
    if is_draft {
        trace.push(Check { rule: "SAV-7", says: "The invitations were sent".to_owned(), passed: false });
    }
    is_draft.then_some(Wait::Draft)
}

/// PPL-2: another synced user's meeting waits for their save.
fn organizer(situation: &Situation<'_>, comes_first: ComesFirst, trace: &mut Vec<Check>) -> Option<Wait> {
    match comes_first {
        ComesFirst::This => None,
        ComesFirst::Organizer => {
            trace.push(Check { rule: "PPL-2", says: "The organizer has saved it".to_owned(), passed: false });
            Some(Wait::Organizer { name: organizer_name(situation.participants) })
        }
    }
}

#[cfg(test)]
mod tests;
