//! What happens in a run, drawn from a seed.

use rand::{Rng, SeedableRng, rngs::SmallRng, seq::IndexedRandom};
use serde_json::{Value, json};

/// Acts of one script at most.
const LONGEST: usize = 30;

/// Items of the demo that can be saved, by their keys.
pub const SAVABLE: [&str; 8] =
    ["pricing-review", "lunch", "buyer", "appointment", "allday-3", "odd-names", "crowd", "organizer-dana"];
/// Items of the demo that no session may save.
pub const UNSAVABLE: [&str; 2] = ["allday-15", "draft-meeting"];
/// Contacts that are picked in Name, by their addresses.
pub const PEOPLE: [&str; 3] = ["dana@acme.example", "ada.morgan@acme.example", "tomas@borealis.example"];

/// What a user, a fault or time does.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// A press of Save with somebody in Name, and perhaps an Account in Related To.
    Press {
        /// The item.
        item: &'static str,
        /// The address of the Contact.
        who: &'static str,
        /// Whether the Account is picked too.
        with_account: bool,
    },
    /// The same press again, as after a time-out.
    PressAgain {
        /// The item.
        item: &'static str,
    },
    /// The category is put on an item by hand.
    Categorize {
        /// The item.
        item: &'static str,
    },
    /// Every category is taken off an item.
    Uncategorize {
        /// The item.
        item: &'static str,
    },
    /// The subject of an item is touched, so that a mark meets another version.
    Fault(Value),
    /// The process dies after so many further requests, the last of which was applied, and comes back.
    Crash {
        /// Requests until then.
        after: u32,
    },
    /// Time passes.
    Pass {
        /// How much.
        seconds: i64,
    },
    /// Due sessions run.
    Run,
}

/// A run's acts.
#[derive(Clone, Debug, PartialEq)]
pub struct Script {
    /// In order.
    pub acts: Vec<Act>,
}

impl Script {
    /// The script of a seed.
    pub fn of_seed(seed: u64) -> Self {
        let mut chance = SmallRng::seed_from_u64(seed);
        let length = chance.random_range(6..=LONGEST);
        let acts = (0..length).map(|_| act(&mut chance)).chain([Act::Run]).collect();
        Self { acts }
    }

    /// The one that matters most (DUP-3): the answer to the create is lost after it was applied.
    pub fn lost_answer() -> Self {
        let fault = json!({
            "site": "salesforce", "method": "PATCH", "path": "/Event", "count": 1, "kind": { "drop": "after" },
        });
        let press = Act::Press { item: "lunch", who: PEOPLE[0], with_account: false };
        Self { acts: vec![press, Act::Fault(fault), Act::Run] }
    }

    /// The process dies between the create and its record.
    pub fn crash_before_record(after: u32) -> Self {
        let press = Act::Press { item: "lunch", who: PEOPLE[0], with_account: false };
        Self { acts: vec![press, Act::Crash { after }, Act::Run] }
    }
}

fn act(chance: &mut SmallRng) -> Act {
    match chance.random_range(0..100) {
        0..30 => Act::Press {
            item: item(chance),
            who: PEOPLE.choose(chance).copied().unwrap_or(PEOPLE[0]),
            with_account: chance.random_bool(0.3),
        },
        30..38 => Act::PressAgain { item: item(chance) },
        38..46 => Act::Categorize { item: item(chance) },
        46..50 => Act::Uncategorize { item: item(chance) },
        50..68 => Act::Fault(fault(chance)),
        68..74 => Act::Crash { after: chance.random_range(1..30) },
        74..82 => Act::Pass { seconds: chance.random_range(1..900) },
        _ => Act::Run,
    }
}

fn item(chance: &mut SmallRng) -> &'static str {
    let items: Vec<&'static str> = SAVABLE.into_iter().chain(UNSAVABLE).collect();
    items.choose(chance).copied().unwrap_or(SAVABLE[0])
}

fn fault(chance: &mut SmallRng) -> Value {
    let count = chance.random_range(1..4);
    let seconds = chance.random_range(1..90);
    let stale = json!({ "error": { "code": "ErrorIrresolvableConflict", "message": "Changed." } });
    let faults = [
        json!({ "site": "salesforce", "method": "PATCH", "count": count, "kind": { "drop": "after" } }),
        json!({ "site": "salesforce", "method": "PATCH", "count": count, "kind": { "drop": "before" } }),
        json!({ "site": "salesforce", "method": "PATCH", "count": count, "kind": { "status": 503 } }),
        json!({ "site": "salesforce", "count": count, "kind": { "drop": "before" } }),
        json!({ "site": "salesforce", "path": "/services/data", "count": count, "kind": "limit_exceeded" }),
        json!({ "site": "salesforce", "path": "/services/data", "count": 1, "kind": "session_expired" }),
        json!({ "site": "graph", "count": count, "kind": { "throttled_seconds": seconds } }),
        json!({ "site": "graph", "count": count, "kind": { "drop": "after" } }),
        json!({ "site": "graph", "count": count, "kind": { "status": 503 } }),
        json!({ "site": "graph", "path": "/v1.0", "count": 1, "kind": "session_expired" }),
        json!({ "site": "graph", "method": "PATCH", "count": 1, "kind": { "status": 412, "body": stale } }),
    ];
    faults.choose(chance).cloned().unwrap_or(Value::Null)
}
