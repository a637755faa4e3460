use calbridge_rules::{
    id::{Address, ItemId},
    saving::{Choice, SyncOff},
};
use calbridge_wire::service::{IdFormat, ItemRef, SaveRequest};

use super::*;
use crate::outbox::Refused;

fn event() -> RecordId {
    RecordId::parse("00UD00000000001").unwrap()
}

fn at() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

fn entry(refused: Option<Refused>) -> Entry {
    let item = ItemRef {
        mailbox: Address::parse("mara@brightwater.example").unwrap(),
        item_id: ItemId::parse("AAA").unwrap(),
        id_format: IdFormat::Ews,
        series_id: None,
    };
    Entry {
        user: RecordId::parse("005D00000000001").unwrap(),
        request: SaveRequest { idempotency_key: "key".to_owned(), item, choice: Choice::default() },
        kept_at: at(),
        categorized: true,
        refused,
        withdrawn: false,
    }
}

fn verdict(route: Route) -> Verdict {
    Verdict { route, trace: Vec::new(), may_change: Vec::new() }
}

fn refuse(refusal: Refusal) -> Verdict {
    verdict(Route::Refuse(refusal))
}

struct Case {
    event: EventKnown,
    is_gone: bool,
    status: Option<Status>,
    kept: Option<Entry>,
    verdict: Verdict,
}

fn case() -> Case {
    Case {
        event: EventKnown::Absent,
        is_gone: false,
        status: Some(Status::NotSaved),
        kept: None,
        verdict: verdict(Route::Queue),
    }
}

fn of(case: &Case) -> Face {
    let Case { event, is_gone, status, kept, verdict } = case;
    face(&Found { event, is_gone: *is_gone, status: status.as_ref(), kept: kept.as_ref(), verdict })
}

#[test]
fn cat_5_an_event_that_exists_is_saved_whatever_else_is_said() {
    let exists = EventKnown::Exists { id: event() };
    let waits = Some(Status::WillBeSaved { at: at() });
    let case = Case { event: exists, status: waits, kept: Some(entry(None)), ..case() };
    assert_eq!(of(&case), Face::Saved);
}

#[test]
fn cat_5_a_request_that_waits_says_until_when() {
    let case = Case { status: Some(Status::WillBeSaved { at: at() }), ..case() };
    assert_eq!(of(&case), Face::WillBeSaved { at: at() });
}

#[test]
fn sav_4_what_this_device_keeps_is_told_before_the_service_is_believed() {
    let case = Case { kept: Some(entry(None)), event: EventKnown::Unknown, status: None, ..case() };
    assert_eq!(of(&case), Face::Kept { categorized: true });
}

#[test]
fn sav_4_a_refusal_that_came_later_is_an_issue() {
    let refused = Refused {
        code: "SAV-3".to_owned(),
        reason: "Sync is paused".to_owned(),
        remedy: "Resume sync".to_owned(),
        refusal: Some(Refusal::SyncOff { why: SyncOff::Paused }),
    };
    let case = Case { kept: Some(entry(Some(refused))), ..case() };
    assert!(
        matches!(of(&case), Face::Issue(issue) if issue.code == "SAV-3" && issue.remedy == "Resume sync")
    );
}

#[test]
fn sav_13_a_deleted_event_is_told_until_it_is_saved_again() {
    let gone = Case { is_gone: true, status: Some(Status::Saved { event: event() }), ..case() };
    assert_eq!(of(&gone), Face::Gone);
    let again = Case { status: Some(Status::WillBeSaved { at: at() }), ..gone };
    assert_eq!(of(&again), Face::WillBeSaved { at: at() });
}

#[test]
fn cat_5_without_pointer_and_service_nobody_knows() {
    let case = Case { event: EventKnown::Unknown, status: None, verdict: verdict(Route::Keep), ..case() };
    assert_eq!(of(&case), Face::Unknown);
}

#[test]
fn sav_3_sync_that_is_off_is_a_face_of_its_own() {
    let off = refuse(Refusal::SyncOff { why: SyncOff::NeverEnabled });
    assert_eq!(of(&Case { verdict: off, ..case() }), Face::SyncOff);
}

#[test]
fn xcp_an_item_that_no_path_can_save_says_so_before_the_click() {
    let refusals = [
        Refusal::NotSavedInOutlook,
        Refusal::SeriesOff,
        Refusal::TooLong { days: 15 },
        Refusal::RecurringAllDay,
        Refusal::RecurringLong,
        Refusal::SeriesZone { zone: "tzone://Microsoft/Custom".to_owned() },
        Refusal::GroupTooLong,
        Refusal::NoMultiday,
    ];
    for refusal in refusals {
        assert_eq!(
            of(&Case { verdict: refuse(refusal.clone()), ..case() }),
            Face::CannotBeSaved,
            "{refusal:?}"
        );
    }
}

#[test]
fn sav_8_what_the_dialog_can_settle_does_not_bar_the_way_to_it() {
    let labels = vec!["Purpose".to_owned()];
    for refusal in [Refusal::NobodyKnown, Refusal::RequiredMissing { labels }, Refusal::LeadWithRelated] {
        assert_eq!(of(&Case { verdict: refuse(refusal.clone()), ..case() }), Face::NotSaved, "{refusal:?}");
    }
}
