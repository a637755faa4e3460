//! Companies of any size, made from a seed: the same seed gives the same company.

use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};

/// Items that each mailbox begins with.
const ITEMS_EACH: usize = 10;
/// Events that each user begins with.
const EVENTS_EACH: usize = 10;
const FIRST: [&str; 12] =
    ["Ada", "Ben", "Chloé", "Dana", "Emre", "Fatou", "Grace", "Hugo", "Ines", "Jan", "Kei", "Lúcia"];
const LAST: [&str; 12] = [
    "Adler", "Brandt", "Costa", "Diallo", "Endo", "Fischer", "Green", "Haas", "Ito", "Jensen", "Kaya", "Lund",
];
const TOPICS: [&str; 8] = [
    "Pricing review",
    "Kick-off",
    "Site visit",
    "Contract terms",
    "Quarterly check-in",
    "Demo",
    "Planning",
    "Handover",
];
const ZONES: [&str; 4] = ["W. Europe Standard Time", "Eastern Standard Time", "Tokyo Standard Time", "UTC"];

/// The definition of a company with so many mailboxes, each with a Salesforce user, Events, and calendar items of every
/// kind: appointments, meetings inside and outside the company, series, whole days, private ones.
#[must_use]
pub fn generate(mailboxes: usize, seed: u64) -> Value {
    let mut random = SmallRng::seed_from_u64(seed);
    let accounts = mailboxes / 5 + 1;
    let people: Vec<Value> = (0..mailboxes).map(|at| person(at, &mut random)).collect();
    let items: Vec<Value> = (0..mailboxes)
        .flat_map(|at| (0..ITEMS_EACH).map(move |turn| (at, turn)))
        .map(|(at, turn)| item(at, turn, (mailboxes, accounts), &mut random))
        .collect();
    let mut records: Vec<Value> = (0..mailboxes).map(user).collect();
    for at in 0..accounts {
        records.push(
            json!({ "type": "Account", "ref": format!("account{at}"), "Name": format!("Customer {at}"),
            "Website": format!("customer{at}.example"), "OwnerId": format!("@u{}", at % mailboxes.max(1)) }),
        );
        records
            .push(json!({ "type": "Contact", "ref": format!("contact{at}"), "FirstName": name(&FIRST, at),
            "LastName": name(&LAST, at / 12), "Email": guest(at), "AccountId": format!("@account{at}") }));
    }
    for at in 0..mailboxes {
        records.extend((0..EVENTS_EACH).map(|turn| event(at, turn, accounts, &mut random)));
    }
    let mut world = json!({
        "company": { "name": "Generated", "domain": "generated.example", "zone": "Europe/Berlin" },
        "salesforce": {
            "features": { "multidayEvents": true, "sharedActivities": true },
            "integrationUser": address(0),
            "fields": { "Event": [{ "name": "Calbridge_Sync_Key__c", "label": "Calbridge Sync Key", "type": "string",
                "length": 64, "nillable": true, "createable": true, "updateable": true, "externalId": true }] },
        },
        "mailboxes": { "people": people },
    });
    // Moved in: `json!` would copy them, and they are many.
    world["salesforce"]["records"] = Value::Array(records);
    world["mailboxes"]["items"] = Value::Array(items);
    world
}

