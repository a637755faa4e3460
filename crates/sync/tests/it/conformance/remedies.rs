//! What waits for people, and what they do about it.

use calbridge_engine::{
    Outcome,
    pair::Agreed,
    ports::{Action, ForeseenClash, Foresight, ItemOver, News, Pass, RoundEnd, Ties, TiesOver},
    report::{Clash, Saved},
    ruling::{Held, Invitation, Ruled, RuledInvitation, Ruling},
};
use calbridge_rules::{
    event::{EventField, EventFields, FieldValue},
    merge::MergeConflict,
    saving::SyncOff,
};
use calbridge_sync::store::{
    Accepted, ByHand, IssueFilter, KEY_TTL_MS, KeptIssue, Store, SyncSwitch, VISIT_TTL_MS, WhyStopped,
};
use calbridge_wire::service::{IdFormat, ItemRef};

use super::{
    LEASE, NOW, address, entry, event, issue, item, leased, new_event, pass, press, saved, signed_in,
    subject, take_back, user,
};
use crate::databases::{Place, on_every_database};

on_every_database!(
    iss_1_an_ignored_issue_stays_ignored_while_it_lasts,
    iss_1_an_item_that_is_tried_again_is_due_and_asked_for,
    iss_2_a_mailbox_that_stands_still_says_why,
    iss_3_issues_are_found_by_mailbox_and_code_the_latest_first,
    ppl_8_what_is_held_is_listed_until_it_is_written,
    dwn_6_what_stopped_a_mailbox_is_decided_at_once_and_single_decisions_stay,
    dwn_1_an_invitation_waits_until_its_event_is_heard_of_without_it,
    dwn_5_a_clash_is_listed_until_it_is_flipped,
    dwn_5_dates_of_a_series_that_disagree_about_one_field_are_clashes_of_their_own,
    dwn_5_a_clash_that_was_foreseen_is_listed_once_its_winner_stands,
    iss_1_an_endless_round_is_one_issue_of_the_mailbox_that_ends_with_a_round_that_does,
    uns_1_taking_back_withdraws_every_request_of_the_item,
    uns_1_one_press_is_withdrawn_by_its_key_and_no_other,
    uns_2_entries_of_sessions_and_of_people_stand_side_by_side,
    uns_2_an_entry_holds_fields_relations_and_what_the_item_said_together,
    a_page_key_opens_once_and_a_visit_ends,
);

async fn issues(store: &Store, filter: IssueFilter<'_>) -> Vec<KeptIssue> {
    store.issues(&filter, 100).await.unwrap()
}

async fn iss_1_an_ignored_issue_stays_ignored_while_it_lasts(place: Place) {
    let store = place.store().await;
    let lease = leased(&store, 1).await;
    let refused = |code: &str| pass([entry("item", &[], Outcome::Refused(issue(code)))]);
    let (all, open) = (IssueFilter { with_ignored: true, ..IssueFilter::default() }, IssueFilter::default());
    store.record(&lease, &refused("XCP-1"), NOW).await.unwrap();
    assert!(store.ignore_issue(&address(1), &item("item"), "XCP-1", true).await.unwrap());
    assert!(!store.ignore_issue(&address(1), &item("item"), "XCP-2", true).await.unwrap());
    store.record(&lease, &refused("XCP-1"), NOW + 1).await.unwrap();
    assert_eq!(issues(&store, open).await, []);
    let kept = issues(&store, all).await.remove(0);
    assert_eq!((kept.is_ignored, kept.first_seen_ms, kept.last_seen_ms), (true, NOW, NOW + 1));
    store.record(&lease, &refused("XCP-2"), NOW + 2).await.unwrap();
    assert_eq!(issues(&store, open).await.len(), 1, "another cause is another issue");
}

