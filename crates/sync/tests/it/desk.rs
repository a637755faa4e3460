//! One service and one world, with hands to work both.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU32, Ordering},
};

use axum::body::{Body, to_bytes};
use calbridge_rules::{
    id::{Address, RecordId},
    people::PersonObject,
    saving::{Choice, ChosenPerson},
};
use calbridge_standin::{
    Setup, Site, World,
    control::Fault,
    graph::ids::{self, Form},
    world::definition,
};
use calbridge_sync::{
    app::App,
    clock::Clock,
    config::{Config, Graph, OrgSettings, Salesforce, Tls},
    field_map::FieldMap,
    http::routes,
    store::Store,
    transport::{Sending, Transport, from_http, into_http},
    worker,
};
use calbridge_wire::{Endpoint, salesforce::token::ExchangeCode};
use chrono::{TimeDelta, TimeZone, Utc};
use http::{Request, StatusCode, header};
use serde_json::{Value, json};
use tower::ServiceExt;

pub(crate) const MARA: &str = "mara@brightwater.example";
pub(crate) const INES: &str = "ines@brightwater.example";
pub(crate) const THEO: &str = "theo@brightwater.example";
pub(crate) const ADDIN: &str = "7c1e2f64-9b1d-4e57-8d2c-3a5f0e6b9d41";
pub(crate) const PANE: &str = "https://localhost:3000";
/// A verifier and its challenge: the example of RFC 7636.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// Hands requests straight to the world.
#[derive(Clone)]
pub(crate) struct Straight {
    world: Arc<Mutex<World>>,
    clock: Clock,
}

impl Transport for Straight {
    fn send(&self, request: calbridge_wire::Request) -> Sending<'_> {
        let url = request.url.clone();
        let request = into_http(request).unwrap();
        let mut world = self.world.lock().unwrap();
        let site = if url.starts_with(&world.setup.salesforce) { Site::Salesforce } else { Site::Graph };
        let answer = from_http(world.answer(self.clock.now(), site, request));
        Box::pin(async move { Ok(answer) })
    }
}

/// The service, its world and its clock.
pub(crate) struct Desk {
    pub(crate) app: Arc<App>,
    pub(crate) world: Arc<Mutex<World>>,
    pub(crate) clock: Clock,
    keys: AtomicU32,
    #[expect(dead_code, reason = "it is deleted with the desk")]
    directory: tempfile::TempDir,
}

impl Desk {
    /// The demo company with sync on for Mara and Ines.
    pub(crate) async fn open() -> Self {
        Self::of(&definition("demo").unwrap()).await
    }

