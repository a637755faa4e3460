//! A mailbox, an org and a ledger in memory. Every port call is noted; faults strike the next call of their name.

mod calendar;
mod crm;
mod files;
mod ledger;
mod newcomers;
mod relations;
mod series;
mod shown;

use std::{
    collections::{BTreeMap, BTreeSet},
    pin::pin,
    sync::Mutex,
    task::{Context, Poll, Waker},
};

use calbridge_engine::{
    Entry, Forecast, Kept, Outcome, Report, Scope, SessionError,
    observe::key_of,
    pair::Pair,
    ports::{
        Action, Claim, Cursor, ForeseenClash, Given, IdForm, Intended, ItemFile, ItemOver, Journalled,
        KeyedEvent, LeftOut, Made, News, Pointer, Relation, Request, SeenItem, Shape, Source, TiesOver,
        Trouble,
    },
    preview,
    ruling::{Held, Invitation, Ruled, RuledInvitation, Ruling},
    series::KeptSeries,
    session,
};
use calbridge_rules::{
    autosave::{Past, Skip},
    event::{Event, EventField, EventFields, FieldValue},
    holding::Saver,
    id::{Address, ItemId, RecordId},
    identity::SyncKey,
    item::{Attendee, Item, Kind, Person, Response, Role, Span},
    merge::MergeConflict,
    newcomers::{DomainAccount, NewRecord},
    people::PersonObject,
    relations::Abilities,
    saving::{Check, Choice, ChosenPerson},
    series::{Classic, Series},
    settings::Effective,
    status::Issue,
};
use chrono::{DateTime, FixedOffset, TimeDelta, TimeZone, Utc};

pub(crate) use series::{at, placed, series};
pub(crate) use shown::ShownRow;

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

pub(crate) fn person(text: &str) -> Person {
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
        is_organizer: true,
        is_cancelled: false,
        response: None,
        created: Some(start - TimeDelta::days(1)),
        properties: None,
        pointer: None,
    }
}

/// Mara's own hour, with nobody else.
pub(crate) fn appointment(name: &str) -> SeenItem {
    let mut seen = meeting(name);
    seen.item.attendees.clear();
    seen.item.organizer = None;
    seen
}

pub(crate) fn organized_by(mut seen: SeenItem, organizer: &str) -> SeenItem {
    seen.item.organizer = Some(person(organizer));
    seen.is_organizer = organizer == MARA;
    seen
}

/// With these people invited.
pub(crate) fn between(mut seen: SeenItem, guests: &[&str]) -> SeenItem {
    let guest = |guest: &&str| Attendee { person: person(guest), role: Role::Required, response: None };
    seen.item.attendees = guests.iter().map(guest).collect();
    seen
}

