use super::*;
use crate::sample::{address, settings};

#[test]
fn set_defaults_are_those_of_the_rule_book() {
    let settings = Settings::default();
    assert!(settings.safe_description && settings.link_opportunities && !settings.recurring_sync);
    assert_eq!(settings.multiday_events, Multiday::Unknown);
    assert!(settings.blocklist.is_empty() && settings.field_defaults.is_empty());
}

#[test]
fn internal_means_one_of_the_companys_domains_in_any_case() {
    assert!(settings().is_internal(&address("Mara@Brightwater.Example")));
    assert!(!settings().is_internal(&address("mara@eu.brightwater.example")));
    assert!(!settings().is_internal(&address("mara@notbrightwater.example")));
}

#[test]
fn a_blocklist_names_addresses_and_domains_and_knows_no_wildcards() {
    let blocklist = ["Pat@acme.example", "moreno.example", "*.borealis.example"].map(str::to_owned).to_vec();
    let settings = Settings { blocklist, ..settings() };
    let entry = |text| settings.blocklisted(&address(text));
    assert_eq!(entry("pat@acme.example"), Some("Pat@acme.example"));
    assert_eq!(entry("luis@moreno.example"), Some("moreno.example"));
    assert_eq!(entry("dana@acme.example"), None);
    assert_eq!(entry("tomas@eu.borealis.example"), None);
}

#[test]
fn free_mail_domains_tell_no_company() {
    assert!(!settings().tells_company("GMail.com"));
    assert!(settings().tells_company("acme.example"));
}

#[test]
fn a_snapshot_of_an_older_service_is_filled_with_defaults() {
    let snapshot: Settings = serde_json::from_str(r#"{"multiday_events":"off"}"#).unwrap();
    assert_eq!(snapshot, Settings { multiday_events: Multiday::Off, ..Settings::default() });
}
