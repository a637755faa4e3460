use calbridge_rules::{id::RecordId, people::PersonObject};

use super::*;
use crate::{lookup::Object, trouble::Remedy};

fn hit(number: u32, name: &str) -> Hit {
    Hit {
        record: RecordId::parse(&format!("003{number:012}")).expect("an id"),
        object: Object::Person(PersonObject::Contact),
        name: name.to_owned(),
        detail: String::new(),
    }
}

fn hits(names: &[&str], more: bool) -> Hits {
    let rows = (10..).zip(names).map(|(number, name)| hit(number, name)).collect();
    Hits { rows, more }
}

/// A picker of a meeting with Dana, after somebody typed.
fn typed(text: &str) -> (Picker, Query) {
    let mut picker = Picker::new(Field::Name, vec![hit(1, "Dana Okafor")]);
    let step = picker.update(PickerMsg::Type(text.to_owned()), true);
    (picker, step.ask.expect("a query"))
}

fn trouble() -> Trouble {
    Trouble {
        headline: "Salesforce did not answer".to_owned(),
        advice: String::new(),
        code: String::new(),
        remedy: Remedy::Retry,
    }
}

#[test]
fn pic_2_typing_asks_after_a_rest() {
    let (_, query) = typed("mo");
    assert_eq!((query.text.as_str(), query.pages, query.rest_ms), ("mo", 1, DEBOUNCE_MS));
}

#[test]
fn pic_2_recent_records_are_asked_for_once() {
    let mut picker = Picker::new(Field::Name, Vec::new());
    let query = picker.update(PickerMsg::Open, false).ask.expect("a query");
    picker.take(&query, Ok(hits(&["Borealis"], false)));
    assert_eq!(picker.update(PickerMsg::Open, false).ask, None);
    assert_eq!(picker.count(picker.hits().len()), "1 to pick from");
}

#[test]
fn an_answer_to_an_older_question_is_dropped() {
    let (mut picker, old) = typed("mo");
    let new = picker.update(PickerMsg::Type("mora".to_owned()), true).ask.expect("a query");
    picker.take(&old, Ok(hits(&["Old"], false)));
    assert!(picker.hits().is_empty());
    picker.take(&new, Ok(hits(&["Tomás Mora"], false)));
    assert_eq!(picker.hits().len(), 1);
}

#[test]
fn old_rows_stay_until_new_ones_come() {
    let (mut picker, query) = typed("mo");
    picker.take(&query, Ok(hits(&["Ada Morgan"], false)));
    picker.update(PickerMsg::Type("mor".to_owned()), true);
    assert!(picker.is_busy);
    assert_eq!(picker.hits().len(), 1);
}

#[test]
fn enter_picks_and_the_field_rests() {
    let (mut picker, query) = typed("mo");
    picker.take(&query, Ok(hits(&["Ada Morgan"], false)));
    picker.update(PickerMsg::Press(Press::Down), true);
    let step = picker.update(PickerMsg::Press(Press::Enter), true);
    assert_eq!(step.choice, Choice::Record(hit(10, "Ada Morgan")));
    assert_eq!(picker.combo, Combo::default());
}

#[test]
fn show_more_asks_for_one_page_more_and_the_list_stays_open() {
    let (mut picker, query) = typed("mo");
    picker.take(&query, Ok(hits(&["Ada Morgan"], true)));
    let more = picker.update(PickerMsg::Click(1), true).ask.expect("a query");
    assert_eq!((more.text.as_str(), more.pages, more.rest_ms), ("mo", 2, 0));
    assert!(picker.combo.open);
}

#[test]
fn a_failed_search_can_be_tried_again_from_the_list() {
    let (mut picker, query) = typed("mo");
    picker.take(&query, Err(trouble()));
    assert_eq!(picker.extra(), Extra::Retry);
    let again = picker.update(PickerMsg::Click(0), true).ask.expect("a query");
    assert_eq!((again.text.as_str(), again.pages), ("mo", 1));
    assert_eq!(picker.extra(), Extra::None);
}

#[test]
fn leaving_drops_what_was_typed_but_an_emptied_field_stays_empty() {
    let (mut picker, _) = typed("mo");
    assert_eq!(picker.update(PickerMsg::Leave, true).choice, Choice::Same);
    picker.update(PickerMsg::Type(String::new()), true);
    assert_eq!(picker.update(PickerMsg::Leave, true).choice, Choice::Emptied);
}

#[test]
fn clearing_empties_the_field_and_keeps_the_focus_there() {
    let (mut picker, _) = typed("mo");
    let step = picker.update(PickerMsg::Clear, true);
    assert_eq!((step.choice, step.focus), (Choice::Emptied, true));
}
