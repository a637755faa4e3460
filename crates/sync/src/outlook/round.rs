//! One round of changes, against Graph's traps: rows that come twice or out of order, pages that repeat for ever, rounds
//! that are lost. Where rounds do not work at all, the window is read as it stands; where Graph fails over one, week by week.

use std::collections::{BTreeMap, BTreeSet};

use calbridge_engine::ports::{Calendar, Cursor, Given, Round, RoundEnd, SeenItem, Trouble, Window};
use calbridge_rules::id::ItemId;
use calbridge_wire::{
    CallError,
    graph::{
        delta::{BeginDelta, DeltaPage, Next, NextDelta},
        item::GraphKind,
        view::CalendarView,
    },
};
use chrono::TimeDelta;

use super::{Outlook, seen, trouble};
use crate::mutant::mutant;

/// Sizes of pages, in items: where a round repeats itself with one, the next one is tried.
const PAGE_SIZES: [usize; 2] = [50, 200];
/// Pages of one round at most.
const PAGE_LIMIT: usize = 400;
/// How often one page is asked for that the server could not make.
const PAGE_TRIES: usize = 3;
/// How much of a window is read at once where Graph fails over the whole of it.
const PART: TimeDelta = TimeDelta::weeks(1);
/// What stands in a cursor when the window was read as it stands: the next round begins anew.
pub(super) const NO_CURSOR: &str = "";

/// Reads a round of a calendar, of the default one without an id. [`Trouble::Stale`]: Graph lost the one before.
pub(super) async fn read(
    outlook: &Outlook<'_>,
    calendar: Option<&str>,
    since: Option<&Cursor>,
    window: Window,
) -> Result<Round, Trouble> {
    let since = since.map(|cursor| cursor.text.as_str()).filter(|text| *text != NO_CURSOR);
    let part = Part { outlook, calendar, window };
    for page_size in PAGE_SIZES {
        match part.pages(since, page_size).await {
            Ok(Some(gathered)) => {
                let (is_whole, end) = match since {
                    None => (true, RoundEnd::Reached),
                    Some(_) => (false, RoundEnd::Unknown),
                };
                let round = gathered.into_round(outlook, is_whole, window).await?;
                return Ok(Round { end, ..round });
            }
            Ok(None) => tracing::warn!(page_size, "a round of changes repeats itself"),
            // Graph cannot make some rounds of some windows. The next session tries this one again.
            Err(Trouble::Later { retry_after_ms: None }) => {
                tracing::warn!("a round of changes fails");
                return part.as_it_stands(&parts(window), since.unwrap_or(NO_CURSOR)).await;
            }
            Err(trouble) => return Err(trouble),
        }
    }
    let round = part.as_it_stands(&[window], NO_CURSOR).await?;
    Ok(Round { end: RoundEnd::Never, ..round })
}

/// What is read.
struct Part<'a> {
    outlook: &'a Outlook<'a>,
    calendar: Option<&'a str>,
    window: Window,
}

/// What the pages of a round told.
#[derive(Debug, Default)]
struct Gathered {
    items: BTreeMap<ItemId, SeenItem>,
    /// Series that are masters of dates that came along.
    series: BTreeSet<ItemId>,
    /// Items that are not in the window any more, or of which the round told different things.
    unproven: BTreeSet<ItemId>,
    round: String,
}

impl Part<'_> {
    /// All pages of a round; nothing where they repeat themselves.
    async fn pages(&self, since: Option<&str>, page_size: usize) -> Result<Option<Gathered>, Trouble> {
        let mut gathered = Gathered::default();
        let mut before: BTreeSet<Vec<(ItemId, String)>> = BTreeSet::new();
        let mut link = since.map(str::to_owned);
        for _ in 0..PAGE_LIMIT {
            let page = self.page(link.as_deref(), page_size).await?;
            let rows = fingerprint(&page);
            if !rows.is_empty() && !before.insert(rows) {
                return Ok(None);
            }
            match gathered.take_in(page) {
                Next::Page(next) => link = Some(next),
                Next::Round(round) => {
                    gathered.round = round;
                    return Ok(Some(gathered));
                }
            }
        }
        Ok(None)
    }

    /// One page; what the server could not make is asked for again.
    async fn page(&self, link: Option<&str>, page_size: usize) -> Result<DeltaPage, Trouble> {
        let outlook = self.outlook;
        let mut tries = 1;
        loop {
            let answer = if let Some(link) = link {
                let next = NextDelta { link: link.to_owned(), page_size };
                outlook.mailroom.call(outlook.mailbox, 1, &next).await
            } else {
                let begin = BeginDelta {
                    mailbox: outlook.mailbox.clone(),
                    calendar: self.calendar.map(str::to_owned),
                    start: self.window.from,
                    end: self.window.to,
                    page_size,
                };
                outlook.mailroom.call(outlook.mailbox, 1, &begin).await
            };
            match answer {
                Err(CallError::Unavailable { retry_after_ms: None, .. }) if tries < PAGE_TRIES => tries += 1,
                answer => return answer.map_err(trouble),
            }
        }
    }

    /// The window as it stands, in parts, for mailboxes whose rounds never end or fail.
    async fn as_it_stands(&self, parts: &[Window], round: &str) -> Result<Round, Trouble> {
        let outlook = self.outlook;
        let mut gathered = Gathered { round: round.to_owned(), ..Gathered::default() };
        for part in parts {
            let view = CalendarView {
                mailbox: outlook.mailbox.clone(),
                calendar: self.calendar.map(str::to_owned),
                start: part.from,
                end: part.to,
                addin_id: outlook.mailroom.addin_id.clone(),
            };
            let first = outlook.mailroom.call(outlook.mailbox, 1, &view).await.map_err(trouble)?;
            for item in outlook.further_pages(first).await? {
                gathered.series.extend(item.series_master_id.clone());
                if item.kind != GraphKind::Occurrence {
                    let item = seen(item);
                    gathered.items.insert(item.id.clone(), item);
                }
            }
        }
        gathered.into_round(outlook, true, self.window).await
    }
}

