use proptest::prelude::*;

use super::*;

fn names(list: &[&str]) -> Vec<String> {
    list.iter().map(|&name| name.to_owned()).collect()
}

#[track_caller]
fn check(before: &[&str], mark: &Mark, after: &[&str]) {
    assert_eq!(marked(&names(before), mark), names(after));
}

fn failed(reason: &str) -> Mark {
    Mark::Failed { reason: reason.to_owned() }
}

#[test]
fn cat_1_a_request_turns_the_item_blue() {
    check(&["Blue category"], &Mark::Requested, &["Salesforce", "Blue category"]);
}

#[test]
fn cat_1_a_saved_item_says_so() {
    check(
        &["Travel", "Salesforce", "Family"],
        &Mark::Saved,
        &["Salesforce", "Status: Tracked successfully.", "Travel", "Family"],
    );
}

#[test]
fn cat_1_a_failed_item_is_red_and_carries_the_reason() {
    check(
        &["Travel"],
        &failed("Required fields are missing: Type · Region"),
        &["Sync Error", "Status: Required fields are missing: Type · Region", "Travel"],
    );
}

#[test]
fn cat_1_an_old_reason_gives_way_to_the_new_one() {
    check(
        &["Sync Error", "Status: Longer than 14 days", "Travel"],
        &Mark::Saved,
        &["Salesforce", "Status: Tracked successfully.", "Travel"],
    );
    check(
        &["Salesforce", "Status: Tracked successfully."],
        &failed("Longer than 14 days"),
        &["Sync Error", "Salesforce", "Status: Longer than 14 days"],
    );
}

#[test]
fn cat_6_an_item_of_ours_no_more_keeps_only_foreign_categories() {
    check(
        &["Salesforce", "Travel", "Salesforce Unsync", "Status: Tracked successfully.", "Sync Error"],
        &Mark::Nothing,
        &["Travel"],
    );
}

#[test]
fn cat_2_a_wish_for_removal_outlives_a_session_that_did_not_see_it() {
    check(
        &["Salesforce Unsync"],
        &Mark::Saved,
        &["Salesforce", "Status: Tracked successfully.", "Salesforce Unsync"],
    );
}

#[test]
fn cat_1_names_hold_no_separators_and_no_line_breaks() {
    assert_eq!(status_category("City, State; Zip\r\n missing"), "Status: City State Zip missing");
}

#[test]
fn cat_1_names_end_at_255_characters() {
    let name = status_category(&"😀x".repeat(200));
    assert!(name.encode_utf16().count() <= NAME_LIMIT && name.encode_utf16().count() >= NAME_LIMIT - 1);
}

#[test]
fn cat_3_the_category_asks_to_save_unless_removal_is_asked_for() {
    assert!(asks_to_save(&names(&["Travel", "Salesforce"])));
    assert!(!asks_to_save(&names(&["salesforce people"])));
    assert!(!asks_to_save(&names(&["Salesforce", "Salesforce Unsync"])));
}

#[test]
fn cat_7_the_pane_adds_one_category_once() {
    assert_eq!(pane_adds(&names(&["Travel", "Sync Error"])), Some(SALESFORCE));
    assert_eq!(pane_adds(&names(&["Salesforce"])), None);
}

#[test]
fn cat_4_the_master_list_has_its_colours() {
    let colours: Vec<(&str, &str)> =
        MASTER_LIST.iter().map(|category| (category.name, category.colour.preset())).collect();
    assert_eq!(
        colours,
        [
            ("Salesforce", "preset7"),
            ("Sync Error", "preset0"),
            ("Salesforce Unsync", "none"),
            ("Status: Tracked successfully.", "none"),
        ]
    );
    assert!(MASTER_LIST.iter().any(|category| category.name == status_category(TRACKED)));
}

fn any_category() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(SALESFORCE.to_owned()),
        Just(SYNC_ERROR.to_owned()),
        Just(UNSYNC.to_owned()),
        "Status: [a-zA-Z ,;.]{0,300}",
        "[^\u{0}]{0,12}",
    ]
}

fn any_mark() -> impl Strategy<Value = Mark> {
    prop_oneof![
        Just(Mark::Requested),
        Just(Mark::Saved),
        Just(Mark::Nothing),
        ".{0,300}".prop_map(|reason| Mark::Failed { reason }),
    ]
}

proptest! {
    #[test]
    fn marking_twice_is_marking_once(
        categories in proptest::collection::vec(any_category(), 0..6),
        mark in any_mark(),
    ) {
        let once = marked(&categories, &mark);
        prop_assert_eq!(marked(&once, &mark), once);
    }

    #[test]
    fn foreign_categories_stay_as_they_are_and_in_order(
        categories in proptest::collection::vec(any_category(), 0..6),
        mark in any_mark(),
    ) {
        let foreign = |list: &[String]| -> Vec<String> {
            list.iter().filter(|category| !is_ours(category)).cloned().collect()
        };
        prop_assert_eq!(foreign(&marked(&categories, &mark)), foreign(&categories));
    }

    #[test]
    fn cat_1_every_reason_fits_into_a_name(reason in ".{0,400}") {
        let name = status_category(&reason);
        prop_assert!(is_ours(&name) && name.len() > STATUS_PREFIX.len());
        prop_assert!(name.encode_utf16().count() <= NAME_LIMIT);
        prop_assert!(!name.contains([',', ';', '\n']));
    }
}
