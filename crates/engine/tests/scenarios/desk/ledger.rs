//! The ledger: what sessions remember, kept all or nothing.

use calbridge_engine::{
    Entry, Kept, Outcome,
    pair::Pair,
    ports::{
        Action, Attempt, Claim, Cursor, ForeseenClash, Foresight, Given, Intended, Journalled, Ledger,
        LeftOut, News, Pass, RefusedAttempt, Request, SeenItem, Source, Trouble, UnmarkedPair, Window,
        rests_for,
    },
    report::{Clash, Saved},
    ruling::RuledInvitation,
    series::KeptSeries,
};
use calbridge_rules::{
    autosave::Past,
    event::EventFields,
    holding::Saver,
    id::{Address, ItemId, RecordId},
    objects::RecordItem,
    status::Issue,
};
use chrono::{DateTime, Utc};

use super::{Desk, Fault, State};

impl Ledger for Desk {
    async fn waiting(&self, limit: usize) -> Result<Vec<Request>, Trouble> {
        Ok(self.state().requests.iter().take(limit).cloned().collect())
    }

    async fn cursor(&self) -> Result<Option<Cursor>, Trouble> {
        Ok(self.state().cursor.clone())
    }

    async fn unfinished(&self, now: DateTime<Utc>, limit: usize) -> Result<Vec<ItemId>, Trouble> {
        let state = self.state();
        let due = state.later.iter().filter(|(_, at)| **at <= now).map(|(item, _)| item);
        Ok(state.unfinished.iter().chain(due).take(limit).cloned().collect())
    }

    async fn news(&self, now: DateTime<Utc>, limit: usize) -> Result<Vec<News>, Trouble> {
        let state = self.state();
        let again = state.coming.iter().filter(|(_, at)| **at <= now);
        let again = again.map(|(event, _)| News { event: event.clone(), revision: 0 });
        Ok(state.news.iter().cloned().chain(again).take(limit).collect())
    }

    async fn pairs(&self, items: &[ItemId]) -> Result<Vec<Pair>, Trouble> {
        let state = self.state();
        Ok(items.iter().filter_map(|item| state.pairs.get(item)).cloned().collect())
    }

    async fn pairs_of(&self, events: &[RecordId]) -> Result<Vec<Pair>, Trouble> {
        let state = self.state();
        Ok(state.pairs.values().filter(|pair| events.contains(&pair.event)).cloned().collect())
    }

    async fn series(&self, masters: &[ItemId]) -> Result<Vec<(ItemId, KeptSeries)>, Trouble> {
        let state = self.state();
        let kept = |id: &ItemId| Some((id.clone(), state.kept.get(id)?.clone()));
        Ok(masters.iter().filter_map(kept).collect())
    }

    async fn series_of(&self, events: &[RecordId]) -> Result<Vec<(RecordId, ItemId)>, Trouble> {
        let state = self.state();
        let mut parts = Vec::new();
        for (id, kept) in &state.kept {
            parts.extend(
                kept.events().filter(|event| events.contains(event)).map(|event| (event.clone(), id.clone())),
            );
        }
        Ok(parts)
    }

    async fn taken_away(&self, events: &[RecordId]) -> Result<Vec<(RecordId, EventFields)>, Trouble> {
        let state = self.state();
        let deletions =
            state.journal.iter().filter(|(event, _, after)| events.contains(event) && after.is_empty());
        Ok(deletions.map(|(event, before, _)| (event.clone(), before.clone())).collect())
    }

    async fn pairs_within(&self, window: Window) -> Result<Vec<Pair>, Trouble> {
        let touches = |pair: &&Pair| pair.agreed.span().is_some_and(|span| window.touches(span));
        Ok(self.state().pairs.values().filter(touches).cloned().collect())
    }

    async fn shown(&self, items: &[ItemId]) -> Result<Vec<(ItemId, RecordItem)>, Trouble> {
        Ok(self.state().shown().filter(|(item, _)| items.contains(item)).collect())
    }

    async fn shown_within(&self, window: Window) -> Result<Vec<ItemId>, Trouble> {
        let touches = |says: &RecordItem| says.values.span.is_some_and(|span| window.touches(span));
        Ok(self.state().shown().filter(|(_, says)| touches(says)).map(|(item, _)| item).collect())
    }

    async fn related(&self, items: &[ItemId]) -> Result<Vec<(ItemId, Kept)>, Trouble> {
        let state = self.state();
        let kept = |item: &ItemId| Some((item.clone(), state.related.get(item)?.clone()));
        Ok(items.iter().filter_map(kept).collect())
    }

