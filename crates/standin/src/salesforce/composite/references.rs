//! `@{reference.path}` in the requests of a composite one: values out of the answers before.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Part;
use crate::salesforce::refusal::Refusal;

/// Answers by reference.
#[derive(Debug, Default)]
pub(super) struct Answers(BTreeMap<String, Value>);

impl Answers {
    pub(super) fn add(&mut self, reference: &str, body: Value) {
        self.0.insert(reference.to_owned(), body);
    }

    /// The part with every reference in its address, headers and body replaced.
    pub(super) fn fill(&self, part: &Part) -> Result<Part, Refusal> {
        let mut filled = part.clone();
        let url = self.text(&part.url)?;
        filled.url = url.as_str().map_or_else(|| url.to_string(), str::to_owned);
        filled.headers = self.value(&part.headers)?;
        filled.body = self.value(&part.body)?;
        Ok(filled)
    }

    fn value(&self, value: &Value) -> Result<Value, Refusal> {
        Ok(match value {
            Value::String(text) => self.text(text)?,
            Value::Array(all) => {
                Value::Array(all.iter().map(|one| self.value(one)).collect::<Result<_, _>>()?)
            }
            Value::Object(all) => {
                let each = all.iter().map(|(name, one)| Ok((name.clone(), self.value(one)?)));
                Value::Object(each.collect::<Result<_, Refusal>>()?)
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
        })
    }

    /// A text with its references replaced; one that is nothing but a reference becomes whatever it refers to.
    fn text(&self, text: &str) -> Result<Value, Refusal> {
        let mut filled = String::new();
        let mut rest = text;
        while let Some(start) = rest.find("@{") {
            let Some(end) = rest[start..].find('}') else { break };
            let written = &rest[start + 2..start + end];
            let value = self.found(written)?;
            if start == 0 && end + 1 == text.len() {
                return Ok(value.clone());
            }
            filled.push_str(&rest[..start]);
            match value {
                Value::String(plain) => filled.push_str(plain),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                    filled.push_str(&value.to_string());
                }
            }
            rest = &rest[start + end + 1..];
        }
        filled.push_str(rest);
        Ok(Value::String(filled))
    }

    fn found(&self, written: &str) -> Result<&Value, Refusal> {
        let (name, path) = split(written);
        let value = self.0.get(name).and_then(|body| {
            path.iter().try_fold(body, |value, step| match step {
                Step::Field(name) => value.get(*name),
                Step::Place(place) => value.get(*place),
            })
        });
        value.filter(|value| !value.is_null()).ok_or_else(|| {
            let message = format!(
                "Invalid reference specified. No value for {written} found in {name}. Provided referenceId \
                 ('{written}') must start with a letter or a number, and it can contain only letters, numbers and \
                 underscores ('_')."
            );
            Refusal::new(400, "PROCESSING_HALTED", message)
        })
    }
}

/// One step into an answer.
enum Step<'a> {
    Field(&'a str),
    Place(usize),
}

/// `ref.records[0].Id` as the reference and the steps from it.
fn split(written: &str) -> (&str, Vec<Step<'_>>) {
    let end = written.find(['.', '[']).unwrap_or(written.len());
    let (name, rest) = written.split_at(end);
    let steps = rest.split(['.', '[']).filter(|step| !step.is_empty()).map(|step| {
        let place = step.strip_suffix(']').and_then(|place| place.parse().ok());
        place.map_or(Step::Field(step), Step::Place)
    });
    (name, steps.collect())
}

/// The references a part makes, in its address and its body.
pub(super) fn made_by(part: &Part) -> Vec<String> {
    let text = format!("{} {} {}", part.url, part.body, part.headers);
    let mut names: Vec<String> = Vec::new();
    let mut rest = text.as_str();
    while let Some(start) = rest.find("@{") {
        rest = &rest[start + 2..];
        let name = split(rest.split('}').next().unwrap_or_default()).0;
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}