async fn iss_1_an_item_that_is_tried_again_is_due_and_asked_for(place: Place) {
    let store = place.store().await;
    let lease = leased(&store, 1).await;
    press(&store, 1, "given", "press-1", NOW).await.unwrap();
    let lost = entry("item", &[("given", 1)], Outcome::Lost(issue("ISE-404")));
    store.record(&lease, &pass([lost]), NOW).await.unwrap();
    assert_eq!(store.waiting_saves(&address(1), 10).await.unwrap(), []);
    store.finish(&lease, NOW, NOW + 600_000).await.unwrap();
    assert!(!store.retry_issue(&address(1), &item("other"), NOW).await.unwrap());
    assert!(store.retry_issue(&address(1), &item("item"), NOW + 5).await.unwrap());
    let again = store.waiting_saves(&address(1), 10).await.unwrap();
    assert_eq!((again.len(), again[0].given_id.as_str(), again[0].revision), (1, "given", 2));
    assert_eq!(store.unfinished(&address(1), NOW + LEASE, 10).await.unwrap(), [item("item")]);
    assert_eq!(store.claim("one", 1, NOW + 5, LEASE).await.unwrap().len(), 1, "due at once");
}

async fn iss_2_a_mailbox_that_stands_still_says_why(place: Place) {
    let store = place.store().await;
    for n in 1..=4 {
        signed_in(&store, n).await;
    }
    for (n, lease) in (1..).zip(store.claim("one", 100, NOW, LEASE).await.unwrap()) {
        match n {
            1 => store.stop(&lease, SyncOff::Paused, "DWN-6: 12 of 30 events would be deleted").await,
            2 => store.stop(&lease, SyncOff::AuthorizationExpired, "consent ended").await,
            3 => store.fail(&lease, NOW + 1).await,
            _ => store.finish(&lease, NOW, NOW + 600_000).await,
        }
        .unwrap();
    }
    store.set_sync(&address(4), SyncSwitch::Off(SyncOff::Paused), NOW).await.unwrap();
    let stoppages = async || {
        let found = store.stoppages(None, 100).await.unwrap();
        found.into_iter().map(|one| (one.mailbox, one.why, one.reason)).collect::<Vec<_>>()
    };
    let brake = (address(1), WhyStopped::Brake, "12 of 30 events would be deleted".to_owned());
    let authorization = (address(2), WhyStopped::Authorization, "consent ended".to_owned());
    assert_eq!(stoppages().await, [brake.clone(), authorization], "a failure or two pass by themselves");
    for turn in 2..6 {
        let lease = store.claim("one", 1, NOW + turn, LEASE).await.unwrap().remove(0);
        store.fail(&lease, NOW + turn + 1).await.unwrap();
    }
    let failing = WhyStopped::Failing { next_due_ms: NOW + 6 };
    assert_eq!(stoppages().await[2], (address(3), failing, String::new()));
    assert_eq!(store.stoppages(Some(&address(4)), 100).await.unwrap(), [], "its user paused it");
    store.set_sync(&address(2), SyncSwitch::Active, NOW).await.unwrap();
    assert_eq!(store.stoppages(Some(&address(2)), 100).await.unwrap(), []);
}

async fn iss_3_issues_are_found_by_mailbox_and_code_the_latest_first(place: Place) {
    let store = place.store().await;
    let (one, two) = (leased(&store, 1).await, leased(&store, 2).await);
    let mut troubled = new_event(1);
    troubled.issue = Some(issue("PPL-8"));
    let entries = [
        entry("a", &[], Outcome::Refused(issue("XCP-1"))),
        entry("b", &[], Outcome::Saved(Box::new(troubled))),
    ];
    store.record(&one, &pass(entries), NOW).await.unwrap();
    store.record(&two, &pass([entry("a", &[], Outcome::Refused(issue("XCP-1")))]), NOW + 1).await.unwrap();
    let found = async |filter| {
        let found = issues(&store, filter).await;
        found.into_iter().map(|one| (one.mailbox, one.item, one.event, one.subject)).collect::<Vec<_>>()
    };
    let of_two = (address(2), item("a"), None, None);
    let saved = (address(1), item("b"), Some(event(1)), Some("Lunch".to_owned()));
    let all = found(IssueFilter::default()).await;
    assert_eq!(all, [of_two.clone(), (address(1), item("a"), None, None), saved.clone()]);
    let code = IssueFilter { code: Some("PPL-8"), ..IssueFilter::default() };
    assert_eq!(found(code).await, [saved]);
    let mailbox = IssueFilter { mailbox: Some(&address(2)), ..IssueFilter::default() };
    assert_eq!(found(mailbox).await, [of_two]);
    assert_eq!(store.issues(&IssueFilter::default(), 2).await.unwrap().len(), 2);
}

