//! Counts requests by site: each address, each route with its ids left out, each mailbox.

use std::collections::BTreeMap;

use http::Request;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use crate::Site;

/// The most different addresses that are counted; routes and mailboxes of further ones still are.
const ADDRESS_LIMIT: usize = 10_000;
/// The most different routes, and the most different mailboxes.
const NAME_LIMIT: usize = 20_000;
/// Collections of Graph whose next segment is an id.
const COLLECTIONS: [&str; 7] = [
    "attachments",
    "calendarPermissions",
    "calendars",
    "events",
    "extensions",
    "masterCategories",
    "subscriptions",
];

/// What was counted so far.
#[derive(Debug, Default)]
pub(super) struct Counters {
    addresses: BTreeMap<(Site, String), u64>,
    routes: BTreeMap<(Site, String), u64>,
    mailboxes: BTreeMap<String, u64>,
}

impl Counters {
    pub(super) fn count(&mut self, site: Site, request: &Request<Vec<u8>>) {
        let (method, path) = (request.method(), request.uri().path());
        note(&mut self.addresses, (site, format!("{method} {path}")), ADDRESS_LIMIT);
        note(&mut self.routes, (site, format!("{method} {}", route(site, path))), NAME_LIMIT);
        for mailbox in mailboxes(site, request) {
            note(&mut self.mailboxes, mailbox, NAME_LIMIT);
        }
    }

    /// Requests counted at a site.
    pub(super) fn at(&self, site: Site) -> u64 {
        self.routes.iter().filter(|((counted, _), _)| *counted == site).map(|(_, count)| count).sum()
    }

    pub(super) fn shown(&self) -> Value {
        json!({
            "requests": by_site(&self.addresses),
            "routes": by_site(&self.routes),
            "mailboxes": self.mailboxes,
        })
    }
}

fn note<K: Ord>(counts: &mut BTreeMap<K, u64>, key: K, limit: usize) {
    if counts.len() < limit || counts.contains_key(&key) {
        *counts.entry(key).or_default() += 1;
    }
}

fn by_site(counts: &BTreeMap<(Site, String), u64>) -> Value {
    let mut sites = Map::new();
    for ((site, name), count) in counts {
        sites.entry(site.name().to_owned()).or_insert_with(|| json!({}))[name] = json!(count);
    }
    Value::Object(sites)
}

/// The address with a word in braces for each id in it.
fn route(site: Site, path: &str) -> String {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let mut written = String::new();
    for (at, part) in parts.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| parts.get(at)).copied().unwrap_or_default();
        let word = match site {
            Site::Graph => in_graph(before, part),
            Site::Salesforce => in_salesforce(&parts[..at], part),
            Site::Host | Site::Control => part,
        };
        written.push('/');
        written.push_str(word);
    }
    written
}

fn in_graph<'a>(before: &str, part: &'a str) -> &'a str {
    match before {
        "users" => "{mailbox}",
        "groups" => "{group}",
        "AttachmentSessions" => "{session}",
        collection if COLLECTIONS.contains(&collection) && part != "delta" => "{id}",
        _ => part,
    }
}

fn in_salesforce<'a>(before: &[&str], part: &'a str) -> &'a str {
    match before {
        [.., "sobjects", _] if is_id(part) => "{id}",
        [.., "sobjects", _, field] if field.ends_with("__c") => "{value}",
        [.., "query" | "queryAll"] => "{locator}",
        _ => part,
    }
}

fn is_id(part: &str) -> bool {
    [15, 18].contains(&part.len())
        && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && part.bytes().any(|byte| byte.is_ascii_digit())
}

/// The mailboxes a request is for, in lower case: that of its path, and of each part of a batch.
pub(super) fn mailboxes(site: Site, request: &Request<Vec<u8>>) -> Vec<String> {
    let path = request.uri().path();
    if site != Site::Graph {
        return Vec::new();
    }
    if !path.ends_with("/$batch") {
        return mailbox(path.trim_start_matches("/v1.0")).into_iter().collect();
    }
    let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
    let parts = body["requests"].as_array().into_iter().flatten();
    parts.filter_map(|part| part["url"].as_str().and_then(mailbox)).collect()
}

fn mailbox(path: &str) -> Option<String> {
    let rest = path.trim_start_matches('/').strip_prefix("users/")?;
    let name = rest.split(['/', '?']).next().unwrap_or_default();
    Some(percent_decode_str(name).decode_utf8_lossy().to_lowercase())
}
