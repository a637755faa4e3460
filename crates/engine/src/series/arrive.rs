//! What becomes of Events that have no item and are part of something that repeats: Classic series come down as series
//! (SER-6), what cannot is told (SER-3), and what lies beyond the window comes up again by itself.

use calbridge_rules::{
    autosave::Past,
    category::{Mark, marked},
    event::Event,
    id::{ItemId, RecordId},
    identity::MeetingKey,
    notify::{ItemWrite, Release, Wanted, class, release},
    saving::Choice,
    series::{OriginalStart, Series, allowed},
    status::Issue,
};
use chrono::TimeDelta;

use super::{
    Around, KeptDate, Went,
    change::Reshaped,
    date::{self, moved, span_at},
    down,
    perform::Work,
    stands::Stands,
};
use crate::{
    decide::{Arrival, seat, transaction},
    observe::{EventSeen, Found, Observation, key_of},
    pair::{Agreed, Origin},
    perform::Done,
    ports::{
        Action, Calendar, Crm, CrmSeries, EventIssue, Ledger, NewItem, Pointer, SeenItem, Shape, Trouble,
    },
    report::{Entry, Outcome},
    session::Scope,
};

/// Days after which what was told is looked at again: settings may allow by then what they did not.
const TOLD_DAYS: i64 = 1;

/// Acts on arrivals that are not brought down one by one.
pub(crate) async fn arrive(
    scope: &Scope<'_>,
    seen: &Found,
    arrivals: &[Arrival],
    calendar: &impl Calendar,
    crm: &impl Crm,
    ledger: &impl Ledger,
    done: &mut Done,
) -> Result<(), Trouble> {
    let around = Around { scope, calendar, crm, ledger };
    for (event, arrival) in seen.arrivals.iter().zip(arrivals) {
        match arrival {
            Arrival::BringSeries { master } if is_an_items(seen, &master.id) => {}
            Arrival::BringSeries { master } => around.bring(master, done).await?,
            Arrival::Tell { event, about, issue } => {
                done.tell(event, &named(about), Some(issue.clone()));
                done.later.push((event.clone(), scope.now + TimeDelta::days(TOLD_DAYS)));
            }
            Arrival::Later { event, at } => done.later.push((event.clone(), *at)),
            Arrival::Bring { event: single, .. } => {
                if let Shape::LightningDate { pattern } = &event.shape {
                    done.tell(&single.id, &named(pattern), None);
                }
            }
            Arrival::Hold(_) | Arrival::Stay(_) => {}
        }
    }
    Ok(())
}

/// Whether an item of this session points to it: made by a session that ended before it was recorded, it is taken up with the
/// item.
fn is_an_items(seen: &Found, master: &RecordId) -> bool {
    seen.items.iter().any(|one| match &one.event {
        EventSeen::One(event) => event.id == *master,
        EventSeen::Absent | EventSeen::Several(_) | EventSeen::Deleted(_) => false,
    })
}

/// A name for what has none of its own.
fn named(about: &str) -> String {
    MeetingKey::new(about, None).sync_key().as_str().to_owned()
}

impl Done {
    /// Tells, once for everything of a name, what is the matter with an Event that has no item.
    fn tell(&mut self, event: &RecordId, about: &str, issue: Option<Issue>) {
        let Ok(about) = ItemId::parse(about) else { return };
        if self.told.iter().all(|told| told.about != about) {
            self.told.push(EventIssue { about, event: event.clone(), issue });
        }
    }
}

