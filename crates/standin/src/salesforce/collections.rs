//! `/composite/sobjects…`: up to 200 records in one request, each with its own outcome.

use http::{Method, Response};
use serde_json::{Map, Value, json};

use super::exchange::Call;
use super::org::Org;
use super::refusal::Refusal;
use super::rows::{Upserted, author, keyed, row, upsert};
use super::write::{create, delete, update};
use super::{ids, recurrence, reply};

/// The most records of one request.
const LIMIT: usize = 200;
/// The most runs of records of one object.
const CHUNK_LIMIT: usize = 10;
/// The most records read at once.
const READ_LIMIT: usize = 2_000;

type Outcome = Result<(String, Option<bool>), Refusal>;

/// Any verb on `/composite/sobjects` and below.
pub(crate) fn answer(org: &mut Org, call: &Call, rest: &[String]) -> Result<Response<Vec<u8>>, Refusal> {
    match (&call.method, rest) {
        (&Method::POST, []) => written(
            org,
            call,
            |_, _| None,
            |org, call, record| {
                let object = object_name(record)?;
                create(org, &author(call), &object, record).map(|id| (id, None))
            },
        ),
        (&Method::PATCH, []) => written(
            org,
            call,
            |_, record| sent_id(record),
            |org, call, record| {
                let id = take_id(record)?;
                update(org, &author(call), &id, record).map(|()| (id, None))
            },
        ),
        (&Method::PATCH, [object, field]) => upserted(org, call, object, field),
        (&Method::DELETE, []) => deleted(org, call),
        (&Method::GET | &Method::POST, [object]) => retrieved(org, call, object),
        (other, _) => Err(Refusal::wrong_method(other, "GET,POST,PATCH,DELETE")),
    }
}

/// Writes each record in turn; with allOrNone, one failure undoes them all. `meant` is the id of the record that a sent
/// one changes.
fn written(
    org: &mut Org,
    call: &Call,
    meant: impl Fn(&Org, &Map<String, Value>) -> Option<String>,
    write: impl Fn(&mut Org, &Call, &mut Map<String, Value>) -> Outcome,
) -> Result<Response<Vec<u8>>, Refusal> {
    let body = call.json()?;
    let records =
        body["records"].as_array().ok_or_else(|| Refusal::unreadable("records must be an array"))?;
    within_limit(records.len())?;
    within_chunks(records)?;
    let all_or_none = body["allOrNone"] == Value::Bool(true);
    let master = |record: &Value| {
        let id = record.as_object().and_then(|record| meant(org, record));
        recurrence::writes_master(org, record, id.as_deref())
    };
    let masters: Vec<bool> = records.iter().map(master).collect();
    let too_many = recurrence::too_many_masters(org, masters.iter().filter(|master| **master).count());
    Ok(finish(org, all_or_none, |org| {
        records
            .iter()
            .zip(masters)
            .map(|(record, master)| match (record, &too_many) {
                (Value::Object(_), Some(refusal)) if master => Err(refusal.clone()),
                (Value::Object(record), _) => org.transact(|org| write(org, call, &mut record.clone())),
                (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_), _) => {
                    Err(Refusal::unreadable("a record must be an object"))
                }
            })
            .collect()
    }))
}

/// The id that a record names, if it is one.
fn sent_id(record: &Map<String, Value>) -> Option<String> {
    sent(record, "Id").and_then(Value::as_str).and_then(ids::full)
}

/// A member of a record; clients write names in any case.
fn sent<'a>(record: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    record.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

fn finish(
    org: &mut Org,
    all_or_none: bool,
    write: impl FnOnce(&mut Org) -> Vec<Outcome>,
) -> Response<Vec<u8>> {
    org.begin();
    let mut outcomes = write(org);
    if all_or_none && outcomes.iter().any(Result::is_err) {
        org.roll_back();
        for outcome in outcomes.iter_mut().filter(|outcome| outcome.is_ok()) {
            let message = "Record rolled back because not all records were valid and the request was using \
                           AllOrNone header";
            *outcome = Err(Refusal::write("ALL_OR_NONE_OPERATION_ROLLED_BACK", message, &[]));
        }
    } else {
        org.commit();
    }
    let results: Vec<Value> = outcomes
        .into_iter()
        .map(|outcome| match outcome {
            Ok((id, None)) => json!({ "id": id, "success": true, "errors": [] }),
            Ok((id, Some(created))) => json!({ "id": id, "success": true, "errors": [], "created": created }),
            Err(refusal) => json!({ "success": false, "errors": [refusal.collection_entry()] }),
        })
        .collect();
    reply::ok(&Value::Array(results))
}

fn within_limit(count: usize) -> Result<(), Refusal> {
    if count <= LIMIT {
        return Ok(());
    }
    let message = format!("record limit reached. cannot submit more than {LIMIT} records into this call");
    Err(Refusal::new(400, "LIMIT_EXCEEDED", message))
}

