//! Holds world files against `worlds/schema.json`, so that a mistake in one is told by its place and with what is known
//! there. The readers of a world are lenient with what tests write; files and bodies of the control API are not.

use std::sync::OnceLock;

use jsonschema::Validator;
use serde_json::Value;

/// The schema of world files, as it is published.
pub const SCHEMA: &str = include_str!("../../worlds/schema.json");
/// The most mistakes that are told at once.
const TOLD_LIMIT: usize = 5;

/// Says what is wrong with a world file.
///
/// # Errors
/// Names the places and what is known there.
pub fn check(definition: &Value) -> Result<(), String> {
    static READY: OnceLock<Result<(Value, Validator), String>> = OnceLock::new();
    let ready = READY.get_or_init(|| {
        let schema: Value = serde_json::from_str(SCHEMA).map_err(|error| error.to_string())?;
        let validator = jsonschema::validator_for(&schema).map_err(|error| error.to_string())?;
        Ok((schema, validator))
    });
    let (schema, validator) = ready.as_ref().map_err(|error| format!("worlds/schema.json: {error}"))?;
    let wrong: Vec<String> = validator
        .iter_errors(definition)
        .take(TOLD_LIMIT)
        .map(|error| {
            let place = error.instance_path().to_string();
            let place = if place.is_empty() { "the world".to_owned() } else { place };
            format!("{place}: {error}{}", known(schema, &error.evaluation_path().to_string()))
        })
        .collect();
    if wrong.is_empty() {
        return Ok(());
    }
    Err(format!("{} (worlds/schema.json describes every member)", wrong.join("; ")))
}

/// What may stand where an unknown member or value stood.
fn known(schema: &Value, keyword: &str) -> String {
    let list = if let Some(parent) = keyword.strip_suffix("/additionalProperties") {
        let members = follow(schema, parent).and_then(|parent| parent["properties"].as_object());
        members.map(|members| members.keys().cloned().collect::<Vec<String>>().join(", "))
    } else if keyword.ends_with("/enum") {
        follow(schema, keyword).map(ToString::to_string)
    } else {
        None
    };
    list.map_or_else(String::new, |list| format!("; known there: {list}"))
}

/// The part of the schema behind a path on which references were followed.
fn follow<'a>(schema: &'a Value, path: &str) -> Option<&'a Value> {
    let mut at = schema;
    for part in path.split('/').skip(1) {
        at = if part == "$ref" {
            schema.pointer(at["$ref"].as_str()?.trim_start_matches('#'))?
        } else {
            at.get(part).or_else(|| at.get(part.parse::<usize>().ok()?))?
        };
    }
    Some(at)
}
