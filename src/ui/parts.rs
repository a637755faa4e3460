//! What several screens are made of: buttons, links, hints.

use crate::ui::{
    icons::{self, Icon},
    update::Msg,
    view::{View, Words, el},
};

/// A button.
#[derive(Clone, Debug)]
pub(crate) struct Button {
    class: &'static str,
    label: Words,
    msg: Msg,
    is_disabled: bool,
    is_busy: bool,
    opens: Option<&'static str>,
    expands: Option<&'static str>,
}

impl Button {
    /// A plain button.
    pub(crate) fn new(label: impl Into<Words>, msg: Msg) -> Self {
        let label = label.into();
        Self { class: "", label, msg, is_disabled: false, is_busy: false, opens: None, expands: None }
    }

    /// A button that looks like a link.
    pub(crate) fn link(label: impl Into<Words>, msg: Msg) -> Self {
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
    pub(crate) fn draw(self) -> View {
        el("button")
            .attr("type", "button")
            .class(self.class)
            .flag("disabled", self.is_disabled)
            .attr_if_some("aria-disabled", self.is_busy.then_some("true"))
            .attr_if_some("aria-haspopup", self.opens)
            .attr_if_some("aria-expanded", self.expands)
            .click(self.msg)
            .text(self.label)
            .into()
    }
}

/// A quiet button with a cross.
pub(crate) fn cross(name: impl Into<Words>, msg: Msg) -> View {
    let button = el("button").attr("type", "button").class("quiet").attr("aria-label", name).click(msg);
    button.child(icons::draw(Icon::Cross)).into()
}

/// A link to a page outside the pane.
pub(crate) fn outside(class: &'static str, label: &str, page: String) -> View {
    el("a")
        .class(class)
        .attr("href", page.clone())
        .attr("target", "_blank")
        .attr("rel", "noopener noreferrer")
        .click(Msg::Visit(page))
        .child(bdi(label))
        .into()
}

/// A name, cut with an ellipsis where it is too long, in its own writing direction.
pub(crate) fn bdi(name: &str) -> View {
    el("bdi").attr("title", name.to_owned()).text(name.to_owned()).into()
}

/// A text in a span of a class.
pub(crate) fn span(class: &'static str, words: impl Into<Words>) -> View {
    el("span").class(class).text(words).into()
}

/// A text in a paragraph of a class.
pub(crate) fn line(class: &'static str, words: impl Into<Words>) -> View {
    el("p").class(class).text(words).into()
}

/// Several things in a division of a class.
pub(crate) fn group(class: &'static str, content: Vec<View>) -> View {
    el("div").class(class).children(content).into()
}
