//! Everything the pane shows of one open item, gathered once and refreshed as a whole.

use chrono::{DateTime, Utc};

use calbridge_rules::{
    event::EventFields,
    id::RecordId,
    item::Sensitivity,
    linking::{Links, Related},
    people::{Participant, PersonObject, Standing},
    saving::{Choice, EventKnown, Refusal, RequiredField, Route, SyncKnown, Verdict},
    settings::Settings,
    status::{Issue, RuleAsked, Status},
};

use crate::{
    lookup::{Hit, Object},
    outbox::Entry,
    outlook::OpenItem,
};

/// How this user is called where others are called by name.
pub(crate) const YOU: &str = "You";

/// Everything the pane shows of one open item.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// The item.
    pub open: OpenItem,
    /// Its status as the card tells it.
    pub face: Face,
    /// Its Event.
    pub event: EventKnown,
    /// The Event as it was read, when it exists.
    pub view: Option<EventView>,
    /// The user's sync.
    pub sync: SyncKnown,
    /// Their settings, perhaps from the last time the service answered.
    pub settings: Settings,
    /// The item's people.
    pub people: Vec<Participant>,
    /// What they bring along.
    pub related: Related,
    /// The links that sync would choose (PIC-6).
    pub links: Links,
    /// Event fields that the org demands, ready to be drawn (SAV-9).
    pub required: Vec<FieldToFill>,
    /// What Save would do with these links, before it is pressed.
    pub verdict: Verdict,
    /// What the user chose in a save that waits, with sync or on this device: what the dialog opens with (SAV-11).
    pub chosen: Option<Choice>,
    /// What was picked for it in this pane, so that the records of the choice have names.
    pub picked: Vec<Hit>,
    /// What the last session asked about the item and did not save it for; empty where it is saved, or nobody could tell.
    pub decided: Vec<RuleAsked>,
}

impl Picture {
    /// Whether its Event is somebody else's who does not call the meeting either: then it can be taken over (PPL-5).
    pub fn is_anothers(&self) -> bool {
        let organizer = self.open.item.organizer.as_ref().and_then(|organizer| organizer.address.as_ref());
        let is_outsiders = organizer.is_some_and(|organizer| *organizer != self.open.user);
        let owner = self.view.as_ref().map_or("", |view| view.owner.as_str());
        is_outsiders && !owner.is_empty() && owner != YOU && matches!(self.sync, SyncKnown::Active { .. })
    }

    /// Every record that could be named: the item's people, what they bring along, what was picked for it.
    pub(crate) fn records(&self) -> Vec<Hit> {
        hits_of(&self.people, &self.related).chain(self.picked.iter().cloned()).collect()
    }

    /// Whether the item is private, as Outlook, the service or its Event says: then the dialog asks whether it is saved
    /// private and without links, or with links and not private (PRV-2, [`crate::save::SaveDraft::is_private`]).
    pub fn is_private(&self) -> bool {
        self.open.item.sensitivity.is_some_and(Sensitivity::is_private)
    }
}

/// The faces of the status card (CAT-5).
#[derive(Clone, Debug, PartialEq)]
pub enum Face {
    /// No Event, no request.
    NotSaved,
    /// A request waits for a session.
    WillBeSaved {
        /// When it is expected.
        at: DateTime<Utc>,
    },
    /// The request is kept on this device (SAV-4).
    Kept {
        /// Whether Outlook confirmed the category, so that a session would find the item by itself.
        categorized: bool,
    },
    /// The Event exists.
    Saved,
    /// The Event existed and was deleted in Salesforce (SAV-13).
    Gone,
    /// A session could not save it, or waits.
    Issue(Issue),
    /// The rules refuse it; the verdict says why.
    CannotBeSaved,
    /// Sync is off and there is no Event (SAV-3).
    SyncOff,
    /// Nobody could be asked.
    Unknown,
}

/// The Event as it was read from Salesforce.
#[derive(Clone, Debug, PartialEq)]
pub struct EventView {
    /// Its id.
    pub id: RecordId,
    /// The mapped fields as they were read: what the user was shown (SAV-13).
    pub shown: EventFields,
    /// When anybody last touched it.
    pub modstamp: DateTime<Utc>,
    /// Name.
    pub who: Option<Hit>,
    /// Related To.
    pub what: Option<Hit>,
    /// The owner's name, or "You".
    pub owner: String,
    /// Who last changed it, by name.
    pub changed_by: String,
    /// When.
    pub changed_at: DateTime<Utc>,
    /// Its page in Salesforce.
    pub link: String,
}

