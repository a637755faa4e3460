//! Relationships from a record to those that point at it.

use super::lex::Text;
use super::{Condition, Literal, Operator, Path};
use crate::salesforce::describe;
use crate::salesforce::schema::{Field, Kind, Object, Schema};

/// The child object and its field behind a relationship name.
pub(crate) fn relationship<'a>(
    schema: &'a Schema,
    parent: &Object,
    written: &str,
) -> Option<(&'a Object, &'a Field)> {
    schema.objects().find_map(|child| {
        let field = child.fields.iter().find(|field| {
            let points = field.kind == Kind::Reference && field.targets.contains(&parent.name);
            points && name(child, field).is_some_and(|name| name.eq_ignore_ascii_case(written))
        })?;
        Some((child.as_ref(), field))
    })
}

/// The relationship's name at the parent, as describe tells it.
pub(super) fn name(child: &Object, field: &Field) -> Option<String> {
    describe::child_relationship(child, field)
}

/// The filter of the records that point at one, and meet a filter besides.
pub(super) fn pointing(reference: &str, id: &str, besides: Option<Condition>) -> Condition {
    let literal = Literal::Text(Text { plain: id.to_owned(), wild: vec![false; id.len()] });
    let here = Condition::Compare {
        path: Path::reference(reference),
        operator: Operator::Equal,
        literals: vec![literal],
    };
    match besides {
        Some(besides) => Condition::All(vec![here, besides]),
        None => here,
    }
}
