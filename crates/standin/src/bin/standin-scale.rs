//! Measures a big generated world: how long it takes to load, how much memory, how fast it answers over loopback.
//! Prints JSON: the machine, the figures and their limits.

use std::fs;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, bail};
use calbridge_standin::server::{self, Door};
use calbridge_standin::{Setup, Site, World, clock, world};
use chrono::TimeDelta;
use http::Request;
use serde_json::{Value, json};

const EVENTS_EACH: usize = 10;
/// How often each request is sent.
const TURNS: usize = 400;

fn main() -> anyhow::Result<()> {
    let mailboxes: usize = std::env::args().nth(1).map_or(Ok(10_000), |text| text.parse())?;
    let graph = Door::open(Site::Graph, 0)?;
    let salesforce = Door::open(Site::Salesforce, 0)?;
    let setup = Arc::new(Setup { graph: graph.origin()?, ..Setup::default() });
    let started = clock::now();
    let definition = world::definition(&format!("generated-{mailboxes}")).map_err(anyhow::Error::msg)?;
    let generated = clock::now();
    let world = World::build(definition, setup, generated).map_err(anyhow::Error::msg)?;
    let loaded = clock::now();
    let peak = peak_bytes()?;
    let client = Client::new(&graph, &salesforce, world)?;
    let asked = client.addresses(mailboxes)?;
    let figures = client.over_loopback([graph, salesforce], asked)?;
    let mut report = json!({
        "machine": machine(),
        "mailboxes": mailboxes,
        "events": mailboxes * EVENTS_EACH,
        "generate_s": (generated - started).as_seconds_f64(),
        "load_s": (loaded - generated).as_seconds_f64(),
        "limit_generate_and_load_s": 5,
        "peak_bytes": peak,
        "limit_peak_bytes": 1_u64 << 30,
        "limit_query_and_read_ms": 1,
        "limit_delta_page_ms": 5,
        "turns": TURNS,
    });
    for (name, times) in figures {
        report[format!("{name}_ms")] = json!(median(times));
    }
    println!("{report}");
    Ok(())
}

/// What it ran on.
fn machine() -> Value {
    let cpus = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpus.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    json!({
        "cpu": model.trim_start_matches(['\t', ' ', ':']),
        "cores": cores,
        "load_average": load.split(' ').next().unwrap_or_default(),
        "os": std::env::consts::OS,
    })
}

/// The most memory the process ever held.
fn peak_bytes() -> anyhow::Result<u64> {
    let status = fs::read_to_string("/proc/self/status").context("peak memory is read from /proc")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no VmHWM")?;
    let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kilobytes * 1_024)
}

fn median(mut times: Vec<TimeDelta>) -> Option<f64> {
    times.sort_unstable();
    times.get(times.len() / 2).map(|time| time.as_seconds_f64() * 1_000.0)
}

