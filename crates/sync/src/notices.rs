//! Being told of changes instead of asking for them: each mailbox has a subscription, which its sessions keep alive, and a
//! notice makes its mailbox due. A notice is never data: one that is lost, doubled or late costs time or a look, nothing else.

use std::collections::BTreeMap;

use calbridge_rules::id::Address;
use calbridge_wire::{
    CallError,
    graph::subscription::{News, Notice, Renew, Subscribe},
};
use chrono::TimeDelta;
use rand::Rng;

use crate::{
    app::App,
    store::{Heard, Lease, StoreError, Subscription},
};

/// How long a mailbox is left alone that could not be subscribed to, in milliseconds.
const AGAIN_MS: i64 = 10 * 60_000;

/// Makes or renews the subscription of a leased mailbox where that is due, and the service can be told. Without one, its
/// sessions find the changes by themselves.
pub(crate) async fn keep_up(app: &App, lease: &Lease) -> Result<(), StoreError> {
    let graph = &app.config.graph;
    let Some(url) = graph.notification_url.as_deref() else { return Ok(()) };
    let now_ms = app.now_ms();
    let life = TimeDelta::minutes(i64::from(graph.notification_minutes));
    let known = app.store.subscription(&lease.mailbox).await?;
    if known.as_ref().is_some_and(|known| !is_due(known, now_ms, life)) {
        return Ok(());
    }
    let known = known.unwrap_or_else(|| Subscription {
        id: String::new(),
        // The secret of a subscription is told to Graph alone.
        secret: format!("{:032x}", rand::rng().random::<u128>()),
        until_ms: 0,
        tried_ms: 0,
    });
    let kept = match subscribed(app, lease, url, &known, life).await {
        Ok(kept) => kept,
        Err(error) => {
            tracing::warn!(%error, fence = lease.fence, "a mailbox cannot be subscribed to, which is tried again");
            Subscription { tried_ms: now_ms, ..known }
        }
    };
    app.store.keep_subscription(lease, &kept).await
}

/// Half of its life is enough for many tries.
fn is_due(known: &Subscription, now_ms: i64, life: TimeDelta) -> bool {
    known.until_ms - now_ms < life.num_milliseconds() / 2 && known.tried_ms + AGAIN_MS <= now_ms
}

/// Renews a subscription; makes one where there is none, or none any more.
async fn subscribed(
    app: &App,
    lease: &Lease,
    url: &str,
    known: &Subscription,
    life: TimeDelta,
) -> Result<Subscription, CallError> {
    let until = app.clock.now() + life;
    let renewed = if known.id.is_empty() {
        Err(CallError::Gone)
    } else {
        app.mailroom.call(&lease.mailbox, 1, &Renew { id: known.id.clone(), until }).await
    };
    let stands = match renewed {
        Err(CallError::Gone) => {
            let (mailbox, url, secret) = (lease.mailbox.clone(), url.to_owned(), known.secret.clone());
            app.mailroom.call(&lease.mailbox, 1, &Subscribe { mailbox, url, secret, until }).await?
        }
        answer => answer?,
    };
    Ok(Subscription {
        id: stands.id,
        secret: known.secret.clone(),
        until_ms: stands.until.timestamp_millis(),
        tried_ms: app.now_ms(),
    })
}

/// Takes notices in; answers how many mailboxes are looked at. Those of unknown subscriptions, or without what was agreed on,
/// are passed over: anybody can send them.
///
/// # Errors
/// The store failed, and nothing was taken in.
pub async fn hear(app: &App, notices: &[Notice]) -> Result<usize, StoreError> {
    let mut heard: BTreeMap<Address, Heard> = BTreeMap::new();
    let mut subscribers: BTreeMap<&str, Option<(Address, String)>> = BTreeMap::new();
    for notice in notices {
        let id = notice.subscription.as_str();
        if !subscribers.contains_key(id) {
            subscribers.insert(id, app.store.subscriber(id).await?);
        }
        let Some((mailbox, secret)) = subscribers.get(id).and_then(Option::as_ref) else { continue };
        if id.is_empty() || !is_same(&notice.secret, secret) {
            continue;
        }
        let said = match notice.news {
            News::Look => Heard::Look(mailbox.clone()),
            News::Removed => Heard::Removed(mailbox.clone()),
            News::Expiring => Heard::Expiring(mailbox.clone()),
        };
        // What concerns the subscription itself includes a look.
        let is_more = said != Heard::Look(mailbox.clone());
        if is_more || !heard.contains_key(mailbox) {
            heard.insert(mailbox.clone(), said);
        }
    }
    if heard.is_empty() {
        return Ok(0);
    }
    let heard: Vec<Heard> = heard.into_values().collect();
    app.store.hear_notices(&heard, app.next_tick()).await?;
    app.due.notify_waiters();
    Ok(heard.len())
}

/// Compares without telling by the time it takes how much was right.
fn is_same(one: &str, other: &str) -> bool {
    let differs = one.bytes().zip(other.bytes()).fold(0, |differs, (a, b)| differs | (a ^ b));
    one.len() == other.len() && differs == 0
}
