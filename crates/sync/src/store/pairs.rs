//! Pairs: which item belongs to which Event, what both agreed on, and the ids an item goes by.

use calbridge_engine::{
    pair::{self as engine, Agreed, Origin},
    ports::Window,
};
use calbridge_rules::{
    event::{EventField, EventFields, FieldValue},
    holding::{Holding, Saver},
    id::{Address, ItemId, RecordId},
    identity::SyncKey,
};
use sqlx::{
    Any, AssertSqlSafe, Row,
    any::{AnyArguments, AnyRow},
    query::Query,
};

use super::{Store, StoreError, SyncSwitch, paired::holding_text, rows::questions, rulings::ruled};
use crate::clock::instant;

/// How a pair is written whose meeting was made in the calendar.
pub(super) const OUTLOOK: &str = "outlook";
/// How a pair is written whose meeting was made in Salesforce.
pub(super) const SALESFORCE: &str = "salesforce";
/// Characters that a placeholder mostly takes.
const PLACE: usize = 6;
/// The columns of a whole pair, with what was decided about what is held.
const WHOLE: &str =
    "SELECT pairs.item, sync_key, event, base, item_base, origin, COALESCE(what, ''), COALESCE(held, ''),
     COALESCE(ruling, ''), by_hand, holding FROM pairs
     LEFT JOIN holds ON holds.mailbox = pairs.mailbox AND holds.item = pairs.item
     WHERE pairs.mailbox = $1";

/// An item and its Event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The item, by its immutable id.
    pub item: ItemId,
    /// The sync key.
    pub sync_key: String,
    /// The Event.
    pub event: RecordId,
    /// Whether categories and pointer were written on the item.
    pub is_marked: bool,
}

impl Store {
    /// The pair of an item.
    ///
    /// # Errors
    /// The database refused.
    pub async fn pair(&self, mailbox: &Address, item: &ItemId) -> Result<Option<Pair>, StoreError> {
        let row = sqlx::query(
            "SELECT pairs.item, sync_key, event, COALESCE(since_at, 0) FROM pairs
             LEFT JOIN unmarked ON unmarked.mailbox = pairs.mailbox AND unmarked.item = pairs.item
             WHERE pairs.mailbox = $1 AND (pairs.item = $2 OR pairs.item IN
             (SELECT item FROM item_ids WHERE mailbox = $1 AND given_id = $2)) LIMIT 1",
        )
        .bind(mailbox.as_str())
        .bind(item.as_str())
        .fetch_optional(&mut *self.reader().await?)
        .await?;
        row.as_ref().map(pair).transpose()
    }

    /// The whole pairs of items.
    ///
    /// # Errors
    /// The database refused.
    pub async fn pairs_of_items(
        &self,
        mailbox: &Address,
        items: &[ItemId],
    ) -> Result<Vec<engine::Pair>, StoreError> {
        let items: Vec<&str> = items.iter().map(ItemId::as_str).collect();
        self.whole_pairs(mailbox, "pairs.item", &items).await
    }

    /// The whole pairs of Events in a mailbox.
    ///
    /// # Errors
    /// The database refused.
    pub async fn pairs_of_events(
        &self,
        mailbox: &Address,
        events: &[RecordId],
    ) -> Result<Vec<engine::Pair>, StoreError> {
        let events: Vec<&str> = events.iter().map(RecordId::as_str).collect();
        self.whole_pairs(mailbox, "event", &events).await
    }

    async fn whole_pairs(
        &self,
        mailbox: &Address,
        column: &'static str,
        names: &[&str],
    ) -> Result<Vec<engine::Pair>, StoreError> {
        let mut pairs = Vec::new();
        for chunk in questions(names) {
            let sql = format!("{WHOLE} AND {column} IN ({})", places(2, chunk.len()));
            let rows = named(sqlx::query(AssertSqlSafe(sql)).bind(mailbox.as_str()), &chunk);
            for row in rows.fetch_all(&mut *self.reader().await?).await? {
                pairs.push(whole(&row)?);
            }
        }
        Ok(pairs)
    }

