//! The verdict on a tree, beside the trees that it comes from.

use std::collections::HashSet;

use hnp_git::{Oid, TreeEntry, TreeListing};
use hnp_local::Cache;
use hnp_model::{Finding, Place, Severity, SourceFile};
use hnp_rules::codes;
use hnp_state::config::Config;
use hnp_state::layout::Area;
use hnp_state::state_file::{self, State};
use hnp_state::{CONFIG_PATH, STATE_PATH};
use hnp_sync::agreed::check_bases;
use hnp_sync::baseline::Baseline;
use hnp_sync::fabric::area_of;
use hnp_sync::validate::mark_old;
use hnp_yaml::{LineIndex, Span};

use super::{quick, trust};
use crate::failure::Failure;
use crate::findings::Findings;
use crate::git_tree::{Check, GitTree};

/// How to judge.
#[derive(Clone, Copy, Default)]
pub(super) struct Terms<'t> {
    /// The settings of the server, where a push is judged: what is pushed may then only make the check stricter.
    pub(super) server: Option<&'t Server>,
    /// Whether old findings count as new ones do.
    pub(super) block_old: bool,
    /// Where verdicts on single files are kept; on a server nowhere.
    pub(super) cache: Option<&'t Cache>,
}

/// What the administrator of a server wrote.
#[derive(Default)]
pub(super) struct Server {
    /// The settings.
    pub(super) config: Config,
    /// Schemas that count.
    pub(super) schemas: Vec<SourceFile>,
    /// Findings that count as old.
    pub(super) baseline: Option<Baseline>,
}

/// The verdict on a tree.
#[derive(Default)]
pub(super) struct Judged {
    /// What was found.
    pub(super) findings: Findings,
    /// Files that no parent has so.
    pub(super) changed: HashSet<String>,
}

impl Judged {
    /// Counts the errors that stop a commit or a push.
    pub(super) fn blocking(&self) -> usize {
        self.findings.errors()
    }

    /// Counts the errors that were there before.
    pub(super) fn old_errors(&self) -> usize {
        let all = &self.findings.all;
        all.iter()
            .filter(|finding| finding.severity == Severity::Error && finding.old)
            .count()
    }
}

/// A tree with the settings that judge it.
struct Side<'t> {
    tree: &'t GitTree,
    config: Config,
    schemas: Vec<SourceFile>,
    listing: TreeListing,
    cache: Option<&'t Cache>,
}

impl<'t> Side<'t> {
    fn new(
        tree: &'t GitTree,
        before: Option<&GitTree>,
        terms: Terms<'t>,
    ) -> Result<Option<Self>, Failure> {
        let old = before.and_then(|tree| tree.config.as_ref());
        let (config, schemas) = match terms.server {
            None => (
                tree.config.clone().or_else(|| old.cloned()),
                tree.schemas.clone(),
            ),
            Some(server) => (
                trust::effective(&server.config, old, tree.config.as_ref()),
                trusted_schemas(server, tree)?,
            ),
        };
        let Some(config) = config else {
            return Ok(None);
        };
        let listing = tree.relevant(&config)?;
        Ok(Some(Self {
            tree,
            config,
            schemas,
            listing,
            cache: terms.cache,
        }))
    }

    fn terms(&self) -> Check<'_> {
        Check {
            config: &self.config,
            schemas: &self.schemas,
            fabrics: &[],
            release: None,
            profile: None,
            cache: self.cache,
        }
    }

    /// Checks the state, and that hnp's own files are files.
    fn own_files(&self, parent: Option<&State>, found: &mut Findings) -> Result<(), Failure> {
        let own = TreeListing {
            files: Vec::new(),
            oddities: self
                .listing
                .oddities
                .iter()
                .filter(|oddity| oddity.path.starts_with(".hnp"))
                .cloned()
                .collect(),
        };
        found.all.extend(crate::git_tree::oddities(&own));
        if let Some(text) = self.tree.state(self.config.limits.state_bytes)? {
            let limit = self.config.limits.yaml().file_bytes;
            let objects = self.tree.snapshot.objects();
            let read = |id: &str| objects.blob(Oid::parse(id)?, limit).ok();
            let wrong = state_problems(&text, parent, &read);
            if !wrong.is_empty() {
                found.all.extend(wrong);
                found.texts.insert(STATE_PATH.to_owned(), text);
            }
        }
        Ok(())
    }

    fn blob(&self, path: &str) -> Option<Oid> {
        let at = self
            .listing
            .files
            .binary_search_by(|file| file.path.as_str().cmp(path))
            .ok()?;
        Some(self.listing.files[at].blob)
    }
}

