//! Our own types as JSON's tree, written by hand. The service uses the derived form of the same types; tests hold the two
//! together. Derived readers and writers would make the pane a quarter heavier.

mod rules;
mod service;

use calbridge_rules::id::{Address, ApiName, ItemId, RecordId};
use chrono::{DateTime, NaiveDate, Utc};

use crate::{moment, value::Value};

/// A type that stands in JSON.
pub trait Tree: Sized {
    /// The type as JSON.
    fn write(&self) -> Value;
    /// The type out of JSON; nothing where it does not say it.
    fn read(tree: &Value) -> Option<Self>;
}

/// A member of an object; where it is missing, what `null` stands for.
pub fn member<T: Tree>(tree: &Value, name: &str) -> Option<T> {
    T::read(tree.get(name).unwrap_or(&Value::Null))
}

/// A member of an object, or what stands for a missing one.
pub fn member_or<T: Tree>(tree: &Value, name: &str, missing: T) -> Option<T> {
    tree.get(name).map_or(Some(missing), T::read)
}

/// An object with these members.
pub fn object<'n>(members: impl Into<Vec<(&'n str, Value)>>) -> Value {
    Value::Object(members.into().into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// A date such as `2026-11-20`.
pub fn date(text: &str) -> Option<NaiveDate> {
    moment::date(text)
}

/// The word for a value that has one.
pub fn word<T: PartialEq>(words: &[(T, &'static str)], value: &T) -> Value {
    let word = words.iter().find(|(known, _)| known == value).map_or("", |(_, word)| word);
    Value::from(word)
}

/// The value that a word stands for.
pub fn by_word<T: Clone>(words: &[(T, &'static str)], tree: &Value) -> Option<T> {
    let word = tree.as_str()?;
    words.iter().find(|(_, known)| *known == word).map(|(value, _)| value.clone())
}

impl Tree for String {
    fn write(&self) -> Value {
        Value::from(self.as_str())
    }

    fn read(tree: &Value) -> Option<Self> {
        tree.as_str().map(str::to_owned)
    }
}

impl Tree for bool {
    fn write(&self) -> Value {
        Value::Bool(*self)
    }

    fn read(tree: &Value) -> Option<Self> {
        tree.as_bool()
    }
}

impl Tree for DateTime<Utc> {
    fn write(&self) -> Value {
        Value::from(moment::exactly(*self))
    }

    fn read(tree: &Value) -> Option<Self> {
        moment::instant(tree.as_str()?)
    }
}

impl<T: Tree> Tree for Option<T> {
    fn write(&self) -> Value {
        self.as_ref().map_or(Value::Null, T::write)
    }

    fn read(tree: &Value) -> Option<Self> {
        if tree.is_null() { Some(None) } else { T::read(tree).map(Some) }
    }
}

impl<T: Tree> Tree for Vec<T> {
    fn write(&self) -> Value {
        Value::Array(self.iter().map(T::write).collect())
    }

    fn read(tree: &Value) -> Option<Self> {
        tree.as_array()?.iter().map(T::read).collect()
    }
}

macro_rules! ids {
    ($($id:ty),+) => {
        $(impl Tree for $id {
            fn write(&self) -> Value {
                Value::from(self.as_str())
            }

            fn read(tree: &Value) -> Option<Self> {
                Self::parse(tree.as_str()?).ok()
            }
        })+
    };
}

ids!(RecordId, ItemId, ApiName, Address);

#[cfg(test)]
mod tests;
