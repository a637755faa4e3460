//! The org's My Domain: sign-in, REST API, record pages, as the vendor's documents describe them.
//!
//! One request comes in, one answer goes out; who may ask is settled here, what is asked is settled by the modules.

mod backstage;
mod collections;
mod composite;
mod conditional;
mod describe;
mod duplicates;
mod event;
mod exchange;
mod files;
mod ids;
mod index;
mod journal;
mod limits;
mod load;
mod moment;
mod multipart;
mod oauth;
mod org;
mod page;
mod profiles;
mod query;
mod recent;
mod record;
mod record_types;
mod recurrence;
mod recycle;
mod refusal;
mod relations;
mod replication;
mod reply;
mod rows;
mod schema;
mod search;
mod session;
mod shell;
mod soql;
mod sosl;
mod state;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod value;
mod wire;
mod write;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS, ORIGIN, VARY,
};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use serde_json::json;

use crate::Setup;
use exchange::Call;
pub use org::Org;
use refusal::Refusal;

/// Writable fields the vendor keeps off its own layouts.
const HIDDEN_ON_LAYOUT: [&str; 9] = [
    "ActivityDateTime",
    "ActivityDate",
    "DurationInMinutes",
    "EventSubtype",
    "EventWhoIds",
    "Recurrence2PatternText",
    "IsConverted",
    "IsUnreadByOwner",
    "RecurrenceStartDateTime",
];
/// Fields the Event layout asks for although a write could leave them out.
const ASKED_OF_EVENTS: [&str; 4] = ["Subject", "StartDateTime", "EndDateTime", "OwnerId"];

/// Answers one request.
pub fn answer(org: &mut Org, now: DateTime<Utc>, request: Request<Vec<u8>>) -> Response<Vec<u8>> {
    let setup = request.extensions().get::<Arc<Setup>>().cloned().unwrap_or_default();
    org.asked = now;
    if let Err(refusal) = wire::check_head(&request) {
        return refusal.answer();
    }
    let path = exchange::segments(request.uri().path());
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    if let Some(shown) = person(org, &setup, now, &request, &path) {
        return shown;
    }
    let origin = request.headers().get(ORIGIN).cloned();
    let foreign = origin.as_ref().is_some_and(|origin| !allowed(org, origin));
    if foreign {
        return reply::status_only(StatusCode::FORBIDDEN);
    }
    let answer = if request.method() == Method::OPTIONS {
        preflight(&request)
    } else {
        let headers = request.headers().clone();
        wire::dressed(&headers, machine(org, &setup, now, request, &path))
    };
    shared(answer, origin)
}

/// Reads a statement for fuzzing.
#[cfg(feature = "fuzzing")]
pub(crate) fn fuzz_soql(text: &str, now: DateTime<Utc>) {
    soql::read_twice(text, now);
}

/// Reads a search for fuzzing.
#[cfg(feature = "fuzzing")]
pub(crate) fn fuzz_sosl(text: &str, now: DateTime<Utc>) {
    drop(sosl::Search::read(&schema::Schema::default(), text, now));
}

/// The answer to a body that is longer than the server reads.
pub(crate) fn too_large() -> Response<Vec<u8>> {
    wire::too_large().answer()
}

/// An answer that the browser page which asked may read.
pub(crate) fn shared(mut answer: Response<Vec<u8>>, origin: Option<HeaderValue>) -> Response<Vec<u8>> {
    if let Some(origin) = origin {
        let headers = answer.headers_mut();
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert("access-control-allow-credentials", HeaderValue::from_static("true"));
        headers.append(VARY, HeaderValue::from_static("Origin"));
    }
    answer
}

/// Whether a browser page of this origin may call: the org's list, and the org itself.
fn allowed(org: &Org, origin: &HeaderValue) -> bool {
    let Ok(origin) = origin.to_str() else { return false };
    org.my_domain == origin || org.origins.iter().any(|known| known == origin)
}

fn preflight(request: &Request<Vec<u8>>) -> Response<Vec<u8>> {
    let mut answer = reply::status_only(StatusCode::OK);
    let headers = answer.headers_mut();
    let methods = HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, methods);
    if let Some(asked) = request.headers().get(ACCESS_CONTROL_REQUEST_HEADERS) {
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, asked.clone());
    }
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400"));
    answer
}

/// What a person's browser opens as a page; no allow-list applies to navigations.
fn person(
    org: &mut Org,
    setup: &Setup,
    now: DateTime<Utc>,
    request: &Request<Vec<u8>>,
    path: &[&str],
) -> Option<Response<Vec<u8>>> {
    match path {
        ["services", "oauth2", "authorize"] if request.method() != Method::OPTIONS => {
            Some(oauth::authorize(org, setup, now, request))
        }
        [] => Some(reply::html(StatusCode::OK, page::start(org))),
        [id] | ["lightning", "r", id, "view"] | ["lightning", "r", _, id, "view"] => {
            let id = ids::full(id);
            let record = id.as_ref().and_then(|id| org.record(id));
            Some(match record {
                Some(record) if record.deleted => {
                    reply::html(StatusCode::NOT_FOUND, page::missing("The record was deleted."))
                }
                Some(record) => reply::html(StatusCode::OK, page::record(org, record)),
                None => reply::html(StatusCode::NOT_FOUND, page::missing("There is no such record.")),
            })
        }
        _ => None,
    }
}

