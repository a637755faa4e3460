//! The defects that engine and service hold when they are built with the feature `mutants`, one at a time, chosen by the
//! environment. One that neither a seed nor its trap ([`crate::traps`]) finds shows that an invariant is missing.

/// The variable that chooses.
pub const VARIABLE: &str = "CALBRIDGE_MUTANT";

/// A defect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mutant {
    /// Its name in the code.
    pub name: &'static str,
    /// What it does.
    pub does: &'static str,
}

const fn mutant(name: &'static str, does: &'static str) -> Mutant {
    Mutant { name, does }
}

/// All of them, in the order of their names.
pub const MUTANTS: [Mutant; 35] = [
    mutant("agree-without-write", "what could not be written is agreed on all the same"),
    mutant("cancelled-stays", "the Event of a date that was taken out of its series stays"),
    mutant("clashes-unlisted", "values that did not win are not kept"),
    mutant("cursor-early", "the calendar's cursor is kept before its effects"),
    mutant("dates-overwritten", "what a changed series wrote over its dates is not written again"),
    mutant("deaf", "news that could not be acted on are taken as heard"),
    mutant("down-dropped", "what comes down is agreed on, and not written"),
    mutant("duplicate-refused", "a write that meets another one's is taken as refused, and not tried again"),
    mutant("echo-by-marks", "what carries our marks is taken for our own write coming back"),
    mutant("end-stays", "a part of a series that ends earlier or later ends as it did"),
    mutant("first-look-now", "a look at the org that found nothing does not keep where it began"),
    mutant("foreign-is-own", "everybody's meeting is taken for the user's own"),
    mutant("fresh-key", "a create is tried again under another key"),
    mutant("fresh-transaction", "an item is tried again under another transaction"),
    mutant("gone-ignored", "the Event of an item that is gone stays"),
    mutant("gone-unproven", "an item that cannot be read is taken for deleted"),
    mutant("heard-without-revision", "news are taken as heard that came during the session"),
    mutant("ignore-fence", "a session writes on though its mailbox was taken over"),
    mutant("mail-without-hold", "what mails attendees is not held"),
    mutant("mark-before-record", "items are marked as saved before the pairs are kept"),
    mutant("marks-forgotten", "marks that failed are taken as written"),
    mutant("masters-unread", "a series that a round tells by its dates alone is not read"),
    mutant("no-second-look", "a mailbox is claimed without a look whether it still is to be had"),
    mutant("overwrite-unjournalled", "what is overwritten is not kept"),
    mutant("part-anew", "a part of a series is tried again under another key"),
    mutant("removed-is-gone", "what a round calls removed is taken for deleted"),
    mutant("request-forgotten", "a request whose item could not be read is taken as settled"),
    mutant("retry-after-ignored", "a mailbox that asks for a pause gets none"),
    mutant("settled-without-revision", "a request is settled that was pressed anew during the session"),
    mutant("skip-brake", "any number of deletions goes through"),
    mutant("stale-item-overwritten", "an item is written over though it changed since it was read"),
    mutant("token-loss-is-empty", "a lost cursor is taken for a calendar in which nothing changed"),
    mutant("unasked-saves", "items are saved that nobody asked for"),
    mutant("unfinished-forgotten", "what could not be written is not tried again"),
    mutant("utc-days", "days are counted in UTC instead of the mailbox's zone"),
];
