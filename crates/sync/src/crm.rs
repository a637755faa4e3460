//! The engine's CRM, played by the org for a session that has its place at the desk.

mod files;
mod keys;
mod links;
mod newcomers;
mod relations;

use calbridge_engine::ports::{
    Born, Crm, CrmDate, CrmSeries, KeyedEvent, NewSeries, SeriesOrg, Shape, Sought, Trouble,
};
use calbridge_rules::{
    event::{EventField, EventFields, FieldValue},
    id::{Address, RecordId},
    identity::SyncKey,
    linking::Related,
    people::PersonMatch,
    saving::RequiredField,
    series::OrgAbility,
    status::Issue,
};
use calbridge_wire::{
    CallError,
    salesforce::event::{
        ClassicSeries, FoundEvent, SeriesDate, SeriesOfMasters, SeriesPart, UpdateSeries, Upserted,
    },
};
use chrono::{DateTime, NaiveDate, Utc};

use keys::unanswered;
pub(crate) use relations::{Tied, Ties, relation};

use crate::{
    acquaintances::Trust,
    desk::{Pace, Seat},
    keying::Keying,
    mutant::mutant,
    org::{Org, VERSION},
    refused::issue_of,
};

/// A question whose carrier broke off.
const NOT_NOW: Trouble = Trouble::Later { retry_after_ms: None };

