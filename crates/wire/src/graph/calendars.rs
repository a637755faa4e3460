//! `GET /users/{mailbox}/calendars`: <https://learn.microsoft.com/graph/api/user-list-calendars>

use calbridge_rules::id::Address;

use super::{errors, mailbox};
use crate::{
    call::{CallError, Endpoint},
    json,
    message::{Reply, Request},
    outgoing,
};

/// Calendars of one answer at most; nobody keeps more.
const LIST_LIMIT: usize = 100;

/// Reads the calendars of a mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListCalendars {
    /// The mailbox.
    pub mailbox: Address,
}

/// A calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// Its id, which has no immutable form.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether it is the mailbox's default one.
    pub is_default: bool,
}

impl Calendar {
    /// Whether a setting names it: by its id, or by its name as people write it.
    pub fn is_called(&self, name: &str) -> bool {
        self.id == name || self.name.to_lowercase() == name.to_lowercase()
    }
}

impl Endpoint for ListCalendars {
    /// The calendars, as Outlook orders them.
    type Answer = Vec<Calendar>;

    fn request(&self, base: &str) -> Request {
        let query =
            outgoing::pairs(&[("$select", "id,name,isDefaultCalendar"), ("$top", &LIST_LIMIT.to_string())]);
        outgoing::get(&format!("{}?{query}", mailbox(base, &self.mailbox, "calendars")))
    }

    fn read(&self, reply: &Reply) -> Result<Vec<Calendar>, CallError> {
        errors::check(reply)?;
        let body = json::body(reply)?;
        json::rows(&body, "value")
            .iter()
            .map(|row| {
                Ok(Calendar {
                    id: json::text(row, "id")?.to_owned(),
                    name: json::maybe_text(row, "name").unwrap_or_default().to_owned(),
                    is_default: json::flag(row, "isDefaultCalendar"),
                })
            })
            .collect()
    }
}

/// The address of something in a calendar of a mailbox; of the default one without an id.
pub(super) fn in_calendar(base: &str, of: &Address, calendar: Option<&str>, path: &str) -> String {
    match calendar {
        Some(id) => mailbox(base, of, &format!("calendars/{}/{path}", outgoing::encoded(id))),
        None => mailbox(base, of, path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{reply, shown};

    fn mara() -> Address {
        Address::parse("mara@brightwater.example").unwrap()
    }

    #[test]
    fn aut_8_a_mailbox_tells_its_calendars() {
        let list = ListCalendars { mailbox: mara() };
        let body = r#"{"value":[
            {"id":"AAA=","name":"Calendar","isDefaultCalendar":true},
            {"id":"BBB=","name":"Projects","isDefaultCalendar":false}]}"#;
        let calendars = list.read(&reply(200, body)).unwrap();
        let told: Vec<_> = calendars.iter().map(|one| (one.name.as_str(), one.is_default)).collect();
        assert_eq!(told, [("Calendar", true), ("Projects", false)]);
        let request = shown(&list.request("https://graph.example/v1.0"));
        assert!(
            request.starts_with("GET https://graph.example/v1.0/users/mara%40brightwater.example/calendars?")
        );
        assert!(list.read(&reply(200, r#"{"value":[{"name":"x"}]}"#)).is_err());
    }

    #[test]
    fn aut_8_a_calendar_goes_by_its_id_or_its_name() {
        let calendar = Calendar { id: "AAA=".to_owned(), name: "Projekte Ö".to_owned(), is_default: false };
        for name in ["AAA=", "Projekte Ö", "projekte ö"] {
            assert!(calendar.is_called(name), "{name}");
        }
        assert!(!calendar.is_called("aaa=") && !calendar.is_called("Projekte"));
    }

    #[test]
    fn aut_8_an_id_cannot_break_out_of_its_address() {
        let address = in_calendar("https://graph.example/v1.0", &mara(), Some("A/B=?"), "calendarView");
        assert_eq!(
            address,
            "https://graph.example/v1.0/users/mara%40brightwater.example/calendars/A%2FB%3D%3F/calendarView"
        );
    }
}
