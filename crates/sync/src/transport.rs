//! How requests leave: over the network with reqwest, or straight into the stand-in's World in the simulation.

use std::{future::Future, path::Path, pin::Pin, time::Duration};

use anyhow::Context;
use calbridge_wire::{
    CallError,
    message::{Method, Reply, Request},
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

/// How long a connection may take to come up.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long an answer may take, from first to last byte.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);
/// The longest answer that is read, in bytes.
const ANSWER_LIMIT: usize = 32 * 1024 * 1024;

/// An answer on its way.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<Reply, CallError>> + Send + 'a>>;

/// Sends a request and brings the whole answer.
pub trait Transport: Send + Sync + 'static {
    /// Sends.
    fn send(&self, request: Request) -> Sending<'_>;
}

/// The network.
#[derive(Clone, Debug)]
pub struct Network {
    client: reqwest::Client,
}

impl Network {
    /// A client with the usual authorities and, where given, those of a PEM file.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn new(extra_root_ca: Option<&Path>) -> anyhow::Result<Self> {
        let mut builder = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(ANSWER_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none());
        if let Some(path) = extra_root_ca {
            let pem = std::fs::read(path).with_context(|| path.display().to_string())?;
            let roots = reqwest::Certificate::from_pem_bundle(&pem).context("extra_root_ca")?;
            builder = builder.tls_certs_merge(roots);
        }
        Ok(Self { client: builder.build().context("the HTTP client")? })
    }
}

impl Transport for Network {
    fn send(&self, request: Request) -> Sending<'_> {
        Box::pin(async move {
            let request = into_http(request)?;
            let side = request.uri().host().unwrap_or("the other side").to_owned();
            let offline = |_| CallError::Offline { side: side.clone() };
            let request = reqwest::Request::try_from(request).map_err(offline)?;
            let mut answer = self.client.execute(request).await.map_err(offline)?;
            let mut body = Vec::new();
            while let Some(chunk) = answer.chunk().await.map_err(offline)? {
                if body.len() + chunk.len() > ANSWER_LIMIT {
                    return Err(CallError::Malformed { what: "an answer of more than 32 MB".to_owned() });
                }
                body.extend_from_slice(&chunk);
            }
            Ok(reply(answer.status(), answer.headers(), body))
        })
    }
}

/// A request as HTTP libraries have it.
///
/// # Errors
/// Its address is none, or a header holds what no header can.
pub fn into_http(request: Request) -> Result<http::Request<Vec<u8>>, CallError> {
    let unfit = |what: &str| CallError::Malformed { what: format!("{what} of a request") };
    let mut sent = http::Request::new(request.body);
    *sent.method_mut() = match request.method {
        Method::Get => http::Method::GET,
        Method::Post => http::Method::POST,
        Method::Put => http::Method::PUT,
        Method::Patch => http::Method::PATCH,
        Method::Delete => http::Method::DELETE,
    };
    *sent.uri_mut() = request.url.parse().map_err(|_| unfit("the address"))?;
    for (name, value) in request.headers {
        let value = HeaderValue::from_bytes(value.as_bytes()).map_err(|_| unfit(name))?;
        sent.headers_mut().append(HeaderName::from_static(name), value);
    }
    Ok(sent)
}

/// An answer out of an HTTP library's.
pub fn from_http(answer: http::Response<Vec<u8>>) -> Reply {
    let (parts, body) = answer.into_parts();
    reply(parts.status, &parts.headers, body)
}

fn reply(status: StatusCode, headers: &HeaderMap, body: Vec<u8>) -> Reply {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers = headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect();
    Reply { status: status.as_u16(), headers, body }
}
