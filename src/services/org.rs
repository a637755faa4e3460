//! The org as the pane needs it: its form for Events, people and what they bring along, Events with names, searches.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use calbridge_rules::{
    event::EventFields,
    id::{Address, ApiName, RecordId},
    linking::{BusinessRecord, Related},
    map::SmallMap,
    people::{PersonMatch, PersonObject},
    settings::FieldSource,
};
use calbridge_wire::{
    CallError, Endpoint,
    salesforce::{
        accounts, cases,
        event::{self, NamedRecord, ReadEventView, UpdateEvent},
        opportunities,
        people::PeopleByEmail,
        query::{Query, QueryMore, Row},
        recent::Recent,
        search::{Search, SearchObject, SearchPage},
    },
};
use chrono::{DateTime, NaiveDate, Utc};

use super::form::{self, Form};
use crate::{
    kept::Kept,
    lookup::{Field, Hit, Hits, Object, SEARCH_FROM},
    picture::{EventView, YOU},
    send::Asked,
    session::Session,
    together::{self, Work},
};

/// Event fields that Outlook fills beside the standing ones.
pub(crate) type FieldMap = SmallMap<ApiName, FieldSource>;

/// Pages of one query at most.
const PAGE_LIMIT: usize = 5;
/// Rows of each object that one page of a search brings.
const ROWS_A_PAGE: u32 = 10;
/// Recent records that are asked for; those of other objects are left out of them.
const RECENT_LIMIT: u32 = 60;
/// Recent records that are shown.
const RECENT_SHOWN: usize = 5;

/// The org.
pub(crate) struct Org {
    pub(super) session: Session,
    pub(super) kept: Kept,
    form: RefCell<Option<Rc<Form>>>,
    is_checked: Cell<bool>,
}

impl Org {
    pub(super) fn new(session: Session, kept: Kept) -> Self {
        Self { session, kept, form: RefCell::default(), is_checked: Cell::new(false) }
    }

    pub(super) fn version(&self) -> String {
        self.session.config().api_version.clone()
    }

    /// How the org takes Events, from this device where it is known.
    pub(super) async fn form(&self) -> Result<Rc<Form>, CallError> {
        let known = self.form.borrow().clone().or_else(|| form::kept(self).map(Rc::new));
        if let Some(form) = known {
            *self.form.borrow_mut() = Some(Rc::clone(&form));
            return Ok(form);
        }
        self.is_checked.set(true);
        let fresh = Rc::new(form::read(self, None).await?);
        *self.form.borrow_mut() = Some(Rc::clone(&fresh));
        Ok(fresh)
    }

    /// Asks once per opened pane whether the org's form has changed; true where it has.
    pub(super) async fn check_form(&self) -> bool {
        let known = self.form.borrow().clone();
        let Some(known) = known.filter(|_| !self.is_checked.replace(true)) else { return false };
        // Out of reach, what is known stays good.
        let Ok(fresh) = form::read(self, Some(&known)).await else { return false };
        let differs = fresh != *known;
        *self.form.borrow_mut() = Some(Rc::new(fresh));
        differs
    }

    /// Forgets the form, which is another user's from now on.
    pub(super) fn forget(&self) {
        *self.form.borrow_mut() = None;
        self.is_checked.set(false);
    }

    /// Contacts and Leads with these addresses (PIC-1).
    pub(super) async fn people(&self, addresses: Vec<Address>) -> Result<Vec<PersonMatch>, CallError> {
        if addresses.is_empty() {
            return Ok(Vec::new());
        }
        let form = self.form().await?;
        let ask = PeopleByEmail {
            addresses,
            contact_fields: form.contact_emails.names.clone(),
            lead_fields: form.lead_emails.names.clone(),
        };
        ask.read(&self.rows(ask.statements()).await?)
    }

