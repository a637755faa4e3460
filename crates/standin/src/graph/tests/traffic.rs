//! Limits of one mailbox, to section 1.4 of the Graph facts.

use super::*;

const MARA: &str = "/v1.0/users/mara@brightwater.example";

fn request(path: &str) -> Request<Vec<u8>> {
    Request::get(path).body(Vec::new()).expect("a request")
}

#[test]
fn a_mailbox_bears_so_many_requests_in_ten_minutes_1_4() {
    let mut client = Client::new();
    assert_eq!(client.exchange.switches.request_limit, Some(10_000));
    client.exchange.switches.request_limit = Some(3);
    let status = |client: &mut Client, who: &str| {
        client.send(Method::GET, &format!("/v1.0/users/{who}@brightwater.example"), &[], Vec::new()).0
    };
    let got: Vec<u16> = (0..4).map(|_turn| status(&mut client, "mara").as_u16()).collect();
    assert_eq!(got, [200, 200, 200, 429]);
    assert_eq!(status(&mut client, "ines"), StatusCode::OK);
    client.now += TimeDelta::minutes(10);
    assert_eq!(status(&mut client, "mara"), StatusCode::OK);
}

#[test]
fn the_refusal_says_how_long_to_wait_unless_switched_off_1_4() {
    let mut client = Client::new();
    client.exchange.switches.request_limit = Some(0);
    let wait = |client: &mut Client| {
        let mut asked = request(MARA);
        let bearer = format!("Bearer {}", client.token);
        asked.headers_mut().insert("authorization", bearer.try_into().expect("a header"));
        let answer = answer(&mut client.exchange, client.now, asked);
        (answer.status().as_u16(), answer.headers().get("retry-after").cloned())
    };
    assert_eq!(wait(&mut client), (429, Some("600".parse().expect("a header"))));
    client.exchange.switches.retry_after = false;
    assert_eq!(wait(&mut client), (429, None));
}

#[test]
fn a_fifth_request_at_the_same_time_is_refused_1_4() {
    let mut client = Client::new();
    assert_eq!(client.exchange.switches.concurrency_limit, Some(4));
    let mut tickets: Vec<_> =
        (0..4).map(|_turn| client.exchange.enter(&request(MARA)).expect("a ticket")).collect();
    let refusal = client.exchange.enter(&request(MARA)).expect_err("a refusal");
    assert_eq!(refusal.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(String::from_utf8_lossy(refusal.body()).contains("MailboxConcurrency"));
    client.exchange.switches.concurrency_unavailable = true;
    let refusal = client.exchange.enter(&request(MARA)).expect_err("a refusal");
    assert_eq!(refusal.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(client.exchange.enter(&request("/v1.0/users/ines@brightwater.example/events")).is_ok());
    client.exchange.leave(tickets.remove(0));
    assert!(client.exchange.enter(&request(MARA)).is_ok());
}

#[test]
fn a_parallel_batch_waits_for_itself_unless_switched_to_throttle_and_a_sequential_one_never_does_1_4() {
    let mut client = Client::new();
    let batch = |client: &mut Client, sequential: bool| -> Vec<i64> {
        let parts: Vec<Value> = (0..6)
            .map(|turn: i32| {
                let mut part = json!({ "id": turn.to_string(), "method": "GET", "url": "/users/mara@brightwater.example" });
                if sequential && turn > 0 {
                    part["dependsOn"] = json!([(turn - 1).to_string()]);
                }
                part
            })
            .collect();
        let (_, body) = client.write(Method::POST, "/v1.0/$batch", &[], &json!({ "requests": parts }));
        body["responses"]
            .as_array()
            .expect("parts")
            .iter()
            .filter_map(|part| part["status"].as_i64())
            .collect()
    };
    assert_eq!(batch(&mut client, false), [200; 6]);
    client.exchange.switches.batch_throttles_itself = true;
    assert_eq!(batch(&mut client, false), [200, 200, 200, 200, 429, 429]);
    assert_eq!(batch(&mut client, true), [200; 6]);
}

#[test]
fn switches_are_read_and_changed_by_the_control_api_and_a_wrong_name_is_told() {
    let mut client = Client::new();
    let mut ask = |method: Method, body: &Value| {
        let request = Request::builder().method(method).uri("/graph/switches");
        let request = request.body(body.to_string().into_bytes()).expect("a request");
        let answer = switches::answer(&mut client.exchange, client.now, &request);
        (answer.status().as_u16(), serde_json::from_slice::<Value>(answer.body()).expect("JSON"))
    };
    let (status, held) = ask(Method::PATCH, &json!({ "delivery_seconds": 30, "token_loss": "bad_token" }));
    assert_eq!((status, &held["delivery_seconds"]), (200, &json!(30)));
    assert_eq!(ask(Method::PATCH, &json!({ "speed": 1 })).0, 400);
    assert_eq!(ask(Method::PATCH, &json!({ "delivery_seconds": "fast" })).0, 400);
    assert_eq!(ask(Method::GET, &Value::Null).1["token_loss"], "bad_token");
    assert_eq!(ask(Method::DELETE, &Value::Null).1["delivery_seconds"], 0);
}
