#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use leptos::wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{HtmlElement, HtmlInputElement};

use super::*;
use crate::ui::view::{el, text};

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

/// A screen in the page, which takes itself away.
struct Page {
    root: HtmlElement,
    shown: Shown,
    posted: Rc<RefCell<Vec<Msg>>>,
}

impl Page {
    fn new(view: impl Into<View>) -> Self {
        let root: HtmlElement = document().create_element("div").unwrap().unchecked_into();
        document().body().unwrap().append_child(&root).unwrap();
        let posted = Rc::new(RefCell::new(Vec::new()));
        let mut shown = screen(view, &posted).build();
        shown.mount(&root, None);
        Self { root, shown, posted }
    }

    fn show(&mut self, view: impl Into<View>) {
        screen(view, &self.posted).rebuild(&mut self.shown);
    }

    fn find(&self, selector: &str) -> DomElement {
        self.root.query_selector(selector).unwrap().unwrap()
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.root.remove();
    }
}

fn screen(view: impl Into<View>, posted: &Rc<RefCell<Vec<Msg>>>) -> Screen {
    let posted = Rc::clone(posted);
    Screen { views: [view.into(), View::Nothing], post: Rc::new(move |msg| posted.borrow_mut().push(msg)) }
}

#[wasm_bindgen_test]
fn a_change_keeps_the_element_and_changes_only_what_differs() {
    let mut page = Page::new(el("p").attr("class", "one").attr("title", "gone later").text("before"));
    let before = page.find("p");
    page.show(el("p").attr("class", "two").attr("dir", "auto").text("after"));
    assert!(before.is_same_node(Some(&page.find("p"))));
    assert_eq!(page.root.inner_html(), r#"<p class="two" dir="auto">after</p><!---->"#);
}

#[wasm_bindgen_test]
fn what_is_nothing_keeps_the_place_of_what_comes() {
    let list = |first: View| el("ul").child(first).child(el("li").attr("id", "second"));
    let mut page = Page::new(list(View::Nothing));
    let second = page.find("#second");
    page.show(list(el("li").text("first").into()));
    assert_eq!(page.find("ul").first_element_child().unwrap().text_content().unwrap(), "first");
    assert!(second.is_same_node(Some(&page.find("#second"))));
    page.show(list(text("words")));
    assert_eq!(page.find("ul").inner_html(), r#"words<li id="second"></li>"#);
}

#[wasm_bindgen_test]
fn what_is_there_no_more_is_taken_away() {
    let list = |count: usize| el("ul").children((0..count).map(|_| el("li").into()).collect());
    let mut page = Page::new(list(3));
    page.show(list(1));
    assert_eq!(page.root.query_selector_all("li").unwrap().length(), 1);
    page.show(list(2));
    assert_eq!(page.root.query_selector_all("li").unwrap().length(), 2);
}

#[wasm_bindgen_test]
fn another_element_takes_the_place_of_the_whole_pane() {
    let mut page = Page::new(el("div").text("pane"));
    page.show(el("main").text("message"));
    assert_eq!(page.root.inner_html(), "<main>message</main><!---->");
}

#[wasm_bindgen_test]
fn the_cursor_stays_while_somebody_types() {
    let field = |value: &str| el("input").attr("type", "text").value(value.to_owned());
    let mut page = Page::new(field("Dana Okafor"));
    let input: HtmlInputElement = page.find("input").unchecked_into();
    input.set_selection_range(4, 4).unwrap();
    page.show(field("Dana Okafor"));
    assert_eq!(input.selection_start().unwrap(), Some(4));
    input.set_value("typed over");
    page.show(field("Dana Okafor"));
    assert_eq!(input.value(), "Dana Okafor", "the state says what stands there");
}

#[wasm_bindgen_test]
fn a_click_posts_what_it_means_now_and_once() {
    let button = |msg: Msg| el("button").attr("type", "button").click(msg);
    let mut page = Page::new(button(Msg::Why));
    page.show(button(Msg::Everybody));
    let element: HtmlElement = page.find("button").unchecked_into();
    element.click();
    assert!(matches!(page.posted.borrow().as_slice(), [Msg::Everybody]));
    page.show(el("button").attr("type", "button"));
    element.click();
    assert_eq!(page.posted.borrow().len(), 1, "what means nothing any more posts nothing");
}

#[wasm_bindgen_test]
fn an_icon_is_drawn_as_one() {
    let page = Page::new(el("svg").child(el("path").attr("d", "M0 0")));
    assert_eq!(page.find("svg path").namespace_uri().unwrap(), SVG);
}
