//! Series on both sides: those of the calendar in their normal form, Classic ones as masters with rows.

use calbridge_engine::ports::{
    Born, CrmDate, CrmSeries, ItemChange, KeyedEvent, NewSeries, SeenItem, SeriesOrg, Shape, Trouble,
};
use calbridge_rules::{
    event::{EventField, EventFields, FieldValue},
    id::{ItemId, RecordId},
    item::{Item, Kind, Span},
    mapping::ItemValues,
    series::{Classic, Exception, OrgAbility, OriginalStart, Pattern, Range, Series},
    zone::Clock,
};
use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, TimeDelta, Utc, Weekday};

use super::{Desk, Fault, State, calendar::write, item_id, meeting};

/// An instant.
pub(crate) fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// Berlin's summer time is from the last Sunday of March to that of October, one o'clock UTC.
pub(super) fn offset(zone: &str, at: DateTime<Utc>) -> Option<FixedOffset> {
    let change = |month| {
        let last = NaiveDate::from_ymd_opt(at.year(), month, 31)?;
        let back = last.weekday().days_since(Weekday::Sun);
        let sunday = last - TimeDelta::days(back.into());
        Some(sunday.and_hms_opt(1, 0, 0)?.and_utc())
    };
    match zone {
        "Europe/Berlin" => {
            let is_summer = change(3)? <= at && at < change(10)?;
            FixedOffset::east_opt(if is_summer { 7_200 } else { 3_600 })
        }
        "Etc/UTC" | "UTC" | "GMT" => FixedOffset::east_opt(0),
        _ => None,
    }
}

/// Mara meets Dana again and again, from 18 March 2026 at two o'clock in Berlin on.
pub(crate) fn series(desk: &Desk, name: &str, pattern: Pattern, range: Range) {
    let mut seen = meeting(name);
    seen.item.kind = Kind::Series;
    let first = NaiveDate::from_ymd_opt(2026, 3, 18).unwrap();
    let series = Series::new(seen.item.clone(), pattern, first, range, "Europe/Berlin", &offset).unwrap();
    desk.state().series.insert(item_id(name), series);
    desk.state().settings.shared.recurring_sync = true;
    desk.state().has_summer = true;
    desk.put(seen);
}

/// A date that takes place elsewhere.
pub(crate) fn placed(location: &str) -> Exception {
    let values = ItemValues { location: Some(location.to_owned()), ..ItemValues::default() };
    Exception { values, attendees: None }
}

/// Mara made it, just now.
fn born() -> Born {
    Born { by: super::record("005", 1), at: super::now() }
}

fn date_id(master: &ItemId, original: OriginalStart) -> ItemId {
    ItemId::parse(&format!("{master}@{}", original.timestamp())).unwrap()
}

fn start_of(fields: &EventFields) -> DateTime<Utc> {
    match fields.get(&EventField::Start) {
        Some(FieldValue::Instant(start)) => *start,
        other => panic!("no start: {other:?}"),
    }
}

fn moved(fields: &EventFields, to: DateTime<Utc>) -> EventFields {
    let by = to - start_of(fields);
    let mut fields = fields.clone();
    for field in [EventField::Start, EventField::End, EventField::ReminderAt] {
        if let Some(FieldValue::Instant(at)) = fields.get(&field).cloned() {
            fields.insert(field, FieldValue::Instant(at + by));
        }
    }
    fields
}

/// What Salesforce makes of a recurrence, from a day on.
fn starts(classic: &Classic, from: NaiveDate) -> Vec<DateTime<Utc>> {
    let clock = Clock::of(&classic.zone, &offset);
    let first = clock.local(classic.start).unwrap();
    let days = classic.rhythm.makes(first.date(), classic.last).filter(|day| *day >= from);
    days.map(|day| clock.instant(day.and_time(first.time())).unwrap()).collect()
}

impl State {
    /// A series as the calendar has it.
    pub(super) fn series_of(&self, master: &ItemId) -> Result<Series, Trouble> {
        let (item, series) = (self.items.get(master), self.series.get(master));
        let (Some(item), Some(series)) = (item, series) else { return Err(Trouble::Gone) };
        let mut series = series.clone();
        series.master = Item { kind: Kind::Series, ..item.item.clone() };
        Ok(series)
    }

    pub(super) fn date_of(
        &self,
        master: &ItemId,
        series: &Series,
        original: OriginalStart,
    ) -> Result<SeenItem, Trouble> {
        let mut seen = self.items.get(master).cloned().ok_or(Trouble::Gone)?;
        if series.is_cancelled(original) {
            return Err(Trouble::Gone);
        }
        seen.id = date_id(master, original);
        seen.original_start = Some(original);
        seen.item.kind = Kind::Occurrence { series: master.clone() };
        seen.item.span = Span::Timed { start: original, end: original + series.length() };
        if let Some(exception) = series.exceptions.get(&original) {
            exception.values.write_to(&mut seen.item);
        }
        Ok(seen)
    }

