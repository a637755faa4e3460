//! Writing: one record, by external id, many in a request, several requests in one.

use std::time::{Duration, SystemTime};

use anyhow::{Context, Result, ensure};
use cirrus::{Cirrus, CirrusError};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::equal;
use crate::stage::{Tally, VERSION};

const KEY: &str = "Calbridge_Sync_Key__c";

/// An Event as it is read; nulls are explicit, so every member must be there.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Event {
    id: String,
    subject: Option<String>,
    start_date_time: String,
    end_date_time: String,
    activity_date: String,
    activity_date_time: Option<String>,
    duration_in_minutes: u32,
    is_all_day_event: bool,
    is_private: bool,
    show_as: Option<String>,
    owner_id: String,
    system_modstamp: String,
}

/// Runs the checks.
pub async fn run(tally: &mut Tally, org: &Cirrus) {
    tally.check("creates, reads, updates and deletes an Event", life(org)).await;
    tally.check("reads an all-day Event", all_day(org)).await;
    tally.check("upserts by the sync key", upsert(org)).await;
    tally.check("deletes by the sync key", delete_by_key(org)).await;
    tally.check("updates only what did not change", conditional(org)).await;
    tally.check("writes many in one request", many(org)).await;
    tally.check("writes all of many or none", all_or_none(org)).await;
    tally.check("sends several requests in one", composite(org)).await;
    tally.check("finds nothing written when one of all-or-none fails", halted(org)).await;
    tally.check("sends graphs of requests", graph(org)).await;
    tally.check("sends a batch of requests", batch(org)).await;
    tally.check("creates a tree of records", tree(org)).await;
}

fn event(subject: &str) -> Value {
    json!({ "Subject": subject, "StartDateTime": "2026-03-02T09:00:00Z", "DurationInMinutes": 60 })
}

async fn life(org: &Cirrus) -> Result<()> {
    let events = org.sobject("Event");
    let made = events.create(&event("cirrus")).await?;
    ensure!(made.success && made.errors.is_empty(), "{made:?}");
    let read: Event = events.retrieve_as(&made.id).await?;
    equal!(
        (read.id.as_str(), read.subject.as_deref(), read.duration_in_minutes),
        (made.id.as_str(), Some("cirrus"), 60)
    );
    equal!(read.end_date_time, "2026-03-02T10:00:00.000+0000");
    equal!(read.activity_date_time.as_deref(), Some(read.start_date_time.as_str()));
    equal!(
        (read.activity_date.as_str(), read.is_all_day_event, read.is_private),
        ("2026-03-02", false, false)
    );
    equal!(read.show_as.as_deref(), Some("Busy"));
    ensure!(read.owner_id.starts_with("005") && read.system_modstamp.ends_with("+0000"), "{read:?}");
    events.update(&made.id, &json!({ "Location": "Room Elbe" })).await?;
    let place = events.retrieve_with_fields(&made.id, &["Location"]).await?;
    equal!(place["Location"], "Room Elbe");
    events.delete(&made.id).await?;
    match events.retrieve(&made.id).await {
        Err(CirrusError::Api { status: 404, errors, .. }) => {
            equal!(errors[0].error_code, "ENTITY_IS_DELETED")
        }
        other => anyhow::bail!("{other:?} instead of 404"),
    }
    Ok(())
}

async fn all_day(org: &Cirrus) -> Result<()> {
    let body = json!({ "IsAllDayEvent": true, "StartDateTime": "2023-07-01T00:00:00Z", "EndDateTime": "2023-07-08T00:00:00Z" });
    let made = org.sobject("Event").create(&body).await?;
    let read: Event = org.sobject("Event").retrieve_as(&made.id).await?;
    equal!((read.is_all_day_event, read.duration_in_minutes, read.activity_date_time), (true, 11_520, None));
    equal!(read.end_date_time, "2023-07-08T00:00:00.000+0000");
    Ok(())
}

async fn upsert(org: &Cirrus) -> Result<()> {
    let events = org.sobject("Event");
    let first = events.upsert(KEY, "a/b c+d", &event("one")).await?;
    let second = events.upsert(KEY, "a/b c+d", &event("two")).await?;
    equal!((first.created, second.created, &second.id), (Some(true), Some(false), &first.id));
    let read: Event = events.retrieve_by_external_id_as(KEY, "a/b c+d").await?;
    equal!(read.subject.as_deref(), Some("two"));
    Ok(())
}

