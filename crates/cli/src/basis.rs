//! Trees that hold together, kept so that a small change to one of them is judged by itself.

use std::collections::HashSet;

use hnp_git::{Oid, Snapshot};
use hnp_local::Cache;
use hnp_model::{Finding, SourceFile};
use hnp_rules::basis::{self, Basis, Counts};
use hnp_rules::{FileCheck, Settings, check_file};
use hnp_state::config::{Config, Fabric};
use hnp_sync::kept_basis;
use hnp_sync::validate::Outcome;
use hnp_sync::verdicts::Key;

use crate::known;

/// Most files of which something may be said by themselves: they are read anew each time.
const MOST_FOUND: usize = 32;

/// A basis that was kept: the trees that it is of, by directory, and its bytes.
pub(crate) type Kept<'b> = (Vec<(&'b str, Oid)>, &'b [u8]);

/// What there is to say of a tree that was kept.
pub(crate) struct Whole {
    /// What was judged.
    pub(crate) counts: Counts,
    /// What files say by themselves.
    pub(crate) findings: Vec<Finding>,
    /// The texts of these files, by path.
    pub(crate) texts: Vec<(String, String)>,
}

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

    /// Says what there is to say of a tree that is the very one that was kept; nothing for any other.
    pub(crate) fn whole(
        &self,
        snapshot: &Snapshot,
        fabric: &Fabric,
        settings: &Settings,
    ) -> Option<Whole> {
        let bytes = self.read()?;
        let (trees, basis) = self.open(&bytes)?;
        let same = trees.iter().map(|(directory, _)| *directory);
        if !same.eq(fabric.directories.iter().map(String::as_str)) {
            return None;
        }
        for (directory, id) in trees {
            if snapshot.directory_id(directory).ok()? != Some(id) {
                return None;
            }
        }
        let basis = Basis::open(basis, &|_| None)?;
        let mut whole = Whole {
            counts: basis.counts(),
            findings: Vec::new(),
            texts: Vec::new(),
        };
        for (path, role) in basis.found() {
            let entry = snapshot.find(path).ok()??;
            let limit = settings.limits.file_bytes;
            let bytes = snapshot.objects().blob(entry.blob, limit).ok()?;
            let path = entry.path;
            let check = check_file(SourceFile { path, bytes }, role, settings);
            whole.findings.extend(check.findings);
            if let Some(text) = check.text {
                whole.texts.push((check.path, text));
            }
        }
        Some(whole)
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
