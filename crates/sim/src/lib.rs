//! The seeded simulation: the service's adapters, the engine and the stand-in's World in one process, under a clock that
//! stands still and faults that a seed chooses.
//!
//! A run plays a script, lets the faults stop, lets sessions come to rest, and then asserts what must hold whatever happened:
//! see [`invariants`]. The same seed gives the same trace.

pub mod invariants;
pub mod script;
pub mod stage;

use invariants::Expected;
use script::{Act, Script};
use stage::Stage;

/// How one seed ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The seed.
    pub seed: u64,
    /// Everything that happened, in order.
    pub trace: Vec<String>,
    /// What was broken; nothing in a good run.
    pub broken: Vec<String>,
}

/// A defect put in on purpose, which the invariants must find.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sabotage {
    /// None.
    #[default]
    None,
    /// Every create goes under a key of its own.
    FreshKeys,
    /// What is written on items never arrives, and is said to.
    LostMarks,
}

/// Plays a seed's script.
///
/// # Errors
/// The stage could not be set up, or the store failed.
pub async fn play(seed: u64, sabotage: Sabotage) -> anyhow::Result<Run> {
    play_script(seed, &Script::of_seed(seed), sabotage).await
}

/// Plays a script.
///
/// # Errors
/// The stage could not be set up, or the store failed.
pub async fn play_script(seed: u64, script: &Script, sabotage: Sabotage) -> anyhow::Result<Run> {
    let mut stage = Stage::set(seed, sabotage).await?;
    let mut expected = Expected::new(&stage);
    for act in &script.acts {
        stage.note(format!("act {act:?}"));
        expected.learn(act);
        stage.perform(act).await?;
    }
    stage.note("the faults stop".to_owned());
    let mut broken = Vec::new();
    if !stage.came_to_rest().await? {
        broken.push("sessions never come to rest".to_owned());
    }
    broken.extend(expected.broken(&stage).await?);
    let before = stage.records();
    stage.perform(&Act::Pass { seconds: 660 }).await?;
    stage.perform(&Act::Run).await?;
    if stage.records() != before {
        broken.push("a pass after everything was done still wrote something".to_owned());
    }
    Ok(Run { seed, trace: stage.trace(), broken })
}
