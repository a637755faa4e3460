//! Keys of Events in an org that has no field for them (DUP-2): the service keeps which Event has which key, and puts it where a
//! field would have said it. What was created and not linked is found again by what it was to say (DUP-3); a meeting whose key
//! is known nowhere, as a last resort, by what it says.

use std::collections::{BTreeMap, BTreeSet};

use calbridge_engine::ports::{KeyedEvent, Sought, Trouble};
use calbridge_rules::{
    event::{EventField, EventFields, FieldValue},
    id::{ApiName, RecordId},
    identity::SyncKey,
    mapping,
};
use calbridge_wire::{
    CallError,
    salesforce::event::{AlikeEvents, ByEventId, FoundEvent, SeriesPart, Upserted},
};
use chrono::{DateTime, NaiveTime, TimeDelta, Utc};

use super::{
    keyed,
    keys::{Keyed, Stands, Went, unanswered},
    reading,
};
use crate::{
    clock::instant,
    keying::{Keying, silent},
    org::Org,
    store::{Link, Unlinked},
};

/// How long after a create without a clear answer its Event may still appear, in milliseconds: nothing is created anew before.
const APPEARS_MS: i64 = 60_000;
/// How far the clocks of org and service may be apart, in minutes.
const CLOCKS_MINUTES: i64 = 5;

impl Org {
    /// The keys of Events that were read, where the service keeps them.
    pub(crate) async fn name(
        &self,
        found: impl IntoIterator<Item = &mut FoundEvent>,
    ) -> Result<(), CallError> {
        if *self.keying().await? != Keying::Links {
            return Ok(());
        }
        let found: Vec<&mut FoundEvent> = found.into_iter().collect();
        let ids: Vec<RecordId> = found.iter().map(|one| one.event.id.clone()).collect();
        let links = self.store().links_of_events(&ids).await.map_err(silent)?;
        let keys: BTreeMap<RecordId, SyncKey> = links.into_iter().map(|(key, event)| (event, key)).collect();
        for one in found {
            if let Some(key) = keys.get(&one.event.id) {
                one.key = key.as_str().to_owned();
            }
        }
        Ok(())
    }

    /// Answers questions for keys from Events that were read by id, those of links among them.
    pub(crate) async fn by_links(
        &self,
        sought: &[Sought],
        read: &Result<Vec<KeyedEvent>, Trouble>,
        extra: &[ApiName],
    ) -> Result<Vec<KeyedEvent>, Trouble> {
        if sought.is_empty() {
            return Ok(Vec::new());
        }
        let read = read.as_ref().map_err(Clone::clone)?;
        let is_sought = |event: &&KeyedEvent| sought.iter().any(|one| event.key == one.key.as_str());
        let mut found: Vec<KeyedEvent> = read.iter().filter(is_sought).cloned().collect();
        let has_none = |one: &&Sought| found.iter().all(|event| event.key != one.key.as_str());
        let missing: Vec<&Sought> = sought.iter().filter(has_none).collect();
        found.extend(self.not_linked(&missing, extra).await.map_err(reading)?);
        Ok(found)
    }

    /// The Events that keys are linked to, whether they stand or not.
    pub(crate) async fn linked(&self, sought: &[Sought]) -> Result<Vec<RecordId>, CallError> {
        let keys: Vec<SyncKey> = sought.iter().map(|one| one.key.clone()).collect();
        let links = self.store().links_of_keys(&keys).await.map_err(silent)?;
        Ok(links.into_iter().map(|(_, event)| event).collect())
    }

    /// Events of keys that have no link: those that were created and not linked, which are linked now; then those that are the
    /// meeting's by what they say.
    async fn not_linked(&self, sought: &[&Sought], extra: &[ApiName]) -> Result<Vec<KeyedEvent>, CallError> {
        let keys: Vec<SyncKey> = sought.iter().map(|one| one.key.clone()).collect();
        let unlinked = self.store().unlinked(&keys).await.map_err(silent)?;
        let mut alike = self.alike(sought, &unlinked, extra).await?;
        let mut told = Vec::new();
        let mut links: Vec<Link> = Vec::new();
        for one in &unlinked {
            if let Some(place) = alike.iter().position(|event| is_what_was_made(one, event)) {
                let event = alike.remove(place);
                links.push((one.key.clone(), event.event.id.clone()));
                told.push(keyed(FoundEvent { key: one.key.as_str().to_owned(), ..event }));
            }
        }
        if !links.is_empty() {
            self.store().link(&links).await.map_err(silent)?;
        }
        for one in sought.iter().filter(|one| links.iter().all(|(key, _)| *key != one.key)) {
            let Some(meeting) = &one.meeting else { continue };
            // No other meeting of this question gets it.
            for event in alike.extract_if(.., |event| meeting.is_of(&event.event.fields)) {
                told.push(KeyedEvent { key: one.key.as_str().to_owned(), ..keyed(event) });
            }
        }
        for event in &mut told {
            let is_asked = |field: &EventField| custom(field).is_none_or(|name| extra.contains(&name));
            event.event.fields.retain(|field, _| is_asked(field));
        }
        Ok(told)
    }

