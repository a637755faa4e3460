//! Series as clients write and read them, to sections 1.1 and 1.3 of the Graph facts.

use super::*;

const EVENTS: &str = "/v1.0/users/mara@brightwater.example/events";

/// A series that starts on Tuesday 24 November 2026 from 10:00 to 11:00 in Berlin.
fn series(pattern: &Value, range: &Value) -> Value {
    let at =
        |hour: u32| json!({ "dateTime": format!("2026-11-24T{hour:02}:00:00"), "timeZone": "Europe/Berlin" });
    let mut range = range.clone();
    range["startDate"] = "2026-11-24".into();
    let recurrence = json!({ "pattern": pattern, "range": range });
    json!({ "subject": "Series", "start": at(10), "end": at(11), "recurrence": recurrence })
}

impl Client {
    fn make_series(&mut self, pattern: &Value, range: &Value) -> (StatusCode, Value) {
        self.write(Method::POST, EVENTS, &[], &series(pattern, range))
    }

    #[track_caller]
    pub(super) fn weekly(&mut self) -> Value {
        let pattern =
            json!({ "type": "weekly", "interval": 1, "daysOfWeek": ["tuesday"], "firstDayOfWeek": "monday" });
        let (status, made) =
            self.make_series(&pattern, &json!({ "type": "numbered", "numberOfOccurrences": 6 }));
        assert_eq!(status, StatusCode::CREATED, "{made}");
        made
    }

    #[track_caller]
    pub(super) fn instances(&mut self, master: &Value) -> Vec<Value> {
        let path = format!(
            "{EVENTS}/{}/instances?startDateTime=2026-11-01T00:00:00Z&endDateTime=2032-01-01T00:00:00Z&$top=100",
            master["id"].as_str().expect("an id")
        );
        self.get(&path)["value"].as_array().expect("rows").clone()
    }
}

fn dates(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|row| &row["start"]["dateTime"].as_str().expect("a time")[..10]).collect()
}

#[test]
fn every_type_of_pattern_makes_its_dates_1_1() {
    let numbered = json!({ "type": "numbered", "numberOfOccurrences": 3 });
    for (pattern, want) in [
        (json!({ "type": "daily", "interval": 2 }), ["2026-11-24", "2026-11-26", "2026-11-28"]),
        (
            json!({ "type": "weekly", "interval": 2, "daysOfWeek": ["tuesday", "thursday"], "firstDayOfWeek": "monday" }),
            ["2026-11-24", "2026-11-26", "2026-12-08"],
        ),
        (
            json!({ "type": "absoluteMonthly", "interval": 1, "dayOfMonth": 24 }),
            ["2026-11-24", "2026-12-24", "2027-01-24"],
        ),
        (
            json!({ "type": "relativeMonthly", "interval": 1, "daysOfWeek": ["tuesday"], "index": "last" }),
            ["2026-11-24", "2026-12-29", "2027-01-26"],
        ),
        (
            json!({ "type": "absoluteYearly", "interval": 1, "dayOfMonth": 24, "month": 11 }),
            ["2026-11-24", "2027-11-24", "2028-11-24"],
        ),
        (
            json!({ "type": "relativeYearly", "interval": 1, "daysOfWeek": ["tuesday"], "index": "fourth", "month": 11 }),
            ["2026-11-24", "2027-11-23", "2028-11-28"],
        ),
    ] {
        let mut client = Client::new();
        let (status, made) = client.make_series(&pattern, &numbered);
        assert_eq!((status, &made["type"]), (StatusCode::CREATED, &json!("seriesMaster")), "{made}");
        assert_eq!(dates(&client.instances(&made)), want, "{pattern}");
    }
}

#[test]
fn a_range_ends_on_a_day_after_a_number_or_never_and_unused_members_come_back_inert_1_1() {
    let daily = json!({ "type": "daily", "interval": 1 });
    let mut client = Client::new();
    let made = |client: &mut Client, range: &Value| client.make_series(&daily, range).1;
    let until = made(&mut client, &json!({ "type": "endDate", "endDate": "2026-11-26" }));
    assert_eq!(dates(&client.instances(&until)), ["2026-11-24", "2026-11-25", "2026-11-26"]);
    assert_eq!(until["recurrence"]["range"]["numberOfOccurrences"], 0);
    assert_eq!(until["recurrence"]["pattern"]["index"], "first");
    let endless = made(&mut client, &json!({ "type": "noEnd" }));
    assert_eq!(client.instances(&endless).len(), 100);
    assert_eq!(endless["recurrence"]["range"]["endDate"], "0001-01-01");
}

