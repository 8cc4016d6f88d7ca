//! A resource for people.

use std::fmt::Write as _;

use serde_json::Value;

use crate::output::clean;

pub(super) fn text(value: &Value) -> String {
    let mut text = String::new();
    let field = |name: &str| match &value[name] {
        Value::Null => "-".to_owned(),
        Value::String(text) => clean(text),
        other => other.to_string(),
    };
    let _ = writeln!(
        text,
        "{}/{} in {}",
        field("kind"),
        field("name"),
        field("fabric")
    );
    for (title, name) in [
        ("apiVersion", "api_version"),
        ("namespace", "namespace"),
        ("file", "desired_file_path"),
        ("line", "desired_line"),
        ("last commit", "desired_commit"),
        ("last taken in", "last_file_sync"),
        ("direction", "sync_direction"),
        ("state in HNP", "resource_state"),
        ("conflict", "conflict_status"),
    ] {
        let _ = writeln!(text, "  {title:14} {}", field(name));
    }
    let status = match value["sync_status_summary"]["status"].as_str() {
        Some("in_sync") => "as hnp last wrote it",
        Some("modified") => "changed since hnp last wrote it",
        _ => "not recorded yet",
    };
    let _ = writeln!(text, "  {:14} {status}", "state");
    let _ = writeln!(text, "  {:14} {}", "health", health(value));
    if let Some(status) = value["drift"]["drift_status"].as_str() {
        let severity = value["drift"]["drift_severity"].as_str().unwrap_or("");
        let _ = writeln!(text, "  {:14} {status} ({severity})", "cluster");
        for change in value["drift"]["fields"].as_array().into_iter().flatten() {
            let side = |key: &str| {
                change
                    .get(key)
                    .map_or_else(|| "(absent)".to_owned(), |value| clean(&value.to_string()))
            };
            let _ = writeln!(
                text,
                "  {:14} {}: git {}, cluster {}",
                "",
                clean(change["path"].as_str().unwrap_or("")),
                side("desired"),
                side("actual")
            );
        }
    }
    if let Some(count) = value["external_modification_count"]
        .as_u64()
        .filter(|n| *n > 0)
    {
        let _ = writeln!(
            text,
            "  {:14} {count} time(s) without hnp, newest first",
            "changed"
        );
        for change in value["external_modifications"]
            .as_array()
            .into_iter()
            .flatten()
            .rev()
        {
            let word = |key: &str| clean(change["details"][key].as_str().unwrap_or(""));
            let commit = word("commit");
            let _ = writeln!(
                text,
                "  {:14} {} {} {}: {}",
                "",
                clean(change["timestamp"].as_str().unwrap_or("")),
                commit.get(..12).unwrap_or(&commit),
                word("author"),
                word("subject")
            );
        }
    }
    for (title, name) in [("refers to", "refers_to"), ("referred by", "referred_by")] {
        for reference in value[name].as_array().into_iter().flatten() {
            let word = |key: &str| clean(reference[key].as_str().unwrap_or(""));
            let elsewhere = if reference["here"] == true {
                ""
            } else {
                ", not here"
            };
            let _ = writeln!(
                text,
                "  {title:14} {}/{} ({}:{}:{}){elsewhere}",
                word("kind"),
                word("name"),
                word("file"),
                reference["line"],
                reference["column"]
            );
        }
    }
    if let Some(findings) = value["findings"].as_array()
        && !findings.is_empty()
    {
        for finding in findings {
            let _ = writeln!(
                text,
                "  {}[{}] line {}: {}",
                finding["severity"].as_str().unwrap_or(""),
                finding["code"].as_str().unwrap_or(""),
                finding["line"],
                clean(finding["message"].as_str().unwrap_or(""))
            );
        }
    }
    text
}

fn health(value: &Value) -> String {
    let errors = value["sync_error_count"].as_u64().unwrap_or_default();
    let mut parts = Vec::new();
    if value["on_hold"] == true {
        parts.push(format!(
            "on hold after {errors} failures in a row; `hnp retry` lets it go"
        ));
    } else if errors > 0 {
        parts.push(format!("{errors} failure(s) in a row"));
    }
    if let Some(last) = value["last_sync_error"].as_str() {
        parts.push(format!("last: {}", clean(last)));
    }
    if value["has_pending_conflicts"] == true {
        parts.push("a conflict is open".to_owned());
    }
    if value["auto_sync_enabled"] == false && value["on_hold"] == false {
        parts.push("policy leaves it out unless it is named".to_owned());
    }
    let word = if value["is_sync_healthy"] == true {
        "good"
    } else {
        "not good"
    };
    if parts.is_empty() {
        word.to_owned()
    } else {
        format!("{word}: {}", parts.join("; "))
    }
}
