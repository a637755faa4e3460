//! The org's daily request allocation, and what every answer says about it.

use chrono::{DateTime, TimeDelta, Utc};
use http::{HeaderValue, Response};
use serde_json::{Map, Value, json};

use super::org::Org;

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

    /// Requests counted in this day, and when it began.
    pub(super) fn counted(&self) -> (u64, Option<DateTime<Utc>>) {
        (self.used, self.since)
    }

    /// Goes on counting a day that began before a restart.
    pub(super) fn resume(&mut self, (used, since): (u64, Option<DateTime<Utc>>)) {
        (self.used, self.since) = (used, since);
    }

    /// Adds `Sforce-Limit-Info`.
    pub(crate) fn tell(&self, answer: &mut Response<Vec<u8>>) {
        if let Ok(value) = HeaderValue::from_str(&format!("api-usage={}/{}", self.used, self.max)) {
            answer.headers_mut().insert("sforce-limit-info", value);
        }
    }
}

/// What an org of this size may use besides requests, in a day or in all.
const ALLOCATIONS: [(&str, u64); 53] = [
    ("ActiveScratchOrgs", 3),
    ("AnalyticsExternalDataSizeMB", 40_960),
    ("CdpAiInferenceApiMonthlyLimit", 500_000_000),
    ("ConcurrentAsyncGetReportInstances", 200),
    ("ConcurrentEinsteinDataInsightsStoryCreation", 5),
    ("ConcurrentEinsteinDiscoveryStoryCreation", 2),
    ("ConcurrentSyncReportRuns", 20),
    ("DailyAnalyticsDataflowJobExecutions", 60),
    ("DailyAnalyticsUploadedFilesSizeMB", 51_200),
    ("DailyAsyncApexExecutions", 250_000),
    ("DailyAsyncApexTests", 500),
    ("DailyBulkApiBatches", 15_000),
    ("DailyBulkV2QueryFileStorageMB", 976_562),
    ("DailyBulkV2QueryJobs", 10_000),
    ("DailyDeliveredPlatformEvents", 10_000),
    ("DailyDurableGenericStreamingApiEvents", 10_000),
    ("DailyDurableStreamingApiEvents", 10_000),
    ("DailyEinsteinDataInsightsStoryCreation", 1_000),
    ("DailyEinsteinDiscoveryOptimizationJobRuns", 25),
    ("DailyEinsteinDiscoveryPredictAPICalls", 50_000),
    ("DailyEinsteinDiscoveryPredictionsByCDC", 500_000),
    ("DailyEinsteinDiscoveryStoryCreation", 100),
    ("DailyFunctionsApiCallLimit", 235_000),
    ("DailyGenericStreamingApiEvents", 10_000),
    ("DailyScratchOrgs", 6),
    ("DailyStandardVolumePlatformEvents", 10_000),
    ("DailyStreamingApiEvents", 10_000),
    ("DailyWorkflowEmails", 390),
    ("DurableStreamingApiConcurrentClients", 20),
    ("HourlyAsyncReportRuns", 1_200),
    ("HourlyDashboardRefreshes", 200),
    ("HourlyDashboardResults", 5_000),
    ("HourlyDashboardStatuses", 999_999_999),
    ("HourlyElevateAsyncReportRuns", 240),
    ("HourlyElevateSyncReportRuns", 20),
    ("HourlyLongTermIdMapping", 100_000),
    ("HourlyManagedContentPublicRequests", 50_000),
    ("HourlyODataCallout", 1_000),
    ("HourlyPublishedPlatformEvents", 50_000),
    ("HourlyPublishedStandardVolumePlatformEvents", 1_000),
    ("HourlyShortTermIdMapping", 100_000),
    ("HourlySyncReportRuns", 500),
    ("HourlyTimeBasedWorkflow", 1_000),
    ("MassEmail", 5_000),
    ("MonthlyEinsteinDiscoveryStoryCreation", 500),
    ("MonthlyPlatformEventsUsageEntitlement", 0),
    ("Package2VersionCreates", 6),
    ("Package2VersionCreatesWithoutValidation", 500),
    ("PermissionSets", 1_500),
    ("PrivateConnectOutboundCalloutHourlyLimitMB", 0),
    ("PublishCallbackUsageInApex", 5_000_000),
    ("SingleEmail", 5_000),
    ("StreamingApiConcurrentClients", 20),
];
/// What the org may store, in megabytes.
const DATA_STORAGE: u64 = 1_024;
const FILE_STORAGE: u64 = 1_024;
/// Most rows count two kilobytes, whatever they hold.
const ROWS_A_MEGABYTE: usize = 512;

/// The answer of `/limits`.
pub(crate) fn report(org: &Org) -> Value {
    let left = |max: u64, used: u64| json!({ "Max": max, "Remaining": max.saturating_sub(used) });
    let rows: usize = org.schema.objects().map(|object| org.rows(&object.name).count()).sum();
    let megabytes = u64::try_from(rows.div_ceil(ROWS_A_MEGABYTE)).unwrap_or(u64::MAX);
    let mut report: Map<String, Value> =
        ALLOCATIONS.iter().map(|(name, max)| ((*name).to_owned(), left(*max, 0))).collect();
    report.insert("DailyApiRequests".to_owned(), left(org.usage.max, org.usage.used()));
    report.insert("DataStorageMB".to_owned(), left(DATA_STORAGE, megabytes));
    report.insert("FileStorageMB".to_owned(), left(FILE_STORAGE, 0));
    report.sort_keys();
    Value::Object(report)
}
