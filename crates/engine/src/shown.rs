//! Records that the calendar shows (OBJ-1, GRP-2): a small pass of its own beside that of pairs. What the org wants shown is
//! known before it begins, so that it never asks the org anything. Nothing here goes up, and nothing mails anybody: items of
//! records have no guests, and one to which somebody invited people is left alone.

mod decide;
mod perform;

use calbridge_rules::{deletion::brake, id::ItemId};

use crate::{
    ports::{Calendar, DueRecord, Given, SeenItem, ShownRecords, Trouble},
    report::{Again, SessionError},
    ruling::Ruling,
    session::Scope,
};

pub use decide::{ShownStep, Sight, decide};

/// Records that one session looks at.
pub const SHOWN_LIMIT: usize = 200;

/// What a session did about the records that its calendar shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShownReport {
    /// How many records were looked at.
    pub looked: usize,
    /// Whether something is left that another session shall try soon.
    pub again: Option<Again>,
}

/// Brings the items of records up to date. Where nothing is due that costs one look into the ledger.
///
/// # Errors
/// As of a session; what was made before is made again under the same name, so that there is one of it.
pub async fn show(
    scope: &Scope<'_>,
    calendar: &impl Calendar,
    records: &impl ShownRecords,
) -> Result<ShownReport, SessionError> {
    if !scope.settings.down.is_on {
        return Ok(ShownReport::default());
    }
    let due = records.due(scope.now, SHOWN_LIMIT).await?;
    if due.is_empty() {
        return Ok(ShownReport::default());
    }
    let is_more = due.len() == SHOWN_LIMIT;
    let (seen, left) = look(calendar, due).await?;
    let steps: Vec<(DueRecord, Sight, ShownStep)> = seen
        .into_iter()
        .map(|(due, sight)| {
            let step = decide(scope, &due, &sight);
            (due, sight, step)
        })
        .collect();
    hold_back(&steps, records).await?;
    let looked = steps.len();
    let done = perform::perform(scope, steps, calendar).await;
    records.keep(&done.looked, scope.now).await?;
    if let Some(trouble) = done.stopped {
        return Err(trouble.into());
    }
    let again = done.again.or_else(|| (is_more || left).then(Again::default));
    Ok(ShownReport { looked, again })
}

/// Reads the items of records; answers whether some could not be read, which stay due.
async fn look(
    calendar: &impl Calendar,
    due: Vec<DueRecord>,
) -> Result<(Vec<(DueRecord, Sight)>, bool), SessionError> {
    let of = |due: &DueRecord| due.standing.as_ref().map(|standing| Given::immutable(standing.item.clone()));
    let ids: Vec<Given> = due.iter().filter_map(of).collect();
    let read = if ids.is_empty() { Vec::new() } else { calendar.read(&ids).await };
    let mut read = read.into_iter();
    let (mut seen, mut is_left) = (Vec::new(), false);
    for due in due {
        let answer: Option<Result<SeenItem, Trouble>> =
            due.standing.as_ref().map(|_| read.next().unwrap_or(Err(Trouble::Unclear)));
        match answer {
            None => seen.push((due, Sight::Unmade)),
            Some(Ok(item)) => seen.push((due, Sight::Here(Box::new(item)))),
            Some(Err(Trouble::Gone)) => seen.push((due, Sight::Gone)),
            Some(Err(trouble @ (Trouble::Stopped(_) | Trouble::Fenced))) => return Err(trouble.into()),
            Some(Err(Trouble::Unclear | Trouble::Later { .. } | Trouble::Stale | Trouble::Refused(_))) => {
                is_left = true;
            }
        }
    }
    Ok((seen, is_left))
}

/// DWN-6: unusually many deletions wait for a person, before the first of them; those that somebody approved do not count.
async fn hold_back(
    steps: &[(DueRecord, Sight, ShownStep)],
    records: &impl ShownRecords,
) -> Result<(), SessionError> {
    let item = |(due, _, step): &(DueRecord, Sight, ShownStep)| match step {
        ShownStep::Delete { .. } if due.ruling != Some(Ruling::Approved) => {
            due.standing.as_ref().map(|standing| standing.item.clone())
        }
        ShownStep::Delete { .. }
        | ShownStep::Make
        | ShownStep::Change(_)
        | ShownStep::Mark(_)
        | ShownStep::MakeAnew
        | ShownStep::Rest
        | ShownStep::Wait(_)
        | ShownStep::Tell(_)
        | ShownStep::Forget => None,
    };
    let items: Vec<ItemId> = steps.iter().filter_map(item).collect();
    if items.is_empty() {
        return Ok(());
    }
    let standing = records.standing().await?;
    match brake(items.len(), standing) {
        Ok(()) => Ok(()),
        Err(_) => Err(SessionError::Braked { items, pairs: standing }),
    }
}
