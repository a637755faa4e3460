//! Items for Events that were made in Salesforce (DWN-1). The same Event asks for its item under the same transaction each
//! time, so that a lost answer makes no second one.

use calbridge_rules::{
    category::{Mark, marked},
    event::{EventField, EventFields, FieldValue},
    holding::Holding,
    id::RecordId,
    saving::Choice,
};

use super::Done;
use crate::{
    decide::Arrival,
    fields::item_fields,
    mutant::mutant,
    observe::key_of,
    pair::{Agreed, Origin},
    ports::{Action, Calendar, Crm, NewItem, Pointer, SeenItem, Trouble},
    report::{Entry, Outcome, Saved},
    session::Scope,
};

/// An item to make.
#[derive(Debug)]
pub(super) struct Bring {
    event: RecordId,
    stands: EventFields,
    item: NewItem,
    takes_key: bool,
    /// The place of the item that is gone and is made again, where there was one (ONE-1).
    instead_of: Option<usize>,
}

/// The item to make for an Event, if it is brought.
pub(super) fn due(arrival: Arrival, instead_of: Option<usize>) -> Option<Bring> {
    match arrival {
        Arrival::Bring { event, values, transaction, guests, takes_key } => {
            let item = NewItem {
                transaction,
                values: *values,
                guests,
                series: None,
                categories: marked(&[], &Mark::Saved),
                pointer: Pointer::Saved(event.id.clone()),
            };
            Some(Bring { event: event.id, stands: event.fields, item, takes_key, instead_of })
        }
        Arrival::BringSeries { .. } | Arrival::Tell { .. } | Arrival::Later { .. } | Arrival::Hold(_) => None,
        Arrival::Stay(rule) => {
            tracing::debug!(rule, "an Event stays in Salesforce alone");
            None
        }
    }
}

/// Makes them, and puts their keys on the Events; answers, for each that was made again, whether it is there.
pub(super) async fn bring(
    scope: &Scope<'_>,
    brings: Vec<Bring>,
    calendar: &impl Calendar,
    crm: &impl Crm,
    done: &mut Done,
) -> Vec<(usize, bool)> {
    let mut again = Vec::new();
    if brings.is_empty() {
        return again;
    }
    let mut items: Vec<NewItem> = brings.iter().map(|bring| bring.item.clone()).collect();
    if mutant("fresh-transaction") {
        for item in &mut items {
            item.transaction.push_str(&scope.now.to_rfc3339());
        }
    }
    let mut made: Vec<(Bring, SeenItem)> = Vec::new();
    for (bring, answer) in brings.into_iter().zip(calendar.create(&items, scope.now).await) {
        again.extend(bring.instead_of.map(|place| (place, answer.is_ok())));
        match answer {
            Ok(item) => made.push((bring, item)),
            Err(Trouble::Refused(issue)) => {
                tracing::warn!(event = %bring.event, code = issue.code, "an Event was not brought down");
            }
            // The news are heard again.
            Err(trouble) => {
                done.is_deaf = true;
                done.put_off(trouble);
            }
        }
    }
    let rows: Vec<(RecordId, EventFields)> = made
        .iter()
        .filter(|(bring, _)| bring.takes_key)
        .map(|(bring, item)| {
            let key = FieldValue::Text(key_of(item).as_str().to_owned());
            (bring.event.clone(), [(EventField::SyncKey, key)].into_iter().collect())
        })
        .collect();
    let answers = if rows.is_empty() { Vec::new() } else { crm.update(&rows).await };
    let mut answers = answers.into_iter();
    for (bring, item) in made {
        let keyed = if bring.takes_key { answers.next().unwrap_or(Err(Trouble::Unclear)) } else { Ok(()) };
        let is_unfinished = keyed.is_err();
        if let Err(trouble) = keyed {
            done.put_off(trouble);
        }
        let entry = entry(scope, bring.event, bring.stands, &item, is_unfinished);
        done.brought.push((item, entry));
    }
    again
}

fn entry(
    scope: &Scope<'_>,
    event: RecordId,
    fields: EventFields,
    item: &SeenItem,
    is_unfinished: bool,
) -> Entry {
    let saved = Saved {
        event,
        key: key_of(item),
        origin: Origin::Salesforce,
        is_by_hand: true,
        holding: Holding::OwnWithInvitees,
        agreed: Agreed { item: item_fields(&item.item, &scope.settings.shared), event: fields },
        clashes: Vec::new(),
        held: None,
        issue: None,
        is_unfinished,
        is_asked_again: false,
    };
    Entry {
        item: item.id.clone(),
        tickets: Vec::new(),
        source: None,
        action: Action::Save,
        choice: Choice::default(),
        outcome: Outcome::Saved(Box::new(saved)),
        trace: Vec::new(),
    }
}
