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
        (0..4).map(|_turn| client.exchange.enter(client.now, &request(MARA)).expect("a ticket")).collect();
    let refusal = client.exchange.enter(client.now, &request(MARA)).expect_err("a refusal");
    assert_eq!(refusal.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(String::from_utf8_lossy(refusal.body()).contains("MailboxConcurrency"));
    let body: Value = serde_json::from_slice(refusal.body()).expect("JSON");
    assert!(body["error"]["innerError"]["request-id"].is_string(), "it is a whole refusal: {body}");
    assert!(refusal.headers()["content-type"].to_str().expect("a text").starts_with("application/json"));
    client.exchange.switches.concurrency_unavailable = true;
    let refusal = client.exchange.enter(client.now, &request(MARA)).expect_err("a refusal");
    assert_eq!(refusal.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(
        client.exchange.enter(client.now, &request("/v1.0/users/ines@brightwater.example/events")).is_ok()
    );
    client.exchange.leave(tickets.remove(0));
    assert!(client.exchange.enter(client.now, &request(MARA)).is_ok());
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
fn switches_are_read_and_changed_by_the_control_api_and_a_wrong_name_is_told_1_7() {
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

#[test]
fn each_part_of_a_batch_counts_and_may_be_refused_in_an_answer_of_200_1_4() {
    let mut client = Client::new();
    client.exchange.switches.request_limit = Some(2);
    let parts: Vec<Value> = (0..3)
        .map(|turn| json!({ "id": turn.to_string(), "method": "GET", "url": "/users/mara@brightwater.example" }))
        .collect();
    let (status, body) = client.write(Method::POST, "/v1.0/$batch", &[], &json!({ "requests": parts }));
    assert_eq!(status, StatusCode::OK);
    assert_eq!(body["responses"][1]["status"], 200);
    assert_eq!(
        (&body["responses"][2]["status"], &body["responses"][2]["headers"]["retry-after"]),
        (&json!(429), &json!("600"))
    );
    assert_eq!(body["responses"][2]["body"]["error"]["code"], "ApplicationThrottled");
}

#[test]
fn a_batch_finds_no_room_beside_four_other_requests_1_4() {
    let mut client = Client::new();
    let part = json!({ "id": "1", "method": "GET", "url": "/users/Mara%40brightwater.example" });
    let body = json!({ "requests": [part] }).to_string();
    let batch = Request::post("/v1.0/$batch").body(body.clone().into_bytes()).expect("a request");
    let status = |client: &mut Client| {
        let ticket = client.exchange.enter(client.now, &batch).expect("a batch is let in");
        let (_, answer) = client.send(Method::POST, "/v1.0/$batch", &[], body.clone().into_bytes());
        client.exchange.leave(ticket);
        answer["responses"][0]["status"].clone()
    };
    let mut tickets: Vec<_> =
        (0..4).map(|_turn| client.exchange.enter(client.now, &request(MARA)).expect("a ticket")).collect();
    assert_eq!(status(&mut client), 429);
    client.exchange.leave(tickets.remove(0));
    assert_eq!(status(&mut client), 200);
}

#[test]
fn a_persons_own_path_counts_for_their_mailbox_1_4() {
    let mut client = Client::new();
    let at = client.exchange.at_name("mara").expect("a mailbox");
    let token = client.exchange.grant(crate::graph::sharing::Caller::Person(at), 0, client.now);
    let mut own = request("/v1.0/me/events");
    own.headers_mut().insert("authorization", format!("Bearer {token}").try_into().expect("a header"));
    let _tickets: Vec<_> =
        (0..4).map(|_turn| client.exchange.enter(client.now, &own).expect("a ticket")).collect();
    assert!(client.exchange.enter(client.now, &request(MARA)).is_err());
}

#[test]
fn a_mailbox_takes_so_many_bytes_in_five_minutes_1_4() {
    let mut client = Client::new();
    assert_eq!(client.exchange.switches.upload_limit, Some(150 * 1024 * 1024));
    client.exchange.switches.upload_limit = Some(2_000);
    let event = client.named("mara", "Prepare offer");
    let mut patch = |size: usize, minutes: i64| {
        client.now += TimeDelta::minutes(minutes);
        let body = json!({ "subject": "x".repeat(size) });
        let (status, answer) = client.write(Method::PATCH, &event_path("mara", &event), &[], &body);
        (status.as_u16(), answer["error"]["code"].clone())
    };
    assert_eq!(patch(1_500, 0), (200, Value::Null));
    assert_eq!(patch(1_500, 1), (429, json!("ApplicationThrottled")));
    assert_eq!(patch(1_500, 4), (200, Value::Null));
}

#[test]
fn an_application_bears_a_limit_over_all_mailboxes_when_switched_so_1_4() {
    let mut client = Client::new();
    assert_eq!(client.exchange.switches.app_limit, None);
    client.exchange.switches.app_limit = Some(2);
    let status = |client: &mut Client, who: &str| {
        client
            .send(Method::GET, &format!("/v1.0/users/{who}@brightwater.example"), &[], Vec::new())
            .0
            .as_u16()
    };
    assert_eq!(["mara", "ines", "theo"].map(|who| status(&mut client, who)), [200, 200, 429]);
    client.now += TimeDelta::seconds(10);
    assert_eq!(status(&mut client, "theo"), 200);
}

#[test]
fn refused_requests_count_too_1_4() {
    let mut client = Client::new();
    client.exchange.switches.request_limit = Some(1);
    for _turn in 0..5 {
        client.send(Method::GET, MARA, &[], Vec::new());
    }
    client.exchange.switches.request_limit = Some(4);
    assert_eq!(client.send(Method::GET, MARA, &[], Vec::new()).0, StatusCode::TOO_MANY_REQUESTS);
}
