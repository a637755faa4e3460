//! What changes the state: messages from controls and answers from outside. Pure: what is to be done outside comes back as
//! commands.

use calbridge_rules::{
    event::EventField,
    files::File,
    id::{ApiName, ItemId, RecordId},
    saving::{EventKnown, Scope},
};

use crate::{
    lookup::{Field, Hits},
    outlook::{OpenItem, Opened},
    picture::{Face, Picture},
    save::{NotSaved, SaveDraft, Saved, Whose},
    session::SignedIn,
    trouble::Trouble,
    ui::{
        record_picker::{Choice, PickerMsg, Query},
        state::{Cover, Deed, Done, Form, Gathering, ItemState, Question, State},
    },
};

/// What happened.
#[derive(Clone, Debug)]
pub(crate) enum Msg {
    /// Everything may have changed: look again.
    Turned(SignedIn),
    /// Outlook told what it has open.
    Opened(Box<Result<Opened, Trouble>>),
    /// A picture of an item was gathered, or not.
    Gathered(Option<ItemId>, Box<Result<Picture, Trouble>>),
    /// A deed is over.
    Did(Option<Trouble>),
    /// A save is over.
    Sent(Option<ItemId>, Box<(SaveDraft, Result<Saved, NotSaved>)>),
    /// A search is over.
    Found(Field, Query, Result<Hits, Trouble>),
    /// The rules behind the status are to be shown, or hidden.
    Why,
    /// All people are to be shown.
    Everybody,
    /// Something is to be gathered again.
    LookAgain,
    /// Something is to be done.
    Do(Deed),
    /// The save dialog is to open.
    OpenSave,
    /// The settings are to open.
    OpenSettings,
    /// Something is to be asked about before it is done.
    Ask(Question),
    /// Whatever covers the pane is to close.
    Close,
    /// Save was pressed in the dialog.
    PressSave,
    /// Something happened in a picker.
    Pick(Field, PickerMsg),
    /// The files of the item of an open dialog, by the dialog's key.
    Listed(String, Vec<File>),
    /// A file is to go along, or not, by its place.
    TickFile(usize),
    /// A further record is to be left out again.
    LeaveOut(RecordId),
    /// A required field was filled in.
    Fill(ApiName, String),
    /// Occurrence or series was chosen.
    Choose(Scope),
    /// What becomes of a private item was chosen (PRV-2).
    Private(bool),
    /// A conflict was decided.
    Settle(EventField, Whose),
    /// A page outside is to be opened.
    Visit(String),
}

/// What is to be done outside.
#[derive(Clone, Debug)]
pub(crate) enum Command {
    /// Ask Outlook what it has open.
    Read,
    /// Gather a picture.
    Gather(Box<OpenItem>),
    /// Do something.
    Do(Deed),
    /// Save.
    Send(Box<(SaveDraft, Picture)>),
    /// Ask for records; drops what this field asked before.
    Ask(Field, Query),
    /// List the files of the item, for the dialog of a key.
    ListFiles(String),
    /// Open a page outside.
    Visit(String),
    /// Remember where the focus is and move it into the dialog.
    Enter,
    /// Bring the focus back.
    Leave,
    /// Move the focus on where what had it is gone.
    Refocus,
    /// Focus a picker's field.
    Focus(Field),
    /// Scroll something into sight, by its id.
    Reveal(String),
}

