//! Writes under keys, however the org keeps them: by upsert where it has one; else the key is read before anything is created
//! under it (DUP-3).

use calbridge_engine::ports::{NewSeries, Trouble};
use calbridge_rules::{
    cause::Cause,
    event::{EventField, EventFields},
    id::{ApiName, RecordId},
    identity::SyncKey,
};
use calbridge_wire::{
    CallError,
    salesforce::event::{
        ByKey, CreateEvents, CreateSeries, ReadEventByKey, SeriesPart, UpdateEvents, UpsertEvent,
        UpsertEvents, Upserted,
    },
};

use super::{reading, writing};
use crate::{
    keying::Keying,
    org::{Org, VERSION},
};

/// An Event under its key.
pub(super) type Keyed = (SyncKey, EventFields);
/// Events with the keys that they have.
pub(super) type Stands = Vec<(String, RecordId)>;
/// How each row of one call went.
pub(super) type Went<T> = Result<Vec<Result<T, CallError>>, CallError>;

impl Org {
    /// Creates Events under their keys, or changes those that have them; one answer for each, in order.
    pub(crate) async fn put(&self, rows: &[Keyed]) -> Went<Upserted> {
        match &*self.keying().await? {
            Keying::Field { name, upserts: true } => self.upsert(name, rows).await,
            Keying::Field { name, upserts: false } => {
                let keys: Vec<SyncKey> = rows.iter().map(|(key, _)| key.clone()).collect();
                let found = self.found_by_key(name, &keys).await?;
                self.change_or_create(rows, &found, Some(name)).await
            }
            Keying::Links => self.put_linked(rows).await,
            // Nothing is written; whoever reads hears why.
            Keying::Missing(_) => Err(CallError::Throttled { retry_after_ms: None }),
        }
    }

    async fn upsert(&self, key_field: &ApiName, rows: &[Keyed]) -> Went<Upserted> {
        let (version, key_field) = (VERSION.to_owned(), key_field.clone());
        if let [(key, fields)] = rows {
            let (key, fields) = (key.as_str().to_owned(), fields.clone());
            return Ok(vec![self.call(&UpsertEvent { version, key_field, key, fields }).await]);
        }
        let rows = rows.iter().map(|(key, fields)| (key.as_str().to_owned(), fields.clone())).collect();
        self.call(&UpsertEvents { version, key_field, rows }).await
    }

    /// The Events under keys in a field that no upsert goes by.
    async fn found_by_key(&self, key_field: &ApiName, keys: &[SyncKey]) -> Result<Stands, CallError> {
        let keys = keys.iter().map(|key| key.as_str().to_owned()).collect();
        let question = ByKey { key_field: key_field.clone(), keys, extra: Vec::new() };
        let mut found = question.read(&self.query(question.statements()).await?)?;
        // Occurrences may have the key of their master.
        found.retain(|event| event.series != SeriesPart::ClassicDate);
        Ok(found.into_iter().map(|found| (found.key, found.event.id)).collect())
    }

    /// Changes the Events of rows that were found, and creates the others.
    pub(super) async fn change_or_create(
        &self,
        rows: &[Keyed],
        stands: &[(String, RecordId)],
        key_field: Option<&ApiName>,
    ) -> Went<Upserted> {
        let version = || VERSION.to_owned();
        let (mut changes, mut creates) = (Vec::new(), Vec::new());
        let mut answers: Vec<Option<Result<Upserted, CallError>>> = Vec::with_capacity(rows.len());
        for (place, (key, fields)) in rows.iter().enumerate() {
            let ids = with_key(stands, key);
            answers.push(match ids.as_slice() {
                [] => {
                    creates.push((place, (key.as_str().to_owned(), fields.clone())));
                    None
                }
                [only] => {
                    changes.push((place, ((*only).clone(), fields.clone())));
                    None
                }
                several => Some(Err(CallError::Ambiguous {
                    records: several.iter().map(ToString::to_string).collect(),
                })),
            });
        }
        let is_one_call = changes.is_empty() || creates.is_empty();
        if !changes.is_empty() {
            let (places, rows): (Vec<usize>, Vec<(RecordId, EventFields)>) = changes.into_iter().unzip();
            let went = self.call(&UpdateEvents { version: version(), rows: rows.clone() }).await;
            let each = each(went, rows.len(), is_one_call)?;
            for ((place, (id, _)), went) in places.into_iter().zip(rows).zip(each) {
                answers[place] = Some(went.map(|()| Upserted { id: Some(id), created: false }));
            }
        }
        if !creates.is_empty() {
            let (places, rows): (Vec<usize>, Vec<(String, EventFields)>) = creates.into_iter().unzip();
            let count = rows.len();
            let create = CreateEvents { version: version(), key_field: key_field.cloned(), rows };
            let each = each(self.call(&create).await, count, is_one_call)?;
            for (place, went) in places.into_iter().zip(each) {
                answers[place] = Some(went.map(|id| Upserted { id: Some(id), created: true }));
            }
        }
        Ok(answers.into_iter().map(|answer| answer.unwrap_or_else(|| Err(unanswered()))).collect())
    }

