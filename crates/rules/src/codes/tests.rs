use super::*;
use crate::{
    cause::{self, Cause},
    saving::Wait,
};

/// The list that people read.
const DOCUMENT: &str = include_str!("../../../../docs/codes.md");

fn all() -> impl Iterator<Item = &'static Code> {
    [OF_ITEMS, OF_MAILBOXES, OF_ORG, OF_ANSWERS].into_iter().flatten()
}

#[test]
fn iss_4_the_public_list_is_made_of_the_tables() {
    let made = markdown();
    for (made, stands) in made.lines().zip(DOCUMENT.lines()) {
        assert_eq!(made, stands);
    }
    assert_eq!(made, DOCUMENT, "docs/codes.md is to be made again");
}

#[test]
fn iss_4_every_code_stands_once_with_cause_and_remedy() {
    for known in all() {
        assert!(known.cause.ends_with('.') && known.remedy.ends_with('.'), "{}", known.code);
        assert!(!known.cause.contains('|') && !known.remedy.contains('|'), "{}", known.code);
        assert_eq!(all().filter(|other| other.code == known.code).count(), 1, "{} twice", known.code);
    }
}

#[test]
fn iss_4_every_cause_and_every_wait_has_a_code_that_is_public() {
    for cause in cause::tests::all() {
        let is_of_mailbox = cause.is_stoppage() || cause == Cause::EndlessRound;
        let table = if is_of_mailbox { OF_MAILBOXES } else { OF_ITEMS };
        assert!(table.iter().any(|known| known.code == cause.code()), "{}", cause.code());
    }
    for wait in [Wait::Organizer { name: "Ines".to_owned() }, Wait::Draft, Wait::Unanswered] {
        assert!(find(wait.code()).is_some(), "{}", wait.code());
    }
}

#[test]
fn iss_4_ise_013_keeps_its_name_and_unknown_codes_are_unknown() {
    assert!(find("ISE-013").is_some_and(|known| known.cause.contains("organizer")));
    assert_eq!(find("ISE-999"), None);
}

#[test]
fn iss_1_an_issue_says_which_way_something_did_not_go() {
    assert!(is_of_down_sync("PPL-8") && !is_of_down_sync("SAV-8") && !is_of_down_sync("FIELD_INTEGRITY"));
    for code in OF_DOWN_SYNC {
        assert!(OF_ITEMS.iter().any(|known| known.code == code), "{code}");
    }
}
