//! Trees that hold together, kept so that a small change to one of them is judged by itself.

use std::collections::HashSet;

use hnp_git::{Oid, Snapshot};
use hnp_local::Cache;
use hnp_model::SourceFile;
use hnp_rules::{FileCheck, Settings, basis};
use hnp_state::config::{Config, Fabric};
use hnp_sync::kept_basis;
use hnp_sync::validate::Outcome;
use hnp_sync::verdicts::Key;

use crate::known;

/// Most files of which something may be said by themselves: they are read anew each time.
const MOST_FOUND: usize = 32;

/// A basis that was kept: the trees that it is of, by directory, and its bytes.
pub(crate) type Kept<'b> = (Vec<(&'b str, Oid)>, &'b [u8]);

/// Where the basis of a fabric is kept, and under what it counts.
pub(crate) struct Place<'c> {
    cache: &'c Cache,
    key: Key,
}

impl<'c> Place<'c> {
    /// Names the place for a fabric's settings. The whole configuration counts: severities and ignored codes make a tree
    /// right that is not so under others.
    pub(crate) fn new(
        cache: &'c Cache,
        settings: &Settings,
        config: &Config,
        schemas: &[SourceFile],
    ) -> Option<Self> {
        let key = known::key(&format!("basis\n{config:?}"), settings, schemas)?;
        Some(Self { cache, key })
    }

    fn name(&self) -> String {
        format!("{}.basis", known::name(&self.key))
    }

    /// Reads what was kept.
    pub(crate) fn read(&self) -> Option<Vec<u8>> {
        self.cache.read(&self.name())
    }

    /// Takes what was read; `None` where it is not what was kept here.
    pub(crate) fn open<'b>(&self, bytes: &'b [u8]) -> Option<Kept<'b>> {
        let (of, basis) = kept_basis::open(bytes, &self.key)?;
        let trees = of
            .lines()
            .map(|line| {
                let (id, directory) = line.split_once(' ')?;
                Some((directory, Oid::parse(id)?))
            })
            .collect::<Option<_>>()?;
        Some((trees, basis))
    }

    /// Keeps a tree in which nothing was found but in few files by themselves.
    pub(crate) fn keep(
        &self,
        snapshot: &Snapshot,
        fabric: &Fabric,
        outcome: &Outcome,
        settings: &Settings,
    ) {
        let found: HashSet<&str> = outcome
            .findings
            .iter()
            .map(|finding| finding.place.file.as_str())
            .collect();
        if outcome.of_tree > 0 || outcome.ignored > 0 || found.len() > MOST_FOUND {
            return;
        }
        let mut of = String::new();
        for directory in &fabric.directories {
            let plain = !directory.is_empty() && !directory.contains(char::is_control);
            match snapshot.directory_id(directory) {
                Ok(Some(id)) if plain => of.push_str(&format!("{id} {directory}\n")),
                _ => return,
            }
        }
        let found = |file: &FileCheck| found.contains(file.path.as_str());
        if let Some(basis) = basis::write(&outcome.files, &found, settings) {
            let bytes = kept_basis::seal(&self.key, &of, &basis);
            self.cache.write(&self.name(), &bytes);
        }
    }
}
