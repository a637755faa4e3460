//! What became of a series since both sides agreed on it (SER-4, SER-5).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Exception, OriginalStart, Series};
use crate::{
    item::{Attendee, Item, Kind},
    map::SmallMap,
    mapping::ItemValues,
    settings::Settings,
};

/// What a change of a series in Outlook means for Salesforce.
#[derive(Clone, Debug, PartialEq)]
pub enum SeriesChange {
    /// Nothing.
    Nothing,
    /// The recurring Event stays, and changes.
    Keep(KeptMaster),
    /// It repeats differently, or begins at another time: Salesforce would delete and make anew all of it. So the old one
    /// ends, and what follows is a series of its own.
    Split {
        /// What becomes of the old one.
        old: OldMaster,
        /// The first day of the new one, to be planned with [`super::classic_from`].
        from: NaiveDate,
    },
}

/// A recurring Event that stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptMaster {
    /// Whether it gets new values. Salesforce then writes them over those of every occurrence.
    pub has_new_values: bool,
    /// Whether it ends on another day.
    pub has_new_end: bool,
    /// Occurrences whose own values are to be written, in order: new ones, and after new values of the whole series all.
    pub rewrite: Vec<OriginalStart>,
    /// Occurrences that are as the series again, in order.
    pub reset: Vec<OriginalStart>,
    /// Occurrences that were cancelled since, in order.
    pub remove: Vec<OriginalStart>,
    /// Occurrences that take place after all, in order.
    pub restore: Vec<OriginalStart>,
    /// What the user should know.
    pub told: Vec<String>,
}

/// What becomes of a recurring Event that is continued by another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OldMaster {
    /// Its last occurrence begins on this day at the latest.
    EndsOn(NaiveDate),
    /// None of it has passed: it is deleted.
    Deleted,
}

/// A saved item that became a series, or a series that became an item (SER-5). Its Event stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Conversion {
    /// It repeats now.
    ToSeries,
    /// It does not repeat any more.
    ToSingle,
}

/// Compares a series with what was agreed.
pub fn change(agreed: &Series, is: &Series, today: NaiveDate, settings: &Settings) -> SeriesChange {
    if repeats_differently(agreed, is) {
        let passed = agreed.days_from(agreed.first).next().is_some_and(|first| first < today);
        let old = match today.pred_opt() {
            Some(yesterday) if passed => OldMaster::EndsOn(yesterday),
            Some(_) | None => OldMaster::Deleted,
        };
        return SeriesChange::Split { old, from: if passed { today } else { is.first } };
    }
    let mut kept = KeptMaster {
        has_new_values: !says_the_same(&agreed.master, &is.master, settings) || agreed.time != is.time,
        has_new_end: agreed.last_day() != is.last_day(),
        rewrite: Vec::new(),
        reset: is_missing(&agreed.exceptions, &is.exceptions, &is.cancelled),
        remove: without(&is.cancelled, &agreed.cancelled),
        restore: without(&agreed.cancelled, &is.cancelled),
        told: Vec::new(),
    };
    let changed = |original: &OriginalStart, exception: &Exception| {
        kept.has_new_values || agreed.exceptions.get(original) != Some(exception)
    };
    let changed = is.exceptions.iter().filter(|(original, exception)| changed(original, exception));
    kept.rewrite = changed.map(|(original, _)| *original).collect();
    if kept.has_new_values && !is.exceptions.is_empty() {
        kept.told
            .push("A Related To of single occurrences that was changed in Salesforce is lost.".to_owned());
    }
    if kept == KeptMaster::default() { SeriesChange::Nothing } else { SeriesChange::Keep(kept) }
}

/// The pattern, the start or the clocks it keeps to. How long it lasts is a value like others.
fn repeats_differently(agreed: &Series, is: &Series) -> bool {
    use super::DayTime::{AllDay, Timed};
    let starts_alike = match (agreed.time, is.time) {
        (Timed { start: one, .. }, Timed { start: other, .. }) => one == other,
        (AllDay { .. }, AllDay { .. }) => true,
        (Timed { .. }, AllDay { .. }) | (AllDay { .. }, Timed { .. }) => false,
    };
    agreed.pattern != is.pattern || agreed.first != is.first || agreed.zone != is.zone || !starts_alike
}

/// Whether two masters say the same in everything that goes up.
fn says_the_same(one: &Item, other: &Item, settings: &Settings) -> bool {
    let people = |item: &Item| -> Vec<(Option<crate::id::Address>, crate::item::Role)> {
        item.attendees.iter().map(|Attendee { person, role, .. }| (person.address.clone(), *role)).collect()
    };
    one.subject == other.subject
        && one.location == other.location
        && one.show_as == other.show_as
        && one.reminder == other.reminder
        && one.sensitivity == other.sensitivity
        && (settings.safe_description || one.body == other.body)
        && people(one) == people(other)
}

fn is_missing(
    agreed: &SmallMap<OriginalStart, Exception>,
    is: &SmallMap<OriginalStart, Exception>,
    cancelled: &[OriginalStart],
) -> Vec<OriginalStart> {
    let gone = |original: &&OriginalStart| !is.contains_key(original) && !cancelled.contains(original);
    agreed.keys().filter(gone).copied().collect()
}

fn without(all: &[OriginalStart], known: &[OriginalStart]) -> Vec<OriginalStart> {
    all.iter().filter(|original| !known.contains(original)).copied().collect()
}

/// The series after its master was changed in Salesforce: every occurrence says so, exceptions too (SER-4). An exception
/// that differs in nothing any more is none.
#[must_use]
pub fn overwritten(mut series: Series, values: &ItemValues) -> Series {
    let exceptions = std::mem::take(&mut series.exceptions);
    for (original, mut exception) in exceptions {
        exception.values = exception.values.without(values);
        if exception != Exception::default() {
            series.exceptions.insert(original, exception);
        }
    }
    values.write_to(&mut series.master);
    series
}

/// Whether a saved item is of the other kind by now (SER-5).
pub fn conversion(saved: &Kind, is: &Kind) -> Option<Conversion> {
    match (saved, is) {
        (Kind::Single, Kind::Series) => Some(Conversion::ToSeries),
        (Kind::Series, Kind::Single) => Some(Conversion::ToSingle),
        (Kind::Single, Kind::Single | Kind::Occurrence { .. })
        | (Kind::Series, Kind::Series | Kind::Occurrence { .. })
        | (Kind::Occurrence { .. }, Kind::Single | Kind::Series | Kind::Occurrence { .. }) => None,
    }
}

impl Conversion {
    /// What happened, in a sentence.
    pub(crate) fn says(self) -> &'static str {
        match self {
            Self::ToSeries => "It was saved as a single event and repeats now.",
            Self::ToSingle => "It was saved as a series and does not repeat any more.",
        }
    }
}

#[cfg(test)]
mod tests;
