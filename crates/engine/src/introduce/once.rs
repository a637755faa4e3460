//! Making a record once, whoever needs it: claimed, looked for, made, and looked for again where the answer is unclear (DUP-3).

use std::collections::BTreeMap;

use calbridge_rules::{id::ItemId, newcomers::NewRecord};

use crate::{
    ports::{Claim, Crm, Journalled, Ledger, Made, Newcomers, Trouble},
    session::Scope,
};

/// Makes records, each once.
pub(super) struct Once<'a, C, L> {
    pub(super) scope: &'a Scope<'a>,
    pub(super) crm: &'a C,
    pub(super) ledger: &'a L,
}

/// How the making of something went.
pub(super) type Went = (Claim, Result<Made, Trouble>);

impl<C: Crm + Newcomers, L: Ledger> Once<'_, C, L> {
    /// Makes what nobody else is making, for the items that need it; one answer for each, and the claims on what is settled
    /// end.
    pub(super) async fn make(&self, rows: Vec<(Claim, ItemId, NewRecord)>) -> Result<Vec<Went>, Trouble> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let items: BTreeMap<Claim, ItemId> =
            rows.iter().map(|(claim, item, _)| (claim.clone(), item.clone())).collect();
        let (mut went, ours) = self.claim(rows).await?;
        // Whoever had the claim before may have made it since it was looked for.
        let mut there = self.standing(ours.iter().map(|(claim, _)| claim)).await?;
        let (met, missing): (Vec<_>, Vec<_>) =
            ours.into_iter().partition(|(claim, _)| there.contains_key(claim));
        let met: Vec<Went> = met
            .into_iter()
            .filter_map(|(claim, _)| there.remove(&claim).map(|made| (claim, Ok(made))))
            .collect();
        self.end(&met, &items).await?;
        let (claims, records): (Vec<Claim>, Vec<NewRecord>) = missing.into_iter().unzip();
        let answers =
            if records.is_empty() { Vec::new() } else { self.crm.make(self.scope.owner, &records).await };
        let (unclear, clear): (Vec<Went>, Vec<Went>) =
            claims.into_iter().zip(answers).partition(|(_, answer)| matches!(answer, Err(Trouble::Unclear)));
        self.end(&clear, &items).await?;
        let settled = self.settled(unclear).await?;
        self.end(&settled, &items).await?;
        let stopping = clear
            .iter()
            .find_map(|(_, answer)| answer.as_ref().err().filter(|trouble| ends_session(trouble)).cloned());
        if let Some(trouble) = stopping {
            return Err(trouble);
        }
        went.extend(met);
        went.extend(clear);
        went.extend(settled);
        Ok(went)
    }

    /// What others are making, which waits, and what is this session's to make.
    async fn claim(
        &self,
        rows: Vec<(Claim, ItemId, NewRecord)>,
    ) -> Result<(Vec<Went>, Vec<(Claim, NewRecord)>), Trouble> {
        let claims: Vec<Claim> = rows.iter().map(|(claim, ..)| claim.clone()).collect();
        let granted = self.ledger.claim(&claims, self.scope.now).await?;
        let (mut others, mut ours): (Vec<Went>, Vec<(Claim, NewRecord)>) = (Vec::new(), Vec::new());
        for ((claim, _, record), is_ours) in rows.into_iter().zip(granted) {
            if is_ours {
                ours.push((claim, record));
            } else {
                others.push((claim, Err(Trouble::Later { retry_after_ms: None })));
            }
        }
        Ok((others, ours))
    }

    /// Ends claims; one that is unclear ends by itself, because it may still be carried out.
    async fn end(&self, went: &[Went], items: &BTreeMap<Claim, ItemId>) -> Result<(), Trouble> {
        let journalled = |(claim, answer): &Went| {
            let made = answer.as_ref().ok().filter(|made| made.is_new)?;
            Some(Journalled { record: made.record.clone(), item: items.get(claim)?.clone() })
        };
        let ended: Vec<(Claim, Option<Journalled>)> = went
            .iter()
            .filter(|(_, answer)| !matches!(answer, Err(Trouble::Unclear)))
            .map(|went| (went.0.clone(), journalled(went)))
            .collect();
        if ended.is_empty() { Ok(()) } else { self.ledger.unclaim(&ended, self.scope.now).await }
    }

    /// What of the unclear stands now was made by this session.
    async fn settled(&self, unclear: Vec<Went>) -> Result<Vec<Went>, Trouble> {
        let mut there = self.standing(unclear.iter().map(|(claim, _)| claim)).await?;
        let settled = |(claim, answer): Went| {
            let made = there.remove(&claim).map(|made| Made { is_new: true, ..made });
            (claim, made.map_or(answer, Ok))
        };
        Ok(unclear.into_iter().map(settled).collect())
    }

    /// What is there of all that may be made.
    async fn standing<'c>(
        &self,
        claims: impl Iterator<Item = &'c Claim> + Send,
    ) -> Result<BTreeMap<Claim, Made>, Trouble> {
        let (mut addresses, mut domains, mut accounts) = (Vec::new(), Vec::new(), Vec::new());
        for claim in claims {
            match claim {
                Claim::Person(address) => addresses.push(address.clone()),
                Claim::Account { domain } => domains.push(domain.clone()),
                Claim::Opportunity { account } => accounts.push(account.clone()),
            }
        }
        let mut there = BTreeMap::new();
        if !addresses.is_empty() {
            for person in self.crm.people_now(&addresses).await? {
                let made =
                    Made { record: person.record.clone(), person: Some(person.clone()), is_new: false };
                there.entry(Claim::Person(person.address)).or_insert(made);
            }
        }
        if !domains.is_empty() {
            for known in self.crm.accounts_in(&domains).await? {
                let made = Made { record: known.account, person: None, is_new: false };
                there.insert(Claim::Account { domain: known.domain }, made);
            }
        }
        if !accounts.is_empty() {
            let related = self.crm.related(&accounts, self.scope.now).await?;
            for open in related.opportunities.into_iter().filter(|one| !one.is_closed) {
                if let Some(account) = open.account {
                    let made = Made { record: open.record.record, person: None, is_new: false };
                    there.entry(Claim::Opportunity { account }).or_insert(made);
                }
            }
        }
        Ok(there)
    }
}

fn ends_session(trouble: &Trouble) -> bool {
    match trouble {
        Trouble::Stopped(_) | Trouble::Fenced => true,
        Trouble::Unclear | Trouble::Later { .. } | Trouble::Gone | Trouble::Stale | Trouble::Refused(_) => {
            false
        }
    }
}