    async fn left_out(&self, items: &[ItemId]) -> Result<Vec<(ItemId, Vec<LeftOut>)>, Trouble> {
        let state = self.state();
        let known = |item: &ItemId| Some((item.clone(), state.left_out.get(item)?.clone()));
        Ok(items.iter().filter_map(known).collect())
    }

    async fn ruled_invitations(&self, events: &[RecordId]) -> Result<Vec<RuledInvitation>, Trouble> {
        let state = self.state();
        Ok(state.ruled.iter().filter(|ruled| events.contains(&ruled.event)).cloned().collect())
    }

    async fn count_pairs(&self) -> Result<usize, Trouble> {
        Ok(self.state().pairs.len())
    }

    async fn other_savers(&self, events: &[RecordId]) -> Result<Vec<(RecordId, Saver)>, Trouble> {
        let state = self.state();
        Ok(state.others.iter().filter(|(event, _)| events.contains(event)).cloned().collect())
    }

    async fn let_go(&self, items: &[ItemId]) -> Result<Vec<(ItemId, Past)>, Trouble> {
        let state = self.state();
        let past = |item: &ItemId| state.let_go.get(item).map(|past| (item.clone(), *past));
        Ok(items.iter().filter_map(past).collect())
    }

    async fn unmarked(&self, _: usize) -> Result<Vec<UnmarkedPair>, Trouble> {
        let state = self.state();
        let pair = |item: &ItemId| UnmarkedPair {
            item: item.clone(),
            event: state.pairs[item].event.clone(),
            issue: match &state.outcomes[item] {
                Outcome::Saved(saved) => saved.issue.clone(),
                Outcome::Refused(issue) | Outcome::Waiting(issue) | Outcome::Lost(issue) => {
                    Some(issue.clone())
                }
                Outcome::Skipped(_)
                | Outcome::Withdrawn
                | Outcome::Removed { .. }
                | Outcome::Released { .. }
                | Outcome::Unasked
                | Outcome::Deferred => None,
            },
        };
        Ok(state.unmarked.iter().map(pair).collect())
    }

    async fn is_synced(&self, address: &Address) -> Result<bool, Trouble> {
        Ok(self.state().synced.contains(address))
    }

    async fn intended(&self) -> Result<Vec<Intended>, Trouble> {
        Ok(self.state().intended.values().cloned().collect())
    }

    async fn resting(&self, attempts: &[Attempt], now: DateTime<Utc>) -> Result<Vec<Option<Issue>>, Trouble> {
        let state = self.state();
        let said = |attempt: &Attempt| {
            let rested = state.refused.get(&(attempt.item.clone(), attempt.write.place()))?;
            (rested.refused.attempt == *attempt && now < rested.until).then(|| rested.refused.issue.clone())
        };
        Ok(attempts.iter().map(said).collect())
    }

    async fn foresee(&self, foresight: &Foresight, _: DateTime<Utc>) -> Result<Vec<bool>, Trouble> {
        let mut state = self.state();
        if let Some(Fault::Instead(trouble) | Fault::Afterwards(trouble)) = state.call("foresee") {
            return Err(trouble);
        }
        state.journal.extend(foresight.overwrites.clone());
        state.journal_of_ties.extend(foresight.ties.clone());
        state.journal_of_items.extend(foresight.items.clone());
        for clash in &foresight.clashes {
            let is_same = |one: &ForeseenClash| {
                (&one.item, &one.event, &one.clash.field) == (&clash.item, &clash.event, &clash.clash.field)
            };
            state.foreseen.retain(|one| !is_same(one));
            state.foreseen.push(clash.clone());
        }
        let own = foresight.intended.iter().filter(|one| !state.taken.contains(&one.key));
        let own: Vec<Intended> = own.cloned().collect();
        state.intended.extend(own.into_iter().map(|one| (one.item.clone(), one)));
        Ok(foresight.creates.iter().map(|key| !state.taken.contains(key)).collect())
    }

