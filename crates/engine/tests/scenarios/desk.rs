//! A mailbox, an org and a ledger in memory. Every port call is noted; faults strike the next call of their name.

use std::{
    collections::{BTreeMap, BTreeSet},
    pin::pin,
    sync::Mutex,
    task::{Context, Poll, Waker},
};

use calbridge_engine::{
    Entry, Outcome, Report, Scope, SessionError,
    observe::key_of,
    ports::{
        Calendar, Crm, Given, IdForm, KeyedEvent, Ledger, Marking, Pointer, Request, SeenItem, Source,
        Trouble, UnmarkedPair,
    },
    session,
};
use calbridge_rules::{
    event::{Event, EventField, EventFields, FieldValue},
    id::{Address, ApiName, ItemId, RecordId},
    identity::SyncKey,
    item::{Attendee, Item, Kind, Person, Role, Span},
    linking::Related,
    map::SmallMap,
    people::{PersonMatch, PersonObject},
    saving::{Choice, ChosenPerson, RequiredField},
    settings::{FieldSource, Settings},
};
use chrono::{DateTime, TimeDelta, TimeZone, Utc};

pub(crate) const MARA: &str = "mara@brightwater.example";
pub(crate) const INES: &str = "ines@brightwater.example";
pub(crate) const DANA: &str = "dana@acme.example";

pub(crate) fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

pub(crate) fn record(prefix: &str, number: u32) -> RecordId {
    RecordId::parse(&format!("{prefix}{number:012}")).unwrap()
}

pub(crate) fn item_id(name: &str) -> ItemId {
    ItemId::parse(name).unwrap()
}

fn person(text: &str) -> Person {
    Person { name: text.to_owned(), address: Some(address(text)) }
}

/// Mara meets Dana.
pub(crate) fn meeting(name: &str) -> SeenItem {
    let start = Utc.with_ymd_and_hms(2026, 3, 18, 13, 0, 0).unwrap();
    let item = Item {
        id: Some(item_id(name)),
        kind: Kind::Single,
        subject: format!("Meeting {name}"),
        body: Some("Agenda".to_owned()),
        location: "Hamburg".to_owned(),
        span: Span::Timed { start, end: start + TimeDelta::hours(1) },
        zone: Some("Europe/Berlin".to_owned()),
        show_as: None,
        reminder: None,
        sensitivity: None,
        organizer: Some(person(MARA)),
        attendees: vec![Attendee { person: person(DANA), role: Role::Required, response: None }],
        categories: Vec::new(),
        is_draft: Some(false),
        in_group_calendar: false,
    };
    SeenItem {
        id: item_id(name),
        etag: "1".to_owned(),
        item,
        i_cal_uid: format!("uid-of-{name}"),
        original_start: None,
        properties: None,
        pointer: None,
    }
}

pub(crate) fn organized_by(mut seen: SeenItem, organizer: &str) -> SeenItem {
    seen.item.organizer = Some(person(organizer));
    seen
}

pub(crate) fn categorized(mut seen: SeenItem) -> SeenItem {
    seen.item.categories = vec!["Salesforce".to_owned()];
    seen
}

/// Dana in Name.
pub(crate) fn dana() -> Choice {
    let who = ChosenPerson { record: record("003", 1), object: PersonObject::Contact };
    Choice { who: Some(who), ..Choice::default() }
}

/// Everything around a session.
#[derive(Debug)]
pub(crate) struct Desk(pub(crate) Mutex<State>);

#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) items: BTreeMap<ItemId, SeenItem>,
    pub(crate) events: Vec<KeyedEvent>,
    pub(crate) requests: Vec<Request>,
    pub(crate) pairs: BTreeMap<ItemId, RecordId>,
    pub(crate) unmarked: BTreeSet<ItemId>,
    pub(crate) outcomes: BTreeMap<ItemId, Outcome>,
    pub(crate) synced: Vec<Address>,
    pub(crate) field_map: SmallMap<ApiName, FieldSource>,
    pub(crate) taken: BTreeSet<SyncKey>,
    pub(crate) calls: Vec<&'static str>,
    faults: Vec<(&'static str, Fault)>,
    numbers: u32,
}

/// What strikes a call.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// Nothing is done.
    Instead(Trouble),
    /// All is done, and the answer says otherwise.
    Afterwards(Trouble),
}

impl State {
    fn call(&mut self, name: &'static str) -> Option<Fault> {
        self.calls.push(name);
        let place = self.faults.iter().position(|(struck, _)| *struck == name)?;
        Some(self.faults.remove(place).1)
    }

    fn put_event(&mut self, key: &SyncKey, fields: EventFields) -> RecordId {
        self.numbers += 1;
        let id = record("00U", self.numbers);
        let at = now();
        let event =
            Event { id: id.clone(), fields, system_modstamp: at, last_modified_by: None, last_modified: at };
        self.events.push(KeyedEvent { key: key.as_str().to_owned(), event });
        id
    }
}

pub(crate) fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 18, 8, 0, 0).unwrap()
}

