//! A company behind real sockets: the stand-in's servers, and what a service is told about them.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use axum_server::tls_rustls::RustlsConfig;
use calbridge_rules::{
    id::{Address, ItemId, RecordId},
    saving::Choice,
};
use calbridge_standin::{
    Setup, Site, World,
    graph::ids::{self, Form},
    server::{self, Door},
    world::definition,
};
use calbridge_sync::{
    clock::Clock,
    transport::{Network, Transport},
};
use calbridge_wire::{
    CallError, Endpoint,
    message::header,
    service::{IdFormat, ItemRef, PostSave, SaveAccepted, SaveRequest},
};
use rcgen::{CertificateParams, KeyPair};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::desk::{ADDIN, PANE, sign_in};

/// How long a worker's mailboxes wait after it was killed, in seconds.
const LEASE_SECONDS: u32 = 3;

/// The company; its servers end with this value.
pub(crate) struct Company {
    pub(crate) mailboxes: usize,
    world: Arc<Mutex<World>>,
    network: Network,
    directory: tempfile::TempDir,
    _servers: JoinSet<anyhow::Result<()>>,
}

impl Company {
    /// A company of so many mailboxes, made from a seed.
    pub(crate) async fn open(mailboxes: usize, seed: u64) -> Self {
        // Another test of this process may have been first.
        drop(rustls::crypto::ring::default_provider().install_default());
        let directory = tempfile::tempdir().unwrap();
        let (cert, key) = certificate(directory.path());
        let tls = RustlsConfig::from_pem_file(&cert, &key).await.unwrap();
        let doors = [Site::Salesforce, Site::Graph].map(|site| Door::open(site, 0).unwrap());
        let origins = doors.each_ref().map(|door| door.origin().unwrap());
        let [salesforce, graph] = origins;
        let setup = Setup { salesforce, graph, seed, ..Setup::default() };
        std::fs::write(directory.path().join("salesforce"), &setup.salesforce_client_secret).unwrap();
        std::fs::write(directory.path().join("graph"), &setup.graph_client_secret).unwrap();
        let company = definition(&format!("generated-{mailboxes}-{seed}")).unwrap();
        let world = World::load(&company, Arc::new(setup), Clock::wall().now()).unwrap();
        let world = Arc::new(Mutex::new(world));
        let mut servers = JoinSet::new();
        for door in doors {
            servers.spawn(server::serve(door, Arc::clone(&world), tls.clone()));
        }
        let network = Network::new(Some(&cert)).unwrap();
        Self { mailboxes, world, network, directory, _servers: servers }
    }

    /// Writes what a process of the service is told; answers where.
    pub(crate) fn config(&self, database_url: &str) -> PathBuf {
        let setup = Arc::clone(&self.world.lock().unwrap().setup);
        let folder = self.directory.path();
        let quoted = |name: &str| json!(folder.join(name)).to_string();
        let synced: Vec<String> = (0..self.mailboxes).map(address).collect();
        let text = format!(
            "listen = \"127.0.0.1:0\"\ndatabase_url = {database}\naddin_id = \"{ADDIN}\"\npane_origins = [\"{PANE}\"]\n\
             extra_root_ca = {cert}\nsync_enabled_for = {synced}\n[tls]\ncert = {cert}\nkey = {key}\n\
             [worker]\nlease_seconds = {LEASE_SECONDS}\nmailboxes_at_once = 4\n\
             [salesforce]\nmy_domain = \"{my_domain}\"\nclient_id = \"calbridge-service\"\nclient_secret_file = {of_salesforce}\n\
             [graph]\nauthority = \"{graph}\"\nbase = \"{graph}/v1.0\"\ntenant = \"brightwater\"\n\
             client_id = \"calbridge-service\"\nclient_secret_file = {of_graph}\n\
             [settings]\ncompany_domains = [\"generated.example\"]\n",
            database = json!(database_url),
            synced = json!(synced),
            cert = quoted("cert.pem"),
            key = quoted("key.pem"),
            my_domain = setup.salesforce,
            of_salesforce = quoted("salesforce"),
            graph = setup.graph,
            of_graph = quoted("graph"),
        );
        let file = folder.join("calbridge.toml");
        std::fs::write(&file, text).unwrap();
        file
    }

    /// The access token of a user's pane.
    pub(crate) async fn sign_in(&self, n: usize) -> String {
        let my_domain = self.world.lock().unwrap().setup.salesforce.clone();
        sign_in(&self.network, &my_domain, &address(n)).await
    }

    /// One press of Save, over HTTP.
    pub(crate) async fn press(
        &self,
        service: &str,
        token: &str,
        request: SaveRequest,
    ) -> Result<SaveAccepted, CallError> {
        let press = PostSave { request };
        let mut request = press.request(service);
        request.headers.push((header::AUTHORIZATION, format!("Bearer {token}")));
        press.read(&self.network.send(request).await?)
    }

    /// What a pane sends for an item.
    pub(crate) fn request(&self, n: usize, key: &str, press: &str, choice: Choice) -> SaveRequest {
        let stored = self.stored(n, key);
        let target = ids::read_any(stored["id"].as_str().unwrap()).unwrap();
        let item = ItemRef {
            mailbox: Address::parse(&address(n)).unwrap(),
            item_id: ItemId::parse(&ids::write(target, Form::Ews)).unwrap(),
            id_format: IdFormat::Ews,
            series_id: None,
        };
        SaveRequest { idempotency_key: press.to_owned(), item, choice }
    }

    /// Requests that reached the vendors so far.
    pub(crate) fn requests(&self) -> u64 {
        let world = self.world.lock().unwrap();
        world.control.requests(Site::Salesforce) + world.control.requests(Site::Graph)
    }

    /// An item as its mailbox holds it.
    pub(crate) fn stored(&self, n: usize, key: &str) -> Value {
        let items = self.world.lock().unwrap().graph.dump()[address(n)].clone();
        let found = items.as_array().unwrap().iter().find(|item| item["key"] == key).cloned();
        found.unwrap_or_else(|| panic!("no item {key}"))
    }

    /// Every record of an object.
    pub(crate) fn records(&self, object: &str) -> Vec<Value> {
        let dump = self.world.lock().unwrap().salesforce.dump();
        dump["records"][object].as_array().unwrap().clone()
    }

    /// The ids of an object's records, as the org has them.
    pub(crate) fn ids(&self, object: &str) -> Vec<RecordId> {
        let records = self.records(object);
        records.iter().map(|record| RecordId::parse(record["Id"].as_str().unwrap()).unwrap()).collect()
    }

    /// Everything that both vendors hold.
    pub(crate) fn everything(&self) -> (Value, Value) {
        let world = self.world.lock().unwrap();
        (world.salesforce.dump()["records"].clone(), world.graph.dump())
    }
}

/// The address of a generated mailbox.
pub(crate) fn address(n: usize) -> String {
    format!("user{n}@generated.example")
}

/// A certificate for this machine, which vouches for itself, and its key.
fn certificate(folder: &Path) -> (PathBuf, PathBuf) {
    let key = KeyPair::generate().unwrap();
    let certificate =
        CertificateParams::new(vec!["localhost".to_owned()]).unwrap().self_signed(&key).unwrap();
    let files = (folder.join("cert.pem"), folder.join("key.pem"));
    std::fs::write(&files.0, certificate.pem()).unwrap();
    std::fs::write(&files.1, key.serialize_pem()).unwrap();
    files
}
