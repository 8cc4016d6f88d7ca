//! `hnp validate --fix`: the fixes that are certain.

use std::collections::BTreeMap;

use hnp_model::TextEdit;
use hnp_state::ledger::OperationType;
use hnp_sync::plan::Plan;

use crate::args::{Global, ValidateArgs};
use crate::context::Context;
use crate::failure::Failure;
use crate::operation::{self, Operation};
use crate::output::Output;

/// Applies the safe fixes in managed files, and returns a line for each file.
pub(super) fn run(global: &Global, args: &ValidateArgs) -> Result<Vec<String>, Failure> {
    if !args.paths.is_empty() {
        return Err(Failure::Usage(
            "--fix works on the configured fabrics; leave PATH out".to_owned(),
        ));
    }
    let mut output = Output::default();
    let lock = operation::begin(&Context::open_raw(global)?, &mut output)?;
    let context = Context::open(global)?;
    let found = super::validate::fabrics(global, args)?;
    let mut edits: BTreeMap<&str, Vec<&TextEdit>> = BTreeMap::new();
    for fix in found
        .all
        .iter()
        .filter_map(|finding| finding.fix.as_ref())
        .filter(|fix| fix.safe)
    {
        for edit in &fix.edits {
            edits.entry(&edit.place.file).or_default().push(edit);
        }
    }
    let mut plan = Plan::default();
    let mut lines = output.notes;
    for (file, mut edits) in edits {
        let Some(before) = found.texts.get(file) else {
            continue;
        };
        // From the end, so that earlier places stay true; of edits that overlap the first wins, the next run takes the other.
        edits.sort_by_key(|edit| std::cmp::Reverse(edit.place.span.start));
        let mut text = before.clone();
        let mut start = usize::MAX;
        let mut count = 0;
        for edit in edits {
            let range = edit.place.span.range();
            if range.end <= start
                && text.is_char_boundary(range.start)
                && text.is_char_boundary(range.end)
            {
                start = range.start;
                text.replace_range(range, &edit.with);
                count += 1;
            }
        }
        let verb = if args.dry_run { "would fix" } else { "fixed" };
        lines.push(format!("{verb} {count} place(s) in {file}"));
        plan.write(file, text, Some(before.as_bytes()));
    }
    if !args.dry_run {
        let done = operation::perform(
            &context,
            &lock,
            &Operation {
                kind: OperationType::Other("fix".to_owned()),
                fabric: None,
                title: "hnp: Apply safe fixes".to_owned(),
                plan: &plan,
                commit: false,
                resources: Vec::new(),
                fill: &|_| {},
            },
        )?;
        lines.extend(done.problems);
    }
    Ok(lines)
}
