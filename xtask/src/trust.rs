//! `npm run trust`: makes this machine's browsers trust the development authority.

use anyhow::{Result, bail};

use crate::setup::{self, Tool};
use crate::{certs, run};

/// Installs the authority where this system keeps them.
///
/// # Errors
/// When the system's tool for it is missing or refuses.
pub(crate) fn install() -> Result<()> {
    let ca = certs::ensure()?.ca;
    match std::env::consts::OS {
        "macos" => run::program("security")
            .args(["add-trusted-cert", "-r", "trustRoot", "-k"])
            .args([home("Library/Keychains/login.keychain-db")?.as_os_str(), ca.as_os_str()])
            .shown()?,
        "windows" => {
            run::program("certutil").args(["-user", "-addstore", "Root"]).args([ca.as_os_str()]).shown()?;
        }
        _ => {
            // Chromium and Firefox on Linux read NSS databases, not the system's store.
            if let Tool::Missing(how) = setup::certutil() {
                bail!("certutil is missing. Type: {how}");
            }
            let database = home(".pki/nssdb")?;
            std::fs::create_dir_all(&database)?;
            let place = format!("sql:{}", database.display());
            if run::program("certutil").args(["-L", "-d", &place]).answer().is_none() {
                run::program("certutil").args(["-N", "--empty-password", "-d", &place]).shown()?;
            }
            run::program("certutil")
                .args(["-A", "-t", "C,,", "-n", "Calbridge development", "-d", &place, "-i"])
                .args([ca.as_os_str()])
                .shown()?;
        }
    }
    println!("Trusted: {}. Restart the browser.", ca.display());
    Ok(())
}

fn home(below: &str) -> Result<std::path::PathBuf> {
    let Some(home) = std::env::home_dir() else { bail!("this user has no home folder") };
    Ok(home.join(below))
}
