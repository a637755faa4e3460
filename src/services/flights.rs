//! Work that runs once however often it is asked for (SAV-12).

use std::{cell::RefCell, future::Future, pin::Pin};

use futures_util::future::{FutureExt, Shared};

type Flight<T> = Shared<Pin<Box<dyn Future<Output = T>>>>;

/// Work under way, by name.
pub(crate) struct Flights<T: Clone> {
    under_way: RefCell<Vec<(String, Flight<T>)>>,
}

impl<T: Clone + 'static> Flights<T> {
    pub(super) fn new() -> Self {
        Self { under_way: RefCell::default() }
    }

    /// Does the work, or waits for the same work that is under way.
    pub(crate) async fn join(&self, name: String, work: impl Future<Output = T> + 'static) -> T {
        let known = self
            .under_way
            .borrow()
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, flight)| flight.clone());
        if let Some(flight) = known {
            return flight.await;
        }
        let flight = (Box::pin(work) as Pin<Box<dyn Future<Output = T>>>).shared();
        self.under_way.borrow_mut().push((name.clone(), flight.clone()));
        // Landed also when nobody waits for it any more.
        let _landing = Landing { flights: self, name };
        flight.await
    }
}

struct Landing<'a, T: Clone> {
    flights: &'a Flights<T>,
    name: String,
}

impl<T: Clone> Drop for Landing<'_, T> {
    fn drop(&mut self) {
        self.flights.under_way.borrow_mut().retain(|(name, _)| *name != self.name);
    }
}

#[cfg(test)]
mod tests;
