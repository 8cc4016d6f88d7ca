//! Findings as people read them: the line, a caret under the exact span, and what to do.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Write as _;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Element, Level, Origin, Renderer, Snippet};
use hnp_model::{Finding, Fix, Place, ResourceRef, Severity};

use crate::concise;
use crate::escape::{leading_path, visible};
use crate::report::{Report, Style, count};
use crate::snippet::{Excerpt, excerpt, old_text};

/// Longest replacement that a fix shows, in code points.
const REPLACEMENT: usize = 120;

/// Renders a report: old findings in a line each, then the new ones in full, then what to do next.
pub(crate) fn render(report: &Report<'_>, style: &Style) -> String {
    let mut out = String::new();
    for finding in report.findings {
        if (report.is_old)(finding) {
            concise::line(&mut out, finding, true);
        }
    }
    if !out.is_empty() {
        out.push('\n');
    }
    let width = style.width.clamp(40, 1_000);
    let base = if style.color {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let renderer = base.term_width(width).decor_style(if style.unicode {
        DecorStyle::Unicode
    } else {
        DecorStyle::Ascii
    });
    for finding in report.findings {
        if !(report.is_old)(finding) {
            out.push_str(&one(report, finding, &renderer, width));
            out.push_str("\n\n");
        }
    }
    summary(&mut out, report);
    out
}

fn one(report: &Report<'_>, finding: &Finding, renderer: &Renderer, width: usize) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let mut group = level
        .primary_title(visible(&finding.message))
        .id(finding.code)
        .elements(at(report, &finding.place, None, width));
    for related in &finding.related {
        group = group.elements(at(report, &related.place, Some(&related.message), width));
    }
    if let Some(subject) = subject(finding) {
        group = group.element(Level::NOTE.with_name("in").message(subject));
    }
    if let Some(help) = &finding.help {
        group = group.element(Level::HELP.message(visible(help)));
    }
    if let Some(fix) = &finding.fix {
        let text = fix_text(report, fix);
        group = group.element(Level::HELP.with_name("fix").message(text));
    }
    renderer.render(&[group])
}

/// Shows a place: its line where the source can be had, its name alone otherwise. The first place has no label.
fn at<'a>(
    report: &Report<'a>,
    place: &'a Place,
    label: Option<&'a str>,
    width: usize,
) -> Vec<Element<'a>> {
    let path = visible(&place.file);
    let kind = if label.is_some() {
        AnnotationKind::Context
    } else {
        AnnotationKind::Primary
    };
    let origin = Origin::path(path.clone())
        .line(place.start.line as usize)
        .char_column(place.start.column as usize);
    // A finding about a file as a whole has no line to show.
    let is_whole_file = *place == Place::file(&place.file);
    let excerpt = if is_whole_file {
        None
    } else {
        let text = report.sources.text(&place.file);
        text.and_then(|text| excerpt(&text, place, width))
    };
    let Some(Excerpt {
        text,
        first_line,
        mark,
        cut,
        longer,
    }) = excerpt
    else {
        let note = label.map(|label| Level::NOTE.message(visible(label)).into());
        return std::iter::once(origin.into()).chain(note).collect();
    };
    let mut words = label.map_or(Cow::Borrowed(""), visible).into_owned();
    if longer {
        let to = format!("to {}:{}", place.end.line, place.end.column);
        words = if words.is_empty() {
            to
        } else {
            format!("{words} ({to})")
        };
    }
    let annotation = kind.span(mark);
    let annotation = if words.is_empty() {
        annotation
    } else {
        annotation.label(words)
    };
    let snippet = Snippet::source(text).line_start(first_line);
    if cut {
        // Columns counted in the excerpt would not be the file's.
        return vec![origin.into(), snippet.annotation(annotation).into()];
    }
    vec![snippet.path(path).annotation(annotation).into()]
}

