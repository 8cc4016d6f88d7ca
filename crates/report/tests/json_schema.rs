//! The JSON of every report answers to its published schema.

#![allow(clippy::unwrap_used)]

mod common;

use std::path::Path;

use common::sample;
use hnp_report::{Format, NoSources, Report, Style, Summary, render};
use serde_json::{Value, json};

fn validator() -> jsonschema::Validator {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/output/validate.schema.json");
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    jsonschema::draft202012::meta::validate(&schema).unwrap();
    jsonschema::draft202012::new(&schema).unwrap()
}

fn output(report: &Report<'_>) -> Value {
    serde_json::from_str(&render(report, Format::Json, &Style::default())).unwrap()
}

#[test]
fn reports_answer_to_the_schema() {
    let validator = validator();
    let sample = sample();
    for value in [
        output(&sample.report()),
        output(&Report::new(&[], Summary::default(), &NoSources)),
    ] {
        let errors: Vec<String> = validator
            .iter_errors(&value)
            .map(|e| e.to_string())
            .collect();
        assert_eq!(errors, Vec::<String>::new());
    }
}

#[test]
fn the_schema_refuses_what_is_no_report() {
    let validator = validator();
    let sample = sample();
    let good = output(&sample.report());
    let mut without_code = good.clone();
    without_code["findings"][0]
        .as_object_mut()
        .unwrap()
        .remove("code");
    let mut extra = good.clone();
    extra["findings"][0]["extra"] = json!(1);
    let mut line_zero = good.clone();
    line_zero["findings"][0]["line"] = json!(0);
    let mut later = good;
    later["version"] = json!(2);
    for bad in [without_code, extra, line_zero, later] {
        assert!(!validator.is_valid(&bad));
    }
}

#[test]
fn keys_come_in_the_published_order() {
    let sample = sample();
    let value = output(&sample.report());
    let keys =
        |value: &Value| -> Vec<String> { value.as_object().unwrap().keys().cloned().collect() };
    assert_eq!(keys(&value), ["version", "findings", "summary"]);
    assert_eq!(
        keys(&value["findings"][0]),
        [
            "code",
            "severity",
            "message",
            "file",
            "line",
            "column",
            "end_line",
            "end_column",
            "field",
            "resource",
            "related",
            "fix",
            "help",
            "old"
        ]
    );
    assert_eq!(
        keys(&value["summary"]),
        ["files", "documents", "resources", "errors", "warnings"]
    );
}
