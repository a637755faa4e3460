//! How acts are carried out.

mod series;
mod upheaval;

use anyhow::Context;
use calbridge_engine::{ports::Action, ruling::Ruling};
use calbridge_rules::{
    id::{Address, ItemId, RecordId},
    people::PersonObject,
    saving::{Choice, ChosenPerson, SyncOff},
    settings::Multiday,
};
use calbridge_sync::store::{BRAKED, NewSave, SyncSwitch};
use calbridge_wire::service::{IdFormat, ItemRef};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::{
    company::{Planned, address, crowd, is_series, planned},
    dates::is_master,
    diary::{Edit, Hope, Side},
    hands::{Hands, events, ews_id, is_deleted, is_of, record},
    locked,
    script::{Act, Field},
    stage::Stage,
};

/// Minutes that every timed item lasts.
const MINUTES: i64 = 45;

/// A press as the pane sent it.
#[derive(Clone, Debug)]
pub struct Press {
    person: String,
    key: String,
    action: Action,
    item: ItemRef,
    choice: Choice,
}

impl Act {
    /// Whether it may happen while sessions run.
    pub fn is_sudden(&self) -> bool {
        match self {
            Self::Run | Self::Pass(_) | Self::ChangeSetting => false,
            Self::Press { .. }
            | Self::PressAgain
            | Self::Unsync(..)
            | Self::Categorize(..)
            | Self::Uncategorize(..)
            | Self::EditItem(..)
            | Self::EditEvent(..)
            | Self::EditBoth(..)
            | Self::DeleteEvent(_)
            | Self::Undelete
            | Self::DeleteItem(..)
            | Self::RestoreItem(..)
            | Self::Handle(..)
            | Self::NewEvent(_)
            | Self::MoveAway(..)
            | Self::MoveBack(_)
            | Self::Archive(..)
            | Self::MergeContacts
            | Self::MergeAccounts
            | Self::Retire(_)
            | Self::Rehire(_)
            | Self::Lifecycle(..)
            | Self::Series(..)
            | Self::DeleteCrowd
            | Self::Pause(_)
            | Self::Enable(_)
            | Self::Approve(..)
            | Self::LoseTokens
            | Self::Look => true,
        }
    }
}

impl Stage {
    /// Lets one act happen; one that has nothing to act on does nothing.
    ///
    /// # Errors
    /// The store failed, or the stand-in refused what it must take.
    pub async fn perform(&mut self, act: &Act) -> anyhow::Result<()> {
        self.note(format!("{} act {act:?}", self.time.now().format("%m-%d %H:%M:%S%.3f")));
        match act {
            Act::Press { person, stem, contact, with_account } => {
                self.press(person, stem, contact, *with_account).await
            }
            Act::PressAgain => match self.last_press.clone() {
                Some(press) => self.send(&press).await,
                None => Ok(()),
            },
            Act::Unsync(person, stem) => self.unsync(person, stem).await,
            Act::Categorize(person, stem, name) => self.categorize(person, stem, name),
            Act::Uncategorize(person, stem) => self.uncategorize(person, stem),
            Act::EditItem(stem, field) => self.edit_item(stem, *field),
            Act::EditEvent(stem, _) if self.is_unknown(stem).await? => Ok(()),
            Act::EditEvent(stem, field) => self.edit_event(stem, *field),
            Act::EditBoth(stem, field, other) => {
                self.edit_item(stem, *field)?;
                self.edit_event(stem, *other)
            }
            Act::DeleteEvent(stem) => self.delete_event(stem),
            Act::Undelete => self.undelete(),
            Act::DeleteItem(person, stem) => self.delete_item(person, stem),
            Act::RestoreItem(person, stem) => {
                self.restore(person, stem);
                Ok(())
            }
            Act::Handle(person, stem, what) => self.handle(person, stem, what).await,
            Act::NewEvent(person) => self.new_event(person),
            Act::Series(stem, deed) => self.on_series(stem, *deed).await,
            Act::DeleteCrowd => self.delete_crowd(),
            Act::MoveAway(person, stem) => self.move_away(person, stem),
            Act::MoveBack(person) => self.move_back(person),
            Act::Archive(person, stem) => self.archive(person, stem),
            Act::MergeContacts => self.merge_contacts(),
            Act::MergeAccounts => self.merge("Account", "Name", "Borealis", "Acme Industrial").map(drop),
            Act::Retire(person) => self.retire(person),
            Act::Rehire(person) => self.rehire(person).await,
            Act::Lifecycle(person, event) => self.lifecycle(person, event),
            Act::Pause(person) => {
                self.diary.paused.insert((*person).to_owned());
                self.switch(person, SyncSwitch::Off(SyncOff::Paused)).await
            }
            Act::Enable(person) => self.enable(person).await,
            Act::Approve(person, stem) => self.approve(person, stem).await,
            Act::ChangeSetting => {
                let now = if self.multiday().is_none() { Some(Multiday::Off) } else { None };
                self.change_setting(now)
            }
            Act::LoseTokens => {
                locked(&self.world).graph.switches.token_generation += 1;
                Ok(())
            }
            Act::Look => self.look().await,
            Act::Pass(seconds) => {
                self.pass(TimeDelta::seconds(*seconds));
                Ok(())
            }
            Act::Run => Ok(()),
        }
    }

