use super::*;

fn rejection(message: &str, fields: &[&str]) -> Rejection {
    Rejection {
        code: "FIELD_CUSTOM_VALIDATION_EXCEPTION".to_owned(),
        message: message.to_owned(),
        fields: fields.iter().map(|&field| field.to_owned()).collect(),
        ..Rejection::default()
    }
}

#[track_caller]
fn advice(error: &CallError) -> String {
    Trouble::of(error, Party::Salesforce).advice
}

#[test]
fn a_validation_rule_speaks_in_the_words_of_the_org_and_names_its_fields() {
    let error = CallError::Rejected(rejection("Enter a purpose", &["Purpose__c"]));
    let trouble = Trouble::of(&error, Party::Salesforce);
    assert_eq!(trouble.headline, "Salesforce refused this");
    assert_eq!(trouble.advice, "Enter a purpose (Purpose__c)");
    assert_eq!(trouble.code, "FIELD_CUSTOM_VALIDATION_EXCEPTION");
}

#[test]
fn a_field_that_the_message_names_is_not_named_twice() {
    let error = CallError::Rejected(rejection("Purpose__c: bad value", &["Purpose__c"]));
    assert_eq!(advice(&error), "Purpose__c: bad value");
}

#[test]
fn an_ended_session_offers_to_sign_in() {
    let ended = CallError::ConsentLost { reason: "expired".to_owned() };
    for error in [CallError::SignedOut, ended] {
        assert_eq!(Trouble::of(&error, Party::Salesforce).remedy, Remedy::SignIn);
    }
}

#[test]
fn a_limit_says_how_long_to_wait() {
    let throttled = |ms| CallError::Throttled { retry_after_ms: ms };
    assert_eq!(advice(&throttled(Some(1_000))), "Nothing was changed. Try again in a minute.");
    assert_eq!(advice(&throttled(Some(600_000))), "Nothing was changed. Try again in 10 minutes.");
    assert_eq!(advice(&throttled(None)), "Nothing was changed. Try again in a few minutes.");
}

#[test]
fn an_item_that_changed_during_the_call_is_not_blamed_on_outlook() {
    let failure = Failure::Failed { name: "getAsync".to_owned(), code: 9030, message: "changed".to_owned() };
    assert_eq!(Trouble::from(failure).headline, "Outlook opened another item meanwhile");
}

#[test]
fn no_words_shout_or_beg() {
    let all = [
        CallError::Offline { side: String::new() },
        CallError::SignedOut,
        CallError::Throttled { retry_after_ms: None },
        CallError::Unavailable { status: 503, retry_after_ms: None },
        CallError::Gone,
        CallError::Stale,
        CallError::Forbidden(Rejection::default()),
        CallError::Ambiguous { records: Vec::new() },
        CallError::Contended(Rejection::default()),
        CallError::Rejected(Rejection::default()),
        CallError::Malformed { what: String::new() },
    ];
    for error in all {
        for party in [Party::Salesforce, Party::Sync] {
            let Trouble { headline, advice, .. } = Trouble::of(&error, party);
            assert!(!headline.is_empty() && !advice.is_empty(), "{error:?}");
            assert!(!format!("{headline}{advice}").contains(['!', '(']), "{headline} {advice}");
            assert!(!advice.to_lowercase().contains("please"), "{advice}");
        }
    }
}