async fn ppl_8_what_is_held_is_listed_until_it_is_written(place: Place) {
    let store = place.store().await;
    let lease = leased(&store, 1).await;
    let change = Held::Change(subject("Dinner"));
    let holding = Saved { held: Some(change.clone()), ..new_event(1) };
    let with_hold = pass([entry("item", &[], Outcome::Saved(Box::new(holding)))]);
    store.record(&lease, &with_hold, NOW).await.unwrap();
    let held = store.held(Some(&address(1)), 10).await.unwrap().remove(0);
    assert_eq!((&held.held, held.since_ms, held.ruling), (&change, NOW, None));
    assert_eq!((held.event, held.subject.as_deref()), (Some(event(1)), Some("Lunch")));
    assert!(store.approve(&address(1), &held.item, NOW).await.unwrap());
    store.record(&lease, &with_hold, NOW + 1).await.unwrap();
    let ruling = async || store.held(None, 10).await.unwrap()[0].ruling;
    assert_eq!(ruling().await, Some(Ruling::Approved), "the same change needs no second approval");
    let ruled = store.pairs_of_items(&address(1), &[item("item")]).await.unwrap().remove(0).ruled;
    assert_eq!(ruled, Some(Ruled { held: change, ruling: Ruling::Approved }));
    let unfinished = Saved { is_unfinished: true, ..new_event(1) };
    let tried = pass([entry("item", &[], Outcome::Saved(Box::new(unfinished)))]);
    store.record(&lease, &tried, NOW + 2).await.unwrap();
    assert_eq!(ruling().await, Some(Ruling::Approved), "a failed try does not use it up");
    let other = Saved { held: Some(Held::Deletion), ..new_event(1) };
    store
        .record(&lease, &pass([entry("item", &[], Outcome::Saved(Box::new(other)))]), NOW + 2)
        .await
        .unwrap();
    assert_eq!(ruling().await, None, "something else is asked about anew");
    assert!(store.discard(&address(1), &held.item, NOW).await.unwrap());
    assert_eq!(ruling().await, Some(Ruling::Discarded));
    store.record(&lease, &pass([entry("item", &[], saved(1))]), NOW + 2).await.unwrap();
    assert_eq!(store.held(None, 10).await.unwrap(), []);
}

async fn dwn_6_what_stopped_a_mailbox_is_decided_at_once_and_single_decisions_stay(place: Place) {
    let store = place.store().await;
    let lease = leased(&store, 1).await;
    let pairs = ["a", "b"].map(|name| entry(name, &[], saved(if name == "a" { 1 } else { 2 })));
    store.record(&lease, &pass(pairs), NOW).await.unwrap();
    let mailbox = address(1);
    assert!(!store.rule_on_brake(&mailbox, Ruling::Approved, NOW).await.unwrap(), "it does not stand still");
    store.brake(&lease, "DWN-6: 2 of 2", &[item("a"), item("b")], NOW).await.unwrap();
    let held = store.held(Some(&mailbox), 10).await.unwrap();
    assert!(held.iter().all(|one| one.held == Held::Deletion && one.ruling.is_none()) && held.len() == 2);
    assert!(store.discard(&mailbox, &item("b"), NOW).await.unwrap());
    assert!(store.rule_on_brake(&mailbox, Ruling::Approved, NOW).await.unwrap());
    let pairs = store.pairs_of_items(&mailbox, &[item("a"), item("b")]).await.unwrap();
    let mut rulings: Vec<_> =
        pairs.iter().map(|pair| (pair.item.clone(), pair.ruling_on_deletion())).collect();
    rulings.sort_by(|one, other| one.0.cmp(&other.0));
    assert_eq!(rulings, [(item("a"), Some(Ruling::Approved)), (item("b"), Some(Ruling::Discarded))]);
    assert_eq!(store.unfinished(&mailbox, NOW, 10).await.unwrap(), [item("a"), item("b")]);
    assert_eq!(store.stoppages(Some(&mailbox), 10).await.unwrap(), []);
    assert_eq!(store.claim("one", 10, NOW, LEASE).await.unwrap().len(), 1);
}

