//! The items that a session looks at closely, whatever brought them up: requests, changes of the calendar, categories, news
//! from Salesforce, and what an earlier session left.

mod series;
mod shown;

use std::collections::{BTreeMap, BTreeSet};

use calbridge_rules::{
    autosave::Past,
    category::{self, SALESFORCE, UNSYNC},
    id::{ItemId, RecordId},
    item::Kind,
    saving::{Check, Choice, Scope as SaveScope},
};

use super::{Found, SESSION_LIMIT, Ticket, Wish};
use crate::{
    decide::first_look,
    fields::item_fields,
    mutant::mutant,
    pair::Pair,
    ports::{Action, Calendar, Given, Intended, Ledger, Round, SeenItem, Source, Trouble, UnmarkedPair},
    relate::Kept,
    report::{Entry, Outcome, Skipped},
    session::Scope,
};

/// Items by id, with what is known of them so far.
#[derive(Debug, Default)]
pub(super) struct Sight {
    things: BTreeMap<ItemId, Thing>,
}

/// What is known of an item before it is looked at closely.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is found out by itself, from another source")]
struct Thing {
    /// The item, with what the add-in left on it.
    item: Option<SeenItem>,
    /// The item as a round of changes shows it.
    glimpse: Option<SeenItem>,
    wish: Option<Wish>,
    inherits_category: bool,
    /// Whether it lies where everything is to be saved.
    is_placed: bool,
    /// Whether it is read though its glimpse tells nothing new.
    must_read: bool,
    /// Whether an earlier session left it.
    is_unfinished: bool,
}

/// An item that was looked at closely.
#[derive(Debug)]
pub(super) struct Looked {
    pub(super) id: ItemId,
    /// Nothing where it is proven to be gone.
    pub(super) item: Option<SeenItem>,
    pub(super) pair: Option<Pair>,
    /// What was about to be created for it, where that was not kept.
    pub(super) intended: Option<Intended>,
    pub(super) wish: Option<Wish>,
    /// Requests that its pair meets already.
    pub(super) met: Vec<Ticket>,
    pub(super) inherits_category: bool,
    pub(super) past: Past,
}

/// What was seen and heard, to be looked at closely.
#[derive(Debug, Default)]
pub(super) struct Closely {
    pub(super) items: Vec<Looked>,
    /// Events that changed in Salesforce and have no pair here.
    pub(super) strangers: Vec<RecordId>,
}

impl Closely {
    pub(super) fn is_empty(&self) -> bool {
        self.items.is_empty() && self.strangers.is_empty()
    }
}

impl Sight {
    /// Takes in an item that somebody asked for.
    pub(super) fn asked(&mut self, item: SeenItem, mut wish: Wish, inherits_category: bool) {
        let thing = self.things.entry(item.id.clone()).or_default();
        if let Some(earlier) = thing.wish.take() {
            // The category never overrides what somebody chose.
            let by_marks = match wish.source {
                Source::Category | Source::Place => true,
                Source::Pane | Source::Autosave => false,
            };
            if by_marks && earlier.source == Source::Pane {
                wish.source = earlier.source;
                wish.action = earlier.action;
                wish.choice = earlier.choice;
            }
            wish.tickets.extend(earlier.tickets);
        }
        thing.wish = Some(wish);
        thing.inherits_category = inherits_category;
        thing.item = Some(item);
    }

    /// Looks for what changed in the calendar, what carries a category, and what an earlier session left.
    pub(super) async fn look_around(
        &mut self,
        scope: &Scope<'_>,
        calendar: &impl Calendar,
        ledger: &impl Ledger,
        found: &mut Found,
    ) -> Result<(), Trouble> {
        let window = scope.window();
        let known = ledger.cursor().await?.filter(|cursor| cursor.window == window);
        let mut round = match calendar.changes(known.as_ref(), window).await {
            Err(Trouble::Stale) if known.is_some() => calendar.changes(None, window).await?,
            answer => answer?,
        };
        if round.is_whole && known.is_some() && mutant("token-loss-is-empty") {
            round.items.clear();
            round.is_whole = false;
        }
        if round.is_whole {
            // What was agreed to lie in the window and is not there may be gone.
            let paired = ledger.pairs_within(window).await?.into_iter().map(|pair| pair.item);
            let intended = ledger.intended().await?.into_iter().map(|one| one.item);
            for item in paired.chain(ledger.shown_within(window).await?).chain(intended) {
                self.things.entry(item).or_default().must_read = true;
            }
        }
        self.take_in(round, found);
        if scope.looks_everywhere {
            for name in [SALESFORCE, UNSYNC] {
                for item in calendar.with_category(name).await? {
                    self.things.entry(item.id.clone()).or_default().glimpse.get_or_insert(item);
                }
            }
        }
        let unfinished = ledger.unfinished(scope.now, SESSION_LIMIT).await?;
        found.again |= unfinished.len() == SESSION_LIMIT;
        for id in unfinished {
            let thing = self.things.entry(id).or_default();
            thing.must_read = true;
            thing.is_unfinished = true;
        }
        Ok(())
    }

