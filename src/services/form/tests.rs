use calbridge_wire::value::parse;

use super::*;

fn name(text: &str) -> ApiName {
    ApiName::parse(text).unwrap()
}

fn field(control: Control) -> FieldToFill {
    FieldToFill { field: RequiredField { name: name("Purpose__c"), label: "Purpose".to_owned() }, control }
}

#[test]
fn a_form_is_read_again_as_it_was_kept() {
    let pick = Control::Pick(vec![("a".to_owned(), "A \"1\"".to_owned()), (String::new(), String::new())]);
    let controls = [Control::Text { limit: 80 }, pick, Control::Number, Control::Date, Control::Flag];
    let form = Form {
        described: Some("Fri, 20 Nov 2026 13:00:00 GMT".to_owned()),
        layout: Layout { required: vec![name("Purpose__c")] },
        required: controls.map(field).to_vec(),
        objects: vec![name("Account"), name("Project__c")],
        writable: vec![name("Purpose__c")],
        contact_emails: Emails { described: None, names: vec![name("Email")] },
        lead_emails: Emails { described: None, names: Vec::new() },
    };
    let text = form.write().to_string();
    assert_eq!(Form::read(&parse(text.as_bytes()).unwrap()), Some(form));
}

#[test]
fn a_form_that_another_build_kept_otherwise_is_asked_for_again() {
    for text in ["null", "{}", r#"{"described":null,"layout":[],"required":[{"control":"colour"}]}"#] {
        assert_eq!(Form::read(&parse(text.as_bytes()).unwrap()), None, "{text}");
    }
}
