//! `/users/{id}/calendars`: a mailbox's calendars. <https://learn.microsoft.com/graph/api/user-list-calendars>

use serde_json::{Value, json};

use super::mailbox::Mailbox;
use super::reply::{self, Reply, not_found, ok};

pub(super) fn list(mailbox: &Mailbox) -> Reply {
    let rows: Vec<Value> = (0..=mailbox.calendars.len()).map(|calendar| write(mailbox, calendar)).collect();
    ok(json!({ "value": rows }))
}

/// The calendar of an id: 0 is the default one.
pub(super) fn find(mailbox: &Mailbox, wanted: &str) -> Result<usize, Reply> {
    (0..=mailbox.calendars.len()).find(|calendar| id(mailbox, *calendar) == wanted).ok_or_else(not_found)
}

/// A calendar's id; calendars have no immutable form.
pub(super) fn id(mailbox: &Mailbox, calendar: usize) -> String {
    let name = calendar.checked_sub(1).and_then(|at| mailbox.calendars.get(at));
    let seed = match name {
        Some(name) => format!("calendar {name} of {}", mailbox.owner.address),
        None => format!("calendar of {}", mailbox.owner.address),
    };
    reply::guid(seed.as_bytes())
}

pub(super) fn write(mailbox: &Mailbox, calendar: usize) -> Value {
    let name = calendar.checked_sub(1).and_then(|at| mailbox.calendars.get(at));
    json!({
        "id": id(mailbox, calendar),
        "name": name.map_or("Calendar", String::as_str),
        "color": "auto",
        "isDefaultCalendar": calendar == 0,
        "isRemovable": calendar != 0,
        "canEdit": true,
        "canShare": true,
        "canViewPrivateItems": true,
        "owner": { "name": mailbox.owner.name, "address": mailbox.owner.address },
    })
}
