//! Items of a Microsoft 365 group's calendar (GRP-1, XCP-4): they are read for a member who let us.

use chrono::TimeDelta;

use crate::{
    cause::Cause,
    item::Item,
    saving::{Check, Refusal},
    status::Issue,
};

/// Whether a member let the service read the group's calendar in their name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consent {
    /// Somebody did.
    Given,
    /// Nobody did.
    Missing,
}

/// The longest item of a group's calendar (XCP-4).
pub const GROUP_HOURS: i64 = 24;

/// Whether an item of a group's calendar can be saved; of other calendars nothing is said.
///
/// # Errors
/// The issue that says why not.
pub fn group_item(item: &Item, consent: Consent) -> Result<Option<Check>, Issue> {
    if !item.in_group_calendar {
        return Ok(None);
    }
    // No consent helps with what cannot be saved anyway.
    if item.span.length() > TimeDelta::hours(GROUP_HOURS) {
        return Err(Issue::refused(&Refusal::GroupTooLong));
    }
    match consent {
        Consent::Missing => return Err(Cause::GroupConsent.issue()),
        Consent::Given => {}
    }
    let says = "A member lets sync read the group's calendar".to_owned();
    Ok(Some(Check { rule: "GRP-1", says, passed: true }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{lasting, meeting};

    fn grouped(hours: i64) -> Item {
        Item { in_group_calendar: true, span: lasting(TimeDelta::hours(hours)), ..meeting() }
    }

    #[test]
    fn grp_1_a_group_item_needs_the_consent_of_a_member() {
        assert_eq!(group_item(&grouped(1), Consent::Missing).unwrap_err().code, "GRP-1");
        assert_eq!(group_item(&grouped(1), Consent::Given).unwrap().unwrap().rule, "GRP-1");
        assert_eq!(group_item(&meeting(), Consent::Missing), Ok(None));
    }

    #[test]
    fn xcp_4_a_group_item_lasts_a_day_at_most() {
        assert!(group_item(&grouped(24), Consent::Given).is_ok());
        for consent in [Consent::Given, Consent::Missing] {
            assert_eq!(group_item(&grouped(25), consent).unwrap_err().code, "XCP-4");
        }
    }
}