impl Desk {
    pub(crate) fn with(items: impl IntoIterator<Item = SeenItem>) -> Self {
        let items = items.into_iter().map(|item| (item.id.clone(), item)).collect();
        Self(Mutex::new(State { items, ..State::default() }))
    }

    pub(crate) fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    /// A press of Save in the pane.
    pub(crate) fn press(&self, name: &str, choice: Choice) {
        let mut state = self.state();
        let revision = i64::try_from(state.requests.len()).unwrap() + 1;
        let item = Given { id: item_id(name), form: IdForm::Immutable };
        state.requests.push(Request { item, source: Source::Pane, choice, revision });
    }

    pub(crate) fn strike(&self, call: &'static str, fault: Fault) {
        self.state().faults.push((call, fault));
    }

    /// An Event under the key of an item.
    pub(crate) fn has_event(&self, seen: &SeenItem, owner: RecordId) -> RecordId {
        let fields = [
            (EventField::Owner, FieldValue::Record(owner)),
            (EventField::Subject, FieldValue::Text("As it stands".to_owned())),
        ];
        self.state().put_event(&key_of(seen), fields.into_iter().collect())
    }

    /// Runs a session as Mara's.
    pub(crate) fn session(&self) -> Result<Report, SessionError> {
        self.state().calls.clear();
        let (mailbox, owner) = (address(MARA), record("005", 1));
        let settings = Settings {
            company_domains: vec!["brightwater.example".to_owned()],
            field_map: self.state().field_map.clone(),
            ..Settings::default()
        };
        let scope = Scope { mailbox: &mailbox, owner: &owner, settings: &settings, now: now() };
        finished(session(&scope, self, self, self))
    }

    /// The only outcome of a session that must succeed.
    #[track_caller]
    pub(crate) fn outcome(&self) -> Outcome {
        let report = self.session().unwrap();
        assert_eq!(report.entries.len(), 1, "{report:?}");
        report.entries[0].outcome.clone()
    }

    pub(crate) fn calls(&self, name: &str) -> usize {
        self.state().calls.iter().filter(|call| **call == name).count()
    }
}

/// Nothing here ever waits.
fn finished<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("a port waited"),
    }
}

impl Calendar for Desk {
    async fn read(&self, ids: &[Given]) -> Vec<Result<SeenItem, Trouble>> {
        let mut state = self.state();
        if ids.is_empty() {
            return Vec::new();
        }
        match state.call("read") {
            Some(Fault::Instead(trouble) | Fault::Afterwards(trouble)) => vec![Err(trouble); ids.len()],
            None => {
                ids.iter().map(|given| state.items.get(&given.id).cloned().ok_or(Trouble::Gone)).collect()
            }
        }
    }

    async fn marked(&self, _: DateTime<Utc>, _: DateTime<Utc>) -> Result<Vec<SeenItem>, Trouble> {
        let mut state = self.state();
        if let Some(Fault::Instead(trouble) | Fault::Afterwards(trouble)) = state.call("calendar view") {
            return Err(trouble);
        }
        let marked = |item: &&SeenItem| item.item.categories.iter().any(|name| name == "Salesforce");
        let shown = |item: &&SeenItem| item.item.kind != Kind::Series;
        Ok(state.items.values().filter(marked).filter(shown).cloned().collect())
    }

    async fn mark(&self, marks: &[Marking], _: DateTime<Utc>) -> Vec<Result<(), Trouble>> {
        let mut state = self.state();
        if let Some(Fault::Instead(trouble) | Fault::Afterwards(trouble)) = state.call("mark") {
            return vec![Err(trouble); marks.len()];
        }
        for mark in marks {
            let item = state.items.get_mut(&mark.id).unwrap();
            item.item.categories.clone_from(&mark.categories);
            item.etag.push('+');
            if mark.pointer.is_some() {
                item.pointer.clone_from(&mark.pointer);
            }
        }
        vec![Ok(()); marks.len()]
    }
}

impl Crm for Desk {
    async fn people(&self, addresses: &[Address]) -> Result<Vec<PersonMatch>, Trouble> {
        self.state().call("people");
        let dana = PersonMatch {
            record: record("003", 1),
            object: PersonObject::Contact,
            name: "Dana Okafor".to_owned(),
            company: "Acme".to_owned(),
            account: Some(record("001", 1)),
            address: address(DANA),
        };
        Ok(addresses.contains(&dana.address).then_some(dana).into_iter().collect())
    }

    async fn related(&self, _: &[RecordId], _: DateTime<Utc>) -> Result<Related, Trouble> {
        self.state().call("related");
        let account = calbridge_rules::linking::BusinessRecord {
            record: record("001", 1),
            object: calbridge_rules::id::ApiName::parse("Account").unwrap(),
            name: "Acme".to_owned(),
            detail: String::new(),
        };
        Ok(Related { accounts: vec![account], ..Related::default() })
    }

    async fn required_fields(&self) -> Result<Vec<RequiredField>, Trouble> {
        Ok(Vec::new())
    }

