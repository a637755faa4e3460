//! What the vendor's own user interface asks for: tabs, themes, list views. An org without any of an administrator's.

use serde_json::{Value, json};

use super::exchange::Call;
use super::org::Org;
use super::schema::Object;

/// Objects with a tab, in the order of the bar.
const TABBED: [&str; 8] =
    ["Account", "Contact", "Lead", "Opportunity", "Case", "Campaign", "Contract", "Product2"];
/// The colour of every tab.
const COLOR: &str = "236FBD";

/// `GET /tabs`.
pub(crate) fn tabs(org: &Org, call: &Call) -> Value {
    let objects = TABBED.iter().filter_map(|name| org.schema.object(name));
    let each = objects.map(|object| {
        json!({
            "colors": [{ "color": COLOR, "context": "primary", "theme": "theme4" }],
            "custom": false,
            "iconUrl": format!("{}/img/icon/{}32.png", org.my_domain, object.name.to_lowercase()),
            "icons": [],
            "label": object.label_plural,
            "miniIconUrl": format!("{}/img/icon/{}16.png", org.my_domain, object.name.to_lowercase()),
            "name": format!("standard-{}", object.name),
            "sobjectName": object.name,
            "timeZone": org.zone.name(),
            "url": call.address(&format!("/sobjects/{}", object.name)),
        })
    });
    Value::Array(each.collect())
}

/// `GET /theme`.
pub(crate) fn theme(org: &Org) -> Value {
    let objects = TABBED.iter().filter_map(|name| org.schema.object(name));
    let each = objects.map(|object| {
        json!({
            "colors": [{ "color": COLOR, "context": "primary", "theme": "theme4" }],
            "icons": [],
            "name": object.name,
        })
    });
    json!({ "themeItems": each.collect::<Vec<_>>() })
}

/// `GET /sobjects/{type}/listviews`: none.
pub(crate) fn list_views(object: &Object) -> Value {
    json!({ "done": true, "listviews": [], "nextRecordsUrl": null, "size": 0, "sobjectType": object.name })
}

/// `GET /sobjects/{type}/describe/namedLayouts/{name}`: none.
pub(crate) fn named_layouts() -> Value {
    json!({ "layouts": [], "recordTypeMappings": [], "recordTypeSelectorRequired": [] })
}
