//! What the service keeps, in SQL: one text for a file on one machine and a server on many.
//!
//! The only module that speaks SQL. Columns are BIGINT and TEXT, instants are milliseconds and come in as arguments.

mod issues;
mod logins;
mod mailboxes;
mod pairs;
mod round;
mod saves;
mod work;

use std::time::Duration;

use sqlx::{Any, AnyPool, Transaction, any::AnyPoolOptions};

pub use logins::{LOGIN_LIMIT, LOGIN_TTL_MS};
pub use mailboxes::{Mailbox, SyncSwitch};
pub use pairs::Pair;
pub use saves::{Accepted, NewSave, Source, WaitingSave};
pub use work::{Lease, NEVER, WorkState};

/// Connections that read at the same time.
const READERS: u32 = 4;
/// Connections to a database server, for reading and writing.
const SERVER_CONNECTIONS: u32 = 16;
/// How long a statement may wait for a connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

/// The service's memory.
#[derive(Clone, Debug)]
pub struct Store {
    writer: AnyPool,
    readers: AnyPool,
}

/// Why something could not be kept or found.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused, or does not answer.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    /// The tables cannot be brought up to date.
    #[error("migrations: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// Another worker has taken the mailbox over: nothing was written.
    #[error("the mailbox was taken over")]
    Fenced,
    /// A row that this build cannot read.
    #[error("a row that cannot be read: {0}")]
    Unreadable(String),
}

impl Store {
    /// Opens the database, makes the file where there is none, and brings its tables up to date.
    ///
    /// # Errors
    /// The database cannot be reached or was written by a newer build.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let store = if url.starts_with("sqlite:") {
            let separator = if url.contains('?') { '&' } else { '?' };
            let url = format!("{url}{separator}mode=rwc");
            Self {
                writer: sqlite_pool(1).connect(&url).await?,
                readers: sqlite_pool(READERS).connect_lazy(&url)?,
            }
        } else {
            let pool = AnyPoolOptions::new()
                .max_connections(SERVER_CONNECTIONS)
                .acquire_timeout(ACQUIRE_TIMEOUT)
                .connect(url)
                .await?;
            Self { writer: pool.clone(), readers: pool }
        };
        // No advisory lock: not every database that speaks PostgreSQL's protocol has one.
        let mut migrations = sqlx::migrate!("./migrations");
        migrations.set_locking(false);
        migrations.run(&store.writer).await?;
        Ok(store)
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// It does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1").execute(&self.readers).await?;
        Ok(())
    }

    async fn begin(&self) -> Result<Transaction<'static, Any>, StoreError> {
        Ok(self.writer.begin().await?)
    }

    /// Forgets what has served its time: keys of old presses, relayed codes, before-values older than 30 days.
    ///
    /// # Errors
    /// The database refused.
    pub async fn sweep(&self, now_ms: i64) -> Result<(), StoreError> {
        const DAY_MS: i64 = 86_400_000;
        let old = [
            ("DELETE FROM save_keys WHERE created_at < $1", now_ms - 7 * DAY_MS),
            ("DELETE FROM journal WHERE written_at < $1", now_ms - 30 * DAY_MS),
            ("DELETE FROM logins WHERE until_at < $1", now_ms),
            ("DELETE FROM creating WHERE until_at < $1", now_ms),
        ];
        for (sql, before) in old {
            sqlx::query(sql).bind(before).execute(&self.writer).await?;
        }
        Ok(())
    }
}

fn sqlite_pool(connections: u32) -> AnyPoolOptions {
    AnyPoolOptions::new().max_connections(connections).acquire_timeout(ACQUIRE_TIMEOUT).after_connect(
        |connection, _| {
            Box::pin(async move {
                for pragma in ["PRAGMA journal_mode = WAL", "PRAGMA synchronous = NORMAL"] {
                    sqlx::query(pragma).execute(&mut *connection).await?;
                }
                Ok(())
            })
        },
    )
}