async fn dwn_1_an_invitation_waits_until_its_event_is_heard_of_without_it(place: Place) {
    let store = place.store().await;
    let lease = leased(&store, 1).await;
    let mailbox = address(1);
    let invitation =
        |guest: u32| Invitation { event: event(1), fields: subject("Call"), guests: vec![address(guest)] };
    let hearing = |guest: Option<u32>, revision: i64| Pass {
        heard: vec![News { event: event(1), revision }],
        invitations: guest.map(invitation).into_iter().collect(),
        ..Pass::default()
    };
    store.record(&lease, &hearing(Some(2), 1), NOW).await.unwrap();
    let waiting = store.invitations(Some(&mailbox), 10).await.unwrap().remove(0);
    assert_eq!((waiting.fields, waiting.guests, waiting.since_ms), (subject("Call"), vec![address(2)], NOW));
    assert_eq!(store.inviting(&event(1)).await.unwrap(), std::slice::from_ref(&mailbox));
    assert!(store.rule_on_invitation(&mailbox, &event(1), Ruling::Approved, NOW).await.unwrap());
    assert_eq!(store.news(&mailbox, NOW, 10).await.unwrap().len(), 1, "it is looked at again");
    let ruled = async || store.ruled_invitations(&mailbox, &[event(1)]).await.unwrap();
    let approved = RuledInvitation { event: event(1), guests: vec![address(2)], ruling: Ruling::Approved };
    assert_eq!(ruled().await, std::slice::from_ref(&approved));
    store.record(&lease, &hearing(Some(2), 0), NOW + 1).await.unwrap();
    assert_eq!(ruled().await, [approved], "the same people need no second approval");
    store.record(&lease, &hearing(Some(3), 0), NOW + 1).await.unwrap();
    assert_eq!(ruled().await, [], "others do");
    store.record(&lease, &hearing(None, 1), NOW + 2).await.unwrap();
    assert_eq!(store.invitations(None, 10).await.unwrap(), []);
    assert!(!store.rule_on_invitation(&mailbox, &event(1), Ruling::Approved, NOW).await.unwrap());
}

async fn dwn_5_a_clash_is_listed_until_it_is_flipped(place: Place) {
    let store = place.store().await;
    let lease = leased(&store, 1).await;
    let text = |text: &str| FieldValue::Text(text.to_owned());
    let clash = |field| MergeConflict { field, agreed: text("b"), outlook: text("o"), salesforce: text("s") };
    let of = |number: u32, field| Clash { event: event(number), conflict: clash(field) };
    let clashes = vec![of(1, EventField::Subject), of(1, EventField::Location)];
    let clashing = Saved { clashes, ..new_event(1) };
    store.record(&lease, &pass([entry("item", &[], Outcome::Saved(Box::new(clashing)))]), NOW).await.unwrap();
    let listed = store.clashes(Some(&address(1)), 10).await.unwrap();
    let fields: Vec<_> = listed.iter().map(|one| one.clash.field.clone()).collect();
    assert_eq!(fields, [EventField::Location, EventField::Subject]);
    assert_eq!(listed[1].clash, clash(EventField::Subject));
    assert_eq!(store.clashes_of(&address(1), &item("item"), NOW).await.unwrap(), listed);
    store.flipped(&listed[0], NOW + 1).await.unwrap();
    assert_eq!(store.clashes(None, 10).await.unwrap(), listed[1..]);
    assert_eq!(store.clashes(Some(&address(2)), 10).await.unwrap(), []);
}

