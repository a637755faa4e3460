//! The outside world as the UI sees it. Cheap to clone; every method is safe to call again.

pub(crate) mod background;
mod flights;
mod form;
mod gather;
mod org;
mod sync;

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use calbridge_rules::{category, files::File, item::Item};
use calbridge_wire::service::{ItemRef, TakeOverRequest, UnsyncRequest};
use leptos::prelude::*;
use send_wrapper::SendWrapper;

pub(crate) use self::sync::item_ref;
use self::{background::Background, flights::Flights, org::Org, sync::Sync};
use crate::{
    clock,
    kept::Kept,
    lookup::{Field, Hits},
    outbox::{OUTBOX, Outbox},
    outlook::{Failure, OpenItem, Opened, Outlook},
    picture::Picture,
    save::{NotSaved, Saved},
    send::Config,
    session::{Session, SignedIn, User, hex, random},
    trouble::{Party, Remedy, Trouble},
};

/// The outside world.
#[derive(Clone)]
pub struct Services {
    /// Who is signed in.
    pub signed_in: RwSignal<SignedIn>,
    /// Rises whenever Outlook opened or changed the item, or a request was settled: gather the picture again.
    pub turn: RwSignal<u32>,
    /// JavaScript's values stay on the page's one thread.
    inner: SendWrapper<Rc<Inner>>,
}

struct Inner {
    outlook: Outlook,
    session: Session,
    kept: Kept,
    org: Org,
    sync: Sync,
    outbox: Outbox,
    flights: Flights<Result<Saved, NotSaved>>,
    background: Background,
    /// What Outlook had open when it was last read.
    last: RefCell<Option<Opened>>,
    /// Rises with every picture: results of older ones are dropped.
    pictures: Cell<u32>,
}

impl Services {
    /// The outside world around this page.
    pub fn new(outlook: Outlook, config: Config) -> Self {
        let signed_in = RwSignal::new(SignedIn::Starting);
        let kept = Kept::of(&outlook.partition_key());
        let session = Session::new(config, outlook.clone(), kept.clone(), signed_in);
        let inner = Inner {
            outlook,
            kept: kept.clone(),
            org: Org::new(session.clone(), kept.clone()),
            sync: Sync::new(session.clone(), kept.clone()),
            outbox: Outbox::new(kept),
            session,
            flights: Flights::new(),
            background: Background::default(),
            last: RefCell::default(),
            pictures: Cell::new(0),
        };
        Self { signed_in, turn: RwSignal::new(0), inner: SendWrapper::new(Rc::new(inner)) }
    }

    /// Reads what Outlook has open.
    ///
    /// # Errors
    /// Outlook did not answer, or refused.
    pub async fn opened(&self) -> Result<Opened, Trouble> {
        let opened = self.read().await?;
        *self.inner.last.borrow_mut() = Some(opened.clone());
        Ok(opened)
    }

    async fn read(&self) -> Result<Opened, Failure> {
        let opened = self.inner.outlook.opened().await;
        self.follow_item();
        opened
    }

    /// Gathers everything the pane shows of an open item.
    ///
    /// # Errors
    /// Salesforce did not answer, or nobody is signed in. Trouble of the service's is part of the picture.
    pub async fn picture(&self, open: OpenItem) -> Result<Picture, Trouble> {
        let number = self.inner.pictures.get().wrapping_add(1);
        self.inner.pictures.set(number);
        let picture = Box::pin(gather::picture(self, open)).await?;
        if self.inner.pictures.get() == number {
            self.watch(&picture);
        }
        Ok(picture)
    }

    /// Opens the sign-in dialog.
    ///
    /// # Errors
    /// Nobody is signed in; the words say why.
    pub async fn sign_in(&self) -> Result<(), Trouble> {
        self.inner.session.sign_in().await?;
        self.inner.org.forget();
        self.inner.sync.forget();
        self.look_again();
        self.deliver_later();
        Ok(())
    }

    /// Signs out and forgets what was kept of the user, the outbox apart.
    pub async fn sign_out(&self) {
        self.inner.session.sign_out().await;
        self.inner.org.forget();
        self.inner.sync.forget();
        self.inner.kept.forget_all_but(OUTBOX);
    }

    /// Turns sync on or off for the user (SAV-3).
    ///
    /// # Errors
    /// Sync stays as it was.
    pub async fn set_sync(&self, active: bool) -> Result<(), Trouble> {
        self.inner.sync.set(active).await.map_err(|error| Trouble::of(&error, Party::Sync))
    }

    /// Asks for a session now.
    ///
    /// # Errors
    /// The service did not take the wish.
    pub async fn sync_now(&self) -> Result<(), Trouble> {
        self.inner.sync.session_now().await.map_err(|error| Trouble::of(&error, Party::Sync))?;
        self.deliver_later();
        Ok(())
    }

