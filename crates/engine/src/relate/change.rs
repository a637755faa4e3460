//! From the relations that an Event is to have, those it has, and those that sync wrote, to what is written now.

use std::collections::BTreeMap;

use calbridge_rules::{
    id::RecordId,
    invitees::{Invitees, invitee_change},
    relations::Relations,
};

use super::Kept;
use crate::ports::{Relation, Tie, Tying};

/// What is asked of an Event's relations.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted<'a> {
    /// What they are to be.
    pub(super) relations: &'a Relations,
    /// Who stands first in Name.
    pub(super) who: Option<&'a RecordId>,
    /// What sync wrote before; nothing at the first save.
    pub(super) kept: Option<&'a Kept>,
    /// Whether the links were chosen now: else they stay as people left them in Salesforce.
    pub(super) are_links_chosen: bool,
    /// Whether invitees follow the meeting (PPL-6).
    pub(super) continuous_attendees: bool,
}

/// What is to be written.
pub(super) fn change(wanted: Wanted<'_>, stands: &[&Relation]) -> Vec<Tying> {
    let mut ties: BTreeMap<&RecordId, Tie> = stands.iter().map(|row| (&row.record, row.tie)).collect();
    let invited: Invitees =
        stands.iter().filter_map(|row| Some((row.record.clone(), row.tie.invited?))).collect();
    let none = Invitees::new();
    let ours = wanted.kept.map_or(&none, |kept| &kept.invitees);
    let follows = wanted.kept.is_none() || wanted.continuous_attendees;
    let invitees = invitee_change(&wanted.relations.invitees, &invited, ours, follows);
    for (record, status) in invitees.add.iter().chain(invitees.update.iter()) {
        ties.entry(record).or_default().invited = Some(*status);
    }
    for record in &invitees.remove {
        ties.entry(record).or_default().invited = None;
    }
    let is_linking = wanted.kept.is_none() || wanted.are_links_chosen;
    let people = wanted.kept.map_or(&[][..], |kept| &kept.people);
    let stays = |record: &RecordId| wanted.who == Some(record) || wanted.relations.people.contains(record);
    for record in people.iter().filter(|record| is_linking && !stays(record)) {
        ties.entry(record).or_default().is_named = false;
    }
    for record in wanted.relations.people.iter().filter(|_| is_linking) {
        ties.entry(record).or_default().is_named = true;
    }
    let mut writes: Vec<Tying> =
        ties.into_iter().filter_map(|(record, tie)| written(record, tie, stands)).collect();
    if is_linking {
        let records = wanted.kept.map_or(&[][..], |kept| &kept.records);
        let linked = &wanted.relations.records;
        let gone = records.iter().filter(|record| !linked.contains(record));
        writes.extend(gone.cloned().map(Tying::Unlink));
        let new = linked.iter().filter(|record| !records.contains(record));
        writes.extend(new.cloned().map(Tying::Link));
    }
    writes
}

fn written(record: &RecordId, tie: Tie, stands: &[&Relation]) -> Option<Tying> {
    let is_nothing = tie == Tie::default();
    match stands.iter().find(|row| row.record == *record) {
        Some(row) if row.tie == tie => None,
        Some(row) if is_nothing => Some(Tying::Remove { id: row.id.clone() }),
        Some(row) => Some(Tying::Change { id: row.id.clone(), tie }),
        None if is_nothing => None,
        None => Some(Tying::Add { record: record.clone(), tie }),
    }
}

#[cfg(test)]
mod tests;
