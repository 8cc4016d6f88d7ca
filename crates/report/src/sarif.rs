//! SARIF 2.1.0, as code scanning services read it.

use std::collections::BTreeSet;

use hnp_model::{Finding, Fix, Place, Severity};
use serde_json::{Map, Value, json};

use crate::escape;
use crate::json::compact;
use crate::report::{Report, count};
use hnp_model::fingerprint::fingerprints;

/// Results that GitHub takes in one run; it refuses the file beyond.
const LIMIT: usize = 25_000;

/// Renders a report. Regions are in code points, paths are relative to `%SRCROOT%`, the root of the repository.
pub(crate) fn render(report: &Report<'_>) -> String {
    let order = report.worst_first();
    let left = order.len().saturating_sub(LIMIT);
    let kept: BTreeSet<usize> = order.into_iter().take(LIMIT).collect();
    let prints = fingerprints(report.findings);
    let codes: BTreeSet<&str> = kept.iter().map(|&at| report.findings[at].code).collect();
    let rules: Vec<&str> = codes.into_iter().collect();
    // The format wants a baseline state on every result or on none.
    let has_baseline = report
        .findings
        .iter()
        .any(|finding| (report.is_old)(finding));
    let mut run = Map::new();
    run.insert(
        "tool".into(),
        json!({ "driver": {
            "name": "hnp",
            "semanticVersion": env!("CARGO_PKG_VERSION"),
            "rules": rules.iter().map(|code| rule(report, code)).collect::<Vec<_>>(),
        }}),
    );
    if let Some(id) = report.automation_id {
        run.insert("automationDetails".into(), json!({ "id": id }));
    }
    run.insert(
        "originalUriBaseIds".into(),
        json!({ "%SRCROOT%": { "description": { "text": "The root of the repository." } } }),
    );
    run.insert("columnKind".into(), json!("unicodeCodePoints"));
    if left > 0 {
        let text = format!(
            "{} left out: code scanning takes {LIMIT} in one run. `hnp validate` lists all of them.",
            count(left, "finding")
        );
        run.insert(
            "invocations".into(),
            json!([{
                "executionSuccessful": true,
                "toolExecutionNotifications": [{ "level": "warning", "message": { "text": text } }],
            }]),
        );
    }
    // One result a line, like the other lists; none of them is held beside the text.
    let mut out = String::from(
        "{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[\n",
    );
    let head = compact(&run);
    out.push_str(head.strip_suffix('}').unwrap_or(&head));
    out.push_str(",\"results\":[");
    for (nth, &at) in kept.iter().enumerate() {
        let finding = &report.findings[at];
        let old = (report.is_old)(finding);
        let baseline = has_baseline.then_some(if old { "unchanged" } else { "new" });
        out.push_str(if nth == 0 { "\n" } else { ",\n" });
        out.push_str(&compact(&result(finding, &rules, &prints[at], baseline)));
    }
    if !kept.is_empty() {
        out.push('\n');
    }
    out.push_str("]}\n]}\n");
    escape::json(out)
}

fn rule(report: &Report<'_>, code: &str) -> Value {
    let mut rule = Map::new();
    rule.insert("id".into(), json!(code));
    if let Some(title) = (report.rule_title)(code) {
        rule.insert("shortDescription".into(), message(&title));
    }
    rule.insert(
        "help".into(),
        json!({ "text": format!("`hnp explain {code}` says what the rule is, why, and how to mend it.") }),
    );
    Value::Object(rule)
}

fn result(finding: &Finding, rules: &[&str], print: &str, baseline: Option<&str>) -> Value {
    let mut result = Map::new();
    result.insert("ruleId".into(), json!(finding.code));
    if let Ok(index) = rules.binary_search(&finding.code) {
        result.insert("ruleIndex".into(), json!(index));
    }
    let level = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    };
    result.insert("level".into(), json!(level));
    let text = match &finding.help {
        Some(help) => format!("{}\n{help}", finding.message),
        None => finding.message.clone(),
    };
    result.insert("message".into(), message(&text));
    let mut location = Map::new();
    location.insert("physicalLocation".into(), physical(&finding.place));
    if let Some(logical) = logical(finding) {
        location.insert("logicalLocations".into(), json!([logical]));
    }
    result.insert("locations".into(), json!([location]));
    if !finding.related.is_empty() {
        let related: Vec<Value> = finding
            .related
            .iter()
            .enumerate()
            .map(|(at, related)| {
                json!({
                    "id": at + 1,
                    "physicalLocation": physical(&related.place),
                    "message": message(&related.message),
                })
            })
            .collect();
        result.insert("relatedLocations".into(), Value::Array(related));
    }
    result.insert("partialFingerprints".into(), json!({ "hnp/v1": print }));
    if let Some(state) = baseline {
        result.insert("baselineState".into(), json!(state));
        if state == "unchanged" {
            result.insert(
                "suppressions".into(),
                json!([{ "kind": "external", "status": "accepted", "justification": "It stands in the baseline." }]),
            );
        }
    }
    if let Some(fix) = finding.fix.as_ref().filter(|fix| !fix.edits.is_empty()) {
        result.insert("fixes".into(), json!([fix_value(fix)]));
    }
    Value::Object(result)
}

/// Names the resource and the field.
fn logical(finding: &Finding) -> Option<Value> {
    let resource = finding.resource.as_ref();
    let mut parts: Vec<&str> = Vec::new();
    if let Some(resource) = resource {
        let names = [
            &resource.fabric,
            &resource.kind,
            &resource.namespace,
            &resource.name,
        ];
        parts.extend(names.into_iter().flatten().map(String::as_str));
    }
    let mut name = parts.join("/");
    if let Some(field) = &finding.field {
        if !name.is_empty() {
            name.push_str(": ");
        }
        name.push_str(field);
    }
    (!name.is_empty()).then(|| json!({ "fullyQualifiedName": name, "kind": "resource" }))
}

fn physical(place: &Place) -> Value {
    json!({ "artifactLocation": artifact(&place.file), "region": region(place) })
}

fn artifact(file: &str) -> Value {
    if file.starts_with('/') {
        // Below no root: a base would point elsewhere.
        return json!({ "uri": escape::uri(file) });
    }
    json!({ "uri": escape::uri(file), "uriBaseId": "%SRCROOT%" })
}

fn region(place: &Place) -> Value {
    let end = place.end.max(place.start);
    json!({
        "startLine": place.start.line,
        "startColumn": place.start.column,
        "endLine": end.line,
        "endColumn": end.column,
    })
}

fn fix_value(fix: &Fix) -> Value {
    let changes: Vec<Value> = fix
        .edits
        .chunk_by(|a, b| a.place.file == b.place.file)
        .map(|edits| {
            let replacements: Vec<Value> = edits
                .iter()
                .map(|edit| json!({ "deletedRegion": region(&edit.place), "insertedContent": { "text": edit.with } }))
                .collect();
            json!({ "artifactLocation": artifact(&edits[0].place.file), "replacements": replacements })
        })
        .collect();
    json!({ "description": message(&fix.title), "artifactChanges": changes })
}

/// Makes a message. Text from a repository must not become a link: SARIF reads `[text](target)` in plain text as one.
fn message(text: &str) -> Value {
    if text.contains("](") {
        let text = text
            .replace('\\', "\\\\")
            .replace('[', "\\[")
            .replace(']', "\\]");
        return json!({ "text": text });
    }
    json!({ "text": text })
}
