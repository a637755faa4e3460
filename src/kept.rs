//! What the pane keeps on this device, and locks between two panes that share it.
//!
//! Keys carry the partition of the host page. Where the browser lets nothing be kept, everything answers "nothing".

use std::{cell::Cell, rc::Rc};

use calbridge_wire::{
    tree::Tree,
    value::{Value, parse},
};
use js_sys::{Array, Function, Promise};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};

use crate::{clock, js};

/// The longest wait for a lock, in milliseconds: longer than the exchange that its holder may be waiting for.
const LOCK_LIMIT_MS: u32 = 30_000;

/// The device's storage for one partition.
#[derive(Clone, Debug)]
pub struct Kept {
    prefix: String,
}

/// A lock over all panes of this origin; dropping it lets the next one in.
#[derive(Debug)]
pub(crate) struct Lock {
    release: Function,
}

impl Kept {
    /// The storage of a partition.
    pub fn of(partition_key: &str) -> Self {
        Self { prefix: format!("{partition_key}calbridge.") }
    }

    pub(crate) fn text(&self, name: &str) -> Option<String> {
        storage()?.get_item(&self.key(name)).ok()?
    }

    /// Keeps a text; false where the browser does not.
    pub(crate) fn put_text(&self, name: &str, text: &str) -> bool {
        storage().is_some_and(|storage| storage.set_item(&self.key(name), text).is_ok())
    }

    /// A value, unless there is none or it was kept by a build that wrote it in another way.
    pub(crate) fn value<T: Tree>(&self, name: &str) -> Option<T> {
        T::read(&tree(&self.text(name)?)?)
    }

    /// Keeps a value; false where the browser does not.
    pub(crate) fn put<T: Tree>(&self, name: &str, value: &T) -> bool {
        self.put_text(name, &value.write().to_string())
    }

    pub(crate) fn forget(&self, name: &str) {
        if let Some(storage) = storage() {
            // Refused only where nothing could be kept either.
            let _ = storage.remove_item(&self.key(name));
        }
    }

    /// Forgets everything but what is kept under one name.
    pub(crate) fn forget_all_but(&self, name: &str) {
        let Some(storage) = storage() else { return };
        let spared = self.key(name);
        let keys: Vec<String> =
            (0..storage.length().unwrap_or(0)).filter_map(|index| storage.key(index).ok()?).collect();
        for key in keys.iter().filter(|key| key.starts_with(&self.prefix) && **key != spared) {
            // Refused only where nothing could be kept either.
            let _ = storage.remove_item(key);
        }
    }

    /// Waits for a lock; none where the browser has no locks or another pane holds it for too long.
    pub(crate) async fn lock(&self, name: &str) -> Option<Lock> {
        let locks = locks()?;
        let gave_up = Rc::new(Cell::new(false));
        let gained = Promise::new(&mut |gain, _| {
            let callback = on_gained(gain, Rc::clone(&gave_up));
            // Refused in pages without an origin; then nobody gains it.
            let _ = js::call(&locks, "request", &Array::of2(&self.key(name).into(), &callback));
        });
        let release = clock::within(LOCK_LIMIT_MS, &gained).await;
        gave_up.set(release.is_none());
        release?.dyn_into().ok().map(|release| Lock { release })
    }

    fn key(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }
}

/// JSON's tree out of its text.
pub(crate) fn tree(text: &str) -> Option<Value> {
    parse(text.as_bytes())
}

/// Whether values are kept and panes can take turns over them.
pub(crate) fn is_shared() -> bool {
    storage().is_some() && locks().is_some()
}

/// What the browser calls once the lock is ours: it holds the lock until the returned promise is settled.
fn on_gained(gain: Function, gave_up: Rc<Cell<bool>>) -> JsValue {
    Closure::once_into_js(move |_: JsValue| -> JsValue {
        if gave_up.get() {
            return JsValue::UNDEFINED;
        }
        let held = Promise::new(&mut |release, _| {
            // Settling a promise does not throw.
            let _ = gain.call1(&JsValue::UNDEFINED, &release);
        });
        held.into()
    })
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Settling a promise does not throw.
        let _ = self.release.call0(&JsValue::UNDEFINED);
    }
}

/// Reading the property itself throws where storage is blocked.
fn storage() -> Option<web_sys::Storage> {
    js::global("localStorage")?.dyn_into().ok()
}

fn locks() -> Option<JsValue> {
    js::path(&js::global("navigator")?, &["locks"])
}
