//! Reading: queries and their pages, searches, what changed.

use anyhow::{Result, ensure};
use cirrus::{Cirrus, QueryOptions, soql, sosl};
use futures::StreamExt;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::equal;
use crate::stage::Tally;

/// More rows than one page of the smallest size holds.
const ROWS: usize = 410;
const PAGED: &str = "SELECT Id, Location FROM Event WHERE Subject = 'paged' ORDER BY Id";

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Person {
    #[serde(rename = "attributes")]
    attributes: Attributes,
    email: Option<String>,
    account: Option<Company>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Company {
    name: String,
}

#[derive(Debug, Deserialize)]
struct Attributes {
    r#type: String,
    url: String,
}

/// Runs the checks.
pub async fn run(tally: &mut Tally, org: &Cirrus) {
    tally.check("finds names with signs in them", by_name(org)).await;
    tally.check("pages through a query", pages(org)).await;
    tally.check("streams the rows of a query", stream(org)).await;
    tally.check("sees deleted rows where it asks for them", deleted_too(org)).await;
    tally.check("groups and aggregates", groups(org)).await;
    tally.check("searches by SOSL", search(org)).await;
    tally.check("searches by parameters", parameterized(org)).await;
    tally.check("sees what was looked at", recent(org)).await;
}

async fn by_name(org: &Cirrus) -> Result<()> {
    let statement = format!(
        "SELECT Email, Account.Name FROM Contact WHERE LastName = {} ORDER BY Name",
        soql::quote("O'Brien")
    );
    let found = org.query_as::<Person>(&statement).await?;
    equal!((found.total_size, found.done, found.records.len()), (1, true, 1));
    let person = &found.records[0];
    equal!(person.email.as_deref(), Some("sean.obrien@acme.example"));
    equal!(person.account.as_ref().map(|account| account.name.as_str()), Some("Acme Industrial"));
    equal!(person.attributes.r#type, "Contact");
    ensure!(person.attributes.url.starts_with("/services/data/v67.0/sobjects/Contact/003"), "{person:?}");
    let alone =
        org.query_as::<Person>("SELECT Email, Account.Name FROM Contact WHERE AccountId = null").await?;
    ensure!(alone.records.iter().all(|person| person.account.is_none()), "{alone:?}");
    Ok(())
}

async fn pages(org: &Cirrus) -> Result<()> {
    for first in (0..ROWS).step_by(200) {
        let rows: Vec<Value> = (first..ROWS.min(first + 200))
            .map(|row| {
                json!({ "attributes": { "type": "Event" }, "Subject": "paged", "Location": row.to_string(),
                        "StartDateTime": "2026-07-01T09:00:00Z", "DurationInMinutes": 5 })
            })
            .collect();
        let made = org.composite().sobjects().create(&json!({ "allOrNone": true, "records": rows })).await?;
        ensure!(made.iter().all(|row| row.success), "{made:?}");
    }
    let small = QueryOptions::new().batch_size(200);
    let mut page = org.query_with_options(PAGED, &small).await?;
    let mut sizes = vec![page.records.len()];
    while let Some(next) = page.next_records_url.clone() {
        ensure!(!page.done, "a page with a next one is not done");
        page = org.query_more(&next).await?;
        sizes.push(page.records.len());
    }
    equal!((page.done, sizes.as_slice()), (true, [200, 200, ROWS - 400].as_slice()));
    Ok(())
}

async fn stream(org: &Cirrus) -> Result<()> {
    let mut rows = org.query_stream_with_options(PAGED, &QueryOptions::new().batch_size(200));
    let mut seen = std::collections::BTreeSet::new();
    while let Some(row) = rows.next().await {
        seen.insert(row?["Location"].to_string());
    }
    equal!(seen.len(), ROWS);
    Ok(())
}

async fn deleted_too(org: &Cirrus) -> Result<()> {
    let statement = "SELECT Id, IsDeleted FROM Event WHERE Subject = 'many'";
    equal!(org.query(statement).await?.total_size, 0);
    let found = org.query_all(statement).await?;
    ensure!(
        found.records.len() == 2 && found.records.iter().all(|row| row["IsDeleted"] == true),
        "{found:?}"
    );
    Ok(())
}

async fn groups(org: &Cirrus) -> Result<()> {
    let found = org.query("SELECT StageName, COUNT(Id) held FROM Opportunity GROUP BY StageName").await?;
    ensure!(found.records.iter().all(|row| row["attributes"]["type"] == "AggregateResult"), "{found:?}");
    ensure!(found.records.iter().all(|row| row["held"].as_u64().is_some_and(|count| count > 0)), "{found:?}");
    Ok(())
}

async fn search(org: &Cirrus) -> Result<()> {
    let statement =
        format!("FIND {{{}}} IN NAME FIELDS RETURNING Contact(Id, Email)", sosl::escape_term("O'Brien"));
    let found = org.search_as::<Person>(&statement).await?;
    let emails: Vec<Option<&str>> =
        found.search_records.iter().map(|person| person.email.as_deref()).collect();
    equal!(emails, [Some("sean.obrien@acme.example")]);
    Ok(())
}

async fn parameterized(org: &Cirrus) -> Result<()> {
    let body = json!({ "q": "Okafor", "in": "NAME", "sobjects": [{ "name": "Contact", "fields": ["Email"], "limit": 5 }] });
    let found = org.parameterized_search_as::<Person, _>(&body).await?;
    equal!(found.search_records.len(), 1);
    Ok(())
}

async fn recent(org: &Cirrus) -> Result<()> {
    let rows: Vec<Value> = org.get_with_query("recent", &[("limit", "3")]).await?;
    ensure!(!rows.is_empty() && rows.len() <= 3, "{rows:?}");
    ensure!(rows.iter().all(|row| row["Id"].is_string() && row["attributes"]["url"].is_string()), "{rows:?}");
    Ok(())
}
