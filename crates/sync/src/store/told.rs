//! What is the matter with Events that have no item, and with calendars as a whole, and when Events come up again by
//! themselves.

use calbridge_engine::ports::{EventIssue, RoundEnd};
use calbridge_rules::{
    cause::Cause,
    id::{Address, ItemId, RecordId},
};
use sqlx::{Any, Transaction};

use super::{StoreError, pass::put_issue};

/// Under what name the issues of a calendar as a whole are kept: no item's id is as short.
const CALENDAR: &str = "calendar";

/// Whether an issue is one of a calendar as a whole.
pub(crate) fn is_of_calendar(about: &ItemId) -> bool {
    about.as_str() == CALENDAR
}

/// Keeps that a calendar's rounds never end, or forgets it.
pub(super) async fn put_round(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    round: RoundEnd,
    now_ms: i64,
) -> Result<(), StoreError> {
    match round {
        RoundEnd::Unknown => Ok(()),
        RoundEnd::Reached => {
            sqlx::query("DELETE FROM issues WHERE mailbox = $1 AND item = $2")
                .bind(mailbox.as_str())
                .bind(CALENDAR)
                .execute(&mut **transaction)
                .await?;
            Ok(())
        }
        RoundEnd::Never => {
            let about = ItemId::parse(CALENDAR).map_err(|bad| StoreError::Unreadable(bad.to_string()))?;
            put_issue(transaction, mailbox, &about, &Cause::EndlessRound.issue(), now_ms).await
        }
    }
}

/// Keeps the issue of an Event, or forgets it where the Event is well by now.
pub(super) async fn put(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    told: &EventIssue,
    now_ms: i64,
) -> Result<(), StoreError> {
    let Some(issue) = &told.issue else {
        sqlx::query("DELETE FROM issues WHERE mailbox = $1 AND item = $2")
            .bind(mailbox.as_str())
            .bind(told.about.as_str())
            .execute(&mut **transaction)
            .await?;
        return Ok(());
    };
    put_issue(transaction, mailbox, &told.about, issue, now_ms).await?;
    sqlx::query("UPDATE issues SET event = $3 WHERE mailbox = $1 AND item = $2 AND event = ''")
        .bind(mailbox.as_str())
        .bind(told.about.as_str())
        .bind(told.event.as_str())
        .execute(&mut **transaction)
        .await?;
    Ok(())
}

/// Forgets the issues of Events that are gone. What was told once for several Events may be told of others: whatever comes up
/// again by itself does so at once.
pub(super) async fn forget_gone(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    gone: &[RecordId],
    now_ms: i64,
) -> Result<(), StoreError> {
    let mut forgotten = 0;
    for event in gone {
        let issues = sqlx::query("DELETE FROM issues WHERE mailbox = $1 AND event = $2")
            .bind(mailbox.as_str())
            .bind(event.as_str())
            .execute(&mut **transaction)
            .await?;
        forgotten += issues.rows_affected();
    }
    if forgotten > 0 {
        sqlx::query("UPDATE news SET again_at = $2 WHERE mailbox = $1 AND again_at > $2")
            .bind(mailbox.as_str())
            .bind(now_ms)
            .execute(&mut **transaction)
            .await?;
    }
    Ok(())
}

/// Has an Event heard of again at a time, though nobody changes it.
pub(super) async fn again(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    event: &RecordId,
    at_ms: i64,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE news SET again_at = $3 WHERE mailbox = $1 AND event = $2")
        .bind(mailbox.as_str())
        .bind(event.as_str())
        .bind(at_ms)
        .execute(&mut **transaction)
        .await?;
    Ok(())
}

/// Has the Event of an issue looked at again at once; answers whether the issue is one of an Event without an item, or of
/// the calendar, which the next session reads anyway.
pub(super) async fn retry(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    about: &ItemId,
    now_ms: i64,
) -> Result<bool, StoreError> {
    if is_of_calendar(about) {
        return Ok(true);
    }
    let heard_again = sqlx::query(
        "UPDATE news SET again_at = $3 WHERE mailbox = $1 AND event IN
         (SELECT event FROM issues WHERE mailbox = $1 AND item = $2 AND event <> '')",
    )
    .bind(mailbox.as_str())
    .bind(about.as_str())
    .bind(now_ms)
    .execute(&mut **transaction)
    .await?;
    Ok(heard_again.rows_affected() > 0)
}
