use super::*;
use crate::settings::Settings;

fn org(entries: &[(&str, &str, Hold)]) -> OrgLayer {
    let mut org = OrgLayer::default();
    for (name, text, hold) in entries {
        org.set(name, text, *hold).unwrap();
    }
    org
}

fn user(entries: &[(&str, &str)]) -> UserLayer {
    let mut user = UserLayer::default();
    for (name, text) in entries {
        user.set(name, text, &OrgLayer::default()).unwrap();
    }
    user
}

#[test]
fn set_while_nobody_set_anything_the_defaults_of_the_rule_book_hold() {
    let effective = effective(&OrgLayer::default(), &UserLayer::default());
    assert_eq!(effective, Effective::default());
    assert_eq!(effective.shared, Settings::default());
    assert!(!effective.autosave.meetings && !effective.autosave.appointments);
    assert!(effective.down.is_on && effective.autosave.since_enabled);
    assert_eq!(
        (effective.session.past_days, effective.session.future_days, effective.session.minutes),
        (14, 60, 10)
    );
}

#[test]
fn set_the_user_goes_before_the_admin_and_the_admin_before_the_default() {
    let of_org = org(&[("SafeDescription", "off", Hold::Allowing)]);
    let of_user = user(&[("SafeDescription", "on")]);
    let held = |org: &OrgLayer, user: &UserLayer| {
        let (text, set_by) = holds(Setting::SafeDescription, org, user);
        (text.to_owned(), set_by)
    };
    assert_eq!(held(&of_org, &of_user), ("on".to_owned(), SetBy::User));
    assert_eq!(held(&of_org, &UserLayer::default()), ("off".to_owned(), SetBy::Admin));
    assert_eq!(held(&OrgLayer::default(), &UserLayer::default()), ("on".to_owned(), SetBy::Default));
    assert!(!effective(&of_org, &UserLayer::default()).shared.safe_description);
}

#[test]
fn set_what_an_admin_forces_holds_for_everybody() {
    let of_org = org(&[("DownSync", "off", Hold::Forced)]);
    let mut of_user = user(&[("DownSync", "on")]);
    assert_eq!(holds(Setting::DownSync, &of_org, &of_user), ("off", SetBy::Forced));
    assert!(!effective(&of_org, &of_user).down.is_on);
    let refused = of_user.set("DownSync", "on", &of_org).unwrap_err();
    assert_eq!(refused, NotChanged::Forced("DownSync"));
    assert!(refused.to_string().contains("ask them"), "{refused}");
}

#[test]
fn set_a_user_cannot_change_what_is_the_orgs() {
    let mut of_user = UserLayer::default();
    let refused = of_user.set("HoldNotifications", "off", &OrgLayer::default()).unwrap_err();
    assert_eq!(refused, NotChanged::AdminOnly("HoldNotifications"));
    assert!(refused.to_string().contains("ask an admin"), "{refused}");
    assert_eq!(of_user, UserLayer::default());
}

#[test]
fn set_unknown_names_and_bad_values_change_nothing() {
    let mut of_org = OrgLayer::default();
    let unknown = of_org.set("SafeDescriptions", "on", Hold::Allowing).unwrap_err();
    assert_eq!(unknown, NotChanged::Unknown("SafeDescriptions".to_owned()));
    let bad = of_org.set("SessionMinutes", "soon", Hold::Allowing).unwrap_err();
    assert_eq!(bad.to_string(), "SessionMinutes takes 1 to 1440");
    assert_eq!(of_org, OrgLayer::default());
}

#[test]
fn set_blocklists_of_org_and_user_add_up_unless_forced() {
    let of_org = org(&[("Blocklist", "acme.example", Hold::Allowing)]);
    let of_user = user(&[("Blocklist", "moreno.example, acme.example")]);
    assert_eq!(effective(&of_org, &of_user).shared.blocklist, ["acme.example", "moreno.example"]);
    let forced = org(&[("Blocklist", "acme.example", Hold::Forced)]);
    assert_eq!(effective(&forced, &of_user).shared.blocklist, ["acme.example"]);
}

