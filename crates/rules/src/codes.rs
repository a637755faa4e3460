//! Every public code with its cause and its remedy (ISS-4). Codes are stable: a code keeps its meaning, and a new meaning
//! gets a new code. The public list in the documentation is made of these tables; nothing that decides needs them.

/// A public code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// The code: of most, the id of the rule that decided.
    pub code: &'static str,
    /// What happened.
    pub cause: &'static str,
    /// What to do.
    pub remedy: &'static str,
}

/// Codes of items: refusals, issues and waits.
pub const OF_ITEMS: &[Code] = &[
    Code {
        code: "SAV-3",
        cause: "A new event needs sync, and sync is off, paused or no longer authorized for this user.",
        remedy: "Turn on, resume or authorize sync in the pane. Events already in Salesforce can be changed meanwhile.",
    },
    Code {
        code: "SAV-4",
        cause: "The service cannot be reached and never answered on this device.",
        remedy: "Check the connection and try again. Once it has answered, saves are kept on the device until it answers again.",
    },
    Code {
        code: "SAV-6",
        cause: "A Lead is in Name together with a record in Related To; Salesforce refuses both.",
        remedy: "Clear Related To, or pick a Contact in Name.",
    },
    Code {
        code: "SAV-7",
        cause: "Outlook has not saved the item yet, or the meeting's invitations were not sent yet.",
        remedy: "Save it in Outlook, or send it; a draft is looked at again at each sync.",
    },
    Code {
        code: "SAV-8",
        cause: "None of the people outside the company is a Contact or Lead, and no record was picked.",
        remedy: "Create one of them in Salesforce, or pick a record to link. Settled by itself once a matching person exists.",
    },
    Code {
        code: "SAV-9",
        cause: "Fields that the Salesforce organization requires are empty.",
        remedy: "Fill them in, or ask an admin for a default.",
    },
    Code {
        code: "PRV-4",
        cause: "A linked item turned private; Salesforce refuses links on private Events.",
        remedy: "Choose: private without links, or not private with them. Until then it is not synced.",
    },
    Code {
        code: "PPL-5",
        cause: "Somebody was to take over an Event whose organizer's mailbox is in sync too; it stays the organizer's.",
        remedy: "Ask the organizer to change the Event, or an admin to give it to you.",
    },
    Code {
        code: "PPL-7",
        cause: "A record was to be made for somebody at the meeting, and Salesforce refused it, or knows several records like it.",
        remedy: "Create the record in Salesforce, or put the address on the right one, then try again.",
    },
    Code {
        code: "PPL-8",
        cause: "A change would send mail, and waits for approval.",
        remedy: "Approve it to send, or discard it.",
    },
    Code {
        code: "SER-1",
        cause: "An entire series was to be saved, and recurring sync is off, or the Salesforce organization cannot tell occurrences apart.",
        remedy: "Save single occurrences, or ask an admin to turn on `RecurringSync` and to add the sync-key field to Event.",
    },
    Code {
        code: "SER-2",
        cause: "The recurrence of a series says nothing that repeats.",
        remedy: "Set the recurrence again in Outlook and save the series.",
    },
    Code {
        code: "SER-3",
        cause: "A series was made in Lightning, which is not brought down as one.",
        remedy: "Make the series in Outlook or in Salesforce Classic, or ask an admin to turn on `LightningOccurrences`.",
    },
    Code {
        code: "SER-4",
        cause: "How a saved series repeats was changed in Salesforce, which does not come down. Nothing of it is synced meanwhile.",
        remedy: "Set the recurrence in Salesforce back as it was, and change the series in Outlook.",
    },
    Code {
        code: "SER-5",
        cause: "A saved item became a series, or a saved series a single item. The Event stays as it was.",
        remedy: "Unsync it and save it again, or undo the change in Outlook.",
    },
    Code {
        code: "XCP-1",
        cause: "It lasts longer than 14 days, the most that Salesforce holds.",
        remedy: "Split it in Outlook and save each part.",
    },
    Code {
        code: "XCP-2",
        cause: "It repeats and lasts whole days, or over 24 hours each time.",
        remedy: "Save single occurrences instead.",
    },
    Code {
        code: "XCP-3",
        cause: "It is a series in a time zone that Salesforce does not know.",
        remedy: "Choose another time zone for the series in Outlook, or save single occurrences.",
    },
    Code {
        code: "XCP-4",
        cause: "It lies in a group's calendar and lasts over 24 hours.",
        remedy: "Split it in Outlook and save each part.",
    },
    Code {
        code: "XCP-5",
        cause: "It lasts over 24 hours, and the Salesforce organization lacks Multiday Events.",
        remedy: "Split it in Outlook, or ask an admin to enable Multiday Events in Salesforce.",
    },
    Code {
        code: "UNS-1",
        cause: "The Event was made in Salesforce, so Unsync does not delete it.",
        remedy: "Delete the Event in Salesforce.",
    },
    Code {
        code: "DWN-5",
        cause: "Both sides changed the same field; Outlook's value stands.",
        remedy: "Nothing, or take Salesforce's value instead.",
    },
    Code {
        code: "DWN-7",
        cause: "A meeting that somebody without sync organizes was changed in Salesforce; the change was put back.",
        remedy: "Ask the organizer to change the meeting in Outlook.",
    },
    Code {
        code: "ONE-1",
        cause: "Sync goes one way here. A change that went the other was put back; what cannot go up is not saved.",
        remedy: "Make the change on the other side.",
    },
    Code {
        code: "OBJ-1",
        cause: "A record that comes down has no date, or ends before it begins. Or an item that shows a record was to be saved, or has people invited to it: such items only come down.",
        remedy: "Fill in its dates in Salesforce; change the record there; take the people out of the item.",
    },
    Code {
        code: "ATT-1",
        cause: "Files of the item were not saved with its Event: they are too large, of a kind that is blocked, or no files; or Salesforce refused them.",
        remedy: "Add them to the Event in Salesforce, if they are needed there.",
    },
    Code {
        code: "GRP-1",
        cause: "The item lies in a group's calendar, which no member has let sync read.",
        remedy: "A member of the group consents.",
    },
    Code {
        code: "GRP-2",
        cause: "An item that shows an Event of a public calendar was to be saved, or has people invited to it: such items only come down.",
        remedy: "Change the Event in Salesforce, or make an item of your own; take the people out of the item.",
    },
    Code {
        code: "ISE-013",
        cause: "Waiting for the organizer: another user whose calendar is synced organizes the meeting and has not saved it. Or waiting for your answer to the invitation.",
        remedy: "Ask the organizer to save it, or accept the invitation. Looked at again at each sync, and settled by itself.",
    },
    Code {
        code: "ISE-404",
        cause: "The item is no longer in the calendar.",
        remedy: "Nothing was saved. If the item still exists, open it and save it again.",
    },
    Code {
        code: "ISE-030",
        cause: "Outlook refused to show the item, or to take the categories; its message says why.",
        remedy: "Open the item in Outlook, save it there, and try again.",
    },
    Code {
        code: "DUP-1",
        cause: "Several Salesforce Events carry the key of this meeting.",
        remedy: "Delete all but one of them in Salesforce. The next sync goes on with the one that stays.",
    },
];

