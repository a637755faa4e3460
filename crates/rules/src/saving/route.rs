//! The verdict itself: rules asked in order until one decides.

use super::{
    EventKnown, Refusal, Route, Situation, SyncKnown, Verdict,
    checks::{self, Rule},
};
use crate::{
    item::Kind,
    people::{Seat, Standing},
};

/// Rules of every save, an update too: Salesforce would refuse what they refuse.
pub(super) const LIMITS: [Rule; 7] = [
    checks::saved_in_outlook,
    checks::no_longer_than_14_days,
    checks::series_of_parts_of_a_day,
    checks::series_in_a_known_zone,
    checks::group_item_within_a_day,
    checks::within_a_day_without_multiday,
    checks::series_allowed,
];

/// Which way sync goes, asked before anything else that a press of Save hangs on. A session puts back what goes the wrong
/// way by itself ([`crate::direction`]).
const DIRECTION: [Rule; 1] = [checks::goes_up];

/// Rules of the user's sync, asked where no Event exists yet.
const SYNC: [Rule; 2] = [checks::sync_is_on, checks::sync_was_heard];

/// Rules of what was chosen, for an item without an Event.
pub(super) const FIRST_CHOICE: [Rule; 3] =
    [checks::lead_stands_alone, checks::somebody_is_known, checks::required_fields_filled];

/// Rules of what was chosen, for an item whose Event exists.
pub(super) const LATER_CHOICE: [Rule; 2] = [checks::lead_stands_alone, checks::required_fields_kept];

/// Decides what Save does.
pub fn verdict(situation: &Situation<'_>) -> Verdict {
    let mut trace = Vec::new();
    let route = match situation.event {
        EventKnown::Exists { id } => {
            checks::ask(situation, &[&DIRECTION, &LIMITS, &LATER_CHOICE], &mut trace).map_or_else(
                || {
                    trace.push(checks::passed("SAV-2", "Already in Salesforce, so it is changed at once"));
                    Route::UpdateNow { event: id.clone() }
                },
                Route::Refuse,
            )
        }
        EventKnown::Absent | EventKnown::Unknown => {
            match checks::ask(situation, &[&DIRECTION, &LIMITS, &SYNC, &FIRST_CHOICE], &mut trace) {
                Some(refusal) => Route::Refuse(refusal),
                None => first_save(situation, &mut trace),
            }
        }
    };
    let may_change = may_change(situation, &route);
    Verdict { route, trace, may_change }
}

/// The way of an item that nothing speaks against and that has no Event as far as anybody knows.
fn first_save(situation: &Situation<'_>, trace: &mut Vec<super::Check>) -> Route {
    match situation.sync {
        SyncKnown::Active { .. } => {
            trace.push(checks::passed("SAV-1", "Sync creates the event in Salesforce"));
            Route::Queue
        }
        // The other two were refused on the way here.
        SyncKnown::Unreachable | SyncKnown::Off { .. } | SyncKnown::Never => {
            trace.push(checks::passed("SAV-4", "Sync cannot be reached, so it is kept on this device"));
            Route::Keep
        }
    }
}

/// What only the service knows and could turn this verdict. It tells all of it at once (item lookup): where the item says
/// whether it is a draft, nothing is left open. With these inputs `session_verdict` says what a session will do.
fn may_change(situation: &Situation<'_>, route: &Route) -> Vec<&'static str> {
    let Situation { item, participants, .. } = situation;
    if item.is_draft.is_some() {
        return Vec::new();
    }
    let waits = matches!(route, Route::Queue | Route::Keep);
    let colleague_organizes = participants.iter().any(|participant| {
        participant.seat == Seat::Organizer
            && !participant.is_user
            && matches!(participant.standing, Standing::Internal)
    });
    let whole_days_matter = match route {
        Route::Queue | Route::Keep | Route::UpdateNow { .. } => item.span.is_all_day(),
        Route::Refuse(Refusal::RecurringAllDay) => true,
        Route::Refuse(_) => false,
    };
    let nameless_zone = item.kind == Kind::Series && item.zone.is_none();

    let mut inputs = Vec::new();
    if waits && colleague_organizes {
        inputs.push("whether the organizer's calendar is synced too");
    }
    if waits && item.is_meeting() {
        inputs.push("whether the invitations were sent");
    }
    if whole_days_matter {
        inputs.push("whether Outlook holds it as an all-day event");
    }
    if waits && nameless_zone {
        inputs.push("the time zone of the series");
    }
    inputs
}

#[cfg(test)]
mod tests;
