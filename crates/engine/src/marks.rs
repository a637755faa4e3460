//! What a session leaves on the items for the eye: categories and pointers. What became of the items is kept already, and so
//! is which of them lack their marks, so that whatever fails here costs nothing but another try.

mod dates;

use std::collections::BTreeMap;

use calbridge_rules::{
    category::{self, Mark, UNSYNC, marked},
    id::{ItemId, RecordId},
    status::Issue,
};

use crate::{
    mutant::mutant,
    observe::Found,
    perform::Done,
    ports::{Action, Calendar, Given, Ledger, Marking, Pointer, SeenItem, Source, Trouble},
    report::{Entry, Outcome, SessionError},
    session::Scope,
};

pub(crate) use dates::clear_dates;

/// How often one session tries to mark an item that somebody else changes meanwhile.
const MARK_TRIES: usize = 2;

/// An item and what it is to carry.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    item: SeenItem,
    mark: Mark,
    pointer: Option<Pointer>,
    /// Whether it was pressed to be saved: the wish for its removal that stood before goes (CAT-2).
    is_pressed: bool,
    /// Whether its pair was brought up to date: those are known by their pairs until they are marked.
    is_saved: bool,
    /// Whether the session's record says that the item carries its marks.
    is_recorded: bool,
}

/// What the items of a session are to carry.
pub(crate) fn wanted(seen: &Found, done: &Done, entries: &[Entry]) -> Vec<Wanted> {
    let here = seen.items.iter().filter_map(|one| one.item.as_ref());
    let made = done.brought.iter().map(|(item, _)| item);
    let pairs: BTreeMap<&ItemId, &RecordId> =
        seen.items.iter().filter_map(|one| one.pair.as_ref().map(|pair| (&one.id, &pair.event))).collect();
    let items: BTreeMap<&ItemId, &SeenItem> = here.chain(made).map(|item| (&item.id, item)).collect();
    let of_entry = |entry: &Entry| {
        let item = (*items.get(&entry.item)?).clone();
        let (mark, pointer) = marks_of(&entry.outcome, pairs.get(&entry.item).copied())?;
        let is_saved = matches!(entry.outcome, Outcome::Saved(_));
        let wanted =
            Wanted { item, mark, pointer, is_pressed: is_pressed(entry), is_saved, is_recorded: false };
        Some(Wanted { is_recorded: is_saved && wanted.is_carried(), ..wanted })
    };
    let unmarked = seen.unmarked.iter().map(|(item, pair)| Wanted {
        item: item.clone(),
        mark: mark_of_pair(pair.issue.as_ref()),
        pointer: Some(Pointer::Saved(pair.event.clone())),
        is_pressed: false,
        is_saved: true,
        is_recorded: false,
    });
    entries.iter().filter_map(of_entry).chain(unmarked).collect()
}

/// Whether somebody pressed Save in the pane.
fn is_pressed(entry: &Entry) -> bool {
    entry.source == Some(Source::Pane) && entry.action == Action::Save
}

/// Keeps presses of Save that overrule a wish for removal on their items until that wish is gone: should it not be taken away
/// now, the next session would take it for the later one.
pub(crate) fn overrule(seen: &Found, done: &mut Done) {
    let asks_for_removal = |item: &ItemId| {
        let here = seen.items.iter().find(|one| one.id == *item).and_then(|one| one.item.as_ref());
        here.is_some_and(|item| item.item.categories.iter().any(|name| name == UNSYNC))
    };
    let mut is_left = false;
    for entry in done.entries.iter_mut().filter(|entry| is_pressed(entry)) {
        let is_overruled = asks_for_removal(&entry.item);
        if let Outcome::Saved(saved) = &mut entry.outcome
            && is_overruled
        {
            saved.is_asked_again = true;
            is_left = true;
        }
    }
    if is_left {
        done.again.get_or_insert_default();
    }
}

/// Items that no pair would bring up again should they not be marked now.
pub(crate) fn unmarked(wanted: &[Wanted]) -> Vec<ItemId> {
    let lacking = wanted.iter().filter(|one| !one.is_saved && !one.is_carried());
    lacking.map(|one| one.item.id.clone()).collect()
}

/// Items of pairs of which the record can say that they carry their marks.
pub(crate) fn carried(wanted: &[Wanted]) -> Vec<ItemId> {
    wanted.iter().filter(|one| one.is_recorded).map(|one| one.item.id.clone()).collect()
}

