//! Contacts and Leads by their addresses, in every e-mail field they have (PIC-1).

use calbridge_rules::{
    id::{Address, ApiName, RecordId},
    people::{PersonMatch, PersonObject},
};

use super::{query::Row, soql};
use crate::call::CallError;

/// People by address: statements to run with [`super::query::Query`], and a reader of their rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeopleByEmail {
    /// The addresses.
    pub addresses: Vec<Address>,
    /// The e-mail fields of Contact, as describe names them.
    pub contact_fields: Vec<ApiName>,
    /// The e-mail fields of Lead, as describe names them.
    pub lead_fields: Vec<ApiName>,
}

/// People by their ids: statements to run with [`super::query::Query`], and a reader of their rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeopleByIds {
    /// The Contacts and Leads.
    pub ids: Vec<RecordId>,
}

/// Rows of one statement at most; many Contacts may share an address (PIC-5).
const ROW_LIMIT: usize = 2000;
/// What is asked of a Contact.
const CONTACT_COLUMNS: &str = "Id, Name, AccountId, Account.Name";
/// What is asked of a Lead.
const LEAD_COLUMNS: &str = "Id, Name, Company";
/// A converted Lead takes no Events.
const LIVE_LEAD: &str = "IsConverted = false AND ";

impl PeopleByEmail {
    /// The statements, none where there is nobody to ask for.
    pub fn statements(&self) -> Vec<String> {
        let contacts = statements(&self.addresses, &self.contact_fields, CONTACT_COLUMNS, "Contact", "");
        let leads = statements(&self.addresses, &self.lead_fields, LEAD_COLUMNS, "Lead", LIVE_LEAD);
        contacts.into_iter().chain(leads).collect()
    }

    /// The people in the rows of all statements: one match for each address that was asked for and found, Contacts
    /// first.
    ///
    /// # Errors
    /// A row has no id.
    pub fn read(&self, rows: &[Row]) -> Result<Vec<PersonMatch>, CallError> {
        let mut people = Vec::new();
        for row in rows {
            let (object, fields) = match row.object() {
                "Contact" => (PersonObject::Contact, &self.contact_fields),
                "Lead" => (PersonObject::Lead, &self.lead_fields),
                _ => continue,
            };
            for address in self.found(row, fields) {
                people.push(person(row, object, address)?);
            }
        }
        let (mut contacts, leads): (Vec<_>, Vec<_>) =
            people.into_iter().partition(|person| person.object == PersonObject::Contact);
        contacts.extend(leads);
        Ok(contacts)
    }

    /// The asked addresses that stand in the row, each once.
    fn found(&self, row: &Row, fields: &[ApiName]) -> Vec<Address> {
        let mut found: Vec<Address> = Vec::new();
        for field in fields {
            let Ok(address) = Address::parse(row.text(field.as_str())) else { continue };
            if self.addresses.contains(&address) && !found.contains(&address) {
                found.push(address);
            }
        }
        found
    }
}

impl PeopleByIds {
    /// The statements, one for each object.
    pub fn statements(&self) -> Vec<String> {
        let of = |list: String| {
            [
                format!("SELECT {CONTACT_COLUMNS} FROM Contact WHERE Id IN {list} ORDER BY Name, Id"),
                format!("SELECT {LEAD_COLUMNS} FROM Lead WHERE {LIVE_LEAD}Id IN {list} ORDER BY Name, Id"),
            ]
        };
        soql::id_lists(&self.ids).into_iter().flat_map(of).collect()
    }

    /// The people in the rows, under an address that they need not have.
    ///
    /// # Errors
    /// A row has no id.
    pub fn read(&self, rows: &[Row], address: &Address) -> Result<Vec<PersonMatch>, CallError> {
        let known = |row: &Row| match row.object() {
            "Contact" => Some(person(row, PersonObject::Contact, address.clone())),
            "Lead" => Some(person(row, PersonObject::Lead, address.clone())),
            _ => None,
        };
        rows.iter().filter_map(known).collect()
    }
}

fn statements(
    addresses: &[Address],
    fields: &[ApiName],
    columns: &str,
    object: &str,
    condition: &str,
) -> Vec<String> {
    if fields.is_empty() {
        return Vec::new();
    }
    let asked: Vec<&str> = addresses.iter().map(Address::as_str).collect();
    let names: Vec<&str> = fields.iter().map(ApiName::as_str).collect();
    let portions = soql::portions(&asked, fields.len());
    let statement = |portion: Vec<&str>| {
        let list = soql::list(portion);
        let tests: Vec<String> = names.iter().map(|name| format!("{name} IN {list}")).collect();
        format!(
            "SELECT {columns}, {} FROM {object} WHERE {condition}({}) ORDER BY Name, Id LIMIT {ROW_LIMIT}",
            names.join(", "),
            tests.join(" OR "),
        )
    };
    portions.into_iter().map(statement).collect()
}

fn person(row: &Row, object: PersonObject, address: Address) -> Result<PersonMatch, CallError> {
    let company = match object {
        PersonObject::Contact => row.text("Account.Name"),
        PersonObject::Lead => row.text("Company"),
    };
    let account = match object {
        PersonObject::Contact => row.maybe_record("AccountId")?,
        PersonObject::Lead => None,
    };
    Ok(PersonMatch {
        record: row.record("Id")?,
        object,
        name: row.text("Name").to_owned(),
        company: company.to_owned(),
        account,
        address,
    })
}

#[cfg(test)]
mod tests;
