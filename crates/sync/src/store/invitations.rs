//! Events that would come down with their people, which invites them, and what people decided about that (DWN-1, PPL-8).

use calbridge_engine::{
    ports::Pass,
    ruling::{Invitation, RuledInvitation, Ruling},
};
use calbridge_rules::{
    event::EventFields,
    id::{Address, RecordId},
};
use sqlx::{Any, AssertSqlSafe, Row, Transaction, any::AnyRow};

use super::{
    Store, StoreError,
    paired::fields_text,
    pairs::{fields, named, places, record},
    rows::questions,
    rulings::{ruling_of, ruling_text},
    work::want_in,
};

/// An invitation that waits.
#[derive(Clone, Debug, PartialEq)]
pub struct WaitingInvitation {
    /// Whose.
    pub mailbox: Address,
    /// The mailbox's user, by name.
    pub user_name: String,
    /// The Event.
    pub event: RecordId,
    /// What it says, as far as it tells which one it is.
    pub fields: EventFields,
    /// Who would get mail.
    pub guests: Vec<Address>,
    /// Since when, in milliseconds.
    pub since_ms: i64,
    /// What was decided, where the session that does it is still to come.
    pub ruling: Option<Ruling>,
}

impl Store {
    /// Invitations that wait, of one mailbox or of all, the oldest first.
    ///
    /// # Errors
    /// The database refused.
    pub async fn invitations(
        &self,
        mailbox: Option<&Address>,
        limit: i64,
    ) -> Result<Vec<WaitingInvitation>, StoreError> {
        let rows = sqlx::query(
            "SELECT invitations.mailbox, user_name, event, fields, guests, since_at, ruling FROM invitations
             JOIN mailboxes ON mailboxes.mailbox = invitations.mailbox
             WHERE $1 = '' OR invitations.mailbox = $1 ORDER BY since_at, invitations.mailbox, event LIMIT $2",
        )
        .bind(mailbox.map_or("", Address::as_str))
        .bind(limit)
        .fetch_all(&mut *self.reader().await?)
        .await?;
        rows.iter().map(waiting).collect()
    }

    /// Decides about an invitation, and has its Event looked at again by the next session, which is soon. Answers whether it
    /// waited.
    ///
    /// # Errors
    /// The database refused.
    pub async fn rule_on_invitation(
        &self,
        mailbox: &Address,
        event: &RecordId,
        ruling: Ruling,
        now_ms: i64,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.begin().await?;
        want_in(&mut transaction, mailbox, now_ms).await?;
        let waited = sqlx::query("UPDATE invitations SET ruling = $3 WHERE mailbox = $1 AND event = $2")
            .bind(mailbox.as_str())
            .bind(event.as_str())
            .bind(ruling_text(ruling))
            .execute(&mut *transaction)
            .await?
            .rows_affected()
            == 1;
        if waited {
            sqlx::query(
                "INSERT INTO news (mailbox, event, stamp, revision, heard) VALUES ($1, $2, 0, 1, 0)
                 ON CONFLICT (mailbox, event) DO UPDATE SET revision = news.revision + 1",
            )
            .bind(mailbox.as_str())
            .bind(event.as_str())
            .execute(&mut *transaction)
            .await?;
            transaction.commit().await?;
        }
        Ok(waited)
    }

    /// What was decided about the invitations of Events.
    ///
    /// # Errors
    /// The database refused.
    pub async fn ruled_invitations(
        &self,
        mailbox: &Address,
        events: &[RecordId],
    ) -> Result<Vec<RuledInvitation>, StoreError> {
        let events: Vec<&str> = events.iter().map(RecordId::as_str).collect();
        let mut ruled = Vec::new();
        for chunk in questions(&events) {
            let sql = format!(
                "SELECT event, guests, ruling FROM invitations WHERE mailbox = $1 AND ruling <> '' AND event IN ({})",
                places(2, chunk.len())
            );
            let rows = named(sqlx::query(AssertSqlSafe(sql)).bind(mailbox.as_str()), &chunk);
            for row in rows.fetch_all(&mut *self.reader().await?).await? {
                if let Some(ruling) = ruling_of(&row.try_get::<String, _>(2)?)? {
                    let event = record(&row.try_get::<String, _>(0)?)?;
                    ruled.push(RuledInvitation {
                        event,
                        guests: guests(&row.try_get::<String, _>(1)?)?,
                        ruling,
                    });
                }
            }
        }
        Ok(ruled)
    }

    /// The mailboxes in which an invitation of an Event waits.
    ///
    /// # Errors
    /// The database refused.
    pub async fn inviting(&self, event: &RecordId) -> Result<Vec<Address>, StoreError> {
        let rows = sqlx::query("SELECT mailbox FROM invitations WHERE event = $1 ORDER BY mailbox")
            .bind(event.as_str())
            .fetch_all(&mut *self.reader().await?)
            .await?;
        rows.iter().map(|row| address(&row.try_get::<String, _>(0)?)).collect()
    }
}

/// Of the Events that a session heard of, those invitations wait that it says, and no others.
pub(super) async fn put(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    pass: &Pass,
    now_ms: i64,
) -> Result<(), StoreError> {
    let waits = |event: &RecordId| pass.invitations.iter().any(|one| one.event == *event);
    for news in pass.heard.iter().filter(|news| !waits(&news.event)) {
        sqlx::query("DELETE FROM invitations WHERE mailbox = $1 AND event = $2")
            .bind(mailbox.as_str())
            .bind(news.event.as_str())
            .execute(&mut **transaction)
            .await?;
    }
    for Invitation { event, fields, guests } in &pass.invitations {
        let guests = serde_json::to_string(guests).map_err(|bad| StoreError::Unreadable(bad.to_string()))?;
        // What was decided about other people does not count.
        sqlx::query(
            "INSERT INTO invitations (mailbox, event, fields, guests, ruling, since_at) VALUES ($1, $2, $3, $4, '', $5)
             ON CONFLICT (mailbox, event) DO UPDATE SET fields = $3, guests = $4,
             ruling = CASE WHEN invitations.guests = $4 THEN invitations.ruling ELSE '' END",
        )
        .bind(mailbox.as_str())
        .bind(event.as_str())
        .bind(fields_text(fields)?)
        .bind(guests)
        .bind(now_ms)
        .execute(&mut **transaction)
        .await?;
    }
    Ok(())
}

fn waiting(row: &AnyRow) -> Result<WaitingInvitation, StoreError> {
    Ok(WaitingInvitation {
        mailbox: address(&row.try_get::<String, _>(0)?)?,
        user_name: row.try_get(1)?,
        event: record(&row.try_get::<String, _>(2)?)?,
        fields: fields(&row.try_get::<String, _>(3)?)?,
        guests: guests(&row.try_get::<String, _>(4)?)?,
        since_ms: row.try_get(5)?,
        ruling: ruling_of(&row.try_get::<String, _>(6)?)?,
    })
}

fn address(text: &str) -> Result<Address, StoreError> {
    Address::parse(text).map_err(|bad| StoreError::Unreadable(bad.to_string()))
}

fn guests(text: &str) -> Result<Vec<Address>, StoreError> {
    serde_json::from_str(text).map_err(|bad| StoreError::Unreadable(bad.to_string()))
}
