//! The page that `npm start` names: over plain http on loopback, so that a browser that has never seen the demo's
//! certificates shows it, says how to make them known, and leads on to the calendar.

use std::net::TcpListener;
use std::sync::Arc;

use anyhow::Result;
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use http::{StatusCode, Uri};
use serde_json::json;

use crate::dev::Urls;
use crate::headers;

/// Where the pane's server says that its certificate was accepted.
pub(crate) const ACCEPTED: &str = "/accepted";
/// The page it says that with.
pub(crate) const ACCEPTED_PAGE: &str = include_str!("../assets/accepted.html");

/// What the page needs to know of this run.
pub(crate) struct Welcome {
    policy: String,
    origins: String,
}

impl Welcome {
    /// A page for these origins.
    pub(crate) fn new(urls: &Urls) -> Self {
        let parts = [
            ("Add-in", &urls.pane, ACCEPTED),
            ("Calendar, which plays Outlook on the web", &urls.host, "/"),
            ("Salesforce, played by the stand-in", &urls.salesforce, "/"),
            ("Calbridge service", &urls.service, "/healthz"),
        ];
        let connect: Vec<&str> = parts.iter().map(|(_, origin, _)| origin.as_str()).collect();
        let policy = format!(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self' {}; base-uri 'none'; \
             form-action 'none'; frame-ancestors 'none'",
            connect.join(" ")
        );
        let origins =
            parts.map(|(name, origin, page)| json!({ "name": name, "url": format!("{origin}{page}") }));
        let told = json!({ "calendar": urls.host, "origins": origins });
        Self { policy, origins: told.to_string() }
    }

    fn file(&self, path: &str) -> Option<(&'static str, &str)> {
        let file = match path {
            "/" | "/welcome" => (".html", include_str!("../assets/welcome.html")),
            "/welcome.js" => (".js", include_str!("../assets/welcome.js")),
            "/welcome.css" => (".css", include_str!("../assets/welcome.css")),
            "/welcome.json" => (".json", self.origins.as_str()),
            _ => return None,
        };
        Some((headers::content_type(file.0), file.1))
    }
}

/// Serves until the process ends.
///
/// # Errors
/// When the socket fails.
pub(crate) async fn serve(door: TcpListener, welcome: Arc<Welcome>) -> Result<()> {
    let routes = Router::new().fallback(pass).with_state(welcome);
    axum::serve(tokio::net::TcpListener::from_std(door)?, routes).await?;
    Ok(())
}

async fn pass(State(welcome): State<Arc<Welcome>>, uri: Uri) -> Response {
    let built = match welcome.file(uri.path()) {
        Some((content_type, body)) => Response::builder()
            .header(CONTENT_TYPE, content_type)
            .header(CACHE_CONTROL, "no-cache")
            .header(CONTENT_SECURITY_POLICY, &welcome.policy)
            .header(X_CONTENT_TYPE_OPTIONS, "nosniff")
            .body(Body::from(body.to_owned())),
        None => Response::builder().status(StatusCode::NOT_FOUND).body(Body::empty()),
    };
    built.unwrap_or_else(|error| Response::new(Body::from(error.to_string())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_asks_every_https_origin_and_may_ask_no_other() {
        let origin = |port: u16| format!("https://localhost:{port}");
        let welcome = Welcome::new(&Urls {
            pane: origin(1),
            host: origin(2),
            salesforce: origin(3),
            graph: "http://localhost:4".into(),
            control: "http://localhost:5".into(),
            service: origin(6),
            welcome: "http://localhost:7".into(),
        });
        let (_, told) = welcome.file("/welcome.json").expect("what the page is told");
        for port in [1, 2, 3, 6] {
            assert!(told.contains(&origin(port)) && welcome.policy.contains(&origin(port)), "{told}");
        }
        assert!(!welcome.policy.contains(":4") && !told.contains(":5"));
    }
}
