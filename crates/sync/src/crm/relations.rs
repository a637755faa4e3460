//! Relations of Events, written in graphs: what stands and falls together is one Event's, and one row that is refused keeps
//! no other from being written.

use calbridge_engine::ports::{Relation, Relations, Tie, Trouble, Tying};
use calbridge_rules::{
    id::{Address, RecordId},
    invitees::Colleague,
    item::Person,
    status::Issue,
};
use calbridge_wire::salesforce::{
    addresses::AddressesOf,
    relations::{FoundRelation, GRAPH_LIMIT, NODE_LIMIT, Node, Went, WriteRelations},
};

use super::{NOT_NOW, reading, writing};
use crate::{
    desk::Seat,
    org::{Org, VERSION},
};

/// Rows of one graph at most.
const GRAPH_NODES: usize = 100;
/// How often rows are tried that were not refused themselves.
const ROUNDS: usize = 8;

/// An Event and what is to be written of its relations.
pub(crate) type Ties = (RecordId, Vec<Tying>);
/// What of it was refused, by its place.
pub(crate) type Tied = Result<Vec<(usize, Issue)>, Trouble>;
/// A row to write, whose it is, and which of theirs.
type Due = (usize, usize, Node);

impl Relations for Seat<'_> {
    async fn several_people(&self) -> Result<bool, Trouble> {
        Ok(self.org.shape().await.map_err(reading)?.several_people)
    }

    async fn several_records(&self) -> Result<bool, Trouble> {
        self.may_ask()?;
        self.org.has_link_object().await.map_err(reading)
    }

    async fn users(&self, addresses: &[Address]) -> Result<Vec<Colleague>, Trouble> {
        self.may_ask()?;
        self.ask(|trays| &mut trays.questions.users, addresses.to_vec()).await.unwrap_or(Err(NOT_NOW))
    }

    async fn addresses(&self, records: &[RecordId]) -> Result<Vec<(RecordId, Person)>, Trouble> {
        self.may_ask()?;
        let question = AddressesOf { records: records.to_vec() };
        let rows = self.org.query(question.statements()).await.map_err(reading)?;
        question.read(&rows).map_err(reading)
    }

    async fn relations(&self, events: &[RecordId]) -> Result<Vec<Relation>, Trouble> {
        self.may_ask()?;
        self.ask(|trays| &mut trays.questions.relations, events.to_vec()).await.unwrap_or(Err(NOT_NOW))
    }

    async fn relate(&self, rows: &[Ties]) -> Vec<Tied> {
        if let Err(trouble) = self.may_ask() {
            return vec![Err(trouble); rows.len()];
        }
        let told = self.ask(|trays| &mut trays.relations, rows.to_vec()).await;
        told.unwrap_or_else(|| vec![Err(Trouble::Unclear); rows.len()])
    }
}

/// A relation as the engine sees it.
pub(crate) fn relation(found: FoundRelation) -> Relation {
    Relation {
        event: found.event,
        id: found.id,
        record: found.record,
        tie: Tie { is_named: found.is_named, invited: found.invited },
    }
}

impl Org {
    /// Writes relations of Events, as few calls as they take; one answer for each Event, in order.
    pub(crate) async fn tie(&self, rows: &[Ties]) -> Vec<Tied> {
        let several_people = match self.shape().await {
            Ok(shape) => shape.several_people,
            Err(error) => return vec![Err(reading(error)); rows.len()],
        };
        let mut told: Vec<Tied> = vec![Ok(Vec::new()); rows.len()];
        let mut graphs: Vec<Vec<Due>> = Vec::new();
        for (place, (event, writes)) in rows.iter().enumerate() {
            let nodes = writes.iter().enumerate().map(|(turn, write)| (place, turn, node(event, write)));
            let nodes: Vec<Due> = nodes.collect();
            graphs.extend(nodes.chunks(GRAPH_NODES).map(<[Due]>::to_vec));
        }
        for _ in 0..ROUNDS {
            let mut halted = Vec::new();
            for graphs in packed(graphs) {
                halted.extend(self.write_graphs(several_people, graphs, &mut told).await);
            }
            // Each by itself from now on: one that is refused stops no other any more.
            graphs = halted.into_iter().map(|one| vec![one]).collect();
            if graphs.is_empty() {
                break;
            }
        }
        for (place, ..) in graphs.into_iter().flatten() {
            told[place] = Err(NOT_NOW);
        }
        told
    }

