//! What is kept of a series once it was written.

use calbridge_rules::{id::RecordId, series::OriginalStart};
use chrono::NaiveDate;

use super::{
    KeptDate, KeptEvent, KeptSeries,
    date::moved,
    field::{missing, two_way},
    perform::Written,
    plan::Plan,
    stands::Stands,
};
use crate::{pair::Agreed, report::Clash};

impl Plan {
    /// Fields of which one side's value did not win: of the whole, which one Event stands for, and of single dates. What is not
    /// written has won nothing.
    pub(super) fn clashes(&self, whole: &RecordId, up: &Written) -> Vec<Clash> {
        let dates = self.dates.iter().zip(&up.dates).map(|(date, went)| (&date.event.id, &date.merge, *went));
        let all = std::iter::once((whole, &self.master.merge, up.whole)).chain(dates);
        let written = all.filter(|(_, _, went)| *went);
        written.flat_map(|(event, merge, _)| Clash::all_of(event, merge.conflicts.clone())).collect()
    }
}

impl KeptSeries {
    /// Keeps what both sides agreed on for single dates, where it is not what the whole says.
    pub(super) fn settle(&mut self, plan: &Plan, whole: &Agreed, up: &Written, down: &Written) {
        for (place, date) in plan.dates.iter().enumerate() {
            let went = |written: &Written| written.dates.get(place).copied().unwrap_or_default();
            let agreed = date.merge.agreed_after(&date.base, went(up), went(down));
            let own = own(&agreed, whole, date.original);
            let known = match self.dates.get(&date.original) {
                Some(KeptDate::Row(known)) => KeptDate::Row(KeptEvent { own, ..known.clone() }),
                Some(KeptDate::Single(known)) => KeptDate::Single(KeptEvent { own, ..known.clone() }),
                Some(KeptDate::Nothing) | None => continue,
            };
            self.dates.insert(date.original, known);
        }
    }

    /// The org refused to move a part's end: it ends as it did, and further parts follow.
    pub(super) fn take_back_extension(&mut self, event: &RecordId, stands: &Stands) {
        self.rolls_by_segments = true;
        let Some(part) = stands.part(event) else { return };
        for segment in self.segments.iter_mut().filter(|segment| segment.event == *event) {
            segment.classic.last = part.classic.last;
        }
        let after = self.dates.keys().max().map(chrono::DateTime::date_naive);
        self.rest = after.and_then(|after| self.day_after(after));
    }

    fn day_after(&self, day: NaiveDate) -> Option<NaiveDate> {
        self.agreed.days_from(day.succ_opt()?).next()
    }
}

/// What was agreed on for a date, unless the whole says the same.
fn own(agreed: &Agreed, whole: &Agreed, original: OriginalStart) -> Option<Agreed> {
    let (item, event) = (moved(&whole.item, original), moved(&two_way(&whole.event), original));
    let says_the_same = missing(&agreed.item, &item).is_empty()
        && missing(&item, &agreed.item).is_empty()
        && missing(&event, &agreed.event).is_empty();
    (!says_the_same).then(|| Agreed { item: agreed.item.clone(), event: two_way(&agreed.event) })
}
