use std::{cell::Cell, rc::Rc};

use futures_util::{future::join, pin_mut, task::noop_waker};

use super::*;

fn counting(count: &Rc<Cell<u32>>) -> impl Future<Output = u32> + 'static + use<> {
    let count = Rc::clone(count);
    async move {
        // Once around the executor, so that the second asker comes while this is under way.
        let mut is_first = true;
        std::future::poll_fn(|context| {
            if std::mem::take(&mut is_first) {
                context.waker().wake_by_ref();
                return std::task::Poll::Pending;
            }
            std::task::Poll::Ready(())
        })
        .await;
        count.set(count.get() + 1);
        count.get()
    }
}

#[test]
fn sav_12_work_that_is_asked_for_twice_at_once_is_done_once() {
    let (flights, count) = (Flights::new(), Rc::new(Cell::new(0)));
    let twice = join(
        flights.join("item".to_owned(), counting(&count)),
        flights.join("item".to_owned(), counting(&count)),
    );
    assert_eq!(run(twice), (1, 1));
}

#[test]
fn other_work_and_later_work_is_done_again() {
    let (flights, count) = (Flights::new(), Rc::new(Cell::new(0)));
    let both = join(
        flights.join("one".to_owned(), counting(&count)),
        flights.join("two".to_owned(), counting(&count)),
    );
    assert_eq!(run(both), (1, 2));
    assert_eq!(run(flights.join("one".to_owned(), counting(&count))), 3);
}

fn run<T>(work: impl Future<Output = T>) -> T {
    pin_mut!(work);
    let waker = noop_waker();
    let mut context = std::task::Context::from_waker(&waker);
    for _ in 0..100 {
        if let std::task::Poll::Ready(done) = work.as_mut().poll(&mut context) {
            return done;
        }
    }
    panic!("the work never ends");
}
