//! Questions of many sessions to the org, in as few calls as they take.

use calbridge_engine::ports::{KeyedEvent, Relation, Sought, Trouble};
use calbridge_rules::{
    id::{Address, ApiName, RecordId},
    invitees::Colleague,
    linking::Related,
    people::PersonMatch,
};
use calbridge_wire::{
    CallError,
    salesforce::{
        accounts::ByIds,
        event::{ByEventId, ByKey, FoundEvent},
        opportunities::OfAccounts,
        people::PeopleByEmail,
        query::Row,
        relations::RelationsOf,
        users::{FoundUser, UsersByEmail},
    },
};

use crate::{
    crm::{keyed, reading, relation},
    keying::Keying,
    org::Org,
};

/// What all sessions together ask for.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    pub(crate) keys: Vec<Sought>,
    pub(crate) ids: Vec<RecordId>,
    pub(crate) addresses: Vec<Address>,
    pub(crate) accounts: Vec<RecordId>,
    pub(crate) users: Vec<Address>,
    /// Events whose relations are asked for.
    pub(crate) related_to: Vec<RecordId>,
}

/// What the org says to it: one part may fail by itself.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) by_key: Result<Vec<KeyedEvent>, Trouble>,
    pub(crate) by_id: Result<Vec<KeyedEvent>, Trouble>,
    pub(crate) people: Result<Vec<PersonMatch>, Trouble>,
    pub(crate) related: Result<Related, Trouble>,
    pub(crate) users: Result<Vec<Colleague>, Trouble>,
    pub(crate) relations: Result<Vec<Relation>, Trouble>,
}

/// The statements of one kind of question, and their rows.
type Rows = Result<Vec<Row>, CallError>;

impl Org {
    /// Asks everything at once.
    pub(crate) async fn ask(&self, asked: &Asked) -> Told {
        let (extra, people) = match self.columns(asked).await {
            Ok(columns) => columns,
            Err(error) => return Told::nothing(&reading(error)),
        };
        let keying =
            match self.keying().await.map_err(reading).and_then(|keying| keying.stands().map(|()| keying)) {
                Ok(keying) => keying,
                Err(trouble) => return Told::nothing(&trouble),
            };
        let keys = asked.keys.iter().map(|sought| sought.key.as_str().to_owned()).collect();
        let by_key = keying.field().map(|name| ByKey { key_field: name.clone(), keys, extra: extra.clone() });
        let ids = match self.ids_of(asked, &keying).await {
            Ok(ids) => ids,
            Err(error) => return Told::nothing(&reading(error)),
        };
        let by_id = ByEventId { key_field: keying.field().cloned(), ids, extra: extra.clone() };
        let accounts = ByIds { ids: asked.accounts.clone() };
        let today = self.now().date_naive();
        let opportunities = OfAccounts { accounts: asked.accounts.clone(), today };
        let users = UsersByEmail { addresses: asked.users.clone() };
        let relations = match self.relations_of(&asked.related_to).await {
            Ok(relations) => relations,
            Err(error) => return Told::nothing(&reading(error)),
        };
        let groups = vec![
            by_key.as_ref().map(ByKey::statements).unwrap_or_default(),
            by_id.statements(),
            people.statements(),
            accounts.statements(),
            opportunities.statements(),
            users.statements(),
            relations.statements(),
        ];
        let mut told = self.rows_of(groups).await.into_iter();
        let mut next = || told.next().unwrap_or_else(|| Ok(Vec::new()));
        let (of_keys, of_ids, of_people, of_accounts, of_opportunities) =
            (next(), next(), next(), next(), next());
        let (of_users, of_relations) = (next(), next());
        let told_by_id = self.events(of_ids, &extra, |rows| by_id.read(rows)).await;
        Told {
            by_key: match by_key {
                Some(by_key) => self.events(of_keys, &extra, |rows| by_key.read(rows)).await,
                None => self.by_links(&asked.keys, &told_by_id, &extra).await,
            },
            by_id: told_by_id,
            people: of_people.and_then(|rows| people.read(&rows)).map_err(reading),
            related: related(of_accounts, of_opportunities, &accounts, &opportunities).map_err(reading),
            users: of_users.and_then(|rows| users.read(&rows)).map(colleagues).map_err(reading),
            relations: of_relations
                .and_then(|rows| relations.read(&rows))
                .map(|found| found.into_iter().map(relation).collect())
                .map_err(reading),
        }
    }

