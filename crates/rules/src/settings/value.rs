//! Values of settings: read from text, checked once, kept in their plainest writing.

use std::fmt;

use super::{
    brought,
    effective::Mark,
    table::{Kind, Setting},
};
use crate::{
    id::{Address, ApiName},
    objects::{ObjectWish, PublicCalendar},
};

/// A value that its setting takes, in its plainest writing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SettingValue(String);

/// Why a setting does not take a value, and what it takes instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadValue {
    /// It takes other words.
    #[error("{name} takes {takes}")]
    Word {
        /// The setting.
        name: &'static str,
        /// What it takes.
        takes: String,
    },
    /// One of its parts is none.
    #[error("{name}: {part:?} is {problem}")]
    Part {
        /// The setting.
        name: &'static str,
        /// The part.
        part: String,
        /// What is wrong with it, and what to write instead.
        problem: &'static str,
    },
    /// There are too many parts.
    #[error("{name} takes {most} at most")]
    TooMany {
        /// The setting.
        name: &'static str,
        /// How many it takes.
        most: usize,
    },
}

/// The most parts of a list.
pub const LIST_LIMIT: usize = 500;
/// The most objects and public calendars: each is a question to the org again and again.
const BROUGHT_LIMIT: usize = 20;
/// The longest part, in characters.
const PART_LIMIT: usize = 255;
/// The longest part that may name mailboxes, in characters.
const NAMING_LIMIT: usize = 4_000;

const OFF: &str = "off";
const ON: &str = "on";

impl SettingValue {
    /// Reads a value.
    ///
    /// # Errors
    /// The setting does not take it.
    pub fn read(setting: Setting, text: &str) -> Result<Self, BadValue> {
        let row = setting.row();
        let other = || BadValue::Word { name: row.name, takes: row.kind.words() };
        let text = text.trim();
        let plain = match row.kind {
            Kind::Switch => [ON, OFF].into_iter().find(|word| *word == text).map(str::to_owned),
            Kind::Word(words) => words.iter().find(|word| **word == text).map(|&word| word.to_owned()),
            Kind::Number { least, most } => {
                let number = text.parse::<u32>().ok().filter(|number| (least..=most).contains(number));
                number.map(|number| number.to_string())
            }
            Kind::Name => (!text.is_empty() && text.chars().count() <= PART_LIMIT).then(|| text.to_owned()),
            Kind::Mark if text == OFF => Some(OFF.to_owned()),
            Kind::Mark => return part(setting, text).map(Self),
            Kind::Names
            | Kind::Domains
            | Kind::Blocklist
            | Kind::Fields
            | Kind::Objects
            | Kind::PublicCalendars => {
                return list(setting, text).map(Self);
            }
        };
        plain.map(Self).ok_or_else(other)
    }

    /// The value in its plainest writing.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn is_on(&self) -> bool {
        self.0 == ON
    }

    pub(super) fn number(&self) -> u32 {
        self.0.parse().unwrap_or_default()
    }

    pub(super) fn names(&self) -> Vec<String> {
        parts(&self.0).map(str::to_owned).collect()
    }

    pub(super) fn name(&self) -> Option<String> {
        (self.0 != OFF).then(|| self.0.clone())
    }

    pub(super) fn mark(&self) -> Option<Mark> {
        mark(&self.0)
    }

    pub(super) fn objects(&self) -> Vec<ObjectWish> {
        parts(&self.0).filter_map(|part| brought::object(part).ok()).collect()
    }

    pub(super) fn public_calendars(&self) -> Vec<PublicCalendar> {
        parts(&self.0).filter_map(|part| brought::calendar(part).ok()).collect()
    }

    pub(super) fn marks(&self) -> impl Iterator<Item = Mark> {
        parts(&self.0).filter_map(mark)
    }
}

impl fmt::Display for SettingValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty())
}

/// A list without its doubles.
fn list(setting: Setting, text: &str) -> Result<String, BadValue> {
    let mut plain: Vec<String> = Vec::new();
    for text in parts(text) {
        let part = part(setting, text)?;
        if plain.contains(&part) {
            continue;
        }
        if names_brought(setting.row().kind)
            && let Some(twice) = plain.iter().find(|other| brought::key(other) == brought::key(&part))
        {
            let (name, part) = (setting.row().name, twice.clone());
            return Err(BadValue::Part { name, part, problem: "named twice: name it once" });
        }
        plain.push(part);
    }
    let most = if names_brought(setting.row().kind) { BROUGHT_LIMIT } else { LIST_LIMIT };
    if plain.len() > most {
        return Err(BadValue::TooMany { name: setting.row().name, most });
    }
    Ok(plain.join(", "))
}

