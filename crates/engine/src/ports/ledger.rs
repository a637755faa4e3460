//! What the service remembers.

use std::future::Future;

use calbridge_rules::{
    autosave::Past,
    event::EventFields,
    holding::Saver,
    id::{Address, ItemId, RecordId},
    objects::RecordItem,
    saving::Choice,
    status::Issue,
};
use chrono::{DateTime, Utc};

use super::{
    Attempt, Claim, Cursor, Foresight, Given, Intended, LeftOut, RefusedAttempt, RoundEnd, Trouble, Window,
};
use crate::{
    pair::Pair,
    relate::Kept,
    report::Entry,
    ruling::{Invitation, RuledInvitation},
    series::KeptSeries,
};

/// A request that waits for a session.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The id it was given under.
    pub given: ItemId,
    /// The item: by the id that sync keeps, where it is known already; whoever moves an item changes the others.
    pub item: Given,
    /// The global id of its meeting, where it was seen before.
    pub meeting: Option<String>,
    /// How it came.
    pub source: Source,
    /// What is asked for.
    pub action: Action,
    /// What was chosen.
    pub choice: Choice,
    /// Grows with every press; settling names the one that was seen.
    pub revision: i64,
}

/// How a request came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// From the pane.
    Pane,
    /// By the category (CAT-3).
    Category,
    /// By being put into the calendar that asks for what lies in it (AUT-8).
    Place,
    /// By autosave (AUT-1).
    Autosave,
}

/// What a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Save the item.
    Save,
    /// Take it back (UNS-1).
    Unsync,
    /// Make somebody else's Event of it this user's (PPL-5).
    TakeOver,
}

/// An Event that changed in Salesforce.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    /// The Event.
    pub event: RecordId,
    /// Its place in the order of news; consuming names the one that was seen.
    pub revision: i64,
}

/// A pair whose item was not marked yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnmarkedPair {
    /// The item.
    pub item: ItemId,
    /// Its Event.
    pub event: RecordId,
    /// What the org or the calendar refused of it when it was last looked at.
    pub issue: Option<Issue>,
}

/// A record that a session made, as the journal keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journalled {
    /// The record.
    pub record: RecordId,
    /// The first item that needed it.
    pub item: ItemId,
}

/// An issue of an Event that has no item here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventIssue {
    /// What tells it from others: the same for all that is told once.
    pub about: ItemId,
    /// The Event.
    pub event: RecordId,
    /// What is the matter; nothing where it is well by now.
    pub issue: Option<Issue>,
}

/// Everything that a session leaves behind, kept all or nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pass {
    /// What became of the items.
    pub entries: Vec<Entry>,
    /// Where to go on reading the calendar, where it was read.
    pub cursor: Option<Cursor>,
    /// How the calendar's round ended: one that never does is an issue of the mailbox until another one does.
    pub round: RoundEnd,
    /// News that were taken in. Of their Events no invitation waits any more but those of [`Pass::invitations`].
    pub heard: Vec<News>,
    /// Invitations that wait for somebody to decide.
    pub invitations: Vec<Invitation>,
    /// Events of those news that come up again by themselves, and when.
    pub later: Vec<(RecordId, DateTime<Utc>)>,
    /// Events without an item that were heard of and are gone: what is told of one of them is over, unless it is told of another
    /// that comes up again.
    pub gone: Vec<RecordId>,
    /// What is the matter with Events that have no item.
    pub told: Vec<EventIssue>,
    /// What was written of the relations of items' Events.
    pub related: Vec<(ItemId, Kept)>,
    /// Files of items that are left out now; none where all that were are settled.
    pub left_out: Vec<(ItemId, Vec<LeftOut>)>,
    /// The global ids of the meetings of items that were asked for by other ids than sync keeps.
    pub meetings: Vec<(ItemId, String)>,
    /// Items whose marks are written next, and that nothing would bring up again if they were not: they are unfinished until
    /// [`Ledger::marked`].
    pub unmarked: Vec<ItemId>,
    /// Items of pairs that carry their marks already: nothing is left to write on them.
    pub carried: Vec<ItemId>,
    /// What is kept of series, by their masters; each has an entry too.
    pub series: Vec<(ItemId, KeptSeries)>,
    /// Writes that the org refused: the same rests for a while ([`super::rests_for`]).
    pub refused: Vec<RefusedAttempt>,
    /// Items of records that are not as they were left: their records are due (OBJ-1).
    pub touched: Vec<ItemId>,
}

/// What the service remembers of the mailbox. Every write is fenced: see [`Trouble::Fenced`].
pub trait Ledger: Sync {
    /// Requests that wait, oldest first.
    fn waiting(&self, limit: usize) -> impl Future<Output = Result<Vec<Request>, Trouble>> + Send;

    /// Where the calendar was last read to.
    fn cursor(&self) -> impl Future<Output = Result<Option<Cursor>, Trouble>> + Send;

