//! Search, recent records, replication, later pages (facts 2.4, 2.6, 2.7).

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::salesforce::testing::{Client, meeting};

fn names(answer: &Value) -> Vec<&str> {
    let rows = answer["searchRecords"].as_array().unwrap();
    rows.iter().map(|row| row["Name"].as_str().unwrap()).collect()
}

#[test]
fn pic_2_a_search_finds_names_that_begin_with_the_text_first() {
    let mut client = Client::demo();
    let body = json!({ "q": "bor", "in": "NAME", "sobjects": [
        { "name": "Account", "fields": ["Id", "Name"] }, { "name": "Opportunity", "fields": ["Id", "Name"] }] });
    let answer = client.call("POST", "/parameterizedSearch", &body);
    assert_eq!(names(&answer.body), ["Borealis", "Borealis – Pilot", "Borealis – Rollout"]);
    assert_eq!(answer.body["searchRecords"][0]["attributes"]["type"], "Account");
}

#[test]
fn a_search_by_address_line_asks_the_same() {
    let mut client = Client::demo();
    let answer = client
        .get("/parameterizedSearch?q=acme&sobject=Account&Account.fields=id,name&Account.limit=2&in=NAME");
    assert_eq!(names(&answer.body), ["Acme Industrial", "Acme Logistics"]);
}

#[test]
fn a_search_reads_fields_as_its_scope_says() {
    let mut client = Client::demo();
    let mut find = |scope: &str, text: &str| {
        let body = json!({ "q": text, "in": scope, "sobjects": [{ "name": "Contact", "fields": ["Name"] }] });
        let answer = client.call("POST", "/parameterizedSearch", &body).body;
        names(&answer).len()
    };
    assert_eq!(find("NAME", "purchasing"), 0);
    assert_eq!(find("ALL", "purchasing"), 2);
    assert_eq!(find("EMAIL", "kim.sato@sundial.example"), 2);
    assert_eq!(find("NAME", "sato kim"), 2);
}

#[test]
fn a_search_can_be_narrowed_and_needs_two_characters() {
    let mut client = Client::demo();
    let body = json!({ "q": "moreno", "sobjects": [{ "name": "Lead", "fields": ["Name"], "where": "IsConverted = false" }] });
    assert_eq!(names(&client.call("POST", "/parameterizedSearch", &body).body), ["Luis Moreno"]);
    let answer = client.get("/parameterizedSearch?q=m&sobject=Lead");
    assert_eq!((answer.status, answer.error().0.as_str()), (400, "MALFORMED_SEARCH"));
    assert_eq!(client.get("/parameterizedSearch?q=mm&sobject=Nonsense").error().0, "INVALID_TYPE");
}

#[test]
fn facts_2_7_recent_records_are_the_users_own_latest_first() {
    let mut client = Client::demo();
    client.sign_in_as("mara@brightwater.example");
    let contact = client.contact();
    client.get(&format!("/sobjects/Contact/{contact}"));
    let recent = client.get("/recent?limit=2").body;
    let names: Vec<&str> =
        recent.as_array().unwrap().iter().map(|row| row["Name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Dana Okafor", "Acme – Renewal 2027"]);
    client.sign_in_as("theo@brightwater.example");
    assert_eq!(client.get("/recent").body, json!([]));
}

#[test]
fn facts_2_4_later_pages_come_by_locator() {
    let mut client = Client::demo();
    for day in 0..5 {
        let records: Vec<Value> = (0..90)
            .map(|minute| {
                json!({ "attributes": { "type": "Event" }, "Subject": format!("{day}-{minute:02}"),
                                  "StartDateTime": "2026-03-03T09:00:00Z", "DurationInMinutes": minute })
            })
            .collect();
        client.call("POST", "/composite/sobjects", &json!({ "records": records }));
    }
    let statement = "/query?q=SELECT%20Subject%20FROM%20Event%20WHERE%20StartDateTime=2026-03-03T09:00:00Z";
    let first =
        client.call_with("GET", statement, &[("sforce-query-options", "batchSize=200")], &Value::Null).body;
    assert_eq!((&first["totalSize"], &first["done"]), (&json!(450), &json!(false)));
    let mut seen = first["records"].as_array().unwrap().len();
    let mut next = first["nextRecordsUrl"].as_str().map(str::to_owned);
    while let Some(address) = next {
        let page = client.get(address.strip_prefix("/services/data/v67.0").unwrap()).body;
        seen += page["records"].as_array().unwrap().len();
        next = page["nextRecordsUrl"].as_str().map(str::to_owned);
        assert_eq!(page["done"], json!(next.is_none()));
    }
    assert_eq!(seen, 450);
    assert_eq!(client.get("/query/01g000000000000000-200").error().0, "INVALID_QUERY_LOCATOR");
}

