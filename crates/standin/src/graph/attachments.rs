//! `/users/{id}/events/{id}/attachments`: files up to 3 MB in one request, larger ones in parts.
//! <https://learn.microsoft.com/graph/api/event-post-attachments>
//! <https://learn.microsoft.com/graph/api/attachment-createuploadsession>

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use http::{Method, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Exchange;
use super::ids::Target;
use super::item::Attachment;
use super::mailbox::Seen;
use super::odata::Asked;
use super::reply::{self, Extra, Outcome, Reply, bad_request, created, no_content, not_found, ok, refuse};

/// The most that is sent in one request, in bytes.
const SIMPLE_LIMIT: usize = 3 * 1024 * 1024;
/// The most that an upload session takes, in bytes.
const UPLOAD_LIMIT: usize = 150 * 1024 * 1024;
/// How long an upload session waits for the next part.
const UPLOAD_HOURS: i64 = 24;

/// A file that arrives in parts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Upload {
    at: usize,
    target: Target,
    name: String,
    content_type: String,
    inline: bool,
    size: usize,
    #[serde(with = "super::state::base64")]
    bytes: Vec<u8>,
    until: DateTime<Utc>,
}

/// All files of an event, without their content.
pub(super) fn all(seen: &Seen<'_>) -> Value {
    seen.content.attachments.iter().map(|file| write(file, false)).collect()
}

pub(super) fn list(seen: &Seen<'_>, asked: &Asked) -> Reply {
    let content = asked.option("$select").is_none();
    let rows: Vec<Value> =
        seen.content.attachments.iter().map(|file| asked.select(write(file, content))).collect();
    ok(json!({ "value": rows }))
}

/// Adds a file that came in one request.
pub(super) fn add(exchange: &mut Exchange, asked: &Asked, at: usize, target: Target) -> Outcome {
    let body =
        asked.json().ok_or_else(|| bad_request("BadRequest", "Unable to read JSON request payload."))?;
    if body["@odata.type"] != "#microsoft.graph.fileAttachment" {
        let message =
            "The stand-in keeps files only: '@odata.type' has to be '#microsoft.graph.fileAttachment'.";
        return Err(bad_request("ErrorInvalidRequest", message));
    }
    let name = body["name"].as_str().filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| bad_request("ErrorInvalidRequest", "name is missing."))?;
    let bytes = body["contentBytes"].as_str().and_then(|text| STANDARD.decode(text).ok());
    let bytes = bytes.ok_or_else(|| bad_request("ErrorInvalidRequest", "contentBytes cannot be read."))?;
    if bytes.len() >= SIMPLE_LIMIT {
        let message = "The attachment is too large for one request; create an upload session.";
        return Err(refuse(StatusCode::PAYLOAD_TOO_LARGE, "ErrorMessageSizeExceeded", message));
    }
    let file = Attachment {
        number: exchange.next_number(),
        name: name.to_owned(),
        content_type: body["contentType"].as_str().unwrap_or("application/octet-stream").to_owned(),
        inline: body["isInline"].as_bool().unwrap_or(false),
        bytes: bytes.into(),
        at: asked.now,
    };
    let row = write(&file, true);
    attach(exchange, at, target, file, asked.now);
    Ok(created(row))
}

/// Reads or removes one file; `part` is `$value` for its bytes.
pub(super) fn one(
    exchange: &mut Exchange,
    asked: &Asked,
    at: usize,
    target: Target,
    (wanted, part): (&str, Option<&str>),
) -> Outcome {
    let held = exchange.mailboxes[at].see(target).ok_or_else(not_found)?.content.attachments;
    let file = held.iter().find(|file| id(file) == wanted).ok_or_else(not_found)?;
    if asked.method == Method::DELETE {
        let (stamp, number) = (exchange.stamp(asked.now), file.number);
        exchange.mailboxes[at].change(target, stamp, |content| {
            content.attachments.retain(|held| held.number != number);
        });
        exchange.spread(target, asked.now);
        return Ok(no_content());
    }
    if part.is_some() {
        let mut answer = ok(Value::Null);
        answer.body = None;
        answer.extra = Some(Box::new(Extra::Raw(file.content_type.clone(), file.bytes.to_vec())));
        return Ok(answer);
    }
    Ok(ok(asked.select(write(file, true))))
}

/// Opens an upload session.
pub(super) fn open(exchange: &mut Exchange, asked: &Asked, at: usize, target: Target) -> Outcome {
    let body =
        asked.json().ok_or_else(|| bad_request("BadRequest", "Unable to read JSON request payload."))?;
    let item = &body["AttachmentItem"];
    let size = item["size"].as_u64().and_then(|size| usize::try_from(size).ok());
    let (Some(name), Some(size), "file") =
        (item["name"].as_str(), size, item["attachmentType"].as_str().unwrap_or_default())
    else {
        return Err(bad_request(
            "ErrorInvalidRequest",
            "AttachmentItem needs attachmentType, name and size.",
        ));
    };
    if !(SIMPLE_LIMIT..=UPLOAD_LIMIT).contains(&size) {
        let message = "The size of an upload session is between 3 MB and 150 MB.";
        return Err(bad_request("ErrorAttachmentSizeShouldNotBeLessThanMinimumSize", message));
    }
    let upload = Upload {
        at,
        target,
        name: name.to_owned(),
        content_type: item["contentType"].as_str().unwrap_or("application/octet-stream").to_owned(),
        inline: item["isInline"].as_bool().unwrap_or(false),
        size,
        bytes: Vec::new(),
        until: asked.now + TimeDelta::hours(UPLOAD_HOURS),
    };
    let number = exchange.next_number();
    let until = upload.until.to_rfc3339_opts(SecondsFormat::AutoSi, true);
    exchange.uploads.insert(number, upload);
    Ok(created(json!({
        "uploadUrl": format!("{}/api/v2.0/AttachmentSessions/{number}?authtoken={}", asked.setup.graph, secret(asked, number)),
        "expirationDateTime": until,
        "nextExpectedRanges": ["0-"],
    })))
}