    /// Items that an earlier session could not finish, or left until now, oldest first.
    fn unfinished(
        &self,
        now: DateTime<Utc>,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<ItemId>, Trouble>> + Send;

    /// Events of this mailbox that changed in Salesforce, and those that come up again by now, oldest first.
    fn news(
        &self,
        now: DateTime<Utc>,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<News>, Trouble>> + Send;

    /// The pairs of items.
    fn pairs(&self, items: &[ItemId]) -> impl Future<Output = Result<Vec<Pair>, Trouble>> + Send;

    /// The pairs of Events.
    fn pairs_of(&self, events: &[RecordId]) -> impl Future<Output = Result<Vec<Pair>, Trouble>> + Send;

    /// What was kept of series, by their masters.
    fn series(
        &self,
        masters: &[ItemId],
    ) -> impl Future<Output = Result<Vec<(ItemId, KeptSeries)>, Trouble>> + Send;

    /// The series that Events are parts of: the Event, and the series' master.
    fn series_of(
        &self,
        events: &[RecordId],
    ) -> impl Future<Output = Result<Vec<(RecordId, ItemId)>, Trouble>> + Send;

    /// What stood on those of the Events that sessions deleted, where nobody brought it back.
    fn taken_away(
        &self,
        events: &[RecordId],
    ) -> impl Future<Output = Result<Vec<(RecordId, EventFields)>, Trouble>> + Send;

    /// The pairs whose agreed time touches a window.
    fn pairs_within(&self, window: Window) -> impl Future<Output = Result<Vec<Pair>, Trouble>> + Send;

    /// Those of the items that show records (OBJ-1, GRP-2), and what was last written on them.
    fn shown(
        &self,
        items: &[ItemId],
    ) -> impl Future<Output = Result<Vec<(ItemId, RecordItem)>, Trouble>> + Send;

    /// Items of records whose time touches a window.
    fn shown_within(&self, window: Window) -> impl Future<Output = Result<Vec<ItemId>, Trouble>> + Send;

    /// What was written of the relations of items' Events.
    fn related(&self, items: &[ItemId]) -> impl Future<Output = Result<Vec<(ItemId, Kept)>, Trouble>> + Send;

    /// Files of items that were left out when they were saved, and are still.
    fn left_out(
        &self,
        items: &[ItemId],
    ) -> impl Future<Output = Result<Vec<(ItemId, Vec<LeftOut>)>, Trouble>> + Send;

    /// What somebody decided about the invitations of these Events.
    fn ruled_invitations(
        &self,
        events: &[RecordId],
    ) -> impl Future<Output = Result<Vec<RuledInvitation>, Trouble>> + Send;

    /// How many pairs the mailbox has.
    fn count_pairs(&self) -> impl Future<Output = Result<usize, Trouble>> + Send;

    /// Other mailboxes whose items point to these Events too: the Event, and who saved it.
    fn other_savers(
        &self,
        events: &[RecordId],
    ) -> impl Future<Output = Result<Vec<(RecordId, Saver)>, Trouble>> + Send;

    /// Which of these items are never saved again of themselves (UNS-1, DWN-2), and why.
    fn let_go(&self, items: &[ItemId]) -> impl Future<Output = Result<Vec<(ItemId, Past)>, Trouble>> + Send;

    /// Pairs whose item still lacks its marks.
    fn unmarked(&self, limit: usize) -> impl Future<Output = Result<Vec<UnmarkedPair>, Trouble>> + Send;

    /// Whether somebody's mailbox is synced, paused included.
    fn is_synced(&self, address: &Address) -> impl Future<Output = Result<bool, Trouble>> + Send;

    /// What was about to be created when a session ended that kept nothing of it, or could not tell what became of it.
    fn intended(&self) -> impl Future<Output = Result<Vec<Intended>, Trouble>> + Send;

    /// What the org said of those writes that it refused before and that rest still; nothing of the others.
    fn resting(
        &self,
        attempts: &[Attempt],
        now: DateTime<Utc>,
    ) -> impl Future<Output = Result<Vec<Option<Issue>>, Trouble>> + Send;

    /// Keeps what is about to be written. Answers, for each create, `false` where another mailbox is about to (DUP-4).
    fn foresee(
        &self,
        foresight: &Foresight,
        now: DateTime<Utc>,
    ) -> impl Future<Output = Result<Vec<bool>, Trouble>> + Send;

    /// Takes the making of records upon this session (PPL-7). Answers, for each, `false` where somebody else is at
    /// it.
    fn claim(
        &self,
        claims: &[Claim],
        now: DateTime<Utc>,
    ) -> impl Future<Output = Result<Vec<bool>, Trouble>> + Send;

    /// Notes how claims ended: with a record that was made, which is journalled, or with none. Others may be at it again.
    fn unclaim(
        &self,
        ended: &[(Claim, Option<Journalled>)],
        now: DateTime<Utc>,
    ) -> impl Future<Output = Result<(), Trouble>> + Send;

    /// Keeps what became of the items, all or nothing.
    fn record(&self, pass: &Pass, now: DateTime<Utc>) -> impl Future<Output = Result<(), Trouble>> + Send;

    /// Notes that items carry their marks: those of pairs that were brought up to date, and others, which are finished by it.
    fn marked(&self, pairs: &[ItemId], others: &[ItemId])
    -> impl Future<Output = Result<(), Trouble>> + Send;
}
