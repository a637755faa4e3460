//! The series of the company, which stand in the calendars of the runs that play them.

use serde_json::{Value, json};

use super::{Fate, Planned, address, item};

/// Series that somebody asks for. Each goes over the weeks in which clocks change.
pub const SERIES: [Planned; 4] = [
    item("standup", "mara", &["mara"], Fate::Savable),
    Planned { is_meeting: false, ..item("sprint", "mara", &["mara"], Fate::Savable) },
    Planned { is_meeting: false, ..item("rounds", "lena", &["lena"], Fate::Savable) },
    Planned { is_meeting: false, ..item("closing", "theo", &["theo"], Fate::Savable) },
];
/// What goes on when somebody changes one date and all that follow: a series of its own.
pub const FOLLOWING: [Planned; 4] = [
    item("standups", "mara", &["mara"], Fate::Savable),
    Planned { is_meeting: false, ..item("sprints", "mara", &["mara"], Fate::Savable) },
    Planned { is_meeting: false, ..item("roundss", "lena", &["lena"], Fate::Savable) },
    Planned { is_meeting: false, ..item("closings", "theo", &["theo"], Fate::Savable) },
];

/// The stem of what follows when a series is split.
pub fn following(stem: &str) -> Option<&'static str> {
    let place = SERIES.iter().position(|series| series.stem == stem)?;
    Some(FOLLOWING[place].stem)
}

/// Whether a stem is that of something that began as a series.
pub fn is_series(stem: &str) -> bool {
    SERIES.iter().chain(&FOLLOWING).any(|series| series.stem == stem)
}

/// The series as the stand-in reads them.
pub(super) fn rows() -> Vec<Value> {
    let rows = [
        json!({ "key": "standup", "day": -6, "from": "10:00:00", "to": "10:45:00",
            "required": ["Dana Okafor <dana@acme.example>", "Ines Roth <ines@brightwater.example>"],
            "repeat": { "rhythm": "weekly", "count": 8 } }),
        json!({ "key": "sprint", "day": 5, "from": "09:00:00", "to": "09:45:00",
            "repeat": { "rhythm": "daily", "count": 12 } }),
        json!({ "key": "rounds", "day": 2, "from": "14:00:00", "to": "14:45:00",
            "repeat": { "rhythm": "weekly", "count": 6, "cancelled": [2] } }),
        // Classic Events cannot say the last day of months as Outlook means it: single Events stand for the dates.
        json!({ "key": "closing", "day": 13, "from": "11:00:00", "to": "11:45:00",
            "repeat": { "rhythm": "absoluteMonthly", "count": 3 } }),
    ];
    let named = |(mut row, series): (Value, &Planned)| {
        row["subject"] = format!("{} o0", series.stem).into();
        row["location"] = "Room o0".into();
        row["mailbox"] = address(series.home).into();
        row
    };
    rows.into_iter().zip(&SERIES).map(named).collect()
}
