//! The records a query finds.

use std::cmp::Ordering;

use serde_json::Value;

use super::eval::{holds, natural};
use super::lex::Text;
use super::{Condition, Direction, Literal, Operator, Order, Query};
use crate::salesforce::index::indexed;
use crate::salesforce::org::{Org, Record};

/// The records a query finds, in its order; deleted ones only when asked for.
pub(crate) fn rows<'a>(org: &'a Org, query: &Query, with_deleted: bool) -> Vec<&'a Record> {
    let found = sorted(org, &query.order, matching(org, query, with_deleted));
    found.into_iter().skip(query.offset).take(query.limit.unwrap_or(usize::MAX)).collect()
}

/// Records in the order of some keys.
pub(crate) fn sorted<'a>(org: &Org, order: &[Order], found: Vec<&'a Record>) -> Vec<&'a Record> {
    if order.is_empty() {
        return found;
    }
    let mut keyed: Vec<(Vec<Value>, &Record)> = found
        .into_iter()
        .map(|record| (order.iter().map(|key| key.path.value(org, record)).collect(), record))
        .collect();
    keyed.sort_by(|one, other| by_keys(order, &one.0, &other.0));
    keyed.into_iter().map(|(_, record)| record).collect()
}

/// Every record that meets a query's filter.
pub(super) fn matching<'a>(org: &'a Org, query: &Query, with_deleted: bool) -> Vec<&'a Record> {
    let condition = query.condition.as_ref().map(|condition| joined(org, condition, with_deleted));
    let condition = condition.as_ref();
    candidates(org, &query.object, condition)
        .into_iter()
        .filter(|record| with_deleted || !record.deleted)
        .filter(|record| condition.is_none_or(|condition| holds(org, record, condition)))
        .collect()
}

/// The same filter with the values its inner queries find.
fn joined(org: &Org, condition: &Condition, with_deleted: bool) -> Condition {
    let each = |all: &[Condition]| all.iter().map(|one| joined(org, one, with_deleted)).collect();
    match condition {
        Condition::All(all) => Condition::All(each(all)),
        Condition::Any(any) => Condition::Any(each(any)),
        Condition::Not(inside) => Condition::Not(Box::new(joined(org, inside, with_deleted))),
        Condition::Compare { .. } => condition.clone(),
        Condition::Join { path, operator, found, field } => {
            let found = matching(org, found, with_deleted);
            let mut ids: Vec<String> = found
                .into_iter()
                .filter_map(|record| field.value(org, record).as_str().map(str::to_owned))
                .collect();
            ids.sort_unstable();
            ids.dedup();
            let literals =
                ids.into_iter().map(|plain| Literal::Text(Text { wild: vec![false; plain.len()], plain }));
            Condition::Compare { path: path.clone(), operator: *operator, literals: literals.collect() }
        }
    }
}

/// The rows a filter needs to look at: those it names by id or by an indexed field, else the whole object.
fn candidates<'a>(org: &'a Org, object: &str, condition: Option<&Condition>) -> Vec<&'a Record> {
    // Rows of recent records carry the ids of other objects.
    let by_id = condition.filter(|_| object != Org::RECENTLY_VIEWED);
    let Some(mut found) = by_id.and_then(|condition| named(org, object, condition)) else {
        return org.rows(object).collect();
    };
    found.retain(|record| org.is_row_of(record, object));
    found.sort_by(|one, other| one.id.cmp(&other.id));
    found.dedup_by(|one, other| one.id == other.id);
    found
}

/// The only records that can meet a filter, if it says so by an id or an indexed field.
pub(crate) fn named<'a>(org: &'a Org, object: &str, condition: &Condition) -> Option<Vec<&'a Record>> {
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
        Condition::Compare { .. } | Condition::Any(_) | Condition::Not(_) | Condition::Join { .. } => None,
    }
}

/// How two rows stand to one another by the values of the keys.
pub(super) fn by_keys<P>(order: &[Order<P>], one: &[Value], other: &[Value]) -> Ordering {
    let each = order.iter().zip(one.iter().zip(other)).map(|(key, (one, other))| {
        let nulls = if key.nulls_last { Ordering::Greater } else { Ordering::Less };
        match (one.is_null(), other.is_null()) {
            (true, true) => Ordering::Equal,
            (true, false) => nulls,
            (false, true) => nulls.reverse(),
            (false, false) => match key.direction {
                Direction::Ascending => natural(one, other),
                Direction::Descending => natural(one, other).reverse(),
            },
        }
    });
    each.fold(Ordering::Equal, Ordering::then)
}
