//! PKCE (RFC 7636): the challenge that only the holder of the verifier can meet. The browser hashes.

use js_sys::{Array, Promise, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

use crate::js;

/// The S256 challenge of a verifier of 43 to 128 unreserved characters; nothing where the browser has no hashes.
pub async fn challenge(verifier: &str) -> Option<String> {
    let hashes = js::path(&js::global("crypto")?, &["subtle"])?;
    let digest = Array::of2(&"SHA-256".into(), &Uint8Array::from(verifier.as_bytes()));
    let hash: Promise = js::call(&hashes, "digest", &digest).ok()?.dyn_into().ok()?;
    let hash = JsFuture::from(hash).await.ok()?;
    Some(base64url(&Uint8Array::new(&hash).to_vec()))
}

/// Bytes in the alphabet of addresses, without padding.
fn base64url(bytes: &[u8]) -> String {
    let mut text = String::new();
    let (mut bits, mut held) = (0, 0);
    for byte in bytes {
        bits = bits << 8 | u32::from(*byte);
        held += 8;
        while held >= 6 {
            held -= 6;
            text.push(letter(bits >> held));
        }
    }
    if held > 0 {
        text.push(letter(bits << (6 - held)));
    }
    text
}

/// The letter of the last six bits.
fn letter(bits: u32) -> char {
    let six = (bits & 63) as u8;
    char::from(match six {
        0..26 => b'A' + six,
        26..52 => b'a' + (six - 26),
        52..62 => b'0' + (six - 52),
        62 => b'-',
        _ => b'_',
    })
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::base64url;

    /// The hash and the challenge of the standard's own example, RFC 7636 appendix B.
    const HASH: [u8; 32] = [
        19, 211, 30, 150, 26, 26, 216, 236, 47, 22, 177, 12, 76, 152, 46, 8, 118, 168, 120, 173, 109, 241,
        68, 86, 110, 225, 137, 74, 203, 112, 249, 195,
    ];

    #[test]
    fn the_challenge_of_the_standards_own_example_is_written_as_there() {
        assert_eq!(base64url(&HASH), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    /// RFC 4648, section 10.
    #[test]
    fn ends_of_every_length_are_written_without_padding() {
        let written =
            ["", "f", "fo", "foo", "foob", "fooba", "foobar"].map(|text| base64url(text.as_bytes()));
        assert_eq!(written, ["", "Zg", "Zm8", "Zm9v", "Zm9vYg", "Zm9vYmE", "Zm9vYmFy"]);
    }

    proptest! {
        #[test]
        fn every_byte_is_written_with_letters_that_addresses_take(bytes: Vec<u8>) {
            let text = base64url(&bytes);
            prop_assert_eq!(text.len(), (bytes.len() * 4).div_ceil(3));
            prop_assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
        }
    }
}
