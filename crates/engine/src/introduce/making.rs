//! What records people need, in the order in which they need each other, and what became of everybody.

use std::collections::BTreeMap;

use calbridge_rules::{
    cause::Cause,
    id::{Address, ItemId, RecordId},
    newcomers::{AccountOf, Becomes, DomainAccount, NewRecord, Newcomer, new_opportunities},
    people::PersonMatch,
    settings::AutoCreate,
    status::Issue,
};
use chrono::TimeDelta;

use super::once::Once;
use crate::{
    observe::Observation,
    ports::{Claim, Crm, Ledger, Made, Newcomers, Trouble},
    session::Scope,
};

/// Days until a new Opportunity is to be closed.
const OPPORTUNITY_DAYS: i64 = 90;

/// What became of somebody.
#[derive(Clone, Debug)]
pub(super) enum Fate {
    /// There is a record.
    Stands(Box<PersonMatch>),
    /// There can be none, and why.
    Refused(Issue),
    /// It is not known yet.
    Later,
}

/// The records of one session.
pub(super) struct Making<'a, C, L> {
    scope: &'a Scope<'a>,
    crm: &'a C,
    once: Once<'a, C, L>,
    /// Whom records are to be made for, and the first item that needs them.
    wanted: Vec<(Newcomer, ItemId)>,
    fates: BTreeMap<Address, Fate>,
    /// Of Opportunities, which nobody waits for.
    issues: BTreeMap<ItemId, Issue>,
}

/// New Accounts by their domains, or why there is none.
type Accounts = BTreeMap<String, Result<RecordId, Fate>>;

impl<'a, C: Crm + Newcomers, L: Ledger> Making<'a, C, L> {
    pub(super) fn new(scope: &'a Scope<'a>, crm: &'a C, ledger: &'a L) -> Self {
        let once = Once { scope, crm, ledger };
        Self { scope, crm, once, wanted: Vec::new(), fates: BTreeMap::new(), issues: BTreeMap::new() }
    }

    /// Looks for people who were unknown when somebody last asked.
    pub(super) async fn look(&mut self, addresses: &[Address]) -> Result<(), Trouble> {
        for person in self.crm.people_now(addresses).await? {
            // Of several, the first is as good as when it was asked for.
            self.fates.entry(person.address.clone()).or_insert_with(|| Fate::Stands(Box::new(person)));
        }
        Ok(())
    }

    /// The Accounts that people without a record belong to.
    pub(super) async fn accounts_of(&self, addresses: &[Address]) -> Result<Vec<DomainAccount>, Trouble> {
        match self.scope.settings.people.auto_create {
            AutoCreate::Off | AutoCreate::Lead => return Ok(Vec::new()),
            AutoCreate::Contact | AutoCreate::ContactAndAccount => {}
        }
        let unknown = addresses.iter().filter(|address| !self.fates.contains_key(*address));
        let mut domains: Vec<String> = unknown.map(|address| address.domain().to_owned()).collect();
        domains.retain(|domain| self.scope.settings.shared.tells_company(domain));
        domains.sort();
        domains.dedup();
        if domains.is_empty() { Ok(Vec::new()) } else { self.crm.accounts_in(&domains).await }
    }

    /// Gives an item the records that stand by now.
    pub(super) fn fill(&self, one: &mut Observation) {
        let Some(item) = &one.item else { return };
        let asked = calbridge_rules::people::addresses_to_match(
            &item.item,
            self.scope.mailbox,
            &self.scope.settings.shared,
        );
        for address in asked {
            if let Some(Fate::Stands(person)) = self.fates.get(&address)
                && one.people.iter().all(|known| known.address != address)
            {
                one.people.push(PersonMatch::clone(person));
            }
        }
    }

    /// Somebody is to have a record, for an item.
    pub(super) fn want(&mut self, newcomer: Newcomer, item: &ItemId) {
        if self.wanted.iter().all(|(wanted, _)| wanted.address != newcomer.address) {
            self.wanted.push((newcomer, item.clone()));
        }
    }

    pub(super) fn fate(&self, address: &Address) -> Option<&Fate> {
        self.fates.get(address)
    }

    pub(super) fn issues(&self) -> BTreeMap<ItemId, Issue> {
        self.issues.clone()
    }

    /// Makes all that is wanted: Accounts, then people, then Opportunities.
    pub(super) async fn make(&mut self) -> Result<(), Trouble> {
        if self.wanted.is_empty() {
            return Ok(());
        }
        let accounts = self.make_accounts().await?;
        let mut rows: Vec<(Claim, ItemId, NewRecord)> = Vec::new();
        for (newcomer, item) in self.wanted.clone() {
            let record = match &newcomer.becomes {
                Becomes::Lead { company } => {
                    Ok(NewRecord::Lead { person: newcomer.person(), company: company.clone() })
                }
                Becomes::Contact(account) => account_record(account, &accounts)
                    .map(|account| NewRecord::Contact { person: newcomer.person(), account }),
            };
            match record {
                Ok(record) => rows.push((Claim::Person(newcomer.address), item, record)),
                Err(fate) => drop(self.fates.insert(newcomer.address, fate)),
            }
        }
        for (claim, went) in self.once.make(rows).await? {
            if let Claim::Person(address) = claim {
                let fate = person_fate(&address, went);
                self.fates.insert(address, fate);
            }
        }
        self.make_opportunities(&accounts).await
    }

