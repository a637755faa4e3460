//! What goes on without a click: following Outlook, waiting for sessions, delivering the outbox.
//!
//! The only place of the pane that starts work nobody waits for.

use std::cell::{Cell, RefCell};

use calbridge_rules::status::Status;
use calbridge_wire::service::{ItemRef, SaveRequest, UnsyncRequest};
use js_sys::Array;
use wasm_bindgen::{JsValue, closure::Closure};
use wasm_bindgen_futures::spawn_local;

use super::{Services, item_ref, org::FieldMap};
use crate::{
    clock, js,
    outbox::Entry,
    outlook::{Outlook, events::Listening},
    picture::{Face, Picture, YOU},
    together::Work,
    trouble::{Remedy, Trouble},
};

/// Seconds between looks at a request that waits for its session; the last one is repeated.
const LOOKS_S: [u32; 5] = [2, 4, 8, 16, 30];
/// Looks at one request: an hour of them.
const LOOK_LIMIT: usize = 120;
/// Seconds between deliveries of the outbox; the last one is repeated for as long as something waits.
const DELIVERIES_S: [u32; 7] = [5, 10, 20, 40, 80, 160, 300];

/// Rest before what nobody waits for, in milliseconds: the picture is drawn first.
const CALM_MS: u32 = 1000;

/// What the window calls.
type OnReturn = Closure<dyn FnMut(JsValue)>;

/// What is going on.
#[derive(Default)]
pub(super) struct Background {
    listening: RefCell<Option<Listening>>,
    on_return: RefCell<Option<OnReturn>>,
    /// The item whose request is looked after, with a number that ends older looks.
    looks: Cell<u32>,
    watched: RefCell<String>,
    is_looking: Cell<bool>,
    /// The number of the latest deliveries; older ones end.
    deliveries: Cell<u32>,
}

impl Services {
    /// Starts what goes on without a click.
    pub(crate) fn start(&self) {
        let services = self.clone();
        start(Box::pin(async move { services.inner.session.warm_up().await }));
        let services = self.clone();
        start(Box::pin(async move { services.listen().await }));

        let services = self.clone();
        let on_return = OnReturn::new(move |_| {
            services.look_for_changes();
            services.deliver_later();
        });
        for event in ["focus", "online"] {
            let args = Array::of2(&event.into(), on_return.as_ref());
            // Every page can listen to its own window.
            let _ = js::call(&js_sys::global(), "addEventListener", &args);
        }
        self.inner.background.on_return.replace(Some(on_return));
        self.deliver_later();
    }

    /// Listens to Outlook once the first picture is drawn, which would else wait behind this, and reads again what may
    /// have changed before.
    async fn listen(&self) {
        clock::sleep(CALM_MS).await;
        let services = self.clone();
        let listening = Outlook::listen(move || services.look_for_changes());
        self.inner.background.listening.replace(Some(listening));
        self.look_for_changes();
    }

    /// Listens to the item that is open now; the last one's listeners died with it.
    pub(super) fn follow_item(&self) {
        if let Some(listening) = &*self.inner.background.listening.borrow() {
            listening.follow_item();
        }
    }

    /// Reads the item again and asks for a new picture where it differs: Outlook tells of few changes, and of some twice.
    fn look_for_changes(&self) {
        if self.inner.background.is_looking.replace(true) {
            return;
        }
        let services = self.clone();
        start(Box::pin(async move {
            let opened = services.read().await;
            services.inner.background.is_looking.set(false);
            let differs = opened.is_ok_and(|opened| {
                let last = services.inner.last.borrow();
                last.as_ref().is_some_and(|last| *last != opened)
            });
            if differs {
                services.look_again();
            }
        }));
    }

    /// After a picture: looks after a request that waits for its session, and asks once whether the org's form changed.
    pub(super) fn watch(&self, picture: &Picture) {
        self.check_form();
        let waiting = match picture.face {
            Face::WillBeSaved { .. } => item_ref(&picture.open),
            Face::NotSaved
            | Face::Kept { .. }
            | Face::Saved
            | Face::Gone
            | Face::Issue(_)
            | Face::CannotBeSaved
            | Face::SyncOff
            | Face::Unknown => None,
        };
        let background = &self.inner.background;
        let name = waiting.as_ref().map(|item| item.item_id.to_string()).unwrap_or_default();
        if *background.watched.borrow() == name {
            return;
        }
        background.watched.replace(name);
        let number = background.looks.get().wrapping_add(1);
        background.looks.set(number);
        if let Some(item) = waiting {
            let services = self.clone();
            start(Box::pin(async move { services.look_after(item, number).await }));
        }
    }

