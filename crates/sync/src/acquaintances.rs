//! Who of the people that were asked for is in the org, and who is not: remembered for a while, because the same people meet
//! again and again.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use calbridge_rules::{id::Address, people::PersonMatch};

/// How long somebody who was found is known, in milliseconds.
const FOUND_MS: i64 = 15 * 60_000;
/// How long somebody who was not found is taken to be unknown, in milliseconds.
const MISSED_MS: i64 = 5 * 60_000;
/// Addresses that are remembered at most.
const LIMIT: usize = 20_000;

/// What the org said of addresses.
#[derive(Debug, Default)]
pub(crate) struct Acquaintances(Mutex<BTreeMap<Address, Known>>);

#[derive(Debug)]
struct Known {
    /// Nobody where the org has none.
    people: Vec<PersonMatch>,
    until_ms: i64,
}

/// Whether somebody waits for the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trust {
    /// What is remembered counts, misses too.
    Everything,
    /// Misses do not count: a person may have been made a moment ago, and somebody waits.
    FoundOnly,
}

impl Acquaintances {
    /// The people who are known of these addresses, and the addresses that the org must be asked for.
    pub(crate) fn recall(
        &self,
        addresses: &[Address],
        trust: Trust,
        now_ms: i64,
    ) -> (Vec<PersonMatch>, Vec<Address>) {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut people, mut unknown) = (Vec::new(), Vec::new());
        for address in addresses {
            match known.get(address).filter(|known| known.until_ms > now_ms) {
                Some(known) if trust == Trust::Everything || !known.people.is_empty() => {
                    people.extend(known.people.iter().cloned());
                }
                Some(_) | None => unknown.push(address.clone()),
            }
        }
        (people, unknown)
    }

    /// Takes note of what the org said of addresses.
    pub(crate) fn learn(&self, asked: &[Address], people: &[PersonMatch], now_ms: i64) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() + asked.len() > LIMIT {
            known.retain(|_, known| known.until_ms > now_ms);
        }
        if known.len() + asked.len() > LIMIT {
            // Asking anew costs little; remembering without end does not.
            known.clear();
        }
        for address in asked.iter().take(LIMIT) {
            let people: Vec<PersonMatch> =
                people.iter().filter(|person| person.address == *address).cloned().collect();
            let lasts_ms = if people.is_empty() { MISSED_MS } else { FOUND_MS };
            known.insert(address.clone(), Known { people, until_ms: now_ms + lasts_ms });
        }
    }

    /// Forgets everybody: the org, or how it is asked, has changed.
    pub(crate) fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

#[cfg(test)]
mod tests {
    use calbridge_rules::{id::RecordId, people::PersonObject};

    use super::*;

    fn address(name: &str) -> Address {
        Address::parse(&format!("{name}@acme.example")).unwrap()
    }

    fn dana() -> PersonMatch {
        PersonMatch {
            record: RecordId::parse("003000000000001AAA").unwrap(),
            object: PersonObject::Contact,
            name: "Dana".to_owned(),
            company: "Acme".to_owned(),
            account: None,
            address: address("dana"),
        }
    }

    #[test]
    fn who_was_found_and_who_was_not_need_not_be_asked_for_again() {
        let known = Acquaintances::default();
        let asked = [address("dana"), address("nobody")];
        known.learn(&asked, &[dana()], 0);
        let more = [address("dana"), address("nobody"), address("ada")];
        assert_eq!(known.recall(&more, Trust::Everything, 1), (vec![dana()], vec![address("ada")]));
    }

    #[test]
    fn a_miss_is_forgotten_sooner_than_a_find_and_counts_for_nobody_who_waits() {
        let known = Acquaintances::default();
        let asked = [address("dana"), address("nobody")];
        known.learn(&asked, &[dana()], 0);
        assert_eq!(known.recall(&asked, Trust::FoundOnly, 1), (vec![dana()], vec![address("nobody")]));
        assert_eq!(
            known.recall(&asked, Trust::Everything, MISSED_MS),
            (vec![dana()], vec![address("nobody")])
        );
        assert_eq!(known.recall(&asked, Trust::Everything, FOUND_MS), (vec![], asked.to_vec()));
    }

    #[test]
    fn what_is_remembered_has_an_end() {
        let known = Acquaintances::default();
        for turn in 0..5 {
            let asked: Vec<Address> = (0..LIMIT / 2).map(|at| address(&format!("p{turn}-{at}"))).collect();
            known.learn(&asked, &[], 0);
            assert!(known.0.lock().unwrap().len() <= LIMIT);
        }
    }
}
