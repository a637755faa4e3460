use proptest::{
    collection::{btree_map, vec},
    prelude::*,
};
use serde_json::Value as Known;

use super::*;

fn known() -> impl Strategy<Value = Known> {
    let leaf = prop_oneof![
        Just(Known::Null),
        any::<bool>().prop_map(Known::Bool),
        any::<i64>().prop_map(Known::from),
        any::<f64>().prop_map(Known::from),
        any::<String>().prop_map(Known::String),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Known::Array),
            btree_map(any::<String>(), inner, 0..6).prop_map(|members| members.into_iter().collect()),
        ]
    })
}

fn spoiled() -> impl Strategy<Value = Vec<u8>> {
    let alphabet: Vec<u8> = b"{}[]:,\"\\ u0d8eE+-.19tnfalsrue\n\x01\xc3\xa9".to_vec();
    vec(prop::sample::select(alphabet), 0..12)
}

/// Our tree of a text is the one that `serde_json` reads, and so is what we write of it.
#[track_caller]
fn same(text: &[u8]) {
    let known: Result<Known, serde_json::Error> = serde_json::from_slice(text);
    // A number that no computer holds is one all the same.
    if known.as_ref().is_err_and(|error| error.to_string().starts_with("number out of range")) {
        return;
    }
    let (known, read) = (known.ok(), parse(text));
    assert_eq!(read.is_some(), known.is_some(), "{}", String::from_utf8_lossy(text));
    if let Some(read) = read {
        assert_eq!(serde_json::from_str::<Known>(&read.to_string()).ok(), known);
    }
}

proptest! {
    #[test]
    fn what_others_write_is_read_and_written_alike(known in known()) {
        same(known.to_string().as_bytes());
        same(serde_json::to_string_pretty(&known).unwrap().as_bytes());
    }

    #[test]
    fn what_is_no_json_is_not_read(text in spoiled()) {
        same(&text);
    }
}

proptest! {
    #[test]
    fn a_part_of_a_list_is_kept_as_it_is_written(bodies in vec(known(), 0..5), before in known(), after in known()) {
        let part = |(place, body): (usize, &Known)| serde_json::json!({ "id": place.to_string(), "body": body });
        let parts: Vec<Known> = bodies.iter().enumerate().map(part).collect();
        let whole = serde_json::json!({ "a": before, "responses": parts, "z": after });
        for text in [whole.to_string(), serde_json::to_string_pretty(&whole).unwrap()] {
            let read = parse_parts(text.as_bytes(), "responses", "body").unwrap();
            let ids: Vec<String> = read.iter().map(|(named, _)| named.get("id").unwrap().to_string()).collect();
            let kept: Vec<Known> =
                read.iter().map(|(_, body)| serde_json::from_str(body.unwrap()).unwrap()).collect();
            prop_assert_eq!(ids, (0..bodies.len()).map(|place| format!("\"{place}\"")).collect::<Vec<_>>());
            // Read anew, as its reader takes the last digit of a fraction for another.
            let sent = bodies.iter().map(|body| serde_json::from_str(&body.to_string()).unwrap());
            prop_assert_eq!(&kept, &sent.collect::<Vec<Known>>());
        }
    }

    #[test]
    fn parts_of_what_is_no_json_are_not_read(text in spoiled()) {
        if parse(&text).is_none() {
            prop_assert_eq!(parse_parts(&text, "responses", "body"), None);
            prop_assert_eq!(parse_member(&text, "a"), None);
        }
    }

    #[test]
    fn a_member_by_itself_is_what_it_is_in_the_whole(members in vec(("[abc]", known()), 0..5)) {
        let members: Vec<String> = members.iter().map(|(name, value)| format!("\"{name}\": {value}")).collect();
        let text = format!(" {{{}}} ", members.join(" , "));
        let whole = parse(text.as_bytes()).unwrap();
        for name in ["a", "b", "c", "d"] {
            let member = parse_member(text.as_bytes(), name).unwrap();
            prop_assert_eq!(member.as_ref(), whole.get(name), "{}", text);
        }
    }
}

#[test]
fn an_object_without_the_list_has_no_parts() {
    let read = |text: &str| parse_parts(text.as_bytes(), "responses", "body").map(|parts| parts.len());
    assert_eq!(read("{}"), Some(0));
    assert_eq!(read("{\"responses\": null, \"x\": [[]]}"), Some(0));
    assert_eq!(read("{\"responses\": [{}]}"), Some(1));
    for wrong in ["", "[]", "{", "{\"responses\": [1]}", "{\"responses\": [{]}", "{\"responses\": [{}]} x"] {
        assert_eq!(read(wrong), None, "{wrong}");
    }
}

#[test]
fn every_corner_of_the_grammar_is_read_as_others_read_it() {
    let texts = [
        "",
        " ",
        "null ",
        "nul",
        "nulll",
        "-",
        "-0",
        "01",
        "1.",
        ".5",
        "1.50",
        "1e5",
        "1E-05",
        "1e",
        "1e+",
        "+1",
        "[",
        "[]",
        "[1,]",
        "[,1]",
        "[1 2]",
        "{",
        "{}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "{\"a\":1,\"a\":2}",
        "\"",
        "\"a\nb\"",
        "\"\\x\"",
        "\"\\u00e9\\/\\b\\f\"",
        "\"\\u12\"",
        "\"\\u+123\"",
        "\"\\ud83d\\ude00\"",
        "\"\\ud83d\"",
        "\"\\ude00\"",
        "\"\\ud83dx\"",
        "\"\\ud83d\\u0041\"",
        "[1] x",
        "\"\u{7f}\u{2028}\"",
        "\u{feff}1",
    ];
    for text in texts {
        same(text.as_bytes());
    }
    same(b"\"\xff\"");
}

#[test]
fn a_tower_of_lists_is_no_answer() {
    let tower = |height: usize| parse(format!("{}{}", "[".repeat(height), "]".repeat(height)).as_bytes());
    assert!(tower(100).is_some());
    assert!(tower(100_000).is_none());
}

#[test]
fn a_number_keeps_its_digits() {
    let text = "12345678901234567890.10";
    assert_eq!(parse(text.as_bytes()).map(|value| value.to_string()).as_deref(), Some(text));
    assert_eq!(parse(b"-7").and_then(|value| value.as_i64()), Some(-7));
    assert_eq!(parse(b"-7").and_then(|value| value.as_u64()), None);
    assert_eq!(parse(b"7.5").and_then(|value| value.as_i64()), None);
}

#[test]
fn members_are_put_in_place_of_their_namesakes() {
    let mut members = Map::new();
    members.insert("a", Value::from(1_u32));
    members.insert("b", Value::Bool(true));
    members.insert("a", Value::from("x"));
    assert_eq!(Value::Object(members.clone()).to_string(), r#"{"a":"x","b":true}"#);
    assert_eq!(members.remove("a"), Some(Value::from("x")));
    assert_eq!((members.get("a"), members.get("b")), (None, Some(&Value::Bool(true))));
}
