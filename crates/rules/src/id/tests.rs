use super::*;

#[test]
fn a_15_character_id_gains_its_checksum() {
    assert_eq!(RecordId::parse("001D000000IRFma").map(String::from), Ok("001D000000IRFmaIAH".to_owned()));
}

#[test]
fn an_18_character_id_in_the_wrong_case_of_its_checksum_is_the_same_id() {
    assert_eq!(RecordId::parse("001D000000IRFmaiah"), RecordId::parse("001D000000IRFma"));
}

#[test]
fn an_id_with_a_wrong_checksum_is_refused() {
    assert!(RecordId::parse("001D000000IRFmaIAG").is_err());
}

#[test]
fn other_lengths_and_characters_are_no_ids() {
    for text in ["", "001", "001D000000IRFm-", "001D000000IRFmaIAHx", "001D000000IRFmä"] {
        assert!(RecordId::parse(text).is_err(), "{text}");
    }
}

#[test]
fn item_ids_are_compared_byte_for_byte() {
    assert_ne!(ItemId::parse("AAMk-a"), ItemId::parse("AAMk_a"));
    assert_ne!(ItemId::parse("AAMkA"), ItemId::parse("AAMka"));
    assert_eq!(ItemId::parse("AA+/=").map(String::from), Ok("AA+/=".to_owned()));
}

#[test]
fn empty_blank_and_endless_item_ids_are_refused() {
    for text in [String::new(), "a b".to_owned(), "é".to_owned(), "a".repeat(ITEM_ID_LIMIT + 1)] {
        assert_eq!(ItemId::parse(&text), Err(BadItemId));
    }
}

#[test]
fn addresses_are_the_same_in_any_case() {
    assert_eq!(Address::parse(" Dana@Acme.Example "), Address::parse("dana@acme.example"));
    assert_eq!(
        Address::parse("dana@acme.example").map(|a| a.domain().to_owned()),
        Ok("acme.example".to_owned())
    );
}

#[test]
fn exchange_names_are_no_addresses() {
    for text in ["", "/o=First/ou=Group/cn=Dana", "@acme.example", "dana@", "a b@acme.example"] {
        assert_eq!(Address::parse(text), Err(BadAddress), "{text}");
    }
}

proptest::proptest! {
    #[test]
    fn any_15_letters_and_digits_gain_a_checksum_that_fits(short in "[a-zA-Z0-9]{15}") {
        let id = RecordId::parse(&short).unwrap();
        proptest::prop_assert_eq!(&id.as_str()[..15], short);
        proptest::prop_assert_eq!(RecordId::parse(id.as_str()), Ok(id));
    }

    #[test]
    fn ids_that_differ_in_case_alone_are_two(short in "[a-zA-Z0-9]{14}") {
        proptest::prop_assert_ne!(
            RecordId::parse(&format!("{short}a")).unwrap().as_str().to_lowercase(),
            RecordId::parse(&format!("{short}A")).unwrap().as_str().to_lowercase()
        );
    }

    #[test]
    fn no_text_makes_parsing_panic(text in ".{0,40}") {
        let _ = (RecordId::parse(&text), ItemId::parse(&text), Address::parse(&text), ApiName::parse(&text));
    }
}
