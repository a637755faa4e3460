//! What a process holds in memory that serves many mailboxes in which nothing happens. Run in a process of its own, against
//! answers that are made up on the spot: the stand-in's world would be larger than what is measured.

use std::sync::Arc;

use calbridge_rules::{
    category::MASTER_LIST,
    id::{Address, RecordId},
};
use calbridge_sync::{
    app::App,
    clock::Clock,
    store::{Store, SyncSwitch},
    transport::{Sending, Transport},
    worker,
};
use calbridge_wire::{Reply, message::Request};
use chrono::{DateTime, TimeDelta};
use serde_json::{Value, json};

use crate::clock::resident_bytes;
use crate::premises::Premises;

/// Sessions of each mailbox.
const SESSIONS: usize = 6;

/// Vendors in whose mailboxes and org nothing ever happens.
struct Quiet;

impl Transport for Quiet {
    fn send(&self, request: Request) -> Sending<'_> {
        let names: Vec<Value> =
            MASTER_LIST.iter().map(|one| json!({ "displayName": one.name, "color": "preset7" })).collect();
        let body = if request.url.contains("oauth2") {
            json!({ "token_type": "Bearer", "access_token": "t", "expires_in": 3600, "instance_url": "https://o" })
        } else if request.url.contains("masterCategories") {
            json!({ "value": names })
        } else if request.url.contains("/query") {
            json!({ "totalSize": 0, "done": true, "records": [] })
        } else {
            let link = format!("{}?$deltatoken=quiet", request.url.split('?').next().unwrap_or_default());
            json!({ "value": [], "@odata.deltaLink": link })
        };
        let reply = Reply { status: 200, headers: Vec::new(), body: body.to_string().into_bytes() };
        Box::pin(std::future::ready(Ok(reply)))
    }
}

/// Serves mailboxes for a while and tells what the process holds then.
///
/// # Errors
/// The service fails.
pub async fn measure(mailboxes: usize) -> anyhow::Result<Value> {
    let premises = Premises::open(false)?;
    let directory = tempfile::tempdir()?;
    let mut config = premises.config.clone();
    config.database_url = format!("sqlite://{}", directory.path().join("calbridge.sqlite").display());
    config.worker.mailboxes_at_once = 16;
    let clock = Clock::standing_at(DateTime::from_timestamp(1_773_820_800, 0).unwrap_or_default());
    let store = Store::open(&config.database_url).await?;
    let app = Arc::new(App::new(config, store, clock.clone(), Arc::new(Quiet))?);
    let empty = resident_bytes();
    for at in 0..mailboxes {
        let user = RecordId::parse(&format!("005{at:012}AAA"))?;
        let address = Address::parse(&format!("user{at}@quiet.example"))?;
        let (name, now_ms) = ("Somebody", app.now_ms());
        app.store.mailbox_at_sign_in(&user, name, &address, SyncSwitch::Active, now_ms).await?;
    }
    let mut served = 0;
    for _ in 0..SESSIONS {
        served += worker::run_due_together(&app, "bench").await?;
        clock.set(clock.now() + TimeDelta::minutes(11));
    }
    let held = resident_bytes();
    Ok(json!({ "mailboxes": mailboxes, "sessions": served, "resident_bytes": held,
        "resident_bytes_before": empty, "limit_resident_bytes": 50_000_000 }))
}
