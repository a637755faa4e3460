//! A pattern taken apart into strands that Classic can say, each with dates of its own.

use chrono::{NaiveDate, Weekday};

use super::{
    classic::{NthDay, Rhythm},
    dates::dates_from,
    pattern::{Nth, Pattern, Weekdays},
};

/// Some of a pattern's dates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Strand {
    /// The dates, counted from where the whole pattern counts.
    pub(super) pattern: Pattern,
    /// What Classic calls it; nothing, where it must go date by date.
    pub(super) rhythm: Option<Rhythm>,
}

/// The strands of a pattern. Together they have all its dates, and none twice.
pub(super) fn strands(pattern: Pattern, first: NaiveDate) -> Vec<Strand> {
    let one = |rhythm| vec![Strand { pattern, rhythm }];
    match pattern {
        Pattern::Daily { interval } => one(Some(Rhythm::Daily { interval })),
        Pattern::Weekly { interval: 1, days: Weekdays::WORK, .. } => one(Some(Rhythm::EveryWeekday)),
        Pattern::Weekly { interval, days, first_day } => {
            if weeks_agree(interval, days, first_day, first) {
                one(Some(Rhythm::Weekly { interval, days }))
            } else {
                days.iter().map(|day| of_one_day(interval, day, first_day)).collect()
            }
        }
        // The last day of each month, which is Outlook's rule for the 31st and said without a doubt.
        Pattern::MonthlyDay { interval, day: 31 } => {
            one(Some(Rhythm::MonthlyNth { interval, nth: Nth::Last, day: NthDay::AnyDay }))
        }
        Pattern::MonthlyDay { interval, day } => one(Some(Rhythm::Monthly { interval, day })),
        Pattern::MonthlyNth { interval, nth, days } => {
            one(NthDay::of(days).map(|day| Rhythm::MonthlyNth { interval, nth, day }))
        }
        Pattern::YearlyDay { interval: 1, month, day } => one(Some(yearly(month, day))),
        Pattern::YearlyNth { interval: 1, month, nth, days } => {
            one(NthDay::of(days).map(|day| Rhythm::YearlyNth { month, nth, day }))
        }
        // Classic's yearly rhythms have no interval.
        Pattern::YearlyDay { .. } | Pattern::YearlyNth { .. } => one(None),
    }
}

/// A day that its month does not always have is the month's last.
fn yearly(month: u32, day: u32) -> Rhythm {
    let always = match month {
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    if day > always {
        Rhythm::YearlyNth { month, nth: Nth::Last, day: NthDay::AnyDay }
    } else {
        Rhythm::Yearly { month, day }
    }
}

fn of_one_day(interval: u32, day: Weekday, first_day: Weekday) -> Strand {
    let days = Weekdays::of(&[day]);
    Strand {
        pattern: Pattern::Weekly { interval, days, first_day },
        rhythm: Some(Rhythm::Weekly { interval, days }),
    }
}

/// Whether weeks that begin on Sunday put the same days together. Of every week, and of one day a week, all do.
fn weeks_agree(interval: u32, days: Weekdays, first_day: Weekday, first: NaiveDate) -> bool {
    if interval == 1 || days.only().is_some() {
        return true;
    }
    let own = dates_from(Pattern::Weekly { interval, days, first_day }, first, first);
    let sundays = dates_from(Rhythm::Weekly { interval, days }.pattern(), first, first);
    // Both repeat with each interval: what agrees for two of them agrees for ever.
    own.zip(sundays).take(2 * days.len() + 1).all(|(one, other)| one == other)
}
