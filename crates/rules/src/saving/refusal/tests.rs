use super::*;
use crate::category::{NAME_LIMIT, status_category};

/// One of each, and what differs in words by what it carries.
fn every_refusal() -> Vec<Refusal> {
    let off = |why| Refusal::SyncOff { why };
    vec![
        Refusal::NotSavedInOutlook,
        off(SyncOff::NeverEnabled),
        off(SyncOff::Paused),
        off(SyncOff::AuthorizationExpired),
        Refusal::ServiceUnreachable,
        Refusal::LeadWithRelated,
        Refusal::NobodyKnown,
        Refusal::RequiredMissing { labels: vec!["Meeting type".to_owned(), "City, State".to_owned()] },
        Refusal::SeriesOff,
        Refusal::TooLong { days: 15 },
        Refusal::RecurringAllDay,
        Refusal::RecurringLong,
        Refusal::SeriesZone { zone: "tzone://Microsoft/Custom".to_owned() },
        Refusal::GroupTooLong,
        Refusal::NoMultiday,
    ]
}

#[test]
fn xcp_1_is_told_as_the_pane_shows_it() {
    let refusal = Refusal::TooLong { days: 15 };
    assert_eq!(refusal.headline(), "Salesforce cannot hold this event");
    assert_eq!(refusal.reason(), "It lasts 15 days; the most is 14.");
    assert_eq!(refusal.remedy(), "Split it in Outlook and save each part.");
}

#[test]
fn cat_1_missing_fields_are_named_in_the_category() {
    let labels = vec!["Meeting type".to_owned(), "Region".to_owned()];
    let short = Refusal::RequiredMissing { labels }.short_reason();
    assert_eq!(status_category(&short), "Status: Required fields are missing: Meeting type · Region");
}

#[test]
fn every_refusal_says_what_is_true_and_what_to_do() {
    for refusal in every_refusal() {
        let (headline, reason, remedy) = (refusal.headline(), refusal.reason(), refusal.remedy());
        for words in [headline, reason.as_str(), remedy, refusal.short_reason().as_str()] {
            assert!(!words.trim().is_empty(), "{refusal:?}");
            assert!(!words.contains(['!']) && !words.to_lowercase().contains("please"), "{words}");
        }
        assert!(!headline.ends_with('.') && reason.ends_with('.'), "{refusal:?}");
        let category = status_category(&refusal.short_reason());
        assert!(!category.contains([',', ';']), "{category}");
        assert!(category.encode_utf16().count() <= NAME_LIMIT, "{category}");
    }
}

#[test]
fn ise_013_is_the_code_of_waiting_for_the_organizer() {
    let wait = Wait::Organizer { name: "Ines Roth".to_owned() };
    assert_eq!((wait.code(), wait.headline().as_str()), ("ISE-013", "Waiting for Ines Roth"));
    assert!(wait.reason().to_lowercase().contains("waiting for the organizer"));
    assert_eq!(Wait::Draft.code(), "SAV-7");
}

#[test]
fn refusals_keep_their_shape_between_pane_and_service() {
    let text = serde_json::to_string(&Refusal::TooLong { days: 15 }).unwrap();
    assert_eq!(text, r#"{"refusal":"too_long","days":15}"#);
    for refusal in every_refusal() {
        let text = serde_json::to_string(&refusal).unwrap();
        assert_eq!(serde_json::from_str::<Refusal>(&text).unwrap(), refusal);
    }
}

/// The table that admins read.
const CODES: &str = include_str!("../../../../../docs/codes.md");

/// Its rows: code, cause, remedy.
fn documented() -> Vec<[&'static str; 3]> {
    let cells = |line: &'static str| -> Option<[&'static str; 3]> {
        let row = line.strip_prefix('|')?.strip_suffix('|')?;
        row.split('|').map(str::trim).collect::<Vec<_>>().try_into().ok()
    };
    CODES
        .lines()
        .filter_map(cells)
        .filter(|[code, _, _]| *code != "Code" && !code.starts_with("---"))
        .collect()
}

#[test]
fn iss_4_every_code_is_documented_once_with_cause_and_remedy() {
    let waits = [Wait::Organizer { name: "Ines Roth".to_owned() }, Wait::Draft];
    let codes = every_refusal().into_iter().map(|refusal| refusal.rule());
    for code in codes.chain(waits.iter().map(Wait::code)) {
        let rows = documented().into_iter().filter(|[documented, _, _]| *documented == code).count();
        assert_eq!(rows, 1, "{code}");
    }
    for [code, cause, remedy] in documented() {
        assert!(cause.ends_with('.') && remedy.ends_with('.'), "{code}");
        assert_eq!(documented().iter().filter(|[other, _, _]| *other == code).count(), 1, "{code} twice");
    }
}
