//! The statements the stand-in understands (facts 2.4, 2.12).

use serde_json::json;

use crate::salesforce::testing::{Client, meeting};

#[track_caller]
fn finds(statement: &str, names: &[&str]) {
    assert_eq!(Client::demo().found(statement, "Name"), names, "{statement}");
}

#[track_caller]
fn refused(statement: &str, code: &str, part: &str) {
    let answer = Client::demo().query(statement);
    assert_eq!((answer.status, answer.error().0.as_str()), (400, code), "{statement}: {}", answer.body);
    let message = answer.body[0]["message"].as_str().unwrap();
    assert!(message.contains(part), "{message}");
    assert!(answer.body[0].get("fields").is_none(), "queries name no fields");
}

#[test]
fn names_and_text_are_compared_without_regard_to_case() {
    finds("select NAME from contact where EMAIL = 'DANA@acme.example'", &["Dana Okafor"]);
    finds(
        "SELECT Name FROM Contact WHERE Email IN ('dana@acme.example', 'ADA.MORGAN@acme.example') ORDER BY Name",
        &["Ada Morgan", "Dana Okafor"],
    );
}

#[test]
fn conditions_nest_in_parentheses() {
    finds(
        "SELECT Name FROM Opportunity WHERE Account.Name = 'Acme Industrial' AND (IsClosed = false OR Amount < 100000) ORDER BY Name",
        &["Acme – Expansion 2025", "Acme – Renewal 2027"],
    );
    finds(
        "SELECT Name FROM Opportunity WHERE NOT (IsClosed = false) ORDER BY Name",
        &["Acme – Expansion 2025"],
    );
}

#[test]
fn and_with_or_needs_parentheses() {
    refused(
        "SELECT Id FROM Lead WHERE Name = 'a' AND Name = 'b' OR Name = 'c'",
        "MALFORMED_QUERY",
        "unexpected token: 'OR'",
    );
    refused(
        "SELECT Id FROM Lead WHERE Name = 'a' OR Name = 'b' AND Name = 'c'",
        "MALFORMED_QUERY",
        "unexpected token: 'AND'",
    );
}

#[test]
fn conditions_nest_only_so_deep() {
    finds("SELECT Name FROM Lead WHERE NOT NOT ((Email = 'luis@moreno.example'))", &["Luis Moreno"]);
    let deep = format!("SELECT Id FROM Lead WHERE {}Id = null", "(".repeat(3_000));
    refused(&deep, "MALFORMED_QUERY", "unexpected token: '('");
}

#[test]
fn like_knows_wildcards_and_their_escapes() {
    finds("SELECT Name FROM Account WHERE Name LIKE 'borea%'", &["Borealis"]);
    finds("SELECT Name FROM Account WHERE Name LIKE '%INDUSTRIAL'", &["Acme Industrial"]);
    finds("SELECT Name FROM Account WHERE Name LIKE 'Bo_ealis'", &["Borealis"]);
    finds("SELECT Name FROM Account WHERE Name LIKE 'Bo\\_ealis'", &[]);
    finds("SELECT Name FROM Account WHERE Name LIKE '%\"Timber\\\"'", &["Oak & Sons \"Timber\""]);
}

#[test]
fn escapes_outside_the_list_are_an_error() {
    finds("SELECT Name FROM Contact WHERE LastName = 'O\\'Brien'", &["Seán \"Sonny\" O'Brien"]);
    refused("SELECT Id FROM Lead WHERE Name = 'a\\xb'", "MALFORMED_QUERY", "escaped");
    refused("SELECT Id FROM Lead WHERE Name = 'a", "MALFORMED_QUERY", "unterminated");
}

#[test]
fn null_is_compared_like_a_value() {
    finds("SELECT Name FROM Contact WHERE Email = null", &[]);
    let mut client = Client::demo();
    let all = client.found("SELECT Id FROM Contact", "Id").len();
    assert_eq!(client.found("SELECT Id FROM Contact WHERE Email != null", "Id").len(), all);
}

#[test]
fn instants_and_dates_are_written_without_quotes() {
    let mut client = Client::demo();
    client.created(&meeting(&json!({ "Subject": "early" })));
    let subjects = |client: &mut Client, condition: &str| {
        client
            .found(&format!("SELECT Subject FROM Event WHERE {condition} ORDER BY StartDateTime"), "Subject")
    };
    let day = "StartDateTime >= 2026-03-03T00:00:00Z AND StartDateTime < 2026-03-03T10:00:00+00:00";
    assert_eq!(subjects(&mut client, day), ["early"]);
    assert_eq!(subjects(&mut client, "StartDateTime = TOMORROW"), ["early"]);
    assert_eq!(subjects(&mut client, "ActivityDate = 2026-03-03"), ["early"]);
    refused(
        "SELECT Id FROM Event WHERE StartDateTime > '2026-03-03T00:00:00Z'",
        "INVALID_FIELD",
        "should not be enclosed in quotes",
    );
    refused(
        "SELECT Id FROM Event WHERE StartDateTime > 2026-03-03",
        "INVALID_FIELD",
        "must be of type datetime",
    );
}

