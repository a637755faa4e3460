//! What Salesforce has of the items: one question of each kind for all of them.

use std::collections::{BTreeMap, BTreeSet};

use calbridge_rules::{
    cause::Side,
    direction::{Course, Deed, course},
    id::{Address, ItemId, RecordId},
    identity::SyncKey,
    item::{Item, Kind},
    linking::Related,
    natural::NaturalKey,
    people::{PersonMatch, addresses_to_match},
};
use chrono::{DateTime, Utc};

use super::{
    EventSeen, Found, Observation, Wish, holding_of, key_for, replaced,
    sight::{Closely, Looked, unmet},
    singles,
};
use crate::{
    decide::{is_refused_unasked, pointed_event},
    ports::{Action, Crm, Intended, KeyedEvent, Ledger, SeenItem, Shape, Sought, Source, Trouble},
    session::Scope,
};

/// Asks Salesforce; nothing where nothing is looked at.
pub(super) async fn look(
    scope: &Scope<'_>,
    crm: &impl Crm,
    ledger: &impl Ledger,
    closely: Closely,
    found: &mut Found,
) -> Result<(), Trouble> {
    if closely.is_empty() {
        return Ok(());
    }
    let made_again = made_again(scope, &closely.items);
    let is_met_again =
        |one: &Looked| one.pair.is_none() && pointed(one).is_some_and(|event| made_again.contains(&event));
    let (mut looked, mut synced): (Vec<(Looked, SyncKey)>, Vec<bool>) = (Vec::new(), Vec::new());
    for one in closely.items.into_iter().filter(|one| !is_met_again(one)) {
        let has_synced_organizer = match &one.item {
            Some(item) if one.pair.is_none() => synced_organizer(scope, ledger, item).await?,
            Some(_) | None => false,
        };
        if let Some(key) = key(scope, &one, has_synced_organizer) {
            looked.push((one, key));
            synced.push(has_synced_organizer);
        }
    }
    let rows = rows_of_series(ledger, &looked).await?;
    let sought = sought(scope, &looked, &synced);
    let Events { mut seen, shapes, arrivals, gone } =
        events(crm, sought, &looked, &rows, &closely.strangers).await?;
    replaced::stand_again(ledger, &looked, &mut seen, scope.now).await?;
    singles::stand_in(crm, ledger, &looked, &mut seen).await?;
    (found.arrivals, found.gone) = (arrivals, gone);
    if looked.is_empty() {
        return Ok(());
    }
    let addresses: BTreeSet<Address> = looked.iter().flat_map(|(one, _)| addresses(scope, one)).collect();
    let people = if addresses.is_empty() {
        Vec::new()
    } else {
        crm.people(&addresses.into_iter().collect::<Vec<_>>()).await?
    };
    let related = related(scope, crm, &looked, &people).await?;
    let asks_to_save = |(one, _): &(Looked, SyncKey)| one.wish.is_some();
    let required = if looked.iter().any(asks_to_save) { crm.required_fields().await? } else { Vec::new() };
    let ids: Vec<RecordId> = seen.iter().filter_map(event_id).collect();
    let others = if ids.is_empty() { Vec::new() } else { ledger.other_savers(&ids).await? };
    for (((mut one, key), event), has_synced_organizer) in looked.into_iter().zip(seen).zip(synced) {
        let is_taken_up = take_up(scope, &mut one, &key, &event);
        let same_event = event_id(&event);
        let others = others
            .iter()
            .filter(|(shared, saver)| Some(shared) == same_event.as_ref() && saver.user != *scope.owner)
            .map(|(_, saver)| saver.clone())
            .collect();
        found.items.push(Observation {
            key,
            shape: same_event.as_ref().and_then(|id| shapes.get(id)).cloned().unwrap_or_default(),
            event,
            others,
            has_synced_organizer,
            related: one
                .item
                .as_ref()
                .map(|item| related_to(scope, item, &people, &related))
                .unwrap_or_default(),
            people: people_of(scope, one.item.as_ref(), &people),
            required: required.clone(),
            inherits_category: one.inherits_category,
            past: one.past,
            id: one.id,
            item: one.item,
            pair: one.pair,
            is_taken_up,
            wish: one.wish,
            met: one.met,
        });
    }
    Ok(())
}

