//! Pairs: what goes up, what goes down, and Events that go away. Each direction may fail by itself; what was written is
//! agreed on, what was not is tried again.

use std::collections::BTreeMap;

use calbridge_rules::{
    autosave::Past,
    cause::Cause,
    event::{Event, EventField, EventFields, FieldValue},
    id::{ItemId, RecordId},
    mapping,
    merge::{MergeConflict, Merged, is_two_way},
    status::Issue,
};

use super::{
    Done,
    chosen::{is_chosen, write_without},
    create::new_pair,
};
use crate::{
    decide::Together,
    fields::{item_fields, item_values, whole_item},
    mutant::mutant,
    observe::{Found, Observation},
    pair::Agreed,
    ports::{
        Attempt, Calendar, Crm, ForeseenClash, ItemChange, ItemOver, RefusedAttempt, SeenItem, Trouble, Write,
    },
    report::{Clash, Outcome, Saved},
    ruling::Held,
    session::Scope,
};

/// What is done with a pair.
#[derive(Debug)]
pub(super) enum Work {
    /// The Event was there already: the pair is kept.
    Adopt { event: Box<Event>, change: EventFields },
    /// Both sides are brought together.
    Merge(Box<Together>),
    /// The Event is deleted.
    Delete { event: Box<Event> },
    /// The Event stays as it is changed, and the pair is forgotten.
    Leave { event: Box<Event>, change: EventFields },
}

impl Work {
    pub(super) fn event(&self) -> &Event {
        match self {
            Self::Adopt { event, .. } | Self::Delete { event } | Self::Leave { event, .. } => event,
            Self::Merge(together) => &together.event,
        }
    }

    /// What is written on the Event.
    pub(super) fn change(&self) -> EventFields {
        match self {
            Self::Adopt { change, .. } | Self::Leave { change, .. } => change.clone(),
            Self::Merge(together) => written(together),
            Self::Delete { .. } => EventFields::new(),
        }
    }

    /// Takes fields out of what is written on the Event.
    pub(super) fn leave_out(&mut self, seen: &Observation, fields: &EventFields) {
        match self {
            Self::Adopt { change, .. } | Self::Leave { change, .. } => {
                change.retain(|field, _| !fields.contains_key(field));
            }
            Self::Merge(together) => {
                let before = seen.pair.as_ref().map(|pair| pair.agreed.clone()).unwrap_or_default();
                together.merge.leave_out(&before, fields);
            }
            Self::Delete { .. } => {}
        }
    }

    /// What stands where something is written, and what is written there; everything that stands where it is deleted
    /// (UNS-2).
    pub(super) fn overwrites(&self) -> Option<(RecordId, EventFields, EventFields)> {
        let event = self.event();
        match self {
            Self::Delete { .. } => Some((event.id.clone(), event.fields.clone(), EventFields::new())),
            Self::Adopt { .. } | Self::Merge(_) | Self::Leave { .. } => {
                let change = self.change();
                if change.is_empty() {
                    return None;
                }
                let stood = |field| event.fields.get(field).cloned().map(|value| (field.clone(), value));
                Some((event.id.clone(), change.keys().filter_map(stood).collect(), change))
            }
        }
    }

    /// Values that are about to lose.
    pub(super) fn clashes(&self, item: &ItemId) -> Vec<ForeseenClash> {
        match self {
            Self::Merge(together) => foreseen(item, &together.event.id, &together.merge),
            Self::Adopt { event, change } => {
                let clashes = overruled(event, change).into_iter();
                clashes.map(|clash| foreseen_clash(item, &event.id, &clash, clash.outlook.clone())).collect()
            }
            Self::Delete { .. } | Self::Leave { .. } => Vec::new(),
        }
    }
}

/// Values of an Event that give way to what somebody chose for its item before there was a pair: what was agreed on nobody
/// knows, so each of them may be somebody's edit (DWN-5).
fn overruled(event: &Event, change: &EventFields) -> Vec<MergeConflict> {
    let clash = |(field, value): (&EventField, &FieldValue)| {
        let stands = event.fields.get(field).filter(|stands| is_two_way(field) && !stands.is_empty())?;
        Some(MergeConflict {
            field: field.clone(),
            agreed: value.clone(),
            outlook: value.clone(),
            salesforce: stands.clone(),
        })
    };
    change.iter().filter_map(clash).collect()
}

/// Values that a merge of an item overwrites, each with the one that takes its place.
pub(crate) fn foreseen(item: &ItemId, event: &RecordId, merge: &Merged) -> Vec<ForeseenClash> {
    if mutant("clashes-unlisted") {
        return Vec::new();
    }
    let wins = |clash: &MergeConflict| merge.agreed.event.get(&clash.field).cloned();
    let foreseen =
        |clash: &MergeConflict| foreseen_clash(item, event, clash, wins(clash).unwrap_or(FieldValue::Empty));
    merge.conflicts.iter().map(foreseen).collect()
}

fn foreseen_clash(item: &ItemId, event: &RecordId, clash: &MergeConflict, wins: FieldValue) -> ForeseenClash {
    ForeseenClash { item: item.clone(), event: event.clone(), clash: clash.clone(), wins }
}

