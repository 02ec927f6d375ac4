//! Maps that sites share. Comes in: a large map, and a few changes. Goes out: a [`Layered`] map that costs what has changed,
//! while whoever holds the one before still sees that.

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

/// A map that is shared, with what differs from it.
#[derive(Debug, Clone)]
pub(super) struct Layered<K, V> {
    shared: Arc<BTreeMap<K, V>>,
    /// What is there instead; nothing where something is there no longer.
    changes: BTreeMap<K, Option<V>>,
}

impl<K, V> Default for Layered<K, V> {
    fn default() -> Self {
        Layered { shared: Arc::default(), changes: BTreeMap::new() }
    }
}

impl<K: Ord, V> From<BTreeMap<K, V>> for Layered<K, V> {
    fn from(map: BTreeMap<K, V>) -> Self {
        Layered { shared: Arc::new(map), changes: BTreeMap::new() }
    }
}

impl<K: Ord, V> Layered<K, V> {
    /// What is at a key.
    pub(super) fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        match self.changes.get(key) {
            Some(change) => change.as_ref(),
            None => self.shared.get(key),
        }
    }

    /// Puts something at a key.
    pub(super) fn insert(&mut self, key: K, value: V) {
        self.changes.insert(key, Some(value));
    }

    /// Takes away what is at a key.
    pub(super) fn remove(&mut self, key: K) {
        self.changes.insert(key, None);
    }

    /// Everything, first what is shared, in the order of its keys.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        let shared = self.shared.iter().filter(|(key, _)| !self.changes.contains_key(*key));
        shared.chain(self.changes.iter().filter_map(|(key, change)| Some((key, change.as_ref()?))))
    }
}

impl<V> Layered<String, V> {
    /// Whether anything has a key that begins with this.
    pub(super) fn has_below(&self, start: &str) -> bool {
        let from = (Bound::Included(start), Bound::Unbounded);
        let shared = self.shared.range::<str, _>(from).map(|(key, _)| key);
        let mut shared = shared.take_while(|key| key.starts_with(start));
        let changes = self.changes.range::<str, _>(from);
        let mut changes = changes.take_while(|(key, _)| key.starts_with(start));
        shared.any(|key| !self.changes.contains_key(key)) || changes.any(|(_, change)| change.is_some())
    }
}
