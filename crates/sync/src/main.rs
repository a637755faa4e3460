//! `calbridge-sync`: serves the API and runs the sessions.

use std::{net::TcpListener, path::PathBuf, pin::pin, sync::Arc, time::Duration};

use anyhow::{Context, anyhow};
use axum_server::{Handle, tls_rustls::RustlsConfig};
use calbridge_sync::{
    app::App, clock::Clock, config::Config, http::routes, store::Store, transport::Network, worker,
};
use clap::{Parser, Subcommand};
use mimalloc::MiMalloc;
use serde_json::json;
#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::oneshot;

/// Sessions make and drop many small texts, in turns with the database's threads.
#[global_allocator]
static MEMORY: MiMalloc = MiMalloc;

/// How long answers under way may take after the signal to stop.
const ANSWER_LIMIT: Duration = Duration::from_secs(3);
/// How long sessions under way may go on after it.
const FINISH_LIMIT: Duration = Duration::from_secs(6);

/// The Calbridge sync service: answers the pane and runs the sessions, both in this process unless a command says otherwise.
#[derive(Debug, Parser)]
#[command(name = "calbridge-sync")]
struct Options {
    /// The configuration; see calbridge.example.toml.
    #[arg(long, global = true, value_name = "FILE", default_value = "calbridge.toml")]
    config: PathBuf,
    #[command(subcommand)]
    part: Option<Part>,
}

#[derive(Clone, Copy, Debug, Subcommand)]
enum Part {
    /// Answers the pane and runs no sessions; workers elsewhere do.
    Serve,
    /// Runs sessions and answers nobody; any number of these work on one database.
    Worker,
    /// Reads the configuration and the files that it names, says what is wrong, and ends.
    Check,
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
    match options.part {
        None => {
            let door = Door::open(&config).await?;
            let app = assemble(config).await?;
            let stop = Stop::listen()?;
            let (tell, told) = oneshot::channel();
            let name = worker::new_name();
            let sessions = worker::run(Arc::clone(&app), &name, async { told.await.unwrap_or(FINISH_LIMIT) });
            let (ended, ()) = tokio::join!(door.serve(app, stop, tell), sessions);
            ended
        }
        Some(Part::Serve) => {
            let door = Door::open(&config).await?;
            let (tell, _) = oneshot::channel();
            door.serve(assemble(config).await?, Stop::listen()?, tell).await
        }
        Some(Part::Worker) => {
            let app = assemble(config).await?;
            let stop = Stop::listen()?;
            let name = worker::new_name();
            println!("{}", json!({ "worker": name }));
            worker::run(app, &name, async {
                stop.asked().await;
                FINISH_LIMIT
            })
            .await;
            Ok(())
        }
        Some(Part::Check) => {
            let network = network(&config)?;
            tls(&config).await?;
            config.secrets()?;
            drop(network);
            println!("{}", json!({ "config": "ok" }));
            Ok(())
        }
    }
}

async fn assemble(config: Config) -> anyhow::Result<Arc<App>> {
    let network = network(&config)?;
    let store = Store::open(&config.database_url).await?;
    Ok(Arc::new(App::new(config, store, Clock::wall(), Arc::new(network))?))
}

fn network(config: &Config) -> anyhow::Result<Network> {
    Network::new(config.extra_root_ca.as_deref())
}

async fn tls(config: &Config) -> anyhow::Result<RustlsConfig> {
    let tls = RustlsConfig::from_pem_file(&config.tls.cert, &config.tls.key);
    tls.await.context("TLS certificate or key")
}

/// Where the pane knocks.
struct Door {
    tls: RustlsConfig,
    listener: TcpListener,
}

impl Door {
    async fn open(config: &Config) -> anyhow::Result<Self> {
        let tls = tls(config).await?;
        let listener =
            TcpListener::bind(config.listen).with_context(|| format!("listening on {}", config.listen))?;
        listener.set_nonblocking(true)?;
        Ok(Self { tls, listener })
    }

    /// Answers until it is asked to stop, then drops `tell`.
    async fn serve(self, app: Arc<App>, stop: Stop, tell: oneshot::Sender<Duration>) -> anyhow::Result<()> {
        let port = self.listener.local_addr()?.port();
        let handle = Handle::new();
        let server = axum_server::from_tcp_rustls(self.listener, self.tls)?
            .handle(handle.clone())
            .serve(routes(app).into_make_service());
        println!("{}", json!({ "service": format!("https://localhost:{port}") }));
        let mut server = pin!(server);
        let ended = tokio::select! {
            ended = &mut server => ended,
            () = stop.asked() => {
                tracing::info!("stopping");
                handle.graceful_shutdown(Some(ANSWER_LIMIT));
                drop(tell);
                server.await
            }
        };
        ended.context("the server ended")
    }
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
