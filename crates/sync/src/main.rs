//! `calbridge-sync`: serves the API and runs the sessions.

use std::{net::TcpListener, path::PathBuf, sync::Arc};

use anyhow::{Context, anyhow};
use axum_server::tls_rustls::RustlsConfig;
use calbridge_sync::{
    app::App, clock::Clock, config::Config, http::routes, store::Store, transport::Network, worker,
};
use clap::Parser;
use serde_json::json;

/// The Calbridge sync service.
#[derive(Debug, Parser)]
struct Options {
    /// The configuration; see calbridge.example.toml.
    #[arg(long)]
    config: PathBuf,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info,sqlx=warn".into()),
        )
        .with_writer(std::io::stderr)
        .init();
    let options = Options::parse();
    rustls::crypto::ring::default_provider()
        .install_default()
        .map_err(|_| anyhow!("another TLS provider is installed"))?;
    let config = Config::load(&options.config)?;
    let tls = RustlsConfig::from_pem_file(&config.tls.cert, &config.tls.key)
        .await
        .context("TLS certificate or key")?;
    let store = Store::open(&config.database_url).await?;
    let network = Network::new(config.extra_root_ca.as_deref())?;
    let listener =
        TcpListener::bind(config.listen).with_context(|| format!("listening on {}", config.listen))?;
    listener.set_nonblocking(true)?;
    let port = listener.local_addr()?.port();
    let app = Arc::new(App::new(config, store, Clock::wall(), Arc::new(network))?);
    let sessions = worker::run(Arc::clone(&app));
    let server = axum_server::from_tcp_rustls(listener, tls)?.serve(routes(app).into_make_service());
    println!("{}", json!({ "service": format!("https://localhost:{port}") }));
    tokio::select! {
        ended = server => ended.context("the server ended"),
        () = sessions => Ok(()),
        stop = tokio::signal::ctrl_c() => stop.context("waiting for the signal to stop"),
    }
}
