//! The pane's bindings in a real browser, against a fake of Office.js that refuses, stays silent and lacks functions.
#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod fake;
mod item;
mod outbox;
mod session;
mod zones;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
