use super::*;
use crate::sample::date;

#[test]
fn ser_2_caps_are_those_of_salesforce() {
    let caps = Caps::default();
    let (nth, day) = (Nth::Last, NthDay::AnyDay);
    for (rhythm, cap) in [
        (Rhythm::Daily { interval: 2 }, 100),
        (Rhythm::EveryWeekday, 100),
        (Rhythm::Weekly { interval: 1, days: Weekdays::WEEKEND }, 53),
        (Rhythm::Monthly { interval: 1, day: 4 }, 59),
        (Rhythm::MonthlyNth { interval: 1, nth, day }, 59),
        (Rhythm::Yearly { month: 2, day: 4 }, 9),
        (Rhythm::YearlyNth { month: 2, nth, day }, 9),
    ] {
        assert_eq!(caps.of(rhythm), cap, "{rhythm:?}");
    }
    let none = Caps { daily: 0, weekly: 0, monthly: 0, yearly: 0 };
    assert_eq!(none.of(Rhythm::EveryWeekday), 1, "a cap of nothing would never end");
}

#[test]
fn ser_2_classic_counts_four_kinds_of_days_in_a_month() {
    assert_eq!(NthDay::of(Weekdays::WORK), Some(NthDay::Workday));
    assert_eq!(NthDay::of(Weekdays::WEEKEND), Some(NthDay::WeekendDay));
    assert_eq!(NthDay::of(Weekdays::ALL), Some(NthDay::AnyDay));
    assert_eq!(NthDay::of(Weekdays::of(&[Weekday::Wed])), Some(NthDay::On(Weekday::Wed)));
    assert_eq!(NthDay::of(Weekdays::of(&[Weekday::Wed, Weekday::Thu])), None);
}

#[test]
fn ser_2_what_salesforce_makes_ends_with_the_day_of_the_last_occurrence() {
    let made: Vec<String> = Rhythm::EveryWeekday
        .makes(date("2026-11-19"), date("2026-11-24"))
        .map(|day| day.to_string())
        .collect();
    assert_eq!(made, ["2026-11-19", "2026-11-20", "2026-11-23", "2026-11-24"]);
}

#[test]
fn ser_2_a_day_that_a_month_does_not_have_is_unsure() {
    let thirtieth = Rhythm::Monthly { interval: 1, day: 30 };
    assert!(thirtieth.is_unsure_in(date("2027-02-28")));
    assert!(!thirtieth.is_unsure_in(date("2027-04-30")));
    let last = Rhythm::MonthlyNth { interval: 1, nth: Nth::Last, day: NthDay::AnyDay };
    assert!(!last.is_unsure_in(date("2027-02-28")));
}
