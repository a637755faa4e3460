//! Calendars beside the default one (AUT-8): read one after the other, and told as one round. Ids survive moves between them,
//! so what leaves one and comes up in another is one item.

use std::collections::BTreeSet;

use calbridge_engine::ports::{Cursor, Round, RoundEnd, Trouble, Window};
use calbridge_rules::id::ItemId;
use calbridge_wire::graph::calendars::{Calendar, ListCalendars};
use serde::{Deserialize, Serialize};

use super::{Outlook, round, trouble};

/// A calendar in sync.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct InSync {
    /// Its id; nothing for the default one.
    pub(super) id: Option<String>,
    /// Whether what lies in it is to be saved.
    saves: bool,
    /// Where its next round begins.
    link: String,
}

impl InSync {
    fn new(id: Option<String>, saves: bool) -> Self {
        Self { id, saves, link: round::NO_CURSOR.to_owned() }
    }
}

/// Reads what changed in all calendars in sync.
pub(super) async fn read(
    outlook: &Outlook<'_>,
    since: Option<&Cursor>,
    window: Window,
) -> Result<Round, Trouble> {
    if is_default_only(outlook) {
        return round::read(outlook, None, since, window).await;
    }
    let mut calendars = match since {
        Some(cursor) => known(&cursor.text)?,
        None => all(outlook).await?,
    };
    // A calendar whose rounds never end is read as it stands, which tells what is gone only where all are.
    let is_whole = calendars.iter().any(|calendar| calendar.link == round::NO_CURSOR);
    let cursor = Cursor { text: String::new(), window };
    let end = if is_whole { RoundEnd::Reached } else { RoundEnd::Unknown };
    let (items, removed, placed) = (Vec::new(), Vec::new(), Vec::new());
    let mut together = Round { items, removed, placed, cursor, is_whole, end };
    for calendar in &mut calendars {
        let since = Cursor { text: calendar.link.clone(), window };
        let since = Some(&since).filter(|_| !is_whole);
        let part = match round::read(outlook, calendar.id.as_deref(), since, window).await {
            // It was deleted: begin anew without it.
            Err(Trouble::Gone) => return Err(Trouble::Stale),
            answer => answer?,
        };
        calendar.link = part.cursor.text;
        together.end = match (together.end, part.end) {
            (RoundEnd::Never, _) | (_, RoundEnd::Never) => RoundEnd::Never,
            (RoundEnd::Reached, RoundEnd::Reached) => RoundEnd::Reached,
            (RoundEnd::Unknown, _) | (_, RoundEnd::Unknown) => RoundEnd::Unknown,
        };
        if calendar.saves {
            together.placed.extend(part.items.iter().map(|item| item.id.clone()));
        }
        together.items.extend(part.items);
        together.removed.extend(part.removed);
    }
    // What left one calendar for another is there.
    let here: BTreeSet<ItemId> = together.items.iter().map(|item| item.id.clone()).collect();
    together.removed.retain(|id| !here.contains(id));
    together.cursor.text =
        serde_json::to_string(&calendars).map_err(|_| Trouble::Later { retry_after_ms: None })?;
    Ok(together)
}

/// The calendars in sync, none of them read before.
pub(super) async fn all(outlook: &Outlook<'_>) -> Result<Vec<InSync>, Trouble> {
    if is_default_only(outlook) {
        return Ok(vec![InSync::new(None, false)]);
    }
    let list = ListCalendars { mailbox: outlook.mailbox.clone() };
    let calendars = outlook.mailroom.call(outlook.mailbox, 1, &list).await.map_err(trouble)?;
    let settings = outlook.calendars;
    let saves = |calendar: &Calendar| settings.save.as_ref().is_some_and(|name| calendar.is_called(name));
    let (default, others): (Vec<Calendar>, Vec<Calendar>) =
        calendars.into_iter().partition(|calendar| calendar.is_default);
    let mut in_sync = vec![InSync::new(None, default.iter().any(saves))];
    for calendar in others {
        let saves = saves(&calendar);
        if saves || settings.also.iter().any(|name| calendar.is_called(name)) {
            in_sync.push(InSync::new(Some(calendar.id), saves));
        }
    }
    Ok(in_sync)
}

fn is_default_only(outlook: &Outlook<'_>) -> bool {
    outlook.calendars.also.is_empty() && outlook.calendars.save.is_none()
}

/// The calendars of a cursor. One of the default calendar alone is of another time: begin anew.
fn known(text: &str) -> Result<Vec<InSync>, Trouble> {
    serde_json::from_str(text).map_err(|_| Trouble::Stale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aut_8_a_cursor_holds_every_calendar_and_one_of_another_time_is_stale() {
        let calendars = vec![
            InSync::new(None, false),
            InSync { id: Some("AAA=".to_owned()), saves: true, link: "https://graph.example/x".to_owned() },
        ];
        let text = serde_json::to_string(&calendars).unwrap();
        assert_eq!(known(&text), Ok(calendars));
        assert_eq!(known("https://graph.example/delta?$deltatoken=1"), Err(Trouble::Stale));
    }
}
