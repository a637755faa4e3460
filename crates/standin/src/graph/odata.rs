//! One request as Graph reads it: path, query options and preferences.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use http::{HeaderMap, Method, Request};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::filter;
use super::ids::Form;
use super::zones;
use crate::Setup;

/// What can be selected of an event: the members and links of the published v1.0 type.
const MEMBERS: [&str; 51] = [
    "allowNewTimeProposals",
    "attachments",
    "attendees",
    "body",
    "bodyPreview",
    "calendar",
    "cancelledOccurrences",
    "categories",
    "changeKey",
    "createdDateTime",
    "end",
    "exceptionOccurrences",
    "extensions",
    "hasAttachments",
    "hideAttendees",
    "iCalUId",
    "id",
    "importance",
    "instances",
    "isAllDay",
    "isCancelled",
    "isDraft",
    "isOnlineMeeting",
    "isOrganizer",
    "isReminderOn",
    "lastModifiedDateTime",
    "location",
    "locations",
    "multiValueExtendedProperties",
    "onlineMeeting",
    "onlineMeetingProvider",
    "onlineMeetingUrl",
    "organizer",
    "originalEndTimeZone",
    "originalStart",
    "originalStartTimeZone",
    "recurrence",
    "reminderMinutesBeforeStart",
    "responseRequested",
    "responseStatus",
    "sensitivity",
    "seriesMasterId",
    "showAs",
    "singleValueExtendedProperties",
    "start",
    "subject",
    "transactionId",
    "type",
    "webLink",
    // Undeclared, but seen in answers.
    "occurrenceId",
    "uid",
];

/// A request, taken apart.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) method: Method,
    /// Path without the version, in decoded segments.
    pub(super) segments: Vec<String>,
    /// Path as it came, for links to further pages.
    pub(super) path: String,
    pub(super) query: Vec<(String, String)>,
    pub(super) prefer: Prefer,
    pub(super) if_match: Option<String>,
    pub(super) content_range: Option<String>,
    pub(super) bearer: Option<String>,
    pub(super) client_request_id: Option<String>,
    pub(super) body: Vec<u8>,
    pub(super) now: DateTime<Utc>,
    pub(super) setup: Setup,
    /// Whether the caller may not see what private events say.
    pub(super) masks_private: bool,
    /// Whether events tell members that the published type does not have.
    pub(super) undeclared: bool,
}

/// What `Prefer` asks for.
#[derive(Clone, Debug)]
pub(super) struct Prefer {
    pub(super) form: Form,
    /// The zone as asked for, to be echoed.
    pub(super) zone_name: String,
    /// The zone, unless it is unknown.
    pub(super) zone: Option<Tz>,
    pub(super) text_body: bool,
    pub(super) page: Option<usize>,
}

impl Asked {
    pub(super) fn read(request: Request<Vec<u8>>, setup: &Setup, now: DateTime<Utc>) -> Self {
        let path = request.uri().path().to_owned();
        let query = url::form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes())
            .into_owned()
            .collect();
        let text = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
        Self {
            method: request.method().clone(),
            segments: path
                .split('/')
                .filter(|segment| !segment.is_empty())
                .map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned())
                .collect(),
            path,
            query,
            prefer: Prefer::read(request.headers()),
            if_match: text("if-match").map(str::to_owned),
            content_range: text("content-range").map(str::to_owned),
            bearer: text("authorization").and_then(|value| value.strip_prefix("Bearer ")).map(str::to_owned),
            client_request_id: text("client-request-id").map(str::to_owned),
            now,
            setup: setup.clone(),
            masks_private: false,
            undeclared: false,
            body: request.into_body(),
        }
    }

    /// A query option; its name is compared without case, as `OData` does.
    pub(super) fn option(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The body as JSON.
    pub(super) fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// Keeps the members `$select` names.
    pub(super) fn select(&self, event: Value) -> Value {
        let Some(wanted) = self.option("$select") else { return event };
        let wanted: Vec<&str> =
            wanted.split(',').map(|name| name.trim().split('/').next().unwrap_or_default()).collect();
        if wanted.contains(&"*") {
            return event;
        }
        let expanded = self.expansions();
        let Value::Object(members) = event else { return event };
        members
            .into_iter()
            .filter(|(name, _)| {
                name == "id"
                    || name.starts_with('@')
                    || expanded.contains(&name.as_str())
                    || wanted.contains(&name.as_str())
            })
            .collect::<serde_json::Map<_, _>>()
            .into()
    }

    /// The first name in `$select` that no event has.
    pub(super) fn unknown_member(&self) -> Option<&str> {
        let names = self.option("$select")?.split(',').map(str::trim);
        let known = |name: &str| {
            let first = name.split('/').next().unwrap_or_default();
            name == "*" || MEMBERS.contains(&first) || name.starts_with("microsoft.graph.")
        };
        names.filter(|name| !name.is_empty()).find(|name| !known(name))
    }

    /// Whether `$select` names a member.
    pub(super) fn selects(&self, name: &str) -> bool {
        self.option("$select").is_some_and(|wanted| wanted.split(',').any(|wanted| wanted.trim() == name))
    }

    /// The names in `$expand`, their own options left out.
    pub(super) fn expansions(&self) -> Vec<&str> {
        let expand = self.option("$expand").unwrap_or_default();
        let mut depth = 0_i32;
        expand
            .split(|sign| {
                depth += match sign {
                    '(' => 1,
                    ')' => -1,
                    _ => 0,
                };
                sign == ',' && depth == 0
            })
            .map(|part| part.split('(').next().unwrap_or_default().trim())
            .filter(|name| !name.is_empty())
            .collect()
    }

    /// The extended properties `$expand` asks for.
    pub(super) fn expanded(&self) -> Vec<String> {
        let expand = self.option("$expand").unwrap_or_default();
        if !expand.to_ascii_lowercase().contains("singlevalueextendedproperties") {
            return Vec::new();
        }
        quoted_after(expand, "id eq ").map(|id| canonical(&id)).collect()
    }

    /// How many rows a page has and how many come before it.
    pub(super) fn page(&self) -> (usize, usize) {
        let number = |name: &str| self.option(name).and_then(|value| value.parse().ok());
        let size = number("$top").or(self.prefer.page).unwrap_or(10).clamp(1, 1000);
        (number("$skip").unwrap_or(0), size)
    }

    /// Where the next page is.
    pub(super) fn next_link(&self, skip: usize) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in self.query.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("$skip")) {
            query.append_pair(name, value);
        }
        query.append_pair("$skip", &skip.to_string());
        format!("{}{}?{}", self.setup.graph, self.path, query.finish())
    }
}

