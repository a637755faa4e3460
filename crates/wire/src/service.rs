//! Our own API, which the pane calls and the service answers. These types are the contract of both.
//!
//! Paths begin with `/v1`; every refusal is a [`Problem`]; the caller's Salesforce access token is the bearer.

mod errors;
mod get_login;
mod get_me;
mod lookup_item;
mod post_page;
mod post_save;
mod post_session;
mod post_take_over;
mod post_unsync;
mod put_login;
mod put_sync;

use calbridge_rules::{
    id::{Address, ItemId, RecordId},
    saving::{Choice, SyncOff},
    settings::Settings,
    status::{RuleAsked, Status},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use get_login::GetLogin;
pub use get_me::GetMe;
pub use lookup_item::LookupItem;
pub use post_page::PostPage;
pub use post_save::PostSave;
pub use post_session::PostSession;
pub use post_take_over::PostTakeOver;
pub use post_unsync::PostUnsync;
pub use put_login::PutLogin;
pub use put_sync::PutSync;

/// `GET /v1/me`: what the pane's rules need to know of the user.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Me {
    /// The Salesforce user.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub user: RecordId,
    /// Their name.
    pub name: String,
    /// Their mailbox.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub mailbox: Option<Address>,
    /// Whether sync runs for them.
    pub sync: SyncState,
    /// When their next session is due, while sync is active.
    pub next_session: Option<DateTime<Utc>>,
    /// Their settings.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub settings: Settings,
    /// The versions of this API that the service speaks, lowest and highest.
    pub api: ApiRange,
}

/// Versions of this API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiRange {
    /// The lowest.
    pub lowest: u32,
    /// The highest.
    pub highest: u32,
}

/// The version this build speaks.
pub const API_VERSION: u32 = 1;

/// Whether sync runs for a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum SyncState {
    /// It runs.
    Active,
    /// It does not.
    Off {
        /// Why.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        why: SyncOff,
    },
}

/// `PUT /v1/me/sync`: enables, resumes or pauses sync for the caller; answered with [`Me`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetSync {
    /// Whether it shall run.
    pub active: bool,
}

/// Which item, as the pane knows it. Ids travel in bodies, byte for byte.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ItemRef {
    /// The calendar owner's mailbox. The service authorizes it from the caller's token, never from here.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub mailbox: Address,
    /// The item's id in that mailbox.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub item_id: ItemId,
    /// How the id is written.
    pub id_format: IdFormat,
    /// The series of an occurrence.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub series_id: Option<ItemId>,
}

/// How an item id is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum IdFormat {
    /// As desktop and web clients give it.
    Ews,
    /// As phones give it.
    Rest,
}

/// `POST /v1/saves`: asks for an item to be saved (SAV-1). The same key brings the same answer (SAV-12).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SaveRequest {
    /// Made once per press of Save; 16 to 64 letters, digits and dashes.
    pub idempotency_key: String,
    /// The item.
    pub item: ItemRef,
    /// What the user chose.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub choice: Choice,
}

/// The answer to a save request, 202.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SaveAccepted {
    /// When the session is expected that carries it out.
    pub expected_at: DateTime<Utc>,
}

/// `POST /v1/unsyncs`: takes an item back (UNS-1). The same key brings the same answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnsyncRequest {
    /// Made once per press; 16 to 64 letters, digits and dashes. The save request's own key with `request_only`.
    pub idempotency_key: String,
    /// The item.
    pub item: ItemRef,
    /// Whether only the save request of that key is meant, as far as no session has carried it out: what is saved stays,
    /// and a delivery that comes later is refused.
    #[serde(default)]
    pub request_only: bool,
}

/// The answer to a request to take an item back, 202.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnsyncAccepted {
    /// When the session is expected that deletes the Event and takes the marks away.
    pub expected_at: DateTime<Utc>,
    /// Whether there was no Event yet: the request to save is withdrawn already.
    pub withdrawn: bool,
}

/// `POST /v1/pages`: an address under which the caller's browser may open their page of the service, once and soon.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PageKey {
    /// The path, to be put behind the service's own address.
    pub path: String,
}

/// `POST /v1/take-overs`: makes somebody else's Event of a meeting the caller's (PPL-5). The same key brings the same answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TakeOverRequest {
    /// Made once per press; 16 to 64 letters, digits and dashes.
    pub idempotency_key: String,
    /// The item.
    pub item: ItemRef,
}

/// `POST /v1/items/lookup`: where an item stands; the body is an [`ItemRef`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ItemStanding {
    /// Its status.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub status: Status,
    /// The organizer, when that is another synced user.
    pub synced_organizer: Option<String>,
    /// Whether it is a meeting not sent yet.
    pub is_draft: Option<bool>,
    /// Whether it is all-day, as the calendar itself says.
    pub is_all_day: Option<bool>,
    /// Whether it is private in the rule book's sense: any sensitivity but normal (PRV-2).
    pub is_private: Option<bool>,
    /// What the user chose in a save that still waits for a session (SAV-11).
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub chosen: Option<Choice>,
    /// The rules that the last session asked about an item that is not saved, in order; the last one decided.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Object>))]
    pub decided: Vec<RuleAsked>,
}

/// `POST /v1/sessions`: "Sync now".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionWanted {
    /// When it is expected to have run.
    pub expected_at: DateTime<Utc>,
}

/// `PUT /v1/logins/{id}`: relays the code of a sign-in whose dialog was cut off. Kept two minutes, read once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LoginCode {
    /// The authorization code; worthless without the pane's verifier.
    pub code: String,
    /// The state the pane gave.
    pub state: String,
}

/// Every refusal of the service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// A stable code: a rule id, or one of the service's own.
    pub code: String,
    /// What is the matter.
    pub message: String,
    /// What to do.
    pub remedy: String,
    /// Why sync is off, where that is the matter (SAV-3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub sync_off: Option<SyncOff>,
}
