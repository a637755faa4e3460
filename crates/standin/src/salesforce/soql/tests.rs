//! The statements the stand-in understands (facts 2.4, 2.12).

use serde_json::{Value, json};

use crate::salesforce::testing::{Client, meeting, noon};

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
    refused("SELECT Nonsense FROM Event", "INVALID_FIELD", "No such column 'Nonsense' on entity 'Event'");
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
    refused("SELECT FROM Event", "MALFORMED_QUERY", "unexpected token: 'FROM'");
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

fn records(statement: &str) -> Value {
    let answer = Client::demo().query(statement);
    assert_eq!(answer.status, 200, "{statement}: {}", answer.body);
    answer.body["records"].clone()
}

#[test]
fn aggregates_are_named_by_alias_or_by_place_s2_4() {
    let rows = records("SELECT COUNT(Id), MIN(Amount) least, MAX(CloseDate) FROM Opportunity");
    let (least, all) = (&rows[0]["least"], records("SELECT Amount FROM Opportunity ORDER BY Amount LIMIT 1"));
    assert_eq!(rows[0]["attributes"], json!({ "type": "AggregateResult" }));
    assert_eq!((rows[0]["expr0"].as_u64(), rows.as_array().unwrap().len()), (Some(4), 1));
    assert_eq!(*least, all[0]["Amount"]);
    assert!(rows[0]["expr1"].is_string());
}

#[test]
fn groups_have_a_row_each_which_having_narrows_and_order_sorts_s2_12() {
    let statement = "SELECT Account.Name, COUNT(Id) people, COUNT_DISTINCT(Email) FROM Contact \
                     WHERE AccountId != null GROUP BY Account.Name HAVING COUNT(Id) > 1 \
                     ORDER BY COUNT(Id) DESC, Account.Name";
    let rows = records(statement);
    let rows = rows.as_array().unwrap();
    assert!(rows.len() > 1, "{rows:?}");
    let counts: Vec<u64> = rows.iter().map(|row| row["people"].as_u64().unwrap()).collect();
    assert!(counts.is_sorted_by(|one, other| one >= other) && counts.iter().all(|count| *count > 1));
    for row in rows {
        let name = row["Name"].as_str().unwrap().replace('\'', "\\'");
        let all = Client::demo().query(&format!("SELECT COUNT() FROM Contact WHERE Account.Name = '{name}'"));
        assert_eq!(all.body["totalSize"], row["people"], "{row}");
    }
}

#[test]
fn sums_and_averages_leave_nulls_out_s2_12() {
    let rows = records("SELECT SUM(Amount) total, AVG(Amount) mean, COUNT(Amount) FROM Opportunity");
    let (total, mean) = (rows[0]["total"].as_f64().unwrap(), rows[0]["mean"].as_f64().unwrap());
    let count = rows[0]["expr0"].as_f64().unwrap();
    assert!((total / count - mean).abs() < 0.001);
    let none = records("SELECT SUM(Amount) total FROM Opportunity WHERE Name = 'no such name'");
    assert_eq!(none[0]["total"], Value::Null);
}

#[test]
fn what_is_neither_grouped_nor_measured_is_refused_s2_12() {
    refused(
        "SELECT Name, COUNT(Id) FROM Contact",
        "MALFORMED_QUERY",
        "Field must be grouped or aggregated: Name",
    );
    refused("SELECT Name n FROM Contact", "MALFORMED_QUERY", "only aggregate expressions use field aliasing");
    refused(
        "SELECT SUM(Name) FROM Contact",
        "MALFORMED_QUERY",
        "field Name does not support aggregate operator SUM",
    );
    refused(
        "SELECT Description, COUNT(Id) FROM Event GROUP BY Description",
        "MALFORMED_QUERY",
        "field 'Description' can not be grouped in a query call",
    );
    refused("SELECT COUNT(Id) a, COUNT(Id) a FROM Contact", "MALFORMED_QUERY", "duplicate alias: a");
}

#[test]
fn children_come_as_a_result_of_their_own_or_as_null_s2_4() {
    let statement = "SELECT Name, (SELECT FirstName, Account.Name FROM Contacts WHERE Email LIKE '%acme%' \
                     ORDER BY FirstName DESC LIMIT 2) FROM Account WHERE Name IN ('Acme Industrial', 'Borealis') \
                     ORDER BY Name";
    let rows = records(statement);
    let acme = &rows[0]["Contacts"];
    assert_eq!((&acme["totalSize"], &acme["done"]), (&json!(2), &json!(true)));
    assert_eq!(acme["records"][0]["Account"]["Name"], "Acme Industrial");
    assert_eq!(acme["records"][0]["attributes"]["type"], "Contact");
    let names: Vec<&str> =
        acme["records"].as_array().unwrap().iter().filter_map(|row| row["FirstName"].as_str()).collect();
    assert!(names[0] > names[1], "{names:?}");
    assert_eq!(rows[1]["Contacts"], Value::Null);
}

