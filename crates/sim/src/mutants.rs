//! The defects that engine and service hold when they are built with the feature `mutants`, one at a time, chosen by the
//! environment. One that no seed finds shows that an invariant is missing.

/// The variable that chooses.
pub const VARIABLE: &str = "CALBRIDGE_MUTANT";

/// A defect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mutant {
    /// Its name in the code.
    pub name: &'static str,
    /// What it does.
    pub does: &'static str,
    /// A seed from which on it is found soon. What changes the runs may move it: the search goes on from there.
    pub seed: u64,
}

const fn mutant(name: &'static str, seed: u64, does: &'static str) -> Mutant {
    Mutant { name, does, seed }
}

/// All of them, in the order of their names.
pub const MUTANTS: [Mutant; 28] = [
    mutant("agree-without-write", 1, "what could not be written is agreed on all the same"),
    mutant("clashes-unlisted", 43, "values that did not win are not kept"),
    mutant("cursor-early", 60, "the calendar's cursor is kept before its effects"),
    mutant("deaf", 43, "news that could not be acted on are taken as heard"),
    mutant("down-dropped", 7, "what comes down is agreed on, and not written"),
    mutant("echo-by-marks", 33, "what carries our marks is taken for our own write coming back"),
    mutant("first-look-now", 1, "a look at the org that found nothing does not keep where it began"),
    mutant("foreign-is-own", 1, "everybody's meeting is taken for the user's own"),
    mutant("fresh-key", 25, "a create is tried again under another key"),
    mutant("fresh-transaction", 3, "an item is tried again under another transaction"),
    mutant("gone-unproven", 7, "an item that cannot be read is taken for deleted"),
    mutant("heard-without-revision", 1, "news are taken as heard that came during the session"),
    mutant("ignore-fence", 1, "a session writes on though its mailbox was taken over"),
    mutant("mail-without-hold", 1, "what mails attendees is not held"),
    mutant("mark-before-record", 1, "items are marked as saved before the pairs are kept"),
    mutant("marks-forgotten", 1, "marks that failed are taken as written"),
    mutant("no-second-look", 1, "a mailbox is claimed without a look whether it still is to be had"),
    mutant("overwrite-unjournalled", 1, "what is overwritten is not kept"),
    mutant("removed-is-gone", 1, "what a round calls removed is taken for deleted"),
    mutant("request-forgotten", 1, "a request whose item could not be read is taken as settled"),
    mutant("retry-after-ignored", 1, "a mailbox that asks for a pause gets none"),
    mutant("settled-without-revision", 1, "a request is settled that was pressed anew during the session"),
    mutant("skip-brake", 1, "any number of deletions goes through"),
    mutant("stale-item-overwritten", 1, "an item is written over though it changed since it was read"),
    mutant("token-loss-is-empty", 1, "a lost cursor is taken for a calendar in which nothing changed"),
    mutant("unasked-saves", 1, "items are saved that nobody asked for"),
    mutant("unfinished-forgotten", 1, "what could not be written is not tried again"),
    mutant("utc-days", 1, "days are counted in UTC instead of the mailbox's zone"),
];
