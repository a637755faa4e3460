//! One bounded pass over one mailbox: observe, decide, perform, record, and then the marks on the items.

use std::collections::BTreeMap;

use calbridge_rules::{
    category::{self, Mark, marked},
    id::{Address, ItemId, RecordId},
    settings::Effective,
    status::Issue,
};
use chrono::{DateTime, FixedOffset, Utc};

use crate::{
    decide::{arrival, decide},
    introduce::introduce,
    invite::invite,
    mutant::mutant,
    observe::{Found, observe},
    perform::{Done, perform},
    ports::{Calendar, Crm, Given, Ledger, Marking, Newcomers, Pass, Pointer, Relations, SeenItem, Trouble},
    relate::relate,
    report::{Again, Entry, Outcome, Report, SessionError},
};

/// How often one session tries to mark an item that somebody else changes meanwhile.
const MARK_TRIES: usize = 2;

/// Tells the offset of an IANA zone at an instant.
pub type ZoneOffsets = fn(&str, DateTime<Utc>) -> Option<FixedOffset>;

/// Whose session, under which settings, and when.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// The mailbox.
    pub mailbox: &'a Address,
    /// The Salesforce user it belongs to.
    pub owner: &'a RecordId,
    /// The settings as they hold for this user.
    pub settings: &'a Effective,
    /// The time.
    pub now: DateTime<Utc>,
    /// When the mailbox's sync was enabled (AUT-4).
    pub since: DateTime<Utc>,
    /// The mailbox's zone, by its Windows or IANA name.
    pub zone: &'a str,
    /// What zones do.
    pub offsets: ZoneOffsets,
    /// Whether items that carry our categories are looked for outside the window too (CAT-3).
    pub looks_everywhere: bool,
}

impl From<Trouble> for SessionError {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Stopped(reason) => Self::Stopped(reason),
            Trouble::Fenced => Self::Fenced,
            Trouble::Later { retry_after_ms } => Self::Later { retry_after_ms },
            // A read that was refused as a whole is tried again; single items have outcomes of their own.
            Trouble::Unclear | Trouble::Gone | Trouble::Stale | Trouble::Refused(_) => {
                Self::Later { retry_after_ms: None }
            }
        }
    }
}

/// Runs one session.
///
/// # Errors
/// The session could not reach its end; what to do about it is the variant.
pub async fn session(
    scope: &Scope<'_>,
    calendar: &impl Calendar,
    crm: &(impl Crm + Relations + Newcomers),
    ledger: &impl Ledger,
) -> Result<Report, SessionError> {
    let mut seen = observe(scope, calendar, crm, ledger).await?;
    let unmade = introduce(scope, &mut seen, crm, ledger).await?;
    let steps = seen.items.iter().map(|one| unmade.judge(&one.id, decide(scope, one))).collect();
    if mutant("cursor-early") {
        ledger.record(&Pass { cursor: seen.cursor.clone(), ..Pass::default() }, scope.now).await?;
    }
    let arrivals = seen.arrivals.iter().map(|event| arrival(scope, event)).collect();
    let arrivals = invite(scope, arrivals, crm, ledger).await?;
    let mut done = perform(scope, &seen, steps, arrivals, calendar, crm, ledger).await?;
    unmade.tell(&mut done);
    every_item_once(seen.items.iter().map(|one| &one.id), done.entries.iter().map(|entry| &entry.item))?;
    let related = relate(scope, &seen, &mut done, crm, ledger).await?;
    let mut entries = std::mem::take(&mut seen.settled);
    entries.append(&mut done.entries);
    entries.extend(done.brought.iter().map(|(_, entry)| entry.clone()));
    let heard = if done.is_deaf && !mutant("deaf") { Vec::new() } else { std::mem::take(&mut seen.heard) };
    let series = std::mem::take(&mut done.series);
    let invitations = std::mem::take(&mut done.invitations);
    let pass = Pass { entries, cursor: seen.cursor.take(), heard, invitations, related, series };
    ledger.record(&pass, scope.now).await?;
    let entries = pass.entries;
    let unmarked = mark(scope, &seen, &done, &entries, calendar, ledger).await?;
    match done.stopped {
        Some(trouble) => Err(trouble.into()),
        None => Ok(Report { again: again(done.again, &seen, &entries), entries, unmarked }),
    }
}

/// Whether another session shall follow soon.
fn again(asked_for: Option<Again>, seen: &Found, entries: &[Entry]) -> Option<Again> {
    let is_left = seen.again || entries.iter().any(|entry| entry.outcome == Outcome::Deferred);
    asked_for.or_else(|| is_left.then(Again::default))
}

/// A pass that leaves an observed item unmentioned, or mentions one twice, refuses itself.
fn every_item_once<'i>(
    observed: impl Iterator<Item = &'i ItemId>,
    mentioned: impl Iterator<Item = &'i ItemId>,
) -> Result<(), SessionError> {
    let mut mentions: BTreeMap<&ItemId, i64> = BTreeMap::new();
    for item in observed {
        *mentions.entry(item).or_default() += 1;
    }
    for item in mentioned {
        *mentions.entry(item).or_default() -= 1;
    }
    let wrong = mentions.values().filter(|left| **left != 0).count();
    if wrong == 0 { Ok(()) } else { Err(SessionError::Unmentioned(wrong)) }
}

