//! `GET /users/{mailbox}/events/{id}/attachments` and `…/attachments/{id}/$value`:
//! <https://learn.microsoft.com/graph/api/event-list-attachments>,
//! <https://learn.microsoft.com/graph/api/attachment-get>

use calbridge_rules::{
    files::{File, FilePlace},
    id::{Address, ItemId},
};

use super::{errors, mailbox, preferring};
use crate::{
    call::{CallError, Endpoint},
    json,
    message::{Reply, Request},
    outgoing,
    value::Value,
};

/// Reads which files an item has, without what is in them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListFiles {
    /// The mailbox.
    pub mailbox: Address,
    /// The item.
    pub item: ItemId,
}

/// Reads what is in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadFile {
    /// The mailbox.
    pub mailbox: Address,
    /// The item.
    pub item: ItemId,
    /// The file's id.
    pub file: String,
}

/// A file of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedFile {
    /// Its id.
    pub id: String,
    /// What it is.
    pub file: File,
    /// The type of its content; may be empty.
    pub content_type: String,
}

impl Endpoint for ListFiles {
    type Answer = Vec<ListedFile>;

    fn request(&self, base: &str) -> Request {
        let query = outgoing::pairs(&[("$select", "id,name,size,contentType,isInline")]);
        preferring(outgoing::get(&format!("{}?{query}", address(base, &self.mailbox, &self.item, ""))))
    }

    fn read(&self, reply: &Reply) -> Result<Vec<ListedFile>, CallError> {
        errors::check(reply)?;
        let body = json::body(reply)?;
        json::rows(&body, "value").iter().map(listed).collect()
    }
}

impl Endpoint for ReadFile {
    type Answer = Vec<u8>;

    fn request(&self, base: &str) -> Request {
        let rest = format!("/{}/$value", outgoing::encoded(&self.file));
        preferring(outgoing::get(&address(base, &self.mailbox, &self.item, &rest)))
    }

    fn read(&self, reply: &Reply) -> Result<Vec<u8>, CallError> {
        errors::check(reply)?;
        Ok(reply.body.clone())
    }
}

fn address(base: &str, of: &Address, item: &ItemId, rest: &str) -> String {
    mailbox(base, of, &format!("events/{}/attachments{rest}", outgoing::encoded(item.as_str())))
}

fn listed(row: &Value) -> Result<ListedFile, CallError> {
    let text = |path: &str| json::maybe_text(row, path).unwrap_or_default().to_owned();
    let kind = row.get("@odata.type").and_then(Value::as_str).unwrap_or_default();
    let place = match kind.rsplit('.').next().unwrap_or_default() {
        "itemAttachment" => FilePlace::Item,
        "referenceAttachment" => FilePlace::Cloud,
        _ if json::flag(row, "isInline") => FilePlace::Inline,
        _ => FilePlace::Attached,
    };
    let size = json::at(row, "size").and_then(Value::as_u64).unwrap_or_default();
    Ok(ListedFile {
        id: json::text(row, "id")?.to_owned(),
        file: File { name: text("name"), size, place },
        content_type: text("contentType"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{reply, shown};

    fn mara() -> (Address, ItemId) {
        (Address::parse("mara@brightwater.example").unwrap(), ItemId::parse("AA/B=").unwrap())
    }

    #[test]
    fn att_1_files_are_told_from_pictures_links_and_items() {
        use FilePlace::{Attached, Cloud, Inline, Item};
        let (mailbox, item) = mara();
        let body = r##"{"value":[
            {"@odata.type":"#microsoft.graph.fileAttachment","id":"1","name":"a.pdf","size":10,"contentType":"application/pdf","isInline":false},
            {"@odata.type":"#microsoft.graph.fileAttachment","id":"2","name":"logo.png","size":3,"isInline":true},
            {"@odata.type":"#microsoft.graph.referenceAttachment","id":"3","name":"plan","size":0},
            {"@odata.type":"#microsoft.graph.itemAttachment","id":"4","name":"Mail","size":900}]}"##;
        let list = ListFiles { mailbox, item };
        let files = list.read(&reply(200, body)).unwrap();
        let places: Vec<FilePlace> = files.iter().map(|one| one.file.place).collect();
        assert_eq!(places, [Attached, Inline, Cloud, Item]);
        assert_eq!((files[0].file.size, files[0].content_type.as_str()), (10, "application/pdf"));
        assert!(list.read(&reply(200, r#"{"value":[{"name":"x"}]}"#)).is_err());
    }

    #[test]
    fn att_1_what_is_in_a_file_comes_as_it_is() {
        let (mailbox, item) = mara();
        let read = ReadFile { mailbox, item, file: "1/2".to_owned() };
        let request = shown(&read.request("https://graph.example/v1.0"));
        let address = "GET https://graph.example/v1.0/users/mara%40brightwater.example/events/AA%2FB%3D/attachments/1%2F2/$value";
        assert_eq!(request.lines().next(), Some(address));
        assert_eq!(read.read(&reply(200, "%PDF")), Ok(b"%PDF".to_vec()));
    }
}
