//! Measures a big generated world: how long it takes to load, how much memory, how fast it answers. Prints JSON.
//!
//! Salesforce is asked in process, as https would hide the answer's own time; Graph is asked over loopback as well.

use std::fs;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, bail};
use axum_server::tls_rustls::RustlsConfig;
use calbridge_standin::server::{self, Door};
use calbridge_standin::{Setup, Site, World, clock, world};
use chrono::{DateTime, TimeDelta, Utc};
use http::Request;
use serde_json::{Value, json};

const EVENTS_EACH: usize = 10;
/// How often each request is sent.
const TURNS: usize = 400;

fn main() -> anyhow::Result<()> {
    let mailboxes: usize = std::env::args().nth(1).map_or(Ok(10_000), |text| text.parse())?;
    let door = Door::open(Site::Graph, 0)?;
    let setup = Arc::new(Setup { graph: door.origin()?, ..Setup::default() });
    let started = clock::now();
    let definition = world::definition(&format!("generated-{mailboxes}")).map_err(anyhow::Error::msg)?;
    let generated = clock::now();
    let world = World::build(definition, setup, generated).map_err(anyhow::Error::msg)?;
    let loaded = clock::now();
    let peak = peak_bytes()?;

    let mut client = Client { world: Arc::new(Mutex::new(world)), token: String::new() };
    client.sign_in(Site::Salesforce)?;
    let [by_id, by_what, by_email, read] = client.salesforce(mailboxes)?;
    client.sign_in(Site::Graph)?;
    let (delta, pages) = client.delta(mailboxes)?;
    let over_loopback = client.over_loopback(door, &pages)?;
    let report = json!({
        "mailboxes": mailboxes,
        "events": mailboxes * EVENTS_EACH,
        "generate_s": seconds(generated - started),
        "load_s": seconds(loaded - generated),
        "limit_generate_and_load_s": 5,
        "peak_bytes": peak,
        "limit_peak_bytes": 1_u64 << 30,
        "query_by_id_ms": median(by_id),
        "query_by_what_ms": median(by_what),
        "query_by_email_ms": median(by_email),
        "limit_query_ms": 1,
        "read_ms": median(read),
        "limit_read_ms": 1,
        "delta_page_ms": median(delta),
        "delta_page_over_loopback_ms": median(over_loopback),
        "limit_delta_page_ms": 5,
        "turns": TURNS,
    });
    println!("{report}");
    Ok(())
}

/// The most memory the process ever held.
fn peak_bytes() -> anyhow::Result<u64> {
    let status = fs::read_to_string("/proc/self/status").context("peak memory is read from /proc")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no VmHWM")?;
    let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kilobytes * 1_024)
}

fn seconds(time: TimeDelta) -> f64 {
    time.as_seconds_f64()
}

fn median(mut times: Vec<TimeDelta>) -> Option<f64> {
    times.sort_unstable();
    times.get(times.len() / 2).map(|time| time.as_seconds_f64() * 1_000.0)
}

/// One client of the world's sites.
struct Client {
    world: Arc<Mutex<World>>,
    token: String,
}

impl Client {
    /// Sends a request in process; the answer's body and the time it took.
    fn send(&self, site: Site, method: &str, path: &str, body: &str) -> anyhow::Result<(Value, TimeDelta)> {
        let mut request = Request::builder().method(method).uri(path);
        if self.token.is_empty() {
            request = request.header("content-type", "application/x-www-form-urlencoded");
        } else {
            request = request.header("authorization", format!("Bearer {}", self.token));
        }
        let request = request.body(body.as_bytes().to_vec())?;
        let mut world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        let started = clock::now();
        let answer = world.answer(started, site, request);
        let took = clock::now() - started;
        if !answer.status().is_success() {
            bail!("{path}: {} {}", answer.status(), String::from_utf8_lossy(answer.body()));
        }
        Ok((serde_json::from_slice(answer.body())?, took))
    }

    fn sign_in(&mut self, site: Site) -> anyhow::Result<()> {
        self.token.clear();
        let form = "grant_type=client_credentials&client_id=calbridge-service&client_secret=";
        let (path, rest) = match site {
            Site::Salesforce => ("/services/oauth2/token", "salesforce-secret"),
            Site::Graph | Site::Host | Site::Control => (
                "/brightwater/oauth2/v2.0/token",
                "graph-secret&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default",
            ),
        };
        let (answer, _) = self.send(site, "POST", path, &format!("{form}{rest}"))?;
        answer["access_token"].as_str().context("no token")?.clone_into(&mut self.token);
        Ok(())
    }

