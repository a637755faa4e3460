//! Builds the task pane: wasm, its glue, and the files of `www/` under names that change with their content.
//!
//! The scheme: pages and scripts name each other by bare file name (`sidebar.css`, `calbridge.js`,
//! `calbridge_bg.wasm`, any other top-level `.js` or `.css` of `www/`). Every such file is written as
//! `stem.<hash>.ext`, and each quoted mention of it in a page or a script is rewritten to that name. Where a page loads
//! `calbridge.js` itself with a script tag, the glue also starts itself. Pages, icons and `config.json` keep their names.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use crate::csp::{self, PaneConfig};
use crate::{headers, paths, run, setup};

/// Characters of the content hash in a file name.
pub(crate) const HASH_LENGTH: usize = 10;

/// Passed one by one: binaryen's `--all-features` would let it emit instructions that Safari lacks. What binaryen inlines
/// is less code, but code that looks less alike: brotli carries 6 % more of it. A second round finds what the first one left:
/// 400 bytes.
const WASM_OPT: &[&str] = &[
    "-Oz",
    "-Oz",
    "--one-caller-inline-max-function-size=0",
    "--always-inline-max-function-size=0",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// The glue comes with long names and comments.
const TERSER: &[&str] = &["--module", "--mangle", "--compress", "passes=2"];

const WASM: &str = "calbridge_bg.wasm";
const GLUE: &str = "calbridge.js";
/// Beside a finished module: the hash of what it was made from.
const STAMP: &str = "made-from";

/// What to build and where to put it.
pub(crate) struct Options {
    pub(crate) release: bool,
    pub(crate) config: Option<PathBuf>,
    pub(crate) out: PathBuf,
}

/// A wasm module of ours.
#[derive(Clone, Copy)]
pub(crate) enum Module {
    Pane,
    /// The page that the pane's start is measured against.
    Minimal,
}

/// Builds the pane.
///
/// # Errors
/// When a tool is missing or fails, or when the files of `www/` name each other in a circle.
pub(crate) fn build(options: &Options) -> Result<()> {
    let bound = paths::target().join("pane-bound");
    if bound.exists() {
        fs::remove_dir_all(&bound)?;
    }
    compile(Module::Pane, options.release, &bound)?;
    let config = options.config.as_deref().map(read_config).transpose()?;
    let names = assemble(&bound, &paths::root().join("www"), &options.out)?;
    if let Some(file) = &options.config {
        fs::copy(file, options.out.join("config.json"))?;
    }
    let hashed: Vec<String> = names.into_values().collect();
    fs::write(options.out.join("_headers"), headers::file(&csp::policy(config.as_ref(), &[]), &hashed))?;
    eprintln!("pane: {}", options.out.display());
    Ok(())
}

/// Reads the part of the pane's configuration that decides its policy.
pub(crate) fn read_config(file: &Path) -> Result<PaneConfig> {
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is not a pane configuration", file.display()))
}

/// Compiles a module and writes its wasm and glue into a folder.
pub(crate) fn compile(module: Module, release: bool, into: &Path) -> Result<()> {
    let (which, file, name): (&[&str], _, _) = match module {
        Module::Pane => (&["--lib"], "calbridge.wasm", "calbridge"),
        Module::Minimal => (&["--example", "minimal"], "examples/minimal.wasm", "minimal"),
    };
    let build =
        run::cargo(["build", "--package", "calbridge", "--target", "wasm32-unknown-unknown"]).args(which);
    if release {
        without_places(build.args(["--profile", "pane"])).shown()?;
    } else {
        build.shown()?;
    }
    let profile = if release { "pane" } else { "debug" };
    let wasm = paths::target().join("wasm32-unknown-unknown").join(profile).join(file);
    setup::wasm_bindgen().needed()?;
    let finished = paths::target().join("pane-modules").join(format!("{name}-{profile}"));
    let stamp = finished.join(STAMP);
    let origin = origin(&wasm)?;
    // The optimiser takes long, and several checks ask for the same module.
    if fs::read_to_string(&stamp).ok().as_ref() != Some(&origin) {
        finish(&wasm, name, release, &finished)?;
        fs::write(&stamp, origin)?;
    }
    copy_folder(&finished, into)?;
    Ok(fs::remove_file(into.join(STAMP))?)
}

/// Compiles without the place of each possible panic, which weighs 19 kB: the pane's panic hook shows one static message,
/// and nobody reads a place. The flag is not stable yet, and the toolchain is pinned (docs/adr/0007).
fn without_places(build: run::Run) -> run::Run {
    build.env("RUSTC_BOOTSTRAP", "1").env("RUSTFLAGS", "-Zlocation-detail=none")
}

/// Writes a compiled module's glue and, for a release, its optimised wasm into a new folder.
fn finish(wasm: &Path, name: &str, release: bool, into: &Path) -> Result<()> {
    if into.exists() {
        fs::remove_dir_all(into)?;
    }
    fs::create_dir_all(into)?;
    run::program("wasm-bindgen")
        .args(["--target", "web", "--no-typescript", "--remove-name-section", "--remove-producers-section"])
        .args(["--out-name", name, "--out-dir"])
        .args([into.as_os_str(), wasm.as_os_str()])
        .shown()?;
    if release {
        node("binaryen/bin/wasm-opt", WASM_OPT, &into.join(format!("{name}_bg.wasm")))?;
        node("terser/bin/terser", TERSER, &into.join(format!("{name}.js")))?;
    }
    Ok(())
}

/// Lets a tool of `node_modules` write a file anew.
fn node(tool: &str, options: &[&str], file: &Path) -> Result<()> {
    run::program("node")
        .args([paths::root().join("node_modules").join(tool)])
        .args(options)
        .args([file.as_os_str(), "-o".as_ref(), file.as_os_str()])
        .shown()
}

/// Everything that decides what [`finish`] writes, as one hash.
fn origin(wasm: &Path) -> Result<String> {
    let mut hash = Sha256::new();
    hash.update(fs::read(wasm).with_context(|| format!("cannot read {}", wasm.display()))?);
    for lock in ["Cargo.lock", "package-lock.json"] {
        hash.update(fs::read(paths::root().join(lock))?);
    }
    hash.update([WASM_OPT, TERSER].concat().join(" "));
    Ok(format!("{:x}", hash.finalize()))
}

/// Copies everything into `out` under its final name; gives the plain names of the hashed files and what they became.
fn assemble(bound: &Path, www: &Path, out: &Path) -> Result<BTreeMap<String, String>> {
    if out.exists() {
        fs::remove_dir_all(out)?;
    }
    fs::create_dir_all(out)?;
    let mut pending: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut pages: BTreeMap<String, String> = BTreeMap::new();
    for folder in [bound, www] {
        for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
            let path = entry?.path();
            let name = file_name(&path)?;
            match headers::extension(&name) {
                _ if path.is_dir() && name == "dev" => {}
                _ if path.is_dir() => copy_folder(&path, &out.join(&name))?,
                "html" => drop(pages.insert(name, fs::read_to_string(&path)?)),
                "js" | "css" | "wasm" => drop(pending.insert(name, fs::read(&path)?)),
                _ => drop(fs::copy(&path, out.join(&name))?),
            }
        }
    }
    if pages.values().any(|page| loads_glue(page)) {
        let glue = pending.get_mut(GLUE).context("wasm-bindgen wrote no glue")?;
        glue.extend_from_slice(b"\n__wbg_init();\n");
    }
    let names = hash_all(pending, out)?;
    for (name, page) in pages {
        fs::write(out.join(name), rename_all(&page, &names))?;
    }
    Ok(names)
}

