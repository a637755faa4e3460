//! Whatever is written is read or refused; what is read and printed reads as the same statement.

use proptest::prelude::*;

use super::parse::statement;
use super::{condition, query};
use crate::salesforce::testing::{Client, noon};

fn name() -> impl Strategy<Value = String> {
    proptest::sample::select(vec!["Id", "Subject", "Who.Name", "a.b.c", "Total__c", "e1"])
        .prop_map(str::to_owned)
}

fn value() -> impl Strategy<Value = String> {
    let bare = ["null", "TRUE", "7", "-1.5", "2026-03-02", "2026-03-02T09:00:00Z", "TODAY", "LAST_N_DAYS:3"];
    let quoted = "[a-z%_ é]{0,6}".prop_map(|text| format!("'{text}'"));
    let escaped = proptest::sample::select(vec![r"'\''", r"'\\'", r"'\n\t'", r"'100\%'", r"'\u00e9'"]);
    prop_oneof![
        proptest::sample::select(bare.to_vec()).prop_map(str::to_owned),
        quoted,
        escaped.prop_map(str::to_owned),
    ]
}

fn operand() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => name(),
        1 => (proptest::sample::select(vec!["COUNT", "MAX", "sum"]), name()).prop_map(|(f, n)| format!("{f}({n})")),
    ]
}

fn compared() -> impl Strategy<Value = String> {
    let signs = proptest::sample::select(vec!["=", "!=", "<>", "<", "<=", ">", ">=", "LIKE"]);
    let lists = proptest::sample::select(vec!["IN", "NOT IN", "includes", "EXCLUDES"]);
    prop_oneof![
        (operand(), signs, value()).prop_map(|(field, sign, value)| format!("{field} {sign} {value}")),
        (name(), lists, proptest::collection::vec(value(), 1..4))
            .prop_map(|(field, sign, values)| format!("{field} {sign} ({})", values.join(", "))),
        (name(), name())
            .prop_map(|(field, other)| format!("{field} NOT IN (SELECT {other} FROM Lead WHERE Id = null)")),
    ]
}

fn filter() -> impl Strategy<Value = String> {
    compared().prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            inner.clone().prop_map(|one| format!("NOT ({one})")),
            inner.clone().prop_map(|one| format!("NOT NOT ({one})")),
            proptest::collection::vec(inner.clone(), 2..4).prop_map(|all| all
                .iter()
                .map(|one| format!("({one})"))
                .collect::<Vec<_>>()
                .join(" AND ")),
            proptest::collection::vec(inner, 2..4).prop_map(|any| any
                .iter()
                .map(|one| format!("({one})"))
                .collect::<Vec<_>>()
                .join(" or ")),
        ]
    })
}

fn item() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => name(),
        1 => Just("COUNT()".to_owned()),
        1 => operand().prop_map(|operand| format!("{operand} alias1")),
        1 => filter().prop_map(|filter| format!("(SELECT Id FROM Events WHERE {filter} LIMIT 3)")),
        1 => Just("TYPEOF What WHEN Account THEN Phone, Name WHEN Lead THEN Id ELSE Name END".to_owned()),
    ]
}

fn written() -> impl Strategy<Value = String> {
    let ends = vec![
        "",
        "GROUP BY a, b.c HAVING COUNT(Id) > 1",
        "ORDER BY a DESC NULLS LAST, MAX(b) asc",
        "LIMIT 5 OFFSET 2",
        "FOR VIEW, REFERENCE",
        "ORDER BY a NULLS FIRST LIMIT 1 FOR REFERENCE",
    ];
    let froms = vec!["Event", "Event e", "Event USING SCOPE mine", "Event e USING SCOPE team"];
    (
        proptest::collection::vec(item(), 1..4),
        proptest::sample::select(froms),
        proptest::option::of(filter()),
        proptest::sample::select(ends),
    )
        .prop_map(|(items, from, filter, end)| {
            let filter = filter.map(|filter| format!("WHERE {filter}")).unwrap_or_default();
            format!("SELECT {} FROM {from} {filter} {end}", items.join(", "))
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_printed_statement_reads_as_itself(text in written()) {
        let first = statement(&text, noon());
        prop_assert!(first.is_ok(), "{text}: {:?}", first);
        let first = first.unwrap();
        let again = statement(&first.to_string(), noon());
        prop_assert_eq!(Ok(&first), again.as_ref(), "{}", first);
    }

    #[test]
    fn a_statement_with_a_piece_cut_out_or_put_in_is_read_or_refused(
        text in written(), at in 0_usize..200, length in 0_usize..6, odd in ".{0,4}",
    ) {
        let mut chars: Vec<char> = text.chars().collect();
        let at = at.min(chars.len());
        let end = (at + length).min(chars.len());
        chars.splice(at..end, odd.chars());
        let text: String = chars.into_iter().collect();
        match statement(&text, noon()) {
            Ok(read) => {
                let again = statement(&read.to_string(), noon());
                prop_assert_eq!(Ok(&read), again.as_ref());
            }
            Err(refusal) => prop_assert_eq!(refusal.status, 400),
        }
    }

    #[test]
    fn any_text_is_no_statement_or_a_checked_one(text in ".{0,80}", filter in ".{0,40}") {
        let client = Client::demo();
        let schema = &client.org.schema;
        let object = schema.object("Event").unwrap();
        for text in [text.clone(), format!("SELECT Id FROM Event WHERE {text}"), format!("SELECT {text} FROM Event")] {
            if let Err(refusal) = query(schema, &text, noon()) {
                prop_assert_eq!(refusal.status, 400);
            }
        }
        if let Err(refusal) = condition(schema, object, &filter, noon()) {
            prop_assert_eq!(refusal.status, 400);
        }
    }
}