impl Crm for Seat<'_> {
    async fn people(&self, addresses: &[Address]) -> Result<Vec<PersonMatch>, Trouble> {
        let trust = match self.pace {
            Pace::Pressed => Trust::FoundOnly,
            Pace::Background => Trust::Everything,
        };
        let now_ms = self.org.now_ms();
        let (mut people, unknown) = self.org.acquaintances.recall(addresses, trust, now_ms);
        if !unknown.is_empty() {
            self.may_ask()?;
            let told = self.ask(|trays| &mut trays.questions.people, unknown.clone()).await;
            let found = told.unwrap_or(Err(NOT_NOW))?;
            self.org.acquaintances.learn(&unknown, &found, now_ms);
            people.extend(found);
        }
        // Contacts first, whoever was remembered (PIC-6).
        people.sort_by_key(|person| person.object);
        Ok(people)
    }

    async fn related(&self, accounts: &[RecordId], _: DateTime<Utc>) -> Result<Related, Trouble> {
        self.may_ask()?;
        self.ask(|trays| &mut trays.questions.accounts, accounts.to_vec()).await.unwrap_or(Err(NOT_NOW))
    }

    async fn required_fields(&self) -> Result<Vec<RequiredField>, Trouble> {
        let shape = self.org.shape().await.map_err(reading)?;
        shape.keying.stands()?;
        Ok(shape.required.clone())
    }

    async fn events_by_key(&self, sought: &[Sought]) -> Result<Vec<KeyedEvent>, Trouble> {
        self.may_ask()?;
        self.ask(|trays| &mut trays.questions.keys, sought.to_vec()).await.unwrap_or(Err(NOT_NOW))
    }

    async fn events_by_id(&self, ids: &[RecordId]) -> Result<Vec<KeyedEvent>, Trouble> {
        self.may_ask()?;
        self.ask(|trays| &mut trays.questions.ids, ids.to_vec()).await.unwrap_or(Err(NOT_NOW))
    }

    async fn upsert(&self, rows: &[(SyncKey, EventFields)]) -> Vec<Result<RecordId, Trouble>> {
        if let Err(trouble) = self.may_ask() {
            return vec![Err(trouble); rows.len()];
        }
        let Some(told) = self.ask(|trays| &mut trays.upserts, rows.to_vec()).await else {
            return vec![Err(Trouble::Unclear); rows.len()];
        };
        let mut answers = Vec::with_capacity(rows.len());
        for ((key, _), answer) in rows.iter().zip(told) {
            answers.push(match answer {
                Ok(Upserted { id: Some(id), .. }) => Ok(id),
                Ok(Upserted { id: None, .. }) => self.org.id_by_key(key).await,
                Err(error) => Err(writing(error, &self.org.known_required().await)),
            });
        }
        answers
    }

    async fn update(&self, rows: &[(RecordId, EventFields)]) -> Vec<Result<(), Trouble>> {
        if let Err(trouble) = self.may_ask() {
            return vec![Err(trouble); rows.len()];
        }
        let keying = match self.org.keying().await {
            Ok(keying) => keying,
            Err(error) => return vec![Err(reading(error)); rows.len()],
        };
        let named =
            |(id, fields): &(RecordId, EventFields)| (id.clone(), Org::with_key_field(fields, &keying));
        // A key alone is nothing to say to an org that has no place for it.
        let (mut due, mut is_said) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
        for row in rows.iter().map(named) {
            is_said.push(!row.1.is_empty());
            due.extend((!row.1.is_empty()).then_some(row));
        }
        let told =
            if due.is_empty() { Some(Vec::new()) } else { self.ask(|trays| &mut trays.updates, due).await };
        let Some(told) = told else { return vec![Err(Trouble::Unclear); rows.len()] };
        let mut told = told.into_iter();
        let mut answers = Vec::with_capacity(rows.len());
        for is_said in is_said {
            let went = if is_said { told.next().unwrap_or_else(|| Err(unanswered())) } else { Ok(()) };
            answers.push(match went {
                Ok(()) => Ok(()),
                Err(error) => Err(writing(error, &self.org.known_required().await)),
            });
        }
        if *keying == Keying::Links {
            self.org.keep_keys(rows, &mut answers).await;
        }
        answers
    }

    async fn series_org(&self) -> Result<SeriesOrg, Trouble> {
        let shape = self.org.shape().await.map_err(reading)?;
        // An original start tells occurrences apart, and no series from another.
        let has_sync_key = shape.keying.field().is_some();
        let ability =
            OrgAbility { tells_original_start: shape.tells_original_start && has_sync_key, has_sync_key };
        Ok(SeriesOrg { ability, zones: shape.zones.clone() })
    }

    async fn series(&self, masters: &[RecordId]) -> Result<Vec<CrmSeries>, Trouble> {
        self.may_ask()?;
        let shape = self.org.shape().await.map_err(reading)?;
        let question = SeriesOfMasters {
            key_field: shape.keying.field().cloned(),
            masters: masters.to_vec(),
            extra: shape.mapped.fields.keys().cloned().collect(),
            tells_original_start: shape.tells_original_start,
        };
        let rows = self.org.query(question.statements()).await.map_err(reading)?;
        Ok(question.read(&rows).map_err(reading)?.into_iter().map(series).collect())
    }

    async fn create_series(&self, new: &NewSeries) -> Result<RecordId, Trouble> {
        self.may_ask()?;
        self.org.create_series(new).await
    }

    async fn update_series(
        &self,
        master: &RecordId,
        fields: &EventFields,
        last: Option<NaiveDate>,
    ) -> Result<(), Trouble> {
        self.may_ask()?;
        let keying = self.org.keying().await.map_err(reading)?;
        let fields = Org::with_key_field(fields, &keying);
        let update = UpdateSeries { version: VERSION.to_owned(), id: master.clone(), fields, last };
        match self.org.call(&update).await {
            Ok(()) => Ok(()),
            Err(error) => Err(writing(error, &self.org.known_required().await)),
        }
    }

    async fn delete(&self, ids: &[RecordId]) -> Vec<Result<(), Trouble>> {
        if let Err(trouble) = self.may_ask() {
            return vec![Err(trouble); ids.len()];
        }
        let told = self.ask(|trays| &mut trays.deletes, ids.to_vec()).await;
        let Some(told) = told else { return vec![Err(Trouble::Unclear); ids.len()] };
        let answers: Vec<Result<(), Trouble>> =
            told.into_iter().map(|went| went.map_err(|error| writing(error, &[]))).collect();
        if self.org.known_keying().is_some_and(|keying| *keying == Keying::Links) {
            self.org.forget_keys(ids, &answers).await;
        }
        answers
    }
}

impl Org {
    pub(crate) async fn known_required(&self) -> Vec<RequiredField> {
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
            SeriesPart::LightningSeries => Shape::LightningSeries,
            SeriesPart::LightningDate { pattern } => Shape::LightningDate { pattern },
        },
    }
}

/// A Classic series as the engine sees it.
fn series(found: ClassicSeries) -> CrmSeries {
    let date = |date: SeriesDate| CrmDate { event: date.found.event, original: date.original };
    CrmSeries {
        master: keyed(found.master),
        classic: found.classic,
        dates: found.dates.into_iter().map(date).collect(),
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
        CallError::Contended(rejection) if mutant("duplicate-refused") => {
            Trouble::Refused(issue_of(&rejection, required))
        }
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
