//! `hnp validate --fix`: the fixes that are certain.

use std::collections::BTreeMap;

use hnp_model::{Finding, Fix, Severity, SourceFile, manifests};
use hnp_rules::{Role, Settings, check_file};
use hnp_state::ledger::OperationType;
use hnp_sync::ingest::document_bytes;
use hnp_sync::plan::Plan;
use hnp_yaml::{Options, parse};

use crate::args::{Global, ValidateArgs};
use crate::context::Context;
use crate::failure::Failure;
use crate::operation::{self, Operation};
use crate::output::{Output, clean};

/// Applies the safe fixes in managed files, and returns a line for each file.
pub(super) fn run(global: &Global, args: &ValidateArgs) -> Result<Vec<String>, Failure> {
    if !args.paths.is_empty() {
        return Err(Failure::Usage(
            "--fix works on the configured fabrics; leave PATH out".to_owned(),
        ));
    }
    let mut output = Output::default();
    let lock = if args.dry_run {
        None
    } else {
        Some(operation::begin(&Context::open_bare(global)?, &mut output)?)
    };
    let context = Context::open(global)?;
    let mut found = super::validate::fabrics(global, args)?;
    let mut fixes: BTreeMap<String, Vec<Fix>> = BTreeMap::new();
    for fix in found.all.drain(..).filter_map(|finding| finding.fix) {
        let file = fix.edits.first().map(|edit| edit.place.file.clone());
        if let Some(file) = file.filter(|_| fix.safe || args.unsafe_too) {
            fixes.entry(file).or_default().push(fix);
        }
    }
    let mut plan = Plan::default();
    let mut lines = output.notes;
    let mut keys = Vec::new();
    for (file, fixes) in fixes {
        let Some(before) = found.texts.get(&file) else {
            continue;
        };
        let fabric = context
            .config
            .locate(&file)
            .map(|location| location.name.to_owned());
        let settings = context.settings(fabric.as_deref(), args.release.as_deref())?;
        let (text, count, left) = mend(&file, before, fixes, &settings);
        lines.extend(
            left.into_iter()
                .map(|why| format!("left {}: {why}", clean(&file))),
        );
        if count > 0 {
            let verb = if args.dry_run { "would fix" } else { "fixed" };
            lines.push(format!("{verb} {count} place(s) in {}", clean(&file)));
            if let Some(name) = &fabric {
                keys.extend(changed(name, before, &text));
            }
            plan.write(file, text, Some(before.as_bytes()));
        }
    }
    if let Some(lock) = &lock {
        let done = operation::perform(
            &context,
            lock,
            &Operation {
                kind: OperationType::Other("fix".to_owned()),
                fabric: None,
                title: "hnp: Apply fixes".to_owned(),
                plan: &plan,
                commit: false,
                resources: keys.clone(),
                fill: &|record| {
                    record.resources_targeted = keys.len() as u64;
                    record.resources_processed = record.resources_targeted;
                    record.resources_updated = record.resources_targeted;
                },
            },
        )?;
        lines.extend(done.problems);
    }
    Ok(lines)
}

/// Returns the keys of the resources whose text differs between two versions of a file, in the file's order.
fn changed(fabric: &str, before: &str, after: &str) -> Vec<String> {
    let texts = |text: &str| -> Vec<(String, String)> {
        let stream = parse(text.as_bytes().to_vec(), &Options::default());
        manifests(&stream)
            .into_iter()
            .filter_map(|manifest| {
                let key = manifest.id()?.key(fabric);
                let text = document_bytes(&stream, manifest.document.index()).to_string();
                Some((key, text))
            })
            .collect()
    };
    let old = texts(before);
    texts(after)
        .into_iter()
        .filter(|one| !old.contains(one))
        .map(|(key, _)| key)
        .collect()
}

/// Applies fixes to a text, each checked again: one that does not make the file better is left out, and told with the reason.
///
/// They go from the end to the start, so that earlier places stay true; of two that overlap the later wins, and the next run
/// takes the other.
fn mend(
    file: &str,
    before: &str,
    mut fixes: Vec<Fix>,
    settings: &Settings,
) -> (String, usize, Vec<String>) {
    fixes.sort_by_key(|fix| std::cmp::Reverse(start(fix)));
    let mut text = before.to_owned();
    let mut now = judge(file, &text, settings);
    let mut limit = usize::MAX;
    let mut count = 0;
    let mut left = Vec::new();
    for fix in fixes {
        if end(&fix) > limit {
            continue;
        }
        let Some(next) = with(&text, &fix) else {
            continue;
        };
        let then = judge(file, &next, settings);
        if then.better_than(&now) {
            limit = start(&fix);
            text = next;
            now = then;
            count += 1;
        } else {
            left.push(why_not(&fix, &now, &then));
        }
    }
    left.reverse();
    (text, count, left)
}

/// Says what a fix would bring that is no better than what it takes away.
fn why_not(fix: &Fix, now: &Verdict, then: &Verdict) -> String {
    let line = fix.edits.first().map_or(0, |edit| edit.place.start.line);
    let said = |finding: &Finding| format!("{}: {}", finding.code, finding.message);
    let before: Vec<String> = now.all.iter().map(said).collect();
    let brings = then.all.iter().map(said).find(|one| !before.contains(one));
    let why = brings.map_or_else(
        || "it would make nothing better".to_owned(),
        |one| format!("it would bring {one}; mend both by hand"),
    );
    clean(&format!("line {line}: {} is not done: {why}", fix.title))
}

fn start(fix: &Fix) -> usize {
    fix.edits
        .iter()
        .map(|edit| edit.place.span.start as usize)
        .min()
        .unwrap_or(0)
}

fn end(fix: &Fix) -> usize {
    fix.edits
        .iter()
        .map(|edit| edit.place.span.end as usize)
        .max()
        .unwrap_or(0)
}

fn with(text: &str, fix: &Fix) -> Option<String> {
    let mut text = text.to_owned();
    for edit in fix.edits.iter().rev() {
        let range = edit.place.span.range();
        text.get(range.clone())?;
        text.replace_range(range, &edit.with);
    }
    Some(text)
}

/// How bad a file is.
struct Verdict {
    errors: usize,
    all: Vec<Finding>,
}

impl Verdict {
    fn better_than(&self, other: &Self) -> bool {
        self.errors <= other.errors && self.all.len() < other.all.len()
    }
}

fn judge(file: &str, text: &str, settings: &Settings) -> Verdict {
    let source = SourceFile {
        path: file.to_owned(),
        bytes: text.as_bytes().to_vec(),
    };
    let findings = check_file(source, Role::Managed, settings).findings;
    let unreadable = |finding: &Finding| finding.code.starts_with("YAML-");
    Verdict {
        // What the reader refuses hides everything else in its document, so it weighs more than all of that.
        errors: findings
            .iter()
            .filter(|finding| finding.severity == Severity::Error)
            .count()
            + findings
                .iter()
                .filter(|finding| unreadable(finding))
                .count()
                * 10_000,
        all: findings,
    }
}
