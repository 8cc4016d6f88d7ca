//! Conflicts that are open for too long, as findings. Only `hnp conflicts` and `hnp status` know the time.

use hnp_model::{Finding, Place, ResourceRef, Severity};
use hnp_report::{Format, NoSources, Report, Style, Summary, render};
use hnp_rules::codes;
use hnp_state::STATE_PATH;
use hnp_yaml::{LineIndex, Span};
use serde_json::Value;

use super::known::{Known, span};
use super::name;
use crate::context::Context;

/// Returns a finding for each conflict that is escalated, at its table in state.toml.
pub(in crate::commands) fn findings(context: &Context, known: &[Known<'_>]) -> Vec<Finding> {
    let text = context.files.state.as_deref().unwrap_or_default();
    let lines = LineIndex::new(text);
    known
        .iter()
        .filter(|one| one.is_escalated())
        .map(|one| {
            let conflict = one.conflict;
            let header = format!("[conflict.\"{}\"]", conflict.id);
            let place = text.find(&header).map_or_else(
                || Place::file(STATE_PATH),
                |at| Place::new(STATE_PATH, &lines, Span::new(at, at + header.len())),
            );
            let message = format!(
                "conflict {} of {} is open {}; a conflict of {} severity is to be settled within {}",
                conflict.id,
                name(&conflict.resource),
                one.open_for(),
                one.severity(),
                one.patience.map_or_else(String::new, span),
            );
            Finding::new(codes::ESCALATED, Severity::Error, place, message)
                .resource(resource(&conflict.resource))
                .help(format!("settle it with `hnp resolve {}`", conflict.id))
        })
        .collect()
}

fn resource(key: &str) -> Option<ResourceRef> {
    let parts: Vec<&str> = key.splitn(4, '/').collect();
    let [fabric, kind, namespace, name] = parts.as_slice() else {
        return None;
    };
    let text = |text: &str| Some(text.to_owned());
    Some(ResourceRef {
        fabric: text(fabric),
        kind: text(kind),
        namespace: text(namespace),
        name: text(name),
    })
}

/// Findings, a line each.
pub(in crate::commands) fn text(findings: &[Finding]) -> String {
    rendered(findings, Format::Concise)
}

/// Findings as `hnp validate --format json` has them.
pub(in crate::commands) fn json(findings: &[Finding]) -> Value {
    serde_json::from_str::<Value>(&rendered(findings, Format::Json))
        .ok()
        .and_then(|mut value| value.get_mut("findings").map(Value::take))
        .unwrap_or_default()
}

fn rendered(findings: &[Finding], format: Format) -> String {
    let summary = Summary::default();
    render(
        &Report::new(findings, summary, &NoSources),
        format,
        &Style::default(),
    )
}