/// Writes each file once all files that it names have their final names.
fn hash_all(mut pending: BTreeMap<String, Vec<u8>>, out: &Path) -> Result<BTreeMap<String, String>> {
    let mut names = BTreeMap::new();
    while !pending.is_empty() {
        let next = pending.iter().find(|(name, bytes)| {
            *name == WASM
                || !pending
                    .keys()
                    .any(|other| other != *name && mentions(&String::from_utf8_lossy(bytes), other))
        });
        let Some(name) = next.map(|(name, _)| name.clone()) else {
            bail!("these files name each other in a circle: {:?}", pending.keys());
        };
        let Some(mut bytes) = pending.remove(&name) else { continue };
        if name != WASM {
            bytes = rename_all(&String::from_utf8(bytes)?, &names).into_bytes();
        }
        let hashed = hashed_name(&name, &bytes);
        fs::write(out.join(&hashed), &bytes)?;
        names.insert(name, hashed);
    }
    Ok(names)
}

/// `sidebar.css` → `sidebar.0f3a9c21d4.css`.
fn hashed_name(name: &str, bytes: &[u8]) -> String {
    let hash = format!("{:x}", Sha256::digest(bytes));
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    format!("{stem}.{}.{extension}", &hash[..HASH_LENGTH])
}

fn loads_glue(page: &str) -> bool {
    [GLUE, "./calbridge.js", "/calbridge.js"].iter().any(|name| page.contains(&format!("src=\"{name}\"")))
}

