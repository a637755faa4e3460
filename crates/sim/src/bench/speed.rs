//! Items a second: everything between a change in the calendar and its record, without the time of the vendors' answers.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::rig::{Rig, Terms};
use crate::clock::{now, processor_seconds};

/// Items of each calendar.
const ITEMS: usize = 100;
/// How often each item is changed.
const ROUNDS: usize = 5;
/// How long a mailbox rests between two sessions: longer than the usual wait.
const PAUSE: TimeDelta = TimeDelta::minutes(11);

/// Looks at every calendar for the first time, saves many items, then changes each of them again and again, and tells how
/// many items a second of one core that makes: of first saves, or of changes in the middle of their rounds, whichever is less.
///
/// # Errors
/// The rig fails.
pub async fn measure(seed: u64, mailboxes: usize) -> anyhow::Result<Value> {
    let terms =
        Terms { mailboxes, items_each: ITEMS, seed, at_once: 16, linger_ms: 30_000, has_notices: false };
    let rig = Rig::set_up(&terms).await?;
    let all: Vec<(String, String)> = rig
        .items
        .iter()
        .flat_map(|(mailbox, items)| items.keys().map(move |key| (mailbox.clone(), key.clone())))
        .collect();
    let looked_at = timed(&rig, all.len()).await?;
    let chosen: Vec<(String, String)> = all
        .into_iter()
        .filter(|(_, key)| matches!(key.split('-').nth(1), Some("3" | "4" | "5" | "6")))
        .collect();
    for (mailbox, key) in &chosen {
        rig.mark(mailbox, key).await?;
    }
    rig.clock.set(rig.clock.now() + PAUSE);
    let saved = timed(&rig, chosen.len()).await?;
    let (mut changed, mut rates) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        for (number, (mailbox, key)) in chosen.iter().enumerate() {
            rig.retitle(mailbox, key, &format!("changed {number} {round}")).await?;
        }
        rig.clock.set(rig.clock.now() + PAUSE);
        let round = timed(&rig, chosen.len()).await?;
        rates.push(rate(&round));
        changed.push(round);
    }
    rates.sort_by(f64::total_cmp);
    let middle = rates.get(ROUNDS / 2).copied().unwrap_or_default();
    Ok(json!({ "mailboxes": mailboxes, "items": chosen.len(), "first_looks": looked_at, "first_saves": saved,
        "changes": changed, "items_per_core_second": middle.min(rate(&saved)),
        "limit_items_per_core_second": 5_000 }))
}

fn rate(timed: &Value) -> f64 {
    timed["items_per_core_second"].as_f64().unwrap_or_default()
}

async fn timed(rig: &Rig, items: usize) -> anyhow::Result<Value> {
    rig.meter().take();
    let (begin, used, world) = (now(), processor_seconds(), rig.meter().world_seconds());
    let sessions = rig.run_due().await?;
    let spent = begin.elapsed().as_secs_f64();
    let world = rig.meter().world_seconds() - world;
    let own = (processor_seconds() - used - world).max(f64::EPSILON);
    let counts = rig.meter().take();
    #[expect(clippy::cast_precision_loss, reason = "a figure to print")]
    let rate = items as f64 / own;
    Ok(json!({ "sessions": sessions, "real_s": spent, "standin_processor_s": world, "own_processor_s": own,
        "items_per_core_second": rate, "calls": counts.shown() }))
}
