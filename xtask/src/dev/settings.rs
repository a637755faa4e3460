//! The secrets and the configuration files of one development run.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use rand::Rng;
use rand::distr::Alphanumeric;
use serde::Serialize;
use serde_json::json;

use crate::certs::Certificates;

/// The add-in's id, as `manifest.xml` says it.
const ADDIN_ID: &str = "7c1e2f64-9b1d-4e57-8d2c-3a5f0e6b9d41";
/// The demo company's people whose sync is on from the start.
const SYNCED: [&str; 2] = ["mara@brightwater.example", "ines@brightwater.example"];
const COMPANY_DOMAIN: &str = "brightwater.example";
const SECRET_LENGTH: usize = 40;

/// The origins of one run.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Urls {
    pub(crate) pane: String,
    pub(crate) host: String,
    pub(crate) salesforce: String,
    pub(crate) graph: String,
    pub(crate) control: String,
    pub(crate) service: String,
    /// Where a person begins; the only one over plain http that a browser opens.
    pub(crate) welcome: String,
}

/// Client secrets, made anew at each start and handed over in files.
pub(crate) struct Secrets {
    salesforce: PathBuf,
    graph: PathBuf,
}

/// The configuration files of one run.
pub(crate) struct Files {
    /// The service's.
    pub(crate) service: PathBuf,
    /// The pane's.
    pub(crate) pane: PathBuf,
}

impl Secrets {
    /// Makes two secrets and writes them into `folder`.
    pub(crate) fn make(folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let folder = folder.canonicalize()?;
        let secrets =
            Self { salesforce: folder.join("salesforce.secret"), graph: folder.join("graph.secret") };
        for file in [&secrets.salesforce, &secrets.graph] {
            let secret: String =
                rand::rng().sample_iter(Alphanumeric).take(SECRET_LENGTH).map(char::from).collect();
            fs::write(file, secret)?;
        }
        Ok(secrets)
    }

    /// The secret of the service's Salesforce client.
    pub(crate) fn salesforce(&self) -> Result<String> {
        Ok(fs::read_to_string(&self.salesforce)?)
    }

    /// The secret of the service's client at Microsoft's side.
    pub(crate) fn graph(&self) -> Result<String> {
        Ok(fs::read_to_string(&self.graph)?)
    }
}

/// The stand-in's command line.
pub(crate) fn standin(
    world: &str,
    secrets: &Secrets,
    certificates: &Certificates,
    pane_origin: &str,
    port: impl Fn(u16) -> u16,
) -> Vec<String> {
    let text = |path: &Path| path.display().to_string();
    [
        ("--world", world.to_owned()),
        ("--host-port", port(1).to_string()),
        ("--salesforce-port", port(2).to_string()),
        ("--graph-port", port(3).to_string()),
        ("--control-port", port(4).to_string()),
        ("--tls-cert", text(&certificates.cert)),
        ("--tls-key", text(&certificates.key)),
        ("--pane-origin", pane_origin.to_owned()),
        ("--salesforce-client-secret-file", text(&secrets.salesforce)),
        ("--graph-client-secret-file", text(&secrets.graph)),
    ]
    .into_iter()
    .flat_map(|(name, value)| [name.to_owned(), value])
    .collect()
}

/// What the stand-in is told besides, so that it holds Graph's traffic against a schema.
pub(crate) fn checked(schema: &Path) -> [String; 2] {
    ["--graph-schema".to_owned(), schema.display().to_string()]
}

/// Writes `calbridge.toml` for the service and `config.json` for the pane.
pub(crate) fn write(
    folder: &Path,
    urls: &Urls,
    secrets: &Secrets,
    certificates: &Certificates,
    service_port: u16,
) -> Result<Files> {
    let folder = folder.canonicalize()?;
    let database = folder.join("calbridge.db");
    // The stand-in's world is new at each start, so yesterday's ledger would speak of records that are gone.
    for suffix in ["", "-wal", "-shm"] {
        let old = PathBuf::from(format!("{}{suffix}", database.display()));
        if old.exists() {
            fs::remove_file(old)?;
        }
    }
    let quoted = |path: &Path| json!(path).to_string();
    let service = format!(
        "listen = \"127.0.0.1:{service_port}\"\n\
         database_url = {database}\n\
         addin_id = \"{ADDIN_ID}\"\n\
         pane_origins = [\"{pane}\"]\n\
         extra_root_ca = {ca}\n\
         sync_enabled_for = {synced}\n\n\
         [tls]\ncert = {cert}\nkey = {key}\n\n\
         [salesforce]\nmy_domain = \"{salesforce}\"\nclient_id = \"calbridge-service\"\n\
         client_secret_file = {salesforce_secret}\nsync_key_field = \"Calbridge_Sync_Key__c\"\n\n\
         [graph]\nauthority = \"{graph}\"\nbase = \"{graph}/v1.0\"\ntenant = \"brightwater\"\n\
         client_id = \"calbridge-service\"\nclient_secret_file = {graph_secret}\n\n\
         [settings]\ncompany_domains = [\"{COMPANY_DOMAIN}\"]\n",
        synced = json!(SYNCED),
        database = json!(format!("sqlite://{}", database.display())),
        pane = urls.pane,
        ca = quoted(&certificates.ca),
        cert = quoted(&certificates.cert),
        key = quoted(&certificates.key),
        salesforce = urls.salesforce,
        salesforce_secret = quoted(&secrets.salesforce),
        graph = urls.graph,
        graph_secret = quoted(&secrets.graph),
    );
    let pane = json!({
        "service": urls.service,
        "my_domain": urls.salesforce,
        "client_id": "calbridge-pane",
        "api_version": "v67.0",
    });
    let files = Files { service: folder.join("calbridge.toml"), pane: folder.join("config.json") };
    fs::write(&files.service, service)?;
    fs::write(&files.pane, format!("{pane:#}\n"))?;
    Ok(files)
}
