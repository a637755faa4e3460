use std::{pin::Pin, task::Context};

use super::*;

fn look(taking: Pin<&mut impl Future<Output = Permit>>) -> Option<Permit> {
    match taking.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(permit) => Some(permit),
        Poll::Pending => None,
    }
}

fn try_take(permits: &Rc<Permits>) -> Option<Permit> {
    look(std::pin::pin!(permits.take()))
}

#[test]
fn no_more_places_are_given_than_there_are() {
    let permits = Permits::new(2);
    let (first, second) = (try_take(&permits), try_take(&permits));
    assert!(first.is_some() && second.is_some());
    assert!(try_take(&permits).is_none());
    drop(first);
    assert!(try_take(&permits).is_some());
}

#[test]
fn a_waiter_that_gave_up_takes_no_place_from_the_next() {
    let permits = Permits::new(1);
    let held = try_take(&permits);
    let mut gave_up = Box::pin(permits.take());
    let mut patient = Box::pin(permits.take());
    assert!(look(gave_up.as_mut()).is_none());
    assert!(look(patient.as_mut()).is_none());
    drop(gave_up);
    drop(held);
    assert!(look(patient.as_mut()).is_some());
}
