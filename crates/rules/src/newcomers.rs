//! Records that sessions make for people who are in no Contact or Lead (PPL-7).

use chrono::NaiveDate;

use crate::{
    id::{Address, RecordId},
    item::Person,
    people::{Participant, Standing},
    settings::{AutoCreate, Effective},
    text::cut,
};

/// An Account, found by its website's domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DomainAccount {
    /// The domain, in lower case.
    pub domain: String,
    /// The Account.
    pub account: RecordId,
}

/// A record to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Newcomer {
    /// The address, which the record gets.
    pub address: Address,
    /// The first name; may be empty.
    pub first_name: String,
    /// The last name; never empty.
    pub last_name: String,
    /// As what.
    pub becomes: Becomes,
}

/// As what somebody is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Becomes {
    /// A Lead of a company.
    Lead {
        /// Its name; Leads cannot be without.
        company: String,
    },
    /// A Contact.
    Contact(AccountOf),
}

/// The Account of a new Contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountOf {
    /// None.
    Nobody,
    /// One that is there.
    Known(RecordId),
    /// A new one.
    New {
        /// Its name.
        name: String,
        /// The domain of its website; makes the records of one domain share one Account.
        domain: String,
    },
}

/// A record to make, with everything it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewRecord {
    /// An Account.
    Account {
        /// Its name.
        name: String,
        /// The domain of its website.
        domain: String,
    },
    /// A Contact.
    Contact {
        /// Who.
        person: NewPerson,
        /// The Account.
        account: Option<RecordId>,
    },
    /// A Lead.
    Lead {
        /// Who.
        person: NewPerson,
        /// The company's name.
        company: String,
    },
    /// An Opportunity.
    Opportunity {
        /// Its name.
        name: String,
        /// Its Account.
        account: RecordId,
        /// The day on which it is to be closed.
        close: NaiveDate,
    },
}

/// Who a new Contact or Lead is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPerson {
    /// The first name; may be empty.
    pub first_name: String,
    /// The last name; never empty.
    pub last_name: String,
    /// The address.
    pub address: Address,
}

/// Characters of a first name that both objects take.
const FIRST_NAME_LIMIT: usize = 40;
/// Characters of a last name that both objects take.
const LAST_NAME_LIMIT: usize = 80;

/// What stands for the company of a Lead whom nothing tells of.
const NO_COMPANY: &str = "Unknown";

/// The records to make for an item's unresolved people, each address once. Internal and blocklisted people are never among
/// them, and a free mail service never becomes an Account.
pub fn newcomers(
    participants: &[Participant],
    accounts: &[DomainAccount],
    settings: &Effective,
) -> Vec<Newcomer> {
    let unresolved = participants.iter().filter_map(|participant| match participant.standing {
        Standing::Unresolved => Some((&participant.person, participant.person.address.clone()?)),
        Standing::Internal | Standing::Blocklisted { .. } | Standing::Known(_) => None,
    });
    let made = unresolved.filter_map(|(person, address)| {
        let becomes = becomes(&address, accounts, settings)?;
        let (first, last) = names(person, &address);
        let first_name = cut(&first, FIRST_NAME_LIMIT).to_owned();
        let last_name = cut(&last, LAST_NAME_LIMIT).to_owned();
        Some(Newcomer { address, first_name, last_name, becomes })
    });
    made.collect()
}

fn becomes(address: &Address, accounts: &[DomainAccount], settings: &Effective) -> Option<Becomes> {
    let domain = address.domain();
    let of_company = settings.shared.tells_company(domain);
    let known = || accounts.iter().find(|known| of_company && known.domain == domain);
    match settings.people.auto_create {
        AutoCreate::Off => None,
        AutoCreate::Lead => {
            let company = if of_company { company_name(domain) } else { NO_COMPANY.to_owned() };
            Some(Becomes::Lead { company })
        }
        AutoCreate::Contact => Some(Becomes::Contact(
            known().map_or(AccountOf::Nobody, |known| AccountOf::Known(known.account.clone())),
        )),
        AutoCreate::ContactAndAccount => Some(Becomes::Contact(match known() {
            Some(known) => AccountOf::Known(known.account.clone()),
            None if of_company => AccountOf::New { name: company_name(domain), domain: domain.to_owned() },
            None => AccountOf::Nobody,
        })),
    }
}

