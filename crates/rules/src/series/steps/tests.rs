use super::*;
use crate::{
    sample::{at, zones},
    series::{ClassicPlan, Pattern, Range, classic, sample::*},
};

fn plan(series: &Series) -> ClassicPlan {
    classic(series, &org(&ids(&["Europe/Berlin"])), &zones).unwrap()
}

#[track_caller]
fn check(series: &Series, alone: &[OriginalStart], expected: &[OccurrenceStep]) {
    assert_eq!(plan(series).steps(series, alone), expected);
}

#[test]
fn ser_2_a_series_without_exceptions_needs_no_steps() {
    check(&weekly(), &[], &[]);
}

#[test]
fn ser_2_exceptions_are_rewritten_and_cancelled_occurrences_removed() {
    let mut series = weekly();
    let (renamed_at, cancelled) = (at("2026-11-17T08:00:00Z"), at("2026-11-24T08:00:00Z"));
    series.exceptions.insert(renamed_at, renamed("Another"));
    series.cancelled.push(cancelled);
    check(
        &series,
        &[],
        &[
            OccurrenceStep::Rewrite { original: renamed_at, exception: renamed("Another") },
            OccurrenceStep::Remove { original: cancelled, why: Removed::Cancelled },
        ],
    );
}

#[test]
fn ser_2_exceptions_beyond_the_rolling_end_wait_for_it() {
    let mut series = weekly();
    series.exceptions.insert(at("2028-01-04T08:00:00Z"), renamed("Far away"));
    check(&series, &[], &[]);
}

#[test]
fn ser_7_a_date_that_was_saved_alone_keeps_its_event() {
    let mut series = weekly();
    let alone = at("2026-11-17T08:00:00Z");
    series.exceptions.insert(alone, renamed("Another"));
    check(&series, &[alone], &[OccurrenceStep::Remove { original: alone, why: Removed::SavedAlone }]);
}

#[test]
fn ser_2_occurrences_that_go_up_one_by_one_are_created_as_they_are() {
    let pattern = Pattern::YearlyDay { interval: 2, month: 12, day: 4 };
    let mut series = series(pattern, "2026-12-04", Range::NoEnd);
    let original = at("2026-12-04T08:00:00Z");
    let step = |steps: Vec<OccurrenceStep>| steps.into_iter().next();
    let created = step(plan(&series).steps(&series, &[])).unwrap();
    assert!(
        matches!(created, OccurrenceStep::Create { exception: None, .. }) && created.original() == original
    );

    series.exceptions.insert(original, moved("2026-12-05T10:00:00Z", "2026-12-05T11:00:00Z"));
    let start = at("2026-12-05T10:00:00Z");
    let created = step(plan(&series).steps(&series, &[]));
    assert!(
        matches!(created, Some(OccurrenceStep::Create { span: Span::Timed { start: at, .. }, .. }) if at == start)
    );
    assert_eq!(step(plan(&series).steps(&series, &[original])), None, "SER-7: it has its Event");
    series.cancelled.push(original);
    assert_eq!(step(plan(&series).steps(&series, &[])), None);
}

#[test]
fn xcp_1_an_occurrence_may_be_stretched_but_not_over_14_days() {
    let original = at("2026-11-17T08:00:00Z");
    let stretched = |end| {
        let mut series = weekly();
        series.exceptions.insert(original, moved("2026-11-17T08:00:00Z", end));
        plan(&series).steps(&series, &[]).remove(0)
    };
    assert!(matches!(stretched("2026-12-01T08:00:00Z"), OccurrenceStep::Rewrite { .. }));
    let refusal = Refusal::TooLong { days: 15 };
    assert_eq!(stretched("2026-12-01T08:00:01Z"), OccurrenceStep::Refuse { original, refusal });
}
