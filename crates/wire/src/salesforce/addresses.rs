//! Names and addresses of people and users by id: an id's first three characters tell its object.
//! <https://help.salesforce.com/s/articleView?id=000385203>

use calbridge_rules::{
    id::{Address, RecordId},
    item::Person,
};

use super::{query::Row, soql};
use crate::call::CallError;

/// Objects whose records have an address, by how their ids begin, and which of their records count.
const OBJECTS: [(&str, &str, &str); 3] =
    [("003", "Contact", ""), ("00Q", "Lead", ""), ("005", "User", "IsActive = true AND ")];

/// Addresses of people and active users: statements to run with [`super::query::Query`], and a reader of their rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressesOf {
    /// The records; those of other objects have none.
    pub records: Vec<RecordId>,
}

impl AddressesOf {
    /// The statements, none without people.
    pub fn statements(&self) -> Vec<String> {
        let of_object = |(prefix, object, test): (&str, &str, &str)| {
            let ids: Vec<RecordId> =
                self.records.iter().filter(|record| record.as_str().starts_with(prefix)).cloned().collect();
            let statement = |list: String| {
                format!("SELECT Id, Name, Email FROM {object} WHERE {test}Id IN {list} ORDER BY Id")
            };
            soql::id_lists(&ids).into_iter().map(statement).collect::<Vec<_>>()
        };
        OBJECTS.into_iter().flat_map(of_object).collect()
    }

    /// The people in the rows; those without an address are left out.
    ///
    /// # Errors
    /// A row lacks its id.
    pub fn read(&self, rows: &[Row]) -> Result<Vec<(RecordId, Person)>, CallError> {
        let mut people = Vec::new();
        for row in rows {
            let id = row.record("Id")?;
            if let Ok(address) = Address::parse(row.text("Email")) {
                people.push((id, Person { name: row.text("Name").to_owned(), address: Some(address) }));
            }
        }
        Ok(people)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{call::Endpoint, salesforce::query::Query, testing::reply};

    fn asked(ids: &[&str]) -> AddressesOf {
        AddressesOf { records: ids.iter().map(|id| RecordId::parse(id).unwrap()).collect() }
    }

    #[test]
    fn each_object_is_asked_for_its_own_records() {
        let asked = asked(&["0035e00000Dana1", "0055e00000Ines1", "0015e00000Acme1"]);
        let [dana, ines, _] = asked.records.as_slice() else { panic!("three") };
        assert_eq!(
            asked.statements(),
            [
                format!("SELECT Id, Name, Email FROM Contact WHERE Id IN ('{dana}') ORDER BY Id"),
                format!(
                    "SELECT Id, Name, Email FROM User WHERE IsActive = true AND Id IN ('{ines}') ORDER BY Id"
                ),
            ]
        );
    }

    #[test]
    fn who_has_no_address_is_left_out() {
        let answer = r#"{"totalSize": 2, "done": true, "records": [
            {"attributes": {"type": "Contact"}, "Id": "0035e00000Dana1", "Name": "Dana Roth",
             "Email": "dana@acme.example"},
            {"attributes": {"type": "Contact"}, "Id": "0035e00000Luis1", "Name": "Luis", "Email": null}]}"#;
        let query = Query { version: "v67.0".to_owned(), soql: String::new() };
        let rows = query.read(&reply(200, answer)).unwrap().rows;
        let asked = asked(&["0035e00000Dana1"]);
        let people = asked.read(&rows).unwrap();
        let [(id, person)] = people.as_slice() else { panic!("{people:?}") };
        assert_eq!((id, person.name.as_str()), (&asked.records[0], "Dana Roth"));
    }
}
