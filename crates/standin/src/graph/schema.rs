//! Holds the stand-in's own answers against Microsoft's published types.
//!
//! The schema is generated in set-up with `ts-json-schema-generator` from `@microsoft/microsoft-graph-types`, for one
//! interface that has a member of each type in [`TYPES`], so that its `definitions` hold them all. What the types do
//! not know is refused; members with an `@` (annotations of `OData`) pass, and so does everything in open extensions.
//! Types say nothing of what must be there: the contract tests do.

use std::collections::BTreeMap;

use jsonschema::Validator;
use serde_json::{Value, json};

/// The types of which the schema needs definitions.
pub const TYPES: [&str; 12] = [
    "Calendar",
    "CalendarPermission",
    "ConvertIdResult",
    "Event",
    "FileAttachment",
    "MailboxSettings",
    "OpenTypeExtension",
    "OutlookCategory",
    "Subscription",
    "UploadSession",
    "User",
    "ResponseStatus",
];
/// Types whose members nobody declares.
const OPEN: [&str; 2] = ["Extension", "OpenTypeExtension"];

/// A schema ready for use.
#[derive(Debug)]
pub struct Schema {
    validators: BTreeMap<&'static str, Validator>,
}

impl Schema {
    /// Reads a generated schema and makes it strict.
    ///
    /// # Errors
    /// The text is no schema of these types.
    pub fn read(text: &str) -> Result<Self, String> {
        let mut schema: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let definitions = schema["definitions"].as_object_mut().ok_or("the schema has no definitions")?;
        if definitions.contains_key("FileAttachment") {
            // An event's files are of the derived type.
            definitions.insert("Attachment".to_owned(), json!({ "$ref": "#/definitions/FileAttachment" }));
        }
        for (name, definition) in definitions.iter_mut() {
            if definition.get("properties").is_some() {
                definition["additionalProperties"] = json!(OPEN.contains(&name.as_str()));
                definition["patternProperties"] = json!({ "@": {} });
            }
        }
        let held: Vec<&str> = TYPES.into_iter().filter(|name| definitions.contains_key(*name)).collect();
        let mut validators = BTreeMap::new();
        for name in TYPES.into_iter().filter(|name| held.contains(name)) {
            schema["$ref"] = format!("#/definitions/{name}").into();
            let validator = jsonschema::validator_for(&schema).map_err(|error| format!("{name}: {error}"))?;
            validators.insert(name, validator);
        }
        if !validators.contains_key("Event") {
            return Err("the schema does not define Event".to_owned());
        }
        Ok(Self { validators })
    }
}

/// Says what is wrong with an answer to a request for a path; a path without a type is not judged.
///
/// # Errors
/// Names the first row and member that the types do not have.
pub fn check(schema: &Schema, path: &str, body: &Value) -> Result<(), String> {
    if !path.starts_with("/v1.0/") {
        return Ok(());
    }
    if let Some(error) = body.get("error") {
        let texts = error["code"].is_string() && error["message"].is_string();
        return if texts { Ok(()) } else { Err(format!("{path}: a refusal needs code and message")) };
    }
    let Some(validator) = kind(path).and_then(|kind| schema.validators.get(kind)) else { return Ok(()) };
    let rows = match body.get("value").and_then(Value::as_array) {
        Some(rows) => rows.iter().collect(),
        None => vec![body],
    };
    for row in rows {
        if row.get("@removed").is_some() && row["id"].is_string() {
            continue;
        }
        if let Some(error) = validator.iter_errors(row).next() {
            return Err(format!("{path}: {}: {error}", error.instance_path()));
        }
    }
    Ok(())
}

/// The type of what a path answers.
fn kind(path: &str) -> Option<&'static str> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).skip(1).collect();
    match parts[..] {
        ["users" | "groups", _] => Some("User"),
        ["subscriptions", ..] => Some("Subscription"),
        [.., "mailboxSettings"] => Some("MailboxSettings"),
        [.., "calendar" | "calendars"] | [.., "calendars", _] => Some("Calendar"),
        [.., "calendarPermissions"] | [.., "calendarPermissions", _] => Some("CalendarPermission"),
        [.., "translateExchangeIds"] => Some("ConvertIdResult"),
        [.., "masterCategories"] | [.., "masterCategories", _] => Some("OutlookCategory"),
        [.., "createUploadSession"] => Some("UploadSession"),
        [.., "attachments"] | [.., "attachments", _] => Some("FileAttachment"),
        [.., "extensions"] | [.., "extensions", _] => Some("OpenTypeExtension"),
        [.., "calendarView" | "events" | "instances" | "delta"] | [.., "events", _] => Some("Event"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = r##"{"definitions": {
        "Event": {"type": "object", "additionalProperties": false, "properties": {
            "id": {"type": "string"}, "attachments": {"type": "array", "items": {"$ref": "#/definitions/Attachment"}}}},
        "Attachment": {"type": "object", "additionalProperties": false, "properties": {"name": {"type": "string"}}},
        "FileAttachment": {"type": "object", "additionalProperties": false, "properties": {
            "name": {"type": "string"}, "contentBytes": {"type": "number"}}},
        "Extension": {"type": "object", "properties": {"id": {"type": "string"}}}
    }}"##;

    #[track_caller]
    fn verdict(path: &str, body: &Value) -> Result<(), String> {
        check(&Schema::read(SMALL).expect("a schema"), path, body)
    }

    #[test]
    fn a_member_the_types_do_not_have_is_named() {
        let events = "/v1.0/users/mara@brightwater.example/events";
        assert_eq!(verdict(events, &json!({ "value": [{ "id": "a", "@odata.etag": "b" }] })), Ok(()));
        let wrong = verdict(events, &json!({ "value": [{ "id": "a" }, { "id": "b", "uid": "c" }] }));
        assert!(wrong.expect_err("a violation").contains("uid"));
        let wrong = verdict(&format!("{events}/x"), &json!({ "id": 3 }));
        assert!(wrong.expect_err("a violation").contains("/id"));
    }

    #[test]
    fn removal_rows_files_and_refusals_have_shapes_of_their_own() {
        let delta = "/v1.0/users/mara@brightwater.example/calendarView/delta";
        let removal = json!({ "value": [{ "id": "a", "@removed": { "reason": "deleted" } }] });
        assert_eq!(verdict(delta, &removal), Ok(()));
        let file = json!({ "id": "a", "attachments": [{ "name": "x", "contentBytes": 1 }] });
        assert_eq!(verdict("/v1.0/users/mara/events/1", &file), Ok(()));
        assert!(verdict(delta, &json!({ "error": { "code": "x" } })).is_err());
        assert_eq!(verdict(delta, &json!({ "error": { "code": "x", "message": "y" } })), Ok(()));
    }

    #[test]
    fn a_text_that_is_no_schema_is_refused() {
        assert!(Schema::read("{}").is_err());
        assert!(Schema::read(r#"{"definitions": {}}"#).is_err());
    }
}
