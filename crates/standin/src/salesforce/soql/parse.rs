//! Text → statement. Only the grammar is known here, no object and no field.

use chrono::{DateTime, Utc};

use super::lex::{Placed, Token, malformed};
use super::reader::Reader;
use super::syntax::{Count, Filter, Given, Item, Key, Name, Operand, Right, Statement, Written};
use super::{Direction, Operator, Purpose, values};
use crate::salesforce::refusal::Refusal;

/// The most parentheses, NOTs and SELECTs within one another.
const NESTING_LIMIT: usize = 100;
/// Words that begin a clause, which no alias can be.
const CLAUSES: [&str; 11] =
    ["USING", "WHERE", "WITH", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "FOR", "ALL", "FROM"];

/// Reads a whole statement.
pub(crate) fn statement(text: &str, now: DateTime<Utc>) -> Result<Statement, Refusal> {
    let mut reader = Reader::new(text, now)?;
    let statement = reader.select()?;
    if reader.peek_word(0, "ALL") && reader.peek_word(1, "ROWS") {
        return Err(reader.here("ALL ROWS not allowed in this context"));
    }
    reader.end()?;
    Ok(statement)
}

/// Reads a filter alone, as search parameters and validation rules carry it.
pub(crate) fn filter(text: &str, now: DateTime<Utc>) -> Result<Filter, Refusal> {
    let mut reader = Reader::new(text, now)?;
    let filter = reader.filter()?;
    reader.end()?;
    Ok(filter)
}

/// Reads the keys of a sort alone.
pub(crate) fn order(text: &str, now: DateTime<Utc>) -> Result<Vec<Key>, Refusal> {
    let mut reader = Reader::new(text, now)?;
    let keys = reader.keys()?;
    reader.end()?;
    Ok(keys)
}

