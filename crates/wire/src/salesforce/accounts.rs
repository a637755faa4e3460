//! Accounts by id, and by the domain of their website where no person matched (PIC-1).

use calbridge_rules::{id::RecordId, linking::BusinessRecord, newcomers::DomainAccount};

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

    /// The Account of each domain in the rows: one whose website is the domain itself before those of hosts below it.
    ///
    /// # Errors
    /// A row lacks its id.
    pub fn by_domain(&self, rows: &[Row]) -> Result<Vec<DomainAccount>, CallError> {
        let mut found = Vec::new();
        for domain in &self.domains {
            let of_domain = || rows.iter().filter(|row| lies_in(row.text("Website"), domain));
            let itself = of_domain().find(|row| is_site_of(row.text("Website"), domain));
            if let Some(row) = itself.or_else(|| of_domain().next()) {
                found.push(DomainAccount { domain: domain.clone(), account: row.record("Id")? });
            }
        }
        Ok(found)
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
    let front = host(website).strip_suffix(&domain.to_ascii_lowercase()).map(str::to_owned);
    front.is_some_and(|front| front.is_empty() || front.ends_with('.'))
}

/// Whether a website is a domain's own, and not a part of it.
fn is_site_of(website: &str, domain: &str) -> bool {
    let host = host(website);
    host.strip_prefix("www.").unwrap_or(&host) == domain.to_ascii_lowercase()
}

/// The host of a website, however much of its address is written down, in lower case.
fn host(website: &str) -> String {
    let website = website.trim().to_ascii_lowercase();
    let address = website.split_once("://").map_or(website.as_str(), |(_, rest)| rest);
    address.split(['/', '?', '#', ':']).next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::{is_site_of, lies_in};

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

    #[test]
    fn ppl_7_a_domains_own_website_is_no_part_of_it() {
        for website in ["acme.example", "https://www.Acme.example/eu"] {
            assert!(is_site_of(website, "acme.example"), "{website}");
        }
        assert!(!is_site_of("robotics.acme.example", "acme.example"));
    }
}
