//! Searches the stand-in understands (facts 2.6, 2.12).

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Find, Search};
use crate::salesforce::testing::{Answer, Client, noon};

fn search(client: &mut Client, text: &str) -> Answer {
    let q: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    client.get(&format!("/search?q={q}"))
}

#[track_caller]
fn finds(text: &str, names: &[&str]) {
    let answer = search(&mut Client::demo(), text);
    assert_eq!(answer.status, 200, "{text}: {}", answer.body);
    let rows = answer.body["searchRecords"].as_array().unwrap();
    let found: Vec<&str> = rows.iter().filter_map(|row| row["Name"].as_str()).collect();
    assert_eq!(found, names, "{text}");
}

#[track_caller]
fn refused(text: &str, code: &str, part: &str) {
    let answer = search(&mut Client::demo(), text);
    assert_eq!((answer.status, answer.error().0.as_str()), (400, code), "{text}: {}", answer.body);
    let message = answer.body[0]["message"].as_str().unwrap();
    assert!(message.contains(part), "{message}");
}

#[test]
fn a_search_returns_the_fields_of_each_object_in_turn_s2_6() {
    let answer = search(
        &mut Client::demo(),
        "FIND {Borealis} IN NAME FIELDS RETURNING Account(Id, Name), Opportunity(Name ORDER BY Name DESC LIMIT 1)",
    );
    let rows = answer.body["searchRecords"].as_array().unwrap();
    assert_eq!((&rows[0]["attributes"]["type"], &rows[0]["Name"]), (&json!("Account"), &json!("Borealis")));
    assert!(rows[0]["Id"].is_string() && rows[1].get("Id").is_none());
    assert_eq!((rows.len(), &rows[1]["Name"]), (2, &json!("Borealis – Rollout")));
}

#[test]
fn before_version_37_the_answer_is_a_bare_array_s2_6() {
    let mut client = Client::demo();
    client.version = 36;
    let answer = search(&mut client, "FIND {Borealis} RETURNING Account");
    assert_eq!(answer.body.as_array().map(Vec::len), Some(1), "{}", answer.body);
}

#[test]
fn words_are_whole_unless_a_wildcard_says_otherwise_s2_12() {
    finds("FIND {Bor} IN NAME FIELDS RETURNING Account(Name)", &[]);
    finds("FIND {bor*} IN NAME FIELDS RETURNING Account(Name)", &["Borealis"]);
    finds("FIND {B*eal?s} IN NAME FIELDS RETURNING Account(Name)", &["Borealis"]);
    finds("FIND {borea?} IN NAME FIELDS RETURNING Account(Name)", &[]);
}

#[test]
fn words_join_by_and_or_and_not_s2_12() {
    finds("FIND {acme AND industrial} IN NAME FIELDS RETURNING Account(Name)", &["Acme Industrial"]);
    finds("FIND {acme industrial} IN NAME FIELDS RETURNING Account(Name)", &["Acme Industrial"]);
    finds(
        "FIND {borealis OR industrial} IN NAME FIELDS RETURNING Account(Name)",
        &["Acme Industrial", "Borealis"],
    );
    finds(
        "FIND {acme AND NOT industrial} IN NAME FIELDS RETURNING Account(Name)",
        &["Acme Logistics", "Acme Robotics"],
    );
    finds(
        "FIND {acme AND (logistics OR nonsense)} IN NAME FIELDS RETURNING Account(Name)",
        &["Acme Logistics"],
    );
    finds("FIND {\"industrial acme\"} IN NAME FIELDS RETURNING Account(Name)", &[]);
    finds("FIND {\"acme industrial\"} IN NAME FIELDS RETURNING Account(Name)", &["Acme Industrial"]);
}

#[test]
fn reserved_signs_are_escaped_s2_12() {
    finds("FIND {O\\'Brien} RETURNING Contact(Name)", &["Seán \"Sonny\" O'Brien"]);
    finds("FIND {Oak \\& Sons} IN NAME FIELDS RETURNING Account(Name)", &["Oak & Sons \"Timber\""]);
    finds("FIND {dana\\@acme.example} IN EMAIL FIELDS RETURNING Contact(Name)", &["Dana Okafor"]);
    finds("FIND {bor\\*} IN NAME FIELDS RETURNING Account(Name)", &[]);
}

#[test]
fn a_search_is_narrowed_like_a_query_s2_12() {
    finds(
        "FIND {acme} IN NAME FIELDS RETURNING Opportunity(Name WHERE IsClosed = true)",
        &["Acme – Expansion 2025"],
    );
    finds(
        "FIND {acme} IN NAME FIELDS RETURNING Account(Name ORDER BY Name DESC) LIMIT 1",
        &["Acme Robotics"],
    );
    finds(
        "FIND {acme} IN NAME FIELDS RETURNING Account(Name ORDER BY Name LIMIT 1 OFFSET 1)",
        &["Acme Logistics"],
    );
    finds(
        "FIND {luis} RETURNING Lead(Name) WITH SPELL_CORRECTION = false LIMIT 5 UPDATE TRACKING",
        &["Luis Moreno"],
    );
}

