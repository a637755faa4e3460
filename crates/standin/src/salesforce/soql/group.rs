//! Groups of records and what they are measured by.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::eval::{meets, natural};
use super::rows::{by_keys, matching};
use super::{Condition, Order, Path, Query};
use crate::salesforce::org::{Org, Record};
use crate::salesforce::schema::Kind;

/// A grouped query's own part.
#[derive(Clone, Debug)]
pub(crate) struct Grouping {
    pub keys: Vec<Path>,
    /// What each row shows, by name.
    pub columns: Vec<(String, Cell)>,
    pub having: Option<Condition<Cell>>,
    pub order: Vec<Order<Cell>>,
}

/// One value of a group.
#[derive(Clone, Debug)]
pub(crate) enum Cell {
    Key(Path),
    Measure(Measure),
}

/// A function over a field of the group's records.
#[derive(Clone, Debug)]
pub(crate) struct Measure {
    pub total: Total,
    pub path: Path,
}

/// An aggregate function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Total {
    Count,
    CountDistinct,
    Min,
    Max,
    Sum,
    Avg,
}

impl Total {
    const ALL: [Self; 6] = [Self::Count, Self::CountDistinct, Self::Min, Self::Max, Self::Sum, Self::Avg];

    /// The function of that name, in any case.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|total| total.name().eq_ignore_ascii_case(name))
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Count => "COUNT",
            Self::CountDistinct => "COUNT_DISTINCT",
            Self::Min => "MIN",
            Self::Max => "MAX",
            Self::Sum => "SUM",
            Self::Avg => "AVG",
        }
    }

    /// Whether it says something about such a field.
    pub(super) fn measures(self, kind: Kind) -> bool {
        let number = matches!(kind, Kind::Int | Kind::Double | Kind::Currency | Kind::Percent);
        match self {
            Self::Count | Self::CountDistinct => kind != Kind::Address,
            Self::Sum | Self::Avg => number,
            Self::Min | Self::Max => !matches!(kind, Kind::Boolean | Kind::Address | Kind::JunctionIdList),
        }
    }

    /// What it gives for such a field.
    pub(super) fn kind(self, of: Kind) -> Kind {
        match self {
            Self::Count | Self::CountDistinct => Kind::Int,
            Self::Min | Self::Max | Self::Sum => of,
            Self::Avg => Kind::Double,
        }
    }

    fn of(self, values: &[Value]) -> Value {
        let numbers = || values.iter().filter_map(Value::as_f64);
        match self {
            Self::Count => json!(values.len()),
            Self::CountDistinct => {
                let distinct: BTreeSet<String> =
                    values.iter().map(|value| value.to_string().to_lowercase()).collect();
                json!(distinct.len())
            }
            Self::Min | Self::Max => {
                let better = if self == Self::Min { Ordering::Less } else { Ordering::Greater };
                let best =
                    values.iter().reduce(|best, one| if natural(one, best) == better { one } else { best });
                best.cloned().unwrap_or_default()
            }
            Self::Sum | Self::Avg if values.is_empty() => Value::Null,
            Self::Sum => match values.iter().map(Value::as_i64).collect::<Option<Vec<i64>>>() {
                Some(whole) => json!(whole.into_iter().fold(0_i64, i64::saturating_add)),
                None => json!(numbers().sum::<f64>()),
            },
            Self::Avg => {
                #[expect(clippy::cast_precision_loss, reason = "an org holds far fewer rows than 2^52")]
                let count = values.len() as f64;
                json!(numbers().sum::<f64>() / count)
            }
        }
    }
}

/// One group: the values of its keys, and its records.
struct Group<'a> {
    keys: Vec<Value>,
    records: Vec<&'a Record>,
}

impl Group<'_> {
    fn value(&self, org: &Org, grouping: &Grouping, cell: &Cell) -> Value {
        match cell {
            Cell::Key(path) => {
                let place = grouping.keys.iter().position(|key| key == path);
                place.and_then(|place| self.keys.get(place)).cloned().unwrap_or_default()
            }
            Cell::Measure(measure) => {
                let values = self.records.iter().map(|record| measure.path.value(org, record));
                let values: Vec<Value> = values.filter(|value| !value.is_null()).collect();
                measure.total.of(&values)
            }
        }
    }
}

/// The rows of a grouped query.
pub(crate) fn groups(org: &Org, query: &Query, grouping: &Grouping, with_deleted: bool) -> Vec<Value> {
    let mut groups: BTreeMap<Vec<String>, Group<'_>> = BTreeMap::new();
    if grouping.keys.is_empty() {
        groups.insert(Vec::new(), Group { keys: Vec::new(), records: Vec::new() });
    }
    for record in matching(org, query, with_deleted) {
        let keys: Vec<Value> = grouping.keys.iter().map(|path| path.value(org, record)).collect();
        // Text that differs only in case is one group, as it is equal in filters.
        let same = keys.iter().map(|key| key.to_string().to_lowercase()).collect();
        groups.entry(same).or_insert_with(|| Group { keys, records: Vec::new() }).records.push(record);
    }
    let kept = groups.into_values().filter(|group| {
        grouping.having.as_ref().is_none_or(|having| meets(having, &|cell| group.value(org, grouping, cell)))
    });
    let mut rows: Vec<(Vec<Value>, Group<'_>)> = kept
        .map(|group| {
            let keys = grouping.order.iter().map(|key| group.value(org, grouping, &key.path)).collect();
            (keys, group)
        })
        .collect();
    rows.sort_by(|one, other| by_keys(&grouping.order, &one.0, &other.0));
    let rows = rows.into_iter().skip(query.offset).take(query.limit.unwrap_or(usize::MAX));
    rows.map(|(_, group)| {
        let mut shown = Map::new();
        shown.insert("attributes".to_owned(), json!({ "type": "AggregateResult" }));
        for (name, cell) in &grouping.columns {
            shown.insert(name.clone(), group.value(org, grouping, cell));
        }
        Value::Object(shown)
    })
    .collect()
}
