//! Change notifications, to section 1.5 of the Graph facts.

use super::*;
use crate::graph::subscriptions::Parcel;

const ALL: &str = "/users/mara@brightwater.example/events";

impl Client {
    fn subscribe(&mut self, resource: &str, changes: &str, proves: bool) -> (StatusCode, Value) {
        let body = json!({
            "changeType": changes,
            "notificationUrl": "https://localhost:3005/hooks/graph",
            "lifecycleNotificationUrl": "https://localhost:3005/hooks/graph/life",
            "resource": resource,
            "clientState": "shared secret",
            "expirationDateTime": (self.now + TimeDelta::days(3)).to_rfc3339(),
        });
        self.ask_subscription(&body, proves)
    }

    /// Asks for a subscription and carries its handshakes.
    fn ask_subscription(&mut self, body: &Value, proves: bool) -> (StatusCode, Value) {
        let request = Request::post("/v1.0/subscriptions")
            .header("authorization", format!("Bearer {}", self.token))
            .header("prefer", IMMUTABLE.1)
            .body(body.to_string().into_bytes());
        let answer = answer(&mut self.exchange, self.now, request.expect("a request"));
        for parcel in self.exchange.outbox(self.now) {
            let request = parcel.request().expect("a request");
            let query = request.uri().query().unwrap_or_default().to_owned();
            let token =
                url::form_urlencoded::parse(query.as_bytes()).find(|pair| pair.0 == "validationToken");
            let token = if proves { token.expect("a token").1.into_owned() } else { "guess".to_owned() };
            self.exchange.delivered(self.now, parcel, Some(&Response::new(token.into_bytes())));
        }
        let answer = self.exchange.concluded(answer);
        (answer.status(), serde_json::from_slice(answer.body()).unwrap_or(Value::Null))
    }

    /// What waits to be sent, each parcel taken with 202.
    fn notices(&mut self) -> Vec<Value> {
        let parcels = self.exchange.outbox(self.now);
        parcels.into_iter().map(|parcel| self.take(parcel, Some(StatusCode::ACCEPTED))).collect()
    }

    fn take(&mut self, parcel: Parcel, status: Option<StatusCode>) -> Value {
        let body: Value = serde_json::from_str(&parcel.body).expect("JSON");
        let answer = status.map(|status| {
            let mut answer = Response::new(Vec::new());
            *answer.status_mut() = status;
            answer
        });
        self.exchange.delivered(self.now, parcel, answer.as_ref());
        body["value"][0].clone()
    }

    fn rename(&mut self, subject: &str, to: &str) -> Value {
        let event = self.named("mara", subject);
        self.write(Method::PATCH, &event_path("mara", &event), &[], &json!({ "subject": to })).1
    }
}

#[test]
fn a_subscription_exists_once_both_addresses_repeat_their_token_1_5() {
    let mut client = Client::new();
    let (status, refusal) = client.subscribe(ALL, "updated", false);
    assert_eq!((status, &refusal["error"]["code"]), (StatusCode::BAD_REQUEST, &json!("ValidationError")));
    let inner = &refusal["error"]["innerError"];
    assert_eq!(inner["date"], client.now.format("%Y-%m-%dT%H:%M:%S").to_string());
    assert_eq!(inner["request-id"].as_str().map(str::len), Some(36));
    assert_eq!(client.get("/v1.0/subscriptions")["value"], json!([]));
    let (status, made) = client.subscribe(ALL, "updated", true);
    assert_eq!(status, StatusCode::CREATED);
    assert_eq!(client.get("/v1.0/subscriptions")["value"][0]["id"], made["id"]);
}

#[test]
fn a_notice_names_what_changed_and_nothing_of_what_it_says_1_5() {
    let mut client = Client::new();
    let (_, made) = client.subscribe(ALL, "updated", true);
    let changed = client.rename("Prepare offer", "Offer");
    let notices = client.notices();
    assert_eq!(notices.len(), 1);
    let notice = &notices[0];
    assert_eq!(notice["subscriptionId"], made["id"]);
    assert_eq!((&notice["clientState"], &notice["changeType"]), (&json!("shared secret"), &json!("updated")));
    assert_eq!(notice["resourceData"]["id"], changed["id"]);
    assert_eq!(notice["resourceData"]["@odata.etag"], changed["@odata.etag"]);
    assert!(!notice.to_string().contains("Offer"));
}

