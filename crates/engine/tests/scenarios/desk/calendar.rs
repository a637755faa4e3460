//! The calendar: items with a count of changes.

use calbridge_engine::ports::{
    Calendar, Cursor, Given, ItemChange, Marking, NewItem, Pointer, Round, RoundEnd, SeenItem, Trouble,
    Window,
};
use calbridge_rules::{
    id::ItemId,
    item::{Attendee, Item, Kind, Person, Role},
    mapping::ItemValues,
    series::{OriginalStart, Series},
};
use chrono::{DateTime, Utc};

use super::{Desk, Fault, State, appointment, item_id};

impl State {
    /// The items that changed after a count, and those that are not in the window any more.
    fn round(&self, since: Option<u64>, window: Window) -> (Vec<SeenItem>, Vec<ItemId>) {
        let is_new = |id: &&ItemId| since.is_none_or(|since| self.changed[*id] > since);
        let (mut items, mut removed) = (Vec::new(), Vec::new());
        for id in self.changed.keys().filter(is_new) {
            match self.items.get(id) {
                // Of every series here some date lies in the window.
                Some(item) if window.touches(item.item.span) || item.item.kind == Kind::Series => {
                    items.push(glimpse(item));
                }
                Some(_) | None if since.is_some() => removed.push(id.clone()),
                Some(_) | None => {}
            }
        }
        (items, removed)
    }
}

/// What a round shows of an item.
fn glimpse(item: &SeenItem) -> SeenItem {
    SeenItem { pointer: None, properties: None, ..item.clone() }
}

pub(super) fn write(item: &mut Item, values: &ItemValues) {
    let values = values.clone();
    if let Some(subject) = values.subject {
        item.subject = subject;
    }
    if let Some(body) = values.body {
        item.body = Some(body);
    }
    if let Some(location) = values.location {
        item.location = location;
    }
    if let Some(span) = values.span {
        item.span = span;
    }
    item.show_as = values.show_as.or(item.show_as);
    item.reminder = values.reminder.or(item.reminder);
    item.sensitivity = values.sensitivity.or(item.sensitivity);
}

impl Calendar for Desk {
    async fn changes(&self, since: Option<&Cursor>, window: Window) -> Result<Round, Trouble> {
        let mut state = self.state();
        if let Some(Fault::Instead(trouble) | Fault::Afterwards(trouble)) = state.call("changes") {
            return Err(trouble);
        }
        if since.is_some() && std::mem::take(&mut state.lost_cursor) {
            return Err(Trouble::Stale);
        }
        let count = since.map(|cursor| cursor.text.parse().unwrap());
        let (items, removed) = state.round(count, window);
        let cursor = Cursor { text: state.changes.to_string(), window };
        let placed =
            items.iter().map(|item| item.id.clone()).filter(|id| state.placed.contains(id)).collect();
        let end = if state.is_endless { RoundEnd::Never } else { RoundEnd::Reached };
        Ok(Round { items, removed, placed, cursor, is_whole: since.is_none(), end })
    }

    async fn read(&self, ids: &[Given]) -> Vec<Result<SeenItem, Trouble>> {
        let mut state = self.state();
        assert!(!ids.is_empty(), "a question about nothing");
        match state.call("read") {
            Some(Fault::Instead(trouble) | Fault::Afterwards(trouble)) => vec![Err(trouble); ids.len()],
            None => {
                ids.iter().map(|given| state.items.get(&given.id).cloned().ok_or(Trouble::Gone)).collect()
            }
        }
    }

    async fn with_category(&self, name: &str) -> Result<Vec<SeenItem>, Trouble> {
        let state = self.state();
        let carries = |item: &&SeenItem| item.item.categories.iter().any(|category| category == name);
        let is_whole = |item: &&SeenItem| !matches!(item.item.kind, Kind::Occurrence { .. });
        Ok(state.items.values().filter(carries).filter(is_whole).map(glimpse).collect())
    }

    async fn of_meeting(&self, i_cal_uid: &str) -> Result<Vec<SeenItem>, Trouble> {
        let mut state = self.state();
        if let Some(Fault::Instead(trouble) | Fault::Afterwards(trouble)) = state.call("of meeting") {
            return Err(trouble);
        }
        Ok(state.items.values().filter(|item| item.i_cal_uid == i_cal_uid).cloned().collect())
    }

