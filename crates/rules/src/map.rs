//! A map of few entries, kept in order in one list: several kinds of `BTreeMap` would make the pane a twentieth heavier.

use std::{collections::BTreeMap, ops::Index, slice, vec};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Keys in order, each with its value. Reading is quick; putting in takes longer the more there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmallMap<K, V>(Vec<(K, V)>);

impl<K, V> SmallMap<K, V> {
    /// Nothing.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// How many keys there are.
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of it, by key.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        self.0.iter().map(|(key, value)| (key, value))
    }

    /// The keys in order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &K> {
        self.0.iter().map(|(key, _)| key)
    }

    /// The values in the order of their keys.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> {
        self.0.iter().map(|(_, value)| value)
    }

    /// Drops what does not fit.
    pub fn retain(&mut self, fits: impl Fn(&K, &V) -> bool) {
        self.0.retain(|(key, value)| fits(key, value));
    }
}

impl<K: Ord, V> SmallMap<K, V> {
    /// The value of a key.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.place(key).ok().and_then(|place| self.0.get(place)).map(|(_, value)| value)
    }

    /// Whether the key is there.
    pub fn contains_key(&self, key: &K) -> bool {
        self.place(key).is_ok()
    }

    /// Puts a value in, in place of what the key had.
    pub fn insert(&mut self, key: K, value: V) {
        match self.place(&key) {
            Ok(place) => {
                if let Some(entry) = self.0.get_mut(place) {
                    entry.1 = value;
                }
            }
            Err(place) => self.0.insert(place, (key, value)),
        }
    }

    /// Takes a key out.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        self.place(key).ok().map(|place| self.0.remove(place).1)
    }

    fn place(&self, key: &K) -> Result<usize, usize> {
        self.0.binary_search_by(|(known, _)| known.cmp(key))
    }
}

impl<K, V> Default for SmallMap<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: Ord, V> Extend<(K, V)> for SmallMap<K, V> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
        for (key, value) in entries {
            self.insert(key, value);
        }
    }
}

impl<K: Ord, V> FromIterator<(K, V)> for SmallMap<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut map = Self::new();
        map.extend(entries);
        map
    }
}

impl<K: Ord, V, const N: usize> From<[(K, V); N]> for SmallMap<K, V> {
    fn from(entries: [(K, V); N]) -> Self {
        entries.into_iter().collect()
    }
}

impl<K, V> IntoIterator for SmallMap<K, V> {
    type Item = (K, V);
    type IntoIter = vec::IntoIter<(K, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// Makes a pair of references out of a reference to a pair.
type Lend<K, V> = for<'a> fn(&'a (K, V)) -> (&'a K, &'a V);

impl<'a, K, V> IntoIterator for &'a SmallMap<K, V> {
    type Item = (&'a K, &'a V);
    type IntoIter = std::iter::Map<slice::Iter<'a, (K, V)>, Lend<K, V>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter().map(|(key, value)| (key, value))
    }
}

impl<K: Ord, V> Index<&K> for SmallMap<K, V> {
    type Output = V;

    /// Panics without the key, as every map does.
    fn index(&self, key: &K) -> &V {
        &self.0[self.place(key).unwrap_or(usize::MAX)].1
    }
}

impl<K: Serialize, V: Serialize> Serialize for SmallMap<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self)
    }
}

impl<'de, K: Deserialize<'de> + Ord, V: Deserialize<'de>> Deserialize<'de> for SmallMap<K, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let map: BTreeMap<K, V> = BTreeMap::deserialize(deserializer)?;
        Ok(map.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    proptest! {
        #[test]
        fn it_is_the_map_that_it_stands_for(entries in vec((0_u8..20, 0_u8..5), 0..60), dropped in 0_u8..20) {
            let mut small: SmallMap<String, u8> = entries.iter().map(|(key, value)| (key.to_string(), *value)).collect();
            let mut known: BTreeMap<String, u8> = entries.iter().map(|(key, value)| (key.to_string(), *value)).collect();
            let dropped = dropped.to_string();
            prop_assert_eq!(small.get(&dropped), known.get(&dropped));
            prop_assert_eq!(small.remove(&dropped), known.remove(&dropped));
            prop_assert!(!small.contains_key(&dropped));
            prop_assert!(small.iter().eq(&known) && small.keys().eq(known.keys()) && small.values().eq(known.values()));
            small.retain(|_, value| *value > 2);
            known.retain(|_, value| *value > 2);
            prop_assert_eq!((small.len(), small.is_empty()), (known.len(), known.is_empty()));
            let text = serde_json::to_string(&small).unwrap();
            prop_assert_eq!(&text, &serde_json::to_string(&known).unwrap());
            prop_assert_eq!(serde_json::from_str::<SmallMap<String, u8>>(&text).unwrap(), small);
        }
    }
}
