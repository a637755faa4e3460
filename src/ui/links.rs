//! Where the item is linked: Name, Related To, Owner.

use crate::{
    lookup::Hit,
    picture::{EventView, Face, Picture},
    save::SaveDraft,
    ui::{
        parts::{bdi, outside, span},
        view::{Element, View, el},
    },
};

/// The records that an item's Event points to, or will.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Linked {
    /// Name.
    pub(crate) who: Option<Hit>,
    /// Related To.
    pub(crate) what: Option<Hit>,
    /// Whose Event it is.
    pub(crate) owner: String,
    /// The Event's page in Salesforce; empty before there is one.
    pub(crate) page: String,
}

impl Linked {
    /// What a picture tells; `sent` is what this pane last sent and nobody has answered for yet.
    pub(crate) fn of(picture: &Picture, sent: Option<Self>) -> Option<Self> {
        match &picture.face {
            Face::Saved => picture.view.as_ref().map(Self::of_event),
            Face::WillBeSaved { .. } | Face::Kept { .. } => sent,
            Face::NotSaved
            | Face::Gone
            | Face::Issue(_)
            | Face::CannotBeSaved
            | Face::SyncOff
            | Face::Unknown => None,
        }
    }

    /// What a draft sends.
    pub(crate) fn sent(draft: &SaveDraft) -> Self {
        let linked = draft.is_private != Some(true);
        Self {
            who: draft.who.clone().filter(|_| linked),
            what: draft.what.clone().filter(|_| linked),
            owner: "You".to_owned(),
            page: String::new(),
        }
    }

    fn of_event(view: &EventView) -> Self {
        Self {
            who: view.who.clone(),
            what: view.what.clone(),
            owner: view.owner.clone(),
            page: view.link.clone(),
        }
    }

    /// A record's page: Salesforce leads from an id to it.
    fn page_of(&self, hit: &Hit) -> Option<String> {
        let host = self.page.find("://").map(|at| at + 3)?;
        let end = self.page[host..].find('/').map_or(self.page.len(), |at| host + at);
        Some(format!("{}/{}", &self.page[..end], hit.record))
    }
}

/// The block of links.
pub(crate) fn links(linked: &Linked) -> View {
    let who = record(linked.who.as_ref(), linked);
    let what = record(linked.what.as_ref(), linked);
    let rows = [("Name", who), ("Related To", what), ("Owner", bdi(&linked.owner))];
    rows.into_iter().fold(el("dl").class("linked"), row).into()
}

fn row(list: Element, (label, value): (&'static str, View)) -> Element {
    list.child(el("dt").text(label)).child(el("dd").child(value))
}

fn record(hit: Option<&Hit>, linked: &Linked) -> View {
    let Some(hit) = hit else { return span("none", "None") };
    match linked.page_of(hit) {
        Some(page) => outside("", &hit.name, page),
        None => bdi(&hit.name),
    }
}
