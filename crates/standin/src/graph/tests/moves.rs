//! Which id outlives what, to section 1.2 of the Graph facts (immutable ids) and fault F16 of section 5.3.

use super::*;

const REST: &[(&str, &str)] = &[];

impl Client {
    pub(super) fn control(&mut self, method: &str, path: &str, body: &Value) -> Value {
        let request = Request::builder().method(method).uri(path);
        let request = request.body(body.to_string().into_bytes()).expect("a request");
        let answer = switches::answer(&mut self.exchange, self.now, &request);
        serde_json::from_slice(answer.body()).expect("JSON")
    }

    #[track_caller]
    fn moved(&mut self, item: &str, how: &str, calendar: &str) -> String {
        let body = json!({ "mailbox": "mara", "item": item, "do": how, "calendar": calendar });
        let done = self.control("POST", "/graph/items", &body);
        done["ids"][0].as_str().unwrap_or_else(|| panic!("{done}")).to_owned()
    }

    fn status_of(&mut self, id: &str) -> u16 {
        let path = event_path("mara", &json!({ "id": id }));
        self.send(Method::GET, &path, &[], Vec::new()).0.as_u16()
    }

    /// The ordinary id that an immutable one has now.
    #[track_caller]
    fn plain(&mut self, immutable: &str) -> String {
        let path = event_path("mara", &json!({ "id": immutable }));
        let (_, event) = self.send(Method::GET, &path, REST, Vec::new());
        event["id"].as_str().unwrap_or_else(|| panic!("{event}")).to_owned()
    }
}

fn id(event: &Value) -> String {
    event["id"].as_str().expect("an id").to_owned()
}

#[test]
fn an_immutable_id_outlives_a_move_to_another_calendar_and_an_ordinary_one_does_not_1_2() {
    let mut client = Client::new();
    client.exchange.mailboxes[0].calendars.push("Projects".to_owned());
    let immutable = id(&client.named("mara", "Prepare offer"));
    let before = client.plain(&immutable);
    assert_eq!(client.moved(&immutable, "move", "Projects"), immutable);
    let after = client.plain(&immutable);
    assert_ne!(before, after);
    assert_eq!((client.status_of(&before), client.status_of(&after)), (404, 200));
    assert!(!client.view("mara", 20).iter().any(|event| event["subject"] == "Prepare offer"));
    client.moved(&immutable, "move", "");
    assert_eq!((client.status_of(&after), client.status_of(&immutable)), (404, 200));
    assert_eq!(id(&client.named("mara", "Prepare offer")), immutable);
}

#[test]
fn a_deleted_item_comes_back_with_its_immutable_id_and_another_ordinary_one_1_2() {
    let mut client = Client::new();
    let immutable = id(&client.named("mara", "Prepare offer"));
    let before = client.plain(&immutable);
    client.moved(&immutable, "delete", "");
    assert_eq!(client.status_of(&immutable), 404);
    assert_eq!(client.moved(&immutable, "restore", ""), immutable);
    assert_ne!(client.plain(&immutable), before);
    let back = client.named("mara", "Prepare offer");
    assert_eq!((id(&back), &back["isCancelled"]), (immutable, &json!(false)));
}

#[test]
fn an_archived_and_reimported_item_is_another_item_of_the_same_meeting_1_2() {
    let mut client = Client::new();
    let event = client.named("mara", "Renewal 2027: pricing review");
    client.moved(&id(&event), "archive", "");
    assert_eq!(client.status_of(&id(&event)), 404);
    assert_eq!(client.exchange.mails().count(), 0, "archiving tells nobody");
    assert_eq!(client.named("ines", "Renewal 2027: pricing review")["isCancelled"], false);
    client.moved(&id(&event), "reimport", "");
    let back = client.named("mara", "Renewal 2027: pricing review");
    assert_ne!(back["id"], event["id"]);
    assert_eq!((&back["iCalUId"], &back["body"]), (&event["iCalUId"], &event["body"]));
}

