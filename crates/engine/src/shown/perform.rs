//! Carries out what was decided about records: items are made, changed and marked, then deleted.

use calbridge_rules::{id::ItemId, mapping::ItemValues, objects::RecordItem, status::Issue};
use chrono::{DateTime, Utc};

use super::{ShownStep, Sight, decide::same_names};
use crate::{
    ports::{
        Calendar, DueRecord, ItemChange, LookedAt, Marking, NewItem, Pointer, SeenItem, Standing, Stands,
        Trouble, Wanted,
    },
    report::Again,
    session::Scope,
};

/// What became of records.
#[derive(Debug, Default)]
pub(super) struct Done {
    /// Those that were settled, for now at least; the others stay due.
    pub(super) looked: Vec<LookedAt>,
    /// Whether something is left that another session shall try soon.
    pub(super) again: Option<Again>,
    /// Why nothing goes any more.
    pub(super) stopped: Option<Trouble>,
}

impl Done {
    /// A record as it stands now.
    fn keep(&mut self, due: &DueRecord, standing: Option<Standing>, made: i64) -> &mut LookedAt {
        let stands = Stands::Kept { standing, made };
        self.looked.push(LookedAt {
            record: due.record.clone(),
            revision: due.revision,
            stands,
            again_at: None,
            issue: None,
        });
        let last = self.looked.len() - 1;
        &mut self.looked[last]
    }

    fn forget(&mut self, due: &DueRecord) {
        self.keep(due, None, due.made).stands = Stands::Forgotten;
    }

    /// A record that did not go as it was to: what is refused is told, everything else is tried again.
    fn put_off(&mut self, due: &DueRecord, trouble: Trouble) {
        match trouble {
            Trouble::Refused(issue) => self.keep(due, due.standing.clone(), due.made).issue = Some(issue),
            Trouble::Later { retry_after_ms } => {
                let again = self.again.get_or_insert_default();
                again.after_ms = again.after_ms.max(retry_after_ms);
            }
            Trouble::Unclear | Trouble::Gone | Trouble::Stale => {
                self.again.get_or_insert_default();
            }
            Trouble::Stopped(_) | Trouble::Fenced => self.stopped = Some(trouble),
        }
    }
}

type Steps = Vec<(DueRecord, Sight, ShownStep)>;

/// Carries out the steps.
pub(super) async fn perform(scope: &Scope<'_>, steps: Steps, calendar: &impl Calendar) -> Done {
    let mut done = Done::default();
    let (mut makes, mut changes, mut marks, mut deletes) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (due, sight, step) in steps {
        // Whatever it showed, an item that is gone shows nothing any more.
        let standing = due.standing.clone().filter(|_| matches!(sight, Sight::Here(_)));
        match (step, sight) {
            (ShownStep::Make, _) => makes.push(DueRecord { standing: None, ..due }),
            (ShownStep::Change(values), Sight::Here(seen)) => changes.push((due, seen, values)),
            (ShownStep::Mark(categories), Sight::Here(seen)) => marks.push((due, seen, categories)),
            (ShownStep::Delete { issue }, Sight::Here(seen)) => {
                deletes.push((due, seen.id, Next::Rest(issue)));
            }
            (ShownStep::MakeAnew, Sight::Here(seen)) => deletes.push((due, seen.id, Next::Make)),
            (ShownStep::Rest, _) => {
                let standing = standing.map(|standing| says_now(standing, &due.wanted));
                done.keep(&due, standing, due.made);
            }
            (ShownStep::Wait(at), _) => done.keep(&due, None, due.made).again_at = Some(at),
            (ShownStep::Tell(issue), _) => done.keep(&due, standing, due.made).issue = Some(issue),
            // Nothing is changed or deleted that is not there.
            (
                ShownStep::Forget
                | ShownStep::Change(_)
                | ShownStep::Mark(_)
                | ShownStep::Delete { .. }
                | ShownStep::MakeAnew,
                _,
            ) => done.forget(&due),
        }
    }
    make(scope, makes, calendar, &mut done).await;
    change(scope.now, changes, calendar, &mut done).await;
    mark(scope, marks, calendar, &mut done).await;
    delete(scope.now, deletes, calendar, &mut done).await;
    done
}

fn says_now(standing: Standing, wanted: &Wanted) -> Standing {
    match wanted {
        Wanted::Item(says) => Standing { item: standing.item, says: (**says).clone() },
        Wanted::Trouble(_) | Wanted::Nothing => standing,
    }
}

/// What an item was made for.
fn wanted(due: &DueRecord) -> Option<&RecordItem> {
    match &due.wanted {
        Wanted::Item(says) => Some(says),
        Wanted::Trouble(_) | Wanted::Nothing => None,
    }
}