    /// Another company.
    pub(crate) async fn of(company: &Value) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", directory.path().join("calbridge.sqlite").display());
        Self::on(company, &url, directory).await
    }

    /// A company whose operator lets Outlook fill further Event fields (FLD-3).
    pub(crate) async fn mapping(company: &Value, field_map: FieldMap) -> Self {
        let mut desk = Self::of(company).await;
        let mut config = desk.app.config.clone();
        config.field_map = field_map;
        let store = Store::open(&config.database_url).await.unwrap();
        let transport = Arc::clone(&desk.app.transport);
        desk.app = Arc::new(App::new(config, store, desk.clock.clone(), transport).unwrap());
        desk
    }

    /// A company's service on a database of the caller's.
    pub(crate) async fn on(company: &Value, database_url: &str, directory: tempfile::TempDir) -> Self {
        let clock = Clock::standing_at(Utc.with_ymd_and_hms(2026, 3, 18, 8, 0, 0).unwrap());
        let setup = Setup::of_tests().unwrap();
        std::fs::write(directory.path().join("salesforce"), &setup.salesforce_client_secret).unwrap();
        std::fs::write(directory.path().join("graph"), &setup.graph_client_secret).unwrap();
        let config = config(directory.path(), database_url);
        let world = Arc::new(Mutex::new(World::load(company, Arc::new(setup), clock.now()).unwrap()));
        let transport = Straight { world: Arc::clone(&world), clock: clock.clone() };
        let store = Store::open(&config.database_url).await.unwrap();
        let app = Arc::new(App::new(config, store, clock.clone(), Arc::new(transport)).unwrap());
        Self { app, world, clock, keys: AtomicU32::new(0), directory }
    }

    /// The same database under a new process: caches are gone, the world goes on.
    pub(crate) async fn restarted(mut self) -> Self {
        let transport = Straight { world: Arc::clone(&self.world), clock: self.clock.clone() };
        let config = self.app.config.clone();
        let store = Store::open(&config.database_url).await.unwrap();
        self.app = Arc::new(App::new(config, store, self.clock.clone(), Arc::new(transport)).unwrap());
        self
    }

    pub(crate) fn advance(&self, by: TimeDelta) {
        self.clock.set(self.clock.now() + by);
    }

    /// A pane's access token of a user.
    pub(crate) async fn sign_in(&self, user: &str) -> String {
        let my_domain = self.world.lock().unwrap().setup.salesforce.clone();
        sign_in(&*self.app.transport, &my_domain, user).await
    }

    /// One request to the service, as a browser page of the pane makes it.
    pub(crate) async fn call(
        &self,
        token: &str,
        method: &str,
        path: &str,
        body: Value,
    ) -> (StatusCode, Value) {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::ORIGIN, PANE)
            .header(header::CONTENT_TYPE, "application/json");
        if !token.is_empty() {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        let answer = routes(Arc::clone(&self.app)).oneshot(request.body(body).unwrap()).await.unwrap();
        let status = answer.status();
        let bytes = to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    /// A key as the pane makes one per press.
    pub(crate) fn key(&self) -> String {
        format!("press-{:016}", self.keys.fetch_add(1, Ordering::SeqCst))
    }

    /// The reference to an item as desktop Outlook gives it.
    pub(crate) fn item(&self, mailbox: &str, key: &str) -> Value {
        let id = self.stored(mailbox, key)["id"].as_str().unwrap().to_owned();
        let target = ids::read_any(&id).unwrap();
        json!({ "mailbox": mailbox, "item_id": ids::write(target, Form::Ews), "id_format": "ews", "series_id": null })
    }

    pub(crate) async fn save(
        &self,
        token: &str,
        mailbox: &str,
        key: &str,
        choice: &Choice,
    ) -> (StatusCode, Value) {
        let request =
            json!({ "idempotency_key": self.key(), "item": self.item(mailbox, key), "choice": choice });
        self.call(token, "POST", "/v1/saves", request).await
    }

    pub(crate) async fn status(&self, token: &str, mailbox: &str, key: &str) -> Value {
        let (status, standing) = self.call(token, "POST", "/v1/items/lookup", self.item(mailbox, key)).await;
        assert_eq!(status, StatusCode::OK, "{standing}");
        standing["status"].clone()
    }

    /// Runs sessions until no mailbox is due.
    pub(crate) async fn run(&self) {
        for _ in 0..20 {
            if worker::run_due(&self.app, "worker").await.unwrap() == 0 {
                return;
            }
        }
        panic!("the queue never empties");
    }

    /// An item as the mailbox holds it.
    pub(crate) fn stored(&self, mailbox: &str, key: &str) -> Value {
        let items = self.world.lock().unwrap().graph.dump()[mailbox].clone();
        let found = items.as_array().unwrap().iter().find(|item| item["key"] == key).cloned();
        found.unwrap_or_else(|| panic!("no item {key} in {mailbox}"))
    }

    pub(crate) fn categories(&self, mailbox: &str, key: &str) -> Vec<String> {
        let item = self.stored(mailbox, key);
        item["categories"].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect()
    }

    /// The add-in's properties on an item.
    pub(crate) fn pointer(&self, mailbox: &str, key: &str) -> Value {
        let item = self.stored(mailbox, key);
        let mut texts = item["properties"].as_object().unwrap().values();
        texts.find_map(|text| serde_json::from_str(text.as_str()?).ok()).unwrap_or(Value::Null)
    }

    /// Every Event with the subject, without those that Salesforce makes for invited users.
    pub(crate) fn events(&self, subject: &str) -> Vec<Value> {
        let is_ours = |event: &Value| event["Subject"] == subject && event["IsChild"] != true;
        self.records("Event").into_iter().filter(is_ours).collect()
    }

    pub(crate) fn records(&self, object: &str) -> Vec<Value> {
        let dump = self.world.lock().unwrap().salesforce.dump();
        dump["records"][object].as_array().unwrap().clone()
    }

    pub(crate) fn record(&self, object: &str, field: &str, value: &str) -> RecordId {
        let found = self.records(object).into_iter().find(|record| record[field] == value);
        RecordId::parse(found.unwrap()["Id"].as_str().unwrap()).unwrap()
    }

    /// Dana in Name.
    pub(crate) fn with_dana(&self) -> Choice {
        let record = self.record("Contact", "Email", "dana@acme.example");
        Choice { who: Some(ChosenPerson { record, object: PersonObject::Contact }), ..Choice::default() }
    }

    /// Runs sessions for the mailboxes that are due now, once.
    pub(crate) async fn run_once(&self) -> usize {
        worker::run_due(&self.app, "worker").await.unwrap()
    }

    /// A request to the stand-in's control side, which must succeed.
    pub(crate) fn control(&self, method: &str, path: &str, body: &Value) {
        let uri = format!("http://localhost:3004{path}");
        let request = Request::builder().method(method).uri(uri).body(body.to_string().into_bytes()).unwrap();
        let answer = self.world.lock().unwrap().answer(self.clock.now(), Site::Control, request);
        assert!(answer.status().is_success(), "{}", String::from_utf8_lossy(answer.body()));
    }

    pub(crate) fn fault(&self, fault: Value) {
        let fault: Fault = serde_json::from_value(fault).unwrap();
        self.world.lock().unwrap().control.add_fault(fault);
    }

    /// Requests that reached Salesforce so far.
    pub(crate) fn salesforce_calls(&self) -> u64 {
        self.world.lock().unwrap().control.requests(Site::Salesforce)
    }

    /// A request to Graph as the user's own Outlook makes it: categories set by hand.
    pub(crate) async fn categorize(&self, mailbox: &str, key: &str, categories: &[&str]) {
        let address = Address::parse(mailbox).unwrap();
        let id = self.stored(mailbox, key)["id"].as_str().unwrap().to_owned();
        let id = calbridge_rules::id::ItemId::parse(&id).unwrap();
        let mark = calbridge_wire::graph::patch::MarkItem {
            mailbox: address.clone(),
            id,
            etag: None,
            categories: categories.iter().map(|&name| name.to_owned()).collect(),
            addin_id: ADDIN.to_owned(),
            property_text: None,
        };
        self.app.mailroom.call(&address, 1, &mark).await.unwrap();
    }
}

