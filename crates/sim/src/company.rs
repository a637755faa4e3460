//! The company of every run: four people who sync, what stands in their calendars, and who may ask for what.
//!
//! Every item's subject begins with a word of its own, its stem, which no edit takes away; so whatever is seen anywhere, on
//! either side or in a request, tells which item it belongs to.

mod series;

use anyhow::{Context, anyhow};
use calbridge_standin::world::definition;
use serde_json::{Value, json};

use crate::twist::Twist;
pub use series::{FOLLOWING, SERIES, following, is_series};

/// Those whose calendars are synced, by the short names that the stand-in knows them by.
pub const PEOPLE: [&str; 4] = ["mara", "ines", "theo", "lena"];
/// Contacts that are picked in Name, by their addresses.
pub const CONTACTS: [&str; 3] = ["dana@acme.example", "ada.morgan@acme.example", "tomas@borealis.example"];
/// Records of the demo that the company keeps; the others only cost time.
const KEPT: [&str; 11] =
    ["integration", "mara", "ines", "theo", "acme", "borealis", "dana", "ada", "tomas", "renewal", "boropp"];
/// Items of the crowded calendar: enough that their deletion brings the brake down (DWN-6).
pub const CROWD: usize = 14;

/// The calendar that items are moved to which is not in sync.
pub const ASIDE: &str = "Projects";
/// The appointment that lies just behind the window when a run begins.
pub const EDGE: &str = "edge";
/// Its day: one after the last that new items may begin on (AUT-2).
const EDGE_DAY: i64 = 61;

/// What a session can make of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is saved.
    Savable,
    /// It is refused or waits, with one reason.
    Refused,
    /// Nobody ever asks for it.
    Alone,
}

/// An item of the company.
#[derive(Clone, Copy, Debug)]
pub struct Planned {
    /// The first word of its subject, and its key in the stand-in.
    pub stem: &'static str,
    /// Whose calendar it was made in, or first stands in.
    pub home: &'static str,
    /// Whether its home's person may change it for everybody.
    pub is_organized: bool,
    /// Who asks for it.
    pub savers: &'static [&'static str],
    /// What becomes of it.
    pub fate: Fate,
    /// Whether other people are in it.
    pub is_meeting: bool,
}

const fn item(
    stem: &'static str,
    home: &'static str,
    savers: &'static [&'static str],
    fate: Fate,
) -> Planned {
    Planned { stem, home, is_organized: true, savers, fate, is_meeting: true }
}

/// Everything that stands in the calendars when a run begins, but for the crowd.
pub const ITEMS: [Planned; 13] = [
    item("lunch", "mara", &["mara"], Fate::Savable),
    Planned { is_meeting: false, ..item("offer", "mara", &["mara"], Fate::Savable) },
    item("fair", "mara", &["mara"], Fate::Savable),
    item("board", "mara", &["mara", "ines", "theo", "lena"], Fate::Savable),
    Planned { is_organized: false, ..item("review", "mara", &["mara", "ines"], Fate::Savable) },
    item("visit", "ines", &["ines"], Fate::Savable),
    item("call", "theo", &["theo"], Fate::Savable),
    Planned { is_meeting: false, ..item("stock", "lena", &["lena"], Fate::Savable) },
    item("trip", "mara", &["mara"], Fate::Refused),
    item("draft", "mara", &["mara"], Fate::Refused),
    item("weekly", "mara", &["mara"], Fate::Refused),
    item("idle", "mara", &[], Fate::Alone),
    Planned { is_meeting: false, ..item("doctor", "mara", &[], Fate::Alone) },
];

/// The planned item of a stem.
pub fn planned(stem: &str) -> Option<&'static Planned> {
    ITEMS.iter().chain(&SERIES).chain(&FOLLOWING).find(|item| item.stem == stem)
}

/// The address of a person.
pub fn address(person: &str) -> String {
    format!("{person}@brightwater.example")
}

/// The first word of a subject.
pub fn stem_of(subject: &str) -> &str {
    subject.split(' ').next().unwrap_or_default()
}

/// The stems of the crowd, in one calendar.
pub fn crowd() -> impl Iterator<Item = String> {
    (0..CROWD).map(|number| format!("crowd{number}"))
}

