//! Records that sessions make for people who are in none (PPL-7).

use calbridge_engine::{
    Outcome,
    ports::{Claim, Made, Source, Trouble},
};
use calbridge_rules::{
    event::{EventField, FieldValue},
    item::Sensitivity,
    newcomers::{DomainAccount, NewRecord},
    people::{PersonMatch, PersonObject},
    settings::AutoCreate,
    status::Issue,
};

use crate::desk::{
    DANA, Desk, Fault, INES, address, between, categorized, dana, item_id, meeting, record, skipped,
};

const PAT: &str = "pat.hale@borealis.example";
const KIM: &str = "kim@borealis.example";
const JO: &str = "jo@gmail.com";

/// A desk that makes records of a kind for whoever is at these meetings, each asked for by its category.
fn desk(auto_create: AutoCreate, guests: &[&[&str]]) -> Desk {
    let meetings = guests.iter().zip(["a", "b", "c"]);
    let desk = Desk::with(meetings.map(|(guests, name)| categorized(between(meeting(name), guests))));
    desk.state().settings.people.auto_create = auto_create;
    desk
}

fn made_for(desk: &Desk) -> Vec<String> {
    let who = |new: &NewRecord| match new {
        NewRecord::Account { domain, .. } => format!("account {domain}"),
        NewRecord::Contact { person, account } => {
            format!(
                "contact {} {}",
                person.address,
                if account.is_some() { "of an account" } else { "alone" }
            )
        }
        NewRecord::Lead { person, company } => format!("lead {} of {company}", person.address),
        NewRecord::Opportunity { name, .. } => format!("opportunity {name}"),
    };
    desk.state().newcomers.iter().map(who).collect()
}

fn refusal() -> Trouble {
    Trouble::Refused(Issue {
        code: "SAV-9".to_owned(),
        reason: "Required fields are missing: Region.".to_owned(),
        remedy: "Fill them in.".to_owned(),
        refusal: None,
    })
}

fn who(desk: &Desk, name: &str) -> Option<FieldValue> {
    let event = desk.state().pairs[&item_id(name)].event.clone();
    desk.event(&event).get(&EventField::Who).cloned()
}

#[track_caller]
fn issue_of(desk: &Desk, name: &str) -> Issue {
    let outcome = desk.state().outcomes[&item_id(name)].clone();
    if let Outcome::Refused(issue) = &outcome {
        return issue.clone();
    }
    let Outcome::Saved(saved) = &outcome else { panic!("{outcome:?}") };
    saved.issue.clone().unwrap()
}

#[test]
fn ppl_7_nobody_is_made_and_nothing_is_asked_unless_the_setting_says_so() {
    let desk = desk(AutoCreate::Off, &[&[PAT]]);
    desk.session().unwrap();
    assert_eq!((made_for(&desk).len(), desk.calls("people now"), desk.calls("claim")), (0, 0, 0));
    assert_eq!(issue_of(&desk, "a").code, "SAV-8");
}

#[test]
fn ppl_7_a_saved_items_people_become_what_the_setting_says_and_are_linked() {
    for (auto_create, expected) in [
        (AutoCreate::Lead, vec!["lead pat.hale@borealis.example of Borealis"]),
        (AutoCreate::Contact, vec!["contact pat.hale@borealis.example alone"]),
        (
            AutoCreate::ContactAndAccount,
            vec!["account borealis.example", "contact pat.hale@borealis.example of an account"],
        ),
    ] {
        let desk = desk(auto_create, &[&[PAT]]);
        desk.rest();
        assert_eq!(made_for(&desk), expected);
        let record = desk.state().contacts.last().unwrap().1.clone();
        assert_eq!(who(&desk, "a"), Some(FieldValue::Record(record)), "PIC-6");
        assert_eq!(desk.state().made_records.len(), expected.len(), "journalled");
        assert!(desk.state().made_records.iter().all(|made| made.item == item_id("a")));
    }
}

#[test]
fn ppl_7_a_contact_joins_the_account_that_is_there() {
    let desk = desk(AutoCreate::ContactAndAccount, &[&[PAT]]);
    let account = record("001", 5);
    desk.state().accounts =
        vec![DomainAccount { domain: "borealis.example".to_owned(), account: account.clone() }];
    desk.rest();
    let made = desk.state().newcomers.clone();
    assert!(
        matches!(&made[..], [NewRecord::Contact { account: Some(of), .. }] if *of == account),
        "{made:?}"
    );
}

