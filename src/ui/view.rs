//! What a screen consists of, as plain data: elements, texts, and the messages that their events post.
//!
//! One type for all elements: a type for each combination of tag, attributes and children is compiled anew each time
//! (docs/adr/0005).

use std::{borrow::Cow, rc::Rc};

use crate::{drawn::Happened, ui::update::Msg};

/// A text that stands in the code or was put together.
pub(crate) type Words = Cow<'static, str>;

/// What an event means: a message, or nothing.
pub(crate) type Handler = Rc<dyn Fn(&Happened) -> Option<Msg>>;

/// A part of a screen.
pub(crate) enum View {
    /// Nothing; keeps its place among its siblings.
    Nothing,
    /// A text.
    Text(Words),
    /// An element.
    Element(Element),
}

/// An element of the page.
pub(crate) struct Element(pub(crate) Box<Parts>);

/// What an element consists of.
pub(crate) struct Parts {
    /// Its tag.
    pub(crate) tag: &'static str,
    /// Its attributes by name.
    pub(crate) attributes: Vec<(&'static str, Words)>,
    /// The text of an input.
    pub(crate) value: Option<String>,
    /// Whether a radio button is chosen.
    pub(crate) checked: Option<bool>,
    /// What its events mean, by their names.
    pub(crate) handlers: Vec<(&'static str, Handler)>,
    /// What stands in it.
    pub(crate) children: Vec<View>,
}

/// An element without anything.
pub(crate) fn el(tag: &'static str) -> Element {
    Element(Box::new(Parts {
        tag,
        attributes: Vec::new(),
        value: None,
        checked: None,
        handlers: Vec::new(),
        children: Vec::new(),
    }))
}

/// A text.
pub(crate) fn text(words: impl Into<Words>) -> View {
    View::Text(words.into())
}

impl Element {
    /// Gives it an attribute.
    pub(crate) fn attr(mut self, name: &'static str, value: impl Into<Words>) -> Self {
        self.0.attributes.push((name, value.into()));
        self
    }

    /// Gives it an attribute that may be missing.
    pub(crate) fn attr_if_some(self, name: &'static str, value: Option<impl Into<Words>>) -> Self {
        match value {
            Some(value) => self.attr(name, value),
            None => self,
        }
    }

    /// Gives it an attribute that is there or not, as `disabled`.
    pub(crate) fn flag(self, name: &'static str, is_set: bool) -> Self {
        if is_set { self.attr(name, "") } else { self }
    }

    /// Gives it a class; none where that is empty.
    pub(crate) fn class(self, class: &'static str) -> Self {
        if class.is_empty() { self } else { self.attr("class", class) }
    }

    /// The text of an input, written only where it differs from what stands there: writing it anew puts the cursor at
    /// its end, under the fingers of whoever is typing.
    pub(crate) fn value(mut self, value: String) -> Self {
        self.0.value = Some(value);
        self
    }

    /// Whether a radio button is chosen.
    pub(crate) fn checked(mut self, is_checked: bool) -> Self {
        self.0.checked = Some(is_checked);
        self
    }

    /// What an event means.
    pub(crate) fn on(
        mut self,
        event: &'static str,
        means: impl Fn(&Happened) -> Option<Msg> + 'static,
    ) -> Self {
        self.0.handlers.push((event, Rc::new(means)));
        self
    }

    /// Posts a message when it is clicked. The element's own doing is prevented: links open outside the pane.
    pub(crate) fn click(self, msg: Msg) -> Self {
        self.on("click", move |happened| {
            happened.prevent();
            Some(msg.clone())
        })
    }

    /// Posts a message when a choice is made.
    pub(crate) fn change(self, msg: Msg) -> Self {
        self.on("change", move |_| Some(msg.clone()))
    }

    /// Puts a text into it.
    pub(crate) fn text(mut self, words: impl Into<Words>) -> Self {
        self.0.children.push(View::Text(words.into()));
        self
    }

    /// Puts something into it.
    pub(crate) fn child(mut self, child: impl Into<View>) -> Self {
        self.0.children.push(child.into());
        self
    }

    /// Puts several things into it.
    pub(crate) fn children(mut self, mut children: Vec<View>) -> Self {
        self.0.children.append(&mut children);
        self
    }
}

impl From<Element> for View {
    fn from(element: Element) -> Self {
        Self::Element(element)
    }
}