    /// Changes a single date of a series; answers whether it is one.
    pub(super) fn change_date(&mut self, change: &ItemChange) -> bool {
        let Some((master, seconds)) = change.id.as_str().split_once('@') else { return false };
        let original = DateTime::from_timestamp(seconds.parse().unwrap(), 0).unwrap();
        let master = item_id(master);
        let series = self.series.get_mut(&master).unwrap();
        let mut exception = series.exceptions.get(&original).cloned().unwrap_or_default();
        let mut item = series.master.clone();
        exception.values.write_to(&mut item);
        write(&mut item, &change.values);
        let own = &change.values;
        exception.values.subject = own.subject.clone().or(exception.values.subject);
        exception.values.location = own.location.clone().or(exception.values.location);
        exception.values.span = own.span.or(exception.values.span);
        series.exceptions.insert(original, exception);
        self.touch(&master);
        true
    }

    /// Takes a date out of its series; answers whether it is one.
    pub(super) fn cancel_date(&mut self, id: &ItemId) -> bool {
        let Some((master, seconds)) = id.as_str().split_once('@') else { return false };
        let original = DateTime::from_timestamp(seconds.parse().unwrap(), 0).unwrap();
        let master = item_id(master);
        let series = self.series.get_mut(&master).unwrap();
        series.cancelled.push(original);
        series.cancelled.sort_unstable();
        series.exceptions.remove(&original);
        self.touch(&master);
        true
    }

    fn add_rows(&mut self, master: &RecordId, from: NaiveDate) {
        let event = self.events.iter().find(|event| event.event.id == *master).unwrap().event.clone();
        for start in starts(&self.recurrences[master].clone(), from) {
            let row = self.put_event("", moved(&event.fields, start));
            self.events.last_mut().unwrap().shape = Shape::ClassicDate;
            self.classics.entry(master.clone()).or_default().push((row, start));
        }
    }
}

impl Desk {
    /// An edit of a series in Outlook.
    pub(crate) fn edit_series(&self, name: &str, edit: impl FnOnce(&mut Series)) {
        let mut state = self.state();
        edit(state.series.get_mut(&item_id(name)).unwrap());
        state.touch(&item_id(name));
    }

    /// The Events of Classic series that stand for dates: starts and Events.
    pub(crate) fn rows(&self) -> Vec<(DateTime<Utc>, RecordId)> {
        let state = self.state();
        let is_row = |event: &&KeyedEvent| event.shape == Shape::ClassicDate;
        let mut rows: Vec<(DateTime<Utc>, RecordId)> = state
            .events
            .iter()
            .filter(is_row)
            .map(|event| (start_of(&event.event.fields), event.event.id.clone()))
            .collect();
        rows.sort();
        rows
    }

    /// The Event that stands for a date now.
    pub(crate) fn row_at(&self, start: &str) -> RecordId {
        let start = at(start);
        self.rows().into_iter().find(|(begins, _)| *begins == start).unwrap().1
    }

    pub(super) fn org_of_series(&self) -> SeriesOrg {
        let has = !self.state().lacks_keys;
        let ability = OrgAbility { tells_original_start: false, has_sync_key: has };
        SeriesOrg { ability, zones: vec!["Europe/Berlin".to_owned(), "GMT".to_owned()] }
    }

    pub(super) fn classic_series(&self, masters: &[RecordId]) -> Result<Vec<CrmSeries>, Trouble> {
        let mut state = self.state();
        if let Some(Fault::Instead(trouble) | Fault::Afterwards(trouble)) = state.call("classic series") {
            return Err(trouble);
        }
        let event = |id: &RecordId| state.events.iter().find(|event| event.event.id == *id).cloned();
        let found = |id: &RecordId| {
            let rows = state.classics.get(id).into_iter().flatten();
            let dates = rows
                .filter_map(|(row, _)| event(row))
                .map(|row| CrmDate { event: row.event, original: None });
            Some(CrmSeries {
                master: event(id)?,
                classic: state.recurrences.get(id)?.clone(),
                dates: dates.collect(),
            })
        };
        Ok(masters.iter().filter_map(found).collect())
    }

