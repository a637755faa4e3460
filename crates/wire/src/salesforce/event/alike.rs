//! Events of owners by when they begin: those that may be what was created without a key (DUP-2).

use std::collections::{BTreeMap, BTreeSet};

use calbridge_rules::id::{ApiName, RecordId};
use chrono::{DateTime, Utc};

use super::keys::{FoundEvent, columns, found};
use crate::{
    call::CallError,
    salesforce::{
        query::Row,
        soql::{self, LIST_LIMIT},
    },
};

/// Events that begin at some instants: statements to run with [`crate::salesforce::query::Query`], and a reader of their rows.
/// What they say else is compared by whoever asks, so that nothing more of a calendar is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlikeEvents {
    /// Whose they are, and when they begin; of whole days, at midnight in UTC.
    pub starts: BTreeMap<RecordId, BTreeSet<DateTime<Utc>>>,
    /// Further fields to read.
    pub extra: Vec<ApiName>,
}

impl AlikeEvents {
    /// The statements, none without starts; the oldest Events come first.
    pub fn statements(&self) -> Vec<String> {
        let columns = columns(None, &self.extra);
        let of = |(owner, starts): (&RecordId, &BTreeSet<DateTime<Utc>>)| {
            let owner = soql::quoted(owner.as_str());
            let starts: Vec<String> = starts.iter().map(|start| soql::instant(*start)).collect();
            let statement = |starts: &[String]| {
                format!(
                    "SELECT {columns} FROM Event WHERE OwnerId = {owner} AND StartDateTime IN ({}) \
                     AND IsChild = false ORDER BY CreatedDate, Id",
                    starts.join(",")
                )
            };
            starts.chunks(LIST_LIMIT).map(statement).collect::<Vec<_>>()
        };
        self.starts.iter().flat_map(of).collect()
    }

    /// The Events in the rows, without their keys.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn read(&self, rows: &[Row]) -> Result<Vec<FoundEvent>, CallError> {
        rows.iter().map(|row| found(row, None, &self.extra)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dup_2_events_are_asked_for_by_owner_and_start_alone() {
        let user = |number: u32| RecordId::parse(&format!("005{number:012}")).unwrap();
        let start = |minute: i64| DateTime::from_timestamp(1_795_507_200 + minute * 60, 0).unwrap();
        let minutes = i64::try_from(LIST_LIMIT).unwrap() + 1;
        let alike = AlikeEvents {
            starts: BTreeMap::from([
                (user(1), (0..minutes).map(start).collect()),
                (user(2), BTreeSet::from([start(0)])),
            ]),
            extra: Vec::new(),
        };
        let statements = alike.statements();
        assert_eq!(statements.len(), 3);
        assert!(
            statements[2].ends_with(&format!(
                "FROM Event WHERE OwnerId = '{}' AND StartDateTime IN (2026-11-24T08:00:00Z) \
                 AND IsChild = false ORDER BY CreatedDate, Id",
                user(2)
            )),
            "{statements:?}"
        );
        assert!(AlikeEvents { starts: BTreeMap::new(), ..alike }.statements().is_empty());
    }
}
