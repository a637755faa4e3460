//! `GET /users/{mailbox}/mailboxSettings`: <https://learn.microsoft.com/graph/api/user-get-mailboxsettings>

use calbridge_rules::id::Address;

use super::{errors, mailbox};
use crate::{
    call::{CallError, Endpoint},
    json,
    message::{Reply, Request},
    outgoing,
};

/// Reads the zone that a mailbox shows its times in, by its Windows or IANA name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadZone {
    /// The mailbox.
    pub mailbox: Address,
}

impl Endpoint for ReadZone {
    type Answer = String;

    fn request(&self, base: &str) -> Request {
        outgoing::get(&mailbox(base, &self.mailbox, "mailboxSettings?$select=timeZone"))
    }

    fn read(&self, reply: &Reply) -> Result<String, CallError> {
        errors::check(reply)?;
        Ok(json::text(&json::body(reply)?, "timeZone")?.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{reply, shown};

    #[test]
    fn tzn_4_the_mailboxs_zone_is_read_by_its_name() {
        let read = ReadZone { mailbox: Address::parse("mara@brightwater.example").unwrap() };
        assert_eq!(
            shown(&read.request("https://graph.example/v1.0")),
            "GET https://graph.example/v1.0/users/mara%40brightwater.example/mailboxSettings?$select=timeZone"
        );
        let answer = read.read(&reply(200, r#"{"timeZone":"W. Europe Standard Time"}"#)).unwrap();
        assert_eq!(answer, "W. Europe Standard Time");
        assert!(read.read(&reply(200, "{}")).is_err());
    }
}
