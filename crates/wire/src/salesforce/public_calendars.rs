//! Public calendars (GRP-2): statements for `/query`, and a reader of their rows.
//! <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_calendar.htm>

use calbridge_rules::id::RecordId;

use super::{query::Row, soql};
use crate::call::CallError;

/// A public calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// Its id.
    pub id: RecordId,
    /// What it is called.
    pub name: String,
}

/// The statements that find public calendars by name, none without names.
pub fn by_name(names: &[&str]) -> Vec<String> {
    let statement = |portion: Vec<&str>| {
        let list = soql::list(portion);
        format!("SELECT Id, Name FROM Calendar WHERE Name IN {list} AND Type = 'Public' ORDER BY Name, Id")
    };
    soql::portions(names, 1).into_iter().map(statement).collect()
}

/// The calendars in the rows.
///
/// # Errors
/// A row cannot be read.
pub fn read(rows: &[Row]) -> Result<Vec<Calendar>, CallError> {
    rows.iter().map(|row| Ok(Calendar { id: row.record("Id")?, name: row.text("Name").to_owned() })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grp_2_public_calendars_are_found_by_name() {
        assert_eq!(
            by_name(&["Fairs", "Pat's"]),
            [
                r"SELECT Id, Name FROM Calendar WHERE Name IN ('Fairs','Pat\'s') AND Type = 'Public' ORDER BY Name, Id"
            ]
        );
        assert!(by_name(&[]).is_empty());
    }
}
