//! Query options and preferences, to section 1.2 of the Graph facts.

use proptest::prelude::*;

use super::*;

const MARA: &str = "/v1.0/users/mara@brightwater.example";
const WINDOW: &str = "startDateTime=2026-11-20T00:00:00Z&endDateTime=2026-12-31T00:00:00Z";

impl Client {
    /// Asks for Mara's view with further options.
    fn asked(&mut self, options: &[(&str, &str)]) -> (StatusCode, Value) {
        let mut query = url::form_urlencoded::Serializer::new(String::from(WINDOW));
        for (name, value) in options {
            query.append_pair(name, value);
        }
        self.send(Method::GET, &format!("{MARA}/calendarView?{}", query.finish()), &[IMMUTABLE], Vec::new())
    }

    #[track_caller]
    fn rows_with(&mut self, options: &[(&str, &str)]) -> Vec<Value> {
        let (status, body) = self.asked(&[options, &[("$top", "200")]].concat());
        assert_eq!(status, StatusCode::OK, "{options:?}: {body}");
        body["value"].as_array().expect("rows").clone()
    }

    #[track_caller]
    fn subjects(&mut self, filter: &str) -> Vec<String> {
        let rows = self.rows_with(&[("$filter", filter), ("$orderby", "subject")]);
        rows.iter().map(|row| row["subject"].as_str().expect("a subject").to_owned()).collect()
    }
}

#[test]
fn selected_members_come_with_the_id_and_the_etag_and_nothing_else_1_2() {
    let mut client = Client::new();
    for row in client.rows_with(&[("$select", "subject,start")]) {
        let names: Vec<&String> = row.as_object().expect("an event").keys().collect();
        assert_eq!(names, ["@odata.etag", "id", "subject", "start"]);
    }
    let (status, refusal) = client.asked(&[("$select", "subject,mood")]);
    assert_eq!(
        (status, &refusal["error"]["code"]),
        (StatusCode::BAD_REQUEST, &json!("RequestBroker--ParseUri"))
    );
    assert!(refusal["error"]["message"].as_str().expect("a text").contains("'mood'"));
}

#[test]
fn a_condition_compares_members_with_literals_1_2() {
    let mut client = Client::new();
    let all = client.rows_with(&[]).len();
    assert_eq!(client.subjects("subject eq 'PREPARE OFFER'"), ["Prepare offer"]);
    assert_eq!(client.subjects("startswith(subject,'Prepare') and not isAllDay eq true"), ["Prepare offer"]);
    let late = |row: &Value| {
        row["isAllDay"] == true && row["start"]["dateTime"].as_str().is_some_and(|at| at > "2026-11-25")
    };
    let want = client.rows_with(&[]).iter().filter(|row| late(row)).count();
    let got =
        client.rows_with(&[("$filter", "start/dateTime gt '2026-11-25T00:00:00Z' and isAllDay eq true")]);
    assert_eq!((got.len(), got.iter().all(late)), (want, want > 0));
    let weekly = client.subjects("type eq 'exception' or contains(subject,'weekly')");
    assert!(weekly.len() > 2 && weekly.iter().all(|subject| subject.contains("weekly")), "{weekly:?}");
    let two =
        ["isCancelled eq false", "not (isCancelled eq false)"].map(|filter| client.subjects(filter).len());
    assert_eq!((two[0] + two[1], two[0] > 0), (all, true));
    let series = client.rows_with(&[("$filter", "seriesMasterId ne null")]);
    assert!(!series.is_empty() && series.iter().all(|row| row["seriesMasterId"].is_string()));
    let id = series[0]["iCalUId"].as_str().expect("an id").to_owned();
    assert_eq!(client.rows_with(&[("$filter", &format!("iCalUId eq '{id}'"))]).len(), 1);
}

#[test]
fn a_condition_that_cannot_be_read_is_refused_1_2() {
    let mut client = Client::new();
    let deep = format!("{}subject eq 'x'{}", "(".repeat(40), ")".repeat(40));
    for filter in [
        "subject",
        "subject eq",
        "subject is 'x'",
        "mood eq 'x'",
        "subject eq 'x' and",
        "(subject eq 'x'",
        "subject eq 'x')",
        "subject eq 'x",
        "categories/any(c:d eq 'x')",
        "startswith('x',subject)",
        "",
        &deep,
    ] {
        let (status, body) = client.asked(&[("$filter", filter)]);
        assert_eq!(
            (status, &body["error"]["code"]),
            (StatusCode::BAD_REQUEST, &json!("BadRequest")),
            "{filter}"
        );
    }
    assert_eq!(client.asked(&[("$orderby", "mood")]).0, StatusCode::BAD_REQUEST);
    assert_eq!(client.asked(&[("$orderby", "subject up")]).0, StatusCode::BAD_REQUEST);
    let (status, body) = client.asked(&[("$search", "\"offer\"")]);
    assert_eq!((status, &body["error"]["code"]), (StatusCode::BAD_REQUEST, &json!("ErrorInvalidUrlQuery")));
}