    /// Events that begin when those begin that are looked for, are nobody's, and have no key.
    async fn alike(
        &self,
        sought: &[&Sought],
        unlinked: &[Unlinked],
        extra: &[ApiName],
    ) -> Result<Vec<FoundEvent>, CallError> {
        let mut starts: BTreeMap<RecordId, BTreeSet<DateTime<Utc>>> = BTreeMap::new();
        let of_meetings = sought.iter().filter_map(|one| one.meeting.as_ref());
        let places = of_meetings.map(|meeting| (meeting.owner.clone(), meeting.begins));
        for (owner, begins) in places.chain(unlinked.iter().filter_map(|one| place(&one.fields))) {
            starts.entry(owner).or_default().insert(begins);
        }
        let mut extra: BTreeSet<ApiName> = extra.iter().cloned().collect();
        extra.extend(unlinked.iter().flat_map(|one| one.fields.keys().filter_map(custom)));
        let question = AlikeEvents { starts, extra: extra.into_iter().collect() };
        let mut found = question.read(&self.query(question.statements()).await?)?;
        self.name(&mut found).await?;
        found.retain(|event| event.key.is_empty() && event.series == SeriesPart::None);
        let ids: Vec<RecordId> = found.iter().map(|event| event.event.id.clone()).collect();
        let taken = self.store().savers(&ids).await.map_err(silent)?;
        found.retain(|event| taken.iter().all(|(saved, _, _)| *saved != event.event.id));
        Ok(found)
    }

    /// Creates Events, or changes those that their keys are linked to, and links what is new at once.
    pub(super) async fn put_linked(&self, rows: &[Keyed]) -> Went<Upserted> {
        let sought: Vec<Sought> = rows.iter().map(|(key, _)| Sought::under(key.clone())).collect();
        let question = ByEventId { key_field: None, ids: self.linked(&sought).await?, extra: Vec::new() };
        let mut read = question.read(&self.query(question.statements()).await?)?;
        self.name(&mut read).await?;
        let mut stands: Stands = read.into_iter().map(|event| (event.key, event.event.id)).collect();
        let has_none = |one: &&Sought| stands.iter().all(|(key, _)| key != one.key.as_str());
        let missing: Vec<&Sought> = sought.iter().filter(has_none).collect();
        let found = self.not_linked(&missing, &[]).await?;
        let mut new: Vec<SyncKey> = missing.iter().map(|one| one.key.clone()).collect();
        stands.extend(found.into_iter().map(|event| (event.key, event.event.id)));
        new.retain(|key| stands.iter().all(|(known, _)| known != key.as_str()));
        let now_ms = self.now_ms();
        let unlinked = self.store().unlinked(&new).await.map_err(silent)?;
        let wait_ms = |key: &SyncKey| {
            let since_ms = unlinked.iter().find(|one| one.key == *key)?.since_ms;
            u64::try_from(since_ms + APPEARS_MS - now_ms).ok().filter(|wait_ms| *wait_ms > 0)
        };
        let is_held = |(key, _): &&Keyed| new.contains(key) && wait_ms(key).is_some();
        let due: Vec<Keyed> = rows.iter().filter(|row| !is_held(row)).cloned().collect();
        let creates: Vec<Keyed> = due.iter().filter(|(key, _)| new.contains(key)).cloned().collect();
        self.store().put_unlinked(&creates, now_ms).await.map_err(silent)?;
        if !creates.is_empty() && self.has_found_a_field().await? {
            let keys: Vec<SyncKey> = creates.into_iter().map(|(key, _)| key).collect();
            self.store().forget_unlinked(&keys).await.map_err(silent)?;
            // The next try goes by the field.
            return Err(CallError::Throttled { retry_after_ms: None });
        }
        let went =
            if due.is_empty() { Ok(Vec::new()) } else { self.change_or_create(&due, &stands, None).await };
        let mut went = self.keep_what_went(&due, &creates, went).await?.into_iter();
        let answer = |row: &Keyed| match wait_ms(&row.0).filter(|_| is_held(&row)) {
            Some(wait_ms) => Err(CallError::Throttled { retry_after_ms: Some(wait_ms) }),
            None => went.next().unwrap_or_else(|| Err(unanswered())),
        };
        Ok(rows.iter().map(answer).collect())
    }