    /// The whole pairs whose agreed time touches a window.
    ///
    /// # Errors
    /// The database refused.
    pub async fn pairs_within(
        &self,
        mailbox: &Address,
        window: Window,
    ) -> Result<Vec<engine::Pair>, StoreError> {
        let sql = format!("{WHOLE} AND starts_at < $2 AND ends_at >= $3");
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(mailbox.as_str())
            .bind(window.to.timestamp_millis())
            .bind(window.from.timestamp_millis())
            .fetch_all(&mut *self.reader().await?)
            .await?;
        rows.iter().map(whole).collect()
    }

    /// How many pairs a mailbox has.
    ///
    /// # Errors
    /// The database refused.
    pub async fn count_pairs(&self, mailbox: &Address) -> Result<i64, StoreError> {
        let row = sqlx::query("SELECT COUNT(*) FROM pairs WHERE mailbox = $1")
            .bind(mailbox.as_str())
            .fetch_one(&mut *self.reader().await?)
            .await?;
        Ok(row.try_get(0)?)
    }

    /// Every pair of Events, in whatever mailbox: the Event, the mailbox, and who saved it.
    ///
    /// # Errors
    /// The database refused.
    pub async fn savers(&self, events: &[RecordId]) -> Result<Vec<(RecordId, Address, Saver)>, StoreError> {
        let mut savers = Vec::new();
        let events: Vec<&str> = events.iter().map(RecordId::as_str).collect();
        for chunk in questions(&events) {
            let sql = format!(
                "SELECT event, pairs.mailbox, user_id, created_at, sync FROM pairs JOIN mailboxes ON mailboxes.mailbox = pairs.mailbox
                 WHERE event IN ({}) ORDER BY event, user_id",
                places(1, chunk.len())
            );
            for row in
                named(sqlx::query(AssertSqlSafe(sql)), &chunk).fetch_all(&mut *self.reader().await?).await?
            {
                let mailbox = row.try_get::<String, _>(1)?;
                let mailbox =
                    Address::parse(&mailbox).map_err(|bad| StoreError::Unreadable(bad.to_string()))?;
                let (event, user) = (row.try_get::<String, _>(0)?, row.try_get::<String, _>(2)?);
                let saver = Saver {
                    user: record(&user)?,
                    since: instant(row.try_get(3)?),
                    is_active: SyncSwitch::parse(&row.try_get::<String, _>(4)?)? == SyncSwitch::Active,
                };
                savers.push((record(&event)?, mailbox, saver));
            }
        }
        Ok(savers)
    }

    /// The Event that any mailbox saved under a key.
    ///
    /// # Errors
    /// The database refused.
    pub async fn event_by_key(&self, sync_key: &str) -> Result<Option<RecordId>, StoreError> {
        let row = sqlx::query("SELECT event FROM pairs WHERE sync_key = $1 ORDER BY created_at LIMIT 1")
            .bind(sync_key)
            .fetch_optional(&mut *self.reader().await?)
            .await?;
        let Some(row) = row else { return Ok(None) };
        record(&row.try_get::<String, _>(0)?).map(Some)
    }

    /// The immutable id behind an id that was given before.
    ///
    /// # Errors
    /// The database refused.
    pub async fn item_of(&self, mailbox: &Address, given: &ItemId) -> Result<Option<ItemId>, StoreError> {
        let row = sqlx::query("SELECT item FROM item_ids WHERE mailbox = $1 AND given_id = $2")
            .bind(mailbox.as_str())
            .bind(given.as_str())
            .fetch_optional(&mut *self.reader().await?)
            .await?;
        let Some(row) = row else { return Ok(None) };
        item_id(&row.try_get::<String, _>(0)?).map(Some)
    }

    /// Remembers which item of which meeting an id stands for. An empty meeting is one that nobody told: what was learned of
    /// it before stays.
    ///
    /// # Errors
    /// The database refused.
    pub async fn learn_item_id(
        &self,
        mailbox: &Address,
        given: &ItemId,
        item: &ItemId,
        meeting: &str,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO item_ids (mailbox, given_id, item, meeting) VALUES ($1, $2, $3, $4)
             ON CONFLICT (mailbox, given_id)
             DO UPDATE SET item = $3, meeting = CASE WHEN $4 = '' THEN item_ids.meeting ELSE $4 END",
        )
        .bind(mailbox.as_str())
        .bind(given.as_str())
        .bind(item.as_str())
        .bind(meeting)
        .execute(&self.writer)
        .await?;
        Ok(())
    }
}

