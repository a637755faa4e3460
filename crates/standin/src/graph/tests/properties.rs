//! What holds for every request and every sequence of writes.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

const WINDOW: &str = "startDateTime=2026-11-01T00:00:00Z&endDateTime=2027-02-28T00:00:00Z";
const MARA: &str = "/v1.0/users/mara@brightwater.example";

/// One write at the n-th event of the view.
#[derive(Clone, Copy, Debug)]
enum Write {
    Rename(usize),
    Categorize(usize),
    Delete(usize),
    MoveAway(usize),
    Make(u8),
    Repeat(u8),
}

fn writes() -> impl Strategy<Value = Vec<Write>> {
    let one = prop_oneof![
        (0..60_usize).prop_map(Write::Rename),
        (0..60_usize).prop_map(Write::Categorize),
        (0..60_usize).prop_map(Write::Delete),
        (0..60_usize).prop_map(Write::MoveAway),
        any::<u8>().prop_map(Write::Make),
        any::<u8>().prop_map(Write::Repeat),
    ];
    prop::collection::vec(one, 1..12)
}

impl Client {
    fn rows(&mut self) -> Vec<Value> {
        self.get(&format!("{MARA}/calendarView?{WINDOW}&$top=500"))["value"].as_array().expect("rows").clone()
    }

    fn carry_out(&mut self, write: Write) {
        let at = |day: u8, hour: u32| json!({ "dateTime": format!("2026-12-{:02}T{hour:02}:00:00", day % 28 + 1), "timeZone": "UTC" });
        let picked = |client: &mut Self, place: usize| {
            let rows = client.rows();
            event_path("mara", &rows[place % rows.len()])
        };
        match write {
            Write::Rename(place) => {
                let path = picked(self, place);
                self.write(Method::PATCH, &path, &[], &json!({ "subject": format!("Renamed {place}") }));
            }
            Write::Categorize(place) => {
                let path = picked(self, place);
                self.write(Method::PATCH, &path, &[], &json!({ "categories": ["Salesforce"] }));
            }
            Write::Delete(place) => {
                let path = picked(self, place);
                self.write(Method::DELETE, &path, &[], &Value::Null);
            }
            Write::MoveAway(place) => {
                let path = picked(self, place);
                let far = |hour: u32| json!({ "dateTime": format!("2030-01-01T{hour:02}:00:00"), "timeZone": "UTC" });
                let body = json!({ "start": far(9), "end": far(10), "isAllDay": false });
                self.write(Method::PATCH, &path, &[], &body);
            }
            Write::Make(day) => {
                let body = json!({ "subject": "Made", "start": at(day, 9), "end": at(day, 10) });
                self.write(Method::POST, &format!("{MARA}/events"), &[], &body);
            }
            Write::Repeat(day) => {
                let recurrence = json!({
                    "pattern": { "type": "daily", "interval": day % 5 + 1 },
                    "range": { "type": "numbered", "numberOfOccurrences": 7, "startDate": &at(day, 9)["dateTime"].as_str().expect("a time")[..10] },
                });
                let body = json!({ "subject": "Repeats", "start": at(day, 9), "end": at(day, 10), "recurrence": recurrence });
                self.write(Method::POST, &format!("{MARA}/events"), &[], &body);
            }
        }
    }