impl Prefer {
    fn read(headers: &HeaderMap) -> Self {
        let mut prefer = Self {
            form: Form::Rest,
            zone_name: "UTC".to_owned(),
            zone: Some(Tz::UTC),
            text_body: false,
            page: None,
        };
        let lines = headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok());
        for preference in lines.flat_map(|line| line.split(',')) {
            let Some((name, value)) = preference.split_once('=') else { continue };
            let value = value.trim().trim_matches('"');
            match name.trim().to_ascii_lowercase().as_str() {
                "idtype" if value.eq_ignore_ascii_case("ImmutableId") => prefer.form = Form::Immutable,
                "outlook.timezone" => {
                    value.clone_into(&mut prefer.zone_name);
                    prefer.zone = zones::find(value);
                }
                "outlook.body-content-type" => prefer.text_body = value == "text",
                "odata.maxpagesize" => prefer.page = value.parse().ok(),
                _ => {}
            }
        }
        prefer
    }
}

/// An extended property's id with its set in lower case, as Graph writes it back; the name keeps its case.
pub(super) fn canonical(id: &str) -> String {
    match (id.find('{'), id.find('}')) {
        (Some(open), Some(close)) if open < close => {
            format!("{}{}{}", &id[..open], id[open..close].to_ascii_lowercase(), &id[close..])
        }
        _ => id.to_owned(),
    }
}

/// The quoted texts that follow a marker; a doubled quote is a quote.
fn quoted_after<'a>(text: &'a str, marker: &'a str) -> impl Iterator<Item = String> + 'a {
    text.match_indices(marker).filter_map(move |(at, _)| {
        let rest = text[at + marker.len()..].trim_start().strip_prefix('\'')?;
        let mut value = String::new();
        let mut signs = rest.chars().peekable();
        while let Some(sign) = signs.next() {
            if sign == '\'' && signs.next_if_eq(&'\'').is_none() {
                return Some(value);
            }
            value.push(sign);
        }
        None
    })
}

/// Reads a text as each of the query options that have a grammar, for tests that look for one that brings the reader down.
#[doc(hidden)]
pub fn parse_for_fuzz(text: &str) {
    let path = url::form_urlencoded::Serializer::new(String::from("/v1.0/me/events?"))
        .append_pair("$filter", text)
        .append_pair("$expand", text)
        .append_pair("$select", text)
        .append_pair("$orderby", text)
        .finish();
    let _ = (filter::Filter::read(text), filter::order(text), canonical(text));
    let mut building = Request::builder().uri(path);
    if let Ok(value) = http::HeaderValue::from_str(text) {
        building = building.header("prefer", value);
    }
    let Ok(request) = building.body(text.as_bytes().to_vec()) else { return };
    let asked = Asked::read(request, &Setup::default(), DateTime::UNIX_EPOCH);
    let _ = (asked.expansions(), asked.expanded(), asked.unknown_member(), asked.page());
}
