//! The defects that engine and service hold when they are built with the feature `mutants`, one at a time, chosen by the
//! environment. One that no seed finds shows that an invariant is missing.

/// The variable that chooses.
pub const VARIABLE: &str = "CALBRIDGE_MUTANT";

/// Their names, and what each does.
pub const MUTANTS: [(&str, &str); 22] = [
    ("agree-without-write", "what could not be written is agreed on all the same"),
    ("clashes-unlisted", "values that did not win are not kept"),
    ("cursor-early", "the calendar's cursor is kept before its effects"),
    ("deaf", "news that could not be acted on are taken as heard"),
    ("first-look-now", "a look at the org that found nothing does not keep where it began"),
    ("foreign-is-own", "everybody's meeting is taken for the user's own"),
    ("down-dropped", "what comes down is agreed on, and not written"),
    ("fresh-key", "a create is tried again under another key"),
    ("fresh-transaction", "an item is tried again under another transaction"),
    ("gone-unproven", "an item that cannot be read is taken for deleted"),
    ("heard-without-revision", "news are taken as heard that came during the session"),
    ("ignore-fence", "a session writes on though its mailbox was taken over"),
    ("mail-without-hold", "what mails attendees is not held"),
    ("marks-forgotten", "marks that failed are taken as written"),
    ("no-second-look", "a mailbox is claimed without a look whether it still is to be had"),
    ("removed-is-gone", "what a round calls removed is taken for deleted"),
    ("retry-after-ignored", "a mailbox that asks for a pause gets none"),
    ("settled-without-revision", "a request is settled that was pressed anew during the session"),
    ("skip-brake", "any number of deletions goes through"),
    ("token-loss-is-empty", "a lost cursor is taken for a calendar in which nothing changed"),
    ("unasked-saves", "items are saved that nobody asked for"),
    ("unfinished-forgotten", "what could not be written is not tried again"),
];
