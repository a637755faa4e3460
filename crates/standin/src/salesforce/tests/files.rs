//! Attachments and files (facts 1.8).

use serde_json::{Value, json};

use crate::salesforce::testing::{Answer, Client, meeting};

/// `Hello`.
const HELLO: &str = "SGVsbG8=";

fn event(client: &mut Client) -> String {
    client.created(&meeting(&json!({})))["Id"].as_str().unwrap().to_owned()
}

fn attach(client: &mut Client, event: &str) -> Answer {
    let fields = json!({ "ParentId": event, "Name": "a.txt", "ContentType": "text/plain", "Body": HELLO });
    client.call("POST", "/sobjects/Attachment", &fields)
}

fn id(answer: &Answer) -> String {
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.body["id"].as_str().unwrap().to_owned()
}

fn version(client: &mut Client, more: &Value) -> Answer {
    let mut fields = json!({ "Title": "Agenda", "PathOnClient": "agenda.txt", "VersionData": HELLO });
    for (name, value) in more.as_object().unwrap() {
        fields[name] = value.clone();
    }
    client.call("POST", "/sobjects/ContentVersion", &fields)
}

#[test]
fn an_attachment_is_read_at_an_address_of_its_own_s1_8() {
    let mut client = Client::demo();
    let event = event(&mut client);
    let attached = id(&attach(&mut client, &event));
    assert!(attached.starts_with("00P"));
    let shown = client.get(&format!("/sobjects/Attachment/{attached}")).body;
    let address = format!("/services/data/v67.0/sobjects/Attachment/{attached}/Body");
    assert_eq!((&shown["Body"], &shown["BodyLength"]), (&json!(address), &json!(5)));
    let row = client.query(&format!("SELECT Body FROM Attachment WHERE Id = '{attached}'")).body;
    assert_eq!(row["records"][0]["Body"], address);
    let body = client.get(&format!("/sobjects/Attachment/{attached}/Body"));
    assert_eq!((body.status, body.response.body().as_slice()), (200, &b"Hello"[..]));
    assert_eq!(body.header("content-type"), "text/plain");
    assert_eq!(
        client.found(&format!("SELECT Id FROM Attachment WHERE ParentId = '{event}'"), "Id"),
        std::slice::from_ref(&attached)
    );
    let moved =
        client.call("PATCH", &format!("/sobjects/Attachment/{attached}"), &json!({ "ParentId": event }));
    assert_eq!(moved.error(), ("INVALID_FIELD_FOR_INSERT_UPDATE".to_owned(), vec!["ParentId".to_owned()]));
    client.call("DELETE", &format!("/sobjects/Event/{event}"), &Value::Null);
    assert_eq!(client.get(&format!("/sobjects/Attachment/{attached}/Body")).error().0, "ENTITY_IS_DELETED");
}

#[test]
fn an_attachment_without_parent_or_with_broken_bytes_is_refused_s1_8() {
    let mut client = Client::demo();
    let event = event(&mut client);
    let answer = client.call("POST", "/sobjects/Attachment", &json!({ "Name": "a", "Body": HELLO }));
    assert_eq!(answer.error(), ("REQUIRED_FIELD_MISSING".to_owned(), vec!["ParentId".to_owned()]));
    let answer = client.call(
        "POST",
        "/sobjects/Attachment",
        &json!({ "ParentId": event, "Name": "a", "Body": "???" }),
    );
    assert_eq!(answer.error().0, "JSON_PARSER_ERROR");
}

#[test]
fn more_than_37_and_a_half_megabytes_do_not_go_in_json_s1_8() {
    let mut client = Client::demo();
    let event = event(&mut client);
    let body = "A".repeat(37_500 * 1_024 + 4);
    let answer =
        client.call("POST", "/sobjects/Attachment", &json!({ "ParentId": event, "Name": "a", "Body": body }));
    assert_eq!(answer.error(), ("STRING_TOO_LONG".to_owned(), vec!["Body".to_owned()]));
}

