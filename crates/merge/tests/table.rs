//! The table of list semantics against the schemas: no list of an authored kind is overlooked.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

/// Kinds whose lists are all atomic by ruling, and kinds that controllers write.
const WHOLE: &[&str] = &["Fabricator", "ControlNode", "FabNode"];

fn table() -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/table.rs")).unwrap()
}

fn lists(schema: &Value, path: &str, out: &mut BTreeSet<String>) {
    for (key, inner) in schema["properties"].as_object().into_iter().flatten() {
        let path = if path.is_empty() {
            key.clone()
        } else {
            format!("{path}.{key}")
        };
        lists(inner, &path, out);
    }
    let free = &schema["additionalProperties"];
    if free.is_object() {
        lists(free, &format!("{path}.*"), out);
    }
    if schema["items"].is_object() {
        out.insert(path.to_owned());
        lists(&schema["items"], &format!("{path}.[]"), out);
    }
}

#[test]
fn every_list_of_every_release_is_in_the_table() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/hedgehog");
    let table = table();
    let mut missing = BTreeSet::new();
    let mut count = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let file = file.unwrap().path();
        let schemas: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        for kind in schemas["kinds"].as_array().unwrap() {
            let name = kind["kind"].as_str().unwrap();
            if kind["controllerOwned"] == true || WHOLE.contains(&name) {
                continue;
            }
            let rows = table
                .split("kind(\n        \"")
                .find(|part| part.starts_with(&format!("{name}\"")))
                .unwrap_or_default();
            for version in kind["versions"].as_array().unwrap() {
                let mut found = BTreeSet::new();
                lists(&version["schema"]["properties"]["spec"], "spec", &mut found);
                count += found.len();
                for list in found {
                    if !rows.contains(&format!("\"{list}\"")) {
                        missing.insert(format!("{name} {list}"));
                    }
                }
            }
        }
    }
    assert!(count > 100, "only {count} lists were found in the schemas");
    assert!(
        missing.is_empty(),
        "say in src/table.rs what these lists mean:\n{}",
        missing.into_iter().collect::<Vec<_>>().join("\n")
    );
}
