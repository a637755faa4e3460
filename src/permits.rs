//! So many at a time: a queue for calls that must not all run at once.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    future::poll_fn,
    rc::Rc,
    task::{Poll, Waker},
};

/// A counter of free places and the tasks that wait for one.
#[derive(Debug)]
pub(crate) struct Permits {
    free: Cell<usize>,
    waiting: RefCell<VecDeque<Waker>>,
}

/// A place that is taken; dropping it frees the place.
#[derive(Debug)]
pub(crate) struct Permit {
    of: Rc<Permits>,
}

impl Permits {
    /// So many places.
    pub(crate) fn new(places: usize) -> Rc<Self> {
        Rc::new(Self { free: Cell::new(places), waiting: RefCell::default() })
    }

    /// Takes a place as soon as one is free.
    pub(crate) async fn take(self: &Rc<Self>) -> Permit {
        poll_fn(|context| {
            if let Some(left) = self.free.get().checked_sub(1) {
                self.free.set(left);
                return Poll::Ready(());
            }
            self.waiting.borrow_mut().push_back(context.waker().clone());
            Poll::Pending
        })
        .await;
        Permit { of: Rc::clone(self) }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.of.free.set(self.of.free.get() + 1);
        // Every waiter is woken: one of them may have been dropped meanwhile, and waking only that one would leave
        // the others asleep beside a free place.
        for waker in self.of.waiting.take() {
            waker.wake();
        }
    }
}

#[cfg(test)]
mod tests;
