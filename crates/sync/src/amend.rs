//! Values that a person wants back on an Event: what a session overwrote or deleted (UNS-2), or the other side of a clash
//! (DWN-5). Never blind: somebody else's change in between is shown first, as the pane does it (SAV-13).

mod series;

use calbridge_engine::{
    ports::{Calendar, Crm, KeyedEvent, NewItem, Part, Pointer, Relation, Relations, Sought, Trouble, Tying},
    values_of,
};
use calbridge_rules::{
    conflict::{Conflict, conflicts},
    event::{Event, EventField, EventFields, FieldValue},
    id::{Address, ItemId, RecordId},
    identity::SyncKey,
    mapping,
    settings::Calendars,
    status::Issue,
};
use calbridge_wire::CallError;

use crate::{
    app::App,
    desk::{Pace, Place, Seat},
    outlook::Outlook,
    store::{ByHand, Clashed, JournalEntry, StoreError},
};

/// Times travel together.
const TIMES: [EventField; 3] = [EventField::Start, EventField::End, EventField::IsAllDay];

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum NotAmended {
    /// Somebody changed these fields since; `mine` is what would be written.
    #[error("changed since")]
    Changed(Vec<Conflict>),
    /// The Event is gone.
    #[error("gone")]
    Gone,
    /// The deleted Event was replaced by another one meanwhile.
    #[error("replaced by {0}")]
    Replaced(RecordId),
    /// The deleted Event cannot be told from others any more.
    #[error("without a key")]
    NoKey,
    /// It was undone or flipped before, or its time is up.
    #[error("no longer open")]
    NotOpen,
    /// Somebody related people otherwise since.
    #[error("related otherwise since")]
    RelatedSince,
    /// The meeting is somebody else's, so that the next session would put it back (DWN-7).
    #[error("not this user's to change")]
    NotYours,
    /// Salesforce refused.
    #[error("refused: {}", .0.code)]
    Refused(Issue),
    /// Salesforce does not answer, or answered unclearly.
    #[error("not now")]
    NotNow,
    /// Outlook does not answer.
    #[error("not now")]
    CalendarSilent,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<Trouble> for NotAmended {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Gone => Self::Gone,
            Trouble::Refused(issue) => Self::Refused(issue),
            Trouble::Unclear
            | Trouble::Later { .. }
            | Trouble::Stale
            | Trouble::Stopped(_)
            | Trouble::Fenced => Self::NotNow,
        }
    }
}

/// Undoes a journal entry (UNS-2). `over` holds values that somebody else wrote since, and that the person was shown and
/// wants overwritten.
///
/// # Errors
/// Nothing was written; the variant says why.
pub async fn undo(
    app: &App,
    entry: &JournalEntry,
    by: &RecordId,
    over: &EventFields,
) -> Result<(), NotAmended> {
    if entry.is_undone {
        return Err(NotAmended::NotOpen);
    }
    if entry.is_deletion() {
        bring_back(app, entry).await?;
    } else {
        write_back(app, entry, by, over).await?;
    }
    if entry.is_item_deletion() {
        item_again(app, entry).await?;
    }
    Ok(app.store.undone(entry, app.now_ms()).await?)
}

/// Writes what was overwritten back, on the Event: from there the next session takes to the item what the item said, and asks
/// first where that mails people (PPL-8).
async fn write_back(
    app: &App,
    entry: &JournalEntry,
    by: &RecordId,
    over: &EventFields,
) -> Result<(), NotAmended> {
    let restoring = match &entry.ties {
        Some((before, after)) => {
            let stands = relations(app, &entry.event).await?;
            let stands: Vec<&Relation> = stands.iter().collect();
            if after.changed_since(before, &stands) {
                return Err(NotAmended::RelatedSince);
            }
            before.restoring(&stands)
        }
        None => Vec::new(),
    };
    let (mut wanted, mut shown) = (entry.before.clone(), entry.after.clone());
    if let Some((before, after)) = entry.item_values.as_ref().filter(|(_, after)| !after.is_empty()) {
        wanted = with(&wanted, before);
        shown = with(&shown, after);
    }
    // Under which key an Event stands is no value that anybody saw.
    wanted.retain(|field, _| *field != EventField::SyncKey);
    if !wanted.is_empty() {
        let amended = Amended {
            mailbox: &entry.mailbox,
            event: &entry.event,
            item: entry.item.as_ref(),
            by,
            shown: with(&shown, over),
            wanted,
        };
        amended.write(app).await?;
    }
    relate(app, &entry.event, restoring).await
}

