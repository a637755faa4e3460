//! `GET /services/oauth2/authorize`, opened in a dialog:
//! <https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_web_server_flow.htm>

use crate::outgoing::pairs;

/// What is asked for: access to data, a refresh token, and who the user is.
const SCOPE: &str = "api refresh_token openid";

/// One sign-in.
#[derive(Clone, Copy, Debug)]
pub struct AuthorizeRequest<'a> {
    /// The external client app's id.
    pub client_id: &'a str,
    /// Where the code is sent to.
    pub redirect_uri: &'a str,
    /// Comes back unchanged; made once per sign-in.
    pub state: &'a str,
    /// The S256 challenge of PKCE (RFC 7636).
    pub challenge: &'a str,
}

/// The address that the sign-in dialog opens.
pub fn authorize_url(my_domain: &str, request: &AuthorizeRequest<'_>) -> String {
    let query = pairs(&[
        ("response_type", "code"),
        ("client_id", request.client_id),
        ("redirect_uri", request.redirect_uri),
        ("scope", SCOPE),
        ("state", request.state),
        ("code_challenge", request.challenge),
        ("code_challenge_method", "S256"),
    ]);
    format!("{my_domain}/services/oauth2/authorize?{query}")
}
