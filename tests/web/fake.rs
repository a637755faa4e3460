//! The fakes in JavaScript.

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(module = "/www/dev/fake_office.js")]
extern "C" {
    /// Sets the stage: a scene as JSON.
    pub fn play(scene: &str);
    /// Takes Office away.
    pub fn leave();
    /// The most calls that were under way at once.
    pub fn most() -> u32;
    /// How often something was called.
    #[wasm_bindgen(js_name = callsOf)]
    pub fn calls_of(name: &str) -> u32;
    /// An org that knows one refresh token.
    #[wasm_bindgen(js_name = openOrg)]
    pub fn open_org(refresh: &str);
    /// Ends every access token.
    #[wasm_bindgen(js_name = expireAccess)]
    pub fn expire_access();
    /// How often a token was renewed.
    pub fn refreshes() -> u32;
}