    async fn events_by_key(&self, keys: &[SyncKey]) -> Result<Vec<KeyedEvent>, Trouble> {
        let mut state = self.state();
        if let Some(Fault::Instead(trouble) | Fault::Afterwards(trouble)) = state.call("events by key") {
            return Err(trouble);
        }
        let asked = |event: &&KeyedEvent| keys.iter().any(|key| key.as_str() == event.key);
        Ok(state.events.iter().filter(asked).cloned().collect())
    }

    async fn events_by_id(&self, ids: &[RecordId]) -> Result<Vec<KeyedEvent>, Trouble> {
        let mut state = self.state();
        state.call("events by id");
        Ok(state.events.iter().filter(|event| ids.contains(&event.event.id)).cloned().collect())
    }

    async fn upsert(&self, rows: &[(SyncKey, EventFields)]) -> Vec<Result<RecordId, Trouble>> {
        let mut state = self.state();
        let fault = state.call("upsert");
        if let Some(Fault::Instead(trouble)) = fault {
            return vec![Err(trouble); rows.len()];
        }
        let mut answers = Vec::new();
        for (key, fields) in rows {
            let known = state.events.iter_mut().find(|event| event.key == key.as_str());
            let id = match known {
                Some(known) => {
                    known.event.fields.extend(fields.clone());
                    known.event.id.clone()
                }
                None => state.put_event(key, fields.clone()),
            };
            answers.push(match &fault {
                Some(Fault::Afterwards(trouble)) => Err(trouble.clone()),
                Some(Fault::Instead(_)) | None => Ok(id),
            });
        }
        answers
    }

    async fn update(&self, rows: &[(RecordId, EventFields)]) -> Vec<Result<(), Trouble>> {
        let mut state = self.state();
        if let Some(Fault::Instead(trouble) | Fault::Afterwards(trouble)) = state.call("update") {
            return vec![Err(trouble); rows.len()];
        }
        for (id, fields) in rows {
            let known = state.events.iter_mut().find(|event| event.event.id == *id).unwrap();
            known.event.fields.extend(fields.clone());
        }
        vec![Ok(()); rows.len()]
    }
}

impl Ledger for Desk {
    async fn waiting(&self, limit: usize) -> Result<Vec<Request>, Trouble> {
        Ok(self.state().requests.iter().take(limit).cloned().collect())
    }

    async fn paired(&self, items: &[ItemId]) -> Result<Vec<ItemId>, Trouble> {
        let state = self.state();
        Ok(items.iter().filter(|item| state.pairs.contains_key(item)).cloned().collect())
    }

    async fn unmarked(&self, _: usize) -> Result<Vec<UnmarkedPair>, Trouble> {
        let state = self.state();
        let pair = |item: &ItemId| UnmarkedPair { item: item.clone(), event: state.pairs[item].clone() };
        Ok(state.unmarked.iter().map(pair).collect())
    }

    async fn is_synced(&self, address: &Address) -> Result<bool, Trouble> {
        Ok(self.state().synced.contains(address))
    }

    async fn intend(&self, keys: &[SyncKey], _: DateTime<Utc>) -> Result<Vec<bool>, Trouble> {
        let mut state = self.state();
        state.call("intend");
        Ok(keys.iter().map(|key| !state.taken.contains(key)).collect())
    }

    async fn record(&self, entries: &[Entry], _: DateTime<Utc>) -> Result<(), Trouble> {
        let mut state = self.state();
        if let Some(Fault::Instead(trouble) | Fault::Afterwards(trouble)) = state.call("record") {
            return Err(trouble);
        }
        for entry in entries {
            state.outcomes.insert(entry.item.clone(), entry.outcome.clone());
            let is_settled = match &entry.outcome {
                Outcome::Saved(saved) => {
                    state.pairs.insert(entry.item.clone(), saved.event.clone());
                    state.unmarked.insert(entry.item.clone());
                    true
                }
                Outcome::Lost(_) | Outcome::Withdrawn => true,
                Outcome::Refused(_) | Outcome::Waiting(_) | Outcome::Deferred => {
                    if entry.tickets.is_empty() {
                        let item = Given { id: entry.item.clone(), form: IdForm::Immutable };
                        let choice = entry.choice.clone();
                        state.requests.push(Request { item, source: entry.source, choice, revision: 1 });
                    }
                    false
                }
            };
            let seen = |request: &Request| {
                entry
                    .tickets
                    .iter()
                    .any(|ticket| ticket.given == request.item.id && ticket.revision == request.revision)
            };
            state.requests.retain(|request| !(is_settled && seen(request)));
        }
        Ok(())
    }

    async fn marked(&self, items: &[ItemId]) -> Result<(), Trouble> {
        let mut state = self.state();
        for item in items {
            state.unmarked.remove(item);
        }
        Ok(())
    }
}

/// The Event an item's pointer names.
pub(crate) fn pointed(desk: &Desk, name: &str) -> Option<Pointer> {
    desk.state().items[&item_id(name)].pointer.clone()
}