/// Neighbours of one object are written together, as one chunk.
fn within_chunks(records: &[Value]) -> Result<(), Refusal> {
    let objects: Vec<Option<&str>> =
        records.iter().map(|record| record["attributes"]["type"].as_str()).collect();
    if objects.chunk_by(|one, other| one == other).count() <= CHUNK_LIMIT {
        return Ok(());
    }
    let message = format!(
        "Cannot have more than {CHUNK_LIMIT} chunks in a single operation. Please rearrange the data to reduce chunking."
    );
    Err(Refusal::new(400, "LIMIT_EXCEEDED", message))
}

fn object_name(record: &Map<String, Value>) -> Result<String, Refusal> {
    let name = record.get("attributes").and_then(|attributes| attributes["type"].as_str());
    name.map(str::to_owned).ok_or_else(|| Refusal::new(400, "INVALID_TYPE", "a record must name its type"))
}

/// Takes the id out of a record; clients write its name in either case.
fn take_id(record: &mut Map<String, Value>) -> Result<String, Refusal> {
    let key = record.keys().find(|key| key.eq_ignore_ascii_case("id")).cloned();
    let value = key.and_then(|key| record.shift_remove(&key));
    let text = value.as_ref().and_then(Value::as_str).unwrap_or_default();
    let message = if text.is_empty() {
        "Id not specified in an update call".to_owned()
    } else {
        format!("malformed id {text}")
    };
    let code = if text.is_empty() { "MISSING_ARGUMENT" } else { "MALFORMED_ID" };
    ids::full(text).ok_or_else(|| Refusal::write(code, message, &["Id"]))
}

fn upserted(org: &mut Org, call: &Call, object: &str, field: &str) -> Result<Response<Vec<u8>>, Refusal> {
    let object = org.schema.object(object).ok_or_else(Refusal::not_found)?.clone();
    let meant = |org: &Org, record: &Map<String, Value>| {
        let value = sent(record, field).and_then(Value::as_str)?;
        keyed(org, &object, field, value).ok()?.into_iter().next()
    };
    written(org, call, meant, |org, call, record| {
        let key = record.keys().find(|key| key.eq_ignore_ascii_case(field)).cloned();
        let value = key.and_then(|key| record.shift_remove(&key));
        let value = value.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned();
        if value.is_empty() {
            return Err(Refusal::write("MISSING_ARGUMENT", format!("{field} not specified"), &[field]));
        }
        let found = keyed(org, &object, field, &value)?;
        if found.len() > 1 {
            let message =
                format!("{field}: more than one record found for external id field: [{}]", found.join(", "));
            return Err(Refusal::write("DUPLICATE_EXTERNAL_ID", message, &[field]));
        }
        let found = found.first().map(String::as_str);
        match upsert(org, call, &object, field, &value, found, record.clone())? {
            Upserted::Created(id) => Ok((id, Some(true))),
            Upserted::Updated(id) => Ok((id, Some(false))),
        }
    })
}

fn deleted(org: &mut Org, call: &Call) -> Result<Response<Vec<u8>>, Refusal> {
    let ids: Vec<String> =
        call.parameter("ids").unwrap_or_default().split(',').map(|id| id.trim().to_owned()).collect();
    within_limit(ids.len())?;
    let all_or_none = call.parameter("allOrNone") == Some("true");
    Ok(finish(org, all_or_none, |org| {
        ids.iter()
            .map(|text| {
                let malformed = || Refusal::write("MALFORMED_ID", format!("malformed id {text}"), &["Id"]);
                let id = ids::full(text).ok_or_else(malformed)?;
                org.transact(|org| delete(org, &author(call), &id)).map(|()| (id, None))
            })
            .collect()
    }))
}

/// Many records of one object; null where there is none.
fn retrieved(org: &Org, call: &Call, object: &str) -> Result<Response<Vec<u8>>, Refusal> {
    let object = org.schema.object(object).ok_or_else(Refusal::not_found)?;
    let split = |name: &str| -> Vec<String> {
        call.parameter(name).unwrap_or_default().split(',').map(|part| part.trim().to_owned()).collect()
    };
    let (wanted_ids, names) = if call.method == Method::POST {
        let body = call.json()?;
        let texts = |value: &Value| -> Vec<String> {
            value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
        };
        (texts(&body["ids"]), texts(&body["fields"]))
    } else {
        (split("ids"), split("fields"))
    };
    if wanted_ids.len() > READ_LIMIT {
        let message =
            format!("record limit reached. cannot retrieve more than {READ_LIMIT} records in this call");
        return Err(Refusal::new(400, "LIMIT_EXCEEDED", message));
    }
    let names: Vec<&str> = names.iter().map(String::as_str).filter(|name| !name.is_empty()).collect();
    let rows = wanted_ids.iter().map(|id| {
        let record = ids::full(id).and_then(|id| org.live(&id).cloned());
        match record.filter(|record| org.is_row_of(record, &object.name)) {
            Some(record) => row(object, &record, Some(&names), call.version),
            None => Ok(Value::Null),
        }
    });
    Ok(reply::ok(&Value::Array(rows.collect::<Result<_, _>>()?)))
}
