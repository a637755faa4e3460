//! `cargo xtask dev`: the pane, the stand-in and the service on this machine, wired to each other.

pub(crate) mod settings;

pub(crate) use settings::Urls;

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;

use anyhow::{Context, Result};
use serde_json::json;

use crate::certs::{self, Certificates};
use crate::children::Child;
use crate::run::Profile;
use crate::serve::{self, Site};
use crate::welcome::{self, Welcome};
use crate::{pane, paths, run};

/// What to run, and where.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The first of seven ports in a row (pane, host page, Salesforce, Graph, control, service, welcome page); 0 picks free ones.
    #[arg(long, default_value_t = 3000)]
    ports: u16,
    /// The stand-in's world: demo, demo-basic or a file.
    #[arg(long, default_value = "demo")]
    world: String,
    /// Builds the small, optimised pane.
    #[arg(long)]
    release: bool,
    /// Leaves the service to the caller: everything is written for it, but it is not started.
    #[arg(long)]
    no_service: bool,
    /// Serves this built pane and uses the binaries as they are, building nothing.
    #[arg(long)]
    built: Option<PathBuf>,
    /// Where the binaries are that run beside the pane; those of the development build when left out.
    #[arg(long)]
    binaries: Option<PathBuf>,
    /// Where secrets, configuration and the database of this run go.
    #[arg(long, default_value = "target/dev")]
    dir: PathBuf,
    /// Holds everything said to Graph and by it against this JSON Schema.
    #[arg(long)]
    graph_schema: Option<PathBuf>,
    /// For tests: prints one JSON line with every URL, and ends when standard input does.
    #[arg(long)]
    json: bool,
}

/// Runs everything until Ctrl-C.
///
/// # Errors
/// When something does not build or start, or when a part ends by itself.
pub(crate) fn start(options: Options) -> Result<()> {
    let certificates = certs::ensure()?;
    let out = if let Some(built) = &options.built { built.clone() } else { build(options.release)? };
    rustls::crypto::ring::default_provider()
        .install_default()
        .map_err(|_| anyhow::anyhow!("another TLS provider is installed"))?;
    tokio::runtime::Runtime::new()?.block_on(run(options, &certificates, out))
}

fn build(release: bool) -> Result<PathBuf> {
    let out = paths::target().join(if release { "pane-release" } else { "pane-dev" });
    pane::build(&pane::Options { release, config: None, out: out.clone() })?;
    run::build(&paths::DEMO, Profile::Dev)?;
    Ok(out)
}

async fn run(options: Options, certificates: &Certificates, pane: PathBuf) -> Result<()> {
    let binaries = options.binaries.clone().unwrap_or_else(|| paths::binaries(Profile::Dev));
    let service_binary = paths::program(&binaries, paths::SERVICE);
    let port = |offset: u16| if options.ports == 0 { 0 } else { options.ports + offset };
    let (door, pane_port) = bind(port(0))?;
    let (welcome_door, welcome_port) = bind(port(6))?;
    let pane_origin = format!("https://localhost:{pane_port}");
    let secrets = settings::Secrets::make(&options.dir)?;

    let mut standin = settings::standin(&options.world, &secrets, certificates, &pane_origin, port);
    if let Some(schema) = &options.graph_schema {
        standin.extend(settings::checked(schema));
    }
    let standin = Child::start(
        "stand-in",
        &paths::program(&binaries, paths::STANDIN),
        standin,
        log(&options, "stand-in")?,
    )
    .await?;
    let service_port = if options.ports == 0 { free_port()? } else { port(5) };
    let urls = settings::Urls {
        pane: pane_origin,
        host: standin.url("host")?,
        salesforce: standin.url("salesforce")?,
        graph: standin.url("graph")?,
        control: standin.url("control")?,
        service: format!("https://localhost:{service_port}"),
        welcome: format!("http://localhost:{welcome_port}"),
    };
    let config = settings::write(&options.dir, &urls, &secrets, certificates, service_port)?;
    let mut children = vec![standin];
    if !options.no_service {
        let arguments = ["--config".to_owned(), config.service.display().to_string()];
        children.push(Child::start("service", &service_binary, arguments, log(&options, "service")?).await?);
    }

    let site = Arc::new(Site::open(pane, &config.pane, &urls)?);
    let server = tokio::spawn(serve::serve(door, certificates.cert.clone(), certificates.key.clone(), site));
    let welcome = tokio::spawn(welcome::serve(welcome_door, Arc::new(Welcome::new(&urls))));
    announce(&options, &urls, &service_binary, &config, certificates)?;
    tokio::select! {
        stopped = wait(options.json) => {
            eprintln!("\nstopping");
            stopped
        }
        ended = first_end(&mut children) => {
            kill(&mut children).await;
            ended
        }
        ended = server => ended?,
        ended = welcome => ended?,
    }?;
    for child in &mut children {
        if options.json { child.kill().await } else { child.stop().await }
    }
    Ok(())
}

