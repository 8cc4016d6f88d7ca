//! The JSON Schemas under `schemas/` say what the code does.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::PathBuf;

use hnp_state::config::{self, Config, DEFAULT_RELEASE, Fabric};
use hnp_state::ledger::{
    Detail, OperationType, Record, Resolution, Status, SyncDirection, Trigger,
};
use hnp_state::state_file::{self, State};
use serde_json::{Value, json};

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../schemas")
        .join(name)
}

fn schema(name: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path(name)).unwrap()).unwrap()
}

fn check(schema: &Value, value: &Value) -> Vec<String> {
    let validator = jsonschema::draft202012::new(schema).unwrap();
    validator
        .iter_errors(value)
        .map(|error| error.to_string())
        .collect()
}

fn json_of(toml_text: &str) -> Value {
    let value: toml::Table = toml::from_str(toml_text).unwrap();
    serde_json::to_value(value).unwrap()
}

/// With UPDATE_SCHEMAS set, the file is written from the table of keys instead.
#[test]
fn the_config_schema_is_the_table_of_keys() {
    let text = format!(
        "{}\n",
        serde_json::to_string_pretty(&config::schema()).unwrap()
    );
    if std::env::var_os("UPDATE_SCHEMAS").is_some() {
        std::fs::write(path("config.schema.json"), &text).unwrap();
    }
    assert_eq!(
        std::fs::read_to_string(path("config.schema.json")).unwrap(),
        text
    );
}

#[test]
fn configs_that_are_read_fit_the_schema() {
    let schema = schema("config.schema.json");
    jsonschema::meta::validate(&schema).unwrap();
    let fabrics = [("a".to_owned(), Fabric::in_directory("x"))];
    let texts = [
        "",
        include_str!("samples/full.toml"),
        &config::initial(&fabrics, DEFAULT_RELEASE),
    ];
    for text in texts {
        Config::parse(text).unwrap();
        assert_eq!(
            check(&schema, &json_of(text)),
            Vec::<String>::new(),
            "{text}"
        );
    }
    for text in [
        "colour = 1",
        "[limits]\ndepth = \"3\"",
        "[fabric.a]",
        "[fabric.a]\ndirectory = \"/a\"",
        "[rules.severity]\nx = \"off\"",
    ] {
        assert!(Config::parse(text).is_err(), "{text}");
        assert!(!check(&schema, &json_of(text)).is_empty(), "{text}");
    }
}

/// The defaults, with every optional key given a value, have exactly the keys of the schema.
#[test]
fn the_typed_config_and_the_schema_have_the_same_keys() {
    let full = Config::parse(include_str!("samples/full.toml")).unwrap();
    let typed = serde_json::to_value(&full).unwrap();
    let schema = schema("config.schema.json");
    let keys = |value: &Value| {
        value
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<BTreeSet<_>>()
    };
    let sections = &schema["properties"];
    assert_eq!(keys(&typed), keys(sections));
    for name in [
        "limits",
        "rules",
        "ingest",
        "features",
        "sync",
        "hooks",
        "retention",
    ] {
        assert_eq!(
            keys(&typed[name]),
            keys(&sections[name]["properties"]),
            "{name}"
        );
    }
    let policy = &sections["policy"]["items"]["properties"];
    assert_eq!(keys(&typed["policy"][0]), keys(policy));
    assert_eq!(
        keys(&typed["policy"][0]["match"]),
        keys(&policy["match"]["properties"])
    );
    let fabric = &sections["fabric"]["additionalProperties"]["properties"];
    let mut read = keys(&typed["fabric"]["fabric-1"]);
    // Reading moves the one directory into the list of directories.
    read.insert("directory".to_owned());
    assert_eq!(read, keys(fabric));
    assert_eq!(
        keys(&typed["fabric"]["fabric-1"]["network"]),
        keys(&fabric["network"]["properties"])
    );
}

#[test]
fn written_states_fit_the_schema() {
    let schema = schema("state.schema.json");
    jsonschema::meta::validate(&schema).unwrap();
    let sample = include_str!("samples/state.toml");
    let state = state_file::parse(sample).unwrap();
    for text in [
        sample,
        &state_file::write(&state),
        &state_file::write(&State::new("01234567-89ab-4def-8123-456789abcdef")),
    ] {
        assert_eq!(check(&schema, &json_of(text)), Vec::<String>::new());
    }
    for (from, to) in [
        ("format = 1", "format = 2"),
        ("canon = \"c1\"", "canon = \"c2\""),
        ("sha256 =", "sha512 ="),
        ("base   = \"c1:", "base   = \"c1:z"),
        ("fabric-1/VPC/default/vpc-1", "VPC/vpc-1"),
    ] {
        let text = sample.replacen(from, to, 1);
        assert_ne!(text, sample, "{from}");
        assert!(!check(&schema, &json_of(&text)).is_empty(), "{to}");
        assert!(state_file::parse(&text).is_err(), "{to}");
    }
}

#[test]
fn written_records_fit_the_schema() {
    let schema = schema("ledger.schema.json");
    jsonschema::meta::validate(&schema).unwrap();
    let mut record = Record::new("op-1", OperationType::FileIngestion);
    let fits = |record: &Record| {
        let value: Value = serde_json::from_str(&record.to_json()).unwrap();
        assert_eq!(check(&schema, &value), Vec::<String>::new());
        value
    };
    let value = fits(&record);
    let keys = |value: &Value| {
        value
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<BTreeSet<_>>()
    };
    assert_eq!(keys(&value), keys(&schema["properties"]));
    let required: BTreeSet<String> = serde_json::from_value(schema["required"].clone()).unwrap();
    assert_eq!(keys(&value), required);
    record.push_error(Detail::new("GIT-02", "the branch moved"));
    record.conflict_resolution_strategy = Some(Resolution::MergeStrategy);
    record.finish("2026-08-08T10:00:00Z", 1.25);
    fits(&record);

    let words = |name: &str| schema["properties"][name]["enum"].clone();
    assert_eq!(words("operation_type"), json!(OperationType::WORDS));
    assert_eq!(words("sync_direction"), json!(SyncDirection::WORDS));
    assert_eq!(words("status"), json!(Status::WORDS));
    assert_eq!(words("trigger_type"), json!(Trigger::WORDS));
    let mut strategies: Vec<Value> =
        serde_json::from_value(words("conflict_resolution_strategy")).unwrap();
    assert_eq!(strategies.pop(), Some(Value::Null));
    assert_eq!(json!(strategies), json!(Resolution::WORDS));
}
