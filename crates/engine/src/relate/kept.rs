//! What the ledger keeps of an Event's relations: what sync wrote, and the answers it wrote it for.

use calbridge_rules::{
    id::{Address, RecordId},
    invitees::{InviteeStatus, Invitees},
    item::{Item, Role},
    map::SmallMap,
    relations::own_answer,
    status::Issue,
};
use serde::{Deserialize, Serialize};

use crate::ports::SeenItem;

/// Answers by who gave them.
pub type Answers = SmallMap<Address, InviteeStatus>;

/// Relations that sync wrote.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// The Event.
    pub event: RecordId,
    /// Further people in its Name.
    #[serde(default)]
    pub people: Vec<RecordId>,
    /// Further business records.
    #[serde(default)]
    pub records: Vec<RecordId>,
    /// Invitees.
    #[serde(default)]
    pub invitees: Invitees,
    /// What the people of the item had answered.
    #[serde(default)]
    pub answers: Answers,
    /// What they were to be, where the org refused some of it: that is written again until it stands.
    #[serde(default)]
    pub missing: Option<Missing>,
}

/// Relations of which the org refused some.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Missing {
    /// All further people in the Event's Name.
    pub people: Vec<RecordId>,
    /// All further business records.
    pub records: Vec<RecordId>,
    /// What the org said.
    pub issue: Issue,
}

impl Kept {
    /// What is kept where the org refused some of what was written: in that, all is as it was before.
    pub(super) fn without(mut self, refused: &[&RecordId], before: Option<&Self>, issue: Issue) -> Self {
        let missing = Missing { people: self.people.clone(), records: self.records.clone(), issue };
        for record in refused {
            for (now, then) in [
                (&mut self.people, before.map(|before| &before.people)),
                (&mut self.records, before.map(|before| &before.records)),
            ] {
                now.retain(|known| known != *record);
                now.extend(then.into_iter().flatten().find(|known| known == record).cloned());
            }
            match before.and_then(|before| before.invitees.get(record)) {
                Some(status) => self.invitees.insert((*record).clone(), *status),
                None => drop(self.invitees.remove(record)),
            }
        }
        self.missing = Some(missing);
        self
    }

    /// Whether somebody answered otherwise since, as far as that is to be told.
    pub(crate) fn is_outdated_by(
        &self,
        item: &SeenItem,
        mailbox: &Address,
        continuous_attendees: bool,
    ) -> bool {
        let now = answers(item, mailbox);
        let declined = |(address, answer): (&Address, &InviteeStatus)| {
            *answer == InviteeStatus::Declined && self.answers.get(address) != Some(answer)
        };
        let follows = continuous_attendees || !item.is_organizer;
        (follows && now != self.answers) || now.iter().any(declined)
    }
}

/// Who answered what, as far as this mailbox knows: everybody of a meeting that its user organizes, else the user alone.
pub(crate) fn answers(item: &SeenItem, mailbox: &Address) -> Answers {
    if item.is_organizer {
        return of_attendees(&item.item);
    }
    own_answer(item.response).map(|answer| (mailbox.clone(), answer)).into_iter().collect()
}

fn of_attendees(item: &Item) -> Answers {
    let mut answers = Answers::new();
    for attendee in item.attendees.iter().filter(|attendee| attendee.role != Role::Resource) {
        if let Some(address) = &attendee.person.address {
            answers.insert(address.clone(), InviteeStatus::of(attendee.response));
        }
    }
    answers
}
