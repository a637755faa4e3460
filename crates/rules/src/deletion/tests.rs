use proptest::prelude::*;

use super::*;
use crate::sample::api;

const OWN: PairFacts =
    PairFacts { born: Side::Outlook, by_hand: false, seat: ItemSeat::Own, stake: Stake::Sole };
const COPY: PairFacts = PairFacts { seat: ItemSeat::Attendee, ..OWN };

const EVENT: Absence = Absence::Event(Proof::AskedById);
const ITEM: Absence = Absence::Item(Proof::AskedById);

fn going(direction: Direction) -> Down {
    Down { direction, ..Down::default() }
}

fn deleting(delete_in_outlook: DeleteInOutlook) -> Down {
    Down { delete_in_outlook, ..Down::default() }
}

fn marking() -> (Down, Mark) {
    let mark = Mark { field: api("Status__c"), value: "Cancelled".to_owned() };
    (Down { cancelled_instead: Some(mark.clone()), ..Down::default() }, mark)
}

#[track_caller]
fn check(absence: Absence, pair: PairFacts, settings: &Down, rule: &str, expected: &Loss) {
    let verdict = loss(absence, pair, settings);
    assert_eq!((&verdict.loss, verdict.trace[0].rule), (expected, rule), "{:?}", verdict.trace);
}

#[test]
fn dwn_2_a_deleted_event_leaves_the_item_by_default() {
    for born in [Side::Outlook, Side::Salesforce] {
        check(EVENT, PairFacts { born, ..OWN }, &Down::default(), "DWN-2", &Loss::Uncategorize);
    }
}

#[test]
fn dwn_2_delete_in_outlook_says_which_items_go_too() {
    let down = PairFacts { born: Side::Salesforce, ..OWN };
    check(EVENT, down, &deleting(DeleteInOutlook::SalesforceBorn), "DWN-2", &Loss::DeleteItem);
    check(EVENT, OWN, &deleting(DeleteInOutlook::SalesforceBorn), "DWN-2", &Loss::Uncategorize);
    check(EVENT, OWN, &deleting(DeleteInOutlook::All), "DWN-2", &Loss::DeleteItem);
    check(EVENT, COPY, &deleting(DeleteInOutlook::All), "DWN-2", &Loss::Uncategorize);
}

#[test]
fn dwn_3_the_organizers_deleted_or_cancelled_meeting_takes_its_event_along() {
    check(ITEM, OWN, &Down::default(), "DWN-3", &Loss::DeleteEvent);
    check(Absence::Cancelled, OWN, &Down::default(), "DWN-3", &Loss::DeleteEvent);
    check(Absence::Cancelled, COPY, &Down::default(), "DWN-3", &Loss::DeleteEvent);
    let shared = PairFacts { stake: Stake::Shared, ..COPY };
    check(Absence::Cancelled, shared, &Down::default(), "DWN-3", &Loss::DeleteEvent);
}

#[test]
fn dwn_3_cancelled_instead_marks_the_event() {
    let (settings, mark) = marking();
    check(ITEM, OWN, &settings, "DWN-3", &Loss::MarkEvent(mark.clone()));
    check(Absence::Cancelled, COPY, &settings, "DWN-3", &Loss::MarkEvent(mark));
}

#[test]
fn dwn_3_an_attendee_declines_for_themselves_alone() {
    let invitee = PairFacts { stake: Stake::Invitee, ..COPY };
    check(Absence::Declined, invitee, &Down::default(), "DWN-3", &Loss::DeclineInvitee);
    check(Absence::Declined, COPY, &Down::default(), "DWN-3", &Loss::Nothing);
    check(ITEM, invitee, &Down::default(), "DWN-3", &Loss::DeclineInvitee);
    check(Absence::Cancelled, invitee, &Down::default(), "DWN-3", &Loss::StopSyncing);
}

#[test]
fn uns_1_an_attendee_who_deletes_a_copy_leaves_as_one_saver() {
    check(ITEM, COPY, &Down::default(), "UNS-1", &Loss::DeleteEvent);
    let shared = PairFacts { stake: Stake::Shared, ..COPY };
    check(ITEM, shared, &Down::default(), "UNS-1", &Loss::LeaveEvent);
    let down = PairFacts { born: Side::Salesforce, ..COPY };
    check(ITEM, down, &Down::default(), "UNS-1", &Loss::StopSyncing);
}

