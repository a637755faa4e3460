//! Change tracking, to section 1.2 of the Graph facts.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::graph::switches::TokenLoss;

const WINDOW: &str = "startDateTime=2026-11-01T00:00:00Z&endDateTime=2026-12-31T00:00:00Z";

fn first(who: &str) -> String {
    format!("/v1.0/users/{who}@brightwater.example/calendarView/delta?{WINDOW}")
}

/// One whole round: every page's rows, and where the next round begins.
struct Round {
    pages: Vec<Vec<Value>>,
    next: String,
}

impl Round {
    fn rows(&self) -> Vec<&Value> {
        self.pages.iter().flatten().collect()
    }

    fn of_type<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Value> {
        self.pages.iter().flatten().filter(move |row| row["type"] == kind)
    }

    fn removed(&self) -> Vec<&Value> {
        self.rows().into_iter().filter(|row| row["@removed"]["reason"] == "deleted").collect()
    }
}

impl Client {
    fn page_of(&mut self, path: &str, size: u32) -> (StatusCode, Value) {
        let size = format!("IdType=\"ImmutableId\", odata.maxpagesize={size}");
        let path = path.strip_prefix("http://localhost:3003").unwrap_or(path).to_owned();
        self.send(Method::GET, &path, &[("prefer", &size)], Vec::new())
    }

    #[track_caller]
    fn round(&mut self, path: &str, size: u32) -> Round {
        let (mut path, mut pages) = (path.to_owned(), Vec::new());
        for _page in 0..200 {
            let (status, body) = self.page_of(&path, size);
            assert_eq!(status, StatusCode::OK, "{body}");
            pages.push(body["value"].as_array().expect("rows").clone());
            if let Some(next) = body["@odata.deltaLink"].as_str() {
                return Round { pages, next: next.to_owned() };
            }
            body["@odata.nextLink"].as_str().expect("a link").clone_into(&mut path);
        }
        panic!("the round does not end")
    }

    #[track_caller]
    fn patch(&mut self, who: &str, event: &Value, body: &Value) -> Value {
        let (status, answer) = self.write(Method::PATCH, &event_path(who, event), &[], body);
        assert_eq!(status, StatusCode::OK, "{answer}");
        answer
    }
}

#[test]
fn a_round_ends_with_a_link_and_the_next_one_is_empty_1_2_1() {
    let mut client = Client::new();
    let round = client.round(&first("mara"), 5);
    assert!(round.pages.len() > 3);
    let next = client.round(&round.next, 5);
    assert_eq!(next.rows(), Vec::<&Value>::new());
}

#[test]
fn occurrences_are_bare_and_their_series_comes_along_1_2_3() {
    let mut client = Client::new();
    let round = client.round(&first("mara"), 50);
    let bare = round.of_type("occurrence").next().expect("an occurrence");
    let names: Vec<&String> = bare.as_object().expect("a row").keys().collect();
    assert_eq!(names, ["@odata.type", "@odata.etag", "id", "seriesMasterId", "type", "start", "end"]);
    assert!(round.of_type("seriesMaster").any(|master| master["id"] == bare["seriesMasterId"]));
    assert!(round.of_type("exception").all(|row| row["subject"].is_string()));
}

#[test]
fn the_row_of_a_series_shows_its_first_date_even_outside_the_window_1_2_3() {
    let mut client = Client::new();
    let late = "/v1.0/users/mara@brightwater.example/calendarView/delta\
                ?startDateTime=2026-12-01T00:00:00Z&endDateTime=2026-12-31T00:00:00Z";
    let round = client.round(late, 50);
    let series =
        round.of_type("seriesMaster").find(|row| row["subject"] == "Acme weekly").expect("the series");
    assert_eq!(series["start"]["dateTime"], "2026-11-21T09:00:00.0000000");
}

#[test]
fn a_series_is_never_split_so_pages_grow_over_their_size_1_2_5_and_6() {
    let mut client = Client::new();
    let round = client.round(&first("mara"), 2);
    assert!(round.pages.iter().any(|page| page.len() > 2));
    let mut pages_of: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for (at, page) in round.pages.iter().enumerate() {
        for master in page.iter().filter_map(|row| row["seriesMasterId"].as_str()) {
            pages_of.entry(master).or_default().insert(at);
        }
    }
    assert!(pages_of.len() > 2);
    assert!(pages_of.values().all(|pages| pages.len() == 1));
}

