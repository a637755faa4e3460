//! Checks every name and value of a statement against the schema.

use chrono::{DateTime, Utc};

use super::lex::{at, malformed};
use super::syntax::{Count, Filter, Key, Name, Operand, Right, Statement};
use super::{Column, Condition, Direction, Operator, Order, Path, Query, Selection, parse, values};
use crate::salesforce::refusal::Refusal;
use crate::salesforce::schema::{Kind, Object, Schema};

/// The highest `OFFSET`, in rows.
const OFFSET_LIMIT: usize = 2_000;
/// The longest statement, in characters.
const STATEMENT_LIMIT: usize = 100_000;
/// The most SELECTs behind IN of one WHERE.
const JOIN_LIMIT: usize = 2;
/// Objects too big to be looked through within another query.
const NEVER_INNER: [&str; 2] = ["Event", "Task"];

/// Reads and checks a whole statement.
pub(crate) fn query(schema: &Schema, text: &str, now: DateTime<Utc>) -> Result<Query, Refusal> {
    if text.chars().count() > STATEMENT_LIMIT {
        let message = format!("SOQL statements cannot be longer than {STATEMENT_LIMIT} characters.");
        return Err(Refusal::new(400, "MALFORMED_QUERY", message));
    }
    let statement = parse::statement(text, now)?;
    let name = &statement.from;
    let object = schema.object(&name.text).ok_or_else(|| {
        let why = format!(
            "sObject type '{name}' is not supported. If you are attempting to use a custom object, be sure to append \
             the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate \
             names."
        );
        at("INVALID_TYPE", text, name.column, &why)
    })?;
    Checker { schema, text, now, object, alias: statement.alias.as_deref() }.query(&statement)
}

/// Reads and checks a filter alone, as search parameters and validation rules carry it.
pub(crate) fn condition(
    schema: &Schema,
    object: &Object,
    text: &str,
    now: DateTime<Utc>,
) -> Result<Condition, Refusal> {
    let filter = parse::filter(text, now)?;
    Checker { schema, text, now, object, alias: None }.lone(&filter)
}

/// Reads and checks the keys of a sort alone.
pub(crate) fn order(
    schema: &Schema,
    object: &Object,
    text: &str,
    now: DateTime<Utc>,
) -> Result<Vec<Order>, Refusal> {
    Checker { schema, text, now, object, alias: None }.order(&parse::order(text, now)?)
}

/// What an operand stands for, and of which type its values are.
type Meaning<'a, P> = dyn Fn(&Operand) -> Result<(P, Kind), Refusal> + 'a;

/// What the names of one SELECT mean.
#[derive(Clone, Copy)]
pub(super) struct Checker<'a> {
    pub(super) schema: &'a Schema,
    /// The whole text, which refusals point into.
    pub(super) text: &'a str,
    pub(super) now: DateTime<Utc>,
    pub(super) object: &'a Object,
    /// Another name of the object, which paths may begin with.
    pub(super) alias: Option<&'a str>,
}

impl<'a> Checker<'a> {
    /// The same text, with another object's names.
    pub(super) fn within(self, object: &'a Object, statement: &'a Statement) -> Self {
        Self { object, alias: statement.alias.as_deref(), ..self }
    }

    pub(super) fn query(self, statement: &Statement) -> Result<Query, Refusal> {
        let condition = match &statement.filter {
            Some(filter) => {
                self.check_joins(filter)?;
                Some(self.condition(filter)?)
            }
            None => None,
        };
        let offset = self.offset(statement.offset)?;
        let selection = self.selection(statement)?;
        let order = match &selection {
            // Groups are sorted by their own keys.
            Selection::Groups(_) => Vec::new(),
            Selection::Count | Selection::Columns(_) => self.order(&statement.order)?,
        };
        Ok(Query {
            object: self.object.name.clone(),
            selection,
            condition,
            order,
            limit: statement.limit.map(|limit| limit.rows),
            offset,
            purposes: statement.purposes.clone(),
        })
    }

    pub(super) fn offset(self, written: Option<Count>) -> Result<usize, Refusal> {
        match written {
            Some(offset) if offset.rows > OFFSET_LIMIT => {
                let why = format!("Maximum SOQL offset allowed is {OFFSET_LIMIT}");
                Err(at("NUMBER_OUTSIDE_VALID_RANGE", self.text, offset.column, &why))
            }
            Some(offset) => Ok(offset.rows),
            None => Ok(0),
        }
    }

