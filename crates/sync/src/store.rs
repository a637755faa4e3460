//! What the service keeps, in SQL: one text for a file on one machine and a server on many.
//!
//! The only module that speaks SQL. Columns are BIGINT and TEXT, instants are milliseconds and come in as arguments.

mod clashes;
mod gate;
mod intended;
mod invitations;
mod issues;
mod journal;
mod key_field;
mod keys;
mod lacking;
mod left;
mod left_out;
mod links;
mod logins;
mod mailboxes;
mod newcomers;
mod news;
mod over;
mod paired;
mod pairs;
mod pass;
mod present;
mod readers;
mod refused;
mod related;
mod rows;
mod rulings;
mod saves;
mod series;
mod settings;
mod shown;
mod standstill;
mod subscriptions;
mod told;
mod trouble;
mod verdicts;
mod waits;
mod wanted;
mod withdrawn;
mod work;
mod workers;

use std::time::Duration;

use sqlx::{Any, AnyPool, Executor, Transaction, any::AnyPoolOptions, migrate::MigrateError};

use self::readers::{Reader, Readers};

pub use gate::{Gate, Passing, Shut, Side, Verdict};
pub use invitations::WaitingInvitation;
pub use issues::{IssueFilter, KeptIssue, Stoppage, WhyStopped};
pub use journal::{ByHand, JOURNAL_DAYS, JournalEntry};
pub use key_field::KeyFieldHad;
pub use keys::{KEY_TTL_MS, VISIT_TTL_MS};
pub use lacking::{Lack, LackOf};
pub use links::{Link, Unlinked};
pub use logins::{LOGIN_LIMIT, LOGIN_TTL_MS};
pub use mailboxes::{BRAKED, Mailbox, SyncSwitch};
pub use newcomers::MadeRecord;
pub(crate) use news::FIRST_LOOK_MS;
pub use news::{Told, Watch};
pub use pairs::Pair;
pub use present::{Part, Present};
pub use saves::{Accepted, NewSave, Source, WaitingSave};
pub use settings::{Change, OrgValue};
pub use subscriptions::{Heard, Subscription};
pub use trouble::StoreError;
pub use verdicts::Judged;
pub use waits::{Clashed, Held};
pub use wanted::{KnownSource, RecordNews, SourceIs};
pub use work::{Lease, NEVER, WorkState};
pub use workers::{Backlog, SILENCE_MS};

/// Connections that read at the same time.
const READERS: u32 = 4;
/// Connections to a database server, for reading and writing.
const SERVER_CONNECTIONS: u32 = 16;
/// How long a statement may wait for a connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// Attempts to open the database at start, of so long each.
const CONNECT_TRIES: u32 = 6;
/// How often the tables are brought up to date before somebody must look: processes that start together do it all at once,
/// and all but one fail.
const MIGRATION_TRIES: u32 = 8;
/// The wait after the first failure; it grows with each.
const MIGRATION_PAUSE: Duration = Duration::from_millis(100);
/// What a connection to a server is told first: nobody waits for ever, neither for a lock nor on a transaction whose
/// process is gone.
const SERVER_LIMITS: [&str; 3] = [
    "SET lock_timeout = '5s'",
    "SET statement_timeout = '20s'",
    "SET idle_in_transaction_session_timeout = '60s'",
];
/// What a connection to a file is told first.
const FILE_SETTINGS: [&str; 6] = [
    // In bytes, of a file that is new: a pair takes most of a smaller page.
    "PRAGMA page_size = 8192",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    // In KiB.
    "PRAGMA cache_size = -8000",
    // In pages: what is kept in the log is written once, however often it changed.
    "PRAGMA wal_autocheckpoint = 4000",
    // What a statement of many rows would undo if it failed in its middle: a few pages, for which no file is made.
    "PRAGMA temp_store = MEMORY",
];

/// The service's memory.
#[derive(Clone, Debug)]
pub struct Store {
    writer: AnyPool,
    readers: Readers,
    gate: Option<Gate>,
}

