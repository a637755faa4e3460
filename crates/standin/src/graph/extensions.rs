//! `/users/{id}/events/{id}/extensions`: open extensions, which are JSON members under a name.
//! <https://learn.microsoft.com/graph/api/opentypeextension-post-opentypeextension>

use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use super::Exchange;
use super::ids::Target;
use super::mailbox::Seen;
use super::odata::Asked;
use super::reply::{Outcome, bad_request, created, no_content, not_found, ok, refuse};

/// Members that say what an extension is and not what it holds.
const OWN: [&str; 3] = ["@odata.type", "extensionName", "id"];

pub(super) fn all(seen: &Seen<'_>) -> Value {
    seen.content.extensions.iter().map(|(name, members)| write(name, members)).collect()
}

pub(super) fn add(exchange: &mut Exchange, asked: &Asked, at: usize, target: Target) -> Outcome {
    let body =
        asked.json().ok_or_else(|| bad_request("BadRequest", "Unable to read JSON request payload."))?;
    let name = body["extensionName"].as_str().filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| bad_request("BadRequest", "extensionName is missing."))?.to_owned();
    let held = exchange.mailboxes[at].see(target).ok_or_else(not_found)?.content.extensions;
    if held.contains_key(&name) {
        return Err(refuse(StatusCode::CONFLICT, "ErrorExtensionAlreadyExists", "The extension exists."));
    }
    let members = own(&body);
    let row = write(&name, &members);
    let stamp = exchange.stamp(asked.now);
    exchange.mailboxes[at].change(target, stamp, |content| {
        content.extensions.insert(name, members);
    });
    Ok(created(row))
}

pub(super) fn one(exchange: &mut Exchange, asked: &Asked, at: usize, target: Target, id: &str) -> Outcome {
    let name = id.strip_prefix("Microsoft.OutlookServices.OpenTypeExtension.").unwrap_or(id).to_owned();
    let held = exchange.mailboxes[at].see(target).ok_or_else(not_found)?.content.extensions;
    let mut members = held.get(&name).cloned().ok_or_else(not_found)?;
    if asked.method == Method::GET {
        return Ok(ok(write(&name, &members)));
    }
    let stamp = exchange.stamp(asked.now);
    if asked.method == Method::DELETE {
        exchange.mailboxes[at].change(target, stamp, |content| {
            content.extensions.remove(&name);
        });
        return Ok(no_content());
    }
    let body =
        asked.json().ok_or_else(|| bad_request("BadRequest", "Unable to read JSON request payload."))?;
    for (member, value) in own(&body) {
        members.insert(member, value);
    }
    members.retain(|_, value| !value.is_null());
    let row = write(&name, &members);
    exchange.mailboxes[at].change(target, stamp, |content| {
        content.extensions.insert(name, members);
    });
    Ok(ok(row))
}

fn own(body: &Value) -> Map<String, Value> {
    let members = body.as_object().into_iter().flatten();
    members
        .filter(|(name, _)| !OWN.contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

fn write(name: &str, members: &Map<String, Value>) -> Value {
    let mut row = json!({
        "@odata.type": "#microsoft.graph.openTypeExtension",
        "id": format!("Microsoft.OutlookServices.OpenTypeExtension.{name}"),
        "extensionName": name,
    });
    for (member, value) in members {
        row[member] = value.clone();
    }
    row
}
