//! What the org refused before and would refuse again: it rests for a while, whatever brings its item up.

use std::collections::BTreeMap;

use calbridge_rules::{event::EventFields, status::Issue};

use super::{Plan, create};
use crate::{
    observe::Found,
    ports::{Attempt, Ledger, Trouble},
    report::Outcome,
    session::Scope,
};

/// Takes creates that rest out of a plan, and answers their outcomes; notes which writes of pairs rest.
pub(super) async fn leave(
    scope: &Scope<'_>,
    seen: &Found,
    plan: &mut Plan,
    ledger: &impl Ledger,
) -> Result<Vec<(usize, Outcome)>, Trouble> {
    let create = |(place, fields): &(usize, EventFields)| {
        (*place, create::attempt(&seen.items[*place], fields.clone()))
    };
    let creates = plan.creates.iter().map(create);
    let pairs = plan.pairs.iter();
    let pairs = pairs.filter_map(|(place, work)| Some((*place, work.attempt(&seen.items[*place].id)?)));
    let (places, attempts): (Vec<usize>, Vec<Attempt>) = creates.chain(pairs).unzip();
    if attempts.is_empty() {
        return Ok(Vec::new());
    }
    let said = ledger.resting(&attempts, scope.now).await?;
    let resting = places.into_iter().zip(said).filter_map(|(place, issue)| Some((place, issue?)));
    let mut resting: BTreeMap<usize, Issue> = resting.collect();
    let creates = plan.creates.extract_if(.., |(place, _)| resting.contains_key(place));
    let places: Vec<usize> = creates.map(|(place, _)| place).collect();
    let refused = |place| Some((place, Outcome::Refused(resting.remove(&place)?)));
    let outcomes = places.into_iter().filter_map(refused).collect();
    plan.resting = resting;
    Ok(outcomes)
}
