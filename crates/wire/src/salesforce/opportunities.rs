//! Opportunities of Accounts that may be offered (PIC-1).

use calbridge_rules::{
    id::{ApiName, RecordId},
    linking::{BusinessRecord, OPPORTUNITY_CLOSED_DAYS, OPPORTUNITY_DUE_DAYS, Opportunity},
};
use chrono::{Days, NaiveDate};

use super::{query::Row, soql};
use crate::{call::CallError, json};

/// Opportunities by Account: statements to run with [`super::query::Query`], and a reader of their rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfAccounts {
    /// The Accounts.
    pub accounts: Vec<RecordId>,
    /// The day it is.
    pub today: NaiveDate,
}

/// Rows of one statement at most.
const ROW_LIMIT: usize = 500;

impl OfAccounts {
    /// The statements, none without Accounts.
    pub fn statements(&self) -> Vec<String> {
        let due = soql::date(self.today + Days::new(OPPORTUNITY_DUE_DAYS.unsigned_abs()));
        let closed = soql::date(self.today - Days::new(OPPORTUNITY_CLOSED_DAYS.unsigned_abs()));
        let statement = |list: String| {
            format!(
                "SELECT Id, Name, AccountId, Account.Name, StageName, IsClosed, CloseDate FROM Opportunity \
                 WHERE AccountId IN {list} AND ((IsClosed = false AND CloseDate <= {due}) \
                 OR (IsClosed = true AND CloseDate >= {closed})) \
                 ORDER BY IsClosed, CloseDate, Id LIMIT {ROW_LIMIT}"
            )
        };
        soql::id_lists(&self.accounts).into_iter().map(statement).collect()
    }

    /// The Opportunities in the rows.
    ///
    /// # Errors
    /// A row lacks its id or its close date.
    pub fn read(&self, rows: &[Row]) -> Result<Vec<Opportunity>, CallError> {
        rows.iter().map(opportunity).collect()
    }
}

fn opportunity(row: &Row) -> Result<Opportunity, CallError> {
    Ok(Opportunity {
        record: BusinessRecord {
            record: row.record("Id")?,
            object: object("Opportunity")?,
            name: row.text("Name").to_owned(),
            detail: joined(&[row.text("Account.Name"), row.text("StageName")]),
        },
        account: row.maybe_record("AccountId")?,
        is_closed: row.flag("IsClosed"),
        close_date: row.date("CloseDate")?,
    })
}

/// The name of an object as a type.
pub(super) fn object(name: &str) -> Result<ApiName, CallError> {
    ApiName::parse(name).map_err(|error| json::malformed(error.to_string()))
}

/// A second line: what there is to say, with dots between.
pub(super) fn joined(parts: &[&str]) -> String {
    let told: Vec<&str> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
    told.join(" · ")
}
