//! Reads the open item, in read and in compose mode, into the rules' own type.

use calbridge_rules::{
    id::{Address, ItemId},
    item::{Attendee, Item, Kind, Person, Response, Role, Sensitivity, Span},
    zone,
};
use calbridge_wire::pointer;
use chrono::{DateTime, Utc};
use futures_util::future::{join, join4, join5};
use js_sys::{Array, Date};
use wasm_bindgen::{JsCast, JsValue};

use super::{
    Failure, Mode, OpenItem, Opened, Pointer,
    office::{self, Office},
};
use crate::{clock, js};

/// The most attendees that are read; Outlook itself stops there.
pub(super) const ATTENDEE_LIMIT: usize = 1000;

/// Clients that write item ids as Graph does.
const PHONES: [&str; 2] = ["OutlookIOS", "OutlookAndroid"];

/// Reads what is open.
pub(super) async fn opened(office: &Office) -> Result<Opened, Failure> {
    let Some(item) = office::item() else {
        return Ok(Opened::Nothing);
    };
    if js::text(&item, "itemType").as_deref() != Some("appointment") {
        return Ok(Opened::NotCalendar);
    }
    open_item(office, &item).await.map(|open| Opened::Item(Box::new(open)))
}

async fn open_item(office: &Office, js: &JsValue) -> Result<OpenItem, Failure> {
    let (head, series, people, marks) =
        join4(head(office, js), series(office, js), people(office, js), marks(office, js)).await;
    let (head, series, people) = (head?, series?, people?);
    let profile = office::mailbox().and_then(|mailbox| js::member(&mailbox, "userProfile"));
    let profile = profile.unwrap_or(JsValue::UNDEFINED);
    let user = js::text(&profile, "emailAddress").and_then(|text| Address::parse(&text).ok());
    let user = user.ok_or_else(|| missing("userProfile.emailAddress"))?;
    let item = Item {
        id: head.id,
        kind: series.kind,
        subject: head.subject,
        body: None,
        location: head.location,
        span: span(head.start, head.end, &mailbox_zone(&profile)),
        zone: series.zone,
        show_as: None,
        reminder: None,
        sensitivity: marks.sensitivity,
        organizer: people.organizer,
        attendees: people.attendees,
        categories: marks.categories,
        is_draft: None,
        in_group_calendar: false,
    };
    Ok(OpenItem {
        item,
        mode: mode(js),
        mailbox: marks.owner.unwrap_or_else(|| user.clone()),
        user,
        zone: mailbox_zone(&profile),
        pointer: marks.pointer,
        rest_ids: rest_ids(),
    })
}

/// Read mode shows the subject as text, compose mode hides it behind a getter.
fn mode(js: &JsValue) -> Mode {
    if js::member(js, "subject").is_some_and(|subject| subject.is_string()) {
        Mode::Read
    } else {
        Mode::Compose
    }
}

fn rest_ids() -> bool {
    let host = office::mailbox().and_then(|mailbox| js::path(&mailbox, &["diagnostics", "hostName"]));
    host.and_then(|host| host.as_string()).is_some_and(|host| PHONES.contains(&host.as_str()))
}

/// The mailbox's zone by its IANA name; the browser's where Outlook names one that nobody knows.
fn mailbox_zone(profile: &JsValue) -> String {
    let named = js::text(profile, "timeZone");
    let known = named.as_deref().and_then(zone::iana).map(str::to_owned);
    let usable = known.filter(|zone| clock::offset(zone, DateTime::UNIX_EPOCH).is_some());
    usable.or_else(clock::browser_zone).unwrap_or_else(|| "UTC".to_owned())
}

/// Office.js does not say in production whether an item is all-day: midnight to midnight in the mailbox's zone is.
fn span(start: DateTime<Utc>, end: DateTime<Utc>, zone: &str) -> Span {
    let end = end.max(start);
    zone::whole_days(start, end, zone, &clock::offset).unwrap_or(Span::Timed { start, end })
}

struct Head {
    id: Option<ItemId>,
    subject: String,
    location: String,
    start: DateTime<Utc>,
    end: DateTime<Utc>,
}

async fn head(office: &Office, js: &JsValue) -> Result<Head, Failure> {
    let (id, subject, location, start, end) = join5(
        item_id(office, js),
        office.value(js, "subject"),
        office.value(js, "location"),
        office.value(js, "start"),
        office.value(js, "end"),
    )
    .await;
    Ok(Head {
        id: id?,
        subject: subject?.as_string().unwrap_or_default(),
        location: or_missing(location, JsValue::UNDEFINED)?.as_string().unwrap_or_default(),
        start: instant(&start?, "start")?,
        end: instant(&end?, "end")?,
    })
}

/// The item's id; none before Outlook has saved it once.
async fn item_id(office: &Office, js: &JsValue) -> Result<Option<ItemId>, Failure> {
    let id = match js::text(js, "itemId") {
        Some(id) => id,
        None => match office.call(js, "getItemIdAsync", &[]).await {
            Ok(id) => id.as_string().unwrap_or_default(),
            // 9046: the item was never saved. Clients without the function cannot tell the id either.
            Err(Failure::Failed { .. } | Failure::ApiMissing { .. }) => return Ok(None),
            Err(silent @ Failure::TimedOut { .. }) => return Err(silent),
        },
    };
    Ok(ItemId::parse(&id).ok())
}

