//! Parts of a series that are made: Classic masters one by one, single Events for what Classic cannot say. What stands
//! under a key already is taken for what a session before made (DUP-3).

use std::collections::BTreeMap;

use calbridge_rules::{
    event::{Event, EventField, EventFields, FieldValue},
    id::RecordId,
    identity::{MeetingKey, SyncKey},
    saving::Refusal,
    series::{Classic, OriginalStart, Segment, Series, Single},
    settings::Settings,
    status::Issue,
};

use super::{
    Around, KeptDate, KeptEvent, KeptSeries,
    date::{item_of, moved, says_on},
    resting::deletion_of,
    stands::Stands,
};
use crate::{
    mutant::mutant,
    observe::Observation,
    perform::Done,
    ports::{
        Attempt, Calendar, Crm, Foresight, KeyedEvent, Ledger, NewSeries, Part, SeenItem, Sought, Trouble,
        Write,
    },
};

/// What was made, and what hindered the rest.
#[derive(Debug, Default)]
pub(super) struct Made {
    /// What the org refused.
    pub(super) issue: Option<Issue>,
    /// Whether something is left for another session.
    pub(super) is_unfinished: bool,
    /// Whether what was refused is what all of it is to say.
    pub(super) is_whole_refused: bool,
}

/// What stands under the keys of what is due.
pub(super) struct Known {
    pub(super) by_key: BTreeMap<String, RecordId>,
    /// Dates that were saved alone (SER-7).
    pub(super) alone: Vec<OriginalStart>,
}

impl Made {
    pub(super) fn failed(&mut self, trouble: Trouble, done: &mut Done) {
        match trouble {
            Trouble::Refused(issue) => self.issue = Some(issue),
            trouble @ (Trouble::Unclear
            | Trouble::Later { .. }
            | Trouble::Gone
            | Trouble::Stale
            | Trouble::Stopped(_)
            | Trouble::Fenced) => {
                done.put_off(trouble);
                self.is_unfinished = true;
            }
        }
    }
}

/// What new parts are made for, and of.
#[derive(Clone, Copy)]
pub(super) struct Material<'a> {
    pub(super) seen: &'a Observation,
    pub(super) item: &'a SeenItem,
    pub(super) series: &'a Series,
    pub(super) settings: &'a Settings,
    /// What a new part says, at whatever time.
    pub(super) fields: &'a EventFields,
}

impl Material<'_> {
    fn key_of_date(&self, original: OriginalStart) -> SyncKey {
        MeetingKey::new(&self.item.i_cal_uid, Some(original)).sync_key()
    }
}

