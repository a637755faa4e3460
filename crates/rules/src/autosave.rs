//! What sessions save by themselves (AUT-1 to AUT-6, PRV-1): an item, the settings and its people in; save, skip or wait
//! out, with the rule that decided. Saved by hand is what [`crate::saving`] decides. An item that is to be saved and
//! that nothing can save is refused there, and gets its issue.

mod skip;

use chrono::{DateTime, Utc};

use crate::{
    item::{Item, Kind, Response, Sensitivity, Span},
    linking::Links,
    people::{Participant, Standing, organizer_name},
    saving::{Check, ComesFirst, Wait},
    series::{Series, Unexpanded, begin_day, occurrences},
    settings::{AlsoSaved, Direction, Effective, Unlinked},
    window::Days,
    zone::{Clock, Offsets},
};

pub use skip::Skip;

/// Everything that autosave hangs on.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// The item.
    pub item: &'a Item,
    /// Its people.
    pub participants: &'a [Participant],
    /// Whether it, or an occurrence of it, begins within the window ([`in_window`]).
    pub is_in_window: bool,
    /// When it was made.
    pub made: DateTime<Utc>,
    /// When sync was enabled for this mailbox.
    pub enabled: DateTime<Utc>,
    /// What the user answered; nothing where nobody asked them.
    pub answer: Option<Response>,
    /// What it would be linked to.
    pub related: Related,
    /// Whether series can be saved here (SER-1).
    pub series_allowed: bool,
    /// Whose save comes first (PPL-2).
    pub comes_first: ComesFirst,
    /// What happened to it before.
    pub past: Past,
}

/// What an item would be linked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Related {
    /// Nothing.
    Nothing,
    /// Records of its people.
    ByPeople,
    /// A record that its text names.
    ByText,
}

/// What happened to an item before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Past {
    /// Nothing that matters.
    #[default]
    Nothing,
    /// UNS-1: somebody took it back.
    TakenBack,
    /// DWN-2: its Event was deleted in Salesforce.
    EventDeleted,
    /// DWN-3: its meeting was cancelled.
    Cancelled,
}

/// What a session does with an item that nobody asked to save.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Autosave {
    /// Saves it, unless nothing can.
    Save,
    /// Leaves it.
    Skip(Skip),
    /// Asks again next time, and tells why.
    Wait(Wait),
}

/// What autosave decided, and how that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AutosaveVerdict {
    /// What it does.
    pub decision: Autosave,
    /// The rules that were asked, in order; the last one decided.
    pub trace: Vec<Check>,
}

impl Related {
    /// What links or a text make of it: people come first.
    pub fn of(links: &Links, names_record: bool) -> Self {
        match (links.who.is_some() || links.what.is_some(), names_record) {
            (true, _) => Self::ByPeople,
            (false, true) => Self::ByText,
            (false, false) => Self::Nothing,
        }
    }
}

/// What a test looked for, and whether it let the item pass.
struct Asked {
    skip: Skip,
    passes: bool,
}

