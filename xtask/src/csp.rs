//! The Content-Security-Policy of the pane's pages.

use serde::Deserialize;

/// Hosts that may frame the pane: Outlook on the web in its several homes.
const OUTLOOK: &[&str] = &[
    "https://outlook.office.com",
    "https://outlook.office365.com",
    "https://outlook.live.com",
    "https://outlook.cloud.microsoft",
    "https://*.office.com",
    "https://*.office365.com",
    "https://*.cloud.microsoft",
    "https://*.microsoft365.com",
];

/// Where office.js and the files it asks for come from.
const OFFICE_JS: &[&str] = &["https://appsforoffice.microsoft.com", "https://ajax.aspnetcdn.com"];

/// What the pane reads from `config.json` at run time, as far as the policy needs it.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct PaneConfig {
    service: String,
    my_domain: String,
}

/// The policy for a pane that talks to the origins of `config` and may also be framed by `hosts`.
pub(crate) fn policy(config: Option<&PaneConfig>, hosts: &[String]) -> String {
    let own = config.into_iter().flat_map(|config| [config.my_domain.as_str(), config.service.as_str()]);
    let connect: Vec<&str> = std::iter::once("'self'").chain(own).collect();
    let frame: Vec<&str> = OUTLOOK.iter().copied().chain(hosts.iter().map(String::as_str)).collect();
    [
        "default-src 'none'".to_owned(),
        format!("script-src 'self' {} 'wasm-unsafe-eval'", OFFICE_JS.join(" ")),
        "style-src 'self'".to_owned(),
        "img-src 'self' data:".to_owned(),
        "font-src 'self'".to_owned(),
        format!("connect-src {}", connect.join(" ")),
        "base-uri 'none'".to_owned(),
        "form-action 'none'".to_owned(),
        format!("frame-ancestors {}", frame.join(" ")),
    ]
    .join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pane_may_call_its_salesforce_org_and_the_service_and_nobody_else() {
        let config =
            PaneConfig { service: "https://sync.example".into(), my_domain: "https://org.example".into() };
        let policy = policy(Some(&config), &[]);
        assert!(policy.contains("connect-src 'self' https://org.example https://sync.example;"));
        assert!(policy.starts_with("default-src 'none'"));
        assert!(!policy.contains("unsafe-inline"));
    }

    #[test]
    fn a_development_host_may_frame_the_pane_beside_outlook() {
        let policy = policy(None, &["https://localhost:3001".into()]);
        assert!(policy.contains("frame-ancestors https://outlook.office.com"));
        assert!(policy.ends_with("https://localhost:3001"));
    }
}