#[test]
fn a_deletion_and_a_move_out_of_the_window_look_the_same_1_2_2() {
    let mut client = Client::new();
    let round = client.round(&first("mara"), 50);
    let (gone, moved) = (client.named("mara", "Prepare offer"), client.named("mara", "Lunch with Dana"));
    let answer = client.write(Method::DELETE, &event_path("mara", &gone), &[], &Value::Null);
    assert_eq!(answer.0, StatusCode::NO_CONTENT);
    let at = |hour: u32| json!({ "dateTime": format!("2027-03-01T{hour:02}:00:00"), "timeZone": "UTC" });
    client.patch("mara", &moved, &json!({ "start": at(10), "end": at(11) }));
    let next = client.round(&round.next, 50);
    let told: BTreeSet<_> = next.removed().into_iter().map(|row| row["id"].as_str()).collect();
    assert_eq!(told, BTreeSet::from([gone["id"].as_str(), moved["id"].as_str()]));
    assert_eq!(next.rows().len(), 2);
    assert_eq!(client.get(&event_path("mara", &moved))["subject"], "Lunch with Dana");
}

#[test]
fn an_event_made_outside_the_window_is_told_as_removed_1_2_2() {
    let mut client = Client::new();
    let round = client.round(&first("mara"), 50);
    let at = |hour: u32| json!({ "dateTime": format!("2028-03-01T{hour:02}:00:00"), "timeZone": "UTC" });
    let body = json!({ "subject": "Far away", "start": at(10), "end": at(11) });
    let made = client.write(Method::POST, "/v1.0/users/mara@brightwater.example/events", &[], &body).1;
    let next = client.round(&round.next, 50);
    assert_eq!(next.removed()[0]["id"], made["id"]);
    assert!(next.removed()[0].get("type").is_none());
}

#[test]
fn a_cancelled_date_is_seen_by_its_absence_alone_unless_tombstones_are_on_1_2_5() {
    let mut client = Client::new();
    let round = client.round(&first("mara"), 50);
    let date = client.named("mara", "Acme weekly");
    client.write(Method::DELETE, &event_path("mara", &date), &[], &Value::Null);
    let next = client.round(&round.next, 50);
    assert_eq!(next.removed(), Vec::<&Value>::new());
    let left: Vec<&Value> = next.of_type("occurrence").map(|row| &row["id"]).collect();
    assert!(!left.is_empty() && !left.contains(&&date["id"]));
    client.exchange.switches.occurrence_tombstones = true;
    let again = client.round(&round.next, 50);
    assert_eq!(again.removed().iter().map(|row| &row["id"]).collect::<Vec<_>>(), [&date["id"]]);
}

#[test]
fn a_deleted_series_is_told_by_the_id_of_its_master_1_2_4() {
    let mut client = Client::new();
    let round = client.round(&first("mara"), 50);
    let master = client.named("mara", "Acme weekly")["seriesMasterId"].clone();
    let path = event_path("mara", &json!({ "id": master }));
    client.write(Method::DELETE, &path, &[], &Value::Null);
    let next = client.round(&round.next, 50);
    assert_eq!(next.rows().iter().map(|row| &row["id"]).collect::<Vec<_>>(), [&master]);
    assert_eq!(next.removed().len(), 1);
}

#[test]
fn the_window_is_frozen_in_the_token_1_2_10() {
    let mut client = Client::new();
    let round = client.round(&first("mara"), 50);
    let event = client.named("mara", "Lunch with Dana");
    client.patch("mara", &event, &json!({ "subject": "Lunch" }));
    let other = format!("{}&startDateTime=2030-01-01T00:00:00Z&endDateTime=2030-02-01T00:00:00Z", round.next);
    assert_eq!(client.round(&other, 50).rows()[0]["subject"], "Lunch");
}

#[test]
fn what_changes_during_a_round_is_told_in_the_next_1_2_1() {
    let mut client = Client::new();
    let (_, page) = client.page_of(&first("mara"), 5);
    let told = page["value"][0].clone();
    client.patch("mara", &told, &json!({ "subject": "Changed meanwhile" }));
    let rest = client.round(page["@odata.nextLink"].as_str().expect("a link"), 50);
    let next = client.round(&rest.next, 50);
    assert_eq!(next.rows()[0]["subject"], "Changed meanwhile");
}

#[test]
fn options_that_change_tracking_does_not_know_are_refused_1_2() {
    let mut client = Client::new();
    for option in ["$select=subject", "$filter=x", "$expand=y", "$orderby=z", "$search=q"] {
        let (status, body) = client.page_of(&format!("{}&{option}", first("mara")), 5);
        assert_eq!(status, StatusCode::BAD_REQUEST);
        assert_eq!(body["error"]["code"], "ErrorInvalidUrlQuery");
    }
}

