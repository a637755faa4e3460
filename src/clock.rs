//! The add-in's clock, its timers, and zone offsets as the browser's `Intl` knows them.

use std::{cell::RefCell, future::Future, pin::pin};

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use futures_util::future::{Either, select};
use js_sys::{Array, Object, Reflect};
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
    let promise = js_sys::Promise::new(&mut |done, _| {
        // A pane that is being torn down loses its timers; then nobody waits any more either.
        let _ = js::call(&js_sys::global(), "setTimeout", &Array::of2(&done, &ms.into()));
    });
    let _ = JsFuture::from(promise).await;
}

/// The future's output, unless it takes longer than so many milliseconds; then it is dropped.
pub(crate) async fn within<T>(ms: u32, work: impl Future<Output = T>) -> Option<T> {
    let (work, limit) = (pin!(work), pin!(sleep(ms)));
    match select(work, limit).await {
        Either::Left((done, _)) => Some(done),
        Either::Right(((), _)) => None,
    }
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
    let parts: Array = js::call(&formatter, "formatToParts", &Array::of1(&date)).ok()?.dyn_into().ok()?;
    let wall = wall_clock(&parts)?;
    let seconds = (wall - at.naive_utc()).num_seconds();
    FixedOffset::east_opt(i32::try_from(seconds).ok()?)
}

/// The zone the browser itself is in.
pub(crate) fn browser_zone() -> Option<String> {
    let formatter = construct(&JsValue::UNDEFINED, &Object::new())?;
    let options = js::call(&formatter, "resolvedOptions", &Array::new()).ok()?;
    js::text(&options, "timeZone")
}

fn wall_clock(parts: &Array) -> Option<chrono::NaiveDateTime> {
    let part = |wanted: &str| -> Option<u32> {
        let found = parts.iter().find(|part| js::text(part, "type").as_deref() == Some(wanted))?;
        js::text(&found, "value")?.parse().ok()
    };
    let date = NaiveDate::from_ymd_opt(i32::try_from(part("year")?).ok()?, part("month")?, part("day")?)?;
    date.and_hms_opt(part("hour")?, part("minute")?, part("second")?)
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

fn formatter_of(zone: &str) -> Option<Object> {
    let options = js::object(&[
        ("timeZone", zone.into()),
        ("hourCycle", "h23".into()),
        ("year", "numeric".into()),
        ("month", "numeric".into()),
        ("day", "numeric".into()),
        ("hour", "numeric".into()),
        ("minute", "numeric".into()),
        ("second", "numeric".into()),
    ]);
    construct(&"en-US-u-ca-gregory-nu-latn".into(), &options)
}

/// A formatter; the browser throws for zones that it does not know.
fn construct(locale: &JsValue, options: &Object) -> Option<Object> {
    let class = js::method(&js::global("Intl")?, "DateTimeFormat")?;
    Reflect::construct(&class, &Array::of2(locale, options)).ok()?.dyn_into().ok()
}
