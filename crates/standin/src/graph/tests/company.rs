//! What holds for a whole company whatever its people and a client do: sections 1.2, 1.7 and 2 of the Graph facts.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::NaiveDate;
use proptest::prelude::*;

use super::expansion::dates_of;
use super::*;

const PEOPLE: [&str; 3] = ["mara", "ines", "theo"];
const WINDOW: &str = "startDateTime=2026-11-01T00:00:00Z&endDateTime=2027-03-01T00:00:00Z";
/// The most pages a round may have here.
const PAGE_LIMIT: usize = 1_000;

/// Something that somebody does with the n-th event of their calendar.
#[derive(Clone, Copy, Debug)]
enum Deed {
    Make { guests: usize, day: u32 },
    Repeat { guests: usize, day: u32, every: u32 },
    Rename,
    Invite { guests: usize },
    Shift { days: i64 },
    MoveFar,
    Categorize,
    Delete,
    DeleteSeries,
    Restore,
    MoveCalendar,
    Answer(usize),
    Forward,
    Wait { seconds: i64 },
}

/// How a mailbox's changes are followed after a deed.
#[derive(Clone, Copy, Debug)]
struct Manner {
    page: u32,
    oddities: u8,
    loses_token: bool,
}

fn deeds() -> impl Strategy<Value = Deed> {
    prop_oneof![
        3 => (0..8_usize, 1..28_u32).prop_map(|(guests, day)| Deed::Make { guests, day }),
        2 => (0..8_usize, 1..28_u32, 1..9_u32).prop_map(|(guests, day, every)| Deed::Repeat { guests, day, every }),
        2 => Just(Deed::Rename),
        1 => (0..8_usize).prop_map(|guests| Deed::Invite { guests }),
        2 => (-3..4_i64).prop_map(|days| Deed::Shift { days }),
        1 => Just(Deed::MoveFar),
        2 => Just(Deed::Categorize),
        2 => Just(Deed::Delete),
        1 => Just(Deed::DeleteSeries),
        1 => Just(Deed::Restore),
        1 => Just(Deed::MoveCalendar),
        2 => (0..3_usize).prop_map(Deed::Answer),
        1 => Just(Deed::Forward),
        2 => (0..90_i64).prop_map(|seconds| Deed::Wait { seconds }),
    ]
}

fn manners() -> impl Strategy<Value = Manner> {
    (1..12_u32, any::<u8>(), prop::bool::weighted(0.1)).prop_map(|(page, oddities, loses_token)| Manner {
        page,
        oddities,
        loses_token,
    })
}

fn scripts() -> impl Strategy<Value = Vec<(usize, usize, Deed, Manner)>> {
    prop::collection::vec((0..PEOPLE.len(), 0..50_usize, deeds(), manners()), 1..16)
}

/// The number of the write behind an etag.
fn stamp(etag: &Value) -> u64 {
    let key = etag.as_str().expect("an etag").trim_start_matches("W/\"").trim_end_matches('"');
    let bytes = STANDARD.decode(key).expect("base64");
    u64::from_be_bytes(bytes[..8].try_into().expect("eight bytes"))
}

fn text(row: &Value, name: &str) -> String {
    row[name].as_str().unwrap_or_default().to_owned()
}

/// What a follower of one mailbox holds: etag and series by id, and where its next round begins.
#[derive(Clone, Debug, Default)]
struct Follower {
    held: BTreeMap<String, (u64, String)>,
    link: Option<String>,
}

/// A company of three without anything in their calendars, and everything that was seen of it.
struct Company {
    client: Client,
    followers: Vec<Follower>,
    /// What was seen under an id and an etag.
    seen: BTreeMap<(String, u64), Value>,
    /// The latest write seen of an id.
    latest: BTreeMap<String, u64>,
}

