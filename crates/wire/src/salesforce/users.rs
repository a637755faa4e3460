//! Users by their e-mail address.

use calbridge_rules::id::{Address, RecordId};

use super::{query::Row, soql};
use crate::call::CallError;

/// Rows of one statement at most.
const ROW_LIMIT: usize = 2000;

/// Active users by address: statements to run with [`super::query::Query`], and a reader of their rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsersByEmail {
    /// The addresses.
    pub addresses: Vec<Address>,
}

/// A user and the address they were found by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundUser {
    /// The user.
    pub user: RecordId,
    /// Their name.
    pub name: String,
    /// The address.
    pub address: Address,
}

impl UsersByEmail {
    /// The statements, none without addresses.
    pub fn statements(&self) -> Vec<String> {
        let asked: Vec<&str> = self.addresses.iter().map(Address::as_str).collect();
        let statement = |portion: Vec<&str>| {
            let list = soql::list(portion);
            format!(
                "SELECT Id, Name, Email FROM User WHERE IsActive = true AND Email IN {list} ORDER BY Id LIMIT {ROW_LIMIT}"
            )
        };
        soql::portions(&asked, 1).into_iter().map(statement).collect()
    }

    /// The users in the rows; several may have one address.
    ///
    /// # Errors
    /// A row has no id.
    pub fn read(&self, rows: &[Row]) -> Result<Vec<FoundUser>, CallError> {
        let mut found = Vec::new();
        for row in rows {
            let Ok(address) = Address::parse(row.text("Email")) else { continue };
            if self.addresses.contains(&address) {
                found.push(FoundUser { user: row.record("Id")?, name: row.text("Name").to_owned(), address });
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{call::Endpoint, salesforce::query::Query, testing::reply};

    fn asked() -> UsersByEmail {
        let addresses = ["mara@brightwater.example", "o'hara@brightwater.example"];
        UsersByEmail { addresses: addresses.iter().map(|address| Address::parse(address).unwrap()).collect() }
    }

    #[test]
    fn active_users_are_asked_for_by_address() {
        assert_eq!(
            asked().statements(),
            ["SELECT Id, Name, Email FROM User WHERE IsActive = true AND Email IN \
              ('mara@brightwater.example','o\\'hara@brightwater.example') ORDER BY Id LIMIT 2000"]
        );
        assert!(UsersByEmail { addresses: Vec::new() }.statements().is_empty());
    }

    #[test]
    fn an_address_is_told_with_its_user_whatever_its_case() {
        let answer = r#"{"totalSize": 2, "done": true, "records": [
            {"attributes": {"type": "User"}, "Id": "0055e00000Mara1AAB", "Name": "Mara Lindqvist",
             "Email": "Mara@Brightwater.example"},
            {"attributes": {"type": "User"}, "Id": "0055e00000Theo1AAB", "Name": "Theo Park",
             "Email": "theo@brightwater.example"}]}"#;
        let query = Query { version: "v67.0".to_owned(), soql: String::new() };
        let rows = query.read(&reply(200, answer)).unwrap().rows;
        let found = asked().read(&rows).unwrap();
        assert_eq!(found.len(), 1, "nobody else is taken along");
        assert_eq!((found[0].name.as_str(), &found[0].address), ("Mara Lindqvist", &asked().addresses[0]));
    }
}