    fn take_in(&mut self, round: Round, found: &mut Found) {
        for item in round.items {
            let thing = self.things.entry(item.id.clone()).or_default();
            // A whole round shows the item: it need not be read to prove that it exists.
            thing.must_read &= !round.is_whole;
            thing.glimpse = Some(item);
        }
        for id in round.placed {
            self.things.entry(id).or_default().is_placed = true;
        }
        for id in round.removed {
            let thing = self.things.entry(id).or_default();
            thing.must_read = true;
            thing.glimpse = None;
        }
        found.cursor = Some(round.cursor);
        found.round = round.end;
    }

    /// Reads what is worth a closer look.
    pub(super) async fn read(
        mut self,
        scope: &Scope<'_>,
        calendar: &impl Calendar,
        ledger: &impl Ledger,
        found: &mut Found,
    ) -> Result<Closely, Trouble> {
        let mut closely = Closely::default();
        self.hear(scope, ledger, found, &mut closely).await?;
        shown::set_apart(&mut self.things, ledger, found).await?;
        let ids: Vec<ItemId> = self.things.keys().cloned().collect();
        let mut pairs: BTreeMap<ItemId, Pair> = BTreeMap::new();
        if !ids.is_empty() {
            pairs.extend(ledger.pairs(&ids).await?.into_iter().map(|pair| (pair.item.clone(), pair)));
        }
        self.series_of_members(&pairs);
        let unpaired: Vec<ItemId> =
            self.things.keys().filter(|id| !pairs.contains_key(id)).cloned().collect();
        let mut pasts: BTreeMap<ItemId, Past> = if unpaired.is_empty() {
            BTreeMap::new()
        } else {
            ledger.let_go(&unpaired).await?.into_iter().collect()
        };
        let mut intended = intended(ledger, &unpaired).await?;
        let kept = self.related(ledger, &pairs).await?;
        let series = self.saved_as_series(ledger, &pairs).await?;
        let mut due: Vec<(ItemId, Thing)> = Vec::new();
        for (id, mut thing) in self.things {
            thing.must_read |= series.contains(&id) || intended.contains_key(&id);
            thing.must_read |= answered(scope, &thing, kept.get(&id));
            match closer(scope, &mut thing, pairs.get(&id), past(&pasts, &id)) {
                Closer::Look => due.push((id, thing)),
                Closer::Leave(skipped, trace) => found.settled.push(left(id, skipped, trace)),
                Closer::Pass => {}
            }
        }
        series::leave_unchanged(calendar, ledger, &pairs, &mut due).await?;
        let later = if due.len() > SESSION_LIMIT { due.split_off(SESSION_LIMIT) } else { Vec::new() };
        for (id, thing) in later {
            found.again = true;
            found.settled.push(put_off(id, thing.wish));
        }
        found.unmarked = unmarked(calendar, ledger, &due).await?;
        for (id, thing, answer) in read_all(calendar, due).await {
            let (pair, intended) = (pairs.remove(&id), intended.remove(&id));
            let is_known = pair.is_some() || intended.is_some();
            let item = match answer {
                Ok(_) if mutant("removed-is-gone") && thing.glimpse.is_none() && pair.is_some() => None,
                Ok(item) => Some(item),
                Err(Trouble::Gone) if is_known && !mutant("gone-ignored") => None,
                Err(Trouble::Later { .. }) if mutant("gone-unproven") && pair.is_some() => None,
                Err(Trouble::Gone) => {
                    // Nothing is left to finish.
                    found.settled.extend(thing.is_unfinished.then(|| forgotten(id)));
                    continue;
                }
                Err(trouble @ (Trouble::Stopped(_) | Trouble::Fenced)) => return Err(trouble),
                Err(Trouble::Unclear | Trouble::Later { .. } | Trouble::Stale | Trouble::Refused(_)) => {
                    found.again = true;
                    found.settled.push(put_off(id, thing.wish));
                    continue;
                }
            };
            if !is_known && shown::is_of_record(item.as_ref(), thing.wish.as_ref()) {
                found.settled.extend(thing.is_unfinished.then(|| forgotten(id)));
                continue;
            }
            let wish = thing.wish.or_else(|| item.as_ref().and_then(by_category));
            let (wish, met) = if pair.is_some() { unmet(wish) } else { (wish, Vec::new()) };
            let past = pasts.remove(&id).unwrap_or_default();
            let wish = match (&item, &pair, wish) {
                (Some(item), None, None) => match by_itself(scope, item, past) {
                    Closer::Look => Some(of_itself()),
                    Closer::Leave(..) if intended.is_some() => None,
                    Closer::Leave(skipped, trace) => {
                        found.settled.push(left(id, skipped, trace));
                        continue;
                    }
                    Closer::Pass => None,
                },
                (_, _, wish) => wish,
            };
            let inherits_category = thing.inherits_category;
            closely.items.push(Looked { id, item, pair, intended, wish, met, inherits_category, past });
        }
        Ok(closely)
    }

