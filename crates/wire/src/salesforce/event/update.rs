//! `PATCH /services/data/vXX.X/sobjects/Event/{id}`:
//! <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_update_fields.htm>

use calbridge_rules::{event::EventFields, id::RecordId};
use chrono::{DateTime, Datelike, TimeDelta, Timelike, Utc};

use super::fields;
use crate::{
    call::{CallError, Endpoint},
    message::{Method, Reply, Request, header},
    outgoing,
    salesforce::{data, errors},
    value::Value,
};

/// Changes an Event's fields; those not named stay as they are. [`CallError::Stale`]: somebody was faster.
#[derive(Clone, Debug, PartialEq)]
pub struct UpdateEvent {
    /// The API version.
    pub version: String,
    /// The Event.
    pub id: RecordId,
    /// What to write.
    pub fields: EventFields,
    /// Refuses where the Event was changed after this. It counts whole seconds: it narrows a race, and closes none.
    pub unless_modified_since: Option<DateTime<Utc>>,
}

impl Endpoint for UpdateEvent {
    type Answer = ();

    fn request(&self, base: &str) -> Request {
        let url = data(base, &self.version, &format!("sobjects/Event/{}", self.id));
        let request = outgoing::json(Method::Patch, &url, &Value::Object(fields::written(&self.fields)));
        match self.unless_modified_since {
            Some(instant) => outgoing::with(request, header::IF_UNMODIFIED_SINCE, &http_date(instant)),
            None => request,
        }
    }

    fn read(&self, reply: &Reply) -> Result<(), CallError> {
        errors::check(reply)
    }
}

/// Months as headers write them.
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// An instant as headers write it, rounded up: rounded down, the Event's own last change would count as later.
fn http_date(instant: DateTime<Utc>) -> String {
    let whole = if instant.nanosecond() == 0 { instant } else { instant + TimeDelta::seconds(1) };
    let month = usize::try_from(whole.month0()).ok().and_then(|place| MONTHS.get(place)).unwrap_or(&"");
    let (day, year, time) = (whole.day(), whole.year(), whole.time());
    // The library's own words for weekdays are these; its formatter for patterns would be carried into the pane for one
    // header.
    format!(
        "{}, {day:02} {month} {year} {:02}:{:02}:{:02} GMT",
        whole.weekday(),
        time.hour(),
        time.minute(),
        time.second()
    )
}
