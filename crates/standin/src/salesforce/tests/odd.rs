//! Whatever is sent, the org answers: no panic, no status of its own making.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::salesforce::testing::{Client, meeting};

#[test]
fn facts_2_12_an_address_over_16_kilobytes_is_too_long() {
    let mut client = Client::demo();
    let q = "x".repeat(16_384);
    assert_eq!(client.get(&format!("/query?q={q}")).status, 414);
}

/// Words a statement is made of, so that many of them nearly make sense.
fn statement() -> impl Strategy<Value = String> {
    const WORDS: &[&str] = &[
        "SELECT",
        "FROM",
        "WHERE",
        "ORDER BY",
        "LIMIT",
        "AND",
        "OR",
        "NOT",
        "(",
        ")",
        ",",
        "=",
        "!=",
        "<",
        "LIKE",
        "IN",
        "NOT IN",
        "Id",
        "Subject",
        "Event",
        "Who.Name",
        "What.Type",
        "StartDateTime",
        "IsChild",
        "null",
        "true",
        "'a'",
        "'\\\\'",
        "'%_'",
        "7",
        "-1",
        "2026-03-02",
        "2026-03-02T09:00:00Z",
        "LAST_N_DAYS:99999999999999",
        "TODAY",
        "COUNT()",
        "'",
        "\\",
        "é",
        ".",
        "FIELDS(ALL)",
    ];
    proptest::collection::vec(proptest::sample::select(WORDS), 0..14).prop_map(|words| words.join(" "))
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
        ".{0,40}".prop_map(Value::from),
        Just(json!("0000-01-01T00:00:00Z")),
        Just(json!("9999-12-31T23:59:59-14:00")),
        Just(json!("00UAA00000000012AA")),
        Just(json!(["0035g0000000001AAA", 7])),
        Just(json!({ "a": [] })),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_statement_is_answered_or_refused(statement in statement()) {
        let whole = format!("SELECT Id FROM Event {statement}");
        for statement in [statement, whole] {
            let status = Client::demo().query(&statement).status;
            prop_assert!(matches!(status, 200 | 400), "{statement}: {status}");
        }
    }

    #[test]
    fn any_field_of_an_event_is_accepted_or_refused(place in 0_usize..49, one in value(), other in value()) {
        let mut client = Client::demo();
        let name = client.org.schema.object("Event").unwrap().fields[place].name.clone();
        let fields = meeting(&json!({ name.clone(): one, "DurationInMinutes": other }));
        let status = client.create(&fields).status;
        prop_assert!(matches!(status, 201 | 400), "{fields}: {status}");
        let status = client.update("00UAA00000000012AA", &json!({ name: one, "EndDateTime": other })).status;
        prop_assert!(matches!(status, 204 | 400), "{status}");
    }

    #[test]
    fn any_address_is_answered(path in "(/[a-zA-Z0-9_%.~-]{0,12}){0,5}", body in ".{0,60}") {
        let mut client = Client::demo();
        for method in ["GET", "POST", "PATCH", "DELETE", "PUT"] {
            let status = client.call(method, &path, &Value::from(body.clone())).status;
            prop_assert!((200..500).contains(&status), "{method} {path}: {status}");
        }
    }
}