    /// Items that do not repeat any more, and did when they were saved (SER-5).
    async fn saved_as_series(
        &self,
        ledger: &impl Ledger,
        pairs: &BTreeMap<ItemId, Pair>,
    ) -> Result<BTreeSet<ItemId>, Trouble> {
        let is_single = |id: &ItemId| {
            let glimpse = self.things.get(id).and_then(|thing| thing.glimpse.as_ref());
            glimpse.is_some_and(|glimpse| glimpse.item.kind == Kind::Single)
        };
        let events: Vec<RecordId> =
            pairs.values().filter(|pair| is_single(&pair.item)).map(|pair| pair.event.clone()).collect();
        if events.is_empty() {
            return Ok(BTreeSet::new());
        }
        let parts = ledger.series_of(&events).await?;
        Ok(parts.into_iter().map(|(_, master)| master).filter(|master| is_single(master)).collect())
    }

    /// News from Salesforce: of pairs, and of Events that have no item yet.
    async fn hear(
        &mut self,
        scope: &Scope<'_>,
        ledger: &impl Ledger,
        found: &mut Found,
        closely: &mut Closely,
    ) -> Result<(), Trouble> {
        let news = ledger.news(scope.now, SESSION_LIMIT).await?;
        if news.is_empty() {
            return Ok(());
        }
        found.again |= news.len() == SESSION_LIMIT;
        let events: Vec<RecordId> = news.iter().map(|one| one.event.clone()).collect();
        let pairs = ledger.pairs_of(&events).await?;
        let mut paired: BTreeSet<RecordId> = pairs.iter().map(|pair| pair.event.clone()).collect();
        for (event, master) in ledger.series_of(&events).await? {
            self.things.entry(master).or_default().must_read = true;
            paired.insert(event);
        }
        for pair in pairs {
            self.things.entry(pair.item).or_default().must_read = true;
        }
        closely.strangers = events.into_iter().filter(|event| !paired.contains(event)).collect();
        found.heard = news;
        Ok(())
    }

    /// What was written of the relations of pairs that the calendar tells of.
    async fn related(
        &self,
        ledger: &impl Ledger,
        pairs: &BTreeMap<ItemId, Pair>,
    ) -> Result<BTreeMap<ItemId, Kept>, Trouble> {
        let told = |id: &&ItemId| self.things.get(*id).is_some_and(|thing| thing.glimpse.is_some());
        let ids: Vec<ItemId> = pairs.keys().filter(told).cloned().collect();
        if ids.is_empty() {
            Ok(BTreeMap::new())
        } else {
            Ok(ledger.related(&ids).await?.into_iter().collect())
        }
    }

    /// A member of a series that carries a category asks for the whole series (CAT-2, CAT-3), unless it is saved by itself.
    fn series_of_members(&mut self, pairs: &BTreeMap<ItemId, Pair>) {
        let mut masters: BTreeMap<ItemId, Action> = BTreeMap::new();
        for (id, thing) in &self.things {
            let Some(glimpse) = &thing.glimpse else { continue };
            let Kind::Occurrence { series } = &glimpse.item.kind else { continue };
            if pairs.contains_key(id) {
                continue;
            }
            match asked_by(&glimpse.item.categories) {
                // What stands beside a status the date has from its series, as it was when the date was changed.
                Some(Action::Save) if category::tells_status(&glimpse.item.categories) => {}
                Some(Action::Save) => {
                    masters.entry(series.clone()).or_insert(Action::Save);
                }
                // Of several members that say different things, the one that takes back has it, saved or not: else what
                // one of them has taken back the other would save again.
                Some(Action::Unsync) => {
                    masters.insert(series.clone(), Action::Unsync);
                }
                Some(Action::TakeOver) | None => {}
            }
        }
        masters.retain(|series, action| match action {
            Action::Save => !pairs.contains_key(series),
            Action::Unsync | Action::TakeOver => pairs.contains_key(series),
        });
        for (master, action) in masters {
            let thing = self.things.entry(master).or_default();
            if thing.wish.is_none() {
                thing.wish = Some(by_hand(action));
                thing.inherits_category = true;
                thing.must_read = true;
            }
        }
    }
}

