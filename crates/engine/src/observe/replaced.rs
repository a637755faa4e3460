//! Events of series that a session took away to put others in their place (SER-4), and did not live to keep that: it is not
//! somebody else's deletion (DWN-2).

use calbridge_rules::{event::Event, id::RecordId, identity::SyncKey};
use chrono::{DateTime, Utc};

use super::{EventSeen, sight::Looked};
use crate::ports::{Ledger, Trouble};

/// Takes such Events as they stood before, so that what was begun is finished.
pub(super) async fn stand_again(
    ledger: &impl Ledger,
    looked: &[(Looked, SyncKey)],
    events: &mut [EventSeen],
    now: DateTime<Utc>,
) -> Result<(), Trouble> {
    let gone = looked.iter().zip(events.iter()).filter_map(|((one, _), event)| match event {
        EventSeen::Deleted(event) if one.pair.is_some() && one.item.is_some() => Some(event.clone()),
        EventSeen::Deleted(_) | EventSeen::Absent | EventSeen::One(_) | EventSeen::Several(_) => None,
    });
    let gone: Vec<RecordId> = gone.collect();
    if gone.is_empty() {
        return Ok(());
    }
    let parts: Vec<RecordId> = ledger.series_of(&gone).await?.into_iter().map(|(event, _)| event).collect();
    if parts.is_empty() {
        return Ok(());
    }
    for (event, fields) in ledger.taken_away(&parts).await? {
        for seen in events.iter_mut().filter(|seen| matches!(seen, EventSeen::Deleted(id) if *id == event)) {
            let stood = Event {
                id: event.clone(),
                fields: fields.clone(),
                system_modstamp: now,
                last_modified_by: None,
                last_modified: now,
            };
            *seen = EventSeen::One(Box::new(stood));
        }
    }
    Ok(())
}