async fn delete_by_key(org: &Cirrus) -> Result<()> {
    let events = org.sobject("Event");
    events.upsert(KEY, "short life", &event("short")).await?;
    events.delete_by_external_id(KEY, "short life").await?;
    let gone = events.retrieve_by_external_id(KEY, "short life").await;
    ensure!(matches!(gone, Err(CirrusError::Api { status: 404, .. })), "{gone:?}");
    Ok(())
}

async fn conditional(org: &Cirrus) -> Result<()> {
    let events = org.sobject("Event");
    let made = events.create(&event("conditional")).await?;
    let later = SystemTime::now() + Duration::from_secs(60);
    events.update_if_unmodified_since(&made.id, &json!({ "Location": "first" }), later).await?;
    let long_ago = SystemTime::now() - Duration::from_hours(1);
    let stale = events.update_if_unmodified_since(&made.id, &json!({ "Location": "late" }), long_ago).await;
    ensure!(matches!(stale, Err(CirrusError::Api { status: 412, .. })), "{stale:?}");
    ensure!(events.retrieve_if_modified_since(&made.id, later).await?.is_none(), "nothing changed since");
    Ok(())
}

fn record(mut fields: Value) -> Value {
    fields["attributes"] = json!({ "type": "Event" });
    fields
}

async fn many(org: &Cirrus) -> Result<()> {
    let many = org.composite().sobjects();
    let records = [record(event("many")), record(json!({ "DurationInMinutes": 5 })), record(event("many"))];
    let made = many.create(&json!({ "allOrNone": false, "records": records })).await?;
    equal!(made.iter().map(|row| row.success).collect::<Vec<_>>(), [true, false, true]);
    let error = &made[1].errors[0];
    equal!(
        (error.status_code.as_str(), &error.fields),
        ("REQUIRED_FIELD_MISSING", &vec!["ActivityDateTime".to_owned()])
    );
    let ids: Vec<&str> = made.iter().filter_map(|row| row.id.as_deref()).collect();
    let changes: Vec<Value> = ids.iter().map(|id| record(json!({ "Id": id, "Location": "many" }))).collect();
    let changed = many.update(&json!({ "allOrNone": false, "records": changes })).await?;
    ensure!(changed.iter().all(|row| row.success), "{changed:?}");
    let mut wanted = ids.clone();
    wanted.push("00U5g00000ZZZZZ");
    let read = many.retrieve("Event", &wanted, &["Location"]).await?;
    equal!((read.len(), &read[0]["Location"], &read[1]["Location"]), (3, &json!("many"), &json!("many")));
    ensure!(read[2].is_null(), "an id that was never given is null");
    let keyed =
        [record(json!({ KEY: "upserted", "StartDateTime": "2026-03-02T09:00:00Z", "DurationInMinutes": 5 }))];
    let upserted = many.upsert("Event", KEY, &json!({ "records": keyed })).await?;
    equal!((upserted[0].success, upserted[0].created), (true, Some(true)));
    let gone = many.delete(&ids, false).await?;
    ensure!(gone.len() == 2 && gone.iter().all(|row| row.success), "{gone:?}");
    Ok(())
}

async fn all_or_none(org: &Cirrus) -> Result<()> {
    let records = [record(event("never kept")), record(json!({ "DurationInMinutes": 5 }))];
    let made = org.composite().sobjects().create(&json!({ "allOrNone": true, "records": records })).await?;
    let codes: Vec<&str> = made.iter().map(|row| row.errors[0].status_code.as_str()).collect();
    equal!(codes, ["ALL_OR_NONE_OPERATION_ROLLED_BACK", "REQUIRED_FIELD_MISSING"]);
    none_with(org, "never kept").await
}

async fn none_with(org: &Cirrus, subject: &str) -> Result<()> {
    let kept = org.query(&format!("SELECT COUNT() FROM Event WHERE Subject = '{subject}'")).await?;
    equal!(kept.total_size, 0);
    Ok(())
}

