//! A PostgreSQL server for tests: the one that `TEST_DATABASE_URL` names, or a temporary cluster on loopback.

use std::ffi::OsStr;
use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rand::Rng;
use rand::distr::Alphanumeric;

use crate::{clock, paths, run};

/// The variable that names a server, and that tells tests where theirs is.
pub(crate) const VARIABLE: &str = "TEST_DATABASE_URL";
/// What to type where neither a server nor its programs are to be had.
pub(crate) const OTHERWISE: &str = "set TEST_DATABASE_URL to a PostgreSQL server, or install PostgreSQL";

/// Where Debian and others keep the programs of each version.
const VERSIONS: &str = "/usr/lib/postgresql";
/// Accounts that a cluster may run as, since PostgreSQL refuses to run as root.
const ACCOUNTS: [&str; 2] = ["postgres", "nobody"];
const USER: &str = "calbridge";
const START_LIMIT: Duration = Duration::from_secs(30);
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// Another program may take the free port before the server does.
const START_TRIES: usize = 3;
/// Nothing of a cluster outlives its tests, so that nothing waits for the disk.
const SETTINGS: [&str; 8] = [
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
    "max_connections=300",
    "max_parallel_workers_per_gather=0",
];
/// Ends the server as soon as nobody holds its standard input any more, however that came about. Ctrl-C, which a terminal
/// sends to everybody, must not end it before.
const KEEPER: &str = r#"
trap '' INT TERM HUP
folder=$1; shift
"$@" >"$folder/server.log" 2>&1 </dev/null &
server=$!
read -r ended
kill -INT "$server"
wait "$server"
rm -rf "$folder/data"
"#;

/// A server that tests may fill.
pub(crate) enum Server {
    /// The one that somebody named.
    Named(String),
    /// A cluster of ours.
    Own(Cluster),
}

impl Server {
    /// Finds the named server, or starts a cluster.
    ///
    /// # Errors
    /// When there are no programs, or they do not start.
    pub(crate) fn start() -> Result<Self> {
        if let Some(url) = named() {
            return Ok(Self::Named(url));
        }
        let programs = programs().with_context(|| OTHERWISE.to_owned())?;
        for _ in 1..START_TRIES {
            match Cluster::start(&programs) {
                Ok(cluster) => return Ok(Self::Own(cluster)),
                Err(error) => eprintln!("PostgreSQL does not start ({error:#}), once more"),
            }
        }
        Cluster::start(&programs).map(Self::Own)
    }

    /// Its address, as `TEST_DATABASE_URL` has it.
    pub(crate) fn url(&self) -> &str {
        match self {
            Self::Named(url) => url,
            Self::Own(cluster) => &cluster.url,
        }
    }
}

/// The server that the environment names.
pub(crate) fn named() -> Option<String> {
    std::env::var(VARIABLE).ok().filter(|url| !url.is_empty())
}

/// The folder with the server's programs: the newest of several versions.
pub(crate) fn programs() -> Option<PathBuf> {
    if cfg!(not(unix)) {
        // The server is started by way of a shell.
        return None;
    }
    let on_path = std::env::var_os("PATH")?;
    let mut versions: Vec<PathBuf> = fs::read_dir(VERSIONS)
        .map(|entries| entries.filter_map(|entry| Some(entry.ok()?.path())).collect())
        .unwrap_or_default();
    versions.sort_by_key(|version| version_of(version));
    let folders =
        std::env::split_paths(&on_path).chain(versions.into_iter().rev().map(|version| version.join("bin")));
    folders.into_iter().find(|folder| ["initdb", "postgres"].iter().all(|name| folder.join(name).is_file()))
}

fn version_of(folder: &Path) -> u32 {
    folder.file_name().and_then(OsStr::to_str).and_then(|name| name.parse().ok()).unwrap_or(0)
}

/// Installs PostgreSQL with apt, as root on Debian, without a cluster that would start with the machine.
pub(crate) fn install_from_debian() -> Result<()> {
    let apt_get = |package: &str| {
        run::program("apt-get")
            .args(["install", "-y", "-q", "--no-install-recommends", package])
            .env("DEBIAN_FRONTEND", "noninteractive")
            .shown()
    };
    let conftool = |words: &[&str]| {
        run::program("pg_conftool").args(["/etc/postgresql-common/createcluster.conf"]).args(words).shown()
    };
    run::program("apt-get").args(["update", "-q"]).shown()?;
    apt_get("postgresql-common")?;
    conftool(&["set", "create_main_cluster", "false"])?;
    let installed = apt_get("postgresql");
    conftool(&["remove", "create_main_cluster"])?;
    installed
}

/// A temporary cluster; it ends with this value, or with the process that holds it.
pub(crate) struct Cluster {
    url: String,
    folder: PathBuf,
    keeper: Child,
}

