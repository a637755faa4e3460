//! Events of public calendars (GRP-2): who is to see those of which, by the settings of org and users. They are heard of with
//! all other Events; from time to time all that lie near are asked for.

use std::collections::{BTreeMap, BTreeSet};

use calbridge_engine::{ports::Wanted, values_of};
use calbridge_rules::{
    event::{EventField, FieldValue},
    id::{Address, RecordId},
    objects::{PublicCalendar, public_item},
    settings::{OrgLayer, Setting, UserLayer, effective},
};
use calbridge_wire::salesforce::{
    event::{ByEventId, ChangedEvent, FoundEvent, OwnedEvents, SeriesPart},
    public_calendars,
};

use super::{Around, PROOF_LIMIT, calendars, fingerprint, is_whole_due};
use crate::{
    app::App,
    store::{KnownSource, RecordNews, SourceIs, StoreError, Watch},
    watch::NotWatched,
};

/// Public calendars that are shown at most, of org and users together.
const CALENDAR_LIMIT: usize = 100;

/// Who is to see the Events of each calendar, by its name in small letters, under which category.
pub(super) type Wishes = BTreeMap<String, Vec<(Address, String)>>;

/// What org and users wish to see of public calendars; nothing where nobody wishes anything, and nothing is shown.
pub(super) async fn wishes(
    app: &App,
    org: &OrgLayer,
    known: &[KnownSource],
) -> Result<Option<Wishes>, StoreError> {
    let of_users = app.store.users_with(Setting::PublicCalendars).await?;
    let of_org = effective(org, &UserLayer::default()).down.public_calendars;
    if of_users.is_empty() && of_org.is_empty() && calendars(known).next().is_none() {
        return Ok(None);
    }
    let mut wishes = Wishes::new();
    for (mailbox, user) in app.store.users().await? {
        let own = of_users.get(&user).map(|layer| effective(org, layer).down.public_calendars);
        let sees = |calendar: &&PublicCalendar| {
            calendar.mailboxes.is_empty() || calendar.mailboxes.contains(&mailbox)
        };
        for calendar in own.as_ref().unwrap_or(&of_org).iter().filter(sees) {
            let name = calendar.name.to_lowercase();
            if wishes.len() == CALENDAR_LIMIT && !wishes.contains_key(&name) {
                tracing::warn!(limit = CALENDAR_LIMIT, "more public calendars are named than are shown");
                continue;
            }
            wishes.entry(name).or_default().push((mailbox.clone(), calendar.category.clone()));
        }
    }
    Ok(Some(wishes))
}

/// What came of a look at public calendars.
pub(super) struct Looked {
    /// The sources that stay.
    pub(super) stay: BTreeSet<String>,
    /// How many mailboxes were told something.
    pub(super) told: usize,
    /// Those that the org does not have, with why; nothing where nobody asked for them this time.
    pub(super) missing: Option<Vec<(String, String)>>,
}

/// Finds the calendars, and looks at their Events as a whole where that is due.
pub(super) async fn look(
    app: &App,
    watch: &Watch,
    wishes: &Wishes,
    around: Around,
    known: &[KnownSource],
) -> Result<Looked, NotWatched> {
    let told = fingerprint(wishes)?;
    let now_ms = app.now_ms();
    let standing: Vec<(&KnownSource, &str)> = calendars(known).collect();
    let is_settled = standing.iter().all(|(known, _)| !is_whole_due(Some(known), &told, now_ms));
    if wishes.is_empty() || (is_settled && !standing.is_empty()) {
        let (stay, missing) =
            if wishes.is_empty() { (BTreeSet::new(), Some(Vec::new())) } else { (sources(&standing), None) };
        return Ok(Looked { stay, told: 0, missing });
    }
    let names: Vec<&str> = wishes.keys().map(String::as_str).collect();
    let found = public_calendars::read(&app.org.query(public_calendars::by_name(&names)).await?)?;
    let is_missing = |name: &&&str| found.iter().all(|one| one.name.to_lowercase() != **name);
    let why = "the org has no public calendar of this name, or the integration user does not see it";
    let missing = names.iter().filter(is_missing).map(|name| ((*name).to_owned(), why.to_owned())).collect();
    let ids: Vec<RecordId> = found.iter().map(|one| one.id.clone()).collect();
    let events = near(app, &ids, around, &standing).await?;
    let mut stay = BTreeSet::new();
    for calendar in &found {
        let source = calendar.id.to_string();
        let kept = KnownSource {
            source: source.clone(),
            is: SourceIs::Calendar(calendar.name.clone()),
            told: told.clone(),
            seen_to_ms: now_ms,
            whole_at_ms: now_ms,
        };
        let viewers = wishes.get(&calendar.name.to_lowercase()).map(Vec::as_slice).unwrap_or_default();
        let mailboxes: BTreeSet<Address> = viewers.iter().map(|(mailbox, _)| mailbox.clone()).collect();
        app.store.keep_source(watch, &kept).await?;
        app.store.keep_to(watch, &source, &mailboxes, now_ms).await?;
        stay.insert(source);
    }
    let by_id: BTreeMap<String, &str> =
        found.iter().map(|one| (one.id.to_string(), one.name.as_str())).collect();
    let news: Vec<RecordNews> = events
        .into_iter()
        .filter_map(|seen| match seen {
            Seen::There { event, former } => news_of(&event, false, &by_id, wishes, around, former),
            Seen::Gone { record, source } => Some(gone(record, source, None)),
        })
        .collect();
    let count = app.store.tell_wanted(watch, &news, now_ms).await?;
    Ok(Looked { stay, told: count, missing: Some(missing) })
}

