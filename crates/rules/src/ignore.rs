//! `# hnp: ignore=CODE reason`: findings that people have looked at and accept.
//!
//! Behind something on a line it holds for that line; on a line of its own for the next line with content, and above the
//! first content of a document for the whole document. What the reader refuses cannot be ignored: nobody knows what else
//! such a document holds. An ignore that ignores nothing is a warning, or it would hide what comes later.

use hnp_model::{Finding, Place, Severity};
use hnp_yaml::{Comment, LineIndex, Stream};

use crate::catalogue;
use crate::codes;
use crate::engine::Check;
use crate::file::{FileCheck, Role};

/// One code of an ignore comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ignore {
    /// The code.
    pub code: String,
    /// The lines it holds for, both ends inclusive.
    pub lines: (u32, u32),
    /// Where it stands.
    pub place: Place,
}

/// Tells whether a text may hold an ignore comment, so that comments are worth reading.
#[must_use]
pub fn possible(bytes: &[u8]) -> bool {
    memchr::memmem::find(bytes, b"hnp:").is_some()
}

/// Reads the ignore comments of a file that was parsed with its comments.
#[must_use]
pub fn read(path: &str, stream: &Stream) -> Vec<Ignore> {
    if stream.comments().is_empty() || !possible(stream.text().as_bytes()) {
        return Vec::new();
    }
    let lines = stream.lines();
    let mut found = Vec::new();
    for comment in stream.comments() {
        let text = &stream.text()[comment.span.range()];
        let Some(codes) = codes_of(text) else {
            continue;
        };
        let scope = scope(comment, stream, &lines);
        found.extend(codes.map(|code| Ignore {
            code: code.to_ascii_uppercase(),
            lines: scope,
            place: Place::new(path, &lines, comment.span),
        }));
    }
    found
}

fn codes_of(comment: &str) -> Option<impl Iterator<Item = &str>> {
    let rest = comment.trim_start_matches('#').trim_start();
    let rest = rest.strip_prefix("hnp:")?.trim_start();
    let codes = rest.strip_prefix("ignore=")?;
    let codes = codes.split_whitespace().next()?;
    Some(codes.split(',').filter(|code| !code.is_empty()))
}

fn scope(comment: &Comment, stream: &Stream, lines: &LineIndex<'_>) -> (u32, u32) {
    let line = |offset: u32| lines.position(offset as usize).line;
    let own = line(comment.span.start);
    if !comment.own_line {
        return (own, own);
    }
    let root = stream
        .document(comment.document)
        .and_then(hnp_yaml::Document::root)
        .map(hnp_yaml::Value::full_span);
    match root {
        Some(root) if comment.span.end <= root.start => (own, line(root.end)),
        _ => {
            let next = stream.text()[comment.span.range().end..]
                .lines()
                .skip(1)
                .position(|line| {
                    let line = line.trim();
                    !line.is_empty() && !line.starts_with('#')
                })
                .and_then(|skipped| u32::try_from(skipped).ok())
                .map_or(own, |skipped| own + 1 + skipped);
            (own, next)
        }
    }
}

/// Takes out what is ignored, and adds a warning for each ignore that took nothing out. Returns how many were taken out.
pub fn apply(files: &[FileCheck], findings: &mut Vec<Finding>) -> usize {
    let ignores: Vec<&Ignore> = files
        .iter()
        .filter(|file| file.role != Role::Context)
        .flat_map(|file| &file.ignores)
        .collect();
    if ignores.is_empty() {
        return 0;
    }
    let mut used = vec![false; ignores.len()];
    let before = findings.len();
    findings.retain(|finding| {
        let mut kept = true;
        for (ignore, used) in ignores.iter().zip(&mut used) {
            if takes(ignore, finding) {
                *used = true;
                kept = false;
            }
        }
        kept
    });
    let taken = before - findings.len();
    for (ignore, used) in ignores.iter().zip(used) {
        if !used && !seen_in_changes_only(&ignore.code) {
            findings.push(unused(ignore));
        }
    }
    taken
}

/// Takes out what is ignored of a step between two trees; which ignores it uses says nothing.
pub fn apply_to_change(files: &[FileCheck], findings: &mut Vec<Finding>) {
    let ignores: Vec<&Ignore> = files.iter().flat_map(|file| &file.ignores).collect();
    findings.retain(|finding| !ignores.iter().any(|ignore| takes(ignore, finding)));
}

fn takes(ignore: &Ignore, finding: &Finding) -> bool {
    ignore.code == finding.code
        && ignore.place.file == finding.place.file
        && (ignore.lines.0..=ignore.lines.1).contains(&finding.place.start.line)
        && !finding.code.starts_with("YAML-")
}

fn seen_in_changes_only(code: &str) -> bool {
    catalogue::find(code).is_some_and(|rule| matches!(rule.check, Check::Change(_)))
}

fn unused(ignore: &Ignore) -> Finding {
    let code = &ignore.code;
    let (message, help) = if code.starts_with("YAML-") {
        (
            format!(
                "`{code}` cannot be ignored: what the reader refuses hides the rest of its document"
            ),
            "mend what it is about, and take the comment out".to_owned(),
        )
    } else if catalogue::find(code).is_none() {
        let help = match catalogue::nearest(code) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`hnp explain --all` lists the codes".to_owned(),
        };
        (format!("there is no code `{code}` to ignore"), help)
    } else {
        (
            format!("nothing of `{code}` is left here to ignore"),
            "take the comment out, or it hides what comes later".to_owned(),
        )
    };
    Finding::new(
        codes::UNUSED_IGNORE,
        Severity::Warning,
        ignore.place.clone(),
        message,
    )
    .help(help)
}
