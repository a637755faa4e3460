//! Events: read, created, changed, kept by key.

mod alike;
mod changes;
mod collections;
mod create;
mod fields;
mod keys;
mod owned;
mod read;
mod recurrence;
mod series;
mod update;
mod upsert;
mod view;

pub use alike::AlikeEvents;
pub use changes::{ChangedEvent, ChangedEvents};
pub use collections::{COLLECTION_LIMIT, DeleteEvents, UpdateEvents, UpsertEvents, makes_a_series};
pub use create::CreateEvents;
pub use fields::{blames, is_mapped, mentions};
pub use keys::{ByEventId, ByKey, FoundEvent, SeriesPart};
pub use owned::OwnedEvents;
pub use read::{ReadEvent, ReadEventByKey};
pub use series::{ClassicSeries, CreateSeries, SeriesDate, SeriesOfMasters, UpdateSeries};
pub use update::UpdateEvent;
pub use upsert::{UpsertEvent, Upserted};
pub use view::{EventView, NamedRecord, ReadEventView};