#[test]
fn a_lost_token_is_refused_in_four_ways_1_2_9() {
    let mut client = Client::new();
    let round = client.round(&first("mara"), 50);
    client.exchange.switches.token_generation = 1;
    for (loss, status, code) in [
        (TokenLoss::Gone, 410, "syncStateNotFound"),
        (TokenLoss::Resync, 410, "resyncRequired"),
        (TokenLoss::BadState, 400, "syncStateNotFound"),
        (TokenLoss::BadToken, 400, "InvalidDeltaToken"),
    ] {
        client.exchange.switches.token_loss = loss;
        let (got, body) = client.page_of(&round.next, 50);
        assert_eq!((got.as_u16(), &body["error"]["code"]), (status, &json!(code)));
    }
    assert_eq!(client.page_of(&round.next.replace("token=", "token=A"), 5).0, StatusCode::BAD_REQUEST);
    client.round(&first("mara"), 50);
}

#[test]
fn a_token_older_than_the_servers_memory_is_lost_1_2_9() {
    let mut client = Client::new();
    let round = client.round(&first("mara"), 50);
    let event = client.named("mara", "Lunch with Dana");
    for turn in 0..5_001 {
        client.patch("mara", &event, &json!({ "subject": format!("Lunch {turn}") }));
    }
    assert_eq!(client.page_of(&round.next, 50).0, StatusCode::GONE);
}

#[test]
fn an_endless_round_changes_its_link_and_repeats_its_page_1_2_7() {
    let mut client = Client::new();
    client.exchange.switches.endless_rounds = true;
    let (_, one) = client.page_of(&first("mara"), 5);
    let link = one["@odata.nextLink"].as_str().expect("a link").to_owned();
    let (_, two) = client.page_of(&link, 5);
    assert_eq!(one["value"], two["value"]);
    assert_ne!(two["@odata.nextLink"], json!(link));
    assert!(two.get("@odata.deltaLink").is_none());
}

#[test]
fn a_round_that_times_out_goes_on_from_its_last_link_1_2_8() {
    let mut client = Client::new();
    let whole = client.round(&first("mara"), 5);
    client.exchange.switches.round_timeouts = 1;
    let (_, page) = client.page_of(&first("mara"), 5);
    let link = page["@odata.nextLink"].as_str().expect("a link").to_owned();
    assert_eq!(client.page_of(&link, 5).0, StatusCode::GATEWAY_TIMEOUT);
    assert_eq!(client.round(&link, 5).rows(), whole.rows()[page["value"].as_array().expect("rows").len()..]);
}

#[test]
fn rows_may_repeat_stand_in_any_order_and_leave_a_page_empty_1_2_1() {
    let mut client = Client::new();
    let ids = |round: &Round| -> BTreeSet<String> {
        round.rows().iter().map(|row| row["id"].as_str().expect("an id").to_owned()).collect()
    };
    let plain = client.round(&first("mara"), 5);
    let switches = &mut client.exchange.switches;
    (switches.duplicate_rows, switches.reorder_rows, switches.empty_pages) = (true, true, true);
    let odd = client.round(&first("mara"), 5);
    assert_eq!(ids(&odd), ids(&plain));
    assert!(odd.rows().len() > plain.rows().len());
    assert!(odd.pages.iter().any(Vec::is_empty));
    assert_eq!(odd.pages[0][1]["id"], plain.pages[0].last().expect("a row")["id"]);
}

#[test]
fn a_first_round_may_list_deletions_1_2_1() {
    let mut client = Client::new();
    let event = client.named("mara", "Prepare offer");
    client.write(Method::DELETE, &event_path("mara", &event), &[], &Value::Null);
    assert!(client.round(&first("mara"), 50).removed().is_empty());
    client.exchange.switches.early_removals = true;
    assert_eq!(client.round(&first("mara"), 50).removed()[0]["id"], event["id"]);
}

