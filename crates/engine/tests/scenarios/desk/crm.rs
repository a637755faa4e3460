//! The org: Events in a list, and Dana of Acme.

use calbridge_engine::ports::{Crm, CrmSeries, KeyedEvent, NewSeries, SeriesOrg, Sought, Trouble};
use calbridge_rules::{
    event::{EventField, EventFields, FieldValue},
    id::{Address, RecordId},
    identity::SyncKey,
    linking::Related,
    natural::NaturalKey,
    people::{PersonMatch, PersonObject},
    saving::RequiredField,
};
use chrono::{DateTime, NaiveDate, Utc};

use super::{Desk, Fault, State, record};

impl State {
    /// Events that are a meeting's by what they say, of a meeting whose key nobody knows.
    fn alike(&self, sought: &Sought) -> Vec<KeyedEvent> {
        if self.events.iter().any(|event| event.key == sought.key.as_str()) {
            return Vec::new();
        }
        let is_alike = |event: &&KeyedEvent| {
            let says = |meeting: &NaturalKey| meeting.is_of(&event.event.fields);
            event.key.is_empty() && sought.meeting.as_ref().is_some_and(says)
        };
        let told = |event: &KeyedEvent| {
            let mut told = KeyedEvent { key: sought.key.as_str().to_owned(), ..event.clone() };
            told.event.fields.insert(EventField::SyncKey, FieldValue::Empty);
            told
        };
        self.events.iter().filter(is_alike).map(told).collect()
    }
}

impl Crm for Desk {
    async fn people(&self, addresses: &[Address]) -> Result<Vec<PersonMatch>, Trouble> {
        let mut state = self.state();
        state.call("people");
        state.asked_people.extend(addresses.iter().cloned());
        let contact = |(address, record): &(Address, RecordId)| PersonMatch {
            record: record.clone(),
            object: PersonObject::Contact,
            name: address.to_string(),
            company: "Acme".to_owned(),
            account: Some(super::record("001", 1)),
            address: address.clone(),
        };
        Ok(state.contacts.iter().filter(|(known, _)| addresses.contains(known)).map(contact).collect())
    }

    async fn related(&self, _: &[RecordId], _: DateTime<Utc>) -> Result<Related, Trouble> {
        self.state().call("related");
        let account = calbridge_rules::linking::BusinessRecord {
            record: record("001", 1),
            object: calbridge_rules::id::ApiName::parse("Account").unwrap(),
            name: "Acme".to_owned(),
            detail: String::new(),
        };
        Ok(Related { accounts: vec![account], ..Related::default() })
    }

    async fn required_fields(&self) -> Result<Vec<RequiredField>, Trouble> {
        Ok(Vec::new())
    }

    async fn events_by_key(&self, sought: &[Sought]) -> Result<Vec<KeyedEvent>, Trouble> {
        let mut state = self.state();
        if let Some(Fault::Instead(trouble) | Fault::Afterwards(trouble)) = state.call("events by key") {
            return Err(trouble);
        }
        let asked = |event: &&KeyedEvent| sought.iter().any(|one| one.key.as_str() == event.key);
        let mut found: Vec<KeyedEvent> = state.events.iter().filter(asked).cloned().collect();
        if state.lacks_keys {
            found.extend(sought.iter().flat_map(|one| state.alike(one)));
        }
        Ok(found)
    }

    async fn events_by_id(&self, ids: &[RecordId]) -> Result<Vec<KeyedEvent>, Trouble> {
        let mut state = self.state();
        if let Some(Fault::Instead(trouble) | Fault::Afterwards(trouble)) = state.call("events by id") {
            return Err(trouble);
        }
        Ok(state.events.iter().filter(|event| ids.contains(&event.event.id)).cloned().collect())
    }

    async fn upsert(&self, rows: &[(SyncKey, EventFields)]) -> Vec<Result<RecordId, Trouble>> {
        let mut state = self.state();
        let fault = state.call("upsert");
        if let Some(Fault::Instead(trouble)) = fault {
            return vec![Err(trouble); rows.len()];
        }
        let mut answers = Vec::new();
        for (key, fields) in rows {
            let known = state.events.iter_mut().find(|event| event.key == key.as_str());
            let id = if let Some(known) = known {
                known.event.fields.extend(fields.clone());
                known.event.id.clone()
            } else {
                let id = state.put_event(key.as_str(), fields.clone());
                state.relate_who(&id);
                id
            };
            answers.push(match &fault {
                Some(Fault::Afterwards(trouble)) => Err(trouble.clone()),
                Some(Fault::Instead(_)) | None => Ok(id),
            });
        }
        answers
    }

    async fn update(&self, rows: &[(RecordId, EventFields)]) -> Vec<Result<(), Trouble>> {
        let mut state = self.state();
        let fault = state.call("update");
        if let Some(Fault::Instead(trouble)) = fault {
            return vec![Err(trouble); rows.len()];
        }
        let mut answers = Vec::new();
        for (id, fields) in rows {
            let Some(known) = state.events.iter_mut().find(|event| event.event.id == *id) else {
                answers.push(Err(Trouble::Gone));
                continue;
            };
            for (field, value) in fields.iter() {
                match (field, value) {
                    (EventField::SyncKey, FieldValue::Text(key)) => known.key.clone_from(key),
                    (field, value) => known.event.fields.insert(field.clone(), value.clone()),
                }
            }
            answers.push(match &fault {
                Some(Fault::Afterwards(trouble)) => Err(trouble.clone()),
                Some(Fault::Instead(_)) | None => Ok(()),
            });
        }
        answers
    }

    async fn delete(&self, ids: &[RecordId]) -> Vec<Result<(), Trouble>> {
        let mut state = self.state();
        let fault = state.call("delete event");
        if let Some(Fault::Instead(trouble)) = fault {
            return vec![Err(trouble); ids.len()];
        }
        let mut answers = Vec::new();
        for id in ids {
            let before = state.events.len();
            // A master takes its occurrences along.
            let rows = state.classics.remove(id).unwrap_or_default();
            state.recurrences.remove(id);
            state
                .events
                .retain(|event| event.event.id != *id && rows.iter().all(|(row, _)| *row != event.event.id));
            let went = if state.events.len() < before { Ok(()) } else { Err(Trouble::Gone) };
            answers.push(match &fault {
                Some(Fault::Afterwards(trouble)) => Err(trouble.clone()),
                Some(Fault::Instead(_)) | None => went,
            });
        }
        answers
    }

    async fn series_org(&self) -> Result<SeriesOrg, Trouble> {
        Ok(self.org_of_series())
    }

    async fn series(&self, masters: &[RecordId]) -> Result<Vec<CrmSeries>, Trouble> {
        self.classic_series(masters)
    }

    async fn create_series(&self, new: &NewSeries) -> Result<RecordId, Trouble> {
        self.make_classic(new)
    }

    async fn update_series(
        &self,
        master: &RecordId,
        fields: &EventFields,
        last: Option<NaiveDate>,
    ) -> Result<(), Trouble> {
        self.change_classic(master, fields, last)
    }
}
