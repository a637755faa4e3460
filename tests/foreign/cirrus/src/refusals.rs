//! Every refusal of `refusals.json`, as cirrus decodes it.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail, ensure};
use cirrus::reqwest::Method;
use cirrus::{Cirrus, CirrusError, RawBody, Replay};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::equal;
use crate::stage::{Tally, VERSION, client, control, fresh_world, service};

const TABLE: &str = include_str!("../../refusals.json");

#[derive(Debug, Deserialize)]
struct Table {
    world: Value,
    found: BTreeMap<String, String>,
    made: Vec<Made>,
    refusals: Vec<Value>,
    troubles: Vec<Value>,
}

#[derive(Debug, Deserialize)]
struct Made {
    name: String,
    r#type: String,
    fields: Value,
    #[serde(default)]
    deleted: bool,
}

#[derive(Debug, Default, Deserialize)]
struct Wanted {
    case: String,
    #[serde(default)]
    method: String,
    #[serde(default)]
    path: String,
    #[serde(default)]
    query: BTreeMap<String, String>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    body: Option<Value>,
    raw: Option<String>,
    status: u16,
    code: Option<String>,
    message: Option<String>,
    #[serde(default)]
    fields: Vec<String>,
}

/// Runs the checks.
pub async fn run(tally: &mut Tally) -> Result<()> {
    let table: Table = serde_json::from_str(TABLE)?;
    fresh_world(&table.world).await?;
    let org = client(service()?)?;
    let ids = prepared(&org, &table).await?;
    for row in &table.refusals {
        let wanted = named(row, &ids)?;
        tally.check(&format!("hears of {}", wanted.case), refused(&org, &wanted)).await;
    }
    for row in &table.troubles {
        let trouble = named(row, &ids)?;
        let case = format!("hears of {}", trouble.case);
        tally.check(&case, struck(&org, trouble, &ids["event"])).await;
    }
    Ok(())
}

/// A row of the table with ids in place of names.
fn named(row: &Value, ids: &BTreeMap<String, String>) -> Result<Wanted> {
    let text = ids.iter().fold(row.to_string(), |text, (name, id)| text.replace(&format!("{{{name}}}"), id));
    Ok(serde_json::from_str(&text)?)
}

/// Checks that a change is refused as the control side was told to.
async fn struck(org: &Cirrus, trouble: Wanted, event: &str) -> Result<()> {
    let path = format!("/sobjects/Event/{event}");
    let entry = json!({ "message": trouble.message, "errorCode": trouble.code, "fields": trouble.fields });
    let kind = json!({ "status": trouble.status, "body": [entry] });
    let fault = json!({ "site": "salesforce", "method": "PATCH", "path": path, "count": 1, "kind": kind });
    control(Method::POST, "/faults", &fault).await?;
    let change =
        Wanted { method: "PATCH".to_owned(), path, body: Some(json!({ "Location": "later" })), ..trouble };
    refused(org, &change).await
}

/// The ids of the records that the table names.
async fn prepared(org: &Cirrus, table: &Table) -> Result<BTreeMap<String, String>> {
    let mut ids = BTreeMap::new();
    for (name, statement) in &table.found {
        let found = org.query(statement).await?;
        let id = found.records.first().and_then(|row| row["Id"].as_str()).context(name.clone())?;
        ids.insert(name.clone(), id.to_owned());
    }
    for made in &table.made {
        let id = org.sobject(&made.r#type).create(&made.fields).await?.id;
        if made.deleted {
            org.sobject(&made.r#type).delete(&id).await?;
        }
        ids.insert(made.name.clone(), id);
    }
    Ok(ids)
}

async fn refused(org: &Cirrus, wanted: &Wanted) -> Result<()> {
    let method: Method = wanted.method.parse()?;
    let path = format!("/services/data/{VERSION}{}", wanted.path);
    let query: Vec<(&str, &str)> =
        wanted.query.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let headers: Vec<(&str, &str)> =
        wanted.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    if let Some(raw) = &wanted.raw {
        // A body that is no JSON goes out as bytes, and comes back as they are.
        let body = RawBody::new(raw.clone(), "application/json");
        let answer = org.send_raw(method, &path, Some(&query), &headers, Some(body), Replay::Never).await?;
        let errors: Value = serde_json::from_slice(&answer.body)?;
        equal!((answer.status, errors[0]["errorCode"].as_str()), (wanted.status, wanted.code.as_deref()));
        return Ok(());
    }
    let answer: Result<Option<Value>, CirrusError> = match &wanted.body {
        Some(body) => org.send_json_with_headers(method, &path, Some(&query), &headers, body).await,
        None => org.send_with_headers(method, &path, Some(&query), &headers).await,
    };
    match answer {
        Err(CirrusError::MultipleMatches { records, .. }) if wanted.status == 300 => {
            ensure!(records.len() > 1 && records.iter().all(Value::is_string), "{records:?}");
            Ok(())
        }
        Err(CirrusError::Api { status, errors, .. }) => {
            equal!(status, wanted.status);
            let Some(code) = &wanted.code else { return Ok(()) };
            equal!(errors.len(), 1);
            equal!(&errors[0].error_code, code);
            equal!(errors[0].fields, wanted.fields);
            if let Some(message) = &wanted.message {
                equal!(&errors[0].message, message);
            }
            Ok(())
        }
        other => bail!("{other:?} instead of {}", wanted.status),
    }
}
