//! What is to be done to single occurrences once a series stands in Salesforce (SER-2, SER-7): exceptions rewritten,
//! cancelled ones removed, dates that were saved alone left to their own Events.

use super::{ClassicPlan, Exception, OriginalStart, Series};
use crate::{item::Span, saving::Refusal};

/// What is to be done to an occurrence.
#[derive(Clone, Debug, PartialEq)]
pub enum OccurrenceStep {
    /// Its row, which Salesforce made, gets values of its own.
    Rewrite {
        /// Which it is.
        original: OriginalStart,
        /// What differs.
        exception: Exception,
    },
    /// Its row, which Salesforce made, is removed.
    Remove {
        /// Which it is.
        original: OriginalStart,
        /// Why.
        why: Removed,
    },
    /// A single Event is made for it.
    Create {
        /// Which it is.
        original: OriginalStart,
        /// When it is.
        span: Span,
        /// What differs from its series.
        exception: Option<Exception>,
    },
    /// It cannot be as Outlook has it; its row is left as the series says.
    Refuse {
        /// Which it is.
        original: OriginalStart,
        /// Why.
        refusal: Refusal,
    },
}

/// Why a row of a series is removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removed {
    /// The occurrence was cancelled in Outlook.
    Cancelled,
    /// SER-7: its date was saved alone and keeps that Event; the series' own row is journalled.
    SavedAlone,
}

impl ClassicPlan {
    /// The steps after the segments were made, in the order of the occurrences. `alone` are the dates that have an Event of
    /// their own.
    pub fn steps(&self, series: &Series, alone: &[OriginalStart]) -> Vec<OccurrenceStep> {
        let made = self.segments.iter().flat_map(|segment| &segment.makes);
        let of_rows = made.filter_map(|original| row_step(series, alone, *original));
        let created = self.singles.iter().filter(|single| !alone.contains(&single.original));
        let created = created.filter(|single| !series.is_cancelled(single.original)).map(|single| {
            let exception = series.exceptions.get(&single.original).cloned();
            let span = exception.as_ref().and_then(|exception| exception.values.span).unwrap_or(single.span);
            match too_long(span) {
                Some(refusal) => OccurrenceStep::Refuse { original: single.original, refusal },
                None => OccurrenceStep::Create { original: single.original, span, exception },
            }
        });
        let mut steps: Vec<OccurrenceStep> = of_rows.chain(created).collect();
        steps.sort_by_key(OccurrenceStep::original);
        steps
    }
}

impl OccurrenceStep {
    /// The occurrence that it is about.
    pub fn original(&self) -> OriginalStart {
        match self {
            Self::Rewrite { original, .. }
            | Self::Remove { original, .. }
            | Self::Create { original, .. }
            | Self::Refuse { original, .. } => *original,
        }
    }
}

/// What is to be done to a row that Salesforce made of the series.
fn row_step(series: &Series, alone: &[OriginalStart], original: OriginalStart) -> Option<OccurrenceStep> {
    if alone.contains(&original) {
        return Some(OccurrenceStep::Remove { original, why: Removed::SavedAlone });
    }
    if series.is_cancelled(original) {
        return Some(OccurrenceStep::Remove { original, why: Removed::Cancelled });
    }
    let exception = series.exceptions.get(&original)?;
    Some(match exception.values.span.and_then(too_long) {
        Some(refusal) => OccurrenceStep::Refuse { original, refusal },
        None => OccurrenceStep::Rewrite { original, exception: exception.clone() },
    })
}

/// XCP-1 for one occurrence, which may be longer than its series.
fn too_long(span: Span) -> Option<Refusal> {
    Refusal::too_long(span.length())
}

#[cfg(test)]
mod tests;
