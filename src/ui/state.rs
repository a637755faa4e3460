//! All that the pane shows and that the user is doing in it. Plain data.

use calbridge_rules::{
    event::EventField,
    files::{File, FileRefusal, may_save},
    id::ItemId,
    saving::{Refusal, Route, SyncKnown},
    settings::{AttachAs, Files},
};

use crate::{
    lookup::{Field, Hit},
    outlook::{OpenItem, Opened},
    picture::{Face, Picture},
    save::{NotSaved, SaveDraft, Settled, Whose},
    session::SignedIn,
    trouble::Trouble,
    ui::{links::Linked, record_picker::Picker, words},
};

/// All that the pane shows.
#[derive(Clone, Debug)]
pub(crate) struct State {
    /// Who is signed in.
    pub(crate) signed_in: SignedIn,
    /// What Outlook has open; nothing before it was read.
    pub(crate) opened: Option<Result<Opened, Trouble>>,
    /// What belongs to the open item.
    pub(crate) item: Option<Box<ItemState>>,
    /// What is under way.
    pub(crate) deed: Option<Deed>,
    /// What went wrong with the last deed.
    pub(crate) deed_trouble: Option<Trouble>,
    /// What covers the pane.
    pub(crate) cover: Cover,
}

/// What belongs to one open item; gone with it.
#[derive(Clone, Debug)]
pub(crate) struct ItemState {
    /// The item.
    pub(crate) open: OpenItem,
    /// What was gathered last.
    pub(crate) picture: Option<Picture>,
    /// Why gathering failed.
    pub(crate) trouble: Option<Trouble>,
    /// Whether it is being gathered.
    pub(crate) gathering: Gathering,
    /// What this pane saved last, shown until something newer was gathered.
    pub(crate) done: Option<Done>,
    /// Whether the rules behind the status are shown.
    pub(crate) shows_why: bool,
    /// Whether all people are shown.
    pub(crate) shows_everybody: bool,
}

/// Whether a picture is being gathered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gathering {
    /// No.
    Idle,
    /// Yes.
    Running,
    /// Yes, and what it brings is old already.
    Outdated,
}

/// What this pane saved last.
#[derive(Clone, Debug)]
pub(crate) struct Done {
    /// The face it means; nothing once a newer picture tells.
    pub(crate) face: Option<Face>,
    /// What was sent.
    pub(crate) draft: SaveDraft,
}

/// Something that a link or button does, saving apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    /// Asks for a session now.
    SyncNow,
    /// Turns sync on.
    TurnOnSync,
    /// Turns sync off.
    PauseSync,
    /// Signs in to Salesforce.
    SignIn,
    /// Signs out.
    SignOut,
    /// Takes the item back (UNS-1).
    Unsync,
    /// Makes somebody else's Event the user's (PPL-5).
    TakeOver,
    /// Opens the user's page of the service.
    OpenPage,
}

/// What is asked before it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Question {
    /// Whether the item is to be taken back.
    Unsync,
    /// Whether its Event is to be taken over.
    TakeOver,
}

/// What covers the pane.
#[derive(Clone, Debug)]
pub(crate) enum Cover {
    /// Nothing.
    None,
    /// The settings.
    Settings,
    /// A question before something that others notice.
    Ask(Question),
    /// The save dialog.
    Save(Box<Form>),
}

/// One opened save dialog.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    /// What was shown when it was opened (SAV-13).
    pub(crate) picture: Picture,
    /// What is edited.
    pub(crate) draft: SaveDraft,
    /// Files of the item that cannot go along, and why (ATT-1).
    pub(crate) left_out: Vec<(String, FileRefusal)>,
    /// Whether it is on its way (SAV-12).
    pub(crate) is_sending: bool,
    /// Why the last press did nothing.
    pub(crate) failure: Option<NotSaved>,
    /// The picker of Name.
    pub(crate) name: Picker,
    /// The picker of Related To.
    pub(crate) related: Picker,
    /// The picker of further records.
    pub(crate) further: Picker,
}

impl State {
    /// Before anything is known.
    pub(crate) fn new(signed_in: SignedIn) -> Self {
        Self { signed_in, opened: None, item: None, deed: None, deed_trouble: None, cover: Cover::None }
    }

    /// Whether somebody is signed in.
    pub(crate) fn is_signed_in(&self) -> bool {
        matches!(self.signed_in, SignedIn::As { .. })
    }

    /// What was gathered of the open item.
    pub(crate) fn picture(&self) -> Option<&Picture> {
        self.item.as_ref()?.picture.as_ref()
    }

