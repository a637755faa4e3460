//! Who may depend on whom, which foreign crates stay out of where, and under which licences they come.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

use crate::check;

/// The exact arrows among our own crates.
const ARROWS: [(&str, &[&str]); 8] = [
    ("calbridge", &["calbridge-rules", "calbridge-wire"]),
    ("calbridge-engine", &["calbridge-rules"]),
    ("calbridge-rules", &[]),
    (
        "calbridge-sim",
        &["calbridge-engine", "calbridge-rules", "calbridge-standin", "calbridge-sync", "calbridge-wire"],
    ),
    ("calbridge-standin", &[]),
    ("calbridge-sync", &["calbridge-engine", "calbridge-rules", "calbridge-wire"]),
    ("calbridge-wire", &["calbridge-rules"]),
    ("xtask", &[]),
];

/// Nobody depends on these, not even for tests.
const ENDS: [&str; 3] = ["calbridge", "calbridge-sim", "xtask"];

/// Crates that run in the pane, and what must never come with them.
const PURE: [&str; 4] = ["calbridge", "calbridge-rules", "calbridge-wire", "calbridge-engine"];
const BANNED: [&str; 7] = ["tokio", "reqwest", "sqlx", "axum", "chrono-tz", "getrandom", "regex"];

const LICENCES: [&str; 13] = [
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn metadata() -> Value {
    serde_json::from_str(&cargo(&["metadata", "--format-version", "1", "--locked", "--all-features"]))
        .unwrap()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

/// Everything that a crate links for the pane's target, one name and version a line.
fn tree(package: &str) -> String {
    let edges = ["--edges", "normal,no-proc-macro", "--prefix", "none"];
    let which = ["tree", "--locked", "--package", package, "--target", "wasm32-unknown-unknown"];
    let tree = cargo(&[&which[..], &edges].concat());
    assert!(tree.starts_with(package), "{tree}");
    tree
}

/// Wrong arrows among our own crates.
fn wrong_arrows(metadata: &Value) -> Vec<String> {
    let ours: Vec<&Value> =
        list(metadata, "packages").iter().filter(|package| package["source"].is_null()).collect();
    let names: BTreeSet<&str> = ours.iter().map(|package| text(package, "name")).collect();
    let wanted: BTreeMap<&str, &[&str]> = ARROWS.into_iter().collect();
    let mut found = Vec::new();
    for package in &ours {
        let name = text(package, "name");
        let Some(wanted) = wanted.get(name) else {
            found.push(format!("{name} has no place among the arrows"));
            continue;
        };
        let own = list(package, "dependencies")
            .iter()
            .filter(|dependency| names.contains(text(dependency, "name")));
        let mut arrows = BTreeSet::new();
        for dependency in own {
            let to = text(dependency, "name");
            if dependency["kind"].is_null() {
                arrows.insert(to);
            }
            if ENDS.contains(&to) {
                found.push(format!("{name} depends on {to}, on which nobody may"));
            }
            let features: Vec<&str> = list(dependency, "features").iter().filter_map(Value::as_str).collect();
            if features.contains(&"openapi") && name != "calbridge-sync" {
                found.push(format!("{name} turns on the feature openapi, which is for the service alone"));
            }
        }
        if !arrows.iter().eq(wanted.iter()) {
            found.push(format!("{name} → {arrows:?} instead of {wanted:?}"));
        }
    }
    found
}

/// Banned crates among the lines of `cargo tree --prefix none`, those aside that Leptos brings (and the linker drops).
fn banned_in(package: &str, tree: &str, leptos: &str) -> Vec<String> {
    let names =
        |tree: &str| tree.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect();
    let (mut names, brought): (BTreeSet<String>, BTreeSet<String>) = (names(tree), names(leptos));
    names.retain(|name| !brought.contains(name));
    let banned = BANNED.iter().filter(|name| names.contains(**name));
    banned.map(|name| format!("{package} pulls in {name}")).collect()
}

/// True when one of the alternatives of a licence expression holds allowed licences only.
fn is_allowed(licence: &str) -> bool {
    let plain = licence.replace(['(', ')'], "").replace('/', " OR ");
    let part_is_allowed = |part: &str| LICENCES.contains(&part.trim());
    plain.split(" OR ").any(|choice| choice.split(" AND ").all(part_is_allowed))
}

/// Packages under other licences, or from elsewhere than the registry and this checkout.
fn unwelcome(metadata: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for package in list(metadata, "packages") {
        let (name, licence, source) =
            (text(package, "name"), text(package, "license"), text(package, "source"));
        if !is_allowed(licence) {
            found.push(format!("{name} comes under {licence:?}"));
        }
        if !source.is_empty() && !source.starts_with("registry+") && !source.starts_with("sparse+") {
            found.push(format!("{name} comes from {source}"));
        }
    }
    found
}

#[test]
fn our_own_crates_depend_on_each_other_exactly_as_designed() {
    let metadata = metadata();
    check(&wrong_arrows(&metadata));
    check(&unwelcome(&metadata));
}

#[test]
fn what_runs_in_the_pane_pulls_in_no_server_crate() {
    let leptos = tree("leptos");
    for package in PURE {
        check(&banned_in(package, &tree(package), if package == "calbridge" { &leptos } else { "" }));
    }
}

#[test]
fn a_wrong_arrow_is_noticed() {
    let package = |name: &str, to: &str, features: &[&str]| {
        serde_json::json!({
            "packages": [
                { "name": name, "dependencies": [{ "name": to, "kind": null, "features": features }] },
                { "name": to, "dependencies": [] },
            ],
        })
    };
    assert_eq!(wrong_arrows(&package("calbridge-wire", "calbridge-rules", &[])), Vec::<String>::new());
    assert_eq!(wrong_arrows(&package("calbridge-standin", "calbridge-rules", &[])).len(), 1);
    assert_eq!(wrong_arrows(&package("calbridge-engine", "xtask", &[])).len(), 2);
    assert_eq!(wrong_arrows(&package("calbridge-wire", "calbridge-rules", &["openapi"])).len(), 1);
}

#[test]
fn a_banned_crate_is_noticed() {
    let tree = "calbridge-rules v0.1.0\nchrono v0.4.45\nchrono-tz v0.10.4\n";
    assert_eq!(banned_in("calbridge-rules", tree, ""), ["calbridge-rules pulls in chrono-tz"]);
    assert_eq!(banned_in("calbridge", tree, "chrono-tz v0.10.4"), Vec::<String>::new());
}

#[test]
fn a_licence_that_is_not_allowed_is_noticed() {
    assert!(is_allowed("MIT OR GPL-3.0") && is_allowed("(MIT OR Apache-2.0) AND Unicode-3.0"));
    assert!(!is_allowed("GPL-3.0") && !is_allowed("MIT AND GPL-3.0") && !is_allowed(""));
    let git =
        serde_json::json!({ "packages": [{ "name": "x", "license": "MIT", "source": "git+https://x" }] });
    assert_eq!(unwelcome(&git).len(), 1);
}