/// Codes of whole mailboxes: stoppages (ISS-2), and trouble with a calendar as a whole.
pub const OF_MAILBOXES: &[Code] = &[
    Code {
        code: "DWN-6",
        cause: "More than ten items, and more than a fifth of those saved, would be deleted in one session. The mailbox is parked.",
        remedy: "Look at what would be deleted, then let it go on or stop it.",
    },
    Code {
        code: "ISE-401",
        cause: "The service is not allowed into the mailbox or the Salesforce organization, or no longer. Sync stands still.",
        remedy: "An admin restores the authorization that the message names; then resume sync.",
    },
    Code {
        code: "ISE-503",
        cause: "Sessions of the mailbox ended early several times in a row: a limit is reached, or Outlook or Salesforce does not answer.",
        remedy: "Nothing, unless it lasts; then an admin looks into the service's log.",
    },
    Code {
        code: "ISE-508",
        cause: "Outlook tells the changes of the calendar over and over, without an end. Sync goes on, and reads the whole window each time, which is slower.",
        remedy: "Nothing, unless it is still there the next day; then an admin has the mailbox repaired. Settled by itself once the changes come to an end.",
    },
];

/// What [`OF_ORG`] calls an object that cannot come down (OBJ-1).
pub const OBJECT_LACKING: &str = "ISE-410";
/// What [`OF_ORG`] calls a public calendar that is not there (GRP-2).
pub const CALENDAR_LACKING: &str = "ISE-411";
/// What [`OF_ORG`] calls an organization without a field for keys, where no Event has one yet (DUP-2).
pub const KEY_FIELD_LACKING: &str = "ISE-412";
/// What [`OF_ORG`] calls one whose Events have their keys in the service (DUP-2).
pub const KEYS_KEPT_HERE: &str = "ISE-413";
/// What [`OF_ORG`] calls one whose Events have their keys in the field of clients' ids (DUP-1).
pub const KEYS_IN_CLIENT_IDS: &str = "ISE-414";
/// What [`OF_ORG`] calls one whose field of the keys is gone (DUP-1).
pub const KEY_FIELD_GONE: &str = "ISE-415";

