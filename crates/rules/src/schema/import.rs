//! CustomResourceDefinitions to schemas.
//!
//! What constrains a document is kept, sentences and printing are dropped, and anything unknown is an error that names it:
//! a constraint lost in silence would let bad documents pass.

use std::fmt;

use hnp_yaml::{Kind, Options, Reading, Span, Stream, Value};
use serde_json::{Map, Number, Value as Json};

use super::model::{Additional, KindSchema, Schema, Type, VersionSchema};
use super::pattern;
use hnp_model::kind::Owner;

/// Keywords that say nothing about which documents fit.
const SENTENCES: [&str; 5] = ["description", "title", "example", "externalDocs", "$schema"];

/// The one kind hnp does not look into: a controller's record of a switch, larger than all others together.
const OPAQUE: (&str, &str) = ("agent.githedgehog.com", "Agent");

/// Why a file could not be imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportError {
    /// What is wrong, in one sentence.
    pub message: String,
    /// Where.
    pub span: Span,
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ImportError {}

fn fail<T>(span: Span, message: impl Into<String>) -> Result<T, ImportError> {
    Err(ImportError {
        message: message.into(),
        span,
    })
}

/// Imports CRDs from text; see [`import()`].
///
/// # Errors
///
/// Fails as [`import()`] does.
pub fn import_text(text: &str) -> Result<Vec<KindSchema>, ImportError> {
    import(&hnp_yaml::parse(text, &Options::default()))
}

/// Imports every CustomResourceDefinition of a file, of any group, in lists too; other kinds in the file are passed over.
///
/// # Errors
///
/// Fails on what YAML refuses, on a file without any definition, on `apiextensions.k8s.io/v1beta1`, on keywords that
/// constrain and that hnp does not know, and on patterns that cannot be compiled.
pub fn import(stream: &Stream) -> Result<Vec<KindSchema>, ImportError> {
    if let Some(problem) = stream.problems().first() {
        return fail(problem.span, problem.message.clone());
    }
    let mut kinds = Vec::new();
    for document in stream.documents() {
        if let Some(root) = document.root() {
            resource(root, &mut kinds)?;
        }
    }
    if kinds.is_empty() {
        return fail(
            Span::at(0),
            "no CustomResourceDefinition in this file; give the CRDs of a release, such as the files of its config/crd/bases",
        );
    }
    Ok(kinds)
}

fn resource(root: Value<'_>, kinds: &mut Vec<KindSchema>) -> Result<(), ImportError> {
    let kind = root.get("kind").and_then(Value::as_str).unwrap_or_default();
    let api = root
        .get("apiVersion")
        .and_then(Value::as_str)
        .unwrap_or_default();
    if kind == "List"
        || (kind == "CustomResourceDefinitionList" && api.starts_with("apiextensions"))
    {
        for item in root.get("items").into_iter().flat_map(Value::items) {
            resource(item, kinds)?;
        }
        return Ok(());
    }
    if kind != "CustomResourceDefinition" {
        return Ok(());
    }
    if api != "apiextensions.k8s.io/v1" {
        return fail(
            root.get("apiVersion").map_or(root.span(), Value::span),
            format!(
                "a CustomResourceDefinition of `{api}` cannot be read; only apiextensions.k8s.io/v1 can"
            ),
        );
    }
    let definition = definition(root)?;
    if kinds
        .iter()
        .any(|other| other.group == definition.group && other.kind == definition.kind)
    {
        return fail(
            root.span(),
            format!(
                "{} of {} is defined twice",
                definition.kind, definition.group
            ),
        );
    }
    kinds.push(definition);
    Ok(())
}