/// Returns the schemas that judge a push: those of the server, and of the pushed ones those of kinds that hnp and the
/// server do not know.
fn trusted_schemas(server: &Server, tree: &GitTree) -> Result<Vec<SourceFile>, Failure> {
    let mut schemas = Vec::new();
    for file in &tree.schemas {
        let text = std::str::from_utf8(&file.bytes)
            .map_err(|_| Failure::Usage(format!("{} is not UTF-8", file.path)))?;
        let imported = hnp_rules::schema::from_json(text)
            .map_err(|error| Failure::Usage(format!("{}: {error}", file.path)))?;
        if imported
            .kinds
            .iter()
            .all(|kind| hnp_model::kind::find(&kind.group, &kind.kind).is_none())
        {
            schemas.push(file.clone());
        }
    }
    // Of two schemas of one kind the later stands.
    schemas.extend(server.schemas.iter().cloned());
    Ok(schemas)
}

/// Judges a tree. Parents are the trees that it comes from; the step is judged from the first one.
///
/// # Errors
///
/// Exit 2 for a configuration that is wrong, 3 where an object cannot be read.
pub(super) fn judge(
    tree: &GitTree,
    parents: &[GitTree],
    terms: Terms<'_>,
) -> Result<Judged, Failure> {
    if let [before] = parents
        && let Some(judged) = quick::judge(tree, before, terms)
    {
        return Ok(judged);
    }
    let before = parents.iter().find(|parent| parent.config.is_some());
    let Some(side) = Side::new(tree, before, terms)? else {
        return Ok(Judged::default());
    };
    let removed = tree.config.is_none() && before.is_some();
    if removed && terms.server.is_none() {
        return Ok(Judged {
            findings: Findings {
                all: vec![config_removed(Severity::Warning)],
                ..Findings::default()
            },
            changed: HashSet::from([CONFIG_PATH.to_owned()]),
        });
    }
    let olds = parents
        .iter()
        .map(|parent| Side::new(parent, Some(tree), terms))
        .collect::<Result<Vec<_>, _>>();
    // A parent whose configuration cannot be read tells nothing about what was there before.
    let olds: Vec<Side<'_>> = olds.unwrap_or_default().into_iter().flatten().collect();
    let same = |old: &Side<'_>| old.listing == side.listing && old.config == side.config;
    if !removed && !terms.block_old && olds.iter().any(same) {
        return Ok(Judged::default());
    }
    let mut findings = match olds.first() {
        Some(old) => side.tree.compare(old.tree, &side.terms())?,
        None => side.tree.check(&side.terms())?,
    };
    findings
        .all
        .extend(state_of(&side, &olds, parents, &mut findings.texts)?);
    if removed {
        findings.all.push(config_removed(Severity::Error));
    }
    hnp_model::finding::sort(&mut findings.all);
    findings.all.dedup();
    // What a merge brings in from its other parents is no news either.
    for old in olds.iter().skip(1) {
        if findings.errors() > 0 {
            mark_old(&mut findings.all, &old.tree.check(&side.terms())?.all);
        }
    }
    mark_baseline(&side, terms, &mut findings.all)?;
    if terms.server.is_some() {
        close_links(&side.config, &mut findings.all);
    }
    if terms.block_old {
        for finding in &mut findings.all {
            finding.old = false;
        }
    }
    let is_known = |file: &TreeEntry| {
        olds.iter()
            .any(|old| old.blob(&file.path) == Some(file.blob))
    };
    let changed = side
        .listing
        .files
        .iter()
        .filter(|file| !is_known(file))
        .map(|file| file.path.clone())
        .collect();
    Ok(Judged { findings, changed })
}

/// Makes links where manifests belong errors: hnp never follows one, but what applies the manifests may, and nobody would
/// have checked what it finds there.
fn close_links(config: &Config, findings: &mut [Finding]) {
    let hides = |path: &str| {
        config.fabrics.values().any(|fabric| {
            area_of(fabric, path) == Some(Area::Managed)
                || fabric.directories.iter().any(|directory| {
                    let managed = hnp_state::path::join(directory, "managed");
                    managed == path || hnp_state::path::strip(&managed, path).is_some()
                })
        })
    };
    for finding in findings {
        if finding.code == codes::NOT_A_FILE && hides(&finding.place.file) {
            finding.severity = Severity::Error;
        }
    }
}

