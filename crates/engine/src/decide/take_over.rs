//! Somebody else's Event of a meeting that no synced user called: another of its savers may take it over (PPL-5).

use calbridge_rules::{
    event::{Event, EventField, EventFields, FieldValue},
    holding::Holding,
    merge::Merged,
    status::Issue,
};

use super::{Decided, Step, Together};
use crate::{observe::Observation, pair::Pair, session::Scope};

/// The rule that lets Events be taken over.
const RULE: &str = "PPL-5";

/// Of an item that points to no Event yet: it does from now on.
pub(super) fn unpaired(scope: &Scope<'_>, seen: &Observation, event: &Event) -> Decided {
    let change = match ownership(scope, seen, event) {
        Ok(change) => change,
        Err(issue) => return Step::Refuse(*issue).by(RULE, "The Event is its organizer's"),
    };
    Step::Pair { event: Box::new(event.clone()), change }.by(RULE, "Another saver takes the Event over")
}

/// Of an item that points to it already.
pub(super) fn paired(scope: &Scope<'_>, seen: &Observation, pair: &Pair, event: &Event) -> Decided {
    let change = match ownership(scope, seen, event) {
        Ok(change) => change,
        Err(issue) => return Step::Refuse(*issue).by(RULE, "The Event is its organizer's"),
    };
    let mut merge = Merged { agreed: pair.agreed.clone(), ..Merged::default() };
    merge.agreed.event.extend(change.clone());
    merge.to_salesforce = change;
    let together = Together { event: event.clone(), merge, held_for: Vec::new() };
    Step::Merge(Box::new(together)).by(RULE, "Another saver takes the Event over")
}

/// What makes the Event this user's; nothing where it is.
fn ownership(scope: &Scope<'_>, seen: &Observation, event: &Event) -> Result<EventFields, Box<Issue>> {
    let owner = FieldValue::Record(scope.owner.clone());
    if event.fields.get(&EventField::Owner) == Some(&owner) {
        return Ok(EventFields::new());
    }
    match seen.holding(scope) {
        Holding::Organizers => Err(Box::new(organizers())),
        Holding::OwnWithInvitees | Holding::FirstSavers | Holding::EachSavers => {
            Ok(EventFields::from([(EventField::Owner, owner)]))
        }
    }
}

fn organizers() -> Issue {
    Issue {
        code: RULE.to_owned(),
        reason: "The organizer's mailbox is in sync too, so the Event stays theirs.".to_owned(),
        remedy: "Ask the organizer to change the Event, or an admin to give it to you.".to_owned(),
        refusal: None,
    }
}