impl<C: Calendar, R: Crm, L: Ledger> Around<'_, C, R, L> {
    /// Makes what is due; what it becomes is kept, and added to what stands.
    pub(super) async fn make_due(
        &self,
        material: Material<'_>,
        kept: &mut KeptSeries,
        stands: &mut Stands,
        done: &mut Done,
    ) -> Result<Made, Trouble> {
        let mut made = Made::default();
        if kept.due.is_empty() {
            return Ok(made);
        }
        let known = self.known(material, kept).await?;
        let due = std::mem::take(&mut kept.due);
        let mut segments: Vec<(RecordId, Segment)> = Vec::new();
        for segment in due.segments {
            // The first part of all has the key of the series, by which others find it.
            let is_first = segments.is_empty() && kept.segments.is_empty() && material.seen.pair.is_none();
            let key = if mutant("part-anew") {
                material.seen.key.of_segment(self.scope.now)
            } else if is_first {
                material.seen.key.clone()
            } else {
                material.seen.key.of_segment(segment.classic.start)
            };
            match self.segment(material, key, &segment.classic, &known, &mut made, done).await? {
                Some(event) => segments.push((event, segment)),
                None => kept.due.segments.push(segment),
            }
        }
        self.take_segments(material, segments, &known, kept, stands, &mut made, done).await?;
        self.singles(material, due.singles, &known, kept, &mut made, done).await?;
        Ok(made)
    }

    /// Looks for what stands under the keys of what is due.
    async fn known(&self, material: Material<'_>, kept: &KeptSeries) -> Result<Known, Trouble> {
        let mut originals: Vec<OriginalStart> =
            kept.due.segments.iter().flat_map(|segment| segment.makes.iter().copied()).collect();
        originals.extend(kept.due.singles.iter().map(|single| single.original));
        originals.retain(|original| !kept.dates.contains_key(original));
        let of_dates: BTreeMap<SyncKey, OriginalStart> =
            originals.iter().map(|original| (material.key_of_date(*original), *original)).collect();
        let mut keys: Vec<SyncKey> = of_dates.keys().cloned().collect();
        keys.push(material.seen.key.clone());
        let of_segments = kept.due.segments.iter();
        keys.extend(of_segments.map(|segment| material.seen.key.of_segment(segment.classic.start)));
        let sought: Vec<Sought> = keys.into_iter().map(Sought::under).collect();
        let found = KeyedEvent::without_copies(self.crm.events_by_key(&sought).await?);
        let date_of = |event: &KeyedEvent| {
            of_dates.iter().find(|(key, _)| event.key.eq_ignore_ascii_case(key.as_str()))
        };
        let of_dates_found: Vec<RecordId> = found
            .iter()
            .filter(|event| date_of(event).is_some())
            .map(|event| event.event.id.clone())
            .collect();
        let mut saved_alone: Vec<RecordId> = Vec::new();
        if !of_dates_found.is_empty() {
            let pairs = self.ledger.pairs_of(&of_dates_found).await?;
            saved_alone.extend(pairs.into_iter().map(|pair| pair.event));
            let others = self.ledger.other_savers(&of_dates_found).await?;
            saved_alone.extend(others.into_iter().map(|(event, _)| event));
        }
        let is_single =
            |original: &OriginalStart| kept.due.singles.iter().any(|single| single.original == *original);
        let mut alone = Vec::new();
        for event in &found {
            if let Some((_, original)) = date_of(event)
                && (saved_alone.contains(&event.event.id) || !is_single(original))
            {
                alone.push(*original);
            }
        }
        let by_key =
            found.into_iter().map(|event| (event.key.to_ascii_lowercase(), event.event.id)).collect();
        Ok(Known { by_key, alone })
    }

    /// One part, made or found; nothing where it could not be made now.
    async fn segment(
        &self,
        material: Material<'_>,
        key: SyncKey,
        classic: &Classic,
        known: &Known,
        made: &mut Made,
        done: &mut Done,
    ) -> Result<Option<RecordId>, Trouble> {
        if let Some(event) = known.by_key.get(key.as_str()) {
            return Ok(Some(event.clone()));
        }
        let (fields, classic) = (moved(material.fields, classic.start), classic.clone());
        let new = NewSeries { key: key.clone(), fields, classic };
        let write = Write::CreateSeries {
            key: key.clone(),
            fields: new.fields.clone(),
            classic: new.classic.clone(),
        };
        let Some((new, attempt)) = self.unrested(material.seen, vec![(new, write)], made).await?.pop() else {
            return Ok(None);
        };
        let foresight = Foresight { creates: vec![key], ..Foresight::default() };
        let granted = self.ledger.foresee(&foresight, self.scope.now).await?;
        if granted != [true] {
            made.failed(Trouble::Later { retry_after_ms: None }, done);
            return Ok(None);
        }
        match self.created(&new).await {
            Ok(event) => Ok(Some(event)),
            Err(trouble) => {
                made.unwritten(attempt, trouble, done);
                Ok(None)
            }
        }
    }

    /// Creates a part; an unclear answer is settled by its key (DUP-3).
    async fn created(&self, new: &NewSeries) -> Result<RecordId, Trouble> {
        match self.crm.create_series(new).await {
            Err(Trouble::Unclear) => {
                let found = self.crm.events_by_key(&[Sought::under(new.key.clone())]).await?;
                KeyedEvent::without_copies(found)
                    .first()
                    .map(|found| found.event.id.clone())
                    .ok_or(Trouble::Unclear)
            }
            answer => answer,
        }
    }

    /// Deletes Events, whose values, and what they were within series, are kept before (UNS-2); answers those that stand still.
    pub(super) async fn delete_events(
        &self,
        seen: &Observation,
        events: Vec<Event>,
        parts: Vec<(RecordId, Part)>,
        made: &mut Made,
        done: &mut Done,
    ) -> Result<Vec<RecordId>, Trouble> {
        let mut left: Vec<RecordId> = events.iter().map(|event| event.id.clone()).collect();
        let due = self.deletable(seen, events, made).await?;
        let gone = self.delete_due(due, parts, made, done).await?;
        left.retain(|event| !gone.contains(event));
        Ok(left)
    }

    /// Those of some Events whose deletions do not rest.
    pub(super) async fn deletable(
        &self,
        seen: &Observation,
        events: Vec<Event>,
        made: &mut Made,
    ) -> Result<Vec<(Event, Attempt)>, Trouble> {
        let things = events.into_iter().map(|event| {
            let write = deletion_of(&event);
            (event, write)
        });
        self.unrested(seen, things.collect(), made).await
    }

    /// Deletes Events that may be deleted now; answers those that are gone.
    pub(super) async fn delete_due(
        &self,
        due: Vec<(Event, Attempt)>,
        mut parts: Vec<(RecordId, Part)>,
        made: &mut Made,
        done: &mut Done,
    ) -> Result<Vec<RecordId>, Trouble> {
        if due.is_empty() {
            return Ok(Vec::new());
        }
        let (events, attempts): (Vec<Event>, Vec<Attempt>) = due.into_iter().unzip();
        let ids: Vec<RecordId> = events.iter().map(|event| event.id.clone()).collect();
        parts.retain(|(event, part)| match part {
            Part::Master { .. } => ids.contains(event),
            Part::Date { master, .. } => ids.contains(master),
        });
        let overwrites =
            events.into_iter().map(|event| (event.id, event.fields, EventFields::new())).collect();
        let foresight = Foresight { overwrites, parts, ..Foresight::default() };
        self.ledger.foresee(&foresight, self.scope.now).await?;
        let mut gone = Vec::new();
        for ((answer, attempt), id) in self.crm.delete(&ids).await.into_iter().zip(attempts).zip(ids) {
            match answer {
                Ok(()) | Err(Trouble::Gone) => gone.push(id),
                Err(trouble) => made.unwritten(attempt, trouble, done),
            }
        }
        Ok(gone)
    }

    /// Single Events under the keys of their dates.
    async fn singles(
        &self,
        material: Material<'_>,
        singles: Vec<Single>,
        known: &Known,
        kept: &mut KeptSeries,
        made: &mut Made,
        done: &mut Done,
    ) -> Result<(), Trouble> {
        let mut rows: Vec<(Single, SyncKey, EventFields)> = Vec::new();
        for single in singles {
            let original = single.original;
            if known.alone.contains(&original) || material.series.is_cancelled(original) {
                kept.dates.insert(original, KeptDate::Nothing);
                continue;
            }
            if let Some(refusal) = Refusal::too_long(item_of(material.series, original).span.length()) {
                made.issue = Some(Issue::refused(&refusal));
                kept.dates.insert(original, KeptDate::Nothing);
                continue;
            }
            let mut fields = moved(material.fields, original);
            fields.extend(says_on(material.series, material.settings, original));
            rows.push((single, material.key_of_date(original), fields));
        }
        self.create_singles(material, rows, kept, made, done).await
    }

    /// Creates single Events; what cannot be made now stays due.
    async fn create_singles(
        &self,
        material: Material<'_>,
        rows: Vec<(Single, SyncKey, EventFields)>,
        kept: &mut KeptSeries,
        made: &mut Made,
        done: &mut Done,
    ) -> Result<(), Trouble> {
        let singles: Vec<Single> = rows.iter().map(|(single, _, _)| *single).collect();
        let things = rows.into_iter().map(|(single, key, fields)| {
            let write = Write::Create { key: key.clone(), fields: fields.clone() };
            ((single, key, fields), write)
        });
        let rows = self.unrested(material.seen, things.collect(), made).await?;
        let is_due = |single: &&Single| rows.iter().any(|((due, ..), _)| due.original == single.original);
        kept.due.singles.extend(singles.iter().filter(|single| !is_due(single)).copied());
        if rows.is_empty() {
            return Ok(());
        }
        let creates = rows.iter().map(|((_, key, _), _)| key.clone()).collect();
        let foresight = Foresight { creates, ..Foresight::default() };
        let granted = self.ledger.foresee(&foresight, self.scope.now).await?;
        let (rows, others): (Vec<_>, Vec<_>) =
            rows.into_iter().zip(granted).partition(|(_, granted)| *granted);
        for (((single, ..), _), _) in others {
            made.failed(Trouble::Later { retry_after_ms: None }, done);
            kept.due.singles.push(single);
        }
        let keyed: Vec<(SyncKey, EventFields)> =
            rows.iter().map(|(((_, key, fields), _), _)| (key.clone(), fields.clone())).collect();
        let answers = if keyed.is_empty() { Vec::new() } else { self.crm.upsert(&keyed).await };
        for ((((single, _, fields), attempt), _), answer) in rows.into_iter().zip(answers) {
            match answer {
                Ok(event) => {
                    let item = says_on(material.series, material.settings, single.original);
                    let own = Some(crate::pair::Agreed { item, event: super::field::two_way(&fields) });
                    kept.dates.insert(single.original, KeptDate::Single(KeptEvent { event, own }));
                }
                Err(trouble) => {
                    made.unwritten(attempt, trouble, done);
                    kept.due.singles.push(single);
                }
            }
        }
        Ok(())
    }
}

/// What a new part says, when an older one stands: the same, but for what the calendar says now.
pub(super) fn fields_like(part: Option<&Event>, says: &EventFields) -> EventFields {
    let mut fields = part.map(|event| event.fields.clone()).unwrap_or_default();
    fields.remove(&EventField::SyncKey);
    if let Some(FieldValue::Instant(start)) = says.get(&EventField::Start) {
        fields = moved(&fields, *start);
    }
    fields.extend(says.clone());
    fields
}
