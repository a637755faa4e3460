//! Whom and what a saved Event is related to beside its two links: further people and records (PIC-3), invitees and what
//! they answered (PPL-4, PPL-6, DWN-3). Written after the Events themselves; what is refused of it leaves the pair as it is,
//! is told, and rests.

mod change;
mod kept;
mod part;
mod row;

use std::collections::{BTreeMap, BTreeSet};

use calbridge_rules::{
    event::{EventField, FieldValue},
    id::{Address, ItemId, RecordId},
    invitees::{Colleague, InviteeStatus},
    item::{Attendee, ItemSeat, Role},
    people::{PersonMatch, addresses_to_match, participants},
    relations::{self, Abilities, Situation},
    saving::Choice,
};

use crate::{
    observe::{EventSeen, Found, Observation},
    perform::Done,
    ports::{
        Action, Attempt, Crm, Foresight, Ledger, Relation, Relations, SeenItem, Source, Tie, TiesOver,
        Trouble, Tying,
    },
    report::{Outcome, Saved},
    session::Scope,
};
use change::{Wanted, change};
pub(crate) use kept::answers;
pub use kept::{Answers, Kept, Missing};
pub(crate) use part::part;
use row::{Row, remind};

/// An item whose Event's relations are looked at.
struct Due<'s> {
    seen: &'s Observation,
    what: What<'s>,
    kept: Option<Kept>,
}

/// What is looked at.
enum What<'s> {
    /// All relations of this user's Event.
    Own { item: &'s SeenItem, event: Standing },
    /// The user's own answer in somebody else's Event (DWN-3).
    Answer { event: RecordId, answer: InviteeStatus, item: Option<&'s SeenItem> },
}

/// An Event as far as its relations hang on it.
struct Standing {
    id: RecordId,
    who: Option<RecordId>,
    is_private: bool,
}

/// What Salesforce says of all that is due.
struct Known {
    abilities: Abilities,
    people: Vec<PersonMatch>,
    colleagues: Vec<Colleague>,
    relations: Vec<Relation>,
}

/// Brings the relations of what was saved up to date; answers what the ledger is to keep of them. An item whose relations
/// could not be written is unfinished; what the org refused is told until it stands.
pub(crate) async fn relate(
    scope: &Scope<'_>,
    seen: &Found,
    done: &mut Done,
    crm: &(impl Crm + Relations),
    ledger: &impl Ledger,
) -> Result<Vec<(ItemId, Kept)>, Trouble> {
    let due = due(scope, seen, done, ledger).await?;
    if due.is_empty() {
        return Ok(Vec::new());
    }
    let known = if done.stopped.is_some() { None } else { Some(ask(scope, &due, crm).await) };
    let known = match known {
        Some(Ok(known)) => known,
        Some(Err(trouble)) => {
            for one in &due {
                unfinished(done, &one.seen.id);
                remind(done, &one.seen.id, one.kept.as_ref());
            }
            done.put_off(trouble);
            return Ok(Vec::new());
        }
        None => {
            for one in &due {
                remind(done, &one.seen.id, one.kept.as_ref());
            }
            return Ok(Vec::new());
        }
    };
    let mut keep: Vec<(ItemId, Kept)> = Vec::new();
    let mut rows: Vec<Row> = Vec::new();
    for one in due {
        let row = written(scope, one, &known);
        if row.ties.is_empty() {
            // Of a pair that is forgotten nothing is kept.
            keep.extend(saved_of(done, &row.item).is_some().then_some((row.item, row.kept)));
        } else {
            rows.push(row);
        }
    }
    let rows = unrested(scope, rows, done, ledger, &mut keep).await?;
    let ties: Vec<TiesOver> = rows.iter().filter_map(Row::over).collect();
    if !ties.is_empty() {
        ledger.foresee(&Foresight { ties, ..Foresight::default() }, scope.now).await?;
    }
    let writes: Vec<(RecordId, Vec<Tying>)> =
        rows.iter().map(|row| (row.event.clone(), row.ties.clone())).collect();
    let answers = if rows.is_empty() { Vec::new() } else { crm.relate(&writes).await };
    for (row, answer) in rows.into_iter().zip(answers) {
        keep.extend(row.went(answer, done));
    }
    Ok(keep)
}

/// Rows that are written now; what rests is told as before.
async fn unrested(
    scope: &Scope<'_>,
    rows: Vec<Row>,
    done: &mut Done,
    ledger: &impl Ledger,
    keep: &mut Vec<(ItemId, Kept)>,
) -> Result<Vec<Row>, Trouble> {
    if rows.is_empty() {
        return Ok(rows);
    }
    let attempts: Vec<Attempt> = rows.iter().map(Row::attempt).collect();
    let said = ledger.resting(&attempts, scope.now).await?;
    let mut due = Vec::with_capacity(rows.len());
    for (row, said) in rows.into_iter().zip(said) {
        match said {
            Some(issue) => {
                let all = row.all(&issue);
                keep.extend(row.refused(&all, done));
            }
            None => due.push(row),
        }
    }
    Ok(due)
}

/// What is to be looked at: what was saved first, what was chosen anew, and where somebody answered otherwise.
async fn due<'s>(
    scope: &Scope<'_>,
    seen: &'s Found,
    done: &Done,
    ledger: &impl Ledger,
) -> Result<Vec<Due<'s>>, Trouble> {
    let observed: BTreeMap<&ItemId, &Observation> = seen.items.iter().map(|one| (&one.id, one)).collect();
    let mut whats: Vec<(&'s Observation, What<'s>)> = Vec::new();
    for entry in &done.entries {
        let Some(&one) = observed.get(&entry.item) else { continue };
        if let Some(what) = what(scope, one, &entry.outcome) {
            whats.push((one, what));
        }
    }
    if whats.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<ItemId> = whats.iter().map(|(one, _)| one.id.clone()).collect();
    let mut kept: BTreeMap<ItemId, Kept> = ledger.related(&ids).await?.into_iter().collect();
    let due = whats.into_iter().filter_map(|(seen, what)| {
        let kept = kept.remove(&seen.id).filter(|kept| kept.event == *what.event());
        let is_due = match (&what, &kept) {
            (_, Some(kept)) if kept.missing.is_some() => true,
            (What::Own { .. }, None) => true,
            (What::Own { item, .. }, Some(kept)) => {
                is_chosen(seen)
                    || kept.is_outdated_by(item, scope.mailbox, scope.settings.people.continuous_attendees)
            }
            (What::Answer { answer, .. }, kept) => {
                let told = kept.as_ref().and_then(|kept| kept.answers.get(scope.mailbox));
                told != Some(answer)
            }
        };
        is_due.then_some(Due { seen, what, kept })
    });
    Ok(due.collect())
}

