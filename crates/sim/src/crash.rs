//! Crash points: short scenarios, each played once unharmed, and then once for every turn a worker has, dying before it.
//! Whatever the worker was at, the run that was resumed ends like the one that was not.

use serde_json::{Value, json};

use crate::{
    Run, play_script,
    premises::Premises,
    script::{Act, Field, Script},
    weather::Weather,
};

/// The seed of every scenario: it decides nothing but ids and small waits.
const SEED: u64 = 7;

/// One scenario.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// What it is.
    pub name: String,
    script: Script,
    faults: Vec<Value>,
}

/// What became of a scenario.
#[derive(Clone, Debug)]
pub struct Crashed {
    /// Runs that were killed.
    pub runs: usize,
    /// What was not as it must be.
    pub broken: Vec<String>,
    /// Everything that happened in the first run of which something was not.
    pub trace: Vec<String>,
}

/// Every kind of item, with everything that is done to it, under each fault.
pub fn scenarios() -> Vec<Scenario> {
    let kinds =
        [("mara", "lunch"), ("mara", "offer"), ("mara", "fair"), ("mara", "board"), ("ines", "review")];
    let mut all = Vec::new();
    for (person, stem) in kinds {
        for (action, acts) in actions(person, stem) {
            for (trouble, faults) in troubles() {
                let name = format!("{stem}, {action}, {trouble}");
                let script = Script::of(acts.clone());
                all.push(Scenario { name, script, faults });
            }
        }
    }
    all
}

fn actions(person: &'static str, stem: &'static str) -> Vec<(&'static str, Vec<Act>)> {
    let press = |contact| Act::Press { person, stem, contact, with_account: false };
    let first = || vec![press("dana@acme.example"), Act::Run];
    // A lease's time goes by before people go on, so that they meet the same Event whoever died before.
    let again = [Act::Pass(61), Act::Run];
    let then =
        |act: Act| first().into_iter().chain(again.clone()).chain([act]).chain(again.clone()).collect();
    vec![
        ("saved by hand", first()),
        ("saved by category", vec![Act::Categorize(person, stem, "Salesforce"), Act::Run]),
        ("edited in Outlook", then(Act::EditItem(stem, Field::Subject))),
        ("edited in Salesforce", then(Act::EditEvent(stem, Field::Place))),
        ("edited on both sides", then(Act::EditBoth(stem, Field::Subject, Field::Subject))),
        ("deleted in Salesforce", then(Act::DeleteEvent(stem))),
        ("deleted in Outlook", then(Act::DeleteItem(person, stem))),
        ("taken back", then(Act::Unsync(person, stem))),
        ("pressed again", then(press("ada.morgan@acme.example"))),
    ]
}

fn troubles() -> Vec<(&'static str, Vec<Value>)> {
    let lost = json!({ "site": "salesforce", "method": "PATCH", "count": 1, "kind": { "drop": "after" } });
    let slow = json!({ "site": "graph", "method": "PATCH", "count": 1, "kind": { "throttled_seconds": 1 } });
    vec![("in fair weather", Vec::new()), ("an answer lost", vec![lost]), ("a pause asked for", vec![slow])]
}

impl Scenario {
    /// Plays it unharmed, and once for each turn that every so many-th of which is a death.
    ///
    /// # Errors
    /// The world or the database could not be set up.
    pub async fn crash(&self, premises: &Premises, every: usize) -> anyhow::Result<Crashed> {
        let unharmed = self.play(premises, None).await?;
        let mut crashed = Crashed { runs: 0, broken: unharmed.broken, trace: Vec::new() };
        for turn in (0..unharmed.turns_played).step_by(every) {
            let run = self.play(premises, Some(turn)).await?;
            crashed.runs += 1;
            let told =
                run.broken.iter().map(|what| format!("{}, dying before turn {turn}: {what}", self.name));
            crashed.broken.extend(told);
            if crashed.trace.is_empty() && (!run.broken.is_empty() || run.end != unharmed.end) {
                crashed.trace = run.trace;
            }
            for line in run.end.symmetric_difference(&unharmed.end) {
                let whose = if run.end.contains(line) { "more" } else { "missing" };
                crashed
                    .broken
                    .push(format!("{}, dying before turn {turn}: {whose} in the end: {line}", self.name));
            }
        }
        Ok(crashed)
    }

    async fn play(&self, premises: &Premises, dies_before: Option<usize>) -> anyhow::Result<Run> {
        let mut weather = Weather::fair(1);
        weather.faults.clone_from(&self.faults);
        play_script(premises, SEED, &self.script, weather, dies_before).await
    }
}