    /// One call; answers the rows that are to be tried again.
    async fn write_graphs(&self, several_people: bool, graphs: Vec<Vec<Due>>, told: &mut [Tied]) -> Vec<Due> {
        let nodes =
            graphs.iter().map(|graph| graph.iter().map(|(_, _, node)| node.clone()).collect()).collect();
        let write = WriteRelations { version: VERSION.to_owned(), several_people, graphs: nodes };
        let answers = match self.call(&write).await {
            Ok(answers) => answers,
            Err(error) => {
                let trouble = writing(error, &[]);
                for (place, ..) in graphs.into_iter().flatten() {
                    told[place] = Err(trouble.clone());
                }
                return Vec::new();
            }
        };
        let mut halted = Vec::new();
        for (one, went) in graphs.into_iter().flatten().zip(answers.into_iter().flatten()) {
            match went {
                Went::Done => {}
                Went::Halted => halted.push(one),
                Went::Failed(error) => tell(&mut told[one.0], one.1, writing(error, &[])),
            }
        }
        halted
    }
}

/// What is refused leaves the rest of the Event's relations as it is; anything else is tried again with all of them.
fn tell(told: &mut Tied, turn: usize, trouble: Trouble) {
    match (told, trouble) {
        (Ok(refused), Trouble::Refused(issue)) => refused.push((turn, of_relations(issue))),
        (Err(_), Trouble::Refused(_)) => {}
        (told, trouble) => *told = Err(trouble),
    }
}

fn of_relations(issue: Issue) -> Issue {
    Issue {
        reason: format!("Somebody at the meeting or a further record could not be related: {}", issue.reason),
        remedy: "The event is saved without them. Mend what Salesforce objects to, and try again; sync tries again less and less \
                 often by itself."
            .to_owned(),
        ..issue
    }
}

/// Graphs in calls that Salesforce takes.
fn packed(graphs: Vec<Vec<Due>>) -> Vec<Vec<Vec<Due>>> {
    let mut calls: Vec<Vec<Vec<Due>>> = Vec::new();
    let mut nodes = 0;
    for graph in graphs.into_iter().filter(|graph| !graph.is_empty()) {
        nodes += graph.len();
        match calls.last_mut() {
            Some(call) if call.len() < GRAPH_LIMIT && nodes <= NODE_LIMIT => call.push(graph),
            Some(_) | None => {
                nodes = graph.len();
                calls.push(vec![graph]);
            }
        }
    }
    calls
}

fn node(event: &RecordId, write: &Tying) -> Node {
    let event = event.clone();
    match write.clone() {
        Tying::Add { record, tie } => {
            Node::Add { event, record, is_named: tie.is_named, invited: tie.invited }
        }
        Tying::Change { id, tie } => Node::Change { id, is_named: tie.is_named, invited: tie.invited },
        Tying::Remove { id } => Node::Remove { id },
        Tying::Link(record) => Node::Link { event, record },
        Tying::Unlink(record) => Node::Unlink { event, record },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graphs(sizes: &[usize]) -> Vec<Vec<Due>> {
        let id = RecordId::parse("0RE000000000001").unwrap();
        sizes.iter().map(|size| vec![(0, 0, Node::Remove { id: id.clone() }); *size]).collect()
    }

    #[track_caller]
    fn check(sizes: &[usize], expected: &[&[usize]]) {
        let calls = packed(graphs(sizes));
        let sizes: Vec<Vec<usize>> = calls.iter().map(|call| call.iter().map(Vec::len).collect()).collect();
        assert_eq!(sizes, expected);
    }

    #[test]
    fn a_call_takes_five_hundred_rows_and_seventy_five_graphs() {
        check(&[], &[]);
        check(&[100, 100, 100, 100, 100, 1], &[&[100; 5], &[1]]);
        check(&[1; 76], &[&[1; 75], &[1]]);
        check(&[0, 3], &[&[3]]);
    }
}
