//! What the control API does to the org behind its API's back.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use super::describe::NEWEST;
use super::org::Org;
use super::write::{Author, create, delete, update};
use super::{ids, refusal::Refusal};

impl Org {
    /// Ends every access token and says how many there were.
    pub fn expire_sessions(&mut self) -> usize {
        self.sessions.expire()
    }

    /// Requests of this day.
    pub fn requests_used(&self) -> u64 {
        self.usage.used()
    }

    /// Writes a record as a user of the caller's choice.
    pub(crate) fn write_as(&mut self, now: DateTime<Utc>, body: &Value) -> Result<Value, String> {
        let by = body["by"].as_str().unwrap_or(&self.integration_user);
        let user = self.user(by).map(|user| user.id.clone()).ok_or_else(|| format!("no user {by}"))?;
        let author = Author { user, now, version: NEWEST };
        let fields = body["fields"].as_object().ok_or("fields must be an object")?;
        let refused = |refusal: Refusal| format!("{}: {}", refusal.code, refusal.message);
        let id = if let Some(text) = body["id"].as_str() {
            let id = ids::full(text).ok_or_else(|| format!("{text} is no id"))?;
            update(self, &author, &id, fields).map_err(refused)?;
            id
        } else {
            let kind = body["type"].as_str().ok_or("a new record needs a type")?;
            if kind.eq_ignore_ascii_case("EventRelation") {
                self.relate();
            }
            create(self, &author, kind, fields).map_err(refused)?
        };
        Ok(json!({ "id": id }))
    }

    /// Deletes a record, or removes it for good.
    pub(crate) fn remove(&mut self, now: DateTime<Utc>, id: &str, purge: bool) -> Result<Value, String> {
        let id = ids::full(id).ok_or_else(|| format!("{id} is no id"))?;
        if purge {
            self.purge_whole(&id);
            return Ok(json!({ "purged": id }));
        }
        let user = self.user(&self.integration_user).map(|user| user.id.clone()).unwrap_or_default();
        let author = Author { user, now, version: NEWEST };
        delete(self, &author, &id).map_err(|refusal| refusal.message)?;
        Ok(json!({ "deleted": id }))
    }

    /// Every record by object, deleted ones marked by `IsDeleted`.
    pub fn dump(&self) -> Value {
        let mut objects = Map::new();
        for object in self.schema.objects().filter(|object| object.view.is_none()) {
            let rows: Vec<Value> =
                self.rows(&object.name).map(|record| Value::Object(record.values())).collect();
            objects.insert(object.name.clone(), Value::Array(rows));
        }
        json!({ "org": self.id, "records": objects, "requests": self.usage.used() })
    }
}
