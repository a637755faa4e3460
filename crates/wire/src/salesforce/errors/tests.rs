//! Every documented refusal becomes what a caller can act on.

use serde_json::json as value;

use super::*;
use crate::testing::{fixture, reply, tree, with};

/// One refusal of the table, with the fields it names and what it must become.
struct Case {
    code: String,
    status: u16,
    place: String,
    message: String,
    fields: Vec<String>,
    becomes: String,
}

fn cases() -> Vec<Case> {
    fixture!("salesforce/errors.csv").lines().skip(1).map(case).collect()
}

fn case(line: &str) -> Case {
    let columns = columns(line);
    let [code, status, place, message, fields, becomes] = columns.try_into().unwrap();
    let fields = fields.split_whitespace().map(str::to_owned).collect();
    Case { code, status: status.parse().unwrap(), place, message, fields, becomes }
}

fn columns(line: &str) -> Vec<String> {
    let mut columns = vec![String::new()];
    let mut in_quotes = false;
    for letter in line.chars() {
        match letter {
            '"' => in_quotes = !in_quotes,
            ',' if !in_quotes => columns.push(String::new()),
            other => columns.last_mut().unwrap().push(other),
        }
    }
    columns
}

fn heard(case: &Case) -> CallError {
    let list = value!([{ "message": case.message, "errorCode": case.code, "fields": case.fields }]);
    let oauth = value!({ "error": case.code, "error_description": case.message });
    let result = value!({
        "success": false,
        "errors": [{ "statusCode": case.code, "message": case.message, "fields": case.fields }],
    });
    match (case.place.as_str(), case.status) {
        ("collection", _) => row(&tree(&result), true),
        ("oauth", status) => super::oauth(&reply(status, &oauth.to_string())),
        (_, 300) => data(&reply(300, "[\"/services/data/v67.0/sobjects/Event/00U5e00000AbCdEEAV\"]")),
        (_, 412) => data(&reply(412, "")),
        (_, status) => data(&reply(status, &list.to_string())),
    }
}

fn name(error: &CallError) -> &'static str {
    match error {
        CallError::Offline { .. } => "offline",
        CallError::SignedOut => "signed out",
        CallError::ConsentLost { .. } => "consent lost",
        CallError::Throttled { .. } => "throttled",
        CallError::Unavailable { .. } => "unavailable",
        CallError::Gone => "gone",
        CallError::Stale => "stale",
        CallError::Forbidden(_) => "forbidden",
        CallError::Ambiguous { .. } => "ambiguous",
        CallError::Contended(_) => "contended",
        CallError::Rejected(_) => "rejected",
        CallError::Malformed { .. } => "malformed",
    }
}

#[test]
fn every_refusal_of_the_table_becomes_what_it_says() {
    let cases = cases();
    assert!(cases.len() > 50, "the table is read whole");
    for case in cases {
        assert_eq!(name(&heard(&case)), case.becomes, "{} {}: {}", case.status, case.code, case.message);
    }
}

#[test]
fn a_refusal_keeps_code_words_and_fields() {
    for case in cases().iter().filter(|case| case.becomes == "rejected") {
        let CallError::Rejected(rejection) = heard(case) else { panic!("{} is not rejected", case.code) };
        assert_eq!(rejection.code, case.code);
        assert_eq!(rejection.message, case.message);
        assert_eq!(rejection.fields, case.fields);
    }
}

#[test]
fn sav_9_several_missing_fields_are_all_named() {
    let body = value!([
        { "message": "Required fields are missing: [A__c]", "errorCode": "REQUIRED_FIELD_MISSING", "fields": ["A__c"] },
        { "message": "Required fields are missing: [B__c]", "errorCode": "REQUIRED_FIELD_MISSING", "fields": ["B__c"] },
    ]);
    let CallError::Rejected(rejection) = data(&reply(400, &body.to_string())) else { panic!("not rejected") };
    assert_eq!(rejection.fields, ["A__c", "B__c"]);
    assert_eq!(rejection.message, "Required fields are missing: [A__c]; Required fields are missing: [B__c]");
}

#[test]
fn a_linked_record_that_is_gone_does_not_make_the_event_gone() {
    let body =
        value!([{ "message": "entity is deleted", "errorCode": "ENTITY_IS_DELETED", "fields": ["WhoId"] }]);
    assert_eq!(name(&data(&reply(404, &body.to_string()))), "rejected");
}

#[test]
fn without_an_explanation_the_status_decides_and_nothing_counts_as_gone() {
    let html = "<html>Proxy</html>";
    for (status, becomes) in [
        (401, "signed out"),
        (403, "forbidden"),
        (404, "malformed"),
        (400, "malformed"),
        (302, "malformed"),
        (409, "contended"),
        (500, "unavailable"),
        (502, "unavailable"),
        (503, "unavailable"),
    ] {
        assert_eq!(name(&data(&reply(status, html))), becomes, "{status}");
        assert_eq!(name(&data(&reply(status, "[]"))), becomes, "{status} with an empty list");
    }
}

#[test]
fn several_records_of_one_key_are_named() {
    let list = "[\"/services/data/v67.0/sobjects/Event/1\",\"/services/data/v67.0/sobjects/Event/2\"]";
    let CallError::Ambiguous { records } = data(&reply(300, list)) else { panic!("not ambiguous") };
    assert_eq!(records.len(), 2);
}

#[test]
fn a_busy_org_may_say_how_long_to_wait() {
    let busy = with(
        reply(503, "[{\"message\":\"later\",\"errorCode\":\"SERVER_UNAVAILABLE\"}]"),
        "retry-after",
        "4",
    );
    assert_eq!(data(&busy), CallError::Unavailable { status: 503, retry_after_ms: Some(4000) });
}

#[test]
fn a_row_that_fails_without_a_reason_makes_no_sense() {
    assert_eq!(name(&row(&tree(&value!({ "success": false, "errors": [] })), true)), "malformed");
}

#[test]
fn a_row_addressed_by_key_is_never_gone() {
    let result = value!({
        "success": false,
        "errors": [{ "statusCode": "INVALID_CROSS_REFERENCE_KEY", "message": "invalid cross reference id", "fields": [] }],
    });
    assert_eq!(name(&row(&tree(&result), false)), "rejected");
    assert_eq!(name(&row(&tree(&result), true)), "gone");
}

#[test]
fn a_bad_token_at_the_identity_resource_is_signed_out() {
    assert_eq!(check_userinfo(&reply(403, "Bad_OAuth_Token")), Err(CallError::SignedOut));
    assert_eq!(name(&check_userinfo(&reply(403, "Forbidden")).unwrap_err()), "forbidden");
}

#[test]
fn only_a_lost_grant_asks_for_consent_again() {
    for (code, becomes) in [
        ("invalid_grant", "consent lost"),
        ("inactive_user", "consent lost"),
        ("invalid_client_id", "forbidden"),
        ("invalid_client", "forbidden"),
        ("unsupported_grant_type", "forbidden"),
        ("server_error", "unavailable"),
    ] {
        let body = value!({ "error": code, "error_description": "why" }).to_string();
        assert_eq!(name(&oauth(&reply(400, &body))), becomes, "{code}");
    }
}