#[test]
fn events_are_children_of_what_they_relate_to_s2_12() {
    let rows = records("SELECT (SELECT Subject FROM Events) FROM Account WHERE Name = 'Borealis'");
    assert_eq!(rows[0]["Events"]["records"][0]["Subject"], "Borealis: quarterly check-in");
    refused(
        "SELECT (SELECT Id FROM Nonsense) FROM Account",
        "INVALID_TYPE",
        "Didn't understand relationship 'Nonsense' in FROM part of query call",
    );
    refused(
        "SELECT (SELECT (SELECT Id FROM Events) FROM Contacts) FROM Account",
        "MALFORMED_QUERY",
        "more than 1 level",
    );
}

#[test]
fn typeof_shows_the_fields_of_what_is_there_s2_12() {
    let statement = "SELECT Subject, TYPEOF What WHEN Account THEN Phone, Name WHEN Opportunity THEN Amount ELSE Name \
                     END FROM Event WHERE What.Type = 'Account'";
    let rows = records(statement);
    assert_eq!(rows[0]["What"]["attributes"]["type"], "Account");
    assert_eq!(rows[0]["What"]["Name"], "Borealis");
    assert!(rows[0]["What"].get("Phone").is_some() && rows[0]["What"].get("Amount").is_none());
    let none =
        records("SELECT TYPEOF What WHEN Account THEN Name END FROM Event WHERE WhatId = null LIMIT 1");
    assert_eq!(none[0]["What"], Value::Null);
    refused(
        "SELECT TYPEOF Owner WHEN Account THEN Name END FROM Contact",
        "MALFORMED_QUERY",
        "only allowed on a polymorphic relationship",
    );
}

#[test]
fn semi_joins_take_their_values_from_another_object_s2_12() {
    finds(
        "SELECT Name FROM Account WHERE Id IN (SELECT AccountId FROM Opportunity WHERE IsClosed = true)",
        &["Acme Industrial"],
    );
    let mut client = Client::demo();
    client.call("POST", "/sobjects/Account", &json!({ "Name": "Without people" }));
    let mut count = |filter: &str| {
        client.query(&format!("SELECT COUNT() FROM Account {filter}")).body["totalSize"].as_u64().unwrap()
    };
    let all = count("");
    let with = count("WHERE Id IN (SELECT AccountId FROM Contact)");
    let without = count("WHERE Id NOT IN (SELECT AccountId FROM Contact WHERE AccountId != null)");
    assert!(with > 0 && without > 0 && with + without == all, "{with} + {without} = {all}");
}

#[test]
fn an_event_is_never_in_a_semi_join_and_joins_are_few_s1_10() {
    let inner = "(SELECT AccountId FROM Contact)";
    refused(
        "SELECT Id FROM Account WHERE Id IN (SELECT WhatId FROM Event)",
        "MALFORMED_QUERY",
        "Entity 'Event' is not supported for semi join inner selects",
    );
    refused(
        &format!("SELECT Id FROM Account WHERE Id IN {inner} AND Id IN {inner} AND Id IN {inner}"),
        "MALFORMED_QUERY",
        "Maximum 2 semi join sub-selects are allowed",
    );
    refused(
        &format!("SELECT Id FROM Account WHERE Id IN {inner} OR Name = 'a'"),
        "MALFORMED_QUERY",
        "Semi join sub-selects are not allowed with the 'OR' operator",
    );
    refused(
        &format!("SELECT Id FROM Account WHERE Name = 'a' AND (Name = 'b' OR Id IN {inner})"),
        "MALFORMED_QUERY",
        "only allowed at the top level WHERE expressions",
    );
    refused(
        "SELECT Id FROM Account WHERE Id IN (SELECT ParentId FROM Account)",
        "MALFORMED_QUERY",
        "should not be on the same object type",
    );
}

