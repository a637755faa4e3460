//! The databases that tests run on.

use sqlx::AssertSqlSafe;

/// A database of its own, which is gone with the guard.
pub(crate) struct Place {
    pub(crate) url: String,
    _directory: Option<tempfile::TempDir>,
}

/// A file always, and a server where one is named.
pub(crate) async fn places() -> Vec<Place> {
    let directory = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", directory.path().join("calbridge.sqlite").display());
    let mut places = vec![Place { url, _directory: Some(directory) }];
    if let Ok(server) = std::env::var("TEST_DATABASE_URL") {
        places.push(Place { url: fresh_database(&server).await, _directory: None });
    }
    places
}

/// A new database on the server, named after this process.
async fn fresh_database(server: &str) -> String {
    sqlx::any::install_default_drivers();
    let name = format!("calbridge_test_{}_{}", std::process::id(), rand::random::<u32>());
    let pool = sqlx::AnyPool::connect(server).await.unwrap();
    sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&pool).await.unwrap();
    let (front, query) =
        server.split_once('?').map_or((server, String::new()), |(front, query)| (front, format!("?{query}")));
    let at = front.rfind('/').unwrap();
    format!("{}/{name}{query}", &front[..at])
}
