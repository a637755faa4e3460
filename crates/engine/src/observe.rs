//! What a session looks at: who asked for which items, what they are, and what Salesforce has of them.

use std::collections::{BTreeMap, BTreeSet};

use calbridge_rules::{
    event::Event,
    id::{Address, ItemId, RecordId},
    identity::{MeetingKey, SyncKey},
    item::Kind,
    linking::Related,
    people::{PersonMatch, addresses_to_match},
    saving::{Choice, RequiredField, Scope as SaveScope},
    settings::Settings,
    status::Issue,
};
use chrono::TimeDelta;

use crate::{
    decide::pointed_event,
    ports::{
        Calendar, Crm, Given, IdForm, KeyedEvent, Ledger, Request, SeenItem, Source, Trouble, UnmarkedPair,
    },
    report::{Entry, Outcome},
    session::Scope,
};

/// Requests that one session takes up.
pub const REQUEST_LIMIT: usize = 200;
/// Days back that the category is looked for.
const WINDOW_PAST_DAYS: i64 = 14;
/// Days ahead that the category is looked for.
const WINDOW_FUTURE_DAYS: i64 = 60;

/// Everything a step hangs on.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation {
    /// The item.
    pub item: SeenItem,
    /// Its key.
    pub key: SyncKey,
    /// Who asked for it, and how.
    pub wish: Wish,
    /// Whether it is a series that a member asked for by its category.
    pub inherits_category: bool,
    /// Its Event.
    pub event: EventSeen,
    /// Whether the organizer is another synced user (PPL-2).
    pub has_synced_organizer: bool,
    /// The item's people in Salesforce.
    pub people: Vec<PersonMatch>,
    /// What they bring with them; asked for only where links are chosen for the user.
    pub related: Related,
    /// Fields that the org demands.
    pub required: Vec<RequiredField>,
    /// The mailbox.
    pub mailbox: Address,
    /// The Salesforce user it belongs to.
    pub owner: RecordId,
    /// The settings.
    pub settings: Settings,
}

/// Who asked for an item, and how.
#[derive(Clone, Debug, PartialEq)]
pub struct Wish {
    /// How the latest request came.
    pub source: Source,
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
    /// Entries that need no step: their item could not be read.
    pub(crate) settled: Vec<Entry>,
    /// Pairs that only lack their marks.
    pub(crate) unmarked: Vec<(SeenItem, RecordId)>,
    /// The longest wait that was asked for while reading.
    pub(crate) again: bool,
}

/// An item that somebody asked for.
struct Asked {
    item: SeenItem,
    wish: Wish,
    inherits_category: bool,
}

/// Looks at everything that is asked for. A mailbox with nothing asked for costs no Salesforce call.
pub(crate) async fn observe(
    scope: &Scope<'_>,
    calendar: &impl Calendar,
    crm: &impl Crm,
    ledger: &impl Ledger,
) -> Result<Found, Trouble> {
    let mut found = Found::default();
    let requests = ledger.waiting(REQUEST_LIMIT).await?;
    found.again = requests.len() == REQUEST_LIMIT;
    let mut asked = requested(requests, calendar, &mut found).await?;
    by_category(scope, calendar, ledger, &mut asked, &mut found).await?;
    found.unmarked = unmarked(calendar, ledger, &asked).await?;
    let asked: Vec<Asked> = asked.into_values().collect();
    found.items = in_salesforce(scope, crm, ledger, asked).await?;
    Ok(found)
}

/// Items of save requests. Several requests for one item become one wish, the latest choice winning.
async fn requested(
    requests: Vec<Request>,
    calendar: &impl Calendar,
    found: &mut Found,
) -> Result<BTreeMap<ItemId, Asked>, Trouble> {
    let ids: Vec<Given> = requests.iter().map(|request| request.item.clone()).collect();
    let read = calendar.read(&ids).await;
    let mut asked: BTreeMap<ItemId, Asked> = BTreeMap::new();
    for (request, answer) in requests.into_iter().zip(read) {
        let ticket = Ticket { given: request.item.id.clone(), revision: request.revision };
        let item = match answer {
            Ok(item) => item,
            Err(trouble) => {
                found.settled.push(unread(request, ticket, trouble)?);
                continue;
            }
        };
        let inherits_category = request.source == Source::Category && item.item.kind == Kind::Series;
        let mut wish = Wish { source: request.source, choice: request.choice, tickets: vec![ticket] };
        if let Some(earlier) = asked.remove(&item.id) {
            // The category never overrides what somebody chose.
            if wish.source == Source::Category && earlier.wish.source == Source::Pane {
                wish.source = earlier.wish.source;
                wish.choice = earlier.wish.choice;
            }
            wish.tickets.extend(earlier.wish.tickets);
        }
        asked.insert(item.id.clone(), Asked { item, wish, inherits_category });
    }
    Ok(asked)
}

