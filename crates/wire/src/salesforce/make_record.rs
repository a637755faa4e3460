//! `POST /services/data/vXX.X/sobjects/{Account|Contact|Lead|Opportunity}`:
//! <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_sobject_create.htm>
//!
//! One record a call: only so does a duplicate rule of the org say which records it found.

use calbridge_rules::{
    id::{ApiName, RecordId},
    newcomers::{NewPerson, NewRecord},
};

use super::{data, errors};
use crate::{
    call::{CallError, Endpoint},
    json,
    message::{Method, Reply, Request},
    outgoing,
    tree::object,
    value::Value,
};

/// The code of a refusal by a duplicate rule.
const DUPLICATES: &str = "DUPLICATES_DETECTED";
/// What a duplicate rule says more; Salesforce writes it both ways.
const DUPLICATE_DETAILS: [&str; 2] = ["duplicateResut", "duplicateResult"];

/// Makes a record for somebody who is in none (PPL-7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MakeRecord {
    /// The API version.
    pub version: String,
    /// The user to whom it belongs.
    pub owner: RecordId,
    /// The stage of an Opportunity, of which it cannot be without.
    pub stage: String,
    /// The record.
    pub record: NewRecord,
}

/// How it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MakeEnd {
    /// There is a new record.
    New(RecordId),
    /// A duplicate rule holds it to be the same as these.
    Alike(Vec<Alike>),
}

/// A record that a duplicate rule found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alike {
    /// The record.
    pub record: RecordId,
    /// Its object.
    pub object: ApiName,
}

/// What the object of a record is called.
pub fn object_of(record: &NewRecord) -> &'static str {
    match record {
        NewRecord::Account { .. } => "Account",
        NewRecord::Contact { .. } => "Contact",
        NewRecord::Lead { .. } => "Lead",
        NewRecord::Opportunity { .. } => "Opportunity",
    }
}

impl Endpoint for MakeRecord {
    type Answer = MakeEnd;

    fn request(&self, base: &str) -> Request {
        let mut fields = self.fields();
        fields.push(("OwnerId", Value::from(self.owner.as_str())));
        let path = format!("sobjects/{}", object_of(&self.record));
        outgoing::json(Method::Post, &data(base, &self.version, &path), &object(fields))
    }

    fn read(&self, reply: &Reply) -> Result<MakeEnd, CallError> {
        match errors::check(reply) {
            Ok(()) => Ok(MakeEnd::New(json::record(&json::body(reply)?, "id")?)),
            Err(CallError::Rejected(rejection)) if rejection.code == DUPLICATES => {
                let alike = alike(reply)?;
                if alike.is_empty() { Err(CallError::Rejected(rejection)) } else { Ok(MakeEnd::Alike(alike)) }
            }
            Err(error) => Err(error),
        }
    }
}

impl MakeRecord {
    fn fields(&self) -> Vec<(&'static str, Value)> {
        match &self.record {
            NewRecord::Account { name, domain } => {
                vec![("Name", Value::from(name.as_str())), ("Website", Value::from(domain.as_str()))]
            }
            NewRecord::Contact { person, account } => {
                let mut fields = of_person(person);
                fields.extend(account.iter().map(|account| ("AccountId", Value::from(account.as_str()))));
                fields
            }
            NewRecord::Lead { person, company } => {
                let mut fields = of_person(person);
                fields.push(("Company", Value::from(company.as_str())));
                fields
            }
            NewRecord::Opportunity { name, account, close } => vec![
                ("Name", Value::from(name.as_str())),
                ("AccountId", Value::from(account.as_str())),
                ("StageName", Value::from(self.stage.as_str())),
                ("CloseDate", Value::from(close.to_string().as_str())),
            ],
        }
    }
}

fn of_person(person: &NewPerson) -> Vec<(&'static str, Value)> {
    let mut fields = vec![
        ("LastName", Value::from(person.last_name.as_str())),
        ("Email", Value::from(person.address.as_str())),
    ];
    if !person.first_name.is_empty() {
        fields.push(("FirstName", Value::from(person.first_name.as_str())));
    }
    fields
}