/// Takes in what happened. `new_key` makes the key of an opened dialog (SAV-12).
pub(crate) fn update(state: &mut State, msg: Msg, new_key: &dyn Fn() -> String) -> Vec<Command> {
    match msg {
        Msg::Turned(signed_in) => {
            state.signed_in = signed_in;
            vec![Command::Read]
        }
        Msg::Opened(opened) => take_opened(state, *opened),
        Msg::Gathered(id, result) => take_picture(state, id.as_ref(), *result),
        Msg::Did(trouble) => {
            let done = state.deed.filter(|_| trouble.is_none());
            state.deed = None;
            state.deed_trouble = trouble;
            if let Cover::Ask(question) = state.cover
                && done == Some(question.deed())
            {
                state.cover = Cover::None;
                return vec![Command::Leave, Command::Read];
            }
            vec![Command::Read]
        }
        Msg::Sent(id, sent) => take_sent(state, id.as_ref(), *sent),
        Msg::Found(field, query, result) => {
            if let Some(form) = state.form() {
                form.picker(field).take(&query, result);
            }
            Vec::new()
        }
        Msg::Why => with_item(state, |item| item.shows_why = !item.shows_why),
        Msg::Everybody => with_item(state, |item| item.shows_everybody = true),
        Msg::LookAgain => {
            state.deed_trouble = None;
            vec![Command::Read]
        }
        Msg::Do(deed) => start(state, deed),
        Msg::OpenSave => match state.picture() {
            Some(picture) => open_save(Form::new(picture.clone(), new_key()), state),
            None => Vec::new(),
        },
        Msg::OpenSettings => cover(state, Cover::Settings),
        Msg::Ask(question) => cover(state, Cover::Ask(question)),
        Msg::Close => {
            state.cover = Cover::None;
            state.deed_trouble = None;
            vec![Command::Leave, Command::Read]
        }
        Msg::PressSave => state.form().map_or_else(Vec::new, |form| press(form, new_key)),
        Msg::Pick(field, msg) => state.form().map_or_else(Vec::new, |form| pick(form, field, msg)),
        Msg::Listed(key, files) => {
            if let Some(form) = state.form().filter(|form| form.draft.key == key) {
                form.list_files(files);
            }
            Vec::new()
        }
        Msg::TickFile(place) => with_form(state, |form| form.draft.tick_file(place)),
        Msg::LeaveOut(record) => {
            with_form(state, |form| form.draft.further.retain(|hit| hit.record != record));
            vec![Command::Refocus]
        }
        Msg::Fill(name, text) => with_form(state, |form| form.draft.fields.insert(name, text)),
        Msg::Choose(scope) => with_form(state, |form| form.draft.scope = scope),
        Msg::Private(is_private) => with_form(state, |form| form.draft.is_private = Some(is_private)),
        Msg::Settle(field, whose) => with_form(state, |form| form.settle(&field, whose)),
        Msg::Visit(page) => vec![Command::Visit(page)],
    }
}

fn with_item(state: &mut State, change: impl FnOnce(&mut ItemState)) -> Vec<Command> {
    if let Some(item) = &mut state.item {
        change(item);
    }
    Vec::new()
}

fn with_form(state: &mut State, change: impl FnOnce(&mut Form)) -> Vec<Command> {
    if let Some(form) = state.form() {
        change(form);
    }
    Vec::new()
}

fn open_save(form: Form, state: &mut State) -> Vec<Command> {
    let list = form.draft.takes_files(&form.picture).then(|| Command::ListFiles(form.draft.key.clone()));
    let enter = cover(state, Cover::Save(Box::new(form)));
    enter.into_iter().chain(list).collect()
}

fn cover(state: &mut State, cover: Cover) -> Vec<Command> {
    state.cover = cover;
    state.deed_trouble = None;
    vec![Command::Enter]
}

fn start(state: &mut State, deed: Deed) -> Vec<Command> {
    if state.deed.is_some() {
        return Vec::new();
    }
    state.deed = Some(deed);
    state.deed_trouble = None;
    let mut commands = vec![Command::Do(deed)];
    if deed == Deed::SignOut {
        state.cover = Cover::None;
        commands.push(Command::Leave);
    }
    commands
}

/// Another item is another screen, with nothing left over from the last; the same one keeps what is shown, a dialog too,
/// even while Outlook cannot be read.
fn take_opened(state: &mut State, opened: Result<Opened, Trouble>) -> Vec<Command> {
    match opened {
        Ok(Opened::Item(open)) => {
            let same = state.item.as_ref().is_some_and(|item| item.open.item.id == open.item.id);
            state.opened = Some(Ok(Opened::Item(open.clone())));
            match &mut state.item {
                Some(item) if same => item.open = *open,
                Some(_) | None => {
                    state.item = Some(Box::new(ItemState::new(*open)));
                    state.cover = Cover::None;
                }
            }
            gather(state)
        }
        Ok(nothing @ (Opened::Nothing | Opened::NotCalendar)) => {
            *state = State { opened: Some(Ok(nothing)), ..State::new(state.signed_in.clone()) };
            Vec::new()
        }
        Err(trouble) => {
            match &mut state.item {
                Some(item) => item.trouble = Some(trouble),
                None => state.opened = Some(Err(trouble)),
            }
            Vec::new()
        }
    }
}