#[test]
fn facts_2_7_changed_and_deleted_ids_within_a_window() {
    let mut client = Client::demo();
    let kept = client.created(&meeting(&json!({})))["Id"].clone();
    let gone = client.created(&meeting(&json!({})))["Id"].as_str().unwrap().to_owned();
    client.call("DELETE", &format!("/sobjects/Event/{gone}"), &Value::Null);
    client.wait(TimeDelta::minutes(5));
    let window = "start=2026-03-02T11:55:00Z&end=2026-03-02T12:05:00Z";
    assert_eq!(client.get(&format!("/sobjects/Event/updated?{window}")).body["ids"], json!([kept]));
    let deleted = client.get(&format!("/sobjects/Event/deleted/?{window}")).body;
    assert_eq!(deleted["deletedRecords"][0]["id"], json!(gone));
    let backwards = "start=2026-03-02T12:05:00Z&end=2026-03-02T11:55:00Z";
    assert_eq!(
        client.get(&format!("/sobjects/Event/updated?{backwards}")).error().0,
        "INVALID_REPLICATION_DATE"
    );
}

#[test]
fn a_filter_on_a_lookup_or_an_address_follows_what_is_written_and_deleted() {
    let mut client = Client::demo();
    let mut create = |kind: &str, fields: &Value| {
        let made = client.call("POST", &format!("/sobjects/{kind}"), fields);
        made.body["id"].as_str().expect("an id").to_owned()
    };
    let account = create("Account", &json!({ "Name": "Borea" }));
    let other = create("Account", &json!({ "Name": "Auster" }));
    let person = json!({ "LastName": "Ito", "Email": "Ito@Borea.example", "AccountId": account });
    let person = create("Contact", &person);
    let by_account = format!("SELECT Id FROM Contact WHERE AccountId = '{account}'");
    let by_email = "SELECT Id FROM Contact WHERE Email = 'ito@borea.EXAMPLE' AND LastName = 'Ito'";
    assert_eq!(client.found(&by_account, "Id"), [person.as_str()]);
    assert_eq!(client.found(by_email, "Id"), [person.as_str()]);
    let address = format!("/sobjects/Contact/{person}");
    let changed = client.call("PATCH", &address, &json!({ "AccountId": other, "Email": null }));
    assert_eq!(changed.status, 204);
    assert!(client.found(&by_account, "Id").is_empty());
    assert!(client.found(by_email, "Id").is_empty());
    let by_either = format!("SELECT Id FROM Contact WHERE AccountId IN ('{other}', '{account}')");
    assert_eq!(client.found(&by_either, "Id"), [person.as_str()]);
    assert_eq!(client.call("DELETE", &address, &Value::Null).status, 204);
    assert!(client.found(&by_either, "Id").is_empty());
}

