//! `POST /services/data/vXX.X/parameterizedSearch`:
//! <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_search_parameterized.htm>
//!
//! The text is plain, without an escaping grammar. "Show more" asks again with a higher limit (PIC-2).

use calbridge_rules::id::{ApiName, RecordId};

use super::{data, errors, query::Row};
use crate::{
    call::{CallError, Endpoint},
    json,
    message::{Method, Reply, Request},
    outgoing,
    tree::object,
    value::{Value, texts},
};

/// The highest limit per object that a search takes.
pub const LIMIT_MOST: u32 = 2000;
/// The shortest text worth sending, in characters (PIC-2).
pub const TEXT_LEAST: usize = 2;

/// Finds records by what a user typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    /// The API version.
    pub version: String,
    /// What was typed, at least [`TEXT_LEAST`] characters.
    pub text: String,
    /// The objects to look in.
    pub objects: Vec<SearchObject>,
    /// Records of each object at most, up to [`LIMIT_MOST`].
    pub limit: u32,
}

/// An object to look in, with the fields that are shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchObject {
    /// The object.
    pub object: ApiName,
    /// The field that names a record.
    pub name_field: &'static str,
    /// The fields of the second line.
    pub detail_fields: &'static [&'static str],
    /// Which records count, where not all do.
    pub condition: Option<&'static str>,
}

/// A record found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The record.
    pub record: RecordId,
    /// Its object.
    pub object: ApiName,
    /// Its name.
    pub name: String,
    /// A second line that tells it from its namesakes; may be empty.
    pub detail: String,
}

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchPage {
    /// The records, best first.
    pub found: Vec<Found>,
    /// Whether a higher limit may find more.
    pub more: bool,
}

impl SearchObject {
    /// What is shown of an object; custom objects have a name only.
    pub fn of(object: ApiName) -> Self {
        let (name_field, detail_fields): (&str, &[&str]) = match object.as_str() {
            "Contact" => ("Name", &["Account.Name", "Email"]),
            "Lead" => ("Name", &["Company", "Email"]),
            "Account" => ("Name", &["BillingCity", "Website"]),
            "Opportunity" => ("Name", &["Account.Name", "StageName"]),
            "Case" => ("CaseNumber", &["Subject", "Account.Name"]),
            "Campaign" => ("Name", &["Status"]),
            "Contract" => ("ContractNumber", &["Account.Name"]),
            "Order" => ("OrderNumber", &["Account.Name"]),
            "Asset" => ("Name", &["Account.Name"]),
            "Product2" => ("Name", &["ProductCode"]),
            "Solution" => ("SolutionName", &[]),
            _ => ("Name", &[]),
        };
        // A converted Lead takes no Events any more.
        let condition = (object.as_str() == "Lead").then_some("IsConverted = false");
        Self { object, name_field, detail_fields, condition }
    }

    fn asked(&self) -> Value {
        let mut fields = vec!["Id", self.name_field];
        fields.extend(self.detail_fields);
        let mut asked = vec![("name", Value::from(self.object.as_str())), ("fields", texts(&fields))];
        if let Some(condition) = self.condition {
            asked.push(("where", Value::from(condition)));
        }
        object(asked)
    }

    pub(super) fn found(&self, row: &Row) -> Result<Found, CallError> {
        let details: Vec<&str> = self.detail_fields.iter().map(|field| row.text(field)).collect();
        let named = row.text(self.name_field);
        Ok(Found {
            record: row.record("Id")?,
            object: self.object.clone(),
            name: if named.is_empty() { row.text("Name") } else { named }.to_owned(),
            detail: super::opportunities::joined(&details),
        })
    }
}

impl Endpoint for Search {
    type Answer = SearchPage;

    fn request(&self, base: &str) -> Request {
        let limit = self.limit.min(LIMIT_MOST);
        let objects: Vec<Value> = self.objects.iter().map(SearchObject::asked).collect();
        let body = object([
            ("q", Value::from(self.text.as_str())),
            ("in", Value::from("ALL")),
            ("sobjects", Value::Array(objects)),
            ("defaultLimit", Value::from(limit)),
            ("overallLimit", Value::from(LIMIT_MOST)),
        ]);
        outgoing::json(Method::Post, &data(base, &self.version, "parameterizedSearch"), &body)
    }

    fn read(&self, reply: &Reply) -> Result<SearchPage, CallError> {
        errors::check(reply)?;
        let mut body = json::body(reply)?;
        let Some(Value::Array(rows)) = body.take("searchRecords") else {
            return Err(json::malformed("a search's answer has no searchRecords"));
        };
        let rows: Vec<Row> = rows.into_iter().map(Row).collect();
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let full = |object: &SearchObject| count(&rows, object) >= limit && self.limit < LIMIT_MOST;
        let more = self.objects.iter().any(full);
        let mut found = Vec::with_capacity(rows.len());
        for row in &rows {
            if let Some(object) = self.objects.iter().find(|object| object.object.as_str() == row.object()) {
                found.push(object.found(row)?);
            }
        }
        Ok(SearchPage { found, more })
    }
}

fn count(rows: &[Row], object: &SearchObject) -> usize {
    rows.iter().filter(|row| row.object() == object.object.as_str()).count()
}