    /// Takes the open item back (UNS-1), and waits until the session has done it. A request that this device still keeps is
    /// withdrawn here, whether or not the service can be reached.
    ///
    /// # Errors
    /// The service did not take the wish, or the session has not come yet.
    pub async fn unsync(&self) -> Result<(), Trouble> {
        let Some(item) = self.open_item() else { return Ok(()) };
        let user = self.user().ok_or_else(Trouble::signed_out)?.id;
        if self.outbox().withdraw(&user, &item).await.is_some() {
            self.deliver_later();
            return self.unmark().await;
        }
        let request =
            UnsyncRequest { idempotency_key: self.new_key(), item: item.clone(), request_only: false };
        let taken = self.inner.sync.unsync(request).await;
        let is_only_request = taken.map_err(|error| Trouble::of(&error, Party::Sync))?;
        if is_only_request || self.is_settled(item).await {
            return Ok(());
        }
        let advice = "Sync removes the event with its next session. You can close this.";
        Err(Trouble::new("Not removed yet", advice, Remedy::None))
    }

    /// Makes the open item's Event this user's (PPL-5), and waits until the session has done it.
    ///
    /// # Errors
    /// The service did not take the wish, the session refused it, or it has not come yet.
    pub async fn take_over(&self) -> Result<(), Trouble> {
        let Some(item) = self.open_item() else { return Ok(()) };
        let request = TakeOverRequest { idempotency_key: self.new_key(), item: item.clone() };
        let taken = self.inner.sync.take_over(request).await;
        taken.map_err(|error| Trouble::of(&error, Party::Sync))?;
        self.is_taken_over(item).await
    }

    /// What Outlook has open, as the service knows it.
    fn open_item(&self) -> Option<ItemRef> {
        match &*self.inner.last.borrow() {
            Some(Opened::Item(open)) => item_ref(open),
            Some(Opened::Nothing | Opened::NotCalendar) | None => None,
        }
    }

    /// Opens the user's page of the service in a browser.
    ///
    /// # Errors
    /// The service did not answer.
    pub async fn open_own_page(&self) -> Result<(), Trouble> {
        let page = self.inner.sync.page().await.map_err(|error| Trouble::of(&error, Party::Sync))?;
        self.open_page(&page);
        Ok(())
    }

    /// Searches as somebody types; dropping the future cancels the request (PIC-2).
    ///
    /// # Errors
    /// Salesforce did not answer, or refused.
    pub async fn search(&self, field: Field, text: String, pages: u32) -> Result<Hits, Trouble> {
        let found = self.inner.org.search(field, &text, pages).await;
        found.map_err(|error| Trouble::of(&error, Party::Salesforce))
    }

    /// Records used lately, shown before typing (PIC-2).
    ///
    /// # Errors
    /// Salesforce did not answer, or refused.
    pub async fn recent(&self, field: Field) -> Result<Hits, Trouble> {
        self.inner.org.recent(field).await.map_err(|error| Trouble::of(&error, Party::Salesforce))
    }

    /// Reads the open item again, right before it is saved: Outlook does not tell of every change.
    ///
    /// # Errors
    /// Outlook did not answer, or has nothing open any more.
    pub async fn fresh_item(&self) -> Result<Item, Trouble> {
        match self.read().await? {
            Opened::Item(open) => Ok(open.item),
            Opened::Nothing | Opened::NotCalendar => {
                let advice = "Open it again to save it.";
                Err(Trouble::new("Outlook has closed the event", advice, Remedy::Retry))
            }
        }
    }

    /// The files of the open item.
    ///
    /// # Errors
    /// Outlook did not answer, or cannot say.
    pub async fn files(&self) -> Result<Vec<File>, Failure> {
        self.inner.outlook.files().await
    }

    /// Opens a page outside the pane.
    pub fn open_page(&self, url: &str) {
        Outlook::open_page(url);
    }

    /// A key for one press of Save.
    pub fn new_key(&self) -> String {
        // A browser without secret numbers still gets a key of its own: keys need to differ, not to be secret.
        let bytes = random::<16>().unwrap_or_else(|| {
            let now = clock::now().timestamp_millis().cast_unsigned();
            let chance = js_sys::Math::random().to_bits();
            (u128::from(now) << 64 | u128::from(chance)).to_be_bytes()
        });
        hex(&bytes)
    }

    /// Asks for the picture to be gathered again.
    pub(crate) fn look_again(&self) {
        self.turn.update(|turn| *turn = turn.wrapping_add(1));
    }

    /// Puts `Salesforce` on the open item; whether Outlook has it there now (CAT-7).
    pub(crate) async fn mark(&self, item: &Item) -> bool {
        match category::pane_adds(&item.categories) {
            Some(_) => self.inner.outlook.add_category().await,
            None => true,
        }
    }

    /// Takes `Salesforce` off the open item again: left there, it asks sync to save it (CAT-3).
    async fn unmark(&self) -> Result<(), Trouble> {
        if self.inner.outlook.remove_category().await {
            return Ok(());
        }
        let advice = "Take the category Salesforce off the event in Outlook, or sync saves it after all.";
        Err(Trouble::new("Withdrawn, but still marked", advice, Remedy::None))
    }

    pub(crate) fn user(&self) -> Option<User> {
        self.inner.session.user()
    }

    pub(crate) fn org(&self) -> &Org {
        &self.inner.org
    }

    pub(crate) fn sync(&self) -> &Sync {
        &self.inner.sync
    }

    pub(crate) fn outbox(&self) -> &Outbox {
        &self.inner.outbox
    }

    pub(crate) fn flights(&self) -> &Flights<Result<Saved, NotSaved>> {
        &self.inner.flights
    }
}