impl Work {
    /// The Event that is deleted, if one is.
    pub(super) fn deleted(&self) -> Option<&RecordId> {
        match self {
            Self::Delete { event } => Some(&event.id),
            Self::Adopt { .. } | Self::Merge(_) | Self::Leave { .. } => None,
        }
    }

    /// What is written in Salesforce, if anything is.
    pub(super) fn attempt(&self, item: &ItemId) -> Option<Attempt> {
        let (event, stands) = (self.event().id.clone(), self.event().fields.clone());
        let write = match self {
            Self::Delete { .. } => Some(Write::Delete { event, stands }),
            Self::Adopt { .. } | Self::Merge(_) | Self::Leave { .. } => {
                let change = self.change();
                (!change.is_empty()).then_some(Write::Change { event, stands, change })
            }
        };
        write.map(|write| Attempt { item: item.clone(), write })
    }

    /// What the item says where something is written on it, and what is written there.
    pub(super) fn item_over(&self, scope: &Scope<'_>, seen: &Observation) -> Option<ItemOver> {
        let Self::Merge(together) = self else { return None };
        let down = &together.merge.to_outlook;
        if down.is_empty() || is_held(together) {
            return None;
        }
        let mut before = whole_item(&seen.item.as_ref()?.item, &scope.settings.shared);
        before.retain(|field, _| down.contains_key(field));
        let event = together.event.id.clone();
        Some(ItemOver { item: seen.id.clone(), event, before, after: down.clone() })
    }
}

/// What a merge writes on the Event.
fn written(together: &Together) -> EventFields {
    let merge = &together.merge;
    let mut change = mapping::changed(&merge.to_salesforce, &together.event.fields);
    // The key has no like among the fields that are compared; a head line that is refreshed is none either.
    for field in [EventField::SyncKey, EventField::Description] {
        if let Some(value) = merge.to_salesforce.get(&field) {
            change.insert(field, value.clone());
        }
    }
    change
}

/// How a write went.
pub(super) type Went = Result<(), Trouble>;

/// Does all of it; one outcome for each.
pub(super) async fn work(
    scope: &Scope<'_>,
    seen: &Found,
    mut works: Vec<(usize, Work)>,
    resting: &BTreeMap<usize, Issue>,
    calendar: &impl Calendar,
    crm: &impl Crm,
    done: &mut Done,
) -> Vec<(usize, Outcome)> {
    let mut ups = write_up(&works, resting, crm).await;
    let mut left = write_without(seen, &mut works, &mut ups, resting, crm, done).await;
    let downs = write_down(seen, &works, calendar).await;
    let mut outcomes = Vec::with_capacity(works.len());
    for (turn, (((place, work), up), down)) in works.into_iter().zip(ups).zip(downs).enumerate() {
        let one = &seen.items[place];
        let left = left.remove(&turn);
        if let (Err(Trouble::Refused(issue)), None) = (&up, resting.get(&place)) {
            let refused = |attempt| RefusedAttempt { attempt, issue: issue.clone() };
            done.refused.extend(work.attempt(&one.id).map(refused));
        }
        let outcome = match work {
            Work::Adopt { event, change } => adopted(scope, one, (&event, &change), (up, left), done),
            Work::Merge(together) => merged(scope, one, &together, (up, left), down, done),
            Work::Delete { event } => match up {
                Ok(()) | Err(Trouble::Gone) => Outcome::Removed { event: event.id },
                Err(trouble) => done.failed(trouble),
            },
            Work::Leave { event, .. } => match up {
                Ok(()) | Err(Trouble::Gone) => Outcome::Released { event: event.id, past: Past::TakenBack },
                Err(trouble) => done.failed(trouble),
            },
        };
        outcomes.push((place, outcome));
    }
    outcomes
}

/// Writes and deletes in Salesforce; one answer for each. What rests is answered as it was before.
async fn write_up(works: &[(usize, Work)], resting: &BTreeMap<usize, Issue>, crm: &impl Crm) -> Vec<Went> {
    let mut went: Vec<Went> = vec![Ok(()); works.len()];
    let mut rows: Vec<(usize, (RecordId, EventFields))> = Vec::new();
    let mut deletions: Vec<(usize, RecordId)> = Vec::new();
    for (place, (observed, work)) in works.iter().enumerate() {
        if let Some(issue) = resting.get(observed) {
            went[place] = Err(Trouble::Refused(issue.clone()));
            continue;
        }
        match work {
            Work::Delete { event } => deletions.push((place, event.id.clone())),
            Work::Adopt { .. } | Work::Merge(_) | Work::Leave { .. } => {
                let change = work.change();
                if !change.is_empty() {
                    rows.push((place, (work.event().id.clone(), change)));
                }
            }
        }
    }
    if !rows.is_empty() {
        let (places, rows): (Vec<usize>, Vec<_>) = rows.into_iter().unzip();
        for (place, answer) in places.into_iter().zip(crm.update(&rows).await) {
            went[place] = answer;
        }
    }
    if !deletions.is_empty() {
        let (places, ids): (Vec<usize>, Vec<_>) = deletions.into_iter().unzip();
        for (place, answer) in places.into_iter().zip(crm.delete(&ids).await) {
            went[place] = answer;
        }
    }
    went
}

