use proptest::prelude::*;

use super::*;
use crate::{
    id::ItemId,
    item::Role,
    people::participants,
    sample::{
        DANA, HALE, INES, LUIS, MARA, acme, address, appointment, at, attendee, dana, date, days, luis,
        meeting, settings, zones,
    },
    series::{Pattern, Range},
    settings::Settings,
};

struct Case {
    item: Item,
    settings: Effective,
    in_window: bool,
    made: &'static str,
    answer: Option<Response>,
    related: Related,
    series_allowed: bool,
    comes_first: ComesFirst,
    past: Past,
}

impl Default for Case {
    fn default() -> Self {
        let mut effective = Effective { shared: settings(), ..Effective::default() };
        effective.autosave.meetings = true;
        effective.autosave.appointments = true;
        Self {
            item: meeting(),
            settings: effective,
            in_window: true,
            made: "2026-11-20T08:00:00Z",
            answer: Some(Response::Organizer),
            related: Related::ByPeople,
            series_allowed: true,
            comes_first: ComesFirst::This,
            past: Past::Nothing,
        }
    }
}

impl Case {
    fn verdict(&self) -> AutosaveVerdict {
        let matches = [dana(), luis()];
        let participants = participants(&self.item, &address(MARA), &self.settings.shared, &matches);
        let candidate = Candidate {
            item: &self.item,
            participants: &participants,
            is_in_window: self.in_window,
            made: at(self.made),
            enabled: at("2026-11-01T00:00:00Z"),
            answer: self.answer,
            related: self.related,
            series_allowed: self.series_allowed,
            comes_first: self.comes_first,
            past: self.past,
        };
        autosave(&candidate, &self.settings)
    }

    fn with(change: impl FnOnce(&mut Self)) -> Self {
        let mut case = Self::default();
        change(&mut case);
        case
    }
}

#[track_caller]
fn saved(case: &Case) {
    let verdict = case.verdict();
    assert_eq!(verdict.decision, Autosave::Save, "{:?}", verdict.trace);
    let last = verdict.trace.last().unwrap();
    assert_eq!((last.rule, last.passed), ("AUT-1", true));
}

#[track_caller]
fn skipped(case: &Case, skip: Skip) {
    let verdict = case.verdict();
    assert_eq!(verdict.decision, Autosave::Skip(skip), "{:?}", verdict.trace);
    let last = verdict.trace.last().unwrap();
    assert_eq!((last.rule, last.says.as_str(), last.passed), (skip.rule(), skip.reason(), false));
}

fn blocking(entries: &[&str]) -> Settings {
    Settings { blocklist: entries.iter().map(|&entry| entry.to_owned()).collect(), ..settings() }
}

#[test]
fn aut_1_what_the_user_makes_or_accepts_is_saved_when_its_switch_is_on() {
    saved(&Case::default());
    for answer in [None, Some(Response::Accepted), Some(Response::Tentative)] {
        saved(&Case::with(|case| case.answer = answer));
    }
    saved(&Case::with(|case| {
        case.item = appointment();
        case.related = Related::ByText;
    }));
}

#[test]
fn aut_1_each_kind_has_its_own_switch_and_both_are_off_at_first() {
    skipped(&Case::with(|case| case.settings.autosave.meetings = false), Skip::MeetingsOff);
    saved(&Case::with(|case| case.settings.autosave.appointments = false));
    let off = Case::with(|case| {
        case.item = appointment();
        case.settings.autosave.appointments = false;
    });
    skipped(&off, Skip::AppointmentsOff);
    let shared = settings();
    skipped(
        &Case::with(|case| case.settings = Effective { shared, ..Effective::default() }),
        Skip::MeetingsOff,
    );
}

#[test]
fn aut_1_a_series_is_saved_when_series_are_synced() {
    let series = |allowed| {
        Case::with(|case| {
            case.item = Item { kind: Kind::Series, ..meeting() };
            case.series_allowed = allowed;
        })
    };
    saved(&series(true));
    skipped(&series(false), Skip::SeriesOff);
    let occurrence = Kind::Occurrence { series: ItemId::parse("AAMk").unwrap() };
    saved(&Case::with(|case| {
        case.item = Item { kind: occurrence, ..meeting() };
        case.series_allowed = false;
    }));
}

#[test]
fn aut_2_outside_the_window_nothing_is_saved_by_itself() {
    skipped(&Case::with(|case| case.in_window = false), Skip::OutsideWindow);
}

#[track_caller]
fn falls(span: Span, zone: &str, expected: bool) {
    let window = Days::around(date("2026-11-21"), 14, 60);
    assert_eq!(in_window(span, None, window, zone, &zones), Ok(expected), "{span:?}");
}

fn instant(text: &str) -> Span {
    Span::Timed { start: at(text), end: at(text) + chrono::TimeDelta::days(3) }
}

