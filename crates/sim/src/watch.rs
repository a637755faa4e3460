//! Looks at everything that the service sends, and at every commit, the moment it happens: what must never be, whatever
//! comes of it (S1 to S8 of the module [`crate`]).

mod writes;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

use calbridge_standin::{
    Site, World,
    graph::ids::{self, Form},
};
use calbridge_sync::{
    clock::Clock,
    store::{Gate, Passing, Side},
};
use calbridge_wire::message::{Reply, Request};
use chrono::DateTime;
use serde_json::Value;

use crate::{
    company::{EDGE, FOLLOWING, ITEMS, SERIES, address, planned, stem_of},
    dates,
    hands::{Hands, events, is_deleted, is_of, items},
    locked,
    premises::Keys,
    trace::Trace,
    turns::Turns,
    weather::Weather,
};
use writes::{Write, mailboxes, writes};

/// Requests that Graph takes of one mailbox at the same time.
const IN_FLIGHT: usize = 4;
/// Deletions of one session that need no person (DWN-6), in calendars of fewer than fifty pairs.
const DELETIONS: usize = 10;
/// How long a mailbox is a worker's, in milliseconds.
const LEASE_MS: i64 = 60_000;
/// What the org answers where two write at the same moment, by its codes and in its words.
const FLEETING: [&str; 4] =
    ["DUPLICATE_VALUE", "duplicate value found", "UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access"];
/// The field of the day on which a Classic series ends.
const SERIES_END: &str = "RecurrenceEndDateOnly";

/// What was seen so far.
#[derive(Debug, Default)]
pub struct Watch {
    /// Where the org has the keys of Events.
    pub keys: Keys,
    /// What must never be, and was.
    pub broken: Vec<String>,
    /// Writes of the service, on either side.
    pub writes: usize,
    /// Requests to the org, tokens left out.
    pub org_requests: usize,
    /// Items that a person asked for, by person and stem.
    pub asked: BTreeSet<(String, String)>,
    /// Stems that somebody took back.
    pub unsynced: BTreeSet<String>,
    /// Stems of series that people let repeat otherwise: what stood for their dates goes.
    pub reshaped: BTreeSet<String>,
    /// Stems of which a person approved what is held.
    pub approved: BTreeSet<String>,
    /// What was said in Salesforce.
    pub said: BTreeSet<String>,
    /// Events that were changed or deleted, which the journal must know (UNS-2).
    pub overwritten: BTreeSet<String>,
    /// Occurrences that went by what the service wrote, with the masters that they were of: the journal must know of one or
    /// the other (UNS-2).
    pub vanished: BTreeMap<String, String>,
    /// Those that stood before the request that is being carried out.
    occurrences: BTreeMap<String, String>,
    /// Mailboxes whose brake a person lifted.
    pub lifted: BTreeSet<String>,
    /// From when on the appointment at the edge may be saved, in milliseconds.
    pub edge_from_ms: Option<i64>,
    in_flight: BTreeMap<(usize, String), usize>,
    closed_until: BTreeMap<(usize, String), i64>,
    fences: BTreeMap<String, i64>,
    sessions: BTreeMap<usize, Session>,
    /// Who holds a mailbox, and since when, in milliseconds.
    held: BTreeMap<String, (usize, i64)>,
    /// When each worker last asked the database for something, in milliseconds: a lease counts from there, however long its
    /// worker stands still before it gets it.
    came: BTreeMap<usize, i64>,
    /// Whether the workers' clocks disagree: then a lease may end early for one of them.
    pub is_skewed: bool,
    /// Whether a look at the org came to its end.
    pub is_watched: bool,
}

/// What a worker did in its session.
#[derive(Debug, Default)]
struct Session {
    mailbox: String,
    deletions: usize,
    has_recorded: bool,
}

impl Watch {
    /// Watches over an org that has the keys of Events so.
    pub fn of(keys: Keys) -> Self {
        Self { keys, ..Self::default() }
    }

    fn breaks(&mut self, what: String) {
        if !self.broken.contains(&what) {
            self.broken.push(what);
        }
    }

    /// A request leaves a worker; answers which mailboxes it goes to.
    pub fn leaves(&mut self, worker: usize, request: &Request, time: &Clock) -> Vec<String> {
        let mailboxes = mailboxes(request);
        let now_ms = time.now().timestamp_millis();
        for mailbox in &mailboxes {
            let at = (worker, mailbox.clone());
            if self.closed_until.get(&at).is_some_and(|until| now_ms < *until) {
                self.breaks(format!("S6 {mailbox}: a request before Retry-After is over"));
            }
            let count = self.in_flight.entry(at).or_default();
            *count += 1;
            if *count > IN_FLIGHT {
                self.breaks(format!("S6 {mailbox}: more than {IN_FLIGHT} requests at the same time"));
            }
        }
        mailboxes
    }

