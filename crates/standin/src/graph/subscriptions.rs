//! `/subscriptions`: change notifications. <https://learn.microsoft.com/graph/api/subscription-post-subscriptions>
//!
//! Nothing is sent from here: what Graph would send stands in the outbox, and whoever carries it reports back.

use std::collections::VecDeque;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use http::{Request, Response, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::ids::Form;
use super::mailbox::{Change, Deed};
use super::odata::Asked;
use super::reply::Extra;
use super::reply::{
    self, Outcome, Reply, bad_request, change_key, created, no_content, not_found, ok, refuse,
};
use super::{Exchange, calendars};

/// The longest life of a subscription to events, in minutes.
const LIFE_MINUTES: i64 = 10_080;
/// Shorter lives are raised to this, in minutes.
const LEAST_MINUTES: i64 = 45;
/// The most subscriptions of one mailbox.
const SUBSCRIPTION_LIMIT: usize = 1_000;
/// How long a notification is tried again, in hours.
const RETRY_HOURS: i64 = 4;

/// Marks an answer that waits for the handshake of the subscription of this id.
#[derive(Clone, Debug)]
pub struct Handshake(pub String);

/// A request that Graph wants to send to a subscriber.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Parcel {
    /// Where to.
    pub url: String,
    /// JSON text, empty for a handshake.
    pub body: String,
    purpose: Purpose,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
enum Purpose {
    /// The answer has to repeat the token.
    Handshake { subscription: String, token: String },
    /// Any 2xx will do.
    Notice { first: DateTime<Utc>, attempt: u32 },
}

impl Parcel {
    /// The request to send.
    ///
    /// # Errors
    /// The address of the subscriber is none.
    pub fn request(&self) -> Result<Request<Vec<u8>>, http::Error> {
        let kind = if self.body.is_empty() { "text/plain; charset=utf-8" } else { "application/json" };
        Request::post(&self.url).header("content-type", kind).body(self.body.clone().into_bytes())
    }
}

/// What is to be sent, and when.
pub(super) type Outbox = VecDeque<(DateTime<Utc>, Parcel)>;

/// Somebody who wants to hear of changes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Subscription {
    at: usize,
    calendar: Option<usize>,
    resource: String,
    deeds: Vec<Deed>,
    url: String,
    lifecycle: Option<String>,
    state: Option<String>,
    until: DateTime<Utc>,
    form: Form,
    /// Handshakes that are still to succeed.
    unproven: usize,
    /// The last write that was told.
    told: u64,
}

pub(super) fn answer(exchange: &mut Exchange, asked: &Asked, path: &[&str]) -> Outcome {
    exchange.subscriptions.retain(|_, held| held.until > asked.now);
    match (asked.method.as_str(), path) {
        ("GET", []) => {
            let rows: Vec<Value> = exchange.subscriptions.iter().map(|(id, held)| write(id, held)).collect();
            Ok(ok(json!({ "value": rows })))
        }
        ("POST", []) => subscribe(exchange, asked),
        ("GET", [id]) => Ok(ok(write(id, exchange.subscriptions.get(*id).ok_or_else(not_found)?))),
        ("PATCH", [id]) => {
            let until = expiry(&asked.json().unwrap_or_default(), asked)?;
            let held = exchange.subscriptions.get_mut(*id).ok_or_else(not_found)?;
            held.until = until;
            Ok(ok(write(id, held)))
        }
        ("DELETE", [id]) => {
            exchange.subscriptions.remove(*id).ok_or_else(not_found)?;
            Ok(no_content())
        }
        ("POST", [id, "reauthorize"]) => {
            exchange.subscriptions.get(*id).ok_or_else(not_found)?;
            Ok(no_content())
        }
        _ => Err(refuse(StatusCode::NOT_FOUND, "ResourceNotFound", "There is no such resource.")),
    }
}

