use calbridge_rules::{
    event::{EventField, EventFields, FieldValue},
    people::PersonObject,
    saving::{Choice, ChosenPerson, Refusal, Scope, SyncOff},
    settings::{FieldSource, Multiday, Settings},
    status::{Issue, RuleAsked, Status},
};
use chrono::NaiveDate;
use serde::{Serialize, de::DeserializeOwned};

use super::*;
use crate::service::{
    ApiRange, IdFormat, ItemRef, ItemStanding, LoginCode, Me, Problem, SaveAccepted, SaveRequest,
    SessionWanted, SetSync, SyncState,
};
use crate::testing::tree as ours;

fn read(text: &str) -> Value {
    crate::value::parse(text.as_bytes()).unwrap()
}

/// By hand and derived say the same, both ways.
#[track_caller]
fn check<T: Tree + Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(value: &T) {
    let derived = serde_json::to_value(value).unwrap();
    let written = value.write().to_string();
    assert_eq!(serde_json::from_str::<serde_json::Value>(&written).unwrap(), derived);
    assert_eq!(T::read(&ours(&derived)).as_ref(), Some(value));
    assert_eq!(serde_json::from_str::<T>(&written).unwrap(), *value);
}

fn record() -> RecordId {
    RecordId::parse("003D00000000001").unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn item() -> ItemRef {
    ItemRef {
        mailbox: Address::parse("mara@brightwater.example").unwrap(),
        item_id: ItemId::parse("AAMk-_+/=").unwrap(),
        id_format: IdFormat::Rest,
        series_id: None,
    }
}

fn choice() -> Choice {
    let custom = |name: &str| EventField::Custom(ApiName::parse(name).unwrap());
    let fields = EventFields::from([
        (EventField::Subject, FieldValue::Text("R\"é\n".to_owned())),
        (EventField::Location, FieldValue::Empty),
        (EventField::IsAllDay, FieldValue::Flag(true)),
        (EventField::Start, FieldValue::Instant(at("2026-11-20T13:00:00Z"))),
        (EventField::End, FieldValue::Date(NaiveDate::from_ymd_opt(2026, 11, 21).unwrap())),
        (custom("Amount__c"), FieldValue::Number("12.50".to_owned())),
        (custom("Partner__c"), FieldValue::Record(record())),
    ]);
    let who = Some(ChosenPerson { record: record(), object: PersonObject::Lead });
    let also_who = Some(vec![ChosenPerson { record: record(), object: PersonObject::Contact }]);
    Choice {
        who,
        what: Some(record()),
        also_who,
        also_what: vec![record()],
        files: Some(vec!["a.pdf".to_owned()]),
        fields,
        scope: Scope::Series,
    }
}

fn refusals() -> Vec<Refusal> {
    vec![
        Refusal::NotSavedInOutlook,
        Refusal::SyncOff { why: SyncOff::AuthorizationExpired },
        Refusal::ServiceUnreachable,
        Refusal::LeadWithRelated,
        Refusal::NobodyKnown,
        Refusal::RequiredMissing { labels: vec!["A".to_owned(), "B".to_owned()] },
        Refusal::SeriesOff,
        Refusal::TooLong { days: 15 },
        Refusal::RecurringAllDay,
        Refusal::RecurringLong,
        Refusal::SeriesZone { zone: "tzone://Microsoft/Custom".to_owned() },
        Refusal::GroupTooLong,
        Refusal::NoMultiday,
        Refusal::DownOnly,
    ]
}

fn issue(refusal: Option<Refusal>) -> Status {
    let text = |text: &str| text.to_owned();
    Status::Issue(Issue { code: text("XCP-1"), reason: text("long"), remedy: text("split"), refusal })
}

#[test]
fn sav_1_a_save_request_is_written_as_the_service_reads_it() {
    check(&SaveRequest { idempotency_key: "0123456789abcdef".to_owned(), item: item(), choice: choice() });
    let series_id = ItemId::parse("SERIES").ok();
    let item = ItemRef { id_format: IdFormat::Ews, series_id, ..item() };
    check(&SaveRequest { idempotency_key: "k".repeat(64), item, choice: Choice::default() });
}

#[test]
fn what_a_user_may_do_is_read_as_the_service_writes_it() {
    let mut settings = Settings {
        company_domains: vec!["brightwater.example".to_owned()],
        blocklist: vec!["spam.example".to_owned()],
        multiday_events: Multiday::Off,
        recurring_sync: true,
        safe_description: false,
        link_opportunities: false,
        ..Settings::default()
    };
    settings.field_defaults.insert(ApiName::parse("Purpose__c").unwrap(), "Visit".to_owned());
    for (value, word) in super::rules::OUTLOOK {
        let source = FieldSource { value, limit: 255 };
        settings.field_map.insert(ApiName::parse(&format!("{word}__c")).unwrap(), source);
    }
    let me = Me {
        user: record(),
        name: "Mara".to_owned(),
        mailbox: Address::parse("mara@brightwater.example").ok(),
        sync: SyncState::Active,
        next_session: Some(at("2026-11-20T13:00:00.25Z")),
        settings,
        api: ApiRange { lowest: 1, highest: 2 },
    };
    check(&me);
    for why in [SyncOff::NeverEnabled, SyncOff::Paused, SyncOff::AuthorizationExpired] {
        let sync = SyncState::Off { why };
        check(&Me { sync, mailbox: None, next_session: None, settings: Settings::default(), ..me.clone() });
    }
    check(&SetSync { active: true });
}

#[test]
fn where_an_item_stands_is_read_as_the_service_writes_it() {
    let mut statuses = vec![
        Status::NotSaved,
        Status::WillBeSaved { at: at("2026-11-20T13:00:00Z") },
        Status::Saved { event: record() },
        issue(None),
    ];
    statuses.extend(refusals().into_iter().map(|refusal| issue(Some(refusal))));
    for status in statuses {
        check(&ItemStanding {
            status,
            synced_organizer: None,
            is_draft: Some(true),
            is_all_day: None,
            is_private: Some(true),
            chosen: None,
            decided: Vec::new(),
        });
    }
    let organizer = Some("Ines Roth".to_owned());
    let standing = ItemStanding {
        status: Status::NotSaved,
        synced_organizer: organizer,
        is_draft: None,
        is_all_day: Some(false),
        is_private: None,
        chosen: None,
        decided: Vec::new(),
    };
    check(&standing);
    let asked =
        RuleAsked { rule: "AUT-3".to_owned(), says: "Somebody outside takes part".to_owned(), passed: false };
    check(&ItemStanding { decided: vec![asked], ..standing.clone() });
    check(&ItemStanding { chosen: Some(Choice::default()), ..standing });
}

#[test]
fn an_older_service_leaves_unsaid_what_it_does_not_know() {
    let text = r#"{ "status": { "status": "not_saved" } }"#;
    let unsaid = ItemStanding {
        status: Status::NotSaved,
        synced_organizer: None,
        is_draft: None,
        is_all_day: None,
        is_private: None,
        chosen: None,
        decided: Vec::new(),
    };
    assert_eq!(ItemStanding::read(&read(text)), Some(unsaid.clone()));
    assert_eq!(serde_json::from_str::<ItemStanding>(text).unwrap(), unsaid);
}

#[test]
fn small_answers_are_read_as_the_service_writes_them() {
    check(&SaveAccepted { expected_at: at("2026-11-20T13:00:00Z") });
    check(&SessionWanted { expected_at: at("2026-11-20T13:00:00.123456Z") });
    check(&LoginCode { code: "c".to_owned(), state: "s".to_owned() });
}

#[test]
fn a_problem_is_read_with_and_without_its_reason() {
    let problem = |sync_off| Problem {
        code: "SAV-3".to_owned(),
        message: "off".to_owned(),
        remedy: "on".to_owned(),
        sync_off,
    };
    check(&problem(Some(SyncOff::Paused)));
    let derived = serde_json::to_value(problem(None)).unwrap();
    assert_eq!(Problem::read(&ours(&derived)), Some(problem(None)));
}

#[test]
fn members_that_a_later_version_adds_are_passed_over_and_missing_settings_have_their_defaults() {
    let tree = read(r#"{ "recurring_sync": true, "unheard_of": [1] }"#);
    assert_eq!(Settings::read(&tree), Some(Settings { recurring_sync: true, ..Settings::default() }));
    assert_eq!(Choice::read(&read("{}")), Some(Choice::default()));
}

#[test]
fn what_makes_no_sense_is_not_read() {
    for tree in ["null", "{}", r#"{ "status": "new" }"#].map(read) {
        assert_eq!(Status::read(&tree), None, "{tree}");
        assert_eq!(Me::read(&tree), None, "{tree}");
    }
}
