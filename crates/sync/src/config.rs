//! What an operator sets: one TOML file, overridden by `CALBRIDGE_SECTION__KEY`. Unknown keys refuse to start.

use std::{
    collections::BTreeMap,
    fmt,
    net::SocketAddr,
    ops::RangeInclusive,
    path::{Path, PathBuf},
};

use calbridge_rules::{
    id::{Address, ApiName},
    settings::{Hold, Multiday, OrgLayer, OutlookValue, Setting},
};
use calbridge_wire::{
    graph::subscription::{LEAST_MINUTES, LIFE_MINUTES},
    salesforce::event::is_mapped,
};
use config::{Environment, File, FileFormat};
use serde::{
    Deserialize, Deserializer,
    de::{Error as _, IntoDeserializer, value::Error as ValueError},
};

use crate::field_map::FieldMap;

/// The whole configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Address and port; port 0 picks a free one.
    pub listen: SocketAddr,
    /// Certificate and key of the service.
    pub tls: Tls,
    /// `sqlite://path/to/file` or `postgres://…`.
    pub database_url: String,
    /// The add-in's id, under which Outlook keeps its properties of an item.
    pub addin_id: String,
    /// Origins that may call from a browser.
    pub pane_origins: Vec<String>,
    /// A PEM file with certificate authorities to trust beside the built-in ones.
    #[serde(default)]
    pub extra_root_ca: Option<PathBuf>,
    /// Mailboxes whose sync is on from the start; everyone else enables it in the pane.
    #[serde(default)]
    pub sync_enabled_for: Vec<Address>,
    /// Mailboxes whose users are admins: they set what holds for the org and see everybody's issues.
    #[serde(default)]
    pub admins: Vec<Address>,
    /// The Salesforce org.
    pub salesforce: Salesforce,
    /// Microsoft Graph.
    pub graph: Graph,
    /// How a worker goes about it.
    #[serde(default)]
    pub worker: Worker,
    /// Settings of the org.
    #[serde(default)]
    pub settings: OrgSettings,
    /// Event fields that Outlook fills beside the standing ones (FLD-3).
    #[serde(default, deserialize_with = "field_map")]
    pub field_map: FieldMap,
}

/// Mapped fields at most: each is a column of every question for an Event.
const FIELD_MAP_LIMIT: usize = 30;

/// The shortest and the longest lease, in seconds.
const LEASE_SECONDS: RangeInclusive<u32> = 2..=600;
/// Mailboxes at once, at least and at most.
const AT_ONCE: RangeInclusive<usize> = 1..=256;

/// How a worker goes about it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Worker {
    /// Mailboxes that one process serves at a time.
    pub mailboxes_at_once: usize,
    /// How long others leave a mailbox alone whose worker says nothing any more, in seconds.
    pub lease_seconds: u32,
}

impl Default for Worker {
    fn default() -> Self {
        Self { mailboxes_at_once: 16, lease_seconds: 60 }
    }
}

impl Worker {
    /// How long a lease lasts before it must be renewed, in milliseconds.
    pub fn lease_ms(&self) -> i64 {
        i64::from(self.lease_seconds) * 1_000
    }

    fn check(&self) -> Result<(), BadConfig> {
        if !LEASE_SECONDS.contains(&self.lease_seconds) {
            return Err(BadConfig::Impossible(format!("worker.lease_seconds must be in {LEASE_SECONDS:?}")));
        }
        if !AT_ONCE.contains(&self.mailboxes_at_once) {
            return Err(BadConfig::Impossible(format!("worker.mailboxes_at_once must be in {AT_ONCE:?}")));
        }
        Ok(())
    }
}

/// Where the service's certificate is.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// PEM chain.
    pub cert: PathBuf,
    /// PEM key.
    pub key: PathBuf,
}

/// The Salesforce org and the service's own client in it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Salesforce {
    /// The org's My Domain, such as `https://brightwater.my.salesforce.com`.
    pub my_domain: String,
    /// Client id of the service's External Client App (client credentials).
    pub client_id: String,
    /// A file that holds its secret.
    pub client_secret_file: PathBuf,
    /// The custom Activity field that carries the sync key. Where the org never had it, keys go elsewhere (DUP-2).
    #[serde(default = "default_sync_key_field")]
    pub sync_key_field: ApiName,
    /// Sessions that nobody waits for begin together every so many milliseconds, so that one call serves many of them.
    #[serde(default = "default_linger_ms")]
    pub linger_ms: u32,
    /// The share of the org's calls, in percent, that is kept for people who wait: below it everything else stands still.
    #[serde(default = "default_budget_floor_percent")]
    pub budget_floor_percent: u8,
}

