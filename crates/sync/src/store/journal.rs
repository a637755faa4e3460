//! The journal: what stood where something was overwritten or deleted, on either side, for 30 days (UNS-2).

use std::collections::BTreeMap;

use calbridge_engine::ports::{Foresight, ItemOver, Part as SeriesPart, Ties, TiesOver};
use calbridge_rules::{
    event::EventFields,
    id::{Address, ItemId, RecordId},
};
use sqlx::{Any, AssertSqlSafe, Row, Transaction, any::AnyRow};

use super::{
    Store, StoreError,
    left::unfinished,
    paired::fields_text,
    pairs::{fields, item_id, named, places, record},
    rows::{portions, questions},
    work::want_in,
};

/// Values that all entries of a statement share.
const SHARED: usize = 3;
/// Values of each entry beside those.
const OWN: usize = 4;
/// Fields of which there are none.
const NO_FIELDS: &str = "{}";
/// How long an entry is kept, in days.
pub const JOURNAL_DAYS: i64 = 30;

/// Parts of series in one question at most.
const PARTS_LIMIT: i64 = 2_000;

/// What was overwritten or deleted.
#[derive(Clone, Debug, PartialEq)]
pub struct JournalEntry {
    /// Through whose mailbox.
    pub mailbox: Address,
    /// The mailbox's user, by name.
    pub user_name: String,
    /// The Event.
    pub event: RecordId,
    /// Tells the entries of one Event apart.
    pub number: i64,
    /// The item, where it was known.
    pub item: Option<ItemId>,
    /// When, in milliseconds.
    pub written_ms: i64,
    /// What stood there.
    pub before: EventFields,
    /// What was written; nothing where the Event was deleted.
    pub after: EventFields,
    /// Who wrote it by hand; nobody where a session did.
    pub by: Option<RecordId>,
    /// Whether it was undone.
    pub is_undone: bool,
    /// Relations of the Event that were written over, before and after; with a deleted Event all of them went.
    pub ties: Option<(Ties, Ties)>,
    /// What the item said where it was written over, and what was written; nothing where it was deleted.
    pub item_values: Option<(EventFields, EventFields)>,
    /// What it was within a series, where it was deleted as that.
    pub part: Option<SeriesPart>,
}

impl JournalEntry {
    /// Whether the Event was deleted.
    pub fn is_deletion(&self) -> bool {
        !self.before.is_empty() && self.after.is_empty()
    }

    /// Whether the item was deleted.
    pub fn is_item_deletion(&self) -> bool {
        self.item_values.as_ref().is_some_and(|(_, after)| after.is_empty())
    }
}

/// What a person writes on an Event by hand.
#[derive(Clone, Copy, Debug)]
pub struct ByHand<'a> {
    /// Through whose mailbox.
    pub mailbox: &'a Address,
    /// The Event.
    pub event: &'a RecordId,
    /// Its item, where it is known.
    pub item: Option<&'a ItemId>,
    /// Who.
    pub by: &'a RecordId,
    /// What stands there.
    pub before: &'a EventFields,
    /// What is written.
    pub after: &'a EventFields,
}

const ENTRY: &str =
    "SELECT journal.mailbox, user_name, event, fence, item, written_at, before_values, after_values,
     by_user, undone_at, ties_before, ties_after, item_before, item_after, part
     FROM journal JOIN mailboxes ON mailboxes.mailbox = journal.mailbox";

impl Store {
    /// The journal of one mailbox or of all, the latest first.
    ///
    /// # Errors
    /// The database refused.
    pub async fn journal(
        &self,
        mailbox: Option<&Address>,
        limit: i64,
    ) -> Result<Vec<JournalEntry>, StoreError> {
        let sql = format!(
            "{ENTRY} WHERE $1 = '' OR journal.mailbox = $1 ORDER BY written_at DESC, event, fence DESC LIMIT $2"
        );
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(mailbox.map_or("", Address::as_str))
            .bind(limit)
            .fetch_all(&mut *self.reader().await?)
            .await?;
        rows.iter().map(entry).collect()
    }

