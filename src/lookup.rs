//! Records for people and typed text: searching, ranking, paging (PIC-1, PIC-2, PIC-5).

use calbridge_rules::{
    id::{ApiName, RecordId},
    people::PersonObject,
};

/// Which field of the dialog is being filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// **Name**: a person.
    Name,
    /// **Related To**: a business record.
    RelatedTo,
}

/// A record that can be picked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The record.
    pub record: RecordId,
    /// What it is.
    pub object: Object,
    /// Its name.
    pub name: String,
    /// The second line: account, company, detail; may be empty.
    pub detail: String,
}

/// What a record is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Object {
    /// A person.
    Person(PersonObject),
    /// A business record of this object.
    Business(ApiName),
}

impl Object {
    /// The word shown at the right of a row.
    pub fn label(&self) -> String {
        match self {
            Self::Person(PersonObject::Contact) => "Contact".to_owned(),
            Self::Person(PersonObject::Lead) => "Lead".to_owned(),
            Self::Business(name) => name.as_str().trim_end_matches("__c").replace('_', " "),
        }
    }
}

/// Rows of a search.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hits {
    /// The rows, best first.
    pub rows: Vec<Hit>,
    /// Whether "Show more" would bring more.
    pub more: bool,
}

/// Characters from which typed text is searched.
pub const SEARCH_FROM: usize = 2;
