//! Every setting with its type, default, scope and effect (SET), as one table: what reads, checks and documents settings
//! goes by it.

use super::words::{
    AttachAs, AutoCreate, DeleteInOutlook, Direction, ExternalOrganizer, PrivateAs, Unlinked,
};

/// A setting by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the table says what each does")]
pub enum Setting {
    AutosaveMeetings,
    AutosaveAppointments,
    DownSync,
    WindowPastDays,
    WindowFutureDays,
    SessionMinutes,
    SinceEnabled,
    AutosavePrivate,
    PrivateAs,
    AutosaveInternal,
    AutosaveUnlinked,
    SyncUnanswered,
    RecurringSync,
    LightningOccurrences,
    ContinuousAttendees,
    MultiLink,
    LinkOpportunities,
    AutoCreatePeople,
    AutoCreateOpportunity,
    ExternalOrganizer,
    SafeDescription,
    HoldNotifications,
    InviteFromSalesforce,
    DeleteInOutlook,
    CancelledInstead,
    Direction,
    PublicCalendars,
    DownObjects,
    Attachments,
    AttachAs,
    Calendars,
    SaveCalendar,
    MultidayEvents,
    CompanyDomains,
    Blocklist,
    FreeMailDomains,
    FieldDefaults,
}

/// What a setting takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `on` or `off`.
    Switch,
    /// A whole number.
    Number {
        /// The least.
        least: u32,
        /// The most.
        most: u32,
    },
    /// One word out of a few.
    Word(&'static [&'static str]),
    /// A name, or `off`.
    Name,
    /// Names, parted by commas.
    Names,
    /// Domains, parted by commas.
    Domains,
    /// Addresses and domains, parted by commas; no wildcards.
    Blocklist,
    /// `Field=value` by API name, or `off`.
    Mark,
    /// `Field=value` by API name, parted by commas.
    Fields,
    /// Objects with the fields of their dates, by API name, parted by commas.
    Objects,
    /// Public calendars with their categories and mailboxes, parted by commas.
    PublicCalendars,
}

/// Who has a setting of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The org alone.
    Org,
    /// Each user; an admin sets what holds for those who have none, and may force it.
    User,
    /// The org, and each user unless an admin forces it.
    OrgAndUser,
}

/// A setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Which.
    pub setting: Setting,
    /// Its name.
    pub name: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// What holds while nobody set it.
    pub default: &'static str,
    /// Who has one of their own.
    pub scope: Scope,
    /// What it does.
    pub says: &'static str,
}

const MULTIDAY: &[&str] = &["unknown", "on", "off"];

/// The default of `FreeMailDomains`, which are those of [`super::FREE_MAIL_DOMAINS`].
const FREE_MAIL: &str = "gmail.com, googlemail.com, outlook.com, hotmail.com, live.com, msn.com, yahoo.com, aol.com, icloud.com, gmx.de, \
     web.de, proton.me";

macro_rules! table {
    ($($setting:ident, $kind:expr, $default:expr, $scope:ident, $says:literal;)+) => {
        /// All of them, in the order in which they are shown.
        pub const TABLE: &[Row] = &[$(Row {
            setting: Setting::$setting,
            name: stringify!($setting),
            kind: $kind,
            default: $default,
            scope: Scope::$scope,
            says: $says,
        }),+];
    };
}

