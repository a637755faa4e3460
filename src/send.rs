//! Runs any exchange of `wire` with the browser's fetch. The only file that fetches.

use std::{
    future::Future,
    mem,
    pin::Pin,
    task::{Context, Poll},
};

use calbridge_wire::{
    CallError, Endpoint,
    message::{Method, Reply, Request, header},
    tree::member,
};
use gloo_net::http::{self, Headers, RequestBuilder};
use web_sys::{AbortController, RequestCache, RequestCredentials};

use crate::{clock, js, kept, together::Work};

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

/// An answer under way. Dropping it cancels the request.
///
/// Only reading the answer is compiled for each kind of exchange.
#[must_use = "nothing is sent before it is awaited"]
pub struct Asked<'a, E> {
    endpoint: E,
    exchange: Exchange<'a>,
}

/// What goes on around the reading of an answer.
pub(crate) struct Exchange<'a> {
    pub(crate) reply: Replied<'a>,
    pub(crate) again: Option<Again<'a>>,
    pub(crate) bearer: String,
}

/// An answer that nobody has read yet, and the token with which it was asked for.
pub(crate) type Replied<'a> = Work<'a, Result<(Reply, String), CallError>>;
/// Asks once more where the answer says that the token, which it is told, has expired; nothing where that is no use.
pub(crate) type Again<'a> = Box<dyn FnMut(String) -> Option<Replied<'a>> + 'a>;

impl<'a, E: Endpoint> Asked<'a, E> {
    pub(crate) fn new(endpoint: E, exchange: Exchange<'a>) -> Self {
        Self { endpoint, exchange }
    }
}

impl<E: Endpoint + Unpin> Future for Asked<'_, E> {
    type Output = Result<E::Answer, CallError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        loop {
            let reply = match self.exchange.poll(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Ready(Ok(reply)) => reply,
            };
            let answer = self.endpoint.read(&reply);
            if !matches!(answer, Err(CallError::SignedOut)) || !self.exchange.again() {
                return Poll::Ready(answer);
            }
        }
    }
}

impl Exchange<'_> {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<Reply, CallError>> {
        self.reply.as_mut().poll(context).map_ok(|(reply, bearer)| {
            self.bearer = bearer;
            reply
        })
    }

    /// Starts it once more; false where that is no use.
    fn again(&mut self) -> bool {
        let Some(again) = &mut self.again else { return false };
        let reply = again(mem::take(&mut self.bearer));
        let is_started = reply.is_some();
        if let Some(reply) = reply {
            self.reply = reply;
        }
        is_started
    }
}

/// Sends an exchange and reads its answer.
pub(crate) fn send<E: Endpoint>(endpoint: E, side: Side<'_>, bearer: String) -> Asked<'_, E> {
    let reply = Box::pin(exchange(endpoint.request(side.base), side, bearer));
    Asked { endpoint, exchange: Exchange { reply, again: None, bearer: String::new() } }
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
    let answer = answered(RequestBuilder::new("config.json"), &[], SERVICE_LIMIT_MS).await;
    let answer = answer.map_err(|_| CallError::Offline { side: name.to_owned() })?;
    let malformed = |what: String| CallError::Malformed { what };
    let text = String::from_utf8(answer.body).unwrap_or_default();
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

impl Cancel {
    /// Cancels after so many milliseconds, or when it is dropped.
    fn after(limit_ms: u32) -> Self {
        let controller = AbortController::new().ok();
        if let Some(controller) = &controller
            && let Some(abort) = js::method(controller, "abort")
        {
            clock::after(limit_ms, &abort.bind0(controller));
        }
        Self(controller)
    }
}

impl Drop for Cancel {
    fn drop(&mut self) {
        if let Some(controller) = &self.0 {
            controller.abort();
        }
    }
}

/// Sends a request with a token, where there is one, and gives both back.
pub(crate) async fn exchange(
    request: Request,
    side: Side<'_>,
    bearer: String,
) -> Result<(Reply, String), CallError> {
    let headers = Headers::new();
    for (name, value) in &request.headers {
        headers.append(name, value);
    }
    if !bearer.is_empty() {
        headers.set(header::AUTHORIZATION, &format!("Bearer {bearer}"));
    }
    let builder = RequestBuilder::new(&request.url)
        .method(method(request.method))
        .headers(headers)
        .cache(RequestCache::NoStore)
        .credentials(RequestCredentials::Omit);
    // Time-outs, refused connections and refused origins look the same from here.
    let reply = answered(builder, &request.body, side.limit_ms).await;
    reply.map(|reply| (reply, bearer)).map_err(|_| CallError::Offline { side: side.name.to_owned() })
}

/// Asks, and gives up after so many milliseconds.
async fn answered(builder: RequestBuilder, body: &[u8], limit_ms: u32) -> Result<Reply, gloo_net::Error> {
    let cancel = Cancel::after(limit_ms);
    let builder = builder.abort_signal(cancel.0.as_ref().map(AbortController::signal).as_ref());
    let built =
        if body.is_empty() { builder.build()? } else { builder.body(js_sys::Uint8Array::from(body))? };
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