fn definition(root: Value<'_>) -> Result<KindSchema, ImportError> {
    let spec = child(root, "spec")?;
    let names = child(spec, "names")?;
    let group = text(child(spec, "group")?)?;
    let kind = text(child(names, "kind")?)?;
    let mut versions = Vec::new();
    for version in child(spec, "versions")?.items() {
        let opaque = (group.as_str(), kind.as_str()) == OPAQUE;
        let schema = match version.get("schema").and_then(|s| s.get("openAPIV3Schema")) {
            Some(value) if !opaque => {
                let mut schema = schema(value)?;
                trim_root(&mut schema);
                schema.preserve_unknown_fields |= matches!(
                    spec.get("preserveUnknownFields").map(Value::read),
                    Some(Reading::Bool(true))
                );
                Some(schema)
            }
            _ => None,
        };
        versions.push(VersionSchema {
            name: text(child(version, "name")?)?,
            served: boolean(child(version, "served")?)?,
            storage: boolean(child(version, "storage")?)?,
            schema,
        });
    }
    let info = hnp_model::kind::find(&group, &kind);
    Ok(KindSchema {
        plural: text(child(names, "plural")?)?,
        short_names: names.get("shortNames").map_or(Ok(Vec::new()), texts)?,
        cluster_scoped: text(child(spec, "scope")?)? == "Cluster",
        controller_owned: info.is_some_and(|info| info.owner == Owner::Controller),
        versions,
        group,
        kind,
    })
}

/// Drops what every resource has and what nobody may write: hnp checks metadata by its own rules and refuses a status.
fn trim_root(schema: &mut Schema) {
    for key in ["apiVersion", "kind", "status"] {
        schema.properties.remove(key);
    }
    let plain = Schema {
        kind: Some(Type::Object),
        ..Schema::default()
    };
    if schema.properties.get("metadata") == Some(&plain) {
        schema.properties.remove("metadata");
    }
    schema
        .required
        .retain(|key| !["apiVersion", "kind", "metadata", "status"].contains(&key.as_str()));
}

fn child<'s>(map: Value<'s>, key: &str) -> Result<Value<'s>, ImportError> {
    match map.get(key) {
        Some(value) => Ok(value),
        None => fail(map.span(), format!("`{key}` is missing")),
    }
}

/// Reads a schema; the depth is bounded by that of the parse.
fn schema(value: Value<'_>) -> Result<Schema, ImportError> {
    if value.kind() != Kind::Map {
        return fail(value.span(), "a schema must be a map");
    }
    let mut schema = Schema::default();
    for entry in value.entries() {
        let value = entry.value;
        match entry.key {
            "type" => {
                let name = text(value)?;
                let Some(kind) = Type::parse(&name) else {
                    return fail(value.span(), format!("`{name}` is not a JSON type"));
                };
                schema.kind = Some(kind);
            }
            "format" => schema.format = Some(text(value)?),
            "nullable" => schema.nullable = boolean(value)?,
            "default" => schema.default = Some(json(value)?),
            "enum" => schema.values = value.items().map(json).collect::<Result<_, _>>()?,
            "pattern" => {
                let source = text(value)?;
                if let Err(why) = pattern::compile(&source) {
                    return fail(
                        value.span(),
                        format!("the pattern `{source}` cannot be used: {why}"),
                    );
                }
                schema.pattern = Some(source);
            }
            "minimum" => schema.minimum = Some(number(value)?),
            "exclusiveMinimum" => schema.exclusive_minimum = boolean(value)?,
            "maximum" => schema.maximum = Some(number(value)?),
            "exclusiveMaximum" => schema.exclusive_maximum = boolean(value)?,
            "multipleOf" => schema.multiple_of = Some(number(value)?),
            "minLength" => schema.min_length = Some(count(value)?),
            "maxLength" => schema.max_length = Some(count(value)?),
            "minItems" => schema.min_items = Some(count(value)?),
            "maxItems" => schema.max_items = Some(count(value)?),
            "uniqueItems" => schema.unique_items = boolean(value)?,
            "minProperties" => schema.min_properties = Some(count(value)?),
            "maxProperties" => schema.max_properties = Some(count(value)?),
            "x-kubernetes-int-or-string" => schema.int_or_string = boolean(value)?,
            "x-kubernetes-preserve-unknown-fields" => {
                schema.preserve_unknown_fields = boolean(value)?;
            }
            "x-kubernetes-embedded-resource" => schema.embedded_resource = boolean(value)?,
            "x-kubernetes-list-type" => schema.list_type = Some(text(value)?),
            "x-kubernetes-list-map-keys" => schema.list_map_keys = texts(value)?,
            "x-kubernetes-map-type" => schema.map_type = Some(text(value)?),
            "x-kubernetes-validations" => {
                schema.validations = value.items().map(rule).collect::<Result<_, _>>()?;
            }
            "required" => schema.required = texts(value)?,
            "not" => schema.not = Some(Box::new(self::schema(value)?)),
            "allOf" => schema.all_of = schemas(value)?,
            "anyOf" => schema.any_of = schemas(value)?,
            "oneOf" => schema.one_of = schemas(value)?,
            "items" => schema.items = Some(Box::new(self::schema(value)?)),
            "additionalProperties" => {
                schema.additional_properties = Some(match value.kind() {
                    Kind::Map => Additional::Schema(Box::new(self::schema(value)?)),
                    _ => Additional::Any(boolean(value)?),
                });
            }
            "properties" => {
                for property in value.entries() {
                    schema
                        .properties
                        .insert(property.key.to_owned(), self::schema(property.value)?);
                }
            }
            key if SENTENCES.contains(&key) => {}
            // The API server drops extensions that are not its own.
            key if key.starts_with("x-") && !key.starts_with("x-kubernetes-") => {}
            key => {
                return fail(
                    entry.key_span,
                    format!(
                        "`{key}` may constrain documents and is not known to hnp, so the schema cannot be imported"
                    ),
                );
            }
        }
    }
    schema.required.sort();
    schema.required.dedup();
    Ok(schema)
}