#[test]
fn rows_are_put_in_order_and_counted_1_2() {
    let mut client = Client::new();
    let starts = |rows: &[Value]| -> Vec<String> {
        rows.iter().map(|row| row["start"]["dateTime"].as_str().expect("a time").to_owned()).collect()
    };
    let ahead = starts(&client.rows_with(&[("$orderby", "start/dateTime")]));
    let mut sorted = ahead.clone();
    sorted.sort();
    assert_eq!(ahead, sorted);
    let mut back = starts(&client.rows_with(&[("$orderby", "start/dateTime desc")]));
    back.reverse();
    assert_eq!(back, ahead);
    let (_, counted) = client.asked(&[("$count", "true"), ("$top", "1")]);
    assert_eq!(counted["@odata.count"], ahead.len());
    assert!(client.asked(&[("$top", "1")]).1.get("@odata.count").is_none());
}

#[test]
fn preferences_may_share_a_line_or_stand_on_lines_of_their_own_1_2() {
    let mut client = Client::new();
    let event = client.named("mara", "Renewal 2027: pricing review");
    let path = event_path("mara", &event);
    let shared = "IdType=\"ImmutableId\", outlook.timezone=\"Tokyo Standard Time\", outlook.body-content-type=\"text\"";
    let (_, one) = client.send(Method::GET, &path, &[("prefer", shared)], Vec::new());
    let lines: Vec<(&str, &str)> = shared.split(", ").map(|line| ("prefer", line)).collect();
    let (_, other) = client.send(Method::GET, &path, &lines, Vec::new());
    assert_eq!(one, other);
    assert_eq!((&one["id"], &one["body"]["contentType"]), (&event["id"], &json!("text")));
    assert_eq!(one["start"]["timeZone"], "Tokyo Standard Time");
    let (_, plain) = client.send(Method::GET, &path, &[], Vec::new());
    assert_eq!(plain["start"]["timeZone"], "UTC");
    assert_ne!(plain["id"], event["id"]);
}

#[test]
fn a_bound_without_an_offset_is_utc_whatever_zone_is_preferred_1_2_11() {
    let mut client = Client::new();
    let ids = |client: &mut Client, window: &str, zone: &str| -> Vec<Value> {
        let path = format!("{MARA}/calendarView?{window}&$top=100&$select=id");
        let headers = [IMMUTABLE, ("prefer", zone)];
        let (status, body) = client.send(Method::GET, &path, &headers, Vec::new());
        assert_eq!(status, StatusCode::OK, "{body}");
        body["value"].as_array().expect("rows").iter().map(|row| row["id"].clone()).collect()
    };
    let bare = "startDateTime=2026-11-20T15:00:00&endDateTime=2026-11-20T15:30:00";
    let zoned = "startDateTime=2026-11-20T15:00:00Z&endDateTime=2026-11-20T15:30:00Z";
    let shifted = "startDateTime=2026-11-20T07:00:00-08:00&endDateTime=2026-11-20T07:30:00-08:00";
    let pacific = "outlook.timezone=\"Pacific Standard Time\"";
    let want = ids(&mut client, zoned, "outlook.timezone=\"UTC\"");
    assert!(!want.is_empty());
    assert_eq!(ids(&mut client, bare, pacific), want);
    assert_eq!(ids(&mut client, shifted, pacific), want);
}

#[test]
fn a_view_shows_singles_dates_and_exceptions_and_the_list_shows_series_1_2() {
    let mut client = Client::new();
    let kinds = |rows: &[Value]| -> std::collections::BTreeSet<String> {
        rows.iter().map(|row| row["type"].as_str().expect("a type").to_owned()).collect()
    };
    let view = client.rows_with(&[]);
    assert_eq!(kinds(&view).into_iter().collect::<Vec<_>>(), ["exception", "occurrence", "singleInstance"]);
    let list = client.get(&format!("{MARA}/events?$top=200"))["value"].as_array().expect("rows").clone();
    assert_eq!(kinds(&list).into_iter().collect::<Vec<_>>(), ["seriesMaster", "singleInstance"]);
}

#[test]
fn change_tracking_of_a_whole_list_is_a_beta_feature_and_not_found_1_2() {
    let mut client = Client::new();
    let path = format!("{MARA}/events/delta?startDateTime=2026-11-20T00:00:00Z");
    let (status, _) = client.send(Method::GET, &path, &[], Vec::new());
    assert!(status.is_client_error());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn no_text_brings_a_reader_of_options_down(text in "\\PC{0,120}", made in "([()',: /]|eq|and|or|not|any|ep|c|categories/any|subject|'x'|null|true|2026-01-01T00:00:00Z| ){0,40}") {
        crate::graph::parse_for_fuzz(&text);
        crate::graph::parse_for_fuzz(&made);
    }
}
