//! What an admin and what a user set, and what holds of it (SET).

use super::{
    Multiday,
    effective::{Effective, Notifications},
    table::{Setting, TABLE},
    value::{BadValue, SettingValue},
    words::{AttachAs, AutoCreate, DeleteInOutlook, Direction, ExternalOrganizer, PrivateAs, Unlinked},
};
use crate::map::SmallMap;

/// What an admin set for the org.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrgLayer(SmallMap<Setting, OrgValue>);

/// What a user set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserLayer(SmallMap<Setting, SettingValue>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct OrgValue {
    value: SettingValue,
    hold: Hold,
}

/// How an admin's value stands to those of users.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// It holds for those who have none of their own.
    Allowing,
    /// It holds for everybody.
    Forced,
}

/// Why a setting is not changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotChanged {
    /// There is none of this name.
    #[error("there is no setting {0:?}; see the list of settings for their names")]
    Unknown(String),
    /// It does not take the value.
    #[error(transparent)]
    Value(#[from] BadValue),
    /// Only an admin may.
    #[error("{0} holds for the whole organization; ask an admin to change it")]
    AdminOnly(&'static str),
    /// An admin forces another value.
    #[error("{0} is set by your admin; ask them to let you change it")]
    Forced(&'static str),
}

/// Who set what holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetBy {
    /// Nobody.
    Default,
    /// An admin.
    Admin,
    /// An admin, for everybody.
    Forced,
    /// The user.
    User,
}

impl OrgLayer {
    /// Sets a value for the org.
    ///
    /// # Errors
    /// There is no such setting, or it does not take the value.
    pub fn set(&mut self, name: &str, text: &str, hold: Hold) -> Result<(), NotChanged> {
        let setting = known(name)?;
        let value = SettingValue::read(setting, text)?;
        self.0.insert(setting, OrgValue { value, hold });
        Ok(())
    }

    /// Lets the default hold again.
    pub fn unset(&mut self, setting: Setting) {
        self.0.remove(&setting);
    }

    /// Everything that was set, for export and store.
    pub fn entries(&self) -> impl Iterator<Item = (&'static str, &str, Hold)> {
        self.0.iter().map(|(setting, set)| (setting.row().name, set.value.as_str(), set.hold))
    }
}

impl UserLayer {
    /// Sets a value for a user of an org.
    ///
    /// # Errors
    /// There is no such setting, it does not take the value, or it is not the user's to change.
    pub fn set(&mut self, name: &str, text: &str, org: &OrgLayer) -> Result<(), NotChanged> {
        let setting = known(name)?;
        may_change(setting, org)?;
        self.0.insert(setting, SettingValue::read(setting, text)?);
        Ok(())
    }

    /// Lets the admin's value or the default hold again.
    pub fn unset(&mut self, setting: Setting) {
        self.0.remove(&setting);
    }

    /// Everything that was set, for export and store.
    pub fn entries(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(setting, value)| (setting.row().name, value.as_str()))
    }
}

/// Whether a user may change a setting.
///
/// # Errors
/// Why not, and whom to ask.
pub fn may_change(setting: Setting, org: &OrgLayer) -> Result<(), NotChanged> {
    let row = setting.row();
    if !row.scope.has_users() {
        return Err(NotChanged::AdminOnly(row.name));
    }
    match org.0.get(&setting).map(|set| set.hold) {
        Some(Hold::Forced) => Err(NotChanged::Forced(row.name)),
        Some(Hold::Allowing) | None => Ok(()),
    }
}

fn known(name: &str) -> Result<Setting, NotChanged> {
    Setting::by_name(name).ok_or_else(|| NotChanged::Unknown(name.to_owned()))
}

/// What holds of a setting for a user, and who set it. What a user set before an admin forced something else is kept, and
/// does not hold.
pub fn holds<'a>(setting: Setting, org: &'a OrgLayer, user: &'a UserLayer) -> (&'a str, SetBy) {
    let row = setting.row();
    let own = user.0.get(&setting).filter(|_| row.scope.has_users());
    match (org.0.get(&setting), own) {
        (Some(OrgValue { value, hold: Hold::Forced }), _) => (value.as_str(), SetBy::Forced),
        (_, Some(value)) => (value.as_str(), SetBy::User),
        (Some(OrgValue { value, hold: Hold::Allowing }), None) => (value.as_str(), SetBy::Admin),
        (None, None) => (row.default, SetBy::Default),
    }
}

