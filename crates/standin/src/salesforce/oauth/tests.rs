//! Signing in (facts 3.2).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use http::Request;
use sha2::{Digest, Sha256};

use crate::salesforce::testing::{Answer, Client};

const VERIFIER: &str = "verifier-verifier-verifier-verifier-verifier";
const REDIRECT: &str = "https://localhost:3000/auth.html";

fn form(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

fn post(client: &mut Client, path: &str, pairs: &[(&str, &str)]) -> Answer {
    let request = Request::builder().method("POST").uri(format!("/services/oauth2/{path}"));
    client.send(request.body(form(pairs).into_bytes()).unwrap())
}

fn asked(more: &[(&str, &str)]) -> String {
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
    let mut pairs = vec![
        ("response_type", "code"),
        ("client_id", "calbridge-pane"),
        ("redirect_uri", REDIRECT),
        ("state", "st&te"),
        ("code_challenge", &challenge),
    ];
    pairs.retain(|(name, _)| !more.iter().any(|(other, _)| other == name));
    pairs.extend(more);
    form(&pairs)
}

/// Picks a user on the authorize page and returns where the browser is sent.
fn authorize(client: &mut Client, more: &[(&str, &str)]) -> Answer {
    let request = Request::builder().method("POST").uri("/services/oauth2/authorize");
    client.send(request.body(asked(more).into_bytes()).unwrap())
}

fn code(client: &mut Client) -> String {
    code_for(client, VERIFIER)
}

fn code_for(client: &mut Client, verifier: &str) -> String {
    let user = client.org.user("mara@brightwater.example").unwrap().id.clone();
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
    let answer = authorize(client, &[("user", &user), ("code_challenge", &challenge)]);
    let place = url::Url::parse(answer.header("location")).unwrap();
    assert_eq!(
        (place.origin().ascii_serialization().as_str(), place.path()),
        ("https://localhost:3000", "/auth.html")
    );
    let value = |name: &str| place.query_pairs().find(|(key, _)| key == name).unwrap().1.into_owned();
    assert_eq!(value("state"), "st&te");
    value("code")
}

fn redeem(client: &mut Client, code: &str, verifier: &str) -> Answer {
    let pairs = [
        ("grant_type", "authorization_code"),
        ("client_id", "calbridge-pane"),
        ("redirect_uri", REDIRECT),
        ("code", code),
        ("code_verifier", verifier),
    ];
    post(client, "token", &pairs)
}

fn renew(client: &mut Client, token: &str) -> Answer {
    post(
        client,
        "token",
        &[("grant_type", "refresh_token"), ("client_id", "calbridge-pane"), ("refresh_token", token)],
    )
}

#[test]
fn the_authorize_page_offers_every_active_user() {
    let mut client = Client::demo();
    let request = Request::builder().uri(format!("/services/oauth2/authorize?{}", asked(&[])));
    let answer = client.send(request.body(Vec::new()).unwrap());
    let html = String::from_utf8(answer.response.body().clone()).unwrap();
    for name in ["Mara Lindqvist", "Ines Roth", "Theo Park"] {
        assert!(html.contains(name), "{name}");
    }
    assert!(!html.contains("Nils Brandt") && !html.contains("integration@"));
    assert!(html.contains("name=\"state\" value=\"st&amp;te\""));
    // The pane's dialog needs its opener.
    assert_eq!(answer.header("cross-origin-opener-policy"), "");
}

#[test]
fn a_code_is_redeemed_once_by_who_knows_the_verifier() {
    let mut client = Client::demo();
    let code = code(&mut client);
    let answer = redeem(&mut client, &code, VERIFIER);
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.body["token_type"], "Bearer");
    assert_eq!(answer.body["instance_url"], "https://localhost:3002");
    assert!(answer.body.get("expires_in").is_none());
    client.token = answer.body["access_token"].as_str().unwrap().to_owned();
    let request = Request::builder().uri("/services/oauth2/userinfo");
    let request = request.header("authorization", format!("Bearer {}", client.token));
    let user = client.send(request.body(Vec::new()).unwrap()).body;
    assert_eq!(user["email"], "mara@brightwater.example");
    assert_eq!(user["zoneinfo"], "Europe/Berlin");
    assert_eq!(redeem(&mut client, &code, VERIFIER).body["error"], "invalid_grant");
}

