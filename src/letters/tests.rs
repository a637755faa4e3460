use wasm_bindgen_test::wasm_bindgen_test;

use super::*;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn the_browser_tells_the_same_as_the_tables() {
    for text in ["Tomás MORA", "ÅSA", "straße", "ΣΊΣΥΦΟΣ", "Жанна", "張偉", "🎉 Party"] {
        assert_eq!(lower(text), text.to_lowercase());
        assert_eq!(upper(text), text.to_uppercase());
        for letter in text.chars() {
            assert_eq!(is_alphanumeric(letter), letter.is_alphanumeric(), "{letter}");
        }
    }
}
