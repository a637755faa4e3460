//! Save requests, and what becomes of those whose item cannot be read.

use calbridge_rules::{id::ItemId, item::Kind, saving::Scope as SaveScope, status::Issue};

use super::{Found, SESSION_LIMIT, Ticket, Wish, sight::Sight};
use crate::{
    mutant::mutant,
    ports::{Action, Calendar, Given, Ledger, Request, SeenItem, Source, Trouble},
    report::{Entry, Outcome},
};

/// Reads the items of save requests. Several requests for one item become one wish, the latest choice winning.
pub(super) async fn look(
    calendar: &impl Calendar,
    ledger: &impl Ledger,
    sight: &mut Sight,
    found: &mut Found,
) -> Result<(), Trouble> {
    let requests = ledger.waiting(SESSION_LIMIT).await?;
    found.again = requests.len() == SESSION_LIMIT;
    let ids: Vec<Given> = requests.iter().map(|request| request.item.clone()).collect();
    let read = if ids.is_empty() { Vec::new() } else { calendar.read(&ids).await };
    let mut answers: Vec<(Request, Result<SeenItem, Trouble>)> = Vec::new();
    for (request, answer) in requests.into_iter().zip(read) {
        let answer = match answer {
            Err(Trouble::Gone) => elsewhere(calendar, &request).await,
            answer => answer,
        };
        answers.push((request, answer));
    }
    let masters = masters_meant(ledger, &answers).await?;
    let ids: Vec<Given> = masters.iter().map(|(_, master)| Given::immutable(master.clone())).collect();
    let read = if ids.is_empty() { Vec::new() } else { calendar.read(&ids).await };
    for ((place, _), master) in masters.iter().zip(read) {
        answers[*place].1 = master;
    }
    for (place, (request, answer)) in answers.into_iter().enumerate() {
        let is_of_date = masters.iter().any(|(meant, _)| *meant == place);
        let ticket = Ticket { given: request.given.clone(), revision: request.revision, is_of_date };
        match answer {
            Ok(item) => {
                let inherits_category = match request.source {
                    Source::Category | Source::Place => item.item.kind == Kind::Series,
                    Source::Pane | Source::Autosave => false,
                };
                let wish = Wish {
                    source: request.source,
                    action: request.action,
                    choice: request.choice,
                    tickets: vec![ticket],
                };
                sight.asked(item, wish, inherits_category);
            }
            Err(trouble) => found.settled.push(unread(request, ticket, trouble)?),
        }
    }
    Ok(())
}

/// DUP-1: an item that is not there under any id of it may have come back under another: its meeting tells.
async fn elsewhere(calendar: &impl Calendar, request: &Request) -> Result<SeenItem, Trouble> {
    let Some(meeting) = &request.meeting else { return Err(Trouble::Gone) };
    match <[SeenItem; 1]>::try_from(calendar.of_meeting(meeting).await?) {
        Ok([only]) => Ok(only),
        Err(_) => Err(Trouble::Gone),
    }
}

/// Requests that were made on a date of a series and mean all of it, by their places: the entire series was chosen (SAV-10),
/// or what is taken back was saved with its series and not by itself.
async fn masters_meant(
    ledger: &impl Ledger,
    answers: &[(Request, Result<SeenItem, Trouble>)],
) -> Result<Vec<(usize, ItemId)>, Trouble> {
    let mut meant: Vec<(usize, ItemId)> = Vec::new();
    let mut unsure: Vec<(usize, ItemId, ItemId)> = Vec::new();
    for (place, (request, answer)) in answers.iter().enumerate() {
        let Ok(SeenItem { id, item, .. }) = answer else { continue };
        let Kind::Occurrence { series } = &item.kind else { continue };
        match (request.action, request.choice.scope) {
            (Action::Save, SaveScope::Series) => meant.push((place, series.clone())),
            (Action::Unsync, _) => unsure.push((place, id.clone(), series.clone())),
            (Action::Save, SaveScope::Single) | (Action::TakeOver, _) => {}
        }
    }
    if unsure.is_empty() {
        return Ok(meant);
    }
    let ids: Vec<ItemId> =
        unsure.iter().flat_map(|(_, date, series)| [date.clone(), series.clone()]).collect();
    let pairs = ledger.pairs(&ids).await?;
    let is_saved = |item: &ItemId| pairs.iter().any(|pair| pair.item == *item);
    let of_series = unsure.into_iter().filter(|(_, date, series)| !is_saved(date) && is_saved(series));
    meant.extend(of_series.map(|(place, _, series)| (place, series)));
    meant.sort();
    Ok(meant)
}

fn unread(request: Request, ticket: Ticket, trouble: Trouble) -> Result<Entry, Trouble> {
    let outcome = match trouble {
        Trouble::Gone => Outcome::Lost(lost()),
        Trouble::Refused(issue) => Outcome::Refused(issue),
        Trouble::Later { .. } if mutant("request-forgotten") => Outcome::Unasked,
        Trouble::Unclear | Trouble::Later { .. } | Trouble::Stale => Outcome::Deferred,
        Trouble::Stopped(_) | Trouble::Fenced => return Err(trouble),
    };
    Ok(entry(request, ticket, outcome))
}

fn entry(request: Request, ticket: Ticket, outcome: Outcome) -> Entry {
    Entry {
        item: request.item.id,
        tickets: vec![ticket],
        source: Some(request.source),
        action: request.action,
        choice: request.choice,
        outcome,
        trace: Vec::new(),
    }
}

fn lost() -> Issue {
    Issue {
        code: "ISE-404".to_owned(),
        reason: "The item is no longer in the calendar.".to_owned(),
        remedy: "Nothing was saved. Open the item again, if it still exists, and save it.".to_owned(),
        refusal: None,
    }
}
