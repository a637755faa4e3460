//! An item that has no pair.

use calbridge_rules::{
    autosave::{self, Autosave, AutosaveVerdict, Candidate, Past, Related, Skip, waits_for_answer},
    category,
    cause::{Cause, Side},
    direction::{Course, Deed, course},
    event::{Event, EventField, EventFields, FieldValue},
    group::{Consent, group_item},
    item::{Kind, Response},
    linking::automatic_links,
    mapping,
    mention::mentions,
    people::{Participant, participants},
    saving::{Check, Choice, Decision, EventKnown, Refusal},
    status::Issue,
};

use super::{
    Decided, Step, choice, comes_first, is_refused_unasked, paired::lacks_key, people_of, pointed_event,
    take_over, verdict,
};
use crate::{
    observe::{EventSeen, Observation, Wish},
    ports::{Action, SeenItem, Source},
    report::Skipped,
    session::Scope,
};

/// Days after which an item that belongs to no record is looked at again.
const UNLINKED_DAYS: i64 = 1;

pub(super) fn decide(scope: &Scope<'_>, seen: &Observation, item: &SeenItem) -> Decided {
    let Some(wish) = &seen.wish else {
        return Step::Nothing.by("CAT-6", "Nobody asks for it");
    };
    match (wish.action, &seen.event) {
        // A request that was not yet carried out is withdrawn at once (UNS-1).
        (Action::Unsync, _) => Step::Withdraw.by("UNS-1", "It was not carried out yet"),
        (Action::TakeOver, EventSeen::One(event)) => take_over::unpaired(scope, seen, event),
        (Action::TakeOver, EventSeen::Absent | EventSeen::Deleted(_) | EventSeen::Several(_)) => {
            Step::Withdraw.by("PPL-5", "There is no Event to take over")
        }
        (Action::Save, EventSeen::One(_) | EventSeen::Several(_)) if is_left_over(seen, wish, item) => {
            Step::Withdraw.by("UNS-1", "Its category is left over from what was taken back")
        }
        (Action::Save, EventSeen::One(event)) => existing(scope, seen, item, wish, event),
        (Action::Save, EventSeen::Several(count)) => {
            Step::Refuse(ambiguous(*count)).by("DUP-1", "Several Events claim to be this meeting")
        }
        (Action::Save, EventSeen::Absent | EventSeen::Deleted(_)) if is_withdrawn(seen, wish, item) => {
            Step::Withdraw.by("CAT-6", "The category that asked for it is gone, or its Event was deleted")
        }
        (Action::Save, EventSeen::Absent | EventSeen::Deleted(_)) => absent(scope, seen, item),
    }
}

/// A category that a session was to take away, and could not yet: it asks for nothing.
fn is_left_over(seen: &Observation, wish: &Wish, item: &SeenItem) -> bool {
    let is_asked_by_hand = wish.source == Source::Pane || !wish.tickets.is_empty();
    seen.past != Past::Nothing && !is_asked_by_hand && pointed_event(item.pointer.as_ref()).is_some()
}

/// CAT-6: a request made by category ends with the category. DWN-2: the category of an Event that was deleted asks for
/// nothing.
fn is_withdrawn(seen: &Observation, wish: &Wish, item: &SeenItem) -> bool {
    match wish.source {
        Source::Pane | Source::Place | Source::Autosave => false,
        Source::Category => {
            let was_saved = match &seen.event {
                EventSeen::Deleted(event) => pointed_event(item.pointer.as_ref()) == Some(event),
                EventSeen::Absent | EventSeen::One(_) | EventSeen::Several(_) => false,
            };
            let asks = seen.inherits_category || category::asks_to_save(&item.item.categories);
            was_saved || !asks
        }
    }
}