/// Whether the parts are what comes down, each by a name of its own.
fn names_brought(kind: Kind) -> bool {
    matches!(kind, Kind::Objects | Kind::PublicCalendars)
}

/// One part of a list, in its plainest writing.
fn part(setting: Setting, text: &str) -> Result<String, BadValue> {
    let row = setting.row();
    let bad = |problem| BadValue::Part { name: row.name, part: text.to_owned(), problem };
    let (limit, too_long) = match row.kind {
        Kind::PublicCalendars => (NAMING_LIMIT, "too long: 4000 characters at most"),
        Kind::Switch
        | Kind::Number { .. }
        | Kind::Word(_)
        | Kind::Name
        | Kind::Names
        | Kind::Domains
        | Kind::Blocklist
        | Kind::Mark
        | Kind::Fields
        | Kind::Objects => (PART_LIMIT, "too long: 255 characters at most"),
    };
    if text.chars().count() > limit {
        return Err(bad(too_long));
    }
    match row.kind {
        Kind::Objects => brought::object(text).map(|wish| brought::object_text(&wish)).map_err(bad),
        Kind::PublicCalendars => {
            brought::calendar(text).map(|wish| brought::calendar_text(&wish)).map_err(bad)
        }
        Kind::Domains => domain(text).ok_or_else(|| bad("no domain: write acme.com")),
        Kind::Blocklist if text.contains('*') => {
            Err(bad("a wildcard: write each address and domain, subdomains too"))
        }
        Kind::Blocklist => Address::parse(text)
            .map(|address| address.as_str().to_owned())
            .ok()
            .or_else(|| domain(text))
            .ok_or_else(|| bad("neither address nor domain: write pat@acme.com or acme.com")),
        Kind::Mark | Kind::Fields => mark(text)
            .map(|Mark { field, value }| format!("{field}={value}"))
            .ok_or_else(|| bad("no field with a value: write Field__c=Value")),
        Kind::Switch | Kind::Number { .. } | Kind::Word(_) | Kind::Name | Kind::Names => Ok(text.to_owned()),
    }
}

