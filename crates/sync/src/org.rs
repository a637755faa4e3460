//! The Salesforce org as the service's own client sees it: signed in by client credentials, describes kept a while.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

use calbridge_rules::{id::ApiName, map::SmallMap, saving::RequiredField, settings::FieldSource};
use calbridge_wire::{
    CallError, Endpoint,
    message::header,
    salesforce::{
        describe::{DescribeObject, Described, ObjectDescribe},
        event::{ChangedEvent, ChangedEvents},
        layout::{DialogField, EventLayout, required_fields},
        limits,
        queries::{QUERIES_LIMIT, Queries},
        query::{Page, Query, QueryAll, QueryMore, Row},
        relations::{LINK_FIELDS, LINK_OBJECT},
        token::ClientCredentials,
    },
};
use chrono::{DateTime, Utc};
use tokio::sync::{Mutex, Semaphore};

use crate::{
    acquaintances::Acquaintances,
    budget::{Budget, Shared, Standstill},
    clock::Clock,
    config::{Config, Secret},
    field_map::{FieldMap, Held, held},
    keying::Keying,
    store::Store,
    tokens::{Token, Tokens},
    transport::Transport,
};

/// The REST API's version.
pub const VERSION: &str = "v67.0";
/// How long a token is used before it is bought anew, in milliseconds; the org names no end.
const TOKEN_MS: i64 = 30 * 60_000;
/// How long describes are believed, in milliseconds.
const DESCRIBE_MS: i64 = 30 * 60_000;
/// How long the org is believed to lack the field that held the keys of Events, in milliseconds: somebody mends it.
const MISSING_MS: i64 = 60_000;
/// Files that all sessions of a process together hold in memory: each takes up to 25 MB, and its request twice as much.
const FILES_AT_ONCE: usize = 1;
/// Pages of one query that are read.
const PAGE_LIMIT: usize = 20;

/// The org.
pub struct Org {
    transport: Arc<dyn Transport>,
    clock: Clock,
    base: String,
    store: Store,
    /// The field that an admin deploys for the keys of Events.
    key_field: ApiName,
    keying: RwLock<Option<Arc<Keying>>>,
    credentials: ClientCredentials,
    tokens: Tokens,
    field_map: FieldMap,
    shape: Mutex<Known>,
    /// Who of the people that were asked for is in the org.
    pub(crate) acquaintances: Acquaintances,
    budget: Budget,
    /// Lets sessions hold files in memory, few at a time.
    pub(crate) file_turns: Arc<Semaphore>,
}

/// What is known of the org, and until when that is believed, in milliseconds.
#[derive(Default)]
struct Known {
    shape: Option<Arc<Shape>>,
    until_ms: i64,
    /// Describes as they were last read, so that the org need not say again what has not changed.
    described: BTreeMap<ApiName, ObjectDescribe>,
}

/// What of the org sync depends on (PIC-4).
#[derive(Clone, Debug)]
pub struct Shape {
    /// The e-mail fields of Contact.
    pub contact_emails: Vec<ApiName>,
    /// The e-mail fields of Lead.
    pub lead_emails: Vec<ApiName>,
    /// Fields that the org demands before it takes an Event.
    pub required: Vec<RequiredField>,
    /// Whether an Event may have several people (PIC-3).
    pub several_people: bool,
    /// Where the keys of Events are (DUP-1, DUP-2).
    pub keying: Arc<Keying>,
    /// Whether it tells the original starts of occurrences, and takes a client's own ids (SER-1).
    pub tells_original_start: bool,
    /// The zones that it knows (TZN-3).
    pub zones: Vec<String>,
    /// The mapped fields that hold (FLD-3), and those that do not.
    pub mapped: Held,
}

impl Org {
    /// The org of a configuration.
    pub fn new(
        config: &Config,
        secret: &Secret,
        transport: Arc<dyn Transport>,
        clock: Clock,
        store: Store,
    ) -> Self {
        let (field_map, config) = (config.field_map.clone(), &config.salesforce);
        let credentials = ClientCredentials {
            client_id: config.client_id.clone(),
            client_secret: secret.reveal().to_owned(),
        };
        Self {
            transport,
            clock,
            base: config.my_domain.clone(),
            store,
            key_field: config.sync_key_field.clone(),
            keying: RwLock::default(),
            credentials,
            tokens: Tokens::default(),
            field_map,
            shape: Mutex::default(),
            acquaintances: Acquaintances::default(),
            budget: Budget::new(config.budget_floor_percent),
            file_turns: Arc::new(Semaphore::new(FILES_AT_ONCE)),
        }
    }

