//! The add-in's clock, its timers, and zone offsets as the browser's `Intl` knows them.

use std::cell::RefCell;

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use js_sys::{Array, Function, Object, Promise, Reflect};
use serde::Serialize;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::js;

/// The present instant.
pub fn now() -> DateTime<Utc> {
    instant(js_sys::Date::now()).unwrap_or_default()
}

/// An instant from JavaScript's milliseconds, if it is one.
pub(crate) fn instant(ms: f64) -> Option<DateTime<Utc>> {
    #[expect(clippy::cast_possible_truncation, reason = "JavaScript's instants are whole numbers below 2^53")]
    let whole = ms.is_finite().then_some(ms as i64)?;
    DateTime::from_timestamp_millis(whole)
}

/// Waits.
pub async fn sleep(ms: u32) {
    let _ = JsFuture::from(timer(ms)).await;
}

/// What a promise brings; nothing where it takes longer than so many milliseconds, is refused, or brings nothing.
pub(crate) async fn within(ms: u32, promise: &Promise) -> Option<JsValue> {
    let first = Promise::race(&Array::of2(promise, &timer(ms)));
    JsFuture::from(first).await.ok().filter(|brought| !brought.is_undefined())
}

/// A promise that brings nothing, after so many milliseconds.
fn timer(ms: u32) -> Promise {
    Promise::new(&mut |done, _| after(ms, &done))
}

/// Calls a function once, after so many milliseconds.
pub(crate) fn after(ms: u32, function: &Function) {
    // A pane that is being torn down loses its timers; then nobody waits any more either.
    let _ = js::call(&js_sys::global(), "setTimeout", &Array::of2(function, &ms.into()));
}

thread_local! {
    /// Formatters are costly to make: one for each zone that was asked for.
    static FORMATTERS: RefCell<Vec<(String, Option<Object>)>> = const { RefCell::new(Vec::new()) };
}

/// The offset of an IANA zone at an instant.
pub fn offset(zone: &str, at: DateTime<Utc>) -> Option<FixedOffset> {
    if zone == "UTC" {
        return FixedOffset::east_opt(0);
    }
    // `Intl` shows whole seconds.
    let at = DateTime::from_timestamp(at.timestamp(), 0)?;
    let formatter = formatter(zone)?;
    #[expect(clippy::cast_precision_loss, reason = "JavaScript's instants are whole numbers below 2^53")]
    let date = js_sys::Date::new(&JsValue::from_f64(at.timestamp_millis() as f64));
    let text = js::call(&formatter, "format", &Array::of1(&date)).ok()?.as_string()?;
    let wall = wall_clock(&text)?;
    let seconds = (wall - at.naive_utc()).num_seconds();
    FixedOffset::east_opt(i32::try_from(seconds).ok()?)
}

/// The zone the browser itself is in.
pub(crate) fn browser_zone() -> Option<String> {
    let formatter = construct(&JsValue::UNDEFINED, &Object::new())?;
    let options = js::call(&formatter, "resolvedOptions", &Array::new()).ok()?;
    js::text(&options, "timeZone")
}

/// Reads `11/20/2026, 14:05:00`, whatever stands between the numbers. One text is one call of the browser; asked for its
/// parts, it takes fifty.
fn wall_clock(text: &str) -> Option<chrono::NaiveDateTime> {
    let mut numbers = text.split(|letter: char| !letter.is_ascii_digit()).filter(|digits| !digits.is_empty());
    let mut next = || numbers.next()?.parse::<u32>().ok();
    let (month, day, year) = (next()?, next()?, next()?);
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    date.and_hms_opt(next()?, next()?, next()?)
}

fn formatter(zone: &str) -> Option<Object> {
    FORMATTERS.with_borrow_mut(|known| {
        if let Some((_, formatter)) = known.iter().find(|(name, _)| name == zone) {
            return formatter.clone();
        }
        let made = formatter_of(zone);
        known.push((zone.to_owned(), made.clone()));
        made
    })
}

/// What `Intl` is asked to write of an instant.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Written<'a> {
    time_zone: &'a str,
    hour_cycle: &'a str,
    year: &'a str,
    month: &'a str,
    day: &'a str,
    hour: &'a str,
    minute: &'a str,
    second: &'a str,
}

fn formatter_of(zone: &str) -> Option<Object> {
    let number = "numeric";
    let options = Written {
        time_zone: zone,
        hour_cycle: "h23",
        year: number,
        month: number,
        day: number,
        hour: number,
        minute: number,
        second: number,
    };
    construct(&"en-US-u-ca-gregory-nu-latn".into(), &serde_wasm_bindgen::to_value(&options).ok()?)
}

/// A formatter; the browser throws for zones that it does not know.
fn construct(locale: &JsValue, options: &JsValue) -> Option<Object> {
    let class = js::method(&js::global("Intl")?, "DateTimeFormat")?;
    Reflect::construct(&class, &Array::of2(locale, options)).ok()?.dyn_into().ok()
}
