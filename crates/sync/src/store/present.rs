//! What is kept of a mailbox at all: mostly little, so that a session asks once and spares the questions about the rest.

use calbridge_rules::id::Address;
use sqlx::{AssertSqlSafe, Row};

use super::{Store, StoreError};

/// What there may be of a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Requests that wait.
    Requests,
    /// Items that are to be looked at again.
    Unfinished,
    /// Events that changed in Salesforce.
    News,
    /// Pairs whose items lack their marks.
    Unmarked,
    /// Items that were saved once.
    LetGo,
    /// Events that are about to be created.
    Intended,
    /// Series.
    Series,
    /// Writes that the org refused.
    Refused,
    /// Files that were left out.
    LeftOut,
    /// Records in the calendar.
    Shown,
}

/// Where each of them is.
const PARTS: [(Part, &str); 10] = [
    (Part::Requests, "save_requests WHERE mailbox = $1 AND state = 'waiting'"),
    (Part::Unfinished, "unfinished WHERE mailbox = $1"),
    (Part::News, "news WHERE mailbox = $1"),
    (Part::Unmarked, "unmarked WHERE mailbox = $1"),
    (Part::LetGo, "let_go WHERE mailbox = $1"),
    (Part::Intended, "intended WHERE mailbox = $1"),
    (Part::Series, "series WHERE mailbox = $1"),
    (Part::Refused, "refused_writes WHERE mailbox = $1"),
    (Part::LeftOut, "left_out WHERE mailbox = $1"),
    (Part::Shown, "shown WHERE mailbox = $1"),
];

/// What there was of a mailbox when a session began. What comes from elsewhere later makes the mailbox due again, and what the
/// session itself leaves is left at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Present([bool; PARTS.len()]);

impl Present {
    /// As if there were something of everything.
    pub fn everything() -> Self {
        Self([true; PARTS.len()])
    }

    /// Whether there was any of it.
    pub fn has(&self, part: Part) -> bool {
        PARTS.iter().zip(self.0).any(|((known, _), is_there)| *known == part && is_there)
    }
}

impl Store {
    /// What is kept of a mailbox at all.
    ///
    /// # Errors
    /// The database refused.
    pub async fn present(&self, mailbox: &Address) -> Result<Present, StoreError> {
        let part = |(place, (_, of)): (usize, &(Part, &str))| {
            format!("SELECT '{place}' WHERE EXISTS (SELECT 1 FROM {of})")
        };
        let sql = PARTS.iter().enumerate().map(part).collect::<Vec<_>>().join(" UNION ALL ");
        // Nothing but literals of this file make it up.
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(mailbox.as_str())
            .fetch_all(&mut *self.reader().await?)
            .await?;
        let mut present = Present([false; PARTS.len()]);
        for row in rows {
            let place = row.try_get::<String, _>(0)?.parse::<usize>().ok();
            if let Some(is_there) = place.and_then(|place| present.0.get_mut(place)) {
                *is_there = true;
            }
        }
        Ok(present)
    }
}
