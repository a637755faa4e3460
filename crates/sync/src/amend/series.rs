//! A deleted series brought back (UNS-2): its master, and over its new occurrences what the deleted ones said of their own.

use calbridge_engine::ports::{Crm, CrmDate, NewSeries, Part, Trouble};
use calbridge_rules::{
    event::{EventField, EventFields, FieldValue},
    id::RecordId,
    identity::SyncKey,
    mapping,
    series::{Classic, OriginalStart},
};

use super::{NotAmended, seat};
use crate::{app::App, store::JournalEntry};

/// Makes a deleted Classic series again under its key; answers its master.
pub(super) async fn bring_back(
    app: &App,
    entry: &JournalEntry,
    key: SyncKey,
    classic: &Classic,
    without: &[OriginalStart],
) -> Result<RecordId, NotAmended> {
    let place = app.desk.sit();
    let org = seat(app, &place);
    let mut fields = entry.before.clone();
    fields.retain(|field, value| *field != EventField::SyncKey && !value.is_empty());
    let master = org.create_series(&NewSeries { key, fields, classic: classic.clone() }).await?;
    let made = org.series(std::slice::from_ref(&master)).await?;
    let Some(made) = made.into_iter().next() else { return Err(NotAmended::NotNow) };
    let begins = |date: &CrmDate| match date.event.fields.get(&EventField::Start) {
        Some(FieldValue::Instant(start)) => date.original.or(Some(*start)),
        Some(_) | None => date.original,
    };
    let row_of = |original: OriginalStart| {
        made.dates.iter().find(|date| begins(date) == Some(original)).map(|date| &date.event)
    };
    let gone: Vec<RecordId> =
        without.iter().filter_map(|original| row_of(*original)).map(|event| event.id.clone()).collect();
    let mut own: Vec<(RecordId, EventFields)> = Vec::new();
    for date in app.store.journal_of_parts(&entry.mailbox, entry.number).await? {
        let Some(Part::Date { master, original }) = &date.part else { continue };
        if let Some(row) = row_of(*original).filter(|_| *master == entry.event) {
            let mut said = date.before;
            said.remove(&EventField::SyncKey);
            let change = mapping::changed(&said, &row.fields);
            own.extend((!change.is_empty()).then(|| (row.id.clone(), change)));
        }
    }
    let rewritten = if own.is_empty() { Vec::new() } else { org.update(&own).await };
    let deleted = if gone.is_empty() { Vec::new() } else { org.delete(&gone).await };
    for answer in rewritten.into_iter().chain(deleted) {
        match answer {
            Ok(()) | Err(Trouble::Gone) => {}
            Err(trouble) => {
                tracing::warn!(event = %master, %trouble, "a date of a series was not brought back as it was");
            }
        }
    }
    Ok(master)
}
