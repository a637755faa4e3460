//! Records for people who are in none (PPL-7): made before their items are saved, and only for items that are.

mod making;
mod once;

use std::collections::{BTreeMap, BTreeSet};

use calbridge_rules::{
    id::{Address, ItemId, RecordId},
    item::Item,
    newcomers::{AccountOf, Becomes, DomainAccount, Newcomer, newcomers},
    people::{PersonMatch, PersonObject, participants},
    settings::AutoCreate,
    status::Issue,
};

use self::making::{Fate, Making};
use crate::{
    decide::{Decided, Step, decide},
    observe::{Found, Observation, put_off, related_anew},
    perform::Done,
    ports::{Action, Crm, Ledger, Newcomers, Trouble},
    report::Outcome,
    session::Scope,
};

/// People for whom one session makes records at most; the rest is the next one's.
const NEWCOMER_LIMIT: usize = 50;
/// The id of records that are only imagined.
const NO_RECORD: &str = "000000000000000";

/// Why records of items' people could not be made.
#[derive(Debug, Default)]
pub(crate) struct Unmade(BTreeMap<ItemId, Issue>);

impl Unmade {
    /// An item that is not saved because nobody at it has a record says why nobody has.
    pub(crate) fn judge(&self, item: &ItemId, decided: Decided) -> Decided {
        let Some(issue) = self.0.get(item) else { return decided };
        if decided.step.lacks_people() {
            Decided { step: Step::Refuse(issue.clone()), ..decided }
        } else {
            decided
        }
    }

    /// An item that is saved all the same tells whom it lacks.
    pub(crate) fn tell(&self, done: &mut Done) {
        for entry in &mut done.entries {
            let Some(issue) = self.0.get(&entry.item) else { continue };
            if let Outcome::Saved(saved) = &mut entry.outcome {
                saved.issue.get_or_insert_with(|| issue.clone());
            }
        }
    }
}

/// An item as it looks once its people have records, and who they are; nothing where none would be made for it.
pub(crate) fn imagined(scope: &Scope<'_>, one: &Observation) -> Option<(Observation, Vec<Newcomer>)> {
    let is_asked = one.wish.as_ref().is_some_and(|wish| wish.action == Action::Save);
    if scope.settings.people.auto_create == AutoCreate::Off || one.pair.is_some() || !is_asked {
        return None;
    }
    let newcomers = newcomers_of(scope, &one.item.as_ref()?.item, &one.people, &[]);
    if newcomers.is_empty() {
        return None;
    }
    let mut imagined = one.clone();
    imagined.people.extend(newcomers.iter().filter_map(imagined_person));
    decide(scope, &imagined).step.saves_openly().then_some((imagined, newcomers))
}

fn imagined_person(newcomer: &Newcomer) -> Option<PersonMatch> {
    let record = RecordId::parse(NO_RECORD).ok()?;
    let (object, account) = match &newcomer.becomes {
        Becomes::Lead { .. } => (PersonObject::Lead, None),
        Becomes::Contact(AccountOf::Nobody) => (PersonObject::Contact, None),
        Becomes::Contact(AccountOf::Known(account)) => (PersonObject::Contact, Some(account.clone())),
        Becomes::Contact(AccountOf::New { .. }) => (PersonObject::Contact, Some(record.clone())),
    };
    let (name, company) = (newcomer.last_name.clone(), String::new());
    Some(PersonMatch { record, object, name, company, account, address: newcomer.address.clone() })
}

fn newcomers_of(
    scope: &Scope<'_>,
    item: &Item,
    people: &[PersonMatch],
    accounts: &[DomainAccount],
) -> Vec<Newcomer> {
    let people = participants(item, scope.mailbox, &scope.settings.shared, people);
    newcomers(&people, accounts, scope.settings)
}

/// Makes the records that items lack which are about to be saved. An item for whose people that is not settled is left to the
/// next session. Where the setting is off nothing is asked.
pub(crate) async fn introduce(
    scope: &Scope<'_>,
    seen: &mut Found,
    crm: &(impl Crm + Newcomers),
    ledger: &impl Ledger,
) -> Result<Unmade, Trouble> {
    let wanted = |(place, one): (usize, &Observation)| Some((place, imagined(scope, one)?.1));
    let wanted: Vec<(usize, Vec<Newcomer>)> = seen.items.iter().enumerate().filter_map(wanted).collect();
    if wanted.is_empty() {
        return Ok(Unmade::default());
    }
    let mut met: BTreeSet<Address> = BTreeSet::new();
    let everybody = wanted.iter().flat_map(|(_, newcomers)| newcomers).map(|one| one.address.clone());
    let addresses: Vec<Address> =
        everybody.filter(|address| met.insert(address.clone())).take(NEWCOMER_LIMIT).collect();
    let places: Vec<usize> = wanted.into_iter().map(|(place, _)| place).collect();
    let mut making = Making::new(scope, crm, ledger);
    making.look(&addresses).await?;
    let accounts = making.accounts_of(&addresses).await?;
    for &place in &places {
        let one = &mut seen.items[place];
        making.fill(one);
        let Some(item) = &one.item else { continue };
        for newcomer in newcomers_of(scope, &item.item, &one.people, &accounts) {
            if addresses.contains(&newcomer.address) {
                making.want(newcomer, &one.id);
            }
        }
    }
    making.make().await?;
    let mut unmade = Unmade(making.issues());
    let mut unsettled = Vec::new();
    for &place in &places {
        let one = &mut seen.items[place];
        making.fill(one);
        let Some(item) = &one.item else { continue };
        for newcomer in newcomers_of(scope, &item.item, &one.people, &accounts) {
            match making.fate(&newcomer.address) {
                Some(Fate::Refused(issue)) => {
                    unmade.0.entry(one.id.clone()).or_insert_with(|| issue.clone());
                }
                Some(Fate::Stands(_) | Fate::Later) | None => unsettled.push(place),
            }
        }
    }
    related_anew(scope, crm, &mut seen.items, &places).await?;
    unsettled.dedup();
    for place in unsettled.into_iter().rev() {
        let one = seen.items.remove(place);
        seen.again = true;
        seen.settled.push(put_off(one.id, one.wish));
    }
    Ok(unmade)
}