    /// Makes an exchange; a refused token is renewed once.
    ///
    /// # Errors
    /// As the exchange says.
    pub async fn call<E: Endpoint>(&self, exchange: &E) -> Result<E::Answer, CallError> {
        let token = self.token().await?;
        match self.send(exchange, &token).await {
            Err(CallError::SignedOut) => {
                self.tokens.forget(&token).await;
                let token = self.token().await?;
                self.send(exchange, &token).await
            }
            answer => answer,
        }
    }

    async fn token(&self) -> Result<String, CallError> {
        let now_ms = self.clock.now().timestamp_millis();
        let buy = async {
            let reply = self.transport.send(self.credentials.request(&self.base)).await?;
            let grant = self.credentials.read(&reply)?;
            Ok(Token { text: grant.access_token, until_ms: now_ms + TOKEN_MS })
        };
        self.tokens.get(now_ms, buy).await
    }

    async fn send<E: Endpoint>(&self, exchange: &E, token: &str) -> Result<E::Answer, CallError> {
        let mut request = exchange.request(&self.base);
        request.headers.push((header::AUTHORIZATION, format!("Bearer {token}")));
        let reply = self.transport.send(request).await?;
        if let Some(usage) = limits::usage(&reply) {
            self.budget.learn(usage, self.now_ms());
        }
        let answer = exchange.read(&reply);
        if matches!(answer, Err(CallError::Throttled { .. })) {
            self.budget.exhausted(self.now_ms());
        }
        answer
    }

    /// What time it is.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// What time it is, in milliseconds.
    pub(crate) fn now_ms(&self) -> i64 {
        self.now().timestamp_millis()
    }

    /// Why nothing is asked that nobody waits for, while that is so (ISS-2).
    pub fn standstill(&self) -> Option<Standstill> {
        self.budget.standstill(self.now_ms())
    }

    /// Takes over what other processes heard of the org's calls, and answers what they are to take over.
    pub fn share(&self, theirs: Option<Standstill>) -> Shared {
        self.budget.share(theirs)
    }

    /// How many times longer than usual background work shall take.
    pub fn slowness(&self) -> i64 {
        self.budget.slowness()
    }

    /// The rows of several statements.
    ///
    /// # Errors
    /// As the first failed call says.
    pub async fn query(&self, statements: Vec<String>) -> Result<Vec<Row>, CallError> {
        let each: Result<Vec<Vec<Row>>, CallError> = self.query_each(statements).await.into_iter().collect();
        Ok(each?.into_iter().flatten().collect())
    }

    /// The rows of several statements, each by itself; several are asked in one call.
    pub(crate) async fn query_each(&self, statements: Vec<String>) -> Vec<Result<Vec<Row>, CallError>> {
        let mut each = Vec::with_capacity(statements.len());
        for statements in statements.chunks(QUERIES_LIMIT) {
            for first in self.first_pages(statements).await {
                each.push(match first {
                    Ok(first) => self.all_pages(first).await,
                    Err(error) => Err(error),
                });
            }
        }
        each
    }

    async fn first_pages(&self, statements: &[String]) -> Vec<Result<Page, CallError>> {
        let version = VERSION.to_owned();
        if let [only] = statements {
            return vec![self.call(&Query { version, soql: only.clone() }).await];
        }
        match self.call(&Queries { version, statements: statements.to_vec() }).await {
            Ok(pages) => pages,
            Err(error) => statements.iter().map(|_| Err(error.clone())).collect(),
        }
    }

    /// Events that changed from an instant on, deletions included, oldest first; the newest may be missing where there are
    /// very many.
    ///
    /// # Errors
    /// As the first failed call says.
    pub async fn changes(&self, since: DateTime<Utc>) -> Result<Vec<ChangedEvent>, CallError> {
        let extra = self.mapped().await?.keys().cloned().collect();
        let key_field = self.keying().await?.field().cloned();
        let question = ChangedEvents { key_field, since, extra };
        let mut changes = question.read(&self.query_all(question.statement()).await?)?;
        self.name(changes.iter_mut().map(|change| &mut change.found)).await?;
        Ok(changes)
    }

    /// The rows of a statement, deleted ones included; the last may be missing where there are very many.
    ///
    /// # Errors
    /// As the first failed call says.
    pub(crate) async fn query_all(&self, soql: String) -> Result<Vec<Row>, CallError> {
        let first = self.call(&QueryAll { version: VERSION.to_owned(), soql }).await?;
        self.all_pages(first).await
    }

    async fn all_pages(&self, first: Page) -> Result<Vec<Row>, CallError> {
        let Page { mut rows, mut next, .. } = first;
        for _ in 1..PAGE_LIMIT {
            let Some(more) = next.take() else { break };
            let page = self.call(&QueryMore { next: more }).await?;
            rows.extend(page.rows);
            next = page.next;
        }
        Ok(rows)
    }

