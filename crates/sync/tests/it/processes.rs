//! Real processes that are killed at any time while people press Save: nothing is lost, nothing doubled.
//!
//! `cargo xtask soak` runs the same for as long as somebody likes, by the variables below.

mod company;
mod process;

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use calbridge_rules::{
    id::{Address, RecordId},
    people::PersonObject,
    saving::{Choice, ChosenPerson},
};
use calbridge_sync::{clock::Clock, store::Store};
use calbridge_wire::{CallError, service::SaveRequest};
use chrono::TimeDelta;
use rand::{Rng, SeedableRng, rngs::SmallRng, seq::IndexedRandom};

use self::{
    company::{Company, address},
    process::Process,
};
use crate::databases::{Database, Place, on};

/// Minutes to go on for; one round when it is not set.
const MINUTES: &str = "CALBRIDGE_SOAK_MINUTES";
/// What chance is drawn from.
const SEED: &str = "CALBRIDGE_SOAK_SEED";
const MAILBOXES: usize = 6;
/// Items of a generated mailbox that can be saved: appointments, and meetings with customers.
const TURNS: [usize; 6] = [0, 1, 3, 4, 5, 6];
/// Processes that are killed in one round.
const KILLS: u32 = 20;
/// Presses between two kills, at most.
const PRESSES: u32 = 5;
/// Requests that the vendors may still get before the next kill, at most.
const REQUESTS: u64 = 12;
/// Looks at something that should come true soon, and the pause between them.
const LOOKS: u32 = 3_000;
/// Looks before a kill comes even though nobody calls the vendors.
const IDLE_LOOKS: u32 = 60;
const PAUSE: Duration = Duration::from_millis(10);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_api_and_two_workers_survive_being_killed_on_postgresql() {
    on(Database::Postgresql, async |place| {
        survive(&place, &[Some("serve"), Some("worker"), Some("worker")]).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_whole_service_survives_being_killed_on_sqlite() {
    on(Database::SqliteFile, async |place| survive(&place, &[None]).await).await;
}

#[tokio::test]
async fn check_says_what_is_wrong_with_a_configuration_and_starts_nothing() {
    let company = Company::open(1, 1).await;
    let config = company.config("sqlite://never-made.sqlite");
    let check = || {
        let mut check = std::process::Command::new(env!("CARGO_BIN_EXE_calbridge-sync"));
        check.arg("check").arg("--config").arg(&config).output().unwrap()
    };
    let fine = check();
    assert!(fine.status.success(), "{}", String::from_utf8_lossy(&fine.stderr));
    let secret = config.with_file_name("graph");
    std::fs::remove_file(&secret).unwrap();
    let broken = check();
    let said = String::from_utf8_lossy(&broken.stderr);
    assert!(!broken.status.success() && said.contains(&secret.display().to_string()), "{said}");
    assert!(!std::path::Path::new("never-made.sqlite").exists());
}

async fn survive(place: &Place, parts: &[Option<&'static str>]) {
    let clock = Clock::wall();
    let seed = number(SEED).unwrap_or_else(|| rand::random::<u32>().into());
    let end = clock.now() + TimeDelta::minutes(number(MINUTES).map_or(0, u64::cast_signed));
    eprintln!("{SEED}={seed}");
    let mut rig = Rig::open(place, parts, seed).await;
    loop {
        rig.round().await;
        if clock.now() >= end {
            return;
        }
    }
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().unwrap())
}

/// An item by its mailbox and its place in it.
type Item = (usize, usize);

struct Rig {
    company: Company,
    config: PathBuf,
    processes: Vec<Process>,
    store: Store,
    random: SmallRng,
    tokens: Vec<String>,
    people: Vec<RecordId>,
    accounts: Vec<RecordId>,
    /// Presses that nobody has taken yet, in the order they were made.
    outbox: Vec<(Item, SaveRequest)>,
    /// What was last chosen for each item, of the presses that were taken.
    taken: BTreeMap<Item, RecordId>,
    presses: u32,
}

impl Rig {
    async fn open(place: &Place, parts: &[Option<&'static str>], seed: u64) -> Self {
        let company = Company::open(MAILBOXES, seed).await;
        let config = company.config(&place.url);
        let mut processes = Vec::new();
        for part in parts {
            processes.push(Process::start(&config, *part).await);
        }
        let mut tokens = Vec::new();
        for n in 0..MAILBOXES {
            tokens.push(company.sign_in(n).await);
        }
        Self {
            people: company.ids("Contact"),
            accounts: company.ids("Account"),
            store: place.store().await,
            random: SmallRng::seed_from_u64(seed),
            company,
            config,
            processes,
            tokens,
            outbox: Vec::new(),
            taken: BTreeMap::new(),
            presses: 0,
        }
    }

    /// Presses and kills for a while, then sees what became of it all.
    async fn round(&mut self) {
        for _ in 0..KILLS {
            for _ in 0..self.random.random_range(1..=PRESSES) {
                self.press();
            }
            self.deliver().await;
            self.let_some_requests_pass().await;
            let victim = self.random.random_range(0..self.processes.len());
            self.processes[victim].crash(&self.config).await;
        }
        self.come_to_rest().await;
        self.nothing_is_lost_or_doubled();
        self.another_session_changes_nothing().await;
    }

    /// Somebody chooses anew for some item.
    fn press(&mut self) {
        let item = (self.random.random_range(0..MAILBOXES), *TURNS.choose(&mut self.random).unwrap());
        let who = self.people.choose(&mut self.random).unwrap().clone();
        let choice = Choice {
            who: Some(ChosenPerson { record: who, object: PersonObject::Contact }),
            what: self.accounts.choose(&mut self.random).cloned(),
            ..Choice::default()
        };
        self.presses += 1;
        let press = format!("press-{:016}", self.presses);
        self.outbox.push((item, self.company.request(item.0, &key(item), &press, choice)));
    }

    /// Sends what was pressed, as the pane does: what nobody took stays, with its key and its place.
    async fn deliver(&mut self) {
        let Some(service) = self.processes.iter().find_map(Process::url) else { panic!("nobody answers") };
        for (item, request) in std::mem::take(&mut self.outbox) {
            let what = request.choice.what.clone().unwrap();
            let is_behind = self.outbox.iter().any(|(other, _)| *other == item);
            if is_behind {
                self.outbox.push((item, request));
                continue;
            }
            match self.company.press(service, &self.tokens[item.0], request.clone()).await {
                Ok(_) => drop(self.taken.insert(item, what)),
                Err(CallError::Offline { .. } | CallError::Unavailable { .. }) => {
                    self.outbox.push((item, request));
                }
                Err(refused) => panic!("{refused}"),
            }
        }
    }

    /// Waits until sessions have got somewhere, by chance.
    async fn let_some_requests_pass(&mut self) {
        let enough = self.company.requests() + self.random.random_range(0..=REQUESTS);
        for _ in 0..IDLE_LOOKS {
            if self.company.requests() >= enough {
                return;
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Waits until everything was taken and dealt with.
    async fn come_to_rest(&mut self) {
        let mut left = String::new();
        for _ in 0..LOOKS {
            self.deliver().await;
            left = self.left().await;
            if self.outbox.is_empty() && left.is_empty() {
                return;
            }
            tokio::time::sleep(PAUSE).await;
        }
        panic!("it never comes to rest; {} presses not taken; left: {left}", self.outbox.len());
    }

    /// What is left to do; empty when there is nothing.
    async fn left(&self) -> String {
        let now_ms = Clock::wall().now().timestamp_millis();
        for n in 0..MAILBOXES {
            let mailbox = Address::parse(&address(n)).unwrap();
            let Some(work) = self.store.work_state(&mailbox, now_ms).await.unwrap() else {
                return format!("{mailbox:?} is unknown");
            };
            if work.is_wanted || work.is_leased || work.next_due_ms <= now_ms {
                return format!("{mailbox:?} is due: {work:?}");
            }
            if let [save, ..] = self.store.waiting_saves(&mailbox, 1).await.unwrap().as_slice() {
                let issue = self.store.issue(&mailbox, &save.given_id).await.unwrap();
                return format!("{mailbox:?} has a request with {issue:?}");
            }
            if let [pair, ..] = self.store.unmarked(&mailbox, 1).await.unwrap().as_slice() {
                return format!("{mailbox:?} has not marked {:?}", pair.item);
            }
        }
        String::new()
    }

    fn nothing_is_lost_or_doubled(&self) {
        let events = self.company.records("Event");
        let keyed: Vec<_> =
            events.iter().filter(|event| event["Calbridge_Sync_Key__c"].is_string()).collect();
        assert_eq!(keyed.len(), self.taken.len(), "one Event for each item that was asked for");
        let mut met = BTreeMap::new();
        for (item, what) in &self.taken {
            let stored = self.company.stored(item.0, &key(*item));
            let pointed = pointer(&stored);
            let event = keyed.iter().find(|event| event["Id"] == pointed["calbridge.event"]);
            let event = event.unwrap_or_else(|| panic!("{item:?} points to no Event of ours: {pointed}"));
            assert_eq!(event["Subject"], stored["subject"]);
            assert_eq!(event["WhatId"], what.as_str(), "{item:?} has what was chosen last");
            assert_eq!(pointed["calbridge.status"], "saved");
            let other = met.insert(event["Calbridge_Sync_Key__c"].to_string(), item);
            assert_eq!(other, None, "one Event serves two items");
        }
    }

    async fn another_session_changes_nothing(&mut self) {
        let before = self.company.everything();
        for n in 0..MAILBOXES {
            let mailbox = Address::parse(&address(n)).unwrap();
            self.store.want(&mailbox, Clock::wall().now().timestamp_millis()).await.unwrap();
        }
        self.come_to_rest().await;
        assert!(before == self.company.everything(), "a further session changed something");
    }
}

fn key((mailbox, turn): Item) -> String {
    format!("u{mailbox}-{turn}")
}

/// The add-in's properties on an item.
fn pointer(stored: &serde_json::Value) -> serde_json::Value {
    let mut texts = stored["properties"].as_object().unwrap().values();
    texts.find_map(|text| serde_json::from_str(text.as_str()?).ok()).unwrap_or_default()
}
