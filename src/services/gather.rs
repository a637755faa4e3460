//! Gathers the picture of an open item: item, people, Event and sync at once, then the verdict.

use calbridge_rules::{
    event::{EventField, FieldValue},
    id::{ApiName, RecordId},
    item::{Item, Sensitivity, Span},
    linking::{self, Related},
    people::{self, PersonMatch, Standing},
    saving::{Check, Choice, EventKnown},
    settings::{OutlookValue, Settings},
    status::Status,
};
use calbridge_wire::{CallError, service::ItemStanding};
use chrono::{DateTime, NaiveDate, TimeZone, Utc};

use super::{Services, item_ref, org::FieldMap, sync::Known};
use crate::{
    clock,
    outlook::OpenItem,
    picture::{self, EventView, Picture},
    save::{self, SaveDraft},
    together::both,
    trouble::{Party, Trouble},
};

/// Gathers everything the pane shows.
pub(super) async fn picture(services: &Services, open: OpenItem) -> Result<Picture, Trouble> {
    let user = services.user().ok_or_else(Trouble::signed_out)?;
    let asked = services.inner.sync.last_settings().unwrap_or_default().field_map;
    let (form, (event, company)) = both(
        Box::pin(services.inner.org.form()),
        Box::pin(both(Box::pin(event(services, &open, &asked)), Box::pin(company(services, &open)))),
    )
    .await;
    let salesforce = |error: CallError| Trouble::of(&error, Party::Salesforce);
    let (form, event, company) =
        (form.map_err(salesforce)?, event.map_err(salesforce)?, company.map_err(salesforce)?);
    let told = open.item.sensitivity;
    let open = informed(open, &event);
    let Company { known: Known { sync, settings }, matches, related } = company;
    let settings = usable(settings, &form.writable, told == open.item.sensitivity);
    let view = complete(services, event.view, &asked, &settings.field_map).await;
    let people = people::participants(&open.item, &open.user, &settings, &matches);
    let links = linking::automatic_links(&people, &related, &settings);
    let required = form.required.clone();
    let known = save::Known { event: &event.known, sync: &sync, required: &required, settings: &settings };
    let undecided = save::verdict(&known, &open.item, &people, &Choice::default());
    let kept = item_ref(&open).and_then(|item| services.inner.outbox.of(&user.id, &item));
    let chosen = kept.as_ref().map(|kept| kept.request.choice.clone());
    let mut picture = Picture {
        view: view.map(|view| EventView {
            who: view.who.map(|hit| picture::with_detail(hit, &people, &related)),
            what: view.what.map(|hit| picture::with_detail(hit, &people, &related)),
            ..view
        }),
        face: picture::Face::Unknown,
        event: event.known,
        open,
        sync,
        settings,
        people,
        related,
        links,
        required,
        verdict: undecided,
        picked: Vec::new(),
        chosen: chosen.or_else(|| event.standing.as_ref()?.chosen.clone()),
        decided: event.standing.as_ref().map(|standing| standing.decided.clone()).unwrap_or_default(),
    };
    picture.verdict = SaveDraft::suggested(&picture, String::new()).verdict(&picture);
    picture.face = picture::face(&picture::Found {
        event: &picture.event,
        is_gone: event.is_gone,
        status: event.standing.as_ref().map(|standing| &standing.status),
        kept: kept.as_ref(),
        verdict: &picture.verdict,
    });
    note_organizer(&mut picture, event.standing);
    Ok(picture)
}

/// What is known of an item's Event.
struct Event {
    known: EventKnown,
    view: Option<EventView>,
    /// What the service said, where it was asked and answered.
    standing: Option<ItemStanding>,
    /// Whether the Event was deleted in Salesforce.
    is_gone: bool,
}

/// Follows the pointer on the item; asks the service where there is none, or where it points to nothing.
async fn event(services: &Services, open: &OpenItem, mapped: &FieldMap) -> Result<Event, CallError> {
    let Some(pointed) = open.pointer.as_ref().and_then(|pointer| pointer.event.clone()) else {
        return from_service(services, open, mapped, None).await;
    };
    match services.inner.org.event(&pointed, mapped).await {
        Ok(view) => Ok(Event::exists(pointed, view, None)),
        Err(CallError::Gone) => from_service(services, open, mapped, Some(pointed)).await,
        Err(error) => Err(error),
    }
}

