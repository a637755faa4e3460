use std::{cell::RefCell, task::Waker};

use super::*;

/// Ends at the given look.
async fn after(looks: u32, name: &'static str, ended: &RefCell<Vec<&'static str>>) -> &'static str {
    let mut left = looks;
    poll_fn(|_| {
        left = left.saturating_sub(1);
        if left == 0 { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    ended.borrow_mut().push(name);
    name
}

fn look<T>(work: &mut Work<'_, T>) -> Poll<T> {
    work.as_mut().poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn what_comes_first_waits_for_the_rest_and_keeps_its_place() {
    let ended = RefCell::default();
    let of = |looks, name| -> Work<'_, _> { Box::pin(after(looks, name, &ended)) };
    let mut work: Work<'_, _> = Box::pin(all(vec![of(3, "slow"), of(1, "quick"), of(2, "middling")]));
    assert!(look(&mut work).is_pending());
    assert!(look(&mut work).is_pending());
    assert_eq!(look(&mut work), Poll::Ready(vec!["slow", "quick", "middling"]));
    assert_eq!(ended.take(), ["quick", "middling", "slow"]);
}

#[test]
fn no_work_is_done_at_once() {
    let mut none: Work<'_, _> = Box::pin(all(Vec::<Work<'_, u8>>::new()));
    assert_eq!(look(&mut none), Poll::Ready(Vec::new()));
}

#[test]
fn two_that_give_different_things_wait_for_each_other() {
    let ended = RefCell::default();
    let length = async { after(2, "length", &ended).await.len() };
    let mut work: Work<'_, _> = Box::pin(both(Box::pin(length), Box::pin(after(1, "name", &ended))));
    assert!(look(&mut work).is_pending());
    assert_eq!(look(&mut work), Poll::Ready((6, "name")));
    assert_eq!(ended.take(), ["name", "length"]);
}
