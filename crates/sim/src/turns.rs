//! Sessions side by side on one thread, in an order that a seed decides.
//!
//! A task runs until it stands before the outside world: a request, or a transaction of the store. There it asks for a turn
//! and nothing else of it happens until it is chosen again. So whatever the database's own threads do, what happens between
//! two turns belongs to one task alone.

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::Poll,
    time::Duration,
};

use anyhow::bail;

/// How long a task may need between two turns, in real time: one that waits for another would wait for ever.
const STUCK: Duration = Duration::from_secs(20);

/// A worker at its work.
pub type Task = Pin<Box<dyn Future<Output = ()>>>;

/// Where tasks ask for their turns.
#[derive(Clone, Debug, Default)]
pub struct Turns(Arc<AtomicBool>);

/// How far a task came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reached {
    /// It asks for its next turn.
    Boundary,
    /// It is done.
    End,
}

impl Turns {
    /// Waits for the next turn.
    pub async fn ask(&self) {
        let mut has_asked = false;
        poll_fn(|_| {
            if has_asked {
                return Poll::Ready(());
            }
            has_asked = true;
            self.0.store(true, Ordering::SeqCst);
            Poll::Pending
        })
        .await;
    }

    /// Lets a task have its turn.
    ///
    /// # Errors
    /// It waits for something that no turn of its own brings.
    pub async fn give(&self, task: &mut Task) -> anyhow::Result<Reached> {
        self.0.store(false, Ordering::SeqCst);
        let turn = poll_fn(|context| match task.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Reached::End),
            Poll::Pending if self.0.load(Ordering::SeqCst) => Poll::Ready(Reached::Boundary),
            Poll::Pending => Poll::Pending,
        });
        match tokio::time::timeout(STUCK, turn).await {
            Ok(reached) => Ok(reached),
            Err(_) => bail!("a worker waits for something that another holds"),
        }
    }
}