fn instant(value: &JsValue, name: &str) -> Result<DateTime<Utc>, Failure> {
    value.dyn_ref::<Date>().and_then(|date| clock::instant(date.get_time())).ok_or_else(|| missing(name))
}

struct Series {
    kind: Kind,
    zone: Option<String>,
}

async fn series(office: &Office, js: &JsValue) -> Result<Series, Failure> {
    let recurrence = or_missing(office.value(js, "recurrence").await, JsValue::NULL)?;
    let parent = js::text(js, "seriesId").and_then(|id| ItemId::parse(&id).ok());
    let zone = js::path(&recurrence, &["recurrenceTimeZone", "name"]).and_then(|zone| zone.as_string());
    let kind = match parent {
        Some(series) => Kind::Occurrence { series },
        None if recurrence.is_object() => Kind::Series,
        None => Kind::Single,
    };
    Ok(Series { kind, zone })
}

struct People {
    organizer: Option<Person>,
    attendees: Vec<Attendee>,
}

async fn people(office: &Office, js: &JsValue) -> Result<People, Failure> {
    let (organizer, (required, optional)) = join(
        office.value(js, "organizer"),
        join(office.value(js, "requiredAttendees"), office.value(js, "optionalAttendees")),
    )
    .await;
    // Composing without the right to write, Outlook refuses to name the organizer, who is then the user.
    let organizer = organizer.ok().filter(JsValue::is_object).map(|who| person(&who));
    let required = attendees(&or_missing(required, JsValue::NULL)?, Role::Required);
    let optional = attendees(&or_missing(optional, JsValue::NULL)?, Role::Optional);
    // Web and Windows list the organizer among the required ones too.
    let again = |one: &Attendee| {
        one.person.address.is_some()
            && one.person.address == organizer.as_ref().and_then(|who| who.address.clone())
    };
    let attendees =
        required.into_iter().chain(optional).filter(|one| !again(one)).take(ATTENDEE_LIMIT).collect();
    Ok(People { organizer, attendees })
}

fn attendees(list: &JsValue, role: Role) -> Vec<Attendee> {
    let Some(list) = list.dyn_ref::<Array>() else {
        return Vec::new();
    };
    let attendee = |who: JsValue| Attendee { person: person(&who), role, response: response(&who) };
    list.iter().take(ATTENDEE_LIMIT).map(attendee).collect()
}

fn person(who: &JsValue) -> Person {
    let address = js::text(who, "emailAddress").and_then(|text| Address::parse(&text).ok());
    Person { name: js::text(who, "displayName").unwrap_or_default(), address }
}

fn response(who: &JsValue) -> Option<Response> {
    match js::text(who, "appointmentResponse")?.as_str() {
        "none" => Some(Response::None),
        "organizer" => Some(Response::Organizer),
        "tentative" => Some(Response::Tentative),
        "accepted" => Some(Response::Accepted),
        "declined" => Some(Response::Declined),
        _ => None,
    }
}

/// What the item carries beside its content. None of it stops a save: where Outlook refuses, it is left out.
#[derive(Default)]
struct Marks {
    sensitivity: Option<Sensitivity>,
    categories: Vec<String>,
    pointer: Option<Pointer>,
    owner: Option<Address>,
}

async fn marks(office: &Office, js: &JsValue) -> Marks {
    let (sensitivity, categories, pointer, owner) = join4(
        office.value(js, "sensitivity"),
        office.value(js, "categories"),
        pointer(office, js),
        office.call(js, "getSharedPropertiesAsync", &[]),
    )
    .await;
    let categories = categories.ok().and_then(|list| list.dyn_into::<Array>().ok()).unwrap_or_default();
    Marks {
        sensitivity: sensitivity.ok().and_then(|value| sensitivity_of(&value)),
        categories: categories.iter().filter_map(|one| js::text(&one, "displayName")).collect(),
        pointer,
        // Fails on items of one's own calendar.
        owner: owner.ok().and_then(|shared| {
            let mailbox = js::text(&shared, "targetMailbox").or_else(|| js::text(&shared, "owner"));
            Address::parse(&mailbox?).ok()
        }),
    }
}

fn sensitivity_of(value: &JsValue) -> Option<Sensitivity> {
    match value.as_string()?.as_str() {
        "normal" => Some(Sensitivity::Normal),
        "personal" => Some(Sensitivity::Personal),
        "private" => Some(Sensitivity::Private),
        "confidential" => Some(Sensitivity::Confidential),
        _ => None,
    }
}

async fn pointer(office: &Office, js: &JsValue) -> Option<Pointer> {
    let properties = office.call(js, "loadCustomPropertiesAsync", &[]).await.ok()?;
    let get = |key: &str| {
        let value = office::apply(&properties, "get", &Array::of1(&key.into())).ok()?;
        value.as_string()
    };
    let found = pointer::Pointer::from_keys(get)?;
    Some(Pointer { event: found.event, code: found.code })
}

/// Clients that lack a member say the same as items that lack the value.
fn or_missing(value: Result<JsValue, Failure>, instead: JsValue) -> Result<JsValue, Failure> {
    match value {
        Err(Failure::ApiMissing { .. }) => Ok(instead),
        Ok(_) | Err(Failure::TimedOut { .. } | Failure::Failed { .. }) => value,
    }
}

fn missing(name: &str) -> Failure {
    Failure::ApiMissing { name: name.to_owned() }
}
