//! Graph loses every round at once: everybody's window is read anew, and nothing in Salesforce is asked or written for it.

use std::sync::atomic::Ordering;

use anyhow::bail;
use serde_json::{Value, json};

use super::rig::{Rig, Terms};
use crate::{clock::now, locked};

/// Sessions side by side.
const AT_ONCE: usize = 256;
/// How long everybody may take, in milliseconds of the bench's time.
const LONGEST_MS: i64 = 4 * 3_600_000;
/// How far the bench's time goes between two looks, in milliseconds.
const LOOK_MS: i64 = 1_000;

/// Loses every round of a company and waits until everybody was served again.
///
/// # Errors
/// The rig fails, or they are never done.
pub async fn measure(seed: u64, mailboxes: usize, items_each: usize) -> anyhow::Result<Value> {
    let terms =
        Terms { mailboxes, items_each, seed, at_once: AT_ONCE, linger_ms: 30_000, has_notices: false };
    let rig = Rig::set_up(&terms).await?;
    for (mailbox, items) in &rig.items {
        if let Some(key) = items.keys().nth(3) {
            rig.mark(mailbox, key).await?;
        }
    }
    rig.run_due().await?;
    rig.meter().take();
    locked(&rig.meter().read_whole).clear();
    rig.line.forgets.store(true, Ordering::SeqCst);
    rig.line.is_slow.store(true, Ordering::SeqCst);
    let begin = now();
    let served = tokio::select! {
        biased;
        served = all_served(&rig) => served?,
        ended = rig.work() => bail!("the worker ended: {ended:?}"),
    };
    let counts = rig.meter().take();
    Ok(json!({
        "mailboxes": mailboxes, "items_each": items_each, "sessions_at_once": AT_ONCE,
        "reconciled_in_s": served / 1_000, "limit_s": 600, "real_s": begin.elapsed().as_secs_f64(),
        "calls": counts.shown(),
    }))
}

/// Lets time pass until every calendar was read anew; answers how long that took from the first session on, in milliseconds.
async fn all_served(rig: &Rig) -> anyhow::Result<i64> {
    // The rounds are lost while nobody is due; all come back within the usual time between two sessions.
    let lost_ms = rig.now_ms();
    let mut first_ms = None;
    while rig.now_ms() < lost_ms + LONGEST_MS {
        rig.pass(rig.now_ms() + LOOK_MS).await;
        if rig.app.desk.sessions() > 0 {
            first_ms.get_or_insert(rig.now_ms());
        }
        if let (Some(first_ms), true) = (first_ms, locked(&rig.meter().read_whole).len() >= rig.items.len()) {
            return Ok(rig.now_ms() - first_ms);
        }
    }
    bail!("not everybody was served in four hours")
}
