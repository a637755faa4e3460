//! What follows the braces of a search: scope, objects with fields and filters, limits.

use chrono::{DateTime, Utc};

use super::check::Checker;
use super::lex::{Token, at};
use super::reader::Reader;
use super::syntax::{Count, Filter, Key, Name};
use super::{Column, Condition, Order};
use crate::salesforce::refusal::Refusal;
use crate::salesforce::schema::{Object, Schema};

/// Names after WITH that change nothing here.
const WITH_NAMES: [&str; 6] = ["DIVISION", "HIGHLIGHT", "METADATA", "NETWORK", "SNIPPET", "SPELL_CORRECTION"];
/// Names before FIELDS.
const SCOPES: [&str; 5] = ["ALL", "NAME", "EMAIL", "PHONE", "SIDEBAR"];

/// The checked rest of a search.
#[derive(Clone, Debug)]
pub(crate) struct Tail {
    /// Which fields are looked at: one of `ALL`, `NAME`, `EMAIL`, `PHONE`, `SIDEBAR`.
    pub scope: String,
    /// What is looked for; empty means everything.
    pub returning: Vec<Returning>,
    pub limit: Option<usize>,
}

/// One object of a search.
#[derive(Clone, Debug)]
pub(crate) struct Returning {
    pub object: String,
    pub columns: Vec<Column>,
    pub condition: Option<Condition>,
    pub order: Vec<Order>,
    pub limit: Option<usize>,
    pub offset: usize,
}

/// The same as it is written.
struct Written {
    object: Name,
    fields: Vec<Name>,
    filter: Option<Filter>,
    order: Vec<Key>,
    limit: Option<Count>,
    offset: Option<Count>,
}

/// Reads and checks a search from the byte after its closing brace.
pub(crate) fn tail(schema: &Schema, text: &str, from: usize, now: DateTime<Utc>) -> Result<Tail, Refusal> {
    // Blanks in place of the search text keep the columns of refusals right.
    let masked = format!("{}{}", " ".repeat(from), text.get(from..).unwrap_or_default());
    let mut reader = Reader::new(&masked, now).map_err(as_search)?;
    reader.statement = text;
    let (scope, written, limit) = reader.tail().map_err(as_search)?;
    let each = written.iter().map(|written| checked(schema, text, written, now));
    let returning = each.collect::<Result<_, _>>().map_err(as_search)?;
    Ok(Tail { scope, returning, limit: limit.map(|limit| limit.rows) })
}

/// A refusal of a search instead of a query.
fn as_search(refusal: Refusal) -> Refusal {
    match refusal.code {
        "MALFORMED_QUERY" => Refusal { code: "MALFORMED_SEARCH", ..refusal },
        _ => refusal,
    }
}

fn checked(schema: &Schema, text: &str, written: &Written, now: DateTime<Utc>) -> Result<Returning, Refusal> {
    let name = &written.object;
    let object: &Object = schema.object(&name.text).ok_or_else(|| {
        at("INVALID_TYPE", text, name.column, &format!("sObject type '{name}' is not supported."))
    })?;
    let checker = Checker { schema, text, now, object, alias: None };
    let mut columns = Vec::new();
    for field in &written.fields {
        columns.push(Column::Field(checker.path(field)?));
    }
    if columns.is_empty() {
        let id = Name { text: "Id".to_owned(), column: name.column };
        columns.push(Column::Field(checker.path(&id)?));
    }
    Ok(Returning {
        object: object.name.clone(),
        columns,
        condition: written.filter.as_ref().map(|filter| checker.lone(filter)).transpose()?,
        order: checker.order(&written.order)?,
        limit: written.limit.map(|limit| limit.rows),
        offset: checker.offset(written.offset)?,
    })
}

impl Reader<'_> {
    fn tail(&mut self) -> Result<(String, Vec<Written>, Option<Count>), Refusal> {
        let mut scope = "ALL".to_owned();
        if self.take_keyword("IN") {
            let refusal = self.unexpected();
            let name = self.name()?.text.to_ascii_uppercase();
            if !SCOPES.contains(&name.as_str()) {
                return Err(refusal);
            }
            self.keyword("FIELDS")?;
            scope = name;
        }
        let returning =
            if self.take_keyword("RETURNING") { self.listed(Self::returning)? } else { Vec::new() };
        while self.take_keyword("WITH") {
            self.with()?;
        }
        let limit = if self.take_keyword("LIMIT") { Some(self.count()?) } else { None };
        if self.take_keyword("UPDATE") {
            self.listed(|reader| {
                let known = reader.take_keyword("TRACKING") || reader.take_keyword("VIEWSTAT");
                if known { Ok(()) } else { Err(reader.unexpected()) }
            })?;
        }
        self.end()?;
        Ok((scope, returning, limit))
    }

    fn returning(&mut self) -> Result<Written, Refusal> {
        let object = self.name()?;
        let mut written = Written {
            object,
            fields: Vec::new(),
            filter: None,
            order: Vec::new(),
            limit: None,
            offset: None,
        };
        if !self.take_sign("(") {
            return Ok(written);
        }
        written.fields = self.listed(Self::name)?;
        if self.take_keyword("WHERE") {
            written.filter = Some(self.filter()?);
        }
        if self.take_keywords(&["ORDER", "BY"]) {
            written.order = self.keys()?;
        }
        if self.take_keyword("LIMIT") {
            written.limit = Some(self.count()?);
        }
        if self.take_keyword("OFFSET") {
            written.offset = Some(self.count()?);
        }
        self.sign(")")?;
        Ok(written)
    }

    /// `WITH SNIPPET (…)` and `WITH name = value`.
    fn with(&mut self) -> Result<(), Refusal> {
        let refusal = self.unexpected();
        let name = self.name()?;
        if !WITH_NAMES.iter().any(|known| name.is(known)) {
            return Err(refusal);
        }
        if self.take_sign("=") {
            return match self.peek().token {
                Token::Quoted(_) | Token::Word(_) => {
                    self.next += 1;
                    Ok(())
                }
                Token::Sign(_) | Token::End => Err(self.unexpected()),
            };
        }
        if self.take_sign("(") {
            self.name()?;
            self.sign("=")?;
            self.count()?;
            self.sign(")")?;
        }
        Ok(())
    }
}