#[test]
fn a_form_carries_fields_and_bytes_s1_8() {
    let mut client = Client::demo();
    let event = event(&mut client);
    let entity = json!({ "ParentId": event, "Name": "b.bin" });
    let mut body = format!(
        "--form\r\nContent-Disposition: form-data; name=\"entity_attachment\"\r\nContent-Type: application/json\r\n\r\n{entity}\r\n\
         --form\r\nContent-Disposition: form-data; name=\"Body\"; filename=\"b.bin\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    )
    .into_bytes();
    body.extend([0_u8, 255, 13, 10]);
    body.extend(b"\r\n--form--\r\n");
    let request = http::Request::post("/services/data/v67.0/sobjects/Attachment")
        .header("authorization", format!("Bearer {}", client.token))
        .header("content-type", "multipart/form-data; boundary=\"form\"")
        .body(body)
        .unwrap();
    let attached = id(&client.send(request));
    let bytes = client.get(&format!("/sobjects/Attachment/{attached}/Body"));
    assert_eq!(bytes.response.body().as_slice(), [0, 255, 13, 10]);
}

#[test]
fn a_version_makes_its_document_and_links_it_where_it_is_published_s1_8() {
    let mut client = Client::demo();
    let event = event(&mut client);
    let version = id(&version(&mut client, &json!({ "FirstPublishLocationId": event })));
    assert!(version.starts_with("068"));
    let shown = client.get(&format!("/sobjects/ContentVersion/{version}")).body;
    let document = shown["ContentDocumentId"].as_str().unwrap().to_owned();
    assert!(document.starts_with("069"));
    assert_eq!(
        (&shown["IsLatest"], &shown["VersionNumber"], &shown["ContentSize"]),
        (&json!(true), &json!("1"), &json!(5))
    );
    assert_eq!(
        (&shown["FileExtension"], &shown["Checksum"]),
        (&json!("txt"), &json!("8b1a9953c4611296a827abf8c47804d7"))
    );
    let data = client.get(&format!("/sobjects/ContentVersion/{version}/VersionData"));
    assert_eq!(data.response.body().as_slice(), b"Hello");
    let links = client.query(&format!("SELECT Id, LinkedEntityId, ShareType, Visibility FROM ContentDocumentLink WHERE LinkedEntityId = '{event}'"));
    assert_eq!((&links.body["totalSize"], &links.body["records"][0]["ShareType"]), (&json!(1), &json!("V")));
    let file = client.get(&format!("/sobjects/ContentDocument/{document}")).body;
    assert_eq!((&file["Title"], &file["LatestPublishedVersionId"]), (&json!("Agenda"), &json!(version)));
}

#[test]
fn another_version_is_the_latest_of_its_document_s1_8() {
    let mut client = Client::demo();
    let first = id(&version(&mut client, &json!({})));
    let document = client.get(&format!("/sobjects/ContentVersion/{first}")).body["ContentDocumentId"].clone();
    let second = id(&version(&mut client, &json!({ "ContentDocumentId": document, "Title": "Agenda 2" })));
    let latest = client.found("SELECT Id FROM ContentVersion WHERE IsLatest = true", "Id");
    assert_eq!(latest, [second]);
    assert_eq!(client.found("SELECT Title FROM ContentDocument", "Title"), ["Agenda 2"]);
    let refused = client.call("POST", "/sobjects/ContentDocument", &json!({ "Title": "x" }));
    assert_eq!(refused.error().0, "INVALID_TYPE_FOR_OPERATION");
}

#[test]
fn a_document_is_linked_once_to_a_record_and_goes_with_its_links_s1_8() {
    let mut client = Client::demo();
    let event = event(&mut client);
    let version = id(&version(&mut client, &json!({})));
    let document = client.get(&format!("/sobjects/ContentVersion/{version}")).body["ContentDocumentId"]
        .as_str()
        .unwrap()
        .to_owned();
    let link = json!({ "ContentDocumentId": document, "LinkedEntityId": event, "ShareType": "V", "Visibility": "AllUsers" });
    assert!(id(&client.call("POST", "/sobjects/ContentDocumentLink", &link)).starts_with("06A"));
    assert_eq!(client.call("POST", "/sobjects/ContentDocumentLink", &link).error().0, "DUPLICATE_VALUE");
    let odd = json!({ "ContentDocumentId": document, "LinkedEntityId": event, "ShareType": "X" });
    assert_eq!(
        client.call("POST", "/sobjects/ContentDocumentLink", &odd).error().0,
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
    );
    assert_eq!(
        client.call("DELETE", &format!("/sobjects/ContentDocument/{document}"), &Value::Null).status,
        204
    );
    assert_eq!(client.query("SELECT COUNT() FROM ContentDocumentLink").body["totalSize"], 0);
    assert_eq!(client.query("SELECT COUNT() FROM ContentVersion").body["totalSize"], 0);
}

#[test]
fn a_version_needs_bytes_and_a_path_s1_8() {
    let mut client = Client::demo();
    let none = version(&mut client, &json!({ "VersionData": null }));
    assert_eq!(none.error(), ("REQUIRED_FIELD_MISSING".to_owned(), vec!["VersionData".to_owned()]));
    let pathless = version(&mut client, &json!({ "PathOnClient": null }));
    assert_eq!(pathless.error(), ("REQUIRED_FIELD_MISSING".to_owned(), vec!["PathOnClient".to_owned()]));
}

#[test]
fn describe_says_which_fields_are_bytes_s2_10() {
    let describe = Client::demo().get("/sobjects/Attachment/describe").body;
    let body = describe["fields"].as_array().unwrap().iter().find(|field| field["name"] == "Body").unwrap();
    assert_eq!(
        (&body["type"], &body["soapType"], &body["filterable"]),
        (&json!("base64"), &json!("xsd:base64Binary"), &json!(false))
    );
    assert_eq!(describe["keyPrefix"], "00P");
}
