//! Cases of Accounts that may be offered (PIC-1).

use calbridge_rules::{
    id::RecordId,
    linking::{BusinessRecord, CASE_AGE_DAYS, Case},
};
use chrono::{DateTime, TimeDelta, Utc};

use super::{opportunities::joined, opportunities::object, query::Row, soql};
use crate::call::CallError;

/// Cases by Account: statements to run with [`super::query::Query`], and a reader of their rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfAccounts {
    /// The Accounts.
    pub accounts: Vec<RecordId>,
    /// The time it is.
    pub now: DateTime<Utc>,
}

/// Rows of one statement at most.
const ROW_LIMIT: usize = 500;

impl OfAccounts {
    /// The statements, none without Accounts.
    pub fn statements(&self) -> Vec<String> {
        let since = soql::instant(self.now - TimeDelta::days(CASE_AGE_DAYS));
        let statement = |list: String| {
            format!(
                "SELECT Id, CaseNumber, Subject, AccountId, Account.Name, IsClosed, CreatedDate FROM Case \
                 WHERE AccountId IN {list} AND IsClosed = false AND CreatedDate >= {since} \
                 ORDER BY CreatedDate DESC, Id LIMIT {ROW_LIMIT}"
            )
        };
        soql::id_lists(&self.accounts).into_iter().map(statement).collect()
    }

    /// The Cases in the rows.
    ///
    /// # Errors
    /// A row lacks its id or its date.
    pub fn read(&self, rows: &[Row]) -> Result<Vec<Case>, CallError> {
        rows.iter().map(case).collect()
    }
}

fn case(row: &Row) -> Result<Case, CallError> {
    Ok(Case {
        record: BusinessRecord {
            record: row.record("Id")?,
            object: object("Case")?,
            name: row.text("CaseNumber").to_owned(),
            detail: joined(&[row.text("Subject"), row.text("Account.Name")]),
        },
        is_closed: row.flag("IsClosed"),
        created: row.instant("CreatedDate")?,
    })
}
