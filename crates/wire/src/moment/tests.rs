use chrono::{FixedOffset, SecondsFormat};
use proptest::prelude::*;

use super::*;

fn moments() -> impl Strategy<Value = DateTime<Utc>> {
    let nanos = prop_oneof![
        Just(0),
        (0_u32..1_000).prop_map(|part| part * 1_000_000),
        (0_u32..1_000_000).prop_map(|part| part * 1_000),
        0_u32..1_000_000_000,
    ];
    // Years 1 to 9998, so that no offset leads out of four digits.
    (-62_100_000_000_i64..253_300_000_000, nanos)
        .prop_map(|(seconds, nanos)| DateTime::from_timestamp(seconds, nanos).unwrap())
}

proptest! {
    #[test]
    fn instants_are_written_as_the_library_writes_them(moment in moments()) {
        let known = |format| moment.to_rfc3339_opts(format, true);
        prop_assert_eq!(in_seconds(moment), known(SecondsFormat::Secs));
        prop_assert_eq!(in_milliseconds(moment), known(SecondsFormat::Millis));
        prop_assert_eq!(exactly(moment), known(SecondsFormat::AutoSi));
        prop_assert_eq!(instant(&exactly(moment)), Some(moment));
    }

    #[test]
    fn instants_are_read_in_any_offset(moment in moments(), minutes in -1439_i32..1440) {
        let there = moment.with_timezone(&FixedOffset::east_opt(minutes * 60).unwrap());
        prop_assert_eq!(instant(&there.to_rfc3339()), Some(moment));
        prop_assert_eq!(instant(&there.format("%Y-%m-%dT%H:%M:%S%.9f%z").to_string()), Some(moment));
    }

    #[test]
    fn spoiled_instants_are_read_as_the_library_reads_them(
        moment in moments(),
        place in 0_usize..25,
        letter in "[-+:.TZtz 0-9x]",
    ) {
        let mut text: Vec<char> = exactly(moment).chars().collect();
        let place = place.min(text.len() - 1);
        text.splice(place..=place, letter.chars());
        let text: String = text.into_iter().collect();
        let known = DateTime::parse_from_rfc3339(&text).ok().map(|known| known.with_timezone(&Utc));
        // The library knows leap seconds, which no calendar holds, and text with a time of less than four digits' year.
        let leaps = text.get(17..19) == Some("60");
        if !leaps {
            prop_assert_eq!(instant(&text), known, "{}", text);
        }
    }

    #[test]
    fn dates_are_read_as_the_library_reads_them(text in "[0-9]{4}-[01][0-9]-[0-3][0-9]") {
        prop_assert_eq!(date(&text), text.parse().ok());
    }
}

#[test]
fn what_is_no_instant_is_not_read() {
    let texts = [
        "",
        "2026-11-24",
        "2026-11-24T13:00:00",
        "2026-11-24T13:00:00.Z",
        "2026-11-24T13:00:00+1",
        "2026-11-24T13:00Z",
        "2026-11-24T13:00:00+01:0",
        "2026-11-24T13:00:00+24:00",
        "2026-11-24T13:00:00+00:60",
        "2026-11-24T13:00:00Zx",
        "2026-11-24T+3:00:00Z",
        "2026-02-30T13:00:00Z",
        "2026-11-24T25:00:00Z",
        "２０２６-11-24T13:00:00Z",
        "2026-11-24T13:00:00+01:000",
    ];
    for text in texts {
        assert_eq!(instant(text), None, "{text}");
    }
    for text in ["2026-11-4", "2026-1-124", "+026-11-24", "2026-11-2é", "2026/11/24", ""] {
        assert_eq!(date(text), None, "{text}");
    }
}
