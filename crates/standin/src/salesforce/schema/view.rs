//! Narrower readings of the schema: rows picked from another object's, and what one profile sees.

use std::sync::Arc;

use super::{Access, Object, Rights, RowView, Schema};
use crate::salesforce::org::Record;

impl RowView {
    /// Whether a record of the object it is picked from belongs to it.
    pub(crate) fn holds(&self, record: &Record) -> bool {
        self.picks.iter().all(|(field, wanted)| record.value(field) == wanted)
    }
}

impl Schema {
    /// The same objects with other rights, and without those that are left none.
    pub(crate) fn narrowed(&self, narrow: impl Fn(&Object) -> Option<Object>) -> Self {
        let objects = self.objects.iter();
        let objects = objects.filter_map(|(key, object)| Some((key.clone(), Arc::new(narrow(object)?))));
        Self { objects: objects.collect() }
    }
}

impl Object {
    /// The same object with these rights and the fields that are left.
    pub(crate) fn limited(&self, rights: Rights, access: impl Fn(&str, &Access) -> Option<Access>) -> Self {
        let fields = self.fields.iter();
        let fields: Vec<_> = fields
            .filter_map(|field| {
                let access = access(&field.name, &field.access)?;
                Some(super::Field { access, ..field.clone() })
            })
            .collect();
        let by_name = fields.iter().enumerate();
        let by_name = by_name.map(|(index, field)| (field.name.to_ascii_lowercase(), index)).collect();
        Self { rights, fields, by_name, ..self.clone() }
    }
}
