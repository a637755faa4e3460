//! `GET /users/{mailbox}/events/{id}` of a series, with what became of its dates, and
//! `GET /users/{mailbox}/events/{id}/instances`: <https://learn.microsoft.com/graph/api/event-list-instances>

use calbridge_rules::id::{Address, ItemId};
use chrono::{DateTime, NaiveDate, Utc};

use super::{
    errors,
    item::{self, GraphItem},
    mailbox, preferring,
    recurrence::{self, Recurrence},
    view::{self, PAGE_LIMIT, ViewPage},
};
use crate::{
    call::{CallError, Endpoint},
    json,
    message::{Reply, Request},
    moment, outgoing,
    value::Value,
};

/// Reads a series with its exceptions and cancelled dates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadSeries {
    /// The mailbox.
    pub mailbox: Address,
    /// Its master.
    pub id: ItemId,
    /// The add-in's id.
    pub addin_id: String,
}

/// Reads the dates of a series between two instants. Further pages are read with [`super::view::NextView`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadDates {
    /// The mailbox.
    pub mailbox: Address,
    /// The master.
    pub series: ItemId,
    /// The first instant.
    pub start: DateTime<Utc>,
    /// The last instant.
    pub end: DateTime<Utc>,
    /// The add-in's id.
    pub addin_id: String,
}

/// A series as Graph gives it.
#[derive(Clone, Debug, PartialEq)]
pub struct GraphSeries {
    /// Its master.
    pub master: GraphItem,
    /// How it repeats.
    pub recurrence: Recurrence,
    /// Dates that differ, as they are.
    pub exceptions: Vec<GraphItem>,
    /// Days of dates that were cancelled, by the series' own clocks.
    pub cancelled: Vec<NaiveDate>,
}

impl Endpoint for ReadSeries {
    type Answer = GraphSeries;

    fn request(&self, base: &str) -> Request {
        let path = format!("events/{}", outgoing::encoded(self.id.as_str()));
        let url =
            format!("{}?{}", mailbox(base, &self.mailbox, &path), item::selection_of_series(&self.addin_id));
        preferring(outgoing::get(&url))
    }

    fn read(&self, reply: &Reply) -> Result<GraphSeries, CallError> {
        errors::check(reply)?;
        let row = json::body(reply)?;
        let exceptions = json::rows(&row, "exceptionOccurrences").iter();
        let cancelled = json::rows(&row, "cancelledOccurrences").iter().filter_map(Value::as_str);
        Ok(GraphSeries {
            master: item::read_item(&row, &self.addin_id)?,
            recurrence: recurrence::read(&row)?,
            exceptions: exceptions
                .map(|row| item::read_item(row, &self.addin_id))
                .collect::<Result<_, _>>()?,
            cancelled: cancelled.map(cancelled_day).collect::<Result<_, _>>()?,
        })
    }
}

/// The day in an occurrence's name, `OID.{master}.{day}`.
fn cancelled_day(name: &str) -> Result<NaiveDate, CallError> {
    let day = name.rsplit('.').next().and_then(moment::date);
    day.ok_or_else(|| json::malformed("a cancelled date without its day"))
}

impl Endpoint for ReadDates {
    type Answer = ViewPage;

    fn request(&self, base: &str) -> Request {
        let (start, end) = (moment::in_seconds(self.start), moment::in_seconds(self.end));
        let window = outgoing::pairs(&[
            ("startDateTime", &start),
            ("endDateTime", &end),
            ("$top", &PAGE_LIMIT.to_string()),
        ]);
        let path = format!("events/{}/instances", outgoing::encoded(self.series.as_str()));
        let selection = item::selection(&self.addin_id);
        preferring(outgoing::get(&format!("{}?{window}&{selection}", mailbox(base, &self.mailbox, &path))))
    }

    fn read(&self, reply: &Reply) -> Result<ViewPage, CallError> {
        view::read(reply, &self.addin_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{reply, shown};

    const BASE: &str = "https://graph.example/v1.0";

    fn series() -> ReadSeries {
        ReadSeries {
            mailbox: Address::parse("mara@brightwater.example").unwrap(),
            id: ItemId::parse("AAk/Series=").unwrap(),
            addin_id: "7c1e2f64-9b1d-4e57-8d2c-3a5f0e6b9d41".to_owned(),
        }
    }

    #[test]
    fn ser_2_a_series_is_read_with_everything_that_became_of_its_dates() {
        let text = shown(&series().request(BASE));
        let plain = percent_encoding::percent_decode_str(&text).decode_utf8_lossy().into_owned();
        assert!(
            plain.contains(",recurrence,cancelledOccurrences&$expand=exceptionOccurrences,single"),
            "{plain}"
        );
        let times = |start: &str, end: &str| {
            format!(
                "\"start\":{{\"dateTime\":\"{start}\",\"timeZone\":\"UTC\"}},\
                 \"end\":{{\"dateTime\":\"{end}\",\"timeZone\":\"UTC\"}}"
            )
        };
        let body = format!(
            "{{\"id\":\"S\",\"iCalUId\":\"U\",\"type\":\"seriesMaster\",{},\"recurrence\":{{\"pattern\":{{\"type\":\
             \"daily\",\"interval\":1}},\"range\":{{\"type\":\"noEnd\",\"startDate\":\"2026-11-24\",\
             \"recurrenceTimeZone\":\"UTC\"}}}},\"cancelledOccurrences\":[\"OID.S.2026-11-26\"],\
             \"exceptionOccurrences\":[{{\"id\":\"E\",\"iCalUId\":\"U\",\"type\":\"exception\",\"seriesMasterId\":\"S\",\
             \"originalStart\":\"2026-11-25T09:00:00Z\",{}}}]}}",
            times("2026-11-24T09:00:00", "2026-11-24T10:00:00"),
            times("2026-11-25T11:00:00", "2026-11-25T12:00:00"),
        );
        let read = series().read(&reply(200, &body)).unwrap();
        assert_eq!(read.cancelled, [NaiveDate::from_ymd_opt(2026, 11, 26).unwrap()]);
        assert_eq!(read.exceptions[0].original_start.unwrap().to_rfc3339(), "2026-11-25T09:00:00+00:00");
        assert!(series().read(&reply(200, &body.replace("2026-11-26", "soon"))).is_err());
    }

    #[test]
    fn dates_of_a_series_are_asked_for_between_two_instants() {
        let at =
            |day| NaiveDate::from_ymd_opt(2026, 11, day).unwrap().and_hms_opt(0, 0, 0).unwrap().and_utc();
        let ReadSeries { mailbox, id, addin_id } = series();
        let text =
            shown(&ReadDates { mailbox, series: id, start: at(1), end: at(3), addin_id }.request(BASE));
        assert!(
            text.contains("/events/AAk%2FSeries%3D/instances?startDateTime=2026-11-01T00%3A00%3A00Z"),
            "{text}"
        );
    }
}
