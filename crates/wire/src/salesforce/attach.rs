//! `POST /services/data/vXX.X/sobjects/{Attachment|ContentVersion}`, and which of them a record has:
//! <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_sobject_insert_update_blob.htm>

use calbridge_rules::{id::RecordId, settings::AttachAs};

use super::{data, errors, query::Row, soql};
use crate::{
    call::{CallError, Endpoint},
    message::{Method, Reply, Request},
    outgoing,
    tree::object,
    value::Value,
};

/// Rows of one statement at most.
const ROW_LIMIT: usize = 500;

/// Adds a file to a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddFile {
    /// The API version.
    pub version: String,
    /// The record.
    pub record: RecordId,
    /// The file's name.
    pub name: String,
    /// The type of its content; may be empty.
    pub content_type: String,
    /// What is in it, in base64.
    pub content: String,
    /// As what it is kept.
    pub save_as: AttachAs,
}

impl Endpoint for AddFile {
    type Answer = ();

    fn request(&self, base: &str) -> Request {
        let (record, name) = (Value::from(self.record.as_str()), Value::from(self.name.as_str()));
        let content = Value::from(self.content.as_str());
        let (kind, body) = match self.save_as {
            AttachAs::Attachment => {
                let mut body = vec![("ParentId", record), ("Name", name), ("Body", content)];
                if !self.content_type.is_empty() {
                    body.push(("ContentType", Value::from(self.content_type.as_str())));
                }
                ("Attachment", body)
            }
            // The first place of publication is what a link would be made for.
            AttachAs::File => (
                "ContentVersion",
                vec![
                    ("Title", name.clone()),
                    ("PathOnClient", name),
                    ("VersionData", content),
                    ("FirstPublishLocationId", record),
                ],
            ),
        };
        outgoing::json(Method::Post, &data(base, &self.version, &format!("sobjects/{kind}")), &object(body))
    }

    fn read(&self, reply: &Reply) -> Result<(), CallError> {
        errors::check(reply)
    }
}

/// The files of a record: a statement to run with [`super::query::Query`], and a reader of its rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilesOf {
    /// The record.
    pub record: RecordId,
    /// As what they are kept.
    pub save_as: AttachAs,
}

impl FilesOf {
    /// The statement.
    pub fn statement(&self) -> String {
        let id = soql::quoted(self.record.as_str());
        match self.save_as {
            AttachAs::Attachment => {
                format!("SELECT Id, Name FROM Attachment WHERE ParentId = {id} LIMIT {ROW_LIMIT}")
            }
            AttachAs::File => format!(
                "SELECT Id, ContentDocument.Title FROM ContentDocumentLink WHERE LinkedEntityId = {id} \
                 LIMIT {ROW_LIMIT}"
            ),
        }
    }

    /// The names in the rows.
    pub fn read(&self, rows: &[Row]) -> Vec<String> {
        let column = match self.save_as {
            AttachAs::Attachment => "Name",
            AttachAs::File => "ContentDocument.Title",
        };
        rows.iter().map(|row| row.text(column).to_owned()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{reply, shown};

    fn add(save_as: AttachAs) -> AddFile {
        AddFile {
            version: "v67.0".to_owned(),
            record: RecordId::parse("00U000000000001").unwrap(),
            name: "a.pdf".to_owned(),
            content_type: "application/pdf".to_owned(),
            content: "JVBERg==".to_owned(),
            save_as,
        }
    }

    #[track_caller]
    fn says(save_as: AttachAs, expected: &str) {
        let text = shown(&add(save_as).request("https://org.example"));
        let (head, body) = text.split_once("\n\n").unwrap();
        let address = "POST https://org.example/services/data/v67.0/sobjects/";
        let object = head.lines().next().and_then(|line| line.strip_prefix(address)).unwrap();
        assert_eq!(format!("{object} {body}"), expected);
    }

    #[test]
    fn att_1_a_file_is_an_attachment_or_a_version_published_at_the_record() {
        says(
            AttachAs::Attachment,
            r#"Attachment {"Body":"JVBERg==","ContentType":"application/pdf","Name":"a.pdf","ParentId":"00U000000000001EAA"}"#,
        );
        says(
            AttachAs::File,
            r#"ContentVersion {"FirstPublishLocationId":"00U000000000001EAA","PathOnClient":"a.pdf","Title":"a.pdf","VersionData":"JVBERg=="}"#,
        );
        let body = r#"{"id":"00P000000000001AAA","success":true,"errors":[]}"#;
        assert_eq!(add(AttachAs::File).read(&reply(201, body)), Ok(()));
    }

    #[test]
    fn att_1_the_files_of_an_event_are_asked_for_by_their_kind() {
        let record = RecordId::parse("00U000000000001").unwrap();
        let statement = |save_as| FilesOf { record: record.clone(), save_as }.statement();
        assert!(
            statement(AttachAs::Attachment).contains("FROM Attachment WHERE ParentId = '00U000000000001EAA'")
        );
        assert!(statement(AttachAs::File).contains("FROM ContentDocumentLink WHERE LinkedEntityId ="));
    }
}
