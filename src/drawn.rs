//! Draws a [`View`] into the page and changes what is drawn in place, so that nodes, focus and cursor stay. The only
//! file of the screens that knows the page.

use std::{cell::RefCell, rc::Rc};

use leptos::{
    ev::Event,
    prelude::{Mountable, Render, document},
    tachys::renderer::types::{Element as DomElement, Node},
    web_sys::{
        HtmlInputElement, KeyboardEvent,
        js_sys::Reflect,
        wasm_bindgen::{JsCast, JsValue, closure::Closure},
    },
};

use crate::{
    app::focus,
    ui::{
        update::Msg,
        view::{Element, Handler, Parts, View, Words},
    },
};

/// Takes what controls post.
pub(crate) type Post = Rc<dyn Fn(Msg)>;

/// The namespace of icons.
const SVG: &str = "http://www.w3.org/2000/svg";

/// All that the pane shows, and where its messages go.
pub(crate) struct Screen {
    /// The pane, and what covers it.
    pub(crate) views: [View; 2],
    /// Where messages go.
    pub(crate) post: Post,
}

impl Render for Screen {
    type State = Shown;

    fn build(self) -> Shown {
        let post = self.post;
        Shown(self.views.into_iter().map(|view| Drawn::new(view, &post)).collect())
    }

    fn rebuild(self, shown: &mut Shown) {
        for (view, drawn) in self.views.into_iter().zip(&mut shown.0) {
            drawn.change(view, &self.post);
        }
    }
}

/// What is shown of a [`Screen`].
pub(crate) struct Shown(Vec<Drawn>);

impl Mountable for Shown {
    fn unmount(&mut self) {
        self.0.iter().for_each(Drawn::remove);
    }

    fn mount(&mut self, parent: &DomElement, marker: Option<&Node>) {
        for drawn in &self.0 {
            // Refused for a parent that is no longer in the page, where nobody would see it.
            let _ = parent.insert_before(drawn.node(), marker);
        }
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        let first = self.0.first().map(Drawn::node);
        let parent = first.and_then(Node::parent_element);
        if let Some(parent) = &parent {
            child.mount(parent, first);
        }
        parent.is_some()
    }

    fn elements(&self) -> Vec<DomElement> {
        self.0.iter().filter_map(|drawn| drawn.node().clone().dyn_into().ok()).collect()
    }
}

/// What is drawn of a [`View`].
enum Drawn {
    Nothing(Node),
    Text(Node, Words),
    Element(Box<DrawnElement>),
}

struct DrawnElement {
    tag: &'static str,
    element: DomElement,
    attributes: Vec<(&'static str, Words)>,
    listeners: Vec<Listener>,
    children: Vec<Drawn>,
}

struct Listener {
    event: &'static str,
    /// What the event means now.
    means: Rc<RefCell<Option<Handler>>>,
    _heard: Closure<dyn FnMut(Event)>,
}

impl Drawn {
    fn new(view: View, post: &Post) -> Self {
        match view {
            View::Nothing => Self::Nothing(document().create_comment("").into()),
            View::Text(words) => Self::Text(document().create_text_node(&words).into(), words),
            View::Element(Element(parts)) => DrawnElement::new(parts.tag).map_or_else(
                || Self::new(View::Nothing, post),
                |mut drawn| {
                    drawn.change(*parts, post);
                    Self::Element(Box::new(drawn))
                },
            ),
        }
    }

    fn node(&self) -> &Node {
        match self {
            Self::Nothing(node) | Self::Text(node, _) => node,
            Self::Element(drawn) => &drawn.element,
        }
    }

    fn change(&mut self, view: View, post: &Post) {
        match (self, view) {
            (Self::Nothing(_), View::Nothing) => {}
            (Self::Text(node, stands), View::Text(words)) => {
                if *stands != words {
                    node.set_text_content(Some(&words));
                    *stands = words;
                }
            }
            (Self::Element(drawn), View::Element(Element(parts))) if drawn.tag == parts.tag => {
                drawn.change(*parts, post);
            }
            (old, view) => {
                let new = Self::new(view, post);
                if let Some(parent) = old.node().parent_node() {
                    // Both nodes are this pane's own: nothing refuses.
                    let _ = parent.replace_child(new.node(), old.node());
                }
                *old = new;
            }
        }
    }

