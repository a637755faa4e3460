//! The text of an input, written only where it differs from what stands there: writing it anew puts the cursor at its
//! end, under the fingers of whoever is typing.

use js_sys::Reflect;
use leptos::tachys::{
    html::property::IntoProperty,
    renderer::{Rndr, types::Element},
};

/// The text that an input shall show.
#[derive(Clone, Debug)]
pub(crate) struct TextValue(pub(crate) String);

impl TextValue {
    fn write(self, input: &Element, key: &str) {
        let stands = Reflect::get(input, &key.into()).ok().and_then(|value| value.as_string());
        if stands.as_deref() != Some(&self.0) {
            Rndr::set_property(input, key, &self.0.into());
        }
    }
}

impl IntoProperty for TextValue {
    type State = Element;
    type Cloneable = Self;
    type CloneableOwned = Self;

    fn hydrate<const FROM_SERVER: bool>(self, input: &Element, key: &str) -> Self::State {
        self.build(input, key)
    }

    fn build(self, input: &Element, key: &str) -> Self::State {
        self.write(input, key);
        input.clone()
    }

    fn rebuild(self, input: &mut Self::State, key: &str) {
        self.write(input, key);
    }

    fn into_cloneable(self) -> Self::Cloneable {
        self
    }

    fn into_cloneable_owned(self) -> Self::CloneableOwned {
        self
    }
}
