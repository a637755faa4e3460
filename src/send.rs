//! Runs any exchange of `wire` with the browser's fetch. The only file that fetches.

use calbridge_wire::{
    CallError, Endpoint,
    message::{Method, Reply, Request, header},
    tree::member,
};
use gloo_net::http::{self, Headers, RequestBuilder};
use web_sys::{AbortController, RequestCache, RequestCredentials};

use crate::{clock, kept};

/// The longest wait for our service, in milliseconds.
pub(crate) const SERVICE_LIMIT_MS: u32 = 10_000;
/// The longest wait for Salesforce, in milliseconds.
pub(crate) const SALESFORCE_LIMIT_MS: u32 = 20_000;

/// The headers of answers that exchanges of the pane read.
const READ_HEADERS: [&str; 2] = [header::LAST_MODIFIED, header::RETRY_AFTER];

/// Where a request goes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Side<'a> {
    /// Scheme, host and port.
    pub(crate) base: &'a str,
    /// Who that is, in words.
    pub(crate) name: &'static str,
    /// The longest wait, in milliseconds.
    pub(crate) limit_ms: u32,
}

/// Sends an exchange and reads its answer. Dropping the future cancels the request.
pub(crate) async fn send<E: Endpoint>(
    endpoint: &E,
    side: Side<'_>,
    bearer: Option<&str>,
) -> Result<E::Answer, CallError> {
    // Boxed: every exchange would carry the whole machinery of a request otherwise.
    let reply = Box::pin(exchange(endpoint.request(side.base), side, bearer)).await?;
    endpoint.read(&reply)
}

/// What the pane is told when it starts, beside its own page.
#[derive(Clone, Debug)]
pub struct Config {
    /// The service.
    pub service: String,
    /// The org.
    pub my_domain: String,
    /// The pane's client id there.
    pub client_id: String,
    /// The version of the org's API.
    pub api_version: String,
}

/// Reads the pane's configuration. Asked for exactly as index.html preloads it, so that it is fetched once.
pub(crate) async fn config() -> Result<Config, CallError> {
    let name = "the pane's own server";
    let answer = clock::within(SERVICE_LIMIT_MS, gloo_net::http::Request::get("config.json").send()).await;
    let answer = answer.and_then(Result::ok).ok_or_else(|| CallError::Offline { side: name.to_owned() })?;
    let malformed = |what: String| CallError::Malformed { what };
    let text = answer.text().await.map_err(|error| malformed(error.to_string()))?;
    let tree = kept::tree(&text).ok_or_else(|| malformed("it is no JSON".to_owned()))?;
    let setting = |name: &str| member(&tree, name).ok_or_else(|| malformed(format!("{name} is missing")));
    Ok(Config {
        service: setting("service")?,
        my_domain: setting("my_domain")?,
        client_id: setting("client_id")?,
        api_version: setting("api_version")?,
    })
}

/// Cancels a request when it is dropped; one that was answered takes no harm.
struct Cancel(Option<AbortController>);

impl Drop for Cancel {
    fn drop(&mut self) {
        if let Some(controller) = &self.0 {
            controller.abort();
        }
    }
}

pub(crate) async fn exchange(
    request: Request,
    side: Side<'_>,
    bearer: Option<&str>,
) -> Result<Reply, CallError> {
    let cancel = Cancel(AbortController::new().ok());
    let offline = || CallError::Offline { side: side.name.to_owned() };
    let answered = clock::within(side.limit_ms, fetch(request, bearer, cancel.0.as_ref())).await;
    // Time-outs, refused connections and refused origins look the same from here.
    answered.and_then(Result::ok).ok_or_else(offline)
}

async fn fetch(
    request: Request,
    bearer: Option<&str>,
    cancel: Option<&AbortController>,
) -> Result<Reply, gloo_net::Error> {
    let headers = Headers::new();
    for (name, value) in &request.headers {
        headers.append(name, value);
    }
    if let Some(token) = bearer {
        headers.set(header::AUTHORIZATION, &format!("Bearer {token}"));
    }
    let builder = RequestBuilder::new(&request.url)
        .method(method(request.method))
        .headers(headers)
        .cache(RequestCache::NoStore)
        .credentials(RequestCredentials::Omit)
        .abort_signal(cancel.map(AbortController::signal).as_ref());
    let built = if request.body.is_empty() {
        builder.build()?
    } else {
        builder.body(js_sys::Uint8Array::from(request.body.as_slice()))?
    };
    let answer = built.send().await?;
    let mut reply = Reply { status: answer.status(), headers: Vec::new(), body: answer.binary().await? };
    for name in READ_HEADERS {
        if let Some(value) = answer.headers().get(name) {
            reply.headers.push((name.to_owned(), value));
        }
    }
    Ok(reply)
}

fn method(method: Method) -> http::Method {
    match method {
        Method::Get => http::Method::GET,
        Method::Post => http::Method::POST,
        Method::Put => http::Method::PUT,
        Method::Patch => http::Method::PATCH,
        Method::Delete => http::Method::DELETE,
    }
}
