//! Files of items, saved with their Events at the first save (ATT-1). An item whose files could not all be looked after is
//! left to the next session, which finds its Event by key and adds what is missing.

use std::collections::BTreeMap;

use calbridge_rules::{
    cause::Cause,
    files::{File, FileRefusal, files_to_save},
    id::{ItemId, RecordId},
    item::Kind,
};

use crate::{
    observe::{Found, Observation},
    perform::Done,
    ports::{EventFiles, ItemFile, ItemFiles, Ledger, LeftOut, SeenItem, Trouble},
    report::Outcome,
    session::Scope,
};

/// Files of one item that are looked at.
const FILE_COUNT_LIMIT: usize = 50;

/// Adds the files of what was saved first, and looks again at those that were left out then. Where the setting is off nothing
/// is asked.
pub(crate) async fn attach(
    scope: &Scope<'_>,
    seen: &Found,
    done: &mut Done,
    calendar: &impl ItemFiles,
    crm: &impl EventFiles,
    ledger: &impl Ledger,
) -> Result<(), Trouble> {
    if !scope.settings.files.is_on {
        return Ok(());
    }
    let observed: BTreeMap<&ItemId, &Observation> = seen.items.iter().map(|one| (&one.id, one)).collect();
    let paired = seen.items.iter().filter(|one| !is_new(one) && one.item.is_some());
    let paired: Vec<ItemId> = paired.map(|one| one.id.clone()).collect();
    let known = if paired.is_empty() { Vec::new() } else { ledger.left_out(&paired).await? };
    let mut known: BTreeMap<ItemId, Vec<LeftOut>> = known.into_iter().collect();
    for place in 0..done.entries.len() {
        let entry = &done.entries[place];
        let Some(one) = observed.get(&entry.item) else { continue };
        let Some((item, event)) = due(scope, one, &entry.outcome) else { continue };
        let (id, known) = (entry.item.clone(), known.remove(&entry.item));
        if known.is_none() && !is_new(one) {
            continue;
        }
        if done.stopped.is_some() {
            put_off(&mut done.entries[place].outcome, known);
            continue;
        }
        let choice = entry.choice.files.clone();
        let wanted = Wanted { item, event, known: known.as_deref(), chosen: choice.as_deref() };
        match files_of(scope, &wanted, calendar, crm).await {
            Ok(left_out) => {
                tell(&mut done.entries[place].outcome, &left_out);
                if known.is_some() || !left_out.is_empty() {
                    done.left_out.push((id, left_out));
                }
            }
            Err(trouble) => {
                put_off(&mut done.entries[place].outcome, known);
                done.put_off(trouble);
            }
        }
    }
    Ok(())
}

/// The files of an item that are looked at.
struct Wanted<'w> {
    item: &'w SeenItem,
    event: RecordId,
    /// Those that were left out before; nothing at the first save, where it is all of them.
    known: Option<&'w [LeftOut]>,
    /// What was chosen in the dialog, by name.
    chosen: Option<&'w [String]>,
}

/// Whether an item has a new pair.
fn is_new(seen: &Observation) -> bool {
    seen.pair.is_none() || seen.is_taken_up
}

/// The next session looks again: at an item that is saved first, whose Event is found by its key, with all of its files.
fn put_off(outcome: &mut Outcome, known: Option<Vec<LeftOut>>) {
    match (known, &mut *outcome) {
        (Some(known), Outcome::Saved(saved)) => {
            saved.is_unfinished = true;
            tell(outcome, &known);
        }
        (_, outcome) => *outcome = Outcome::Deferred,
    }
}

/// An item of this user's Event. A series has no files: they would go to a record that no calendar shows.
fn due<'s>(scope: &Scope<'_>, seen: &'s Observation, outcome: &Outcome) -> Option<(&'s SeenItem, RecordId)> {
    let Outcome::Saved(saved) = outcome else { return None };
    let item = seen.item.as_ref()?;
    let is_single = match item.item.kind {
        Kind::Single | Kind::Occurrence { .. } => true,
        Kind::Series => false,
    };
    (is_single && scope.owns(&saved.agreed.event)).then(|| (item, saved.event.clone()))
}

/// Adds the files of one item, one after the other; answers what was left out that somebody may miss.
async fn files_of(
    scope: &Scope<'_>,
    Wanted { item, event, known, chosen }: &Wanted<'_>,
    calendar: &impl ItemFiles,
    crm: &impl EventFiles,
) -> Result<Vec<LeftOut>, Trouble> {
    let settings = &scope.settings.files;
    let mut found = if item.item.in_group_calendar { Vec::new() } else { calendar.files(&item.id).await? };
    found.truncate(FILE_COUNT_LIMIT);
    if let Some(known) = known {
        // What somebody added to the Event, or took off the item, is settled.
        found.retain(|one| known.iter().any(|file| file.name == one.file.name));
        let there = if found.is_empty() { Vec::new() } else { crm.attached(event, settings.save_as).await? };
        found.retain(|one| !there.contains(&one.file.name));
    }
    let mut left_out = Vec::new();
    let mut wanted: Vec<&ItemFile> = Vec::new();
    for one in &found {
        let file = std::slice::from_ref(&one.file);
        for (file, answer) in files_to_save(file, *chosen, &item.item, settings) {
            match answer {
                Ok(()) => wanted.push(one),
                Err(why) if is_missed(why) => left_out.push(because(file, why.reason())),
                Err(_) => {}
            }
        }
    }
    if wanted.is_empty() {
        return Ok(left_out);
    }
    let mut there = crm.attached(event, settings.save_as).await?;
    for one in wanted {
        // What an earlier try added is there under its name, each once; sizes are counted differently on both sides.
        if let Some(at) = there.iter().position(|name| *name == one.file.name) {
            there.remove(at);
            continue;
        }
        let turn = crm.turn().await?;
        let went = match calendar.content(&item.id, one).await {
            Ok(content) => crm.attach(event, one, content, settings.save_as).await,
            Err(trouble) => Err(trouble),
        };
        drop(turn);
        match went {
            Ok(()) => {}
            Err(Trouble::Refused(issue)) => left_out.push(because(&one.file, &issue.reason)),
            // It was taken off the item meanwhile.
            Err(Trouble::Gone) => {}
            Err(trouble) => return Err(trouble),
        }
    }
    Ok(left_out)
}

/// Pictures inside the text are no files that anybody misses.
fn is_missed(why: FileRefusal) -> bool {
    match why {
        FileRefusal::Off | FileRefusal::InGroup | FileRefusal::Inline => false,
        FileRefusal::Cloud
        | FileRefusal::Item
        | FileRefusal::TooLarge
        | FileRefusal::Blocked
        | FileRefusal::Empty => true,
    }
}

fn because(file: &File, why: &str) -> LeftOut {
    LeftOut { name: file.name.clone(), says: file.left_out(why) }
}

/// What was left out is told with the pair until it is settled, unless something else is the matter with it.
fn tell(outcome: &mut Outcome, left_out: &[LeftOut]) {
    if left_out.is_empty() {
        return;
    }
    if let Outcome::Saved(saved) = outcome {
        let files = left_out.iter().map(|file| file.says.clone()).collect();
        saved.issue.get_or_insert_with(|| Cause::FilesLeftOut { files }.issue());
    }
}
