use std::{
    cell::Cell,
    task::{Context, Poll, Waker},
};

use super::*;
use crate::together::both;

fn counting(count: &Cell<u32>) -> Work<'_, u32> {
    Box::pin(async move {
        // Once around the executor, so that the second asker comes while this is under way.
        let mut is_first = true;
        std::future::poll_fn(|context| {
            if std::mem::take(&mut is_first) {
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            Poll::Ready(())
        })
        .await;
        count.set(count.get() + 1);
        count.get()
    })
}

#[test]
fn sav_12_work_that_is_asked_for_twice_at_once_is_done_once() {
    let (flights, count) = (Flights::new(), Cell::new(0));
    let join = |name: &str| -> Work<'_, u32> { Box::pin(flights.join(name.to_owned(), counting(&count))) };
    assert_eq!(run(both(join("item"), join("item"))), (1, 1));
}

#[test]
fn other_work_and_later_work_is_done_again() {
    let (flights, count) = (Flights::new(), Cell::new(0));
    let join = |name: &str| -> Work<'_, u32> { Box::pin(flights.join(name.to_owned(), counting(&count))) };
    assert_eq!(run(both(join("one"), join("two"))), (1, 2));
    assert_eq!(run(join("one")), 3);
}

#[test]
fn work_that_nobody_waits_for_any_more_holds_nobody_up() {
    let (flights, count) = (Flights::new(), Cell::new(0));
    let join = |name: &str| -> Work<'_, u32> { Box::pin(flights.join(name.to_owned(), counting(&count))) };
    let mut given_up = join("item");
    let mut patient = join("item");
    let mut context = Context::from_waker(Waker::noop());
    assert!(given_up.as_mut().poll(&mut context).is_pending());
    assert!(patient.as_mut().poll(&mut context).is_pending());
    drop(given_up);
    assert_eq!(run(patient), 1);
}

fn run<T>(work: impl Future<Output = T>) -> T {
    let mut work = std::pin::pin!(work);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..100 {
        if let Poll::Ready(done) = work.as_mut().poll(&mut context) {
            return done;
        }
    }
    panic!("the work never ends");
}
