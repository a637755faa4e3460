//! The engine's calendar, played by Graph for one mailbox.

mod calendars;
mod files;
mod round;
mod series;

use std::collections::BTreeMap;

use calbridge_engine::ports::{
    Calendar, Cursor, Given, IdForm, ItemChange, Marking, NewItem, Pointer, Round, SeenItem, Trouble, Window,
};
use calbridge_rules::{
    category::{MASTER_LIST, MasterCategory},
    id::{Address, ItemId},
    series::{OriginalStart, Series},
    settings::Calendars,
    status::Issue,
};
use calbridge_wire::{
    CallError, Endpoint,
    graph::{
        batch::{BATCH_LIMIT, is_left_out},
        categories::{AddCategory, Color, ListCategories},
        find::{OfMeeting, WithCategory},
        item::GraphItem,
        patch::MarkItem,
        translate::{TRANSLATE_LIMIT, TranslateIds},
        view::{NextView, ViewPage},
        write::{ChangeItem, CreateItem, DeleteItem},
        zone::ReadZone,
    },
    pointer as wire_pointer,
    service::IdFormat,
};
use chrono::{DateTime, Utc};
use futures_util::future::join_all;

use crate::{mailroom::Mailroom, mutant::mutant};

/// The add-in's properties where there is nothing to tell.
const NO_PROPERTIES: &str = "{}";
/// Pages of one question that are read.
const PAGE_LIMIT: usize = 200;

/// The calendar of one mailbox.
#[derive(Clone, Copy, Debug)]
pub struct Outlook<'a> {
    /// Graph.
    pub mailroom: &'a Mailroom,
    /// The mailbox.
    pub mailbox: &'a Address,
    /// Which of its calendars are in sync beside the default one (AUT-8).
    pub calendars: &'a Calendars,
}

impl Calendar for Outlook<'_> {
    async fn changes(&self, since: Option<&Cursor>, window: Window) -> Result<Round, Trouble> {
        calendars::read(self, since, window).await
    }

    async fn read(&self, ids: &[Given]) -> Vec<Result<SeenItem, Trouble>> {
        let immutable = match self.immutable(ids).await {
            Ok(immutable) => immutable,
            Err(trouble) => return vec![Err(trouble); ids.len()],
        };
        let known: Vec<ItemId> = immutable.iter().flatten().cloned().collect();
        let mut read = self.read_known(&known).await.into_iter();
        let answer = |id: Option<ItemId>| match id {
            Some(_) => read.next().unwrap_or(Err(Trouble::Unclear)),
            None => Err(Trouble::Gone),
        };
        immutable.into_iter().map(answer).collect()
    }

    async fn with_category(&self, name: &str) -> Result<Vec<SeenItem>, Trouble> {
        let mut found = Vec::new();
        for calendar in calendars::all(self).await? {
            let find = WithCategory {
                mailbox: self.mailbox.clone(),
                calendar: calendar.id,
                category: name.to_owned(),
                addin_id: self.mailroom.addin_id.clone(),
            };
            let first = self.mailroom.call(self.mailbox, 1, &find).await.map_err(trouble)?;
            found.extend(self.further_pages(first).await?.into_iter().map(seen));
        }
        Ok(found)
    }

    async fn of_meeting(&self, i_cal_uid: &str) -> Result<Vec<SeenItem>, Trouble> {
        let mut found = Vec::new();
        for calendar in calendars::all(self).await? {
            let find = OfMeeting {
                mailbox: self.mailbox.clone(),
                calendar: calendar.id,
                i_cal_uid: i_cal_uid.to_owned(),
                addin_id: self.mailroom.addin_id.clone(),
            };
            let first = self.mailroom.call(self.mailbox, 1, &find).await.map_err(trouble)?;
            found.extend(self.further_pages(first).await?.into_iter().map(seen));
        }
        Ok(found)
    }

    async fn mark(&self, marks: &[Marking], now: DateTime<Utc>) -> Vec<Result<(), Trouble>> {
        self.each(marks.iter().map(|mark| self.marking(mark, now)).collect(), drop).await
    }

    async fn change(&self, changes: &[ItemChange]) -> Vec<Result<(), Trouble>> {
        let change = |change: &ItemChange| ChangeItem {
            mailbox: self.mailbox.clone(),
            id: change.id.clone(),
            etag: if mutant("stale-item-overwritten") { "*".to_owned() } else { change.etag.clone() },
            values: change.values.clone(),
        };
        self.each(changes.iter().map(change).collect(), |()| ()).await
    }

    async fn create(&self, items: &[NewItem], now: DateTime<Utc>) -> Vec<Result<SeenItem, Trouble>> {
        let create = |item: &NewItem| CreateItem {
            mailbox: self.mailbox.clone(),
            transaction: item.transaction.clone(),
            values: item.values.clone(),
            guests: item.guests.clone(),
            repeats: item.series.as_deref().and_then(series::repeats),
            categories: item.categories.clone(),
            addin_id: self.mailroom.addin_id.clone(),
            property_text: property(&item.pointer, None, now).unwrap_or_else(|| NO_PROPERTIES.to_owned()),
        };
        self.each(items.iter().map(create).collect(), seen).await
    }

    async fn series(&self, masters: &[ItemId]) -> Vec<Result<Series, Trouble>> {
        series::read(self, masters).await
    }

    async fn dates(
        &self,
        master: &ItemId,
        series: &Series,
        originals: &[OriginalStart],
    ) -> Vec<Result<SeenItem, Trouble>> {
        series::dates(self, master, series, originals).await
    }

    async fn exceptions(&self, master: &ItemId) -> Result<Vec<SeenItem>, Trouble> {
        series::exceptions(self, master).await
    }

    async fn delete(&self, ids: &[ItemId]) -> Vec<Result<(), Trouble>> {
        let delete = |id: &ItemId| DeleteItem { mailbox: self.mailbox.clone(), id: id.clone() };
        let went = self.each(ids.iter().map(delete).collect(), |()| ()).await;
        // One that is gone already is as good.
        went.into_iter().map(|went| if went == Err(Trouble::Gone) { Ok(()) } else { went }).collect()
    }
}

