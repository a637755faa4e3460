//! Duplicate rules: a save that looks like a record that is there already is refused, or only warned of.

use serde::Deserialize;
use serde_json::{Value, json};

use super::index::indexed;
use super::org::{Org, Record, Values};
use super::refusal::Refusal;
use super::schema::Object;
use super::write::Author;

/// The most matches a refusal lists.
const MATCH_LIMIT: usize = 100;

/// One rule of an administrator.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct DuplicateRule {
    pub name: String,
    /// The object whose records it looks at as they are saved.
    pub object: String,
    /// The object it compares them with, when that is another.
    against: Option<String>,
    /// The fields that must all be equal.
    fields: Vec<String>,
    /// The name of the matching rule.
    #[serde(default = "matching_rule")]
    matching_rule: String,
    action: Action,
    #[serde(default = "message")]
    message: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Action {
    /// Nothing gets past.
    Block,
    /// The caller may save all the same.
    Alert,
}

fn matching_rule() -> String {
    "Standard_Match_Rule".to_owned()
}

fn message() -> String {
    "Use one of these records?".to_owned()
}

impl DuplicateRule {
    fn against(&self) -> &str {
        self.against.as_deref().unwrap_or(&self.object)
    }

    /// The live records that look the same.
    fn matches<'a>(&self, org: &'a Org, id: &str, values: &Values) -> Vec<&'a Record> {
        let text = |field: &str| values.get(field).and_then(Value::as_str).unwrap_or_default();
        if self.fields.iter().any(|field| text(field).is_empty()) {
            return Vec::new();
        }
        let object = org.whole.object(self.against());
        let key = self
            .fields
            .iter()
            .find(|field| object.and_then(|object| object.field(field)).is_some_and(indexed));
        let found: Vec<&Record> = match key {
            Some(key) => org.stored_by_key(self.against(), key, text(key)),
            None => org.every_row(self.against()).collect(),
        };
        let same = |record: &Record| {
            self.fields.iter().all(|field| record.text(field).to_lowercase() == text(field).to_lowercase())
        };
        let found = found.into_iter().filter(|record| !record.deleted && record.id != id);
        found.filter(|record| same(record)).take(MATCH_LIMIT).collect()
    }

    fn refusal(&self, org: &Org, author: &Author, found: &[&Record]) -> Refusal {
        let matched: Vec<Value> = found
            .iter()
            .map(|record| {
                json!({
                    "additionalInformation": [], "fieldDiffs": [], "matchConfidence": 100.0,
                    "record": self.shown(org, author, record),
                })
            })
            .collect();
        let detail = json!({
            "allowSave": self.action == Action::Alert,
            "duplicateRule": self.name,
            "duplicateRuleEntityType": self.object,
            "errorMessage": self.message,
            "matchResults": [{
                "entityType": self.against(), "errors": [], "matchEngine": "ExactMatchEngine",
                "matchRecords": matched, "rule": self.matching_rule, "size": found.len(), "success": true,
            }],
        });
        // The key is misspelt on the wire.
        Refusal {
            detail: Some(Box::new(("duplicateResut", detail))),
            ..Refusal::new(400, "DUPLICATES_DETECTED", self.message.clone())
        }
    }

    fn shown(&self, org: &Org, author: &Author, record: &Record) -> Value {
        let url = format!("/services/data/v{}.0/sobjects/{}/{}", author.version, record.object, record.id);
        let mut shown = json!({ "attributes": { "type": record.object, "url": url }, "Id": record.id });
        if org.caller.duplicates.include_record_details {
            for field in &self.fields {
                shown[field] = record.value(field).clone();
            }
        }
        shown
    }
}

/// Refuses a record a rule finds a match of, unless the rule only warns and the caller saves all the same.
pub(crate) fn check(
    org: &Org,
    author: &Author,
    object: &Object,
    id: &str,
    values: &Values,
) -> Result<(), Refusal> {
    for rule in org.duplicate_rules.iter().filter(|rule| rule.object == object.name) {
        if rule.action == Action::Alert && org.caller.duplicates.allow_save {
            continue;
        }
        let found = rule.matches(org, id, values);
        if !found.is_empty() {
            return Err(rule.refusal(org, author, &found));
        }
    }
    Ok(())
}

impl Org {
    /// Reads the duplicate rules of a world.
    pub(crate) fn learn_duplicate_rules(&mut self, part: &Value) -> Result<(), String> {
        if part["duplicateRules"].is_null() {
            return Ok(());
        }
        let rules: Vec<DuplicateRule> = Vec::deserialize(&part["duplicateRules"])
            .map_err(|error| format!("salesforce.duplicateRules: {error}"))?;
        for rule in &rules {
            for name in [rule.object.as_str(), rule.against()] {
                let unknown = || format!("duplicate rule {}: no object {name}", rule.name);
                let object = self.whole.object(name).ok_or_else(unknown)?;
                if let Some(field) = rule.fields.iter().find(|field| object.field(field).is_none()) {
                    return Err(format!("duplicate rule {}: no field {name}.{field}", rule.name));
                }
            }
        }
        self.duplicate_rules = rules;
        Ok(())
    }
}
