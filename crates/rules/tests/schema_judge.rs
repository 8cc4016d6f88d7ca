//! The walk and the `jsonschema` crate judge the same documents: valid ones made from the schema, and mutations of them.
//!
//! The judge gets the schema's text with the differences between JSON Schema and Kubernetes written out: unknown fields
//! refused, fields that admission fills in not required, numbers held to their Go types, nulls settled beforehand.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use hnp_rules::schema::{
    Compiled, Level, Release, Schema, Settings, check, filled_fields, from_json, integer_fields,
};
use hnp_yaml::{Options, parse};
use serde_json::{Map, Value, json};

/// A small generator of numbers that is the same everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % sides as u64).unwrap()
    }

    fn pick<'v, T>(&mut self, from: &'v [T]) -> &'v T {
        &from[self.roll(from.len())]
    }
}

/// Rewrites a schema for the judge.
fn for_judge(
    schema: &Value,
    group: &str,
    kind: &str,
    path: &str,
    release: Release,
    partial: bool,
) -> Value {
    let hedgehog = group.ends_with(".githedgehog.com");
    let mut out = Map::new();
    let below =
        |child: &Value, path: &str, partial| for_judge(child, group, kind, path, release, partial);
    let join = |name: &str| {
        if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path}.{name}")
        }
    };
    for (key, value) in schema.as_object().unwrap() {
        let value = match key.as_str() {
            "properties" => Value::Object(
                value
                    .as_object()
                    .unwrap()
                    .iter()
                    .map(|(name, child)| (name.clone(), below(child, &join(name), partial)))
                    .collect(),
            ),
            "additionalProperties" if value.is_object() => below(value, &join("*"), partial),
            "items" => below(value, &format!("{path}[]"), partial),
            "not" => below(value, path, true),
            "allOf" | "anyOf" | "oneOf" => value
                .as_array()
                .unwrap()
                .iter()
                .map(|part| below(part, path, true))
                .collect(),
            "required" => value
                .as_array()
                .unwrap()
                .iter()
                .filter(|name| {
                    let path = join(name.as_str().unwrap());
                    !(hedgehog
                        && filled_fields()
                            .iter()
                            .any(|f| f.kind == kind && f.path == path))
                })
                .cloned()
                .collect(),
            "format" | "nullable" | "exclusiveMinimum" | "exclusiveMaximum" => continue,
            key if key.starts_with("x-") => continue,
            "minimum" if schema["exclusiveMinimum"] == true => {
                out.insert("exclusiveMinimum".to_owned(), value.clone());
                continue;
            }
            "maximum" if schema["exclusiveMaximum"] == true => {
                out.insert("exclusiveMaximum".to_owned(), value.clone());
                continue;
            }
            _ => value.clone(),
        };
        out.insert(key.clone(), value);
    }
    if schema["x-kubernetes-list-type"] == "set" {
        out.insert("uniqueItems".to_owned(), json!(true));
    }
    if schema["x-kubernetes-int-or-string"] == true {
        out.insert("type".to_owned(), json!(["integer", "string"]));
    }
    let kept = schema["x-kubernetes-preserve-unknown-fields"] == true;
    if schema["type"] == "object"
        && !partial
        && !kept
        && !path.is_empty()
        && !out.contains_key("additionalProperties")
    {
        out.insert("additionalProperties".to_owned(), json!(false));
    }
    let mut all = vec![];
    if schema["type"] == "integer" {
        let int32 = schema["format"] == "int32";
        let known = integer_fields()
            .iter()
            .find(|(k, p, _)| hedgehog && *k == kind && *p == path);
        let (min, max) = match known {
            Some((_, _, int)) => int.range(),
            None if int32 => (i128::from(i32::MIN), i128::from(u32::MAX)),
            None => (i128::from(i64::MIN), i128::from(i64::MAX)),
        };
        let max = if int32 && release.enforces_int32() {
            max.min(i128::from(i32::MAX))
        } else {
            max
        };
        let number = |n: i128| {
            i64::try_from(n).map_or_else(|_| json!(u64::try_from(n).unwrap()), |n| json!(n))
        };
        all.push(json!({"minimum": number(min), "maximum": number(max)}));
    }
    if schema["nullable"] == true {
        let kind = out["type"].clone();
        out.insert("type".to_owned(), json!([kind, "null"]));
    }
    if !all.is_empty() {
        let own = out.entry("allOf").or_insert_with(|| json!([]));
        own.as_array_mut().unwrap().extend(all);
    }
    Value::Object(out)
}