/// The Events whose items are gone and made again here (ONE-1). An item that points to one of them is what an earlier try made
/// without hearing of it: it is met again by making it, and asks for nothing by itself.
fn made_again(scope: &Scope<'_>, items: &[Looked]) -> BTreeSet<RecordId> {
    let (course, _) = course(Side::Outlook, Deed::Deleted, &scope.settings.down);
    let gone = items.iter().filter(|one| course == Course::Recreate && one.item.is_none());
    gone.filter_map(|one| one.pair.as_ref().map(|pair| pair.event.clone())).collect()
}

fn key(scope: &Scope<'_>, one: &Looked, has_synced_organizer: bool) -> Option<SyncKey> {
    let paired = one.pair.as_ref().map(|pair| pair.key.clone());
    let unpaired = |item: &SeenItem| {
        let external = scope.settings.people.external_organizer;
        key_for(item, holding_of(item, has_synced_organizer, external), scope.owner)
    };
    let intended = || one.intended.as_ref().map(|intended| intended.key.clone());
    paired.or_else(|| one.item.as_ref().map(unpaired)).or_else(intended)
}

/// The pair of an Event that was created by a session that ended before it could keep that: what both sides said then is what
/// they agreed on. Whatever else stands under the key is not what was to be created.
fn take_up(scope: &Scope<'_>, one: &mut Looked, key: &SyncKey, event: &EventSeen) -> bool {
    let EventSeen::One(event) = event else { return false };
    let is_own = scope.owns(&event.fields);
    let is_intended = |intended: &mut Intended| is_own && intended.key == *key;
    let Some(intended) = one.intended.take_if(is_intended) else { return false };
    one.pair = Some(intended.into_pair(event.id.clone()));
    (one.wish, one.met) = unmet(one.wish.take());
    true
}

fn event_id(seen: &EventSeen) -> Option<RecordId> {
    match seen {
        EventSeen::One(event) => Some(event.id.clone()),
        EventSeen::Deleted(event) => Some(event.clone()),
        EventSeen::Absent | EventSeen::Several(_) => None,
    }
}

/// The Events that are looked for: those of items without a pair.
fn sought(scope: &Scope<'_>, looked: &[(Looked, SyncKey)], synced: &[bool]) -> BTreeSet<Sought> {
    let unpaired = looked.iter().zip(synced).filter(|((one, _), _)| one.pair.is_none());
    let sought = |((one, key), has_synced_organizer): (&(Looked, SyncKey), &bool)| {
        // An organizer who is synced finds the Event, or makes it (PPL-2).
        let meeting = if *has_synced_organizer { None } else { natural_key(scope, one) };
        Sought { key: key.clone(), meeting }
    };
    unpaired.map(sought).collect()
}

/// What tells the meeting of an item that is to be saved; nothing of one that cannot be saved whoever its people are (PRV-3).
fn natural_key(scope: &Scope<'_>, one: &Looked) -> Option<NaturalKey> {
    let wish = one.wish.as_ref().filter(|wish| wish.action == Action::Save)?;
    let item = one.item.as_ref().filter(|item| item.item.kind != Kind::Series)?;
    // An item that points to its Event needs no other word for it.
    if pointed(one).is_some() || is_refused_unasked(scope, item, &wish.choice) {
        return None;
    }
    NaturalKey::of(&item.item, scope.owner)
}

/// What Salesforce has.
struct Events {
    /// The Event of each item.
    seen: Vec<EventSeen>,
    /// What Events are within series.
    shapes: BTreeMap<RecordId, Shape>,
    /// Events that have no item yet.
    arrivals: Vec<KeyedEvent>,
    /// Strangers that are gone.
    gone: Vec<RecordId>,
}