fn part(method: &str, reference: &str, path: &str, body: Option<Value>) -> Value {
    let url = format!("/services/data/{VERSION}{path}");
    let mut part = json!({ "method": method, "referenceId": reference, "url": url });
    if let Some(body) = body {
        part["body"] = body;
    }
    part
}

async fn composite(org: &Cirrus) -> Result<()> {
    let parts = [
        part("POST", "made", "/sobjects/Event", Some(event("composed"))),
        part("PATCH", "changed", "/sobjects/Event/@{made.id}", Some(json!({ "Location": "composed" }))),
        part("GET", "read", "/sobjects/Event/@{made.id}?fields=Location", None),
    ];
    let answer = org.composite().execute(&json!({ "allOrNone": true, "compositeRequest": parts })).await?;
    let statuses: Vec<u16> = answer.composite_response.iter().map(|part| part.http_status_code).collect();
    equal!(statuses, [201, 204, 200]);
    ensure!(
        answer.composite_response[0].http_headers.contains_key("location"),
        "a created record has a Location"
    );
    equal!(answer.composite_response[2].body["Location"], "composed");
    Ok(())
}

async fn halted(org: &Cirrus) -> Result<()> {
    let parts = [
        part("POST", "good", "/sobjects/Event", Some(event("halted"))),
        part("POST", "bad", "/sobjects/Event", Some(json!({ "DurationInMinutes": 5 }))),
    ];
    let answer = org.composite().execute(&json!({ "allOrNone": true, "compositeRequest": parts })).await?;
    let codes: Vec<&Value> =
        answer.composite_response.iter().map(|part| &part.body[0]["errorCode"]).collect();
    equal!(codes, ["PROCESSING_HALTED", "REQUIRED_FIELD_MISSING"]);
    none_with(org, "halted").await
}

async fn graph(org: &Cirrus) -> Result<()> {
    let good = [
        part("POST", "made", "/sobjects/Event", Some(event("graph"))),
        part("PATCH", "changed", "/sobjects/Event/@{made.id}", Some(json!({ "Location": "graph" }))),
    ];
    let bad = [part("POST", "bad", "/sobjects/Event", Some(json!({ "DurationInMinutes": 5 })))];
    let body = json!({ "graphs": [{ "graphId": "good", "compositeRequest": good }, { "graphId": "bad", "compositeRequest": bad }] });
    let answer = org.composite().graph(&body).await?;
    let ends: Vec<(&str, bool)> =
        answer.graphs.iter().map(|graph| (graph.graph_id.as_str(), graph.is_successful)).collect();
    equal!(ends, [("good", true), ("bad", false)]);
    equal!(answer.graphs[0].graph_response.composite_response.len(), 2);
    Ok(())
}

async fn batch(org: &Cirrus) -> Result<()> {
    let parts = [
        json!({ "method": "GET", "url": "v67.0/limits" }),
        json!({ "method": "GET", "url": "v67.0/sobjects/Nonsense" }),
    ];
    let answer = org.composite().batch(&json!({ "batchRequests": parts })).await?;
    ensure!(answer.has_errors, "one failed");
    equal!(answer.results.iter().map(|part| part.status_code).collect::<Vec<_>>(), [200, 404]);
    Ok(())
}

async fn tree(org: &Cirrus) -> Result<()> {
    let child = json!({ "attributes": { "type": "Contact", "referenceId": "person" }, "LastName": "Ahl" });
    let account = json!({
        "attributes": { "type": "Account", "referenceId": "company" },
        "Name": "Ahl Timber",
        "Contacts": { "records": [child] },
    });
    let answer = org.composite().tree("Account", &json!({ "records": [account] })).await?;
    ensure!(
        !answer.has_errors && answer.results.iter().all(cirrus::CompositeTreeResult::is_success),
        "{answer:?}"
    );
    let person = answer.results.iter().find(|row| row.reference_id == "person").context("the person")?;
    let read = org.sobject("Contact").retrieve(person.id.as_deref().unwrap_or_default()).await?;
    ensure!(read["AccountId"].as_str().is_some_and(|id| id.starts_with("001")), "{read}");
    Ok(())
}
