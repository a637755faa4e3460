//! Every way a request is refused, as the status and [`Problem`] a client sees.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use calbridge_rules::{
    cause::Cause, conflict::Conflict, saving::SyncOff, settings::NotChanged, status::Issue,
};
use calbridge_wire::service::Problem;
use http::StatusCode;

use crate::{amend::NotAmended, forecast::NoForecast, store::StoreError, words};

/// Why a request is refused.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// No token, or one that the org does not know.
    #[error("signed out")]
    SignedOut,
    /// The org knows the token and refuses it.
    #[error("not allowed by the org")]
    Stranger,
    /// The org did not say whose token it is.
    #[error("the org does not answer")]
    OrgSilent,
    /// Outlook does not say where an item is.
    #[error("the calendar does not answer")]
    CalendarSilent,
    /// The user has no mailbox here.
    #[error("no mailbox")]
    NoMailbox,
    /// The item lies in somebody else's mailbox.
    #[error("another mailbox")]
    OtherMailbox,
    /// The item lies in a group's calendar (GRP-1).
    #[error("a group's calendar")]
    GroupCalendar,
    /// The user is no admin.
    #[error("no admin")]
    NotAdmin,
    /// A setting cannot be changed so (SET).
    #[error(transparent)]
    Setting(#[from] NotChanged),
    /// Nobody can tell what settings would do.
    #[error(transparent)]
    NoForecast(#[from] NoForecast),
    /// Nothing was undone or flipped.
    #[error(transparent)]
    NotAmended(#[from] NotAmended),
    /// Sync does not run (SAV-3).
    #[error("sync is off")]
    SyncOff(SyncOff),
    /// The idempotency key belongs to another request.
    #[error("key taken")]
    KeyTaken,
    /// The request makes no sense.
    #[error("bad request: {0}")]
    BadRequest(String),
    /// There is no such thing, or no longer.
    #[error("not found")]
    NotFound,
    /// There is no such route.
    #[error("no such route")]
    NoSuchRoute,
    /// The route has no such method.
    #[error("no such method")]
    NoSuchMethod,
    /// The relay of sign-in codes is full, or the id is taken.
    #[error("relay full")]
    RelayFull,
    /// It took too long.
    #[error("too slow")]
    TooSlow,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refusal {
    pub(super) fn status(&self) -> StatusCode {
        match self {
            Self::SignedOut => StatusCode::UNAUTHORIZED,
            Self::Stranger | Self::NoMailbox | Self::OtherMailbox | Self::GroupCalendar | Self::NotAdmin => {
                StatusCode::FORBIDDEN
            }
            Self::Setting(NotChanged::AdminOnly(_) | NotChanged::Forced(_)) => StatusCode::FORBIDDEN,
            Self::Setting(NotChanged::Unknown(_) | NotChanged::Value(_)) => StatusCode::BAD_REQUEST,
            Self::OrgSilent | Self::CalendarSilent | Self::NoForecast(NoForecast::NotNow) => {
                StatusCode::BAD_GATEWAY
            }
            Self::NoForecast(NoForecast::Store(_)) => StatusCode::SERVICE_UNAVAILABLE,
            Self::NotAmended(why) => match why {
                NotAmended::Changed(_)
                | NotAmended::Gone
                | NotAmended::Replaced(_)
                | NotAmended::NoKey
                | NotAmended::NotOpen
                | NotAmended::NotYours
                | NotAmended::RelatedSince
                | NotAmended::Refused(_) => StatusCode::CONFLICT,
                NotAmended::NotNow | NotAmended::CalendarSilent => StatusCode::BAD_GATEWAY,
                NotAmended::Store(_) => StatusCode::SERVICE_UNAVAILABLE,
            },
            Self::SyncOff(_) | Self::KeyTaken => StatusCode::CONFLICT,
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::NotFound | Self::NoSuchRoute => StatusCode::NOT_FOUND,
            Self::NoSuchMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::RelayFull => StatusCode::TOO_MANY_REQUESTS,
            Self::TooSlow => StatusCode::GATEWAY_TIMEOUT,
            Self::Store(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    pub(super) fn problem(&self) -> Problem {
        let (code, message, remedy) = match self {
            Self::SignedOut => {
                ("signed-out", "Salesforce does not know this sign-in (any more).", "Sign in again.")
            }
            Self::Stranger => ("not-allowed", "Salesforce refuses this user.", "Ask your Salesforce admin."),
            Self::OrgSilent => {
                ("org-silent", "Salesforce does not answer the service.", "Try again in a minute.")
            }
            Self::CalendarSilent => {
                ("calendar-silent", "Outlook does not answer the service.", "Try again in a minute.")
            }
            Self::NoForecast(NoForecast::NotNow) => (
                "no-preview",
                "Outlook or Salesforce does not answer in time, so nobody can tell what this would do.",
                "Try again in a minute, or save without a preview.",
            ),
            Self::NoForecast(NoForecast::Store(_)) => {
                ("store", "The service cannot reach its database.", "Try again in a minute.")
            }
            Self::NoMailbox => (
                "no-mailbox",
                "No mailbox belongs to this Salesforce user: the e-mail address is not verified there, or its mailbox \
                 belongs to somebody else already.",
                "Verify your e-mail address in Salesforce, or ask your admin to set it.",
            ),
            Self::OtherMailbox => {
                ("DLG-1", "This item lies in another person's mailbox.", "Open an item of your own calendar.")
            }
            Self::GroupCalendar => {
                let Issue { code, reason, remedy, .. } = Cause::GroupConsent.issue();
                return problem(&code, &reason, &remedy);
            }
            Self::NotAmended(why) => return not_amended(why),
            Self::NotAdmin => (
                "not-admin",
                "Only an admin may see or do this.",
                "Ask whoever runs the service to name your mailbox in `admins`.",
            ),
            Self::Setting(why) => {
                return problem("SET", &format!("{why}."), "Correct it, and save the settings again.");
            }
            Self::SyncOff(SyncOff::NeverEnabled) => {
                ("SAV-3", "Sync was never enabled for you.", "Enable sync, then save again.")
            }
            Self::SyncOff(SyncOff::Paused) => {
                ("SAV-3", "Sync is paused for you.", "Resume sync, then save again.")
            }
            Self::SyncOff(SyncOff::AuthorizationExpired) => {
                ("SAV-3", "The authorization of sync has expired.", "Authorize sync again, then save again.")
            }
            Self::KeyTaken => (
                "SAV-12",
                "This key was used for another request.",
                "Press Save again; every press has a key of its own.",
            ),
            Self::BadRequest(what) => return problem("bad-request", what, "Update Calbridge."),
            Self::NotFound => ("not-found", "It is not here (any more).", "Start again."),
            Self::NoSuchRoute => ("no-route", "There is no such address.", "Update Calbridge."),
            Self::NoSuchMethod => ("no-method", "This address takes no such request.", "Update Calbridge."),
            Self::RelayFull => ("relay-full", "Too many sign-ins at once.", "Try again in two minutes."),
            Self::TooSlow => ("too-slow", "This took too long.", "Try again in a minute."),
            Self::Store(_) => ("store", "The service cannot reach its database.", "Try again in a minute."),
        };
        problem(code, message, remedy)
    }
}

fn not_amended(why: &NotAmended) -> Problem {
    let (code, message, remedy) = match why {
        NotAmended::Changed(conflicts) => {
            let now = |one: &Conflict| format!("{}: {}", words::field(&one.field), words::value(&one.theirs));
            let now: Vec<String> = conflicts.iter().map(now).collect();
            let message = format!("Somebody changed the event since. It says now: {}.", now.join("; "));
            return problem("SAV-13", &message, "Look at it; then overwrite that too, or leave it.");
        }
        NotAmended::Gone => (
            "DWN-2",
            "The event is no longer in Salesforce.".to_owned(),
            "Undo its deletion first, where the journal has that.",
        ),
        NotAmended::Replaced(event) => (
            "DUP-1",
            format!("The meeting was saved again since, as {event}."),
            "Change that event in Salesforce instead.",
        ),
        NotAmended::NoKey => (
            "UNS-2",
            "The journal does not know under which key the event was kept.".to_owned(),
            "Restore it from Salesforce's recycle bin.",
        ),
        NotAmended::NotOpen => (
            "UNS-2",
            "This was undone or decided before, or is older than 30 days.".to_owned(),
            "Load the list again.",
        ),
        NotAmended::RelatedSince => (
            "SAV-13",
            "Somebody answered, or changed who is related to the event, since.".to_owned(),
            "Change its people in Salesforce instead.",
        ),
        NotAmended::NotYours => (
            "DWN-7",
            "Somebody else organizes this meeting: the next session would put it back again.".to_owned(),
            "Ask the organizer to change the meeting in Outlook.",
        ),
        NotAmended::Refused(issue) => return problem(&issue.code, &issue.reason, &issue.remedy),
        NotAmended::NotNow => {
            ("org-silent", "Salesforce does not answer the service.".to_owned(), "Try again in a minute.")
        }
        NotAmended::CalendarSilent => {
            ("calendar-silent", "Outlook does not answer the service.".to_owned(), "Try again in a minute.")
        }
        NotAmended::Store(_) => {
            ("store", "The service cannot reach its database.".to_owned(), "Try again in a minute.")
        }
    };
    problem(code, &message, remedy)
}

fn problem(code: &str, message: &str, remedy: &str) -> Problem {
    Problem { code: code.to_owned(), message: message.to_owned(), remedy: remedy.to_owned(), sync_off: None }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        if let Self::Store(error) | Self::NotAmended(NotAmended::Store(error)) = &self {
            tracing::error!(%error, "the store failed");
        }
        let mut body = self.problem();
        if let Self::SyncOff(why) = self {
            body.sync_off = Some(why);
        }
        (self.status(), Json(body)).into_response()
    }
}