#[test]
fn a_wrong_verifier_or_a_late_code_is_refused() {
    let mut client = Client::demo();
    let stolen = code(&mut client);
    let wrong = "wrong-wrong-wrong-wrong-wrong-wrong-wrong-wrong";
    assert_eq!(redeem(&mut client, &stolen, wrong).body["error"], "invalid_grant");
    let late = code(&mut client);
    client.wait(TimeDelta::minutes(16));
    assert_eq!(redeem(&mut client, &late, VERIFIER).body["error_description"], "expired authorization code");
}

#[test]
fn a_verifier_has_at_least_43_characters_and_at_most_those_of_128_encoded_bytes_s3_2() {
    let mut client = Client::demo();
    for (characters, status) in [(42, 400), (43, 200), (128, 200), (171, 200), (172, 400)] {
        let verifier = "v".repeat(characters);
        let code = code_for(&mut client, &verifier);
        assert_eq!(redeem(&mut client, &code, &verifier).status, status, "{characters} characters");
    }
}

#[test]
fn a_foreign_redirect_or_client_never_sees_a_code() {
    let mut client = Client::demo();
    let user = client.org.user("mara@brightwater.example").unwrap().id.clone();
    for more in [("redirect_uri", "https://elsewhere.example/"), ("client_id", "other")] {
        let answer = authorize(&mut client, &[more, ("user", &user)]);
        assert_eq!((answer.status, answer.header("location")), (400, ""));
    }
    let answer = authorize(&mut client, &[("user", &user), ("code_challenge_method", "plain")]);
    assert!(answer.header("location").contains("error=invalid_request"));
    let answer = authorize(&mut client, &[("deny", "1")]);
    assert!(answer.header("location").contains("error=access_denied"));
}

#[test]
fn a_refresh_token_rotates_and_its_reuse_ends_the_sign_in() {
    let mut client = Client::demo();
    let code = code(&mut client);
    let first = redeem(&mut client, &code, VERIFIER).body["refresh_token"].as_str().unwrap().to_owned();
    let renewed = renew(&mut client, &first);
    let second = renewed.body["refresh_token"].as_str().unwrap().to_owned();
    assert_ne!(first, second);
    client.token = renewed.body["access_token"].as_str().unwrap().to_owned();
    assert_eq!(client.get("/limits").status, 200);

    let reused = renew(&mut client, &first);
    assert_eq!((reused.status, reused.body["error"].as_str()), (400, Some("invalid_grant")));
    assert_eq!(reused.body["error_description"], "expired access/refresh token");
    assert_eq!(renew(&mut client, &second).status, 400);
    assert_eq!(client.get("/limits").status, 401);
}

#[test]
fn a_refresh_token_outlives_expired_access_tokens() {
    let mut client = Client::demo();
    let code = code(&mut client);
    let tokens = redeem(&mut client, &code, VERIFIER).body;
    client.token = tokens["access_token"].as_str().unwrap().to_owned();
    client.org.expire_sessions();
    assert_eq!(client.get("/limits").status, 401);
    let renewed = renew(&mut client, tokens["refresh_token"].as_str().unwrap());
    client.token = renewed.body["access_token"].as_str().unwrap().to_owned();
    assert_eq!(client.get("/limits").status, 200);
}

#[test]
fn revoking_either_token_ends_the_sign_in() {
    let mut client = Client::demo();
    let code = code(&mut client);
    let tokens = redeem(&mut client, &code, VERIFIER).body;
    client.token = tokens["access_token"].as_str().unwrap().to_owned();
    let refresh = tokens["refresh_token"].as_str().unwrap().to_owned();
    assert_eq!(post(&mut client, "revoke", &[("token", &refresh)]).status, 200);
    assert_eq!(client.get("/limits").status, 401);
    assert_eq!(renew(&mut client, &refresh).status, 400);
}

#[test]
fn the_service_signs_in_by_its_secret_without_a_refresh_token() {
    let mut client = Client::demo();
    let ask = |client: &mut Client, secret: &str| {
        let pairs = [
            ("grant_type", "client_credentials"),
            ("client_id", "calbridge-service"),
            ("client_secret", secret),
        ];
        post(client, "token", &pairs)
    };
    let answer = ask(&mut client, "salesforce-secret");
    assert!(answer.body.get("refresh_token").is_none());
    client.token = answer.body["access_token"].as_str().unwrap().to_owned();
    assert!(client.token.starts_with("00D5g000000Brgt!"));
    assert_eq!(client.get("/limits").status, 200);
    assert_eq!(ask(&mut client, "guess").body["error"], "invalid_client");
    assert_eq!(
        post(&mut client, "token", &[("grant_type", "password")]).body["error"],
        "unsupported_grant_type"
    );
}