fn subscribe(exchange: &mut Exchange, asked: &Asked) -> Outcome {
    let body =
        asked.json().ok_or_else(|| bad_request("BadRequest", "Unable to read JSON request payload."))?;
    let url = address(&body, "notificationUrl")?.ok_or_else(|| invalid("notificationUrl is missing."))?;
    let lifecycle = address(&body, "lifecycleNotificationUrl")?;
    let resource = body["resource"].as_str().ok_or_else(|| invalid("resource is missing."))?.to_owned();
    let (at, calendar) = place(exchange, &resource)?;
    let deeds = deeds(body["changeType"].as_str().unwrap_or_default())?;
    if exchange.subscriptions.values().filter(|held| held.at == at).count() >= SUBSCRIPTION_LIMIT {
        let message = "The mailbox has its limit of 1000 subscriptions.";
        return Err(refuse(StatusCode::FORBIDDEN, "ExtensionError", message));
    }
    let number = exchange.next_number();
    let id = reply::guid(format!("subscription {number}").as_bytes());
    let urls: Vec<&String> = std::iter::once(&url).chain(&lifecycle).collect();
    for (turn, url) in urls.iter().enumerate() {
        let token = format!("Validation: Testing client application reachability {id} {turn}");
        let query: String = url::form_urlencoded::byte_serialize(token.as_bytes()).collect();
        let joint = if url.contains('?') { '&' } else { '?' };
        let parcel = Parcel {
            url: format!("{url}{joint}validationToken={query}"),
            body: String::new(),
            purpose: Purpose::Handshake { subscription: id.clone(), token },
        };
        exchange.outbox.push_back((asked.now, parcel));
    }
    let unproven = urls.len();
    let held = Subscription {
        at,
        calendar,
        resource,
        deeds,
        until: expiry(&body, asked)?,
        url,
        lifecycle,
        state: body["clientState"].as_str().map(str::to_owned),
        form: asked.prefer.form,
        unproven,
        told: exchange.writes,
    };
    let mut answer = created(write(&id, &held));
    answer.extra = Some(Box::new(Extra::Handshake(id.clone())));
    exchange.subscriptions.insert(id, held);
    Ok(answer)
}

fn invalid(message: &str) -> Reply {
    bad_request("ValidationError", message)
}

fn address(body: &Value, name: &str) -> Result<Option<String>, Reply> {
    let Some(text) = body[name].as_str() else { return Ok(None) };
    let https = url::Url::parse(text).is_ok_and(|url| url.scheme() == "https");
    if https {
        Ok(Some(text.to_owned()))
    } else {
        Err(invalid(&format!("{name} has to be an HTTPS address.")))
    }
}

/// The mailbox and the calendar of a resource; without a calendar all of them are meant.
fn place(exchange: &Exchange, resource: &str) -> Result<(usize, Option<usize>), Reply> {
    let parts: Vec<&str> = resource.split('/').filter(|part| !part.is_empty()).collect();
    let unsupported = || invalid("The resource is not one that can be subscribed to.");
    let ["users" | "Users", who, rest @ ..] = &parts[..] else { return Err(unsupported()) };
    let at = exchange.at_name(who).ok_or_else(unsupported)?;
    let calendar = match rest {
        ["events" | "Events"] => None,
        ["calendar", "events"] => Some(0),
        ["calendars", id, "events"] => Some(calendars::find(&exchange.mailboxes[at], id)?),
        _ => return Err(unsupported()),
    };
    Ok((at, calendar))
}

fn deeds(words: &str) -> Result<Vec<Deed>, Reply> {
    words
        .split(',')
        .map(|word| match word.trim() {
            "created" => Ok(Deed::Created),
            "updated" => Ok(Deed::Updated),
            "deleted" => Ok(Deed::Deleted),
            _ => Err(invalid("changeType has to name created, updated or deleted.")),
        })
        .collect()
}

