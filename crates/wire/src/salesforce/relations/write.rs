//! `POST /services/data/vXX.X/composite/graph`:
//! <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_graph.htm>
//!
//! Each graph is done whole or not at all; the others are not touched by it. The answer is 200 even when all fail.

use calbridge_rules::{id::RecordId, invitees::InviteeStatus};

use super::{LINK_EVENT, LINK_KEY, LINK_OBJECT, LINK_RECORD};
use crate::{
    call::{CallError, Endpoint},
    json,
    message::{Method, Reply, Request},
    outgoing,
    salesforce::{data, errors},
    tree::object,
    value::Value,
};

/// Graphs of one call at most.
pub const GRAPH_LIMIT: usize = 75;
/// Nodes of all graphs of one call at most.
pub const NODE_LIMIT: usize = 500;
/// Said of nodes whose graph failed by another one.
const HALTED: &str = "PROCESSING_HALTED";
/// Said of a row that is there already.
const DUPLICATE: &str = "DUPLICATE_VALUE";

/// Writes relations, at most [`GRAPH_LIMIT`] graphs of at most [`NODE_LIMIT`] nodes together.
#[derive(Clone, Debug, PartialEq)]
pub struct WriteRelations {
    /// The API version.
    pub version: String,
    /// Whether the org shares activities among several people.
    pub several_people: bool,
    /// Nodes that stand and fall together.
    pub graphs: Vec<Vec<Node>>,
}

/// One thing to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// Relates somebody to an Event.
    Add {
        /// The Event.
        event: RecordId,
        /// Who.
        record: RecordId,
        /// Whether they stand in its Name.
        is_named: bool,
        /// What they answered, where they are invited.
        invited: Option<InviteeStatus>,
    },
    /// Relates somebody otherwise.
    Change {
        /// The row.
        id: RecordId,
        /// Whether they stand in the Event's Name.
        is_named: bool,
        /// What they answered, where they are invited.
        invited: Option<InviteeStatus>,
    },
    /// Ends a relation.
    Remove {
        /// The row.
        id: RecordId,
    },
    /// Links a further record to an Event.
    Link {
        /// The Event.
        event: RecordId,
        /// The record.
        record: RecordId,
    },
    /// Ends such a link.
    Unlink {
        /// The Event.
        event: RecordId,
        /// The record.
        record: RecordId,
    },
}

/// What became of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Went {
    /// It is as it was to be.
    Done,
    /// Another one of its graph failed, or too many graphs did: it may be tried again.
    Halted,
    /// It failed.
    Failed(CallError),
}

impl Endpoint for WriteRelations {
    /// One result for each node of each graph, in their order.
    type Answer = Vec<Vec<Went>>;

    fn request(&self, base: &str) -> Request {
        let graphs = self.graphs.iter().enumerate().map(|(place, nodes)| {
            let parts = nodes.iter().enumerate().map(|(place, node)| self.part(place, node));
            object([
                ("graphId", Value::from(format!("g{place}"))),
                ("compositeRequest", Value::Array(parts.collect())),
            ])
        });
        let body = object([("graphs", Value::Array(graphs.collect()))]);
        outgoing::json(Method::Post, &data(base, &self.version, "composite/graph"), &body)
    }

    fn read(&self, reply: &Reply) -> Result<Self::Answer, CallError> {
        errors::check(reply)?;
        let body = json::body(reply)?;
        let graphs = json::rows(&body, "graphs");
        if graphs.len() != self.graphs.len() {
            let counted = format!("{} graphs for {}", graphs.len(), self.graphs.len());
            return Err(json::malformed(counted));
        }
        graphs.iter().zip(&self.graphs).map(|(answer, nodes)| graph(answer, nodes)).collect()
    }
}

impl WriteRelations {
    fn part(&self, place: usize, node: &Node) -> Value {
        let relations = |id: &RecordId| format!("sobjects/EventRelation/{id}");
        let (method, path, body) = match node {
            Node::Add { event, record, is_named, invited } => {
                let mut body = self.roles(*is_named, *invited);
                body.extend([
                    ("EventId", Value::from(event.as_str())),
                    ("RelationId", Value::from(record.as_str())),
                ]);
                (Method::Post, "sobjects/EventRelation".to_owned(), body)
            }
            Node::Change { id, is_named, invited } => {
                (Method::Patch, relations(id), self.roles(*is_named, *invited))
            }
            Node::Remove { id } => (Method::Delete, relations(id), Vec::new()),
            Node::Link { event, record } => {
                let body = vec![
                    (LINK_EVENT, Value::from(event.as_str())),
                    (LINK_RECORD, Value::from(record.as_str())),
                ];
                (Method::Patch, link(event, record), body)
            }
            Node::Unlink { event, record } => (Method::Delete, link(event, record), Vec::new()),
        };
        let mut part = vec![
            ("method", Value::from(method.as_str())),
            ("url", Value::from(data("", &self.version, &path))),
            ("referenceId", Value::from(format!("n{place}"))),
        ];
        if !body.is_empty() {
            part.push(("body", object(body)));
        }
        object(part)
    }

    /// Without shared activities a row is an invitee, and has no field that says so.
    fn roles(&self, is_named: bool, invited: Option<InviteeStatus>) -> Vec<(&'static str, Value)> {
        let mut fields = Vec::new();
        if self.several_people {
            fields.push(("IsParent", Value::Bool(is_named)));
            fields.push(("IsInvitee", Value::Bool(invited.is_some())));
        }
        if let Some(status) = invited {
            fields.push(("Status", Value::from(name(status))));
        }
        fields
    }
}

fn link(event: &RecordId, record: &RecordId) -> String {
    format!("sobjects/{LINK_OBJECT}/{LINK_KEY}/{event}-{record}")
}

fn name(status: InviteeStatus) -> &'static str {
    match status {
        InviteeStatus::New => "New",
        InviteeStatus::Accepted => "Accepted",
        InviteeStatus::Declined => "Declined",
    }
}

/// The results of a graph, which must be as many as its nodes.
fn graph(answer: &Value, nodes: &[Node]) -> Result<Vec<Went>, CallError> {
    let parts = json::rows(answer, "graphResponse.compositeResponse");
    if parts.len() != nodes.len() {
        return Err(json::malformed(format!("{} results for {} nodes", parts.len(), nodes.len())));
    }
    Ok(parts.iter().zip(nodes).map(|(part, node)| went(part, node)).collect())
}

fn went(part: &Value, node: &Node) -> Went {
    let status = json::at(part, "httpStatusCode").and_then(Value::as_u64);
    let status = status.and_then(|status| u16::try_from(status).ok()).unwrap_or_default();
    let body = part.get("body").map(Value::to_string).unwrap_or_default();
    let reply = Reply { status, headers: Vec::new(), body: body.into_bytes() };
    let Err(error) = errors::check(&reply) else { return Went::Done };
    match (&error, node) {
        (CallError::Rejected(rejection), _) if rejection.code == HALTED => Went::Halted,
        // A lost answer before this one, or somebody in Salesforce meanwhile.
        (CallError::Contended(rejection), Node::Add { .. } | Node::Link { .. })
            if rejection.code == DUPLICATE =>
        {
            Went::Done
        }
        (CallError::Gone, Node::Change { .. } | Node::Remove { .. } | Node::Unlink { .. }) => Went::Done,
        _ => Went::Failed(error),
    }
}
