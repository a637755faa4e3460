//! Series that single Events alone stand for: the pair names the latest of them, and one that somebody deletes takes its own
//! date along and no other (DWN-2).

use std::collections::BTreeMap;

use calbridge_rules::{
    event::Event,
    id::{ItemId, RecordId},
    identity::SyncKey,
};

use super::{EventSeen, sight::Looked};
use crate::{
    ports::{Crm, Ledger, Trouble},
    series::{KeptDate, KeptSeries},
};

/// Takes the latest Event that stands of such a series in place of a deleted one.
pub(super) async fn stand_in(
    crm: &impl Crm,
    ledger: &impl Ledger,
    looked: &[(Looked, SyncKey)],
    events: &mut [EventSeen],
) -> Result<(), Trouble> {
    let gone = looked.iter().zip(events.iter()).filter_map(|((one, _), event)| match event {
        EventSeen::Deleted(_) if one.pair.is_some() && one.item.is_some() => Some(one.id.clone()),
        EventSeen::Deleted(_) | EventSeen::Absent | EventSeen::One(_) | EventSeen::Several(_) => None,
    });
    let gone: Vec<ItemId> = gone.collect();
    if gone.is_empty() {
        return Ok(());
    }
    let kept: BTreeMap<ItemId, KeptSeries> =
        ledger.series(&gone).await?.into_iter().filter(|(_, kept)| kept.segments.is_empty()).collect();
    let ids: Vec<RecordId> = kept.values().flat_map(singles).cloned().collect();
    if ids.is_empty() {
        return Ok(());
    }
    let found: Vec<Event> = crm.events_by_id(&ids).await?.into_iter().map(|found| found.event).collect();
    for ((one, _), seen) in looked.iter().zip(events.iter_mut()) {
        let latest = kept.get(&one.id).and_then(|kept| {
            let mut latest_first = singles(kept).rev();
            latest_first.find_map(|id| found.iter().find(|event| event.id == *id))
        });
        if let Some(event) = latest {
            *seen = EventSeen::One(Box::new(event.clone()));
        }
    }
    Ok(())
}

/// The Events that stand for the dates of a series, in the order of the dates.
fn singles(kept: &KeptSeries) -> impl DoubleEndedIterator<Item = &RecordId> {
    kept.dates.iter().filter_map(|(_, date)| KeptDate::event(date)).map(|date| &date.event)
}
