//! How much of the org's calls is used: the header `Sforce-Limit-Info` that every data answer carries.

use crate::message::Reply;

/// Calls of the last 24 hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApiUsage {
    /// Used, by everybody.
    pub used: u64,
    /// Allowed.
    pub allowed: u64,
}

/// What an answer says about it; nothing where the header is missing (browsers may hide it).
pub fn usage(reply: &Reply) -> Option<ApiUsage> {
    let text = reply.header("sforce-limit-info")?;
    let figures = text.split([',', ';']).find_map(|part| part.trim().strip_prefix("api-usage="))?;
    let (used, allowed) = figures.split_once('/')?;
    Some(ApiUsage { used: used.trim().parse().ok()?, allowed: allowed.trim().parse().ok()? })
}
