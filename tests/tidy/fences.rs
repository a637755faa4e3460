//! Which words belong into which files.

use crate::source::{Source, all, contains_word, rust};
use crate::{check, check_notices};

const LINE_LIMIT: usize = 600;

/// Vendor names that tell a reader of a literal at once whose API it is.
const VENDOR_NAMES: [&str; 12] = [
    "StartDateTime",
    "EndDateTime",
    "IsAllDayEvent",
    "ActivityDate",
    "WhoId",
    "WhatId",
    "OwnerId",
    "SystemModstamp",
    "iCalUId",
    "seriesMasterId",
    "singleValueExtendedProperties",
    "masterCategories",
];

/// `ui` knows screens only: nothing of exchanges, fetching, Office or the bindings below them.
fn ui_knows_screens_only(sources: &[Source]) -> Vec<String> {
    let banned = ["calbridge_wire", "wire", "gloo_net", "fetch", "office", "Office", "wasm_bindgen"];
    breaches(
        sources,
        |path| path == "src/ui.rs" || path.starts_with("src/ui/"),
        |source| banned.iter().filter(|word| source.says(word)).map(|word| format!("names {word}")).collect(),
    )
}

#[test]
fn the_screens_name_neither_exchanges_nor_fetch_nor_office() {
    check(&ui_knows_screens_only(&rust()));
    check_notices(
        ui_knows_screens_only,
        ("src/ui/status.rs", "use calbridge_wire::service;"),
        ("src/save.rs", "use calbridge_wire::service;"),
    );
}

/// Only `outlook/office.rs` binds foreign functions, and only `outlook` sees it.
fn office_is_behind_outlook(sources: &[Source]) -> Vec<String> {
    breaches(
        sources,
        |path| path != "src/outlook/office.rs",
        |source| {
            let mut found = Vec::new();
            if source.code.contains("extern \"\"") {
                found.push("binds foreign functions".to_owned());
            }
            if source.path == "src/outlook.rs" && source.code.contains("pub mod office") {
                found.push("shows office to others".to_owned());
            }
            found
        },
    )
}

#[test]
fn foreign_functions_are_bound_in_one_file() {
    check(&office_is_behind_outlook(&rust()));
    check_notices(
        office_is_behind_outlook,
        ("src/outlook.rs", "pub mod office;"),
        ("src/outlook/office.rs", "extern \"C\" { fn ready(); }"),
    );
}

/// Only `send.rs` fetches.
fn one_file_fetches(sources: &[Source]) -> Vec<String> {
    breaches(
        sources,
        |path| path.starts_with("src/") && path != "src/send.rs",
        |source| {
            let words = ["gloo_net", "fetch_with_request", "fetch_with_str", "XmlHttpRequest"];
            words.iter().filter(|word| source.says(word)).map(|word| format!("fetches with {word}")).collect()
        },
    )
}

#[test]
fn the_add_in_fetches_in_one_file() {
    check(&one_file_fetches(&rust()));
    check_notices(
        one_file_fetches,
        ("src/save.rs", "use gloo_net::http;"),
        ("src/send.rs", "use gloo_net::http;"),
    );
}

/// Vendor names as literals stay in `wire`, the stand-in and test data.
fn vendor_names_stay_at_the_edge(sources: &[Source]) -> Vec<String> {
    let inside = ["crates/rules/src/", "crates/engine/src/", "crates/sync/src/", "src/"];
    breaches(
        sources,
        |path| inside.iter().any(|folder| path.starts_with(folder)),
        |source| {
            let named = |name: &&&str| source.literals.iter().any(|literal| contains_word(literal, name));
            VENDOR_NAMES.iter().filter(named).map(|name| format!("has {name} in a literal")).collect()
        },
    )
}

#[test]
fn vendor_names_are_written_in_wire_and_stand_in_only() {
    check(&vendor_names_stay_at_the_edge(&rust()));
    check_notices(
        vendor_names_stay_at_the_edge,
        ("crates/rules/src/field.rs", "let name = \"WhoId\";"),
        ("crates/wire/src/salesforce/event.rs", "let name = \"WhoId\";"),
    );
}

/// SQL lives in the service's store.
fn sql_lives_in_the_store(sources: &[Source]) -> Vec<String> {
    let starts = ["SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM ", "CREATE TABLE "];
    let elsewhere = |path: &str| {
        let ours = ["src/", "crates/rules/", "crates/engine/", "crates/sync/"];
        ours.iter().any(|folder| path.starts_with(folder)) && !path.starts_with("crates/sync/src/store")
    };
    breaches(sources, elsewhere, |source| {
        let sql = |text: &&String| starts.iter().any(|start| text.trim_start().starts_with(start));
        source.literals.iter().filter(sql).map(|text| format!("has SQL: {text}")).collect()
    })
}

#[test]
fn sql_is_written_in_the_store_only() {
    check(&sql_lives_in_the_store(&rust()));
    check_notices(
        sql_lives_in_the_store,
        ("crates/sync/src/worker.rs", "query(\"SELECT 1 FROM pair\")"),
        ("crates/sync/src/store/pair.rs", "query(\"SELECT 1 FROM pair\")"),
    );
}

