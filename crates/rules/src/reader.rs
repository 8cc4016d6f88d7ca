//! What the YAML reader refuses, as findings.

use hnp_model::Severity;
use hnp_yaml::{Problem, ProblemKind, Stream};

use crate::sink::Sink;

/// Turns the problems of a stream into findings.
pub(crate) fn report(stream: &Stream, sink: &mut Sink<'_>) {
    for problem in stream.problems() {
        let mut finding = sink
            .finding(
                problem.kind.code(),
                Severity::Error,
                problem.span,
                problem.message.clone(),
            )
            .help(if is_template(problem, stream.text()) {
                "this looks like a template: fill it in, or put it in quotes"
            } else {
                help(problem.kind)
            });
        if let Some((span, message)) = &problem.related {
            finding = finding.related(sink.place(*span), message.clone());
        }
        if let Some(fix) = fix(problem, sink) {
            finding = finding.fix(fix);
        }
        sink.push(finding);
    }
}

fn help(kind: ProblemKind) -> &'static str {
    match kind {
        ProblemKind::NotUtf8 => "save the file as UTF-8",
        ProblemKind::TooLarge => "split the file, or raise `limits.file_bytes` in .hnp/config.toml",
        ProblemKind::Syntax => "correct the YAML here, or just before",
        ProblemKind::TabIndent => "indent with spaces",
        ProblemKind::DuplicateKey => "keep one of the two: readers disagree on which one counts",
        ProblemKind::TextAfterSeparator => "start the document on the line after `---`",
        ProblemKind::DocumentAfterEnd => "separate documents with `---` instead of `...`",
        ProblemKind::UndefinedAlias => {
            "define the anchor earlier in the same document; anchors do not reach across `---`"
        }
        ProblemKind::AliasBomb => {
            "write the values out, or raise `limits.alias_nodes` in .hnp/config.toml"
        }
        ProblemKind::TooDeep => {
            "no Hedgehog resource nests this deep; `limits.depth` in .hnp/config.toml sets the bound"
        }
        ProblemKind::ConflictMarkers => {
            "resolve the merge: choose a side and remove the marker lines"
        }
        ProblemKind::BadMerge => "give `<<` an alias of a map",
        ProblemKind::Unreadable => "put the value in quotes if it is meant as text",
        ProblemKind::KeyNotScalar => "write the key as a string",
        ProblemKind::Directive => "remove the line that starts with `%`",
        ProblemKind::ControlCharacter => "remove the character",
    }
}

/// Tells whether a key that is a map is the inner one of two braces.
fn is_template(problem: &Problem, text: &str) -> bool {
    let at = problem.span.start as usize;
    problem.kind == ProblemKind::KeyNotScalar
        && text.get(..at).is_some_and(|before| before.ends_with('{'))
        && text.get(at..).is_some_and(|rest| rest.starts_with('{'))
}

fn fix(problem: &Problem, sink: &Sink<'_>) -> Option<hnp_model::Fix> {
    match problem.kind {
        ProblemKind::TextAfterSeparator => Some(sink.fix(
            "start the document on a new line",
            false,
            hnp_yaml::Span::at(problem.span.start as usize),
            "\n",
        )),
        _ => None,
    }
}
