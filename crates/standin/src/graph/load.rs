//! Reads the `mailboxes` part of a world file; its dates are days from the day it is loaded.

use std::collections::{BTreeMap, VecDeque};

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};
use chrono_tz::Tz;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::item::{Answer, Attachment, Attendee, Content, Exception, Item, Person, Role, Stamp, Terms, When};
use super::mailbox::{Category, Mailbox};
use super::series::{End, Recurrence, Rhythm};
use super::switches::Switches;
use super::{Exchange, global_id, property_id, zones};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
struct File {
    tenant: String,
    client: String,
    addin: String,
    people: Vec<Owner>,
    items: Vec<Row>,
    switches: Switches,
}

impl Default for File {
    fn default() -> Self {
        Self {
            tenant: "brightwater".to_owned(),
            client: "calbridge-service".to_owned(),
            addin: "7c1e2f64-9b1d-4e57-8d2c-3a5f0e6b9d41".to_owned(),
            people: Vec::new(),
            items: Vec::new(),
            switches: Switches::default(),
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Owner {
    user: String,
    name: String,
    address: String,
    zone: String,
    #[serde(default = "yes")]
    open_to_graph: bool,
    #[serde(default)]
    categories: BTreeMap<String, String>,
    /// Names of calendars beside the default one.
    #[serde(default)]
    calendars: Vec<String>,
    /// Role in the calendar by address.
    #[serde(default)]
    shares: BTreeMap<String, String>,
    /// Addresses of the members, when this is a group and no person.
    members: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Row {
    key: String,
    mailbox: String,
    subject: String,
    #[serde(default)]
    body: String,
    #[serde(default)]
    location: String,
    day: i64,
    from: Option<NaiveTime>,
    to: Option<NaiveTime>,
    #[serde(default)]
    to_day: i64,
    /// Length of an all-day item.
    days: Option<i64>,
    zone: Option<String>,
    organizer: Option<String>,
    #[serde(default)]
    required: Vec<String>,
    #[serde(default)]
    optional: Vec<String>,
    #[serde(default)]
    rooms: Vec<String>,
    /// So many further invited people.
    #[serde(default)]
    crowd: u32,
    #[serde(default)]
    answers: BTreeMap<String, String>,
    #[serde(default = "busy")]
    show_as: String,
    #[serde(default = "normal")]
    sensitivity: String,
    #[serde(default)]
    categories: Vec<String>,
    /// Text files of the home's own copy: what is in them, by their names.
    #[serde(default)]
    files: BTreeMap<String, String>,
    /// Id of the Event the item was saved to.
    saved_event: Option<String>,
    #[serde(default)]
    draft: bool,
    /// Identity given by another calendar system.
    uid: Option<String>,
    repeat: Option<Repeat>,
    /// A calendar of the mailbox other than the default one.
    calendar: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Repeat {
    rhythm: String,
    #[serde(default = "one")]
    interval: u32,
    count: Option<u32>,
    /// Positions of dates that do not take place.
    #[serde(default)]
    cancelled: Vec<usize>,
    /// Positions of dates with another subject.
    #[serde(default)]
    renamed: BTreeMap<String, String>,
}

fn yes() -> bool {
    true
}

fn one() -> u32 {
    1
}

fn busy() -> String {
    "busy".to_owned()
}

fn normal() -> String {
    "normal".to_owned()
}

impl Exchange {
    /// Builds the mailboxes of a world definition.
    ///
    /// # Errors
    /// Names the part that cannot be read.
    #[cfg(test)]
    pub(crate) fn load(value: &Value, now: DateTime<Utc>) -> Result<Self, String> {
        Self::build(value.clone(), now)
    }

    /// Builds the mailboxes of a world definition, which goes as it is read.
    ///
    /// # Errors
    /// Names the part that cannot be read.
    pub fn build(value: Value, now: DateTime<Utc>) -> Result<Self, String> {
        let file = if value.is_null() {
            File::default()
        } else {
            File::deserialize(value).map_err(|error| format!("mailboxes: {error}"))?
        };
        let mut exchange = Self {
            tenant: file.tenant,
            client: file.client,
            addin: file.addin,
            switches: file.switches,
            ..Self::default()
        };
        for (number, owner) in (1..).zip(file.people) {
            zones::find(&owner.zone).ok_or_else(|| format!("mailbox {}: unknown zone", owner.user))?;
            exchange.register(Mailbox {
                number,
                user: owner.user,
                owner: Person { name: owner.name, address: owner.address },
                zone: owner.zone,
                open_to_graph: owner.open_to_graph,
                categories: owner
                    .categories
                    .into_iter()
                    .map(|(name, colour)| Category { name, colour })
                    .collect(),
                items: BTreeMap::new(),
                roaming: Map::new(),
                group: owner.members,
                shares: owner.shares.into_iter().map(|(who, role)| (who.to_lowercase(), role)).collect(),
                calendars: owner.calendars,
                log: VecDeque::new(),
                forgotten: 0,
                aliases: BTreeMap::new(),
                bin: BTreeMap::new(),
            });
        }
        for row in file.items {
            exchange.admit(&row, now).map_err(|error| format!("item {}: {error}", row.key))?;
        }
        // What the world began with is no change.
        for mailbox in &mut exchange.mailboxes {
            mailbox.log.clear();
            mailbox.forgotten = 0;
        }
        Ok(exchange)
    }

    fn text_file(&mut self, name: &str, text: &str, at: DateTime<Utc>) -> Attachment {
        Attachment {
            number: self.next_number(),
            name: name.to_owned(),
            content_type: "text/plain".to_owned(),
            inline: false,
            bytes: text.as_bytes().into(),
            at,
        }
    }

    /// Puts a row's item into the mailbox of everyone it concerns.
    fn admit(&mut self, row: &Row, now: DateTime<Utc>) -> Result<(), String> {
        let home_at = self.at_address(&row.mailbox).ok_or("unknown mailbox")?;
        let home = &self.mailboxes[home_at];
        let (tz, zone) = (home.tz(), home.zone.clone());
        let owner = home.owner.clone();
        let content = row.content(&owner, tz, &zone, now)?;
        let first = zones::local(content.when.instants(tz).0, tz).date();
        let recurrence = row.repeat.as_ref().map(|repeat| repeat.read(first, &content.zone)).transpose()?;
        let created = now - TimeDelta::days(3);
        let files: Vec<Attachment> =
            row.files.iter().map(|(name, text)| self.text_file(name, text, created)).collect();
        // The same on every day the world is loaded, so that a seeded Event can carry the key made from it.
        let global = global_id(&row.key, row.uid.as_deref(), DateTime::UNIX_EPOCH);
        let mut concerned: Vec<usize> = std::iter::once(&content.organizer)
            .chain(content.attendees.iter().map(|attendee| &attendee.person))
            .filter_map(|person| self.at_address(&person.address))
            .chain([home_at])
            .collect();
        concerned.sort_unstable();
        concerned.dedup();
        for at in concerned {
            let stamp = self.stamp(created);
            let addin_property = property_id(&self.addin);
            let mailbox = &self.mailboxes[at];
            let mut copy = content.clone();
            copy.answer = row.answer_of(mailbox, &copy);
            if at == home_at {
                if let Some(event) = &row.saved_event {
                    copy.properties.insert(addin_property, pointer(event, created));
                }
                copy.attachments.clone_from(&files);
            } else {
                copy.categories.clear();
            }
            let exceptions = row
                .repeat
                .as_ref()
                .zip(recurrence.as_ref())
                .map_or_else(BTreeMap::new, |pair| exceptions(pair.0, pair.1, &copy, stamp, tz));
            let calendar = row.place(mailbox, at == home_at)?;
            let item = Item {
                key: row.key.clone(),
                global_id: global.clone(),
                content: copy,
                recurrence: recurrence.clone(),
                exceptions,
                created,
                stamp,
                transaction_id: None,
                calendar,
                alias: None,
                previous: None,
                orphan: None,
            };
            self.file(at, item);
        }
        Ok(())
    }
}

impl Row {
    /// Which calendar of a mailbox holds the item; only its home may hold it outside the default one.
    fn place(&self, mailbox: &Mailbox, home: bool) -> Result<usize, String> {
        let Some(name) = self.calendar.as_ref().filter(|_| home) else { return Ok(0) };
        let at = mailbox.calendars.iter().position(|held| held == name);
        at.map(|at| at + 1).ok_or_else(|| format!("unknown calendar {name}"))
    }

    fn content(&self, owner: &Person, tz: Tz, zone: &str, now: DateTime<Utc>) -> Result<Content, String> {
        let organizer = self.organizer.as_deref().map_or_else(|| owner.clone(), Person::parse);
        let invited = |people: &[String], role: Role| -> Vec<Attendee> {
            people
                .iter()
                .map(|text| Person::parse(text))
                .map(|person| Attendee { answer: self.answer(&person), person, role })
                .collect()
        };
        let mut attendees = invited(&self.required, Role::Required);
        attendees.extend(invited(&self.optional, Role::Optional));
        attendees.extend(invited(&self.rooms, Role::Resource));
        attendees.extend((1..=self.crowd).map(|n| Attendee {
            person: Person { name: format!("Guest {n}"), address: format!("guest{n}@crowd.example") },
            role: Role::Required,
            answer: Answer::None,
        }));
        Ok(Content {
            subject: self.subject.clone(),
            body: self.body.clone(),
            location: self.location.clone(),
            when: self.when(tz, now)?,
            zone: self.zone.clone().unwrap_or_else(|| zone.to_owned()),
            show_as: self.show_as.clone(),
            sensitivity: self.sensitivity.clone(),
            importance: "normal".to_owned(),
            reminder: Some(15),
            categories: self.categories.clone(),
            properties: BTreeMap::new(),
            attachments: Vec::new(),
            extensions: BTreeMap::new(),
            organizer,
            attendees,
            answer: Answer::None,
            draft: self.draft,
            cancelled: false,
            terms: Terms::default(),
        })
    }

    fn when(&self, tz: Tz, now: DateTime<Utc>) -> Result<When, String> {
        let today = zones::local(now, tz).date();
        let first = today.checked_add_signed(TimeDelta::days(self.day)).ok_or("day out of range")?;
        if let Some(days) = self.days {
            return Ok(When::AllDay { first, until: first + TimeDelta::days(days) });
        }
        let (from, to) = self.from.zip(self.to).ok_or("needs from and to, or days")?;
        let last = first + TimeDelta::days(self.to_day);
        Ok(When::Timed {
            start: zones::instant(first.and_time(from), tz),
            end: zones::instant(last.and_time(to), tz),
        })
    }

    fn answer(&self, person: &Person) -> Answer {
        self.answers.get(&person.address).and_then(|word| Answer::read(word)).unwrap_or(Answer::Accepted)
    }

    fn answer_of(&self, mailbox: &Mailbox, content: &Content) -> Answer {
        if mailbox.organizes(content) {
            return if content.attendees.is_empty() { Answer::None } else { Answer::Organizer };
        }
        self.answer(&mailbox.owner)
    }
}

impl Repeat {
    fn read(&self, first: NaiveDate, zone: &str) -> Result<Recurrence, String> {
        Ok(Recurrence {
            rhythm: Rhythm::read(&self.rhythm).ok_or("unknown rhythm")?,
            interval: self.interval,
            days: vec![first.weekday()],
            day_of_month: first.day(),
            month: first.month(),
            index: (first.day() - 1) / 7 + 1,
            first_day: Weekday::Mon,
            first,
            end: self.count.map_or(End::Never, End::After),
            zone: zone.to_owned(),
        })
    }
}

fn exceptions(
    repeat: &Repeat,
    recurrence: &Recurrence,
    content: &Content,
    stamp: Stamp,
    tz: Tz,
) -> BTreeMap<NaiveDate, Exception> {
    let horizon = recurrence.first.checked_add_days(Days::new(366)).unwrap_or(recurrence.first);
    let dates = recurrence.dates_until(horizon);
    let mut exceptions = BTreeMap::new();
    for date in repeat.cancelled.iter().filter_map(|at| dates.get(*at)) {
        exceptions.insert(*date, Exception::Cancelled);
    }
    for (at, subject) in &repeat.renamed {
        let Some(date) = at.parse::<usize>().ok().and_then(|at| dates.get(at)) else { continue };
        let when = super::mailbox::moved(content.when, recurrence.first, *date, tz);
        let renamed = Content { subject: subject.clone(), when, ..content.clone() };
        exceptions.insert(*date, Exception::Changed(Box::new(renamed), stamp));
    }
    exceptions
}

/// What the sync leaves on an item it saved.
fn pointer(event: &str, at: DateTime<Utc>) -> String {
    json!({
        "calbridge.event": event,
        "calbridge.status": "saved",
        "calbridge.code": "",
        "calbridge.at": at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
    })
    .to_string()
}
