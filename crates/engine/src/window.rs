//! The part of a calendar that sync looks through, and the days that autosave counts.

use calbridge_rules::{id::Address, item::Span, settings::Session, window::Days as Stretch, zone};
use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Utc};

use crate::{mutant::mutant, ports::Window, session::Scope};

/// Days that a window stays as it is. A provider freezes it inside its cursor, so it must hold the days above all that time.
const WEEK: i64 = 7;
/// Seconds of a day.
const DAY_SECONDS: i64 = 86_400;
/// Hours after which something at the window's edge is looked at again while nobody knows the mailbox's zone.
const ZONE_AGAIN_HOURS: i64 = 1;
/// Hours of a week.
const HOURS: u32 = 168;

impl Window {
    /// The window that a mailbox's changes are read for at an instant: the same for a week, which begins at another hour for
    /// each mailbox, so that not all of them begin anew at once. A day more on both ends holds the days of every zone.
    pub fn of(mailbox: &Address, now: DateTime<Utc>, session: &Session) -> Self {
        let hours = mailbox.as_str().bytes().fold(0_u32, |sum, byte| (sum * 31 + u32::from(byte)) % HOURS);
        let shifted = now - TimeDelta::hours(i64::from(hours));
        let days = shifted.weekday().num_days_from_monday();
        let monday = shifted.date_naive().checked_sub_days(Days::new(u64::from(days)));
        let begin = monday.unwrap_or(shifted.date_naive()).and_time(NaiveTime::MIN).and_utc()
            + TimeDelta::hours(i64::from(hours));
        Self {
            from: begin - TimeDelta::days(i64::from(session.past_days) + WEEK),
            to: begin + TimeDelta::days(i64::from(session.future_days) + WEEK + 2),
        }
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

impl Scope<'_> {
    /// The part of the calendar whose changes are read.
    pub(crate) fn window(&self) -> Window {
        Window::of(self.mailbox, self.now, &self.settings.session)
    }

    /// The days that new items may begin on (AUT-2), as the mailbox's zone counts them.
    pub(crate) fn days(&self) -> Stretch {
        let today = self.day(self.now);
        self.settings.session.window(today)
    }

    /// Whether something begins within those days: where nobody knows the mailbox's zone, in whatever zone it is.
    pub(crate) fn is_in_window(&self, span: Span) -> bool {
        let (least, most) = self.days_ahead(span);
        self.counts(least) && self.counts(most)
    }

    /// How many of several things begin within those days.
    pub fn count_in_window(&self, spans: impl Iterator<Item = Span>) -> usize {
        spans.filter(|span| self.is_in_window(*span)).count()
    }

    /// Whether something begins outside those days, in whatever zone the mailbox is.
    pub(crate) fn is_beyond_window(&self, span: Span) -> bool {
        let (least, most) = self.days_ahead(span);
        !self.counts(least) && !self.counts(most)
    }

    /// When something that begins too far ahead comes into the window; nothing where it is there, or over.
    pub(crate) fn enters_window(&self, span: Span) -> Option<DateTime<Utc>> {
        let (least, most) = self.days_ahead(span);
        if least != most && !self.is_beyond_window(span) {
            // The zone tells, once it is known.
            return Some(self.now + TimeDelta::hours(ZONE_AGAIN_HOURS));
        }
        let ahead = most - i64::from(self.settings.session.future_days);
        (ahead > 0).then(|| self.now + TimeDelta::days(ahead))
    }

    /// Whether the days that count hold the one so many days from today.
    fn counts(&self, ahead: i64) -> bool {
        let session = &self.settings.session;
        (-i64::from(session.past_days)..=i64::from(session.future_days)).contains(&ahead)
    }

    /// How many days after today something begins: one number where the zone is known, else the least and the most of all
    /// zones.
    fn days_ahead(&self, span: Span) -> (i64, i64) {
        let today = self.known_day(self.now);
        match (span, today) {
            (Span::Timed { start, .. }, Some(today)) => {
                let ahead = (self.known_day(start).unwrap_or(start.date_naive()) - today).num_days();
                (ahead, ahead)
            }
            // So many midnights lie between two instants, or one more.
            (Span::Timed { start, .. }, None) => {
                let least = (start - self.now).num_seconds().div_euclid(DAY_SECONDS);
                (least, least + 1)
            }
            (Span::AllDay { first, .. }, Some(today)) => {
                let ahead = (first - today).num_days();
                (ahead, ahead)
            }
            (Span::AllDay { first, .. }, None) => {
                let ahead = (first - self.now.date_naive()).num_days();
                (ahead - 1, ahead + 1)
            }
        }
    }

    /// The day of an instant in the mailbox's zone; in UTC where nobody knows that zone.
    fn day(&self, instant: DateTime<Utc>) -> NaiveDate {
        self.known_day(instant).unwrap_or_else(|| instant.date_naive())
    }

    /// The day of an instant in the mailbox's zone, where somebody knows that.
    fn known_day(&self, instant: DateTime<Utc>) -> Option<NaiveDate> {
        if mutant("utc-days") {
            return Some(instant.date_naive());
        }
        zone::day(instant, self.zone, &self.offsets)
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
    fn aut_2_a_window_holds_the_days_that_count_all_week_long_in_every_zone() {
        let start = DateTime::from_timestamp(1_773_820_800, 0).unwrap();
        let session = Session::default();
        for name in ["mara@brightwater.example", "ines@brightwater.example", "a@b.example"] {
            let mailbox = Address::parse(name).unwrap();
            let mut changes = 0;
            let mut before = Window::of(&mailbox, start, &session);
            for hour in 0..24 * 21 {
                let now = start + TimeDelta::hours(hour);
                let window = Window::of(&mailbox, now, &session);
                for offset in [-12, 14] {
                    let today = (now + TimeDelta::hours(offset)).date_naive();
                    let days = session.window(today);
                    let begins =
                        |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc() - TimeDelta::hours(offset);
                    let ends = begins(days.last) + TimeDelta::days(1);
                    assert!(window.from <= begins(days.first) && window.to >= ends, "{name} {now} {offset}");
                }
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