fn announce(
    options: &Options,
    urls: &settings::Urls,
    service_binary: &Path,
    config: &settings::Files,
    certificates: &Certificates,
) -> Result<()> {
    if options.json {
        let mut line = serde_json::to_value(urls)?;
        line["service_binary"] = json!(service_binary);
        line["service_config"] = json!(config.service);
        line["ca"] = json!(certificates.ca);
        println!("{line}");
    } else {
        println!("\n  Calbridge is running. Open this page in a browser:\n\n      {}\n", urls.welcome);
        println!("  Ctrl-C stops it. Its logs are in {}.", options.dir.display());
    }
    Ok(())
}

/// Where a program's log goes: for people into a file, so that the address stays in sight.
fn log(options: &Options, name: &str) -> Result<Stdio> {
    if options.json {
        return Ok(Stdio::inherit());
    }
    let file = options.dir.join(format!("{name}.log"));
    let opened = File::create(&file).with_context(|| format!("cannot write {}", file.display()))?;
    Ok(opened.into())
}

/// Binds a loopback port and says which one it became.
fn bind(port: u16) -> Result<(TcpListener, u16)> {
    let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
        .with_context(|| format!("port {port} is taken; choose others with --ports"))?;
    listener.set_nonblocking(true)?;
    let port = listener.local_addr()?.port();
    Ok((listener, port))
}

/// A port that is free right now.
fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?.local_addr()?.port())
}

/// Waits for Ctrl-C or a polite kill; with `until_input_ends` also for the end of standard input.
async fn wait(until_input_ends: bool) -> Result<()> {
    #[cfg(unix)]
    let terminated = async {
        let mut signal = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        signal.recv().await;
        Ok::<_, std::io::Error>(())
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<std::io::Result<()>>();
    let (ended, input_ended) = tokio::sync::oneshot::channel::<()>();
    let reader = until_input_ends.then(|| {
        // A thread of its own: a read that waits for ever must not hold up the runtime's end.
        std::thread::spawn(move || {
            let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
            drop(ended);
        })
    });
    tokio::select! {
        done = tokio::signal::ctrl_c() => done?,
        done = terminated => done?,
        _ = input_ended, if reader.is_some() => {}
    }
    Ok(())
}

/// Waits until one of the children ends by itself, which is always an error here.
async fn first_end(children: &mut [Child]) -> Result<()> {
    let (name, status) = match children {
        [] => std::future::pending().await,
        [only] => (only.name, only.ended().await?),
        [one, other, ..] => tokio::select! {
            status = one.ended() => (one.name, status?),
            status = other.ended() => (other.name, status?),
        },
    };
    anyhow::bail!("{name} ended by itself ({status}); its log says why")
}

async fn kill(children: &mut [Child]) {
    for child in children {
        child.kill().await;
    }
}
