//! Which switches carry which VLAN namespaces.

use std::collections::HashSet;

use crate::engine::{Entry, Tree};
use crate::facts::{Connection, Switch};

/// Switches with the VLAN namespaces they carry, for many questions.
pub(super) struct Carriers<'f> {
    pairs: HashSet<(&'f str, &'f str)>,
}

impl<'f> Carriers<'f> {
    pub(super) fn new(tree: &Tree<'f>) -> Self {
        let pairs = tree.all::<Switch>().flat_map(|switch| {
            let name = switch.name();
            let namespaces = switch.it.vlan_namespaces_or_default();
            namespaces.map(move |(namespace, _)| (name, namespace))
        });
        Self {
            pairs: pairs.collect(),
        }
    }

    pub(super) fn carries(&self, switch: Entry<'f, Switch>, namespace: &'f str) -> bool {
        self.pairs.contains(&(switch.name(), namespace))
    }
}

/// Returns the switches of a connection that are there, each once.
pub(super) fn switches<'f>(
    tree: &Tree<'f>,
    connection: Entry<'f, Connection>,
) -> Vec<Entry<'f, Switch>> {
    let names = connection.it.switches();
    names
        .into_iter()
        .filter_map(|name| tree.find::<Switch>(name).found())
        .collect()
}
