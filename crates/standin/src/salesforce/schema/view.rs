//! Narrower readings of the schema: rows picked from another object's, and what one profile sees.

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
        Self::of(self.objects.values().filter_map(|object| narrow(object)))
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
        Self { rights, by_name: super::places(&fields), fields, ..self.clone() }
    }
}