    /// One entry.
    ///
    /// # Errors
    /// The database refused.
    pub async fn journal_entry(
        &self,
        mailbox: &Address,
        event: &RecordId,
        number: i64,
    ) -> Result<Option<JournalEntry>, StoreError> {
        let sql = format!("{ENTRY} WHERE journal.mailbox = $1 AND event = $2 AND fence = $3");
        let row = sqlx::query(AssertSqlSafe(sql))
            .bind(mailbox.as_str())
            .bind(event.as_str())
            .bind(number)
            .fetch_optional(&mut *self.reader().await?)
            .await?;
        row.as_ref().map(entry).transpose()
    }

    /// What one session deleted of series.
    ///
    /// # Errors
    /// The database refused.
    pub async fn journal_of_parts(
        &self,
        mailbox: &Address,
        number: i64,
    ) -> Result<Vec<JournalEntry>, StoreError> {
        let sql = format!(
            "{ENTRY} WHERE journal.mailbox = $1 AND fence = $2 AND part <> '' ORDER BY event LIMIT {PARTS_LIMIT}"
        );
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(mailbox.as_str())
            .bind(number)
            .fetch_all(&mut *self.reader().await?)
            .await?;
        rows.iter().map(entry).collect()
    }

    /// What stood on those of the Events that sessions deleted, where nobody brought it back.
    ///
    /// # Errors
    /// The database refused.
    pub async fn taken_away(
        &self,
        mailbox: &Address,
        events: &[RecordId],
    ) -> Result<Vec<(RecordId, EventFields)>, StoreError> {
        let events: Vec<&str> = events.iter().map(RecordId::as_str).collect();
        let mut taken = Vec::new();
        for chunk in questions(&events) {
            let sql = format!(
                "{ENTRY} WHERE journal.mailbox = $1 AND fence > 0 AND event IN ({}) ORDER BY event, fence",
                places(2, chunk.len())
            );
            let rows = named(sqlx::query(AssertSqlSafe(sql)).bind(mailbox.as_str()), &chunk);
            for row in rows.fetch_all(&mut *self.reader().await?).await? {
                let entry = entry(&row)?;
                if entry.is_deletion() && !entry.is_undone {
                    taken.push((entry.event, entry.before));
                }
            }
        }
        Ok(taken)
    }

