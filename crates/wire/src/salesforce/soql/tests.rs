//! Whatever is typed stays inside its literal.

use proptest::prelude::*;

use super::*;

/// What Salesforce makes of a literal: the text, or nothing where the literal ends early or holds a wrong escape.
fn parsed(literal: &str) -> Option<String> {
    let mut letters = literal.strip_prefix('\'')?.strip_suffix('\'')?.chars();
    let mut text = String::new();
    while let Some(letter) = letters.next() {
        match letter {
            '\'' => return None,
            '\\' => match letters.next()? {
                'n' => text.push('\n'),
                'r' => text.push('\r'),
                't' => text.push('\t'),
                'u' => {
                    let digits: String = letters.by_ref().take(4).collect();
                    text.push(char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?);
                }
                escaped @ ('\'' | '\\' | '"' | '%' | '_') => text.push(escaped),
                _ => return None,
            },
            plain => text.push(plain),
        }
    }
    Some(text)
}

proptest! {
    #[test]
    fn a_literal_says_what_was_typed(text in any::<String>()) {
        prop_assert_eq!(parsed(&quoted(&text)), Some(text));
    }

    #[test]
    fn typed_wildcards_are_letters(text in any::<String>()) {
        let literal = like_anywhere(&text);
        let inner = literal.strip_prefix("'%").and_then(|rest| rest.strip_suffix("%'")).unwrap();
        prop_assert_eq!(parsed(&format!("'{inner}'")), Some(text));
        let mut letters = inner.chars();
        while let Some(letter) = letters.next() {
            if letter == '\\' {
                letters.next();
            } else {
                prop_assert!(!matches!(letter, '%' | '_'), "{}", literal);
            }
        }
    }

    #[test]
    fn portions_keep_every_text_in_order(lengths in prop::collection::vec(1_usize..400, 0..400), times in 1_usize..5) {
        let texts: Vec<String> = lengths.iter().map(|length| "é".repeat(*length)).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let portions = portions(&texts, times);
        prop_assert!(portions.iter().all(|portion| (1..=LIST_LIMIT).contains(&portion.len())));
        prop_assert_eq!(portions.concat(), texts);
    }
}

#[test]
fn quotes_and_backslashes_are_escaped() {
    assert_eq!(quoted(r"O'Neil \ Söhne"), r"'O\'Neil \\ Söhne'");
    assert_eq!(like_anywhere("50%_'"), r"'%50\%\_\'%'");
}

#[test]
fn instants_and_dates_take_no_quotes() {
    let instant = DateTime::from_timestamp(1_795_198_325, 999_000_000).unwrap();
    assert_eq!(super::instant(instant), "2026-11-20T18:12:05Z");
    assert_eq!(date(instant.date_naive()), "2026-11-20");
}

#[test]
fn a_portion_fits_the_address_of_a_query() {
    let address = format!("{}@acme.example", "a".repeat(200));
    let addresses = vec![address.as_str(); 100];
    for portion in portions(&addresses, 3) {
        let weight: usize = portion.iter().map(|text| crate::outgoing::encoded(text).len() * 3).sum();
        assert!(weight <= 9000, "{weight}");
    }
}