/// What becomes of a request whose item could not be read.
fn unread(request: Request, ticket: Ticket, trouble: Trouble) -> Result<Entry, Trouble> {
    let outcome = match trouble {
        Trouble::Gone => Outcome::Lost(lost()),
        Trouble::Refused(issue) => Outcome::Refused(issue),
        Trouble::Unclear | Trouble::Later { .. } | Trouble::Stale => Outcome::Deferred,
        Trouble::Stopped(_) | Trouble::Fenced => return Err(trouble),
    };
    let entry = Entry {
        item: request.item.id,
        tickets: vec![ticket],
        source: request.source,
        choice: request.choice,
        outcome,
    };
    Ok(entry)
}

fn lost() -> Issue {
    Issue {
        code: "ISE-404".to_owned(),
        reason: "The item is no longer in the calendar.".to_owned(),
        remedy: "Nothing was saved. Open the item again, if it still exists, and save it.".to_owned(),
        refusal: None,
    }
}

/// Items that carry the category and that nobody else asked for. A member of a series asks for the series (CAT-3).
async fn by_category(
    scope: &Scope<'_>,
    calendar: &impl Calendar,
    ledger: &impl Ledger,
    asked: &mut BTreeMap<ItemId, Asked>,
    found: &mut Found,
) -> Result<(), Trouble> {
    let from = scope.now - TimeDelta::days(WINDOW_PAST_DAYS);
    let to = scope.now + TimeDelta::days(WINDOW_FUTURE_DAYS);
    let mut items: BTreeMap<ItemId, SeenItem> = BTreeMap::new();
    for item in calendar.marked(from, to).await? {
        items.entry(item.id.clone()).or_insert(item);
    }
    items.retain(|id, _| !asked.contains_key(id));
    let known: BTreeSet<ItemId> =
        ledger.paired(&items.keys().cloned().collect::<Vec<_>>()).await?.into_iter().collect();
    let mut series: BTreeSet<ItemId> = BTreeSet::new();
    for (id, item) in items {
        match &item.item.kind {
            _ if known.contains(&id) => {}
            Kind::Occurrence { series: master } => {
                series.insert(master.clone());
            }
            Kind::Single | Kind::Series => {
                let inherits_category = item.item.kind == Kind::Series;
                asked.insert(id, Asked { item, wish: by_hand(), inherits_category });
            }
        }
    }
    for item in masters(calendar, series, asked, found).await? {
        asked.insert(item.id.clone(), Asked { item, wish: by_hand(), inherits_category: true });
    }
    Ok(())
}

/// The series that members asked for, each once.
async fn masters(
    calendar: &impl Calendar,
    series: BTreeSet<ItemId>,
    asked: &BTreeMap<ItemId, Asked>,
    found: &mut Found,
) -> Result<Vec<SeenItem>, Trouble> {
    let ids: Vec<Given> = series.into_iter().map(|id| Given { id, form: IdForm::Immutable }).collect();
    let mut read = Vec::new();
    for answer in calendar.read(&ids).await {
        match answer {
            Ok(item) if asked.contains_key(&item.id) => {}
            Ok(item) => read.push(item),
            Err(Trouble::Stopped(reason)) => return Err(Trouble::Stopped(reason)),
            Err(Trouble::Fenced) => return Err(Trouble::Fenced),
            // Nothing is known of the item yet; its category brings it up again.
            Err(
                Trouble::Unclear
                | Trouble::Later { .. }
                | Trouble::Gone
                | Trouble::Stale
                | Trouble::Refused(_),
            ) => {
                found.again = true;
            }
        }
    }
    Ok(read)
}

fn by_hand() -> Wish {
    let choice = Choice { scope: SaveScope::Single, ..Choice::default() };
    Wish { source: Source::Category, choice, tickets: Vec::new() }
}

/// Pairs that a session before could not mark.
async fn unmarked(
    calendar: &impl Calendar,
    ledger: &impl Ledger,
    asked: &BTreeMap<ItemId, Asked>,
) -> Result<Vec<(SeenItem, RecordId)>, Trouble> {
    let mut pairs = ledger.unmarked(REQUEST_LIMIT).await?;
    pairs.retain(|pair| !asked.contains_key(&pair.item));
    let ids: Vec<Given> =
        pairs.iter().map(|pair| Given { id: pair.item.clone(), form: IdForm::Immutable }).collect();
    let mut items = Vec::new();
    for (pair, answer) in pairs.into_iter().zip(calendar.read(&ids).await) {
        let UnmarkedPair { event, .. } = pair;
        // One that cannot be read now stays unmarked and comes up again.
        if let Ok(item) = answer {
            items.push((item, event));
        }
    }
    Ok(items)
}

/// What Salesforce has of the items: one question of each kind for all of them.
async fn in_salesforce(
    scope: &Scope<'_>,
    crm: &impl Crm,
    ledger: &impl Ledger,
    asked: Vec<Asked>,
) -> Result<Vec<Observation>, Trouble> {
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let keys: Vec<SyncKey> = asked.iter().map(|one| key_of(&one.item)).collect();
    let events = events(crm, &asked, &keys).await?;
    let people = crm.people(&addresses(scope, &asked)).await?;
    let related = related(scope, crm, &asked, &people).await?;
    let required = crm.required_fields().await?;
    let mut observations = Vec::with_capacity(asked.len());
    for ((one, key), event) in asked.into_iter().zip(keys).zip(events) {
        let has_synced_organizer = synced_organizer(scope, ledger, &one.item).await?;
        observations.push(Observation {
            key,
            event,
            has_synced_organizer,
            people: people.clone(),
            related: related_to(scope, &one.item, &people, &related),
            required: required.clone(),
            mailbox: scope.mailbox.clone(),
            owner: scope.owner.clone(),
            settings: scope.settings.clone(),
            inherits_category: one.inherits_category,
            item: one.item,
            wish: one.wish,
        });
    }
    Ok(observations)
}

