//! `$filter` and `$orderby` over events: a reader of the part of `OData` that Outlook's calendars take.
//! <https://learn.microsoft.com/graph/filter-query-parameter>
//!
//! Comparisons of members with literals, `startswith` and `contains`, `any` over categories and extended properties, joined
//! by `and`, `or`, `not` and brackets. Text is compared without case, as Exchange does; the value of a property too.

use std::cmp::Ordering;

use chrono::{DateTime, NaiveDateTime, SecondsFormat, Utc};

use super::item::When;
use super::mailbox::{Mailbox, Seen};
use super::odata::canonical;

/// The longest text that is read, in bytes.
const TEXT_LIMIT: usize = 8_192;
/// How deep brackets may stand in each other.
const DEPTH_LIMIT: usize = 32;

/// A condition on events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Filter {
    Compare(Member, Comparison, Literal),
    StartsWith(Member, String),
    Contains(Member, String),
    Category(String),
    Property { id: String, value: Option<String> },
    Not(Box<Filter>),
    All(Vec<Filter>),
    Any(Vec<Filter>),
}

/// A member that can be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Member {
    Subject,
    Start,
    End,
    Created,
    Modified,
    AllDay,
    Cancelled,
    IsOrganizer,
    Attachments,
    Importance,
    Sensitivity,
    ShowAs,
    Kind,
    GlobalId,
    SeriesMaster,
    Location,
    OrganizerAddress,
}

impl Member {
    const ALL: [(Self, &'static str); 17] = [
        (Self::Subject, "subject"),
        (Self::Start, "start/dateTime"),
        (Self::End, "end/dateTime"),
        (Self::Created, "createdDateTime"),
        (Self::Modified, "lastModifiedDateTime"),
        (Self::AllDay, "isAllDay"),
        (Self::Cancelled, "isCancelled"),
        (Self::IsOrganizer, "isOrganizer"),
        (Self::Attachments, "hasAttachments"),
        (Self::Importance, "importance"),
        (Self::Sensitivity, "sensitivity"),
        (Self::ShowAs, "showAs"),
        (Self::Kind, "type"),
        (Self::GlobalId, "iCalUId"),
        (Self::SeriesMaster, "seriesMasterId"),
        (Self::Location, "location/displayName"),
        (Self::OrganizerAddress, "organizer/emailAddress/address"),
    ];

    fn read(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| known.eq_ignore_ascii_case(name)).map(|(member, _)| *member)
    }

    /// What an event has there.
    fn of(self, seen: &Seen<'_>, mailbox: &Mailbox) -> Literal {
        let content = &seen.content;
        let times = content.when.instants(mailbox.tz());
        match self {
            Self::Subject => Literal::Text(content.subject.clone()),
            Self::Start => Literal::Instant(times.0),
            Self::End => Literal::Instant(times.1),
            Self::Created => Literal::Instant(seen.item.created),
            Self::Modified => Literal::Instant(seen.stamp.at),
            Self::AllDay => Literal::Truth(matches!(content.when, When::AllDay { .. })),
            Self::Cancelled => Literal::Truth(content.cancelled),
            Self::IsOrganizer => Literal::Truth(mailbox.organizes(content)),
            Self::Attachments => Literal::Truth(content.attachments.iter().any(|file| !file.inline)),
            Self::Importance => Literal::Text(content.importance.clone()),
            Self::Sensitivity => Literal::Text(content.sensitivity.clone()),
            Self::ShowAs => Literal::Text(content.show_as.clone()),
            Self::Kind => Literal::Text(seen.kind.word().to_owned()),
            Self::GlobalId => Literal::Text(super::event::icaluid(seen)),
            Self::SeriesMaster => match seen.target.occurrence {
                Some(_) => Literal::Text(seen.series_id(super::ids::Form::Immutable)),
                None => Literal::Null,
            },
            Self::Location => Literal::Text(content.location.clone()),
            Self::OrganizerAddress => Literal::Text(content.organizer.address.clone()),
        }
    }
}

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    Unequal,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

impl Comparison {
    fn read(word: &str) -> Option<Self> {
        match word {
            "eq" => Some(Self::Equal),
            "ne" => Some(Self::Unequal),
            "gt" => Some(Self::Greater),
            "ge" => Some(Self::GreaterOrEqual),
            "lt" => Some(Self::Less),
            "le" => Some(Self::LessOrEqual),
            _ => None,
        }
    }

    fn holds(self, order: Option<Ordering>) -> bool {
        match (self, order) {
            (Self::Equal, order) => order == Some(Ordering::Equal),
            (Self::Unequal, order) => order != Some(Ordering::Equal),
            (Self::Greater, order) => order == Some(Ordering::Greater),
            (Self::GreaterOrEqual, order) => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
            (Self::Less, order) => order == Some(Ordering::Less),
            (Self::LessOrEqual, order) => matches!(order, Some(Ordering::Less | Ordering::Equal)),
        }
    }
}

