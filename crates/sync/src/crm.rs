//! The engine's CRM, played by the org.

use calbridge_engine::ports::{Born, Crm, KeyedEvent, Shape, Trouble};
use calbridge_rules::{
    event::{EventField, EventFields, FieldValue},
    id::{Address, ApiName, RecordId},
    identity::SyncKey,
    linking::Related,
    people::PersonMatch,
    saving::RequiredField,
    status::Issue,
};
use calbridge_wire::{
    CallError,
    salesforce::{
        accounts::ByIds,
        event::{
            ByEventId, ByKey, COLLECTION_LIMIT, DeleteEvents, FoundEvent, ReadEventByKey, SeriesPart,
            UpdateEvent, UpdateEvents, UpsertEvent, UpsertEvents, Upserted,
        },
        opportunities,
        people::PeopleByEmail,
    },
};
use chrono::{DateTime, Utc};

use crate::{
    org::{Org, VERSION},
    refused::issue_of,
};

impl Crm for Org {
    async fn people(&self, addresses: &[Address]) -> Result<Vec<PersonMatch>, Trouble> {
        if addresses.is_empty() {
            return Ok(Vec::new());
        }
        let shape = self.shape().await.map_err(reading)?;
        let question = PeopleByEmail {
            addresses: addresses.to_vec(),
            contact_fields: shape.contact_emails.clone(),
            lead_fields: shape.lead_emails.clone(),
        };
        let rows = self.query(question.statements()).await.map_err(reading)?;
        question.read(&rows).map_err(reading)
    }

    async fn related(&self, accounts: &[RecordId], now: DateTime<Utc>) -> Result<Related, Trouble> {
        let by_id = ByIds { ids: accounts.to_vec() };
        let opportunities =
            opportunities::OfAccounts { accounts: accounts.to_vec(), today: now.date_naive() };
        Ok(Related {
            accounts: by_id.read(&self.query(by_id.statements()).await.map_err(reading)?).map_err(reading)?,
            opportunities: opportunities
                .read(&self.query(opportunities.statements()).await.map_err(reading)?)
                .map_err(reading)?,
            // Never linked automatically (PIC-6).
            cases: Vec::new(),
        })
    }

    async fn required_fields(&self) -> Result<Vec<RequiredField>, Trouble> {
        let shape = self.shape().await.map_err(reading)?;
        if shape.has_key_field {
            Ok(shape.required.clone())
        } else {
            Err(Trouble::Stopped(format!("the org has no field {} on Event", self.key_field)))
        }
    }

    async fn events_by_key(&self, keys: &[SyncKey]) -> Result<Vec<KeyedEvent>, Trouble> {
        let question = ByKey {
            key_field: self.key_field.clone(),
            keys: keys.iter().map(|key| key.as_str().to_owned()).collect(),
            extra: self.further_columns().await?,
        };
        let rows = match self.query(question.statements()).await {
            Ok(rows) => rows,
            Err(error) => return Err(self.reading_columns(error, &question.extra).await),
        };
        Ok(question.read(&rows).map_err(reading)?.into_iter().map(keyed).collect())
    }

    async fn events_by_id(&self, ids: &[RecordId]) -> Result<Vec<KeyedEvent>, Trouble> {
        let question = ByEventId {
            key_field: self.key_field.clone(),
            ids: ids.to_vec(),
            extra: self.further_columns().await?,
        };
        let rows = match self.query(question.statements()).await {
            Ok(rows) => rows,
            Err(error) => return Err(self.reading_columns(error, &question.extra).await),
        };
        Ok(question.read(&rows).map_err(reading)?.into_iter().map(keyed).collect())
    }

    async fn upsert(&self, rows: &[(SyncKey, EventFields)]) -> Vec<Result<RecordId, Trouble>> {
        let mut answers = Vec::with_capacity(rows.len());
        for rows in rows.chunks(COLLECTION_LIMIT) {
            for ((key, _), answer) in rows.iter().zip(self.upsert_some(rows).await) {
                answers.push(match answer {
                    Ok(Upserted { id: Some(id), .. }) => Ok(id),
                    Ok(Upserted { id: None, .. }) => self.id_by_key(key).await,
                    Err(error) => Err(writing(error, &self.known_required().await)),
                });
            }
        }
        answers
    }

    async fn update(&self, rows: &[(RecordId, EventFields)]) -> Vec<Result<(), Trouble>> {
        let named = |(id, fields): &(RecordId, EventFields)| (id.clone(), self.with_key_field(fields));
        let rows: Vec<(RecordId, EventFields)> = rows.iter().map(named).collect();
        let mut answers = Vec::with_capacity(rows.len());
        for rows in rows.chunks(COLLECTION_LIMIT) {
            for answer in self.update_some(rows).await {
                answers.push(match answer {
                    Ok(()) => Ok(()),
                    Err(error) => Err(writing(error, &self.known_required().await)),
                });
            }
        }
        answers
    }

    async fn delete(&self, ids: &[RecordId]) -> Vec<Result<(), Trouble>> {
        let mut answers = Vec::with_capacity(ids.len());
        for ids in ids.chunks(COLLECTION_LIMIT) {
            let delete = DeleteEvents { version: VERSION.to_owned(), ids: ids.to_vec() };
            match self.call(&delete).await {
                Ok(went) => {
                    answers.extend(went.into_iter().map(|went| went.map_err(|error| writing(error, &[]))));
                }
                Err(error) => answers.extend(vec![Err(writing(error, &[])); ids.len()]),
            }
        }
        answers
    }
}

impl Org {
    /// The fields with the sync key under its name in this org.
    fn with_key_field(&self, fields: &EventFields) -> EventFields {
        let mut named = fields.clone();
        if let Some(key) = named.remove(&EventField::SyncKey) {
            named.insert(EventField::Custom(self.key_field.clone()), key);
        }
        named
    }

