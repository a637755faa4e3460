//! Defects that are put in on purpose, so that the simulation can be seen to find them. Shipped builds hold none: without
//! the feature `mutants` the answer is a constant.

/// Whether the defect of this name is put in.
#[cfg(feature = "mutants")]
pub(crate) fn mutant(name: &str) -> bool {
    static CHOSEN: std::sync::OnceLock<Option<String>> = std::sync::OnceLock::new();
    CHOSEN.get_or_init(|| std::env::var("CALBRIDGE_MUTANT").ok()).as_deref() == Some(name)
}

/// Whether the defect of this name is put in: never.
#[cfg(not(feature = "mutants"))]
pub(crate) const fn mutant(_name: &str) -> bool {
    false
}