fn gather(state: &mut State) -> Vec<Command> {
    let is_signed_in = state.is_signed_in();
    let Some(item) = &mut state.item else { return Vec::new() };
    if !is_signed_in {
        item.picture = None;
        item.trouble = None;
        return Vec::new();
    }
    match item.gathering {
        Gathering::Idle => {
            item.gathering = Gathering::Running;
            vec![Command::Gather(Box::new(item.open.clone()))]
        }
        Gathering::Running | Gathering::Outdated => {
            item.gathering = Gathering::Outdated;
            Vec::new()
        }
    }
}

fn take_picture(state: &mut State, id: Option<&ItemId>, result: Result<Picture, Trouble>) -> Vec<Command> {
    if state.item_id() != id {
        return Vec::new();
    }
    let is_signed_in = state.is_signed_in();
    let Some(item) = &mut state.item else { return Vec::new() };
    let is_current = item.gathering != Gathering::Outdated;
    item.gathering = Gathering::Idle;
    match result {
        Ok(mut picture) => {
            // A picture that was begun before the last save does not know of it.
            match &mut item.done {
                Some(done) if is_current => {
                    done.face = None;
                    picture.picked = done.draft.records();
                }
                Some(done) => done.show_on(&mut picture),
                None => {}
            }
            item.picture = Some(picture).filter(|_| is_signed_in);
            item.trouble = None;
        }
        Err(trouble) => item.trouble = Some(trouble),
    }
    let again = if is_current { Vec::new() } else { gather(state) };
    [vec![Command::Refocus], again].concat()
}

fn press(form: &mut Form, new_key: &dyn Fn() -> String) -> Vec<Command> {
    if form.is_sending || form.is_blocked() {
        return Vec::new();
    }
    match &form.failure {
        Some(NotSaved::Changed { conflicts, .. }) => {
            for conflict in conflicts.clone() {
                let settled = form.draft.settled.get(&conflict.field);
                if settled.is_none_or(|settled| !settled.decides(&conflict)) {
                    form.settle(&conflict.field, Whose::Mine);
                }
            }
        }
        Some(NotSaved::Gone) => {
            form.picture.event = EventKnown::Absent;
            form.picture.view = None;
            form.draft.key = new_key();
        }
        Some(NotSaved::Refused(_) | NotSaved::Trouble(_)) | None => {}
    }
    form.is_sending = true;
    vec![Command::Send(Box::new((form.draft.clone(), form.picture.clone())))]
}

fn take_sent(
    state: &mut State,
    id: Option<&ItemId>,
    (draft, result): (SaveDraft, Result<Saved, NotSaved>),
) -> Vec<Command> {
    if state.item_id() != id {
        return Vec::new();
    }
    // A dialog that was closed meanwhile, and perhaps opened again, is not this one.
    let is_open = state.form().is_some_and(|form| form.draft.key == draft.key);
    match result {
        Err(failure) => {
            if let Some(form) = state.form().filter(|_| is_open) {
                form.is_sending = false;
                form.failure = Some(failure);
            }
            vec![Command::Refocus]
        }
        Ok(saved) => {
            let face = face(&saved);
            if let Some(item) = &mut state.item {
                let done = item.done.insert(Done { face: Some(face), draft });
                if let Some(picture) = &mut item.picture {
                    done.show_on(picture);
                }
                if item.gathering == Gathering::Running {
                    item.gathering = Gathering::Outdated;
                }
            }
            if !is_open {
                return vec![Command::Read];
            }
            state.cover = Cover::None;
            vec![Command::Leave, Command::Read]
        }
    }
}

fn face(saved: &Saved) -> Face {
    match saved {
        Saved::Queued { at } => Face::WillBeSaved { at: *at },
        Saved::Updated => Face::Saved,
        Saved::Kept { categorized } => Face::Kept { categorized: *categorized },
    }
}

fn pick(form: &mut Form, field: Field, msg: PickerMsg) -> Vec<Command> {
    let chosen = form.chosen(field).is_some();
    let step = form.picker(field).update(msg, chosen);
    match step.choice {
        Choice::Same => {}
        Choice::Emptied => form.choose(field, None),
        Choice::Record(hit) => form.choose(field, Some(hit)),
    }
    let ask = step.ask.map(|query| Command::Ask(field, query));
    let reveal = step.reveal.map(Command::Reveal);
    let focus = step.focus.then_some(Command::Focus(field));
    [ask, reveal, focus].into_iter().flatten().collect()
}

#[cfg(test)]
mod tests;
