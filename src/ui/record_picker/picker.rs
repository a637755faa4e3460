//! The state of one picker, and what it does with keys, clicks and answers.

use leptos::{ev::KeyboardEvent, html::Input, prelude::*, reactive::actions::ActionAbortHandle};

use crate::{
    app::focus,
    clock,
    lookup::{Field, Hit, Hits},
    services::Services,
    trouble::Trouble,
};

use super::{
    combo::{Combo, Outcome, Press},
    groups::{Group, Sources, is_searched},
};

/// Rest after the last letter before a search is sent, in milliseconds.
const DEBOUNCE_MS: u32 = 250;

/// The state of one picker.
#[derive(Clone, Copy)]
pub(super) struct Picker {
    pub(super) id: &'static str,
    pub(super) input: NodeRef<Input>,
    pub(super) combo: RwSignal<Combo>,
    pub(super) groups: Memo<Vec<Group>>,
    pub(super) extra: Memo<Extra>,
    pub(super) trouble: RwSignal<Option<Trouble>>,
    field: Field,
    chosen: Signal<Option<Hit>>,
    on_pick: Callback<Option<Hit>>,
    sources: RwSignal<Sources>,
    asking: Action<Query, ()>,
    asked: StoredValue<Asked, LocalStorage>,
}

/// The row below the records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extra {
    None,
    More,
    Retry,
}

/// What is asked for.
#[derive(Clone, Debug, Default)]
struct Query {
    text: String,
    pages: u32,
    rest_ms: u32,
}

/// The last query, and what ends it when a newer one comes.
#[derive(Default)]
struct Asked {
    query: Query,
    abort: Option<ActionAbortHandle>,
}

impl Picker {
    pub(super) fn new(
        field: Field,
        met: Vec<Hit>,
        chosen: Signal<Option<Hit>>,
        on_pick: Callback<Option<Hit>>,
    ) -> Self {
        let combo = RwSignal::new(Combo::default());
        let sources = RwSignal::new(Sources { met, recent: None, found: None });
        let trouble = RwSignal::new(None::<Trouble>);
        let groups =
            Memo::new(move |_| combo.with(|combo| sources.with(|sources| sources.groups(combo.text()))));
        let extra = Memo::new(move |_| {
            let more = combo.with(|combo| sources.with(|sources| sources.more(combo.text())));
            match trouble.with(Option::is_some) {
                true => Extra::Retry,
                false if more => Extra::More,
                false => Extra::None,
            }
        });
        let services = expect_context::<Services>();
        let asking = Action::new_unsync(move |query: &Query| {
            ask(services.clone(), field, query.clone(), sources, trouble)
        });
        let id = match field {
            Field::Name => "pick-name",
            Field::RelatedTo => "pick-related",
        };
        let input = NodeRef::new();
        let asked = StoredValue::new_local(Asked::default());
        Self { id, input, combo, groups, extra, trouble, field, chosen, on_pick, sources, asking, asked }
    }

