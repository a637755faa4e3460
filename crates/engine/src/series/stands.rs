//! A series as it stands in Salesforce.

use super::{Around, KeptSeries};
use crate::ports::{Calendar, Crm, CrmSeries, Ledger, SeriesOrg, Trouble};
use calbridge_rules::{
    event::{Event, EventField, FieldValue},
    id::RecordId,
    series::{ClassicOrg, OriginalStart},
};

/// The Events of a series.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Stands {
    /// Its parts.
    pub(super) parts: Vec<CrmSeries>,
    /// Its single Events.
    pub(super) singles: Vec<Event>,
}

impl Stands {
    /// A part by its master.
    pub(super) fn part(&self, master: &RecordId) -> Option<&CrmSeries> {
        self.parts.iter().find(|part| part.master.event.id == *master)
    }

    /// An occurrence or a single Event, with the part it belongs to.
    pub(super) fn date(&self, id: &RecordId) -> Option<(&Event, Option<&CrmSeries>)> {
        let single = self.singles.iter().find(|event| event.id == *id).map(|event| (event, None));
        single.or_else(|| {
            self.parts.iter().find_map(|part| {
                let row = part.dates.iter().find(|date| date.event.id == *id)?;
                Some((&row.event, Some(part)))
            })
        })
    }
}

/// The occurrence that stands for a date: by its original start where the org tells, else by where it begins.
pub(super) fn row_of(part: &CrmSeries, original: OriginalStart, begins: OriginalStart) -> Option<&Event> {
    let by_name = part.dates.iter().find(|date| date.original == Some(original));
    let begins_at = |at: OriginalStart| {
        part.dates.iter().find(|date| {
            date.original.is_none()
                && date.event.fields.get(&EventField::Start) == Some(&FieldValue::Instant(at))
        })
    };
    by_name.or_else(|| begins_at(original)).or_else(|| begins_at(begins)).map(|date| &date.event)
}

impl<C: Calendar, R: Crm, L: Ledger> Around<'_, C, R, L> {
    /// Reads the Events of a series.
    pub(super) async fn stands(&self, kept: &KeptSeries) -> Result<Stands, Trouble> {
        let masters: Vec<RecordId> = kept.segments.iter().map(|segment| segment.event.clone()).collect();
        let singles: Vec<RecordId> = kept.singles().cloned().collect();
        let mut stands = Stands::default();
        if !masters.is_empty() {
            stands.parts = self.crm.series(&masters).await?;
        }
        if !singles.is_empty() {
            let found = self.crm.events_by_id(&singles).await?;
            stands.singles = found.into_iter().map(|found| found.event).collect();
        }
        Ok(stands)
    }

    /// The org, as a plan needs it.
    pub(super) fn org<'o>(&self, org: &'o SeriesOrg) -> ClassicOrg<'o> {
        ClassicOrg {
            zones: &org.zones,
            caps: calbridge_rules::series::Caps::default(),
            // Occurrences of these days must be there at once (AUT-2).
            window: self.scope.days(),
        }
    }
}
