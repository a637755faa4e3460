//! `POST /users/{id}/translateExchangeIds`
//! <https://learn.microsoft.com/graph/api/user-translateexchangeids>

use serde_json::{Value, json};

use super::ids::{self, Form};
use super::mailbox::Mailbox;
use super::odata::Asked;
use super::reply::{Outcome, bad_request, ok};

/// The most ids one request translates.
const ID_LIMIT: usize = 1_000;

pub(super) fn answer(mailbox: &Mailbox, asked: &Asked) -> Outcome {
    let body =
        asked.json().ok_or_else(|| bad_request("BadRequest", "Unable to read JSON request payload."))?;
    let form = |name: &str| body[name].as_str().and_then(Form::named);
    let (Some(source), Some(target)) = (form("sourceIdType"), form("targetIdType")) else {
        return Err(bad_request("ErrorInvalidRequest", "The id formats are not understood."));
    };
    let ids = body["inputIds"].as_array().ok_or_else(|| bad_request("BadRequest", "inputIds is missing."))?;
    if ids.len() > ID_LIMIT {
        return Err(bad_request("ErrorInvalidRequest", "At most 1000 ids are translated at once."));
    }
    let rows: Vec<Value> =
        ids.iter().map(|id| translated(mailbox, id.as_str().unwrap_or_default(), source, target)).collect();
    Ok(ok(json!({ "value": rows })))
}

fn translated(mailbox: &Mailbox, id: &str, source: Form, target: Form) -> Value {
    let named = ids::read(id, source)
        .and_then(|named| if source.outlives_moves() { Some(named) } else { mailbox.resolve(named) });
    match named {
        Some(item) => json!({ "sourceId": id, "targetId": mailbox.id(item, target) }),
        None => json!({
            "sourceId": id,
            "errorDetails": { "code": "ErrorInvalidIdMalformed", "message": "Id is malformed." },
        }),
    }
}
