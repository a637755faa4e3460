//! What a user may see and do: profiles with hidden and read-only fields and rights on objects, and records that are
//! their owner's alone. A user without a profile may do everything that sharing leaves them.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use super::exchange::Call;
use super::org::{Org, Record};
use super::refusal::Refusal;
use super::schema::{Access, Object, Rights, Schema};

/// Who is served, and what they asked for in headers.
#[derive(Debug, Default)]
pub(crate) struct Caller {
    /// The 18-character id of the user; none while the org serves itself.
    user: Option<String>,
    /// Whether a profile narrows what the user sees.
    limited: bool,
    /// Whether sharing does not apply.
    all_records: bool,
    pub duplicates: DuplicateOptions,
}

/// What `Sforce-Duplicate-Rule-Header` says.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct DuplicateOptions {
    /// Warnings do not stop the save.
    pub allow_save: bool,
    /// Matches are shown with their fields.
    pub include_record_details: bool,
}

/// The profiles of a world and whose they are.
#[derive(Debug, Default)]
pub(crate) struct Profiles {
    profiles: Vec<Profile>,
    /// A profile's place by the id of the user who has it.
    of_user: BTreeMap<String, usize>,
}

#[derive(Debug)]
struct Profile {
    schema: Arc<Schema>,
    all_records: bool,
}