impl Company {
    fn new() -> Self {
        let mut client = Client::new();
        let people: Vec<Value> = PEOPLE
            .iter()
            .map(|who| json!({ "user": who, "name": who, "address": format!("{who}@brightwater.example"), "zone": "UTC", "calendars": ["Projects"] }))
            .collect();
        let definition = json!({ "people": people, "switches": { "delivery_seconds": 30 } });
        client.exchange = Exchange::load(&definition, client.now).expect("the world loads");
        client.token = client.sign_in("graph-secret").1["access_token"].as_str().expect("a token").to_owned();
        Self {
            client,
            followers: vec![Follower::default(); PEOPLE.len()],
            seen: BTreeMap::new(),
            latest: BTreeMap::new(),
        }
    }

    fn rows(&mut self, who: usize) -> Vec<Value> {
        let path = format!("/v1.0/users/{}@brightwater.example/calendarView?{WINDOW}&$top=1000", PEOPLE[who]);
        self.client.get(&path)["value"].as_array().expect("rows").clone()
    }

    fn act(&mut self, who: usize, pick: usize, deed: Deed) {
        let events = format!("/v1.0/users/{}@brightwater.example/events", PEOPLE[who]);
        let at = |day: u32, hour: u32| json!({ "dateTime": format!("2026-12-{day:02}T{hour:02}:00:00"), "timeZone": "UTC" });
        let guests = |mask: usize| -> Value {
            let named =
                PEOPLE.iter().enumerate().filter(|(place, _)| mask >> place & 1 == 1 && *place != who);
            named
                .map(
                    |(_, who)| json!({ "emailAddress": { "address": format!("{who}@brightwater.example") } }),
                )
                .collect()
        };
        let rows = self.rows(who);
        let picked = (!rows.is_empty()).then(|| rows[pick % rows.len()].clone());
        let path = picked.as_ref().map(|event| event_path(PEOPLE[who], event));
        let client = &mut self.client;
        let control = |client: &mut Client, item: &Value, how: &str| {
            client.control(
                "POST",
                "/graph/items",
                &json!({ "mailbox": PEOPLE[who], "item": item, "do": how, "calendar": "Projects" }),
            );
        };
        match (deed, picked.zip(path)) {
            (Deed::Make { guests: mask, day }, _) => {
                let body = json!({ "subject": "Made", "start": at(day, 9), "end": at(day, 10), "attendees": guests(mask) });
                client.write(Method::POST, &events, &[], &body);
            }
            (Deed::Repeat { guests: mask, day, every }, _) => {
                let recurrence = json!({
                    "pattern": { "type": "daily", "interval": every },
                    "range": { "type": "numbered", "numberOfOccurrences": 6, "startDate": format!("2026-12-{day:02}") },
                });
                let body = json!({ "subject": "Repeats", "start": at(day, 11), "end": at(day, 12), "attendees": guests(mask), "recurrence": recurrence });
                client.write(Method::POST, &events, &[], &body);
            }
            (Deed::Restore, _) => control(client, &json!("*"), "restore"),
            (Deed::Wait { seconds }, _) => client.now += TimeDelta::seconds(seconds),
            (_, None) => {}
            (Deed::Rename, Some((_, path))) => drop(client.write(
                Method::PATCH,
                &path,
                &[],
                &json!({ "subject": format!("Renamed {pick}") }),
            )),
            (Deed::Invite { guests: mask }, Some((_, path))) => {
                drop(client.write(Method::PATCH, &path, &[], &json!({ "attendees": guests(mask) })));
            }
            (Deed::Shift { days }, Some((event, path))) => {
                let later = |name: &str| {
                    let time: chrono::NaiveDateTime =
                        event[name]["dateTime"].as_str().expect("a time").parse().expect("a time");
                    json!({ "dateTime": (time + TimeDelta::days(days)).format("%Y-%m-%dT%H:%M:%S").to_string(), "timeZone": "UTC" })
                };
                drop(client.write(
                    Method::PATCH,
                    &path,
                    &[],
                    &json!({ "start": later("start"), "end": later("end") }),
                ));
            }
            (Deed::MoveFar, Some((_, path))) => {
                let far = |hour: u32| json!({ "dateTime": format!("2030-01-01T{hour:02}:00:00"), "timeZone": "UTC" });
                drop(client.write(Method::PATCH, &path, &[], &json!({ "start": far(9), "end": far(10) })));
            }
            (Deed::Categorize, Some((_, path))) => {
                drop(client.write(Method::PATCH, &path, &[], &json!({ "categories": ["Salesforce"] })));
            }
            (Deed::Delete, Some((_, path))) => drop(client.write(Method::DELETE, &path, &[], &Value::Null)),
            (Deed::DeleteSeries, Some((event, path))) => {
                let series = event["seriesMasterId"].as_str().map(|id| format!("{events}/{id}"));
                drop(client.write(Method::DELETE, &series.unwrap_or(path), &[], &Value::Null));
            }
            (Deed::MoveCalendar, Some((event, _))) => control(client, &event["id"], "move"),
            (Deed::Answer(which), Some((_, path))) => {
                let action = ["accept", "tentativelyAccept", "decline"][which];
                drop(client.write(Method::POST, &format!("{path}/{action}"), &[], &json!({})));
            }
            (Deed::Forward, Some((_, path))) => {
                let to = json!({ "toRecipients": [{ "emailAddress": { "address": "theo@brightwater.example" } }] });
                drop(client.write(Method::POST, &format!("{path}/forward"), &[], &to));
            }
        }
    }

