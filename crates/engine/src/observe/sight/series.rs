//! Saved series that their masters tell nothing new of: what became of their dates is read before anybody in Salesforce is
//! asked about them.

use std::collections::{BTreeMap, BTreeSet};

use calbridge_rules::{
    category::{self, SYNC_ERROR},
    id::ItemId,
    item::Kind,
};

use super::Thing;
use crate::{
    pair::Pair,
    ports::{Calendar, Ledger, Trouble},
    series::KeptSeries,
};

/// Leaves out series that are as both sides agreed on them, and of which nothing is left to be made.
pub(super) async fn leave_unchanged(
    calendar: &impl Calendar,
    ledger: &impl Ledger,
    pairs: &BTreeMap<ItemId, Pair>,
    due: &mut Vec<(ItemId, Thing)>,
) -> Result<(), Trouble> {
    let quiet = due.iter().filter(|(id, thing)| pairs.contains_key(id) && tells_nothing(thing));
    let ids: Vec<ItemId> = quiet.map(|(id, _)| id.clone()).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let mut kept = ledger.series(&ids).await?;
    kept.retain(|(_, kept)| is_whole(kept));
    let ids: Vec<ItemId> = kept.iter().map(|(id, _)| id.clone()).collect();
    let read = if ids.is_empty() { Vec::new() } else { calendar.series(&ids).await };
    // One that cannot be read now is looked at like any other.
    let stands = kept.into_iter().zip(read);
    let unchanged = stands.filter(|((_, kept), read)| read.as_ref().is_ok_and(|read| *read == kept.agreed));
    let unchanged: BTreeSet<ItemId> = unchanged.map(|((id, _), _)| id).collect();
    due.retain(|(id, _)| !unchanged.contains(id));
    Ok(())
}

/// Whether nothing but the master itself brought it up, which is marked as saved.
fn tells_nothing(thing: &Thing) -> bool {
    let Some(glimpse) = &thing.glimpse else { return false };
    let has_failed = glimpse.item.categories.iter().any(|name| name == SYNC_ERROR);
    let is_marked = category::asks_to_save(&glimpse.item.categories) && !has_failed;
    let is_asked = thing.item.is_some() || thing.wish.is_some() || thing.must_read;
    glimpse.item.kind == Kind::Series && is_marked && !glimpse.is_cancelled && !is_asked
}

/// Whether all of it is made (SER-2).
fn is_whole(kept: &KeptSeries) -> bool {
    kept.due.is_empty() && kept.rest.is_none()
}
