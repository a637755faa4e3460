//! `/sobjects/{type}…`: one record at a time, by id or by external id.

use http::header::LOCATION;
use http::{HeaderValue, Method, Response, StatusCode};
use serde_json::{Map, Value, json};

use super::exchange::Call;
use super::org::{Org, Record};
use super::refusal::Refusal;
use super::schema::{Field, Kind, Object};
use super::write::{Author, create, delete, existing, update};
use super::{conditional, files, ids, reply};

/// Who writes in this call.
pub(crate) fn author(call: &Call) -> Author {
    Author { user: call.user.clone(), now: call.now, version: call.version }
}

/// `POST /sobjects/{type}`.
pub(crate) fn post(org: &mut Org, call: &Call, object: &Object) -> Result<Response<Vec<u8>>, Refusal> {
    let mut body = files::body(call, object)?;
    body.retain(|name, _| !name.eq_ignore_ascii_case("attributes"));
    if body.keys().any(|name| name.eq_ignore_ascii_case("id")) {
        let message = "The Id field should not be specified in the sobject data.";
        return Err(Refusal::new(400, "INVALID_FIELD", message));
    }
    let id = create(org, &author(call), &object.name, &body)?;
    Ok(created(call, &object.name, &id))
}

fn created(call: &Call, object: &str, id: &str) -> Response<Vec<u8>> {
    let mut answer = reply::json(StatusCode::CREATED, &json!({ "id": id, "success": true, "errors": [] }));
    if let Ok(place) = HeaderValue::from_str(&call.address(&format!("/sobjects/{object}/{id}"))) {
        answer.headers_mut().insert(LOCATION, place);
    }
    answer
}

/// Any verb on `/sobjects/{type}/{id}`.
pub(crate) fn by_id(
    org: &mut Org,
    call: &Call,
    object: &Object,
    id: &str,
) -> Result<Response<Vec<u8>>, Refusal> {
    let Some(id) = ids::full(id) else {
        let message = format!("Provided external ID field does not exist or is not accessible: {id}");
        return Err(Refusal::new(404, "NOT_FOUND", message));
    };
    match method(call) {
        Method::GET | Method::HEAD => {
            let record = existing(org, &id).map_err(|refusal| missing_on_read(refusal, &id))?;
            if !org.is_row_of(record, &object.name) {
                return Err(Refusal::not_found());
            }
            let answer = read(call, object, record)?;
            org.viewed(&call.user, &id);
            Ok(answer)
        }
        Method::PATCH => {
            let record = existing(org, &id)?;
            if record.object != object.name {
                return Err(Refusal::no_such_record());
            }
            if let Some(stale) = conditional::stale(call, record)? {
                return Ok(stale);
            }
            update(org, &author(call), &id, &files::body(call, object)?)?;
            Ok(reply::empty())
        }
        Method::DELETE => {
            if existing(org, &id)?.object != object.name {
                return Err(Refusal::no_such_record());
            }
            delete(org, &author(call), &id)?;
            Ok(reply::empty())
        }
        other => Err(Refusal::wrong_method(&other, "HEAD,GET,PATCH,DELETE")),
    }
}

/// The verb, which a POST may carry as `_HttpMethod`.
fn method(call: &Call) -> Method {
    match call.parameter("_HttpMethod") {
        Some(tunnelled) if call.method == Method::POST => {
            Method::from_bytes(tunnelled.to_ascii_uppercase().as_bytes()).unwrap_or(Method::POST)
        }
        _ => call.method.clone(),
    }
}

fn missing_on_read(refusal: Refusal, id: &str) -> Refusal {
    if refusal.code == "ENTITY_IS_DELETED" {
        return refusal;
    }
    Refusal::new(
        404,
        "NOT_FOUND",
        format!("Provided external ID field does not exist or is not accessible: {id}"),
    )
}