/// Nothing that was said to Graph or by it broke Microsoft's types.
impl Drop for Desk {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let world = self.world.lock().unwrap();
        assert_eq!(world.graph.violations.all(), [""; 0], "Graph traffic breaks Microsoft's types");
    }
}

/// The access token of a user's pane, from the org's own page.
pub(crate) async fn sign_in(transport: &dyn Transport, my_domain: &str, user: &str) -> String {
    let redirect = format!("{PANE}/auth.html");
    let form = [
        ("response_type", "code"),
        ("client_id", "calbridge-pane"),
        ("redirect_uri", redirect.as_str()),
        ("code_challenge", CHALLENGE),
        ("user", user),
    ];
    let body: Vec<String> = form.iter().map(|(key, value)| format!("{key}={}", encoded(value))).collect();
    let request = calbridge_wire::Request {
        method: calbridge_wire::message::Method::Post,
        url: format!("{my_domain}/services/oauth2/authorize"),
        headers: vec![("content-type", "application/x-www-form-urlencoded".to_owned())],
        body: body.join("&").into_bytes(),
    };
    let answer = transport.send(request).await.unwrap();
    let location = answer.header("location").unwrap().to_owned();
    let code = location.split("code=").nth(1).unwrap().split('&').next().unwrap();
    let exchange = ExchangeCode {
        client_id: "calbridge-pane".to_owned(),
        code: decoded(code),
        verifier: VERIFIER.to_owned(),
        redirect_uri: redirect,
    };
    let reply = transport.send(exchange.request(my_domain)).await.unwrap();
    exchange.read(&reply).unwrap().access_token
}

fn config(directory: &std::path::Path, database_url: &str) -> Config {
    Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        tls: Tls { cert: directory.join("cert"), key: directory.join("key") },
        database_url: database_url.to_owned(),
        addin_id: ADDIN.to_owned(),
        pane_origins: vec![PANE.to_owned()],
        extra_root_ca: None,
        sync_enabled_for: vec![Address::parse(MARA).unwrap(), Address::parse(INES).unwrap()],
        admins: vec![Address::parse(INES).unwrap()],
        salesforce: Salesforce {
            my_domain: Setup::default().salesforce,
            client_id: "calbridge-service".to_owned(),
            client_secret_file: directory.join("salesforce"),
            sync_key_field: calbridge_rules::id::ApiName::parse("Calbridge_Sync_Key__c").unwrap(),
            linger_ms: 0,
            budget_floor_percent: 10,
        },
        graph: Graph {
            authority: Setup::default().graph,
            base: format!("{}/v1.0", Setup::default().graph),
            tenant: "brightwater".to_owned(),
            client_id: "calbridge-service".to_owned(),
            client_secret_file: directory.join("graph"),
            notification_url: None,
            notification_minutes: 10_080,
        },
        worker: calbridge_sync::config::Worker::default(),
        field_map: FieldMap::new(),
        settings: OrgSettings {
            company_domains: vec!["brightwater.example".to_owned()],
            ..OrgSettings::default()
        },
    }
}

fn encoded(text: &str) -> String {
    let unreserved = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    text.bytes()
        .map(|b| if unreserved(b) { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let hex: Vec<u8> = rest.by_ref().take(2).collect();
            bytes.push(u8::from_str_radix(std::str::from_utf8(&hex).unwrap(), 16).unwrap());
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).unwrap()
}