/// An Event field that the org demands, with what a control needs (SAV-9).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldToFill {
    /// Name and label.
    pub field: RequiredField,
    /// The control.
    pub control: Control,
}

/// The control for a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Control {
    /// One line of text, so many characters at most.
    Text {
        /// The most characters.
        limit: usize,
    },
    /// One of a list: value and label.
    Pick(Vec<(String, String)>),
    /// A number.
    Number,
    /// A date.
    Date,
    /// A checkbox.
    Flag,
}

/// What was found out about an item, from which its face follows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found<'a> {
    /// Its Event.
    pub(crate) event: &'a EventKnown,
    /// Whether its Event was deleted in Salesforce.
    pub(crate) is_gone: bool,
    /// What the service says, where it was asked and answered.
    pub(crate) status: Option<&'a Status>,
    /// The request that this device keeps.
    pub(crate) kept: Option<&'a Entry>,
    /// What Save would do.
    pub(crate) verdict: &'a Verdict,
}

/// The face of the status card (CAT-5): what stands in Salesforce before what is under way, and that before what could be.
pub(crate) fn face(found: &Found<'_>) -> Face {
    match found.event {
        EventKnown::Exists { .. } => return Face::Saved,
        EventKnown::Absent | EventKnown::Unknown => {}
    }
    if let Some(entry) = found.kept {
        return match &entry.refused {
            None => Face::Kept { categorized: entry.categorized },
            Some(refused) => Face::Issue(Issue {
                code: refused.code.clone(),
                reason: refused.reason.clone(),
                remedy: refused.remedy.clone(),
                refusal: refused.refusal.clone(),
            }),
        };
    }
    match found.status {
        Some(Status::WillBeSaved { at }) => Face::WillBeSaved { at: *at },
        Some(Status::Issue(issue)) => Face::Issue(issue.clone()),
        Some(Status::NotSaved | Status::Saved { .. }) | None if found.is_gone => Face::Gone,
        Some(Status::NotSaved | Status::Saved { .. }) | None => not_saved(found),
    }
}

fn not_saved(found: &Found<'_>) -> Face {
    let open = match found.event {
        EventKnown::Unknown => Face::Unknown,
        EventKnown::Absent | EventKnown::Exists { .. } => Face::NotSaved,
    };
    match &found.verdict.route {
        Route::Queue | Route::Keep | Route::UpdateNow { .. } => open,
        Route::Refuse(refusal) => match refusal {
            Refusal::SyncOff { .. } => Face::SyncOff,
            Refusal::NotSavedInOutlook
            | Refusal::SeriesOff
            | Refusal::TooLong { .. }
            | Refusal::RecurringAllDay
            | Refusal::RecurringLong
            | Refusal::SeriesZone { .. }
            | Refusal::GroupTooLong
            | Refusal::DownOnly
            | Refusal::NoMultiday => Face::CannotBeSaved,
            Refusal::ServiceUnreachable => Face::Unknown,
            // The dialog settles these.
            Refusal::LeadWithRelated | Refusal::NobodyKnown | Refusal::RequiredMissing { .. } => open,
        },
    }
}

/// The second line of a linked record, where the meeting's people and what they bring along tell it.
pub(crate) fn with_detail(hit: Hit, people: &[Participant], related: &Related) -> Hit {
    if !hit.detail.is_empty() {
        return hit;
    }
    let known = hits_of(people, related).find(|known| known.record == hit.record);
    let detail = known.map(|known| known.detail).unwrap_or_default();
    Hit { detail, ..hit }
}

/// Every record that the meeting brings along.
fn hits_of(people: &[Participant], related: &Related) -> impl Iterator<Item = Hit> {
    let people = people.iter().filter_map(|one| match &one.standing {
        Standing::Known(records) => Some(records.clone()),
        Standing::Internal | Standing::Blocklisted { .. } | Standing::Unresolved => None,
    });
    let people: Vec<Hit> = people.flatten().map(Hit::from).collect();
    let opportunities = related.opportunities.iter().map(|one| one.record.clone());
    let cases = related.cases.iter().map(|one| one.record.clone());
    let business: Vec<Hit> =
        related.accounts.iter().cloned().chain(opportunities).chain(cases).map(Hit::from).collect();
    people.into_iter().chain(business)
}

impl Hit {
    /// Whether it is a Lead, which takes no business record beside it (SAV-6).
    pub fn is_lead(&self) -> bool {
        match &self.object {
            Object::Person(PersonObject::Lead) => true,
            Object::Person(PersonObject::Contact) | Object::Business(_) => false,
        }
    }
}

#[cfg(test)]
mod tests;
