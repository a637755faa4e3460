//! The relations of one Event on their way: what is written, what the org refuses of it, and what is kept then.

use calbridge_rules::{
    id::{ItemId, RecordId},
    status::Issue,
};

use super::{Kept, saved_of, unfinished};
use crate::{
    perform::Done,
    ports::{Attempt, RefusedAttempt, Relation, Ties, TiesOver, Trouble, Tying, Write},
};

/// What is written for one item, and what is kept of it once it was.
pub(super) struct Row {
    pub(super) item: ItemId,
    pub(super) event: RecordId,
    /// Whether this session made the Event: what Salesforce set up with it is nobody's to bring back.
    pub(super) is_new: bool,
    pub(super) ties: Vec<Tying>,
    pub(super) stands: Vec<Relation>,
    pub(super) kept: Kept,
    pub(super) before: Option<Kept>,
}

impl Row {
    pub(super) fn attempt(&self) -> Attempt {
        let mut stands = self.stands.clone();
        stands.sort_by(|one, other| one.id.cmp(&other.id));
        let write = Write::Relate { event: self.event.clone(), stands, ties: self.ties.clone() };
        Attempt { item: self.item.clone(), write }
    }

    /// What is about to be written over (UNS-2).
    pub(super) fn over(&self) -> Option<TiesOver> {
        if self.is_new {
            return None;
        }
        let stands: Vec<&Relation> = self.stands.iter().collect();
        let (before, after) = Ties::overwritten(&self.ties, &stands);
        (!before.is_empty()).then(|| TiesOver { event: self.event.clone(), before, after })
    }

    /// What is kept once it was written, as far as it was.
    pub(super) fn went(
        self,
        answer: Result<Vec<(usize, Issue)>, Trouble>,
        done: &mut Done,
    ) -> Option<(ItemId, Kept)> {
        let refused = match answer {
            Ok(refused) => refused,
            Err(Trouble::Refused(issue)) => self.all(&issue),
            // The Event went meanwhile; the next session sees it.
            Err(Trouble::Gone) => return None,
            Err(trouble) => {
                unfinished(done, &self.item);
                remind(done, &self.item, self.before.as_ref());
                done.put_off(trouble);
                return None;
            }
        };
        saved_of(done, &self.item)?;
        match refused.first() {
            None => Some((self.item, self.kept)),
            Some((_, issue)) => {
                let issue = issue.clone();
                done.refused.push(RefusedAttempt { attempt: self.attempt(), issue });
                self.refused(&refused, done)
            }
        }
    }

    /// Every place, refused.
    pub(super) fn all(&self, issue: &Issue) -> Vec<(usize, Issue)> {
        (0..self.ties.len()).map(|place| (place, issue.clone())).collect()
    }

    /// Tells what the org refused, by its places, and keeps that it is missing.
    pub(super) fn refused(self, refused: &[(usize, Issue)], done: &mut Done) -> Option<(ItemId, Kept)> {
        let (_, issue) = refused.first()?.clone();
        let saved = saved_of(done, &self.item)?;
        saved.issue.get_or_insert_with(|| issue.clone());
        let ties = refused.iter().filter_map(|(place, _)| self.ties.get(*place));
        let records: Vec<&RecordId> = ties.filter_map(|tie| self.record_of(tie)).collect();
        let kept = self.kept.clone().without(&records, self.before.as_ref(), issue);
        Some((self.item, kept))
    }

    fn record_of<'r>(&'r self, tie: &'r Tying) -> Option<&'r RecordId> {
        match tie {
            Tying::Add { record, .. } | Tying::Link(record) | Tying::Unlink(record) => Some(record),
            Tying::Change { id, .. } | Tying::Remove { id } => {
                self.stands.iter().find(|row| row.id == *id).map(|row| &row.record)
            }
        }
    }
}

/// What is missing still, and could not be looked after now.
pub(super) fn remind(done: &mut Done, item: &ItemId, kept: Option<&Kept>) {
    let missing = kept.and_then(|kept| kept.missing.as_ref());
    if let (Some(missing), Some(saved)) = (missing, saved_of(done, item)) {
        saved.issue.get_or_insert_with(|| missing.issue.clone());
    }
}
