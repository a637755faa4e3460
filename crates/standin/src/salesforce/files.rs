//! Attachments and files: their bytes sent as base64 or as a part of a form, versions, documents, links, downloads.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method, Response};
use md5::{Digest, Md5};
use serde_json::{Map, Value, json};

use super::event::text;
use super::exchange::Call;
use super::org::{Org, Record, Values};
use super::refusal::Refusal;
use super::schema::{Field, Kind, Object};
use super::value::mistyped;
use super::write::{Author, add, missing_fields, replace};
use super::{ids, multipart, write};

/// The most base64 text a JSON body carries, in bytes: 37.5 MB.
const BASE64_LIMIT: usize = 37_500 * 1_024;

/// The base64 text of a sent field, as it was sent.
pub(crate) fn bytes_of(field: &Field, value: &Value) -> Result<Value, Refusal> {
    let text = value.as_str().ok_or_else(|| mistyped(field, value))?;
    match BASE64_STANDARD.decode(text) {
        Ok(_) => Ok(json!(text)),
        Err(_) => Err(mistyped(field, &json!("not base64"))),
    }
}

/// The fields of a written record: the JSON body, or the JSON part of a form with the bytes of the others.
pub(crate) fn body(call: &Call, object: &Object) -> Result<Map<String, Value>, Refusal> {
    let kind = call.header("content-type").unwrap_or_default();
    let Some(boundary) = multipart::boundary(kind) else {
        let body = call.object()?;
        for field in object.fields.iter().filter(|field| field.kind == Kind::Base64) {
            let sent = body.iter().find(|(name, _)| name.eq_ignore_ascii_case(&field.name));
            let length = sent.and_then(|(_, value)| value.as_str()).map_or(0, str::len);
            if length > BASE64_LIMIT {
                let message = format!("{}: data value too large: (max length={BASE64_LIMIT})", field.label);
                return Err(Refusal::write("STRING_TOO_LONG", message, &[&field.name]));
            }
        }
        return Ok(body);
    };
    let mut fields = Map::new();
    for part in multipart::parts(&call.body, &boundary)? {
        match object.field(&part.name).filter(|field| field.kind == Kind::Base64) {
            Some(field) => {
                fields.insert(field.name.clone(), json!(BASE64_STANDARD.encode(part.bytes)));
            }
            None => match serde_json::from_slice(part.bytes) {
                Ok(Value::Object(values)) => fields.extend(values),
                Ok(_) => return Err(Refusal::unreadable("a part of the form must be an object")),
                Err(error) => return Err(Refusal::unreadable(error.to_string())),
            },
        }
    }
    Ok(fields)
}

/// The field of bytes an address ends with (`/Body`, `/VersionData`).
pub(crate) fn field_of_bytes<'a>(object: &'a Object, name: &str) -> Option<&'a Field> {
    object.field(name).filter(|field| field.kind == Kind::Base64)
}

/// `GET /sobjects/{type}/{id}/{field of bytes}`.
pub(crate) fn download(
    org: &Org,
    call: &Call,
    object: &Object,
    id: &str,
    field: &Field,
) -> Result<Response<Vec<u8>>, Refusal> {
    if !matches!(call.method, Method::GET | Method::HEAD) {
        return Err(Refusal::wrong_method(&call.method, "HEAD,GET"));
    }
    let id = ids::full(id).ok_or_else(Refusal::not_found)?;
    let record = write::existing(org, &id)?;
    if record.object != object.name {
        return Err(Refusal::not_found());
    }
    let bytes = BASE64_STANDARD.decode(record.text(&field.name)).unwrap_or_default();
    let kind = match record.text("ContentType") {
        "" => "application/octet-stream",
        kind => kind,
    };
    let mut answer = Response::new(bytes);
    let kind = HeaderValue::from_str(kind);
    let kind = kind.unwrap_or(HeaderValue::from_static("application/octet-stream"));
    answer.headers_mut().insert(CONTENT_TYPE, kind);
    Ok(answer)
}

/// What an answer says in place of bytes: where to read them.
pub(crate) fn address_of_bytes(record: &Record, field: &str, version: u32) -> Value {
    if record.text(field).is_empty() {
        return Value::Null;
    }
    json!(format!("/services/data/v{version}.0/sobjects/{}/{}/{field}", record.object, record.id))
}

/// Fills what files and attachments derive, and refuses a second link of the same two.
pub(crate) fn settle(
    org: &Org,
    sent: &Values,
    before: Option<&Record>,
    values: &mut Values,
) -> Result<(), Refusal> {
    if values.contains_key("Body") {
        values.insert("BodyLength".to_owned(), json!(length(values, "Body")));
    }
    if sent.contains_key("VersionData") {
        values.insert("ContentSize".to_owned(), json!(length(values, "VersionData")));
    }
    let document = text(values, "ContentDocumentId");
    let linked = text(values, "LinkedEntityId");
    if before.is_some() || linked.is_empty() {
        return Ok(());
    }
    if text(values, "ShareType").is_empty() {
        values.insert("ShareType".to_owned(), json!("V"));
    }
    let links = org.stored_by_key("ContentDocumentLink", "LinkedEntityId", &linked);
    let same = links.iter().find(|link| !link.deleted && link.text("ContentDocumentId") == document);
    match same {
        None => Ok(()),
        Some(link) => {
            let message = format!(
                "duplicate value found: LinkedEntityId duplicates value on record with id: {}",
                link.id
            );
            Err(Refusal::write("DUPLICATE_VALUE", message, &[]))
        }
    }
}

