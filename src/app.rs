//! Chooses one screen from session and open item.

pub(crate) mod focus;

use leptos::prelude::*;

use crate::{
    outlook::Opened,
    services::Services,
    trouble::Trouble,
    ui::{
        icons::{self, Icon},
        item_screen::ItemScreen,
        skeleton::Skeleton,
    },
};

/// The pane inside Outlook.
#[component]
pub fn App(
    /// The outside world.
    services: Services,
) -> impl IntoView {
    provide_context(services.clone());
    let turn = services.turn;
    let opened = LocalResource::new(move || {
        turn.track();
        let services = services.clone();
        async move { services.opened().await }
    });
    let screen = Memo::new(move |last: Option<&Screen>| Screen::of(opened.get()).or_last(last));

    move || match screen.get() {
        Screen::Loading => view! { <Skeleton /> }.into_any(),
        Screen::Nothing => message(
            "No event is open",
            "Open an event in your calendar to see where it stands in Salesforce.",
        ),
        Screen::NotCalendar => message(
            "This is not an event",
            "Calbridge saves events of your calendar. Open one to see where it stands in Salesforce.",
        ),
        Screen::Trouble(trouble) => unreadable(&trouble, turn),
        Screen::Item(_) => view! { <ItemScreen opened=opened /> }.into_any(),
    }
}

/// What a page that is opened outside of Outlook shows.
#[component]
pub fn NotInOutlook() -> impl IntoView {
    message(
        "Open Calbridge in Outlook",
        "Open an event in your calendar, then choose Calbridge in its toolbar.",
    )
}

/// What to show, apart from what is in it.
#[derive(Clone, Debug, PartialEq)]
enum Screen {
    Loading,
    Nothing,
    NotCalendar,
    Trouble(Trouble),
    /// An item, by its id: another item is another screen, with nothing left over from the last.
    Item(String),
}

impl Screen {
    fn of(opened: Option<Result<Opened, Trouble>>) -> Self {
        match opened {
            None => Self::Loading,
            Some(Err(trouble)) => Self::Trouble(trouble),
            Some(Ok(Opened::Nothing)) => Self::Nothing,
            Some(Ok(Opened::NotCalendar)) => Self::NotCalendar,
            Some(Ok(Opened::Item(open))) => {
                Self::Item(open.item.id.map_or_else(String::new, |id| id.as_str().to_owned()))
            }
        }
    }
}

impl Screen {
    /// An item stays on the screen when it could not be read again: a dialog may be open over it.
    fn or_last(self, last: Option<&Self>) -> Self {
        match (self, last) {
            (Self::Loading | Self::Trouble(_), Some(Self::Item(id))) => Self::Item(id.clone()),
            (screen, _) => screen,
        }
    }
}

fn message(headline: &'static str, advice: &'static str) -> AnyView {
    view! {
        <main class="plain">
            {icons::draw(Icon::Calendar)} <h1>{headline}</h1> <p>{advice}</p>
        </main>
    }
    .into_any()
}

fn unreadable(trouble: &Trouble, turn: RwSignal<u32>) -> AnyView {
    view! {
        <main class="plain" role="alert">
            {icons::draw(Icon::Error)} <h1>{trouble.headline.clone()}</h1> <p>{trouble.advice.clone()}</p>
            <button type="button" class="primary" on:click=move |_| turn.update(|turn| *turn += 1)>
                "Try again"
            </button>
        </main>
    }
    .into_any()
}
