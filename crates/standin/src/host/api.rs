//! What the page may ask of its own server, under `/api/`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use serde_json::{Map, Value, json};

use super::{Refused, office, repeat};
use crate::World;
use crate::graph::ids::{self, Form, Target};
use crate::graph::item::{self, When};
use crate::graph::mailbox::{Category, Mailbox, midnight};
use crate::graph::zones;
use crate::graph::{Exchange, attachment_id};

/// The longest text of custom properties, in characters.
const PROPERTIES_LIMIT: usize = 2_500;

/// A request of the page.
pub(super) struct Asked {
    pub(super) get: bool,
    pub(super) query: Vec<(String, String)>,
    pub(super) body: Value,
    pub(super) now: DateTime<Utc>,
}

impl Asked {
    /// A parameter of the address or a member of the body.
    fn text(&self, name: &str) -> &str {
        let asked = self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        asked.or_else(|| self.body[name].as_str()).unwrap_or_default()
    }
}

type Answer = Result<Value, Refused>;

pub(super) fn answer(world: &mut World, path: &str, asked: &Asked) -> Answer {
    let exchange = &mut world.graph;
    exchange.deliver(asked.now);
    match (asked.get, path) {
        (true, "/api/desk") => desk(exchange, asked, &world.setup.pane_origin),
        (true, "/api/agenda") => Ok(agenda(mailbox(exchange, asked)?, asked)),
        (true, "/api/item") => {
            let held = mailbox(exchange, asked)?;
            let target = find(held, asked)?;
            let seen = held.see(target).ok_or_else(Refused::missing)?;
            Ok(office::item(held, &seen))
        }
        (false, "/api/item") => save(exchange, asked),
        (false, "/api/answer") => reply(exchange, asked),
        (false, "/api/removal") => remove(exchange, asked),
        (false, "/api/categories") => categories(exchange, asked),
        (true, "/api/attachment") => attachment(mailbox(exchange, asked)?, asked),
        (true, "/api/properties") => properties(exchange, asked),
        (false, "/api/properties") => keep_properties(exchange, asked),
        (true, "/api/master-categories") => Ok(office::categories(&mailbox(exchange, asked)?.categories)),
        (false, "/api/master-categories") => master_categories(exchange, asked),
        (false, "/api/roaming") => roaming(exchange, asked),
        _ => Err(Refused {
            status: http::StatusCode::NOT_FOUND,
            code: 5001,
            message: "no such page".to_owned(),
        }),
    }
}

fn mailbox<'a>(exchange: &'a Exchange, asked: &Asked) -> Result<&'a Mailbox, Refused> {
    exchange.mailbox(asked.text("mailbox")).ok_or_else(|| Refused::bad("there is no such mailbox"))
}

/// Who is signed in, whose calendar is open, and how the pane is reached.
fn desk(exchange: &Exchange, asked: &Asked, pane_origin: &str) -> Answer {
    let user = exchange.mailbox(asked.text("user")).ok_or_else(|| Refused::bad("there is no such user"))?;
    let held = mailbox(exchange, asked)?;
    Ok(json!({
        "user": office::user(user),
        "mailbox": office::user(held),
        "users": exchange.mailboxes.iter().filter(|held| held.group.is_none()).map(office::user).collect::<Vec<_>>(),
        "offsets": office::offsets(user.tz(), asked.now),
        "roaming": user.roaming,
        "pane": pane_origin,
        "permissions": permissions(user, held),
        "addin": exchange.addin,
        "now": asked.now.timestamp_millis(),
    }))
}

/// Office.js's permission bits of the user in the open calendar; everything where nobody said otherwise.
fn permissions(user: &Mailbox, held: &Mailbox) -> u32 {
    let role = held.shares.get(&user.owner.address.to_lowercase()).map(String::as_str);
    match role {
        Some("freeBusyRead" | "limitedRead") => 0,
        Some("read") => 1,
        _ => 63,
    }
}

/// The content of a file of the open item.
fn attachment(held: &Mailbox, asked: &Asked) -> Answer {
    let seen = held.see(find(held, asked)?).ok_or_else(Refused::missing)?;
    let mut files = seen.content.attachments.iter();
    let file = files.find(|file| attachment_id(file) == asked.text("attachment"));
    let file = file.ok_or_else(|| Refused::office(9049, "there is no such file"))?;
    Ok(json!({ "content": STANDARD.encode(&file.bytes), "format": "base64" }))
}

