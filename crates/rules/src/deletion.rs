//! What an absence means: an item or Event that is gone, a cancelled or declined meeting, an item out of the window (DWN-2,
//! DWN-3, DWN-4, DWN-6).

use crate::{
    cause::{Cause, Side},
    item::ItemSeat,
    saving::Check,
    settings::{DeleteInOutlook, Direction, Down, Mark},
};

/// What is not as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absence {
    /// The Event is gone.
    Event(Proof),
    /// The item is gone.
    Item(Proof),
    /// The meeting was cancelled, seen on this copy of it.
    Cancelled,
    /// The user declined.
    Declined,
    /// The item begins outside the window.
    OutsideWindow,
}

/// What an absence was seen by (DWN-6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// It was asked for by its id, and is not there.
    AskedById,
    /// A list does not have it. Lists leave out much that still exists.
    MissingFromList,
}

/// What must be known of a pair one side of which is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PairFacts {
    /// The side on which it was made.
    pub born: Side,
    /// Whether anybody asked to save it; else autosave did.
    pub by_hand: bool,
    /// Whose item this is.
    pub seat: ItemSeat,
    /// What this user has in the Event.
    pub stake: Stake,
}

/// What a user has in an Event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stake {
    /// The only saver.
    Sole,
    /// One of several savers (PPL-5).
    Shared,
    /// An invitee of a colleague's Event (PPL-4).
    Invitee,
}

/// What is to be done about an absence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Loss {
    /// Ask for it by its id first.
    AskById,
    /// The Event is deleted.
    DeleteEvent,
    /// The Event stays, marked.
    MarkEvent(Mark),
    /// This saver leaves a shared Event.
    LeaveEvent,
    /// The invitee's status in the Event is *declined*.
    DeclineInvitee,
    /// The item loses its categories and is not autosaved again.
    Uncategorize,
    /// The item is deleted.
    DeleteItem,
    /// The Event is made again.
    RecreateEvent,
    /// The item is made again.
    RecreateItem,
    /// The pair is not looked at any more; both sides stay.
    StopSyncing,
    /// Both sides and the pair stay.
    Nothing,
}

/// What was decided, and by which rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LossVerdict {
    /// What is to be done.
    pub loss: Loss,
    /// The rule that decided.
    pub trace: Vec<Check>,
}

/// Decides what an absence means.
pub fn loss(absence: Absence, pair: PairFacts, settings: &Down) -> LossVerdict {
    let (rule, says, loss) = match absence {
        Absence::Event(Proof::MissingFromList) | Absence::Item(Proof::MissingFromList) => {
            ("DWN-6", "Missing from a list, which proves nothing", Loss::AskById)
        }
        Absence::Event(Proof::AskedById) => event_gone(pair, settings),
        Absence::Item(Proof::AskedById) => item_gone(pair, settings),
        Absence::Cancelled => cancelled(pair, settings),
        Absence::Declined => match pair.stake {
            Stake::Invitee => ("DWN-3", "An attendee declined", Loss::DeclineInvitee),
            Stake::Sole | Stake::Shared => ("DWN-3", "Declined, and kept in the calendar", Loss::Nothing),
        },
        Absence::OutsideWindow if pair.by_hand => {
            ("AUT-2", "Saved by hand, so it stays in sync outside the window", Loss::Nothing)
        }
        Absence::OutsideWindow => ("DWN-4", "Saved by itself, and out of the window now", Loss::StopSyncing),
    };
    let trace = vec![Check { rule, says: says.to_owned(), passed: true }];
    LossVerdict { loss, trace }
}

type Decided = (&'static str, &'static str, Loss);

