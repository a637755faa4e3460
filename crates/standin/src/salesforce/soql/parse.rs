//! Reads a statement and checks every name and value in it against the schema.

use chrono::{DateTime, Utc};

use super::lex::{Placed, Token, at, malformed, tokens};
use super::{Condition, Literal, Operator, Order, Path, Query, Selection, dates};
use crate::salesforce::refusal::Refusal;
use crate::salesforce::schema::{Kind, Object, Schema};
use crate::salesforce::{ids, moment};

/// The highest `OFFSET`, in rows.
const OFFSET_LIMIT: usize = 2_000;

/// Reads a whole statement.
pub(crate) fn query(schema: &Schema, statement: &str, now: DateTime<Utc>) -> Result<Query, Refusal> {
    let mut reader = Reader::new(schema, statement, now)?;
    reader.keyword("SELECT")?;
    let selected = reader.selected()?;
    reader.keyword("FROM")?;
    let object = reader.from()?;
    reader.alias = reader.take_alias();
    if reader.take_keywords(&["USING", "SCOPE"]) {
        reader.word()?;
    }
    let condition = if reader.take_keyword("WHERE") { Some(reader.condition(object)?) } else { None };
    let order = if reader.take_keywords(&["ORDER", "BY"]) { reader.order(object)? } else { Vec::new() };
    let limit = if reader.take_keyword("LIMIT") { Some(reader.count()?) } else { None };
    let offset = if reader.take_keyword("OFFSET") { reader.count()? } else { 0 };
    if offset > OFFSET_LIMIT {
        let message = format!("Maximum SOQL offset allowed is {OFFSET_LIMIT}");
        return Err(Refusal::new(400, "NUMBER_OUTSIDE_VALID_RANGE", message));
    }
    if reader.take_keyword("FOR") && !(reader.take_keyword("VIEW") || reader.take_keyword("REFERENCE")) {
        return Err(reader.unexpected());
    }
    reader.end()?;
    let selection = reader.selection(object, &selected, limit)?;
    Ok(Query { object: object.name.clone(), selection, condition, order, limit, offset })
}

/// Reads a filter alone, as search parameters and validation rules carry it.
pub(crate) fn condition(
    schema: &Schema,
    object: &Object,
    text: &str,
    now: DateTime<Utc>,
) -> Result<Condition, Refusal> {
    let mut reader = Reader::new(schema, text, now)?;
    let condition = reader.condition(object)?;
    reader.end()?;
    Ok(condition)
}

struct Reader<'a> {
    schema: &'a Schema,
    statement: &'a str,
    tokens: Vec<Placed>,
    next: usize,
    now: DateTime<Utc>,
    /// Another name of the object, which paths may begin with.
    alias: Option<String>,
}

impl<'a> Reader<'a> {
    fn new(schema: &'a Schema, statement: &'a str, now: DateTime<Utc>) -> Result<Self, Refusal> {
        Ok(Self { schema, statement, tokens: tokens(statement)?, next: 0, now, alias: None })
    }

    fn peek(&self) -> &Placed {
        &self.tokens[self.next.min(self.tokens.len() - 1)]
    }

    fn peek_word(&self, ahead: usize, word: &str) -> bool {
        let placed = self.tokens.get(self.next + ahead);
        placed.is_some_and(
            |placed| matches!(&placed.token, Token::Word(found) if found.eq_ignore_ascii_case(word)),
        )
    }

    fn take_keyword(&mut self, word: &str) -> bool {
        self.take_keywords(&[word])
    }

    fn take_keywords(&mut self, words: &[&str]) -> bool {
        let found = words.iter().enumerate().all(|(ahead, word)| self.peek_word(ahead, word));
        if found {
            self.next += words.len();
        }
        found
    }

