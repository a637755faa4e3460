//! Values of a statement, which must be of the type of the field they are compared with.

use chrono::{DateTime, Utc};

use super::lex::{Text, at};
use super::syntax::{Given, Written};
use super::{Literal, dates};
use crate::salesforce::refusal::Refusal;
use crate::salesforce::schema::Kind;
use crate::salesforce::{ids, moment};

/// The longest text, in characters.
pub(super) const TEXT_LIMIT: usize = 4_000;

/// What a word without quotes stands for.
pub(super) fn bare(word: &str, now: DateTime<Utc>) -> Option<Literal> {
    match word.to_ascii_uppercase().as_str() {
        "NULL" => return Some(Literal::Null),
        "TRUE" => return Some(Literal::Boolean(true)),
        "FALSE" => return Some(Literal::Boolean(false)),
        _ => {}
    }
    if let Some((from, to)) = dates::range(word, now) {
        return Some(Literal::Days(from, to));
    }
    if let Some(date) = moment::date(word) {
        return Some(Literal::Date(date));
    }
    if let Some(instant) = moment::instant(word) {
        return Some(Literal::Instant(instant));
    }
    let number = word.parse::<f64>().ok().filter(|number| number.is_finite());
    number.filter(|_| !word.contains(|c: char| c.is_alphabetic())).map(Literal::Number)
}

/// A written value of a field: dates unquoted, text quoted.
pub(super) fn literal(
    given: &Given,
    (field, kind): (&str, Kind),
    statement: &str,
    now: DateTime<Utc>,
) -> Result<Literal, Refusal> {
    let refuse = |code, why: &str| at(code, statement, given.column, why);
    let literal = match &given.value {
        Written::Quoted(text) => Literal::Text(text.clone()),
        Written::Bare(word) => bare(word, now)
            .ok_or_else(|| refuse("MALFORMED_QUERY", &format!("unexpected token: '{word}'")))?,
    };
    let expected = format!("value of filter criterion for field '{field}' must be of type {}", kind.name());
    match fit(literal, kind) {
        Ok(literal) => Ok(literal),
        Err(Misfit::Quotes) => {
            Err(refuse("INVALID_FIELD", &format!("{expected} and should not be enclosed in quotes")))
        }
        Err(Misfit::NoQuotes) => {
            Err(refuse("INVALID_FIELD", &format!("{expected} and should be enclosed in quotes")))
        }
        Err(Misfit::Type) => Err(refuse("INVALID_FIELD", &expected)),
        Err(Misfit::Id(id)) => {
            Err(refuse("INVALID_QUERY_FILTER_OPERATOR", &format!("invalid ID field: {id}")))
        }
    }
}

/// Why a value does not fit its field.
enum Misfit {
    Quotes,
    NoQuotes,
    Type,
    Id(String),
}

fn fit(literal: Literal, kind: Kind) -> Result<Literal, Misfit> {
    let good = match &literal {
        Literal::Null => true,
        Literal::Text(text) if matches!(kind, Kind::Id | Kind::Reference) => {
            if text.plain.is_empty() {
                return Ok(Literal::Null);
            }
            let plain = ids::full(&text.plain).ok_or_else(|| Misfit::Id(text.plain.clone()))?;
            return Ok(Literal::Text(Text { wild: vec![false; plain.len()], plain }));
        }
        Literal::Text(_) if kind.is_text() => true,
        Literal::Text(_) => return Err(Misfit::Quotes),
        Literal::Boolean(_) => kind == Kind::Boolean,
        Literal::Number(_) if kind.is_text() => return Err(Misfit::NoQuotes),
        Literal::Number(_) => matches!(kind, Kind::Int | Kind::Double | Kind::Currency | Kind::Percent),
        Literal::Date(_) => kind == Kind::Date,
        Literal::Instant(_) => kind == Kind::Datetime,
        Literal::Days(..) => matches!(kind, Kind::Date | Kind::Datetime),
    };
    if good { Ok(literal) } else { Err(Misfit::Type) }
}
