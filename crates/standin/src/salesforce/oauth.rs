//! `/services/oauth2/…`: authorize, token, revoke, userinfo, and the identity page.

#[cfg(test)]
mod tests;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use http::{Method, Request, Response, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::org::{Org, Record};
use super::refusal::Refusal;
use super::session::{Grant, Tokens};
use super::{exchange, page, reply};
use crate::Setup;

/// The pane: public, proves itself by PKCE.
const PANE_CLIENT: &str = "calbridge-pane";
/// The service: confidential, client credentials.
const SERVICE_CLIENT: &str = "calbridge-service";
const DEFAULT_SCOPE: &str = "refresh_token openid api";
/// Characters of a code verifier: from what RFC 7636 asks for to the 128 bytes, base64url-encoded, that the vendor's
/// own clients send.
const VERIFIER_CHARACTERS: std::ops::RangeInclusive<usize> = 43..=171;

type Pairs = [(String, String)];

fn get<'a>(pairs: &'a Pairs, name: &str) -> &'a str {
    pairs.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
}

/// `GET /authorize` shows who may sign in; `POST` carries the choice.
pub(crate) fn authorize(
    org: &mut Org,
    setup: &Setup,
    now: DateTime<Utc>,
    request: &Request<Vec<u8>>,
) -> Response<Vec<u8>> {
    let mut asked = exchange::parameters(request);
    asked.extend(exchange::pairs(request.body()));
    let refused = |message: &str| reply::html(StatusCode::BAD_REQUEST, page::oauth_error(message));
    if get(&asked, "client_id") != PANE_CLIENT {
        return refused("error=invalid_client_id: client identifier invalid");
    }
    let redirect = format!("{}/auth.html", setup.pane_origin);
    if get(&asked, "redirect_uri") != redirect {
        return refused("error=redirect_uri_mismatch: redirect_uri must match configuration");
    }
    let back = |pairs: &[(&str, &str)]| {
        let state = get(&asked, "state");
        let kept = (!state.is_empty()).then_some(("state", state));
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs.iter().copied().chain(kept))
            .finish();
        reply::redirect(&format!("{redirect}?{query}"))
    };
    if get(&asked, "response_type") != "code" {
        return back(&[
            ("error", "unsupported_response_type"),
            ("error_description", "response type not supported"),
        ]);
    }
    // A missing method means S256, as one well-known client relies on.
    if !matches!(get(&asked, "code_challenge_method"), "" | "S256")
        || get(&asked, "code_challenge").is_empty()
    {
        return back(&[
            ("error", "invalid_request"),
            ("error_description", "missing required code challenge"),
        ]);
    }
    if request.method() != Method::POST {
        return reply::html(StatusCode::OK, page::user_picker(org, &asked));
    }
    if get(&asked, "deny") == "1" {
        return back(&[("error", "access_denied"), ("error_description", "end-user denied authorization")]);
    }
    let Some(user) = org.user(get(&asked, "user")).map(|user| user.id.clone()) else {
        return reply::html(StatusCode::OK, page::user_picker(org, &asked));
    };
    let scope = get(&asked, "scope");
    let grant = Grant {
        client: PANE_CLIENT.to_owned(),
        user,
        redirect: redirect.clone(),
        challenge: get(&asked, "code_challenge").to_owned(),
        scope: if scope.is_empty() { DEFAULT_SCOPE } else { scope }.to_owned(),
        until: now,
    };
    let code = org.sessions.grant(grant, now);
    back(&[("code", &code)])
}

/// `POST /token`.
pub(crate) fn token(
    org: &mut Org,
    setup: &Setup,
    now: DateTime<Utc>,
    request: &Request<Vec<u8>>,
) -> Response<Vec<u8>> {
    if request.method() != Method::POST {
        return oauth_error("invalid_request", "must use HTTP POST");
    }
    let mut form = exchange::pairs(request.body());
    form.extend(exchange::parameters(request));
    form.extend(basic(request));
    let tokens = match get(&form, "grant_type") {
        "authorization_code" => redeem(org, &form, now),
        "refresh_token" => renew(org, &form, now),
        "client_credentials" => client_credentials(org, setup, &form, now),
        _ => Err(("unsupported_grant_type", "grant type not supported")),
    };
    match tokens {
        Ok(tokens) => reply::ok(&token_answer(org, &tokens, now)),
        Err((error, description)) => oauth_error(error, description),
    }
}

type Refused = (&'static str, &'static str);

fn redeem(org: &mut Org, form: &Pairs, now: DateTime<Utc>) -> Result<Tokens, Refused> {
    let grant = org.sessions.redeem(get(form, "code"), now);
    let grant = grant.ok_or(("invalid_grant", "expired authorization code"))?;
    if grant.client != get(form, "client_id") {
        return Err(("invalid_client_id", "client identifier invalid"));
    }
    if !get(form, "client_secret").is_empty() {
        return Err(("invalid_client", "a public client must not send a secret"));
    }
    if grant.redirect != get(form, "redirect_uri") {
        return Err(("redirect_uri_mismatch", "redirect_uri must match configuration"));
    }
    let verifier = get(form, "code_verifier");
    let hashed = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
    if !VERIFIER_CHARACTERS.contains(&verifier.len()) || hashed != grant.challenge {
        return Err(("invalid_grant", "invalid code verifier"));
    }
    Ok(org.sessions.open(&grant.client, &grant.user, &grant.scope, now))
}

fn renew(org: &mut Org, form: &Pairs, now: DateTime<Utc>) -> Result<Tokens, Refused> {
    let tokens = org.sessions.renew(get(form, "refresh_token"), get(form, "client_id"), now);
    tokens.ok_or(("invalid_grant", "expired access/refresh token"))
}