/// A kind of request and its addresses.
type Asked = (&'static str, Site, Vec<String>);

/// One client of the world's sites.
struct Client {
    world: Arc<Mutex<World>>,
    graph: String,
    salesforce: String,
    tokens: [String; 2],
}

impl Client {
    fn new(graph: &Door, salesforce: &Door, world: World) -> anyhow::Result<Self> {
        // Both are served without TLS here.
        let salesforce = salesforce.origin()?.replace("https:", "http:");
        let world = Arc::new(Mutex::new(world));
        let mut client = Self { world, graph: graph.origin()?, salesforce, tokens: Default::default() };
        client.tokens = [client.sign_in(Site::Graph)?, client.sign_in(Site::Salesforce)?];
        Ok(client)
    }

    /// Sends a request in process.
    fn send(&self, site: Site, request: Request<Vec<u8>>) -> anyhow::Result<Value> {
        let line = request.uri().to_string();
        let mut world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = world.answer(clock::now(), site, request);
        if !answer.status().is_success() {
            bail!("{line}: {} {}", answer.status(), String::from_utf8_lossy(answer.body()));
        }
        Ok(serde_json::from_slice(answer.body())?)
    }

    fn sign_in(&self, site: Site) -> anyhow::Result<String> {
        let form = "grant_type=client_credentials&client_id=calbridge-service&client_secret=";
        let (path, rest) = match site {
            Site::Salesforce => ("/services/oauth2/token", "salesforce-secret"),
            Site::Graph | Site::Host | Site::Control => (
                "/brightwater/oauth2/v2.0/token",
                "graph-secret&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default",
            ),
        };
        let request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
        let answer = self.send(site, request.body(format!("{form}{rest}").into_bytes())?)?;
        Ok(answer["access_token"].as_str().context("no token")?.to_owned())
    }

    /// What is measured: reads, queries by id, by a lookup and by an address, first pages of change tracking.
    fn addresses(&self, mailboxes: usize) -> anyhow::Result<[Asked; 5]> {
        let some = query("SELECT Id, WhatId FROM Event LIMIT 2000");
        let request = Request::get(some).header("authorization", format!("Bearer {}", self.tokens[1]));
        let some = self.send(Site::Salesforce, request.body(Vec::new())?)?;
        let some = some["records"].as_array().context("no Events")?.clone();
        let fields = "SELECT Id, Subject, StartDateTime, Owner.Name FROM Event WHERE";
        let (mut reads, mut by_id, mut by_what, mut by_email) = (vec![], vec![], vec![], vec![]);
        for turn in 0..TURNS {
            let row = &some[turn * 7 % some.len()];
            let (id, what) =
                (row["Id"].as_str().context("an id")?, row["WhatId"].as_str().context("a What")?);
            reads.push(format!("/services/data/v67.0/sobjects/Event/{id}"));
            by_id.push(query(&format!("{fields} Id = '{id}'")));
            by_what.push(query(&format!("{fields} WhatId = '{what}' AND IsPrivate = false")));
            let at = turn % (mailboxes / 5);
            let address = format!("guest{at}@customer{at}.example");
            by_email.push(query(&format!("SELECT Id, Name FROM Contact WHERE Email = '{address}'")));
        }
        let now = clock::now();
        let day = |days| (now + TimeDelta::days(days)).format("%Y-%m-%dT00:00:00Z").to_string();
        let window = format!("startDateTime={}&endDateTime={}", day(-30), day(180));
        let delta = (0..TURNS).map(|turn| turn * 13 % mailboxes);
        let delta = delta
            .map(|at| format!("/v1.0/users/user{at}@generated.example/calendarView/delta?{window}"))
            .collect();
        Ok([
            ("read", Site::Salesforce, reads),
            ("query_by_id", Site::Salesforce, by_id),
            ("query_by_what", Site::Salesforce, by_what),
            ("query_by_email", Site::Salesforce, by_email),
            ("delta_page", Site::Graph, delta),
        ])
    }

    /// The times of all requests, over connections that stay open.
    #[tokio::main]
    async fn over_loopback(
        &self,
        doors: [Door; 2],
        asked: [Asked; 5],
    ) -> anyhow::Result<Vec<(&'static str, Vec<TimeDelta>)>> {
        rustls::crypto::ring::default_provider().install_default().ok().context("a TLS provider")?;
        let [graph, salesforce] = doors;
        tokio::select! {
            ended = server::serve_plain(graph, Arc::clone(&self.world)) => bail!("the server ended: {ended:?}"),
            ended = server::serve_plain(salesforce, Arc::clone(&self.world)) => bail!("the server ended: {ended:?}"),
            times = self.measure(asked) => times,
        }
    }

    async fn measure(&self, asked: [Asked; 5]) -> anyhow::Result<Vec<(&'static str, Vec<TimeDelta>)>> {
        let client = reqwest::Client::builder().no_proxy().build()?;
        let mut figures = Vec::new();
        for (name, site, paths) in asked {
            let (origin, token) = match site {
                Site::Graph => (&self.graph, &self.tokens[0]),
                Site::Salesforce | Site::Host | Site::Control => (&self.salesforce, &self.tokens[1]),
            };
            let mut times = Vec::new();
            for path in paths {
                let started = clock::now();
                let answer = client.get(format!("{origin}{path}")).bearer_auth(token).send().await?;
                let body = answer.error_for_status()?.bytes().await?;
                times.push(clock::now() - started);
                let body: Value = serde_json::from_slice(&body)?;
                let rows = body["value"].as_array().or_else(|| body["records"].as_array());
                anyhow::ensure!(rows.is_none_or(|rows| !rows.is_empty()), "{path} finds nothing");
            }
            figures.push((name, times));
        }
        Ok(figures)
    }
}

fn query(statement: &str) -> String {
    let q: String = url::form_urlencoded::byte_serialize(statement.as_bytes()).collect();
    format!("/services/data/v67.0/query?q={q}")
}
