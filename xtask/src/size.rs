//! The weight of the pane: what a waiting person loads before Save, as brotli carries it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde::Serialize;

use crate::headers::extension;
use crate::{pane, paths};

/// The most the pane may weigh, in bytes (docs/adr/0005 tells what keeps it below).
const LIMIT: u64 = 200_000;

/// Brotli sizes of what `index.html` loads, office.js left out.
#[derive(Default, Serialize)]
pub(crate) struct Sizes {
    #[serde(rename = "wasm_br")]
    wasm: u64,
    #[serde(rename = "js_br")]
    js: u64,
    #[serde(rename = "css_br")]
    css: u64,
    #[serde(rename = "total_br")]
    total: u64,
}

/// Builds the release pane and prints its sizes as JSON.
///
/// # Errors
/// When the build fails.
pub(crate) fn print() -> Result<()> {
    println!("{}", serde_json::to_string(&measure()?)?);
    Ok(())
}

/// Prints the sizes and fails above the limit.
///
/// # Errors
/// When the build fails or the pane is too heavy.
pub(crate) fn check() -> Result<()> {
    let sizes = measure()?;
    println!("{}", serde_json::to_string(&sizes)?);
    if sizes.total > LIMIT {
        bail!("the pane weighs {} bytes and may weigh {LIMIT}", sizes.total);
    }
    Ok(())
}

fn measure() -> Result<Sizes> {
    let out = paths::target().join("pane-release");
    pane::build(&pane::Options { release: true, config: None, out: out.clone() })?;
    let mut sizes = Sizes::default();
    for name in loaded_by(&out, "index.html")? {
        let size = compressed(&fs::read(out.join(&name))?)?;
        match extension(&name) {
            "wasm" => sizes.wasm += size,
            "css" => sizes.css += size,
            _ => sizes.js += size,
        }
    }
    sizes.total = sizes.wasm + sizes.js + sizes.css;
    if sizes.wasm == 0 {
        bail!("index.html leads to no wasm file, so the sizes mean nothing");
    }
    Ok(sizes)
}

/// The scripts, styles and wasm that a page names, directly or through one another.
fn loaded_by(folder: &Path, page: &str) -> Result<BTreeSet<String>> {
    let mut files = Vec::new();
    list(folder, "", &mut files)?;
    let mut loaded = BTreeSet::new();
    let mut texts = vec![fs::read_to_string(folder.join(page)).with_context(|| format!("no {page}"))?];
    while let Some(text) = texts.pop() {
        for name in files.iter().filter(|name| text.contains(name.as_str())) {
            if loaded.insert(name.clone()) && extension(name) != "wasm" {
                texts.push(fs::read_to_string(folder.join(name))?);
            }
        }
    }
    Ok(loaded)
}

fn list(folder: &Path, prefix: &str, files: &mut Vec<String>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = format!("{prefix}{}", path.file_name().unwrap_or_default().to_string_lossy());
        if path.is_dir() {
            list(&path, &format!("{name}/"), files)?;
        } else if ["js", "css", "wasm"].contains(&extension(&name)) {
            files.push(name);
        }
    }
    Ok(())
}

fn compressed(bytes: &[u8]) -> Result<u64> {
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    let mut out = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut out, &parameters)?;
    Ok(out.len() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compressing_repeats_costs_next_to_nothing() {
        let size = compressed(&[b'a'; 10_000]).expect("brotli writes to memory");
        assert!((1..100).contains(&size), "{size}");
    }
}
