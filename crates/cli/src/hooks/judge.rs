//! The verdict on a tree, beside the trees that it comes from.

use std::collections::HashSet;

use hnp_git::{Oid, TreeListing};
use hnp_model::{Finding, Place, Severity, SourceFile};
use hnp_rules::codes;
use hnp_state::config::Config;
use hnp_state::{CONFIG_PATH, STATE_PATH, state_file};
use hnp_yaml::{LineIndex, Span};

use super::trust;
use super::verdict::old_flags;
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
}

/// What the administrator of a server wrote.
#[derive(Default)]
pub(super) struct Server {
    /// The settings.
    pub(super) config: Config,
    /// Schemas that count.
    pub(super) schemas: Vec<SourceFile>,
}

/// The verdict on a tree.
#[derive(Default)]
pub(super) struct Judged {
    /// What was found.
    pub(super) findings: Findings,
    /// Which findings are old, in the same order.
    pub(super) old: Vec<bool>,
    /// Files that no parent has so.
    pub(super) changed: HashSet<String>,
}

impl Judged {
    /// Counts the errors that stop a commit or a push.
    pub(super) fn blocking(&self) -> usize {
        self.flagged(false)
    }

    /// Counts the errors that were there before.
    pub(super) fn old_errors(&self) -> usize {
        self.flagged(true)
    }

    fn flagged(&self, wanted: bool) -> usize {
        self.findings
            .all
            .iter()
            .zip(&self.old)
            .filter(|(finding, old)| finding.severity == Severity::Error && **old == wanted)
            .count()
    }
}

/// Whether the state is looked at.
#[derive(Clone, Copy)]
enum State<'l> {
    Leave,
    /// With the lineage it should have, where that is known.
    Verify(Option<&'l str>),
}

/// A tree with the settings that judge it.
struct Side<'t> {
    tree: &'t GitTree,
    config: Config,
    schemas: Vec<SourceFile>,
    listing: TreeListing,
}

impl<'t> Side<'t> {
    fn new(
        tree: &'t GitTree,
        before: Option<&GitTree>,
        terms: Terms<'_>,
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
        }))
    }

    /// Checks the tree; of its state only where that is asked for, since reading a large one takes its time.
    fn check(&self, state: State<'_>) -> Result<Findings, Failure> {
        let mut found = self.tree.check(&Check {
            config: &self.config,
            schemas: &self.schemas,
            fabrics: &[],
            release: None,
            profile: None,
        })?;
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
        if let State::Verify(lineage) = state
            && let Some(text) = self.tree.state(self.config.limits.state_bytes)?
        {
            let wrong = state_problems(&text, lineage);
            if !wrong.is_empty() {
                found.all.extend(wrong);
                found.texts.insert(STATE_PATH.to_owned(), text);
            }
        }
        hnp_model::finding::sort(&mut found.all);
        found.all.dedup();
        Ok(found)
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

/// Judges a tree. Parents are the trees that it comes from, the first one first.
///
/// # Errors
///
/// Exit 2 for a configuration that is wrong, 3 where an object cannot be read.
pub(super) fn judge(
    tree: &GitTree,
    parents: &[GitTree],
    terms: Terms<'_>,
) -> Result<Judged, Failure> {
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
            old: vec![false],
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
    let lineage = |tree: &GitTree| -> Option<String> {
        let text = tree.state(side.config.limits.state_bytes).ok()??;
        state_file::parse(&text).ok().map(|state| state.lineage)
    };
    let state = side.blob(STATE_PATH);
    let is_known = olds.iter().any(|old| old.blob(STATE_PATH) == state);
    let parent_lineage = if is_known {
        None
    } else {
        parents.iter().find_map(lineage)
    };
    let mut findings = side.check(if is_known {
        State::Leave
    } else {
        State::Verify(parent_lineage.as_deref())
    })?;
    if removed {
        findings.all.push(config_removed(Severity::Error));
    }
    if state.is_none() && !removed && parents.iter().any(has_state) {
        findings.all.push(state_removed());
    }
    hnp_model::finding::sort(&mut findings.all);
    let has_errors = findings
        .all
        .iter()
        .any(|finding| finding.severity == Severity::Error);
    let old = if has_errors && !terms.block_old {
        let in_state = findings
            .all
            .iter()
            .any(|finding| finding.place.file == STATE_PATH);
        let state = if in_state {
            State::Verify(None)
        } else {
            State::Leave
        };
        let known = olds
            .iter()
            .map(|old| Ok(old.check(state)?.all))
            .collect::<Result<Vec<_>, Failure>>()?;
        old_flags(&findings.all, &known)
    } else {
        vec![false; findings.all.len()]
    };
    let changed = side
        .listing
        .files
        .iter()
        .filter(|file| {
            olds.iter()
                .all(|old| old.blob(&file.path) != Some(file.blob))
        })
        .map(|file| file.path.clone())
        .collect();
    Ok(Judged {
        findings,
        old,
        changed,
    })
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
fn state_problems(text: &str, lineage: Option<&str>) -> Vec<Finding> {
    let lines = LineIndex::new(text);
    state_file::verify(text, lineage)
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
