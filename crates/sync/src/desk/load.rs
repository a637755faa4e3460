//! What lies on the desk, and what leaves it in one go.

use std::collections::BTreeSet;

use calbridge_engine::ports::{KeyedEvent, Relation, Sought, Trouble};
use calbridge_rules::{
    event::EventFields,
    id::{Address, RecordId},
    identity::SyncKey,
    invitees::Colleague,
    linking::Related,
    people::PersonMatch,
};
use calbridge_wire::{
    CallError,
    salesforce::event::{DeleteEvents, UpdateEvent, UpdateEvents, Upserted, makes_a_series},
};

use super::{
    Slip, answer,
    portions::{Row, write},
};
use crate::{
    asking::Asked,
    crm::{Tied, Ties},
    org::{Org, VERSION},
};

/// A question and its answer.
type Question<Q, A> = Slip<Q, Result<A, Trouble>>;
/// Rows to write, and how each went.
type Writing<R, D> = Slip<R, Vec<Result<D, CallError>>>;

/// An Event to create under its key, or to change where it is there.
pub(crate) type Upsert = (SyncKey, EventFields);
/// An Event to change.
pub(crate) type Update = (RecordId, EventFields);

/// What was handed in and has not left.
#[derive(Debug, Default)]
pub(crate) struct Trays {
    pub(crate) questions: Questions,
    pub(crate) upserts: Vec<Writing<Upsert, Upserted>>,
    pub(crate) updates: Vec<Writing<Update, ()>>,
    pub(crate) deletes: Vec<Writing<RecordId, ()>>,
    pub(crate) relations: Vec<Slip<Ties, Vec<Tied>>>,
}

/// Questions of every kind, which are asked in one call.
#[derive(Debug, Default)]
pub(crate) struct Questions {
    pub(crate) keys: Vec<Question<Sought, Vec<KeyedEvent>>>,
    pub(crate) ids: Vec<Question<RecordId, Vec<KeyedEvent>>>,
    pub(crate) people: Vec<Question<Address, Vec<PersonMatch>>>,
    pub(crate) accounts: Vec<Question<RecordId, Related>>,
    pub(crate) users: Vec<Question<Address, Vec<Colleague>>>,
    pub(crate) relations: Vec<Question<RecordId, Vec<Relation>>>,
}

/// What leaves in one go.
#[derive(Debug)]
pub(super) enum Load {
    Questions(Questions),
    Upserts(Vec<Writing<Upsert, Upserted>>),
    Updates(Vec<Writing<Update, ()>>),
    Deletes(Vec<Writing<RecordId, ()>>),
    Relations(Vec<Slip<Ties, Vec<Tied>>>),
}

impl Trays {
    /// How much lies in the fullest tray.
    pub(super) fn fullest(&self) -> usize {
        let questions = self.questions.counts().into_iter().max().unwrap_or(0);
        let writes = count(&self.upserts).max(count(&self.updates)).max(count(&self.deletes));
        questions.max(writes).max(count(&self.relations))
    }

    /// Everything, ready to leave.
    pub(super) fn empty(&mut self) -> Vec<Load> {
        let Self { questions, upserts, updates, deletes, relations } = std::mem::take(self);
        let mut loads = Vec::new();
        if questions.counts() != [0; 6] {
            loads.push(Load::Questions(questions));
        }
        if !upserts.is_empty() {
            loads.push(Load::Upserts(upserts));
        }
        if !updates.is_empty() {
            loads.push(Load::Updates(updates));
        }
        if !deletes.is_empty() {
            loads.push(Load::Deletes(deletes));
        }
        if !relations.is_empty() {
            loads.push(Load::Relations(relations));
        }
        loads
    }
}

fn count<Q, A>(slips: &[Slip<Q, A>]) -> usize {
    slips.iter().map(|slip| slip.asked.len()).sum()
}

impl Load {
    /// Makes the calls and tells everybody how they went.
    pub(super) async fn carry(self, org: &Org) {
        match self {
            Self::Questions(questions) => questions.carry(org).await,
            Self::Upserts(slips) => carry_rows(org, slips).await,
            Self::Updates(slips) => carry_rows(org, slips).await,
            Self::Deletes(slips) => carry_rows(org, slips).await,
            Self::Relations(slips) => carry_relations(org, slips).await,
        }
    }
}

impl Questions {
    fn counts(&self) -> [usize; 6] {
        [
            count(&self.keys),
            count(&self.ids),
            count(&self.people),
            count(&self.accounts),
            count(&self.users),
            count(&self.relations),
        ]
    }