    /// The Events to read by id: where keys are links, those that they lead to too.
    async fn ids_of(&self, asked: &Asked, keying: &Keying) -> Result<Vec<RecordId>, CallError> {
        let mut ids = asked.ids.clone();
        if *keying == Keying::Links && !asked.keys.is_empty() {
            ids.extend(self.linked(&asked.keys).await?);
            ids.sort_unstable();
            ids.dedup();
        }
        Ok(ids)
    }

    /// How the relations of Events are asked for in this org.
    async fn relations_of(&self, events: &[RecordId]) -> Result<RelationsOf, CallError> {
        let several_people = !events.is_empty() && self.shape().await?.several_people;
        Ok(RelationsOf { events: events.to_vec(), several_people })
    }

    /// The mapped fields, which are read with every Event (FLD-3), and how people are asked for.
    async fn columns(&self, asked: &Asked) -> Result<(Vec<ApiName>, PeopleByEmail), CallError> {
        let extra = self.mapped().await?.keys().cloned().collect();
        let mut people =
            PeopleByEmail { addresses: Vec::new(), contact_fields: Vec::new(), lead_fields: Vec::new() };
        if !asked.addresses.is_empty() {
            let shape = self.shape().await?;
            people.addresses.clone_from(&asked.addresses);
            people.contact_fields.clone_from(&shape.contact_emails);
            people.lead_fields.clone_from(&shape.lead_emails);
        }
        Ok((extra, people))
    }

    /// The rows of groups of statements, each group by itself.
    async fn rows_of(&self, groups: Vec<Vec<String>>) -> Vec<Rows> {
        let sizes: Vec<usize> = groups.iter().map(Vec::len).collect();
        let mut told = self.query_each(groups.into_iter().flatten().collect()).await.into_iter();
        let group = |size: usize| {
            let parts: Result<Vec<Vec<Row>>, CallError> = told.by_ref().take(size).collect();
            parts.map(|parts| parts.into_iter().flatten().collect())
        };
        sizes.into_iter().map(group).collect()
    }

    async fn events(
        &self,
        rows: Rows,
        mapped: &[ApiName],
        read: impl FnOnce(&[Row]) -> Result<Vec<FoundEvent>, CallError>,
    ) -> Result<Vec<KeyedEvent>, Trouble> {
        match rows {
            Ok(rows) => {
                let mut found = read(&rows).map_err(reading)?;
                self.name(&mut found).await.map_err(reading)?;
                Ok(found.into_iter().map(keyed).collect())
            }
            // It may be for a field that was deleted or hidden since the org was described: it is described anew.
            Err(error @ CallError::Rejected(_)) => {
                self.forget_shape().await;
                self.shape().await.map_err(reading)?.keying.stands()?;
                // The next try goes without a mapped one.
                Err(if mapped.is_empty() { reading(error) } else { Trouble::Later { retry_after_ms: None } })
            }
            Err(error) => Err(reading(error)),
        }
    }
}

impl Told {
    fn nothing(why: &Trouble) -> Self {
        Self {
            by_key: Err(why.clone()),
            by_id: Err(why.clone()),
            people: Err(why.clone()),
            related: Err(why.clone()),
            users: Err(why.clone()),
            relations: Err(why.clone()),
        }
    }
}

fn colleagues(found: Vec<FoundUser>) -> Vec<Colleague> {
    found.into_iter().map(|one| Colleague { address: one.address, user: one.user }).collect()
}

fn related(
    of_accounts: Rows,
    of_opportunities: Rows,
    accounts: &ByIds,
    opportunities: &OfAccounts,
) -> Result<Related, CallError> {
    Ok(Related {
        accounts: accounts.read(&of_accounts?)?,
        opportunities: opportunities.read(&of_opportunities?)?,
        // Never linked automatically (PIC-6).
        cases: Vec::new(),
    })
}
