//! Save requests that could not be sent yet (SAV-4): kept on this device, sent when the service answers again, unless they
//! are withdrawn before (UNS-1).
//!
//! Panes share one outbox, so every change reads it again under a lock.

mod entries;

use calbridge_rules::id::RecordId;
use calbridge_wire::{CallError, service::ItemRef};
use chrono::{DateTime, Utc};

pub use self::entries::{Entry, NotKept, Refused};
use crate::kept::Kept;

/// The key of the outbox on the device, and of the lock around it.
pub(crate) const OUTBOX: &str = "outbox";

/// The outbox of this device.
#[derive(Clone, Debug)]
pub struct Outbox {
    kept: Kept,
}

/// What a round of delivery did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// Requests that are no longer waiting: taken or refused.
    pub settled: usize,
    /// Requests that still wait.
    pub waiting: usize,
}

impl Outbox {
    /// The outbox in a device's storage.
    pub fn new(kept: Kept) -> Self {
        Self { kept }
    }

    /// Keeps a request until it can be sent.
    ///
    /// # Errors
    /// The device keeps nothing, or too much already.
    pub async fn keep(&self, entry: Entry) -> Result<(), NotKept> {
        let _turn = self.kept.lock(OUTBOX).await;
        let mut all = self.all();
        entries::add(&mut all, entry)?;
        if self.kept.put(OUTBOX, &all) { Ok(()) } else { Err(NotKept::NoStorage) }
    }

    /// The user's request for an item, if there is one.
    pub fn of(&self, user: &RecordId, item: &ItemRef) -> Option<Entry> {
        self.all().into_iter().find(|entry| entry.is_for(user, item) && !entry.withdrawn)
    }

    /// Takes back the user's request for an item, and gives it, where one waits (UNS-1). The service may have got it although
    /// no answer came, so what waits from now on is the word that it is taken back.
    pub async fn withdraw(&self, user: &RecordId, item: &ItemRef) -> Option<Entry> {
        let mut taken = None;
        self.change(|all| {
            if let Some(entry) =
                all.iter_mut().find(|entry| entry.is_for(user, item) && entry.waits_for(user))
            {
                entry.withdrawn = true;
                taken = Some(entry.clone());
            }
        })
        .await;
        taken
    }

    /// Takes out what is kept for an item: the service has taken a newer request.
    pub async fn forget(&self, user: &RecordId, item: &ItemRef) {
        if self.of(user, item).is_some() {
            self.change(|all| all.retain(|entry| !entry.is_for(user, item))).await;
        }
    }

    /// Sends what waits of a user, each with the key it was kept with, so that a second delivery does nothing.
    pub async fn deliver(
        &self,
        user: &RecordId,
        now: DateTime<Utc>,
        send: impl AsyncFn(Entry) -> Result<(), CallError>,
    ) -> Round {
        let mut round = Round::default();
        if self.all().is_empty() {
            return round;
        }
        self.change(|all| entries::expire(all, now)).await;
        for entry in self.all().into_iter().filter(|entry| entry.waits_for(user)) {
            // Withdrawn, replaced or sent by another pane while others were on their way.
            if !self.all().iter().any(|kept| kept.is_same(&entry)) {
                continue;
            }
            let answer = send(entry.clone()).await;
            let Some(outcome) = entries::outcome(answer) else {
                // The service is out of reach: the rest would wait as well.
                break;
            };
            self.change(|all| entries::settle(all, &entry, outcome)).await;
            round.settled += 1;
        }
        round.waiting = self.all().iter().filter(|entry| entry.waits_for(user)).count();
        round
    }

    async fn change(&self, change: impl FnOnce(&mut Vec<Entry>)) {
        let _turn = self.kept.lock(OUTBOX).await;
        let mut all = self.all();
        change(&mut all);
        if all.is_empty() {
            self.kept.forget(OUTBOX);
        } else {
            // What was kept before stays where the browser refuses now: a request is sent again, under the same key.
            let _ = self.kept.put(OUTBOX, &all);
        }
    }

    fn all(&self) -> Vec<Entry> {
        self.kept.value(OUTBOX).unwrap_or_default()
    }
}
