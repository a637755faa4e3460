//! Events by whose calendar they are in: those of public calendars (GRP-2).

use calbridge_rules::id::{ApiName, RecordId};
use chrono::{NaiveDate, NaiveTime};

use super::keys::{FoundEvent, columns, found};
use crate::{
    call::CallError,
    salesforce::{query::Row, soql},
};

/// Events of owners: statements to run with [`crate::salesforce::query::Query`], and a reader of their rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnedEvents {
    /// The owners.
    pub owners: Vec<RecordId>,
    /// Further fields to read.
    pub extra: Vec<ApiName>,
}

impl OwnedEvents {
    /// Those that begin in a stretch of days of UTC, both included; no statements without owners.
    pub fn within(&self, first: NaiveDate, last: NaiveDate) -> Vec<String> {
        let midnight = |day: NaiveDate| soql::instant(day.and_time(NaiveTime::MIN).and_utc());
        let (from, to) = (midnight(first), midnight(last.succ_opt().unwrap_or(last)));
        let columns = columns(None, &self.extra);
        let of = |list: String| {
            format!(
                "SELECT {columns} FROM Event WHERE OwnerId IN {list} AND StartDateTime >= {from} \
                 AND StartDateTime <= {to} AND IsChild = false ORDER BY Id"
            )
        };
        soql::id_lists(&self.owners).into_iter().map(of).collect()
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
    fn grp_2_events_of_a_calendar_are_asked_for_by_day() {
        let owners = vec![RecordId::parse("023000000000001").unwrap()];
        let events = OwnedEvents { owners, extra: Vec::new() };
        let day = NaiveDate::from_ymd_opt(2026, 3, 18).unwrap();
        let statements = events.within(day, day);
        assert!(
            statements[0].ends_with(
                "FROM Event WHERE OwnerId IN ('023000000000001AAA') AND StartDateTime >= 2026-03-18T00:00:00Z \
                 AND StartDateTime <= 2026-03-19T00:00:00Z AND IsChild = false ORDER BY Id"
            ),
            "{statements:?}"
        );
        assert!(OwnedEvents { owners: Vec::new(), ..events }.within(day, day).is_empty());
    }
}
