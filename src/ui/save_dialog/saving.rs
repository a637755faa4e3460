//! One opened dialog: its draft, pressing Save once at a time, and what came of it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use leptos::prelude::*;

use calbridge_rules::{
    conflict::Conflict,
    id::ApiName,
    saving::{EventKnown, Refusal, Route, Verdict},
};

use crate::{
    app::focus,
    lookup::Hit,
    picture::Picture,
    save::{self, NotSaved, SaveDraft, Saved, Whose},
    services::Services,
    session::SignedIn,
    trouble::{Remedy, Trouble},
    ui::{
        card::{Card, CardLink, Tone, of_refusal},
        deeds::{Deed, Deeds},
        icons::Icon,
    },
};

/// The state of one opened dialog.
#[derive(Clone, Copy)]
pub(super) struct Saving {
    pub(super) draft: RwSignal<SaveDraft>,
    pub(super) picture: RwSignal<Picture>,
    pub(super) verdict: Memo<Verdict>,
    pub(super) invalid: Memo<BTreeMap<ApiName, String>>,
    signed_in: RwSignal<SignedIn>,
    action: Action<SaveDraft, Result<Saved, NotSaved>>,
    new_key: Callback<(), String>,
}

/// What the dialog shows.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Stage {
    /// The fields.
    Edit,
    /// Somebody changed the Event meanwhile (SAV-13).
    Conflict { by: String, at: DateTime<Utc>, conflicts: Vec<Conflict>, theirs: Vec<Hit> },
    /// The Event was deleted meanwhile (SAV-13).
    Gone,
}

impl Saving {
    pub(super) fn new(services: Services, picture: Picture, on_saved: Callback<(Saved, SaveDraft)>) -> Self {
        let draft = RwSignal::new(SaveDraft::suggested(&picture, services.new_key()));
        let picture = RwSignal::new(picture);
        let verdict = Memo::new(move |_| draft.with(|draft| picture.with(|picture| draft.verdict(picture))));
        let invalid = Memo::new(move |_| draft.with(|draft| picture.with(|picture| draft.invalid(picture))));
        let signed_in = services.signed_in;
        let keys = services.clone();
        let new_key = Callback::new(move |()| keys.new_key());
        let action = Action::new_unsync(move |draft: &SaveDraft| {
            let (services, draft, picture) = (services.clone(), draft.clone(), picture.get_untracked());
            async move {
                let saved = Box::pin(save::submit(draft.clone(), picture, services)).await?;
                on_saved.run((saved.clone(), draft));
                Ok(saved)
            }
        });
        Self { draft, picture, verdict, invalid, signed_in, action, new_key }
    }

    /// Sends the draft, unless it is on its way (SAV-12).
    pub(super) fn press(self) {
        if self.action.pending().get_untracked() || self.is_blocked_now() {
            return;
        }
        match untrack(|| self.stage()) {
            Stage::Edit => {}
            Stage::Conflict { conflicts, .. } => self.draft.update(|draft| {
                for conflict in conflicts {
                    draft.settled.entry(conflict.field).or_insert(Whose::Mine);
                }
            }),
            Stage::Gone => {
                self.picture.update(|picture| {
                    picture.event = EventKnown::Absent;
                    picture.view = None;
                });
                self.draft.update(|draft| draft.key = self.new_key.run(()));
            }
        }
        self.action.dispatch_local(self.draft.get_untracked());
    }

    pub(super) fn is_running(self) -> bool {
        self.action.pending().get()
    }

    /// Whether Save would be refused as things stand.
    pub(super) fn is_blocked(self) -> bool {
        self.refusal().is_some() || self.invalid.with(|invalid| !invalid.is_empty())
    }

    fn is_blocked_now(self) -> bool {
        untrack(|| self.is_blocked())
    }

    pub(super) fn refusal(self) -> Option<Refusal> {
        self.verdict.with(|verdict| match &verdict.route {
            Route::Refuse(refusal) => Some(refusal.clone()),
            Route::Queue | Route::UpdateNow { .. } | Route::Keep => None,
        })
    }

    pub(super) fn stage(self) -> Stage {
        match self.action.value().get() {
            Some(Err(NotSaved::Changed { by, at, conflicts, theirs })) => {
                Stage::Conflict { by, at, conflicts, theirs }
            }
            Some(Err(NotSaved::Gone)) => Stage::Gone,
            Some(Ok(_) | Err(NotSaved::Refused(_) | NotSaved::Trouble(_))) | None => Stage::Edit,
        }
    }

    /// What went wrong with the last press, once it is over.
    fn failure(self) -> Option<Card> {
        if self.is_running() {
            return None;
        }
        match self.action.value().get()? {
            Err(NotSaved::Trouble(trouble)) if self.is_signed_in_again(&trouble) => Some(signed_in_again()),
            Err(NotSaved::Trouble(trouble)) => Some(Card::of_trouble(&trouble)),
            Err(NotSaved::Refused(refusal)) => Some(Card { links: Vec::new(), ..of_refusal(&refusal) }),
            Ok(_) | Err(NotSaved::Changed { .. } | NotSaved::Gone) => None,
        }
    }

    fn is_signed_in_again(self, trouble: &Trouble) -> bool {
        trouble.remedy == Remedy::SignIn && matches!(self.signed_in.get(), SignedIn::As { .. })
    }
}

/// What is left to do once somebody has signed in again.
fn signed_in_again() -> Card {
    Card {
        tone: Tone::Info,
        icon: Icon::Done,
        headline: "Signed in again.".to_owned(),
        text: "Press Save to send it now.".to_owned(),
        code: String::new(),
        links: Vec::new(),
    }
}

/// What went wrong, spoken at once, with the remedy as a button. The draft stays as it is.
#[component]
pub(super) fn Alert(saving: Saving, deeds: Deeds) -> impl IntoView {
    Effect::new(move |_| {
        // What was pressed may have gone with the screen it stood on.
        saving.action.value().track();
        request_animation_frame(|| {
            if focus::is_lost() {
                focus::first(".dialog .fields");
            }
        });
    });
    let press = move |link| match link {
        CardLink::SignIn => deeds.start(Deed::SignIn),
        CardLink::TurnOn | CardLink::TurnOnSync(_) => deeds.start(Deed::TurnOnSync),
        CardLink::Retry | CardLink::Why | CardLink::SyncNow | CardLink::Change => saving.press(),
    };
    let alert = move |card: Card| {
        let links: Vec<AnyView> = card
            .links
            .into_iter()
            .map(|link| view! { <button type="button" class="link" on:click=move |_| press(link)>{link.label()}</button> }.into_any())
            .collect();
        view! {
            <p class=if card.tone == Tone::Info { "hint" } else { "error" }>
                <b>{card.headline}</b> " " {card.text} " " {links} " " <span class="code">{card.code}</span>
            </p>
        }
    };
    view! {
        <div role="alert">
            {move || saving.failure().map(alert)}
            {move || deeds.trouble().map(|trouble| alert(Card::of_trouble(&trouble)))}
        </div>
    }
}