    /// Links what was created, and forgets what certainly was not.
    async fn keep_what_went(&self, due: &[Keyed], creates: &[Keyed], went: Went<Upserted>) -> Went<Upserted> {
        let mut answers = match went {
            Ok(answers) => answers,
            Err(error) => {
                if is_certain(&error) {
                    let keys: Vec<SyncKey> = creates.iter().map(|(key, _)| key.clone()).collect();
                    self.store().forget_unlinked(&keys).await.map_err(silent)?;
                }
                return Err(error);
            }
        };
        let (mut links, mut refused): (Vec<Link>, Vec<SyncKey>) = (Vec::new(), Vec::new());
        for ((key, _), answer) in due.iter().zip(&answers) {
            match answer {
                Ok(Upserted { id: Some(event), created: true }) => links.push((key.clone(), event.clone())),
                Ok(_) => {}
                Err(error) if is_certain(error) => refused.push(key.clone()),
                Err(_) => {}
            }
        }
        if !refused.is_empty() {
            self.store().forget_unlinked(&refused).await.map_err(silent)?;
        }
        if !links.is_empty()
            && let Err(error) = self.store().link(&links).await
        {
            // They are found again by what they say.
            let error = silent(error);
            for answer in answers.iter_mut().filter(|answer| matches!(answer, Ok(went) if went.created)) {
                *answer = Err(error.clone());
            }
        }
        Ok(answers)
    }

    /// Keeps keys that were written on Events as links; a row whose key could not be kept is written again.
    pub(super) async fn keep_keys(
        &self,
        rows: &[(RecordId, EventFields)],
        answers: &mut [Result<(), Trouble>],
    ) {
        let key = |fields: &EventFields| match fields.get(&EventField::SyncKey) {
            Some(FieldValue::Text(key)) => SyncKey::parse(key).ok(),
            Some(_) | None => None,
        };
        let written = rows.iter().zip(answers.iter()).filter(|(_, answer)| answer.is_ok());
        let links: Vec<Link> =
            written.filter_map(|((event, fields), _)| Some((key(fields)?, event.clone()))).collect();
        if links.is_empty() {
            return;
        }
        if let Err(error) = self.store().link(&links).await {
            let trouble = reading(silent(error));
            for ((_, fields), answer) in rows.iter().zip(answers) {
                if answer.is_ok() && key(fields).is_some() {
                    *answer = Err(trouble.clone());
                }
            }
        }
    }

    /// Forgets the keys of Events that were deleted. Left over, they name nothing that stands.
    pub(super) async fn forget_keys(&self, ids: &[RecordId], answers: &[Result<(), Trouble>]) {
        let is_gone = |answer: &Result<(), Trouble>| matches!(answer, Ok(()) | Err(Trouble::Gone));
        let gone = ids.iter().zip(answers).filter(|(_, answer)| is_gone(answer));
        let gone: Vec<RecordId> = gone.map(|(event, _)| event.clone()).collect();
        if let Err(error) = self.store().unlink(&gone).await {
            tracing::warn!(%error, "keys of Events that are gone were not forgotten");
        }
    }
}

/// Whether an Event is what was about to be created: made since, and saying all of it.
fn is_what_was_made(unlinked: &Unlinked, event: &FoundEvent) -> bool {
    let since = instant(unlinked.since_ms) - TimeDelta::minutes(CLOCKS_MINUTES);
    event.created >= since && mapping::changed(&unlinked.fields, &event.event.fields).is_empty()
}

/// Whether an answer says for certain that nothing was created.
fn is_certain(error: &CallError) -> bool {
    match error {
        CallError::Offline { .. } | CallError::Unavailable { .. } | CallError::Malformed { .. } => false,
        CallError::SignedOut
        | CallError::ConsentLost { .. }
        | CallError::Throttled { .. }
        | CallError::Gone
        | CallError::Stale
        | CallError::Forbidden(_)
        | CallError::Ambiguous { .. }
        | CallError::Contended(_)
        | CallError::Rejected(_) => true,
    }
}

/// Whose an Event is to be, and when it is to begin.
fn place(fields: &EventFields) -> Option<(RecordId, DateTime<Utc>)> {
    let Some(FieldValue::Record(owner)) = fields.get(&EventField::Owner) else { return None };
    let begins = match fields.get(&EventField::Start) {
        Some(FieldValue::Instant(start)) => *start,
        Some(FieldValue::Date(day)) => day.and_time(NaiveTime::MIN).and_utc(),
        Some(_) | None => return None,
    };
    Some((owner.clone(), begins))
}

fn custom(field: &EventField) -> Option<ApiName> {
    if let EventField::Custom(name) = field { Some(name.clone()) } else { None }
}
