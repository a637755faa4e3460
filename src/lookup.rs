//! Records for people and typed text: searching, ranking, paging (PIC-1, PIC-2, PIC-5).

use calbridge_rules::{
    id::{ApiName, RecordId},
    linking::BusinessRecord,
    people::{PersonMatch, PersonObject},
};
use calbridge_wire::salesforce::search::Found;

use crate::letters;

/// Which field of the dialog is being filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// **Name**: a person.
    Name,
    /// **Related To**: a business record.
    RelatedTo,
    /// Further business records (PIC-3).
    Further,
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

impl From<Found> for Hit {
    fn from(found: Found) -> Self {
        let object = match found.object.as_str() {
            "Contact" => Object::Person(PersonObject::Contact),
            "Lead" => Object::Person(PersonObject::Lead),
            _ => Object::Business(found.object),
        };
        Self { record: found.record, object, name: found.name, detail: found.detail }
    }
}

impl From<PersonMatch> for Hit {
    fn from(person: PersonMatch) -> Self {
        let object = Object::Person(person.object);
        Self { record: person.record, object, name: person.name, detail: person.company }
    }
}

impl From<BusinessRecord> for Hit {
    fn from(record: BusinessRecord) -> Self {
        let object = Object::Business(record.object);
        Self { record: record.record, object, name: record.name, detail: record.detail }
    }
}

/// How well a name answers what was typed; less is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// The very same.
    Same,
    /// The name begins with it.
    Begins,
    /// One of its words begins with it.
    WordBegins,
    /// It stands somewhere in the name.
    Within,
    /// Every typed word begins a word of the name.
    EveryWord,
    /// Found by something else, such as an address.
    Elsewhere,
}

/// Rows with the best fit first; rows that fit alike stay in the order in which Salesforce ranked them.
pub(crate) fn ranked(rows: Vec<Hit>, typed: &str) -> Vec<Hit> {
    let typed = letters::lower(typed.trim());
    let mut ranked: Vec<(Fit, Hit)> = Vec::with_capacity(rows.len());
    // The library's sort weighs more than the rest of the search; there are a few dozen rows.
    for row in rows {
        let fit = fit(&letters::lower(&row.name), &typed);
        let place = ranked.partition_point(|(known, _)| *known <= fit);
        ranked.insert(place, (fit, row));
    }
    ranked.into_iter().map(|(_, row)| row).collect()
}

fn fit(name: &str, typed: &str) -> Fit {
    let begins_word = |part: &str| name.split(is_gap).any(|word| word.starts_with(part));
    let inside_word = || name.match_indices(typed).any(|(at, _)| name[..at].ends_with(is_gap));
    if name == typed {
        Fit::Same
    } else if name.starts_with(typed) {
        Fit::Begins
    } else if inside_word() {
        Fit::WordBegins
    } else if name.contains(typed) {
        Fit::Within
    } else if typed.split_whitespace().all(begins_word) {
        Fit::EveryWord
    } else {
        Fit::Elsewhere
    }
}

fn is_gap(letter: char) -> bool {
    letter.is_ascii() && !letter.is_ascii_alphanumeric()
}

#[cfg(test)]
mod tests;
