//! Four listeners on loopback over one shared [`World`]: thin shells without knowledge of any API.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use axum_server::tls_rustls::RustlsConfig;
use http::StatusCode;

use crate::control::{Dropped, Late};
use crate::courier::Courier;
use crate::graph::subscriptions::Handshake;
use crate::{Site, World, clock, salesforce};

/// The longest request body that is read, in bytes.
const BODY_LIMIT: usize = 64 * 1024 * 1024;

/// A site and the socket it listens on.
#[derive(Debug)]
pub struct Door {
    site: Site,
    listener: TcpListener,
    /// Whether it speaks TLS.
    secured: bool,
}

impl Door {
    /// Binds a loopback port; 0 picks a free one.
    ///
    /// # Errors
    /// The port is taken.
    pub fn open(site: Site, port: u16) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
            .with_context(|| format!("port {port} for {site:?}"))?;
        listener.set_nonblocking(true)?;
        let secured = matches!(site, Site::Salesforce | Site::Host);
        Ok(Self { site, listener, secured })
    }

    /// The same door, speaking TLS whatever the site.
    #[must_use]
    pub fn secured(self) -> Self {
        Self { secured: true, ..self }
    }

    /// The origin clients use.
    ///
    /// # Errors
    /// The socket has no address.
    pub fn origin(&self) -> anyhow::Result<String> {
        let scheme = if self.secured { "https" } else { "http" };
        Ok(format!("{scheme}://localhost:{}", self.listener.local_addr()?.port()))
    }
}

#[derive(Clone)]
struct Shell {
    site: Site,
    world: Arc<Mutex<World>>,
    courier: Courier,
}

/// Serves until the process ends.
///
/// # Errors
/// A listener failed.
pub async fn serve(door: Door, world: Arc<Mutex<World>>, tls: RustlsConfig) -> anyhow::Result<()> {
    let site = door.site;
    let courier = Courier::new(Arc::clone(&world))?;
    let shell = Shell { site, world, courier: courier.clone() };
    let routes = Router::new().fallback(pass).with_state(shell).into_make_service();
    let listening = async {
        if door.secured {
            axum_server::from_tcp_rustls(door.listener, tls)?.serve(routes).await
        } else {
            axum_server::from_tcp(door.listener)?.serve(routes).await
        }
    };
    match site {
        Site::Salesforce | Site::Host | Site::Control => listening.await?,
        Site::Graph => tokio::select! {
            ended = listening => ended?,
            () = courier.rounds() => {}
        },
    }
    Ok(())
}

/// Serves any site over plain HTTP until the process ends: for measurements, which TLS would blur.
///
/// # Errors
/// The listener failed.
pub async fn serve_plain(door: Door, world: Arc<Mutex<World>>) -> anyhow::Result<()> {
    let shell = Shell { site: door.site, courier: Courier::new(Arc::clone(&world))?, world };
    let routes = Router::new().fallback(pass).with_state(shell).into_make_service();
    Ok(axum_server::from_tcp(door.listener)?.serve(routes).await?)
}

/// Hands one request to the world and its answer back.
async fn pass(State(shell): State<Shell>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
        if shell.site == Site::Salesforce {
            return salesforce::too_large().map(Body::from);
        }
        let mut refusal = Response::new(Body::from("the body is too large or broken"));
        *refusal.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
        return refusal;
    };
    let request = http::Request::from_parts(parts, body.to_vec());
    let line = format!("{} {}", request.method(), request.uri().path());
    let with = || shell.world.lock().unwrap_or_else(PoisonError::into_inner);
    let ticket = match with().admit(clock::now(), shell.site, &request) {
        Ok(ticket) => ticket,
        Err(refusal) => return refusal.map(Body::from),
    };
    let mut answer = with().answer(clock::now(), shell.site, request);
    if answer.extensions().get::<Handshake>().is_some() {
        shell.courier.round().await;
        answer = with().graph.concluded(answer);
    }
    tracing::debug!(site = ?shell.site, line, status = answer.status().as_u16());
    if let Some(Late(wait)) = answer.extensions().get::<Late>() {
        tokio::time::sleep(*wait).await;
    }
    with().graph.leave(ticket);
    if answer.extensions().get::<Dropped>().is_some() {
        // Unwinding without the panic hook ends the connection's task, so the client sees a broken connection.
        std::panic::resume_unwind(Box::new(Dropped));
    }
    answer.map(Body::from)
}
