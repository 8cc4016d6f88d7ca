//! What drift looks like: lines for people, HNP's words for programs.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use hnp_merge::Change;
use hnp_sync::drift::{Reason, Report, Resource, Status};
use hnp_yaml::Node;
use serde_json::{Map, Value, json};

use super::Found;
use crate::args::Global;
use crate::commands::diff::value_of;
use crate::output::{clean, style};

/// Longest value that a line shows.
const SHOWN: usize = 60;

pub(super) fn json(found: &Found) -> Value {
    let report = &found.report;
    json!({
        "version": 1,
        "fabric": found.fabric,
        "rev": found.rev,
        "has_drift": found.code() != 0,
        "resources": report
            .resources
            .iter()
            .filter(|one| one.status != Status::InSync)
            .map(|one| resource(one, &found.fabric))
            .collect::<Vec<_>>(),
        "not_compared": report
            .not_compared
            .iter()
            .map(|one| json!({ "resource": one.id.key(&found.fabric), "reason": one.reason.as_str() }))
            .collect::<Vec<_>>(),
        "unreadable": found
            .unreadable
            .iter()
            .map(|one| json!({ "file": one.path, "line": one.line, "message": one.message }))
            .collect::<Vec<_>>(),
        "summary": counts(report),
    })
}

/// What a synchronisation says of drift: the numbers, and the resources that have it.
pub(in crate::commands) fn summary(found: &Found) -> Value {
    let drifted = found.report.resources.iter().filter(|one| one.has_drift());
    json!({
        "has_drift": found.code() != 0,
        "summary": counts(&found.report),
        "resources": drifted.map(|one| resource(one, &found.fabric)).collect::<Vec<_>>(),
    })
}

fn counts(report: &Report) -> Value {
    let mut map: Map<String, Value> = Status::ALL
        .iter()
        .map(|status| (status.as_str().to_owned(), report.count(*status).into()))
        .collect();
    map.insert("not_compared".to_owned(), report.not_compared.len().into());
    Value::Object(map)
}

/// A resource for programs.
pub(in crate::commands) fn resource(one: &Resource, fabric: &str) -> Value {
    json!({
        "resource": one.id.key(fabric),
        "drift_status": one.status.as_str(),
        "drift_severity": one.severity.as_str(),
        "has_drift": one.has_drift(),
        "file": one.place.as_ref().map(|(file, _)| file),
        "line": one.place.as_ref().map(|(_, line)| line),
        "actual_resource_version": one.resource_version,
        "fields": one.fields.iter().map(field).collect::<Vec<_>>(),
    })
}

/// A side without the field has no key, for null is a value.
fn field(change: &Change) -> Value {
    let mut out = json!({ "path": change.path.to_string() });
    for (key, value) in [("desired", &change.old), ("actual", &change.new)] {
        if let Some(node) = value {
            out[key] = value_of(node);
        }
    }
    out
}

pub(super) fn text(global: &Global, found: &Found) -> String {
    let color = style(global).color;
    let paint = |code: &str, text: &str| {
        if color {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    };
    let mut out = String::new();
    for one in &found.report.resources {
        if one.status == Status::InSync && global.verbose == 0 {
            continue;
        }
        let place = match &one.place {
            Some((file, line)) => format!("  {file}:{line}"),
            None => String::new(),
        };
        let status = match one.status {
            Status::InSync => paint("32", one.status.as_str()),
            status if one.has_drift() => paint("31", status.as_str()),
            status => paint("33", status.as_str()),
        };
        let _ = writeln!(
            out,
            "{} {status} ({}): {}{}",
            clean(&one.id.to_string()),
            one.severity.as_str(),
            sentence(one),
            clean(&place)
        );
        for change in &one.fields {
            let _ = writeln!(
                out,
                "  {}: git {}, cluster {}",
                clean(&change.path.to_string()),
                side(change.old.as_ref()),
                side(change.new.as_ref())
            );
        }
    }
    for one in &found.unreadable {
        let _ = writeln!(
            out,
            "{}:{}: cannot be read, so what is in it was not compared: {}",
            clean(&one.path),
            one.line,
            clean(&one.message)
        );
    }
    let mut reasons: BTreeMap<Reason, Vec<String>> = BTreeMap::new();
    for one in &found.report.not_compared {
        let names = reasons.entry(one.reason).or_default();
        names.push(clean(&one.id.to_string()));
    }
    for (reason, names) in &reasons {
        let shown = if global.verbose > 0 || matches!(reason, Reason::Ambiguous) {
            format!(": {}", names.join(", "))
        } else {
            String::new()
        };
        let asks = matches!(reason, Reason::Ambiguous | Reason::UnreadableFiles);
        if asks || !global.quiet {
            let _ = writeln!(
                out,
                "Not compared: {} resource(s) {}{shown}",
                names.len(),
                reason.describe()
            );
        }
    }
    if !global.quiet {
        let parts: Vec<String> = Status::ALL
            .iter()
            .map(|status| (status, found.report.count(*status)))
            .filter(|(status, count)| **status == Status::InSync || *count > 0)
            .map(|(status, count)| format!("{count} {}", status.as_str()))
            .collect();
        let _ = writeln!(
            out,
            "{} resource(s): {}.",
            found.report.resources.len(),
            parts.join(", ")
        );
    }
    out
}

fn sentence(one: &Resource) -> &'static str {
    match (one.status, one.place.is_some()) {
        (Status::InSync, _) => "the same",
        (Status::SpecDrift, _) => "the cluster differs from Git",
        (Status::DesiredOnly, _) => "in Git, not in the cluster",
        (Status::ActualOnly, _) => "in the cluster, not in Git",
        (Status::CreationPending, _) => "in Git and not committed, so not in the cluster yet",
        (Status::DeletionPending, true) => "the cluster is deleting what Git wants",
        (Status::DeletionPending, false) => {
            "not in Git any more, and on its way out of the cluster"
        }
    }
}

fn side(node: Option<&Node>) -> String {
    let Some(node) = node else {
        return "(absent)".to_owned();
    };
    let text = value_of(node).to_string();
    if text.chars().count() > SHOWN {
        let start: String = text.chars().take(SHOWN - 3).collect();
        return format!("{}...", clean(&start));
    }
    clean(&text)
}
