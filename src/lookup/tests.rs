use super::*;

fn rows(names: &[&str]) -> Vec<Hit> {
    let row = |(place, name): (usize, &&str)| Hit {
        record: RecordId::parse(&format!("003D00000000{place:03}")).unwrap(),
        object: Object::Person(PersonObject::Contact),
        name: (*name).to_owned(),
        detail: String::new(),
    };
    names.iter().enumerate().map(row).collect()
}

#[track_caller]
fn check(typed: &str, found: &[&str], wanted: &[&str]) {
    let names: Vec<String> = ranked(rows(found), typed).into_iter().map(|row| row.name).collect();
    assert_eq!(names, wanted);
}

#[test]
fn pic_2_the_very_name_comes_first_then_names_that_begin_with_it() {
    check(
        "ada",
        &["Nevada Group", "Rosa-Ada Lima", "Adam Berg", "Ada", "Ida Adams"],
        &["Ada", "Adam Berg", "Rosa-Ada Lima", "Ida Adams", "Nevada Group"],
    );
}

#[test]
fn pic_2_words_may_be_typed_in_any_order() {
    check("okafor da", &["Found by address", "Dana Okafor"], &["Dana Okafor", "Found by address"]);
}

#[test]
fn pic_2_letter_case_and_accents_do_not_break_the_ranking() {
    check("TOMÁS", &["San Tomás", "tomás mora"], &["tomás mora", "San Tomás"]);
}

#[test]
fn rows_that_fit_alike_keep_the_order_of_salesforce() {
    check("an", &["Anna", "Andrea", "Anton"], &["Anna", "Andrea", "Anton"]);
}

#[test]
fn a_custom_object_is_named_without_its_suffix() {
    let object = Object::Business(ApiName::parse("Big_Project__c").unwrap());
    assert_eq!(object.label(), "Big Project");
}