/// Any verb on `/sobjects/{type}/{external id field}/{value}`.
pub(crate) fn by_key(
    org: &mut Org,
    call: &Call,
    object: &Object,
    field: &str,
    value: &str,
) -> Result<Response<Vec<u8>>, Refusal> {
    if let Some(bytes) = files::field_of_bytes(object, value) {
        return files::download(org, call, object, field, bytes);
    }
    if field.eq_ignore_ascii_case("Id") {
        return by_id(org, call, object, value);
    }
    let found = keyed(org, object, field, value)?;
    if found.len() > 1 {
        let places: Vec<String> =
            found.iter().map(|id| call.address(&format!("/sobjects/{}/{id}", object.name))).collect();
        return Ok(reply::json(StatusCode::MULTIPLE_CHOICES, &json!(places)));
    }
    match (method(call), found.first()) {
        (Method::PATCH, found) => {
            let done = upsert(org, call, object, field, value, found.map(String::as_str), call.object()?)?;
            Ok(match done {
                Upserted::Created(id) => {
                    let mut answer = created(call, &object.name, &id);
                    *answer.body_mut() = json!({ "id": id, "success": true, "errors": [], "created": true })
                        .to_string()
                        .into_bytes();
                    answer
                }
                Upserted::Updated(id) => {
                    reply::ok(&json!({ "id": id, "success": true, "errors": [], "created": false }))
                }
            })
        }
        (Method::GET | Method::HEAD | Method::DELETE, Some(id)) => by_id(org, call, object, id),
        (Method::GET | Method::HEAD | Method::DELETE, None) => Err(Refusal::not_found()),
        (other, _) => Err(Refusal::wrong_method(&other, "HEAD,GET,PATCH,DELETE")),
    }
}

/// What an upsert did.
pub(crate) enum Upserted {
    Created(String),
    Updated(String),
}

/// The ids of live records with this external id.
pub(crate) fn keyed(org: &Org, object: &Object, field: &str, value: &str) -> Result<Vec<String>, Refusal> {
    let known = object.field(field).filter(|field| field.access.external_id);
    let Some(known) = known else {
        let message = format!("Provided external ID field does not exist or is not accessible: {field}");
        return Err(Refusal::new(404, "NOT_FOUND", message));
    };
    Ok(org.by_key(&object.name, &known.name, value).iter().map(|record| record.id.clone()).collect())
}

/// Updates the record found by its external id, or creates it with that id.
pub(crate) fn upsert(
    org: &mut Org,
    call: &Call,
    object: &Object,
    field: &str,
    value: &str,
    found: Option<&str>,
    mut body: Map<String, Value>,
) -> Result<Upserted, Refusal> {
    body.retain(|name, _| !name.eq_ignore_ascii_case("attributes"));
    if body.keys().any(|name| name.eq_ignore_ascii_case(field)) {
        let message = format!("The {field} field should not be specified in the sobject data.");
        return Err(Refusal::new(400, "INVALID_FIELD", message));
    }
    if let Some(id) = found {
        update(org, &author(call), id, &body)?;
        return Ok(Upserted::Updated(id.to_owned()));
    }
    body.insert(field.to_owned(), json!(value));
    create(org, &author(call), &object.name, &body).map(Upserted::Created)
}

fn read(call: &Call, object: &Object, record: &Record) -> Result<Response<Vec<u8>>, Refusal> {
    if let Some(unread) = conditional::unread(call, record)? {
        return Ok(unread);
    }
    let wanted: Option<Vec<&str>> =
        call.parameter("fields").map(|fields| fields.split(',').map(str::trim).collect());
    let shown = row(object, record, wanted.as_deref(), call.version)?;
    let mut answer = reply::ok(&shown);
    conditional::describe(&mut answer, record);
    Ok(answer)
}

/// A record with the wanted fields, or all; nulls are explicit.
pub(crate) fn row(
    object: &Object,
    record: &Record,
    wanted: Option<&[&str]>,
    version: u32,
) -> Result<Value, Refusal> {
    let url = format!("/services/data/v{version}.0/sobjects/{}/{}", object.name, record.id);
    let mut shown = json!({ "attributes": { "type": object.name, "url": url } });
    match wanted {
        None => {
            for field in &object.fields {
                shown[&field.name] = cell(record, field, version);
            }
        }
        Some(names) => {
            for name in names {
                let field = object.field(name).ok_or_else(|| Refusal::no_column(name, &object.name))?;
                shown[&field.name] = cell(record, field, version);
            }
            shown["Id"] = json!(record.id);
        }
    }
    Ok(shown)
}

/// A field's value as answers show it; bytes are read at an address of their own.
fn cell(record: &Record, field: &Field, version: u32) -> Value {
    if field.kind == Kind::Base64 {
        files::address_of_bytes(record, &field.name, version)
    } else {
        record.value(&field.name).clone()
    }
}