/// What was about to be created for items that have no pair.
async fn intended(ledger: &impl Ledger, unpaired: &[ItemId]) -> Result<BTreeMap<ItemId, Intended>, Trouble> {
    if unpaired.is_empty() {
        return Ok(BTreeMap::new());
    }
    Ok(ledger.intended().await?.into_iter().map(|one| (one.item.clone(), one)).collect())
}

/// What a wish asks for of a saved item, and the requests that its pair meets already: a category asks for nothing but its
/// removal.
pub(super) fn unmet(wish: Option<Wish>) -> (Option<Wish>, Vec<Ticket>) {
    match wish {
        Some(wish) if wish.source == Source::Pane || wish.action == Action::Unsync => {
            (Some(wish), Vec::new())
        }
        Some(wish) => (None, wish.tickets),
        None => (None, Vec::new()),
    }
}

/// What becomes of an item that was seen.
enum Closer {
    /// It is read, and decided.
    Look,
    /// Autosave leaves it, and says why.
    Leave(Skipped, Vec<Check>),
    /// It tells nothing new.
    Pass,
}

/// Whether an item needs to be looked at closely; what carries a category is asked for by it, and what nobody asks for is
/// autosave's to judge.
fn closer(scope: &Scope<'_>, thing: &mut Thing, pair: Option<&Pair>, past: Past) -> Closer {
    let look = |is_due: bool| if is_due { Closer::Look } else { Closer::Pass };
    if thing.item.is_some() || thing.wish.is_some() {
        return Closer::Look;
    }
    match (pair, &thing.glimpse) {
        (Some(_), None) => Closer::Look,
        (Some(pair), Some(glimpse)) => look(thing.must_read || !is_echo(scope, pair, glimpse)),
        (None, None) => look(thing.must_read),
        (None, Some(glimpse)) => {
            thing.inherits_category = glimpse.item.kind == Kind::Series;
            thing.wish = by_category(glimpse).or_else(|| by_place(thing.is_placed, glimpse, past));
            if thing.wish.is_some() || thing.must_read {
                return Closer::Look;
            }
            let judged = by_itself(scope, glimpse, past);
            if let Closer::Look = judged {
                thing.wish = Some(of_itself());
            }
            judged
        }
    }
}

/// What autosave says of an item before anybody is asked about its people. Dates of a series are judged with it.
fn by_itself(scope: &Scope<'_>, item: &SeenItem, past: Past) -> Closer {
    if let Kind::Occurrence { .. } = item.item.kind {
        return Closer::Pass;
    }
    let past = if item.is_cancelled { Past::Cancelled } else { past };
    match first_look(scope, item, past) {
        Ok(()) => Closer::Look,
        Err((skipped, trace)) => Closer::Leave(skipped, trace),
    }
}

fn past(pasts: &BTreeMap<ItemId, Past>, id: &ItemId) -> Past {
    pasts.get(id).copied().unwrap_or_default()
}

/// An item that autosave leaves.
fn left(item: ItemId, skipped: Skipped, trace: Vec<Check>) -> Entry {
    Entry {
        item,
        tickets: Vec::new(),
        source: None,
        action: Action::Save,
        choice: Choice::default(),
        outcome: Outcome::Skipped(skipped),
        trace,
    }
}

/// Whether somebody answered otherwise than the Event's relations say (PPL-6, DWN-3).
fn answered(scope: &Scope<'_>, thing: &Thing, kept: Option<&Kept>) -> bool {
    let (Some(glimpse), Some(kept)) = (&thing.glimpse, kept) else { return false };
    kept.is_outdated_by(glimpse, scope.mailbox, scope.settings.people.continuous_attendees)
}