/// Leads enough for a second page, and the locators of some queries of them.
fn open_locators(client: &mut Client, count: usize) -> Vec<String> {
    let lead = |place: usize| json!({ "attributes": { "type": "Lead" }, "LastName": format!("{place:03}"), "Company": "Crowd" });
    if client.query("SELECT COUNT() FROM Lead WHERE Company = 'Crowd'").body["totalSize"] == 0 {
        for half in [0..150, 150..300] {
            let records: Vec<Value> = half.map(lead).collect();
            client.call("POST", "/composite/sobjects", &json!({ "records": records }));
        }
    }
    let statement = "/query/?q=SELECT%20Name%20FROM%20Lead%20WHERE%20Company='Crowd'";
    let size = [("sforce-query-options", "batchSize=1")];
    let each = (0..count).map(|_| {
        let first = client.call_with("GET", statement, &size, &Value::Null).body;
        assert_eq!(first["records"].as_array().map(Vec::len), Some(200), "the smallest page");
        first["nextRecordsUrl"].as_str().unwrap().strip_prefix("/services/data/v67.0").unwrap().to_owned()
    });
    each.collect()
}

#[test]
fn a_user_has_ten_open_locators_and_nobody_elses_s2_4() {
    let mut client = Client::demo();
    let open = open_locators(&mut client, 11);
    assert_eq!(client.get(&open[0]).error().0, "INVALID_QUERY_LOCATOR");
    assert_eq!(client.get(&open[1]).body["records"].as_array().map(Vec::len), Some(100));
    client.sign_in_as("mara@brightwater.example");
    assert_eq!(client.get(&open[10]).error().0, "INVALID_QUERY_LOCATOR");
}

#[test]
fn a_locator_lives_for_two_days_s2_4() {
    let mut client = Client::demo();
    let open = open_locators(&mut client, 1);
    let mut after = |wait: TimeDelta| {
        client.wait(wait);
        client.sign_in_as("integration@brightwater.example");
        client.get(&open[0]).status
    };
    assert_eq!(after(TimeDelta::days(2)), 200);
    assert_eq!(after(TimeDelta::seconds(1)), 400);
}

#[test]
fn a_plan_says_whether_an_index_serves_s2_4() {
    let mut client = Client::demo();
    let mut plan = |statement: &str| {
        let q: String = url::form_urlencoded::byte_serialize(statement.as_bytes()).collect();
        client.get(&format!("/query?explain={q}")).body
    };
    let indexed = plan("SELECT Id FROM Contact WHERE Email = 'dana@acme.example'");
    assert_eq!(
        (&indexed["plans"][0]["leadingOperationType"], &indexed["plans"][0]["cardinality"]),
        (&json!("Index"), &json!(1))
    );
    let whole = plan("SELECT Id FROM Contact WHERE Title = 'Buyer'");
    assert_eq!(whole["plans"][0]["leadingOperationType"], "TableScan");
    assert_eq!(whole["sourceQuery"], "SELECT Id FROM Contact WHERE Title = 'Buyer'");
    assert_eq!(plan("SELECT Nonsense FROM Contact")[0]["errorCode"], "INVALID_FIELD");
}

#[test]
fn typeof_is_known_from_version_46_on_s2_12() {
    let statement = "SELECT TYPEOF What WHEN Account THEN Name END FROM Event LIMIT 1";
    let mut client = Client::demo();
    client.version = 45;
    assert_eq!(client.query(statement).error().0, "MALFORMED_QUERY");
    client.version = 46;
    assert_eq!(client.query(statement).status, 200);
}

#[test]
fn a_parameterized_search_is_sorted_and_limited_like_one_in_text_s2_6() {
    let mut client = Client::demo();
    open_locators(&mut client, 0);
    let mut find = |object: &Value| {
        let body = json!({ "q": "crowd", "in": "ALL", "sobjects": [object] });
        let answer = client.call("POST", "/parameterizedSearch", &body);
        answer.body["searchRecords"].as_array().cloned().unwrap_or_else(|| panic!("{}", answer.body))
    };
    assert_eq!(find(&json!({ "name": "Lead", "fields": ["Name"] })).len(), 250);
    let sorted = find(&json!({ "name": "Lead", "fields": ["Name"], "orderBy": "Name DESC" }));
    assert_eq!((sorted.len(), &sorted[0]["Name"]), (300, &json!("299")));
    let few = json!({ "name": "Lead", "fields": ["Name"], "orderBy": "Name", "limit": 2 });
    assert_eq!(find(&few)[1]["Name"], "001");
}
