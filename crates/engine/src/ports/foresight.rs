//! What a session is about to write over: kept before it is, so that it can be undone whatever happens then (UNS-2).

use calbridge_rules::{
    event::{EventFields, FieldValue},
    holding::Holding,
    id::{ItemId, RecordId},
    identity::SyncKey,
    map::SmallMap,
    merge::MergeConflict,
    series::{Classic, OriginalStart},
};
use serde::{Deserialize, Serialize};

use super::{Relation, Tie, Tying};
use crate::{
    pair::{Agreed, Origin, Pair},
    ruling::Ruled,
};

/// What is about to be written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Foresight {
    /// Keys of Events to create.
    pub creates: Vec<SyncKey>,
    /// What those of them say that are whole meetings or single dates.
    pub intended: Vec<Intended>,
    /// Events to change or delete: what stands there, and what is written; nothing for a deletion.
    pub overwrites: Vec<(RecordId, EventFields, EventFields)>,
    /// Relations of Events to change or delete.
    pub ties: Vec<TiesOver>,
    /// Items to change or delete.
    pub items: Vec<ItemOver>,
    /// Values that are about to lose (DWN-5): whoever finds their winner in place lists them, should this session not live to
    /// do it.
    pub clashes: Vec<ForeseenClash>,
    /// What Events that are deleted were within series.
    pub parts: Vec<(RecordId, Part)>,
}

/// An Event that is about to be created, and what both sides agree on once it is: whoever finds it there, and no pair, goes on
/// from here as if the pair had been kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Intended {
    /// The item.
    pub item: ItemId,
    /// The key of its Event.
    pub key: SyncKey,
    /// Whether anybody asked to save it; else autosave did.
    pub is_by_hand: bool,
    /// Whose Event it is.
    pub holding: Holding,
    /// What is agreed on.
    pub agreed: Agreed,
    /// What a person decided about its deletion since (DWN-6); nothing while it is about to be created.
    pub ruled: Option<Ruled>,
}

impl Intended {
    /// The pair that it became.
    pub fn into_pair(self, event: RecordId) -> Pair {
        Pair {
            item: self.item,
            key: self.key,
            event,
            origin: Origin::Outlook,
            is_by_hand: self.is_by_hand,
            holding: self.holding,
            agreed: self.agreed,
            ruled: self.ruled,
        }
    }
}

/// A field of which one side's value is about to win.
#[derive(Clone, Debug, PartialEq)]
pub struct ForeseenClash {
    /// The item.
    pub item: ItemId,
    /// Its Event.
    pub event: RecordId,
    /// All three values.
    pub clash: MergeConflict,
    /// What the Event says once it is decided.
    pub wins: FieldValue,
}

/// What a deleted Event was within a series, so that it can be brought back as that (UNS-2).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "part")]
pub enum Part {
    /// The master, and with it all of its occurrences.
    Master {
        /// How it repeated.
        classic: Classic,
        /// Dates on which nothing stood for it any more.
        without: Vec<OriginalStart>,
    },
    /// An occurrence that said something of its own.
    Date {
        /// The master.
        master: RecordId,
        /// Which it was.
        original: OriginalStart,
    },
}

/// Relations of an Event that are written over.
#[derive(Clone, Debug, PartialEq)]
pub struct TiesOver {
    /// The Event.
    pub event: RecordId,
    /// What stands there.
    pub before: Ties,
    /// What is written; nothing where the Event is deleted.
    pub after: Ties,
}

/// An item that is written over.
#[derive(Clone, Debug, PartialEq)]
pub struct ItemOver {
    /// The item.
    pub item: ItemId,
    /// Its Event.
    pub event: RecordId,
    /// What it says, as fields of an Event.
    pub before: EventFields,
    /// What is written; nothing where the item is deleted.
    pub after: EventFields,
}

/// Some of the relations of an Event.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Ties {
    /// People and users, and what they are to it; nothing at all where they are not related.
    pub people: SmallMap<RecordId, Tie>,
    /// Further business records, and whether they are linked.
    pub records: SmallMap<RecordId, bool>,
}