#[test]
fn a_whole_mailbox_is_exported_and_imported_under_new_ids_1_2() {
    let mut client = Client::new();
    let held = |client: &mut Client| -> Vec<(Value, Value)> {
        let rows = client.view("mara", 20);
        let mut rows: Vec<_> = rows.iter().map(|row| (row["iCalUId"].clone(), row["id"].clone())).collect();
        rows.sort_by_key(|row| row.0.to_string());
        rows
    };
    let before = held(&mut client);
    client.moved("*", "reimport", "");
    let after = held(&mut client);
    assert_eq!(
        before.iter().map(|row| &row.0).collect::<Vec<_>>(),
        after.iter().map(|row| &row.0).collect::<Vec<_>>()
    );
    assert!(before.iter().zip(&after).all(|(old, new)| old.1 != new.1));
}

#[test]
fn change_tracking_tells_a_move_as_a_removal_here_and_an_arrival_there_1_2_2() {
    let mut client = Client::new();
    client.exchange.mailboxes[0].calendars.push("Projects".to_owned());
    let window = "startDateTime=2026-11-01T00:00:00Z&endDateTime=2026-12-31T00:00:00Z";
    let projects = calendars::id(&client.exchange.mailboxes[0], 1);
    let mara = "/v1.0/users/mara@brightwater.example";
    let immutable = id(&client.named("mara", "Prepare offer"));
    let (before, mut links) = (client.plain(&immutable), Vec::new());
    for form in [REST, &[IMMUTABLE]] {
        for calendar in ["calendar".to_owned(), format!("calendars/{projects}")] {
            let headers = [form, &[("prefer", "odata.maxpagesize=500")]].concat();
            let path = format!("{mara}/{calendar}/calendarView/delta?{window}");
            let (_, round) = client.send(Method::GET, &path, &headers, Vec::new());
            links.push((
                headers,
                round["@odata.deltaLink"].as_str().expect("a link").replace("http://localhost:3003", ""),
            ));
        }
    }
    client.moved(&immutable, "move", "Projects");
    let after = client.plain(&immutable);
    let rows: Vec<Value> = links
        .iter()
        .map(|(headers, link)| client.send(Method::GET, link, headers, Vec::new()).1["value"].clone())
        .collect();
    for (row, id, removed) in
        [(0, &before, true), (1, &after, false), (2, &immutable, true), (3, &immutable, false)]
    {
        assert_eq!(rows[row].as_array().map(Vec::len), Some(1), "{}", rows[row]);
        assert_eq!((&rows[row][0]["id"], rows[row][0].get("@removed").is_some()), (&json!(id), removed));
    }
}

#[test]
fn an_ordinary_id_of_an_earlier_folder_is_not_translated_1_2() {
    let mut client = Client::new();
    client.exchange.mailboxes[0].calendars.push("Projects".to_owned());
    let immutable = id(&client.named("mara", "Prepare offer"));
    let before = client.plain(&immutable);
    client.moved(&immutable, "move", "Projects");
    let after = client.plain(&immutable);
    let body = json!({ "inputIds": [before, after], "sourceIdType": "restId", "targetIdType": "restImmutableEntryId" });
    let path = "/v1.0/users/mara@brightwater.example/translateExchangeIds";
    let (_, answer) = client.write(Method::POST, path, &[], &body);
    assert!(answer["value"][0]["errorDetails"].is_object(), "{answer}");
    assert_eq!(answer["value"][1]["targetId"], immutable);
}

#[test]
fn a_move_that_cannot_be_done_says_why() {
    let mut client = Client::new();
    for body in [
        json!({ "mailbox": "nobody", "item": "*", "do": "archive" }),
        json!({ "mailbox": "mara", "item": "none", "do": "archive" }),
        json!({ "mailbox": "mara", "item": "*", "do": "juggle" }),
        json!({ "mailbox": "mara", "item": "*", "do": "move", "calendar": "none" }),
    ] {
        assert!(client.control("POST", "/graph/items", &body)["error"].is_string(), "{body}");
    }
}