/// A value in a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Literal {
    Text(String),
    Truth(bool),
    Instant(DateTime<Utc>),
    Null,
}

impl Literal {
    fn order(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Text(one), Self::Text(two)) => Some(one.to_lowercase().cmp(&two.to_lowercase())),
            (Self::Truth(one), Self::Truth(two)) => Some(one.cmp(two)),
            (Self::Instant(one), Self::Instant(two)) => Some(one.cmp(two)),
            (Self::Instant(one), Self::Text(two)) => Some(one.cmp(&instant(two)?)),
            (Self::Null, Self::Null) => Some(Ordering::Equal),
            (Self::Text(_) | Self::Truth(_) | Self::Instant(_) | Self::Null, _) => None,
        }
    }
}

/// A moment with an offset, or without one, which is UTC.
fn instant(text: &str) -> Option<DateTime<Utc>> {
    let plain = || text.parse::<NaiveDateTime>().ok().map(|local| local.and_utc());
    text.parse().ok().or_else(plain)
}

impl Filter {
    /// Reads a condition, or nothing when it is none.
    pub(super) fn read(text: &str) -> Option<Self> {
        if text.len() > TEXT_LIMIT {
            return None;
        }
        let words = words(text)?;
        let mut reader = Reader { words: &words, at: 0, depth: 0 };
        let filter = reader.alternatives()?;
        (reader.at == words.len()).then_some(filter)
    }

    /// Whether an event meets the condition.
    pub(super) fn meets(&self, seen: &Seen<'_>, mailbox: &Mailbox) -> bool {
        let text = |member: &Member| match member.of(seen, mailbox) {
            Literal::Text(text) => text.to_lowercase(),
            Literal::Instant(at) => at.to_rfc3339_opts(SecondsFormat::Secs, true).to_lowercase(),
            Literal::Truth(_) | Literal::Null => String::new(),
        };
        match self {
            Self::Compare(member, how, literal) => how.holds(member.of(seen, mailbox).order(literal)),
            Self::StartsWith(member, start) => text(member).starts_with(&start.to_lowercase()),
            Self::Contains(member, part) => text(member).contains(&part.to_lowercase()),
            Self::Category(name) => {
                seen.content.categories.iter().any(|category| category.eq_ignore_ascii_case(name))
            }
            Self::Property { id, value } => seen.content.properties.get(id).is_some_and(|held| {
                value.as_ref().is_none_or(|value| held.to_lowercase() == value.to_lowercase())
            }),
            Self::Not(filter) => !filter.meets(seen, mailbox),
            Self::All(filters) => filters.iter().all(|filter| filter.meets(seen, mailbox)),
            Self::Any(filters) => filters.iter().any(|filter| filter.meets(seen, mailbox)),
        }
    }
}

/// Reads `$orderby`: members, each perhaps with `asc` or `desc`.
pub(super) fn order(text: &str) -> Option<Vec<(Member, bool)>> {
    text.split(',')
        .map(|part| {
            let mut words = part.split_whitespace();
            let member = Member::read(words.next()?)?;
            let descending = match words.next() {
                None | Some("asc") => false,
                Some("desc") => true,
                Some(_) => return None,
            };
            words.next().is_none().then_some((member, descending))
        })
        .collect()
}

/// Puts events into the order that was asked for; what is equal stays as it stands.
pub(super) fn sort(seen: &mut [Seen<'_>], order: &[(Member, bool)], mailbox: &Mailbox) {
    seen.sort_by(|one, two| {
        order.iter().fold(Ordering::Equal, |so_far, (member, descending)| {
            let by = member.of(one, mailbox).order(&member.of(two, mailbox)).unwrap_or(Ordering::Equal);
            so_far.then(if *descending { by.reverse() } else { by })
        })
    });
}

/// A piece of a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Word {
    Open,
    Close,
    Comma,
    Colon,
    Name(String),
    Text(String),
}

/// Takes a condition apart; a doubled quote is a quote.
fn words(text: &str) -> Option<Vec<Word>> {
    let mut words = Vec::new();
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            '(' => words.push(Word::Open),
            ')' => words.push(Word::Close),
            ',' => words.push(Word::Comma),
            ':' => words.push(Word::Colon),
            sign if sign.is_whitespace() => {}
            '\'' => {
                let mut quoted = String::new();
                loop {
                    match signs.next()? {
                        '\'' if signs.next_if_eq(&'\'').is_none() => break,
                        sign => quoted.push(sign),
                    }
                }
                words.push(Word::Text(quoted));
            }
            first => {
                let mut name = String::from(first);
                // A colon belongs to a moment, and after a variable it does not.
                let in_moment = first.is_ascii_digit();
                while let Some(sign) = signs.next_if(|sign| {
                    !sign.is_whitespace() && !"(),'".contains(*sign) && (in_moment || *sign != ':')
                }) {
                    name.push(sign);
                }
                words.push(Word::Name(name));
            }
        }
    }
    Some(words)
}

