//! Scripts about series, drawn from a stream of their own: one or two are saved early, and then people change them.
//!
//! In half of the runs series come to repeat otherwise, and no session fails; in the others sessions fail as they do elsewhere,
//! and series repeat as they did. What is left out so is a part that a session made and did not live to keep when the series
//! repeats otherwise before the next session: a part under another key is nobody's, and one under the same key keeps the end
//! that it was made with. For the same reason people leave Events alone that no session kept yet.

use rand::{Rng, SeedableRng, rngs::SmallRng, seq::IndexedRandom};

use super::{Act, Field, Script, field};
use crate::{
    company::{CONTACTS, FOLLOWING, Planned, SERIES, planned},
    twist::Twist,
};

/// Sets the stream apart from those of other scripts.
const STREAM: u64 = 0x7365_7269_6573_0000;
/// Acts of one script after the first save.
const LENGTH: std::ops::RangeInclusive<usize> = 3..=16;
/// Dates are drawn by their place among those to come, of so many at most.
const PLACES: std::ops::Range<usize> = 0..8;
/// Single items that begin to repeat now and then.
const SINGLES: [&str; 2] = ["offer", "stock"];

/// Something that is done to a series. A date is meant by its place among those that are still to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Its owner edits one date in Outlook.
    EditDate(usize, Field),
    /// Its owner takes one date out.
    CancelDate(usize),
    /// The Event of one date is edited in Salesforce.
    EditDateEvent(usize, Field),
    /// The Event of one date is deleted in Salesforce.
    DeleteDateEvent(usize),
    /// It keeps to the clocks of another zone from now on.
    Rezone,
    /// It takes place half or twice as often.
    Repattern,
    /// It ends earlier or later.
    End,
    /// One date and all that follow become a series of their own, with or without the categories of the first.
    Split(usize, bool),
    /// It does not repeat any more.
    Stop,
    /// A single item repeats from now on.
    Repeat,
}

impl Script {
    /// The script about series of a seed.
    pub fn of_series(seed: u64) -> Self {
        let mut chance = SmallRng::seed_from_u64(seed ^ STREAM);
        let reshapes = Self::reshapes(seed);
        let workers = chance.random_range(1..=3);
        let mut cast: Vec<Planned> = Vec::new();
        for _ in 0..chance.random_range(1..=2) {
            cast.extend(SERIES.choose(&mut chance));
        }
        let mut acts = Vec::new();
        for one in &cast {
            acts.push(save(one, &mut chance));
        }
        if chance.random_bool(0.8) {
            acts.push(Act::Run);
        }
        let length = chance.random_range(LENGTH);
        acts.extend((0..length).map(|_| act(&cast, &mut chance)).filter(|act| reshapes || !act.reshapes()));
        acts.push(Act::Run);
        let twist = Twist { has_series: true, ..Twist::default() };
        Self { acts, is_crowded: false, workers, twist }
    }
}

impl Script {
    /// Whether series come to repeat otherwise in the run of a seed; then no session of it fails.
    pub fn reshapes(seed: u64) -> bool {
        SmallRng::seed_from_u64(seed ^ STREAM.rotate_left(8)).random_bool(0.5)
    }
}

impl Act {
    /// Whether a series repeats otherwise by it, or something begins or ceases to repeat.
    fn reshapes(&self) -> bool {
        let Self::Series(_, deed) = self else { return matches!(self, Self::EditItem(_, Field::Start)) };
        match deed {
            Deed::Rezone | Deed::Repattern | Deed::End | Deed::Split(..) | Deed::Stop | Deed::Repeat => true,
            Deed::EditDate(..) | Deed::CancelDate(_) | Deed::EditDateEvent(..) | Deed::DeleteDateEvent(_) => {
                false
            }
        }
    }
}

fn save(one: &Planned, chance: &mut SmallRng) -> Act {
    if chance.random_bool(0.5) {
        return Act::Categorize(one.home, one.stem, "Salesforce");
    }
    let contact = CONTACTS.choose(chance).copied().unwrap_or(CONTACTS[0]);
    Act::Press { person: one.home, stem: one.stem, contact, with_account: chance.random_bool(0.3) }
}

fn act(cast: &[Planned], chance: &mut SmallRng) -> Act {
    let mut one = cast.choose(chance).copied().unwrap_or(SERIES[0]);
    if chance.random_bool(0.15)
        && let Some(later) = crate::company::following(one.stem).and_then(planned)
    {
        one = *later;
    }
    let (home, stem) = (one.home, one.stem);
    let place = chance.random_range(PLACES);
    match chance.random_range(0..100) {
        0..6 => save(&one, chance),
        6..8 => Act::Uncategorize(home, stem),
        8..10 => Act::Categorize(home, stem, "Salesforce Unsync"),
        10..18 => Act::EditItem(stem, field(chance)),
        18..23 => Act::EditEvent(stem, field(chance)),
        23..31 => Act::Series(stem, Deed::EditDate(place, field(chance))),
        31..37 => Act::Series(stem, Deed::CancelDate(place)),
        37..45 => Act::Series(stem, Deed::EditDateEvent(place, field(chance))),
        45..48 => Act::Series(stem, Deed::DeleteDateEvent(place)),
        48..52 => Act::Series(stem, Deed::Rezone),
        52..55 => Act::Series(stem, Deed::Repattern),
        55..58 => Act::Series(stem, Deed::End),
        58..62 => Act::Series(stem, Deed::Split(place, chance.random_bool(0.7))),
        62..64 => Act::Series(stem, Deed::Stop),
        64..66 => Act::Series(SINGLES.choose(chance).copied().unwrap_or(SINGLES[0]), Deed::Repeat),
        66..67 => Act::Series(stem, Deed::Repeat),
        67..68 => Act::DeleteEvent(stem),
        68..69 => Act::DeleteItem(home, stem),
        69..71 => Act::Approve(home, stem),
        71..73 => plain(chance),
        73..74 => Act::LoseTokens,
        74..80 => Act::Pass(chance.random_range(1..1200)),
        80..82 => Act::Pass(chance.random_range(1..8) * 86_400),
        _ => Act::Run,
    }
}

/// What happens to single items meanwhile.
fn plain(chance: &mut SmallRng) -> Act {
    let stem = SINGLES.choose(chance).copied().unwrap_or(SINGLES[0]);
    let one = planned(stem).copied().unwrap_or(FOLLOWING[0]);
    match chance.random_range(0..3) {
        0 => save(&one, chance),
        1 => Act::EditItem(stem, field(chance)),
        _ => Act::EditEvent(stem, Field::Place),
    }
}