    /// Keeps what somebody is about to write by hand.
    ///
    /// # Errors
    /// The database refused.
    pub async fn journal_by_hand(&self, written: &ByHand<'_>, now_ms: i64) -> Result<(), StoreError> {
        // Entries of sessions are numbered by fences, which are positive; these count downwards.
        sqlx::query(
            "INSERT INTO journal (mailbox, event, fence, written_at, before_values, after_values, item, by_user)
             SELECT $1, $2, COALESCE(MIN(fence), 0) - 1, $3, $4, $5, $6, $7 FROM journal
             WHERE mailbox = $1 AND event = $2 AND fence < 0",
        )
        .bind(written.mailbox.as_str())
        .bind(written.event.as_str())
        .bind(now_ms)
        .bind(fields_text(written.before)?)
        .bind(fields_text(written.after)?)
        .bind(written.item.map_or("", ItemId::as_str))
        .bind(written.by.as_str())
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Notes that an entry was undone, and has its item looked at again.
    ///
    /// # Errors
    /// The database refused.
    pub async fn undone(&self, entry: &JournalEntry, now_ms: i64) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        want_in(&mut transaction, &entry.mailbox, now_ms).await?;
        sqlx::query("UPDATE journal SET undone_at = $1 WHERE mailbox = $2 AND event = $3 AND fence = $4")
            .bind(now_ms)
            .bind(entry.mailbox.as_str())
            .bind(entry.event.as_str())
            .bind(entry.number)
            .execute(&mut *transaction)
            .await?;
        if let Some(item) = &entry.item {
            unfinished(&mut transaction, &entry.mailbox, item, now_ms).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Has an item looked at by the next session, which is soon.
    ///
    /// # Errors
    /// The database refused.
    pub async fn look_again(&self, mailbox: &Address, item: &ItemId, now_ms: i64) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        want_in(&mut transaction, mailbox, now_ms).await?;
        unfinished(&mut transaction, mailbox, item, now_ms).await?;
        transaction.commit().await?;
        Ok(())
    }
}

/// What a session is about to write over: one entry for each Event, whatever of it is written over. Numbered by the
/// session's fence, so that what is written in several goes stands together.
pub(super) async fn journal(
    transaction: &mut Transaction<'static, Any>,
    lease: &super::Lease,
    foresight: &Foresight,
    now_ms: i64,
) -> Result<(), StoreError> {
    let mut fields = Vec::with_capacity(foresight.overwrites.len());
    for (event, before, after) in &foresight.overwrites {
        fields.push(Over { event, item: None, before: fields_text(before)?, after: fields_text(after)? });
    }
    put(transaction, lease, Part::Fields, fields, now_ms).await?;
    let mut ties = Vec::with_capacity(foresight.ties.len());
    for TiesOver { event, before, after } in &foresight.ties {
        ties.push(Over { event, item: None, before: ties_text(before)?, after: ties_text(after)? });
    }
    put(transaction, lease, Part::Ties, ties, now_ms).await?;
    let mut items = Vec::with_capacity(foresight.items.len());
    for ItemOver { item, event, before, after } in &foresight.items {
        let (before, after) = (fields_text(before)?, fields_text(after)?);
        items.push(Over { event, item: Some(item), before, after });
    }
    put(transaction, lease, Part::Item, items, now_ms).await?;
    for (event, part) in &foresight.parts {
        put_part(transaction, lease, event, part).await?;
    }
    Ok(())
}

/// What of an entry is kept together.
#[derive(Clone, Copy)]
enum Part {
    Fields,
    Ties,
    Item,
}

impl Part {
    /// The columns of what stood there and of what is written, and what stands in the first of an entry without this part.
    fn columns(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Fields => ("before_values", "after_values", NO_FIELDS),
            Self::Ties => ("ties_before", "ties_after", ""),
            Self::Item => ("item_before", "item_after", ""),
        }
    }
}

/// A part of what is written over.
struct Over<'f> {
    event: &'f RecordId,
    /// Its item, where that is known better than by the pair.
    item: Option<&'f ItemId>,
    before: String,
    after: String,
}

/// Puts a part into the entries of Events, many in one statement.
async fn put(
    transaction: &mut Transaction<'static, Any>,
    lease: &super::Lease,
    part: Part,
    all: Vec<Over<'_>>,
    now_ms: i64,
) -> Result<(), StoreError> {
    // A statement may change a row once only, and what stood before the first write of a session is what counts.
    let mut once: BTreeMap<&RecordId, Over<'_>> = BTreeMap::new();
    for over in all {
        once.entry(over.event).or_insert(over);
    }
    let once: Vec<Over<'_>> = once.into_values().collect();
    for portion in portions(&once) {
        let mut query = sqlx::query(AssertSqlSafe(put_sql(part, portion.len())))
            .bind(lease.mailbox.as_str())
            .bind(lease.fence)
            .bind(now_ms);
        for over in portion {
            query = query
                .bind(over.event.as_str())
                .bind(over.item.map_or("", ItemId::as_str))
                .bind(over.before.as_str())
                .bind(over.after.as_str());
        }
        query.execute(&mut **transaction).await?;
    }
    Ok(())
}