    fn remove(&self) {
        if let Some(parent) = self.node().parent_node() {
            // It stands in this very parent.
            let _ = parent.remove_child(self.node());
        }
    }
}

impl DrawnElement {
    fn new(tag: &'static str) -> Option<Self> {
        let element = match tag {
            "svg" | "path" => document().create_element_ns(Some(SVG), tag),
            _ => document().create_element(tag),
        };
        // Only names that are no tags are refused.
        let element = element.ok()?;
        Some(Self { tag, element, attributes: Vec::new(), listeners: Vec::new(), children: Vec::new() })
    }

    fn change(&mut self, parts: Parts, post: &Post) {
        self.set_attributes(parts.attributes);
        self.listen(parts.handlers, post);
        self.fill(parts.children, post);
        if let Some(value) = parts.value {
            self.set_property("value", &value.into());
        }
        if let Some(checked) = parts.checked {
            self.set_property("checked", &checked.into());
        }
    }

    fn set_attributes(&mut self, attributes: Vec<(&'static str, Words)>) {
        for (name, value) in &attributes {
            if !self.attributes.iter().any(|(stands, words)| stands == name && words == value) {
                // Refused for names that are no attribute only.
                let _ = self.element.set_attribute(name, value);
            }
        }
        for (stands, _) in &self.attributes {
            if !attributes.iter().any(|(name, _)| name == stands) {
                // As above.
                let _ = self.element.remove_attribute(stands);
            }
        }
        self.attributes = attributes;
    }

    /// Writes a property where it differs from what stands there, which the user may have changed.
    fn set_property(&self, name: &str, value: &JsValue) {
        let key = JsValue::from_str(name);
        if Reflect::get(&self.element, &key).ok().as_ref() != Some(value) {
            // Refused by frozen objects only.
            let _ = Reflect::set(&self.element, &key, value);
        }
    }

    fn listen(&mut self, handlers: Vec<(&'static str, Handler)>, post: &Post) {
        for listener in &self.listeners {
            listener.means.replace(None);
        }
        for (event, handler) in handlers {
            match self.listeners.iter().find(|listener| listener.event == event) {
                Some(listener) => drop(listener.means.replace(Some(handler))),
                None => self.listeners.push(Listener::new(&self.element, event, handler, post.clone())),
            }
        }
    }

    fn fill(&mut self, children: Vec<View>, post: &Post) {
        let count = children.len();
        for (at, view) in children.into_iter().enumerate() {
            if let Some(drawn) = self.children.get_mut(at) {
                drawn.change(view, post);
            } else {
                let drawn = Drawn::new(view, post);
                // A new node of the pane's own: nothing refuses.
                let _ = self.element.append_child(drawn.node());
                self.children.push(drawn);
            }
        }
        while self.children.len() > count {
            if let Some(drawn) = self.children.pop() {
                drawn.remove();
            }
        }
    }
}

impl Listener {
    fn new(element: &DomElement, event: &'static str, handler: Handler, post: Post) -> Self {
        let means = Rc::new(RefCell::new(Some(handler)));
        let now = Rc::clone(&means);
        let heard = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
            let handler = now.borrow().clone();
            if let Some(msg) = handler.and_then(|handler| handler(&Happened(event))) {
                post(msg);
            }
        });
        // Every element takes listeners.
        let _ = element.add_event_listener_with_callback(event, heard.as_ref().unchecked_ref());
        Self { event, means, _heard: heard }
    }
}

/// An event, as far as a screen has to do with it.
pub(crate) struct Happened(Event);

impl Happened {
    /// Keeps the page from doing what it would do by itself.
    pub(crate) fn prevent(&self) {
        self.0.prevent_default();
    }

    /// Keeps the event from the page and from everything around the element.
    pub(crate) fn keep(&self) {
        self.0.stop_propagation();
        self.prevent();
    }

    /// The name of the pressed key; empty for other events.
    pub(crate) fn key(&self) -> String {
        self.0.dyn_ref::<KeyboardEvent>().map(KeyboardEvent::key).unwrap_or_default()
    }

    /// What stands in the control.
    pub(crate) fn value(&self) -> Option<String> {
        Reflect::get(&self.0.current_target()?.into(), &"value".into()).ok()?.as_string()
    }

    /// Selects all that stands in the input, and moves the focus there.
    pub(crate) fn select(&self) {
        if let Some(input) = self.input() {
            // An input that cannot take the focus is disabled, and then takes no letters either.
            let _ = input.focus();
            input.select();
        }
    }

    /// Lets Tab go round inside an element.
    pub(crate) fn keep_focus_inside(&self, selector: &str) {
        if let Some(event) = self.0.dyn_ref() {
            focus::keep_inside(selector, event);
        }
    }

    fn input(&self) -> Option<HtmlInputElement> {
        self.0.current_target()?.dyn_into().ok()
    }
}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests;
