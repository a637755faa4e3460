//! Records that the org takes for people who are in none.

use calbridge_engine::ports::{Crm, Made, Newcomers, Trouble};
use calbridge_rules::{
    id::{Address, RecordId},
    newcomers::{DomainAccount, NewPerson, NewRecord},
    people::{PersonMatch, PersonObject},
};

use super::{Desk, Fault, State, record};

impl Newcomers for Desk {
    async fn people_now(&self, addresses: &[Address]) -> Result<Vec<PersonMatch>, Trouble> {
        if let Some(Fault::Instead(trouble) | Fault::Afterwards(trouble)) = self.state().call("people now") {
            return Err(trouble);
        }
        self.people(addresses).await
    }

    async fn accounts_in(&self, domains: &[String]) -> Result<Vec<DomainAccount>, Trouble> {
        let state = self.state();
        Ok(state.accounts.iter().filter(|account| domains.contains(&account.domain)).cloned().collect())
    }

    async fn make(&self, _: &RecordId, records: &[NewRecord]) -> Vec<Result<Made, Trouble>> {
        let mut state = self.state();
        let fault = state.call("make");
        if let Some(Fault::Instead(trouble)) = fault {
            return vec![Err(trouble); records.len()];
        }
        let mut answers = Vec::new();
        for new in records {
            let made = state.make(new);
            answers.push(match &fault {
                Some(Fault::Afterwards(trouble)) => Err(trouble.clone()),
                Some(Fault::Instead(_)) | None => made,
            });
        }
        answers
    }
}

impl State {
    fn make(&mut self, new: &NewRecord) -> Result<Made, Trouble> {
        let (person, account, object) = match new {
            NewRecord::Account { domain, .. } => {
                let account = self.take(new, "001");
                let known = DomainAccount { domain: domain.clone(), account: account.clone() };
                self.accounts.push(known);
                return Ok(Made { record: account, person: None, is_new: true });
            }
            NewRecord::Opportunity { .. } => {
                return Ok(Made { record: self.take(new, "006"), person: None, is_new: true });
            }
            NewRecord::Contact { person, account } => (person, account.clone(), PersonObject::Contact),
            NewRecord::Lead { person, .. } => (person, None, PersonObject::Lead),
        };
        if let Some(answer) = self.unwanted.get(&person.address) {
            return answer.clone();
        }
        let known = self.contacts.iter().any(|(address, _)| *address == person.address);
        assert!(!known, "nobody is made twice");
        let record = self.take(new, if object == PersonObject::Lead { "00Q" } else { "003" });
        self.contacts.push((person.address.clone(), record.clone()));
        Ok(Made { person: Some(as_person(person, &record, object, account)), record, is_new: true })
    }

    fn take(&mut self, new: &NewRecord, prefix: &str) -> RecordId {
        self.newcomers.push(new.clone());
        record(prefix, 700 + u32::try_from(self.newcomers.len()).unwrap())
    }
}

fn as_person(
    person: &NewPerson,
    record: &RecordId,
    object: PersonObject,
    account: Option<RecordId>,
) -> PersonMatch {
    PersonMatch {
        record: record.clone(),
        object,
        name: person.last_name.clone(),
        company: String::new(),
        account,
        address: person.address.clone(),
    }
}
