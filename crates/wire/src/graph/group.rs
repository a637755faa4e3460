//! `GET /groups/{group}/calendar`: <https://learn.microsoft.com/graph/api/calendar-get>
//!
//! Graph opens calendars of groups to their members alone: an application by itself is refused with 403, which tells that
//! the group is there (GRP-1).

use calbridge_rules::id::Address;

use super::errors;
use crate::{
    call::{CallError, Endpoint},
    message::{Reply, Request},
    outgoing,
};

/// Knocks at a group's calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnockAtGroup {
    /// The group.
    pub group: Address,
}

impl Endpoint for KnockAtGroup {
    /// Whether there is such a group.
    type Answer = bool;

    fn request(&self, base: &str) -> Request {
        outgoing::get(&format!("{base}/groups/{}/calendar", outgoing::encoded(self.group.as_str())))
    }

    fn read(&self, reply: &Reply) -> Result<bool, CallError> {
        match errors::check(reply) {
            Ok(()) | Err(CallError::Forbidden(_)) => Ok(true),
            Err(CallError::Gone | CallError::Rejected(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::reply;

    #[test]
    fn grp_1_a_closed_door_is_a_door() {
        let knock = KnockAtGroup { group: Address::parse("sales@brightwater.example").unwrap() };
        let refusal = |code: &str| format!("{{\"error\":{{\"code\":\"{code}\",\"message\":\"No.\"}}}}");
        assert_eq!(knock.read(&reply(403, &refusal("ErrorAccessDenied"))), Ok(true));
        assert_eq!(knock.read(&reply(404, &refusal("ErrorItemNotFound"))), Ok(false));
        assert!(knock.read(&reply(503, "")).is_err());
        let address = knock.request("https://graph.example/v1.0").url;
        assert_eq!(address, "https://graph.example/v1.0/groups/sales%40brightwater.example/calendar");
    }
}