    /// A filter that stands alone and may not select from other objects.
    pub(super) fn lone(self, filter: &Filter) -> Result<Condition, Refusal> {
        match selects(filter).first() {
            Some(place) => {
                Err(malformed(self.text, place.column, "Semi-joins are only supported in WHERE clauses"))
            }
            None => self.condition(filter),
        }
    }

    /// Checks a written path, without the alias it may begin with.
    pub(super) fn path(self, name: &Name) -> Result<Path, Refusal> {
        let own = match (self.alias, name.text.split_once('.')) {
            (Some(alias), Some((first, rest))) if first.eq_ignore_ascii_case(alias) => rest,
            _ => name.text.as_str(),
        };
        Path::check(self.schema, self.object, own)
            .map_err(|refusal| at(refusal.code, self.text, name.column, &refusal.message))
    }

    /// A field of an operand that may be no function.
    fn field(self, operand: &Operand) -> Result<Path, Refusal> {
        match operand {
            Operand::Field(name) => self.path(name),
            Operand::Call { function, .. } => {
                Err(malformed(self.text, function.column, &format!("unexpected token: '{function}'")))
            }
        }
    }

    pub(super) fn order(self, keys: &[Key]) -> Result<Vec<Order>, Refusal> {
        let each = keys.iter().map(|key| {
            let path = self.field(&key.operand)?;
            if !path.sortable {
                let why = format!("field '{}' can not be sorted in a query call", path.field);
                return Err(malformed(self.text, key.operand.column(), &why));
            }
            Ok(sorted_by(path, key))
        });
        each.collect()
    }

    pub(super) fn condition(self, filter: &Filter) -> Result<Condition, Refusal> {
        self.tree(filter, &|operand| {
            let path = self.field(operand)?;
            if !path.filterable {
                let why = format!("field '{}' can not be filtered in a query call", path.field);
                return Err(at("INVALID_FIELD", self.text, operand.column(), &why));
            }
            let kind = path.kind;
            Ok((path, kind))
        })
    }

    /// A filter over whatever the operands mean.
    pub(super) fn tree<P>(self, filter: &Filter, meaning: &Meaning<'_, P>) -> Result<Condition<P>, Refusal> {
        let each = |all: &[Filter]| all.iter().map(|one| self.tree(one, meaning)).collect::<Result<_, _>>();
        match filter {
            Filter::All(all) => Ok(Condition::All(each(all)?)),
            Filter::Any(any) => Ok(Condition::Any(each(any)?)),
            Filter::Not(inside) => Ok(Condition::Not(Box::new(self.tree(inside, meaning)?))),
            Filter::Compare { operand, operator, right } => {
                let (path, kind) = meaning(operand)?;
                self.check_operator(*operator, kind, operand.column())?;
                let name = match operand {
                    Operand::Field(name) | Operand::Call { function: name, .. } => name.text.as_str(),
                };
                let given = match right {
                    Right::One(one) => std::slice::from_ref(one),
                    Right::List(list) => list.as_slice(),
                    Right::Select(inner) => {
                        let (found, field) = self.join(operand, kind, inner)?;
                        return Ok(Condition::Join {
                            path,
                            operator: *operator,
                            found: Box::new(found),
                            field,
                        });
                    }
                };
                let literals =
                    given.iter().map(|one| values::literal(one, (name, kind), self.text, self.now));
                Ok(Condition::Compare {
                    path,
                    operator: *operator,
                    literals: literals.collect::<Result<_, _>>()?,
                })
            }
        }
    }

    fn check_operator(self, operator: Operator, kind: Kind, column: usize) -> Result<(), Refusal> {
        let fits = match operator {
            Operator::Like => kind.is_text(),
            Operator::Includes | Operator::Excludes => kind == Kind::MultiPicklist,
            Operator::Less | Operator::LessOrEqual | Operator::Greater | Operator::GreaterOrEqual => {
                !matches!(kind, Kind::Boolean | Kind::MultiPicklist)
            }
            Operator::Equal | Operator::NotEqual | Operator::In | Operator::NotIn => true,
        };
        if fits {
            return Ok(());
        }
        let why = match operator {
            Operator::Includes | Operator::Excludes => {
                "includes or excludes operator only valid on multipicklist field".to_owned()
            }
            Operator::Equal
            | Operator::NotEqual
            | Operator::Less
            | Operator::LessOrEqual
            | Operator::Greater
            | Operator::GreaterOrEqual
            | Operator::Like
            | Operator::In
            | Operator::NotIn => format!("invalid operator on {} field", kind.name()),
        };
        Err(at("INVALID_QUERY_FILTER_OPERATOR", self.text, column, &why))
    }

