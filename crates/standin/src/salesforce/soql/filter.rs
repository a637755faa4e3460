//! Filters and the values in them.

use super::lex::{Placed, Text, Token, at};
use super::reader::Reader;
use super::{Condition, Literal, Operator, Path, dates};
use crate::salesforce::refusal::Refusal;
use crate::salesforce::schema::{Kind, Object};
use crate::salesforce::{ids, moment};

/// The most parentheses and NOTs within one another.
const NESTING_LIMIT: usize = 100;

impl Reader<'_> {
    /// A chain of one connective; mixing AND and OR needs parentheses.
    pub(super) fn condition(&mut self, object: &Object) -> Result<Condition, Refusal> {
        let first = self.term(object)?;
        if self.peek_word(0, "AND") {
            let mut all = vec![first];
            while self.take_keyword("AND") {
                all.push(self.term(object)?);
            }
            return if self.peek_word(0, "OR") { Err(self.unexpected()) } else { Ok(Condition::All(all)) };
        }
        if self.peek_word(0, "OR") {
            let mut any = vec![first];
            while self.take_keyword("OR") {
                any.push(self.term(object)?);
            }
            return if self.peek_word(0, "AND") { Err(self.unexpected()) } else { Ok(Condition::Any(any)) };
        }
        Ok(first)
    }

    fn term(&mut self, object: &Object) -> Result<Condition, Refusal> {
        if self.peek_word(0, "NOT") || self.peek().token == Token::Sign("(") {
            if self.depth == NESTING_LIMIT {
                return Err(self.unexpected());
            }
            self.depth += 1;
            let inside = self.nested(object);
            self.depth -= 1;
            return inside;
        }
        self.comparison(object)
    }

    fn nested(&mut self, object: &Object) -> Result<Condition, Refusal> {
        if self.take_keyword("NOT") {
            return Ok(Condition::Not(Box::new(self.term(object)?)));
        }
        self.sign("(")?;
        let inside = self.condition(object)?;
        self.sign(")")?;
        Ok(inside)
    }

    fn comparison(&mut self, object: &Object) -> Result<Condition, Refusal> {
        let (name, column) = self.word()?;
        let path = self.path(object, &name, column)?;
        if !path.filterable {
            let why = format!("field '{name}' can not be filtered in a query call");
            return Err(at("INVALID_FIELD", self.statement, column, &why));
        }
        let operator = self.operator()?;
        let literals = match operator {
            Operator::In | Operator::NotIn => self.list(&path)?,
            Operator::Equal
            | Operator::NotEqual
            | Operator::Less
            | Operator::LessOrEqual
            | Operator::Greater
            | Operator::GreaterOrEqual
            | Operator::Like => vec![self.literal(&path)?],
        };
        if operator == Operator::Like && !(path.kind.is_text()) {
            let why = format!("invalid operator on {} field", path.kind.name());
            return Err(at("INVALID_QUERY_FILTER_OPERATOR", self.statement, column, &why));
        }
        Ok(Condition::Compare { path, operator, literals })
    }

    fn operator(&mut self) -> Result<Operator, Refusal> {
        let signs = [
            ("=", Operator::Equal),
            ("!=", Operator::NotEqual),
            ("<>", Operator::NotEqual),
            ("<=", Operator::LessOrEqual),
            (">=", Operator::GreaterOrEqual),
            ("<", Operator::Less),
            (">", Operator::Greater),
        ];
        for (sign, operator) in signs {
            if self.take_sign(sign) {
                return Ok(operator);
            }
        }
        if self.take_keyword("LIKE") {
            return Ok(Operator::Like);
        }
        if self.take_keyword("IN") {
            return Ok(Operator::In);
        }
        if self.take_keywords(&["NOT", "IN"]) {
            return Ok(Operator::NotIn);
        }
        Err(self.unexpected())
    }

    fn list(&mut self, path: &Path) -> Result<Vec<Literal>, Refusal> {
        self.sign("(")?;
        let mut literals = vec![self.literal(path)?];
        while self.take_sign(",") {
            literals.push(self.literal(path)?);
        }
        self.sign(")")?;
        Ok(literals)
    }

    /// A value, which must be of the field's type: dates unquoted, text quoted.
    fn literal(&mut self, path: &Path) -> Result<Literal, Refusal> {
        let Placed { token, column } = self.peek().clone();
        let unexpected = self.unexpected();
        self.next += 1;
        let literal = match token {
            Token::Quoted(text) => Literal::Text(text),
            Token::Word(word) => self.plain(&word).ok_or(unexpected)?,
            Token::Sign(_) | Token::End => return Err(unexpected),
        };
        match fit(literal, path.kind) {
            Ok(literal) => Ok(literal),
            Err(Misfit::Quotes) => {
                let why = format!(
                    "value of filter criterion for field '{}' must be of type {} and should not be enclosed in quotes",
                    path.field,
                    path.kind.name()
                );
                Err(at("INVALID_FIELD", self.statement, column, &why))
            }
            Err(Misfit::Type) => {
                let why = format!(
                    "value of filter criterion for field '{}' must be of type {}",
                    path.field,
                    path.kind.name()
                );
                Err(at("INVALID_FIELD", self.statement, column, &why))
            }
            Err(Misfit::Id(id)) => {
                let why = format!("invalid ID field: {id}");
                Err(at("INVALID_QUERY_FILTER_OPERATOR", self.statement, column, &why))
            }
        }
    }

    fn plain(&self, word: &str) -> Option<Literal> {
        match word.to_ascii_uppercase().as_str() {
            "NULL" => return Some(Literal::Null),
            "TRUE" => return Some(Literal::Boolean(true)),
            "FALSE" => return Some(Literal::Boolean(false)),
            _ => {}
        }
        if let Some((from, to)) = dates::range(word, self.now) {
            return Some(Literal::Days(from, to));
        }
        if let Some(date) = moment::date(word) {
            return Some(Literal::Date(date));
        }
        if let Some(instant) = moment::instant(word) {
            return Some(Literal::Instant(instant));
        }
        word.parse().ok().map(Literal::Number)
    }
}

/// Why a value does not fit its field.
enum Misfit {
    Quotes,
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
        Literal::Number(_) => matches!(kind, Kind::Int | Kind::Double | Kind::Currency | Kind::Percent),
        Literal::Date(_) => kind == Kind::Date,
        Literal::Instant(_) => kind == Kind::Datetime,
        Literal::Days(..) => matches!(kind, Kind::Date | Kind::Datetime),
    };
    if good { Ok(literal) } else { Err(Misfit::Type) }
}
