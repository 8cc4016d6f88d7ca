//! The verdict on a small change to a tree that held together before.
//!
//! A commit changes a file or two of thousands. Where a basis of the tree is kept ([`crate::basis`]) only what differs from
//! it is read: directories of Git's trees that are the same have the same name, and rules see what the change concerns. So
//! only that the change brings nothing wrong is ever said here. Whatever else there is to say, and whatever this way does not cover, is for
//! the check of the whole tree, which comes to the same where both speak (`tests/warm.rs`).

use std::collections::{BTreeMap, HashSet};

use hnp_git::{Differ, Difference, Directory, TreeEntry};
use hnp_model::SourceFile;
use hnp_report::Summary;
use hnp_rules::basis::{Basis, Changed, Counts, Verdict};
use hnp_rules::{FileCheck, Role, Settings, check_file};
use hnp_state::config::{Config, Fabric};
use hnp_state::layout::{self, Area};
use hnp_sync::baseline::Baseline;
use hnp_sync::fabric::{area_of, role};
use hnp_sync::validate::apply_levels;

use super::judge::{Judged, Terms};
use crate::basis::Place;
use crate::findings::Findings;
use crate::git_tree::{Check, GitTree, settings};

/// Most files that may differ from the basis. Each is read anew each time; beyond it the whole tree is checked and a new
/// basis kept.
const MOST: usize = 32;
/// Where hnp's own files lie.
const OWN: &str = ".hnp";

/// Judges a tree beside the only one that it comes from. `None` where that takes the whole tree.
pub(super) fn judge(tree: &GitTree, before: &GitTree, terms: Terms<'_>) -> Option<Judged> {
    let cache = terms.cache.filter(|_| terms.server.is_none())?;
    let config = tree.config.as_ref()?;
    if before.config.as_ref() != Some(config) || config.fabrics.is_empty() {
        return None;
    }
    let step = Step {
        tree,
        before,
        differ: Differ::new(tree.snapshot.objects()),
    };
    if !step.differences(OWN, 0)?.is_empty() {
        return None;
    }
    let same = |directory: &String| {
        let found = step.differences(directory, 0);
        found.is_some_and(|found| found.is_empty())
    };
    let mut directories = config
        .fabrics
        .values()
        .flat_map(|fabric| &fabric.directories);
    if !terms.block_old && directories.all(same) {
        return Some(Judged::default());
    }
    let baseline = baseline(tree, config)?;
    let check = Check {
        config,
        schemas: &tree.schemas,
        fabrics: &[],
        release: None,
        profile: None,
        cache: Some(cache),
    };
    let mut judged = Judged {
        findings: Findings {
            not_fixable: true,
            ..Findings::default()
        },
        changed: HashSet::new(),
    };
    for (name, fabric) in &config.fabrics {
        let settings = settings(&check, name).ok()?;
        let place = Place::new(cache, &settings, config, &tree.schemas)?;
        let counts = step.fabric(fabric, &place, &settings, &mut judged)?;
        let summary = judged.findings.summary;
        judged.findings.summary = Summary {
            files: summary.files + counts.files,
            documents: summary.documents + counts.documents,
            resources: summary.resources + counts.resources,
            ..summary
        };
    }
    let findings = &mut judged.findings.all;
    apply_levels(findings, config);
    hnp_model::finding::sort(findings);
    findings.dedup();
    if let Some(baseline) = baseline {
        baseline.mark(findings);
    }
    for finding in findings {
        // It stands in a file that neither tree has otherwise.
        finding.old = !terms.block_old;
    }
    Some(judged)
}

/// Reads the baseline that the configuration names; `None` where that cannot be done.
fn baseline(tree: &GitTree, config: &Config) -> Option<Option<Baseline>> {
    let Some(path) = &config.rules.baseline else {
        return Some(None);
    };
    let bytes = tree.snapshot.read(path, config.limits.state_bytes).ok()?;
    match bytes {
        Some(bytes) => Baseline::parse(&String::from_utf8_lossy(&bytes))
            .ok()
            .map(Some),
        None => Some(None),
    }
}

/// Two trees, of which the one is to come after the other.
struct Step<'t> {
    tree: &'t GitTree,
    before: &'t GitTree,
    differ: Differ<'t>,
}

/// A file as three trees have it.
#[derive(Default)]
struct Three {
    base: Option<TreeEntry>,
    old: Option<Option<TreeEntry>>,
    new: Option<Option<TreeEntry>>,
}