/// What of an Event is this user's to say.
fn what<'s>(scope: &Scope<'_>, seen: &'s Observation, outcome: &Outcome) -> Option<What<'s>> {
    match (outcome, &seen.item) {
        (Outcome::Saved(saved), Some(item)) if scope.owns(&saved.agreed.event) => {
            Some(What::Own { item, event: standing(saved) })
        }
        (Outcome::Saved(saved), Some(item)) => {
            let answer = relations::own_answer(item.response)?;
            Some(What::Answer { event: saved.event.clone(), answer, item: Some(item) })
        }
        // Who deletes a colleague's meeting does not come.
        (Outcome::Released { event, .. }, None) => match &seen.event {
            EventSeen::One(stands) if !scope.owns(&stands.fields) => {
                Some(What::Answer { event: event.clone(), answer: InviteeStatus::Declined, item: None })
            }
            EventSeen::One(_) | EventSeen::Absent | EventSeen::Deleted(_) | EventSeen::Several(_) => None,
        },
        (
            Outcome::Saved(_)
            | Outcome::Released { .. }
            | Outcome::Refused(_)
            | Outcome::Waiting(_)
            | Outcome::Lost(_)
            | Outcome::Withdrawn
            | Outcome::Removed { .. }
            | Outcome::Skipped(_)
            | Outcome::Unasked
            | Outcome::Deferred,
            _,
        ) => None,
    }
}

fn standing(saved: &Saved) -> Standing {
    let fields = &saved.agreed.event;
    let who = match fields.get(&EventField::Who) {
        Some(FieldValue::Record(who)) => Some(who.clone()),
        Some(_) | None => None,
    };
    let is_private = fields.get(&EventField::IsPrivate) == Some(&FieldValue::Flag(true));
    Standing { id: saved.event.clone(), who, is_private }
}

