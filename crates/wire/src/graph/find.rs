//! `GET /users/{mailbox}/events?$filter=categories/any(…)`: <https://learn.microsoft.com/graph/api/user-list-events>

use calbridge_rules::id::Address;

use super::{
    item, mailbox, preferring,
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
    /// The category's name.
    pub category: String,
    /// The add-in's id.
    pub addin_id: String,
}

impl Endpoint for WithCategory {
    type Answer = ViewPage;

    fn request(&self, base: &str) -> Request {
        let name = self.category.replace('\'', "''");
        let filter = outgoing::pairs(&[
            ("$filter", &format!("categories/any(c:c eq '{name}')")),
            ("$top", &PAGE_LIMIT.to_string()),
        ]);
        let selection = item::selection(&self.addin_id);
        preferring(outgoing::get(&format!("{}?{filter}&{selection}", mailbox(base, &self.mailbox, "events"))))
    }

    fn read(&self, reply: &Reply) -> Result<ViewPage, CallError> {
        view::read(reply, &self.addin_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{reply, shown};

    fn find(category: &str) -> WithCategory {
        WithCategory {
            mailbox: Address::parse("mara@brightwater.example").unwrap(),
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
    fn nothing_found_is_an_empty_page() {
        let page = find("Salesforce").read(&reply(200, "{\"value\":[]}")).unwrap();
        assert!(page.items.is_empty() && page.next.is_none());
    }
}