    /// The mapped fields, which are read with every Event (FLD-3).
    async fn further_columns(&self) -> Result<Vec<ApiName>, Trouble> {
        Ok(self.mapped().await.map_err(reading)?.keys().cloned().collect())
    }

    /// What a failed read of Events means. A refusal may be for a mapped field that was deleted or hidden since the org was
    /// described: it is described anew before the next try.
    async fn reading_columns(&self, error: CallError, mapped: &[ApiName]) -> Trouble {
        if mapped.is_empty() || !matches!(error, CallError::Rejected(_)) {
            return reading(error);
        }
        self.forget_shape().await;
        Trouble::Later { retry_after_ms: None }
    }

    /// One row by itself, several as a collection.
    async fn upsert_some(&self, rows: &[(SyncKey, EventFields)]) -> Vec<Result<Upserted, CallError>> {
        let (version, key_field) = (VERSION.to_owned(), self.key_field.clone());
        if let [(key, fields)] = rows {
            let key = key.as_str().to_owned();
            return vec![self.call(&UpsertEvent { version, key_field, key, fields: fields.clone() }).await];
        }
        let keyed = rows.iter().map(|(key, fields)| (key.as_str().to_owned(), fields.clone())).collect();
        match self.call(&UpsertEvents { version, key_field, rows: keyed }).await {
            Ok(answers) => answers,
            Err(error) => vec![Err(error); rows.len()],
        }
    }

    async fn update_some(&self, rows: &[(RecordId, EventFields)]) -> Vec<Result<(), CallError>> {
        let version = VERSION.to_owned();
        if let [(id, fields)] = rows {
            let update =
                UpdateEvent { version, id: id.clone(), fields: fields.clone(), unless_modified_since: None };
            return vec![self.call(&update).await];
        }
        match self.call(&UpdateEvents { version, rows: rows.to_vec() }).await {
            Ok(answers) => answers,
            Err(error) => vec![Err(error); rows.len()],
        }
    }

    /// An older org tells nothing of the record it changed.
    async fn id_by_key(&self, key: &SyncKey) -> Result<RecordId, Trouble> {
        let read = ReadEventByKey {
            version: VERSION.to_owned(),
            key_field: self.key_field.clone(),
            key: key.as_str().to_owned(),
            extra: Vec::new(),
        };
        self.call(&read).await.map(|event| event.id).map_err(|_| Trouble::Unclear)
    }

    async fn known_required(&self) -> Vec<RequiredField> {
        self.shape().await.map(|shape| shape.required.clone()).unwrap_or_default()
    }
}

/// An Event as the engine sees it, its key among its fields.
pub(crate) fn keyed(found: FoundEvent) -> KeyedEvent {
    let mut event = found.event;
    let key = if found.key.is_empty() { FieldValue::Empty } else { FieldValue::Text(found.key.clone()) };
    event.fields.insert(EventField::SyncKey, key);
    KeyedEvent {
        key: found.key,
        event,
        born: Some(Born { by: found.created_by, at: found.created }),
        shape: match found.series {
            SeriesPart::None => Shape::Single,
            SeriesPart::ClassicSeries => Shape::ClassicSeries,
            SeriesPart::ClassicDate => Shape::ClassicDate,
            SeriesPart::LightningDate => Shape::LightningDate,
        },
    }
}

/// What a failed read means.
pub(crate) fn reading(error: CallError) -> Trouble {
    match error {
        // A token that was just renewed is refused: the org is confused, for an authorization that ended says so when the
        // token is bought.
        CallError::Offline { .. }
        | CallError::Malformed { .. }
        | CallError::Contended(_)
        | CallError::SignedOut => Trouble::Later { retry_after_ms: None },
        CallError::Throttled { retry_after_ms } | CallError::Unavailable { retry_after_ms, .. } => {
            Trouble::Later { retry_after_ms }
        }
        CallError::Gone => Trouble::Gone,
        CallError::Stale => Trouble::Stale,
        CallError::ConsentLost { reason } => {
            Trouble::Stopped(format!("Salesforce ended the service's authorization: {reason}"))
        }
        CallError::Forbidden(rejection) | CallError::Rejected(rejection) => {
            Trouble::Stopped(format!("Salesforce refuses the service: {}", rejection.code))
        }
        CallError::Ambiguous { records } => Trouble::Refused(several(records.len())),
    }
}

/// What a failed write means for its Event. Without a clear answer the key is read before anything is repeated (DUP-3).
fn writing(error: CallError, required: &[RequiredField]) -> Trouble {
    match error {
        CallError::Offline { .. }
        | CallError::Malformed { .. }
        | CallError::Contended(_)
        | CallError::Unavailable { .. } => Trouble::Unclear,
        CallError::Throttled { retry_after_ms } => Trouble::Later { retry_after_ms },
        CallError::SignedOut => Trouble::Later { retry_after_ms: None },
        CallError::Gone => Trouble::Gone,
        CallError::Stale => Trouble::Stale,
        CallError::ConsentLost { reason } => {
            Trouble::Stopped(format!("Salesforce ended the service's authorization: {reason}"))
        }
        CallError::Forbidden(rejection) | CallError::Rejected(rejection) => {
            Trouble::Refused(issue_of(&rejection, required))
        }
        CallError::Ambiguous { records } => Trouble::Refused(several(records.len())),
    }
}

fn several(count: usize) -> Issue {
    Issue {
        code: "DUP-1".to_owned(),
        reason: format!("{count} Events in Salesforce claim to be this meeting."),
        remedy: "Delete all but one of them in Salesforce; the next sync goes on with it.".to_owned(),
        refusal: None,
    }
}
