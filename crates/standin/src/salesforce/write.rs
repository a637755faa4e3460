//! Creates, updates and deletes records under the rules of fields and objects.

use std::fmt::Write as _;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::org::{Org, Record, Values};
use super::profiles::{Deed, check_right};
use super::refusal::Refusal;
use super::schema::{Kind, Object};
use super::{duplicates, event, files, record_types, recurrence, recycle, relations, soql, value};

/// Names a row may hold beside the fields of its object.
const UNLISTED: usize = 4;

/// Who writes, when, and in which version of the API.
#[derive(Clone, Debug)]
pub(crate) struct Author {
    /// The 18-character id of the user.
    pub user: String,
    pub now: DateTime<Utc>,
    pub version: u32,
}

/// The ways a field is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Create,
    Update,
    /// By the world itself, which also fills objects the API only reads.
    Seed,
}

/// Creates a record and returns its id.
pub(crate) fn create(org: &mut Org, author: &Author, object: &str, body: &Values) -> Result<String, Refusal> {
    let seen = Arc::clone(org.schema.object(object).ok_or_else(Refusal::not_found)?);
    check_right(org, &seen, Deed::Create)?;
    let sent = accept(org, &seen, body, Mode::Create)?;
    let object = Arc::clone(org.whole.object(&seen.name).ok_or_else(Refusal::not_found)?);
    let values = with_defaults(org, &object, author, &sent);
    complete(&object, &values)?;
    let id = org.new_id(&object);
    insert(org, author, &object, &sent, values, id)
}

/// Creates a record of the world's own, under a known id; it may be older than the org's required fields.
pub(crate) fn seed(
    org: &mut Org,
    author: &Author,
    object: &Object,
    body: &Values,
    id: String,
) -> Result<String, Refusal> {
    let sent = accept(org, object, body, Mode::Seed)?;
    let values = with_defaults(org, object, author, &sent);
    insert(org, author, object, &sent, values, id)
}

fn insert(
    org: &mut Org,
    author: &Author,
    object: &Object,
    sent: &Values,
    mut values: Values,
    id: String,
) -> Result<String, Refusal> {
    settle(org, author, object, sent, None, &mut values)?;
    match object.name.as_str() {
        "EventRelation" => relations::create(org, author, object, &id, values)?,
        "ContentVersion" => files::publish(org, author, object, &id, values)?,
        _ => {
            recurrence::name_series(&mut values, &id);
            check_rules(org, object, &id, &values)?;
            check_unique(org, object, &id, &values)?;
            duplicates::check(org, author, object, &id, &values)?;
            add(org, author, object, &id, values);
            recurrence::created(org, author, object, &id)?;
        }
    }
    if object.name_field() != "Id" {
        org.viewed(&author.user, &id);
    }
    Ok(id)
}

/// Changes fields of a record.
pub(crate) fn update(org: &mut Org, author: &Author, id: &str, body: &Values) -> Result<(), Refusal> {
    let before = existing(org, id)?.clone();
    let seen = Arc::clone(org.schema.object(&before.object).ok_or_else(Refusal::not_found)?);
    check_right(org, &seen, Deed::Update)?;
    check_owner(org, &before)?;
    let sent = accept(org, &seen, body, Mode::Update)?;
    if before.value("IsChild") == &Value::Bool(true) {
        event::check_child(&before, &sent)?;
    }
    let object = Arc::clone(org.whole.object(&before.object).ok_or_else(Refusal::not_found)?);
    let mut values = before.values();
    for (name, value) in &sent {
        values.insert(name.clone(), value.clone());
    }
    complete(&object, &values)?;
    settle(org, author, &object, &sent, Some(&before), &mut values)?;
    if object.name == "EventRelation" {
        return relations::update(org, author, &object, &before, values);
    }
    check_rules(org, &object, id, &values)?;
    check_unique(org, &object, id, &values)?;
    duplicates::check(org, author, &object, id, &values)?;
    replace(org, author, &object, id, values);
    org.viewed(&author.user, id);
    recurrence::updated(org, author, &object, &before)
}

/// Changes fields of an Event that follow from another record; rules of the administrator are not asked.
pub(crate) fn settled_event(
    org: &Org,
    author: &Author,
    event: &Record,
    changes: &Values,
) -> Result<Values, Refusal> {
    let mut values = event.values();
    for (name, value) in changes {
        values.insert(name.clone(), value.clone());
    }
    event::settle(org, author.version, changes, Some(event), &mut values)?;
    Ok(values)
}

