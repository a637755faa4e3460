//! The databases that tests run on: a SQLite file, SQLite in memory, and PostgreSQL where `TEST_DATABASE_URL` names a server.

use std::{future::Future, thread};

use calbridge_sync::store::Store;
use sqlx::{AnyPool, AssertSqlSafe, ConnectOptions, Connection, any::AnyConnectOptions};

/// The variable that names a PostgreSQL server, on which every test makes a database of its own.
pub(crate) const SERVER: &str = "TEST_DATABASE_URL";

/// A kind of database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Database {
    SqliteFile,
    SqliteMemory,
    Postgresql,
}

/// A database of its own, which is gone with this value.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) url: String,
    pub(crate) database: Database,
    kept: Kept,
}

#[derive(Debug)]
enum Kept {
    Nowhere,
    In {
        #[expect(dead_code, reason = "it is deleted with the place")]
        directory: tempfile::TempDir,
    },
    On {
        server: String,
        name: String,
    },
}

impl Place {
    /// A new database; none where there is no server and none is demanded.
    pub(crate) async fn new(database: Database) -> Option<Self> {
        sqlx::any::install_default_drivers();
        match database {
            Database::SqliteFile => {
                let directory = tempfile::tempdir().unwrap();
                let url = format!("sqlite://{}", directory.path().join("calbridge.sqlite").display());
                Some(Self { url, database, kept: Kept::In { directory } })
            }
            Database::SqliteMemory => {
                Some(Self { url: "sqlite::memory:".to_owned(), database, kept: Kept::Nowhere })
            }
            Database::Postgresql => {
                let server = server()?;
                let name = format!("calbridge_test_{}_{:08x}", std::process::id(), rand::random::<u32>());
                order(&server, format!("CREATE DATABASE {name}")).await;
                Some(Self { url: on_server(&server, &name), database, kept: Kept::On { server, name } })
            }
        }
    }

    /// The store on it, as one process of the service opens it.
    pub(crate) async fn store(&self) -> Store {
        Store::open(&self.url).await.unwrap()
    }

    /// Connections past the store, for what a test does behind its back.
    pub(crate) async fn behind(&self) -> AnyPool {
        assert_ne!(self.database, Database::SqliteMemory, "one connection has it alone");
        AnyPool::connect(&self.url).await.unwrap()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Kept::On { server, name } = &self.kept else { return };
        let (server, drop) = (server.clone(), format!("DROP DATABASE {name} WITH (FORCE)"));
        // A runtime of its own: this one may be unwinding.
        let gone = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(order(&server, drop));
        });
        if gone.join().is_err() {
            eprintln!("the database {name} stays");
        }
    }
}

/// The server; in CI it must be there.
fn server() -> Option<String> {
    let server = std::env::var(SERVER).ok().filter(|url| !url.is_empty());
    if server.is_none() {
        let is_ci = std::env::var("CI").is_ok_and(|value| value == "true");
        assert!(!is_ci, "{SERVER} is not set; `cargo xtask test` starts a server");
        eprintln!("SKIPPED on PostgreSQL: {SERVER} is not set; `cargo xtask test` starts a server");
    }
    server
}

async fn order(server: &str, statement: String) {
    let mut connection = server.parse::<AnyConnectOptions>().unwrap().connect().await.unwrap();
    // The names of databases cannot be bound; these are made here.
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

/// The server's address with another database.
fn on_server(server: &str, name: &str) -> String {
    let (front, query) =
        server.split_once('?').map_or((server, String::new()), |(front, query)| (front, format!("?{query}")));
    let at = front.rfind('/').unwrap();
    format!("{}/{name}{query}", &front[..at])
}

/// Runs a test on a new database.
pub(crate) async fn on<T: Future<Output = ()>>(database: Database, test: impl FnOnce(Place) -> T) {
    if let Some(place) = Place::new(database).await {
        test(place).await;
    }
}

/// One `#[test]` a database for each named function, which takes a [`Place`].
macro_rules! on_every_database {
    ($($name:ident),+ $(,)?) => {
        crate::databases::on_every_database!(@on on_sqlite_file, SqliteFile, $($name),+);
        crate::databases::on_every_database!(@on on_sqlite_memory, SqliteMemory, $($name),+);
        crate::databases::on_every_database!(@on on_postgresql, Postgresql, $($name),+);
    };
    (@on $module:ident, $database:ident, $($name:ident),+) => {
        mod $module {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    crate::databases::on(crate::databases::Database::$database, super::$name).await;
                }
            )+
        }
    };
}
/// One `#[test]` for each database that several processes can share.
macro_rules! on_shared_databases {
    ($($name:ident),+ $(,)?) => {
        crate::databases::on_every_database!(@on on_sqlite_file, SqliteFile, $($name),+);
        crate::databases::on_every_database!(@on on_postgresql, Postgresql, $($name),+);
    };
}
pub(crate) use {on_every_database, on_shared_databases};

/// Its output is shown even when it passes, so that nobody takes a skipped database for a tested one.
#[test]
fn says_whether_tests_run_on_postgresql() {
    if server().is_some() {
        eprintln!("PostgreSQL is tested too");
    }
}

#[test]
fn a_database_is_named_in_the_address_of_its_server() {
    assert_eq!(
        on_server("postgres://u@h:1/postgres?sslmode=disable", "x"),
        "postgres://u@h:1/x?sslmode=disable"
    );
    assert_eq!(on_server("postgres://u@h/postgres", "x"), "postgres://u@h/x");
}
