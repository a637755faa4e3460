//! Work that runs once however often it is asked for (SAV-12).

use std::{
    cell::RefCell,
    rc::{Rc, Weak},
};

use crate::{permits::Permits, together::Work};

/// Work under way, by name.
pub(crate) struct Flights<T> {
    under_way: RefCell<Vec<(String, Weak<Flight<T>>)>>,
}

struct Flight<T> {
    turn: Rc<Permits>,
    landed: RefCell<Option<T>>,
}

impl<T: Clone> Flights<T> {
    pub(super) fn new() -> Self {
        Self { under_way: RefCell::default() }
    }

    /// Does the work, or waits for the same work that is under way. Where nobody waits any more for what was under way,
    /// the next one does it again.
    pub(crate) async fn join(&self, name: String, work: Work<'_, T>) -> T {
        let flight = self.flight(name);
        let _turn = flight.turn.take().await;
        let landed = flight.landed.borrow().clone();
        if let Some(landed) = landed {
            return landed;
        }
        let landed = work.await;
        flight.landed.replace(Some(landed.clone()));
        // Who comes from now on does it again.
        self.under_way.borrow_mut().retain(|(_, known)| known.as_ptr() != Rc::as_ptr(&flight));
        landed
    }

    fn flight(&self, name: String) -> Rc<Flight<T>> {
        let mut under_way = self.under_way.borrow_mut();
        under_way.retain(|(_, flight)| flight.strong_count() > 0);
        let known = under_way.iter().find(|(known, _)| *known == name);
        known.and_then(|(_, flight)| flight.upgrade()).unwrap_or_else(|| {
            let flight = Rc::new(Flight { turn: Permits::new(1), landed: RefCell::default() });
            under_way.push((name, Rc::downgrade(&flight)));
            flight
        })
    }
}

#[cfg(test)]
mod tests;
