//! A service that is asked to stop: what is under way may end, and the next process goes on at once.

use std::{future::pending, sync::Arc, time::Duration};

use calbridge_sync::{
    app::App,
    enrol::enrol,
    store::Store,
    transport::{Sending, Transport},
    worker,
};
use calbridge_wire::Request;
use tokio::sync::Notify;

use crate::desk::{Desk, MARA};

/// How long a test waits for what should happen at once.
const PATIENCE: Duration = Duration::from_secs(20);

/// Tells of the first request, then hands it on; without a world, nobody ever answers.
struct Watched {
    world: Option<Arc<dyn Transport>>,
    reached: Notify,
}

impl Transport for Watched {
    fn send(&self, request: Request) -> Sending<'_> {
        self.reached.notify_one();
        match &self.world {
            Some(world) => world.send(request),
            None => Box::pin(pending()),
        }
    }
}

/// Runs a worker of another process on the desk's database and asks it to stop in the middle of its first session.
async fn stopped_in_a_session(desk: &Desk, world: Option<Arc<dyn Transport>>, limit: Duration) {
    let watched = Arc::new(Watched { world, reached: Notify::new() });
    let store = Store::open(&desk.app.config.database_url).await.unwrap();
    let transport = Arc::clone(&watched) as Arc<dyn Transport>;
    let app = App::new(desk.app.config.clone(), store, desk.clock.clone(), transport).unwrap();
    let stop = async {
        watched.reached.notified().await;
        limit
    };
    tokio::time::timeout(PATIENCE, worker::run(Arc::new(app), "another", stop)).await.unwrap();
}

#[tokio::test]
async fn a_session_that_is_broken_off_leaves_its_mailbox_to_the_next_process_at_once() {
    let desk = Desk::open().await;
    enrol(&desk.app).await.unwrap();
    let mara = desk.sign_in(MARA).await;
    desk.save(&mara, MARA, "lunch", &desk.with_dana()).await;
    stopped_in_a_session(&desk, None, Duration::ZERO).await;
    assert_eq!(desk.status(&mara, MARA, "lunch").await["status"], "will_be_saved");
    // The clock stands: a lease that was left behind would still hold.
    desk.run().await;
    assert_eq!(desk.status(&mara, MARA, "lunch").await["status"], "saved");
    assert_eq!(desk.events("Lunch with Dana").len(), 1);
}

#[tokio::test]
async fn a_session_under_way_may_end_before_the_service_does() {
    let desk = Desk::open().await;
    enrol(&desk.app).await.unwrap();
    let mara = desk.sign_in(MARA).await;
    desk.save(&mara, MARA, "lunch", &desk.with_dana()).await;
    stopped_in_a_session(&desk, Some(Arc::clone(&desk.app.transport)), PATIENCE).await;
    assert_eq!(desk.events("Lunch with Dana").len(), 1);
    assert_eq!(desk.run_once().await, 0, "nothing is left to do");
}
