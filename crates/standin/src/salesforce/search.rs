//! `/parameterizedSearch` and `/search`.

use http::{Method, Response};
use serde_json::{Value, json};

use super::exchange::Call;
use super::org::{Org, Record};
use super::refusal::Refusal;
use super::reply;
use super::schema::Object;
use super::soql::{self, Column, Path};
use super::sosl;

/// The most rows of one search.
const OVERALL_LIMIT: usize = 2_000;
/// The most rows of one object when nothing narrows it.
const OBJECT_LIMIT: usize = 250;
/// The shortest search, in characters.
const SHORTEST: usize = 2;

/// Before this version, the answer is the array of rows itself.
const WRAPPED_SINCE: u32 = 37;

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
    order: Option<String>,
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
        let order = match &wanted.order {
            Some(text) => soql::order(&org.schema, object, text, call.now)?,
            None => Vec::new(),
        };
        let narrowed = wanted.condition.is_some() || wanted.order.is_some();
        let limit = object_limit(search.objects.len(), narrowed, wanted.limit.or(search.default_limit));
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
            soql::sorted(org, &order, hits)
                .into_iter()
                .take(limit)
                .map(|record| soql::shown(org, record, &paths, call.version)),
        );
    }
    found.truncate(overall);
    Ok(reply::ok(&json!({ "searchRecords": found })))
}

/// How many rows of one object a search gives, among so many objects.
pub(crate) fn object_limit(objects: usize, narrowed: bool, asked: Option<usize>) -> usize {
    let usual = if narrowed { OVERALL_LIMIT } else { OBJECT_LIMIT.min(OVERALL_LIMIT / objects.max(1)) };
    asked.unwrap_or(usual).min(OVERALL_LIMIT)
}

/// `GET /search?q=FIND {…}`.
pub(crate) fn found(org: &Org, call: &Call) -> Result<Response<Vec<u8>>, Refusal> {
    let text = call.parameter("q").unwrap_or_default();
    let search = sosl::Search::read(&org.schema, text, call.now)?;
    let rows = Value::Array(search.rows(org, call.version));
    Ok(reply::ok(&if call.version < WRAPPED_SINCE { rows } else { json!({ "searchRecords": rows }) }))
}

fn paths(org: &Org, object: &Object, names: &[String]) -> Result<Vec<Column>, Refusal> {
    let id = ["Id".to_owned()];
    let names = if names.is_empty() { &id[..] } else { names };
    names.iter().map(|name| Path::check(&org.schema, object, name).map(Column::Field)).collect()
}

fn list(text: &str) -> Vec<String> {
    text.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
}

pub(crate) fn number(text: Option<&str>) -> Result<Option<usize>, Refusal> {
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
                order: call.parameter(&format!("{name}.orderBy")).map(str::to_owned),
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
        order: wanted["orderBy"].as_str().map(str::to_owned),
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
    let fields = sosl::searched(object, scope).into_iter();
    let searched: Vec<String> =
        fields.map(|field| record.text(field).to_lowercase()).filter(|text| !text.is_empty()).collect();
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