    /// What people do with their own programs, now.
    pub fn hands<T>(&self, doing: impl FnOnce(&mut Hands<'_>) -> T) -> T {
        let mut world = locked(&self.world);
        doing(&mut Hands { world: &mut world, now: self.time.now() })
    }

    pub(crate) fn asks(&mut self, person: &str, stem: &str) {
        let mut watch = locked(&self.watch);
        watch.asked.insert((person.to_owned(), stem.to_owned()));
    }

    async fn press(
        &mut self,
        person: &str,
        stem: &str,
        contact: &str,
        with_account: bool,
    ) -> anyhow::Result<()> {
        let Some(item) = self.hands(|hands| hands.item(person, stem)) else { return Ok(()) };
        let contact = self.at_hand(contact);
        let (who, account) = {
            let world = locked(&self.world);
            (
                record(&world, "Contact", "Email", contact)?,
                record(&world, "Account", "Name", "Acme Industrial")?,
            )
        };
        let account = with_account.then_some(account);
        let choice = Choice {
            who: Some(ChosenPerson { record: RecordId::parse(&who)?, object: PersonObject::Contact }),
            what: account.as_deref().map(RecordId::parse).transpose()?,
            ..Choice::default()
        };
        self.asks(person, stem);
        self.diary.pressed(person, stem, who, account);
        // Whether the press or the category comes last is for the session to see.
        if item["categories"]
            .as_array()
            .is_some_and(|held| held.iter().any(|name| name == "Salesforce Unsync"))
        {
            self.takes_back(person, stem);
        }
        self.send_new(person, &item, Action::Save, choice).await
    }

    async fn unsync(&mut self, person: &str, stem: &str) -> anyhow::Result<()> {
        let Some(item) = self.hands(|hands| hands.item(person, stem)) else { return Ok(()) };
        self.takes_back(person, stem);
        self.send_new(person, &item, Action::Unsync, Choice::default()).await
    }

    fn takes_back(&mut self, person: &str, stem: &str) {
        self.asks(person, stem);
        locked(&self.watch).unsynced.insert(stem.to_owned());
        self.diary.opened(person, stem);
        self.diary.unsettled.insert(stem.to_owned());
    }

    async fn send_new(
        &mut self,
        person: &str,
        item: &Value,
        action: Action,
        choice: Choice,
    ) -> anyhow::Result<()> {
        let item = ItemRef {
            mailbox: Address::parse(&address(person))?,
            item_id: ItemId::parse(&ews_id(&locked(&self.world), person, item)?)?,
            id_format: IdFormat::Ews,
            series_id: None,
        };
        let key = format!("press-{:010}", self.diary.number());
        let press = Press { person: person.to_owned(), key, action, item, choice };
        self.send(&press).await?;
        self.last_press = Some(press);
        Ok(())
    }

    async fn send(&mut self, press: &Press) -> anyhow::Result<()> {
        let user = record(&locked(&self.world), "User", "Email", &address(&press.person))?;
        let save = NewSave {
            user: &RecordId::parse(&user)?,
            mailbox: &press.item.mailbox,
            idempotency_key: &press.key,
            fingerprint: &press.key,
            item: &press.item,
            action: press.action,
            choice: &press.choice,
            expected_at: self.time.now(),
        };
        self.store.accept_save(&save, self.now_ms()).await?;
        Ok(())
    }

    fn categorize(&mut self, person: &str, stem: &str, name: &str) -> anyhow::Result<()> {
        let Some(item) = self.hands(|hands| hands.item(person, stem)) else { return Ok(()) };
        let mut categories = item["categories"].as_array().cloned().unwrap_or_default();
        if categories.iter().any(|held| held == name) {
            return Ok(());
        }
        if name == "Salesforce" {
            self.asks(person, stem);
            self.diary.categorized(person, stem);
        } else {
            self.takes_back(person, stem);
        }
        categories.push(name.into());
        self.set_item(person, &item, &json!({ "categories": categories }))
    }

    fn uncategorize(&mut self, person: &str, stem: &str) -> anyhow::Result<()> {
        let Some(item) = self.hands(|hands| hands.item(person, stem)) else { return Ok(()) };
        if item["categories"].as_array().is_none_or(Vec::is_empty) {
            return Ok(());
        }
        self.diary.uncategorized(person, stem);
        self.set_item(person, &item, &json!({ "categories": [] }))
    }

    fn set_item(&mut self, person: &str, item: &Value, values: &Value) -> anyhow::Result<()> {
        let id = item["id"].as_str().unwrap_or_default().to_owned();
        self.hands(|hands| hands.change_item(person, &id, values))
    }

    fn edit_item(&mut self, stem: &str, field: Field) -> anyhow::Result<()> {
        let Some(home) = planned(stem).filter(|item| item.is_organized).map(|item| item.home) else {
            return Ok(());
        };
        let Some(item) = self.hands(|hands| hands.item(home, stem)) else { return Ok(()) };
        let number = self.diary.number();
        let field = if item["isAllDay"] == true { Field::Subject } else { field };
        let (values, value) = match field {
            Field::Subject => {
                (json!({ "subject": format!("{stem} o{number}") }), format!("{stem} o{number}"))
            }
            Field::Place => (
                json!({ "location": { "displayName": format!("Room o{number}") } }),
                format!("Room o{number}"),
            ),
            Field::Start => {
                let start = start_of(item["start"].as_str().unwrap_or_default(), number)?;
                let at = |time: DateTime<Utc>| json!({ "dateTime": time.format("%Y-%m-%dT%H:%M:%S").to_string(), "timeZone": "UTC" });
                let end = start + TimeDelta::minutes(MINUTES);
                (json!({ "start": at(start), "end": at(end) }), written(start))
            }
        };
        self.set_item(home, &item, &values)?;
        if item["type"] == "seriesMaster" && field == Field::Start {
            // The dates move, and what single ones said is gone.
            self.reshaped(stem);
            return Ok(());
        }
        let stem = stem.to_owned();
        self.diary.edits.push(Edit { number, side: Side::Outlook, stem, field, value, event: None });
        Ok(())
    }

    fn edit_event(&mut self, stem: &str, field: Field) -> anyhow::Result<()> {
        let Some(event) = self.event_of(stem) else { return Ok(()) };
        let home = planned(stem).map_or("mara", |item| item.home);
        if self.retired.contains(home) {
            return Ok(());
        }
        let number = self.diary.number();
        // When a series begins is changed where it is kept (SER-4).
        let has_start = event["IsAllDayEvent"] != true && !is_master(&event);
        let field = if has_start || field != Field::Start { field } else { Field::Subject };
        let (values, value) = match field {
            Field::Subject => {
                (json!({ "Subject": format!("{stem} s{number}") }), format!("{stem} s{number}"))
            }
            Field::Place => (json!({ "Location": format!("Room s{number}") }), format!("Room s{number}")),
            Field::Start => {
                let start = start_of(event["StartDateTime"].as_str().unwrap_or_default(), number)?;
                let end = start + TimeDelta::minutes(MINUTES);
                let at = |time: DateTime<Utc>| time.format("%Y-%m-%dT%H:%M:%S.000Z").to_string();
                let values = json!({ "StartDateTime": at(start), "EndDateTime": at(end), "DurationInMinutes": MINUTES });
                (values, written(start))
            }
        };
        let id = event["Id"].as_str().unwrap_or_default().to_owned();
        self.hands(|hands| hands.write_record(home, Some(&id), &values))
            .with_context(|| format!("{values}"))?;
        locked(&self.watch).said.insert(value.clone());
        let (stem, event) = (stem.to_owned(), Some(id));
        self.diary.edits.push(Edit { number, side: Side::Salesforce, stem, field, value, event });
        Ok(())
    }

    /// The Event of a stem that is there; of a series, its last part.
    fn event_of(&self, stem: &str) -> Option<Value> {
        let all = events(&locked(&self.world));
        let mut all: Vec<Value> =
            all.into_iter().filter(|event| is_of(event, stem) && !is_deleted(event)).collect();
        let begins = |event: &Value| event["RecurrenceStartDateTime"].as_str().map(str::to_owned);
        let newest = all.iter().filter(|event| is_master(event)).max_by_key(|event| begins(event)).cloned();
        if newest.is_none() && is_series(stem) {
            return None;
        }
        newest.or_else(|| (!all.is_empty()).then(|| all.swap_remove(0)))
    }

    /// Whether a series stands in Salesforce that a session made and did not live to keep.
    async fn is_unknown(&self, stem: &str) -> anyhow::Result<bool> {
        let Some(event) = self.event_of(stem).filter(is_master) else { return Ok(false) };
        let id = event["Id"].as_str().unwrap_or_default();
        Ok(!self.known(std::iter::once(id)).await?.contains(id))
    }

    fn delete_event(&mut self, stem: &str) -> anyhow::Result<()> {
        let Some(event) = self.event_of(stem) else { return Ok(()) };
        let id = event["Id"].as_str().unwrap_or_default().to_owned();
        self.diary.opened_for_all(stem);
        self.last_deleted = Some(id.clone());
        self.hands(|hands| hands.delete_record(&id))
    }

    /// Out of the bin, unless another Event of the meeting has come since.
    fn undelete(&mut self) -> anyhow::Result<()> {
        let Some(id) = self.last_deleted.take() else { return Ok(()) };
        let all = events(&locked(&self.world));
        let Some(event) = all.iter().find(|event| event["Id"] == id.as_str()) else { return Ok(()) };
        let stem = crate::company::stem_of(event["Subject"].as_str().unwrap_or_default()).to_owned();
        if !is_deleted(event) || self.event_of(&stem).is_some() {
            return Ok(());
        }
        self.diary.opened_for_all(&stem);
        self.hands(|hands| hands.undelete_record(&id))
    }

    fn delete_item(&mut self, person: &str, stem: &str) -> anyhow::Result<()> {
        if self.hands(|hands| hands.item(person, stem)).is_none() {
            return Ok(());
        }
        let is_for_all = planned(stem).is_some_and(|item: &Planned| item.home == person && item.is_organized);
        self.diary.opened(person, stem);
        if is_for_all {
            self.diary.opened_for_all(stem);
        }
        self.diary.unsettled.insert(stem.to_owned());
        self.hands(|hands| hands.handle(person, stem, "delete"))
    }

    fn restore(&mut self, person: &str, stem: &str) {
        if self.hands(|hands| hands.item(person, stem)).is_none() {
            self.diary.opened(person, stem);
            // Nothing of the kind in the bin is nothing to restore.
            drop(self.hands(|hands| hands.handle(person, stem, "restore")));
        }
    }

    fn new_event(&mut self, person: &str) -> anyhow::Result<()> {
        if self.retired.contains(person) {
            return Ok(());
        }
        let number = self.diary.number();
        let stem = format!("n{number}");
        let start = start_of(&written(self.time.now() + TimeDelta::days(2)), number)?;
        let subject = format!("{stem} s{number}");
        let fields = json!({ "Subject": subject, "StartDateTime": start.format("%Y-%m-%dT%H:%M:%S.000Z").to_string(),
            "DurationInMinutes": MINUTES, "Location": format!("Room s{number}") });
        self.hands(|hands| hands.write_record(person, None, &fields))?;
        self.asks(person, &stem);
        let mut watch = locked(&self.watch);
        if watch.is_watched {
            self.diary.expected.insert(stem);
        }
        watch.said.extend([subject, format!("Room s{number}")]);
        Ok(())
    }

    fn delete_crowd(&mut self) -> anyhow::Result<()> {
        for stem in crowd() {
            if self.hands(|hands| hands.item("lena", &stem)).is_some() {
                self.diary.opened("lena", &stem);
                self.diary.unsettled.insert(stem.clone());
                self.hands(|hands| hands.handle("lena", &stem, "delete"))?;
            }
        }
        Ok(())
    }

    async fn switch(&mut self, person: &str, switch: SyncSwitch) -> anyhow::Result<()> {
        let address = Address::parse(&address(person))?;
        Ok(self.store.set_sync(&address, switch, self.now_ms()).await?)
    }

    /// Somebody looks at the mailbox, and lets it go on.
    ///
    /// # Errors
    /// The store failed.
    pub async fn enable(&mut self, person: &str) -> anyhow::Result<()> {
        let mailbox = Address::parse(&address(person))?;
        let work = self.store.work_state(&mailbox, self.now_ms()).await?;
        if work.is_some_and(|work| work.parked.starts_with(BRAKED)) {
            locked(&self.watch).lifted.insert(address(person));
            self.store.rule_on_brake(&mailbox, Ruling::Approved, self.now_ms()).await?;
            return Ok(());
        }
        self.switch(person, SyncSwitch::Active).await
    }

    /// What is pressed under an id that the move ends is answered with the loss (ISE-404).
    async fn handle(&mut self, person: &str, stem: &str, what: &str) -> anyhow::Result<()> {
        let Some(item) = self.hands(|hands| hands.item(person, stem)) else { return Ok(()) };
        let id = ItemId::parse(item["id"].as_str().unwrap_or_default())?;
        if self.store.pair(&Address::parse(&address(person))?, &id).await?.is_none()
            && self.diary.hope(person, stem) != Hope::Unasked
        {
            self.diary.opened(person, stem);
            self.diary.unsettled.insert(stem.to_owned());
        }
        self.last_press = None;
        self.hands(|hands| hands.handle(person, stem, what))
    }

    async fn approve(&mut self, person: &str, stem: &str) -> anyhow::Result<()> {
        let Some(item) = self.hands(|hands| hands.item(person, stem)) else { return Ok(()) };
        let id = ItemId::parse(item["id"].as_str().unwrap_or_default())?;
        if self.store.approve(&Address::parse(&address(person))?, &id, self.now_ms()).await? {
            locked(&self.watch).approved.insert(stem.to_owned());
        }
        Ok(())
    }
}

/// The day of a time, at a time of day of its own.
fn start_of(text: &str, number: usize) -> anyhow::Result<DateTime<Utc>> {
    let day = text.get(..10).context("a time")?;
    let midnight: DateTime<Utc> = format!("{day}T00:00:00Z").parse()?;
    let number = i64::try_from(number).unwrap_or(0);
    Ok(midnight + TimeDelta::minutes(5 * 60 + (number * 7) % 900))
}

/// A time as the diary has it.
pub fn written(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}