/// Applies what nulls mean: gone from declared fields, an empty map or a zero in maps of named things.
fn settle(value: &mut Value, schema: &Value) {
    match value {
        Value::Object(map) => {
            map.retain(|key, value| {
                let declared = &schema["properties"][key];
                !(value.is_null() && declared.is_object() && declared["nullable"] != true)
            });
            for (key, value) in map {
                let declared = &schema["properties"][key];
                if declared.is_object() {
                    settle(value, declared);
                    continue;
                }
                let extra = &schema["additionalProperties"];
                if value.is_null() && extra.is_object() && extra["nullable"] != true {
                    *value = match extra["type"].as_str() {
                        Some("object") => {
                            // Admission checks what is inside by then; the walk does not.
                            if extra["required"].is_array() || extra["minProperties"].is_u64() {
                                smallest(extra)
                            } else {
                                json!({})
                            }
                        }
                        Some("array") => Value::Array(
                            (0..extra["minItems"].as_u64().unwrap_or(0))
                                .map(|_| smallest(&extra["items"]))
                                .collect(),
                        ),
                        // What is asked of an empty string beside an enum is left to the rules of the kind.
                        Some(_) if !extra["enum"].is_array() => smallest(extra),
                        Some("string") => json!(""),
                        Some("boolean") => json!(false),
                        _ => json!(0),
                    };
                }
                settle(value, extra);
            }
        }
        Value::Array(items) => {
            for item in items {
                settle(item, &schema["items"]);
            }
        }
        _ => {}
    }
}

fn smallest(schema: &Value) -> Value {
    make(schema, &mut Dice(1), 9)
}

/// Makes a document that fits, near enough: combinators are left to chance.
fn make(schema: &Value, dice: &mut Dice, depth: usize) -> Value {
    if let Some(values) = schema["enum"].as_array() {
        return dice.pick(values).clone();
    }
    if schema["x-kubernetes-int-or-string"] == true {
        return if dice.roll(2) == 0 {
            json!("50%")
        } else {
            json!(3)
        };
    }
    match schema["type"].as_str() {
        Some("boolean") => json!(dice.roll(2) == 0),
        Some("integer") => {
            let low = schema["minimum"].as_i64().unwrap_or(1);
            let high = schema["maximum"].as_i64().unwrap_or(200).min(200);
            let n = low
                + i64::try_from(dice.roll(usize::try_from((high - low).max(1)).unwrap())).unwrap();
            if dice.roll(9) == 0 {
                json!(n as f64)
            } else {
                json!(n)
            }
        }
        Some("number") => json!(0.5),
        Some("string") => text(schema, dice),
        Some("array") => {
            let least = usize::try_from(schema["minItems"].as_u64().unwrap_or(0)).unwrap();
            let most = schema["maxItems"]
                .as_u64()
                .map_or(least + 3, |n| usize::try_from(n).unwrap().min(least + 3));
            let count = least + dice.roll(most - least + 1);
            (0..count)
                .map(|_| make(&schema["items"], dice, depth + 1))
                .collect()
        }
        _ => {
            let mut map = Map::new();
            let required = schema["required"].as_array().cloned().unwrap_or_default();
            for (name, child) in schema["properties"].as_object().into_iter().flatten() {
                let wanted = required.contains(&json!(name)) || name == "spec";
                if wanted || dice.roll(10) > depth.min(8) {
                    map.insert(name.clone(), make(child, dice, depth + 1));
                }
            }
            if schema["additionalProperties"].is_object() {
                for index in 0..dice.roll(3) {
                    map.insert(
                        format!("name-{index}"),
                        make(&schema["additionalProperties"], dice, depth + 1),
                    );
                }
            }
            Value::Object(map)
        }
    }
}