fn length(values: &Values, field: &str) -> usize {
    BASE64_STANDARD.decode(text(values, field)).map_or(0, |bytes| bytes.len())
}

/// Stores a version: of the document it names, or of a new one with its links.
pub(crate) fn publish(
    org: &mut Org,
    author: &Author,
    object: &Object,
    id: &str,
    mut values: Values,
) -> Result<(), Refusal> {
    let path = text(&values, "PathOnClient");
    if text(&values, "VersionData").is_empty() && text(&values, "ContentUrl").is_empty() {
        return Err(missing_fields(&["VersionData"]));
    }
    if path.is_empty() && text(&values, "ContentUrl").is_empty() {
        return Err(missing_fields(&["PathOnClient"]));
    }
    let known = text(&values, "ContentDocumentId");
    let place = text(&values, "FirstPublishLocationId");
    if !known.is_empty() && !place.is_empty() {
        let message = "A new version of a file is published where the file is: FirstPublishLocationId";
        return Err(Refusal::integrity(message, &["FirstPublishLocationId"]));
    }
    let Some(documents) = org.whole.object("ContentDocument").cloned() else {
        return Err(Refusal::not_found());
    };
    let file = path.rsplit(['/', '\\']).next().unwrap_or_default();
    let (stem, extension) = file.rsplit_once('.').unwrap_or((file, ""));
    if text(&values, "Title").is_empty() {
        values.insert("Title".to_owned(), json!(stem));
    }
    let number = retire_versions(org, author, object, &known) + 1;
    let document = if known.is_empty() { org.new_id(&documents) } else { known.clone() };
    let bytes = BASE64_STANDARD.decode(text(&values, "VersionData")).unwrap_or_default();
    let derived = json!({
        "ContentDocumentId": document,
        "IsLatest": true,
        "VersionNumber": number.to_string(),
        "FileExtension": extension,
        "FileType": if extension.is_empty() { "UNKNOWN".to_owned() } else { extension.to_uppercase() },
        "Checksum": checksum(&bytes),
        "VersionDataUrl": format!("{}/sfc/servlet.shepherd/version/download/{}", org.my_domain, &id[..15]),
        "ContentModifiedById": author.user,
    });
    if let Value::Object(derived) = derived {
        values.extend(derived);
    }
    let owner = text(&values, "OwnerId");
    store_document(org, author, &document, &values, known.is_empty(), id);
    add(org, author, object, id, values);
    if known.is_empty() {
        link(org, author, &document, &owner, "I");
        if !place.is_empty() && place != owner {
            link(org, author, &document, &place, "V");
        }
    }
    Ok(())
}

fn checksum(bytes: &[u8]) -> String {
    Md5::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Marks the versions there are as not the latest, and counts them.
fn retire_versions(org: &mut Org, author: &Author, object: &Object, document: &str) -> usize {
    let versions = org.stored_by_key("ContentVersion", "ContentDocumentId", document);
    let versions: Vec<Record> = versions.into_iter().filter(|row| !row.deleted).cloned().collect();
    for version in versions.iter().filter(|version| version.value("IsLatest") == &json!(true)) {
        let mut values = version.values();
        values.insert("IsLatest".to_owned(), json!(false));
        replace(org, author, object, &version.id, values);
    }
    versions.len()
}

/// Lets the document say what its latest version says.
fn store_document(org: &mut Org, author: &Author, id: &str, version: &Values, new: bool, version_id: &str) {
    let Some(object) = org.whole.object("ContentDocument").cloned() else { return };
    let mut values = org.stored(id).map(Record::values).unwrap_or_default();
    for field in ["Title", "Description", "ContentSize", "FileType", "FileExtension", "SharingOption"] {
        values.insert(field.to_owned(), version.get(field).cloned().unwrap_or_default());
    }
    values.insert("LatestPublishedVersionId".to_owned(), json!(version_id));
    if new {
        values.insert("OwnerId".to_owned(), version.get("OwnerId").cloned().unwrap_or_default());
        values.insert("PublishStatus".to_owned(), json!("P"));
        values.insert("IsArchived".to_owned(), json!(false));
        values.insert("IsInternalOnly".to_owned(), json!(false));
    }
    if new {
        add(org, author, &object, id, values);
    } else {
        replace(org, author, &object, id, values);
    }
}

fn link(org: &mut Org, author: &Author, document: &str, record: &str, share: &str) {
    let Some(object) = org.whole.object("ContentDocumentLink").cloned() else { return };
    let id = org.new_id(&object);
    let values = json!({
        "ContentDocumentId": document, "LinkedEntityId": record, "ShareType": share, "Visibility": "AllUsers",
    });
    if let Value::Object(values) = values {
        add(org, author, &object, &id, values);
    }
}
