use proptest::prelude::*;

use super::*;
use crate::sample::{at, date};

/// An Exchange global object id: of a given date, wrapping given data.
fn global(day: &str, data: &[u8]) -> String {
    let mut uid = format!("{GLOBAL_ID_PREFIX}{day}80AB3F1D2C44DC010000000000000000");
    for byte in u32::try_from(data.len()).unwrap().to_le_bytes().iter().chain(data) {
        uid.extend(
            [byte >> 4, byte & 0xF].map(|nibble| char::from(b"0123456789ABCDEF"[usize::from(nibble)])),
        );
    }
    uid
}

const OWN: &[u8] =
    &[0x9A, 0x41, 0x07, 0xEE, 0x2C, 0x15, 0xB3, 0x48, 0xA0, 0x11, 0x5F, 0x6D, 0x32, 0x80, 0x4C, 0x77];

fn series(uid: &str) -> String {
    MeetingKey::new(uid, None).series
}

#[test]
fn dup_1_an_occurrence_and_its_series_share_the_series_part() {
    let master = global("00000000", OWN);
    assert_eq!(master.len(), 112);
    assert_eq!(series(&global("07D80319", OWN)), master);
    assert_eq!(series(&master), master);
}

#[test]
fn dup_1_global_ids_are_read_in_any_case_and_blanks_around_them_dropped() {
    let master = global("00000000", OWN);
    assert_eq!(series(&format!("  {}\r\n", global("07D80319", OWN).to_lowercase())), master);
}

#[test]
fn dup_1_a_wrapped_foreign_id_is_the_same_as_the_bare_one() {
    let uid = "7kq1a2_R20261124@google.example";
    let mut data = WRAPPER.to_vec();
    data.extend_from_slice(uid.as_bytes());
    data.push(0);
    for date in ["00000000", "07D80319"] {
        assert_eq!(series(&global(date, &data)), uid);
    }
    assert_eq!(series(uid), uid);
}

#[test]
fn dup_1_an_empty_wrapper_is_an_id_like_any_other() {
    let mut data = WRAPPER.to_vec();
    data.push(0);
    assert_eq!(series(&global("07D80319", &data)), global("00000000", &data));
}

#[test]
fn dup_1_other_texts_stay_as_they_are_case_and_all() {
    for uid in [
        "AbC@caldav.example",
        "abc@caldav.example",
        &GLOBAL_ID_PREFIX[..30],
        "040000008200E00074C5B7101A82E008XYZ",
    ] {
        assert_eq!(series(uid), uid);
    }
}

#[test]
fn dup_1_damaged_global_ids_never_panic_and_stay_apart() {
    let odd = format!("{}A", global("07D80319", OWN));
    assert_eq!(series(&odd), odd);
    let short = GLOBAL_ID_PREFIX.to_owned();
    assert_eq!(series(&short), short);
    let foreign = format!("{GLOBAL_ID_PREFIX}0000000é");
    assert_eq!(series(&foreign), foreign);
}

#[test]
fn dup_1_the_date_of_an_occurrence_is_inside_its_global_id() {
    assert_eq!(instance_date(&global("07D80319", OWN)), Some(date("2008-03-25")));
    assert_eq!(instance_date(&global("00000000", OWN)), None);
    assert_eq!(instance_date("abc@caldav.example"), None);
}

#[test]
fn dup_1_the_sync_key_is_64_lower_case_digits_and_never_changes() {
    let key = MeetingKey::new("abc@caldav.example", None).sync_key();
    // SHA-256 of the length 18 in eight bytes, the text, and a zero byte.
    assert_eq!(key.as_str(), "4e3a4a9fc1514a3b2ade2a96f3857d002a43bfb72c6521901b03a15ac8b2b2ee");
    assert_eq!(SyncKey::parse(key.as_str()), Ok(key));
}

#[test]
fn dup_1_every_occurrence_has_a_key_of_its_own() {
    let uid = global("00000000", OWN);
    let of = |start| MeetingKey::new(&uid, start).sync_key();
    let keys = [of(None), of(Some(at("2026-11-24T13:00:00Z"))), of(Some(at("2026-12-01T13:00:00Z")))];
    assert!(keys[0] != keys[1] && keys[1] != keys[2] && keys[0] != keys[2]);
    assert_eq!(of(Some(at("2026-11-24T13:00:00Z"))), of(Some(at("2026-11-24T14:00:00+01:00"))));
}

#[test]
fn keys_in_capitals_or_of_other_lengths_are_refused() {
    for text in ["", &"A".repeat(64), &"a".repeat(63), &"g".repeat(64)] {
        assert_eq!(SyncKey::parse(text), Err(BadSyncKey));
    }
}

proptest! {
    #[test]
    fn cleaning_twice_is_cleaning_once(uid in "[ -~]{0,120}") {
        let once = series(&uid);
        prop_assert_eq!(series(&once), once);
    }

    #[test]
    fn dup_1_any_day_of_a_series_has_its_series_part(
        (year, month, day) in (1990_u16..2100, 1_u8..13, 1_u8..29),
        data in proptest::collection::vec(any::<u8>(), 8..40),
    ) {
        let uid = global(&format!("{year:04X}{month:02X}{day:02X}"), &data);
        prop_assert_eq!(series(&uid), global("00000000", &data));
        let expected = NaiveDate::from_ymd_opt(year.into(), month.into(), day.into());
        prop_assert_eq!(instance_date(&uid), expected);
    }

    #[test]
    fn any_text_at_all_has_a_key(uid in ".{0,200}") {
        prop_assert_eq!(MeetingKey::new(&uid, None).sync_key().as_str().len(), 64);
    }
}

#[test]
fn dup_1_an_event_of_each_saver_has_a_key_of_its_own() {
    let key = MeetingKey::new("text@acme.example", None);
    let (mara, ines) = (crate::sample::record("005", 1), crate::sample::record("005", 2));
    assert_eq!(key.sync_key_of(&mara), key.clone().sync_key_of(&mara));
    assert_ne!(key.sync_key_of(&mara), key.sync_key_of(&ines));
    assert_ne!(key.sync_key_of(&mara), key.sync_key());
}

#[test]
fn ser_2_a_later_part_of_a_series_has_a_key_of_its_own_that_no_occurrence_has() {
    let at = |hour: i64| DateTime::from_timestamp(hour * 3_600, 0).unwrap();
    let series = MeetingKey::new("some-uid", None);
    let keys = [
        series.sync_key(),
        series.sync_key().of_segment(at(1)),
        series.sync_key().of_segment(at(2)),
        MeetingKey::new("some-uid", Some(at(1))).sync_key(),
        MeetingKey::new("another-uid", None).sync_key().of_segment(at(1)),
    ];
    let different: std::collections::BTreeSet<&SyncKey> = keys.iter().collect();
    assert_eq!(different.len(), keys.len());
    assert_eq!(series.sync_key().of_segment(at(1)), keys[1]);
}
