//! Connections that read.
//!
//! Those to a file are kept here and not given back: a pool asks each that comes back whether it stands, which takes as long as
//! a small question, and no file breaks a connection.

use std::{
    ops::{Deref, DerefMut},
    sync::Arc,
    time::Duration,
};

use sqlx::{Any, AnyConnection, AnyPool, pool::PoolConnection};
use tokio::{
    sync::{Mutex, OwnedMappedMutexGuard, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

/// A place of a connection that is kept, empty until it is first needed.
type Place = Arc<Mutex<Option<AnyConnection>>>;

/// Connections that read.
#[derive(Clone, Debug)]
pub(super) struct Readers {
    pool: AnyPool,
    kept: Option<Kept>,
}

#[derive(Clone, Debug)]
struct Kept {
    places: Vec<Place>,
    /// One for each place.
    turns: Arc<Semaphore>,
    patience: Duration,
}

/// A connection that reads, until it is dropped.
pub(super) enum Reader {
    /// Goes back to its pool.
    Pooled(PoolConnection<Any>),
    /// Stays in its place, which is free before somebody else has the turn.
    Kept {
        connection: OwnedMappedMutexGuard<Option<AnyConnection>, AnyConnection>,
        _turn: OwnedSemaphorePermit,
    },
}

impl Readers {
    /// Connections of a pool, which others may use too.
    pub(super) fn of(pool: AnyPool) -> Self {
        Self { pool, kept: None }
    }

    /// So many connections of a pool that are kept; somebody waits so long until one is idle.
    pub(super) fn keeping(pool: AnyPool, count: u32, patience: Duration) -> Self {
        let places: Vec<Place> = (0..count).map(|_| Place::default()).collect();
        let turns = Arc::new(Semaphore::new(places.len()));
        Self { pool, kept: Some(Kept { places, turns, patience }) }
    }

    /// A connection.
    ///
    /// # Errors
    /// All are busy for too long, or a new one could not be opened.
    pub(super) async fn reader(&self) -> Result<Reader, sqlx::Error> {
        let Some(kept) = &self.kept else { return Ok(Reader::Pooled(self.pool.acquire().await?)) };
        let turn = timeout(kept.patience, Arc::clone(&kept.turns).acquire_owned()).await;
        let turn = turn.map_err(|_| sqlx::Error::PoolTimedOut)?.map_err(|_| sqlx::Error::PoolClosed)?;
        // The first one: what it read lately is still in memory.
        let free = kept.places.iter().find_map(|place| Arc::clone(place).try_lock_owned().ok());
        let mut place = free.ok_or(sqlx::Error::PoolTimedOut)?;
        if place.is_none() {
            *place = Some(self.pool.acquire().await?.detach());
        }
        let connection =
            OwnedMutexGuard::try_map(place, Option::as_mut).map_err(|_| sqlx::Error::PoolClosed)?;
        Ok(Reader::Kept { connection, _turn: turn })
    }

    /// Whether a question is under way.
    pub(super) fn are_at_work(&self) -> bool {
        match &self.kept {
            Some(kept) => kept.turns.available_permits() < kept.places.len(),
            None => self.pool.size() as usize > self.pool.num_idle(),
        }
    }
}

impl Deref for Reader {
    type Target = AnyConnection;

    fn deref(&self) -> &AnyConnection {
        match self {
            Self::Pooled(connection) => connection,
            Self::Kept { connection, .. } => connection,
        }
    }
}

impl DerefMut for Reader {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        match self {
            Self::Pooled(connection) => connection,
            Self::Kept { connection, .. } => connection,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use sqlx::{Executor, any::AnyPoolOptions};

    use super::*;

    fn readers(count: u32, patience: Duration) -> Readers {
        sqlx::any::install_default_drivers();
        let options = AnyPoolOptions::new().max_connections(count);
        // Each connection is a database of its own.
        Readers::keeping(options.connect_lazy("sqlite::memory:").unwrap(), count, patience)
    }

    #[tokio::test]
    async fn a_connection_that_is_dropped_answers_the_next_question() {
        let readers = readers(2, Duration::from_secs(5));
        readers.reader().await.unwrap().execute("CREATE TABLE seen (who TEXT)").await.unwrap();
        assert!(!readers.are_at_work());
        let mut same = readers.reader().await.unwrap();
        same.execute("SELECT who FROM seen").await.unwrap();
        assert!(readers.are_at_work());
        let mut other = readers.reader().await.unwrap();
        assert!(other.execute("SELECT who FROM seen").await.is_err(), "two at a time are two connections");
    }

    #[tokio::test]
    async fn who_waits_too_long_for_a_connection_is_told() {
        let readers = readers(1, Duration::ZERO);
        let busy = readers.reader().await.unwrap();
        assert!(matches!(readers.reader().await.err(), Some(sqlx::Error::PoolTimedOut)));
        drop(busy);
        assert!(readers.reader().await.is_ok());
    }
}
