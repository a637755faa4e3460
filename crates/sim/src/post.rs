//! Carries what Graph tells of changes to the service (F7 of the module [`crate`]'s faults): the stand-in loses, doubles and
//! delays it, and whoever carries it finds nobody there now and then.

use std::sync::{Arc, Mutex};

use calbridge_standin::{World, graph::subscriptions::Parcel};
use calbridge_sync::{app::App, notices};
use calbridge_wire::graph::subscription;
use chrono::{DateTime, Utc};
use http::Response;
use rand::{Rng, SeedableRng, rngs::SmallRng};

use crate::locked;

/// Where the service hears of changes.
pub const ADDRESS: &str = "https://sync.example/v1/notices";
/// How often nobody opens.
const UNHEARD: f64 = 0.1;

/// The post of a run.
pub struct Post {
    /// A process that only listens.
    app: App,
    chance: SmallRng,
}

impl Post {
    /// A post to a process.
    pub fn new(app: App, seed: u64) -> Self {
        Self { app, chance: SmallRng::seed_from_u64(seed ^ 0x706f_7374) }
    }

    /// Carries everything that is on its way.
    ///
    /// # Errors
    /// The store failed where no fault was, or Graph tells what nobody understands.
    pub async fn carry(&mut self, world: &Arc<Mutex<World>>, now: DateTime<Utc>) -> anyhow::Result<usize> {
        let parcels = locked(world).outgoing(now);
        let count = parcels.len();
        for parcel in parcels {
            let answer = match handshake(&parcel) {
                Some(answer) => Some(answer),
                None if self.chance.random_bool(UNHEARD) => None,
                None => {
                    notices::hear(&self.app, &subscription::notices(parcel.body.as_bytes())?).await?;
                    Some(Response::new(Vec::new()))
                }
            };
            locked(world).delivered(now, parcel, answer.as_ref());
        }
        Ok(count)
    }
}

/// The answer to a handshake, which repeats its token; nothing for anything else.
pub fn handshake(parcel: &Parcel) -> Option<Response<Vec<u8>>> {
    if !parcel.body.is_empty() {
        return None;
    }
    let token = parcel.url.split("validationToken=").nth(1).unwrap_or_default();
    Some(Response::new(decoded(token)))
}

fn decoded(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let hex: String = rest.by_ref().take(2).map(char::from).collect();
                bytes.extend(u8::from_str_radix(&hex, 16).ok());
            }
            other => bytes.push(other),
        }
    }
    bytes
}