/// Dana invites Mara, who accepts.
pub(crate) fn invited(seen: SeenItem) -> SeenItem {
    let mut seen = organized_by(seen, DANA);
    seen.item.attendees = vec![Attendee { person: person(MARA), role: Role::Required, response: None }];
    seen.response = Some(Response::Accepted);
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
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of a scenario")]
pub(crate) struct State {
    pub(crate) items: BTreeMap<ItemId, SeenItem>,
    /// When each item last changed, counted in changes; of items that are gone too.
    pub(crate) changed: BTreeMap<ItemId, u64>,
    changes: u64,
    pub(crate) lost_cursor: bool,
    /// Whether the calendar tells its changes over and over.
    pub(crate) is_endless: bool,
    /// How the last round ended that was kept.
    pub(crate) round: calbridge_engine::ports::RoundEnd,
    pub(crate) made: BTreeMap<String, ItemId>,
    pub(crate) events: Vec<KeyedEvent>,
    pub(crate) requests: Vec<Request>,
    pub(crate) pairs: BTreeMap<ItemId, Pair>,
    pub(crate) held: BTreeMap<ItemId, Held>,
    /// Series by their masters; what the masters say stands among the items.
    pub(crate) series: BTreeMap<ItemId, Series>,
    /// Classic series by their masters.
    pub(crate) classics: BTreeMap<RecordId, Vec<(RecordId, DateTime<Utc>)>>,
    pub(crate) recurrences: BTreeMap<RecordId, Classic>,
    pub(crate) kept: BTreeMap<ItemId, KeptSeries>,
    pub(crate) lacks_keys: bool,
    /// Whether clocks change in March, which matters to series.
    pub(crate) has_summer: bool,
    pub(crate) clashes: Vec<(ItemId, MergeConflict)>,
    /// Events of which something was listed as a clash.
    pub(crate) clash_events: Vec<RecordId>,
    /// Writes that the org refused, by what of an item they are.
    pub(crate) refused: BTreeMap<(ItemId, String), ledger::Rested>,
    pub(crate) foreseen: Vec<ForeseenClash>,
    pub(crate) journal: Vec<(RecordId, EventFields, EventFields)>,
    pub(crate) journal_of_ties: Vec<TiesOver>,
    pub(crate) journal_of_items: Vec<ItemOver>,
    pub(crate) unmarked: BTreeSet<ItemId>,
    pub(crate) unfinished: BTreeSet<ItemId>,
    pub(crate) let_go: BTreeMap<ItemId, Past>,
    pub(crate) later: BTreeMap<ItemId, DateTime<Utc>>,
    pub(crate) traces: BTreeMap<ItemId, Vec<Check>>,
    pub(crate) contacts: Vec<(Address, RecordId)>,
    pub(crate) asked_people: BTreeSet<Address>,
    pub(crate) cursor: Option<Cursor>,
    pub(crate) news: Vec<News>,
    /// Events that come up again by themselves.
    pub(crate) coming: BTreeMap<RecordId, DateTime<Utc>>,
    /// What is the matter with Events that have no item.
    pub(crate) told: BTreeMap<ItemId, (RecordId, calbridge_rules::status::Issue)>,
    pub(crate) others: Vec<(RecordId, Saver)>,
    pub(crate) outcomes: BTreeMap<ItemId, Outcome>,
    pub(crate) synced: Vec<Address>,
    pub(crate) settings: Effective,
    /// Whether nobody knows the mailbox's zone.
    pub(crate) lacks_zone: bool,
    /// How far the clock went on.
    pub(crate) passed: TimeDelta,
    pub(crate) looks_everywhere: bool,
    pub(crate) users: Vec<(Address, RecordId)>,
    pub(crate) relations: Vec<Relation>,
    /// Whether an Event comes with a relation to its person.
    pub(crate) relates_who: bool,
    pub(crate) links: Vec<(RecordId, RecordId)>,
    pub(crate) related: BTreeMap<ItemId, Kept>,
    pub(crate) abilities: Abilities,
    /// Accounts by the domain of their website.
    pub(crate) accounts: Vec<DomainAccount>,
    /// Records that sessions made for people.
    pub(crate) newcomers: Vec<NewRecord>,
    /// What the org says of the next record that is to be made for an address.
    pub(crate) unwanted: BTreeMap<Address, Result<Made, Trouble>>,
    /// What other workers are making.
    pub(crate) claimed: BTreeSet<Claim>,
    pub(crate) made_records: Vec<Journalled>,
    /// What people decided about invitations.
    pub(crate) ruled: Vec<RuledInvitation>,
    /// Invitations that wait.
    pub(crate) invitations: Vec<Invitation>,
    /// Addresses of people and users, by their records.
    pub(crate) addresses: BTreeMap<RecordId, Person>,
    /// Who got mail, each mail by itself.
    pub(crate) mails: Vec<Address>,
    /// Somebody who has a record from the next claim on.
    pub(crate) appears_at_claim: Option<(Address, RecordId)>,
    /// Items in the calendar whose items are to be saved.
    pub(crate) placed: BTreeSet<ItemId>,
    /// Records that the calendar shows, or is to.
    pub(crate) records: BTreeMap<RecordId, ShownRow>,
    /// Files of items.
    pub(crate) files: BTreeMap<ItemId, Vec<ItemFile>>,
    /// Files of items that were left out.
    pub(crate) left_out: BTreeMap<ItemId, Vec<LeftOut>>,
    /// Files of Events: the name, and what is in it.
    pub(crate) attached: Vec<(RecordId, String, Vec<u8>)>,
    pub(crate) taken: BTreeSet<SyncKey>,
    /// What was about to be created, where no session kept what became of it.
    pub(crate) intended: BTreeMap<ItemId, Intended>,
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

    fn touch(&mut self, id: &ItemId) {
        self.changes += 1;
        self.changed.insert(id.clone(), self.changes);
        if let Some(item) = self.items.get_mut(id) {
            item.etag = self.changes.to_string();
        }
    }

    /// An Event that nobody keeps a key of and that was there before.
    pub(crate) fn put_stranger(&mut self, fields: EventFields) -> RecordId {
        self.put_event("", fields)
    }

    fn put_event(&mut self, key: &str, fields: EventFields) -> RecordId {
        self.numbers += 1;
        let id = record("00U", self.numbers);
        let at = now();
        let event =
            Event { id: id.clone(), fields, system_modstamp: at, last_modified_by: None, last_modified: at };
        self.events.push(KeyedEvent { key: key.to_owned(), event, born: None, shape: Shape::Single });
        id
    }
}

pub(crate) fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 18, 8, 0, 0).unwrap()
}

