//! `GET /services/oauth2/userinfo`:
//! <https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_using_userinfo_endpoint.htm>

use calbridge_rules::id::RecordId;

use super::errors;
use crate::{
    call::{CallError, Endpoint},
    json,
    message::{Reply, Request},
    outgoing,
    value::Value,
};

/// Asks whose token it is.
#[derive(Clone, Copy, Debug)]
pub struct UserInfo;

/// A Salesforce user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The user.
    pub user: RecordId,
    /// Their org.
    pub organization: RecordId,
    /// Their name.
    pub name: String,
    /// Their e-mail address, as the org has it.
    pub email: String,
    /// Whether they have shown that the address is theirs; Salesforce has users who never did.
    pub email_is_verified: bool,
    /// What they sign in with.
    pub username: String,
    /// Their zone, by its IANA name.
    pub zone: Option<String>,
}

impl Endpoint for UserInfo {
    type Answer = User;

    fn request(&self, base: &str) -> Request {
        outgoing::get(&format!("{base}/services/oauth2/userinfo"))
    }

    fn read(&self, reply: &Reply) -> Result<User, CallError> {
        errors::check_userinfo(reply)?;
        let body = json::body(reply)?;
        let text = |path| json::maybe_text(&body, path).unwrap_or_default().to_owned();
        Ok(User {
            user: json::record(&body, "user_id")?,
            organization: json::record(&body, "organization_id")?,
            name: text("name"),
            email: text("email"),
            email_is_verified: json::at(&body, "email_verified").and_then(Value::as_bool) == Some(true),
            username: text("preferred_username"),
            zone: json::maybe_text(&body, "zoneinfo").map(str::to_owned),
        })
    }
}