    async fn mark(&self, marks: &[Marking], _: DateTime<Utc>) -> Vec<Result<(), Trouble>> {
        let mut state = self.state();
        if let Some(Fault::Instead(trouble) | Fault::Afterwards(trouble)) = state.call("mark") {
            return vec![Err(trouble); marks.len()];
        }
        let mut answers = Vec::new();
        for mark in marks {
            let Some(item) = state.items.get_mut(&mark.id) else {
                answers.push(Err(Trouble::Gone));
                continue;
            };
            if item.etag != mark.etag {
                answers.push(Err(Trouble::Stale));
                continue;
            }
            item.item.categories.clone_from(&mark.categories);
            match &mark.pointer {
                Some(Pointer::Cleared) => item.pointer = None,
                Some(pointer) => item.pointer = Some(pointer.clone()),
                None => {}
            }
            state.touch(&mark.id);
            answers.push(Ok(()));
        }
        answers
    }

    async fn change(&self, changes: &[ItemChange]) -> Vec<Result<(), Trouble>> {
        let mut state = self.state();
        let fault = state.call("change");
        if let Some(Fault::Instead(trouble)) = fault {
            return vec![Err(trouble); changes.len()];
        }
        let mut answers = Vec::new();
        for change in changes {
            if state.change_date(change) {
                answers.push(Ok(()));
                continue;
            }
            let item = state.items.get_mut(&change.id).unwrap();
            if item.etag != change.etag {
                answers.push(Err(Trouble::Stale));
                continue;
            }
            write(&mut item.item, &change.values);
            state.touch(&change.id);
            answers.push(match &fault {
                Some(Fault::Afterwards(trouble)) => Err(trouble.clone()),
                Some(Fault::Instead(_)) | None => Ok(()),
            });
        }
        answers
    }

    async fn create(&self, items: &[NewItem], _: DateTime<Utc>) -> Vec<Result<SeenItem, Trouble>> {
        let mut state = self.state();
        let fault = state.call("create");
        if let Some(Fault::Instead(trouble)) = fault {
            return vec![Err(trouble); items.len()];
        }
        let mut answers = Vec::new();
        for new in items {
            let known = state.made.get(&new.transaction).cloned();
            let id = known.unwrap_or_else(|| {
                let name = format!("made-{}", state.made.len());
                let mut seen = appointment(&name);
                write(&mut seen.item, &new.values);
                let guest = |person: &Person| Attendee {
                    person: person.clone(),
                    role: Role::Required,
                    response: None,
                };
                seen.item.attendees = new.guests.iter().map(guest).collect();
                state.mails.extend(new.guests.iter().filter_map(|person| person.address.clone()));
                seen.item.categories.clone_from(&new.categories);
                seen.pointer = Some(new.pointer.clone());
                if let Some(series) = &new.series {
                    seen.item.kind = Kind::Series;
                    let series = Series { master: seen.item.clone(), ..Series::clone(series) };
                    state.series.insert(item_id(&name), series);
                }
                state.items.insert(item_id(&name), seen);
                state.touch(&item_id(&name));
                state.made.insert(new.transaction.clone(), item_id(&name));
                item_id(&name)
            });
            answers.push(match &fault {
                Some(Fault::Afterwards(trouble)) => Err(trouble.clone()),
                Some(Fault::Instead(_)) | None => Ok(state.items[&id].clone()),
            });
        }
        answers
    }

    async fn delete(&self, ids: &[ItemId]) -> Vec<Result<(), Trouble>> {
        let mut state = self.state();
        state.call("delete item");
        for id in ids {
            if state.cancel_date(id) {
                continue;
            }
            state.items.remove(id);
            state.touch(id);
        }
        vec![Ok(()); ids.len()]
    }

    async fn series(&self, masters: &[ItemId]) -> Vec<Result<Series, Trouble>> {
        let mut state = self.state();
        match state.call("series") {
            Some(Fault::Instead(trouble) | Fault::Afterwards(trouble)) => vec![Err(trouble); masters.len()],
            None => masters.iter().map(|master| state.series_of(master)).collect(),
        }
    }

    async fn dates(
        &self,
        master: &ItemId,
        series: &Series,
        originals: &[OriginalStart],
    ) -> Vec<Result<SeenItem, Trouble>> {
        let state = self.state();
        originals.iter().map(|original| state.date_of(master, series, *original)).collect()
    }

    async fn exceptions(&self, master: &ItemId) -> Result<Vec<SeenItem>, Trouble> {
        let mut state = self.state();
        if let Some(Fault::Instead(trouble) | Fault::Afterwards(trouble)) = state.call("exceptions") {
            return Err(trouble);
        }
        let is_of =
            |item: &&SeenItem| matches!(&item.item.kind, Kind::Occurrence { series } if series == master);
        Ok(state.items.values().filter(is_of).cloned().collect())
    }
}
