//! What the org answers when it refuses: status, code, message, fields.

use http::{Response, StatusCode};
use serde_json::{Value, json};

use super::reply;

/// One refusal; the body is always an array, of one or of several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub status: u16,
    pub code: &'static str,
    pub message: String,
    /// Present (maybe empty) for refused writes, absent for queries and sessions.
    pub fields: Option<Vec<String>>,
    /// What else the entry of an error array says, by its key.
    pub detail: Option<Box<(&'static str, Value)>>,
}

impl Refusal {
    /// A refused request that names no fields.
    pub(crate) fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), fields: None, detail: None }
    }

    /// A refused write that names the fields at fault.
    pub(crate) fn write(code: &'static str, message: impl Into<String>, fields: &[&str]) -> Self {
        let fields = Some(fields.iter().map(|&field| field.to_owned()).collect());
        Self { status: 400, code, message: message.into(), fields, detail: None }
    }

    /// A broken rule of the object's own making.
    pub(crate) fn integrity(message: impl Into<String>, fields: &[&str]) -> Self {
        Self::write("FIELD_INTEGRITY_EXCEPTION", message, fields)
    }

    /// Fields the caller may not write.
    pub(crate) fn read_only(fields: &[&str]) -> Self {
        let message = format!(
            "Unable to create/update fields: {}. Please check the security settings of this field and verify that it is \
             read/write for your profile or permission set.",
            fields.join(", ")
        );
        Self::write("INVALID_FIELD_FOR_INSERT_UPDATE", message, fields)
    }

    /// An address, type or record that is not there.
    pub(crate) fn not_found() -> Self {
        Self::new(404, "NOT_FOUND", "The requested resource does not exist")
    }

    /// A record in the recycle bin.
    pub(crate) fn deleted() -> Self {
        Self { status: 404, ..Self::write("ENTITY_IS_DELETED", "entity is deleted", &[]) }
    }

    /// An id that belongs to nothing.
    pub(crate) fn no_such_record() -> Self {
        Self { status: 404, ..Self::write("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", &[]) }
    }

    /// A record the caller may not see.
    pub(crate) fn no_access(id: &str) -> Self {
        let short = id.get(..15).unwrap_or(id);
        let message = format!("insufficient access rights on cross-reference id: {short}");
        Self::write("INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", message, &[])
    }

    /// A name that is no field of the object.
    pub(crate) fn no_column(field: &str, object: &str) -> Self {
        Self::new(400, "INVALID_FIELD", format!("No such column '{field}' on sobject of type {object}"))
    }

    /// A body or value that cannot be read.
    pub(crate) fn unreadable(message: impl Into<String>) -> Self {
        Self::new(400, "JSON_PARSER_ERROR", message)
    }

    /// One request more than the org may make in a day.
    pub(crate) fn used_up() -> Self {
        Self::new(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
    }

    /// A verb the resource does not know.
    pub(crate) fn wrong_method(method: &http::Method, allowed: &str) -> Self {
        let message = format!("HTTP Method '{method}' not allowed. Allowed are {allowed}");
        Self::new(405, "METHOD_NOT_ALLOWED", message)
    }

    /// The entry of an error array.
    pub(crate) fn entry(&self) -> Value {
        let mut entry = json!({ "message": self.message, "errorCode": self.code });
        if let Some(fields) = &self.fields {
            entry["fields"] = json!(fields);
        }
        if let Some((key, detail)) = self.detail.as_deref() {
            entry[*key] = detail.clone();
        }
        entry
    }

    /// The entry inside a collections result, which names its code `statusCode`.
    pub(crate) fn collection_entry(&self) -> Value {
        json!({ "statusCode": self.code, "message": self.message, "fields": self.fields.clone().unwrap_or_default() })
    }

    /// The whole answer.
    pub(crate) fn answer(&self) -> Response<Vec<u8>> {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_REQUEST);
        reply::json(status, &json!([self.entry()]))
    }
}