    /// What these Accounts bring along (PIC-1).
    pub(super) async fn related(
        &self,
        accounts: Vec<RecordId>,
        today: NaiveDate,
        now: DateTime<Utc>,
    ) -> Result<Related, CallError> {
        let by_id = accounts::ByIds { ids: accounts.clone() };
        let opportunities = opportunities::OfAccounts { accounts: accounts.clone(), today };
        let cases = cases::OfAccounts { accounts, now };
        let asked = [by_id.statements(), opportunities.statements(), cases.statements()];
        let asked = asked.into_iter().map(|statements| -> Work<'_, _> { Box::pin(self.rows(statements)) });
        let mut rows = together::all(asked.collect()).await.into_iter();
        let mut next = || rows.next().unwrap_or_else(|| Ok(Vec::new()));
        Ok(Related {
            accounts: by_id.read(&next()?)?,
            opportunities: opportunities.read(&next()?)?,
            cases: cases.read(&next()?)?,
        })
    }

    /// Accounts by website domain, for people whom nobody knows (PIC-1).
    pub(super) async fn accounts_of(&self, domains: Vec<String>) -> Result<Vec<BusinessRecord>, CallError> {
        let ask = accounts::ByDomains { domains };
        ask.read(&self.rows(ask.statements()).await?)
    }

    /// An Event with the names of what it is linked to, and the fields that settings map further values to (FLD-3).
    pub(crate) async fn event(&self, id: &RecordId, mapped: &FieldMap) -> Result<EventView, CallError> {
        let form = self.form().await?;
        let mut extra: Vec<ApiName> = form.required.iter().map(|field| field.field.name.clone()).collect();
        for name in mapped.keys().filter(|name| form.writable.contains(name)) {
            if !extra.contains(name) {
                extra.push(name.clone());
            }
        }
        let ask = ReadEventView { version: self.version(), id: id.clone(), extra };
        let read = self.session.salesforce(ask).await?;
        Ok(self.view(read))
    }

    fn view(&self, read: event::EventView) -> EventView {
        let user = self.session.user().map(|user| user.id);
        let named = |one: &NamedRecord| match &user {
            Some(user) if *user == one.record => YOU.to_owned(),
            Some(_) | None => one.name.clone(),
        };
        let owner = read.owner.as_ref().map(named);
        let by_sync = writes_for_others(&read);
        let changed_by = if by_sync { owner.clone() } else { read.last_modified_by.as_ref().map(named) };
        let event = read.event;
        EventView {
            link: format!("{}/lightning/r/Event/{}/view", self.session.config().my_domain, event.id),
            id: event.id,
            shown: event.fields,
            modstamp: event.system_modstamp,
            who: read.who.and_then(hit),
            what: read.what.and_then(hit),
            owner: owner.unwrap_or_default(),
            changed_by: changed_by.unwrap_or_default(),
            changed_at: event.last_modified,
        }
    }

    /// Writes fields of an Event, unless somebody was faster.
    pub(crate) fn update(
        &self,
        id: &RecordId,
        fields: EventFields,
        modstamp: DateTime<Utc>,
    ) -> Asked<'_, UpdateEvent> {
        self.session.salesforce(UpdateEvent {
            version: self.version(),
            id: id.clone(),
            fields,
            unless_modified_since: Some(modstamp),
        })
    }

    /// Records that hold what somebody typed (PIC-2).
    pub(super) async fn search(&self, field: Field, text: &str, pages: u32) -> Result<Hits, CallError> {
        let text = text.trim();
        if text.chars().count() < SEARCH_FROM {
            return Ok(Hits::default());
        }
        let objects = self.objects(field).await?;
        let limit = ROWS_A_PAGE.saturating_mul(pages.max(1));
        let ask = Search { version: self.version(), text: text.to_owned(), objects, limit };
        let SearchPage { found, more } = self.session.salesforce(ask).await?;
        let rows = found.into_iter().map(Hit::from).collect();
        Ok(Hits { rows: crate::lookup::ranked(rows, text), more })
    }

    /// Records that the user looked at lately (PIC-2).
    pub(super) async fn recent(&self, field: Field) -> Result<Hits, CallError> {
        let ask =
            Recent { version: self.version(), objects: self.objects(field).await?, limit: RECENT_LIMIT };
        let found = self.session.salesforce(ask).await?;
        Ok(Hits { rows: found.into_iter().map(Hit::from).take(RECENT_SHOWN).collect(), more: false })
    }

    async fn objects(&self, field: Field) -> Result<Vec<SearchObject>, CallError> {
        let names: Vec<ApiName> = match field {
            Field::Name => ["Contact", "Lead"].iter().filter_map(|name| ApiName::parse(name).ok()).collect(),
            Field::RelatedTo | Field::Further => self.form().await?.objects.clone(),
        };
        Ok(names.into_iter().map(SearchObject::of).collect())
    }

    /// All rows of all statements.
    async fn rows(&self, statements: Vec<String>) -> Result<Vec<Row>, CallError> {
        let mut rows = Vec::new();
        let asked = statements.into_iter().map(|soql| -> Work<'_, _> { Box::pin(self.rows_of(soql)) });
        for of_statement in together::all(asked.collect()).await {
            rows.append(&mut of_statement?);
        }
        Ok(rows)
    }

    async fn rows_of(&self, soql: String) -> Result<Vec<Row>, CallError> {
        let mut page = self.session.salesforce(Query { version: self.version(), soql }).await?;
        let mut rows = page.rows;
        for _ in 1..PAGE_LIMIT {
            let Some(next) = page.next else { break };
            page = self.session.salesforce(QueryMore { next }).await?;
            rows.append(&mut page.rows);
        }
        Ok(rows)
    }

    pub(super) fn call<E: Endpoint>(&self, endpoint: E) -> Asked<'_, E> {
        self.session.salesforce(endpoint)
    }
}

/// A linked record as a row that can be picked; nothing where Salesforce does not say what it is.
/// Whether the last change is sync's own: the account that created the Event for its owner changed it last. Salespeople
/// see whose save it was, not which account carried it over.
fn writes_for_others(read: &event::EventView) -> bool {
    let owner = read.owner.as_ref().map(|owner| &owner.record);
    let changed_by = read.last_modified_by.as_ref().map(|one| &one.record);
    changed_by.is_some() && changed_by == read.created_by.as_ref() && changed_by != owner
}

fn hit(named: NamedRecord) -> Option<Hit> {
    let object = match named.object.as_str() {
        "Contact" => Object::Person(PersonObject::Contact),
        "Lead" => Object::Person(PersonObject::Lead),
        other => Object::Business(ApiName::parse(other).ok()?),
    };
    Some(Hit { record: named.record, object, name: named.name, detail: String::new() })
}

#[cfg(test)]
mod tests;
