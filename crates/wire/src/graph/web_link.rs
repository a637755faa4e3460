//! `GET /users/{mailbox}/events/{id}?$select=webLink`: <https://learn.microsoft.com/graph/api/event-get>

use calbridge_rules::id::{Address, ItemId};

use super::{errors, mailbox, preferring};
use crate::{
    call::{CallError, Endpoint},
    json,
    message::{Reply, Request},
    outgoing,
};

/// Asks where Outlook on the web shows an item. [`CallError::Gone`]: it was deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebLink {
    /// The mailbox.
    pub mailbox: Address,
    /// The item's immutable id there.
    pub id: ItemId,
}

impl Endpoint for WebLink {
    type Answer = String;

    fn request(&self, base: &str) -> Request {
        let path = format!("events/{}?$select=webLink", outgoing::encoded(self.id.as_str()));
        preferring(outgoing::get(&mailbox(base, &self.mailbox, &path)))
    }

    fn read(&self, reply: &Reply) -> Result<String, CallError> {
        errors::check(reply)?;
        let body = json::body(reply)?;
        let link = body.get("webLink").and_then(crate::value::Value::as_str);
        let link = link.filter(|link| link.starts_with("https://"));
        link.map(str::to_owned).ok_or_else(|| json::malformed("the item has no page"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{reply, shown};

    #[test]
    fn iss_1_outlook_itself_tells_where_it_shows_an_item() {
        let asked = WebLink {
            mailbox: Address::parse("mara@brightwater.example").unwrap(),
            id: ItemId::parse("AAkAL/Item+1=").unwrap(),
        };
        let request = shown(&asked.request("https://graph.example/v1.0"));
        let address = "GET https://graph.example/v1.0/users/mara%40brightwater.example/events/AAkAL%2FItem%2B1%3D?$select=webLink";
        assert!(request.starts_with(address), "{request}");
        let link = "https://outlook.office365.com/owa/?itemid=AAkAL";
        let body = format!("{{\"webLink\":\"{link}\"}}");
        assert_eq!(asked.read(&reply(200, &body)).as_deref(), Ok(link));
        for body in ["{}", "{\"webLink\":\"javascript:alert(1)\"}"] {
            assert!(matches!(asked.read(&reply(200, body)), Err(CallError::Malformed { .. })), "{body}");
        }
    }
}