impl<C: Calendar, R: Crm, L: Ledger> Around<'_, C, R, L> {
    /// SER-6: makes a series for a Classic one. What cannot be done now is heard again.
    async fn bring(&self, master: &Event, done: &mut Done) -> Result<(), Trouble> {
        let told = match self.bring_down(master, done).await {
            Ok(()) => None,
            Err(Trouble::Refused(issue)) => {
                done.later.push((master.id.clone(), self.scope.now + TimeDelta::days(TOLD_DAYS)));
                Some(issue)
            }
            Err(trouble @ (Trouble::Stopped(_) | Trouble::Fenced)) => return Err(trouble),
            Err(trouble @ (Trouble::Unclear | Trouble::Later { .. } | Trouble::Gone | Trouble::Stale)) => {
                done.is_deaf = true;
                done.put_off(trouble);
                return Ok(());
            }
        };
        done.tell(&master.id, master.id.as_str(), told);
        Ok(())
    }

    async fn bring_down(&self, master: &Event, done: &mut Done) -> Result<(), Trouble> {
        let org = self.crm.series_org().await?;
        allowed(self.scope.settings.shared.recurring_sync, org.ability).map_err(Trouble::Refused)?;
        let read = self.crm.series(std::slice::from_ref(&master.id)).await?;
        // One that is gone by now needs nothing.
        let Some(part) = read.into_iter().next() else { return Ok(()) };
        let series = down::normal(&part, self.scope.offsets).map_err(Trouble::Refused)?;
        let spans = || part.dates.iter().filter_map(|date| down::span(&date.event.fields, &part));
        if !spans().any(|span| self.scope.is_in_window(span)) {
            let enters = spans().filter_map(|span| self.scope.enters_window(span)).min();
            done.later.extend(enters.map(|at| (master.id.clone(), at)));
            return Ok(());
        }
        let new = NewItem {
            transaction: transaction(&master.id),
            values: down::values(&part),
            guests: Vec::new(),
            series: Some(Box::new(series)),
            categories: marked(&[], &Mark::Saved),
            pointer: Pointer::Saved(master.id.clone()),
        };
        let made = self.calendar.create(&[new], self.scope.now).await;
        let item = made.into_iter().next().unwrap_or(Err(Trouble::Unclear))?;
        let read = self.calendar.series(std::slice::from_ref(&item.id)).await;
        let series = read.into_iter().next().unwrap_or(Err(Trouble::Unclear))?;
        let seen = observation(&item, &part);
        let (outcome, kept) = self.take_up(&seen, &item, series, part, done).await?;
        done.series.extend(kept.map(|kept| (item.id.clone(), kept)));
        let entry = entry(&item, outcome);
        done.brought.push((item, entry));
        Ok(())
    }

    /// Keeps a series of the calendar together with the Classic one that it was made for: what became of single dates in
    /// Salesforce comes down.
    pub(super) async fn take_up(
        &self,
        seen: &Observation,
        item: &SeenItem,
        mut series: Series,
        part: CrmSeries,
        done: &mut Done,
    ) -> Result<Went, Trouble> {
        let mut kept = down::kept(&series, &part, self.scope.offsets);
        let missing: Vec<OriginalStart> = kept
            .dates
            .iter()
            .filter(|(original, date)| **date == KeptDate::Nothing && !series.is_cancelled(**original))
            .map(|(original, _)| *original)
            .collect();
        let cancelled = self.cancel(item, &series, &missing).await?;
        series.cancelled.extend(cancelled);
        series.cancelled.sort_unstable();
        kept.agreed = series.clone();
        let first = part.classic.start;
        let says = date::says(&series, &self.scope.settings.shared, span_at(&series, first));
        let fields = moved(&part.master.event.fields, first);
        let agreed = Agreed { item: says, event: fields.clone() };
        let before = series.clone();
        let stands = Stands { parts: vec![part], singles: Vec::new() };
        let work = Work { seen, item, agreed, kept, before, series, stands, fields };
        let (mut outcome, kept) = self.bring_together(work, Reshaped::default(), done).await?;
        if let Outcome::Saved(saved) = &mut outcome {
            saved.origin = Origin::Salesforce;
            saved.is_by_hand = true;
        }
        Ok((outcome, kept))
    }

    /// Takes dates out of a series of the calendar, unless that mails its people (PPL-8); answers those that are out.
    pub(super) async fn cancel(
        &self,
        item: &SeenItem,
        series: &Series,
        originals: &[OriginalStart],
    ) -> Result<Vec<OriginalStart>, Trouble> {
        let class = class(&ItemWrite::Delete, &item.item, seat(item));
        let may = match release(&class, Wanted::ByPerson, self.scope.settings) {
            Release::Send => !originals.is_empty(),
            Release::Hold { .. } => false,
        };
        if !may {
            return Ok(Vec::new());
        }
        let dates = self.calendar.dates(&item.id, series, originals).await;
        let mut ids: Vec<ItemId> = Vec::with_capacity(dates.len());
        for date in dates {
            match date {
                Ok(date) => ids.push(date.id),
                Err(Trouble::Gone) => {}
                Err(trouble) => return Err(trouble),
            }
        }
        let answers = if ids.is_empty() { Vec::new() } else { self.calendar.delete(&ids).await };
        for answer in answers {
            match answer {
                Ok(()) | Err(Trouble::Gone) => {}
                Err(trouble) => return Err(trouble),
            }
        }
        Ok(originals.to_vec())
    }
}

/// A new item as it would have been observed.
fn observation(item: &SeenItem, part: &CrmSeries) -> Observation {
    Observation {
        id: item.id.clone(),
        item: Some(item.clone()),
        key: key_of(item),
        pair: None,
        is_taken_up: false,
        met: Vec::new(),
        wish: None,
        inherits_category: false,
        event: EventSeen::One(Box::new(part.master.event.clone())),
        shape: part.master.shape.clone(),
        past: Past::Nothing,
        others: Vec::new(),
        has_synced_organizer: false,
        people: Vec::new(),
        related: calbridge_rules::linking::Related::default(),
        required: Vec::new(),
    }
}

fn entry(item: &SeenItem, outcome: Outcome) -> Entry {
    Entry {
        item: item.id.clone(),
        tickets: Vec::new(),
        source: None,
        action: Action::Save,
        choice: Choice::default(),
        outcome,
        trace: Vec::new(),
    }
}
