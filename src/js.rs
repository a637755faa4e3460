//! Members of JavaScript objects by name. Knows nothing of what they mean.

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// A member of an object; nothing where the object or the member is missing.
pub(crate) fn member(of: &JsValue, name: &str) -> Option<JsValue> {
    if !of.is_object() && !of.is_function() {
        return None;
    }
    Reflect::get(of, &name.into()).ok().filter(|value| !value.is_undefined() && !value.is_null())
}

/// A member of a member.
pub(crate) fn path(of: &JsValue, names: &[&str]) -> Option<JsValue> {
    names.iter().try_fold(of.clone(), |at, name| member(&at, name))
}

/// A text member.
pub(crate) fn text(of: &JsValue, name: &str) -> Option<String> {
    member(of, name)?.as_string()
}

/// A method.
pub(crate) fn method(of: &JsValue, name: &str) -> Option<Function> {
    member(of, name)?.dyn_into().ok()
}

/// Calls a method; what it throws, or nothing where there is no such method, is the error.
pub(crate) fn call(target: &JsValue, name: &str, args: &Array) -> Result<JsValue, Option<JsValue>> {
    let method = method(target, name).ok_or(None)?;
    Reflect::apply(&method, target, args).map_err(Some)
}

/// A member of the page's global object.
pub(crate) fn global(name: &str) -> Option<JsValue> {
    member(&js_sys::global(), name)
}
