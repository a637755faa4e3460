//! Record types: which a record may have, and what describe and layouts say of them.

use serde_json::{Value, json};

use super::exchange::Call;
use super::ids;
use super::org::{Org, Values};
use super::refusal::Refusal;
use super::schema::{Field, Object, RecordType};

/// The record type every object has.
pub(crate) const MASTER: &str = "012000000000000AAA";
const MASTER_NAME: &str = "Master";

/// Reads a sent record type: one of the object's that the user may choose.
pub(crate) fn accept(object: &Object, field: &Field, value: &Value) -> Result<Value, Refusal> {
    if value.is_null() || value == "" {
        return Ok(by_default(object));
    }
    let text = value.as_str().unwrap_or_default();
    let chosen = ids::full(text).and_then(|id| object.record_types.iter().find(|kind| kind.id == id));
    match chosen {
        Some(kind) if kind.active && kind.available => Ok(json!(kind.id)),
        Some(_) | None => {
            let message = format!("{}: this ID value isn't valid for the user: {text}", field.label);
            Err(Refusal::write("INVALID_CROSS_REFERENCE_KEY", message, &[&field.name]))
        }
    }
}

/// The record type of a record that names none.
pub(crate) fn by_default(object: &Object) -> Value {
    object.record_types.iter().find(|kind| kind.default).map_or(Value::Null, |kind| json!(kind.id))
}

/// What describe says: the world's record types, and the master one.
pub(crate) fn infos(call: &Call, object: &Object) -> Value {
    every(object).iter().map(|kind| info(call, object, kind)).collect()
}

/// What the layouts of an object say, with the id of each type's layout.
pub(crate) fn mappings(call: &Call, object: &Object) -> Value {
    let mapping = |kind: &RecordType| {
        let mut mapping = info(call, object, kind);
        mapping["layoutId"] = json!(layout_id(object, &kind.id));
        mapping["picklistsForRecordType"] = Value::Null;
        mapping
    };
    every(object).iter().map(mapping).collect()
}

fn info(call: &Call, object: &Object, kind: &RecordType) -> Value {
    let layout = call.address(&format!("/sobjects/{}/describe/layouts/{}", object.name, kind.id));
    json!({
        "active": kind.active, "available": kind.available, "defaultRecordTypeMapping": kind.default,
        "developerName": kind.developer_name, "master": kind.id == MASTER, "name": kind.name,
        "recordTypeId": kind.id, "urls": { "layout": layout },
    })
}

/// The record types of an object, the master one last.
fn every(object: &Object) -> Vec<RecordType> {
    let master = RecordType {
        id: MASTER.to_owned(),
        name: MASTER_NAME.to_owned(),
        developer_name: MASTER_NAME.to_owned(),
        active: true,
        available: true,
        default: !object.record_types.iter().any(|kind| kind.default),
        layout: Vec::new(),
    };
    object.record_types.iter().cloned().chain([master]).collect()
}

/// The record types that have a layout, the master one among them.
pub(crate) fn with_layouts(object: &Object) -> Vec<RecordType> {
    every(object).into_iter().filter(|kind| kind.active).collect()
}

/// The record type of an id whose layout is asked for.
pub(crate) fn with_layout(object: &Object, id: &str) -> Option<RecordType> {
    let id = ids::full(id)?;
    with_layouts(object).into_iter().find(|kind| kind.id == id)
}

/// The id of the layout of a record type.
pub(crate) fn layout_id(object: &Object, record_type: &str) -> String {
    let place = object.record_types.iter().position(|kind| kind.id == record_type);
    let number = place.map_or(0, |place| place + 1);
    ids::numbered("00h", u64::try_from(number).unwrap_or_default())
}

impl Org {
    /// Stores the record types as records, so that they can be queried and looked up.
    pub(crate) fn seed_record_types(&mut self, stamp: &str) {
        let whole = std::sync::Arc::clone(&self.whole);
        for object in whole.objects() {
            for kind in &object.record_types {
                let values = json!({
                    "Id": kind.id, "Name": kind.name, "DeveloperName": kind.developer_name,
                    "SobjectType": object.name, "IsActive": kind.active, "CreatedDate": stamp,
                    "LastModifiedDate": stamp, "SystemModstamp": stamp,
                });
                let Value::Object(values) = values else { continue };
                self.put_as_is("RecordType", &kind.id, values);
            }
        }
    }

    fn put_as_is(&mut self, object: &str, id: &str, values: Values) {
        let record = self.record_of(id, object, values);
        self.put(record);
    }
}