/// Reads a condition word by word.
struct Reader<'a> {
    words: &'a [Word],
    at: usize,
    depth: usize,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<Word> {
        let word = self.words.get(self.at).cloned();
        self.at += 1;
        word
    }

    fn take(&mut self, wanted: &Word) -> Option<()> {
        (self.next()? == *wanted).then_some(())
    }

    /// Steps over a name when it comes next.
    fn takes_name(&mut self, wanted: &str) -> bool {
        let there =
            matches!(self.words.get(self.at), Some(Word::Name(name)) if name.eq_ignore_ascii_case(wanted));
        self.at += usize::from(there);
        there
    }

    fn alternatives(&mut self) -> Option<Filter> {
        self.depth += 1;
        if self.depth > DEPTH_LIMIT {
            return None;
        }
        let mut parts = vec![self.conjunction()?];
        while self.takes_name("or") {
            parts.push(self.conjunction()?);
        }
        self.depth -= 1;
        Some(if parts.len() == 1 { parts.remove(0) } else { Filter::Any(parts) })
    }

    fn conjunction(&mut self) -> Option<Filter> {
        let mut parts = vec![self.condition()?];
        while self.takes_name("and") {
            parts.push(self.condition()?);
        }
        Some(if parts.len() == 1 { parts.remove(0) } else { Filter::All(parts) })
    }

    fn condition(&mut self) -> Option<Filter> {
        let mut negated = false;
        while self.takes_name("not") {
            negated = !negated;
        }
        let filter = match self.next()? {
            Word::Open => {
                let inner = self.alternatives()?;
                self.take(&Word::Close)?;
                inner
            }
            Word::Name(name) => self.named(&name)?,
            Word::Close | Word::Comma | Word::Colon | Word::Text(_) => return None,
        };
        Some(if negated { Filter::Not(Box::new(filter)) } else { filter })
    }

    fn named(&mut self, name: &str) -> Option<Filter> {
        match name.to_ascii_lowercase().as_str() {
            "startswith" => self.over_text(Filter::StartsWith),
            "contains" => self.over_text(Filter::Contains),
            "categories/any" => self.category(),
            "singlevalueextendedproperties/any" => self.property(),
            _ => {
                let member = Member::read(name)?;
                let Word::Name(how) = self.next()? else { return None };
                Some(Filter::Compare(member, Comparison::read(&how)?, self.literal()?))
            }
        }
    }

    fn over_text(&mut self, make: fn(Member, String) -> Filter) -> Option<Filter> {
        self.take(&Word::Open)?;
        let Word::Name(name) = self.next()? else { return None };
        self.take(&Word::Comma)?;
        let Word::Text(text) = self.next()? else { return None };
        self.take(&Word::Close)?;
        Some(make(Member::read(&name)?, text))
    }

    /// `(c:c eq 'Name')`
    fn category(&mut self) -> Option<Filter> {
        let variable = self.variable()?;
        if !self.takes_name(&variable) || !self.takes_name("eq") {
            return None;
        }
        let Word::Text(name) = self.next()? else { return None };
        self.take(&Word::Close)?;
        Some(Filter::Category(name))
    }

    /// `(ep: ep/id eq '…' and ep/value eq '…')`; with `ne null` instead of a value any value will do.
    fn property(&mut self) -> Option<Filter> {
        let variable = self.variable()?;
        if !self.takes_name(&format!("{variable}/id")) || !self.takes_name("eq") {
            return None;
        }
        let Word::Text(id) = self.next()? else { return None };
        let mut value = None;
        if self.takes_name("and") {
            if !self.takes_name(&format!("{variable}/value")) {
                return None;
            }
            value = match (self.next()?, self.next()?) {
                (Word::Name(how), Word::Text(text)) if how == "eq" => Some(text),
                (Word::Name(how), Word::Name(null)) if how == "ne" && null == "null" => None,
                _ => return None,
            };
        }
        self.take(&Word::Close)?;
        Some(Filter::Property { id: canonical(&id), value })
    }

    /// The opening of an `any` and the name of its variable.
    fn variable(&mut self) -> Option<String> {
        self.take(&Word::Open)?;
        let Word::Name(variable) = self.next()? else { return None };
        self.take(&Word::Colon)?;
        Some(variable)
    }

    fn literal(&mut self) -> Option<Literal> {
        match self.next()? {
            Word::Text(text) => Some(Literal::Text(text)),
            Word::Name(name) => match name.as_str() {
                "true" => Some(Literal::Truth(true)),
                "false" => Some(Literal::Truth(false)),
                "null" => Some(Literal::Null),
                moment => instant(moment).map(Literal::Instant),
            },
            Word::Open | Word::Close | Word::Comma | Word::Colon => None,
        }
    }
}
