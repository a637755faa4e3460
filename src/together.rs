//! Work that runs at once, all of it to its end.
//!
//! Work is boxed before it comes here: what waits for it is then compiled once for each kind of result, not once for
//! each caller.

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    task::{Context, Poll},
};

/// Work under way, whatever it is.
pub(crate) type Work<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// What all of the work gives, in its order. Each wake asks everything that has not ended: these are a handful of
/// requests, for which a queue of wakers would only be weight.
pub(crate) async fn all<T>(mut waiting: Vec<Work<'_, T>>) -> Vec<T> {
    let mut done: Vec<Option<T>> = waiting.iter().map(|_| None).collect();
    poll_fn(|context| {
        for (work, done) in waiting.iter_mut().zip(&mut done) {
            ask(work, done, context);
        }
        if done.iter().all(Option::is_some) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    done.into_iter().flatten().collect()
}

/// What two pieces of work give.
pub(crate) async fn both<A, B>(mut one: Work<'_, A>, mut other: Work<'_, B>) -> (A, B) {
    let mut done = (None, None);
    poll_fn(|context| {
        ask(&mut one, &mut done.0, context);
        ask(&mut other, &mut done.1, context);
        match std::mem::take(&mut done) {
            (Some(one), Some(other)) => Poll::Ready((one, other)),
            unfinished @ (None | Some(_), _) => {
                done = unfinished;
                Poll::Pending
            }
        }
    })
    .await
}

/// Work that has ended is not asked again.
fn ask<T>(work: &mut Work<'_, T>, done: &mut Option<T>, context: &mut Context<'_>) {
    if done.is_none()
        && let Poll::Ready(output) = work.as_mut().poll(context)
    {
        *done = Some(output);
    }
}

#[cfg(test)]
mod tests;