/// The company as the stand-in reads it.
///
/// # Errors
/// The stand-in's demo has another shape than this expects.
pub fn company(is_crowded: bool) -> anyhow::Result<Value> {
    let mut company = definition("demo").map_err(|bad| anyhow!(bad))?;
    let records = company.pointer_mut("/salesforce/records").and_then(Value::as_array_mut);
    let records = records.context("the demo has no records")?;
    records.retain(|record| KEPT.iter().any(|kept| record["ref"] == *kept) || record["ref"] == "own-1");
    let mut lena = records.iter().find(|record| record["ref"] == "theo").context("no Theo")?.clone();
    for (name, value) in lena.as_object_mut().context("Theo is no record")? {
        if let Some(text) = value.as_str() {
            *value = match name.as_str() {
                "FirstName" => json!("Lena"),
                "LastName" => json!("Brandt"),
                _ => json!(text.replace("theo", "lena")),
            };
        }
    }
    records.push(lena);
    let people = company.pointer_mut("/mailboxes/people").and_then(Value::as_array_mut);
    people.context("the demo has no people")?.push(json!({
        "user": "lena", "name": "Lena Brandt", "address": address("lena"), "zone": "GMT Standard Time", "categories": {},
    }));
    let mut items = items();
    if is_crowded {
        items.extend(crowd().enumerate().map(|(number, stem)| {
            json!({ "key": stem, "mailbox": "lena@brightwater.example", "subject": format!("{stem} o0"),
                "day": 3 + number, "from": "16:00:00", "to": "16:30:00", "required": ["Dana Okafor <dana@acme.example>"],
                "categories": ["Salesforce"] })
        }));
    }
    company["mailboxes"]["items"] = items.into();
    Ok(company)
}

/// The company with what a twist needs: a calendar that is not in sync, an appointment just behind the window, series.
pub fn twisted(company: &Value, twist: &Twist) -> Value {
    let mut company = company.clone();
    for person in company.pointer_mut("/mailboxes/people").and_then(Value::as_array_mut).into_iter().flatten()
    {
        person["calendars"] = json!([ASIDE]);
    }
    let Some(items) = company.pointer_mut("/mailboxes/items").and_then(Value::as_array_mut) else {
        return company;
    };
    if twist.has_series {
        items.extend(series::rows());
    }
    if twist.autosaves {
        // Half past midnight in Mara's zone is the day before in UTC.
        items.push(json!({ "key": EDGE, "subject": format!("{EDGE} o0"), "location": "Room o0",
            "mailbox": address("mara"), "day": EDGE_DAY, "from": "00:30:00", "to": "01:15:00" }));
    }
    company
}

fn items() -> Vec<Value> {
    let dana = "Dana Okafor <dana@acme.example>";
    let tomas = "Tomás Mora <tomas@borealis.example>";
    let rows = [
        json!({ "key": "lunch", "day": 1, "from": "12:00:00", "to": "12:45:00", "required": [dana] }),
        json!({ "key": "offer", "day": 0, "from": "16:00:00", "to": "16:45:00" }),
        json!({ "key": "fair", "day": 2, "days": 3, "required": ["Ada Morgan <ada.morgan@acme.example>"] }),
        json!({ "key": "board", "day": 3, "from": "10:00:00", "to": "10:45:00",
            "required": [dana, "Ines Roth <ines@brightwater.example>", "Theo Park <theo@brightwater.example>"],
            "optional": ["Lena Brandt <lena@brightwater.example>"] }),
        json!({ "key": "review", "day": 4, "from": "15:00:00", "to": "15:45:00", "organizer": dana,
            "required": ["Mara Lindqvist <mara@brightwater.example>", "Ines Roth <ines@brightwater.example>"],
            "uid": "review-of-dana@acme.example" }),
        json!({ "key": "visit", "mailbox": "ines@brightwater.example", "day": 5, "from": "09:00:00", "to": "09:45:00",
            "required": [tomas] }),
        json!({ "key": "call", "mailbox": "theo@brightwater.example", "day": -2, "from": "11:00:00", "to": "11:45:00",
            "required": [tomas] }),
        json!({ "key": "stock", "mailbox": "lena@brightwater.example", "day": 9, "from": "08:00:00", "to": "08:45:00" }),
        json!({ "key": "trip", "day": 3, "days": 15, "required": [dana] }),
        json!({ "key": "draft", "day": 4, "from": "15:00:00", "to": "16:00:00", "required": [dana], "draft": true }),
        json!({ "key": "weekly", "day": 1, "from": "10:00:00", "to": "10:30:00", "required": [dana],
            "repeat": { "rhythm": "weekly", "count": 6 } }),
        json!({ "key": "idle", "day": 2, "from": "13:00:00", "to": "13:45:00", "required": [dana] }),
        json!({ "key": "doctor", "day": 1, "from": "08:00:00", "to": "08:45:00", "sensitivity": "private" }),
    ];
    let named = |mut row: Value| {
        row["subject"] = format!("{} o0", row["key"].as_str().unwrap_or_default()).into();
        row["location"] = "Room o0".into();
        if row["mailbox"].is_null() {
            row["mailbox"] = address("mara").into();
        }
        row
    };
    rows.into_iter().map(named).collect()
}
