//! What the save dialog edits, and sending it: one rule call, one request (SAV).

mod typed;
mod update;

use calbridge_rules::{
    conflict::Conflict,
    event::{EventField, EventFields, FieldValue},
    files::File,
    id::{ApiName, RecordId},
    item::{Item, Kind, Span},
    map::SmallMap,
    mapping,
    people::{self, Participant, Standing},
    saving::{self, Choice, ChosenPerson, EventKnown, Refusal, Route, Scope, Situation, SyncKnown, Verdict},
    settings::Settings,
};
use calbridge_wire::{CallError, service::SaveRequest};
use chrono::{DateTime, Utc};

use crate::{
    lookup::{Hit, Object},
    outbox::{Entry, NotKept},
    picture::{FieldToFill, Picture},
    services::{Services, item_ref},
    trouble::{Party, Remedy, Trouble},
};

/// Further business records that one save takes (PIC-3).
const FURTHER_LIMIT: usize = 10;

/// What the user edits before saving.
#[derive(Clone, Debug, PartialEq)]
pub struct SaveDraft {
    /// Name.
    pub who: Option<Hit>,
    /// Related To; always empty beside a Lead (SAV-6).
    pub what: Option<Hit>,
    /// Further business records (PIC-3); only beside a first one.
    pub further: Vec<Hit>,
    /// Files of the item that can go along, and whether they do (ATT-1).
    pub files: Vec<(File, bool)>,
    /// Further fields as typed.
    pub fields: SmallMap<ApiName, String>,
    /// This item or its series (SAV-10).
    pub scope: Scope,
    /// What becomes of a private item ([`Picture::is_private`]), which the dialog asks (PRV-2): `Some(true)` saves it
    /// private and without links, which is suggested; `Some(false)` with the links above and not private. `None` for
    /// other items, whose dialog does not ask.
    pub is_private: Option<bool>,
    /// Made once per opened dialog; a second press repeats it (SAV-12).
    pub key: String,
    /// Fields for which the user has already decided a conflict (SAV-13).
    pub settled: SmallMap<EventField, Settled>,
}

/// How a conflict was decided. A value that came later was not decided about.
#[derive(Clone, Debug, PartialEq)]
pub struct Settled {
    /// Whose value wins.
    pub whose: Whose,
    /// Their value, as the user saw it.
    pub theirs: FieldValue,
}

impl Settled {
    /// Whether this decides a conflict as it stands.
    pub(crate) fn decides(&self, conflict: &Conflict) -> bool {
        self.theirs == conflict.theirs
    }
}

/// Whose value wins a conflict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// This user's.
    Mine,
    /// What stands in Salesforce.
    Theirs,
}

/// What pressing Save did.
#[derive(Clone, Debug, PartialEq)]
pub enum Saved {
    /// The service took the request.
    Queued {
        /// When the session is expected.
        at: DateTime<Utc>,
    },
    /// The Event was updated.
    Updated,
    /// The request is kept on this device (SAV-4).
    Kept {
        /// Whether Outlook confirmed the `Salesforce` category.
        categorized: bool,
    },
}

/// Why pressing Save did nothing.
#[derive(Clone, Debug, PartialEq)]
pub enum NotSaved {
    /// The rules refuse.
    Refused(Refusal),
    /// Somebody changed the Event meanwhile (SAV-13).
    Changed {
        /// Who, by name.
        by: String,
        /// When.
        at: DateTime<Utc>,
        /// Field by field.
        conflicts: Vec<Conflict>,
        /// The records that the Event points to now, so that theirs can be named.
        theirs: Vec<Hit>,
    },
    /// The Event was deleted meanwhile (SAV-13).
    Gone,
    /// Salesforce or the service refused, or did not answer; the draft is kept.
    Trouble(Trouble),
}

impl SaveDraft {
    /// The draft that a picture suggests: the Event's own links, those chosen in a save that waits, or those sync would choose.
    pub fn suggested(picture: &Picture, key: String) -> Self {
        let mut draft = Self {
            who: picture.links.who.clone().map(Hit::from),
            what: picture.links.what.clone().map(Hit::from),
            further: Vec::new(),
            files: Vec::new(),
            fields: SmallMap::new(),
            scope: Scope::Single,
            is_private: picture.is_private().then_some(true),
            key,
            settled: SmallMap::new(),
        };
        let mut typed = None;
        if let Some(view) = &picture.view {
            draft.who.clone_from(&view.who);
            draft.what.clone_from(&view.what);
            typed = Some(&view.shown);
        } else if let Some(chosen) = &picture.chosen {
            draft.choose(chosen, picture);
            typed = Some(&chosen.fields);
        }
        for FieldToFill { field, .. } in &picture.required {
            let stands = typed.and_then(|typed| typed.get(&EventField::Custom(field.name.clone())));
            let text = match stands {
                Some(value) => typed::shown(value),
                None => picture.settings.field_defaults.get(&field.name).cloned().unwrap_or_default(),
            };
            draft.fields.insert(field.name.clone(), text);
        }
        draft
    }

