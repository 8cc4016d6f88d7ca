//! Records of operations and the trailers that name them.
#![allow(clippy::unwrap_used)]

use hnp_state::config::Strategy;
use hnp_state::ledger::{
    Detail, OperationType, Record, RecordError, Resolution, Status, SyncDirection, Trailer,
    Trigger, format_trailers, parse_trailers,
};
use serde_json::{Value, json};

fn record() -> Record {
    let mut record = Record::new("op-7f3a", OperationType::GuiToGithub);
    record.fabric = Some("fabric-1".to_owned());
    record.trigger_type = Trigger::Scheduled;
    record.started_at = Some("2026-08-08T10:00:00Z".to_owned());
    record.resources_targeted = 4;
    record.resources_processed = 4;
    record.resources_skipped = 1;
    record
        .resources
        .push("fabric-1/VPC/default/vpc-1".to_owned());
    record
        .details
        .insert("plan".to_owned(), json!({"creates": 2}));
    record
}

#[test]
fn a_record_comes_back_as_it_was_written() {
    let mut record = record();
    record.push_warning(Detail::new("general", "slow"));
    record.finish("2026-08-08T10:00:02Z", 2.5);
    let text = record.to_json();
    assert_eq!(Record::from_json(&text).unwrap(), record);
    assert_eq!(record.to_json(), text);
    insta::assert_snapshot!("record", text);
}

#[test]
fn every_field_is_written_even_when_nothing_is_known() {
    let value: Value =
        serde_json::from_str(&Record::new("x", OperationType::Tidy).to_json()).unwrap();
    for field in [
        "fabric",
        "completed_at",
        "memory_peak_mb",
        "cpu_time_seconds",
        "commit_sha",
        "conflict_resolution_strategy",
    ] {
        assert_eq!(value.get(field), Some(&Value::Null), "{field}");
    }
    assert_eq!(value["sync_direction"], "internal");
    assert_eq!(value["version"], 1);
}

#[test]
fn only_the_newest_errors_and_warnings_are_kept_and_all_are_counted() {
    let mut record = record();
    for n in 0..150 {
        record.push_error(Detail::new("general", &format!("error {n}")));
        record.push_warning(Detail::new("general", &format!("warning {n}")));
    }
    assert_eq!((record.error_count, record.warning_count), (150, 150));
    assert_eq!(
        (record.error_details.len(), record.warning_details.len()),
        (100, 50)
    );
    assert_eq!(record.error_details[0].message, "error 50");
    assert_eq!(record.warning_details[49].message, "warning 149");
    assert_eq!(record.last_error_message.as_deref(), Some("error 149"));
}

#[test]
fn the_end_decides_the_status() {
    let end = |errors: u64, processed: u64, skipped: u64| {
        let mut record = Record::new("x", OperationType::Bidirectional);
        record.resources_processed = processed;
        record.resources_skipped = skipped;
        for _ in 0..errors {
            record.push_error(Detail::new("general", "no"));
        }
        assert!(record.is_active());
        record.finish("2026-08-08T10:00:00Z", 0.2);
        assert!(!record.is_active());
        record
    };
    assert_eq!(end(0, 3, 0).status, Status::Completed);
    assert_eq!(end(0, 3, 0).result_summary["success"], true);
    assert_eq!(end(1, 3, 1).status, Status::PartiallyCompleted);
    assert_eq!(end(1, 3, 3).status, Status::Failed);
    assert_eq!(end(1, 0, 0).status, Status::Failed);
}

#[test]
fn rates_are_as_hnp_counts_them() {
    let mut record = record();
    assert!((record.success_rate() - 0.75).abs() < f64::EPSILON);
    assert_eq!(record.performance_summary()["resources_per_second"], 4.0);
    record.finish("2026-08-08T10:00:02Z", 2.0);
    assert_eq!(record.performance_summary()["resources_per_second"], 2.0);
    assert_eq!(record.actual_duration_seconds, Some(2));
    record.resources_targeted = 0;
    assert!((record.success_rate() - 1.0).abs() < f64::EPSILON);
    record.resources_targeted = 2;
    record.resources_skipped = 9;
    assert!(record.success_rate().abs() < f64::EPSILON);
}

#[test]
fn records_of_other_versions_are_read_as_far_as_they_can_be() {
    let text = r#"{"version": 1, "operation_id": "a", "status": "paused", "operation_type": "teleport", "mood": "good"}"#;
    let record = Record::from_json(text).unwrap();
    assert_eq!(record.status, Status::Other("paused".to_owned()));
    assert_eq!(
        record.operation_type,
        OperationType::Other("teleport".to_owned())
    );
    let again: Value = serde_json::from_str(&record.to_json()).unwrap();
    assert_eq!(
        (&again["mood"], &again["status"]),
        (&json!("good"), &json!("paused"))
    );
    assert_eq!(record.resources_targeted, 0);

    assert_eq!(
        Record::from_json(r#"{"version": 2, "resources": 7}"#),
        Err(RecordError::Newer(2))
    );
    for bad in [
        "",
        "[]",
        "{}",
        r#"{"version": 1, "resources_targeted": -1}"#,
        &"[".repeat(100_000),
    ] {
        assert!(
            matches!(Record::from_json(bad), Err(RecordError::Malformed(_))),
            "{bad:.40}"
        );
    }
}

#[test]
fn directions_and_strategies_take_the_specification_words() {
    assert_eq!(record().sync_direction, SyncDirection::GuiToGit);
    assert_eq!(Resolution::from(Strategy::Merge).as_str(), "merge_strategy");
    assert_eq!(
        Resolution::from(Strategy::GithubWins).as_str(),
        "github_wins"
    );
}

#[test]
fn trailers_are_found_again_after_a_squash() {
    let trailers = [
        (Trailer::Op, "op-1"),
        (Trailer::Action, "gui_to_github"),
        (Trailer::Resource, "fabric-1/VPC/default/vpc-1"),
        (Trailer::Conflict, "c-9"),
    ];
    let text = format_trailers(trailers);
    assert_eq!(text.lines().next(), Some("Hnp-Op: op-1"));
    let owned: Vec<_> = trailers
        .iter()
        .map(|(trailer, value)| (*trailer, (*value).to_owned()))
        .collect();
    assert_eq!(
        parse_trailers(&format!("HNP Sync: one change\n\nWhy.\n\n{text}")),
        owned
    );
    let squashed = format!(
        "Two (#3)\n\n* one\r\n\r\n{}\n* two\n\n{text}\nSigned-off-by: A\n",
        text.replace('\n', "\r\n")
    );
    assert_eq!(parse_trailers(&squashed).len(), 8);
    assert_eq!(
        parse_trailers("Hnp-Op without a colon\nHnp-Operation: x\nHnp-Op:\n"),
        []
    );
}

#[test]
fn a_value_cannot_forge_a_trailer() {
    let text = format_trailers([(Trailer::Resource, "a\nHnp-Op: forged\r\u{2028}")]);
    assert_eq!(text.lines().count(), 1);
    assert_eq!(parse_trailers(&text).len(), 1);
}
