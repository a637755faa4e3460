//! Runs the pane: keeps its state, draws it, and does outside what a change asks for.

pub(crate) mod focus;
mod stop;

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use leptos::{mount::mount_to_renderer, prelude::*, web_sys::HtmlElement};
use send_wrapper::SendWrapper;

use self::stop::Stop;
use crate::{
    clock,
    drawn::{Post, Screen},
    lookup::Field,
    save,
    services::{Services, background},
    trouble::Trouble,
    ui::{
        record_picker::{Picker, Query, is_searched},
        screen::{message, screen},
        state::{Deed, State},
        update::{Command, Msg, update},
        view::View,
    },
};

/// Shows the pane inside Outlook, for as long as the page lives.
pub(crate) fn mount(pane: &HtmlElement, make_services: impl FnOnce() -> Services + 'static) {
    mount_to_renderer(pane, move || {
        let services = make_services();
        let (turn, signed_in) = (services.turn, services.signed_in);
        let runtime = Runtime::new(services);
        let state = runtime.state;
        let taker = Rc::clone(&runtime);
        Effect::new(move |_| {
            turn.track();
            taker.take(Msg::Turned(signed_in.get()));
        });
        let post = SendWrapper::new(Rc::new(move |msg| runtime.take(msg)) as Post);
        move || state.with(|state| screen(state, Rc::clone(&post)))
    })
    .forget();
}

/// Shows what a page says that is opened outside of Outlook, until what is given back is dropped.
pub(crate) fn mount_outside(pane: &HtmlElement) -> impl Drop + use<> {
    mount_to_renderer(pane, || {
        let says = message(
            "Open Calbridge in Outlook",
            "Open an event in your calendar, then choose Calbridge in its toolbar.",
        );
        Screen { views: [says, View::Nothing], post: Rc::new(|_| {}) }
    })
}

/// Keeps the state and does what changes ask for.
struct Runtime {
    state: RwSignal<State>,
    services: Services,
    /// What ends a field's last search when a newer one comes.
    searches: [Cell<Option<Stop>>; 3],
    /// Where the focus was before a dialog took it.
    opener: RefCell<Option<HtmlElement>>,
}

impl Runtime {
    fn new(services: Services) -> Rc<Self> {
        let state = RwSignal::new(State::new(services.signed_in.get_untracked()));
        Rc::new(Self { state, services, searches: Default::default(), opener: RefCell::default() })
    }

    /// Takes in a message, and does what follows from it.
    fn take(self: &Rc<Self>, msg: Msg) {
        let commands = self.state.try_update(|state| update(state, msg, &|| self.services.new_key()));
        for command in commands.unwrap_or_default() {
            self.run(command);
        }
    }

    fn run(self: &Rc<Self>, command: Command) {
        match command {
            Command::Enter => {
                self.opener.replace(focus::here());
                request_animation_frame(|| focus::first(".dialog .fields"));
            }
            Command::Leave => {
                let opener = self.opener.take();
                request_animation_frame(move || focus::back(opener));
            }
            Command::Refocus => request_animation_frame(focus::go_on),
            Command::Focus(field) => focus::element(Picker::id(field)),
            Command::Reveal(id) => request_animation_frame(move || focus::reveal(&id)),
            Command::Visit(page) => self.services.open_page(&page),
            Command::Ask(field, query) => self.ask(field, query),
            command @ (Command::Read
            | Command::Gather(_)
            | Command::Do(_)
            | Command::Send(_)
            | Command::ListFiles(_)) => {
                self.work(command, Stop::default());
            }
        }
    }

    /// Asks, and drops what this field asked before.
    fn ask(self: &Rc<Self>, field: Field, query: Query) {
        let [name, related, further] = &self.searches;
        let place = match field {
            Field::Name => name,
            Field::RelatedTo => related,
            Field::Further => further,
        };
        let stop = Stop::default();
        if let Some(older) = place.replace(Some(stop.clone())) {
            older.now();
        }
        self.work(Command::Ask(field, query), stop);
    }

    /// Does work outside and takes in what comes of it.
    fn work(self: &Rc<Self>, command: Command, stop: Stop) {
        let runtime = Rc::clone(self);
        let work = Box::pin(perform(command, self.services.clone()));
        background::start(Box::pin(async move {
            if let Some(msg) = stop.or(work).await.flatten() {
                runtime.take(msg);
            }
        }));
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
        Command::Ask(field, query) => search(field, query, services).await,
        // Where Outlook does not say, none can be left out: all that may go along do.
        Command::ListFiles(key) => Some(Msg::Listed(key, services.files().await.unwrap_or_default())),
        Command::Visit(_)
        | Command::Enter
        | Command::Leave
        | Command::Refocus
        | Command::Focus(_)
        | Command::Reveal(_) => None,
    }
}

async fn search(field: Field, query: Query, services: Services) -> Option<Msg> {
    clock::sleep(query.rest_ms).await;
    let result = if is_searched(&query.text) {
        services.search(field, query.text.clone(), query.pages).await
    } else {
        services.recent(field).await
    };
    Some(Msg::Found(field, query, result))
}

async fn perform_deed(deed: Deed, services: &Services) -> Result<(), Trouble> {
    match deed {
        Deed::SyncNow => services.sync_now().await,
        Deed::TurnOnSync => services.set_sync(true).await,
        Deed::PauseSync => services.set_sync(false).await,
        Deed::SignIn => services.sign_in().await,
        Deed::Unsync => services.unsync().await,
        Deed::TakeOver => services.take_over().await,
        Deed::OpenPage => services.open_own_page().await,
        Deed::SignOut => {
            services.sign_out().await;
            Ok(())
        }
    }
}