/// A window in parts, one after the other.
fn parts(window: Window) -> Vec<Window> {
    let begins = std::iter::successors(Some(window.from), |from| Some(*from + PART));
    let begins = begins.take_while(|from| *from < window.to);
    begins.map(|from| Window { from, to: window.to.min(from + PART) }).collect()
}

/// What a page holds, in an order that tells whether another holds the same.
fn fingerprint(page: &DeltaPage) -> Vec<(ItemId, String)> {
    let items = page.items.iter().map(|item| (item.id.clone(), item.etag.clone()));
    let dates = page.dates.iter().map(|date| (date.id.clone(), String::new()));
    let removed = page.removed.iter().map(|id| (id.clone(), "removed".to_owned()));
    let mut rows: Vec<(ItemId, String)> = items.chain(dates).chain(removed).collect();
    rows.sort();
    rows
}

impl Gathered {
    fn take_in(&mut self, page: DeltaPage) -> Next {
        for (id, error) in &page.unreadable {
            tracing::warn!(item = id, %error, "an item cannot be read");
        }
        self.unproven.extend(page.removed);
        self.series.extend(page.dates.into_iter().map(|date| date.series));
        for item in page.items {
            if item.kind == GraphKind::Exception {
                self.series.extend(item.series_master_id.clone());
            }
            let item = seen(item);
            let etag = item.etag.clone();
            // Of rows that differ, nothing tells which is the newer one.
            if let Some(other) = self.items.insert(item.id.clone(), item)
                && other.etag != etag
            {
                self.unproven.insert(other.id);
            }
        }
        page.next
    }

    async fn into_round(
        mut self,
        outlook: &Outlook<'_>,
        is_whole: bool,
        window: Window,
    ) -> Result<Round, Trouble> {
        self.add_masters(outlook).await?;
        Ok(Round {
            items: self.items.into_values().collect(),
            removed: self.unproven.into_iter().collect(),
            placed: Vec::new(),
            cursor: Cursor { text: self.round, window },
            is_whole,
            end: RoundEnd::Unknown,
        })
    }

    /// A series whose dates came without it is read by itself.
    async fn add_masters(&mut self, outlook: &Outlook<'_>) -> Result<(), Trouble> {
        let missing: Vec<Given> = self
            .series
            .iter()
            .filter(|series| !self.items.contains_key(series))
            .map(|series| Given::immutable(series.clone()))
            .collect();
        if missing.is_empty() || mutant("masters-unread") {
            return Ok(());
        }
        for answer in outlook.read(&missing).await {
            match answer {
                Ok(master) => drop(self.items.insert(master.id.clone(), master)),
                // Gone since: the next round tells.
                Err(Trouble::Gone | Trouble::Refused(_)) => {}
                Err(trouble) => return Err(trouble),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use chrono::{TimeZone, Utc};

    use super::*;

    #[test]
    fn the_parts_of_a_window_leave_nothing_out_and_end_where_it_does() {
        let from = Utc.with_ymd_and_hms(2026, 3, 2, 0, 0, 0).unwrap();
        let window = Window { from, to: from + TimeDelta::days(17) };
        let parts = parts(window);
        assert_eq!(parts.len(), 3);
        assert_eq!((parts[0].from, parts[2].to), (window.from, window.to));
        assert!(parts.windows(2).all(|two| two[0].to == two[1].from));
    }
}
