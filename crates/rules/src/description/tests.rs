use super::*;
use crate::{
    item::Role,
    sample::{appointment, attendee, meeting, settings},
};

const BLOCK: &str = "________________________________\n\
    Microsoft Teams meeting\n\
    Join: https://teams.example/l/meetup-join/19%3ameeting\n\
    ________________________________";

#[track_caller]
fn down(description: &str, standing: &str, expected: &str) {
    assert_eq!(body_down(description, standing).as_deref(), Some(expected));
}

#[test]
fn des_1_bodies_stay_where_they_are_by_default() {
    assert!(!travels(&settings()));
    assert!(travels(&Settings { safe_description: false, ..settings() }));
}

#[test]
fn des_4_head_lines_never_come_down() {
    let description = format!("{}New body", head_lines(&meeting()));
    down(&description, "Old body", "New body");
}

#[test]
fn des_3_the_block_of_an_online_meeting_is_kept() {
    let standing = format!("Old body\n\n{BLOCK}");
    down("New body", &standing, &format!("New body\n\n{BLOCK}"));
    down("", &standing, BLOCK);
    let with_block = format!("New body\n\n{BLOCK}");
    down(&with_block, &standing, &with_block);
}

#[test]
fn des_3_a_block_without_an_end_reaches_to_the_end() {
    let standing = BLOCK.trim_end_matches('_').to_owned();
    down("New", &standing, &format!("New\n\n{}", standing.trim_end()));
}

#[test]
fn des_3_a_line_of_underscores_alone_is_no_online_meeting() {
    down("New", "Old\n________________________________\nSigned, Mara", "New");
    down("New", "____\nhttps://acme.example", "New");
}

#[test]
fn des_3_a_body_that_was_cut_on_its_way_up_is_not_overwritten() {
    let long = "a".repeat(DESCRIPTION_LIMIT + 1);
    assert_eq!(body_down("New", &long), None);
    down("New", &long[1..], "New");
}

#[test]
fn des_4_head_lines_are_refreshed_with_continuous_attendees_only() {
    let saved = format!("{}What Salesforce says.", head_lines(&meeting()));
    let mut item = meeting();
    item.attendees.push(attendee("new@acme.example", Role::Required));
    assert_eq!(refreshed_head(&saved, &item, false), None);
    let refreshed = refreshed_head(&saved, &item, true).unwrap();
    assert!(refreshed.contains("new@acme.example") && refreshed.ends_with("\n\nWhat Salesforce says."));
    assert_eq!(refreshed_head(&refreshed, &item, true), None, "they stand already");
}

#[test]
fn des_4_an_appointment_has_no_head_lines() {
    let saved = format!("{}Body", head_lines(&meeting()));
    assert_eq!(refreshed_head(&saved, &appointment(), true).as_deref(), Some("Body"));
}
