//! Invitees of a Classic series: each occurrence has them too, in rows of its own.

use super::copies::{invite, uninvite};
use super::following::new_row;
use super::{Role, regroup, row_of, rows_of};
use crate::salesforce::org::{Org, Record};
use crate::salesforce::write::{Author, add, replace};
use crate::salesforce::{recurrence, recycle};

/// Invites a person to every occurrence of a master that invites them, or to none of one that does not.
pub(super) fn carry(org: &mut Org, author: &Author, master: &str, person: &str) {
    let Some(event) = org.stored(master).filter(|event| recurrence::is_master(event)).cloned() else {
        return;
    };
    let invited = row_of(org, master, person).is_some_and(|row| Role::of(row).invitee);
    for occurrence in recurrence::dependents(org, &event) {
        set(org, author, &occurrence, person, invited);
    }
}

/// Invites everybody whom a master invites to one more occurrence.
pub(crate) fn invite_as_master(org: &mut Org, author: &Author, master: &str, occurrence: &str) {
    let rows = rows_of(org, master).into_iter().filter(|row| Role::of(row).invitee);
    let people: Vec<String> = rows.map(|row| row.text("RelationId").to_owned()).collect();
    for person in people {
        set(org, author, occurrence, &person, true);
    }
}

/// Lets one occurrence invite a person or not; that it names them is another matter.
fn set(org: &mut Org, author: &Author, occurrence: &str, person: &str, invited: bool) {
    let Some(object) = org.whole.object("EventRelation").cloned() else { return };
    let row: Option<Record> = row_of(org, occurrence, person).cloned();
    match row {
        None if invited => {
            let id = org.new_id(&object);
            let role = Role { parent: false, what: false, invitee: true };
            let values = new_row(org, author, occurrence, person, role);
            add(org, author, &object, &id, values);
            invite(org, author, &id);
        }
        Some(row) if Role::of(&row).invitee != invited => {
            let role = Role { invitee: invited, ..Role::of(&row) };
            if !invited {
                uninvite(org, author, &row);
            }
            if role.parent || role.invitee {
                let mut values = row.values();
                role.put(&mut values);
                replace(org, author, &object, &row.id, values);
            } else {
                recycle::bin(org, author, &row);
            }
            if invited {
                invite(org, author, &row.id);
            }
        }
        None | Some(_) => return,
    }
    regroup(org, author, occurrence);
}