/// Time is read in the clocks.
fn time_is_read_in_the_clocks(sources: &[Source]) -> Vec<String> {
    let elsewhere = |path: &str| !path.ends_with("/clock.rs");
    breaches(sources, elsewhere, |source| {
        let reads = ["Utc::now", "Local::now", "SystemTime::now", "Instant::now", "Date::now", "Date::new_0"];
        reads
            .iter()
            .filter(|call| contains_word(&source.code, call))
            .map(|call| format!("reads {call}"))
            .collect()
    })
}

#[test]
fn the_clock_is_read_in_clock_rs_only() {
    check(&time_is_read_in_the_clocks(&rust()));
    check_notices(
        time_is_read_in_the_clocks,
        ("crates/engine/src/pass.rs", "let now = Utc::now();"),
        ("crates/sync/src/clock.rs", "Utc::now()"),
    );
}

/// Work is started in `main`, in the service's worker, where the add-in begins and in its background.
fn work_starts_in_few_places(sources: &[Source]) -> Vec<String> {
    let allowed = [
        "crates/sync/src/worker.rs",
        "crates/sync/src/main.rs",
        "crates/sim/src/main.rs",
        "src/start.rs",
        "src/services/background.rs",
    ];
    let elsewhere = |path: &str| {
        (path.starts_with("src/") || path.starts_with("crates/"))
            && !path.starts_with("crates/standin/")
            && !allowed.contains(&path)
    };
    breaches(sources, elsewhere, |source| {
        let calls = ["tokio::spawn", "spawn_blocking", "thread::spawn", "spawn_local"];
        calls
            .iter()
            .filter(|call| contains_word(&source.code, call))
            .map(|call| format!("calls {call}"))
            .collect()
    })
}

#[test]
fn work_is_spawned_in_main_and_worker_only() {
    check(&work_starts_in_few_places(&rust()));
    check_notices(
        work_starts_in_few_places,
        ("crates/sync/src/http/saves.rs", "tokio::spawn(async {});"),
        ("crates/sync/src/worker.rs", "tokio::spawn(async {});"),
    );
}

/// Traits exist only where two implementations do.
fn traits_have_two_implementations(sources: &[Source]) -> Vec<String> {
    let allowed = [
        "crates/engine/src/ports",
        "crates/wire/src/",
        "crates/sync/src/transport",
        "crates/sync/src/store",
        "crates/sync/src/desk",
    ];
    let elsewhere = |path: &str| {
        (path.starts_with("src/") || path.starts_with("crates/"))
            && !allowed.iter().any(|place| path.starts_with(place))
    };
    breaches(sources, elsewhere, |source| {
        let declared = source.says("trait").then(|| "declares a trait".to_owned());
        declared.into_iter().collect()
    })
}

#[test]
fn traits_are_declared_at_the_few_seams_only() {
    check(&traits_have_two_implementations(&rust()));
    check_notices(
        traits_have_two_implementations,
        ("src/outlook.rs", "trait Office {}"),
        ("crates/engine/src/ports.rs", "pub trait Ledger {}"),
    );
}

/// Shipped code never unwraps.
fn nothing_unwraps(sources: &[Source]) -> Vec<String> {
    breaches(
        sources,
        |_| true,
        |source| {
            let calls = source.code.matches(".unwrap()").count() + source.code.matches(".expect(").count();
            (0..calls.min(1)).map(|_| format!("unwraps {calls} times")).collect()
        },
    )
}

#[test]
fn shipped_code_never_unwraps() {
    check(&nothing_unwraps(&rust()));
    check_notices(
        nothing_unwraps,
        ("src/save.rs", "fn a() { b().unwrap() }"),
        ("src/save.rs", "#[cfg(test)]\nmod tests { fn a() { b().unwrap() } }"),
    );
}

/// A file stays short enough to be read whole.
fn files_stay_short(sources: &[Source]) -> Vec<String> {
    breaches(
        sources,
        |_| true,
        |source| {
            let lines = source.text.lines().count();
            (lines > LINE_LIMIT).then(|| format!("has {lines} lines")).into_iter().collect()
        },
    )
}

#[test]
fn no_file_is_longer_than_600_lines() {
    check(&files_stay_short(&all(&["rs", "ts", "js", "mjs", "css", "html"])));
    check_notices(
        files_stay_short,
        ("src/save.rs", &"\n".repeat(LINE_LIMIT + 1)),
        ("src/save.rs", &"\n".repeat(LINE_LIMIT)),
    );
}

/// Modules say what they are for.
fn modules_say_their_purpose(sources: &[Source]) -> Vec<String> {
    breaches(
        sources,
        |_| true,
        |source| {
            (source.is_shipped() && !source.text.starts_with("//!"))
                .then(|| "does not open with its purpose".to_owned())
                .into_iter()
                .collect()
        },
    )
}

#[test]
fn every_module_opens_with_its_purpose() {
    check(&modules_say_their_purpose(&rust()));
    check_notices(modules_say_their_purpose, ("src/a.rs", "fn a() {}"), ("src/a.rs", "//! Why.\nfn a() {}"));
}

fn breaches(
    sources: &[Source],
    concerns: impl Fn(&str) -> bool,
    find: impl Fn(&Source) -> Vec<String>,
) -> Vec<String> {
    let concerned = sources.iter().filter(|source| concerns(&source.path));
    concerned
        .flat_map(|source| find(source).into_iter().map(|what| format!("{}: {what}", source.path)))
        .collect()
}
