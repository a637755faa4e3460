//! The part of a calendar that sync looks through.

use calbridge_rules::{id::Address, item::Span};
use chrono::{DateTime, Datelike, Days, NaiveTime, TimeDelta, Utc};

use crate::ports::Window;

/// Days back that autosave and what comes down reach (AUT-2).
const PAST_DAYS: i64 = 14;
/// Days ahead that they reach.
const FUTURE_DAYS: i64 = 60;
/// Days that a window stays as it is. A provider freezes it inside its cursor, so it must hold the days above all that time.
const WEEK: i64 = 7;
/// Hours of a week.
const HOURS: u32 = 168;

impl Window {
    /// The window that a mailbox's changes are read for at an instant: the same for a week, which begins at another hour for
    /// each mailbox, so that not all of them begin anew at once.
    pub fn of(mailbox: &Address, now: DateTime<Utc>) -> Self {
        let hours = mailbox.as_str().bytes().fold(0_u32, |sum, byte| (sum * 31 + u32::from(byte)) % HOURS);
        let shifted = now - TimeDelta::hours(i64::from(hours));
        let days = shifted.weekday().num_days_from_monday();
        let monday = shifted.date_naive().checked_sub_days(Days::new(u64::from(days)));
        let begin = monday.unwrap_or(shifted.date_naive()).and_time(NaiveTime::MIN).and_utc()
            + TimeDelta::hours(i64::from(hours));
        Self {
            from: begin - TimeDelta::days(PAST_DAYS + WEEK),
            to: begin + TimeDelta::days(FUTURE_DAYS + WEEK + 1),
        }
    }

    /// The days that new items may lie in.
    pub fn for_new_items(now: DateTime<Utc>) -> Self {
        let midnight = now.date_naive().and_time(NaiveTime::MIN).and_utc();
        Self { from: midnight - TimeDelta::days(PAST_DAYS), to: midnight + TimeDelta::days(FUTURE_DAYS + 1) }
    }

    /// A span's first and last instant in milliseconds; days are taken as days of UTC.
    pub fn milliseconds(span: Span) -> (i64, i64) {
        let (start, end) = instants(span);
        (start.timestamp_millis(), end.timestamp_millis())
    }

    /// Whether some of a span lies in it.
    pub fn touches(&self, span: Span) -> bool {
        let (start, end) = instants(span);
        start < self.to && (end > self.from || (start == end && start >= self.from))
    }
}

fn instants(span: Span) -> (DateTime<Utc>, DateTime<Utc>) {
    match span {
        Span::Timed { start, end } => (start, end),
        Span::AllDay { first, end_exclusive } => {
            (first.and_time(NaiveTime::MIN).and_utc(), end_exclusive.and_time(NaiveTime::MIN).and_utc())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aut_2_a_window_holds_the_days_that_count_all_week_long() {
        let start = DateTime::from_timestamp(1_773_820_800, 0).unwrap();
        for name in ["mara@brightwater.example", "ines@brightwater.example", "a@b.example"] {
            let mailbox = Address::parse(name).unwrap();
            let mut changes = 0;
            let mut before = Window::of(&mailbox, start);
            for hour in 0..24 * 21 {
                let now = start + TimeDelta::hours(hour);
                let window = Window::of(&mailbox, now);
                let wanted = Window::for_new_items(now);
                assert!(window.from <= wanted.from && window.to >= wanted.to, "{name} {now}");
                changes += u32::from(window != before);
                before = window;
            }
            assert_eq!(changes, 3, "{name}: once a week");
        }
    }

    #[test]
    fn a_span_touches_a_window_that_holds_part_of_it() {
        let at = |hour: i64| DateTime::from_timestamp(hour * 3600, 0).unwrap();
        let window = Window { from: at(10), to: at(20) };
        let timed = |start, end| Span::Timed { start: at(start), end: at(end) };
        assert!(
            window.touches(timed(9, 11)) && window.touches(timed(19, 30)) && window.touches(timed(10, 10))
        );
        assert!(!window.touches(timed(8, 10)) && !window.touches(timed(20, 21)));
    }
}
