//! Signing in: code with PKCE, refresh tokens that rotate, client credentials, sessions that end.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result, ensure};
use cirrus::auth::refresh::RotationHandler;
use cirrus::auth::web_server::{CompletedSession, WebServerFlow};
use cirrus::auth::{ClientCredentialsAuth, RefreshTokenAuth, StaticTokenAuth, async_trait};
use cirrus::reqwest::{Method, Url};
use cirrus::{AuthError, AuthSession, Cirrus, CirrusError};
use serde_json::{Value, json};

use crate::equal;
use crate::stage::{Tally, client, control, http, required, service};

const CLIENT: &str = "calbridge-pane";
const USER: &str = "mara@brightwater.example";

/// Runs the checks.
pub async fn run(tally: &mut Tally) {
    tally.check("signs a person in by code and verifier", by_code()).await;
    tally.check("rotates refresh tokens", rotates()).await;
    tally.check("finds that a used refresh token ends the sign-in", reused()).await;
    tally.check("signs in again by itself when the session ended", renews()).await;
    tally.check("hears of wrong client credentials", wrong_credentials()).await;
    tally.check("hears of a token that was never given", never_given()).await;
}

fn flow() -> Result<WebServerFlow> {
    let flow = WebServerFlow::builder()
        .consumer_key(CLIENT)
        .redirect_uri(required("PANE_ORIGIN")? + "/auth.html")
        .login_url(required("SALESFORCE_URL")?)
        .scopes(["api", "refresh_token", "openid"])
        .http_client(http()?)
        .build()?;
    Ok(flow)
}

/// What the person does in the browser: picks a user on the page that the client's address opens.
async fn signed_in() -> Result<CompletedSession> {
    let flow = flow()?;
    let (address, pending) = flow.start()?;
    let page = http()?.get(&address).send().await?.text().await?;
    let before = page.split(" <small>mara@").next().context("the page offers the user")?;
    let user = before.rsplit("value=\"").next().and_then(|rest| rest.split('"').next());
    let form = format!("user={}", user.context("the user has an id")?);
    let request = http()?.post(&address).header("content-type", "application/x-www-form-urlencoded");
    let answer = request.body(form).send().await?;
    equal!(answer.status().as_u16(), 302);
    let place = Url::parse(answer.headers().get("location").context("a place to go")?.to_str()?)?;
    let value =
        |name: &str| place.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    let (code, state) = (value("code").context("a code")?, value("state").context("a state")?);
    Ok(flow.complete(pending, &code, &state).await?)
}

async fn by_code() -> Result<()> {
    let session = signed_in().await?;
    equal!(session.instance_url, required("SALESFORCE_URL")?);
    ensure!(
        session.refresh_token.is_some() && session.signature.is_some(),
        "a refresh token and a signature"
    );
    ensure!(
        session.issued_at.is_some_and(|at| at.parse::<u64>().is_ok()),
        "issued_at is a number of milliseconds"
    );
    let auth = StaticTokenAuth::new(session.access_token, session.instance_url);
    let info: Value = client(Arc::new(auth))?.get("/services/oauth2/userinfo").await?;
    equal!(info["preferred_username"], USER);
    Ok(())
}

/// Keeps the refresh tokens that replaced others.
#[derive(Default)]
struct Kept(Mutex<Vec<String>>);

#[async_trait]
impl RotationHandler for Kept {
    async fn on_rotation(&self, new_refresh_token: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(new_refresh_token.to_owned());
    }
}

fn renewable(token: &str, kept: Arc<Kept>) -> Result<RefreshTokenAuth> {
    let org = required("SALESFORCE_URL")?;
    let builder = RefreshTokenAuth::builder().consumer_key(CLIENT).refresh_token(token).on_rotation(kept);
    Ok(builder.login_url(&org).instance_url(&org).http_client(http()?).build()?)
}

async fn rotates() -> Result<()> {
    let token = signed_in().await?.refresh_token.context("a refresh token")?;
    let kept = Arc::new(Kept::default());
    let org = client(Arc::new(renewable(&token, Arc::clone(&kept))?))?;
    org.limits().await?;
    control(Method::POST, "/sessions/expire", &json!({})).await?;
    org.limits().await?;
    let kept = kept.0.lock().unwrap_or_else(PoisonError::into_inner);
    equal!(kept.len(), 2);
    ensure!(kept[0] != token && kept[1] != kept[0], "each refresh token is another");
    Ok(())
}

async fn reused() -> Result<()> {
    let token = signed_in().await?.refresh_token.context("a refresh token")?;
    let first = renewable(&token, Arc::default())?;
    let access = first.access_token().await?.into_owned();
    let again = renewable(&token, Arc::default())?;
    refused(again.access_token().await, "invalid_grant")?;
    let instance = required("SALESFORCE_URL")?;
    ended(&client(Arc::new(StaticTokenAuth::new(access, instance)))?).await
}

async fn renews() -> Result<()> {
    let org = client(service()?)?;
    org.limits().await?;
    control(Method::POST, "/sessions/expire", &json!({})).await?;
    org.limits().await?;
    Ok(())
}

async fn wrong_credentials() -> Result<()> {
    let org = required("SALESFORCE_URL")?;
    for (key, secret, error) in
        [("calbridge-service", "wrong", "invalid_client"), ("somebody", "wrong", "invalid_client_id")]
    {
        let builder = ClientCredentialsAuth::builder().consumer_key(key).consumer_secret(secret);
        let auth = builder.login_url(&org).instance_url(&org).http_client(http()?).build()?;
        refused(auth.access_token().await, error)?;
    }
    Ok(())
}

async fn never_given() -> Result<()> {
    ended(&client(Arc::new(StaticTokenAuth::new("00D!nothing", required("SALESFORCE_URL")?)))?).await
}

/// Checks that a sign-in is refused with this OAuth error.
fn refused<T: std::fmt::Debug>(answer: Result<T, AuthError>, wanted: &str) -> Result<()> {
    match answer {
        Err(AuthError::OAuth { error, error_description }) => {
            equal!(error, wanted);
            ensure!(error_description.is_some_and(|text| !text.is_empty()), "the error is described");
            Ok(())
        }
        other => anyhow::bail!("{other:?} instead of the refusal {wanted}"),
    }
}

async fn ended(org: &Cirrus) -> Result<()> {
    match org.limits().await {
        Err(CirrusError::Api { status: 401, errors, .. }) => {
            equal!(errors[0].error_code, "INVALID_SESSION_ID");
            Ok(())
        }
        other => anyhow::bail!("{other:?} instead of 401"),
    }
}
