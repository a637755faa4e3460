//! Accounts by id, and by the domain of their website where no person matched (PIC-1).

use calbridge_rules::{id::RecordId, linking::BusinessRecord};

use super::{opportunities::joined, opportunities::object, query::Row, soql};
use crate::call::CallError;

/// The columns of every statement here.
const COLUMNS: &str = "Id, Name, Website, BillingCity";
/// Rows of one statement at most.
const ROW_LIMIT: usize = 200;
/// Domains of one statement at most.
const DOMAIN_LIMIT: usize = 20;

/// Accounts by id: statements to run with [`super::query::Query`], and a reader of their rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByIds {
    /// The ids.
    pub ids: Vec<RecordId>,
}

/// Accounts by website domain: statements to run with [`super::query::Query`], and a reader of their rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByDomains {
    /// The domains.
    pub domains: Vec<String>,
}

impl ByIds {
    /// The statements, none without ids.
    pub fn statements(&self) -> Vec<String> {
        let statement = |list: String| {
            format!("SELECT {COLUMNS} FROM Account WHERE Id IN {list} ORDER BY Name, Id LIMIT {ROW_LIMIT}")
        };
        soql::id_lists(&self.ids).into_iter().map(statement).collect()
    }

    /// The Accounts in the rows.
    ///
    /// # Errors
    /// A row lacks its id.
    pub fn read(&self, rows: &[Row]) -> Result<Vec<BusinessRecord>, CallError> {
        rows.iter().map(account).collect()
    }
}

impl ByDomains {
    /// The statements, none without domains.
    pub fn statements(&self) -> Vec<String> {
        let statement = |domains: &[String]| {
            let tests: Vec<String> = domains
                .iter()
                .map(|domain| format!("Website LIKE {}", soql::like_anywhere(domain)))
                .collect();
            let tests = tests.join(" OR ");
            format!("SELECT {COLUMNS} FROM Account WHERE {tests} ORDER BY Name, Id LIMIT {ROW_LIMIT}")
        };
        self.domains.chunks(DOMAIN_LIMIT).map(statement).collect()
    }

    /// The Accounts in the rows whose website really lies in one of the domains: the statement finds the text anywhere,
    /// in `notacme.example` too.
    ///
    /// # Errors
    /// A row lacks its id.
    pub fn read(&self, rows: &[Row]) -> Result<Vec<BusinessRecord>, CallError> {
        let ours = |row: &&Row| self.domains.iter().any(|domain| lies_in(row.text("Website"), domain));
        rows.iter().filter(ours).map(account).collect()
    }
}

fn account(row: &Row) -> Result<BusinessRecord, CallError> {
    Ok(BusinessRecord {
        record: row.record("Id")?,
        object: object("Account")?,
        name: row.text("Name").to_owned(),
        detail: joined(&[row.text("BillingCity"), row.text("Website")]),
    })
}

fn lies_in(website: &str, domain: &str) -> bool {
    let website = website.trim().to_ascii_lowercase();
    let address = website.split_once("://").map_or(website.as_str(), |(_, rest)| rest);
    let host = address.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let domain = domain.to_ascii_lowercase();
    host.strip_suffix(&domain).is_some_and(|front| front.is_empty() || front.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::lies_in;

    #[test]
    fn pic_1_a_website_belongs_to_its_domain_and_to_no_other() {
        for website in
            ["acme.example", "www.Acme.example", "https://shop.acme.example/eu?x#y", "http://acme.example:80"]
        {
            assert!(lies_in(website, "acme.example"), "{website}");
        }
        for website in ["", "notacme.example", "acme.example.org", "https://other.example/acme.example"] {
            assert!(!lies_in(website, "acme.example"), "{website}");
        }
    }
}
