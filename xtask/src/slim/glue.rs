//! The glue as wasm-bindgen writes it: four blanks a level, one import or line of a function each.

use std::collections::BTreeMap;

use anyhow::{Result, bail};

/// The indentation of the members of the object of imports.
const MEMBER: &str = "        ";

/// The glue without the classes that it exports: the pane's own pages use none.
pub(super) fn without_classes(glue: &str) -> String {
    let class = |line: &str| Some(line.strip_prefix("export class ")?.strip_suffix(" {")?.to_owned());
    let classes: Vec<String> = glue.lines().filter_map(class).collect();
    let begins = |line: &str| {
        let of_class = |name: &String| {
            line.strip_prefix("export class ").is_some_and(|rest| rest.strip_suffix(" {") == Some(name))
                || line.starts_with(&format!("if (Symbol.dispose) {name}."))
                || line.starts_with(&format!("const {name}Finalization = "))
        };
        classes.iter().any(of_class)
    };
    let mut kept = String::new();
    let mut is_inside = false;
    for line in glue.lines() {
        is_inside |= begins(line);
        if is_inside {
            is_inside = line != "}" && !(line.ends_with(';') && is_level_one(line));
        } else {
            kept += line;
            kept.push('\n');
        }
    }
    kept
}

/// Whether a line stands outside of classes and functions, or continues one that does.
fn is_level_one(line: &str) -> bool {
    !line.starts_with(' ') || line.starts_with("    : ")
}

/// Whether the glue calls an export.
pub(super) fn calls(glue: &str, export: &str) -> bool {
    places(glue, export).next().is_some()
}

/// Where the glue names an export.
fn places<'a>(glue: &'a str, export: &'a str) -> impl Iterator<Item = usize> + 'a {
    let name = format!("wasm.{export}");
    let length = name.len();
    let all: Vec<usize> = glue.match_indices(&name).map(|(at, _)| at).collect();
    all.into_iter().filter(move |at| {
        let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '$';
        !glue[at + length..].starts_with(is_part)
            && !glue[..*at].ends_with(|letter| is_part(letter) || letter == '.')
    })
}

/// The glue with new names for exports.
pub(super) fn with_exports(glue: &str, names: &BTreeMap<String, String>) -> String {
    let mut found: Vec<(usize, &String, &String)> =
        names.iter().flat_map(|(old, new)| places(glue, old).map(move |at| (at, old, new))).collect();
    found.sort_unstable();
    let mut renamed = String::new();
    let mut from = 0;
    for (at, old, new) in found {
        renamed += &glue[from..at];
        renamed += "wasm.";
        renamed += new;
        from = at + "wasm.".len() + old.len();
    }
    renamed + &glue[from..]
}

/// The glue with new names for imports, and without those that have none.
pub(super) fn with_imports(glue: &str, names: &BTreeMap<String, String>) -> Result<String> {
    let mut renamed = String::new();
    let mut found = 0;
    let mut is_inside = false;
    let mut is_dropped = false;
    for line in glue.lines() {
        if is_inside && line == "    };" {
            is_inside = false;
        }
        let member = line.strip_prefix(MEMBER).filter(|_| is_inside).and_then(|rest| rest.split_once(": "));
        match member.filter(|(name, _)| name.starts_with("__wb")) {
            Some((name, rest)) => {
                let new = names.get(name);
                is_dropped = new.is_none();
                if let Some(new) = new {
                    found += 1;
                    renamed.extend([MEMBER, new, ": ", rest, "\n"]);
                }
            }
            None if is_dropped && is_inside => {}
            None => {
                renamed += line;
                renamed.push('\n');
            }
        }
        is_inside |= line.trim_start() == "const import0 = {";
    }
    if found != names.len() {
        bail!("the glue has {found} of the {} functions that wasm imports", names.len());
    }
    Ok(renamed)
}