/// The longest time that sessions may be gathered over, in milliseconds: a change shall be on the other side in a minute.
const LINGER_LIMIT_MS: u32 = 60_000;
/// The largest share that can be kept, in percent.
const BUDGET_FLOOR_LIMIT: u8 = 90;

impl Salesforce {
    fn check(&self) -> Result<(), BadConfig> {
        if self.linger_ms > LINGER_LIMIT_MS {
            let message = format!("salesforce.linger_ms must be {LINGER_LIMIT_MS} at most");
            return Err(BadConfig::Impossible(message));
        }
        if self.budget_floor_percent > BUDGET_FLOOR_LIMIT {
            let message = format!("salesforce.budget_floor_percent must be {BUDGET_FLOOR_LIMIT} at most");
            return Err(BadConfig::Impossible(message));
        }
        Ok(())
    }
}

/// Microsoft Graph and the service's own client in the tenant.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Graph {
    /// Where tokens come from.
    #[serde(default = "default_authority")]
    pub authority: String,
    /// The API with its version.
    #[serde(default = "default_graph")]
    pub base: String,
    /// The tenant's id or name.
    pub tenant: String,
    /// Client id of the app registration.
    pub client_id: String,
    /// A file that holds its secret.
    pub client_secret_file: PathBuf,
    /// The service's own public address for Graph's notices, such as `https://sync.example/v1/notices`; without it, changes
    /// are found by asking.
    #[serde(default)]
    pub notification_url: Option<String>,
    /// How long a subscription to notices lives, in minutes.
    #[serde(default = "default_notification_minutes")]
    pub notification_minutes: u32,
}

/// First settings of the org (SET), which admins may change while the service runs.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OrgSettings {
    /// Domains of the company: people there are internal.
    pub company_domains: Vec<String>,
    /// Addresses and domains never to be matched.
    pub blocklist: Vec<String>,
    /// Whether the org keeps Events over 24 hours: `unknown`, `on` or `off`.
    pub multiday_events: Option<Multiday>,
    /// Whether series are synced.
    pub recurring_sync: bool,
    /// Values for required Event fields that nobody fills in.
    pub field_defaults: BTreeMap<ApiName, String>,
}

impl Graph {
    fn check(&self) -> Result<(), BadConfig> {
        let is_public = |url: &String| url.starts_with("https://") && url.parse::<http::Uri>().is_ok();
        if self.notification_url.as_ref().is_some_and(|url| !is_public(url)) {
            let message = "graph.notification_url must be an https address that Microsoft can reach";
            return Err(BadConfig::Impossible(message.to_owned()));
        }
        if !(LEAST_MINUTES..=LIFE_MINUTES).contains(&self.notification_minutes) {
            let message = format!("graph.notification_minutes must be {LEAST_MINUTES} to {LIFE_MINUTES}");
            return Err(BadConfig::Impossible(message));
        }
        Ok(())
    }
}