async fn from_service(
    services: &Services,
    open: &OpenItem,
    mapped: &FieldMap,
    gone: Option<RecordId>,
) -> Result<Event, CallError> {
    let is_gone = gone.is_some();
    let absent = |standing| Event { known: EventKnown::Absent, view: None, standing, is_gone };
    let Some(item) = item_ref(open) else { return Ok(absent(None)) };
    let standing = match services.inner.sync.standing(item).await {
        Ok(standing) => standing,
        Err(error @ (CallError::SignedOut | CallError::ConsentLost { .. })) => return Err(error),
        // The pointer's Event is gone, whatever the service would say.
        Err(_) if is_gone => return Ok(absent(None)),
        Err(_) => return Ok(Event { known: EventKnown::Unknown, ..absent(None) }),
    };
    let saved = match &standing.status {
        Status::Saved { event } if Some(event) != gone.as_ref() => event.clone(),
        Status::Saved { .. } | Status::NotSaved | Status::WillBeSaved { .. } | Status::Issue(_) => {
            return Ok(absent(Some(standing)));
        }
    };
    match services.inner.org.event(&saved, mapped).await {
        Ok(view) => Ok(Event::exists(saved, view, Some(standing))),
        Err(CallError::Gone) => Ok(Event { is_gone: true, ..absent(Some(standing)) }),
        Err(error) => Err(error),
    }
}

impl Event {
    fn exists(id: RecordId, view: EventView, standing: Option<ItemStanding>) -> Self {
        Self { known: EventKnown::Exists { id }, view: Some(view), standing, is_gone: false }
    }
}

/// The people's records and what they bring along, under the user's settings.
struct Company {
    known: Known,
    matches: Vec<PersonMatch>,
    related: Related,
}

/// Looks people up under the settings that this device knows while the service is asked for newer ones. Without any, the
/// service comes first: whom the settings leave out must not be sent to Salesforce even once (PRV-3).
async fn company(services: &Services, open: &OpenItem) -> Result<Company, CallError> {
    let Some(early) = services.inner.sync.last_settings() else {
        let mut known = services.inner.sync.known().await?;
        if known.settings.company_domains.is_empty() {
            known.settings.company_domains = own_domain(open, &known.settings);
        }
        let (matches, related) = records(services, open, &known.settings).await?;
        return Ok(Company { known, matches, related });
    };
    let (known, early_records) =
        both(Box::pin(services.inner.sync.known()), Box::pin(records(services, open, &early))).await;
    let known = known?;
    let (matches, related) = if known.settings == early {
        early_records?
    } else {
        records(services, open, &known.settings).await?
    };
    Ok(Company { known, matches, related })
}

/// Colleagues are known by the user's own domain until the service has named the company's.
fn own_domain(open: &OpenItem, settings: &Settings) -> Vec<String> {
    let domain = open.user.domain();
    if settings.tells_company(domain) { vec![domain.to_owned()] } else { Vec::new() }
}

async fn records(
    services: &Services,
    open: &OpenItem,
    settings: &Settings,
) -> Result<(Vec<PersonMatch>, Related), CallError> {
    let org = &services.inner.org;
    let matches = org.people(people::addresses_to_match(&open.item, &open.user, settings)).await?;
    let participants = people::participants(&open.item, &open.user, settings, &matches);
    let domains = linking::domains_to_match(&participants, settings);
    if !domains.is_empty() {
        let accounts = org.accounts_of(domains).await?;
        return Ok((matches, Related { accounts, ..Related::default() }));
    }
    let mut accounts: Vec<RecordId> = Vec::new();
    for participant in &participants {
        let records = match &participant.standing {
            Standing::Known(records) => records.as_slice(),
            Standing::Internal | Standing::Blocklisted { .. } | Standing::Unresolved => &[],
        };
        for account in records.iter().filter_map(|person| person.account.as_ref()) {
            if !accounts.contains(account) {
                accounts.push(account.clone());
            }
        }
    }
    if accounts.is_empty() {
        return Ok((matches, Related::default()));
    }
    let now = clock::now();
    let related = org.related(accounts, today(&open.zone, now), now).await?;
    Ok((matches, related.offered(now)))
}

