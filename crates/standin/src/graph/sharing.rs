//! Who may see whose calendar: `/users/{id}/calendar/calendarPermissions`, and what a person's own token opens.
//! <https://learn.microsoft.com/graph/api/resources/calendarpermission>

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::Exchange;
use super::mailbox::Mailbox;
use super::odata::Asked;
use super::reply::{self, Outcome, Reply, bad_request, created, no_content, not_found, ok, refuse};

/// Roles a calendar can be shared with, weakest first.
pub(super) const ROLES: [&str; 6] = [
    "freeBusyRead",
    "limitedRead",
    "read",
    "write",
    "delegateWithoutPrivateEventAccess",
    "delegateWithPrivateEventAccess",
];

/// Whose token a request carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Caller {
    /// The application itself.
    App,
    /// A person, by the place of their mailbox.
    Person(usize),
}

/// What a caller may do in a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rights {
    pub(super) write: bool,
    pub(super) private: bool,
}

/// What a caller may do in a mailbox, or the refusal of everything.
pub(super) fn rights(exchange: &Exchange, caller: Caller, at: usize) -> Result<Rights, Reply> {
    let Caller::Person(own) = caller else { return Ok(Rights { write: true, private: true }) };
    if own == at {
        return Ok(Rights { write: true, private: true });
    }
    let address = exchange.mailboxes[own].owner.address.to_lowercase();
    let role = exchange.mailboxes[at].shares.get(&address).map_or("none", String::as_str);
    let strength = ROLES.iter().position(|known| *known == role).unwrap_or(0);
    if strength < 2 {
        return Err(denied());
    }
    Ok(Rights { write: strength > 2, private: strength > 4 })
}

pub(super) fn denied() -> Reply {
    let message = "Access is denied. Check credentials and try again.";
    refuse(StatusCode::FORBIDDEN, "ErrorAccessDenied", message)
}

pub(super) fn answer(exchange: &mut Exchange, asked: &Asked, at: usize, path: &[&str]) -> Outcome {
    let mailbox = &mut exchange.mailboxes[at];
    let held = |mailbox: &Mailbox, wanted: &str| {
        mailbox.shares.keys().find(|address| id(address) == wanted).cloned().ok_or_else(not_found)
    };
    match (&asked.method, path) {
        (&Method::GET, []) => {
            let everyone = json!({
                "id": id("everyone"),
                "isRemovable": false,
                "isInsideOrganization": true,
                "role": "freeBusyRead",
                "allowedRoles": ["none", "freeBusyRead", "limitedRead", "read", "write"],
                "emailAddress": { "name": "My Organization" },
            });
            let shares = mailbox.shares.iter().map(|(address, role)| write(address, role));
            Ok(ok(json!({ "value": std::iter::once(everyone).chain(shares).collect::<Vec<_>>() })))
        }
        (&Method::POST, []) => {
            let body = asked.json().unwrap_or_default();
            let address = body["emailAddress"]["address"].as_str().unwrap_or_default().to_lowercase();
            let role = role(&body)?;
            let row = write(&address, &role);
            mailbox.shares.insert(address, role);
            Ok(created(row))
        }
        (&Method::GET, [wanted]) => {
            let address = held(mailbox, wanted)?;
            Ok(ok(write(&address, mailbox.shares.get(&address).map_or("none", String::as_str))))
        }
        (&Method::PATCH, [wanted]) => {
            let (address, role) = (held(mailbox, wanted)?, role(&asked.json().unwrap_or_default())?);
            let row = write(&address, &role);
            mailbox.shares.insert(address, role);
            Ok(ok(row))
        }
        (&Method::DELETE, [wanted]) => {
            let address = held(mailbox, wanted)?;
            mailbox.shares.remove(&address);
            Ok(no_content())
        }
        _ => Err(not_found()),
    }
}

fn role(body: &Value) -> Result<String, Reply> {
    let role = body["role"].as_str().filter(|role| ROLES.contains(role));
    role.map(str::to_owned).ok_or_else(|| bad_request("ErrorInvalidRequest", "The role is not understood."))
}

fn id(address: &str) -> String {
    reply::guid(format!("permission {address}").as_bytes())
}

fn write(address: &str, role: &str) -> Value {
    json!({
        "id": id(address),
        "isRemovable": true,
        "isInsideOrganization": true,
        "role": role,
        "allowedRoles": ROLES,
        "emailAddress": { "name": address, "address": address },
    })
}