/// Whether the user chose the links now (SAV-11).
fn is_chosen(seen: &Observation) -> bool {
    let chosen = |wish: &crate::observe::Wish| wish.source == Source::Pane && wish.action == Action::Save;
    seen.wish.as_ref().is_some_and(chosen)
}

impl What<'_> {
    fn event(&self) -> &RecordId {
        match self {
            Self::Own { event, .. } => &event.id,
            Self::Answer { event, .. } => event,
        }
    }
}

/// One question of each kind for all that is due, and none that no item needs.
async fn ask(scope: &Scope<'_>, due: &[Due<'_>], crm: &(impl Crm + Relations)) -> Result<Known, Trouble> {
    let mut people: Vec<PersonMatch> = Vec::new();
    let mut unknown: BTreeSet<Address> = BTreeSet::new();
    let mut colleagues: BTreeSet<Address> = BTreeSet::new();
    let mut abilities = Abilities::default();
    for (one, item) in due.iter().filter_map(Due::own) {
        abilities.several_people |= item.item.is_meeting() || is_chosen(one.seen);
        abilities.several_records |= scope.settings.shared.multi_link && has_further_records(one);
        match &one.seen.wish {
            // The people of what was asked to be saved are known already.
            Some(wish) if wish.action == Action::Save => people.extend(one.seen.people.iter().cloned()),
            Some(_) | None => {
                unknown.extend(addresses_to_match(&item.item, scope.mailbox, &scope.settings.shared));
            }
        }
        if item.is_organizer {
            colleagues.extend(internal(scope, &item.item.attendees));
        }
    }
    let asked = |set: BTreeSet<Address>| set.into_iter().collect::<Vec<_>>();
    if !unknown.is_empty() {
        people.extend(crm.people(&asked(unknown)).await?);
    }
    let colleagues = if colleagues.is_empty() { Vec::new() } else { crm.users(&asked(colleagues)).await? };
    abilities.several_people = abilities.several_people && crm.several_people().await?;
    abilities.several_records = abilities.several_records && crm.several_records().await?;
    let needs_relations = |one: &&Due<'_>| match &one.what {
        What::Own { item, .. } => item.item.is_meeting() || one.kept.is_some(),
        What::Answer { .. } => true,
    };
    let events: Vec<RecordId> =
        due.iter().filter(needs_relations).map(|one| one.what.event().clone()).collect();
    let relations = if events.is_empty() { Vec::new() } else { crm.relations(&events).await? };
    Ok(Known { abilities, people, colleagues, relations })
}

impl<'s> Due<'s> {
    /// The item of this user's own Event.
    fn own(&self) -> Option<(&Self, &'s SeenItem)> {
        match self.what {
            What::Own { item, .. } => Some((self, item)),
            What::Answer { .. } => None,
        }
    }
}

/// Whether records beside the first were chosen, now or before.
fn has_further_records(due: &Due<'_>) -> bool {
    let chosen = due.seen.wish.as_ref().is_some_and(|wish| !wish.choice.also_what.is_empty());
    let missing = due.kept.iter().flat_map(|kept| &kept.missing).any(|missing| !missing.records.is_empty());
    chosen || missing || due.kept.as_ref().is_some_and(|kept| !kept.records.is_empty())
}

fn internal<'a>(scope: &'a Scope<'_>, attendees: &'a [Attendee]) -> impl Iterator<Item = Address> + 'a {
    let people = attendees.iter().filter(|attendee| attendee.role != Role::Resource);
    people
        .filter_map(|attendee| attendee.person.address.clone())
        .filter(|address| scope.settings.shared.is_internal(address) && address != scope.mailbox)
}

/// What is written for one item, and what is kept of it once it was.
fn written(scope: &Scope<'_>, due: Due<'_>, known: &Known) -> Row {
    let event = due.what.event().clone();
    let of_event = known.relations.iter().filter(|row| row.event == event);
    let stands: Vec<Relation> = of_event.cloned().collect();
    let rows: Vec<&Relation> = stands.iter().collect();
    let (ties, kept) = match &due.what {
        What::Answer { answer, item, .. } => {
            let answers = item.map(|item| answers(item, scope.mailbox)).unwrap_or_default();
            let kept = Kept {
                event: event.clone(),
                people: Vec::new(),
                records: Vec::new(),
                invitees: calbridge_rules::invitees::Invitees::new(),
                answers,
                missing: None,
            };
            (own_answer(scope, *answer, &rows), kept)
        }
        What::Own { item, event } => own(scope, &due, (item, event), known, &rows),
    };
    let is_new = due.seen.event == EventSeen::Absent;
    Row { item: due.seen.id.clone(), event, is_new, ties, stands, kept, before: due.kept }
}

