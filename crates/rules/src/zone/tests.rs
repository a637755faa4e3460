use super::*;
use crate::sample::{at, date};

/// Central European time, with clocks going back at 01:00 UTC on 2026-10-25 and forward on 2027-03-28.
fn berlin(zone: &str, instant: DateTime<Utc>) -> Option<FixedOffset> {
    let winter = (at("2026-10-25T01:00:00Z")..at("2027-03-28T01:00:00Z")).contains(&instant);
    let hours = if winter { 1 } else { 2 };
    (zone == "Europe/Berlin").then(|| FixedOffset::east_opt(hours * 3600))?
}

/// A zone whose clocks skip midnight: at 00:00 of 2027-03-28 it is 01:00.
fn skipping(_: &str, instant: DateTime<Utc>) -> Option<FixedOffset> {
    let summer = instant >= at("2027-03-27T22:00:00Z");
    FixedOffset::east_opt(if summer { 3 * 3600 } else { 2 * 3600 })
}

const WINDOWS_BERLIN: &str = "W. Europe Standard Time";

#[track_caller]
fn whole(start: &str, end: &str, expected: Option<(&str, &str)>) {
    let expected = expected.map(|(first, end_exclusive)| Span::AllDay {
        first: date(first),
        end_exclusive: date(end_exclusive),
    });
    assert_eq!(whole_days(at(start), at(end), WINDOWS_BERLIN, &berlin), expected);
}

#[test]
fn tzn_3_windows_names_map_to_iana_names() {
    for (windows, name) in [
        (WINDOWS_BERLIN, "Europe/Berlin"),
        ("AUS Central Standard Time", "Australia/Darwin"),
        ("Yukon Standard Time", "America/Whitehorse"),
        ("UTC", "Etc/UTC"),
        ("tzone://Microsoft/Utc", "Etc/UTC"),
    ] {
        assert_eq!(iana(windows), Some(name), "{windows}");
    }
}

#[test]
fn tzn_3_iana_names_are_known_as_they_are() {
    for name in ["Europe/Berlin", "Europe/Vienna", "Asia/Calcutta", "Asia/Kolkata", "Etc/UTC"] {
        assert_eq!(iana(name), Some(name));
    }
}

#[test]
fn xcp_3_made_up_zones_are_unknown() {
    for name in ["tzone://Microsoft/Custom", "Customized Time Zone", "", "Europe/Atlantis"] {
        assert_eq!((iana(name), salesforce_id(name)), (None, None), "{name}");
    }
}

#[test]
fn tzn_3_salesforce_has_an_id_for_all_but_five_windows_zones() {
    let without: Vec<&str> =
        rows().map(|(windows, _, _)| windows).filter(|windows| salesforce_id(windows).is_none()).collect();
    assert_eq!(
        without,
        [
            "Cuba Standard Time",
            "Dateline Standard Time",
            "Iran Standard Time",
            "North Korea Standard Time",
            "Syria Standard Time",
        ]
    );
}

#[test]
fn tzn_3_other_spellings_reach_salesforces_own() {
    assert_eq!(salesforce_id("Asia/Calcutta"), Some("Asia/Kolkata"));
    assert_eq!(salesforce_id("FLE Standard Time"), Some("Europe/Kyiv"));
    assert_eq!(salesforce_id("UTC"), Some("GMT"));
    assert_eq!(salesforce_id("tzone://Microsoft/Utc"), Some("GMT"));
    assert_eq!(salesforce_id("Europe/Vienna"), Some("Europe/Vienna"));
}

#[test]
fn tzn_3_the_orgs_own_list_decides() {
    let org = ["Asia/Rangoon", "Asia/Tehran", "Europe/Berlin"].map(str::to_owned);
    let id = |name| salesforce_id_of_org(name, &org);
    assert_eq!(id("Myanmar Standard Time"), Some("Asia/Rangoon"));
    assert_eq!(id("Iran Standard Time"), Some("Asia/Tehran"));
    assert_eq!(id(WINDOWS_BERLIN), Some("Europe/Berlin"));
    assert_eq!(id("Tokyo Standard Time"), None);
}

#[test]
fn the_table_is_sorted_and_every_salesforce_id_in_it_exists() {
    assert!(rows().is_sorted_by(|(one, _, _), (next, _, _)| one < next));
    assert_eq!(rows().count(), 139);
    for (windows, _, id) in rows() {
        assert!(id.is_empty() || offered_by_salesforce(id).is_some(), "{windows}");
    }
    assert_eq!(SALESFORCE_IDS.lines().count(), 424);
}

#[test]
fn tzn_4_times_are_shown_in_the_mailboxs_zone() {
    let shown = local(at("2026-11-24T13:00:00Z"), WINDOWS_BERLIN, &berlin);
    assert_eq!(shown.map(|time| time.to_string()), Some("2026-11-24 14:00:00".to_owned()));
    assert_eq!(local(at("2026-11-24T13:00:00Z"), "Nowhere", &berlin), None);
}

#[test]
fn tzn_4_a_zone_that_only_the_caller_knows_is_asked_for_by_its_name() {
    let busingen = |zone: &str, _: DateTime<Utc>| {
        (zone == "Europe/Busingen").then(|| FixedOffset::east_opt(3600)).flatten()
    };
    let shown = local(at("2026-11-24T13:00:00Z"), "Europe/Busingen", &busingen);
    assert_eq!(shown.map(|time| time.to_string()), Some("2026-11-24 14:00:00".to_owned()));
}

#[test]
fn the_day_of_an_instant_is_the_mailboxs_day() {
    assert_eq!(day(at("2026-11-24T23:30:00Z"), "Europe/Berlin", &berlin), Some(date("2026-11-25")));
    assert_eq!(day(at("2026-11-24T22:30:00Z"), "Europe/Berlin", &berlin), Some(date("2026-11-24")));
}

#[test]
fn tzn_2_two_midnights_of_the_mailboxs_zone_are_whole_days() {
    whole("2026-11-23T23:00:00Z", "2026-11-26T23:00:00Z", Some(("2026-11-24", "2026-11-27")));
}

#[test]
fn tzn_2_days_of_23_and_25_hours_are_whole_days_too() {
    whole("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", Some(("2026-10-25", "2026-10-26")));
    whole("2027-03-27T23:00:00Z", "2027-03-28T22:00:00Z", Some(("2027-03-28", "2027-03-29")));
}

#[test]
fn tzn_2_twenty_four_hours_from_elsewhere_are_no_day() {
    whole("2026-11-24T00:00:00Z", "2026-11-25T00:00:00Z", None);
    whole("2026-11-23T23:00:00Z", "2026-11-24T22:30:00Z", None);
    whole("2026-10-24T22:00:00Z", "2026-10-25T22:00:00Z", None);
    whole("2026-11-23T23:00:00Z", "2026-11-23T23:00:00Z", None);
}

#[test]
fn tzn_2_a_day_whose_midnight_clocks_skip_begins_at_one() {
    let span = whole_days(at("2027-03-27T22:00:00Z"), at("2027-03-28T21:00:00Z"), "Europe/Berlin", &skipping);
    let expected = Span::AllDay { first: date("2027-03-28"), end_exclusive: date("2027-03-29") };
    assert_eq!(span, Some(expected));
}