/// Whether a change of the calendar is none: our own write coming back, or something that sync does not look at. What
/// became of a series' dates its master does not tell.
fn is_echo(scope: &Scope<'_>, pair: &Pair, glimpse: &SeenItem) -> bool {
    if glimpse.item.kind == Kind::Series {
        return false;
    }
    let fields = item_fields(&glimpse.item, &scope.settings.shared);
    let stands = pair.agreed.item.clone();
    let is_marked = category::asks_to_save(&glimpse.item.categories);
    if mutant("echo-by-marks") {
        return is_marked;
    }
    !glimpse.is_cancelled && is_marked && calbridge_rules::mapping::changed(&fields, &stands).is_empty()
}

/// What the categories of an item ask for; those of a date of a series ask for the series.
fn by_category(item: &SeenItem) -> Option<Wish> {
    match item.item.kind {
        Kind::Occurrence { .. } => None,
        Kind::Single | Kind::Series => asked_by(&item.item.categories).map(by_hand),
    }
}

fn asked_by(categories: &[String]) -> Option<Action> {
    if categories.iter().any(|name| name == UNSYNC) {
        return Some(Action::Unsync);
    }
    (category::asks_to_save(categories) || mutant("unasked-saves")).then_some(Action::Save)
}

fn by_hand(action: Action) -> Wish {
    let choice = Choice { scope: SaveScope::Single, ..Choice::default() };
    Wish { source: Source::Category, action, choice, tickets: Vec::new() }
}

/// AUT-8: what an item asks for by where it lies. What was taken back there stays so, and a date goes with its series.
fn by_place(is_placed: bool, item: &SeenItem, past: Past) -> Option<Wish> {
    let is_whole = match item.item.kind {
        Kind::Single | Kind::Series => true,
        Kind::Occurrence { .. } => false,
    };
    let asks = is_placed && is_whole && !item.is_cancelled && past == Past::Nothing;
    asks.then(|| Wish { source: Source::Place, ..by_hand(Action::Save) })
}

/// What autosave asks for.
fn of_itself() -> Wish {
    Wish { source: Source::Autosave, ..by_hand(Action::Save) }
}

/// An item that is gone, and no pair's.
fn forgotten(item: ItemId) -> Entry {
    let wish = by_hand(Action::Save);
    Entry {
        item,
        tickets: wish.tickets,
        source: None,
        action: wish.action,
        choice: wish.choice,
        outcome: Outcome::Unasked,
        trace: Vec::new(),
    }
}

/// An item that another session takes up.
pub(crate) fn put_off(id: ItemId, wish: Option<Wish>) -> Entry {
    let wish = wish.unwrap_or_else(|| by_hand(Action::Save));
    // Where an item lies only its round tells; everything else it says again when it is read.
    let source = match wish.source {
        Source::Place => Some(Source::Place),
        Source::Pane | Source::Category | Source::Autosave => None,
    };
    Entry {
        item: id,
        tickets: wish.tickets,
        source,
        action: wish.action,
        choice: wish.choice,
        outcome: Outcome::Deferred,
        trace: Vec::new(),
    }
}

/// Reads the items that were not read yet.
async fn read_all(
    calendar: &impl Calendar,
    due: Vec<(ItemId, Thing)>,
) -> Vec<(ItemId, Thing, Result<SeenItem, Trouble>)> {
    let ids: Vec<Given> = due
        .iter()
        .filter(|(_, thing)| thing.item.is_none())
        .map(|(id, _)| Given::immutable(id.clone()))
        .collect();
    let read = if ids.is_empty() { Vec::new() } else { calendar.read(&ids).await };
    let mut read = read.into_iter();
    let answered = |(id, mut thing): (ItemId, Thing)| {
        let answer = match thing.item.take() {
            Some(item) => Ok(item),
            None => read.next().unwrap_or(Err(Trouble::Unclear)),
        };
        (id, thing, answer)
    };
    due.into_iter().map(answered).collect()
}

/// Pairs that a session before could not mark.
async fn unmarked(
    calendar: &impl Calendar,
    ledger: &impl Ledger,
    due: &[(ItemId, Thing)],
) -> Result<Vec<(SeenItem, UnmarkedPair)>, Trouble> {
    let mut pairs = ledger.unmarked(SESSION_LIMIT).await?;
    pairs.retain(|pair| due.iter().all(|(id, _)| *id != pair.item));
    if pairs.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Given> = pairs.iter().map(|pair| Given::immutable(pair.item.clone())).collect();
    let mut items = Vec::new();
    for (pair, answer) in pairs.into_iter().zip(calendar.read(&ids).await) {
        // One that cannot be read now stays unmarked and comes up again.
        if let Ok(item) = answer {
            items.push((item, pair));
        }
    }
    Ok(items)
}
