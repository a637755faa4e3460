//! Runs the pane: keeps its state, draws it, and does outside what a change asks for.

pub(crate) mod focus;

use leptos::{prelude::*, reactive::actions::ActionAbortHandle, web_sys::HtmlElement};

use crate::{
    clock,
    lookup::Field,
    save,
    services::Services,
    trouble::Trouble,
    ui::{
        parts::Post,
        record_picker::{Picker, Query, is_searched},
        screen::{message, screen},
        state::{Deed, State},
        update::{Command, Msg, update},
    },
};

/// The pane inside Outlook.
#[component]
pub fn App(
    /// The outside world.
    services: Services,
) -> impl IntoView {
    let (turn, signed_in) = (services.turn, services.signed_in);
    let runtime = Runtime::new(services);
    Effect::new(move |_| {
        turn.track();
        runtime.take(Msg::Turned(signed_in.get()));
    });
    let post = Post(Callback::new(move |msg| runtime.take(msg)));
    move || runtime.state.with(|state| screen(state, post))
}

/// What a page that is opened outside of Outlook shows.
#[component]
pub fn NotInOutlook() -> impl IntoView {
    message(
        "Open Calbridge in Outlook",
        "Open an event in your calendar, then choose Calbridge in its toolbar.",
    )
}

/// Keeps the state and does what changes ask for.
#[derive(Clone, Copy)]
struct Runtime {
    state: RwSignal<State>,
    parts: StoredValue<Parts, LocalStorage>,
}

struct Parts {
    services: Services,
    work: Action<Command, ()>,
    /// What ends a field's last search when a newer one comes.
    searches: [Option<ActionAbortHandle>; 2],
    /// Where the focus was before a dialog took it.
    opener: Option<HtmlElement>,
}

impl Runtime {
    fn new(services: Services) -> Self {
        let state = RwSignal::new(State::new(services.signed_in.get_untracked()));
        let parts = StoredValue::new_local(None);
        let outside = services.clone();
        let work = Action::new_unsync(move |command: &Command| {
            let (services, command) = (outside.clone(), command.clone());
            async move {
                if let (Some(msg), Some(runtime)) =
                    (perform(command, services).await, parts.try_get_value().flatten())
                {
                    Self::take(runtime, msg);
                }
            }
        });
        let runtime = Self {
            state,
            parts: StoredValue::new_local(Parts { services, work, searches: [None, None], opener: None }),
        };
        parts.set_value(Some(runtime));
        runtime
    }

    /// Takes in a message, and does what follows from it.
    fn take(self, msg: Msg) {
        let services = self.parts.with_value(|parts| parts.services.clone());
        let commands = self.state.try_update(|state| update(state, msg, &|| services.new_key()));
        for command in commands.unwrap_or_default() {
            self.run(command);
        }
    }

    fn run(self, command: Command) {
        match command {
            Command::Enter => {
                self.parts.update_value(|parts| parts.opener = focus::here());
                request_animation_frame(|| focus::first(".dialog .fields"));
            }
            Command::Leave => {
                let opener = self.parts.try_update_value(|parts| parts.opener.take()).flatten();
                request_animation_frame(move || focus::back(opener));
            }
            Command::Refocus => request_animation_frame(focus::go_on),
            Command::Focus(field) => focus::element(Picker::id(field)),
            Command::Reveal(id) => request_animation_frame(move || focus::reveal(&id)),
            Command::Visit(page) => self.parts.with_value(|parts| parts.services.open_page(&page)),
            Command::Ask(field, query) => self.ask(field, query),
            command @ (Command::Read | Command::Gather(_) | Command::Do(_) | Command::Send(_)) => {
                self.parts.with_value(|parts| parts.work.dispatch_local(command));
            }
        }
    }

    /// Asks, and drops what this field asked before.
    fn ask(self, field: Field, query: Query) {
        self.parts.update_value(|parts| {
            let search = parts.work.dispatch_local(Command::Ask(field, query));
            let place = match field {
                Field::Name => 0,
                Field::RelatedTo => 1,
            };
            if let Some(older) = parts.searches[place].replace(search) {
                older.abort();
            }
        });
    }
}

/// Does something outside; what came of it is a message.
async fn perform(command: Command, services: Services) -> Option<Msg> {
    match command {
        Command::Read => Some(Msg::Opened(Box::new(services.opened().await))),
        Command::Gather(open) => {
            let id = open.item.id.clone();
            let picture = Box::pin(services.picture(*open)).await;
            Some(Msg::Gathered(id, Box::new(picture)))
        }
        Command::Do(deed) => Some(Msg::Did(perform_deed(deed, &services).await.err())),
        Command::Send(sent) => {
            let (draft, picture) = *sent;
            let id = picture.open.item.id.clone();
            let result = Box::pin(save::submit(draft.clone(), picture, services)).await;
            Some(Msg::Sent(id, Box::new((draft, result))))
        }
        Command::Ask(field, query) => {
            clock::sleep(query.rest_ms).await;
            let result = if is_searched(&query.text) {
                services.search(field, query.text.clone(), query.pages).await
            } else {
                services.recent(field).await
            };
            Some(Msg::Found(field, query, result))
        }
        Command::Visit(_)
        | Command::Enter
        | Command::Leave
        | Command::Refocus
        | Command::Focus(_)
        | Command::Reveal(_) => None,
    }
}

async fn perform_deed(deed: Deed, services: &Services) -> Result<(), Trouble> {
    match deed {
        Deed::SyncNow => services.sync_now().await,
        Deed::TurnOnSync => services.set_sync(true).await,
        Deed::PauseSync => services.set_sync(false).await,
        Deed::SignIn => services.sign_in().await,
        Deed::SignOut => {
            services.sign_out().await;
            Ok(())
        }
    }
}