/// The rows of the list: from a week ago to six weeks ahead.
fn agenda(mailbox: &Mailbox, asked: &Asked) -> Value {
    let today = zones::local(asked.now, mailbox.tz()).date();
    let from = midnight(today.checked_sub_days(Days::new(7)).unwrap_or(today), mailbox.tz());
    let rows = mailbox.view(from, asked.now + TimeDelta::weeks(6));
    rows.iter().map(|seen| office::row(mailbox, seen)).collect()
}

/// The item of an id in any form, or of a key of the world file.
fn find(mailbox: &Mailbox, asked: &Asked) -> Result<Target, Refused> {
    let wanted = asked.text("item");
    let ews = ids::read(wanted, Form::Ews).and_then(|named| mailbox.resolve(named));
    let known = ews.or_else(|| mailbox.read_id(wanted));
    known.or_else(|| by_key(mailbox, wanted, asked.now)).ok_or_else(Refused::missing)
}

fn by_key(mailbox: &Mailbox, wanted: &str, now: DateTime<Utc>) -> Option<Target> {
    let (key, date) = wanted.split_once('@').map_or((wanted, None), |(key, date)| (key, Some(date)));
    let (number, _) = mailbox.items.iter().find(|(_, item)| !key.is_empty() && item.key == key)?;
    let master = Target { mailbox: mailbox.number, item: *number, occurrence: None };
    match date {
        None => Some(master),
        Some("next") => {
            let ahead = mailbox.view(now, now + TimeDelta::days(400));
            ahead.iter().find(|seen| seen.target.master() == master).map(|seen| seen.target)
        }
        Some(date) => Some(Target { occurrence: Some(date.parse::<NaiveDate>().ok()?), ..master }),
    }
}

/// Saves what the form holds: a new item, or changes of one.
fn save(exchange: &mut Exchange, asked: &Asked) -> Answer {
    let mut changes = asked.body["changes"].as_object().cloned().unwrap_or_default();
    let series = changes.remove("recurrence");
    let at = position(exchange, asked)?;
    let new = asked.text("item") == "new";
    let (tz, zone) = (exchange.mailboxes[at].tz(), exchange.mailboxes[at].zone.clone());
    let mut content = if new {
        crate::graph::blank(&exchange.mailboxes[at], asked.now)
    } else {
        let target = find(&exchange.mailboxes[at], asked)?;
        exchange.mailboxes[at].see(target).ok_or_else(Refused::missing)?.content
    };
    office::apply(&mut content, &changes, tz)?;
    let pattern = match &series {
        None => None,
        Some(Value::Null) => Some(None),
        Some(pattern) => {
            let (pattern, when) = repeat::read(pattern, content.when, &zone)?;
            content.when = when;
            Some(Some(pattern))
        }
    };
    let target = if new {
        exchange.add(at, content, asked.now)
    } else {
        let target = find(&exchange.mailboxes[at], asked)?;
        let stamp = exchange.stamp(asked.now);
        exchange.mailboxes[at].change(target, stamp, |held| *held = content);
        target
    };
    match pattern {
        Some(pattern) => exchange.reshape(target, pattern, asked.now),
        None if new => {}
        None => exchange.spread(target, asked.now),
    }
    if new {
        keep(exchange, at, target, &asked.body["properties"], asked.now)?;
    }
    Ok(json!({ "id": exchange.mailboxes[at].id(target, Form::Ews) }))
}

/// Answers an invitation for the mailbox's owner; the organizer's copy learns of it.
fn reply(exchange: &mut Exchange, asked: &Asked) -> Answer {
    let at = position(exchange, asked)?;
    let target = find(&exchange.mailboxes[at], asked)?;
    let answer = item::Answer::read(asked.text("answer")).ok_or_else(|| Refused::bad("no such answer"))?;
    exchange.respond(at, target, answer, asked.now);
    Ok(json!({}))
}

/// Deletes an item; the organizer cancels it for everybody.
fn remove(exchange: &mut Exchange, asked: &Asked) -> Answer {
    let at = position(exchange, asked)?;
    let target = find(&exchange.mailboxes[at], asked)?;
    exchange.cancel(at, target, asked.now);
    Ok(json!({}))
}

fn position(exchange: &Exchange, asked: &Asked) -> Result<usize, Refused> {
    let number = mailbox(exchange, asked)?.number;
    exchange.mailboxes.iter().position(|held| held.number == number).ok_or_else(Refused::missing)
}

