//! Many rows in one statement. Statements come in few sizes, so that each is read by the database once and kept.

use super::pairs::places;

/// How many rows a statement has, the largest first.
const SIZES: [usize; 3] = [32, 8, 1];

/// How many names a question has, the most first.
const QUESTIONS: [usize; 5] = [100, 50, 24, 8, 1];

/// All names, in portions for one `IN (…)` each. The last one is filled up to its size with its last name, which changes
/// nothing and costs less than one question more.
pub(super) fn questions<'n>(names: &[&'n str]) -> impl Iterator<Item = Vec<&'n str>> {
    let mut rest = names;
    std::iter::from_fn(move || {
        let last = rest.last()?;
        let [most, ..] = QUESTIONS;
        let size = QUESTIONS.into_iter().rev().find(|size| *size >= rest.len()).unwrap_or(most);
        let (portion, left) = rest.split_at(size.min(rest.len()));
        rest = left;
        let mut question = portion.to_vec();
        question.resize(size, last);
        Some(question)
    })
}

/// All of them, in order, in portions for one statement each.
pub(super) fn portions<T>(all: &[T]) -> impl Iterator<Item = &[T]> {
    let mut rest = all;
    std::iter::from_fn(move || {
        let size = SIZES.into_iter().find(|size| *size <= rest.len())?;
        let (portion, left) = rest.split_at(size);
        rest = left;
        Some(portion)
    })
}

/// `($1, $2, $3), ($1, $4, $5)`: so many rows, each of so many values that all of them share, which come first, and of so many
/// of its own. The driver looks for a value's name among all of them, so those that repeat themselves are named once.
pub(super) fn rows(count: usize, shared: usize, own: usize) -> String {
    let head = places(1, shared);
    let row = |at: usize| format!("({head}, {})", places(shared + at * own + 1, own));
    (0..count).map(row).collect::<Vec<_>>().join(", ")
}

/// `LIMIT 9`: so many rows at most. As a value of its own it would have SQLite read the statement anew each time.
pub(super) fn at_most(limit: i64) -> String {
    format!("LIMIT {limit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_in_one_portion_and_in_order() {
        let all: Vec<usize> = (0..45).collect();
        let sizes: Vec<usize> = portions(&all).map(<[usize]>::len).collect();
        assert_eq!(sizes, [32, 8, 1, 1, 1, 1, 1]);
        assert_eq!(portions(&all).flatten().copied().collect::<Vec<_>>(), all);
        assert_eq!(portions::<u8>(&[]).count(), 0);
    }

    #[test]
    fn every_name_is_asked_for_in_questions_of_few_sizes() {
        let names: Vec<String> = (0..240).map(|number| format!("name {number}")).collect();
        for count in [0, 1, 2, 8, 9, 32, 33, 100, 101, 240] {
            let asked: Vec<&str> = names.iter().take(count).map(String::as_str).collect();
            let all: Vec<Vec<&str>> = questions(&asked).collect();
            assert!(all.iter().all(|question| QUESTIONS.contains(&question.len())), "{count}");
            let mut flat: Vec<&str> = all.concat();
            flat.dedup();
            assert_eq!(flat, asked, "{count}");
        }
    }

    #[test]
    fn rows_count_their_values_on() {
        assert_eq!(rows(2, 1, 2), "($1, $2, $3), ($1, $4, $5)");
        assert_eq!(rows(2, 2, 1), "($1, $2, $3), ($1, $2, $4)");
    }
}
