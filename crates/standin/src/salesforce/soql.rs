//! SOQL: text → statement → query checked against the schema → rows. What it does not know is refused, never guessed.

mod check;
mod children;
mod dates;
mod eval;
mod group;
mod lex;
mod parse;
mod path;
#[cfg(test)]
mod properties;
mod reader;
mod returning;
mod rows;
mod selection;
mod shown;
mod syntax;
#[cfg(test)]
mod tests;
mod values;

use chrono::{DateTime, NaiveDate, Utc};

pub(crate) use check::{condition, order, query};
pub(crate) use children::relationship as child;
pub(crate) use eval::holds;
pub(crate) use group::{Grouping, groups};
pub(crate) use path::Path;
pub(crate) use returning::{Returning, Tail, tail};
pub(crate) use rows::{named, rows, sorted};
pub(crate) use shown::{shown, shown_as};

/// Reads a statement and what it prints, which must be the same: the entry point of fuzzing.
///
/// # Panics
/// They differ.
#[cfg(feature = "fuzzing")]
pub(crate) fn read_twice(text: &str, now: DateTime<Utc>) {
    if let Ok(statement) = parse::statement(text, now) {
        assert_eq!(Ok(&statement), parse::statement(&statement.to_string(), now).as_ref());
    }
}

/// A checked statement.
#[derive(Clone, Debug)]
pub(crate) struct Query {
    /// The API name of the object.
    pub object: String,
    pub selection: Selection,
    pub condition: Option<Condition>,
    pub order: Vec<Order>,
    pub limit: Option<usize>,
    pub offset: usize,
    /// Why the caller reads: noted on what is found.
    pub purposes: Vec<Purpose>,
}

/// What a statement selects.
#[derive(Clone, Debug)]
pub(crate) enum Selection {
    /// `COUNT()`.
    Count,
    /// Fields, children and such, in the order written.
    Columns(Vec<Column>),
    /// One row for each group.
    Groups(Grouping),
}

/// One selected thing of each record.
#[derive(Clone, Debug)]
pub(crate) enum Column {
    Field(Path),
    Children(Children),
    TypeOf(TypeOf),
}

/// The records that point at one.
#[derive(Clone, Debug)]
pub(crate) struct Children {
    pub relationship: String,
    /// The child's field that points here.
    pub reference: String,
    pub query: Box<Query>,
}

/// Fields of whatever a polymorphic reference points at, by its object.
#[derive(Clone, Debug)]
pub(crate) struct TypeOf {
    pub relationship: String,
    pub reference: String,
    pub cases: Vec<(String, Vec<Path>)>,
    pub otherwise: Vec<Path>,
}

/// A filter over fields, or over what groups are measured by.
#[derive(Clone, Debug)]
pub(crate) enum Condition<P = Path> {
    All(Vec<Condition<P>>),
    Any(Vec<Condition<P>>),
    Not(Box<Condition<P>>),
    Compare {
        path: P,
        operator: Operator,
        literals: Vec<Literal>,
    },
    /// The values another query finds.
    Join {
        path: P,
        operator: Operator,
        found: Box<Query>,
        field: Path,
    },
}

/// How a field is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Like,
    In,
    NotIn,
    Includes,
    Excludes,
}

/// Which end of a sort comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Ascending,
    Descending,
}

/// What a statement is FOR.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    View,
    Reference,
}

/// A value written in a statement.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Literal {
    Null,
    Boolean(bool),
    Number(f64),
    Text(lex::Text),
    Date(NaiveDate),
    Instant(DateTime<Utc>),
    /// A date literal: the days from the first, up to but without the second.
    Days(NaiveDate, NaiveDate),
}

impl Literal {
    /// The text of a quoted value.
    fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(&text.plain),
            Self::Null
            | Self::Boolean(_)
            | Self::Number(_)
            | Self::Date(_)
            | Self::Instant(_)
            | Self::Days(..) => None,
        }
    }
}

/// One key of a sort.
#[derive(Clone, Debug)]
pub(crate) struct Order<P = Path> {
    pub path: P,
    pub direction: Direction,
    pub nulls_last: bool,
}
