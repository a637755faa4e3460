//! Applies a checked query to the records.

use std::cmp::Ordering;

use serde_json::{Map, Value, json};

use super::lex::Text;
use super::{Condition, Literal, Operator, Order, Path, Query};
use crate::salesforce::moment;
use crate::salesforce::org::{Org, Record, indexed};

/// The records a query finds, in its order; deleted ones only when asked for.
pub(crate) fn rows<'a>(org: &'a Org, query: &Query, with_deleted: bool) -> Vec<&'a Record> {
    let mut found: Vec<&Record> = candidates(org, query)
        .into_iter()
        .filter(|record| with_deleted || !record.deleted)
        .filter(|record| query.condition.as_ref().is_none_or(|condition| holds(org, record, condition)))
        .collect();
    if !query.order.is_empty() {
        let mut keyed: Vec<(Vec<Value>, &Record)> = found
            .into_iter()
            .map(|record| (query.order.iter().map(|key| key.path.value(org, record)).collect(), record))
            .collect();
        keyed.sort_by(|one, other| by_keys(&query.order, &one.0, &other.0));
        found = keyed.into_iter().map(|(_, record)| record).collect();
    }
    found.into_iter().skip(query.offset).take(query.limit.unwrap_or(usize::MAX)).collect()
}

/// The rows a filter needs to look at: those it names by id or by an indexed field, else the whole object.
fn candidates<'a>(org: &'a Org, query: &Query) -> Vec<&'a Record> {
    let named = query.condition.as_ref().and_then(|condition| named(org, &query.object, condition));
    let Some(mut found) = named else { return org.rows(&query.object).collect() };
    found.retain(|record| record.object == query.object);
    found.sort_by(|one, other| one.id.cmp(&other.id));
    found.dedup_by(|one, other| one.id == other.id);
    found
}

/// The only records that can meet a filter, if it says so by an id or an indexed field.
fn named<'a>(org: &'a Org, object: &str, condition: &Condition) -> Option<Vec<&'a Record>> {
    match condition {
        Condition::Compare { path, operator: Operator::Equal | Operator::In, literals } => {
            let texts: Vec<&str> = literals.iter().filter_map(Literal::text).collect();
            if !path.parents.is_empty() || texts.len() < literals.len() || texts.contains(&"") {
                return None;
            }
            let field = org.schema.object(object)?.field(&path.field)?;
            if path.field == "Id" {
                return Some(texts.iter().filter_map(|id| org.record(id)).collect());
            }
            let keyed = || texts.iter().flat_map(|key| org.every_by_key(object, &path.field, key)).collect();
            indexed(field).then(keyed)
        }
        Condition::All(all) => all.iter().find_map(|condition| named(org, object, condition)),
        Condition::Compare { .. } | Condition::Any(_) | Condition::Not(_) => None,
    }
}

/// Whether a record meets a filter.
pub(crate) fn holds(org: &Org, record: &Record, condition: &Condition) -> bool {
    match condition {
        Condition::All(all) => all.iter().all(|condition| holds(org, record, condition)),
        Condition::Any(any) => any.iter().any(|condition| holds(org, record, condition)),
        Condition::Not(inner) => !holds(org, record, inner),
        Condition::Compare { path, operator, literals } => {
            compare(&path.value(org, record), *operator, literals)
        }
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
    }
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

fn by_keys(order: &[Order], one: &[Value], other: &[Value]) -> Ordering {
    let each = order.iter().zip(one.iter().zip(other)).map(|(key, (one, other))| {
        let nulls = if key.nulls_last { Ordering::Greater } else { Ordering::Less };
        match (one.is_null(), other.is_null()) {
            (true, true) => Ordering::Equal,
            (true, false) => nulls,
            (false, true) => nulls.reverse(),
            (false, false) => {
                let ascending = natural(one, other);
                if key.descending { ascending.reverse() } else { ascending }
            }
        }
    });
    each.fold(Ordering::Equal, Ordering::then)
}

fn natural(one: &Value, other: &Value) -> Ordering {
    match (one, other) {
        (Value::String(one), Value::String(other)) => {
            one.to_lowercase().cmp(&other.to_lowercase()).then_with(|| one.cmp(other))
        }
        (Value::Bool(one), Value::Bool(other)) => one.cmp(other),
        _ => one.as_f64().partial_cmp(&other.as_f64()).unwrap_or(Ordering::Equal),
    }
}

/// A record as a query shows it: the selected fields, parents nested.
pub(crate) fn shown(org: &Org, record: &Record, paths: &[Path], version: u32) -> Value {
    let mut shown = Map::new();
    shown.insert("attributes".to_owned(), attributes(record, version));
    for path in paths {
        place(org, record, &mut shown, &path.parents, path, version);
    }
    Value::Object(shown)
}

fn place(
    org: &Org,
    record: &Record,
    shown: &mut Map<String, Value>,
    parents: &[(String, String)],
    path: &Path,
    version: u32,
) {
    let Some(((name, reference), rest)) = parents.split_first() else {
        shown.insert(path.field.clone(), path.end(org, record));
        return;
    };
    let Some(parent) = org.live(record.text(reference)) else {
        shown.insert(name.clone(), Value::Null);
        return;
    };
    let nested =
        shown.entry(name.clone()).or_insert_with(|| json!({ "attributes": attributes(parent, version) }));
    if let Value::Object(nested) = nested {
        place(org, parent, nested, rest, path, version);
    }
}

/// The `attributes` of a record.
fn attributes(record: &Record, version: u32) -> Value {
    let url = format!("/services/data/v{version}.0/sobjects/{}/{}", record.object, record.id);
    json!({ "type": record.object, "url": url })
}