/// How far the records of an object are their owner's alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Sharing {
    /// Others do not see them.
    OwnerOnly,
    /// Others see them and change nothing.
    OwnerEdits,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ProfileText {
    /// Names or addresses of users.
    #[serde(default)]
    users: Vec<String>,
    /// By `Object.Field`.
    #[serde(default)]
    fields: BTreeMap<String, FieldRight>,
    /// What is left of an object; none of these hides it.
    #[serde(default)]
    objects: BTreeMap<String, Vec<ObjectRight>>,
    /// Whether sharing does not apply.
    #[serde(default)]
    all_records: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
enum FieldRight {
    Hidden,
    ReadOnly,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
enum ObjectRight {
    Read,
    Create,
    Edit,
    Delete,
}

impl ProfileText {
    fn schema(&self, whole: &Schema) -> Schema {
        whole.narrowed(|object| {
            let rights = match self.objects.get(&object.name) {
                None => object.rights,
                Some(left) if !left.contains(&ObjectRight::Read) => return None,
                Some(left) => Rights {
                    create: object.rights.create && left.contains(&ObjectRight::Create),
                    update: object.rights.update && left.contains(&ObjectRight::Edit),
                    delete: object.rights.delete && left.contains(&ObjectRight::Delete),
                },
            };
            Some(object.limited(rights, |field, access| {
                match self.fields.get(&format!("{}.{field}", object.name)) {
                    None => Some(access.clone()),
                    Some(FieldRight::Hidden) => None,
                    Some(FieldRight::ReadOnly) => {
                        Some(Access { createable: false, updateable: false, ..access.clone() })
                    }
                }
            }))
        })
    }

    /// Every object and field it names is there.
    fn check(&self, name: &str, whole: &Schema) -> Result<(), String> {
        if let Some(object) = self.objects.keys().find(|object| whole.object(object).is_none()) {
            return Err(format!("salesforce.profiles.{name}.objects names the unknown object {object}"));
        }
        let known = |path: &str| {
            let (object, field) = path.split_once('.')?;
            whole.object(object)?.field(field)
        };
        match self.fields.keys().find(|path| known(path).is_none()) {
            Some(path) => Err(format!("salesforce.profiles.{name}.fields names the unknown field {path}")),
            None => Ok(()),
        }
    }
}

impl Org {
    /// Reads profiles and sharing of a world whose users are there already.
    pub(crate) fn learn_access(&mut self, part: &Value) -> Result<(), String> {
        let read = |name: &str, error: serde_json::Error| format!("salesforce.{name}: {error}");
        if !part["sharing"].is_null() {
            self.sharing = BTreeMap::deserialize(&part["sharing"]).map_err(|error| read("sharing", error))?;
        }
        if let Some(object) = self.sharing.keys().find(|object| self.whole.object(object).is_none()) {
            return Err(format!("salesforce.sharing names the unknown object {object}"));
        }
        if part["profiles"].is_null() {
            return Ok(());
        }
        let texts: BTreeMap<String, ProfileText> =
            BTreeMap::deserialize(&part["profiles"]).map_err(|error| read("profiles", error))?;
        for (place, (name, text)) in texts.iter().enumerate() {
            text.check(name, &self.whole)?;
            for user in &text.users {
                let unknown = || format!("salesforce.profiles.{name} names the unknown user {user}");
                let id = self.user(user).map(|user| user.id.clone()).ok_or_else(unknown)?;
                self.profiles.of_user.insert(id, place);
            }
            let schema = Arc::new(text.schema(&self.whole));
            self.profiles.profiles.push(Profile { schema, all_records: text.all_records });
        }
        Ok(())
    }

    /// Serves a user from here on, until the org serves itself again.
    pub(crate) fn serve(&mut self, call: &Call) {
        if !self.related && self.has("sharedActivities") && call.mentions("relation") {
            self.relate();
        }
        let place = self.profiles.of_user.get(&call.user);
        let profile = place.and_then(|place| self.profiles.profiles.get(*place));
        if let Some(profile) = profile {
            self.schema = Arc::clone(&profile.schema);
        }
        let duplicates = call.header("sforce-duplicate-rule-header").unwrap_or_default();
        let asks = |option: &str| {
            let mut options = duplicates.split([',', ';']).filter_map(|option| option.split_once('='));
            options.any(|(name, value)| {
                name.trim().eq_ignore_ascii_case(option) && value.trim().eq_ignore_ascii_case("true")
            })
        };
        self.caller = Caller {
            user: Some(call.user.clone()),
            limited: profile.is_some(),
            all_records: profile.is_some_and(|profile| profile.all_records),
            duplicates: DuplicateOptions {
                allow_save: asks("allowSave"),
                include_record_details: asks("includeRecordDetails"),
            },
        };
    }

    /// Ends what [`Self::serve`] began.
    pub(crate) fn served(&mut self) {
        self.caller = Caller::default();
        self.schema = Arc::clone(&self.whole);
    }

    /// Whether the caller may see a record.
    pub(crate) fn sees(&self, record: &Record) -> bool {
        if self.caller.limited && self.schema.object(&record.object).is_none() {
            return false;
        }
        self.sharing.is_empty() || self.shares(record, Sharing::OwnerOnly)
    }

    /// Whether the caller may change a record they see.
    pub(crate) fn edits(&self, record: &Record) -> bool {
        self.sharing.is_empty() || self.shares(record, Sharing::OwnerEdits)
    }

    fn shares(&self, record: &Record, kept: Sharing) -> bool {
        let Some(user) = self.caller.user.as_deref().filter(|_| !self.caller.all_records) else {
            return true;
        };
        self.sharing.get(&record.object) != Some(&kept) || record.text("OwnerId") == user
    }
}

/// What the caller may do with records of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    Create,
    Update,
    Delete,
}

/// Refuses what neither the object nor the caller's profile allows.
pub(crate) fn check_right(org: &Org, object: &Object, deed: Deed) -> Result<(), Refusal> {
    let right = |rights: Rights| match deed {
        Deed::Create => rights.create,
        Deed::Update => rights.update,
        Deed::Delete => rights.delete,
    };
    if right(object.rights) || org.caller.user.is_none() {
        return Ok(());
    }
    if org.whole.object(&object.name).is_some_and(|whole| right(whole.rights)) {
        let message = "insufficient access rights on object id";
        return Err(Refusal {
            status: 403,
            ..Refusal::write("INSUFFICIENT_ACCESS_OR_READONLY", message, &[])
        });
    }
    let done = match deed {
        Deed::Create => "inserted",
        Deed::Update => "updated",
        Deed::Delete => "deleted",
    };
    let message = format!("entity type cannot be {done}: {}", object.label);
    Err(Refusal::write("INVALID_TYPE_FOR_OPERATION", message, &[]))
}
