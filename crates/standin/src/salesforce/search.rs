//! `/parameterizedSearch` and `/recent`.

use http::{Method, Response};
use serde_json::{Value, json};

use super::exchange::Call;
use super::org::{Org, Record};
use super::refusal::Refusal;
use super::schema::{Kind, Object};
use super::soql::{self, Path};
use super::{moment, reply};

/// The most rows of one search.
const OVERALL_LIMIT: usize = 2_000;
/// The most rows of one object when nothing narrows it.
const OBJECT_LIMIT: usize = 250;
/// The shortest search, in characters.
const SHORTEST: usize = 2;
const RECENT_LIMIT: usize = 200;

/// A search as either verb carries it.
#[derive(Debug, Default)]
struct Search {
    text: String,
    scope: String,
    fields: Vec<String>,
    objects: Vec<Wanted>,
    default_limit: Option<usize>,
    overall_limit: Option<usize>,
}

#[derive(Debug, Default)]
struct Wanted {
    name: String,
    fields: Vec<String>,
    limit: Option<usize>,
    condition: Option<String>,
}

/// `GET` or `POST /parameterizedSearch`.
pub(crate) fn parameterized(org: &Org, call: &Call) -> Result<Response<Vec<u8>>, Refusal> {
    let search = match call.method {
        Method::POST => posted(&call.json()?)?,
        _ => asked(call)?,
    };
    let words = words(&search.text);
    if words.iter().map(|word| word.chars().count()).sum::<usize>() < SHORTEST {
        let message = "search term must be longer than one character";
        return Err(Refusal::new(400, "MALFORMED_SEARCH", message));
    }
    if search.objects.is_empty() {
        return Err(Refusal::new(400, "ILLEGAL_QUERY_PARAMETER_VALUE", "No sobjects to search were given"));
    }
    let overall = search.overall_limit.unwrap_or(OVERALL_LIMIT).min(OVERALL_LIMIT);
    let mut found = Vec::new();
    for wanted in &search.objects {
        let object = org.schema.object(&wanted.name).ok_or_else(|| {
            Refusal::new(400, "INVALID_TYPE", format!("sObject type '{}' is not supported.", wanted.name))
        })?;
        let limit = wanted.limit.or(search.default_limit).unwrap_or(OBJECT_LIMIT);
        let condition = match &wanted.condition {
            Some(text) => Some(soql::condition(&org.schema, object, text, call.now)?),
            None => None,
        };
        let names = if wanted.fields.is_empty() { &search.fields } else { &wanted.fields };
        let paths = paths(org, object, names)?;
        let hits = org
            .rows(&object.name)
            .filter(|record| !record.deleted && matches(object, record, &search.scope, &words))
            .filter(|record| condition.as_ref().is_none_or(|condition| soql::holds(org, record, condition)));
        let mut hits: Vec<&Record> = hits.collect();
        hits.sort_by_key(|record| rank(object, record, &words));
        found.extend(
            hits.into_iter().take(limit).map(|record| soql::shown(org, record, &paths, call.version)),
        );
    }
    found.truncate(overall);
    Ok(reply::ok(&json!({ "searchRecords": found })))
}

fn paths(org: &Org, object: &Object, names: &[String]) -> Result<Vec<Path>, Refusal> {
    let id = ["Id".to_owned()];
    let names = if names.is_empty() { &id[..] } else { names };
    names.iter().map(|name| Path::check(&org.schema, object, name)).collect()
}

fn list(text: &str) -> Vec<String> {
    text.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
}

fn number(text: Option<&str>) -> Result<Option<usize>, Refusal> {
    let bad =
        |text: &str| Refusal::new(400, "ILLEGAL_QUERY_PARAMETER_VALUE", format!("not a number: {text}"));
    text.map(|text| text.parse().map_err(|_| bad(text))).transpose()
}

fn asked(call: &Call) -> Result<Search, Refusal> {
    let mut objects = Vec::new();
    for (_, names) in call.parameters.iter().filter(|(key, _)| key == "sobject") {
        for name in list(names) {
            objects.push(Wanted {
                fields: list(call.parameter(&format!("{name}.fields")).unwrap_or_default()),
                limit: number(call.parameter(&format!("{name}.limit")))?,
                condition: call.parameter(&format!("{name}.where")).map(str::to_owned),
                name,
            });
        }
    }
    Ok(Search {
        text: call.parameter("q").unwrap_or_default().to_owned(),
        scope: call.parameter("in").unwrap_or("ALL").to_owned(),
        fields: list(call.parameter("fields").unwrap_or_default()),
        objects,
        default_limit: number(call.parameter("defaultLimit"))?,
        overall_limit: number(call.parameter("overallLimit"))?,
    })
}

