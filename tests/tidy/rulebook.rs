//! A rule without a test that carries its id is not done.

use crate::check;
use crate::source::{Source, all};

/// The rules that the product keeps so far.
const KEPT: &[&str] = &[
    "SAV-1", "SAV-2", "SAV-3", "SAV-4", "SAV-5", "SAV-6", "SAV-7", "SAV-8", "SAV-9", "SAV-10", "SAV-11",
    "SAV-12", "SAV-13", "CAT-1", "CAT-2", "CAT-3", "CAT-4", "CAT-5", "CAT-6", "CAT-7", "FLD-1", "FLD-2",
    "FLD-3", "AUT-1", "AUT-2", "AUT-3", "AUT-4", "AUT-5", "AUT-6", "AUT-7", "AUT-8", "PIC-1", "PIC-2",
    "PIC-3", "PIC-4", "PIC-5", "PIC-6", "PPL-1", "PPL-2", "PPL-4", "PPL-5", "PPL-6", "PPL-7", "PPL-8",
    "SER-1", "SER-2", "SER-3", "SER-4", "SER-5", "SER-6", "SER-7", "XCP-1", "XCP-2", "XCP-3", "XCP-4",
    "XCP-5", "TZN-1", "TZN-2", "TZN-3", "TZN-4", "DUP-1", "DUP-2", "DUP-3", "DUP-4", "DES-1", "DES-2",
    "DES-3", "DES-4", "PRV-1", "PRV-2", "PRV-3", "PRV-4", "UNS-1", "UNS-2", "DWN-1", "DWN-2", "DWN-3",
    "DWN-4", "DWN-5", "DWN-6", "DWN-7", "ONE-1", "OBJ-1", "ATT-1", "GRP-1", "GRP-2", "ISS-1", "ISS-2",
    "ISS-3", "ISS-4",
];

/// The rules of `ids` that no test names, as `SAV-12` or `sav_12`.
fn untested(ids: &[&str], sources: &[Source]) -> Vec<String> {
    let named = |id: &&&str| {
        let low = id.to_lowercase().replace('-', "_");
        sources.iter().any(|source| {
            [id, low.as_str()].iter().any(|name| {
                source.tests.match_indices(name).any(|(at, _)| {
                    let after = source.tests[at + name.len()..].chars().next();
                    !after.is_some_and(|c| c.is_ascii_digit())
                })
            })
        })
    };
    ids.iter().filter(|id| !named(id)).map(|id| format!("{id} has no test that carries its id")).collect()
}

#[test]
fn every_rule_that_is_kept_has_a_test_with_its_id() {
    let mut sources = all(&["rs", "ts"]);
    sources.retain(|source| !source.path.starts_with("tests/tidy"));
    check(&untested(KEPT, &sources));
}

#[test]
fn a_rule_without_a_test_is_noticed() {
    let source = Source::new("tests/e2e/save.spec.ts", "test('sav_12 one event', …)");
    assert_eq!(untested(&["SAV-1"], std::slice::from_ref(&source)).len(), 1);
    assert_eq!(untested(&["SAV-12"], &[source]), Vec::<String>::new());
    let shipped = Source::new("crates/rules/src/saving.rs", "//! SAV-3\n");
    assert_eq!(untested(&["SAV-3"], &[shipped]).len(), 1, "a mention in shipped code is no test");
}