/// DWN-2, ONE-1.
fn event_gone(pair: PairFacts, settings: &Down) -> Decided {
    match settings.direction {
        Direction::Up => {
            return ("ONE-1", "Sync goes up here, so the Event is made again", Loss::RecreateEvent);
        }
        Direction::Both | Direction::Down => {}
    }
    let deletes = match (settings.delete_in_outlook, pair.born) {
        (DeleteInOutlook::All, Side::Outlook | Side::Salesforce)
        | (DeleteInOutlook::SalesforceBorn, Side::Salesforce) => true,
        (DeleteInOutlook::Never, Side::Outlook | Side::Salesforce)
        | (DeleteInOutlook::SalesforceBorn, Side::Outlook) => false,
    };
    // Where nothing comes down, no deletion does; the item's marks must not lie all the same.
    // An attendee's copy is not ours to delete: the organizer would get an answer.
    if deletes && settings.is_on && pair.seat == ItemSeat::Own {
        return ("DWN-2", "The Event was deleted, and DeleteInOutlook covers its item", Loss::DeleteItem);
    }
    ("DWN-2", "The Event was deleted; the item stays in the calendar", Loss::Uncategorize)
}

/// DWN-3, ONE-1: the organizer's item is gone, or an attendee's copy.
fn item_gone(pair: PairFacts, settings: &Down) -> Decided {
    match settings.direction {
        Direction::Down => {
            return ("ONE-1", "Sync goes down here, so the item is made again", Loss::RecreateItem);
        }
        Direction::Both | Direction::Up => {}
    }
    match (pair.seat, pair.stake) {
        (ItemSeat::Own, Stake::Sole | Stake::Shared | Stake::Invitee) => over(settings),
        (ItemSeat::Attendee, Stake::Invitee) => {
            ("DWN-3", "An attendee deleted a colleague's meeting", Loss::DeclineInvitee)
        }
        (ItemSeat::Attendee, Stake::Shared) => {
            ("UNS-1", "One of several savers deleted it", Loss::LeaveEvent)
        }
        (ItemSeat::Attendee, Stake::Sole) => match pair.born {
            Side::Outlook => ("UNS-1", "Its only saver deleted it", Loss::DeleteEvent),
            Side::Salesforce => ("UNS-1", "Made in Salesforce, so its Event stays", Loss::StopSyncing),
        },
    }
}

/// DWN-3: cancelled for everybody, whoever's copy shows it. A colleague's Event is that colleague's session to end.
fn cancelled(pair: PairFacts, settings: &Down) -> Decided {
    match (pair.seat, pair.stake) {
        (ItemSeat::Attendee, Stake::Invitee) => {
            ("DWN-3", "A colleague's meeting was cancelled; their session ends it", Loss::StopSyncing)
        }
        (ItemSeat::Own, Stake::Sole | Stake::Shared | Stake::Invitee)
        | (ItemSeat::Attendee, Stake::Sole | Stake::Shared) => over(settings),
    }
}

fn over(settings: &Down) -> Decided {
    match &settings.cancelled_instead {
        Some(mark) => {
            ("DWN-3", "Cancelled, and CancelledInstead marks the Event", Loss::MarkEvent(mark.clone()))
        }
        None => ("DWN-3", "Cancelled or deleted by its organizer", Loss::DeleteEvent),
    }
}

impl Loss {
    /// Whether it deletes something, and so counts for the brake. What a person asked to take back does not (DWN-6).
    pub fn is_deletion(&self) -> bool {
        match self {
            Self::DeleteEvent | Self::DeleteItem => true,
            Self::AskById
            | Self::MarkEvent(_)
            | Self::LeaveEvent
            | Self::DeclineInvitee
            | Self::Uncategorize
            | Self::RecreateEvent
            | Self::RecreateItem
            | Self::StopSyncing
            | Self::Nothing => false,
        }
    }
}

/// Deletions that one session may always make.
pub const BRAKE_COUNT: usize = 10;
/// The share of a mailbox's pairs, in percent, that one session may delete.
pub const BRAKE_PERCENT: usize = 20;

/// DWN-6: whether a session may delete so many of a mailbox's pairs, those that a person took back not counted.
///
/// # Errors
/// The mailbox is parked for a person, with this stoppage.
pub fn brake(deletions: usize, pairs: usize) -> Result<(), Cause> {
    let within_share = deletions.saturating_mul(100) <= pairs.saturating_mul(BRAKE_PERCENT);
    if deletions <= BRAKE_COUNT || within_share {
        return Ok(());
    }
    Err(Cause::TooManyDeletions { deletions, pairs })
}

#[cfg(test)]
mod tests;