/// Takes a part of a file, gives the state of its session, or ends it; the address itself is the permission.
pub(super) fn upload(exchange: &mut Exchange, asked: &Asked, session: &str) -> Outcome {
    let number = session.parse().map_err(|_| not_found())?;
    let open = exchange.uploads.get(&number).is_some_and(|upload| upload.until > asked.now);
    if !open {
        return Err(not_found());
    }
    if asked.option("authtoken") != Some(secret(asked, number).as_str()) {
        return Err(refuse(
            StatusCode::UNAUTHORIZED,
            "InvalidAuthenticationToken",
            "The address is not valid.",
        ));
    }
    if asked.method == Method::DELETE {
        exchange.uploads.remove(&number);
        return Ok(no_content());
    }
    if asked.method == Method::PUT {
        take_part(exchange, asked, number)?;
    }
    let held = exchange.uploads.get(&number).ok_or_else(not_found)?;
    if held.bytes.len() < held.size {
        return Ok(ok(json!({
            "expirationDateTime": held.until.to_rfc3339_opts(SecondsFormat::AutoSi, true),
            "nextExpectedRanges": [format!("{}-", held.bytes.len())],
        })));
    }
    let Some(done) = exchange.uploads.remove(&number) else { return Err(not_found()) };
    let file = Attachment {
        number: exchange.next_number(),
        name: done.name,
        content_type: done.content_type,
        inline: done.inline,
        bytes: done.bytes.into(),
        at: asked.now,
    };
    let place = format!("{}/v1.0/attachments/{}", asked.setup.graph, id(&file));
    attach(exchange, done.at, done.target, file, asked.now);
    let mut answer = Reply { status: StatusCode::CREATED, ..no_content() };
    answer.headers.push(("location", place));
    Ok(answer)
}

/// Adds the next part of a file to what there is of it.
fn take_part(exchange: &mut Exchange, asked: &Asked, number: u64) -> Result<(), Reply> {
    let at = exchange.uploads.get(&number).ok_or_else(not_found)?.at;
    exchange.count(at, asked.body.len(), asked.now)?;
    let held = exchange.uploads.get_mut(&number).ok_or_else(not_found)?;
    let (from, to, whole) = range(asked)
        .ok_or_else(|| bad_request("InvalidContentRange", "Content-Range is missing or cannot be read."))?;
    let next = from == held.bytes.len() && whole == held.size && to < whole;
    if !next || to + 1 - from != asked.body.len() {
        return Err(bad_request("InvalidContentRange", "The range is not the one expected next."));
    }
    held.bytes.extend(&asked.body);
    held.until = asked.now + TimeDelta::hours(UPLOAD_HOURS);
    Ok(())
}

/// `bytes 0-99/1000`.
fn range(asked: &Asked) -> Option<(usize, usize, usize)> {
    let (span, whole) = asked.content_range.as_deref()?.strip_prefix("bytes ")?.split_once('/')?;
    let (from, to) = span.split_once('-')?;
    let (from, to) = (from.trim().parse().ok()?, to.trim().parse().ok()?);
    (from <= to).then_some((from, to, whole.trim().parse().ok()?))
}

fn attach(exchange: &mut Exchange, at: usize, target: Target, file: Attachment, now: DateTime<Utc>) {
    let stamp = exchange.stamp(now);
    exchange.mailboxes[at].change(target, stamp, |content| content.attachments.push(file));
    exchange.spread(target, now);
}

/// An attachment's id.
pub(crate) fn id(file: &Attachment) -> String {
    format!("AAMkAT{}=", reply::guid(format!("attachment {}", file.number).as_bytes()).replace('-', ""))
}

fn secret(asked: &Asked, number: u64) -> String {
    reply::guid(format!("upload {} {number}", asked.setup.seed).as_bytes())
}

fn write(file: &Attachment, content: bool) -> Value {
    let mut row = json!({
        "@odata.type": "#microsoft.graph.fileAttachment",
        "@odata.mediaContentType": file.content_type,
        "id": id(file),
        "lastModifiedDateTime": file.at.to_rfc3339_opts(SecondsFormat::AutoSi, true),
        "name": file.name,
        "contentType": file.content_type,
        "size": file.bytes.len(),
        "isInline": file.inline,
        "contentId": null,
        "contentLocation": null,
    });
    if content {
        row["contentBytes"] = STANDARD.encode(&file.bytes).into();
    }
    row
}