/// Makes a deleted item again as it was, without its people, whom sync does not mail.
async fn item_again(app: &App, entry: &JournalEntry) -> Result<(), NotAmended> {
    let Some((before, _)) = &entry.item_values else { return Ok(()) };
    let event = Event {
        id: entry.event.clone(),
        fields: before.clone(),
        system_modstamp: app.clock.now(),
        last_modified_by: None,
        last_modified: app.clock.now(),
    };
    let new = NewItem {
        // The same for every try, so that a lost answer makes no second one.
        transaction: format!("calbridge-undo-{}-{}", entry.event, entry.number),
        values: values_of(&event),
        guests: Vec::new(),
        series: None,
        categories: Vec::new(),
        pointer: Pointer::Cleared,
    };
    // It comes back where new items go, in the default one.
    let calendars = Calendars::default();
    let outlook = Outlook { mailroom: &app.mailroom, mailbox: &entry.mailbox, calendars: &calendars };
    let made = outlook.create(&[new], app.clock.now()).await.into_iter().next();
    made.unwrap_or(Err(Trouble::Unclear)).map(drop).map_err(|trouble| match trouble {
        Trouble::Refused(issue) => NotAmended::Refused(issue),
        Trouble::Unclear
        | Trouble::Later { .. }
        | Trouble::Gone
        | Trouble::Stale
        | Trouble::Stopped(_)
        | Trouble::Fenced => NotAmended::CalendarSilent,
    })
}

/// The relations of an Event as they stand.
async fn relations(app: &App, event: &RecordId) -> Result<Vec<Relation>, NotAmended> {
    let place = app.desk.sit();
    Ok(seat(app, &place).relations(std::slice::from_ref(event)).await?)
}

/// Writes relations; the first that is refused is told, the others are written all the same.
async fn relate(app: &App, event: &RecordId, writes: Vec<Tying>) -> Result<(), NotAmended> {
    if writes.is_empty() {
        return Ok(());
    }
    let place = app.desk.sit();
    let rows = [(event.clone(), writes)];
    let told = seat(app, &place).relate(&rows).await.into_iter().next().unwrap_or(Err(Trouble::Unclear))?;
    match told.into_iter().next() {
        Some((_, issue)) => Err(NotAmended::Refused(issue)),
        None => Ok(()),
    }
}

/// Takes Salesforce's value of a clash after all (DWN-5): it is written on the Event, from where the next session takes it to
/// the item.
///
/// # Errors
/// Nothing was written; the variant says why.
pub async fn flip(
    app: &App,
    clashes: &[Clashed],
    field: &EventField,
    by: &RecordId,
    over: &EventFields,
) -> Result<(), NotAmended> {
    let is_together = |one: &&Clashed| {
        one.clash.field == *field || (TIMES.contains(field) && TIMES.contains(&one.clash.field))
    };
    let together: Vec<&Clashed> = clashes.iter().filter(is_together).collect();
    let Some(first) = together.first() else { return Err(NotAmended::NotOpen) };
    if together.iter().all(|one| was_put_back(one)) {
        return Err(NotAmended::NotYours);
    }
    let said = |side: fn(&Clashed) -> &FieldValue| -> EventFields {
        together.iter().map(|one| (one.clash.field.clone(), side(one).clone())).collect()
    };
    let amended = Amended {
        mailbox: &first.mailbox,
        event: &first.event,
        item: Some(&first.item),
        by,
        shown: with(&said(|one| &one.clash.outlook), over),
        wanted: said(|one| &one.clash.salesforce),
    };
    amended.write(app).await?;
    let now_ms = app.now_ms();
    for one in &together {
        app.store.flipped(one, now_ms).await?;
    }
    Ok(app.store.look_again(&first.mailbox, &first.item, now_ms).await?)
}

/// Whether Outlook had not changed the field: Salesforce's edit was put back because the meeting is somebody else's (DWN-7).
pub fn was_put_back(one: &Clashed) -> bool {
    mapping::same(&one.clash.field, &one.clash.agreed, &one.clash.outlook)
}

/// Values for an Event.
struct Amended<'a> {
    mailbox: &'a Address,
    event: &'a RecordId,
    item: Option<&'a ItemId>,
    by: &'a RecordId,
    /// What the person believes to stand.
    shown: EventFields,
    wanted: EventFields,
}