/// The Event of each item: of a pair by its id; else by the meeting's key, else by the pointer on the item, which survives a
/// lost database. A pointer to an Event with another key came along with a copy of the item. Then what they are within
/// series, and the Events that have no pair.
async fn events(
    crm: &impl Crm,
    sought: BTreeSet<Sought>,
    looked: &[(Looked, SyncKey)],
    rows: &BTreeMap<ItemId, RecordId>,
    strangers: &[RecordId],
) -> Result<Events, Trouble> {
    let unpaired = || looked.iter().filter(|(one, _)| one.pair.is_none());
    let by_key = if sought.is_empty() {
        Vec::new()
    } else {
        KeyedEvent::without_copies(crm.events_by_key(&sought.into_iter().collect::<Vec<_>>()).await?)
    };
    let mut ids: BTreeSet<RecordId> = strangers.iter().cloned().collect();
    ids.extend(looked.iter().filter_map(|(one, _)| one.pair.as_ref()).map(|pair| pair.event.clone()));
    ids.extend(
        unpaired().filter(|(_, key)| with_key(&by_key, key).is_empty()).filter_map(|(one, _)| pointed(one)),
    );
    ids.extend(rows.values().cloned());
    let by_id = if ids.is_empty() {
        Vec::new()
    } else {
        crm.events_by_id(&ids.into_iter().collect::<Vec<_>>()).await?
    };
    let seen = |(one, key): &(Looked, SyncKey)| match &one.pair {
        Some(pair) => match by_id.iter().find(|found| found.event.id == pair.event) {
            Some(found) => EventSeen::One(Box::new(found.event.clone())),
            None => EventSeen::Deleted(pair.event.clone()),
        },
        None => match with_key(&by_key, key).as_slice() {
            [] => match rows.get(&one.id).and_then(|row| by_id.iter().find(|found| found.event.id == *row)) {
                Some(row) => EventSeen::One(Box::new(row.event.clone())),
                None => pointed_to(pointed(one), &by_id),
            },
            [only] => EventSeen::One(Box::new(only.event.clone())),
            several => EventSeen::Several(several.len()),
        },
    };
    let seen = looked.iter().map(seen).collect();
    // What was found for an item here is no news, whether it has its key yet or not.
    let is_an_items = |event: &RecordId| by_key.iter().any(|found| found.event.id == *event);
    let is_new = |found: &&KeyedEvent| strangers.contains(&found.event.id) && !is_an_items(&found.event.id);
    let arrivals = by_id.iter().filter(is_new).cloned().collect();
    let is_found = |event: &&RecordId| by_id.iter().any(|found| found.event.id == **event);
    let gone = strangers.iter().filter(|event| !is_found(event)).cloned().collect();
    let all = by_key.into_iter().chain(by_id);
    let shapes = all.map(|found| (found.event.id, found.shape)).collect();
    Ok(Events { seen, shapes, arrivals, gone })
}

/// The Events of single dates whose series is saved: such a date is no second one (SER-7).
async fn rows_of_series(
    ledger: &impl Ledger,
    looked: &[(Looked, SyncKey)],
) -> Result<BTreeMap<ItemId, RecordId>, Trouble> {
    let date = |one: &Looked| match (&one.pair, &one.item) {
        (
            None,
            Some(SeenItem { item: Item { kind: Kind::Occurrence { series }, .. }, original_start, .. }),
        ) => Some((one.id.clone(), series.clone(), (*original_start)?)),
        (_, _) => None,
    };
    let dates: Vec<(ItemId, ItemId, DateTime<Utc>)> =
        looked.iter().filter_map(|(one, _)| date(one)).collect();
    if dates.is_empty() {
        return Ok(BTreeMap::new());
    }
    let masters: Vec<ItemId> = dates.iter().map(|(_, series, _)| series.clone()).collect();
    let kept = ledger.series(&masters).await?;
    let row = |(id, series, original): (ItemId, ItemId, DateTime<Utc>)| {
        let (_, kept) = kept.iter().find(|(master, _)| *master == series)?;
        Some((id, kept.dates.get(&original)?.event()?.event.clone()))
    };
    Ok(dates.into_iter().filter_map(row).collect())
}

fn with_key<'e>(events: &'e [KeyedEvent], key: &SyncKey) -> Vec<&'e KeyedEvent> {
    events.iter().filter(|one| one.key.eq_ignore_ascii_case(key.as_str())).collect()
}

fn pointed(one: &Looked) -> Option<RecordId> {
    pointed_event(one.item.as_ref()?.pointer.as_ref()).cloned()
}

fn pointed_to(pointer: Option<RecordId>, by_id: &[KeyedEvent]) -> EventSeen {
    let Some(id) = pointer else { return EventSeen::Absent };
    match by_id.iter().find(|one| one.event.id == id) {
        Some(one) if one.key.is_empty() => EventSeen::One(Box::new(one.event.clone())),
        Some(_) => EventSeen::Absent,
        None => EventSeen::Deleted(id),
    }
}