#[test]
fn set_what_was_set_can_be_unset_exported_and_imported() {
    let mut of_org =
        org(&[("Direction", "up", Hold::Allowing), ("CompanyDomains", "B.example", Hold::Forced)]);
    let entries: Vec<_> = of_org.entries().collect();
    assert_eq!(entries, [("Direction", "up", Hold::Allowing), ("CompanyDomains", "b.example", Hold::Forced)]);
    assert_eq!(org(&entries), of_org);
    of_org.unset(Setting::Direction);
    assert_eq!(of_org.entries().count(), 1);
    let mut of_user = user(&[("Calendars", "Team")]);
    assert_eq!(of_user.entries().collect::<Vec<_>>(), [("Calendars", "Team")]);
    of_user.unset(Setting::Calendars);
    assert_eq!(of_user, UserLayer::default());
}

/// For each setting a value that is not its default.
const OTHER: &[(&str, &str)] = &[
    ("AutosaveMeetings", "on"),
    ("AutosaveAppointments", "on"),
    ("DownSync", "off"),
    ("WindowPastDays", "1"),
    ("WindowFutureDays", "1"),
    ("SessionMinutes", "1"),
    ("SinceEnabled", "off"),
    ("AutosavePrivate", "on"),
    ("PrivateAs", "linked"),
    ("AutosaveInternal", "on"),
    ("AutosaveUnlinked", "all"),
    ("SyncUnanswered", "on"),
    ("RecurringSync", "on"),
    ("LightningOccurrences", "on"),
    ("ContinuousAttendees", "on"),
    ("MultiLink", "on"),
    ("LinkOpportunities", "off"),
    ("AutoCreatePeople", "contact-and-account"),
    ("AutoCreateOpportunity", "on"),
    ("ExternalOrganizer", "per-saver"),
    ("SafeDescription", "off"),
    ("HoldNotifications", "off"),
    ("InviteFromSalesforce", "on"),
    ("DeleteInOutlook", "all"),
    ("CancelledInstead", "Status__c=Cancelled"),
    ("Direction", "down"),
    ("PublicCalendars", "Holidays"),
    ("DownObjects", "Visit__c=From__c/Until__c"),
    ("Attachments", "on"),
    ("AttachAs", "file"),
    ("Calendars", "Team"),
    ("SaveCalendar", "To Salesforce"),
    ("MultidayEvents", "off"),
    ("CompanyDomains", "brightwater.example"),
    ("Blocklist", "acme.example"),
    ("FreeMailDomains", "mail.example"),
    ("FieldDefaults", "Type__c=Visit"),
];

#[test]
fn set_every_setting_makes_a_difference_of_its_own() {
    assert_eq!(OTHER.len(), TABLE.len());
    let mut met = vec![Effective::default()];
    for (name, text) in OTHER {
        let effective = effective(&org(&[(name, text, Hold::Allowing)]), &UserLayer::default());
        assert!(!met.contains(&effective), "{name}");
        let text = serde_json::to_string(&effective).unwrap();
        assert_eq!(serde_json::from_str::<Effective>(&text).unwrap(), effective);
        met.push(effective);
    }
}

#[test]
fn set_a_user_may_change_just_what_the_table_says() {
    let users: Vec<&str> = TABLE
        .iter()
        .filter(|row| may_change(row.setting, &OrgLayer::default()).is_ok())
        .map(|row| row.name)
        .collect();
    assert_eq!(
        users,
        [
            "AutosaveMeetings",
            "AutosaveAppointments",
            "DownSync",
            "MultiLink",
            "LinkOpportunities",
            "SafeDescription",
            "Direction",
            "PublicCalendars",
            "Calendars",
            "SaveCalendar",
            "Blocklist",
        ]
    );
}