#[test]
fn aut_2_days_are_those_of_the_mailboxs_zone_and_bounds_are_inside() {
    falls(instant("2026-11-06T23:00:00Z"), "Europe/Berlin", true);
    falls(instant("2026-11-06T22:59:59Z"), "Europe/Berlin", false);
    falls(instant("2027-01-20T22:59:59Z"), "Europe/Berlin", true);
    falls(instant("2027-01-20T23:00:00Z"), "Europe/Berlin", false);
    falls(instant("2027-01-20T23:00:00Z"), "Etc/UTC", true);
    falls(days(1), "America/New_York", true);
    let first = date("2027-01-21");
    falls(Span::AllDay { first, end_exclusive: first }, "America/New_York", false);
    let window = Days::around(first, 0, 0);
    let unknown = in_window(instant("2026-11-06T23:00:00Z"), None, window, "nowhere", &zones);
    assert_eq!(unknown, Err(Unexpanded::Zone("nowhere".to_owned())));
}

#[test]
fn aut_2_a_series_counts_if_any_occurrence_does() {
    let span = instant("2020-01-07T08:00:00Z");
    let item = Item { kind: Kind::Series, span, ..meeting() };
    let series = |range| {
        let pattern = Pattern::MonthlyDay { interval: 3, day: 7 };
        Series::new(item.clone(), pattern, date("2020-01-07"), range, "Europe/Berlin", &zones).unwrap()
    };
    let counts = |series: &Series, today| {
        let window = Days::around(date(today), 14, 60);
        in_window(span, Some(series), window, "Europe/Berlin", &zones).unwrap()
    };
    assert!(counts(&series(Range::NoEnd), "2026-12-07"), "7 January 2027 is ahead");
    assert!(!counts(&series(Range::NoEnd), "2026-10-30"));
    assert!(!counts(&series(Range::Until(date("2026-12-31"))), "2026-12-07"));
    let mut cancelled = series(Range::NoEnd);
    cancelled.cancelled.push(at("2027-01-07T08:00:00Z"));
    assert!(!counts(&cancelled, "2026-12-07"));
}

#[test]
fn aut_3_meetings_of_the_company_alone_are_skipped() {
    let internal = |also| {
        Case::with(|case| {
            case.item.attendees = vec![attendee(INES, Role::Required)];
            case.settings.autosave.also.internal = also;
        })
    };
    skipped(&internal(false), Skip::Internal);
    saved(&internal(true));
}

#[test]
fn aut_3_an_outside_organizer_makes_a_meeting_external() {
    let case = Case::with(|case| {
        case.item.attendees = vec![attendee(MARA, Role::Required)];
        case.item.organizer = Some(crate::sample::person(DANA));
        case.answer = Some(Response::Accepted);
    });
    saved(&case);
}

#[test]
fn aut_3_one_external_attendee_off_the_blocklist_is_enough() {
    let blocked = |entries: &[&str]| Case::with(|case| case.settings.shared = blocking(entries));
    skipped(&blocked(&["acme.example", "moreno.example"]), Skip::Blocklisted);
    saved(&blocked(&["acme.example"]));
    saved(&blocked(&[DANA, LUIS]));
    skipped(&blocked(&[DANA, LUIS, HALE]), Skip::Blocklisted);
}

#[test]
fn aut_3_without_a_related_record_nothing_is_saved_unless_the_setting_says() {
    let unlinked = |item: Item, allowed| {
        Case::with(|case| {
            case.item = item;
            case.related = Related::Nothing;
            case.settings.autosave.also.unlinked = allowed;
        })
    };
    skipped(&unlinked(meeting(), Unlinked::None), Skip::Unlinked);
    skipped(&unlinked(appointment(), Unlinked::None), Skip::Unlinked);
    skipped(&unlinked(meeting(), Unlinked::Appointments), Skip::Unlinked);
    saved(&unlinked(appointment(), Unlinked::Appointments));
    saved(&unlinked(meeting(), Unlinked::All));
}

#[test]
fn aut_3_tests_on_attendees_never_meet_an_appointment() {
    let case = |related| {
        Case::with(|case| {
            case.item = appointment();
            case.related = related;
            case.settings.shared = blocking(&["brightwater.example"]);
        })
    };
    saved(&case(Related::ByText));
    skipped(&case(Related::ByPeople), Skip::Unlinked);
}

#[test]
fn aut_3_links_or_a_record_named_in_the_text_make_an_item_related() {
    let what = Links { who: None, what: Some(acme()) };
    let who = Links { who: Some(dana()), what: None };
    assert_eq!(Related::of(&what, true), Related::ByPeople);
    assert_eq!(Related::of(&who, false), Related::ByPeople);
    assert_eq!(Related::of(&Links::default(), true), Related::ByText);
    assert_eq!(Related::of(&Links::default(), false), Related::Nothing);
}

