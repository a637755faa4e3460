//! What a session looks at: who asked for which items, what they are, and what Salesforce has of them.

mod replaced;
mod requests;
mod salesforce;
mod sight;
mod singles;

use calbridge_rules::{
    autosave::Past,
    event::Event,
    holding::{Holding, Organizer, Saver, holding},
    id::{ItemId, RecordId},
    identity::{MeetingKey, SyncKey},
    item::{ItemSeat, Kind},
    linking::Related,
    people::PersonMatch,
    saving::{Choice, RequiredField},
    settings::ExternalOrganizer,
};
use chrono::{DateTime, Utc};

use crate::{
    decide::seat,
    pair::Pair,
    ports::{
        Calendar, Crm, Cursor, KeyedEvent, Ledger, News, RoundEnd, SeenItem, Shape, Source, Trouble,
        UnmarkedPair,
    },
    report::Entry,
    session::Scope,
};

pub(crate) use salesforce::related_anew;
pub(crate) use sight::put_off;

/// Requests, items and news of each kind that one session takes up.
pub const SESSION_LIMIT: usize = 200;

/// Everything a step hangs on.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation {
    /// The item's immutable id.
    pub id: ItemId,
    /// The item; nothing where it is proven to be gone.
    pub item: Option<SeenItem>,
    /// The key of its meeting.
    pub key: SyncKey,
    /// Its pair, where it was saved before.
    pub pair: Option<Pair>,
    /// Whether the pair was never kept: its Event was created by a session that ended before.
    pub is_taken_up: bool,
    /// Who asked for it, and how.
    pub wish: Option<Wish>,
    /// Requests that its pair meets already.
    pub met: Vec<Ticket>,
    /// Whether it is a series that a member asked for by its category.
    pub inherits_category: bool,
    /// Its Event.
    pub event: EventSeen,
    /// What its Event is within a series.
    pub shape: Shape,
    /// What happened to it before (UNS-1, DWN-2).
    pub past: Past,
    /// Other users whose items point to the same Event.
    pub others: Vec<Saver>,
    /// Whether the organizer is another synced user (PPL-2).
    pub has_synced_organizer: bool,
    /// The item's people in Salesforce.
    pub people: Vec<PersonMatch>,
    /// What they bring with them; asked for only where links are chosen for the user.
    pub related: Related,
    /// Fields that the org demands.
    pub required: Vec<RequiredField>,
}

impl Observation {
    /// Whose Event it is: as it was saved, else by who called the meeting.
    pub fn holding(&self, scope: &Scope<'_>) -> Holding {
        if let Some(pair) = &self.pair {
            return pair.holding;
        }
        let external = scope.settings.people.external_organizer;
        match &self.item {
            Some(item) => holding_of(item, self.has_synced_organizer, external),
            None => holding(Organizer::ThisUser, external).0,
        }
    }

    /// Whether anybody asked for it, now or when it was saved.
    pub fn is_by_hand(&self) -> bool {
        let is_asked = self.wish.as_ref().is_some_and(|wish| wish.source != Source::Autosave);
        is_asked || self.pair.as_ref().is_some_and(|pair| pair.is_by_hand)
    }
}

/// Who asked for an item, and how.
#[derive(Clone, Debug, PartialEq)]
pub struct Wish {
    /// How the latest request came.
    pub source: Source,
    /// What is asked for.
    pub action: crate::ports::Action,
    /// What was chosen.
    pub choice: Choice,
    /// The requests behind it; none when the category was just found.
    pub tickets: Vec<Ticket>,
}

/// A request as it was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// The id it was given under.
    pub given: ItemId,
    /// Its revision.
    pub revision: i64,
    /// Whether that id is one of a date, and all of its series was meant (SAV-10).
    pub is_of_date: bool,
}

/// What Salesforce has of an item.
#[derive(Clone, Debug, PartialEq)]
pub enum EventSeen {
    /// Nothing.
    Absent,
    /// Its Event.
    One(Box<Event>),
    /// Several Events under its key.
    Several(usize),
    /// The Event that the item points to is gone.
    Deleted(RecordId),
}

/// What a session found to look at.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) items: Vec<Observation>,
    /// Events that were made in Salesforce and have no item yet (DWN-1).
    pub(crate) arrivals: Vec<KeyedEvent>,
    /// Events that were heard of and have no item, and that are gone.
    pub(crate) gone: Vec<RecordId>,
    /// Entries that need no step: their item could not be read.
    pub(crate) settled: Vec<Entry>,
    /// Items of records that are not as they were left (OBJ-1).
    pub(crate) touched: Vec<ItemId>,
    /// Pairs that only lack their marks.
    pub(crate) unmarked: Vec<(SeenItem, UnmarkedPair)>,
    /// Where to go on reading the calendar.
    pub(crate) cursor: Option<Cursor>,
    /// How the calendar's round ended.
    pub(crate) round: RoundEnd,
    /// News that were taken in.
    pub(crate) heard: Vec<News>,
    /// Whether something was left for another session.
    pub(crate) again: bool,
    /// How many pairs the mailbox had.
    pub(crate) pairs: usize,
}

/// Looks at everything that is asked for or has changed. A mailbox where nothing has costs no Salesforce call.
pub(crate) async fn observe(
    scope: &Scope<'_>,
    calendar: &impl Calendar,
    crm: &impl Crm,
    ledger: &impl Ledger,
) -> Result<Found, Trouble> {
    let mut found = Found::default();
    let mut sight = sight::Sight::default();
    requests::look(calendar, ledger, &mut sight, &mut found).await?;
    sight.look_around(scope, calendar, ledger, &mut found).await?;
    let looked = sight.read(scope, calendar, ledger, &mut found).await?;
    found.pairs = if looked.is_empty() { 0 } else { ledger.count_pairs().await? };
    salesforce::look(scope, crm, ledger, looked, &mut found).await?;
    Ok(found)
}

/// The key of an item's meeting (DUP-1).
pub fn key_of(seen: &SeenItem) -> SyncKey {
    meeting_of(seen).sync_key()
}

/// The key of an item's Event: the meeting's, and the saver's too where each has an Event (PPL-5).
pub fn key_for(seen: &SeenItem, holding: Holding, saver: &RecordId) -> SyncKey {
    match holding.keyed_by(saver) {
        Some(saver) => meeting_of(seen).sync_key_of(saver),
        None => key_of(seen),
    }
}

/// Whose Event an unsaved item's is to be, by who called the meeting.
pub fn holding_of(seen: &SeenItem, has_synced_organizer: bool, external: ExternalOrganizer) -> Holding {
    let organizer = match (seat(seen), has_synced_organizer) {
        (ItemSeat::Own, _) => Organizer::ThisUser,
        (ItemSeat::Attendee, true) => Organizer::SyncedUser,
        (ItemSeat::Attendee, false) => Organizer::Other,
    };
    holding(organizer, external).0
}

fn meeting_of(seen: &SeenItem) -> MeetingKey {
    MeetingKey::new(&seen.i_cal_uid, occurrence_of(seen))
}

fn occurrence_of(seen: &SeenItem) -> Option<DateTime<Utc>> {
    match &seen.item.kind {
        Kind::Single | Kind::Series => None,
        Kind::Occurrence { .. } => seen.original_start,
    }
}
