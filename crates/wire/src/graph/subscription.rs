//! `POST /subscriptions`, `PATCH /subscriptions/{id}`, and what is sent to their subscriber:
//! <https://learn.microsoft.com/graph/api/subscription-post-subscriptions>,
//! <https://learn.microsoft.com/graph/change-notifications-lifecycle-events>
//!
//! A notice says that something changed in a mailbox. What it was, a round of changes tells.

use calbridge_rules::id::Address;
use chrono::{DateTime, Utc};

use super::{errors, preferring};
use crate::{
    call::{CallError, Endpoint},
    json,
    message::{Method, Reply, Request, status},
    moment, outgoing,
    tree::object,
    value::{Value, parse},
};

/// The longest life of a subscription to events, in minutes.
pub const LIFE_MINUTES: u32 = 10_080;
/// The shortest life: Graph raises what is shorter, in minutes.
pub const LEAST_MINUTES: u32 = 45;
/// Notices of one delivery that are read.
const NOTICE_LIMIT: usize = 10_000;

/// Asks to be told of every change in a mailbox. Graph asks the address for its consent before it answers.
#[derive(Clone, PartialEq, Eq)]
pub struct Subscribe {
    /// The mailbox.
    pub mailbox: Address,
    /// Where notices go, those of the subscription's own life too.
    pub url: String,
    /// What each notice repeats, so that nobody else's is believed.
    pub secret: String,
    /// When it ends.
    pub until: DateTime<Utc>,
}

/// Lets a subscription live longer, and confirms that it may. [`CallError::Gone`]: there is none any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renew {
    /// The subscription.
    pub id: String,
    /// When it ends.
    pub until: DateTime<Utc>,
}

/// A subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// Its id.
    pub id: String,
    /// When it ends.
    pub until: DateTime<Utc>,
}

impl Endpoint for Subscribe {
    type Answer = Subscription;

    fn request(&self, base: &str) -> Request {
        let body = object([
            ("changeType", Value::from("created,updated,deleted")),
            ("notificationUrl", Value::from(self.url.as_str())),
            ("lifecycleNotificationUrl", Value::from(self.url.as_str())),
            ("resource", Value::from(format!("/users/{}/events", self.mailbox.as_str()))),
            ("expirationDateTime", Value::from(moment::in_seconds(self.until))),
            ("clientState", Value::from(self.secret.as_str())),
        ]);
        preferring(outgoing::json(Method::Post, &format!("{base}/subscriptions"), &body))
    }

    fn read(&self, reply: &Reply) -> Result<Subscription, CallError> {
        subscription(reply)
    }
}

impl std::fmt::Debug for Subscribe {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Subscribe")
            .field("mailbox", &self.mailbox)
            .field("until", &self.until)
            .finish_non_exhaustive()
    }
}

impl Endpoint for Renew {
    type Answer = Subscription;

    fn request(&self, base: &str) -> Request {
        let body = object([("expirationDateTime", Value::from(moment::in_seconds(self.until)))]);
        let url = format!("{base}/subscriptions/{}", outgoing::encoded(&self.id));
        outgoing::json(Method::Patch, &url, &body)
    }

    fn read(&self, reply: &Reply) -> Result<Subscription, CallError> {
        if reply.status == status::NOT_FOUND {
            return Err(CallError::Gone);
        }
        subscription(reply)
    }
}

fn subscription(reply: &Reply) -> Result<Subscription, CallError> {
    errors::check(reply)?;
    let body = json::body(reply)?;
    let until = json::maybe_instant(&body, "expirationDateTime")?;
    Ok(Subscription {
        id: json::text(&body, "id")?.to_owned(),
        until: until.ok_or_else(|| json::malformed("a subscription without an end"))?,
    })
}

/// What a subscriber is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// By which subscription.
    pub subscription: String,
    /// What was agreed on; empty where nothing was.
    pub secret: String,
    /// What it says.
    pub news: News,
}

/// What a notice says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// Something changed, or notices were lost: look.
    Look,
    /// The subscription is gone.
    Removed,
    /// The subscription must be renewed to go on.
    Expiring,
}

