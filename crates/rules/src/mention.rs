//! Records that an item's text names: links to them, and numbers of cases (AUT-3).

use crate::{id::RecordId, item::Item};

/// A record that a text names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mention {
    /// By a link to it.
    Record(RecordId),
    /// A case, by its number as it is written.
    CaseNumber(String),
}

/// The most that are looked for in one item.
pub const MENTION_LIMIT: usize = 20;

/// Hosts whose links lead to records.
const HOSTS: [&str; 2] = [".salesforce.com", ".force.com"];
/// What stands before the number of a case.
const CASE: &str = "case";
/// How far behind that word the number may begin, in characters.
const CASE_GAP: usize = 12;
/// The fewest and the most digits of a case's number.
const CASE_DIGITS: std::ops::RangeInclusive<usize> = 5..=30;

/// What an item's subject, place and body name, each once, in order.
pub fn mentions(item: &Item) -> Vec<Mention> {
    let texts = [item.subject.as_str(), item.location.as_str(), item.body.as_deref().unwrap_or("")];
    let mut found: Vec<Mention> = Vec::new();
    for text in texts {
        for mention in links(text).map(Mention::Record).chain(case_numbers(text).map(Mention::CaseNumber)) {
            if found.len() < MENTION_LIMIT && !found.contains(&mention) {
                found.push(mention);
            }
        }
    }
    found
}

/// Records that links lead to: the last part of the address that is an id.
fn links(text: &str) -> impl Iterator<Item = RecordId> {
    text.split("https://").skip(1).filter_map(|rest| {
        let address = rest.split(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | ')')).next()?;
        let (host, path) = address.split_once('/')?;
        let host = host.to_ascii_lowercase();
        if !HOSTS.iter().any(|known| host.ends_with(known)) {
            return None;
        }
        path.split(['/', '?', '#', '&', '=']).rev().find_map(record)
    })
}

/// An id; the first of its characters is a digit, or `a` for objects of the org's own.
fn record(part: &str) -> Option<RecordId> {
    let begins = part.starts_with(|c: char| c.is_ascii_digit() || c == 'a');
    RecordId::parse(part).ok().filter(|_| begins)
}

fn case_numbers(text: &str) -> impl Iterator<Item = String> {
    let low = text.to_ascii_lowercase();
    let places: Vec<usize> = low.match_indices(CASE).map(|(place, _)| place + CASE.len()).collect();
    places.into_iter().filter_map(move |place| case_number(low.get(place..)?))
}

/// The number behind the word, with few characters between that are no letters but `number`, `no` and the like.
fn case_number(after: &str) -> Option<String> {
    let gap = after.find(|c: char| c.is_ascii_digit()).filter(|gap| *gap <= CASE_GAP)?;
    let words = after.get(..gap)?;
    let linked =
        words.split(|c: char| !c.is_alphabetic()).all(|word| matches!(word, "" | "number" | "no" | "nr"));
    if !linked || words.contains('\n') || words.is_empty() {
        return None;
    }
    let number: String = after.get(gap..)?.chars().take_while(char::is_ascii_digit).collect();
    CASE_DIGITS.contains(&number.len()).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{acme, appointment, record};

    #[track_caller]
    fn check(body: &str, expected: &[Mention]) {
        let item = Item { body: Some(body.to_owned()), ..appointment() };
        assert_eq!(mentions(&item), expected);
    }

    fn case(number: &str) -> Mention {
        Mention::CaseNumber(number.to_owned())
    }

    #[test]
    fn aut_3_a_link_names_its_record() {
        let acme = Mention::Record(acme().record);
        check(
            "See https://acme.lightning.force.com/lightning/r/Account/001000000000001AAA/view today",
            std::slice::from_ref(&acme),
        );
        check("<https://acme.my.salesforce.com/001000000000001>", std::slice::from_ref(&acme));
        check(
            "https://acme.my.salesforce.com/001000000000001 and again https://acme.my.salesforce.com/001000000000001AAA",
            &[acme],
        );
    }

    #[test]
    fn aut_3_other_links_and_ids_name_nothing() {
        check("https://acme.example/001000000000001AAA", &[]);
        check("https://force.com.acme.example/001000000000001AAA", &[]);
        check("001000000000001AAA", &[]);
        check("https://acme.my.salesforce.com/lightning/page/home", &[]);
    }

    #[test]
    fn aut_3_a_case_is_named_by_its_number() {
        check("Case 00001026: pump", &[case("00001026")]);
        check("about case #00001026 and Case Number: 00001027", &[case("00001026"), case("00001027")]);
        check("in any case call 0123456789", &[]);
        check("case12345 Case 12", &[]);
        check("in this case\n20261124", &[]);
    }

    #[test]
    fn aut_3_subject_and_place_count_too_and_there_is_a_limit() {
        let many: String = (10_000..10_100)
            .flat_map(|number| ["case ".to_owned(), number.to_string(), " ".to_owned()])
            .collect();
        let item = Item { subject: "Case 00001026".to_owned(), body: Some(many), ..appointment() };
        let found = mentions(&item);
        assert_eq!((found.len(), &found[0]), (MENTION_LIMIT, &case("00001026")));
        assert_eq!(record("001", 1), acme().record);
    }
}