impl Desk {
    pub(crate) fn with(items: impl IntoIterator<Item = SeenItem>) -> Self {
        let desk = Self(Mutex::default());
        desk.state().settings.shared.company_domains = vec!["brightwater.example".to_owned()];
        desk.state().contacts = vec![(address(DANA), record("003", 1))];
        for item in items {
            desk.put(item);
        }
        desk
    }

    pub(crate) fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    /// Puts an item into the calendar, or in place of what it was.
    pub(crate) fn put(&self, item: SeenItem) {
        let id = item.id.clone();
        let mut state = self.state();
        state.items.insert(id.clone(), item);
        state.touch(&id);
    }

    /// An edit in Outlook.
    pub(crate) fn edit(&self, name: &str, edit: impl FnOnce(&mut SeenItem)) {
        let mut state = self.state();
        edit(state.items.get_mut(&item_id(name)).unwrap());
        state.touch(&item_id(name));
    }

    /// A deletion in Outlook.
    pub(crate) fn delete(&self, name: &str) {
        let mut state = self.state();
        state.items.remove(&item_id(name)).unwrap();
        state.touch(&item_id(name));
    }

    /// An edit in Salesforce, and the news of it.
    pub(crate) fn edit_event(&self, event: &RecordId, edit: impl FnOnce(&mut EventFields)) {
        let mut state = self.state();
        let seen = state.events.iter_mut().find(|seen| seen.event.id == *event).unwrap();
        edit(&mut seen.event.fields);
        let revision = i64::try_from(state.news.len()).unwrap() + 1;
        state.news.push(News { event: event.clone(), revision });
    }

    /// A deletion in Salesforce, and the news of it.
    pub(crate) fn delete_event(&self, event: &RecordId) {
        self.edit_event(event, |_| {});
        self.state().events.retain(|seen| seen.event.id != *event);
    }

    /// A press of Save in the pane.
    pub(crate) fn press(&self, name: &str, choice: Choice) {
        self.ask(name, choice, Action::Save);
    }

    /// A press of Unsync in the pane.
    pub(crate) fn press_unsync(&self, name: &str) {
        self.ask(name, Choice::default(), Action::Unsync);
    }

    /// A press of Take over in the pane.
    pub(crate) fn press_take_over(&self, name: &str) {
        self.ask(name, Choice::default(), Action::TakeOver);
    }

    fn ask(&self, name: &str, choice: Choice, action: Action) {
        let mut state = self.state();
        state.refused.retain(|(item, _), _| *item != item_id(name));
        let revision = i64::try_from(state.requests.len()).unwrap() + 1;
        let item = Given { id: item_id(name), form: IdForm::Immutable };
        let (given, meeting) = (item.id.clone(), None);
        state.requests.push(Request { given, item, meeting, source: Source::Pane, action, choice, revision });
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
        self.state().put_event(key_of(seen).as_str(), fields.into_iter().collect())
    }

    /// An Event that somebody made in Salesforce, and the news of it.
    pub(crate) fn make_event(&self, fields: EventFields, born: calbridge_engine::ports::Born) -> RecordId {
        let event = self.state().put_event("", fields);
        self.state().events.last_mut().unwrap().born = Some(born);
        self.edit_event(&event, |_| {});
        event
    }

    /// Another user saved the Event too.
    pub(crate) fn is_saved_by(&self, event: &RecordId, user: RecordId) {
        let saver = Saver { user, since: now(), is_active: true };
        self.state().others.push((event.clone(), saver));
    }

    /// Somebody decides about what is held of an item.
    pub(crate) fn rule(&self, name: &str, ruling: Ruling) {
        let mut state = self.state();
        let held = state.held[&item_id(name)].clone();
        state.pairs.get_mut(&item_id(name)).unwrap().ruled = Some(Ruled { held, ruling });
        state.unfinished.insert(item_id(name));
    }

    /// Somebody decides about deletions that stopped the mailbox.
    pub(crate) fn rule_on_deletions(&self, items: &[ItemId], ruling: Ruling) {
        let mut state = self.state();
        for item in items {
            let ruled = Ruled { held: Held::Deletion, ruling };
            match state.pairs.get_mut(item) {
                Some(pair) => pair.ruled = Some(ruled),
                None => state.intended.get_mut(item).unwrap().ruled = Some(ruled),
            }
        }
    }