/// Adds or removes categories of an item; only those of the master list can be put on.
fn categories(exchange: &mut Exchange, asked: &Asked) -> Answer {
    let at = position(exchange, asked)?;
    let target = find(&exchange.mailboxes[at], asked)?;
    let (add, remove) = (names(&asked.body["add"]), names(&asked.body["remove"]));
    if add.iter().any(|name| exchange.mailboxes[at].colour(name).is_none()) {
        return Err(Refused::office(9044, "the category is not in the master list"));
    }
    let stamp = exchange.stamp(asked.now);
    let changed = exchange.mailboxes[at].change(target, stamp, |content| {
        content.categories.retain(|held| !remove.contains(held));
        for name in add {
            if !content.categories.contains(&name) {
                content.categories.push(name);
            }
        }
    });
    if changed { Ok(json!({})) } else { Err(Refused::missing()) }
}

fn names(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The add-in's custom properties: the JSON text of one extended property.
fn properties(exchange: &Exchange, asked: &Asked) -> Answer {
    let held = mailbox(exchange, asked)?;
    let seen = held.see(find(held, asked)?).ok_or_else(Refused::missing)?;
    let text = seen.content.properties.get(&exchange.addin_property()).map_or("{}", String::as_str);
    Ok(json!({ "text": text }))
}

fn keep_properties(exchange: &mut Exchange, asked: &Asked) -> Answer {
    let at = position(exchange, asked)?;
    let target = find(&exchange.mailboxes[at], asked)?;
    keep(exchange, at, target, &asked.body["properties"], asked.now)?;
    Ok(json!({}))
}

fn keep(
    exchange: &mut Exchange,
    at: usize,
    target: Target,
    properties: &Value,
    now: DateTime<Utc>,
) -> Result<(), Refused> {
    if !properties.is_object() {
        return Ok(());
    }
    let text = properties.to_string();
    if text.chars().count() > PROPERTIES_LIMIT {
        return Err(Refused::office(9020, "the custom properties are too long"));
    }
    let (stamp, id) = (exchange.stamp(now), exchange.addin_property());
    let kept = exchange.mailboxes[at].change(target, stamp, |content| {
        content.properties.insert(id, text);
    });
    if kept { Ok(()) } else { Err(Refused::missing()) }
}

fn master_categories(exchange: &mut Exchange, asked: &Asked) -> Answer {
    let at = position(exchange, asked)?;
    let remove = names(&asked.body["remove"]);
    let list = &mut exchange.mailboxes[at].categories;
    list.retain(|held| !remove.contains(&held.name));
    for row in asked.body["add"].as_array().into_iter().flatten() {
        let name = row["displayName"].as_str().unwrap_or_default();
        if list.iter().any(|held| held.name == name) {
            return Err(Refused::office(9045, "the category exists"));
        }
        let colour = row["color"].as_str().unwrap_or("None").to_lowercase();
        list.push(Category { name: name.to_owned(), colour });
    }
    Ok(json!({}))
}

fn roaming(exchange: &mut Exchange, asked: &Asked) -> Answer {
    let settings = asked.body["settings"].as_object().cloned().unwrap_or_else(Map::new);
    let user =
        exchange.mailbox_mut(asked.text("user")).ok_or_else(|| Refused::bad("there is no such user"))?;
    user.roaming = settings;
    Ok(json!({}))
}

/// Times the form sends: milliseconds, whole days where the item has them.
pub(super) fn when(changes: &Map<String, Value>, held: When, tz: chrono_tz::Tz) -> Result<When, Refused> {
    let instant =
        |name: &str| changes.get(name).and_then(Value::as_i64).and_then(DateTime::from_timestamp_millis);
    let (start, end) = held.instants(tz);
    let (start, end) = (instant("start").unwrap_or(start), instant("end").unwrap_or(end));
    if end < start {
        return Err(Refused::bad("the end lies before the start"));
    }
    let (first, last) = (zones::local(start, tz), zones::local(end, tz));
    let whole = changes.get("allDay").and_then(Value::as_bool);
    Ok(match (held, whole) {
        (When::Timed { .. }, Some(true)) => {
            // A day that is begun is taken whole.
            let until = if last > last.date().into() || last.date() == first.date() {
                last.date() + TimeDelta::days(1)
            } else {
                last.date()
            };
            When::AllDay { first: first.date(), until }
        }
        (When::Timed { .. }, Some(false) | None) | (When::AllDay { .. }, Some(false)) => {
            When::Timed { start, end }
        }
        (When::AllDay { .. }, Some(true) | None) => When::AllDay { first: first.date(), until: last.date() },
    })
}
