use calbridge_rules::{
    id::{ApiName, RecordId},
    people::PersonObject,
};

use super::*;
use crate::lookup::Object;

fn hit(number: u32, name: &str, detail: &str) -> Hit {
    Hit {
        record: RecordId::parse(&format!("003{number:012}")).expect("an id"),
        object: Object::Person(PersonObject::Contact),
        name: name.to_owned(),
        detail: detail.to_owned(),
    }
}

fn sources() -> Sources {
    let account = Hit {
        object: Object::Business(ApiName::parse("Account").expect("a name")),
        ..hit(9, "Moravia Foods", "")
    };
    Sources {
        met: vec![hit(1, "Luis Moreno", "Moreno Logistics"), hit(2, "Dana Okafor", "Acme Industrial")],
        recent: Some(Hits { rows: vec![hit(2, "Dana Okafor", ""), account], more: false }),
        found: None,
    }
}

fn found(rows: Vec<Hit>, more: bool) -> Sources {
    Sources { found: Some(Hits { rows, more }), ..sources() }
}

#[track_caller]
fn check(sources: &Sources, typed: &str, shows: &[(&str, &[&str])]) {
    let groups = sources.groups(typed);
    let names: Vec<(&str, Vec<&str>)> = groups
        .iter()
        .map(|group| (group.title, group.hits.iter().map(|hit| hit.name.as_str()).collect()))
        .collect();
    let shows: Vec<(&str, Vec<&str>)> = shows.iter().map(|(title, names)| (*title, names.to_vec())).collect();
    assert_eq!(names, shows);
}

#[test]
fn pic_2_recent_records_show_before_typing_each_record_once() {
    check(
        &sources(),
        "",
        &[("In this meeting", &["Luis Moreno", "Dana Okafor"]), ("Recent", &["Moravia Foods"])],
    );
}

#[test]
fn pic_2_one_letter_narrows_what_is_there_and_asks_nobody() {
    check(&sources(), "d", &[("In this meeting", &["Dana Okafor"]), ("Recent", &["Moravia Foods"])]);
    assert!(!is_searched(" d "));
    assert!(is_searched("da"));
}

#[test]
fn pic_2_results_come_under_the_meetings_own_people() {
    let sources = found(vec![hit(1, "Luis Moreno", ""), hit(5, "Ada Morgan", "")], true);
    check(&sources, "mor", &[("In this meeting", &["Luis Moreno"]), ("In Salesforce", &["Ada Morgan"])]);
    assert!(sources.more("mor"));
    assert!(!sources.more("m"));
}

#[test]
fn until_results_come_recent_records_that_fit_are_shown() {
    check(&sources(), "mora", &[("Recent", &["Moravia Foods"])]);
}

#[test]
fn groups_without_rows_are_left_out() {
    check(&found(Vec::new(), false), "zzz", &[]);
}

#[track_caller]
fn check_marks(name: &str, typed: &str, shows: &str) {
    let marked: String = marked(name, typed)
        .into_iter()
        .map(|(piece, matches)| if matches { format!("[{piece}]") } else { piece })
        .collect();
    assert_eq!(marked, shows);
}

#[test]
fn the_match_is_marked_at_the_start_of_a_word_first() {
    check_marks("Elmor Moreno", "mor", "Elmor [Mor]eno");
    check_marks("Tomás Mora", "MOR", "Tomás [Mor]a");
    check_marks("Okafor", "kaf", "O[kaf]or");
}

#[test]
fn every_typed_word_is_marked() {
    check_marks("Ada Morgan", "mor ada", "[Ada] [Mor]gan");
}

#[test]
fn names_in_other_scripts_and_with_emoji_stay_whole() {
    check_marks("דנה 🚀 מור", "מור", "דנה 🚀 [מור]");
    check_marks("Dana", "danaisverylong", "Dana");
    check_marks("", "a", "");
}
