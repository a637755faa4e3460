use super::*;
use crate::sample::{at, record};

#[test]
fn cat_5_a_status_keeps_its_shape_between_service_and_pane() {
    let shapes = [
        (Status::NotSaved, r#"{"status":"not_saved"}"#),
        (
            Status::WillBeSaved { at: at("2026-11-24T13:32:00Z") },
            r#"{"status":"will_be_saved","at":"2026-11-24T13:32:00Z"}"#,
        ),
        (Status::Saved { event: record("00U", 1) }, r#"{"status":"saved","event":"00U000000000001EAA"}"#),
    ];
    for (status, text) in shapes {
        assert_eq!(serde_json::to_string(&status).unwrap(), text);
        assert_eq!(serde_json::from_str::<Status>(text).unwrap(), status);
    }
}

#[test]
fn iss_1_a_refusals_issue_says_code_reason_and_remedy() {
    let issue = Issue::refused(&Refusal::TooLong { days: 15 });
    assert_eq!(issue.code, "XCP-1");
    assert_eq!(issue.reason, "It lasts 15 days; the most is 14.");
    assert_eq!(issue.remedy, "Split it in Outlook and save each part.");
    assert_eq!(issue.refusal, Some(Refusal::TooLong { days: 15 }));
}

#[test]
fn ppl_2_waiting_for_the_organizer_is_ise_013() {
    let issue = Issue::waiting(&Wait::Organizer { name: "Ines Roth".to_owned() });
    assert_eq!(issue.code, "ISE-013");
    assert!(issue.remedy.contains("Ines Roth") && issue.refusal.is_none());
}

#[test]
fn cat_5_an_issue_travels_whole() {
    let status = Status::Issue(Issue::refused(&Refusal::NobodyKnown));
    let text = serde_json::to_string(&status).unwrap();
    assert!(text.starts_with(r#"{"status":"issue","code":"SAV-8""#), "{text}");
    assert_eq!(serde_json::from_str::<Status>(&text).unwrap(), status);
}
