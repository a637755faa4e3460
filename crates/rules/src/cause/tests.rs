use super::*;
use crate::category::NAME_LIMIT;

/// One of each.
pub(crate) fn all() -> Vec<Cause> {
    let fields = vec!["Subject".to_owned(), "Location".to_owned()];
    vec![
        Cause::OrgWithoutKeys,
        Cause::UnreadableSeries { why: "no day of the week is named".to_owned() },
        Cause::LightningSeries,
        Cause::RepeatsOtherwise,
        Cause::Converted { conversion: Conversion::ToSeries },
        Cause::Converted { conversion: Conversion::ToSingle },
        Cause::TurnedPrivate,
        Cause::Conflict { fields: fields.clone() },
        Cause::PutBack { fields: fields.clone() },
        Cause::Reverted { side: Side::Outlook },
        Cause::Reverted { side: Side::Salesforce },
        Cause::DownOnly,
        Cause::FilesLeftOut { files: vec!["“a.exe”: Files of this kind are blocked.".to_owned()] },
        Cause::NotMade { whom: "pat@acme.example".to_owned(), why: "Region is missing.".to_owned() },
        Cause::SeveralAlike { whom: "pat@acme.example".to_owned(), records: fields.clone() },
        Cause::Held { people: 3 },
        Cause::HeldDeletion { people: 3 },
        Cause::GroupConsent,
        Cause::BornInSalesforce,
        Cause::RecordWithoutDate { object: "Task".to_owned() },
        Cause::ShownOnly { shown: Shown::Record, what: "Task".to_owned() },
        Cause::ShownOnly { shown: Shown::PublicCalendar, what: "Holidays".to_owned() },
        Cause::GuestsOfShown { shown: Shown::PublicCalendar, people: 2 },
        Cause::TooManyDeletions { deletions: 31, pairs: 100 },
        Cause::EndlessRound,
    ]
}

#[test]
fn iss_1_every_cause_says_why_and_what_to_do() {
    for cause in all() {
        let issue = cause.issue();
        assert!(issue.reason.ends_with('.') && issue.remedy.ends_with('.'), "{issue:?}");
        assert_eq!(issue.code, cause.code());
        let text = serde_json::to_string(&cause).unwrap();
        assert_eq!(serde_json::from_str::<Cause>(&text).unwrap(), cause);
    }
}

#[test]
fn cat_1_every_cause_fits_into_a_category() {
    for cause in all() {
        let name = cause.category();
        assert!(name.len() <= NAME_LIMIT && !name.contains([',', ';']), "{name}");
    }
}

#[test]
fn iss_2_only_the_brake_stops_a_mailbox() {
    let stopping: Vec<&str> = all().iter().filter(|cause| cause.is_stoppage()).map(Cause::code).collect();
    assert_eq!(stopping, ["DWN-6"]);
}

#[test]
fn dwn_5_a_conflict_names_its_fields() {
    let cause = Cause::Conflict { fields: vec!["Subject".to_owned(), "Location".to_owned()] };
    assert_eq!(cause.reason(), "Both sides changed Subject, Location; Outlook's values stand.");
}

#[test]
fn one_1_a_revert_says_where_to_change_it_instead() {
    let remedy = |side| Cause::Reverted { side }.remedy();
    assert!(remedy(Side::Outlook).contains("in Salesforce"));
    assert!(remedy(Side::Salesforce).contains("in Outlook"));
}
