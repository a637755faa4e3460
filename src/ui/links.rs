//! Where the item is linked: Name, Related To, Owner.

use leptos::prelude::*;

use crate::{
    lookup::Hit,
    picture::{EventView, Face, Picture},
    services::Services,
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
#[component]
pub(crate) fn Links(linked: Linked) -> impl IntoView {
    let who = record(linked.who.as_ref(), &linked);
    let what = record(linked.what.as_ref(), &linked);
    let owner = linked.owner;
    view! {
        <dl class="linked">
            <dt>"Name"</dt> <dd>{who}</dd>
            <dt>"Related To"</dt> <dd>{what}</dd>
            <dt>"Owner"</dt> <dd>{owner}</dd>
        </dl>
    }
}

fn record(hit: Option<&Hit>, linked: &Linked) -> AnyView {
    let Some(hit) = hit else { return view! { <span class="none">"None"</span> }.into_any() };
    match linked.page_of(hit) {
        Some(page) => view! { <OutsideLink page=page label=hit.name.clone() class="" /> }.into_any(),
        None => view! { <bdi>{hit.name.clone()}</bdi> }.into_any(),
    }
}

/// A link to a page outside the pane.
#[component]
pub(crate) fn OutsideLink(page: String, #[prop(into)] label: String, class: &'static str) -> impl IntoView {
    let services = expect_context::<Services>();
    let href = page.clone();
    let open = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        services.open_page(&page);
    };
    view! {
        <a class=class href=href target="_blank" rel="noopener noreferrer" on:click=open>
            <bdi>{label}</bdi>
        </a>
    }
}
