//! `calbridge-sync`: serves the API and runs the sessions.

use std::{net::TcpListener, path::PathBuf, pin::pin, sync::Arc, time::Duration};

use anyhow::{Context, anyhow};
use axum_server::{Handle, tls_rustls::RustlsConfig};
use calbridge_sync::{
    app::App, clock::Clock, config::Config, http::routes, store::Store, transport::Network, worker,
};
use clap::Parser;
use serde_json::json;
#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::oneshot;

/// How long answers under way may take after the signal to stop.
const ANSWER_LIMIT: Duration = Duration::from_secs(3);
/// How long sessions under way may go on after it.
const FINISH_LIMIT: Duration = Duration::from_secs(6);

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
    let door = Handle::new();
    let server = axum_server::from_tcp_rustls(listener, tls)?
        .handle(door.clone())
        .serve(routes(Arc::clone(&app)).into_make_service());
    let stop = Stop::listen().context("listening for the signal to stop")?;
    println!("{}", json!({ "service": format!("https://localhost:{port}") }));
    let (tell, told) = oneshot::channel();
    let sessions = worker::run(app, async { told.await.unwrap_or(FINISH_LIMIT) });
    let serving = async {
        let mut server = pin!(server);
        let ended = tokio::select! {
            ended = &mut server => ended,
            () = stop.asked() => {
                tracing::info!("stopping");
                door.graceful_shutdown(Some(ANSWER_LIMIT));
                drop(tell);
                server.await
            }
        };
        ended.context("the server ended")
    };
    let (ended, ()) = tokio::join!(serving, sessions);
    ended
}

/// The signals that end the service in good order.
#[cfg(unix)]
struct Stop {
    interrupt: Signal,
    terminate: Signal,
}

#[cfg(unix)]
impl Stop {
    fn listen() -> std::io::Result<Self> {
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn asked(mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// The signal that ends the service in good order.
#[cfg(not(unix))]
struct Stop;

#[cfg(not(unix))]
impl Stop {
    fn listen() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn asked(self) {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::error!(%error, "the signal to stop cannot be heard");
            std::future::pending().await
        }
    }
}
