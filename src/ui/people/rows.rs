//! Who is at the meeting, as rows (PPL-1, PIC-5). Pure.

use calbridge_rules::{
    id::Address,
    people::{Participant, PersonMatch, PersonObject, Seat, Standing},
};

use crate::ui::words;

/// One row of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// The letters of the avatar.
    pub(crate) initials: String,
    /// The first line.
    pub(crate) name: String,
    /// The lines below; several where one address has several records.
    pub(crate) lines: Vec<String>,
    /// The role, where it is worth a word.
    pub(crate) role: &'static str,
    /// How the row is drawn.
    pub(crate) look: Look,
}

/// How a row is drawn; its words say the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// In Salesforce.
    Known,
    /// Not in Salesforce, or of the company.
    Plain,
    /// Left out.
    Greyed,
}

/// The rows: known people, then unresolved ones, then the company as one row, then whoever is left out.
pub(crate) fn rows(people: &[Participant]) -> Vec<Row> {
    let of = |wanted: fn(&Standing) -> bool| {
        people.iter().filter(move |participant| wanted(&participant.standing)).map(row)
    };
    let known = of(|standing| matches!(standing, Standing::Known(_)));
    let unresolved = of(|standing| matches!(standing, Standing::Unresolved));
    let blocklisted = of(|standing| matches!(standing, Standing::Blocklisted { .. }));
    known.chain(unresolved).chain(company(people)).chain(blocklisted).collect()
}

fn row(participant: &Participant) -> Row {
    // Outlook repeats the address where it knows no name.
    let has_name = !participant.person.name.trim().is_empty() && !participant.person.name.contains('@');
    let name = match words::matches(participant) {
        [first, ..] if !has_name => first.name.as_str(),
        [] | [_, ..] => words::person(&participant.person),
    };
    let name = if name.is_empty() { "Somebody without a name" } else { name };
    let address = participant.person.address.as_ref().map(Address::as_str);
    let (lines, look) = match &participant.standing {
        Standing::Internal => (vec!["Not linked".to_owned()], Look::Plain),
        Standing::Known(records) => (records.iter().map(record).collect(), Look::Known),
        Standing::Blocklisted { entry } => {
            (vec![format!("Left out: {entry} is on the blocklist")], Look::Greyed)
        }
        Standing::Unresolved => match address {
            Some(address) if has_name && address != name => {
                (vec![format!("Not in Salesforce · {address}")], Look::Plain)
            }
            Some(_) => (vec!["Not in Salesforce".to_owned()], Look::Plain),
            None => (vec!["No e-mail address in Outlook".to_owned()], Look::Plain),
        },
    };
    let is_named = has_name || look == Look::Known;
    let initials = if is_named { words::initials(name) } else { "?".to_owned() };
    Row { initials, name: name.to_owned(), lines, role: role(participant.seat), look }
}

fn record(found: &PersonMatch) -> String {
    let object = match found.object {
        PersonObject::Contact => "Contact",
        PersonObject::Lead => "Lead",
    };
    if found.company.is_empty() { object.to_owned() } else { format!("{object} · {}", found.company) }
}

fn role(seat: Seat) -> &'static str {
    match seat {
        Seat::Organizer => "Organizer",
        Seat::Required => "",
        Seat::Optional => "Optional",
    }
}

/// The company's people as one row: `You and 2 colleagues`.
fn company(people: &[Participant]) -> Option<Row> {
    let internal: Vec<&Participant> =
        people.iter().filter(|participant| matches!(participant.standing, Standing::Internal)).collect();
    let colleagues: Vec<&&Participant> = internal.iter().filter(|participant| !participant.is_user).collect();
    let with_user = colleagues.len() < internal.len();
    let others = match colleagues.as_slice() {
        [] => String::new(),
        [one] => words::person(&one.person).to_owned(),
        several if with_user => format!("{} colleagues", several.len()),
        several => format!("{} people of your company", several.len()),
    };
    let name = match (with_user, others.is_empty()) {
        (true, true) => "You".to_owned(),
        (true, false) => format!("You and {others}"),
        (false, true) => return None,
        (false, false) => others,
    };
    let organizes = internal.iter().find(|participant| participant.seat == Seat::Organizer);
    let role = match organizes {
        Some(participant) if participant.is_user || internal.len() == 1 => "Organizer",
        Some(_) | None => "",
    };
    let mut lines = vec!["Not linked".to_owned()];
    if let Some(colleague) = organizes.filter(|_| role.is_empty()) {
        lines = vec![format!("Not linked · {} organizes", words::person(&colleague.person))];
    }
    let initials = if with_user { "YO".to_owned() } else { words::initials(&name) };
    Some(Row { initials, name, lines, role, look: Look::Plain })
}

#[cfg(test)]
mod tests;