    async fn carry(self, org: &Org) {
        let asked = Asked {
            keys: all(&self.keys),
            ids: all(&self.ids),
            addresses: all(&self.people),
            accounts: all(&self.accounts),
            users: all(&self.users),
            related_to: all(&self.relations),
        };
        let told = org.ask(&asked).await;
        let is_of_keys = |event: &KeyedEvent, sought: &[Sought]| {
            sought.iter().any(|one| event.key.eq_ignore_ascii_case(one.key.as_str()))
        };
        share(self.keys, &told.by_key, is_of_keys);
        share(self.ids, &told.by_id, |event, ids| ids.contains(&event.event.id));
        share(self.people, &told.people, |person, addresses| addresses.contains(&person.address));
        share(self.users, &told.users, |user, addresses| addresses.contains(&user.address));
        share(self.relations, &told.relations, |relation, events| events.contains(&relation.event));
        let part = |slip: Question<RecordId, Related>| {
            let part = told.related.as_ref().map(|related| part_of(related, &slip.asked));
            (slip, part.map_err(Clone::clone))
        };
        answer(self.accounts.into_iter().map(part).collect());
    }
}

/// Everything that slips ask for, each thing once.
fn all<Q: Clone + Ord, A>(slips: &[Slip<Q, A>]) -> Vec<Q> {
    let each: BTreeSet<&Q> = slips.iter().flat_map(|slip| &slip.asked).collect();
    each.into_iter().cloned().collect()
}

/// Gives each session what it asked for.
fn share<Q, A: Clone>(
    slips: Vec<Question<Q, Vec<A>>>,
    told: &Result<Vec<A>, Trouble>,
    is_asked: impl Fn(&A, &[Q]) -> bool,
) {
    let part = |slip: Question<Q, Vec<A>>| {
        let part = match told {
            Ok(found) => Ok(found.iter().filter(|one| is_asked(one, &slip.asked)).cloned().collect()),
            Err(trouble) => Err(trouble.clone()),
        };
        (slip, part)
    };
    answer(slips.into_iter().map(part).collect());
}

/// What of the related records belongs to some Accounts.
fn part_of(related: &Related, accounts: &[RecordId]) -> Related {
    let mut part = related.clone();
    part.accounts.retain(|account| accounts.contains(&account.record));
    part.opportunities.retain(|one| one.account.as_ref().is_some_and(|account| accounts.contains(account)));
    part
}

/// Writes the rows of all sessions; each hears of its own.
async fn carry_rows<R: Row>(org: &Org, slips: Vec<Writing<R, R::Done>>) {
    let rows: Vec<R> = slips.iter().flat_map(|slip| slip.asked.iter().cloned()).collect();
    let mut told = write(org, &rows).await.into_iter();
    let part = |slip: Writing<R, R::Done>| {
        let part = told.by_ref().take(slip.asked.len()).collect();
        (slip, part)
    };
    answer(slips.into_iter().map(part).collect());
}

/// Writes the relations of all sessions' Events; each hears of its own.
async fn carry_relations(org: &Org, slips: Vec<Slip<Ties, Vec<Tied>>>) {
    let rows: Vec<Ties> = slips.iter().flat_map(|slip| slip.asked.iter().cloned()).collect();
    let mut told = org.tie(&rows).await.into_iter();
    let part = |slip: Slip<Ties, Vec<Tied>>| {
        let part = told.by_ref().take(slip.asked.len()).collect();
        (slip, part)
    };
    answer(slips.into_iter().map(part).collect());
}

impl Row for Upsert {
    type Done = Upserted;

    fn name(&self) -> &str {
        self.0.as_str()
    }

    fn goes_alone(&self) -> bool {
        makes_a_series(&self.1)
    }

    async fn send(org: &Org, rows: &[Self]) -> Result<Vec<Result<Upserted, CallError>>, CallError> {
        org.put(rows).await
    }
}

impl Row for Update {
    type Done = ();

    fn name(&self) -> &str {
        self.0.as_str()
    }

    fn goes_alone(&self) -> bool {
        makes_a_series(&self.1)
    }

    async fn send(org: &Org, rows: &[Self]) -> Result<Vec<Result<(), CallError>>, CallError> {
        let version = VERSION.to_owned();
        if let [(id, fields)] = rows {
            let (id, fields) = (id.clone(), fields.clone());
            let update = UpdateEvent { version, id, fields, unless_modified_since: None };
            return Ok(vec![org.call(&update).await]);
        }
        org.call(&UpdateEvents { version, rows: rows.to_vec() }).await
    }
}

impl Row for RecordId {
    type Done = ();

    fn name(&self) -> &str {
        self.as_str()
    }

    fn goes_alone(&self) -> bool {
        false
    }

    async fn send(org: &Org, rows: &[Self]) -> Result<Vec<Result<(), CallError>>, CallError> {
        org.call(&DeleteEvents { version: VERSION.to_owned(), ids: rows.to_vec() }).await
    }
}
