//! Files of items, saved with their Events at the first save (ATT-1). An item whose files could not all be looked after is
//! left to the next session, which finds its Event by key and adds what is missing.

use std::collections::BTreeMap;

use calbridge_rules::{
    cause::Cause,
    event::{EventField, FieldValue},
    files::{FileRefusal, files_to_save},
    id::{ItemId, RecordId},
    item::Kind,
    saving::Choice,
};

use crate::{
    observe::{Found, Observation},
    perform::Done,
    ports::{EventFiles, ItemFile, ItemFiles, SeenItem, Trouble},
    report::{Outcome, Saved},
    session::Scope,
};

/// Files of one item that are looked at.
const FILE_COUNT_LIMIT: usize = 50;

/// Adds the files of what was saved first. Where the setting is off nothing is asked.
pub(crate) async fn attach(
    scope: &Scope<'_>,
    seen: &Found,
    done: &mut Done,
    calendar: &impl ItemFiles,
    crm: &impl EventFiles,
) {
    if !scope.settings.files.is_on {
        return;
    }
    let observed: BTreeMap<&ItemId, &Observation> = seen.items.iter().map(|one| (&one.id, one)).collect();
    for place in 0..done.entries.len() {
        let entry = &done.entries[place];
        let Some((item, event)) = observed.get(&entry.item).and_then(|one| due(scope, one, &entry.outcome))
        else {
            continue;
        };
        if done.stopped.is_some() {
            done.entries[place].outcome = Outcome::Deferred;
            continue;
        }
        match files_of(scope, item, &event, &entry.choice.clone(), calendar, crm).await {
            Ok(left_out) => tell(&mut done.entries[place].outcome, left_out),
            Err(trouble) => {
                done.entries[place].outcome = Outcome::Deferred;
                done.put_off(trouble);
            }
        }
    }
}

/// An item that has a new pair, and this user's Event. A series has none: its files would go to a record that no calendar
/// shows.
fn due<'s>(scope: &Scope<'_>, seen: &'s Observation, outcome: &Outcome) -> Option<(&'s SeenItem, RecordId)> {
    let Outcome::Saved(saved) = outcome else { return None };
    let item = seen.item.as_ref().filter(|_| seen.pair.is_none() || seen.is_taken_up)?;
    let is_single = match item.item.kind {
        Kind::Single | Kind::Occurrence { .. } => true,
        Kind::Series => false,
    };
    (is_single && is_owned(scope, saved)).then(|| (item, saved.event.clone()))
}

fn is_owned(scope: &Scope<'_>, saved: &Saved) -> bool {
    saved.agreed.event.get(&EventField::Owner) == Some(&FieldValue::Record(scope.owner.clone()))
}

/// Adds the files of one item, one after the other; answers what was left out that somebody may miss.
async fn files_of(
    scope: &Scope<'_>,
    item: &SeenItem,
    event: &RecordId,
    choice: &Choice,
    calendar: &impl ItemFiles,
    crm: &impl EventFiles,
) -> Result<Vec<String>, Trouble> {
    let settings = &scope.settings.files;
    let mut found = if item.item.in_group_calendar { Vec::new() } else { calendar.files(&item.id).await? };
    found.truncate(FILE_COUNT_LIMIT);
    let mut left_out = Vec::new();
    let mut wanted: Vec<&ItemFile> = Vec::new();
    for one in &found {
        let file = std::slice::from_ref(&one.file);
        for (file, answer) in files_to_save(file, choice.files.as_deref(), &item.item, settings) {
            match answer {
                Ok(()) => wanted.push(one),
                Err(why) if is_missed(why) => left_out.push(file.left_out(why.reason())),
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
            Err(Trouble::Refused(issue)) => left_out.push(one.file.left_out(&issue.reason)),
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

/// What was left out is told with the pair, unless something else is the matter with it.
fn tell(outcome: &mut Outcome, left_out: Vec<String>) {
    if left_out.is_empty() {
        return;
    }
    if let Outcome::Saved(saved) = outcome {
        saved.issue.get_or_insert_with(|| Cause::FilesLeftOut { files: left_out }.issue());
    }
}
