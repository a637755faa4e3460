//! The outside world as a session needs it: a calendar, a CRM and a ledger.

mod attempts;
mod calendar;
mod crm;
mod files;
mod foresight;
mod ledger;
mod newcomers;
mod relations;
mod shown;

use calbridge_rules::status::Issue;

pub use attempts::{Attempt, RefusedAttempt, Write, rests_for};
pub use calendar::{
    Calendar, Cursor, Given, IdForm, ItemChange, Marking, NewItem, Pointer, Round, RoundEnd, SeenItem, Window,
};
pub use crm::{Born, Crm, CrmDate, CrmSeries, KeyedEvent, NewSeries, SeriesOrg, Shape, Sought};
pub use files::{EventFiles, ItemFile, ItemFiles, LeftOut};
pub use foresight::{ForeseenClash, Foresight, Intended, ItemOver, Part, Ties, TiesOver};
pub use ledger::{Action, EventIssue, Journalled, Ledger, News, Pass, Request, Source, UnmarkedPair};
pub use newcomers::{Claim, Made, Newcomers};
pub use relations::{Relation, Relations, Tie, Tying};
pub use shown::{DueRecord, LookedAt, ShownRecords, Standing, Stands, Wanted};

/// Why a port did not do what it was asked for: what to do next.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Trouble {
    /// No clear answer: what was written may or may not be there. Look before writing again.
    #[error("no clear answer")]
    Unclear,
    /// Nothing was written; try again later.
    #[error("not now")]
    Later {
        /// How long to wait, where the other side says so.
        retry_after_ms: Option<u64>,
    },
    /// It does not exist, or no longer.
    #[error("not there")]
    Gone,
    /// It changed since it was read.
    #[error("changed meanwhile")]
    Stale,
    /// This one thing is refused, and why.
    #[error("refused: {}", .0.code)]
    Refused(Issue),
    /// Nothing goes for this mailbox until a person acts.
    #[error("stopped: {0}")]
    Stopped(String),
    /// Another worker has the mailbox: write nothing.
    #[error("taken over by another worker")]
    Fenced,
}