/// No Event, or none any more: the rules decide.
pub(super) fn absent(scope: &Scope<'_>, seen: &Observation, item: &SeenItem) -> Decided {
    let is_autosave = seen.wish.as_ref().is_some_and(|wish| wish.source == Source::Autosave);
    let mut trace = Vec::new();
    // Of what cannot be saved whoever its people are, nobody was asked for: the rules of every save tell why.
    if is_autosave && !is_refused_unasked(scope, item, &Choice::default()) {
        let people = people_of(scope, seen, &item.item);
        let verdict = autosave::autosave(&candidate(scope, seen, item, &people), scope.settings);
        trace = verdict.trace;
        match verdict.decision {
            Autosave::Save => {}
            Autosave::Skip(skip) => return Step::Skip(skipped(scope, item, skip)).after(trace),
            Autosave::Wait(wait) => return Step::Wait(Issue::waiting(&wait)).after(trace),
        }
    }
    let (step, checks) = match refused_here(scope, item) {
        Some((issue, check)) => (Step::Refuse(issue), vec![check]),
        None => by_hand(scope, seen, item, is_autosave),
    };
    trace.extend(checks);
    step.after(trace)
}

/// ONE-1, GRP-1: what no choice of the user's changes.
fn refused_here(scope: &Scope<'_>, item: &SeenItem) -> Option<(Issue, Check)> {
    let (course, check) = course(Side::Outlook, Deed::Created, &scope.settings.down);
    if course == Course::Refuse {
        return Some((Cause::DownOnly.issue(), check));
    }
    // A group's calendar opens to a member's consent, which sync has from nobody.
    let issue = group_item(&item.item, Consent::Missing).err()?;
    let says = "A member lets sync read the group's calendar".to_owned();
    Some((issue, Check { rule: "GRP-1", says, passed: false }))
}

/// What somebody asked for, or autosave does: the rules of every save.
fn by_hand(scope: &Scope<'_>, seen: &Observation, item: &SeenItem, is_autosave: bool) -> (Step, Vec<Check>) {
    let choice = choice(scope, seen, item);
    let verdict = verdict(scope, seen, item, &choice, &EventKnown::Absent);
    let mut trace = verdict.trace;
    let step = match verdict.decision {
        // An update cannot follow from an absent Event; creating by key would find it. That an item belongs to no record is
        // AUT-3's to judge where nobody asked for it.
        Decision::Create | Decision::Update { .. } => {
            match waits_for_answer(answer(item), &scope.settings.autosave.also) {
                Some(wait) => {
                    let says = "You accepted it".to_owned();
                    trace.push(Check { rule: "AUT-5", says, passed: false });
                    Step::Wait(Issue::waiting(&wait))
                }
                None => Step::Create { fields: new_event(scope, item, &choice) },
            }
        }
        Decision::Refuse(Refusal::NobodyKnown) if is_autosave => {
            Step::Create { fields: new_event(scope, item, &choice) }
        }
        Decision::Wait(wait) => Step::Wait(Issue::waiting(&wait)),
        Decision::Refuse(refusal) => Step::Refuse(Issue::refused(&refusal)),
    };
    (step, trace)
}

/// What autosave says of an item before anybody in Salesforce is asked about its people: what is left here never reaches it
/// (PRV-3).
pub(crate) fn first_look(
    scope: &Scope<'_>,
    item: &SeenItem,
    past: Past,
) -> Result<(), (Skipped, Vec<Check>)> {
    let people = participants(&item.item, scope.mailbox, &scope.settings.shared, &[]);
    let candidate = Candidate { past, ..facts(scope, item, &people) };
    let AutosaveVerdict { decision, trace } = autosave::first_look(&candidate, scope.settings);
    match decision {
        Autosave::Skip(skip) => Err((skipped(scope, item, skip), trace)),
        Autosave::Save | Autosave::Wait(_) => Ok(()),
    }
}

fn candidate<'c>(
    scope: &Scope<'_>,
    seen: &Observation,
    item: &'c SeenItem,
    people: &'c [Participant],
) -> Candidate<'c> {
    let links = automatic_links(people, &seen.related, &scope.settings.shared);
    Candidate {
        related: Related::of(&links, !mentions(&item.item).is_empty()),
        comes_first: comes_first(seen),
        past: seen.past,
        ..facts(scope, item, people)
    }
}