fn sources(standing: &[(&KnownSource, &str)]) -> BTreeSet<String> {
    standing.iter().map(|(known, _)| known.source.clone()).collect()
}

/// An Event that was looked for.
enum Seen {
    There { event: Box<FoundEvent>, former: Option<String> },
    Gone { record: RecordId, source: String },
}

/// The Events of the calendars that lie near, and those that were shown and are not among them.
async fn near(
    app: &App,
    owners: &[RecordId],
    around: Around,
    standing: &[(&KnownSource, &str)],
) -> Result<Vec<Seen>, NotWatched> {
    let question = OwnedEvents { owners: owners.to_vec(), extra: Vec::new() };
    let found = question.read(&app.org.query(question.within(around.first, around.last)).await?)?;
    let mut missing: BTreeMap<RecordId, String> = BTreeMap::new();
    for (known, _) in standing {
        let wanted = app.store.wanted_records(&known.source, around.begins_ms()).await?;
        missing.extend(wanted.into_iter().map(|record| (record, known.source.clone())));
    }
    let mut seen = Vec::new();
    for event in found {
        missing.remove(&event.event.id);
        seen.push(Seen::There { event: Box::new(event), former: None });
    }
    let ids: Vec<RecordId> = missing.keys().take(PROOF_LIMIT).cloned().collect();
    let question = ByEventId { key_field: None, ids, extra: Vec::new() };
    let there = question.read(&app.org.query(question.statements()).await?)?;
    for event in there {
        let former = missing.remove(&event.event.id);
        seen.push(Seen::There { event: Box::new(event), former });
    }
    let asked = |record: &RecordId| question.ids.contains(record);
    let gone = missing.into_iter().filter(|(record, _)| asked(record));
    seen.extend(gone.map(|(record, source)| Seen::Gone { record, source }));
    Ok(seen)
}

/// Hears which of the changed Events are those of public calendars, or were, and tells whoever is to see them.
///
/// # Errors
/// Nobody was told.
pub(crate) async fn hear(app: &App, watch: &Watch, changes: &[ChangedEvent]) -> Result<(), NotWatched> {
    let known = app.store.shown_sources().await?;
    let names: BTreeMap<String, &str> =
        calendars(&known).map(|(known, name)| (known.source.clone(), name)).collect();
    if names.is_empty() || changes.is_empty() {
        return Ok(());
    }
    let org = app.org_layer().await?;
    let Some(wishes) = wishes(app, &org, &known).await? else { return Ok(()) };
    let around = Around::today(app.clock.now(), &effective(&org, &UserLayer::default()).session);
    let ids: Vec<RecordId> = changes.iter().map(|change| change.found.event.id.clone()).collect();
    let seen = app.store.seen_records(&ids).await?;
    let news: Vec<RecordNews> = changes
        .iter()
        .filter_map(|change| {
            let former = seen.get(&change.found.event.id).cloned();
            news_of(&change.found, change.is_deleted, &names, &wishes, around, former)
        })
        .collect();
    app.store.tell_wanted(watch, &news, app.now_ms()).await?;
    Ok(())
}

/// Who is to see what of an Event; nothing of one that lies in no public calendar and never did. What only says how others
/// repeat is no entry of a calendar; its dates are.
pub(super) fn news_of(
    found: &FoundEvent,
    is_deleted: bool,
    names: &BTreeMap<String, &str>,
    wishes: &Wishes,
    around: Around,
    former: Option<String>,
) -> Option<RecordNews> {
    let event = &found.event;
    let stamp_ms = event.system_modstamp.timestamp_millis();
    let calendar = match event.fields.get(&EventField::Owner) {
        Some(FieldValue::Record(owner)) => names.get_key_value(&owner.to_string()),
        Some(
            FieldValue::Empty
            | FieldValue::Text(_)
            | FieldValue::Flag(_)
            | FieldValue::Number(_)
            | FieldValue::Instant(_)
            | FieldValue::Date(_),
        )
        | None => None,
    };
    let is_entry = match found.series {
        SeriesPart::None | SeriesPart::ClassicDate | SeriesPart::LightningDate { .. } => true,
        SeriesPart::ClassicSeries | SeriesPart::LightningSeries => false,
    };
    let Some((source, name)) = calendar.filter(|_| is_entry && !is_deleted) else {
        return former.map(|source| gone(event.id.clone(), source, Some(stamp_ms)));
    };
    let says = values_of(event);
    let span = says.span?;
    let viewers = wishes.get(&name.to_lowercase()).map(Vec::as_slice).unwrap_or_default();
    let wanted = |(mailbox, category): &(Address, String)| {
        let says = public_item(&event.id, says.clone(), category)?;
        Some((mailbox.clone(), Wanted::Item(Box::new(says))))
    };
    Some(RecordNews {
        record: event.id.clone(),
        source: source.clone(),
        stamp_ms: Some(stamp_ms),
        wanted: viewers.iter().filter_map(wanted).collect(),
        is_near: around.holds(span),
    })
}

fn gone(record: RecordId, source: String, stamp_ms: Option<i64>) -> RecordNews {
    RecordNews { record, source, stamp_ms, wanted: Vec::new(), is_near: false }
}
