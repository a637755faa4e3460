//! What differs between a dump taken before and the world as it is.
//!
//! `records` by object, `items` and `mailboxes` by address, `switches`, and under `rest` what is left (the clock, the
//! definition, subscriptions, running numbers). A changed thing names each field with its values `before` and `after`;
//! a member of a member is named with a dot.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// Members of a mailbox that are told elsewhere, or only say in other words what changed.
const TOLD_ELSEWHERE: [&str; 3] = ["items", "log", "forgotten"];

/// Says what differs.
pub(super) fn diff(before: &Value, after: &Value) -> Value {
    let records = keyed_lists(&before["salesforce"]["records"], &after["salesforce"]["records"], "Id");
    let (old, new) = (mailboxes(before), mailboxes(after));
    let mut items = Map::new();
    let mut people = Map::new();
    for address in names(&old, &new) {
        let pair = (old.get(&address), new.get(&address));
        let of = |side: Option<&Value>| side.map_or_else(|| json!({}), |mailbox| mailbox["items"].clone());
        let differs = things(&map(&of(pair.0)), &map(&of(pair.1)));
        if !is_empty(&differs) {
            items.insert(address.clone(), differs);
        }
        let rest =
            |side: Option<&Value>| side.map_or(Value::Null, |mailbox| without(mailbox, &TOLD_ELSEWHERE));
        let fields = fields(&rest(pair.0), &rest(pair.1));
        if !is_empty(&fields) {
            people.insert(address, fields);
        }
    }
    let switches = fields(&before["graph"]["switches"], &after["graph"]["switches"]);
    let rest = fields(&remainder(before), &remainder(after));
    let same =
        [&records, &switches, &rest].into_iter().all(is_empty) && items.is_empty() && people.is_empty();
    json!({
        "same": same, "records": records, "items": items, "mailboxes": people, "switches": switches, "rest": rest,
    })
}

/// The dump without what is told in other words.
fn remainder(dump: &Value) -> Value {
    let mut rest = without(dump, &["now"]);
    rest["salesforce"] = without(&dump["salesforce"], &["records"]);
    rest["graph"] = without(&dump["graph"], &["mailboxes", "switches"]);
    rest
}

fn without(value: &Value, members: &[&str]) -> Value {
    let kept = value.as_object().into_iter().flatten().filter(|(name, _)| !members.contains(&name.as_str()));
    Value::Object(kept.map(|(name, value)| (name.clone(), value.clone())).collect())
}

/// Mailboxes by address.
fn mailboxes(dump: &Value) -> BTreeMap<String, Value> {
    let rows = dump["graph"]["mailboxes"].as_array().into_iter().flatten();
    rows.map(|row| (row["owner"]["address"].as_str().unwrap_or_default().to_owned(), row.clone())).collect()
}

/// Lists of rows by the name of the list, each row known by one of its members.
fn keyed_lists(before: &Value, after: &Value, key: &str) -> Value {
    let (old, new) = (map(before), map(after));
    let by_key = |rows: Option<&Value>| -> BTreeMap<String, Value> {
        let rows = rows.and_then(Value::as_array).into_iter().flatten();
        rows.map(|row| (row[key].as_str().unwrap_or_default().to_owned(), row.clone())).collect()
    };
    let mut told = Map::new();
    for name in names(&old, &new) {
        let differs = things(&by_key(old.get(&name)), &by_key(new.get(&name)));
        if !is_empty(&differs) {
            told.insert(name, differs);
        }
    }
    Value::Object(told)
}

/// What came, went and changed among things that have names.
fn things(before: &BTreeMap<String, Value>, after: &BTreeMap<String, Value>) -> Value {
    let only = |here: &BTreeMap<String, Value>, there: &BTreeMap<String, Value>| -> Map<String, Value> {
        let alone = here.iter().filter(|(name, _)| !there.contains_key(*name));
        alone.map(|(name, value)| (name.clone(), value.clone())).collect()
    };
    let both = before.iter().filter_map(|(name, old)| Some((name, old, after.get(name)?)));
    let changed: Map<String, Value> = both
        .map(|(name, old, new)| (name.clone(), fields(old, new)))
        .filter(|(_, fields)| !is_empty(fields))
        .collect();
    let parts = [("added", only(after, before)), ("removed", only(before, after)), ("changed", changed)];
    let told = parts.into_iter().filter(|(_, part)| !part.is_empty());
    Value::Object(told.map(|(name, part)| (name.to_owned(), Value::Object(part))).collect())
}

/// The members that differ, members of members by a name with dots; lists are compared as wholes.
fn fields(before: &Value, after: &Value) -> Value {
    let mut told = Map::new();
    tell(&mut told, "", before, after);
    Value::Object(told)
}

fn tell(told: &mut Map<String, Value>, path: &str, before: &Value, after: &Value) {
    if before == after {
        return;
    }
    if let (Value::Object(_), Value::Object(_)) = (before, after) {
        for name in names(&map(before), &map(after)) {
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            tell(told, &path, &before[&name], &after[&name]);
        }
        return;
    }
    told.insert(path.to_owned(), json!({ "before": before, "after": after }));
}

fn map(value: &Value) -> BTreeMap<String, Value> {
    value.as_object().into_iter().flatten().map(|(name, value)| (name.clone(), value.clone())).collect()
}

fn names(before: &BTreeMap<String, Value>, after: &BTreeMap<String, Value>) -> Vec<String> {
    let mut names: Vec<String> = before.keys().chain(after.keys()).cloned().collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn is_empty(value: &Value) -> bool {
    value.as_object().is_none_or(Map::is_empty)
}
