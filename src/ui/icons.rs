//! Icons: Fluent System Icons (MIT, Microsoft Corporation; see `www/third-party.txt`), as paths.

use calbridge_rules::people::PersonObject;

use crate::{
    lookup::{Hit, Object},
    ui::view::{View, el},
};

/// The icons that the pane uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Icon {
    /// An empty circle: nothing yet.
    Circle,
    /// A clock.
    Clock,
    /// A ticked circle.
    Done,
    /// An exclamation mark in a circle.
    Error,
    /// Two arrows: changed on both sides.
    Swap,
    /// A question mark in a circle.
    Unknown,
    /// A power switch.
    Power,
    /// A laptop: kept on this device.
    Device,
    /// A bin.
    Deleted,
    /// A calendar.
    Calendar,
    /// A tick.
    Tick,
    /// A cross.
    Cross,
    /// A person.
    Person,
    /// A person with an arrow: not yet a contact.
    Lead,
    /// A building.
    Account,
    /// A cup.
    Opportunity,
    /// A bag.
    Case,
    /// A cube.
    Thing,
}

impl Icon {
    fn size_and_path(self) -> (u8, &'static str) {
        match self {
            Self::Circle => (20, "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14m-8 7a8 8 0 1 1 16 0 8 8 0 0 1-16 0"),
            Self::Clock => (
                20,
                "M10 2a8 8 0 1 1 0 16 8 8 0 0 1 0-16m0 1a7 7 0 1 0 0 14 7 7 0 0 0 0-14m-.5 2a.5.5 0 0 1 .5.41V10h2.5a.5.5 0 0 1 .09 1H9.5a.5.5 0 0 1-.5-.41V5.5c0-.28.22-.5.5-.5",
            ),
            Self::Done => (
                20,
                "M10 2a8 8 0 1 1 0 16 8 8 0 0 1 0-16m0 1a7 7 0 1 0 0 14 7 7 0 0 0 0-14m3.36 4.65c.17.17.2.44.06.63l-.06.07-4 4a.5.5 0 0 1-.64.07l-.07-.06-2-2a.5.5 0 0 1 .63-.77l.07.06L9 11.3l3.65-3.65c.2-.2.51-.2.7 0",
            ),
            Self::Error => (
                20,
                "M10 2a8 8 0 1 1 0 16 8 8 0 0 1 0-16m0 1a7 7 0 1 0 0 14 7 7 0 0 0 0-14m0 9.5a.75.75 0 1 1 0 1.5.75.75 0 0 1 0-1.5M10 6a.5.5 0 0 1 .5.41V11a.5.5 0 0 1-1 .09V6.5c0-.28.22-.5.5-.5",
            ),
            Self::Swap => (
                20,
                "M12.15 3.15c.2-.2.5-.2.7 0l3 3c.2.2.2.5 0 .7l-3 3a.5.5 0 0 1-.7-.7L14.29 7H4.5a.5.5 0 0 1 0-1h9.8l-2.15-2.15a.5.5 0 0 1 0-.7m-4.3 7c.2.2.2.5 0 .7L5.71 13h9.79a.5.5 0 0 1 0 1H5.7l2.15 2.15a.5.5 0 0 1-.7.7l-3-3a.5.5 0 0 1 0-.7l3-3c.2-.2.5-.2.7 0",
            ),
            Self::Unknown => (
                20,
                "M10 2a8 8 0 1 1 0 16 8 8 0 0 1 0-16m0 1a7 7 0 1 0 0 14 7 7 0 0 0 0-14m0 10.5a.75.75 0 1 1 0 1.5.75.75 0 0 1 0-1.5m0-8a2.5 2.5 0 0 1 1.65 4.38l-.15.12-.22.17-.09.07-.16.15c-.33.36-.53.85-.53 1.61a.5.5 0 0 1-1 0 3.2 3.2 0 0 1 1.16-2.62l.25-.19.12-.1A1.5 1.5 0 0 0 10 6.5c-.83 0-1.5.67-1.5 1.5a.5.5 0 0 1-1 0A2.5 2.5 0 0 1 10 5.5",
            ),
            Self::Power => (
                20,
                "M10.5 2.5a.5.5 0 0 0-1 0v6a.5.5 0 0 0 1 0zM13.74 4a.5.5 0 1 0-.5.87 6.5 6.5 0 1 1-6.49 0 .5.5 0 1 0-.5-.87 7.5 7.5 0 1 0 7.5 0",
            ),
            Self::Device => (
                20,
                "M3 7c0-1.1.9-2 2-2h10a2 2 0 0 1 2 2v5a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2zm2-1a1 1 0 0 0-1 1v5a1 1 0 0 0 1 1h10a1 1 0 0 0 1-1V7a1 1 0 0 0-1-1zm-3 9.5c0-.28.22-.5.5-.5h15a.5.5 0 0 1 0 1h-15a.5.5 0 0 1-.5-.5",
            ),
            Self::Deleted => (
                20,
                "M8.5 4h3a1.5 1.5 0 0 0-3 0m-1 0a2.5 2.5 0 0 1 5 0h5a.5.5 0 0 1 0 1h-1.05l-1.2 10.34A3 3 0 0 1 12.27 18H7.73a3 3 0 0 1-2.98-2.66L3.55 5H2.5a.5.5 0 0 1 0-1zM5.74 15.23A2 2 0 0 0 7.73 17h4.54a2 2 0 0 0 1.99-1.77L15.44 5H4.56zM8.5 7.5c.28 0 .5.22.5.5v6a.5.5 0 0 1-1 0V8c0-.28.22-.5.5-.5M12 8a.5.5 0 0 0-1 0v6a.5.5 0 0 0 1 0z",
            ),
            Self::Calendar => (
                28,
                "M21.75 3C23.55 3 25 4.46 25 6.25v15.5c0 1.8-1.46 3.25-3.25 3.25H6.25A3.25 3.25 0 0 1 3 21.75V6.25C3 4.45 4.46 3 6.25 3zm1.75 6.5h-19v12.25c0 .97.78 1.75 1.75 1.75h15.5c.97 0 1.75-.78 1.75-1.75zm-14.75 8a1.25 1.25 0 1 1 0 2.5 1.25 1.25 0 0 1 0-2.5m5.25 0a1.25 1.25 0 1 1 0 2.5 1.25 1.25 0 0 1 0-2.5m-5.25-5a1.25 1.25 0 1 1 0 2.5 1.25 1.25 0 0 1 0-2.5m5.25 0a1.25 1.25 0 1 1 0 2.5 1.25 1.25 0 0 1 0-2.5m5.26 0a1.25 1.25 0 1 1 0 2.5 1.25 1.25 0 0 1 0-2.5m2.49-8H6.25c-.97 0-1.75.78-1.75 1.75V8h19V6.25c0-.97-.78-1.75-1.75-1.75",
            ),
            Self::Tick => (
                16,
                "M13.86 3.66a.5.5 0 0 1-.02.7l-7.93 7.48a.6.6 0 0 1-.84-.02L2.4 9.1a.5.5 0 0 1 .72-.7l2.4 2.44 7.65-7.2a.5.5 0 0 1 .7.02",
            ),
            Self::Cross => (
                16,
                "m2.59 2.72.06-.07a.5.5 0 0 1 .63-.06l.07.06L8 7.29l4.65-4.64a.5.5 0 0 1 .7.7L8.71 8l4.64 4.65c.18.17.2.44.06.63l-.06.07a.5.5 0 0 1-.63.06l-.07-.06L8 8.71l-4.65 4.64a.5.5 0 0 1-.7-.7L7.29 8 2.65 3.35a.5.5 0 0 1-.06-.63l.06-.07z",
            ),
            Self::Person => (
                16,
                "M11.5 8c.83 0 1.5.67 1.5 1.5v.5c0 1.97-1.86 4-5 4s-5-2.03-5-4v-.5C3 8.67 3.67 8 4.5 8zM8 1.5A2.75 2.75 0 1 1 8 7a2.75 2.75 0 0 1 0-5.5",
            ),
            Self::Lead => (
                16,
                "M6.33 6.92a5.5 5.5 0 0 1 3.3-1.85 2.75 2.75 0 1 0-3.3 1.85M5 10.5q.02-1.36.6-2.5H3.5C2.67 8 2 8.67 2 9.5v.5c0 1.8 1.55 3.65 4.22 3.96A5.5 5.5 0 0 1 5 10.5m10 0a4.5 4.5 0 1 1-9 0 4.5 4.5 0 0 1 9 0m-4.02-2.64a.5.5 0 0 0-.96 0L9.55 9.4H8c-.48 0-.68.65-.3.95l1.26.94-.48 1.53c-.15.49.38.89.77.59l1.25-.95 1.25.95c.4.3.92-.1.77-.59l-.48-1.53 1.25-.94c.4-.3.2-.95-.3-.95h-1.54z",
            ),
            Self::Account => (
                16,
                "M5.5 2C4.67 2 4 2.67 4 3.5v10c0 .28.22.5.5.5H6v-2.5c0-.28.22-.5.5-.5h4c.28 0 .5.22.5.5V14h1.5a.5.5 0 0 0 .5-.5v-5c0-.83-.67-1.5-1.5-1.5H11V3.5c0-.83-.67-1.5-1.5-1.5zM7 4.5a.5.5 0 1 1-1 0 .5.5 0 0 1 1 0M7 7a.5.5 0 1 1-1 0 .5.5 0 0 1 1 0m0 2.5a.5.5 0 1 1-1 0 .5.5 0 0 1 1 0m2-5a.5.5 0 1 1-1 0 .5.5 0 0 1 1 0M9 7a.5.5 0 1 1-1 0 .5.5 0 0 1 1 0m0 2.5a.5.5 0 1 1-1 0 .5.5 0 0 1 1 0m2 0a.5.5 0 1 1-1 0 .5.5 0 0 1 1 0M10 14v-2H9v2zm-2 0v-2H7v2z",
            ),
            Self::Opportunity => (
                16,
                "M10.4 5.72 8.76 3.65a1 1 0 1 0-1.52 0L5.6 5.72a.5.5 0 0 1-.6.14L2.48 4.68l.02-.18a1 1 0 1 0-.91 1l1.3 6.5c.12.58.63 1 1.22 1h7.78c.6 0 1.1-.42 1.22-1l1.3-6.5h.09a1 1 0 1 0-.98-.82L11 5.86a.5.5 0 0 1-.6-.14M8 10a1 1 0 1 1 0-2 1 1 0 0 1 0 2",
            ),
            Self::Case => (
                16,
                "M15 11.5a2.5 2.5 0 0 1-2.5 2.5h-9A2.5 2.5 0 0 1 1 11.5V8.95A3.5 3.5 0 0 0 3.5 10H7v.5c0 .28.22.5.5.5h1a.5.5 0 0 0 .5-.5V10h3.5c.98 0 1.86-.4 2.5-1.05zM9.25 1c.97 0 1.75.78 1.75 1.75V4h1.5a2.5 2.5 0 0 1 0 5H9v-.5a.5.5 0 0 0-.5-.5h-1a.5.5 0 0 0-.5.5V9H3.5a2.5 2.5 0 0 1 0-5H5V2.75C5 1.78 5.78 1 6.75 1zm-2.5 1a.75.75 0 0 0-.75.75V4h4V2.75A.75.75 0 0 0 9.25 2z",
            ),
            Self::Thing => (
                16,
                "M6.92 1.38a3 3 0 0 1 2.16 0l4.96 1.9c.58.23.96.79.96 1.4v6.63a1.5 1.5 0 0 1-.96 1.4l-4.96 1.91a3 3 0 0 1-2.16 0l-4.96-1.9a1.5 1.5 0 0 1-.96-1.4V4.68c0-.62.38-1.18.96-1.4zM4.7 5.04a.5.5 0 0 0-.4.92l3.2 1.37v3.17a.5.5 0 0 0 1 0V7.33l3.2-1.37a.5.5 0 1 0-.4-.92L8 6.46z",
            ),
        }
    }
}

/// Draws an icon; the words beside it carry the meaning.
pub(crate) fn draw(icon: Icon) -> View {
    let (size, path) = icon.size_and_path();
    el("svg")
        .class("icon")
        .attr("aria-hidden", "true")
        .attr("viewBox", format!("0 0 {size} {size}"))
        .attr("width", size.to_string())
        .attr("height", size.to_string())
        .child(el("path").attr("fill", "currentColor").attr("d", path))
        .into()
}

/// The coloured tile that tells what a record is.
pub(crate) fn tile(hit: &Hit) -> View {
    let (icon, class) = match &hit.object {
        Object::Person(PersonObject::Contact) => (Icon::Person, "tile contact"),
        Object::Person(PersonObject::Lead) => (Icon::Lead, "tile lead"),
        Object::Business(name) => match name.as_str() {
            "Account" => (Icon::Account, "tile account"),
            "Opportunity" => (Icon::Opportunity, "tile opportunity"),
            "Case" => (Icon::Case, "tile case"),
            _ => (Icon::Thing, "tile thing"),
        },
    };
    el("span").class(class).attr("aria-hidden", "true").child(draw(icon)).into()
}
