//! What settings would show of the org's records before they are kept (SET, OBJ-1, GRP-2): asked of the org, and written
//! nowhere. What was asked for one mailbox is not asked again for the next.

use std::collections::{BTreeMap, BTreeSet};

use calbridge_engine::{Scope, ports::Wanted};
use calbridge_rules::{
    id::RecordId,
    item::Span,
    objects::{ObjectWish, PublicCalendar},
};
use calbridge_wire::salesforce::{
    event::{FoundEvent, OwnedEvents},
    public_calendars,
};

use super::{Around, fingerprint, objects, public};
use crate::{app::App, store::RecordNews, watch::NotWatched};

/// The records that calendars would show, as far as anybody asked.
pub(crate) struct Foreseen<'a> {
    app: &'a App,
    objects: BTreeMap<String, Vec<RecordNews>>,
    calendars: BTreeMap<String, Vec<(RecordId, Vec<FoundEvent>)>>,
}

/// What would become of the items that show records in one calendar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Shows {
    /// Items that would be made.
    pub(crate) made: usize,
    /// Items that would be taken away, because their object or calendar is named no more.
    pub(crate) gone: usize,
}

impl<'a> Foreseen<'a> {
    pub(crate) fn new(app: &'a App) -> Self {
        Self { app, objects: BTreeMap::new(), calendars: BTreeMap::new() }
    }

    /// What the settings of a session would show in its calendar, beside what stands there.
    ///
    /// # Errors
    /// The org does not answer, or the store failed.
    pub(crate) async fn of(&mut self, scope: &Scope<'_>) -> Result<Shows, NotWatched> {
        let down = &scope.settings.down;
        if !down.is_on {
            return Ok(Shows::default());
        }
        let around = Around::today(scope.now, &scope.settings.session);
        let mut sources: BTreeSet<String> = BTreeSet::new();
        let mut news: Vec<RecordNews> = Vec::new();
        for wish in &down.objects {
            sources.insert(wish.object.to_string());
            news.extend_from_slice(self.records(wish, around).await?);
        }
        let sees = |calendar: &&PublicCalendar| {
            calendar.mailboxes.is_empty() || calendar.mailboxes.contains(scope.mailbox)
        };
        for calendar in down.public_calendars.iter().filter(sees) {
            let viewers = vec![(scope.mailbox.clone(), calendar.category.clone())];
            let wishes = BTreeMap::from([(calendar.name.to_lowercase(), viewers)]);
            for (id, events) in self.events(&calendar.name, around).await? {
                let names = BTreeMap::from([(id.to_string(), calendar.name.as_str())]);
                let of = |event| public::news_of(event, false, &names, &wishes, around, None);
                news.extend(events.iter().filter_map(of));
                sources.insert(id.to_string());
            }
        }
        let standing = self.app.store.standing_records(scope.mailbox).await?;
        let is_new = |record: &RecordId| standing.iter().all(|(known, _)| known != record);
        let new = news.iter().filter(|news| news.is_near && is_new(&news.record));
        let gone = standing.iter().filter(|(_, source)| !sources.contains(source)).count();
        Ok(Shows { made: scope.count_in_window(new.filter_map(|news| span_for(scope, news))), gone })
    }

    /// Records of an object that lie near; none of one that the org lacks.
    async fn records(&mut self, wish: &ObjectWish, around: Around) -> Result<&[RecordNews], NotWatched> {
        let key = fingerprint(wish)?;
        if !self.objects.contains_key(&key) {
            let found = objects::near(self.app, wish, around).await?;
            self.objects.insert(key.clone(), found);
        }
        Ok(self.objects.get(&key).map(Vec::as_slice).unwrap_or_default())
    }

    /// Public calendars of a name, each with its Events that lie near.
    async fn events(
        &mut self,
        name: &str,
        around: Around,
    ) -> Result<&[(RecordId, Vec<FoundEvent>)], NotWatched> {
        let key = name.to_lowercase();
        if !self.calendars.contains_key(&key) {
            let org = &self.app.org;
            let mut found = Vec::new();
            for calendar in public_calendars::read(&org.query(public_calendars::by_name(&[name])).await?)? {
                let owners = vec![calendar.id.clone()];
                let question = OwnedEvents { owners, extra: Vec::new() };
                let rows = org.query(question.within(around.first, around.last)).await?;
                found.push((calendar.id, question.read(&rows)?));
            }
            self.calendars.insert(key.clone(), found);
        }
        Ok(self.calendars.get(&key).map(Vec::as_slice).unwrap_or_default())
    }
}

/// When the item would be that shows a record in the calendar; nothing where there would be none.
fn span_for(scope: &Scope<'_>, news: &RecordNews) -> Option<Span> {
    let (_, wanted) = news.wanted.iter().find(|(mailbox, _)| mailbox == scope.mailbox)?;
    match wanted {
        Wanted::Item(says) => says.values.span,
        Wanted::Trouble(_) | Wanted::Nothing => None,
    }
}