async fn dwn_5_dates_of_a_series_that_disagree_about_one_field_are_clashes_of_their_own(place: Place) {
    let store = place.store().await;
    let lease = leased(&store, 1).await;
    let text = |text: String| FieldValue::Text(text);
    let of = |number: u32, field: EventField| Clash {
        event: event(number),
        conflict: MergeConflict {
            field,
            agreed: text("b".to_owned()),
            outlook: text("o".to_owned()),
            salesforce: text(format!("s{number}")),
        },
    };
    let clashes = vec![
        of(2, EventField::Subject),
        of(2, EventField::Location),
        of(3, EventField::Subject),
        of(1, EventField::Subject),
    ];
    let clashing = Saved { clashes: clashes.clone(), ..new_event(1) };
    store.record(&lease, &pass([entry("item", &[], Outcome::Saved(Box::new(clashing)))]), NOW).await.unwrap();
    let listed = store.clashes(Some(&address(1)), 10).await.unwrap();
    let mut all: Vec<Clash> =
        listed.iter().map(|one| Clash { event: one.event.clone(), conflict: one.clash.clone() }).collect();
    let by_event = |one: &Clash| (one.event.clone(), one.conflict.field.clone());
    all.sort_by_key(by_event);
    let mut expected = clashes;
    expected.sort_by_key(by_event);
    assert_eq!(all, expected);
    for one in &listed {
        let together = store.clashes_of(&address(1), &item("item"), one.seen_ms).await.unwrap();
        assert!(together.iter().all(|other| other.event == one.event), "{together:?}");
    }
}

async fn dwn_5_a_clash_that_was_foreseen_is_listed_once_its_winner_stands(place: Place) {
    let store = place.store().await;
    let lease = leased(&store, 1).await;
    let text = |text: &str| FieldValue::Text(text.to_owned());
    let foreseen = |field: EventField, now_ms: i64| {
        let clash = MergeConflict { field, agreed: text("b"), outlook: text("o"), salesforce: text("s") };
        let (item, event, wins) = (item("item"), event(1), text("o"));
        let clashes = vec![ForeseenClash { item, event, clash, wins }];
        (Foresight { clashes, ..Foresight::default() }, now_ms)
    };
    for (foresight, now_ms) in [
        foreseen(EventField::Location, NOW),
        foreseen(EventField::Subject, NOW),
        foreseen(EventField::Subject, NOW + 1),
    ] {
        store.foresee(&lease, &foresight, now_ms).await.unwrap();
    }
    let record = async |saved: Saved, now_ms: i64| {
        let entries = pass([entry("item", &[], Outcome::Saved(Box::new(saved)))]);
        store.record(&lease, &entries, now_ms).await.unwrap();
        store.clashes(Some(&address(1)), 10).await.unwrap()
    };
    assert_eq!(record(Saved { is_unfinished: true, ..new_event(1) }, NOW + 2).await, [], "nobody knows");
    let agreed = Agreed {
        item: EventFields::new(),
        event: [(EventField::Subject, text("o")), (EventField::Location, text("s"))].into_iter().collect(),
    };
    let listed = record(Saved { agreed, ..new_event(1) }, NOW + 3).await;
    let listed: Vec<_> = listed.iter().map(|one| (one.clash.field.clone(), one.seen_ms)).collect();
    assert_eq!(listed, [(EventField::Subject, NOW + 1)]);
}