fn domain(text: &str) -> Option<String> {
    let text = text.trim_start_matches('@').to_ascii_lowercase();
    let label = |label: &str| {
        !label.is_empty()
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    (text.contains('.') && text.split('.').all(label)).then_some(text)
}

fn mark(text: &str) -> Option<Mark> {
    let (field, value) = text.split_once('=')?;
    let (field, value) = (ApiName::parse(field.trim()).ok()?, value.trim().to_owned());
    (!value.is_empty()).then_some(Mark { field, value })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::table::TABLE;

    fn read(setting: Setting, text: &str) -> Result<String, String> {
        SettingValue::read(setting, text).map(|value| value.0).map_err(|bad| bad.to_string())
    }

    #[track_caller]
    fn takes(setting: Setting, text: &str, plain: &str) {
        assert_eq!(read(setting, text), Ok(plain.to_owned()));
    }

    #[track_caller]
    fn refuses(setting: Setting, text: &str, says: &str) {
        let bad = read(setting, text).unwrap_err();
        assert!(bad.contains(says) && bad.contains(setting.row().name), "{bad}");
    }

    #[test]
    fn set_every_default_is_a_value_in_its_plainest_writing() {
        for row in TABLE {
            takes(row.setting, row.default, row.default);
        }
    }

    #[test]
    fn set_a_refusal_says_what_is_taken() {
        refuses(Setting::SafeDescription, "yes", "on · off");
        refuses(Setting::ExternalOrganizer, "two-events", "one-event · per-saver");
        refuses(Setting::SessionMinutes, "0", "1 to 1440");
        refuses(Setting::WindowPastDays, "-1", "0 to 365");
        refuses(Setting::WindowFutureDays, "366", "1 to 365");
        refuses(Setting::SaveCalendar, " ", "a name · off");
    }

    #[test]
    fn set_numbers_and_words_are_read_as_they_are_meant() {
        takes(Setting::SessionMinutes, " 030 ", "30");
        takes(Setting::Direction, "up", "up");
        takes(Setting::SaveCalendar, "To Salesforce", "To Salesforce");
        takes(Setting::SaveCalendar, "off", "off");
    }

    #[test]
    fn set_a_blocklist_takes_addresses_and_domains_and_no_wildcards() {
        takes(
            Setting::Blocklist,
            "Pat@Acme.example,, moreno.example ,pat@acme.example",
            "pat@acme.example, moreno.example",
        );
        takes(Setting::Blocklist, "@moreno.example", "moreno.example");
        refuses(Setting::Blocklist, "*.acme.example", "wildcard");
        refuses(Setting::Blocklist, "acme", "pat@acme.com");
        refuses(Setting::Blocklist, "a@b@c", "pat@acme.com");
    }

    #[test]
    fn set_domains_are_domains() {
        takes(
            Setting::CompanyDomains,
            "Brightwater.example, eu.brightwater.example",
            "brightwater.example, eu.brightwater.example",
        );
        for bad in ["pat@acme.example", "https://acme.example", "acme..example", "-acme.example", "acme"] {
            refuses(Setting::CompanyDomains, bad, "write acme.com");
        }
    }

    #[test]
    fn set_fields_have_api_names_and_values() {
        takes(Setting::CancelledInstead, "Status__c = Cancelled", "Status__c=Cancelled");
        takes(Setting::CancelledInstead, "off", "off");
        takes(Setting::FieldDefaults, "Type__c=Visit, Region__c=EU", "Type__c=Visit, Region__c=EU");
        refuses(Setting::CancelledInstead, "Cancelled", "Field__c=Value");
        refuses(Setting::CancelledInstead, "Status__c=", "Field__c=Value");
        refuses(Setting::FieldDefaults, "1st=Visit", "Field__c=Value");
    }

    #[test]
    fn obj_1_objects_have_one_date_or_two_times() {
        let setting = Setting::DownObjects;
        takes(
            setting,
            "Task = ActivityDate,Visit__c=From__c / Until__c",
            "Task=ActivityDate, Visit__c=From__c/Until__c",
        );
        for bad in ["Task", "Task=", "Task=1st", "Visit__c=From__c/", "Visit__c=A__c/B__c/C__c", "My Task=A"]
        {
            refuses(setting, bad, "write Object=DateField or Object=StartField/EndField");
        }
        refuses(setting, "event=ActivityDate", "by themselves");
        refuses(setting, "Task=ActivityDate, task=ReminderDateTime", "named twice");
        let many: Vec<String> =
            (0..=BROUGHT_LIMIT).map(|number| format!("Visit{number}__c=Due__c")).collect();
        refuses(setting, &many.join(","), "20 at most");
    }

    #[test]
    fn grp_2_a_public_calendar_has_a_category_and_mailboxes_where_somebody_says_so() {
        let setting = Setting::PublicCalendars;
        takes(setting, "Holidays, Fairs = Trade fairs", "Holidays, Fairs=Trade fairs");
        takes(
            setting,
            "Fairs=Trade fairs->Mara@Brightwater.example  ines@brightwater.example",
            "Fairs=Trade fairs -> mara@brightwater.example ines@brightwater.example",
        );
        takes(setting, "Holidays -> mara@brightwater.example", "Holidays -> mara@brightwater.example");
        refuses(setting, "Fairs=", "write Calendar=Category");
        refuses(setting, "=Fairs", "write Calendar=Category");
        refuses(setting, "Fairs ->", "write the addresses after the arrow");
        refuses(setting, "Fairs -> mara", "write the addresses after the arrow");
        refuses(setting, "Fairs=Salesforce", "means something else");
        refuses(setting, "Fairs=A; B", "without a semicolon");
        refuses(setting, "Fairs=A, fairs=B", "named twice");
    }

    #[test]
    fn set_lists_and_parts_have_limits() {
        let many: Vec<String> = (0..=LIST_LIMIT).map(|number| format!("Calendar {number}")).collect();
        refuses(Setting::Calendars, &many.join(","), "500 at most");
        takes(Setting::Calendars, &many[1..].join(", "), &many[1..].join(", "));
        refuses(Setting::Calendars, &"n".repeat(256), "255 characters");
    }
}
