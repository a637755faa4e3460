//! Writes the manifest for another host than the development one.

use std::fs;
use std::path::Path;

use anyhow::{Result, bail};

use crate::paths;

/// The host that `manifest.xml` in the checkout names.
const DEVELOPMENT_HOST: &str = "https://localhost:3000";

/// Writes `manifest.xml` for `host` to a file or to standard output.
///
/// # Errors
/// When the host is not a plain https origin or the file cannot be written.
pub(crate) fn write(host: &str, out: Option<&Path>) -> Result<()> {
    let manifest = fs::read_to_string(paths::root().join("manifest.xml"))?;
    let manifest = for_host(&manifest, host)?;
    match out {
        Some(file) => fs::write(file, manifest)?,
        None => print!("{manifest}"),
    }
    Ok(())
}

fn for_host(manifest: &str, host: &str) -> Result<String> {
    let name = host.strip_prefix("https://").unwrap_or_default();
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || ".-:".contains(c));
    if name.is_empty() || !plain {
        bail!("{host:?} is not an https origin; it looks like https://calbridge.example, without a path");
    }
    Ok(manifest.replace(DEVELOPMENT_HOST, host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_of_the_manifest_moves_to_the_new_host() {
        let manifest = fs::read_to_string(paths::root().join("manifest.xml")).expect("the manifest is there");
        let moved = for_host(&manifest, "https://calbridge.example").expect("an https origin");
        assert!(moved.contains("https://calbridge.example/index.html"));
        assert!(!moved.contains("localhost"));
    }

    #[test]
    fn a_host_that_is_not_a_plain_https_origin_is_refused() {
        for host in
            ["http://calbridge.example", "https://", "https://calbridge.example/pane", "calbridge.example"]
        {
            assert!(for_host("", host).is_err(), "{host}");
        }
    }
}