async fn uns_1_one_press_is_withdrawn_by_its_key_and_no_other(place: Place) {
    let store = place.store().await;
    let lease = leased(&store, 1).await;
    let given =
        ItemRef { mailbox: address(1), item_id: item("ews"), id_format: IdFormat::Ews, series_id: None };
    let withdraw = async |key: &str, now_ms: i64| {
        store.withdraw_save(&user(1), (key, "withdrawn"), &given, now_ms).await.unwrap();
        let left = store.waiting_saves(&address(1), 10).await.unwrap();
        left.iter().map(|one| one.given_id.as_str().to_owned()).collect::<Vec<_>>()
    };
    press(&store, 1, "other", "press-1", NOW).await.unwrap();
    press(&store, 1, "ews", "press-2", NOW + 1).await.unwrap();
    let refused = entry("item", &[("ews", 1)], Outcome::Waiting(issue("ISE-013")));
    store.record(&lease, &pass([refused]), NOW + 1).await.unwrap();
    assert_eq!(withdraw("press-3", NOW + 1).await, ["other", "ews"], "a key that never came");
    assert_eq!(withdraw("press-1", NOW + 1).await, ["other", "ews"], "another item's");
    assert_eq!(withdraw("press-2", NOW + 2).await, ["other"]);
    assert_eq!(issues(&store, IssueFilter::default()).await, []);
    assert_eq!(press(&store, 1, "ews", "press-3", NOW + 3).await.unwrap(), Accepted::KeyTaken, "spent");
    press(&store, 1, "ews", "press-4", NOW + 4).await.unwrap();
    assert_eq!(withdraw("press-2", NOW + 5).await, ["other", "ews"], "a later press stays");
}

async fn uns_1_taking_back_withdraws_every_request_of_the_item(place: Place) {
    let store = place.store().await;
    let lease = leased(&store, 1).await;
    press(&store, 1, "ews", "press-1", NOW).await.unwrap();
    press(&store, 1, "rest", "press-2", NOW).await.unwrap();
    press(&store, 1, "other", "press-3", NOW).await.unwrap();
    let waiting = entry("item", &[("ews", 1), ("rest", 1)], Outcome::Waiting(issue("ISE-013")));
    store.record(&lease, &pass([waiting]), NOW).await.unwrap();
    store.ask_for(&address(1), &item("item"), NOW).await.unwrap();
    take_back(&store, 1, "ews", "press-4", NOW + 1).await.unwrap();
    let left = store.waiting_saves(&address(1), 10).await.unwrap();
    let left: Vec<_> = left.iter().map(|one| (one.given_id.as_str(), one.action)).collect();
    assert_eq!(left, [("other", Action::Save), ("ews", Action::Unsync)]);
    assert_eq!(issues(&store, IssueFilter::default()).await, []);
}

async fn uns_2_entries_of_sessions_and_of_people_stand_side_by_side(place: Place) {
    let store = place.store().await;
    let lease = leased(&store, 1).await;
    store.record(&lease, &pass([entry("item", &[], saved(1))]), NOW).await.unwrap();
    let overwrites = vec![
        (event(1), subject("before"), subject("after")),
        (event(2), subject("gone"), EventFields::new()),
    ];
    store.foresee(&lease, &Foresight { overwrites, ..Foresight::default() }, NOW).await.unwrap();
    let (mailbox, first, before, after) = (address(1), event(1), subject("after"), subject("before"));
    let by_hand =
        ByHand { mailbox: &mailbox, event: &first, item: None, by: &user(2), before: &before, after: &after };
    for later in 1..=2 {
        store.journal_by_hand(&by_hand, NOW + later).await.unwrap();
    }
    let journal = store.journal(Some(&address(1)), 10).await.unwrap();
    let told: Vec<_> = journal.iter().map(|one| (one.number, one.by.is_some(), one.is_deletion())).collect();
    assert_eq!(told, [(-2, true, false), (-1, true, false), (1, false, false), (1, false, true)]);
    assert_eq!((&journal[2].item, &journal[3].item), (&Some(item("item")), &None), "as far as it is known");
    let entry = store.journal_entry(&address(1), &event(1), 1).await.unwrap().unwrap();
    assert_eq!(entry, journal[2]);
    store.undone(&entry, NOW + 3).await.unwrap();
    assert!(store.journal_entry(&address(1), &event(1), 1).await.unwrap().unwrap().is_undone);
    assert_eq!(store.unfinished(&address(1), NOW + LEASE, 10).await.unwrap(), [item("item")]);
    assert_eq!(store.journal_entry(&address(2), &event(1), 1).await.unwrap(), None);
    assert_eq!(store.journal(None, 1).await.unwrap().len(), 1);
}

