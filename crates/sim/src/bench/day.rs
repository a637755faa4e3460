//! A working day: edits on both sides, what they cost, and how long they take to the other side.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::atomic::Ordering,
};

use anyhow::bail;
use calbridge_standin::graph::subscriptions::Parcel;
use calbridge_sync::notices;
use calbridge_wire::graph::subscription;
use http::Response;
use rand::{Rng, SeedableRng, rngs::SmallRng};
use serde_json::{Value, json};

use super::{
    line::{EDIT, lognormal},
    rig::{Rig, Terms},
    spread,
};
use crate::{locked, post::handshake};

/// Edits of each mailbox in a day.
const EDITS_EACH: usize = 5;
/// Of so many edits one is made in Salesforce, on an appointment, which mails nobody.
const SALESFORCE_EVERY: u32 = 10;
/// A working day, in milliseconds.
const DAY_MS: i64 = 10 * 3_600_000;
/// What comes after it, so that its last edits arrive.
const EVENING_MS: i64 = 15 * 60_000;
/// Half and 99 % of notices come in so many milliseconds: this part of Graph's delay is an assumption.
const NOTICE_MS: (f64, f64) = (5_000.0, 20_000.0);

/// How a day goes.
#[derive(Clone, Debug)]
pub struct Day {
    /// The company.
    pub terms: Terms,
    /// The part of a day that is played, in percent.
    pub percent: i64,
    /// Whether the window is read anew by each session.
    pub rereads: bool,
    /// Whether nothing happens.
    pub is_idle: bool,
}

/// Plays a day.
///
/// # Errors
/// The rig fails.
pub async fn play(day: &Day) -> anyhow::Result<Value> {
    let rig = Rig::set_up(&day.terms).await?;
    begin(&rig).await?;
    rig.line.is_slow.store(true, Ordering::SeqCst);
    rig.line.forgets.store(day.rereads, Ordering::SeqCst);
    rig.meter().take();
    tokio::select! {
        biased;
        played = edits(&rig, day) => played,
        ended = rig.work() => bail!("the worker ended: {ended:?}"),
    }
}

/// Some items of everybody are saved before the day begins.
async fn begin(rig: &Rig) -> anyhow::Result<()> {
    for (mailbox, items) in &rig.items {
        for key in items.keys().filter(|key| turn(key) < 7 && turn(key) != 2) {
            rig.mark(mailbox, key).await?;
        }
    }
    rig.run_due().await?;
    // Handshakes of subscriptions.
    deliver(rig, &mut Post::new(rig)).await
}

/// The place of an item among those of its mailbox.
fn turn(key: &str) -> u32 {
    key.split('-').nth(1).and_then(|turn| turn.parse().ok()).unwrap_or(u32::MAX)
}

/// One edit.
#[derive(Clone, Debug)]
struct Edit {
    number: u32,
    at_ms: i64,
    mailbox: String,
    key: String,
}

async fn edits(rig: &Rig, day: &Day) -> anyhow::Result<Value> {
    let start_ms = rig.now_ms();
    let end_ms = start_ms + DAY_MS * day.percent / 100;
    let mut due = if day.is_idle { VecDeque::new() } else { drawn(rig, day, start_ms, end_ms) };
    let mut made: BTreeMap<u32, i64> = BTreeMap::new();
    let mut post = Post::new(rig);
    let tick_ms = i64::from(day.terms.linger_ms).max(1_000);
    while rig.now_ms() < end_ms + EVENING_MS {
        let tick = rig.now_ms() - rig.now_ms().rem_euclid(tick_ms) + tick_ms;
        let edit = due.front().map_or(i64::MAX, |edit| edit.at_ms);
        rig.pass(tick.min(edit).min(post.next_ms()).max(rig.now_ms() + 1)).await;
        while due.front().is_some_and(|edit| edit.at_ms <= rig.now_ms()) {
            let Some(edit) = due.pop_front() else { break };
            if make(rig, &edit).await? {
                made.insert(edit.number, rig.now_ms());
            }
        }
        deliver(rig, &mut post).await?;
    }
    Ok(told(rig, day, &made, end_ms - start_ms))
}

