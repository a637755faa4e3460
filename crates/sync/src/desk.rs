//! Where the sessions of many mailboxes hand in what they want of the org, so that one call serves all of them.
//!
//! What was handed in leaves when every session that runs is waiting, when one call is full, when somebody waits for a save,
//! or after a while. Whoever waits carries: the first one to see that something is due makes the call for everybody.

mod load;
mod portions;

use std::{
    collections::VecDeque,
    pin::pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use calbridge_engine::ports::Trouble;
use calbridge_wire::salesforce::event::COLLECTION_LIMIT;
use tokio::sync::{
    Notify,
    oneshot::{self, error::TryRecvError},
};

use crate::org::Org;

use load::{Load, Trays};

/// Into how many parts the time falls in which sessions meet: a question waits for others for one of them at most.
const MEETINGS: u32 = 6;

/// The desk of one process.
#[derive(Debug)]
pub struct Desk {
    /// Sessions that run side by side at most.
    capacity: usize,
    /// How long a question waits for others at most.
    patience: Duration,
    state: Mutex<State>,
    /// Rings when something is due that nobody carries.
    bell: Notify,
}

#[derive(Debug, Default)]
struct State {
    /// Sessions that run.
    seated: usize,
    /// Those of them that wait for an answer.
    waiting: usize,
    /// Whether other sessions are about to begin.
    more_to_come: bool,
    trays: Trays,
    due: VecDeque<Load>,
}

/// Whether somebody waits for a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// Somebody pressed Save, or Sync now.
    Pressed,
    /// Nobody does.
    Background,
}

impl Desk {
    /// A desk for so many sessions at once, which begin together every `linger`.
    pub fn new(capacity: usize, linger: Duration) -> Arc<Self> {
        let patience = linger / MEETINGS;
        Arc::new(Self { capacity, patience, state: Mutex::default(), bell: Notify::new() })
    }

    /// A place for a session, which others wait for until it is dropped.
    pub fn sit(self: &Arc<Self>) -> Place {
        self.locked().seated += 1;
        Place { desk: Arc::clone(self), open: Arc::default() }
    }

    /// Sessions that run.
    pub fn sessions(&self) -> usize {
        self.locked().seated
    }

    /// Says whether other sessions are about to begin, for which those that wait shall wait.
    pub fn expect_more(&self, more_to_come: bool) {
        self.locked().more_to_come = more_to_come;
        self.ring_if_due();
    }

    fn locked(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ring_if_due(&self) {
        let state = self.locked();
        if state.waiting > 0 && state.is_due(self.capacity) {
            self.bell.notify_one();
        }
    }

    /// Something to carry, if anything is due; `is_urgent` makes everything due that was handed in.
    fn take(&self, is_urgent: bool) -> Option<Load> {
        let mut state = self.locked();
        if is_urgent || state.is_due(self.capacity) {
            let loads = state.trays.empty();
            state.due.extend(loads);
        }
        let load = state.due.pop_front();
        if !state.due.is_empty() {
            self.bell.notify_one();
        }
        load
    }
}

impl State {
    fn is_due(&self, capacity: usize) -> bool {
        let everybody_waits = self.waiting >= self.seated;
        let is_complete = everybody_waits && (!self.more_to_come || self.seated >= capacity);
        is_complete || self.trays.fullest() >= COLLECTION_LIMIT
    }
}

/// A session's place at the desk.
#[derive(Debug)]
pub struct Place {
    desk: Arc<Desk>,
    /// Questions of this session that are not answered yet.
    open: Arc<AtomicUsize>,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut state = self.desk.locked();
        state.seated = state.seated.saturating_sub(1);
        drop(state);
        self.desk.ring_if_due();
    }
}

/// A session at its place, with the org to ask.
#[derive(Clone, Copy, Debug)]
pub struct Seat<'a> {
    /// Its place.
    pub place: &'a Place,
    /// The org.
    pub org: &'a Org,
    /// Whether somebody waits for it.
    pub pace: Pace,
}

impl Seat<'_> {
    /// Hands something in and waits for its answer; nothing where whoever carried it broke off.
    pub(crate) async fn ask<Q, A>(
        &self,
        tray: fn(&mut Trays) -> &mut Vec<Slip<Q, A>>,
        asked: Vec<Q>,
    ) -> Option<A> {
        let (tell, told) = oneshot::channel();
        {
            let Place { desk, open } = self.place;
            let mut state = desk.locked();
            if open.fetch_add(1, Ordering::SeqCst) == 0 {
                state.waiting += 1;
            }
            let turn = Turn { desk: Arc::clone(desk), open: Arc::clone(open) };
            tray(&mut state.trays).push(Slip { asked, turn: Some(turn), tell });
        }
        self.answer(told).await
    }

    async fn answer<A>(&self, mut told: oneshot::Receiver<A>) -> Option<A> {
        let desk = &self.place.desk;
        // What a session asks side by side is handed in before anybody leaves with it.
        tokio::task::yield_now().await;
        let mut patience = pin!(tokio::time::sleep(desk.patience));
        let mut is_urgent = self.pace == Pace::Pressed;
        loop {
            let bell = desk.bell.notified();
            match told.try_recv() {
                Ok(answer) => return Some(answer),
                Err(TryRecvError::Closed) => return None,
                Err(TryRecvError::Empty) => {}
            }
            if let Some(load) = desk.take(is_urgent) {
                let broken_off = Carrying(desk);
                load.carry(self.org).await;
                drop(broken_off);
                continue;
            }
            tokio::select! {
                biased;
                answer = &mut told => return answer.ok(),
                () = bell => {}
                () = &mut patience, if !is_urgent => is_urgent = true,
            }
        }
    }

    /// Refuses what nobody waits for while the org's calls run out.
    pub(crate) fn may_ask(&self) -> Result<(), Trouble> {
        match (self.pace, self.org.standstill()) {
            (Pace::Pressed, _) | (Pace::Background, None) => Ok(()),
            (Pace::Background, Some(still)) => {
                let wait_ms = u64::try_from(still.until_ms - self.org.now_ms()).unwrap_or(0);
                Err(Trouble::Later { retry_after_ms: Some(wait_ms) })
            }
        }
    }
}

/// Lets somebody else go on when a carrier breaks off.
struct Carrying<'a>(&'a Desk);

impl Drop for Carrying<'_> {
    fn drop(&mut self) {
        if !self.0.locked().due.is_empty() {
            self.0.bell.notify_one();
        }
    }
}

/// What one session handed in.
#[derive(Debug)]
pub(crate) struct Slip<Q, A> {
    asked: Vec<Q>,
    turn: Option<Turn>,
    tell: oneshot::Sender<A>,
}

/// Answers slips: first nobody waits any more, then everybody hears, so that the first to go on does not leave without the
/// others.
fn answer<Q, A>(mut slips: Vec<(Slip<Q, A>, A)>) {
    for (slip, _) in &mut slips {
        slip.turn = None;
    }
    for (slip, answer) in slips {
        // Nobody listens where the session was broken off.
        drop(slip.tell.send(answer));
    }
}

/// A session's waiting for one answer.
#[derive(Debug)]
struct Turn {
    desk: Arc<Desk>,
    open: Arc<AtomicUsize>,
}

impl Drop for Turn {
    fn drop(&mut self) {
        if self.open.fetch_sub(1, Ordering::SeqCst) == 1 {
            let mut state = self.desk.locked();
            state.waiting = state.waiting.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests;
