//! Builds an org from a world definition.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Days, NaiveTime, TimeDelta, TimeZone, Utc};
use serde_json::{Map, Value, json};

use super::limits::Usage;
use super::org::{Org, ValidationRule};
use super::schema::Schema;
use super::session::Sessions;
use super::write::{Author, seed};
use super::{ids, moment, soql};
use crate::Setup;

/// How long before the load day the seeded records were written.
const SEED_AGE: TimeDelta = TimeDelta::days(40);
/// Requests a day unless the world says otherwise.
const API_LIMIT: u64 = 100_000;

impl Org {
    /// Builds the org of a world definition.
    ///
    /// # Errors
    /// Names the part that cannot be read.
    #[cfg(test)]
    pub(crate) fn load(definition: &Value, setup: &Setup, now: DateTime<Utc>) -> Result<Self, String> {
        Self::build(definition.clone(), setup, now)
    }

    /// Builds the org of a world definition, whose records go as they are read.
    ///
    /// # Errors
    /// Names the part that cannot be read.
    pub fn build(mut definition: Value, setup: &Setup, now: DateTime<Utc>) -> Result<Self, String> {
        let records = definition.get_mut("salesforce").and_then(|part| part.get_mut("records"));
        let records = records.map(Value::take).unwrap_or_default();
        let part = &definition["salesforce"];
        let features = part["features"].as_object();
        let on = features.into_iter().flatten().filter(|(_, value)| value == &&Value::Bool(true));
        let id = part["org"]["id"].as_str().unwrap_or("00D5g000000Brgt");
        let id = ids::full(id).ok_or_else(|| format!("salesforce.org.id is no id: {id}"))?;
        let mut origins = vec![setup.pane_origin.clone()];
        let more = part["cors"].as_array().into_iter().flatten().filter_map(Value::as_str);
        origins.extend(more.map(str::to_owned));
        let mut org = Self::default();
        part["org"]["name"].as_str().unwrap_or("Stand-in").clone_into(&mut org.name);
        org.my_domain.clone_from(&setup.salesforce);
        org.features = on.map(|(name, _)| name.clone()).collect();
        org.whole = Arc::new(Schema::load(part)?);
        org.schema = Arc::clone(&org.whole);
        org.sessions = Sessions::new(setup.seed, &id);
        org.usage = Usage::up_to(part["apiLimit"].as_u64().unwrap_or(API_LIMIT));
        part["integrationUser"].as_str().unwrap_or_default().clone_into(&mut org.integration_user);
        let zone = definition["company"]["zone"].as_str().unwrap_or("UTC");
        org.zone = zone.parse().map_err(|_| format!("company.zone: unknown zone {zone}"))?;
        org.origins = origins;
        org.schema_since = Some(now);
        org.id = id;
        org.seed_record_types(&moment::wire(now - SEED_AGE));
        org.seed(part, records, now)?;
        org.learn_rules(part, now)?;
        org.learn_duplicate_rules(part)?;
        org.learn_access(part)?;
        Ok(org)
    }

    /// Writes the seeded records in their order; `@name` refers to an earlier one.
    fn seed(&mut self, part: &Value, records: Value, now: DateTime<Utc>) -> Result<(), String> {
        // A definition that comes from a dump has its records elsewhere and says their names here.
        let known = part["refs"].as_object().into_iter().flatten();
        let mut named: HashMap<String, String> =
            known.filter_map(|(name, id)| Some((name.clone(), id.as_str()?.to_owned()))).collect();
        let mut first_user = String::new();
        let Value::Array(records) = records else {
            self.seed_views(part, &named)?;
            self.refs = named.into_iter().collect();
            return Ok(());
        };
        for (place, row) in records.into_iter().enumerate() {
            let Value::Object(mut body) = row else {
                return Err(format!("salesforce.records[{place}] is no object"));
            };
            // What is left of the row are its fields; it is the world's own, so they need not be copied.
            let [kind, name, id, by] = ["type", "ref", "id", "by"].map(|word| taken(&mut body, word));
            let here = || format!("salesforce.records[{place}] ({})", name.as_deref().unwrap_or_default());
            let kind = kind.ok_or_else(|| format!("{} has no type", here()))?;
            let object =
                self.schema.object(&kind).ok_or_else(|| format!("{}: no object {kind}", here()))?.clone();
            let id = match id {
                Some(id) => ids::full(&id).ok_or_else(|| format!("{}: {id} is no id", here()))?,
                None => self.new_id(&object),
            };
            if first_user.is_empty() {
                first_user.clone_from(&id);
            }
            if let Some(name) = &name {
                named.insert(name.clone(), id.clone());
            }
            let author = by.and_then(|by| named.get(&by)).unwrap_or(&first_user).clone();
            for (field, value) in &mut body {
                *value = concrete(value.take(), &named, now)
                    .map_err(|error| format!("{}.{field}: {error}", here()))?;
            }
            let author = Author { user: author, now: now - SEED_AGE, version: super::describe::NEWEST };
            seed(self, &author, &object, &body, id)
                .map_err(|refusal| format!("{}: {} {}", here(), refusal.code, refusal.message))?;
        }
        self.asked = now;
        self.seed_views(part, &named)?;
        self.refs = named.into_iter().collect();
        Ok(())
    }

