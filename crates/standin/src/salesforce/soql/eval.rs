//! Whether values meet a filter.

use std::cmp::Ordering;

use serde_json::Value;

use super::lex::Text;
use super::{Condition, Literal, Operator};
use crate::salesforce::moment;
use crate::salesforce::org::{Org, Record};

/// Whether a record meets a filter. Inner queries must have been replaced by what they find.
pub(crate) fn holds(org: &Org, record: &Record, condition: &Condition) -> bool {
    meets(condition, &|path| path.value(org, record))
}

/// Whether the values of some paths meet a filter.
pub(super) fn meets<P>(condition: &Condition<P>, value: &dyn Fn(&P) -> Value) -> bool {
    match condition {
        Condition::All(all) => all.iter().all(|condition| meets(condition, value)),
        Condition::Any(any) => any.iter().any(|condition| meets(condition, value)),
        Condition::Not(inner) => !meets(inner, value),
        Condition::Compare { path, operator, literals } => compare(&value(path), *operator, literals),
        Condition::Join { .. } => false,
    }
}

fn compare(value: &Value, operator: Operator, literals: &[Literal]) -> bool {
    let meets = |wanted: fn(Ordering) -> bool| {
        literals.iter().any(|literal| order(value, literal).is_some_and(wanted))
    };
    let equal = || literals.iter().any(|literal| equals(value, literal));
    match operator {
        Operator::Equal | Operator::In => equal(),
        Operator::NotEqual | Operator::NotIn => !equal(),
        Operator::Less => meets(Ordering::is_lt),
        Operator::LessOrEqual => meets(Ordering::is_le),
        Operator::Greater => meets(Ordering::is_gt),
        Operator::GreaterOrEqual => meets(Ordering::is_ge),
        Operator::Like => literals.iter().any(|literal| match literal {
            Literal::Text(pattern) => value.as_str().is_some_and(|text| like(text, pattern)),
            Literal::Null
            | Literal::Boolean(_)
            | Literal::Number(_)
            | Literal::Date(_)
            | Literal::Instant(_)
            | Literal::Days(..) => false,
        }),
        Operator::Includes => literals.iter().any(|literal| includes(value, literal)),
        Operator::Excludes => !literals.iter().any(|literal| includes(value, literal)),
    }
}

/// Whether all choices of a literal (`'a;b'`) are among those of a value.
fn includes(value: &Value, literal: &Literal) -> bool {
    let chosen: Vec<String> = choices(value.as_str().unwrap_or_default());
    let wanted = literal.text().map(choices).unwrap_or_default();
    !wanted.is_empty() && wanted.iter().all(|choice| chosen.contains(choice))
}

fn choices(text: &str) -> Vec<String> {
    let each = text.split(';').map(|choice| choice.trim().to_lowercase());
    each.filter(|choice| !choice.is_empty()).collect()
}

fn equals(value: &Value, literal: &Literal) -> bool {
    match literal {
        Literal::Null => value.is_null(),
        Literal::Text(text) if text.plain.is_empty() => value.is_null() || value == "",
        Literal::Text(_)
        | Literal::Boolean(_)
        | Literal::Number(_)
        | Literal::Date(_)
        | Literal::Instant(_)
        | Literal::Days(..) => order(value, literal) == Some(Ordering::Equal),
    }
}

/// How a value stands to a literal; within a range of days counts as equal.
fn order(value: &Value, literal: &Literal) -> Option<Ordering> {
    match literal {
        Literal::Null => None,
        Literal::Boolean(wanted) => value.as_bool().map(|found| found.cmp(wanted)),
        Literal::Number(wanted) => value.as_f64()?.partial_cmp(wanted),
        Literal::Text(wanted) => {
            value.as_str().map(|found| found.to_lowercase().cmp(&wanted.plain.to_lowercase()))
        }
        Literal::Date(wanted) => moment::date(value.as_str()?).map(|found| found.cmp(wanted)),
        Literal::Instant(wanted) => moment::instant(value.as_str()?).map(|found| found.cmp(wanted)),
        Literal::Days(from, to) => {
            let text = value.as_str()?;
            let day = moment::date(text).or_else(|| moment::instant(text).map(|found| found.date_naive()))?;
            Some(if day < *from {
                Ordering::Less
            } else if day >= *to {
                Ordering::Greater
            } else {
                Ordering::Equal
            })
        }
    }
}

/// Matches `%` (any text) and `_` (any one character), without regard to case.
fn like(text: &str, pattern: &Text) -> bool {
    let text: Vec<String> = text.chars().map(|c| c.to_lowercase().collect()).collect();
    let pattern: Vec<(String, bool)> = pattern
        .plain
        .chars()
        .zip(&pattern.wild)
        .map(|(c, wild)| (c.to_lowercase().collect(), *wild))
        .collect();
    // Row by row over the pattern: which prefixes of the text it matches so far.
    let mut reached = vec![false; text.len() + 1];
    reached[0] = true;
    for (glyph, wild) in &pattern {
        let mut next = vec![false; text.len() + 1];
        match (wild, glyph.as_str()) {
            (true, "%") => {
                let mut any = false;
                for (place, was) in reached.iter().enumerate() {
                    any |= was;
                    next[place] = any;
                }
            }
            (wild, glyph) => {
                for (place, c) in text.iter().enumerate() {
                    next[place + 1] = reached[place] && (*wild || c == glyph);
                }
            }
        }
        reached = next;
    }
    reached[text.len()]
}

/// The order of two values of one field.
pub(super) fn natural(one: &Value, other: &Value) -> Ordering {
    match (one, other) {
        (Value::String(one), Value::String(other)) => {
            one.to_lowercase().cmp(&other.to_lowercase()).then_with(|| one.cmp(other))
        }
        (Value::Bool(one), Value::Bool(other)) => one.cmp(other),
        _ => one.as_f64().partial_cmp(&other.as_f64()).unwrap_or(Ordering::Equal),
    }
}