    async fn record(&self, pass: &Pass, now: DateTime<Utc>) -> Result<(), Trouble> {
        let mut state = self.state();
        let lost = match state.call("record") {
            Some(Fault::Instead(trouble)) => return Err(trouble),
            Some(Fault::Afterwards(trouble)) => Err(trouble),
            None => Ok(()),
        };
        if let Some(cursor) = &pass.cursor {
            state.cursor = Some(cursor.clone());
        }
        state.round = pass.round;
        state.news.retain(|news| !pass.heard.contains(news));
        state.invitations.retain(|one| pass.heard.iter().all(|news| news.event != one.event));
        state.invitations.extend(pass.invitations.iter().cloned());
        for news in &pass.heard {
            state.coming.remove(&news.event);
        }
        let told = state.told.len();
        state.told.retain(|_, (event, _)| !pass.gone.contains(event));
        if state.told.len() < told {
            state.coming.values_mut().for_each(|at| *at = now);
        }
        state.coming.extend(pass.later.iter().cloned());
        for told in &pass.told {
            match &told.issue {
                Some(issue) => {
                    drop(state.told.insert(told.about.clone(), (told.event.clone(), issue.clone())));
                }
                None => drop(state.told.remove(&told.about)),
            }
        }
        for refused in &pass.refused {
            state.rest(refused, now);
        }
        for (id, kept) in &pass.series {
            // What is kept survives being written down.
            let text = serde_json::to_string(kept).unwrap();
            state.kept.insert(id.clone(), serde_json::from_str(&text).unwrap());
        }
        for entry in &pass.entries {
            state.keep(entry);
        }
        state.related.extend(pass.related.iter().cloned());
        state.left_out.extend(pass.left_out.iter().cloned());
        state.left_out.retain(|_, files| !files.is_empty());
        for (id, meeting) in &pass.meetings {
            for request in state.requests.iter_mut().filter(|request| request.item.id == *id) {
                request.meeting = Some(meeting.clone());
            }
        }
        // What was refused before, and is not any more, is over with its pause.
        let is_seen = |item: &ItemId| pass.entries.iter().any(|entry| entry.item == *item);
        state.refused.retain(|(item, _), rested| !is_seen(item) || rested.until >= now);
        for entry in &pass.entries {
            let of_item = state.refused.iter().filter(|((item, _), _)| *item == entry.item);
            let until = of_item.map(|(_, rested)| rested.until).min();
            state.later.extend(until.map(|until| (entry.item.clone(), until)));
        }
        state.unmarked.retain(|item| !pass.carried.contains(item));
        state.unfinished.extend(pass.unmarked.iter().cloned());
        state.touch_shown(&pass.touched);
        lost
    }

    async fn claim(&self, claims: &[Claim], _: DateTime<Utc>) -> Result<Vec<bool>, Trouble> {
        let mut state = self.state();
        state.call("claim");
        let appearing = state.appears_at_claim.take();
        state.contacts.extend(appearing);
        let is_free = |claim: &Claim| !state.claimed.contains(claim);
        Ok(claims.iter().map(is_free).collect())
    }

    async fn unclaim(&self, ended: &[(Claim, Option<Journalled>)], _: DateTime<Utc>) -> Result<(), Trouble> {
        let mut state = self.state();
        state.call("unclaim");
        state.made_records.extend(ended.iter().filter_map(|(_, made)| made.clone()));
        Ok(())
    }

    async fn marked(&self, pairs: &[ItemId], others: &[ItemId]) -> Result<(), Trouble> {
        let mut state = self.state();
        for item in pairs {
            state.unmarked.remove(item);
        }
        for item in others {
            state.unfinished.remove(item);
        }
        Ok(())
    }
}

/// Whether nothing is wrong with an item.
fn is_well(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Saved(saved) => saved.issue.is_none(),
        Outcome::Removed { .. }
        | Outcome::Released { .. }
        | Outcome::Skipped(_)
        | Outcome::Withdrawn
        | Outcome::Unasked => true,
        Outcome::Refused(_) | Outcome::Waiting(_) | Outcome::Lost(_) | Outcome::Deferred => false,
    }
}

/// A write that the org refused.
#[derive(Debug)]
pub(crate) struct Rested {
    pub(crate) refused: RefusedAttempt,
    pub(crate) times: usize,
    pub(crate) until: DateTime<Utc>,
}

impl State {
    fn rest(&mut self, refused: &RefusedAttempt, now: DateTime<Utc>) {
        let place = (refused.attempt.item.clone(), refused.attempt.write.place());
        let before = self.refused.get(&place).filter(|before| before.refused.attempt == refused.attempt);
        let times = before.map_or(0, |before| before.times) + 1;
        let until = now + rests_for(times);
        self.refused.insert(place, Rested { refused: refused.clone(), times, until });
    }

