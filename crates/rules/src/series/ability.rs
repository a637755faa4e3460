//! Whether series are synced here (SER-1): the setting, and an org that can hold them.

use crate::{cause::Cause, saving::Refusal, status::Issue};

/// What the org's describe tells about series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrgAbility {
    /// The field of an occurrence's original start, and that of a client's own id (advanced calendaring).
    pub tells_original_start: bool,
    /// Our own sync-key field.
    pub has_sync_key: bool,
}

/// Whether a series may be saved.
///
/// # Errors
/// The one issue that says what to enable.
pub fn allowed(recurring_sync: bool, org: OrgAbility) -> Result<(), Issue> {
    if !recurring_sync {
        return Err(Issue::refused(&Refusal::SeriesOff));
    }
    if org.tells_original_start || org.has_sync_key {
        return Ok(());
    }
    Err(Cause::OrgWithoutKeys.issue())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn org(tells_original_start: bool, has_sync_key: bool) -> OrgAbility {
        OrgAbility { tells_original_start, has_sync_key }
    }

    #[test]
    fn ser_1_a_series_needs_recurring_sync() {
        let issue = allowed(false, org(true, true)).unwrap_err();
        assert_eq!((issue.code.as_str(), issue.refusal), ("SER-1", Some(Refusal::SeriesOff)));
        assert!(issue.remedy.contains("RecurringSync"));
    }

    #[test]
    fn ser_1_either_field_of_the_org_will_do() {
        for able in [org(true, false), org(false, true), org(true, true)] {
            assert_eq!(allowed(true, able), Ok(()));
        }
    }

    #[test]
    fn ser_1_an_org_without_either_is_told_what_to_enable() {
        let issue = allowed(true, org(false, false)).unwrap_err();
        assert_eq!(issue.code, "SER-1");
        assert!(issue.remedy.contains("sync-key field") && issue.remedy.contains("advanced calendaring"));
    }
}
