//! Save requests, and what becomes of those whose item cannot be read.

use calbridge_rules::{item::Kind, status::Issue};

use super::{Found, SESSION_LIMIT, Ticket, Wish, sight::Sight};
use crate::{
    ports::{Calendar, Given, Ledger, Request, SeenItem, Source, Trouble},
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
    for (request, answer) in requests.into_iter().zip(read) {
        let ticket = Ticket { given: request.given.clone(), revision: request.revision };
        let answer = match answer {
            Err(Trouble::Gone) => elsewhere(calendar, &request).await,
            answer => answer,
        };
        match answer {
            Ok(item) => {
                let inherits_category = match request.source {
                    Source::Category => item.item.kind == Kind::Series,
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

fn unread(request: Request, ticket: Ticket, trouble: Trouble) -> Result<Entry, Trouble> {
    let outcome = match trouble {
        Trouble::Gone => Outcome::Lost(lost()),
        Trouble::Refused(issue) => Outcome::Refused(issue),
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