#[test]
fn a_pattern_takes_what_its_type_needs_and_nothing_else_1_1() {
    let none = json!({ "type": "noEnd" });
    for pattern in [
        json!({ "type": "daily" }),
        json!({ "type": "daily", "interval": 0 }),
        json!({ "type": "daily", "interval": 1, "dayOfMonth": 3 }),
        json!({ "type": "weekly", "interval": 1, "firstDayOfWeek": "monday" }),
        json!({ "type": "weekly", "interval": 1, "daysOfWeek": ["tuesday"] }),
        json!({ "type": "absoluteMonthly", "interval": 1, "dayOfMonth": 24, "month": 11 }),
        json!({ "type": "relativeMonthly", "interval": 1, "daysOfWeek": ["tuesday"], "index": "fifth" }),
        json!({ "type": "hourly", "interval": 1 }),
    ] {
        let (status, body) = Client::new().make_series(&pattern, &none);
        assert_eq!(status, StatusCode::BAD_REQUEST, "{pattern}");
        assert_eq!(body["error"]["code"], "ErrorPropertyValidationFailure", "{pattern}");
    }
}

#[test]
fn a_series_without_dates_or_with_overlapping_ones_is_refused_1_1() {
    let code =
        |pattern: Value, range: Value| Client::new().make_series(&pattern, &range).1["error"]["code"].clone();
    let friday =
        json!({ "type": "weekly", "interval": 1, "daysOfWeek": ["friday"], "firstDayOfWeek": "monday" });
    let before_friday = json!({ "type": "endDate", "endDate": "2026-11-25" });
    assert_eq!(code(friday, before_friday), "ErrorRecurrenceHasNoOccurrence");
    let backwards = json!({ "type": "endDate", "endDate": "2026-11-20" });
    assert_eq!(code(json!({ "type": "daily", "interval": 1 }), backwards), "ErrorRecurrenceEndDateTooBig");
    let mut long = series(&json!({ "type": "daily", "interval": 1 }), &json!({ "type": "noEnd" }));
    long["end"]["dateTime"] = "2026-11-25T12:00:00".into();
    let refusal = Client::new().write(Method::POST, EVENTS, &[], &long).1;
    assert_eq!(refusal["error"]["code"], "ErrorOccurrenceTimeSpanTooBig");
}

#[test]
fn an_occurrence_does_not_move_to_or_over_its_neighbours_day_1_1() {
    let mut client = Client::new();
    let master = client.weekly();
    let second = client.instances(&master)[1].clone();
    let at =
        |date: &str, hour: u32| json!({ "dateTime": format!("{date}T{hour:02}:00:00"), "timeZone": "UTC" });
    let mut moved = |date: &str| {
        let body = json!({ "start": at(date, 15), "end": at(date, 16) });
        let (status, answer) = client.write(Method::PATCH, &event_path("mara", &second), &[], &body);
        (status, answer["error"]["code"].clone())
    };
    for date in ["2026-11-24", "2026-11-20", "2026-12-08", "2026-12-10"] {
        assert_eq!(
            moved(date),
            (StatusCode::BAD_REQUEST, json!("ErrorOccurrenceCrossingBoundary")),
            "{date}"
        );
    }
    assert_eq!(moved("2026-12-07"), (StatusCode::OK, Value::Null));
}

#[test]
fn what_differs_and_what_is_gone_is_told_only_when_asked_for_1_1() {
    let mut client = Client::new();
    let master = client.weekly();
    let rows = client.instances(&master);
    client.write(Method::PATCH, &event_path("mara", &rows[1]), &[], &json!({ "subject": "Changed" }));
    client.write(Method::DELETE, &event_path("mara", &rows[2]), &[], &Value::Null);
    let path = event_path("mara", &master);
    let plain = client.get(&path);
    assert!(plain.get("cancelledOccurrences").is_none() && plain.get("exceptionOccurrences").is_none());
    let told =
        client.get(&format!("{path}?$select=subject,cancelledOccurrences&$expand=exceptionOccurrences"));
    let id = master["id"].as_str().expect("an id");
    assert_eq!(told["cancelledOccurrences"], json!([format!("OID.{id}.2026-12-08")]));
    assert_eq!(told["exceptionOccurrences"][0]["subject"], "Changed");
    assert_eq!(told["exceptionOccurrences"][0]["type"], "exception");
    assert!(told.get("body").is_none());
    assert_eq!(client.instances(&master).len(), 5);
}

#[test]
fn a_new_pattern_drops_what_single_dates_had_of_their_own_here_and_in_the_copies_1_1() {
    let mut client = Client::new();
    let master = client.weekly();
    let path = event_path("mara", &master);
    let people = json!({ "attendees": [{ "emailAddress": { "address": "ines@brightwater.example" } }] });
    client.write(Method::PATCH, &path, &[], &people);
    let second = client.instances(&master)[1].clone();
    client.write(Method::PATCH, &event_path("mara", &second), &[], &json!({ "subject": "Changed" }));
    assert!(client.view("ines", 60).iter().any(|event| event["subject"] == "Changed"));
    let daily = json!({
        "pattern": { "type": "daily", "interval": 3 },
        "range": { "type": "numbered", "numberOfOccurrences": 4, "startDate": "2026-11-24" },
    });
    let (status, _) = client.write(Method::PATCH, &path, &[], &json!({ "recurrence": daily }));
    assert_eq!(status, StatusCode::OK);
    let want = ["2026-11-24", "2026-11-27", "2026-11-30", "2026-12-03"];
    assert_eq!(dates(&client.instances(&master)), want);
    let copies: Vec<Value> =
        client.view("ines", 60).into_iter().filter(|event| event["subject"] == "Series").collect();
    assert_eq!(dates(&copies), want);
    assert!(!client.view("ines", 60).iter().any(|event| event["subject"] == "Changed"));
}

