//! `GET /v1/issues`, `GET /v1/org/issues`: what waits for a person: stoppages, issues, what is held, invitations and clashes
//! (ISS-2, ISS-3, PPL-8, DWN-1, DWN-5).

use axum::{
    Json,
    extract::{Query, State},
};
use calbridge_engine::ruling::{self, Ruling};
use calbridge_rules::id::{Address, RecordId};
use calbridge_wire::service::Problem;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Refusal, Service, admin::Admin, me::mailbox_of};
use crate::{
    amend::was_put_back,
    app::App,
    caller::Caller,
    clock::instant,
    store::{Clashed, Held, IssueFilter, KeptIssue, Lack, Stoppage, WaitingInvitation},
    words,
};

/// How many of each are listed.
pub(super) const LIST_LIMIT: i64 = 500;

/// Everything that waits for a person.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Waits {
    /// What the org does not have of what settings ask for, and of the field for keys; for admins alone.
    lacking: Vec<OneLack>,
    /// Mailboxes that stand still.
    stoppages: Vec<OneStoppage>,
    /// Issues of items, the latest first.
    issues: Vec<OneIssue>,
    /// Changes and deletions that wait for a decision.
    held: Vec<OneHeld>,
    /// Events that would come down with their people, which mails them.
    invitations: Vec<OneInvitation>,
    /// Fields that both sides changed.
    conflicts: Vec<OneConflict>,
}

/// Something that the org does not have (OBJ-1, GRP-2, DUP-1, DUP-2).
#[derive(Debug, Serialize, ToSchema)]
struct OneLack {
    /// As the setting, or Event, names it.
    name: String,
    /// Its public code.
    code: &'static str,
    reason: String,
    remedy: String,
    since: DateTime<Utc>,
}

/// A mailbox that stands still.
#[derive(Debug, Serialize, ToSchema)]
struct OneStoppage {
    mailbox: String,
    /// Its public code.
    code: &'static str,
    /// What was said of it.
    reason: String,
    /// What to do.
    remedy: String,
}

/// An issue of an item.
#[derive(Debug, Serialize, ToSchema)]
struct OneIssue {
    mailbox: String,
    /// The item, by the id that sync keeps; `calendar` where it is the calendar as a whole.
    item: String,
    /// What it was about when it was last in sync.
    subject: Option<String>,
    /// Its Event.
    event: Option<String>,
    /// The Event's page in Salesforce.
    event_page: Option<String>,
    /// Its public code.
    code: String,
    /// `up` to Salesforce, or `down` to Outlook.
    direction: &'static str,
    reason: String,
    remedy: String,
    first_seen: DateTime<Utc>,
    last_seen: DateTime<Utc>,
    ignored: bool,
}

/// A change or a deletion that is held.
#[derive(Debug, Serialize, ToSchema)]
struct OneHeld {
    mailbox: String,
    item: String,
    subject: Option<String>,
    event_page: Option<String>,
    /// What would be written, in words; nothing where something would be deleted.
    change: Vec<String>,
    /// Whether the item or its Event would be deleted.
    deletion: bool,
    since: DateTime<Utc>,
    /// Whether it is approved, and only the session is still to come.
    approved: bool,
    /// Whether it is discarded, and only the session is still to come.
    discarded: bool,
}

/// An Event that would come down with its people.
#[derive(Debug, Serialize, ToSchema)]
struct OneInvitation {
    mailbox: String,
    /// The Event, as deeds name it.
    event: String,
    event_page: String,
    /// Which one it is, in words.
    says: Vec<String>,
    /// Who would get mail.
    guests: Vec<String>,
    since: DateTime<Utc>,
    /// Whether its people are to be invited, and only the session is still to come.
    approved: bool,
    /// Whether it is to come down without them, and only the session is still to come.
    discarded: bool,
}

/// A field that both sides changed; Outlook's value stands.
#[derive(Debug, Serialize, ToSchema)]
struct OneConflict {
    mailbox: String,
    item: String,
    subject: Option<String>,
    event_page: Option<String>,
    /// The field, as deeds name it.
    field: String,
    outlook: String,
    salesforce: String,
    /// When, in milliseconds since 1970, as deeds name it.
    seen_ms: i64,
    /// Whether Salesforce's value can be taken instead: not where the meeting is somebody else's.
    can_flip: bool,
}

/// Which issues an admin wants.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Asked {
    /// Of this mailbox alone.
    pub(super) mailbox: String,
    /// With this code alone.
    pub(super) code: String,
    /// The ignored ones too.
    pub(super) ignored: bool,
}

/// What waits, as the store has it.
pub(super) struct Waiting {
    pub(super) stoppages: Vec<Stoppage>,
    pub(super) issues: Vec<KeptIssue>,
    pub(super) held: Vec<Held>,
    pub(super) invitations: Vec<WaitingInvitation>,
    pub(super) clashes: Vec<Clashed>,
}

impl Waiting {
    /// What waits of one mailbox, or of all.
    pub(super) async fn of(app: &App, filter: &IssueFilter<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            stoppages: app.store.stoppages(filter.mailbox, LIST_LIMIT).await?,
            issues: app.store.issues(filter, LIST_LIMIT).await?,
            held: app.store.held(filter.mailbox, LIST_LIMIT).await?,
            invitations: app.store.invitations(filter.mailbox, LIST_LIMIT).await?,
            clashes: app.store.clashes(filter.mailbox, LIST_LIMIT).await?,
        })
    }
}