/// Every setting as it holds for a user. Mapped fields, which the org's describe decides, are not among them.
pub fn effective(org: &OrgLayer, user: &UserLayer) -> Effective {
    let mut effective = Effective::default();
    for row in TABLE {
        let (text, set_by) = holds(row.setting, org, user);
        let mut text = text.to_owned();
        if let (Setting::Blocklist, SetBy::User, Some(of_org)) =
            (row.setting, set_by, org.0.get(&row.setting))
        {
            text = format!("{}, {text}", of_org.value);
        }
        // Read before it was kept; a default reads as a test says.
        if let Ok(value) = SettingValue::read(row.setting, &text) {
            put(&mut effective, row.setting, &value);
        }
    }
    effective
}

/// Puts a value to where its setting holds.
fn put(effective: &mut Effective, setting: Setting, value: &SettingValue) {
    let Effective { shared, autosave, session, down, people, files, calendars, .. } = effective;
    let on = value.is_on();
    match setting {
        Setting::AutosaveMeetings => autosave.meetings = on,
        Setting::AutosaveAppointments => autosave.appointments = on,
        Setting::SinceEnabled => autosave.since_enabled = on,
        Setting::AutosavePrivate => autosave.also.private = on,
        Setting::AutosaveInternal => autosave.also.internal = on,
        Setting::SyncUnanswered => autosave.also.unanswered = on,
        Setting::AutosaveUnlinked => {
            autosave.also.unlinked = Unlinked::read(value.as_str()).unwrap_or_default();
        }
        Setting::WindowPastDays => session.past_days = value.number(),
        Setting::WindowFutureDays => session.future_days = value.number(),
        Setting::SessionMinutes => session.minutes = value.number(),
        Setting::DownSync => down.is_on = on,
        Setting::LightningOccurrences => down.lightning_occurrences = on,
        Setting::InviteFromSalesforce => down.invites = on,
        Setting::DeleteInOutlook => {
            down.delete_in_outlook = DeleteInOutlook::read(value.as_str()).unwrap_or_default();
        }
        Setting::CancelledInstead => down.cancelled_instead = value.mark(),
        Setting::Direction => {
            down.direction = Direction::read(value.as_str()).unwrap_or_default();
            shared.is_down_only = down.direction == Direction::Down;
        }
        Setting::PublicCalendars => down.public_calendars = value.public_calendars(),
        Setting::DownObjects => down.objects = value.objects(),
        Setting::ContinuousAttendees => people.continuous_attendees = on,
        Setting::MultiLink => shared.multi_link = on,
        Setting::AutoCreatePeople => {
            people.auto_create = AutoCreate::read(value.as_str()).unwrap_or_default();
        }
        Setting::AutoCreateOpportunity => people.auto_create_opportunity = on,
        Setting::ExternalOrganizer => {
            people.external_organizer = ExternalOrganizer::read(value.as_str()).unwrap_or_default();
        }
        Setting::Attachments => {
            files.is_on = on;
            shared.saves_files = on;
        }
        Setting::AttachAs => files.save_as = AttachAs::read(value.as_str()).unwrap_or_default(),
        Setting::Calendars => calendars.also = value.names(),
        Setting::SaveCalendar => calendars.save = value.name(),
        Setting::PrivateAs => effective.private_as = PrivateAs::read(value.as_str()).unwrap_or_default(),
        Setting::HoldNotifications => {
            effective.notifications = if on { Notifications::Hold } else { Notifications::Send };
        }
        Setting::RecurringSync => shared.recurring_sync = on,
        Setting::LinkOpportunities => shared.link_opportunities = on,
        Setting::SafeDescription => shared.safe_description = on,
        Setting::CompanyDomains => shared.company_domains = value.names(),
        Setting::Blocklist => shared.blocklist = value.names(),
        Setting::FreeMailDomains => shared.free_mail_domains = value.names(),
        Setting::FieldDefaults => {
            shared.field_defaults = value.marks().map(|mark| (mark.field, mark.value)).collect();
        }
        Setting::MultidayEvents => shared.multiday_events = multiday(value),
    }
}

fn multiday(value: &SettingValue) -> Multiday {
    match value.as_str() {
        "on" => Multiday::On,
        "off" => Multiday::Off,
        _ => Multiday::Unknown,
    }
}

#[cfg(test)]
mod tests;
