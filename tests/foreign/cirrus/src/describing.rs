//! What the org says about itself, decoded into types.

use std::time::{Duration, SystemTime};

use anyhow::{Context, Result, ensure};
use cirrus::Cirrus;
use serde::Deserialize;

use crate::equal;
use crate::stage::Tally;

/// A describe as the vendor documents it; every member named here must be there.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Described {
    name: String,
    /// Views over rows of another object have none.
    key_prefix: Option<String>,
    custom: bool,
    createable: bool,
    fields: Vec<Field>,
    child_relationships: Vec<Child>,
    record_type_infos: Vec<RecordType>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Field {
    name: String,
    label: String,
    r#type: String,
    soap_type: String,
    length: u32,
    byte_length: u32,
    precision: u32,
    scale: u32,
    digits: u32,
    nillable: bool,
    createable: bool,
    updateable: bool,
    filterable: bool,
    sortable: bool,
    groupable: bool,
    aggregatable: bool,
    external_id: bool,
    unique: bool,
    name_pointing: bool,
    reference_to: Vec<String>,
    relationship_name: Option<String>,
    picklist_values: Vec<Choice>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Choice {
    active: bool,
    default_value: bool,
    label: Option<String>,
    value: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Child {
    #[serde(rename = "childSObject")]
    child_sobject: String,
    field: String,
    cascade_delete: bool,
    relationship_name: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RecordType {
    record_type_id: String,
    developer_name: String,
    available: bool,
    master: bool,
}

/// Runs the checks.
pub async fn run(tally: &mut Tally, org: &Cirrus) {
    tally.check("lists the versions", versions(org)).await;
    tally.check("lists the objects", objects(org)).await;
    tally.check("describes Event in types", event(org)).await;
    tally.check("describes every object in types", every_object(org)).await;
    tally.check("describes again only when something changed", unchanged(org)).await;
    tally.check("reads the limits and sees each request counted", limits(org)).await;
}

async fn versions(org: &Cirrus) -> Result<()> {
    let versions = org.versions().await?;
    ensure!(versions.iter().any(|version| version.version == "67.0"), "v67.0 is listed");
    equal!(org.latest_api_version().await?, "v67.0");
    Ok(())
}

async fn objects(org: &Cirrus) -> Result<()> {
    let all = org.sobjects().describe_global().await?;
    equal!((all.encoding.as_str(), all.max_batch_size), ("UTF-8", 200));
    let event = all.sobjects.iter().find(|object| object.name == "Event").context("Event")?;
    equal!(event.key_prefix.as_deref(), Some("00U"));
    ensure!(event.urls.contains_key("rowTemplate"), "urls");
    Ok(())
}

async fn event(org: &Cirrus) -> Result<()> {
    let event: Described = org.sobject("Event").describe_as().await?;
    equal!(
        (event.name.as_str(), event.key_prefix.as_deref(), event.custom, event.createable),
        ("Event", Some("00U"), false, true)
    );
    let field = |name: &str| event.fields.iter().find(|field| field.name == name).context(name.to_owned());
    let key = field("Calbridge_Sync_Key__c")?;
    equal!((key.external_id, key.r#type.as_str(), key.soap_type.as_str()), (true, "string", "xsd:string"));
    let recurs = field("IsRecurrence")?;
    equal!((recurs.createable, recurs.updateable, recurs.nillable), (true, false, false));
    let about = field("WhoId")?;
    equal!((about.name_pointing, about.relationship_name.as_deref()), (true, Some("Who")));
    ensure!(about.reference_to.contains(&"Lead".to_owned()) && !about.unique, "{about:?}");
    let long = field("Description")?;
    equal!((long.length, long.filterable, long.sortable, long.groupable), (32_000, false, false, false));
    let shown = field("ShowAs")?;
    let values: Vec<&str> = shown.picklist_values.iter().map(|choice| choice.value.as_str()).collect();
    equal!(values, ["Busy", "OutOfOffice", "Free"]);
    ensure!(shown.picklist_values.iter().all(|choice| choice.active && choice.label.is_some()), "{shown:?}");
    ensure!(shown.picklist_values.iter().any(|choice| choice.default_value), "one is the default");
    let master = event.record_type_infos.iter().find(|kind| kind.master).context("the master record type")?;
    equal!(
        (master.record_type_id.as_str(), master.developer_name.as_str(), master.available),
        ("012000000000000AAA", "Master", true)
    );
    Ok(())
}

async fn every_object(org: &Cirrus) -> Result<()> {
    for object in org.sobjects().describe_global().await?.sobjects {
        let whole: Described =
            org.sobject(&object.name).describe_as().await.with_context(|| object.name.clone())?;
        equal!(whole.name, object.name);
        for field in &whole.fields {
            let sane = field.byte_length >= field.length && field.scale <= field.precision.max(field.digits);
            ensure!(sane && !field.label.is_empty(), "{}: {field:?}", object.name);
            ensure!(
                field.r#type != "reference" || !field.reference_to.is_empty(),
                "{}: {field:?}",
                object.name
            );
            ensure!(!field.aggregatable || field.filterable, "{}: {field:?}", object.name);
        }
        for child in &whole.child_relationships {
            ensure!(!child.child_sobject.is_empty() && !child.field.is_empty(), "{}: {child:?}", object.name);
            ensure!(!child.cascade_delete || child.relationship_name.is_some(), "{}: {child:?}", object.name);
        }
    }
    Ok(())
}

async fn unchanged(org: &Cirrus) -> Result<()> {
    let later = SystemTime::now() + Duration::from_secs(60);
    ensure!(org.sobject("Event").describe_if_modified_since(later).await?.is_none(), "nothing changed");
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_hours(24);
    ensure!(org.sobject("Event").describe_if_modified_since(long_ago).await?.is_some(), "something changed");
    Ok(())
}

async fn limits(org: &Cirrus) -> Result<()> {
    let before = org.limits().await?;
    let after = org.limits().await?;
    let (before, after) = (&before["DailyApiRequests"], &after["DailyApiRequests"]);
    ensure!(after.remaining < before.remaining && before.remaining < before.max, "{before:?} {after:?}");
    let info = org.last_limit_info().context("Sforce-Limit-Info")?;
    equal!((i64::from(info.allowed), i64::from(info.used)), (after.max, after.max - after.remaining));
    Ok(())
}