    async fn look_after(&self, item: ItemRef, number: u32) {
        for look in 0..LOOK_LIMIT {
            clock::sleep(pause_ms(&LOOKS_S, look)).await;
            if self.inner.background.looks.get() != number {
                return;
            }
            match self.inner.sync.standing(item.clone()).await.map(|standing| standing.status) {
                Ok(Status::WillBeSaved { .. }) | Err(_) => {}
                Ok(Status::NotSaved | Status::Saved { .. } | Status::Issue(_)) => break,
            }
        }
        let background = &self.inner.background;
        if background.looks.get() == number {
            background.watched.borrow_mut().clear();
            self.look_again();
        }
    }

    /// Looks at an item that is taken back, at growing intervals, until a session has done it; whether one has.
    pub(super) async fn is_settled(&self, item: ItemRef) -> bool {
        for look in 0..LOOKS_S.len() {
            clock::sleep(pause_ms(&LOOKS_S, look)).await;
            let standing = self.inner.sync.standing(item.clone()).await;
            if standing.is_ok_and(|standing| standing.status == Status::NotSaved) {
                return true;
            }
        }
        false
    }

    /// Looks at an item whose Event is taken over, at growing intervals, until a session has done it.
    pub(super) async fn is_taken_over(&self, item: ItemRef) -> Result<(), Trouble> {
        let mapped = FieldMap::new();
        for look in 0..LOOKS_S.len() {
            clock::sleep(pause_ms(&LOOKS_S, look)).await;
            let Ok(standing) = self.inner.sync.standing(item.clone()).await else { continue };
            match standing.status {
                Status::Issue(issue) => {
                    return Err(Trouble {
                        code: issue.code,
                        ..Trouble::new("Not taken over", issue.reason, Remedy::None)
                    });
                }
                Status::Saved { event } => {
                    let view = self.inner.org.event(&event, &mapped).await;
                    if view.is_ok_and(|view| view.owner == YOU) {
                        return Ok(());
                    }
                }
                Status::NotSaved | Status::WillBeSaved { .. } => {}
            }
        }
        Err(Trouble::new(
            "Not taken over yet",
            "Sync does it with its next session. You can close this.",
            Remedy::None,
        ))
    }

    fn check_form(&self) {
        let services = self.clone();
        start(Box::pin(async move {
            clock::sleep(CALM_MS).await;
            if services.inner.org.check_form().await {
                services.look_again();
            }
        }));
    }

    /// Delivers what waits in the outbox, now and again until nothing does. A later call takes over from an earlier one.
    pub(crate) fn deliver_later(&self) {
        let background = &self.inner.background;
        let number = background.deliveries.get().wrapping_add(1);
        background.deliveries.set(number);
        let services = self.clone();
        start(Box::pin(async move { services.deliver(number).await }));
    }

    async fn deliver(&self, number: u32) {
        for delivery in 0.. {
            let Some(user) = self.user() else { return };
            let send = async |Entry { request, withdrawn, .. }: Entry| {
                if withdrawn {
                    let SaveRequest { idempotency_key, item, .. } = request;
                    let request = UnsyncRequest { idempotency_key, item, request_only: true };
                    return self.inner.sync.unsync(request).await.map(|_| ());
                }
                self.inner.sync.save(request).await.map(|_| ())
            };
            let round = self.inner.outbox.deliver(&user.id, clock::now(), send).await;
            if round.settled > 0 {
                self.look_again();
            }
            if round.waiting == 0 {
                return;
            }
            clock::sleep(pause_ms(&DELIVERIES_S, delivery)).await;
            if self.inner.background.deliveries.get() != number {
                return;
            }
        }
    }
}

/// Starts work that nobody waits for.
pub(crate) fn start(work: Work<'static, ()>) {
    spawn_local(work);
}

fn pause_ms(seconds: &[u32], turn: usize) -> u32 {
    seconds.get(turn).or(seconds.last()).map_or(0, |seconds| seconds * 1000)
}