#[test]
fn replaying_the_rounds_gives_the_state_of_the_calendar_1_2_1() {
    let mut client = Client::new();
    let mut held: BTreeMap<String, String> = BTreeMap::new();
    let mut link = first("mara");
    for turn in 0..6 {
        let event = client.view("mara", 40).swap_remove(3 * turn);
        match turn % 3 {
            0 => drop(client.write(Method::DELETE, &event_path("mara", &event), &[], &Value::Null)),
            1 => drop(client.patch("mara", &event, &json!({ "categories": ["Travel"] }))),
            _ => drop(client.patch("mara", &event, &json!({ "subject": format!("Turn {turn}") }))),
        }
        let round = client.round(&link, 7);
        let text = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
        // The whole of a series is told at once, so what it held before is replaced.
        let told: BTreeSet<String> = round
            .rows()
            .iter()
            .flat_map(|row| [text(row, "id"), text(row, "seriesMasterId")])
            .filter(|id| !id.is_empty())
            .collect();
        held.retain(|id, series| !told.contains(id) && !told.contains(series));
        for row in round.rows().into_iter().filter(|row| row.get("@removed").is_none()) {
            if row["type"] != "seriesMaster" {
                held.insert(text(row, "id"), text(row, "seriesMasterId"));
            }
        }
        link = round.next;
        let view = format!("/v1.0/users/mara@brightwater.example/calendarView?{WINDOW}&$top=500");
        let state: BTreeSet<String> =
            client.get(&view)["value"].as_array().expect("rows").iter().map(|row| text(row, "id")).collect();
        assert_eq!(held.keys().cloned().collect::<BTreeSet<_>>(), state, "turn {turn}");
    }
}

#[test]
fn a_changed_item_may_be_told_as_it_was_too_1_2_1() {
    let mut client = Client::new();
    let round = client.round(&first("mara"), 50);
    let event = client.named("mara", "Lunch with Dana");
    client.patch("mara", &event, &json!({ "subject": "Lunch" }));
    client.exchange.switches.stale_rows = true;
    let next = client.round(&round.next, 50);
    let told: Vec<_> = next.rows().iter().map(|row| (row["id"].clone(), row["subject"].clone())).collect();
    assert_eq!(told, ["Lunch with Dana", "Lunch"].map(|subject| (event["id"].clone(), json!(subject))));
    assert_eq!(next.rows()[0]["@odata.etag"], event["@odata.etag"]);
    client.exchange.switches.reorder_rows = true;
    assert_eq!(client.round(&round.next, 50).rows()[0]["subject"], "Lunch");
}

#[test]
fn a_round_may_be_unavailable_midway_and_goes_on_1_2_8() {
    let mut client = Client::new();
    client.exchange.switches.round_outages = 1;
    let (_, page) = client.page_of(&first("mara"), 5);
    let link = page["@odata.nextLink"].as_str().expect("a link").to_owned();
    assert_eq!(client.page_of(&link, 5).0, StatusCode::SERVICE_UNAVAILABLE);
    client.round(&link, 5);
}

#[test]
fn a_token_may_be_lost_midway_through_a_round_1_2_9() {
    let mut client = Client::new();
    client.exchange.switches.round_losses = 1;
    client.exchange.switches.token_loss = TokenLoss::BadToken;
    let (_, page) = client.page_of(&first("mara"), 5);
    let link = page["@odata.nextLink"].as_str().expect("a link").to_owned();
    let (status, body) = client.page_of(&link, 5);
    assert_eq!((status, &body["error"]["code"]), (StatusCode::BAD_REQUEST, &json!("InvalidDeltaToken")));
    let whole = client.round(&first("mara"), 5);
    assert!(whole.pages.len() > 1);
}

#[test]
fn a_delta_link_serves_both_forms_of_ids_1_2() {
    let mut client = Client::new();
    let round = client.round(&first("mara"), 50);
    let event = client.named("mara", "Lunch with Dana");
    client.patch("mara", &event, &json!({ "subject": "Lunch" }));
    let path = round.next.replace("http://localhost:3003", "");
    let (_, plain) = client.send(Method::GET, &path, &[], Vec::new());
    assert_ne!(plain["value"][0]["id"], event["id"]);
    assert_eq!(client.round(&round.next, 50).rows()[0]["id"], event["id"]);
}

#[test]
fn an_endless_series_fills_a_page_far_over_its_size_1_2_6() {
    let mut client = Client::new();
    let at = |hour: u32| json!({ "dateTime": format!("2026-11-24T{hour:02}:00:00"), "timeZone": "UTC" });
    let recurrence = json!({ "pattern": { "type": "daily", "interval": 1 }, "range": { "type": "noEnd", "startDate": "2026-11-24" } });
    let body = json!({ "subject": "For ever", "start": at(6), "end": at(7), "recurrence": recurrence });
    client.write(Method::POST, "/v1.0/users/theo@brightwater.example/events", &[], &body);
    let window = "startDateTime=2026-11-01T00:00:00Z&endDateTime=2031-11-01T00:00:00Z";
    let path = format!("/v1.0/users/theo@brightwater.example/calendarView/delta?{window}");
    let longest = client.round(&path, 100).pages.iter().map(Vec::len).max();
    assert!(longest > Some(1_000), "{longest:?}");
}
