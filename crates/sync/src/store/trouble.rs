//! Why something could not be kept or found, by what is to be done about it.

use sqlx::migrate::MigrateError;

/// Why something could not be kept or found. Nothing of what was to be written is there.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Others hold what is needed, or the database is away: the same call may succeed later.
    #[error("the database is busy or away, which is tried again: {0}")]
    Busy(#[source] sqlx::Error),
    /// There is no room left.
    #[error("the disk of the database is full; make room, and everything goes on by itself: {0}")]
    Full(#[source] sqlx::Error),
    /// It can be read only.
    #[error(
        "the database cannot be written; see that the service's account owns its file and folder, or that the server is \
         no standby: {0}"
    )]
    ReadOnly(#[source] sqlx::Error),
    /// The database refused.
    #[error("database: {0}")]
    Database(#[source] sqlx::Error),
    /// The tables cannot be brought up to date.
    #[error("the tables cannot be brought up to date; was the database written by a newer build? {0}")]
    Migration(#[source] MigrateError),
    /// Another worker has taken the mailbox over: nothing was written.
    #[error("the mailbox was taken over")]
    Fenced,
    /// A row that this build cannot read.
    #[error("a row that cannot be read: {0}")]
    Unreadable(String),
}

impl StoreError {
    /// Whether the same call may succeed later, without anybody changing the program or the configuration.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Busy(_) | Self::Full(_) | Self::ReadOnly(_) => true,
            Self::Database(_) | Self::Migration(_) | Self::Fenced | Self::Unreadable(_) => false,
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match cause(&error) {
            Cause::Busy => Self::Busy(error),
            Cause::Full => Self::Full(error),
            Cause::ReadOnly => Self::ReadOnly(error),
            Cause::Other => Self::Database(error),
        }
    }
}

impl From<MigrateError> for StoreError {
    #[expect(clippy::wildcard_enum_match_arm, reason = "the other cases are the library's to add to")]
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::Execute(inner) | MigrateError::ExecuteMigration(inner, _)
                if cause(&inner) != Cause::Other =>
            {
                Self::from(inner)
            }
            other => Self::Migration(other),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cause {
    Busy,
    Full,
    ReadOnly,
    Other,
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the other cases are the library's to add to")]
fn cause(error: &sqlx::Error) -> Cause {
    match error {
        sqlx::Error::PoolTimedOut | sqlx::Error::Io(_) | sqlx::Error::WorkerCrashed => Cause::Busy,
        sqlx::Error::Database(refusal) => refusal.code().map_or(Cause::Other, |code| cause_of_code(&code)),
        _ => Cause::Other,
    }
}

/// PostgreSQL's codes have five places (its appendix A), SQLite's extended result codes are numbers of at most four.
fn cause_of_code(code: &str) -> Cause {
    if code.len() < 5 {
        return match code.parse::<u32>().map(|extended| extended & 0xff) {
            Ok(5 | 6) => Cause::Busy,
            Ok(13) => Cause::Full,
            Ok(8) => Cause::ReadOnly,
            Ok(_) | Err(_) => Cause::Other,
        };
    }
    match (&code[..2], code) {
        (_, "53100") => Cause::Full,
        (_, "25006") => Cause::ReadOnly,
        // Broken connections; serialization and deadlocks; out of something; a lock or an operator in the way; an
        // operator's shutdown.
        ("08" | "40" | "53" | "55" | "57", _) => Cause::Busy,
        _ => Cause::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(code: &str, expected: Cause) {
        assert_eq!(cause_of_code(code), expected, "{code}");
    }

    #[test]
    fn what_passes_by_itself_is_told_from_what_a_person_must_mend() {
        // SQLITE_BUSY, SQLITE_BUSY_SNAPSHOT, SQLITE_LOCKED
        for code in ["5", "517", "6"] {
            check(code, Cause::Busy);
        }
        check("13", Cause::Full);
        // SQLITE_READONLY, SQLITE_READONLY_DBMOVED
        check("8", Cause::ReadOnly);
        check("1032", Cause::ReadOnly);
        check("19", Cause::Other);
        // connection_failure, serialization_failure, deadlock_detected, too_many_connections, lock_not_available,
        // query_canceled, admin_shutdown
        for code in ["08006", "40001", "40P01", "53300", "55P03", "57014", "57P01"] {
            check(code, Cause::Busy);
        }
        check("53100", Cause::Full);
        check("25006", Cause::ReadOnly);
        check("42P01", Cause::Other);
    }

    #[test]
    fn an_error_says_what_to_do() {
        let error = StoreError::from(sqlx::Error::PoolTimedOut);
        assert!(error.to_string().contains("tried again") && error.may_pass(), "{error}");
        let full = StoreError::Full(sqlx::Error::PoolClosed).to_string();
        assert!(full.contains("make room"), "{full}");
    }
}