    /// Follows one mailbox for one round, which shows its oddities.
    fn follow(&mut self, who: usize, manner: Manner) {
        let switches = &mut self.client.exchange.switches;
        switches.duplicate_rows = manner.oddities & 1 != 0;
        switches.reorder_rows = manner.oddities & 2 != 0;
        switches.empty_pages = manner.oddities & 4 != 0;
        switches.stale_rows = manner.oddities & 8 != 0;
        switches.early_removals = manner.oddities & 16 != 0;
        switches.token_generation += u32::from(manner.loses_token);
        let start = format!("/v1.0/users/{}@brightwater.example/calendarView/delta?{WINDOW}", PEOPLE[who]);
        let mut link = self.followers[who].link.clone().unwrap_or_else(|| start.clone());
        let size = format!("IdType=\"ImmutableId\", odata.maxpagesize={}", manner.page);
        let mut rows = Vec::new();
        for _page in 0..PAGE_LIMIT {
            let path = link.strip_prefix("http://localhost:3003").unwrap_or(&link).to_owned();
            let (status, body) = self.client.send(Method::GET, &path, &[("prefer", &size)], Vec::new());
            if status == StatusCode::GONE {
                // Everything is read again.
                self.followers[who].held.clear();
                rows.clear();
                link.clone_from(&start);
                continue;
            }
            assert_eq!(status, StatusCode::OK, "{body}");
            rows.extend(body["value"].as_array().expect("rows").clone());
            if let Some(last) = body["@odata.deltaLink"].as_str() {
                self.followers[who].link = Some(last.to_owned());
                self.followers[who].lay(&rows);
                return;
            }
            body["@odata.nextLink"].as_str().expect("a link").clone_into(&mut link);
        }
        panic!("the round does not end");
    }
}

impl Follower {
    /// Lays the rows of a round over what was held: a series is told whole, and of several rows the latest holds.
    fn lay(&mut self, rows: &[Value]) {
        let told: BTreeSet<String> =
            rows.iter().flat_map(|row| [text(row, "id"), text(row, "seriesMasterId")]).collect();
        self.held
            .retain(|id, (_, series)| !told.contains(id) && (series.is_empty() || !told.contains(series)));
        for row in rows.iter().filter(|row| row.get("@removed").is_none() && row["type"] != "seriesMaster") {
            let (id, stamp) = (text(row, "id"), stamp(&row["@odata.etag"]));
            if self.held.get(&id).is_none_or(|(held, _)| *held <= stamp) {
                self.held.insert(id, (stamp, text(row, "seriesMasterId")));
            }
        }
    }
}