#[test]
fn rows_read_for_view_become_recent_and_can_be_asked_for_s2_7() {
    let mut client = Client::demo();
    client.sign_in_as("theo@brightwater.example");
    let recent = |client: &mut Client| {
        client
            .query("SELECT Name, Type, LastViewedDate FROM RecentlyViewed ORDER BY LastViewedDate DESC")
            .body
    };
    assert_eq!(recent(&mut client)["totalSize"], 0);
    client.query("SELECT Id FROM Contact WHERE Email = 'dana@acme.example' FOR VIEW");
    client.query("SELECT Id FROM Account WHERE Name = 'Borealis' FOR REFERENCE");
    let rows = recent(&mut client)["records"].clone();
    assert_eq!((&rows[0]["Name"], &rows[0]["Type"]), (&json!("Dana Okafor"), &json!("Contact")));
    assert_eq!(rows[0]["LastViewedDate"], "2026-03-02T12:00:00.000+0000");
    assert_eq!((&rows[1]["Name"], &rows[1]["LastViewedDate"]), (&json!("Borealis"), &Value::Null));
    assert_eq!(client.query("SELECT Id FROM Contact FOR UPDATE").error().0, "MALFORMED_QUERY");
}

#[test]
fn the_length_of_texts_and_the_height_of_paths_are_bounded_s2_12() {
    let long = |length: usize| format!("SELECT Id FROM Lead WHERE Name = '{}'", "x".repeat(length));
    assert_eq!(Client::demo().query(&long(4_000)).status, 200);
    refused(&long(4_001), "MALFORMED_QUERY", "longer than 4000 characters");
    refused(
        "SELECT ReportsTo.ReportsTo.ReportsTo.ReportsTo.ReportsTo.ReportsTo.Name FROM Contact",
        "MALFORMED_QUERY",
        "more than 5 levels",
    );
}

#[test]
fn a_statement_has_at_most_a_hundred_thousand_characters_s2_12() {
    let client = Client::demo();
    let code = |length: usize| {
        let start = "SELECT Id FROM Lead";
        let statement = format!("{start}{}", " ".repeat(length - start.len()));
        super::query(&client.org.schema, &statement, noon())
            .map_err(|refusal| refusal.code)
            .map(|query| query.object)
    };
    assert_eq!(code(100_000).as_deref(), Ok("Lead"));
    assert_eq!(code(100_001), Err("MALFORMED_QUERY"));
}

#[test]
fn words_of_apex_and_unknown_functions_are_refused_s2_12() {
    refused("SELECT Id FROM Lead ALL ROWS", "MALFORMED_QUERY", "ALL ROWS not allowed in this context");
    refused(
        "SELECT Id FROM Lead WHERE Id = :id",
        "MALFORMED_QUERY",
        "Bind variables only allowed in Apex code",
    );
    refused("SELECT toLabel(Status) FROM Lead", "MALFORMED_QUERY", "unexpected token: 'toLabel'");
    refused(
        "SELECT Id FROM Lead WHERE Name INCLUDES ('a')",
        "INVALID_QUERY_FILTER_OPERATOR",
        "multipicklist",
    );
    refused("SELECT FIELDS(ALL) FROM Lead", "MALFORMED_QUERY", "LIMIT of at most 200");
    refused("SELECT FIELDS(CUSTOM) FROM Lead LIMIT 201", "MALFORMED_QUERY", "LIMIT of at most 200");
    refused(
        "SELECT Id FROM Event ORDER BY Description",
        "MALFORMED_QUERY",
        "can not be sorted in a query call",
    );
}

#[test]
fn choices_of_a_multi_select_picklist_are_found_one_by_one_s2_12() {
    let mut definition = crate::world::definition("demo").unwrap();
    let field = json!({ "name": "Topics__c", "label": "Topics", "type": "multipicklist", "nillable": true,
        "createable": true, "updateable": true, "restrictedPicklist": true,
        "picklist": [["Price", "Price"], ["Time", "Time"], ["Scope", "Scope"]] });
    definition["salesforce"]["fields"]["Lead"] = json!([field]);
    let mut client = Client::of(&definition);
    for (name, topics) in [("one", "Price;Time"), ("two", "Scope"), ("three", "Price")] {
        let lead = json!({ "LastName": name, "Company": "c", "Topics__c": topics });
        assert_eq!(client.call("POST", "/sobjects/Lead", &lead).status, 201);
    }
    let mut find = |filter: &str| {
        client.found(&format!("SELECT Name FROM Lead WHERE Company = 'c' AND {filter} ORDER BY Name"), "Name")
    };
    assert_eq!(find("Topics__c INCLUDES ('Price;Time', 'Scope')"), ["one", "two"]);
    assert_eq!(find("Topics__c EXCLUDES ('Price')"), ["two"]);
    let wrong = json!({ "LastName": "four", "Company": "c", "Topics__c": "Price;Luck" });
    assert_eq!(
        client.call("POST", "/sobjects/Lead", &wrong).error().0,
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
    );
}
