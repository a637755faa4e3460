//! The occurrences of a series on some days: what takes place, moved and changed ones as they are.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{OriginalStart, Series, original_start};
use crate::{
    item::Span,
    window::Days,
    zone::{Clock, Offsets},
};

/// The most occurrences that one expansion makes.
pub const OCCURRENCE_LIMIT: usize = 1_000;

/// Days by which two zones can differ about which day it is, rounded up.
const ZONES_APART: u32 = 2;

/// One date of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// When it begins by the pattern.
    pub original: OriginalStart,
    /// When it is.
    pub span: Span,
    /// Whether it differs from its series in anything.
    pub is_exception: bool,
}

/// Why a series has no list of occurrences.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unexpanded {
    /// Nobody knows a zone.
    #[error("the zone {0:?} is unknown")]
    Zone(String),
    /// More than [`OCCURRENCE_LIMIT`].
    #[error("more than {OCCURRENCE_LIMIT} occurrences")]
    TooMany,
}

/// The occurrences that begin on some days of a zone, in order. Those that were moved there are among them, those that
/// were moved away or cancelled are not.
///
/// # Errors
/// A zone is unknown, or there are too many.
pub fn occurrences(
    series: &Series,
    days: Days,
    zone: &str,
    offsets: Offsets<'_>,
) -> Result<Vec<Occurrence>, Unexpanded> {
    let mut found = BTreeMap::new();
    for occurrence in by_pattern(series, days.widened(ZONES_APART), offsets)? {
        found.insert(occurrence.original, occurrence);
    }
    for (original, exception) in &series.exceptions {
        if let Some(span) = exception.values.span.or_else(|| found.get(original).map(|known| known.span)) {
            found.insert(*original, Occurrence { original: *original, span, is_exception: true });
        }
    }
    let mut takes_place = Vec::new();
    let here = Clock::of(zone, offsets);
    for occurrence in found.into_values().filter(|occurrence| !series.is_cancelled(occurrence.original)) {
        if days.contains(begin_day(occurrence.span, &here).ok_or_else(|| Unexpanded::Zone(zone.to_owned()))?)
        {
            takes_place.push(occurrence);
        }
    }
    takes_place.sort_by_key(|occurrence| original_start(occurrence.span));
    if takes_place.len() > OCCURRENCE_LIMIT { Err(Unexpanded::TooMany) } else { Ok(takes_place) }
}

/// What the pattern alone makes.
fn by_pattern(series: &Series, days: Days, offsets: Offsets<'_>) -> Result<Vec<Occurrence>, Unexpanded> {
    let most = OCCURRENCE_LIMIT + series.cancelled.len() + series.exceptions.len() + 1;
    let dates = series.days_from(days.first).take_while(|day| *day <= days.last).take(most);
    let clock = series.clock(offsets);
    dates
        .map(|day| {
            let unknown = || Unexpanded::Zone(series.zone.clone());
            let span = series.span_on(day, &clock).ok_or_else(unknown)?;
            Ok(Occurrence { original: original_start(span), span, is_exception: false })
        })
        .collect()
}

/// The day on which a span begins: in a zone, or, of whole days, as it is (TZN-2).
pub(crate) fn begin_day(span: Span, clock: &Clock<'_>) -> Option<NaiveDate> {
    match span {
        Span::Timed { start, .. } => clock.day(start),
        Span::AllDay { first, .. } => Some(first),
    }
}

#[cfg(test)]
mod tests;
