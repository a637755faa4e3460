//! Traps: for each planted defect ([`crate::mutants`]) a short script in which it shows. A seed decides no more here than what
//! is left to chance: who has which turn, which request a fault strikes, between which turns somebody does something.

use serde_json::{Value, json};

use crate::{
    Run, play_script,
    premises::Premises,
    script::{Act, Deed, Field, Script},
    twist::Twist,
    weather::Weather,
};

/// Mara's appointment without other people is saved.
const OFFER: Act = press("mara", "offer", "dana@acme.example");
/// Longer than from one session to the next, in seconds, and shorter than to the search for what carries categories.
const PAUSE_S: i64 = 660;
/// Longer than between two looks at the org, in seconds, and shorter than from one session to the next.
const LOOK_S: i64 = 70;
/// How often a fault strikes that must not strike everything.
const HALF: f64 = 0.5;
/// How likely people act, and workers stand still or die, at a turn: about once in a session.
const NOW_AND_THEN: f64 = 0.1;
/// How likely workers die at a turn, so that not all of their deaths come in the first sessions.
const SELDOM: f64 = 0.03;

/// The trap of a defect.
#[derive(Clone, Debug)]
pub struct Trap {
    script: Script,
    weather: Weather,
}

impl Trap {
    /// The trap of a defect, by its name.
    pub fn of(mutant: &str) -> Option<Self> {
        let of_items = in_fair_weather(mutant).or_else(|| under_faults(mutant));
        of_items.or_else(|| side_by_side(mutant)).or_else(|| of_series(mutant))
    }

    /// Plays it under a seed.
    ///
    /// # Errors
    /// The world or the database could not be set up, or a worker waits for ever.
    pub async fn play(&self, premises: &Premises, seed: u64) -> anyhow::Result<Run> {
        play_script(premises, seed, &self.script, self.weather.clone().drawn_from(seed), None).await
    }

    fn fair(script: Script) -> Self {
        let weather = Weather::fair(script.workers);
        Self { script, weather }
    }

    fn under(acts: Vec<Act>, fault: Value) -> Self {
        let mut trap = Self::fair(Script::of(acts));
        trap.weather.faults.push(fault);
        trap
    }

    fn of_workers(workers: usize, acts: Vec<Act>) -> Self {
        Self::fair(Script { workers, ..Script::of(acts) })
    }
}

const fn press(person: &'static str, stem: &'static str, contact: &'static str) -> Act {
    Act::Press { person, stem, contact, with_account: false }
}

/// The offer is saved, and then something happens to it.
fn saved_and_then(act: Act) -> Vec<Act> {
    later(OFFER, act)
}

/// Two sessions, with something done before each.
fn later(first: Act, then: Act) -> Vec<Act> {
    vec![first, Act::Run, Act::Pass(PAUSE_S), then, Act::Run]
}

/// Somebody changes the offer's Event.
fn edit_place() -> Act {
    Act::EditEvent("offer", Field::Place)
}

/// Defects that need no trouble.
fn in_fair_weather(mutant: &str) -> Option<Trap> {
    let acts = match mutant {
        "clashes-unlisted" => saved_and_then(Act::EditBoth("offer", Field::Subject, Field::Subject)),
        "down-dropped" => saved_and_then(edit_place()),
        "echo-by-marks" | "overwrite-unjournalled" => saved_and_then(Act::EditItem("offer", Field::Subject)),
        "first-look-now" => {
            vec![Act::Run, OFFER, Act::Run, Act::EditEvent("offer", Field::Subject), Act::Pass(600), Act::Run]
        }
        "foreign-is-own" => {
            later(press("mara", "review", "dana@acme.example"), Act::EditEvent("review", Field::Subject))
        }
        "gone-ignored" => saved_and_then(Act::DeleteItem("mara", "offer")),
        "mail-without-hold" => {
            later(press("mara", "lunch", "dana@acme.example"), Act::EditEvent("lunch", Field::Place))
        }
        "mark-before-record" => vec![OFFER, Act::Run],
        "removed-is-gone" => {
            // The marks of the first session come back in the second, so that news alone bring the item up in the third.
            vec![OFFER, Act::Run, Act::Pass(PAUSE_S), Act::Run, Act::Pass(LOOK_S), edit_place(), Act::Run]
        }
        "skip-brake" => saved_and_then(Act::DeleteCrowd),
        "token-loss-is-empty" => {
            let mut acts = saved_and_then(Act::EditItem("offer", Field::Subject));
            acts.insert(acts.len() - 1, Act::LoseTokens);
            acts
        }
        "unasked-saves" | "utc-days" => vec![Act::Run],
        _ => return None,
    };
    let twist = Twist { autosaves: mutant == "utc-days", ..Twist::default() };
    Some(Trap::fair(Script { is_crowded: mutant == "skip-brake", twist, ..Script::of(acts) }))
}