/// The notices of a delivery.
///
/// # Errors
/// It is no delivery of notices.
pub fn notices(body: &[u8]) -> Result<Vec<Notice>, CallError> {
    let body = parse(body).ok_or_else(|| json::malformed("the notices are no JSON"))?;
    let rows = json::at(&body, "value").and_then(Value::as_array);
    let rows = rows.ok_or_else(|| json::malformed("notices without a value"))?;
    rows.iter().take(NOTICE_LIMIT).map(notice).collect()
}

fn notice(row: &Value) -> Result<Notice, CallError> {
    let news = match json::maybe_text(row, "lifecycleEvent") {
        None | Some("missed") => News::Look,
        Some("subscriptionRemoved") => News::Removed,
        Some("reauthorizationRequired") => News::Expiring,
        // What Graph may tell some day: looking does no harm.
        Some(_) => News::Look,
    };
    Ok(Notice {
        subscription: json::text(row, "subscriptionId")?.to_owned(),
        secret: json::maybe_text(row, "clientState").unwrap_or_default().to_owned(),
        news,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::reply;

    fn until() -> DateTime<Utc> {
        DateTime::from_timestamp(1_773_820_800, 0).unwrap()
    }

    #[test]
    fn a_mailbox_is_watched_with_all_its_calendars_and_the_subscriptions_own_life() {
        let subscribe = Subscribe {
            mailbox: Address::parse("mara@brightwater.example").unwrap(),
            url: "https://sync.example/v1/notices".to_owned(),
            secret: "s3cret".to_owned(),
            until: until(),
        };
        let request = subscribe.request("https://graph.example/v1.0");
        assert_eq!(request.url, "https://graph.example/v1.0/subscriptions");
        let body = json::body(&reply(200, &String::from_utf8(request.body).unwrap())).unwrap();
        let said = |name| json::maybe_text(&body, name).unwrap_or_default();
        assert_eq!(said("resource"), "/users/mara@brightwater.example/events");
        assert_eq!(said("changeType"), "created,updated,deleted");
        assert_eq!(said("notificationUrl"), "https://sync.example/v1/notices");
        assert_eq!(said("lifecycleNotificationUrl"), said("notificationUrl"));
        assert_eq!(said("clientState"), "s3cret");
        assert!(!format!("{subscribe:?}").contains("s3cret"));
    }

    #[test]
    fn a_subscription_tells_its_id_and_its_end() {
        let body = r#"{"id":"7f10","expirationDateTime":"2026-03-18T08:00:00.0000000Z"}"#;
        let renew = Renew { id: "7f10".to_owned(), until: until() };
        assert_eq!(renew.read(&reply(200, body)), Ok(Subscription { id: "7f10".to_owned(), until: until() }));
        let gone = r#"{"error":{"code":"ResourceNotFound","message":"The object was not found."}}"#;
        assert_eq!(renew.read(&reply(404, gone)), Err(CallError::Gone));
    }

    #[test]
    fn every_kind_of_notice_is_told_apart() {
        let body = br#"{"value":[
            {"subscriptionId":"a","clientState":"s","changeType":"updated","resource":"users/1/events/2"},
            {"subscriptionId":"a","clientState":"s","lifecycleEvent":"missed"},
            {"subscriptionId":"b","clientState":"t","lifecycleEvent":"subscriptionRemoved"},
            {"subscriptionId":"b","lifecycleEvent":"reauthorizationRequired"}]}"#;
        let told: Vec<(String, String, News)> =
            notices(body).unwrap().into_iter().map(|one| (one.subscription, one.secret, one.news)).collect();
        let expected = [
            ("a", "s", News::Look),
            ("a", "s", News::Look),
            ("b", "t", News::Removed),
            ("b", "", News::Expiring),
        ];
        assert_eq!(told, expected.map(|(id, secret, news)| (id.to_owned(), secret.to_owned(), news)));
    }

    #[test]
    fn what_is_no_delivery_is_refused() {
        for body in ["", "{}", "[]", r#"{"value":[{}]}"#, r#"{"value":{}}"#] {
            assert!(notices(body.as_bytes()).is_err(), "{body}");
        }
    }
}