#[test]
fn a_series_becomes_a_single_event_and_a_single_event_a_series_1_1() {
    let mut client = Client::new();
    let master = client.weekly();
    let path = event_path("mara", &master);
    let (_, single) = client.write(Method::PATCH, &path, &[], &json!({ "recurrence": null }));
    assert_eq!((&single["type"], &single["recurrence"]), (&json!("singleInstance"), &Value::Null));
    let recurrence = master["recurrence"].clone();
    let (status, again) = client.write(Method::PATCH, &path, &[], &json!({ "recurrence": recurrence }));
    assert_eq!((status, &again["type"]), (StatusCode::OK, &json!("seriesMaster")), "{again}");
}

#[test]
fn a_conflict_may_be_claimed_without_reason_1_3() {
    let mut client = Client::new();
    let event = client.named("mara", "Prepare offer");
    client.exchange.switches.spurious_conflicts = 1;
    let etag = event["@odata.etag"].as_str().expect("an etag").to_owned();
    let mut patch = || {
        let body = json!({ "subject": "Offer" });
        client.write(Method::PATCH, &event_path("mara", &event), &[("if-match", &etag)], &body).0
    };
    assert_eq!((patch(), patch()), (StatusCode::PRECONDITION_FAILED, StatusCode::OK));
}

#[test]
fn several_days_of_a_month_mean_the_first_that_fits_1_1() {
    let mut client = Client::new();
    let pattern = json!({
        "type": "relativeMonthly", "interval": 1, "index": "last",
        "daysOfWeek": ["monday", "tuesday", "wednesday", "thursday", "friday"],
    });
    let mut body = series(&pattern, &json!({ "type": "numbered", "numberOfOccurrences": 3 }));
    body["recurrence"]["range"]["startDate"] = "2026-11-30".into();
    for name in ["start", "end"] {
        let late = body[name]["dateTime"].as_str().expect("a time").replace("11-24", "11-30");
        body[name]["dateTime"] = late.into();
    }
    let (status, made) = client.write(Method::POST, EVENTS, &[], &body);
    assert_eq!(status, StatusCode::CREATED, "{made}");
    assert_eq!(dates(&client.instances(&made)), ["2026-11-30", "2026-12-31", "2027-01-29"]);
}

#[test]
fn the_first_day_of_the_week_decides_which_weeks_are_skipped_1_1() {
    let numbered = json!({ "type": "numbered", "numberOfOccurrences": 4 });
    let pattern = |first: &str| json!({ "type": "weekly", "interval": 2, "daysOfWeek": ["tuesday", "sunday"], "firstDayOfWeek": first });
    let mut client = Client::new();
    let monday = client.make_series(&pattern("monday"), &numbered).1;
    assert_eq!(dates(&client.instances(&monday)), ["2026-11-24", "2026-11-29", "2026-12-08", "2026-12-13"]);
    let sunday = client.make_series(&pattern("sunday"), &numbered).1;
    assert_eq!(dates(&client.instances(&sunday)), ["2026-11-24", "2026-12-06", "2026-12-08", "2026-12-20"]);
}

#[test]
fn a_new_start_of_a_series_moves_all_its_dates_and_its_range_1_3() {
    let mut client = Client::new();
    let master = client.weekly();
    let at =
        |hour: u32| json!({ "dateTime": format!("2026-11-24T{hour}:00:00"), "timeZone": "Europe/Berlin" });
    let body = json!({ "start": at(14), "end": at(15) });
    let (status, moved) = client.write(Method::PATCH, &event_path("mara", &master), &[], &body);
    assert_eq!(status, StatusCode::OK, "{moved}");
    let rows = client.instances(&master);
    assert_eq!(rows.len(), 6);
    assert!(rows.iter().all(|row| row["start"]["dateTime"].as_str().is_some_and(|at| at.contains("T13:00"))));
    let late =
        |hour: u32| json!({ "dateTime": format!("2027-06-01T{hour}:00:00"), "timeZone": "Europe/Berlin" });
    let (_, later) = client.write(
        Method::PATCH,
        &event_path("mara", &master),
        &[],
        &json!({ "start": late(14), "end": late(15) }),
    );
    assert_eq!(later["recurrence"]["range"]["startDate"], "2027-06-01");
    assert_eq!(dates(&client.instances(&master))[0], "2027-06-01");
}

#[test]
fn a_series_keeps_its_hour_over_the_change_of_the_clocks_1_1() {
    let mut client = Client::new();
    let weekly =
        json!({ "type": "weekly", "interval": 18, "daysOfWeek": ["tuesday"], "firstDayOfWeek": "monday" });
    let made = client.make_series(&weekly, &json!({ "type": "numbered", "numberOfOccurrences": 2 })).1;
    let starts: Vec<Value> =
        client.instances(&made).iter().map(|row| row["start"]["dateTime"].clone()).collect();
    assert_eq!(starts, ["2026-11-24T09:00:00.0000000", "2027-03-30T08:00:00.0000000"]);
}