/// Makes items. Each is asked for under the same name until it is known to be there: a lost answer makes no second one.
async fn make(scope: &Scope<'_>, makes: Vec<DueRecord>, calendar: &impl Calendar, done: &mut Done) {
    let new = |due: &DueRecord| {
        let says = wanted(due)?;
        Some(NewItem {
            transaction: format!("calbridge-shown-{}-{}", due.record, due.made),
            values: says.at_first(),
            guests: Vec::new(),
            series: None,
            categories: vec![says.category.clone()],
            // Whoever finds it before it is kept as an item of a record knows what it is by this.
            pointer: Pointer::Failed(says.shown.code().to_owned()),
        })
    };
    let items: Vec<NewItem> = makes.iter().filter_map(new).collect();
    if items.is_empty() {
        return;
    }
    for (due, answer) in makes.iter().zip(calendar.create(&items, scope.now).await) {
        let Some(says) = wanted(due) else { continue };
        match answer {
            Ok(made) => {
                let is_as_wanted = says.is_shown_by(&made.item);
                let standing = Standing { item: made.id, says: says.clone() };
                let kept = done.keep(due, Some(standing), due.made + 1);
                if !is_as_wanted {
                    // Made by an earlier try, before the record changed.
                    kept.again_at = Some(scope.now);
                    done.again.get_or_insert_default();
                }
            }
            Err(trouble) => done.put_off(due, trouble),
        }
    }
}

async fn change(
    now: DateTime<Utc>,
    changes: Vec<(DueRecord, Box<SeenItem>, ItemValues)>,
    calendar: &impl Calendar,
    done: &mut Done,
) {
    let change = |(_, seen, values): &(DueRecord, Box<SeenItem>, ItemValues)| ItemChange {
        id: seen.id.clone(),
        etag: seen.etag.clone(),
        values: values.clone(),
    };
    let written: Vec<ItemChange> = changes.iter().map(change).collect();
    if written.is_empty() {
        return;
    }
    for ((due, seen, _), answer) in changes.iter().zip(calendar.change(&written).await) {
        match (answer, &due.standing) {
            (Ok(()), Some(standing)) => {
                let mut stands = says_now(standing.clone(), &due.wanted);
                let categories = stands.says.categories(&seen.item.categories, &standing.says);
                if same_names(&categories, &seen.item.categories) {
                    done.keep(due, Some(stands), due.made);
                } else {
                    // Categories are written on the item as it stands then, which is read first.
                    stands.says.category.clone_from(&standing.says.category);
                    done.keep(due, Some(stands), due.made).again_at = Some(now);
                    done.again.get_or_insert_default();
                }
            }
            (Ok(()), None) => done.forget(due),
            (Err(trouble), _) => done.put_off(due, trouble),
        }
    }
}

async fn mark(
    scope: &Scope<'_>,
    marks: Vec<(DueRecord, Box<SeenItem>, Vec<String>)>,
    calendar: &impl Calendar,
    done: &mut Done,
) {
    let marking = |(_, seen, categories): &(DueRecord, Box<SeenItem>, Vec<String>)| Marking {
        id: seen.id.clone(),
        etag: seen.etag.clone(),
        categories: categories.clone(),
        pointer: None,
        properties: seen.properties.clone(),
    };
    let written: Vec<Marking> = marks.iter().map(marking).collect();
    if written.is_empty() {
        return;
    }
    for ((due, _, _), answer) in marks.iter().zip(calendar.mark(&written, scope.now).await) {
        match answer {
            Ok(()) => {
                let standing = due.standing.clone().map(|standing| says_now(standing, &due.wanted));
                done.keep(due, standing, due.made);
            }
            Err(trouble) => done.put_off(due, trouble),
        }
    }
}

/// What is to be done once an item is deleted.
#[derive(Debug)]
enum Next {
    /// Nothing; its user may be told why.
    Rest(Option<Issue>),
    /// Another is made.
    Make,
}

async fn delete(
    now: DateTime<Utc>,
    deletes: Vec<(DueRecord, ItemId, Next)>,
    calendar: &impl Calendar,
    done: &mut Done,
) {
    let ids: Vec<ItemId> = deletes.iter().map(|(_, item, _)| item.clone()).collect();
    if ids.is_empty() {
        return;
    }
    for ((due, _, next), answer) in deletes.into_iter().zip(calendar.delete(&ids).await) {
        match (answer, next) {
            (Err(trouble), _) => done.put_off(&due, trouble),
            (Ok(()), Next::Rest(None)) => done.forget(&due),
            (Ok(()), Next::Rest(issue @ Some(_))) => done.keep(&due, None, due.made).issue = issue,
            (Ok(()), Next::Make) => {
                done.keep(&due, None, due.made).again_at = Some(now);
                done.again.get_or_insert_default();
            }
        }
    }
}
