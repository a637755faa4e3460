//! The service's pages: what waits for a person, the journal and the settings, for each user and for admins. Plain HTML without
//! scripts; whoever has a visit opens them, and a visit begins in the pane.

mod admin;
mod calendars;
mod deeds;
mod html;
mod journal;
mod own;
mod settings;
mod visit;
mod waits;

use std::sync::Arc;

use axum::{
    Router,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use http::{HeaderValue, StatusCode, header};

use super::Refusal;
use crate::app::App;

pub(super) use visit::{__path_new_key, new_key};

/// What a page may load and where its forms may go.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The look of all pages.
const STYLE: &str = include_str!("../../assets/pages.css");

/// Every page.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/open/{key}", get(visit::open))
        .route("/me", get(own::waits))
        .route("/me/journal", get(own::journal))
        .route("/me/settings", get(own::settings).post(own::set_settings))
        .route("/admin", get(admin::waits))
        .route("/admin/issues.csv", get(admin::csv))
        .route("/admin/journal", get(admin::journal))
        .route("/admin/settings", get(admin::settings).post(admin::set_settings))
        .route("/admin/settings.json", get(admin::export).post(admin::import))
        .route("/deeds", post(deeds::deed))
        .route("/item", get(own::item))
        .route("/pages.css", get(style))
}

async fn style() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE)
}

/// A page that is ready to be sent.
#[derive(Debug)]
struct Page {
    status: StatusCode,
    html: String,
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
            (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
            (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        ];
        (self.status, headers, self.html).into_response()
    }
}

/// Why a page cannot be shown, as a page.
#[derive(Debug)]
struct NoPage(Refusal);

impl<R: Into<Refusal>> From<R> for NoPage {
    fn from(refusal: R) -> Self {
        Self(refusal.into())
    }
}

impl IntoResponse for NoPage {
    fn into_response(self) -> Response {
        let Self(refusal) = self;
        html::refused(&refusal).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_run_no_scripts_and_no_styles_of_others() {
        assert!(POLICY.contains("default-src 'none'") && !POLICY.contains("unsafe"));
        assert!(!STYLE.contains("@import") && !STYLE.contains("url("));
    }
}
