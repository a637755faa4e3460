//! Transactions of the org: what rows were before, so that a failure leaves none of its traces.
//!
//! Transactions nest: a graph rolls back while the requests around it stand. Ids and change stamps that a rolled back
//! transaction took are never given again, as at the vendor.

use super::org::{Org, Record};
use super::recent::Seen;
use super::refusal::Refusal;

/// What something was before it was written.
#[derive(Debug)]
pub(crate) enum Before {
    Row(String, Option<Record>),
    /// A user's recent records.
    Recent(String, Vec<Seen>),
}

/// What was, latest last, and where each open transaction began.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    before: Vec<Before>,
    begun: Vec<usize>,
}

impl Journal {
    /// Remembers what was, if a transaction is open.
    pub(crate) fn note(&mut self, before: impl FnOnce() -> Before) {
        if !self.begun.is_empty() {
            self.before.push(before());
        }
    }
}

impl Org {
    /// Does all of the work, or none of it when it is refused.
    pub(crate) fn transact<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        self.begin();
        let done = work(self);
        match done {
            Ok(_) => self.commit(),
            Err(_) => self.roll_back(),
        }
        done
    }

    /// Begins a transaction, maybe within another one.
    pub(crate) fn begin(&mut self) {
        let here = self.journal.before.len();
        self.journal.begun.push(here);
    }

    /// Keeps what was written since the latest begin.
    pub(crate) fn commit(&mut self) {
        self.journal.begun.pop();
        if self.journal.begun.is_empty() {
            self.journal.before.clear();
        }
    }

    /// Undoes what was written since the latest begin.
    pub(crate) fn roll_back(&mut self) {
        let Some(start) = self.journal.begun.pop() else { return };
        for before in self.journal.before.split_off(start).into_iter().rev() {
            match before {
                Before::Row(id, row) => self.restore(&id, row),
                Before::Recent(user, seen) if seen.is_empty() => {
                    self.recent.remove(&user);
                }
                Before::Recent(user, seen) => {
                    self.recent.insert(user, seen);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::salesforce::refusal::Refusal;
    use crate::salesforce::testing::{Client, meeting};
    use crate::salesforce::write::{Author, create, delete, update};

    fn author(client: &Client) -> Author {
        let user = client.org.user("integration@brightwater.example").unwrap().id.clone();
        Author { user, now: client.now, version: 67 }
    }

    fn state(client: &Client) -> Value {
        json!([client.org.dump()["records"], format!("{:?}", client.org.recent)])
    }

    #[test]
    fn a_refused_transaction_leaves_rows_lookups_and_recent_records_as_they_were() {
        let mut client = Client::demo();
        let contact = client.contact();
        let before = state(&client);
        let author = author(&client);
        let fields = meeting(&json!({ "Calbridge_Sync_Key__c": "k1" }));
        let refused: Result<(), Refusal> = client.org.transact(|org| {
            create(org, &author, "Event", fields.as_object().unwrap())?;
            let email = json!({ "Email": "new@acme.example" });
            update(org, &author, &contact, email.as_object().unwrap())?;
            delete(org, &author, &contact)?;
            org.purge(&contact);
            Err(Refusal::not_found())
        });
        assert!(refused.is_err());
        assert_eq!(state(&client), before);
        assert!(client.org.by_key("Event", "Calbridge_Sync_Key__c", "k1").is_empty());
        assert!(client.org.by_key("Contact", "Email", "new@acme.example").is_empty());
    }

    #[test]
    fn an_inner_transaction_rolls_back_alone_and_an_outer_one_takes_it_along() {
        let mut client = Client::demo();
        let author = author(&client);
        let event = |subject: &str| meeting(&json!({ "Subject": subject })).as_object().unwrap().clone();
        let before = state(&client);
        client.org.begin();
        create(&mut client.org, &author, "Event", &event("outer")).unwrap();
        client.org.begin();
        create(&mut client.org, &author, "Event", &event("inner")).unwrap();
        client.org.roll_back();
        client.org.begin();
        create(&mut client.org, &author, "Event", &event("kept")).unwrap();
        client.org.commit();
        let rows =
            client.found("SELECT Subject FROM Event WHERE Subject IN ('outer','inner','kept')", "Subject");
        assert_eq!(rows, ["outer", "kept"]);
        client.org.roll_back();
        assert_eq!(state(&client), before);
    }

    #[test]
    fn ids_and_change_stamps_of_a_rolled_back_transaction_are_not_given_again() {
        let mut client = Client::demo();
        let author = author(&client);
        let fields = meeting(&json!({}));
        client.org.begin();
        let lost = create(&mut client.org, &author, "Event", fields.as_object().unwrap()).unwrap();
        let stamp = client.org.record(&lost).unwrap().text("SystemModstamp").to_owned();
        client.org.roll_back();
        let kept = client.created(&fields);
        assert!(kept["Id"].as_str().unwrap() > lost.as_str());
        assert!(kept["SystemModstamp"].as_str().unwrap() > stamp.as_str());
    }
}
