//! Which way changes go (ONE-1).

use crate::{
    cause::Side,
    saving::Check,
    settings::{Direction, Down},
};

/// What somebody did on one side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Made something.
    Created,
    /// Changed something that is saved.
    Edited,
    /// Deleted something that is saved.
    Deleted,
}

/// What becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Course {
    /// The other side follows.
    Carry,
    /// The side that changed is put back.
    Revert,
    /// What was deleted is made again.
    Recreate,
    /// Nothing: it is not saved, and Save is refused with the reason.
    Refuse,
    /// Nothing: down-sync is off, and the other side is not touched.
    Ignore,
}

/// Decides which way a deed goes (ONE-1).
pub fn course(side: Side, deed: Deed, settings: &Down) -> (Course, Check) {
    let course = match (settings.direction, side, deed) {
        (Direction::Up, Side::Salesforce, Deed::Edited) => Course::Revert,
        (Direction::Up, Side::Salesforce, Deed::Deleted) => Course::Recreate,
        (Direction::Down, Side::Outlook, Deed::Created) => Course::Refuse,
        (Direction::Down, Side::Outlook, Deed::Edited) => Course::Revert,
        (Direction::Down, Side::Outlook, Deed::Deleted) => Course::Recreate,
        // Creations still come down where all else goes up.
        (Direction::Both | Direction::Up | Direction::Down, Side::Salesforce, _) if !settings.is_on => {
            Course::Ignore
        }
        (Direction::Up, Side::Salesforce, Deed::Created)
        | (
            Direction::Both | Direction::Down,
            Side::Salesforce,
            Deed::Created | Deed::Edited | Deed::Deleted,
        )
        | (Direction::Both | Direction::Up, Side::Outlook, Deed::Created | Deed::Edited | Deed::Deleted) => {
            Course::Carry
        }
    };
    (course, Check { rule: "ONE-1", says: says(course, side).to_owned(), passed: course == Course::Carry })
}

fn says(course: Course, side: Side) -> &'static str {
    match (course, side) {
        (Course::Carry, Side::Outlook) => "What changes in Outlook goes up",
        (Course::Carry, Side::Salesforce) => "What changes in Salesforce comes down",
        (Course::Revert | Course::Recreate, Side::Outlook) => "Sync goes down only: Outlook is put back",
        (Course::Revert | Course::Recreate, Side::Salesforce) => "Sync goes up only: Salesforce is put back",
        (Course::Refuse, _) => "Sync goes down only: nothing is saved from Outlook",
        (Course::Ignore, _) => "Nothing comes down: DownSync is off",
    }
}

#[cfg(test)]
mod tests;