#[test]
fn events_are_found_by_their_subject_s2_6() {
    let answer = search(&mut Client::demo(), "FIND {quarterly} IN NAME FIELDS RETURNING Event(Subject)");
    assert_eq!(answer.body["searchRecords"][0]["Subject"], "Borealis: quarterly check-in");
}

#[test]
fn without_returning_every_object_answers_with_ids_s2_6() {
    let answer = search(&mut Client::demo(), "FIND {Borealis}");
    let rows = answer.body["searchRecords"].as_array().unwrap();
    let types: Vec<&str> = rows.iter().filter_map(|row| row["attributes"]["type"].as_str()).collect();
    assert!(types.contains(&"Account") && types.contains(&"Event"), "{types:?}");
    assert!(rows.iter().all(|row| row["Id"].is_string()));
}

#[test]
fn a_broken_search_is_refused_s2_12() {
    let braces = "No search term found. The search term must be enclosed in braces.";
    refused("FIND Borealis", "MALFORMED_SEARCH", braces);
    refused("FIND {Borealis", "MALFORMED_SEARCH", braces);
    refused("SELECT Id FROM Lead", "MALFORMED_SEARCH", braces);
    refused("FIND {b}", "MALFORMED_SEARCH", "search term must be longer than one character: b");
    refused("FIND {**}", "MALFORMED_SEARCH", "longer than one character");
    refused("FIND {acme AND}", "MALFORMED_SEARCH", "unexpected token: '<EOF>'");
    refused("FIND {(acme}", "MALFORMED_SEARCH", "unexpected token");
    refused("FIND {\"acme}", "MALFORMED_SEARCH", "unterminated phrase");
    refused("FIND {acme} IN SOME FIELDS", "MALFORMED_SEARCH", "unexpected token: 'SOME'");
    refused("FIND {acme} LIMIT 1 RETURNING Lead", "MALFORMED_SEARCH", "ERROR at Row:1:Column:21");
    refused("FIND {acme} RETURNING Nonsense", "INVALID_TYPE", "sObject type 'Nonsense' is not supported");
    refused("FIND {acme} RETURNING Lead(Nonsense)", "INVALID_FIELD", "No such column 'Nonsense'");
    assert_eq!(Client::demo().get("/search").error().0, "MALFORMED_SEARCH");
    assert_eq!(Client::demo().call("POST", "/search", &json!({})).status, 405);
}

#[test]
fn a_very_long_search_loses_its_operators_and_a_longer_one_finds_nothing_s2_6() {
    let long = |length: usize| {
        format!("FIND {{borealis AND nonsense {}}} RETURNING Account(Name)", "x".repeat(length))
    };
    finds(&long(3_000), &[]);
    finds(&long(4_000), &["Borealis"]);
    finds(&long(10_000), &[]);
}

#[test]
fn one_object_gives_at_most_250_rows_several_less_s2_6() {
    let mut client = Client::demo();
    for batch in 0..2 {
        let lead = |place: usize| json!({ "attributes": { "type": "Lead" }, "LastName": format!("Crowd {batch} {place}"), "Company": "c" });
        let records: Vec<Value> = (0..150).map(lead).collect();
        client.call("POST", "/composite/sobjects", &json!({ "records": records }));
    }
    let mut count = |returning: &str| {
        let answer = search(&mut client, &format!("FIND {{crowd}} RETURNING {returning}"));
        answer.body["searchRecords"].as_array().unwrap().len()
    };
    assert_eq!(count("Lead"), 250);
    assert_eq!(count("Lead(Id WHERE Company = 'c')"), 300);
    assert_eq!(count("Lead(Id LIMIT 270)"), 270);
    let nine = "Lead, Contact, Account, Opportunity, Case, Campaign, Contract, Asset, Event";
    assert_eq!(count(nine), 2_000 / 9);
}

/// Pieces a search is made of, so that many of them nearly make sense.
fn pieces() -> impl Strategy<Value = String> {
    const WORDS: &[&str] = &[
        "FIND",
        "{",
        "}",
        "acme",
        "AND",
        "OR",
        "NOT",
        "(",
        ")",
        "\"",
        "\\",
        "*",
        "?",
        "'",
        "IN",
        "NAME",
        "FIELDS",
        "RETURNING",
        "Account",
        "Lead(Id",
        ",",
        "WHERE",
        "Name = 'a'",
        "ORDER BY",
        "LIMIT",
        "1",
        "OFFSET",
        "WITH",
        "SNIPPET",
        "=",
        "UPDATE",
        "é",
        "ß",
        "İ",
        "-",
    ];
    proptest::collection::vec(proptest::sample::select(WORDS), 0..18).prop_map(|words| words.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_search_is_read_or_refused(near in pieces(), odd in ".{0,60}") {
        let org = crate::salesforce::Org::default();
        for inside in [&near, &odd] {
            for text in [inside.clone(), format!("FIND {{{inside}}} RETURNING Lead"), format!("FIND {{acme}} {inside}")] {
                if let Ok((find, after)) = Find::read(&text) {
                    prop_assert!(text.is_char_boundary(after));
                    find.holds(&[vec!["acme".to_owned()]]);
                }
                if let Err(refusal) = Search::read(&org.schema, &text, noon()) {
                    prop_assert_eq!(refusal.status, 400);
                }
            }
        }
    }
}