/// Codes of what the organization does not have: what settings ask of it, and the field for the keys of Events.
pub const OF_ORG: &[Code] = &[
    Code {
        code: OBJECT_LACKING,
        cause: "`DownObjects` names an object or a field that the Salesforce organization does not have, that the integration user does not see, or that is of another kind. Nothing of it is shown.",
        remedy: "Correct the setting, or let the integration user see the object with its owner, name and dates. Looked for again within a minute.",
    },
    Code {
        code: CALENDAR_LACKING,
        cause: "`PublicCalendars` names a calendar that the Salesforce organization does not have, or that the integration user does not see. Nothing of it is shown.",
        remedy: "Correct the setting, or share the calendar with the integration user. Looked for again within a day, and at once when the setting changes.",
    },
    Code {
        code: KEY_FIELD_LACKING,
        cause: "The Salesforce organization has no field for the keys of Events, and no Event has one yet. From the first save on the service would keep the keys in its own database, and save no series.",
        remedy: "Before anybody saves an event, deploy the field (in the folder salesforce: sf project deploy start --source-dir force-app), let the integration user see it, and restart the service.",
    },
    Code {
        code: KEYS_KEPT_HERE,
        cause: "The Salesforce organization had no field for the keys of Events when the first was saved: the service keeps the keys in its own database. Series are not saved.",
        remedy: "Back up the service's database, for only it knows which event belongs to which meeting. A field that is deployed now changes nothing.",
    },
    Code {
        code: KEYS_IN_CLIENT_IDS,
        cause: "The Salesforce organization had no field of Calbridge's for the keys of Events: they are in the one for clients' ids, and stay there.",
        remedy: "Nothing needs to be done as long as no other program writes that field and the integration user sees it.",
    },
    Code {
        code: KEY_FIELD_GONE,
        cause: "The field of Event that holds the keys was deleted, or is hidden from the service. Nothing is saved, so that no meeting gets a second Event.",
        remedy: "Deploy the field again, or let the integration user see it; then resume the mailboxes that stopped.",
    },
];

