//! Reads a statement and checks every name and value in it against the schema.

use chrono::{DateTime, Utc};

use super::lex::{Token, at, malformed};
use super::reader::Reader;
use super::{Condition, Order, Path, Query, Selection};
use crate::salesforce::refusal::Refusal;
use crate::salesforce::schema::{Object, Schema};

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

impl<'a> Reader<'a> {
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
    pub(super) fn path(&self, object: &Object, written: &str, column: usize) -> Result<Path, Refusal> {
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
