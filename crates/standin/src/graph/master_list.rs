//! `/users/{id}/outlook/masterCategories`: which categories a mailbox has, and their colours.
//! <https://learn.microsoft.com/graph/api/outlookuser-post-mastercategories>

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::mailbox::{Category, Mailbox};
use super::odata::Asked;
use super::reply::{self, Outcome, Reply, bad_request, created, no_content, not_found, ok, refuse};

pub(super) fn list(mailbox: &Mailbox) -> Reply {
    ok(json!({ "value": mailbox.categories.iter().map(category).collect::<Vec<_>>() }))
}

pub(super) fn add(mailbox: &mut Mailbox, asked: &Asked) -> Outcome {
    let body =
        asked.json().ok_or_else(|| bad_request("BadRequest", "Unable to read JSON request payload."))?;
    let name = body["displayName"].as_str().filter(|name| !name.is_empty() && name.chars().count() <= 255);
    let name = name.ok_or_else(|| bad_request("ErrorInvalidRequest", "displayName is missing."))?;
    if mailbox.categories.iter().any(|known| known.name.eq_ignore_ascii_case(name)) {
        let message = "The category name is in use.";
        return Err(refuse(StatusCode::CONFLICT, "CategoryNameDuplicate", message));
    }
    let colour = colour(&body)?;
    let made = Category { name: name.to_owned(), colour };
    let row = category(&made);
    mailbox.categories.push(made);
    Ok(created(row))
}

pub(super) fn edit(mailbox: &mut Mailbox, asked: &Asked, id: &str) -> Outcome {
    let position =
        mailbox.categories.iter().position(|known| category(known)["id"] == id).ok_or_else(not_found)?;
    if asked.method == Method::DELETE {
        mailbox.categories.remove(position);
        return Ok(no_content());
    }
    let body =
        asked.json().ok_or_else(|| bad_request("BadRequest", "Unable to read JSON request payload."))?;
    if !body["displayName"].is_null() {
        return Err(bad_request("ErrorInvalidRequest", "The name of a category cannot be changed."));
    }
    mailbox.categories[position].colour = colour(&body)?;
    Ok(ok(category(&mailbox.categories[position])))
}

fn colour(body: &Value) -> Result<String, Reply> {
    let word = body["color"].as_str().unwrap_or("none");
    let preset = word.strip_prefix("preset").and_then(|number| number.parse::<u8>().ok());
    if word == "none" || preset.is_some_and(|number| number <= 24) {
        return Ok(word.to_owned());
    }
    Err(bad_request("ErrorInvalidRequest", "The colour is not understood."))
}

fn category(category: &Category) -> Value {
    json!({ "id": reply::guid(category.name.as_bytes()), "displayName": category.name, "color": category.colour })
}