fn name(list: &[&'static str], at: usize) -> &'static str {
    list[at % list.len()]
}

fn address(at: usize) -> String {
    format!("user{at}@generated.example")
}

fn guest(at: usize) -> String {
    format!("guest{at}@customer{at}.example")
}

fn person(at: usize, random: &mut SmallRng) -> Value {
    json!({
        "user": format!("user{at}"),
        "name": format!("{} {} {at}", name(&FIRST, at), name(&LAST, at / 12)),
        "address": address(at),
        "zone": ZONES[random.random_range(0..ZONES.len())],
        "categories": { "Salesforce": "preset7", "Sync Error": "preset0" },
    })
}

fn user(at: usize) -> Value {
    json!({
        "type": "User", "ref": format!("u{at}"), "FirstName": name(&FIRST, at),
        "LastName": format!("{} {at}", name(&LAST, at / 12)), "Username": address(at), "Email": address(at),
        "Alias": format!("u{at}"), "CommunityNickname": format!("u{at}"), "TimeZoneSidKey": "Europe/Berlin",
        "LocaleSidKey": "en_US", "LanguageLocaleKey": "en_US", "EmailEncodingKey": "UTF-8",
    })
}

/// An object of these members, which it takes over: `json!` copies texts, and there are a million of them.
fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// A span of working time as `(day, from, to)`.
fn span(random: &mut SmallRng) -> (i64, String, String) {
    let (day, hour) = (random.random_range(-14..60), random.random_range(7..17));
    let minute = [0, 30][random.random_range(0..2)];
    (day, format!("{hour:02}:{minute:02}"), format!("{:02}:{minute:02}", hour + 1))
}

fn item(at: usize, turn: usize, (mailboxes, accounts): (usize, usize), random: &mut SmallRng) -> Value {
    let (day, from, to) = span(random);
    let subject = format!("{} {at}.{turn}", name(&TOPICS, random.random_range(0..TOPICS.len())));
    let mut item = object([
        ("key", format!("u{at}-{turn}").into()),
        ("mailbox", format!("user{at}").into()),
        ("subject", subject.into()),
        ("day", day.into()),
        ("from", format!("{from}:00").into()),
        ("to", format!("{to}:00").into()),
        ("location", "Microsoft Teams".into()),
        ("body", "<p>Agenda</p>".into()),
    ]);
    let outside = guest(random.random_range(0..accounts));
    let inside = address(random.random_range(0..mailboxes));
    match turn {
        0 | 1 => {}
        2 => item["required"] = json!([inside]),
        3..=6 => item["required"] = json!([outside]),
        7 => item["required"] = json!([outside, inside]),
        8 => {
            item["required"] = json!([outside]);
            item["repeat"] = json!({ "rhythm": "weekly", "count": random.random_range(4..30) });
        }
        _ => {
            item["sensitivity"] = if at.is_multiple_of(3) { "private" } else { "normal" }.into();
            item["days"] = random.random_range(1..5).into();
        }
    }
    item
}

fn event(at: usize, turn: usize, accounts: usize, random: &mut SmallRng) -> Value {
    let (day, from, to) = span(random);
    let account = random.random_range(0..accounts);
    object([
        ("type", "Event".into()),
        ("by", format!("u{at}").into()),
        ("Subject", format!("{} {at}.{turn}", name(&TOPICS, turn)).into()),
        ("StartDateTime", object([("day", day.into()), ("time", from.into())])),
        ("EndDateTime", object([("day", day.into()), ("time", to.into())])),
        ("OwnerId", format!("@u{at}").into()),
        ("WhatId", format!("@account{account}").into()),
        ("WhoId", format!("@contact{account}").into()),
        ("ShowAs", "Busy".into()),
    ])
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use chrono::{DateTime, Utc};

    use super::*;
    use crate::{Setup, World};

    #[test]
    fn a_seed_gives_the_same_company_every_time_and_another_seed_another() {
        assert_eq!(generate(20, 7), generate(20, 7));
        assert_ne!(generate(20, 7), generate(20, 8));
    }

    #[test]
    fn a_generated_company_loads_whole() {
        let now: DateTime<Utc> = "2026-11-20T08:00:00Z".parse().expect("an instant");
        let world =
            World::load(&generate(1_000, 1), Arc::new(Setup::default()), now).expect("the world loads");
        assert_eq!(world.graph.mailboxes.len(), 1_000);
        assert!(world.graph.mailboxes.iter().all(|mailbox| mailbox.items.len() >= ITEMS_EACH));
        let copies: usize = world.graph.mailboxes.iter().map(|mailbox| mailbox.items.len()).sum();
        assert!(copies > 1_000 * ITEMS_EACH);
    }
}
