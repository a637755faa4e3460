//! SOQL text: the one place where literals are written.
//! <https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_quotedstringescapes.htm>

use calbridge_rules::id::RecordId;
use chrono::{DateTime, NaiveDate, Utc};

/// Ids or addresses in one statement at most.
pub const LIST_LIMIT: usize = 100;
/// The most that one list may weigh in an address, in bytes after encoding: a query travels in its address, which
/// Salesforce takes up to about 16,000 bytes.
const WEIGHT_LIMIT: usize = 9000;

/// Text as a literal, in quotes.
pub fn quoted(text: &str) -> String {
    format!("'{}'", escaped(text, false))
}

/// Text as a literal for `LIKE` that matches wherever the text occurs.
pub fn like_anywhere(text: &str) -> String {
    format!("'%{}%'", escaped(text, true))
}

/// An instant as a literal; instants take no quotes.
pub fn instant(instant: DateTime<Utc>) -> String {
    crate::moment::in_seconds(instant)
}

/// A date as a literal; dates take no quotes.
pub fn date(date: NaiveDate) -> String {
    date.to_string()
}

/// Literals as a list for `IN`.
pub fn list<'t>(texts: impl IntoIterator<Item = &'t str>) -> String {
    let literals: Vec<String> = texts.into_iter().map(quoted).collect();
    format!("({})", literals.join(","))
}

/// Ids as lists for `IN`, in portions that fit a statement.
pub(crate) fn id_lists(ids: &[RecordId]) -> Vec<String> {
    ids.chunks(LIST_LIMIT).map(|part| list(part.iter().map(RecordId::as_str))).collect()
}

/// Texts in portions of at most [`LIST_LIMIT`] that fit a statement in which each stands `times` times.
pub(crate) fn portions<'t>(texts: &[&'t str], times: usize) -> Vec<Vec<&'t str>> {
    let mut portions: Vec<Vec<&str>> = Vec::new();
    let mut weight = 0;
    for text in texts {
        let added = (crate::outgoing::encoded(&quoted(text)).len() + 3) * times;
        let fits = weight + added <= WEIGHT_LIMIT;
        match portions.last_mut() {
            Some(portion) if fits && portion.len() < LIST_LIMIT => portion.push(text),
            Some(_) | None => {
                portions.push(vec![text]);
                weight = 0;
            }
        }
        weight += added;
    }
    portions
}

fn escaped(text: &str, in_like: bool) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' | '\'' => escaped.extend(['\\', letter]),
            '%' | '_' if in_like => escaped.extend(['\\', letter]),
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            control if control.is_control() => {
                // Control characters lie below U+00A0, so four digits hold them all.
                let code = format!("\\u{:04X}", u32::from(control));
                escaped.push_str(&code);
            }
            plain => escaped.push(plain),
        }
    }
    escaped
}

#[cfg(test)]
mod tests;