fn posted(body: &Value) -> Result<Search, Refusal> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let names = |value: &Value| value.as_array().into_iter().flatten().map(text).collect::<Vec<_>>();
    let count = |value: &Value| value.as_u64().and_then(|count| usize::try_from(count).ok());
    let objects = body["sobjects"].as_array().into_iter().flatten().map(|wanted| Wanted {
        name: text(&wanted["name"]),
        fields: names(&wanted["fields"]),
        limit: count(&wanted["limit"]),
        condition: wanted["where"].as_str().map(str::to_owned),
    });
    let scope = &body["in"];
    if !(scope.is_null() || scope.is_string()) {
        return Err(Refusal::unreadable("in must be a text"));
    }
    Ok(Search {
        text: text(&body["q"]),
        scope: scope.as_str().unwrap_or("ALL").to_owned(),
        fields: names(&body["fields"]),
        objects: objects.collect(),
        default_limit: count(&body["defaultLimit"]),
        overall_limit: count(&body["overallLimit"]),
    })
}

/// The words of a plain-text search; signs separate.
fn words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '@' | '.' | '_' | '\'' | '*')));
    words
        .map(|word| word.trim_matches(|c| matches!(c, '*' | '.' | '\'')).to_lowercase())
        .filter(|word| !word.is_empty())
        .collect()
}

/// Every word begins some word of a searched field.
fn matches(object: &Object, record: &Record, scope: &str, words: &[String]) -> bool {
    let searched: Vec<String> = object
        .fields
        .iter()
        .filter(|field| match scope.to_ascii_uppercase().as_str() {
            "NAME" => field.name == object.name_field(),
            "EMAIL" => field.kind == Kind::Email,
            "PHONE" => field.kind == Kind::Phone,
            _ => field.kind.is_text(),
        })
        .map(|field| record.text(&field.name).to_lowercase())
        .filter(|text| !text.is_empty())
        .collect();
    let begins = |text: &str, word: &str| {
        text.starts_with(word)
            || text.match_indices(word).any(|(place, _)| {
                let before = text[..place].chars().next_back();
                before.is_none_or(|c| !c.is_alphanumeric())
            })
    };
    words.iter().all(|word| searched.iter().any(|text| begins(text, word)))
}

/// Names that begin with the search come first, then by name.
fn rank(object: &Object, record: &Record, words: &[String]) -> (bool, String) {
    let name = record.text(object.name_field()).to_lowercase();
    let first = words.first().is_some_and(|word| name.starts_with(word.as_str()));
    (!first, name)
}

/// `GET /recent`: what the user looked at last, whatever the object.
pub(crate) fn recent(org: &Org, call: &Call) -> Result<Response<Vec<u8>>, Refusal> {
    let limit = number(call.parameter("limit"))?.unwrap_or(RECENT_LIMIT).min(RECENT_LIMIT);
    Ok(reply::ok(&Value::Array(recent_items(org, call, limit, None))))
}

/// The user's recent records, of one object if named.
pub(crate) fn recent_items(org: &Org, call: &Call, limit: usize, only: Option<&str>) -> Vec<Value> {
    let seen = org.recent.get(&call.user).map(Vec::as_slice).unwrap_or_default();
    seen.iter()
        .filter_map(|id| org.live(id))
        .filter(|record| only.is_none_or(|only| record.object == only))
        .take(limit)
        .map(|record| {
            let name = org.schema.object(&record.object).map_or("Id", |object| object.name_field());
            let url = call.address(&format!("/sobjects/{}/{}", record.object, record.id));
            json!({ "attributes": { "type": record.object, "url": url }, "Id": record.id, "Name": record.value(name) })
        })
        .collect()
}

/// `GET /sobjects/{type}/updated` and `/deleted`: ids by change stamp.
pub(crate) fn replicated(
    org: &Org,
    call: &Call,
    object: &Object,
    deleted: bool,
) -> Result<Response<Vec<u8>>, Refusal> {
    let bad = || Refusal::new(400, "INVALID_REPLICATION_DATE", "the replication window is not valid");
    let instant = |name| call.parameter(name).and_then(moment::instant).ok_or_else(bad);
    let (start, end) = (instant("start")?, instant("end")?);
    let reach = chrono::TimeDelta::days(if deleted { 15 } else { 30 });
    if end - start < chrono::TimeDelta::minutes(1) || call.now - start > reach {
        return Err(bad());
    }
    let within = |record: &&Record| {
        record.deleted == deleted && record.changed().is_some_and(|changed| start <= changed && changed < end)
    };
    let found: Vec<&Record> = org.rows(&object.name).filter(within).collect();
    let covered = moment::wire(end.min(call.now));
    Ok(reply::ok(&if deleted {
        let rows: Vec<Value> = found
            .iter()
            .map(|record| json!({ "id": record.id, "deletedDate": record.value("SystemModstamp") }))
            .collect();
        let earliest = moment::wire(call.now - reach);
        json!({ "deletedRecords": rows, "earliestDateAvailable": earliest, "latestDateCovered": covered })
    } else {
        let ids: Vec<&str> = found.iter().map(|record| record.id.as_str()).collect();
        json!({ "ids": ids, "latestDateCovered": covered })
    }))
}