/// The edits of a day, in order: fewer at its edges and at noon.
fn drawn(rig: &Rig, day: &Day, start_ms: i64, end_ms: i64) -> VecDeque<Edit> {
    let mut chance = SmallRng::seed_from_u64(day.terms.seed);
    let mailboxes: Vec<&String> = rig.items.keys().collect();
    let count = mailboxes.len() * EDITS_EACH * usize::try_from(day.percent).unwrap_or(100) / 100;
    let mut edits = Vec::with_capacity(count);
    for number in 0..u32::try_from(count).unwrap_or(u32::MAX) {
        let is_salesforce = number % SALESFORCE_EVERY == SALESFORCE_EVERY - 1;
        let at_ms = loop {
            let at_ms = chance.random_range(start_ms..end_ms);
            #[expect(clippy::cast_precision_loss, reason = "a share of a day")]
            let share = (at_ms - start_ms) as f64 / (end_ms - start_ms) as f64;
            let crowd = 0.4 + 0.6 * (share * std::f64::consts::TAU).sin().abs();
            if chance.random_bool(crowd.clamp(0.0, 1.0)) {
                break at_ms;
            }
        };
        let mailbox = mailboxes[chance.random_range(0..mailboxes.len())].clone();
        let turn = if is_salesforce { chance.random_range(0..2) } else { chance.random_range(3..7) };
        let key = format!("{}-{turn}", mailbox.split('@').next().unwrap_or_default().replace("user", "u"));
        // Edits of items have even numbers.
        edits.push(Edit { number: number * 2 + u32::from(is_salesforce), at_ms, mailbox, key });
    }
    edits.sort_by_key(|edit| edit.at_ms);
    edits.into()
}

async fn make(rig: &Rig, edit: &Edit) -> anyhow::Result<bool> {
    let subject = format!("{EDIT}{:06}", edit.number);
    if edit.number.is_multiple_of(2) {
        rig.retitle(&edit.mailbox, &edit.key, &subject).await?;
        Ok(true)
    } else {
        rig.retitle_event(&edit.mailbox, &edit.key, &subject).await
    }
}

/// Notices on their way.
struct Post {
    chance: SmallRng,
    parcels: BTreeMap<(i64, u64), Parcel>,
    count: u64,
}

impl Post {
    fn new(rig: &Rig) -> Self {
        let seed = u64::try_from(rig.now_ms()).unwrap_or(1);
        Self { chance: SmallRng::seed_from_u64(seed), parcels: BTreeMap::new(), count: 0 }
    }

    fn next_ms(&self) -> i64 {
        self.parcels.keys().next().map_or(i64::MAX, |(at_ms, _)| *at_ms)
    }
}

/// Takes over what Graph wants to send, and carries what has been on its way long enough.
async fn deliver(rig: &Rig, post: &mut Post) -> anyhow::Result<()> {
    let parcels = locked(&rig.world).outgoing(rig.clock.now());
    for parcel in parcels {
        if let Some(answer) = handshake(&parcel) {
            locked(&rig.world).delivered(rig.clock.now(), parcel, Some(&answer));
            continue;
        }
        let delay = lognormal(&mut post.chance, NOTICE_MS.0, NOTICE_MS.1);
        post.count += 1;
        let at_ms = rig.now_ms() + i64::try_from(delay.as_millis()).unwrap_or(0);
        post.parcels.insert((at_ms, post.count), parcel);
    }
    while post.next_ms() <= rig.now_ms() {
        let Some((_, parcel)) = post.parcels.pop_first() else { break };
        notices::hear(&rig.app, &subscription::notices(parcel.body.as_bytes())?).await?;
        let answer = Response::new(Vec::new());
        locked(&rig.world).delivered(rig.clock.now(), parcel, Some(&answer));
    }
    Ok(())
}

fn told(rig: &Rig, day: &Day, made: &BTreeMap<u32, i64>, length_ms: i64) -> Value {
    let counts = rig.meter().take();
    let arrived = locked(&rig.line.meter.arrived).clone();
    let (mut up, mut down, mut lost) = (Vec::new(), Vec::new(), 0_usize);
    for (edit, at_ms) in made {
        match arrived.get(edit) {
            Some(there_ms) if edit.is_multiple_of(2) => up.push(there_ms - at_ms),
            Some(there_ms) => down.push(there_ms - at_ms),
            // A later edit of the same item took its place.
            None => lost += 1,
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "figures to print")]
    let per = |count: u64| count as f64 / made.len().max(1) as f64;
    json!({
        "mailboxes": day.terms.mailboxes, "hours": length_ms / 3_600_000, "edits": made.len(),
        "sessions_at_once": day.terms.at_once, "linger_ms": day.terms.linger_ms, "notices": day.terms.has_notices,
        "salesforce_calls_per_edit": per(counts.salesforce),
        "salesforce_calls_per_edit_with_the_watch": per(counts.salesforce + counts.watch + counts.upkeep),
        "graph_calls_per_edit": per(counts.graph),
        "calls": counts.shown(),
        "outlook_to_salesforce_ms": spread(up), "salesforce_to_outlook_ms": spread(down),
        "overtaken_by_a_later_edit": lost, "notice_delay_ms": { "p50": NOTICE_MS.0, "p99": NOTICE_MS.1 },
    })
}
