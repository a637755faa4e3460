//! `GET` and `POST /users/{mailbox}/outlook/masterCategories`:
//! <https://learn.microsoft.com/graph/api/outlookuser-list-mastercategories>

use calbridge_rules::id::Address;

use super::{errors, mailbox};
use crate::{
    call::{CallError, Endpoint},
    json,
    message::{Method, Reply, Request},
    outgoing,
    tree::object,
    value::Value,
};

/// Reads the categories that a mailbox knows, with their colours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListCategories {
    /// The mailbox.
    pub mailbox: Address,
}

/// Adds a category to a mailbox. [`CallError::Contended`]: it has one of this name already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddCategory {
    /// The mailbox.
    pub mailbox: Address,
    /// Its name, which can never be changed.
    pub name: String,
    /// Its colour.
    pub color: Color,
}

/// A category of a mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Category {
    /// Its name.
    pub name: String,
    /// Its colour.
    pub color: Color,
}

/// The colour of a category.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Color {
    /// None.
    None,
    /// Red, as `Sync Error` has it.
    Red,
    /// Blue, as `Salesforce` has it.
    Blue,
    /// Another one, by its number among Outlook's 25.
    Preset(u8),
}

impl Color {
    fn name(self) -> String {
        match self {
            Self::None => "none".to_owned(),
            Self::Red => "preset0".to_owned(),
            Self::Blue => "preset7".to_owned(),
            Self::Preset(number) => format!("preset{number}"),
        }
    }

    fn read(name: &str) -> Self {
        match name.strip_prefix("preset").and_then(|number| number.parse().ok()) {
            None => Self::None,
            Some(0) => Self::Red,
            Some(7) => Self::Blue,
            Some(number) => Self::Preset(number),
        }
    }
}

/// The categories' path in a mailbox.
const PATH: &str = "outlook/masterCategories";

impl Endpoint for ListCategories {
    type Answer = Vec<Category>;

    fn request(&self, base: &str) -> Request {
        outgoing::get(&mailbox(base, &self.mailbox, PATH))
    }

    fn read(&self, reply: &Reply) -> Result<Vec<Category>, CallError> {
        errors::check(reply)?;
        let body = json::body(reply)?;
        let rows = json::at(&body, "value").and_then(Value::as_array);
        let rows = rows.ok_or_else(|| json::malformed("categories without a value"))?;
        rows.iter().map(category).collect()
    }
}

impl Endpoint for AddCategory {
    type Answer = Category;

    fn request(&self, base: &str) -> Request {
        let body = object([
            ("displayName", Value::from(self.name.as_str())),
            ("color", Value::from(self.color.name())),
        ]);
        outgoing::json(Method::Post, &mailbox(base, &self.mailbox, PATH), &body)
    }

    fn read(&self, reply: &Reply) -> Result<Category, CallError> {
        errors::check(reply)?;
        category(&json::body(reply)?)
    }
}

fn category(row: &Value) -> Result<Category, CallError> {
    let color = Color::read(json::maybe_text(row, "color").unwrap_or_default());
    Ok(Category { name: json::text(row, "displayName")?.to_owned(), color })
}
