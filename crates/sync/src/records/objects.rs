//! Records of one object (OBJ-1): what changed of them, and from time to time all that lie near. Whose they are decides where
//! they are shown.

use std::collections::{BTreeMap, BTreeSet};

use calbridge_engine::ports::Wanted;
use calbridge_rules::{
    id::{Address, RecordId},
    objects::{ObjectWish, record_item},
};
use calbridge_wire::{
    CallError,
    salesforce::records::{FoundRecord, RecordsOf},
};
use chrono::TimeDelta;

use super::{Around, Looked, PROOF_LIMIT, fingerprint, is_whole_due};
use crate::{
    app::App,
    clock::instant,
    store::{FIRST_LOOK_MS, KnownSource, RecordNews, SourceIs, Watch},
    watch::{NotWatched, OVERLAP_S},
};

/// Mailboxes by their users.
type Owners = BTreeMap<RecordId, Address>;

/// Looks at the records of an object.
pub(super) async fn look(
    app: &App,
    watch: &Watch,
    wish: &ObjectWish,
    around: Around,
    known: &[KnownSource],
) -> Result<Looked, NotWatched> {
    let source = wish.object.to_string();
    let known = known.iter().find(|known| known.source == source);
    let users = app.store.users().await?;
    let told = fingerprint(&(wish, (around.last - around.first).num_days(), &users))?;
    let now_ms = app.now_ms();
    let is_whole = is_whole_due(known, &told, now_ms);
    let records = match known.map(|known| &known.is) {
        Some(SourceIs::Object(records)) if !is_whole => records.clone(),
        Some(SourceIs::Object(_) | SourceIs::Calendar(_)) | None => match described(app, wish).await? {
            Ok(records) => records,
            Err(why) => return Ok(Looked::Lacking(why)),
        },
    };
    let owners: Owners = users.into_iter().map(|(mailbox, user)| (user, mailbox)).collect();
    let seen_to_ms = known.map_or(now_ms - FIRST_LOOK_MS, |known| known.seen_to_ms);
    let since = instant(seen_to_ms) - TimeDelta::seconds(OVERLAP_S);
    let changed = records.read(&app.org.query_all(records.changed(since)).await?)?;
    let newest_ms = changed.iter().map(|found| found.stamp.timestamp_millis()).max().unwrap_or(0);
    let mut news: Vec<RecordNews> =
        changed.iter().map(|found| news_of(found, &records, &source, &owners, around)).collect();
    if is_whole {
        news.extend(whole(app, &records, &source, &owners, around).await?);
    }
    let count = app.store.tell_wanted(watch, &news, now_ms).await?;
    let kept = KnownSource {
        source,
        is: SourceIs::Object(records),
        told,
        seen_to_ms: newest_ms.max(seen_to_ms),
        whole_at_ms: if is_whole { now_ms } else { known.map_or(now_ms, |known| known.whole_at_ms) },
    };
    app.store.keep_source(watch, &kept).await?;
    Ok(Looked::Told(count))
}

/// What comes down of an object as the org describes it, or why nothing does, which an admin is told.
async fn described(app: &App, wish: &ObjectWish) -> Result<Result<RecordsOf, String>, NotWatched> {
    match app.org.described(wish.object.as_str()).await {
        Ok(object) => Ok(RecordsOf::described(wish, &object).map_err(|why| why.to_string())),
        Err(CallError::Gone) => {
            Ok(Err("the org has no such object, or the integration user does not see it".to_owned()))
        }
        Err(error) => Err(error.into()),
    }
}

/// Records of an object that lie near, as settings that are not kept yet would show them; none of an object that the org lacks.
pub(super) async fn near(
    app: &App,
    wish: &ObjectWish,
    around: Around,
) -> Result<Vec<RecordNews>, NotWatched> {
    let Ok(records) = described(app, wish).await? else { return Ok(Vec::new()) };
    let rows = app.org.query(vec![records.within(around.first, around.last)]).await?;
    let owners: Owners =
        app.store.users().await?.into_iter().map(|(mailbox, user)| (user, mailbox)).collect();
    let source = wish.object.to_string();
    let found = records.read(&rows)?;
    Ok(found.iter().map(|found| news_of(found, &records, &source, &owners, around)).collect())
}

/// Everything that lies near, and what was shown and is not among it: gone only where it is not found by id either (DWN-6).
async fn whole(
    app: &App,
    records: &RecordsOf,
    source: &str,
    owners: &Owners,
    around: Around,
) -> Result<Vec<RecordNews>, NotWatched> {
    let near = app.org.query(vec![records.within(around.first, around.last)]).await?;
    let mut found = records.read(&near)?;
    let seen: BTreeSet<&RecordId> = found.iter().map(|found| &found.record).collect();
    let mut missing: Vec<RecordId> =
        app.store.wanted_records(source, around.begins_ms()).await?.into_iter().collect();
    missing.retain(|record| !seen.contains(record));
    missing.truncate(PROOF_LIMIT);
    let there = records.read(&app.org.query(records.by_id(&missing)).await?)?;
    missing.retain(|record| there.iter().all(|found| found.record != *record));
    found.extend(there);
    let gone = missing.into_iter().map(|record| RecordNews {
        record,
        source: source.to_owned(),
        stamp_ms: None,
        wanted: Vec::new(),
        is_near: false,
    });
    Ok(found.iter().map(|found| news_of(found, records, source, owners, around)).chain(gone).collect())
}

/// Who is to see what of a record. One without a date is told its owner, who may mend it.
fn news_of(
    found: &FoundRecord,
    records: &RecordsOf,
    source: &str,
    owners: &Owners,
    around: Around,
) -> RecordNews {
    let mailbox = owners.get(&found.owner).filter(|_| !found.is_deleted && !found.is_series);
    let item = record_item(&records.map, &found.record, &found.values);
    let span = item.as_ref().ok().and_then(|says| says.values.span);
    let wanted = match item {
        Ok(says) => Wanted::Item(Box::new(says)),
        Err(cause) => Wanted::Trouble(cause.issue()),
    };
    RecordNews {
        record: found.record.clone(),
        source: source.to_owned(),
        stamp_ms: Some(found.stamp.timestamp_millis()),
        wanted: mailbox.map(|mailbox| (mailbox.clone(), wanted)).into_iter().collect(),
        is_near: span.is_none_or(|span| around.holds(span)),
    }
}
