//! Writes JSON.

use std::fmt;

use super::Value;

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        write(self, &mut text);
        f.write_str(&text)
    }
}

fn write(value: &Value, to: &mut String) {
    match value {
        Value::Null => to.push_str("null"),
        Value::Bool(true) => to.push_str("true"),
        Value::Bool(false) => to.push_str("false"),
        Value::Number(digits) => to.push_str(digits),
        Value::String(text) => quote(text, to),
        Value::Array(values) => {
            to.push('[');
            for (place, value) in values.iter().enumerate() {
                part(place, to);
                write(value, to);
            }
            to.push(']');
        }
        Value::Object(members) => {
            to.push('{');
            for (place, (name, value)) in members.iter().enumerate() {
                part(place, to);
                quote(name, to);
                to.push(':');
                write(value, to);
            }
            to.push('}');
        }
    }
}

fn part(place: usize, to: &mut String) {
    if place > 0 {
        to.push(',');
    }
}

fn quote(text: &str, to: &mut String) {
    to.push('"');
    let mut rest = text;
    // What needs no escape goes at once.
    while let Some(at) = rest.bytes().position(|byte| matches!(byte, b'"' | b'\\' | b'\0'..b' ')) {
        let (plain, from) = rest.split_at(at);
        to.push_str(plain);
        let mut letters = from.chars();
        match letters.next() {
            Some(letter @ ('"' | '\\')) => {
                to.push('\\');
                to.push(letter);
            }
            Some('\n') => to.push_str("\\n"),
            Some(letter) => {
                let code = u32::from(letter);
                to.push_str("\\u00");
                to.push(if code < 16 { '0' } else { '1' });
                to.push(char::from_digit(code % 16, 16).unwrap_or('0'));
            }
            None => {}
        }
        rest = letters.as_str();
    }
    to.push_str(rest);
    to.push('"');
}
