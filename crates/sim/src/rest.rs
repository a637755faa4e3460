//! What must be once the faults have stopped and sessions have come to rest (Q1 to Q8 of the module [`crate`]).

mod fields;
mod gone;
mod series;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use calbridge_engine::{pair::Pair, series::KeptSeries};
use calbridge_rules::{
    id::{Address, ItemId, RecordId},
    status::Issue,
};
use calbridge_standin::World;
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::{
    company::{Fate, PEOPLE, address, is_series, planned, stem_of},
    diary::Hope,
    hands::{events, is_deleted, is_of, items},
    locked,
    premises::Keys,
    stage::Stage,
};

/// Rounds of sessions, a session's pause apart, in which everything must come to rest: what waits for a time-out of
/// somebody's or its own longest pause, and three sessions more (Q5).
const ROUNDS: usize = 6;
/// Seconds from round to round: the longest wait after failures, with its jitter.
const ROUND_S: i64 = 920;
/// Entries of the journal that are read.
const ENTRIES: i64 = 10_000;
/// The code of what is held because it would mail people.
const HELD: &str = "PPL-8";
/// The code of what was saved as a series and is none, or the other way round.
const CONVERTED: &str = "SER-5";
/// Requests to the org that a round costs where nothing happened: the watch's question and what it must know for it (Q6).
const IDLE_REQUESTS: usize = 4;
/// What a process asks besides when it starts in an org that has no field for keys of its own: how it keeps Events.
const DESCRIBES: usize = 4;
/// Items and Events that are looked at again by themselves, of one mailbox and kind.
const COMING: i64 = 100;
/// What a mailbox costs in which something waits or is refused: its people and its Event are asked for anew.
const WAITING_REQUESTS: usize = 9;

/// One person's item at rest.
pub(crate) struct Found {
    pub(crate) person: String,
    pub(crate) stem: String,
    pub(crate) item: Option<Value>,
    pub(crate) pair: Option<Pair>,
    pub(crate) event: Option<Value>,
    pub(crate) codes: Vec<String>,
    pub(crate) issue: Option<Issue>,
    /// What is kept of it, if it is a series.
    pub(crate) kept: Option<KeptSeries>,
}

impl Found {
    fn name(&self) -> String {
        format!("{}'s {}", self.person, self.stem)
    }
}

/// Everything that is not as it must be.
///
/// # Errors
/// The store failed where no fault was, or a worker waits for ever.
pub async fn broken(stage: &mut Stage) -> anyhow::Result<Vec<String>> {
    stage.clears_up().await?;
    let mut broken = Vec::new();
    if !comes_to_rest(stage).await? {
        broken.push("Q5 sessions do not come to rest".to_owned());
    }
    let found = everything(stage).await?;
    for one in &found {
        hopes(stage, one, &mut broken);
        marks(one, &mut broken);
        fields::compare(stage, one, &mut broken).await?;
        series::compare(stage, one, &mut broken).await?;
    }
    gone::left_behind(stage, &mut broken).await?;
    no_doubles(stage, &mut broken);
    journalled(stage, &mut broken).await?;
    arrivals(stage, &found, &mut broken);
    let waits = |one: &&Found| one.item.is_some() && (one.pair.is_none() || one.issue.is_some());
    let waiting: BTreeSet<&String> = found.iter().filter(waits).map(|one| &one.person).collect();
    let describes = if locked(&stage.watch).keys == Keys::OwnField { 0 } else { DESCRIBES };
    let budget = IDLE_REQUESTS + describes + WAITING_REQUESTS * waiting.len();
    costs_nothing(stage, budget, &mut broken).await?;
    broken.extend(locked(&stage.world).graph.violations.all().to_vec());
    Ok(broken)
}

