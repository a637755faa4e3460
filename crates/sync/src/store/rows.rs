//! Many rows in one statement. Statements come in few sizes, so that each is read by the database once and kept.

use super::pairs::places;

/// How many rows a statement has, the largest first.
const SIZES: [usize; 3] = [32, 8, 1];

/// How many names a question has, the largest first.
const QUESTIONS: [usize; 4] = [100, 32, 8, 1];

/// All names, in portions for one `IN (…)` each. The last one is filled up to its size with its last name, which changes
/// nothing.
pub(super) fn questions<'n>(names: &[&'n str]) -> impl Iterator<Item = Vec<&'n str>> {
    let mut rest = names;
    std::iter::from_fn(move || {
        let last = rest.last()?;
        let [.., few, single] = QUESTIONS;
        let smallest = if rest.len() > single { few } else { single };
        let size = QUESTIONS.into_iter().find(|size| *size <= rest.len()).unwrap_or(single).max(smallest);
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

/// `($1, $2), ($3, $4)`: so many rows of so many values each.
pub(super) fn rows(count: usize, columns: usize) -> String {
    let row = |at: usize| format!("({})", places(at * columns + 1, columns));
    (0..count).map(row).collect::<Vec<_>>().join(", ")
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
        assert_eq!(rows(2, 3), "($1, $2, $3), ($4, $5, $6)");
    }
}
