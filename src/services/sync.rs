//! Our service as the pane needs it, with what it last said kept on this device: it may be slow, down or paused.

use std::cell::RefCell;

use calbridge_rules::{saving::SyncKnown, settings::Settings};
use calbridge_wire::{
    CallError,
    service::{
        GetMe, IdFormat, ItemRef, LookupItem, Me, PostPage, PostSave, PostSession, PostTakeOver, PostUnsync,
        PutSync, SaveRequest, SetSync, SyncState, TakeOverRequest, UnsyncRequest,
    },
};

use crate::{
    kept::Kept,
    outlook::OpenItem,
    send::{Asked, SERVICE_LIMIT_MS},
    session::Session,
};

/// How long a picture waits for the service, in milliseconds: what Salesforce and the item tell must not wait for it.
const PICTURE_LIMIT_MS: u32 = 3_000;

/// The service.
pub(crate) struct Sync {
    session: Session,
    kept: Kept,
    last: RefCell<Option<Me>>,
}

/// What is known of the user's sync and settings.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Known {
    pub(super) sync: SyncKnown,
    pub(super) settings: Settings,
}

impl Sync {
    pub(super) fn new(session: Session, kept: Kept) -> Self {
        Self { session, kept, last: RefCell::default() }
    }

    /// What the service says of the user, or said last.
    pub(super) async fn known(&self) -> Result<Known, CallError> {
        match self.session.service(GetMe, PICTURE_LIMIT_MS).await {
            Ok(me) => {
                self.keep(&me);
                Ok(Known { sync: state(&me), settings: me.settings })
            }
            // Salesforce's session has ended: that is no word about the service.
            Err(error @ (CallError::SignedOut | CallError::ConsentLost { .. })) => Err(error),
            Err(_) => Ok(self.last_known()),
        }
    }

    /// Their settings as the service said last, if it ever did on this device.
    pub(super) fn last_settings(&self) -> Option<Settings> {
        self.last().map(|me| me.settings)
    }

    fn last_known(&self) -> Known {
        match self.last() {
            Some(me) => {
                let sync = match me.sync {
                    SyncState::Active => SyncKnown::Unreachable,
                    SyncState::Off { why } => SyncKnown::Off { why },
                };
                Known { sync, settings: me.settings }
            }
            None => Known { sync: SyncKnown::Never, settings: Settings::default() },
        }
    }

    fn last(&self) -> Option<Me> {
        let user = self.session.user()?;
        let in_memory = self.last.borrow().clone();
        in_memory.or_else(|| self.kept.value(&key(&user.id))).filter(|me: &Me| me.user == user.id)
    }

    fn keep(&self, me: &Me) {
        // Where the browser keeps nothing it is asked again next time.
        let _ = self.kept.put(&key(&me.user), me);
        *self.last.borrow_mut() = Some(me.clone());
    }

    /// Where an item stands with the service.
    pub(super) fn standing(&self, item: ItemRef) -> Asked<'_, LookupItem> {
        self.session.service(LookupItem { item }, PICTURE_LIMIT_MS)
    }

    pub(crate) fn save(&self, request: SaveRequest) -> Asked<'_, PostSave> {
        self.session.service(PostSave { request }, SERVICE_LIMIT_MS)
    }

    pub(super) async fn set(&self, active: bool) -> Result<(), CallError> {
        let me = self.session.service(PutSync { wanted: SetSync { active } }, SERVICE_LIMIT_MS).await?;
        self.keep(&me);
        Ok(())
    }

    pub(super) async fn session_now(&self) -> Result<(), CallError> {
        self.session.service(PostSession, SERVICE_LIMIT_MS).await.map(|_| ())
    }

    /// Takes an item back; whether it was only a request.
    pub(super) async fn unsync(&self, request: UnsyncRequest) -> Result<bool, CallError> {
        let taken = self.session.service(PostUnsync { request }, SERVICE_LIMIT_MS).await?;
        Ok(taken.withdrawn)
    }

    /// Makes somebody else's Event the user's.
    pub(super) async fn take_over(&self, request: TakeOverRequest) -> Result<(), CallError> {
        self.session.service(PostTakeOver { request }, SERVICE_LIMIT_MS).await.map(|_| ())
    }

    /// The address under which the browser opens the user's page, once and soon.
    pub(super) async fn page(&self) -> Result<String, CallError> {
        let key = self.session.service(PostPage, SERVICE_LIMIT_MS).await?;
        Ok(format!("{}{}", self.session.config().service, key.path))
    }

    pub(super) fn forget(&self) {
        *self.last.borrow_mut() = None;
    }
}

fn key(user: &calbridge_rules::id::RecordId) -> String {
    format!("me.{user}")
}

fn state(me: &Me) -> SyncKnown {
    match me.sync {
        SyncState::Active => SyncKnown::Active { next_session: me.next_session },
        SyncState::Off { why } => SyncKnown::Off { why },
    }
}

/// How the service is told which item is meant; nothing before Outlook has saved it once.
pub(crate) fn item_ref(open: &OpenItem) -> Option<ItemRef> {
    let series_id = match &open.item.kind {
        calbridge_rules::item::Kind::Occurrence { series } => Some(series.clone()),
        calbridge_rules::item::Kind::Single | calbridge_rules::item::Kind::Series => None,
    };
    Some(ItemRef {
        mailbox: open.mailbox.clone(),
        item_id: open.item.id.clone()?,
        id_format: if open.rest_ids { IdFormat::Rest } else { IdFormat::Ews },
        series_id,
    })
}
