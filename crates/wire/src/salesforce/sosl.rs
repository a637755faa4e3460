//! SOSL text: the one place where search words are escaped.
//! <https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_sosl_find.htm>

/// Characters with a meaning of their own in `FIND`, even inside quotes.
const RESERVED: &str = "?&|!{}[]()^~*:\\\"'+-";

/// Text as a clause of `FIND {…}`: what was typed, taken literally.
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        if RESERVED.contains(letter) {
            escaped.push('\\');
        }
        escaped.push(if letter.is_control() { ' ' } else { letter });
    }
    escaped
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{RESERVED, escaped};

    proptest! {
        #[test]
        fn no_reserved_character_stands_unescaped(text in ".{0,40}") {
            let escaped = escaped(&text);
            let mut letters = escaped.chars();
            let mut read = String::new();
            while let Some(letter) = letters.next() {
                let plain = if letter == '\\' { letters.next().unwrap() } else { letter };
                prop_assert!(letter == '\\' || !RESERVED.contains(letter), "{escaped}");
                read.push(plain);
            }
            let shown: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            prop_assert_eq!(read, shown);
        }
    }

    #[test]
    fn typed_operators_are_words() {
        assert_eq!(escaped("O'Neil & \"Sons\" (*)"), "O\\'Neil \\& \\\"Sons\\\" \\(\\*\\)");
    }
}
