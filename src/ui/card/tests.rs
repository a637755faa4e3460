use calbridge_rules::{id::Address, item::Person, saving::SyncKnown, status::RuleAsked};

use super::*;
use crate::save::tests::{picture, saved};

fn issue(code: &str, refusal: Option<Refusal>) -> Issue {
    Issue {
        code: code.to_owned(),
        reason: "It lasts 15 days.".to_owned(),
        remedy: "Split it.".to_owned(),
        refusal,
    }
}

fn when() -> When {
    let now = "2026-11-20T13:24:00Z".parse().expect("an instant");
    When { now, zone: "UTC".to_owned(), offsets: |_, _| chrono::FixedOffset::east_opt(0) }
}

#[test]
fn ppl_2_an_item_that_waits_for_its_organizer_is_told_apart_from_one_that_failed() {
    let card = of_issue(&issue("ISE-013", None), "Ines Roth");
    assert_eq!(
        (card.tone, card.icon, card.headline.as_str()),
        (Tone::Warn, Icon::Clock, "Waiting for Ines Roth")
    );
    assert_eq!(card.code, "ISE-013");
}

#[test]
fn cat_5_an_issue_tells_code_reason_and_what_to_do() {
    let card = of_issue(&issue("XCP-1", Some(Refusal::TooLong { days: 15 })), "Mara");
    assert_eq!((card.tone, card.headline.as_str()), (Tone::Bad, "Salesforce cannot hold this event"));
    assert_eq!((card.text.as_str(), card.code.as_str()), ("It lasts 15 days. Split it.", "XCP-1"));
}

#[test]
fn xcp_1_a_refusal_is_told_with_its_rule_and_why() {
    let card = of_refusal(&Refusal::TooLong { days: 15 });
    assert_eq!(card.text, "It lasts 15 days; the most is 14. Split it in Outlook and save each part.");
    assert_eq!((card.code.as_str(), card.links), ("XCP-1", vec![CardLink::Why]));
}

#[test]
fn sav_3_sync_that_is_off_can_be_turned_on_from_the_card() {
    let card = of_refusal(&Refusal::SyncOff { why: SyncOff::Paused });
    assert_eq!((card.tone, card.icon), (Tone::Warn, Icon::Power));
    let labels: Vec<&str> = card.links.iter().map(|link| link.label()).collect();
    assert_eq!(labels, ["Resume sync"]);
}

#[test]
fn what_the_dialog_can_settle_does_not_disable_save() {
    assert!(settled_in_dialog(&Refusal::NobodyKnown));
    assert!(settled_in_dialog(&Refusal::RequiredMissing { labels: vec!["Meeting type".to_owned()] }));
    assert!(!settled_in_dialog(&Refusal::NoMultiday));
}

#[test]
fn the_expected_session_is_told_as_people_say_it() {
    let at = |text: &str| text.parse().expect("an instant");
    assert_eq!(will_be_saved(at("2026-11-20T14:32:00Z"), &when()), "Will be saved at 14:32");
    assert_eq!(will_be_saved(at("2026-11-21T09:00:00Z"), &when()), "Will be saved tomorrow 09:00");
    assert_eq!(will_be_saved(at("2026-11-20T13:20:00Z"), &when()), "Will be saved in a moment");
}

#[test]
fn sav_4_only_a_category_that_outlook_confirmed_promises_that_sync_finds_the_item() {
    assert!(kept(true).contains("sync also finds it by itself"));
    assert!(!kept(false).contains("by itself"));
}

#[test]
fn trouble_offers_its_remedy() {
    let trouble = |remedy| Trouble {
        headline: "No connection".to_owned(),
        advice: "Check it.".to_owned(),
        code: String::new(),
        remedy,
    };
    assert_eq!(Card::of_trouble(&trouble(Remedy::Retry)).links, [CardLink::Retry]);
    assert_eq!(Card::of_trouble(&trouble(Remedy::SignIn)).links, [CardLink::SignIn]);
    assert!(Card::of_trouble(&trouble(Remedy::None)).links.is_empty());
}

fn links_of(picture: &Picture) -> Vec<CardLink> {
    Card::of(picture, &[], &when()).links
}

/// An outsider's meeting whose Event is somebody's.
fn outsiders(owner: &str) -> Picture {
    let mut picture = Picture { face: Face::Saved, ..saved(picture()) };
    let address = Address::parse("dana@acme.example").expect("an address");
    picture.open.item.organizer = Some(Person { name: "Dana Okafor".to_owned(), address: Some(address) });
    if let Some(view) = &mut picture.view {
        owner.clone_into(&mut view.owner);
    }
    picture
}

#[test]
fn ppl_5_somebody_elses_event_of_an_outsiders_meeting_can_be_taken_over() {
    assert_eq!(links_of(&outsiders("Ines Roth")), [CardLink::TakeOver]);
    assert!(links_of(&outsiders("You")).is_empty(), "it is this user's already");
    let mut own = outsiders("Ines Roth");
    own.open.item.organizer = Some(Person { name: String::new(), address: Some(own.open.user.clone()) });
    assert!(links_of(&own).is_empty(), "this user organizes");
    let off = SyncKnown::Off { why: SyncOff::Paused };
    assert!(links_of(&Picture { sync: off, ..outsiders("Ines Roth") }).is_empty(), "sync would do it");
}

#[test]
fn one_1_where_sync_goes_down_only_the_card_says_so_before_save_is_pressed() {
    let mut picture = picture();
    picture.settings.is_down_only = true;
    picture.verdict = crate::save::SaveDraft::suggested(&picture, String::new()).verdict(&picture);
    picture.face = crate::picture::face(&crate::picture::Found {
        event: &EventKnown::Absent,
        is_gone: false,
        status: None,
        kept: None,
        verdict: &picture.verdict,
    });
    let card = Card::of(&picture, &[], &when());
    assert_eq!((card.code.as_str(), card.tone), ("ONE-1", Tone::Bad));
    assert_eq!(MainButton::of(&picture, false), MainButton::SaveDisabled);
}

#[test]
fn cat_5_what_the_last_session_asked_is_offered_beside_an_issue() {
    let face = Face::Issue(issue("SER-5", None));
    assert!(links_of(&Picture { face: face.clone(), ..picture() }).is_empty());
    let asked = RuleAsked { rule: "SER-5".to_owned(), says: "Still one event".to_owned(), passed: false };
    assert_eq!(links_of(&Picture { face, decided: vec![asked], ..picture() }), [CardLink::Why]);
}