    /// The Accounts that are new, by their domains.
    async fn make_accounts(&self) -> Result<Accounts, Trouble> {
        let mut rows: BTreeMap<Claim, (ItemId, NewRecord)> = BTreeMap::new();
        for (newcomer, item) in &self.wanted {
            if let Becomes::Contact(AccountOf::New { name, domain }) = &newcomer.becomes {
                let record = NewRecord::Account { name: name.clone(), domain: domain.clone() };
                rows.entry(Claim::Account { domain: domain.clone() }).or_insert((item.clone(), record));
            }
        }
        let rows = rows.into_iter().map(|(claim, (item, record))| (claim, item, record)).collect();
        let mut accounts = Accounts::new();
        for (claim, went) in self.once.make(rows).await? {
            if let Claim::Account { domain } = claim {
                let whom = format!("the Account of {domain}");
                let account = match went {
                    Ok(made) => Ok(made.record),
                    Err(Trouble::Refused(issue)) => Err(Fate::Refused(told(&whom, issue))),
                    Err(_) => Err(Fate::Later),
                };
                accounts.insert(domain, account);
            }
        }
        Ok(accounts)
    }

    /// An Opportunity for each Account of people who are new, unless it has one that is open.
    async fn make_opportunities(&mut self, accounts: &Accounts) -> Result<(), Trouble> {
        let stands = |newcomer: &Newcomer| matches!(self.fates.get(&newcomer.address), Some(Fate::Stands(_)));
        let new: Vec<Newcomer> =
            self.wanted.iter().map(|(newcomer, _)| newcomer).filter(|one| stands(one)).cloned().collect();
        let mut ids: Vec<RecordId> = Vec::new();
        for account in new_opportunities(&new, self.scope.settings) {
            ids.extend(account_record(account, accounts).ok().flatten());
        }
        if ids.is_empty() {
            return Ok(());
        }
        let related = self.crm.related(&ids, self.scope.now).await?;
        let close = (self.scope.now + TimeDelta::days(OPPORTUNITY_DAYS)).date_naive();
        let mut rows = Vec::new();
        for account in related.accounts.into_iter().filter(|account| ids.contains(&account.record)) {
            let is_open = related
                .opportunities
                .iter()
                .any(|one| one.account.as_ref() == Some(&account.record) && !one.is_closed);
            let Some(item) = self.item_of(&account.record, accounts).filter(|_| !is_open) else { continue };
            let claim = Claim::Opportunity { account: account.record.clone() };
            let record = NewRecord::Opportunity { name: account.name, account: account.record, close };
            rows.push((claim, item, record));
        }
        let items: BTreeMap<Claim, ItemId> =
            rows.iter().map(|(claim, item, _)| (claim.clone(), item.clone())).collect();
        for (claim, went) in self.once.make(rows).await? {
            // Nobody waits for one that is not clear, and its Account may have it by now.
            let Err(Trouble::Refused(why)) = went else { continue };
            if let Some(item) = items.get(&claim) {
                self.issues.insert(item.clone(), told("an Opportunity", why));
            }
        }
        Ok(())
    }

    /// The first item that needs an Account.
    fn item_of(&self, account: &RecordId, accounts: &Accounts) -> Option<ItemId> {
        let needs = |newcomer: &Newcomer| match &newcomer.becomes {
            Becomes::Lead { .. } => false,
            Becomes::Contact(of) => matches!(account_record(of, accounts), Ok(Some(id)) if id == *account),
        };
        self.wanted.iter().find(|(newcomer, _)| needs(newcomer)).map(|(_, item)| item.clone())
    }
}

/// The Account of a new Contact, once it is made.
fn account_record(account: &AccountOf, made: &Accounts) -> Result<Option<RecordId>, Fate> {
    match account {
        AccountOf::Nobody => Ok(None),
        AccountOf::Known(account) => Ok(Some(account.clone())),
        AccountOf::New { domain, .. } => match made.get(domain) {
            Some(Ok(account)) => Ok(Some(account.clone())),
            Some(Err(fate)) => Err(fate.clone()),
            None => Err(Fate::Later),
        },
    }
}

fn person_fate(address: &Address, went: Result<Made, Trouble>) -> Fate {
    match went {
        Ok(Made { person: Some(person), .. }) => Fate::Stands(Box::new(person)),
        Err(Trouble::Refused(issue)) => Fate::Refused(told(address.as_str(), issue)),
        Ok(Made { person: None, .. }) | Err(_) => Fate::Later,
    }
}

/// The issue of a record that the org refuses, unless it is told already under this rule.
fn told(whom: &str, issue: Issue) -> Issue {
    let own = Cause::NotMade { whom: whom.to_owned(), why: issue.reason.clone() };
    if issue.code == own.code() { issue } else { own.issue() }
}