impl Amended<'_> {
    /// Looks, keeps what stands, writes.
    async fn write(mut self, app: &App) -> Result<(), NotAmended> {
        let stands = event(app, self.event).await?.ok_or(NotAmended::Gone)?.event.fields;
        let clashing = conflicts(&self.shown, &stands, &self.wanted);
        if !clashing.is_empty() {
            return Err(NotAmended::Changed(clashing));
        }
        if TIMES.iter().any(|field| self.wanted.contains_key(field)) {
            for field in
                TIMES.into_iter().filter(|field| !self.wanted.contains_key(field)).collect::<Vec<_>>()
            {
                if let Some(value) = stands.get(&field) {
                    self.wanted.insert(field, value.clone());
                }
            }
        }
        let change = mapping::changed(&self.wanted, &stands);
        if change.is_empty() {
            return Ok(());
        }
        let stood =
            |field| stands.get(field).map(|value: &FieldValue| (EventField::clone(field), value.clone()));
        let before: EventFields = change.keys().filter_map(stood).collect();
        let written = ByHand {
            mailbox: self.mailbox,
            event: self.event,
            item: self.item,
            by: self.by,
            before: &before,
            after: &change,
        };
        app.store.journal_by_hand(&written, app.now_ms()).await?;
        let row = [(self.event.clone(), change)];
        let place = app.desk.sit();
        Ok(seat(app, &place).update(&row).await.into_iter().next().unwrap_or(Err(Trouble::Unclear))?)
    }
}

/// Makes a deleted Event again under its key, and lets a session find it for its item.
async fn bring_back(app: &App, entry: &JournalEntry) -> Result<(), NotAmended> {
    if event(app, &entry.event).await?.is_some() {
        return Ok(());
    }
    let key = match entry.before.get(&EventField::SyncKey) {
        Some(FieldValue::Text(key)) => SyncKey::parse(key).map_err(|_| NotAmended::NoKey)?,
        Some(
            FieldValue::Empty
            | FieldValue::Flag(_)
            | FieldValue::Number(_)
            | FieldValue::Instant(_)
            | FieldValue::Date(_)
            | FieldValue::Record(_),
        )
        | None => return Err(NotAmended::NoKey),
    };
    let place = app.desk.sit();
    let org = seat(app, &place);
    if let Some(newer) = org.events_by_key(&[Sought::under(key.clone())]).await?.first() {
        return Err(NotAmended::Replaced(newer.event.id.clone()));
    }
    let made = if let Some(Part::Master { classic, without }) = &entry.part {
        drop(place);
        series::bring_back(app, entry, key, classic, without).await?
    } else {
        let mut fields = entry.before.clone();
        fields.retain(|field, value| *field != EventField::SyncKey && !value.is_empty());
        let made = org.upsert(&[(key, fields)]).await.into_iter().next().unwrap_or(Err(Trouble::Unclear))?;
        // Nobody shall wait for this place while something else is asked.
        drop(place);
        made
    };
    if let Some((before, _)) = &entry.ties {
        let stands = relations(app, &made).await?;
        let writes = before.restoring(&stands.iter().collect::<Vec<_>>());
        // The Event is there again: what is refused of its relations must not keep its item from it.
        if let Err(error) = relate(app, &made, writes).await {
            tracing::warn!(event = %made, %error, "relations were not brought back");
        }
    }
    let Some(item) = &entry.item else { return Ok(()) };
    let reading = app.mailroom.reading(&entry.mailbox, item.clone());
    if let Err(CallError::Gone) = app.mailroom.call(&entry.mailbox, 1, &reading).await {
        // There is nothing that the Event could be kept together with.
        return Ok(());
    }
    Ok(app.store.ask_for(&entry.mailbox, item, app.now_ms()).await?)
}

async fn event(app: &App, id: &RecordId) -> Result<Option<KeyedEvent>, NotAmended> {
    let place = app.desk.sit();
    Ok(seat(app, &place).events_by_id(std::slice::from_ref(id)).await?.into_iter().next())
}

/// Somebody waits.
fn seat<'a>(app: &'a App, place: &'a Place) -> Seat<'a> {
    Seat { place, org: &app.org, pace: Pace::Pressed }
}

fn with(fields: &EventFields, over: &EventFields) -> EventFields {
    let mut fields = fields.clone();
    fields.extend(over.iter().map(|(field, value)| (field.clone(), value.clone())));
    fields
}
