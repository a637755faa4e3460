//! A statement as it is written, before any name in it is looked up; printed, it reads as the same statement again.

use std::fmt::{self, Display, Formatter, Write as _};

use super::lex::Text;
use super::{Direction, Operator, Purpose};

/// A written name or path. Two are the same wherever they stand.
#[derive(Clone, Debug)]
pub(crate) struct Name {
    pub text: String,
    /// Where it begins in the statement, 0-based, in bytes.
    pub column: usize,
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

/// A whole SELECT, or one within another.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Statement {
    pub items: Vec<Item>,
    pub from: Name,
    pub alias: Option<String>,
    pub scope: Option<String>,
    pub filter: Option<Filter>,
    pub groups: Vec<Name>,
    pub having: Option<Filter>,
    pub order: Vec<Key>,
    pub limit: Option<Count>,
    pub offset: Option<Count>,
    pub purposes: Vec<Purpose>,
}

/// A number of rows and where it stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Count {
    pub rows: usize,
    pub column: usize,
}

impl PartialEq for Count {
    fn eq(&self, other: &Self) -> bool {
        self.rows == other.rows
    }
}

/// One thing selected.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Item {
    Value { operand: Operand, alias: Option<Name> },
    Children(Box<Statement>),
    TypeOf { relationship: Name, cases: Vec<(Name, Vec<Name>)>, otherwise: Vec<Name> },
}

/// A field, or a function of one.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Operand {
    Field(Name),
    Call { function: Name, argument: Option<Name> },
}

impl Operand {
    /// Where it begins.
    pub(crate) fn column(&self) -> usize {
        match self {
            Self::Field(name) | Self::Call { function: name, .. } => name.column,
        }
    }
}

/// A filter.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Filter {
    All(Vec<Filter>),
    Any(Vec<Filter>),
    Not(Box<Filter>),
    Compare { operand: Operand, operator: Operator, right: Right },
}

/// What a field is compared with.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Right {
    One(Given),
    List(Vec<Given>),
    Select(Box<Statement>),
}

/// A written value. Two are the same wherever they stand.
#[derive(Clone, Debug)]
pub(crate) struct Given {
    pub value: Written,
    pub column: usize,
}

impl PartialEq for Given {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

/// A value in quotes, or a bare word.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Written {
    Quoted(Text),
    Bare(String),
}

/// One key of a sort.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Key {
    pub operand: Operand,
    pub direction: Option<Direction>,
    /// NULLS FIRST or NULLS LAST, where written.
    pub nulls_last: Option<bool>,
}

impl Display for Statement {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("SELECT ")?;
        listed(f, &self.items)?;
        write!(f, " FROM {}", self.from)?;
        if let Some(alias) = &self.alias {
            write!(f, " {alias}")?;
        }
        if let Some(scope) = &self.scope {
            write!(f, " USING SCOPE {scope}")?;
        }
        if let Some(filter) = &self.filter {
            write!(f, " WHERE {filter}")?;
        }
        if !self.groups.is_empty() {
            f.write_str(" GROUP BY ")?;
            listed(f, &self.groups)?;
        }
        if let Some(having) = &self.having {
            write!(f, " HAVING {having}")?;
        }
        if !self.order.is_empty() {
            f.write_str(" ORDER BY ")?;
            listed(f, &self.order)?;
        }
        if let Some(limit) = self.limit {
            write!(f, " LIMIT {}", limit.rows)?;
        }
        if let Some(offset) = self.offset {
            write!(f, " OFFSET {}", offset.rows)?;
        }
        for (place, purpose) in self.purposes.iter().enumerate() {
            write!(f, "{} {purpose}", if place == 0 { " FOR" } else { "," })?;
        }
        Ok(())
    }
}

fn listed<T: Display>(f: &mut Formatter<'_>, each: &[T]) -> fmt::Result {
    for (place, one) in each.iter().enumerate() {
        if place > 0 {
            f.write_str(", ")?;
        }
        one.fmt(f)?;
    }
    Ok(())
}

impl Display for Name {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Display for Item {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value { operand, alias: None } => operand.fmt(f),
            Self::Value { operand, alias: Some(alias) } => write!(f, "{operand} {alias}"),
            Self::Children(statement) => write!(f, "({statement})"),
            Self::TypeOf { relationship, cases, otherwise } => {
                write!(f, "TYPEOF {relationship}")?;
                for (object, fields) in cases {
                    write!(f, " WHEN {object} THEN ")?;
                    listed(f, fields)?;
                }
                if !otherwise.is_empty() {
                    f.write_str(" ELSE ")?;
                    listed(f, otherwise)?;
                }
                f.write_str(" END")
            }
        }
    }
}

impl Display for Operand {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(name) => name.fmt(f),
            Self::Call { function, argument: None } => write!(f, "{function}()"),
            Self::Call { function, argument: Some(argument) } => write!(f, "{function}({argument})"),
        }
    }
}

impl Display for Filter {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (all, between) = match self {
            Self::All(all) => (all, " AND "),
            Self::Any(any) => (any, " OR "),
            Self::Not(inside) => return write!(f, "NOT ({inside})"),
            Self::Compare { operand, operator, right } => return write!(f, "{operand} {operator} {right}"),
        };
        for (place, one) in all.iter().enumerate() {
            if place > 0 {
                f.write_str(between)?;
            }
            match one {
                Self::All(_) | Self::Any(_) => write!(f, "({one})")?,
                Self::Not(_) | Self::Compare { .. } => one.fmt(f)?,
            }
        }
        Ok(())
    }
}

impl Display for Right {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(given) => given.fmt(f),
            Self::List(list) => {
                f.write_char('(')?;
                listed(f, list)?;
                f.write_char(')')
            }
            Self::Select(statement) => write!(f, "({statement})"),
        }
    }
}

impl Display for Given {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.value {
            Written::Bare(word) => f.write_str(word),
            Written::Quoted(text) => text.fmt(f),
        }
    }
}

impl Display for Text {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_char('\'')?;
        for (c, wild) in self.plain.chars().zip(&self.wild) {
            match c {
                '\n' => f.write_str("\\n")?,
                '\r' => f.write_str("\\r")?,
                '\t' => f.write_str("\\t")?,
                '\u{8}' => f.write_str("\\b")?,
                '\u{c}' => f.write_str("\\f")?,
                '\'' | '\\' => write!(f, "\\{c}")?,
                '%' | '_' if !wild => write!(f, "\\{c}")?,
                _ => f.write_char(c)?,
            }
        }
        f.write_char('\'')
    }
}

impl Display for Key {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.operand.fmt(f)?;
        match self.direction {
            Some(Direction::Ascending) => f.write_str(" ASC")?,
            Some(Direction::Descending) => f.write_str(" DESC")?,
            None => {}
        }
        match self.nulls_last {
            Some(true) => f.write_str(" NULLS LAST"),
            Some(false) => f.write_str(" NULLS FIRST"),
            None => Ok(()),
        }
    }
}

impl Display for Purpose {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::View => "VIEW",
            Self::Reference => "REFERENCE",
        })
    }
}

impl Display for Operator {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Like => "LIKE",
            Self::In => "IN",
            Self::NotIn => "NOT IN",
            Self::Includes => "INCLUDES",
            Self::Excludes => "EXCLUDES",
        })
    }
}
