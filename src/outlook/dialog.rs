//! A window that Outlook opens for the pane, and what it says back.

use std::{cell::RefCell, rc::Rc};

use js_sys::{Array, Function, Promise};
use serde::Serialize;
use wasm_bindgen::{JsValue, closure::Closure};

use crate::{clock, js};

use super::{
    Failure,
    office::{self, Office},
};

/// Per cent of the screen's width and height that the window takes.
const SIZE_PERCENT: (u32, u32) = (35, 65);

/// An open window. Dropping it closes it.
pub(crate) struct Dialog {
    window: JsValue,
    word: Promise,
    _listeners: [Closure<dyn FnMut(JsValue)>; 2],
}

/// What came out of a window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    /// A message of its page.
    Message(String),
    /// It was closed, or left without a page; Office's number for it.
    Event(i32),
}

/// How Outlook is to open a window.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Look {
    width: u32,
    height: u32,
    /// The pane opens it on a click, so the browser lets it pass without asking.
    prompt_before_open: bool,
}

impl Dialog {
    pub(super) async fn open(office: &Office, url: &str) -> Result<Self, Failure> {
        let ui = office::global().and_then(|global| js::path(&global, &["context", "ui"]));
        let options = Look { width: SIZE_PERCENT.0, height: SIZE_PERCENT.1, prompt_before_open: false };
        let args = [url.into(), serde_wasm_bindgen::to_value(&options).unwrap_or_default()];
        let dialog = office.call(&ui.unwrap_or(JsValue::UNDEFINED), "displayDialogAsync", &args).await?;
        Self::listen(dialog)
    }

    fn listen(dialog: JsValue) -> Result<Self, Failure> {
        let settle: Rc<RefCell<Option<Function>>> = Rc::default();
        let word = Promise::new(&mut |done, _| *settle.borrow_mut() = Some(done));
        let listener = || {
            let settle = Rc::clone(&settle);
            Closure::<dyn FnMut(JsValue)>::new(move |word: JsValue| {
                if !is_own(&word) {
                    return;
                }
                // The first word counts: closing follows every message.
                if let Some(done) = settle.take() {
                    let _ = done.call1(&JsValue::UNDEFINED, &word);
                }
            })
        };
        let listeners = [listener(), listener()];
        for (event, listener) in ["dialogMessageReceived", "dialogEventReceived"].into_iter().zip(&listeners)
        {
            office::apply(&dialog, "addEventHandler", &Array::of2(&event.into(), listener.as_ref()))?;
        }
        Ok(Self { window: dialog, word, _listeners: listeners })
    }

    /// Waits for the window's first word, for so long at most.
    pub(crate) async fn word(&self, limit_ms: u32) -> Option<Word> {
        let word = clock::within(limit_ms, &self.word).await?;
        Some(match js::text(&word, "message") {
            Some(message) => Word::Message(message),
            #[expect(clippy::cast_possible_truncation, reason = "Office's codes have at most five digits")]
            None => {
                Word::Event(js::member(&word, "error").and_then(|code| code.as_f64()).map_or(0, |c| c as i32))
            }
        })
    }
}

impl Drop for Dialog {
    fn drop(&mut self) {
        // A window that is closed already refuses.
        let _ = office::apply(&self.window, "close", &Array::new());
    }
}

/// Whether a word comes from a page of our own; clients before `DialogOrigin` 1.1 do not say.
fn is_own(word: &JsValue) -> bool {
    let own = js::global("location").and_then(|location| js::text(&location, "origin"));
    js::text(word, "origin").is_none_or(|origin| Some(origin) == own)
}

/// The address of a page beside the pane's own.
pub(crate) fn own_page(name: &str) -> Option<String> {
    let href = js::text(&js::global("location")?, "href")?;
    let page = href.split(['?', '#']).next()?;
    Some(format!("{}/{name}", page.rsplit_once('/')?.0))
}
