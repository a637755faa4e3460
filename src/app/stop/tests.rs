use std::{
    cell::Cell,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Wake},
};

use super::*;

#[derive(Default)]
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Tells when it is dropped.
struct Dropped(Rc<Cell<bool>>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.set(true);
    }
}

#[test]
fn work_that_is_ended_wakes_gives_nothing_and_is_dropped() {
    let (woken, dropped) = (Arc::new(Woken::default()), Rc::new(Cell::new(false)));
    let waker = Arc::clone(&woken).into();
    let mut context = Context::from_waker(&waker);
    let (stop, held) = (Stop::default(), Dropped(Rc::clone(&dropped)));
    let mut work = Box::pin(stop.clone().or(Box::pin(async move {
        let _held = held;
        std::future::pending::<()>().await;
    })));
    assert!(work.as_mut().poll(&mut context).is_pending());
    stop.now();
    assert!(woken.0.load(Ordering::Relaxed), "the executor has to look again");
    assert_eq!(work.as_mut().poll(&mut context), Poll::Ready(None));
    drop(work);
    assert!(dropped.get());
}

#[test]
fn work_that_is_not_ended_gives_what_it_gives() {
    let waker = Arc::new(Woken::default()).into();
    let mut work = Box::pin(Stop::default().or(Box::pin(async { 7 })));
    assert_eq!(work.as_mut().poll(&mut Context::from_waker(&waker)), Poll::Ready(Some(7)));
}
