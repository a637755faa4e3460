//! The people of Events that come down, who are invited where the org wants that (DWN-1). An invitation mails people, so it
//! waits for a person unless nothing is held (PPL-8).

use std::collections::BTreeSet;

use calbridge_rules::{
    event::{EventField, EventFields, FieldValue},
    id::{Address, RecordId},
    invitees::InviteeStatus,
    item::{ItemSeat, Person},
    notify::{ItemWrite, Release, Wanted, class, release},
};

use crate::{
    decide::{Arrival, nothing_yet},
    ports::{Ledger, Relation, Relations, Trouble},
    ruling::{Invitation, RuledInvitation, Ruling},
    session::Scope,
};

/// The most people that an item may have.
const GUEST_LIMIT: usize = 500;

/// The fields that tell a person which Event it is.
const SHOWN: [EventField; 5] =
    [EventField::Subject, EventField::Start, EventField::End, EventField::IsAllDay, EventField::Location];

/// Adds the people of Events to the items that are made for them; one that would mail them and that nobody approved is
/// held. Without the setting nobody is asked for.
pub(crate) async fn invite(
    scope: &Scope<'_>,
    arrivals: Vec<Arrival>,
    crm: &impl Relations,
    ledger: &impl Ledger,
) -> Result<Vec<Arrival>, Trouble> {
    let events: Vec<RecordId> = arrivals.iter().filter_map(Arrival::event).cloned().collect();
    if !scope.settings.down.invites || events.is_empty() {
        return Ok(arrivals);
    }
    let relations = crm.relations(&events).await?;
    let related: BTreeSet<RecordId> =
        arrivals.iter().flat_map(|arrival| records(scope, arrival, &relations)).collect();
    if related.is_empty() {
        return Ok(arrivals);
    }
    let known = crm.addresses(&related.into_iter().collect::<Vec<_>>()).await?;
    let rulings = ledger.ruled_invitations(&events).await?;
    let invited = |arrival: Arrival| {
        let guests = guests(scope, &records(scope, &arrival, &relations), &known);
        released(scope, arrival, guests, &rulings)
    };
    Ok(arrivals.into_iter().map(invited).collect())
}

/// Whom an Event is related to, its Name first; who owns it and who declined are left out.
fn records(scope: &Scope<'_>, arrival: &Arrival, relations: &[Relation]) -> Vec<RecordId> {
    let Arrival::Bring { event, .. } = arrival else { return Vec::new() };
    let who = match event.fields.get(&EventField::Who) {
        Some(FieldValue::Record(who)) => Some(who),
        Some(_) | None => None,
    };
    let comes = |row: &&Relation| row.tie.invited != Some(InviteeStatus::Declined);
    let rows = relations.iter().filter(|row| row.event == event.id).filter(comes).map(|row| &row.record);
    let mut records: Vec<RecordId> = Vec::new();
    for record in who.into_iter().chain(rows) {
        if record != scope.owner && !records.contains(record) {
            records.push(record.clone());
        }
    }
    records
}

/// The people behind records, each address once; the user themselves and who is blocklisted are not invited.
fn guests(scope: &Scope<'_>, records: &[RecordId], known: &[(RecordId, Person)]) -> Vec<Person> {
    let mut met: BTreeSet<&Address> = BTreeSet::new();
    let mut guests = Vec::new();
    for record in records {
        let found = known.iter().find(|(one, _)| one == record);
        let Some((person, address)) = found.and_then(|(_, person)| Some((person, person.address.as_ref()?)))
        else {
            continue;
        };
        let is_wanted = address != scope.mailbox && scope.settings.shared.blocklisted(address).is_none();
        if is_wanted && met.insert(address) {
            guests.push(person.clone());
        }
    }
    if guests.len() > GUEST_LIMIT {
        tracing::warn!(left_out = guests.len() - GUEST_LIMIT, "an item takes no more people");
        guests.truncate(GUEST_LIMIT);
    }
    guests
}

/// The arrival with its people, or held until somebody decides; what was decided about other people does not count.
fn released(
    scope: &Scope<'_>,
    arrival: Arrival,
    guests: Vec<Person>,
    rulings: &[RuledInvitation],
) -> Arrival {
    let Arrival::Bring { event, values, transaction, takes_key, guests: _ } = arrival else { return arrival };
    let invited: Vec<Address> = guests.iter().filter_map(|person| person.address.clone()).collect();
    let class = class(&ItemWrite::Create { invited: invited.clone() }, &nothing_yet(&event), ItemSeat::Own);
    let ruled = rulings.iter().find(|ruled| ruled.event == event.id && same(&ruled.guests, &invited));
    match (release(&class, Wanted::ByPerson, scope.settings), ruled.map(|ruled| ruled.ruling)) {
        (Release::Send, _) | (Release::Hold { .. }, Some(Ruling::Approved)) => {
            Arrival::Bring { event, values, transaction, guests, takes_key }
        }
        (Release::Hold { .. }, Some(Ruling::Discarded)) => {
            Arrival::Bring { event, values, transaction, guests: Vec::new(), takes_key }
        }
        (Release::Hold { whom }, None) => {
            let fields = shown(&event.fields);
            Arrival::Hold(Box::new(Invitation { event: event.id, fields, guests: whom }))
        }
    }
}

fn same(one: &[Address], other: &[Address]) -> bool {
    one.iter().collect::<BTreeSet<_>>() == other.iter().collect::<BTreeSet<_>>()
}

fn shown(fields: &EventFields) -> EventFields {
    SHOWN.iter().filter_map(|field| fields.get(field).map(|value| (field.clone(), value.clone()))).collect()
}
