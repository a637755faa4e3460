//! What a request writes, read from its text alone: single rows, collections, composites and batches.

use calbridge_standin::Site;
use calbridge_wire::message::{Method, Request};
use serde_json::Value;

/// One write.
#[derive(Debug)]
pub(super) enum Write {
    /// An Event is made or changed.
    Event {
        /// Its id, where it is changed by it.
        id: Option<String>,
        /// The names of what is written.
        names: Vec<String>,
    },
    /// An Event is deleted.
    EventGone {
        /// Its id.
        id: String,
    },
    /// An item is changed.
    Item {
        /// The mailbox.
        mailbox: String,
        /// The item.
        id: String,
        /// What is written.
        body: Value,
    },
    /// An item is made.
    NewItem {
        /// The mailbox.
        mailbox: String,
        /// What it says.
        body: Value,
    },
    /// An item is deleted.
    ItemGone {
        /// The mailbox.
        mailbox: String,
        /// The item.
        id: String,
    },
}

/// The writes of a request.
pub(super) fn writes(site: Site, request: &Request) -> Vec<Write> {
    let body: Value = serde_json::from_slice(&request.body).unwrap_or(Value::Null);
    one(site, request.method.as_str(), &request.url, &body)
}

fn one(site: Site, method: &str, url: &str, body: &Value) -> Vec<Write> {
    match site {
        Site::Salesforce => of_salesforce(method, url, body),
        Site::Graph => of_graph(method, url, body),
        Site::Host | Site::Control => Vec::new(),
    }
}

fn of_salesforce(method: &str, url: &str, body: &Value) -> Vec<Write> {
    let composites = ["compositeRequest", "batchRequests"];
    let mut parts: Vec<&Value> =
        composites.iter().filter_map(|name| body[name].as_array()).flatten().collect();
    for graph in body["graphs"].as_array().into_iter().flatten() {
        parts.extend(graph["compositeRequest"].as_array().into_iter().flatten());
    }
    if !parts.is_empty() {
        let text = |part: &Value, name: &str| part[name].as_str().unwrap_or_default().to_owned();
        return parts
            .into_iter()
            .flat_map(|part| of_salesforce(&text(part, "method"), &text(part, "url"), &part["body"]))
            .collect();
    }
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    if method == "DELETE" {
        let listed = query.split('&').find_map(|pair| pair.strip_prefix("ids="));
        let named = path.rsplit_once("/sobjects/Event/").map(|(_, id)| id);
        let ids = listed.or(named).unwrap_or_default().replace("%2C", ",");
        let whole = |id: &str| Write::EventGone { id: id.to_owned() };
        return ids.split(',').filter(|id| !id.is_empty()).map(whole).collect();
    }
    if method != "PATCH" && method != "POST" {
        return Vec::new();
    }
    match body["records"].as_array() {
        Some(rows) => {
            let of_event = |row: &&Value| row["attributes"]["type"] == "Event";
            rows.iter().filter(of_event).map(|row| event(row["id"].as_str(), row)).collect()
        }
        None if path.contains("/sobjects/Event") => {
            let named = path.rsplit_once("/sobjects/Event/").map(|(_, rest)| rest);
            vec![event(named.filter(|rest| !rest.contains('/')), body)]
        }
        None => Vec::new(),
    }
}

fn event(id: Option<&str>, row: &Value) -> Write {
    let names = row.as_object().into_iter().flat_map(|fields| fields.keys());
    let names = names.filter(|name| !["attributes", "id"].contains(&name.as_str()));
    Write::Event { id: id.map(str::to_owned), names: names.cloned().collect() }
}

fn of_graph(method: &str, url: &str, body: &Value) -> Vec<Write> {
    if let Some(parts) = body["requests"].as_array() {
        let text = |part: &Value, name: &str| part[name].as_str().unwrap_or_default().to_owned();
        return parts
            .iter()
            .flat_map(|part| of_graph(&text(part, "method"), &text(part, "url"), &part["body"]))
            .collect();
    }
    let (Some(mailbox), Some((_, rest))) = (mailbox(url), url.split_once("/events")) else {
        return Vec::new();
    };
    let id = rest.trim_start_matches('/').split(['?', '/']).next().unwrap_or_default().replace("%3D", "=");
    match method {
        "PATCH" => vec![Write::Item { mailbox, id, body: body.clone() }],
        "POST" if id.is_empty() => vec![Write::NewItem { mailbox, body: body.clone() }],
        "DELETE" => vec![Write::ItemGone { mailbox, id }],
        _ => Vec::new(),
    }
}

/// The mailboxes that a request goes to, once for each of its parts.
pub(super) fn mailboxes(request: &Request) -> Vec<String> {
    if request.method == Method::Post && request.url.ends_with("/$batch") {
        let body: Value = serde_json::from_slice(&request.body).unwrap_or(Value::Null);
        let parts = body["requests"].as_array().cloned().unwrap_or_default();
        // Parts that wait for another are not under way beside it.
        let beside = parts.iter().filter(|part| part["dependsOn"].is_null());
        return beside.filter_map(|part| mailbox(part["url"].as_str()?)).collect();
    }
    mailbox(&request.url).into_iter().collect()
}

fn mailbox(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("/users/")?;
    Some(rest.split('/').next()?.replace("%40", "@"))
}
