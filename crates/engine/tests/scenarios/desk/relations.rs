//! The org's relations: rows in a list, and users by their addresses.

use calbridge_engine::ports::{Relation, Relations, Tie, Trouble, Tying};
use calbridge_rules::{
    event::{EventField, FieldValue},
    id::{Address, RecordId},
    invitees::Colleague,
    item::Person,
    status::Issue,
};

use super::{Desk, Fault, State, record};

impl Relations for Desk {
    async fn several_people(&self) -> Result<bool, Trouble> {
        Ok(self.state().abilities.several_people)
    }

    async fn several_records(&self) -> Result<bool, Trouble> {
        Ok(self.state().abilities.several_records)
    }

    async fn users(&self, addresses: &[Address]) -> Result<Vec<Colleague>, Trouble> {
        let mut state = self.state();
        if let Some(Fault::Instead(trouble) | Fault::Afterwards(trouble)) = state.call("users") {
            return Err(trouble);
        }
        let asked = state.users.iter().filter(|(address, _)| addresses.contains(address));
        Ok(asked.map(|(address, user)| Colleague { address: address.clone(), user: user.clone() }).collect())
    }

    async fn addresses(&self, records: &[RecordId]) -> Result<Vec<(RecordId, Person)>, Trouble> {
        let mut state = self.state();
        if let Some(Fault::Instead(trouble) | Fault::Afterwards(trouble)) = state.call("addresses") {
            return Err(trouble);
        }
        let known = |record: &RecordId| Some((record.clone(), state.addresses.get(record)?.clone()));
        Ok(records.iter().filter_map(known).collect())
    }

    async fn relations(&self, events: &[RecordId]) -> Result<Vec<Relation>, Trouble> {
        let mut state = self.state();
        if let Some(Fault::Instead(trouble) | Fault::Afterwards(trouble)) = state.call("relations") {
            return Err(trouble);
        }
        Ok(state.relations.iter().filter(|row| events.contains(&row.event)).cloned().collect())
    }

    async fn relate(&self, rows: &[(RecordId, Vec<Tying>)]) -> Vec<Result<Vec<(usize, Issue)>, Trouble>> {
        let mut state = self.state();
        let fault = state.call("relate");
        if let Some(Fault::Instead(trouble)) = fault {
            return vec![Err(trouble); rows.len()];
        }
        let mut answers = Vec::new();
        for (event, writes) in rows {
            // Of what is refused afterwards it is the first, and the rest is written.
            let is_refused = matches!(fault, Some(Fault::Afterwards(Trouble::Refused(_))));
            for write in writes.iter().skip(usize::from(is_refused)) {
                state.tie(event, write);
            }
            answers.push(match &fault {
                Some(Fault::Afterwards(Trouble::Refused(issue))) => Ok(vec![(0, issue.clone())]),
                Some(Fault::Afterwards(trouble)) => Err(trouble.clone()),
                Some(Fault::Instead(_)) | None => Ok(Vec::new()),
            });
        }
        answers
    }
}

impl State {
    /// What Salesforce sets up with an Event that has a person.
    pub(super) fn relate_who(&mut self, event: &RecordId) {
        let stands = self.events.iter().find(|one| one.event.id == *event);
        let who = stands.and_then(|one| one.event.fields.get(&EventField::Who)).cloned();
        if let (true, Some(FieldValue::Record(who))) = (self.relates_who, who) {
            self.tie(event, &Tying::Add { record: who, tie: Tie { is_named: true, invited: None } });
        }
    }

    fn tie(&mut self, event: &RecordId, write: &Tying) {
        match write {
            Tying::Add { record: who, tie } => {
                let stands = self.relations.iter_mut().find(|row| row.event == *event && row.record == *who);
                assert!(stands.is_none(), "nobody is related twice");
                self.numbers += 1;
                let id = record("0RE", self.numbers);
                self.relations.push(Relation { event: event.clone(), id, record: who.clone(), tie: *tie });
            }
            Tying::Change { id, tie } => {
                let row = self.relations.iter_mut().find(|row| row.id == *id).unwrap();
                assert_ne!(row.tie, *tie, "what stands is not written again");
                row.tie = *tie;
            }
            Tying::Remove { id } => self.relations.retain(|row| row.id != *id),
            Tying::Link(record) => self.links.push((event.clone(), record.clone())),
            Tying::Unlink(record) => self.links.retain(|link| *link != (event.clone(), record.clone())),
        }
    }
}