/// The key of an item's meeting (DUP-1).
pub fn key_of(seen: &SeenItem) -> SyncKey {
    let occurrence = match &seen.item.kind {
        Kind::Single | Kind::Series => None,
        Kind::Occurrence { .. } => seen.original_start,
    };
    MeetingKey::new(&seen.i_cal_uid, occurrence).sync_key()
}

/// The Event of each item: by its key, else by the pointer on the item, which survives a lost database. A pointer to an
/// Event with another key came along with a copy of the item.
async fn events(crm: &impl Crm, asked: &[Asked], keys: &[SyncKey]) -> Result<Vec<EventSeen>, Trouble> {
    let unique: BTreeSet<SyncKey> = keys.iter().cloned().collect();
    let by_key = crm.events_by_key(&unique.into_iter().collect::<Vec<_>>()).await?;
    let pointed: BTreeSet<RecordId> = asked
        .iter()
        .zip(keys)
        .filter(|(_, key)| with_key(&by_key, key).is_empty())
        .filter_map(|(one, _)| pointed_event(one.item.pointer.as_ref()).cloned())
        .collect();
    let by_id = crm.events_by_id(&pointed.into_iter().collect::<Vec<_>>()).await?;
    let seen = |one: &Asked, key: &SyncKey| match with_key(&by_key, key).as_slice() {
        [] => pointed_to(pointed_event(one.item.pointer.as_ref()), &by_id),
        [only] => EventSeen::One(Box::new(only.event.clone())),
        several => EventSeen::Several(several.len()),
    };
    Ok(asked.iter().zip(keys).map(|(one, key)| seen(one, key)).collect())
}

fn with_key<'e>(events: &'e [KeyedEvent], key: &SyncKey) -> Vec<&'e KeyedEvent> {
    events.iter().filter(|one| one.key.eq_ignore_ascii_case(key.as_str())).collect()
}

fn pointed_to(pointer: Option<&RecordId>, by_id: &[KeyedEvent]) -> EventSeen {
    let Some(id) = pointer else { return EventSeen::Absent };
    match by_id.iter().find(|one| one.event.id == *id) {
        Some(one) if one.key.is_empty() => EventSeen::One(Box::new(one.event.clone())),
        Some(_) => EventSeen::Absent,
        None => EventSeen::Deleted(id.clone()),
    }
}

fn addresses(scope: &Scope<'_>, asked: &[Asked]) -> Vec<Address> {
    let all = asked.iter().flat_map(|one| addresses_to_match(&one.item.item, scope.mailbox, scope.settings));
    all.collect::<BTreeSet<_>>().into_iter().collect()
}

/// What the people of the items bring with them; asked only where links are chosen for the user. Accounts by website domain
/// are of no use here: with nobody known, the category alone saves nothing (SAV-8).
async fn related(
    scope: &Scope<'_>,
    crm: &impl Crm,
    asked: &[Asked],
    people: &[PersonMatch],
) -> Result<Related, Trouble> {
    let by_category = asked.iter().filter(|one| one.wish.source == Source::Category);
    let accounts: BTreeSet<RecordId> =
        by_category.flat_map(|one| accounts_of(scope, &one.item, people)).collect();
    if accounts.is_empty() {
        return Ok(Related::default());
    }
    let accounts: Vec<RecordId> = accounts.into_iter().collect();
    Ok(crm.related(&accounts, scope.now).await?.offered(scope.now))
}

/// The part of what was found that belongs to one item's people.
fn related_to(scope: &Scope<'_>, item: &SeenItem, people: &[PersonMatch], all: &Related) -> Related {
    let own = accounts_of(scope, item, people);
    let mut related = all.clone();
    related.accounts.retain(|account| own.contains(&account.record));
    related.opportunities.retain(|one| one.account.as_ref().is_some_and(|account| own.contains(account)));
    related
}

fn accounts_of(scope: &Scope<'_>, item: &SeenItem, people: &[PersonMatch]) -> BTreeSet<RecordId> {
    let addresses = addresses_to_match(&item.item, scope.mailbox, scope.settings);
    let here = people.iter().filter(|person| addresses.contains(&person.address));
    here.filter_map(|person| person.account.clone()).collect()
}

/// PPL-2: whether another synced user called the meeting.
async fn synced_organizer(scope: &Scope<'_>, ledger: &impl Ledger, item: &SeenItem) -> Result<bool, Trouble> {
    let organizer = item.item.organizer.as_ref().and_then(|person| person.address.as_ref());
    match organizer {
        Some(address) if address != scope.mailbox => ledger.is_synced(address).await,
        Some(_) | None => Ok(false),
    }
}
