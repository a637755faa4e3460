//! The picker's rows, grouped, and the matches in their names. Pure.

use crate::{
    letters,
    lookup::{Hit, Hits, SEARCH_FROM},
};

/// Rows under one heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Group {
    /// The heading.
    pub(crate) title: &'static str,
    /// The rows.
    pub(crate) hits: Vec<Hit>,
}

/// Where rows come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sources {
    /// Records of this meeting's people.
    pub(crate) met: Vec<Hit>,
    /// Records used lately.
    pub(crate) recent: Option<Hits>,
    /// What the last search found.
    pub(crate) found: Option<Hits>,
}

impl Sources {
    /// The rows for what was typed, each record once.
    pub(crate) fn groups(&self, typed: &str) -> Vec<Group> {
        let met: Vec<Hit> = self.met.iter().filter(|hit| fits(hit, typed)).cloned().collect();
        let searched = self.found.as_ref().filter(|_| is_searched(typed));
        let (title, others): (_, Vec<Hit>) = if let Some(found) = searched {
            ("In Salesforce", found.rows.clone())
        } else {
            let recent = self.recent.iter().flat_map(|recent| &recent.rows);
            ("Recent", recent.filter(|hit| fits(hit, typed)).cloned().collect())
        };
        let new = |hit: &Hit| met.iter().all(|other| other.record != hit.record);
        let others = others.into_iter().filter(new).collect();
        [Group { title: "In this meeting", hits: met.clone() }, Group { title, hits: others }]
            .into_iter()
            .filter(|group| !group.hits.is_empty())
            .collect()
    }

    /// Whether "Show more" would bring more.
    pub(crate) fn more(&self, typed: &str) -> bool {
        is_searched(typed) && self.found.as_ref().is_some_and(|found| found.more)
    }
}

/// Whether what was typed is long enough to be searched in Salesforce (PIC-2).
pub(crate) fn is_searched(typed: &str) -> bool {
    typed.trim().chars().count() >= SEARCH_FROM
}

fn fits(hit: &Hit, typed: &str) -> bool {
    let text = letters::lower(&format!("{} {}", hit.name, hit.detail));
    typed.split_whitespace().all(|word| text.contains(&letters::lower(word)))
}

/// Cuts a name into pieces, each with whether it matches a typed word: at the start of a word, else anywhere.
pub(crate) fn marked(name: &str, typed: &str) -> Vec<(String, bool)> {
    let letters: Vec<char> = name.chars().collect();
    let mut marks = vec![false; letters.len()];
    for word in typed.split_whitespace() {
        let word: Vec<char> = word.chars().collect();
        if let Some(at) = find(&letters, &word) {
            marks[at..at + word.len()].fill(true);
        }
    }
    let mut pieces: Vec<(String, bool)> = Vec::new();
    for (letter, mark) in letters.into_iter().zip(marks) {
        match pieces.last_mut() {
            Some((piece, same)) if *same == mark => piece.push(letter),
            Some(_) | None => pieces.push((letter.to_string(), mark)),
        }
    }
    pieces
}

fn find(letters: &[char], word: &[char]) -> Option<usize> {
    let lower = |letters: &[char]| -> Vec<String> {
        letters.iter().map(|letter| letters::lower(letter.encode_utf8(&mut [0; 4]))).collect()
    };
    let (lowered, sought) = (lower(letters), lower(word));
    let here = |at: &usize| lowered[*at..].starts_with(&sought);
    let starts = |at: &usize| *at == 0 || !letters::is_alphanumeric(letters[*at - 1]);
    let places = || 0..=letters.len().checked_sub(word.len()).map_or(0, |last| last);
    if word.is_empty() || word.len() > letters.len() {
        return None;
    }
    places().find(|at| starts(at) && here(at)).or_else(|| places().find(here))
}

#[cfg(test)]
mod tests;