impl Outlook<'_> {
    /// CAT-4: puts our categories into the mailbox's master list where they are missing.
    ///
    /// # Errors
    /// As the failed call says.
    pub async fn restore_categories(&self) -> Result<(), CallError> {
        let list = ListCategories { mailbox: self.mailbox.clone() };
        let known = self.mailroom.call(self.mailbox, 1, &list).await?;
        for category in MASTER_LIST {
            // Outlook tells names apart without regard to case.
            if known.iter().any(|one| one.name.eq_ignore_ascii_case(category.name)) {
                continue;
            }
            let add = AddCategory {
                mailbox: self.mailbox.clone(),
                name: category.name.to_owned(),
                color: color(category),
            };
            match self.mailroom.call(self.mailbox, 1, &add).await {
                // Somebody else was faster.
                Ok(_) | Err(CallError::Contended(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// The zone that the mailbox shows its times in.
    ///
    /// # Errors
    /// As the failed call says.
    pub async fn zone(&self) -> Result<String, CallError> {
        let read = ReadZone { mailbox: self.mailbox.clone() };
        self.mailroom.call(self.mailbox, 1, &read).await
    }

    /// Immutable ids for ids of any form; none where Graph knows no item.
    async fn immutable(&self, ids: &[Given]) -> Result<Vec<Option<ItemId>>, Trouble> {
        let mut translated: BTreeMap<Given, Option<ItemId>> = BTreeMap::new();
        for (form, format) in [(IdForm::Ews, IdFormat::Ews), (IdForm::Rest, IdFormat::Rest)] {
            let asked: Vec<Given> = ids.iter().filter(|given| given.form == form).cloned().collect();
            for chunk in asked.chunks(TRANSLATE_LIMIT) {
                let translate = TranslateIds {
                    mailbox: self.mailbox.clone(),
                    ids: chunk.iter().map(|given| given.id.clone()).collect(),
                    format,
                };
                let answers = self.mailroom.call(self.mailbox, 1, &translate).await.map_err(trouble)?;
                translated.extend(chunk.iter().cloned().zip(answers));
            }
        }
        let of = |given: &Given| match given.form {
            IdForm::Immutable => Some(given.id.clone()),
            IdForm::Ews | IdForm::Rest => translated.get(given).cloned().flatten(),
        };
        Ok(ids.iter().map(of).collect())
    }

    /// Items by immutable id.
    async fn read_known(&self, ids: &[ItemId]) -> Vec<Result<SeenItem, Trouble>> {
        let reading = |id: &ItemId| self.mailroom.reading(self.mailbox, id.clone());
        self.each(ids.iter().map(reading).collect(), seen).await
    }

    /// The items of a page and of those that follow.
    async fn further_pages(&self, mut page: ViewPage) -> Result<Vec<GraphItem>, Trouble> {
        let mut items = Vec::new();
        for _ in 0..PAGE_LIMIT {
            for (id, error) in &page.unreadable {
                tracing::warn!(item = id, %error, "an item cannot be read");
            }
            items.append(&mut page.items);
            let Some(next) = page.next else { return Ok(items) };
            let next = NextView { next, addin_id: self.mailroom.addin_id.clone() };
            page = self.mailroom.call(self.mailbox, 1, &next).await.map_err(trouble)?;
        }
        tracing::warn!(mailbox_pages = PAGE_LIMIT, "there are more items than are read");
        Ok(items)
    }

    /// Makes exchanges of one kind, many in a call; one answer for each, in order.
    async fn each<E, T>(&self, parts: Vec<E>, take: impl Fn(E::Answer) -> T) -> Vec<Result<T, Trouble>>
    where
        E: Endpoint + Clone + Sync,
        E::Answer: Send,
    {
        let calls = parts.chunks(BATCH_LIMIT).map(|parts| self.one_after_the_other(parts));
        // The mailroom lets in as many at a time as the mailbox takes.
        let answers = join_all(calls).await.into_iter().flatten();
        answers.map(|answer| answer.map(&take).map_err(trouble)).collect()
    }

    /// Makes exchanges one after the other, in as few calls as they take: one that fails ends its call, and those behind it
    /// go with the next.
    async fn one_after_the_other<E: Endpoint + Clone>(
        &self,
        parts: &[E],
    ) -> Vec<Result<E::Answer, CallError>> {
        let mut answers = Vec::with_capacity(parts.len());
        while answers.len() < parts.len() {
            let left = &parts[answers.len()..];
            if let [only] = left {
                answers.push(self.mailroom.call(self.mailbox, 1, only).await);
                continue;
            }
            match self.mailroom.batch(self.mailbox, left.to_vec()).await {
                Ok(told) => {
                    // The first was carried out, whatever became of it: there is an end.
                    let told = told.into_iter().enumerate();
                    let carried = |(place, answer): &(usize, Result<E::Answer, CallError>)| {
                        *place == 0 || !answer.as_ref().is_err_and(is_left_out)
                    };
                    answers.extend(told.take_while(carried).map(|(_, answer)| answer));
                }
                Err(error) => answers.extend(left.iter().map(|_| Err(error.clone()))),
            }
        }
        answers
    }

    fn marking(&self, mark: &Marking, now: DateTime<Utc>) -> MarkItem {
        let text =
            mark.pointer.as_ref().and_then(|pointer| property(pointer, mark.properties.as_deref(), now));
        MarkItem {
            mailbox: self.mailbox.clone(),
            id: mark.id.clone(),
            etag: Some(mark.etag.clone()),
            categories: mark.categories.clone(),
            addin_id: self.mailroom.addin_id.clone(),
            property_text: text,
        }
    }
}

/// The text of the add-in's properties with a pointer in it. Where they are full the categories still tell, and the pane
/// asks the service.
fn property(pointer: &Pointer, stands: Option<&str>, at: DateTime<Utc>) -> Option<String> {
    let pointer = match pointer {
        Pointer::Saved(event) => wire_pointer::Pointer {
            event: Some(event.clone()),
            status: wire_pointer::PointerStatus::Saved,
            code: String::new(),
            at,
        },
        Pointer::Failed(code) => wire_pointer::Pointer {
            event: None,
            status: wire_pointer::PointerStatus::Failed,
            code: code.clone(),
            at,
        },
        Pointer::Cleared => return stands.map(wire_pointer::cleared),
    };
    pointer.merged(stands).ok()
}

/// An item as the engine sees it.
pub(crate) fn seen(item: GraphItem) -> SeenItem {
    let pointer = item.pointer.and_then(|pointer| match (pointer.status, pointer.event) {
        (wire_pointer::PointerStatus::Saved, Some(event)) => Some(Pointer::Saved(event)),
        (wire_pointer::PointerStatus::Saved, None) => None,
        (wire_pointer::PointerStatus::Failed, _) => Some(Pointer::Failed(pointer.code)),
    });
    SeenItem {
        id: item.id,
        etag: item.etag,
        item: item.item,
        i_cal_uid: item.i_cal_uid,
        original_start: item.original_start,
        is_organizer: item.is_organizer,
        is_cancelled: item.is_cancelled,
        response: item.response,
        created: item.created,
        properties: item.property_text,
        pointer,
    }
}

fn color(category: MasterCategory) -> Color {
    use calbridge_rules::category::Colour;
    match category.colour {
        Colour::Blue => Color::Blue,
        Colour::Red => Color::Red,
        Colour::Colourless => Color::None,
    }
}

/// What a failed call means for the session. Marks and reads can be repeated, so nothing here is unclear.
pub(crate) fn trouble(error: CallError) -> Trouble {
    match error {
        // An authorization that ended says so when the token is bought.
        CallError::Offline { .. }
        | CallError::Malformed { .. }
        | CallError::Contended(_)
        | CallError::SignedOut => Trouble::Later { retry_after_ms: None },
        CallError::Throttled { retry_after_ms } | CallError::Unavailable { retry_after_ms, .. } => {
            Trouble::Later { retry_after_ms }
        }
        CallError::Gone => Trouble::Gone,
        CallError::Stale => Trouble::Stale,
        CallError::ConsentLost { reason } => {
            Trouble::Stopped(format!("Microsoft ended the service's authorization: {reason}"))
        }
        CallError::Forbidden(rejection) => {
            Trouble::Stopped(format!("Microsoft refuses the mailbox: {}", rejection.code))
        }
        CallError::Rejected(rejection) => Trouble::Refused(Issue {
            code: "ISE-030".to_owned(),
            reason: format!("Outlook refuses it: {}", rejection.message),
            remedy: "Open the item in Outlook and save it there, then try again.".to_owned(),
            refusal: None,
        }),
        CallError::Ambiguous { .. } => Trouble::Later { retry_after_ms: None },
    }
}
