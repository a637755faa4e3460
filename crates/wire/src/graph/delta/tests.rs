//! Rounds of changes.

use super::*;
use crate::testing::{reply, shown};

fn begin() -> BeginDelta {
    BeginDelta {
        mailbox: Address::parse("mara@brightwater.example").unwrap(),
        calendar: None,
        start: "2026-11-02T00:00:00Z".parse().unwrap(),
        end: "2027-01-19T00:00:00Z".parse().unwrap(),
        page_size: 50,
    }
}

const ROWS: &str = r#"{"value":[
  {"@odata.etag":"W/\"2\"","id":"single=","type":"singleInstance","iCalUId":"u1","subject":"One",
   "start":{"dateTime":"2026-11-20T14:00:00.0000000","timeZone":"UTC"},
   "end":{"dateTime":"2026-11-20T15:00:00.0000000","timeZone":"UTC"}},
  {"@odata.etag":"W/\"3\"","id":"date=","type":"occurrence","seriesMasterId":"master=",
   "start":{"dateTime":"2026-11-21T14:00:00.0000000","timeZone":"UTC"},
   "end":{"dateTime":"2026-11-21T15:00:00.0000000","timeZone":"UTC"}},
  {"id":"gone=","@removed":{"reason":"deleted"}},
  {"id":"odd=","type":"singleInstance"}
 ],"@odata.deltaLink":"https://graph.example/v1.0/users/x/calendarView/delta?$deltatoken=t"}"#;

#[test]
fn a_round_is_asked_for_in_utc_and_in_pages() {
    assert_eq!(
        shown(&begin().request("https://graph.example/v1.0")),
        "GET https://graph.example/v1.0/users/mara%40brightwater.example/calendarView/delta?\
         startDateTime=2026-11-02T00%3A00%3A00Z&endDateTime=2027-01-19T00%3A00%3A00Z\n\
         prefer: IdType=\"ImmutableId\", outlook.timezone=\"UTC\", outlook.body-content-type=\"text\", \
         odata.maxpagesize=50"
    );
}

#[test]
fn rows_are_told_apart_and_one_that_cannot_be_read_spoils_no_page() {
    let page = begin().read(&reply(200, ROWS)).unwrap();
    assert_eq!(page.items.len(), 1);
    assert_eq!(page.items[0].item.subject, "One");
    let [date] = page.dates.as_slice() else { panic!("{page:?}") };
    assert_eq!((date.id.as_str(), date.series.as_str()), ("date=", "master="));
    assert_eq!(page.removed, [ItemId::parse("gone=").unwrap()]);
    assert_eq!(page.unreadable.len(), 1);
    assert!(matches!(page.next, Next::Round(_)));
}

#[test]
fn a_lost_round_is_told_by_410_and_by_400() {
    let lost = |status, code: &str| {
        begin().read(&reply(status, &format!("{{\"error\":{{\"code\":\"{code}\",\"message\":\"m\"}}}}")))
    };
    assert_eq!(lost(410, "syncStateNotFound"), Err(CallError::Stale));
    assert_eq!(lost(410, "whatever"), Err(CallError::Stale));
    assert_eq!(lost(400, "SyncStateNotFound"), Err(CallError::Stale));
    assert!(matches!(lost(400, "ErrorInvalidParameter"), Err(CallError::Rejected(_))));
}

#[test]
fn a_page_without_an_end_is_refused() {
    for body in ["{}", "{\"value\":[]}", "", "[]"] {
        assert!(matches!(begin().read(&reply(200, body)), Err(CallError::Malformed { .. })), "{body}");
    }
}

#[test]
fn the_next_page_is_asked_for_at_our_own_base() {
    let link = "https://elsewhere.example/v1.0/users/x/calendarView/delta?$skiptoken=2".to_owned();
    let request = NextDelta { link, page_size: 10 }.request("https://graph.example/v1.0");
    assert_eq!(request.url, "https://graph.example/v1.0/users/x/calendarView/delta?$skiptoken=2");
}