    /// What of the org sync depends on, asked for at most every half hour.
    ///
    /// # Errors
    /// As the first failed call says.
    pub async fn shape(&self) -> Result<Arc<Shape>, CallError> {
        let now_ms = self.now_ms();
        let mut known = self.shape.lock().await;
        if let Some(shape) = known.shape.as_ref().filter(|_| known.until_ms > now_ms) {
            return Ok(Arc::clone(shape));
        }
        let described = &mut known.described;
        let (contact, is_new_contact) = self.describe("Contact", described).await?;
        let (lead, is_new_lead) = self.describe("Lead", described).await?;
        let (event, _) = self.describe("Event", described).await?;
        let layout = self.call(&EventLayout { version: VERSION.to_owned() }).await?;
        let shape = Arc::new(Shape {
            contact_emails: contact.email_fields(),
            lead_emails: lead.email_fields(),
            required: required_fields(&event, &layout).iter().map(DialogField::required).collect(),
            several_people: event.shared_activities(),
            keying: self.keying_of(&event).await?,
            tells_original_start: event.tells_original_start(),
            zones: event.time_zones().map(str::to_owned).collect(),
            mapped: held(&self.field_map, &event),
        });
        if is_new_contact || is_new_lead {
            // There may be another field to find people by.
            self.acquaintances.forget();
        }
        let told = known.shape.as_ref().map(|before| before.mapped.left_out.as_slice()).unwrap_or_default();
        for (field, why) in shape.mapped.left_out.iter().filter(|left_out| !told.contains(left_out)) {
            tracing::warn!(%field, %why, "a mapped field is left out");
        }
        known.shape = Some(Arc::clone(&shape));
        known.until_ms = now_ms + if shape.keying.stands().is_ok() { DESCRIBE_MS } else { MISSING_MS };
        Ok(shape)
    }

    /// The mapped fields that hold in the org (FLD-3). Without any in the configuration nothing is asked.
    ///
    /// # Errors
    /// As the first failed call says.
    pub async fn mapped(&self) -> Result<SmallMap<ApiName, FieldSource>, CallError> {
        if self.field_map.is_empty() {
            return Ok(SmallMap::new());
        }
        Ok(self.shape().await?.mapped.fields.clone())
    }

    /// The service's memory, for what the org itself has no place for.
    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    /// The field that an admin deploys for the keys of Events.
    pub(crate) fn configured_key_field(&self) -> &ApiName {
        &self.key_field
    }

    /// Where the keys of Events are, as far as that is known; a field that is missed is looked for again.
    pub(crate) fn known_keying(&self) -> Option<Arc<Keying>> {
        let known = self.keying.read().unwrap_or_else(PoisonError::into_inner).clone();
        known.filter(|keying| keying.stands().is_ok())
    }

    /// Keeps where the keys of Events are.
    pub(crate) fn learn_keying(&self, keying: Keying) -> Arc<Keying> {
        let keying = Arc::new(keying);
        *self.keying.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&keying));
        keying
    }

    /// Looks at the org anew with the next question: it has changed.
    pub async fn forget_shape(&self) {
        self.shape.lock().await.until_ms = 0;
    }

    /// How an object is.
    ///
    /// # Errors
    /// The org does not say.
    pub(crate) async fn described(&self, object: &str) -> Result<ObjectDescribe, CallError> {
        let mut known = self.shape.lock().await;
        Ok(self.describe(object, &mut known.described).await?.0)
    }

    /// Whether an admin deployed the object that keeps further business records of Events (PIC-3).
    ///
    /// # Errors
    /// The org does not say.
    pub async fn has_link_object(&self) -> Result<bool, CallError> {
        let mut known = self.shape.lock().await;
        match self.describe(LINK_OBJECT, &mut known.described).await {
            Ok((object, _)) => Ok(LINK_FIELDS.iter().all(|field| object.has(field))),
            Err(CallError::Gone) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// How an object is, and whether that is new. What has not changed since it was read costs a short answer.
    async fn describe(
        &self,
        object: &str,
        described: &mut BTreeMap<ApiName, ObjectDescribe>,
    ) -> Result<(ObjectDescribe, bool), CallError> {
        let object = ApiName::parse(object).map_err(|bad| CallError::Malformed { what: bad.to_string() })?;
        let if_modified_since = described.get(&object).and_then(|known| known.last_modified.clone());
        let question =
            DescribeObject { version: VERSION.to_owned(), object: object.clone(), if_modified_since };
        match (self.call(&question).await?, described.get(&object)) {
            (Described::Fresh(fresh), _) => {
                described.insert(object, fresh.clone());
                Ok((fresh, true))
            }
            (Described::Unchanged, Some(known)) => Ok((known.clone(), false)),
            (Described::Unchanged, None) => {
                Err(CallError::Malformed { what: "304 to an unconditional describe".to_owned() })
            }
        }
    }
}

impl std::fmt::Debug for Org {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Org").field("base", &self.base).finish_non_exhaustive()
    }
}