/// Placeholders for a list; nothing but their number varies.
pub(super) fn places(first: usize, count: usize) -> String {
    let mut places = String::with_capacity(count * PLACE);
    for place in first..first + count {
        let separator = if place == first { "$" } else { ", $" };
        places.push_str(separator);
        places.push_str(&place.to_string());
    }
    places
}

pub(super) fn named<'q>(
    query: Query<'q, Any, AnyArguments>,
    names: &'q [&'q str],
) -> Query<'q, Any, AnyArguments> {
    names.iter().fold(query, |query, name| query.bind(*name))
}

fn whole(row: &AnyRow) -> Result<engine::Pair, StoreError> {
    let key: String = row.try_get(1)?;
    let (what, held, ruling): (String, String, String) = (row.try_get(6)?, row.try_get(7)?, row.try_get(8)?);
    Ok(engine::Pair {
        item: item_id(&row.try_get::<String, _>(0)?)?,
        key: SyncKey::parse(&key).map_err(|bad| StoreError::Unreadable(bad.to_string()))?,
        event: record(&row.try_get::<String, _>(2)?)?,
        origin: match row.try_get::<String, _>(5)?.as_str() {
            OUTLOOK => Origin::Outlook,
            SALESFORCE => Origin::Salesforce,
            other => return Err(StoreError::Unreadable(format!("origin {other}"))),
        },
        is_by_hand: row.try_get::<i64, _>(9)? == 1,
        holding: holding(&row.try_get::<String, _>(10)?)?,
        agreed: Agreed {
            event: fields(&row.try_get::<String, _>(3)?)?,
            item: fields(&row.try_get::<String, _>(4)?)?,
        },
        ruled: ruled(&what, &held, &ruling)?,
    })
}

pub(super) fn holding(text: &str) -> Result<Holding, StoreError> {
    let all = [Holding::OwnWithInvitees, Holding::Organizers, Holding::FirstSavers, Holding::EachSavers];
    let found = all.into_iter().find(|holding| holding_text(*holding) == text);
    found.ok_or_else(|| StoreError::Unreadable(format!("holding {text}")))
}

pub(super) fn fields(text: &str) -> Result<EventFields, StoreError> {
    serde_json::from_str(text).map_err(|bad| StoreError::Unreadable(bad.to_string()))
}

pub(super) fn pair(row: &AnyRow) -> Result<Pair, StoreError> {
    Ok(Pair {
        item: item_id(&row.try_get::<String, _>(0)?)?,
        sync_key: row.try_get(1)?,
        event: record(&row.try_get::<String, _>(2)?)?,
        is_marked: row.try_get::<i64, _>(3)? == 0,
    })
}

pub(super) fn item_id(text: &str) -> Result<ItemId, StoreError> {
    ItemId::parse(text).map_err(|bad| StoreError::Unreadable(bad.to_string()))
}

pub(super) fn record(text: &str) -> Result<RecordId, StoreError> {
    RecordId::parse(text).map_err(|bad| StoreError::Unreadable(bad.to_string()))
}

/// A record, where the text is not empty.
pub(super) fn optional_record(text: &str) -> Result<Option<RecordId>, StoreError> {
    if text.is_empty() { Ok(None) } else { record(text).map(Some) }
}

/// The subject among fields that are kept as text.
pub(super) fn subject_of(text: &str) -> Result<Option<String>, StoreError> {
    match fields(text)?.get(&EventField::Subject) {
        Some(FieldValue::Text(subject)) => Ok(Some(subject.clone())),
        Some(
            FieldValue::Empty
            | FieldValue::Flag(_)
            | FieldValue::Number(_)
            | FieldValue::Instant(_)
            | FieldValue::Date(_)
            | FieldValue::Record(_),
        )
        | None => Ok(None),
    }
}
