//! The head lines of a meeting's description: who called it and who was asked (DES-4). They are ours: never compared,
//! never brought down.

use crate::{
    item::{Item, Person},
    people,
    text::{cut, one_line},
};

const FROM: &str = "From:";
const TO: &str = "To/CC:";

/// The longest line of attendees, in characters: half a description stays for the body.
const TO_LIMIT: usize = 16_000;

/// The head lines of a meeting, ready to put a body under; nothing for an appointment.
pub fn head_lines(item: &Item) -> String {
    if !item.is_meeting() {
        return String::new();
    }
    let mut head = String::new();
    if let Some(organizer) = &item.organizer {
        line(&mut head, FROM, &called(organizer));
    }
    line(&mut head, TO, &attendees(item));
    head.push('\n');
    head
}

fn line(head: &mut String, label: &str, text: &str) {
    head.push_str(label);
    head.push(' ');
    head.push_str(text);
    head.push('\n');
}

/// Everybody invited, as many as fit; the rest as a number.
fn attendees(item: &Item) -> String {
    let names: Vec<String> = people::invited(item).into_iter().map(called).collect();
    let mut list = String::new();
    for (place, name) in names.iter().enumerate() {
        let separator = if place == 0 { "" } else { "; " };
        if list.len() + separator.len() + name.len() > TO_LIMIT {
            let more = names.len() - place;
            list.push_str(separator);
            list.push_str("and ");
            list.push_str(&more.to_string());
            list.push_str(" more");
            break;
        }
        list.push_str(separator);
        list.push_str(name);
    }
    list
}

/// `Name <address>`, or what of it there is.
fn called(person: &Person) -> String {
    let name = one_line(cut(&person.name, 255));
    match &person.address {
        None => name,
        Some(address) if name.is_empty() || name.eq_ignore_ascii_case(address.as_str()) => {
            address.as_str().to_owned()
        }
        Some(address) => format!("{name} <{address}>"),
    }
}

/// Who called a meeting, as our head lines at the start of a description say.
pub(crate) fn from_line(description: &str) -> Option<&str> {
    head_of(description).strip_prefix(FROM)?.lines().next().map(str::trim)
}

/// A description without our head lines.
pub fn strip_head(description: &str) -> &str {
    &description[head_length(description)..]
}

/// Our head lines at the start of a description, the empty line under them included.
pub(super) fn head_of(description: &str) -> &str {
    &description[..head_length(description)]
}

fn head_length(description: &str) -> usize {
    let after_from = after_line(description, FROM).unwrap_or(description);
    let Some(after_to) = after_line(after_from, TO) else { return 0 };
    let body = after_to.strip_prefix("\r\n").or_else(|| after_to.strip_prefix('\n')).unwrap_or(after_to);
    description.len() - body.len()
}

/// What follows the first line, if that line begins so.
fn after_line<'a>(text: &'a str, label: &str) -> Option<&'a str> {
    let rest = text.strip_prefix(label)?;
    Some(rest.split_once('\n').map_or("", |(_, after)| after))
}