impl Step<'_> {
    /// Lists the files of a directory that the two trees do not have alike.
    fn differences(&self, directory: &str, most: usize) -> Option<Vec<Difference>> {
        let old = self.before.snapshot.directory(directory).ok()?;
        let new = self.tree.snapshot.directory(directory).ok()?;
        self.differ.files(&old, &new, directory, most).ok()?
    }

    fn fabric(
        &self,
        fabric: &Fabric,
        place: &Place<'_>,
        settings: &Settings,
        judged: &mut Judged,
    ) -> Option<Counts> {
        let bytes = place.read()?;
        let (trees, basis) = place.open(&bytes)?;
        let same = trees.iter().map(|(directory, _)| *directory);
        if !same.eq(fabric.directories.iter().map(String::as_str)) {
            return None;
        }
        let mut files: BTreeMap<String, Three> = BTreeMap::new();
        for (directory, id) in trees {
            let base = Directory::tree(id);
            for is_new in [false, true] {
                let tree = if is_new { self.tree } else { self.before };
                let there = tree.snapshot.directory(directory).ok()?;
                let found = self.differ.files(&base, &there, directory, MOST).ok()??;
                for difference in found {
                    let file = files.entry(difference.path).or_default();
                    file.base = difference.before;
                    if is_new {
                        file.new = Some(difference.after);
                    } else {
                        file.old = Some(difference.after);
                    }
                }
            }
        }
        if files.len() > MOST {
            return None;
        }
        let mut steps = Vec::new();
        let mut gone = false;
        for (path, three) in files {
            let old = three.old.unwrap_or_else(|| three.base.clone());
            let new = three.new.unwrap_or(three.base);
            gone |= new.is_none();
            let area = area_of(fabric, &path)?;
            if let (Some(new), old) = (&new, &old)
                && old.as_ref().map(|old| old.blob) != Some(new.blob)
            {
                judged.changed.insert(path.clone());
            }
            match role(area, &path) {
                Some(Role::Managed) => {
                    steps.push(self.changed(path, old.as_ref(), new.as_ref(), settings)?);
                }
                // What is neither a manifest nor where they belong is not read.
                None if area != Area::Managed => {}
                _ => return None,
            }
        }
        if gone {
            self.has_directories(fabric)?;
        }
        let reread = |path: &str| {
            let entry = self.tree.snapshot.find(path).ok()??;
            self.check(&entry, Role::Managed, settings)
        };
        let basis = Basis::open(basis, &reread)?;
        let Verdict::Unharmed(counts) = basis.judge(&steps, settings) else {
            return None;
        };
        // What was said of files that stay as they are is said again.
        for (path, role) in basis.found() {
            if steps.iter().any(|changed| changed.path == path) {
                continue;
            }
            let entry = self.tree.snapshot.find(path).ok()??;
            let check = self.check(&entry, role, settings)?;
            judged.findings.all.extend(check.findings);
            if let Some(text) = check.text {
                judged.findings.texts.insert(check.path, text);
            }
        }
        Some(counts)
    }

    /// Makes sure that no directory of the layout went with the last file in it.
    fn has_directories(&self, fabric: &Fabric) -> Option<()> {
        for directory in &fabric.directories {
            for inside in layout::directories(fabric.template) {
                let full = hnp_state::path::join(directory, &inside);
                if self.tree.snapshot.directory(&full).ok()?.is_nothing() {
                    return None;
                }
            }
        }
        Some(())
    }

    fn changed(
        &self,
        path: String,
        old: Option<&TreeEntry>,
        new: Option<&TreeEntry>,
        settings: &Settings,
    ) -> Option<Changed> {
        let before = match old {
            Some(entry) => Some(self.check(entry, Role::Managed, settings)?),
            None => None,
        };
        let after = match new {
            Some(entry) if old.is_some_and(|old| old.blob == entry.blob) => before.clone(),
            Some(entry) => Some(self.check(entry, Role::Managed, settings)?),
            None => None,
        };
        Some(Changed {
            path,
            old: before,
            new: after,
        })
    }

    fn check(&self, entry: &TreeEntry, role: Role, settings: &Settings) -> Option<FileCheck> {
        let limit = settings.limits.file_bytes;
        let bytes = self.tree.snapshot.objects().blob(entry.blob, limit).ok()?;
        let path = entry.path.clone();
        Some(check_file(SourceFile { path, bytes }, role, settings))
    }
}
