//! Takes out of a bound module what nobody uses: classes that a library exports, and the long names under which wasm and
//! its glue know each other. Knows the form in which wasm-bindgen, whose version is pinned, writes the glue, and fails
//! where it meets another.

mod binary;
mod glue;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use self::binary::Module;

/// A module's two files.
pub(crate) struct Files<'a> {
    pub(crate) wasm: &'a Path,
    pub(crate) glue: &'a Path,
    /// What wasm calls the glue.
    pub(crate) glue_name: &'a str,
}

/// Drops classes from the glue, and from wasm what the glue does not call then; run before the optimiser, which finds out
/// what that leaves unused.
///
/// # Errors
/// When a file is not as wasm-bindgen writes it.
pub(crate) fn drop_unused(files: &Files<'_>) -> Result<()> {
    let (mut module, glue) = read(files)?;
    let glue = glue::without_classes(&glue);
    module.keep_exports(|name| name == "memory" || glue::calls(&glue, name))?;
    write(files, &module, &glue)
}

/// Shortens the names under which wasm and glue know each other, and drops from the glue what wasm does not import.
///
/// # Errors
/// As [`drop_unused`].
pub(crate) fn shorten(files: &Files<'_>) -> Result<()> {
    let (mut module, glue) = read(files)?;
    let imports = short(module.imports_from(files.glue_name)?);
    let exports = short(module.exports()?);
    module.rename_imports(files.glue_name, SHORT_MODULE, &imports)?;
    module.rename_exports(&exports)?;
    let glue = glue::with_imports(&glue, &imports)?;
    let glue = glue::with_exports(&glue, &exports);
    let glue = glue.replace(&format!("\"{}\"", files.glue_name), &format!("\"{SHORT_MODULE}\""));
    write(files, &module, &glue)
}

/// What wasm calls the glue afterwards.
const SHORT_MODULE: &str = "a";

fn read(files: &Files<'_>) -> Result<(Module, String)> {
    let bytes = fs::read(files.wasm).with_context(|| format!("cannot read {}", files.wasm.display()))?;
    let glue =
        fs::read_to_string(files.glue).with_context(|| format!("cannot read {}", files.glue.display()))?;
    Ok((Module::read(&bytes)?, glue))
}

fn write(files: &Files<'_>, module: &Module, glue: &str) -> Result<()> {
    fs::write(files.wasm, module.bytes())?;
    Ok(fs::write(files.glue, glue)?)
}

/// A short name for each, in the same order.
fn short(names: Vec<String>) -> BTreeMap<String, String> {
    names.into_iter().enumerate().map(|(number, name)| (name, letters(number))).collect()
}

/// `a` to `z`, then `aa` and so on.
fn letters(mut number: usize) -> String {
    let mut name = String::new();
    loop {
        let digit = u8::try_from(number % 26).unwrap_or_default();
        name.insert(0, char::from(b'a' + digit));
        match (number / 26).checked_sub(1) {
            Some(rest) => number = rest,
            None => return name,
        }
    }
}

#[cfg(test)]
mod tests;