#[test]
fn date_literals_count_from_today() {
    finds("SELECT Name FROM Opportunity WHERE CloseDate = NEXT_N_DAYS:50", &["Borealis – Pilot"]);
    finds("SELECT Name FROM Opportunity WHERE CloseDate < LAST_N_DAYS:365", &["Acme – Expansion 2025"]);
}

#[test]
fn parents_nest_and_a_missing_one_is_null() {
    let mut client = Client::demo();
    let row = client.query("SELECT Subject, Who.Name, Who.Type, What.Name, Account.Owner.Email FROM Event WHERE Subject LIKE 'Call Ada%'");
    let event = &row.body["records"][0];
    assert_eq!((&event["Who"]["Name"], &event["Who"]["Type"]), (&json!("Ada Morgan"), &json!("Contact")));
    assert_eq!(event["What"], json!(null));
    assert_eq!(event["Account"]["Owner"]["Email"], "mara@brightwater.example");
    let rows = client.found("SELECT Subject FROM Event WHERE What.Type = 'Account'", "Subject");
    assert_eq!(rows, ["Borealis: quarterly check-in"]);
}

#[test]
fn order_limit_and_offset_page() {
    finds("SELECT Name FROM Account ORDER BY Name DESC LIMIT 2", &["Sundial Foods", "Sundial Bakeries"]);
    finds("SELECT Name FROM Account ORDER BY Name DESC LIMIT 1 OFFSET 1", &["Sundial Bakeries"]);
    refused("SELECT Id FROM Account LIMIT 1 OFFSET 2001", "NUMBER_OUTSIDE_VALID_RANGE", "2000");
    let first = Client::demo()
        .found("SELECT Name, AccountId FROM Contact ORDER BY AccountId NULLS FIRST LIMIT 1", "AccountId");
    assert_eq!(first, [""]);
}

#[test]
fn count_has_a_total_and_no_records() {
    let answer = Client::demo().query("SELECT COUNT() FROM Lead");
    assert_eq!(answer.body, json!({ "totalSize": 3, "done": true, "records": [] }));
}

#[test]
fn unknown_fields_types_and_relationships_are_named() {
    refused(
        "SELECT Nonsense FROM Event",
        "INVALID_FIELD",
        "No such column 'Nonsense' on sobject of type Event",
    );
    refused("SELECT Id FROM Nonsense", "INVALID_TYPE", "sObject type 'Nonsense' is not supported");
    refused("SELECT Boss.Name FROM Event", "INVALID_FIELD", "relationship 'Boss'");
    refused("SELECT Id FROM Event WHERE Description = 'x'", "INVALID_FIELD", "can not be filtered");
    refused(
        "SELECT Id FROM Event WHERE WhoId = 'nobody'",
        "INVALID_QUERY_FILTER_OPERATOR",
        "invalid ID field: nobody",
    );
}

#[test]
fn a_broken_statement_is_refused_with_a_caret() {
    refused("SELECT Id FROM Event WHERE", "MALFORMED_QUERY", "ERROR at Row:1:Column:27");
    refused("SELECT FROM Event", "MALFORMED_QUERY", "unexpected token: 'Event'");
    refused("SELECT Id, Id FROM Event", "MALFORMED_QUERY", "duplicate field selected: Id");
    refused("SELECT Id FROM Event; DROP", "MALFORMED_QUERY", "unexpected token: ';'");
}

#[test]
fn fifteen_character_ids_find_the_same_record() {
    let mut client = Client::demo();
    let id = client.contact();
    let found = client.found(&format!("SELECT Id FROM Contact WHERE Id = '{}'", &id[..15]), "Id");
    assert_eq!(found, [id]);
}

#[test]
fn sync_keys_find_their_events_deleted_ones_only_in_query_all() {
    let mut client = Client::demo();
    for key in ["K1", "k2", "k3"] {
        client.created(&meeting(&json!({ "Subject": key, "Calbridge_Sync_Key__c": key })));
    }
    let gone = client.id("Event", "Calbridge_Sync_Key__c = 'k3'");
    client.call("DELETE", &format!("/sobjects/Event/{gone}"), &json!(null));
    let keys = "Calbridge_Sync_Key__c IN ('k1', 'K2', 'k3', 'k4') AND IsChild = false";
    let found = client.found(&format!("SELECT Subject FROM Event WHERE {keys} ORDER BY Subject"), "Subject");
    assert_eq!(found, ["K1", "k2"]);
    let q: String =
        url::form_urlencoded::byte_serialize(format!("SELECT Id FROM Event WHERE {keys}").as_bytes())
            .collect();
    assert_eq!(client.get(&format!("/queryAll?q={q}")).body["totalSize"], 3);
    let without =
        client.query("SELECT COUNT() FROM Event WHERE Calbridge_Sync_Key__c = null").body["totalSize"]
            .clone();
    assert_eq!(without, 2);
}

#[test]
fn an_alias_stands_for_the_object() {
    finds(
        "SELECT c.Name FROM Contact c WHERE c.Account.Name = 'Borealis' AND Contact.Email LIKE 'tomas@%'",
        &["Tomás Mora"],
    );
    refused("SELECT Id FROM Contact c d", "MALFORMED_QUERY", "unexpected token: 'd'");
}
