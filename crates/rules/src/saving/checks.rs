//! One function for each rule that can stop a save. `None`: the rule has nothing to say about this item.

use chrono::TimeDelta;

use super::{Check, Refusal, Scope, Situation, SyncKnown};
use crate::{
    event::{EventField, FieldValue},
    item::Kind,
    mapping,
    people::{PersonObject, Standing},
    settings::Multiday,
    zone,
};

/// Days that an event may last (XCP-1).
pub const DAYS_LIMIT: i64 = 14;

/// A rule that was asked and what it answered.
pub(super) struct Asked {
    rule: &'static str,
    says: &'static str,
    refusal: Option<Refusal>,
}

/// A rule, as something that can be asked.
pub(super) type Rule = fn(&Situation<'_>) -> Option<Asked>;

/// Asks rules in order until one refuses; every one that had something to say is noted.
pub(super) fn ask(situation: &Situation<'_>, rules: &[&[Rule]], trace: &mut Vec<Check>) -> Option<Refusal> {
    for rule in rules.iter().copied().flatten() {
        let Some(Asked { rule, says, refusal }) = rule(situation) else { continue };
        trace.push(Check { rule, says: says.to_owned(), passed: refusal.is_none() });
        if refusal.is_some() {
            return refusal;
        }
    }
    None
}

/// A rule that let the item pass.
pub(super) fn passed(rule: &'static str, says: &str) -> Check {
    Check { rule, says: says.to_owned(), passed: true }
}

impl Asked {
    #[expect(clippy::unnecessary_wraps, reason = "a rule that has something to say ends with this")]
    fn answered(rule: &'static str, says: &'static str, refusal: Option<Refusal>) -> Option<Self> {
        Some(Self { rule, says, refusal })
    }
}

/// SAV-7: an item without an id was never saved in Outlook.
pub(super) fn saved_in_outlook(situation: &Situation<'_>) -> Option<Asked> {
    let refusal = situation.item.id.is_none().then_some(Refusal::NotSavedInOutlook);
    Asked::answered("SAV-7", "Saved in Outlook", refusal)
}

/// ONE-1: where sync goes down only, nothing goes up, by hand neither.
pub(super) fn goes_up(situation: &Situation<'_>) -> Option<Asked> {
    let is_down_only = situation.settings.is_down_only;
    is_down_only.then_some(Asked {
        rule: "ONE-1",
        says: "Sync goes up here",
        refusal: Some(Refusal::DownOnly),
    })
}

/// XCP-1: 14 days at most, timed or all-day.
pub(super) fn no_longer_than_14_days(situation: &Situation<'_>) -> Option<Asked> {
    let refusal = Refusal::too_long(situation.item.span.length());
    Asked::answered("XCP-1", "No longer than 14 days", refusal)
}

/// XCP-2: no series of whole days, nor of occurrences over 24 hours.
pub(super) fn series_of_parts_of_a_day(situation: &Situation<'_>) -> Option<Asked> {
    if !is_series(situation) {
        return None;
    }
    let span = situation.item.span;
    if span.is_all_day() {
        return Asked::answered("XCP-2", "Not a series of whole days", Some(Refusal::RecurringAllDay));
    }
    let refusal = over_a_day(situation).then_some(Refusal::RecurringLong);
    Asked::answered("XCP-2", "Each occurrence lasts 24 hours at most", refusal)
}

/// XCP-3: the zone of a series has its like in Salesforce.
pub(super) fn series_in_a_known_zone(situation: &Situation<'_>) -> Option<Asked> {
    let name = situation.item.zone.as_deref().filter(|_| is_series(situation))?;
    let refusal =
        zone::salesforce_id(name).is_none().then(|| Refusal::SeriesZone { zone: name.trim().to_owned() });
    Asked::answered("XCP-3", "The series' time zone is known to Salesforce", refusal)
}

/// XCP-4: items of a group's calendar last 24 hours at most.
pub(super) fn group_item_within_a_day(situation: &Situation<'_>) -> Option<Asked> {
    if !situation.item.in_group_calendar {
        return None;
    }
    let refusal = over_a_day(situation).then_some(Refusal::GroupTooLong);
    Asked::answered("XCP-4", "A group's event lasts 24 hours at most", refusal)
}

/// XCP-5: 24 hours at most where the org lacks Multiday Events; unknown allows (PIC-4).
pub(super) fn within_a_day_without_multiday(situation: &Situation<'_>) -> Option<Asked> {
    match situation.settings.multiday_events {
        Multiday::Unknown | Multiday::On => None,
        Multiday::Off => {
            let refusal = over_a_day(situation).then_some(Refusal::NoMultiday);
            Asked::answered("XCP-5", "No longer than 24 hours", refusal)
        }
    }
}

/// SER-1: an entire series needs recurring sync; one occurrence does not (SER-7).
pub(super) fn series_allowed(situation: &Situation<'_>) -> Option<Asked> {
    if !is_series(situation) {
        return None;
    }
    let refusal = (!situation.settings.recurring_sync).then_some(Refusal::SeriesOff);
    Asked::answered("SER-1", "Series are synced here", refusal)
}

/// SAV-3: a new Event needs the user's sync.
pub(super) fn sync_is_on(situation: &Situation<'_>) -> Option<Asked> {
    match situation.sync {
        SyncKnown::Active { .. } => Asked::answered("SAV-3", "Sync is on for you", None),
        SyncKnown::Unreachable => Asked::answered("SAV-3", "Sync was on when it last answered", None),
        SyncKnown::Off { why } => {
            Asked::answered("SAV-3", "Sync is on for you", Some(Refusal::SyncOff { why: *why }))
        }
        SyncKnown::Never => None,
    }
}

/// SAV-4: only a service that once answered on this device is waited for.
pub(super) fn sync_was_heard(situation: &Situation<'_>) -> Option<Asked> {
    match situation.sync {
        SyncKnown::Never => {
            Asked::answered("SAV-4", "Sync has answered on this device", Some(Refusal::ServiceUnreachable))
        }
        SyncKnown::Active { .. } | SyncKnown::Off { .. } | SyncKnown::Unreachable => None,
    }
}

/// SAV-6: a Lead takes no business record beside it.
pub(super) fn lead_stands_alone(situation: &Situation<'_>) -> Option<Asked> {
    let who = situation.choice.who.as_ref()?;
    match who.object {
        PersonObject::Contact => None,
        PersonObject::Lead => {
            let refusal = situation.choice.what.is_some().then_some(Refusal::LeadWithRelated);
            Asked::answered("SAV-6", "A Lead stands alone in Name", refusal)
        }
    }
}

/// SAV-8: somebody external is known, or a record was picked. Private events go without links (PRV-2).
pub(super) fn somebody_is_known(situation: &Situation<'_>) -> Option<Asked> {
    let (mut known, mut unresolved) = (false, false);
    for participant in situation.participants {
        match &participant.standing {
            Standing::Known(_) => known = true,
            // Without an address nobody can tell who is external: Exchange hides those of colleagues only.
            Standing::Unresolved => unresolved |= participant.person.address.is_some(),
            Standing::Internal | Standing::Blocklisted { .. } => {}
        }
    }
    if known {
        return Asked::answered("SAV-8", "At least one person is known in Salesforce", None);
    }
    if !unresolved || mapping::is_private(situation.item, situation.choice) == Some(true) {
        return None;
    }
    if situation.choice.who.is_some() || situation.choice.what.is_some() {
        return Asked::answered("SAV-8", "A record is picked", None);
    }
    Asked::answered("SAV-8", "At least one person is known in Salesforce", Some(Refusal::NobodyKnown))
}

/// SAV-9: the org's required fields are filled, by the user, by Outlook (FLD-3) or by a default (FLD-1).
pub(super) fn required_fields_filled(situation: &Situation<'_>) -> Option<Asked> {
    let settings = situation.settings;
    required(situation, |field, typed| {
        let mapped = || {
            typed.is_none()
                && settings.field_map.get(field).is_some_and(|source| mapping::fills(*source, situation.item))
        };
        typed.is_some_and(|value| !value.is_empty())
            || mapped()
            || settings.field_defaults.get(field).is_some_and(|default| !default.trim().is_empty())
    })
}

/// SAV-9 for an Event that exists: what it holds counts, unless the user empties it.
pub(super) fn required_fields_kept(situation: &Situation<'_>) -> Option<Asked> {
    required(situation, |_, typed| typed.is_none_or(|value| !value.is_empty()))
}

fn required(
    situation: &Situation<'_>,
    filled: impl Fn(&crate::id::ApiName, Option<&FieldValue>) -> bool,
) -> Option<Asked> {
    if situation.required.is_empty() {
        return None;
    }
    let missing = |field: &&super::RequiredField| {
        !filled(&field.name, situation.choice.value(&EventField::Custom(field.name.clone())))
    };
    let labels: Vec<String> =
        situation.required.iter().filter(missing).map(|field| field.label.clone()).collect();
    let refusal = (!labels.is_empty()).then_some(Refusal::RequiredMissing { labels });
    Asked::answered("SAV-9", "Required fields are filled", refusal)
}

/// Whether an entire series is meant: its master, or an occurrence of which the series was asked for (SAV-10).
fn is_series(situation: &Situation<'_>) -> bool {
    match (&situation.item.kind, situation.choice.scope) {
        (Kind::Series, Scope::Single | Scope::Series) => true,
        (Kind::Occurrence { .. }, Scope::Series) => true,
        (Kind::Occurrence { .. }, Scope::Single) | (Kind::Single, Scope::Single | Scope::Series) => false,
    }
}

fn over_a_day(situation: &Situation<'_>) -> bool {
    situation.item.span.length() > TimeDelta::hours(24)
}
