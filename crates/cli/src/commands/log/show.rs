//! An operation for people and programs.

use std::fmt::Write as _;

use hnp_state::ledger::{Detail, Record};
use serde_json::{Value, json};

use crate::output::clean;

/// Every field of the record, and what follows from them, under HNP's names.
pub(super) fn json(record: &Record) -> Value {
    let mut value: Value = serde_json::from_str(&record.to_json()).unwrap_or_default();
    if let Some(map) = value.as_object_mut() {
        map.insert("is_active".to_owned(), record.is_active().into());
        map.insert("success_rate".to_owned(), json!(record.success_rate()));
        map.insert(
            "performance_summary".to_owned(),
            record.performance_summary(),
        );
    }
    value
}

/// One line of the list.
pub(super) fn line(record: &Record) -> String {
    let mut text = format!(
        "{} {} {:19} {:19} {}: ",
        clean(&record.operation_id),
        clean(record.started_at.as_deref().unwrap_or("-")),
        clean(record.operation_type.as_str()),
        clean(record.status.as_str()),
        clean(record.fabric.as_deref().unwrap_or("-")),
    );
    let _ = write!(
        text,
        "{} of {} resource(s)",
        record
            .resources_processed
            .saturating_sub(record.resources_skipped),
        record.resources_targeted
    );
    for (count, what) in [
        (record.resources_created, "created"),
        (record.resources_updated, "updated"),
        (record.resources_deleted, "deleted"),
        (record.resources_skipped, "skipped"),
        (record.conflicts_detected, "in conflict"),
        (record.conflicts_resolved, "settled"),
        (record.files_processed, "file(s)"),
        (record.error_count, "error(s)"),
        (record.warning_count, "warning(s)"),
    ] {
        if count > 0 {
            let _ = write!(text, ", {count} {what}");
        }
    }
    text.push('\n');
    text
}

/// Everything, a line a field; fields that are empty are left out, and the JSON has them.
pub(super) fn in_full(record: &Record) -> String {
    let value = json(record);
    let mut text = format!("operation {}\n", clean(&record.operation_id));
    for (name, value) in value.as_object().into_iter().flatten() {
        let skip = matches!(
            name.as_str(),
            "version" | "operation_id" | "error_details" | "warning_details" | "result_summary"
        );
        if !skip && !is_empty(value) {
            field(&mut text, name, value);
        }
    }
    details(
        &mut text,
        "error",
        record.error_count,
        &record.error_details,
    );
    details(
        &mut text,
        "warning",
        record.warning_count,
        &record.warning_details,
    );
    text
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::Bool(flag) => !flag,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
    }
}

fn field(text: &mut String, name: &str, value: &Value) {
    let shown = match value {
        Value::String(text) => clean(text),
        Value::Array(items) => {
            for item in items {
                let item = item
                    .as_str()
                    .map_or_else(|| item.to_string(), str::to_owned);
                let _ = writeln!(text, "  {name:28} {}", clean(&item));
            }
            return;
        }
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect::<Vec<_>>()
            .join(" "),
        other => other.to_string(),
    };
    let _ = writeln!(text, "  {name:28} {}", clean(&shown));
}

fn details(text: &mut String, what: &str, count: u64, details: &[Detail]) {
    let kept = details.len() as u64;
    if count > kept {
        let _ = writeln!(text, "{count} {what}(s), the newest {kept} of them:");
    }
    for one in details {
        let about: String = [&one.place, &one.resource]
            .into_iter()
            .flatten()
            .map(|about| format!("{} ", clean(about)))
            .collect();
        let _ = writeln!(
            text,
            "{what}[{}] {about}{}",
            clean(&one.kind),
            clean(&one.message)
        );
    }
}