/// A statement for so many entries. One that is there for another part already keeps that.
fn put_sql(part: Part, count: usize) -> String {
    let (before, after, nothing) = part.columns();
    // An entry of relations or of an item alone has no fields, which are written as none.
    let (none, values) = match part {
        Part::Fields => ("", String::new()),
        Part::Ties | Part::Item => {
            (", before_values, after_values", format!(", '{NO_FIELDS}', '{NO_FIELDS}'"))
        }
    };
    let named = match part {
        Part::Fields | Part::Ties => "",
        Part::Item => ", item = excluded.item",
    };
    let row = |at: usize| {
        let event = SHARED + at * OWN + 1;
        let [item, stood, stands] = [event + 1, event + 2, event + 3];
        format!(
            "($1, $2, $3, ${event}, COALESCE(NULLIF(${item}, ''),
             (SELECT MIN(item) FROM pairs WHERE mailbox = $1 AND event = ${event}), ''), ${stood}, ${stands}{values})"
        )
    };
    let rows = (0..count).map(row).collect::<Vec<_>>().join(", ");
    format!(
        "INSERT INTO journal (mailbox, fence, written_at, event, item, {before}, {after}{none}) VALUES {rows}
         ON CONFLICT (mailbox, event, fence) DO UPDATE SET {before} = excluded.{before},
         {after} = excluded.{after}{named} WHERE journal.{before} = '{nothing}'"
    )
}

fn ties_text(ties: &Ties) -> Result<String, StoreError> {
    serde_json::to_string(ties).map_err(|bad| StoreError::Unreadable(bad.to_string()))
}

/// Both sides of relations, where some were written over.
fn ties_over(before: &str, after: &str) -> Result<Option<(Ties, Ties)>, StoreError> {
    let read = |text: &str| serde_json::from_str(text).map_err(|bad| StoreError::Unreadable(bad.to_string()));
    if before.is_empty() { Ok(None) } else { Ok(Some((read(before)?, read(after)?))) }
}

/// Both sides of an item, where it was written over.
fn item_over(before: &str, after: &str) -> Result<Option<(EventFields, EventFields)>, StoreError> {
    if before.is_empty() { Ok(None) } else { Ok(Some((fields(before)?, fields(after)?))) }
}

/// Notes what a deleted Event was within a series.
async fn put_part(
    transaction: &mut Transaction<'static, Any>,
    lease: &super::Lease,
    event: &RecordId,
    part: &SeriesPart,
) -> Result<(), StoreError> {
    let text = serde_json::to_string(part).map_err(|bad| StoreError::Unreadable(bad.to_string()))?;
    sqlx::query(
        "UPDATE journal SET part = $1, item = CASE WHEN item = '' THEN COALESCE(
         (SELECT MIN(item) FROM series_events WHERE mailbox = $2 AND event = $3), '') ELSE item END
         WHERE mailbox = $2 AND event = $3 AND fence = $4",
    )
    .bind(text)
    .bind(lease.mailbox.as_str())
    .bind(event.as_str())
    .bind(lease.fence)
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

fn part(text: &str) -> Result<Option<SeriesPart>, StoreError> {
    if text.is_empty() {
        return Ok(None);
    }
    serde_json::from_str(text).map(Some).map_err(|bad| StoreError::Unreadable(bad.to_string()))
}

fn entry(row: &AnyRow) -> Result<JournalEntry, StoreError> {
    let mailbox: String = row.try_get(0)?;
    let (item, by): (String, String) = (row.try_get(4)?, row.try_get(8)?);
    Ok(JournalEntry {
        mailbox: Address::parse(&mailbox).map_err(|bad| StoreError::Unreadable(bad.to_string()))?,
        user_name: row.try_get(1)?,
        event: record(&row.try_get::<String, _>(2)?)?,
        number: row.try_get(3)?,
        item: if item.is_empty() { None } else { Some(item_id(&item)?) },
        written_ms: row.try_get(5)?,
        before: fields(&row.try_get::<String, _>(6)?)?,
        after: fields(&row.try_get::<String, _>(7)?)?,
        by: super::pairs::optional_record(&by)?,
        is_undone: row.try_get::<i64, _>(9)? > 0,
        ties: ties_over(&row.try_get::<String, _>(10)?, &row.try_get::<String, _>(11)?)?,
        item_values: item_over(&row.try_get::<String, _>(12)?, &row.try_get::<String, _>(13)?)?,
        part: part(&row.try_get::<String, _>(14)?)?,
    })
}