/// Why the service does not start.
#[derive(Debug, thiserror::Error)]
pub enum BadConfig {
    /// The file or a variable cannot be read, or names something unknown.
    #[error("configuration: {0}")]
    Unreadable(#[from] config::ConfigError),
    /// A file with a secret cannot be read.
    #[error("cannot read the secret in {}", .0.display())]
    Secret(PathBuf, #[source] std::io::Error),
    /// A value that cannot be.
    #[error("configuration: {0}")]
    Impossible(String),
}

/// Reads the map itself, because the library would not say which values there are.
fn field_map<'de, D: Deserializer<'de>>(deserializer: D) -> Result<FieldMap, D::Error> {
    let read = |(name, word): (ApiName, String)| {
        let value: Result<OutlookValue, ValueError> = OutlookValue::deserialize(word.into_deserializer());
        value.map_err(|bad| D::Error::custom(format!("field_map.{name}: {bad}"))).map(|value| (name, value))
    };
    BTreeMap::<ApiName, String>::deserialize(deserializer)?.into_iter().map(read).collect()
}

fn default_sync_key_field() -> ApiName {
    // A literal that ApiName::parse takes; the fallback arm only satisfies the compiler.
    match ApiName::parse("Calbridge_Sync_Key__c") {
        Ok(name) => name,
        Err(bad) => unreachable!("{bad}"),
    }
}

const fn default_notification_minutes() -> u32 {
    LIFE_MINUTES
}

const fn default_linger_ms() -> u32 {
    30_000
}

const fn default_budget_floor_percent() -> u8 {
    10
}

fn default_authority() -> String {
    "https://login.microsoftonline.com".to_owned()
}

fn default_graph() -> String {
    "https://graph.microsoft.com/v1.0".to_owned()
}

impl Config {
    /// Reads the file and the environment.
    ///
    /// # Errors
    /// Something is missing, unknown, or cannot be.
    pub fn load(path: &Path) -> Result<Self, BadConfig> {
        let file = File::from(path).format(FileFormat::Toml);
        let lists =
            ["pane_origins", "sync_enabled_for", "admins", "settings.company_domains", "settings.blocklist"];
        let mut environment = Environment::with_prefix("CALBRIDGE")
            .prefix_separator("_")
            .separator("__")
            .try_parsing(true)
            .list_separator(",");
        for list in lists {
            environment = environment.with_list_parse_key(list);
        }
        Self::read(config::Config::builder().add_source(file).add_source(environment))
    }

    fn read(builder: config::ConfigBuilder<config::builder::DefaultState>) -> Result<Self, BadConfig> {
        let mut read: Self = builder.build()?.try_deserialize()?;
        for url in [&mut read.salesforce.my_domain, &mut read.graph.authority, &mut read.graph.base] {
            *url = origin(url)?;
        }
        for url in &mut read.pane_origins {
            *url = origin(url)?;
        }
        read.addin_id = read.addin_id.to_ascii_lowercase();
        read.check_field_map()?;
        read.worker.check()?;
        read.org_layer()?;
        read.salesforce.check()?;
        read.graph.check()?;
        Ok(read)
    }

    /// The secrets of the service's clients: Salesforce's, then Graph's.
    ///
    /// # Errors
    /// A file cannot be read.
    pub fn secrets(&self) -> Result<(Secret, Secret), BadConfig> {
        Ok((
            Secret::read(&self.salesforce.client_secret_file)?,
            Secret::read(&self.graph.client_secret_file)?,
        ))
    }

    /// FLD-3: only fields that nothing else fills.
    fn check_field_map(&self) -> Result<(), BadConfig> {
        if self.field_map.len() > FIELD_MAP_LIMIT {
            return Err(BadConfig::Impossible(format!("field_map takes {FIELD_MAP_LIMIT} fields at most")));
        }
        let taken = |name: &&ApiName| is_mapped(name) || **name == self.salesforce.sync_key_field;
        match self.field_map.keys().find(taken) {
            Some(name) => {
                Err(BadConfig::Impossible(format!("field_map.{name}: Calbridge fills this field itself")))
            }
            None => Ok(()),
        }
    }

    /// What the file sets for the org: it holds until an admin sets something else (SET).
    ///
    /// # Errors
    /// A setting does not take its value.
    pub fn org_layer(&self) -> Result<OrgLayer, BadConfig> {
        let OrgSettings { company_domains, blocklist, multiday_events, recurring_sync, field_defaults } =
            &self.settings;
        let fields: Vec<String> =
            field_defaults.iter().map(|(field, value)| format!("{field}={value}")).collect();
        if let Some(field) = fields.iter().find(|field| field.contains(',')) {
            return Err(BadConfig::Impossible(format!("settings.field_defaults: {field:?} has a comma")));
        }
        let multiday = multiday_events.map(|multiday| match multiday {
            Multiday::Unknown => "unknown",
            Multiday::On => "on",
            Multiday::Off => "off",
        });
        let lists = [
            (Setting::CompanyDomains, company_domains.join(", ")),
            (Setting::Blocklist, blocklist.join(", ")),
            (Setting::FieldDefaults, fields.join(", ")),
        ];
        let mut said: Vec<(Setting, String)> =
            lists.into_iter().filter(|(_, list)| !list.is_empty()).collect();
        said.extend(multiday.map(|word| (Setting::MultidayEvents, word.to_owned())));
        said.extend(recurring_sync.then(|| (Setting::RecurringSync, "on".to_owned())));
        let mut layer = OrgLayer::default();
        for (setting, value) in said {
            layer
                .set(setting.row().name, &value, Hold::Allowing)
                .map_err(|bad| BadConfig::Impossible(format!("settings: {bad}")))?;
        }
        Ok(layer)
    }
}

/// A URL without a slash at its end; a bare host is taken as https.
fn origin(text: &str) -> Result<String, BadConfig> {
    let bare = text.trim().trim_end_matches('/');
    let full = if bare.contains("://") { bare.to_owned() } else { format!("https://{bare}") };
    match full.parse::<http::Uri>() {
        Ok(uri) if uri.host().is_some() => Ok(full),
        Ok(_) | Err(_) => Err(BadConfig::Impossible(format!("{text:?} is no address of a server"))),
    }
}

/// A secret that no log shows.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// A secret from text.
    pub fn new(text: &str) -> Self {
        Self(text.trim().to_owned())
    }

    /// Reads the file that holds it.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn read(path: &Path) -> Result<Self, BadConfig> {
        let text =
            std::fs::read_to_string(path).map_err(|error| BadConfig::Secret(path.to_owned(), error))?;
        Ok(Self::new(&text))
    }

    /// The secret itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests;
