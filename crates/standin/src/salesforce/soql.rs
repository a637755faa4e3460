//! SOQL: text → checked query → rows. A subset; what it does not know is refused, never guessed.

mod dates;
mod eval;
mod filter;
mod lex;
mod parse;
mod path;
mod reader;
#[cfg(test)]
mod tests;

use chrono::{DateTime, NaiveDate, Utc};

pub(crate) use eval::{holds, rows, shown};
pub(crate) use parse::{condition, query};
pub(crate) use path::Path;

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
}

/// What a statement selects.
#[derive(Clone, Debug)]
pub(crate) enum Selection {
    /// `COUNT()`.
    Count,
    /// Fields, in the order written.
    Fields(Vec<Path>),
}

/// A filter.
#[derive(Clone, Debug)]
pub(crate) enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Compare { path: Path, operator: Operator, literals: Vec<Literal> },
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
pub(crate) struct Order {
    pub path: Path,
    pub descending: bool,
    pub nulls_last: bool,
}