#[utoipa::path(get, path = "/v1/issues", summary = "What waits for the caller", responses((status = 200, description = "Done", body = Waits), (status = "default", description = "Refused", body = Problem)), security(("salesforce" = [])))]
pub(super) async fn own(State(app): Service, caller: Caller) -> Result<Json<Waits>, Refusal> {
    let mailbox = mailbox_of(&app, &caller).await?.ok_or(Refusal::NoMailbox)?;
    let filter = IssueFilter { mailbox: Some(&mailbox.address), code: None, with_ignored: true };
    Ok(Json(shown(&app, &Waiting::of(&app, &filter).await?)))
}

#[utoipa::path(get, path = "/v1/org/issues", summary = "What waits for anybody, for admins", params(Asked), responses((status = 200, description = "Done", body = Waits), (status = "default", description = "Refused", body = Problem)), security(("salesforce" = [])))]
pub(super) async fn everybodys(
    State(app): Service,
    _admin: Admin,
    Query(asked): Query<Asked>,
) -> Result<Json<Waits>, Refusal> {
    let mailbox = asked.address()?;
    let waits = shown(&app, &Waiting::of(&app, &asked.filter(mailbox.as_ref())).await?);
    let lacking = app.store.lacking().await?.iter().map(one_lack).collect();
    Ok(Json(Waits { lacking, ..waits }))
}

impl Asked {
    /// The mailbox that is asked for.
    pub(super) fn address(&self) -> Result<Option<Address>, Refusal> {
        let text = self.mailbox.trim();
        if text.is_empty() {
            return Ok(None);
        }
        Address::parse(text).map(Some).map_err(|bad| Refusal::BadRequest(bad.to_string()))
    }

    /// As the store takes it.
    pub(super) fn filter<'f>(&'f self, mailbox: Option<&'f Address>) -> IssueFilter<'f> {
        let code = Some(self.code.trim()).filter(|code| !code.is_empty());
        IssueFilter { mailbox, code, with_ignored: self.ignored }
    }
}

/// A record's page in Salesforce.
pub(super) fn record_page(app: &App, record: &RecordId) -> String {
    format!("{}/{record}", app.config.salesforce.my_domain)
}

fn shown(app: &App, waiting: &Waiting) -> Waits {
    Waits {
        lacking: Vec::new(),
        stoppages: waiting.stoppages.iter().map(one_stoppage).collect(),
        issues: waiting.issues.iter().map(|one| one_issue(app, one)).collect(),
        held: waiting.held.iter().map(|one| one_held(app, one)).collect(),
        invitations: waiting.invitations.iter().map(|one| one_invitation(app, one)).collect(),
        conflicts: waiting.clashes.iter().map(|one| one_conflict(app, one)).collect(),
    }
}

fn one_lack(one: &Lack) -> OneLack {
    let said = words::lack(one);
    OneLack {
        name: one.name.clone(),
        code: one.of.code(),
        reason: said.reason,
        remedy: said.remedy,
        since: instant(one.since_ms),
    }
}

fn one_stoppage(one: &Stoppage) -> OneStoppage {
    let said = words::stoppage(one);
    OneStoppage {
        mailbox: one.mailbox.to_string(),
        code: one.why.code(),
        reason: said.reason,
        remedy: said.remedy,
    }
}

fn one_issue(app: &App, one: &KeptIssue) -> OneIssue {
    OneIssue {
        mailbox: one.mailbox.to_string(),
        item: one.item.to_string(),
        subject: one.about().map(str::to_owned),
        event: one.event.as_ref().map(ToString::to_string),
        event_page: one.event.as_ref().map(|event| record_page(app, event)),
        code: one.issue.code.clone(),
        direction: words::direction(&one.issue.code),
        reason: one.issue.reason.clone(),
        remedy: one.issue.remedy.clone(),
        first_seen: instant(one.first_seen_ms),
        last_seen: instant(one.last_seen_ms),
        ignored: one.is_ignored,
    }
}

fn one_held(app: &App, one: &Held) -> OneHeld {
    OneHeld {
        mailbox: one.mailbox.to_string(),
        item: one.item.to_string(),
        subject: one.subject.clone(),
        event_page: one.event.as_ref().map(|event| record_page(app, event)),
        change: match &one.held {
            ruling::Held::Change(change) => words::values(change),
            ruling::Held::Deletion => Vec::new(),
        },
        deletion: one.held == ruling::Held::Deletion,
        since: instant(one.since_ms),
        approved: one.ruling == Some(Ruling::Approved),
        discarded: one.ruling == Some(Ruling::Discarded),
    }
}

fn one_invitation(app: &App, one: &WaitingInvitation) -> OneInvitation {
    OneInvitation {
        mailbox: one.mailbox.to_string(),
        event: one.event.to_string(),
        event_page: record_page(app, &one.event),
        says: words::values(&one.fields),
        guests: one.guests.iter().map(ToString::to_string).collect(),
        since: instant(one.since_ms),
        approved: one.ruling == Some(Ruling::Approved),
        discarded: one.ruling == Some(Ruling::Discarded),
    }
}

fn one_conflict(app: &App, one: &Clashed) -> OneConflict {
    OneConflict {
        mailbox: one.mailbox.to_string(),
        item: one.item.to_string(),
        subject: one.subject.clone(),
        event_page: Some(record_page(app, &one.event)),
        field: String::from(one.clash.field.clone()),
        outlook: words::value(&one.clash.outlook),
        salesforce: words::value(&one.clash.salesforce),
        seen_ms: one.seen_ms,
        can_flip: !was_put_back(one),
    }
}
