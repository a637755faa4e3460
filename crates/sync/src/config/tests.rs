use calbridge_rules::settings::{UserLayer, effective};

use super::*;

const EXAMPLE: &str = include_str!("../../calbridge.example.toml");

fn read(text: &str) -> Result<Config, BadConfig> {
    Config::read(config::Config::builder().add_source(File::from_str(text, FileFormat::Toml)))
}

#[test]
fn the_example_is_a_complete_configuration() {
    let config = read(EXAMPLE).unwrap();
    assert_eq!(config.settings.company_domains, ["brightwater.example"]);
    assert_eq!(config.admins, [Address::parse("ines@brightwater.example").unwrap()]);
    assert_eq!(config.salesforce.sync_key_field.as_str(), "Calbridge_Sync_Key__c");
    let defaults = effective(&config.org_layer().unwrap(), &UserLayer::default()).shared.field_defaults;
    assert_eq!(
        defaults.get(&ApiName::parse("Meeting_Type__c").unwrap()).map(String::as_str),
        Some("External")
    );
    let mapped = config.field_map.get(&ApiName::parse("Outlook_Categories__c").unwrap());
    assert_eq!(mapped, Some(&OutlookValue::Categories));
}

#[track_caller]
fn refused(before: &str, after: &str, named: &[&str]) {
    let error = read(&EXAMPLE.replace(before, after)).unwrap_err().to_string();
    for name in named {
        assert!(error.contains(name), "{error}");
    }
}

#[test]
fn fld_3_a_map_that_cannot_be_refuses_to_start() {
    let line = "Outlook_Categories__c = \"categories\"";
    assert!(EXAMPLE.contains(line));
    refused(
        line,
        "Outlook_Categories__c = \"category\"",
        &["Outlook_Categories__c", "`category`", "`categories`", "`organizer_address`"],
    );
    refused(line, "\"Outlook Categories\" = \"categories\"", &["Outlook Categories"]);
    refused(line, "Subject = \"categories\"", &["field_map.Subject", "itself"]);
    refused(line, "Calbridge_Sync_Key__c = \"zone\"", &["field_map.Calbridge_Sync_Key__c", "itself"]);
    let many: Vec<String> = (0..31).map(|n| format!("Outlook_{n}__c = \"zone\"")).collect();
    refused(line, &many.join("\n"), &["30"]);
}

#[test]
fn set_a_setting_that_cannot_be_refuses_to_start() {
    refused("[\"brightwater.example\"]", "[\"brightwater\"]", &["CompanyDomains", "write acme.com"]);
    refused("= \"External\"", "= \"External, or not\"", &["field_defaults", "comma"]);
}

#[test]
fn an_unknown_key_refuses_to_start() {
    let error = read(&EXAMPLE.replace("database_url", "database_uri")).unwrap_err();
    assert!(error.to_string().contains("database_uri"), "{error}");
}

#[test]
fn an_unknown_key_in_a_section_refuses_to_start() {
    let error = read(&EXAMPLE.replace("recurring_sync", "recurring")).unwrap_err();
    assert!(error.to_string().contains("recurring"), "{error}");
}

#[test]
fn a_variable_overrides_the_file() {
    let variables = [
        ("CALBRIDGE_SALESFORCE__MY_DOMAIN".to_owned(), "https://localhost:4444/".to_owned()),
        ("CALBRIDGE_PANE_ORIGINS".to_owned(), "https://localhost:1,https://localhost:2".to_owned()),
    ];
    let environment = Environment::with_prefix("CALBRIDGE")
        .prefix_separator("_")
        .separator("__")
        .try_parsing(true)
        .list_separator(",")
        .with_list_parse_key("pane_origins")
        .source(Some(variables.into_iter().collect()));
    let builder = config::Config::builder()
        .add_source(File::from_str(EXAMPLE, FileFormat::Toml))
        .add_source(environment);
    let config = Config::read(builder).unwrap();
    assert_eq!(config.salesforce.my_domain, "https://localhost:4444");
    assert_eq!(config.pane_origins, ["https://localhost:1", "https://localhost:2"]);
}

#[test]
fn a_worker_that_cannot_be_refuses_to_start() {
    assert!(EXAMPLE.contains("lease_seconds = 60"));
    refused("lease_seconds = 60", "lease_seconds = 1", &["worker.lease_seconds", "2..=600"]);
    refused("mailboxes_at_once = 16", "mailboxes_at_once = 0", &["worker.mailboxes_at_once", "1..=256"]);
    refused("lease_seconds = 60", "lease_minutes = 1", &["lease_minutes"]);
    let without = EXAMPLE.replace("[worker]\n", "").replace("mailboxes_at_once = 16", "");
    let worker =
        read(&without.lines().filter(|line| !line.starts_with("lease_")).collect::<Vec<_>>().join("\n"));
    assert_eq!(worker.unwrap().worker.lease_ms(), 60_000);
}

#[test]
fn a_secret_never_shows_in_a_log() {
    assert_eq!(format!("{:?}", Secret::new("s3cret")), "Secret(…)");
}