    /// SELECTs behind IN: how many, and where.
    fn check_joins(self, filter: &Filter) -> Result<(), Refusal> {
        let all = selects(filter);
        let Some(last) = all.last() else { return Ok(()) };
        let refuse = |why: &str| Err(malformed(self.text, last.column, why));
        if all.len() > JOIN_LIMIT {
            return refuse(&format!("Maximum {JOIN_LIMIT} semi join sub-selects are allowed"));
        }
        match filter {
            Filter::Compare { .. } => Ok(()),
            Filter::Any(_) => refuse("Semi join sub-selects are not allowed with the 'OR' operator"),
            Filter::All(each)
                if each
                    .iter()
                    .all(|one| matches!(one, Filter::Compare { .. }) || selects(one).is_empty()) =>
            {
                Ok(())
            }
            Filter::All(_) | Filter::Not(_) => refuse(
                "Semi join sub-selects are only allowed at the top level WHERE expressions and not in nested WHERE \
                 expressions.",
            ),
        }
    }

    /// A SELECT whose one field gives the values of a comparison.
    fn join(self, operand: &Operand, outer: Kind, inner: &Statement) -> Result<(Query, Path), Refusal> {
        let refuse = |why: &str| Err(malformed(self.text, inner.from.column, why));
        let Some(object) = self.schema.object(&inner.from.text) else {
            let why = format!("sObject type '{}' is not supported.", inner.from);
            return Err(at("INVALID_TYPE", self.text, inner.from.column, &why));
        };
        if NEVER_INNER.contains(&object.name.as_str()) {
            return refuse(&format!("Entity '{}' is not supported for semi join inner selects", object.name));
        }
        if object.name == self.object.name {
            return refuse("The inner and outer selects should not be on the same object type");
        }
        if !inner.filter.as_ref().is_none_or(|filter| selects(filter).is_empty()) {
            return refuse("Nesting of semi join sub-selects is not supported");
        }
        if inner.limit.is_some()
            || inner.offset.is_some()
            || !inner.order.is_empty()
            || !inner.groups.is_empty()
        {
            return refuse("ORDER BY, GROUP BY, LIMIT and OFFSET are not allowed in semi join sub-selects");
        }
        if !matches!(outer, Kind::Id | Kind::Reference) {
            let why = format!(
                "The left operand field in the where expression for outer query should be an id field, '{}' cannot be \
                 used",
                operand.text()
            );
            return refuse(&why);
        }
        let found = self.within(object, inner).query(inner)?;
        let Selection::Columns(columns) = &found.selection else {
            return refuse("semi join sub-selects can only select one field");
        };
        let [Column::Field(field)] = columns.as_slice() else {
            return refuse("semi join sub-selects can only select one field");
        };
        let field = field.clone();
        if !matches!(field.kind, Kind::Id | Kind::Reference) {
            return refuse(&format!(
                "The selected field '{}' in the subquery should be an id field",
                field.field
            ));
        }
        Ok((found, field))
    }
}

impl Operand {
    /// The written name of the field, or of the function.
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Field(name) | Self::Call { function: name, .. } => &name.text,
        }
    }
}

/// A key of a sort; nulls come first in rising order, last in falling order, unless it says otherwise.
pub(super) fn sorted_by<P>(path: P, key: &Key) -> Order<P> {
    let direction = key.direction.unwrap_or(Direction::Ascending);
    Order { path, direction, nulls_last: key.nulls_last.unwrap_or(direction == Direction::Descending) }
}

/// Where a filter selects its values from other objects.
fn selects(filter: &Filter) -> Vec<&Name> {
    match filter {
        Filter::All(all) | Filter::Any(all) => all.iter().flat_map(selects).collect(),
        Filter::Not(inside) => selects(inside),
        Filter::Compare { right: Right::Select(inner), .. } => vec![&inner.from],
        Filter::Compare { .. } => Vec::new(),
    }
}
