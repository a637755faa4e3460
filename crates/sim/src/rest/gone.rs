//! What items leave behind that are gone.

use std::collections::{BTreeMap, BTreeSet};

use calbridge_rules::id::{Address, RecordId};

use crate::{
    company::{PEOPLE, address},
    hands::{events, is_deleted, items},
    locked,
    stage::Stage,
};

/// Q1: no pair outlives its item while its Event stands.
pub(super) async fn left_behind(stage: &Stage, broken: &mut Vec<String>) -> anyhow::Result<()> {
    let (standing, held) = {
        let world = locked(&stage.world);
        let all = events(&world);
        let standing = all.iter().filter(|event| !is_deleted(event));
        let standing = standing.map(|event| RecordId::parse(event["Id"].as_str().unwrap_or_default()));
        let ids = |person: &str| -> BTreeSet<String> {
            items(&world, person).iter().filter_map(|item| item["id"].as_str().map(str::to_owned)).collect()
        };
        let held: BTreeMap<&str, BTreeSet<String>> =
            PEOPLE.iter().map(|person| (*person, ids(person))).collect();
        (standing.collect::<Result<Vec<_>, _>>()?, held)
    };
    for (person, held) in held {
        let pairs = stage.store.pairs_of_events(&Address::parse(&address(person))?, &standing).await?;
        for pair in pairs.iter().filter(|pair| !held.contains(pair.item.as_str())) {
            broken.push(format!("Q1 {person}: the Event {} stands for an item that is gone", pair.event));
        }
    }
    Ok(())
}
