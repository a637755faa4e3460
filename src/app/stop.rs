//! Ends work that nobody waits for any more: it is dropped, and its request with it.

use std::{
    cell::RefCell,
    future::poll_fn,
    rc::Rc,
    task::{Poll, Waker},
};

use crate::together::Work;

/// Ends the work that it was given to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stop(Rc<RefCell<Stopping>>);

#[derive(Debug, Default)]
struct Stopping {
    is_wanted: bool,
    waker: Option<Waker>,
}

impl Stop {
    /// Ends the work.
    pub(crate) fn now(&self) {
        let mut stopping = self.0.borrow_mut();
        stopping.is_wanted = true;
        if let Some(waker) = stopping.waker.take() {
            waker.wake();
        }
    }

    /// What the work gives; nothing once it was ended.
    pub(crate) async fn or<T>(self, mut work: Work<'_, T>) -> Option<T> {
        poll_fn(|context| {
            let mut stopping = self.0.borrow_mut();
            if stopping.is_wanted {
                return Poll::Ready(None);
            }
            stopping.waker = Some(context.waker().clone());
            // The work may end itself.
            drop(stopping);
            work.as_mut().poll(context).map(Some)
        })
        .await
    }
}

#[cfg(test)]
mod tests;
