//! One bounded pass over one mailbox: observe, decide, perform, record, and then the marks on the items.

use std::collections::BTreeMap;

use calbridge_rules::{
    event::{EventField, EventFields, FieldValue},
    id::{Address, ItemId, RecordId},
    settings::Effective,
};
use chrono::{DateTime, FixedOffset, Utc};

use crate::{
    attach::attach,
    decide::{arrival, decide},
    introduce::introduce,
    invite::invite,
    marks,
    mutant::mutant,
    observe::{Found, observe},
    perform::perform,
    ports::{Calendar, Crm, EventFiles, ItemFiles, Ledger, Newcomers, Pass, Relations, Trouble},
    relate::relate,
    report::{Again, Entry, Outcome, Report, SessionError},
};

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

impl Scope<'_> {
    /// Whether an Event with these values is this user's.
    pub(crate) fn owns(&self, event: &EventFields) -> bool {
        event.get(&EventField::Owner) == Some(&FieldValue::Record(self.owner.clone()))
    }
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
    calendar: &(impl Calendar + ItemFiles),
    crm: &(impl Crm + Relations + Newcomers + EventFiles),
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
    attach(scope, &seen, &mut done, calendar, crm, ledger).await?;
    every_item_once(seen.items.iter().map(|one| &one.id), done.entries.iter().map(|entry| &entry.item))?;
    let related = relate(scope, &seen, &mut done, crm, ledger).await?;
    marks::clear_dates(scope, &seen, &mut done, calendar, ledger).await;
    marks::overrule(&seen, &mut done);
    let mut entries = std::mem::take(&mut seen.settled);
    entries.append(&mut done.entries);
    entries.extend(done.brought.iter().map(|(_, entry)| entry.clone()));
    let heard = if done.is_deaf && !mutant("deaf") { Vec::new() } else { std::mem::take(&mut seen.heard) };
    let series = std::mem::take(&mut done.series);
    let (later, told) = (std::mem::take(&mut done.later), std::mem::take(&mut done.told));
    let (invitations, refused) = (std::mem::take(&mut done.invitations), std::mem::take(&mut done.refused));
    let wanted = marks::wanted(&seen, &done, &entries);
    let (unmarked, carried, meetings) = (marks::unmarked(&wanted), marks::carried(&wanted), meetings(&seen));
    let (cursor, left_out) = (seen.cursor.take(), std::mem::take(&mut done.left_out));
    let (touched, gone) = (std::mem::take(&mut seen.touched), std::mem::take(&mut seen.gone));
    let pass = Pass {
        entries,
        cursor,
        round: seen.round,
        heard,
        invitations,
        later,
        gone,
        told,
        related,
        left_out,
        meetings,
        unmarked,
        carried,
        series,
        refused,
        touched,
    };
    if mutant("mark-before-record") {
        marks::mark(scope, wanted.clone(), calendar, ledger).await?;
    }
    ledger.record(&pass, scope.now).await?;
    let entries = pass.entries;
    let unmarked = marks::mark(scope, wanted, calendar, ledger).await?;
    match done.stopped {
        Some(trouble) => Err(trouble.into()),
        None => Ok(Report { again: again(done.again, &seen, &entries), entries, unmarked }),
    }
}

/// By what the items of requests are found should nobody's id of them hold any more.
fn meetings(seen: &Found) -> Vec<(ItemId, String)> {
    let asked =
        seen.items.iter().filter(|one| one.wish.as_ref().is_some_and(|wish| !wish.tickets.is_empty()));
    asked.filter_map(|one| Some((one.id.clone(), one.item.as_ref()?.i_cal_uid.clone()))).collect()
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
