//! What a session would do, without doing it: the same looking and deciding, and then only counting (SET).

use std::collections::BTreeSet;

use calbridge_rules::{
    id::Address,
    settings::{Effective, Notifications},
};

use crate::{
    decide::{Arrival, Step, Together, arrival, decide},
    introduce::imagined,
    invite::invite,
    observe::observe,
    ports::{Calendar, Crm, Ledger, Relations},
    report::SessionError,
    session::Scope,
};

/// What a session would do, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forecast {
    /// Items whose Event would be made or found.
    pub saves: usize,
    /// Pairs of which either side would be written.
    pub updates: usize,
    /// Events and items that would be deleted.
    pub deletes: usize,
    /// Events for which an item would be made.
    pub brings: usize,
    /// Changes that would wait for approval, because they mail people.
    pub held: usize,
    /// Mails that people would get.
    pub mails: usize,
    /// People for whom records would be made (PPL-7).
    pub people: usize,
    /// Records of other objects and Events of public calendars of which an item would be made (OBJ-1, GRP-2). What the org
    /// wants shown is known to whoever asks for the preview, who counts these and the next.
    pub shows: usize,
    /// Items of such records that would be taken away.
    pub hides: usize,
}

/// Looks and decides, and writes nothing anywhere. With a ledger that has no cursor it looks at everything in the window.
///
/// # Errors
/// As a session's look; what to do about it is the variant.
pub async fn preview(
    scope: &Scope<'_>,
    calendar: &impl Calendar,
    crm: &(impl Crm + Relations),
    ledger: &impl Ledger,
) -> Result<Forecast, SessionError> {
    let seen = observe(scope, calendar, crm, ledger).await?;
    // Held or not, who would get mail is only told by what holds it.
    let holding = Effective { notifications: Notifications::Hold, ..scope.settings.clone() };
    let holds = scope.settings.notifications == Notifications::Hold;
    let strict = Scope { settings: &holding, ..*scope };
    let mut forecast = Forecast::default();
    let mut newcomers: BTreeSet<Address> = BTreeSet::new();
    for one in &seen.items {
        let imagined = imagined(&strict, one);
        let one = imagined.as_ref().map_or(one, |(imagined, _)| imagined);
        forecast.count(&decide(&strict, one).step, holds);
        newcomers.extend(imagined.iter().flat_map(|(_, new)| new.iter().map(|new| new.address.clone())));
    }
    forecast.people = newcomers.len();
    let arrivals = seen.arrivals.iter().map(|event| arrival(scope, event)).collect();
    for arrival in invite(scope, arrivals, crm, ledger).await? {
        forecast.count_arrival(&arrival);
    }
    Ok(forecast)
}

impl Forecast {
    fn count(&mut self, step: &Step, holds: bool) {
        match step {
            Step::Create { .. } | Step::Pair { .. } => self.saves += 1,
            Step::Merge(together) => self.count_merge(together, holds),
            Step::Delete { .. } | Step::DeleteItem => self.deletes += 1,
            Step::Leave { change, .. } => self.updates += usize::from(!change.is_empty()),
            Step::BringAgain(arrival) => self.count_arrival(arrival),
            Step::HoldDeletion { .. } if holds => self.held += 1,
            Step::HoldDeletion { whom } => {
                self.deletes += 1;
                self.mails += whom.len();
            }
            Step::Release
            | Step::Forget
            | Step::Refuse(_)
            | Step::Wait(_)
            | Step::Skip(_)
            | Step::Withdraw
            | Step::Nothing => {}
        }
    }

    fn count_merge(&mut self, together: &Together, holds: bool) {
        let is_held = holds && !together.held_for.is_empty();
        self.held += usize::from(is_held);
        if !holds {
            self.mails += together.held_for.len();
        }
        let writes_down = !together.merge.to_outlook.is_empty() && !is_held;
        self.updates += usize::from(writes_down || !together.merge.to_salesforce.is_empty());
    }

    fn count_arrival(&mut self, arrival: &Arrival) {
        match arrival {
            Arrival::Bring { guests, .. } => {
                self.brings += 1;
                self.mails += guests.len();
            }
            Arrival::BringSeries { .. } => self.brings += 1,
            Arrival::Hold(_) => self.held += 1,
            Arrival::Tell { .. } | Arrival::Later { .. } | Arrival::Stay(_) => {}
        }
    }

    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            saves: self.saves + other.saves,
            updates: self.updates + other.updates,
            deletes: self.deletes + other.deletes,
            brings: self.brings + other.brings,
            held: self.held + other.held,
            mails: self.mails + other.mails,
            people: self.people + other.people,
            shows: self.shows + other.shows,
            hides: self.hides + other.hides,
        }
    }
}