    /// The user's sync, once it is known.
    pub(crate) fn sync(&self) -> Option<&SyncKnown> {
        self.picture().map(|picture| &picture.sync)
    }

    /// The open save dialog.
    pub(crate) fn form(&mut self) -> Option<&mut Form> {
        match &mut self.cover {
            Cover::Save(form) => Some(form),
            Cover::None | Cover::Settings | Cover::Ask(_) => None,
        }
    }

    /// The open item's id.
    pub(crate) fn item_id(&self) -> Option<&ItemId> {
        self.item.as_ref()?.open.item.id.as_ref()
    }
}

impl ItemState {
    /// An item of which nothing is known yet.
    pub(crate) fn new(open: OpenItem) -> Self {
        Self {
            open,
            picture: None,
            trouble: None,
            gathering: Gathering::Idle,
            done: None,
            shows_why: false,
            shows_everybody: false,
        }
    }

    /// The links to show.
    pub(crate) fn linked(&self) -> Option<Linked> {
        Linked::of(self.picture.as_ref()?, self.done.as_ref().map(|done| Linked::sent(&done.draft)))
    }
}

impl Done {
    /// Has an older picture tell of it.
    pub(crate) fn show_on(&self, picture: &mut Picture) {
        let Some(face) = &self.face else { return };
        picture.face = face.clone();
        picture.chosen = Some(self.draft.choice(&picture.required));
        picture.picked = self.draft.records();
    }
}

impl Form {
    /// The dialog as it opens.
    pub(crate) fn new(picture: Picture, key: String) -> Self {
        Self {
            draft: SaveDraft::suggested(&picture, key),
            left_out: Vec::new(),
            is_sending: false,
            failure: None,
            name: Picker::new(Field::Name, words::people_hits(&picture)),
            related: Picker::new(Field::RelatedTo, words::business_hits(&picture)),
            further: Picker::new(Field::Further, words::business_hits(&picture)),
            picture,
        }
    }

    /// A field's picker.
    pub(crate) fn picker(&mut self, field: Field) -> &mut Picker {
        match field {
            Field::Name => &mut self.name,
            Field::RelatedTo => &mut self.related,
            Field::Further => &mut self.further,
        }
    }

    /// What is chosen in a field.
    pub(crate) fn chosen(&self, field: Field) -> Option<&Hit> {
        match field {
            Field::Name => self.draft.who.as_ref(),
            Field::RelatedTo => self.draft.what.as_ref(),
            // Each that is picked joins a list, and the field is empty again.
            Field::Further => None,
        }
    }

    /// Chooses a record, or none.
    pub(crate) fn choose(&mut self, field: Field, hit: Option<Hit>) {
        match field {
            Field::Name => self.draft.pick_who(hit),
            Field::RelatedTo => self.draft.pick_what(hit),
            Field::Further => self.draft.further.extend(hit.filter(|hit| !self.draft.links_to(hit))),
        }
    }

    /// Takes in the files of the item: all that may be saved go along until they are left out (ATT-1), or were before.
    pub(crate) fn list_files(&mut self, files: Vec<File>) {
        let on = Files { is_on: true, save_as: AttachAs::default() };
        (self.draft.files, self.left_out) = (Vec::new(), Vec::new());
        for file in files {
            match may_save(&file, &self.picture.open.item, &on) {
                Ok(()) => {
                    let chosen = self.picture.chosen.as_ref().and_then(|chosen| chosen.files.as_ref());
                    let goes = chosen.is_none_or(|names| names.contains(&file.name));
                    self.draft.files.push((file, goes));
                }
                Err(FileRefusal::Inline) => {}
                Err(why) => self.left_out.push((file.name, why)),
            }
        }
    }

    /// Decides a conflict that is shown (SAV-13).
    pub(crate) fn settle(&mut self, field: &EventField, whose: Whose) {
        let Some(NotSaved::Changed { conflicts, .. }) = &self.failure else { return };
        if let Some(conflict) = conflicts.iter().find(|conflict| conflict.field == *field) {
            self.draft.settled.insert(field.clone(), Settled { whose, theirs: conflict.theirs.clone() });
        }
    }

    /// What the rules say against saving as things stand.
    pub(crate) fn refusal(&self) -> Option<Refusal> {
        match self.draft.verdict(&self.picture).route {
            Route::Refuse(refusal) => Some(refusal),
            Route::Queue | Route::UpdateNow { .. } | Route::Keep => None,
        }
    }

    /// Whether Save has to wait until something is filled in.
    pub(crate) fn is_blocked(&self) -> bool {
        self.refusal().is_some() || !self.draft.invalid(&self.picture).is_empty()
    }
}
