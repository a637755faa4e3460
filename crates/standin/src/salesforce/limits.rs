//! The org's daily request allocation, and what every answer says about it.

use chrono::{DateTime, TimeDelta, Utc};
use http::{HeaderValue, Response};
use serde_json::{Value, json};

/// Requests of the rolling day.
#[derive(Debug, Default)]
pub(crate) struct Usage {
    pub max: u64,
    used: u64,
    since: Option<DateTime<Utc>>,
}

impl Usage {
    /// Nothing used of an allocation.
    pub(crate) fn up_to(max: u64) -> Self {
        Self { max, ..Self::default() }
    }

    /// Counts a request; false when the allocation is used up.
    pub(crate) fn count(&mut self, now: DateTime<Utc>) -> bool {
        let fresh = self.since.is_none_or(|since| now - since >= TimeDelta::hours(24));
        if fresh {
            self.since = Some(now);
            self.used = 0;
        }
        self.used += 1;
        self.used <= self.max
    }

    /// Requests counted in this day.
    pub(crate) fn used(&self) -> u64 {
        self.used
    }

    /// Adds `Sforce-Limit-Info`.
    pub(crate) fn tell(&self, answer: &mut Response<Vec<u8>>) {
        if let Ok(value) = HeaderValue::from_str(&format!("api-usage={}/{}", self.used, self.max)) {
            answer.headers_mut().insert("sforce-limit-info", value);
        }
    }

    /// The answer of `/limits`.
    pub(crate) fn report(&self) -> Value {
        let daily = |max: u64, used: u64| json!({ "Max": max, "Remaining": max.saturating_sub(used) });
        json!({
            "DailyApiRequests": daily(self.max, self.used),
            "DailyBulkV2QueryJobs": daily(10_000, 0),
            "DataStorageMB": daily(1_024, 8),
            "FileStorageMB": daily(1_024, 1),
        })
    }
}