impl Store {
    /// Opens the database, makes the file where there is none, and brings its tables up to date.
    ///
    /// # Errors
    /// The database cannot be reached or was written by a newer build.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let store = if is_in_memory(url) {
            // The database is its one connection, which must never go.
            let pool = connect(file_pool(1).idle_timeout(None).max_lifetime(None), url).await?;
            Self { writer: pool.clone(), readers: Readers::of(pool), gate: None }
        } else if url.starts_with("sqlite:") {
            let separator = if url.contains('?') { '&' } else { '?' };
            let url = format!("{url}{separator}mode=rwc");
            Self {
                writer: connect(file_pool(1), &url).await?,
                readers: Readers::keeping(file_pool(READERS).connect_lazy(&url)?, READERS, ACQUIRE_TIMEOUT),
                gate: None,
            }
        } else {
            let pool = connect(pool(SERVER_CONNECTIONS, &SERVER_LIMITS), url).await?;
            Self { writer: pool.clone(), readers: Readers::of(pool), gate: None }
        };
        store.migrate().await?;
        Ok(store)
    }

    async fn migrate(&self) -> Result<(), StoreError> {
        // No advisory lock: not every database that speaks PostgreSQL's protocol has one.
        let mut migrations = sqlx::migrate!("./migrations");
        migrations.set_locking(false);
        for turn in 1..MIGRATION_TRIES {
            match migrations.run(&self.writer).await {
                Ok(()) => return Ok(()),
                Err(MigrateError::Execute(_) | MigrateError::ExecuteMigration(..)) => {
                    tokio::time::sleep(MIGRATION_PAUSE * turn).await;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(migrations.run(&self.writer).await?)
    }

    /// Whether a statement is under way: whoever moves a clock by hand waits for it.
    pub fn is_at_work(&self) -> bool {
        self.writer.size() as usize > self.writer.num_idle() || self.readers.are_at_work()
    }

    async fn reader(&self) -> Result<Reader, StoreError> {
        Ok(self.readers.reader().await?)
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
            ("DELETE FROM journal WHERE written_at < $1", now_ms - JOURNAL_DAYS * DAY_MS),
            ("DELETE FROM page_keys WHERE until_at < $1", now_ms),
            ("DELETE FROM logins WHERE until_at < $1", now_ms),
            ("DELETE FROM creating WHERE until_at < $1", now_ms),
            ("DELETE FROM intended WHERE written_at < $1", now_ms - 30 * DAY_MS),
            ("DELETE FROM unlinked WHERE written_at < $1", now_ms - 30 * DAY_MS),
            ("DELETE FROM making WHERE until_at < $1", now_ms),
            ("DELETE FROM made WHERE made_at < $1", now_ms - JOURNAL_DAYS * DAY_MS),
            ("DELETE FROM workers WHERE seen_at < $1", now_ms - DAY_MS),
            ("DELETE FROM news WHERE heard >= revision AND again_at = 0 AND stamp < $1", now_ms - DAY_MS),
            ("DELETE FROM clashes WHERE seen_at < $1", now_ms - 30 * DAY_MS),
            ("DELETE FROM verdicts WHERE seen_at < $1", now_ms - 90 * DAY_MS),
            ("DELETE FROM invitations WHERE since_at < $1", now_ms - 90 * DAY_MS),
        ];
        for (sql, before) in old {
            sqlx::query(sql).bind(before).execute(&self.writer).await?;
        }
        Ok(())
    }
}

fn is_in_memory(url: &str) -> bool {
    matches!(url, "sqlite::memory:" | "sqlite://:memory:")
}

/// The first connection. A file on a busy disk takes its time; a server that is not there says so at once.
async fn connect(options: AnyPoolOptions, url: &str) -> Result<AnyPool, sqlx::Error> {
    for _ in 1..CONNECT_TRIES {
        match options.clone().connect(url).await {
            Err(sqlx::Error::PoolTimedOut) => {}
            settled => return settled,
        }
    }
    options.connect(url).await
}

/// Connections to a file, which nobody breaks: they are not asked whether they stand before each statement.
fn file_pool(connections: u32) -> AnyPoolOptions {
    pool(connections, &FILE_SETTINGS).test_before_acquire(false)
}

fn pool(connections: u32, first: &'static [&'static str]) -> AnyPoolOptions {
    AnyPoolOptions::new().max_connections(connections).acquire_timeout(ACQUIRE_TIMEOUT).after_connect(
        move |connection, _| {
            Box::pin(async move {
                for &statement in first {
                    connection.execute(statement).await?;
                }
                Ok(())
            })
        },
    )
}

#[cfg(test)]
mod tests;