#[test]
fn only_the_kinds_and_the_calendar_asked_for_are_told_1_5() {
    let mut client = Client::new();
    client.exchange.mailboxes[0].calendars.push("Projects".to_owned());
    let calendars = client.get("/v1.0/users/mara@brightwater.example/calendars")["value"].clone();
    let second = format!(
        "/users/mara@brightwater.example/calendars/{}/events",
        calendars[1]["id"].as_str().expect("an id")
    );
    client.subscribe(ALL, "created,deleted", true);
    client.subscribe(&second, "created,updated,deleted", true);
    client.rename("Prepare offer", "Offer");
    assert_eq!(client.notices(), Vec::<Value>::new());
    let event = client.named("mara", "Offer");
    client.write(Method::DELETE, &event_path("mara", &event), &[], &Value::Null);
    let told: Vec<Value> = client.notices().iter().map(|notice| notice["changeType"].clone()).collect();
    assert_eq!(told, ["deleted"]);
}

#[test]
fn a_colleagues_invitation_is_a_creation_in_the_mailbox_it_reaches_1_5() {
    let mut client = Client::new();
    client.subscribe("/users/ines@brightwater.example/events", "created,updated", true);
    let at = |hour: u32| json!({ "dateTime": format!("2026-11-23T{hour:02}:00:00"), "timeZone": "UTC" });
    let people = json!([{ "emailAddress": { "address": "ines@brightwater.example" } }]);
    let body = json!({ "subject": "Kick-off", "start": at(9), "end": at(10), "attendees": people });
    client.write(Method::POST, "/v1.0/users/mara@brightwater.example/events", &[], &body);
    let told: Vec<Value> = client.notices().iter().map(|notice| notice["changeType"].clone()).collect();
    assert_eq!(told, ["created"]);
}

#[test]
fn a_subscription_lives_three_quarters_of_an_hour_to_a_week_1_5() {
    let mut client = Client::new();
    let ask = |client: &mut Client, minutes: i64| {
        let body = json!({
            "changeType": "updated",
            "notificationUrl": "https://localhost:3005/hooks/graph",
            "resource": ALL,
            "expirationDateTime": (client.now + TimeDelta::minutes(minutes)).to_rfc3339(),
        });
        client.ask_subscription(&body, true)
    };
    assert_eq!(ask(&mut client, 10_081).0, StatusCode::BAD_REQUEST);
    assert_eq!(ask(&mut client, -1).0, StatusCode::BAD_REQUEST);
    assert_eq!(ask(&mut client, 1).1["expirationDateTime"], "2026-11-20T08:45:00Z");
    client.rename("Prepare offer", "Offer");
    assert_eq!(client.notices().len(), 1);
    client.now += TimeDelta::minutes(46);
    client.token = client.sign_in("graph-secret").1["access_token"].as_str().expect("a token").to_owned();
    client.rename("Offer", "Offer again");
    assert_eq!(client.notices().len(), 0);
    assert_eq!(client.get("/v1.0/subscriptions")["value"], json!([]));
}

#[test]
fn a_notice_nobody_takes_is_sent_again_for_four_hours_1_5() {
    let mut client = Client::new();
    client.subscribe(ALL, "updated", true);
    client.rename("Prepare offer", "Offer");
    let (mut sent, end) = (0, client.now + TimeDelta::hours(6));
    while client.now < end {
        for parcel in client.exchange.outbox(client.now) {
            client.take(parcel, (sent % 2 == 0).then_some(StatusCode::SERVICE_UNAVAILABLE));
            sent += 1;
        }
        client.now += TimeDelta::minutes(5);
    }
    assert!((5..50).contains(&sent), "{sent}");
    client.now += TimeDelta::hours(1);
    assert!(client.exchange.outbox(client.now).is_empty());
}

#[test]
fn notices_are_lost_doubled_late_and_in_another_order_when_switched_so_1_7() {
    let mut client = Client::new();
    client.subscribe(ALL, "updated", true);
    let ids = |client: &mut Client| -> Vec<Value> {
        client.notices().iter().map(|notice| notice["resourceData"]["id"].clone()).collect()
    };
    let both = |client: &mut Client| -> [Value; 2] {
        [
            client.rename("Prepare offer", "Prepare offer")["id"].clone(),
            client.rename("Lunch with Dana", "Lunch with Dana")["id"].clone(),
        ]
    };
    client.exchange.switches.drop_notifications = Some(2);
    let [one, _] = both(&mut client);
    assert_eq!(ids(&mut client), [one]);
    client.exchange.switches.drop_notifications = None;
    client.exchange.switches.duplicate_notifications = true;
    let [one, two] = both(&mut client);
    assert_eq!(ids(&mut client), [one.clone(), one, two.clone(), two]);
    client.exchange.switches.duplicate_notifications = false;
    client.exchange.switches.reorder_notifications = true;
    let [one, two] = both(&mut client);
    assert_eq!(ids(&mut client), [two, one]);
    client.exchange.switches.notification_seconds = 30;
    both(&mut client);
    assert_eq!(ids(&mut client).len(), 0);
    client.now += TimeDelta::seconds(30);
    assert_eq!(ids(&mut client).len(), 2);
}

