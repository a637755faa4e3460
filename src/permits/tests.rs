use futures_util::{FutureExt, task::noop_waker};

use super::*;

fn try_take(permits: &Rc<Permits>) -> Option<Permit> {
    permits.take().now_or_never()
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
    let waker = noop_waker();
    let mut context = std::task::Context::from_waker(&waker);
    assert!(gave_up.poll_unpin(&mut context).is_pending());
    assert!(patient.poll_unpin(&mut context).is_pending());
    drop(gave_up);
    drop(held);
    assert!(patient.poll_unpin(&mut context).is_ready());
}
