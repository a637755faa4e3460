//! From what was seen of a saved series to what is to be done with it as a whole and date by date: pure.

use calbridge_rules::{
    event::{Event, EventField, EventFields},
    id::RecordId,
    item::ItemSeat,
    mapping,
    merge::Merged,
    saving::Refusal,
    series::{OriginalStart, Series},
    status::Issue,
};

use super::{
    KeptDate, KeptEvent, KeptSeries,
    date::{self, DatePlan, moved, own_body, says_on},
    field::{missing, two_way},
    master::{self, MasterPlan},
    stands::Stands,
};
use crate::{
    decide::as_chosen, mutant::mutant, observe::Observation, pair::Agreed, ports::CrmSeries, session::Scope,
};

/// What is to be done with a series that is saved.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Plan {
    /// With all of it.
    pub(super) master: MasterPlan,
    /// With single dates.
    pub(super) dates: Vec<DatePlan>,
    /// A date that cannot be as the calendar has it.
    pub(super) issue: Option<Issue>,
}

/// Everything that the plan hangs on.
#[derive(Clone, Copy)]
pub(super) struct Sides<'a> {
    pub(super) seen: &'a Observation,
    /// What both sides agreed on, as a whole.
    pub(super) agreed: &'a Agreed,
    /// What was kept, its parts as they will be.
    pub(super) kept: &'a KeptSeries,
    /// The series as it was agreed on.
    pub(super) before: &'a Series,
    /// The series as the calendar has it.
    pub(super) series: &'a Series,
    pub(super) stands: &'a Stands,
    pub(super) seat: ItemSeat,
    pub(super) scope: &'a Scope<'a>,
}

/// Makes the plan.
pub(super) fn plan(sides: &Sides<'_>) -> Plan {
    let mut passed: Vec<RecordId> = sides
        .kept
        .segments
        .iter()
        .filter(|segment| sides.has_passed(segment))
        .map(|segment| segment.event.clone())
        .collect();
    // Saved anew when it is over, a series is written on all the same.
    if passed.len() == sides.kept.segments.len() && master::chosen(sides.seen).is_some() {
        passed.clear();
    }
    let master = master::compare(
        sides.scope,
        sides.seen,
        sides.agreed,
        sides.series,
        sides.stands,
        &passed,
        sides.seat,
    );
    let dates = sides.kept.dates.iter().filter_map(|(original, date)| {
        let plan = sides.date(&master, *original, date)?;
        // What the whole said before, and a date says still, nobody but the date itself knows from then on.
        let has_no_base = date.event().is_some_and(|known| known.own.is_none());
        let is_due = !plan.is_idle() || !plan.merge.conflicts.is_empty() || plan.changes_base();
        (is_due || has_no_base).then_some(plan)
    });
    let dates: Vec<DatePlan> = dates.collect();
    let issue = sides.series.exceptions.keys().find_map(|original| too_long(sides.series, *original));
    let stopped = |dates: &[DatePlan]| dates.iter().find_map(|date| date.issue.clone());
    let issue = issue.map(|refusal| Issue::refused(&refusal)).or(master.issue.clone()).or(stopped(&dates));
    Plan { master, dates, issue }
}

impl DatePlan {
    fn changes_base(&self) -> bool {
        self.merge.agreed != self.base
    }
}

impl Sides<'_> {
    /// Whether a part has no occurrence to come.
    fn has_passed(&self, segment: &super::KeptSegment) -> bool {
        let is_of = |original: &&OriginalStart| {
            **original >= segment.classic.start && original.date_naive() <= segment.classic.last
        };
        let last = self.kept.dates.keys().filter(is_of).max();
        last.is_some_and(|last| *last + self.series.length() <= self.scope.now)
    }

    fn date(&self, master: &MasterPlan, original: OriginalStart, kept: &KeptDate) -> Option<DatePlan> {
        let known = kept.event()?;
        let (event, part) = self.stands.date(&known.event)?;
        let is_past = original + self.series.length() <= self.scope.now;
        let exception = self.series.exceptions.get(&original);
        let is_untouched = known.own.is_none() && exception.is_none();
        if let Some(part) = part.filter(|_| is_untouched)
            && follows(part, original, &event.fields)
        {
            return self.past(master, part, original, known, event).filter(|_| is_past);
        }
        let derived = || Agreed {
            item: moved(&self.agreed.item, original),
            event: moved(&self.agreed.event, original),
        };
        let base = known.own.clone().unwrap_or_else(derived);
        // Past Events stay, unless somebody changed just this date.
        let is_kept = is_past && exception == self.before.exceptions.get(&original);
        let says = if is_kept || too_long(self.series, original).is_some() {
            base.item.clone()
        } else {
            says_on(self.series, &self.scope.settings.shared, original)
        };
        let mut plan = date::compare(self.scope, original, event, base, &says, self.seat);
        if known.own.is_none()
            && let Some(body) = own_body(self.series, &self.scope.settings.shared, original)
        {
            plan.up.insert(EventField::Description, body);
        }
        if part.is_none() {
            self.insist(&mut plan, &says);
        }
        if let Some(part) = part.filter(|part| master.writes(part) && !mutant("dates-overwritten")) {
            let mut wanted = two_way(&event.fields);
            wanted.extend(two_way(&plan.merge.agreed.event));
            plan.up.extend(master.lost(part, original, &wanted));
        }
        Some(plan)
    }

    /// What the user chose now is written over whatever stands on an Event that was made alone (SAV-12); occurrences get it
    /// with their part.
    fn insist(&self, plan: &mut DatePlan, says: &EventFields) {
        let Some(choice) = master::chosen(self.seen) else { return };
        let item = date::item_of(self.series, plan.original);
        let wanted = mapping::follow(&item, choice, &self.scope.settings.shared).fields;
        as_chosen(&mut plan.merge, &plan.base, &wanted, says, &plan.event.fields);
        plan.up = mapping::changed(&plan.merge.to_salesforce, &plan.event.fields);
    }

    /// A date of the past whose part is written: it says afterwards what it said before.
    fn past(
        &self,
        master: &MasterPlan,
        part: &CrmSeries,
        original: OriginalStart,
        known: &KeptEvent,
        event: &Event,
    ) -> Option<DatePlan> {
        if !master.writes(part) {
            return None;
        }
        let stood = two_way(&event.fields);
        let up: EventFields = master.lost(part, original, &stood);
        let item =
            known.own.as_ref().map_or_else(|| moved(&self.agreed.item, original), |own| own.item.clone());
        let base = Agreed { item, event: stood };
        let merge = Merged { agreed: base.clone(), ..Merged::default() };
        (!up.is_empty()).then(|| DatePlan { original, event: event.clone(), base, merge, up, issue: None })
    }
}

/// XCP-1 for one date, which may be longer than its series.
fn too_long(series: &Series, original: OriginalStart) -> Option<Refusal> {
    let span = series.exceptions.get(&original)?.values.span?;
    Refusal::too_long(span.length())
}

/// Whether an occurrence says what its part says.
pub(super) fn follows(part: &CrmSeries, original: OriginalStart, fields: &EventFields) -> bool {
    missing(&moved(&two_way(&part.master.event.fields), original), fields).is_empty()
}
