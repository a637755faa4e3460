use super::*;
use crate::sample::{api, appointment, at, date, record};

fn map(dates: RecordDates) -> ObjectMap {
    ObjectMap { object: api("Visit__c"), label: "Visit".to_owned(), title: api("Name"), dates }
}

fn on_day() -> ObjectMap {
    map(RecordDates::Day { day: api("Due__c") })
}

fn timed() -> ObjectMap {
    map(RecordDates::Times { start: api("From__c"), end: api("Until__c") })
}

fn instant(text: &str) -> FieldValue {
    FieldValue::Instant(at(text))
}

#[track_caller]
fn made(map: &ObjectMap, values: &[(&str, FieldValue)]) -> Result<RecordItem, Cause> {
    let values = values.iter().map(|(name, value)| (api(name), value.clone())).collect();
    record_item(map, &record("a01", 1), &values)
}

fn dateless() -> Cause {
    Cause::RecordWithoutDate { object: "Visit".to_owned() }
}

#[test]
fn obj_1_a_record_with_one_date_is_a_whole_day() {
    let name = ("Name", FieldValue::Text("Pump check\n".to_owned()));
    let item = made(&on_day(), &[name, ("Due__c", FieldValue::Date(date("2026-11-30")))]).unwrap();
    let day = Span::AllDay { first: date("2026-11-30"), end_exclusive: date("2026-12-01") };
    let says =
        ItemValues { subject: Some("Pump check".to_owned()), span: Some(day), ..ItemValues::default() };
    assert_eq!((&item.values, item.category.as_str()), (&says, "Visit"));
    assert_eq!(item.at_first().show_as, Some(ShowAs::Free), "a day leaves its user free");
    assert_eq!(item.record, record("a01", 1));
}

#[test]
fn obj_1_a_record_with_two_times_is_timed() {
    let times = [("From__c", instant("2026-11-30T08:00:00Z")), ("Until__c", instant("2026-11-30T09:00:00Z"))];
    let item = made(&timed(), &times).unwrap();
    let span = Span::Timed { start: at("2026-11-30T08:00:00Z"), end: at("2026-11-30T09:00:00Z") };
    assert_eq!(item.values.span, Some(span));
    assert_eq!(item.values.subject.as_deref(), Some("Visit"), "a nameless record is called after its object");
    assert_eq!(item.at_first().reminder, Some(Reminder::Off), "nothing rings");
}

#[test]
fn obj_1_a_record_without_dates_or_that_ends_before_it_begins_is_an_issue() {
    assert_eq!(made(&on_day(), &[]), Err(dateless()));
    assert_eq!(made(&on_day(), &[("Due__c", instant("2026-11-30T08:00:00Z"))]), Err(dateless()));
    assert_eq!(made(&timed(), &[("From__c", instant("2026-11-30T08:00:00Z"))]), Err(dateless()));
    let backwards =
        [("From__c", instant("2026-11-30T08:00:00Z")), ("Until__c", instant("2026-11-30T07:00:00Z"))];
    assert_eq!(made(&timed(), &backwards), Err(dateless()));
}

#[test]
fn obj_1_a_long_name_and_an_odd_label_fit_into_outlook() {
    let map = ObjectMap { label: "Visit, planned; paid".to_owned(), ..on_day() };
    let name = ("Name", FieldValue::Text("n".repeat(300)));
    let item = made(&map, &[name, ("Due__c", FieldValue::Date(date("2026-11-30")))]).unwrap();
    assert_eq!(item.values.subject.as_deref().map(str::len), Some(255));
    assert_eq!(item.category, "Visit  planned  paid");
}

fn visit() -> RecordItem {
    let times = [("From__c", instant("2026-11-30T08:00:00Z")), ("Until__c", instant("2026-11-30T09:00:00Z"))];
    made(&timed(), &times).unwrap()
}

/// The item of a visit, as its user has it in the calendar.
fn item_of(visit: &RecordItem) -> Item {
    let mut item = appointment();
    visit.values.write_to(&mut item);
    item.categories = vec!["Visit".to_owned(), "Travel".to_owned()];
    item
}

#[test]
fn obj_1_an_item_says_what_its_record_says_and_else_what_its_user_says() {
    let visit = visit();
    let mut item = item_of(&visit);
    item.body = Some("My notes".to_owned());
    item.location = "Hall 3".to_owned();
    item.show_as = Some(ShowAs::OutOfOffice);
    item.reminder = Some(Reminder::MinutesBefore(5));
    assert!(visit.is_shown_by(&item), "all of that is the user's");
    item.subject = "Visit to Acme".to_owned();
    item.span = Span::Timed { start: at("2026-11-30T10:00:00Z"), end: at("2026-11-30T11:00:00Z") };
    let ItemValues { subject, span, .. } = visit.unlike(&item, &visit);
    assert_eq!((subject.as_deref(), span), (Some("Visit"), visit.values.span));
}

#[test]
fn obj_1_an_item_has_its_category_the_users_own_and_none_that_asks_for_something() {
    let visit = visit();
    let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<String>>();
    let mut item = item_of(&visit);
    item.categories = names(&["Travel", "Salesforce", "Status: Not saved"]);
    assert!(!visit.is_shown_by(&item));
    assert_eq!(visit.categories(&item.categories, &visit), ["Visit", "Travel"]);
    let renamed = RecordItem { category: "Trip".to_owned(), ..visit.clone() };
    assert_eq!(renamed.categories(&names(&["Visit", "Travel"]), &visit), ["Trip", "Travel"]);
    let odd = ObjectMap { label: "Salesforce".to_owned(), ..timed() };
    assert!(!category::is_ours(&category_of(&odd.label)), "nobody's label asks to save");
}

#[test]
fn grp_2_an_event_of_a_public_calendar_says_all_but_when_it_rings() {
    let values = ItemValues {
        subject: Some("Fair".to_owned()),
        body: Some("Hall plan".to_owned()),
        span: visit().values.span,
        show_as: Some(ShowAs::Busy),
        reminder: Some(Reminder::MinutesBefore(15)),
        ..ItemValues::default()
    };
    let fair = public_item(&record("00U", 1), values.clone(), "Trade fairs").unwrap();
    assert_eq!(
        (fair.shown.code(), fair.category.as_str(), fair.values.reminder),
        ("GRP-2", "Trade fairs", None)
    );
    let mut item = item_of(&fair);
    item.body = Some("Hall plan, as the calendar keeps text".to_owned());
    assert_eq!(fair.unlike(&item, &fair), ItemValues::default());
    let renewed = ItemValues { body: Some("Another plan".to_owned()), ..values.clone() };
    let renewed = public_item(&record("00U", 1), renewed, "Trade fairs").unwrap();
    assert_eq!(renewed.unlike(&item, &fair).body.as_deref(), Some("Another plan"));
    assert_eq!(public_item(&record("00U", 1), ItemValues { span: None, ..values }, "Fairs"), None);
}
