//! What a statement selects: columns of records, or measures of groups.

use super::check::{Checker, sorted_by};
use super::group::{Cell, Grouping, Measure, Total};
use super::lex::{at, malformed};
use super::syntax::{Item, Name, Operand, Statement};
use super::{Children, Column, Path, Selection, TypeOf, children};
use crate::salesforce::refusal::Refusal;
use crate::salesforce::schema::{Field, Kind};

/// The most rows `FIELDS(ALL)` and `FIELDS(CUSTOM)` give.
const FIELDS_LIMIT: usize = 200;
/// The most child SELECTs of a statement.
const CHILDREN_LIMIT: usize = 20;

impl Checker<'_> {
    pub(super) fn selection(self, statement: &Statement) -> Result<Selection, Refusal> {
        let count = |item: &Item| matches!(item, Item::Value { operand: Operand::Call { function, argument: None }, .. } if function.is("COUNT"));
        if let [only] = statement.items.as_slice()
            && count(only)
            && statement.groups.is_empty()
        {
            return Ok(Selection::Count);
        }
        let measured = statement.items.iter().any(|item| match item {
            Item::Value { operand: Operand::Call { function, .. }, .. } => !function.is("FIELDS"),
            Item::Value { operand: Operand::Field(_), .. } | Item::Children(_) | Item::TypeOf { .. } => false,
        });
        if measured || !statement.groups.is_empty() {
            return self.grouping(statement).map(Selection::Groups);
        }
        if let Some(having) = &statement.having {
            let why = format!("unexpected token: 'HAVING' in {having}");
            return Err(malformed(self.text, statement.from.column, &why));
        }
        self.columns(statement).map(Selection::Columns)
    }

    fn columns(self, statement: &Statement) -> Result<Vec<Column>, Refusal> {
        let mut columns: Vec<Column> = Vec::new();
        let mut children = 0;
        for item in &statement.items {
            match item {
                Item::Value { alias: Some(alias), .. } => {
                    let why = "only aggregate expressions use field aliasing";
                    return Err(malformed(self.text, alias.column, why));
                }
                Item::Value { operand: Operand::Field(name), alias: None } => {
                    let path = self.path(name)?;
                    if columns.iter().any(|column| matches!(column, Column::Field(known) if *known == path)) {
                        let why = format!("duplicate field selected: {name}");
                        return Err(malformed(self.text, name.column, &why));
                    }
                    columns.push(Column::Field(path));
                }
                Item::Value { operand: Operand::Call { function, argument }, alias: None } => {
                    let limit = statement.limit.map(|limit| limit.rows);
                    let wanted = self.every_field(function, argument.as_ref(), limit)?;
                    columns.extend(wanted.into_iter().map(Column::Field));
                }
                Item::Children(inner) => {
                    children += 1;
                    if children > CHILDREN_LIMIT {
                        let why = format!("The number of subqueries exceeds the maximum of {CHILDREN_LIMIT}");
                        return Err(malformed(self.text, inner.from.column, &why));
                    }
                    columns.push(Column::Children(self.children(inner)?));
                }
                Item::TypeOf { relationship, cases, otherwise } => {
                    columns.push(Column::TypeOf(self.type_of(relationship, cases, otherwise)?));
                }
            }
        }
        Ok(columns)
    }

    /// `FIELDS(ALL)`, `FIELDS(STANDARD)` and `FIELDS(CUSTOM)`.
    fn every_field(
        self,
        function: &Name,
        argument: Option<&Name>,
        limit: Option<usize>,
    ) -> Result<Vec<Path>, Refusal> {
        let kept: fn(&Field) -> bool = match argument {
            Some(argument) if argument.is("ALL") => |_| true,
            Some(argument) if argument.is("STANDARD") => |field| !field.custom,
            Some(argument) if argument.is("CUSTOM") => |field| field.custom,
            Some(_) | None => {
                let why = "FIELDS function must have ALL, STANDARD or CUSTOM as its parameter";
                return Err(malformed(self.text, function.column, why));
            }
        };
        let bounded = argument.is_some_and(|argument| argument.is("STANDARD"));
        if !bounded && limit.is_none_or(|limit| limit > FIELDS_LIMIT) {
            let why = format!("The SOQL FIELDS function must have a LIMIT of at most {FIELDS_LIMIT}");
            return Err(malformed(self.text, function.column, &why));
        }
        Ok(self.object.fields.iter().filter(|field| kept(field)).map(Path::own).collect())
    }

    fn children(self, inner: &Statement) -> Result<Children, Refusal> {
        let name = &inner.from;
        let deeper = inner.items.iter().any(|item| matches!(item, Item::Children(_)));
        if deeper || name.text.contains('.') {
            let why = "SOQL statements cannot query aggregate relationships more than 1 level away from the root \
                       entity object.";
            return Err(malformed(self.text, name.column, why));
        }
        let Some((child, field)) = children::relationship(self.schema, self.object, &name.text) else {
            let why = format!(
                "Didn't understand relationship '{name}' in FROM part of query call. If you are attempting to use a \
                 custom relationship, be sure to append the '__r' after the custom relationship name. Please reference \
                 your WSDL or the describe call for the appropriate names."
            );
            return Err(at("INVALID_TYPE", self.text, name.column, &why));
        };
        let query = self.within(child, inner).query(inner)?;
        if !matches!(query.selection, Selection::Columns(_)) {
            let why = "aggregate functions are not supported in a child relationship query";
            return Err(malformed(self.text, name.column, why));
        }
        let relationship = children::name(child, field).unwrap_or_default();
        Ok(Children { relationship, reference: field.name.clone(), query: Box::new(query) })
    }

    fn type_of(
        self,
        relationship: &Name,
        cases: &[(Name, Vec<Name>)],
        otherwise: &[Name],
    ) -> Result<TypeOf, Refusal> {
        let reference = self.object.relationship(&relationship.text).ok_or_else(|| {
            let why = format!("Didn't understand relationship '{relationship}' in field path.");
            at("INVALID_FIELD", self.text, relationship.column, &why)
        })?;
        if reference.targets.len() < 2 {
            let why =
                format!("TYPEOF is only allowed on a polymorphic relationship, not on '{relationship}'");
            return Err(malformed(self.text, relationship.column, &why));
        }
        let mut checked = Vec::new();
        for (name, fields) in cases {
            let object =
                self.schema.object(&name.text).filter(|object| reference.targets.contains(&object.name));
            let object = object.ok_or_else(|| {
                let why = format!("'{name}' is not a type that '{relationship}' can refer to");
                at("INVALID_TYPE", self.text, name.column, &why)
            })?;
            let place = Checker { object, alias: None, ..self };
            let paths = fields.iter().map(|field| place.path(field)).collect::<Result<_, _>>()?;
            checked.push((object.name.clone(), paths));
        }
        let named = otherwise.iter().map(|name| {
            Path::of_any(&name.text)
                .map_err(|refusal| at(refusal.code, self.text, name.column, &refusal.message))
        });
        Ok(TypeOf {
            relationship: reference.relationship.clone().unwrap_or_default(),
            reference: reference.name.clone(),
            cases: checked,
            otherwise: named.collect::<Result<_, _>>()?,
        })
    }

    fn grouping(self, statement: &Statement) -> Result<Grouping, Refusal> {
        let mut keys = Vec::new();
        for name in &statement.groups {
            let path = self.path(name)?;
            if !path.groupable {
                let why = format!("field '{}' can not be grouped in a query call", path.field);
                return Err(malformed(self.text, name.column, &why));
            }
            keys.push(path);
        }
        let cell = |operand: &Operand| self.cell(operand, &keys);
        let mut columns: Vec<(String, Cell)> = Vec::new();
        let mut unnamed = 0;
        for item in &statement.items {
            let Item::Value { operand, alias } = item else {
                let why = "only fields and aggregate expressions can be selected in a grouped query";
                return Err(malformed(self.text, statement.from.column, why));
            };
            let (cell, _) = cell(operand)?;
            let name = match (alias, &cell) {
                (Some(alias), _) => alias.text.clone(),
                (None, Cell::Key(path)) => path.field.clone(),
                (None, Cell::Measure(_)) => {
                    unnamed += 1;
                    format!("expr{}", unnamed - 1)
                }
            };
            if columns.iter().any(|(known, _)| known.eq_ignore_ascii_case(&name)) {
                let why = format!("duplicate alias: {name}");
                return Err(malformed(self.text, operand.column(), &why));
            }
            columns.push((name, cell));
        }
        let having = match &statement.having {
            Some(having) => Some(self.tree(having, &cell)?),
            None => None,
        };
        let order = statement.order.iter().map(|key| Ok(sorted_by(cell(&key.operand)?.0, key)));
        let order = order.collect::<Result<_, Refusal>>()?;
        Ok(Grouping { keys, columns, having, order })
    }

    /// A grouped field, or a measure of the group.
    fn cell(self, operand: &Operand, keys: &[Path]) -> Result<(Cell, Kind), Refusal> {
        match operand {
            Operand::Field(name) => {
                let path = self.path(name)?;
                if !keys.contains(&path) {
                    let why = format!("Field must be grouped or aggregated: {name}");
                    return Err(malformed(self.text, name.column, &why));
                }
                let kind = path.kind;
                Ok((Cell::Key(path), kind))
            }
            Operand::Call { function, argument } => {
                let Some(total) = Total::named(&function.text) else {
                    let why = format!("unexpected token: '{function}'");
                    return Err(malformed(self.text, function.column, &why));
                };
                let Some(argument) = argument else {
                    let why = "Grouped query cannot use COUNT()";
                    return Err(malformed(self.text, function.column, why));
                };
                let path = self.path(argument)?;
                if !path.filterable || !total.measures(path.kind) {
                    let why =
                        format!("field {argument} does not support aggregate operator {}", total.name());
                    return Err(malformed(self.text, argument.column, &why));
                }
                let kind = total.kind(path.kind);
                Ok((Cell::Measure(Measure { total, path }), kind))
            }
        }
    }
}

impl Name {
    /// Whether it is this word, in any case.
    pub(super) fn is(&self, word: &str) -> bool {
        self.text.eq_ignore_ascii_case(word)
    }
}