    fn take_sign(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek().token, Token::Sign(found) if found == sign);
        if found {
            self.next += 1;
        }
        found
    }

    fn keyword(&mut self, word: &str) -> Result<(), Refusal> {
        if self.take_keyword(word) { Ok(()) } else { Err(self.unexpected()) }
    }

    fn sign(&mut self, sign: &str) -> Result<(), Refusal> {
        if self.take_sign(sign) { Ok(()) } else { Err(self.unexpected()) }
    }

    fn word(&mut self) -> Result<(String, usize), Refusal> {
        let Placed { token, column } = self.peek().clone();
        match token {
            Token::Word(word) => {
                self.next += 1;
                Ok((word, column))
            }
            Token::Quoted(_) | Token::Sign(_) | Token::End => Err(self.unexpected()),
        }
    }

    fn count(&mut self) -> Result<usize, Refusal> {
        let refusal = self.unexpected();
        let (word, _) = self.word()?;
        word.parse().map_err(|_| refusal)
    }

    fn end(&self) -> Result<(), Refusal> {
        if self.peek().token == Token::End { Ok(()) } else { Err(self.unexpected()) }
    }

    fn unexpected(&self) -> Refusal {
        let placed = self.peek();
        let found = match &placed.token {
            Token::Word(word) => word.as_str(),
            Token::Quoted(text) => text.plain.as_str(),
            Token::Sign(sign) => sign,
            Token::End => "<EOF>",
        };
        malformed(self.statement, placed.column, &format!("unexpected token: '{found}'"))
    }

    /// The written names after SELECT; a function keeps its argument (`COUNT()`, `FIELDS(ALL)`).
    fn selected(&mut self) -> Result<Vec<(String, usize)>, Refusal> {
        let mut names = Vec::new();
        loop {
            let (mut name, column) = self.word()?;
            if self.take_sign("(") {
                let inside =
                    if matches!(self.peek().token, Token::Word(_)) { self.word()?.0 } else { String::new() };
                self.sign(")")?;
                name = format!("{name}({inside})").to_ascii_uppercase();
            }
            names.push((name, column));
            if !self.take_sign(",") {
                return Ok(names);
            }
        }
    }

    fn from(&mut self) -> Result<&'a Object, Refusal> {
        let (name, column) = self.word()?;
        let object = self.schema.object(&name).ok_or_else(|| {
            let why = format!(
                "sObject type '{name}' is not supported. If you are attempting to use a custom object, be sure to \
                 append the '__c' after the entity name."
            );
            at("INVALID_TYPE", self.statement, column, &why)
        })?;
        Ok(object)
    }

    fn take_alias(&mut self) -> Option<String> {
        const CLAUSES: [&str; 6] = ["USING", "WHERE", "ORDER", "LIMIT", "OFFSET", "FOR"];
        let Token::Word(word) = &self.peek().token else { return None };
        if CLAUSES.iter().any(|clause| clause.eq_ignore_ascii_case(word)) {
            return None;
        }
        let alias = word.clone();
        self.next += 1;
        Some(alias)
    }

    /// Checks a written path, without the alias it may begin with.
    fn path(&self, object: &Object, written: &str, column: usize) -> Result<Path, Refusal> {
        let own = match (&self.alias, written.split_once('.')) {
            (Some(alias), Some((first, rest))) if first.eq_ignore_ascii_case(alias) => rest,
            _ => written,
        };
        Path::check(self.schema, object, own).map_err(|refusal| self.placed(&refusal, column))
    }

    fn selection(
        &self,
        object: &Object,
        selected: &[(String, usize)],
        limit: Option<usize>,
    ) -> Result<Selection, Refusal> {
        if let [(name, _)] = selected
            && name == "COUNT()"
        {
            return Ok(Selection::Count);
        }
        let mut paths: Vec<Path> = Vec::new();
        for (name, column) in selected {
            match name.as_str() {
                "FIELDS(ALL)" | "FIELDS(STANDARD)" | "FIELDS(CUSTOM)" => {
                    if name != "FIELDS(STANDARD)" && limit.is_none_or(|limit| limit > 200) {
                        let why = "The SOQL FIELDS function must have a LIMIT of at most 200";
                        return Err(malformed(self.statement, *column, why));
                    }
                    let wanted = object.fields.iter().filter(|field| match name.as_str() {
                        "FIELDS(STANDARD)" => !field.custom,
                        "FIELDS(CUSTOM)" => field.custom,
                        _ => true,
                    });
                    paths.extend(wanted.map(Path::own));
                }
                _ => {
                    let path = self.path(object, name, *column)?;
                    if paths.contains(&path) {
                        let why = format!("duplicate field selected: {name}");
                        return Err(malformed(self.statement, *column, &why));
                    }
                    paths.push(path);
                }
            }
        }
        Ok(Selection::Fields(paths))
    }

    fn placed(&self, refusal: &Refusal, column: usize) -> Refusal {
        at(refusal.code, self.statement, column, &refusal.message)
    }

    /// A chain of one connective; mixing AND and OR needs parentheses.
    fn condition(&mut self, object: &Object) -> Result<Condition, Refusal> {
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
        if self.take_keyword("NOT") {
            return Ok(Condition::Not(Box::new(self.term(object)?)));
        }
        if self.take_sign("(") {
            let inside = self.condition(object)?;
            self.sign(")")?;
            return Ok(inside);
        }
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
            return Ok(Literal::Text(super::lex::Text { wild: vec![false; plain.len()], plain }));
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

impl Reader<'_> {
    fn order(&mut self, object: &Object) -> Result<Vec<Order>, Refusal> {
        let mut keys = Vec::new();
        loop {
            let (name, column) = self.word()?;
            let path = self.path(object, &name, column)?;
            if !path.sortable {
                let why = format!("field '{name}' can not be sorted in a query call");
                return Err(at("INVALID_FIELD", self.statement, column, &why));
            }
            let descending = self.take_keyword("DESC");
            if !descending {
                self.take_keyword("ASC");
            }
            let nulls_last = if self.take_keywords(&["NULLS", "LAST"]) {
                true
            } else {
                !self.take_keywords(&["NULLS", "FIRST"]) && descending
            };
            keys.push(Order { path, descending, nulls_last });
            if !self.take_sign(",") {
                return Ok(keys);
            }
        }
    }
}
