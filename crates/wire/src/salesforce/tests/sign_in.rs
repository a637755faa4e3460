//! Sign-in, renewal, and whose token it is.

use crate::{
    call::{CallError, Endpoint},
    salesforce::{
        authorize::{AuthorizeRequest, authorize_url},
        revoke::Revoke,
        token::{ClientCredentials, ExchangeCode, Refresh},
        userinfo::UserInfo,
    },
    testing::{fixture, reply, shown},
};

fn refresh() -> Refresh {
    Refresh { client_id: "calbridge-pane".to_owned(), refresh_token: "5Aep861.refresh".to_owned() }
}

#[test]
fn the_dialog_opens_the_orgs_own_page() {
    let request = AuthorizeRequest {
        client_id: "calbridge-pane",
        redirect_uri: "https://localhost:3000/auth.html",
        state: "s=1&x",
        challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    };
    insta::assert_snapshot!(authorize_url("https://org.example", &request), @"https://org.example/services/oauth2/authorize?response_type=code&client_id=calbridge-pane&redirect_uri=https%3A%2F%2Flocalhost%3A3000%2Fauth.html&scope=api%20refresh_token%20openid&state=s%3D1%26x&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256");
}

#[test]
fn a_code_is_redeemed_with_its_verifier_and_no_secret() {
    let endpoint = ExchangeCode {
        client_id: "calbridge-pane".to_owned(),
        code: "aPrx+code==".to_owned(),
        verifier: "verifier".to_owned(),
        redirect_uri: "https://localhost:3000/auth.html".to_owned(),
    };
    insta::assert_snapshot!(shown(&endpoint.request("https://org.example")), @r"
    POST https://org.example/services/oauth2/token
    content-type: application/x-www-form-urlencoded

    grant_type=authorization_code&client_id=calbridge-pane&code=aPrx%2Bcode%3D%3D&code_verifier=verifier&redirect_uri=https%3A%2F%2Flocalhost%3A3000%2Fauth.html
    ");
}

#[test]
fn a_renewal_brings_the_next_refresh_token() {
    insta::assert_snapshot!(shown(&refresh().request("https://org.example")), @r"
    POST https://org.example/services/oauth2/token
    content-type: application/x-www-form-urlencoded

    grant_type=refresh_token&client_id=calbridge-pane&refresh_token=5Aep861.refresh
    ");
    let grant = refresh().read(&reply(200, fixture!("salesforce/token.json"))).unwrap();
    assert_eq!(grant.access_token, "00D5e00000Brigh!AQ.access");
    assert_eq!(grant.refresh_token.as_deref(), Some("5Aep861.refresh"));
    assert_eq!(grant.instance_url, "https://brightwater.my.salesforce.example");
    assert_eq!(grant.issued_at.unwrap().timestamp(), 1_795_201_200);
}

#[test]
fn a_refresh_token_that_was_used_before_ends_the_consent() {
    let refused = refresh().read(&reply(400, fixture!("salesforce/token_refused.json")));
    let reason = "expired access/refresh token".to_owned();
    assert_eq!(refused, Err(CallError::ConsentLost { reason }));
}

#[test]
fn the_service_signs_in_with_its_own_secret() {
    let endpoint =
        ClientCredentials { client_id: "calbridge-service".to_owned(), client_secret: "s&cret".to_owned() };
    insta::assert_snapshot!(shown(&endpoint.request("https://org.example")), @r"
    POST https://org.example/services/oauth2/token
    content-type: application/x-www-form-urlencoded

    grant_type=client_credentials&client_id=calbridge-service&client_secret=s%26cret
    ");
}

#[test]
fn secrets_never_reach_a_log() {
    let grant = refresh().read(&reply(200, fixture!("salesforce/token.json"))).unwrap();
    let logged = format!("{grant:?} {:?} {:?}", refresh(), Revoke { token: "5Aep861.refresh".to_owned() });
    assert!(!logged.contains("5Aep861") && !logged.contains("AQ.access"), "{logged}");
}

#[test]
fn signing_out_ends_the_token() {
    let endpoint = Revoke { token: "5Aep861.refresh".to_owned() };
    insta::assert_snapshot!(shown(&endpoint.request("https://org.example")), @r"
    POST https://org.example/services/oauth2/revoke
    content-type: application/x-www-form-urlencoded

    token=5Aep861.refresh
    ");
    assert_eq!(endpoint.read(&reply(200, "")), Ok(()));
}

#[test]
fn a_token_tells_whose_it_is() {
    let request = shown(&UserInfo.request("https://org.example"));
    assert_eq!(request, "GET https://org.example/services/oauth2/userinfo");
    let user = UserInfo.read(&reply(200, fixture!("salesforce/userinfo.json"))).unwrap();
    assert_eq!(user.user.as_str(), "0055e00000Mara1AAB");
    assert_eq!(user.organization.as_str(), "00D5e00000BrighEAB");
    assert_eq!(
        (user.name.as_str(), user.email.as_str(), user.username.as_str()),
        ("Mara Lindqvist", "mara@brightwater.example", "mara@brightwater.example.crm")
    );
    assert_eq!(user.zone.as_deref(), Some("Europe/Berlin"));
    assert!(user.email_is_verified);
}

#[test]
fn an_address_of_which_salesforce_does_not_say_so_is_not_verified() {
    let told = fixture!("salesforce/userinfo.json");
    for unsaid in ["\"email_verified\": false", "\"email_verified\": null", "\"other\": true"] {
        let body = told.replace("\"email_verified\": true", unsaid);
        assert!(!UserInfo.read(&reply(200, &body)).unwrap().email_is_verified, "{unsaid}");
    }
}
