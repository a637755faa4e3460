//! Records for people who are in none (PPL-7), made one by one: what the org says of duplicates it says of single records
//! alone.

use calbridge_engine::ports::{Made, Newcomers, Trouble};
use calbridge_rules::{
    cause::Cause,
    id::{Address, RecordId},
    newcomers::{DomainAccount, NewPerson, NewRecord},
    people::{PersonMatch, PersonObject},
    saving::RequiredField,
};
use calbridge_wire::salesforce::{
    accounts::{ByDomains, ByIds},
    make_record::{Alike, MakeEnd, MakeRecord, object_of},
    people::PeopleByIds,
};

use super::{NOT_NOW, reading, writing};
use crate::{
    desk::Seat,
    org::{Org, VERSION},
};

impl Newcomers for Seat<'_> {
    async fn people_now(&self, addresses: &[Address]) -> Result<Vec<PersonMatch>, Trouble> {
        self.may_ask()?;
        let told = self.ask(|trays| &mut trays.questions.people, addresses.to_vec()).await;
        let people = told.unwrap_or(Err(NOT_NOW))?;
        self.org.acquaintances.learn(addresses, &people, self.org.now_ms());
        Ok(people)
    }

    async fn accounts_in(&self, domains: &[String]) -> Result<Vec<DomainAccount>, Trouble> {
        self.may_ask()?;
        let question = ByDomains { domains: domains.to_vec() };
        let rows = self.org.query(question.statements()).await.map_err(reading)?;
        question.by_domain(&rows).map_err(reading)
    }

    async fn make(&self, owner: &RecordId, records: &[NewRecord]) -> Vec<Result<Made, Trouble>> {
        let mut answers = Vec::with_capacity(records.len());
        for record in records {
            let answer = match self.may_ask() {
                Ok(()) => self.org.make(owner, record).await,
                Err(trouble) => Err(trouble),
            };
            if let Ok(Made { person: Some(person), .. }) = &answer {
                let now_ms = self.org.now_ms();
                self.org.acquaintances.learn(
                    std::slice::from_ref(&person.address),
                    std::slice::from_ref(person),
                    now_ms,
                );
            }
            answers.push(answer);
        }
        answers
    }
}

impl Org {
    async fn make(&self, owner: &RecordId, record: &NewRecord) -> Result<Made, Trouble> {
        let make = MakeRecord {
            version: VERSION.to_owned(),
            owner: owner.clone(),
            stage: self.stage(record).await?,
            record: record.clone(),
        };
        match self.call(&make).await {
            Ok(MakeEnd::New(id)) => Ok(Made { person: new_person(record, &id), record: id, is_new: true }),
            Ok(MakeEnd::Alike(alike)) => self.the_only_one(record, &alike).await,
            Err(error) => Err(writing(error, &self.labels(object_of(record)).await)),
        }
    }

    /// The stage that a new Opportunity begins in: the org's default, else its first.
    async fn stage(&self, record: &NewRecord) -> Result<String, Trouble> {
        let NewRecord::Opportunity { .. } = record else { return Ok(String::new()) };
        let describe = self.described(object_of(record)).await.map_err(reading)?;
        Ok(describe.first_stage().unwrap_or_default().to_owned())
    }

    /// What the fields of an object are called.
    async fn labels(&self, object: &str) -> Vec<RequiredField> {
        // Without labels the API names tell as much.
        let Ok(describe) = self.described(object).await else { return Vec::new() };
        let field = |(name, field): (&_, &calbridge_wire::salesforce::describe::Field)| RequiredField {
            name: Clone::clone(name),
            label: field.label.clone(),
        };
        describe.fields.iter().map(field).collect()
    }

    /// The one record that a duplicate rule found; several are for a person to tell apart.
    async fn the_only_one(&self, record: &NewRecord, alike: &[Alike]) -> Result<Made, Trouble> {
        let person = match record {
            NewRecord::Account { domain, .. } => {
                let ids = of_object(alike, object_of(record));
                let whom = format!("the Account of {domain}");
                return self.the_only_account(&whom, ids).await;
            }
            NewRecord::Opportunity { .. } => {
                return self.the_only_account("an Opportunity", Vec::new()).await;
            }
            NewRecord::Contact { person, .. } | NewRecord::Lead { person, .. } => person,
        };
        let question = PeopleByIds { ids: alike.iter().map(|one| one.record.clone()).collect() };
        let rows = self.query(question.statements()).await.map_err(reading)?;
        let mut people = question.read(&rows, &person.address).map_err(reading)?;
        match people.len() {
            1 => {
                let person = people.remove(0);
                Ok(Made { record: person.record.clone(), person: Some(person), is_new: false })
            }
            0 => Err(not_made(person.address.as_str())),
            _ => {
                let named = |person: &PersonMatch| format!("{} ({})", person.name, person.company);
                let records = people.iter().map(named).collect();
                Err(several(person.address.as_str(), records))
            }
        }
    }

    async fn the_only_account(&self, whom: &str, ids: Vec<RecordId>) -> Result<Made, Trouble> {
        match ids.as_slice() {
            [only] => Ok(Made { record: only.clone(), person: None, is_new: false }),
            [] => Err(not_made(whom)),
            [_, _, ..] => {
                let question = ByIds { ids: ids.clone() };
                let rows = self.query(question.statements()).await.map_err(reading)?;
                let accounts = question.read(&rows).map_err(reading)?;
                Err(several(whom, accounts.into_iter().map(|account| account.name).collect()))
            }
        }
    }
}

fn of_object(alike: &[Alike], object: &str) -> Vec<RecordId> {
    alike.iter().filter(|one| one.object.as_str() == object).map(|one| one.record.clone()).collect()
}

fn several(whom: &str, records: Vec<String>) -> Trouble {
    Trouble::Refused(Cause::SeveralAlike { whom: whom.to_owned(), records }.issue())
}

/// What a duplicate rule found nobody may be linked to: it lies elsewhere, or nobody may see it.
fn not_made(whom: &str) -> Trouble {
    let why = "a duplicate rule holds it to be a record that cannot be linked.".to_owned();
    Trouble::Refused(Cause::NotMade { whom: whom.to_owned(), why }.issue())
}

fn new_person(record: &NewRecord, id: &RecordId) -> Option<PersonMatch> {
    let (person, object, company, account) = match record {
        NewRecord::Account { .. } | NewRecord::Opportunity { .. } => return None,
        NewRecord::Contact { person, account } => {
            (person, PersonObject::Contact, String::new(), account.clone())
        }
        NewRecord::Lead { person, company } => (person, PersonObject::Lead, company.clone(), None),
    };
    let name = full_name(person);
    Some(PersonMatch { record: id.clone(), object, name, company, account, address: person.address.clone() })
}

fn full_name(person: &NewPerson) -> String {
    format!("{} {}", person.first_name, person.last_name).trim().to_owned()
}
