//! Rows that a provider made of a series, folded back into exceptions and cancelled dates.

use super::{Exception, Occurrence, OriginalStart};
use crate::{
    id::Address,
    item::{Item, Role, Span},
    map::SmallMap,
    mapping::ItemValues,
};

/// One row of a series, as a provider lists it.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The occurrence that it stands for.
    pub original: OriginalStart,
    /// What is different about it; nothing, where it is as the pattern has it.
    pub differs: Option<Exception>,
}

/// What the rows of some days say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Folded {
    /// Occurrences that differ.
    pub exceptions: SmallMap<OriginalStart, Exception>,
    /// Occurrences without a row, in order: they do not take place.
    pub cancelled: Vec<OriginalStart>,
    /// Rows of occurrences that the pattern does not have there, in order: the pattern is older than they are.
    pub unexpected: Vec<OriginalStart>,
}

/// What is different about a date that a provider tells in full; nothing, where it is as its series has it. Answers of
/// attendees do not count.
pub fn differs(master: &Item, date: &Item, by_pattern: Span) -> Option<Exception> {
    fn own<T: Clone + PartialEq>(own: Option<&T>, master: Option<&T>) -> Option<T> {
        own.filter(|own| Some(*own) != master).cloned()
    }
    let exception = Exception {
        values: ItemValues {
            subject: own(Some(&date.subject), Some(&master.subject)),
            body: own(date.body.as_ref(), master.body.as_ref()),
            location: own(Some(&date.location), Some(&master.location)),
            span: own(Some(&date.span), Some(&by_pattern)),
            show_as: own(date.show_as.as_ref(), master.show_as.as_ref()),
            reminder: own(date.reminder.as_ref(), master.reminder.as_ref()),
            sensitivity: own(date.sensitivity.as_ref(), master.sensitivity.as_ref()),
        },
        attendees: (invited(date) != invited(master)).then(|| date.attendees.clone()),
    };
    (exception != Exception::default()).then_some(exception)
}

fn invited(item: &Item) -> Vec<(Option<&Address>, Role)> {
    item.attendees.iter().map(|attendee| (attendee.person.address.as_ref(), attendee.role)).collect()
}

/// Folds the complete rows of some days. Only a complete list proves that an occurrence is missing: a provider need not
/// tell of a single one that was deleted.
pub fn fold(expected: &[Occurrence], rows: &[Row]) -> Folded {
    let has_row = |original: &OriginalStart| rows.iter().any(|row| row.original == *original);
    let is_expected = |row: &&Row| expected.iter().any(|occurrence| occurrence.original == row.original);
    let mut folded = Folded::default();
    for row in rows {
        if let Some(exception) = &row.differs {
            folded.exceptions.insert(row.original, exception.clone());
        }
    }
    let mut cancelled: Vec<OriginalStart> = expected.iter().map(|occurrence| occurrence.original).collect();
    cancelled.retain(|original| !has_row(original));
    cancelled.sort_unstable();
    folded.cancelled = cancelled;
    let stray = rows.iter().filter(|row| row.differs.is_none() && !is_expected(row));
    folded.unexpected = stray.map(|row| row.original).collect();
    folded.unexpected.sort_unstable();
    folded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        mapping::ItemValues,
        sample::{at, date, zones},
        series::{occurrences, sample::weekly},
        window::Days,
    };

    fn expected() -> Vec<Occurrence> {
        let days = Days { first: date("2026-11-01"), last: date("2026-11-30") };
        occurrences(&weekly(), days, "Europe/Berlin", &zones).unwrap()
    }

    fn as_it_is(original: &str) -> Row {
        Row { original: at(original), differs: None }
    }

    #[test]
    fn ser_2_a_date_differs_in_what_it_says_and_not_in_answers() {
        let series = weekly();
        let start = at("2026-11-10T08:00:00Z");
        let span = Span::Timed { start, end: start + series.length() };
        let mut date = Item { span, ..series.master.clone() };
        for attendee in &mut date.attendees {
            attendee.response = Some(crate::item::Response::Declined);
        }
        assert_eq!(differs(&series.master, &date, span), None);
        date.location = "Kiel".to_owned();
        let later = start + chrono::TimeDelta::hours(1);
        date.span = Span::Timed { start: later, end: later + series.length() };
        let exception = differs(&series.master, &date, span).unwrap();
        let values =
            ItemValues { location: Some("Kiel".to_owned()), span: Some(date.span), ..ItemValues::default() };
        assert_eq!(exception, Exception { values, attendees: None });
        date.attendees.clear();
        assert_eq!(differs(&series.master, &date, span).unwrap().attendees, Some(Vec::new()));
    }

    #[test]
    fn ser_2_rows_as_the_pattern_has_them_fold_into_nothing() {
        let rows: Vec<Row> =
            expected().iter().map(|known| Row { original: known.original, differs: None }).collect();
        assert_eq!(rows.len(), 4);
        assert_eq!(fold(&expected(), &rows), Folded::default());
    }

    #[test]
    fn ser_2_a_missing_row_is_a_cancelled_date_and_a_changed_one_an_exception() {
        let values = ItemValues { subject: Some("Moved".to_owned()), ..ItemValues::default() };
        let exception = Exception { values, attendees: None };
        let changed = Row { original: at("2026-11-10T08:00:00Z"), differs: Some(exception.clone()) };
        let rows = [changed, as_it_is("2026-11-03T08:00:00Z"), as_it_is("2026-11-17T08:00:00Z")];
        let folded = fold(&expected(), &rows);
        assert_eq!(folded.cancelled, [at("2026-11-24T08:00:00Z")]);
        assert_eq!(folded.exceptions, SmallMap::from([(at("2026-11-10T08:00:00Z"), exception)]));
        assert!(folded.unexpected.is_empty());
    }

    #[test]
    fn ser_2_a_row_that_the_pattern_does_not_have_tells_that_the_pattern_is_old() {
        let folded = fold(&expected(), &[as_it_is("2026-11-04T08:00:00Z")]);
        assert_eq!(folded.unexpected, [at("2026-11-04T08:00:00Z")]);
        assert_eq!(folded.cancelled.len(), 4);
    }
}