/// Checks hnp's own files, where a parent has not the same state: reading a large one takes its time.
fn state_of(
    side: &Side<'_>,
    olds: &[Side<'_>],
    parents: &[GitTree],
    texts: &mut std::collections::BTreeMap<String, String>,
) -> Result<Vec<Finding>, Failure> {
    let state = side.blob(STATE_PATH);
    if olds.iter().any(|old| old.blob(STATE_PATH) == state) {
        return Ok(Vec::new());
    }
    let limit = side.config.limits.state_bytes;
    let parent = parents
        .iter()
        .find_map(|parent| state_file::parse(&parent.state(limit).ok()??).ok());
    let mut found = Findings::default();
    side.own_files(parent.as_ref(), &mut found)?;
    if !found.all.is_empty() {
        for old in olds {
            let mut known = Findings::default();
            old.own_files(None, &mut known)?;
            mark_old(&mut found.all, &known.all);
        }
    }
    // A parent that cannot be read tells nothing of what it held.
    let readable: Vec<&GitTree> = olds.iter().map(|old| old.tree).collect();
    let alone = crate::state_step::alone(side.tree, &readable, &side.config)?;
    if !alone.is_empty() {
        let text = side.tree.state(limit)?.unwrap_or_default();
        texts.insert(STATE_PATH.to_owned(), text);
        found.all.extend(alone);
    }
    let is_gone = state.is_none() && side.tree.config.is_some();
    if is_gone && parents.iter().any(has_state) {
        found.all.push(state_removed());
    }
    texts.append(&mut found.texts);
    Ok(found.all)
}

/// Marks what a baseline lists: on a server its own, else the one that the configuration names, as the tree has it.
fn mark_baseline(
    side: &Side<'_>,
    terms: Terms<'_>,
    findings: &mut [Finding],
) -> Result<(), Failure> {
    if let Some(server) = terms.server {
        if let Some(baseline) = &server.baseline {
            baseline.mark(findings);
        }
        return Ok(());
    }
    let Some(path) = &side.config.rules.baseline else {
        return Ok(());
    };
    let limit = side.config.limits.state_bytes;
    // One that is named and not there hides nothing.
    if let Some(bytes) = side.tree.snapshot.read(path, limit)? {
        Baseline::parse(&String::from_utf8_lossy(&bytes))
            .map_err(|why| Failure::Usage(format!("{path}: {why}")))?
            .mark(findings);
    }
    Ok(())
}

fn has_state(tree: &GitTree) -> bool {
    tree.snapshot.find(STATE_PATH).ok().flatten().is_some()
}

fn config_removed(severity: Severity) -> Finding {
    Finding::new(
        codes::CONFIG_REMOVED,
        severity,
        Place::file(CONFIG_PATH),
        "the configuration was there before and is gone, so nothing would be checked any more",
    )
    .help("take it back; to take hnp out of a repository, the hook on the server goes first")
}

fn state_removed() -> Finding {
    Finding::new(
        codes::STATE_REMOVED,
        Severity::Error,
        Place::file(STATE_PATH),
        "the state was there before and is gone, and with it what Git and the GUI last agreed on",
    )
    .help("take it back with `git checkout HEAD -- .hnp/state.toml`, or run `hnp state rebuild`")
}

/// Returns what is wrong with the text of a state.toml.
/// Against a parent's state only what changed is looked up: what lay there before was checked when it came.
fn state_problems(
    text: &str,
    parent: Option<&State>,
    read: &dyn Fn(&str) -> Option<Vec<u8>>,
) -> Vec<Finding> {
    let lines = LineIndex::new(text);
    let mut wrong = state_file::verify(text, parent.map(|state| state.lineage.as_str()));
    if wrong.is_empty()
        && let Ok(state) = state_file::parse(text)
    {
        wrong = check_bases(text, &state, parent, read);
    }
    wrong
        .into_iter()
        .map(|problem| {
            Finding::new(
                problem.code,
                Severity::Error,
                Place::new(
                    STATE_PATH,
                    &lines,
                    Span::new(problem.span.start, problem.span.end),
                ),
                problem.message,
            )
            .help(problem.help)
        })
        .collect()
}