    /// Its answer comes back, or is lost.
    pub fn returns(&mut self, worker: usize, mailboxes: &[String], reply: Option<&Reply>, time: &Clock) {
        let wait = reply.filter(|reply| reply.status == 429 || reply.status == 503);
        let seconds: Option<i64> =
            wait.and_then(|reply| reply.header("retry-after")).and_then(|text| text.parse().ok());
        for mailbox in mailboxes {
            let at = (worker, mailbox.clone());
            if let Some(count) = self.in_flight.get_mut(&at) {
                *count = count.saturating_sub(1);
            }
            if let Some(seconds) = seconds {
                self.closed_until.insert(at, time.now().timestamp_millis() + seconds * 1_000);
            }
        }
    }

    /// A worker died: what it had under way is nobody's any more.
    pub fn died(&mut self, worker: usize) {
        self.in_flight.retain(|(owner, _), _| *owner != worker);
        self.sessions.remove(&worker);
    }

    /// A request is about to be carried out.
    pub fn before(&mut self, worker: usize, world: &mut World, site: Site, request: &Request, now_ms: i64) {
        if site == Site::Salesforce && !request.url.contains("/oauth2/") {
            self.org_requests += 1;
            let body = String::from_utf8_lossy(&request.body);
            self.nothing_unasked(&body);
            let is_early = self.edge_from_ms.is_some_and(|from_ms| now_ms < from_ms);
            if is_early && body.contains(&format!("\"{EDGE} ")) {
                self.breaks(format!("S5 {EDGE} reached Salesforce before its day (AUT-2)"));
            }
        }
        let all = writes(site, request);
        if all.iter().any(|write| matches!(write, Write::Event { .. } | Write::EventGone { .. })) {
            self.occurrences = occurrences(world);
        }
        for write in all {
            self.writes += 1;
            match write {
                Write::Event { id, names } => {
                    // A key that is put on an Event takes nothing away, and what another end does is looked at afterwards.
                    let says_little = |name: &str| Some(name) == self.keys.field() || name == SERIES_END;
                    let id = id.filter(|_| !names.iter().all(|name| says_little(name)));
                    self.overwritten.extend(id);
                }
                Write::EventGone { id } => {
                    self.proven(worker, world, &id, now_ms);
                    self.overwritten.insert(id);
                }
                Write::Item { mailbox, id, body } => {
                    self.kept_first(worker, &mailbox, &body);
                    self.nothing_fleeting(&mailbox, &body);
                    self.silent(world, &mailbox, &id, &body);
                }
                Write::NewItem { mailbox, body } => self.for_an_event(&mailbox, &body),
                Write::ItemGone { mailbox, id } => {
                    self.breaks(format!("S7 {mailbox}: the item {id} is deleted, which nobody set up"));
                }
            }
        }
    }

    /// A request was carried out.
    pub fn after(&mut self, world: &World, site: Site, request: &Request) {
        if !self.occurrences.is_empty() {
            let left = occurrences(world);
            let gone = std::mem::take(&mut self.occurrences);
            self.vanished.extend(gone.into_iter().filter(|(event, _)| !left.contains_key(event)));
        }
        let of_event = |write: &Write| matches!(write, Write::Event { .. });
        if !writes(site, request).iter().any(of_event) {
            return;
        }
        let mut keys: BTreeMap<String, usize> = BTreeMap::new();
        // Occurrences of a Classic series carry what its master carries, and Events of invited users what theirs does.
        let is_copy = |event: &Value| {
            event["IsChild"] == true
                || (event["RecurrenceActivityId"].is_string() && !dates::is_master(event))
        };
        for event in events(world).iter().filter(|event| !is_deleted(event) && !is_copy(event)) {
            if let Some(key) = self.key_of(event) {
                *keys.entry(key).or_default() += 1;
            }
        }
        for (key, count) in keys.iter().filter(|(_, count)| **count > 1) {
            self.breaks(format!("S1 {count} Events under the key {key}"));
        }
    }

    /// What no two Events may have in common: their key, and where the org has no place for that, whose meeting they are.
    fn key_of(&self, event: &Value) -> Option<String> {
        let text = |name: &str| event[name].as_str().filter(|text| !text.is_empty());
        if let Some(field) = self.keys.field() {
            return text(field).map(str::to_owned);
        }
        let stem = stem_of(text("Subject")?);
        ITEMS.iter().any(|item| item.stem == stem).then(|| stem.to_owned())
    }

