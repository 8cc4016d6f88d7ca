//! How often each rule is violated and kept.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::rules::{CROSS, SINGLE, UNJUDGED};
use super::sheet::Sheet;

/// Writes the report.
pub(crate) fn report(sheets: &[Sheet], pairs: usize) -> String {
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let (mut refused, mut accepted, mut neutral) = (0, 0, 0);
    for case in sheets.iter().flat_map(|sheet| &sheet.cases) {
        if case.reject {
            refused += 1;
        } else {
            accepted += 1;
        }
        neutral += usize::from(case.rules.is_empty());
        for rule in &case.rules {
            let count = counts.entry(rule).or_default();
            if case.reject {
                count.0 += 1;
            } else {
                count.1 += 1;
            }
        }
    }
    let mut out = format!(
        "<!-- Made by `cargo xtask vectors`. -->\n# What the generated vectors cover\n\n{} cases: {refused} that one rule refuses, {pairs} with \
         two violations, {accepted} that are accepted, {neutral} of these with changes that change nothing.\nThe judge is the catalogue: \
         [README](README.md#who-judged).\n\n| rule | looks at | violated | kept |\n|---|---|---|---|\n",
        refused + accepted + pairs,
    );
    let mut rules: Vec<_> = SINGLE
        .iter()
        .map(|rule| (*rule, "the object"))
        .chain(CROSS.iter().map(|rule| (*rule, "other objects")))
        .collect();
    rules.sort_unstable();
    for (rule, looks) in &rules {
        let (bad, good) = counts.get(rule).copied().unwrap_or_default();
        if bad + good > 0 {
            let _ = writeln!(out, "| {rule} | {looks} | {bad} | {good} |");
        }
    }
    out.push_str("\n## Unjudged\n\nRules without a case that they refuse, and why.\n\n| rule | why |\n|---|---|\n");
    let missing = rules
        .iter()
        .map(|(rule, _)| *rule)
        .filter(|rule| counts.get(rule).is_none_or(|count| count.0 == 0));
    let mut unjudged: BTreeMap<&str, &str> =
        missing.map(|rule| (rule, "nobody wrote one")).collect();
    unjudged.extend(UNJUDGED.iter().copied());
    for (rule, why) in unjudged {
        let _ = writeln!(out, "| {rule} | {why} |");
    }
    out
}