/// Moves a record, and what falls with it, to the recycle bin.
pub(crate) fn delete(org: &mut Org, author: &Author, id: &str) -> Result<(), Refusal> {
    let record = existing(org, id)?.clone();
    let seen = Arc::clone(org.schema.object(&record.object).ok_or_else(Refusal::not_found)?);
    check_right(org, &seen, Deed::Delete)?;
    check_owner(org, &record)?;
    if record.object == "EventRelation" {
        return relations::delete(org, author, &record);
    }
    let rest = recurrence::dependents(org, &record);
    recycle::delete(org, author, &record);
    rest.iter().try_for_each(|id| delete(org, author, id))
}

/// Whether the caller may change a record that is somebody's.
fn check_owner(org: &Org, record: &Record) -> Result<(), Refusal> {
    if org.edits(record) {
        return Ok(());
    }
    let message = "insufficient access rights on object id";
    Err(Refusal { status: 403, ..Refusal::write("INSUFFICIENT_ACCESS_OR_READONLY", message, &[]) })
}

/// The live record, or why there is none.
pub(crate) fn existing<'a>(org: &'a Org, id: &str) -> Result<&'a Record, Refusal> {
    match org.stored(id) {
        Some(record) if !org.sees(record) => Err(Refusal::no_access(id)),
        Some(record) if record.deleted => Err(Refusal::deleted()),
        Some(record) => Ok(record),
        None => Err(Refusal::no_such_record()),
    }
}

/// Reads the sent fields: known, writable and of the right type.
fn accept(org: &Org, object: &Object, body: &Values, mode: Mode) -> Result<Values, Refusal> {
    let mut sent = Values::with_capacity(body.len());
    let mut read_only = Vec::new();
    for (name, value) in body {
        if name.eq_ignore_ascii_case("attributes") {
            continue;
        }
        let field = object.field(name).ok_or_else(|| Refusal::no_column(name, &object.name))?;
        let writable = match mode {
            Mode::Create => field.access.createable,
            Mode::Update => field.access.updateable,
            Mode::Seed => field.access.createable || !object.rights.create,
        };
        if !writable {
            read_only.push(field.name.as_str());
            continue;
        }
        let value = match field.name.as_str() {
            "RecordTypeId" => record_types::accept(object, field, value)?,
            _ => value::accept(org, field, value)?,
        };
        sent.insert(field.name.clone(), value);
    }
    if read_only.is_empty() { Ok(sent) } else { Err(Refusal::read_only(&read_only)) }
}

/// What was sent, over what a new record holds by itself.
fn with_defaults(org: &Org, object: &Object, author: &Author, sent: &Values) -> Values {
    let mut values = defaults(org, object, author);
    for (name, value) in sent {
        if !(value.is_null() && values.contains_key(name)) {
            values.insert(name.clone(), value.clone());
        }
    }
    values
}

fn defaults(org: &Org, object: &Object, author: &Author) -> Values {
    // Room for what is sent, derived and stamped as well, so that a new row does not grow step by step.
    let mut values = Values::with_capacity(object.fields.len() + UNLISTED);
    for field in &object.fields {
        let value = if field.kind == Kind::Boolean {
            json!(object.name == "User" && field.name == "IsActive")
        } else if field.access.auto_number {
            json!(format!("{:08}", 1_001 + org.every_row(&object.name).count()))
        } else if field.name == "OwnerId" {
            json!(author.user)
        } else if field.name == "RecordTypeId" {
            record_types::by_default(object)
        } else if let Some(value) = field.default_choice() {
            json!(value)
        } else {
            continue;
        };
        values.insert(field.name.clone(), value);
    }
    if object.name == "Event" {
        values.insert("GroupEventType".to_owned(), json!("0"));
    }
    values
}

/// Every required field has a value.
fn complete(object: &Object, values: &Values) -> Result<(), Refusal> {
    let missing: Vec<&str> = object
        .fields
        .iter()
        .filter(|field| field.required() && values.get(&field.name).is_none_or(Value::is_null))
        .map(|field| field.name.as_str())
        .collect();
    if missing.is_empty() { Ok(()) } else { Err(missing_fields(&missing)) }
}

/// The refusal that names missing fields.
pub(crate) fn missing_fields(missing: &[&str]) -> Refusal {
    let message = format!("Required fields are missing: [{}]", missing.join(", "));
    Refusal::write("REQUIRED_FIELD_MISSING", message, missing)
}

