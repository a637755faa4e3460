//! Items that show records (OBJ-1, GRP-2): no session saves them, whatever asks for it. What became of them is
//! `crate::shown`'s to look after.

use std::collections::BTreeMap;

use calbridge_rules::{
    id::ItemId,
    objects::{RecordItem, Shown},
};

use super::{Found, Thing, Wish, forgotten};
use crate::{
    ports::{Ledger, Pointer, SeenItem, Source, Trouble},
    report::{Entry, Outcome},
};

/// Takes items of records out of sight: requests for them are refused, and those that are not as they were left are due.
pub(super) async fn set_apart(
    things: &mut BTreeMap<ItemId, Thing>,
    ledger: &impl Ledger,
    found: &mut Found,
) -> Result<(), Trouble> {
    if things.is_empty() {
        return Ok(());
    }
    let ids: Vec<ItemId> = things.keys().cloned().collect();
    for (id, says) in ledger.shown(&ids).await? {
        let Some(thing) = things.remove(&id) else { continue };
        let is_as_left = thing.glimpse.as_ref().is_none_or(|glimpse| says.is_shown_by(&glimpse.item));
        if thing.must_read || !is_as_left {
            found.touched.push(id.clone());
        }
        match thing.wish {
            Some(wish) if !wish.tickets.is_empty() => found.settled.push(refused(id, wish, &says)),
            Some(_) | None => found.settled.extend(thing.is_unfinished.then(|| forgotten(id))),
        }
    }
    Ok(())
}

fn refused(item: ItemId, wish: Wish, says: &RecordItem) -> Entry {
    Entry {
        item,
        tickets: wish.tickets,
        source: Some(wish.source),
        action: wish.action,
        choice: wish.choice,
        outcome: Outcome::Lost(says.not_saved().issue()),
        trace: Vec::new(),
    }
}

/// Whether an item was made for a record, though nobody kept it as one: the session that made it died over it. Somebody may
/// press Save on a copy of one.
pub(super) fn is_of_record(item: Option<&SeenItem>, wish: Option<&Wish>) -> bool {
    let is_pressed = wish.is_some_and(|wish| wish.source == Source::Pane);
    let pointer = item.and_then(|item| item.pointer.as_ref());
    !is_pressed && matches!(pointer, Some(Pointer::Failed(code)) if Shown::is_code(code))
}