/// What programs call.
fn machine(
    org: &mut Org,
    setup: &Setup,
    now: DateTime<Utc>,
    request: Request<Vec<u8>>,
    path: &[&str],
) -> Response<Vec<u8>> {
    match path {
        ["services", "oauth2", "token"] => return oauth::token(org, setup, now, &request),
        ["services", "oauth2", "revoke"] => return oauth::revoke(org, &request),
        ["services", "data"] => return reply::ok(&describe::versions()),
        _ => {}
    }
    let user = match oauth::signed_in(org, now, &request) {
        Ok(user) => user,
        Err(refusal) => return refusal.answer(),
    };
    match path {
        ["services", "oauth2", "userinfo"] => {
            return oauth::userinfo(org, &user).unwrap_or_else(|refusal| refusal.answer());
        }
        ["id", _, id] => {
            let found = ids::full(id).and_then(|id| org.live(&id).map(|user| oauth::identity(org, user)));
            return found.map_or_else(|| Refusal::not_found().answer(), |identity| reply::ok(&identity));
        }
        _ => {}
    }
    let version = match path {
        ["services", "data", version, ..] => api_version(version),
        _ => None,
    };
    let Some(version) = version else { return Refusal::not_found().answer() };
    let within_limit = org.usage.count(now);
    let mut answer = if within_limit {
        let parameters = exchange::parameters(&request);
        let (parts, body) = request.into_parts();
        let path = path[3..].iter().map(|&segment| segment.to_owned()).collect();
        let body = wire::unpacked(&parts.headers, body);
        let answer = body.and_then(|body| {
            wire::check_type(&parts.headers, &body)?;
            let (method, headers) = (parts.method, parts.headers);
            let call = Call { method, path, parameters, body, headers, user, now, version };
            org.serve(&call);
            let answer = route(org, &call);
            org.served();
            answer
        });
        answer.unwrap_or_else(|refusal| refusal.answer())
    } else {
        Refusal::used_up().answer()
    };
    org.usage.tell(&mut answer);
    answer
}

fn api_version(segment: &str) -> Option<u32> {
    let number = segment.strip_prefix('v')?.strip_suffix(".0")?.parse().ok()?;
    (describe::OLDEST..=describe::NEWEST).contains(&number).then_some(number)
}

/// Resources of the REST API, below the version.
fn route(org: &mut Org, call: &Call) -> Result<Response<Vec<u8>>, Refusal> {
    let path: Vec<&str> = call.path.iter().map(String::as_str).collect();
    let get = || match call.method {
        Method::GET | Method::HEAD => Ok(()),
        _ => Err(Refusal::wrong_method(&call.method, "HEAD,GET")),
    };
    match path.as_slice() {
        ["sobjects", rest @ ..] => org.transact(|org| sobjects(org, call, rest)),
        ["composite", ..] => composite::answer(org, call),
        ["search"] => get().and_then(|()| search::found(org, call)),
        ["tabs"] => get().map(|()| reply::ok(&shell::tabs(org, call))),
        ["theme"] => get().map(|()| reply::ok(&shell::theme(org))),
        ["quickActions"] => get().map(|()| reply::ok(&json!([]))),
        ["parameterizedSearch"] => search::parameterized(org, call),
        [] => get().map(|()| reply::ok(&describe::resources(org, call))),
        ["query"] => get().and_then(|()| query::run(org, call, false)),
        ["queryAll"] => get().and_then(|()| query::run(org, call, true)),
        ["query" | "queryAll", place] => get().and_then(|()| query::more(org, call, place)),
        ["recent"] => get().and_then(|()| recent::recent(org, call)),
        ["limits"] => get().map(|()| reply::ok(&limits::report(org))),
        _ => Err(Refusal::not_found()),
    }
}

fn sobjects(org: &mut Org, call: &Call, rest: &[&str]) -> Result<Response<Vec<u8>>, Refusal> {
    let Some((name, rest)) = rest.split_first() else { return describe::global(org, call) };
    let object = Arc::clone(org.schema.object(name).ok_or_else(Refusal::not_found)?);
    if object.name == Org::RECENTLY_VIEWED && rest.first() != Some(&"describe") {
        return Err(Refusal::not_found());
    }
    match rest {
        [] if call.method == Method::POST => rows::post(org, call, &object),
        [] if call.method == Method::GET => {
            let items = recent::items(org, call, 200, Some(&object.name));
            Ok(reply::ok(&json!({ "objectDescribe": describe::head(&object, call), "recentItems": items })))
        }
        [] => Err(Refusal::wrong_method(&call.method, "HEAD,GET,POST")),
        ["describe"] => describe::describe(org, call, &object),
        ["describe", "layouts"] => describe::layouts(call, &object, None).map(|value| reply::ok(&value)),
        ["describe", "layouts", record_type] => {
            describe::layouts(call, &object, Some(record_type)).map(|value| reply::ok(&value))
        }
        ["describe", "compactLayouts"] => Ok(reply::ok(&describe::compact_layouts(&object))),
        ["updated"] => replication::updated(org, call, &object),
        ["deleted"] => replication::deleted(org, call, &object),
        ["listviews"] => Ok(reply::ok(&shell::list_views(&object))),
        ["quickActions"] => Ok(reply::ok(&json!([]))),
        ["describe", "approvalLayouts"] => Ok(reply::ok(&json!({ "approvalLayouts": [] }))),
        ["describe", "namedLayouts", _] => Ok(reply::ok(&shell::named_layouts())),
        [id, "fromThisEventOnwards"] if object.name == "Event" => recurrence::end_from(org, call, id),
        [id] => rows::by_id(org, call, &object, id),
        [field, value] => rows::by_key(org, call, &object, field, value),
        _ => Err(Refusal::not_found()),
    }
}
