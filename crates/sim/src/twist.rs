//! What comes upon a run beside its script: drawn from a stream of its own, so that a seed's script and weather stay what
//! they are when another twist is thought of.

use rand::{Rng, SeedableRng, rngs::SmallRng, seq::IndexedRandom};
use serde_json::{Value, json};

use crate::{
    company::{ITEMS, PEOPLE},
    script::Act,
};

/// Sets the stream apart from the script's and the weather's.
const STREAM: u64 = 0x7477_6973_7473_0000;
/// The share of runs in which Graph tells of changes.
const NOTICES: f64 = 0.2;
/// The share of runs in which somebody's appointments are saved of themselves.
const AUTOSAVES: f64 = 0.1;
/// The share of runs in which people do more than the script says.
const MORE: f64 = 0.35;
/// What else people do in such a run at most.
const ACTS: usize = 4;

/// What is otherwise in a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Twist {
    /// Whether Graph tells of changes, and how badly: the stand-in's switches.
    pub notices: Option<Value>,
    /// Whether Mara's appointments are saved of themselves (AUT-1).
    pub autosaves: bool,
    /// Whether series are synced, and stand in the calendars.
    pub has_series: bool,
    /// What people do beside the script.
    pub acts: Vec<Act>,
    /// Where in the script, as a number that the script's length bounds.
    pub places: Vec<usize>,
}

impl Twist {
    /// The twist of a seed.
    pub fn of_seed(seed: u64) -> Self {
        let mut chance = SmallRng::seed_from_u64(seed ^ STREAM);
        let notices = chance.random_bool(NOTICES).then(|| post(&mut chance));
        let autosaves = chance.random_bool(AUTOSAVES);
        let count = if chance.random_bool(MORE) { chance.random_range(1..=ACTS) } else { 0 };
        let acts: Vec<Act> = (0..count).map(|_| act(&mut chance)).collect();
        let places = acts.iter().map(|_| chance.random_range(0..1_000)).collect();
        Self { notices, autosaves, has_series: false, acts, places }
    }

    /// Puts what people do besides into a script, before its last act.
    pub fn into_acts(&self, acts: &mut Vec<Act>) {
        for (act, place) in self.acts.iter().zip(&self.places) {
            acts.insert(place % acts.len().max(1), act.clone());
        }
    }
}

/// How Graph tells of changes: some are lost, doubled, late, or in another order.
fn post(chance: &mut SmallRng) -> Value {
    let mut switches = json!({});
    if chance.random_bool(0.5) {
        switches["drop_notifications"] = chance.random_range(1..=3).into();
    }
    switches["duplicate_notifications"] = chance.random_bool(0.3).into();
    switches["reorder_notifications"] = chance.random_bool(0.3).into();
    switches["notification_seconds"] =
        if chance.random_bool(0.5) { chance.random_range(1..300) } else { 0 }.into();
    switches
}

fn act(chance: &mut SmallRng) -> Act {
    let person = PEOPLE.choose(chance).copied().unwrap_or(PEOPLE[0]);
    let asked: Vec<_> = ITEMS.iter().filter(|item| item.savers.contains(&person)).collect();
    let stem = asked.choose(chance).map_or("lunch", |item| item.stem);
    match chance.random_range(0..100) {
        0..25 => Act::MoveAway(person, stem),
        25..40 => Act::MoveBack(person),
        40..50 => Act::Archive(person, stem),
        50..60 => Act::MergeContacts,
        60..70 => Act::MergeAccounts,
        70..82 => Act::Retire(person),
        82..90 => Act::Rehire(person),
        _ => Act::Lifecycle(
            person,
            ["missed", "subscriptionRemoved", "reauthorizationRequired"]
                .choose(chance)
                .copied()
                .unwrap_or("missed"),
        ),
    }
}