impl Company {
    /// A mailbox as its calendar shows it, held against what was seen of it before.
    fn check(&mut self, who: usize) -> Result<(), TestCaseError> {
        let rows = self.rows(who);
        let state: BTreeMap<String, (u64, String)> = rows
            .iter()
            .map(|row| (text(row, "id"), (stamp(&row["@odata.etag"]), text(row, "seriesMasterId"))))
            .collect();
        prop_assert_eq!(&self.followers[who].held, &state, "{}'s calendar", PEOPLE[who]);
        for row in &rows {
            let (id, stamp) = (text(row, "id"), stamp(&row["@odata.etag"]));
            let latest = self.latest.entry(id.clone()).or_insert(stamp);
            prop_assert!(*latest <= stamp, "the change key of {} falls", id);
            *latest = stamp;
            let before = self.seen.entry((id, stamp)).or_insert_with(|| row.clone());
            prop_assert_eq!(&*before, row, "one etag, two contents");
        }
        let path = format!("/v1.0/users/{}@brightwater.example/events", PEOPLE[who]);
        let list = self.client.get(&format!("{path}?$top=1000"))["value"].as_array().expect("rows").clone();
        for master in list.iter().filter(|row| row["type"] == "seriesMaster") {
            self.check_series(&path, master)?;
        }
        Ok(())
    }

    /// The dates that are shown and those that were taken out are those of the pattern.
    fn check_series(&mut self, path: &str, master: &Value) -> Result<(), TestCaseError> {
        let path = format!("{path}/{}", text(master, "id"));
        let window = "startDateTime=2026-01-01T00:00:00Z&endDateTime=2036-01-01T00:00:00Z";
        let shown = self.client.get(&format!("{path}/instances?{window}&$top=1000"))["value"].clone();
        let told = self.client.get(&format!("{path}?$select=cancelledOccurrences"));
        let shown =
            shown.as_array().expect("rows").iter().map(|row| text(row, "originalStart")[..10].to_owned());
        let gone = told["cancelledOccurrences"].as_array().expect("names");
        let gone = gone
            .iter()
            .map(|name| name.as_str().unwrap_or_default().rsplit('.').next().unwrap_or_default().to_owned());
        let both: Vec<NaiveDate> = shown.chain(gone).map(|day| day.parse().expect("a date")).collect();
        let want: BTreeSet<NaiveDate> = dates_of(&master["recurrence"]).into_iter().collect();
        prop_assert_eq!(both.len(), want.len(), "no date twice");
        prop_assert_eq!(both.into_iter().collect::<BTreeSet<_>>(), want);
        Ok(())
    }

    /// Every copy belongs to a meeting that one of them made: their ids without dates are those of organizers' items.
    fn check_copies(&self) -> Result<(), TestCaseError> {
        let mut owned: BTreeSet<&str> = BTreeSet::new();
        let mailboxes = &self.client.exchange.mailboxes;
        for mailbox in mailboxes {
            let items = mailbox.items.values().chain(mailbox.bin.values());
            owned.extend(
                items.filter(|item| mailbox.organizes(&item.content)).map(|item| item.global_id.as_str()),
            );
        }
        for mailbox in mailboxes {
            for item in mailbox.items.values() {
                prop_assert!(owned.contains(item.global_id.as_str()));
            }
            let written: Vec<u64> = mailbox.log.iter().map(|change| change.number).collect();
            prop_assert!(written.windows(2).all(|pair| pair[0] < pair[1]), "no write comes twice");
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn whoever_follows_changes_holds_the_calendar_whatever_a_company_does_1_2_1(script in scripts()) {
        let mut company = Company::new();
        for (who, pick, deed, manner) in script {
            company.act(who, pick, deed);
            for mailbox in 0..PEOPLE.len() {
                company.follow(mailbox, manner);
                company.check(mailbox)?;
            }
            company.check_copies()?;
        }
    }
}