    fn keep(&mut self, entry: &Entry) {
        let id = &entry.item;
        self.outcomes.insert(id.clone(), entry.outcome.clone());
        self.traces.insert(id.clone(), entry.trace.clone());
        self.unfinished.remove(id);
        self.later.remove(id);
        if entry.outcome != Outcome::Deferred {
            self.intended.remove(id);
        }
        if is_well(&entry.outcome) {
            self.refused.retain(|(item, _), _| item != id);
        }
        let is_settled = match &entry.outcome {
            Outcome::Saved(saved) => {
                let pair = Pair {
                    item: id.clone(),
                    key: saved.key.clone(),
                    event: saved.event.clone(),
                    origin: saved.origin,
                    is_by_hand: saved.is_by_hand,
                    holding: saved.holding,
                    agreed: saved.agreed.clone(),
                    ruled: self
                        .pairs
                        .get(id)
                        .and_then(|pair| pair.ruled.clone())
                        .filter(|_| saved.held.is_some() || saved.is_unfinished),
                };
                self.pairs.insert(id.clone(), pair);
                self.unmarked.insert(id.clone());
                self.let_go.remove(id);
                let foreseen = if saved.is_unfinished { Vec::new() } else { self.decided(id, saved) };
                let listed = saved.clashes.iter().filter(|clash| !foreseen.contains(clash));
                for Clash { event, conflict } in listed.chain(&foreseen) {
                    self.clash_events.push(event.clone());
                    self.clashes.push((id.clone(), conflict.clone()));
                }
                match &saved.held {
                    None if saved.is_unfinished => {}
                    None => drop(self.held.remove(id)),
                    Some(held) => drop(self.held.insert(id.clone(), held.clone())),
                }
                if saved.is_unfinished {
                    self.unfinished.insert(id.clone());
                }
                !entry.is_asked_again()
            }
            Outcome::Removed { .. } => {
                self.let_go_of(id, Past::TakenBack);
                true
            }
            Outcome::Released { past, .. } => {
                self.let_go_of(id, *past);
                true
            }
            Outcome::Skipped(skipped) => {
                if let Some(at) = skipped.again_at {
                    self.later.insert(id.clone(), at);
                }
                true
            }
            Outcome::Lost(_) | Outcome::Withdrawn | Outcome::Unasked => true,
            Outcome::Refused(_) | Outcome::Waiting(_) if self.pairs.contains_key(id) => {
                let is_chosen = entry.source == Some(Source::Pane) && entry.action == Action::Save;
                let rests = self.refused.keys().any(|(item, _)| item == id);
                !is_chosen && (entry.source.is_none() || !rests)
            }
            Outcome::Refused(_) | Outcome::Waiting(_) | Outcome::Deferred => {
                if entry.is_asked_again() {
                    self.ask_again(entry);
                }
                !entry.is_asked_again()
            }
        };
        let seen = |request: &Request| {
            let named = |ticket: &calbridge_engine::observe::Ticket| {
                ticket.given == request.given && ticket.revision == request.revision
            };
            entry.tickets.iter().any(named)
        };
        self.requests.retain(|request| !(is_settled && seen(request)));
    }

    /// Clashes of an item that were foreseen and whose winner stands, on the date that its Event stands for if it does.
    fn decided(&mut self, id: &ItemId, saved: &Saved) -> Vec<Clash> {
        let kept = self.kept.get(id);
        let agreed_on = |event: &RecordId| {
            let date = kept.and_then(|kept| kept.agreed_on(&saved.agreed, event));
            date.unwrap_or_else(|| saved.agreed.event.clone())
        };
        let of_item = self.foreseen.extract_if(.., |one| one.item == *id);
        let won = of_item.filter(|one| agreed_on(&one.event).get(&one.clash.field) == Some(&one.wins));
        won.map(|one| Clash { event: one.event, conflict: one.clash }).collect()
    }

    fn let_go_of(&mut self, id: &ItemId, past: Past) {
        self.pairs.remove(id);
        self.related.remove(id);
        self.held.remove(id);
        self.kept.remove(id);
        self.unmarked.remove(id);
        self.let_go.insert(id.clone(), past);
    }

    /// What was found by its category is asked for again; a pair is looked at again.
    fn ask_again(&mut self, entry: &Entry) {
        match entry.source {
            Some(source) if entry.tickets.is_empty() => {
                self.requests.push(Request {
                    given: entry.item.clone(),
                    item: Given::immutable(entry.item.clone()),
                    meeting: None,
                    source,
                    action: entry.action,
                    choice: entry.choice.clone(),
                    revision: 1,
                });
            }
            Some(Source::Pane | Source::Category | Source::Place | Source::Autosave) => {}
            None => {
                self.unfinished.insert(entry.item.clone());
            }
        }
    }

    /// The item of a name.
    pub(crate) fn item(&self, name: &str) -> &SeenItem {
        &self.items[&super::item_id(name)]
    }
}
