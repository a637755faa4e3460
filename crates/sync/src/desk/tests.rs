//! A desk over an org that answers every call and counts them.

use std::time::Duration;

use super::*;

fn desk(capacity: usize) -> Arc<Desk> {
    Desk::new(capacity, Duration::from_mins(1))
}

fn state(seated: usize, waiting: usize, more_to_come: bool) -> State {
    State { seated, waiting, more_to_come, ..State::default() }
}

#[test]
fn questions_leave_when_every_session_that_runs_waits() {
    assert!(!state(3, 2, false).is_due(4));
    assert!(state(3, 3, false).is_due(4));
}

#[test]
fn questions_wait_for_sessions_that_are_about_to_begin_unless_there_is_no_room_for_more() {
    assert!(!state(3, 3, true).is_due(4));
    assert!(state(4, 4, true).is_due(4));
}

#[test]
fn a_session_that_ends_is_not_waited_for() {
    let desk = desk(4);
    desk.locked().seated = 2;
    desk.locked().waiting = 1;
    assert!(!desk.locked().is_due(4));
    desk.locked().seated = 1;
    assert!(desk.locked().is_due(4));
}
