//! One open item: its subject and time, and below what is known of it. What is shown stays while it is gathered again.

use leptos::prelude::*;

use calbridge_rules::saving::SyncKnown;

use crate::{
    app::focus,
    outlook::{OpenItem, Opened},
    picture::{Face, Picture},
    save::{SaveDraft, Saved},
    services::Services,
    session::SignedIn,
    trouble::Trouble,
    ui::{
        deeds::Deeds,
        footer::{Footer, sync_words},
        links::Linked,
        overview::Overview,
        save_dialog::SaveDialog,
        settings::SettingsPanel,
        sign_in::SignIn,
        skeleton::SkeletonBody,
        times::When,
        words,
    },
};

/// The screen of one item.
#[component]
pub(crate) fn ItemScreen(opened: LocalResource<Result<Opened, Trouble>>) -> impl IntoView {
    let state = State::new(&expect_context::<Services>(), opened);
    let deeds = Deeds::from_context();
    let sync = Memo::new(move |_| state.sync());
    let settings = Callback::new(move |()| state.cover.set(Cover::Settings));
    let covered = move || state.cover.with(|cover| *cover != Cover::None);
    let body = Memo::new(move |_| state.body());
    let below = move || match body.get() {
        Body::Waiting => view! { <SkeletonBody /> }.into_any(),
        Body::SignIn { ended } => view! { <SignIn ended=ended deeds=deeds /> }.into_any(),
        Body::Overview => {
            let on_save = Callback::new(move |()| state.open_dialog());
            let Picturing { picture, trouble, linked } = state.picturing;
            view! { <Overview picture=picture trouble=trouble linked=linked deeds=deeds on_save=on_save /> }
                .into_any()
        }
    };

    view! {
        <div class="pane" inert=covered>
            {move || state.open.get().map(|open| head(&open))}
            {below}
            <Show when=move || body.get() == Body::Overview>
                <Footer sync=sync deeds=deeds on_settings=settings />
            </Show>
        </div>
        {move || covering(state, sync)}
    }
}

/// Subject, time and place, one line each.
fn head(open: &OpenItem) -> AnyView {
    let subject = words::subject(&open.item);
    let time = When::in_zone(&open.zone).span(&open.item.span);
    let place = open.item.location.trim();
    let second = if place.is_empty() { time } else { format!("{time} · {place}") };
    view! {
        <header class="head">
            <h1 dir="auto" title=subject.clone()>{subject.clone()}</h1>
            <p title=second.clone()>{second.clone()}</p>
        </header>
    }
    .into_any()
}

fn covering(state: State, sync: Memo<Option<(SyncKnown, String)>>) -> AnyView {
    let close = Callback::new(move |()| state.cover.set(Cover::None));
    match state.cover.get() {
        Cover::None => ().into_any(),
        Cover::Settings => view! { <SettingsPanel sync=sync on_close=close /> }.into_any(),
        Cover::Save(picture) => {
            let on_saved = Callback::new(move |(saved, draft)| state.saved(&saved, &draft));
            view! { <SaveDialog picture=*picture on_saved=on_saved on_close=close /> }.into_any()
        }
    }
}

/// What is below the subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Body {
    Waiting,
    SignIn { ended: bool },
    Overview,
}

/// What covers the pane.
#[derive(Clone, Debug, PartialEq)]
enum Cover {
    None,
    Settings,
    /// The save dialog, on the picture that was shown when it was opened (SAV-13).
    Save(Box<Picture>),
}

/// What this pane saved last, shown until a later turn knows better.
#[derive(Clone, Debug, PartialEq)]
struct Done {
    turn: u32,
    face: Face,
    linked: Linked,
}

/// What gathering brought, and in which turn.
type Gathered = (u32, Option<Result<Picture, Trouble>>);

/// What the overview shows.
#[derive(Clone, Copy)]
struct Picturing {
    picture: Memo<Option<Picture>>,
    trouble: Memo<Option<Trouble>>,
    linked: Memo<Option<Linked>>,
}

/// The signals of one item's screen.
#[derive(Clone, Copy)]
struct State {
    turn: RwSignal<u32>,
    signed_in: RwSignal<SignedIn>,
    open: Memo<Option<OpenItem>>,
    picturing: Picturing,
    cover: RwSignal<Cover>,
    done: RwSignal<Option<Done>>,
}

impl State {
    fn new(services: &Services, opened: LocalResource<Result<Opened, Trouble>>) -> Self {
        let open = Memo::new(move |last: Option<&Option<OpenItem>>| {
            item(opened.get()).or_else(|| last.cloned().flatten())
        });
        let gathered = gather(services.clone(), opened);
        let done = RwSignal::new(None);
        let picturing = Picturing::of(opened, gathered, services.signed_in, done);
        let state = Self {
            turn: services.turn,
            signed_in: services.signed_in,
            open,
            picturing,
            cover: RwSignal::new(Cover::None),
            done,
        };
        follow_focus(state);
        state
    }

