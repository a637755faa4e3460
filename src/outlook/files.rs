//! The files of the open item, by name (ATT-1). What is in them the service reads.

use calbridge_rules::files::{File, FilePlace};
use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};

use super::{
    Failure,
    office::{self, Office},
};
use crate::js;

/// The most files that are listed; the service looks at no more.
const LIMIT: usize = 50;

/// What the open item has, in either mode; nothing where no item is open.
pub(super) async fn files(office: &Office) -> Result<Vec<File>, Failure> {
    let Some(item) = office::item() else { return Ok(Vec::new()) };
    let list = match js::member(&item, "attachments") {
        Some(list) => list,
        None => office.call(&item, "getAttachmentsAsync", &[]).await?,
    };
    let list: Array = list.dyn_into().unwrap_or_default();
    Ok(list.iter().take(LIMIT).filter_map(|one| file(&one)).collect())
}

fn file(one: &JsValue) -> Option<File> {
    let place = match js::text(one, "attachmentType")?.as_str() {
        _ if js::member(one, "isInline").is_some_and(|inline| inline.is_truthy()) => FilePlace::Inline,
        "item" => FilePlace::Item,
        "cloud" => FilePlace::Cloud,
        _ => FilePlace::Attached,
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "sizes are whole and small")]
    let size = js::member(one, "size").and_then(|size| size.as_f64()).map_or(0, |size| size as u64);
    Some(File { name: js::text(one, "name")?, size, place })
}