/// A test; nothing where it has nothing to say about an item.
type Test = fn(&Candidate<'_>, &Effective) -> Option<Asked>;

/// The tests in the order in which they are told; those that need nobody's records first.
const TESTS: [Test; 9] = [direction, switch, past, window, age, answer, series, private, people_outside];

/// Decides.
pub fn autosave(candidate: &Candidate<'_>, settings: &Effective) -> AutosaveVerdict {
    let mut trace = Vec::new();
    if let Some(skip) = asked(&TESTS, candidate, settings, &mut trace)
        .or_else(|| asked(&[related], candidate, settings, &mut trace))
    {
        return AutosaveVerdict { decision: Autosave::Skip(skip), trace };
    }
    if let Some(wait) = waits_for_organizer(candidate) {
        trace.push(Check { rule: "PPL-2", says: "The organizer has saved it".to_owned(), passed: false });
        return AutosaveVerdict { decision: Autosave::Wait(wait), trace };
    }
    let says = "Nothing speaks against saving it".to_owned();
    trace.push(Check { rule: "AUT-1", says, passed: true });
    AutosaveVerdict { decision: Autosave::Save, trace }
}

/// Decides before anybody in Salesforce is asked about the item's people: what is skipped here never reaches it, not even as a
/// question (PRV-3). What passes is to be decided once its people are known.
pub fn first_look(candidate: &Candidate<'_>, settings: &Effective) -> AutosaveVerdict {
    let mut trace = Vec::new();
    let decision = asked(&TESTS, candidate, settings, &mut trace).map_or(Autosave::Save, Autosave::Skip);
    AutosaveVerdict { decision, trace }
}

/// Asks tests in order until one leaves the item.
fn asked(
    tests: &[Test],
    candidate: &Candidate<'_>,
    settings: &Effective,
    trace: &mut Vec<Check>,
) -> Option<Skip> {
    for test in tests {
        let Some(Asked { skip, passes }) = test(candidate, settings) else { continue };
        let says = if passes { skip.looks_for() } else { skip.reason() };
        trace.push(Check { rule: skip.rule(), says: says.to_owned(), passed: passes });
        if !passes {
            return Some(skip);
        }
    }
    None
}

/// What somebody who asked to save an invitation that they did not accept waits for (AUT-5).
pub fn waits_for_answer(answer: Option<Response>, also: &AlsoSaved) -> Option<Wait> {
    (!also.unanswered && !is_answered(answer)).then_some(Wait::Unanswered)
}

/// Whether an item, or an occurrence of a series, begins on a day of the window (AUT-2), days being those of the
/// mailbox's zone.
///
/// # Errors
/// A zone is unknown, or the series has too many occurrences to tell.
pub fn in_window(
    span: Span,
    series: Option<&Series>,
    window: Days,
    zone: &str,
    offsets: Offsets<'_>,
) -> Result<bool, Unexpanded> {
    if let Some(series) = series {
        return Ok(!occurrences(series, window, zone, offsets)?.is_empty());
    }
    let day = begin_day(span, &Clock::of(zone, offsets));
    day.map(|day| window.contains(day)).ok_or_else(|| Unexpanded::Zone(zone.to_owned()))
}

#[expect(clippy::unnecessary_wraps, reason = "a test that has something to say ends with this")]
fn answered(passes: bool, skip: Skip) -> Option<Asked> {
    Some(Asked { skip, passes })
}

/// ONE-1: nothing goes up where sync goes down only.
fn direction(_: &Candidate<'_>, settings: &Effective) -> Option<Asked> {
    let goes_up = match settings.down.direction {
        Direction::Both | Direction::Up => true,
        Direction::Down => false,
    };
    answered(goes_up, Skip::DownOnly)
}

/// AUT-1: a switch for meetings, one for appointments.
fn switch(candidate: &Candidate<'_>, settings: &Effective) -> Option<Asked> {
    if candidate.item.is_meeting() {
        answered(settings.autosave.meetings, Skip::MeetingsOff)
    } else {
        answered(settings.autosave.appointments, Skip::AppointmentsOff)
    }
}

/// UNS-1, DWN-2: what was taken back stays back.
fn past(candidate: &Candidate<'_>, _: &Effective) -> Option<Asked> {
    match candidate.past {
        Past::Nothing => None,
        Past::TakenBack => answered(false, Skip::TakenBack),
        Past::EventDeleted => answered(false, Skip::EventDeleted),
        Past::Cancelled => answered(false, Skip::Cancelled),
    }
}

/// AUT-2.
fn window(candidate: &Candidate<'_>, _: &Effective) -> Option<Asked> {
    answered(candidate.is_in_window, Skip::OutsideWindow)
}

/// AUT-4.
fn age(candidate: &Candidate<'_>, settings: &Effective) -> Option<Asked> {
    let old = settings.autosave.since_enabled && candidate.made < candidate.enabled;
    answered(!old, Skip::OlderThanSync)
}

/// AUT-5.
fn answer(candidate: &Candidate<'_>, settings: &Effective) -> Option<Asked> {
    let passes = settings.autosave.also.unanswered || is_answered(candidate.answer);
    let declined = candidate.answer == Some(Response::Declined);
    answered(passes, if declined { Skip::Declined } else { Skip::Unanswered })
}

/// Created, accepted or tentatively accepted.
fn is_answered(answer: Option<Response>) -> bool {
    match answer {
        None | Some(Response::Organizer | Response::Tentative | Response::Accepted) => true,
        Some(Response::None | Response::Declined) => false,
    }
}

/// AUT-1: series too, when SER-1 holds.
fn series(candidate: &Candidate<'_>, _: &Effective) -> Option<Asked> {
    match candidate.item.kind {
        Kind::Series => answered(candidate.series_allowed, Skip::SeriesOff),
        Kind::Single | Kind::Occurrence { .. } => None,
    }
}

/// PRV-1.
fn private(candidate: &Candidate<'_>, settings: &Effective) -> Option<Asked> {
    let private = candidate.item.sensitivity.is_some_and(Sensitivity::is_private);
    answered(!private || settings.autosave.also.private, Skip::Private)
}

/// AUT-3: somebody from outside, and not all of them blocklisted. An appointment has nobody to ask about.
fn people_outside(candidate: &Candidate<'_>, settings: &Effective) -> Option<Asked> {
    if !candidate.item.is_meeting() {
        return None;
    }
    let (mut outside, mut blocklisted) = (0, 0);
    for participant in candidate.participants {
        match participant.standing {
            Standing::Internal => {}
            Standing::Blocklisted { .. } => blocklisted += 1,
            Standing::Known(_) | Standing::Unresolved => outside += 1,
        }
    }
    match (outside, blocklisted) {
        (0, 0) => answered(settings.autosave.also.internal, Skip::Internal),
        (0, _) => answered(false, Skip::Blocklisted),
        (_, _) => answered(true, Skip::Internal),
    }
}

/// AUT-3: a related record. An appointment has one only where its text names it.
fn related(candidate: &Candidate<'_>, settings: &Effective) -> Option<Asked> {
    let is_meeting = candidate.item.is_meeting();
    let has_one = match candidate.related {
        Related::Nothing => false,
        Related::ByPeople => is_meeting,
        Related::ByText => true,
    };
    let allowed = match settings.autosave.also.unlinked {
        Unlinked::None => false,
        Unlinked::Appointments => !is_meeting,
        Unlinked::All => true,
    };
    answered(has_one || allowed, Skip::Unlinked)
}

/// PPL-2: another synced user's meeting waits for their save.
fn waits_for_organizer(candidate: &Candidate<'_>) -> Option<Wait> {
    match candidate.comes_first {
        ComesFirst::This => None,
        ComesFirst::Organizer => Some(Wait::Organizer { name: organizer_name(candidate.participants) }),
    }
}

#[cfg(test)]
mod tests;