impl Newcomer {
    /// Who it is.
    pub fn person(&self) -> NewPerson {
        NewPerson {
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            address: self.address.clone(),
        }
    }
}

/// The Accounts of which an Opportunity is to be made (`AutoCreateOpportunity`): those of people who are new, none twice.
pub fn new_opportunities<'a>(newcomers: &'a [Newcomer], settings: &Effective) -> Vec<&'a AccountOf> {
    let mut accounts: Vec<&AccountOf> = Vec::new();
    for newcomer in newcomers.iter().filter(|_| settings.people.auto_create_opportunity) {
        match &newcomer.becomes {
            Becomes::Lead { .. } | Becomes::Contact(AccountOf::Nobody) => {}
            Becomes::Contact(account) => {
                if !accounts.contains(&account) {
                    accounts.push(account);
                }
            }
        }
    }
    accounts
}

/// First and last name: `Last, First`, `First Last`, or what stands before the `@`.
fn names(person: &Person, address: &Address) -> (String, String) {
    let name = person.name.trim();
    if name.is_empty() || name.contains('@') {
        let local = address.as_str().split('@').next().unwrap_or_default();
        return split_last(&local.replace(['.', '_'], " "));
    }
    match name.split_once(',') {
        Some((last, first)) if !last.trim().is_empty() && !first.trim().is_empty() => {
            (first.trim().to_owned(), last.trim().to_owned())
        }
        Some(_) | None => split_last(name.trim_matches(',')),
    }
}

fn split_last(name: &str) -> (String, String) {
    let name = name.trim();
    match name.rsplit_once(char::is_whitespace) {
        Some((first, last)) => (first.trim().to_owned(), last.to_owned()),
        None => (String::new(), name.to_owned()),
    }
}

