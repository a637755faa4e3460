//! What holds for every request, however odd.

use proptest::prelude::*;

use super::*;

const WINDOW: &str = "startDateTime=2026-11-01T00:00:00Z&endDateTime=2027-02-28T00:00:00Z";
const MARA: &str = "/v1.0/users/mara@brightwater.example";

impl Client {
    fn rows(&mut self) -> Vec<Value> {
        self.get(&format!("{MARA}/calendarView?{WINDOW}&$top=500"))["value"].as_array().expect("rows").clone()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn no_query_brings_it_down_1_2(filter in "\\PC{0,60}", expand in "\\PC{0,40}", prefer in "[ -~]{0,60}", token in "\\PC{0,40}") {
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
    fn no_body_brings_it_down_1_1(year in -300_000..300_000_i32, interval in any::<u32>(), count in any::<i64>(), text in "\\PC{0,40}") {
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