    /// Takes up what was chosen before. A choice names no records: one that this pane does not know goes by its id.
    fn choose(&mut self, chosen: &Choice, picture: &Picture) {
        let known = picture.records();
        let hit = |record: &RecordId, object: Option<Object>| {
            let found = known.iter().find(|hit| hit.record == *record).cloned();
            found.or_else(|| {
                let name = format!("Another record ({record})");
                Some(Hit { record: record.clone(), object: object?, name, detail: String::new() })
            })
        };
        let business = |record: &RecordId| hit(record, ApiName::parse("Record").ok().map(Object::Business));
        self.who = chosen.who.as_ref().and_then(|who| hit(&who.record, Some(Object::Person(who.object))));
        self.what = chosen.what.as_ref().and_then(business);
        self.further = chosen.also_what.iter().filter_map(business).collect();
        self.scope = chosen.scope;
        if let (Some(private), Some(FieldValue::Flag(chosen))) =
            (&mut self.is_private, chosen.fields.get(&EventField::IsPrivate))
        {
            *private = *chosen;
        }
    }

    /// The records that were picked.
    pub(crate) fn records(&self) -> Vec<Hit> {
        self.who.iter().chain(&self.what).chain(&self.further).cloned().collect()
    }

    /// Picks a person; a Lead empties Related To (SAV-6).
    pub fn pick_who(&mut self, who: Option<Hit>) {
        self.who = who;
        if self.related_is_refused() {
            self.pick_what(None);
        }
    }

    /// Picks a business record; without one there are no further ones either (PIC-3).
    pub fn pick_what(&mut self, what: Option<Hit>) {
        self.what = what;
        match &self.what {
            Some(first) => self.further.retain(|hit| hit.record != first.record),
            None => self.further.clear(),
        }
    }

    /// Whether further records can be picked beside the first (PIC-3): where the org can hold them, and sync writes them.
    pub fn takes_further(&self, picture: &Picture) -> bool {
        let is_first_save = !matches!(picture.event, EventKnown::Exists { .. });
        picture.settings.multi_link
            && is_first_save
            && self.what.is_some()
            && self.further.len() < FURTHER_LIMIT
    }

    /// Whether a record is picked already.
    pub(crate) fn links_to(&self, hit: &Hit) -> bool {
        self.what.iter().chain(&self.further).any(|known| known.record == hit.record)
    }

    /// Whether files of the item are asked about: they go with the first save of an item that is no series (ATT-1).
    pub fn takes_files(&self, picture: &Picture) -> bool {
        let is_first_save = !matches!(picture.event, EventKnown::Exists { .. });
        let is_whole_series = picture.open.item.kind == Kind::Series || self.scope == Scope::Series;
        picture.settings.saves_files && is_first_save && !is_whole_series
    }

    /// Leaves a file out, or takes it in again.
    pub fn tick_file(&mut self, place: usize) {
        if let Some((_, goes)) = self.files.get_mut(place) {
            *goes = !*goes;
        }
    }

    /// The names of the files that go along, where some do not.
    fn chosen_files(&self) -> Option<Vec<String>> {
        let going = self.files.iter().filter(|(_, goes)| *goes);
        let names: Vec<String> = going.map(|(file, _)| file.name.clone()).collect();
        (names.len() < self.files.len()).then_some(names)
    }

    /// Whether Related To is disabled by a Lead in Name (SAV-6).
    pub fn related_is_refused(&self) -> bool {
        self.who.as_ref().is_some_and(Hit::is_lead)
    }

    /// What Save would do with this draft.
    pub fn verdict(&self, picture: &Picture) -> Verdict {
        let choice = self.choice(&picture.required);
        verdict(&Known::of(picture), &picture.open.item, &picture.people, &choice)
    }