async fn uns_2_an_entry_holds_fields_relations_and_what_the_item_said_together(place: Place) {
    let store = place.store().await;
    let lease = leased(&store, 1).await;
    store.record(&lease, &pass([entry("item", &[], saved(1))]), NOW).await.unwrap();
    let linked =
        |is_linked| Ties { records: [(user(9), is_linked)].into_iter().collect(), ..Ties::default() };
    let ties = TiesOver { event: event(1), before: linked(true), after: linked(false) };
    let over =
        ItemOver { item: item("item"), event: event(2), before: subject("Lunch"), after: EventFields::new() };
    let overwrites = vec![(event(1), subject("before"), subject("after"))];
    let first = Foresight { overwrites, ..Foresight::default() };
    let later = Foresight { ties: vec![ties.clone()], items: vec![over], ..Foresight::default() };
    for foresight in [&first, &later, &first] {
        store.foresee(&lease, foresight, NOW).await.unwrap();
    }
    let one = store.journal_entry(&address(1), &event(1), lease.fence).await.unwrap().unwrap();
    assert_eq!(
        (one.before, one.ties, one.item_values),
        (subject("before"), Some((ties.before, ties.after)), None)
    );
    let two = store.journal_entry(&address(1), &event(2), lease.fence).await.unwrap().unwrap();
    assert_eq!((two.item.clone(), two.ties.clone()), (Some(item("item")), None));
    assert_eq!(two.item_values, Some((subject("Lunch"), EventFields::new())));
    assert_eq!(store.journal(Some(&address(1)), 10).await.unwrap().len(), 2, "one entry for each Event");
}

async fn a_page_key_opens_once_and_a_visit_ends(place: Place) {
    let store = place.store().await;
    store.put_page_key("key", &user(1), NOW).await.unwrap();
    assert_eq!(store.visitor("key", NOW).await.unwrap(), None, "a key is no visit");
    assert_eq!(store.begin_visit("key", "visit", NOW).await.unwrap(), Some(user(1)));
    assert_eq!(store.begin_visit("key", "again", NOW).await.unwrap(), None);
    assert_eq!(store.begin_visit("visit", "again", NOW).await.unwrap(), None, "a visit is no key");
    assert_eq!(store.visitor("visit", NOW + VISIT_TTL_MS - 1).await.unwrap(), Some(user(1)));
    assert_eq!(store.visitor("visit", NOW + VISIT_TTL_MS).await.unwrap(), None);
    store.put_page_key("late", &user(1), NOW).await.unwrap();
    assert_eq!(store.begin_visit("late", "v", NOW + KEY_TTL_MS).await.unwrap(), None);
    store.sweep(NOW + VISIT_TTL_MS + 1).await.unwrap();
    store.put_page_key("late", &user(2), NOW).await.unwrap();
}

async fn iss_1_an_endless_round_is_one_issue_of_the_mailbox_that_ends_with_a_round_that_does(place: Place) {
    let store = place.store().await;
    let lease = leased(&store, 1).await;
    let ended = async |round: RoundEnd, now_ms: i64| {
        store.record(&lease, &Pass { round, ..Pass::default() }, now_ms).await.unwrap();
        store.issues(&IssueFilter::default(), 10).await.unwrap()
    };
    assert_eq!(ended(RoundEnd::Reached, NOW).await, []);
    for now_ms in [NOW, NOW + 5] {
        let issues = ended(RoundEnd::Never, now_ms).await;
        assert_eq!(issues.len(), 1);
        assert!(issues[0].is_of_calendar() && issues[0].issue.code == "ISE-508", "{issues:?}");
        assert_eq!((issues[0].first_seen_ms, issues[0].last_seen_ms), (NOW, now_ms));
    }
    // A round that goes on from another tells nothing of it, and trying again asks for no item.
    let issue = ended(RoundEnd::Unknown, NOW + 6).await.remove(0);
    assert!(store.retry_issue(&address(1), &issue.item, NOW + 6).await.unwrap());
    assert!(store.unfinished(&address(1), NOW + 6, 10).await.unwrap().is_empty());
    assert_eq!(ended(RoundEnd::Reached, NOW + 7).await, []);
}