/// The addresses of an item that is to be saved, or whose links were chosen anew; of one that cannot be saved whoever its
/// people are, nobody's (PRV-3).
fn addresses(scope: &Scope<'_>, one: &Looked) -> Vec<Address> {
    let choice = one.wish.as_ref().filter(|wish| wish.action == Action::Save).map(|wish| &wish.choice);
    match (&one.item, choice) {
        (Some(item), Some(choice)) if !is_refused_unasked(scope, item, choice) => {
            addresses_to_match(&item.item, scope.mailbox, &scope.settings.shared)
        }
        (Some(_) | None, _) => Vec::new(),
    }
}

/// What the people of the items bring with them; asked only where links are chosen for the user. Accounts by website domain
/// are of no use here: with nobody known, the category alone saves nothing (SAV-8).
async fn related(
    scope: &Scope<'_>,
    crm: &impl Crm,
    looked: &[(Looked, SyncKey)],
    people: &[PersonMatch],
) -> Result<Related, Trouble> {
    let accounts: BTreeSet<RecordId> = looked
        .iter()
        .map(|(one, _)| one)
        .filter(|one| is_chosen_for_the_user(one.wish.as_ref()))
        .filter_map(|one| one.item.as_ref())
        .flat_map(|item| accounts_of(scope, item, people))
        .collect();
    if accounts.is_empty() {
        return Ok(Related::default());
    }
    let accounts: Vec<RecordId> = accounts.into_iter().collect();
    Ok(crm.related(&accounts, scope.now).await?.offered(scope.now))
}

/// Whether sync chooses the links.
fn is_chosen_for_the_user(wish: Option<&Wish>) -> bool {
    match wish.map(|wish| (wish.source, wish.action)) {
        Some((Source::Category | Source::Place | Source::Autosave, Action::Save)) => true,
        Some((Source::Pane, _) | (_, Action::Unsync | Action::TakeOver)) | None => false,
    }
}

/// Asks what the people of items bring with them once more of them are known.
pub(crate) async fn related_anew(
    scope: &Scope<'_>,
    crm: &impl Crm,
    items: &mut [Observation],
    places: &[usize],
) -> Result<(), Trouble> {
    let is_due = |one: &Observation| is_chosen_for_the_user(one.wish.as_ref());
    let mut accounts: BTreeSet<RecordId> = BTreeSet::new();
    for one in places.iter().map(|place| &items[*place]).filter(|one| is_due(one)) {
        accounts.extend(one.item.iter().flat_map(|item| accounts_of(scope, item, &one.people)));
    }
    if accounts.is_empty() {
        return Ok(());
    }
    let accounts: Vec<RecordId> = accounts.into_iter().collect();
    let related = crm.related(&accounts, scope.now).await?.offered(scope.now);
    for place in places {
        let one = &mut items[*place];
        if let Some(item) = one.item.as_ref().filter(|_| is_chosen_for_the_user(one.wish.as_ref())) {
            one.related = related_to(scope, item, &one.people, &related);
        }
    }
    Ok(())
}

/// The part of what was found that belongs to one item's people.
fn related_to(scope: &Scope<'_>, item: &SeenItem, people: &[PersonMatch], all: &Related) -> Related {
    let own = accounts_of(scope, item, people);
    if own.is_empty() {
        return Related::default();
    }
    let is_own = |account: &Option<RecordId>| account.as_ref().is_some_and(|account| own.contains(account));
    Related {
        accounts: all.accounts.iter().filter(|account| own.contains(&account.record)).cloned().collect(),
        opportunities: all.opportunities.iter().filter(|one| is_own(&one.account)).cloned().collect(),
        cases: all.cases.clone(),
    }
}

/// The people that belong to one item.
fn people_of(scope: &Scope<'_>, item: Option<&SeenItem>, people: &[PersonMatch]) -> Vec<PersonMatch> {
    let Some(item) = item.filter(|_| !people.is_empty()) else { return Vec::new() };
    let addresses = addresses_to_match(&item.item, scope.mailbox, &scope.settings.shared);
    people.iter().filter(|person| addresses.contains(&person.address)).cloned().collect()
}

fn accounts_of(scope: &Scope<'_>, item: &SeenItem, people: &[PersonMatch]) -> BTreeSet<RecordId> {
    let addresses = addresses_to_match(&item.item, scope.mailbox, &scope.settings.shared);
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