    fn body(self) -> Body {
        match self.signed_in.get() {
            SignedIn::Starting => Body::Waiting,
            SignedIn::Out { ended } => Body::SignIn { ended },
            SignedIn::As { .. } => {
                let shown = self.picturing.picture.with(Option::is_some)
                    || self.picturing.trouble.with(Option::is_some);
                if shown { Body::Overview } else { Body::Waiting }
            }
        }
    }

    fn sync(self) -> Option<(SyncKnown, String)> {
        self.picturing.picture.with(|picture| {
            let picture = picture.as_ref()?;
            Some((picture.sync.clone(), sync_words(&picture.sync, &When::in_zone(&picture.open.zone))))
        })
    }

    fn open_dialog(self) {
        if let Some(picture) = self.picturing.picture.get_untracked() {
            self.cover.set(Cover::Save(Box::new(picture)));
        }
    }

    fn saved(self, saved: &Saved, draft: &SaveDraft) {
        let turn = self.turn.get_untracked() + 1;
        let linked = Linked {
            who: draft.who.clone(),
            what: draft.what.clone(),
            owner: "You".to_owned(),
            page: String::new(),
        };
        let face = match saved {
            Saved::Queued { at } => Face::WillBeSaved { at: *at },
            Saved::Updated => Face::Saved,
            Saved::Kept { categorized } => Face::Kept { categorized: *categorized },
        };
        self.done.set(Some(Done { turn, face, linked }));
        self.cover.set(Cover::None);
        self.turn.set(turn);
    }
}

impl Picturing {
    fn of(
        opened: LocalResource<Result<Opened, Trouble>>,
        gathered: LocalResource<Gathered>,
        signed_in: RwSignal<SignedIn>,
        done: RwSignal<Option<Done>>,
    ) -> Self {
        let picture =
            Memo::new(move |last: Option<&Option<Picture>>| match (signed_in.get(), gathered.get()) {
                (SignedIn::As { .. }, Some((turn, Some(Ok(picture))))) => {
                    Some(with_done(picture, turn, done))
                }
                (SignedIn::As { .. }, Some((_, Some(Err(_)) | None)) | None) => last.cloned().flatten(),
                (SignedIn::Starting | SignedIn::Out { .. }, _) => None,
            });
        let trouble = Memo::new(move |_| {
            let unread = opened.get().and_then(Result::err);
            unread.or_else(|| gathered.get().and_then(|(_, result)| result?.err()))
        });
        let linked = Memo::new(move |_| {
            let sent = done.get().map(|done| done.linked);
            picture.with(|picture| Linked::of(picture.as_ref()?, sent))
        });
        Self { picture, trouble, linked }
    }
}

/// Until a picture was gathered after the last save, the save itself is what is known.
fn with_done(mut picture: Picture, turn: u32, done: RwSignal<Option<Done>>) -> Picture {
    if let Some(done) = done.get().filter(|done| turn < done.turn) {
        picture.face = done.face;
    }
    picture
}

fn gather(services: Services, opened: LocalResource<Result<Opened, Trouble>>) -> LocalResource<Gathered> {
    let own = item(opened.get_untracked()).map(|open| open.item.id);
    LocalResource::new(move || {
        // Another item is another screen's.
        let open = item(opened.get()).filter(|open| Some(&open.item.id) == own.as_ref());
        let signed_in = matches!(services.signed_in.get(), SignedIn::As { .. });
        let turn = services.turn.get_untracked();
        let services = services.clone();
        async move {
            match open.filter(|_| signed_in) {
                Some(open) => (turn, Some(Box::pin(services.picture(open)).await)),
                None => (turn, None),
            }
        }
    })
}

fn item(opened: Option<Result<Opened, Trouble>>) -> Option<OpenItem> {
    match opened? {
        Ok(Opened::Item(open)) => Some(*open),
        Ok(Opened::Nothing | Opened::NotCalendar) | Err(_) => None,
    }
}

/// After a save, the button that was pressed may go together with the picture it belonged to: the focus then moves on.
fn follow_focus(state: State) {
    Effect::new(move |_| {
        state.picturing.picture.track();
        let saved_here = state.done.with(Option::is_some);
        if saved_here && state.cover.with(|cover| *cover == Cover::None) {
            request_animation_frame(|| {
                if focus::is_lost() {
                    focus::first(".pane .body");
                }
            });
        }
    });
}