    /// S5: what nobody asked for never reaches Salesforce in any request.
    fn nothing_unasked(&mut self, body: &str) {
        for stem in ["idle", "doctor", "trip", "draft", "weekly"] {
            if body.contains(&format!("\"{stem} ")) {
                self.breaks(format!("S5 {stem} reached Salesforce"));
            }
        }
        let asked = |stem: &str| self.asked.iter().any(|(_, held)| held == stem);
        let unasked = crate::company::ITEMS
            .iter()
            .chain(&SERIES)
            .chain(&FOLLOWING)
            .find(|item| body.contains(&format!("\"{} o", item.stem)) && !asked(item.stem));
        if let Some(item) = unasked {
            self.breaks(format!("S5 {} reached Salesforce unasked", item.stem));
        }
    }

    /// S7 and S2: an Event goes only where its item is gone or cancelled, or somebody took it back; and not many at once.
    fn proven(&mut self, worker: usize, world: &mut World, id: &str, now_ms: i64) {
        let all = events(world);
        let Some(event) = all.iter().find(|event| event["Id"] == id) else { return };
        let stem = stem_of(event["Subject"].as_str().unwrap_or_default()).to_owned();
        let owner = event["OwnerId"].as_str().unwrap_or_default();
        if self.unsynced.contains(&stem) {
            return;
        }
        if self.is_taken_out(world, &stem, event, now_ms) {
            return;
        }
        let stands = |person: &str| {
            items(world, person).iter().any(|item| is_of(item, &stem) && item["isCancelled"] != true)
        };
        let owners = crate::company::PEOPLE.iter().filter(|person| {
            crate::hands::record(world, "User", "Email", &address(person)).is_ok_and(|user| user == owner)
        });
        if owners.into_iter().any(|person| stands(person)) {
            self.breaks(format!("S7 the Event of {stem} is deleted while its item stands"));
        }
        let is_keyless = |field: &str| event[field].as_str().unwrap_or_default().is_empty();
        if self.keys.field().is_some_and(is_keyless) && !stem.starts_with('n') {
            self.breaks(format!("S2 the Event of {stem} is deleted, which is not ours"));
        }
        let Some(session) = self.sessions.get_mut(&worker) else { return };
        session.deletions += 1;
        let (mailbox, count) = (session.mailbox.clone(), session.deletions);
        if count > DELETIONS && !self.lifted.contains(&mailbox) {
            self.breaks(format!("S7 {mailbox}: more than {DELETIONS} deletions in one session"));
        }
    }

    /// Whether an Event stands for a date of a series; S7: it goes only where the date takes place no more, or the series
    /// repeats otherwise.
    fn is_taken_out(&mut self, world: &mut World, stem: &str, event: &Value, now_ms: i64) -> bool {
        let Some(home) = planned(stem).map(|item| item.home) else { return false };
        let series = items(world, home).into_iter().find(|item| is_of(item, stem));
        let Some(series) = series.filter(|item| item["type"] == "seriesMaster") else {
            return self.reshaped.contains(stem);
        };
        if self.reshaped.contains(stem) {
            return true;
        }
        if dates::is_master(event) {
            return false;
        }
        let original = [&event["OriginalInstanceDateTime"], &event["StartDateTime"]];
        let original = original.into_iter().find_map(dates::instant);
        let now = DateTime::from_timestamp_millis(now_ms).unwrap_or_default();
        let held =
            dates::in_outlook(&mut Hands { world, now }, home, series["id"].as_str().unwrap_or_default());
        if held.is_ok_and(|held| held.iter().any(|date| date.original == original)) {
            self.breaks(format!("S7 the Event of a date of {stem} is deleted while the date stands"));
        }
        true
    }

    /// S4: marks tell what is kept; a worker that dies between both would leave marks that nothing stands behind.
    fn kept_first(&mut self, worker: usize, mailbox: &str, body: &Value) {
        let is_mark = body.get("singleValueExtendedProperties").is_some();
        if is_mark && self.sessions.get(&worker).is_some_and(|session| !session.has_recorded) {
            self.breaks(format!("S4 {mailbox}: an item is marked before anything of it is kept"));
        }
    }

    /// Q8: nobody is told to mend what another try mends.
    fn nothing_fleeting(&mut self, mailbox: &str, body: &Value) {
        let text = body.to_string();
        if FLEETING.iter().any(|words| text.contains(words)) {
            self.breaks(format!("Q8 {mailbox}: an item tells of what another try mends"));
        }
    }

