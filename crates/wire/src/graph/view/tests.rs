//! A calendar is read page by page.

use super::*;
use crate::{
    graph::item::GraphKind,
    testing::{fixture, reply, shown},
};

const BASE: &str = "https://graph.example/v1.0";

fn view() -> CalendarView {
    CalendarView {
        mailbox: Address::parse("mara@brightwater.example").unwrap(),
        calendar: None,
        start: "2026-11-06T00:00:00Z".parse().unwrap(),
        end: "2027-01-19T00:00:00Z".parse().unwrap(),
        addin_id: "7c1e2f64-9b1d-4e57-8d2c-3a5f0e6b9d41".to_owned(),
    }
}

fn page() -> ViewPage {
    view().read(&reply(200, fixture!("graph/view.json"))).unwrap()
}

#[test]
fn the_window_is_asked_for_in_utc() {
    let request = shown(&view().request(BASE));
    let start = "GET https://graph.example/v1.0/users/mara%40brightwater.example/calendarView\
        ?startDateTime=2026-11-06T00%3A00%3A00Z&endDateTime=2027-01-19T00%3A00%3A00Z&%24top=50&%24select=subject%2Cbody";
    assert!(request.starts_with(start), "{request}");
}

#[test]
fn one_item_that_cannot_be_read_spoils_no_page() {
    let page = page();
    assert_eq!(page.items.len(), 1);
    assert_eq!(page.items[0].kind, GraphKind::Exception);
    assert_eq!(page.items[0].original_start.unwrap().to_rfc3339(), "2026-11-23T09:00:00+00:00");
    assert_eq!(page.unreadable.len(), 1);
    assert_eq!(page.unreadable[0].0, "AAkBroken1=");
}

#[test]
fn the_next_page_is_asked_for_at_our_own_base() {
    let next = NextView { next: page().next.unwrap(), addin_id: view().addin_id };
    let asked = |base: &str| shown(&next.request(base)).lines().next().unwrap().to_owned();
    let path = "/users/mara%40brightwater.example/calendarView?startDateTime=2026-11-06T00%3A00%3A00Z&$skiptoken=page-2";
    assert_eq!(asked("https://graph.example/v1.0"), format!("GET https://graph.example/v1.0{path}"));
    assert_eq!(asked("http://localhost:3003/v1.0"), format!("GET http://localhost:3003/v1.0{path}"));
}

#[test]
fn garbage_is_no_empty_calendar() {
    for body in ["", "{}", "[]", "<html>", "{\"value\":null}"] {
        assert!(matches!(view().read(&reply(200, body)), Err(CallError::Malformed { .. })), "{body}");
    }
}
