//! The report of a drill, for people and for programs.

use std::fmt::Write as _;

use hnp_model::canonical::sha256_hex;
use serde_json::{Value, json};

use super::{Drill, Tree};
use crate::clock;
use crate::output::clean;

/// One line, where the report goes to files.
pub(super) fn line(drill: &Drill) -> String {
    if drill.differences.is_empty() {
        format!(
            "{}: deleted and brought back, {} file(s) byte for byte.\n",
            clean(&drill.fabric),
            drill.after.files.len()
        )
    } else {
        format!(
            "{}: {} thing(s) differed; the report names them.\n",
            clean(&drill.fabric),
            drill.differences.len()
        )
    }
}

pub(super) fn json(drill: &Drill) -> Value {
    json!({
        "version": 1,
        "success": drill.differences.is_empty(),
        "fabric": drill.fabric,
        "commit": drill.commit,
        "started_at": clock::rfc3339(drill.started),
        "hnp": env!("CARGO_PKG_VERSION"),
        "archive": drill.archive,
        "steps": drill.steps.iter().map(|step| json!({
            "name": step.name,
            "operation_id": step.operation,
            "files": step.files,
            "seconds": step.seconds,
        })).collect::<Vec<_>>(),
        "before": tree(&drill.before),
        "deleted": tree(&drill.deleted),
        "after": tree(&drill.after),
        "differences": drill.differences,
    })
}

fn tree(tree: &Tree) -> Value {
    json!({
        "tree": tree.id,
        "resources": tree.resources,
        "errors": tree.findings.map(|(errors, _)| errors),
        "warnings": tree.findings.map(|(_, warnings)| warnings),
        "state_problems": tree.state_problems,
        "files": tree.files.iter().map(|file| json!({
            "path": file.path,
            "sha256": sha256_hex(&file.bytes),
            "bytes": file.bytes.len(),
        })).collect::<Vec<_>>(),
    })
}

pub(super) fn markdown(drill: &Drill) -> String {
    let mut text = format!("# Drill of the fabric {}\n\n", code(&drill.fabric));
    text.push_str(if drill.differences.is_empty() {
        "**Passed.** The fabric was deleted and brought back in a scratch clone. What differed: nothing.\n\n"
    } else {
        "**Failed.** The fabric was deleted and brought back in a scratch clone, and not all is as it was.\n\n"
    });
    for difference in &drill.differences {
        let _ = writeln!(text, "* {}", code(difference));
    }
    if !drill.differences.is_empty() {
        text.push('\n');
    }
    let _ = write!(
        text,
        "Begun {}, from commit {}, with hnp {}. Archive: {}.\n\n",
        clock::rfc3339(drill.started),
        drill
            .commit
            .as_deref()
            .map_or_else(|| "none".to_owned(), code),
        env!("CARGO_PKG_VERSION"),
        code(&drill.archive)
    );
    text.push_str("| step | operation | files | seconds |\n|---|---|---|---|\n");
    for step in &drill.steps {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {:.3} |",
            step.name,
            step.operation
                .as_deref()
                .map_or_else(|| "-".to_owned(), code),
            step.files,
            step.seconds
        );
    }
    text.push_str(
        "\n| moment | tree | files | resources on record | errors | warnings |\n|---|---|---|---|---|---|\n",
    );
    for (moment, tree) in [
        ("before", &drill.before),
        ("deleted", &drill.deleted),
        ("after", &drill.after),
    ] {
        let count =
            |number: Option<usize>| number.map_or_else(|| "-".to_owned(), |n| n.to_string());
        let _ = writeln!(
            text,
            "| {moment} | {} | {} | {} | {} | {} |",
            code(&tree.id),
            tree.files.len(),
            tree.resources,
            count(tree.findings.map(|(errors, _)| errors)),
            count(tree.findings.map(|(_, warnings)| warnings)),
        );
    }
    text.push_str("\nEqual trees are equal bytes: a tree is named by Git after all it holds.\n");
    for (moment, tree) in [
        ("before", &drill.before),
        ("deleted", &drill.deleted),
        ("after", &drill.after),
    ] {
        let _ = write!(
            text,
            "\n<details><summary>Files {moment}: {}</summary>\n\n",
            tree.files.len()
        );
        for file in &tree.files {
            let _ = writeln!(
                text,
                "* {} {}",
                code(&sha256_hex(&file.bytes)[..16]),
                code(&file.path)
            );
        }
        text.push_str("\n</details>\n");
    }
    text
}

/// Writes a name as code: whatever stands in it, nothing of it is Markdown or HTML.
fn code(text: &str) -> String {
    let text = clean(text);
    let longest = text
        .split(|c| c != '`')
        .map(str::len)
        .max()
        .unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let gap = if text.starts_with('`') || text.ends_with('`') {
        " "
    } else {
        ""
    };
    format!("{fence}{gap}{}{gap}{fence}", text.replace('|', "\\|"))
}
