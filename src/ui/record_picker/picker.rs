//! The state of one picker, and what it does with keys, clicks and answers. Pure.

use crate::{
    lookup::{Field, Hit, Hits},
    trouble::Trouble,
};

use super::{
    combo::{Combo, Outcome, Press},
    groups::{Group, Sources, is_searched},
};

/// Rest after the last letter before a search is sent, in milliseconds.
const DEBOUNCE_MS: u32 = 250;

/// The state of one picker.
#[derive(Clone, Debug)]
pub(crate) struct Picker {
    pub(super) field: Field,
    pub(super) combo: Combo,
    pub(super) trouble: Option<Trouble>,
    pub(super) is_busy: bool,
    sources: Sources,
    asked: Query,
}

/// What is asked for. Fewer letters than a search takes mean recent records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Query {
    /// What was typed.
    pub(crate) text: String,
    /// How many pages of results.
    pub(crate) pages: u32,
    /// Rest before it is sent.
    pub(crate) rest_ms: u32,
}

/// What happened in a picker.
#[derive(Clone, Debug)]
pub(crate) enum PickerMsg {
    /// The field was clicked.
    Open,
    /// Something was typed.
    Type(String),
    /// A key that the picker knows was pressed.
    Press(Press),
    /// A row was clicked.
    Click(usize),
    /// The field is to be emptied.
    Clear,
    /// The focus moved on.
    Leave,
}

/// What follows from it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Step {
    /// What becomes of the choice.
    pub(crate) choice: Choice,
    /// What is to be asked.
    pub(crate) ask: Option<Query>,
    /// What is to be scrolled into sight.
    pub(crate) reveal: Option<String>,
    /// Whether the field is to be focused.
    pub(crate) focus: bool,
}

/// What becomes of the choice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Choice {
    /// It stays.
    #[default]
    Same,
    /// Nothing is chosen any more.
    Emptied,
    /// This is chosen.
    Record(Hit),
}

/// The row below the records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extra {
    None,
    More,
    Retry,
}

impl Picker {
    /// A picker that knows the records of this meeting's people.
    pub(crate) fn new(field: Field, met: Vec<Hit>) -> Self {
        Self {
            field,
            combo: Combo::default(),
            trouble: None,
            is_busy: false,
            sources: Sources { met, recent: None, found: None },
            asked: Query::default(),
        }
    }

    /// The id of its field.
    pub(crate) fn id(field: Field) -> &'static str {
        match field {
            Field::Name => "pick-name",
            Field::RelatedTo => "pick-related",
            Field::Further => "pick-further",
        }
    }

    pub(super) fn groups(&self) -> Vec<Group> {
        self.sources.groups(self.combo.text())
    }

    fn hits(&self) -> Vec<Hit> {
        self.groups().into_iter().flat_map(|group| group.hits).collect()
    }

    pub(super) fn extra(&self) -> Extra {
        match self.trouble {
            Some(_) => Extra::Retry,
            None if self.sources.more(self.combo.text()) => Extra::More,
            None => Extra::None,
        }
    }

    /// What is said of so many rows: `3 of 12`.
    pub(super) fn count(&self, hits: usize) -> String {
        match self.combo.active {
            _ if !self.combo.open => String::new(),
            Some(row) if row < hits => format!("{} of {hits}", row + 1),
            Some(_) | None if hits > 0 => format!("{hits} to pick from"),
            Some(_) | None if self.is_busy => "Searching".to_owned(),
            Some(_) | None => "Nothing found".to_owned(),
        }
    }

    /// What pressing a key would do; the browser's own doing is prevented where it does something.
    pub(super) fn would_take(&self, press: Press) -> bool {
        self.combo.clone().press(press, self.rows()) != Outcome::Passed
    }

    fn rows(&self) -> usize {
        self.hits().len() + usize::from(self.extra() != Extra::None)
    }

    /// Takes in what happened; `chosen` says whether the field holds a record.
    pub(crate) fn update(&mut self, msg: PickerMsg, chosen: bool) -> Step {
        match msg {
            PickerMsg::Open => {
                self.combo.open = true;
                self.opened()
            }
            PickerMsg::Type(text) => self.type_in(text),
            PickerMsg::Press(press) => self.press(press),
            PickerMsg::Click(row) => self.take_row(row),
            PickerMsg::Clear => {
                self.combo = Combo::default();
                Step { choice: Choice::Emptied, focus: true, ..Step::default() }
            }
            PickerMsg::Leave => {
                // What was typed is no choice, but a field that was emptied stays empty.
                let emptied = self.combo.typed.as_deref().is_some_and(|typed| typed.trim().is_empty());
                self.combo = Combo::default();
                let choice = if emptied && chosen { Choice::Emptied } else { Choice::Same };
                Step { choice, ..Step::default() }
            }
        }
    }

    /// Takes in what a query brought.
    pub(crate) fn take(&mut self, query: &Query, result: Result<Hits, Trouble>) {
        if *query != self.asked {
            return;
        }
        self.is_busy = false;
        match result {
            Ok(hits) if is_searched(&query.text) => self.sources.found = Some(hits),
            Ok(hits) => self.sources.recent = Some(hits),
            Err(trouble) => self.trouble = Some(trouble),
        }
    }

    fn type_in(&mut self, text: String) -> Step {
        self.combo.type_in(text.clone());
        self.trouble = None;
        if !is_searched(&text) {
            self.sources.found = None;
            return self.opened();
        }
        let ask = self.ask(Query { text, pages: 1, rest_ms: DEBOUNCE_MS });
        Step { ask: Some(ask), reveal: Some(self.popup()), ..Step::default() }
    }

    fn press(&mut self, press: Press) -> Step {
        let was_open = self.combo.open;
        match self.combo.press(press, self.rows()) {
            Outcome::Picked(row) => self.take_row(row),
            Outcome::Moved if self.combo.open && !was_open => self.opened(),
            Outcome::Moved | Outcome::Passed => {
                let row = self.combo.active.map(|row| format!("{}-{row}", Self::id(self.field)));
                Step { reveal: row, ..Step::default() }
            }
        }
    }

    fn take_row(&mut self, row: usize) -> Step {
        if let Some(hit) = self.hits().into_iter().nth(row) {
            self.combo = Combo::default();
            return Step { choice: Choice::Record(hit), ..Step::default() };
        }
        let more = match self.extra() {
            Extra::More => 1,
            Extra::Retry => 0,
            Extra::None => return Step::default(),
        };
        self.trouble = None;
        let query = Query { pages: self.asked.pages + more, rest_ms: 0, ..self.asked.clone() };
        Step { ask: Some(self.ask(query)), ..Step::default() }
    }

    /// A list that opens low in the dialog is scrolled into sight; recent records are asked for once.
    fn opened(&mut self) -> Step {
        let ask = self.sources.recent.is_none().then(|| self.ask(Query::default()));
        Step { ask, reveal: Some(self.popup()), ..Step::default() }
    }

    fn ask(&mut self, query: Query) -> Query {
        self.is_busy = true;
        self.asked = query.clone();
        query
    }

    fn popup(&self) -> String {
        format!("{}-popup", Self::id(self.field))
    }
}

#[cfg(test)]
mod tests;
