//! Times as people say them, in the mailbox's zone (TZN-4). Pure: the present and the zone's offsets come in.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, TimeDelta, Timelike, Utc};

use calbridge_rules::{item::Span, zone};

use crate::clock;

/// From where times are told: the present instant and the mailbox's zone.
#[derive(Clone, Debug)]
pub(crate) struct When {
    /// The present instant.
    pub(crate) now: DateTime<Utc>,
    /// The mailbox's zone.
    pub(crate) zone: String,
    /// The offset of a zone at an instant.
    pub(crate) offsets: fn(&str, DateTime<Utc>) -> Option<FixedOffset>,
}

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl When {
    /// Now, in a zone, by the browser's clock.
    pub(crate) fn in_zone(zone: &str) -> Self {
        Self { now: clock::now(), zone: zone.to_owned(), offsets: clock::offset }
    }

    /// The wall clock in the mailbox's zone; UTC where the zone is unknown.
    pub(crate) fn local(&self, at: DateTime<Utc>) -> NaiveDateTime {
        zone::local(at, &self.zone, &self.offsets).unwrap_or(at.naive_utc())
    }

    /// When an item is: `Tue 24 Nov, 14:00 – 15:00`.
    pub(crate) fn span(&self, span: &Span) -> String {
        match span {
            Span::Timed { start, end } => self.timed(*start, *end),
            Span::AllDay { first, end_exclusive } => {
                let last = end_exclusive.pred_opt().unwrap_or(*end_exclusive).max(*first);
                format!("{}, all day", self.days(*first, last))
            }
        }
    }

    fn timed(&self, start: DateTime<Utc>, end: DateTime<Utc>) -> String {
        let (start, end) = (self.local(start), self.local(end));
        let from = format!("{}, {}", self.date(start.date()), hours(start));
        if start == end {
            from
        } else if start.date() == end.date() {
            format!("{from} – {}", hours(end))
        } else {
            format!("{from} – {}, {}", self.date(end.date()), hours(end))
        }
    }

    fn days(&self, first: NaiveDate, last: NaiveDate) -> String {
        if first == last {
            return self.date(first);
        }
        if first.year() == last.year() && first.month() == last.month() {
            return format!("{} {} – {}", weekday(first), first.day(), self.date(last));
        }
        format!("{} – {}", self.date(first), self.date(last))
    }

    /// A day: `Tue 24 Nov`, with its year where that is not the present one.
    pub(crate) fn date(&self, day: NaiveDate) -> String {
        let month = MONTHS.get(day.month0() as usize).copied().unwrap_or_default();
        let short = format!("{} {} {month}", weekday(day), day.day());
        if day.year() == self.today().year() { short } else { format!("{short} {}", day.year()) }
    }

    /// An instant of the past or the future: `today 14:32`, `tomorrow 09:00`, `Tue 24 Nov, 14:32`.
    pub(crate) fn moment(&self, at: DateTime<Utc>) -> String {
        let local = self.local(at);
        match (local.date() - self.today()).num_days() {
            0 => format!("today {}", hours(local)),
            1 => format!("tomorrow {}", hours(local)),
            -1 => format!("yesterday {}", hours(local)),
            _ => format!("{}, {}", self.date(local.date()), hours(local)),
        }
    }

    /// An instant ahead, the day left out when it is this one: `14:32`, `tomorrow 09:00`.
    pub(crate) fn ahead(&self, at: DateTime<Utc>) -> String {
        let moment = self.moment(at);
        moment.strip_prefix("today ").map_or(moment.clone(), str::to_owned)
    }

    /// How long ago something was while that is short, else when: `3 minutes ago`, `today 14:32`.
    pub(crate) fn ago(&self, at: DateTime<Utc>) -> String {
        let past = self.now - at;
        if past < TimeDelta::minutes(1) {
            "just now".to_owned()
        } else if past < TimeDelta::minutes(2) {
            "a minute ago".to_owned()
        } else if past < TimeDelta::hours(1) {
            format!("{} minutes ago", past.num_minutes())
        } else {
            self.moment(at)
        }
    }

    fn today(&self) -> NaiveDate {
        self.local(self.now).date()
    }
}

fn weekday(day: NaiveDate) -> &'static str {
    DAYS.get(day.weekday().num_days_from_monday() as usize).copied().unwrap_or_default()
}

fn hours(at: NaiveDateTime) -> String {
    format!("{:02}:{:02}", at.hour(), at.minute())
}

#[cfg(test)]
mod tests;