#[test]
fn dwn_4_an_autosaved_item_that_leaves_the_window_stops_and_nothing_is_deleted() {
    check(Absence::OutsideWindow, OWN, &Down::default(), "DWN-4", &Loss::StopSyncing);
    let by_hand = PairFacts { by_hand: true, ..OWN };
    check(Absence::OutsideWindow, by_hand, &Down::default(), "AUT-2", &Loss::Nothing);
}

#[test]
fn dwn_6_missing_from_a_list_proves_nothing() {
    for absence in [Absence::Event(Proof::MissingFromList), Absence::Item(Proof::MissingFromList)] {
        for settings in [Down::default(), deleting(DeleteInOutlook::All), going(Direction::Up)] {
            check(absence, OWN, &settings, "DWN-6", &Loss::AskById);
        }
    }
}

#[test]
fn one_1_a_deletion_against_the_direction_is_made_good() {
    check(EVENT, OWN, &going(Direction::Up), "ONE-1", &Loss::RecreateEvent);
    check(ITEM, OWN, &going(Direction::Down), "ONE-1", &Loss::RecreateItem);
    check(ITEM, OWN, &going(Direction::Up), "DWN-3", &Loss::DeleteEvent);
    check(EVENT, OWN, &going(Direction::Down), "DWN-2", &Loss::Uncategorize);
}

#[test]
fn dwn_6_only_deletions_count_for_the_brake() {
    assert!(Loss::DeleteEvent.is_deletion() && Loss::DeleteItem.is_deletion());
    for loss in [Loss::AskById, Loss::Uncategorize, Loss::StopSyncing, Loss::LeaveEvent, Loss::RecreateItem] {
        assert!(!loss.is_deletion(), "{loss:?}");
    }
}

#[test]
fn dwn_6_more_than_ten_and_a_fifth_of_the_pairs_park_the_mailbox() {
    assert_eq!(brake(10, 10), Ok(()));
    assert_eq!(brake(11, 55), Ok(()));
    assert_eq!(brake(20, 100), Ok(()));
    assert_eq!(brake(21, 100), Err(Cause::TooManyDeletions { deletions: 21, pairs: 100 }));
    assert_eq!(brake(11, 54), Err(Cause::TooManyDeletions { deletions: 11, pairs: 54 }));
    assert_eq!(brake(0, 0), Ok(()));
    assert_eq!(brake(usize::MAX, usize::MAX), Ok(()), "no overflow");
}

proptest! {
    #[test]
    fn dwn_6_nothing_is_deleted_without_proof(
        absence in 0_usize..7, born: bool, by_hand: bool, own: bool, stake in 0_usize..3, direction in 0_usize..3, delete in 0_usize..3,
    ) {
        let absences = [
            EVENT, ITEM, Absence::Event(Proof::MissingFromList), Absence::Item(Proof::MissingFromList),
            Absence::Cancelled, Absence::Declined, Absence::OutsideWindow,
        ];
        let pair = PairFacts {
            born: if born { Side::Outlook } else { Side::Salesforce },
            by_hand,
            seat: if own { ItemSeat::Own } else { ItemSeat::Attendee },
            stake: [Stake::Sole, Stake::Shared, Stake::Invitee][stake],
        };
        let settings = Down {
            direction: [Direction::Both, Direction::Up, Direction::Down][direction],
            delete_in_outlook: [DeleteInOutlook::Never, DeleteInOutlook::SalesforceBorn, DeleteInOutlook::All][delete],
            ..Down::default()
        };
        let verdict = loss(absences[absence], pair, &settings);
        prop_assert_eq!(verdict.trace.len(), 1);
        let proven = matches!(absences[absence], EVENT | ITEM | Absence::Cancelled);
        prop_assert!(!verdict.loss.is_deletion() || proven);
        let deletes_item = verdict.loss == Loss::DeleteItem;
        prop_assert!(!deletes_item || (delete > 0 && own && absences[absence] == EVENT));
    }
}

#[test]
fn dwn_2_with_down_sync_off_no_item_is_deleted() {
    let settings = Down { is_on: false, delete_in_outlook: DeleteInOutlook::All, ..Down::default() };
    let pair = PairFacts { born: Side::Salesforce, by_hand: true, seat: ItemSeat::Own, stake: Stake::Sole };
    assert_eq!(loss(Absence::Event(Proof::AskedById), pair, &settings).loss, Loss::Uncategorize);
}
