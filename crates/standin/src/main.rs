//! `calbridge-standin`: plays Salesforce, Microsoft Graph and Outlook on the web on loopback.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use anyhow::{Context, anyhow};
use axum_server::tls_rustls::RustlsConfig;
use calbridge_standin::graph::schema::Schema;
use calbridge_standin::keep::Keeper;
use calbridge_standin::server::{self, Door};
use calbridge_standin::{Setup, Site, World, clock, world};
use clap::Parser;
use serde_json::{Value, json};

/// Plays Salesforce, Microsoft Graph and Outlook on the web on loopback.
#[derive(Debug, Parser)]
struct Options {
    /// `demo`, `demo-basic`, `demo-series`, `generated-N`, `generated-N-SEED` or the path of a world file.
    #[arg(long, default_value = "demo")]
    world: String,
    #[arg(long, default_value_t = 3001)]
    host_port: u16,
    #[arg(long, default_value_t = 3002)]
    salesforce_port: u16,
    #[arg(long, default_value_t = 3003)]
    graph_port: u16,
    #[arg(long, default_value_t = 3004)]
    control_port: u16,
    /// PEM certificate chain for `localhost`.
    #[arg(long)]
    tls_cert: PathBuf,
    /// PEM private key of the certificate.
    #[arg(long)]
    tls_key: PathBuf,
    /// Where the pane is served.
    #[arg(long, default_value = "https://localhost:3000")]
    pane_origin: String,
    #[arg(long)]
    salesforce_client_secret_file: PathBuf,
    #[arg(long)]
    graph_client_secret_file: PathBuf,
    /// Microsoft Graph over TLS: Microsoft's own clients speak nothing else.
    #[arg(long)]
    graph_tls: bool,
    /// Keeps the world in this file over restarts; a file that is there is gone on with, whatever --world says.
    #[arg(long)]
    persist: Option<PathBuf>,
    /// JSON Schema of Microsoft's types; a request or an answer of Graph that breaks it becomes a 500 that says how.
    #[arg(long)]
    graph_schema: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into()),
        )
        .with_writer(std::io::stderr)
        .init();
    let options = Options::parse();
    rustls::crypto::ring::default_provider()
        .install_default()
        .map_err(|_| anyhow!("another TLS provider is installed"))?;
    let tls = RustlsConfig::from_pem_file(&options.tls_cert, &options.tls_key)
        .await
        .context("TLS certificate or key")?;
    // HTTP/1.1 alone: with HTTP/2, a dropped answer would take its neighbours on the connection along.
    let mut config = rustls::ServerConfig::clone(&tls.get_inner());
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    tls.reload_from_config(Arc::new(config));

    let host = Door::open(Site::Host, options.host_port)?;
    let salesforce = Door::open(Site::Salesforce, options.salesforce_port)?;
    let graph = Door::open(Site::Graph, options.graph_port)?;
    let graph = if options.graph_tls { graph.secured() } else { graph };
    let control = Door::open(Site::Control, options.control_port)?;
    let setup = Arc::new(Setup {
        host: host.origin()?,
        salesforce: salesforce.origin()?,
        graph: graph.origin()?,
        control: control.origin()?,
        pane_origin: options.pane_origin.trim_end_matches('/').to_owned(),
        salesforce_client_secret: secret(&options.salesforce_client_secret_file)?,
        graph_client_secret: secret(&options.graph_client_secret_file)?,
        seed: rand::random(),
        graph_schema: options.graph_schema.as_deref().map(schema).transpose()?,
    });
    let keeper = options.persist.map(Keeper::of);
    let world = begin(keeper.as_ref(), &options.world, &setup)?;
    let world = Arc::new(Mutex::new(world));

    println!(
        "{}",
        json!({ "host": setup.host, "salesforce": setup.salesforce, "graph": setup.graph, "control": setup.control })
    );
    let served = Arc::clone(&world);
    let serving = Box::pin(async move {
        tokio::select! {
            ended = server::serve(host, Arc::clone(&served), tls.clone()) => ended,
            ended = server::serve(salesforce, Arc::clone(&served), tls.clone()) => ended,
            ended = server::serve(graph, Arc::clone(&served), tls.clone()) => ended,
            ended = server::serve(control, served, tls) => ended,
            stop = stopped() => stop.context("waiting for the signal to stop"),
        }
    });
    match keeper {
        Some(keeper) => keeper.follow(world, serving).await,
        None => serving.await,
    }
}

/// Waits for Ctrl-C or a polite kill.
async fn stopped() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminated = signal(SignalKind::terminate())?;
        tokio::select! {
            done = tokio::signal::ctrl_c() => done,
            _ = terminated.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}

/// The world that was kept, or else the one of this name.
fn begin(keeper: Option<&Keeper>, name: &str, setup: &Arc<Setup>) -> anyhow::Result<World> {
    let kept = keeper.map(|keeper| keeper.read(Arc::clone(setup), clock::now())).transpose()?;
    match kept.flatten() {
        Some(world) => Ok(world),
        None => {
            World::build(definition(name)?, Arc::clone(setup), clock::now()).map_err(|error| anyhow!(error))
        }
    }
}

fn secret(path: &Path) -> anyhow::Result<String> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    Ok(text.trim().to_owned())
}

fn schema(path: &Path) -> anyhow::Result<Arc<Schema>> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    Ok(Arc::new(Schema::read(&text).map_err(|error| anyhow!(error))?))
}

fn definition(name: &str) -> anyhow::Result<Value> {
    let path = Path::new(name);
    if path.is_file() {
        let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
        let world = serde_json::from_str(&text).with_context(|| path.display().to_string())?;
        world::check(&world).map_err(|error| anyhow!("{}: {error}", path.display()))?;
        return Ok(world);
    }
    world::definition(name).map_err(|error| anyhow!(error))
}