    /// What each user looked at last.
    fn seed_views(&mut self, part: &Value, named: &HashMap<String, String>) -> Result<(), String> {
        self.recent.clear();
        for (user, seen) in part["recent"].as_object().into_iter().flatten() {
            let user = named.get(user).ok_or_else(|| format!("salesforce.recent names {user}"))?;
            let seen = seen.as_array().into_iter().flatten().filter_map(Value::as_str);
            let seen: Vec<&String> = seen.filter_map(|name| named.get(name)).collect();
            for id in seen.into_iter().rev() {
                self.viewed(user, id);
            }
        }
        Ok(())
    }

    fn learn_rules(&mut self, part: &Value, now: DateTime<Utc>) -> Result<(), String> {
        for rule in part["validationRules"].as_array().into_iter().flatten() {
            let text = |name: &str| rule[name].as_str().unwrap_or_default();
            let object = self.schema.object(text("object"));
            let object = object.ok_or_else(|| format!("validation rule of {}", text("object")))?;
            let condition = soql::condition(&self.schema, object, text("when"), now)
                .map_err(|refusal| format!("validation rule: {}", refusal.message))?;
            self.rules.push(ValidationRule {
                object: object.name.clone(),
                condition,
                message: text("message").to_owned(),
                field: rule["field"].as_str().map(str::to_owned),
            });
        }
        Ok(())
    }
}

/// A definition's value: `@name` is an id, `{"day": n}` a date from the load day, with `time` and `zone` an instant.
fn concrete(value: Value, named: &HashMap<String, String>, now: DateTime<Utc>) -> Result<Value, String> {
    match value {
        Value::String(text) => match text.strip_prefix('@') {
            Some(name) => {
                named.get(name).map(|id| json!(id)).ok_or_else(|| format!("nothing is named {name}"))
            }
            None => Ok(Value::String(text)),
        },
        Value::Array(values) => values.into_iter().map(|value| concrete(value, named, now)).collect(),
        Value::Object(when) => relative(&when, now),
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(value),
    }
}

/// Takes a text out of a row.
fn taken(row: &mut Map<String, Value>, name: &str) -> Option<String> {
    match row.shift_remove(name) {
        Some(Value::String(text)) => Some(text),
        Some(_) | None => None,
    }
}

fn relative(when: &Map<String, Value>, now: DateTime<Utc>) -> Result<Value, String> {
    let zone = when.get("zone").and_then(Value::as_str).unwrap_or("Europe/Berlin");
    let zone: chrono_tz::Tz = zone.parse().map_err(|_| format!("unknown zone {zone}"))?;
    let offset = when.get("day").and_then(Value::as_i64).ok_or("a relative date needs a day")?;
    let today = now.with_timezone(&zone).date_naive();
    let days = Days::new(offset.unsigned_abs());
    let day = if offset < 0 { today.checked_sub_days(days) } else { today.checked_add_days(days) };
    let day = day.ok_or("the day is out of range")?;
    let Some(time) = when.get("time").and_then(Value::as_str) else { return Ok(json!(day.to_string())) };
    let time = NaiveTime::parse_from_str(time, "%H:%M").map_err(|error| format!("{time}: {error}"))?;
    let instant = zone.from_local_datetime(&day.and_time(time)).earliest();
    let instant = instant.ok_or_else(|| format!("{day} has no {time}"))?;
    Ok(Value::String(instant.with_timezone(&Utc).to_rfc3339()))
}
