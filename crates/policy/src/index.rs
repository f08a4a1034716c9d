//! Finds the statements that can concern an action without reading the others.

use crate::statement::Statement;
use std::collections::{BTreeSet, HashMap};
use std::hash::{BuildHasherDefault, DefaultHasher};

/// Hashing without random keys: nothing here depends on anything but the policy.
type Map = HashMap<Box<str>, Box<[u32]>, BuildHasherDefault<DefaultHasher>>;

/// Positions of statements, ascending, in three lists that share none: those that name the action itself, those with a
/// wildcard within one service, and those that may concern any service (`*`, NotAction).
#[derive(Debug, Clone, Default)]
pub(crate) struct Index {
    exact: Map,
    services: Map,
    rest: Box<[u32]>,
}

impl Index {
    pub(crate) fn build<'a>(statements: impl Iterator<Item = (u32, &'a Statement)>) -> Self {
        let mut exact: HashMap<Box<str>, BTreeSet<u32>> = HashMap::new();
        let mut services: HashMap<Box<str>, BTreeSet<u32>> = HashMap::new();
        let mut rest = BTreeSet::new();
        for (position, statement) in statements {
            let homes: Option<Vec<Home>> = match statement.actions.negated {
                true => None,
                false => statement.actions.patterns.iter().map(|(source, pattern)| Home::of(source, pattern)).collect(),
            };
            let Some(homes) = homes else {
                rest.insert(position);
                continue;
            };
            let whole: BTreeSet<&str> =
                homes.iter().filter(|home| home.action.is_none()).map(|home| &*home.service).collect();
            for home in &homes {
                match &home.action {
                    None => {
                        services.entry(home.service.clone()).or_default().insert(position);
                    }
                    Some(action) if !whole.contains(&*home.service) => {
                        exact.entry(action.clone()).or_default().insert(position);
                    }
                    Some(_) => {}
                }
            }
        }
        let freeze = |map: HashMap<Box<str>, BTreeSet<u32>>| -> Map {
            map.into_iter().map(|(key, positions)| (key, positions.into_iter().collect())).collect()
        };
        Index { exact: freeze(exact), services: freeze(services), rest: rest.into_iter().collect() }
    }

    /// The statements that may concern a lower-cased action, in the document's order.
    pub(crate) fn candidates<'a>(&'a self, action: &str) -> Candidates<'a> {
        let find = |map: &'a Map, key: &str| -> &'a [u32] {
            if map.is_empty() { &[] } else { map.get(key).map_or(&[], |positions| &**positions) }
        };
        let service = action.split_once(':').map_or(action, |(service, _)| service);
        Candidates { lists: [find(&self.exact, action), find(&self.services, service), &self.rest] }
    }
}

/// Where one action pattern belongs.
struct Home {
    service: Box<str>,
    /// The action, where it is just one.
    action: Option<Box<str>>,
}

impl Home {
    /// `None` where the pattern may reach several services.
    fn of(source: &str, pattern: &crate::ActionPattern) -> Option<Home> {
        let (service, _) = source.split_once(':')?;
        if service.contains(['*', '?']) {
            return None;
        }
        Some(Home { service: service.to_ascii_lowercase().into(), action: pattern.exact().map(Into::into) })
    }
}

/// Merges three ascending lists.
pub(crate) struct Candidates<'a> {
    lists: [&'a [u32]; 3],
}

impl Iterator for Candidates<'_> {
    type Item = u32;
    fn next(&mut self) -> Option<u32> {
        let list = self.lists.iter_mut().filter(|list| !list.is_empty()).min_by_key(|list| list.first().copied())?;
        let (first, rest) = list.split_first()?;
        *list = rest;
        Some(*first)
    }
}
