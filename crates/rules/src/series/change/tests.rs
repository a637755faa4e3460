use super::*;
use crate::{
    item::{Role, ShowAs},
    sample::{at, attendee, date, settings},
    series::{DayTime, Range, sample::*},
};

fn today() -> NaiveDate {
    date("2026-11-21")
}

#[track_caller]
fn check(is: &Series, expected: &SeriesChange) {
    assert_eq!(change(&weekly(), is, today(), &settings()), *expected);
}

#[track_caller]
fn kept(agreed: &Series, is: &Series) -> KeptMaster {
    match change(agreed, is, today(), &settings()) {
        SeriesChange::Keep(kept) => kept,
        other @ (SeriesChange::Nothing | SeriesChange::Split { .. }) => panic!("{other:?}"),
    }
}

fn changed(change: impl FnOnce(&mut Series)) -> Series {
    let mut series = weekly();
    change(&mut series);
    series
}

#[test]
fn ser_4_a_series_that_did_not_change_is_left_alone() {
    check(&weekly(), &SeriesChange::Nothing);
    check(&changed(|series| series.master.categories.push("Red".to_owned())), &SeriesChange::Nothing);
}

#[test]
fn ser_4_another_pattern_or_start_ends_the_old_master_yesterday() {
    let split = SeriesChange::Split { old: OldMaster::EndsOn(date("2026-11-20")), from: today() };
    check(&changed(|series| series.pattern = daily()), &split);
    check(&changed(|series| series.first = date("2026-11-04")), &split);
    check(&changed(|series| series.zone = "America/New_York".to_owned()), &split);
    let ten = chrono::NaiveTime::from_hms_opt(10, 0, 0).unwrap();
    check(&changed(|series| series.time = DayTime::Timed { start: ten, seconds: 3_600 }), &split);
    check(&changed(|series| series.time = DayTime::AllDay { days: 1 }), &split);
}

#[test]
fn ser_4_a_series_of_which_nothing_has_passed_is_made_anew() {
    let agreed = changed(|series| series.first = date("2026-12-01"));
    let is = changed(|series| series.first = date("2026-12-08"));
    let expected = SeriesChange::Split { old: OldMaster::Deleted, from: date("2026-12-08") };
    assert_eq!(change(&agreed, &is, today(), &settings()), expected);
}

#[test]
fn ser_4_other_values_go_to_the_master_and_then_to_every_exception() {
    let original = at("2026-11-24T08:00:00Z");
    let agreed = changed(|series| series.exceptions.insert(original, renamed("Another")));
    let is = Series { master: Item { subject: "New".to_owned(), ..agreed.master.clone() }, ..agreed.clone() };
    let kept = kept(&agreed, &is);
    assert_eq!((kept.has_new_values, kept.has_new_end, kept.rewrite), (true, false, vec![original]));
    assert!(kept.told[0].contains("Related To"), "{:?}", kept.told);
}

#[test]
fn ser_4_every_value_that_goes_up_counts() {
    let master = weekly().master;
    for master in [
        Item { location: "Room 4".to_owned(), ..master.clone() },
        Item { show_as: Some(ShowAs::Free), ..master.clone() },
        Item { reminder: None, ..master.clone() },
        Item { sensitivity: None, ..master.clone() },
        Item { attendees: vec![attendee("new@acme.example", Role::Required)], ..master.clone() },
    ] {
        assert!(kept(&weekly(), &Series { master: master.clone(), ..weekly() }).has_new_values, "{master:?}");
    }
    let longer = changed(|series| {
        let start = chrono::NaiveTime::from_hms_opt(9, 0, 0).unwrap();
        series.time = DayTime::Timed { start, seconds: 7_200 };
    });
    assert!(kept(&weekly(), &longer).has_new_values);
}

#[test]
fn des_1_a_new_body_of_a_series_counts_only_without_safe_description() {
    let is = changed(|series| series.master.body = Some("New".to_owned()));
    check(&is, &SeriesChange::Nothing);
    let unsafe_description = Settings { safe_description: false, ..settings() };
    let change = change(&weekly(), &is, today(), &unsafe_description);
    assert!(matches!(change, SeriesChange::Keep(kept) if kept.has_new_values));
}

#[test]
fn ser_4_another_end_is_no_other_pattern() {
    let is = changed(|series| series.range = Range::Until(date("2027-01-01")));
    assert_eq!(kept(&weekly(), &is), KeptMaster { has_new_end: true, ..KeptMaster::default() });
}

#[test]
fn ser_4_single_occurrences_change_without_their_master() {
    let (one, two, three, four) = (
        at("2026-11-17T08:00:00Z"),
        at("2026-11-24T08:00:00Z"),
        at("2026-12-01T08:00:00Z"),
        at("2026-12-08T08:00:00Z"),
    );
    let agreed = changed(|series| {
        series.exceptions.insert(one, renamed("One"));
        series.exceptions.insert(two, renamed("Two"));
        series.cancelled.push(three);
    });
    let is = changed(|series| {
        series.exceptions.insert(two, renamed("Another"));
        series.cancelled.push(four);
    });
    let kept = kept(&agreed, &is);
    assert!(!kept.has_new_values && kept.told.is_empty());
    assert_eq!((kept.rewrite, kept.reset), (vec![two], vec![one]));
    assert_eq!((kept.remove, kept.restore), (vec![four], vec![three]));
}

#[test]
fn ser_4_a_cancelled_exception_is_removed_and_not_reset() {
    let one = at("2026-11-17T08:00:00Z");
    let agreed = changed(|series| series.exceptions.insert(one, renamed("One")));
    let kept = kept(&agreed, &changed(|series| series.cancelled.push(one)));
    assert_eq!((kept.reset, kept.remove), (Vec::new(), vec![one]));
}

#[test]
fn ser_4_a_master_changed_in_salesforce_changes_exceptions_too() {
    let (one, two) = (at("2026-11-17T08:00:00Z"), at("2026-11-24T08:00:00Z"));
    let series = changed(|series| {
        series.exceptions.insert(one, renamed("One"));
        let mut both = renamed("Two");
        both.values.location = Some("Room 4".to_owned());
        series.exceptions.insert(two, both);
    });
    let values = ItemValues { subject: Some("For all".to_owned()), ..ItemValues::default() };
    let series = overwritten(series, &values);
    assert_eq!(series.master.subject, "For all");
    assert!(!series.exceptions.contains_key(&one), "it differs in nothing any more");
    let left = &series.exceptions[&two].values;
    assert_eq!((left.subject.as_deref(), left.location.as_deref()), (None, Some("Room 4")));
}

#[test]
fn ser_5_a_conversion_is_an_issue_and_leaves_the_event() {
    let occurrence = Kind::Occurrence { series: crate::id::ItemId::parse("AAMk").unwrap() };
    assert_eq!(conversion(&Kind::Single, &Kind::Series), Some(Conversion::ToSeries));
    assert_eq!(conversion(&Kind::Series, &Kind::Single), Some(Conversion::ToSingle));
    for (saved, is) in
        [(&Kind::Single, &Kind::Single), (&occurrence, &occurrence), (&occurrence, &Kind::Single)]
    {
        assert_eq!(conversion(saved, is), None);
    }
    for conversion in [Conversion::ToSeries, Conversion::ToSingle] {
        let issue = crate::cause::Cause::Converted { conversion }.issue();
        assert_eq!(issue.code, "SER-5");
        assert!(issue.reason.contains("stays as it was"));
    }
}