#[test]
fn lifecycle_events_go_to_their_own_address_and_a_removal_removes_1_5() {
    let mut client = Client::new();
    client.subscribe(ALL, "updated", true);
    let control = |client: &mut Client, event: &str| {
        let body = json!({ "mailbox": "mara", "event": event }).to_string().into_bytes();
        let request = Request::post("/graph/lifecycle").body(body).expect("a request");
        switches::answer(&mut client.exchange, client.now, &request).status()
    };
    for event in ["missed", "reauthorizationRequired", "subscriptionRemoved"] {
        assert_eq!(control(&mut client, event), StatusCode::OK);
        let parcels = client.exchange.outbox(client.now);
        assert_eq!(parcels[0].url, "https://localhost:3005/hooks/graph/life");
        assert_eq!(client.take(parcels[0].clone(), Some(StatusCode::ACCEPTED))["lifecycleEvent"], event);
    }
    assert_eq!(client.get("/v1.0/subscriptions")["value"], json!([]));
    assert_eq!(control(&mut client, "ended"), StatusCode::BAD_REQUEST);
}

#[test]
fn a_subscription_is_renewed_reauthorized_and_ended_1_7() {
    let mut client = Client::new();
    let (_, made) = client.subscribe(ALL, "updated", true);
    let path = format!("/v1.0/subscriptions/{}", made["id"].as_str().expect("an id"));
    let until = json!({ "expirationDateTime": (client.now + TimeDelta::days(6)).to_rfc3339() });
    assert_eq!(
        client.write(Method::PATCH, &path, &[], &until).1["expirationDateTime"],
        "2026-11-26T08:00:00Z"
    );
    let again = format!("{path}/reauthorize");
    assert_eq!(client.write(Method::POST, &again, &[], &Value::Null).0, StatusCode::NO_CONTENT);
    assert_eq!(client.write(Method::DELETE, &path, &[], &Value::Null).0, StatusCode::NO_CONTENT);
    assert_eq!(client.write(Method::DELETE, &path, &[], &Value::Null).0, StatusCode::NOT_FOUND);
}

#[test]
fn a_mailbox_has_a_thousand_subscriptions_however_alike_1_5() {
    let mut client = Client::new();
    let ask = |client: &mut Client| client.subscribe(ALL, "updated", true).0;
    assert!((0..1_000).all(|_turn| ask(&mut client) == StatusCode::CREATED));
    assert_eq!(ask(&mut client), StatusCode::FORBIDDEN);
    assert_eq!(client.get("/v1.0/subscriptions")["value"].as_array().map(Vec::len), Some(1_000));
}

#[test]
fn one_action_may_be_told_as_several_changes_and_a_duplicate_subscription_tells_again_1_5() {
    let mut client = Client::new();
    for _turn in 0..2 {
        assert_eq!(
            client.subscribe("/users/ines@brightwater.example/events", "created,updated,deleted", true).0,
            StatusCode::CREATED
        );
    }
    let at = |hour: u32| json!({ "dateTime": format!("2026-11-23T{hour:02}:00:00"), "timeZone": "UTC" });
    let people = json!([{ "emailAddress": { "address": "ines@brightwater.example" } }]);
    let body = json!({ "subject": "Kick-off", "start": at(9), "end": at(10), "attendees": people });
    let (_, made) = client.write(Method::POST, "/v1.0/users/mara@brightwater.example/events", &[], &body);
    client.write(Method::PATCH, &event_path("mara", &made), &[], &json!({ "subject": "Start" }));
    client.write(Method::DELETE, &event_path("mara", &made), &[], &Value::Null);
    let told: Vec<String> = client
        .notices()
        .iter()
        .map(|notice| notice["changeType"].as_str().expect("a word").to_owned())
        .collect();
    let of = |word: &str| told.iter().filter(|told| *told == word).count();
    assert_eq!((of("created"), of("updated"), of("deleted")), (2, 4, 0));
}
