//! Carries what the World wants to send to its subscribers: on loopback only, whoever asks.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context;
use http::Response;

use crate::graph::subscriptions::Parcel;
use crate::{World, clock};

/// How often the outbox is looked through.
const ROUND: Duration = Duration::from_millis(100);
/// How long a subscriber may take, as Graph has it.
const PATIENCE: Duration = Duration::from_secs(10);

/// Takes parcels out of the outbox and brings back the answers.
#[derive(Clone, Debug)]
pub(crate) struct Courier {
    world: Arc<Mutex<World>>,
    client: reqwest::Client,
    /// One round at a time, so that whoever waits for a handshake finds it done.
    turn: Arc<tokio::sync::Mutex<()>>,
}

impl Courier {
    pub(crate) fn new(world: Arc<Mutex<World>>) -> anyhow::Result<Self> {
        // Subscribers on loopback have certificates that nobody signed.
        let client = reqwest::Client::builder()
            .danger_accept_invalid_certs(true)
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE)
            .no_proxy()
            .build()
            .context("the courier's HTTP client")?;
        Ok(Self { world, client, turn: Arc::default() })
    }

    /// Delivers everything that is due now.
    pub(crate) async fn round(&self) {
        let _turn = self.turn.lock().await;
        let parcels = self.with(|world| world.outgoing(clock::now()));
        for parcel in parcels {
            let answer = self.carry(&parcel).await;
            self.with(|world| world.delivered(clock::now(), parcel, answer.as_ref()));
        }
    }

    /// Delivers for as long as the process lives.
    pub(crate) async fn rounds(&self) {
        loop {
            self.round().await;
            tokio::time::sleep(ROUND).await;
        }
    }

    fn with<T>(&self, act: impl FnOnce(&mut World) -> T) -> T {
        act(&mut self.world.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The subscriber's answer, or nothing when there is none or it is not on loopback.
    async fn carry(&self, parcel: &Parcel) -> Option<Response<Vec<u8>>> {
        let request = parcel.request().ok()?;
        let host = request.uri().host()?;
        if !["localhost", "127.0.0.1", "[::1]"].contains(&host) {
            tracing::warn!(host, "a subscriber outside loopback gets nothing");
            return None;
        }
        let request = reqwest::Request::try_from(request).ok()?;
        let answer = self.client.execute(request).await.ok()?;
        let mut carried = Response::new(Vec::new());
        *carried.status_mut() = answer.status();
        *carried.body_mut() = answer.bytes().await.ok()?.to_vec();
        Some(carried)
    }
}
