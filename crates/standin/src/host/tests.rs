use http::Method;

use super::*;
use crate::graph::Exchange;

const MAILBOXES: &str = include_str!("../../worlds/demo.mailboxes.json");

struct Page {
    world: World,
    now: DateTime<Utc>,
}

impl Page {
    fn new() -> Self {
        let now = "2026-11-20T08:00:00Z".parse().expect("an instant");
        let definition = serde_json::from_str(MAILBOXES).expect("the world file is JSON");
        let graph = Exchange::load(&definition, now).expect("the world loads");
        Self { world: World { graph, ..World::default() }, now }
    }

    fn ask(&mut self, method: Method, path: &str, body: &Value) -> Value {
        let request = Request::builder().method(method).uri(path).body(body.to_string().into_bytes());
        let answer = answer(&mut self.world, self.now, request.expect("a request"));
        serde_json::from_slice(answer.body()).expect("JSON")
    }

    fn item(&mut self, key: &str) -> Value {
        self.ask(Method::GET, &format!("/api/item?mailbox=mara&item={key}"), &Value::Null)
    }
}

#[test]
fn what_the_pane_keeps_on_an_item_is_its_extended_property() {
    let mut page = Page::new();
    let body = json!({ "mailbox": "mara", "item": "lunch", "properties": { "other": 1, "calbridge.status": "saved" } });
    assert_eq!(page.ask(Method::POST, "/api/properties", &body), json!({}));
    let id = page.world.graph.addin_property();
    let mailbox = page.world.graph.mailbox("mara").expect("Mara's mailbox");
    let item = mailbox.items.values().find(|item| item.key == "lunch").expect("the lunch");
    assert_eq!(item.content.properties[&id], r#"{"other":1,"calbridge.status":"saved"}"#);
    let read = page.ask(Method::GET, "/api/properties?mailbox=mara&item=lunch", &Value::Null);
    assert_eq!(read["text"], r#"{"other":1,"calbridge.status":"saved"}"#);
}

#[test]
fn only_a_category_of_the_master_list_can_be_put_on() {
    let mut page = Page::new();
    let add = |name: &str| json!({ "mailbox": "mara", "item": "lunch", "add": [name] });
    assert_eq!(page.ask(Method::POST, "/api/categories", &add("Unheard of"))["error"], 9044);
    assert_eq!(page.ask(Method::POST, "/api/categories", &add("Salesforce")), json!({}));
    let blue = json!([{ "displayName": "Salesforce", "color": "Preset7" }]);
    assert_eq!(page.item("lunch")["categories"], blue);
}

#[test]
fn the_form_saves_a_new_item_and_a_changed_one() {
    let mut page = Page::new();
    let start = page.now.timestamp_millis();
    let new = json!({
        "mailbox": "mara",
        "item": "new",
        "changes": { "subject": "Brand new", "start": start, "end": start + 1_800_000 },
        "properties": { "draft": true },
    });
    let id = page.ask(Method::POST, "/api/item", &new)["id"].as_str().expect("an id").to_owned();
    let renamed = json!({ "mailbox": "mara", "item": id, "changes": { "subject": "Renamed" } });
    assert_eq!(page.ask(Method::POST, "/api/item", &renamed)["id"], id);
    let query: String = url::form_urlencoded::byte_serialize(id.as_bytes()).collect();
    assert_eq!(page.item(&query)["subject"], "Renamed");
    assert_eq!(page.item(&query)["start"], start);
}

#[test]
fn an_occurrence_knows_its_series_and_both_know_the_pattern() {
    let mut page = Page::new();
    let (series, next) = (page.item("weekly-standup"), page.item("weekly-standup@next"));
    assert_eq!(next["series"], series["id"]);
    assert_eq!(series["series"], Value::Null);
    assert_eq!(next["recurrence"], series["recurrence"]);
    let range = &series["recurrence"]["seriesTimeJson"];
    assert_eq!(
        (&range["startTimeMin"], &range["durationMin"], &range["endDay"]),
        (&json!(600), &json!(30), &json!(6))
    );
}

#[test]
fn the_offsets_reach_over_every_date_without_a_gap() {
    let mut page = Page::new();
    let desk = page.ask(Method::GET, "/api/desk?user=mara&mailbox=mara", &Value::Null);
    let spans = desk["offsets"].as_array().expect("spans").clone();
    assert!(spans.windows(2).all(|pair| pair[0]["end"] == pair[1]["start"]));
    let now = page.now.timestamp_millis();
    let span =
        spans.iter().find(|span| span["start"].as_i64() <= Some(now) && span["end"].as_i64() > Some(now));
    assert_eq!(span.expect("a span of today")["offset"], 60);
}

#[test]
fn an_unknown_item_is_told_apart_from_a_failure() {
    assert_eq!(Page::new().item("no-such-item")["error"], 9049);
}

#[test]
fn every_item_of_the_world_opens() {
    let mut page = Page::new();
    let keys: Vec<String> =
        page.world.graph.mailboxes[0].items.values().map(|item| item.key.clone()).collect();
    assert!(keys.len() > 25);
    for key in keys {
        assert_eq!(page.item(&key)["key"], key);
    }
}

#[test]
fn an_answer_reaches_the_organizers_copy_and_a_cancellation_the_colleagues() {
    let mut page = Page::new();
    let answer = json!({ "mailbox": "mara", "item": "organizer-ines", "answer": "declined" });
    assert_eq!(page.ask(Method::POST, "/api/answer", &answer), json!({}));
    let original = page.ask(Method::GET, "/api/item?mailbox=ines&item=organizer-ines", &Value::Null);
    let declined = 4;
    assert_eq!(original["required"][0]["appointmentResponse"], declined);
    assert_eq!(page.item("organizer-ines")["answer"], "declined");
    let removal = json!({ "mailbox": "ines", "item": "organizer-ines" });
    assert_eq!(page.ask(Method::POST, "/api/removal", &removal), json!({}));
    assert_eq!(page.item("organizer-ines")["cancelled"], true);
    let gone = page.ask(Method::GET, "/api/item?mailbox=ines&item=organizer-ines", &Value::Null);
    assert_eq!(gone["error"], 9049);
}

#[test]
fn a_file_of_an_item_is_listed_and_its_content_read() {
    let mut page = Page::new();
    let file = crate::graph::item::Attachment {
        number: 1,
        name: "offer.txt".to_owned(),
        content_type: "text/plain".to_owned(),
        inline: false,
        bytes: b"42".as_slice().into(),
        at: page.now,
    };
    let mailbox = page.world.graph.mailbox_mut("mara").expect("Mara's mailbox");
    let item = mailbox.items.values_mut().find(|item| item.key == "lunch").expect("the lunch");
    item.content.attachments.push(file);
    let listed = page.item("lunch")["attachments"][0].clone();
    assert_eq!((&listed["name"], &listed["size"]), (&json!("offer.txt"), &json!(2)));
    let id = listed["id"].as_str().expect("an id");
    let path = format!("/api/attachment?mailbox=mara&item=lunch&attachment={id}");
    assert_eq!(page.ask(Method::GET, &path, &Value::Null)["content"], "NDI=");
    let path = "/api/attachment?mailbox=mara&item=lunch&attachment=none";
    assert_eq!(page.ask(Method::GET, path, &Value::Null)["error"], 9049);
}

#[test]
fn what_a_user_may_do_in_a_shared_calendar_is_told_by_the_calendars_role() {
    let mut page = Page::new();
    let told = |page: &mut Page| {
        page.ask(Method::GET, "/api/desk?user=mara&mailbox=ines", &Value::Null)["permissions"].clone()
    };
    assert_eq!(told(&mut page), 63);
    let ines = page.world.graph.mailbox_mut("ines").expect("Ines's mailbox");
    ines.shares.insert("mara@brightwater.example".to_owned(), "read".to_owned());
    assert_eq!(told(&mut page), 1);
}

/// What office.js sends for every other Tuesday at nine in Berlin, until a day.
fn every_other_tuesday() -> Value {
    json!({
        "recurrenceType": "weekly",
        "recurrenceProperties": { "interval": 2, "days": ["tue"], "firstDayOfWeek": "mon" },
        "recurrenceTimeZone": { "name": "W. Europe Standard Time" },
        "seriesTimeJson": {
            "startYear": 2026, "startMonth": 11, "startDay": 24, "startTimeMin": 540, "durationMin": 45,
            "endYear": 2026, "endMonth": 12, "endDay": 22,
        },
    })
}

fn changed(page: &mut Page, item: &str, changes: &Value) -> Value {
    page.ask(Method::POST, "/api/item", &json!({ "mailbox": "mara", "item": item, "changes": changes }))
}

#[test]
fn a_pattern_set_by_the_pane_makes_a_series_and_none_ends_it_4_3() {
    let mut page = Page::new();
    let id = changed(&mut page, "lunch", &json!({ "recurrence": every_other_tuesday() }));
    assert!(id["id"].is_string(), "{id}");
    let series = page.item("lunch");
    let mut told = every_other_tuesday();
    told["recurrenceTimeZone"]["offset"] = json!(60);
    assert_eq!(series["recurrence"], told);
    let starts: Vec<String> = {
        let mailbox = page.world.graph.mailbox("mara").expect("Mara's mailbox");
        let seen = mailbox.view(page.now, page.now + chrono::TimeDelta::days(60));
        let dates = seen.iter().filter(|seen| seen.item.key == "lunch");
        dates.map(|seen| seen.content.when.instants(mailbox.tz()).0.to_rfc3339()).collect()
    };
    assert_eq!(
        starts,
        ["2026-11-24T08:00:00+00:00", "2026-12-08T08:00:00+00:00", "2026-12-22T08:00:00+00:00"]
    );
    changed(&mut page, "lunch", &json!({ "recurrence": null }));
    assert_eq!(page.item("lunch")["recurrence"], Value::Null);
}

#[test]
fn a_pattern_that_says_too_little_is_refused_and_changes_nothing_4_3() {
    let mut page = Page::new();
    let before = page.item("lunch");
    for (place, wrong) in [
        ("/recurrenceType", json!("hourly")),
        ("/recurrenceProperties/interval", json!(0)),
        ("/recurrenceProperties/days", json!([])),
        ("/recurrenceTimeZone/name", json!("Mars Standard Time")),
        ("/seriesTimeJson/startDay", json!(31)),
        ("/seriesTimeJson/endYear", json!(2025)),
        ("/seriesTimeJson/durationMin", json!(-5)),
    ] {
        let mut pattern = every_other_tuesday();
        *pattern.pointer_mut(place).expect("a member") = wrong;
        let refused = changed(&mut page, "lunch", &json!({ "recurrence": pattern }));
        assert_eq!(refused["error"], 5001, "{place}: {refused}");
    }
    assert_eq!(page.item("lunch"), before);
}

#[test]
fn whole_days_are_set_and_taken_back_by_the_pane_4_3() {
    let mut page = Page::new();
    let before = page.item("lunch");
    changed(&mut page, "lunch", &json!({ "allDay": true }));
    let whole = page.item("lunch");
    assert_eq!(whole["allDay"], true);
    let day = 24 * 3_600_000;
    let (start, end) = (whole["start"].as_i64().expect("a start"), whole["end"].as_i64().expect("an end"));
    assert_eq!(end - start, day, "one day, midnight to midnight in the mailbox's zone");
    assert!(start <= before["start"].as_i64().expect("a start") && before["end"].as_i64() <= Some(end));
    let back = json!({ "allDay": false, "start": before["start"], "end": before["end"] });
    changed(&mut page, "lunch", &back);
    let timed = page.item("lunch");
    assert_eq!(
        (&timed["allDay"], &timed["start"], &timed["end"]),
        (&json!(false), &before["start"], &before["end"])
    );
}
