//! What of a series the org refused before: it rests by itself, and keeps nothing else of the series from being written.

use calbridge_rules::event::{Event, EventFields};

use super::{Around, make::Made};
use crate::{
    observe::Observation,
    perform::Done,
    ports::{Attempt, Calendar, Crm, Ledger, RefusedAttempt, Trouble, Write},
};

impl<C: Calendar, R: Crm, L: Ledger> Around<'_, C, R, L> {
    /// Those of some things whose writes do not rest; what the org said of the others is told.
    pub(super) async fn unrested<T>(
        &self,
        seen: &Observation,
        things: Vec<(T, Write)>,
        made: &mut Made,
    ) -> Result<Vec<(T, Attempt)>, Trouble> {
        if things.is_empty() {
            return Ok(Vec::new());
        }
        let attempt = |write| Attempt { item: seen.id.clone(), write };
        let (things, attempts): (Vec<T>, Vec<Attempt>) =
            things.into_iter().map(|(thing, write)| (thing, attempt(write))).unzip();
        let said = self.ledger.resting(&attempts, self.scope.now).await?;
        let mut due = Vec::with_capacity(things.len());
        for (one, said) in things.into_iter().zip(attempts).zip(said) {
            match said {
                Some(issue) => made.issue = Some(issue),
                None => due.push(one),
            }
        }
        Ok(due)
    }
}

impl Made {
    /// A write in Salesforce failed: what was refused rests from now on.
    pub(super) fn unwritten(&mut self, attempt: Attempt, trouble: Trouble, done: &mut Done) {
        if let Trouble::Refused(issue) = &trouble {
            done.refused.push(RefusedAttempt { attempt, issue: issue.clone() });
        }
        self.failed(trouble, done);
    }
}

/// A change of an Event.
pub(super) fn change_of(event: &Event, change: EventFields) -> Write {
    Write::Change { event: event.id.clone(), stands: event.fields.clone(), change }
}

/// A deletion of an Event.
pub(super) fn deletion_of(event: &Event) -> Write {
    Write::Delete { event: event.id.clone(), stands: event.fields.clone() }
}
