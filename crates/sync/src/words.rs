//! What is kept, in words for people: fields and values, stoppages, directions.

use calbridge_engine::ports::{Tie, Ties};
use calbridge_rules::{
    codes,
    event::{EventField, EventFields, FieldValue},
    id::RecordId,
    invitees::InviteeStatus,
    settings::Setting,
};

use crate::{
    clock::instant,
    store::{Lack, LackOf, Stoppage, WhyStopped},
};

/// Characters of a value that are shown.
const VALUE_LIMIT: usize = 300;

/// What users call a field.
pub(crate) fn field(field: &EventField) -> String {
    let label = match field {
        EventField::Subject => "Subject",
        EventField::Description => "Description",
        EventField::Location => "Location",
        EventField::Start => "Start",
        EventField::End => "End",
        EventField::IsAllDay => "All day",
        EventField::ShowAs => "Show as",
        EventField::IsReminderSet => "Reminder",
        EventField::ReminderAt => "Reminder at",
        EventField::IsPrivate => "Private",
        EventField::Who => "Name",
        EventField::What => "Related To",
        EventField::Owner => "Owner",
        EventField::SyncKey => "Sync key",
        EventField::Custom(name) => return name.to_string(),
    };
    label.to_owned()
}

/// A value, cut where it is long. Instants are told in UTC, and say so.
pub(crate) fn value(value: &FieldValue) -> String {
    match value {
        FieldValue::Empty => "nothing".to_owned(),
        FieldValue::Text(text) if text.chars().count() > VALUE_LIMIT => {
            let cut: String = text.chars().take(VALUE_LIMIT).collect();
            format!("“{cut}…”")
        }
        FieldValue::Text(text) => format!("“{text}”"),
        FieldValue::Flag(is_set) => if *is_set { "yes" } else { "no" }.to_owned(),
        FieldValue::Number(number) => number.clone(),
        FieldValue::Instant(at) => at.format("%-d %b %Y %H:%M UTC").to_string(),
        FieldValue::Date(date) => date.format("%-d %b %Y").to_string(),
        FieldValue::Record(record) => record.to_string(),
    }
}

/// Fields with their values, one line each.
pub(crate) fn values(fields: &EventFields) -> Vec<String> {
    fields.iter().map(|(name, stands)| format!("{}: {}", field(name), value(stands))).collect()
}

/// Relations, one line each.
pub(crate) fn ties(ties: &Ties) -> Vec<String> {
    let person = |(record, tie): (&RecordId, &Tie)| {
        let answer = match tie.invited {
            None if tie.is_named => "in Name",
            None => "not related",
            Some(InviteeStatus::New) => "invited",
            Some(InviteeStatus::Accepted) => "accepted",
            Some(InviteeStatus::Declined) => "declined",
        };
        format!("{record}: {answer}")
    };
    let record = |(record, is_linked): (&RecordId, &bool)| {
        format!("{record}: {}", if *is_linked { "linked" } else { "not linked" })
    };
    ties.people.iter().map(person).chain(ties.records.iter().map(record)).collect()
}

/// An instant in UTC.
pub(crate) fn time(ms: i64) -> String {
    instant(ms).format("%-d %b %Y %H:%M UTC").to_string()
}

/// Which way something did not go.
pub(crate) fn direction(code: &str) -> &'static str {
    if codes::is_of_down_sync(code) { "down" } else { "up" }
}

/// What is the matter with a mailbox, and what to do.
pub(crate) struct Said {
    pub(crate) reason: String,
    pub(crate) remedy: String,
}

/// What the org lacks in words (OBJ-1, GRP-2, DUP-1, DUP-2).
pub(crate) fn lack(one: &Lack) -> Said {
    let known = codes::find(one.of.code());
    let setting = |setting: Setting| format!("{} names {}: {}.", setting.row().name, one.name, one.why);
    Said {
        reason: match one.of {
            LackOf::Object => setting(Setting::DownObjects),
            LackOf::Calendar => setting(Setting::PublicCalendars),
            LackOf::KeyField | LackOf::KeyFieldOfLinked | LackOf::OwnKeyField | LackOf::KeyFieldGone => {
                format!("{}.", one.why)
            }
        },
        remedy: known.map_or("", |known| known.remedy).to_owned(),
    }
}

/// A stoppage in words (ISS-2).
pub(crate) fn stoppage(one: &Stoppage) -> Said {
    let known = codes::find(one.why.code());
    let cause = known.map_or("", |known| known.cause);
    let remedy = known.map_or("", |known| known.remedy);
    match one.why {
        WhyStopped::Brake => {
            Said { reason: format!("{cause} Now {}.", one.reason), remedy: remedy.to_owned() }
        }
        WhyStopped::Authorization => {
            Said { reason: format!("{cause} What was said: {}.", one.reason), remedy: remedy.to_owned() }
        }
        WhyStopped::Failing { next_due_ms } => Said {
            reason: cause.to_owned(),
            remedy: format!("{remedy} It is tried again at {}.", time(next_due_ms)),
        },
    }
}

#[cfg(test)]
mod tests {
    use calbridge_rules::id::Address;

    use super::*;

    #[test]
    fn iss_2_every_stoppage_has_a_public_code_with_a_remedy() {
        for why in [
            WhyStopped::Brake,
            WhyStopped::Authorization,
            WhyStopped::Failing { next_due_ms: 1_774_000_000_000 },
        ] {
            assert!(codes::find(why.code()).is_some(), "{}", why.code());
            let mailbox = Address::parse("mara@brightwater.example").unwrap();
            let said = stoppage(&Stoppage {
                mailbox,
                user_name: "Mara".to_owned(),
                why,
                reason: "12 of 30 events would be deleted".to_owned(),
            });
            assert!(said.reason.len() > 20 && said.remedy.len() > 20, "{}: {}", said.reason, said.remedy);
        }
    }

    #[test]
    fn a_value_is_told_as_people_say_it() {
        let long = FieldValue::Text("x".repeat(400));
        assert!(value(&long).ends_with("x…”") && value(&long).chars().count() == VALUE_LIMIT + 3);
        assert_eq!(value(&FieldValue::Flag(true)), "yes");
        assert_eq!(time(0), "1 Jan 1970 00:00 UTC");
    }
}
