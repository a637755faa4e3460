//! What people do in a run, drawn from a seed.

mod series;

use rand::{Rng, SeedableRng, rngs::SmallRng, seq::IndexedRandom};

use crate::{
    company::{CONTACTS, Fate, ITEMS, PEOPLE, Planned},
    twist::Twist,
};

pub use series::Deed;

/// Acts of one script.
const LENGTH: std::ops::RangeInclusive<usize> = 5..=26;

/// A field that people edit on either side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// What it is about.
    Subject,
    /// Where.
    Place,
    /// When it begins; it stays as long as it was.
    Start,
}

/// Something that a person or time does.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// Save is pressed in the pane, with somebody in Name and perhaps an Account in Related To.
    Press {
        /// Whose pane.
        person: &'static str,
        /// The item.
        stem: &'static str,
        /// The address of the Contact.
        contact: &'static str,
        /// Whether the Account is picked too.
        with_account: bool,
    },
    /// The last press is sent once more under its key, as after a time-out.
    PressAgain,
    /// Unsync is pressed in the pane.
    Unsync(&'static str, &'static str),
    /// A category is put on an item by hand.
    Categorize(&'static str, &'static str, &'static str),
    /// Every category is taken off an item.
    Uncategorize(&'static str, &'static str),
    /// The organizer edits the item in Outlook.
    EditItem(&'static str, Field),
    /// Its Event is edited in Salesforce, by a user or by the pane's own update.
    EditEvent(&'static str, Field),
    /// Both at once: the item and its Event.
    EditBoth(&'static str, Field, Field),
    /// The Event is deleted in Salesforce.
    DeleteEvent(&'static str),
    /// The last deleted Event is taken out of the bin.
    Undelete,
    /// A person deletes the item; the organizer cancels it for all.
    DeleteItem(&'static str, &'static str),
    /// A deleted item is restored.
    RestoreItem(&'static str, &'static str),
    /// The item is moved within the mailbox, which gives it other ids but for the immutable one.
    Handle(&'static str, &'static str, &'static str),
    /// The item is moved to a calendar that is not in sync.
    MoveAway(&'static str, &'static str),
    /// Whatever a person moved away is moved back.
    MoveBack(&'static str),
    /// The item leaves the mailbox without a word to anybody.
    Archive(&'static str, &'static str),
    /// A Contact is merged into another, who has another address.
    MergeContacts,
    /// An Account is merged into another.
    MergeAccounts,
    /// A person's Salesforce user is made inactive.
    Retire(&'static str),
    /// It is made active again.
    Rehire(&'static str),
    /// Graph says something of a mailbox's subscriptions.
    Lifecycle(&'static str, &'static str),
    /// A synced user makes an Event in Salesforce.
    NewEvent(&'static str),
    /// Something is done to a series, or to one of its dates.
    Series(&'static str, Deed),
    /// All of the crowd is deleted at once.
    DeleteCrowd,
    /// Somebody pauses the sync of a mailbox.
    Pause(&'static str),
    /// Somebody enables it again.
    Enable(&'static str),
    /// What a session holds back is approved.
    Approve(&'static str, &'static str),
    /// The operator changes a setting.
    ChangeSetting,
    /// Graph forgets every token of change tracking.
    LoseTokens,
    /// The next look at the org comes due, and another process has it, whatever sessions are at.
    Look,
    /// Time passes, in seconds.
    Pass(i64),
    /// The workers look for what is due.
    Run,
}

/// A run's acts.
#[derive(Clone, Debug, PartialEq)]
pub struct Script {
    /// In order.
    pub acts: Vec<Act>,
    /// Whether one calendar is crowded with saved items.
    pub is_crowded: bool,
    /// How many workers there are.
    pub workers: usize,
    /// What else is otherwise in this run.
    pub twist: Twist,
}

impl Script {
    /// A script of these acts alone, for one worker.
    pub fn of(acts: Vec<Act>) -> Self {
        Self { acts, is_crowded: false, workers: 1, twist: Twist::default() }
    }

    /// The script of a seed.
    pub fn of_seed(seed: u64) -> Self {
        let mut chance = SmallRng::seed_from_u64(seed);
        let is_crowded = chance.random_bool(0.05);
        let workers = chance.random_range(1..=3);
        let length = chance.random_range(LENGTH);
        let mut acts = Vec::new();
        if is_crowded || chance.random_bool(0.5) {
            acts.push(Act::Run);
        }
        acts.extend((0..length).map(|_| act(&mut chance)));
        if is_crowded {
            acts.insert(chance.random_range(1..=acts.len()), Act::DeleteCrowd);
        }
        acts.push(Act::Run);
        Self { acts, is_crowded, workers, twist: Twist::default() }
    }

    /// The script of a seed, with what comes upon it besides.
    pub fn twisted(seed: u64) -> Self {
        let mut script = Self::of_seed(seed);
        script.twist = Twist::of_seed(seed);
        script.twist.into_acts(&mut script.acts);
        script
    }
}

fn act(chance: &mut SmallRng) -> Act {
    let asked = asked(chance);
    let saver = asked.savers.choose(chance).copied().unwrap_or(asked.home);
    let stem = asked.stem;
    match chance.random_range(0..100) {
        0..18 => Act::Press {
            person: saver,
            stem,
            contact: CONTACTS.choose(chance).copied().unwrap_or(CONTACTS[0]),
            with_account: chance.random_bool(0.3),
        },
        18..20 => Act::PressAgain,
        20..30 => Act::Categorize(saver, stem, "Salesforce"),
        30..33 => Act::Uncategorize(saver, stem),
        33..35 => Act::Categorize(saver, stem, "Salesforce Unsync"),
        35..37 => Act::Unsync(saver, stem),
        37..45 => Act::EditItem(stem, field(chance)),
        45..54 => Act::EditEvent(stem, field(chance)),
        54..59 => Act::EditBoth(stem, field(chance), field(chance)),
        59..62 => Act::DeleteEvent(stem),
        62..63 => Act::Undelete,
        63..66 => Act::DeleteItem(saver, stem),
        66..68 => Act::RestoreItem(saver, stem),
        68..70 => Act::Handle(saver, stem, "move"),
        70..74 => Act::NewEvent(PEOPLE.choose(chance).copied().unwrap_or(PEOPLE[0])),
        74..76 => Act::Approve(saver, stem),
        76..77 => Act::Pause(saver),
        77..79 => Act::Enable(saver),
        79..80 => Act::ChangeSetting,
        80..82 => Act::LoseTokens,
        82..89 => Act::Pass(chance.random_range(1..1200)),
        89..90 => Act::Pass(chance.random_range(1..8) * 86_400),
        _ => Act::Run,
    }
}

/// An item that somebody asks for; those that are saved more often.
fn asked(chance: &mut SmallRng) -> Planned {
    let wanted = if chance.random_bool(0.08) { Fate::Refused } else { Fate::Savable };
    let items: Vec<Planned> = ITEMS.into_iter().filter(|item| item.fate == wanted).collect();
    items.choose(chance).copied().unwrap_or(ITEMS[0])
}

fn field(chance: &mut SmallRng) -> Field {
    [Field::Subject, Field::Place, Field::Start].choose(chance).copied().unwrap_or(Field::Subject)
}
