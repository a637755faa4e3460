//! The Salesforce side.

use std::future::Future;

use calbridge_rules::{
    event::{Event, EventField, EventFields, FieldValue},
    id::{Address, RecordId},
    identity::SyncKey,
    linking::Related,
    natural::NaturalKey,
    people::PersonMatch,
    saving::RequiredField,
    series::{Classic, OrgAbility, OriginalStart},
};
use chrono::{DateTime, NaiveDate, Utc};

use super::Trouble;

/// An Event that is looked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sought {
    /// Its key.
    pub key: SyncKey,
    /// What tells its meeting where neither org nor service know the key (DUP-2); nothing where the key alone counts.
    pub meeting: Option<NaturalKey>,
}

impl Sought {
    /// Whatever has the key, and nothing else.
    pub fn under(key: SyncKey) -> Self {
        Self { key, meeting: None }
    }
}

/// An Event with its sync key, where it has one.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyedEvent {
    /// The key, as it stands.
    pub key: String,
    /// The Event.
    pub event: Event,
    /// Who made it and when.
    pub born: Option<Born>,
    /// What it is within a series.
    pub shape: Shape,
}

impl KeyedEvent {
    /// Events found by key, without the occurrences that only have the key of their master: orgs differ in whether they get
    /// it along.
    pub(crate) fn without_copies(found: Vec<Self>) -> Vec<Self> {
        let masters: Vec<String> = found
            .iter()
            .filter(|one| one.shape == Shape::ClassicSeries)
            .map(|one| one.key.to_ascii_lowercase())
            .collect();
        let is_copy =
            |one: &Self| one.shape == Shape::ClassicDate && masters.contains(&one.key.to_ascii_lowercase());
        found.into_iter().filter(|one| !is_copy(one)).collect()
    }
}

/// Who made an Event, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Born {
    /// The user.
    pub by: RecordId,
    /// When.
    pub at: DateTime<Utc>,
}

/// What an Event is within a series.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    /// Stands alone.
    #[default]
    Single,
    /// The record of a Classic series, which is no entry of a calendar.
    ClassicSeries,
    /// A date of a Classic series.
    ClassicDate,
    /// The record of a Lightning series' pattern, which is no entry of a calendar.
    LightningSeries,
    /// A date of a Lightning series.
    LightningDate {
        /// What its dates have in common: no id of their series is told.
        pattern: String,
    },
}

/// A Classic series as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct CrmSeries {
    /// Its master, which is no entry of a calendar.
    pub master: KeyedEvent,
    /// How it repeats.
    pub classic: Classic,
    /// Its occurrences.
    pub dates: Vec<CrmDate>,
}

/// An occurrence of a Classic series.
#[derive(Clone, Debug, PartialEq)]
pub struct CrmDate {
    /// The Event.
    pub event: Event,
    /// When it was to begin before anybody moved it, where the org tells.
    pub original: Option<OriginalStart>,
}

impl CrmDate {
    /// When it begins; nothing of whole days.
    pub(crate) fn begins(&self) -> Option<OriginalStart> {
        let Some(FieldValue::Instant(start)) = self.event.fields.get(&EventField::Start) else {
            return None;
        };
        Some(*start)
    }
}

/// A Classic series to create.
#[derive(Clone, Debug, PartialEq)]
pub struct NewSeries {
    /// Its key.
    pub key: SyncKey,
    /// What it says.
    pub fields: EventFields,
    /// How it repeats.
    pub classic: Classic,
}

/// What of the org series depend on (SER-1, TZN-3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeriesOrg {
    /// Whether it can hold series.
    pub ability: OrgAbility,
    /// The zones that it knows.
    pub zones: Vec<String>,
}

/// The Salesforce org.
pub trait Crm: Sync {
    /// Contacts and Leads with these addresses.
    fn people(&self, addresses: &[Address])
    -> impl Future<Output = Result<Vec<PersonMatch>, Trouble>> + Send;

    /// These Accounts and what they bring with them.
    fn related(
        &self,
        accounts: &[RecordId],
        now: DateTime<Utc>,
    ) -> impl Future<Output = Result<Related, Trouble>> + Send;

    /// Fields that the org demands before it takes an Event.
    fn required_fields(&self) -> impl Future<Output = Result<Vec<RequiredField>, Trouble>> + Send;

    /// Events by key; a key may come several times. Where the key is known nowhere, the Events that are the meeting's are
    /// told as if they had it; among their fields it is missing.
    fn events_by_key(
        &self,
        sought: &[Sought],
    ) -> impl Future<Output = Result<Vec<KeyedEvent>, Trouble>> + Send;

    /// Events by id; those that are gone are left out.
    fn events_by_id(&self, ids: &[RecordId])
    -> impl Future<Output = Result<Vec<KeyedEvent>, Trouble>> + Send;

    /// Creates Events under their keys, or changes those that have them; one answer for each, in order. Each key is named
    /// once.
    fn upsert(
        &self,
        rows: &[(SyncKey, EventFields)],
    ) -> impl Future<Output = Vec<Result<RecordId, Trouble>>> + Send;

    /// Changes Events; one answer for each, in order.
    fn update(
        &self,
        rows: &[(RecordId, EventFields)],
    ) -> impl Future<Output = Vec<Result<(), Trouble>>> + Send;

    /// Deletes Events; one answer for each, in order. One that is gone already answers [`Trouble::Gone`].
    fn delete(&self, ids: &[RecordId]) -> impl Future<Output = Vec<Result<(), Trouble>>> + Send;

    /// What of the org series depend on.
    fn series_org(&self) -> impl Future<Output = Result<SeriesOrg, Trouble>> + Send;

    /// Classic series by their masters, with their occurrences; those that are gone are left out.
    fn series(&self, masters: &[RecordId]) -> impl Future<Output = Result<Vec<CrmSeries>, Trouble>> + Send;

    /// Creates a Classic series and answers its master. One whose key stands already answers [`Trouble::Unclear`].
    fn create_series(&self, new: &NewSeries) -> impl Future<Output = Result<RecordId, Trouble>> + Send;

    /// Changes a master, and with it all its occurrences; moves its end where a last day is given.
    fn update_series(
        &self,
        master: &RecordId,
        fields: &EventFields,
        last: Option<NaiveDate>,
    ) -> impl Future<Output = Result<(), Trouble>> + Send;
}
