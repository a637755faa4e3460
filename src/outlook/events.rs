//! The word when Outlook opened another item or changed this one.

use js_sys::Array;
use wasm_bindgen::{JsValue, closure::Closure};

use super::office;

/// A listener of a pane that follows the item Outlook shows.
const ITEM_CHANGED: &str = "olkItemSelectedChanged";
/// Listeners of the item itself; they die with it.
const OF_ITEM: [&str; 3] = ["olkAppointmentTimeChanged", "olkRecipientsChanged", "olkRecurrenceChanged"];

/// Keeps listeners alive for as long as it lives.
pub(crate) struct Listening {
    changed: Closure<dyn FnMut(JsValue)>,
    registered: Closure<dyn FnMut(JsValue)>,
}

impl Listening {
    /// Calls back whenever Outlook opened another item, and, once it is followed, when its time or people changed.
    pub(super) fn start(mut on_change: impl FnMut() + 'static) -> Self {
        let changed = Closure::<dyn FnMut(JsValue)>::new(move |_| on_change());
        // Office wants a callback; a client that refuses leaves the pane to read again on focus.
        let registered = Closure::<dyn FnMut(JsValue)>::new(|_| {});
        let listening = Self { changed, registered };
        if let Some(mailbox) = office::mailbox() {
            listening.register(&mailbox, ITEM_CHANGED);
        }
        listening
    }

    /// Listens to the item that is open now.
    pub(crate) fn follow_item(&self) {
        if let Some(item) = office::item() {
            for event in OF_ITEM {
                self.register(&item, event);
            }
        }
    }

    fn register(&self, target: &JsValue, event: &str) {
        let args = Array::of3(&event.into(), self.changed.as_ref(), self.registered.as_ref());
        // Clients that lack the event refuse; reading again on focus covers them.
        let _ = office::apply(target, "addHandlerAsync", &args);
    }
}
