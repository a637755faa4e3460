//! What a series as a whole says, on both sides. Its parts in Salesforce speak with one voice: what one of them was changed
//! to holds for all.

use calbridge_rules::{
    event::{EventField, EventFields, FieldValue},
    id::RecordId,
    item::ItemSeat,
    mapping,
    merge::{Merge, Merged, Sides, is_two_way, merge},
    saving::Choice,
    series::{OriginalStart, Series},
    status::Issue,
};

use super::{
    date::{moved, says, span_at},
    field::{differ, missing, two_way},
    stands::Stands,
};
use crate::{
    decide::as_chosen,
    observe::Observation,
    pair::Agreed,
    ports::{CrmSeries, Source},
    ruling::Ruling,
    session::Scope,
};

/// What is to be done with a series as a whole.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct MasterPlan {
    /// What goes where; times are those of the first part's first occurrence.
    pub(super) merge: Merged,
    /// What both sides agreed on before, at the same time.
    pub(super) base: Agreed,
    /// What is written on parts.
    pub(super) ups: Vec<(RecordId, EventFields)>,
    /// What an occurrence says that nobody changed, before and after.
    pub(super) says: EventFields,
    /// Why it is not settled (PRV-4).
    pub(super) issue: Option<Issue>,
}

/// Compares the two sides of a whole series; `passed` are parts that say what they said, whatever the others are changed to.
pub(super) fn compare(
    scope: &Scope<'_>,
    seen: &Observation,
    agreed: &Agreed,
    series: &Series,
    stands: &Stands,
    passed: &[RecordId],
    seat: ItemSeat,
) -> MasterPlan {
    let parts: Vec<&CrmSeries> =
        stands.parts.iter().filter(|part| !passed.contains(&part.master.event.id)).collect();
    let Some(first) = parts.iter().map(|part| part.classic.start).min() else {
        return MasterPlan::default();
    };
    let base = Agreed { item: moved(&agreed.item, first), event: moved(&agreed.event, first) };
    let says = says(series, &scope.settings.shared, span_at(series, first));
    let view = view(&base, &parts, first);
    let sides = Sides { agreed: &base, outlook: &says, salesforce: &view };
    let (merge, issue) = match merge(sides, seat, scope.settings) {
        Merge::Fields(merged) => (*merged, None),
        Merge::Stopped(cause) => (Merged { agreed: base.clone(), ..Merged::default() }, Some(cause.issue())),
    };
    let mut plan = MasterPlan { merge, base, ups: Vec::new(), says, issue };
    plan.insist(scope, seen, series, &parts, first);
    for part in parts {
        let mut up = plan.up(part);
        // A master that nobody finds by its key would be made anew by the next saver (DUP-1).
        if part.master.key.is_empty() {
            let of_part = if stands.parts.len() == 1 {
                seen.key.clone()
            } else {
                seen.key.of_segment(part.classic.start)
            };
            up.insert(EventField::SyncKey, FieldValue::Text(of_part.as_str().to_owned()));
        }
        if !up.is_empty() {
            plan.ups.push((part.master.event.id.clone(), up));
        }
    }
    let ruling = seen.pair.as_ref().and_then(|pair| pair.ruling_on(&plan.merge.to_outlook));
    if ruling == Some(Ruling::Discarded) {
        plan.merge.give_up_down(&plan.says);
    }
    plan
}

/// What the user chose in the pane. A category chooses nothing: what was made for it has what was found (PIC-6).
pub(super) fn chosen(seen: &Observation) -> Option<&Choice> {
    seen.wish.as_ref().filter(|wish| wish.source == Source::Pane).map(|wish| &wish.choice)
}

/// What the parts say together: what was agreed on, and over it what any of them says differently.
fn view(base: &Agreed, parts: &[&CrmSeries], first: OriginalStart) -> EventFields {
    let mut view = base.event.clone();
    for part in parts {
        let fields = moved(&part.master.event.fields, first);
        for (field, value) in fields.iter() {
            if !is_two_way(field) || differ(field, &base.event, &fields) {
                view.insert(field.clone(), value.clone());
            }
        }
    }
    view
}

impl MasterPlan {
    /// What the user chose now is written over whatever stands (SAV-12).
    fn insist(
        &mut self,
        scope: &Scope<'_>,
        seen: &Observation,
        series: &Series,
        parts: &[&CrmSeries],
        first: OriginalStart,
    ) {
        let Some(choice) = chosen(seen) else { return };
        let item = calbridge_rules::item::Item { span: span_at(series, first), ..series.master.clone() };
        let wanted = mapping::follow(&item, choice, &scope.settings.shared).fields;
        for part in parts {
            let stands = moved(&part.master.event.fields, first);
            as_chosen(&mut self.merge, &self.base, &wanted, &self.says, &stands);
        }
    }

    /// What a part must be told: what goes up, and what another part was changed to.
    fn up(&self, part: &CrmSeries) -> EventFields {
        let stands = &part.master.event.fields;
        let concerned = |field: &EventField| {
            self.merge.to_salesforce.contains_key(field) || self.merge.to_outlook.contains_key(field)
        };
        let mut wanted = moved(&self.merge.agreed.event, part.classic.start);
        wanted.retain(|field, _| concerned(field));
        let mut up = mapping::changed(&wanted, stands);
        // The length of a series is its end's business; its start never moves (SER-4).
        if let Some(FieldValue::Instant(_)) = up.get(&EventField::Start) {
            up.insert(EventField::Start, FieldValue::Instant(part.classic.start));
        }
        up
    }

    /// What a part's occurrence says once the part was written, where it is as the part has it.
    pub(super) fn derived(&self, part: &CrmSeries, original: OriginalStart) -> EventFields {
        let mut fields = part.master.event.fields.clone();
        let ups = self.ups.iter().filter(|(id, _)| *id == part.master.event.id);
        for (_, up) in ups {
            fields.extend(up.clone());
        }
        moved(&two_way(&fields), original)
    }

    /// Whether a part is written, and Salesforce overwrites its occurrences.
    pub(super) fn writes(&self, part: &CrmSeries) -> bool {
        self.ups.iter().any(|(id, _)| *id == part.master.event.id)
    }

    /// What an occurrence lacks that a change of its part overwrote.
    pub(super) fn lost(
        &self,
        part: &CrmSeries,
        original: OriginalStart,
        wanted: &EventFields,
    ) -> EventFields {
        missing(wanted, &self.derived(part, original))
    }
}
