//! Reads the open item, in read and in compose mode, into the rules' own type.

use calbridge_rules::{
    id::{Address, ItemId},
    item::{Attendee, Item, Kind, Person, Response, Role, Sensitivity, Span},
    zone,
};
use calbridge_wire::pointer;
use chrono::{DateTime, Utc};
use js_sys::{Array, Date};
use wasm_bindgen::{JsCast, JsValue};

use super::{
    Failure, Mode, OpenItem, Opened, Pointer,
    office::{self, Asked, Office, missing},
};
use crate::{clock, js, together};

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
    let mut answers = ask(office, js).await;
    let profile = office::mailbox().and_then(|mailbox| js::member(&mailbox, "userProfile"));
    let profile = profile.unwrap_or(JsValue::UNDEFINED);
    let user = js::text(&profile, "emailAddress").and_then(|text| Address::parse(&text).ok());
    let user = user.ok_or_else(|| missing("userProfile.emailAddress"))?;
    let mailbox_zone = mailbox_zone(&profile);
    let (kind, zone) = series(&answers.or_missing("recurrence")?, js);
    let (organizer, attendees) = people(&mut answers)?;
    let item = Item {
        id: item_id(&mut answers, js)?,
        kind,
        subject: answers.take("subject")?.as_string().unwrap_or_default(),
        body: None,
        location: answers.or_missing("location")?.as_string().unwrap_or_default(),
        span: span(answers.instant("start")?, answers.instant("end")?, &mailbox_zone),
        zone,
        show_as: None,
        reminder: None,
        sensitivity: answers.or_refused("sensitivity").and_then(|value| sensitivity_of(&value)),
        organizer,
        attendees,
        categories: categories(answers.or_refused("categories")),
        is_draft: None,
        in_group_calendar: false,
    };
    Ok(OpenItem {
        item,
        mode: mode(js),
        // Refused on items of one's own calendar.
        mailbox: answers.or_refused(SHARED).and_then(|shared| owner(&shared)).unwrap_or_else(|| user.clone()),
        user,
        zone: mailbox_zone,
        pointer: answers.or_refused(CUSTOM).and_then(|properties| pointer(&properties)),
        rest_ids: rest_ids(),
    })
}

/// What every item has, in either mode.
const PROPERTIES: [&str; 10] = [
    "subject",
    "location",
    "start",
    "end",
    "recurrence",
    "organizer",
    "requiredAttendees",
    "optionalAttendees",
    "sensitivity",
    "categories",
];
const ITEM_ID: &str = "getItemIdAsync";
const CUSTOM: &str = "loadCustomPropertiesAsync";
const SHARED: &str = "getSharedPropertiesAsync";

/// What Outlook answered, by the name that was asked for.
struct Answers(Vec<(&'static str, Result<JsValue, Failure>)>);

/// Asks for all of it at once; Outlook is asked no more often than it takes.
async fn ask(office: &Office, js: &JsValue) -> Answers {
    let mut names = PROPERTIES.to_vec();
    let mut asked: Vec<Asked<'_>> = names.iter().map(|name| office.value(js, name)).collect();
    let id = js::text(js, "itemId").map_or(Some(ITEM_ID), |_| None);
    for name in id.into_iter().chain([CUSTOM, SHARED]) {
        names.push(name);
        asked.push(office.call(js, name, &[]));
    }
    Answers(names.into_iter().zip(together::all(asked).await).collect())
}

impl Answers {
    fn take(&mut self, name: &str) -> Result<JsValue, Failure> {
        let place = self.0.iter().position(|(asked, _)| *asked == name).ok_or_else(|| missing(name))?;
        self.0.swap_remove(place).1
    }

    /// Clients that lack a member say the same as items that lack the value.
    fn or_missing(&mut self, name: &str) -> Result<JsValue, Failure> {
        match self.take(name) {
            Err(Failure::ApiMissing { .. }) => Ok(JsValue::NULL),
            value @ (Ok(_) | Err(Failure::TimedOut { .. } | Failure::Failed { .. })) => value,
        }
    }

    /// What the item carries beside its content does not stop a save: where Outlook refuses, it is left out.
    fn or_refused(&mut self, name: &str) -> Option<JsValue> {
        self.take(name).ok()
    }

    fn instant(&mut self, name: &str) -> Result<DateTime<Utc>, Failure> {
        let value = self.take(name)?;
        let instant = value.dyn_ref::<Date>().and_then(|date| clock::instant(date.get_time()));
        instant.ok_or_else(|| missing(name))
    }
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

/// The item's id; none before Outlook has saved it once.
fn item_id(answers: &mut Answers, js: &JsValue) -> Result<Option<ItemId>, Failure> {
    let id = match js::text(js, "itemId") {
        Some(id) => id,
        None => match answers.take(ITEM_ID) {
            Ok(id) => id.as_string().unwrap_or_default(),
            // 9046: the item was never saved. Clients without the function cannot tell the id either.
            Err(Failure::Failed { .. } | Failure::ApiMissing { .. }) => return Ok(None),
            Err(silent @ Failure::TimedOut { .. }) => return Err(silent),
        },
    };
    Ok(ItemId::parse(&id).ok())
}

/// What of a series the item is, and the zone that the series names.
fn series(recurrence: &JsValue, js: &JsValue) -> (Kind, Option<String>) {
    let parent = js::text(js, "seriesId").and_then(|id| ItemId::parse(&id).ok());
    let zone = js::path(recurrence, &["recurrenceTimeZone", "name"]).and_then(|zone| zone.as_string());
    let kind = match parent {
        Some(series) => Kind::Occurrence { series },
        None if recurrence.is_object() => Kind::Series,
        None => Kind::Single,
    };
    (kind, zone)
}

fn people(answers: &mut Answers) -> Result<(Option<Person>, Vec<Attendee>), Failure> {
    // Composing without the right to write, Outlook refuses to name the organizer, who is then the user.
    let organizer = answers.or_refused("organizer").filter(JsValue::is_object).map(|who| person(&who));
    let organizer_address = organizer.as_ref().and_then(|who| who.address.as_ref());
    let mut all = Vec::new();
    for (name, role) in [("requiredAttendees", Role::Required), ("optionalAttendees", Role::Optional)] {
        attendees(&answers.or_missing(name)?, role, &mut all);
    }
    // Web and Windows list the organizer among the required ones too.
    all.retain(|one| one.person.address.is_none() || one.person.address.as_ref() != organizer_address);
    all.truncate(ATTENDEE_LIMIT);
    Ok((organizer, all))
}

fn attendees(list: &JsValue, role: Role, all: &mut Vec<Attendee>) {
    let Some(list) = list.dyn_ref::<Array>() else { return };
    for who in list.iter().take(ATTENDEE_LIMIT) {
        all.push(Attendee { person: person(&who), role, response: response(&who) });
    }
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

fn categories(list: Option<JsValue>) -> Vec<String> {
    let list: Array = list.and_then(|list| list.dyn_into().ok()).unwrap_or_default();
    list.iter().filter_map(|one| js::text(&one, "displayName")).collect()
}

fn owner(shared: &JsValue) -> Option<Address> {
    let mailbox = js::text(shared, "targetMailbox").or_else(|| js::text(shared, "owner"));
    Address::parse(&mailbox?).ok()
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

fn pointer(properties: &JsValue) -> Option<Pointer> {
    let get = |key: &str| {
        let value = office::apply(properties, "get", &Array::of1(&key.into())).ok()?;
        value.as_string()
    };
    let found = pointer::Pointer::from_keys(get)?;
    Some(Pointer { event: found.event, code: found.code })
}
