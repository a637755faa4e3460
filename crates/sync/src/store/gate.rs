//! Where a worker's transactions reach the database and leave it: open, unless the simulation stands there, which decides
//! who passes first, lets the database be busy or full, and kills workers on either side.

use std::{fmt, future::Future, pin::Pin, sync::Arc};

use super::{Lease, Store, StoreError};

/// On which side of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// It has not begun.
    Before,
    /// It is committed.
    After,
}

/// A transaction that passes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passing {
    /// What it does, as the store's method is named.
    pub what: &'static str,
    /// On which side of it.
    pub side: Side,
    /// The lease it is made under, if any.
    pub lease: Option<Lease>,
}

/// Why a transaction does not pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shut {
    /// Others hold what is needed; after a commit, its answer was lost.
    Busy,
    /// There is no room left.
    Full,
}

/// Whether a transaction passes, sooner or later.
pub type Verdict = Pin<Box<dyn Future<Output = Result<(), Shut>> + Send>>;

/// Stands between the workers and the database.
#[derive(Clone)]
pub struct Gate(Arc<dyn Fn(Passing) -> Verdict + Send + Sync>);

impl Gate {
    /// A gate that asks.
    pub fn new(ask: impl Fn(Passing) -> Verdict + Send + Sync + 'static) -> Self {
        Self(Arc::new(ask))
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Gate(…)")
    }
}

impl Store {
    /// The same database behind a gate.
    #[must_use]
    pub fn behind(mut self, gate: Gate) -> Self {
        self.gate = Some(gate);
        self
    }

    pub(super) async fn before(&self, what: &'static str, lease: Option<&Lease>) -> Result<(), StoreError> {
        self.pass(what, Side::Before, lease).await
    }

    pub(super) async fn after(&self, what: &'static str, lease: Option<&Lease>) -> Result<(), StoreError> {
        self.pass(what, Side::After, lease).await
    }

    async fn pass(&self, what: &'static str, side: Side, lease: Option<&Lease>) -> Result<(), StoreError> {
        let Some(Gate(ask)) = &self.gate else { return Ok(()) };
        ask(Passing { what, side, lease: lease.cloned() }).await.map_err(|shut| match shut {
            Shut::Busy => StoreError::Busy(sqlx::Error::PoolTimedOut),
            Shut::Full => StoreError::Full(sqlx::Error::PoolTimedOut),
        })
    }
}
