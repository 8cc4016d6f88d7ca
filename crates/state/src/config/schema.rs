//! The JSON Schema of config.toml, made from the table of keys and the defaults.

use serde_json::{Map, Value, json};

use super::forms::Form;
use super::keys::{self, Key, Shape};
use super::{Config, Fabric};

/// Returns the JSON Schema (draft 2020-12) of config.toml, as it stands in `schemas/config.schema.json`.
///
/// Editors complete and check by it. It accepts all that hnp accepts; what several settings together must fulfil, hnp
/// alone checks.
#[must_use]
pub fn schema() -> Value {
    let defaults = serde_json::to_value(Config::default()).unwrap_or_default();
    let mut root = table(keys::ROOT, &defaults);
    let mut whole = Map::new();
    whole.insert(
        "$schema".to_owned(),
        json!("https://json-schema.org/draft/2020-12/schema"),
    );
    whole.insert("title".to_owned(), json!("hnp configuration"));
    whole.insert(
        "description".to_owned(),
        json!("Settings of a repository in .hnp/config.toml."),
    );
    whole.append(&mut root);
    Value::Object(whole)
}

fn table(keys: &[Key], defaults: &Value) -> Map<String, Value> {
    let mut properties = Map::new();
    for key in keys {
        let default = defaults.get(key.name).filter(|value| !value.is_null());
        let mut schema = shape(&key.shape, default);
        schema.insert("description".to_owned(), json!(key.help));
        let plain = !matches!(
            key.shape,
            Shape::Table(_) | Shape::Tables(_) | Shape::Map(..)
        );
        if let Some(default) = default.filter(|_| plain && key.name != "directories") {
            schema.insert("default".to_owned(), default.clone());
        }
        properties.insert(key.name.to_owned(), Value::Object(schema));
    }
    object(json!({"type": "object", "additionalProperties": false, "properties": properties}))
}

fn shape(shape: &Shape, default: Option<&Value>) -> Map<String, Value> {
    let none = Value::Null;
    match shape {
        Shape::Bool => object(json!({"type": "boolean"})),
        Shape::Toggle => object(json!({"enum": [true, false, "auto"]})),
        Shape::Integer { min, max } => {
            object(json!({"type": "integer", "minimum": min, "maximum": max}))
        }
        Shape::Text(form) => text(*form),
        Shape::Choice(words) => object(json!({"enum": words})),
        Shape::List(item) => object(json!({"type": "array", "items": self::shape(item, None)})),
        Shape::Table(keys) => table(keys, default.unwrap_or(&none)),
        Shape::Tables(keys) => object(json!({"type": "array", "items": table(keys, &none)})),
        Shape::Map(form, item) => {
            let is_fabric = *form == Form::FabricName;
            let of_fabric = serde_json::to_value(Fabric::default()).unwrap_or_default();
            let mut item = self::shape(item, is_fabric.then_some(&of_fabric));
            if is_fabric {
                let either = json!([{"required": ["directory"]}, {"required": ["directories"]}]);
                item.insert("oneOf".to_owned(), either);
            }
            object(
                json!({"type": "object", "propertyNames": text(*form), "additionalProperties": item}),
            )
        }
    }
}

fn text(form: Form) -> Map<String, Value> {
    let mut schema = object(json!({"type": "string"}));
    if let Some(pattern) = form.pattern() {
        schema.insert("pattern".to_owned(), json!(pattern));
    }
    schema
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