impl Ties {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.people.is_empty() && self.records.is_empty()
    }

    /// Everything that stands, for an Event that is deleted.
    pub fn standing(relations: &[&Relation], records: &[RecordId]) -> Self {
        Self {
            people: relations.iter().map(|row| (row.record.clone(), row.tie)).collect(),
            records: records.iter().map(|record| (record.clone(), true)).collect(),
        }
    }

    /// What of an Event's relations is written over, before and after; what is only added overwrites nothing.
    pub fn overwritten(writes: &[Tying], stands: &[&Relation]) -> (Self, Self) {
        let (mut before, mut after) = (Self::default(), Self::default());
        let row = |id: &RecordId| stands.iter().find(|row| row.id == *id);
        for write in writes {
            let (id, tie) = match write {
                Tying::Change { id, tie } => (id, *tie),
                Tying::Remove { id } => (id, Tie::default()),
                Tying::Unlink(record) => {
                    before.records.insert(record.clone(), true);
                    after.records.insert(record.clone(), false);
                    continue;
                }
                Tying::Add { .. } | Tying::Link(_) => continue,
            };
            if let Some(row) = row(id) {
                before.people.insert(row.record.clone(), row.tie);
                after.people.insert(row.record.clone(), tie);
            }
        }
        (before, after)
    }

    /// What must be written so that an Event's relations are these again.
    pub fn restoring(&self, stands: &[&Relation]) -> Vec<Tying> {
        let people = self.people.iter().filter_map(|(record, tie)| {
            let row = stands.iter().find(|row| row.record == *record);
            match row {
                Some(row) if row.tie == *tie => None,
                Some(row) if *tie == Tie::default() => Some(Tying::Remove { id: row.id.clone() }),
                Some(row) => Some(Tying::Change { id: row.id.clone(), tie: *tie }),
                None if *tie == Tie::default() => None,
                None => Some(Tying::Add { record: record.clone(), tie: *tie }),
            }
        });
        let records = self.records.iter().map(|(record, is_linked)| {
            if *is_linked { Tying::Link(record.clone()) } else { Tying::Unlink(record.clone()) }
        });
        people.chain(records).collect()
    }

    /// Whether somebody's relation is neither as it was written nor as it was before.
    pub fn changed_since(&self, before: &Self, stands: &[&Relation]) -> bool {
        self.people.iter().any(|(record, written)| {
            let now = stands.iter().find(|row| row.record == *record).map(|row| row.tie).unwrap_or_default();
            now != *written && before.people.get(record) != Some(&now)
        })
    }
}

#[cfg(test)]
mod tests {
    use calbridge_rules::invitees::InviteeStatus;

    use super::*;

    fn record(text: &str, number: u32) -> RecordId {
        RecordId::parse(&format!("{text}{number:012}")).unwrap()
    }

    fn invited(status: InviteeStatus) -> Tie {
        Tie { is_named: false, invited: Some(status) }
    }

    fn row(number: u32, tie: Tie) -> Relation {
        Relation { event: record("00U", 1), id: record("0RE", number), record: record("003", number), tie }
    }

    #[test]
    fn uns_2_what_is_changed_removed_or_unlinked_is_kept_and_what_is_added_is_not() {
        let (new, declined) = (invited(InviteeStatus::New), invited(InviteeStatus::Declined));
        let rows = [row(1, new), row(2, new)];
        let stands: Vec<&Relation> = rows.iter().collect();
        let writes = [
            Tying::Change { id: rows[0].id.clone(), tie: declined },
            Tying::Remove { id: rows[1].id.clone() },
            Tying::Add { record: record("003", 3), tie: new },
            Tying::Unlink(record("001", 1)),
            Tying::Link(record("001", 2)),
        ];
        let (before, after) = Ties::overwritten(&writes, &stands);
        let people = |one, other| [(record("003", 1), one), (record("003", 2), other)].into_iter().collect();
        assert_eq!(before.people, people(new, new));
        assert_eq!(after.people, people(declined, Tie::default()));
        assert_eq!(before.records, [(record("001", 1), true)].into_iter().collect());

        let now = [row(1, declined)];
        let now: Vec<&Relation> = now.iter().collect();
        assert!(!after.changed_since(&before, &now));
        assert_eq!(
            before.restoring(&now),
            [
                Tying::Change { id: record("0RE", 1), tie: new },
                Tying::Add { record: record("003", 2), tie: new },
                Tying::Link(record("001", 1)),
            ]
        );
        let theirs = [row(1, invited(InviteeStatus::Accepted))];
        assert!(after.changed_since(&before, &theirs.iter().collect::<Vec<_>>()), "somebody answered since");
        assert_eq!(before.restoring(&stands), [Tying::Link(record("001", 1))], "what stands is not written");
    }
}