fn schemas(list: Value<'_>) -> Result<Vec<Schema>, ImportError> {
    list.items().map(schema).collect()
}

/// Keeps a CEL rule without its message.
fn rule(value: Value<'_>) -> Result<Json, ImportError> {
    match json(value)? {
        Json::Object(mut rule) => {
            rule.shift_remove("message");
            Ok(Json::Object(rule))
        }
        _ => fail(value.span(), "a validation rule must be a map"),
    }
}

fn text(value: Value<'_>) -> Result<String, ImportError> {
    match value.read() {
        Reading::Str(text) => Ok(text.into_owned()),
        other => fail(
            value.span(),
            format!("must be a string, not {}", other.type_name()),
        ),
    }
}

fn texts(list: Value<'_>) -> Result<Vec<String>, ImportError> {
    list.items().map(text).collect()
}

fn boolean(value: Value<'_>) -> Result<bool, ImportError> {
    match value.read() {
        Reading::Bool(flag) => Ok(flag),
        _ => fail(value.span(), "must be `true` or `false`"),
    }
}

fn number(value: Value<'_>) -> Result<Number, ImportError> {
    match json(value)? {
        Json::Number(number) => Ok(number),
        _ => fail(value.span(), "must be a number"),
    }
}

fn count(value: Value<'_>) -> Result<u64, ImportError> {
    match value.read().as_integer().map(u64::try_from) {
        Some(Ok(count)) => Ok(count),
        _ => fail(value.span(), "must be a whole number from 0 on"),
    }
}

fn json(value: Value<'_>) -> Result<Json, ImportError> {
    Ok(match value.kind() {
        Kind::Map => {
            let mut map = Map::new();
            for entry in value.entries() {
                map.insert(entry.key.to_owned(), json(entry.value)?);
            }
            Json::Object(map)
        }
        Kind::Seq => Json::Array(value.items().map(json).collect::<Result<_, _>>()?),
        Kind::Scalar | Kind::Alias => match value.read() {
            Reading::Null => Json::Null,
            Reading::Bool(flag) => Json::Bool(flag),
            Reading::Int(n) => Json::from(n),
            Reading::UInt(n) => Json::from(n),
            Reading::Float(f) => match Reading::Float(f).as_integer().map(i64::try_from) {
                Some(Ok(n)) => Json::from(n),
                _ => Json::from(f),
            },
            Reading::Str(text) => Json::String(text.into_owned()),
        },
    })
}
