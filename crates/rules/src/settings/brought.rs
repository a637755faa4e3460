//! What comes down beside Events of the user's own, as settings name it: objects (OBJ-1) and public calendars (GRP-2).

use crate::{
    category::{self, NAME_LIMIT},
    id::{Address, ApiName},
    objects::{ObjectWish, PublicCalendar, RecordDates},
};

/// What stands between a calendar and the mailboxes that get its Events.
const ARROW: &str = "->";
/// The object that comes down in its own way.
const EVENT: &str = "Event";

const OBJECT: &str = "no object with its dates: write Object=DateField or Object=StartField/EndField";
const CALENDAR: &str = "no calendar with its category: write Calendar=Category";
const MAILBOXES: &str = "without mailboxes: write the addresses after the arrow, parted by blanks";

/// Reads an object with the fields of its dates; else what is wrong with it.
pub(super) fn object(text: &str) -> Result<ObjectWish, &'static str> {
    let (object, fields) = text.split_once('=').ok_or(OBJECT)?;
    let name = |text: &str| ApiName::parse(text.trim()).map_err(|_| OBJECT);
    let object = name(object)?;
    if object.as_str().eq_ignore_ascii_case(EVENT) {
        return Err(
            "not to be named: Events come down by themselves, those of public calendars by PublicCalendars",
        );
    }
    let dates = match fields.split_once('/') {
        Some((start, end)) => RecordDates::Times { start: name(start)?, end: name(end)? },
        None => RecordDates::Day { day: name(fields)? },
    };
    Ok(ObjectWish { object, dates })
}

/// Writes it plainly.
pub(super) fn object_text(wish: &ObjectWish) -> String {
    match &wish.dates {
        RecordDates::Day { day } => format!("{}={day}", wish.object),
        RecordDates::Times { start, end } => format!("{}={start}/{end}", wish.object),
    }
}

/// Reads a public calendar with its category and mailboxes; else what is wrong with it.
pub(super) fn calendar(text: &str) -> Result<PublicCalendar, &'static str> {
    let (what, mailboxes) = match text.split_once(ARROW) {
        Some((what, named)) => (what, addresses(named)?),
        None => (text, Vec::new()),
    };
    let (name, category) = what.split_once('=').unwrap_or((what, what));
    let (name, category) = (name.trim().to_owned(), category.trim().to_owned());
    if name.is_empty() || category.is_empty() {
        return Err(CALENDAR);
    }
    if category.contains(';') || category.encode_utf16().count() > NAME_LIMIT {
        return Err("no category of Outlook: write one without a semicolon, of 255 characters at most");
    }
    if category::is_ours(&category) {
        return Err("taken: this category means something else to sync; choose another");
    }
    Ok(PublicCalendar { name, category, mailboxes })
}

fn addresses(text: &str) -> Result<Vec<Address>, &'static str> {
    let mut addresses: Vec<Address> = Vec::new();
    for word in text.split_whitespace() {
        let address = Address::parse(word).map_err(|_| MAILBOXES)?;
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    if addresses.is_empty() { Err(MAILBOXES) } else { Ok(addresses) }
}

/// Writes it plainly.
pub(super) fn calendar_text(calendar: &PublicCalendar) -> String {
    let PublicCalendar { name, category, mailboxes } = calendar;
    let mut text = if category == name { name.clone() } else { format!("{name}={category}") };
    if !mailboxes.is_empty() {
        let named: Vec<&str> = mailboxes.iter().map(Address::as_str).collect();
        text.extend([" ", ARROW, " ", &named.join(" ")]);
    }
    text
}

/// What a part names, which is named once.
pub(super) fn key(text: &str) -> String {
    let what = text.split_once(ARROW).map_or(text, |(what, _)| what);
    what.split_once('=').map_or(what, |(name, _)| name).trim().to_lowercase()
}