fn client_credentials(
    org: &mut Org,
    setup: &Setup,
    form: &Pairs,
    now: DateTime<Utc>,
) -> Result<Tokens, Refused> {
    if get(form, "client_id") != SERVICE_CLIENT {
        return Err(("invalid_client_id", "client identifier invalid"));
    }
    if get(form, "client_secret") != setup.salesforce_client_secret {
        return Err(("invalid_client", "invalid client credentials"));
    }
    let user = org.user(&org.integration_user).map(|user| user.id.clone());
    let user = user.ok_or(("invalid_grant", "no client credentials user enabled"))?;
    Ok(org.sessions.open(SERVICE_CLIENT, &user, "api", now))
}

fn basic(request: &Request<Vec<u8>>) -> Vec<(String, String)> {
    let header = request.headers().get("authorization").and_then(|value| value.to_str().ok());
    let decoded = header
        .and_then(|header| header.strip_prefix("Basic "))
        .and_then(|encoded| STANDARD.decode(encoded).ok())
        .and_then(|bytes| String::from_utf8(bytes).ok());
    let Some((id, secret)) = decoded.as_deref().and_then(|text| text.split_once(':')) else {
        return Vec::new();
    };
    vec![("client_id".to_owned(), id.to_owned()), ("client_secret".to_owned(), secret.to_owned())]
}

fn token_answer(org: &Org, tokens: &Tokens, now: DateTime<Utc>) -> Value {
    let issued = now.timestamp_millis().to_string();
    let id = identity_url(org, &tokens.user);
    let signature = STANDARD.encode(Sha256::digest(format!("{id}{issued}")));
    let mut answer = json!({
        "access_token": tokens.access,
        "signature": signature,
        "scope": tokens.scope,
        "instance_url": org.my_domain,
        "id": id,
        "token_type": "Bearer",
        "issued_at": issued,
    });
    if let Some(refresh) = &tokens.refresh {
        answer["refresh_token"] = json!(refresh);
    }
    answer
}

/// The address that stands for a user.
pub(crate) fn identity_url(org: &Org, user: &str) -> String {
    format!("{}/id/{}/{user}", org.my_domain, org.id)
}

fn oauth_error(error: &str, description: &str) -> Response<Vec<u8>> {
    reply::json(StatusCode::BAD_REQUEST, &json!({ "error": error, "error_description": description }))
}

/// `POST /revoke`.
pub(crate) fn revoke(org: &mut Org, request: &Request<Vec<u8>>) -> Response<Vec<u8>> {
    let mut form = exchange::pairs(request.body());
    form.extend(exchange::parameters(request));
    if org.sessions.revoke(get(&form, "token")) {
        reply::status_only(StatusCode::OK)
    } else {
        oauth_error("unsupported_token_type", "this token is not known")
    }
}

/// The user behind `Authorization: Bearer …`.
pub(crate) fn signed_in(
    org: &mut Org,
    now: DateTime<Utc>,
    request: &Request<Vec<u8>>,
) -> Result<String, Refusal> {
    let expired = || Refusal::new(401, "INVALID_SESSION_ID", "Session expired or invalid");
    let header = request.headers().get("authorization").ok_or_else(expired)?;
    let (scheme, token) = header.to_str().ok().and_then(|text| text.split_once(' ')).ok_or_else(expired)?;
    if !(scheme.eq_ignore_ascii_case("Bearer") || scheme.eq_ignore_ascii_case("OAuth")) {
        return Err(Refusal::new(401, "INVALID_AUTH_HEADER", "INVALID_HEADER_TYPE"));
    }
    org.sessions.user(token.trim(), now).ok_or_else(expired)
}

/// `GET /userinfo`.
pub(crate) fn userinfo(org: &Org, user: &str) -> Result<Response<Vec<u8>>, Refusal> {
    let user = org.live(user).ok_or_else(Refusal::not_found)?;
    let rest = format!("{}/services/data/v{{version}}/", org.my_domain);
    Ok(reply::ok(&json!({
        "sub": identity_url(org, &user.id),
        "user_id": user.id,
        "organization_id": org.id,
        "preferred_username": user.text("Username"),
        "nickname": user.text("CommunityNickname"),
        "name": user.text("Name"),
        "email": user.text("Email"),
        "email_verified": true,
        "given_name": user.text("FirstName"),
        "family_name": user.text("LastName"),
        "zoneinfo": user.text("TimeZoneSidKey"),
        "urls": { "rest": rest, "sobjects": format!("{rest}sobjects/"), "query": format!("{rest}query/") },
        "active": user.value("IsActive"),
        "user_type": "STANDARD",
        "language": user.text("LanguageLocaleKey"),
        "locale": user.text("LocaleSidKey"),
        "updated_at": user.text("LastModifiedDate"),
    })))
}

/// `GET /id/{org}/{user}`.
pub(crate) fn identity(org: &Org, user: &Record) -> Value {
    json!({
        "id": identity_url(org, &user.id),
        "asserted_user": true,
        "user_id": user.id,
        "organization_id": org.id,
        "username": user.text("Username"),
        "nick_name": user.text("CommunityNickname"),
        "display_name": user.text("Name"),
        "email": user.text("Email"),
        "email_verified": true,
        "first_name": user.text("FirstName"),
        "last_name": user.text("LastName"),
        "timezone": user.text("TimeZoneSidKey"),
        "active": user.value("IsActive"),
        "user_type": "STANDARD",
        "language": user.text("LanguageLocaleKey"),
        "locale": user.text("LocaleSidKey"),
        "last_modified_date": user.text("LastModifiedDate"),
        "is_app_installed": true,
    })
}