/// Sessions until one round of all mailboxes writes nothing; whether that came.
async fn comes_to_rest(stage: &mut Stage) -> anyhow::Result<bool> {
    for round in 0..ROUNDS {
        for person in PEOPLE {
            let mailbox = Address::parse(&address(person))?;
            let work = stage.store.work_state(&mailbox, stage.now_ms()).await?;
            if work.is_some_and(|work| !work.parked.is_empty()) {
                stage.diary.paused.insert(person.to_owned());
                stage.enable(person).await?;
            }
        }
        let writes = locked(&stage.watch).writes;
        stage.note(format!("round {round}"));
        stage.pass(TimeDelta::seconds(ROUND_S));
        stage.run(&mut VecDeque::new()).await?;
        if locked(&stage.watch).writes == writes && is_idle(stage).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn is_idle(stage: &Stage) -> anyhow::Result<bool> {
    for person in PEOPLE {
        let mailbox = Address::parse(&address(person))?;
        let work = stage.store.work_state(&mailbox, stage.now_ms()).await?;
        if work.is_none_or(|work| work.is_wanted || work.attempt > 0 || !work.parked.is_empty()) {
            return Ok(false);
        }
        // What comes up by itself in the round after this one: a pause that is over, a day that comes near.
        let next_ms = stage.now_ms() + 2 * ROUND_S * 1_000;
        let items = stage.store.unfinished(&mailbox, next_ms, COMING).await?;
        let events = stage.store.news(&mailbox, next_ms, COMING).await?;
        if !items.is_empty() || !events.is_empty() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Q4 and Q6: one round more.
async fn costs_nothing(stage: &mut Stage, budget: usize, broken: &mut Vec<String>) -> anyhow::Result<()> {
    let (writes, requests) = {
        let watch = locked(&stage.watch);
        (watch.writes, watch.org_requests)
    };
    stage.note("one round more".to_owned());
    stage.pass(TimeDelta::seconds(ROUND_S));
    stage.run(&mut VecDeque::new()).await?;
    let watch = locked(&stage.watch);
    if watch.writes != writes {
        broken.push(format!("Q4 a further session writes {} times", watch.writes - writes));
    }
    let cost = watch.org_requests - requests;
    if cost > budget {
        broken.push(format!("Q6 a round in which nothing happened costs {cost} requests to the org"));
    }
    Ok(())
}

/// Every item that somebody asked for, with all that is known of it.
async fn everything(stage: &Stage) -> anyhow::Result<Vec<Found>> {
    let (all_events, all_items) = {
        let world = locked(&stage.world);
        let of = |person: &&str| ((*person).to_owned(), items(&world, person));
        (events(&world), PEOPLE.iter().map(of).collect::<BTreeMap<String, Vec<Value>>>())
    };
    let asked = locked(&stage.watch).asked.clone();
    let mut found = Vec::new();
    for (person, stem) in asked {
        let mailbox = Address::parse(&address(&person))?;
        let item = all_items.get(&person).into_iter().flatten().find(|item| is_of(item, &stem)).cloned();
        let mut one =
            Found { person, stem, item, pair: None, event: None, codes: Vec::new(), issue: None, kept: None };
        if let Some(id) = one.item.as_ref().and_then(|item| item["id"].as_str()) {
            let id = ItemId::parse(id)?;
            one.pair =
                stage.store.pairs_of_items(&mailbox, std::slice::from_ref(&id)).await?.into_iter().next();
            one.codes = stage.store.issue_codes(&mailbox, &id).await?;
            one.issue = stage.store.issue(&mailbox, &id).await?;
            let kept = stage.store.series(&mailbox, std::slice::from_ref(&id)).await?;
            one.kept = kept.into_iter().next().map(|(_, kept)| kept);
        }
        let of_pair = |pair: &Pair| find_event(&all_events, &pair.event);
        one.event = one.pair.as_ref().and_then(of_pair);
        found.push(one);
    }
    Ok(found)
}

fn find_event(events: &[Value], id: &RecordId) -> Option<Value> {
    events.iter().find(|event| event["Id"] == id.as_str() && !is_deleted(event)).cloned()
}

/// What was asked for is saved, or tells one reason why not (Q8).
fn hopes(stage: &Stage, one: &Found, broken: &mut Vec<String>) {
    let name = one.name();
    if one.item.is_none() {
        return;
    }
    if one.pair.is_some() && one.event.is_none() {
        broken.push(format!("Q1 {name}: the Event of its pair is gone"));
    }
    let fate = planned(&one.stem).map_or(Fate::Savable, |item| item.fate);
    let hope = stage.diary.hope(&one.person, &one.stem);
    match (hope, fate) {
        (Hope::Saved, Fate::Savable) => {
            if one.pair.is_none() && one.codes.is_empty() {
                broken.push(format!("Q1 {name}: its save was lost"));
            }
            let is_shared = planned(&one.stem).is_some_and(|item| item.savers.len() > 1);
            if one.pair.is_none() && !is_shared && !stage.diary.unsettled.contains(&one.stem) {
                broken.push(format!("Q1 {name}: it was never saved, for {:?}", one.codes));
            }
            pressed(stage, one, broken);
        }
        (Hope::Saved, Fate::Refused | Fate::Alone) => {
            if one.pair.is_some() {
                broken.push(format!("S5 {name}: it was saved, which it never may be"));
            }
            if one.codes.len() != 1 {
                broken.push(format!("Q8 {name}: {:?} instead of one reason", one.codes));
            }
        }
        (Hope::Open | Hope::Unasked, _) => {}
    }
    let is_held = one.codes.contains(&HELD.to_owned());
    if is_held && !stage.diary.has_edit_in_salesforce(&one.stem) {
        broken.push(format!("S8 {name}: what nobody wrote in Salesforce waits to be written"));
    }
    if planned(&one.stem).is_some_and(|item| !item.is_organized) && is_held {
        broken.push(format!("Q1 {name}: somebody else's meeting waits to be written on (DWN-7)"));
    }
    if one.codes.len() > 1 {
        broken.push(format!("Q8 {name}: several reasons, {:?}", one.codes));
    }
}

/// What was chosen last stands on the Event (SAV-12).
fn pressed(stage: &Stage, one: &Found, broken: &mut Vec<String>) {
    let at = (one.person.clone(), one.stem.clone());
    let is_shared = planned(&one.stem).is_some_and(|item| item.savers.len() > 1);
    let (Some(pressed), Some(event)) = (stage.diary.presses.get(&at).filter(|_| !is_shared), &one.event)
    else {
        return;
    };
    // What was saved as a series and is none any more keeps its Events as they were (SER-5).
    if one.codes.iter().any(|code| code == CONVERTED) {
        return;
    }
    if stage.diary.merged.contains(&pressed.who) {
        return;
    }
    if event["WhoId"] != pressed.who.as_str() {
        broken.push(format!("Q2 {}: somebody else than was picked last", one.name()));
    }
    if event["WhatId"].as_str() != pressed.what.as_deref() {
        broken.push(format!("Q2 {}: {} in Related To", one.name(), event["WhatId"]));
    }
}

/// Q7: the categories of an item tell what became of it, and its properties the Event.
fn marks(one: &Found, broken: &mut Vec<String>) {
    let Some(item) = &one.item else { return };
    let has =
        |name: &str| item["categories"].as_array().is_some_and(|held| held.iter().any(|one| one == name));
    let name = one.name();
    let (is_saved, is_failed) = (has("Salesforce"), has("Sync Error"));
    match (&one.pair, one.codes.is_empty()) {
        (Some(pair), true) => {
            if !is_saved || is_failed {
                broken.push(format!("Q7 {name}: it is saved, and its categories are {}", item["categories"]));
            }
            if !item["properties"].to_string().contains(pair.event.as_str()) {
                broken.push(format!("Q7 {name}: the item does not point to its Event"));
            }
        }
        (Some(_), false) if !is_failed => {
            broken.push(format!("Q7 {name}: {:?}, and its categories are {}", one.codes, item["categories"]));
        }
        (None, true) if is_failed => {
            broken
                .push(format!("Q7 {name}: nothing is wrong, and its categories are {}", item["categories"]));
        }
        (Some(_) | None, _) => {}
    }
}

/// DWN-1: an Event that a user made has its item, where the mailbox was in sync all the time.
fn arrivals(stage: &Stage, found: &[Found], broken: &mut Vec<String>) {
    let all = events(&locked(&stage.world));
    let born = found
        .iter()
        .filter(|one| stage.diary.expected.contains(&one.stem) && !stage.diary.paused.contains(&one.person));
    for one in born.filter(|one| all.iter().any(|event| is_of(event, &one.stem) && !is_deleted(event))) {
        if one.pair.is_none() {
            broken.push(format!("Q2 {}: it was made in Salesforce, and never came down", one.name()));
        }
    }
}

/// What stands on both sides, ids and times of writing left out.
pub(crate) fn outline(world: &World) -> BTreeSet<String> {
    let mut rows: BTreeSet<String> = events(world)
        .iter()
        .filter(|event| !is_deleted(event))
        .map(|event| {
            let has_key = event["Calbridge_Sync_Key__c"].is_string();
            json!([
                event["Subject"],
                event["Location"],
                event["StartDateTime"],
                event["WhoId"],
                event["WhatId"],
                event["OwnerId"],
                has_key
            ])
            .to_string()
        })
        .collect();
    for person in PEOPLE {
        rows.extend(items(world, person).iter().map(|item| {
            let is_pointed = item["properties"].to_string().contains("saved");
            json!([
                person,
                item["subject"],
                item["location"]["displayName"],
                item["start"],
                categories(item),
                is_pointed
            ])
            .to_string()
        }));
    }
    rows
}

/// An item's categories in an order of their own. An item that fails keeps the blue one where it had it before, so that it
/// says nothing there.
fn categories(item: &Value) -> BTreeSet<&str> {
    let held = item["categories"].as_array().into_iter().flatten();
    let mut names: BTreeSet<&str> = held.filter_map(Value::as_str).collect();
    if names.contains("Sync Error") {
        names.remove("Salesforce");
    }
    names
}

/// UNS-2: what was overwritten or deleted can be brought back.
async fn journalled(stage: &Stage, broken: &mut Vec<String>) -> anyhow::Result<()> {
    let journal = stage.store.journal(None, ENTRIES).await?;
    let known: BTreeSet<&str> = journal.iter().map(|entry| entry.event.as_str()).collect();
    let watch = locked(&stage.watch);
    let unknown = watch.overwritten.iter().filter(|event| !known.contains(event.as_str()));
    broken.extend(unknown.map(|event| format!("S7 the Event {event} was overwritten, and nothing kept")));
    let deleted: BTreeSet<&str> =
        journal.iter().filter(|entry| entry.is_deletion()).map(|entry| entry.event.as_str()).collect();
    let is_kept = |event: &str, master: &str| deleted.contains(event) || deleted.contains(master);
    let lost = watch.vanished.iter().filter(|(event, master)| !is_kept(event, master));
    broken.extend(lost.map(|(event, _)| format!("S7 the occurrence {event} went, and nothing kept")));
    Ok(())
}

/// One meeting, one Event; one Event that a user made, one item.
fn no_doubles(stage: &Stage, broken: &mut Vec<String>) {
    let world = locked(&stage.world);
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let is_date = |event: &Value| event["RecurrenceActivityId"].is_string() || event["IsRecurrence"] == true;
    let alone = |event: &&Value| !is_deleted(event) && event["IsChild"] != true && !is_date(event);
    for event in events(&world).iter().filter(alone) {
        *counts.entry(stem_of(event["Subject"].as_str().unwrap_or_default()).to_owned()).or_default() += 1;
    }
    for (stem, count) in &counts {
        if *count > 1 && !is_series(stem) && (planned(stem).is_some() || stem.starts_with('n')) {
            broken.push(format!("S1 {stem}: {count} Events"));
        }
    }
    for person in PEOPLE {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for item in items(&world, person) {
            *counts.entry(stem_of(item["subject"].as_str().unwrap_or_default()).to_owned()).or_default() += 1;
        }
        for (stem, count) in counts.iter().filter(|(_, count)| **count > 1) {
            broken.push(format!("S1 {person}: {count} items {stem}"));
        }
    }
}