/// Writes on items; one answer for each. What would mail people and nobody approved is not written.
async fn write_down(seen: &Found, works: &[(usize, Work)], calendar: &impl Calendar) -> Vec<Went> {
    let mut went: Vec<Went> = vec![Ok(()); works.len()];
    let mut changes: Vec<(usize, ItemChange)> = Vec::new();
    for (place, (observed, work)) in works.iter().enumerate() {
        let Work::Merge(together) = work else { continue };
        let Some(item) = &seen.items[*observed].item else { continue };
        if together.merge.to_outlook.is_empty() || is_held(together) {
            continue;
        }
        let values = item_values(&together.merge.to_outlook, &together.event.fields, &item.item);
        changes.push((place, ItemChange { id: item.id.clone(), etag: item.etag.clone(), values }));
    }
    if !changes.is_empty() {
        let (places, changes): (Vec<usize>, Vec<_>) = changes.into_iter().unzip();
        for (place, answer) in places.into_iter().zip(calendar.change(&changes).await) {
            went[place] = answer;
        }
    }
    went
}

fn is_held(together: &Together) -> bool {
    !together.held_for.is_empty() && !mutant("mail-without-hold")
}

/// A pair that is new: the Event stands as it stands, with what was written over it.
fn adopted(
    scope: &Scope<'_>,
    seen: &Observation,
    (event, change): (&Event, &EventFields),
    (up, left): (Went, Option<Issue>),
    done: &mut Done,
) -> Outcome {
    let (written, clashes, issue) = match up {
        Ok(()) => (change.clone(), Clash::all_of(&event.id, overruled(event, change)), left),
        // The pair stands, only this change does not.
        Err(Trouble::Refused(issue)) => (EventFields::new(), Vec::new(), Some(issue)),
        Err(trouble) => return done.failed(trouble),
    };
    let mut stands = event.fields.clone();
    stands.extend(written);
    let is_asked_again = issue.is_some() && is_chosen(seen);
    let pair = new_pair(scope, seen, event.id.clone(), stands);
    Outcome::Saved(Box::new(Saved { clashes, issue, is_asked_again, ..pair }))
}

fn merged(
    scope: &Scope<'_>,
    seen: &Observation,
    together: &Together,
    (up, left): (Went, Option<Issue>),
    down: Went,
    done: &mut Done,
) -> Outcome {
    let Some(pair) = &seen.pair else { return Outcome::Deferred };
    let merge = &together.merge;
    let mut saved = Saved {
        event: together.event.id.clone(),
        key: pair.key.clone(),
        origin: pair.origin,
        is_by_hand: seen.is_by_hand(),
        holding: pair.holding,
        agreed: Agreed::default(),
        clashes: Clash::all_of(&together.event.id, merge.conflicts.clone()),
        held: None,
        is_asked_again: (left.is_some() || matches!(up, Err(Trouble::Refused(_)))) && is_chosen(seen),
        issue: left,
        is_unfinished: false,
    };
    if is_held(together) {
        saved.held = Some(Held::Change(merge.to_outlook.clone()));
        saved.issue = Some(Cause::Held { people: together.held_for.len() }.issue());
    }
    let mut wrote = |went: Went, saved: &mut Saved| match went {
        Ok(()) => true,
        Err(Trouble::Refused(issue)) => {
            saved.issue = Some(issue);
            false
        }
        Err(trouble) => {
            done.put_off(trouble);
            saved.is_unfinished = !mutant("unfinished-forgotten");
            mutant("agree-without-write")
        }
    };
    let is_up_written = wrote(up, &mut saved);
    let is_down_written = wrote(down, &mut saved) && !is_held(together);
    if !is_up_written || mutant("clashes-unlisted") {
        // What did not win has won nothing yet.
        saved.clashes.clear();
    }
    // What was chosen is known from the request alone, which is asked again as it stands.
    if saved.is_unfinished && seen.wish.is_some() {
        return Outcome::Deferred;
    }
    saved.agreed = merge.agreed_after(&pair.agreed, is_up_written, is_down_written);
    if is_down_written && let Some(item) = &seen.item {
        take_reading(scope, &mut saved.agreed, together, item);
    }
    Outcome::Saved(Box::new(saved))
}

/// What the item says once it is written: it may say the same in other words than the Event.
fn take_reading(scope: &Scope<'_>, agreed: &mut Agreed, together: &Together, item: &SeenItem) {
    let down = &together.merge.to_outlook;
    let mut written = item.item.clone();
    item_values(down, &together.event.fields, &item.item).write_to(&mut written);
    let says = item_fields(&written, &scope.settings.shared);
    for (field, value) in says.iter().filter(|(field, _)| down.contains_key(*field)) {
        agreed.item.insert(field.clone(), value.clone());
    }
}
