use std::cell::RefCell;

use futures_util::{FutureExt, pin_mut, task::noop_waker};

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

#[test]
fn what_comes_first_waits_for_the_rest_and_keeps_its_place() {
    let ended = RefCell::default();
    let work =
        all([after(3, "slow", &ended), after(1, "quick", &ended), after(2, "middling", &ended)].into_iter());
    pin_mut!(work);
    let waker = noop_waker();
    let mut context = std::task::Context::from_waker(&waker);
    assert!(work.poll_unpin(&mut context).is_pending());
    assert!(work.poll_unpin(&mut context).is_pending());
    assert_eq!(work.poll_unpin(&mut context), Poll::Ready(vec!["slow", "quick", "middling"]));
    assert_eq!(ended.take(), ["quick", "middling", "slow"]);
}

#[test]
fn no_work_is_done_at_once() {
    let none = all(std::iter::empty::<std::future::Ready<u8>>());
    assert_eq!(none.now_or_never(), Some(Vec::new()));
}