#[test]
fn aut_4_what_is_older_than_sync_is_left_unless_the_setting_says() {
    let old = |since_enabled| {
        Case::with(|case| {
            case.made = "2026-10-31T23:59:59Z";
            case.settings.autosave.since_enabled = since_enabled;
        })
    };
    skipped(&old(true), Skip::OlderThanSync);
    saved(&old(false));
    saved(&Case::with(|case| case.made = "2026-11-01T00:00:00Z"));
}

#[test]
fn aut_5_unanswered_and_declined_invitations_are_left_unless_the_setting_says() {
    for (answer, skip) in [(Response::None, Skip::Unanswered), (Response::Declined, Skip::Declined)] {
        skipped(&Case::with(|case| case.answer = Some(answer)), skip);
        saved(&Case::with(|case| {
            case.answer = Some(answer);
            case.settings.autosave.also.unanswered = true;
        }));
    }
}

#[test]
fn aut_5_saving_an_unanswered_invitation_by_hand_waits_with_ise_013() {
    let also = AlsoSaved::default();
    let wait = waits_for_answer(Some(Response::None), &also).unwrap();
    assert_eq!(
        (wait.code(), waits_for_answer(Some(Response::Declined), &also)),
        ("ISE-013", Some(wait.clone()))
    );
    assert!(wait.reason().contains("answer"), "{}", wait.reason());
    assert_eq!(waits_for_answer(Some(Response::Accepted), &also), None);
    assert_eq!(waits_for_answer(None, &also), None);
    assert_eq!(waits_for_answer(Some(Response::None), &AlsoSaved { unanswered: true, ..also }), None);
}

#[test]
fn prv_1_private_items_are_left_unless_the_setting_says() {
    for sensitivity in [Sensitivity::Private, Sensitivity::Personal, Sensitivity::Confidential] {
        let private = |also| {
            Case::with(|case| {
                case.item.sensitivity = Some(sensitivity);
                case.settings.autosave.also.private = also;
            })
        };
        skipped(&private(false), Skip::Private);
        saved(&private(true));
    }
}

#[test]
fn ppl_2_another_synced_users_meeting_waits_for_their_save() {
    let case = Case::with(|case| {
        case.item.organizer = Some(crate::sample::person(INES));
        case.answer = Some(Response::Accepted);
        case.comes_first = ComesFirst::Organizer;
    });
    let verdict = case.verdict();
    assert_eq!(verdict.decision, Autosave::Wait(Wait::Organizer { name: INES.to_owned() }));
    assert_eq!(verdict.trace.last().unwrap().rule, "PPL-2");
}

#[test]
fn aut_3_what_is_skipped_does_not_wait_for_the_organizer() {
    let case = Case::with(|case| {
        case.comes_first = ComesFirst::Organizer;
        case.item.sensitivity = Some(Sensitivity::Private);
    });
    skipped(&case, Skip::Private);
}

#[test]
fn uns_1_what_was_taken_back_stays_back() {
    skipped(&Case::with(|case| case.past = Past::TakenBack), Skip::TakenBack);
}

#[test]
fn dwn_2_what_was_deleted_in_salesforce_is_not_saved_again() {
    skipped(&Case::with(|case| case.past = Past::EventDeleted), Skip::EventDeleted);
}

#[test]
fn one_1_nothing_goes_up_where_sync_goes_down_only() {
    skipped(&Case::with(|case| case.settings.down.direction = Direction::Down), Skip::DownOnly);
    saved(&Case::with(|case| case.settings.down.direction = Direction::Up));
}

proptest! {
    #[test]
    fn aut_every_skip_names_a_rule_and_a_reason_and_ends_the_trace(
        in_window: bool, since: bool, private: bool, related in 0_u8..3, answer in 0_u8..6, series: bool,
    ) {
        let case = Case::with(|case| {
            case.in_window = in_window;
            case.settings.autosave.since_enabled = since;
            case.item.sensitivity = private.then_some(Sensitivity::Private);
            case.related = [Related::Nothing, Related::ByPeople, Related::ByText][usize::from(related)];
            case.answer = [None, Some(Response::None), Some(Response::Organizer), Some(Response::Tentative), Some(Response::Accepted), Some(Response::Declined)][usize::from(answer)];
            case.item.kind = if series { Kind::Series } else { Kind::Single };
        });
        let verdict = case.verdict();
        prop_assert!(verdict.trace.iter().rev().skip(1).all(|check| check.passed));
        prop_assert!(verdict.trace.len() > 1);
        match verdict.decision {
            Autosave::Save => prop_assert!(in_window && !private && related > 0),
            Autosave::Skip(skip) => {
                prop_assert!(Skip::ALL.contains(&skip) && skip.reason().ends_with('.'));
            }
            Autosave::Wait(wait) => prop_assert!(false, "{:?}", wait),
        }
    }
}