fn expiry(body: &Value, asked: &Asked) -> Result<DateTime<Utc>, Reply> {
    let wanted = body["expirationDateTime"].as_str().and_then(|text| text.parse::<DateTime<Utc>>().ok());
    let wanted = wanted.ok_or_else(|| invalid("expirationDateTime is missing or cannot be read."))?;
    if wanted <= asked.now {
        return Err(invalid("Subscription expiration has to be in the future."));
    }
    if wanted > asked.now + TimeDelta::minutes(LIFE_MINUTES) {
        return Err(invalid("Subscription expiration can only be 10080 minutes in the future."));
    }
    Ok(wanted.max(asked.now + TimeDelta::minutes(LEAST_MINUTES)))
}

fn write(id: &str, held: &Subscription) -> Value {
    let words: Vec<&str> = held.deeds.iter().map(|deed| word(*deed)).collect();
    json!({
        "id": id,
        "resource": held.resource,
        "changeType": words.join(","),
        "clientState": held.state,
        "notificationUrl": held.url,
        "lifecycleNotificationUrl": held.lifecycle,
        "expirationDateTime": instant(held.until),
        "applicationId": null,
        "creatorId": null,
        "latestSupportedTlsVersion": "v1_2",
    })
}

fn word(deed: Deed) -> &'static str {
    match deed {
        Deed::Created => "created",
        Deed::Updated => "updated",
        Deed::Deleted => "deleted",
    }
}

