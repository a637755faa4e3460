//! Records that the calendar shows: what the org wants shown of each, and the items that show them.

use calbridge_engine::{
    SessionError,
    ports::{DueRecord, LookedAt, ShownRecords, Standing, Stands, Trouble, Wanted},
    ruling::Ruling,
    session,
    shown::{ShownReport, show},
};
use calbridge_rules::{
    id::{ItemId, RecordId},
    objects::RecordItem,
    status::Issue,
};
use chrono::{DateTime, Utc};

use super::{Desk, Fault, State, finished, now};

/// What is kept of a record.
#[derive(Debug)]
pub(crate) struct ShownRow {
    wanted: Wanted,
    revision: i64,
    /// When it is due; nothing where nothing is to be done.
    due: Option<DateTime<Utc>>,
    pub(crate) standing: Option<Standing>,
    made: i64,
    ruling: Option<Ruling>,
    pub(crate) issue: Option<Issue>,
}

impl State {
    /// Items that show records, and what was last written on them.
    pub(super) fn shown(&self) -> impl Iterator<Item = (ItemId, RecordItem)> {
        let standing = self.records.values().filter_map(|row| row.standing.clone());
        standing.map(|standing| (standing.item, standing.says))
    }

    pub(super) fn touch_shown(&mut self, items: &[ItemId]) {
        for row in self.records.values_mut() {
            if row.standing.as_ref().is_some_and(|standing| items.contains(&standing.item)) {
                row.due = Some(now());
            }
        }
    }
}

impl Desk {
    /// The org wants something else shown of a record.
    pub(crate) fn want(&self, record: &RecordId, wanted: Wanted) {
        let mut state = self.state();
        let row = state.records.entry(record.clone()).or_insert_with(|| ShownRow {
            wanted: Wanted::Nothing,
            revision: 0,
            due: None,
            standing: None,
            made: 0,
            ruling: None,
            issue: None,
        });
        row.wanted = wanted;
        row.revision += 1;
        row.due = Some(now());
    }

    /// Somebody decides about the deletions that stopped the mailbox.
    pub(crate) fn rule_on_shown(&self, items: &[ItemId], ruling: Ruling) {
        for row in self.state().records.values_mut() {
            if row.standing.as_ref().is_some_and(|standing| items.contains(&standing.item)) {
                row.ruling = Some(ruling);
            }
        }
    }

    /// A session of pairs, and then of records.
    pub(crate) fn both(&self) -> Result<ShownReport, SessionError> {
        self.session()?;
        self.scoped(|scope| finished(show(scope, self, self)))
    }

    /// Runs such sessions until nothing of records is left to do.
    #[track_caller]
    pub(crate) fn shown_at_rest(&self) {
        for _ in 0..5 {
            if self.both().unwrap().again.is_none() {
                return;
            }
        }
        panic!("no rest");
    }

    /// A session that dies after its items were written.
    pub(crate) fn dies_over_records(&self) {
        self.strike("keep", Fault::Instead(Trouble::Fenced));
        assert_eq!(self.both(), Err(SessionError::Fenced));
    }

    /// A session of pairs alone.
    pub(crate) fn pairs_alone(&self) -> calbridge_engine::Report {
        self.scoped(|scope| finished(session(scope, self, self, self))).unwrap()
    }
}

impl ShownRecords for Desk {
    async fn due(&self, now: DateTime<Utc>, limit: usize) -> Result<Vec<DueRecord>, Trouble> {
        let state = self.state();
        let due = state.records.iter().filter(|(_, row)| row.due.is_some_and(|due| due <= now)).take(limit);
        let record = |(record, row): (&RecordId, &ShownRow)| DueRecord {
            record: record.clone(),
            wanted: row.wanted.clone(),
            revision: row.revision,
            standing: row.standing.clone(),
            made: row.made,
            ruling: row.ruling,
        };
        Ok(due.map(record).collect())
    }

    async fn standing(&self) -> Result<usize, Trouble> {
        Ok(self.state().shown().count())
    }

    async fn keep(&self, looked: &[LookedAt], _: DateTime<Utc>) -> Result<(), Trouble> {
        let mut state = self.state();
        if let Some(Fault::Instead(trouble) | Fault::Afterwards(trouble)) = state.call("keep") {
            return Err(trouble);
        }
        for one in looked {
            let row = state.records.get_mut(&one.record).unwrap();
            row.issue.clone_from(&one.issue);
            row.due = if row.revision == one.revision { one.again_at } else { row.due };
            row.ruling = None;
            match &one.stands {
                Stands::Kept { standing, made } => {
                    row.standing.clone_from(standing);
                    row.made = *made;
                }
                Stands::Forgotten => drop(state.records.remove(&one.record)),
            }
        }
        Ok(())
    }
}
