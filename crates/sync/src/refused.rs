//! What Salesforce refuses to take, as the issue a user can act on: under a rule's id where a rule foresees it, else under
//! Salesforce's own code.

use calbridge_rules::{
    event::EventField,
    saving::{Refusal, RequiredField},
    status::Issue,
};
use calbridge_wire::{Rejection, salesforce::event};

/// The issue behind a refusal of an Event.
pub(crate) fn issue_of(rejection: &Rejection, required: &[RequiredField]) -> Issue {
    let names = |field: &str| rejection.fields.iter().any(|named| named == field);
    let is_length = names("DurationInMinutes") || event::blames(rejection, &EventField::End);
    let is_link = event::blames(rejection, &EventField::Who) || event::blames(rejection, &EventField::What);
    match rejection.code.as_str() {
        "REQUIRED_FIELD_MISSING" => {
            let labels = rejection.fields.iter().map(|name| label(name, required)).collect();
            Issue::refused(&Refusal::RequiredMissing { labels })
        }
        "FIELD_INTEGRITY_EXCEPTION" if is_length => Issue::refused(&Refusal::NoMultiday),
        "FIELD_INTEGRITY_EXCEPTION"
            if event::blames(rejection, &EventField::What)
                && event::mentions(rejection, &EventField::Who) =>
        {
            Issue::refused(&Refusal::LeadWithRelated)
        }
        "INACTIVE_OWNER_OR_USER" => issue(
            &rejection.code,
            "Your Salesforce user is inactive and cannot own Events.".to_owned(),
            "Ask your Salesforce admin.",
        ),
        "INVALID_CROSS_REFERENCE_KEY"
        | "ENTITY_IS_DELETED"
        | "MALFORMED_ID"
        | "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY" => unusable(&rejection.code),
        _ if is_link => unusable(&rejection.code),
        _ => issue(
            &rejection.code,
            format!("Salesforce refuses it: {}", rejection.message),
            "Change what Salesforce asks for, then save again.",
        ),
    }
}

fn unusable(code: &str) -> Issue {
    issue(
        code,
        "A record picked in Name or Related To was deleted meanwhile, or may not be linked.".to_owned(),
        "Pick another record and save again.",
    )
}

fn issue(code: &str, reason: String, remedy: &str) -> Issue {
    Issue { code: code.to_owned(), reason, remedy: remedy.to_owned(), refusal: None }
}

fn label(name: &str, required: &[RequiredField]) -> String {
    let known = required.iter().find(|field| field.name.as_str() == name);
    known.map_or_else(|| name.to_owned(), |field| field.label.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use calbridge_rules::id::ApiName;

    #[track_caller]
    fn check(code: &str, message: &str, fields: &[&str], expected: &str) -> Issue {
        let rejection = Rejection {
            code: code.to_owned(),
            message: message.to_owned(),
            fields: fields.iter().map(|&field| field.to_owned()).collect(),
            ..Rejection::default()
        };
        let required = [RequiredField {
            name: ApiName::parse("Meeting_Type__c").unwrap(),
            label: "Meeting type".to_owned(),
        }];
        let issue = issue_of(&rejection, &required);
        assert_eq!(issue.code, expected, "{issue:?}");
        issue
    }

    #[test]
    fn sav_9_a_missing_field_goes_by_its_label() {
        let issue =
            check("REQUIRED_FIELD_MISSING", "Required fields are missing", &["Meeting_Type__c"], "SAV-9");
        assert!(issue.reason.contains("Meeting type"), "{issue:?}");
    }

    #[test]
    fn xcp_5_a_refused_duration_names_the_rule() {
        let message = "Duration must be between 0 and 1440 minutes: Duration";
        check("FIELD_INTEGRITY_EXCEPTION", message, &["DurationInMinutes"], "XCP-5");
    }

    #[test]
    fn sav_6_a_lead_with_a_business_record_names_the_rule() {
        check("FIELD_INTEGRITY_EXCEPTION", "WhoId is a Lead and WhatId is set", &["WhatId"], "SAV-6");
    }

    #[test]
    fn a_record_deleted_since_it_was_picked_can_be_picked_anew() {
        check(
            "INVALID_CROSS_REFERENCE_KEY",
            "invalid cross reference id",
            &[],
            "INVALID_CROSS_REFERENCE_KEY",
        );
        check(
            "FIELD_INTEGRITY_EXCEPTION",
            "Contact ID: id value of incorrect type",
            &["WhoId"],
            "FIELD_INTEGRITY_EXCEPTION",
        );
    }

    #[test]
    fn a_rule_of_the_org_speaks_for_itself() {
        let issue = check(
            "FIELD_CUSTOM_VALIDATION_EXCEPTION",
            "Fridays are for family.",
            &[],
            "FIELD_CUSTOM_VALIDATION_EXCEPTION",
        );
        assert!(issue.reason.contains("Fridays are for family."));
    }
}
