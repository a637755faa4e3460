//! One meeting of a made-up company, and the people at it, for the tests of every rule.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, TimeDelta, Utc};

use crate::{
    event::EventFields,
    id::{Address, ApiName, ItemId, RecordId},
    item::{Attendee, Item, Kind, Person, Reminder, Role, Sensitivity, ShowAs, Span},
    linking::{BusinessRecord, Opportunity},
    people::{Participant, PersonMatch, PersonObject, participants},
    saving::{Choice, ChosenPerson, EventKnown, RequiredField, Situation, SyncKnown},
    settings::Settings,
};

pub(crate) const MARA: &str = "mara@brightwater.example";
pub(crate) const INES: &str = "ines@brightwater.example";
pub(crate) const DANA: &str = "dana@acme.example";
pub(crate) const LUIS: &str = "luis@moreno.example";
pub(crate) const HALE: &str = "p.hale@acme.example";

pub(crate) fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

/// Zones with the rules that hold from 2007 on: Berlin, New York, Kathmandu and Greenwich; Tirana does what Berlin does.
pub(crate) fn zones(zone: &str, instant: DateTime<Utc>) -> Option<FixedOffset> {
    let (winter, summer) = match zone {
        "Europe/Berlin" | "Europe/Tirane" => (60, european_summer(instant)),
        "America/New_York" => (-300, american_summer(instant)),
        "Asia/Kathmandu" | "Asia/Katmandu" => (345, false),
        "Etc/UTC" | "GMT" => (0, false),
        "Africa/Lagos" => (60, false),
        _ => return None,
    };
    FixedOffset::east_opt((winter + if summer { 60 } else { 0 }) * 60)
}

/// From the last Sunday of March to that of October, at 01:00 UTC.
fn european_summer(instant: DateTime<Utc>) -> bool {
    let turn = |month| sunday(instant, month, 31 - 7 + 1) + TimeDelta::hours(1);
    (turn(3)..turn(10)).contains(&instant)
}

/// From the second Sunday of March at 07:00 UTC to the first of November at 06:00 UTC.
fn american_summer(instant: DateTime<Utc>) -> bool {
    let begin = sunday(instant, 3, 8) + TimeDelta::hours(7);
    (begin..sunday(instant, 11, 1) + TimeDelta::hours(6)).contains(&instant)
}

/// Midnight of the first Sunday not before a day of a month.
fn sunday(instant: DateTime<Utc>, month: u32, day: u32) -> DateTime<Utc> {
    let from = NaiveDate::from_ymd_opt(instant.year(), month, day).unwrap();
    let days = (7 - from.weekday().num_days_from_sunday()) % 7;
    (from + chrono::Days::new(days.into())).and_hms_opt(0, 0, 0).unwrap().and_utc()
}

/// A record id with the given prefix.
pub(crate) fn record(prefix: &str, number: u32) -> RecordId {
    RecordId::parse(&format!("{prefix}00000000{number:04}")).unwrap()
}

pub(crate) fn api(name: &str) -> ApiName {
    ApiName::parse(name).unwrap()
}

pub(crate) fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub(crate) fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(crate) fn person(address_text: &str) -> Person {
    Person { name: String::new(), address: Some(address(address_text)) }
}

pub(crate) fn attendee(address_text: &str, role: Role) -> Attendee {
    Attendee { person: person(address_text), role, response: None }
}

/// A timed span from the sample's start on.
pub(crate) fn lasting(length: TimeDelta) -> Span {
    let start = at("2026-11-24T13:00:00Z");
    Span::Timed { start, end: start + length }
}

pub(crate) fn days(count: u64) -> Span {
    let first = date("2026-11-24");
    Span::AllDay { first, end_exclusive: first + chrono::Days::new(count) }
}

/// Mara's meeting with Dana, a Contact; Luis, a Lead; somebody unknown and a colleague.
pub(crate) fn meeting() -> Item {
    Item {
        id: Some(ItemId::parse("AAMkADhk").unwrap()),
        kind: Kind::Single,
        subject: "Renewal 2027: pricing review".to_owned(),
        body: Some("Bring the figures.\r\n".to_owned()),
        location: "Microsoft Teams".to_owned(),
        span: lasting(TimeDelta::hours(1)),
        zone: Some("W. Europe Standard Time".to_owned()),
        show_as: Some(ShowAs::Busy),
        reminder: Some(Reminder::MinutesBefore(15)),
        sensitivity: Some(Sensitivity::Normal),
        organizer: Some(Person { name: "Mara Lindqvist".to_owned(), address: Some(address(MARA)) }),
        attendees: vec![
            attendee(DANA, Role::Required),
            attendee(LUIS, Role::Required),
            attendee(HALE, Role::Optional),
            attendee(INES, Role::Optional),
        ],
        categories: Vec::new(),
        is_draft: Some(false),
        in_group_calendar: false,
    }
}