/// A name for a company of which only the domain is known: what stands before its last ending.
fn company_name(domain: &str) -> String {
    let name = domain.rsplit_once('.').map_or(domain, |(name, _)| name);
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        item::{Attendee, Item, Role},
        people::participants,
        sample::{HALE, INES, MARA, acme, address, attendee, dana, luis, meeting, settings},
        settings::Settings,
    };

    fn settings_with(auto_create: AutoCreate) -> Effective {
        let mut settings = Effective { shared: settings(), ..Effective::default() };
        settings.people.auto_create = auto_create;
        settings
    }

    fn made(attendees: Vec<Attendee>, accounts: &[DomainAccount], settings: &Effective) -> Vec<Newcomer> {
        let item = Item { attendees, ..meeting() };
        let people = participants(&item, &address(MARA), &settings.shared, &[dana(), luis()]);
        newcomers(&people, accounts, settings)
    }

    fn only(auto_create: AutoCreate, who: &str, accounts: &[DomainAccount]) -> Becomes {
        let mut made = made(vec![attendee(who, Role::Required)], accounts, &settings_with(auto_create));
        assert_eq!(made.len(), 1);
        made.remove(0).becomes
    }

    fn acmes() -> [DomainAccount; 1] {
        [DomainAccount { domain: "acme.example".to_owned(), account: acme().record }]
    }

    #[test]
    fn ppl_7_nobody_is_made_by_default() {
        assert_eq!(made(meeting().attendees, &acmes(), &settings_with(AutoCreate::Off)), []);
    }

    #[test]
    fn ppl_7_only_unresolved_people_are_made() {
        let made_of = |settings: &Effective| {
            let made = made(meeting().attendees, &[], settings);
            made.iter().map(|new| new.address.as_str().to_owned()).collect::<Vec<_>>()
        };
        let mut settings = settings_with(AutoCreate::Lead);
        assert_eq!(made_of(&settings), [HALE]);
        settings.shared = Settings { blocklist: vec!["acme.example".to_owned()], ..settings.shared };
        assert_eq!(made_of(&settings), Vec::<String>::new(), "blocklisted ones never");
        let internal = made(vec![attendee(INES, Role::Required)], &[], &settings);
        assert_eq!(internal, [], "internal ones never");
    }

    #[test]
    fn ppl_7_a_lead_has_the_company_of_its_domain() {
        let company = |who| match only(AutoCreate::Lead, who, &[]) {
            Becomes::Lead { company } => company,
            Becomes::Contact(_) => panic!("a Lead"),
        };
        assert_eq!(company("jo@borealis.example"), "Borealis");
        assert_eq!(company("jo@gmail.com"), "Unknown");
    }

    #[test]
    fn ppl_7_a_contact_belongs_to_the_account_of_its_domain() {
        let known = Becomes::Contact(AccountOf::Known(acme().record));
        assert_eq!(only(AutoCreate::Contact, HALE, &acmes()), known);
        assert_eq!(only(AutoCreate::ContactAndAccount, HALE, &acmes()), known);
        assert_eq!(only(AutoCreate::Contact, HALE, &[]), Becomes::Contact(AccountOf::Nobody));
        let new = AccountOf::New { name: "Acme".to_owned(), domain: "acme.example".to_owned() };
        assert_eq!(only(AutoCreate::ContactAndAccount, HALE, &[]), Becomes::Contact(new));
    }

    #[test]
    fn ppl_7_a_free_mail_service_never_becomes_an_account() {
        let gmail = [DomainAccount { domain: "gmail.com".to_owned(), account: acme().record }];
        for auto_create in [AutoCreate::Contact, AutoCreate::ContactAndAccount] {
            assert_eq!(only(auto_create, "jo@gmail.com", &gmail), Becomes::Contact(AccountOf::Nobody));
        }
    }

    #[test]
    fn ppl_7_names_are_taken_apart_as_outlook_writes_them() {
        for (name, first, last) in [
            ("Pat Hale", "Pat", "Hale"),
            ("Hale, Pat", "Pat", "Hale"),
            ("Pat van der Hale", "Pat van der", "Hale"),
            ("Hale", "", "Hale"),
            ("", "p", "hale"),
            ("p.hale@acme.example", "p", "hale"),
            ("Hale,", "", "Hale"),
        ] {
            let mut guest = attendee(HALE, Role::Required);
            guest.person.name = name.to_owned();
            let made = made(vec![guest], &[], &settings_with(AutoCreate::Lead));
            assert_eq!((made[0].first_name.as_str(), made[0].last_name.as_str()), (first, last), "{name:?}");
        }
    }

    #[test]
    fn ppl_7_names_are_cut_to_what_the_org_takes() {
        let mut guest = attendee(HALE, Role::Required);
        guest.person.name = format!("{} {}", "a".repeat(50), "b".repeat(90));
        let person = made(vec![guest], &[], &settings_with(AutoCreate::Lead))[0].person();
        assert_eq!((person.first_name.len(), person.last_name.len()), (40, 80));
    }

    #[test]
    fn ppl_7_an_opportunity_for_each_account_once_and_only_where_the_setting_says() {
        let mut settings = settings_with(AutoCreate::ContactAndAccount);
        let guests = ["a@borealis.example", "b@borealis.example", HALE, "jo@gmail.com"];
        let guests = guests.map(|who| attendee(who, Role::Required)).to_vec();
        let made = made(guests, &acmes(), &settings);
        assert!(new_opportunities(&made, &settings).is_empty());
        settings.people.auto_create_opportunity = true;
        let new = AccountOf::New { name: "Borealis".to_owned(), domain: "borealis.example".to_owned() };
        assert_eq!(new_opportunities(&made, &settings), [&new, &AccountOf::Known(acme().record)]);
    }
}