/// Writes categories and pointers; answers how many items still lack theirs.
pub(crate) async fn mark(
    scope: &Scope<'_>,
    mut wanted: Vec<Wanted>,
    calendar: &impl Calendar,
    ledger: &impl Ledger,
) -> Result<usize, SessionError> {
    let mut settled: Vec<Wanted> = Vec::new();
    let mut lacking = 0;
    wanted.retain(|one| !one.is_recorded);
    for round in 1..=MARK_TRIES {
        let (there, due): (Vec<_>, Vec<_>) = wanted.into_iter().partition(Wanted::is_carried);
        settled.extend(there);
        let marks: Vec<Marking> = due.iter().map(Wanted::marking).collect();
        let answers = if marks.is_empty() { Vec::new() } else { calendar.mark(&marks, scope.now).await };
        let mut stale = Vec::new();
        for (one, answer) in due.into_iter().zip(answers) {
            match answer {
                Err(_) if mutant("marks-forgotten") => settled.push(one),
                // An item that is gone needs no marks.
                Ok(()) | Err(Trouble::Gone) => settled.push(one),
                Err(Trouble::Stale) => stale.push(one),
                Err(trouble) => {
                    tracing::warn!(item = %one.item.id, %trouble, "an item could not be marked");
                    lacking += 1;
                }
            }
        }
        if stale.is_empty() || round == MARK_TRIES {
            lacking += stale.len();
            break;
        }
        wanted = reread(calendar, stale).await;
    }
    let (saved, others): (Vec<_>, Vec<_>) = settled.into_iter().partition(|one| one.is_saved);
    if !saved.is_empty() || !others.is_empty() {
        let ids = |marked: Vec<Wanted>| marked.into_iter().map(|one| one.item.id).collect::<Vec<_>>();
        ledger.marked(&ids(saved), &ids(others)).await?;
    }
    Ok(lacking)
}

/// Reads items again that changed under our hands; those that cannot be read stay unmarked.
async fn reread(calendar: &impl Calendar, stale: Vec<Wanted>) -> Vec<Wanted> {
    let ids: Vec<Given> = stale.iter().map(|one| Given::immutable(one.item.id.clone())).collect();
    let fresh = calendar.read(&ids).await;
    let read = stale.into_iter().zip(fresh);
    read.filter_map(|(one, answer)| answer.ok().map(|item| Wanted { item, ..one })).collect()
}

/// What an outcome writes on its item. A pair that cannot be brought up to date still has its Event.
fn marks_of(outcome: &Outcome, paired: Option<&RecordId>) -> Option<(Mark, Option<Pointer>)> {
    match outcome {
        Outcome::Saved(saved) => {
            Some((mark_of_pair(saved.issue.as_ref()), Some(Pointer::Saved(saved.event.clone()))))
        }
        Outcome::Refused(issue) => {
            let pointer = paired
                .map_or_else(|| Pointer::Failed(issue.code.clone()), |event| Pointer::Saved(event.clone()));
            Some((Mark::Failed { reason: short(issue) }, Some(pointer)))
        }
        Outcome::Waiting(_) => Some((Mark::Requested, None)),
        Outcome::Withdrawn | Outcome::Removed { .. } | Outcome::Released { .. } => {
            Some((Mark::Nothing, Some(Pointer::Cleared)))
        }
        Outcome::Lost(_) | Outcome::Skipped(_) | Outcome::Deferred | Outcome::Unasked => None,
    }
}

/// The mark of an item that has an Event.
fn mark_of_pair(issue: Option<&Issue>) -> Mark {
    match issue {
        None => Mark::Saved,
        Some(issue) => Mark::Failed { reason: short(issue) },
    }
}

fn short(issue: &Issue) -> String {
    issue
        .refusal
        .as_ref()
        .map_or_else(|| issue.reason.clone(), calbridge_rules::saving::Refusal::short_reason)
}

impl Wanted {
    fn marking(&self) -> Marking {
        Marking {
            id: self.item.id.clone(),
            etag: self.item.etag.clone(),
            categories: self.categories(),
            pointer: self.pointer.clone(),
            properties: self.item.properties.clone(),
        }
    }

    /// Whether the item carries its marks already: what stands is not written again.
    fn is_carried(&self) -> bool {
        let ours = |categories: &[String]| -> Vec<String> {
            let mut ours: Vec<String> =
                categories.iter().filter(|name| category::is_ours(name)).cloned().collect();
            ours.sort();
            ours
        };
        let same_pointer = match (&self.pointer, &self.item.pointer) {
            (None, _) | (Some(Pointer::Cleared), None) => true,
            (Some(wanted), stands) => stands.as_ref() == Some(wanted),
        };
        same_pointer && ours(&self.categories()) == ours(&self.item.item.categories)
    }

    fn categories(&self) -> Vec<String> {
        let mut categories = marked(&self.item.item.categories, &self.mark);
        categories.retain(|name| !self.is_pressed || name != UNSYNC);
        categories
    }
}
