//! How rows of many sessions fall into calls, and what a call that fails as a whole means for its rows.

use std::collections::{BTreeSet, VecDeque};

use calbridge_wire::{CallError, salesforce::event::COLLECTION_LIMIT};

use crate::org::Org;

/// Calls beyond the first into which a refused portion is split at the most: one bad row of a full portion is found with half
/// as many.
const SPLIT_LIMIT: usize = 32;

/// A row to write.
pub(super) trait Row: Clone + Send + Sync {
    /// What the org says of a row that it took.
    type Done: Clone + Send;

    /// What it is written on: a call names each once.
    fn name(&self) -> &str;

    /// Whether no other row may be in its call.
    fn goes_alone(&self) -> bool;

    /// Writes rows in one call.
    fn send(
        org: &Org,
        rows: &[Self],
    ) -> impl Future<Output = Result<Vec<Result<Self::Done, CallError>>, CallError>> + Send;
}

/// Writes rows, as few calls as they take; one answer for each, in order.
pub(super) async fn write<R: Row>(org: &Org, rows: &[R]) -> Vec<Result<R::Done, CallError>> {
    let mut answers: Vec<Option<Result<R::Done, CallError>>> = vec![None; rows.len()];
    for portion in portions(rows) {
        let mut left: VecDeque<Vec<usize>> = VecDeque::from([portion]);
        let mut splits = 0;
        while let Some(places) = left.pop_front() {
            let some: Vec<R> = places.iter().map(|place| rows[*place].clone()).collect();
            match R::send(org, &some).await {
                Ok(told) => {
                    for (place, answer) in places.into_iter().zip(told) {
                        answers[place] = Some(answer);
                    }
                }
                // One row made the org refuse all of them, and nothing was written.
                Err(CallError::Rejected(_)) if places.len() > 1 && splits < SPLIT_LIMIT => {
                    splits += 2;
                    let (front, back) = places.split_at(places.len() / 2);
                    left.extend([front.to_vec(), back.to_vec()]);
                }
                Err(error) => {
                    // It is not known which of several is to blame: all are tried again.
                    let is_anybodys = places.len() > 1 && matches!(error, CallError::Rejected(_));
                    let one = if is_anybodys { CallError::Throttled { retry_after_ms: None } } else { error };
                    for place in places {
                        answers[place] = Some(Err(one.clone()));
                    }
                }
            }
        }
    }
    let unanswered = || CallError::Malformed { what: "a row without an answer".to_owned() };
    answers.into_iter().map(|answer| answer.unwrap_or_else(|| Err(unanswered()))).collect()
}

/// The places of the rows, call by call: each name once in a call, in the order of the rows.
fn portions<R: Row>(rows: &[R]) -> Vec<Vec<usize>> {
    let mut portions: Vec<Vec<usize>> = Vec::new();
    let mut left: Vec<usize> = (0..rows.len()).collect();
    while !left.is_empty() {
        // A row that waits holds back later ones of its name.
        let mut names: BTreeSet<&str> = BTreeSet::new();
        let (mut portion, mut later) = (Vec::new(), Vec::new());
        let mut is_closed = false;
        for place in left {
            let row = &rows[place];
            let has_room = portion.is_empty() || (portion.len() < COLLECTION_LIMIT && !row.goes_alone());
            if names.insert(row.name()) && has_room && !is_closed {
                is_closed = row.goes_alone();
                portion.push(place);
            } else {
                later.push(place);
            }
        }
        portions.push(portion);
        left = later;
    }
    portions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone)]
    struct Named(String, bool);

    impl Row for Named {
        type Done = ();

        fn name(&self) -> &str {
            &self.0
        }

        fn goes_alone(&self) -> bool {
            self.1
        }

        async fn send(_: &Org, rows: &[Self]) -> Result<Vec<Result<(), CallError>>, CallError> {
            Ok(vec![Ok(()); rows.len()])
        }
    }

    #[track_caller]
    fn check(rows: &[(&str, bool)], expected: &[&[usize]]) {
        let rows: Vec<Named> = rows.iter().map(|(name, alone)| Named((*name).to_owned(), *alone)).collect();
        assert_eq!(portions(&rows), expected);
    }

    #[test]
    fn a_call_names_each_event_once_and_in_order() {
        check(
            &[("a", false), ("b", false), ("a", false), ("a", false), ("c", false)],
            &[&[0, 1, 4], &[2], &[3]],
        );
    }

    #[test]
    fn ser_2_a_series_goes_alone() {
        check(&[("a", false), ("b", true), ("c", true), ("d", false)], &[&[0, 3], &[1], &[2]]);
        check(&[("a", true), ("a", false), ("b", false)], &[&[0], &[1, 2]]);
    }

    #[test]
    fn a_full_call_makes_room_for_another() {
        let rows: Vec<Named> = (0..=COLLECTION_LIMIT).map(|at| Named(at.to_string(), false)).collect();
        let sizes: Vec<usize> = portions(&rows).iter().map(Vec::len).collect();
        assert_eq!(sizes, [COLLECTION_LIMIT, 1]);
    }
}