/// Codes of the service's own answers.
pub const OF_ANSWERS: &[Code] = &[
    Code {
        code: "SAV-12",
        cause: "One idempotency key came with two different requests.",
        remedy: "Press Save again; every press has a key of its own.",
    },
    Code {
        code: "DLG-1",
        cause: "The item lies in another person's mailbox.",
        remedy: "Open an item of your own calendar.",
    },
    Code {
        code: "SET",
        cause: "A setting does not exist, does not take the value, or is not the user's to change; the message says which.",
        remedy: "Correct the value, or ask an admin to change or allow it.",
    },
    Code {
        code: "SAV-13",
        cause: "Somebody changed the Event since it was shown, or since it was overwritten.",
        remedy: "Look at both values, then overwrite the newer one too, or leave it.",
    },
    Code {
        code: "DWN-2",
        cause: "The Event was deleted in Salesforce.",
        remedy: "Undo the deletion, where sync made it, or save the item again.",
    },
    Code {
        code: "UNS-2",
        cause: "A journal entry cannot be undone: it was before, it is older than 30 days, or its Event's key is unknown.",
        remedy: "Load the list again; a deleted Event may still be in Salesforce's recycle bin.",
    },
    Code {
        code: "not-admin",
        cause: "An admin's page or request came from somebody else.",
        remedy: "Whoever runs the service names the admins' mailboxes in `admins`.",
    },
    Code {
        code: "signed-out",
        cause: "Salesforce does not know this sign-in any more.",
        remedy: "Sign in again.",
    },
    Code {
        code: "not-allowed",
        cause: "Salesforce refuses this user.",
        remedy: "Ask your Salesforce admin.",
    },
    Code {
        code: "no-mailbox",
        cause: "No mailbox belongs to this Salesforce user: the e-mail address is not verified in Salesforce, or its mailbox belongs to another user already.",
        remedy: "Verify the e-mail address in Salesforce, or ask an admin to set it.",
    },
    Code {
        code: "org-silent",
        cause: "Salesforce does not answer the service.",
        remedy: "Try again in a minute.",
    },
    Code {
        code: "no-preview",
        cause: "Outlook or Salesforce did not answer in time, so nobody can tell what the settings would do.",
        remedy: "Try again in a minute, or save without a preview.",
    },
    Code {
        code: "calendar-silent",
        cause: "Outlook does not answer the service.",
        remedy: "Try again in a minute.",
    },
    Code { code: "bad-request", cause: "The request could not be read.", remedy: "Update Calbridge." },
    Code { code: "no-route", cause: "There is no such address.", remedy: "Update Calbridge." },
    Code { code: "no-method", cause: "The address takes no such request.", remedy: "Update Calbridge." },
    Code { code: "not-found", cause: "What was asked for is not there any more.", remedy: "Start again." },
    Code { code: "relay-full", cause: "Too many sign-ins at once.", remedy: "Try again in two minutes." },
    Code { code: "too-slow", cause: "The answer took too long.", remedy: "Try again in a minute." },
    Code { code: "store", cause: "The service cannot reach its database.", remedy: "Try again in a minute." },
];

/// Codes of what was on its way from Salesforce to Outlook; everything else was on its way up.
const OF_DOWN_SYNC: [&str; 7] = ["PPL-8", "DWN-5", "DWN-7", "SER-3", "SER-4", "OBJ-1", "GRP-2"];

/// Whether an issue of this code is about something on its way from Salesforce to Outlook (ISS-1).
pub fn is_of_down_sync(code: &str) -> bool {
    OF_DOWN_SYNC.contains(&code)
}

/// What a code means, wherever it stands.
pub fn find(code: &str) -> Option<&'static Code> {
    [OF_ITEMS, OF_MAILBOXES, OF_ORG, OF_ANSWERS].into_iter().flatten().find(|known| known.code == code)
}

const INTRODUCTION: &str = "\
# Codes

Every issue, refusal and status that Calbridge shows carries a code. Codes are stable: a code keeps its meaning, and a
new meaning gets a new code. Most are ids of the rule that decided.
";

const OF_SALESFORCE: &str = "
A code in capitals with underscores, such as `FIELD_CUSTOM_VALIDATION_EXCEPTION`, is Salesforce's own: its message says
what the organization refused. Change the event or the record accordingly and save again. What was refused stays asked
for: it is tried again at once when the event, its record or the choice changes or somebody asks for it, else at the next
sync, after 2 and 8 hours, and then once a day.
";

/// The public list, as it stands in the documentation.
pub fn markdown() -> String {
    let mut text = INTRODUCTION.to_owned();
    for (title, codes) in [
        ("Items", OF_ITEMS),
        ("Mailboxes", OF_MAILBOXES),
        ("The organization", OF_ORG),
        ("The service's answers", OF_ANSWERS),
    ] {
        text.extend(["\n## ", title, "\n\n| Code | Cause | Remedy |\n|---|---|---|\n"]);
        for Code { code, cause, remedy } in codes {
            text.extend(["| ", code, " | ", cause, " | ", remedy, " |\n"]);
        }
        if title == "Items" {
            text.push_str(OF_SALESFORCE);
        }
    }
    text
}

#[cfg(test)]
mod tests;