    /// Creates a Classic series under its key.
    pub(super) async fn create_series(&self, new: &NewSeries) -> Result<RecordId, Trouble> {
        let keying = self.keying().await.map_err(reading)?;
        keying.stands()?;
        let Keying::Field { name, upserts } = &*keying else {
            return Err(Trouble::Refused(Cause::OrgWithoutKeys.issue()));
        };
        // No refusal tells that the key stands where nothing goes by it.
        if !upserts {
            let found = self.found_by_key(name, std::slice::from_ref(&new.key)).await.map_err(reading)?;
            if !found.is_empty() {
                return Err(Trouble::Unclear);
            }
        }
        let create = CreateSeries {
            version: VERSION.to_owned(),
            key_field: name.clone(),
            key: new.key.as_str().to_owned(),
            fields: new.fields.clone(),
            classic: new.classic.clone(),
        };
        match self.call(&create).await {
            Ok(master) => Ok(master),
            Err(error) => Err(writing(error, &self.known_required().await)),
        }
    }

    /// The fields with the sync key under its name in this org; without it where no field holds it.
    pub(super) fn with_key_field(fields: &EventFields, keying: &Keying) -> EventFields {
        let mut named = fields.clone();
        if let Some(key) = named.remove(&EventField::SyncKey)
            && let Some(field) = keying.field()
        {
            named.insert(EventField::Custom(field.clone()), key);
        }
        named
    }

    /// An older org tells nothing of the record it changed.
    pub(super) async fn id_by_key(&self, key: &SyncKey) -> Result<RecordId, Trouble> {
        let keying = self.keying().await.map_err(reading)?;
        let Some(key_field) = keying.field().cloned() else { return Err(Trouble::Unclear) };
        let read = ReadEventByKey {
            version: VERSION.to_owned(),
            key_field,
            key: key.as_str().to_owned(),
            extra: Vec::new(),
        };
        self.call(&read).await.map(|event| event.id).map_err(|_| Trouble::Unclear)
    }
}

/// The Events under a key.
fn with_key<'s>(stands: &'s [(String, RecordId)], key: &SyncKey) -> Vec<&'s RecordId> {
    let has_key = |(known, _): &&(String, RecordId)| known.eq_ignore_ascii_case(key.as_str());
    stands.iter().filter(has_key).map(|(_, event)| event).collect()
}

/// What a row is told that no answer came for.
pub(super) fn unanswered() -> CallError {
    CallError::Malformed { what: "a row without an answer".to_owned() }
}

/// How each row of a call went. A call that is refused as a whole is told as one where nothing else was written, so that it is
/// split; else its rows are tried again.
fn each<T>(went: Went<T>, count: usize, is_one_call: bool) -> Went<T> {
    match went {
        Ok(each) => Ok(each),
        Err(error) if is_one_call => Err(error),
        Err(CallError::Rejected(_)) if count > 1 => {
            Ok((0..count).map(|_| Err(CallError::Throttled { retry_after_ms: None })).collect())
        }
        Err(error) => Ok((0..count).map(|_| Err(error.clone())).collect()),
    }
}
