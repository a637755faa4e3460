//! Records that an Event may be linked to: queries, search, recent ones.

use calbridge_rules::id::{ApiName, RecordId};
use chrono::{DateTime, Utc};

use crate::{
    call::{CallError, Endpoint},
    salesforce::{
        accounts::{ByDomains, ByIds},
        cases,
        limits::{self, ApiUsage},
        opportunities,
        query::{Query, QueryAll, QueryMore, Row},
        recent::Recent,
        search::{LIMIT_MOST, Search, SearchObject},
    },
    testing::{fixture, reply, shown, with},
};

fn version() -> String {
    "v67.0".to_owned()
}

fn now() -> DateTime<Utc> {
    "2026-11-20T18:12:05Z".parse().unwrap()
}

fn acme() -> RecordId {
    RecordId::parse("0015e00000Acme1").unwrap()
}

fn rows(body: &str) -> Vec<Row> {
    Query { version: version(), soql: String::new() }.read(&reply(200, body)).unwrap().rows
}

fn search(limit: u32) -> Search {
    let objects =
        ["Contact", "Lead", "Case", "Project__c"].map(|name| SearchObject::of(ApiName::parse(name).unwrap()));
    Search { version: version(), text: "Dana \"O'K\" {x} 🎉".to_owned(), objects: objects.to_vec(), limit }
}

#[test]
fn a_statement_travels_encoded() {
    let soql = "SELECT Id FROM Event WHERE CreatedDate > 2026-11-20T00:00:00+01:00".to_owned();
    let query = Query { version: version(), soql: soql.clone() };
    assert_eq!(
        shown(&query.request("https://org.example")),
        "GET https://org.example/services/data/v67.0/query?q=SELECT%20Id%20FROM%20Event%20WHERE%20CreatedDate%20%3E%202026-11-20T00%3A00%3A00%2B01%3A00"
    );
    let all = QueryAll { version: version(), soql };
    assert!(
        shown(&all.request("https://org.example"))
            .starts_with("GET https://org.example/services/data/v67.0/queryAll?q=")
    );
}

#[test]
fn pages_follow_on_the_orgs_own_address() {
    let query = Query { version: version(), soql: String::new() };
    let page = query.read(&reply(200, fixture!("salesforce/opportunities.json"))).unwrap();
    assert_eq!((page.total, page.rows.len()), (1, 1));
    let more = QueryMore { next: page.next.unwrap() };
    assert_eq!(
        shown(&more.request("https://org.example")),
        "GET https://org.example/services/data/v67.0/query/01g5e00000Page2-2000"
    );
    let elsewhere =
        fixture!("salesforce/opportunities.json").replace("/services/data", "@evil.example/services");
    assert!(matches!(query.read(&reply(200, &elsewhere)), Err(CallError::Malformed { .. })));
}

#[test]
fn a_page_that_expired_is_gone() {
    let body = "[{\"message\":\"invalid query locator\",\"errorCode\":\"INVALID_QUERY_LOCATOR\"}]";
    let more = QueryMore { next: "/services/data/v67.0/query/01g".to_owned() };
    assert_eq!(more.read(&reply(400, body)), Err(CallError::Gone));
}

#[test]
fn pic_1_opportunities_open_and_due_or_lately_closed() {
    let asked = opportunities::OfAccounts { accounts: vec![acme()], today: now().date_naive() };
    insta::assert_snapshot!(asked.statements().join("\n"), @"SELECT Id, Name, AccountId, Account.Name, StageName, IsClosed, CloseDate FROM Opportunity WHERE AccountId IN ('0015e00000Acme1AAB') AND ((IsClosed = false AND CloseDate <= 2027-05-19) OR (IsClosed = true AND CloseDate >= 2025-11-20)) ORDER BY IsClosed, CloseDate, Id LIMIT 500");
    let read = asked.read(&rows(fixture!("salesforce/opportunities.json"))).unwrap();
    assert_eq!(read[0].record.name, "Acme – Renewal 2027");
    assert_eq!(read[0].record.detail, "Acme Industrial · Negotiation");
    assert_eq!((read[0].account.as_ref(), read[0].is_closed), (Some(&acme()), false));
    assert_eq!(read[0].close_date.to_string(), "2027-01-19");
}

#[test]
fn pic_1_cases_open_and_not_too_old() {
    let asked = cases::OfAccounts { accounts: vec![acme()], now: now() };
    insta::assert_snapshot!(asked.statements().join("\n"), @"SELECT Id, CaseNumber, Subject, AccountId, Account.Name, IsClosed, CreatedDate FROM Case WHERE AccountId IN ('0015e00000Acme1AAB') AND IsClosed = false AND CreatedDate >= 2026-08-22T18:12:05Z ORDER BY CreatedDate DESC, Id LIMIT 500");
    let read = asked.read(&rows(fixture!("salesforce/cases.json"))).unwrap();
    assert_eq!(read[0].record.name, "00001026");
    assert_eq!(read[0].record.detail, "Late delivery · Acme Industrial");
}

