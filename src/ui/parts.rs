//! What several screens are made of: posting messages, buttons, links, hints.

use leptos::{
    ev::{Event, FocusEvent, MouseEvent},
    prelude::*,
};

use crate::lookup::Field;
use crate::ui::{record_picker::PickerMsg, update::Msg};

/// Posts messages.
#[derive(Clone, Copy)]
pub(crate) struct Post(pub(crate) Callback<Msg>);

impl Post {
    /// Posts a message.
    pub(crate) fn send(self, msg: Msg) {
        self.0.run(msg);
    }

    /// Posts a message when something is clicked. The element's own doing is prevented: links open outside the pane.
    pub(crate) fn click(self, msg: Msg) -> impl FnMut(MouseEvent) + Clone + 'static {
        move |event| {
            event.prevent_default();
            self.send(msg.clone());
        }
    }

    /// Posts a message when a choice is made.
    pub(crate) fn change(self, msg: Msg) -> impl FnMut(Event) + Clone + 'static {
        move |_| self.send(msg.clone())
    }

    /// Posts a message when the focus moves on.
    pub(crate) fn leave(self, field: Field) -> impl FnMut(FocusEvent) + Clone + 'static {
        move |_| self.send(Msg::Pick(field, PickerMsg::Leave))
    }
}

/// A button.
#[derive(Clone, Debug)]
pub(crate) struct Button {
    class: &'static str,
    label: String,
    msg: Msg,
    is_disabled: bool,
    is_busy: bool,
    opens: Option<&'static str>,
    expands: Option<&'static str>,
}

impl Button {
    /// A plain button.
    pub(crate) fn new(label: impl Into<String>, msg: Msg) -> Self {
        let label = label.into();
        Self { class: "", label, msg, is_disabled: false, is_busy: false, opens: None, expands: None }
    }

    /// A button that looks like a link.
    pub(crate) fn link(label: impl Into<String>, msg: Msg) -> Self {
        Self::new(label, msg).class("link")
    }

    /// How it looks.
    pub(crate) fn class(self, class: &'static str) -> Self {
        Self { class, ..self }
    }

    /// Whether it can be pressed.
    pub(crate) fn enabled(self, is_enabled: bool) -> Self {
        Self { is_disabled: !is_enabled, ..self }
    }

    /// Whether what it does is under way.
    pub(crate) fn busy(self, is_busy: bool) -> Self {
        Self { is_busy, ..self }
    }

    /// That it opens a dialog.
    pub(crate) fn opens_dialog(self) -> Self {
        Self { opens: Some("dialog"), ..self }
    }

    /// That it shows or hides something, and whether that is shown.
    pub(crate) fn expands(self, is_shown: bool) -> Self {
        Self { expands: Some(if is_shown { "true" } else { "false" }), ..self }
    }

    /// Draws it.
    pub(crate) fn draw(self, post: Post) -> AnyView {
        let busy = self.is_busy.then_some("true");
        view! {
            <button type="button" class=self.class disabled=self.is_disabled aria-disabled=busy
                aria-haspopup=self.opens aria-expanded=self.expands on:click=post.click(self.msg)>
                {self.label}
            </button>
        }
        .into_any()
    }
}

/// A quiet button with a cross.
pub(crate) fn cross(post: Post, name: String, msg: Msg) -> AnyView {
    view! {
        <button type="button" class="quiet" aria-label=name on:click=post.click(msg)>
            {super::icons::draw(super::icons::Icon::Cross)}
        </button>
    }
    .into_any()
}

/// A link to a page outside the pane.
pub(crate) fn outside(post: Post, class: &'static str, label: &str, page: String) -> AnyView {
    view! {
        <a class=class href=page.clone() target="_blank" rel="noopener noreferrer" on:click=post.click(Msg::Visit(page))>
            {bdi(label)}
        </a>
    }
    .into_any()
}

/// A name, cut with an ellipsis where it is too long, in its own writing direction.
pub(crate) fn bdi(name: &str) -> AnyView {
    view! { <bdi title=name.to_owned()>{name.to_owned()}</bdi> }.into_any()
}

/// A text in a span of a class.
pub(crate) fn span(class: &'static str, text: String) -> AnyView {
    view! { <span class=class>{text}</span> }.into_any()
}

/// A text in a paragraph of a class.
pub(crate) fn line(class: &'static str, text: String) -> AnyView {
    view! { <p class=class>{text}</p> }.into_any()
}

/// Several things in a division of a class.
pub(crate) fn group(class: &'static str, content: Vec<AnyView>) -> AnyView {
    view! { <div class=class>{content}</div> }.into_any()
}

/// Nothing.
pub(crate) fn nothing() -> AnyView {
    ().into_any()
}
