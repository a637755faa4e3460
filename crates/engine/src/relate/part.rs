//! Further records of Events that are about to go: the rows that name them are deleted by nobody else.

use std::collections::{BTreeMap, BTreeSet};

use calbridge_rules::id::{ItemId, RecordId};

use super::Kept;
use crate::{
    perform::Done,
    ports::{Ledger, Relations, Trouble, Tying},
};

/// Deletes the rows of further records, before their Events; answers the items whose rows still stand, and whose Events are
/// to stay until the next try. A row that the org does not let go keeps no Event.
pub(crate) async fn part(
    going: &[(ItemId, RecordId)],
    crm: &impl Relations,
    ledger: &impl Ledger,
    done: &mut Done,
) -> Result<BTreeSet<ItemId>, Trouble> {
    let mut stay = BTreeSet::new();
    if going.is_empty() {
        return Ok(stay);
    }
    let ids: Vec<ItemId> = going.iter().map(|(item, _)| item.clone()).collect();
    let kept: BTreeMap<ItemId, Kept> = ledger.related(&ids).await?.into_iter().collect();
    let linked = going.iter().filter_map(|(item, event)| {
        let records =
            &kept.get(item).filter(|kept| kept.event == *event && !kept.records.is_empty())?.records;
        Some((item, (event.clone(), records.iter().cloned().map(Tying::Unlink).collect::<Vec<_>>())))
    });
    let (items, rows): (Vec<&ItemId>, Vec<(RecordId, Vec<Tying>)>) = linked.unzip();
    let answers = if rows.is_empty() { Vec::new() } else { crm.relate(&rows).await };
    for (item, answer) in items.into_iter().zip(answers) {
        match answer {
            Ok(refused) if refused.is_empty() => {}
            Ok(_) | Err(Trouble::Refused(_) | Trouble::Gone) => {
                tracing::warn!(%item, "a row that names a further record of a deleted Event stays");
            }
            Err(trouble) => {
                done.put_off(trouble);
                stay.insert(item.clone());
            }
        }
    }
    Ok(stay)
}
