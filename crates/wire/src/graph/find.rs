//! `GET /users/{mailbox}[/calendars/{id}]/events?$filter=…`: <https://learn.microsoft.com/graph/api/user-list-events>

use calbridge_rules::id::Address;

use super::{
    calendars::in_calendar,
    item, preferring,
    view::{self, PAGE_LIMIT, ViewPage},
};
use crate::{
    call::{CallError, Endpoint},
    message::{Reply, Request},
    outgoing,
};

/// Finds single items and series that carry a category, wherever they lie. Further pages are read with
/// [`super::view::NextView`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WithCategory {
    /// The mailbox.
    pub mailbox: Address,
    /// The calendar's id; the default one without.
    pub calendar: Option<String>,
    /// The category's name.
    pub category: String,
    /// The add-in's id.
    pub addin_id: String,
}

impl Endpoint for WithCategory {
    type Answer = ViewPage;

    fn request(&self, base: &str) -> Request {
        let filter = format!("categories/any(c:c eq '{}')", quoted(&self.category));
        let events = in_calendar(base, &self.mailbox, self.calendar.as_deref(), "events");
        filtered(&events, &filter, &self.addin_id)
    }

    fn read(&self, reply: &Reply) -> Result<ViewPage, CallError> {
        view::read(reply, &self.addin_id)
    }
}

/// Finds the items of a meeting in one calendar of a mailbox: single items and series, no dates of series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfMeeting {
    /// The mailbox.
    pub mailbox: Address,
    /// The calendar's id; the default one without.
    pub calendar: Option<String>,
    /// The meeting's global id, as Graph tells it.
    pub i_cal_uid: String,
    /// The add-in's id.
    pub addin_id: String,
}

impl Endpoint for OfMeeting {
    type Answer = ViewPage;

    fn request(&self, base: &str) -> Request {
        let filter = format!("iCalUId eq '{}'", quoted(&self.i_cal_uid));
        let events = in_calendar(base, &self.mailbox, self.calendar.as_deref(), "events");
        filtered(&events, &filter, &self.addin_id)
    }

    fn read(&self, reply: &Reply) -> Result<ViewPage, CallError> {
        view::read(reply, &self.addin_id)
    }
}

fn filtered(events: &str, filter: &str, addin_id: &str) -> Request {
    let filter = outgoing::pairs(&[("$filter", filter), ("$top", &PAGE_LIMIT.to_string())]);
    let selection = item::selection(addin_id);
    preferring(outgoing::get(&format!("{events}?{filter}&{selection}")))
}

/// Text that cannot break out of a filter.
fn quoted(text: &str) -> String {
    text.replace('\'', "''")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{reply, shown};

    fn find(category: &str) -> WithCategory {
        WithCategory {
            mailbox: Address::parse("mara@brightwater.example").unwrap(),
            calendar: None,
            category: category.to_owned(),
            addin_id: "7c1e2f64-9b1d-4e57-8d2c-3a5f0e6b9d41".to_owned(),
        }
    }

    #[test]
    fn cat_3_items_are_found_by_category_and_a_name_cannot_break_out_of_the_filter() {
        let request = shown(&find("Mara's").request("https://graph.example/v1.0"));
        let plain = percent_encoding::percent_decode_str(&request).decode_utf8_lossy().into_owned();
        assert!(
            plain.contains("/events?$filter=categories/any(c:c eq 'Mara''s')&$top=50&$select="),
            "{plain}"
        );
    }

    #[test]
    fn dup_1_the_items_of_a_meeting_are_found_by_its_global_id() {
        let find = OfMeeting {
            mailbox: Address::parse("mara@brightwater.example").unwrap(),
            calendar: None,
            i_cal_uid: "o'uid@acme.example".to_owned(),
            addin_id: "7c1e2f64-9b1d-4e57-8d2c-3a5f0e6b9d41".to_owned(),
        };
        let request = shown(&find.request("https://graph.example/v1.0"));
        let plain = percent_encoding::percent_decode_str(&request).decode_utf8_lossy().into_owned();
        assert!(
            plain.contains("/events?$filter=iCalUId eq 'o''uid@acme.example'&$top=50&$select="),
            "{plain}"
        );
    }

    #[test]
    fn nothing_found_is_an_empty_page() {
        let page = find("Salesforce").read(&reply(200, "{\"value\":[]}")).unwrap();
        assert!(page.items.is_empty() && page.next.is_none());
    }
}
