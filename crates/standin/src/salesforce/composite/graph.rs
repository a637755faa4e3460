//! `POST /composite/graph`: several transactions in one request, each of them done whole or not at all.

use std::collections::{BTreeMap, BTreeSet};

use http::Response;
use serde_json::json;

use super::references::made_by;
use super::{Part, halted, shown, together, too_many};
use crate::salesforce::exchange::Call;
use crate::salesforce::org::Org;
use crate::salesforce::refusal::Refusal;
use crate::salesforce::reply;

/// The most graphs of a request.
const GRAPH_LIMIT: usize = 75;
/// The most nodes of all its graphs.
const NODE_LIMIT: usize = 500;
/// The longest chain of references.
const DEPTH_LIMIT: usize = 15;
/// The most kinds of nodes in a graph; nodes of one verb and object are of one kind.
const KIND_LIMIT: usize = 15;
/// After so many failed graphs no other one is tried.
const FAILURE_LIMIT: usize = 14;

/// Answers the request.
pub(super) fn answer(org: &mut Org, call: &Call) -> Result<Response<Vec<u8>>, Refusal> {
    let body = call.json()?;
    let graphs = body["graphs"].as_array().ok_or_else(|| Refusal::unreadable("graphs must be an array"))?;
    if graphs.len() > GRAPH_LIMIT {
        return Err(too_many("graphs", GRAPH_LIMIT));
    }
    let mut read: Vec<(String, Vec<Part>)> = Vec::new();
    for graph in graphs {
        let id = graph["graphId"].as_str().filter(|id| !id.is_empty());
        let id = id.ok_or_else(|| Refusal::unreadable("graphId is missing"))?.to_owned();
        if read.iter().any(|(other, _)| *other == id) {
            return Err(Refusal::new(400, "INVALID_INPUT", format!("Duplicate graphId: {id}")));
        }
        let parts = Part::list(&graph["compositeRequest"])?;
        check(&parts)?;
        read.push((id, parts));
    }
    if read.iter().map(|(_, parts)| parts.len()).sum::<usize>() > NODE_LIMIT {
        return Err(too_many("nodes", NODE_LIMIT));
    }
    let mut failures = 0;
    let mut answers = Vec::new();
    for (id, parts) in &read {
        let (results, done) = if failures < FAILURE_LIMIT {
            together(org, call, parts, &is_row)
        } else {
            let message = format!("Processing stopped after {FAILURE_LIMIT} graphs failed");
            let each = parts.iter().map(|part| shown(&halted(&message), &part.reference));
            (each.collect(), false)
        };
        failures += usize::from(!done);
        answers.push(json!({
            "graphId": id,
            "graphResponse": { "compositeResponse": results },
            "isSuccessful": done,
        }));
    }
    Ok(reply::ok(&json!({ "graphs": answers })))
}

/// Only rows can be nodes.
fn is_row(part: &Part) -> bool {
    let path = part.resource();
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    matches!(path.as_slice(), ["sobjects", _] | ["sobjects", _, _] | ["sobjects", _, _, _])
}

/// The bounds of one graph.
fn check(parts: &[Part]) -> Result<(), Refusal> {
    let kinds: BTreeSet<(String, String)> = parts
        .iter()
        .map(|part| {
            let object = part.resource().into_iter().nth(1).unwrap_or_default();
            (part.method.to_string(), object.to_ascii_lowercase())
        })
        .collect();
    if kinds.len() > KIND_LIMIT {
        return Err(too_many("different nodes in a graph", KIND_LIMIT));
    }
    let mut depths: BTreeMap<&str, usize> = BTreeMap::new();
    for part in parts {
        let before = made_by(part);
        let deepest = before.iter().filter_map(|name| depths.get(name.as_str())).max();
        let depth = deepest.map_or(1, |depth| depth + 1);
        if depth > DEPTH_LIMIT {
            return Err(too_many("levels of a graph", DEPTH_LIMIT));
        }
        depths.insert(&part.reference, depth);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn chain(length: usize) -> Vec<Part> {
        let each = (0..length).map(|place| {
            let body =
                if place == 0 { json!({}) } else { json!({ "Id": format!("@{{n{}.id}}", place - 1) }) };
            let url = "/services/data/v67.0/sobjects/Account";
            json!({ "method": "POST", "url": url, "referenceId": format!("n{place}"), "body": body })
        });
        Part::list(&Value::Array(each.collect())).unwrap()
    }

    #[test]
    fn a_graph_is_at_most_fifteen_levels_deep_s2_5() {
        assert_eq!(check(&chain(DEPTH_LIMIT)), Ok(()));
        assert_eq!(check(&chain(DEPTH_LIMIT + 1)).map_err(|refusal| refusal.code), Err("LIMIT_EXCEEDED"));
    }

    #[test]
    fn a_graph_has_at_most_fifteen_kinds_of_nodes_s2_5() {
        let nodes = |count: usize| {
            let each = (0..count).map(|place| {
                let url = format!("/services/data/v67.0/sobjects/Thing{place}__c");
                json!({ "method": "POST", "url": url, "referenceId": format!("n{place}") })
            });
            Part::list(&Value::Array(each.collect())).unwrap()
        };
        assert_eq!(check(&nodes(KIND_LIMIT)), Ok(()));
        assert!(check(&nodes(KIND_LIMIT + 1)).is_err());
    }
}