#[test]
fn pic_1_accounts_by_domain_are_those_of_the_domain() {
    let asked = ByDomains { domains: vec!["acme.example".to_owned(), "o'neil.example".to_owned()] };
    insta::assert_snapshot!(asked.statements().join("\n"), @r"SELECT Id, Name, Website, BillingCity FROM Account WHERE Website LIKE '%acme.example%' OR Website LIKE '%o\'neil.example%' ORDER BY Name, Id LIMIT 200");
    let found = asked.read(&rows(fixture!("salesforce/accounts.json"))).unwrap();
    let names: Vec<&str> = found.iter().map(|account| account.name.as_str()).collect();
    assert_eq!(names, ["Acme Industrial"]);
}

#[test]
fn accounts_by_id_are_asked_for_a_hundred_at_a_time() {
    let ids: Vec<RecordId> =
        (0..250).map(|n| RecordId::parse(&format!("0015e00000{n:05}")).unwrap()).collect();
    let statements = ByIds { ids }.statements();
    assert_eq!(statements.len(), 3);
    assert!(statements.iter().all(|statement| statement.len() < 5000));
    let read = ByIds { ids: vec![acme()] }.read(&rows(fixture!("salesforce/accounts.json"))).unwrap();
    assert_eq!(read[0].detail, "Hamburg · https://www.acme.example/eu");
}

#[test]
fn pic_2_typed_text_is_sent_as_it_is() {
    insta::assert_snapshot!(shown(&search(20).request("https://org.example")), @r#"
    POST https://org.example/services/data/v67.0/parameterizedSearch
    content-type: application/json

    {"defaultLimit":20,"in":"ALL","overallLimit":2000,"q":"Dana \"O'K\" {x} 🎉","sobjects":[{"fields":["Id","Name","Account.Name","Email"],"name":"Contact"},{"fields":["Id","Name","Company","Email"],"name":"Lead","where":"IsConverted = false"},{"fields":["Id","CaseNumber","Subject","Account.Name"],"name":"Case"},{"fields":["Id","Name"],"name":"Project__c"}]}
    "#);
}

#[test]
fn pic_2_results_show_type_name_and_a_second_line() {
    let page = search(20).read(&reply(200, fixture!("salesforce/search.json"))).unwrap();
    let told: Vec<String> = page
        .found
        .iter()
        .map(|found| format!("{}: {} ({})", found.object, found.name, found.detail))
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r"
    Contact: Dana Okafor (Acme Industrial · dana@acme.example)
    Case: 00001026 (Dana's delivery)
    Project__c: Dana rollout ()
    ");
}

#[test]
fn pic_2_more_is_offered_where_an_object_filled_its_limit() {
    let more = |limit| search(limit).read(&reply(200, fixture!("salesforce/search.json"))).unwrap().more;
    assert!(more(1));
    assert!(!more(2));
    assert!(!more(LIMIT_MOST));
}

#[test]
fn pic_2_recent_records_are_those_of_the_objects_that_count() {
    let names = ["Opportunity", "Project__c"].map(|name| ApiName::parse(name).unwrap());
    let recent = Recent { version: version(), objects: names.map(SearchObject::of).to_vec(), limit: 200 };
    assert_eq!(
        shown(&recent.request("https://org.example")),
        "GET https://org.example/services/data/v67.0/recent?limit=200"
    );
    let found = recent.read(&reply(200, fixture!("salesforce/recent.json"))).unwrap();
    let told: Vec<&str> = found.iter().map(|found| found.name.as_str()).collect();
    assert_eq!(told, ["Acme – Renewal 2027", "Dana rollout"]);
}

#[test]
fn the_use_of_calls_is_told_by_every_answer() {
    let answer =
        with(reply(200, "{}"), "sforce-limit-info", "api-usage=18/5000, per-app-api-usage=17/250(appName=x)");
    assert_eq!(limits::usage(&answer), Some(ApiUsage { used: 18, allowed: 5000 }));
    assert_eq!(limits::usage(&reply(200, "{}")), None);
    assert_eq!(limits::usage(&with(reply(200, "{}"), "sforce-limit-info", "api-usage=lots")), None);
}

#[test]
fn garbage_is_told_apart_from_nothing_found() {
    for body in ["", "<html>", "{}", "[]", "{\"records\":{}}"] {
        let query = Query { version: version(), soql: String::new() };
        assert!(matches!(query.read(&reply(200, body)), Err(CallError::Malformed { .. })), "{body}");
        assert!(matches!(search(5).read(&reply(200, body)), Err(CallError::Malformed { .. })), "{body}");
    }
}