/// Writes categories and pointers; answers how many items still lack theirs. The pairs are kept already, so that a failure
/// here costs nothing but another try.
async fn mark(
    scope: &Scope<'_>,
    seen: &Found,
    done: &Done,
    entries: &[Entry],
    calendar: &impl Calendar,
    ledger: &impl Ledger,
) -> Result<usize, SessionError> {
    let mut wanted: Vec<(SeenItem, Mark, Option<Pointer>)> = Vec::new();
    let here = seen.items.iter().filter_map(|one| one.item.as_ref());
    let made = done.brought.iter().map(|(item, _)| item);
    let pairs: BTreeMap<&ItemId, &RecordId> =
        seen.items.iter().filter_map(|one| one.pair.as_ref().map(|pair| (&one.id, &pair.event))).collect();
    let items: BTreeMap<&ItemId, &SeenItem> = here.chain(made).map(|item| (&item.id, item)).collect();
    for entry in entries {
        let item = items.get(&entry.item);
        let paired = pairs.get(&entry.item).copied();
        if let (Some(item), Some((mark, pointer))) = (item, marks_of(&entry.outcome, paired)) {
            wanted.push(((*item).clone(), mark, pointer));
        }
    }
    for (item, pair) in &seen.unmarked {
        wanted.push((
            item.clone(),
            mark_of_pair(pair.issue.as_ref()),
            Some(Pointer::Saved(pair.event.clone())),
        ));
    }
    let cleared: Vec<ItemId> = wanted
        .iter()
        .filter(|(_, mark, _)| *mark == Mark::Nothing)
        .map(|(item, _, _)| item.id.clone())
        .collect();
    let mut settled: Vec<ItemId> = Vec::new();
    for round in 1..=MARK_TRIES {
        let (there, due): (Vec<_>, Vec<_>) =
            wanted.into_iter().partition(|(item, mark, pointer)| carries(item, mark, pointer.as_ref()));
        settled.extend(there.into_iter().map(|(item, _, _)| item.id));
        let marks: Vec<Marking> =
            due.iter().map(|(item, mark, pointer)| marking(item, mark, pointer.as_ref())).collect();
        let answers = if marks.is_empty() { Vec::new() } else { calendar.mark(&marks, scope.now).await };
        let mut stale = Vec::new();
        let mut failed = 0;
        for ((item, mark, pointer), answer) in due.into_iter().zip(answers) {
            match answer {
                Err(_) if mutant("marks-forgotten") => settled.push(item.id),
                // An item that is gone needs no marks.
                Ok(()) | Err(Trouble::Gone) => settled.push(item.id),
                Err(Trouble::Stale) => stale.push((item, mark, pointer)),
                Err(trouble) => {
                    tracing::warn!(item = %item.id, %trouble, "an item could not be marked");
                    failed += 1;
                }
            }
        }
        if stale.is_empty() || round == MARK_TRIES {
            if !settled.is_empty() {
                ledger.marked(&settled).await?;
            }
            // Those that are no pair's any more nobody would look at again.
            let still: Vec<ItemId> = cleared.into_iter().filter(|id| !settled.contains(id)).collect();
            if !still.is_empty() {
                ledger.still_marked(&still, scope.now).await?;
            }
            return Ok(failed + stale.len());
        }
        wanted = reread(calendar, stale).await;
    }
    Ok(0)
}

/// Reads items again that changed under our hands; those that cannot be read stay unmarked.
async fn reread(
    calendar: &impl Calendar,
    stale: Vec<(SeenItem, Mark, Option<Pointer>)>,
) -> Vec<(SeenItem, Mark, Option<Pointer>)> {
    let ids: Vec<Given> = stale.iter().map(|(item, _, _)| Given::immutable(item.id.clone())).collect();
    let fresh = calendar.read(&ids).await;
    let read = stale.into_iter().zip(fresh);
    read.filter_map(|((_, mark, pointer), answer)| answer.ok().map(|item| (item, mark, pointer))).collect()
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

fn marking(item: &SeenItem, mark: &Mark, pointer: Option<&Pointer>) -> Marking {
    Marking {
        id: item.id.clone(),
        etag: item.etag.clone(),
        categories: marked(&item.item.categories, mark),
        pointer: pointer.cloned(),
        properties: item.properties.clone(),
    }
}

/// Whether the item carries its marks already: what stands is not written again.
fn carries(item: &SeenItem, mark: &Mark, pointer: Option<&Pointer>) -> bool {
    let ours = |categories: &[String]| -> Vec<String> {
        let mut ours: Vec<String> =
            categories.iter().filter(|name| category::is_ours(name)).cloned().collect();
        ours.sort();
        ours
    };
    let categories = &item.item.categories;
    let same_pointer = match (pointer, &item.pointer) {
        (None, _) | (Some(Pointer::Cleared), None) => true,
        (Some(wanted), stands) => stands.as_ref() == Some(wanted),
    };
    same_pointer && ours(&marked(categories, mark)) == ours(categories)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(observed: &[&str], mentioned: &[&str], expected: &Result<(), SessionError>) {
        let ids = |names: &[&str]| names.iter().map(|name| ItemId::parse(name).unwrap()).collect::<Vec<_>>();
        let (observed, mentioned) = (ids(observed), ids(mentioned));
        assert_eq!(every_item_once(observed.iter(), mentioned.iter()), *expected);
    }

    #[test]
    fn a_pass_that_loses_or_doubles_an_item_refuses_itself() {
        check(&["a", "b"], &["b", "a"], &Ok(()));
        check(&["a", "b"], &["a"], &Err(SessionError::Unmentioned(1)));
        check(&["a"], &["a", "a"], &Err(SessionError::Unmentioned(1)));
        check(&["a"], &["b"], &Err(SessionError::Unmentioned(2)));
    }
}