/// The same without anybody but its owner.
pub(crate) fn appointment() -> Item {
    Item { attendees: Vec::new(), ..meeting() }
}

pub(crate) fn settings() -> Settings {
    Settings { company_domains: vec!["brightwater.example".to_owned()], ..Settings::default() }
}

pub(crate) fn acme() -> BusinessRecord {
    business(record("001", 1), "Account", "Acme Industrial")
}

pub(crate) fn renewal() -> Opportunity {
    Opportunity {
        record: business(record("006", 1), "Opportunity", "Acme – Renewal 2027"),
        account: Some(acme().record),
        is_closed: false,
        close_date: date("2027-01-20"),
    }
}

pub(crate) fn business(record: RecordId, object: &str, name: &str) -> BusinessRecord {
    BusinessRecord { record, object: api(object), name: name.to_owned(), detail: String::new() }
}

pub(crate) fn dana() -> PersonMatch {
    PersonMatch {
        record: record("003", 1),
        object: PersonObject::Contact,
        name: "Dana Okafor".to_owned(),
        company: "Acme Industrial".to_owned(),
        account: Some(acme().record),
        address: address(DANA),
    }
}

pub(crate) fn luis() -> PersonMatch {
    PersonMatch {
        record: record("00Q", 1),
        object: PersonObject::Lead,
        name: "Luis Moreno".to_owned(),
        company: "Moreno Logistics".to_owned(),
        account: None,
        address: address(LUIS),
    }
}

/// A choice that names a person.
pub(crate) fn choosing(person: &PersonMatch) -> Choice {
    let who = ChosenPerson { record: person.record.clone(), object: person.object };
    Choice { who: Some(who), ..Choice::default() }
}

/// Everything a verdict hangs on, owned, so that a test can change one thing.
pub(crate) struct Desk {
    pub(crate) item: Item,
    pub(crate) event: EventKnown,
    pub(crate) sync: SyncKnown,
    pub(crate) matches: Vec<PersonMatch>,
    pub(crate) choice: Choice,
    pub(crate) required: Vec<RequiredField>,
    pub(crate) settings: Settings,
}

impl Default for Desk {
    fn default() -> Self {
        Self {
            item: meeting(),
            event: EventKnown::Absent,
            sync: SyncKnown::Active { next_session: None },
            matches: vec![dana(), luis()],
            choice: Choice::default(),
            required: Vec::new(),
            settings: settings(),
        }
    }
}

impl Desk {
    /// The sample with another item.
    pub(crate) fn with(item: Item) -> Self {
        Self { item, ..Self::default() }
    }

    /// The sample with an item whose Event exists.
    pub(crate) fn saved(item: Item) -> Self {
        Self { item, event: EventKnown::Exists { id: record("00U", 1) }, ..Self::default() }
    }

    pub(crate) fn participants(&self) -> Vec<Participant> {
        participants(&self.item, &address(MARA), &self.settings, &self.matches)
    }

    /// Asks a question of the situation.
    pub(crate) fn ask<T>(&self, question: impl FnOnce(&Situation<'_>) -> T) -> T {
        let participants = self.participants();
        question(&Situation {
            item: &self.item,
            event: &self.event,
            sync: &self.sync,
            participants: &participants,
            choice: &self.choice,
            required: &self.required,
            settings: &self.settings,
        })
    }
}

/// A required field with values that may fill it.
pub(crate) fn required(name: &str, label: &str) -> RequiredField {
    RequiredField { name: api(name), label: label.to_owned() }
}

/// Fields of one custom field.
pub(crate) fn typed(name: &str, value: &str) -> EventFields {
    use crate::event::{EventField, FieldValue};
    EventFields::from([(EventField::Custom(api(name)), FieldValue::Text(value.to_owned()))])
}
