//! Watches records that calendars show, once for all mailboxes: of each object that the settings name (OBJ-1) one question a
//! minute, and once a day one for everything that lies near; Events of public calendars (GRP-2) are heard of with all others
//! (`watch`). What is to be shown is kept for each mailbox, so that its session asks the org nothing.

mod foreseen;
mod objects;
mod public;

use std::collections::BTreeSet;

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use calbridge_rules::{
    item::Span,
    settings::{Session, UserLayer, effective},
};
use chrono::{DateTime, Days, NaiveDate, Utc};
use sha2::{Digest, Sha256};

pub(crate) use self::{
    foreseen::{Foreseen, Shows},
    public::hear,
};

use crate::{
    app::App,
    store::{KnownSource, LackOf, SourceIs, StoreError, Watch},
    watch::NotWatched,
};

/// Between two looks, in milliseconds.
const TICK_MS: i64 = 30_000;
/// How long a look may take before somebody else looks, in milliseconds.
const LEASE_MS: i64 = 300_000;
/// Between two looks at everything that lies near, in milliseconds.
const WHOLE_MS: i64 = 24 * 60 * 60_000;
/// Days by which a look at everything reaches further than the window on both ends: those of every zone, and those that pass
/// until the next.
const MARGIN_DAYS: u64 = 3;
/// Records that one look asks for by id, to prove that they are gone (DWN-6).
const PROOF_LIMIT: usize = 2_000;

/// Looks once, where a look is due and nobody else looks; answers how many times a mailbox was told something.
///
/// # Errors
/// Not everybody was told everything; the next look begins where this one did.
pub async fn look(app: &App, owner: &str) -> Result<usize, NotWatched> {
    let now_ms = app.now_ms();
    let Some(watch) = app.store.claim_record_watch(owner, now_ms, LEASE_MS).await? else { return Ok(0) };
    let told = look_at_all(app, &watch).await;
    app.store.end_watch(&watch, now_ms + TICK_MS).await?;
    if matches!(told, Ok(told) if told > 0) {
        app.due.notify_waiters();
    }
    told
}

async fn look_at_all(app: &App, watch: &Watch) -> Result<usize, NotWatched> {
    let org = app.org_layer().await?;
    let known = app.store.shown_sources().await?;
    let settings = effective(&org, &UserLayer::default());
    let public = public::wishes(app, &org, &known).await?;
    let lacks = |of, lacks: Vec<(String, String)>| async move {
        app.store.keep_lacking(watch, of, &lacks, app.now_ms()).await
    };
    let around = Around::today(app.clock.now(), &settings.session);
    let mut told = 0;
    let mut stay: BTreeSet<String> = BTreeSet::new();
    let mut lacking = Vec::new();
    for wish in &settings.down.objects {
        stay.insert(wish.object.to_string());
        match objects::look(app, watch, wish, around, &known).await? {
            Looked::Told(heard) => told += heard,
            Looked::Lacking(why) => lacking.push((wish.object.to_string(), why)),
        }
    }
    lacks(LackOf::Object, lacking).await?;
    match public {
        Some(public) => {
            let looked = public::look(app, watch, &public, around, &known).await?;
            stay.extend(looked.stay);
            told += looked.told;
            if let Some(missing) = looked.missing {
                lacks(LackOf::Calendar, missing).await?;
            }
        }
        None => lacks(LackOf::Calendar, Vec::new()).await?,
    }
    for source in known.iter().filter(|known| !stay.contains(&known.source)) {
        tracing::info!(source = source.source, "its records are shown no more");
        app.store.drop_source(watch, &source.source, app.now_ms()).await?;
        told += 1;
    }
    Ok(told)
}

/// What came of a look at an object.
enum Looked {
    /// So many mailboxes were told something.
    Told(usize),
    /// The org cannot bring its records down, for this reason.
    Lacking(String),
}

/// The days around today of which records are shown, of every zone (AUT-2).
#[derive(Clone, Copy, Debug)]
struct Around {
    first: NaiveDate,
    last: NaiveDate,
}

impl Around {
    fn today(now: DateTime<Utc>, session: &Session) -> Self {
        let window = session.window(now.date_naive());
        let first = window.first.checked_sub_days(Days::new(MARGIN_DAYS)).unwrap_or(window.first);
        let last = window.last.checked_add_days(Days::new(MARGIN_DAYS)).unwrap_or(window.last);
        Self { first, last }
    }

    /// Whether something begins within them.
    fn holds(self, span: Span) -> bool {
        let day = match span {
            Span::Timed { start, .. } => start.date_naive(),
            Span::AllDay { first, .. } => first,
        };
        (self.first..=self.last).contains(&day)
    }

    /// When they begin, in milliseconds.
    fn begins_ms(self) -> i64 {
        self.first.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis()
    }
}

/// A hash of how something is shown, and for whom.
fn fingerprint(of: &impl serde::Serialize) -> Result<String, StoreError> {
    let text = serde_json::to_vec(of).map_err(|bad| StoreError::Unreadable(bad.to_string()))?;
    Ok(STANDARD_NO_PAD.encode(Sha256::digest(&text)))
}

/// Whether a source is to be looked at as a whole: it is new, shown otherwise or to others than before, or it is time.
fn is_whole_due(known: Option<&KnownSource>, told: &str, now_ms: i64) -> bool {
    known.is_none_or(|known| known.told != told || known.whole_at_ms + WHOLE_MS <= now_ms)
}

/// Names of the public calendars that are known, by their sources.
fn calendars(known: &[KnownSource]) -> impl Iterator<Item = (&KnownSource, &str)> {
    known.iter().filter_map(|known| match &known.is {
        SourceIs::Calendar(name) => Some((known, name.as_str())),
        SourceIs::Object(_) => None,
    })
}