#[test]
fn ppl_7_internal_and_blocklisted_people_are_never_made_and_free_mail_is_no_account() {
    let desk = desk(AutoCreate::ContactAndAccount, &[&[INES, PAT, JO]]);
    desk.state().settings.shared.blocklist = vec![PAT.to_owned()];
    desk.rest();
    assert_eq!(made_for(&desk), ["contact jo@gmail.com alone"]);
}

#[test]
fn ppl_7_several_items_and_people_make_each_record_once() {
    let desk = desk(AutoCreate::ContactAndAccount, &[&[PAT, KIM], &[KIM, PAT], &[PAT]]);
    desk.rest();
    let expected = [
        "account borealis.example",
        "contact pat.hale@borealis.example of an account",
        "contact kim@borealis.example of an account",
    ];
    assert_eq!(made_for(&desk), expected);
    assert_eq!(desk.state().events.len(), 3);
}

#[test]
fn ppl_7_autosave_makes_records_for_what_it_saves_and_for_nothing_else() {
    let desk = Desk::with([between(meeting("a"), &[PAT])]);
    desk.state().settings.people.auto_create = AutoCreate::Lead;
    desk.session().unwrap();
    assert!(made_for(&desk).is_empty(), "AUT-1");
    desk.state().settings.autosave.meetings = true;
    desk.state().cursor = None;
    desk.rest();
    assert_eq!(made_for(&desk).len(), 1);
    assert_eq!(desk.state().events.len(), 1, "with a record it is not unlinked any more (AUT-3)");
}

#[test]
fn ppl_7_what_is_saved_as_private_makes_nobody() {
    let mut seen = categorized(between(meeting("a"), &[PAT, DANA]));
    seen.item.sensitivity = Some(Sensitivity::Private);
    let desk = Desk::with([seen]);
    desk.state().settings.people.auto_create = AutoCreate::Lead;
    desk.rest();
    assert!(made_for(&desk).is_empty(), "PRV-3");
    assert_eq!(desk.state().events.len(), 1);
}

#[test]
fn ppl_7_whom_a_person_made_meanwhile_is_used() {
    let desk = desk(AutoCreate::Lead, &[&[PAT]]);
    desk.strike("make", Fault::Instead(Trouble::Later { retry_after_ms: None }));
    desk.session().unwrap();
    assert!(desk.state().events.is_empty(), "it waits for its people");
    desk.state().contacts.push((address(PAT), record("003", 9)));
    desk.rest();
    assert!(made_for(&desk).is_empty());
    assert_eq!(who(&desk, "a"), Some(FieldValue::Record(record("003", 9))));
}

#[test]
fn ppl_7_an_unclear_answer_is_settled_by_looking() {
    for auto_create in [AutoCreate::Lead, AutoCreate::ContactAndAccount] {
        let desk = desk(auto_create, &[&[PAT]]);
        desk.strike("make", Fault::Afterwards(Trouble::Unclear));
        desk.rest();
        assert_eq!(desk.state().events.len(), 1);
        let people = desk.state().contacts.iter().filter(|(who, _)| *who == address(PAT)).count();
        assert_eq!(people, 1, "DUP-3");
    }
    let desk = desk(AutoCreate::Lead, &[&[PAT]]);
    desk.strike("make", Fault::Instead(Trouble::Unclear));
    desk.session().unwrap();
    assert_eq!((made_for(&desk).len(), desk.state().events.len()), (0, 0));
    desk.rest();
    assert_eq!((made_for(&desk).len(), desk.state().events.len()), (1, 1));
}

#[test]
fn ppl_7_whom_another_worker_is_making_is_waited_for() {
    let desk = desk(AutoCreate::Lead, &[&[PAT], &[DANA]]);
    desk.state().claimed.insert(Claim::Person(address(PAT)));
    let report = desk.session().unwrap();
    assert!(report.again.is_some());
    assert_eq!(desk.state().events.len(), 1, "others are saved");
    assert_eq!(desk.calls("make"), 0);
    desk.state().claimed.clear();
    desk.state().contacts.push((address(PAT), record("00Q", 9)));
    desk.rest();
    assert!(made_for(&desk).is_empty());
    assert_eq!(desk.state().events.len(), 2);
}

#[test]
fn ppl_7_whom_somebody_made_before_the_claim_was_got_is_met_and_not_made_again() {
    let desk = desk(AutoCreate::Lead, &[&[PAT]]);
    // Another worker makes Pat after this session looked for Pat, and gives the claim back.
    desk.state().appears_at_claim = Some((address(PAT), record("00Q", 9)));
    desk.rest();
    assert!(made_for(&desk).is_empty(), "DUP-3");
    assert_eq!(who(&desk, "a"), Some(FieldValue::Record(record("00Q", 9))));
    assert!(desk.state().made_records.is_empty());
}