fn text(schema: &Value, dice: &mut Dice) -> Value {
    let words = [
        "a",
        "leaf-1/E1/1",
        "10.0.0.1",
        "10.0.0.0/24",
        "on",
        "yes",
        "0755",
        "abcdefgh",
    ];
    let Some(pattern) = schema["pattern"].as_str() else {
        return json!(dice.pick(&words));
    };
    let regex = regex::Regex::new(pattern).unwrap();
    let fitting: Vec<_> = words.iter().filter(|word| regex.is_match(word)).collect();
    json!(dice.pick(&fitting))
}

/// Spoils a document in one place, or leaves it.
fn spoil(value: &mut Value, dice: &mut Dice) {
    let inside = match value {
        Value::Object(map) => map.len(),
        Value::Array(items) => items.len(),
        _ => 0,
    };
    if inside > 0 && dice.roll(5) > 0 {
        let at = dice.roll(inside);
        return match value {
            Value::Object(map) => spoil(map.iter_mut().nth(at).unwrap().1, dice),
            Value::Array(items) => spoil(&mut items[at], dice),
            _ => {}
        };
    }
    match (dice.roll(4), &mut *value) {
        (0, Value::Object(map)) => {
            let known = map
                .keys()
                .next()
                .cloned()
                .unwrap_or_else(|| "spec".to_owned());
            map.insert(format!("{known}x"), json!(1));
        }
        (1, Value::Object(map)) if !map.is_empty() => {
            let at = dice.roll(map.len());
            let key = map.keys().nth(at).unwrap().clone();
            map.shift_remove(&key);
        }
        (0 | 1, Value::Array(items)) if !items.is_empty() => {
            for _ in 0..dice.roll(24) {
                items.push(items[0].clone());
            }
        }
        (2, Value::Array(items)) => items.clear(),
        (2, Value::String(text)) => text.push_str(dice.pick::<&str>(&["x", "/33", " ", "ä", "0"])),
        _ => {
            *value = dice
                .pick(&[
                    json!(null),
                    json!(true),
                    json!(0),
                    json!(-1),
                    json!(255),
                    json!(256),
                    json!(5.0),
                    json!(1.5),
                    json!(65535),
                    json!(65536),
                    json!(2_147_483_647u64),
                    json!(2_147_483_648u64),
                    json!(4_294_967_295u64),
                    json!(4_294_967_296u64),
                    json!(9_223_372_036_854_775_808u64),
                    json!(1e30),
                    json!(""),
                    json!("on"),
                    json!("12"),
                    json!([]),
                    json!(["a"]),
                    json!([null]),
                    json!({}),
                    json!({"a": null}),
                    json!({"a": 1}),
                ])
                .clone();
        }
    }
}

#[derive(Default)]
struct Tally {
    cases: usize,
    rejected: usize,
}

fn compare(
    schema: &Value,
    group: &str,
    kind: &str,
    release: Release,
    rounds: usize,
    tally: &mut Tally,
) {
    let judge = for_judge(schema, group, kind, "", release, false);
    let judge = jsonschema::options()
        .with_draft(jsonschema::Draft::Draft7)
        .with_pattern_options(jsonschema::PatternOptions::regex())
        .build(&judge)
        .unwrap();
    let model: Schema = serde_json::from_value(schema.clone()).unwrap();
    let compiled = Compiled::new(group, kind, &model);
    let mut dice = Dice(kind.len() as u64 * 31 + release as u64);
    for round in 0..rounds {
        let mut document = make(schema, &mut dice, 0);
        for _ in 0..round % 3 {
            if let Some(spec) = document.get_mut("spec") {
                spoil(spec, &mut dice);
            }
        }
        let text = document.to_string();
        let stream = parse(text.as_str(), &Options::default());
        assert_eq!(stream.problems(), [], "{text}");
        let root = stream.document(0).unwrap().root().unwrap();
        let mut found = Vec::new();
        check(root, &compiled, &Settings::new(release), &mut |v| {
            found.push(v);
        });
        let ours = !found.iter().any(|v| v.level == Level::Error);
        let mut settled = document.clone();
        settle(&mut settled, schema);
        let theirs = judge.is_valid(&settled);
        tally.cases += 1;
        tally.rejected += usize::from(!theirs);
        assert!(
            ours == theirs,
            "{release} {kind}: the walk says {ours}, the judge {theirs}: {:?}\n{text}\n{found:#?}",
            judge
                .iter_errors(&settled)
                .map(|e| e.to_string())
                .collect::<Vec<_>>(),
        );
    }
}