    /// S8 and S2: what attendees would see is written only where somebody edited the Event, and on a meeting only where it
    /// was approved; and nothing on an item that nobody asked for.
    fn silent(&mut self, world: &World, mailbox: &str, id: &str, body: &Value) {
        let person = mailbox.split('@').next().unwrap_or_default();
        let all = items(world, person);
        // What is written on a date is written on its series.
        let Some(item) = master_id(id).and_then(|id| all.iter().find(|item| item["id"] == id)) else {
            return;
        };
        let stem = stem_of(item["subject"].as_str().unwrap_or_default());
        if !self.asked.contains(&(person.to_owned(), stem.to_owned())) {
            self.breaks(format!("S2 {person}'s {stem} is written on, which nobody asked for"));
        }
        if body.get("attendees").is_some() {
            self.breaks(format!("S8 the attendees of {person}'s {stem} are changed"));
        }
        let is_visible =
            ["subject", "start", "end", "location", "body"].iter().any(|name| body.get(name).is_some());
        let is_meeting = item["attendees"].as_array().is_some_and(|people| !people.is_empty());
        if is_visible && is_meeting && !self.approved.contains(stem) {
            self.breaks(format!("S8 {person}'s {stem} is changed for its attendees, unapproved"));
        }
        let texts = [body["subject"].as_str(), body["location"]["displayName"].as_str()];
        for text in texts.into_iter().flatten() {
            let stands = item["subject"] == text || item["location"]["displayName"] == text;
            if !stands && !self.said.contains(text) {
                self.breaks(format!(
                    "S8 {person}'s {stem} becomes \"{text}\", which nobody wrote in Salesforce"
                ));
            }
        }
    }

    /// S2: an item is made for an Event alone that its owner made.
    fn for_an_event(&mut self, mailbox: &str, body: &Value) {
        let person = mailbox.split('@').next().unwrap_or_default();
        let stem = stem_of(body["subject"].as_str().unwrap_or_default());
        if !stem.starts_with('n') || !self.asked.contains(&(person.to_owned(), stem.to_owned())) {
            self.breaks(format!("S2 {person} gets an item {stem} out of nothing"));
        }
    }

    /// S3: a commit under a lease that is not the latest.
    fn passes(&mut self, worker: usize, passing: &Passing, now_ms: i64) {
        self.is_watched |= passing.what == "tell_news";
        let Some(lease) = passing.lease.as_ref().filter(|_| passing.side == Side::After) else { return };
        let mailbox = lease.mailbox.as_str().to_owned();
        let latest = self.fences.get(&mailbox).copied().unwrap_or_default();
        if passing.what == "claim" {
            if lease.fence <= latest {
                self.breaks(format!("S3 {mailbox}: the fence {} was given twice", lease.fence));
            }
            self.fences.insert(mailbox.clone(), lease.fence);
            let since_ms = self.came.get(&worker).copied().unwrap_or(now_ms);
            let holder = self.held.insert(mailbox.clone(), (worker, since_ms));
            if holder.is_some_and(|(other, since_ms)| other != worker && now_ms < since_ms + LEASE_MS)
                && !self.is_skewed
            {
                self.breaks(format!("S3 {mailbox}: it was given away while somebody held it"));
            }
            self.sessions.insert(worker, Session { mailbox, ..Session::default() });
            return;
        }
        if let Some(session) = self.sessions.get_mut(&worker).filter(|_| passing.what == "record") {
            session.has_recorded = true;
        }
        if ["finish", "fail", "stop", "brake", "postpone"].contains(&passing.what) {
            self.held.remove(&mailbox);
        }
        if lease.fence != latest {
            self.breaks(format!(
                "S3 {mailbox}: {} under the fence {} of {latest}",
                passing.what, lease.fence
            ));
        }
    }
}

/// The occurrences of Classic series, with their masters.
fn occurrences(world: &World) -> BTreeMap<String, String> {
    let all = events(world);
    let stands = all.iter().filter(|event| !is_deleted(event) && !dates::is_master(event));
    let of = |event: &Value| {
        let (id, master) = (event["Id"].as_str()?, event["RecurrenceActivityId"].as_str()?);
        Some((id.to_owned(), master.to_owned()))
    };
    stands.filter_map(of).collect()
}

/// The id of the item that an id names, or a date of which it names.
fn master_id(id: &str) -> Option<String> {
    Some(ids::write(ids::read_any(id)?.master(), Form::Immutable))
}

/// A worker's gate to the database: where it asks for turns, and the weather strikes.
pub fn gate(
    worker: usize,
    turns: Turns,
    weather: Arc<Mutex<Weather>>,
    watch: Arc<Mutex<Watch>>,
    trace: Trace,
    time: Clock,
) -> Gate {
    Gate::new(move |passing| {
        let (turns, weather, watch) = (turns.clone(), Arc::clone(&weather), Arc::clone(&watch));
        let (trace, time) = (trace.clone(), time.clone());
        Box::pin(async move {
            if passing.side == Side::Before {
                locked(&watch).came.insert(worker, time.now().timestamp_millis());
                turns.ask().await;
            }
            locked(&watch).passes(worker, &passing, time.now().timestamp_millis());
            let verdict = locked(&weather).at_store(passing.side);
            let (what, side) = (passing.what, passing.side);
            if side == Side::After || verdict.is_err() {
                trace.add(format!("{worker} {what} {side:?} {verdict:?}"));
            }
            verdict
        })
    })
}
