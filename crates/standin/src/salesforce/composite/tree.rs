//! `POST /composite/tree/{type}`: records with their children, created together.

use http::{Response, StatusCode};
use serde_json::{Map, Value, json};

use super::too_many;
use crate::salesforce::exchange::Call;
use crate::salesforce::org::Org;
use crate::salesforce::refusal::Refusal;
use crate::salesforce::rows::author;
use crate::salesforce::write::create;
use crate::salesforce::{reply, soql};

/// The most records of all levels.
const RECORD_LIMIT: usize = 200;
/// The most levels.
const DEPTH_LIMIT: usize = 5;
/// The most objects.
const OBJECT_LIMIT: usize = 5;

/// One record to create, and where it hangs.
struct Node {
    object: String,
    reference: String,
    fields: Map<String, Value>,
    /// The parent's place in the list, and the field that points at it.
    parent: Option<(usize, String)>,
}

/// Answers the request.
pub(super) fn answer(org: &mut Org, call: &Call, object: &str) -> Result<Response<Vec<u8>>, Refusal> {
    let object = org.schema.object(object).ok_or_else(Refusal::not_found)?.name.clone();
    let nodes = nodes(org, &call.json()?, &object)?;
    org.begin();
    let mut ids: Vec<Option<String>> = Vec::new();
    let mut errors: Vec<Value> = Vec::new();
    for node in &nodes {
        let mut fields = node.fields.clone();
        if let Some((parent, field)) = &node.parent {
            let Some(id) = ids.get(*parent).and_then(Clone::clone) else {
                ids.push(None);
                continue;
            };
            fields.insert(field.clone(), json!(id));
        }
        match create(org, &author(call), &node.object, &fields) {
            Ok(id) => ids.push(Some(id)),
            Err(refusal) => {
                ids.push(None);
                errors.push(json!({ "referenceId": node.reference, "errors": [refusal.collection_entry()] }));
            }
        }
    }
    if errors.is_empty() {
        org.commit();
        let created = nodes.iter().zip(&ids);
        let created: Vec<Value> =
            created.map(|(node, id)| json!({ "referenceId": node.reference, "id": id })).collect();
        return Ok(reply::json(StatusCode::CREATED, &json!({ "hasErrors": false, "results": created })));
    }
    org.roll_back();
    Ok(reply::json(StatusCode::BAD_REQUEST, &json!({ "hasErrors": true, "results": errors })))
}

/// Every record of the tree, level by level.
fn nodes(org: &Org, body: &Value, object: &str) -> Result<Vec<Node>, Refusal> {
    let mut nodes: Vec<Node> = Vec::new();
    let mut objects: Vec<String> = Vec::new();
    // What is still to be read: records, their object, their parent.
    let mut level = vec![(body["records"].clone(), object.to_owned(), None)];
    for depth in 0.. {
        if level.is_empty() {
            break;
        }
        if depth == DEPTH_LIMIT {
            return Err(too_many("levels of a tree", DEPTH_LIMIT));
        }
        let mut below = Vec::new();
        for (records, object, parent) in level {
            let records =
                records.as_array().ok_or_else(|| Refusal::unreadable("records must be an array"))?;
            if !objects.contains(&object) {
                objects.push(object.clone());
            }
            for record in records {
                let (node, children) = node(org, record, &object, parent.clone())?;
                if nodes.iter().any(|other| other.reference == node.reference) {
                    let message = "Duplicate ReferenceId provided in the request.";
                    return Err(Refusal::new(400, "INVALID_INPUT", message));
                }
                let place = nodes.len();
                nodes.push(node);
                let hung = |(records, object, field)| (records, object, Some((place, field)));
                below.extend(children.into_iter().map(hung));
            }
        }
        level = below;
    }
    if nodes.len() > RECORD_LIMIT {
        return Err(too_many("records in a tree", RECORD_LIMIT));
    }
    if objects.len() > OBJECT_LIMIT {
        return Err(too_many("objects in a tree", OBJECT_LIMIT));
    }
    Ok(nodes)
}

/// Children of a record: them, their object, their field that points at it.
type Children = Vec<(Value, String, String)>;

fn node(
    org: &Org,
    record: &Value,
    object: &str,
    parent: Option<(usize, String)>,
) -> Result<(Node, Children), Refusal> {
    let record = record.as_object().ok_or_else(|| Refusal::unreadable("a record must be an object"))?;
    let attributes = record.get("attributes").cloned().unwrap_or_default();
    if !attributes["type"].as_str().is_some_and(|kind| kind.eq_ignore_ascii_case(object)) {
        let message = format!("Record type must be {object}");
        return Err(Refusal::new(400, "INVALID_INPUT", message));
    }
    let reference = attributes["referenceId"].as_str().filter(|text| !text.is_empty());
    let reference = reference.ok_or_else(|| {
        Refusal::new(400, "INVALID_INPUT", "Include a reference ID for each record in the request.")
    })?;
    let known = org.schema.object(object).ok_or_else(Refusal::not_found)?;
    let mut fields = Map::new();
    let mut children = Vec::new();
    for (name, value) in record.iter().filter(|(name, _)| *name != "attributes") {
        match soql::child(&org.schema, known, name) {
            Some((child, field)) if value.is_object() => {
                children.push((value["records"].clone(), child.name.clone(), field.name.clone()));
            }
            _ => {
                fields.insert(name.clone(), value.clone());
            }
        }
    }
    let node = Node { object: object.to_owned(), reference: reference.to_owned(), fields, parent };
    Ok((node, children))
}
