//! Items for Events that were made in Salesforce (DWN-1). The same Event asks for its item under the same transaction each
//! time, so that a lost answer makes no second one.

use calbridge_rules::{
    category::{Mark, marked},
    event::{EventField, EventFields, FieldValue},
    id::RecordId,
    saving::Choice,
};

use super::Done;
use crate::{
    decide::Arrival,
    fields::item_fields,
    observe::key_of,
    pair::{Agreed, Origin},
    ports::{Action, Calendar, Crm, NewItem, Pointer, SeenItem, Trouble},
    report::{Entry, Outcome, Saved},
    session::Scope,
};

/// The items to make.
pub(super) fn due(arrivals: Vec<Arrival>) -> Vec<(RecordId, NewItem, EventFields)> {
    let mut due = Vec::new();
    for arrival in arrivals {
        match arrival {
            Arrival::Bring { event, values } => {
                let item = NewItem {
                    transaction: format!("calbridge-{}", event.id),
                    values: *values,
                    categories: marked(&[], &Mark::Saved),
                    pointer: Pointer::Saved(event.id.clone()),
                };
                due.push((event.id, item, event.fields));
            }
            Arrival::Stay(rule) => tracing::debug!(rule, "an Event stays in Salesforce alone"),
        }
    }
    due
}

/// Makes them, and puts their keys on the Events.
pub(super) async fn bring(
    scope: &Scope<'_>,
    brings: Vec<(RecordId, NewItem, EventFields)>,
    calendar: &impl Calendar,
    crm: &impl Crm,
    done: &mut Done,
) -> Vec<(SeenItem, Entry)> {
    if brings.is_empty() {
        return Vec::new();
    }
    let items: Vec<NewItem> = brings.iter().map(|(_, item, _)| item.clone()).collect();
    let mut made: Vec<(RecordId, EventFields, SeenItem)> = Vec::new();
    for ((event, _, fields), answer) in brings.into_iter().zip(calendar.create(&items, scope.now).await) {
        match answer {
            Ok(item) => made.push((event, fields, item)),
            Err(Trouble::Refused(issue)) => {
                tracing::warn!(event = %event, code = issue.code, "an Event was not brought down");
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
        .map(|(event, _, item)| {
            let key = FieldValue::Text(key_of(item).as_str().to_owned());
            (event.clone(), [(EventField::SyncKey, key)].into_iter().collect())
        })
        .collect();
    let keyed = if rows.is_empty() { Vec::new() } else { crm.update(&rows).await };
    let mut brought = Vec::new();
    for ((event, fields, item), keyed) in made.into_iter().zip(keyed) {
        let is_unfinished = keyed.is_err();
        if let Err(trouble) = keyed {
            done.put_off(trouble);
        }
        let entry = entry(scope, event, fields, &item, is_unfinished);
        brought.push((item, entry));
    }
    brought
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
        agreed: Agreed { item: item_fields(&item.item, scope.settings), event: fields },
        clashes: Vec::new(),
        held: EventFields::new(),
        issue: None,
        is_unfinished,
    };
    Entry {
        item: item.id.clone(),
        tickets: Vec::new(),
        source: None,
        action: Action::Save,
        choice: Choice::default(),
        outcome: Outcome::Saved(Box::new(saved)),
    }
}
