//! What is remembered of the relations of saved Events, and of files that they lack.

use calbridge_engine::{
    Answers, Kept, Outcome,
    ports::{LeftOut, Pass},
};
use calbridge_rules::invitees::InviteeStatus;
use calbridge_sync::store::Store;

use super::{NOW, address, entry, event, item, leased, pass, saved, user};
use crate::databases::{Place, on_every_database};

on_every_database!(
    ppl_6_what_was_written_of_relations_is_remembered_as_it_is_last,
    att_1_files_that_were_left_out_are_remembered_until_they_are_settled_or_their_pair_goes,
    uns_1_relations_are_forgotten_with_their_pair,
);

fn kept(answer: InviteeStatus) -> Kept {
    Kept {
        event: event(1),
        people: vec![user(7)],
        records: vec![event(3)],
        invitees: [(user(8), answer)].into_iter().collect(),
        answers: Answers::from([(address(8), answer)]),
        missing: None,
    }
}

async fn record(
    store: &Store,
    lease: &calbridge_sync::store::Lease,
    outcome: Outcome,
    answers: &[InviteeStatus],
) {
    for answer in answers {
        let related = vec![(item("one"), kept(*answer))];
        let pass = Pass { related, ..pass([entry("one", &[], outcome.clone())]) };
        store.record(lease, &pass, NOW).await.unwrap();
    }
}

async fn ppl_6_what_was_written_of_relations_is_remembered_as_it_is_last(place: Place) {
    let store = place.store().await;
    let lease = leased(&store, 1).await;
    record(&store, &lease, saved(1), &[InviteeStatus::New, InviteeStatus::Declined]).await;
    let asked = [item("none"), item("one")];
    let known = store.related(&address(1), &asked).await.unwrap();
    assert_eq!(known, [(item("one"), kept(InviteeStatus::Declined))]);
    assert_eq!(store.related(&address(2), &asked).await.unwrap(), [], "nobody else's");
}

async fn uns_1_relations_are_forgotten_with_their_pair(place: Place) {
    let store = place.store().await;
    let lease = leased(&store, 1).await;
    record(&store, &lease, saved(1), &[InviteeStatus::New]).await;
    let removed = pass([entry("one", &[], Outcome::Removed { event: event(1) })]);
    store.record(&lease, &removed, NOW).await.unwrap();
    assert_eq!(store.related(&address(1), &[item("one")]).await.unwrap(), []);
}

async fn att_1_files_that_were_left_out_are_remembered_until_they_are_settled_or_their_pair_goes(
    place: Place,
) {
    let store = place.store().await;
    let lease = leased(&store, 1).await;
    let file = |name: &str| LeftOut { name: name.to_owned(), says: format!("“{name}”: too large.") };
    let keep = async |outcome: Outcome, left_out: Vec<(calbridge_rules::id::ItemId, Vec<LeftOut>)>| {
        let pass = Pass { left_out, ..pass([entry("one", &[], outcome)]) };
        store.record(&lease, &pass, NOW).await.unwrap();
    };
    let known = async || store.left_out(&address(1), &[item("none"), item("one")]).await.unwrap();
    keep(saved(1), vec![(item("one"), vec![file("a"), file("b")])]).await;
    keep(saved(1), Vec::new()).await;
    assert_eq!(known().await, [(item("one"), vec![file("a"), file("b")])]);
    keep(saved(1), vec![(item("one"), vec![file("b")])]).await;
    assert_eq!(known().await, [(item("one"), vec![file("b")])]);
    assert_eq!(store.left_out(&address(2), &[item("one")]).await.unwrap(), [], "nobody else's");
    keep(saved(1), vec![(item("one"), Vec::new())]).await;
    assert_eq!(known().await, []);
    keep(saved(1), vec![(item("one"), vec![file("a")])]).await;
    keep(Outcome::Removed { event: event(1) }, Vec::new()).await;
    assert_eq!(known().await, []);
}
