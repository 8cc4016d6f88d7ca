//! Rules that need more than one document.

use std::collections::{BTreeMap, HashMap};

use foldhash::fast::RandomState;
use hnp_model::{Finding, ResourceId, ResourceRef};

use crate::Settings;
use crate::catalogue::{self, Rule};
use crate::codes;
use crate::engine::{Change, Check, Report, Side, Spot, Texts, Tree, locate};
use crate::file::{Facts, FileCheck, Role};

/// What a check of a tree found, with the texts of the files that the findings point into, by path.
pub type Judged = (Vec<Finding>, BTreeMap<String, String>);

/// Checks what only the whole tree shows.
///
/// Files come in the order of their paths; of two places that contradict each other the later is blamed and the earlier
/// shown beside it. `texts` gives the text of a file that a finding points into once more.
#[must_use]
pub fn check_tree(files: &[FileCheck], settings: &Settings, texts: Texts<'_>) -> Judged {
    let mut report = Report::new();
    identities(files, &mut report);
    let tree = Tree::new(files, settings, Side::New);
    for rule in rules(settings) {
        if let Check::Tree(check) = rule.check {
            report.rule = rule;
            check(&tree, &mut report);
        }
    }
    finish(report, files, &[], settings, texts)
}

/// Checks the step from one tree to another: what admission refuses although both are right, and what it lets through
/// although something is lost by it.
#[must_use]
pub fn check_change(
    old: &[FileCheck],
    new: &[FileCheck],
    settings: &Settings,
    texts: Texts<'_>,
) -> Judged {
    let mut report = Report::new();
    let change = Change::new(
        Tree::new(old, settings, Side::Old),
        Tree::new(new, settings, Side::New),
    );
    for rule in rules(settings) {
        if let Check::Change(check) = rule.check {
            report.rule = rule;
            check(&change, &mut report);
        }
    }
    finish(report, new, old, settings, texts)
}

/// Tells whether no rule has anything to say of a tree and the step to it.
pub(crate) fn says_nothing(change: &Change<'_>, settings: &Settings) -> bool {
    let mut report = Report::new();
    rules(settings).all(|rule| {
        report.rule = rule;
        match rule.check {
            Check::Tree(check) => check(&change.new, &mut report),
            Check::Change(check) => check(change, &mut report),
            _ => {}
        }
        report.drafts.is_empty()
    })
}

fn rules(settings: &Settings) -> impl Iterator<Item = &'static Rule> {
    let release = settings.release;
    catalogue::FAMILIES
        .iter()
        .flat_map(catalogue::Family::rules)
        .filter(move |rule| rule.holds_in(release))
}

fn finish(
    report: Report,
    new: &[FileCheck],
    old: &[FileCheck],
    settings: &Settings,
    texts: Texts<'_>,
) -> Judged {
    // Context is never judged; what managed resources do to it is blamed on them.
    let context = |spot: Spot| {
        spot.side == Side::New
            && new
                .get(spot.file as usize)
                .is_some_and(|file| file.role == Role::Context)
    };
    let drafts = report
        .drafts
        .into_iter()
        .filter(|draft| draft.rule.code == codes::UNMANAGED_REPEATS || !context(draft.spot))
        .collect();
    locate(drafts, new, old, settings, texts)
}

fn identities(files: &[FileCheck], report: &mut Report) {
    let spot = |file: usize, facts: &Facts| Spot {
        side: Side::New,
        file: u32::try_from(file).unwrap_or(u32::MAX),
        span: facts.name_span,
    };
    let of_role = |role: Role| {
        files
            .iter()
            .enumerate()
            .filter(move |(_, file)| file.role == role)
            .flat_map(|(n, file)| file.facts.iter().map(move |facts| (n, facts)))
    };
    let mut first: HashMap<&ResourceId, Spot, RandomState> = HashMap::default();
    if let Some(rule) = catalogue::find(codes::DUPLICATE) {
        report.rule = rule;
    }
    for (file, facts) in of_role(Role::Managed) {
        let here = spot(file, facts);
        let known = *first.entry(&facts.id).or_insert(here);
        if known != here {
            report
                .at(
                    here,
                    format!("{} stands twice; the last one applied would win", facts.id),
                )
                .with(known, "first here")
                .help("keep one of the two, or give one another name");
        }
    }
    if let Some(rule) = catalogue::find(codes::UNMANAGED_REPEATS) {
        report.rule = rule;
    }
    for (file, facts) in of_role(Role::Context) {
        if let Some(known) = first.get(&facts.id) {
            report
                .at(
                    spot(file, facts),
                    format!("{} is managed, and unmanaged/ repeats it", facts.id),
                )
                .with(*known, "managed here")
                .help("a tool that applies both will flip between them; keep one");
        }
    }
}

/// Describes a resource for findings.
#[must_use]
pub fn reference(id: &ResourceId, fabric: Option<&str>) -> ResourceRef {
    ResourceRef {
        fabric: fabric.map(str::to_owned),
        kind: Some(id.kind.clone()),
        namespace: Some(id.namespace.clone()),
        name: Some(id.name.clone()),
    }
}