#[test]
fn the_walk_agrees_with_the_judge_on_every_kind_of_every_release() {
    let mut tally = Tally::default();
    for release in Release::ALL {
        let path = format!(
            "{}/../../schemas/hedgehog/{release}.json",
            env!("CARGO_MANIFEST_DIR")
        );
        let file: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        for kind in file["kinds"].as_array().unwrap() {
            let schema = &kind["versions"][0]["schema"];
            if schema.is_object() {
                let (group, name) = (
                    kind["group"].as_str().unwrap(),
                    kind["kind"].as_str().unwrap(),
                );
                compare(schema, group, name, release, 90, &mut tally);
            }
        }
    }
    eprintln!("{} cases, {} rejected", tally.cases, tally.rejected);
    assert!(tally.cases > 12_000, "{}", tally.cases);
    assert!(tally.rejected * 4 > tally.cases && tally.rejected * 4 < tally.cases * 3);
}

/// Every keyword that Hedgehog's CRDs do not use.
#[test]
fn the_walk_agrees_with_the_judge_on_the_other_keywords() {
    let schema = json!({
        "type": "object",
        "required": ["spec"],
        "properties": {"spec": {
            "type": "object",
            "minProperties": 1,
            "maxProperties": 11,
            "required": ["size"],
            "anyOf": [{"required": ["size"]}, {"required": ["port"]}],
            "oneOf": [
                {"required": ["port"]},
                {"not": {"required": ["port"]}, "properties": {"name": {"minLength": 2}}}
            ],
            "not": {"required": ["size", "port", "limits", "tags", "sets"]},
            "properties": {
                "size": {"type": "integer", "minimum": 0, "exclusiveMinimum": true, "maximum": 90, "exclusiveMaximum": true},
                "ratio": {"type": "number", "minimum": 0.25, "maximum": 0.75, "multipleOf": 0.25},
                "port": {"x-kubernetes-int-or-string": true, "anyOf": [{"type": "integer"}, {"type": "string"}]},
                "name": {"type": "string", "minLength": 1, "maxLength": 9, "allOf": [{"maxLength": 8}, {"pattern": "^[a-z0-9./-]+$"}]},
                "tags": {"type": "array", "uniqueItems": true, "maxItems": 9, "items": {"type": "string"}},
                "sets": {"type": "array", "x-kubernetes-list-type": "set", "items": {"type": "integer"}},
                "maybe": {"type": "object", "nullable": true, "properties": {"a": {"type": "string", "nullable": true}}},
                "flags": {"type": "object", "additionalProperties": {"type": "boolean", "nullable": true}},
                "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": true, "properties": {"a": {"type": "integer", "format": "int32"}}},
                "any": {"type": "object", "additionalProperties": true},
                "limits": {"type": "object", "additionalProperties": {"type": "integer", "enum": [1, 2, 5]}},
                "mode": {"type": "string", "enum": ["on", "off", "0755", ""]},
                "list": {"type": "array", "items": {"type": "array", "minItems": 1, "items": {"type": "string", "maxLength": 10}}}
            }
        }}
    });
    let mut tally = Tally::default();
    for release in Release::ALL {
        compare(&schema, "example.com", "Thing", release, 2_000, &mut tally);
    }
    eprintln!("{} cases, {} rejected", tally.cases, tally.rejected);
    assert!(tally.rejected * 20 > tally.cases && tally.rejected * 20 < tally.cases * 19);
}

#[test]
fn the_text_form_keeps_every_keyword() {
    let text = r#"{"kinds": [{"group": "example.com", "kind": "Thing", "plural": "things", "versions": [
        {"name": "v1", "served": true, "storage": true, "schema": {"type": "object", "properties": {
            "spec": {"type": "object", "x-kubernetes-validations": [{"rule": "self.a > 1"}],
                     "properties": {"a": {"type": "integer"}}}}}}]}]}"#;
    let file = from_json(text).unwrap();
    assert!(file.kinds[0].versions[0].schema.as_ref().unwrap().has_cel());
    let error = from_json(&text.replace("\"plural\"", "\"plurals\"")).unwrap_err();
    assert!(
        error.contains("unknown field `plurals`") && error.contains("line 1"),
        "{error}"
    );
}
