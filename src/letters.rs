//! Upper and lower case, and what is a letter. The browser knows: the tables behind `str::to_lowercase` and
//! `char::is_alphanumeric` would weigh 8 kB more.

#[cfg(target_arch = "wasm32")]
mod table {
    use js_sys::{JsString, RegExp};

    pub(super) fn lower(text: &str) -> String {
        JsString::from(text).to_lower_case().into()
    }

    pub(super) fn upper(text: &str) -> String {
        JsString::from(text).to_upper_case().into()
    }

    pub(super) fn is_alphanumeric(letter: char) -> bool {
        RegExp::new(r"[\p{Alphabetic}\p{N}]", "u").test(letter.encode_utf8(&mut [0; 4]))
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod table {
    pub(super) fn lower(text: &str) -> String {
        text.to_lowercase()
    }

    pub(super) fn upper(text: &str) -> String {
        text.to_uppercase()
    }

    pub(super) fn is_alphanumeric(letter: char) -> bool {
        letter.is_alphanumeric()
    }
}

/// The text in lower case.
pub(crate) fn lower(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_lowercase() } else { table::lower(text) }
}

/// The text in upper case.
pub(crate) fn upper(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_uppercase() } else { table::upper(text) }
}

/// Whether something is a letter or a digit, in any script.
pub(crate) fn is_alphanumeric(letter: char) -> bool {
    if letter.is_ascii() { letter.is_ascii_alphanumeric() } else { table::is_alphanumeric(letter) }
}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests;