/// The rules of the object itself, and the fields it derives.
fn settle(
    org: &Org,
    author: &Author,
    object: &Object,
    sent: &Values,
    before: Option<&Record>,
    values: &mut Values,
) -> Result<(), Refusal> {
    let text =
        |values: &Values, name: &str| values.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    if object.field("OwnerId").is_some() {
        let owner = org.stored(&text(values, "OwnerId"));
        if sent.contains_key("OwnerId") && owner.is_some_and(|user| user.value("IsActive") == &json!(false)) {
            let name = owner.map(|user| user.text("Name")).unwrap_or_default();
            let message =
                format!("operation performed with inactive user [{name}] as owner of {}", object.label);
            return Err(Refusal::write("INACTIVE_OWNER_OR_USER", message, &["OwnerId"]));
        }
    }
    match object.name.as_str() {
        "Event" => {
            let sent = recurrence::prepare(org, author, sent, before, values)?;
            event::settle(org, author.version, &sent, before, values)?;
        }
        "EventRelation" => relations::settle(org, author, sent, before, values),
        "Attachment" | "ContentVersion" | "ContentDocumentLink" => files::settle(org, sent, before, values)?,
        "Contact" | "Lead" | "User" => {
            let mut name = text(values, "FirstName");
            let _ = write!(name, " {}", text(values, "LastName"));
            values.insert("Name".to_owned(), json!(name.trim()));
        }
        "Opportunity" => {
            let stage = text(values, "StageName");
            values.insert("IsClosed".to_owned(), json!(stage.starts_with("Closed")));
            values.insert("IsWon".to_owned(), json!(stage == "Closed Won"));
        }
        "Case" => {
            values.insert("IsClosed".to_owned(), json!(text(values, "Status") == "Closed"));
            let contact = org.stored(&text(values, "ContactId"));
            let email = contact.map_or(Value::Null, |contact| contact.value("Email").clone());
            values.insert("ContactEmail".to_owned(), email);
        }
        _ => {}
    }
    Ok(())
}

/// The administrator's validation rules.
fn check_rules(org: &mut Org, object: &Object, id: &str, values: &Values) -> Result<(), Refusal> {
    if !org.rules.iter().any(|rule| rule.object == object.name) {
        return Ok(());
    }
    let record = org.record_of(id, &object.name, values.clone());
    let broken = org
        .rules
        .iter()
        .find(|rule| rule.object == record.object && soql::holds(org, &record, &rule.condition));
    match broken {
        None => Ok(()),
        Some(rule) => {
            let fields: Vec<&str> = rule.field.as_deref().into_iter().collect();
            Err(Refusal::write("FIELD_CUSTOM_VALIDATION_EXCEPTION", rule.message.clone(), &fields))
        }
    }
}

fn check_unique(org: &Org, object: &Object, id: &str, values: &Values) -> Result<(), Refusal> {
    for field in object.fields.iter().filter(|field| field.access.unique && field.access.external_id) {
        let value = values.get(&field.name).and_then(Value::as_str).unwrap_or_default();
        let same = org.stored_by_key(&object.name, &field.name, value);
        if let Some(other) = same.iter().find(|other| !other.deleted && other.id != id) {
            let message = format!(
                "duplicate value found: {} duplicates value on record with id: {}",
                field.name, other.id
            );
            return Err(Refusal::write("DUPLICATE_VALUE", message, &[]));
        }
    }
    Ok(())
}

/// Stores a new record.
pub(crate) fn add(org: &mut Org, author: &Author, object: &Object, id: &str, mut values: Values) {
    let stamp = org.stamp(author.now);
    values.insert("Id".to_owned(), json!(id));
    values.insert("IsDeleted".to_owned(), json!(false));
    values.insert("CreatedDate".to_owned(), json!(stamp));
    values.insert("CreatedById".to_owned(), json!(author.user));
    store(org, author, object, id, values, &stamp);
}

/// Stores a changed record in place of its former self.
pub(crate) fn replace(org: &mut Org, author: &Author, object: &Object, id: &str, values: Values) {
    let stamp = org.stamp(author.now);
    store(org, author, object, id, values, &stamp);
}

fn store(org: &mut Org, author: &Author, object: &Object, id: &str, mut values: Values, stamp: &str) {
    values.insert("LastModifiedDate".to_owned(), stamp.into());
    values.insert("LastModifiedById".to_owned(), json!(author.user));
    values.insert("SystemModstamp".to_owned(), stamp.into());
    let record = org.record_of(id, &object.name, values);
    org.put(record);
    if object.name == "Event" {
        relations::follow(org, author, id);
    }
}