fn instant(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

impl Exchange {
    /// Takes what is due to be sent out of the outbox.
    pub fn outbox(&mut self, now: DateTime<Utc>) -> Vec<Parcel> {
        let (due, waiting): (Outbox, Outbox) = self.outbox.drain(..).partition(|(due, _)| *due <= now);
        self.outbox = waiting;
        let mut parcels: Vec<Parcel> = due.into_iter().map(|(_, parcel)| parcel).collect();
        if self.switches.reorder_notifications {
            parcels.reverse();
        }
        parcels
    }

    /// Hears what became of a parcel; without an answer nobody was there.
    pub fn delivered(&mut self, now: DateTime<Utc>, parcel: Parcel, answer: Option<&Response<Vec<u8>>>) {
        match parcel.purpose {
            Purpose::Handshake { ref subscription, ref token } => {
                let repeated = answer.is_some_and(|answer| {
                    answer.status() == StatusCode::OK && answer.body() == token.as_bytes()
                });
                if let Some(held) = self.subscriptions.get_mut(subscription).filter(|_| repeated) {
                    held.unproven = held.unproven.saturating_sub(1);
                }
            }
            Purpose::Notice { first, attempt } => {
                let taken = answer.is_some_and(|answer| answer.status().is_success());
                if !taken && now < first + TimeDelta::hours(RETRY_HOURS) {
                    let due = now + TimeDelta::seconds(10 << attempt.min(8));
                    let purpose = Purpose::Notice { first, attempt: attempt + 1 };
                    self.outbox.push_back((due, Parcel { purpose, ..parcel }));
                }
            }
        }
    }

    /// The final answer to a request for a subscription, once its handshakes were carried.
    pub fn concluded(&mut self, answer: Response<Vec<u8>>) -> Response<Vec<u8>> {
        let Some(Handshake(id)) = answer.extensions().get::<Handshake>() else { return answer };
        if self.subscriptions.get(id).is_some_and(|held| held.unproven == 0) {
            return answer;
        }
        self.subscriptions.remove(id);
        let message = "Subscription validation request failed. Response must exactly match validationToken query \
                       parameter.";
        let (mut parts, _) = answer.into_parts();
        let told =
            |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let date = DateTime::parse_from_rfc2822(told("date")).unwrap_or_default();
        let inner = json!({
            "date": date.format("%Y-%m-%dT%H:%M:%S").to_string(),
            "request-id": told("request-id"),
            "client-request-id": told("request-id"),
        });
        let body = json!({ "error": { "code": "ValidationError", "message": message, "innerError": inner } });
        parts.status = StatusCode::BAD_REQUEST;
        Response::from_parts(parts, body.to_string().into_bytes())
    }

    /// Puts notices of what changed into the outbox.
    pub(crate) fn announce(&mut self, now: DateTime<Utc>) {
        if self.announced == self.writes {
            return;
        }
        self.announced = self.writes;
        let mut notices = Vec::new();
        for (id, held) in &mut self.subscriptions {
            let mailbox = &self.mailboxes[held.at];
            let news = mailbox.log.iter().rev().take_while(|change| change.number > held.told);
            let wanted: Vec<&Change> = news
                .filter(|change| held.deeds.contains(&change.deed))
                .filter(|change| held.calendar.is_none_or(|calendar| calendar == change.calendar))
                .collect();
            if held.unproven == 0 && held.until > now {
                let user = super::routes::directory_id(mailbox);
                let rows =
                    wanted.into_iter().rev().map(|change| notice(id, held, change, (&user, &self.tenant)));
                notices.extend(rows.map(|row| (held.url.clone(), row)));
            }
            held.told = self.writes;
        }
        for (url, row) in notices {
            self.post_notice(now, url, &row);
        }
    }

    fn post_notice(&mut self, now: DateTime<Utc>, url: String, row: &Value) {
        self.notices += 1;
        if self
            .switches
            .drop_notifications
            .is_some_and(|every| every > 0 && self.notices.is_multiple_of(u64::from(every)))
        {
            return;
        }
        let body = json!({ "value": [row] }).to_string();
        let parcel = Parcel { url, body, purpose: Purpose::Notice { first: now, attempt: 0 } };
        let due = now + TimeDelta::seconds(i64::from(self.switches.notification_seconds));
        if self.switches.duplicate_notifications {
            self.outbox.push_back((due, parcel.clone()));
        }
        self.outbox.push_back((due, parcel));
    }

    /// Sends `missed`, `subscriptionRemoved` or `reauthorizationRequired` to the subscribers of a mailbox.
    pub(super) fn lifecycle(&mut self, now: DateTime<Utc>, who: &str, event: &str) -> Result<Value, String> {
        if !["missed", "subscriptionRemoved", "reauthorizationRequired"].contains(&event) {
            return Err(format!("there is no lifecycle event {event}"));
        }
        let at = self.at_name(who).ok_or("there is no such mailbox")?;
        let concerned: Vec<String> =
            self.subscriptions.iter().filter(|(_, held)| held.at == at).map(|(id, _)| id.clone()).collect();
        let mut told = 0;
        for id in concerned {
            let Some(held) = self.subscriptions.get(&id).cloned() else { continue };
            if event == "subscriptionRemoved" {
                self.subscriptions.remove(&id);
            }
            let Some(url) = held.lifecycle.clone() else { continue };
            let row = json!({
                "subscriptionId": id,
                "subscriptionExpirationDateTime": instant(held.until),
                "tenantId": reply::guid(self.tenant.as_bytes()),
                "clientState": held.state,
                "lifecycleEvent": event,
            });
            self.post_notice(now, url, &row);
            told += 1;
        }
        Ok(json!({ "told": told }))
    }
}

fn notice(id: &str, held: &Subscription, change: &Change, (user, tenant): (&str, &str)) -> Value {
    let item = change.id(held.form);
    let resource = format!("Users/{user}/Events/{item}");
    let stamp = super::item::Stamp { change: change.number, at: DateTime::UNIX_EPOCH };
    json!({
        "subscriptionId": id,
        "subscriptionExpirationDateTime": instant(held.until),
        "clientState": held.state,
        "changeType": word(change.deed),
        "resource": resource,
        "resourceData": {
            "@odata.type": "#Microsoft.Graph.Event",
            "@odata.id": resource,
            "@odata.etag": format!("W/\"{}\"", change_key(stamp)),
            "id": item,
        },
        "tenantId": reply::guid(tenant.as_bytes()),
    })
}