table! {
    AutosaveMeetings, Kind::Switch, "off", User, "Sessions save meetings that the user calls or accepts.";
    AutosaveAppointments, Kind::Switch, "off", User, "Sessions save appointments.";
    DownSync, Kind::Switch, "on", User, "Events made or changed in Salesforce come down to Outlook.";
    WindowPastDays, Kind::Number { least: 0, most: 365 }, "14", Org, "Days back that autosave and down-sync reach.";
    WindowFutureDays, Kind::Number { least: 1, most: 365 }, "60", Org, "Days ahead that autosave and down-sync reach.";
    SessionMinutes, Kind::Number { least: 1, most: 1440 }, "10", Org, "Minutes after which a mailbox has a session at the latest.";
    SinceEnabled, Kind::Switch, "on", Org, "Only what was made since sync was turned on is saved by itself, in either direction.";
    AutosavePrivate, Kind::Switch, "off", Org, "Private items are saved by themselves too.";
    PrivateAs, Kind::Word(PrivateAs::WORDS), "private", Org, "How a private item is saved without a dialog: private and unlinked, or linked and not private.";
    AutosaveInternal, Kind::Switch, "off", Org, "Meetings of people of the company alone are saved by themselves too.";
    AutosaveUnlinked, Kind::Word(Unlinked::WORDS), "none", Org, "Which items are saved by themselves that belong to no record.";
    SyncUnanswered, Kind::Switch, "off", Org, "Unanswered and declined invitations are saved too.";
    RecurringSync, Kind::Switch, "off", Org, "Entire series are saved.";
    LightningOccurrences, Kind::Switch, "off", Org, "Occurrences of series made in Lightning come down one by one.";
    ContinuousAttendees, Kind::Switch, "off", Org, "Invitees and head lines follow the meeting in each session, not at its first save alone.";
    MultiLink, Kind::Switch, "off", OrgAndUser, "Several business records may be linked, where the org has the link object.";
    LinkOpportunities, Kind::Switch, "on", OrgAndUser, "The only matching Opportunity is linked rather than its Account.";
    AutoCreatePeople, Kind::Word(AutoCreate::WORDS), "off", Org, "Which records sessions make for people who are in none.";
    AutoCreateOpportunity, Kind::Switch, "off", Org, "Sessions make an Opportunity for the Account of such people.";
    ExternalOrganizer, Kind::Word(ExternalOrganizer::WORDS), "one-event", Org, "Whether a meeting that somebody without sync organizes is one Event, or one for each saver.";
    SafeDescription, Kind::Switch, "on", OrgAndUser, "The body goes up once, at the first save; later changes travel in neither direction.";
    HoldNotifications, Kind::Switch, "on", Org, "Writes to Outlook that send mail wait for approval.";
    InviteFromSalesforce, Kind::Switch, "off", Org, "Items that come down invite the people of their Events.";
    DeleteInOutlook, Kind::Word(DeleteInOutlook::WORDS), "never", Org, "Which items are deleted with their Events.";
    CancelledInstead, Kind::Mark, "off", Org, "The field and value that mark the Event of a cancelled meeting, which is not deleted then.";
    Direction, Kind::Word(Direction::WORDS), "both", OrgAndUser, "Which way changes go.";
    PublicCalendars, Kind::PublicCalendars, "", OrgAndUser, "Public calendars of Salesforce whose Events come down, one way; without a category it is the calendar's name, without mailboxes everybody gets them.";
    DownObjects, Kind::Objects, "", Org, "Objects whose records come down to their owners, one way, as items with a category named after the object.";
    Attachments, Kind::Switch, "off", Org, "Files of items are saved with their Events.";
    AttachAs, Kind::Word(AttachAs::WORDS), "attachment", Org, "As what files are saved.";
    Calendars, Kind::Names, "", User, "Calendars in sync beside the default one, by name or id.";
    SaveCalendar, Kind::Name, "off", User, "The calendar into which items are put to be saved, by name or id.";
    MultidayEvents, Kind::Word(MULTIDAY), "unknown", Org, "Whether the org keeps Events over 24 hours.";
    CompanyDomains, Kind::Domains, "", Org, "Domains of the company: people there are internal.";
    Blocklist, Kind::Blocklist, "", OrgAndUser, "Addresses and domains that are never matched; those of org and user add up.";
    FreeMailDomains, Kind::Domains, FREE_MAIL, Org, "Domains that tell nothing of a company.";
    FieldDefaults, Kind::Fields, "", Org, "Values for required Event fields that nobody fills in.";
}