    /// Fields whose text cannot be sent as it is, by name, with the reason (SAV-9).
    pub fn invalid(&self, picture: &Picture) -> SmallMap<ApiName, String> {
        let mut wrong = SmallMap::new();
        for FieldToFill { field, control } in &picture.required {
            let text = self.fields.get(&field.name).map_or("", String::as_str);
            if let Err(why) = typed::value(text, control) {
                wrong.insert(field.name.clone(), why);
            }
        }
        wrong
    }

    /// What would be cut or left out, in words (FLD).
    pub fn told(&self, picture: &Picture) -> Vec<String> {
        mapping::follow(&picture.open.item, &self.choice(&picture.required), &picture.settings).told
    }

    /// The choice as the rules know it; texts that cannot be read are left out, and named by [`Self::invalid`].
    pub(crate) fn choice(&self, fields: &[FieldToFill]) -> Choice {
        let who = self.who.as_ref().and_then(|hit| match &hit.object {
            Object::Person(object) => Some(ChosenPerson { record: hit.record.clone(), object: *object }),
            Object::Business(_) => None,
        });
        let mut typed = EventFields::new();
        for FieldToFill { field, control } in fields {
            let text = self.fields.get(&field.name);
            if let Some(Ok(value)) = text.map(|text| typed::value(text, control)) {
                typed.insert(EventField::Custom(field.name.clone()), value);
            }
        }
        if let Some(private) = self.is_private {
            typed.insert(EventField::IsPrivate, FieldValue::Flag(private));
        }
        Choice {
            who,
            what: self.what.as_ref().map(|hit| hit.record.clone()),
            also_what: self.further.iter().map(|hit| hit.record.clone()).collect(),
            fields: typed,
            scope: self.scope,
            files: self.chosen_files(),
            ..Choice::default()
        }
    }
}

/// What a verdict hangs on beside the item and the choice.
#[derive(Clone, Copy)]
pub(crate) struct Known<'a> {
    pub(crate) event: &'a EventKnown,
    pub(crate) sync: &'a SyncKnown,
    pub(crate) required: &'a [FieldToFill],
    pub(crate) settings: &'a Settings,
}

impl<'a> Known<'a> {
    fn of(picture: &'a Picture) -> Self {
        Self {
            event: &picture.event,
            sync: &picture.sync,
            required: &picture.required,
            settings: &picture.settings,
        }
    }
}

/// Asks the rules.
pub(crate) fn verdict(
    known: &Known<'_>,
    item: &Item,
    participants: &[Participant],
    choice: &Choice,
) -> Verdict {
    let required: Vec<_> = known.required.iter().map(|field| field.field.clone()).collect();
    saving::verdict(&Situation {
        item,
        event: known.event,
        sync: known.sync,
        participants,
        choice,
        required: &required,
        settings: known.settings,
    })
}

/// Saves: asks the rules once, then sends one request. A second press while the first is under way joins it (SAV-12).
///
/// # Errors
/// Nothing was written, or it is unknown whether it was; the draft can be sent again as it is.
pub async fn submit(draft: SaveDraft, picture: Picture, services: Services) -> Result<Saved, NotSaved> {
    let name = picture.open.item.id.as_ref().map(ToString::to_string).unwrap_or_default();
    let work = Box::pin(send(draft, picture, services.clone()));
    services.flights().join(name, work).await
}

async fn send(draft: SaveDraft, picture: Picture, services: Services) -> Result<Saved, NotSaved> {
    if let Some((name, why)) = draft.invalid(&picture).into_iter().next() {
        return Err(NotSaved::Trouble(Trouble::new(label(&picture, &name), why, Remedy::None)));
    }
    let item = fresh(&picture, &services).await?;
    let choice = draft.choice(&picture.required);
    let people = people_of(&item, &picture);
    let saved = match verdict(&Known::of(&picture), &item, &people, &choice).route {
        Route::Refuse(refusal) => Err(NotSaved::Refused(refusal)),
        Route::Queue => queue(&draft, choice, &picture, &services).await,
        Route::Keep => keep(entry(&draft, choice, &picture, &services)?, &picture, &services).await,
        Route::UpdateNow { event } => {
            update::update(&event, &item, &choice, &draft.settled, &picture, &services).await
        }
    };
    if saved.is_ok() {
        services.look_again();
    }
    saved
}

fn label(picture: &Picture, name: &ApiName) -> String {
    let field = picture.required.iter().find(|field| field.field.name == *name);
    field.map_or_else(|| name.to_string(), |field| field.field.label.clone())
}