impl Reader<'_> {
    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Refusal>) -> Result<T, Refusal> {
        if self.depth == NESTING_LIMIT {
            return Err(self.unexpected());
        }
        self.depth += 1;
        let read = read(self);
        self.depth -= 1;
        read
    }

    fn select(&mut self) -> Result<Statement, Refusal> {
        self.keyword("SELECT")?;
        let items = self.listed(Self::item)?;
        self.keyword("FROM")?;
        let from = self.name()?;
        let alias = self.alias().map(|alias| alias.text);
        let scope = if self.take_keywords(&["USING", "SCOPE"]) { Some(self.name()?.text) } else { None };
        let filter = if self.take_keyword("WHERE") { Some(self.filter()?) } else { None };
        let groups = if self.take_keywords(&["GROUP", "BY"]) { self.listed(Self::name)? } else { Vec::new() };
        let having = if self.take_keyword("HAVING") { Some(self.filter()?) } else { None };
        let order = if self.take_keywords(&["ORDER", "BY"]) { self.keys()? } else { Vec::new() };
        let limit = if self.take_keyword("LIMIT") { Some(self.count()?) } else { None };
        let offset = if self.take_keyword("OFFSET") { Some(self.count()?) } else { None };
        let purposes = if self.take_keyword("FOR") { self.listed(Self::purpose)? } else { Vec::new() };
        Ok(Statement { items, from, alias, scope, filter, groups, having, order, limit, offset, purposes })
    }

    pub(super) fn listed<T>(
        &mut self,
        read: impl Fn(&mut Self) -> Result<T, Refusal>,
    ) -> Result<Vec<T>, Refusal> {
        let mut all = vec![read(self)?];
        while self.take_sign(",") {
            all.push(read(self)?);
        }
        Ok(all)
    }

    pub(super) fn name(&mut self) -> Result<Name, Refusal> {
        let (text, column) = self.word()?;
        Ok(Name { text, column })
    }

    /// Another name of what stands before, unless a clause follows.
    fn alias(&mut self) -> Option<Name> {
        let Placed { token: Token::Word(word), .. } = self.peek() else { return None };
        if CLAUSES.iter().any(|clause| clause.eq_ignore_ascii_case(word)) {
            return None;
        }
        self.name().ok()
    }

    pub(super) fn count(&mut self) -> Result<Count, Refusal> {
        let refusal = self.unexpected();
        let (word, column) = self.word()?;
        let rows = word.parse().map_err(|_| refusal)?;
        Ok(Count { rows, column })
    }

    fn purpose(&mut self) -> Result<Purpose, Refusal> {
        if self.take_keyword("VIEW") {
            return Ok(Purpose::View);
        }
        self.keyword("REFERENCE")?;
        Ok(Purpose::Reference)
    }

    fn item(&mut self) -> Result<Item, Refusal> {
        if self.peek().token == Token::Sign("(") {
            return self.deeper(|reader| {
                reader.sign("(")?;
                let inside = reader.select()?;
                reader.sign(")")?;
                Ok(Item::Children(Box::new(inside)))
            });
        }
        if self.peek_word(0, "TYPEOF") && self.peek_word(2, "WHEN") {
            return self.type_of();
        }
        if self.peek_word(0, "FROM") {
            return Err(self.unexpected());
        }
        let operand = self.operand()?;
        Ok(Item::Value { operand, alias: self.alias() })
    }

    fn type_of(&mut self) -> Result<Item, Refusal> {
        self.keyword("TYPEOF")?;
        let relationship = self.name()?;
        let mut cases = Vec::new();
        while self.take_keyword("WHEN") {
            let object = self.name()?;
            self.keyword("THEN")?;
            cases.push((object, self.listed(Self::name)?));
        }
        let otherwise = if self.take_keyword("ELSE") { self.listed(Self::name)? } else { Vec::new() };
        self.keyword("END")?;
        Ok(Item::TypeOf { relationship, cases, otherwise })
    }

    fn operand(&mut self) -> Result<Operand, Refusal> {
        let name = self.name()?;
        if !self.take_sign("(") {
            return Ok(Operand::Field(name));
        }
        let argument = if self.take_sign(")") { None } else { Some(self.name()?) };
        if argument.is_some() {
            self.sign(")")?;
        }
        Ok(Operand::Call { function: name, argument })
    }

    pub(super) fn keys(&mut self) -> Result<Vec<Key>, Refusal> {
        self.listed(|reader| {
            let operand = reader.operand()?;
            let direction = if reader.take_keyword("DESC") {
                Some(Direction::Descending)
            } else if reader.take_keyword("ASC") {
                Some(Direction::Ascending)
            } else {
                None
            };
            let nulls_last = if reader.take_keywords(&["NULLS", "LAST"]) {
                Some(true)
            } else if reader.take_keywords(&["NULLS", "FIRST"]) {
                Some(false)
            } else {
                None
            };
            Ok(Key { operand, direction, nulls_last })
        })
    }

    /// A chain of one connective; mixing AND and OR needs parentheses.
    pub(super) fn filter(&mut self) -> Result<Filter, Refusal> {
        let first = self.term()?;
        for (connective, other) in [("AND", "OR"), ("OR", "AND")] {
            if !self.peek_word(0, connective) {
                continue;
            }
            let mut chain = vec![first];
            while self.take_keyword(connective) {
                chain.push(self.term()?);
            }
            if self.peek_word(0, other) {
                return Err(self.unexpected());
            }
            return Ok(if connective == "AND" { Filter::All(chain) } else { Filter::Any(chain) });
        }
        Ok(first)
    }

    fn term(&mut self) -> Result<Filter, Refusal> {
        if self.peek_word(0, "NOT") {
            return self.deeper(|reader| {
                reader.keyword("NOT")?;
                Ok(Filter::Not(Box::new(reader.term()?)))
            });
        }
        if self.peek().token == Token::Sign("(") {
            return self.deeper(|reader| {
                reader.sign("(")?;
                let inside = reader.filter()?;
                reader.sign(")")?;
                Ok(inside)
            });
        }
        let operand = self.operand()?;
        let operator = self.operator()?;
        let right = match operator {
            Operator::In | Operator::NotIn => self.list()?,
            Operator::Includes | Operator::Excludes => {
                self.sign("(")?;
                self.values()?
            }
            Operator::Equal
            | Operator::NotEqual
            | Operator::Less
            | Operator::LessOrEqual
            | Operator::Greater
            | Operator::GreaterOrEqual
            | Operator::Like => Right::One(self.given()?),
        };
        Ok(Filter::Compare { operand, operator, right })
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
        let words: [(&[&str], Operator); 5] = [
            (&["LIKE"], Operator::Like),
            (&["IN"], Operator::In),
            (&["NOT", "IN"], Operator::NotIn),
            (&["INCLUDES"], Operator::Includes),
            (&["EXCLUDES"], Operator::Excludes),
        ];
        let sign = signs.into_iter().find(|(sign, _)| self.take_sign(sign));
        if let Some((_, operator)) = sign {
            return Ok(operator);
        }
        let word = words.into_iter().find(|(words, _)| self.take_keywords(words));
        word.map(|(_, operator)| operator).ok_or_else(|| self.unexpected())
    }

    /// What follows IN: values, or a SELECT.
    fn list(&mut self) -> Result<Right, Refusal> {
        self.sign("(")?;
        if !self.peek_word(0, "SELECT") {
            return self.values();
        }
        self.deeper(|reader| {
            let inside = reader.select()?;
            reader.sign(")")?;
            Ok(Right::Select(Box::new(inside)))
        })
    }

    fn values(&mut self) -> Result<Right, Refusal> {
        let values = self.listed(Self::given)?;
        self.sign(")")?;
        Ok(Right::List(values))
    }

    fn given(&mut self) -> Result<Given, Refusal> {
        let Placed { token, column } = self.peek().clone();
        let value = match token {
            Token::Quoted(text) => {
                let length = text.plain.chars().count();
                if length > values::TEXT_LIMIT {
                    let why = format!("string literal is longer than {} characters", values::TEXT_LIMIT);
                    return Err(malformed(self.statement, column, &why));
                }
                Written::Quoted(text)
            }
            Token::Word(word) if values::bare(&word, self.now).is_some() => Written::Bare(word),
            Token::Word(word) if word.starts_with(':') => {
                return Err(self.here("Bind variables only allowed in Apex code"));
            }
            Token::Word(_) | Token::Sign(_) | Token::End => return Err(self.unexpected()),
        };
        self.next += 1;
        Ok(Given { value, column })
    }
}
