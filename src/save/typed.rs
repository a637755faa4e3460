//! Texts that somebody typed, as values of Event fields, and back (SAV-9).

use calbridge_rules::event::FieldValue;
use calbridge_wire::{moment, tree};
use chrono::NaiveDate;

use crate::picture::Control;

/// Reads what was typed into a control.
///
/// # Errors
/// It cannot be sent like this; the reason in words.
pub(super) fn value(text: &str, control: &Control) -> Result<FieldValue, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(FieldValue::Empty);
    }
    match control {
        Control::Text { limit } => {
            let length = text.encode_utf16().count();
            if length > *limit {
                return Err(format!("At most {limit} characters; these are {length}."));
            }
            Ok(FieldValue::Text(text.to_owned()))
        }
        Control::Pick(choices) if choices.iter().any(|(value, _)| value == text) => {
            Ok(FieldValue::Text(text.to_owned()))
        }
        Control::Pick(_) => Err("Choose one from the list.".to_owned()),
        Control::Number => number(text).ok_or_else(|| "Enter a number.".to_owned()),
        Control::Date => tree::date(text).map(FieldValue::Date).ok_or_else(|| "Enter a date.".to_owned()),
        Control::Flag => Ok(FieldValue::Flag(text == "true")),
    }
}

fn number(text: &str) -> Option<FieldValue> {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let plain = text.strip_prefix('-').unwrap_or(text);
    let is_number = match plain.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(plain),
    };
    is_number.then(|| FieldValue::Number(text.to_owned()))
}

/// A value as a control shows it.
pub(super) fn shown(value: &FieldValue) -> String {
    match value {
        FieldValue::Empty => String::new(),
        FieldValue::Text(text) | FieldValue::Number(text) => text.clone(),
        FieldValue::Flag(flag) => flag.to_string(),
        FieldValue::Instant(instant) => moment::exactly(*instant),
        FieldValue::Date(date) => NaiveDate::to_string(date),
        FieldValue::Record(record) => record.to_string(),
    }
}