/// What the item itself tells.
fn facts<'c>(scope: &Scope<'_>, item: &'c SeenItem, people: &'c [Participant]) -> Candidate<'c> {
    Candidate {
        item: &item.item,
        participants: people,
        is_in_window: match item.item.kind {
            // A series comes up where one of its dates lies in the part that is read.
            Kind::Series => true,
            Kind::Single | Kind::Occurrence { .. } => scope.is_in_window(item.item.span),
        },
        made: item.created.unwrap_or(scope.since),
        enabled: scope.since,
        answer: answer(item),
        related: Related::Nothing,
        series_allowed: scope.settings.shared.recurring_sync,
        comes_first: calbridge_rules::saving::ComesFirst::This,
        past: Past::Nothing,
    }
}

/// What the user answered; nothing of what is their own.
fn answer(item: &SeenItem) -> Option<Response> {
    match super::seat(item) {
        calbridge_rules::item::ItemSeat::Own => None,
        calbridge_rules::item::ItemSeat::Attendee => item.response,
    }
}

/// Left for now; some reasons pass with time alone.
fn skipped(scope: &Scope<'_>, item: &SeenItem, skip: Skip) -> Skipped {
    let again_at = match skip {
        Skip::OutsideWindow => scope.enters_window(item.item.span),
        Skip::Unlinked => Some(scope.now + chrono::TimeDelta::days(UNLINKED_DAYS)),
        Skip::DownOnly
        | Skip::MeetingsOff
        | Skip::AppointmentsOff
        | Skip::TakenBack
        | Skip::EventDeleted
        | Skip::Cancelled
        | Skip::OlderThanSync
        | Skip::Unanswered
        | Skip::Declined
        | Skip::SeriesOff
        | Skip::Private
        | Skip::Internal
        | Skip::Blocklisted => None,
    };
    Skipped { skip, again_at }
}

/// The Event is there: saved before and not recorded (a crash, a lost answer), or saved by somebody else. Only its owner's
/// own choice changes it (SAV-12); others point to it (PPL-5).
fn existing(scope: &Scope<'_>, seen: &Observation, item: &SeenItem, wish: &Wish, event: &Event) -> Decided {
    let pair = |mut change: EventFields| {
        // Found by what it says, it gets its key, under which others find it from then on (DUP-2).
        if lacks_key(&seen.shape, event) {
            change.insert(EventField::SyncKey, FieldValue::Text(seen.key.as_str().to_owned()));
        }
        Step::Pair { event: Box::new(event.clone()), change }
    };
    match (wish.source, scope.owns(&event.fields)) {
        (Source::Category | Source::Place | Source::Autosave, _) | (Source::Pane, false) => {
            pair(EventFields::new()).by("DUP-1", "Its Event is there already")
        }
        (Source::Pane, true) => {
            let choice = &wish.choice;
            let verdict = verdict(scope, seen, item, choice, &EventKnown::Exists { id: event.id.clone() });
            let step = match verdict.decision {
                Decision::Create | Decision::Update { .. } => {
                    let wanted = mapping::follow(&item.item, choice, &scope.settings.shared).fields;
                    pair(mapping::changed(&wanted, &event.fields))
                }
                Decision::Wait(wait) => Step::Wait(Issue::waiting(&wait)),
                Decision::Refuse(refusal) => Step::Refuse(Issue::refused(&refusal)),
            };
            step.after(verdict.trace)
        }
    }
}

/// A new Event belongs to the user whose mailbox it comes from, whoever's token writes it.
fn new_event(scope: &Scope<'_>, item: &SeenItem, choice: &Choice) -> EventFields {
    let mut fields = mapping::first_save(&item.item, choice, &scope.settings.shared).fields;
    fields.insert(EventField::Owner, FieldValue::Record(scope.owner.clone()));
    fields
}

fn ambiguous(count: usize) -> Issue {
    Issue {
        code: "DUP-1".to_owned(),
        reason: format!("{count} Events in Salesforce claim to be this meeting."),
        remedy: "Delete all but one of them in Salesforce; the next sync goes on with it.".to_owned(),
        refusal: None,
    }
}