    /// Lays a round over what was held before, and gives where the next begins.
    fn replay(&mut self, link: &str, held: &mut BTreeMap<String, String>) -> String {
        let mut link = link.to_owned();
        let mut rows = Vec::new();
        loop {
            let body = self.get(link.strip_prefix("http://localhost:3003").unwrap_or(&link));
            rows.extend(body["value"].as_array().expect("rows").clone());
            match (body["@odata.nextLink"].as_str(), body["@odata.deltaLink"].as_str()) {
                (Some(next), _) => next.clone_into(&mut link),
                (None, last) => {
                    last.expect("a link").clone_into(&mut link);
                    break;
                }
            }
        }
        let text = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
        let told: BTreeSet<String> =
            rows.iter().flat_map(|row| [text(row, "id"), text(row, "seriesMasterId")]).collect();
        held.retain(|id, series| !told.contains(id) && (series.is_empty() || !told.contains(series)));
        for row in rows.iter().filter(|row| row.get("@removed").is_none() && row["type"] != "seriesMaster") {
            held.insert(text(row, "id"), text(row, "seriesMasterId"));
        }
        link
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn replaying_every_round_gives_the_calendar_and_no_etag_comes_back(script in writes()) {
        let mut client = Client::new();
        let mut held = BTreeMap::new();
        let mut link = client.replay(&format!("{MARA}/calendarView/delta?{WINDOW}"), &mut held);
        let mut last = client.exchange.writes;
        for write in script {
            client.carry_out(write);
            prop_assert!(client.exchange.writes >= last);
            last = client.exchange.writes;
            link = client.replay(&link, &mut held);
            let state: BTreeSet<String> =
                client.rows().iter().map(|row| row["id"].as_str().unwrap_or_default().to_owned()).collect();
            prop_assert_eq!(held.keys().cloned().collect::<BTreeSet<_>>(), state, "after {:?}", write);
        }
        let stamps: Vec<u64> = client.exchange.mailboxes[0].log.iter().map(|change| change.number).collect();
        prop_assert!(stamps.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn no_query_brings_it_down(filter in "\\PC{0,60}", expand in "\\PC{0,40}", prefer in "[ -~]{0,60}", token in "\\PC{0,40}") {
        let mut client = Client::new();
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("$filter", &filter)
            .append_pair("$expand", &expand)
            .append_pair("$select", &expand)
            .finish();
        let known = ["categories/any(c:c eq '", "singleValueExtendedProperties/Any(ep: ep/id eq '"];
        let sent = [("prefer", prefer.as_str())];
        client.send(Method::GET, &format!("{MARA}/events?{query}"), &sent, Vec::new());
        for start in known {
            let filter: String = url::form_urlencoded::byte_serialize(format!("{start}{filter}").as_bytes()).collect();
            client.send(Method::GET, &format!("{MARA}/events?$filter={filter}"), &[], Vec::new());
        }
        let token: String = url::form_urlencoded::byte_serialize(token.as_bytes()).collect();
        let (status, _) = client.send(Method::GET, &format!("{MARA}/calendarView/delta?$deltatoken={token}"), &[], Vec::new());
        prop_assert_eq!(status, StatusCode::BAD_REQUEST);
        let (status, _) = client.send(Method::GET, &format!("{MARA}/events/{token}x"), &[], Vec::new());
        prop_assert!(status.is_client_error());
    }

    #[test]
    fn no_body_brings_it_down(year in -300_000..300_000_i32, interval in any::<u32>(), count in any::<i64>(), text in "\\PC{0,40}") {
        let mut client = Client::new();
        let at = |hour: u32| json!({ "dateTime": format!("{year:04}-03-01T{hour:02}:00:00"), "timeZone": "Europe/Berlin" });
        let body = json!({
            "subject": text, "start": at(9), "end": at(10),
            "recurrence": {
                "pattern": { "type": "absoluteYearly", "interval": interval, "dayOfMonth": 1, "month": 3 },
                "range": { "type": "numbered", "numberOfOccurrences": count, "startDate": format!("{year:04}-03-01") },
            },
        });
        for body in [body.clone(), json!({ "start": at(9), "end": at(10) }), json!([text]), json!({ "attendees": text })] {
            let (status, _) = client.write(Method::POST, &format!("{MARA}/events"), &[], &body);
            prop_assert!(status == StatusCode::CREATED || status == StatusCode::BAD_REQUEST);
        }
        client.rows();
        let (status, _) = client.send(Method::POST, &format!("{MARA}/events"), &[], text.clone().into_bytes());
        prop_assert_eq!(status, StatusCode::BAD_REQUEST);
    }
}