#[test]
fn ppl_7_the_only_record_that_salesforce_holds_to_be_the_same_is_used() {
    let desk = desk(AutoCreate::Contact, &[&[PAT]]);
    let person = PersonMatch {
        record: record("003", 77),
        object: PersonObject::Contact,
        name: "Patricia Hale".to_owned(),
        company: String::new(),
        account: None,
        address: address(PAT),
    };
    let known = Made { record: person.record.clone(), person: Some(person), is_new: false };
    desk.state().unwanted.insert(address(PAT), Ok(known));
    desk.rest();
    assert_eq!(who(&desk, "a"), Some(FieldValue::Record(record("003", 77))));
    assert!(desk.state().made_records.is_empty(), "nothing was made");
}

#[test]
fn ppl_7_a_refusal_is_told_and_others_at_the_meeting_keep_it_saved() {
    let desk = desk(AutoCreate::Contact, &[&[PAT, DANA]]);
    desk.state().unwanted.insert(address(PAT), Err(refusal()));
    desk.rest();
    let issue = issue_of(&desk, "a");
    assert_eq!(issue.code, "PPL-7");
    assert!(issue.reason.contains(PAT) && issue.reason.contains("Region"), "{issue:?}");
    assert_eq!(who(&desk, "a"), Some(FieldValue::Record(record("003", 1))), "Dana");
}

#[test]
fn ppl_7_where_nobody_else_is_known_the_refusal_is_why_it_is_not_saved() {
    let asked = desk(AutoCreate::Contact, &[&[PAT]]);
    asked.state().unwanted.insert(address(PAT), Err(refusal()));
    asked.session().unwrap();
    assert_eq!(issue_of(&asked, "a").code, "PPL-7");
    assert!(asked.state().events.is_empty());
    asked.state().unwanted.clear();
    asked.rest();
    assert_eq!(asked.state().events.len(), 1, "it is asked for until it goes");

    let autosaved = Desk::with([between(meeting("a"), &[PAT])]);
    autosaved.state().settings.people.auto_create = AutoCreate::Contact;
    autosaved.state().settings.autosave.meetings = true;
    autosaved.state().unwanted.insert(address(PAT), Err(refusal()));
    autosaved.session().unwrap();
    assert_eq!((issue_of(&autosaved, "a").code.as_str(), skipped(&autosaved, "a")), ("PPL-7", None));
}

#[test]
fn ppl_7_an_opportunity_is_made_for_the_account_of_who_is_new() {
    let desk = desk(AutoCreate::ContactAndAccount, &[&[PAT, KIM]]);
    desk.state().settings.people.auto_create_opportunity = true;
    // The only Account that brings anything along here.
    let account = DomainAccount { domain: "borealis.example".to_owned(), account: record("001", 1) };
    desk.state().accounts = vec![account];
    desk.rest();
    assert_eq!(made_for(&desk).iter().filter(|made| *made == "opportunity Acme").count(), 1);
}

#[test]
fn ppl_7_a_pressed_save_keeps_its_links_and_makes_the_others() {
    let desk = Desk::with([between(meeting("a"), &[DANA, PAT])]);
    desk.state().settings.people.auto_create = AutoCreate::Lead;
    desk.press("a", dana());
    let entry = desk.session().unwrap().entries.remove(0);
    assert_eq!(entry.source, Some(Source::Pane));
    assert_eq!(made_for(&desk), ["lead pat.hale@borealis.example of Borealis"]);
    assert_eq!(who(&desk, "a"), Some(FieldValue::Record(record("003", 1))));
}

#[test]
fn ppl_7_a_session_makes_so_many_and_leaves_the_rest_to_the_next() {
    let guests: Vec<String> = (0..60).map(|n| format!("guest{n}@borealis.example")).collect();
    let guests: Vec<&str> = guests.iter().map(String::as_str).collect();
    let desk = desk(AutoCreate::Lead, &[&guests]);
    desk.session().unwrap();
    assert_eq!((made_for(&desk).len(), desk.state().events.len()), (50, 0));
    desk.rest();
    assert_eq!((made_for(&desk).len(), desk.state().events.len()), (60, 1));
}

#[test]
fn ppl_7_a_preview_counts_whom_it_would_make_and_makes_nobody() {
    let desk = desk(AutoCreate::ContactAndAccount, &[&[PAT, KIM], &[PAT]]);
    let forecast = desk.preview();
    assert_eq!((forecast.people, forecast.saves), (2, 2));
    assert!(made_for(&desk).is_empty());
    assert_eq!(desk.calls("claim"), 0);
}
