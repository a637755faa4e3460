use super::*;
use crate::sample::{at, record};

const BOTH: [ExternalOrganizer; 2] = [ExternalOrganizer::OneEvent, ExternalOrganizer::PerSaver];

fn user(number: u32) -> RecordId {
    record("005", number)
}

fn saver(number: u32, since: &str, is_active: bool) -> Saver {
    Saver { user: user(number), since: at(since), is_active }
}

#[track_caller]
fn check(organizer: Organizer, external: ExternalOrganizer, expected: Holding, rule: &str) {
    let (holding, check) = holding(organizer, external);
    assert_eq!((holding, check.rule), (expected, rule));
}

#[test]
fn ppl_4_the_organizers_event_is_theirs_and_has_invitees() {
    for external in BOTH {
        check(Organizer::ThisUser, external, Holding::OwnWithInvitees, "PPL-4");
    }
    assert!(Holding::OwnWithInvitees.has_invitees());
}

#[test]
fn ppl_2_a_synced_organizers_event_is_theirs_and_this_user_an_invitee() {
    for external in BOTH {
        check(Organizer::SyncedUser, external, Holding::Organizers, "PPL-2");
    }
    assert_eq!(Holding::Organizers.stake(0), Stake::Invitee);
}

#[test]
fn ppl_5_anybody_elses_meeting_is_one_event_or_one_for_each_saver() {
    check(Organizer::Other, ExternalOrganizer::OneEvent, Holding::FirstSavers, "PPL-5");
    check(Organizer::Other, ExternalOrganizer::PerSaver, Holding::EachSavers, "PPL-5");
    for holding in [Holding::FirstSavers, Holding::EachSavers, Holding::Organizers] {
        assert!(!holding.has_invitees());
    }
}

#[test]
fn dup_1_only_an_event_of_each_saver_is_keyed_by_the_saver() {
    let mara = user(1);
    assert_eq!(Holding::EachSavers.keyed_by(&mara), Some(&mara));
    for holding in [Holding::OwnWithInvitees, Holding::Organizers, Holding::FirstSavers] {
        assert_eq!(holding.keyed_by(&mara), None);
    }
}

#[test]
fn ppl_5_an_event_is_shared_once_a_second_saver_points_to_it() {
    assert_eq!(Holding::FirstSavers.stake(0), Stake::Sole);
    assert_eq!(Holding::FirstSavers.stake(2), Stake::Shared);
    assert_eq!(Holding::EachSavers.stake(2), Stake::Sole);
}

#[test]
fn uns_1_ownership_passes_to_the_earliest_saver_whose_sync_runs() {
    let savers = [
        saver(1, "2026-11-01T00:00:00Z", true),
        saver(2, "2026-11-02T00:00:00Z", false),
        saver(3, "2026-11-04T00:00:00Z", true),
        saver(4, "2026-11-03T00:00:00Z", true),
    ];
    assert_eq!(leaving(&savers, &user(1), &user(1)), Leaving::PassOn { to: user(4) });
    assert_eq!(leaving(&savers[..2], &user(1), &user(1)), Leaving::PassOn { to: user(2) });
}

#[test]
fn uns_1_a_saver_who_does_not_own_it_just_leaves_and_the_last_one_deletes() {
    let savers = [saver(1, "2026-11-01T00:00:00Z", true), saver(2, "2026-11-02T00:00:00Z", true)];
    assert_eq!(leaving(&savers, &user(1), &user(2)), Leaving::Quietly);
    assert_eq!(leaving(&savers[1..], &user(2), &user(2)), Leaving::DeleteEvent);
    assert_eq!(leaving(&[], &user(2), &user(2)), Leaving::DeleteEvent);
}

#[track_caller]
fn taken(taken: Taken, expected: &TakeBack) {
    let (take_back, check) = take_back(taken);
    let refused = matches!(take_back, TakeBack::Refuse(_));
    assert_eq!((&take_back, check.rule, check.passed), (expected, "UNS-1", !refused));
}

#[test]
fn uns_1_a_request_is_withdrawn_and_a_saved_items_event_deleted() {
    taken(Taken::Unsaved, &TakeBack::Forget);
    taken(Taken::Requested, &TakeBack::Withdraw);
    let born = Side::Outlook;
    taken(Taken::Saved { born, stake: Stake::Sole }, &TakeBack::DeleteEvent);
    taken(Taken::Saved { born, stake: Stake::Shared }, &TakeBack::Leave);
    taken(Taken::Saved { born, stake: Stake::Invitee }, &TakeBack::Forget);
}

#[test]
fn uns_1_an_event_that_was_made_in_salesforce_is_refused_and_told() {
    for stake in [Stake::Sole, Stake::Shared, Stake::Invitee] {
        let refused = TakeBack::Refuse(Cause::BornInSalesforce);
        taken(Taken::Saved { born: Side::Salesforce, stake }, &refused);
    }
}
