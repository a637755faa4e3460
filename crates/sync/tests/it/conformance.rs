//! What the store promises, the same on every database: one test a promise and a database.

mod foresight;
mod links;
mod mailboxes;
mod newcomers;
mod news;
mod refused;
mod related;
mod relay;
mod remedies;
mod round;
mod saves;
mod series;
mod settings;
mod sharing;
mod shown;
mod torn;
mod upkeep;
mod verdicts;
mod work;

use calbridge_engine::{
    Entry, Outcome,
    observe::Ticket,
    pair::{Agreed, Origin},
    ports::{Action, Foresight, Pass, Source},
    report::Saved,
};
use calbridge_rules::{
    event::{EventField, EventFields, FieldValue},
    holding::Holding,
    id::{Address, ItemId, RecordId},
    identity::SyncKey,
    saving::Choice,
    status::Issue,
};
use calbridge_sync::{
    clock::instant,
    store::{Accepted, Lease, NewSave, Store, StoreError, SyncSwitch},
};
use calbridge_wire::service::{IdFormat, ItemRef};

/// When the tests begin, in milliseconds.
const NOW: i64 = 1_000_000;
const LEASE: i64 = 60_000;

fn address(n: u32) -> Address {
    Address::parse(&format!("user{n}@brightwater.example")).unwrap()
}

fn user(n: u32) -> RecordId {
    RecordId::parse(&format!("005{n:012}")).unwrap()
}

fn event(n: u32) -> RecordId {
    RecordId::parse(&format!("00U{n:012}")).unwrap()
}

fn item(text: &str) -> ItemId {
    ItemId::parse(text).unwrap()
}

fn key(n: u32) -> SyncKey {
    SyncKey::parse(&format!("{n:064x}")).unwrap()
}

fn subject(text: &str) -> EventFields {
    [(EventField::Subject, FieldValue::Text(text.to_owned()))].into_iter().collect()
}

fn issue(code: &str) -> Issue {
    Issue { code: code.to_owned(), reason: "Because.".to_owned(), remedy: "Wait.".to_owned(), refusal: None }
}

/// A mailbox whose sync is on.
async fn signed_in(store: &Store, n: u32) -> Address {
    store.mailbox_at_sign_in(&user(n), "User", &address(n), SyncSwitch::Active, NOW).await.unwrap();
    address(n)
}

/// A mailbox under a lease.
async fn leased(store: &Store, n: u32) -> Lease {
    signed_in(store, n).await;
    let mut leases = store.claim("one", 100, NOW, LEASE).await.unwrap();
    assert_eq!(leases.len(), 1);
    leases.remove(0)
}

/// A press of Save for an item of mailbox `n`.
async fn press(store: &Store, n: u32, given: &str, press: &str, now_ms: i64) -> Result<Accepted, StoreError> {
    press_for(store, n, given, press, &Choice::default(), now_ms).await
}

async fn press_for(
    store: &Store,
    n: u32,
    given: &str,
    press: &str,
    choice: &Choice,
    now_ms: i64,
) -> Result<Accepted, StoreError> {
    ask_for(store, (n, given), press, (Action::Save, choice), now_ms).await
}

/// A press of Unsync for an item of mailbox `n`.
async fn take_back(
    store: &Store,
    n: u32,
    given: &str,
    press: &str,
    now_ms: i64,
) -> Result<Accepted, StoreError> {
    ask_for(store, (n, given), press, (Action::Unsync, &Choice::default()), now_ms).await
}

async fn ask_for(
    store: &Store,
    (n, given): (u32, &str),
    press: &str,
    (action, choice): (Action, &Choice),
    now_ms: i64,
) -> Result<Accepted, StoreError> {
    let item =
        ItemRef { mailbox: address(n), item_id: item(given), id_format: IdFormat::Ews, series_id: None };
    let save = NewSave {
        user: &user(n),
        mailbox: &address(n),
        idempotency_key: press,
        fingerprint: given,
        item: &item,
        action,
        choice,
        expected_at: instant(now_ms + 5_000),
    };
    store.accept_save(&save, now_ms).await
}

/// What became of an item that the given ids asked for; of one that its category brought up, without any.
fn entry(id: &str, given: &[(&str, i64)], outcome: Outcome) -> Entry {
    let tickets: Vec<Ticket> = given
        .iter()
        .map(|&(given, revision)| Ticket { given: item(given), revision, is_of_date: false })
        .collect();
    let source = Some(if tickets.is_empty() { Source::Category } else { Source::Pane });
    Entry {
        item: item(id),
        tickets,
        source,
        action: Action::Save,
        choice: Choice::default(),
        outcome,
        trace: Vec::new(),
    }
}

/// A session's entries and nothing else.
fn pass(entries: impl Into<Vec<Entry>>) -> Pass {
    Pass { entries: entries.into(), ..Pass::default() }
}

/// The intent to create Events.
fn creates(keys: impl Into<Vec<SyncKey>>) -> Foresight {
    Foresight { creates: keys.into(), ..Foresight::default() }
}

fn saved(n: u32) -> Outcome {
    Outcome::Saved(Box::new(new_event(n)))
}

fn new_event(n: u32) -> Saved {
    Saved {
        event: event(n),
        key: key(n),
        origin: Origin::Outlook,
        is_by_hand: true,
        holding: Holding::OwnWithInvitees,
        agreed: Agreed { item: subject("Lunch"), event: subject("Lunch") },
        clashes: Vec::new(),
        held: None,
        issue: None,
        is_unfinished: false,
        is_asked_again: false,
    }
}