/// Names the resource and the field: `VPC default/vpc-1 (fabric-1), field spec.vlan`.
fn subject(finding: &Finding) -> Option<String> {
    let mut out = String::new();
    if let Some(ResourceRef {
        fabric,
        kind,
        namespace,
        name,
    }) = &finding.resource
    {
        out.push_str(kind.as_deref().unwrap_or("resource"));
        if let Some(name) = name {
            out.push(' ');
            if let Some(namespace) = namespace {
                out.push_str(namespace);
                out.push('/');
            }
            out.push_str(name);
        }
        if let Some(fabric) = fabric {
            let _ = write!(out, " (fabric {fabric})");
        }
    }
    if let Some(field) = &finding.field {
        if !out.is_empty() {
            out.push_str(", ");
        }
        let _ = write!(out, "field {field}");
    }
    (!out.is_empty()).then(|| visible(&out).into_owned())
}

/// Tells what a fix does, with each replacement.
fn fix_text(report: &Report<'_>, fix: &Fix) -> String {
    let mut out = visible(&fix.title).into_owned();
    if !fix.safe {
        out.push_str(" (not certain to be what you meant)");
    }
    for edit in &fix.edits {
        let place = &edit.place;
        let text = report.sources.text(&place.file);
        let old = text.as_deref().and_then(|text| old_text(text, place));
        let _ = write!(out, "\n{}: ", leading_path(&place.to_string()));
        let new = clip(&edit.with);
        let _ = match old {
            Some("") => write!(out, "insert `{new}`"),
            Some(old) if edit.with.is_empty() => write!(out, "remove `{}`", clip(old)),
            Some(old) => write!(out, "`{}` becomes `{new}`", clip(old)),
            None if edit.with.is_empty() => write!(out, "remove"),
            None => write!(out, "put `{new}`"),
        };
    }
    out
}

/// Shows text on one line, cut before it fills the screen.
fn clip(text: &str) -> String {
    match text.char_indices().nth(REPLACEMENT) {
        Some((at, _)) => format!("{}...", visible(&text[..at])),
        None => visible(text).into_owned(),
    }
}

fn summary(out: &mut String, report: &Report<'_>) {
    if let Some(note) = report.note {
        let _ = writeln!(out, "note: {}", visible(note));
    }
    let new = || {
        report
            .findings
            .iter()
            .filter(|finding| !(report.is_old)(finding))
    };
    let infos = new()
        .filter(|finding| finding.severity == Severity::Info)
        .count();
    let old = report.findings.len() - new().count();
    let counts = &report.summary;
    let mut parts = Vec::new();
    if counts.errors > 0 {
        parts.push(count(counts.errors, "error"));
    }
    if counts.warnings > 0 {
        parts.push(count(counts.warnings, "warning"));
    }
    if infos > 0 {
        parts.push(count(infos, "remark"));
    }
    if old > 0 {
        parts.push(count(old, "old finding"));
    }
    if parts.is_empty() {
        parts.push("no finding".to_owned());
    }
    let _ = write!(out, "{}", parts.join(", "));
    let files: BTreeSet<&str> = new().map(|finding| finding.place.file.as_str()).collect();
    if !files.is_empty() {
        let _ = write!(out, " in {}", count(files.len(), "file"));
    }
    let _ = write!(
        out,
        " ({}, {}, {} checked).",
        count(counts.files, "file"),
        count(counts.documents, "document"),
        count(counts.resources, "resource")
    );
    let worst = new().min_by_key(|finding| finding.severity);
    if let Some(finding) = worst {
        let _ = write!(out, " `hnp explain {}` tells more.", finding.code);
    }
    let fixes = new()
        .filter(|finding| finding.fix.as_ref().is_some_and(|fix| fix.safe))
        .count();
    if fixes > 0 && report.fixable {
        let _ = write!(out, " `hnp validate --fix` mends {fixes} of them.");
    }
    out.push('\n');
}