/// The records that a duplicate rule found, each once.
fn alike(reply: &Reply) -> Result<Vec<Alike>, CallError> {
    let mut found: Vec<Alike> = Vec::new();
    for error in json::list(reply)? {
        let details = DUPLICATE_DETAILS.iter().filter_map(|name| json::at(&error, name));
        let results = details.flat_map(|detail| json::rows(detail, "matchResults"));
        for row in results.flat_map(|result| json::rows(result, "matchRecords")) {
            let record = json::record(row, "record.Id")?;
            let object = ApiName::parse(json::text(row, "record.attributes.type")?)
                .map_err(|bad| json::malformed(bad.to_string()))?;
            if found.iter().all(|known| known.record != record) {
                found.push(Alike { record, object });
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use calbridge_rules::id::Address;
    use chrono::NaiveDate;
    use serde_json::json;

    use super::*;
    use crate::testing::{reply, shown};

    fn id(text: &str) -> RecordId {
        RecordId::parse(text).unwrap()
    }

    fn make(record: NewRecord) -> MakeRecord {
        let (version, stage) = ("v67.0".to_owned(), "Prospecting".to_owned());
        MakeRecord { version, owner: id("005000000000001AAA"), stage, record }
    }

    fn pat(first_name: &str) -> NewPerson {
        NewPerson {
            first_name: first_name.to_owned(),
            last_name: "Hale".to_owned(),
            address: Address::parse("p.hale@acme.example").unwrap(),
        }
    }

    #[track_caller]
    fn says(record: NewRecord, expected: &str) {
        let text = shown(&make(record).request("https://org.example"));
        let address = "POST https://org.example/services/data/v67.0/sobjects/";
        let (head, body) = text.split_once("\n\n").unwrap();
        let object = head.strip_prefix(address).unwrap().lines().next().unwrap();
        assert_eq!(format!("{object} {body}"), expected);
    }

    #[test]
    fn ppl_7_each_record_says_what_it_cannot_be_without() {
        let account = id("001000000000001AAA");
        let close = NaiveDate::from_ymd_opt(2026, 6, 16).unwrap();
        says(
            NewRecord::Account { name: "Acme".to_owned(), domain: "acme.example".to_owned() },
            r#"Account {"Name":"Acme","OwnerId":"005000000000001AAA","Website":"acme.example"}"#,
        );
        says(
            NewRecord::Contact { person: pat("Pat"), account: Some(account.clone()) },
            r#"Contact {"AccountId":"001000000000001AAA","Email":"p.hale@acme.example","FirstName":"Pat","LastName":"Hale","OwnerId":"005000000000001AAA"}"#,
        );
        says(
            NewRecord::Lead { person: pat(""), company: "Acme".to_owned() },
            r#"Lead {"Company":"Acme","Email":"p.hale@acme.example","LastName":"Hale","OwnerId":"005000000000001AAA"}"#,
        );
        says(
            NewRecord::Opportunity { name: "Acme".to_owned(), account, close },
            r#"Opportunity {"AccountId":"001000000000001AAA","CloseDate":"2026-06-16","Name":"Acme","OwnerId":"005000000000001AAA","StageName":"Prospecting"}"#,
        );
    }

    #[test]
    fn ppl_7_a_duplicate_rule_tells_which_records_it_found_however_it_spells_that() {
        let lead = make(NewRecord::Lead { person: pat("Pat"), company: "Acme".to_owned() });
        let row = |id: &str| json!({ "record": { "attributes": { "type": "Contact" }, "Id": id } });
        for spelled in DUPLICATE_DETAILS {
            let rows = [row("003000000000001AAA"), row("003000000000001AAA"), row("003000000000002AAA")];
            let mut error = json!({ "message": "Use one of these?", "errorCode": DUPLICATES });
            error[spelled] = json!({ "matchResults": [{ "matchRecords": rows }] });
            let end = lead.read(&reply(400, &json!([error]).to_string())).unwrap();
            let MakeEnd::Alike(alike) = end else { panic!("{end:?}") };
            let ids: Vec<&str> = alike.iter().map(|one| one.record.as_str()).collect();
            assert_eq!(ids, ["003000000000001AAA", "003000000000002AAA"]);
            assert!(alike.iter().all(|one| one.object.as_str() == "Contact"));
        }
        let bare = json!([{ "message": "Use one of these?", "errorCode": DUPLICATES }]).to_string();
        assert!(matches!(lead.read(&reply(400, &bare)), Err(CallError::Rejected(_))));
    }

    #[test]
    fn ppl_7_a_new_record_has_an_id() {
        let lead = make(NewRecord::Lead { person: pat("Pat"), company: "Acme".to_owned() });
        let body = r#"{"id":"00Q000000000001","success":true,"errors":[]}"#;
        assert_eq!(lead.read(&reply(201, body)), Ok(MakeEnd::New(id("00Q000000000001"))));
    }
}