    fn query(&self, statement: &str) -> anyhow::Result<(Value, TimeDelta)> {
        let q: String = url::form_urlencoded::byte_serialize(statement.as_bytes()).collect();
        self.send(Site::Salesforce, "GET", &format!("/services/data/v67.0/query?q={q}"), "")
    }

    /// Times of queries by id, by a lookup and by an address, and of reads.
    fn salesforce(&self, mailboxes: usize) -> anyhow::Result<[Vec<TimeDelta>; 4]> {
        let (some, _) = self.query("SELECT Id, WhatId FROM Event LIMIT 2000")?;
        let some = some["records"].as_array().context("no Events")?.clone();
        let mut times = [const { Vec::new() }; 4];
        for turn in 0..TURNS {
            let row = &some[turn * 7 % some.len()];
            let (id, what) =
                (row["Id"].as_str().context("an id")?, row["WhatId"].as_str().context("a What")?);
            let fields = "SELECT Id, Subject, StartDateTime, Owner.Name FROM Event WHERE";
            times[0].push(self.query(&format!("{fields} Id = '{id}'"))?.1);
            let (found, took) = self.query(&format!("{fields} WhatId = '{what}' AND IsPrivate = false"))?;
            anyhow::ensure!(found["totalSize"] != 0, "no Event of {what}");
            times[1].push(took);
            let at = turn % (mailboxes / 5);
            let by_email =
                format!("SELECT Id, Name FROM Contact WHERE Email = 'guest{at}@customer{at}.example'");
            let (found, took) = self.query(&by_email)?;
            anyhow::ensure!(found["totalSize"] == 1, "{by_email}: {found}");
            times[2].push(took);
            let path = format!("/services/data/v67.0/sobjects/Event/{id}");
            times[3].push(self.send(Site::Salesforce, "GET", &path, "")?.1);
        }
        Ok(times)
    }

    /// Times of first pages of change tracking, each of another mailbox, and their addresses.
    fn delta(&self, mailboxes: usize) -> anyhow::Result<(Vec<TimeDelta>, Vec<String>)> {
        let now = clock::now();
        let day = |days| (now + TimeDelta::days(days)).format("%Y-%m-%dT00:00:00Z").to_string();
        let window = format!("startDateTime={}&endDateTime={}", day(-30), day(180));
        let paths: Vec<String> = (0..TURNS)
            .map(|turn| turn * 13 % mailboxes)
            .map(|at| format!("/v1.0/users/user{at}@generated.example/calendarView/delta?{window}"))
            .collect();
        let mut times = Vec::new();
        for path in &paths {
            let (page, took) = self.send(Site::Graph, "GET", path, "")?;
            let rows = page["value"].as_array().map_or(0, Vec::len);
            anyhow::ensure!(rows > 0, "{path} is empty");
            times.push(took);
        }
        Ok((times, paths))
    }

    /// The same over a connection that stays open.
    #[tokio::main]
    async fn over_loopback(&self, door: Door, paths: &[String]) -> anyhow::Result<Vec<TimeDelta>> {
        rustls::crypto::ring::default_provider().install_default().ok().context("a TLS provider")?;
        let nobody = Arc::new(rustls::server::ResolvesServerCertUsingSni::new());
        let tls = rustls::ServerConfig::builder().with_no_client_auth().with_cert_resolver(nobody);
        let origin = door.origin()?;
        let measure = async {
            let client = reqwest::Client::builder().no_proxy().build()?;
            let mut times = Vec::new();
            for path in paths {
                let started: DateTime<Utc> = clock::now();
                let answer = client.get(format!("{origin}{path}")).bearer_auth(&self.token).send().await?;
                answer.error_for_status()?.bytes().await?;
                times.push(clock::now() - started);
            }
            anyhow::Ok(times)
        };
        tokio::select! {
            ended = server::serve(door, Arc::clone(&self.world), RustlsConfig::from_config(Arc::new(tls))) => {
                bail!("the server ended: {ended:?}")
            }
            times = measure => times,
        }
    }
}