/// Defects that show when something fails.
fn under_faults(mutant: &str) -> Option<Trap> {
    let lost = json!({ "drop": "after" });
    let duplicate = json!([{ "errorCode": "DUPLICATE_VALUE", "message": "duplicate value found" }]);
    let to_org = |kind: Value| json!({ "site": "salesforce", "method": "PATCH", "count": 1, "kind": kind });
    let new_item = |kind: Value| json!({ "site": "graph", "method": "POST", "path": "/events", "count": 1, "kind": kind });
    let made_there = || saved_and_then(Act::NewEvent("mara"));
    let edited = || saved_and_then(Act::EditItem("offer", Field::Subject));
    Some(match mutant {
        "agree-without-write" | "unfinished-forgotten" => {
            // The create passes.
            let mut second = to_org(json!({ "status": 503 }));
            second["every"] = 2.into();
            Trap::under(edited(), second)
        }
        "deaf" => Trap::under(made_there(), new_item(json!({ "status": 503 }))),
        "duplicate-refused" => {
            Trap::under(vec![OFFER, Act::Run], to_org(json!({ "status": 400, "body": duplicate })))
        }
        "fresh-key" => Trap::under(vec![OFFER, Act::Run], to_org(lost)),
        "fresh-transaction" => Trap::under(made_there(), new_item(lost)),
        "gone-unproven" => Trap::under(edited(), unreadable(&json!({ "rate": HALF }))),
        "marks-forgotten" => {
            let unwritten =
                json!({ "site": "graph", "method": "PATCH", "count": 1, "kind": { "status": 503 } });
            Trap::under(vec![OFFER, Act::Run], unwritten)
        }
        "masters-unread" => {
            let acts = saved_and_then(Act::Categorize("mara", "weekly", "Salesforce"));
            let mut trap = Trap::fair(Script::of(acts));
            trap.weather.nature = json!({ "endless_rounds": true });
            trap
        }
        "request-forgotten" => Trap::under(vec![OFFER, Act::Run], unreadable(&json!({ "count": 1 }))),
        "retry-after-ignored" => {
            let pause = json!({ "site": "graph", "path": "/v1.0", "rate": HALF, "kind": { "throttled_seconds": 60 } });
            Trap::under(vec![OFFER, Act::Run], pause)
        }
        _ => return None,
    })
}

/// Items cannot be read, as often as said.
fn unreadable(often: &Value) -> Value {
    let mut fault =
        json!({ "site": "graph", "method": "GET", "path": "/events/", "kind": { "status": 503 } });
    for (name, value) in often.as_object().into_iter().flatten() {
        fault[name] = value.clone();
    }
    fault
}

/// Defects that show when a worker dies or stands still, or something happens while a session runs.
fn side_by_side(mutant: &str) -> Option<Trap> {
    let mut trap = match mutant {
        "cursor-early" => Trap::fair(Script::of(saved_and_then(Act::EditItem("offer", Field::Subject)))),
        "heard-without-revision" => {
            let edit = || Act::EditEvent("offer", Field::Subject);
            meanwhile(edit(), vec![edit(), Act::Look])
        }
        "ignore-fence" => Trap::of_workers(2, vec![OFFER, Act::Run]),
        "no-second-look" => Trap::of_workers(3, vec![OFFER, Act::Run]),
        "settled-without-revision" => meanwhile(
            press("mara", "offer", "tomas@borealis.example"),
            vec![press("mara", "offer", "ada.morgan@acme.example")],
        ),
        "stale-item-overwritten" => meanwhile(edit_place(), vec![Act::EditItem("offer", Field::Place)]),
        _ => return None,
    };
    match mutant {
        "cursor-early" => trap.weather.deaths = SELDOM,
        "ignore-fence" => trap.weather.stalls = NOW_AND_THEN,
        _ => trap.weather.bustle = NOW_AND_THEN,
    }
    Some(trap)
}

/// Defects that show in what becomes of a series, which is saved first.
fn of_series(mutant: &str) -> Option<Trap> {
    let deeds = match mutant {
        "cancelled-stays" => vec![Act::Series("sprint", Deed::CancelDate(2))],
        "dates-overwritten" => vec![
            Act::Series("sprint", Deed::EditDate(2, Field::Place)),
            Act::Run,
            Act::Pass(PAUSE_S),
            Act::EditItem("sprint", Field::Subject),
        ],
        "end-stays" => vec![Act::Series("sprint", Deed::End)],
        "part-anew" => Vec::new(),
        _ => return None,
    };
    let mut acts = vec![Act::Categorize("mara", "sprint", "Salesforce"), Act::Run, Act::Pass(PAUSE_S)];
    acts.extend(deeds);
    acts.push(Act::Run);
    let twist = Twist { has_series: true, ..Twist::default() };
    let mut trap = Trap::fair(Script { twist, ..Script::of(acts) });
    if mutant == "part-anew" {
        trap.weather.deaths = NOW_AND_THEN;
    }
    Some(trap)
}

/// The offer is saved; then something happens for which its mailbox alone has a session, and while that runs, more.
fn meanwhile(first: Act, more: Vec<Act>) -> Trap {
    let mut acts = vec![OFFER, Act::Run, Act::Pass(LOOK_S), first, Act::Run];
    acts.extend(more);
    Trap::fair(Script::of(acts))
}
