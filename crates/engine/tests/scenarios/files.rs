//! Files of items (ATT-1).

use calbridge_engine::{
    Outcome,
    ports::{ItemFile, Trouble},
};
use calbridge_rules::{
    files::{File, FilePlace},
    saving::Choice,
    settings::Files,
    status::Issue,
};

use crate::desk::{Desk, Fault, categorized, dana, item_id, meeting};

fn file(name: &str, place: FilePlace) -> ItemFile {
    let file = File { name: name.to_owned(), size: 10, place };
    ItemFile { id: format!("id of {name}"), file, content_type: String::new() }
}

fn attached(name: &str) -> ItemFile {
    file(name, FilePlace::Attached)
}

/// A meeting with files, in an org that takes them.
fn desk(files: Vec<ItemFile>) -> Desk {
    let desk = Desk::with([categorized(meeting("a"))]);
    desk.state().settings.files = Files { is_on: true, ..Files::default() };
    desk.state().files.insert(item_id("a"), files);
    desk
}

fn names(desk: &Desk) -> Vec<String> {
    desk.state().attached.iter().map(|(_, name, _)| name.clone()).collect()
}

#[track_caller]
fn issue(desk: &Desk) -> Option<Issue> {
    let outcome = desk.state().outcomes[&item_id("a")].clone();
    let Outcome::Saved(saved) = outcome else { panic!("{outcome:?}") };
    saved.issue
}

#[test]
fn att_1_files_go_along_only_where_the_setting_says() {
    let desk = desk(vec![attached("a.pdf")]);
    desk.state().settings.files = Files::default();
    desk.rest();
    assert_eq!((names(&desk).len(), desk.calls("files")), (0, 0));
}

#[test]
fn att_1_all_files_that_pass_go_along_with_the_first_save_and_once() {
    let desk = desk(vec![attached("a.pdf"), attached("b.pdf"), attached("b.pdf")]);
    desk.rest();
    assert_eq!(names(&desk), ["a.pdf", "b.pdf", "b.pdf"]);
    let event = desk.state().pairs[&item_id("a")].event.clone();
    assert_eq!(desk.state().attached[0], (event, "a.pdf".to_owned(), b"id of a.pdf".to_vec()));
    desk.edit("a", |seen| "Renamed".clone_into(&mut seen.item.subject));
    desk.rest();
    assert_eq!(names(&desk).len(), 3, "later saves add none");
}

#[test]
fn att_1_the_dialog_chooses_by_name() {
    let desk = desk(vec![attached("a.pdf"), attached("b.pdf")]);
    desk.press("a", Choice { files: Some(vec!["b.pdf".to_owned()]), ..dana() });
    desk.rest();
    assert_eq!(names(&desk), ["b.pdf"]);
}

#[test]
fn att_1_what_is_left_out_is_told_with_why_and_pictures_in_the_text_are_not_missed() {
    let desk = desk(vec![
        attached("a.exe"),
        file("logo.png", FilePlace::Inline),
        file("plan", FilePlace::Cloud),
        attached("b.pdf"),
    ]);
    desk.rest();
    assert_eq!(names(&desk), ["b.pdf"]);
    let issue = issue(&desk).unwrap();
    assert_eq!(issue.code, "ATT-1");
    assert!(issue.reason.contains("a.exe") && issue.reason.contains("plan"), "{issue:?}");
    assert!(!issue.reason.contains("logo.png"));
}

#[test]
fn att_1_a_file_that_salesforce_refuses_leaves_the_event_saved_and_others_on_it() {
    let desk = desk(vec![attached("a.pdf"), attached("b.pdf")]);
    let refused = Issue {
        code: "STORAGE_LIMIT_EXCEEDED".to_owned(),
        reason: "storage limit exceeded.".to_owned(),
        remedy: String::new(),
        refusal: None,
    };
    desk.strike("attach", Fault::Instead(Trouble::Refused(refused)));
    desk.rest();
    assert_eq!(names(&desk), ["b.pdf"]);
    assert!(issue(&desk).unwrap().reason.contains("storage limit exceeded"));
    assert_eq!(desk.state().events.len(), 1);
}

#[test]
fn att_1_what_was_not_clear_is_tried_again_and_nothing_is_there_twice() {
    for call in ["files", "content", "attach"] {
        for fault in [Fault::Instead(Trouble::Unclear), Fault::Afterwards(Trouble::Unclear)] {
            let desk = desk(vec![attached("a.pdf"), attached("b.pdf")]);
            desk.strike(call, fault.clone());
            desk.rest();
            assert_eq!(names(&desk), ["a.pdf", "b.pdf"], "{call} {fault:?}");
            assert_eq!(desk.state().events.len(), 1);
            assert_eq!(issue(&desk), None);
        }
    }
}

/// A file that is too large.
fn large(name: &str) -> ItemFile {
    let mut file = attached(name);
    file.file.size = 26 * 1024 * 1024;
    file
}

/// A meeting one of whose files was left out, and Mara edited it since.
fn left_out() -> Desk {
    let desk = desk(vec![large("a.mov"), attached("b.pdf")]);
    desk.rest();
    desk.edit("a", |seen| "Renamed".clone_into(&mut seen.item.subject));
    desk.rest();
    desk
}

#[test]
fn iss_4_the_issue_of_files_stays_when_the_item_changes() {
    let desk = left_out();
    assert_eq!(issue(&desk).map(|issue| issue.code), Some("ATT-1".to_owned()));
    assert_eq!(names(&desk), ["b.pdf"]);
    desk.state().attached.clear();
    desk.state().files.get_mut(&item_id("a")).unwrap().push(attached("later.pdf"));
    desk.edit("a", |seen| "Again".clone_into(&mut seen.item.subject));
    desk.rest();
    assert_eq!(names(&desk), [""; 0], "what somebody took off the Event, or came later, is not added by it");
    assert!(issue(&desk).is_some());
}

#[test]
fn iss_1_the_issue_of_files_goes_once_they_are_on_the_event_or_off_the_item_or_fit() {
    let settle: [fn(&Desk); 4] = [
        |desk| {
            let event = desk.state().pairs[&item_id("a")].event.clone();
            desk.state().attached.push((event, "a.mov".to_owned(), Vec::new()));
        },
        |desk| desk.state().files.get_mut(&item_id("a")).unwrap().retain(|file| file.file.name != "a.mov"),
        |desk| desk.state().files.get_mut(&item_id("a")).unwrap()[0].file.size = 10,
        |desk| desk.state().settings.files.is_on = false,
    ];
    for (turn, settle) in settle.into_iter().enumerate() {
        let desk = left_out();
        settle(&desk);
        desk.edit("a", |seen| "Again".clone_into(&mut seen.item.subject));
        desk.rest();
        assert_eq!(issue(&desk), None, "{turn}");
        let is_attached = names(&desk).contains(&"a.mov".to_owned());
        assert_eq!(is_attached, [true, false, true, false][turn], "{turn}");
    }
}

#[test]
fn iss_4_the_issue_of_files_stays_while_nobody_can_look_at_them() {
    for call in ["files", "attached"] {
        let desk = left_out();
        desk.edit("a", |seen| "Again".clone_into(&mut seen.item.subject));
        desk.strike(call, Fault::Instead(Trouble::Later { retry_after_ms: None }));
        desk.session().unwrap();
        assert!(issue(&desk).is_some(), "{call}");
        desk.rest();
        assert!(issue(&desk).is_some() && names(&desk) == ["b.pdf"], "{call}");
    }
}
