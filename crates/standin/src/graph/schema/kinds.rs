//! Which type a path asks for and answers.

use http::Method;

/// What a request carries.
#[derive(Clone, Copy, Debug)]
pub(super) enum Sent {
    /// A value of one type.
    Whole(&'static str),
    /// Parameters of an action.
    Members(&'static [(&'static str, Held)]),
}

/// What a parameter holds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Held {
    Text,
    Texts,
    Truth,
    One(&'static str),
    Many(&'static str),
}

const IDS: &[(&str, Held)] = &[
    ("inputIds", Held::Texts),
    ("sourceIdType", Held::One("ExchangeIdFormat")),
    ("targetIdType", Held::One("ExchangeIdFormat")),
];
const UPLOAD: &[(&str, Held)] = &[("AttachmentItem", Held::One("AttachmentItem"))];
const ANSWER: &[(&str, Held)] = &[("comment", Held::Text), ("sendResponse", Held::Truth)];
const CANCEL: &[(&str, Held)] = &[("comment", Held::Text)];
const FORWARD: &[(&str, Held)] = &[("toRecipients", Held::Many("Recipient")), ("comment", Held::Text)];

fn parts(path: &str) -> Vec<&str> {
    path.split('/').filter(|part| !part.is_empty()).skip(1).collect()
}

/// The type of what a path answers.
pub(super) fn answered(path: &str) -> Option<&'static str> {
    match parts(path)[..] {
        ["users" | "groups", _] => Some("User"),
        ["subscriptions", ..] => Some("Subscription"),
        [.., "mailboxSettings"] => Some("MailboxSettings"),
        [.., "calendar" | "calendars"] | [.., "calendars", _] => Some("Calendar"),
        [.., "calendarPermissions"] | [.., "calendarPermissions", _] => Some("CalendarPermission"),
        [.., "translateExchangeIds"] => Some("ConvertIdResult"),
        [.., "masterCategories"] | [.., "masterCategories", _] => Some("OutlookCategory"),
        [.., "createUploadSession"] => Some("UploadSession"),
        [.., "attachments"] | [.., "attachments", _] => Some("FileAttachment"),
        [.., "extensions"] | [.., "extensions", _] => Some("OpenTypeExtension"),
        [.., "calendarView" | "events" | "instances" | "delta"] | [.., "events", _] => Some("Event"),
        _ => None,
    }
}

/// The type of what a request carries.
pub(super) fn asked(method: &Method, path: &str) -> Option<Sent> {
    let parts = parts(path);
    if *method == Method::PATCH {
        return match parts[..] {
            ["users" | "groups", _] => None,
            _ => answered(path).map(Sent::Whole),
        };
    }
    if *method != Method::POST {
        return None;
    }
    match parts[..] {
        [.., "translateExchangeIds"] => Some(Sent::Members(IDS)),
        [.., "createUploadSession"] => Some(Sent::Members(UPLOAD)),
        [.., "accept" | "tentativelyAccept" | "decline"] => Some(Sent::Members(ANSWER)),
        [.., "cancel"] => Some(Sent::Members(CANCEL)),
        [.., "forward"] => Some(Sent::Members(FORWARD)),
        ["subscriptions"] => Some(Sent::Whole("Subscription")),
        [
            ..,
            "calendars"
            | "calendarPermissions"
            | "masterCategories"
            | "attachments"
            | "extensions"
            | "events",
        ] => answered(path).map(Sent::Whole),
        _ => None,
    }
}
