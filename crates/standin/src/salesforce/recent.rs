//! What each user looked at last: `/recent`, `recentItems`, and rows of `RecentlyViewed`.

use chrono::{DateTime, Utc};
use http::Response;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::exchange::Call;
use super::journal::Before;
use super::org::{Org, Values};
use super::refusal::Refusal;
use super::{moment, reply};

/// The most records a user is remembered to have seen.
const LIMIT: usize = 200;

/// One record a user saw.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Seen {
    pub id: String,
    /// Absent for what was only referred to.
    pub viewed: Option<DateTime<Utc>>,
    pub referenced: DateTime<Utc>,
}

impl Org {
    /// The object whose rows are the caller's recent records.
    pub(crate) const RECENTLY_VIEWED: &str = "RecentlyViewed";

    /// Notes that a user looked at a record.
    pub(crate) fn viewed(&mut self, user: &str, id: &str) {
        let now = self.asked;
        self.saw(user, Seen { id: id.to_owned(), viewed: Some(now), referenced: now });
    }

    /// Notes that a user saw a record mentioned.
    pub(crate) fn referenced(&mut self, user: &str, id: &str) {
        let before = self.recent.get(user).and_then(|seen| seen.iter().find(|seen| seen.id == id));
        let viewed = before.and_then(|seen| seen.viewed);
        self.saw(user, Seen { id: id.to_owned(), viewed, referenced: self.asked });
    }

    fn saw(&mut self, user: &str, seen: Seen) {
        let all = self.recent.entry(user.to_owned()).or_default();
        self.journal.note(|| Before::Recent(user.to_owned(), all.clone()));
        all.retain(|known| known.id != seen.id);
        all.insert(0, seen);
        all.truncate(LIMIT);
    }

    /// Makes the caller's recent records rows that a query finds, until they are cleared.
    pub(crate) fn lay_out_recent(&mut self, user: &str) {
        let seen = self.recent.get(user).cloned().unwrap_or_default();
        for seen in seen {
            let Some(record) = self.live(&seen.id) else { continue };
            let object = self.schema.object(&record.object);
            let name = object.map_or("Id", |object| object.name_field());
            let mut row = Values::new();
            row.insert("Id".to_owned(), json!(seen.id));
            row.insert("Name".to_owned(), record.value(name).clone());
            row.insert("Type".to_owned(), json!(record.object));
            for shared in ["FirstName", "LastName", "Title", "Email", "Phone", "Alias", "IsActive"] {
                row.insert(shared.to_owned(), record.value(shared).clone());
            }
            row.insert("LastViewedDate".to_owned(), json!(seen.viewed.map(moment::wire)));
            row.insert("LastReferencedDate".to_owned(), json!(moment::wire(seen.referenced)));
            let row = self.record_of(&seen.id, Self::RECENTLY_VIEWED, row);
            self.place(row);
        }
    }

    /// Takes those rows away again.
    pub(crate) fn clear_recent(&mut self) {
        self.forget_table(Self::RECENTLY_VIEWED);
    }
}

/// `GET /recent`: what the user looked at last, whatever the object.
pub(crate) fn recent(org: &Org, call: &Call) -> Result<Response<Vec<u8>>, Refusal> {
    let limit = super::search::number(call.parameter("limit"))?.unwrap_or(LIMIT).min(LIMIT);
    Ok(reply::ok(&Value::Array(items(org, call, limit, None))))
}

/// The user's recent records, of one object if named.
pub(crate) fn items(org: &Org, call: &Call, limit: usize, only: Option<&str>) -> Vec<Value> {
    let seen = org.recent.get(&call.user).map(Vec::as_slice).unwrap_or_default();
    seen.iter()
        .filter_map(|seen| org.live(&seen.id))
        .filter(|record| only.is_none_or(|only| record.object == only))
        .take(limit)
        .map(|record| {
            let name = org.schema.object(&record.object).map_or("Id", |object| object.name_field());
            let url = call.address(&format!("/sobjects/{}/{}", record.object, record.id));
            json!({ "attributes": { "type": record.object, "url": url }, "Id": record.id, "Name": record.value(name) })
        })
        .collect()
}
