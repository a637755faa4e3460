//! Holds requests and answers against Microsoft's published types.
//!
//! Set-up makes the schema (`xtask/graph-schema.mjs`) from `@microsoft/microsoft-graph-types` with
//! `ts-json-schema-generator`, for the types listed in `data/graph-types.ts`. What the types do not know is refused;
//! members with an `@` (annotations of `OData`) pass, and so does everything in open extensions. Types say nothing of
//! what must be there: the contract tests do.

mod kinds;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use http::Method;
use jsonschema::Validator;
use serde_json::{Value, json};

/// The types of which the schema needs definitions.
pub const TYPES: [&str; 14] = [
    "AttachmentItem",
    "Calendar",
    "CalendarPermission",
    "ConvertIdResult",
    "Event",
    "ExchangeIdFormat",
    "FileAttachment",
    "MailboxSettings",
    "OpenTypeExtension",
    "OutlookCategory",
    "Recipient",
    "Subscription",
    "UploadSession",
    "User",
];
/// Types whose members nobody declares.
const OPEN: [&str; 2] = ["Extension", "OpenTypeExtension"];
/// The variable that says where set-up put the schema.
const FILE_VARIABLE: &str = "STANDIN_GRAPH_SCHEMA";

/// The most violations that are kept; the first ones tell the most.
const VIOLATION_LIMIT: usize = 100;

/// What broke the schema so far, for whoever runs tests: a client may have taken the refusal for an outage.
#[derive(Clone, Debug, Default)]
pub struct Violations(Vec<String>);

impl Violations {
    pub(super) fn note(&mut self, violation: &str) {
        if self.0.len() < VIOLATION_LIMIT {
            self.0.push(violation.to_owned());
        }
    }

    /// All that are kept, oldest first.
    #[must_use]
    pub fn all(&self) -> &[String] {
        &self.0
    }
}

/// A schema ready for use; what a type needs is compiled when it is first met.
#[derive(Debug)]
pub struct Schema {
    document: Value,
    validators: BTreeMap<&'static str, OnceLock<Validator>>,
}

impl Schema {
    /// Reads a generated schema and makes it strict.
    ///
    /// # Errors
    /// The text is no schema, or lacks a type.
    pub fn read(text: &str) -> Result<Self, String> {
        let mut document: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let definitions = document["definitions"].as_object_mut().ok_or("the schema has no definitions")?;
        if let Some(missing) = TYPES.iter().find(|name| !definitions.contains_key(**name)) {
            return Err(format!("the schema does not define {missing}"));
        }
        // An event's files are of the derived type.
        definitions.insert("Attachment".to_owned(), json!({ "$ref": "#/definitions/FileAttachment" }));
        for (name, definition) in definitions.iter_mut() {
            if definition.get("properties").is_some() {
                definition["additionalProperties"] = json!(OPEN.contains(&name.as_str()));
                definition["patternProperties"] = json!({ "@": {} });
            }
        }
        let validators = TYPES.into_iter().map(|name| (name, OnceLock::new())).collect();
        let schema = Self { document, validators };
        schema.validator("Event")?;
        Ok(schema)
    }

    /// The schema that set-up made, where it is known to the environment; elsewhere than in CI it may be missing. It is
    /// read once in a process: compiling takes longer than most tests.
    ///
    /// # Errors
    /// The file is broken, or missing in CI.
    pub fn of_set_up() -> Result<Option<Arc<Self>>, String> {
        static MADE: OnceLock<Result<Option<Arc<Schema>>, String>> = OnceLock::new();
        MADE.get_or_init(Self::made_by_set_up).clone()
    }

    fn made_by_set_up() -> Result<Option<Arc<Self>>, String> {
        let file = std::env::var_os(FILE_VARIABLE).unwrap_or_default();
        let in_ci = std::env::var("CI").is_ok_and(|value| value == "true");
        if !Path::new(&file).is_file() {
            let missing =
                format!("{FILE_VARIABLE} names no schema of Graph's types; make it with: cargo xtask setup");
            return if in_ci { Err(missing) } else { Ok(None) };
        }
        let text = std::fs::read_to_string(&file).map_err(|error| error.to_string())?;
        Self::read(&text).map(Arc::new).map(Some)
    }

    fn validator(&self, name: &str) -> Result<&Validator, String> {
        let held = self.validators.get(name).ok_or_else(|| format!("the schema does not define {name}"))?;
        if let Some(ready) = held.get() {
            return Ok(ready);
        }
        let mut document = self.document.clone();
        document["$ref"] = format!("#/definitions/{name}").into();
        let made = jsonschema::validator_for(&document).map_err(|error| format!("{name}: {error}"))?;
        Ok(held.get_or_init(|| made))
    }

    /// Says what is wrong with a value of a type.
    fn judge(&self, name: &str, value: &Value) -> Result<(), String> {
        match self.validator(name)?.iter_errors(value).next() {
            Some(error) => Err(format!("{}: {error}", error.instance_path())),
            None => Ok(()),
        }
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
    let Some(kind) = kinds::answered(path) else { return Ok(()) };
    let rows = match body.get("value").and_then(Value::as_array) {
        Some(rows) => rows.iter().collect(),
        None => vec![body],
    };
    for row in rows {
        if row.get("@removed").is_some() && row["id"].is_string() {
            continue;
        }
        schema.judge(kind, row).map_err(|wrong| format!("answer of {path}: {wrong}"))?;
    }
    Ok(())
}

/// Says what is wrong with the body of a request; one without a type is not judged.
///
/// # Errors
/// Names the first member that the types do not have.
pub fn check_request(schema: &Schema, method: &Method, path: &str, body: &Value) -> Result<(), String> {
    if body.is_null() || !path.starts_with("/v1.0/") {
        return Ok(());
    }
    let judged = match kinds::asked(method, path) {
        Some(kinds::Sent::Whole(kind)) => schema.judge(kind, body),
        Some(kinds::Sent::Members(members)) => by_member(schema, members, body),
        None => Ok(()),
    };
    judged.map_err(|wrong| format!("request {method} {path}: {wrong}"))
}

/// Parameters of an action: their names are compared without case, as Graph does.
fn by_member(schema: &Schema, members: &[(&str, kinds::Held)], body: &Value) -> Result<(), String> {
    let sent = body.as_object().ok_or("parameters are an object")?;
    for (name, value) in sent.iter().filter(|(name, _)| !name.contains('@')) {
        let known = members.iter().find(|(member, _)| member.eq_ignore_ascii_case(name));
        let (_, held) = known.ok_or_else(|| format!("/{name}: there is no such parameter"))?;
        let fits = match held {
            kinds::Held::Text => value.is_string() || value.is_null(),
            kinds::Held::Truth => value.is_boolean() || value.is_null(),
            kinds::Held::Texts => value.as_array().is_some_and(|texts| texts.iter().all(Value::is_string)),
            kinds::Held::One(kind) => {
                schema.judge(kind, value).map_err(|wrong| format!("/{name}{wrong}"))?;
                true
            }
            kinds::Held::Many(kind) => {
                let rows = value.as_array().ok_or_else(|| format!("/{name}: is no list"))?;
                rows.iter()
                    .try_for_each(|row| schema.judge(kind, row))
                    .map_err(|wrong| format!("/{name}{wrong}"))?;
                true
            }
        };
        if !fits {
            return Err(format!("/{name}: {value} does not fit"));
        }
    }
    Ok(())
}
