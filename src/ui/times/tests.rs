use super::*;

fn berlin(zone: &str, at: DateTime<Utc>) -> Option<FixedOffset> {
    let summer = (4..=9).contains(&at.month());
    (zone == "Europe/Berlin").then(|| FixedOffset::east_opt(if summer { 7200 } else { 3600 })).flatten()
}

fn when() -> When {
    When { now: at("2026-11-20T13:40:00Z"), zone: "Europe/Berlin".to_owned(), offsets: berlin }
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

#[track_caller]
fn check_timed(start: &str, end: &str, says: &str) {
    assert_eq!(when().span(&Span::Timed { start: at(start), end: at(end) }), says);
}

#[track_caller]
fn check_days(first: &str, end_exclusive: &str, says: &str) {
    let span = Span::AllDay { first: day(first), end_exclusive: day(end_exclusive) };
    assert_eq!(when().span(&span), says);
}

#[test]
fn tzn_4_a_meeting_is_told_in_the_mailboxs_zone() {
    check_timed("2026-11-24T13:00:00Z", "2026-11-24T14:00:00Z", "Tue 24 Nov, 14:00 – 15:00");
}

#[test]
fn tzn_4_the_offset_is_that_of_the_meetings_own_date() {
    check_timed("2027-07-06T12:00:00Z", "2027-07-06T13:00:00Z", "Tue 6 Jul 2027, 14:00 – 15:00");
}

#[test]
fn a_meeting_over_midnight_names_both_days() {
    check_timed("2026-11-24T21:00:00Z", "2026-11-26T03:00:00Z", "Tue 24 Nov, 22:00 – Thu 26 Nov, 04:00");
}

#[test]
fn a_meeting_without_length_has_one_time() {
    check_timed("2026-11-24T13:00:00Z", "2026-11-24T13:00:00Z", "Tue 24 Nov, 14:00");
}

#[test]
fn tzn_2_all_day_items_end_on_the_day_before_outlooks_end() {
    check_days("2026-11-24", "2026-11-25", "Tue 24 Nov, all day");
    check_days("2026-11-24", "2026-11-27", "Tue 24 – Thu 26 Nov, all day");
    check_days("2026-11-30", "2026-12-03", "Mon 30 Nov – Wed 2 Dec, all day");
    check_days("2026-12-30", "2027-01-02", "Wed 30 Dec – Fri 1 Jan 2027, all day");
}

#[test]
fn moments_near_now_are_said_as_people_say_them() {
    assert_eq!(when().moment(at("2026-11-20T13:32:00Z")), "today 14:32");
    assert_eq!(when().moment(at("2026-11-21T08:00:00Z")), "tomorrow 09:00");
    assert_eq!(when().moment(at("2026-11-18T23:30:00Z")), "yesterday 00:30");
    assert_eq!(when().moment(at("2026-11-24T13:32:00Z")), "Tue 24 Nov, 14:32");
}

#[test]
fn what_comes_today_needs_no_day() {
    assert_eq!(when().ahead(at("2026-11-20T13:42:00Z")), "14:42");
    assert_eq!(when().ahead(at("2026-11-21T08:00:00Z")), "tomorrow 09:00");
}

#[test]
fn what_just_happened_is_told_in_minutes() {
    assert_eq!(when().ago(at("2026-11-20T13:39:40Z")), "just now");
    assert_eq!(when().ago(at("2026-11-20T13:38:30Z")), "a minute ago");
    assert_eq!(when().ago(at("2026-11-20T13:37:00Z")), "3 minutes ago");
    assert_eq!(when().ago(at("2026-11-20T12:00:00Z")), "today 13:00");
}

#[test]
fn an_unknown_zone_is_told_in_utc() {
    let when = When { zone: "Nowhere".to_owned(), ..when() };
    assert_eq!(when.moment(at("2026-11-20T13:32:00Z")), "today 13:32");
}