fn today(zone: &str, now: DateTime<Utc>) -> NaiveDate {
    clock::offset(zone, now)
        .map_or_else(|| now.date_naive(), |offset| now.with_timezone(&offset).date_naive())
}

/// The settings with those further fields alone that the user may change, and whose values Outlook tells the pane: rooms it
/// never does, and how private an item is not everywhere (FLD-3).
fn usable(mut settings: Settings, writable: &[ApiName], tells_privacy: bool) -> Settings {
    settings.field_map.retain(|name, source| {
        let is_told = match source.value {
            OutlookValue::Resources => false,
            OutlookValue::Sensitivity => tells_privacy,
            OutlookValue::Categories
            | OutlookValue::Organizer
            | OutlookValue::OrganizerAddress
            | OutlookValue::RequiredAttendees
            | OutlookValue::OptionalAttendees
            | OutlookValue::ShowAs
            | OutlookValue::Zone => true,
        };
        is_told && writable.contains(name)
    });
    settings
}

/// The Event as it was read, read again where newer settings map fields that nobody asked for then.
async fn complete(
    services: &Services,
    view: Option<EventView>,
    asked: &FieldMap,
    now: &FieldMap,
) -> Option<EventView> {
    let view = view?;
    if now.keys().all(|name| asked.contains_key(name)) {
        return Some(view);
    }
    // Out of reach, what was read is shown; saving reads it once more.
    Some(services.inner.org.event(&view.id, now).await.unwrap_or(view))
}

/// The item with what Outlook does not tell: as the service knows it, or as its Event has it.
fn informed(mut open: OpenItem, event: &Event) -> OpenItem {
    let kept_private = event.view.as_ref().and_then(|view| view.shown.get(&EventField::IsPrivate));
    if event.standing.as_ref().and_then(|standing| standing.is_private) == Some(true)
        || open.item.sensitivity.is_none() && kept_private == Some(&FieldValue::Flag(true))
    {
        // Which of the sensitivities it is makes no difference to a save.
        let known = open.item.sensitivity.filter(|sensitivity| sensitivity.is_private());
        open.item.sensitivity = known.or(Some(Sensitivity::Private));
    }
    let Some(standing) = &event.standing else { return open };
    open.item.is_draft = standing.is_draft;
    if standing.is_all_day == Some(false) {
        open.item.span = timed(&open.item, &open.zone);
    }
    open
}

/// The span of an item that only looked all-day: from midnight to midnight.
fn timed(item: &Item, zone: &str) -> Span {
    match item.span {
        Span::Timed { .. } => item.span,
        Span::AllDay { first, end_exclusive } => match (midnight(first, zone), midnight(end_exclusive, zone))
        {
            (Some(start), Some(end)) => Span::Timed { start, end },
            (Some(_) | None, Some(_) | None) => item.span,
        },
    }
}

fn midnight(day: NaiveDate, zone: &str) -> Option<DateTime<Utc>> {
    let wall = day.and_hms_opt(0, 0, 0)?;
    let near = clock::offset(zone, wall.and_utc())?;
    let guess = near.from_local_datetime(&wall).single()?.to_utc();
    // Beside a change of clocks the offset of the guess is the right one.
    let offset = clock::offset(zone, guess)?;
    Some(offset.from_local_datetime(&wall).single()?.to_utc())
}

/// PPL-2: the save of another synced user comes first; said before the click.
fn note_organizer(picture: &mut Picture, standing: Option<ItemStanding>) {
    let Some(organizer) = standing.and_then(|standing| standing.synced_organizer) else { return };
    if picture.event == EventKnown::Absent {
        let says = format!("{organizer} called this meeting and saves first; yours waits for that");
        picture.verdict.trace.push(Check { rule: "PPL-2", says, passed: true });
    }
}

#[cfg(test)]
mod tests;