/// The item as it is now: Outlook does not tell of every change. What only the service knows is taken over.
async fn fresh(picture: &Picture, services: &Services) -> Result<Item, NotSaved> {
    let shown = &picture.open.item;
    let mut item = services.fresh_item().await.map_err(NotSaved::Trouble)?;
    if item.id != shown.id {
        let advice = "Open the event again to save it. What you entered is kept until you close the pane.";
        let headline = "Outlook has another event open now";
        return Err(NotSaved::Trouble(Trouble::new(headline, advice, Remedy::None)));
    }
    item.is_draft = shown.is_draft;
    item.sensitivity = item.sensitivity.or(shown.sensitivity);
    if let (Span::AllDay { .. }, Span::Timed { .. }) = (item.span, shown.span) {
        item.span = shown.span;
    }
    Ok(item)
}

fn people_of(item: &Item, picture: &Picture) -> Vec<Participant> {
    let matches: Vec<_> = picture
        .people
        .iter()
        .flat_map(|one| match &one.standing {
            Standing::Known(records) => records.clone(),
            Standing::Internal | Standing::Blocklisted { .. } | Standing::Unresolved => Vec::new(),
        })
        .collect();
    people::participants(item, &picture.open.user, &picture.settings, &matches)
}

/// Hands the request to the service; where it does not answer, the device keeps it under the same key (SAV-4).
async fn queue(
    draft: &SaveDraft,
    choice: Choice,
    picture: &Picture,
    services: &Services,
) -> Result<Saved, NotSaved> {
    let entry = entry(draft, choice, picture, services)?;
    let (request, item, user) = (entry.request.clone(), entry.request.item.clone(), entry.user.clone());
    // Kept before it is sent: a pane that is closed before the answer comes has lost nothing. A device that keeps
    // nothing can still send.
    let _ = services.outbox().keep(entry.clone()).await;
    let answer = services.sync().save(request).await;
    if let Err(CallError::Offline { .. } | CallError::Unavailable { .. } | CallError::Malformed { .. }) =
        answer
    {
        return keep(entry, picture, services).await;
    }
    services.outbox().forget(&user, &item).await;
    match answer {
        Ok(accepted) => {
            services.mark(&picture.open.item).await;
            Ok(Saved::Queued { at: accepted.expected_at })
        }
        Err(CallError::Rejected(why)) if why.sync_off.is_some() => {
            let refusal = why.sync_off.map_or(Refusal::ServiceUnreachable, |why| Refusal::SyncOff { why });
            Err(NotSaved::Refused(refusal))
        }
        Err(error) => Err(NotSaved::Trouble(Trouble::of(&error, Party::Sync))),
    }
}

/// Keeps the request on this device. A session finds the item by itself only where Outlook confirmed the category.
async fn keep(mut entry: Entry, picture: &Picture, services: &Services) -> Result<Saved, NotSaved> {
    // Kept before Outlook is asked for the category, which may take long: a pane that is closed meanwhile loses nothing.
    services.outbox().keep(entry.clone()).await.map_err(not_kept)?;
    entry.categorized = services.mark(&picture.open.item).await;
    let categorized = entry.categorized;
    if categorized {
        services.outbox().keep(entry).await.map_err(not_kept)?;
    }
    services.deliver_later();
    Ok(Saved::Kept { categorized })
}

fn not_kept(why: NotKept) -> NotSaved {
    let advice = match why {
        NotKept::NoStorage => "Your browser keeps nothing for Calbridge either. Try again in a few minutes.",
        NotKept::Full => "This device already keeps as many saves as it can. Try again in a few minutes.",
    };
    NotSaved::Trouble(Trouble::new("Sync cannot be reached", advice, Remedy::Retry))
}

fn entry(
    draft: &SaveDraft,
    choice: Choice,
    picture: &Picture,
    services: &Services,
) -> Result<Entry, NotSaved> {
    let user = services.user().ok_or_else(|| NotSaved::Trouble(Trouble::signed_out()))?.id;
    let item = item_ref(&picture.open).ok_or(NotSaved::Refused(Refusal::NotSavedInOutlook))?;
    let request = SaveRequest { idempotency_key: draft.key.clone(), item, choice };
    Ok(Entry {
        user,
        request,
        kept_at: crate::clock::now(),
        categorized: false,
        refused: None,
        withdrawn: false,
    })
}

#[cfg(test)]
pub(crate) mod tests;
