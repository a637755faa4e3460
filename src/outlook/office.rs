//! Raw Office.js bindings: calling a method that may be missing, throw at once, or never call back.
//!
//! Knows nothing of calendar items. Everything is reached by name, since Outlook's objects hide their members from
//! enumeration and older clients lack some of them.

use std::{future::ready, rc::Rc};

use js_sys::{Array, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};

use crate::{
    clock,
    js::{self, member, path, text},
    permits::Permits,
    together::Work,
};

/// Calls to Outlook that run at once; more are refused by some clients.
const AT_ONCE: usize = 3;

#[wasm_bindgen]
extern "C" {
    /// The `Office` global, where office.js was loaded.
    #[wasm_bindgen(thread_local_v2, js_name = globalThis)]
    static GLOBAL: Global;

    type Global;

    #[wasm_bindgen(method, getter, js_name = Office)]
    fn office(this: &Global) -> JsValue;
}

/// Why a call to Outlook gave nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// This client does not have the function.
    #[error("this Outlook has no {name}")]
    ApiMissing {
        /// The function.
        name: String,
    },
    /// Outlook never called back.
    #[error("Outlook did not answer {name}")]
    TimedOut {
        /// The function.
        name: String,
    },
    /// Outlook refused.
    #[error("Outlook refused {name}: {message} ({code})")]
    Failed {
        /// The function.
        name: String,
        /// Outlook's code.
        code: i32,
        /// Its message.
        message: String,
    },
}

/// What Outlook was asked for.
pub(super) type Asked<'a> = Work<'a, Result<JsValue, Failure>>;

/// Access to Office.js with a limit of time for each call.
#[derive(Clone, Debug)]
pub(super) struct Office {
    limit_ms: u32,
    permits: Rc<Permits>,
}

/// The global, if office.js was loaded.
pub(super) fn global() -> Option<JsValue> {
    let office = GLOBAL.with(Global::office);
    office.is_object().then_some(office)
}

/// The item that is open now. A getter, never kept: a pinned pane outlives the item it opened on.
pub(super) fn item() -> Option<JsValue> {
    path(&global()?, &["context", "mailbox", "item"])
}

/// The mailbox.
pub(super) fn mailbox() -> Option<JsValue> {
    path(&global()?, &["context", "mailbox"])
}

/// Calls a method without a callback.
pub(super) fn apply(target: &JsValue, name: &str, args: &Array) -> Result<JsValue, Failure> {
    js::call(target, name, args)
        .map_err(|thrown| thrown.map_or_else(|| missing(name), |error| failed(name, &error)))
}

impl Office {
    pub(super) fn new(limit_ms: u32) -> Self {
        Self { limit_ms, permits: Permits::new(AT_ONCE) }
    }

    /// Waits until Office is ready and says which host it is in; nothing outside of one, or after so long.
    pub(super) async fn ready(&self, limit_ms: u32) -> Option<String> {
        let office = global()?;
        let promise: Promise = apply(&office, "onReady", &Array::new()).ok()?.dyn_into().ok()?;
        text(&clock::within(limit_ms, &promise).await?, "host")
    }

    /// Calls a method whose last argument is a callback for an `AsyncResult`, and gives the result's value.
    pub(super) fn call<'a>(&'a self, target: &JsValue, name: &'a str, args: &'a [JsValue]) -> Asked<'a> {
        Box::pin(self.calling(target.clone(), name, args))
    }

    async fn calling(&self, target: JsValue, name: &str, args: &[JsValue]) -> Result<JsValue, Failure> {
        let permit = self.permits.take().await;
        let mut at_once = Ok(JsValue::UNDEFINED);
        let promise = Promise::new(&mut |done, _| {
            // Frees itself when it is called. Where Outlook never calls back, these few bytes stay.
            let callback = Closure::once_into_js(move |result: JsValue| {
                // A promise that was settled already takes no harm.
                let _ = done.call1(&JsValue::UNDEFINED, &result);
            });
            let all: Array = args.iter().cloned().collect();
            all.push(&callback);
            at_once = apply(&target, name, &all);
        });
        at_once?;
        let result = clock::within(self.limit_ms, &promise).await;
        drop(permit);
        let result = result.ok_or_else(|| Failure::TimedOut { name: name.to_owned() })?;
        match text(&result, "status").as_deref() {
            Some("succeeded") => Ok(member(&result, "value").unwrap_or(JsValue::UNDEFINED)),
            _ => Err(failed(name, &member(&result, "error").unwrap_or(JsValue::UNDEFINED))),
        }
    }

    /// A property of an item in either mode: plain when reading, behind `getAsync` when composing.
    pub(super) fn value<'a>(&'a self, item: &JsValue, name: &str) -> Asked<'a> {
        let found = Reflect::get(item, &name.into()).unwrap_or(JsValue::UNDEFINED);
        if member(&found, "getAsync").is_some() {
            return Box::pin(self.calling(found, "getAsync", &[]));
        }
        Box::pin(ready(if found.is_undefined() { Err(missing(name)) } else { Ok(found) }))
    }
}

pub(super) fn missing(name: &str) -> Failure {
    Failure::ApiMissing { name: name.to_owned() }
}

fn failed(name: &str, error: &JsValue) -> Failure {
    #[expect(clippy::cast_possible_truncation, reason = "Office's codes have at most five digits")]
    let code = member(error, "code").and_then(|code| code.as_f64()).map_or(0, |code| code as i32);
    Failure::Failed { name: name.to_owned(), code, message: text(error, "message").unwrap_or_default() }
}
