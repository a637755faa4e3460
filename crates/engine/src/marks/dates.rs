//! What single dates carry of their series: one that differs keeps the categories that its series had when it was changed,
//! and would say later what nobody wants any more.

use calbridge_rules::{
    category::{self, Mark, UNSYNC},
    id::ItemId,
    item::Kind,
};

use super::is_pressed;
use crate::{
    observe::Found,
    perform::Done,
    ports::{Calendar, Ledger, Marking, SeenItem, Trouble},
    report::{Entry, Outcome},
    session::Scope,
};

/// What goes from the dates of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stale {
    /// The wish for its removal, which a press overruled (CAT-2).
    Wish,
    /// Everything of ours: it was taken back (UNS-1).
    Ours,
}

/// Takes off the dates of series what does not hold any more. Where that fails the next session is asked the same again.
pub(crate) async fn clear_dates(
    scope: &Scope<'_>,
    seen: &Found,
    done: &mut Done,
    calendar: &impl Calendar,
    ledger: &impl Ledger,
) {
    let is_series = |id: &ItemId| {
        let item = seen.items.iter().find(|one| one.id == *id).and_then(|one| one.item.as_ref());
        item.is_some_and(|item| item.item.kind == Kind::Series)
    };
    for place in 0..done.entries.len() {
        let entry = &done.entries[place];
        let Some(stale) = stale(entry).filter(|_| is_series(&entry.item)) else { continue };
        let Err(trouble) = clear(scope, &entry.item, stale, calendar, ledger).await else { continue };
        let outcome = &mut done.entries[place].outcome;
        if let Outcome::Saved(saved) = outcome {
            saved.is_asked_again = true;
        } else {
            *outcome = Outcome::Deferred;
        }
        done.put_off(trouble);
    }
}

fn stale(entry: &Entry) -> Option<Stale> {
    match entry.outcome {
        Outcome::Saved(_) => is_pressed(entry).then_some(Stale::Wish),
        Outcome::Withdrawn | Outcome::Removed { .. } | Outcome::Released { .. } => Some(Stale::Ours),
        Outcome::Refused(_)
        | Outcome::Waiting(_)
        | Outcome::Lost(_)
        | Outcome::Skipped(_)
        | Outcome::Unasked
        | Outcome::Deferred => None,
    }
}

/// Clears the dates of one series; those that were saved alone have marks of their own (SER-7).
async fn clear(
    scope: &Scope<'_>,
    master: &ItemId,
    stale: Stale,
    calendar: &impl Calendar,
    ledger: &impl Ledger,
) -> Result<(), Trouble> {
    let mut dates = match calendar.exceptions(master).await {
        Ok(dates) => dates,
        // Nothing is left to be cleared, or can be read of it.
        Err(Trouble::Gone | Trouble::Refused(_)) => return Ok(()),
        Err(trouble) => return Err(trouble),
    };
    dates.retain(|date| stale.left(date) != date.item.categories);
    if dates.is_empty() {
        return Ok(());
    }
    let ids: Vec<ItemId> = dates.iter().map(|date| date.id.clone()).collect();
    let alone = ledger.pairs(&ids).await?;
    dates.retain(|date| alone.iter().all(|pair| pair.item != date.id));
    let marks: Vec<Marking> = dates.iter().map(|date| stale.marking(date)).collect();
    let answers = if marks.is_empty() { Vec::new() } else { calendar.mark(&marks, scope.now).await };
    for (mark, answer) in marks.iter().zip(answers) {
        match answer {
            Ok(()) | Err(Trouble::Gone) => {}
            Err(Trouble::Refused(issue)) => {
                tracing::warn!(item = %mark.id, code = issue.code, "a date could not be cleared");
            }
            Err(trouble) => return Err(trouble),
        }
    }
    Ok(())
}

impl Stale {
    /// The categories that a date is left with.
    fn left(self, date: &SeenItem) -> Vec<String> {
        let categories = &date.item.categories;
        match self {
            Self::Wish => categories.iter().filter(|name| *name != UNSYNC).cloned().collect(),
            Self::Ours => category::marked(categories, &Mark::Nothing),
        }
    }

    fn marking(self, date: &SeenItem) -> Marking {
        Marking {
            id: date.id.clone(),
            etag: date.etag.clone(),
            categories: self.left(date),
            pointer: None,
            properties: None,
        }
    }
}