    pub(super) fn make_classic(&self, new: &NewSeries) -> Result<RecordId, Trouble> {
        let mut state = self.state();
        let fault = state.call("create series");
        if let Some(Fault::Instead(trouble)) = fault {
            return Err(trouble);
        }
        if state.events.iter().any(|event| event.key == new.key.as_str()) {
            return Err(Trouble::Unclear);
        }
        let caps = calbridge_rules::series::Caps::default();
        assert!(
            starts(&new.classic, NaiveDate::MIN).len() <= caps.of(new.classic.rhythm),
            "Salesforce would refuse"
        );
        let master = state.put_event(new.key.as_str(), new.fields.clone());
        state.events.last_mut().unwrap().shape = Shape::ClassicSeries;
        state.recurrences.insert(master.clone(), new.classic.clone());
        state.add_rows(&master, NaiveDate::MIN);
        match fault {
            Some(Fault::Afterwards(trouble)) => Err(trouble),
            Some(Fault::Instead(_)) | None => Ok(master),
        }
    }

    pub(super) fn change_classic(
        &self,
        master: &RecordId,
        fields: &EventFields,
        last: Option<NaiveDate>,
    ) -> Result<(), Trouble> {
        let mut state = self.state();
        if let Some(Fault::Instead(trouble) | Fault::Afterwards(trouble)) = state.call("update series") {
            return Err(trouble);
        }
        let Some(known) = state.events.iter_mut().find(|event| event.event.id == *master) else {
            return Err(Trouble::Gone);
        };
        let mut fields = fields.clone();
        if let Some(FieldValue::Text(key)) = fields.remove(&EventField::SyncKey) {
            known.key = key;
            // Salesforce writes all of a changed master over its occurrences, whatever changed.
            fields.extend(known.event.fields.clone());
        }
        known.event.fields.extend(fields.clone());
        let whole = known.event.fields.clone();
        if !fields.is_empty() {
            // Every occurrence says what the master says: its own values are lost.
            for (row, start) in state.classics.get(master).cloned().unwrap_or_default() {
                if let Some(row) = state.events.iter_mut().find(|event| event.event.id == row) {
                    row.event.fields = moved(&whole, start);
                }
            }
        }
        let Some(last) = last else { return Ok(()) };
        let clock = |start: DateTime<Utc>| Clock::of("Europe/Berlin", &offset).day(start).unwrap();
        let before = std::mem::replace(&mut state.recurrences.get_mut(master).unwrap().last, last);
        let rows = state.classics.remove(master).unwrap_or_default();
        let (stay, go): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(_, start)| clock(*start) <= last);
        state.events.retain(|event| go.iter().all(|(row, _)| *row != event.event.id));
        state.classics.insert(master.clone(), stay);
        if last > before {
            state.add_rows(master, before + TimeDelta::days(1));
        }
        Ok(())
    }
}

impl Desk {
    /// An edit of a whole series in Salesforce, and the news of it.
    pub(crate) fn change_in_classic(&self, master: &RecordId, fields: &EventFields) {
        self.change_classic(master, fields, None).unwrap();
        self.edit_event(master, |_| {});
    }

    /// A Classic series that Mara made in Salesforce, and the news of it and of its rows.
    pub(crate) fn make_series(&self, classic: Classic, fields: &EventFields) -> RecordId {
        let master = self.make_event(moved(fields, classic.start), born());
        let mut state = self.state();
        state.events.last_mut().unwrap().shape = Shape::ClassicSeries;
        state.recurrences.insert(master.clone(), classic);
        state.add_rows(&master, NaiveDate::MIN);
        let rows: Vec<RecordId> = state.classics[&master].iter().map(|(row, _)| row.clone()).collect();
        drop(state);
        for row in rows {
            self.edit_event(&row, |_| {});
        }
        master
    }

    /// Dates of a Lightning series that Mara made in Salesforce, and the news of them.
    pub(crate) fn make_lightning(
        &self,
        pattern: &str,
        starts: &[&str],
        fields: &EventFields,
    ) -> Vec<RecordId> {
        let date = |start: &&str| {
            let row = self.make_event(moved(fields, at(start)), born());
            self.state().events.last_mut().unwrap().shape =
                Shape::LightningDate { pattern: pattern.to_owned() };
            row
        };
        starts.iter().map(date).collect()
    }

    /// Puts a date of a series among the items, as a view of the calendar shows it; answers its name.
    pub(crate) fn put_date(&self, name: &str, original: &str) -> String {
        let master = item_id(name);
        let (series, original) = (self.state().series_of(&master).unwrap(), at(original));
        let mut seen = self.state().date_of(&master, &series, original).unwrap();
        seen.id = item_id(&format!("{name}-{}", original.timestamp()));
        seen.item.id = Some(seen.id.clone());
        let name = seen.id.as_str().to_owned();
        self.put(seen);
        name
    }
}
