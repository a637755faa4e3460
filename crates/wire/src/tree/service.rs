//! Types of our own API.

use super::{Tree, by_word, member, member_or, object, word};
use crate::service::{
    ApiRange, IdFormat, ItemRef, ItemStanding, LoginCode, Me, PageKey, Problem, SaveAccepted, SaveRequest,
    SessionWanted, SetSync, SyncState, TakeOverRequest, UnsyncAccepted, UnsyncRequest,
};
use crate::value::Value;

const FORMATS: [(IdFormat, &str); 2] = [(IdFormat::Ews, "ews"), (IdFormat::Rest, "rest")];

impl Tree for IdFormat {
    fn write(&self) -> Value {
        word(&FORMATS, self)
    }

    fn read(tree: &Value) -> Option<Self> {
        by_word(&FORMATS, tree)
    }
}

impl Tree for SyncState {
    fn write(&self) -> Value {
        match self {
            Self::Active => object([("state", Value::from("active"))]),
            Self::Off { why } => object([("state", Value::from("off")), ("why", why.write())]),
        }
    }

    fn read(tree: &Value) -> Option<Self> {
        match tree.get("state")?.as_str()? {
            "active" => Some(Self::Active),
            "off" => Some(Self::Off { why: member(tree, "why")? }),
            _ => None,
        }
    }
}

impl Tree for ApiRange {
    fn write(&self) -> Value {
        object([("lowest", Value::from(self.lowest)), ("highest", Value::from(self.highest))])
    }

    fn read(tree: &Value) -> Option<Self> {
        let number = |name: &str| u32::try_from(tree.get(name)?.as_u64()?).ok();
        Some(Self { lowest: number("lowest")?, highest: number("highest")? })
    }
}

macro_rules! structs {
    ($($type:ident { $($field:ident),+ })+) => {
        $(impl Tree for $type {
            fn write(&self) -> Value {
                object([$((stringify!($field), self.$field.write())),+])
            }

            fn read(tree: &Value) -> Option<Self> {
                Some(Self { $($field: member(tree, stringify!($field))?),+ })
            }
        })+
    };
}

structs! {
    Me { user, name, mailbox, sync, next_session, settings, api }
    SetSync { active }
    ItemRef { mailbox, item_id, id_format, series_id }
    SaveRequest { idempotency_key, item, choice }
    SaveAccepted { expected_at }
    UnsyncRequest { idempotency_key, item, request_only }
    UnsyncAccepted { expected_at, withdrawn }
    PageKey { path }
    TakeOverRequest { idempotency_key, item }
    SessionWanted { expected_at }
    LoginCode { code, state }
    Problem { code, message, remedy, sync_off }
}

impl Tree for ItemStanding {
    fn write(&self) -> Value {
        object([
            ("status", self.status.write()),
            ("synced_organizer", self.synced_organizer.write()),
            ("is_draft", self.is_draft.write()),
            ("is_all_day", self.is_all_day.write()),
            ("is_private", self.is_private.write()),
            ("chosen", self.chosen.write()),
            ("decided", self.decided.write()),
        ])
    }

    fn read(tree: &Value) -> Option<Self> {
        Some(Self {
            status: member(tree, "status")?,
            synced_organizer: member(tree, "synced_organizer")?,
            is_draft: member(tree, "is_draft")?,
            is_all_day: member(tree, "is_all_day")?,
            is_private: member(tree, "is_private")?,
            chosen: member(tree, "chosen")?,
            // An older service does not tell.
            decided: member_or(tree, "decided", Vec::new())?,
        })
    }
}