fn mentions(text: &str, name: &str) -> bool {
    find_mention(text, name).is_some()
}

fn rename_all(text: &str, names: &BTreeMap<String, String>) -> String {
    let mut text = text.to_owned();
    for (name, hashed) in names {
        let mut done = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some(at) = find_mention(rest, name) {
            done.push_str(&rest[..at]);
            done.push_str(hashed);
            rest = &rest[at + name.len()..];
        }
        done.push_str(rest);
        text = done;
    }
    text
}

/// Finds a file name that stands alone inside quotes or parentheses, perhaps after a folder.
fn find_mention(text: &str, name: &str) -> Option<usize> {
    text.match_indices(name).map(|(at, _)| at).find(|&at| {
        let before = text[..at].chars().next_back();
        let after = text[at + name.len()..].chars().next();
        before.is_some_and(|c| "\"'`/(".contains(c)) && after.is_some_and(|c| "\"'`)?#".contains(c))
    })
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        let target = to.join(file_name(&path)?);
        if path.is_dir() {
            copy_folder(&path, &target)?;
        } else {
            fs::copy(&path, &target)?;
        }
    }
    Ok(())
}

fn file_name(path: &Path) -> Result<String> {
    let name = path.file_name().with_context(|| format!("{} has no name", path.display()))?;
    Ok(name.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mention_of_a_hashed_file_gets_its_new_name() {
        let names = BTreeMap::from([("sidebar.css".to_owned(), "sidebar.0123456789.css".to_owned())]);
        let page =
            r#"<link href="sidebar.css"><link href="./sidebar.css"><p>sidebar.css and "my-sidebar.css"</p>"#;
        assert_eq!(
            rename_all(page, &names),
            r#"<link href="sidebar.0123456789.css"><link href="./sidebar.0123456789.css"><p>sidebar.css and "my-sidebar.css"</p>"#
        );
    }

    #[test]
    fn a_file_name_changes_with_its_content() {
        let (one, other) = (hashed_name("sidebar.css", b"a{}"), hashed_name("sidebar.css", b"b{}"));
        assert_ne!(one, other);
        assert!(headers::cache_control(&format!("/{one}")).contains("immutable"));
    }

    #[test]
    fn a_page_that_loads_the_glue_itself_needs_it_to_start_itself() {
        assert!(loads_glue(r#"<script type="module" src="calbridge.js"></script>"#));
        assert!(!loads_glue(r#"<link rel="modulepreload" href="calbridge.js">"#));
    }

    #[test]
    fn the_finished_folder_names_every_file_by_its_hash_and_leaves_out_what_is_for_development() {
        let root = std::env::temp_dir().join(format!("calbridge-pane-{}", std::process::id()));
        let (bound, www, out) = (root.join("bound"), root.join("www"), root.join("out"));
        for folder in [&bound, &www, &www.join("dev"), &www.join("icons")] {
            fs::create_dir_all(folder).expect("a temporary folder");
        }
        for (file, text) in [
            (bound.join(WASM), "\0asm"),
            (bound.join(GLUE), "new URL('calbridge_bg.wasm', import.meta.url)"),
            (www.join("start.js"), "import init from \"./calbridge.js\"; fetch(\"./calbridge_bg.wasm\")"),
            (www.join("index.html"), "<script type=\"module\" src=\"start.js\"></script>"),
            (www.join("dev/fake_office.js"), "fake"),
            (www.join("icons/icon-16.png"), "picture"),
        ] {
            fs::write(file, text).expect("a temporary file");
        }
        let names = assemble(&bound, &www, &out).expect("the files name each other in no circle");
        let read = |name: &str| fs::read_to_string(out.join(name)).expect("a file of the pane");
        assert!(read("index.html").contains(&names["start.js"]));
        assert!(read(&names["start.js"]).contains(&format!("\"./{}\"", names[GLUE])));
        assert!(read(&names["start.js"]).contains(&format!("\"./{}\"", names[WASM])));
        assert!(read(&names[GLUE]).contains(&names[WASM]) && !read(&names[GLUE]).contains("__wbg_init()"));
        assert!(out.join("icons/icon-16.png").exists() && !out.join("dev").exists());
        fs::remove_dir_all(root).expect("the temporary folder goes");
    }
}