impl Cluster {
    fn start(programs: &Path) -> Result<Self> {
        let account = account()?;
        let folder = folder(account)?;
        let secret: String = rand::rng().sample_iter(Alphanumeric).take(24).map(char::from).collect();
        let password = folder.join("password");
        fs::write(&password, &secret)?;
        give(&password, account)?;
        let data = folder.join("data");
        let made = command(account, programs.join("initdb"))
            .arg("--pgdata")
            .arg(&data)
            .arg("--pwfile")
            .arg(&password)
            .args(["--username", USER, "--auth-host=password", "--auth-local=reject"])
            .args(["--encoding=UTF8", "--no-locale", "--no-sync"])
            .output()
            .context("initdb")?;
        if !made.status.success() {
            bail!("initdb: {}", String::from_utf8_lossy(&made.stderr).trim());
        }
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let keeper = command(account, "sh")
            .args(["-c", KEEPER, "keeper"])
            .arg(&folder)
            .arg(programs.join("postgres"))
            .arg("-D")
            .arg(&data)
            .args(["-p", &port.to_string()])
            .args(SETTINGS.iter().flat_map(|setting| ["-c", *setting]))
            .stdin(Stdio::piped())
            .spawn()
            .context("the server's keeper")?;
        let url = format!("postgres://{USER}:{secret}@127.0.0.1:{port}/postgres?sslmode=disable");
        let cluster = Self { url, folder, keeper };
        cluster.wait(&data)?;
        Ok(cluster)
    }

    /// Waits until the server takes connections, which is the last line of its own file.
    fn wait(&self, data: &Path) -> Result<()> {
        let started = clock::start();
        while started.elapsed() < START_LIMIT {
            let said = fs::read_to_string(data.join("postmaster.pid")).unwrap_or_default();
            if said.lines().last().is_some_and(|line| line.trim() == "ready") {
                return Ok(());
            }
            thread::sleep(LOOK_EVERY);
        }
        let log = fs::read_to_string(self.folder.join("server.log")).unwrap_or_default();
        bail!("the server takes no connections within {START_LIMIT:?}: {}", log.trim())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        if let Err(error) = self.keeper.wait().and_then(|_| fs::remove_dir_all(&self.folder)) {
            eprintln!("{} stays: {error}", self.folder.display());
        }
    }
}

/// An account of this machine.
#[derive(Clone, Copy)]
struct Account {
    user: u32,
    group: u32,
}

/// Whom the cluster runs as: another account where we are root.
fn account() -> Result<Option<Account>> {
    let id = |arguments: &[&str]| run::program("id").args(arguments).answer()?.parse::<u32>().ok();
    if id(&["-u"]) != Some(0) {
        return Ok(None);
    }
    let known = |name: &&str| Some(Account { user: id(&["-u", name])?, group: id(&["-g", name])? });
    let found = ACCOUNTS.iter().find_map(known);
    found.map(Some).context("PostgreSQL does not run as root, and there is no account for it")
}

/// A folder of the account's own: under `target`, or among temporary files where the account cannot reach that.
fn folder(account: Option<Account>) -> Result<PathBuf> {
    let name = format!("postgres-{}-{:08x}", std::process::id(), rand::rng().random::<u32>());
    for parent in [paths::target(), std::env::temp_dir()] {
        let folder = parent.join(&name);
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        give(&folder, account)?;
        let reached = command(account, "test").arg("-w").arg(&folder).status()?;
        if reached.success() {
            return Ok(folder);
        }
        fs::remove_dir(&folder)?;
    }
    bail!("there is no folder that the account of PostgreSQL can write")
}

#[cfg(unix)]
fn give(path: &Path, account: Option<Account>) -> Result<()> {
    if let Some(account) = account {
        std::os::unix::fs::chown(path, Some(account.user), Some(account.group))?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn give(_: &Path, _: Option<Account>) -> Result<()> {
    Ok(())
}

/// A command of the account, somewhere that it can be.
#[cfg(unix)]
fn command(account: Option<Account>, program: impl AsRef<OsStr>) -> Command {
    use std::os::unix::process::CommandExt;

    let mut command = Command::new(program);
    command.current_dir("/").stdin(Stdio::null()).stdout(Stdio::null());
    if let Some(account) = account {
        command.uid(account.user).gid(account.group);
    }
    command
}

#[cfg(not(unix))]
fn command(_: Option<Account>, program: impl AsRef<OsStr>) -> Command {
    Command::new(program)
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream;

    use super::*;

    #[test]
    fn the_newest_version_is_the_highest_number() {
        let mut versions = ["9.6", "15", "9", "17", "old"].map(PathBuf::from);
        versions.sort_by_key(|version| version_of(version));
        assert_eq!(versions.last(), Some(&PathBuf::from("17")));
    }

    #[test]
    fn a_cluster_takes_connections_and_is_gone_with_its_value() {
        let Some(programs) = programs() else {
            eprintln!("SKIPPED: {OTHERWISE}");
            return;
        };
        let cluster = Cluster::start(&programs).expect("it starts");
        let folder = cluster.folder.clone();
        let port = cluster.url.rsplit_once(':').and_then(|(_, rest)| rest.split_once('/')).expect("a port").0;
        let port: u16 = port.parse().expect("a number");
        assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok());
        drop(cluster);
        assert!(!folder.exists(), "{}", folder.display());
        assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err());
    }
}
