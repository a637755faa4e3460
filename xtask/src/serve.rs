//! The development server of the pane: its files with the headers a real host would send, office.js from npm in the
//! place of Microsoft's address.

use std::net::TcpListener;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use axum_server::tls_rustls::RustlsConfig;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use http::{StatusCode, Uri};

use crate::dev::Urls;
use crate::{csp, headers, pane, paths, welcome};

/// The address a production page loads office.js from.
const OFFICE_CDN: &str = "https://appsforoffice.microsoft.com/lib/1/hosted/office.js";
const OFFICE_HERE: &str = "/office/office.js";
/// office.js asks for this library by an address of its own unless it is there already.
const AJAX: &str = "<script src=\"/dev/microsoft_ajax.js\"></script>";

/// Everything that is served.
pub(crate) struct Site {
    pane: PathBuf,
    config: PathBuf,
    office: PathBuf,
    dev: PathBuf,
    policy: String,
}

impl Site {
    /// Prepares a built pane and a `config.json` for serving.
    pub(crate) fn open(pane: PathBuf, config: &Path, urls: &Urls) -> Result<Self> {
        let policy = csp::policy(Some(&pane::read_config(config)?), std::slice::from_ref(&urls.host));
        Ok(Self {
            pane,
            config: config.to_owned(),
            office: paths::root().join("node_modules/@microsoft/office-js/dist"),
            dev: paths::root().join("www/dev"),
            policy,
        })
    }

    fn answer(&self, path: &str) -> Result<Reply> {
        if path == welcome::ACCEPTED {
            return Ok(Reply {
                content_type: headers::content_type(".html"),
                cache: "no-cache",
                policy: self.policy.clone(),
                body: welcome::ACCEPTED_PAGE.as_bytes().to_vec(),
            });
        }
        let path = if path == "/" { "/index.html" } else { path };
        let file = self.file(path).context("outside of the served folders")?;
        let mut body = std::fs::read(&file).with_context(|| format!("no {path}"))?;
        if headers::extension(path) == "html" && !path.starts_with("/office/") {
            body = with_local_office(&String::from_utf8_lossy(&body)).into_bytes();
        }
        Ok(Reply {
            content_type: headers::content_type(path),
            cache: headers::cache_control(path),
            policy: self.policy.clone(),
            body,
        })
    }

    fn file(&self, path: &str) -> Option<PathBuf> {
        let (folder, rest) = match path.trim_start_matches('/') {
            "config.json" => return Some(self.config.clone()),
            rest => match rest.split_once('/') {
                Some(("office", rest)) => (&self.office, rest),
                Some(("dev", rest)) => (&self.dev, rest),
                _ => (&self.pane, rest),
            },
        };
        let relative = Path::new(rest);
        let plain = relative.components().all(|part| matches!(part, Component::Normal(_)));
        plain.then(|| folder.join(relative))
    }
}

struct Reply {
    content_type: &'static str,
    cache: &'static str,
    policy: String,
    body: Vec<u8>,
}

/// Serves until the process ends.
///
/// # Errors
/// When the certificate cannot be read or the socket fails.
pub(crate) async fn serve(door: TcpListener, cert: PathBuf, key: PathBuf, site: Arc<Site>) -> Result<()> {
    let tls = RustlsConfig::from_pem_file(cert, key).await?;
    let routes = Router::new().fallback(pass).with_state(site).into_make_service();
    axum_server::from_tcp_rustls(door, tls)?.serve(routes).await?;
    Ok(())
}

async fn pass(State(site): State<Arc<Site>>, uri: Uri) -> Response {
    let built = match site.answer(uri.path()) {
        Ok(reply) => Response::builder()
            .header(CONTENT_TYPE, reply.content_type)
            .header(CACHE_CONTROL, reply.cache)
            .header(CONTENT_SECURITY_POLICY, reply.policy)
            .header(X_CONTENT_TYPE_OPTIONS, "nosniff")
            .body(Body::from(reply.body)),
        Err(error) => Response::builder()
            .status(StatusCode::NOT_FOUND)
            .header(CONTENT_TYPE, "text/plain; charset=utf-8")
            .body(Body::from(format!("{error:#}"))),
    };
    built.unwrap_or_else(|error| Response::new(Body::from(error.to_string())))
}

/// Points a page's script tag for office.js at the npm copy, with the library it wants before it.
fn with_local_office(page: &str) -> String {
    let Some(at) = page.find(&format!("src=\"{OFFICE_CDN}\"")) else { return page.to_owned() };
    let tag = page[..at].rfind('<').unwrap_or(at);
    let (before, after) = page.split_at(tag);
    format!("{before}{AJAX}{}", after.replacen(OFFICE_CDN, OFFICE_HERE, 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_gets_the_npm_copy_of_office_js_with_its_library_before_it() {
        let page = format!("<head><script src=\"{OFFICE_CDN}\"></script></head>");
        assert_eq!(
            with_local_office(&page),
            format!("<head>{AJAX}<script src=\"/office/office.js\"></script></head>")
        );
    }

    #[test]
    fn a_page_without_office_js_stays_as_it_is() {
        assert_eq!(with_local_office("<p>plain</p>"), "<p>plain</p>");
    }
}
