//! Text made to fit and to compare.

/// The longest start of a text that fits, never half a character. Counted in UTF-16 units: an emoji is two, so that
/// whoever counts otherwise finds it short enough too.
pub(crate) fn cut(text: &str, limit: usize) -> &str {
    let mut units = 0;
    for (place, letter) in text.char_indices() {
        units += letter.len_utf16();
        if units > limit {
            return &text[..place];
        }
    }
    text
}

/// Text in one line: line breaks and other controls become blanks, those around it are dropped.
pub(crate) fn one_line(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    plain.trim().to_owned()
}

/// Whether two texts say the same: line endings, blanks at ends of lines and empty lines around them do not count.
pub(crate) fn same_text(one: &str, other: &str) -> bool {
    one.trim().lines().map(str::trim_end).eq(other.trim().lines().map(str::trim_end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_never_splits_a_character() {
        assert_eq!(cut("ab😀c", 3), "ab");
        assert_eq!(cut("ab😀c", 4), "ab😀");
        assert_eq!(cut("é", 1), "é");
    }

    #[test]
    fn line_endings_and_trailing_blanks_make_no_difference() {
        assert!(same_text("a  \r\nb\r\n\r\n", "a\nb"));
        assert!(!same_text("a\nb", "a b"));
        assert!(!same_text("a\n b", "a\nb"));
    }

    #[test]
    fn a_subject_is_one_line() {
        assert_eq!(one_line(" a\r\nb\t"), "a  b");
    }
}