impl Setting {
    /// The setting of a name.
    pub fn by_name(name: &str) -> Option<Self> {
        TABLE.iter().find(|row| row.name == name).map(|row| row.setting)
    }

    /// Its row; the table holds each.
    pub fn row(self) -> &'static Row {
        TABLE.iter().find(|row| row.setting == self).unwrap_or(&TABLE[0])
    }
}

impl Scope {
    /// Whether a user may have one of their own.
    pub fn has_users(self) -> bool {
        match self {
            Self::Org => false,
            Self::User | Self::OrgAndUser => true,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Org => "org",
            Self::User => "user",
            Self::OrgAndUser => "org, user",
        }
    }
}

impl Kind {
    /// What it takes, in words.
    pub fn words(self) -> String {
        match self {
            Self::Switch => "on · off".to_owned(),
            Self::Number { least, most } => format!("{least} to {most}"),
            Self::Word(words) => words.join(" · "),
            Self::Name => "a name · off".to_owned(),
            Self::Names => "names, parted by commas".to_owned(),
            Self::Domains => "domains, parted by commas".to_owned(),
            Self::Blocklist => "addresses and domains, parted by commas; no wildcards".to_owned(),
            Self::Mark => "`Field=value` by API name · off".to_owned(),
            Self::Fields => "`Field=value` by API name, parted by commas".to_owned(),
            Self::Objects => {
                "`Object=DateField` or `Object=StartField/EndField` by API name, parted by commas".to_owned()
            }
            Self::PublicCalendars => {
                "`Calendar`, `Calendar=Category` or `Calendar=Category -> address address`, parted by commas"
                    .to_owned()
            }
        }
    }
}

const INTRODUCTION: &str = "\
# Settings

What holds for a user is, in this order: what an admin forces, what the user set, what an admin set, the default.
Where the scope is *org* alone, users cannot set it. Blocklists add up.

| Name | Takes | Default | Scope | What it does |
|---|---|---|---|---|
";

const WHERE: &str = "
## Where they are set

Users set theirs on their page of the service, which the pane opens from its settings, or by `PUT /v1/settings`; admins set
the org's on the admin page or by `PUT /v1/org/settings`. What `calbridge.toml` says for the org holds until an admin sets
something else ([admin guide](admin.md)). A change holds from the next session on; nothing is restarted.
";

/// The table, as it stands in the documentation.
pub fn markdown() -> String {
    let mut text = INTRODUCTION.to_owned();
    for Row { name, kind, default, scope, says, .. } in TABLE {
        let default = if default.is_empty() { "none" } else { default };
        text.extend([
            "| `",
            name,
            "` | ",
            &kind.words(),
            " | ",
            default,
            " | ",
            scope.words(),
            " | ",
            says,
            " |\n",
        ]);
    }
    text.push_str(WHERE);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table that people read.
    const DOCUMENT: &str = include_str!("../../../../docs/settings.md");

    #[test]
    fn set_the_public_table_is_made_of_this_one() {
        assert_eq!(markdown(), DOCUMENT, "docs/settings.md is to be made again");
    }

    #[test]
    fn set_every_setting_stands_once_under_its_name() {
        for row in TABLE {
            assert_eq!(Setting::by_name(row.name), Some(row.setting));
            assert_eq!(row.setting.row().name, row.name);
            assert_eq!(TABLE.iter().filter(|other| other.setting == row.setting).count(), 1);
            assert_eq!(format!("{:?}", row.setting), row.name);
            assert!(row.says.ends_with('.') && !row.says.contains('|'), "{}", row.name);
        }
        assert_eq!(Setting::by_name("autosavemeetings"), None);
    }

    #[test]
    fn set_free_mail_domains_are_those_that_every_org_starts_with() {
        assert_eq!(FREE_MAIL, super::super::FREE_MAIL_DOMAINS.join(", "));
    }
}
