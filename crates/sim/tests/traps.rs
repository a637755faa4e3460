//! Planted defects: each is in the code and has a trap, and a trap catches nothing else.

use std::{collections::BTreeSet, fs, io, path::Path};

use calbridge_sim::{mutants::MUTANTS, premises::Premises, traps::Trap};

/// Seeds under which each trap is played.
const SEEDS: std::ops::RangeInclusive<u64> = 1..=2;

/// The names of the defects that a folder's code holds.
fn planted(folder: &Path, names: &mut BTreeSet<String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            planted(&path, names)?;
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = fs::read_to_string(&path)?;
            let calls = text.split("mutant(\"").skip(1);
            names.extend(calls.filter_map(|rest| rest.split_once('"')).map(|(name, _)| name.to_owned()));
        }
    }
    Ok(())
}

#[test]
fn every_defect_of_the_list_is_in_the_code_and_every_one_there_is_listed() {
    let mut names = BTreeSet::new();
    for package in ["engine", "sync"] {
        planted(&Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../{package}/src")), &mut names)
            .unwrap();
    }
    let listed: Vec<&str> = MUTANTS.iter().map(|one| one.name).collect();
    assert_eq!(listed, names.iter().map(String::as_str).collect::<Vec<_>>(), "each once, in order");
}

#[test]
fn a_defect_that_nobody_knows_has_no_trap() {
    assert!(Trap::of("none").is_none());
}

#[tokio::test]
async fn every_defect_has_a_trap_and_without_it_the_trap_breaks_nothing() {
    let premises = Premises::open(true).unwrap();
    for mutant in MUTANTS {
        let trap = Trap::of(mutant.name).expect(mutant.name);
        for seed in SEEDS {
            let run = trap.play(&premises, seed).await.unwrap();
            assert_eq!(run.broken, [""; 0], "{} under seed {seed}: {:#?}", mutant.name, run.trace);
        }
    }
}