/// All relations of this user's Event. What the org refused of them before is wanted as it was then, unless somebody chose
/// the links anew.
fn own(
    scope: &Scope<'_>,
    due: &Due<'_>,
    (item, event): (&SeenItem, &Standing),
    known: &Known,
    stands: &[&Relation],
) -> (Vec<Tying>, Kept) {
    let choice = due.seen.wish.as_ref().map(|wish| wish.choice.clone()).unwrap_or_default();
    let mut relations = wanted(scope, item, event, &choice, known);
    let is_chosen = is_chosen(due.seen);
    let missing = due.kept.as_ref().and_then(|kept| kept.missing.as_ref());
    if let Some(missing) = missing.filter(|_| !is_chosen) {
        let further = missing.people.iter().filter(|person| Some(*person) != event.who.as_ref());
        relations.people = further.cloned().collect();
        relations.records.clone_from(&missing.records);
    }
    let are_links_chosen = is_chosen || missing.is_some();
    let writes = change(
        Wanted {
            relations: &relations,
            who: event.who.as_ref(),
            kept: due.kept.as_ref(),
            are_links_chosen,
            continuous_attendees: scope.settings.people.continuous_attendees || missing.is_some(),
        },
        stands,
    );
    let (people, records) = match &due.kept {
        Some(kept) if !are_links_chosen => (kept.people.clone(), kept.records.clone()),
        Some(_) | None => {
            let people = event.who.iter().chain(&relations.people).cloned().collect();
            (people, relations.records.clone())
        }
    };
    let (event, answers) = (event.id.clone(), answers(item, scope.mailbox));
    (writes, Kept { event, people, records, invitees: relations.invitees, answers, missing: None })
}

fn wanted(
    scope: &Scope<'_>,
    item: &SeenItem,
    event: &Standing,
    choice: &Choice,
    known: &Known,
) -> relations::Relations {
    let people = participants(&item.item, scope.mailbox, &scope.settings.shared, &known.people);
    relations::relations(&Situation {
        item: &item.item,
        seat: if item.is_organizer { ItemSeat::Own } else { ItemSeat::Attendee },
        participants: &people,
        colleagues: &known.colleagues,
        who: event.who.as_ref(),
        is_private: event.is_private,
        choice,
        abilities: known.abilities,
    })
}

/// Only who is invited can answer.
fn own_answer(scope: &Scope<'_>, answer: InviteeStatus, stands: &[&Relation]) -> Vec<Tying> {
    let own = stands.iter().filter(|row| row.record == *scope.owner);
    let differs = own.filter(|row| row.tie.invited.is_some_and(|stands| stands != answer));
    differs
        .map(|row| Tying::Change { id: row.id.clone(), tie: Tie { invited: Some(answer), ..row.tie } })
        .collect()
}

/// The next session looks at the item again; a pair is forgotten only once its user's answer was told.
fn unfinished(done: &mut Done, item: &ItemId) {
    match saved_of(done, item) {
        Some(saved) => saved.is_unfinished = true,
        None => {
            if let Some(entry) = done.entries.iter_mut().find(|entry| entry.item == *item) {
                entry.outcome = Outcome::Deferred;
            }
        }
    }
}

fn saved_of<'d>(done: &'d mut Done, item: &ItemId) -> Option<&'d mut Saved> {
    let entry = done.entries.iter_mut().find(|entry| entry.item == *item)?;
    match &mut entry.outcome {
        Outcome::Saved(saved) => Some(saved),
        Outcome::Refused(_)
        | Outcome::Waiting(_)
        | Outcome::Lost(_)
        | Outcome::Withdrawn
        | Outcome::Removed { .. }
        | Outcome::Released { .. }
        | Outcome::Skipped(_)
        | Outcome::Unasked
        | Outcome::Deferred => None,
    }
}
