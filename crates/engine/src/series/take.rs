//! Parts of a series that stand, made or found: which occurrence is for which date, and which of them must not stand.

use calbridge_rules::{
    event::Event,
    id::RecordId,
    item::Span,
    series::{OriginalStart, Segment, Series},
};

use super::{
    Around, KeptDate, KeptEvent, KeptSegment, KeptSeries,
    date::item_of,
    make::{Known, Made, Material},
    stands::{Stands, row_of},
};
use crate::{
    perform::Done,
    ports::{Calendar, Crm, CrmSeries, KeyedEvent, Ledger, Sought, Trouble},
};

impl<C: Calendar, R: Crm, L: Ledger> Around<'_, C, R, L> {
    /// Takes up parts; what must not stand of them is deleted.
    #[expect(
        clippy::too_many_arguments,
        reason = "what was made, for what, and three things that it changes"
    )]
    pub(super) async fn take_segments(
        &self,
        material: Material<'_>,
        segments: Vec<(RecordId, Segment)>,
        known: &Known,
        kept: &mut KeptSeries,
        stands: &mut Stands,
        made: &mut Made,
        done: &mut Done,
    ) -> Result<(), Trouble> {
        if segments.is_empty() {
            return Ok(());
        }
        let ids: Vec<RecordId> = segments.iter().map(|(event, _)| event.clone()).collect();
        let read = self.crm.series(&ids).await?;
        let mut surplus = Vec::new();
        for (event, segment) in segments {
            let Some(part) = read.iter().find(|part| part.master.event.id == event) else {
                kept.due.segments.push(segment);
                made.is_unfinished = true;
                continue;
            };
            let was_found = known.by_key.values().any(|found| *found == event);
            let further =
                if was_found { self.further(material, part, &segment.makes).await? } else { Vec::new() };
            for one in further {
                let is_its =
                    |original: &&OriginalStart| made_for(material.series, &one, **original).is_some();
                let makes: Vec<OriginalStart> = segment.makes.iter().filter(is_its).copied().collect();
                surplus.extend(kept.take_part(material.series, one, &makes, &known.alone, stands));
            }
            surplus.extend(kept.take_part(
                material.series,
                part.clone(),
                &segment.makes,
                &known.alone,
                stands,
            ));
        }
        let left = self.delete_events(material.seen, surplus, Vec::new(), made, done).await?;
        kept.due.surplus.extend(left);
        Ok(())
    }

    /// What else stands of a series whose first part was found: it had been split, and each part was brought back (UNS-2) under
    /// the key of the date with which it begins.
    async fn further(
        &self,
        material: Material<'_>,
        first: &CrmSeries,
        makes: &[OriginalStart],
    ) -> Result<Vec<CrmSeries>, Trouble> {
        let lacks = |original: &&OriginalStart| made_for(material.series, first, **original).is_none();
        let key = |original: &OriginalStart| material.seen.key.of_segment(*original);
        let sought: Vec<Sought> =
            makes.iter().filter(lacks).map(|original| Sought::under(key(original))).collect();
        if sought.is_empty() {
            return Ok(Vec::new());
        }
        let found = KeyedEvent::without_copies(self.crm.events_by_key(&sought).await?);
        let mut ids: Vec<RecordId> = found.into_iter().map(|found| found.event.id).collect();
        ids.retain(|id| *id != first.master.event.id);
        if ids.is_empty() { Ok(Vec::new()) } else { self.crm.series(&ids).await }
    }
}

impl KeptSeries {
    /// Takes up a part with its occurrences; answers those that must not stand.
    fn take_part(
        &mut self,
        series: &Series,
        part: CrmSeries,
        makes: &[OriginalStart],
        alone: &[OriginalStart],
        stands: &mut Stands,
    ) -> Vec<Event> {
        let surplus = self.take_rows(series, &part, makes, alone);
        let event = part.master.event.id.clone();
        if self.segments.iter().all(|known| known.event != event) {
            self.segments.push(KeptSegment { event, classic: part.classic.clone() });
            stands.parts.push(part);
        }
        surplus
    }

    /// Takes up the occurrences of a part; answers those that must not stand: of dates that were cancelled, that were
    /// saved alone (SER-7), or that another part has.
    pub(super) fn take_rows(
        &mut self,
        series: &Series,
        part: &CrmSeries,
        makes: &[OriginalStart],
        alone: &[OriginalStart],
    ) -> Vec<Event> {
        let mut surplus = Vec::new();
        for original in makes {
            let row = made_for(series, part, *original);
            let stands = self.dates.get(original).and_then(KeptDate::event);
            if stands.is_some_and(|stands| row.is_some_and(|row| row.id == stands.event)) {
                continue;
            }
            let is_unwanted = series.is_cancelled(*original)
                || alone.contains(original)
                || self.dates.contains_key(original);
            match row {
                Some(row) if is_unwanted => {
                    surplus.push(row.clone());
                    if !self.dates.contains_key(original) {
                        self.dates.insert(*original, KeptDate::Nothing);
                    }
                }
                Some(row) => {
                    let row = KeptEvent { event: row.id.clone(), own: None };
                    self.dates.insert(*original, KeptDate::Row(row));
                }
                None if self.dates.contains_key(original) => {}
                None => self.dates.insert(*original, KeptDate::Nothing),
            }
        }
        surplus
    }
}

/// The occurrence of a part that stands for a date.
fn made_for<'p>(series: &Series, part: &'p CrmSeries, original: OriginalStart) -> Option<&'p Event> {
    let begins = match item_of(series, original).span {
        Span::Timed { start, .. } => start,
        Span::AllDay { .. } => original,
    };
    row_of(part, original, begins)
}