    /// Somebody decides about the invitation that waits, and sync looks at its Event again.
    pub(crate) fn rule_on_invitation(&self, ruling: Ruling) {
        let Invitation { event, guests, .. } = self.state().invitations[0].clone();
        self.state().ruled.push(RuledInvitation { event: event.clone(), guests, ruling });
        self.edit_event(&event, |_| {});
    }

    /// The fields of an Event, as they stand.
    pub(crate) fn event(&self, event: &RecordId) -> EventFields {
        let state = self.state();
        state.events.iter().find(|seen| seen.event.id == *event).unwrap().event.fields.clone()
    }

    /// Saves an item and lets everything come to rest; answers its Event.
    pub(crate) fn saved(&self, name: &str) -> RecordId {
        self.press(name, dana());
        self.rest();
        self.state().pairs[&item_id(name)].event.clone()
    }

    /// Runs sessions until nothing is left to do.
    #[track_caller]
    pub(crate) fn rest(&self) {
        for _ in 0..5 {
            let report = self.session().unwrap();
            let is_skip = |entry: &Entry| matches!(entry.outcome, Outcome::Skipped(_));
            if report.again.is_none() && report.unmarked == 0 && report.entries.iter().all(is_skip) {
                return;
            }
        }
        panic!("no rest");
    }

    /// Runs a session as Mara's.
    pub(crate) fn session(&self) -> Result<Report, SessionError> {
        self.state().calls.clear();
        self.scoped(|scope| finished(session(scope, self, self, self)))
    }

    /// What a session would do.
    pub(crate) fn preview(&self) -> Forecast {
        self.state().calls.clear();
        self.scoped(|scope| finished(preview(scope, self, self, self))).unwrap()
    }

    /// Does something as Mara's session would.
    fn scoped<T>(&self, act: impl FnOnce(&Scope<'_>) -> T) -> T {
        let (mailbox, owner) = (address(MARA), record("005", 1));
        let has_summer = self.state().has_summer;
        let (settings, passed, looks_everywhere, lacks_zone) = {
            let state = self.state();
            (state.settings.clone(), state.passed, state.looks_everywhere, state.lacks_zone)
        };
        act(&Scope {
            mailbox: &mailbox,
            owner: &owner,
            settings: &settings,
            now: now() + passed,
            since: now() - TimeDelta::days(30),
            zone: if lacks_zone { "" } else { "Europe/Berlin" },
            offsets: if has_summer { series::offset } else { in_winter },
            looks_everywhere,
        })
    }

    /// The only outcome of a session that must succeed.
    #[track_caller]
    pub(crate) fn outcome(&self) -> Outcome {
        let report = self.session().unwrap();
        assert_eq!(report.entries.len(), 1, "{report:?}");
        report.entries[0].outcome.clone()
    }

    /// What the only outcome of a session tells, where it is saved or refused.
    #[track_caller]
    pub(crate) fn told(&self) -> Option<Issue> {
        match self.outcome() {
            Outcome::Saved(saved) => saved.issue,
            Outcome::Refused(issue) => Some(issue),
            other @ (Outcome::Waiting(_)
            | Outcome::Lost(_)
            | Outcome::Skipped(_)
            | Outcome::Withdrawn
            | Outcome::Removed { .. }
            | Outcome::Released { .. }
            | Outcome::Unasked
            | Outcome::Deferred) => panic!("{other:?}"),
        }
    }

    pub(crate) fn calls(&self, name: &str) -> usize {
        self.state().calls.iter().filter(|call| **call == name).count()
    }
}

/// An hour before UTC, all year: Berlin in winter.
fn in_winter(zone: &str, _: DateTime<Utc>) -> Option<FixedOffset> {
    FixedOffset::east_opt(3600).filter(|_| !zone.is_empty())
}

/// Nothing here ever waits.
fn finished<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("a port waited"),
    }
}

/// Why autosave left an item in the last session that looked at it.
pub(crate) fn skipped(desk: &Desk, name: &str) -> Option<Skip> {
    match desk.state().outcomes.get(&item_id(name))? {
        Outcome::Skipped(skipped) => Some(skipped.skip),
        Outcome::Saved(_)
        | Outcome::Refused(_)
        | Outcome::Waiting(_)
        | Outcome::Lost(_)
        | Outcome::Withdrawn
        | Outcome::Removed { .. }
        | Outcome::Released { .. }
        | Outcome::Unasked
        | Outcome::Deferred => None,
    }
}

/// The Event an item's pointer names.
pub(crate) fn pointed(desk: &Desk, name: &str) -> Option<Pointer> {
    desk.state().items[&item_id(name)].pointer.clone()
}