    pub(super) fn placeholder(self) -> &'static str {
        match self.field {
            Field::Name => "Search contacts and leads",
            Field::RelatedTo => "Search records",
        }
    }

    pub(super) fn is_open(self) -> bool {
        self.combo.with(|combo| combo.open)
    }

    pub(super) fn is_busy(self) -> bool {
        self.asking.pending().get()
    }

    /// The chosen record, while nothing is being typed.
    pub(super) fn at_rest(self) -> Option<Hit> {
        self.chosen.get().filter(|_| self.combo.with(|combo| combo.typed.is_none()))
    }

    pub(super) fn is_clearable(self) -> bool {
        self.chosen.with(Option::is_some) || self.combo.with(|combo| !combo.text().is_empty())
    }

    /// What stands in the field.
    pub(super) fn text(self) -> String {
        let typed = self.combo.with(|combo| combo.typed.clone());
        typed.unwrap_or_else(|| {
            self.chosen.with(|chosen| chosen.as_ref().map(|hit| hit.name.clone()).unwrap_or_default())
        })
    }

    fn hits(self) -> usize {
        self.groups.with(|groups| groups.iter().map(|group| group.hits.len()).sum())
    }

    /// How many rows the arrow keys go over.
    pub(super) fn rows(self) -> usize {
        self.hits() + usize::from(self.extra.get() != Extra::None)
    }

    /// What is said of the rows: `3 of 12`.
    pub(super) fn count(self) -> String {
        let (hits, open) = (self.hits(), self.is_open());
        match self.combo.with(|combo| combo.active) {
            _ if !open => String::new(),
            Some(row) if row < hits => format!("{} of {hits}", row + 1),
            Some(_) | None if hits > 0 => format!("{hits} to pick from"),
            Some(_) | None if self.is_busy() => "Searching".to_owned(),
            Some(_) | None => "Nothing found".to_owned(),
        }
    }

    pub(super) fn select_all(self) {
        if let Some(input) = self.input.get_untracked() {
            input.select();
        }
    }

    /// A click puts the cursor into the chosen name; selected again, it gives way to what is typed next.
    pub(super) fn open(self) {
        if untrack(|| self.at_rest().is_some()) {
            self.select_all();
        }
        self.combo.update(|combo| combo.open = true);
        self.want_recent();
        self.reveal_list();
    }

    pub(super) fn type_in(self, text: String) {
        self.combo.update(|combo| combo.type_in(text.clone()));
        self.trouble.set(None);
        self.reveal_list();
        if is_searched(&text) {
            self.ask(Query { text, pages: 1, rest_ms: DEBOUNCE_MS });
        } else {
            self.sources.update(|sources| sources.found = None);
            self.want_recent();
        }
    }

    pub(super) fn press(self, event: &KeyboardEvent) {
        let Some(press) = Press::of(&event.key()) else { return };
        let rows = untrack(|| self.rows());
        let mut combo = self.combo.get_untracked();
        let outcome = combo.press(press, rows);
        let opened = combo.open && !self.combo.with_untracked(|combo| combo.open);
        self.combo.set(combo);
        if opened {
            self.want_recent();
            self.reveal_list();
        }
        match outcome {
            Outcome::Passed => return,
            Outcome::Moved => self.reveal(),
            Outcome::Picked(row) => self.pick(row),
        }
        event.prevent_default();
        event.stop_propagation();
    }

    pub(super) fn pick(self, row: usize) {
        let hit = self
            .groups
            .with_untracked(|groups| groups.iter().flat_map(|group| &group.hits).nth(row).cloned());
        match (hit, self.extra.get_untracked()) {
            (Some(hit), Extra::None | Extra::More | Extra::Retry) => {
                self.combo.set(Combo::default());
                self.on_pick.run(Some(hit));
            }
            (None, Extra::More) => self.ask_again(1),
            (None, Extra::Retry) => self.ask_again(0),
            (None, Extra::None) => {}
        }
    }

    /// Empties the field, on purpose.
    pub(super) fn clear(self) {
        self.combo.set(Combo::default());
        self.on_pick.run(None);
        if let Some(input) = self.input.get_untracked() {
            // A field that went away meanwhile has no focus to take.
            let _ = input.focus();
        }
    }

    /// The focus moved on: what was typed is no choice, but a field that was emptied stays empty.
    pub(super) fn leave(self) {
        let is_empty = |combo: &Combo| combo.typed.as_deref().is_some_and(|typed| typed.trim().is_empty());
        // A dialog that closes takes the field and then, by removing it, the focus: nothing is left to tidy up.
        let Some(emptied) = self.combo.try_with_untracked(is_empty) else { return };
        self.combo.set(Combo::default());
        if emptied && self.chosen.with_untracked(Option::is_some) {
            self.on_pick.run(None);
        }
    }

    fn reveal(self) {
        if let Some(row) = self.combo.with_untracked(|combo| combo.active) {
            let id = format!("{}-{row}", self.id);
            request_animation_frame(move || focus::reveal(&id));
        }
    }

    /// A list that opens low in the dialog is scrolled into sight.
    fn reveal_list(self) {
        let id = format!("{}-popup", self.id);
        request_animation_frame(move || focus::reveal(&id));
    }

    fn want_recent(self) {
        if self.sources.with_untracked(|sources| sources.recent.is_none()) {
            self.ask(Query::default());
        }
    }

    fn ask_again(self, more_pages: u32) {
        let query = self.asked.with_value(|asked| asked.query.clone());
        self.trouble.set(None);
        self.ask(Query { pages: query.pages + more_pages, rest_ms: 0, ..query });
    }

    /// Asks, and drops what was asked before.
    fn ask(self, query: Query) {
        let abort = self.asking.dispatch_local(query.clone());
        let before = self
            .asked
            .try_update_value(|asked| std::mem::replace(asked, Asked { query, abort: Some(abort) }));
        if let Some(abort) = before.and_then(|asked| asked.abort) {
            abort.abort();
        }
    }
}

async fn ask(
    services: Services,
    field: Field,
    query: Query,
    sources: RwSignal<Sources>,
    trouble: RwSignal<Option<Trouble>>,
) {
    if query.rest_ms > 0 {
        clock::sleep(query.rest_ms).await;
    }
    let searched = is_searched(&query.text);
    let answer = if searched {
        services.search(field, query.text, query.pages).await
    } else {
        services.recent(field).await
    };
    // The dialog may be gone by now, and its signals with it.
    match answer {
        Ok(hits) => drop(sources.try_update(|sources| keep(sources, hits, searched))),
        Err(failure) => drop(trouble.try_set(Some(failure))),
    }
}

fn keep(sources: &mut Sources, hits: Hits, searched: bool) {
    if searched {
        sources.found = Some(hits);
    } else {
        sources.recent = Some(hits);
    }
}
