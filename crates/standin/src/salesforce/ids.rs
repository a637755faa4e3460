//! Record ids: 15 case-sensitive characters, or those and a three-character checksum.

/// The checksum alphabet; each character stands for the upper-case pattern of five others.
const CHECKSUM: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// An 18-character id as maps hold it: its characters as numbers in place, in the order of the text, so that finding a
/// row compares no texts elsewhere in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key(u64, u64, u16);

impl Key {
    /// The key of an 18-character id; other texts are no row's.
    pub(crate) fn of(id: &str) -> Option<Self> {
        let bytes: &[u8; 18] = id.as_bytes().try_into().ok()?;
        let (first, rest) = bytes.split_first_chunk()?;
        let (second, rest) = rest.split_first_chunk()?;
        let last = rest.first_chunk()?;
        Some(Self(u64::from_be_bytes(*first), u64::from_be_bytes(*second), u16::from_be_bytes(*last)))
    }
}

/// The 18-character form of a well-formed id of either length.
pub(crate) fn full(text: &str) -> Option<String> {
    if !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    match text.len() {
        15 => Some(format!("{text}{}", checksum(text))),
        18 => {
            let (id, sum) = text.split_at(15);
            (checksum(id) == sum).then(|| text.to_owned())
        }
        _ => None,
    }
}

/// The id with a key prefix and a running number.
pub(crate) fn numbered(prefix: &str, number: u64) -> String {
    let mut tail = [b'0'; 9];
    let mut rest = number;
    for place in tail.iter_mut().rev() {
        *place = DIGITS[usize::try_from(rest % 62).unwrap_or_default()];
        rest /= 62;
    }
    let short = format!("{prefix}5g0{}", String::from_utf8_lossy(&tail));
    format!("{short}{}", checksum(&short))
}

fn checksum(id: &str) -> String {
    id.as_bytes()
        .chunks(5)
        .map(|group| {
            let upper = group.iter().enumerate().filter(|(_, byte)| byte.is_ascii_uppercase());
            let value = upper.fold(0_usize, |sum, (place, _)| sum | (1 << place));
            char::from(CHECKSUM[value])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_2_11_a_15_character_id_gains_its_checksum() {
        assert_eq!(full("00UAA0000000001").as_deref(), Some("00UAA00000000012AA"));
        assert_eq!(full("00UAA00000000012AA").as_deref(), Some("00UAA00000000012AA"));
    }

    #[test]
    fn facts_2_11_a_wrong_checksum_length_or_character_is_no_id() {
        for text in ["00UAA00000000012AB", "00UAA000000000", "00UAA000000000-", "", "00UAA00000000012A"] {
            assert_eq!(full(text), None, "{text}");
        }
    }

    #[test]
    fn keys_stand_in_the_order_of_their_ids_and_other_texts_have_none() {
        let ids = ["001AA0000000001AAA", "00UAA0000000001AAA", "00UAA0000000001AAB", "00Ua00000000001AAA"];
        let keys: Vec<Key> = ids.iter().filter_map(|id| Key::of(id)).collect();
        assert_eq!(keys.len(), ids.len());
        assert!(keys.windows(2).all(|pair| pair[0] < pair[1]), "{keys:?}");
        assert_eq!([Key::of("00UAA0000000001"), Key::of("")], [None, None]);
    }

    #[test]
    fn numbered_ids_are_well_formed_and_rise() {
        let ids: Vec<String> = (0..200).map(|number| numbered("00U", number)).collect();
        assert!(ids.iter().all(|id| full(id).as_ref() == Some(id)));
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
